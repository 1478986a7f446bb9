import * as z from 'zod/mini';
import { spellsBytes } from './bytePairBuilder.ts';
import type { Merges } from './mergeTable.ts';
import type { TokenizerFile, TokenizerSettings } from './tokenizerRewrites.ts';

const mergeList = z.union([z.array(z.string()), z.array(z.tuple([z.string(), z.string()]))]);
/** A vocabulary whose ids have larger gaps than this is not worth a table. */
const GAPS = 4;

/** GPT-2 writes each byte as one visible character: the printable ones as they are, the others from U+0100 on. */
export const byteOfSign: ReadonlyMap<string, number> = (() => {
  const map = new Map<string, number>();
  let extra = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    map.set(String.fromCharCode(printable ? byte : extra++), byte);
  }
  return map;
})();

/** A byte-pair `tokenizer.json` taken apart; nothing where it is of another kind. */
export function takeApart(
  file: TokenizerFile,
): { readonly settings: TokenizerSettings; readonly tokens: Uint8Array[]; readonly merges: Merges } | undefined {
  const { vocab, ...options } = file.model;
  const list = mergeList.safeParse(options['merges']).data;
  if (Array.isArray(vocab) || !list) return undefined;
  const names = Object.entries(vocab);
  const size = names.reduce((most, [, id]) => Math.max(most, id + 1), 0);
  if (size > names.length * GAPS || names.some(([, id]) => !Number.isInteger(id) || id < 0)) return undefined;
  const asBytes = spellsBytes(file);
  const tokens: Uint8Array[] = Array.from({ length: size }, () => new Uint8Array());
  for (const [name, id] of names) {
    const bytes = asBytes ? bytesOfSigns(name) : Buffer.from(name);
    if (bytes) tokens[id] = bytes;
  }
  const merges = {
    left: new Int32Array(list.length),
    right: new Int32Array(list.length),
    result: new Int32Array(list.length),
  };
  for (const [rank, merge] of list.entries()) {
    const [left = '', right = ''] = typeof merge === 'string' ? merge.split(' ') : merge;
    const ids = [vocab[left], vocab[right], vocab[left + right]];
    const [first, second, result] = ids;
    if (first === undefined || second === undefined || result === undefined) return undefined;
    merges.left[rank] = first;
    merges.right[rank] = second;
    merges.result[rank] = result;
  }
  const model: Record<string, unknown> = { ...options };
  delete model['merges'];
  const { normalizer, pre_tokenizer, decoder, added_tokens } = file;
  return { settings: { normalizer, pre_tokenizer, decoder, added_tokens, model }, tokens, merges };
}

/** Nothing for a token that is not spelled so, which added ones may be. */
function bytesOfSigns(name: string): Uint8Array | undefined {
  const bytes = new Uint8Array(name.length);
  for (let at = 0; at < name.length; at++) {
    const byte = byteOfSign.get(name.charAt(at));
    if (byte === undefined) return undefined;
    bytes[at] = byte;
  }
  return bytes;
}
