import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../shared/failure.ts';
import { BytePairTokenizer } from './bytePairTokenizer.ts';
import type { BytePairVocabulary } from './bytePairVocabulary.ts';
import { unpackTokenizer } from './compactTokenizer.ts';
import { unpackVocabulary } from './compactVocabulary.ts';
import { PatternCutter } from './textCutters.ts';
import { ENDINGS } from './tokenizerRewrites.ts';

/** A tokenizer that needs neither network nor account. */
export interface BundledTokenizer {
  readonly id: string;
  readonly label: string;
  readonly contextTokens: number;
  /** Whose price is shown, where one is known. */
  readonly priced?: { readonly provider: string; readonly model: string };
  /** The name of the file that holds the vocabulary; some share one. */
  readonly file: string;
  /** For a vocabulary in OpenAI's form, whose ids are ranks: what such a file does not hold. */
  readonly ranks?: {
    readonly pattern: RegExp;
    readonly specialTokens: ReadonlyMap<string, number>;
    readonly chatTemplate?: string;
  };
  /** What differs from the tokenizer in the file: its added tokens end here, and its chat template is this. */
  readonly variant?: { readonly lastAdded: number; readonly chatTemplate: string };
}

// White space is written as a property, because \s of JavaScript leaves out U+0085 and takes in U+FEFF.
const SPACES = String.raw`\p{White_Space}*[\r\n]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+`;
const UPPER = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`;
const LOWER = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`;
const BEFORE_WORD = String.raw`[^\r\n\p{L}\p{N}]?`;

const O200K = new RegExp(
  String.raw`${BEFORE_WORD}${UPPER}*${LOWER}+(?:${ENDINGS})?|${BEFORE_WORD}${UPPER}+${LOWER}*(?:${ENDINGS})?|\p{N}{1,3}| ?[^\p{White_Space}\p{L}\p{N}]+[\r\n/]*|${SPACES}`,
  'u',
);
const CL100K = new RegExp(
  String.raw`${ENDINGS}|${BEFORE_WORD}\p{L}+|\p{N}{1,3}| ?[^\p{White_Space}\p{L}\p{N}]+[\r\n]*|${SPACES}`,
  'u',
);

/** The tokens of gpt-oss that give a conversation its form; what lies between is reserved. */
const HARMONY: ReadonlyMap<string, number> = new Map([
  ...Array.from({ length: 1088 }, (_, index) => [`<|reserved_${200_000 + index}|>`, 200_000 + index] as const).filter(
    ([, id]) => ![200_002, 200_003, 200_005, 200_006, 200_007, 200_008, 200_012, 200_018].includes(id),
  ),
  ['<|startoftext|>', 199_998],
  ['<|endoftext|>', 199_999],
  ['<|return|>', 200_002],
  ['<|constrain|>', 200_003],
  ['<|channel|>', 200_005],
  ['<|start|>', 200_006],
  ['<|end|>', 200_007],
  ['<|message|>', 200_008],
  ['<|call|>', 200_012],
  ['<|endofprompt|>', 200_018],
]);

/**
 * What gpt-oss is sent for a conversation without tools. It gives what `chat_template.jinja` of openai/gpt-oss-120b gives, of
 * which the larger part describes tools. That a message of the system goes to the developer is its doing.
 */
const HARMONY_TEMPLATE =
  '<|start|>system<|message|>You are ChatGPT, a large language model trained by OpenAI.\nKnowledge cutoff: 2024-06\n' +
  "Current date: {{ strftime_now('%Y-%m-%d') }}\n\nReasoning: medium\n\n" +
  '# Valid channels: analysis, commentary, final. Channel must be included for every message.<|end|>' +
  "{% for message in messages %}{% if message['role'] == 'system' %}" +
  "{{ '<|start|>developer<|message|># Instructions\n\n' + message['content'] + '\n\n<|end|>' }}" +
  "{% elif message['role'] == 'user' %}{{ '<|start|>user<|message|>' + message['content'] + '<|end|>' }}" +
  "{% else %}{{ '<|start|>assistant<|channel|>final<|message|>' + message['content'] + '<|end|>' }}{% endif %}{% endfor %}" +
  '{% if add_generation_prompt %}<|start|>assistant{% endif %}';

/**
 * Qwen2 and Qwen2.5 share a vocabulary; the older one has fewer added tokens and names itself otherwise. The template is that in
 * `tokenizer_config.json` of Qwen/Qwen2-7B-Instruct.
 */
const QWEN2 = {
  lastAdded: 151_645,
  chatTemplate:
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}{% endif %}" +
    "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
};

/**
 * The tokenizers that are part of Slipstream, each under a licence that lets it be: OpenAI's and Phi-3's and DeepSeek's are under
 * the MIT licence, gpt-oss, Qwen and Mistral under Apache 2.0. The first is the default.
 */
export const bundledTokenizers: readonly [BundledTokenizer, ...BundledTokenizer[]] = [
  {
    id: 'o200k_base',
    label: 'OpenAI o200k (GPT-4o, GPT-4.1, GPT-5)',
    contextTokens: 400_000,
    priced: { provider: 'openai', model: 'gpt-5' },
    file: 'o200k_base',
    ranks: {
      pattern: O200K,
      specialTokens: new Map([
        ['<|endoftext|>', 199999],
        ['<|endofprompt|>', 200018],
      ]),
    },
  },
  {
    id: 'cl100k_base',
    label: 'OpenAI cl100k (GPT-4, GPT-3.5)',
    contextTokens: 8192,
    priced: { provider: 'openai', model: 'gpt-4' },
    file: 'cl100k_base',
    ranks: {
      pattern: CL100K,
      specialTokens: new Map([
        ['<|endoftext|>', 100257],
        ['<|fim_prefix|>', 100258],
        ['<|fim_middle|>', 100259],
        ['<|fim_suffix|>', 100260],
        ['<|endofprompt|>', 100276],
      ]),
    },
  },
  {
    id: 'gpt-oss',
    label: 'gpt-oss',
    contextTokens: 131_072,
    file: 'o200k_base',
    ranks: { pattern: O200K, specialTokens: HARMONY, chatTemplate: HARMONY_TEMPLATE },
  },
  { id: 'qwen2', label: 'Qwen2', contextTokens: 32_768, file: 'qwen2.5', variant: QWEN2 },
  { id: 'qwen2.5', label: 'Qwen2.5', contextTokens: 32_768, file: 'qwen2.5' },
  { id: 'phi3', label: 'Phi-3', contextTokens: 4096, file: 'phi3' },
  { id: 'mistral', label: 'Mistral 7B, Mixtral 8x7B', contextTokens: 32_768, file: 'mistral' },
  {
    id: 'deepseek-v3',
    label: 'DeepSeek V3',
    contextTokens: 131_072,
    priced: { provider: 'deepseek', model: 'deepseek-chat' },
    file: 'deepseek-v3',
  },
];

/** The file below the assets that holds a bundled vocabulary in the compact form. */
export function vocabularyFile(name: string): string {
  return join('tokens', `${name}.br`);
}

/** A tokenizer by OpenAI's form of a vocabulary, whose ids are ranks. */
export function rankedTokenizer(
  vocabulary: BytePairVocabulary,
  { pattern, specialTokens }: NonNullable<BundledTokenizer['ranks']>,
): BytePairTokenizer {
  const encoder = new TextEncoder();
  let buffer = new Uint8Array(4096);
  return new BytePairTokenizer({
    cutter: new PatternCutter(pattern),
    idsOf: (piece) => {
      if (buffer.length < piece.length * 3) buffer = new Uint8Array(piece.length * 4);
      return vocabulary.merge(buffer, encoder.encodeInto(piece, buffer).written);
    },
    bytesOf: (id) => vocabulary.bytesOf(id),
    addedTokens: [...specialTokens].map(([content, id]) => ({ content, id, special: true })),
  });
}

/** Loads a bundled tokenizer with its configuration; throws a {@link Failure} when there is none of that name. */
export async function loadBundledTokenizer(
  id: string,
  assetFolder: string,
): Promise<{ readonly tokenizer: BytePairTokenizer; readonly config: Readonly<Record<string, unknown>> }> {
  const preset = bundledTokenizers.find((each) => each.id === id);
  if (!preset) {
    const known = bundledTokenizers.map((each) => each.id).join(', ');
    throw new Failure('invalid-input', `There is no tokenizer "${id}". There are: ${known}.`);
  }
  const packed = await readFile(join(assetFolder, vocabularyFile(preset.file))).catch((cause: unknown) => {
    throw new Failure('internal', 'A tokenizer of Slipstream is missing. Install the extension anew.', { cause });
  });
  const { ranks, variant } = preset;
  if (ranks) {
    const { chatTemplate } = ranks;
    const config = chatTemplate === undefined ? {} : { chat_template: chatTemplate };
    return { tokenizer: rankedTokenizer(unpackVocabulary(packed), ranks), config };
  }
  return unpackTokenizer(packed, variant);
}
