import type { Expr, NameExpr } from '../ast.ts';
import { cppType } from '../cpp.ts';
import { noGrowth } from '../growth.ts';
import { libraryConstants, type Value } from '../library.ts';
import { methodOwners } from '../library/ofTypes.ts';
import { isLiteral } from '../literals.ts';
import { changes, never } from '../types.ts';
import { isName, some } from '../walk.ts';
import type { Binding } from './comprehensions.ts';
import { containsCall, contentsOf, isSliced, isSuper } from './expressionFacts.ts';
import { withOperands } from './operands.ts';
import { Part } from './part.ts';
import { primary } from './values.ts';

/** What makes a function, which is no value in C++. */
const madeFunctions = new Set([
  'functools.cmp_to_key',
  'operator.itemgetter',
  'operator.attrgetter',
  'operator.methodcaller',
]);

/** True for an expression that gives a value to a name of another one by `:=`. */
const assignsWhatIsIn = (one: Expr, other: Expr): boolean =>
  contentsOf(one).assigns &&
  some(one, ({ kind, target }) => {
    const name = kind === 'walrus' ? (target as NameExpr).name : undefined;
    return name !== undefined && some(other, (each) => isName(each, name));
  });

/** The kind of an error whose message tells what it was raised for. */
export const TELLING_ERROR = 'telling';

/** What the translation of an expression changes, reads and may raise. */
export interface Observation {
  readonly effects: boolean;
  readonly reads: boolean;
  readonly raises: ReadonlySet<string>;
}

/** Keeps the order in which Python works things out, where C++ would be free to choose another. */
export class EvaluationOrder extends Part {
  /** How much of what was translated so far changes something, and how much reads what may be changed. */
  readonly #order = { effects: 0, reads: 0 };
  /** What errors what was translated may raise: by kind, since one kind of error says the same wherever it comes from. */
  #raises = new Set<string>();
  /** The C++ types of what the containers hold that what was translated so far may change. */
  readonly #touched: string[] = [];

  /** Notes that what is being translated changes something that others can see, with the containers that it may be. */
  noteEffect(touched: readonly string[] = ['*']): void {
    this.#order.effects++;
    if (!this.context.effects) {
      this.context.effects = true;
      changes.count++;
    }
    this.noteTouched(touched);
  }

  /** Notes the C++ types of what containers hold that what is being translated may change; `*` for any. */
  noteTouched(touched: readonly string[]): void {
    for (const type of touched) {
      this.#touched.push(type);
      if (this.context.touched.has(type)) continue;
      this.context.touched.add(type);
      changes.count++;
    }
  }

  /** Runs a translation and tells which containers what it translated may change, by what they hold. */
  touching<T>(translate: () => T): { readonly result: T; readonly touched: ReadonlySet<string> } {
    const before = this.#touched.length;
    const result = translate();
    return { result, touched: new Set(this.#touched.slice(before)) };
  }

  /** Notes that what is being translated reads something that others can change. */
  noteRead(): void {
    this.#order.reads++;
  }

  /** Notes that what is being translated may raise an error, where the program catches errors: then it can be seen which was first. */
  noteRaise(kind: string): void {
    if (this.translation.catches) this.#raises.add(kind);
  }

  /** Runs a translation and tells whether what it translated changes or reads something shared, and what it may raise. */
  observe(translate: () => unknown): Observation {
    const { effects, reads } = this.#order;
    const outside = this.#raises;
    this.#raises = new Set();
    try {
      translate();
      const raises = this.#raises;
      for (const kind of raises) outside.add(kind);
      return { effects: this.#order.effects > effects, reads: this.#order.reads > reads, raises };
    } finally {
      this.#raises = outside;
    }
  }

  private observeNode(node: Expr): Observation {
    const known = this.translation.observations.get(this.context) ?? new Map<number, Observation>();
    this.translation.observations.set(this.context, known);
    let seen = known.get(node.id);
    if (!seen) {
      seen = this.observe(() => this.expr(node));
      known.set(node.id, seen);
    }
    return seen;
  }

  /** True for what gives a value at run time: not for literals, lambdas and modules. */
  private isWorkedOut(node: Expr): boolean {
    if (node.kind === 'call' && madeFunctions.has(this.translation.names.libraryName(node.callee) ?? '')) return false;
    const isModule =
      node.kind === 'name' &&
      (this.translation.imports.has(node.name) || methodOwners.has(node.name)) &&
      !this.translation.names.lookUp(node);
    const full = this.translation.names.libraryName(node);
    const isFunction = full !== undefined && !libraryConstants.has(full);
    return (
      !isFunction &&
      !isLiteral(node) &&
      !['lambda', 'slice', 'star', 'doublestar'].includes(node.kind) &&
      !isSliced(node) &&
      !isModule &&
      !isSuper(node) &&
      !this.translation.names.classOfNode(node)
    );
  }

  /** True when it can be seen in which order these are worked out: Python goes from left to right, C++ as it likes. */
  orderMatters(nodes: readonly Expr[]): boolean {
    // Most expressions hold nothing that could show it, which is told sooner than what is worked out.
    const all = nodes.map((node) => contentsOf(node));
    const raising = this.translation.catches ? all.filter(({ mayRaise }) => mayRaise).length : 0;
    if (raising < 2 && !all.some(({ calls, assigns }) => calls || assigns)) return false;
    const candidates = nodes.filter((node) => this.isWorkedOut(node));
    if (candidates.length < 2) return false;
    if (candidates.some((one) => candidates.some((other) => other !== one && assignsWhatIsIn(one, other)))) return true;
    const several = this.translation.catches && candidates.filter((node) => contentsOf(node).mayRaise).length > 1;
    if (!several && !candidates.some(containsCall)) return false;
    const seen = candidates.map((node) => this.observeNode(node));
    const errors = seen.filter(({ raises }) => raises.size > 0);
    const kinds = new Set(errors.flatMap(({ raises }) => [...raises]));
    return (
      (errors.length > 1 && (kinds.size > 1 || kinds.has(TELLING_ERROR))) ||
      seen.some((one, index) => one.effects && seen.some((other, at) => at !== index && (other.effects || other.reads)))
    );
  }

  /** Gives the operands of an expression names, in Python's order, before they are used. */
  inOrder(node: Expr, operands: readonly Expr[]): Value {
    const fixed = operands.filter((item) => this.isWorkedOut(item));
    const values = fixed.map((item) => {
      const value = this.expr(item);
      // A copy of an exception would be one of the class that is known here.
      return value.isThrown ? { ...value, isThrown: false, code: `${cppType(value.type)}(${value.code})` } : value;
    });
    const names = fixed.map((item, index): NameExpr => ({
      kind: 'name',
      id: -1,
      place: item.place,
      name: `operand_${index + 1}`,
    }));
    const replacement = new Map(fixed.map((item, index) => [item, names[index] as Expr]));
    const built = this.translation.comprehensions.within(
      names.map((name, index): Binding => [name.name, values[index]?.type ?? never, values[index]?.growth]),
      () => this.expr(withOperands(node, (item) => replacement.get(item) ?? item)),
    );
    const declarations = values.map(({ code }, index) => `auto operand_${index + 1} = ${code};`);
    return {
      ...primary(built.type, `[&] { ${declarations.join(' ')} return ${built.code}; }()`),
      growth: built.growth ?? noGrowth,
    };
  }
}
