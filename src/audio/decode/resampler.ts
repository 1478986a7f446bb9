/** Zero crossings of the windowed sinc on each side, as many as ffmpeg takes. */
const ZERO_CROSSINGS = 16;
/** The middle of the slope, as a share of the lower of the two Nyquist frequencies. */
const CUTOFF = 0.92;
const KAISER_BETA = 8;

/**
 * Changes the sample rate of one channel piece by piece, by a polyphase windowed sinc with its low-pass at the lower of the
 * two rates. The sound is not shifted in time: the first sample out is at the time of the first sample in.
 */
export class Resampler {
  readonly #up: number;
  readonly #down: number;
  /** Taps of one phase. */
  readonly #taps: number;
  readonly #half: number;
  /** The coefficients phase by phase. */
  readonly #table: Float32Array;
  /** What has come in and is needed still; begins with silence so that the first output has a past. */
  #held: Float32Array;
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
    this.#taps = 2 * this.#half;
    this.#table = filterTable(this.#up, this.#half, scale * CUTOFF);
    this.#held = new Float32Array(this.#taps + 65_536);
    this.#heldLength = this.#half - 1;
    this.#index = this.#half - 1;
  }

  /** Takes samples in and gives those that can be computed. */
  push(samples: Float32Array): Float32Array {
    this.#inputSamples += samples.length;
    this.#hold(samples);
    return this.#compute(Number.POSITIVE_INFINITY);
  }

  /** What is left at the end, so that as much time has come out as went in. */
  finish(): Float32Array {
    const wanted = Math.round((this.#inputSamples * this.#up) / this.#down) - this.#outputSamples;
    this.#hold(new Float32Array(this.#taps));
    return this.#compute(Math.max(0, wanted));
  }

  #hold(samples: Float32Array): void {
    // Output looks back over half of the taps, no further.
    const unneeded = Math.max(0, this.#index - this.#half + 1);
    const length = this.#heldLength - unneeded + samples.length;
    if (length > this.#held.length) {
      const larger = new Float32Array(2 * length);
      larger.set(this.#held.subarray(unneeded, this.#heldLength));
      this.#held = larger;
    } else {
      this.#held.copyWithin(0, unneeded, this.#heldLength);
    }
    this.#index -= unneeded;
    this.#held.set(samples, length - samples.length);
    this.#heldLength = length;
  }

  #compute(most: number): Float32Array {
    const held = this.#held;
    const table = this.#table;
    const taps = this.#taps;
    const up = this.#up;
    const down = this.#down;
    const last = this.#heldLength - this.#half - 1;
    const room = Math.max(0, Math.ceil(((last - this.#index + 1) * up) / down) + 1);
    const output = new Float32Array(Math.min(most, room));
    let index = this.#index;
    let phase = this.#phase;
    let count = 0;
    while (index <= last && count < output.length) {
      let input = index - this.#half + 1;
      let tap = phase * taps;
      const end = tap + taps;
      // Four sums that do not wait for each other.
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (; tap + 3 < end; tap += 4, input += 4) {
        a += (held[input] as number) * (table[tap] as number);
        b += (held[input + 1] as number) * (table[tap + 1] as number);
        c += (held[input + 2] as number) * (table[tap + 2] as number);
        d += (held[input + 3] as number) * (table[tap + 3] as number);
      }
      for (; tap < end; tap++, input++) a += (held[input] as number) * (table[tap] as number);
      output[count++] = a + b + c + d;
      phase += down;
      const whole = Math.floor(phase / up);
      index += whole;
      phase -= whole * up;
    }
    this.#index = index;
    this.#phase = phase;
    this.#outputSamples += count;
    return output.subarray(0, count);
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** For each phase, the coefficients of the `2 * half` input samples around the output. `cutoff` is a share of the input's Nyquist frequency. */
function filterTable(phases: number, half: number, cutoff: number): Float32Array {
  const taps = 2 * half;
  const table = new Float32Array(phases * taps);
  const edge = bessel(KAISER_BETA);
  for (let phase = 0; phase < phases; phase++) {
    let sum = 0;
    const row = table.subarray(phase * taps, (phase + 1) * taps);
    for (let tap = 0; tap < taps; tap++) {
      const distance = tap - half + 1 - phase / phases;
      const x = Math.PI * cutoff * distance;
      const sinc = x === 0 ? 1 : Math.sin(x) / x;
      const window = bessel(KAISER_BETA * Math.sqrt(Math.max(0, 1 - (distance / half) ** 2))) / edge;
      row[tap] = sinc * window;
      sum += sinc * window;
    }
    // A constant stays what it is in every phase, or the phases would be heard as a tone.
    for (let tap = 0; tap < taps; tap++) row[tap] = (row[tap] as number) / sum;
  }
  return table;
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
