import { basename, dirname, join } from 'node:path';
import { l10n, Uri, ViewColumn, window, workspace } from 'vscode';
import type { Evidence } from '../shared/evidence.ts';
import { closeCpp } from './cppEditors.ts';
import { cppName } from './recordedUnit.ts';

/** Writes the C++ beside its Python and opens it in the place of `uri`; asks before it overwrites. False when it was not kept. */
export async function keepCpp(evidence: Evidence, uri: Uri, text: string): Promise<boolean> {
  const { unit } = evidence;
  const name = `${cppName(evidence)}.cpp`;
  const target = unit.file
    ? Uri.file(join(dirname(unit.file), name))
    : await window.showSaveDialog({
        title: l10n.t('Keep the C++'),
        defaultUri: workspace.workspaceFolders?.[0] && Uri.joinPath(workspace.workspaceFolders[0].uri, name),
      });
  if (!target) return false;
  const there = await workspace.fs.readFile(target).then(
    (bytes) => Buffer.from(bytes).toString(),
    () => undefined,
  );
  if (unit.file && there !== undefined && there !== text) {
    const overwrite = l10n.t('Overwrite');
    const question = l10n.t('{0} is there already. Overwrite it?', basename(target.fsPath));
    if ((await window.showWarningMessage(question, { modal: true }, overwrite)) !== overwrite) return false;
  }
  await workspace.fs.writeFile(target, Buffer.from(text));
  const column = window.visibleTextEditors.find(
    ({ document }) => document.uri.toString() === uri.toString(),
  )?.viewColumn;
  await closeCpp(uri);
  await window.showTextDocument(target, { viewColumn: column ?? ViewColumn.Two, preview: false });
  return true;
}

/** Writes the Evidence as Markdown or JSON, by the ending of the chosen name, and opens it in a column. */
export async function exportEvidence(evidence: Evidence, viewColumn: ViewColumn): Promise<void> {
  const folder = evidence.unit.file ? Uri.file(dirname(evidence.unit.file)) : workspace.workspaceFolders?.[0]?.uri;
  const target = await window.showSaveDialog({
    title: l10n.t('Export report'),
    filters: { Markdown: ['md'], JSON: ['json'] },
    ...(folder && { defaultUri: Uri.joinPath(folder, `${cppName(evidence)}-report.md`) }),
  });
  if (!target) return;
  const { evidenceMarkdown } = await import('../conversion/evidenceReport.ts');
  const report = target.path.endsWith('.json')
    ? `${JSON.stringify(evidence, undefined, 2)}\n`
    : evidenceMarkdown(evidence);
  await workspace.fs.writeFile(target, Buffer.from(report));
  await window.showTextDocument(target, { preview: true, viewColumn });
}
