import { Unsupported, type CallExpr, type ClassDef, type Expr, type Module, type Place, type Stmt } from './ast.ts';
import { isLiteral } from './literals.ts';
import { firstFreeId, isName, rewrite, some, type SyntaxNode } from './walk.ts';

/** Parses a piece of Python. */
type ParsePython = (source: string) => readonly Stmt[];

interface Kind {
  /** What members are beside members: `IntEnum` are numbers. */
  readonly mixes?: 'int' | 'str';
  /** True where members can be put together by `|`. */
  readonly isFlag: boolean;
  /** True where `str` of a member is that of its value. */
  readonly showsValue: boolean;
}

const kinds: Readonly<Record<string, Kind>> = {
  Enum: { isFlag: false, showsValue: false },
  IntEnum: { isFlag: false, showsValue: true, mixes: 'int' },
  StrEnum: { isFlag: false, showsValue: true, mixes: 'str' },
  Flag: { isFlag: true, showsValue: false },
  IntFlag: { isFlag: true, showsValue: true, mixes: 'int' },
};

/** Built-in functions that go over what they are given. */
const overItems = new Set(
  'list len sorted enumerate tuple zip set max min sum any all iter reversed map filter'.split(' '),
);

const lastName = (node: Expr): string =>
  node.kind === 'name' || node.kind === 'attribute' ? node.name : node.kind === 'call' ? lastName(node.callee) : '';

interface Member {
  readonly name: string;
  readonly value: Expr;
  readonly place: Place;
}

class EnumerationWriter {
  readonly #module: Module;
  readonly #parse: ParsePython;
  #nextId: number;
  readonly #enumerations = new Map<string, Kind>();
  /** Enumerations without members, which others derive from. */
  readonly #bases = new Map<string, { readonly kind: Kind; readonly body: readonly Stmt[] }>();

  constructor(module: Module, parse: ParsePython) {
    this.#module = module;
    this.#parse = parse;
    this.#nextId = firstFreeId(module.body);
  }

  run(): Module {
    const written = this.#module.body.flatMap((statement): Stmt[] => {
      const def = statement.kind === 'class' ? statement : this.#calledOf(statement);
      if (!def) return [statement];
      const kind = this.#kindOf(def);
      return kind ? this.#enumeration(def, kind) : [statement];
    });
    const body = written.map((statement) => {
      const own = statement.kind === 'class' && this.#enumerations.has(statement.name) ? statement : undefined;
      return own ? { ...own, body: own.body.map((member) => this.#inOwnWords(member, own.name)) } : statement;
    });
    return { ...this.#module, body: this.#inWords(body) };
  }

  /** `Color = Enum("Color", "RED GREEN")` as a class. */
  #calledOf(statement: Stmt): ClassDef | undefined {
    const [target] = statement.kind === 'assign' ? statement.targets : [];
    if (statement.kind !== 'assign' || target?.kind !== 'name' || statement.value.kind !== 'call') return undefined;
    const { callee, args } = statement.value;
    const [named, list] = args;
    if (!Object.hasOwn(kinds, lastName(callee)) || named?.kind !== 'str' || !list || args.length !== 2)
      return undefined;
    const names =
      list.kind === 'str'
        ? list.value.split(/[\s,]+/).filter((name) => name !== '')
        : list.kind === 'list' || list.kind === 'tuple'
          ? list.items.map((item) => (item.kind === 'str' ? item.value : ''))
          : [];
    if (names.length === 0 || names.includes('')) return undefined;
    const { place } = statement;
    const source = `class ${target.name}(${lastName(callee)}):\n${names.map((name) => `    ${name} = auto()\n`).join('')}`;
    const [made] = this.#statements(source, place);
    return made?.kind === 'class' ? { ...made, leading: statement.leading } : undefined;
  }

  #kindOf(def: ClassDef): Kind | undefined {
    const names = def.bases.map(lastName);
    const enumeration = names.find((name) => Object.hasOwn(kinds, name));
    const base = names.find((name) => this.#bases.has(name));
    const kind = enumeration === undefined ? base && this.#bases.get(base)?.kind : kinds[enumeration];
    if (!kind) return undefined;
    const mixes = names.includes('int') ? 'int' : names.includes('str') ? 'str' : undefined;
    const other = names.find((name) => name !== enumeration && name !== base && name !== 'int' && name !== 'str');
    if (other !== undefined)
      throw new Unsupported(
        `An enumeration that derives from \`${other}\` as well cannot be converted yet.`,
        def.place,
      );
    return mixes ? { ...kind, mixes, showsValue: false } : kind;
  }

  #statements(source: string, place: Place): Stmt[] {
    return rewrite(this.#parse(source), (node) => ({
      ...node,
      ...('id' in node && { id: this.#nextId++ }),
      ...('place' in node && { place }),
    })) as Stmt[];
  }

  /** The members, with what `auto()` gives and what names of earlier ones stand for. */
  #members(
    def: ClassDef,
    kind: Kind,
  ): {
    readonly members: Member[];
    readonly aliases: Map<string, string>;
    readonly names: ReadonlyMap<string, string>;
    readonly others: Stmt[];
  } {
    const members: Member[] = [];
    const aliases = new Map<string, string>();
    /** Every name with the member it stands for. */
    const names = new Map<string, string>();
    const others: Stmt[] = [];
    let automatic = 1n;
    for (const statement of def.body) {
      const [target] = statement.kind === 'assign' ? statement.targets : [];
      if (statement.kind !== 'assign' || target?.kind !== 'name' || target.name.startsWith('_')) {
        if (statement.kind === 'def' && ['_missing_', '_generate_next_value_', '__new__'].includes(statement.name))
          throw new Unsupported(`\`${statement.name}\` of an enumeration cannot be converted yet.`, statement.place);
        others.push(statement);
        continue;
      }
      const { place } = statement;
      const isAutomatic = statement.value.kind === 'call' && lastName(statement.value.callee) === 'auto';
      const base = { id: statement.value.id, place };
      const made: Expr = isAutomatic
        ? kind.mixes === 'str'
          ? { ...base, kind: 'str', value: target.name.toLowerCase() }
          : { ...base, kind: 'int', value: automatic }
        : rewrite(statement.value, (node) => members.find(({ name }) => isName(node, name))?.value ?? node);
      const value = folded(made);
      if (value.kind === 'int') automatic = kind.isFlag ? nextPower(value.value, automatic) : value.value + 1n;
      const same = members.find((member) => sameLiteral(member.value, value));
      names.set(target.name, same?.name ?? target.name);
      if (same) aliases.set(target.name, same.name);
      else members.push({ name: target.name, value, place });
    }
    return { members, aliases, names, others };
  }

  #enumeration(def: ClassDef, kind: Kind): Stmt[] {
    const { members, aliases, names, others } = this.#members(def, kind);
    const inherited = def.bases.flatMap((base) => this.#bases.get(lastName(base))?.body ?? []);
    const copied = rewrite(inherited, (node) => ('id' in node ? { ...node, id: this.#nextId++ } : node));
    const body = [...copied, ...others];
    if (members.length === 0) {
      this.#bases.set(def.name, { kind, body });
      return [];
    }
    const decorator = def.decorators.find((each) => !['unique', 'verify'].includes(lastName(each)));
    if (decorator) throw new Unsupported('This decorator of an enumeration cannot be converted yet.', decorator.place);
    this.#enumerations.set(def.name, kind);
    const { name, place } = def;
    const shown = def.shownName ?? name;
    const has = (method: string): boolean => body.some((each) => each.kind === 'def' && each.name === method);
    const init = body.find((each) => each.kind === 'def' && each.name === '__init__');
    const lines = [
      'def __init__(self, name, value):\n    self.name = name\n    self.value = value',
      `@staticmethod\ndef of_name(name):\n    for member in ${name}.all_members:\n        if member.name == name:\n            return member\n    raise KeyError(name)`,
    ];
    if (!has('__repr__')) lines.push(representation(shown, kind));
    if (!has('__str__')) lines.push(text(shown, kind));
    lines.push(...(kind.isFlag ? flagMethods(name, kind.mixes === 'int') : [byValue(name, shown)]));
    if (kind.mixes && !kind.isFlag)
      lines.push(
        'def __lt__(self, other):\n    return self.value < other.value',
        'def __le__(self, other):\n    return self.value <= other.value',
      );
    const made = this.#statements(`${lines.join('\n')}\n`, place).map((statement) =>
      statement.kind === 'def' && statement.name === '__init__' && init?.kind === 'def'
        ? {
            ...statement,
            params: [...statement.params, ...init.params.slice(1)],
            body: [...statement.body, ...init.body],
          }
        : statement,
    );
    const attributes = members.flatMap((member): Stmt[] => {
      const [given] = this.#statements(`${member.name} = ${name}("${member.name}", 0)`, member.place);
      if (given?.kind !== 'assign' || given.value.kind !== 'call') return [];
      const parts = member.value.kind === 'tuple' ? member.value.items : [member.value];
      const args = [given.value.args[0] as Expr, member.value, ...(init ? parts : [])];
      return [{ ...given, value: { ...given.value, args } }];
    });
    const single = (member: Member): boolean =>
      !kind.isFlag || (member.value.kind === 'int' && member.value.value > 0n && isPowerOfTwo(member.value.value));
    const lists = [
      `all_members = [${members
        .filter(single)
        .map((member) => member.name)
        .join(', ')}]`,
      ...(kind.isFlag ? [`named_members = [${members.map((member) => member.name).join(', ')}]`] : []),
      ...[...aliases].map(([alias, member]) => `${alias} = ${member}`),
      ...(some(this.#module.body, (node) => node['kind'] === 'attribute' && node['name'] === '__members__')
        ? [`members_by_name = {${[...names].map(([key, member]) => `"${key}": ${member}`).join(', ')}}`]
        : []),
    ];
    const rest = body.filter((each) => each !== init);
    return [
      {
        ...def,
        bases: [],
        decorators: [],
        ...(kind.mixes && { mixes: kind.mixes }),
        body: [...made, ...rest, ...attributes, ...this.#statements(`${lists.join('\n')}\n`, place)],
      },
    ];
  }

  /** `cls` in class methods of an enumeration is the enumeration. */
  #inOwnWords(member: Stmt, name: string): Stmt {
    if (member.kind !== 'def' || !member.decorators.some((each) => lastName(each) === 'classmethod')) return member;
    const cls = member.params[0]?.name;
    if (cls === undefined) return member;
    const own = (node: unknown): boolean => isName(node as SyntaxNode, cls);
    return rewrite(member, (node) =>
      (node['kind'] === 'call' && own(node['callee'])) ||
      (node['kind'] === 'index' && own(node['object'])) ||
      'iterable' in node
        ? this.#renamed(node, cls, name)
        : node,
    );
  }

  #renamed(node: SyntaxNode, from: string, to: string): SyntaxNode {
    const change = (each: unknown): unknown =>
      isName(each as SyntaxNode, from) ? { ...(each as SyntaxNode), name: to } : each;
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [
        key,
        typeof value !== 'object' || value === null ? value : Array.isArray(value) ? value.map(change) : change(value),
      ]),
    );
  }

  /** `Color(2)`, `Color["RED"]` and the enumeration as what is gone through, in words that the engine knows. */
  #inWords(body: readonly Stmt[]): readonly Stmt[] {
    const enumeration = (node: unknown): string | undefined => {
      const { kind, name } = (node ?? {}) as SyntaxNode;
      return kind === 'name' && this.#enumerations.has(name as string) ? (name as string) : undefined;
    };
    const member = (of: Expr, name: string): Expr => ({
      kind: 'attribute',
      id: this.#nextId++,
      place: of.place,
      object: of,
      name,
    });
    const all = (of: Expr): Expr => member(of, 'all_members');
    const change = (node: SyntaxNode): unknown => {
      switch (node['kind']) {
        case 'call': {
          const call = node as unknown as CallExpr;
          if (enumeration(call.callee) !== undefined && call.args.length === 1)
            return { ...call, callee: member(call.callee, 'of_value') };
          const { callee } = call;
          const goesOver =
            (callee.kind === 'name' && overItems.has(callee.name)) ||
            (callee.kind === 'attribute' &&
              ['join', 'chain', 'product', 'cycle', 'extend', 'update'].includes(callee.name));
          if (!goesOver) return node;
          return { ...call, args: call.args.map((arg) => (enumeration(arg) === undefined ? arg : all(arg))) };
        }
        case 'index':
          return enumeration(node['object']) === undefined
            ? node
            : {
                ...node,
                kind: 'call',
                callee: member(node['object'] as Expr, 'of_name'),
                args: [node['index']],
                keywords: [],
              };
        case 'compare': {
          const rest = node['rest'] as { op: string; value: Expr }[];
          if (!rest.some(({ op, value }) => op.endsWith('in') && enumeration(value) !== undefined)) return node;
          return {
            ...node,
            rest: rest.map((each) =>
              each.op.endsWith('in') && enumeration(each.value) !== undefined
                ? { ...each, value: all(each.value) }
                : each,
            ),
          };
        }
        case 'attribute':
          if (node['name'] === '__members__' && enumeration(node['object']) !== undefined)
            return { ...node, name: 'members_by_name' };
          return node['name'] === '_value_' || node['name'] === '_name_'
            ? { ...node, name: (node['name'] as string).slice(1, -1) }
            : node;
        case 'star':
          return enumeration(node['value']) === undefined ? node : { ...node, value: all(node['value'] as Expr) };
        default:
          return 'iterable' in node && enumeration(node['iterable']) !== undefined
            ? { ...node, iterable: all(node['iterable'] as Expr) }
            : node;
      }
    };
    // The members themselves are made by the class, not looked up by their values.
    return body.map((statement) => {
      if (statement.kind !== 'class' || !this.#enumerations.has(statement.name)) return rewrite(statement, change);
      return {
        ...statement,
        body: statement.body.map((each) => (each.kind === 'assign' ? each : rewrite(each, change))),
      };
    });
  }
}

const isPowerOfTwo = (value: bigint): boolean => (value & (value - 1n)) === 0n;

function nextPower(value: bigint, before: bigint): bigint {
  let power = before;
  while (power <= value) power *= 2n;
  return power;
}

/** A whole number that is written as an operation on others. */
function folded(node: Expr): Expr {
  if (node.kind !== 'binary') return node;
  const [left, right] = [folded(node.left), folded(node.right)];
  if (left.kind !== 'int' || right.kind !== 'int') return node;
  const value = {
    '|': left.value | right.value,
    '&': left.value & right.value,
    '^': left.value ^ right.value,
    '+': left.value + right.value,
    '-': left.value - right.value,
    '*': left.value * right.value,
    '<<': right.value >= 0n && right.value < 64n ? left.value << right.value : undefined,
  }[node.op as '|'];
  return value === undefined ? node : { kind: 'int', id: node.id, place: node.place, value };
}

function sameLiteral(a: Expr, b: Expr): boolean {
  if (!isLiteral(a) || a.kind !== b.kind) return false;
  return 'value' in a && 'value' in b && a.value === b.value;
}

function representation(shown: string, kind: Kind): string {
  const named = `return f"<${shown}.{self.name}: {self.value!r}>"`;
  return kind.isFlag
    ? `def __repr__(self):\n    if self.name is None:\n        return f"<${shown}: {self.value!r}>"\n    ${named}`
    : `def __repr__(self):\n    ${named}`;
}

function text(shown: string, kind: Kind): string {
  if (kind.showsValue) return 'def __str__(self):\n    return str(self.value)';
  return kind.isFlag
    ? `def __str__(self):\n    if self.name is None:\n        return f"${shown}({self.value})"\n    return f"${shown}.{self.name}"`
    : `def __str__(self):\n    return "${shown}." + self.name`;
}

const byValue = (name: string, shown: string): string =>
  `@staticmethod\ndef of_value(value):\n    for member in ${name}.all_members:\n        if member.value == value:\n            return member\n    raise ValueError(f"{value!r} is not a valid ${shown}")`;

/** What members of a flag do: they are put together by their bits. */
const flagMethods = (name: string, isNumber: boolean): string[] => [
  `@staticmethod\ndef of_value(value):\n    for member in ${name}.named_members:\n        if member.value == value:\n            return member\n    names = [member.name or "" for member in ${name}.all_members if member.value & value]\n${isNumber ? `    rest = value\n    for member in ${name}.all_members:\n        rest &= ~member.value\n    if rest > 0:\n        names.append(str(rest))\n` : ''}    return ${name}("|".join(names) if names else None, value)`,
  `def __or__(self, other):\n    return ${name}.of_value(self.value | other.value)`,
  `def __and__(self, other):\n    return ${name}.of_value(self.value & other.value)`,
  `def __xor__(self, other):\n    return ${name}.of_value(self.value ^ other.value)`,
  `def __invert__(self):\n    every = 0\n    for member in ${name}.all_members:\n        every |= member.value\n    return ${name}.of_value(every & ~self.value)`,
  'def __contains__(self, other):\n    return self.value & other.value == other.value',
  'def __bool__(self):\n    return self.value != 0',
  `def __eq__(self, other):\n    return isinstance(other, ${name}) and self.value == other.value`,
  'def __hash__(self):\n    return hash(self.value)',
  `def __iter__(self):\n    for member in ${name}.all_members:\n        if member.value & self.value:\n            yield member`,
];

/** Writes enumerations out as classes with their members as attributes. Throws Unsupported. */
export function writeOutEnumerations(module: Module, parse: ParsePython): Module {
  const needed = some(
    module.body,
    (node) =>
      ('bases' in node && (node['bases'] as Expr[]).some((base) => Object.hasOwn(kinds, lastName(base)))) ||
      (node['kind'] === 'call' && Object.hasOwn(kinds, lastName(node['callee'] as Expr))),
  );
  return needed ? new EnumerationWriter(module, parse).run() : module;
}
