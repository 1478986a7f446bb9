import { formatBytes } from '../hub/download.ts';
import { environmentKeySource } from '../providers/keySource.ts';
import { findLocalServers, type LocalServer } from '../providers/localServers.ts';
import { parseLocalName, type DownloadPlan, type ModelStore } from '../providers/local/modelStore.ts';
import type { Dtype } from '../providers/local/quantization.ts';
import { Failure } from '../shared/failure.ts';
import { interruptSignal, parseCall, type Command } from './call.ts';
import { makeHub, makeLocalModels, makeProviders } from './providers.ts';

const usage = `slipstream local ACTION [options]
  servers                the model servers on the usual ports of this machine, with their models
  list                   the models that are on this machine
  show REPOSITORY        what a repository of the Hub offers: download size and memory of each quantization
  download REPOSITORY[:DTYPE]  fetches one, or goes on with it; the quantization that is proposed when none is named
  remove REPOSITORY[:DTYPE]    removes one quantization, or all of a repository
  --json                 print the answer of servers, list and show as JSON`;

async function run(args: readonly string[], assetFolder: string): Promise<number> {
  const { values, positionals } = parseCall(args, { json: { type: 'boolean', default: false } });
  const [action, name, ...more] = positionals;
  const print = (json: unknown, text: () => string): number => {
    process.stdout.write(values.json ? `${JSON.stringify(json, undefined, 2)}\n` : text());
    return 0;
  };
  if (action === 'servers' && name === undefined) {
    const keys = environmentKeySource(process.env);
    const servers = await findLocalServers(makeProviders(assetFolder), { keys, signal: interruptSignal() });
    return print(servers, () => servers.map(serverText).join(''));
  }
  const { store } = makeLocalModels(assetFolder);
  if (action === 'list' && name === undefined) {
    const [models, unfinished] = await Promise.all([store.list(), store.unfinished()]);
    return print({ models, unfinished }, () =>
      models.length + unfinished.length === 0
        ? `No model is in ${store.folder}. Fetch one with \`slipstream local download REPOSITORY\`.\n`
        : table([
            ...models.map(({ name, diskBytes, memoryBytes }) => [
              `local/${name}`,
              formatBytes(diskBytes),
              `memory ${formatBytes(memoryBytes)}`,
            ]),
            ...unfinished.map(({ name, doneBytes, totalBytes }) => [
              `local/${name}`,
              `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`,
              'not complete: download it again to go on',
            ]),
          ]),
    );
  }
  if (!action || !['show', 'download', 'remove'].includes(action) || name === undefined || more.length > 0) {
    throw new Failure(
      'invalid-input',
      'Call it as slipstream local list or servers, or show, download or remove with one REPOSITORY.',
    );
  }
  const parsed = parseLocalName(name);
  if (action === 'remove') {
    if (await store.remove(parsed)) return 0;
    throw new Failure('unknown-model', `${name} is not on this machine.`);
  }
  if (parsed.isFolder) {
    throw new Failure('invalid-input', 'A folder needs no download: use it as local/FOLDER.');
  }
  const signal = interruptSignal();
  const plan = await store.plan(makeHub(), parsed.source, signal);
  if (action === 'show') return print(planJson(plan), () => planText(plan));
  await download(store, plan, parsed.dtype ?? plan.options[0]?.dtype ?? 'q4', signal);
  return 0;
}

function serverText({ label, address, state, message, startHint, models }: LocalServer): string {
  if (state === 'listed') return `${label} at ${address}\n${models.map(({ id }) => `  ${id}\n`).join('')}`;
  const start = startHint === undefined ? '' : `; start it with: ${startHint}`;
  return `${label}: ${message ?? `nothing answers at ${address}${start}`}\n`;
}

async function download(store: ModelStore, plan: DownloadPlan, dtype: Dtype, signal: AbortSignal): Promise<void> {
  const option = plan.options.find((it) => it.dtype === dtype);
  const name = `${plan.repository.name}:${dtype}`;
  if (option) {
    process.stderr.write(
      `${name}: ${formatBytes(option.downloadBytes)} to fetch, ${formatBytes(option.memoryBytes)} of memory when it runs\n`,
    );
  }
  let shown = -1;
  const onProgress = ({ doneBytes, totalBytes }: { doneBytes: number; totalBytes: number }): void => {
    const percent = totalBytes > 0 ? Math.floor((100 * doneBytes) / totalBytes) : 100;
    if (percent === shown) return;
    shown = percent;
    const text = `${String(percent).padStart(3)} %  ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`;
    // A log keeps every tenth; a terminal shows one line that changes.
    if (process.stderr.isTTY) process.stderr.write(`\r${text.padEnd(40)}`);
    else if (percent % 10 === 0) process.stderr.write(`${text}\n`);
  };
  try {
    await store.download(makeHub(), plan, dtype, { signal, onProgress });
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\n');
  }
  process.stdout.write(`local/${name}\n`);
}

function planJson({ repository, shape, options }: DownloadPlan): unknown {
  const { name, commit, gated } = repository;
  return { name, commit, gated, ...shape, options: options.map(({ files: _files, ...option }) => option) };
}

function planText({ repository, shape, options }: DownloadPlan): string {
  const context = shape.contextTokens?.toLocaleString('en-US') ?? 'unknown';
  const about = `${repository.name}: ${shape.architecture ?? 'unknown kind'}, context ${context}${repository.gated ? ', gated' : ''}\n`;
  return (
    about +
    table(
      options.map((it) => [
        `  ${it.dtype}`,
        `download ${formatBytes(it.downloadBytes)}`,
        `memory ${formatBytes(it.memoryBytes)}`,
        it.installed ? 'on this machine' : '',
      ]),
    )
  );
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** `slipstream local`: the models that run on this machine. */
export const localCommand: Command = { usage, run };
