import { isAbsolute } from 'node:path';
import {
  commands,
  env,
  l10n,
  Uri,
  ViewColumn,
  window,
  type Disposable,
  type ExtensionContext,
  type LogOutputChannel,
  type WebviewPanel,
} from 'vscode';
import { formatBytes } from '../hub/download.ts';
import { Hub, hubEndpoint } from '../hub/hub.ts';
import type { KeySource } from '../providers/keySource.ts';
import { cacheBytes, CHINCHILLA_RATIO, type ModelCard } from '../providers/modelCard.ts';
import { redactedError } from '../providers/redact.ts';
import { toFailure } from '../shared/failure.ts';
import { modelCardPageMessage, type ModelCardPageMessage, type ModelCardState } from '../shared/modelCardProtocol.ts';
import { setting } from './settings.ts';
import { webviewPage } from './webviewPage.ts';

const VIEW_TYPE = 'slipstream.modelCard';
/** A folder with a model, or a GGUF file; anything else names a repository. */
const isLocalName = (name: string): boolean => isAbsolute(name) || name.endsWith('.gguf');

const count = (value: number | undefined): string => value?.toLocaleString() ?? l10n.t('unknown');

/** One open card: what it is of, what is known, and the context that memory is worked out for. */
class OpenCard {
  readonly name: string;
  readonly panel: WebviewPanel;
  #card: ModelCard | undefined;
  #message: string | undefined;
  #contextTokens: number | undefined;
  #abort = new AbortController();
  readonly #read: (name: string, signal: AbortSignal) => Promise<ModelCard>;
  readonly #log: LogOutputChannel;

  constructor(
    name: string,
    panel: WebviewPanel,
    read: (name: string, signal: AbortSignal) => Promise<ModelCard>,
    log: LogOutputChannel,
  ) {
    this.name = name;
    this.panel = panel;
    this.#read = read;
    this.#log = log;
    panel.title = l10n.t('Model: {0}', name.split(/[\\/]/).at(-1) ?? name);
    panel.webview.onDidReceiveMessage((raw: unknown) => {
      const parsed = modelCardPageMessage.safeParse(raw);
      if (parsed.success) void this.#receive(parsed.data);
      else this.#log.warn('The model card sent a message of an unknown form; it was dropped.');
    });
    panel.onDidDispose(() => this.#abort.abort());
  }

  async load(): Promise<void> {
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#card = undefined;
    this.#message = undefined;
    this.#draw(true);
    try {
      this.#card = await this.#read(this.name, signal);
    } catch (error) {
      if (signal.aborted) return;
      const failure = toFailure(error);
      this.#log.error(redactedError(failure));
      this.#message = failure.message;
    }
    if (!signal.aborted) this.#draw(false);
  }

  async #receive(message: ModelCardPageMessage): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.#draw(this.#card === undefined && this.#message === undefined);
        break;
      case 'context':
        this.#contextTokens = message.tokens;
        this.#draw(false);
        break;
      case 'action':
        if (message.id === 'reload') await this.load();
        else if (message.id === 'download') await commands.executeCommand('slipstream.downloadLocalModel', this.name);
        else await env.openExternal(Uri.parse(`${hubEndpoint(setting('huggingface.hubUrl'))}/${this.name}`));
        break;
    }
  }

  #draw(busy: boolean): void {
    const state = cardState(this.name, this.#card, this.#contextTokens, busy, this.#message);
    this.panel.webview
      .postMessage({ type: 'state', state })
      .then(undefined, (error: unknown) => this.#log.warn(String(error)));
  }
}

/** What the page draws of a card. Pure but for the language. */
function cardState(
  name: string,
  card: ModelCard | undefined,
  wantedContext: number | undefined,
  busy: boolean,
  message: string | undefined,
): ModelCardState {
  const contextTokens = wantedContext ?? card?.cacheTokens ?? (card ? 4096 : undefined);
  const cache = card && contextTokens !== undefined ? cacheBytes(card.architecture, contextTokens) : undefined;
  const largest = Math.max(1, ...(card?.weightMemory ?? []).map(({ bytes }) => bytes + (cache ?? 0)));
  const local = isLocalName(name);
  return {
    name,
    title: name,
    subtitle: local ? l10n.t('On this machine') : l10n.t('A repository of the Hugging Face Hub'),
    busy,
    ...(message !== undefined && { message }),
    facts: card ? factsOf(card) : [],
    memory: (card?.weightMemory ?? []).map(({ format, bytes }) => ({
      format,
      weights: formatBytes(bytes),
      cache: cache === undefined ? l10n.t('unknown') : formatBytes(cache),
      total: cache === undefined ? l10n.t('at least {0}', formatBytes(bytes)) : formatBytes(bytes + cache),
      weightShare: bytes / largest,
      cacheShare: (cache ?? 0) / largest,
    })),
    ...(contextTokens !== undefined && { contextTokens }),
    ...(card?.architecture.contextTokens !== undefined && { maximumContextTokens: card.architecture.contextTokens }),
    ...(card && layersOf(card)),
    ...(card && { training: trainingOf(card) }),
    actions: [
      ...(local ? [] : [{ id: 'open-page' as const, label: l10n.t('Open Its Page') }]),
      ...(local ? [] : [{ id: 'download' as const, label: l10n.t('Download to Run Here…') }]),
      { id: 'reload', label: l10n.t('Read Again') },
    ],
    texts: {
      facts: l10n.t('Facts'),
      memory: l10n.t('Memory'),
      context: l10n.t('Tokens of context'),
      weights: l10n.t('Weights'),
      cache: l10n.t('Key-value cache'),
      total: l10n.t('Together'),
      format: l10n.t('Numbers in'),
      layers: l10n.t('Layers'),
      training: l10n.t('Training'),
      unknownMemory: l10n.t(
        'Unknown: the repository has no weights as safetensors or GGUF whose headers would tell the parameters.',
      ),
      loading: l10n.t('Reading headers; no weights are fetched…'),
    },
  };
}

function factsOf(card: ModelCard): ModelCardState['facts'] {
  const { type, layers, hiddenSize, feedForwardSize, heads, keyValueHeads, headSize, vocabulary, contextTokens } =
    card.architecture;
  const unknown = l10n.t('unknown');
  return [
    { label: l10n.t('Architecture'), value: type ?? unknown },
    { label: l10n.t('Parameters'), value: count(card.parameters) },
    { label: l10n.t('Layers'), value: count(layers) },
    { label: l10n.t('Hidden size'), value: count(hiddenSize) },
    { label: l10n.t('Feed-forward size'), value: count(feedForwardSize) },
    { label: l10n.t('Attention heads'), value: count(heads) },
    { label: l10n.t('Heads for keys and values'), value: count(keyValueHeads) },
    { label: l10n.t('Size of a head'), value: count(headSize) },
    { label: l10n.t('Vocabulary'), value: count(vocabulary) },
    { label: l10n.t('Context'), value: contextTokens ? l10n.t('{0} tokens', count(contextTokens)) : unknown },
    { label: l10n.t('Weights as they lie there'), value: card.weightBytes ? formatBytes(card.weightBytes) : unknown },
    { label: l10n.t('Licence'), value: card.licence ?? unknown },
    { label: l10n.t('Released'), value: card.released ?? unknown },
    ...(card.gated ? [{ label: l10n.t('Access'), value: l10n.t('gated') }] : []),
  ];
}

function layersOf({ architecture }: ModelCard): Pick<ModelCardState, 'layers'> {
  const { layers, hiddenSize, feedForwardSize, heads, keyValueHeads, vocabulary } = architecture;
  if (!layers || !hiddenSize) return {};
  const embedding = l10n.t('Embedding: {0} × {1}', count(vocabulary), count(hiddenSize));
  const attention = l10n.t('Attention: {0} heads, {1} for keys and values', count(heads), count(keyValueHeads));
  const feedForward = l10n.t('Feed-forward: {0} × {1}', count(hiddenSize), count(feedForwardSize));
  const output = l10n.t('Output: {0} logits', count(vocabulary));
  return {
    layers: {
      count: layers,
      embedding,
      attention,
      feedForward,
      output,
      description: l10n.t(
        'From below: {0}. Then {1} layers, each of {2} and {3}. Above: {4}.',
        embedding,
        count(layers),
        attention,
        feedForward,
        output,
      ),
    },
  };
}

function trainingOf({ training, parameters }: ModelCard): NonNullable<ModelCardState['training']> {
  const best = CHINCHILLA_RATIO;
  if (!training) {
    const sentence = parameters
      ? l10n.t(
          'The card does not state the training tokens. About {0} tokens per parameter, {1} billion here, is what the Chinchilla study found best for a given amount of computing.',
          best,
          count(Math.round((parameters * best) / 1e8) / 10),
        )
      : l10n.t('The card does not state the training tokens.');
    return { sentence, best, label: '' };
  }
  const tokens = count(Math.round(training.tokens / 1e8) / 10);
  const { tokensPerParameter: ratio } = training;
  if (ratio === undefined) {
    return { sentence: l10n.t('Trained on {0} billion tokens, says its card.', tokens), best, label: '' };
  }
  const shown = count(ratio < 10 ? Math.round(ratio * 10) / 10 : Math.round(ratio));
  const meaning =
    ratio > best * 1.5
      ? l10n.t(
          'More makes a model of this size better and cheaper to use, at a higher price of training: small models for everyday use are trained so.',
        )
      : ratio < best / 1.5
        ? l10n.t('With less, a smaller model trained on more text would have been as good for the same computing.')
        : l10n.t('This is near what is best for a given amount of computing.');
  return {
    sentence: l10n.t(
      'Trained on {0} billion tokens, says its card: {1} per parameter. The Chinchilla study found about {2} best for a given amount of computing. {3}',
      tokens,
      shown,
      best,
      meaning,
    ),
    ratio,
    best,
    label: l10n.t('{0} tokens per parameter, beside {1} of the rule (logarithmic scale)', shown, best),
  };
}

/** Shows cards of models, each in a panel of its own that comes back after a reload. */
class ModelCards implements Disposable {
  readonly #context: ExtensionContext;
  readonly #keys: KeySource;
  readonly #log: LogOutputChannel;
  readonly #open = new Map<string, OpenCard>();
  readonly #serializer: Disposable;

  constructor(context: ExtensionContext, keys: KeySource, log: LogOutputChannel) {
    this.#context = context;
    this.#keys = keys;
    this.#log = log;
    this.#serializer = window.registerWebviewPanelSerializer(VIEW_TYPE, {
      deserializeWebviewPanel: async (panel, saved: unknown) => {
        const name = saved && typeof saved === 'object' && 'name' in saved ? saved.name : undefined;
        if (typeof name === 'string') await this.#adopt(name, panel);
        else panel.dispose();
      },
    });
  }

  dispose(): void {
    this.#serializer.dispose();
    for (const { panel } of this.#open.values()) panel.dispose();
  }

  async show(name: string): Promise<void> {
    const known = this.#open.get(name);
    if (known) {
      known.panel.reveal();
      return;
    }
    await this.#adopt(name, window.createWebviewPanel(VIEW_TYPE, name, ViewColumn.Active, {}));
  }

  async #adopt(name: string, panel: WebviewPanel): Promise<void> {
    const folder = Uri.joinPath(this.#context.extensionUri, 'dist', 'media');
    panel.webview.options = { enableScripts: true, localResourceRoots: [folder] };
    panel.iconPath = Uri.joinPath(this.#context.extensionUri, 'media', 'icon.png');
    const card = new OpenCard(name, panel, (...args) => this.#read(...args), this.#log);
    this.#open.set(name, card);
    panel.onDidDispose(() => this.#open.delete(name));
    panel.webview.html = webviewPage(panel.webview, folder, 'modelCard');
    await card.load();
  }

  async #read(name: string, signal: AbortSignal): Promise<ModelCard> {
    const { readLocalModelCard, readModelCard } = await import('../providers/readModelCard.ts');
    if (isLocalName(name)) return readLocalModelCard(name, { signal });
    const endpoint = setting<string>('huggingface.hubUrl');
    const hub = new Hub({ ...(endpoint && { endpoint }), token: (stop) => this.#keys.get('huggingface', stop) });
    return readModelCard(hub, name, { signal });
  }
}

/** Asks for a repository or a folder. Undefined when nothing was chosen. */
async function askForModel(): Promise<string | undefined> {
  const folder = { label: `$(folder-opened) ${l10n.t('A folder or GGUF file on this machine…')}`, id: 'folder' };
  const repository = { label: `$(cloud) ${l10n.t('A repository of the Hugging Face Hub…')}`, id: 'repository' };
  const from = await window.showQuickPick([repository, folder], { title: l10n.t('Whose card?') });
  if (!from) return undefined;
  if (from.id === 'folder') {
    const [picked] =
      (await window.showOpenDialog({
        title: l10n.t('The folder of a model, or a GGUF file'),
        canSelectFolders: true,
        canSelectFiles: true,
        filters: { GGUF: ['gguf'] },
      })) ?? [];
    return picked?.fsPath;
  }
  const name = await window.showInputBox({
    title: l10n.t('The name of a repository of the Hugging Face Hub'),
    placeHolder: 'Qwen/Qwen2.5-Coder-1.5B-Instruct',
    validateInput: (text) =>
      text.trim() === '' || /^[\w.-]+(\/[\w.-]+)?$/.test(text.trim())
        ? undefined
        : l10n.t('Names look like {0}.', 'Qwen/Qwen2.5-Coder-1.5B-Instruct'),
  });
  return name?.trim() || undefined;
}

/** Registers the command that shows the card of a model. `keys` are those that are there already. */
export function registerModelCards(context: ExtensionContext, keys: KeySource, log: LogOutputChannel): void {
  const cards = new ModelCards(context, keys, log);
  context.subscriptions.push(
    cards,
    commands.registerCommand('slipstream.showModelCard', async (given?: unknown) => {
      const name = typeof given === 'string' ? given : await askForModel();
      if (name) await cards.show(name);
    }),
  );
}
