import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../shared/failure.ts';
import { BytePairTokenizer } from './bytePairTokenizer.ts';
import { unpackVocabulary } from './compactVocabulary.ts';

/** A tokenizer that needs neither network nor account. */
export interface BundledTokenizer {
  readonly id: string;
  readonly label: string;
  /** The model whose context and price are shown. */
  readonly model: string;
  readonly contextTokens: number;
  readonly specialTokens: ReadonlyMap<string, number>;
  readonly pattern: RegExp;
}

/** English endings in either case, with the long s that Unicode folds onto s. */
const ENDINGS = String.raw`'(?:[sS\u017f]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])`;
// White space is written as a property, because \s of JavaScript leaves out U+0085 and takes in U+FEFF.
const SPACES = String.raw`\p{White_Space}*[\r\n]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+`;
const UPPER = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`;
const LOWER = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`;
const BEFORE_WORD = String.raw`[^\r\n\p{L}\p{N}]?`;

/** The tokenizers that are part of Slipstream; the first is the default. */
export const bundledTokenizers: readonly [BundledTokenizer, ...BundledTokenizer[]] = [
  {
    id: 'o200k_base',
    label: 'OpenAI o200k (GPT-4o, GPT-4.1, GPT-5)',
    model: 'gpt-5',
    contextTokens: 400_000,
    specialTokens: new Map([
      ['<|endoftext|>', 199999],
      ['<|endofprompt|>', 200018],
    ]),
    pattern: new RegExp(
      String.raw`${BEFORE_WORD}${UPPER}*${LOWER}+(?:${ENDINGS})?|${BEFORE_WORD}${UPPER}+${LOWER}*(?:${ENDINGS})?|\p{N}{1,3}| ?[^\p{White_Space}\p{L}\p{N}]+[\r\n/]*|${SPACES}`,
      'u',
    ),
  },
  {
    id: 'cl100k_base',
    label: 'OpenAI cl100k (GPT-4, GPT-3.5)',
    model: 'gpt-4',
    contextTokens: 8192,
    specialTokens: new Map([
      ['<|endoftext|>', 100257],
      ['<|fim_prefix|>', 100258],
      ['<|fim_middle|>', 100259],
      ['<|fim_suffix|>', 100260],
      ['<|endofprompt|>', 100276],
    ]),
    pattern: new RegExp(
      String.raw`${ENDINGS}|${BEFORE_WORD}\p{L}+|\p{N}{1,3}| ?[^\p{White_Space}\p{L}\p{N}]+[\r\n]*|${SPACES}`,
      'u',
    ),
  },
];

/** The file below the assets that holds a bundled vocabulary in the compact form. */
export function vocabularyFile(id: string): string {
  return join('tokens', `${id}.br`);
}

/** Loads a bundled tokenizer; throws a {@link Failure} when there is none of that name. */
export async function loadBundledTokenizer(id: string, assetFolder: string): Promise<BytePairTokenizer> {
  const preset = bundledTokenizers.find((each) => each.id === id);
  if (!preset) {
    const known = bundledTokenizers.map((each) => each.id).join(', ');
    throw new Failure('invalid-input', `There is no tokenizer "${id}". There are: ${known}.`);
  }
  const packed = await readFile(join(assetFolder, vocabularyFile(id))).catch((cause: unknown) => {
    throw new Failure('internal', 'A tokenizer of Slipstream is missing. Install the extension anew.', { cause });
  });
  return new BytePairTokenizer(unpackVocabulary(packed), preset);
}
