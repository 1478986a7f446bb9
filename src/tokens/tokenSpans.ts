/** Where a token stands: its bytes, and the characters that these touch. */
export interface TokenSpan {
  readonly id: number;
  /** In UTF-16 units. Tokens that share a character have the same start and end. */
  readonly start: number;
  readonly end: number;
  /** In bytes of UTF-8; the spans of a text have neither gap nor overlap. */
  readonly byteStart: number;
  readonly byteEnd: number;
}

/** Walks over a text and the lengths of its tokens side by side. A lone surrogate counts as the three bytes of U+FFFD. */
export function spansOf(
  text: string,
  ids: ArrayLike<number>,
  lengthOf: (id: number, index: number) => number,
): TokenSpan[] {
  const spans: TokenSpan[] = [];
  let unit = 0;
  let byte = 0;
  let characterStart = 0;
  let token = 0;
  for (let index = 0; index < ids.length; index++) {
    const id = ids[index] as number;
    const end = token + lengthOf(id, index);
    // A token that begins inside a character begins, for the reader, where the character does.
    const start = byte > token ? characterStart : unit;
    while (byte < end && unit < text.length) {
      characterStart = unit;
      const code = text.codePointAt(unit) as number;
      unit += code > 0xffff ? 2 : 1;
      byte += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    }
    spans.push({ id, start, end: unit, byteStart: token, byteEnd: end });
    token = end;
  }
  return spans;
}
