import type { TokenUsage } from '../shared/evidence.ts';
import { record } from './trouble.ts';

/** What one chunk of a streamed chat completion says, whichever server wrote it. */
export interface ChatChunk {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
  readonly finishReason?: 'stop' | 'length' | 'refused' | 'error' | 'other';
  readonly usage?: TokenUsage;
  /** US dollars, where the server says it. */
  readonly costUsd?: number;
  /** An error that the server sent inside the stream. */
  readonly error?: unknown;
  /** False when nothing of a chat completion was recognized. */
  readonly recognized: boolean;
}

/**
 * Reads a chunk. The servers differ in where they put reasoning, how they name the ends, and whether a server that does not
 * stream sends `message` for `delta`; nothing of it is trusted to have the type it should have.
 */
export function readChatChunk(value: unknown): ChatChunk {
  const chunk = record(value);
  const choice = record(Array.isArray(chunk['choices']) ? (chunk['choices'] as unknown[])[0] : undefined);
  const delta = record(choice['delta'] ?? choice['message']);
  const error = chunk['error'] ?? choice['error'];
  const finishReason = readFinishReason(choice['finish_reason']);
  const usage = readUsage(chunk['usage'] ?? record(chunk['x_groq'])['usage']);
  const cost = record(chunk['usage'])['cost'];
  return {
    text: readText(delta['content']),
    reasoning: readText(delta['reasoning_content'] ?? delta['reasoning']),
    refusal: readText(delta['refusal']),
    recognized: Array.isArray(chunk['choices']) || usage !== undefined,
    ...(finishReason && { finishReason }),
    ...(usage && { usage }),
    ...(typeof cost === 'number' && { costUsd: cost }),
    ...(error !== undefined && error !== null && { error }),
  };
}

function readText(value: unknown): string {
  if (typeof value === 'string') return value;
  // Some servers send a list of parts.
  if (Array.isArray(value)) return value.map((part) => readText(record(part)['text'])).join('');
  return '';
}

function readFinishReason(value: unknown): ChatChunk['finishReason'] {
  if (typeof value !== 'string' || value === '') return undefined;
  switch (value.toLowerCase()) {
    case 'stop':
    case 'eos':
    case 'eos_token':
    case 'end_turn':
    case 'stop_sequence':
      return 'stop';
    case 'length':
    case 'max_tokens':
    case 'model_length':
      return 'length';
    case 'content_filter':
    case 'refusal':
    case 'safety':
    case 'recitation':
    case 'sensitive':
      return 'refused';
    case 'error':
      return 'error';
    default:
      return 'other';
  }
}

function readUsage(value: unknown): TokenUsage | undefined {
  const usage = record(value);
  const prompt = count(usage['prompt_tokens']);
  const completion = count(usage['completion_tokens']);
  if (prompt === undefined || completion === undefined) return undefined;
  const total = count(usage['total_tokens']) ?? 0;
  const reasoning = count(record(usage['completion_tokens_details'])['reasoning_tokens']);
  const cached =
    count(record(usage['prompt_tokens_details'])['cached_tokens']) ?? count(usage['prompt_cache_hit_tokens']);
  return {
    promptTokens: prompt,
    // Some servers count the thinking in the total only; it is paid for all the same.
    completionTokens: Math.max(completion, total - prompt),
    ...(reasoning && { reasoningTokens: reasoning }),
    ...(cached && { cachedTokens: cached }),
  };
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
