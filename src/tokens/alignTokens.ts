import { normalize, SEGMENT } from './normalizedText.ts';

const SPACE = 0x20;

/** A token whose place is looked for; the unknown one may stand for anything, one that strips takes the white space around it. */
export interface AlignedToken {
  readonly bytes: Uint8Array;
  readonly kind: 'plain' | 'special' | 'strips' | 'unknown';
}

/**
 * How many bytes of a text each of its tokens takes. A space that was put in front of the text counts nothing; the
 * unknown token takes what lies before the next. Nothing when the tokens do not make up the text.
 */
export function alignTokens(
  text: string,
  forms: readonly string[],
  tokens: readonly AlignedToken[],
): number[] | undefined {
  const changed = normalize(text, forms);
  const source = Buffer.from(changed);
  const lengths = walk(source, tokens, true) ?? walk(source, tokens, false);
  return lengths && changed !== text ? toOriginal(text, forms, lengths) : lengths;
}

function walk(source: Buffer, tokens: readonly AlignedToken[], prefixed: boolean): number[] | undefined {
  const lengths: number[] = [];
  let at = 0;
  for (const [index, { bytes, kind }] of tokens.entries()) {
    const fits = (from: number): boolean =>
      source.compare(bytes, from, bytes.length, at, at + bytes.length - from) === 0;
    const starts = index === 0 || tokens[index - 1]?.kind !== 'plain';
    const spaced = starts && bytes[0] === SPACE;
    let length = bytes.length;
    if (kind === 'strips') {
      const before = whiteSpaceFrom(source, at);
      if (source.compare(bytes, 0, bytes.length, at + before, at + before + bytes.length) !== 0) return undefined;
      length += before;
      length += whiteSpaceFrom(source, at + length);
    } else if (spaced && (prefixed || !fits(0)) && fits(1)) length--;
    else if (!fits(0)) {
      if (kind !== 'unknown') return undefined;
      const next = tokens[index + 1];
      const found = next ? source.indexOf(next.bytes, at + 1) : source.length;
      if (found < 0) return undefined;
      length = found - at;
    }
    lengths.push(length);
    at += length;
  }
  return at === source.length ? lengths : undefined;
}

/** How many bytes of white space there are from here on. */
function whiteSpaceFrom(source: Buffer, start: number): number {
  let at = start;
  while (at < source.length) {
    const lead = source[at] as number;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (!/^\p{White_Space}$/u.test(source.toString('utf8', at, at + length))) break;
    at += length;
  }
  return at - start;
}

/** Carries lengths in the normalized text over to the text as it was; what was composed goes to the token that ends it. */
function toOriginal(text: string, forms: readonly string[], lengths: readonly number[]): number[] | undefined {
  const places: { now: number; before: number }[] = [];
  let now = 0;
  let before = 0;
  for (const [segment] of text.matchAll(SEGMENT)) {
    const changed = normalize(segment, forms);
    now += Buffer.byteLength(changed);
    before += Buffer.byteLength(segment);
    places.push({ now, before });
  }
  if (now !== lengths.reduce((sum, length) => sum + length, 0)) return undefined;
  let place = 0;
  let end = 0;
  let given = 0;
  return lengths.map((length) => {
    end += length;
    while (place < places.length && (places[place]?.now ?? 0) <= end) place++;
    const until = places[place - 1]?.before ?? 0;
    const taken = Math.max(0, until - given);
    given += taken;
    return taken;
  });
}
