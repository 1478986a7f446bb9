import type { CompareOperator, Expr, Stmt } from '../ast.ts';
import { pure } from '../builtinNames.ts';
import { cppType } from '../cpp.ts';
import { namesBoundIn } from '../flow.ts';
import type { Value } from '../library.ts';
import { constant, difference, multiple, proof, replaced, sum, unknown, type Linear, type Unknown } from '../linear.ts';
import type { Context, Variable } from '../program.ts';
import { mutatingMethods } from '../pythonMethods.ts';
import { changes, isInteger, type Type } from '../types.ts';
import { isName, some, type SyntaxNode } from '../walk.ts';
import { Part } from './part.ts';

const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;
/** More at one point of a program are not looked at. */
const MOST_FACTS = 60;
/** No memory holds more items. */
const MOST_ITEMS = 2n ** 60n;

/** What is known of one variable: the unknowns that it is in proofs. */
interface Unknowns {
  readonly value: Unknown;
  /** How many items it has. */
  readonly length: Unknown;
  /** As many items as each of its items has at least. */
  readonly rows: Unknown;
}

/** Something that is not negative at the point of the translation. */
interface Fact {
  readonly form: Linear;
  /** The variables in it. */
  readonly names: ReadonlySet<string>;
  /** The C++ types of what the lists hold whose lengths are in it. */
  readonly held: ReadonlySet<string>;
  /** The same in each round. */
  readonly key: string;
  isAlive: boolean;
  /** True when something was proved by it in this round. */
  isUsed: boolean;
}

/** A statement in hand, and the facts that have to outlive it to be of use at its start. */
interface Frame {
  readonly node: Stmt;
  readonly context: Context;
  readonly facts: Fact[];
}

const NEGATIONS: Partial<Record<CompareOperator, CompareOperator>> = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' };

/** What may change variables and lists while a test is worked out. */
const changing: ReadonlySet<string> = new Set(['call', 'attribute', 'walrus', 'yield', 'yield-from', 'comp', 'lambda']);

const isCallOfLen = ({ kind, callee }: SyntaxNode): boolean => kind === 'call' && isName(callee as SyntaxNode, 'len');

const isLoop = ({ kind }: Stmt): boolean => kind === 'for' || kind === 'while';

/** The names that a statement binds before or after all that stands in it. */
function boundByHead(node: Stmt): ReadonlySet<string> {
  switch (node.kind) {
    case 'if':
    case 'while':
      return namesBoundIn(node.test);
    case 'for':
      return new Set([...namesBoundIn({ target: node.target }), ...namesBoundIn(node.iterable)]);
    case 'try':
      return new Set(node.handlers.flatMap(({ name }) => name ?? []));
    default:
      return namesBoundIn(node);
  }
}

/** The variable and the new value of `name = value` and `name op= value`. */
function plainAssignment(
  node: Stmt,
): { readonly target: Extract<Expr, { kind: 'name' }>; readonly value: Expr } | undefined {
  if (node.kind === 'augment' && node.target.kind === 'name') {
    const { id, place, op, target, value } = node;
    return { target, value: { kind: 'binary', id, place, op, left: target, right: value } };
  }
  const target = node.kind === 'assign' && node.targets.length === 1 ? node.targets[0] : undefined;
  return node.kind === 'assign' && target?.kind === 'name' ? { target, value: node.value } : undefined;
}

/**
 * Finds integers that cannot outgrow 64 bits and indexes that are within their list, so that nothing has to be checked when the
 * program runs. It knows sums that are not negative: of what variables hold and how many items they have. What a loop does
 * not keep true is forgotten at its start, in the round after the one that showed it.
 */
export class Ranges extends Part {
  readonly #unknowns = new Map<Variable, Unknowns>();
  readonly #names = new Map<Unknown, { readonly variable: Variable; readonly what: keyof Unknowns }>();
  readonly #facts = new Map<Context, Fact[]>();
  readonly #frames: Frame[] = [];
  /** Facts that a statement does not leave true. */
  readonly #refuted = new Map<Context, Set<string>>();

  /** What an integer variable holds. */
  valueIn(variable: Variable): Linear | undefined {
    return this.#isOwn(variable) && variable.slot.type.kind === 'int'
      ? unknown(this.#unknownsOf(variable).value)
      : undefined;
  }

  /** `len(name)` of a list or text. */
  lengthOf(node: Expr): Linear | undefined {
    const variable = this.#held(node);
    return variable && unknown(this.#unknownsOf(variable).length);
  }

  /** The sum, difference or product of two integers; undefined where it is none of what is known. */
  combined(op: string, a: Linear | undefined, b: Linear | undefined): Linear | undefined {
    if (!a || !b) return undefined;
    if (op === '+' || op === '-') return op === '+' ? sum(a, b) : difference(a, b);
    if (op !== '*') return undefined;
    return a.terms.size === 0 ? multiple(b, a.constant) : b.terms.size === 0 ? multiple(a, b.constant) : undefined;
  }

  /** True when an integer that is worked out from those of 64 bits is one as well. */
  fits(form: Linear | undefined): boolean {
    return (
      form !== undefined &&
      this.#holds(difference(constant(HIGHEST), form)) &&
      this.#holds(difference(form, constant(LOWEST)))
    );
  }

  /** What is told of the result of a call. */
  ofCall(node: Expr): Pick<Value, 'linear'> {
    const [items] = this.#argumentsOf('len', node, 1);
    const linear = items && this.lengthOf(items);
    return linear ? { linear } : {};
  }

  /** True when `object[index]` certainly exists in a loop in hand, and the index does not count from the end. */
  isWithin(object: Expr, { linear }: Value): boolean {
    const isInLoop = this.#frames.some(({ node, context }) => isLoop(node) && context === this.context);
    if (!isInLoop || !linear || !this.#mayUse()) return false;
    const isRow = object.kind === 'index' && isInteger(this.expr(object.index).type);
    const lengths = isRow ? this.#rowsOf(object.object) : [this.lengthOf(object)];
    const isBelow = lengths.some((length) => length && this.#holds(sum(difference(length, linear), constant(-1n))));
    return isBelow && this.#holds(linear);
  }

  /** Translates statements in their order; what is found in them is forgotten behind them. */
  block<T>(translate: () => T): T {
    const facts = this.#known();
    const { length } = facts;
    try {
      return translate();
    } finally {
      facts.length = Math.min(length, facts.length);
    }
  }

  /** Translates where a test has been passed, or failed. */
  during<T>(test: Expr, passed: boolean, translate: () => T): T {
    return this.block(() => {
      this.learn(test, passed);
      return translate();
    });
  }

  /** Takes in what a test tells where it has been passed, or failed. */
  learn(test: Expr, passed: boolean): void {
    // What is called may change what was compared before.
    if (!some(test, (node) => changing.has(node['kind'] as string) && !isCallOfLen(node))) this.#learn(test, passed);
  }

  #learn(test: Expr, passed: boolean): void {
    if (test.kind === 'unary' && test.op === 'not') return this.#learn(test.operand, !passed);
    if (test.kind === 'bool-op' && (test.op === 'and') === passed) {
      this.#learn(test.left, passed);
      this.#learn(test.right, passed);
      return;
    }
    if (test.kind !== 'compare' || (!passed && test.rest.length > 1)) return;
    let left = this.#formOf(test.first);
    for (const { op: written, value } of test.rest) {
      const right = this.#formOf(value);
      const op = passed ? written : NEGATIONS[written];
      if (left && right) {
        if (op === '<' || op === '<=' || op === '==')
          this.#add(sum(difference(right, left), constant(op === '<' ? -1n : 0n)));
        if (op === '>' || op === '>=' || op === '==')
          this.#add(sum(difference(left, right), constant(op === '>' ? -1n : 0n)));
      }
      left = right;
    }
  }

  /** Takes in that a loop counts with a variable from a number to another, by steps of so many. */
  count(variable: Variable, range: readonly Value[]): void {
    const [first, second, third] = range.map(({ linear }) => linear);
    const value = this.valueIn(variable);
    const step = range.length > 2 ? (third?.terms.size === 0 ? third.constant : 0n) : 1n;
    if (!value || step === 0n) return;
    const [from, to] = range.length > 1 ? [first, second] : [constant(0n), first];
    const add = (form: Linear): void => {
      const fact = this.#add(form);
      if (fact) this.#frames.at(-1)?.facts.push(fact);
    };
    if (from) add(step > 0n ? difference(value, from) : difference(from, value));
    if (to) add(sum(step > 0n ? difference(to, value) : difference(value, to), constant(-1n)));
  }

  /** Translates a statement, and follows what it changes. */
  around(node: Stmt, translate: () => string[]): string[] {
    const facts = this.#known();
    const refuted = this.#refutedHere();
    for (const fact of facts) if (refuted.has(`${node.id} ${fact.key}`)) fact.isAlive = false;
    const isCompound = isLoop(node) || node.kind === 'if' || node.kind === 'try';
    const plain = plainAssignment(node);
    this.#forget(plain ? namesBoundIn(plain.value) : boundByHead(node));
    const frame: Frame = { node, context: this.context, facts: facts.filter(({ isAlive }) => isAlive) };
    this.#frames.push(frame);
    const { length } = facts;
    try {
      const { result, touched } = this.translation.evaluationOrder.touching(translate);
      if (isCompound) facts.length = Math.min(length, facts.length);
      this.#touch(touched);
      if (node.kind !== 'if' && node.kind !== 'try') this.#refute(frame);
      this.#noteLater(node, touched);
      if (plain) this.#assign(plain.target, plain.value);
      else this.#forget(boundByHead(node));
      this.#touch(touched);
      if (node.kind === 'if' && node.orelse.length === 0 && leaves(node.body)) this.learn(node.test, false);
      return result;
    } finally {
      this.#frames.pop();
    }
  }

  /** Translates the test of an `if`, which may change what is known before its branches do. */
  head<T>(translate: () => T): T {
    const { result, touched } = this.translation.evaluationOrder.touching(translate);
    this.#touch(touched);
    const frame = this.#frames.at(-1);
    if (frame && touched.size > 0) this.#refute(frame);
    return result;
  }

  /** What lambdas and generators do when they run later may happen anywhere. */
  readonly #later = new Set<string>();

  #noteLater(node: Stmt, touched: ReadonlySet<string>): void {
    if (touched.size === 0 || [...touched].every((type) => this.#later.has(type))) return;
    const isHandedOn = ({ kind, callee }: SyntaxNode): boolean => {
      const { kind: of, name } = (callee ?? {}) as { readonly kind?: string; readonly name?: string };
      if (kind !== 'call') return false;
      return (
        of !== 'name' || ['map', 'filter', 'iter'].includes(name ?? '') || this.translation.imports.has(name ?? '')
      );
    };
    const isLater =
      some(node, ({ kind, form }) => kind === 'comp' && form === 'generator') ||
      (some(node, ({ kind }) => kind === 'lambda') && some(node, isHandedOn));
    if (!isLater) return;
    for (const type of touched) this.#later.add(type);
    changes.count++;
  }

  /** True when the items of such a list may be changed where no call shows it: by generators, and by what operators and printing call. */
  #isUnsafe(held: string): boolean {
    const changed = (touched: ReadonlySet<string>): boolean => touched.has('*') || touched.has(held);
    return (
      changed(this.#later) ||
      this.translation.instances.some(
        ({ info, context }) =>
          changed(context.touched) &&
          (info.def.isGenerator
            ? some(info.def.body, (node) => this.#mayChangeLists(node))
            : info.owner && info.name.startsWith('__') && info.name !== '__init__'),
      )
    );
  }

  /** True for what may add to a list or take from it. */
  #mayChangeLists({ kind, callee, value }: SyntaxNode): boolean {
    if (kind === 'delete' || kind === 'slice') return true;
    if (kind === 'augment') return (value as Expr).kind !== 'int';
    if (kind !== 'call') return false;
    const called = callee as Expr;
    if (called.kind === 'attribute') return mutatingMethods.has(called.name);
    return called.kind !== 'name' || !pure.has(called.name) || this.translation.certainty.isBound(called.name);
  }

  #known(): Fact[] {
    let facts = this.#facts.get(this.context);
    if (!facts) {
      facts = [];
      this.#facts.set(this.context, facts);
    }
    return facts;
  }

  #refutedHere(): Set<string> {
    let refuted = this.#refuted.get(this.context);
    if (!refuted) {
      refuted = new Set();
      this.#refuted.set(this.context, refuted);
    }
    return refuted;
  }

  /** Notes which facts a statement did not leave true; what was proved by them has to be translated again. */
  #refute({ node, facts }: Frame): void {
    const refuted = this.#refutedHere();
    for (const { key, isAlive, isUsed } of facts) {
      if (isAlive || refuted.has(`${node.id} ${key}`)) continue;
      refuted.add(`${node.id} ${key}`);
      if (isUsed) changes.count++;
    }
  }

  /** Comprehensions and lambdas have variables of their own, and generators are left in between. */
  #mayUse(): boolean {
    return this.context.locals.length === 0 && this.context.yields === undefined;
  }

  #holds(goal: Linear): boolean {
    const found = proof(goal, this.#mayUse() ? this.#known().filter(({ isAlive }) => isAlive) : []);
    for (const fact of found ?? []) fact.isUsed = true;
    return found !== undefined;
  }

  #isOwn(variable: Variable): boolean {
    const { isGlobal, isCell, maybeUnbound, slot } = variable;
    return !isGlobal && isCell !== true && maybeUnbound !== true && !this.translation.aliased.has(slot);
  }

  #unknownsOf(variable: Variable): Unknowns {
    let unknowns = this.#unknowns.get(variable);
    if (!unknowns) {
      unknowns = {
        value: { lowest: LOWEST, highest: HIGHEST },
        length: { lowest: 0n, highest: MOST_ITEMS },
        // Of no rows at all each has any number of items.
        rows: { lowest: 0n, highest: HIGHEST * HIGHEST },
      };
      this.#unknowns.set(variable, unknowns);
      for (const what of ['value', 'length', 'rows'] as const) this.#names.set(unknowns[what], { variable, what });
    }
    return unknowns;
  }

  /** The variable of a list or text that nobody else gives another value. */
  #held(node: Expr): Variable | undefined {
    const variable = node.kind === 'name' ? this.translation.names.lookUp(node) : undefined;
    if (!variable || !this.#isOwn(variable)) return undefined;
    return ['list', 'str'].includes(variable.slot.type.kind) ? variable : undefined;
  }

  #formOf(node: Expr): Linear | undefined {
    switch (node.kind) {
      case 'int':
        return constant(node.value);
      case 'name': {
        const variable = this.translation.names.lookUp(node);
        return variable && this.valueIn(variable);
      }
      case 'unary': {
        const form = node.op === '-' ? this.#formOf(node.operand) : undefined;
        return form && multiple(form, -1n);
      }
      case 'binary':
        return this.combined(node.op, this.#formOf(node.left), this.#formOf(node.right));
      case 'call':
        return this.ofCall(node).linear;
      default:
        return undefined;
    }
  }

  /** The arguments of a call of something built in; none for another call. */
  #argumentsOf(name: string, node: Expr, most: number): readonly Expr[] {
    if (node.kind !== 'call' || node.callee.kind !== 'name' || node.callee.name !== name) return [];
    const isBuiltin = !this.translation.certainty.isBound(name);
    return isBuiltin && node.keywords.length === 0 && node.args.length <= most ? node.args : [];
  }

  /** How many numbers `range(…)` has at least. */
  #rangeLength(node: Expr): Linear | undefined {
    const [first, second] = this.#argumentsOf('range', node, 2);
    if (!first) return undefined;
    return second ? this.combined('-', this.#formOf(second), this.#formOf(first)) : this.#formOf(first);
  }

  /** Sums than which a new list has no fewer items. */
  #lengthsOf(node: Expr): Linear[] {
    const only = (form: Linear | undefined): Linear[] => (form ? [form] : []);
    switch (node.kind) {
      case 'name':
        return only(this.lengthOf(node));
      case 'list':
        return node.items.some(({ kind }) => kind === 'star') ? [] : [constant(BigInt(node.items.length))];
      case 'binary': {
        if (node.op === '+') {
          const [left, right] = [this.#lengthsOf(node.left)[0], this.#lengthsOf(node.right)[0]];
          return left && right ? [sum(left, right)] : [];
        }
        const [items, times] = node.left.kind === 'list' ? [node.left, node.right] : [node.right, node.left];
        if (node.op !== '*' || items.kind !== 'list') return [];
        return only(this.combined('*', this.#lengthsOf(items)[0], this.#formOf(times)));
      }
      case 'comp': {
        const [clause, ...more] = node.clauses;
        if (node.form !== 'list' || !clause || more.length > 0 || clause.conditions.length > 0) return [];
        return only(this.#rangeLength(clause.iterable) ?? this.lengthOf(clause.iterable));
      }
      case 'call': {
        const [items] = [...this.#argumentsOf('list', node, 1), ...this.#argumentsOf('sorted', node, 1)];
        return items ? only(this.#rangeLength(items) ?? this.lengthOf(items)) : [];
      }
      case 'index':
        return node.index.kind === 'slice' ? [] : this.#rowsOf(node.object);
      default:
        return [];
    }
  }

  /** Sums than which each item of a list has no fewer items. */
  #rowsOf(node: Expr): Linear[] {
    if (node.kind === 'name') {
      const variable = this.#held(node);
      const isTable = variable?.slot.type.kind === 'list' && variable.slot.type.element.type.kind === 'list';
      return isTable ? [unknown(this.#unknownsOf(variable).rows)] : [];
    }
    if (node.kind === 'binary' && node.op === '*' && node.left.kind === 'list') {
      const [row] = node.left.items;
      return row && node.left.items.length === 1 ? this.#lengthsOf(row) : [];
    }
    if (node.kind !== 'comp' || node.form !== 'list') return [];
    const own = namesBoundIn(node);
    return some(node.element, ({ kind, name }) => kind === 'name' && own.has(String(name)))
      ? []
      : this.#lengthsOf(node.element);
  }

  #add(form: Linear): Fact | undefined {
    if (!this.#mayUse() || form.terms.size === 0) return undefined;
    const facts = this.#known();
    const names = new Set<string>();
    const held = new Set<string>();
    const parts: string[] = [];
    for (const [of, count] of form.terms) {
      const named = this.#names.get(of);
      if (!named) return undefined;
      const { variable, what } = named;
      names.add(variable.name);
      parts.push(`${count} ${what} ${variable.cpp}`);
      if (what !== 'value') for (const type of heldBy(variable.slot.type, what)) held.add(type);
    }
    if ([...held].some((type) => this.#isUnsafe(type))) return undefined;
    const key = `${form.constant} ${parts.sort().join(' ')}`;
    const fact: Fact = { form, names, held, key, isAlive: true, isUsed: false };
    if (this.#refutedHere().has(`${this.#frames.at(-1)?.node.id ?? 0} ${key}`)) return undefined;
    const alive = facts.filter(({ isAlive }) => isAlive);
    if (alive.length >= MOST_FACTS || alive.some((each) => each.key === key)) return undefined;
    facts.push(fact);
    return fact;
  }

  #forget(names: ReadonlySet<string>): void {
    if (names.size === 0) return;
    for (const fact of this.#known()) if ([...fact.names].some((name) => names.has(name))) fact.isAlive = false;
  }

  #touch(touched: ReadonlySet<string>): void {
    if (touched.size === 0) return;
    const isAny = touched.has('*');
    for (const fact of this.#known())
      if (fact.held.size > 0 && (isAny || [...fact.held].some((type) => touched.has(type)))) fact.isAlive = false;
  }

  /** `name = value`: what is known of the variable is true of its new value, or forgotten. */
  #assign(target: Extract<Expr, { kind: 'name' }>, value: Expr): void {
    const variable = this.translation.names.lookUp(target);
    const names = new Set([target.name]);
    if (!variable || !this.#isOwn(variable) || !this.#mayUse()) return this.#forget(names);
    const unknowns = this.#unknownsOf(variable);
    const { kind } = variable.slot.type;
    const form = kind === 'int' ? this.#formOf(value) : undefined;
    const lengths = kind === 'list' ? this.#lengthsOf(value) : [];
    const rows = kind === 'list' ? this.#rowsOf(value) : [];
    const given: readonly (readonly [Unknown, readonly Linear[]])[] = [
      [unknowns.value, form ? [form] : []],
      [unknowns.length, lengths],
      [unknowns.rows, rows],
    ];
    const isOther = ({ terms }: Linear): boolean =>
      !terms.has(unknowns.value) && !terms.has(unknowns.length) && !terms.has(unknowns.rows);
    const kept: Fact[] = [];
    const facts = this.#known();
    for (const fact of facts) {
      if (!fact.isAlive || !fact.names.has(target.name)) continue;
      const own = given.find(([of]) => fact.form.terms.has(of));
      const mentions = [...fact.form.terms.keys()].filter((of) => this.#names.get(of)?.variable === variable);
      const isOwnOnly = [...fact.form.terms.keys()].every((of) => {
        const named = this.#names.get(of);
        return named?.variable === variable || named?.variable.name !== target.name;
      });
      if (!own || mentions.length !== 1 || !isOwnOnly) continue;
      const [of, forms] = own;
      // Of items there may be more than so many: that keeps what needs as many at least.
      const isKept = of === unknowns.value || (fact.form.terms.get(of) ?? 0n) > 0n;
      if (isKept && forms.some((each) => this.#holds(replaced(fact.form, of, each)))) kept.push(fact);
    }
    // Of `x = x + 1` the one before is what is there now, less 1.
    const added = form?.terms.get(unknowns.value) === 1n ? difference(form, unknown(unknowns.value)) : undefined;
    const earlier = added && !added.terms.has(unknowns.value) ? difference(unknown(unknowns.value), added) : undefined;
    const moved = facts.filter((fact) => fact.isAlive && !kept.includes(fact) && fact.form.terms.has(unknowns.value));
    this.#forget(names);
    for (const fact of kept) fact.isAlive = true;
    if (earlier) for (const fact of moved) this.#add(replaced(fact.form, unknowns.value, earlier));
    if (form && isOther(form)) {
      this.#add(difference(unknown(unknowns.value), form));
      this.#add(difference(form, unknown(unknowns.value)));
    }
    for (const each of lengths) if (isOther(each)) this.#add(difference(unknown(unknowns.length), each));
    for (const each of rows) if (isOther(each)) this.#add(difference(unknown(unknowns.rows), each));
  }
}

/** The C++ types of what is held by lists whose lengths are meant. */
function heldBy(type: Type, what: 'length' | 'rows'): string[] {
  if (type.kind !== 'list') return [];
  const { type: element } = type.element;
  return [cppType(element), ...(what === 'rows' ? heldBy(element, 'length') : [])];
}

/** True when control never runs past the end of these statements. */
function leaves(body: readonly Stmt[]): boolean {
  const last = body.at(-1);
  return last !== undefined && ['break', 'continue', 'return', 'raise'].includes(last.kind);
}
