import type { BinaryOperator, CallExpr, Expr } from '../ast.ts';
import { cppType } from '../cpp.ts';
import { precedence, type Value } from '../library.ts';
import { sameType, Slot, type Type } from '../types.ts';

/** Something to go over: what it holds, and C++ that is gone over once. */
export interface Items {
  readonly type: Type;
  readonly element: Type;
  readonly code: string;
}

/** A Python function handed to the library, for arguments of certain types. */
export interface Functor {
  /** What it gives. */
  readonly type: Type;
  /** A C++ lambda, whose result becomes `expected` where that is given; `kept` when it is called later. */
  readonly code: (expected?: Type, kept?: boolean) => string;
}

/** A call of the library while it is translated, and what a row of its tables may ask of the translator. */
export interface LibraryCall {
  readonly node: CallExpr;
  /** The function as a message names it. */
  readonly name: string;
  /** The positional arguments. */
  readonly args: readonly Value[];
  /** One of them, where others are functions, which are no values. */
  readonly arg: (index: number) => Value | undefined;
  readonly keyword: (name: string) => Value | undefined;
  readonly keywordNode: (name: string) => Expr | undefined;
  /** True when every integer that is worked out has any size. */
  readonly growsAlways: boolean;
  /** A value as something to go over; refused when it is nothing of the kind. */
  readonly items: (value: Value) => Items;
  /** An integer of 64 bits. */
  readonly integer: (value: Value) => string;
  readonly expr: (node: Expr) => Value;
  /** `module.name` of something that was imported. */
  readonly libraryName: (node: Expr) => string | undefined;
  /** The text that a literal, or a name that never stands for another, is known to have. */
  readonly literalText: (node: Expr) => string | undefined;
  readonly binary: (op: BinaryOperator, a: Value, b: Value, right: Expr) => Value;
  /** Refuses a type that Python prints with an address. */
  readonly printable: (type: Type) => void;
  /** A `key=` for elements of a type, as C++. */
  readonly key: (node: Expr, element: Type) => string;
  /** The function that this call makes, such as `itemgetter(1)`, as a value that takes so many arguments. */
  readonly asFunction: (count: number) => Value;
  readonly functor: (node: Expr, types: readonly Type[]) => Functor;
  /** The container that this call makes, the same in every round. */
  readonly make: <T extends Type>(make: () => T) => T;
  /** Lets a slot take in a type, and refuses what would make it hold what cannot be together. */
  readonly add: (slot: Slot, type: Type, what: string) => void;
  /** Refuses a type that would hold what cannot be in one place. */
  readonly requireOne: (type: Type, what: string) => void;
  /** Notes the values of a dict whose factory has no name that Python prints. */
  readonly noteFactory: (slot: Slot) => void;
  readonly refuse: (sentence: string) => never;
}

/** How one function of the library is converted; nothing when it does not take these arguments. */
export interface LibraryRow {
  readonly minimum: number;
  readonly maximum: number;
  readonly keywords: readonly string[];
  /** True when it takes `*items` among its arguments. */
  readonly stars?: boolean;
  readonly translate: (call: LibraryCall) => Value | undefined;
}

/** How one method is converted; `object` is a C++ primary expression. */
export interface MethodRow {
  readonly minimum: number;
  readonly maximum: number;
  readonly keywords: readonly string[];
  /** True when it takes `*items` among its arguments. */
  readonly stars?: boolean;
  readonly translate: (object: Value, call: LibraryCall) => Value | undefined;
}

export const row = (
  minimum: number,
  maximum: number,
  translate: LibraryRow['translate'],
  keywords: readonly string[] = [],
): LibraryRow => ({ minimum, maximum, keywords, translate });

export const methodRow = (
  minimum: number,
  maximum: number,
  translate: MethodRow['translate'],
  keywords: readonly string[] = [],
): MethodRow => ({ minimum, maximum, keywords, translate });

export const value = (type: Type, code: string): Value => ({ type, code, precedence: precedence.primary });

/** C++ arguments, those that are not given left out. */
export const list = (...codes: readonly (string | undefined)[]): string =>
  codes.filter((code) => code !== undefined).join(', ');

/** A new list of items, which the program may put other things in as well. */
export function newList(call: LibraryCall, element: Type, code: string): Value {
  const type = call.make((): IteratorType => ({ kind: 'list', element: new Slot() }));
  call.add(type.element, element, 'The elements of this list');
  const isAll = sameType(element, type.element.type);
  return value(type, isAll ? code : `py::list_as<${cppType(type.element.type)}>(${code})`);
}

type IteratorType = Extract<Type, { element: Slot }>;

/** What a call gives to go over. */
export function iterator(call: LibraryCall, element: Type, code: string): Value {
  const type = call.make((): IteratorType => ({ kind: 'iter', element: new Slot() }));
  type.element.add(element);
  return value(type, code);
}
/** The same where the C++ is a coroutine. */
export function generator(call: LibraryCall, element: Type, code: string): Value {
  const type = call.make((): IteratorType => ({ kind: 'generator', element: new Slot() }));
  type.element.add(element);
  return value(type, code);
}
