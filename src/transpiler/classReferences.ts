import type { CallExpr, ClassDef, Expr, FunctionDef, Module, Stmt } from './ast.ts';
import { typeCall } from './flow.ts';
import { Pieces, type ParsePython } from './pieces.ts';
import { rewrite, some, type SyntaxNode } from './walk.ts';

const baseName = (node: Expr | undefined): string | undefined =>
  node?.kind === 'name' || node?.kind === 'attribute' ? node.name : undefined;

/** Puts what a program asks of the class of an instance into words in which the class has a name. */
class ReferenceWriter {
  readonly #module: Module;
  readonly #pieces: Pieces;
  readonly #classes = new Map<string, ClassDef>();
  /** Methods that are made for a class and those derived from it, by their names. */
  readonly #added = new Map<string, Map<string, Stmt>>();

  constructor(module: Module, parse: ParsePython) {
    this.#module = module;
    this.#pieces = new Pieces(module, parse);
    for (const each of module.body) if (each.kind === 'class') this.#classes.set(each.name, each);
  }

  run(): Module {
    const plain = rewrite(this.#module.body, (node) => this.#plainly(node));
    const body = plain.map((statement) => (statement.kind === 'class' ? this.#inClass(statement) : statement));
    return {
      ...this.#module,
      body: body.map((statement) => {
        const added = statement.kind === 'class' ? this.#added.get(statement.name) : undefined;
        return statement.kind === 'class' && added
          ? { ...statement, body: [...statement.body, ...added.values()] }
          : statement;
      }),
    };
  }

  /** What can be said without knowing where it stands. */
  #plainly(node: SyntaxNode): unknown {
    if (node['kind'] === 'attribute' && node['name'] === '__class__') {
      const { object, place } = node as unknown as Extract<Expr, { kind: 'attribute' }>;
      return this.#pieces.expression('type(whole)', place, { whole: object });
    }
    if (node['kind'] !== 'compare') return node;
    const { first, rest, place } = node as unknown as Extract<Expr, { kind: 'compare' }>;
    const [only, more] = rest;
    const [left, right] = [typeCall(first), only && typeCall(only.value)];
    if (!only || more || !left || !right || !['is', 'is not', '==', '!='].includes(only.op)) return node;
    const sign = only.op === 'is' || only.op === '==' ? '==' : '!=';
    return this.#pieces.expression(`type(left).__name__ ${sign} type(right).__name__`, place, { left, right });
  }

  /** `type(self)` in the methods of a class. */
  #inClass(def: ClassDef): ClassDef {
    const body = def.body.map((member): Stmt => {
      const self = member.kind === 'def' ? member.params[0]?.name : undefined;
      if (
        member.kind !== 'def' ||
        self === undefined ||
        member.decorators.some((each) => ['staticmethod', 'classmethod'].includes(baseName(each) ?? ''))
      )
        return member;
      const isOwn = (node: Expr | undefined): boolean => {
        const of = node && typeCall(node);
        return of?.kind === 'name' && of.name === self;
      };
      return rewrite<FunctionDef>(member, (node) => this.#ofSelf(node, def, self, isOwn));
    });
    return { ...def, body };
  }

  #ofSelf(node: SyntaxNode, def: ClassDef, self: string, isOwn: (node: Expr | undefined) => boolean): unknown {
    const below = this.#derived(def.name);
    if (node['kind'] === 'attribute' && isOwn(node['object'] as Expr)) {
      const { name, place } = node as unknown as Extract<Expr, { kind: 'attribute' }>;
      if (name === '__name__' || name === '__qualname__' || (below.length && this.#isSet(name))) return node;
      return { ...node, object: this.#pieces.name(below.length ? self : def.name, place) };
    }
    if (node['kind'] !== 'call') return node;
    const call = node as unknown as CallExpr;
    const [first, second] = call.args;
    if (baseName(call.callee) === 'isinstance' && first && isOwn(second)) {
      if (below.length === 0) return { ...call, args: [first, this.#pieces.name(def.name, call.place)] };
      this.#addToAll(
        def.name,
        'is_of_own_class',
        (name) => `def is_of_own_class(self, other):\n    return isinstance(other, ${name})`,
      );
      return this.#pieces.expression(`${self}.is_of_own_class(other)`, call.place, { other: first });
    }
    if (!isOwn(call.callee)) return node;
    if (below.length === 0) return { ...call, callee: this.#pieces.name(def.name, call.place) };
    if (call.keywords.length || call.args.some(({ kind }) => kind === 'star' || kind === 'doublestar')) return node;
    const names = call.args.map((_, at) => `argument_${at + 1}`);
    const method = `made_like_${call.args.length}`;
    this.#addToAll(def.name, method, (name) => {
      const made = this.#takes(name, names.length)
        ? `return ${name}(${names.join(', ')})`
        : `raise TypeError("${name}.__init__() takes other arguments")`;
      return `def ${method}(${['self', ...names].join(', ')}):\n    ${made}`;
    });
    return { ...call, callee: this.#pieces.expression(`${self}.${method}`, call.place) };
  }

  /** True for an attribute that some statement gives a value. */
  #isSet(name: string): boolean {
    return some(this.#module.body, (node) => {
      const targets = [node['target'], ...((node['targets'] as unknown[] | undefined) ?? [])] as (Expr | undefined)[];
      return (
        ['assign', 'augment', 'annotate'].includes(node['kind'] as string) &&
        targets.some((target) => target?.kind === 'attribute' && target.name === name)
      );
    });
  }

  /** The classes derived from one; a class that derives from one of its own name, such as that of a module, is not among them. */
  #derived(name: string, above: readonly string[] = [name]): string[] {
    const direct = [...this.#classes.values()].filter(
      (def) => !above.includes(def.name) && def.bases.some((base) => baseName(base) === name),
    );
    return direct.flatMap((def) => [def.name, ...this.#derived(def.name, [...above, def.name])]);
  }

  #addToAll(name: string, method: string, text: (name: string) => string): void {
    for (const each of [name, ...this.#derived(name)]) {
      const known = this.#added.get(each) ?? new Map<string, Stmt>();
      this.#added.set(each, known);
      const def = this.#classes.get(each);
      const [made] = def && !known.has(method) ? this.#pieces.statements(text(each), def.place) : [];
      if (made) known.set(method, made);
    }
  }

  /** True when a class, or the one it has its initializer from, can be made with so many arguments. */
  #takes(name: string, count: number): boolean {
    const def = this.#classes.get(name);
    const init = def?.body.find((member): member is FunctionDef => member.kind === 'def' && member.name === '__init__');
    if (init) {
      const params = init.params.slice(1);
      if (params.some(({ kind }) => kind === 'args')) return true;
      const plain = params.filter(({ kind, keywordOnly }) => kind === 'plain' && !keywordOnly);
      return count <= plain.length && plain.filter((param) => !param.default).length <= count;
    }
    const base = baseName(def?.bases[0]);
    return base !== undefined && this.#classes.has(base) ? this.#takes(base, count) : count === 0;
  }
}

/** Names the class in `type(self)(…)`, `isinstance(x, type(self))`, `x.__class__` and the like. */
export function nameClasses(module: Module, parse: ParsePython): Module {
  const needed = some(
    module.body,
    (node) =>
      typeCall(node as unknown as Expr) !== undefined || (node['kind'] === 'attribute' && node['name'] === '__class__'),
  );
  return needed ? new ReferenceWriter(module, parse).run() : module;
}
