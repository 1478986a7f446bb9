import { Uri, window, type Disposable, type ExtensionContext, ViewColumn, type WebviewPanel } from 'vscode';
import { webviewPage } from './webviewPage.ts';

/** A message of a webview: that it is ready to draw, or a request, which carries an id and always ends in an answer. */
type Request<Message> = Exclude<Message, { readonly type: 'ready' }>;

/** What one kind of panel is, and what it asks for. */
export interface StatePanelParts<Message> {
  readonly viewType: string;
  /** Its script and style are `PAGE.js` and `PAGE.css` in `dist/media`. */
  readonly page: string;
  /** States that follow within this time are drawn together. */
  readonly drawIntervalMilliseconds: number;
  title(): string;
  /** Undefined for a message of an unknown form. */
  parse(raw: unknown): Message | undefined;
  /** A promise that rejects is shown in the panel. */
  handle(message: Request<Message>): Promise<void>;
  /** The editor was reloaded while the panel was open; `saved` is what its page has kept. */
  restore(saved: unknown): Promise<void>;
  closed?(): void;
  log(text: string): void;
}

/** A webview of which there is at most one. It draws the state it was given last, and each of its requests is answered. */
export class StatePanel<State, Message extends { readonly type: string; readonly id?: number }> implements Disposable {
  readonly #context: ExtensionContext;
  readonly #parts: StatePanelParts<Message>;
  readonly #serializer: Disposable;
  #panel: WebviewPanel | undefined;
  #state: State | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(context: ExtensionContext, parts: StatePanelParts<Message>) {
    this.#context = context;
    this.#parts = parts;
    this.#serializer = window.registerWebviewPanelSerializer(parts.viewType, {
      deserializeWebviewPanel: async (panel, saved: unknown) => {
        this.#adopt(panel);
        await parts.restore(saved);
      },
    });
  }

  /** Where the panel is, when it is open. */
  get column(): ViewColumn | undefined {
    return this.#panel?.viewColumn;
  }

  /** A column in which a document does not cover the panel. */
  get besideIt(): ViewColumn {
    return this.column === ViewColumn.One ? ViewColumn.Two : ViewColumn.One;
  }

  /** Opens the panel, or brings it to the front where it is. */
  show(column: ViewColumn, preserveFocus: boolean): void {
    if (this.#panel) {
      this.#panel.reveal(undefined, preserveFocus);
      return;
    }
    const title = this.#parts.title();
    this.#adopt(window.createWebviewPanel(this.#parts.viewType, title, { viewColumn: column, preserveFocus }, {}));
  }

  /** Draws this state, a moment later. */
  update(state: State): void {
    this.#state = state;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#postState();
    }, this.#parts.drawIntervalMilliseconds);
  }

  close(): void {
    this.#panel?.dispose();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#serializer.dispose();
    this.#panel?.dispose();
  }

  #postState(): void {
    if (this.#panel && this.#state !== undefined) this.#post(this.#panel, { type: 'state', state: this.#state });
  }

  #post(
    { webview }: WebviewPanel,
    message: { readonly type: 'state' | 'answer'; readonly [key: string]: unknown },
  ): void {
    webview.postMessage(message).then(undefined, (error: unknown) => this.#parts.log(String(error)));
  }

  #adopt(panel: WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    const folder = Uri.joinPath(this.#context.extensionUri, 'dist', 'media');
    panel.webview.options = { enableScripts: true, localResourceRoots: [folder] };
    panel.iconPath = Uri.joinPath(this.#context.extensionUri, 'media', 'icon.png');
    panel.webview.onDidReceiveMessage((raw: unknown) => void this.#receive(panel, raw));
    panel.onDidDispose(() => {
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#parts.closed?.();
    });
    panel.webview.html = webviewPage(panel.webview, folder, this.#parts.page);
  }

  async #receive(panel: WebviewPanel, raw: unknown): Promise<void> {
    const message = this.#parts.parse(raw);
    if (!message) {
      this.#parts.log(`The panel ${this.#parts.page} sent a message of an unknown form; it was dropped.`);
      return;
    }
    if (message.type === 'ready') {
      this.#postState();
      return;
    }
    const { id } = message;
    try {
      await this.#parts.handle(message as Request<Message>);
      this.#post(panel, { type: 'answer', id });
    } catch (error) {
      this.#post(panel, { type: 'answer', id, error: error instanceof Error ? error.message : String(error) });
    }
  }
}
