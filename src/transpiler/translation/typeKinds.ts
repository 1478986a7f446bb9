import { lineOf } from '../classes.ts';
import { representation } from '../cpp.ts';
import { elementOf } from '../library.ts';
import { alternatives, isNumber, sameType, type Type } from '../types.ts';

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
