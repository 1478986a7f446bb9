import type { TextTokenizer } from './loadTokenizer.ts';

/** A stretch of the text with its tokens; it begins and ends at borders of pieces. */
export interface TokenChunk {
  readonly text: string;
  readonly ids: Int32Array;
  /** It goes on with the chunk before: tokenizing cannot begin where it does. */
  readonly joined?: boolean;
}

/** What has changed in the list of chunks: so many were removed from this place on, and so many are there now. */
export interface ChunkChange {
  readonly from: number;
  readonly removed: number;
  readonly added: number;
}

/** Where a chunk stands. */
export interface ChunkPlace {
  readonly index: number;
  /** In UTF-16 units of the text. */
  readonly start: number;
  /** How many tokens precede it. */
  readonly firstToken: number;
}

const CHUNK_LENGTH = 1024;
/** A chunk without a border in it is divided all the same when it has more tokens than this, so that it can be shown bit by bit. */
const CHUNK_TOKENS = 2048;

/**
 * A text with its tokens, kept up to date while it is edited.
 *
 * Chunks end only at borders that text beyond the tokenizer's horizon cannot move. An edit is tokenized from the last such
 * border before it until a border of old and new tokens coincides behind it: from there on nothing can differ, because
 * the scan looks ahead only.
 */
export class TokenDocument {
  readonly #tokenizer: TextTokenizer;
  readonly #special: boolean;
  #chunks: TokenChunk[] = [];
  #length = 0;
  #tokenCount = 0;
  /** What is not tokenized yet. */
  #pending = '';
  #told = { count: 0, from: Infinity, after: Infinity };

  constructor(tokenizer: TextTokenizer, text: string, special = false) {
    this.#tokenizer = tokenizer;
    this.#special = special;
    this.#pending = text;
    this.advance(Infinity);
  }

  /** A document whose text is tokenized by and by, by {@link advance}. */
  static begin(tokenizer: TextTokenizer, text: string, special = false): TokenDocument {
    const document = new TokenDocument(tokenizer, '', special);
    document.#pending = text;
    return document;
  }

  /** The length of the text, also of what is not tokenized yet. */
  get length(): number {
    return this.#length + this.#pending.length;
  }

  /** How much of the text is tokenized. */
  get done(): number {
    return this.#length;
  }

  get tokenCount(): number {
    return this.#tokenCount;
  }

  get chunks(): readonly TokenChunk[] {
    return this.#chunks;
  }

  /** The whole text. */
  text(): string {
    return this.#chunks.map(({ text }) => text).join('') + this.#pending;
  }

  /** Tokenizes about so many more UTF-16 units of the text. */
  advance(units: number): void {
    for (let size = units; this.#pending !== ''; size *= 32) {
      const whole = size >= this.#pending.length || !Number.isFinite(this.#tokenizer.horizon);
      const window = whole ? this.#pending : this.#pending.slice(0, size);
      const { chunks } = this.#tokenize(window, this.#lastIdBefore(this.#chunks.length), () => false);
      // Close to the window's end, the scan has not seen what follows.
      let end = window.length;
      while (!whole && chunks.length > 0 && (end > size - this.#tokenizer.horizon || end === window.length)) {
        let last = chunks.pop();
        end -= last?.text.length ?? 0;
        for (; last?.joined; end -= last?.text.length ?? 0) last = chunks.pop();
      }
      if (chunks.length === 0) continue;
      this.#replaceChunks(this.#chunks.length, 0, chunks);
      this.#pending = this.#pending.slice(end);
      return;
    }
  }

  /** What has changed in the list of chunks since this was asked last. */
  takeChange(): ChunkChange {
    const { count, from, after } = this.#told;
    const now = this.#chunks.length;
    const start = Math.min(from, count, now);
    const kept = Math.min(after, count - start, now - start);
    this.#told = { count: now, from: Infinity, after: Infinity };
    return { from: start, removed: count - start - kept, added: now - start - kept };
  }

  /** The chunk that holds this place of the text; the last one for its end. */
  locate(offset: number): ChunkPlace {
    let start = 0;
    let firstToken = 0;
    let index = 0;
    for (; index < this.#chunks.length - 1; index++) {
      const { text, ids } = this.#chunks[index] as TokenChunk;
      if (start + text.length > offset) break;
      start += text.length;
      firstToken += ids.length;
    }
    return { index, start, firstToken };
  }

  /** Replaces `removed` UTF-16 units at `offset`; gives how many units were tokenized again. */
  edit(offset: number, removed: number, inserted: string): number {
    if (this.#pending !== '') {
      this.#editPending(offset, removed, inserted);
      return 0;
    }
    let { index, start } = this.locate(offset);
    while (index > 0 && (offset - start < this.#tokenizer.horizon || this.#chunks[index]?.joined)) {
      index--;
      start -= (this.#chunks[index] as TokenChunk).text.length;
    }
    const oldEnd = offset + removed;
    // Chunks are taken in until those behind the edit begin where the new tokens have a border.
    let taken = index;
    let takenEnd = start;
    const takeIn = (): boolean => {
      const chunk = this.#chunks[taken];
      if (!chunk) return false;
      takenEnd += chunk.text.length;
      taken++;
      return true;
    };
    while (takenEnd < oldEnd || taken === index) if (!takeIn()) break;
    const shift = inserted.length - removed;
    for (let more = Number.isFinite(this.#tokenizer.horizon) ? 8 : Infinity; ; more *= 2) {
      // The scan may look beyond the chunks that it replaces, so a few more are given to it.
      const until = Math.min(this.#chunks.length, taken + more);
      const old = this.#chunks.slice(index, until);
      const before = old.map(({ text }) => text).join('');
      const window = before.slice(0, offset - start) + inserted + before.slice(oldEnd - start);
      const borders = new Map<number, number>();
      let at = start;
      old.forEach(({ text, joined }, position) => {
        // Beyond a border close to the window's end, the scan would have seen more text than it was given.
        if (at >= oldEnd && index + position >= taken && !joined) borders.set(at + shift - start, index + position);
        at += text.length;
      });
      // What follows an added token may be tokenized as the start of a text is.
      const sameState = (border: number, last: number): boolean => {
        const next = borders.get(border);
        const before = next === undefined ? undefined : this.#lastIdBefore(next);
        return before !== undefined && this.#tokenizer.isAdded(before) === this.#tokenizer.isAdded(last);
      };
      const whole = until === this.#chunks.length;
      const trusted = whole ? window.length : window.length - this.#tokenizer.horizon;
      const { chunks, end } = this.#tokenize(
        window,
        this.#lastIdBefore(index),
        (border, last) => border <= trusted && sameState(border, last),
      );
      if (end < window.length || whole) {
        const next = end < window.length ? (borders.get(end) as number) : until;
        this.#replaceChunks(index, next - index, chunks);
        return end;
      }
    }
  }

  /** While the text is not tokenized to its end, what an edit reaches waits to be tokenized again with the rest. */
  #editPending(offset: number, removed: number, inserted: string): void {
    let { index, start } = this.locate(offset);
    if (offset - this.#length >= this.#tokenizer.horizon) {
      index = this.#chunks.length;
      start = this.#length;
    }
    while (index > 0 && (offset - start < this.#tokenizer.horizon || this.#chunks[index]?.joined)) {
      index--;
      start -= (this.#chunks[index] as TokenChunk).text.length;
    }
    const waiting = this.#chunks.slice(index).map(({ text }) => text);
    const text = waiting.join('') + this.#pending;
    this.#replaceChunks(index, this.#chunks.length - index, []);
    this.#pending = text.slice(0, offset - start) + inserted + text.slice(offset - start + removed);
  }

  /** A chunk, or several where it is too long to be shown at once. */
  #divide(text: string, ids: Int32Array): TokenChunk[] {
    if (ids.length <= CHUNK_TOKENS) return [{ text, ids }];
    const parts: TokenChunk[] = [];
    const lengths = this.#tokenizer.byteLengths(text, ids);
    let start = 0;
    let first = 0;
    let unit = 0;
    let byte = 0;
    let end = 0;
    for (let index = 0; index < ids.length; index++) {
      end += lengths[index] ?? 0;
      while (byte < end && unit < text.length) {
        const code = text.codePointAt(unit) as number;
        unit += code > 0xffff ? 2 : 1;
        byte += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      }
      const last = index === ids.length - 1;
      // No character is torn apart.
      if (!last && (index + 1 - first < CHUNK_TOKENS / 2 || byte !== end)) continue;
      const at = last ? text.length : unit;
      parts.push({ text: text.slice(start, at), ids: ids.subarray(first, index + 1), joined: parts.length > 0 });
      start = at;
      first = index + 1;
    }
    return parts;
  }

  /** Chunks of a text up to the first border at which `isEnd` holds, and that border. */
  #tokenize(
    text: string,
    before: number | undefined,
    isEnd: (border: number, last: number) => boolean,
  ): { chunks: TokenChunk[]; end: number } {
    const chunks: TokenChunk[] = [];
    let ids: number[] = [];
    let start = 0;
    let end = 0;
    const close = (): void => {
      if (end > start)
        for (const chunk of this.#divide(text.slice(start, end), Int32Array.from(ids))) chunks.push(chunk);
      ids = [];
      start = end;
    };
    const visit = (found: ArrayLike<number>, border: number): boolean => {
      for (let index = 0; index < found.length; index++) ids.push(found[index] as number);
      end = border;
      if (isEnd(border, ids.at(-1) as number)) return false;
      if (border - start >= CHUNK_LENGTH && this.#tokenizer.isSafeBorder(text, border)) close();
      return true;
    };
    this.#tokenizer.scan(text, 0, this.#special, visit, before);
    close();
    return { chunks, end };
  }

  /** The last token in front of a chunk; nothing for the first. */
  #lastIdBefore(index: number): number | undefined {
    return index > 0 ? this.#chunks[index - 1]?.ids.at(-1) : undefined;
  }

  #replaceChunks(index: number, removed: number, chunks: readonly TokenChunk[]): void {
    const before = this.#chunks.slice(index, index + removed);
    this.#told.from = Math.min(this.#told.from, index);
    this.#told.after = Math.min(this.#told.after, this.#chunks.length - index - removed);
    this.#chunks = [...this.#chunks.slice(0, index), ...chunks, ...this.#chunks.slice(index + removed)];
    for (const { text, ids } of before) {
      this.#length -= text.length;
      this.#tokenCount -= ids.length;
    }
    for (const { text, ids } of chunks) {
      this.#length += text.length;
      this.#tokenCount += ids.length;
    }
  }
}
