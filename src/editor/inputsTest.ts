import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { l10n, Uri, window, workspace, type ViewColumn } from 'vscode';
import type { InputRow } from '../functionInputs/inputRow.ts';
import type { PythonUnit } from '../python/unit.ts';
import type { Conversions, Shown } from './conversions.ts';
import { functionRequest } from './functionRequest.ts';

/** What a test of the kept inputs is made of. */
export interface InputsTestOrder {
  readonly shown: Shown;
  readonly unit: PythonUnit;
  readonly functionName: string;
  /** Names of the parameters that are given by name alone. */
  readonly keywordOnly: readonly string[];
  readonly rows: readonly InputRow[];
  /** The C++ as it was compiled to be called. */
  readonly calledSource: string;
  readonly folder: string;
  /** Where the test is opened. */
  readonly column: ViewColumn;
}

/** Asks where the test goes: beside the Python, below it, or elsewhere. */
export async function chooseTestFolder(pythonFile: string | undefined): Promise<string | undefined> {
  const beside = pythonFile === undefined ? workspace.workspaceFolders?.[0]?.uri.fsPath : dirname(pythonFile);
  const choose = l10n.t('Choose a folder…');
  const folders = beside === undefined ? [] : [beside, join(beside, 'tests')];
  const chosen = await window.showQuickPick([...folders, choose], {
    title: l10n.t('Folder for the test'),
    placeHolder: l10n.t('The test, its inputs and, without a module, the C++ are written there'),
  });
  if (chosen !== choose) return chosen;
  const [picked] =
    (await window.showOpenDialog({
      title: l10n.t('Folder for the test'),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  return picked?.fsPath;
}

/** Writes a Python unittest of the inputs, asks before it overwrites, and tells how it is run. */
export async function saveInputsAsTest(conversions: Conversions, order: InputsTestOrder): Promise<void> {
  const { shown, unit, functionName, keywordOnly, rows, calledSource, folder, column } = order;
  const { regressionTest, writeTest } = await import('../functionInputs/regressionTest.ts');
  const moduleFile = shown.evidence.pythonModule?.file;
  const request = await functionRequest(conversions, shown, new AbortController().signal);
  const files = await regressionTest({
    ...request,
    ...(unit.isImportable && unit.record.file !== undefined && { originalFile: unit.record.file }),
    tested:
      moduleFile !== undefined && existsSync(moduleFile)
        ? { kind: 'module', file: moduleFile }
        : {
            kind: 'compiled',
            calledSource,
            compilerPath: request.compiler.path,
            compilerId: request.compiler.id,
            flags: request.flags,
          },
    keywordOnly,
    rows,
    folder,
  });
  const isWritten = await writeTest(files, folder, async (names) => {
    const overwrite = l10n.t('Overwrite');
    const question = l10n.t('{0} is there already. Overwrite it?', names.join(', '));
    return (await window.showWarningMessage(question, { modal: true }, overwrite)) === overwrite;
  });
  const [name = ''] = files.keys();
  if (!isWritten) return;
  const open = l10n.t('Open test');
  const told = l10n.t(
    '{0} compares {1} on {2} inputs. Run it with: {3}',
    name,
    functionName,
    rows.length,
    `python3 -m unittest ${name.replace(/\.py$/, '')}`,
  );
  if ((await window.showInformationMessage(told, open)) === open)
    await window.showTextDocument(Uri.file(join(folder, name)), { viewColumn: column });
}
