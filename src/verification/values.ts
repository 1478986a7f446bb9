import type { ComparisonRule } from '../shared/evidence.ts';
import { Failure } from '../shared/failure.ts';

/** A Python value as data. Integers are of any size; what is not plain data is `object`, with a text that tells what it was. */
export type Value =
  | { readonly kind: 'none' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'str'; readonly value: string }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'list' | 'tuple' | 'set'; readonly items: readonly Value[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [Value, Value])[] }
  | { readonly kind: 'object'; readonly text: string };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Reads the bytes that the harnesses write (see harness.hpp for the format). Throws Failure `internal` on bytes that are not of the format. */
export class ValueReader {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.at >= this.#bytes.length;
  }

  /** The next byte as a character. */
  take(): string {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw new Failure('internal', 'The results of a run end in the middle of a value.');
    return String.fromCharCode(byte);
  }

  until(stop: string): string {
    const end = this.#bytes.indexOf(stop.charCodeAt(0), this.at);
    if (end < 0) throw new Failure('internal', 'The results of a run end in the middle of a value.');
    const text = decoder.decode(this.#bytes.subarray(this.at, end));
    this.at = end + 1;
    return text;
  }

  #data(): Uint8Array {
    const size = Number(this.until(':'));
    const data = this.#bytes.subarray(this.at, this.at + size);
    if (!(data.length === size)) throw new Failure('internal', 'The results of a run end in the middle of a value.');
    this.at += size;
    return data;
  }

  /** A text that follows its letter. */
  text(): string {
    this.take();
    return this.textData();
  }

  /** A text whose letter has been taken. */
  textData(): string {
    return decoder.decode(this.#data());
  }

  value(): Value {
    const kind = this.take();
    const many = (): Value[] => Array.from({ length: Number(this.until(':')) }, () => this.value());
    switch (kind) {
      case 'N':
        return { kind: 'none' };
      case 'T':
      case 'F':
        return { kind: 'bool', value: kind === 'T' };
      case 'i':
        return { kind: 'int', value: BigInt(this.until(';')) };
      case 'f':
        return { kind: 'float', value: floatOf(this.until(';')) };
      case 's':
        return { kind: 'str', value: this.textData() };
      case 'b':
        return { kind: 'bytes', value: Uint8Array.from(this.#data()) };
      case 'l':
        return { kind: 'list', items: many() };
      case 't':
        return { kind: 'tuple', items: many() };
      case 'e':
        return { kind: 'set', items: many() };
      case 'm':
        return {
          kind: 'dict',
          entries: Array.from({ length: Number(this.until(':')) }, () => [this.value(), this.value()] as const),
        };
      case 'o':
        return { kind: 'object', text: this.textData() };
      default:
        throw new Failure('internal', `The results of a run hold "${kind}" where a value should stand.`);
    }
  }
}

function floatOf(text: string): number {
  if (/nan/i.test(text)) return Number.NaN;
  if (/inf/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return Number(text);
}

/** Writes one case: the arguments of one call. */
export function encodeCase(args: readonly Value[]): Uint8Array {
  const parts: Uint8Array[] = [encoder.encode(`c${args.length}:`)];
  for (const value of args) encodeValue(value, parts);
  return Buffer.concat(parts);
}

function encodeValue(value: Value, parts: Uint8Array[]): void {
  const text = (piece: string): void => void parts.push(encoder.encode(piece));
  switch (value.kind) {
    case 'none':
      return text('N');
    case 'bool':
      return text(value.value ? 'T' : 'F');
    case 'int':
      return text(`i${value.value};`);
    case 'float':
      return text(`f${floatText(value.value)};`);
    case 'str': {
      const data = encoder.encode(value.value);
      text(`s${data.length}:`);
      parts.push(data);
      return;
    }
    case 'bytes':
      text(`b${value.value.length}:`);
      parts.push(value.value);
      return;
    case 'dict':
      text(`m${value.entries.length}:`);
      for (const entry of value.entries) for (const side of entry) encodeValue(side, parts);
      return;
    case 'object':
      throw new Failure('internal', 'An object that is not plain data cannot be an input.');
    default:
      text(`${{ list: 'l', tuple: 't', set: 'e' }[value.kind]}${value.items.length}:`);
      for (const item of value.items) encodeValue(item, parts);
  }
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return Object.is(value, -0) ? '-0.0' : String(value);
}

/** The value as Python writes it: a literal, but for inf, nan and the empty set. */
export function pythonLiteral(value: Value): string {
  switch (value.kind) {
    case 'none':
      return 'None';
    case 'bool':
      return value.value ? 'True' : 'False';
    case 'int':
      return String(value.value);
    case 'float': {
      if (!Number.isFinite(value.value)) return `float('${floatText(value.value)}')`;
      const text = floatText(value.value).replace(/e([+-])(\d)$/, 'e$10$2');
      return /^-?\d+$/.test(text) ? `${text}.0` : text;
    }
    case 'str':
      return quoted(value.value);
    case 'bytes':
      return `b'${[...value.value].map((byte) => (byte >= 32 && byte < 127 && byte !== 39 && byte !== 92 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`)).join('')}'`;
    case 'list':
      return `[${value.items.map(pythonLiteral).join(', ')}]`;
    case 'tuple':
      return value.items.length === 1
        ? `(${pythonLiteral(value.items[0] as Value)},)`
        : `(${value.items.map(pythonLiteral).join(', ')})`;
    case 'set':
      return value.items.length === 0 ? 'set()' : `{${value.items.map(pythonLiteral).join(', ')}}`;
    case 'dict':
      return `{${value.entries.map(([key, item]) => `${pythonLiteral(key)}: ${pythonLiteral(item)}`).join(', ')}}`;
    case 'object':
      return `<${value.text}>`;
  }
}

/** A string literal in single quotes, as `repr` writes it but for what it holds unprintable beyond ASCII. */
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\\' || character === quote) out += `\\${character}`;
    else if (character === '\n') out += '\\n';
    else if (character === '\r') out += '\\r';
    else if (character === '\t') out += '\\t';
    else if (code < 32 || code === 127) out += `\\x${code.toString(16).padStart(2, '0')}`;
    else if (/[\p{Z}\p{C}]/u.test(character) && character !== ' ')
      out += code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
    else out += character;
  }
  return `${quote}${out}${quote}`;
}

/** A call as one would write it, such as `gcd(48, 18)`. */
export function callText(name: string, args: readonly Value[]): string {
  return `${name}(${args.map(pythonLiteral).join(', ')})`;
}

/** When two floats count as equal: as many units in the last place apart, or as near as the tolerances say. */
export interface FloatTolerance {
  readonly ulps: number;
  readonly relative: number;
  readonly absolute: number;
}

/** Equal to the last few bits: enough for another order inside a library function, not for another formula. */
export const DEFAULT_FLOAT_TOLERANCE: FloatTolerance = { ulps: 4, relative: 1e-9, absolute: 0 };

/** When two floats count as equal under a rule. */
export function floatTolerance(rule: ComparisonRule): FloatTolerance {
  if (rule.kind !== 'tolerance') return DEFAULT_FLOAT_TOLERANCE;
  const { relative, absolute, ulps } = DEFAULT_FLOAT_TOLERANCE;
  return { ulps, relative: rule.relativeTolerance ?? relative, absolute: rule.absoluteTolerance ?? absolute };
}

/** What a comparison found: where inside the value, and a clause that says what differs. */
export interface ValueDifference {
  /** Such as `[2][0]`; empty for the value itself. */
  readonly path: string;
  readonly reason: string;
}

/**
 * Compares what Python gave with what the C++ gave, by type. What C++ cannot tell apart counts as the same: lists and tuples,
 * True and 1, bytes and a list of their numbers. An integer where Python has a float is a difference.
 */
export function compareValues(
  expected: Value,
  actual: Value,
  tolerance: FloatTolerance,
  path = '',
): ValueDifference | undefined {
  const differs = (reason: string): ValueDifference => ({ path, reason });
  const gives = (): ValueDifference => differs(`Python gives ${shown(expected)}, the C++ ${shown(actual)}`);
  if (expected.kind === 'object' || actual.kind === 'object') return gives();
  if (expected.kind === 'bytes') {
    const numbers = bytesOf(actual);
    return numbers?.length === expected.value.length && numbers.every((byte, index) => byte === expected.value[index])
      ? undefined
      : gives();
  }
  const wanted = wholeOf(expected);
  if (wanted !== undefined) return wholeOf(actual) === wanted ? undefined : gives();
  if (expected.kind === 'float') {
    return actual.kind === 'float' && floatsAgree(expected.value, actual.value, tolerance) ? undefined : gives();
  }
  if (expected.kind === 'none' || expected.kind === 'str') {
    const same =
      expected.kind === actual.kind &&
      (expected.kind === 'none' || expected.value === (actual as typeof expected).value);
    return same ? undefined : gives();
  }
  if (expected.kind === 'dict') {
    if (actual.kind !== 'dict') return gives();
    if (expected.entries.length !== actual.entries.length)
      return differs(`Python gives ${expected.entries.length} entries, the C++ ${actual.entries.length}`);
    const byKey = new Map(actual.entries.map(([key, value]) => [canonical(key), value]));
    for (const [key, value] of expected.entries) {
      const other = byKey.get(canonical(key));
      if (!other) return differs(`the C++ has no entry for the key ${shown(key)}`);
      const inner = compareValues(value, other, tolerance, `${path}[${shown(key)}]`);
      if (inner) return inner;
    }
    return undefined;
  }
  if (expected.kind === 'set') {
    if (!('items' in actual)) return gives();
    const rest = new Set(actual.items.map(canonical));
    const missing = expected.items.find((item) => !rest.has(canonical(item)));
    if (missing) return differs(`the C++ does not have ${shown(missing)}`);
    return actual.items.length === expected.items.length
      ? undefined
      : differs(`Python gives ${expected.items.length} members, the C++ ${actual.items.length}`);
  }
  if (!('items' in expected) || !('items' in actual) || actual.kind === 'set') return gives();
  for (const [index, item] of expected.items.entries()) {
    const other = actual.items[index];
    if (!other) break;
    const inner = compareValues(item, other, tolerance, `${path}[${index}]`);
    if (inner) return inner;
  }
  return expected.items.length === actual.items.length
    ? undefined
    : differs(`Python gives ${expected.items.length} items, the C++ ${actual.items.length}`);
}

function wholeOf(value: Value): bigint | undefined {
  if (value.kind === 'bool') return value.value ? 1n : 0n;
  return value.kind === 'int' ? value.value : undefined;
}

function bytesOf(value: Value): readonly number[] | Uint8Array | undefined {
  if (value.kind === 'bytes') return value.value;
  if (value.kind === 'str') return encoder.encode(value.value);
  if (value.kind !== 'list') return undefined;
  return value.items.map((item) => Number(BigInt.asUintN(8, wholeOf(item) ?? -1n)));
}

/** A text that is the same for values that Python holds equal. */
function canonical(value: Value): string {
  const whole = wholeOf(value);
  if (whole !== undefined) return String(whole);
  if (value.kind === 'float') return Number.isInteger(value.value) ? String(BigInt(value.value)) : String(value.value);
  if (value.kind === 'list' || value.kind === 'tuple') return `(${value.items.map(canonical).join(',')})`;
  if (value.kind === 'set') return `{${value.items.map(canonical).sort().join(',')}}`;
  return pythonLiteral(value);
}

const LONGEST_SHOWN = 200;

/** The value as text for a sentence, cut where it is long. */
export function shown(value: Value): string {
  const text = pythonLiteral(value);
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}…`;
}

/** Whether two floats agree; NaN agrees with NaN. */
export function floatsAgree(a: number, b: number, { ulps, relative, absolute }: FloatTolerance): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  if (a === b) return true;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  const distance = Math.abs(a - b);
  if (distance <= Math.max(absolute, relative * Math.max(Math.abs(a), Math.abs(b)))) return true;
  const apart = ordinal(a) - ordinal(b);
  return (apart < 0n ? -apart : apart) <= BigInt(ulps);
}

/** Numbers the floats in their order, so that neighbours are one apart. */
function ordinal(value: number): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const raw = bits.getBigInt64(0);
  return raw < 0n ? -(raw & 0x7fffffffffffffffn) : raw;
}
