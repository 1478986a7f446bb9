import { MANY_PAIRS, PairHeap, RankedPairs, type PairQueue } from './pairHeap.ts';

const HASH_FACTOR = 0x01000193;
const NOT_FOUND = -1;

/**
 * The tokens of a byte-pair vocabulary whose ids are also their ranks, found by their bytes, and the merge over them.
 *
 * Pairs wait in a heap, so that a piece of n bytes takes n log n steps however long it is; a range of bytes is looked up by
 * a rolling hash in constant time.
 */
export class BytePairVocabulary {
  readonly size: number;
  readonly #bytes: Uint8Array;
  /** Token `id` is `#bytes[#starts[id]..#starts[id + 1]]`. */
  readonly #starts: Uint32Array;
  readonly #table: Int32Array;
  readonly #mask: number;
  readonly #powers: Int32Array;
  readonly #longest: number;
  #capacity = 0;
  #hashes = new Int32Array(0);
  #next = new Int32Array(0);
  #previous = new Int32Array(0);
  #ranks = new Int32Array(0);
  readonly #heap = new PairHeap();

  constructor(bytes: Uint8Array, starts: Uint32Array) {
    this.#bytes = bytes;
    this.#starts = starts;
    this.size = starts.length - 1;
    let longest = 1;
    const slots = 2 ** Math.ceil(Math.log2(this.size * 2 + 2));
    this.#mask = slots - 1;
    this.#table = new Int32Array(slots).fill(NOT_FOUND);
    for (let id = 0; id < this.size; id++) {
      const start = starts[id] as number;
      const end = starts[id + 1] as number;
      // An id may be left out, or belong to an added token.
      if (end === start) continue;
      if (end - start > longest) longest = end - start;
      let slot = this.#slotOf(hashOf(bytes, start, end), end - start);
      while (this.#table[slot] !== NOT_FOUND) slot = (slot + 1) & this.#mask;
      this.#table[slot] = id;
    }
    this.#longest = longest;
    this.#powers = new Int32Array(longest + 1);
    this.#powers[0] = 1;
    for (let power = 1; power <= longest; power++) {
      this.#powers[power] = Math.imul(this.#powers[power - 1] as number, HASH_FACTOR);
    }
  }

  /** The bytes of a token; nothing for an id that is not in the vocabulary. */
  bytesOf(id: number): Uint8Array | undefined {
    if (!Number.isInteger(id) || id < 0 || id >= this.size) return undefined;
    const bytes = this.#bytes.subarray(this.#starts[id], this.#starts[id + 1]);
    return bytes.length > 0 ? bytes : undefined;
  }

  /** The token that has exactly these bytes, or those from `start` to `end`; -1 when there is none. */
  find(bytes: Uint8Array, start = 0, end = bytes.length): number {
    if (end <= start || end - start > this.#longest) return NOT_FOUND;
    return this.#lookUp(hashOf(bytes, start, end), bytes, start, end);
  }

  /** How many bytes a token has; 0 for an id that is not in the vocabulary. */
  lengthOf(id: number): number {
    return id >= 0 && id < this.size ? (this.#starts[id + 1] as number) - (this.#starts[id] as number) : 0;
  }

  /** The tokens of the first `length` bytes of a piece that no merge may leave. */
  merge(piece: Uint8Array, length: number): Int32Array {
    this.#reserve(length);
    this.#hash(piece, length);
    const whole = this.#find(piece, 0, length);
    if (whole !== NOT_FOUND) return Int32Array.of(whole);
    const next = this.#next;
    const previous = this.#previous;
    const ranks = this.#ranks;
    for (let at = 0; at < length; at++) {
      next[at] = at + 1;
      previous[at] = at - 1;
    }
    const queue = length > MANY_PAIRS ? new RankedPairs() : this.#heap;
    for (let at = 0; at < length; at++) this.#offer(queue, piece, at, length);
    let count = length;
    while (queue.size > 0) {
      const best = queue.pop();
      const at = best % 2 ** 32;
      if (ranks[at] !== (best - at) / 2 ** 32) continue;
      const merged = next[at] as number;
      const after = next[merged] as number;
      next[at] = after;
      if (after < length) previous[after] = at;
      ranks[merged] = NOT_FOUND;
      count--;
      this.#offer(queue, piece, at, length);
      if ((previous[at] as number) >= 0) this.#offer(queue, piece, previous[at] as number, length);
    }
    const ids = new Int32Array(count);
    for (let at = 0, index = 0; at < length; at = next[at] as number) {
      ids[index++] = this.#find(piece, at, next[at] as number);
    }
    return ids;
  }

  #hash(piece: Uint8Array, length: number): void {
    const hashes = this.#hashes;
    hashes[0] = 0;
    for (let at = 0; at < length; at++) {
      hashes[at + 1] = (Math.imul(hashes[at] as number, HASH_FACTOR) + (piece[at] as number) + 1) | 0;
    }
  }

  /** Puts the pair that starts here among those that wait. */
  #offer(queue: PairQueue, piece: Uint8Array, at: number, length: number): void {
    const second = this.#next[at] as number;
    const rank = second < length ? this.#find(piece, at, this.#next[second] as number) : NOT_FOUND;
    this.#ranks[at] = rank;
    if (rank !== NOT_FOUND) queue.add(rank, at);
  }

  #find(piece: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (length > this.#longest) return NOT_FOUND;
    const before = Math.imul(this.#hashes[start] as number, this.#powers[length] as number);
    return this.#lookUp(((this.#hashes[end] as number) - before) | 0, piece, start, end);
  }

  /** The token that has these bytes, of which the hash is known. */
  #lookUp(hash: number, piece: Uint8Array, start: number, end: number): number {
    const length = end - start;
    let slot = this.#slotOf(hash, length);
    for (;;) {
      const id = this.#table[slot] as number;
      if (id === NOT_FOUND) return NOT_FOUND;
      const from = this.#starts[id] as number;
      if ((this.#starts[id + 1] as number) - from === length) {
        let same = 0;
        while (same < length && this.#bytes[from + same] === piece[start + same]) same++;
        if (same === length) return id;
      }
      slot = (slot + 1) & this.#mask;
    }
  }

  #slotOf(hash: number, length: number): number {
    const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) + length;
    return (mixed ^ (mixed >>> 13)) & this.#mask;
  }

  #reserve(length: number): void {
    if (length <= this.#capacity) return;
    this.#capacity = Math.max(1024, length + (length >> 1));
    this.#hashes = new Int32Array(this.#capacity + 1);
    this.#next = new Int32Array(this.#capacity);
    this.#previous = new Int32Array(this.#capacity);
    this.#ranks = new Int32Array(this.#capacity);
  }
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0;
  for (let at = start; at < end; at++) hash = (Math.imul(hash, HASH_FACTOR) + (bytes[at] as number) + 1) | 0;
  return hash;
}

/** A vocabulary of these tokens, by id; empty where an id has none. */
export function packTokens(tokens: readonly Uint8Array[]): BytePairVocabulary {
  const starts = new Uint32Array(tokens.length + 1);
  for (const [id, { length }] of tokens.entries()) starts[id + 1] = (starts[id] as number) + length;
  return new BytePairVocabulary(Buffer.concat(tokens), starts);
}
