import { PendingRequests } from '../../src/shared/pendingRequests.ts';

interface EditorApi {
  postMessage(message: unknown): void;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): EditorApi;

type HostMessage<State> =
  | { readonly type: 'state'; readonly state: State }
  | { readonly type: 'answer'; readonly id: number; readonly error?: string | undefined };

/** What one page does with the states it is given. */
interface PanelPage<State> {
  /** Undefined for a message of an unknown form. */
  parse(data: unknown): HostMessage<State> | undefined;
  /** What the page needs to be restored when the editor is opened again. */
  saved(state: State): unknown;
  isBusy(state: State): boolean;
  draw(state: State): void;
}

/** The page's side of a panel: it is given states to draw, and each of its requests ends in an answer or in a complaint to show. */
export class PanelHost<State, Message> {
  readonly root = document.getElementById('root') as HTMLElement;
  /** What went wrong with the last request; empty where nothing did. */
  complaint = '';
  readonly #editor = acquireVsCodeApi();
  readonly #requests = new PendingRequests(60_000);
  readonly #page: PanelPage<State>;
  #state: State | undefined;

  constructor(page: PanelPage<State>) {
    this.#page = page;
    window.addEventListener('message', ({ data }: MessageEvent<unknown>) => this.#receive(data));
    window.addEventListener('pagehide', () => this.#requests.close('The panel was closed.'));
    this.#editor.postMessage({ type: 'ready' });
  }

  /** Draws the last state again. */
  draw(): void {
    if (this.#state !== undefined) this.#page.draw(this.#state);
  }

  /** Sends a request; false when it ended in a complaint. */
  async send(message: (id: number) => Message): Promise<boolean> {
    this.complaint = '';
    try {
      await this.#requests.send((id) => this.#editor.postMessage(message(id)));
      return true;
    } catch (error) {
      this.complaint = error instanceof Error ? error.message : String(error);
      this.draw();
      return false;
    }
  }

  #receive(data: unknown): void {
    const message = this.#page.parse(data);
    if (!message) return;
    if (message.type === 'answer') {
      this.#requests.answer(message.id, message.error);
      return;
    }
    this.#state = message.state;
    this.#editor.setState(this.#page.saved(message.state));
    this.root.setAttribute('aria-busy', String(this.#page.isBusy(message.state)));
    this.draw();
  }
}
