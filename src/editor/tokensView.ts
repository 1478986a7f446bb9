import { Worker } from 'node:worker_threads';
import {
  commands,
  l10n,
  Range,
  Selection,
  Uri,
  window,
  workspace,
  type ExtensionContext,
  type TextDocument,
  type TextEditor,
  type WebviewView,
  type WebviewViewProvider,
} from 'vscode';
import type { KeySource } from '../providers/keySource.ts';
import { findPrice } from '../providers/prices.ts';
import { Failure, toFailure } from '../shared/failure.ts';
import { tokensViewMessage, type TokensHostMessage, type TokensState } from '../shared/tokensProtocol.ts';
import { bundledTokenizers } from '../tokens/bundledTokenizers.ts';
import { tokenizerPresets } from '../tokens/tokenizerPresets.ts';
import type { TokensAnswer, TokensRequest } from '../tokens/tokenService.ts';
import { TokenizerPicker } from './tokenizerPicker.ts';
import { webviewPage } from './webviewPage.ts';

const VIEW = 'slipstream.tokens';
const TOKENIZER_KEY = 'slipstream.tokens.tokenizer';

interface Waiting {
  readonly resolve: (answer: TokensAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** The side view that shows the file of the active editor as a model sees it. All tokenizing happens in a worker. */
class TokensView implements WebviewViewProvider {
  readonly #context: ExtensionContext;
  readonly #log: (text: string) => void;
  readonly #picker: TokenizerPicker;
  #view: WebviewView | undefined;
  #worker: Worker | undefined;
  #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #document: TextDocument | undefined;
  #version = 0;
  #special = false;
  #summary: Extract<TokensAnswer, { type: 'summary' }> | undefined;
  #selectionTokens: number | undefined;
  #message: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(context: ExtensionContext, keys: KeySource, log: (text: string) => void) {
    this.#context = context;
    this.#picker = new TokenizerPicker(context, keys);
    this.#log = log;
  }

  resolveWebviewView(view: WebviewView): void {
    this.#view = view;
    const folder = Uri.joinPath(this.#context.extensionUri, 'dist', 'media');
    view.webview.options = { enableScripts: true, localResourceRoots: [folder] };
    const listeners = [
      view.webview.onDidReceiveMessage((raw: unknown) => this.#guard(this.#receive(raw))),
      view.onDidChangeVisibility(() => {
        if (view.visible) this.follow(window.activeTextEditor);
      }),
      window.onDidChangeActiveTextEditor((editor) => this.follow(editor)),
      window.onDidChangeTextEditorSelection(({ textEditor }) => this.#selected(textEditor)),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document !== this.#document || contentChanges.length === 0) return;
        // From the back to the front, so that no edit moves the place of another.
        const edits = contentChanges
          .map(({ rangeOffset, rangeLength, text }) => ({ offset: rangeOffset, removed: rangeLength, inserted: text }))
          .sort((first, second) => second.offset - first.offset);
        this.#guard(this.#tokenize({ type: 'edit', edits }));
      }),
      workspace.onDidCloseTextDocument((document) => {
        if (document === this.#document) this.follow(window.activeTextEditor);
      }),
    ];
    view.onDidDispose(() => {
      for (const listener of listeners) listener.dispose();
      this.#view = undefined;
      this.dispose();
    });
    view.webview.html = webviewPage(view.webview, folder, 'tokens');
  }

  /** Shows the document of this editor. */
  follow(editor: TextEditor | undefined): void {
    if (!this.#view?.visible) return;
    this.#document = editor?.document;
    this.#selectionTokens = undefined;
    this.#guard(this.#open());
  }

  dispose(): void {
    clearTimeout(this.#timer);
    void this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new Failure('cancelled', 'Cancelled.'));
    this.#waiting.clear();
  }

  /** The preset, repository or path that was chosen last. */
  #tokenizer(): string {
    return this.#context.globalState.get<string>(TOKENIZER_KEY) ?? bundledTokenizers[0].id;
  }

  async #receive(raw: unknown): Promise<void> {
    const parsed = tokensViewMessage.safeParse(raw);
    if (!parsed.success) {
      this.#log('The token view sent a message of an unknown form; it was dropped.');
      return;
    }
    const message = parsed.data;
    switch (message.type) {
      case 'ready':
        this.follow(window.activeTextEditor);
        break;
      case 'tokenizer':
        await this.#choose(message.id);
        break;
      case 'special':
        this.#special = message.on;
        await this.#open();
        break;
      case 'blocks': {
        if (message.version !== this.#version) break;
        const answer = await this.#ask({ type: 'blocks', from: message.from, to: message.to });
        if (answer.type === 'blocks' && message.version === this.#version) {
          this.#post({ type: 'blocks', version: message.version, blocks: answer.blocks });
        }
        break;
      }
      case 'select': {
        const document = this.#document;
        if (!document || message.version !== this.#version) break;
        const range = new Range(document.positionAt(message.start), document.positionAt(message.end));
        const column = window.visibleTextEditors.find((editor) => editor.document === document)?.viewColumn;
        const editor = await window.showTextDocument(document, { preserveFocus: true, viewColumn: column });
        editor.selection = new Selection(range.start, range.end);
        editor.revealRange(range);
        break;
      }
    }
  }

  async #choose(entry: string): Promise<void> {
    const before = this.#tokenizer();
    const name = await this.#picker.nameOf(entry);
    try {
      if (name !== undefined) {
        await this.#picker.locate(name);
        await this.#context.globalState.update(TOKENIZER_KEY, name);
      }
    } catch (error) {
      // Whoever cancels keeps what was there; so does anybody else, who is told why.
      const failure = toFailure(error);
      if (failure.reason !== 'cancelled') {
        void window.showErrorMessage(failure.message);
        this.#log(failure.message);
      }
    }
    // The list in the view shows the choice already, so that it has to be put back where there was none.
    if (this.#tokenizer() === before) await this.#postState();
    else await this.#open();
  }

  async #open(): Promise<void> {
    this.#summary = undefined;
    this.#message = this.#document ? undefined : l10n.t('Open a text file to see its tokens.');
    this.#version++;
    await this.#postState();
    if (!this.#document) return;
    const version = this.#version;
    const place = await this.#picker.locate(this.#tokenizer());
    if (version !== this.#version) return;
    await this.#tokenize({
      type: 'open',
      tokenizer: place,
      text: this.#document.getText(),
      special: this.#special,
    });
    const editor = window.activeTextEditor;
    if (editor) this.#selected(editor);
  }

  async #tokenize(request: TokensRequest): Promise<void> {
    const version = ++this.#version;
    const answer = await this.#ask(request);
    // Only the newest text is worth drawing.
    if (version !== this.#version || answer.type !== 'summary') return;
    this.#summary = answer;
    await this.#postState();
  }

  #selected(editor: TextEditor): void {
    if (editor.document !== this.#document || !this.#summary) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#post({ type: 'mark', offset: editor.document.offsetAt(editor.selection.active) });
      this.#guard(this.#countSelection(editor));
    }, 60);
  }

  async #countSelection(editor: TextEditor): Promise<void> {
    const text = editor.document.getText(editor.selection);
    const before = this.#selectionTokens;
    const answer = text === '' ? undefined : await this.#ask({ type: 'count', text });
    this.#selectionTokens = answer?.type === 'count' ? answer.tokens : undefined;
    if (this.#selectionTokens !== before) await this.#postState();
  }

  #ask(request: TokensRequest): Promise<TokensAnswer> {
    this.#worker ??= this.#startWorker();
    const id = this.#nextId++;
    const answer = new Promise<TokensAnswer>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#worker.postMessage({ id, request });
    return answer;
  }

  #startWorker(): Worker {
    const folder = (name: string) => Uri.joinPath(this.#context.extensionUri, 'dist', name).fsPath;
    const worker = new Worker(folder('tokenize.worker.cjs'), { workerData: { assetFolder: folder('assets') } });
    worker.on(
      'message',
      (message: { id: number; answer?: TokensAnswer; failure?: Pick<Failure, 'reason' | 'message'> }) => {
        const waiting = this.#waiting.get(message.id);
        this.#waiting.delete(message.id);
        if (message.answer) waiting?.resolve(message.answer);
        else waiting?.reject(new Failure(message.failure?.reason ?? 'internal', message.failure?.message ?? ''));
      },
    );
    worker.on('error', (error) => {
      if (this.#worker === worker) this.#worker = undefined;
      for (const { reject } of this.#waiting.values()) reject(toFailure(error));
      this.#waiting.clear();
    });
    return worker;
  }

  #guard(work: Promise<void>): void {
    work.catch(async (error: unknown) => {
      const failure = toFailure(error);
      if (failure.reason === 'cancelled') return;
      this.#log(failure.message);
      this.#message = failure.message;
      this.#summary = undefined;
      await this.#postState();
    });
  }

  #post(message: TokensHostMessage): void {
    this.#view?.webview.postMessage(message).then(undefined, (error: unknown) => this.#log(String(error)));
  }

  async #postState(): Promise<void> {
    const version = this.#version;
    const facts = await this.#facts();
    if (version !== this.#version) return;
    const state: TokensState = {
      version,
      title: this.#document ? workspace.asRelativePath(this.#document.uri) : '',
      ...(this.#message !== undefined && { message: this.#message }),
      busy: this.#summary === undefined && this.#message === undefined,
      facts,
      blockLengths: this.#summary?.blockLengths ?? [],
      tokenizers: this.#picker.entries(this.#tokenizer()),
      tokenizer: this.#tokenizer(),
      special: this.#special,
      texts: {
        tokenizer: l10n.t('Tokenizer'),
        show: l10n.t('Show'),
        asText: l10n.t('Text'),
        asIds: l10n.t('Ids'),
        asBoth: l10n.t('Text and ids'),
        special: l10n.t('Read special tokens as such'),
        aboutTitle: l10n.t('What is a token?'),
        about: l10n.t(
          'A model does not read letters. A tokenizer cuts text into pieces that were frequent in much text, and gives each a number, its id: always the same for the same text. An embedding comes after it: the model looks up, for every id, a row of learned numbers that carries meaning.',
        ),
        tokens: l10n.t('Tokens'),
      },
    };
    this.#post({ type: 'state', state });
  }

  async #facts(): Promise<TokensState['facts']> {
    if (!this.#summary) return [];
    const { tokens, characters } = this.#summary;
    const chosen = tokenizerPresets.find(({ id }) => id === this.#tokenizer());
    const priced = bundledTokenizers.find(({ id }) => id === chosen?.id)?.priced;
    const model = priced?.model;
    const inputPrice = priced && (await findPrice(priced.provider, priced.model)).inputPrice;
    const facts = [{ label: l10n.t('File'), value: l10n.t('{0} tokens', tokens.toLocaleString()) }];
    if (this.#selectionTokens !== undefined) {
      facts.push({ label: l10n.t('Selection'), value: l10n.t('{0} tokens', this.#selectionTokens.toLocaleString()) });
    }
    if (tokens > 0) facts.push({ label: l10n.t('Characters per token'), value: (characters / tokens).toFixed(2) });
    if (chosen) {
      const share = ((100 * tokens) / chosen.contextTokens).toFixed(tokens * 100 < chosen.contextTokens ? 3 : 1);
      facts.push({ label: l10n.t('Context of {0}', model ?? chosen.label), value: `${share} %` });
    }
    if (model !== undefined && inputPrice !== undefined) {
      const price = ((tokens * inputPrice) / 1e6).toPrecision(2);
      facts.push({ label: l10n.t('Price to send to {0}', model), value: `$${Number(price)}` });
    }
    return facts;
  }
}

/** Registers the token view and the command that shows it. */
export function registerTokensView(context: ExtensionContext, keys: KeySource, log: (text: string) => void): void {
  const view = new TokensView(context, keys, log);
  context.subscriptions.push(
    view,
    window.registerWebviewViewProvider(VIEW, view),
    commands.registerCommand('slipstream.showTokens', () => commands.executeCommand(`${VIEW}.focus`)),
  );
}
