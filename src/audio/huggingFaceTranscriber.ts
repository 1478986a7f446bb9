import type { AutomaticSpeechRecognitionArgs, InferenceProviderOrPolicy } from '@huggingface/inference';
import type { ProviderConnection } from '../providers/connection.ts';
import { checkHuggingFaceProvider, huggingFaceAddresses } from '../providers/huggingface.ts';
import { redactedError } from '../providers/redact.ts';
import { badAnswer, record } from '../providers/trouble.ts';
import { Failure } from '../shared/failure.ts';
import type { AudioPiece, PieceLimits } from './audioPiece.ts';
import { readAnswer } from './openAiTranscriber.ts';
import type { TranscribeOptions, Transcriber, TranscriptSegment } from './transcriber.ts';

/** Speech to text through Hugging Face's inference providers, or a dedicated endpoint. */
export class HuggingFaceTranscriber implements Transcriber {
  readonly id: string;
  /** Most of its providers tell no times, so that the pieces are short. */
  readonly limits: PieceLimits = { seconds: 60, bytes: 10_000_000 };
  readonly takesEncoded = true;
  readonly #model: string;
  readonly #connection: ProviderConnection;

  constructor(model: string, connection: ProviderConnection) {
    this.id = `${connection.preset.id}/${model}`;
    this.#model = model;
    this.#connection = connection;
  }

  async *transcribe(piece: AudioPiece, options: TranscribeOptions): AsyncGenerator<TranscriptSegment, void, undefined> {
    const { signal, language } = options;
    const { settings, baseUrl, isOwnBaseUrl } = this.#connection;
    const { content: data } = await piece.encode();
    const hubUrl = settings.hubUrl?.trim().replace(/\/+$/, '') || 'https://huggingface.co';
    const provider = settings.provider || 'auto';
    const segments = await this.#connection.request(
      {
        model: this.#model,
        work: 'speech',
        signal,
        headers: settings.billTo ? { 'x-hf-bill-to': settings.billTo } : {},
        rewriteUrl: huggingFaceAddresses({ baseUrl, hubUrl }),
      },
      async (exchange, key, party) => {
        const { automaticSpeechRecognition, InferenceClientInputError, INFERENCE_PROVIDERS } =
          await import('@huggingface/inference');
        if (!isOwnBaseUrl) checkHuggingFaceProvider(provider, INFERENCE_PROVIDERS, key);
        const place = isOwnBaseUrl ? { endpointUrl: baseUrl } : { provider: provider as InferenceProviderOrPolicy };
        let answer: unknown;
        try {
          const request = { data, model: this.#model, ...place, ...(key !== undefined && { accessToken: key }) };
          answer = await automaticSpeechRecognition(
            // Its type leaves out the provider `auto`, which it takes.
            request as AutomaticSpeechRecognitionArgs,
            { fetch: exchange.fetch, signal: exchange.signal, retry_on_error: false },
          );
        } catch (error) {
          if (!(error instanceof InferenceClientInputError)) throw error;
          throw new Failure(
            'unknown-model',
            `Hugging Face's provider "${provider}" does not offer the model "${this.#model}" for speech. Choose another transcriber, or set the provider to auto.`,
            { cause: redactedError(error, [key]) },
          );
        }
        const { text, chunks } = record(answer);
        const rows = (Array.isArray(chunks) ? (chunks as unknown[]) : []).map((row) => {
          const { timestamp, text: said } = record(row);
          const [start, end] = Array.isArray(timestamp) ? (timestamp as unknown[]) : [];
          return { start, end, text: said };
        });
        const read = readAnswer({ text, segments: rows }, piece, language);
        if (!read) throw badAnswer(party, 'did not answer with a transcript');
        return read;
      },
    );
    yield* segments;
  }
}
