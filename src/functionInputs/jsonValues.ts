import { Failure } from '../shared/failure.ts';
import type { Shape } from '../verification/shapes.ts';
import { pythonLiteral, type Value } from '../verification/values.ts';

const refused = (sentence: string): Failure => new Failure('invalid-input', sentence);

/** What JSON calls a value, for sentences. */
function nameOf(json: unknown): string {
  if (json === null) return 'null';
  if (Array.isArray(json)) return 'a list';
  if (typeof json === 'object') return 'an object';
  if (typeof json === 'string') return `the text ${JSON.stringify(json.length > 40 ? `${json.slice(0, 40)}…` : json)}`;
  return typeof json === 'bigint' ? json.toString() : JSON.stringify(json);
}

/** How a shape is called in Python. */
export function shapeName(shape: Shape): string {
  switch (shape.kind) {
    case 'none':
      return 'None';
    case 'char':
      return 'a text of one character';
    case 'list':
    case 'set':
      return `${shape.kind}[${shapeName(shape.item)}]`;
    case 'tuple':
      return `tuple[${shape.items.map(shapeName).join(', ')}]`;
    case 'dict':
      return `dict[${shapeName(shape.key)}, ${shapeName(shape.value)}]`;
    case 'union':
      return shape.options.map(shapeName).join(' | ');
    default:
      return shape.kind;
  }
}

/**
 * The Python value that JSON stands for where a value of this shape is wanted; without a shape the one that comes naturally. Integers
 * beyond what JSON holds exactly, `inf` and `nan` are written as text. Throws Failure `invalid-input` with what is wrong.
 */
export function valueOfJson(json: unknown, shape: Shape | undefined): Value {
  if (!shape) return naturalValue(json);
  const wrong = (): Failure => refused(`${nameOf(json)} where ${shapeName(shape)} is wanted`);
  switch (shape.kind) {
    case 'none':
      if (json !== null) throw wrong();
      return { kind: 'none' };
    case 'bool':
      if (typeof json !== 'boolean') throw wrong();
      return { kind: 'bool', value: json };
    case 'int': {
      const value =
        typeof json === 'string' && /^[+-]?\d{1,4000}$/.test(json.trim())
          ? BigInt(json.trim().replace(/^\+/, ''))
          : typeof json === 'bigint' || Number.isSafeInteger(json)
            ? BigInt(json as number | bigint)
            : undefined;
      if (value === undefined) {
        if (typeof json === 'number' && Number.isInteger(json)) {
          throw refused(
            `${json} is beyond what JSON holds exactly; as text, such as "18446744073709551616", it would be taken`,
          );
        }
        throw wrong();
      }
      return { kind: 'int', value };
    }
    case 'float': {
      const words: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity, nan: Number.NaN };
      if (typeof json === 'string' && Object.hasOwn(words, json.toLowerCase())) {
        return { kind: 'float', value: words[json.toLowerCase()] ?? 0 };
      }
      if (typeof json !== 'number' && typeof json !== 'bigint') throw wrong();
      return { kind: 'float', value: Number(json) };
    }
    case 'str':
    case 'char':
      if (typeof json !== 'string' || (shape.kind === 'char' && [...json].length !== 1)) throw wrong();
      if (!json.isWellFormed()) throw refused('a text holds half a character');
      return { kind: 'str', value: json };
    case 'bytes': {
      const isBytes = Array.isArray(json) && json.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255);
      if (isBytes) return { kind: 'bytes', value: Uint8Array.from(json as number[]) };
      if (typeof json !== 'string') throw wrong();
      return { kind: 'bytes', value: new TextEncoder().encode(json) };
    }
    case 'list':
    case 'set': {
      if (!Array.isArray(json)) throw wrong();
      const items = json.map((item) => valueOfJson(item, shape.item));
      return { kind: shape.kind, items: shape.kind === 'set' ? distinct(items) : items };
    }
    case 'tuple':
      if (!Array.isArray(json) || json.length !== shape.items.length) throw wrong();
      return { kind: 'tuple', items: shape.items.map((item, index) => valueOfJson(json[index], item)) };
    case 'dict': {
      const pairs = Array.isArray(json)
        ? json.map((pair: unknown) => {
            if (!Array.isArray(pair) || pair.length !== 2) throw wrong();
            return pair as [unknown, unknown];
          })
        : json && typeof json === 'object'
          ? Object.entries(json).map(([key, item]): [unknown, unknown] => [keyOf(key, shape.key), item])
          : undefined;
      if (!pairs) throw wrong();
      const entries = pairs.map(
        ([key, item]) => [valueOfJson(key, shape.key), valueOfJson(item, shape.value)] as const,
      );
      return { kind: 'dict', entries: [...new Map(entries.map((entry) => [pythonLiteral(entry[0]), entry])).values()] };
    }
    case 'union': {
      for (const option of shape.options) {
        try {
          return valueOfJson(json, option);
        } catch {
          // The next one may fit.
        }
      }
      throw wrong();
    }
  }
}

/** Keys of JSON are texts, whatever they stand for. */
function keyOf(key: string, shape: Shape): unknown {
  if (shape.kind === 'bool')
    return key === 'true' || key === 'True' ? true : key === 'false' || key === 'False' ? false : key;
  if (shape.kind === 'float' && key.trim() !== '' && Number.isFinite(Number(key))) return Number(key);
  if (shape.kind === 'tuple' || shape.kind === 'list') {
    try {
      return JSON.parse(key.replace(/^\((.*?),?\)$/, '[$1]'));
    } catch {
      return key;
    }
  }
  return key;
}

function naturalValue(json: unknown): Value {
  if (json === null || json === undefined) return { kind: 'none' };
  if (typeof json === 'boolean') return { kind: 'bool', value: json };
  if (typeof json === 'bigint') return { kind: 'int', value: json };
  if (typeof json === 'number') {
    return Number.isSafeInteger(json) ? { kind: 'int', value: BigInt(json) } : { kind: 'float', value: json };
  }
  if (typeof json === 'string') return valueOfJson(json, { kind: 'str' });
  if (Array.isArray(json)) return { kind: 'list', items: json.map(naturalValue) };
  return {
    kind: 'dict',
    entries: Object.entries(json).map(([key, item]) => [{ kind: 'str', value: key }, naturalValue(item)] as const),
  };
}

function distinct(items: readonly Value[]): Value[] {
  return [...new Map(items.map((item) => [pythonLiteral(item), item] as const)).values()];
}
