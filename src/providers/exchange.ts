import { Failure, throwIfAborted } from '../shared/failure.ts';
import { badAnswer, connectionTrouble, httpTrouble, providerFailure, type Party, type Trouble } from './trouble.ts';

/** How long a silent server is waited for. */
export interface ExchangeTimeouts {
  /** Until the server begins to answer. A server on one's own machine may load a model first. */
  readonly responseSeconds: number;
  /** Between two pieces of an answer. */
  readonly idleSeconds: number;
}

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface ExchangeOptions {
  readonly party: Party;
  readonly signal: AbortSignal;
  readonly timeouts: ExchangeTimeouts;
  readonly fetch: Fetch;
  readonly now: () => number;
  /** Exactly these are sent, whatever an SDK or its environment variables would add. */
  readonly headers: Readonly<Record<string, string>>;
  /** Changes the address an SDK has built in. */
  readonly rewriteUrl?: (url: string) => string;
  /** What the SDK expects of a request that sends something: a stream of events, or a whole JSON answer. Default: a stream. */
  readonly answer?: 'stream' | 'json';
}

const ERROR_BODY_LIMIT = 64 * 1024;
const JSON_BODY_LIMIT = 32 * 1024 * 1024;
/** No honest chunk has a line this long; the parsers of the SDKs would slow down on it without end. */
const LINE_LIMIT = 4 * 1024 * 1024;
/** SDKs name these; the rest of what they would send says things about the machine that nobody asked for. */
const keptHeaders = ['accept', 'content-type'];

/**
 * One request and its answer, guarded. An SDK is given `fetch` of this object as its own, so that time-outs, cancel, headers,
 * errors and nonsense are handled in one place for all of them, and no SDK decides what is kept of an error.
 */
export class Exchange {
  /** What went wrong below the SDK; better than what the SDK made of it. */
  #trouble: Trouble | undefined;
  #begun = false;
  #done = false;
  #responseHeaders: Headers | undefined;
  readonly #options: ExchangeOptions;
  readonly #controller = new AbortController();
  readonly #unlink: () => void;

  constructor(options: ExchangeOptions) {
    throwIfAborted(options.signal);
    this.#options = options;
    const abort = (): void => this.#controller.abort(options.signal.reason);
    options.signal.addEventListener('abort', abort, { once: true });
    this.#unlink = () => options.signal.removeEventListener('abort', abort);
  }

  /** Aborted by the caller, by a time-out, and by `close`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** True when the last event of the protocol, `[DONE]`, has been seen. */
  get done(): boolean {
    return this.#done;
  }

  get responseHeaders(): Headers | undefined {
    return this.#responseHeaders;
  }

  /** Ends the request if it still runs: the socket is closed, and the server stops paying for an answer nobody reads. */
  close(): void {
    this.#unlink();
    this.#controller.abort();
  }

  /** What to tell about an error that came out of the SDK. */
  explain(error: unknown): Trouble {
    const { party, signal } = this.#options;
    if (signal.aborted) return { failure: new Failure('cancelled', 'Cancelled.'), retryable: false };
    if (this.#trouble) return this.#trouble;
    if (error instanceof Failure) return { failure: error, retryable: false };
    if (error instanceof SyntaxError) {
      return { failure: badAnswer(party, 'sent something that is not JSON', error), retryable: false };
    }
    return connectionTrouble(error, party, this.#begun);
  }

  readonly fetch: Fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const headers = new Headers(this.#options.headers);
    const given = new Headers(init?.headers);
    for (const name of keptHeaders) {
      const value = given.get(name);
      if (value !== null) headers.set(name, value);
    }
    const request: RequestInit = {
      method: init?.method ?? 'GET',
      headers,
      ...(init?.body !== undefined && { body: init.body }),
      // A redirect could carry the key to another host.
      redirect: 'manual',
      signal: this.signal,
    };
    let response: Response;
    try {
      response = await this.#guard(
        this.#options.fetch(this.#options.rewriteUrl?.(url) ?? url, request),
        this.#options.timeouts.responseSeconds,
        'did not begin to answer',
      );
    } catch (error) {
      throw this.#note(this.explain(error));
    }
    this.#begun = response.ok;
    this.#responseHeaders = response.headers;
    if (!response.ok) {
      const body = await this.#readText(response, ERROR_BODY_LIMIT, false);
      const { party, now } = this.#options;
      throw this.#note(httpTrouble(response.status, response.headers, body, party, now()));
    }
    if (init?.method?.toUpperCase() !== 'POST') return response;
    return this.#options.answer === 'json' ? this.#asJson(response) : this.#asEventStream(response);
  };

  /** Reads a JSON answer of bounded size. */
  async readJson(response: Response): Promise<unknown> {
    const text = await this.#readText(response, JSON_BODY_LIMIT, true);
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw this.#noteBad(/^\s*</.test(text) ? 'answered with a web page' : 'sent something that is not JSON', error);
    }
  }

  /** Gives the SDK a JSON answer that was read whole: bounded, watched, and JSON whatever the server called it. */
  async #asJson(response: Response): Promise<Response> {
    const value = JSON.stringify(await this.readJson(response));
    return new Response(value, { status: 200, headers: { 'content-type': 'application/json' } });
  }

  /** Gives the SDK an event stream: watched, and made into one when the server sent the whole answer at once. */
  async #asEventStream(response: Response): Promise<Response> {
    const type = response.headers.get('content-type') ?? '';
    if (/html/i.test(type)) throw this.#noteBad('answered with a web page');
    if (!response.body) throw this.#noteBad('answered with nothing');
    const init = { status: 200, headers: { 'content-type': 'text/event-stream' } };
    if (/json/i.test(type) && !/jsonl|ndjson|stream/i.test(type)) {
      const value = JSON.stringify(await this.readJson(response));
      this.#done = true;
      return new Response(`data: ${value}\n\ndata: [DONE]\n\n`, init);
    }
    return new Response(this.#watch(response.body), init);
  }

  /** Passes bytes on, and errors as soon as the server is silent too long, cancels, or sends what cannot be an event stream. */
  #watch(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    let sawText = false;
    let lineLength = 0;
    let tail = '';
    let cancelled = false;
    const check = (bytes: Uint8Array): void => {
      if (!sawText) {
        const first = bytes.find((byte) => byte > 0x20);
        if (first === 0x3c) throw this.#noteBad('answered with a web page');
        sawText = first !== undefined;
      }
      const newline = bytes.lastIndexOf(0x0a);
      lineLength = newline < 0 ? lineLength + bytes.length : bytes.length - newline - 1;
      if (lineLength > LINE_LIMIT) throw this.#noteBad('sent a line without end');
      tail = (tail + Buffer.from(bytes.subarray(-32)).toString('latin1')).slice(-32);
      this.#done = /\[DONE\]\s*$/.test(tail);
    };
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        try {
          const { done, value } = await this.#guard(
            reader.read(),
            this.#options.timeouts.idleSeconds,
            'stopped sending in the middle of the answer',
          );
          // The SDK has let go, as it does on a malformed chunk; what it throws is what counts.
          if (cancelled) return;
          if (done) {
            controller.close();
            return;
          }
          check(value);
          controller.enqueue(value);
        } catch (error) {
          if (cancelled) return;
          // Reading on is pointless; letting go must not hide the reason.
          reader.cancel().catch(() => undefined);
          controller.error(this.#note(this.explain(error)));
        }
      },
      cancel: (reason) => {
        cancelled = true;
        return reader.cancel(reason);
      },
    });
  }

  async #readText(response: Response, limit: number, strict: boolean): Promise<string> {
    if (!response.body) return '';
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let text = '';
    try {
      for (;;) {
        const { done, value } = await this.#guard(
          reader.read(),
          this.#options.timeouts.idleSeconds,
          'stopped sending in the middle of the answer',
        );
        if (done) return text + decoder.decode();
        text += decoder.decode(value, { stream: true });
        if (text.length > limit) {
          reader.cancel().catch(() => undefined);
          if (strict) throw this.#noteBad('sent an answer without end');
          return text.slice(0, limit);
        }
      }
    } catch (error) {
      const trouble = this.explain(error);
      // Half an error message still says more than none.
      if (!strict && trouble.failure.reason === 'network') return text;
      throw this.#note(trouble);
    }
  }

  /** Waits for a promise no longer than the time-out or until the request is aborted. */
  async #guard<T>(promise: Promise<T>, seconds: number, silence: string): Promise<T> {
    const { signal } = this;
    return new Promise<T>((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        settle();
        reject(this.#trouble?.failure ?? new DOMException('Aborted', 'AbortError'));
      };
      const timer = setTimeout(() => {
        const { party } = this.#options;
        this.#note({
          failure: providerFailure(
            'timed-out',
            `${party.label} ${silence} for ${seconds} s. Try again, choose another model, or raise the time-out in the settings.`,
            party,
          ),
          retryable: false,
        });
        this.#controller.abort();
      }, seconds * 1000);
      signal.addEventListener('abort', onAbort, { once: true });
      promise.then(
        (value) => {
          settle();
          resolve(value);
        },
        (error: unknown) => {
          settle();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
      if (signal.aborted) onAbort();
    });
  }

  #note(trouble: Trouble): Failure {
    this.#trouble ??= trouble;
    return this.#trouble.failure;
  }

  #noteBad(what: string, cause?: unknown): Failure {
    return this.#note({ failure: badAnswer(this.#options.party, what, cause), retryable: false });
  }
}
