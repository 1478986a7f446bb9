import type { TranscriptSegment } from './transcriber.ts';

/** What was said in a recording, as far as it is known. */
export interface Transcript {
  /** The name of the file, without its folder. */
  readonly recording: string;
  /** Seconds. */
  readonly duration: number;
  readonly transcriber: string;
  /** As it was chosen; absent where the transcriber found it out. */
  readonly language?: string;
  readonly segments: readonly TranscriptSegment[];
  /** Stretches, in seconds, that were not transcribed because something went wrong. */
  readonly missing: readonly (readonly [start: number, end: number])[];
  /** What went wrong without stopping the work, each a sentence; absent when nothing did. */
  readonly notices?: readonly string[];
}

/** A place in a recording as people write it: `00:12:31`. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${pad(Math.floor(whole / 3600))}:${pad(Math.floor(whole / 60) % 60)}:${pad(whole % 60)}`;
}

/** A length of time in a sentence: `45 s`, `12 min`, `2 h 5 min`. */
export function spokenLength(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
