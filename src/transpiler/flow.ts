import type { Expr, NameExpr } from './ast.ts';
import { callsProgram, readsBehindCalls } from './readsBehindCalls.ts';
import { ownName, targetNames, walk } from './walk.ts';
import type { Variable } from './program.ts';
import { alternatives, join, unionOf, type Type } from './types.ts';

/** What variables are known to hold at one point of the program, where that is less than their types allow. */
export type Facts = ReadonlyMap<Variable, Type>;

/** An item or an attribute of a variable, which a test has told something of: `row[key]`, `node.value`. */
interface HeldValue extends Variable {
  /** The names of the variables by which it is reached. */
  readonly reachedBy: readonly string[];
}

/** How an item or an attribute is written, with the names in it; undefined for what calls may give. */
function pathOf(node: Expr): { readonly text: string; readonly names: readonly string[] } | undefined {
  if (node.kind === 'name') return { text: node.name, names: [node.name] };
  if (node.kind === 'str') return { text: JSON.stringify(node.value), names: [] };
  if (node.kind === 'int') return { text: String(node.value), names: [] };
  const inner = node.kind === 'index' || node.kind === 'attribute' ? pathOf(node.object) : undefined;
  if (!inner) return undefined;
  if (node.kind === 'attribute') return { text: `${inner.text}.${node.name}`, names: inner.names };
  const index = node.kind === 'index' ? pathOf(node.index) : undefined;
  return index && { text: `${inner.text}[${index.text}]`, names: [...inner.names, ...index.names] };
}

/** True when a value of a type is an instance of the type or class of that name; undefined when that cannot be told. */
type IsInstance = (type: Type, name: string, exactly: boolean) => boolean | undefined;

const nothing: Facts = new Map();

/** Follows the flow of control: which types variables hold here, and whether control comes here at all. */
export class Flow {
  #facts: Map<Variable, Type> = new Map();
  /** True while others hold the facts as well, which are then copied before they change. */
  #isShared = false;
  /** True after a statement that never goes on to the next. */
  dead = false;
  readonly #lookUp: (node: NameExpr) => Variable | undefined;
  readonly #mayChangeUnseen: (variable: Variable) => boolean;

  readonly #isInstance: IsInstance;
  readonly #typeOfPath: (node: Expr) => Type | undefined;
  /** What stands for the items and attributes that tests ask for, by the variable and how they are written. */
  readonly #held = new Map<Variable, Map<string, HeldValue>>();

  constructor(
    lookUp: (node: NameExpr) => Variable | undefined,
    mayChangeUnseen: (variable: Variable) => boolean,
    isInstance: IsInstance,
    typeOfPath: (node: Expr) => Type | undefined,
  ) {
    this.#typeOfPath = typeOfPath;
    this.#lookUp = lookUp;
    this.#mayChangeUnseen = mayChangeUnseen;
    this.#isInstance = isInstance;
  }

  /** The type of what a variable holds here. */
  typeOf(variable: Variable): Type {
    const known = this.#facts.get(variable);
    return known && variable.slot.type.kind === 'union' ? known : variable.slot.type;
  }

  get facts(): Facts {
    this.#isShared = true;
    return this.#facts;
  }

  /** Goes on with what is known at another point. */
  restore(facts: Facts, dead: boolean): void {
    this.#facts = facts as Map<Variable, Type>;
    this.#isShared = true;
    this.dead = dead;
  }

  /** The facts, to be changed. */
  get #own(): Map<Variable, Type> {
    if (this.#isShared) {
      this.#facts = new Map(this.#facts);
      this.#isShared = false;
    }
    return this.#facts;
  }

  /** Runs a translation with more known, and nothing learned afterwards. */
  during<T>(facts: Facts, use: () => T): T {
    const { facts: before, dead } = this;
    this.learn(facts);
    try {
      return use();
    } finally {
      this.restore(before, dead);
    }
  }

  /** Runs the translation of another body, of which nothing is known here. */
  apart<T>(use: () => T): T {
    const { facts: before, dead } = this;
    this.restore(nothing, false);
    try {
      return use();
    } finally {
      this.restore(before, dead);
    }
  }

  learn(facts: Facts): void {
    for (const [variable, type] of facts) this.#set(variable, type);
  }

  /** A variable was given a value of this type. */
  assigned(variable: Variable, type: Type): void {
    if (this.#facts.has(variable)) this.#own.delete(variable);
    this.#set(variable, type);
  }

  /** Forgets what is known of variables with these names. */
  forget(names: ReadonlySet<string>): void {
    for (const variable of [...this.#facts.keys()]) if (names.has(variable.name)) this.#own.delete(variable);
    this.#forgetHeld(({ reachedBy }) => reachedBy.some((name) => names.has(name)));
  }

  /** Forgets what is known of items and attributes: a statement may change any of them. */
  forgetItems(): void {
    this.#forgetHeld(() => true);
  }

  #forgetHeld(isGone: (value: HeldValue) => boolean): void {
    // Most programs never ask for the type of an item.
    if (this.#held.size === 0) return;
    for (const variable of [...this.#facts.keys()])
      if (isItem(variable) && isGone(variable)) this.#own.delete(variable);
  }

  /** The statement in hand. */
  statement: object | undefined;

  /** The type that a test left for an item or an attribute; undefined where none did. */
  typeOfItem(node: Expr): Type | undefined {
    if (this.#held.size === 0) return undefined;
    if (this.statement && readsBehindCalls(this.statement).has(node)) return undefined;
    const known = this.#heldBy(node);
    return known && this.#facts.get(known);
  }

  /** What stands for an item or an attribute. */
  #heldBy(node: Expr): HeldValue | undefined {
    const path = pathOf(node);
    let root = node;
    while (root.kind === 'index' || root.kind === 'attribute') root = root.object;
    const variable = path && root.kind === 'name' ? this.#lookUp(root) : undefined;
    if (!path || !variable) return undefined;
    const all = this.#held.get(variable) ?? new Map<string, HeldValue>();
    this.#held.set(variable, all);
    const { name, slot } = variable;
    const held = all.get(path.text) ?? { name, cpp: path.text, slot, isGlobal: false, reachedBy: path.names };
    all.set(path.text, held);
    return held;
  }

  /** The same as for a variable, of an item or an attribute. */
  #splitItem(
    node: Expr,
    passes: (type: Type) => boolean | undefined,
  ): { readonly yes: Facts; readonly no: Facts } | undefined {
    const type = this.#typeOfPath(node);
    const held = type?.kind === 'union' ? this.#heldBy(node) : undefined;
    if (!type || !held) return undefined;
    return sides(held, alternatives(this.typeOfItem(node) ?? type), passes);
  }

  /** Comes together with another way to here. */
  merge(facts: Facts, dead: boolean): void {
    if (dead) return;
    if (this.dead) this.restore(facts, false);
    else {
      this.#facts = either(this.#facts, facts);
      this.#isShared = false;
    }
  }

  #set(variable: Variable, type: Type): void {
    if (type.kind !== 'never' && !this.#mayChangeUnseen(variable)) this.#own.set(variable, type);
  }

  /** What is known when a test turns out true, and when false. */
  tested(test: Expr): { readonly yes: Facts; readonly no: Facts } {
    if (test.kind === 'unary' && test.op === 'not') {
      const { yes, no } = this.tested(test.operand);
      return { yes: no, no: yes };
    }
    if (test.kind === 'bool-op') {
      const left = this.tested(test.left);
      // What the other side calls may change what this one asked for.
      const isChanged = (hasItems(left.yes) || hasItems(left.no)) && callsProgram(test.right);
      const first = isChanged ? { yes: ofVariables(left.yes), no: ofVariables(left.no) } : left;
      const both = test.op === 'and';
      const second = this.during(both ? left.yes : left.no, () => this.tested(test.right));
      if ([first.yes, first.no, second.yes, second.no].every(({ size }) => size === 0))
        return { yes: nothing, no: nothing };
      const joined: Facts = new Map([...(both ? first.yes : first.no), ...(both ? second.yes : second.no)]);
      const split = either(both ? first.no : first.yes, both ? second.no : second.yes);
      return both ? { yes: joined, no: split } : { yes: split, no: joined };
    }
    if (test.kind === 'name') return this.#split(test, (type) => (type.kind === 'none' ? false : undefined));
    if (test.kind === 'call' && test.callee.kind === 'name' && test.callee.name === 'isinstance') {
      const [object, types] = test.args;
      const names = types && typeNames(types);
      const passes = (type: Type): boolean | undefined => {
        const answers = (names ?? []).map((name) => this.#isInstance(type, name, false));
        if (answers.includes(true)) return true;
        return answers.includes(undefined) ? undefined : false;
      };
      if (object?.kind === 'name' && names) return this.#split(object, passes);
      const split = object && names && this.#splitItem(object, passes);
      if (split) return split;
    }
    const [other] = test.kind === 'compare' ? test.rest : [];
    if (test.kind !== 'compare' || !other || test.rest.length !== 1) return { yes: nothing, no: nothing };
    const positive = other.op === 'is' || other.op === '==';
    if (!positive && other.op !== 'is not' && other.op !== '!=') return { yes: nothing, no: nothing };
    const object = typeCall(test.first) ?? test.first;
    const name = object === test.first ? undefined : typeNames(other.value)?.[0];
    if (object.kind !== 'name' || (name === undefined && other.value.kind !== 'none'))
      return { yes: nothing, no: nothing };
    const { yes, no } = this.#split(object, (type) =>
      name === undefined ? type.kind === 'none' : this.#isInstance(type, name, true),
    );
    return positive ? { yes, no } : { yes: no, no: yes };
  }

  /** Sorts the alternatives of a variable's type by a test; undefined goes both ways. */
  #split(node: NameExpr, passes: (type: Type) => boolean | undefined): { readonly yes: Facts; readonly no: Facts } {
    const variable = this.#lookUp(node);
    if (!variable) return { yes: nothing, no: nothing };
    return sides(variable, alternatives(this.typeOf(variable)), passes);
  }
}

/** Sorts alternatives by a test; undefined goes both ways. */
function sides(
  variable: Variable,
  all: readonly Type[],
  passes: (type: Type) => boolean | undefined,
): { readonly yes: Facts; readonly no: Facts } {
  if (all.length < 2) return { yes: nothing, no: nothing };
  const side = (wanted: boolean): Facts =>
    new Map([[variable, unionOf(all.filter((type) => (passes(type) ?? wanted) === wanted))]]);
  return { yes: side(true), no: side(false) };
}

const isItem = (variable: Variable): variable is HeldValue => 'reachedBy' in variable;

const hasItems = (facts: Facts): boolean => [...facts.keys()].some(isItem);

/** What is known of variables themselves, without items and attributes. */
const ofVariables = (facts: Facts): Facts => new Map([...facts].filter(([variable]) => !isItem(variable)));

/** What is known when one or the other holds. */
function either(a: Facts, b: Facts): Map<Variable, Type> {
  const both = new Map<Variable, Type>();
  for (const [variable, type] of a) {
    const other = b.get(variable);
    if (other) both.set(variable, join(type, other));
  }
  return both;
}

/** The names of built-in types in the second argument of `isinstance`; undefined when it is something else. */
export function typeNames(node: Expr): readonly string[] | undefined {
  if (node.kind === 'name') return [node.name];
  if (node.kind === 'tuple') {
    const names = node.items.map((item) => typeNames(item));
    return names.some((name) => name === undefined) ? undefined : names.flatMap((name) => name ?? []);
  }
  return typeCall(node)?.kind === 'none' ? ['NoneType'] : undefined;
}

/** `x` of `type(x)`. */
export function typeCall(node: Expr): Expr | undefined {
  return node.kind === 'call' &&
    node.callee.kind === 'name' &&
    node.callee.name === 'type' &&
    node.args.length === 1 &&
    node.keywords.length === 0
    ? node.args[0]
    : undefined;
}

/** The names bound in pieces of programs, because each round asks for those of every block and loop. */
const bound = new WeakMap<object, ReadonlySet<string>>();

/** All names that a piece of the program may give a value. */
export function namesBoundIn(item: object): ReadonlySet<string> {
  let names = bound.get(item);
  if (!names) {
    names = collectBoundNames(item);
    bound.set(item, names);
  }
  return names;
}

function collectBoundNames(item: object): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (name: string): void => void names.add(name);
  walk(item, (node) => {
    targetNames(node['target'], add);
    if (Array.isArray(node['targets'])) for (const target of node['targets']) targetNames(target, add);
    const own = ownName(node);
    if (own !== undefined) add(own);
  });
  return names;
}
