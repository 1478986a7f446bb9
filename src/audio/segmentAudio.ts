import { createHash } from 'node:crypto';
import { SAMPLE_RATE, type AudioPiece, type PieceLimits } from './audioPiece.ts';
import { concatenate } from './decode/samples.ts';
import type { Recording, SamplesOptions, WrittenAudio } from './openAudio.ts';
import { FRAME_SAMPLES, FRAMES_PER_SECOND, VoiceActivity, type Frame } from './voiceActivity.ts';

export interface SegmentOptions extends SamplesOptions {
  readonly limits: PieceLimits;
  /** The transcriber's: whether it takes a file, so that sound which cannot be decoded here can be sent as it is. */
  readonly takesEncoded: boolean;
}

/** FLAC of noise is a little larger than its samples of two bytes. */
const BYTES_PER_SECOND = 2.1 * SAMPLE_RATE;
/** The shortest quiet stretch between two words that a cut may lie in: 300 ms. */
const PAUSE_FRAMES = 0.3 * FRAMES_PER_SECOND;
/** A pause is looked for in the last part of what a piece may hold, then earlier. */
const CUT_FROM = [0.6, 0.2];
/** Where there is no pause, the next piece begins so much earlier, and words are matched. */
const OVERLAP_SECONDS = 3;
/** Quiet for so long is a piece of its own, which nobody needs to send. */
const SILENCE_FRAMES = 20 * FRAMES_PER_SECOND;
/** What is left of a long silence at its ends, so that no breath before a word is lost. */
const MARGIN_FRAMES = 0.5 * FRAMES_PER_SECOND;
/** Loud frames of which a piece needs so many to count as more than a click: 100 ms. */
const LOUD_FRAMES = 0.1 * FRAMES_PER_SECOND;
/** Quiet so short within a piece does not end it. */
const SHORTEST_SECONDS = 1;

/**
 * Cuts a recording into pieces that a transcriber takes, in order, while it is decoded: in pauses where there are any, else at
 * the quietest place with an overlap of 3 s. Silence of 20 s and more becomes pieces with `silent`. The same recording under
 * the same limits gives the same pieces. The sound of one piece is in memory at a time, those that were given lie on the disk
 * until they are disposed of.
 * Throws what `Recording.samples` throws, and a Failure when an encoded piece is too large.
 */
export async function* segmentAudio(
  recording: Recording,
  options: SegmentOptions,
): AsyncGenerator<AudioPiece, void, undefined> {
  if (!recording.isDecodable && options.takesEncoded) {
    yield* undecodedPieces(recording, options);
    return;
  }
  const { limits, signal } = options;
  const seconds = Math.min(limits.seconds, limits.bytes / BYTES_PER_SECOND);
  const cutter = new Cutter(Math.floor(seconds * FRAMES_PER_SECOND));
  let index = 0;
  const keep = async ({ start, overlap, silent, samples }: Cut): Promise<AudioPiece> => {
    const hash = hashOf(samples);
    const kept = await recording.keep(samples);
    let encoding: Promise<WrittenAudio> | undefined;
    return {
      index: index++,
      start: start / SAMPLE_RATE,
      end: (start + kept.length) / SAMPLE_RATE,
      overlap: overlap / SAMPLE_RATE,
      silent,
      hash,
      get samples() {
        return toFloat(kept.read());
      },
      encode: () => (encoding ??= kept.encode(signal)),
      [Symbol.dispose]: () => {
        removeWritten(Promise.resolve(kept));
        if (encoding) removeWritten(encoding);
      },
    };
  };
  for await (const samples of recording.samples(options)) {
    for (const cut of cutter.push(samples)) yield await keep(cut);
  }
  for (const cut of cutter.finish()) yield await keep(cut);
}

/** A stretch, in samples. */
interface Cut {
  readonly start: number;
  readonly overlap: number;
  readonly silent: boolean;
  /** Valid until the next cut is asked for. */
  readonly samples: Int16Array;
}

/**
 * Decides where to cut; pure. What has not been cut off is held with 16 bits, which is half of what it came with and no less
 * than speech needs.
 */
export class Cutter {
  readonly #mostFrames: number;
  readonly #activity = new VoiceActivity();
  /** The samples since the last cut. */
  readonly #held: Int16Array;
  #heldSamples = 0;
  /** What the frames since the last cut are like: their loudness in decibels, and 1 for those that may be speech. */
  readonly #decibels: Float32Array;
  readonly #isLoud: Uint8Array;
  #frames = 0;
  /** Samples behind the last whole frame. */
  #rest: Float32Array = new Float32Array();
  /** Samples before what is held. */
  #start = 0;
  /** Frames at the start of what is held that the last piece had too. */
  #overlapFrames = 0;
  /** Quiet frames at the end of what is held. */
  #quiet = 0;
  #loud = 0;

  /** The most frames of one piece. */
  constructor(mostFrames: number) {
    this.#mostFrames = Math.max(mostFrames, 2 * OVERLAP_SECONDS * FRAMES_PER_SECOND);
    this.#held = new Int16Array((this.#mostFrames + 1) * FRAME_SAMPLES);
    this.#decibels = new Float32Array(this.#mostFrames + 1);
    this.#isLoud = new Uint8Array(this.#mostFrames + 1);
  }

  /** Takes the next samples in and gives the pieces that are complete by them. */
  *push(samples: Float32Array): Generator<Cut, void, undefined> {
    const all = this.#rest.length > 0 ? concatenate([this.#rest, samples]) : samples;
    let at = 0;
    for (; at + FRAME_SAMPLES <= all.length; at += FRAME_SAMPLES) {
      yield* this.#frame(all.subarray(at, at + FRAME_SAMPLES));
    }
    this.#rest = all.slice(at);
  }

  /** The last piece, when there is more to give. */
  *finish(): Generator<Cut, void, undefined> {
    if (this.#rest.length > 0) this.#hold(this.#rest, this.#activity.judge(this.#rest));
    if (this.#frames > this.#overlapFrames) yield* this.#cut(this.#frames, 0);
  }

  *#frame(samples: Float32Array): Generator<Cut, void, undefined> {
    const frame = this.#activity.judge(samples);
    // A silence ends shortly before the first sound after it.
    if (frame.loud && this.#loud === 0 && this.#quiet >= SILENCE_FRAMES - MARGIN_FRAMES) {
      yield* this.#cut(this.#frames - MARGIN_FRAMES, 0);
    }
    this.#hold(samples, frame);
    const before = this.#frames - this.#quiet;
    if (this.#quiet === SILENCE_FRAMES && this.#loud > 0) yield* this.#cut(before + MARGIN_FRAMES, 0);
    if (this.#frames >= this.#mostFrames) yield* this.#cut(...this.#place());
  }

  #hold(samples: Float32Array, frame: Frame): void {
    for (let at = 0; at < samples.length; at++) this.#held[this.#heldSamples + at] = toInteger(samples[at] as number);
    this.#heldSamples += samples.length;
    this.#decibels[this.#frames] = frame.decibels;
    this.#isLoud[this.#frames] = Number(frame.loud);
    this.#frames++;
    this.#quiet = frame.loud ? 0 : this.#quiet + 1;
    if (frame.loud) this.#loud++;
  }

  /** Where to cut a full piece, in frames, and how many frames before it the next one begins. */
  #place(): [frame: number, overlap: number] {
    const ends = CUT_FROM.map((share) => Math.floor(this.#frames * share));
    for (const from of ends) {
      const pause = this.#longestPause(from);
      if (pause !== undefined) return [pause, 0];
    }
    return [this.#quietest(ends[0] ?? 0), OVERLAP_SECONDS * FRAMES_PER_SECOND];
  }

  /** The middle of the longest, and latest, pause. */
  #longestPause(from: number): number | undefined {
    let longest = PAUSE_FRAMES;
    let middle: number | undefined;
    let run = 0;
    for (let at = from; at < this.#frames; at++) {
      run = this.#isLoud[at] ? 0 : run + 1;
      if (run < longest) continue;
      longest = run;
      middle = at + 1 - Math.ceil(run / 2);
    }
    return middle;
  }

  #quietest(from: number): number {
    let quietest = this.#frames;
    let least = Number.POSITIVE_INFINITY;
    for (let at = from; at + PAUSE_FRAMES <= this.#frames; at++) {
      const sum = this.#decibels.subarray(at, at + PAUSE_FRAMES).reduce((total, decibels) => total + decibels, 0);
      if (sum >= least) continue;
      least = sum;
      quietest = at + Math.floor(PAUSE_FRAMES / 2);
    }
    return quietest;
  }

  /** Cuts off so many frames; the next piece begins `overlap` frames before that. */
  *#cut(frames: number, overlap: number): Generator<Cut, void, undefined> {
    const length = Math.min(this.#heldSamples, frames * FRAME_SAMPLES);
    yield {
      start: this.#start,
      overlap: this.#overlapFrames * FRAME_SAMPLES,
      silent: this.#countLoud(frames) < LOUD_FRAMES,
      samples: this.#held.subarray(0, length),
    };
    const kept = Math.min(this.#heldSamples, (frames - overlap) * FRAME_SAMPLES);
    this.#held.copyWithin(0, kept, this.#heldSamples);
    this.#heldSamples -= kept;
    this.#decibels.copyWithin(0, frames - overlap, this.#frames);
    this.#isLoud.copyWithin(0, frames - overlap, this.#frames);
    this.#frames -= frames - overlap;
    this.#start += kept;
    this.#overlapFrames = overlap;
    this.#loud = this.#countLoud(this.#frames);
    this.#quiet = Math.min(this.#quiet, this.#frames);
  }

  /** How many of the first frames are loud. */
  #countLoud(frames: number): number {
    return this.#isLoud.subarray(0, frames).reduce((sum, loud) => sum + loud, 0);
  }
}

/** What cannot be decoded cannot be listened to: pieces of the same length, each with an overlap. */
async function* undecodedPieces(
  recording: Recording,
  { limits, signal }: SegmentOptions,
): AsyncGenerator<AudioPiece, void, undefined> {
  const { info } = recording;
  // Some more, because the rate varies and pieces have headers.
  const bytesPerSecond = (1.2 * info.bytes) / info.duration;
  const most = Math.max(2 * OVERLAP_SECONDS, Math.min(limits.seconds, limits.bytes / bytesPerSecond) - 1);
  for (let index = 0, start = 0; start < info.duration - SHORTEST_SECONDS || index === 0; index++) {
    const end = Math.min(info.duration, start + most);
    const excerpt = await recording.excerpt(start, end, signal);
    yield {
      index,
      start,
      end,
      overlap: index === 0 ? 0 : OVERLAP_SECONDS,
      silent: false,
      hash: await hashOfContent(excerpt.content),
      encode: async () => excerpt,
      [Symbol.dispose]: () => void removeWritten(Promise.resolve(excerpt)),
    };
    if (end >= info.duration) return;
    start = end - OVERLAP_SECONDS;
  }
}

/** Nobody waits for it, and what stays behind goes with the recording's folder. */
function removeWritten(written: Promise<Pick<WrittenAudio, 'remove'>>): void {
  written.then((it) => it.remove()).catch(() => undefined);
}

async function hashOfContent(content: Blob): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of content.stream()) hash.update(part);
  return hash.digest('hex');
}

function hashOf(samples: Int16Array): string {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  return createHash('sha256').update(bytes).digest('hex');
}

const FULL_SCALE = 32_767;

function toInteger(sample: number): number {
  return Math.max(-FULL_SCALE - 1, Math.min(FULL_SCALE, Math.round(sample * FULL_SCALE)));
}

function toFloat(samples: Int16Array): Float32Array {
  return Float32Array.from(samples, (sample) => sample / FULL_SCALE);
}
