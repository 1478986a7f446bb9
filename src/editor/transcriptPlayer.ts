import { l10n, Uri, ViewColumn, window, type Disposable, type ExtensionContext, type WebviewPanel } from 'vscode';
import type { TranscriptLibrary } from '../audio/transcriptLibrary.ts';
import { clockTime, type Transcript } from '../audio/transcript.ts';
import {
  playerMessage,
  type PlayerAction,
  type PlayerHostMessage,
  type PlayerState,
} from '../shared/playerProtocol.ts';
import { nameOf } from './recordingFiles.ts';
import { webviewPage } from './webviewPage.ts';

const VIEW_TYPE = 'slipstream.player';

/** What the player asks for. A promise that rejects is shown in the player. */
export interface PlayerHandlers {
  handle(action: PlayerAction, recording: Uri): Promise<void>;
  log(text: string): void;
}

/** What is known of a recording while something is done with it. */
export interface PlayerContent {
  readonly transcript?: Transcript;
  readonly status?: string;
  readonly busy: boolean;
}

/** The webview that plays a recording beside its transcript. There is at most one. */
export class TranscriptPlayer implements Disposable {
  readonly #context: ExtensionContext;
  readonly #library: TranscriptLibrary;
  readonly #handlers: PlayerHandlers;
  readonly #serializer: Disposable;
  #panel: WebviewPanel | undefined;
  #recording: Uri | undefined;
  #content: PlayerContent = { busy: false };
  /** The page is there and listens. */
  #ready = false;
  #playAt: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(context: ExtensionContext, library: TranscriptLibrary, handlers: PlayerHandlers) {
    this.#context = context;
    this.#library = library;
    this.#handlers = handlers;
    this.#serializer = window.registerWebviewPanelSerializer(VIEW_TYPE, {
      deserializeWebviewPanel: async (panel, saved: unknown) => {
        const recording = saved && typeof saved === 'object' && 'recording' in saved ? saved.recording : undefined;
        // A player that has nothing to play any more is not left there empty.
        if (typeof recording !== 'string') panel.dispose();
        else await this.#show(Uri.parse(recording), panel);
      },
    });
  }

  /** The recording that is shown, while the player is open. */
  get recording(): Uri | undefined {
    return this.#panel && this.#recording;
  }

  get column(): ViewColumn | undefined {
    return this.#panel?.viewColumn;
  }

  /** Shows a recording, and plays it from a place when one is given, in seconds. */
  async open(recording: Uri, playAt?: number, column: ViewColumn = ViewColumn.Beside): Promise<void> {
    this.#playAt = playAt;
    if (this.#panel && this.#recording?.toString() === recording.toString()) {
      this.#panel.reveal(undefined, true);
      this.#postPlay();
      return;
    }
    const panel =
      this.#panel ??
      window.createWebviewPanel(VIEW_TYPE, nameOf(recording), { viewColumn: column, preserveFocus: true }, {});
    await this.#show(recording, panel);
    panel.reveal(undefined, true);
  }

  /** Draws what is known of a recording, if it is the one that is shown; what follows fast is drawn together. */
  update(recording: Uri, content: PlayerContent): void {
    if (this.#recording?.toString() !== recording.toString()) return;
    const { transcript, status } = this.#content;
    // How far the work has come stays in sight until there is something newer.
    const kept = { ...(transcript && { transcript }), ...(content.busy && status !== undefined && { status }) };
    this.#content = { ...kept, ...content };
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#postState();
    }, 80);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#serializer.dispose();
    this.#panel?.dispose();
  }

  async #show(recording: Uri, panel: WebviewPanel): Promise<void> {
    const isNew = this.#panel !== panel;
    if (isNew) {
      this.#panel?.dispose();
      this.#panel = panel;
      panel.iconPath = Uri.joinPath(this.#context.extensionUri, 'media', 'icon.png');
      panel.webview.onDidReceiveMessage((raw: unknown) => void this.#receive(raw));
      panel.onDidDispose(() => {
        if (this.#panel === panel) this.#panel = undefined;
      });
    }
    this.#recording = recording;
    this.#ready = false;
    const stored = await this.#library.load(recording.toString());
    this.#content = { ...(stored && { transcript: stored.transcript }), busy: false };
    const folder = Uri.joinPath(this.#context.extensionUri, 'dist', 'media');
    panel.title = nameOf(recording);
    panel.webview.options = { enableScripts: true, localResourceRoots: [folder, Uri.joinPath(recording, '..')] };
    panel.webview.html = webviewPage(panel.webview, folder, 'player', recording);
  }

  async #receive(raw: unknown): Promise<void> {
    const parsed = playerMessage.safeParse(raw);
    if (!parsed.success) {
      this.#handlers.log('The player sent a message of an unknown form; it was dropped.');
      return;
    }
    const message = parsed.data;
    if (message.type === 'ready') {
      this.#ready = true;
      this.#postState();
      this.#postPlay();
      return;
    }
    if (!this.#recording) return;
    try {
      await this.#handlers.handle(message.action, this.#recording);
      this.#post({ type: 'answer', id: message.id });
    } catch (error) {
      const sentence = error instanceof Error ? error.message : String(error);
      this.#post({ type: 'answer', id: message.id, error: sentence });
    }
  }

  #postPlay(): void {
    if (!this.#ready || this.#playAt === undefined) return;
    this.#post({ type: 'play', at: this.#playAt });
    this.#playAt = undefined;
  }

  #postState(): void {
    if (this.#ready && this.#recording) this.#post({ type: 'state', state: this.#state(this.#recording) });
  }

  #post(message: PlayerHostMessage): void {
    this.#panel?.webview.postMessage(message).then(undefined, (error: unknown) => this.#handlers.log(String(error)));
  }

  #state(recording: Uri): PlayerState {
    const { transcript, status, busy } = this.#content;
    const summarize = { id: 'summarize' as const, label: l10n.t('Write Minutes') };
    const save = { id: 'save' as const, label: l10n.t('Save Transcript…') };
    const cancel = { id: 'cancel' as const, label: l10n.t('Cancel') };
    return {
      title: nameOf(recording),
      recording: recording.toString(),
      facts: transcript ? `${clockTime(transcript.duration)} · ${transcript.transcriber}` : '',
      ...(status !== undefined && { status }),
      busy,
      segments: (transcript?.segments ?? []).map((segment) => ({ ...segment, time: clockTime(segment.start) })),
      empty: transcript
        ? l10n.t('No speech was found in this recording.')
        : l10n.t('There is no transcript of this recording yet. Write Minutes makes one.'),
      actions: busy ? [cancel] : [summarize, ...(transcript ? [save] : [])],
      texts: {
        search: l10n.t('Search the transcript'),
        searchPlaceholder: l10n.t('Search'),
        found: l10n.t('{0} found', '{0}'),
        transcript: l10n.t('Transcript'),
        player: l10n.t('Player'),
        follow: l10n.t('Follow along'),
        playFrom: l10n.t('Play from {0}', '{0}'),
        cannotPlay: l10n.t(
          'This editor cannot play this kind of sound, or the file is not there any more. The transcript can be read all the same.',
        ),
      },
    };
  }
}
