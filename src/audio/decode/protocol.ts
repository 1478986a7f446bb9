import type { FailureReason } from '../../shared/failure.ts';
import type { ProbedAudio } from './probe.ts';

/** What the worker is started for, as its `workerData`. */
export type AudioRequest =
  | { readonly type: 'probe'; readonly path: string }
  | { readonly type: 'decode'; readonly path: string; readonly duration: number }
  | {
      readonly type: 'excerpt';
      readonly path: string;
      readonly from: number;
      readonly to: number;
      readonly file: string;
    }
  | { readonly type: 'encode' };

/** To the worker that decodes: a chunk has been read, and its memory may be filled again. */
export interface ToDecoder {
  readonly read: ArrayBuffer;
}

/** To the worker that encodes, which answers each with one `written`. */
export interface ToEncoder {
  /** The file of the samples, of 16 bits as this machine orders their bytes. */
  readonly samples: string;
  /** How many there are. */
  readonly length: number;
  /** The file to write. */
  readonly flac: string;
}

/** From the worker; `end` or `failure` is the last. */
export type FromAudioWorker =
  | { readonly type: 'probed'; readonly audio: ProbedAudio }
  /** The array is valid until its memory goes back. */
  | { readonly type: 'samples'; readonly samples: Float32Array<ArrayBuffer> }
  | { readonly type: 'damage'; readonly message: string }
  /** The file that was asked for is there. */
  | { readonly type: 'written' }
  | { readonly type: 'end' }
  | { readonly type: 'failure'; readonly reason: FailureReason; readonly message: string; readonly detail: string };

/** Chunks that a worker may send before it is asked for more: enough to keep it busy, little memory. */
export const CHUNKS_AHEAD = 4;
