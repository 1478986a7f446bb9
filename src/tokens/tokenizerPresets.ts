import { bundledTokenizers } from './bundledTokenizers.ts';

/** A tokenizer that can be chosen by a short name. */
export interface TokenizerPreset {
  readonly id: string;
  readonly label: string;
  /** The repository of the Hub to fetch it from; absent for one that is part of Slipstream. */
  readonly repository?: string;
  readonly contextTokens: number;
}

/**
 * The tokenizers offered by name. Only OpenAI's are bundled: the vocabularies of Llama and Gemma come under terms of their own,
 * and each of the others would add megabytes that most never need.
 */
export const tokenizerPresets: readonly TokenizerPreset[] = [
  ...bundledTokenizers.map(({ id, label, contextTokens }) => ({ id, label, contextTokens })),
  download('llama3.1', 'Llama 3.1', 'meta-llama/Llama-3.1-8B-Instruct', 131_072),
  download('phi3', 'Phi-3', 'microsoft/Phi-3-mini-4k-instruct', 4096),
  download('qwen2', 'Qwen2', 'Qwen/Qwen2-7B-Instruct', 32_768),
  download('starcoder2', 'StarCoder2', 'bigcode/starcoder2-3b', 16_384),
  download('gemma2', 'Gemma 2', 'google/gemma-2-9b-it', 8192),
  download('mistral', 'Mistral', 'mistralai/Mistral-7B-Instruct-v0.3', 32_768),
  download('deepseek-v3', 'DeepSeek V3', 'deepseek-ai/DeepSeek-V3', 131_072),
  download('gpt-oss', 'gpt-oss', 'openai/gpt-oss-20b', 131_072),
];

function download(id: string, label: string, repository: string, contextTokens: number): TokenizerPreset {
  return { id, label, repository, contextTokens };
}
