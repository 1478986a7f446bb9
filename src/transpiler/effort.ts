import { walk } from './walk.ts';

/** Thrown where a program takes more effort than can be spent on it. */
export class TooMuchEffort extends Error {
  override readonly name = 'TooMuchEffort';

  constructor() {
    super('This program takes the engine too long: annotate its functions, or convert it in parts.');
  }
}

/** Steps that may be spent on each node of a program and on what there is to know of any program, before no other types are tried. */
const STEPS_FOR_EACH_NODE = 6;
const STEPS_AT_LEAST = 80_000;
/** How many times as much the translation in hand may take before it is given up. */
const UTMOST = 3;

/** How much work a program has been so far. It is counted in steps, not in time, so that a program is converted alike on every machine. */
export class Effort {
  #spent = 0;
  readonly #enough: number;

  constructor(program: unknown) {
    let nodes = 0;
    walk(program, () => void nodes++);
    this.#enough = STEPS_AT_LEAST + STEPS_FOR_EACH_NODE * nodes;
  }

  /** True when what has not been found by now is not looked for any longer. */
  get isSpent(): boolean {
    return this.#spent > this.#enough;
  }

  /** Counts a step. Throws TooMuchEffort when a program takes far too many. */
  step(): void {
    if (++this.#spent > this.#enough * UTMOST) throw new TooMuchEffort();
  }
}
