/** A queue between callbacks that push and one reader that iterates. Iteration ends after `end`, or throws what `fail` was given. */
export class EventQueue<T> implements AsyncIterable<T> {
  #items: T[] = [];
  #state:
    { readonly kind: 'open' } | { readonly kind: 'ended' } | { readonly kind: 'failed'; readonly error: unknown } = {
    kind: 'open',
  };
  #wake: (() => void) | undefined;

  push(item: T): void {
    if (this.#state.kind !== 'open') return;
    this.#items.push(item);
    this.#wake?.();
  }

  end(): void {
    if (this.#state.kind === 'open') this.#state = { kind: 'ended' };
    this.#wake?.();
  }

  fail(error: unknown): void {
    if (this.#state.kind === 'open') this.#state = { kind: 'failed', error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const items = this.#items;
      this.#items = [];
      yield* items;
      if (this.#items.length > 0) continue;
      if (this.#state.kind === 'ended') return;
      if (this.#state.kind === 'failed') throw this.#state.error;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}
