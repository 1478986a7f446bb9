import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { Failure } from '../shared/failure.ts';
import { buildBytePairTokenizer } from './bytePairBuilder.ts';
import type { BytePairTokenizer } from './bytePairTokenizer.ts';
import { BytePairVocabulary } from './bytePairVocabulary.ts';
import type { Merges } from './mergeTable.ts';
import type { TokenizerSettings } from './tokenizerRewrites.ts';

/** A byte-pair tokenizer taken apart: everything of its `tokenizer.json`, and its configuration. */
export interface TokenizerSource {
  readonly settings: TokenizerSettings;
  readonly config: Readonly<Record<string, unknown>>;
  /** By id; empty where an id has no token. Spelled as {@link buildBytePairTokenizer} wants them. */
  readonly tokens: readonly Uint8Array[];
  readonly merges: Merges;
}

/**
 * The compact form, before compression: the length of the settings as JSON and these; the number of tokens and the length of each;
 * the number of merges and, of each, how far its result lies from that of the one before and where the result is divided; the
 * bytes of all tokens. Numbers are written seven bits a byte, the low ones first.
 */
export function packTokenizer({ settings, config, tokens, merges }: TokenizerSource): Uint8Array {
  const header = Buffer.from(JSON.stringify({ settings, config }));
  const numbers: number[] = [];
  const put = (value: number): void => {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) numbers.push((rest % 128) + 128);
    numbers.push(rest);
  };
  put(tokens.length);
  for (const { length } of tokens) put(length);
  put(merges.left.length);
  let expected = 0;
  for (const [rank, result] of merges.result.entries()) {
    const step = result - expected;
    put(step < 0 ? -step * 2 - 1 : step * 2);
    put((tokens[merges.left[rank] as number] as Uint8Array).length);
    expected = result + 1;
  }
  const head = Buffer.alloc(4);
  head.writeUInt32LE(header.length);
  return brotliCompressSync(Buffer.concat([head, header, Uint8Array.from(numbers), ...tokens]), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
}

/** Reads the compact form; `variant` tells what is otherwise in a relative that shares the file. Throws Failure. */
export function unpackTokenizer(
  packed: Uint8Array,
  variant?: { readonly lastAdded: number; readonly chatTemplate: string },
): {
  readonly tokenizer: BytePairTokenizer;
  readonly config: Readonly<Record<string, unknown>>;
} {
  const damaged = (cause?: unknown) =>
    new Failure('internal', 'A tokenizer of Slipstream is damaged. Install the extension anew.', { cause });
  let data: Buffer;
  let header: Pick<TokenizerSource, 'settings' | 'config'>;
  let at: number;
  try {
    data = brotliDecompressSync(packed);
    at = 4 + data.readUInt32LE(0);
    header = JSON.parse(data.toString('utf8', 4, at)) as typeof header;
  } catch (error) {
    throw damaged(error);
  }
  const next = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = data[at++];
      if (byte === undefined) throw damaged();
      if (byte < 128) return value + byte * factor;
      value += (byte - 128) * factor;
    }
  };
  const starts = new Uint32Array(next() + 1);
  for (let id = 1; id < starts.length; id++) starts[id] = (starts[id - 1] as number) + next();
  const count = next();
  const results = new Int32Array(count);
  const splits = new Int32Array(count);
  let expected = 0;
  for (let rank = 0; rank < count; rank++) {
    const step = next();
    const result = expected + (step % 2 === 1 ? -(step + 1) / 2 : step / 2);
    results[rank] = result;
    splits[rank] = next();
    expected = result + 1;
  }
  // A Buffer gives parts of itself far more slowly.
  const bytes = new Uint8Array(data.buffer, data.byteOffset + at, data.length - at);
  if (bytes.length !== starts.at(-1)) throw damaged();
  const vocabulary = new BytePairVocabulary(bytes, starts);
  const merges = { left: new Int32Array(count), right: new Int32Array(count), result: results };
  for (let rank = 0; rank < count; rank++) {
    const start = starts[results[rank] as number] as number;
    const end = starts[(results[rank] as number) + 1] as number;
    const middle = start + (splits[rank] as number);
    merges.left[rank] = vocabulary.find(bytes, start, middle);
    merges.right[rank] = vocabulary.find(bytes, middle, end);
  }
  const { settings, config } = header;
  const added = settings.added_tokens.filter(({ id }) => variant === undefined || id <= variant.lastAdded);
  const tokenizer = buildBytePairTokenizer({ ...settings, added_tokens: added }, vocabulary, merges);
  if (!tokenizer) throw damaged();
  return { tokenizer, config: { ...config, ...(variant && { chat_template: variant.chatTemplate }) } };
}
