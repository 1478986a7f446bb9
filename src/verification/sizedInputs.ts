import { seededRandom } from '../shared/seededRandom.ts';
import { inOrder, type Arguments } from './inputs.ts';
import type { Shape } from './shapes.ts';
import type { Value } from './values.ts';

/** What can be made larger: the value of a whole number, or how much lists, sets, dicts and texts hold, all of them together. */
export interface Dimension {
  readonly measure: 'value' | 'length';
  /** Places of the parameters. */
  readonly positions: readonly number[];
}

/** What of these parameters can be made larger, lengths first. */
export function dimensionsOf(shapes: readonly Shape[]): readonly Dimension[] {
  const places = shapes.map((_, index) => index);
  const holders = places.filter((index) => ['list', 'set', 'dict', 'str', 'bytes'].includes(shapes[index]?.kind ?? ''));
  const numbers = places.filter((index) => shapes[index]?.kind === 'int');
  return [
    ...(holders.length > 0 ? [{ measure: 'length' as const, positions: holders }] : []),
    ...(holders.length > 1 ? holders.map((index) => ({ measure: 'length' as const, positions: [index] })) : []),
    ...numbers.map((index) => ({ measure: 'value' as const, positions: [index] })),
    ...(numbers.length > 1 ? [{ measure: 'value' as const, positions: numbers }] : []),
  ];
}

/** An input of a size: like `base`, but for what is to grow. The same seed makes the same input. */
export function sizedInput(
  shapes: readonly Shape[],
  base: Arguments,
  dimension: Dimension,
  size: number,
  seed: number,
): Arguments {
  const random = seededRandom(seed + size);
  return base.map((value, index) => {
    const shape = shapes[index];
    if (!shape || !dimension.positions.includes(index)) return value;
    if (dimension.measure === 'value') return { kind: 'int', value: BigInt(size) };
    return sized(shape, size, random, value);
  });
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz ';
const WORD = 6;
const LARGEST_NUMBER = 1000;

/** A value that holds `size` things, each of the kind that `like` holds. Lists in lists hold as many. */
function sized(shape: Shape, size: number, random: () => number, like: Value | undefined): Value {
  const times = <T>(make: (index: number) => T): T[] => Array.from({ length: size }, (_, index) => make(index));
  switch (shape.kind) {
    case 'str': {
      const known = like?.kind === 'str' && like.value !== '' ? [...new Set(like.value)] : [...LETTERS];
      return { kind: 'str', value: times(() => pick(known, random)).join('') };
    }
    case 'bytes':
      return { kind: 'bytes', value: Uint8Array.from(times(() => Math.floor(random() * 256))) };
    case 'list': {
      const items = times(() => part(shape.item, size, random, itemOf(like)));
      return { kind: 'list', items: like && isSorted(like) ? items.sort(inOrder) : items };
    }
    case 'set':
      return { kind: 'set', items: times((index) => distinct(shape.item, index, random)) };
    case 'dict':
      return {
        kind: 'dict',
        entries: times((index) => [
          distinct(shape.key, index, random),
          part(shape.value, size, random, like?.kind === 'dict' ? like.entries[0]?.[1] : undefined),
        ]),
      };
    default:
      return like ?? { kind: 'none' };
  }
}

/** What a holder of `size` things holds. */
function part(shape: Shape, size: number, random: () => number, like: Value | undefined): Value {
  switch (shape.kind) {
    case 'bool':
      return { kind: 'bool', value: random() < 0.5 };
    case 'int':
      return { kind: 'int', value: BigInt(Math.floor(random() * LARGEST_NUMBER)) };
    case 'float':
      return { kind: 'float', value: Math.floor(random() * LARGEST_NUMBER * 10) / 10 };
    case 'char':
      return { kind: 'str', value: pick([...LETTERS], random) };
    case 'str':
    case 'bytes':
      return sized(shape, WORD, random, like);
    case 'tuple':
      return {
        kind: 'tuple',
        items: shape.items.map((item, index) =>
          part(item, size, random, like?.kind === 'tuple' ? like.items[index] : undefined),
        ),
      };
    case 'union': {
      const [option] = shape.options;
      return option ? part(option, size, random, like) : { kind: 'none' };
    }
    default:
      return sized(shape, size, random, like);
  }
}

/** A key that no other index has. */
function distinct(shape: Shape, index: number, random: () => number): Value {
  switch (shape.kind) {
    case 'int':
      return { kind: 'int', value: BigInt(index) };
    case 'float':
      return { kind: 'float', value: index + 0.5 };
    case 'str':
      return { kind: 'str', value: `key${index}` };
    case 'tuple':
      return { kind: 'tuple', items: shape.items.map((item) => distinct(item, index, random)) };
    default:
      return part(shape, 1, random, undefined);
  }
}

function pick<T>(from: readonly T[], random: () => number): T {
  return from[Math.floor(random() * from.length)] as T;
}

function itemOf(value: Value | undefined): Value | undefined {
  return value && 'items' in value ? value.items[0] : undefined;
}

/** True for a list that holds several numbers or texts in order: what takes it may count on that. */
function isSorted(value: Value): boolean {
  if (value.kind !== 'list' || value.items.length < 3) return false;
  return value.items.every((item, index) => {
    const before = value.items[index - 1];
    return 'value' in item && (before === undefined || inOrder(before, item) <= 0);
  });
}
