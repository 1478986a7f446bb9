import { Failure, throwIfAborted } from '../shared/failure.ts';
import type { TokenUsage } from '../shared/evidence.ts';
import { readChatChunk } from './chatChunk.ts';
import { Exchange, type ExchangeTimeouts, type Fetch } from './exchange.ts';
import type { KeySource } from './keySource.ts';
import type { ChatMessage, LanguageModel, ModelChunk, ModelInfo, StreamOptions } from './languageModel.ts';
import type { ProviderPreset } from './presets.ts';
import { findCost } from './prices.ts';
import { backoffSeconds, type RetryPolicy } from './retry.ts';
import { estimatePromptTokens, estimateTokens } from './tokenEstimate.ts';
import {
  badAnswer,
  connectionLost,
  missingKey,
  optionalParameters,
  providerFailure,
  streamTrouble,
  type Party,
  type Trouble,
} from './trouble.ts';

/** The body of a chat completion request, without `stream`. */
export interface ChatRequestBody {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly stream_options?: { readonly include_usage: true };
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly temperature?: number;
  readonly reasoning_effort?: string;
}

/** Where a chat request goes and how. The only thing that differs between the protocols. */
export interface ChatTransport {
  /** Headers beside those that every request has. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rewriteUrl?: (url: string) => string;
  /** Sends the request through the SDK, which must use the exchange's `fetch` and `signal`; yields the chunks as they come. */
  open(body: ChatRequestBody, exchange: Exchange, key: string | undefined): AsyncIterable<unknown>;
  /** Finds the error object of an error event in what the SDK threw for it; undefined when it was something else. */
  streamError(error: unknown): unknown;
}

/** What all models of one provider share. */
export interface ChatModelOptions {
  readonly preset: ProviderPreset;
  readonly baseUrl: string;
  readonly transport: ChatTransport;
  readonly keys: KeySource;
  readonly fetch: Fetch;
  readonly timeouts: ExchangeTimeouts;
  readonly retry: RetryPolicy;
  /** Text and reasoning together; whoever writes more has lost its way. */
  readonly maximumCharacters: number;
  /** Names the model for the price table; undefined when its price cannot be known. */
  readonly priceProvider: (responseHeaders: Headers | undefined) => string | undefined;
}

type OptionalParameter = (typeof optionalParameters)[number];

/** A model behind a chat completions API: retries, limits and clear failures around a transport. */
export class ChatModel implements LanguageModel {
  readonly id: string;
  readonly info: ModelInfo;
  readonly #options: ChatModelOptions;

  constructor(info: ModelInfo, options: ChatModelOptions) {
    this.id = info.id;
    this.info = info;
    this.#options = options;
  }

  async *stream(messages: readonly ChatMessage[], options: StreamOptions): AsyncGenerator<ModelChunk, void, undefined> {
    const { signal } = options;
    const { retry, keys, preset } = this.#options;
    throwIfAborted(signal);
    const key = await keys.get(preset.id, signal);
    throwIfAborted(signal);
    const party = this.#party(key);
    if (preset.needsKey && !key) throw missingKey(party);

    const dropped = new Set<OptionalParameter>();
    for (let retries = 0; ;) {
      const progress = { characters: 0 };
      let trouble: Trouble;
      try {
        yield* this.#attempt(messages, options, dropped, key, party, progress);
        return;
      } catch (error) {
        if (!(error instanceof AttemptError)) throw error;
        trouble = error.trouble;
      }
      if (progress.characters > 0) throw trouble.failure;
      if (adjust(dropped, trouble, this.#body(messages, options, dropped))) continue;
      if (!trouble.retryable || retries + 1 >= retry.tries) throw trouble.failure;
      const asked = trouble.retryAfterSeconds;
      if (asked !== undefined && asked > retry.maxRetryAfterSeconds) throw trouble.failure;
      await retry.sleep(Math.max(asked ?? 0, backoffSeconds(retries, retry)), signal);
      throwIfAborted(signal);
      retries++;
    }
  }

  /** One request. Whatever goes wrong comes out as an AttemptError; what the caller throws in is not caught. */
  async *#attempt(
    messages: readonly ChatMessage[],
    options: StreamOptions,
    dropped: ReadonlySet<OptionalParameter>,
    key: string | undefined,
    party: Party,
    progress: { characters: number },
  ): AsyncGenerator<ModelChunk, void, undefined> {
    const { transport, fetch, timeouts, retry, maximumCharacters } = this.#options;
    const exchange = new Exchange({
      party,
      signal: options.signal,
      timeouts,
      fetch,
      now: retry.now,
      headers: { ...transport.headers, ...keyHeaders(key, party) },
      ...(transport.rewriteUrl && { rewriteUrl: transport.rewriteUrl }),
    });
    let finishReason: 'stop' | 'length' | 'refused' | 'other' | undefined;
    let usage: TokenUsage | undefined;
    let costUsd: number | undefined;
    let refusal = '';
    let answer = '';
    let reasoning = '';
    let recognized = false;
    try {
      const chunks = transport.open(this.#body(messages, options, dropped), exchange, key)[Symbol.asyncIterator]();
      for (;;) {
        let next: IteratorResult<unknown, unknown>;
        try {
          next = await chunks.next();
        } catch (error) {
          const inside = transport.streamError(error);
          const known = inside !== undefined && !options.signal.aborted;
          throw new AttemptError(known ? streamTrouble(inside, party, error) : exchange.explain(error));
        }
        // The SDKs end quietly when a stream is aborted.
        if (exchange.signal.aborted)
          throw new AttemptError(exchange.explain(new DOMException('Aborted', 'AbortError')));
        if (next.done) break;
        const chunk = readChatChunk(next.value);
        if (chunk.error !== undefined) throw new AttemptError(streamTrouble(chunk.error, party, undefined));
        recognized ||= chunk.recognized;
        refusal += chunk.refusal;
        usage = chunk.usage ?? usage;
        costUsd = chunk.costUsd ?? costUsd;
        if (chunk.finishReason === 'error') {
          throw new AttemptError(
            streamTrouble({ message: 'The model stopped with an error.', code: 503 }, party, undefined),
          );
        }
        finishReason = chunk.finishReason ?? finishReason;
        progress.characters += chunk.text.length + chunk.reasoning.length;
        if (chunk.reasoning !== '') {
          reasoning += chunk.reasoning;
          yield { type: 'reasoning', text: chunk.reasoning };
        }
        if (chunk.text !== '') {
          answer += chunk.text;
          yield { type: 'text', text: chunk.text };
        }
        if (progress.characters > maximumCharacters) {
          throw new AttemptError({
            failure: providerFailure(
              'output-limit',
              `${party.model} wrote more than ${maximumCharacters.toLocaleString('en-US')} characters without coming to an end, and was stopped. Choose another model.`,
              party,
            ),
            retryable: false,
          });
        }
      }
      if (!recognized) {
        throw new AttemptError({
          failure: badAnswer(party, exchange.done ? 'answered with nothing' : 'did not answer as the protocol has it'),
          retryable: false,
        });
      }
      if (finishReason === undefined && !exchange.done && refusal === '') {
        throw new AttemptError({ failure: connectionLost(party), retryable: true });
      }
    } finally {
      exchange.close();
    }
    const counted = usage ?? {
      promptTokens: estimatePromptTokens(messages),
      completionTokens: estimateTokens(answer) + estimateTokens(reasoning),
      estimated: true,
    };
    costUsd ??= await findCost(this.#options.priceProvider(exchange.responseHeaders), this.info.model, counted);
    yield {
      type: 'end',
      finishReason: refusal !== '' ? 'refused' : (finishReason ?? 'other'),
      usage: counted,
      ...(costUsd !== undefined && { costUsd }),
      ...(refusal !== '' && { refusal }),
    };
  }

  #body(
    messages: readonly ChatMessage[],
    options: StreamOptions,
    dropped: ReadonlySet<OptionalParameter>,
  ): ChatRequestBody {
    const { preset } = this.#options;
    const maxTokens = options.maxTokens ?? preset.defaultMaxTokens;
    const effort = this.info.supportsReasoningEffort === false ? undefined : options.reasoningEffort;
    const otherLimit = preset.maxTokensParameter === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
    const limit = dropped.has(preset.maxTokensParameter) ? otherLimit : preset.maxTokensParameter;
    const optional: Omit<ChatRequestBody, 'model' | 'messages'> = {
      stream_options: { include_usage: true },
      ...(maxTokens !== undefined && { [limit]: maxTokens }),
      ...(options.temperature !== undefined && { temperature: options.temperature }),
      ...(effort !== undefined && { reasoning_effort: effort }),
    };
    const kept = Object.entries(optional).filter(([name]) => !dropped.has(name as OptionalParameter));
    return {
      model: this.info.model,
      messages: messages.map(({ role, content }) => ({ role, content })),
      ...(Object.fromEntries(kept) as typeof optional),
    };
  }

  #party(key: string | undefined): Party {
    return partyOf(this.#options.preset, this.#options.baseUrl, key, this.info.model);
  }
}

/** Whom sentences about this provider are about. */
export function partyOf(preset: ProviderPreset, baseUrl: string, key: string | undefined, model?: string): Party {
  return {
    label: preset.label,
    baseUrl,
    needsKey: preset.needsKey,
    keyVariables: preset.keyVariables,
    secrets: key ? [key] : [],
    ...(model !== undefined && { model }),
    ...(preset.keyPage !== undefined && { keyPage: preset.keyPage }),
    ...(preset.startHint !== undefined && { startHint: preset.startHint }),
  };
}

/** The header that carries the key; a key that no header can carry is told at once, without showing it. */
export function keyHeaders(key: string | undefined, party: Party, header = 'authorization'): Record<string, string> {
  if (!key) return {};
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw providerFailure(
      'wrong-key',
      `The API key for ${party.label} contains spaces or characters that no key has. Copy it again.`,
      party,
    );
  }
  return { [header]: header === 'authorization' ? `Bearer ${key}` : key };
}

/** Leaves out the parameter that the server named, once. True when another try is worth it. */
function adjust(dropped: Set<OptionalParameter>, trouble: Trouble, sent: ChatRequestBody): boolean {
  const name = optionalParameters.find((it) => it === trouble.rejectedParameter);
  if (name === undefined) return false;
  // A message such as "use max_completion_tokens instead of max_tokens" names both; what was sent is what was rejected.
  const culprit =
    sent[name] !== undefined
      ? name
      : name === 'max_tokens' || name === 'max_completion_tokens'
        ? optionalParameters.find((it) => /^max_/.test(it) && sent[it] !== undefined)
        : undefined;
  if (culprit === undefined || dropped.has(culprit)) return false;
  dropped.add(culprit);
  return true;
}

/** Carries the trouble of one attempt to where it is decided whether there is another one. */
class AttemptError extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super(trouble.failure.message);
    this.trouble = trouble;
  }
}

/** Says that a provider cannot be used before its settings are complete. */
export function missingBaseUrl(label: string): Failure {
  return new Failure(
    'invalid-input',
    `${label} needs a base URL. Set it in the settings, such as http://localhost:8000/v1.`,
  );
}
