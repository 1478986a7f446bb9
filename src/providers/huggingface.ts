import type { InferenceProviderOrPolicy } from '@huggingface/inference';
import type { ChatTransport } from './chatModel.ts';
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

/** Chat completions through Hugging Face Inference Providers, or through a dedicated endpoint. */
export function huggingFaceTransport(options: HuggingFaceTransportOptions): ChatTransport {
  const router = options.baseUrl.replace(/\/v1$/, '');
  return {
    headers: options.billTo ? { 'x-hf-bill-to': options.billTo } : {},
    rewriteUrl: (url) => {
      if (url.startsWith(`${ROUTER}/`)) return router + url.slice(ROUTER.length);
      if (url.startsWith(`${HUB}/`)) return options.hubUrl + url.slice(HUB.length);
      return url;
    },
    async *open(body, exchange, key) {
      const { chatCompletionStream } = await import('@huggingface/inference');
      const place = options.endpointUrl
        ? { endpointUrl: options.endpointUrl }
        : { provider: options.provider as InferenceProviderOrPolicy };
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
    },
    streamError(error) {
      return record(record(record(error)['httpResponse'])['body'])['error'];
    },
  };
}
