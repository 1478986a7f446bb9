/** Sample rate in hertz of all sound inside the product: what speech models take. */
export const SAMPLE_RATE = 16_000;

/** What a recording's headers and length tell, before anything is sent. */
export interface AudioInfo {
  readonly path: string;
  /** Seconds. */
  readonly duration: number;
  /** False when the file states no length and the duration is an estimate. */
  readonly durationIsExact: boolean;
  /** `mp3`, `wav`, `ogg`, `flac`, `webm`, `mp4`. */
  readonly container: string;
  /** `mp3`, `pcm`, `vorbis`, `opus`, `flac`, `aac`. */
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
  readonly bytes: number;
}

/** A small file as a transcriber's server takes it. */
export interface EncodedAudio {
  /** With its MIME type. It lies on the disk, and is read while it is sent. */
  readonly content: Blob;
  readonly fileName: string;
}

/** A stretch of a recording, cut where it is quiet, that one request can carry. */
export interface AudioPiece extends Disposable {
  readonly index: number;
  /** Seconds from the start of the recording. */
  readonly start: number;
  /** Seconds from the start of the recording. */
  readonly end: number;
  /** Seconds at its start that the piece before it holds as well; 0 where the cut lies in silence. */
  readonly overlap: number;
  /** True when nothing in it is loud enough to be speech: nothing needs to be sent. */
  readonly silent: boolean;
  /** Hash of the sound, so that a finished piece is known again. */
  readonly hash: string;
  /** Mono samples from -1 to 1 at 16 kHz, made anew at each use; absent where the sound is sent as it came, undecoded. */
  readonly samples?: Float32Array;
  /** The piece as a small file to send, the same at each call, there until the piece is disposed of; it has no samples any more. */
  readonly encode: () => Promise<EncodedAudio>;
}

/** The longest and largest piece that a transcriber takes. */
export interface PieceLimits {
  readonly seconds: number;
  readonly bytes: number;
}
