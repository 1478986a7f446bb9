import { Failure, throwIfAborted, toFailure } from '../shared/failure.ts';
import type { AudioInfo, AudioPiece } from './audioPiece.ts';
import { joinTranscripts } from './joinTranscripts.ts';
import type { Recording } from './openAudio.ts';
import type { PieceContext, PieceStore } from './pieceStore.ts';
import { findLoop } from './repeatedText.ts';
import { segmentAudio } from './segmentAudio.ts';
import type { Transcriber, TranscriptSegment } from './transcriber.ts';
import { clockTime, spokenLength, type Transcript } from './transcript.ts';

export interface TranscriptionOptions {
  readonly signal: AbortSignal;
  /** ISO 639-1; absent lets the transcriber find out. */
  readonly language?: string;
  /** Pieces under way at once, where they are sent. */
  readonly parallel: number;
}

/** What happens while a recording is transcribed. */
export type TranscriptionEvent =
  | {
      readonly type: 'progress';
      /** Seconds of the recording that are done, in whatever order. */
      readonly doneSeconds: number;
      readonly totalSeconds: number;
      /** Seconds that were sent, known from before, and not sent because nothing is said in them. */
      readonly sentSeconds: number;
      readonly knownSeconds: number;
      readonly silentSeconds: number;
    }
  /** Something went wrong that did not stop the work; a sentence for the user. */
  | { readonly type: 'notice'; readonly message: string }
  /** The transcript so far, without gaps up to where it ends; the last one is complete. */
  | { readonly type: 'transcript'; readonly transcript: Transcript; readonly complete: boolean };

/** Where a piece stands, without its sound: what is done must not stay in memory. */
type Place = Pick<AudioPiece, 'index' | 'start' | 'end' | 'overlap'>;

type Outcome =
  | {
      readonly piece: Place;
      readonly segments: TranscriptSegment[];
      readonly kind: 'sent' | 'known' | 'silent';
      readonly notice?: string;
    }
  | { readonly piece: Place; readonly error: unknown };

/**
 * Transcribes a recording: its pieces run a few at a time, each is stored as soon as it is done, and what was stored before is
 * not sent again. When a piece fails, no further ones are begun, those under way are waited for and kept, and after the
 * transcript so far the Failure is thrown, which says how much is kept.
 */
export async function* transcribeRecording(
  recording: Recording,
  transcriber: Transcriber,
  store: PieceStore,
  options: TranscriptionOptions,
): AsyncGenerator<TranscriptionEvent, Transcript, undefined> {
  const { signal, language } = options;
  const { info } = recording;
  const context: PieceContext = { transcriberId: transcriber.id, ...(language && { language }) };
  const notices: string[] = [];
  /** Those that were told. */
  const told: string[] = [];
  const pieces = segmentAudio(recording, {
    limits: transcriber.limits,
    takesEncoded: transcriber.takesEncoded,
    signal,
    onDamage: (message) => notices.push(message),
  });
  const done = new Map<number, Extract<Outcome, { kind: string }>>();
  const seconds = { sent: 0, known: 0, silent: 0 };
  const running = new Map<number, Promise<Outcome>>();
  // A model on this machine hears one piece after the other; more would only lie in memory.
  const parallel = transcriber.takesEncoded ? options.parallel : 1;
  let failure: Failure | undefined;
  let ended = false;
  let total = info.duration;
  let contiguous = -1;

  const transcript = (): Transcript => ({
    ...describe(info, transcriber, context, done, total),
    ...(told.length > 0 && { notices: told }),
  });
  try {
    for (;;) {
      while (!ended && !failure && running.size < parallel) {
        let next: IteratorResult<AudioPiece, void>;
        try {
          next = await pieces.next();
        } catch (error) {
          failure = toFailure(error);
          break;
        }
        if (next.done) {
          ended = true;
          break;
        }
        const piece = next.value;
        total = Math.max(total, piece.end);
        const before = done.get(piece.index - 1)?.segments.at(-1)?.text;
        running.set(piece.index, transcribePiece(piece, transcriber, store, context, before, signal));
      }
      for (const message of notices.splice(0)) {
        told.push(message);
        yield { type: 'notice', message };
      }
      if (running.size === 0) break;
      const outcome = await Promise.race(running.values());
      running.delete(outcome.piece.index);
      throwIfAborted(signal);
      if ('error' in outcome) {
        failure ??= toFailure(outcome.error);
        continue;
      }
      done.set(outcome.piece.index, outcome);
      const { piece, kind, notice } = outcome;
      seconds[kind] += piece.end - piece.start - piece.overlap;
      if (notice !== undefined) notices.push(notice);
      yield {
        type: 'progress',
        doneSeconds: seconds.sent + seconds.known + seconds.silent,
        totalSeconds: total,
        sentSeconds: seconds.sent,
        knownSeconds: seconds.known,
        silentSeconds: seconds.silent,
      };
      const prefix = prefixLength(done);
      if (prefix > contiguous) {
        contiguous = prefix;
        yield {
          type: 'transcript',
          transcript: describe(info, transcriber, context, firstOf(done, prefix), total),
          complete: false,
        };
      }
    }
  } finally {
    await pieces.return();
  }
  throwIfAborted(signal);
  if (failure?.reason === 'cancelled') throw failure;
  if (failure) {
    if (done.size > 0) yield { type: 'transcript', transcript: transcript(), complete: false };
    throw withKept(failure, seconds.sent + seconds.known, total);
  }
  // The length that the headers tell may be wrong.
  const end = Math.max(0, ...[...done.values()].map(({ piece }) => piece.end));
  if (done.size === 0 || end === 0) {
    throw new Failure('invalid-input', `There is no sound in ${describeName(info)}. Check that it is the right file.`);
  }
  total = end;
  const result = transcript();
  yield { type: 'transcript', transcript: result, complete: true };
  return result;
}

async function transcribePiece(
  whole: AudioPiece,
  transcriber: Transcriber,
  store: PieceStore,
  context: PieceContext,
  previousText: string | undefined,
  signal: AbortSignal,
): Promise<Outcome> {
  using _ = whole;
  const { index, start, end, overlap } = whole;
  const piece: Place = { index, start, end, overlap };
  if (whole.silent) return { piece, segments: [], kind: 'silent' };
  try {
    const known = await store.get(whole, context);
    if (known) return { piece, segments: known, kind: 'known' };
    const ask = async (before: string | undefined): Promise<TranscriptSegment[]> => {
      const answered: TranscriptSegment[] = [];
      const options = {
        signal,
        ...(context.language && { language: context.language }),
        ...(before && { previousText: before }),
      };
      for await (const segment of transcriber.transcribe(whole, options)) answered.push(segment);
      return answered;
    };
    let segments = await ask(previousText);
    let notice: string | undefined;
    if (loopOf(segments)) {
      // What came before is what leads a model into a loop, most of all.
      segments = await ask(undefined);
      const loop = loopOf(segments);
      if (loop) {
        segments = foldLoop(segments);
        notice = `From ${clockTime(start)} to ${clockTime(end)} the transcriber answered “${shorten(loop.unit)}” over and over (${loop.times} times), also when it was asked again. It is kept once; run it again to ask once more, or choose another transcriber.`;
      }
    }
    // What is no good is asked for again the next time.
    if (notice === undefined) await store.put(whole, context, segments);
    return { piece, segments, kind: 'sent', ...(notice !== undefined && { notice }) };
  } catch (error) {
    return { piece, error };
  }
}

const joinedText = (segments: readonly TranscriptSegment[]): string => segments.map(({ text }) => text).join(' ');

const loopOf = (segments: readonly TranscriptSegment[]) => findLoop(joinedText(segments));

/** Keeps one of the repetitions, and of the others nothing. */
function foldLoop(segments: readonly TranscriptSegment[]): TranscriptSegment[] {
  let rest = [...segments];
  for (let loop = loopOf(rest); loop; loop = loopOf(rest)) {
    const keep = loop.start + loop.unit.length;
    let at = 0;
    const { end } = loop;
    const next: TranscriptSegment[] = [];
    for (const segment of rest) {
      const from = at;
      at += segment.text.length + 1;
      const before = segment.text.slice(0, Math.max(0, keep - from));
      const after = segment.text.slice(Math.max(0, end - from));
      const text = (end <= from || keep >= from + segment.text.length ? segment.text : `${before} ${after}`).trim();
      if (text !== '') next.push({ ...segment, text });
    }
    if (joinedText(next).length >= joinedText(rest).length) return next;
    rest = next;
  }
  return rest;
}

/** How many pieces from the start are done without a gap. */
function prefixLength(done: ReadonlyMap<number, unknown>): number {
  let length = 0;
  while (done.has(length)) length++;
  return length;
}

function firstOf<T>(done: ReadonlyMap<number, T>, length: number): Map<number, T> {
  return new Map([...done].filter(([index]) => index < length));
}

function describe(
  info: AudioInfo,
  transcriber: Transcriber,
  { language }: PieceContext,
  done: ReadonlyMap<number, { readonly piece: Place; readonly segments: TranscriptSegment[] }>,
  duration: number,
): Transcript {
  const inOrder = [...done.values()].sort((a, b) => a.piece.index - b.piece.index);
  const manyVoices = transcriber.speakersPerPiece === true && inOrder.length > 1;
  const missing: [number, number][] = [];
  let end = 0;
  for (const { piece } of inOrder) {
    if (piece.start > end + 0.05) missing.push([end, piece.start]);
    end = Math.max(end, piece.end);
  }
  if (duration > end + 1) missing.push([end, duration]);
  return {
    recording: describeName(info),
    duration,
    transcriber: transcriber.id,
    ...(language && { language }),
    segments: joinTranscripts(
      inOrder.map(({ piece, segments }) => ({
        piece,
        segments: manyVoices ? segments.map((it) => nameVoice(it, piece.index)) : segments,
      })),
    ),
    missing,
  };
}

/** A voice has its name within a piece only: the A of one may be the B of the next. */
function nameVoice(segment: TranscriptSegment, index: number): TranscriptSegment {
  return segment.speaker === undefined ? segment : { ...segment, speaker: `${segment.speaker} (part ${index + 1})` };
}

function describeName({ path }: AudioInfo): string {
  return path.replace(/^.*[\\/]/, '');
}

function withKept(failure: Failure, doneSeconds: number, total: number): Failure {
  if (doneSeconds <= 0) return failure;
  const kept = `${spokenLength(doneSeconds)} of ${spokenLength(total)} are transcribed and kept: run it again, and it goes on from there.`;
  return new Failure(failure.reason, `${failure.message} ${kept}`, { cause: failure });
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
