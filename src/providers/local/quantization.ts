import { record } from '../trouble.ts';

/** The quantizations that `@huggingface/transformers` knows, and how each ends the name of its ONNX file. The first that fits is proposed. */
const suffixes = {
  q4: '_q4',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  bnb4: '_bnb4',
  fp16: '_fp16',
  q4f16: '_q4f16',
  fp32: '',
  q2: '_q2',
  q2f16: '_q2f16',
  q1: '_q1',
  q1f16: '_q1f16',
} as const;

export type Dtype = keyof typeof suffixes;

/** True for the name of a quantization. */
export function isDtype(text: string | undefined): text is Dtype {
  return text !== undefined && Object.hasOwn(suffixes, text);
}

/** A file by its path in the repository or folder. */
export interface SizedFile {
  readonly path: string;
  readonly size: number;
}

/** What a model is for: `text` writes, `speech` is told sound and writes what is said in it. */
export type LocalTask = 'text' | 'speech';

/** The graphs that a model is made of, without the end of their names. */
const graphsOfTasks: Readonly<Record<LocalTask, readonly string[]>> = {
  text: ['model'],
  speech: ['encoder_model', 'decoder_model_merged'],
};

/** One quantization that a repository or folder offers. */
export interface Quantization<F extends SizedFile = SizedFile> {
  readonly dtype: Dtype;
  readonly task: LocalTask;
  /** Each graph, then the parts in which its weights lie beside it. */
  readonly files: readonly F[];
  /** The graphs whose weights lie beside them, with the number of their parts. */
  readonly externalData: Readonly<Record<string, number>>;
  readonly bytes: number;
}

/** The quantizations that the files make up, the proposed one first. */
export function findQuantizations<F extends SizedFile>(files: readonly F[]): Quantization<F>[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return (Object.keys(suffixes) as Dtype[]).flatMap((dtype) =>
    (Object.keys(graphsOfTasks) as LocalTask[]).flatMap((task) => {
      const found: F[] = [];
      const externalData: Record<string, number> = {};
      for (const name of graphsOfTasks[task]) {
        const graph = byPath.get(`onnx/${name}${suffixes[dtype]}.onnx`);
        if (!graph) return [];
        found.push(graph);
        for (let part = 0; ; part++) {
          const data = byPath.get(`${graph.path}_data${part === 0 ? '' : `_${part}`}`);
          if (!data) break;
          found.push(data);
          externalData[`${name}${suffixes[dtype]}.onnx`] = part + 1;
        }
      }
      return [{ dtype, task, files: found, externalData, bytes: found.reduce((sum, { size }) => sum + size, 0) }];
    }),
  );
}

/** Files that a model needs whatever its quantization; those that a repository has not are done without. */
export const commonFiles: readonly string[] = [
  'config.json',
  'generation_config.json',
  'preprocessor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
];

/** What the runtime, the tokenizer and one step of computing take beside the weights. */
const BASE_BYTES = 350e6;
/** The chat for which memory is estimated, unless the model takes less. */
export const ESTIMATED_TOKENS = 4096;

/** What is read from a model's `config.json`; what it does not say is absent. */
export interface ModelShape {
  readonly architecture?: string;
  readonly contextTokens?: number;
  /** Numbers of the key-value cache for one token. */
  readonly cacheNumbersPerToken?: number;
}

/** Reads a parsed `config.json`. */
export function readShape(config: unknown): ModelShape {
  const outer = record(config);
  const settings = { ...outer, ...record(outer['text_config']) };
  const number = (...names: string[]): number | undefined =>
    names.map((name) => settings[name]).find((it): it is number => typeof it === 'number' && it > 0);
  const contextTokens = number('max_position_embeddings', 'n_positions', 'max_seq_len', 'seq_length');
  const layers = number('num_hidden_layers', 'n_layer', 'num_layers');
  const heads = number('num_attention_heads', 'n_head', 'num_heads');
  const width = number('hidden_size', 'n_embd', 'd_model');
  const headWidth = number('head_dim') ?? (heads && width ? width / heads : undefined);
  const cacheHeads = number('num_key_value_heads', 'num_kv_heads') ?? heads;
  const type = outer['model_type'];
  return {
    ...(typeof type === 'string' && { architecture: type }),
    ...(contextTokens !== undefined && { contextTokens }),
    ...(layers && cacheHeads && headWidth && { cacheNumbersPerToken: 2 * layers * cacheHeads * headWidth }),
  };
}

/** Memory that a model takes while it answers, estimated: weights, key-value cache, runtime. */
export function estimateMemory(dtype: Dtype, weightBytes: number, shape: ModelShape): number {
  const tokens = Math.min(shape.contextTokens ?? ESTIMATED_TOKENS, ESTIMATED_TOKENS);
  const bytesPerNumber = dtype.endsWith('16') ? 2 : 4;
  return Math.round(weightBytes + (shape.cacheNumbersPerToken ?? 0) * bytesPerNumber * tokens + BASE_BYTES);
}
