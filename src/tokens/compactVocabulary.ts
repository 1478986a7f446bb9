import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { Failure } from '../shared/failure.ts';
import { BytePairVocabulary } from './bytePairVocabulary.ts';

/**
 * The compact form, before compression: how many tokens there are (32 bits, little end first), the length of each (a byte;
 * 255 means that the next two bytes hold it), the bytes of each, in the order of their ids.
 */
export function packVocabulary(tokens: readonly Uint8Array[]): Uint8Array {
  const lengths = tokens.flatMap(({ length }) => (length < 255 ? [length] : [255, length & 255, length >> 8]));
  const head = Buffer.alloc(4);
  head.writeUInt32LE(tokens.length);
  return brotliCompressSync(Buffer.concat([head, Uint8Array.from(lengths), ...tokens]), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
}

/** Reads the compact form. */
export function unpackVocabulary(packed: Uint8Array): BytePairVocabulary {
  const damaged = (cause?: unknown) =>
    new Failure('internal', 'A tokenizer of Slipstream is damaged. Install the extension anew.', { cause });
  let data: Buffer;
  try {
    data = brotliDecompressSync(packed);
  } catch (error) {
    throw damaged(error);
  }
  if (data.length < 4) throw damaged();
  const count = data.readUInt32LE(0);
  const starts = new Uint32Array(count + 1);
  let at = 4;
  let end = 0;
  for (let id = 0; id < count; id++) {
    let length = data[at++] ?? 0;
    if (length === 255) {
      length = (data[at] ?? 0) + ((data[at + 1] ?? 0) << 8);
      at += 2;
    }
    end += length;
    starts[id + 1] = end;
  }
  if (at + end !== data.length) throw damaged();
  // A Buffer gives parts of itself far more slowly.
  return new BytePairVocabulary(new Uint8Array(data.buffer, data.byteOffset + at, data.length - at), starts);
}

/** The tokens of a file in OpenAI's form: a line a token, its bytes in base64 and its rank, ranks counted from 0. */
export function readRanks(file: string): Uint8Array[] {
  const tokens: Uint8Array[] = [];
  for (const line of file.split('\n')) {
    const [bytes, rank] = line.split(' ');
    if (!bytes || rank === undefined) continue;
    if (Number(rank) !== tokens.length) throw new Error(`Rank ${rank} stands where ${tokens.length} was expected.`);
    tokens.push(Buffer.from(bytes, 'base64'));
  }
  return tokens;
}
