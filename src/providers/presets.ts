/** Which wire protocol, and so which SDK, a provider is spoken to with. */
export type ProviderProtocol = 'openai' | 'huggingface';

/** What is known of a provider before anybody has been asked. One row of the table below. */
export interface ProviderPreset {
  readonly id: string;
  readonly label: string;
  readonly protocol: ProviderProtocol;
  /** Absent where only the user can know it. */
  readonly baseUrl?: string;
  /** Environment variables that usually hold the key, in the order in which they are tried. */
  readonly keyVariables: readonly string[];
  readonly needsKey: boolean;
  /** True where the model list is open to everybody. */
  readonly openModelList?: boolean;
  /** The page where a key is made. */
  readonly keyPage?: string;
  /** What to type to start the server, for one that runs on the user's machine. */
  readonly startHint?: string;
  /** The name of the output limit in a request. OpenAI's newer models refuse the old one, most others know only that. */
  readonly maxTokensParameter: 'max_tokens' | 'max_completion_tokens';
  /** Sent when the caller names no limit, where the server's own default is too small for a program. */
  readonly defaultMaxTokens?: number;
  /** The name of the provider in the price table. */
  readonly priceProvider?: string;
  /** Models that are known to take a reasoning effort. */
  readonly reasoningModels?: RegExp;
  /** Put in front of model names by the server's list, though requests do without. */
  readonly modelPrefix?: string;
  /** Headers in which the model list takes the key, where it is not the usual `Authorization`. */
  readonly modelListKeyHeader?: string;
  readonly modelListHeaders?: Readonly<Record<string, string>>;
  readonly modelListQuery?: string;
}

/** The providers that can be connected, in the order in which they are offered. */
export const providerPresets: readonly ProviderPreset[] = [
  {
    id: 'openai',
    label: 'OpenAI',
    protocol: 'openai',
    baseUrl: 'https://api.openai.com/v1',
    keyVariables: ['OPENAI_API_KEY'],
    needsKey: true,
    keyPage: 'https://platform.openai.com/api-keys',
    maxTokensParameter: 'max_completion_tokens',
    priceProvider: 'openai',
    reasoningModels: /^(o\d|gpt-5(?!.*chat)|codex)/,
  },
  {
    id: 'anthropic',
    label: 'Anthropic',
    protocol: 'openai',
    baseUrl: 'https://api.anthropic.com/v1',
    keyVariables: ['ANTHROPIC_API_KEY'],
    needsKey: true,
    keyPage: 'https://console.anthropic.com/settings/keys',
    maxTokensParameter: 'max_tokens',
    defaultMaxTokens: 32_000,
    priceProvider: 'anthropic',
    modelListKeyHeader: 'x-api-key',
    modelListHeaders: { 'anthropic-version': '2023-06-01' },
    modelListQuery: 'limit=1000',
  },
  {
    id: 'google',
    label: 'Google Gemini',
    protocol: 'openai',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
    keyVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    needsKey: true,
    keyPage: 'https://aistudio.google.com/apikey',
    maxTokensParameter: 'max_tokens',
    priceProvider: 'google',
    reasoningModels: /^gemini-(2\.5|[3-9])/,
    modelPrefix: 'models/',
  },
  {
    id: 'groq',
    label: 'Groq',
    protocol: 'openai',
    baseUrl: 'https://api.groq.com/openai/v1',
    keyVariables: ['GROQ_API_KEY'],
    needsKey: true,
    keyPage: 'https://console.groq.com/keys',
    maxTokensParameter: 'max_completion_tokens',
    priceProvider: 'groq',
    reasoningModels: /gpt-oss/,
  },
  {
    id: 'openrouter',
    label: 'OpenRouter',
    protocol: 'openai',
    baseUrl: 'https://openrouter.ai/api/v1',
    keyVariables: ['OPENROUTER_API_KEY'],
    needsKey: true,
    openModelList: true,
    keyPage: 'https://openrouter.ai/settings/keys',
    maxTokensParameter: 'max_tokens',
    priceProvider: 'openrouter',
  },
  {
    id: 'deepseek',
    label: 'DeepSeek',
    protocol: 'openai',
    baseUrl: 'https://api.deepseek.com/v1',
    keyVariables: ['DEEPSEEK_API_KEY'],
    needsKey: true,
    keyPage: 'https://platform.deepseek.com/api_keys',
    maxTokensParameter: 'max_tokens',
    priceProvider: 'deepseek',
  },
  {
    id: 'huggingface',
    label: 'Hugging Face',
    protocol: 'huggingface',
    baseUrl: 'https://router.huggingface.co/v1',
    keyVariables: ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'],
    needsKey: true,
    openModelList: true,
    keyPage: 'https://huggingface.co/settings/tokens',
    maxTokensParameter: 'max_tokens',
    reasoningModels: /gpt-oss/,
  },
  {
    id: 'ollama',
    label: 'Ollama',
    protocol: 'openai',
    baseUrl: 'http://localhost:11434/v1',
    keyVariables: ['OLLAMA_API_KEY'],
    needsKey: false,
    startHint: 'ollama serve',
    maxTokensParameter: 'max_tokens',
    reasoningModels: /gpt-oss/,
  },
  {
    id: 'lmstudio',
    label: 'LM Studio',
    protocol: 'openai',
    baseUrl: 'http://localhost:1234/v1',
    keyVariables: ['LM_API_TOKEN'],
    needsKey: false,
    startHint: 'lms server start',
    maxTokensParameter: 'max_tokens',
    reasoningModels: /gpt-oss/,
  },
  {
    id: 'llamacpp',
    label: 'llama.cpp',
    protocol: 'openai',
    baseUrl: 'http://localhost:8080/v1',
    keyVariables: ['LLAMA_API_KEY'],
    needsKey: false,
    startHint: 'llama-server -m MODEL.gguf',
    maxTokensParameter: 'max_tokens',
  },
  {
    id: 'vllm',
    label: 'vLLM',
    protocol: 'openai',
    baseUrl: 'http://localhost:8000/v1',
    keyVariables: ['VLLM_API_KEY'],
    needsKey: false,
    startHint: 'vllm serve MODEL',
    maxTokensParameter: 'max_tokens',
    reasoningModels: /gpt-oss/,
  },
  {
    id: 'tgi',
    label: 'Text Generation Inference',
    protocol: 'openai',
    baseUrl: 'http://localhost:8080/v1',
    keyVariables: ['TGI_API_KEY'],
    needsKey: false,
    startHint: 'text-generation-launcher --model-id MODEL --port 8080',
    maxTokensParameter: 'max_tokens',
  },
  {
    id: 'custom',
    label: 'Custom server',
    protocol: 'openai',
    keyVariables: ['SLIPSTREAM_API_KEY'],
    needsKey: false,
    maxTokensParameter: 'max_tokens',
  },
];

/** The preset with this id, if there is one. */
export function findPreset(id: string): ProviderPreset | undefined {
  return providerPresets.find((preset) => preset.id === id);
}
