import {
  l10n,
  Uri,
  ViewColumn,
  window,
  type Disposable,
  type ExtensionContext,
  type Webview,
  type WebviewPanel,
} from 'vscode';
import {
  comparisonMessage,
  type ComparisonHostMessage,
  type ComparisonMessage,
  type ComparisonState,
} from '../shared/comparisonProtocol.ts';
import { webviewPage } from './webviewPage.ts';

const VIEW_TYPE = 'slipstream.comparison';
/** States that follow within this time are drawn together: drawing must not take the processor from what is measured. */
const DRAW_INTERVAL_MS = 100;

/** What the panel asks for. A promise that rejects is shown in the panel. */
export interface ComparisonHandlers {
  act(message: Extract<ComparisonMessage, { type: 'action' }>): Promise<void>;
  /** The editor was reloaded while the panel showed these records. */
  restore(evidenceIds: readonly string[]): Promise<void>;
  closed(): void;
  log(text: string): void;
}

/** The webview that shows models side by side. There is at most one; it draws the state it was given last. */
export class ComparisonPanel implements Disposable {
  readonly #context: ExtensionContext;
  readonly #handlers: ComparisonHandlers;
  readonly #serializer: Disposable;
  #panel: WebviewPanel | undefined;
  #state: ComparisonState | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(context: ExtensionContext, handlers: ComparisonHandlers) {
    this.#context = context;
    this.#handlers = handlers;
    this.#serializer = window.registerWebviewPanelSerializer(VIEW_TYPE, {
      deserializeWebviewPanel: async (panel, saved: unknown) => {
        this.#adopt(panel);
        const ids = saved && typeof saved === 'object' && 'evidenceIds' in saved ? saved.evidenceIds : [];
        const known = Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [];
        await this.#handlers.restore(known);
      },
    });
  }

  /** Opens the panel, or brings it to the front where it is. */
  show(): void {
    if (this.#panel) this.#panel.reveal();
    else {
      const title = l10n.t('Compare Models');
      this.#adopt(window.createWebviewPanel(VIEW_TYPE, title, ViewColumn.Active, {}));
    }
  }

  update(state: ComparisonState): void {
    this.#state = state;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#postState();
    }, DRAW_INTERVAL_MS);
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

  #post(webview: Webview, message: ComparisonHostMessage): void {
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
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#handlers.closed();
    });
    panel.webview.html = webviewPage(panel.webview, folder, 'comparison');
  }

  async #receive(webview: Webview, raw: unknown): Promise<void> {
    const parsed = comparisonMessage.safeParse(raw);
    if (!parsed.success) {
      this.#handlers.log('The comparison sent a message of an unknown form; it was dropped.');
      return;
    }
    const message = parsed.data;
    if (message.type === 'ready') {
      this.#postState();
      return;
    }
    try {
      await this.#handlers.act(message);
      this.#post(webview, { type: 'answer', id: message.id });
    } catch (error) {
      const sentence = error instanceof Error ? error.message : String(error);
      this.#post(webview, { type: 'answer', id: message.id, error: sentence });
    }
  }
}
