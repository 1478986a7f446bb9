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
import { firstFreeId, rewrite, some, walk, type SyntaxNode } from './walk.ts';

/** Parses a piece of Python. */
export type ParsePython = (source: string) => readonly Stmt[];

interface Field {
  readonly name: string;
  readonly annotation: Expr;
  readonly place: Place;
  readonly default?: Expr;
  /** What makes the default anew at each call. */
  readonly factory?: Expr;
  readonly inInit: boolean;
  /** True where the initializer takes it by its name only. */
  readonly keywordOnly: boolean;
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

/** Functions of `dataclasses` that go through the fields of an instance. */
const functionsOfFields = new Set(['asdict', 'astuple', 'replace']);

const FROZEN_ERROR = 'FrozenInstanceError';

/** True for a frozen data class. */
function isFrozen(def: ClassDef): boolean {
  return def.decorators.some(
    (node) => node.kind === 'call' && lastName(node) === 'dataclass' && literalTrue(node, 'frozen', false),
  );
}

/** True for a class whose instances have an attribute that may be given a value. */
function sets(def: ClassDef, name: string): boolean {
  return some(def.body, (node) => {
    const targets = [node['target'], ...((node['targets'] as unknown[] | undefined) ?? [])] as (Expr | undefined)[];
    return targets.some(
      (target) =>
        (target?.kind === 'attribute' && target.name === name && lastName(target.object) === 'self') ||
        (target?.kind === 'name' && target.name === name && ['annotate', 'assign'].includes(node['kind'] as string)),
    );
  });
}

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
    const frozen = this.#frozenFields();
    const calling = this.#callingMethods(this.#module.body);
    const body = this.#withoutMarker(this.#refusing(calling, frozen)).map((statement) =>
      statement.kind === 'class' ? this.#class(statement) : statement,
    );
    const [first] = frozen.size > 0 && !this.#isDefined(FROZEN_ERROR) ? body : [];
    const error = first ? this.#statements(`class ${FROZEN_ERROR}(AttributeError):\n    pass`, first.place) : [];
    return { ...this.#module, body: [...error, ...rewrite(body, (node) => this.#settingPlainly(node))] };
  }

  /** The names of the fields that calls of `replace` give other values. */
  readonly #replaced = new Map<string, readonly string[]>();
  readonly #asked = new Set<string>();

  /** Calls of `asdict`, `astuple` and `replace` as calls of methods that the classes are given. */
  #callingMethods(body: readonly Stmt[]): readonly Stmt[] {
    const names = new Map<string, string>();
    walk(body, (node) => {
      if (node['kind'] === 'import-from' && node['module'] === 'dataclasses')
        for (const { name, as } of node['names'] as { name: string; as?: string }[])
          if (functionsOfFields.has(name)) names.set(as ?? name, name);
      if (node['kind'] === 'import')
        for (const { module, as } of node['names'] as { module: string; as?: string }[])
          if (module === 'dataclasses')
            for (const name of functionsOfFields) names.set(`${as ?? module}.${name}`, name);
    });
    if (names.size === 0) return body;
    return rewrite(body, (node) => {
      if (node['kind'] !== 'call') return node;
      const { callee, args, keywords, place } = node as unknown as CallExpr;
      const owner = callee.kind === 'attribute' && callee.object.kind === 'name' ? `${callee.object.name}.` : '';
      const known = callee.kind === 'name' || owner ? names.get(`${owner}${lastName(callee) ?? ''}`) : undefined;
      const [object, more] = args;
      const isReplace = known === 'replace';
      if (known === undefined || !object || more || keywords.length > 0 !== isReplace) return node;
      const fields = keywords.map(({ name }) => name);
      const method = isReplace ? `replaced_${fields.join('_')}` : `${known}_of_fields`;
      if (isReplace) this.#replaced.set(method, fields);
      this.#asked.add(known);
      return {
        ...node,
        callee: { kind: 'attribute', id: this.#nextId++, place, object, name: method },
        args: keywords.map(({ value }) => value),
        keywords: [],
      };
    });
  }

  /** Python for what `asdict` or `astuple` makes of a field: of data classes in it what it makes of those. */
  #ofField({ name, annotation }: Field, known: string): string {
    const isDataClass = (node: Expr): boolean => {
      const named = node.kind === 'str' ? node.value : lastName(node);
      return this.#module.body.some(
        (each) =>
          each.kind === 'class' && each.name === named && each.decorators.some((by) => lastName(by) === 'dataclass'),
      );
    };
    const value = `self.${name}`;
    const of = (item: string): string => `${item}.${known}_of_fields()`;
    if (isDataClass(annotation)) return of(value);
    const options = annotation.kind === 'binary' && annotation.op === '|' ? [annotation.left, annotation.right] : [];
    const inner = annotation.kind === 'index' ? annotation.index : undefined;
    const optional = inner && lastName((annotation as { object: Expr }).object) === 'Optional' ? [inner] : options;
    if (optional.some(isDataClass)) return `None if ${value} is None else ${of(value)}`;
    const container = lastName(annotation.kind === 'index' ? annotation.object : annotation)?.toLowerCase();
    if (container === 'list' && inner && isDataClass(inner)) return `[${of('each')} for each in ${value}]`;
    const held = inner?.kind === 'tuple' ? inner.items.at(-1) : undefined;
    if (container === 'dict' && held && isDataClass(held))
      return `{key: ${of('each')} for key, each in ${value}.items()}`;
    return container === 'list' || container === 'dict' || container === 'set' ? `${value}.copy()` : value;
  }

  /** `object.__setattr__(self, "name", value)`, by which a frozen class fills in its own instances. */
  #settingPlainly(node: SyntaxNode): unknown {
    const call = node['kind'] === 'expr' ? (node['value'] as Expr) : undefined;
    if (call?.kind !== 'call' || call.callee.kind !== 'attribute' || call.callee.name !== '__setattr__') return node;
    const [object, name, value] = call.args;
    if (lastName(call.callee.object) !== 'object' || !object || name?.kind !== 'str' || !value) return node;
    const target = { kind: 'attribute', id: this.#nextId++, place: call.place, object, name: name.value };
    return { ...node, kind: 'assign', targets: [target], value };
  }

  #isDefined(name: string): boolean {
    return this.#module.body.some((each) => each.kind === 'class' && each.name === name);
  }

  /** `KW_ONLY` says something where it stands only. */
  #withoutMarker(body: readonly Stmt[]): readonly Stmt[] {
    return body.map((each) =>
      each.kind === 'import-from' && each.module === 'dataclasses'
        ? { ...each, names: each.names.filter(({ name }) => name !== 'KW_ONLY' && !functionsOfFields.has(name)) }
        : each,
    );
  }

  /** The fields of frozen classes, with the names of these. */
  #frozenFields(): Map<string, Set<string>> {
    const frozen = new Map<string, Set<string>>();
    for (const def of this.#module.body) {
      if (def.kind !== 'class' || !isFrozen(def)) continue;
      for (const member of def.body) {
        if (member.kind !== 'annotate' || member.target.kind !== 'name') continue;
        const { name } = member.target;
        frozen.set(name, (frozen.get(name) ?? new Set<string>()).add(def.name));
      }
    }
    return frozen;
  }

  /** Statements in which an assignment to what may be a field of a frozen instance calls a method that says what happens. */
  #refusing(body: readonly Stmt[], frozen: ReadonlyMap<string, ReadonlySet<string>>): readonly Stmt[] {
    if (frozen.size === 0) return body;
    const asked = new Set<string>();
    const changed = body.map((statement): Stmt => {
      if (statement.kind !== 'class' || isFrozen(statement)) return this.#asking(statement, frozen, '', asked);
      const members = statement.body.map((member) =>
        this.#asking(member, frozen, member.kind === 'def' ? (member.params[0]?.name ?? '') : '', asked),
      );
      return { ...statement, body: members };
    });
    // Instances of other classes take the value.
    return changed.map((statement): Stmt => {
      if (statement.kind !== 'class' || isFrozen(statement)) return statement;
      const own = [...asked].filter((name) => sets(statement, name));
      const source = own.map((name) => `def assign_${name}(self, value):\n    self.${name} = value\n`).join('');
      return own.length
        ? { ...statement, body: [...statement.body, ...this.#statements(source, statement.place)] }
        : statement;
    });
  }

  /** A statement, with the names of the attributes for which it now calls a method. */
  #asking(statement: Stmt, frozen: ReadonlyMap<string, ReadonlySet<string>>, self: string, asked: Set<string>): Stmt {
    const isMeant = (node: SyntaxNode): boolean =>
      node['kind'] === 'attribute' &&
      frozen.has(node['name'] as string) &&
      lastName(node['object'] as Expr) !== self &&
      !this.#isDefined(lastName(node['object'] as Expr) ?? '');
    return rewrite(statement, (node) => {
      const targets = [node['target'], ...((node['targets'] as unknown[] | undefined) ?? [])].filter(Boolean);
      const [target] = targets as Expr[];
      const kind = node['kind'] as string;
      if (!target || kind === 'delete' || !targets.some((each) => some(each, isMeant))) return node;
      if (target.kind !== 'attribute' || !isMeant(target as unknown as SyntaxNode)) {
        // A read within a target, such as that of an index, is none of an attribute.
        const isWritten = (each: unknown): boolean => {
          const { kind: of, items, value } = each as { kind: string; items?: unknown[]; value?: unknown };
          if (of === 'attribute') return isMeant(each as SyntaxNode);
          return of === 'star' ? isWritten(value) : (items ?? []).some(isWritten);
        };
        if (!targets.some(isWritten)) return node;
      }
      if (target.kind !== 'attribute' || targets.length > 1 || !['assign', 'augment', 'annotate'].includes(kind))
        throw new Unsupported('Assigning to an attribute of a frozen `dataclass` cannot be converted.', target.place);
      const { place, object, name } = target;
      asked.add(name);
      const callee = { kind: 'attribute', id: this.#nextId++, place, object, name: `assign_${name}` };
      const { op, value: given } = node as { op?: string; value?: unknown };
      const value =
        kind === 'augment' ? { kind: 'binary', id: this.#nextId++, place, op, left: target, right: given } : given;
      const call = { kind: 'call', id: this.#nextId++, place, callee, args: [value], keywords: [] };
      return { ...node, kind: 'expr', target: undefined, targets: undefined, value: call };
    });
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
        !['order', 'frozen', 'eq', 'repr', 'init', 'unsafe_hash', 'slots', 'kw_only', 'match_args'].includes(name) ||
        value.kind !== 'bool',
    );
    if (unknown)
      throw new Unsupported(`\`${unknown.name}\` of \`dataclass\` cannot be converted yet.`, decorator.place);
    const marker = def.body.findIndex(
      (member) => member.kind === 'annotate' && lastName(member.annotation) === 'KW_ONLY',
    );
    const allNamed = literalTrue(options, 'kw_only', false);
    const own = def.body.flatMap((member, at) =>
      member.kind === 'annotate' && at !== marker ? this.#field(member, allNamed || (marker >= 0 && at > marker)) : [],
    );
    const inherited = def.bases.flatMap((base) => this.#fields.get(lastName(base) ?? '') ?? []);
    const fields = [...inherited.filter(({ name }) => !own.some((each) => each.name === name)), ...own];
    this.#fields.set(def.name, fields);
    const frozen = literalTrue(options, 'frozen', false);
    const values = (object: string): string => {
      const items = fields.filter(({ inCompare }) => inCompare).map(({ name }) => `${object}.${name}`);
      return items.length ? `(${items.join(', ')},)` : '0';
    };
    const source: string[] = [];
    const add = (name: string, params: string, lines: readonly string[]): void => {
      if (!this.#has(def, name)) source.push(`def ${name}(${params}):`, ...lines.map((line) => `    ${line}`));
    };
    const inInit = fields.filter((field) => field.inInit);
    const given = inInit.filter(({ keywordOnly }) => !keywordOnly).map(({ name }) => name);
    const byName = inInit.filter(({ keywordOnly }) => keywordOnly).map(({ name }) => name);
    if (literalTrue(options, 'init', true)) {
      const after = this.#has(def, '__post_init__') ? ['self.__post_init__()'] : [];
      const made = fields.map(({ name, inInit }) => `self.${name} = ${inInit ? name : '0'}`);
      add('__init__', ['self', ...given, ...(byName.length ? ['*', ...byName] : [])].join(', '), [
        ...made,
        ...after,
        ...(made.length ? [] : ['pass']),
      ]);
    }
    if (literalTrue(options, 'repr', true)) {
      const shown = fields.filter(({ inRepr }) => inRepr).map(({ name }) => `${name}={self.${name}!r}`);
      add('__repr__', 'self', [`return f"${def.qualifiedName ?? def.shownName ?? def.name}(${shown.join(', ')})"`]);
    }
    if (literalTrue(options, 'eq', true)) {
      const ofSameClass = this.#hasRelatives(def) ? 'type(self).__name__ == type(other).__name__ and ' : '';
      add('__eq__', 'self, other', [
        `return isinstance(other, ${def.name}) and ${ofSameClass}${values('self')} == ${values('other')}`,
      ]);
    }
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
    if (this.#asked.has('asdict'))
      add('asdict_of_fields', 'self', [
        `return {${fields.map((field) => `"${field.name}": ${this.#ofField(field, 'asdict')}`).join(', ')}}`,
      ]);
    if (this.#asked.has('astuple'))
      add('astuple_of_fields', 'self', [
        `return (${fields.map((field) => `${this.#ofField(field, 'astuple')},`).join(' ')})`,
      ]);
    for (const [method, names] of this.#replaced) {
      if (!names.every((name) => inInit.some((field) => field.name === name))) continue;
      const valueOf = (name: string): string => (names.includes(name) ? name : `self.${name}`);
      const values = [...given.map(valueOf), ...byName.map((name) => `${name}=${valueOf(name)}`)];
      add(method, ['self', ...names].join(', '), [`return ${def.name}(${values.join(', ')})`]);
    }
    for (const { name } of frozen ? own : [])
      add(`assign_${name}`, 'self, value', [`raise ${FROZEN_ERROR}("cannot assign to field '${name}'")`]);
    const made = this.#with(def, decorator, `${source.join('\n')}\n`);
    const members = made.body.filter(({ kind }) => kind !== 'annotate');
    const hasOwnInit = this.#has(def, '__init__');
    return { ...made, body: hasOwnInit ? members : members.map((member) => this.#withDefaults(member, fields)) };
  }

  /** True for a class that is derived from another one, or from which another one is. */
  #hasRelatives(def: ClassDef): boolean {
    return (
      def.bases.length > 0 ||
      some(
        this.#module.body,
        // A pattern of `match` for a class is of the kind `class` as well.
        ({ kind, bases }) => kind === 'class' && ((bases ?? []) as Expr[]).some((base) => lastName(base) === def.name),
      )
    );
  }

  #field(member: Extract<Stmt, { kind: 'annotate' }>, named: boolean): Field[] {
    const { target, annotation, value, place } = member;
    if (target.kind !== 'name') return [];
    if (some(annotation, (node) => node['name'] === 'ClassVar'))
      throw new Unsupported('An attribute of the class itself in a `dataclass` cannot be converted yet.', place);
    const { name } = target;
    const call = value?.kind === 'call' && lastName(value.callee) === 'field' ? value : undefined;
    const of = (key: string): Expr | undefined => call?.keywords.find((keyword) => keyword.name === key)?.value;
    const made = call ? of('default') : value;
    const factory = of('default_factory');
    if (made && some(made, isChangeable)) {
      throw new Unsupported(
        `The default of \`${name}\` cannot be converted: every instance would share it. Use \`field(default_factory=…)\`.`,
        place,
      );
    }
    return [
      {
        name,
        annotation,
        place,
        ...(made && { default: made }),
        ...(factory && { factory }),
        inInit: literalTrue(call, 'init', true),
        keywordOnly: literalTrue(call, 'kw_only', named),
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
}

const changeableTypes = new Set('bytearray Counter defaultdict deque dict list OrderedDict set'.split(' '));

/** True for what makes something that can be changed, which Python refuses as a default, or does something when it is worked out. */
function isChangeable(node: SyntaxNode): boolean {
  const { kind, callee } = node as { kind: string; callee?: Expr };
  return (
    ['comp', 'dict', 'list', 'set', 'walrus'].includes(kind) ||
    (kind === 'call' && callee !== undefined && changeableTypes.has(lastName(callee) ?? ''))
  );
}

/** Writes out what decorators of the standard library make of a class, as methods in Python. */
export function generateMethods(module: Module, parse: ParsePython): Module {
  const needed = module.body.some((statement) => statement.kind === 'class' && statement.decorators.length > 0);
  return needed ? new Generator(module, parse).run() : module;
}
