import {
  bigint,
  bytes,
  complex,
  float,
  int,
  isInteger,
  bool,
  listOf,
  none,
  str,
  tupleOf,
  type Slot,
  type Type,
} from '../types.ts';
import { cppType } from '../cpp.ts';
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
  [
    'expandtabs',
    methodRow(
      0,
      1,
      (object, call) => {
        const size = call.args[0] ?? call.keyword('tabsize');
        return value(str, `${object.code}.expandtabs(${list(size && call.integer(size))})`);
      },
      ['tabsize'],
    ),
  ],
  [
    'splitlines',
    methodRow(
      0,
      1,
      (object, call) => {
        const keep = call.args[0] ?? call.keyword('keepends');
        if (keep && keep.type.kind !== 'bool') return undefined;
        return value(listOf(str), `${object.code}.splitlines(${list(keep?.code)})`);
      },
      ['keepends'],
    ),
  ],
  ...['strip', 'lstrip', 'rstrip'].map((name): [string, MethodRow] => [
    name,
    methodRow(0, 1, (object, call) => {
      const [characters] = call.args;
      if (!characters || characters.type.kind === 'none') return value(str, `${object.code}.${name}()`);
      return isText(characters.type) ? value(str, `${object.code}.${name}(${characters.code})`) : undefined;
    }),
  ]),
  [
    'encode',
    methodRow(
      0,
      2,
      (object, call) => {
        const encoding = call.args[0] ?? call.keyword('encoding');
        const errors = call.args[1] ?? call.keyword('errors');
        if (!errors) return value(bytes, `${object.code}.encode(${list(encoding?.code)})`);
        return value(bytes, `py::bytes::encoded(${list(object.code, encoding?.code ?? '"utf-8"_s', errors.code)})`);
      },
      ['encoding', 'errors'],
    ),
  ],
  [
    'translate',
    methodRow(1, 1, (object, call) => {
      const [table] = call.args;
      if (table?.type.kind !== 'dict' || !['int', 'never'].includes(table.type.key.type.kind)) return undefined;
      return value(str, `${object.code}.translate(${table.code})`);
    }),
  ],
  [
    'format_map',
    methodRow(1, 1, (object, call) => {
      const [given] = call.args;
      if (given?.type.kind !== 'dict' || given.type.key.type.kind !== 'str') return undefined;
      call.printable(given.type.value.type);
      return value(str, `py::format_map(${object.code}, ${given.code})`);
    }),
  ],
  [
    'join',
    methodRow(1, 1, (object, call) => {
      const [given] = call.args;
      if (given?.type.kind === 'tuple' && given.type.items.length === 0)
        return value(str, `(static_cast<void>(${given.code}), ""_s)`);
      const items = given && call.items(given);
      const mixed = items?.element.kind === 'union' && items.element.items.some((item) => item.kind === 'str');
      if (items && mixed) return value(str, `py::join_any(${object.code}, ${items.code})`);
      return items && isText(items.element) ? value(str, `${object.code}.join(${items.code})`) : undefined;
    }),
  ],
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
    const [star, more] = call.node.args;
    if (star?.kind === 'star') {
      if (more || !['union', 'intersection', 'difference', 'update'].includes(name)) return undefined;
      const groups = call.items(call.expr(star.value));
      const { element, code } = call.items(value(groups.element, 'others'));
      call.add(own, element, 'The elements of these sets');
      const change = name === 'union' ? 'update' : name === 'update' ? name : `${name}_update`;
      const each = `for (const auto& others : ${groups.code}) gathered.${change}(${code});`;
      const start = name === 'update' ? object.code : `py::set<${cppType(own.type)}>::from(${object.code})`;
      return value(
        result(object.type),
        `[&] { auto gathered = ${start}; ${each}${name === 'update' ? '' : ' return gathered;'} }()`,
      );
    }
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
const starred = (row: MethodRow): MethodRow => ({ ...row, stars: true });

/** Methods of set and frozenset that give something new. */
const readingSetMethods: readonly (readonly [string, MethodRow])[] = [
  ['union', starred(methodRow(0, 8, withOthers('union', same, 'union_')))],
  ['intersection', starred(methodRow(0, 8, withOthers('intersection', same)))],
  ['difference', starred(methodRow(0, 8, withOthers('difference', same)))],
  ['symmetric_difference', methodRow(1, 1, withOthers('symmetric_difference', same))],
  [
    'isdisjoint',
    methodRow(
      1,
      1,
      withOthers('isdisjoint', () => bool),
    ),
  ],
  [
    'issubset',
    methodRow(
      1,
      1,
      withOthers('issubset', () => bool),
    ),
  ],
  [
    'issuperset',
    methodRow(
      1,
      1,
      withOthers('issuperset', () => bool),
    ),
  ],
  ['copy', methodRow(0, 0, withOthers('copy', same))],
];

/** A method that changes a set by one thing after the other. */
const inTurn =
  (name: string): MethodRow['translate'] =>
  (object, call) => {
    const each = call.args.map((arg) => withOthers(name, () => none)(object, { ...call, args: [arg] }));
    const codes = each.flatMap((part) => part?.code ?? []);
    if (codes.length < each.length) return undefined;
    return value(none, codes.length ? `(${codes.join(', ')})` : `static_cast<void>(${object.code})`);
  };

/** Methods of set that change it. */
const changingSetMethods: readonly (readonly [string, MethodRow])[] = [
  ...readingSetMethods,
  [
    'update',
    starred(
      methodRow(
        0,
        8,
        withOthers('update', () => none),
      ),
    ),
  ],
  ['intersection_update', methodRow(0, 8, inTurn('intersection_update'))],
  ['difference_update', methodRow(0, 8, inTurn('difference_update'))],
  ['pop', methodRow(0, 0, (object) => value(elementOf(object)?.type ?? none, `${object.code}.pop()`))],
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

const toBytes: MethodRow = methodRow(
  0,
  2,
  (object, call) => {
    const length = call.args[0] ?? call.keyword('length');
    const order = call.args[1] ?? call.keyword('byteorder');
    const signed = call.keyword('signed');
    const codes = [length ? call.integer(length) : '1', order?.code ?? '"big"_s', signed?.code];
    return value(bytes, `py::int_to_bytes(${list(`py::Int(${object.code})`, ...codes)})`);
  },
  ['length', 'byteorder', 'signed'],
);

/** What integers of 64 bits and of any size have. */
const integerMethods = (own: () => Type): (readonly [string, MethodRow])[] => [
  ['to_bytes', toBytes],
  ['conjugate', numberMethod(own, (object) => (own().kind === 'int' ? `static_cast<int64_t>(${object})` : object))],
  [
    'as_integer_ratio',
    numberMethod(
      () => tupleOf(own(), int),
      (object) => `std::tuple<${own().kind === 'int' ? 'int64_t' : 'py::Int'}, int64_t>(${object}, 1)`,
    ),
  ],
];
const wholeMethods: readonly (readonly [string, MethodRow])[] = [
  ...integerMethods(() => int),
  ...['bit_length', 'bit_count'].map((name): [string, MethodRow] => [
    name,
    numberMethod(
      () => int,
      (object) => `py::${name}(${object})`,
    ),
  ]),
];
const largeMethods: readonly (readonly [string, MethodRow])[] = [
  ...integerMethods(() => bigint),
  ...['bit_length', 'bit_count'].map((name): [string, MethodRow] => [
    name,
    numberMethod(
      () => int,
      (object) => `${object}.${name}()`,
    ),
  ]),
];

/** `index` of a sequence within bounds. */
const indexWithin = (kind: 'list' | 'vartuple'): MethodRow =>
  methodRow(1, 3, (object, call) => {
    const [wanted, ...bounds] = call.args;
    const slot = elementOf(object);
    if (!wanted || !slot || bounds.some(({ type }) => !isWhole(type))) return undefined;
    if (kind === 'list') call.add(slot, wanted.type, 'The elements of this list');
    return value(int, `${object.code}.index(${list(wanted.code, ...bounds.map(({ code }) => code))})`);
  });

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
      [
        'hex',
        numberMethod(
          () => str,
          (object) => `py::float_hex(${object})`,
        ),
      ],
      [
        'as_integer_ratio',
        numberMethod(
          () => tupleOf(bigint, bigint),
          (object) => `py::integer_ratio(${object})`,
        ),
      ],
      [
        'conjugate',
        numberMethod(
          () => float,
          (object) => object,
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
  ['list', [['index', indexWithin('list')]]],
  [
    'vartuple',
    [
      ['index', indexWithin('vartuple')],
      [
        'count',
        methodRow(1, 1, ({ code }, { args: [wanted] }) => wanted && value(int, `${code}.count(${wanted.code})`)),
      ],
    ],
  ],
  [
    'range',
    [
      [
        'index',
        methodRow(1, 1, ({ code }, { args: [wanted] }) => wanted && value(int, `${code}.index(${wanted.code})`)),
      ],
      [
        'count',
        methodRow(1, 1, ({ code }, { args: [wanted] }) => wanted && value(int, `${code}.count(${wanted.code})`)),
      ],
    ],
  ],
  [
    'slice',
    [
      [
        'indices',
        methodRow(1, 1, ({ code }, call) => {
          const [size] = call.args;
          return size && value(tupleOf(int, int, int), `${code}.indices(${call.integer(size)})`);
        }),
      ],
    ],
  ],
  [
    'view',
    [
      [
        'isdisjoint',
        methodRow(1, 1, (object, call) => {
          const [other] = call.args;
          if (!other || object.type.kind !== 'view' || object.type.part === 'values') return undefined;
          const items = call.items(other);
          return value(bool, `py::set<${cppType(items.element)}>::from(${object.code}).isdisjoint(${items.code})`);
        }),
      ],
    ],
  ],
  ['file', fileMethods],
  ['set', changingSetMethods],
  ['frozenset', readingSetMethods],
];
