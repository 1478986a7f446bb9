import type { OpenAI } from 'openai';
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import type { ChatRequestBody, ChatTransport } from './chatModel.ts';
import type { Exchange } from './exchange.ts';
import { record } from './trouble.ts';

export interface OpenAiTransportOptions {
  readonly baseUrl: string;
  readonly organization?: string;
  readonly project?: string;
}

/** The longest time a timer can take; our own time-outs are the ones that count. */
const NO_TIMEOUT = 2 ** 31 - 1;
const silentLogger = { error: ignore, warn: ignore, info: ignore, debug: ignore };

/** The SDK's client, held to our own rules: it sends through the exchange, logs nothing, and neither waits nor repeats. */
export async function openAiClient(baseUrl: string, exchange: Exchange, key: string | undefined): Promise<OpenAI> {
  const { OpenAI: Client } = await import('openai');
  return new Client({
    baseURL: baseUrl,
    // The SDK insists on a key; the exchange decides what is sent.
    apiKey: key ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    // Retries and time-outs are decided in one place, and it is not here.
    maxRetries: 0,
    timeout: NO_TIMEOUT,
    // Without `Response` on it, the SDK would fetch something to learn what a file is sent as.
    fetch: Object.assign(exchange.fetch.bind(exchange), { Response }),
    logger: silentLogger,
    logLevel: 'off',
  });
}

/** Chat completions through the OpenAI SDK, for every server that speaks its protocol. */
export function openAiTransport(options: OpenAiTransportOptions): ChatTransport {
  return {
    headers: {
      ...(options.organization && { 'openai-organization': options.organization }),
      ...(options.project && { 'openai-project': options.project }),
    },
    async *open(body: ChatRequestBody, exchange: Exchange, key: string | undefined) {
      const client = await openAiClient(options.baseUrl, exchange, key);
      const parameters = { ...body, stream: true } as unknown as ChatCompletionCreateParamsStreaming;
      yield* await client.chat.completions.create(parameters, { signal: exchange.signal });
    },
    streamError(error) {
      const { error: inside, status } = record(error);
      return inside !== undefined && inside !== null && status === undefined ? inside : undefined;
    },
  };
}

function ignore(): void {
  // The SDK would log whole chunks and requests.
}
