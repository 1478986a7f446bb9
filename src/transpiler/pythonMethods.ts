import type { Type } from './types.ts';

/** The methods that Python's built-in types have, beside those that operators and functions call. */
const names: Readonly<Record<string, string>> = {
  int: `as_integer_ratio bit_count bit_length conjugate from_bytes to_bytes`,
  float: `as_integer_ratio conjugate fromhex hex is_integer`,
  complex: `conjugate`,
  str: `capitalize casefold center count encode endswith expandtabs find format format_map index isalnum isalpha isascii
isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower lstrip maketrans
partition removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith
strip swapcase title translate upper zfill`,
  bytes: `capitalize center count decode endswith expandtabs find fromhex hex index isalnum isalpha isascii isdigit islower
isspace istitle isupper join ljust lower lstrip maketrans partition removeprefix removesuffix replace rfind rindex rjust
rpartition rsplit rstrip split splitlines startswith strip swapcase title translate upper zfill`,
  list: `append clear copy count extend index insert pop remove reverse sort`,
  tuple: `count index`,
  dict: `clear copy fromkeys get items keys pop popitem setdefault update values`,
  set: `add clear copy difference difference_update discard intersection intersection_update isdisjoint issubset issuperset pop
remove symmetric_difference symmetric_difference_update union update`,
  frozenset: `copy difference intersection isdisjoint issubset issuperset symmetric_difference union`,
  deque: `append appendleft clear copy count extend extendleft index insert pop popleft remove reverse rotate`,
  counter: `_keep_positive clear copy elements fromkeys get items keys most_common pop popitem setdefault subtract total update
values`,
  defaultdict: `clear copy fromkeys get items keys pop popitem setdefault update values`,
  ordereddict: `clear copy fromkeys get items keys move_to_end pop popitem setdefault update values`,
};

const methods = new Map(Object.entries(names).map(([kind, text]) => [kind, new Set(text.split(/\s+/))]));

/** Kinds of types under the names of their Python types. */
const sameAs: Partial<Record<Type['kind'], string>> = { bigint: 'int', bool: 'int', vartuple: 'tuple' };

/** True when values of a built-in type have a method of this name in Python, converted or not. */
export function hasPythonMethod(type: Type, name: string): boolean {
  return (
    methods.get(sameAs[type.kind] ?? type.kind)?.has(name) ??
    !['none', 'func', 'range', 'exception'].includes(type.kind)
  );
}

/** True when all methods of a built-in type are known by name. */
export const hasKnownMethods = (type: Type): boolean => methods.has(sameAs[type.kind] ?? type.kind);

/** True when a built-in type of this name is known to have a method of this name. */
export const typeHasMethod = (type: string, name: string): boolean => methods.get(type)?.has(name) === true;

/** Methods that change what they are called on. */
export const mutatingMethods = new Set(
  'append insert extend pop remove sort reverse clear add discard update setdefault popitem appendleft popleft extendleft rotate move_to_end subtract intersection_update difference_update symmetric_difference_update'.split(
    ' ',
  ),
);
