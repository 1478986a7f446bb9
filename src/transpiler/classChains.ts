import { Unsupported, type CallExpr, type ClassDef, type Expr, type Module, type NameExpr, type Stmt } from './ast.ts';
import { firstFreeId, isName, rewrite, some, walk, type SyntaxNode } from './walk.ts';

/** Bases that have no methods of their own. */
const emptyBases = new Set(['object', 'ABC', 'Generic', 'Protocol']);

const baseName = (node: Expr): string =>
  node.kind === 'index' ? baseName(node.object) : node.kind === 'name' || node.kind === 'attribute' ? node.name : '';

/** Names of the methods and attributes that a class defines itself. */
function membersOf(def: ClassDef): Set<string> {
  const names = new Set<string>();
  for (const member of def.body) {
    if (member.kind === 'def') names.add(member.name);
    if (member.kind === 'assign')
      for (const target of member.targets) if (target.kind === 'name') names.add(target.name);
    if (member.kind === 'annotate' && member.value && member.target.kind === 'name') names.add(member.target.name);
  }
  return names;
}

/** Names of the methods that a class calls by `super()`. */
function superCallsOf(def: ClassDef): Set<string> {
  const names = new Set<string>();
  walk(def.body, (node) => {
    const object = node['object'] as Expr | undefined;
    if (node['kind'] !== 'attribute' || object?.kind !== 'call') return;
    if (isName(object.callee as unknown as SyntaxNode, 'super')) names.add(node['name'] as string);
  });
  return names;
}

/** Puts classes with several bases into words with one: a chain in the order in which Python looks for methods. */
class ChainWriter {
  readonly #module: Module;
  readonly #classes = new Map<string, ClassDef>();
  /** The base that each class ends up with; empty for none. */
  readonly #next = new Map<string, string>();
  readonly #copies = new Map<string, string[]>();
  readonly #added: ClassDef[] = [];
  /** What a class with a copy among those it derives from means by a name. */
  readonly #meant = new Map<string, Map<string, string>>();
  readonly #dropped = new Map<string, Set<string>>();
  #nextId: number;

  constructor(module: Module) {
    this.#module = module;
    this.#nextId = firstFreeId(module.body);
    for (const statement of module.body) if (statement.kind === 'class') this.#classes.set(statement.name, statement);
  }

  run(): Module {
    const orders = new Map<string, readonly string[]>();
    for (const [name, def] of this.#classes) orders.set(name, this.#order(name, def));
    const several = [...this.#classes.values()].filter((def) => this.#bases(def).length > 1);
    for (const def of several) this.#chain(def, orders);
    const body = this.#module.body.flatMap((statement): Stmt[] => {
      if (statement.kind !== 'class') return [statement];
      const next = this.#next.get(statement.name);
      return [next === undefined ? statement : this.#onto(statement, next)];
    });
    const all = several.length ? this.#ordered([...body, ...this.#added]) : body;
    return { ...this.#module, body: this.#inWords(all, orders) };
  }

  #bases(def: ClassDef): string[] {
    return def.bases.map(baseName).filter((name) => !emptyBases.has(name) || this.#classes.has(name));
  }

  /** Python's order of resolution (C3), the class itself first. */
  #order(name: string, at: ClassDef, seen: readonly string[] = []): string[] {
    const def = this.#classes.get(name);
    if (!def || seen.includes(name)) return [name];
    const bases = this.#bases(def);
    const lists = [...bases.map((base) => this.#order(base, at, [...seen, name])), [...bases]];
    const result = [name];
    while (lists.some((list) => list.length)) {
      const head = lists
        .flatMap((list) => list.slice(0, 1))
        .find((each) => lists.every((list) => !list.slice(1).includes(each)));
      if (head === undefined)
        throw new Unsupported(
          `The bases of \`${name}\` have no consistent order: Python refuses this as well.`,
          at.place,
        );
      result.push(head);
      for (const list of lists) if (list[0] === head) list.shift();
    }
    return result;
  }

  /** True when a class has a life of its own: instances are made of it, or other classes derive from it alone. */
  #isShared(name: string, except: string): boolean {
    const derived = [...this.#classes.values()].filter((def) => def.name !== except && this.#bases(def).includes(name));
    if (derived.some((def) => this.#bases(def).length === 1)) return true;
    return some(this.#module.body, (node) => node['kind'] === 'call' && isName(node['callee'] as SyntaxNode, name));
  }

  #chain(def: ClassDef, orders: ReadonlyMap<string, readonly string[]>): void {
    const order = (orders.get(def.name) as readonly string[]).slice(1);
    const shared = this.#bases(def).filter((base) => this.#classes.has(base) && this.#isShared(base, def.name));
    const [trunk] = shared;
    const reordered =
      shared.length === 1 && trunk !== undefined ? this.#around(def, order, orders.get(trunk) ?? []) : undefined;
    const chain = reordered ?? order;
    // From the far end: each class with the one behind it as its only base.
    let next = '';
    for (const name of [...chain].reverse()) next = this.#link(def, name, next, orders);
    this.#next.set(def.name, next);
  }

  /** The order with the line of one base behind all others, where nobody can see the difference. */
  #around(def: ClassDef, order: readonly string[], line: readonly string[]): readonly string[] | undefined {
    const others = order.filter((name) => !line.includes(name));
    const own = membersOf(def);
    const inLine = new Set<string>();
    const drops = new Map<string, Set<string>>();
    for (const name of line) {
      const each = this.#classes.get(name);
      if (!each) return undefined;
      for (const member of membersOf(each)) inLine.add(member);
    }
    for (const name of others) {
      const each = this.#classes.get(name);
      if (!each) return undefined;
      const before = line.some((other) => order.indexOf(other) < order.indexOf(name));
      if (!before) continue;
      const members = membersOf(each);
      // What is called by `super()` from here would now find the line of that base.
      if ([...superCallsOf(each)].some((call) => inLine.has(call) && (own.has(call) || !members.has(call))))
        return undefined;
      for (const other of line)
        if ([...superCallsOf(this.#classes.get(other) as ClassDef)].some((call) => members.has(call))) return undefined;
      const hidden = [...members].filter((member) => inLine.has(member) && !own.has(member));
      if (hidden.length) drops.set(name, new Set(hidden));
    }
    for (const [name, hidden] of drops) this.#dropped.set(`${def.name} ${name}`, hidden);
    return [...others, ...line];
  }

  /** Makes a class the one in front of `next` and gives the name under which it is that. */
  #link(def: ClassDef, name: string, next: string, orders: ReadonlyMap<string, readonly string[]>): string {
    const own = this.#classes.get(name);
    if (!own) {
      if (next !== '')
        throw new Unsupported(`\`${name}\` in front of another base class cannot be converted yet.`, def.place);
      return name;
    }
    const drops = this.#dropped.get(`${def.name} ${name}`);
    const present = this.#next.get(name) ?? this.#bases(own)[0] ?? '';
    const single = this.#bases(own).length <= 1 || this.#next.has(name);
    if (single && present === next && !drops) return name;
    const untouched = !this.#next.has(name) && single;
    const isUsed = this.#isShared(name, def.name) || this.#isBaseOfOthers(name, def.name, orders, next);
    if (untouched && !isUsed && !drops) {
      this.#next.set(name, next);
      return name;
    }
    const copy = `${name}_of_${def.name}`;
    const body = own.body.filter(
      (member) =>
        !(member.kind === 'def' && drops?.has(member.name) === true) &&
        !(member.kind === 'assign' && member.targets.some((target) => drops?.has(baseName(target)) === true)),
    );
    const made = rewrite({ ...own, body }, (node) => ('id' in node ? { ...node, id: this.#nextId++ } : node));
    this.#refuseState(own);
    this.#added.push(this.#onto({ ...made, name: copy, shownName: own.shownName ?? own.name }, next));
    this.#copies.set(name, [...(this.#copies.get(name) ?? []), copy]);
    this.#meant.set(def.name, (this.#meant.get(def.name) ?? new Map<string, string>()).set(name, copy));
    return copy;
  }

  /** True when another class has this one in another place. */
  #isBaseOfOthers(name: string, except: string, orders: ReadonlyMap<string, readonly string[]>, next: string): boolean {
    return [...orders].some(([other, order]) => {
      const at = order.indexOf(name);
      const first = at > 0 ? (order[at + 1] ?? '') : next;
      return other !== except && at > 0 && first !== next;
    });
  }

  /** What a class itself keeps is kept once. */
  #refuseState(def: ClassDef): void {
    const state = def.body.find(
      (member) =>
        member.kind === 'assign' && !['int', 'float', 'str', 'bool', 'none', 'tuple'].includes(member.value.kind),
    );
    if (state)
      throw new Unsupported(
        `\`${def.name}\` as one of several base classes cannot be converted yet, because it keeps values of its own.`,
        state.place,
      );
  }

  #onto(def: ClassDef, next: string): ClassDef {
    const kept = def.bases.filter((base) => emptyBases.has(baseName(base)) && baseName(base) !== 'object');
    const base: NameExpr[] = next === '' ? [] : [{ kind: 'name', id: this.#nextId++, place: def.place, name: next }];
    return { ...def, bases: [...base, ...kept] };
  }

  /** Every class behind its base. */
  #ordered(body: readonly Stmt[]): Stmt[] {
    const result: Stmt[] = [];
    const classes = new Map(body.flatMap((each) => (each.kind === 'class' ? [[each.name, each] as const] : [])));
    const placed = new Set<string>();
    const place = (statement: Stmt): void => {
      if (statement.kind === 'class') {
        if (placed.has(statement.name)) return;
        placed.add(statement.name);
        for (const base of statement.bases) {
          const above = classes.get(baseName(base));
          if (above) place(above);
        }
      }
      result.push(statement);
    };
    body.forEach(place);
    return result;
  }

  /** Tests for a class hold for its copies, and what is said of the order of classes is written out. */
  #inWords(body: readonly Stmt[], orders: ReadonlyMap<string, readonly string[]>): readonly Stmt[] {
    const change = (node: SyntaxNode): unknown => {
      if (node['kind'] === 'comp') return this.#orderOfNames(node, orders);
      if (node['kind'] !== 'call') return node;
      const call = node as unknown as CallExpr;
      const [first, second] = call.args;
      if (call.callee.kind !== 'name' || !first || !second || call.args.length !== 2) return node;
      if (call.callee.name === 'isinstance') return { ...call, args: [first, this.#withCopies(second)] };
      if (call.callee.name !== 'issubclass' || first.kind !== 'name' || !orders.has(first.name)) return node;
      const wanted = second.kind === 'tuple' ? second.items : [second];
      const answers = wanted.map((each) =>
        each.kind === 'name'
          ? each.name === 'object' || orders.get(first.name)?.includes(each.name) === true
          : undefined,
      );
      if (answers.includes(undefined)) return node;
      return { kind: 'bool', id: call.id, place: call.place, value: answers.includes(true) };
    };
    return body.map((statement) => {
      const changed = rewrite(statement, change);
      const meant = changed.kind === 'class' ? this.#meant.get(changed.name) : undefined;
      if (!meant || changed.kind !== 'class') return changed;
      const members = rewrite(changed.body, (node) => {
        const { kind, object, name } = node as { kind?: string; object?: Expr; name?: string };
        if (kind !== 'attribute' || object?.kind !== 'name' || name === undefined) return node;
        const copy = meant.get(object.name);
        return copy === undefined ? node : { ...node, object: { ...object, name: copy } };
      });
      return { ...changed, body: members };
    });
  }

  #withCopies(types: Expr): Expr {
    const items = types.kind === 'tuple' ? types.items : [types];
    const all = items.flatMap((item): Expr[] => [
      item,
      ...(item.kind === 'name' ? (this.#copies.get(item.name) ?? []) : []).map((name): Expr => ({
        kind: 'name',
        id: this.#nextId++,
        place: item.place,
        name,
      })),
    ]);
    return all.length === items.length ? types : { kind: 'tuple', id: this.#nextId++, place: types.place, items: all };
  }

  /** `[c.__name__ for c in D.__mro__]`. */
  #orderOfNames(node: SyntaxNode, orders: ReadonlyMap<string, readonly string[]>): unknown {
    const [clause, more] = node['clauses'] as { target: Expr; iterable: Expr; conditions: Expr[] }[];
    if (!clause || more || clause.target.kind !== 'name') return node;
    const { iterable, target } = clause;
    const member = iterable.kind === 'call' && iterable.args.length === 0 ? iterable.callee : iterable;
    if (member.kind !== 'attribute' || member.object.kind !== 'name') return node;
    const def = this.#classes.get(member.object.name);
    const names =
      member.name === '__mro__' || member.name === 'mro'
        ? [...(orders.get(member.object.name) ?? []), 'object']
        : member.name === '__bases__' && def
          ? def.bases.map(baseName)
          : undefined;
    if (!names || !def) return node;
    const items = names.map((name): Expr => ({ kind: 'str', id: this.#nextId++, place: iterable.place, value: name }));
    const list: Expr = { kind: 'list', id: this.#nextId++, place: iterable.place, items };
    const element = rewrite(node['element'] as Expr, (each) =>
      each['kind'] === 'attribute' && each['name'] === '__name__' && isName(each['object'] as SyntaxNode, target.name)
        ? each['object']
        : each,
    );
    return { ...node, element, clauses: [{ ...clause, iterable: list }] };
  }
}

/**
 * Writes classes with several bases as chains of classes with one, in Python's order of resolution: `super()` then means
 * what it does in Python. A class that stands in several chains is copied. Throws Unsupported.
 */
export function writeOutSeveralBases(module: Module): Module {
  const needed = some(
    module.body,
    (node) =>
      ('bases' in node && (node['bases'] as Expr[]).length > 1) ||
      isName(node, 'issubclass') ||
      (node['kind'] === 'attribute' && ['__mro__', 'mro', '__bases__'].includes(node['name'] as string)),
  );
  return needed ? new ChainWriter(module).run() : module;
}
