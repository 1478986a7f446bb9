import { Failure } from '../shared/failure.ts';

/** Lets one piece of work after the other have this machine, in the order in which they asked, so that none disturbs another's measurement. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Waits for the turn; gives what ends it. Throws Failure `cancelled`; a turn that nobody waits for any more is passed on. */
  async take(signal: AbortSignal): Promise<() => void> {
    const before = this.#last;
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.#last = before.then(() => ended);
    const { promise: cancelled, resolve: cancel } = Promise.withResolvers<void>();
    const onAbort = (): void => cancel();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) cancel();
    await Promise.race([before, cancelled]);
    signal.removeEventListener('abort', onAbort);
    if (!signal.aborted) return end;
    end();
    throw new Failure('cancelled', 'Cancelled.');
  }
}
