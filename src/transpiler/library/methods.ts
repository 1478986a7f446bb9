import { complex, int, isInteger, bool, listOf, none, str, tupleOf, type Slot, type Type } from '../types.ts';
import { list, methodRow, value, type LibraryCall, type MethodRow } from './call.ts';

const isText = (type: Type): boolean => type.kind === 'str' || type.kind === 'never';
const isWhole = (type: Type): boolean => (isInteger(type) && type.kind !== 'bigint') || type.kind === 'never';

/** A method of text whose arguments are first texts, then integers. */
const onText =
  (name: string, result: () => Type, texts: number): MethodRow['translate'] =>
  (object, call) => {
    const fits = call.args.every(({ type }, index) => (index < texts ? isText(type) : isWhole(type)));
    return fits
      ? value(result(), `${object.code}.${name}(${call.args.map(({ code }) => code).join(', ')})`)
      : undefined;
  };

const three = (): Type => tupleOf(str, str, str);

/** `startswith` and `endswith`, also of any of several texts. */
const atEnd =
  (name: 'startswith' | 'endswith'): MethodRow['translate'] =>
  (object, call) => {
    const [wanted, ...bounds] = call.args;
    if (!wanted || !bounds.every(({ type }) => isWhole(type))) return undefined;
    const others = bounds.map(({ code }) => code);
    if (wanted.type.kind === 'tuple' && wanted.type.items.every(isText)) {
      const test = `${object.code}.${name}(${list('part', ...others)})`;
      return value(bool, `std::apply([&](const auto&... part) { return (${test} || ...); }, ${wanted.code})`);
    }
    return isText(wanted.type) ? value(bool, `${object.code}.${name}(${list(wanted.code, ...others)})`) : undefined;
  };

/** `split` and `rsplit`: at white space, or at a text, at most so many times. */
const splitting =
  (name: 'split' | 'rsplit'): MethodRow['translate'] =>
  (object, call) => {
    const separator = call.args[0] ?? call.keyword('sep');
    const limit = call.args[1] ?? call.keyword('maxsplit');
    if (separator && separator.type.kind !== 'none' && !isText(separator.type)) return undefined;
    const given = separator && separator.type.kind !== 'none' ? separator.code : 'std::nullopt';
    if (!limit) return value(listOf(str), `${object.code}.${name}(${given === 'std::nullopt' ? '' : given})`);
    return value(listOf(str), `${object.code}.${name}(${given}, ${call.integer(limit)})`);
  };

const textRows = (
  names: string,
  minimum: number,
  maximum: number,
  result: () => Type,
  texts: number,
): [string, MethodRow][] =>
  names.split(' ').map((name) => [name, methodRow(minimum, maximum, onText(name, result, texts))]);

/** Methods of str that take more than the plainest arguments. */
const textMethods: readonly (readonly [string, MethodRow])[] = [
  ...textRows('replace', 2, 3, () => str, 2),
  ...textRows('partition rpartition', 1, 1, three, 1),
  ...textRows('find rfind index rindex count', 1, 3, () => int, 1),
  ...textRows('isdecimal isnumeric isidentifier isprintable istitle isascii', 0, 0, () => bool, 0),
  ...textRows('removeprefix removesuffix', 1, 1, () => str, 1),
  ...textRows('expandtabs', 0, 1, () => str, 0),
  ['startswith', methodRow(1, 3, atEnd('startswith'))],
  ['endswith', methodRow(1, 3, atEnd('endswith'))],
  ['split', methodRow(0, 2, splitting('split'), ['sep', 'maxsplit'])],
  ['rsplit', methodRow(0, 2, splitting('rsplit'), ['sep', 'maxsplit'])],
];

const elementOf = ({ type }: { readonly type: Type }): Slot | undefined =>
  'element' in type ? type.element : undefined;

/** A method of sets that takes other things to go over, whose elements become of one type with its own. */
const withOthers =
  (name: string, result: (object: Type) => Type, cpp = name): MethodRow['translate'] =>
  (object, call: LibraryCall) => {
    const own = elementOf(object);
    if (!own) return undefined;
    const others = call.args.map((arg) => {
      const items = call.items(arg);
      call.add(own, items.element, 'The elements of these sets');
      const slot = elementOf(arg);
      if (slot) own.unify(slot);
      return items.code;
    });
    return value(result(object.type), `${object.code}.${cpp}(${others.join(', ')})`);
  };

const same = (type: Type): Type => type;

/** Methods of set and frozenset that give something new. */
const readingSetMethods: readonly (readonly [string, MethodRow])[] = [
  ['union', methodRow(0, 8, withOthers('union', same, 'union_'))],
  ['intersection', methodRow(1, 8, withOthers('intersection', same))],
  ['difference', methodRow(1, 8, withOthers('difference', same))],
  ['symmetric_difference', methodRow(1, 1, withOthers('symmetric_difference', same))],
  [
    'isdisjoint',
    methodRow(
      1,
      1,
      withOthers('isdisjoint', () => bool),
    ),
  ],
  ['copy', methodRow(0, 0, withOthers('copy', same))],
];

/** Methods of set that change it. */
const changingSetMethods: readonly (readonly [string, MethodRow])[] = [
  ...readingSetMethods,
  [
    'update',
    methodRow(
      0,
      8,
      withOthers('update', () => none),
    ),
  ],
  [
    'intersection_update',
    methodRow(
      1,
      1,
      withOthers('intersection_update', () => none),
    ),
  ],
  [
    'difference_update',
    methodRow(
      1,
      1,
      withOthers('difference_update', () => none),
    ),
  ],
  [
    'symmetric_difference_update',
    methodRow(
      1,
      1,
      withOthers('symmetric_difference_update', () => none),
    ),
  ],
];

const numberMethod = (type: () => Type, code: (object: string) => string): MethodRow =>
  methodRow(0, 0, (object) => value(type(), code(object.code)));

const wholeMethods: readonly (readonly [string, MethodRow])[] = ['bit_length', 'bit_count'].map(
  (name): [string, MethodRow] => [
    name,
    numberMethod(
      () => int,
      (object) => `py::${name}(${object})`,
    ),
  ],
);
const largeMethods: readonly (readonly [string, MethodRow])[] = ['bit_length', 'bit_count'].map(
  (name): [string, MethodRow] => [
    name,
    numberMethod(
      () => int,
      (object) => `${object}.${name}()`,
    ),
  ],
);

/** Methods of the standard streams. */
const fileMethods: readonly (readonly [string, MethodRow])[] = [
  [
    'read',
    numberMethod(
      () => str,
      (object) => `${object}.read()`,
    ),
  ],
  [
    'readline',
    numberMethod(
      () => str,
      (object) => `${object}.readline()`,
    ),
  ],
  [
    'readlines',
    numberMethod(
      () => listOf(str),
      (object) => `${object}.readlines()`,
    ),
  ],
  [
    'flush',
    numberMethod(
      () => none,
      (object) => `${object}.flush()`,
    ),
  ],
  [
    'write',
    methodRow(1, 1, (object, call) => {
      const [text] = call.args;
      return text && isText(text.type) ? value(int, `${object.code}.write(${text.code})`) : undefined;
    }),
  ],
];

/** Methods of texts, numbers, streams and sets by the kind of their object. */
export const valueMethods: readonly (readonly [string, readonly (readonly [string, MethodRow])[]])[] = [
  ['str', textMethods],
  ['int', wholeMethods],
  ['bool', wholeMethods],
  ['bigint', largeMethods],
  [
    'float',
    [
      [
        'is_integer',
        numberMethod(
          () => bool,
          (object) => `py::is_integer_value(${object})`,
        ),
      ],
    ],
  ],
  [
    'complex',
    [
      [
        'conjugate',
        numberMethod(
          () => complex,
          (object) => `std::conj(${object})`,
        ),
      ],
    ],
  ],
  ['file', fileMethods],
  ['set', changingSetMethods],
  ['frozenset', readingSetMethods],
];
