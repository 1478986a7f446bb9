/** A heap of numbers, the smallest first. */
export class PairHeap {
  readonly #heap: number[] = [];

  get size(): number {
    return this.#heap.length;
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

  /** Takes the smallest; there has to be one. */
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
