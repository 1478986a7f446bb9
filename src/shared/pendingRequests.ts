/** Requests under way from one side of a message channel. Each ends: in an answer, an error, a time-out, or the end of the channel. */
export class PendingRequests {
  readonly #pending = new Map<number, { settle: (error?: string) => void; timer: ReturnType<typeof setTimeout> }>();
  readonly #timeoutMilliseconds: number;
  #nextId = 1;
  #closed: string | undefined;

  constructor(timeoutMilliseconds: number) {
    this.#timeoutMilliseconds = timeoutMilliseconds;
  }

  /** Sends a request under a new id and waits for its end. */
  send(post: (id: number) => void): Promise<void> {
    if (this.#closed) return Promise.reject(new Error(this.#closed));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const settle = (error?: string) => {
        clearTimeout(timer);
        this.#pending.delete(id);
        if (error === undefined) resolve();
        else reject(new Error(error));
      };
      const timer = setTimeout(
        () => settle(`No answer within ${this.#timeoutMilliseconds / 1000} s.`),
        this.#timeoutMilliseconds,
      );
      this.#pending.set(id, { settle, timer });
      try {
        post(id);
      } catch (error) {
        settle(String(error));
      }
    });
  }

  /** Ends one request. An unknown id is an answer that came too late. */
  answer(id: number, error?: string): void {
    this.#pending.get(id)?.settle(error);
  }

  /** Ends all requests, and every later one at once. */
  close(reason: string): void {
    this.#closed = reason;
    for (const { settle } of [...this.#pending.values()]) settle(reason);
  }
}
