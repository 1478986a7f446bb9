import {
  commands,
  EventEmitter,
  l10n,
  ThemeIcon,
  TreeItem,
  Uri,
  window,
  type DataTransfer,
  type Disposable,
  type ExtensionContext,
  type TreeDataProvider,
  type TreeDragAndDropController,
} from 'vscode';
import { clockTime } from '../audio/transcript.ts';
import type { StoredTranscript, TranscriptLibrary } from '../audio/transcriptLibrary.ts';

const VIEW = 'slipstream.recordings';

/** Stands in the list while it is empty: on a view without entries nothing can be dropped. */
const invitation = Symbol('invitation');
type Entry = StoredTranscript | typeof invitation;

/** The recordings that have a transcript; one that is dropped on it is summarized. */
export class RecordingsView implements TreeDataProvider<Entry>, TreeDragAndDropController<Entry>, Disposable {
  readonly dropMimeTypes = ['text/uri-list'];
  readonly dragMimeTypes = [];
  readonly #library: TranscriptLibrary;
  readonly #dropped: (recording: Uri) => unknown;
  readonly #changed = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: Disposable;

  constructor(library: TranscriptLibrary, dropped: (recording: Uri) => unknown) {
    this.#library = library;
    this.#dropped = dropped;
    this.#view = window.createTreeView(VIEW, { treeDataProvider: this, dragAndDropController: this });
  }

  /** Reads the list anew. */
  refresh(): void {
    this.#changed.fire();
  }

  dispose(): void {
    this.#view.dispose();
    this.#changed.dispose();
  }

  async getChildren(element?: Entry): Promise<Entry[]> {
    if (element) return [];
    const recordings = await this.#library.list();
    return recordings.length > 0 ? recordings : [invitation];
  }

  getTreeItem(entry: Entry): TreeItem {
    if (entry === invitation) return invite();
    const { uri, transcript, complete, savedAt } = entry;
    const item = new TreeItem(transcript.recording);
    item.id = uri;
    item.description = complete
      ? clockTime(transcript.duration)
      : l10n.t('{0}, not complete', clockTime(transcript.duration));
    item.tooltip = `${Uri.parse(uri).fsPath}\n${transcript.transcriber}, ${new Date(savedAt).toLocaleString()}`;
    item.iconPath = new ThemeIcon('unmute');
    item.contextValue = 'recording';
    item.command = {
      command: 'slipstream.openRecording',
      title: l10n.t('Open Recording'),
      arguments: [Uri.parse(uri)],
    };
    return item;
  }

  async handleDrop(_target: Entry | undefined, data: DataTransfer): Promise<void> {
    const list = (await data.get('text/uri-list')?.asString()) ?? '';
    const [first] = list.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
    if (first) this.#dropped(Uri.parse(first));
  }
}

function invite(): TreeItem {
  // In a narrow view the second half is what may be cut off.
  const item = new TreeItem(l10n.t('Choose a Recording…'));
  item.description = l10n.t('or drop it here');
  item.tooltip = l10n.t('Choose a recording, or drop it here: it becomes a transcript and minutes.');
  item.iconPath = new ThemeIcon('add');
  item.command = { command: 'slipstream.summarizeAudio', title: l10n.t('Summarize Audio Note') };
  return item;
}

/** Registers the commands of the view's entries. */
export function registerRecordingCommands(
  context: ExtensionContext,
  library: TranscriptLibrary,
  view: RecordingsView,
): void {
  context.subscriptions.push(
    view,
    commands.registerCommand('slipstream.forgetTranscript', async (entry?: StoredTranscript) => {
      if (!entry) return;
      await library.remove(entry.uri);
      view.refresh();
    }),
  );
}
