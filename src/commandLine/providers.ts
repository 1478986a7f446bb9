import { environmentKeySource } from '../providers/keySource.ts';
import { Providers } from '../providers/registry.ts';

/** The providers as the environment sets them: keys from their usual variables, base URLs from SLIPSTREAM_BASE_URL_ID. */
export function makeProviders(): Providers {
  const prefix = 'SLIPSTREAM_BASE_URL_';
  const entries = Object.entries(process.env).flatMap(([name, baseUrl]) =>
    name.startsWith(prefix) && baseUrl
      ? [[name.slice(prefix.length).toLowerCase().replaceAll('_', '-'), { baseUrl }] as const]
      : [],
  );
  return new Providers({
    settings: { providers: Object.fromEntries(entries) },
    keys: environmentKeySource(process.env),
  });
}
