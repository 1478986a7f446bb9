import { Failure } from '../shared/failure.ts';
import { pythonLiteral, type Value } from './values.ts';

/** Longer literals are no input that a person or a model writes. */
const LONGEST = 200_000;
const LONGEST_INTEGER = 4000;
const DEEPEST = 50;

const plainEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
};

/**
 * Reads a Python literal: numbers, texts, bytes, True, False, None, and lists, tuples, sets and dicts of them, as well as what stands for
 * values that have no literal: `set()`, `float('inf')`, `float('nan')`. Nothing is evaluated. Throws Failure `invalid-input` with a
 * sentence for anything else, such as a name, a call or an operation.
 */
export function parsePythonLiteral(text: string): Value {
  const reader = new LiteralReader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

/** Reads a call with literals only, such as `gcd(48, 18)`: gives its arguments. Throws Failure as above, also for named arguments. */
export function parseCallText(text: string, functionName: string): readonly Value[] {
  const start = `${functionName}(`;
  if (!text.startsWith(start) || !text.endsWith(')')) throw refusal(`it is not a call of ${functionName}`);
  const inside = text.slice(start.length, -1).trim();
  if (inside === '') return [];
  const value = parsePythonLiteral(`(${inside}${inside.endsWith(',') ? '' : ','})`);
  return 'items' in value ? value.items : [];
}

function refusal(clause: string): Failure {
  return new Failure('invalid-input', `This is not a Python literal: ${clause}.`);
}

class LiteralReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    if (text.length > LONGEST) throw refusal(`it has more than ${LONGEST} characters`);
    this.#text = text;
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) throw this.#unexpected();
  }

  value(depth: number): Value {
    if (depth > DEEPEST) throw refusal('it is nested too deep');
    this.#space();
    const first = this.#text[this.#at];
    if (first === undefined) throw refusal(this.#text.trim() === '' ? 'it is empty' : 'it ends too early');
    if (first === '[') return { kind: 'list', items: this.#items(']', depth) };
    if (first === '{') return this.#braces(depth);
    if (first === '(') return this.#parentheses(depth);
    if (first === '-' || first === '+') return this.#signed(depth);
    if (/[0-9.]/.test(first)) return this.#number();
    if (/^(?:[rRuUbB]|[bB][rR]|[rR][bB])?['"]/.test(this.#text.slice(this.#at, this.#at + 3))) return this.#strings();
    return this.#named();
  }

  #space(): void {
    while (/[ \t\r\n\f]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #takes(sign: string): boolean {
    this.#space();
    if (!this.#text.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    return true;
  }

  #unexpected(): Failure {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    return rest === '' ? refusal('it ends too early') : refusal(`"${rest}" is not expected there`);
  }

  #items(close: string, depth: number): Value[] {
    this.#at++;
    const items: Value[] = [];
    while (!this.#takes(close)) {
      items.push(this.value(depth + 1));
      if (this.#takes(',')) continue;
      if (!this.#takes(close)) throw this.#unexpected();
      break;
    }
    return items;
  }

  #parentheses(depth: number): Value {
    this.#at++;
    if (this.#takes(')')) return { kind: 'tuple', items: [] };
    const first = this.value(depth + 1);
    if (this.#takes(')')) return first;
    this.#space();
    if (this.#text[this.#at] !== ',') throw this.#unexpected();
    return { kind: 'tuple', items: [first, ...this.#items(')', depth)] };
  }

  #braces(depth: number): Value {
    this.#at++;
    if (this.#takes('}')) return { kind: 'dict', entries: [] };
    const first = this.#hashable(depth);
    if (!this.#takes(':')) {
      this.#space();
      if (this.#takes('}')) return { kind: 'set', items: [first] };
      if (this.#text[this.#at] !== ',') throw this.#unexpected();
      const rest = this.#items('}', depth);
      rest.forEach(assertHashable);
      return { kind: 'set', items: distinct([first, ...rest]) };
    }
    const entries = new Map<string, readonly [Value, Value]>();
    const add = (key: Value): void => void entries.set(pythonLiteral(key), [key, this.value(depth + 1)]);
    add(first);
    while (!this.#takes('}')) {
      if (!this.#takes(',')) throw this.#unexpected();
      if (this.#takes('}')) break;
      const key = this.#hashable(depth);
      if (!this.#takes(':')) throw this.#unexpected();
      add(key);
    }
    return { kind: 'dict', entries: [...entries.values()] };
  }

  #hashable(depth: number): Value {
    const value = this.value(depth + 1);
    assertHashable(value);
    return value;
  }

  #signed(depth: number): Value {
    const isNegative = this.#text[this.#at++] === '-';
    const value = this.value(depth + 1);
    if (value.kind === 'int') return isNegative ? { kind: 'int', value: -value.value } : value;
    if (value.kind === 'float') return isNegative ? { kind: 'float', value: -value.value } : value;
    throw refusal('a sign stands before what is no number');
  }

  #number(): Value {
    const match =
      /^(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.?(?:\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?)(?![\w.])/.exec(
        this.#text.slice(this.#at),
      );
    const text = match?.[0].replaceAll('_', '') ?? '';
    if (!/\d/.test(text)) throw this.#unexpected();
    this.#at += match?.[0].length ?? 0;
    if (/^0[xXoObB]|^\d+$/.test(text)) {
      if (text.length > LONGEST_INTEGER) throw refusal(`an integer has more than ${LONGEST_INTEGER} digits`);
      if (/^0\d*[1-9]/.test(text)) throw refusal(`an integer begins with 0: ${text.slice(0, 20)}`);
      return { kind: 'int', value: BigInt(text) };
    }
    return { kind: 'float', value: Number(text) };
  }

  /** One text or several beside each other. */
  #strings(): Value {
    let text = '';
    const bytes: number[] = [];
    let isBytes: boolean | undefined;
    for (;;) {
      const match = /^([rRuUbB]{0,2})('''|"""|'|")/.exec(this.#text.slice(this.#at, this.#at + 6));
      if (!match) break;
      const [whole, prefix = '', quote = ''] = match;
      const marks = prefix.toLowerCase();
      const here = marks.includes('b');
      if (isBytes !== undefined && isBytes !== here) throw refusal('text and bytes stand side by side');
      isBytes = here;
      this.#at += whole.length;
      const piece = this.#untilQuote(quote, marks.includes('r'), here);
      if (here) {
        for (const unit of piece) bytes.push(unit.charCodeAt(0) & 0xff);
      } else text += piece;
      this.#space();
    }
    if (isBytes) return { kind: 'bytes', value: Uint8Array.from(bytes) };
    if (!text.isWellFormed()) throw refusal('a text holds half a character');
    return { kind: 'str', value: text };
  }

  #untilQuote(quote: string, isRaw: boolean, isBytes: boolean): string {
    let out = '';
    for (;;) {
      const letter = this.#text[this.#at];
      if (letter === undefined || (letter === '\n' && quote.length === 1)) throw refusal('a text has no closing quote');
      if (this.#text.startsWith(quote, this.#at)) {
        this.#at += quote.length;
        return out;
      }
      this.#at++;
      if (isBytes && letter > '\x7f') throw refusal('bytes hold a character that is none');
      if (letter !== '\\') out += letter;
      else if (isRaw) out += letter + (this.#text[this.#at++] ?? '');
      else out += this.#escape(isBytes);
    }
  }

  #escape(isBytes: boolean): string {
    const rest = this.#text.slice(this.#at);
    const code = (
      isBytes ? /^(?:x[0-9a-fA-F]{2}|[0-7]{1,3})/ : /^(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3})/
    ).exec(rest)?.[0];
    if (code !== undefined) {
      this.#at += code.length;
      const point = /^\d/.test(code) ? parseInt(code, 8) : parseInt(code.slice(1), 16);
      if (point > 0x10ffff) throw refusal('a text holds a character that is none');
      return String.fromCodePoint(point);
    }
    const letter = rest[0] ?? '';
    if (/^[xuUN]/.test(letter) && !(isBytes && letter !== 'x'))
      throw refusal(`the escape \\${letter} is not complete or not known`);
    this.#at++;
    // As in Python, a backslash before any other letter stays.
    return plainEscapes[letter] ?? `\\${letter}`;
  }

  #named(): Value {
    const rest = this.#text.slice(this.#at);
    const special = /^(?:set\s*\(\s*\)|float\s*\(\s*(['"])([+-]?)(inf|infinity|nan)\1\s*\))/i.exec(rest);
    if (special) {
      this.#at += special[0].length;
      const [, , sign, kind] = special;
      if (kind === undefined) return { kind: 'set', items: [] };
      if (kind.toLowerCase() === 'nan') return { kind: 'float', value: Number.NaN };
      return { kind: 'float', value: sign === '-' ? -Infinity : Infinity };
    }
    const name = /^[\p{L}_][\p{L}\p{N}_.]*/u.exec(rest)?.[0];
    if (name === undefined) throw this.#unexpected();
    this.#at += name.length;
    if (name === 'None') return { kind: 'none' };
    if (name === 'True' || name === 'False') return { kind: 'bool', value: name === 'True' };
    throw refusal(`${name.slice(0, 40)} is a name, and only values are taken`);
  }
}

function distinct(items: readonly Value[]): Value[] {
  return [...new Map(items.map((item) => [pythonLiteral(item), item] as const)).values()];
}

function assertHashable(value: Value): void {
  if (value.kind === 'list' || value.kind === 'set' || value.kind === 'dict')
    throw refusal(`a ${value.kind} cannot be a key or in a set`);
  if (value.kind === 'tuple') value.items.forEach(assertHashable);
}
