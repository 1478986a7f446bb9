import { BUILTIN_CONVERTER_ID } from '../converters/createConverter.ts';
import { environmentKeySource } from '../providers/keySource.ts';
import { interruptSignal, parseCall, type Command } from './call.ts';
import { makeProviders } from './providers.ts';

const usage = `slipstream models [--provider ID] [--json]
  lists who can write C++; with --provider, asks that provider for its models`;

async function run(args: readonly string[]): Promise<number> {
  const { values } = parseCall(args, {
    provider: { type: 'string' },
    json: { type: 'boolean', default: false },
  });
  const providers = makeProviders();
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
        const key = await environmentKeySource(process.env).get(provider.id, new AbortController().signal);
        let ready = 'no key needed';
        if (provider.baseUrl === undefined) ready = 'set its base URL first';
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

/** `slipstream models`: who can write C++. */
export const modelsCommand: Command = { usage, run };
