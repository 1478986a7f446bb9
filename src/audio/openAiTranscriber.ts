import type { TranscriptionCreateParamsNonStreaming } from 'openai/resources/audio/transcriptions';
import type { ProviderConnection } from '../providers/connection.ts';
import { openAiClient } from '../providers/openai.ts';
import { badAnswer, record } from '../providers/trouble.ts';
import { Failure } from '../shared/failure.ts';
import type { AudioPiece, EncodedAudio } from './audioPiece.ts';
import { speechModel, type SpeechModel } from './speechModels.ts';
import { spreadText } from './spreadText.ts';
import type { TranscribeOptions, Transcriber, TranscriptSegment } from './transcriber.ts';

/** Whisper reads the last 224 tokens of a prompt; more is not worth sending. */
const PROMPT_CHARACTERS = 400;

/** Speech to text by a server of the OpenAI protocol. */
export class OpenAiTranscriber implements Transcriber {
  readonly id: string;
  readonly takesEncoded = true;
  readonly pricePerMinute?: number;
  readonly #model: string;
  readonly #connection: ProviderConnection;
  #speech: SpeechModel;

  constructor(model: string, connection: ProviderConnection, pricePerMinute?: number) {
    this.id = `${connection.preset.id}/${model}`;
    this.#model = model;
    this.#connection = connection;
    this.#speech = speechModel(model);
    if (pricePerMinute !== undefined) this.pricePerMinute = pricePerMinute;
  }

  get limits() {
    return this.#speech.limits;
  }

  get speakersPerPiece(): boolean {
    return this.#speech.responseFormat === 'diarized_json';
  }

  async *transcribe(piece: AudioPiece, options: TranscribeOptions): AsyncGenerator<TranscriptSegment, void, undefined> {
    const sound = await piece.encode();
    let segments: TranscriptSegment[];
    try {
      segments = await this.#request(piece, sound, options);
    } catch (error) {
      // Not every server that speaks the protocol has times to tell.
      const isOther = this.#speech.responseFormat === 'verbose_json' && rejectsFormat(error);
      if (!isOther) throw error;
      this.#speech = { ...this.#speech, responseFormat: 'json' };
      segments = await this.#request(piece, sound, options);
    }
    yield* segments;
  }

  async #request(
    piece: AudioPiece,
    sound: EncodedAudio,
    { signal, language, previousText }: TranscribeOptions,
  ): Promise<TranscriptSegment[]> {
    const speech = this.#speech;
    const { baseUrl } = this.#connection;
    return this.#connection.request({ model: this.#model, work: 'speech', signal }, async (exchange, key, party) => {
      const client = await openAiClient(baseUrl, exchange, key);
      const { responseFormat } = speech;
      const parameters = {
        file: new File([sound.content], sound.fileName, { type: sound.content.type }),
        model: this.#model,
        ...(responseFormat && { response_format: responseFormat }),
        ...(responseFormat === 'verbose_json' && { timestamp_granularities: ['segment'] }),
        ...(speech.cutsBySpeech && { chunking_strategy: 'auto' }),
        ...(language && {
          [speech.languageParameter]: speech.languageParameter === 'languages' ? [language] : language,
        }),
        ...(speech.takesPrompt && previousText && { prompt: previousText.slice(-PROMPT_CHARACTERS) }),
      };
      const answer: unknown = await client.audio.transcriptions.create(
        parameters as TranscriptionCreateParamsNonStreaming,
        { signal: exchange.signal },
      );
      const segments = readAnswer(answer, piece, language);
      if (!segments) throw badAnswer(party, 'did not answer with a transcript');
      return segments;
    });
  }
}

function rejectsFormat(error: unknown): boolean {
  return (
    error instanceof Failure &&
    error.reason === 'provider' &&
    /response_format|timestamp_granularities|verbose_json/.test(error.message)
  );
}

/** Words that Whisper hears in music and noise; these are the limits of its own decoder. */
function isImagined({ no_speech_prob: silence, avg_logprob: confidence }: Readonly<Record<string, unknown>>): boolean {
  return typeof silence === 'number' && typeof confidence === 'number' && silence > 0.6 && confidence < -1;
}

/** The segments of an answer with times in the recording; nothing when it is none. */
export function readAnswer(
  answer: unknown,
  piece: Pick<AudioPiece, 'start' | 'end'>,
  language: string | undefined,
): TranscriptSegment[] | undefined {
  const { text, segments } = record(answer);
  if (typeof text !== 'string' && !Array.isArray(segments)) return undefined;
  const length = piece.end - piece.start;
  const within = (seconds: number): number => piece.start + Math.min(Math.max(0, seconds), length);
  const rows = (Array.isArray(segments) ? (segments as unknown[]) : []).map(record);
  const timed = rows.flatMap((row): TranscriptSegment[] => {
    const { start, end, text: said, speaker } = row;
    if (typeof said !== 'string' || said.trim() === '' || typeof start !== 'number' || isImagined(row)) return [];
    const from = within(start);
    const to = typeof end === 'number' ? within(end) : from;
    const voice = typeof speaker === 'string' && speaker !== '' ? { speaker } : {};
    return [{ start: from, end: Math.max(from, to), text: said.trim(), ...voice }];
  });
  if (timed.length > 0 || rows.some(isImagined)) return timed.sort((a, b) => a.start - b.start);
  return spreadText(typeof text === 'string' ? text : '', piece, language);
}
