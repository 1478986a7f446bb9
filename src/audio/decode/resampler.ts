import { concatenate } from './samples.ts';
import { createFilterKernel, ROW_STEP, type FilterKernel } from './filterKernel.ts';

/** Zero crossings of the windowed sinc on each side. */
const ZERO_CROSSINGS = 24;
/** The middle of the slope, as a share of the lower of the two Nyquist frequencies. */
const CUTOFF = 0.94;
const KAISER_BETA = 8;

/** Samples that are taken in at once. */
const BLOCK_SAMPLES = 16_384;
const PAGE_BYTES = 65_536;

/**
 * Changes the sample rate of one channel piece by piece, by a polyphase windowed sinc with its low-pass at the lower of the
 * two rates. The sound is not shifted in time: the first sample out is at the time of the first sample in.
 */
export class Resampler {
  readonly #up: number;
  readonly #down: number;
  /** Input samples before and behind an output that it is made of. */
  readonly #half: number;
  readonly #rowBytes: number;
  readonly #kernel: FilterKernel;
  /** What has come in and is needed still; begins with silence so that the first output has a past. */
  readonly #held: Float32Array;
  readonly #output: Float32Array;
  #heldLength: number;
  /** Where the next output lies in `#held`: whole input samples, and parts of `1 / #up`. */
  #index: number;
  #phase = 0;
  #inputSamples = 0;
  #outputSamples = 0;

  constructor(inputRate: number, outputRate: number) {
    const divisor = greatestCommonDivisor(inputRate, outputRate);
    this.#up = outputRate / divisor;
    this.#down = inputRate / divisor;
    const scale = Math.min(1, outputRate / inputRate);
    this.#half = Math.ceil(ZERO_CROSSINGS / scale);
    const row = Math.ceil((2 * this.#half) / ROW_STEP) * ROW_STEP;
    this.#rowBytes = 4 * row;
    const tableNumbers = this.#up * row;
    const heldNumbers = BLOCK_SAMPLES + 2 * row;
    const outputNumbers = Math.ceil((BLOCK_SAMPLES * this.#up) / this.#down) + 2;
    const bytes = 4 * (tableNumbers + heldNumbers + outputNumbers);
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
    const part = (from: number, numbers: number): Float32Array => new Float32Array(memory.buffer, 4 * from, numbers);
    fillTable(part(0, tableNumbers), this.#up, row, this.#half, scale * CUTOFF);
    this.#held = part(tableNumbers, heldNumbers);
    this.#output = part(tableNumbers + heldNumbers, outputNumbers);
    this.#kernel = createFilterKernel(memory);
    this.#heldLength = this.#half - 1;
    this.#index = this.#half - 1;
  }

  /** Takes samples in and gives those that can be computed. */
  push(samples: Float32Array): Float32Array {
    this.#inputSamples += samples.length;
    return this.#filter(samples);
  }

  /** What is left at the end, so that as much time has come out as went in. */
  finish(): Float32Array {
    const wanted = Math.round((this.#inputSamples * this.#up) / this.#down) - this.#outputSamples;
    return this.#filter(new Float32Array(2 * this.#half)).subarray(0, Math.max(0, wanted));
  }

  #filter(samples: Float32Array): Float32Array {
    const parts: Float32Array[] = [];
    for (let at = 0; at < samples.length; at += BLOCK_SAMPLES) {
      this.#hold(samples.subarray(at, at + BLOCK_SAMPLES));
      parts.push(this.#compute());
    }
    return concatenate(parts);
  }

  #hold(samples: Float32Array): void {
    // Output looks back over half of the taps, no further.
    const unneeded = this.#index - this.#half + 1;
    this.#held.copyWithin(0, unneeded, this.#heldLength);
    this.#index -= unneeded;
    this.#heldLength -= unneeded;
    this.#held.set(samples, this.#heldLength);
    this.#heldLength += samples.length;
  }

  #compute(): Float32Array {
    const last = this.#heldLength - this.#half - 1;
    const parts = (last - this.#index) * this.#up + this.#up - 1 - this.#phase;
    const count = Math.max(0, Math.floor(parts / this.#down) + 1);
    if (parts < 0 || count === 0) return new Float32Array();
    const from = this.#held.byteOffset + 4 * (this.#index - this.#half + 1);
    this.#kernel(from, 0, this.#output.byteOffset, count, this.#phase, this.#up, this.#down, this.#rowBytes);
    const ahead = this.#phase + count * this.#down;
    this.#index += Math.floor(ahead / this.#up);
    this.#phase = ahead % this.#up;
    this.#outputSamples += count;
    return this.#output.slice(0, count);
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** For each phase, the coefficients of the `2 * half` input samples around the output, then zeros. `cutoff` is a share of the input's Nyquist frequency. */
function fillTable(table: Float32Array, phases: number, row: number, half: number, cutoff: number): void {
  const taps = 2 * half;
  const edge = bessel(KAISER_BETA);
  for (let phase = 0; phase < phases; phase++) {
    let sum = 0;
    const coefficients = table.subarray(phase * row, phase * row + taps);
    for (let tap = 0; tap < taps; tap++) {
      const distance = tap - half + 1 - phase / phases;
      const x = Math.PI * cutoff * distance;
      const sinc = x === 0 ? 1 : Math.sin(x) / x;
      const window = bessel(KAISER_BETA * Math.sqrt(Math.max(0, 1 - (distance / half) ** 2))) / edge;
      coefficients[tap] = sinc * window;
      sum += sinc * window;
    }
    // A constant stays what it is in every phase, or the phases would be heard as a tone.
    for (let tap = 0; tap < taps; tap++) coefficients[tap] = (coefficients[tap] as number) / sum;
  }
}

/** The modified Bessel function of the first kind and order 0. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
