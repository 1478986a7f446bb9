import { Failure } from '../shared/failure.ts';
import { spansOf, type TokenSpan } from './tokenSpans.ts';
import type { BytePairVocabulary } from './bytePairVocabulary.ts';

/** What tells one byte-pair tokenizer from another, besides its vocabulary. */
export interface BytePairTokenizerOptions {
  /** How text is cut into pieces that no merge may leave; it must match at every place of every text. */
  readonly pattern: RegExp;
  readonly specialTokens: ReadonlyMap<string, number>;
}

/** Receives the tokens of a text piece by piece. */
export interface PieceVisitor {
  /** One more piece, up to `end`; false ends the scan. */
  (ids: ArrayLike<number>, end: number): boolean;
}

const CACHE_ENTRIES = 200_000;
const CACHED_LENGTH = 64;
/** From this length on, V8 cuts a string without copying, so that the piece would keep the whole text in memory. */
const SLICED_LENGTH = 13;

/**
 * A byte-pair tokenizer in the manner of tiktoken: the same ids, and no slow case.
 *
 * Lone surrogates become U+FFFD, as they do in every UTF-8 encoder.
 */
export class BytePairTokenizer {
  readonly specialTokens: ReadonlyMap<string, number>;
  /** A change of the text this many UTF-16 units behind a border that {@link isSafeBorder} accepts cannot move that border. */
  readonly horizon: number;
  readonly #vocabulary: BytePairVocabulary;
  readonly #pattern: RegExp;
  readonly #special: RegExp | undefined;
  readonly #specialById: ReadonlyMap<number, Uint8Array>;
  readonly #cache = new Map<string, Int32Array>();
  readonly #encoder = new TextEncoder();
  #buffer = new Uint8Array(4096);

  constructor(vocabulary: BytePairVocabulary, { pattern, specialTokens }: BytePairTokenizerOptions) {
    this.#vocabulary = vocabulary;
    this.#pattern = new RegExp(pattern.source, 'uy');
    this.specialTokens = specialTokens;
    const names = [...specialTokens.keys()].sort((first, second) => second.length - first.length);
    this.horizon = Math.max(16, (names[0]?.length ?? 0) + 4);
    const literals = names.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
    this.#special = literals.length > 0 ? new RegExp(literals.join('|'), 'gu') : undefined;
    this.#specialById = new Map([...specialTokens].map(([name, id]) => [id, this.#encoder.encode(name)]));
  }

  /** Whether tokens may be borders of chunks before this place: text far enough behind it has no say in what precedes it. */
  isSafeBorder(text: string, at: number): boolean {
    return /^[^\p{White_Space}\ufeff\u2028\u2029]/u.test(text.slice(at, at + 2));
  }

  /** The ids of a text. With `special`, special tokens in it are read as such, otherwise as plain text. */
  encode(text: string, special = false): Int32Array {
    const parts: ArrayLike<number>[] = [];
    let count = 0;
    this.scan(text, 0, special, (ids) => {
      parts.push(ids);
      count += ids.length;
      return true;
    });
    const all = new Int32Array(count);
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  /** Tokenizes from a border on, until the end or until the visitor has seen enough. */
  scan(text: string, from: number, special: boolean, visit: PieceVisitor): void {
    let at = from;
    while (at < text.length) {
      let plainEnd = text.length;
      let found: RegExpExecArray | null = null;
      if (special && this.#special) {
        this.#special.lastIndex = at;
        found = this.#special.exec(text);
        if (found) plainEnd = found.index;
      }
      // Plain text ends before a special token also for what looks ahead.
      const segment = found ? text.slice(0, plainEnd) : text;
      while (at < plainEnd) {
        this.#pattern.lastIndex = at;
        const piece = this.#match(segment) ?? segment.slice(at, at + 1);
        at += piece.length;
        if (!visit(this.#idsOf(piece), at)) return;
      }
      if (found) {
        at += found[0].length;
        if (!visit([this.specialTokens.get(found[0]) as number], at)) return;
      }
    }
  }

  /** The place of every token of a text. */
  spans(text: string, ids: ArrayLike<number>): TokenSpan[] {
    return spansOf(text, ids, (id) => this.bytesOf(id)?.length ?? 0);
  }

  /** The bytes of a token; nothing when there is no such token. */
  bytesOf(id: number): Uint8Array | undefined {
    return this.#vocabulary.bytesOf(id) ?? this.#specialById.get(id);
  }

  /** The text of these ids; bytes that make no character become U+FFFD. Nothing for an id that is no token. */
  decode(ids: Iterable<number>): string | undefined {
    const parts: Uint8Array[] = [];
    for (const id of ids) {
      const bytes = this.bytesOf(id);
      if (!bytes) return undefined;
      parts.push(bytes);
    }
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(parts));
  }

  #match(text: string): string | undefined {
    try {
      return this.#pattern.exec(text)?.[0];
    } catch (cause) {
      // The engine of regular expressions keeps a place for every character of a match, and has only so many.
      const sentence =
        'The text has millions of characters in a row without a space, which is more than can be tokenized.';
      throw new Failure('unsupported', sentence, { cause });
    }
  }

  #idsOf(piece: string): Int32Array {
    const known = this.#cache.get(piece);
    if (known) return known;
    if (this.#buffer.length < piece.length * 3) this.#buffer = new Uint8Array(piece.length * 4);
    const { written } = this.#encoder.encodeInto(piece, this.#buffer);
    const ids = this.#vocabulary.merge(this.#buffer, written);
    if (piece.length <= CACHED_LENGTH) {
      const key = piece.length < SLICED_LENGTH ? piece : Buffer.from(piece, 'utf16le').toString('utf16le');
      if (this.#cache.size >= CACHE_ENTRIES) this.#cache.clear();
      this.#cache.set(key, ids);
    }
    return ids;
  }
}
