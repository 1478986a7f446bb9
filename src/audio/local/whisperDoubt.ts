import type { LogitsProcessor, Tensor } from '@huggingface/transformers';

type Base = typeof LogitsProcessor;

/** How sure a model is of the words that it writes; the tokens for times do not count. */
export class WordConfidence {
  readonly processor: LogitsProcessor;
  #sum = 0;
  #words = 0;

  /** Words are the tokens below the one that ends a text. */
  constructor(Processor: Base, end: number) {
    /** The chances of the step before, whose token is known at the next one. */
    let before: { readonly logits: Float32Array; readonly total: number } | undefined;
    const take = (token: number): void => {
      if (!before || token >= end) return;
      this.#sum += (before.logits[token] ?? 0) - before.total;
      this.#words++;
    };
    this.processor = new (class extends Processor {
      override _call(inputs: bigint[][], logits: Tensor): Tensor {
        take(Number(inputs[0]?.at(-1)));
        // What comes behind this one changes the array.
        const copy = Float32Array.from(logits.data as Float32Array);
        before = { logits: copy, total: logarithmOfSum(copy) };
        return logits;
      }
    })();
  }

  /** The mean of the natural logarithm of the words' probabilities: 0 for a model that is sure, or has written none. */
  get mean(): number {
    return this.#words === 0 ? 0 : this.#sum / this.#words;
  }
}

/** The probability that a model gives to one token at its first step. */
export class ChanceOfToken {
  readonly processor: LogitsProcessor;
  /** From 0 to 1. */
  value = 0;

  constructor(Processor: Base, token: number) {
    const note = (logits: Float32Array): void => {
      this.value = Math.exp((logits[token] ?? Number.NEGATIVE_INFINITY) - logarithmOfSum(logits));
    };
    this.processor = new (class extends Processor {
      override _call(_inputs: bigint[][], logits: Tensor): Tensor {
        note(logits.data as Float32Array);
        return logits;
      }
    })();
  }
}

/** The logarithm of the sum of the exponentials, which turns logits into logarithms of probabilities. */
function logarithmOfSum(logits: Float32Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const logit of logits) most = Math.max(most, logit);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - most);
  return most + Math.log(sum);
}
