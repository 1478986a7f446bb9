import { BUILTIN_CONVERTER_ID } from '../converters/createConverter.ts';
import { environmentKeySource } from '../providers/keySource.ts';
import type { ModelInfo } from '../providers/languageModel.ts';
import { listAllModels, type ProviderListing } from '../providers/modelCatalogue.ts';
import { Failure } from '../shared/failure.ts';
import { interruptSignal, parseCall, type Command } from './call.ts';
import { makeHub, makeProviders } from './providers.ts';

const usage = `slipstream models [--all | --provider ID] [--json]
  lists who can write C++; with --provider, asks that provider for its models; with --all, asks every provider
  whose key is set and every local server on its port, and lists their models with context length and prices`;

async function run(args: readonly string[], assetFolder: string): Promise<number> {
  const { values } = parseCall(args, {
    all: { type: 'boolean', default: false },
    provider: { type: 'string' },
    json: { type: 'boolean', default: false },
  });
  if (values.all && values.provider !== undefined) {
    throw new Failure('invalid-input', 'Give either --all or --provider.');
  }
  const providers = makeProviders(assetFolder);
  const keys = environmentKeySource(process.env);
  if (values.all) {
    const listings = await listAllModels(providers, { signal: interruptSignal(), keys, hub: makeHub() });
    if (values.json) process.stdout.write(`${JSON.stringify(listings, undefined, 2)}\n`);
    else process.stdout.write(listingsText(listings));
    return 0;
  }
  if (values.provider !== undefined) {
    const models = await providers.models(values.provider, interruptSignal());
    if (values.json) process.stdout.write(`${JSON.stringify(models, undefined, 2)}\n`);
    else for (const model of models) process.stdout.write(`${model.id}\n`);
    return 0;
  }
  const rows = [
    { id: BUILTIN_CONVERTER_ID, label: 'Built-in engine', ready: 'no account, no network' },
    ...(await Promise.all(
      providers.list().map(async (provider) => {
        const key = await keys.get(provider.id, new AbortController().signal);
        let ready = 'no key needed';
        if (provider.inProcess) ready = 'no account, offline once downloaded with `slipstream local`';
        else if (provider.baseUrl === undefined) ready = 'set its base URL first';
        else if (key !== undefined) ready = 'key found';
        else if (provider.needsKey) ready = `set ${provider.keyVariables[0] ?? 'its key'}`;
        return { id: `${provider.id}/…`, label: provider.label, ready };
      }),
    )),
  ];
  if (values.json) {
    process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
    return 0;
  }
  const width = Math.max(...rows.map(({ id }) => id.length));
  for (const { id, label, ready } of rows) process.stdout.write(`${id.padEnd(width)}  ${label} (${ready})\n`);
  return 0;
}

function listingsText(listings: readonly ProviderListing[]): string {
  const lines = [BUILTIN_CONVERTER_ID + '  Built-in engine: on this machine, no account, no network'];
  for (const listing of listings) {
    const place = listing.local ? 'on this machine' : 'over the network';
    if (listing.state !== 'listed') {
      lines.push('', `${listing.provider.label}: ${whyNotListed(listing)}`);
      continue;
    }
    const count = listing.models.length === 1 ? '1 model' : `${listing.models.length} models`;
    lines.push('', `${listing.provider.label}: ${count}, ${place}`);
    const width = Math.max(0, ...listing.models.map(({ id }) => id.length));
    for (const model of listing.models) lines.push(`  ${model.id.padEnd(width)}  ${facts(model)}`);
  }
  return `${lines.join('\n')}\n`;
}

function whyNotListed({ provider, state, message }: ProviderListing): string {
  switch (state) {
    case 'no-key':
      return `not asked, set ${provider.keyVariables[0] ?? 'its key'}`;
    case 'no-base-url':
      return 'not asked, set its base URL first';
    case 'not-running':
      return `no server answers at ${provider.baseUrl ?? 'its address'}`;
    default:
      return message ?? 'no list';
  }
}

function facts({ contextTokens, inputPrice, outputPrice, parameters, licence, released }: ModelInfo): string {
  const context = contextTokens === undefined ? 'context unknown' : `${contextTokens.toLocaleString('en-US')} tokens`;
  const price =
    inputPrice === undefined || outputPrice === undefined
      ? 'price unknown'
      : `$${inputPrice} in, $${outputPrice} out per million tokens`;
  const others = [
    parameters === undefined ? '' : `${Number((parameters / 1e9).toPrecision(3))} B parameters`,
    licence ?? '',
    released === undefined ? '' : `released ${released}`,
  ];
  return [context, price, ...others].filter(Boolean).join(', ');
}

/** `slipstream models`: who can write C++. */
export const modelsCommand: Command = { usage, run };
