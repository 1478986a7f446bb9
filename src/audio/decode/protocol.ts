import type { FailureReason } from '../../shared/failure.ts';
import type { ProbedAudio } from './probe.ts';

/** What the worker is started for, as its `workerData`. */
export type AudioRequest =
  | { readonly type: 'probe'; readonly path: string }
  | { readonly type: 'decode'; readonly path: string; readonly duration: number }
  | { readonly type: 'excerpt'; readonly path: string; readonly from: number; readonly to: number }
  | { readonly type: 'encode'; readonly samples: Int16Array };

/** To the worker: one more chunk may be sent. */
export type ToAudioWorker = 'more';

/** From the worker; `end` or `failure` is the last. */
export type FromAudioWorker =
  | { readonly type: 'probed'; readonly audio: ProbedAudio }
  | { readonly type: 'samples'; readonly samples: Float32Array }
  | { readonly type: 'damage'; readonly message: string }
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }
  | { readonly type: 'failure'; readonly reason: FailureReason; readonly message: string; readonly detail: string };

/** Chunks that a worker may send before it is asked for more: enough to keep it busy, little memory. */
export const CHUNKS_AHEAD = 4;
