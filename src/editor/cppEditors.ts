import {
  commands,
  Range,
  TextEditorRevealType,
  ViewColumn,
  window,
  workspace,
  type Tab,
  type TabGroup,
  type TextDocument,
  type Uri,
} from 'vscode';
import { PROGRAM_HEADING } from '../transpiler/headings.ts';
import { CPP_SCHEME } from './cppDocuments.ts';

/** What a tab shows, where that is one document. */
export function tabUri({ input }: Tab): Uri | undefined {
  return (input as { uri?: Uri } | undefined)?.uri;
}

/** Where the C++ and the panel go, so that neither covers the other or the Python: each has a group of its own. */
export async function makeRoom(panel: ViewColumn | undefined): Promise<{ cpp: ViewColumn; panel: ViewColumn }> {
  const groups = await groupsWithRoom(panel !== undefined);
  const python: ViewColumn = window.activeTextEditor?.viewColumn ?? ViewColumn.One;
  const columns = groups.map(({ viewColumn }) => viewColumn);
  const fresh: ViewColumn = columns.length + 1;
  const earlier = groups.find(({ tabs }) => tabs.some((tab) => tabUri(tab)?.scheme === CPP_SCHEME))?.viewColumn;
  const cpp = earlier ?? columns.find((column) => column !== python && column !== panel) ?? fresh;
  return { cpp, panel: panel ?? columns.find((column) => column !== python && column !== cpp) ?? fresh };
}

/** Halves the right side when there is nothing but the Python, or the Python and the panel. */
async function groupsWithRoom(hasPanel: boolean): Promise<readonly TabGroup[]> {
  const { length } = window.tabGroups.all;
  if (length === 1 || (length === 2 && hasPanel)) {
    await commands.executeCommand('vscode.setEditorLayout', {
      orientation: 0,
      groups: [{ size: 0.5 }, { size: 0.5, groups: [{ size: 0.42 }, { size: 0.58 }] }],
    });
  }
  return window.tabGroups.all;
}

export async function openCpp(uri: Uri, column: ViewColumn): Promise<void> {
  const document = await workspace.openTextDocument(uri);
  await window.showTextDocument(document, { viewColumn: column, preserveFocus: true, preview: true });
}

/** Closes the editors of a C++ that is no file. */
export async function closeCpp(uri: Uri): Promise<void> {
  if (uri.scheme !== CPP_SCHEME) return;
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  await window.tabGroups.close(
    tabs.filter((tab) => tabUri(tab)?.toString() === uri.toString()),
    true,
  );
}

/** Keeps in sight what arrives: a program that arrives whole begins below its runtime; one that streams in is followed. */
export function followCpp(document: TextDocument): void {
  const start = programLine(document);
  const line = start ?? Math.max(0, document.lineCount - 1);
  for (const editor of window.visibleTextEditors) {
    if (editor.document !== document || editor === window.activeTextEditor) continue;
    const how = start === undefined ? TextEditorRevealType.Default : TextEditorRevealType.AtTop;
    editor.revealRange(new Range(line, 0, line, 0), how);
  }
}

/** The line where the program of the built-in engine begins, below its runtime. */
function programLine(document: TextDocument): number | undefined {
  const at = document.getText().indexOf(PROGRAM_HEADING);
  return at < 0 ? undefined : document.positionAt(at).line;
}
