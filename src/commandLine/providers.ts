import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { Hub } from '../hub/hub.ts';
import { environmentKeySource } from '../providers/keySource.ts';
import { defaultLocalSettings, LocalModels } from '../providers/local/localModels.ts';
import { ModelStore } from '../providers/local/modelStore.ts';
import { devices } from '../providers/local/protocol.ts';
import { Providers } from '../providers/registry.ts';
import { Failure } from '../shared/failure.ts';

/** The providers as the environment sets them: keys from their usual variables, base URLs from SLIPSTREAM_BASE_URL_ID. */
export function makeProviders(assetFolder: string): Providers {
  const prefix = 'SLIPSTREAM_BASE_URL_';
  const entries = Object.entries(process.env).flatMap(([name, baseUrl]) =>
    name.startsWith(prefix) && baseUrl
      ? [[name.slice(prefix.length).toLowerCase().replaceAll('_', '-'), { baseUrl }] as const]
      : [],
  );
  return new Providers({
    settings: { providers: Object.fromEntries(entries) },
    keys: environmentKeySource(process.env),
    local: makeLocalModels(assetFolder),
  });
}

/** The models on this machine, in SLIPSTREAM_MODELS or the system's usual place for data; SLIPSTREAM_DEVICE says what computes. */
export function makeLocalModels(assetFolder: string): LocalModels {
  const wanted = process.env['SLIPSTREAM_DEVICE'];
  const device = devices.find((it) => it === wanted);
  if (wanted && !device) {
    throw new Failure('invalid-input', `SLIPSTREAM_DEVICE is "${wanted}". It may be ${devices.join(', ')}.`);
  }
  const settings = { ...defaultLocalSettings, ...(device && { device }) };
  return new LocalModels({
    store: new ModelStore(process.env['SLIPSTREAM_MODELS'] || join(dataFolder(), 'slipstream', 'models')),
    processFile: join(dirname(assetFolder), 'textGeneration.worker.js'),
    speechProcessFile: join(dirname(assetFolder), 'whisper.worker.js'),
    runtimeFolder: join(assetFolder, 'onnx'),
    settings: () => settings,
  });
}

/** The Hub, or the mirror that HF_ENDPOINT names. */
export function makeHub(): Hub {
  const endpoint = process.env['HF_ENDPOINT'];
  const keys = environmentKeySource(process.env);
  return new Hub({ ...(endpoint && { endpoint }), token: (signal) => keys.get('huggingface', signal) });
}

/** Where tokenizers of the Hub are kept. */
export function tokenizerFolder(): string {
  return process.env['SLIPSTREAM_TOKENIZERS'] || join(dataFolder(), 'slipstream', 'tokenizers');
}

/** Where finished pieces of recordings are kept. */
export function transcriptFolder(): string {
  return process.env['SLIPSTREAM_TRANSCRIPTS'] || join(dataFolder(), 'slipstream', 'transcripts');
}

function dataFolder(): string {
  const home = homedir();
  switch (process.platform) {
    case 'win32':
      return process.env['LOCALAPPDATA'] || join(home, 'AppData', 'Local');
    case 'darwin':
      return join(home, 'Library', 'Application Support');
    default:
      return process.env['XDG_DATA_HOME'] || join(home, '.local', 'share');
  }
}
