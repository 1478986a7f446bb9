import {
  Unsupported,
  type CallExpr,
  type ClassDef,
  type Expr,
  type FunctionDef,
  type Module,
  type Stmt,
} from './ast.ts';
import { Pieces, type ParsePython } from './pieces.ts';
import { rewrite, some } from './walk.ts';

/** The module of ours in which stands, for each of these, what classes derived from it have of it. */
export const BASES_MODULE = 'builtin_bases';

/** What instances of a derived class are as well. */
const standsFor: Readonly<Record<string, ClassDef['standsFor']>> = { list: 'list', dict: 'dict', set: 'set' };
const mixes: Readonly<Record<string, ClassDef['mixes']>> = { int: 'int', float: 'float', str: 'str' };
const collections = new Set(['UserList', 'UserDict']);

const lastName = (node: Expr | undefined): string | undefined =>
  node?.kind === 'name' || node?.kind === 'attribute'
    ? node.name
    : node?.kind === 'index'
      ? lastName(node.object)
      : undefined;

/** The built-in class that a class derives from, if it has no other base. */
function builtinBase(def: ClassDef): string | undefined {
  const [base, more] = def.bases;
  const name = more ? undefined : lastName(base);
  return name !== undefined && (name in standsFor || name in mixes || collections.has(name)) ? name : undefined;
}

const method = (def: ClassDef, name: string): FunctionDef | undefined =>
  def.body.find((member): member is FunctionDef => member.kind === 'def' && member.name === name);

class BaseWriter {
  readonly #module: Module;
  readonly #pieces: Pieces;
  readonly #bases: ReadonlyMap<string, ClassDef>;
  /** The classes of numbers and texts, with what these are. */
  readonly #mixed = new Map<string, NonNullable<ClassDef['mixes']>>();
  /** What makes a value that an instance begins with, by class: only the class that has no initializer of its own. */
  readonly #startsWith = new Map<string, string>();

  constructor(module: Module, parse: ParsePython, bases: readonly Stmt[]) {
    this.#module = module;
    this.#pieces = new Pieces(module, parse);
    this.#bases = new Map(bases.flatMap((each) => (each.kind === 'class' ? [[each.name, each] as const] : [])));
  }

  run(): Module {
    const body = this.#module.body.map((each): Stmt => (each.kind === 'class' ? this.#class(each) : each));
    return {
      ...this.#module,
      body: rewrite(body, (node) => {
        if (node['kind'] === 'import-from' && node['module'] === 'collections') {
          const names = (node['names'] as { name: string }[]).filter(({ name }) => !collections.has(name));
          return names.length
            ? { ...node, names }
            : { kind: 'pass', id: node['id'], place: node['place'], leading: node['leading'] };
        }
        const callee = node['callee'] as Expr | undefined;
        const maker =
          node['kind'] === 'call' && callee?.kind === 'name' ? this.#startsWith.get(callee.name) : undefined;
        return maker === undefined ? node : this.#made(node as unknown as CallExpr, maker);
      }),
    };
  }

  /** `Stack(items)` as `Stack(list(items))`. */
  #made(call: CallExpr, maker: string): CallExpr {
    if (call.args.length + call.keywords.length === 0) return call;
    const value: Expr = {
      ...call,
      id: this.#pieces.name('', call.place).id,
      callee: this.#pieces.name(maker, call.place),
    };
    return { ...call, args: [value], keywords: [] };
  }

  #membersOf(base: string): FunctionDef[] {
    const def = this.#bases.get(`${base}_base`);
    const above = lastName(def?.bases[0])?.replace(/_base$/, '');
    const own = def?.body.flatMap((member) => (member.kind === 'def' ? [member] : [])) ?? [];
    return [...own, ...(above === undefined ? [] : this.#membersOf(above))];
  }

  #class(def: ClassDef): ClassDef {
    const base = builtinBase(def);
    if (base === undefined) {
      const above = lastName(def.bases[0]);
      const maker = above === undefined ? undefined : this.#startsWith.get(above);
      if (maker !== undefined && !method(def, '__init__')) this.#startsWith.set(def.name, maker);
      const mixed = above === undefined ? undefined : this.#mixed.get(above);
      if (!mixed) return def;
      this.#mixed.set(def.name, mixed);
      return { ...this.#withoutNew(def, mixed), mixes: mixed };
    }
    const mixed = mixes[base];
    if (mixed) this.#mixed.set(def.name, mixed);
    const own = this.#withoutNew(def, base);
    const maker = collections.has(base) ? (base === 'UserList' ? 'list' : 'dict') : base;
    const isStarted = !method(own, '__init__') || this.#handsAllOn(method(own, '__init__') as FunctionDef);
    if (isStarted && !(base in mixes)) this.#startsWith.set(def.name, maker);
    const members = this.#membersOf(base);
    const handedOn = new Set<string>();
    const body = own.body.map((member) => this.#inWords(member, base, maker, handedOn));
    const named = new Set(body.flatMap((member) => (member.kind === 'def' ? [member.name] : [])));
    const missing = named.has('__missing__');
    const copied = members.flatMap((member): Stmt[] => {
      const copy = this.#copy(member, base, def, missing);
      return [
        ...(named.has(member.name) ? [] : [copy]),
        ...(handedOn.has(member.name)
          ? [{ ...this.#pieces.fresh(copy), name: `${base}_${member.name.replaceAll('__', '')}` }]
          : []),
      ];
    });
    const all = missing
      ? rewrite([...body, ...copied], (node) =>
          node['kind'] === 'def' && node['name'] === '__missing__' ? { ...node, name: 'missing_item' } : node,
        )
      : [...body, ...copied];
    return {
      ...def,
      bases: [],
      body: all,
      ...(standsFor[base] && { standsFor: standsFor[base] }),
      ...(mixed && { mixes: mixed }),
    };
  }

  /** A method of the built-in class as one of the derived class. */
  #copy(member: FunctionDef, base: string, def: ClassDef, missing: boolean): FunctionDef {
    const made = rewrite(this.#pieces.fresh(member), (node) => ({
      ...node,
      ...('place' in node && { place: def.place }),
      ...(node['kind'] === 'name' && String(node['name']).endsWith('_base') && { name: def.name }),
    }));
    if (member.name !== '__getitem__' || !missing) return made;
    const text = 'if key not in self.data:\n    return self.missing_item(key)';
    return { ...made, body: [...this.#pieces.statements(text, def.place), ...made.body] };
  }

  /** True for an initializer that hands whatever it is given on. */
  #handsAllOn(init: FunctionDef): boolean {
    const kinds = init.params.slice(1).map(({ kind }) => kind);
    return kinds.includes('args') && kinds.every((kind) => kind === 'args' || kind === 'kwargs');
  }

  /** A method with `super().append(x)` and `list.append(self, x)` as calls of the copy of what they mean. */
  #inWords(member: Stmt, base: string, maker: string, handedOn: Set<string>): Stmt {
    if (member.kind !== 'def') return member;
    const self = member.params[0]?.name ?? 'self';
    const allOn = member.name === '__init__' && this.#handsAllOn(member);
    const made = rewrite(member, (node) => {
      const callee = node['callee'] as Expr | undefined;
      if (node['kind'] !== 'call' || callee?.kind !== 'attribute') return node;
      const call = node as unknown as CallExpr;
      const isSuper = callee.object.kind === 'call' && lastName(callee.object.callee) === 'super';
      const isBase = callee.object.kind === 'name' && callee.object.name === base;
      if (!isSuper && !isBase) return node;
      const args = isBase ? call.args.slice(1) : call.args;
      handedOn.add(callee.name);
      const target = this.#pieces.expression(`${self}.${base}_${callee.name.replaceAll('__', '')}`, call.place);
      if (callee.name !== '__init__') return { ...call, callee: target, args };
      const given = { ...call, callee: target, args };
      if (allOn) return { ...given, args: [this.#pieces.name('items', call.place)], keywords: [] };
      return base in mixes ? given : this.#made(given, maker);
    });
    if (!allOn) return made;
    const [first] = this.#pieces.statements('def f(self, items=None):\n    pass', member.place);
    return { ...made, params: first?.kind === 'def' ? first.params : made.params };
  }

  /** `__new__` of a class of numbers or texts as its initializer, where it does nothing else. */
  #withoutNew(def: ClassDef, base: string): ClassDef {
    const maker = method(def, '__new__');
    if (!maker) return def;
    const refuse = (): never => {
      throw new Unsupported(`\`__new__\` of a class derived from \`${base}\` cannot be converted yet.`, maker.place);
    };
    if (method(def, '__init__') || !(base in mixes)) return refuse();
    const made = (node: Expr | undefined): Expr | undefined => {
      if (node?.kind !== 'call' || node.callee.kind !== 'attribute' || node.callee.name !== '__new__') return undefined;
      return node.args.length === 2 ? node.args[1] : undefined;
    };
    let name: string | undefined;
    const body = maker.body.flatMap((each, at): Stmt[] => {
      const value = each.kind === 'assign' || each.kind === 'return' ? made(each.value) : undefined;
      const target = each.kind === 'assign' ? each.targets[0] : undefined;
      const isLast = at === maker.body.length - 1;
      if (value) {
        if (target?.kind === 'name') name = target.name;
        else if (!isLast) return refuse();
        return this.#pieces.statements(`self.value = ${base}(given)`, each.place, { given: value });
      }
      if (isLast && each.kind === 'return' && each.value?.kind === 'name' && each.value.name === name) return [];
      return [each];
    });
    const init = rewrite({ ...maker, name: '__init__', body, decorators: [] }, (node) =>
      node['kind'] === 'name' && node['name'] === name ? { ...node, name: 'self' } : node,
    );
    if (some(init.body, (node) => node['kind'] === 'return' || node['name'] === '__new__')) return refuse();
    const [self, ...params] = init.params;
    const named = self ? { ...init, params: [{ ...self, name: 'self' }, ...params] } : init;
    return { ...def, body: def.body.map((member) => (member === maker ? named : member)) };
  }
}

/** Writes classes that derive from built-in ones as classes that hold what they derive from. Throws Unsupported. */
export function writeOutBuiltinBases(module: Module, parse: ParsePython, bases: () => readonly Stmt[]): Module {
  const needed = module.body.some((each) => each.kind === 'class' && builtinBase(each) !== undefined);
  return needed ? new BaseWriter(module, parse, bases()).run() : module;
}
