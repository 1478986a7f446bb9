import {
  commands,
  ConfigurationTarget,
  l10n,
  Range,
  Selection,
  TabInputText,
  Uri,
  window,
  workspace,
  type Disposable,
  type ExtensionContext,
  type TextDocument,
  type TextDocumentChangeEvent,
  type TextEditor,
  type WebviewView,
  type WebviewViewProvider,
} from 'vscode';
import type { KeySource } from '../providers/keySource.ts';
import { toFailure } from '../shared/failure.ts';
import {
  tokensViewMessage,
  type TokensHostMessage,
  type TokensSource,
  type TokensState,
  type TokensViewMessage,
} from '../shared/tokensProtocol.ts';
import { bundledTokenizers } from '../tokens/bundledTokenizers.ts';
import { readIds } from '../tokens/readIds.ts';
import type { TokenizerPlace } from '../tokens/tokenService.ts';
import { modelText } from './modelText.ts';
import { setting } from './settings.ts';
import { TokenDecorations } from './tokenDecorations.ts';
import { TokenizerPicker } from './tokenizerPicker.ts';
import { TokenFacts } from './tokenFacts.ts';
import { TokenPane } from './tokenPane.ts';
import { roleText, tokenCount, tokensTexts } from './tokensTexts.ts';
import { webviewPage } from './webviewPage.ts';

const VIEW = 'slipstream.tokens';
const TOKENIZER_KEY = 'slipstream.tokens.tokenizer';
const LINE_COST = 'tokens.lineCost';
/** Pauses before what is costly follows the typing, in milliseconds. */
const SOON = 60;
const LATER = 500;

/** The side view that shows the file of the active editor as a model sees it. All tokenizing happens in threads of their own. */
class TokensView implements WebviewViewProvider {
  readonly #context: ExtensionContext;
  readonly #log: (text: string) => void;
  readonly #picker: TokenizerPicker;
  readonly #decorations: TokenDecorations;
  readonly #main: TokenPane;
  readonly #beside: TokenPane;
  readonly #listeners: Disposable[];
  #view: WebviewView | undefined;
  #document: TextDocument | undefined;
  #source: TokensSource = 'file';
  #system = '';
  #special = false;
  #message: string | undefined;
  #note: string | undefined;
  /** Where the file stands in the text that is tokenized; nowhere when it is not part of it as it is. */
  #contentStart: number | undefined = 0;
  #text = '';
  #selectionTokens: number | undefined;
  #second: string | undefined;
  #secondMessage: string | undefined;
  #comparing = false;
  #comparison = new Map<string, string>();
  #listsSpecial = false;
  #specialTokens: TokensState['specialTokens'] = [];
  /** What the worker holds cannot be edited any more. */
  #broken = false;
  #opening = 0;
  /** The newest change of the view that was dealt with. */
  #turn = 0;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #facts = new TokenFacts();

  constructor(context: ExtensionContext, keys: KeySource, log: (text: string) => void) {
    this.#context = context;
    this.#picker = new TokenizerPicker(context, keys);
    this.#log = log;
    const folder = Uri.joinPath(context.extensionUri, 'dist').fsPath;
    const post = (message: TokensHostMessage) => this.#post(message);
    this.#main = new TokenPane(0, folder, post);
    this.#beside = new TokenPane(1, folder, post);
    this.#decorations = new TokenDecorations(async (start, end) => {
      if (this.#source !== 'file' || !this.#main.summary) return undefined;
      return (await this.#main.worker.ask({ type: 'places', start, end }, 'places')).places;
    });
    this.#decorations.lineCost = setting(LINE_COST);
    this.#listeners = [
      window.onDidChangeActiveTextEditor((editor) => this.follow(editor)),
      window.onDidChangeTextEditorSelection(({ textEditor }) => this.#selected(textEditor)),
      window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        if (textEditor.document === this.#document) this.#decorations.update(this.#document);
      }),
      workspace.onDidChangeTextDocument((event) => this.#edited(event)),
      workspace.onDidCloseTextDocument((document) => {
        if (document === this.#document) this.follow(window.activeTextEditor);
      }),
      workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration(`slipstream.${LINE_COST}`)) return;
        this.#decorations.lineCost = setting(LINE_COST);
        this.follow(window.activeTextEditor);
        this.#guard(this.#changed());
      }),
    ];
    // Whoever has the cost of lines switched on sees it without the view.
    if (this.#decorations.lineCost) setTimeout(() => this.follow(window.activeTextEditor), LATER);
  }

  resolveWebviewView(view: WebviewView): void {
    this.#view = view;
    const folder = Uri.joinPath(this.#context.extensionUri, 'dist', 'media');
    view.webview.options = { enableScripts: true, localResourceRoots: [folder] };
    const listener = view.webview.onDidReceiveMessage((raw: unknown) => this.#guard(this.#receive(raw)));
    view.onDidDispose(() => {
      listener.dispose();
      this.#view = undefined;
      this.#second = undefined;
      this.#comparing = false;
      this.#beside.dispose();
    });
    view.webview.html = webviewPage(view.webview, folder, 'tokens');
  }

  /** Shows the document of this editor, unless neither view nor editor shows anything of it; with `anew`, also the one that is shown. */
  follow(editor: TextEditor | undefined, anew = false): void {
    if (!this.#view?.visible && !this.#decorations.painted && !this.#decorations.lineCost) return;
    const shown = this.#document;
    // Beside a panel, and while a log is read, the file stays what is looked at.
    const stays = shown && !shown.isClosed && window.visibleTextEditors.some(({ document }) => document === shown);
    const next = stays && (!editor || editor.document.uri.scheme === 'output') ? shown : editor?.document;
    clearTimeout(this.#timers.get('nothing'));
    if (next && next === shown && !anew && !this.#broken) return;
    if (next) this.#show(next);
    // A long file that is opened is an editor only once all of its text has arrived.
    else this.#after('nothing', LATER, async () => this.#show(undefined));
  }

  #show(document: TextDocument | undefined): void {
    this.#document = document;
    this.#selectionTokens = undefined;
    this.#guard(this.#open());
  }

  /** Paints the tokens into the editor, or no longer. */
  async paint(on = !this.#decorations.painted): Promise<void> {
    this.#decorations.painted = on;
    this.follow(window.activeTextEditor);
    await this.#changed();
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const listener of this.#listeners) listener.dispose();
    this.#decorations.dispose();
    this.#main.dispose();
    this.#beside.dispose();
  }

  /** The preset, repository or path that was chosen last. */
  #tokenizer(): string {
    return this.#context.globalState.get<string>(TOKENIZER_KEY) ?? bundledTokenizers[0].id;
  }

  async #place(name = this.#tokenizer()): Promise<TokenizerPlace> {
    return { place: await this.#picker.locate(name), name: this.#picker.labelOf(name) };
  }

  async #receive(raw: unknown): Promise<void> {
    const parsed = tokensViewMessage.safeParse(raw);
    if (!parsed.success) {
      this.#log('The token view sent a message of an unknown form; it was dropped.');
      return;
    }
    const message = parsed.data;
    try {
      await this.#handle(message);
    } finally {
      if ('turn' in message) {
        this.#turn = Math.max(this.#turn, message.turn);
        await this.#postState();
      }
    }
  }

  async #handle(message: TokensViewMessage): Promise<void> {
    switch (message.type) {
      case 'ready':
        // A page that is made anew, as it is each time that it is shown again, counts its changes from the start.
        this.#turn = 0;
        this.follow(window.activeTextEditor, true);
        break;
      case 'tokenizer':
        await this.#choose(message.id);
        break;
      case 'second':
        await this.#chooseSecond(message.id);
        break;
      case 'source':
        this.#source = message.source;
        this.#system = message.system;
        await this.#open();
        break;
      case 'special':
        this.#special = message.on;
        await this.#open();
        break;
      case 'paint':
        await this.paint(message.on);
        break;
      case 'lineCost':
        await workspace.getConfiguration('slipstream').update(LINE_COST, message.on, ConfigurationTarget.Global);
        break;
      case 'compare':
        this.#comparing = message.on;
        await this.#compare();
        break;
      case 'specialTokens':
        this.#listsSpecial = message.on;
        await this.#listSpecial();
        break;
      case 'encode':
      case 'decode':
        await this.#convert(message);
        break;
      case 'blocks':
        await (message.pane === 0 ? this.#main : this.#beside).sendBlocks(message.version, message.from, message.to);
        break;
      case 'select':
        await this.#select(message);
        break;
    }
  }

  async #select({ pane, version, start, end }: Extract<TokensViewMessage, { type: 'select' }>): Promise<void> {
    const document = this.#document;
    const shift = this.#contentStart;
    if (!document || shift === undefined || version !== (pane === 0 ? this.#main : this.#beside).version) return;
    // What the template put around the file stands nowhere in it.
    if (start < shift || end - shift > document.getText().length) return;
    const range = new Range(document.positionAt(start - shift), document.positionAt(end - shift));
    const column = window.visibleTextEditors.find((editor) => editor.document === document)?.viewColumn;
    const editor = await window.showTextDocument(document, { preserveFocus: true, viewColumn: column });
    editor.selection = new Selection(range.start, range.end);
    editor.revealRange(range);
  }

  async #choose(entry: string): Promise<void> {
    const name = await this.#fetched(entry);
    if (name === undefined) return;
    await this.#context.globalState.update(TOKENIZER_KEY, name);
    await this.#open();
  }

  async #chooseSecond(entry: string): Promise<void> {
    if (entry === '') this.#second = undefined;
    else this.#second = (await this.#fetched(entry)) ?? this.#second;
    await this.#openBeside();
  }

  /** The tokenizer behind an entry of the list, fetched; nothing when that was dismissed or failed, which is told. */
  async #fetched(entry: string): Promise<string | undefined> {
    const name = await this.#picker.nameOf(entry);
    try {
      if (name !== undefined) await this.#picker.locate(name);
      return name;
    } catch (error) {
      const failure = toFailure(error);
      if (failure.reason !== 'cancelled') {
        void window.showErrorMessage(failure.message);
        this.#log(failure.message);
      }
      return undefined;
    }
  }

  /** Tokenizes the document anew. */
  async #open(): Promise<void> {
    const opening = ++this.#opening;
    this.#broken = false;
    this.#note = undefined;
    this.#message = this.#document ? undefined : this.#whyNothing();
    this.#main.clear();
    await this.#postState();
    if (!this.#document) return;
    const place = await this.#place();
    const { text, contentStart, note } = await modelText(this.#context, this.#document, {
      source: this.#source,
      system: this.#system,
      render: async (messages) =>
        (await this.#main.worker.ask({ type: 'chat', tokenizer: place, messages }, 'text')).text,
    });
    if (opening !== this.#opening) return;
    this.#text = text;
    this.#contentStart = contentStart;
    this.#note = note;
    const opened = this.#main.open(place, text, this.#special || this.#source !== 'file', () => this.#changed());
    await Promise.all([opened, this.#openBeside(), this.#listSpecial()]);
    const editor = window.activeTextEditor;
    if (editor) this.#selected(editor);
  }

  #whyNothing(): string {
    const input = window.tabGroups.activeTabGroup.activeTab?.input;
    if (input === undefined) return l10n.t('Open a text file to see its tokens.');
    return input instanceof TabInputText
      ? l10n.t(
          'The editor does not hand out the text of this file, because it is binary or larger than 50 MB. Open a text file.',
        )
      : l10n.t('What is open is not shown as text, so that it has no tokens to show. Open a text file.');
  }

  #edited({ document, contentChanges }: TextDocumentChangeEvent): void {
    if (document !== this.#document || contentChanges.length === 0) return;
    if (this.#source !== 'file' || this.#broken) {
      this.#after('open', LATER, () => this.#open());
      return;
    }
    // From the back to the front, so that no edit moves the place of another.
    const edits = contentChanges
      .map(({ rangeOffset, rangeLength, text }) => ({ offset: rangeOffset, removed: rangeLength, inserted: text }))
      .sort((first, second) => second.offset - first.offset);
    this.#guard(this.#main.edit(edits, () => this.#changed()));
    if (this.#second !== undefined) this.#guard(this.#beside.edit(edits, () => this.#postState()));
    if (this.#comparing) this.#after('compare', LATER, () => this.#compare());
  }

  /** What is shown under a second tokenizer, when there is one. */
  async #openBeside(): Promise<void> {
    this.#beside.clear();
    this.#secondMessage = undefined;
    await this.#postState();
    if (this.#second === undefined || !this.#document) return;
    try {
      const text = this.#source === 'file' ? this.#document.getText() : this.#text;
      await this.#beside.open(await this.#place(this.#second), text, this.#special || this.#source !== 'file', () =>
        this.#postState(),
      );
    } catch (error) {
      this.#secondMessage = toFailure(error).message;
      await this.#postState();
    }
  }

  /** Counts the text by every tokenizer that is on this machine. */
  async #compare(): Promise<void> {
    await this.#postState();
    if (!this.#comparing || !this.#document) return;
    const text = this.#source === 'file' ? this.#document.getText() : this.#text;
    for (const name of this.#picker.present(this.#tokenizer())) {
      if (!this.#comparing) return;
      try {
        const tokenizer = await this.#place(name);
        const special = this.#special || this.#source !== 'file';
        const { tokens } = await this.#beside.worker.ask({ type: 'count', text, tokenizer, special }, 'count');
        this.#comparison.set(name, tokens.toLocaleString());
      } catch (error) {
        if (toFailure(error).reason === 'cancelled') return;
        this.#comparison.set(name, toFailure(error).message);
      }
      await this.#postState();
    }
  }

  async #listSpecial(): Promise<void> {
    this.#specialTokens = [];
    if (this.#listsSpecial) {
      const { tokens } = await this.#main.worker.ask({ type: 'special', tokenizer: await this.#place() }, 'special');
      this.#specialTokens = tokens.map(({ id, content, role }) => ({ id, content, role: roleText(role) }));
    }
    await this.#postState();
  }

  async #convert(message: Extract<TokensViewMessage, { type: 'encode' | 'decode' }>): Promise<void> {
    try {
      const tokenizer = await this.#place();
      const { worker } = this.#main;
      if (message.type === 'encode') {
        const request = { type: 'encode', tokenizer, text: message.text, special: this.#special } as const;
        this.#post({ type: 'converted', ids: (await worker.ask(request, 'ids')).ids.join(' ') });
      } else {
        const request = { type: 'decode', tokenizer, ids: readIds(message.ids) } as const;
        this.#post({ type: 'converted', text: (await worker.ask(request, 'text')).text });
      }
    } catch (error) {
      this.#post({ type: 'converted', message: toFailure(error).message });
    }
  }

  async #changed(): Promise<void> {
    await this.#postState();
    this.#decorations.update(this.#source === 'file' ? this.#document : undefined);
    if (this.#comparing) this.#after('compare', LATER, () => this.#compare());
  }

  #selected(editor: TextEditor): void {
    if (editor.document !== this.#document || !this.#main.summary) return;
    this.#after('selection', SOON, async () => {
      if (this.#contentStart !== undefined) {
        // Behind the last token the cursor is at that token; of what is selected, the first is marked.
        const last = this.#source === 'file' ? (this.#main.summary?.characters ?? 0) - 1 : Infinity;
        const offset = Math.min(this.#contentStart + editor.document.offsetAt(editor.selection.start), last);
        this.#post({ type: 'mark', offset });
      }
      const text = editor.document.getText(editor.selection);
      const before = this.#selectionTokens;
      const request = { type: 'count', text, special: this.#special } as const;
      this.#selectionTokens = text === '' ? undefined : (await this.#main.worker.ask(request, 'count')).tokens;
      if (this.#selectionTokens !== before) await this.#postState();
    });
  }

  /** Does something once nothing more has come for so many milliseconds. */
  #after(name: string, milliseconds: number, work: () => Promise<void>): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.set(
      name,
      setTimeout(() => this.#guard(work()), milliseconds),
    );
  }

  #guard(work: Promise<void>): void {
    work.catch(async (error: unknown) => {
      const failure = toFailure(error);
      if (failure.reason === 'cancelled') return;
      this.#log(failure.message);
      this.#message = failure.message;
      this.#broken = true;
      this.#main.clear();
      this.#decorations.update(undefined);
      await this.#postState();
    });
  }

  #post(message: TokensHostMessage): void {
    this.#view?.webview.postMessage(message).then(undefined, (error: unknown) => this.#log(String(error)));
  }

  async #postState(): Promise<void> {
    if (!this.#view) return;
    const { summary } = this.#main;
    const tokenizer = this.#tokenizer();
    const facts = await this.#facts.of(summary, {
      name: this.#source === 'file' ? l10n.t('File') : l10n.t('Whole text'),
      tokenizer,
      ...(this.#selectionTokens !== undefined && { selection: this.#selectionTokens }),
    });
    const second = this.#second;
    const countOf = (pane: TokenPane) => (pane.summary ? tokenCount(pane.summary.tokens) : '…');
    const note = summary?.note ?? this.#note;
    const state: TokensState = {
      turn: this.#turn,
      title: this.#document ? titleOf(this.#document) : '',
      ...(this.#message !== undefined && { message: this.#message }),
      ...(note !== undefined && { note }),
      busy: this.#message === undefined && (!summary || summary.done < summary.characters),
      facts,
      tokenizers: this.#picker.entries(tokenizer),
      tokenizer,
      source: this.#source,
      system: this.#system,
      special: this.#special,
      painted: this.#decorations.painted,
      lineCost: this.#decorations.lineCost,
      ...(second !== undefined && {
        second: {
          tokenizer: second,
          heading: `${countOf(this.#beside)}: ${this.#picker.labelOf(second)}`,
          ...(this.#secondMessage !== undefined && { message: this.#secondMessage }),
        },
      }),
      heading: `${countOf(this.#main)}: ${this.#picker.labelOf(tokenizer)}`,
      comparison: this.#comparing
        ? this.#picker.present(tokenizer).map((id) => ({
            id,
            label: this.#picker.labelOf(id),
            value: this.#comparison.get(id) ?? '…',
            chosen: id === tokenizer,
          }))
        : [],
      specialTokens: this.#specialTokens,
      texts: tokensTexts(),
    };
    this.#post({ type: 'state', state });
  }
}

/** The name of a document as the user knows it. */
function titleOf(document: TextDocument): string {
  for (const notebook of workspace.notebookDocuments) {
    const cell = notebook.getCells().find((each) => each.document === document);
    if (cell) return l10n.t('{0}, cell {1}', workspace.asRelativePath(notebook.uri), cell.index + 1);
  }
  return workspace.asRelativePath(document.uri);
}

/** Registers the token view and its commands. */
export function registerTokensView(context: ExtensionContext, keys: KeySource, log: (text: string) => void): void {
  const view = new TokensView(context, keys, log);
  const toggleLineCost = () =>
    workspace
      .getConfiguration('slipstream')
      .update(LINE_COST, !setting<boolean>(LINE_COST), ConfigurationTarget.Global);
  context.subscriptions.push(
    view,
    window.registerWebviewViewProvider(VIEW, view),
    commands.registerCommand('slipstream.showTokens', () => commands.executeCommand(`${VIEW}.focus`)),
    commands.registerCommand('slipstream.paintTokens', () => view.paint()),
    commands.registerCommand('slipstream.toggleLineCost', toggleLineCost),
  );
}
