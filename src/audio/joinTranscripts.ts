import type { AudioPiece } from './audioPiece.ts';
import type { TranscriptSegment } from './transcriber.ts';

/** What was heard in one piece, with times in the recording. */
export interface PieceTranscript {
  readonly piece: Pick<AudioPiece, 'start' | 'end' | 'overlap'>;
  readonly segments: readonly TranscriptSegment[];
}

/** A word where it stands in its segment, and about when it was said. */
interface Word {
  /** As it is compared: without case, accents and width. */
  readonly text: string;
  readonly segment: number;
  readonly from: number;
  readonly to: number;
  /** Seconds from the start of the recording: its middle. */
  readonly time: number;
  readonly end: number;
}

/** The same word in two pieces may be told so many seconds apart: transcribers' times are rough. */
const TOLERANCE_SECONDS = 4;
/** Words told at the same time count fully, and less up to so many seconds apart. */
const CLOSE_SECONDS = 0.5;
/** What a match counts whose times are further apart: it decides only where no times fit. */
const FAR_GAIN = 0.02;

/**
 * Joins the transcripts of pieces in their order. Where two overlap, the words that both have are matched by what they are and
 * when they were said, and one of the two takes over from the other at a matched word near the middle: nothing is doubled or
 * lost. Without any word in common, one takes over from the other in the middle of the overlap.
 */
export function joinTranscripts(transcripts: readonly PieceTranscript[]): TranscriptSegment[] {
  let joined: TranscriptSegment[] = [];
  for (const { piece, segments } of transcripts) {
    joined = piece.overlap > 0 && joined.length > 0 ? joinTwo(joined, segments, piece) : [...joined, ...segments];
  }
  return joined.filter(({ text }) => text.trim() !== '');
}

function joinTwo(
  before: readonly TranscriptSegment[],
  after: readonly TranscriptSegment[],
  { start, overlap }: PieceTranscript['piece'],
): TranscriptSegment[] {
  const from = start - TOLERANCE_SECONDS;
  const to = start + overlap + TOLERANCE_SECONDS;
  const near = ({ time }: Word): boolean => time >= from && time <= to;
  const middle = start + overlap / 2;
  const left = wordsOf(before).filter(near);
  const right = wordsOf(after).filter(near);
  const pairs = matchWords(left, right);
  const isClose = ([a, b]: readonly [Word, Word]): boolean => gain(a, b) > FAR_GAIN;
  const distance = ([a, b]: readonly [Word, Word]): number => Math.abs((a.time + b.time) / 2 - middle);
  const reliable = pairs.some(isClose) ? pairs.filter(isClose) : pairs;
  const [pair] = reliable.sort((a, b) => distance(a) - distance(b));
  if (pair) return [...upTo(before, pair[0]), ...behind(after, pair[1])];
  const last = wordsOf(before).findLast(({ time }) => time < middle);
  const first = wordsOf(after).findLast(({ time }) => time < middle);
  return [...(last ? upTo(before, last) : []), ...(first ? behind(after, first) : after)];
}

/** How much it says for an alignment of two transcripts that it takes two words for one. */
function gain(a: Word, b: Word): number {
  const apart = Math.abs(a.time - b.time);
  if (a.text !== b.text || apart > TOLERANCE_SECONDS) return 0;
  return Math.max(FAR_GAIN, 1 - apart / CLOSE_SECONDS);
}

/** Pairs of equal words in the same order in both, said at about the same time: as many, and as close, as can be. */
function matchWords(left: readonly Word[], right: readonly Word[]): [Word, Word][] {
  const width = right.length + 1;
  const best = new Float64Array((left.length + 1) * width);
  const at = (row: number, column: number): number => best[row * width + column] ?? 0;
  for (let row = left.length - 1; row >= 0; row--) {
    for (let column = right.length - 1; column >= 0; column--) {
      const matched = gain(left[row] as Word, right[column] as Word);
      best[row * width + column] = Math.max(
        at(row + 1, column),
        at(row, column + 1),
        matched > 0 ? matched + at(row + 1, column + 1) : 0,
      );
    }
  }
  const pairs: [Word, Word][] = [];
  for (let row = 0, column = 0; row < left.length && column < right.length;) {
    const a = left[row] as Word;
    const b = right[column] as Word;
    const matched = gain(a, b);
    if (matched > 0 && at(row, column) === matched + at(row + 1, column + 1)) {
      pairs.push([a, b]);
      row++;
      column++;
    } else if (at(row, column) === at(row + 1, column)) row++;
    else column++;
  }
  return pairs;
}

/** The segments up to a word and with it. */
function upTo(segments: readonly TranscriptSegment[], word: Word): TranscriptSegment[] {
  const whole = segments.slice(0, word.segment);
  const split = segments[word.segment] as TranscriptSegment;
  const rest = split.text.slice(word.to);
  // The comma or the full stop behind the word is a part of it.
  const punctuation = /^[^\p{L}\p{N}\s]*/u.exec(rest)?.[0] ?? '';
  const isWhole = !wordPattern().test(rest);
  const text = isWhole ? split.text : split.text.slice(0, word.to) + punctuation;
  return [...whole, { ...split, text, end: isWhole ? split.end : word.end }];
}

/** The segments behind a word. */
function behind(segments: readonly TranscriptSegment[], word: Word): TranscriptSegment[] {
  const split = segments[word.segment] as TranscriptSegment;
  const rest = split.text.slice(word.to).replace(/^[^\p{L}\p{N}\s]*\s*/u, '');
  const others = segments.slice(word.segment + 1);
  return rest === '' ? others : [{ ...split, text: rest, start: word.end }, ...others];
}

/** The words with times that are spread over each segment by their places in its text. */
function wordsOf(segments: readonly TranscriptSegment[]): Word[] {
  return segments.flatMap(({ text, start, end }, segment) =>
    [...text.matchAll(wordPattern())].map((match): Word => {
      const from = match.index;
      const to = from + match[0].length;
      // The space behind a word is its share of the pauses.
      const at = (place: number): number => start + ((end - start) * place) / (text.length + 1);
      return { text: normalize(match[0]), segment, from, to, time: at((from + to + 1) / 2), end: at(to + 1) };
    }),
  );
}

/** A word, or one character of a script that writes without spaces. */
function wordPattern(): RegExp {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{M}\p{N}])+(?:['’](?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}])+)*/gu;
}

function normalize(word: string): string {
  return word.normalize('NFKD').replace(/\p{M}/gu, '').replace(/[’]/g, "'").toLowerCase();
}
