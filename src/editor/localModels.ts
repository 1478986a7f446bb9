import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { availableMemory } from 'node:process';
import {
  commands,
  ConfigurationTarget,
  l10n,
  ProgressLocation,
  QuickPickItemKind,
  ThemeIcon,
  Uri,
  window,
  workspace,
  type ExtensionContext,
  type LogOutputChannel,
  type QuickPickItem,
} from 'vscode';
import { formatBytes } from '../hub/download.ts';
import { Hub } from '../hub/hub.ts';
import type { KeySource } from '../providers/keySource.ts';
import { LOCAL_PROVIDER_ID, LocalModels, type LocalSettings } from '../providers/local/localModels.ts';
import { ModelStore, parseLocalName, type DownloadOption, type DownloadPlan } from '../providers/local/modelStore.ts';
import { findLocalServers } from '../providers/localServers.ts';
import { Providers } from '../providers/registry.ts';
import { toFailure } from '../shared/failure.ts';
import { signalOf } from './abort.ts';
import { providersSettings, setting } from './settings.ts';

/** Offered to whoever knows no name: small models that were taught to write code, with ONNX weights. */
const suggestions = [
  ['onnx-community/Qwen2.5-Coder-0.5B-Instruct', '0.5 B'],
  ['onnx-community/Qwen2.5-Coder-1.5B-Instruct', '1.5 B'],
] as const;

/** The models that run on this machine, in the extension's own storage. */
export function createLocalModels(context: ExtensionContext): LocalModels {
  const built = (...names: string[]) => Uri.joinPath(context.extensionUri, 'dist', ...names).fsPath;
  const local = new LocalModels({
    store: new ModelStore(join(context.globalStorageUri.fsPath, 'models')),
    processFile: built('textGeneration.worker.cjs'),
    speechProcessFile: built('whisper.worker.cjs'),
    runtimeFolder: built('assets', 'onnx'),
    withoutNativeRuntime: !existsSync(built('node_modules', 'onnxruntime-node', 'native')),
    settings: () => ({
      device: setting<LocalSettings['device']>('local.device'),
      sampling: setting<LocalSettings['sampling']>('local.sampling'),
      idleMinutes: setting('local.idleMinutes'),
      maxTokens: setting('local.maxTokens'),
    }),
  });
  context.subscriptions.push({ dispose: () => void local.free() });
  return local;
}

/** Registers the commands around local models and local servers. `keys` are those that are there already. */
export function registerLocalModels(
  context: ExtensionContext,
  local: LocalModels,
  keys: KeySource,
  log: LogOutputChannel,
): void {
  const feature = new LocalModelCommands(local, keys, log);
  const register = (name: string, run: (argument?: unknown) => Promise<void>) =>
    commands.registerCommand(`slipstream.${name}`, (argument?: unknown) =>
      run(argument).catch((error: unknown) => feature.report(error)),
    );
  context.subscriptions.push(
    register('downloadLocalModel', (name) => feature.download(typeof name === 'string' ? name : undefined)),
    register('manageLocalModels', () => feature.manage()),
    register('freeLocalModels', () => feature.free()),
    register('findLocalServers', () => feature.findServers()),
  );
}

class LocalModelCommands {
  readonly #local: LocalModels;
  readonly #keys: KeySource;
  readonly #log: LogOutputChannel;

  constructor(local: LocalModels, keys: KeySource, log: LogOutputChannel) {
    this.#local = local;
    this.#keys = keys;
    this.#log = log;
  }

  /** Asks for a repository and a quantization, both with what they cost, then fetches. */
  async download(given?: string, goesOn = false): Promise<void> {
    const name = given ?? (await askForRepository());
    if (name === undefined) return;
    const parsed = parseLocalName(name);
    const { source, isFolder, dtype } = parsed;
    if (isFolder) {
      await this.#local.store.find(parsed);
      return use(`${LOCAL_PROVIDER_ID}/${name}`);
    }
    const hub = this.#hub();
    const plan = await window.withProgress(
      { location: ProgressLocation.Notification, title: l10n.t('Asking the Hub about {0}', source), cancellable: true },
      (_progress, token) => this.#local.store.plan(hub, source, signalOf(token)),
    );
    // Whoever goes on has seen the sizes.
    const named = goesOn ? plan.options.find((it) => it.dtype === dtype) : undefined;
    const option = named ?? (await askForQuantization(plan, this.#local.memoryLimit));
    if (!option) return;
    const model = `${source}:${option.dtype}`;
    if (!option.installed) {
      await window.withProgress(
        { location: ProgressLocation.Notification, title: l10n.t('Downloading {0}', model), cancellable: true },
        async (progress, token) => {
          let told = 0;
          await this.#local.store.download(hub, plan, option.dtype, {
            signal: signalOf(token),
            onProgress: ({ doneBytes, totalBytes }) => {
              const percent = (100 * doneBytes) / totalBytes;
              const message = l10n.t('{0} of {1}', formatBytes(doneBytes), formatBytes(totalBytes));
              progress.report({ increment: percent - told, message });
              told = percent;
            },
          });
        },
      );
    }
    await this.#offer(model);
  }

  /** Lists what is on this machine; a model can be used or removed. */
  async manage(): Promise<void> {
    const { store } = this.#local;
    const [models, unfinished] = await Promise.all([store.list(), store.unfinished()]);
    const running = this.#local.running();
    const remove = { iconPath: new ThemeIcon('trash'), tooltip: l10n.t('Remove from this machine') };
    type Item = QuickPickItem & { readonly run?: () => Promise<void>; readonly name?: string };
    const items: Item[] = models.map(({ name, diskBytes, memoryBytes }) => ({
      name,
      label: `$(chip) ${name}`,
      description: running.some((it) => it.name === name) ? l10n.t('in memory now') : '',
      detail: l10n.t('{0} on disk · about {1} of memory', formatBytes(diskBytes), formatBytes(memoryBytes)),
      buttons: [remove],
      run: () => use(`${LOCAL_PROVIDER_ID}/${name}`),
    }));
    items.push(
      ...unfinished.map(({ name, doneBytes, totalBytes }) => ({
        name,
        label: `$(debug-pause) ${name}`,
        description: l10n.t('not complete'),
        detail: l10n.t('{0} of {1} · choose it to go on', formatBytes(doneBytes), formatBytes(totalBytes)),
        buttons: [remove],
        run: () => this.download(name, true),
      })),
      { label: '', kind: QuickPickItemKind.Separator },
      { label: `$(cloud-download) ${l10n.t('Download a model…')}`, run: () => this.download() },
    );
    if (running.length > 0) {
      items.push({ label: `$(debug-disconnect) ${l10n.t('Free the memory of local models')}`, run: () => this.free() });
    }
    const pick = window.createQuickPick<Item>();
    pick.title = l10n.t('Models on this machine');
    pick.placeholder =
      models.length > 0 ? l10n.t('Choose one to write the C++') : l10n.t('No model has been downloaded yet');
    pick.items = items;
    pick.onDidTriggerItemButton(({ item: { name } }) => {
      pick.hide();
      if (name) this.#remove(name).catch((error: unknown) => this.report(error));
    });
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      pick.hide();
      item?.run?.().catch((error: unknown) => this.report(error));
    });
    pick.onDidHide(() => pick.dispose());
    pick.show();
  }

  async free(): Promise<void> {
    const count = this.#local.running().length;
    await this.#local.free();
    const told = count === 0 ? l10n.t('No local model is in memory.') : l10n.t('The memory of local models is free.');
    window.setStatusBarMessage(told, 5000);
  }

  /** Asks the usual ports of this machine for servers and lists their models. */
  async findServers(): Promise<void> {
    const providers = new Providers({ settings: providersSettings(), keys: this.#keys });
    const servers = await window.withProgress(
      {
        location: ProgressLocation.Notification,
        title: l10n.t('Looking for model servers on this machine'),
        cancellable: true,
      },
      (_progress, token) => findLocalServers(providers, { keys: this.#keys, signal: signalOf(token) }),
    );
    const silent = servers.filter(({ state }) => state !== 'listed');
    const items: (QuickPickItem & { readonly id?: string })[] = servers
      .filter(({ state }) => state === 'listed')
      .flatMap(({ label, address, models }) => [
        { label: `${label} · ${address}`, kind: QuickPickItemKind.Separator },
        ...models.map(({ id, model, contextTokens }) => ({
          id,
          label: `$(server) ${model}`,
          description: contextTokens ? l10n.t('{0} tokens of context', contextTokens.toLocaleString()) : '',
        })),
        ...(models.length === 0 ? [{ label: `$(info) ${l10n.t('It has no models yet')}` }] : []),
      ]);
    items.push(
      { label: l10n.t('Not found'), kind: QuickPickItemKind.Separator },
      ...silent.map(({ label, address, startHint, message }) => ({
        label: `$(circle-slash) ${label}`,
        description: address,
        detail: message ?? (startHint ? l10n.t('Start it with: {0}', startHint) : ''),
      })),
    );
    const picked = await window.showQuickPick(items, {
      title: l10n.t('Model servers on this machine'),
      placeHolder: l10n.t('Choose a model to write the C++'),
      matchOnDescription: true,
    });
    if (picked?.id !== undefined) await use(picked.id);
  }

  /** Says what went wrong, with the way out where there is one. */
  async report(error: unknown): Promise<void> {
    const failure = toFailure(error);
    if (failure.reason === 'cancelled') return;
    this.#log.error(failure.message, failure.cause);
    const setKey = l10n.t('Set Hugging Face Token');
    const wantsKey = failure.reason === 'missing-key' || failure.reason === 'wrong-key';
    const chosen = await window.showErrorMessage(failure.message, ...(wantsKey ? [setKey] : []));
    if (chosen === setKey) await commands.executeCommand('slipstream.setApiKey', 'huggingface');
  }

  #hub(): Hub {
    return new Hub({
      endpoint: setting<string>('huggingface.hubUrl'),
      token: (signal) => this.#keys.get('huggingface', signal),
    });
  }

  async #offer(model: string): Promise<void> {
    const convert = l10n.t('Use It for Conversions');
    const chosen = await window.showInformationMessage(l10n.t('{0} is on this machine.', model), convert);
    if (chosen === convert) await use(`${LOCAL_PROVIDER_ID}/${model}`);
  }

  async #remove(name: string): Promise<void> {
    const remove = l10n.t('Remove');
    const chosen = await window.showWarningMessage(
      l10n.t('Remove {0} from this machine?', name),
      { modal: true },
      remove,
    );
    if (chosen !== remove) return;
    // Where files that are in use cannot be removed, the model has to be out of memory first.
    await this.#local.free();
    await this.#local.store.remove(parseLocalName(name));
    await this.manage();
  }
}

async function use(id: string): Promise<void> {
  await workspace.getConfiguration('slipstream').update('model', id, ConfigurationTarget.Global);
  window.setStatusBarMessage(l10n.t('{0} writes the C++ from now on.', id), 5000);
}

function askForRepository(): Promise<string | undefined> {
  const pick = window.createQuickPick<QuickPickItem & { readonly name: string }>();
  const known = suggestions.map(([name, parameters]) => ({
    name,
    label: `$(cloud-download) ${name}`,
    description: l10n.t('{0} parameters, writes code', parameters),
  }));
  pick.title = l10n.t('Download Local Model');
  pick.placeholder = l10n.t('A repository of the Hugging Face Hub with ONNX weights, or a folder on this machine');
  pick.items = known;
  pick.ignoreFocusOut = true;
  pick.onDidChangeValue((value) => {
    const name = value.trim();
    pick.items =
      name && !known.some((it) => it.name === name) ? [{ name, label: `$(search) ${name}` }, ...known] : known;
  });
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]?.name);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

async function askForQuantization(
  { repository, shape, options }: DownloadPlan,
  limit: number,
): Promise<DownloadOption | undefined> {
  const free = Math.min(availableMemory(), limit);
  const fits = options.find(({ memoryBytes }) => memoryBytes < free) ?? options[0];
  const items = options.map((option) => {
    const { dtype, downloadBytes, memoryBytes, installed } = option;
    const notes = [
      l10n.t('about {0} of memory', formatBytes(memoryBytes)),
      memoryBytes > limit
        ? l10n.t('more than the {0} that a model can have here', formatBytes(limit))
        : memoryBytes > free
          ? l10n.t('more than the {0} that are free now', formatBytes(free))
          : '',
      option === fits ? l10n.t('proposed') : '',
    ];
    return {
      option,
      label: `${memoryBytes > free ? '$(warning) ' : ''}${dtype}`,
      description: installed ? l10n.t('on this machine') : l10n.t('{0} to download', formatBytes(downloadBytes)),
      detail: notes.filter(Boolean).join(' · '),
    };
  });
  const context = shape.contextTokens ? l10n.t('{0} tokens of context', shape.contextTokens.toLocaleString()) : '';
  const picked = await window.showQuickPick(items, {
    title: [repository.name, context, repository.gated ? l10n.t('gated') : ''].filter(Boolean).join(' · '),
    placeHolder: l10n.t('Fewer bits are smaller and faster, and a little less able'),
    ignoreFocusOut: true,
  });
  return picked?.option;
}
