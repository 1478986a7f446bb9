import type { FailureReason } from '../../shared/failure.ts';
import type { ChatMessage } from '../languageModel.ts';

/** What computes: `cpu` and the graphics devices need the native runtime, `wasm` works everywhere. */
export const devices = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml', 'wasm'] as const;
export type Device = (typeof devices)[number];

/** How the next token is chosen; what is absent is as the model's own settings say. */
export interface Sampling {
  /** 0 takes the likeliest token each time. */
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly repetitionPenalty?: number;
}

/** What the process is told to load, once, before anything else. */
export interface LoadRequest {
  readonly type: 'load';
  readonly folder: string;
  /** The library's name of the quantization, such as `q4`. */
  readonly dtype: string;
  readonly device: Device;
  /** The graphs whose weights lie beside them, such as `model_q4.onnx`, with the number of files that they lie in. */
  readonly externalData: Readonly<Record<string, number>>;
  /** Where the WebAssembly runtime lies. */
  readonly runtimeFolder: string;
  readonly threads?: number;
}

export interface GenerateRequest {
  readonly type: 'generate';
  readonly messages: readonly ChatMessage[];
  readonly maxTokens: number;
  readonly sampling: Sampling;
}

/** Asks a speech model what is said. */
export interface TranscribeRequest {
  readonly type: 'transcribe';
  /** Mono, 16 kHz, from -1 to 1. */
  readonly samples: Float32Array;
  /** ISO 639-1; absent lets the model find out. */
  readonly language?: string;
}

/** What a process with a loaded model is asked. */
export type ModelRequest = GenerateRequest | TranscribeRequest;

/** To the process. */
export type ToProcess = LoadRequest | ModelRequest | { readonly type: 'interrupt' };

/** From the process. Each `load` is answered by `loaded` or `failure`, each request ends in `end` or `failure`. */
export type FromProcess =
  | { readonly type: 'loaded'; readonly runtime: 'native' | 'wasm'; readonly contextTokens?: number }
  | { readonly type: 'text'; readonly text: string }
  /** Something said, in seconds from the first sample. */
  | { readonly type: 'segment'; readonly start: number; readonly end: number; readonly text: string }
  | {
      readonly type: 'end';
      readonly finishReason: 'stop' | 'length' | 'interrupted';
      readonly promptTokens: number;
      readonly completionTokens: number;
    }
  | { readonly type: 'failure'; readonly reason: FailureReason; readonly message: string; readonly detail: string };
