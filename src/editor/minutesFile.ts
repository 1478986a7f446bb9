import type { Uri, ViewColumn } from 'vscode';
import { commands, l10n, Range, window, workspace, WorkspaceEdit, type TextDocument } from 'vscode';
import { exists, nameOf } from './recordingFiles.ts';

/** How often what has arrived is put into the editor, in milliseconds. */
const PACE_MS = 120;

/** Asks what to do where there is a file already; gives the place to write to, or nothing when nothing is to be written. */
export async function chooseTarget(wanted: Uri): Promise<Uri | undefined> {
  if (!(await exists(wanted))) return wanted;
  const overwrite = l10n.t('Overwrite');
  const another = l10n.t('Keep Both');
  const question = l10n.t('{0} is there already. Overwrite it?', nameOf(wanted));
  const answer = await window.showWarningMessage(question, { modal: true }, overwrite, another);
  if (answer === overwrite) return wanted;
  if (answer !== another) return undefined;
  for (let number = 2; ; number++) {
    const uri = wanted.with({ path: wanted.path.replace(/\.md$/, `-${number}.md`) });
    if (!(await exists(uri))) return uri;
  }
}

/** A Markdown file that is written while its text arrives, in an editor where that can be seen. */
export class MinutesFile {
  readonly uri: Uri;
  #document: TextDocument | undefined;
  #waiting = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The edits go in one after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(uri: Uri) {
    this.uri = uri;
  }

  /** Opens the file, empty, with its preview where there is room for one. What an editor held of it is one undo away. */
  async open(column: ViewColumn, previewColumn: ViewColumn | undefined): Promise<void> {
    if (!(await exists(this.uri))) await workspace.fs.writeFile(this.uri, new Uint8Array());
    this.#document = await workspace.openTextDocument(this.uri);
    const edit = new WorkspaceEdit();
    edit.delete(this.uri, new Range(0, 0, this.#document.lineCount, 0));
    await workspace.applyEdit(edit);
    await window.showTextDocument(this.#document, { viewColumn: column, preview: false, preserveFocus: true });
    if (previewColumn === undefined) return;
    const where = { viewColumn: previewColumn, preserveFocus: true };
    // Without the built-in Markdown extension there is the text alone.
    await commands
      .executeCommand('vscode.openWith', this.uri, 'vscode.markdown.preview.editor', where)
      .then(undefined, () => undefined);
  }

  /** Puts a text behind what is there. */
  append(text: string): void {
    this.#waiting += text;
    this.#timer ??= setTimeout(() => this.#flush(), PACE_MS);
  }

  /** Puts in what still waits, and saves. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#flush();
    await this.#work;
    await (await workspace.openTextDocument(this.uri)).save();
  }

  #flush(): void {
    this.#timer = undefined;
    const text = this.#waiting;
    this.#waiting = '';
    if (text === '') return;
    this.#work = this.#work.then(async () => {
      // Whoever closed the editor gets what is still to come all the same.
      const document = this.#document?.isClosed === false ? this.#document : await workspace.openTextDocument(this.uri);
      this.#document = document;
      const edit = new WorkspaceEdit();
      edit.insert(this.uri, document.lineAt(document.lineCount - 1).range.end, text);
      await workspace.applyEdit(edit);
    });
  }
}
