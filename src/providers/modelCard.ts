import { record } from './trouble.ts';

/** How a model is built, from its `config.json` or the header of its GGUF file; what that does not say is absent. */
export interface Architecture {
  readonly type?: string;
  readonly layers?: number;
  readonly hiddenSize?: number;
  /** Width of the feed-forward part of a layer. */
  readonly feedForwardSize?: number;
  readonly heads?: number;
  readonly keyValueHeads?: number;
  readonly headSize?: number;
  readonly vocabulary?: number;
  readonly contextTokens?: number;
}

/** Memory that a model's numbers take in one format, in bytes. */
export interface WeightMemory {
  readonly format: string;
  readonly bytes: number;
}

/** Training tokens in relation to parameters. */
export interface Training {
  readonly tokens: number;
  /** Tokens per parameter; about 20 is what Hoffmann et al., 2022 ("Chinchilla"), found best for a given amount of computing. */
  readonly tokensPerParameter?: number;
}

/** What can be told about a model before anything of its weights is fetched. */
export interface ModelCard {
  /** A repository's name, or the path of a folder or GGUF file. */
  readonly name: string;
  readonly source: 'hub' | 'folder';
  readonly commit?: string;
  readonly gated: boolean;
  readonly licence?: string;
  /** ISO 8601 date of the repository. */
  readonly released?: string;
  readonly architecture: Architecture;
  /** The file whose header told the parameters. */
  readonly countedFrom?: string;
  /** Absent where there is neither safetensors nor GGUF. */
  readonly parameters?: number;
  readonly weightMemory: readonly WeightMemory[];
  /** Size of the weights as they lie there, in bytes. */
  readonly weightBytes?: number;
  /** The context that the cache is worked out for. */
  readonly cacheTokens?: number;
  /** The key-value cache in 16-bit numbers. */
  readonly cacheBytes?: number;
  /** Where the card of the model states it. */
  readonly training?: Training;
}

/** What was read about a model, before anything is worked out. */
export interface ModelFacts extends Pick<
  ModelCard,
  'name' | 'source' | 'commit' | 'gated' | 'licence' | 'released' | 'countedFrom' | 'parameters' | 'weightBytes'
> {
  readonly architecture: Architecture;
  readonly trainingTokens?: number;
}

/** Tokens per parameter that Hoffmann et al., 2022, "Training Compute-Optimal Large Language Models", found best. */
export const CHINCHILLA_RATIO = 20;

const formats = [
  ['FP32', 4],
  ['BF16', 2],
  ['INT8', 1],
  ['INT4', 0.5],
] as const;
const CACHE_BYTES_PER_NUMBER = 2;

const optional = <Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]: Value });

/** Reads a parsed `config.json`. */
export function readArchitecture(config: unknown): Architecture {
  const outer = record(config);
  const settings = { ...outer, ...record(outer['text_config']) };
  const number = (...names: string[]): number | undefined =>
    names.map((name) => settings[name]).find((it): it is number => typeof it === 'number' && it > 0);
  const type = outer['model_type'];
  const hiddenSize = number('hidden_size', 'n_embd', 'd_model');
  const heads = number('num_attention_heads', 'n_head', 'num_heads');
  return {
    ...optional('type', typeof type === 'string' ? type : undefined),
    ...optional('layers', number('num_hidden_layers', 'n_layer', 'num_layers')),
    ...optional('hiddenSize', hiddenSize),
    ...optional('feedForwardSize', number('intermediate_size', 'n_inner', 'ffn_dim', 'd_ff')),
    ...optional('heads', heads),
    ...optional('keyValueHeads', number('num_key_value_heads', 'num_kv_heads') ?? heads),
    ...optional('headSize', number('head_dim') ?? (heads && hiddenSize ? hiddenSize / heads : undefined)),
    ...optional('vocabulary', number('vocab_size')),
    ...optional('contextTokens', number('max_position_embeddings', 'n_positions', 'max_seq_len', 'seq_length')),
  };
}

/** Reads the metadata of a GGUF file: `ARCHITECTURE.block_count` and the like. */
export function readGgufArchitecture(metadata: Readonly<Record<string, unknown>>): Architecture {
  const type = metadata['general.architecture'];
  const number = (name: string): number | undefined => {
    const value = metadata[`${String(type)}.${name}`];
    const plain = typeof value === 'bigint' ? Number(value) : value;
    return typeof plain === 'number' && plain > 0 ? plain : undefined;
  };
  const hiddenSize = number('embedding_length');
  const heads = number('attention.head_count');
  const tokens = metadata['tokenizer.ggml.tokens'];
  return {
    ...optional('type', typeof type === 'string' ? type : undefined),
    ...optional('layers', number('block_count')),
    ...optional('hiddenSize', hiddenSize),
    ...optional('feedForwardSize', number('feed_forward_length')),
    ...optional('heads', heads),
    ...optional('keyValueHeads', number('attention.head_count_kv') ?? heads),
    ...optional('headSize', number('attention.key_length') ?? (heads && hiddenSize ? hiddenSize / heads : undefined)),
    ...optional('vocabulary', number('vocab_size') ?? (Array.isArray(tokens) ? tokens.length : undefined)),
    ...optional('contextTokens', number('context_length')),
  };
}

/** Bytes of the key-value cache for a context; undefined where the architecture is not known well enough. */
export function cacheBytes({ layers, keyValueHeads, headSize }: Architecture, tokens: number): number | undefined {
  if (!layers || !keyValueHeads || !headSize) return undefined;
  return 2 * layers * keyValueHeads * headSize * CACHE_BYTES_PER_NUMBER * tokens;
}

const amount = String.raw`(\d+(?:[.,]\d+)?)\s*(trillion|billion|million|T|B|M)\b`;
/** How the cards of models state what they were trained on, such as "trained on 5.5 trillion tokens". */
const statements = [
  new RegExp(String.raw`${amount}\+?\s+(?:(?:[\w-]+|of)\s+){0,3}?tokens`, 'i'),
  new RegExp(String.raw`tokens?[^.\n]{0,30}?[:|]\s*\**~?\s*${amount}`, 'i'),
];
const scale: Readonly<Record<string, number>> = { t: 1e12, b: 1e9, m: 1e6 };

/** Training tokens that the text of a model's card states; undefined where it states none in words that are known here. */
export function statedTrainingTokens(text: string): number | undefined {
  for (const sentence of text.split(/(?<=[.!?])\s|\n/)) {
    if (!/\b(?:pre-?)?train(?:ed|ing)?\b/i.test(sentence)) continue;
    for (const statement of statements) {
      const found = statement.exec(sentence);
      const unit = found?.[2]?.charAt(0).toLowerCase() ?? '';
      const value = Number(found?.[1]?.replace(',', '.')) * (scale[unit] ?? NaN);
      // A context of so many tokens is no training.
      if (value >= 1e9) return Math.round(value);
    }
  }
  return undefined;
}

/** Works out what follows from the facts: memory in each format, the key-value cache, tokens per parameter. Pure. */
export function modelCard(facts: ModelFacts, contextTokens?: number): ModelCard {
  const { architecture, parameters, trainingTokens, ...rest } = facts;
  const cacheTokens = contextTokens ?? architecture.contextTokens;
  return {
    ...rest,
    architecture,
    ...optional('parameters', parameters),
    weightMemory: formats.flatMap(([format, size]) =>
      parameters === undefined ? [] : [{ format, bytes: Math.ceil(parameters * size) }],
    ),
    ...optional('cacheTokens', cacheTokens),
    ...optional('cacheBytes', cacheTokens === undefined ? undefined : cacheBytes(architecture, cacheTokens)),
    ...optional(
      'training',
      trainingTokens === undefined
        ? undefined
        : {
            tokens: trainingTokens,
            ...optional('tokensPerParameter', parameters ? trainingTokens / parameters : undefined),
          },
    ),
  };
}
