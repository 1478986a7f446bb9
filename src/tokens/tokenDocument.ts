import type { TextTokenizer } from './loadTokenizer.ts';

/** A stretch of the text with its tokens; it begins and ends at borders of pieces. */
export interface TokenChunk {
  readonly text: string;
  readonly ids: Int32Array;
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

  constructor(tokenizer: TextTokenizer, text: string, special = false) {
    this.#tokenizer = tokenizer;
    this.#special = special;
    this.#replaceChunks(0, 0, this.#tokenize(text, undefined, () => false).chunks);
  }

  get length(): number {
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
    return this.#chunks.map(({ text }) => text).join('');
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
    let { index, start } = this.locate(offset);
    while (index > 0 && offset - start < this.#tokenizer.horizon) {
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
      old.forEach(({ text }, position) => {
        // Beyond a border close to the window's end, the scan would have seen more text than it was given.
        if (at >= oldEnd && index + position >= taken) borders.set(at + shift - start, index + position);
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
      if (end > start) chunks.push({ text: text.slice(start, end), ids: Int32Array.from(ids) });
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
