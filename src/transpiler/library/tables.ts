import { libraryConstants, libraryModules } from '../library.ts';
import { bisect, functools, heapq, itertools } from './algorithms.ts';
import { builtins } from './builtins.ts';
import { bytesBuiltins, bytesMethods } from './bytes.ts';
import type { LibraryRow, MethodRow } from './call.ts';
import { collectionMethods, collections, dictFunction } from './collections.ts';
import { valueMethods } from './methods.ts';
import { fileMethods, hashlib, io, json, jsonRead, open, os, osPath, timeit } from './files.ts';
import { cmath, copy, math, random, randomMethods, sys } from './modules.ts';
import { onlyAsKey, operator } from './operator.ts';
import { numpy, numpyMethods } from './numpy.ts';
import { struct } from './struct.ts';
import { regexMethods, regularExpressions } from './regularExpressions.ts';

/** Functions of the standard library by module; add a module by adding a row. */
export const moduleRows: ReadonlyMap<string, ReadonlyMap<string, LibraryRow>> = new Map([
  ['bisect', bisect],
  ['collections', collections],
  ['functools', new Map([...functools, ['cmp_to_key', onlyAsKey('cmp_to_key')]])],
  ['cmath', cmath],
  ['copy', copy],
  ['heapq', heapq],
  ['hashlib', hashlib],
  ['io', io],
  ['itertools', itertools],
  ['json', json],
  ['json_read', jsonRead],
  ['math', math],
  ['numpy', numpy],
  ['random', random],
  ['re', regularExpressions],
  ['sys', sys],
  ['operator', operator],
  ['os', os],
  ['os.path', osPath],
  ['struct', struct],
  ['timeit', timeit],
]);

/** The names that a module has in the tables, as `from module import *` binds them. */
export function moduleNames(module: string): readonly string[] {
  const constants = [...libraryConstants.keys()].filter((name) => name.startsWith(`${module}.`));
  return [
    ...(moduleRows.get(module)?.keys() ?? []),
    ...(libraryModules.get(module)?.keys() ?? []),
    ...constants.map((name) => name.slice(module.length + 1)),
  ].filter((name) => !name.includes('.'));
}

/** Built-in functions. */
export const builtinRows: ReadonlyMap<string, LibraryRow> = new Map([
  ['dict', dictFunction],
  ...builtins,
  ...bytesBuiltins,
  ['open', open],
]);

/** Methods by the kind of their object. */
export const methodRows: ReadonlyMap<string, ReadonlyMap<string, MethodRow>> = new Map(
  [
    ...collectionMethods,
    ...valueMethods,
    ...bytesMethods,
    ...randomMethods,
    ...fileMethods,
    ...regexMethods,
    ...numpyMethods,
  ].map(([kind, rows]) => [kind, new Map(rows)]),
);
