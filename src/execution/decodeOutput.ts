const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Length of the valid UTF-8 sequence at `offset`: 0 when it is not one, -1 when the bytes end inside one that is valid so far. */
function sequenceLength(bytes: Uint8Array, offset: number): number {
  const lead = bytes[offset] ?? 0;
  if (lead < 0x80) return 1;
  const length =
    lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
  for (let index = 1; index < length; index++) {
    const byte = bytes[offset + index];
    if (byte === undefined) return -1;
    // The second byte is narrower after these leads: no overlong forms, no surrogates, nothing past U+10FFFF.
    const least = index === 1 && lead === 0xe0 ? 0xa0 : index === 1 && lead === 0xf0 ? 0x90 : 0x80;
    const most = index === 1 && lead === 0xed ? 0x9f : index === 1 && lead === 0xf4 ? 0x8f : 0xbf;
    if (byte < least || byte > most) return 0;
  }
  return length;
}

/**
 * Decodes what a program wrote. Bytes that are not UTF-8 become `\xNN`, so that two outputs with different bytes stay
 * different. A character cut in two by the output limit is dropped.
 */
export function decodeOutput(bytes: Uint8Array, truncated: boolean): string {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    const parts: string[] = [];
    let validFrom = 0;
    for (let offset = 0; offset < bytes.length;) {
      const length = sequenceLength(bytes, offset);
      if (length > 0) {
        offset += length;
        continue;
      }
      parts.push(strictDecoder.decode(bytes.subarray(validFrom, offset)));
      if (length < 0 && truncated) return parts.join('');
      parts.push(`\\x${(bytes[offset] ?? 0).toString(16).padStart(2, '0')}`);
      offset++;
      validFrom = offset;
    }
    parts.push(strictDecoder.decode(bytes.subarray(validFrom)));
    return parts.join('');
  }
}
