import type { Value } from '../library.ts';
import { bool, int, listOf, never, none, str, tupleOf } from '../types.ts';
import type { ArrayType, Type } from '../types.ts';
import type { AttributeRow } from './attributes.ts';
import { list, methodRow, row, value, type LibraryCall, type LibraryRow, type MethodRow } from './call.ts';
import { asArray, numpyMaking } from './numpyMaking.ts';
import { operatorRefusals, product } from './numpyOperators.ts';
import {
  arrayOf,
  commonElement,
  cppElements,
  elementKind,
  givenElement,
  isArray,
  isIntegral,
  isPlainNumber,
  rankOf,
  scalarOf,
  together,
  unknown,
  type Element,
  type Rank,
} from './numpyTypes.ts';

/** A function of an array, as `np.NAME(a, …)` and as `a.NAME(…)`. */
interface ArrayFunction {
  /** The most arguments besides the array. */
  readonly more: number;
  readonly keywords: readonly string[];
  readonly translate: (array: Value, rest: readonly Value[], call: LibraryCall) => Value | undefined;
}

const counted = (element: Element): Element => (element === 'bool' ? 'int' : element);

/** A reduction over all elements, or along an axis of an array of two dimensions. */
const reduction = (name: string, elementOf_: (element: Element) => Element, ofArrays = true): ArrayFunction => ({
  more: 1,
  keywords: ['axis'],
  translate: (given, [first], call) => {
    if (!isArray(given.type)) return undefined;
    const axis = first ?? call.keyword('axis');
    const element = elementOf_(given.type.scalar);
    if (!axis || axis.type.kind === 'none' || (given.type.rank === 1 && isLiteralAxis(axis)))
      return value(scalarOf(element), `py::np::${name}(${given.code})`);
    if (!isIntegral(axis.type) || given.type.rank === 1 || !ofArrays) return undefined;
    return value(arrayOf(element, 1), `py::np::${name}(${given.code}, ${axis.code})`);
  },
});
const isLiteralAxis = ({ code }: Value): boolean => code === '0' || code === '-1';

/** `a.var(axis, ddof=…)`. */
const spread = (name: string): ArrayFunction => ({
  more: 1,
  keywords: ['axis', 'ddof'],
  translate: (given, [first], call) => {
    const less = call.keyword('ddof');
    const axis = first ?? call.keyword('axis');
    if (!isArray(given.type) || (less && !isIntegral(less.type))) return undefined;
    if (!axis || axis.type.kind === 'none')
      return value(scalarOf('float'), `py::np::${name}(${list(given.code, less?.code)})`);
    if (!isIntegral(axis.type) || given.type.rank === 1) return undefined;
    return value(arrayOf('float', 1), `py::np::${name}_along(${list(given.code, axis.code, less?.code)})`);
  },
});

/** `a.cumsum(axis)`. */
const accumulation = (name: string): ArrayFunction => ({
  more: 1,
  keywords: ['axis'],
  translate: (given, [first], call) => {
    const axis = first ?? call.keyword('axis');
    if (!isArray(given.type)) return undefined;
    const element = counted(given.type.scalar);
    if (!axis || axis.type.kind === 'none' || (given.type.rank === 1 && isLiteralAxis(axis)))
      return value(arrayOf(element, 1), `py::np::${name}(${given.code})`);
    if (!isIntegral(axis.type) || given.type.rank === 1) return undefined;
    return value(arrayOf(element, 2), `py::np::${name}(${given.code}, ${axis.code})`);
  },
});

/** `a.argsort(kind="stable")`: otherwise NumPy leaves open what comes first of what is equal. */
const argsort: ArrayFunction = {
  more: 0,
  keywords: ['kind'],
  translate: (given, _, call) => {
    const kind = call.keywordNode('kind');
    if (!isArray(given.type) || given.type.rank !== 1) return undefined;
    if (!kind || call.literalText(kind) !== 'stable')
      return call.refuse(
        `\`${call.name}\` can be converted with \`kind="stable"\`: otherwise the order of equal elements depends on the processor.`,
      );
    return value(arrayOf('int', 1), `py::np::argsort(${given.code})`);
  },
};

/** What takes an array alone. */
const plain = (result: (type: ArrayType) => Type, code: (array: string) => string): ArrayFunction => ({
  more: 0,
  keywords: [],
  translate: (given) => (isArray(given.type) ? value(result(given.type), code(given.code)) : undefined),
});

const reshape: ArrayFunction = {
  more: 2,
  keywords: [],
  translate: (given, rest) => {
    if (!isArray(given.type)) return undefined;
    const [shape] = rest;
    if (shape?.type.kind === 'tuple') {
      const rank = shape.type.items.length;
      if ((rank !== 1 && rank !== 2) || !shape.type.items.every(isIntegral)) return undefined;
      const code = `std::apply([&](auto... n) { return py::np::reshape(${given.code}, n...); }, ${shape.code})`;
      return value({ ...given.type, rank }, code);
    }
    if (!shape || !rest.every(({ type }) => isIntegral(type))) return undefined;
    const rank = rest.length as Rank;
    return value({ ...given.type, rank }, `py::np::reshape(${list(given.code, ...rest.map(({ code }) => code))})`);
  },
};

const rounded: ArrayFunction = {
  more: 1,
  keywords: ['decimals'],
  translate: (given, [first], call) => {
    const digits = first ?? call.keyword('decimals');
    if (!isArray(given.type) || given.type.scalar !== 'float' || (digits && !/^\d+$/.test(digits.code)))
      return undefined;
    return value(given.type, `py::np::round(${list(given.code, digits?.code)})`);
  },
};

const same = (type: ArrayType): Type => type;

/** Functions that are methods as well. Add one by adding a row. */
const shared: ReadonlyMap<string, ArrayFunction> = new Map<string, ArrayFunction>([
  ['sum', reduction('sum', counted)],
  ['prod', reduction('prod', counted)],
  ['min', reduction('min', (element) => element)],
  ['max', reduction('max', (element) => element)],
  ['mean', reduction('mean', () => 'float')],
  ['argmin', reduction('argmin', () => 'int')],
  ['argmax', reduction('argmax', () => 'int')],
  ['any', reduction('any', () => 'bool')],
  ['all', reduction('all', () => 'bool')],
  ['cumsum', accumulation('cumsum')],
  ['cumprod', accumulation('cumprod')],
  ['argsort', argsort],
  [
    'nonzero',
    plain(
      ({ rank }) => tupleOf(...Array.from({ length: rank }, () => arrayOf('int', 1))),
      (code) => `py::np::nonzero(${code})`,
    ),
  ],
  [
    'trace',
    {
      more: 0,
      keywords: [],
      translate: ({ type, code }) =>
        isArray(type) && type.rank === 2 ? value(scalarOf(counted(type.scalar)), `py::np::trace(${code})`) : undefined,
    },
  ],
  ['std', spread('std')],
  ['var', spread('var')],
  ['copy', plain(same, (code) => `py::np::copy(${code})`)],
  [
    'ravel',
    plain(
      ({ scalar: element }) => arrayOf(element, 1),
      (code) => `py::np::ravel(${code})`,
    ),
  ],
  ['transpose', plain(same, (code) => `py::np::transpose(${code})`)],
  ['reshape', reshape],
  ['round', rounded],
  [
    'dot',
    {
      more: 1,
      keywords: [],
      translate: (a, [b], call) =>
        b &&
        (product(a, b) ??
          (isArray(a.type)
            ? call.refuse(`\`${call.name}\` cannot be converted: ${operatorRefusals['@']}.`)
            : undefined)),
    },
  ],
]);

/** Functions of an array that have another name as well. */
const otherNames: readonly (readonly [string, string])[] = [
  ['amin', 'min'],
  ['amax', 'max'],
  ['around', 'round'],
  ['matmul', 'dot'],
];

/** A function on each element of arrays or of a number. */
const elementwise = (
  count: number,
  code: string,
  element?: Element,
  takes: readonly Element[] = ['float', 'int', 'bool'],
): LibraryRow =>
  row(count, count, ({ args }) => {
    if (args.some(({ type }) => type.kind === 'never')) return value(never, '0');
    const type = together(
      args.map((each) => each.type),
      element,
    );
    if (!type || args.some((each) => !takes.includes(elementKind(each.type) ?? 'bool'))) return undefined;
    return value(type, `py::np::${code}(${args.map((each) => each.code).join(', ')})`);
  });
/** The same of arrays alone. */
const ofArrays = (given: LibraryRow): LibraryRow => ({
  ...given,
  translate: (call) => (call.args.some(({ type }) => isArray(type)) ? given.translate(call) : unknown(call.args[0])),
});

/** Functions whose last digit NumPy works out in a way that depends on the processor. */
const inexact = (name: string): [string, LibraryRow] => [
  name,
  row(1, 2, (call) =>
    call.refuse(
      `\`${call.name}\` cannot be converted: its last digit depends on the processor that NumPy runs on. Take the function of \`math\` for each element.`,
    ),
  ),
];

const where = row(3, 3, ({ args: [condition, yes, no] }) => {
  if (!condition || !yes || !no || !isArray(condition.type) || condition.type.scalar !== 'bool')
    return unknown(condition);
  const element = together([yes.type, no.type]);
  const type = element && together([condition.type, yes.type, no.type], elementKind(element));
  return type && value(type, `py::np::where(${condition.code}, ${yes.code}, ${no.code})`);
});

/** A function of arrays of one type that are written out: `np.concatenate((a, b))`. */
const joining = (
  join: (first: ArrayType, axis: Value | undefined, codes: readonly string[]) => Value | undefined,
  takesAxis = false,
): LibraryRow =>
  row(
    1,
    takesAxis ? 2 : 1,
    (call) => {
      const [arrays, second] = call.args;
      const axis = second ?? call.keyword('axis');
      const [node] = call.node.args;
      if (arrays?.type.kind === 'never') return value(never, '0');
      if (!arrays || !node || (node.kind !== 'tuple' && node.kind !== 'list'))
        return call.refuse(
          `\`${call.name}\` can be converted of arrays that are written out: \`${call.name}((a, b))\`.`,
        );
      const parts = node.items.map((item) => call.expr(item)).map((part) => asArray(part) ?? part);
      const [first, ...others] = parts;
      if (!first || !isArray(first.type)) return unknown(first);
      const { scalar: element, rank } = first.type;
      if (others.some(({ type }) => type.kind === 'never')) return value(never, '0');
      if (!others.every(({ type }) => isArray(type) && type.scalar === element && type.rank === rank)) return undefined;
      if (axis && !isIntegral(axis.type)) return undefined;
      return join(
        first.type,
        axis,
        parts.map(({ code }) => code),
      );
    },
    takesAxis ? ['axis'] : [],
  );
const concatenated = (type: ArrayType, axis: string, codes: readonly string[]): Value =>
  value(type, `py::np::concatenate(${list(axis, ...codes)})`);
const stacked = (name: string, axis: string): LibraryRow =>
  joining((type, _, codes) =>
    type.rank === 2
      ? concatenated(type, axis, codes)
      : value({ ...type, rank: 2 }, `py::np::${name}(${codes.join(', ')})`),
  );

/** `np.allclose(a, b)`. */
const allClose = row(
  2,
  2,
  (call) => {
    const [a, b] = call.args;
    if (!a || !b || (!isArray(a.type) && !isArray(b.type))) return unknown(a);
    if ([a, b].some(({ type }) => elementKind(type) === undefined)) return undefined;
    const [relative, absolute] = [call.keyword('rtol'), call.keyword('atol')];
    return value(bool, `py::np::allclose(${list(a.code, b.code, relative?.code ?? '1e-5', absolute?.code)})`);
  },
  ['rtol', 'atol'],
);

const roll = row(
  2,
  3,
  (call) => {
    const [array, shift, third] = call.args;
    const axis = third ?? call.keyword('axis');
    if (!array || !shift || !isArray(array.type) || !isIntegral(shift.type)) return unknown(array);
    if (axis && (!isIntegral(axis.type) || array.type.rank === 1)) return undefined;
    return value(array.type, `py::np::roll(${list(array.code, shift.code, axis?.code)})`);
  },
  ['axis'],
);

/** A function of one array, or of a list as one. */
const ofOneArray = (result: (type: ArrayType) => Type, name: string): LibraryRow =>
  row(1, 1, ({ args: [given] }) => {
    const whole = given && (asArray(given) ?? given);
    return whole && isArray(whole.type) ? value(result(whole.type), `py::np::${name}(${whole.code})`) : unknown(whole);
  });

/** `np.float64(x)` and `np.int64(x)`. */
const scalar = (element: Element): LibraryRow =>
  row(1, 1, ({ args: [given] }) =>
    given && isPlainNumber(given.type)
      ? value(scalarOf(element), `py::np::element_of<${cppElements[element]}>(${given.code})`)
      : unknown(given),
  );

const square = row(
  1,
  1,
  ({ args: [x] }) => x && (isArray(x.type) ? value(x.type, `py::np::power(${x.code}, 2)`) : unknown(x)),
);

/** The functions of NumPy that are converted. Add one by adding a row here or in `shared`. */
export const numpy: ReadonlyMap<string, LibraryRow> = new Map<string, LibraryRow>([
  ...numpyMaking,
  ['where', where],
  ['concatenate', joining((type, axis, codes) => concatenated(type, axis?.code ?? '0', codes), true)],
  ['vstack', stacked('stack', '0')],
  ['column_stack', stacked('column_stack', '1')],
  ['hstack', joining((type, _, codes) => concatenated(type, type.rank === 1 ? '0' : '1', codes))],
  ['allclose', allClose],
  ['roll', roll],
  ['float64', scalar('float')],
  ['int64', scalar('int')],
  ['unique', ofOneArray(({ scalar: element }) => arrayOf(element, 1), 'unique')],
  ['flatnonzero', ofOneArray(() => arrayOf('int', 1), 'flatnonzero')],
  ['square', square],
  ['sort', ofOneArray(same, 'sorted')],
  ['sqrt', elementwise(1, 'sqrt', 'float')],
  ['floor', elementwise(1, 'floor', 'float', ['float'])],
  ['ceil', elementwise(1, 'ceil', 'float', ['float'])],
  ...['abs', 'absolute'].map((name): [string, LibraryRow] => [name, elementwise(1, 'absolute')]),
  ['maximum', elementwise(2, 'maximum')],
  ['minimum', elementwise(2, 'minimum')],
  ['clip', elementwise(3, 'clip')],
  ['logical_and', ofArrays(elementwise(2, 'on_arrays<py::np::BitAnd>', 'bool', ['bool']))],
  ['logical_or', ofArrays(elementwise(2, 'on_arrays<py::np::BitOr>', 'bool', ['bool']))],
  ['logical_not', ofArrays(elementwise(1, 'invert', 'bool', ['bool']))],
  ['isnan', ofArrays(elementwise(1, 'isnan', 'bool', ['float']))],
  ['count_nonzero', ofOneArray(() => scalarOf('int'), 'count_nonzero')],
  [
    'diff',
    row(1, 1, ({ args: [x] }) => {
      const fits = x && isArray(x.type) && x.type.rank === 1 && x.type.scalar !== 'bool';
      return fits ? value(x.type, `py::np::diff(${x.code})`) : unknown(x);
    }),
  ],
  [
    'outer',
    row(2, 2, ({ args: [a, b] }) => {
      if (!a || !b || !isArray(a.type) || !isArray(b.type) || a.type.rank + b.type.rank > 2) return unknown(a);
      return value(arrayOf(commonElement(a.type.scalar, b.type.scalar), 2), `py::np::outer(${a.code}, ${b.code})`);
    }),
  ],
  [
    'array_equal',
    row(2, 2, ({ args: [a, b] }) => {
      if (!a || !b || !isArray(a.type) || !isArray(b.type)) return unknown(a);
      if (a.type.rank !== b.type.rank || a.type.scalar !== b.type.scalar) return undefined;
      return value({ kind: 'bool' }, `py::np::array_equal(${a.code}, ${b.code})`);
    }),
  ],
  ...[...shared, ...otherNames.map(([name, of]) => [name, shared.get(of)] as const)].flatMap(
    ([name, known]): [string, LibraryRow][] =>
      known
        ? [
            [
              name,
              row(
                1,
                1 + known.more,
                (call) => {
                  const [given, ...rest] = call.args;
                  const whole = given && (asArray(given) ?? given);
                  return whole && (known.translate(whole, rest, call) ?? unknown(whole));
                },
                known.keywords,
              ),
            ],
          ]
        : [],
  ),
  ...'exp log log2 log10 log1p expm1 sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh power hypot cbrt'
    .split(' ')
    .map(inexact),
]);

/** The methods of arrays that are converted. Add one by adding a row here or in `shared`. */
export const numpyMethods: readonly (readonly [string, readonly (readonly [string, MethodRow])[]])[] = [
  [
    'ndarray',
    [
      ...[...shared].map(([name, known]): [string, MethodRow] => [
        name,
        methodRow(0, known.more, (object, call) => known.translate(object, call.args, call), known.keywords),
      ]),
      [
        'flatten',
        methodRow(0, 0, ({ type, code }) =>
          isArray(type) ? value({ ...type, rank: 1 }, `py::np::flatten(${code})`) : undefined,
        ),
      ],
      ['sort', methodRow(0, 0, ({ code }) => value(none, `py::np::sort(${code})`))],
      [
        'fill',
        methodRow(1, 1, ({ code }, { args: [given] }) =>
          given && isPlainNumber(given.type) ? value(none, `py::np::assign(${code}, ${given.code})`) : undefined,
        ),
      ],
      [
        'tolist',
        methodRow(0, 0, ({ type, code }, call) => {
          if (!isArray(type)) return undefined;
          const held: Type = { kind: type.scalar };
          const made = call.make(() => (type.rank === 1 ? listOf(held) : listOf(listOf(held))));
          return value(made, `py::np::tolist(${code})`);
        }),
      ],
      [
        'astype',
        methodRow(1, 1, ({ type, code }, call) => {
          const element = givenElement(call, 0);
          if (!isArray(type) || !element) return undefined;
          return value({ ...type, scalar: element }, `py::np::astype<${cppElements[element]}>(${code})`);
        }),
      ],
    ],
  ],
];

/** The attributes of arrays. Add one by adding a row. */
export const numpyAttributes: [string, AttributeRow][] = [
  ['shape', ({ type, code }) => value(tupleOf(...Array.from({ length: rankOf(type) }, () => int)), `${code}.shape()`)],
  ['size', ({ code }) => value(int, `${code}.count()`)],
  ['ndim', ({ type }) => value(int, `int64_t{${rankOf(type)}}`)],
  ['T', ({ type, code }) => value(type, `py::np::transpose(${code})`)],
  ['dtype', ({ type }) => value(str, `"${isArray(type) && type.scalar !== 'bool' ? `${type.scalar}64` : 'bool'}"_s`)],
];
