import {
  commands,
  l10n,
  lm,
  QuickPickItemKind,
  ThemeIcon,
  window,
  type QuickInputButton,
  type QuickPick,
  type QuickPickItem,
} from 'vscode';
import type { TrackRecord } from '../conversion/trackRecord.ts';
import { Hub } from '../hub/hub.ts';
import type { KeySource } from '../providers/keySource.ts';
import type { ModelInfo } from '../providers/languageModel.ts';
import { LOCAL_PROVIDER_ID, type LocalModels } from '../providers/local/localModels.ts';
import { parseLocalName } from '../providers/local/modelStore.ts';
import type { ProviderListing } from '../providers/modelCatalogue.ts';
import type { ProviderInfo } from '../providers/registry.ts';
import type { Evidence } from '../shared/evidence.ts';
import { toFailure } from '../shared/failure.ts';
import { EDITOR_MODEL_PREFIX } from './editorLanguageModel.ts';
import { providersSettings, setting } from './settings.ts';

/** The id of the built-in engine. */
export const BUILTIN = 'builtin';

/** What the list of models is made of. `keys` are those that are there already: a list is no reason to ask for one. */
export interface ModelSources {
  readonly keys: KeySource;
  readonly local: LocalModels;
  readonly history: () => Promise<readonly Evidence[]>;
}

interface ModelItem extends QuickPickItem {
  /** The converter that is chosen with it. */
  readonly converterId?: string;
  /** What else happens when it is chosen; the list stays open where this gives true. */
  readonly run?: () => Promise<boolean>;
  /** The repository or folder whose card can be shown. */
  readonly card?: string;
}

const cardButton = (): QuickInputButton => ({
  iconPath: new ThemeIcon('info'),
  tooltip: l10n.t('Show its model card'),
});

/** A number of parameters as people say it, such as `1.5 B`. */
function parametersText(parameters: number): string {
  return parameters >= 1e9
    ? l10n.t('{0} B parameters', Number((parameters / 1e9).toPrecision(3)))
    : l10n.t('{0} M parameters', Math.round(parameters / 1e6));
}

function recordText({ converted, equal, medianSpeedUp, costUsd }: TrackRecord): string {
  const parts = [
    l10n.t('your conversions: {0}, equal {1}', converted, equal),
    medianSpeedUp === undefined ? '' : l10n.t('median {0}x', Number(medianSpeedUp.toPrecision(3))),
    costUsd === undefined ? '' : `$${costUsd.toFixed(costUsd < 0.1 ? 4 : 2)}`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** What matters of a model in one line; what nobody tells is named as unknown. */
export function detailOf(model: ModelInfo, paid: boolean, record: TrackRecord | undefined): string {
  const { parameters, contextTokens, inputPrice, outputPrice, licence, released } = model;
  const priced = inputPrice !== undefined && outputPrice !== undefined;
  const known = [
    record ? recordText(record) : '',
    parameters === undefined ? '' : parametersText(parameters),
    contextTokens === undefined ? '' : l10n.t('{0} tokens of context', contextTokens.toLocaleString()),
    priced && (paid || inputPrice + outputPrice > 0)
      ? l10n.t('${0} in, ${1} out per million tokens', inputPrice, outputPrice)
      : !paid
        ? l10n.t('free')
        : '',
    licence ?? '',
    released === undefined ? '' : l10n.t('released {0}', released),
  ].filter(Boolean);
  const unknown = [
    parameters === undefined ? l10n.t('parameters') : '',
    contextTokens === undefined ? l10n.t('context') : '',
    paid && !priced ? l10n.t('price') : '',
    licence === undefined ? l10n.t('licence') : '',
    released === undefined ? l10n.t('release') : '',
  ].filter(Boolean);
  return [...known, ...(unknown.length > 0 ? [l10n.t('unknown: {0}', unknown.join(', '))] : [])].join(' · ');
}

/** The repository of the Hub, or the folder, that a model of a provider is; undefined where nobody can tell. */
function cardOf({ providerId, model }: ModelInfo): string | undefined {
  if (providerId === LOCAL_PROVIDER_ID) return parseLocalName(model).source;
  return providerId === 'huggingface' ? model.replace(/:[\w-]+$/, '') : undefined;
}

/** One list over all providers that fills in while they answer. */
class ModelList {
  readonly #pick: QuickPick<ModelItem> = window.createQuickPick<ModelItem>();
  readonly #sources: ModelSources;
  readonly #chosen: string | undefined;
  readonly #abort = new AbortController();
  readonly #listings = new Map<string, ProviderListing>();
  #providers: readonly ProviderInfo[] = [];
  #editorModels: readonly ModelInfo[] = [];
  #records: ReadonlyMap<string, TrackRecord> = new Map();
  #asking = 0;

  constructor(sources: ModelSources, chosen: string | undefined) {
    this.#sources = sources;
    this.#chosen = chosen;
    this.#pick.title = l10n.t('Who writes the C++?');
    this.#pick.placeholder = l10n.t('Search by name, provider, licence…');
    this.#pick.matchOnDescription = true;
    this.#pick.matchOnDetail = true;
    this.#pick.buttons = [
      { iconPath: new ThemeIcon('refresh'), tooltip: l10n.t('Ask the providers again') },
      { iconPath: new ThemeIcon('cloud-download'), tooltip: l10n.t('Download a local model…') },
    ];
  }

  /** Shows the list until something is chosen, or it is closed. */
  show(): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#pick.onDidTriggerButton(({ iconPath }) => {
        if (iconPath instanceof ThemeIcon && iconPath.id === 'refresh') void this.#ask();
        else void commands.executeCommand('slipstream.downloadLocalModel');
      });
      this.#pick.onDidTriggerItemButton(({ item }) => {
        if (item.card !== undefined) void commands.executeCommand('slipstream.showModelCard', item.card);
      });
      this.#pick.onDidAccept(async () => {
        const [item] = this.#pick.selectedItems;
        if (!item) return;
        if (item.run) {
          // Whatever asks for something closes the list; it comes back with the answer.
          if (await item.run()) this.#pick.show();
          return;
        }
        resolve(item.converterId);
        this.#pick.hide();
      });
      this.#pick.onDidHide(() => {
        if (this.#pick.ignoreFocusOut) return;
        resolve(undefined);
        this.#abort.abort();
        this.#pick.dispose();
      });
      this.#draw();
      this.#pick.show();
      void this.#ask();
    });
  }

  async #ask(only?: string): Promise<void> {
    const { signal } = this.#abort;
    this.#asking++;
    this.#pick.busy = true;
    try {
      const { listAllModels } = await import('../providers/modelCatalogue.ts');
      const { Providers } = await import('../providers/registry.ts');
      const { keys, local, history } = this.#sources;
      const providers = new Providers({ settings: providersSettings(), keys, local });
      this.#providers = providers.list();
      this.#draw();
      const endpoint = setting<string>('huggingface.hubUrl');
      const editorModels = lm.selectChatModels().then(
        (chats) => {
          this.#editorModels = chats.map(({ id, name, vendor, maxInputTokens }) => ({
            id: `${EDITOR_MODEL_PREFIX}${id}`,
            providerId: 'editor',
            providerLabel: vendor,
            model: id,
            label: name,
            contextTokens: maxInputTokens,
          }));
          this.#draw();
        },
        () => undefined,
      );
      const records = Promise.all([history(), import('../conversion/trackRecord.ts')]).then(
        ([all, { trackRecords }]) => {
          this.#records = trackRecords(all);
          this.#draw();
        },
      );
      await listAllModels(providers, {
        signal,
        keys,
        hub: new Hub({ ...(endpoint && { endpoint }), token: (stop) => keys.get('huggingface', stop) }),
        ...(only !== undefined && { only: ({ id }) => id === only }),
        onListing: (listing) => {
          this.#listings.set(listing.provider.id, listing);
          this.#draw();
        },
      });
      await Promise.all([editorModels, records]);
    } catch (error) {
      const failure = toFailure(error);
      if (failure.reason !== 'cancelled') void window.showErrorMessage(failure.message);
    } finally {
      this.#asking--;
      if (!signal.aborted) this.#pick.busy = this.#asking > 0;
    }
  }

  /** Draws what is known; what the person has marked stays marked. */
  #draw(): void {
    if (this.#abort.signal.aborted) return;
    const [active] = this.#pick.activeItems;
    const items = this.#items();
    this.#pick.keepScrollPosition = true;
    this.#pick.items = items;
    const wanted = active?.converterId ?? this.#chosen;
    const same = items.find(({ converterId }) => converterId !== undefined && converterId === wanted);
    if (same && this.#pick.value === '') this.#pick.activeItems = [same];
  }

  #items(): ModelItem[] {
    const heading = (label: string): ModelItem => ({ label, kind: QuickPickItemKind.Separator });
    const builtinRecord = this.#records.get(BUILTIN);
    const items: ModelItem[] = [
      heading(l10n.t('On this machine, no account')),
      {
        converterId: BUILTIN,
        label: `$(zap) ${l10n.t('Built-in engine')}`,
        description: l10n.t('offline, no account'),
        detail: builtinRecord ? recordText(builtinRecord) : l10n.t('deterministic, free, the same C++ every time'),
      },
    ];
    if (this.#editorModels.length > 0) {
      items.push(heading(l10n.t('Models of the editor')));
      for (const model of this.#editorModels) items.push(this.#model(model, '$(vscode)', model.providerLabel, true));
    }
    // Those that have something to choose come first.
    const hasModels = ({ id }: ProviderInfo): boolean => (this.#listings.get(id)?.models.length ?? 0) > 0;
    const ordered = [...this.#providers].sort((a, b) => Number(hasModels(b)) - Number(hasModels(a)));
    for (const provider of ordered) items.push(...this.#provider(provider, heading));
    return items;
  }

  #model(model: ModelInfo, icon: string, description: string, paid: boolean): ModelItem {
    const card = cardOf(model);
    return {
      converterId: model.id,
      label: `${icon} ${model.label}`,
      description,
      detail: detailOf(model, paid, this.#records.get(model.id)),
      ...(card !== undefined && { card, buttons: [cardButton()] }),
    };
  }

  #provider(provider: ProviderInfo, heading: (label: string) => ModelItem): ModelItem[] {
    const listing = this.#listings.get(provider.id);
    const { label } = provider;
    if (!listing) return [heading(label), { label: `$(loading~spin) ${label}`, description: l10n.t('is asked…') }];
    const place = listing.local ? l10n.t('on this machine') : l10n.t('over the network');
    const key = listing.keySet ? l10n.t('key is set') : provider.needsKey ? l10n.t('no key') : '';
    const title = heading([label, provider.inProcess ? '' : place, key].filter(Boolean).join(' · '));
    if (listing.state === 'same-address') return [];
    if (listing.state !== 'listed') return [title, this.#without(listing)];
    if (listing.models.length === 0 && provider.inProcess) {
      return [
        title,
        {
          label: `$(cloud-download) ${l10n.t('Download a local model…')}`,
          description: l10n.t('offline once downloaded'),
          run: async () => {
            await commands.executeCommand('slipstream.downloadLocalModel');
            return false;
          },
        },
      ];
    }
    if (listing.models.length === 0)
      return [title, { label: `$(info) ${label}`, description: l10n.t('has no models to write code with'), ...stays }];
    const icon = listing.local ? '$(chip)' : '$(cloud)';
    return [title, ...listing.models.map((model) => this.#model(model, icon, label, !listing.free))];
  }

  /** The line of a provider that has no list, with what can be done about it. */
  #without({ provider, state, message }: ProviderListing): ModelItem {
    const { id, label, baseUrl } = provider;
    const again = async (): Promise<boolean> => {
      void this.#ask(id);
      return true;
    };
    switch (state) {
      case 'no-key':
        return {
          label: `$(key) ${label}`,
          description: l10n.t('set a key to see its models'),
          run: async () => {
            await this.#aside(() => commands.executeCommand('slipstream.setApiKey', id));
            return again();
          },
        };
      case 'no-base-url':
        return {
          label: `$(gear) ${label}`,
          description: l10n.t('set its address first'),
          run: async () => {
            await commands.executeCommand('workbench.action.openSettings', 'slipstream.providers.baseUrls');
            return false;
          },
        };
      case 'not-running':
        return {
          label: `$(debug-disconnect) ${label}`,
          description: l10n.t('does not run at {0}', baseUrl ?? ''),
          run: again,
        };
      default:
        return {
          label: `$(warning) ${label}`,
          description: l10n.t('choose to ask again'),
          detail: message,
          run: again,
        };
    }
  }

  /** Keeps the list while something else asks. */
  async #aside(ask: () => Thenable<unknown>): Promise<void> {
    this.#pick.ignoreFocusOut = true;
    try {
      await ask();
    } finally {
      this.#pick.ignoreFocusOut = false;
    }
  }
}

/** An item that tells something and is not chosen. */
const stays = { run: async () => true } as const;

/** Asks who shall write the C++. Undefined when nothing was chosen. */
export function pickConverter(sources: ModelSources, chosen?: string): Promise<string | undefined> {
  return new ModelList(sources, chosen).show();
}
