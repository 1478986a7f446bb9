import {
  Unsupported,
  type CallExpr,
  type ClassDef,
  type Expr,
  type Module,
  type Param,
  type Place,
  type Stmt,
} from './ast.ts';
import { isLiteral } from './literals.ts';
import { firstFreeId, rewrite, some, walk } from './walk.ts';

/** Parses a piece of Python. */
export type ParsePython = (source: string) => readonly Stmt[];

interface Field {
  readonly name: string;
  readonly place: Place;
  readonly default?: Expr;
  /** What makes the default anew at each call. */
  readonly factory?: Expr;
  readonly inInit: boolean;
  readonly inRepr: boolean;
  readonly inCompare: boolean;
}

const lastName = (node: Expr): string | undefined =>
  node.kind === 'name' || node.kind === 'attribute'
    ? node.name
    : node.kind === 'call'
      ? lastName(node.callee)
      : undefined;

const literalTrue = (call: CallExpr | undefined, name: string, absent: boolean): boolean => {
  const value = call?.keywords.find((keyword) => keyword.name === name)?.value;
  return value?.kind === 'bool' ? value.value : absent;
};

/** The other three orders by one of them and equality, as `functools.total_ordering` makes them. */
const orders: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  __lt__: {
    __gt__: 'not (self < other) and not (self == other)',
    __le__: 'self < other or self == other',
    __ge__: 'not (self < other)',
  },
  __le__: {
    __ge__: 'not (self <= other) or self == other',
    __lt__: 'self <= other and not (self == other)',
    __gt__: 'not (self <= other)',
  },
  __gt__: {
    __lt__: 'not (self > other) and not (self == other)',
    __ge__: 'self > other or self == other',
    __le__: 'not (self > other)',
  },
  __ge__: {
    __le__: 'not (self >= other) or self == other',
    __gt__: 'self >= other and not (self == other)',
    __lt__: 'not (self >= other)',
  },
};

class Generator {
  readonly #module: Module;
  readonly #parse: ParsePython;
  #nextId: number;
  readonly #fields = new Map<string, readonly Field[]>();

  constructor(module: Module, parse: ParsePython) {
    this.#module = module;
    this.#parse = parse;
    this.#nextId = firstFreeId(module.body);
  }

  run(): Module {
    const body = this.#module.body.map((statement) =>
      statement.kind === 'class' ? this.#class(statement) : statement,
    );
    return { ...this.#module, body };
  }

  #class(def: ClassDef): ClassDef {
    let result = def;
    for (const decorator of [...def.decorators].reverse()) {
      const name = lastName(decorator);
      if (name === 'dataclass') result = this.#dataClass(result, decorator);
      else if (name === 'total_ordering') result = this.#totalOrdering(result, decorator);
    }
    return result;
  }

  /** Statements of Python, as if they stood at a place of the program. */
  #statements(source: string, place: Place): Stmt[] {
    return rewrite(this.#parse(source), (node) => ({
      ...node,
      ...('id' in node && { id: this.#nextId++ }),
      ...('place' in node && { place }),
    })) as Stmt[];
  }

  #has(def: ClassDef, name: string): boolean {
    return def.body.some((member) => member.kind === 'def' && member.name === name);
  }

  #totalOrdering(def: ClassDef, decorator: Expr): ClassDef {
    const root = ['__lt__', '__le__', '__gt__', '__ge__'].find((name) => this.#has(def, name));
    if (root === undefined)
      throw new Unsupported('`total_ordering` needs one of the methods for order.', decorator.place);
    const others = Object.entries(orders[root] ?? {}).filter(([name]) => !this.#has(def, name));
    const source = others.map(([name, test]) => `def ${name}(self, other):\n    return ${test}\n`).join('');
    return this.#with(def, decorator, source);
  }

  #with(def: ClassDef, decorator: Expr, source: string): ClassDef {
    return {
      ...def,
      decorators: def.decorators.filter((each) => each !== decorator),
      body: [...def.body, ...this.#statements(source, def.place)],
    };
  }

  #dataClass(def: ClassDef, decorator: Expr): ClassDef {
    const options = decorator.kind === 'call' ? decorator : undefined;
    const unknown = options?.keywords.find(
      ({ name, value }) =>
        !['order', 'frozen', 'eq', 'repr', 'init', 'unsafe_hash', 'slots'].includes(name) || value.kind !== 'bool',
    );
    if (unknown)
      throw new Unsupported(`\`${unknown.name}\` of \`dataclass\` cannot be converted yet.`, decorator.place);
    const own = def.body.flatMap((member) => (member.kind === 'annotate' ? this.#field(member) : []));
    const inherited = def.bases.flatMap((base) => this.#fields.get(lastName(base) ?? '') ?? []);
    const fields = [...inherited.filter(({ name }) => !own.some((each) => each.name === name)), ...own];
    this.#fields.set(def.name, fields);
    const frozen = literalTrue(options, 'frozen', false);
    if (frozen) this.#refuseAssignments(own);
    const values = (object: string): string => {
      const items = fields.filter(({ inCompare }) => inCompare).map(({ name }) => `${object}.${name}`);
      return items.length ? `(${items.join(', ')},)` : '0';
    };
    const source: string[] = [];
    const add = (name: string, params: string, lines: readonly string[]): void => {
      if (!this.#has(def, name)) source.push(`def ${name}(${params}):`, ...lines.map((line) => `    ${line}`));
    };
    const given = fields.filter(({ inInit }) => inInit);
    if (literalTrue(options, 'init', true)) {
      const after = this.#has(def, '__post_init__') ? ['self.__post_init__()'] : [];
      const made = fields.map(({ name, inInit }) => `self.${name} = ${inInit ? name : '0'}`);
      add('__init__', ['self', ...given.map(({ name }) => name)].join(', '), [
        ...made,
        ...after,
        ...(made.length ? [] : ['pass']),
      ]);
    }
    if (literalTrue(options, 'repr', true)) {
      const shown = fields.filter(({ inRepr }) => inRepr).map(({ name }) => `${name}={self.${name}!r}`);
      add('__repr__', 'self', [`return f"${def.qualifiedName ?? def.shownName ?? def.name}(${shown.join(', ')})"`]);
    }
    if (literalTrue(options, 'eq', true))
      add('__eq__', 'self, other', [
        `return isinstance(other, ${def.name}) and ${values('self')} == ${values('other')}`,
      ]);
    if (literalTrue(options, 'order', false)) {
      for (const [name, sign] of [
        ['__lt__', '<'],
        ['__le__', '<='],
        ['__gt__', '>'],
        ['__ge__', '>='],
      ] as const)
        add(name, 'self, other', [`return ${values('self')} ${sign} ${values('other')}`]);
    }
    if (frozen || literalTrue(options, 'unsafe_hash', false))
      add('__hash__', 'self', [`return hash(${values('self')})`]);
    const made = this.#with(def, decorator, `${source.join('\n')}\n`);
    const members = made.body.filter(({ kind }) => kind !== 'annotate');
    const hasOwnInit = this.#has(def, '__init__');
    return { ...made, body: hasOwnInit ? members : members.map((member) => this.#withDefaults(member, fields)) };
  }

  #field(member: Extract<Stmt, { kind: 'annotate' }>): Field[] {
    const { target, annotation, value, place } = member;
    if (target.kind !== 'name') return [];
    if (some(annotation, (node) => node['name'] === 'ClassVar'))
      throw new Unsupported('An attribute of the class itself in a `dataclass` cannot be converted yet.', place);
    const { name } = target;
    const call = value?.kind === 'call' && lastName(value.callee) === 'field' ? value : undefined;
    const of = (key: string): Expr | undefined => call?.keywords.find((keyword) => keyword.name === key)?.value;
    const made = call ? of('default') : value;
    const factory = of('default_factory');
    if (made && !isLiteral(made)) {
      throw new Unsupported(`The default of \`${name}\` cannot be converted yet: only literal values can.`, place);
    }
    return [
      {
        name,
        place,
        ...(made && { default: made }),
        ...(factory && { factory }),
        inInit: literalTrue(call, 'init', true),
        inRepr: literalTrue(call, 'repr', true),
        inCompare: literalTrue(call, 'compare', true),
      },
    ];
  }

  /** Gives the parameters of a generated initializer their defaults, and attributes that are none of them their first values. */
  #withDefaults(member: Stmt, fields: readonly Field[]): Stmt {
    if (member.kind !== 'def' || member.name !== '__init__') return member;
    const valueOf = (field: Field): Expr | undefined =>
      field.factory
        ? { kind: 'call', id: this.#nextId++, place: field.place, callee: field.factory, args: [], keywords: [] }
        : field.default;
    const params = member.params.map((param): Param => {
      const field = fields.find(({ name }) => name === param.name);
      const value = field && valueOf(field);
      return value ? { ...param, default: value, ...(field.factory && { isFresh: true }) } : param;
    });
    const body = member.body.flatMap((statement): Stmt[] => {
      const [target] = statement.kind === 'assign' ? statement.targets : [];
      const field =
        target?.kind === 'attribute' ? fields.find(({ name, inInit }) => name === target.name && !inInit) : undefined;
      if (!field || statement.kind !== 'assign') return [statement];
      const value = valueOf(field);
      return value ? [{ ...statement, value }] : [];
    });
    return { ...member, params, body };
  }

  /** A frozen instance raises an error on assignment; a program that tries is refused. */
  #refuseAssignments(fields: readonly Field[]): void {
    const names = new Set(fields.map(({ name }) => name));
    walk(this.#module.body, (node) => {
      const targets = [
        ...((node['targets'] as Expr[] | undefined) ?? []),
        ...(node['kind'] === 'augment' ? [node['target'] as Expr] : []),
      ];
      const target = targets.find((each) => each.kind === 'attribute' && names.has(each.name));
      if (target)
        throw new Unsupported('Assigning to an attribute of a frozen `dataclass` cannot be converted.', target.place);
    });
  }
}

/** Writes out what decorators of the standard library make of a class, as methods in Python. */
export function generateMethods(module: Module, parse: ParsePython): Module {
  const needed = module.body.some((statement) => statement.kind === 'class' && statement.decorators.length > 0);
  return needed ? new Generator(module, parse).run() : module;
}
