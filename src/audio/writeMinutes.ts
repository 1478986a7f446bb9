import type { TokenUsage } from '../shared/evidence.ts';
import { Failure } from '../shared/failure.ts';
import type { ChatMessage, LanguageModel, ReasoningEffort } from '../providers/languageModel.ts';
import { estimatePromptTokens, estimateTokens } from '../providers/tokenEstimate.ts';
import { MinutesCheck } from './minutesCheck.ts';
import { minutesMessages, notesMessages, transcriptLines } from './minutesPrompt.ts';
import type { MinutesTemplate } from './minutesTemplates.ts';
import type { Transcript } from './transcript.ts';

export interface MinutesOptions {
  readonly signal: AbortSignal;
  readonly template: MinutesTemplate;
  /** ISO 639-1, or the name of a language; absent takes that of the recording. */
  readonly language?: string;
  readonly reasoningEffort?: ReasoningEffort;
}

/** What happens while minutes are written. */
export type MinutesWritingEvent =
  | { readonly type: 'condensing'; readonly step: number; readonly steps: number }
  /** Lines of Markdown, checked. */
  | { readonly type: 'minutes'; readonly text: string }
  | { readonly type: 'notice'; readonly message: string };

/** What it took. */
export interface MinutesUse {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** US dollars; absent where the price is not known. */
  readonly costUsd?: number;
}

/** Taken for a model that tells nothing of itself: what servers on one's own machine often have. */
const UNKNOWN_CONTEXT_TOKENS = 16_000;
const MOST_ANSWER_TOKENS = 8_000;
/** Less room than this for a transcript is of no use. */
const LEAST_TOKENS = 400;
const MOST_ROUNDS = 5;
/** Words of notes for a token of room: notes must come out shorter than what they are made of. */
const NOTES_SHARE = 0.25;

/**
 * Writes the minutes of a transcript. One that is longer than the model's context is condensed first, part by part. What the
 * model ends too early is kept, and said. Throws Failure.
 */
export async function* writeMinutes(
  transcript: Transcript,
  model: LanguageModel,
  options: MinutesOptions,
): AsyncGenerator<MinutesWritingEvent, MinutesUse, undefined> {
  const use = new Use();
  const context = model.info.contextTokens ?? UNKNOWN_CONTEXT_TOKENS;
  const answerTokens = Math.floor(
    Math.min(model.info.maxOutputTokens ?? MOST_ANSWER_TOKENS, MOST_ANSWER_TOKENS, context / 3),
  );
  const frame = estimatePromptTokens(
    minutesMessages(transcript, [], options.template, { ...options, condensed: true }),
  );
  let room = context - answerTokens - frame;
  if (room < LEAST_TOKENS) throw tooSmall(model);
  let lines = transcriptLines(transcript);
  let condensed = false;
  for (let tries = 0; ; tries++) {
    const before = linesTokens(lines);
    if (before > room) {
      lines = yield* condense(lines, model, options, room, use);
      condensed = true;
    }
    try {
      yield* write(transcript, lines, condensed, model, options, answerTokens, use);
      return use.total();
    } catch (error) {
      // A context that is smaller than was thought.
      const again = error instanceof Failure && error.reason === 'prompt-too-long' && tries < 3;
      if (!again || linesTokens(lines) / 2 < LEAST_TOKENS) throw error;
      room = Math.floor(linesTokens(lines) / 2);
    }
  }
}

async function* write(
  transcript: Transcript,
  lines: readonly string[],
  condensed: boolean,
  model: LanguageModel,
  options: MinutesOptions,
  answerTokens: number,
  use: Use,
): AsyncGenerator<MinutesWritingEvent, void, undefined> {
  const { template, language } = options;
  const messages = minutesMessages(transcript, lines, template, { ...(language && { language }), condensed });
  const check = new MinutesCheck(transcript);
  let finish = 'other';
  let refusal: string | undefined;
  let any = false;
  let atLineStart = true;
  const told = function* (text: string): Generator<MinutesWritingEvent> {
    if (text === '') return;
    any = true;
    atLineStart = text.endsWith('\n');
    yield { type: 'minutes', text };
  };
  try {
    for await (const chunk of model.stream(messages, streamOptions(options, answerTokens))) {
      if (chunk.type === 'text') yield* told(check.push(chunk.text));
      else if (chunk.type === 'end') {
        finish = chunk.finishReason;
        refusal = chunk.refusal;
        use.add(chunk.usage, chunk.costUsd);
      }
    }
  } catch (error) {
    // The line that was under way arrived too.
    yield* told(check.end());
    throw error;
  }
  yield* told(check.end());
  if (finish === 'refused') {
    throw new Failure(
      'refused',
      `${model.info.label} refused to write the minutes${refusal ? `: ${refusal}` : ''}. Choose another model; the transcript is kept.`,
    );
  }
  if (!any)
    throw new Failure(
      'bad-answer',
      `${model.info.label} wrote nothing. Try again, or choose another model; the transcript is kept.`,
    );
  const notices: string[] = [];
  if (finish === 'length') {
    notices.push(
      `${model.info.label} reached the longest answer that it gives, so the minutes end early. What it wrote is kept; choose another model for the rest.`,
    );
  }
  const { unknownTimes, unknownOwners } = check;
  if (unknownTimes.length > 0) {
    notices.push(
      unknownTimes.length === 1
        ? `A time that ${model.info.label} wrote is not in the recording; it is marked with ⚠.`
        : `${unknownTimes.length} of the times that ${model.info.label} wrote are not in the recording; they are marked with ⚠.`,
    );
  }
  if (unknownOwners.length > 0) {
    notices.push(
      `Nobody in the recording says the ${unknownOwners.length === 1 ? 'name' : 'names'} ${unknownOwners.join(', ')}, marked with ⚠.`,
    );
  }
  for (const message of notices) {
    yield { type: 'notice', message };
    yield { type: 'minutes', text: `${atLineStart ? '' : '\n'}\n> ⚠ ${message}\n` };
    atLineStart = true;
  }
}

/** Makes notes of each part, until all of them fit. */
async function* condense(
  whole: readonly string[],
  model: LanguageModel,
  options: MinutesOptions,
  room: number,
  use: Use,
): AsyncGenerator<MinutesWritingEvent, string[], undefined> {
  let lines = [...whole];
  for (let round = 0; round < MOST_ROUNDS && linesTokens(lines) > room; round++) {
    const before = linesTokens(lines);
    const parts = splitLines(lines, room);
    const mostTokens = Math.max(150, Math.floor(room * NOTES_SHARE));
    const notes: string[] = [];
    for (const [index, part] of parts.entries()) {
      yield { type: 'condensing', step: index + 1, steps: parts.length };
      const messages = notesMessages(part, index + 1, parts.length, Math.floor(mostTokens / 2));
      notes.push(...(await answer(messages, model, options, mostTokens * 2, use)));
    }
    lines = notes;
    // Whoever copies out what it was given comes to no end.
    if (linesTokens(lines) > 0.9 * before) break;
  }
  if (linesTokens(lines) <= room) return lines;
  throw new Failure(
    'prompt-too-long',
    `The transcript is longer than ${model.info.label} can read, and its notes of it do not get short enough. Choose a model with a longer context; the transcript is kept.`,
  );
}

async function answer(
  messages: readonly ChatMessage[],
  model: LanguageModel,
  options: MinutesOptions,
  maxTokens: number,
  use: Use,
): Promise<string[]> {
  let text = '';
  for await (const chunk of model.stream(messages, streamOptions(options, maxTokens))) {
    if (chunk.type === 'text') text += chunk.text;
    else if (chunk.type === 'end') use.add(chunk.usage, chunk.costUsd);
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) {
    throw new Failure(
      'bad-answer',
      `${model.info.label} made no notes of a part of the transcript. Try again, or choose another model; the transcript is kept.`,
    );
  }
  return lines;
}

function streamOptions({ signal, reasoningEffort }: MinutesOptions, maxTokens: number) {
  // What a model thinks counts as its answer; one that thinks has a context for it.
  return { signal, ...(reasoningEffort ? { reasoningEffort } : { maxTokens }) };
}

const linesTokens = (lines: readonly string[]): number =>
  lines.reduce((sum, line) => sum + estimateTokens(line) + 1, 0);

/** Parts of at most so many tokens, cut between lines, and within one only where it is longer than a part. */
export function splitLines(lines: readonly string[], mostTokens: number): string[][] {
  const parts: string[][] = [];
  let part: string[] = [];
  let tokens = 0;
  for (const line of lines.flatMap((it) => cutLine(it, mostTokens))) {
    const more = estimateTokens(line) + 1;
    if (part.length > 0 && tokens + more > mostTokens) {
      parts.push(part);
      part = [];
      tokens = 0;
    }
    part.push(line);
    tokens += more;
  }
  return part.length > 0 ? [...parts, part] : parts;
}

function cutLine(line: string, mostTokens: number): string[] {
  if (estimateTokens(line) + 1 <= mostTokens) return [line];
  const time = /^\[[\d:]+\] /.exec(line)?.[0] ?? '';
  const characters = [...line.slice(time.length)];
  const half = Math.ceil(characters.length / 2);
  const cut = (from: number, to: number): string[] =>
    cutLine(time + characters.slice(from, to).join('').trim(), mostTokens);
  return characters.length < 2 ? [line] : [...cut(0, half), ...cut(half, characters.length)];
}

function tooSmall({ info }: LanguageModel): Failure {
  return new Failure(
    'prompt-too-long',
    `${info.label} reads ${info.contextTokens} tokens at once, which is too little for minutes. Choose a model with a longer context; the transcript is kept.`,
  );
}

/** Adds up what the requests took. */
class Use {
  #prompt = 0;
  #completion = 0;
  #cost: number | undefined = 0;

  add(usage: TokenUsage | undefined, costUsd: number | undefined): void {
    this.#prompt += usage?.promptTokens ?? 0;
    this.#completion += usage?.completionTokens ?? 0;
    this.#cost = this.#cost === undefined || costUsd === undefined ? undefined : this.#cost + costUsd;
  }

  total(): MinutesUse {
    return {
      promptTokens: this.#prompt,
      completionTokens: this.#completion,
      ...(this.#cost !== undefined && { costUsd: this.#cost }),
    };
  }
}
