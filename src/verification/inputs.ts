import type * as FastCheck from 'fast-check';
import type { Arbitrary, Value as Generated } from 'fast-check';
import type { Shape } from './shapes.ts';
import { pythonLiteral, type Value } from './values.ts';

/** The arguments of one call. */
export type Arguments = readonly Value[];

/** Where an input comes from. */
export type InputSource = 'example' | 'profile' | 'model' | 'user' | 'boundary' | 'random';

/** One input of a function. */
export interface Input {
  readonly source: InputSource;
  readonly args: Arguments;
}

/** Makes inputs of a function and smaller ones of a given one. The same seed makes the same inputs. */
export class InputGenerator {
  readonly #library: typeof FastCheck;
  readonly #values: readonly Arbitrary<Value>[];
  readonly #shapes: readonly Shape[];
  readonly #alphabet: string;

  private constructor(library: typeof FastCheck, shapes: readonly Shape[], examples: readonly Arguments[]) {
    this.#library = library;
    this.#shapes = shapes;
    this.#alphabet = alphabetOf(examples);
    this.#values = shapes.map((shape) => this.#valueOf(shape));
  }

  /** Loads fast-check, which is large, on first use. `examples` lend their letters to generated texts. */
  static async create(shapes: readonly Shape[], examples: readonly Arguments[]): Promise<InputGenerator> {
    return new InputGenerator(await import('fast-check'), shapes, examples);
  }

  /** Random inputs, small ones more often than large ones. */
  random(seed: number, count: number): Input[] {
    const { nat, sample, tuple } = this.#library;
    // Some of the inputs are as generated.
    return sample(tuple(tuple(...this.#values), nat({ max: 2 * RELATIONS })), { seed, numRuns: count }).map(
      ([args, dice]) => ({
        source: 'random',
        args: relate(args, this.#shapes, dice),
      }),
    );
  }

  /** Inputs at the edges: each parameter at each of its edges while the others are plain. */
  boundary(): Input[] {
    const plain = this.#shapes.map((shape) => plainValues(shape));
    const inputs: Input[] = [];
    const push = (args: readonly (Value | undefined)[]): void => {
      if (args.every((value) => value !== undefined)) inputs.push({ source: 'boundary', args });
    };
    const longest = Math.max(0, ...plain.map(({ length }) => length));
    for (let index = 0; index < longest; index++) push(plain.map((values) => values[index % values.length]));
    for (const [position, shape] of this.#shapes.entries()) {
      for (const [index, edge] of edges(shape).entries())
        push(plain.map((values, other) => (other === position ? edge : values[index % values.length])));
    }
    return inputs;
  }

  /** Inputs one step smaller than this one, the smallest of each argument first, at most `count`. */
  smaller(args: Arguments, count: number): Arguments[] {
    const found: Arguments[] = [];
    for (const [position, arbitrary] of this.#values.entries()) {
      const value = args[position];
      if (value === undefined || !arbitrary.canShrinkWithoutContext(value)) continue;
      let left = Math.ceil(count / args.length);
      for (const each of arbitrary.shrink(value, undefined) as Iterable<Generated<Value>>) {
        found.push(args.map((arg, other) => (other === position ? each.value_ : arg)));
        if (--left <= 0) break;
      }
    }
    return found;
  }

  #valueOf(shape: Shape): Arbitrary<Value> {
    const { array, bigInt, boolean, constant, double, oneof, string, uint8Array } = this.#library;
    const plain = <T>(inner: Arbitrary<T>, make: (value: T) => Value, unmake: (value: Value) => T | undefined) =>
      inner.map(make, (value) => {
        const found = unmake(value as Value);
        if (found === undefined) throw new Error('of another shape');
        return found;
      });
    switch (shape.kind) {
      case 'none':
        return constant({ kind: 'none' });
      case 'bool':
        return plain(
          boolean(),
          (value) => ({ kind: 'bool', value }),
          (value) => (value.kind === 'bool' ? value.value : undefined),
        );
      case 'int': {
        const ranges: [weight: number, minimum: bigint, maximum: bigint][] = [
          [8, 0n, 20n],
          [4, -20n, 100n],
          [3, -1000n, 10_000n],
          [1, -(2n ** 31n), 2n ** 31n],
          [1, -(2n ** 62n), 2n ** 62n],
        ];
        const within = ranges
          .map(([weight, low, high]) => [weight, clamp(low, shape), clamp(high, shape)] as const)
          .filter(([, low, high]) => low < high);
        // Half of them as the program itself uses it, once that is known.
        if (shape.seen && shape.seen[0] < shape.seen[1]) within.push([HALF, shape.seen[0], shape.seen[1]]);
        return oneof(
          ...within.map(([weight, min, max]) => ({
            weight,
            arbitrary: plain<bigint>(
              bigInt({ min, max }),
              (value) => ({ kind: 'int', value }),
              (value) => (value.kind === 'int' ? value.value : undefined),
            ),
          })),
        );
      }
      case 'float': {
        const finite = (min: number, max: number): Arbitrary<Value> =>
          plain(
            double({ min, max, noNaN: true }),
            (value) => ({ kind: 'float', value }),
            (value) => (value.kind === 'float' ? value.value : undefined),
          );
        const tenths = plain<bigint>(
          bigInt({ min: -1000n, max: 1000n }),
          (value) => ({ kind: 'float', value: Number(value) / 10 }),
          (value) =>
            value.kind === 'float' && Number.isInteger(value.value * 10) ? BigInt(value.value * 10) : undefined,
        );
        const seen = shape.seen && shape.seen[0] < shape.seen[1] ? [finite(...shape.seen)] : [];
        return oneof(
          { weight: 6, arbitrary: tenths },
          { weight: 3, arbitrary: finite(-1000, 1000) },
          { weight: 1, arbitrary: finite(-1e12, 1e12) },
          ...seen.map((arbitrary) => ({ weight: 10, arbitrary })),
        );
      }
      case 'str': {
        const letters = (unit: Arbitrary<string>, maxLength: number): Arbitrary<Value> =>
          plain(
            string({ unit, maxLength }),
            (value) => ({ kind: 'str', value }),
            (value) => (value.kind === 'str' ? value.value : undefined),
          );
        const { constantFrom } = this.#library;
        const unit = (text: string): Arbitrary<string> => constantFrom(...new Set(text));
        return oneof(
          { weight: 6, arbitrary: letters(unit(this.#alphabet), 12) },
          { weight: 3, arbitrary: letters(unit('ab'), 10) },
          { weight: 3, arbitrary: letters(unit('abcXYZ012 ,.-()'), 20) },
          { weight: 1, arbitrary: letters(unit('aéßñ中文字 😀'), 8) },
        );
      }
      case 'char':
        return plain(
          string({ unit: this.#library.constantFrom(...new Set(`${this.#alphabet}aZ0 `)), minLength: 1, maxLength: 1 }),
          (value) => ({ kind: 'str', value }),
          (value) => (value.kind === 'str' ? value.value : undefined),
        );
      case 'bytes':
        return plain(
          uint8Array({ maxLength: 16 }),
          (value) => ({ kind: 'bytes', value: new Uint8Array(value) }),
          (value) => (value.kind === 'bytes' ? (value.value as Uint8Array<ArrayBuffer>) : undefined),
        );
      case 'list': {
        const item = this.#valueOf(shape.item);
        const lists = (maxLength: number, size: 'small' | 'max' = 'small'): Arbitrary<Value> =>
          plain<Value[]>(
            array(item, { maxLength, size }),
            (items) => ({ kind: 'list', items }),
            (value) => (value.kind === 'list' ? [...value.items] : undefined),
          );
        const seen = Math.min(shape.seen ?? 0, LONGEST_LIST);
        return oneof(
          { weight: 4, arbitrary: lists(7) },
          { weight: 1, arbitrary: lists(30) },
          ...(seen > 7 ? [{ weight: 2, arbitrary: lists(seen, 'max') }] : []),
        );
      }
      case 'set':
        return plain<Value[]>(
          this.#library.uniqueArray(this.#valueOf(shape.item), { maxLength: 10, selector: pythonLiteral }),
          (items) => ({ kind: 'set', items }),
          (value) => (value.kind === 'set' ? [...value.items] : undefined),
        );
      case 'tuple':
        return plain<Value[]>(
          this.#library.tuple(...shape.items.map((item) => this.#valueOf(item))),
          (items) => ({ kind: 'tuple', items }),
          (value) => (value.kind === 'tuple' ? [...value.items] : undefined),
        );
      case 'dict':
        return plain<[Value, Value][]>(
          this.#library.uniqueArray(this.#library.tuple(this.#valueOf(shape.key), this.#valueOf(shape.value)), {
            maxLength: 8,
            selector: ([key]) => pythonLiteral(key),
          }),
          (entries) => ({ kind: 'dict', entries }),
          (value) => (value.kind === 'dict' ? value.entries.map(([key, item]) => [key, item]) : undefined),
        );
      case 'union':
        return oneof(...shape.options.map((option) => this.#valueOf(option)));
    }
  }
}

/** The weight of what was seen, against all others. */
const HALF = 16;
/** Longer lists take long to make and to shrink. */
const LONGEST_LIST = 100;

function clamp(value: bigint, { minimum, maximum }: { readonly minimum?: bigint; readonly maximum?: bigint }): bigint {
  if (minimum !== undefined && value < minimum) return minimum;
  return maximum !== undefined && value > maximum ? maximum : value;
}

/** The letters that examples use, and a few more. */
function alphabetOf(examples: readonly Arguments[]): string {
  const letters = new Set<string>();
  const visit = (value: Value): void => {
    if (value.kind === 'str') for (const letter of value.value) letters.add(letter);
    else if ('items' in value) value.items.forEach(visit);
    else if (value.kind === 'dict') value.entries.flat().forEach(visit);
  };
  examples.flat().forEach(visit);
  return letters.size > 0 ? [...letters].slice(0, 60).join('') : 'abcde ';
}

/** Numbers below this choose a relation between parts of an input; the rest leave it as it was generated. */
const RELATIONS = 9;

/**
 * Makes parts of an input relate, as independent values seldom do: a value of a list is looked for, a list repeats itself or is
 * sorted, texts differ in case only. `dice` chooses which.
 */
function relate(args: readonly Value[], shapes: readonly Shape[], dice: number): Arguments {
  const position = shapes.findIndex(({ kind }) => kind === 'list');
  const list = args[position];
  const shape = shapes[position];
  if (list?.kind !== 'list' || shape?.kind !== 'list' || list.items.length === 0) return args;
  const change = (at: number, value: Value): Arguments => args.map((arg, index) => (index === at ? value : arg));
  const { items } = list;
  const [first] = items;
  if (dice < 4) {
    const single = shapes.findIndex(({ kind }) => kind === shape.item.kind);
    const value = items[dice % items.length];
    return single < 0 || !value ? args : change(single, value);
  }
  switch (dice) {
    case 4:
      return change(position, { kind: 'list', items: [...items, ...items.slice(0, 3)] });
    case 5:
      return first ? change(position, { kind: 'list', items: [...items, first, first] }) : args;
    case 6:
    case 7: {
      const sorted = [...items].sort(inOrder);
      return change(position, { kind: 'list', items: dice === 6 ? sorted : sorted.reverse() });
    }
    case 8:
      return change(position, { kind: 'list', items: items.flatMap(inOtherCase) });
    default:
      return args;
  }
}

/** The order of numbers and texts. */
export function inOrder(a: Value, b: Value): number {
  const key = (value: Value): number | bigint | string => ('value' in value ? (value.value as number) : 0);
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
}

/** A text with letters beside itself in the other case. */
function inOtherCase(value: Value): Value[] {
  if (value.kind !== 'str') return [value];
  const upper = value.value.toUpperCase();
  return [value, { kind: 'str', value: upper === value.value ? value.value.toLowerCase() : upper }];
}

const integers = (...values: (number | bigint)[]): Value[] =>
  values.map((value) => ({ kind: 'int', value: BigInt(value) }));
const floats = (...values: number[]): Value[] => values.map((value) => ({ kind: 'float', value }));
const texts = (...values: string[]): Value[] => values.map((value) => ({ kind: 'str', value }));

/** A few ordinary values of a shape. */
function plainValues(shape: Shape): Value[] {
  switch (shape.kind) {
    case 'int':
      return integers(3, 10, 7, 2, 100).filter(({ kind }) => kind === 'int');
    case 'float':
      return floats(1.5, 10, 0.25, 3);
    case 'str':
      return texts('abc', 'hello world', 'racecar');
    case 'char':
      return texts('a', 'b');
    case 'list': {
      const items = plainValues(shape.item);
      return [
        { kind: 'list', items },
        { kind: 'list', items: [...items].reverse() },
      ];
    }
    case 'set':
      return [{ kind: 'set', items: plainValues(shape.item) }];
    case 'tuple': {
      const items = shape.items.map((item) => plainValues(item)[0]);
      return items.every((item) => item !== undefined) ? [{ kind: 'tuple', items }] : [];
    }
    case 'dict': {
      const values = plainValues(shape.value);
      const entries = plainValues(shape.key).map(
        (key, index) => [key, values[index % values.length] as Value] as const,
      );
      return [{ kind: 'dict', entries }];
    }
    case 'union':
      return shape.options.flatMap((option) => plainValues(option).slice(0, 1));
    default:
      return edges(shape).slice(0, 2);
  }
}

/** The values of a shape at which programs go wrong. */
function edges(shape: Shape): Value[] {
  switch (shape.kind) {
    case 'none':
      return [{ kind: 'none' }];
    case 'bool':
      return [
        { kind: 'bool', value: true },
        { kind: 'bool', value: false },
      ];
    case 'int': {
      const all = [
        0n,
        1n,
        2n,
        -1n,
        -2n,
        -7n,
        12n,
        25n,
        64n,
        1000n,
        -1000n,
        65_536n,
        2n ** 31n - 1n,
        2n ** 31n,
        -(2n ** 31n),
        2n ** 32n,
        2n ** 53n + 1n,
        2n ** 63n - 1n,
        -(2n ** 63n),
      ];
      return integers(...all.filter((value) => clamp(value, shape) === value));
    }
    case 'float':
      return floats(0, 1, -1, 0.5, 0.1, 2.5, -2.5, 1e16, 1e-5, 123456789.125, -0, Infinity, -Infinity, Number.NaN);
    case 'str':
      return texts('', ' ', 'a', 'Aa', 'aba', 'aab', '  a  b ', 'Hello, World!', '12345', '-7', 'é', '中文', '😀a');
    case 'char':
      return texts('a', 'Z', '0', ' ');
    case 'bytes':
      return [new Uint8Array(), new Uint8Array([0, 255, 65])].map((value) => ({ kind: 'bytes', value }));
    case 'list': {
      const items = edges(shape.item).slice(0, 8);
      const [first] = items;
      const lists: Value[][] = [[], ...(first ? [[first], [first, first], [first, first, first]] : []), items];
      lists.push([...items].reverse(), ...items.slice(1).map((item) => [item]));
      return lists.map((list) => ({ kind: 'list', items: list }));
    }
    case 'set':
      return [
        { kind: 'set', items: [] },
        { kind: 'set', items: edges(shape.item).slice(0, 1) },
      ];
    case 'tuple': {
      const sides = shape.items.map(edges);
      const longest = Math.max(0, ...sides.map(({ length }) => length));
      return Array.from({ length: longest }, (_, index) => ({
        kind: 'tuple' as const,
        items: sides.map((side) => side[index % side.length] as Value),
      }));
    }
    case 'dict': {
      const [key] = edges(shape.key);
      const [value] = edges(shape.value);
      return [
        { kind: 'dict', entries: [] },
        ...(key && value ? [{ kind: 'dict' as const, entries: [[key, value] as const] }] : []),
      ];
    }
    case 'union':
      return shape.options.flatMap((option) => edges(option).slice(0, 6));
  }
}
