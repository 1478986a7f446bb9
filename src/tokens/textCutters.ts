import { Failure } from '../shared/failure.ts';
import { SPACE_SIGN } from './tokenizerRewrites.ts';

/** Receives one more piece, up to `end`; `border` tells whether cutting may begin anew there. False ends the work. */
export type CutVisitor = (piece: string, end: number, border: boolean) => boolean;

/** Cuts plain text into pieces that no merge may leave. */
export interface TextCutter {
  /** A change this many UTF-16 units behind a border that `isSafeBorder` accepts cannot move that border. */
  readonly horizon: number;
  isSafeBorder(text: string, at: number): boolean;
  /** Cuts from a border to the end of the text; false when the visitor had seen enough. */
  cut(text: string, from: number, visit: CutVisitor): boolean;
}

/** What may be looked at behind a border: the pattern's own look-ahead, and endings such as 'll. */
const PATTERN_HORIZON = 16;
const AFTER_BORDER = /^[^\p{White_Space}\ufeff\u2028\u2029]/u;

function execute(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  try {
    return pattern.exec(text);
  } catch (cause) {
    // The engine of regular expressions keeps a place for every character of a match, and has only so many.
    const sentence =
      'The text has millions of characters in a row without a space, which is more than can be tokenized.';
    throw new Failure('unsupported', sentence, { cause });
  }
}

/** Cuts by one pattern that matches at every place of every text. */
export class PatternCutter implements TextCutter {
  readonly horizon = PATTERN_HORIZON;
  readonly #pattern: RegExp;

  constructor(pattern: RegExp) {
    this.#pattern = new RegExp(pattern.source, 'uy');
  }

  isSafeBorder(text: string, at: number): boolean {
    return AFTER_BORDER.test(text.slice(at, at + 2));
  }

  cut(text: string, from: number, visit: CutVisitor): boolean {
    for (let at = from; at < text.length;) {
      const piece = execute(this.#pattern, text, at)?.[0] || text.slice(at, at + 1);
      at += piece.length;
      if (!visit(piece, at, true)) return false;
    }
    return true;
  }
}

/**
 * Cuts by one pattern after another, each within the pieces of those before; what a pattern leaves between two matches is a piece
 * as well. `local` tells that what the patterns match depends on nothing far behind it.
 */
export class StagedCutter implements TextCutter {
  readonly horizon: number;
  readonly #patterns: readonly RegExp[];

  constructor(patterns: readonly string[], local: boolean) {
    this.#patterns = patterns.map((source) => new RegExp(source, 'gu'));
    this.horizon = local ? PATTERN_HORIZON : Infinity;
  }

  isSafeBorder(text: string, at: number): boolean {
    return AFTER_BORDER.test(text.slice(at, at + 2));
  }

  cut(text: string, from: number, visit: CutVisitor): boolean {
    return this.#stage(0, text, from, 0, visit);
  }

  /** `offset` is where `text` stands in the whole. */
  #stage(stage: number, text: string, from: number, offset: number, visit: CutVisitor): boolean {
    const pattern = this.#patterns[stage];
    const last = stage >= this.#patterns.length - 1;
    const give = (start: number, end: number, match: boolean): boolean => {
      const piece = start === 0 && end === text.length ? text : text.slice(start, end);
      if (last) return visit(piece, offset + end, true);
      // Within a match that is cut once more, nothing can begin anew.
      return this.#stage(stage + 1, piece, 0, offset + start, (part, at, border) =>
        visit(part, at, at === offset + end || (border && !match)),
      );
    };
    let at = from;
    while (at < text.length) {
      const found = pattern && execute(pattern, text, at);
      const start = found?.index ?? text.length;
      const end = found ? start + found[0].length : text.length;
      if (found && end === start) {
        throw new Failure('unsupported', 'This tokenizer cuts by a pattern that matches nothing. Choose another one.');
      }
      if (start > at && !give(at, start, false)) return false;
      if (found && !give(start, end, true)) return false;
      at = end;
    }
    return true;
  }
}

/** How many bits tell which characters follow each other within a token. */
const PAIR_BITS = 2 ** 22;

/**
 * Cuts text that has no cut of its own wherever no merge joins the two characters that meet, which changes no token: a token
 * that crossed the place would have been merged there. Text whose spaces are signs already is expected.
 */
export class PairCutter implements TextCutter {
  readonly horizon = 4;
  readonly #bits = new Int32Array(PAIR_BITS / 32);
  readonly #beforeSigns: boolean;

  /** `pairs` are the characters that meet in a merge, one after another; with `beforeSigns`, a cut is made before every sign of a space. */
  constructor(pairs: Int32Array, beforeSigns: boolean) {
    this.#beforeSigns = beforeSigns;
    for (let at = 0; at < pairs.length; at += 2) {
      const bit = bitOf(pairs[at] as number, pairs[at + 1] as number);
      this.#bits[bit >> 5] = (this.#bits[bit >> 5] as number) | (1 << (bit & 31));
    }
  }

  isSafeBorder(): boolean {
    return true;
  }

  cut(text: string, from: number, visit: CutVisitor): boolean {
    let start = from;
    let first = text.codePointAt(from) ?? 0;
    let at = from + (first > 0xffff ? 2 : 1);
    while (at < text.length) {
      const second = text.codePointAt(at) as number;
      const bit = bitOf(first, second);
      const joined = ((this.#bits[bit >> 5] as number) >>> (bit & 31)) & 1;
      if (!joined || (this.#beforeSigns && second === SIGN)) {
        if (!visit(text.slice(start, at), at, true)) return false;
        start = at;
      }
      first = second;
      at += second > 0xffff ? 2 : 1;
    }
    return start >= text.length || visit(text.slice(start), text.length, true);
  }
}

const SIGN = SPACE_SIGN.charCodeAt(0);

/** Two pairs may share a bit: then a cut is left out, which does no harm. */
function bitOf(first: number, second: number): number {
  const mixed = Math.imul(first, 0x2c1b3c6d) ^ Math.imul(second, 0x297a2d39);
  return (mixed ^ (mixed >>> 13)) & (PAIR_BITS - 1);
}
