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
 * The tokenizers offered by name. Llama's and Gemma's vocabularies come under terms that whoever passes them on has to pass on too
 * (the Llama Community License, the Gemma Terms of Use), so that they are fetched by whoever has accepted these. StarCoder2's
 * and that of Mistral since version 0.3 are in no package that could be built from.
 */
export const tokenizerPresets: readonly TokenizerPreset[] = [
  ...bundledTokenizers.map(({ id, label, contextTokens }) => ({ id, label, contextTokens })),
  download('llama3.1', 'Llama 3.1', 'meta-llama/Llama-3.1-8B-Instruct', 131_072),
  download('starcoder2', 'StarCoder2', 'bigcode/starcoder2-3b', 16_384),
  download('gemma2', 'Gemma 2', 'google/gemma-2-9b-it', 8192),
  download('mistral-v3', 'Mistral 7B v0.3', 'mistralai/Mistral-7B-Instruct-v0.3', 32_768),
];

function download(id: string, label: string, repository: string, contextTokens: number): TokenizerPreset {
  return { id, label, repository, contextTokens };
}
