import type { AudioPiece, PieceLimits } from './audioPiece.ts';

/** Something said, with its place in the recording. */
export interface TranscriptSegment {
  /** Seconds from the start of the recording. */
  readonly start: number;
  /** Seconds from the start of the recording. */
  readonly end: number;
  readonly text: string;
  /** As the transcriber names the voice; absent where it does not tell voices apart. */
  readonly speaker?: string;
}

export interface TranscribeOptions {
  readonly signal: AbortSignal;
  /** ISO 639-1; absent lets the transcriber find out. */
  readonly language?: string;
  /** The end of what was said before, which helps with names and spelling. */
  readonly previousText?: string;
}

/** Turns sound into text: a server of the OpenAI protocol, Hugging Face, or a model on this machine. */
export interface Transcriber {
  /** `PROVIDER/MODEL`. */
  readonly id: string;
  readonly limits: PieceLimits;
  /** False where the sound has to come as decoded samples, as for models on this machine. */
  readonly takesEncoded: boolean;
  /** True where the names of voices hold within one piece only. */
  readonly speakersPerPiece?: boolean;
  /** Dollars for a minute of sound; absent where it is not known. */
  readonly pricePerMinute?: number;
  /** The segments of one piece in order, with times in the recording. Throws a `Failure` with a sentence for the user. */
  transcribe(piece: AudioPiece, options: TranscribeOptions): AsyncIterable<TranscriptSegment>;
}
