import { SAMPLE_RATE } from './audioPiece.ts';

/** Samples of one frame: 20 ms. */
export const FRAME_SAMPLES = SAMPLE_RATE / 50;
/** Frames in a second. */
export const FRAMES_PER_SECOND = SAMPLE_RATE / FRAME_SAMPLES;

/** Loudness of nothing at all, in decibels below full scale. */
const SILENCE_DECIBELS = -96;
/** Nothing below is speech that anybody could understand. */
const LEAST_DECIBELS = -65;
/** Above the noise by so much is a voice, or something else that is worth to be sent. */
const ABOVE_NOISE_DECIBELS = 8;
/** The noise is taken to be at most so loud: steady sound above is speech or music. */
const LOUDEST_NOISE_DECIBELS = -38;
/** Frames over which the noise is looked for: 10 s. */
const NOISE_FRAMES = 10 * FRAMES_PER_SECOND;
/** The noise is the loudness that one frame of ten does not reach. */
const NOISE_SHARE = 0.1;

/** What one frame is like. */
export interface Frame {
  /** Decibels below full scale. */
  readonly decibels: number;
  /** True when it is loud enough, measured by the noise before it, to be speech. */
  readonly loud: boolean;
}

/** Tells loud frames from quiet ones by a noise floor that follows the recording. */
export class VoiceActivity {
  /** How many of the last frames had each loudness, in whole decibels below 0. */
  readonly #histogram = new Uint16Array(1 - SILENCE_DECIBELS);
  readonly #last = new Uint8Array(NOISE_FRAMES);
  #count = 0;

  /** Judges the next frame: `FRAME_SAMPLES` samples, or fewer at the end of a recording. */
  judge(samples: Float32Array): Frame {
    const decibels = loudness(samples);
    this.#remember(Math.round(-decibels));
    const threshold = Math.max(LEAST_DECIBELS, Math.min(this.#noise(), LOUDEST_NOISE_DECIBELS) + ABOVE_NOISE_DECIBELS);
    return { decibels, loud: decibels > threshold };
  }

  #remember(below: number): void {
    const slot = this.#count % NOISE_FRAMES;
    if (this.#count >= NOISE_FRAMES) this.#histogram[this.#last[slot] ?? 0]!--;
    this.#last[slot] = below;
    this.#histogram[below]!++;
    this.#count++;
  }

  #noise(): number {
    const wanted = Math.min(this.#count, NOISE_FRAMES) * NOISE_SHARE;
    let frames = 0;
    for (let below = -SILENCE_DECIBELS; below >= 0; below--) {
      frames += this.#histogram[below] ?? 0;
      if (frames > wanted) return -below;
    }
    return 0;
  }
}

/** False when nothing in the sound is so loud that anybody could understand it. */
export function hasSound(samples: Float32Array): boolean {
  for (let at = 0; at < samples.length; at += FRAME_SAMPLES) {
    if (loudness(samples.subarray(at, at + FRAME_SAMPLES)) > LEAST_DECIBELS) return true;
  }
  return false;
}

/** Decibels below full scale. */
function loudness(samples: Float32Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  return Math.max(SILENCE_DECIBELS, Math.min(0, 10 * Math.log10(energy / samples.length + 1e-12)));
}
