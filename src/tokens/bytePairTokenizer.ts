import { alignTokens, type AlignedToken } from './alignTokens.ts';
import { NormalizedText } from './normalizedText.ts';
import { spansOf, type TokenSpan } from './tokenSpans.ts';
import { SPACE_SIGN } from './tokenizerRewrites.ts';
import type { TextCutter } from './textCutters.ts';

/** A token that is found in the text before anything else is done. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Read as such only when asked to; the others always are. */
  readonly special: boolean;
  /** It takes the white space before or behind it. */
  readonly lstrip?: boolean;
  readonly rstrip?: boolean;
}

/** What tells one byte-pair tokenizer from another. */
export interface BytePairParts {
  readonly cutter: TextCutter;
  /** The tokens of a piece that no merge may leave. */
  readonly idsOf: (piece: string) => Int32Array;
  /** The bytes that a token of the vocabulary stands for; nothing for an id that is none. */
  readonly bytesOf: (id: number) => Uint8Array | undefined;
  readonly addedTokens: readonly AddedToken[];
  /** Spaces are written as signs, as SentencePiece does; bytes of no character are told one by one. */
  readonly signs?: boolean;
  /** Where a sign is put in front: before all plain text, where it has none, or only where that begins the whole text. */
  readonly prefix?: 'always' | 'missing' | 'first';
  /** The normal forms of Unicode that the text is brought into. */
  readonly forms?: readonly string[];
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
/** Marks that are composed may stand this far behind what they are put on. */
const COMPOSED_HORIZON = 64;

/**
 * A byte-pair tokenizer: the ids of the original, and no slow case.
 *
 * Lone surrogates become U+FFFD, as they do in every UTF-8 encoder.
 */
export class BytePairTokenizer {
  readonly specialTokens: ReadonlyMap<string, number>;
  /** A change of the text this many UTF-16 units behind a border that {@link isSafeBorder} accepts cannot move that border. */
  readonly horizon: number;
  readonly #parts: BytePairParts;
  readonly #forms: readonly string[];
  readonly #added: ReadonlyMap<string, AddedToken>;
  readonly #addedBytes: ReadonlyMap<number, Uint8Array>;
  readonly #everyAdded: RegExp | undefined;
  readonly #plainAdded: RegExp | undefined;
  readonly #cache = new Map<string, Int32Array>();
  readonly #lengths = new Map<number, number>();
  readonly #strips: boolean;

  constructor(parts: BytePairParts) {
    this.#parts = parts;
    this.#forms = parts.forms ?? [];
    const { addedTokens } = parts;
    this.#strips = addedTokens.some((it) => it.rstrip === true || it.lstrip === true);
    this.specialTokens = new Map(addedTokens.filter((it) => it.special).map(({ content, id }) => [content, id]));
    this.#added = new Map(addedTokens.map((token) => [token.content, token]));
    this.#addedBytes = new Map(addedTokens.map(({ id, content }) => [id, Buffer.from(content)]));
    this.#everyAdded = patternOf(addedTokens);
    this.#plainAdded = patternOf(addedTokens.filter((it) => !it.special));
    const longest = Math.max(0, ...addedTokens.map(({ content }) => content.length));
    // White space that a token takes may reach as far as it likes.
    const reaches = addedTokens.some((it) => it.lstrip === true);
    const composed = this.#forms.length > 0 ? COMPOSED_HORIZON : 0;
    this.horizon = reaches ? Infinity : Math.max(parts.cutter.horizon, longest + 4) + composed;
  }

  /** Whether tokens may be borders of chunks before this place: text far enough behind it has no say in what precedes it. */
  isSafeBorder(text: string, at: number): boolean {
    return this.#parts.cutter.isSafeBorder(text, at);
  }

  /** Whether a plain text behind this token begins anew, as it does at the start of a text. */
  isAdded(id: number): boolean {
    return this.#addedBytes.has(id);
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

  /**
   * Tokenizes from a border on, until the end or until the visitor has seen enough. `before` is the token in front of the border
   * where the text goes on from other text.
   */
  scan(text: string, from: number, special: boolean, visit: PieceVisitor, before?: number): void {
    const pattern = special ? this.#everyAdded : this.#plainAdded;
    const wellFormed = text.toWellFormed();
    let at = from;
    let afterAdded = before === undefined || this.isAdded(before);
    let first = before === undefined;
    while (at < text.length) {
      let plainEnd = text.length;
      let end = plainEnd;
      let found: AddedToken | undefined;
      if (pattern) {
        pattern.lastIndex = at;
        const match = pattern.exec(text);
        found = match ? this.#added.get(match[0]) : undefined;
        if (match && found) {
          plainEnd = match.index;
          end = plainEnd + match[0].length;
          if (found.lstrip) plainEnd = at + text.slice(at, plainEnd).replace(/\p{White_Space}+$/u, '').length;
          if (found.rstrip) end += /^\p{White_Space}*/u.exec(text.slice(end))?.[0].length ?? 0;
        }
      }
      if (plainEnd > at) {
        // Plain text ends before an added token also for what looks ahead.
        const segment = found ? wellFormed.slice(0, plainEnd) : wellFormed;
        if (!this.#scanPlain(segment, at, afterAdded, first, visit)) return;
      }
      if (!found) return;
      if (!visit([found.id], end)) return;
      at = end;
      afterAdded = true;
      first = false;
    }
  }

  /** The place of every token of a text. */
  spans(text: string, ids: ArrayLike<number>): TokenSpan[] {
    const lengths = this.byteLengths(text, ids);
    return spansOf(text, ids, (_, index) => lengths[index] ?? 0);
  }

  /** How many bytes of the text each of its tokens takes. */
  byteLengths(text: string, ids: ArrayLike<number>): ArrayLike<number> {
    const plain = this.#parts.signs !== true && this.#forms.length === 0 && !this.#strips;
    const own = Int32Array.from(ids, (id) => this.#lengthOf(id));
    if (plain) return own;
    const seen = new Map<number, AlignedToken>();
    const tokens = Array.from(ids, (id): AlignedToken => {
      let token = seen.get(id);
      if (!token) {
        const added = this.#addedBytes.get(id);
        const kind = added ? (this.#stripsSpace(id) ? 'strips' : 'special') : 'plain';
        token = { bytes: added ?? this.bytesOf(id) ?? new Uint8Array(), kind };
        seen.set(id, token);
      }
      return token;
    });
    return alignTokens(text.toWellFormed(), this.#forms, tokens) ?? own;
  }

  /** The bytes of a token; nothing when there is no such token. */
  bytesOf(id: number): Uint8Array | undefined {
    return this.#addedBytes.get(id) ?? this.#parts.bytesOf(id);
  }

  /** The text of these ids; bytes that make no character become U+FFFD. Nothing for an id that is no token. */
  decode(ids: Iterable<number>): string | undefined {
    const parts: Uint8Array[] = [];
    for (const id of ids) {
      const bytes = this.bytesOf(id);
      if (!bytes) return undefined;
      parts.push(bytes);
    }
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(parts));
    return this.#parts.prefix !== undefined && text.startsWith(' ') ? text.slice(1) : text;
  }

  #lengthOf(id: number): number {
    let length = this.#lengths.get(id);
    if (length === undefined) this.#lengths.set(id, (length = this.bytesOf(id)?.length ?? 0));
    return length;
  }

  #stripsSpace(id: number): boolean {
    return this.#parts.addedTokens.some((it) => it.id === id && (it.rstrip === true || it.lstrip === true));
  }

  #scanPlain(text: string, from: number, starts: boolean, first: boolean, visit: PieceVisitor): boolean {
    const { cutter, signs, prefix } = this.#parts;
    let normalized: NormalizedText | undefined;
    let source = text;
    let at = from;
    if (this.#forms.length > 0 && this.#forms.some((form) => text.normalize(form) !== text)) {
      normalized = new NormalizedText(text.slice(from), this.#forms);
      source = normalized.text;
      at = 0;
    }
    if (signs) source = source.replaceAll(' ', SPACE_SIGN);
    const wanted = prefix === 'always' || (prefix === 'first' ? first : prefix === 'missing');
    let sign = starts && wanted && (prefix === 'always' || !source.startsWith(SPACE_SIGN, at));
    let waiting: number[] = [];
    return cutter.cut(source, at, (piece, end, border) => {
      const ids = this.#idsOf(sign ? SPACE_SIGN + piece : piece);
      sign = false;
      const place = normalized ? normalized.originalOf(end) : end;
      if (border && place !== undefined && waiting.length === 0) return visit(ids, normalized ? from + place : place);
      for (const id of ids) waiting.push(id);
      if (!border || place === undefined) return true;
      const all = waiting;
      waiting = [];
      return visit(all, normalized ? from + place : place);
    });
  }

  #idsOf(piece: string): Int32Array {
    const known = this.#cache.get(piece);
    if (known) return known;
    const ids = this.#parts.idsOf(piece);
    if (piece.length <= CACHED_LENGTH) {
      const key = piece.length < SLICED_LENGTH ? piece : Buffer.from(piece, 'utf16le').toString('utf16le');
      if (this.#cache.size >= CACHE_ENTRIES) this.#cache.clear();
      this.#cache.set(key, ids);
    }
    return ids;
  }
}

/** Finds the longest of these tokens at the first place where there is one. */
function patternOf(tokens: readonly AddedToken[]): RegExp | undefined {
  const names = tokens.map(({ content }) => content).filter((content) => content !== '');
  names.sort((first, second) => second.length - first.length);
  const literals = names.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return literals.length > 0 ? new RegExp(literals.join('|'), 'gu') : undefined;
}
