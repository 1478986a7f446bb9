/** A stretch of a text that Unicode normalization changes on its own. */
export const SEGMENT = /[\u1100-\u11ff]+|[^\p{M}\u1100-\u11ff]?\p{M}*/gsu;

/** Brings a text into these normal forms, one after another. */
export function normalize(text: string, forms: readonly string[]): string {
  return forms.reduce((now, form) => now.normalize(form), text);
}

/** A text in a normal form, and where its places were before. */
export class NormalizedText {
  readonly text: string;
  /** Ends of stretches, in pairs: in the normalized text, and in the original. */
  readonly #ends: number[] = [];
  #place = 0;

  constructor(original: string, forms: readonly string[]) {
    let text = '';
    let before = 0;
    for (const [segment] of original.matchAll(SEGMENT)) {
      if (segment === '') continue;
      text += normalize(segment, forms);
      before += segment.length;
      this.#ends.push(text.length, before);
    }
    this.text = text;
  }

  /** The place in the original; nothing where it lies within a stretch. Places have to be asked for from first to last. */
  originalOf(at: number): number | undefined {
    const ends = this.#ends;
    while (this.#place < ends.length && (ends[this.#place] as number) < at) this.#place += 2;
    // A stretch that vanished belongs to what stands before it.
    while (this.#place + 2 < ends.length && ends[this.#place + 2] === at) this.#place += 2;
    return ends[this.#place] === at ? ends[this.#place + 1] : undefined;
  }
}
