import type { TokenUsage } from '../shared/evidence.ts';

/** One message of a chat. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What is known of a model; what is unknown is absent. */
export interface ModelInfo {
  /** Such as `openai/gpt-5`: the provider's id, a slash, the model's own id. */
  readonly id: string;
  readonly providerId: string;
  readonly providerLabel: string;
  /** The name the provider knows it by. */
  readonly model: string;
  readonly label: string;
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
  /** US dollars per million tokens. */
  readonly inputPrice?: number;
  readonly outputPrice?: number;
  readonly parameters?: number;
  readonly licence?: string;
  /** ISO 8601 date. */
  readonly released?: string;
  readonly supportsReasoningEffort?: boolean;
}

export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high';

export interface StreamOptions {
  readonly signal: AbortSignal;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly reasoningEffort?: ReasoningEffort;
  /** What comes after the first block of code is not wanted. A model on this machine stops there; others send it anyway. */
  readonly endAtCode?: boolean;
}

/** A piece of an answer. The last one is `end`. */
export type ModelChunk =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  | {
      readonly type: 'end';
      readonly finishReason: 'stop' | 'length' | 'refused' | 'other';
      readonly usage?: TokenUsage;
      readonly costUsd?: number;
      /** What the model said instead of answering, when it refused with words. */
      readonly refusal?: string;
    };

/** A model that answers a chat in a stream. Throws Failure. */
export interface LanguageModel {
  readonly id: string;
  readonly info: ModelInfo;
  stream(messages: readonly ChatMessage[], options: StreamOptions): AsyncIterable<ModelChunk>;
}
