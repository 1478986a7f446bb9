import { bisect, functools, heapq, itertools } from './algorithms.ts';
import { builtins } from './builtins.ts';
import type { LibraryRow, MethodRow } from './call.ts';
import { collectionMethods, collections, dictFunction } from './collections.ts';

/** Functions of the standard library by module; add a module by adding a row. */
export const moduleRows: ReadonlyMap<string, ReadonlyMap<string, LibraryRow>> = new Map([
  ['bisect', bisect],
  ['collections', collections],
  ['functools', functools],
  ['heapq', heapq],
  ['itertools', itertools],
]);

/** Built-in functions. */
export const builtinRows: ReadonlyMap<string, LibraryRow> = new Map([['dict', dictFunction], ...builtins]);

/** Methods by the kind of their object. */
export const methodRows: ReadonlyMap<string, ReadonlyMap<string, MethodRow>> = new Map(
  [...collectionMethods].map(([kind, rows]) => [kind, new Map(rows)]),
);
