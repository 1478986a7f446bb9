import { parseClockTime } from '../shared/recordingTimes.ts';
import { clockTime, type Transcript } from './transcript.ts';

/** The word for what nobody took on; a model is told to write it as it is. */
const UNASSIGNED = /unassigned/i;
const TIMES = /\[(\s*\d{1,3}:\d{2}(?::\d{2})?(?:\s*[,;–—-]\s*\d{1,3}:\d{2}(?::\d{2})?)*\s*)\]/g;
/** Rounding of the transcript's own times. */
const TOLERANCE_SECONDS = 1.5;

/**
 * Checks the Markdown of a model while it streams, line by line: times that are not in the transcript and owners whose names
 * nobody said are marked, and what a page would load or run is made text.
 */
export class MinutesCheck {
  /** Times that were marked, as the model wrote them. */
  readonly unknownTimes: string[] = [];
  /** Owners of action items that were marked. */
  readonly unknownOwners: string[] = [];
  readonly #segments: Transcript['segments'];
  readonly #said: string;
  #rest = '';
  #begun = false;
  #fenced = false;

  constructor({ segments }: Pick<Transcript, 'segments'>) {
    this.#segments = segments;
    this.#said = plain(segments.map(({ text, speaker }) => `${speaker ?? ''} ${text}`).join(' '));
  }

  /** Takes in what came, and gives the lines that are complete, checked. */
  push(text: string): string {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.map((line) => this.#line(line, '\n')).join('');
  }

  /** The last line. */
  end(): string {
    const last = this.#rest === '' ? '' : this.#line(this.#rest, '');
    this.#rest = '';
    return last;
  }

  #line(line: string, end: string): string {
    const bare = line.trim();
    if (!this.#begun) {
      if (bare === '') return '';
      this.#begun = true;
      // Some wrap the whole in a code block all the same.
      this.#fenced = /^```(markdown|md)?$/i.test(bare);
      if (this.#fenced) return '';
    }
    if (this.#fenced && bare === '```') return '';
    return this.#checkOwner(this.#checkTimes(harmless(line.replace(/\r$/, '')))) + end;
  }

  #checkTimes(line: string): string {
    return line.replaceAll(TIMES, (_all, inside: string) => {
      const checked = inside.trim().replaceAll(/\d{1,3}:\d{2}(?::\d{2})?/g, (time) => {
        const seconds = parseClockTime(time);
        if (seconds !== undefined && this.#exists(seconds)) return clockTime(seconds);
        this.unknownTimes.push(time);
        return `${time} ⚠ not in the recording`;
      });
      return `[${checked}]`;
    });
  }

  #exists(seconds: number): boolean {
    return this.#segments.some(
      ({ start, end }) => seconds >= start - TOLERANCE_SECONDS && seconds <= Math.max(end, start) + TOLERANCE_SECONDS,
    );
  }

  #checkOwner(line: string): string {
    if (!/^\s*[-*] \[[ x]\] /i.test(line)) return line;
    // The owner is what stands in bold last, as the task itself may hold bold words.
    const owner = [...line.matchAll(/\*\*([^*]+)\*\*/g)].at(-1);
    if (!owner?.[1] || UNASSIGNED.test(owner[1])) return line;
    const words = plain(owner[1])
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== '');
    if (words.length === 0 || words.some((word) => this.#wasSaid(word))) return line;
    this.unknownOwners.push(owner[1]);
    const at = owner.index + owner[0].length;
    return `${line.slice(0, at)} ⚠ name not in the recording${line.slice(at)}`;
  }

  #wasSaid(word: string): boolean {
    // A single letter names a voice of the transcriber; in other texts it is in every word.
    if (word.length === 1 && /[a-z]/.test(word)) return new RegExp(`\\b${word}\\b`).test(this.#said);
    return this.#said.includes(word);
  }
}

function plain(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** A picture would be loaded from wherever the model says, and HTML is not what was asked for. */
function harmless(line: string): string {
  return line.replaceAll('![', '!\\[').replaceAll(/<(?=[a-z/!?])/gi, '\\<');
}
