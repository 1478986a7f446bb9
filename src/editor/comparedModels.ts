import { l10n, lm, QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import type { TrackRecord } from '../conversion/trackRecord.ts';
import { Hub } from '../hub/hub.ts';
import type { ModelInfo } from '../providers/languageModel.ts';
import type { ProviderListing } from '../providers/modelCatalogue.ts';
import { toFailure } from '../shared/failure.ts';
import { EDITOR_MODEL_PREFIX } from './editorLanguageModel.ts';
import { BUILTIN, detailOf, type ModelSources } from './modelQuickPick.ts';
import { providersSettings, setting } from './settings.ts';

const FEWEST = 2;
const MOST = 6;
/** The list from before reports its selection within this time after it was replaced; that is no choice of a person. */
const REPLACED_MS = 150;
/** Answers of providers that come within this time are drawn together, so that the list does not jump. */
const TOGETHER_MS = 300;

type Item = QuickPickItem & { readonly id?: string; readonly info?: ModelInfo };

/** Who was ticked, and what the provider's list told of it. */
export interface ComparedModel {
  readonly id: string;
  readonly info?: ModelInfo;
}

/**
 * Asks for two to six who shall write the C++. Shows at once what is known, and the models of the providers when they have answered.
 * `chosen` are ticked at the beginning.
 */
export async function pickComparedModels(
  chosen: readonly string[],
  sources: ModelSources,
): Promise<readonly ComparedModel[] | undefined> {
  const chats = await lm.selectChatModels().then(undefined, () => []);
  const known: Item[] = [
    {
      id: BUILTIN,
      label: `$(zap) ${l10n.t('Built-in engine')}`,
      description: l10n.t('offline, no account'),
    },
    ...chats.map(({ id, name, vendor }) => ({
      id: `${EDITOR_MODEL_PREFIX}${id}`,
      label: `$(vscode) ${name}`,
      description: vendor,
    })),
  ];
  const pick = window.createQuickPick<Item>();
  const abort = new AbortController();
  let ticked = new Set(chosen);
  let replacedAt = 0;
  let redraw: ReturnType<typeof setTimeout> | undefined;
  const listings = new Map<string, ProviderListing>();
  let records: ReadonlyMap<string, TrackRecord> = new Map();
  const show = (): void => {
    redraw = undefined;
    if (abort.signal.aborted) return;
    const found = [...listings.values()].flatMap((listing) => listingItems(listing, records));
    const there = new Set([...known, ...found].flatMap(({ id }) => id ?? []));
    const items = [
      ...known,
      // What was compared before can be compared again, whether or not its provider is reached now.
      ...chosen.filter((id) => !there.has(id)).map((id): Item => ({ id, label: `$(history) ${id}` })),
      ...found,
    ];
    replacedAt = Date.now();
    pick.items = items;
    pick.selectedItems = items.filter(({ id }) => id !== undefined && ticked.has(id));
  };
  pick.canSelectMany = true;
  pick.ignoreFocusOut = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.placeholder = l10n.t('Type to search, Space to tick, Enter to go on');
  const tell = (): void => {
    pick.title = l10n.t('Compare two to six ({0} ticked)', pick.selectedItems.length);
  };
  show();
  tell();
  pick.busy = true;
  ask(sources, abort.signal, {
    onListing: (listing) => {
      listings.set(listing.provider.id, listing);
      redraw ??= setTimeout(show, TOGETHER_MS);
    },
    onRecords: (known) => (records = known),
  })
    .catch((error: unknown) => {
      if (!abort.signal.aborted) void window.showErrorMessage(toFailure(error).message);
    })
    .finally(() => {
      if (!abort.signal.aborted) pick.busy = false;
    });
  return new Promise((resolve) => {
    pick.onDidChangeSelection((items) => {
      if (Date.now() - replacedAt > REPLACED_MS) ticked = new Set(items.flatMap(({ id }) => id ?? []));
      tell();
    });
    pick.onDidAccept(() => {
      const models = pick.selectedItems.flatMap(({ id, info }) =>
        id === undefined ? [] : [{ id, ...(info && { info }) }],
      );
      if (models.length < FEWEST || models.length > MOST) {
        pick.title = l10n.t('Tick at least two and at most six: {0} are ticked', models.length);
        return;
      }
      resolve(models);
      pick.hide();
    });
    pick.onDidHide(() => {
      abort.abort();
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

async function ask(
  { keys, local, history }: ModelSources,
  signal: AbortSignal,
  told: {
    readonly onListing: (listing: ProviderListing) => void;
    readonly onRecords: (records: ReadonlyMap<string, TrackRecord>) => void;
  },
): Promise<void> {
  const [{ listAllModels }, { Providers }, { trackRecords }] = await Promise.all([
    import('../providers/modelCatalogue.ts'),
    import('../providers/registry.ts'),
    import('../conversion/trackRecord.ts'),
  ]);
  told.onRecords(trackRecords(await history()));
  const providers = new Providers({ settings: providersSettings(), keys, local });
  const endpoint = setting<string>('huggingface.hubUrl');
  const hub = new Hub({ ...(endpoint && { endpoint }), token: (stop) => keys.get('huggingface', stop) });
  await listAllModels(providers, { signal, keys, hub, onListing: told.onListing });
}

function listingItems(
  { provider, local, free, state, message, models }: ProviderListing,
  records: ReadonlyMap<string, TrackRecord>,
): Item[] {
  // Whoever has not set up a provider is not told of it here.
  if (state !== 'listed' && state !== 'failed') return [];
  const place = local ? l10n.t('on this machine') : l10n.t('over the network');
  const separator: Item = { label: `${provider.label} · ${place}`, kind: QuickPickItemKind.Separator };
  if (state === 'failed') {
    return [separator, { label: `$(warning) ${provider.label}`, detail: message ?? '' }];
  }
  if (models.length === 0) return [];
  return [
    separator,
    ...models.map((info): Item => ({
      id: info.id,
      info,
      label: `${local ? '$(chip)' : '$(cloud)'} ${info.label}`,
      description: provider.label,
      detail: detailOf(info, !free, records.get(info.id)),
    })),
  ];
}
