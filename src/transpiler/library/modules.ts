import { libraryModules, type Value } from '../library.ts';
import type { Slot } from '../types.ts';
import {
  alternatives,
  bigint,
  bool,
  complex,
  float,
  int,
  isContainer,
  isInteger,
  isNumber,
  never,
  none,
  slotsOf,
  tupleOf,
  type Type,
} from '../types.ts';
import { list, methodRow, newList, row, value, type LibraryCall, type LibraryRow, type MethodRow } from './call.ts';

/** Functions of `sys`. */
export const sys: ReadonlyMap<string, LibraryRow> = new Map([
  [
    'exit',
    row(0, 1, (call) => {
      const [status] = call.args;
      if (status && !['int', 'bool', 'str', 'none', 'never'].includes(status.type.kind)) return undefined;
      return value(never, `py::sys::exit(${status?.code ?? ''})`);
    }),
  ],
  [
    'setrecursionlimit',
    row(1, 1, (call) => {
      const [limit] = call.args;
      return limit && value(none, `py::sys::setrecursionlimit(${call.integer(limit)})`);
    }),
  ],
  ['getrecursionlimit', row(0, 0, () => value(int, 'py::sys::getrecursionlimit()'))],
]);

const isMixed = (type: Type): boolean =>
  type.kind === 'union' && type.items.every((item) => isNumber(item) && item.kind !== 'bigint');

const anySize =
  (name: string, count: number) =>
  (call: LibraryCall): Value | undefined => {
    if (call.args.length !== count || !call.args.every(({ type }) => isInteger(type) || type.kind === 'never'))
      return undefined;
    return value(bigint, `py::math::${name}_any(${call.args.map((arg) => call.integer(arg)).join(', ')})`);
  };

function isClose(call: LibraryCall): Value | undefined {
  const [a, b] = call.args;
  if (!a || !b || ![a, b].every(({ type }) => isNumber(type) && type.kind !== 'bigint')) return undefined;
  const [relative, absolute] = [call.keyword('rel_tol'), call.keyword('abs_tol')];
  return value(
    bool,
    `py::math::isclose(${a.code}, ${b.code}, ${relative?.code ?? '1e-9'}, ${absolute?.code ?? '0.0'})`,
  );
}

/** Functions of `math` that are more than a formula. */
export const math: ReadonlyMap<string, LibraryRow> = new Map([
  ['factorial', row(1, 1, anySize('factorial', 1))],
  ['comb', row(2, 2, anySize('comb', 2))],
  [
    'perm',
    row(1, 2, (call) => {
      const [n, k] = call.args;
      if (!call.args.every(({ type }) => isInteger(type) || type.kind === 'never') || !n) return undefined;
      return value(bigint, `py::math::perm_any(${call.integer(n)}, ${call.integer(k ?? n)})`);
    }),
  ],
  [
    'isqrt',
    row(1, 1, ({ args: [n] }) => {
      if (!n || (!isInteger(n.type) && n.type.kind !== 'never')) return undefined;
      return { ...value(n.type.kind === 'bigint' ? bigint : int, `py::math::isqrt(${n.code})`), nonNegative: true };
    }),
  ],
  [
    'dist',
    row(2, 2, (call) => {
      const lists = call.args.map((given) => call.items(given));
      if (!lists.every(({ element }) => isNumber(element) || isMixed(element))) return undefined;
      return value(float, `py::math::dist(${lists.map(({ code }) => `py::to_list<double>(${code})`).join(', ')})`);
    }),
  ],
  ...['log', 'log2', 'log10'].map((name): [string, LibraryRow] => [
    name,
    row(1, name === 'log' ? 2 : 1, (call) => {
      const [given, base] = call.args;
      const codes = call.args.map(({ type, code }) => {
        if (type.kind === 'bigint')
          return `py::math::log_any(${code}, [](double x) { return py::math::${base ? 'log' : name}(x); })`;
        if (isMixed(type))
          return `py::math::log(py::visit([&](const auto& x) { return static_cast<double>(x); }, ${code}))`;
        return isNumber(type) || type.kind === 'never' ? `py::math::${base ? 'log' : name}(${code})` : undefined;
      });
      if (!given || codes.some((code) => code === undefined)) return undefined;
      const plain = call.args.every(({ type }) => type.kind !== 'bigint' && !isMixed(type));
      if (plain) return value(float, `py::math::${name}(${call.args.map(({ code }) => code).join(', ')})`);
      if (!base && name !== 'log' && isMixed(given.type)) return undefined;
      return value(float, base ? `py::truediv(${codes.join(', ')})` : String(codes[0]));
    }),
  ]),
  ['isclose', row(2, 2, isClose, ['rel_tol', 'abs_tol'])],
  [
    'prod',
    row(
      1,
      1,
      (call) => {
        const [given] = call.args;
        const start = call.keyword('start');
        const items = given && call.items(given);
        if (!items || (start && !isNumber(start.type))) return undefined;
        const kinds = [...alternatives(items.element), start?.type ?? int].map(({ kind }) => kind);
        if (!kinds.includes('float'))
          return value(bigint, `py::math::prod_any(${list(items.code, start && `py::Int(${start.code})`)})`);
        if (items.element.kind === 'float')
          return value(float, `py::math::prod(${items.code}, static_cast<double>(${start?.code ?? '1'}))`);
        return undefined;
      },
      ['start'],
    ),
  ],
  [
    'gcd',
    row(0, 8, (call) => {
      if (!call.args.every(({ type }) => isInteger(type))) return undefined;
      if (call.args.some(({ type }) => type.kind === 'bigint'))
        return value(
          bigint,
          call.args
            .map(({ code }) => `py::Int(${code})`)
            .reduce((all, code) => `py::math::gcd(${all}, ${code})`, 'py::Int(int64_t{0})'),
        );
      return value(
        int,
        call.args.map(({ code }) => code).reduce((all, code) => `py::math::gcd(${all}, ${code})`, 'int64_t{0}'),
      );
    }),
  ],
  [
    'fsum',
    row(1, 1, (call) => {
      const [given] = call.args;
      const items = given && call.items(given);
      return items && (items.element.kind === 'float' || items.element.kind === 'int')
        ? value(float, `py::math::fsum(${items.code})`)
        : undefined;
    }),
  ],
  [
    'lcm',
    row(0, 8, (call) => {
      if (!call.args.every(({ type }) => isInteger(type) && type.kind !== 'bigint')) return undefined;
      return value(int, `py::math::lcm(${call.args.map(({ code }) => code).join(', ')})`);
    }),
  ],
]);

/** A number as a complex one; undefined for other things. */
const complexCode = ({ type, code }: Value): string | undefined => {
  if (type.kind === 'complex') return code;
  return isNumber(type) && type.kind !== 'bigint' ? `std::complex<double>(static_cast<double>(${code}))` : undefined;
};

const ofComplex = (name: string, type: Type): [string, LibraryRow] => [
  name,
  row(1, 1, ({ args: [given] }) => {
    const code = given && complexCode(given);
    return code === undefined ? undefined : value(type, `py::cmath::${name}(${code})`);
  }),
];

/** Functions of `cmath`. */
export const cmath: ReadonlyMap<string, LibraryRow> = new Map([
  ofComplex('phase', float),
  ofComplex('polar', tupleOf(float, float)),
  ofComplex('exp', complex),
  ofComplex('sqrt', complex),
  [
    'rect',
    row(2, 2, ({ args }) => {
      if (!args.every(({ type }) => isNumber(type) && type.kind !== 'bigint')) return undefined;
      return value(complex, `py::cmath::rect(${args.map(({ code }) => `static_cast<double>(${code})`).join(', ')})`);
    }),
  ],
]);

/** What a stream is seeded with; undefined for what cannot be a seed. */
function seedCode(seed: Value | undefined): string | undefined {
  if (!seed) return '';
  if (seed.type.kind === 'str' || seed.type.kind === 'bytes') return `py::random::digits_of(${seed.code})`;
  const isSeed = isNumber(seed.type) && seed.type.kind !== 'bigint' && seed.type.kind !== 'complex';
  return isSeed || seed.type.kind === 'none' || seed.type.kind === 'never' ? seed.code : undefined;
}

/** `random.Random(seed)`: a stream of its own. */
const ownStream = row(0, 1, ({ args: [seed] }) => {
  const code = seedCode(seed);
  return code === undefined ? undefined : value({ kind: 'random' }, `std::make_shared<py::random::Random>(${code})`);
});

/** Functions of `random` that take a population, and those that make a stream. */
export const random: ReadonlyMap<string, LibraryRow> = new Map([
  ['Random', ownStream],
  [
    'seed',
    row(0, 1, ({ args: [seed] }) => {
      const code = seedCode(seed);
      return code === undefined ? undefined : value(none, `py::random::seed(${code})`);
    }),
  ],
  [
    'sample',
    row(
      1,
      2,
      (call) => {
        const [given, second] = call.args;
        const count = second ?? call.keyword('k');
        return given && count && picked(call, given, (items) => `py::random::sample(${items}, ${call.integer(count)})`);
      },
      ['k'],
    ),
  ],
  [
    'choices',
    row(
      1,
      2,
      (call) => {
        const [given, second] = call.args;
        const weights = second ?? call.keyword('weights');
        const sums = call.keyword('cum_weights');
        const count = call.keyword('k');
        const name = sums ? 'choices_cumulative' : weights ? 'choices_weighted' : 'choices';
        const relative = sums ?? weights;
        return (
          given &&
          picked(
            call,
            given,
            (items) =>
              `py::random::${name}(${list(items, relative && call.items(relative).code, count && call.integer(count))})`,
          )
        );
      },
      ['weights', 'cum_weights', 'k'],
    ),
  ],
]);

function picked(call: LibraryCall, given: Value, code: (items: string) => string): Value {
  const items = call.items(given);
  return newList(call, items.element, code(items.code));
}

const plainKinds = ['int', 'bigint', 'float', 'complex', 'bool', 'str', 'none', 'range', 'never'];

/** True when values can be copied all the way down: scalars, instances and containers of such. */
function isPlainValue(type: Type, seen: readonly Slot[] = []): boolean {
  if (plainKinds.includes(type.kind) || type.kind === 'instance') return true;
  if (type.kind === 'tuple' || type.kind === 'union') return type.items.every((item) => isPlainValue(item, seen));
  return (
    isContainer(type) &&
    ['list', 'set', 'frozenset', 'dict'].includes(type.kind) &&
    slotsOf(type).every((slot) => seen.includes(slot.root()) || isPlainValue(slot.type, [...seen, slot.root()]))
  );
}

/** Functions of `copy`. */
export const copy: ReadonlyMap<string, LibraryRow> = new Map([
  [
    'copy',
    row(1, 1, (call) => {
      const [given] = call.args;
      if (!given) return undefined;
      if (given.type.kind === 'ndarray') return value(given.type, `py::np::copy(${given.code})`);
      if (['list', 'set', 'dict'].includes(given.type.kind)) return value(given.type, `(${given.code}).copy()`);
      if (given.type.kind === 'instance') return value(given.type, `py::copy::copy_of(${given.code})`);
      return isPlainValue(given.type) && given.type.kind !== 'union' ? given : undefined;
    }),
  ],
  [
    'deepcopy',
    row(1, 1, (call) => {
      const [given] = call.args;
      if (given?.type.kind === 'ndarray') return value(given.type, `py::np::copy(${given.code})`);
      return given && isPlainValue(given.type) ? value(given.type, `py::copy::deepcopy(${given.code})`) : undefined;
    }),
  ],
]);

/** Methods of a `random.Random`: the functions of the module, asked of one stream. */
export const randomMethods: readonly (readonly [string, readonly (readonly [string, MethodRow])[]])[] = [
  [
    'random',
    [
      ...[...(libraryModules.get('random') ?? [])].map(([name, known]): [string, MethodRow] => [
        name,
        methodRow(known.minimum, known.maximum, (object, call) => {
          const type = known.result(call.args.map((arg) => arg.type));
          return type && value(type, `${object.code}->${name}(${call.args.map(({ code }) => code).join(', ')})`);
        }),
      ]),
      ...(['seed', 'sample', 'choices'] as const).map((name): [string, MethodRow] => {
        const known = random.get(name);
        return [
          name,
          methodRow(
            known?.minimum ?? 1,
            known?.maximum ?? 2,
            (object, call) => {
              const given = known?.translate(call);
              return given && { ...given, code: given.code.replace('py::random::', `${object.code}->`) };
            },
            known?.keywords,
          ),
        ];
      }),
    ],
  ],
];
