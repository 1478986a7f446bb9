import type { Expr } from './ast.ts';
import type { RecordInfo } from './records.ts';
import { commonException } from './exceptions.ts';
import type { ClassInfo } from './program.ts';

/**
 * The engine's types. Containers hold slots: cells that are joined when two containers turn out to be the same object,
 * and whose type grows while the program is interpreted.
 */
export class Slot {
  private parent: Slot | undefined;
  private held: Type = never;
  readonly number = nextSlot++;

  constructor(type: Type = never) {
    this.held = type;
  }

  root(): Slot {
    if (!this.parent) return this;
    let slot: Slot = this.parent;
    while (slot.parent) slot = slot.parent;
    this.parent = slot;
    return slot;
  }

  get type(): Type {
    return this.root().held;
  }

  /** Lets the slot hold `type` as well. */
  add(type: Type): void {
    const root = this.root();
    if (root.held === type || type.kind === 'never') return;
    const joined = join(root.held, type);
    // Joining may have merged this very slot through a recursive type.
    const after = root.root();
    if (!sameType(joined, after.held) || isOfNumPy(joined) !== isOfNumPy(after.held)) {
      if (parts(joined, MOST_PARTS) > MOST_PARTS) throw new EndlessType('a type grows without end');
      after.held = joined;
      changes.count++;
    }
  }

  /** Makes two slots one. */
  unify(other: Slot): void {
    const a = this.root();
    const b = other.root();
    if (a === b) return;
    const grew = !sameType(a.held, b.held);
    b.parent = a;
    if (b.held.kind !== 'never') {
      const joined = join(a.held, b.held);
      a.root().held = joined;
    }
    if (grew) changes.count++;
  }
}

/** Thrown where a type would hold itself ever deeper, such as that of `x` in `x = (x, x)` within a loop. */
export class EndlessType extends RangeError {
  override readonly name = 'EndlessType';
}

/** A type is made of at most this many others: a tuple of all numbers that anybody writes down, not one that doubles in each round. */
const MOST_PARTS = 20_000;

/** Of how many types a type is made up, itself included; counted no further than just beyond `most`. */
function parts(type: Type, most: number, within: readonly Slot[] = []): number {
  let count = 1;
  const add = (each: Type, path: readonly Slot[]): void => {
    if (count <= most) count += parts(each, most - count, path);
  };
  const enter = (slot: Slot): void => {
    const root = slot.root();
    if (!within.includes(root)) add(root.type, [...within, root]);
  };
  if (type.kind === 'tuple' || type.kind === 'union') for (const item of type.items) add(item, within);
  else if (type.kind === 'func') [...type.params, type.result].forEach(enter);
  else if (type.kind === 'view') [type.keys, type.values].forEach(enter);
  else if (isContainer(type)) slotsOf(type).forEach(enter);
  return count;
}

let nextSlot = 1;

/** The names of copies of one class whose instances came into one variable. */
export const meetings: (readonly [string, string])[] = [];

/** Counts what grew since it was last set to 0; the interpretation is repeated until nothing does. */
export const changes = { count: 0 };

export type ScalarKind =
  | 'never'
  | 'int'
  | 'bigint'
  | 'float'
  | 'complex'
  | 'bool'
  | 'str'
  | 'bytes'
  | 'bytearray'
  | 'slice'
  | 'textfile'
  | 'none'
  | 'range'
  | 'object'
  | 'argument'
  | 'fraction'
  | 'file'
  | 'random'
  | 'hash';

/** The kinds of containers and what each is by nature; add one by adding a row. */
const containerKinds = {
  list: 'sequence',
  deque: 'sequence',
  vartuple: 'sequence',
  iter: 'iterator',
  generator: 'iterator',
  set: 'set',
  frozenset: 'set',
  dict: 'mapping',
  defaultdict: 'mapping',
  counter: 'mapping',
  ordereddict: 'mapping',
} as const;

export type MappingKind = {
  [K in keyof typeof containerKinds]: (typeof containerKinds)[K] extends 'mapping' ? K : never;
}[keyof typeof containerKinds];
/** Containers with one type of element. */
export type CollectionKind = Exclude<keyof typeof containerKinds, MappingKind>;

/** What calls may leave to a function: names of its parameters, and literals that stand for those at the end. */
export interface Signature {
  names: readonly string[] | undefined;
  defaults: readonly Expr[];
}

/** A value that can be called: a function or lambda. */
export type FunctionType = {
  readonly kind: 'func';
  readonly params: readonly Slot[];
  readonly result: Slot;
  readonly signature: Signature;
  /** True when the last parameter is a tuple of all further arguments, `*args`. */
  readonly takesRest?: boolean;
};

/** What a generator is sent, and what it returns at its end. */
export interface Talk {
  readonly sent: Slot;
  readonly returned: Slot;
}

/** What `keys()`, `values()` and `items()` of a dict give. */
export type ViewType = {
  readonly kind: 'view';
  readonly part: 'keys' | 'values' | 'items';
  readonly keys: Slot;
  readonly values: Slot;
};

/** A group of a regular expression: its name, and whether it takes part in every match. */
export interface RegexGroup {
  readonly name?: string;
  readonly always: boolean;
}

/** A compiled regular expression or a match of one; without `groups` where the expression is only known at run time. */
export type RegexType = { readonly kind: 'pattern' | 'match'; readonly groups?: readonly RegexGroup[] };

/** An exception of a built-in class, or of one of the program. */
export type ExceptionType = { readonly kind: 'exception'; readonly name: string; readonly of?: ClassInfo };

/** An array of NumPy: what it holds and its number of dimensions. */
export type ArrayType = { readonly kind: 'ndarray'; readonly scalar: 'float' | 'int' | 'bool'; readonly rank: 1 | 2 };

/** A number, text or the like; `numpy` where it may be a number of NumPy, which prints and divides in its own way. */
export type ScalarType = { readonly kind: ScalarKind; readonly numpy?: true };

export type Type =
  | ScalarType
  | ArrayType
  | RegexType
  | { readonly kind: CollectionKind; readonly element: Slot; readonly talk?: Talk }
  | { readonly kind: MappingKind; readonly key: Slot; readonly value: Slot }
  | ViewType
  | { readonly kind: 'tuple'; readonly items: readonly Type[]; readonly record?: RecordInfo }
  | { readonly kind: 'instance'; readonly of: ClassInfo }
  | { readonly kind: 'class'; readonly of: ClassInfo }
  | ExceptionType
  | { readonly kind: 'module'; readonly name: string }
  | FunctionType
  | { readonly kind: 'union'; readonly items: readonly Type[] };

export const never: Type = { kind: 'never' };
export const int: Type = { kind: 'int' };
export const bigint: Type = { kind: 'bigint' };
export const float: Type = { kind: 'float' };
export const complex: Type = { kind: 'complex' };
export const bool: Type = { kind: 'bool' };
export const str: Type = { kind: 'str' };
export const bytes: Type = { kind: 'bytes' };
export const none: Type = { kind: 'none' };
export const range: Type = { kind: 'range' };

export type ContainerType = Extract<Type, { kind: CollectionKind | MappingKind }>;

export function isContainer(type: Type): type is ContainerType {
  return type.kind in containerKinds;
}

/** The slots of what a container holds: its elements, or its keys and values. */
export function slotsOf(type: ContainerType): readonly Slot[] {
  return 'element' in type ? [type.element] : [type.key, type.value];
}

export function listOf(element: Type): Type {
  return { kind: 'list', element: new Slot(element) };
}
export function iterOf(element: Type): Type {
  return { kind: 'iter', element: new Slot(element) };
}
export function tupleOf(...items: Type[]): Type {
  return { kind: 'tuple', items };
}
export function dictOf(key: Type, value: Type): Type {
  return { kind: 'dict', key: new Slot(key), value: new Slot(value) };
}

/** Two kinds of type that one C++ variable can hold without a tag once their slots are one. */
function sameShape(a: Type, b: Type): boolean {
  if (a.kind === 'int' || a.kind === 'bigint') return b.kind === 'int' || b.kind === 'bigint';
  if (a.kind === 'tuple' && b.kind === 'tuple' && a.items.length === b.items.length) return a.record === b.record;
  if (isTuple(a) && isTuple(b) && (a.kind === 'tuple' || b.kind === 'tuple')) return isOfOneType([a, b]);
  if (isOnePass(a) && isOnePass(b)) return true;
  if (a.kind !== b.kind) return false;
  if (a.kind === 'view' && b.kind === 'view') return a.part === b.part;
  if (a.kind === 'instance' && b.kind === 'instance') {
    const base = commonBase(a.of, b.of);
    if (!base) noteMeeting(a.of, b.of);
    return base !== undefined;
  }
  if (a.kind === 'class' && b.kind === 'class') return a.of === b.of;
  if (a.kind === 'module' && b.kind === 'module') return a.name === b.name;
  if (a.kind === 'func' && b.kind === 'func') return sameCount(a, b);
  if (a.kind === 'ndarray' && b.kind === 'ndarray') return a.scalar === b.scalar && a.rank === b.rank;
  return true;
}

/** True for what is gone through once. */
export const isOnePass = ({ kind }: Type): boolean => kind === 'iter' || kind === 'generator';

type TupleType = Extract<Type, { readonly kind: 'tuple' }> | { readonly kind: 'vartuple'; readonly element: Slot };

const isTuple = (type: Type): type is TupleType => type.kind === 'tuple' || type.kind === 'vartuple';

/** What the items of a tuple may be. */
const itemTypes = (type: TupleType): readonly Type[] =>
  (type.kind === 'tuple' ? type.items : [type.element.type]).filter(({ kind }) => kind !== 'never');

/** True when all items of these tuples are of one type, so that tuples of other lengths can stand in one place. */
function isOfOneType(tuples: readonly TupleType[]): boolean {
  if (tuples.some((type) => type.kind === 'tuple' && type.record)) return false;
  const [first, ...others] = tuples.flatMap(itemTypes);
  return !first || others.every((item) => sameShape(first, item));
}

/** True for tuples that together are a tuple of any length. */
export function joinsAsTuple(a: Type, b: Type): boolean {
  return isTuple(a) && isTuple(b) && sameShape(a, b);
}

/** The nearest user class that both derive from. */
export function commonBase(a: ClassInfo, b: ClassInfo): ClassInfo | undefined {
  for (let x: ClassInfo | undefined = a; x; x = x.base) {
    for (let y: ClassInfo | undefined = b; y; y = y.base) if (x === y) return x;
  }
  return undefined;
}

/** Notes the nearest classes that two come from and that are copies of one class. */
function noteMeeting(a: ClassInfo, b: ClassInfo): void {
  for (let x: ClassInfo | undefined = a; x; x = x.base) {
    for (let y: ClassInfo | undefined = b; y; y = y.base) {
      if (x.def.copyOf === undefined || x.def.copyOf !== y.def.copyOf) continue;
      meetings.push([x.name, y.name]);
      return;
    }
  }
}

/** The smallest type that holds both. Containers of the same kind become one object. */
export function join(a: Type, b: Type): Type {
  if (a === b || b.kind === 'never') return a;
  if (a.kind === 'never') return b;
  if (a.kind === 'union' || b.kind === 'union') {
    let items: Type[] = a.kind === 'union' ? [...a.items] : [a];
    for (const item of b.kind === 'union' ? b.items : [b]) {
      const index = items.findIndex((other) => sameShape(other, item));
      if (index < 0) items = [...items, item];
      else items[index] = join(items[index] as Type, item);
    }
    return items.length === 1 ? (items[0] as Type) : { kind: 'union', items };
  }
  if (!sameShape(a, b)) return { kind: 'union', items: [a, b] };
  if (isTuple(a) && isTuple(b)) {
    const tuple = joinedTuples(a, b);
    if (tuple) return tuple;
  }
  if (isContainer(a)) {
    const others = slotsOf(b as ContainerType);
    slotsOf(a).forEach((slot, index) => slot.unify(others[index] as Slot));
    // An iterator can go over a generator.
    if (a.kind === 'generator' && b.kind === 'iter') return b;
    if (a.kind === 'generator' && b.kind === 'generator' && a.talk && b.talk) {
      a.talk.sent.unify(b.talk.sent);
      a.talk.returned.unify(b.talk.returned);
    }
    return a;
  }
  switch (a.kind) {
    case 'view': {
      a.keys.unify((b as typeof a).keys);
      a.values.unify((b as typeof a).values);
      return a;
    }
    case 'tuple': {
      const other = b as typeof a;
      const items = a.items.map((item, index) => join(item, other.items[index] as Type));
      return items.every((item, index) => item === a.items[index]) ? a : { ...a, items };
    }
    case 'instance': {
      const base = commonBase(a.of, (b as typeof a).of) as ClassInfo;
      return base === a.of ? a : { kind: 'instance', of: base };
    }
    case 'func': {
      const other = b as FunctionType;
      a.params.forEach((param, index) => param.unify(other.params[index] as Slot));
      a.result.unify(other.result);
      joinSignatures(a.signature, other.signature);
      return a;
    }
    case 'exception':
      return joinedExceptions(a, b as ExceptionType);
    case 'pattern':
    case 'match':
      return joinedGroups(a, b as RegexType);
    case 'int':
      return b.kind === 'bigint' || isOfNumPy(b) ? b : a;
    default:
      return isOfNumPy(b) ? b : a;
  }
}

/** True for functions that can be called alike: with as many arguments, or any number of them. */
function sameCount(a: FunctionType, b: FunctionType): boolean {
  return a.params.length === b.params.length && a.takesRest === b.takesRest;
}

/** True for a number that may be one of NumPy. */
export function isOfNumPy(type: Type): boolean {
  return 'numpy' in type && type.numpy === true;
}

/** The tuple of any length that holds tuples of different lengths; undefined for two of one kind and length. */
function joinedTuples(a: TupleType, b: TupleType): Type | undefined {
  if (a.kind === b.kind && (a.kind === 'vartuple' || a.items.length === (b.kind === 'tuple' ? b.items.length : 0)))
    return undefined;
  const held = a.kind === 'vartuple' ? a : b.kind === 'vartuple' ? b : undefined;
  const items = [a, b].flatMap(itemTypes);
  // A new one is no change of what was known.
  if (!held) return { kind: 'vartuple', element: new Slot(unionOf(items)) };
  for (const item of items) held.element.add(item);
  return held;
}

/** Leaves both with what they have in common. */
function joinSignatures(a: Signature, b: Signature): void {
  const text = (value: unknown): string =>
    JSON.stringify(value, (key, each: unknown) =>
      key === 'id' || key === 'place' ? undefined : typeof each === 'bigint' ? String(each) : each,
    ) ?? '';
  const names = text(a.names) === text(b.names) ? a.names : undefined;
  const defaults = text(a.defaults) === text(b.defaults) ? a.defaults : [];
  for (const each of [a, b]) {
    if (text(each.names) === text(names) && each.defaults.length === defaults.length) continue;
    each.names = names;
    each.defaults = defaults;
    changes.count++;
  }
}

/** The nearest exception that both are. */
function joinedExceptions(a: ExceptionType, b: ExceptionType): Type {
  if (a.name === b.name && a.of === b.of) return a;
  const base = a.of && b.of && commonBase(a.of, b.of);
  if (base) return base === a.of ? a : { kind: 'exception', name: base.name, of: base };
  const builtin = ({ name, of }: ExceptionType): string => of?.exception ?? name;
  return { kind: 'exception', name: commonException(builtin(a), builtin(b)) };
}

/** What is known of the groups of either expression. */
function joinedGroups(a: RegexType, b: RegexType): RegexType {
  if (typeKey(a) === typeKey(b)) return a;
  const others = b.groups;
  const sameNames =
    a.groups?.length === others?.length && a.groups?.every(({ name }, index) => name === others?.[index]?.name);
  if (!a.groups || !others || sameNames !== true) return { kind: a.kind };
  const groups = a.groups.map((group, index) => ({
    ...group,
    always: group.always && others[index]?.always === true,
  }));
  return { kind: a.kind, groups };
}

/** The key of what a slot holds; that of a slot which is being written already shows how far out that began. */
function slotKey(cell: Slot, seen: readonly Slot[]): string {
  const root = cell.root();
  if (root.type.kind === 'never') return `?${root.number}`;
  const depth = seen.indexOf(root);
  return depth >= 0 ? `^${depth}` : typeKey(root.type, [...seen, root]);
}

/** Text that is equal for types that are written alike in C++. Unknown slots show their number. */
export function typeKey(type: Type, seen: readonly Slot[] = []): string {
  if (isContainer(type)) {
    const talk = type.kind === 'generator' ? type.talk : undefined;
    const said = talk
      ? [talk.sent, talk.returned].map((each) => (each.type.kind === 'never' ? '' : slotKey(each, seen)))
      : [];
    const extra = said.some((each) => each !== '') ? `;${said.join(';')}` : '';
    return `${type.kind}[${slotsOf(type)
      .map((cell) => slotKey(cell, seen))
      .join(',')}${extra}]`;
  }
  switch (type.kind) {
    case 'view':
      return `view ${type.part}[${slotKey(type.keys, seen)},${slotKey(type.values, seen)}]`;
    case 'tuple':
      return `tuple${type.record?.name ?? ''}(${type.items.map((item) => typeKey(item, seen)).join(',')})`;
    case 'instance':
    case 'class':
      return `${type.kind} ${type.of.id}`;
    case 'exception':
    case 'module':
      return `${type.kind} ${type.name}`;
    case 'pattern':
    case 'match':
      return `${type.kind} ${JSON.stringify(type.groups ?? null)}`;
    case 'ndarray':
      return `ndarray ${type.scalar} ${type.rank}`;
    case 'func':
      return `func${type.takesRest ? '*' : ''}(${type.params.map((cell) => slotKey(cell, seen)).join(',')})${slotKey(type.result, seen)}`;
    case 'union':
      return `union(${type.items
        .map((item) => typeKey(item, seen))
        .sort()
        .join('|')})`;
    default:
      return type.kind;
  }
}

export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  // The keys of types of different kinds differ, whatever they hold.
  if (a.kind !== b.kind) return false;
  if (a.kind === 'instance' && b.kind === 'instance') return a.of.id === b.of.id;
  return typeKey(a) === typeKey(b);
}

/** True when part of the type has not shown itself yet. */
export function hasUnknown(type: Type, seen: readonly Slot[] = []): boolean {
  const slot = (cell: Slot): boolean => {
    const root = cell.root();
    return root.type.kind === 'never' || (!seen.includes(root) && hasUnknown(root.type, [...seen, root]));
  };
  if (isContainer(type)) return slotsOf(type).some(slot);
  switch (type.kind) {
    case 'never':
      return true;
    case 'view':
      return slot(type.keys) || slot(type.values);
    case 'tuple':
    case 'union':
      return type.items.some((item) => hasUnknown(item, seen));
    default:
      return false;
  }
}

/** The alternatives of a union, or the type alone. */
export function alternatives(type: Type): readonly Type[] {
  return type.kind === 'union' ? type.items : type.kind === 'never' ? [] : [type];
}

export function unionOf(items: readonly Type[]): Type {
  return items.reduce<Type>((all, item) => join(all, item), never);
}

/** The type without None. */
export function withoutNone(type: Type): Type {
  return unionOf(alternatives(type).filter((item) => item.kind !== 'none'));
}

export function isOptional(type: Type): boolean {
  return type.kind === 'union' && type.items.some((item) => item.kind === 'none');
}

export function isInteger(type: Type): boolean {
  return type.kind === 'int' || type.kind === 'bigint' || type.kind === 'bool';
}

export function isNumber(type: Type): boolean {
  return isInteger(type) || type.kind === 'float';
}

/** The type as Python would name it, for messages. */
export function describe(type: Type, within: readonly Slot[] = []): string {
  const held = (slot: Slot): string =>
    within.includes(slot.root()) ? '…' : describe(slot.type, [...within, slot.root()]);
  if (type.kind === 'vartuple') return `tuple[${held(type.element)}, ...]`;
  if (isContainer(type)) {
    const parts = slotsOf(type).map(held);
    return `${type.kind === 'iter' ? 'iterator' : type.kind}[${parts.join(', ')}]`;
  }
  switch (type.kind) {
    case 'never':
      return 'unknown';
    case 'bigint':
      return 'int';
    case 'none':
      return 'None';
    case 'view':
      return `dict_${type.part}[${held(type.keys)}, ${held(type.values)}]`;
    case 'instance':
      return type.of.name;
    case 'class':
      return `class ${type.of.name}`;
    case 'tuple':
      return `tuple[${type.items.map((item) => describe(item, within)).join(', ')}]`;
    case 'union':
      return type.items.map((item) => describe(item, within)).join(' | ');
    case 'ndarray':
      return `ndarray of ${type.scalar} with ${type.rank} dimension${type.rank > 1 ? 's' : ''}`;
    case 'func':
      return 'function';
    case 'exception':
      return type.name;
    case 'module':
      return `module ${type.name}`;
    case 'pattern':
    case 'match':
      return `re.${type.kind === 'match' ? 'Match' : 'Pattern'}`;
    default:
      return type.kind;
  }
}

/** True when a value of one type can be handed to a slot of the other without making it a union. */
export function compatible(a: Type, b: Type, compared: readonly (readonly [Slot, Slot])[] = []): boolean {
  if (a.kind === 'never' || b.kind === 'never' || a === b) return true;
  const slots = (x: Slot, y: Slot): boolean => {
    const [p, q] = [x.root(), y.root()];
    // What a type holds of itself is compared once.
    return (
      p === q ||
      compared.some(([first, second]) => first === p && second === q) ||
      compatible(p.type, q.type, [...compared, [p, q]])
    );
  };
  const types = (x: Type, y: Type): boolean => compatible(x, y, compared);
  if (a.kind === 'union' || b.kind === 'union') {
    return alternatives(b).every((item) =>
      alternatives(a).some((other) => other.kind === item.kind && types(other, item)),
    );
  }
  if (a.kind !== b.kind) return false;
  if (isContainer(a)) {
    const others = slotsOf(b as ContainerType);
    return slotsOf(a).every((slot, index) => slots(slot, others[index] as Slot));
  }
  switch (a.kind) {
    case 'view': {
      const other = b as typeof a;
      return a.part === other.part && slots(a.keys, other.keys) && slots(a.values, other.values);
    }
    case 'tuple': {
      const other = b as typeof a;
      return (
        a.items.length === other.items.length && a.items.every((item, index) => types(item, other.items[index] as Type))
      );
    }
    case 'instance':
    case 'class':
      return a.of === (b as typeof a).of;
    case 'exception':
    case 'module':
      return a.name === (b as typeof a).name;
    case 'ndarray':
      return sameShape(a, b);
    case 'func': {
      const other = b as FunctionType;
      return (
        sameCount(a, other) &&
        a.params.every((param, index) => slots(param, other.params[index] as Slot)) &&
        slots(a.result, other.result)
      );
    }
    default:
      return true;
  }
}

/** True for integers of any size, also among others or in a tuple. */
export function holdsAnySize(type: Type): boolean {
  if (type.kind === 'tuple') return type.items.some(holdsAnySize);
  if (type.kind === 'union') return type.items.some(holdsAnySize);
  return (
    type.kind === 'bigint' ||
    ((type.kind === 'list' || type.kind === 'vartuple') && type.element.type.kind === 'bigint')
  );
}
