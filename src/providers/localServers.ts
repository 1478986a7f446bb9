import type { KeySource } from './keySource.ts';
import type { ModelInfo } from './languageModel.ts';
import { listAllModels } from './modelCatalogue.ts';
import { findPreset, providerPresets } from './presets.ts';
import type { Providers } from './registry.ts';

/** A server that runs models on this machine, or the place where one would be. */
export interface LocalServer {
  /** The provider under which its models are used. */
  readonly providerId: string;
  readonly label: string;
  readonly address: string;
  readonly state: 'listed' | 'not-running' | 'failed';
  /** What to type to start it. */
  readonly startHint?: string;
  /** Why there is no list, for `failed`. */
  readonly message?: string;
  readonly models: readonly ModelInfo[];
}

/**
 * Asks the usual ports of this machine, or those that the settings name, for Ollama, LM Studio, llama.cpp, vLLM and Text
 * Generation Inference. A port that two of them share is asked once. Throws only on a cancel.
 */
export async function findLocalServers(
  providers: Providers,
  options: { readonly keys: KeySource; readonly signal: AbortSignal },
): Promise<LocalServer[]> {
  const mayBeLocal = new Set(providerPresets.filter(({ startHint }) => startHint !== undefined).map(({ id }) => id));
  const listings = await listAllModels(providers, { ...options, only: ({ id }) => mayBeLocal.has(id) });
  return listings.flatMap(({ provider, state, message, models }): LocalServer[] => {
    if (state === 'same-address' || provider.baseUrl === undefined) return [];
    const sharing = listings.filter((it) => it.state === 'same-address' && it.provider.baseUrl === provider.baseUrl);
    const hints = [provider, ...sharing.map((it) => it.provider)].flatMap(({ id }) => findPreset(id)?.startHint ?? []);
    return [
      {
        providerId: provider.id,
        label: [provider, ...sharing.map((it) => it.provider)].map(({ label }) => label).join(' / '),
        address: provider.baseUrl,
        state: state === 'listed' || state === 'not-running' ? state : 'failed',
        ...(hints.length > 0 && { startHint: hints.join(' / ') }),
        ...(message !== undefined && { message }),
        models,
      },
    ];
  });
}
