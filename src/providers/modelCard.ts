import type { Hub, HubFetch, HubRepository } from '../hub/hub.ts';
import { Failure } from '../shared/failure.ts';
import { record } from './trouble.ts';

/** How a model is built, from its `config.json`; what that does not say is absent. */
export interface Architecture {
  readonly type?: string;
  readonly layers?: number;
  readonly hiddenSize?: number;
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

/** What can be told about a model before anything of its weights is fetched. */
export interface ModelCard {
  readonly name: string;
  readonly commit: string;
  readonly gated: boolean;
  readonly architecture: Architecture;
  /** Absent where the repository has no safetensors. */
  readonly parameters?: number;
  readonly weightMemory: readonly WeightMemory[];
  /** The context that the cache is worked out for. */
  readonly cacheTokens?: number;
  /** The key-value cache in 16-bit numbers. */
  readonly cacheBytes?: number;
}

const formats = [
  ['FP32', 4],
  ['BF16', 2],
  ['INT8', 1],
  ['INT4', 0.5],
] as const;
const CACHE_BYTES_PER_NUMBER = 2;

/** Reads a parsed `config.json`. */
export function readArchitecture(config: unknown): Architecture {
  const outer = record(config);
  const settings = { ...outer, ...record(outer['text_config']) };
  const number = (...names: string[]): number | undefined =>
    names.map((name) => settings[name]).find((it): it is number => typeof it === 'number' && it > 0);
  const type = outer['model_type'];
  const layers = number('num_hidden_layers', 'n_layer', 'num_layers');
  const hiddenSize = number('hidden_size', 'n_embd', 'd_model');
  const heads = number('num_attention_heads', 'n_head', 'num_heads');
  const keyValueHeads = number('num_key_value_heads', 'num_kv_heads') ?? heads;
  const headSize = number('head_dim') ?? (heads && hiddenSize ? hiddenSize / heads : undefined);
  const vocabulary = number('vocab_size');
  const contextTokens = number('max_position_embeddings', 'n_positions', 'max_seq_len', 'seq_length');
  return {
    ...(typeof type === 'string' && { type }),
    ...(layers && { layers }),
    ...(hiddenSize && { hiddenSize }),
    ...(heads && { heads }),
    ...(keyValueHeads && { keyValueHeads }),
    ...(headSize && { headSize }),
    ...(vocabulary && { vocabulary }),
    ...(contextTokens && { contextTokens }),
  };
}

/** Bytes of the key-value cache for a context; undefined where the architecture is not known well enough. */
export function cacheBytes({ layers, keyValueHeads, headSize }: Architecture, tokens: number): number | undefined {
  if (!layers || !keyValueHeads || !headSize) return undefined;
  return 2 * layers * keyValueHeads * headSize * CACHE_BYTES_PER_NUMBER * tokens;
}

/** Reads the card of a repository; of the weights only the headers are fetched. Throws Failure. */
export async function readModelCard(
  hub: Hub,
  name: string,
  { signal, contextTokens }: { signal: AbortSignal; contextTokens?: number },
): Promise<ModelCard> {
  const repository = await hub.repository(name, signal);
  const architecture = readArchitecture(parseConfig(await hub.text(repository, 'config.json', signal), name));
  const parameters = await countParameters(hub, repository, signal);
  const cacheTokens = contextTokens ?? architecture.contextTokens;
  const cache = cacheTokens === undefined ? undefined : cacheBytes(architecture, cacheTokens);
  return {
    name,
    commit: repository.commit,
    gated: repository.gated,
    architecture,
    ...(parameters !== undefined && { parameters }),
    weightMemory: formats.flatMap(([format, size]) =>
      parameters === undefined ? [] : [{ format, bytes: Math.ceil(parameters * size) }],
    ),
    ...(cacheTokens !== undefined && { cacheTokens }),
    ...(cache !== undefined && { cacheBytes: cache }),
  };
}

function parseConfig(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Failure('unsupported', `config.json of ${name} is not JSON. Choose another repository.`, { cause });
  }
}

async function countParameters(hub: Hub, repository: HubRepository, signal: AbortSignal): Promise<number | undefined> {
  const path = ['model.safetensors', 'model.safetensors.index.json'].find((it) =>
    repository.files.some((file) => file.path === it),
  );
  if (path === undefined) return undefined;
  const { parseSafetensorsMetadata } = await import('@huggingface/hub');
  const { name, commit } = repository;
  const fetch: HubFetch = (input, init) => hub.request(input, name, signal, init);
  try {
    const { parameterCount } = await parseSafetensorsMetadata({
      repo: name,
      path,
      revision: commit,
      hubUrl: hub.endpoint,
      fetch,
      computeParametersCount: true,
    });
    return Object.values(parameterCount).reduce((total, count) => total + count, 0);
  } catch (error) {
    if (error instanceof Error && error.name === 'SafetensorParseError') {
      throw new Failure('unsupported', `${path} of ${name} is damaged: its header cannot be read.`, { cause: error });
    }
    throw hub.explain(error, name, signal);
  }
}
