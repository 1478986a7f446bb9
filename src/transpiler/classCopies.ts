import type { ClassDef, Expr, Module, Stmt } from './ast.ts';
import { firstFreeId, ownName, rewrite, some, targetNames, walk, type SyntaxNode } from './walk.ts';

/** A program with more copies of classes than this is left as it is. */
const MOST_COPIES = 80;

/** Bases that say nothing about instances. */
const emptyBases = new Set(['object', 'ABC', 'Generic', 'Protocol']);

const nameOf = (node: unknown): string => {
  const { kind, name, object } = (node ?? {}) as { kind?: string; name?: string; object?: unknown };
  if (kind === 'index') return nameOf(object);
  return kind === 'name' || kind === 'attribute' ? (name ?? '') : '';
};

/** One copy of a class: its name in the program, and the copies that made it, the nearest last. */
interface Copy {
  readonly of: string;
  readonly key: string;
  readonly name: string;
  readonly makers: readonly Copy[];
}

/**
 * Classes such as a stack or a list of nodes, with a copy for each place of the program that makes instances, so that one may hold
 * numbers and another texts. Copies whose instances meet in one variable are made one again by `merge`.
 */
export class ClassCopies {
  readonly #module: Module;
  readonly #classes = new Map<string, ClassDef>();
  /** Of each key of a copy the one that stands for it. */
  readonly #same = new Map<string, string>();
  /** The key of each copy by its name. */
  #keys = new Map<string, string>();

  constructor(module: Module) {
    this.#module = module;
    for (const statement of module.body) if (statement.kind === 'class') this.#classes.set(statement.name, statement);
    // What a class that stays as it is derives from stays as well.
    for (let count = -1; count !== this.#classes.size;) {
      count = this.#classes.size;
      for (const [name, def] of this.#classes) if (!this.#canBeCopied(def)) this.#classes.delete(name);
    }
  }

  /** True when instances of some class are made in several places. */
  get isWorthwhile(): boolean {
    if (this.#classes.size === 0) return false;
    // What asks for the class of an instance would tell copies apart, but for its name.
    let questions = 0;
    const isQuestion = (node: SyntaxNode): boolean =>
      (node['kind'] === 'call' && nameOf(node['callee']) === 'type') ||
      (node['kind'] === 'attribute' && node['name'] === '__class__');
    walk(this.#module.body, (node) => {
      if (isQuestion(node)) questions++;
      if (node['kind'] === 'attribute' && node['name'] === '__name__' && isQuestion(node['object'] as SyntaxNode))
        questions--;
    });
    if (questions > 0) return false;
    const places = new Map<string, number>();
    walk(this.#module.body, (node) => {
      const name = node['kind'] === 'call' ? nameOf(node['callee']) : '';
      if (this.#classes.has(name)) places.set(name, (places.get(name) ?? 0) + 1);
    });
    return [...places.values()].some((count) => count > 1);
  }

  /** The program with its copies; undefined where there would be too many. */
  module(): Module | undefined {
    const copies = new Map<string, Copy>();
    const defs = new Map<string, ClassDef[]>();
    let nextId = firstFreeId(this.#module.body);
    const copyFor = (of: string, wanted: string, makers: readonly Copy[]): Copy | undefined => {
      const known = makers.find((each) => each.of === of);
      if (known) return known;
      const key = this.#root(`${of} ${wanted}`);
      const made = copies.get(key);
      if (made) return made;
      if (copies.size >= MOST_COPIES) return undefined;
      const number = [...copies.values()].filter((each) => each.of === of).length + 1;
      const copy: Copy = { of, key, name: number === 1 ? of : `${of}_${number}`, makers };
      copies.set(key, copy);
      const def = this.#classes.get(of) as ClassDef;
      const bases = def.bases.map((base) => {
        const above = this.#classes.has(nameOf(base)) ? copyFor(nameOf(base), key, makers) : undefined;
        return { base, above };
      });
      // What the class calls by the name of its base is the base of this copy.
      const within = [...makers, ...bases.flatMap(({ above }) => above ?? []), copy];
      const own = {
        ...(this.#withCopies(def, within, key, copyFor) as ClassDef),
        bases: bases.map(({ base, above }): Expr => (above ? ({ ...base, name: above.name } as Expr) : base)),
      };
      const fresh =
        number === 1
          ? own
          : rewrite(own, (node) => (typeof node['id'] === 'number' ? { ...node, id: nextId++ } : node));
      const shown = def.shownName ?? def.name;
      defs.set(of, [...(defs.get(of) ?? []), { ...fresh, name: copy.name, copyOf: of, shownName: shown }]);
      return copy;
    };
    const body = this.#module.body.map((statement) =>
      statement.kind === 'class' && this.#classes.has(statement.name)
        ? statement
        : (this.#withCopies(statement, [], '', copyFor) as Stmt),
    );
    if (copies.size >= MOST_COPIES) return undefined;
    this.#keys = new Map([...copies].map(([key, { name }]) => [name, key]));
    const whole = body.flatMap((statement): Stmt[] => {
      if (statement.kind !== 'class' || !this.#classes.has(statement.name)) return [statement];
      return defs.get(statement.name) ?? [this.#withCopies(statement, [], '', () => undefined) as ClassDef];
    });
    const names = (of: string): string[] => [...copies.values()].flatMap((copy) => (copy.of === of ? copy.name : []));
    return { ...this.#module, body: rewrite(whole, (node) => this.#testOfAll(node, names)) };
  }

  /** Makes copies one, given by the names they have in the program; false where they were before. */
  merge(pairs: Iterable<readonly [string, string]>): boolean {
    let merged = false;
    for (const [first, second] of pairs) {
      const [a, b] = [first, second].map((name) => this.#root(this.#keys.get(name) ?? name)) as [string, string];
      if (a === b) continue;
      this.#same.set(a, b);
      merged = true;
    }
    return merged;
  }

  #root(key: string): string {
    let root = key;
    for (let next = this.#same.get(root); next !== undefined; next = this.#same.get(root)) root = next;
    return root;
  }

  /** Calls of classes as calls of their copies, bases as copies, and nothing said of their types. */
  #withCopies(
    item: unknown,
    makers: readonly Copy[],
    within: string,
    copyFor: (of: string, key: string, makers: readonly Copy[]) => Copy | undefined,
  ): unknown {
    const renamed = (node: Expr, id: unknown): Expr => {
      const name = nameOf(node);
      const copy = node.kind === 'name' && this.#classes.has(name) && copyFor(name, `${within}.${String(id)}`, makers);
      return copy ? { ...node, name: copy.name } : node;
    };
    const change = (node: SyntaxNode): unknown => {
      if (node['kind'] === 'call') {
        const callee = node['callee'] as Expr;
        if (callee.kind === 'attribute')
          return { ...node, callee: { ...callee, object: renamed(callee.object, node['id']) } };
        return { ...node, callee: renamed(callee, node['id']) };
      }
      if (node['kind'] === 'annotate' && this.#mentions(node['annotation'])) {
        const { id, place, leading } = node;
        if (node['value'] === undefined) return { kind: 'pass', id, place, leading };
        return { kind: 'assign', id, place, leading, targets: [node['target']], value: node['value'] };
      }
      const isTold = 'annotation' in node && node['kind'] !== 'annotate' && this.#mentions(node['annotation']);
      const isReturned = 'returns' in node && this.#mentions(node['returns']);
      if (!isTold && !isReturned) return node;
      return Object.fromEntries(
        Object.entries(node).filter(([key]) => !(isTold && key === 'annotation') && !(isReturned && key === 'returns')),
      );
    };
    return rewrite(item, change);
  }

  /** `isinstance(x, Stack)` asks for all copies. */
  #testOfAll(node: SyntaxNode, names: (of: string) => readonly string[]): SyntaxNode {
    if (node['kind'] !== 'call' || nameOf(node['callee']) !== 'isinstance') return node;
    const [value, type] = node['args'] as Expr[];
    if (!value || !type) return node;
    const asked = type.kind === 'tuple' ? type.items : [type];
    const items = asked.flatMap((each): Expr[] => {
      const copies = each.kind === 'name' && this.#classes.has(each.name) ? names(each.name) : [];
      return copies.length > 0 ? copies.map((name) => ({ ...each, name }) as Expr) : [each];
    });
    const [only] = items;
    const types = items.length === 1 ? only : { kind: 'tuple', id: type.id, place: type.place, items };
    return { ...node, args: [value, types] };
  }

  /** True when a type that is told has to do with a class that is copied. */
  #mentions(annotation: unknown): boolean {
    return some(annotation, (node) => {
      if (node['kind'] === 'str')
        return (String(node['value']).match(/\w+/g) ?? []).some((word) => this.#classes.has(word));
      return node['kind'] === 'name' && this.#classes.has(String(node['name']));
    });
  }

  /** True for a class of nothing but methods whose name is only called, derived from, tested for or told as a type. */
  #canBeCopied(def: ClassDef): boolean {
    const { name } = def;
    if (def.mixes || def.decorators.length > 0 || def.keywords.length > 0) return false;
    const basesFit = def.bases.every((base) => emptyBases.has(nameOf(base)) || this.#classes.has(nameOf(base)));
    const bodyFits = def.body.every(
      (member) =>
        ['def', 'pass', 'expr'].includes(member.kind) ||
        (member.kind === 'annotate' && !member.value) ||
        (member.kind === 'assign' && nameOf(member.targets[0]) === '__slots__'),
    );
    if (!basesFit || !bodyFits) return false;
    let others = 0;
    const count = (node: unknown): void => {
      if (nameOf(node) === name && (node as Expr).kind === 'name') others--;
    };
    walk(this.#module.body, (node) => {
      if (node['kind'] === 'name' && node['name'] === name) others++;
      if (node['kind'] === 'call') {
        const callee = node['callee'] as Expr;
        count(callee.kind === 'attribute' ? callee.object : callee);
        if (nameOf(callee) === 'isinstance') {
          const type = (node['args'] as Expr[])[1];
          for (const each of type?.kind === 'tuple' ? type.items : [type]) count(each);
        }
      }
      if (node['kind'] === 'class' && 'bases' in node) {
        const derived = node as unknown as ClassDef;
        // A class that stays as it is needs its base as it is.
        if (this.#classes.has(derived.name)) derived.bases.forEach(count);
      }
      for (const key of ['annotation', 'returns']) walk(node[key], (inner) => void count(inner));
      if (ownName(node) === name && node['id'] !== def.id) others++;
      targetNames(node['target'], (each) => (others += each === name ? 1 : 0));
    });
    return others === 0;
  }
}
