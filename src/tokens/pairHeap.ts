const RANK = 2 ** 32;

/** Pairs that wait to be merged: those of the lowest rank first, of these the one at the lowest place. */
export interface PairQueue {
  readonly size: number;
  add(rank: number, place: number): void;
  /** Takes the first, as `rank * 2 ** 32 + place`; there has to be one. */
  pop(): number;
}

/** A heap of numbers, the smallest first, which is fastest for pieces of a usual length. */
export class PairHeap implements PairQueue {
  readonly #heap: number[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** The smallest; there has to be one. */
  get least(): number {
    return this.#heap[0] as number;
  }

  add(rank: number, place: number): void {
    this.push(rank * RANK + place);
  }

  push(key: number): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(key);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as number;
      if (above <= key) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = key;
  }

  pop(): number {
    const heap = this.#heap;
    const best = heap[0] as number;
    const key = heap.pop() as number;
    const size = heap.length;
    if (size === 0) return best;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= size) break;
      if (child + 1 < size && (heap[child + 1] as number) < (heap[child] as number)) child++;
      if ((heap[child] as number) >= key) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = key;
    return best;
  }
}

/** A piece of more symbols is merged with `RankedPairs`. */
export const MANY_PAIRS = 16_384;

const FIRST_PLACES = 16;

/** The places that wait under one rank. */
class Bucket {
  places = new Int32Array(FIRST_PLACES);
  count = 0;
  taken = 0;
  isSorted = true;

  add(place: number): void {
    if (this.count === this.places.length) {
      const larger = new Int32Array(2 * this.count);
      larger.set(this.places);
      this.places = larger;
    }
    if (this.count > 0 && place < (this.places[this.count - 1] as number)) this.isSorted = false;
    this.places[this.count++] = place;
  }

  sort(): void {
    if (!this.isSorted) this.places.subarray(0, this.count).sort();
  }
}

/**
 * For pieces of a million characters: one list of places for each rank, filled and read in order. A heap of so many pairs jumps
 * about in memory at every step.
 */
export class RankedPairs implements PairQueue {
  readonly #buckets = new Map<number, Bucket>();
  readonly #ranks = new PairHeap();
  /** What comes to a rank that is being taken, or to one before it, which vocabularies that were trained hardly have. */
  readonly #late = new PairHeap();
  #size = 0;
  #rank = -1;
  #current = new Bucket();
  #lastRank = -1;
  #last = this.#current;

  get size(): number {
    return this.#size;
  }

  add(rank: number, place: number): void {
    this.#size++;
    if (rank <= this.#rank) {
      this.#late.add(rank, place);
      return;
    }
    if (rank !== this.#lastRank) {
      let bucket = this.#buckets.get(rank);
      if (!bucket) {
        bucket = new Bucket();
        this.#buckets.set(rank, bucket);
        this.#ranks.push(rank);
      }
      this.#last = bucket;
      this.#lastRank = rank;
    }
    this.#last.add(place);
  }

  pop(): number {
    this.#size--;
    let current = this.#current;
    while (current.taken === current.count) {
      // Ranks that are behind are late ones, and come before all others.
      if (this.#late.size > 0) return this.#late.pop();
      this.#buckets.delete(this.#rank);
      this.#rank = this.#ranks.pop();
      this.#current = current = this.#buckets.get(this.#rank) as Bucket;
      current.sort();
    }
    const key = this.#rank * RANK + (current.places[current.taken] as number);
    if (this.#late.size > 0 && this.#late.least < key) return this.#late.pop();
    current.taken++;
    return key;
  }
}
