import { providerPresets } from './presets.ts';

/** Where keys come from. Answers undefined when it has none for this provider; may ask the user, so it takes a signal. */
export interface KeySource {
  get(providerId: string, signal: AbortSignal): Promise<string | undefined>;
}

/** Keys from the usual environment variables of each provider. */
export function environmentKeySource(environment: Readonly<Record<string, string | undefined>>): KeySource {
  return {
    async get(providerId) {
      const preset = providerPresets.find(({ id }) => id === providerId);
      for (const name of preset?.keyVariables ?? []) {
        const value = environment[name]?.trim();
        if (value) return value;
      }
      return undefined;
    },
  };
}

/** Asks one source after the other until one has a key. */
export function firstKeySource(...sources: readonly KeySource[]): KeySource {
  return {
    async get(providerId, signal) {
      for (const source of sources) {
        const key = (await source.get(providerId, signal))?.trim();
        if (key) return key;
      }
      return undefined;
    },
  };
}
