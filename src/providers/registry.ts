import { Failure, throwIfAborted } from '../shared/failure.ts';
import { ChatModel, keyHeaders, missingBaseUrl, partyOf, type ChatTransport } from './chatModel.ts';
import { Exchange, type ExchangeTimeouts, type Fetch } from './exchange.ts';
import { ProviderConnection } from './connection.ts';
import { huggingFaceTransport } from './huggingface.ts';
import type { KeySource } from './keySource.ts';
import type { LanguageModel, ModelInfo } from './languageModel.ts';
import { LOCAL_PROVIDER_ID, LOCAL_PROVIDER_LABEL, type LocalModels } from './local/localModels.ts';
import { describeModel, fetchModelList } from './modelList.ts';
import { openAiTransport } from './openai.ts';
import { findPreset, providerPresets, type ProviderPreset } from './presets.ts';
import { defaultRetryPolicy, type RetryPolicy } from './retry.ts';
import { badAnswer, missingKey } from './trouble.ts';

/** What the user has set for one provider; everything may be absent. */
export interface ProviderSettings {
  readonly baseUrl?: string;
  /** OpenAI: whom the use is billed to. */
  readonly organization?: string;
  readonly project?: string;
  /** Hugging Face: `auto`, or the name of an inference provider. */
  readonly provider?: string;
  /** Hugging Face: a dedicated endpoint. */
  readonly endpointUrl?: string;
  readonly hubUrl?: string;
  readonly billTo?: string;
  /** Overrides what is known of the context length of all its models. */
  readonly contextTokens?: number;
}

export interface ProvidersSettings {
  readonly providers?: Readonly<Record<string, ProviderSettings>>;
  readonly responseTimeoutSeconds?: number;
  readonly idleTimeoutSeconds?: number;
  /** Tries in all, the first one included. */
  readonly tries?: number;
  readonly maximumAnswerCharacters?: number;
}

export interface ProvidersOptions {
  readonly settings: ProvidersSettings;
  readonly keys: KeySource;
  /** Models that run in this product, where there are any. */
  readonly local?: LocalModels;
  readonly fetch?: Fetch;
  /** Parts of how requests are repeated, for tests. */
  readonly retry?: Partial<RetryPolicy>;
}

/** A provider as it is offered to the user. */
export interface ProviderInfo {
  readonly id: string;
  readonly label: string;
  /** Absent when the user has to set it first. */
  readonly baseUrl?: string;
  /** True for the models that run in this product, which have no address. */
  readonly inProcess?: boolean;
  readonly needsKey: boolean;
  readonly keyVariables: readonly string[];
  readonly keyPage?: string;
}

const defaults = { responseSeconds: 300, idleSeconds: 120, maximumCharacters: 2_000_000 };

/** All providers that are reached over the network, by the settings of the moment. */
export class Providers {
  readonly #settings: ProvidersSettings;
  readonly #keys: KeySource;
  readonly #local: LocalModels | undefined;
  readonly #fetch: Fetch;
  readonly #retry: RetryPolicy;
  /** What the lists told of the models; keeps a model's context length for when it is used. */
  readonly #known = new Map<string, ModelInfo>();

  constructor(options: ProvidersOptions) {
    this.#settings = options.settings;
    this.#keys = options.keys;
    this.#local = options.local;
    // Looked up at each call: the editor puts its proxy support into the global one.
    this.#fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    const { tries } = options.settings;
    this.#retry = { ...defaultRetryPolicy, ...(tries !== undefined && { tries }), ...options.retry };
  }

  /** The providers in the order in which they are offered. */
  list(): ProviderInfo[] {
    const inProcess = { id: LOCAL_PROVIDER_ID, label: LOCAL_PROVIDER_LABEL, inProcess: true };
    const local: ProviderInfo[] = this.#local ? [{ ...inProcess, needsKey: false, keyVariables: [] }] : [];
    const others = providerPresets.map((preset): ProviderInfo => {
      const baseUrl = this.#place(preset);
      return {
        id: preset.id,
        label: preset.label,
        needsKey: preset.needsKey,
        keyVariables: preset.keyVariables,
        ...(baseUrl !== undefined && { baseUrl }),
        ...(preset.keyPage !== undefined && { keyPage: preset.keyPage }),
      };
    });
    return [...local, ...others];
  }

  /** Asks a provider for its models. Throws Failure. */
  async models(providerId: string, signal: AbortSignal): Promise<ModelInfo[]> {
    if (providerId === LOCAL_PROVIDER_ID && this.#local) return this.#local.models();
    const { preset, baseUrl } = this.#find(providerId);
    throwIfAborted(signal);
    // A list that is open to everybody is no reason to ask the user for a key.
    const key =
      preset.openModelList && !this.#settingsOf(preset).endpointUrl
        ? undefined
        : await this.#keys.get(preset.id, signal);
    const party = partyOf(preset, baseUrl, key);
    if (preset.needsKey && !preset.openModelList && !key) throw missingKey(party);
    const exchange = new Exchange({
      party,
      signal,
      timeouts: this.#timeouts(),
      fetch: this.#fetch,
      now: this.#retry.now,
      headers: {
        'user-agent': 'slipstream',
        ...preset.modelListHeaders,
        ...keyHeaders(key, party, preset.modelListKeyHeader),
      },
    });
    try {
      const models = await fetchModelList(exchange, `${baseUrl}/models`, preset, this.#priceProvider(preset));
      const adapted = models.map((model) => this.#adapt(preset, model));
      for (const model of adapted) this.#known.set(model.id, model);
      return adapted;
    } catch (error) {
      if (error instanceof SyntaxError) throw badAnswer(party, 'did not answer with a list of models', error);
      throw exchange.explain(error).failure;
    } finally {
      exchange.close();
    }
  }

  /** Makes the model with this id: the provider's id, a slash, the model's own id. Nothing is sent before it is used. */
  async languageModel(id: string): Promise<LanguageModel> {
    const slash = id.indexOf('/');
    const model = id.slice(slash + 1);
    if (slash < 1 || model === '') {
      throw new Failure('unknown-model', `"${id}" names no model. Write PROVIDER/MODEL, such as openai/gpt-5.`);
    }
    if (id.startsWith(`${LOCAL_PROVIDER_ID}/`) && this.#local) return this.#local.languageModel(model);
    const { preset, baseUrl } = this.#find(id.slice(0, slash));
    const info =
      this.#known.get(id) ?? this.#adapt(preset, await describeModel(preset, model, this.#priceProvider(preset)));
    return new ChatModel(info, {
      preset,
      baseUrl,
      transport: this.#transport(preset, baseUrl),
      keys: this.#keys,
      fetch: this.#fetch,
      timeouts: this.#timeouts(),
      retry: this.#retry,
      maximumCharacters: this.#settings.maximumAnswerCharacters ?? defaults.maximumCharacters,
      priceProvider: (headers) => this.#priceProvider(preset, headers?.get('x-inference-provider') ?? undefined),
    });
  }

  /** For what is not a chat. Nothing is sent before it is used. Another base URL than the provider's own can be given. Throws Failure. */
  connect(providerId: string, otherBaseUrl?: string): ProviderConnection {
    const other = trimUrl(otherBaseUrl);
    const { preset, baseUrl } = this.#find(providerId, other);
    return new ProviderConnection({
      preset,
      baseUrl,
      settings: this.#settingsOf(preset),
      isOwnBaseUrl: other !== undefined,
      keys: this.#keys,
      fetch: this.#fetch,
      timeouts: this.#timeouts(),
      retry: this.#retry,
    });
  }

  #find(providerId: string, otherBaseUrl?: string): { preset: ProviderPreset; baseUrl: string } {
    const preset = findPreset(providerId);
    if (!preset) {
      const known = this.list()
        .map(({ id }) => id)
        .join(', ');
      throw new Failure('unknown-model', `There is no provider "${providerId}". Known are ${known}.`);
    }
    const baseUrl = otherBaseUrl ?? this.#place(preset);
    if (baseUrl === undefined) throw missingBaseUrl(preset.label);
    if (!/^https?:\/\/[^/]/i.test(baseUrl) || !URL.canParse(baseUrl)) {
      throw new Failure(
        'invalid-input',
        `The base URL of ${preset.label} is not an http or https address. Correct it in the settings.`,
      );
    }
    return { preset, baseUrl };
  }

  /** The base URL in effect: that of the settings, or of the preset. */
  #place(preset: ProviderPreset): string | undefined {
    const settings = this.#settingsOf(preset);
    const endpoint = preset.protocol === 'huggingface' ? settings.endpointUrl : undefined;
    if (endpoint) return endpointBaseUrl(endpoint);
    return trimUrl(settings.baseUrl) ?? preset.baseUrl;
  }

  #settingsOf(preset: ProviderPreset): ProviderSettings {
    return this.#settings.providers?.[preset.id] ?? {};
  }

  #transport(preset: ProviderPreset, baseUrl: string): ChatTransport {
    const settings = this.#settingsOf(preset);
    const userAgent = { 'user-agent': 'slipstream' };
    const transport =
      preset.protocol === 'huggingface'
        ? huggingFaceTransport({
            baseUrl,
            hubUrl: trimUrl(settings.hubUrl) ?? 'https://huggingface.co',
            provider: settings.provider || 'auto',
            ...(settings.endpointUrl && { endpointUrl: baseUrl }),
            ...(settings.billTo && { billTo: settings.billTo }),
          })
        : openAiTransport({
            baseUrl,
            ...(settings.organization && { organization: settings.organization }),
            ...(settings.project && { project: settings.project }),
          });
    return { ...transport, headers: { ...userAgent, ...transport.headers } };
  }

  #timeouts(): ExchangeTimeouts {
    return {
      responseSeconds: this.#settings.responseTimeoutSeconds ?? defaults.responseSeconds,
      idleSeconds: this.#settings.idleTimeoutSeconds ?? defaults.idleSeconds,
    };
  }

  #adapt(preset: ProviderPreset, info: ModelInfo): ModelInfo {
    const { contextTokens } = this.#settingsOf(preset);
    return contextTokens === undefined ? info : { ...info, contextTokens };
  }

  #priceProvider(preset: ProviderPreset, answeredBy?: string): string | undefined {
    if (preset.protocol !== 'huggingface') return preset.priceProvider;
    const { provider, endpointUrl } = this.#settingsOf(preset);
    if (endpointUrl) return undefined;
    // With `auto` the price depends on who answered, which the router says only afterwards.
    const name = provider && provider !== 'auto' ? provider : answeredBy;
    return name === undefined ? undefined : `huggingface_${name}`;
  }
}

function trimUrl(url: string | undefined): string | undefined {
  const trimmed = url?.trim().replace(/\/+$/, '');
  return trimmed === '' ? undefined : trimmed;
}

/** A dedicated endpoint may be given bare, with `/v1`, or with the whole path. */
function endpointBaseUrl(url: string): string {
  const bare = url
    .trim()
    .replace(/\/+$/, '')
    .replace(/\/chat\/completions$/, '');
  return bare.endsWith('/v1') ? bare : `${bare}/v1`;
}
