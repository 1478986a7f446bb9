/** A whole number that a program works with and that is not known here: what a variable holds, or how many items it has. */
export interface Unknown {
  /** What it never is less than, or more than. */
  readonly lowest: bigint;
  readonly highest: bigint;
}

/** A constant and whole multiples of unknowns, added up. */
export interface Linear {
  readonly constant: bigint;
  readonly terms: ReadonlyMap<Unknown, bigint>;
}

export function constant(value: bigint): Linear {
  return { constant: value, terms: new Map() };
}

export function unknown(of: Unknown): Linear {
  return { constant: 0n, terms: new Map([[of, 1n]]) };
}

/** `a + factor * b`. */
export function sum(a: Linear, b: Linear, factor = 1n): Linear {
  const terms = new Map(a.terms);
  for (const [of, count] of b.terms) {
    const total = (terms.get(of) ?? 0n) + factor * count;
    if (total === 0n) terms.delete(of);
    else terms.set(of, total);
  }
  return { constant: a.constant + factor * b.constant, terms };
}

export function difference(a: Linear, b: Linear): Linear {
  return sum(a, b, -1n);
}

export function multiple(a: Linear, factor: bigint): Linear {
  return sum(constant(0n), a, factor);
}

/** The sum with something else in the place of an unknown. */
export function replaced(form: Linear, of: Unknown, by: Linear): Linear {
  const count = form.terms.get(of);
  return count === undefined ? form : sum(sum(form, unknown(of), -count), by, count);
}

/** A proof takes at most this many of the known sums together, and as many looks at one. */
const MOST_TAKEN = 5;
const MOST_LOOKS = 300;

/**
 * The known sums, none of which is negative, from which it follows that `goal` is not negative either; undefined where that is not
 * found: some of them are taken off the goal, until what is left is no less than nothing whatever the unknowns are.
 */
export function proof<Known extends { readonly form: Linear }>(
  goal: Linear,
  known: readonly Known[],
): readonly Known[] | undefined {
  let looks = 0;
  const search = (left: Linear, taken: readonly Known[]): readonly Known[] | undefined => {
    const lowest = [...left.terms].reduce(
      (total, [{ lowest: low, highest }, count]) => total + count * (count > 0n ? low : highest),
      left.constant,
    );
    if (lowest >= 0n) return taken;
    if (taken.length === MOST_TAKEN) return undefined;
    for (const [of, count] of left.terms) {
      for (const each of known) {
        const own = each.form.terms.get(of);
        if (own === undefined || own > 0n !== count > 0n || count % own !== 0n || taken.includes(each)) continue;
        if (++looks > MOST_LOOKS) return undefined;
        const found = search(sum(left, each.form, -(count / own)), [...taken, each]);
        if (found) return found;
      }
    }
    return undefined;
  };
  return search(goal, []);
}
