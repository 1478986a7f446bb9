import {
  EventEmitter,
  FileChangeType,
  FilePermission,
  FileSystemError,
  FileType,
  Uri,
  type FileChangeEvent,
  type FileStat,
  type FileSystemProvider,
} from 'vscode';
import type { EvidenceStore } from '../conversion/evidenceStore.ts';

export const CPP_SCHEME = 'slipstream';

interface CppText {
  content: Buffer;
  modified: number;
  streaming: boolean;
}

/** The place of a conversion's C++: an editable document that lives in Evidence rather than in the user's folder. */
export function cppUri(evidenceId: string, name: string): Uri {
  return Uri.from({ scheme: CPP_SCHEME, path: `/${evidenceId}/${name}.cpp` });
}

const conversionOf = (uri: Uri): string => uri.path.split('/')[1] ?? '';

/** Serves the C++ of conversions to editors, while it streams in and afterwards. */
export class CppDocuments implements FileSystemProvider {
  readonly #store: EvidenceStore;
  readonly #texts = new Map<string, CppText>();
  readonly #changed = new EventEmitter<FileChangeEvent[]>();
  readonly #waiting = new Set<string>();
  readonly onDidChangeFile = this.#changed.event;

  constructor(store: EvidenceStore) {
    this.#store = store;
  }

  /** Replaces the text. Changes within a twentieth of a second are told to the editor at once. */
  set(uri: Uri, text: string, streaming: boolean): void {
    const path = uri.path;
    const content = Buffer.from(text);
    const known = this.#texts.get(path);
    // A new time for the same text would make an edit begun meanwhile look like a conflict.
    const modified = known?.content.equals(content) ? known.modified : Math.max(Date.now(), (known?.modified ?? 0) + 1);
    this.#texts.set(path, { content, modified, streaming });
    if (this.#waiting.has(path)) return;
    this.#waiting.add(path);
    setTimeout(() => {
      this.#waiting.delete(path);
      this.#changed.fire([{ type: FileChangeType.Changed, uri }]);
    }, 50);
  }

  async #text(uri: Uri): Promise<CppText> {
    const known = this.#texts.get(uri.path);
    if (known) return known;
    try {
      const id = conversionOf(uri);
      const [evidence, edit] = await Promise.all([this.#store.load(id), this.#store.loadEdit(id)]);
      const content = Buffer.from(edit ?? evidence.cpp);
      const text = { content, modified: Date.parse(evidence.startedAt), streaming: false };
      this.#texts.set(uri.path, text);
      return text;
    } catch {
      throw FileSystemError.FileNotFound(uri);
    }
  }

  async stat(uri: Uri): Promise<FileStat> {
    const { content, modified, streaming } = await this.#text(uri);
    return {
      type: FileType.File,
      ctime: modified,
      mtime: modified,
      size: content.length,
      ...(streaming && { permissions: FilePermission.Readonly }),
    };
  }

  async readFile(uri: Uri): Promise<Uint8Array> {
    return (await this.#text(uri)).content;
  }

  async writeFile(uri: Uri, content: Uint8Array): Promise<void> {
    const text = Buffer.from(content).toString();
    this.set(uri, text, false);
    await this.#store.saveEdit(conversionOf(uri), text);
  }

  watch() {
    return { dispose: () => undefined };
  }

  readDirectory(uri: Uri): never {
    throw FileSystemError.NoPermissions(uri);
  }

  createDirectory(uri: Uri): never {
    throw FileSystemError.NoPermissions(uri);
  }

  delete(uri: Uri): never {
    throw FileSystemError.NoPermissions(uri);
  }

  rename(uri: Uri): never {
    throw FileSystemError.NoPermissions(uri);
  }
}
