import { basename, isAbsolute, join } from 'node:path';
import { l10n, ProgressLocation, window, type ExtensionContext } from 'vscode';
import { formatBytes } from '../hub/download.ts';
import { checkRepositoryName, Hub } from '../hub/hub.ts';
import type { KeySource } from '../providers/keySource.ts';
import { toFailure } from '../shared/failure.ts';
import { isFetched, locateTokenizer } from '../tokens/loadTokenizer.ts';
import { tokenizerPresets } from '../tokens/tokenizerPresets.ts';
import { signalOf } from './abort.ts';
import { setting } from './settings.ts';

/** The entries of the list that ask for a name first. */
const REPOSITORY = 'ask:repository';
const FILE = 'ask:file';

/** The tokenizers to choose from, and the way from a chosen one to its files. */
export class TokenizerPicker {
  readonly #folder: string;
  readonly #keys: KeySource;

  constructor(context: ExtensionContext, keys: KeySource) {
    this.#folder = join(context.globalStorageUri.fsPath, 'tokenizers');
    this.#keys = keys;
  }

  /** What the list shows; `chosen` is in it even when it is none of the presets. */
  entries(chosen: string): { id: string; label: string }[] {
    const presets = tokenizerPresets.map(({ id, label, repository }) => {
      if (repository === undefined) return { id, label: l10n.t('{0} (included)', label) };
      const there = isFetched(repository, this.#folder);
      return { id, label: there ? l10n.t('{0} (downloaded)', label) : l10n.t('{0} (download)', label) };
    });
    const own = presets.some(({ id }) => id === chosen) ? [] : [{ id: chosen, label: chosen }];
    return [
      ...presets,
      ...own,
      { id: REPOSITORY, label: l10n.t('Repository of the Hub…') },
      { id: FILE, label: l10n.t('tokenizer.json or folder…') },
    ];
  }

  /** What a tokenizer is called. */
  labelOf(name: string): string {
    return tokenizerPresets.find(({ id }) => id === name)?.label ?? (isAbsolute(name) ? basename(name) : name);
  }

  /** The tokenizers that can be used without fetching anything, `chosen` among them. */
  present(chosen: string): string[] {
    const presets = tokenizerPresets.filter(
      ({ repository }) => repository === undefined || isFetched(repository, this.#folder),
    );
    return [...new Set([...presets.map(({ id }) => id), chosen])];
  }

  /** The name of what was chosen, asked for where the entry stands for a question; nothing when that is dismissed. */
  async nameOf(entry: string): Promise<string | undefined> {
    if (entry === REPOSITORY) {
      const name = await window.showInputBox({
        title: l10n.t('Tokenizer of a repository of the Hugging Face Hub'),
        placeHolder: 'Qwen/Qwen2-7B-Instruct',
        // The list in the view takes the focus back when it closes.
        ignoreFocusOut: true,
        validateInput: (value) => {
          try {
            checkRepositoryName(value.trim());
            return value.includes('/') ? undefined : l10n.t('The name has an owner: owner/name.');
          } catch (error) {
            return toFailure(error).message;
          }
        },
      });
      return name?.trim();
    }
    if (entry !== FILE) return entry;
    const found = await window.showOpenDialog({
      title: l10n.t('A tokenizer.json, or a folder with one'),
      canSelectFiles: true,
      canSelectFolders: true,
    });
    return found?.[0]?.fsPath;
  }

  /** Where the tokenizer is on this machine, fetched with progress and Cancel when it was not there. Throws Failure. */
  async locate(name: string): Promise<string> {
    const hub = new Hub({
      endpoint: setting<string>('huggingface.hubUrl'),
      token: (signal) => this.#keys.get('huggingface', signal),
    });
    const repository = tokenizerPresets.find(({ id }) => id === name)?.repository ?? name;
    const title = l10n.t('Fetching the tokenizer of {0}', repository);
    const common = { hub, storageFolder: this.#folder };
    const isLocal = isAbsolute(name) || !repository.includes('/');
    if (isLocal || isFetched(repository, this.#folder)) {
      return locateTokenizer(name, { ...common, signal: new AbortController().signal });
    }
    return window.withProgress(
      { location: ProgressLocation.Notification, title, cancellable: true },
      (progress, token) => {
        let told = 0;
        return locateTokenizer(name, {
          ...common,
          signal: signalOf(token),
          onProgress: ({ doneBytes, totalBytes }) => {
            const percent = (100 * doneBytes) / Math.max(1, totalBytes);
            const message = l10n.t('{0} of {1}', formatBytes(doneBytes), formatBytes(totalBytes));
            progress.report({ increment: percent - told, message });
            told = percent;
          },
        });
      },
    );
  }
}
