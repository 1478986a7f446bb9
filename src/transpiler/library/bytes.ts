import type { Value } from '../library.ts';
import { bool, int, isInteger, listOf, none, str, tupleOf, type Type } from '../types.ts';
import { list, methodRow, row, value, type LibraryCall, type LibraryRow, type MethodRow } from './call.ts';

const isBytes = ({ kind }: Type): boolean => kind === 'bytes' || kind === 'bytearray' || kind === 'never';
const isWhole = (type: Type): boolean => isInteger(type) || type.kind === 'never';
const isPart = (type: Type): boolean => isBytes(type) || isWhole(type);

/** `bytes(…)` and `bytearray(…)`: of nothing, a length, things to go over, or a text with its encoding. */
export const makeBytes =
  (kind: 'bytes' | 'bytearray') =>
  (call: LibraryCall): Value | undefined => {
    const type: Type = { kind };
    const [given, second, third] = call.args;
    if (!given) return value(type, `py::${kind}()`);
    if (given.type.kind === 'str') {
      const encoding = second ?? call.keyword('encoding');
      const errors = third ?? call.keyword('errors');
      return encoding && value(type, `py::${kind}::encoded(${list(given.code, encoding.code, errors?.code)})`);
    }
    if (second) return undefined;
    if (isWhole(given.type)) return value(type, `py::${kind}::zeros(${call.integer(given)})`);
    const items = call.items(given);
    return isWhole(items.element) ? value(type, `py::${kind}::from(${items.code})`) : undefined;
  };

/** A method whose arguments are first parts, each bytes or a byte, then integers. */
const plain =
  (name: string, result: (own: Type) => Type, parts = 0): MethodRow['translate'] =>
  (object, call) => {
    const fits = call.args.every(({ type }, index) => (index < parts ? isPart(type) : isWhole(type)));
    if (!fits) return undefined;
    const codes = call.args.map((arg) => (isWhole(arg.type) && !isBytes(arg.type) ? call.integer(arg) : arg.code));
    return value(result(object.type), `${object.code}.${name}(${codes.join(', ')})`);
  };
const rows = (
  names: string,
  minimum: number,
  maximum: number,
  result: (own: Type) => Type,
  parts = 0,
): [string, MethodRow][] =>
  names.split(' ').map((name) => [name, methodRow(minimum, maximum, plain(name, result, parts))]);

const same = (own: Type): Type => own;
const manyOf = (own: Type): Type => listOf(own);

const splitting =
  (name: 'split' | 'rsplit'): MethodRow['translate'] =>
  (object, call) => {
    const separator = call.args[0] ?? call.keyword('sep');
    const limit = call.args[1] ?? call.keyword('maxsplit');
    if (!separator) return limit ? undefined : value(listOf(object.type), `${object.code}.split()`);
    if (!isBytes(separator.type)) return undefined;
    return value(listOf(object.type), `${object.code}.${name}(${list(separator.code, limit && call.integer(limit))})`);
  };

/** Methods of both. */
const common: readonly (readonly [string, MethodRow])[] = [
  [
    'decode',
    methodRow(
      0,
      2,
      (object, call) => {
        const encoding = call.args[0] ?? call.keyword('encoding');
        const errors = call.args[1] ?? call.keyword('errors');
        const codes = errors && !encoding ? ['"utf-8"_s', errors.code] : [encoding?.code, errors?.code];
        return value(str, `${object.code}.decode(${list(...codes)})`);
      },
      ['encoding', 'errors'],
    ),
  ],
  [
    'hex',
    methodRow(0, 2, (object, call) => {
      const [separator, group] = call.args;
      if (separator && separator.type.kind !== 'str') return undefined;
      return value(str, `${object.code}.hex(${list(separator?.code, group && call.integer(group))})`);
    }),
  ],
  ...rows('find rfind index rindex count', 1, 3, () => int, 1),
  ...rows('startswith endswith', 1, 3, () => bool, 1),
  ...rows('replace', 2, 3, same, 2),
  ...rows('partition rpartition', 1, 1, (own) => tupleOf(own, own, own), 1),
  ...rows('removeprefix removesuffix', 1, 1, same, 1),
  ...rows('strip lstrip rstrip', 0, 1, same, 1),
  ...rows('upper lower swapcase capitalize title', 0, 0, same),
  ...rows('isalpha isdigit isspace isalnum isascii isupper islower', 0, 0, () => bool),
  ...rows('zfill', 1, 1, same),
  ...rows('expandtabs', 0, 1, same),
  ...rows('splitlines', 0, 1, manyOf),
  ['split', methodRow(0, 2, splitting('split'), ['sep', 'maxsplit'])],
  ['rsplit', methodRow(0, 2, splitting('rsplit'), ['sep', 'maxsplit'])],
  ...['ljust', 'rjust', 'center'].map((name): [string, MethodRow] => [
    name,
    methodRow(1, 2, (object, call) => {
      const [width, fill] = call.args;
      if (!width || (fill && fill.type.kind !== object.type.kind)) return undefined;
      return value(object.type, `${object.code}.${name}(${list(call.integer(width), fill?.code)})`);
    }),
  ]),
  [
    'join',
    methodRow(1, 1, (object, call) => {
      const [given] = call.args;
      const items = given && call.items(given);
      return items && isBytes(items.element) ? value(object.type, `${object.code}.join(${items.code})`) : undefined;
    }),
  ],
];

const changing: readonly (readonly [string, MethodRow])[] = [
  ...rows('append remove', 1, 1, () => none),
  ...rows('insert', 2, 2, () => none),
  ...rows('pop', 0, 1, () => int),
  ...rows('clear reverse', 0, 0, () => none),
  ...rows('copy', 0, 0, same),
  [
    'extend',
    methodRow(1, 1, (object, call) => {
      const [given] = call.args;
      const items = given && call.items(given);
      return items && isWhole(items.element) ? value(none, `${object.code}.extend(${items.code})`) : undefined;
    }),
  ],
];

export const bytesMethods: readonly (readonly [string, readonly (readonly [string, MethodRow])[]])[] = [
  ['bytes', common],
  ['bytearray', [...common, ...changing]],
];

const fromHex =
  (kind: 'bytes' | 'bytearray') =>
  ({ args: [text] }: LibraryCall): Value | undefined =>
    text?.type.kind === 'str' ? value({ kind }, `py::${kind}::fromhex(${text.code})`) : undefined;

/** Functions that are named through one of the two types. */
export const ofBytes: readonly (readonly [string, LibraryRow])[] = [
  ['bytes.fromhex', row(1, 1, fromHex('bytes'))],
  ['bytearray.fromhex', row(1, 1, fromHex('bytearray'))],
];

/** Built-in functions that make bytes. */
export const bytesBuiltins: readonly (readonly [string, LibraryRow])[] = (['bytes', 'bytearray'] as const).map(
  (kind): [string, LibraryRow] => [kind, row(0, 3, makeBytes(kind), ['encoding', 'errors'])],
);
