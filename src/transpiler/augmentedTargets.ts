import type { Expr, Module, NameExpr, Place, Stmt } from './ast.ts';
import { firstFreeId, rewrite, some, walk, type SyntaxNode } from './walk.ts';

const callsSomething = (node: Expr): boolean => some(node, ({ kind }) => kind === 'call');

/**
 * Gives names to the parts of an augmented assignment's target that call something: `f(x).count += 1` becomes
 * `counted = f(x)` and `counted.count += 1`, because C++ would call once to read and once to write. A part of a list is
 * taken out, changed and put back.
 */
class TargetNamer {
  readonly #module: Module;
  readonly #taken = new Set<string>();
  #nextId: number;

  constructor(module: Module) {
    this.#module = module;
    this.#nextId = firstFreeId(module.body);
    walk(module.body, ({ name }) => {
      if (typeof name === 'string') this.#taken.add(name);
    });
  }

  run(): Module {
    const change = (node: SyntaxNode): SyntaxNode => {
      const blocks = ['body', 'orelse', 'finalbody'].filter((key) => Array.isArray(node[key]));
      const opened = blocks.map((key) => [key, this.#block(node[key] as readonly Stmt[])] as const);
      return { ...node, ...Object.fromEntries(opened) };
    };
    return { ...this.#module, body: this.#block(rewrite(this.#module.body, change)) };
  }

  #block(body: readonly Stmt[]): readonly Stmt[] {
    return body.flatMap((statement): readonly Stmt[] =>
      statement.kind === 'augment' ? this.#opened(statement) : [statement],
    );
  }

  #opened(statement: Extract<Stmt, { kind: 'augment' }>): readonly Stmt[] {
    const { target, place, leading } = statement;
    if (target.kind === 'index' && target.index.kind === 'slice') return this.#partChanged(statement, target);
    if ((target.kind !== 'attribute' && target.kind !== 'index') || !callsSomething(target)) return [statement];
    const before: Stmt[] = [];
    const named = (part: Expr, wish: string): Expr => {
      if (!callsSomething(part)) return part;
      const name = this.#free(wish, place);
      const base = { id: this.#nextId++, place, leading: before.length === 0 ? leading : [] };
      before.push({ ...base, kind: 'assign', targets: [name], value: part });
      return { ...name, id: this.#nextId++ };
    };
    const object = named(target.object, 'changed');
    const opened: Expr =
      target.kind === 'index' ? { ...target, object, index: named(target.index, 'at') } : { ...target, object };
    return [...before, { ...statement, target: opened, leading: [] }];
  }

  /** `x[a:b] += y` is `part = x[a:b]`, `part += y` and `x[a:b] = part`. */
  #partChanged(
    statement: Extract<Stmt, { kind: 'augment' }>,
    target: Extract<Expr, { kind: 'index' }>,
  ): readonly Stmt[] {
    const { place, leading } = statement;
    const before: Stmt[] = [];
    const assign = (to: Expr, value: Expr): Stmt => ({
      id: this.#nextId++,
      place,
      leading: before.length === 0 ? leading : [],
      kind: 'assign',
      targets: [to],
      value,
    });
    const again = <T extends Expr>(node: T): T =>
      rewrite(node, (each) => ('id' in each ? { ...each, id: this.#nextId++ } : each));
    const opened: Expr = rewrite(target, (each) => {
      if (each['kind'] !== 'call') return each;
      const name = this.#free('at', place);
      before.push(assign(name, each as unknown as Expr));
      return again(name);
    });
    const part = this.#free('part', place);
    before.push(assign(part, opened));
    return [
      ...before,
      { ...statement, leading: [], target: again(part) },
      { ...assign(again(opened), again(part)), leading: [] },
    ];
  }

  #free(wish: string, place: Place): NameExpr {
    let name = wish;
    for (let number = 2; this.#taken.has(name); number++) name = `${wish}_${number}`;
    this.#taken.add(name);
    return { kind: 'name', id: this.#nextId++, place, name };
  }
}

/** The program with names for what the targets of augmented assignments call, so that it is called once. */
export function nameAugmentedTargets(module: Module): Module {
  return new TargetNamer(module).run();
}
