import { basename, dirname, join } from 'node:path';
import { commands, env, l10n, Uri, ViewColumn, window, workspace, type ExtensionContext } from 'vscode';
import type { PythonModule } from '../pythonModule/pythonModule.ts';
import type { PythonModuleRecord } from '../shared/evidence.ts';
import { Failure } from '../shared/failure.ts';
import type { Conversions, Shown } from './conversions.ts';
import { functionRequest, isForeign } from './functionRequest.ts';
import { speedSentence } from './factsView.ts';
import { requireTrust } from './workspaceTrust.ts';

/** The command that makes a Python module of the function that is shown, to be imported in place of the original. */
export function registerUseFromPython(context: ExtensionContext, conversions: Conversions): void {
  context.subscriptions.push(
    commands.registerCommand('slipstream.useFromPython', async () => {
      if (!requireTrust()) return;
      await useFromPython(conversions).catch((error: unknown) => conversions.report(error));
    }),
  );
}

async function useFromPython(conversions: Conversions): Promise<void> {
  const shown = await conversions.shown();
  if (shown?.functionName === undefined || shown.evidence.verification?.outcome !== 'equal') {
    throw new Failure(
      'invalid-input',
      l10n.t(
        'Use from Python needs a function whose C++ was found equal. Put the cursor in a function and convert it first.',
      ),
    );
  }
  if (isForeign(shown)) {
    const approved = await conversions.machine.askOnce(
      'slipstream.usesForeignCodeFromPython',
      l10n.t('Use C++ in your own Python that the built-in engine has not written?'),
      l10n.t(
        'What is compared runs in the sandbox. The module that you import does not: its C++ may do whatever your Python may. Read it before. This is asked once.',
      ),
      l10n.t('Make the module'),
    );
    if (!approved) return;
  }
  const { moduleNameFor, writeModule } = await import('../pythonModule/pythonModule.ts');
  const moduleName = await window.showInputBox({
    title: l10n.t('Use from Python'),
    prompt: l10n.t('Name of the module to import'),
    value: moduleNameFor(shown.functionName),
    validateInput: (name) => (/^[A-Za-z_]\w*$/.test(name) ? undefined : l10n.t('A module needs a Python name.')),
  });
  if (moduleName === undefined) return;
  const folder = await folderOf(shown);
  if (folder === undefined) return;
  const module = await conversions.during(l10n.t('Making {0}', `${moduleName}.py`), (signal) =>
    build(conversions, shown, moduleName, signal),
  );
  const isWritten = await writeModule(module, folder, async (names) => {
    const overwrite = l10n.t('Overwrite');
    const question = l10n.t('{0} is there already. Overwrite it?', names.join(', '));
    return (await window.showWarningMessage(question, { modal: true }, overwrite)) === overwrite;
  });
  if (!isWritten) return;
  const file = join(folder, `${moduleName}.py`);
  await conversions.tell(shown.evidence.id, { pythonModule: recordOf(module, file) });
  const copy = l10n.t('Copy import line');
  const open = l10n.t('Open module');
  const answer = await window.showInformationMessage(`${module.importLine} · ${speedSentence(module)}`, copy, open);
  if (answer === copy) await env.clipboard.writeText(module.importLine);
  if (answer === open) await window.showTextDocument(Uri.file(file), { viewColumn: ViewColumn.One });
}

/** Beside the Python; where that has no place, the person chooses. */
async function folderOf({ evidence }: Shown): Promise<string | undefined> {
  if (evidence.unit.file) return dirname(evidence.unit.file);
  const [chosen] =
    (await window.showOpenDialog({
      title: l10n.t('Folder for the module'),
      canSelectFiles: false,
      canSelectFolders: true,
      ...(workspace.workspaceFolders?.[0] && { defaultUri: workspace.workspaceFolders[0].uri }),
    })) ?? [];
  return chosen?.fsPath;
}

async function build(
  conversions: Conversions,
  shown: Shown,
  moduleName: string,
  signal: AbortSignal,
): Promise<PythonModule> {
  const { buildPythonModule } = await import('../pythonModule/pythonModule.ts');
  const { evidence, functionName = '' } = shown;
  const from = evidence.unit.file ? ` of ${basename(evidence.unit.file)}` : '';
  return buildPythonModule(
    {
      ...(await functionRequest(conversions, shown, signal)),
      moduleName,
      heading: [`${functionName}${from}, computed in C++ by ${evidence.converterLabel}. Made by Slipstream.`],
    },
    { signal },
  );
}

function recordOf(module: PythonModule, file: string): PythonModuleRecord {
  return {
    file,
    importLine: module.importLine,
    inputs: module.inputs,
    sandboxed: module.sandboxed,
    ...(module.benchmark && { benchmark: module.benchmark }),
  };
}
