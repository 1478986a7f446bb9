import type { BinaryOperator, CompareOperator, Expr } from '../ast.ts';
import { cppType } from '../cpp.ts';
import { elementOf, type Value } from '../library.ts';
import { alternatives, int, isNumber, listOf, never, none, str, tupleOf, unionOf } from '../types.ts';
import type { ArrayType, ScalarType, Type } from '../types.ts';
import type { AttributeRow } from './attributes.ts';
import { list, methodRow, row, value, type LibraryCall, type LibraryRow, type MethodRow } from './call.ts';

type Element = ArrayType['scalar'];
type Rank = ArrayType['rank'];

const cppElements: Record<Element, string> = { float: 'double', int: 'int64_t', bool: 'bool' };

export const arrayOf = (element: Element, rank: Rank): ArrayType => ({ kind: 'ndarray', scalar: element, rank });
/** A number as it comes out of an array. */
export const scalarOf = (kind: Element): ScalarType => ({ kind, numpy: true });
export const isArray = (type: Type): type is ArrayType => type.kind === 'ndarray';
const isPlainNumber = (type: Type): boolean => isNumber(type) && type.kind !== 'bigint';

/** What an array of this or a number has for elements; undefined for anything else. */
export function elementKind(type: Type): Element | undefined {
  if (isArray(type)) return type.scalar;
  return isPlainNumber(type) ? (type.kind as Element) : undefined;
}

const commonElement = (a: Element, b: Element): Element =>
  a === 'float' || b === 'float' ? 'float' : a === 'int' || b === 'int' ? 'int' : 'bool';
const rankOf = (type: Type): number => (isArray(type) ? type.rank : 0);

/** What an elementwise function of these gives; undefined where one is neither an array nor a number. */
function together(types: readonly Type[], element?: Element): Type | undefined {
  const kinds = types.map(elementKind);
  if (kinds.includes(undefined)) return undefined;
  const kind = element ?? (kinds as Element[]).reduce(commonElement);
  const rank = Math.max(...types.map(rankOf));
  return rank === 0 ? scalarOf(kind) : arrayOf(kind, rank as Rank);
}

/** The operators of arrays: the C++ that works them out, and what becomes of booleans. Add one by adding a row. */
const operators: Partial<Record<BinaryOperator, { name: string; ofBooleans?: Element; ofFloats?: false }>> = {
  '+': { name: 'Add', ofBooleans: 'bool' },
  '-': { name: 'Subtract' },
  '*': { name: 'Multiply', ofBooleans: 'bool' },
  '/': { name: 'Divide', ofBooleans: 'float' },
  '//': { name: 'FloorDivide' },
  '%': { name: 'Remainder' },
  '&': { name: 'BitAnd', ofBooleans: 'bool', ofFloats: false },
  '|': { name: 'BitOr', ofBooleans: 'bool', ofFloats: false },
  '^': { name: 'BitXor', ofBooleans: 'bool', ofFloats: false },
};

const comparisons: Partial<Record<CompareOperator, string>> = {
  '<': 'on_arrays<py::np::Less>(a, b)',
  '<=': 'on_arrays<py::np::LessEqual>(a, b)',
  '>': 'on_arrays<py::np::Less>(b, a)',
  '>=': 'on_arrays<py::np::LessEqual>(b, a)',
  '==': 'on_arrays<py::np::Equal>(a, b)',
  '!=': 'on_arrays<py::np::NotEqual>(a, b)',
};

/** The C++ class of an operator and the elements that it gives. */
export function operatorOn(op: BinaryOperator, a: Type, b: Type): { name: string; element: Element } | undefined {
  const known = operators[op];
  const [left, right] = [elementKind(a), elementKind(b)];
  if (!known || !left || !right) return undefined;
  const common = commonElement(left, right);
  if (common === 'bool' && !known.ofBooleans) return undefined;
  if (common === 'float' && known.ofFloats === false) return undefined;
  const element = common === 'bool' ? known.ofBooleans : op === '/' ? 'float' : common;
  return { name: `py::np::${known.name}`, element: element ?? common };
}

/** An operator where a side is an array; undefined where it is not converted. */
export function arrayOperation(op: BinaryOperator, a: Value, b: Value, right: Expr): Value | undefined {
  if (op === '@') return product(a, b);
  if (op === '**') return power(a, b, right);
  const known = operatorOn(op, a.type, b.type);
  const type = known && together([a.type, b.type], known.element);
  return type && value(type, `py::np::on_arrays<${known.name}>(${a.code}, ${b.code})`);
}

/** `a ** b`: of floats the powers that NumPy works out without `pow`, of integers all. */
function power(a: Value, b: Value, right: Expr): Value | undefined {
  const type = together([a.type, b.type]);
  if (!type || !isArray(type)) return undefined;
  if (type.scalar === 'int') return value(type, `py::np::power(${a.code}, ${b.code})`);
  const exponent = right.kind === 'int' || right.kind === 'float' ? Number(right.value) : undefined;
  if (!isArray(a.type) || a.type.scalar !== 'float' || exponent === undefined || ![1, 2, 0.5].includes(exponent))
    return undefined;
  return value(type, `py::np::power(${a.code}, ${b.code})`);
}

/** `a @ b` and `np.dot(a, b)` of integers. */
function product(a: Value, b: Value): Value | undefined {
  if (!isArray(a.type) || !isArray(b.type) || a.type.scalar !== 'int' || b.type.scalar !== 'int') return undefined;
  const rank = a.type.rank + b.type.rank - 2;
  const type = rank === 0 ? scalarOf('int') : arrayOf('int', rank as Rank);
  return value(type, `py::np::dot(${a.code}, ${b.code})`);
}

/** What a refused operator on arrays is told to do instead. */
export const operatorRefusals: Partial<Record<BinaryOperator, string>> = {
  '@': 'the last digits of a product of arrays of floats depend on the library that NumPy was built with: write the loops',
  '**': 'the last digits of powers of arrays of floats depend on the machine: multiply, or write a loop',
};

/** A comparison where a side is an array; undefined where it is not converted. */
export function arrayComparison(op: CompareOperator, a: Value, b: Value): Value | undefined {
  const code = comparisons[op];
  const type = together([a.type, b.type], 'bool');
  if (code === undefined || !type) return undefined;
  const [left, right] = code.endsWith('(a, b)') ? [a, b] : [b, a];
  return value(type, `py::np::${code.slice(0, -6)}(${left.code}, ${right.code})`);
}

const elementNames: Readonly<Record<string, Element>> = {
  float: 'float',
  int: 'int',
  bool: 'bool',
  'numpy.float64': 'float',
  'numpy.int64': 'int',
  'numpy.bool_': 'bool',
  'numpy.double': 'float',
  float64: 'float',
  int64: 'int',
};

/** The elements that a `dtype` stands for. */
function elementNamed(call: LibraryCall, node: Expr): Element {
  const name =
    node.kind === 'str' ? node.value : (call.libraryName(node) ?? (node.kind === 'name' ? node.name : undefined));
  const element = name === undefined || !Object.hasOwn(elementNames, name) ? undefined : elementNames[name];
  return element ?? call.refuse(`This \`dtype\` of \`${call.name}\` cannot be converted: float, int and bool can.`);
}

/** The `dtype` of a call, by name or as the argument at `position`. */
function givenElement(call: LibraryCall, position: number): Element | undefined {
  const node = call.keywordNode('dtype') ?? call.node.args[position];
  return node && elementNamed(call, node);
}

const isIntegral = (type: Type): boolean => type.kind === 'int' || type.kind === 'bool';

/** A new array of a shape, filled with a value. */
function filled(element: Element, shape: Value, content: string): Value | undefined {
  const head = `<${cppElements[element]}>(${content}, ${shape.code})`;
  if (isIntegral(shape.type)) return value(arrayOf(element, 1), `py::np::full${head}`);
  if (shape.type.kind === 'never') return value(never, '0');
  if (shape.type.kind !== 'tuple' || !shape.type.items.every(isIntegral)) return undefined;
  const rank = shape.type.items.length;
  return rank === 1 || rank === 2 ? value(arrayOf(element, rank), `py::np::full_of${head}`) : undefined;
}

/** `np.zeros(shape)` and the like; the shape is worked out, the type is not. */
const making = (content: string): LibraryRow =>
  row(
    1,
    2,
    (call) => {
      const shape = call.arg(0);
      return shape && filled(givenElement(call, 1) ?? 'float', shape, content);
    },
    ['dtype'],
  );
/** `np.zeros_like(a)` and the like. */
const makingAlike = (content: string): LibraryRow =>
  row(
    1,
    1,
    (call) => {
      const array = call.arg(0);
      if (!array || !isArray(array.type)) return unknown(array);
      const type = { ...array.type, scalar: givenElement(call, 1) ?? array.type.scalar };
      return value(type, `py::np::full_like<${cppElements[type.scalar]}>(${array.code}, ${content})`);
    },
    ['dtype'],
  );

/** What is not known yet stays so. */
const unknown = (given: Value | undefined): Value | undefined =>
  given?.type.kind === 'never' ? value(never, '0') : undefined;

const full = row(
  2,
  3,
  (call) => {
    const [shape, content] = [call.arg(0), call.arg(1)];
    const element = content && (givenElement(call, 2) ?? elementKind(content.type));
    if (content?.type.kind === 'never') return value(never, '0');
    return shape && content && !isArray(content.type) && element ? filled(element, shape, content.code) : undefined;
  },
  ['dtype'],
);

const fullLike = row(2, 2, (call) => {
  const [array, content] = call.args;
  if (!array || !content || !isArray(array.type) || !isPlainNumber(content.type)) return unknown(array);
  return value(array.type, `py::np::full_like<${cppElements[array.type.scalar]}>(${array.code}, ${content.code})`);
});

/** The numbers that a display holds, however deep. */
const leaves = (node: Expr): readonly Expr[] =>
  node.kind === 'list' || node.kind === 'tuple' ? node.items.flatMap(leaves) : [node];

/** What is in something nested, and how deep it lies. */
function nested(type: Type): { readonly leaf: Type; readonly rank: number } {
  if (isArray(type)) return { leaf: { kind: type.scalar }, rank: type.rank };
  if (!['list', 'tuple', 'vartuple', 'range', 'iter', 'generator', 'set'].includes(type.kind))
    return { leaf: type, rank: 0 };
  const inner = nested(type.kind === 'tuple' ? unionOf(type.items) : (elementOf(type) ?? never));
  return { leaf: inner.leaf, rank: inner.rank + 1 };
}

/** `np.array(items)`; the elements are floats where one of them is one. */
const array = (copies: boolean): LibraryRow =>
  row(
    1,
    2,
    (call) => {
      const [node] = call.node.args;
      const items = call.arg(0);
      if (!items || !node) return undefined;
      const wanted = givenElement(call, 1);
      const { leaf, rank } = nested(items.type);
      if (leaf.kind === 'never') return value(never, '0');
      if (['iter', 'generator', 'set'].includes(items.type.kind) || (rank !== 1 && rank !== 2)) return undefined;
      // Of several types the array has the widest, which has to be seen here.
      const kinds = alternatives(leaf).map(elementKind);
      const isSeen = leaf.kind !== 'union' || leaves(node).every((each) => call.expr(each).type.kind !== 'union');
      const isDisplay = leaf.kind !== 'union' || node.kind === 'list' || node.kind === 'tuple';
      if (kinds.includes(undefined)) return undefined;
      if (
        wanted === undefined &&
        !(
          isSeen &&
          isDisplay &&
          leaves(node).every((each) => elementKind(call.expr(each).type) !== undefined || leaf.kind !== 'union')
        )
      )
        return call.refuse(`\`${call.name}\` of numbers of several types needs a \`dtype\`, such as \`dtype=float\`.`);
      const element = wanted ?? (kinds as Element[]).reduce(commonElement);
      const type = arrayOf(element, rank);
      if (!copies && isArray(items.type) && items.type.scalar === element) return items;
      return value(type, `py::np::array_of<${cppElements[element]}, ${rank}>(${items.code})`);
    },
    ['dtype'],
  );

const arange = row(
  1,
  3,
  (call) => {
    const given = call.args;
    if (given.some(({ type }) => type.kind === 'never')) return value(never, '0');
    const kinds = given.map(({ type }) => (isArray(type) ? undefined : elementKind(type)));
    if (kinds.includes(undefined)) return undefined;
    const own = (kinds as Element[]).reduce(commonElement);
    const element = givenElement(call, 3) ?? (own === 'bool' ? 'int' : own);
    if (element === 'bool' || (element === 'int' && own === 'float')) return undefined;
    const [first, second, third] = given.map(({ code }) => code);
    const [start, stop] = second === undefined ? ['0', first] : [first, second];
    return value(arrayOf(element, 1), `py::np::arange<${cppElements[element]}>(${list(start, stop, third ?? '1')})`);
  },
  ['dtype'],
);

const linspace = row(
  2,
  3,
  (call) => {
    const [start, stop, third] = call.args;
    const count = third ?? call.keyword('num');
    const end = call.keyword('endpoint');
    if ([start, stop, count].some((each) => each?.type.kind === 'never')) return value(never, '0');
    if (!start || !stop || ![start, stop].every(({ type }) => isPlainNumber(type))) return undefined;
    if ((count && !isIntegral(count.type)) || (end && end.type.kind !== 'bool')) return undefined;
    const codes = list(start.code, stop.code, count?.code ?? '50', end?.code);
    return value(arrayOf('float', 1), `py::np::linspace<double>(${codes})`);
  },
  ['num', 'endpoint'],
);

const eye = (most: number): LibraryRow =>
  row(
    1,
    most,
    (call) => {
      const [rows, columns = rows] = call.args;
      const element = givenElement(call, 2) ?? 'float';
      if (rows?.type.kind === 'never') return value(never, '0');
      if (!rows || !columns || ![rows, columns].every(({ type }) => isIntegral(type))) return undefined;
      return value(arrayOf(element, 2), `py::np::eye<${cppElements[element]}>(${rows.code}, ${columns.code})`);
    },
    ['dtype'],
  );

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

/** `a.var(ddof=…)` over all elements. */
const spread = (name: string): ArrayFunction => ({
  more: 0,
  keywords: ['ddof'],
  translate: (given, _, call) => {
    const less = call.keyword('ddof');
    if (!isArray(given.type) || (less && !isIntegral(less.type))) return undefined;
    return value(scalarOf('float'), `py::np::${name}(${list(given.code, less?.code)})`);
  },
});

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
const countedLine = ({ scalar: element }: ArrayType): Type => arrayOf(counted(element), 1);

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
  ['cumsum', plain(countedLine, (code) => `py::np::cumsum(${code})`)],
  ['cumprod', plain(countedLine, (code) => `py::np::cumprod(${code})`)],
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

const concatenate = row(
  1,
  2,
  (call) => {
    const [arrays, second] = call.args;
    const axis = second ?? call.keyword('axis');
    const [node] = call.node.args;
    if (!arrays || !node || (node.kind !== 'tuple' && node.kind !== 'list')) return undefined;
    const parts = node.items.map((item) => call.expr(item));
    const [first, ...others] = parts;
    if (!first || !isArray(first.type)) return unknown(first);
    const { scalar: element, rank } = first.type;
    if (!others.every(({ type }) => isArray(type) && type.scalar === element && type.rank === rank)) return undefined;
    if (axis && !isIntegral(axis.type)) return undefined;
    return value(first.type, `py::np::concatenate(${list(axis?.code ?? '0', ...parts.map(({ code }) => code))})`);
  },
  ['axis'],
);

const square = row(
  1,
  1,
  ({ args: [x] }) => x && (isArray(x.type) ? value(x.type, `py::np::power(${x.code}, 2)`) : unknown(x)),
);

/** The functions of NumPy that are converted. Add one by adding a row here or in `shared`. */
export const numpy: ReadonlyMap<string, LibraryRow> = new Map<string, LibraryRow>([
  ['array', array(true)],
  ['asarray', array(false)],
  ['zeros', making('0')],
  ['ones', making('1')],
  // What is in it is nothing that a program can build on.
  ['empty', making('0')],
  ['full', full],
  ['zeros_like', makingAlike('0')],
  ['ones_like', makingAlike('1')],
  ['empty_like', makingAlike('0')],
  ['full_like', fullLike],
  ['arange', arange],
  ['linspace', linspace],
  ['eye', eye(2)],
  ['identity', eye(1)],
  ['where', where],
  ['concatenate', concatenate],
  ['square', square],
  [
    'sort',
    row(1, 1, ({ args: [x] }) => x && (isArray(x.type) ? value(x.type, `py::np::sorted(${x.code})`) : unknown(x))),
  ],
  ['sqrt', elementwise(1, 'sqrt', 'float')],
  ['floor', elementwise(1, 'floor', 'float', ['float'])],
  ['ceil', elementwise(1, 'ceil', 'float', ['float'])],
  ...['abs', 'absolute'].map((name): [string, LibraryRow] => [name, ofArrays(elementwise(1, 'absolute'))]),
  ['maximum', ofArrays(elementwise(2, 'maximum'))],
  ['minimum', ofArrays(elementwise(2, 'minimum'))],
  ['clip', ofArrays(elementwise(3, 'clip'))],
  ['logical_and', ofArrays(elementwise(2, 'on_arrays<py::np::BitAnd>', 'bool', ['bool']))],
  ['logical_or', ofArrays(elementwise(2, 'on_arrays<py::np::BitOr>', 'bool', ['bool']))],
  ['logical_not', ofArrays(elementwise(1, 'invert', 'bool', ['bool']))],
  ['isnan', ofArrays(elementwise(1, 'isnan', 'bool', ['float']))],
  [
    'count_nonzero',
    row(
      1,
      1,
      ({ args: [x] }) =>
        x && (isArray(x.type) ? value(scalarOf('int'), `py::np::count_nonzero(${x.code})`) : unknown(x)),
    ),
  ],
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
                  return given && (known.translate(given, rest, call) ?? unknown(given));
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

/** The C++ type of what an array holds. */
export const cppElement = (type: ArrayType): string => cppType({ kind: type.scalar });
