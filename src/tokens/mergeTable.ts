import { MANY_PAIRS, PairHeap, RankedPairs } from './pairHeap.ts';

/** The merges of a byte-pair tokenizer, first to last: which two tokens become which. */
export interface Merges {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly result: Int32Array;
}

const NONE = -1;
/** Up to this many symbols, looking through all pairs is faster than keeping them in a heap. */
const FEW = 24;

/**
 * The merges of a byte-pair tokenizer, found by the two tokens, and the merging itself: the lowest rank first, the leftmost of
 * equals. n symbols take n log n steps however many there are.
 */
export class MergeTable {
  readonly #merges: Merges;
  readonly #slots: Int32Array;
  readonly #mask: number;
  readonly #heap = new PairHeap();
  #next = new Int32Array(0);
  #previous = new Int32Array(0);
  #ranks = new Int32Array(0);

  constructor(merges: Merges) {
    this.#merges = merges;
    const slots = 2 ** Math.ceil(Math.log2(merges.left.length * 2 + 2));
    this.#mask = slots - 1;
    this.#slots = new Int32Array(slots).fill(NONE);
    for (let rank = 0; rank < merges.left.length; rank++) {
      const left = merges.left[rank] as number;
      const right = merges.right[rank] as number;
      let slot = this.#slotOf(left, right);
      for (;;) {
        const other = this.#slots[slot] as number;
        // Of a pair that stands there twice, the last one counts.
        if (other === NONE || (merges.left[other] === left && merges.right[other] === right)) break;
        slot = (slot + 1) & this.#mask;
      }
      this.#slots[slot] = rank;
    }
  }

  /** Merges the first `count` symbols, which are changed, and gives what is left of them. */
  merge(symbols: Int32Array, count: number): Int32Array {
    return count <= FEW ? this.#mergeFew(symbols, count) : this.#mergeMany(symbols, count);
  }

  #mergeFew(symbols: Int32Array, count: number): Int32Array {
    if (this.#ranks.length < FEW) this.#ranks = new Int32Array(1024);
    const ranks = this.#ranks;
    let size = count;
    for (let at = 0; at + 1 < size; at++) ranks[at] = this.#rank(symbols[at] as number, symbols[at + 1] as number);
    for (;;) {
      let best = NONE;
      let place = 0;
      for (let at = 0; at + 1 < size; at++) {
        const rank = ranks[at] as number;
        if (rank === NONE || (best !== NONE && rank >= best)) continue;
        best = rank;
        place = at;
      }
      if (best === NONE) return symbols.slice(0, size);
      symbols[place] = this.#merges.result[best] as number;
      size--;
      for (let at = place + 1; at < size; at++) {
        symbols[at] = symbols[at + 1] as number;
        ranks[at] = ranks[at + 1] as number;
      }
      if (place + 1 < size) ranks[place] = this.#rank(symbols[place] as number, symbols[place + 1] as number);
      if (place > 0) ranks[place - 1] = this.#rank(symbols[place - 1] as number, symbols[place] as number);
    }
  }

  #mergeMany(symbols: Int32Array, count: number): Int32Array {
    if (this.#next.length < count) {
      const capacity = count + (count >> 1);
      this.#next = new Int32Array(capacity);
      this.#previous = new Int32Array(capacity);
      this.#ranks = new Int32Array(Math.max(capacity, FEW));
    }
    const next = this.#next;
    const previous = this.#previous;
    const ranks = this.#ranks;
    const heap = count > MANY_PAIRS ? new RankedPairs() : this.#heap;
    const offer = (at: number): void => {
      const second = next[at] as number;
      const rank = second < count ? this.#rank(symbols[at] as number, symbols[second] as number) : NONE;
      ranks[at] = rank;
      if (rank !== NONE) heap.add(rank, at);
    };
    for (let at = 0; at < count; at++) {
      next[at] = at + 1;
      previous[at] = at - 1;
    }
    for (let at = 0; at < count; at++) offer(at);
    let size = count;
    while (heap.size > 0) {
      const best = heap.pop();
      const at = best % 2 ** 32;
      const rank = (best - at) / 2 ** 32;
      if (ranks[at] !== rank) continue;
      const merged = next[at] as number;
      const after = next[merged] as number;
      symbols[at] = this.#merges.result[rank] as number;
      next[at] = after;
      if (after < count) previous[after] = at;
      ranks[merged] = NONE;
      size--;
      offer(at);
      if ((previous[at] as number) >= 0) offer(previous[at] as number);
    }
    const left = new Int32Array(size);
    for (let at = 0, index = 0; at < count; at = next[at] as number) left[index++] = symbols[at] as number;
    return left;
  }

  #rank(left: number, right: number): number {
    let slot = this.#slotOf(left, right);
    for (;;) {
      const rank = this.#slots[slot] as number;
      if (rank === NONE || (this.#merges.left[rank] === left && this.#merges.right[rank] === right)) return rank;
      slot = (slot + 1) & this.#mask;
    }
  }

  #slotOf(left: number, right: number): number {
    const mixed = Math.imul(left, 0x2c1b3c6d) ^ Math.imul(right, 0x297a2d39);
    return (mixed ^ (mixed >>> 15)) & this.#mask;
  }
}
