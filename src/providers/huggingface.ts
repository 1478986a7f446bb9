import type { InferenceProviderOrPolicy } from '@huggingface/inference';
import { Failure } from '../shared/failure.ts';
import type { ChatTransport } from './chatModel.ts';
import { redactedError } from './redact.ts';
import { record } from './trouble.ts';

export interface HuggingFaceTransportOptions {
  /** Of the router, such as https://router.huggingface.co/v1. */
  readonly baseUrl: string;
  /** Of the Hub, which knows which provider has which model. */
  readonly hubUrl: string;
  /** `auto`, or the name of an inference provider. */
  readonly provider: string;
  /** A dedicated endpoint; takes the place of router and provider. */
  readonly endpointUrl?: string;
  /** The organization that pays. */
  readonly billTo?: string;
}

/** Addresses that are built into the SDK. */
const ROUTER = 'https://router.huggingface.co';
const HUB = 'https://huggingface.co';

/** Sends what the SDK would send to its built-in addresses to those of the settings. */
export function huggingFaceAddresses({
  baseUrl,
  hubUrl,
}: Pick<HuggingFaceTransportOptions, 'baseUrl' | 'hubUrl'>): (url: string) => string {
  const router = baseUrl.replace(/\/v1$/, '');
  return (url) => {
    if (url.startsWith(`${ROUTER}/`)) return router + url.slice(ROUTER.length);
    if (url.startsWith(`${HUB}/`)) return hubUrl + url.slice(HUB.length);
    return url;
  };
}

/** Refuses what the SDK would refuse with words that help nobody: an unknown provider, and `auto` without a token of the Hub. */
export function checkHuggingFaceProvider(provider: string, known: readonly string[], key: string | undefined): void {
  if (provider !== 'auto' && !known.includes(provider)) {
    throw new Failure(
      'invalid-input',
      `Hugging Face has no inference provider "${provider}". Known are auto, ${known.join(', ')}.`,
    );
  }
  if (provider === 'auto' && !key?.startsWith('hf_')) {
    throw new Failure(
      'wrong-key',
      'The key for Hugging Face is not one of its tokens, which begin with hf_. Make one at https://huggingface.co/settings/tokens and set it again.',
    );
  }
}

/** Chat completions through Hugging Face Inference Providers, or through a dedicated endpoint. */
export function huggingFaceTransport(options: HuggingFaceTransportOptions): ChatTransport {
  return {
    headers: options.billTo ? { 'x-hf-bill-to': options.billTo } : {},
    rewriteUrl: huggingFaceAddresses(options),
    async *open(body, exchange, key) {
      const { chatCompletionStream, InferenceClientInputError, INFERENCE_PROVIDERS } =
        await import('@huggingface/inference');
      const { endpointUrl, provider } = options;
      if (!endpointUrl) checkHuggingFaceProvider(provider, INFERENCE_PROVIDERS, key);
      const place = endpointUrl ? { endpointUrl } : { provider: provider as InferenceProviderOrPolicy };
      try {
        yield* chatCompletionStream(
          {
            ...body,
            messages: body.messages.map(({ role, content }) => ({ role, content })),
            ...place,
            ...(key !== undefined && { accessToken: key }),
          },
          // The SDK would repeat a 503 without pause or end.
          { fetch: exchange.fetch, signal: exchange.signal, retry_on_error: false },
        );
      } catch (error) {
        // Thrown before anything is sent: the Hub does not know the model for a chat with this provider.
        if (!(error instanceof InferenceClientInputError)) throw error;
        throw new Failure(
          'unknown-model',
          `Hugging Face's provider "${provider}" does not offer the model "${body.model}". Choose another model, or set the provider to auto.`,
          { cause: redactedError(error, [key]) },
        );
      }
    },
    streamError(error) {
      return record(record(record(error)['httpResponse'])['body'])['error'];
    },
  };
}
