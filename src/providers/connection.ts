import { throwIfAborted } from '../shared/failure.ts';
import { keyHeaders, partyOf } from './chatModel.ts';
import { Exchange, type ExchangeTimeouts, type Fetch } from './exchange.ts';
import type { KeySource } from './keySource.ts';
import type { ProviderPreset } from './presets.ts';
import type { ProviderSettings } from './registry.ts';
import { backoffSeconds, type RetryPolicy } from './retry.ts';
import { missingKey, type Party, type Trouble } from './trouble.ts';

export interface ConnectionOptions {
  readonly preset: ProviderPreset;
  readonly baseUrl: string;
  readonly settings: ProviderSettings;
  /** True when the base URL is not the provider's but was given for this use. */
  readonly isOwnBaseUrl: boolean;
  readonly keys: KeySource;
  readonly fetch: Fetch;
  readonly timeouts: ExchangeTimeouts;
  readonly retry: RetryPolicy;
}

/** One kind of request to a provider. */
export interface ConnectionRequest {
  readonly model: string;
  readonly work: NonNullable<Party['work']>;
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  readonly rewriteUrl?: (url: string) => string;
}

/** A provider for what is not a chat: with its key, retries, limits and clear failures around what an SDK sends. */
export class ProviderConnection {
  readonly preset: ProviderPreset;
  readonly baseUrl: string;
  readonly settings: ProviderSettings;
  readonly isOwnBaseUrl: boolean;
  readonly #options: ConnectionOptions;

  constructor(options: ConnectionOptions) {
    this.preset = options.preset;
    this.baseUrl = options.baseUrl;
    this.settings = options.settings;
    this.isOwnBaseUrl = options.isOwnBaseUrl;
    this.#options = options;
  }

  /**
   * Sends a request that is answered by JSON, again where that can help. `send` hands the exchange's `fetch` and `signal` to an
   * SDK and reads its answer. Throws Failure.
   */
  async request<T>(
    { model, work, signal, headers, rewriteUrl }: ConnectionRequest,
    send: (exchange: Exchange, key: string | undefined, party: Party) => Promise<T>,
  ): Promise<T> {
    const { preset, baseUrl, keys, fetch, timeouts, retry } = this.#options;
    throwIfAborted(signal);
    const key = await keys.get(preset.id, signal);
    throwIfAborted(signal);
    const party: Party = { ...partyOf(preset, baseUrl, key, model), work };
    if (preset.needsKey && !key && !this.isOwnBaseUrl) throw missingKey(party);
    for (let retries = 0; ; retries++) {
      const exchange = new Exchange({
        party,
        signal,
        timeouts,
        fetch,
        now: retry.now,
        answer: 'json',
        headers: { 'user-agent': 'slipstream', ...headers, ...keyHeaders(key, party) },
        ...(rewriteUrl && { rewriteUrl }),
      });
      let trouble: Trouble;
      try {
        return await send(exchange, key, party);
      } catch (error) {
        trouble = exchange.explain(error);
      } finally {
        exchange.close();
      }
      if (!trouble.retryable || retries + 1 >= retry.tries) throw trouble.failure;
      const asked = trouble.retryAfterSeconds;
      if (asked !== undefined && asked > retry.maxRetryAfterSeconds) throw trouble.failure;
      await retry.sleep(Math.max(asked ?? 0, backoffSeconds(retries, retry)), signal);
      throwIfAborted(signal);
    }
  }
}
