/** Something said in a window of sound, with the tokens of its text. */
export interface HeardSegment {
  /** Seconds from the start of the window. */
  readonly start: number;
  readonly end: number;
  readonly tokens: readonly number[];
}

/** What a window gave. */
export interface HeardWindow {
  readonly segments: readonly HeardSegment[];
  /** Seconds of the window that are done; the next one begins there. */
  readonly done: number;
}

/** Seconds between two timestamps of Whisper. */
const TIMESTAMP_SECONDS = 0.02;

/**
 * Takes what Whisper wrote for a window of `seconds` apart: text between timestamps, which are the tokens from `firstTimestamp`
 * on. A sentence that is cut by the end of the window is left to the next one, unless nothing else was said.
 */
export function readWindow(tokens: readonly number[], firstTimestamp: number, seconds: number): HeardWindow {
  const timeOf = (token: number): number => Math.min(seconds, (token - firstTimestamp) * TIMESTAMP_SECONDS);
  const segments: HeardSegment[] = [];
  let start: number | undefined;
  let text: number[] = [];
  for (const token of tokens) {
    if (token < firstTimestamp) {
      text.push(token);
      continue;
    }
    const time = timeOf(token);
    if (text.length > 0) {
      segments.push({ start: start ?? 0, end: Math.max(time, start ?? 0), tokens: text });
      text = [];
    }
    start = time;
  }
  const last = segments.at(-1);
  if (text.length === 0) {
    // One timestamp at the end says that nothing comes after it; two, that a sentence begins which the window cuts.
    const endsInMiddle = tokens.length >= 2 && tokens.slice(-2).every((token) => token >= firstTimestamp);
    return { segments, done: endsInMiddle && last && last.end > 0 ? last.end : seconds };
  }
  if (last && last.end > 0) return { segments, done: last.end };
  return { segments: [...segments, { start: start ?? 0, end: seconds, tokens: text }], done: seconds };
}
