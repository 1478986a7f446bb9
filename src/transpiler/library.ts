import {
  bigint,
  bool,
  complex,
  float,
  int,
  isContainer,
  isNumber,
  isOnePass,
  listOf,
  never,
  none,
  slotsOf,
  str,
  tupleOf,
  type Slot,
  type Type,
} from './types.ts';

import type { Growth } from './growth.ts';
import type { Linear } from './linear.ts';

/** A value while it is translated: its type, its C++ and how tightly that binds (see `precedence`). */
export interface Value {
  readonly type: Type;
  readonly code: string;
  readonly precedence: number;
  /** True for an integer that is known not to be negative. */
  readonly nonNegative?: boolean;
  /** True for an integer to which one can be added. */
  readonly isCounter?: boolean;
  /** Where the magnitude of an integer comes from. */
  readonly growth?: Growth;
  /** What an integer is made of, where that can be told. */
  readonly linear?: Linear | undefined;
  /** The same worked out with 128 bits, for a product that something brings back to 64. */
  readonly wide?: string;
  /** True for an exception itself, in C++ no handle to one that is kept. */
  readonly isThrown?: boolean;
  /** The variable itself, where the value was read from one. */
  readonly reference?: string;
  /** What is written to change it, where that is not what is read. */
  readonly place?: string;
  /** The code point of a text of one character, as `code` gives it. */
  readonly character?: { readonly of: string; readonly code: string };
}

/** Binding strength of C++ expressions, tightest first. */
export const precedence = {
  primary: 0,
  unary: 1,
  product: 2,
  sum: 3,
  relation: 4,
  equality: 5,
  and: 6,
  or: 7,
  choice: 8,
} as const;

/** One function of the library: how many arguments it takes, what it gives, and how it is written. */
export interface LibraryFunction {
  readonly minimum: number;
  readonly maximum: number;
  /** The type it gives; undefined when it does not take these types. */
  readonly result: (args: readonly Type[]) => Type | undefined;
  /** The C++ when it is not `py::NAME(args)`. */
  readonly code?: (args: readonly Value[]) => string;
}

/** The type of the things that a `for` over a value yields; undefined when it cannot be iterated. */
export function elementOf(type: Type): Type | undefined {
  if (isContainer(type)) return slotsOf(type)[0]?.type;
  switch (type.kind) {
    case 'view':
      return {
        keys: type.keys.type,
        values: type.values.type,
        items: tupleOf(type.keys.type, type.values.type),
      }[type.part];
    case 'range':
    case 'bytes':
    case 'bytearray':
      return int;
    case 'ndarray':
      return type.rank === 1 ? { kind: type.scalar, numpy: true } : { ...type, rank: 1 };
    case 'str':
    case 'file':
    case 'textfile':
      return str;
    case 'tuple': {
      const [first] = type.items;
      return first && type.items.every((item) => item.kind === first.kind) ? first : undefined;
    }
    default:
      return undefined;
  }
}

const gives = (type: Type) => (): Type => type;
const takes =
  (test: (type: Type) => boolean, result: Type) =>
  (args: readonly Type[]): Type | undefined =>
    args.every((arg) => test(arg) || arg.kind === 'never') ? result : undefined;
const isReal = (type: Type): boolean => isNumber(type);
const isInt = (type: Type): boolean => type.kind === 'int' || type.kind === 'bool';

function fn(
  minimum: number,
  maximum: number,
  result: LibraryFunction['result'],
  code?: LibraryFunction['code'],
): LibraryFunction {
  return { minimum, maximum, result, ...(code && { code }) };
}

/** What stays a number of the same kind; bool counts as int. */
function sameNumber([arg]: readonly Type[]): Type | undefined {
  if (!arg || arg.kind === 'never') return never;
  if (arg.kind === 'bool') return int;
  return isNumber(arg) ? arg : undefined;
}

/** `abs`: of a complex number its magnitude. */
function magnitude(args: readonly Type[]): Type | undefined {
  return args[0]?.kind === 'complex' ? float : sameNumber(args);
}

function extreme(args: readonly Type[]): Type | undefined {
  const [first] = args;
  if (!first) return undefined;
  if (args.length === 1) return first.kind === 'never' ? never : elementOf(first);
  const known = args.filter((arg) => arg.kind !== 'never');
  return known.every((arg) => arg.kind === known[0]?.kind) ? (known[0] ?? never) : undefined;
}

/** The built-in functions whose translation is a plain call. Add one by adding a row. */
export const builtinFunctions: ReadonlyMap<string, LibraryFunction> = new Map<string, LibraryFunction>([
  ['abs', fn(1, 1, magnitude)],
  [
    'len',
    fn(
      1,
      1,
      takes((type) => type.kind === 'tuple' || (elementOf(type) !== undefined && !isOnePass(type)), int),
    ),
  ],
  ['min', fn(1, 99, extreme)],
  ['max', fn(1, 99, extreme)],
  [
    'any',
    fn(
      1,
      1,
      takes((type) => elementOf(type) !== undefined, bool),
    ),
  ],
  [
    'all',
    fn(
      1,
      1,
      takes((type) => elementOf(type) !== undefined, bool),
    ),
  ],
  ['repr', fn(1, 1, gives(str))],
  ['hash', fn(1, 1, gives(int))],
  [
    'ord',
    fn(
      1,
      1,
      takes((type) => ['str', 'bytes', 'bytearray'].includes(type.kind), int),
    ),
  ],
  ['chr', fn(1, 1, takes(isInt, str))],
  ['bin', fn(1, 1, takes(isInt, str))],
  ['hex', fn(1, 1, takes(isInt, str))],
  ['oct', fn(1, 1, takes(isInt, str))],
  ['input', fn(0, 1, gives(str))],
  [
    'round',
    fn(1, 2, ([value]) => {
      if (!value || value.kind === 'never') return never;
      return isNumber(value) ? value : undefined;
    }),
  ],
]);

const realToFloat = (minimum: number, maximum = minimum): LibraryFunction => fn(minimum, maximum, takes(isReal, float));
const intToInt = (minimum: number, maximum = minimum): LibraryFunction => fn(minimum, maximum, takes(isInt, int));

/** Functions of the standard library that are converted, by module. */
export const libraryModules: ReadonlyMap<string, ReadonlyMap<string, LibraryFunction>> = new Map([
  [
    'math',
    new Map<string, LibraryFunction>([
      ...[
        'sqrt',
        'sin',
        'cos',
        'tan',
        'asin',
        'acos',
        'atan',
        'sinh',
        'cosh',
        'tanh',
        'exp',
        'log2',
        'log10',
        'fabs',
        'degrees',
        'radians',
        'log1p',
        'expm1',
        'cbrt',
        'erf',
        'erfc',
        'gamma',
        'lgamma',
        'exp2',
        'asinh',
        'acosh',
        'atanh',
        'ulp',
      ].map((name): [string, LibraryFunction] => [name, realToFloat(1)]),
      ['log', realToFloat(1, 2)],
      ['pow', realToFloat(2)],
      ['atan2', realToFloat(2)],
      ['hypot', realToFloat(0, 9)],
      ['nextafter', realToFloat(2)],
      ['remainder', realToFloat(2)],
      ['ldexp', realToFloat(2)],
      ['frexp', fn(1, 1, takes(isReal, tupleOf(float, int)))],
      ['modf', fn(1, 1, takes(isReal, tupleOf(float, float)))],
      ['fmod', realToFloat(2)],
      ['copysign', realToFloat(2)],
      ['gcd', intToInt(2)],
      ['isqrt', intToInt(1)],
      ...['floor', 'ceil', 'trunc'].map((name): [string, LibraryFunction] => [name, fn(1, 1, takes(isReal, int))]),
      ...['isnan', 'isinf', 'isfinite'].map((name): [string, LibraryFunction] => [name, fn(1, 1, takes(isReal, bool))]),
    ]),
  ],
  [
    'time',
    new Map<string, LibraryFunction>([
      ...['time_ns', 'perf_counter_ns', 'monotonic_ns'].map((name): [string, LibraryFunction] => [
        name,
        fn(0, 0, gives(int)),
      ]),
      ...['time', 'perf_counter', 'monotonic', 'process_time'].map((name): [string, LibraryFunction] => [
        name,
        fn(0, 0, gives(float)),
      ]),
      ['sleep', fn(1, 1, takes(isReal, none))],
    ]),
  ],
  [
    'random',
    new Map<string, LibraryFunction>([
      ['random', fn(0, 0, gives(float))],
      ['randint', fn(2, 2, takes(isInt, int))],
      ['randrange', fn(1, 3, takes(isInt, int))],
      ['uniform', fn(2, 2, takes(isReal, float))],
      ...['gauss', 'normalvariate'].map((name): [string, LibraryFunction] => [name, fn(0, 2, takes(isReal, float))]),
      ...['lognormvariate', 'paretovariate', 'weibullvariate', 'gammavariate', 'betavariate'].map(
        (name): [string, LibraryFunction] => [
          name,
          fn(name === 'paretovariate' ? 1 : 2, name === 'paretovariate' ? 1 : 2, takes(isReal, float)),
        ],
      ),
      ['triangular', fn(0, 3, takes(isReal, float))],
      ['expovariate', fn(1, 1, takes(isReal, float))],
      ['getrandbits', fn(1, 1, takes(isInt, int))],
      ['choice', fn(1, 1, ([arg]) => arg && elementOf(arg))],
      [
        'shuffle',
        fn(
          1,
          1,
          takes((type) => type.kind === 'list', none),
        ),
      ],
    ]),
  ],
]);

/** Constants of the standard library. */
export const libraryConstants: ReadonlyMap<string, Type> = new Map([
  ['math.pi', float],
  ...['pi', 'e', 'inf', 'nan'].map((name): [string, Type] => [`numpy.${name}`, float]),
  ['math.e', float],
  ['cmath.pi', float],
  ['cmath.e', float],
  ['math.tau', float],
  ['math.inf', float],
  ['math.nan', float],
  ['sys.maxsize', int],
  ['sys.maxunicode', int],
  ['sys.byteorder', str],
  ['sys.platform', str],
  ['sys.float_info.max', float],
  ['sys.float_info.min', float],
  ['sys.float_info.epsilon', float],
  ['sys.float_info.dig', int],
  ['cmath.tau', float],
  ['cmath.inf', float],
  ['cmath.nan', float],
  ['os.sep', str],
  ['os.linesep', str],
  ['sys.argv', listOf(str)],
  ...['stdin', 'stdout', 'stderr'].map((name): [string, Type] => [`sys.${name}`, { kind: 'file' }]),
  ...[
    'ascii_lowercase',
    'ascii_uppercase',
    'ascii_letters',
    'digits',
    'hexdigits',
    'octdigits',
    'punctuation',
    'whitespace',
    'printable',
  ].map((name): [string, Type] => [`string.${name}`, str]),
]);

/** A method: what it gives for an object and arguments, having told the object's slots what it takes in. */
export interface LibraryMethod {
  readonly minimum: number;
  readonly maximum: number;
  readonly result: (object: Type, args: readonly Type[]) => Type | undefined;
}

const method = (minimum: number, maximum: number, result: LibraryMethod['result']): LibraryMethod => ({
  minimum,
  maximum,
  result,
});
const allStr =
  (result: Type) =>
  (_object: Type, args: readonly Type[]): Type | undefined =>
    args.every((arg) => arg.kind === 'str' || arg.kind === 'never') ? result : undefined;
const rowsOf = (names: string, row: LibraryMethod): [string, LibraryMethod][] =>
  names.split(' ').map((name) => [name, row]);

function takeIn(slot: Slot, type: Type | undefined): void {
  if (type) slot.add(type);
}
type ListType = Extract<Type, { element: Slot }>;
const onList =
  (use: (object: ListType, args: readonly Type[]) => Type | undefined): LibraryMethod['result'] =>
  (object, args) =>
    'element' in object ? use(object, args) : undefined;
const spread = (object: ListType, [items]: readonly Type[]): Type | undefined => {
  const element = items && elementOf(items);
  if (!element) return items?.kind === 'never' ? none : undefined;
  if (items.kind === object.kind && 'element' in items) object.element.unify(items.element);
  else object.element.add(element);
  return none;
};

/** Methods by the kind of their object. Add one by adding a row; the runtime has them by Python's names. */
export const libraryMethods: ReadonlyMap<string, ReadonlyMap<string, LibraryMethod>> = new Map([
  [
    'str',
    new Map<string, LibraryMethod>([
      ...rowsOf('upper lower capitalize title swapcase casefold', method(0, 0, allStr(str))),
      ...rowsOf('strip lstrip rstrip', method(0, 1, allStr(str))),
      ...rowsOf('isdigit isalpha isalnum isspace isupper islower', method(0, 0, allStr(bool))),
      ...rowsOf('startswith endswith', method(1, 1, allStr(bool))),
      ...rowsOf('find rfind index count', method(1, 1, allStr(int))),
      ['split', method(0, 1, (_object, args) => (allStr(str)(_object, args) ? listOf(str) : undefined))],
      ['splitlines', method(0, 0, () => listOf(str))],
      ['replace', method(2, 2, allStr(str))],
      [
        'join',
        method(1, 1, (_object, [items]) =>
          items && elementOf(items)?.kind === 'str'
            ? str
            : items?.kind === 'never' || (items && elementOf(items)?.kind === 'never')
              ? str
              : undefined,
        ),
      ],
      ['zfill', method(1, 1, (_object, [width]) => (width?.kind === 'int' ? str : undefined))],
      ...rowsOf(
        'ljust rjust center',
        method(1, 2, () => str),
      ),
    ]),
  ],
  [
    'list',
    new Map<string, LibraryMethod>([
      [
        'append',
        method(
          1,
          1,
          onList((object, [item]) => (takeIn(object.element, item), none)),
        ),
      ],
      [
        'insert',
        method(
          2,
          2,
          onList((object, [, item]) => (takeIn(object.element, item), none)),
        ),
      ],
      ['extend', method(1, 1, onList(spread))],
      [
        'pop',
        method(
          0,
          1,
          onList((object) => object.element.type),
        ),
      ],
      ...rowsOf(
        'index count',
        method(
          1,
          1,
          onList(() => int),
        ),
      ),
      [
        'remove',
        method(
          1,
          1,
          onList(() => none),
        ),
      ],
      ...rowsOf(
        'reverse clear',
        method(
          0,
          0,
          onList(() => none),
        ),
      ),
      [
        'copy',
        method(
          0,
          0,
          onList((object) => ({ kind: 'list', element: object.element })),
        ),
      ],
    ]),
  ],
  [
    'set',
    new Map<string, LibraryMethod>([
      [
        'add',
        method(
          1,
          1,
          onList((object, [item]) => (takeIn(object.element, item), none)),
        ),
      ],
      ...rowsOf(
        'discard remove',
        method(
          1,
          1,
          onList(() => none),
        ),
      ),
      ['update', method(1, 1, onList(spread))],
      [
        'clear',
        method(
          0,
          0,
          onList(() => none),
        ),
      ],
    ]),
  ],
]);

/** The type of `+`, `-` and `*` on numbers. */
export function numberResult(a: Type, b: Type): Type | undefined {
  if (a.kind === 'never' || b.kind === 'never') return a.kind === 'never' ? b : a;
  if (a.kind === 'complex' || b.kind === 'complex') return complex;
  if (!isNumber(a) || !isNumber(b)) return undefined;
  if (a.kind === 'float' || b.kind === 'float') return float;
  return a.kind === 'bigint' || b.kind === 'bigint' ? bigint : int;
}
