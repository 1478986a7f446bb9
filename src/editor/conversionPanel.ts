import type { Disposable, ViewColumn } from 'vscode';
import { l10n, Uri, window, type ExtensionContext, type Webview, type WebviewPanel } from 'vscode';
import { panelMessage, type HostMessage, type PanelMessage, type PanelState } from '../shared/panelProtocol.ts';
import { webviewPage } from './webviewPage.ts';

const VIEW_TYPE = 'slipstream.conversion';

/** What the panel asks for. A promise that rejects is shown in the panel. */
export interface PanelHandlers {
  handle(message: Exclude<PanelMessage, { type: 'ready' }>): Promise<void>;
  /** The editor was reloaded while the panel showed this record. */
  restore(evidenceId: string | undefined): Promise<void>;
  log(text: string): void;
}

/** The webview that shows one conversion. There is at most one; it draws the state it was given last. */
export class ConversionPanel implements Disposable {
  readonly #context: ExtensionContext;
  readonly #handlers: PanelHandlers;
  readonly #serializer: Disposable;
  #panel: WebviewPanel | undefined;
  #state: PanelState | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(context: ExtensionContext, handlers: PanelHandlers) {
    this.#context = context;
    this.#handlers = handlers;
    this.#serializer = window.registerWebviewPanelSerializer(VIEW_TYPE, {
      deserializeWebviewPanel: async (panel, saved: unknown) => {
        this.#adopt(panel);
        const id = saved && typeof saved === 'object' && 'evidenceId' in saved ? saved.evidenceId : undefined;
        await this.#handlers.restore(typeof id === 'string' ? id : undefined);
      },
    });
  }

  /** Where the panel is, when it is open. */
  get column(): ViewColumn | undefined {
    return this.#panel?.viewColumn;
  }

  /** Opens the panel, or brings it to the front where it is, without taking the focus. */
  show(column: ViewColumn): void {
    if (this.#panel) {
      this.#panel.reveal(undefined, true);
      return;
    }
    this.#adopt(
      window.createWebviewPanel(VIEW_TYPE, l10n.t('Conversion'), { viewColumn: column, preserveFocus: true }, {}),
    );
  }

  /** Draws this state; states that follow fast are drawn together. */
  update(state: PanelState): void {
    this.#state = state;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#postState();
    }, 40);
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
    if (this.#panel && this.#state) this.#post(this.#panel.webview, { type: 'state', state: this.#state });
  }

  #post(webview: Webview, message: HostMessage): void {
    webview.postMessage(message).then(undefined, (error: unknown) => this.#handlers.log(String(error)));
  }

  #adopt(panel: WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    const folder = Uri.joinPath(this.#context.extensionUri, 'dist', 'media');
    panel.webview.options = { enableScripts: true, localResourceRoots: [folder] };
    panel.iconPath = Uri.joinPath(this.#context.extensionUri, 'media', 'icon.png');
    panel.webview.onDidReceiveMessage((raw: unknown) => void this.#receive(panel.webview, raw));
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#panel = undefined;
    });
    panel.webview.html = webviewPage(panel.webview, folder, 'conversion');
  }

  async #receive(webview: Webview, raw: unknown): Promise<void> {
    const parsed = panelMessage.safeParse(raw);
    if (!parsed.success) {
      this.#handlers.log('The conversion panel sent a message of an unknown form; it was dropped.');
      return;
    }
    const message = parsed.data;
    if (message.type === 'ready') {
      this.#postState();
      return;
    }
    try {
      await this.#handlers.handle(message);
      this.#post(webview, { type: 'answer', id: message.id });
    } catch (error) {
      const sentence = error instanceof Error ? error.message : String(error);
      this.#post(webview, { type: 'answer', id: message.id, error: sentence });
    }
  }
}
