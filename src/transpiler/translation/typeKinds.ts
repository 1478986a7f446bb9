import type { Expr } from '../ast.ts';
import { lineOf } from '../classes.ts';
import { cppType, isPlain, representation } from '../cpp.ts';
import { elementOf } from '../library.ts';
import { alternatives, isContainer, isNumber, sameType, slotsOf, type Type } from '../types.ts';

/** The C++ types of what a container holds; `*` for what may be any. */
export function heldTypes(type: Type): string[] {
  if (type.kind === 'union' || type.kind === 'instance') return ['*'];
  return isContainer(type) ? slotsOf(type).map((slot) => cppType(slot.type)) : [];
}

/** How a loop declares what it goes over: numbers as such, and by reference what the body leaves alone. */
export function loopVariable(element: Type, name: string, touched: ReadonlySet<string>): string {
  if (isPlain(element) && element.kind !== 'union' && element.kind !== 'never') return `${cppType(element)} ${name}`;
  const parts = [element, ...(element.kind === 'tuple' ? element.items : [])].map(cppType);
  const isLeft = !touched.has('*') && !parts.some((part) => touched.has(part));
  return `${isLeft ? 'const auto&' : 'auto'} ${name}`;
}

/** True for a generator that others can advance while a loop goes over it: what it gave last is then no more. */
export function isHeldGenerator(node: Expr, type: Type): boolean {
  if (type.kind !== 'generator' || node.kind === 'comp') return false;
  return node.kind !== 'call' || (node.callee.kind === 'name' && node.callee.name === 'iter');
}

/** True for what a `for` can go over. */
export const isIterable = (type: Type): boolean => type.kind === 'tuple' || elementOf(type) !== undefined;

export function holdsAll(type: Type, part: Type): boolean {
  return alternatives(part).every((item) => alternatives(type).some((other) => sameType(item, other)));
}

export const isBytes = ({ kind }: Type): boolean => kind === 'bytes' || kind === 'bytearray';

/** True for an instance or None: a handle that may be empty. */
export function isHandle(type: Type): boolean {
  return representation(type) === 'nullable';
}

/** True for what has items that are named in brackets. */
export function isSubscriptable(type: Type): boolean {
  if (type.kind === 'instance') return [...lineOf(type.of)].some(({ methods }) => methods.has('__getitem__'));
  if (['iter', 'generator', 'set', 'frozenset', 'view', 'file'].includes(type.kind)) return false;
  return type.kind === 'tuple' || type.kind === 'match' || elementOf(type) !== undefined;
}

/** True for plain numbers of different types in one place. */
export function isMixedNumber(type: Type): boolean {
  return type.kind === 'union' && type.items.every((item) => isNumber(item) && item.kind !== 'bigint');
}

/** Classes of the program may say what `==` means. */
export function hasOwnEquality(type: Type): boolean {
  return type.kind === 'instance' && [...lineOf(type.of)].some(({ methods }) => methods.has('__eq__'));
}
