import { BytePairTokenizer, type AddedToken, type BytePairParts } from './bytePairTokenizer.ts';
import type { BytePairVocabulary } from './bytePairVocabulary.ts';
import { MergeTable, type Merges } from './mergeTable.ts';
import { PairCutter, StagedCutter, type TextCutter } from './textCutters.ts';
import {
  isLocalPattern,
  rewriteStep,
  SPACE_SIGN,
  splitPattern,
  stepsOf,
  type TokenizerStep,
} from './tokenizerRewrites.ts';
import type { TokenizerSettings } from './tokenizerRewrites.ts';

/** What a `tokenizer.json` asks for before its text is cut. */
interface Normalization {
  readonly forms: readonly string[];
  readonly signs: boolean;
  readonly prefix: BytePairParts['prefix'];
}

const BYTE_TOKEN = /^<0x([0-9A-F]{2})>$/;

/** Whether the tokens are spelled as bytes, each a visible sign, in the manner of GPT-2. */
export function spellsBytes(file: Pick<TokenizerSettings, 'pre_tokenizer' | 'decoder'>): boolean {
  return [...stepsOf(file.pre_tokenizer), ...stepsOf(file.decoder)].some(({ type }) => type === 'ByteLevel');
}

/**
 * A fast tokenizer by the settings of a `tokenizer.json`. The vocabulary holds real bytes where the tokens are spelled as bytes,
 * else the tokens as they stand in the file. Nothing when the file asks for something that only the library knows.
 */
export function buildBytePairTokenizer(
  file: TokenizerSettings,
  vocabulary: BytePairVocabulary,
  merges: Merges,
): BytePairTokenizer | undefined {
  const { model } = file;
  const ofTheLibrary = [model['dropout'], model['continuing_subword_prefix'], model['end_of_word_suffix']];
  if ((model.type ?? 'BPE') !== 'BPE' || ofTheLibrary.some(Boolean)) return undefined;
  const normalization = normalizationOf(stepsOf(file.normalizer));
  const addedTokens = normalization && addedTokensOf(file, normalization);
  if (!normalization || !addedTokens) return undefined;
  const table = new MergeTable(merges);
  if (spellsBytes(file)) {
    const cutter = normalization.signs ? undefined : patternCutter(file);
    const idsOf = cutter && byteMerger(vocabulary, table, model['ignore_merges'] === true);
    if (!cutter || !idsOf) return undefined;
    return new BytePairTokenizer({
      cutter,
      idsOf,
      bytesOf: (id) => vocabulary.bytesOf(id),
      addedTokens,
      forms: normalization.forms,
    });
  }
  const spaced = normalization.forms.length === 0 ? metaspace(stepsOf(file.pre_tokenizer), normalization) : undefined;
  const idsOf = spaced && signMerger(vocabulary, table, merges, model['byte_fallback'] === true);
  if (!spaced || !idsOf || model['ignore_merges'] === true) return undefined;
  return new BytePairTokenizer({
    cutter: new PairCutter(meetingCharacters(vocabulary, merges), spaced.beforeSigns),
    idsOf,
    bytesOf: (id) => bytesOfSigns(vocabulary.bytesOf(id)),
    addedTokens,
    signs: true,
    ...(spaced.prefix && { prefix: spaced.prefix }),
  });
}

function normalizationOf(steps: readonly TokenizerStep[]): Normalization | undefined {
  const forms: string[] = [];
  let signs = false;
  let prefix: Normalization['prefix'];
  for (const step of steps) {
    const pattern = step['pattern'] as { readonly String?: unknown } | undefined;
    if (/^NFK?[CD]$/.test(step.type)) forms.push(step.type);
    else if (step.type === 'Prepend' && step['prepend'] === SPACE_SIGN && !signs) prefix = 'always';
    else if (step.type === 'Replace' && pattern?.String === ' ' && step['content'] === SPACE_SIGN) signs = true;
    else return undefined;
  }
  return (signs || prefix) && forms.length > 0 ? undefined : { forms, signs, prefix };
}

function addedTokensOf(file: TokenizerSettings, { forms, signs, prefix }: Normalization): AddedToken[] | undefined {
  const tokens: AddedToken[] = [];
  for (const token of file.added_tokens) {
    const { id, content, special } = token;
    // A token that is looked for in the normalized text is found in the text itself only if normalizing leaves it alone.
    const changed = signs || prefix !== undefined || forms.some((form) => content.normalize(form) !== content);
    if (token['single_word'] === true || (token['normalized'] === true && changed)) return undefined;
    tokens.push({ id, content, special, lstrip: token['lstrip'] === true, rstrip: token['rstrip'] === true });
  }
  return tokens;
}

function patternCutter(file: TokenizerSettings): TextCutter | undefined {
  const original = stepsOf(file.pre_tokenizer);
  const steps = original.flatMap(rewriteStep);
  const bytes = steps.pop();
  if (bytes?.type !== 'ByteLevel' || bytes['add_prefix_space'] === true || bytes['use_regex'] !== false)
    return undefined;
  const patterns = steps.map(splitPattern);
  if (patterns.some((pattern) => pattern === undefined)) return undefined;
  try {
    return new StagedCutter(patterns.map(String), original.every(isLocalPattern));
  } catch {
    // A pattern that JavaScript does not know is the library's to translate.
    return undefined;
  }
}

function metaspace(
  steps: readonly TokenizerStep[],
  { signs, prefix }: Normalization,
): { readonly beforeSigns: boolean; readonly prefix: BytePairParts['prefix'] } | undefined {
  const [step, ...more] = steps;
  if (more.length > 0) return undefined;
  if (!step) return signs ? { beforeSigns: false, prefix } : undefined;
  // Spaces are gone already where this looks for them.
  const idle = step.type === 'Split' && (step['pattern'] as { readonly String?: unknown } | undefined)?.String === ' ';
  if (idle && signs) return { beforeSigns: false, prefix };
  if (step.type !== 'Metaspace' || step['replacement'] !== SPACE_SIGN || signs || prefix) return undefined;
  const scheme = step['prepend_scheme'] ?? (step['add_prefix_space'] === false ? 'never' : 'always');
  const beforeSigns = step['split'] !== false;
  if (scheme === 'never') return { beforeSigns, prefix: undefined };
  return scheme === 'first' || scheme === 'always'
    ? { beforeSigns, prefix: scheme === 'first' ? 'first' : 'missing' }
    : undefined;
}

function byteMerger(
  vocabulary: BytePairVocabulary,
  table: MergeTable,
  wholeFirst: boolean,
): BytePairParts['idsOf'] | undefined {
  const idOfByte = Int32Array.from({ length: 256 }, (_, byte) => vocabulary.find(Uint8Array.of(byte)));
  if (idOfByte.includes(-1)) return undefined;
  const encoder = new TextEncoder();
  let bytes = new Uint8Array(4096);
  let symbols = new Int32Array(4096);
  return (piece) => {
    if (bytes.length < piece.length * 3) {
      bytes = new Uint8Array(piece.length * 4);
      symbols = new Int32Array(piece.length * 4);
    }
    const { written } = encoder.encodeInto(piece, bytes);
    if (wholeFirst) {
      const whole = vocabulary.find(bytes, 0, written);
      if (whole !== -1) return Int32Array.of(whole);
    }
    for (let at = 0; at < written; at++) symbols[at] = idOfByte[bytes[at] as number] as number;
    return table.merge(symbols, written);
  };
}

function signMerger(
  vocabulary: BytePairVocabulary,
  table: MergeTable,
  merges: Merges,
  byteFallback: boolean,
): BytePairParts['idsOf'] | undefined {
  const name = (byte: number) => Buffer.from(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const idOfByte = Int32Array.from({ length: 256 }, (_, byte) => vocabulary.find(name(byte)));
  // Without all bytes there would be unknown characters, and the library knows what becomes of them.
  if (!byteFallback || idOfByte.includes(-1)) return undefined;
  const isByte = new Uint8Array(vocabulary.size);
  for (const id of idOfByte) isByte[id] = 1;
  if (merges.left.some((id) => isByte[id] === 1) || merges.right.some((id) => isByte[id] === 1)) return undefined;
  const known = new Map<string, readonly number[]>();
  const idsOfCharacter = (character: string): readonly number[] => {
    let ids = known.get(character);
    if (!ids) {
      const encoded = Buffer.from(character);
      const whole = vocabulary.find(encoded);
      ids = whole === -1 ? [...encoded].map((byte) => idOfByte[byte] as number) : [whole];
      known.set(character, ids);
    }
    return ids;
  };
  let symbols = new Int32Array(4096);
  return (piece) => {
    if (symbols.length < piece.length * 3) symbols = new Int32Array(piece.length * 4);
    let count = 0;
    for (const character of piece) {
      for (const id of idsOfCharacter(character)) symbols[count++] = id;
    }
    return table.merge(symbols, count);
  };
}

/** The two characters that meet in each of the merges, one after another. */
function meetingCharacters(vocabulary: BytePairVocabulary, { left, right }: Merges): Int32Array {
  const none = new Uint8Array();
  const firsts = new Int32Array(vocabulary.size).fill(-1);
  const lasts = new Int32Array(vocabulary.size).fill(-1);
  const firstOf = (id: number): number => {
    if (firsts[id] === -1) firsts[id] = characterAt(vocabulary.bytesOf(id) ?? none, 0);
    return firsts[id] ?? 0;
  };
  const lastOf = (id: number): number => {
    if (lasts[id] === -1) {
      const bytes = vocabulary.bytesOf(id) ?? none;
      let at = bytes.length - 1;
      while (at > 0 && ((bytes[at] as number) & 0xc0) === 0x80) at--;
      lasts[id] = characterAt(bytes, at);
    }
    return lasts[id] ?? 0;
  };
  const pairs = new Int32Array(left.length * 2);
  for (let rank = 0; rank < left.length; rank++) {
    pairs[rank * 2] = lastOf(left[rank] as number);
    pairs[rank * 2 + 1] = firstOf(right[rank] as number);
  }
  return pairs;
}

/** The code point of the character whose UTF-8 begins here; 0 where nothing does. */
function characterAt(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return lead;
  const more = (place: number): number => (bytes[at + place] ?? 0) & 0x3f;
  if (lead < 0xe0) return ((lead & 0x1f) << 6) | more(1);
  if (lead < 0xf0) return ((lead & 0xf) << 12) | (more(1) << 6) | more(2);
  return ((lead & 7) << 18) | (more(1) << 12) | (more(2) << 6) | more(3);
}

function bytesOfSigns(bytes: Uint8Array | undefined): Uint8Array | undefined {
  if (!bytes) return undefined;
  const token = Buffer.from(bytes).toString();
  const byte = BYTE_TOKEN.exec(token)?.[1];
  return byte === undefined ? Buffer.from(token.replaceAll(SPACE_SIGN, ' ')) : Uint8Array.of(Number.parseInt(byte, 16));
}
