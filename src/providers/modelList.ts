import type { Exchange } from './exchange.ts';
import type { ModelInfo } from './languageModel.ts';
import type { ProviderPreset } from './presets.ts';
import { findPrice } from './prices.ts';
import { record } from './trouble.ts';

/** Models that do something else than chat, told by their names; no list says it in a common way. */
const notForChat =
  /(^|[-_/. ])(embed(ding)?s?|whisper|tts|dall-e|moderation|transcribe|imagen|veo|sora|realtime|rerank(er)?|aqa|babbage|davinci|image|audio|orpheus|playai)([-_/. \d]|$)/i;

/** 2017, before which there was no model of this kind. */
const FIRST_RELEASE = 1_483_228_800;
const SECONDS_PER_DAY = 86_400;

/** Fetches the list of a server: `GET /models` of the OpenAI protocol, which Hugging Face's router speaks too. */
export async function fetchModelList(
  exchange: Exchange,
  listUrl: string,
  preset: ProviderPreset,
  priceProvider: string | undefined,
): Promise<ModelInfo[]> {
  const url = preset.modelListQuery ? `${listUrl}?${preset.modelListQuery}` : listUrl;
  const response = await exchange.fetch(url, { headers: { accept: 'application/json' } });
  const body = await exchange.readJson(response);
  const rows = Array.isArray(body) ? (body as unknown[]) : (record(body)['data'] ?? record(body)['models']);
  if (!Array.isArray(rows)) throw new SyntaxError('The list of models has no data.');
  const models = new Map<string, ModelInfo>();
  for (const row of rows as unknown[]) {
    const model = await readModel(record(row), preset, priceProvider);
    if (model) models.set(model.id, model);
  }
  return [...models.values()].sort((a, b) => a.model.localeCompare(b.model, 'en'));
}

/** What is known of a model by its name alone, without asking the server. */
export async function describeModel(
  preset: ProviderPreset,
  model: string,
  priceProvider: string | undefined,
): Promise<ModelInfo> {
  const price = await findPrice(priceProvider, model);
  return {
    id: `${preset.id}/${model}`,
    providerId: preset.id,
    providerLabel: preset.label,
    model,
    label: model,
    ...price,
    ...parametersOf(model),
    ...(preset.reasoningModels?.test(model) && { supportsReasoningEffort: true }),
  };
}

async function readModel(
  row: Readonly<Record<string, unknown>>,
  preset: ProviderPreset,
  priceProvider: string | undefined,
): Promise<ModelInfo | undefined> {
  const name = row['id'] ?? row['name'];
  if (typeof name !== 'string' || name === '') return undefined;
  const prefix = preset.modelPrefix ?? '';
  const model = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  const modalities = record(row['architecture'])['output_modalities'];
  if (Array.isArray(modalities) ? !modalities.includes('text') : notForChat.test(model)) return undefined;

  const known = await describeModel(preset, model, priceProvider);
  const offers = Array.isArray(row['providers']) ? (row['providers'] as unknown[]).map(record) : [];
  // Which of its providers answers is decided by the router: the shortest context is the one to count on.
  const offered = offers.map((offer) => positive(offer['context_length'])).filter((it) => it !== undefined);
  const contextTokens =
    positive(row['context_length']) ??
    positive(row['context_window']) ??
    positive(row['max_model_len']) ??
    positive(row['max_context_length']) ??
    positive(row['max_input_tokens']) ??
    positive(record(row['meta'])['n_ctx']) ??
    (offered.length > 0 ? Math.min(...offered) : undefined) ??
    known.contextTokens;
  const maxOutputTokens =
    positive(record(row['top_provider'])['max_completion_tokens']) ??
    positive(row['max_completion_tokens']) ??
    positive(row['max_tokens']);
  // OpenRouter tells dollars per token.
  const inputPrice = perMillion(record(row['pricing'])['prompt']) ?? known.inputPrice;
  const outputPrice = perMillion(record(row['pricing'])['completion']) ?? known.outputPrice;
  const parameters = row['supported_parameters'];
  const supportsReasoningEffort = Array.isArray(parameters)
    ? parameters.includes('reasoning') || parameters.includes('reasoning_effort')
    : known.supportsReasoningEffort;
  const label = row['display_name'] ?? (row['id'] === undefined ? undefined : row['name']);
  return {
    ...known,
    ...(typeof label === 'string' && label !== '' && { label }),
    ...(contextTokens !== undefined && { contextTokens }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(inputPrice !== undefined && { inputPrice }),
    ...(outputPrice !== undefined && { outputPrice }),
    ...(supportsReasoningEffort !== undefined && { supportsReasoningEffort }),
    ...releaseOf(row['created']),
  };
}

/** The number in names such as `qwen2.5-coder:1.5b` and `Llama-3.1-70B-Instruct`; the parts of a mixture have another form. */
function parametersOf(name: string): { readonly parameters?: number } {
  const found = /(?:^|[-_:/ ])(\d{1,4}(?:\.\d{1,2})?)b(?=$|[-_:. ])/i.exec(name);
  return found ? { parameters: Math.round(Number(found[1]) * 1e9) } : {};
}

/** Seconds since 1970, as the protocol has it. Many servers write the time of the request or zero: that is no release. */
function releaseOf(created: unknown): { readonly released?: string } {
  const isPast =
    typeof created === 'number' && created > FIRST_RELEASE && created < Date.now() / 1000 - SECONDS_PER_DAY;
  return isPast ? { released: new Date(created * 1000).toISOString().slice(0, 10) } : {};
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}

function perMillion(value: unknown): number | undefined {
  const price = typeof value === 'string' ? Number.parseFloat(value) : value;
  // Rounded because a price per token is a tiny binary fraction.
  return typeof price === 'number' && price >= 0 ? Math.round(price * 1e12) / 1e6 : undefined;
}
