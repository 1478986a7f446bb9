import type { Hub } from '../hub/hub.ts';
import { throwIfAborted, toFailure } from '../shared/failure.ts';
import type { KeySource } from './keySource.ts';
import type { ModelInfo } from './languageModel.ts';
import { findPreset } from './presets.ts';
import type { ProviderInfo, Providers } from './registry.ts';
import { listRepositoryFacts, withRepositoryFacts } from './repositoryFacts.ts';

/** What one provider said when it was asked for its models. */
export interface ProviderListing {
  readonly provider: ProviderInfo;
  /** True when its models run on this machine. */
  readonly local: boolean;
  /** True when nobody is paid for them: a server on this machine may be a way to one elsewhere. */
  readonly free: boolean;
  readonly keySet: boolean;
  readonly state: 'listed' | 'no-key' | 'no-base-url' | 'same-address' | 'not-running' | 'failed';
  /** Why there is no list, for `failed` and `same-address`. */
  readonly message?: string;
  readonly models: readonly ModelInfo[];
}

export interface CatalogueOptions {
  readonly signal: AbortSignal;
  /** Keys that are there already: a list of all models is no reason to ask the user for any. */
  readonly keys: KeySource;
  /** Leaves out the providers for which this is false. */
  readonly only?: (provider: ProviderInfo) => boolean;
  /** How long a server on this machine may take, and one elsewhere. */
  readonly localSeconds?: number;
  readonly remoteSeconds?: number;
  /** Told of each provider as soon as it has answered. */
  readonly onListing?: (listing: ProviderListing) => void;
  /** Where the facts of Hugging Face's repositories are asked for; without it they stay unknown. */
  readonly hub?: Hub;
}

/**
 * Asks all providers at once for their models. One that has no key, does not run or fails does not keep the others from being
 * listed; only a cancel throws.
 */
export async function listAllModels(providers: Providers, options: CatalogueOptions): Promise<ProviderListing[]> {
  const { signal, keys, only = () => true, localSeconds = 3, remoteSeconds = 15, onListing, hub } = options;
  throwIfAborted(signal);
  const asked = new Map<string, ProviderInfo>();
  const wanted = providers.list().filter(only);
  const ask = async (provider: ProviderInfo): Promise<ProviderListing> => {
    const { baseUrl } = provider;
    if (provider.inProcess) {
      const models = await providers.models(provider.id, signal);
      return { provider, local: true, free: true, keySet: false, state: 'listed', models };
    }
    if (baseUrl === undefined) {
      return { provider, local: false, free: false, keySet: false, state: 'no-base-url', models: [] };
    }
    const local = isLocal(baseUrl);
    // llama.cpp and Text Generation Inference share their usual port; what answers there is one server.
    const first = asked.get(baseUrl);
    if (!first) asked.set(baseUrl, provider);
    const keySet = (await keys.get(provider.id, signal)) !== undefined;
    const common = { provider, local, free: computesHere(provider), keySet, models: [] };
    if (first) {
      return { ...common, state: 'same-address', message: `${baseUrl} is listed as ${first.label}.` };
    }
    if (provider.needsKey && !keySet) return { ...common, state: 'no-key' };
    const seconds = local ? localSeconds : remoteSeconds;
    const limit = AbortSignal.timeout(seconds * 1000);
    try {
      const stop = AbortSignal.any([signal, limit]);
      // A list without these facts is better than none.
      const facts =
        hub && provider.id === 'huggingface' ? listRepositoryFacts(hub, stop).catch(() => undefined) : undefined;
      const models = await providers.models(provider.id, stop);
      const known = await facts;
      return { ...common, state: 'listed', models: known ? withRepositoryFacts(models, known) : models };
    } catch (error) {
      throwIfAborted(signal);
      const failure = toFailure(error);
      if (limit.aborted) {
        const message = `${provider.label} did not answer within ${seconds} seconds.`;
        return { ...common, state: 'failed', message };
      }
      if (local && failure.reason === 'network') return { ...common, state: 'not-running' };
      return { ...common, state: 'failed', message: failure.message };
    }
  };
  const all = await Promise.all(
    wanted.map(async (provider) => {
      const listing = await ask(provider);
      if (!signal.aborted) onListing?.(listing);
      return listing;
    }),
  );
  throwIfAborted(signal);
  return all;
}

/** True for an address of this machine. */
function isLocal(baseUrl: string): boolean {
  if (!URL.canParse(baseUrl)) return false;
  const { hostname } = new URL(baseUrl);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

/** True where a provider's models take the processor of this machine, so that nothing can be measured meanwhile. */
export function computesHere({ id, baseUrl, inProcess }: ProviderInfo): boolean {
  const runsServer = findPreset(id)?.startHint !== undefined;
  return inProcess === true || (runsServer && baseUrl !== undefined && isLocal(baseUrl));
}
