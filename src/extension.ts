import { join } from 'node:path';
import {
  commands,
  l10n,
  Uri,
  window,
  workspace,
  type ExtensionContext,
  type NotebookCell,
  type TextDocument,
} from 'vscode';
import { EvidenceStore } from './conversion/evidenceStore.ts';
import { registerAttempts } from './editor/attempts.ts';
import { registerAudioNotes } from './editor/audioNotes.ts';
import { registerBenchmark } from './editor/benchmarkTask.ts';
import { Comparisons } from './editor/comparisons.ts';
import { Conversions } from './editor/conversions.ts';
import { registerFlagFinder } from './editor/flagFinder.ts';
import { registerMeasureGrowth } from './editor/growthCommand.ts';
import { createLocalModels, registerLocalModels } from './editor/localModels.ts';
import { registerModelCards } from './editor/modelCardPanel.ts';
import { registerModelPicker } from './editor/modelPicker.ts';
import { Inputs, registerInputs } from './editor/inputs.ts';
import { pickConverter, type ModelSources } from './editor/modelQuickPick.ts';
import { createKeySource, createStoredKeySource, registerKeyCommands } from './editor/secrets.ts';
import { registerUseFromPython } from './editor/useFromPython.ts';
import { registerVerdicts } from './editor/verdicts.ts';
import { registerTokensView } from './editor/tokensView.ts';

interface Target {
  readonly document: TextDocument;
  readonly selection?: { readonly start: number; readonly end: number };
  readonly wholeFile?: boolean;
}

/** What a command was given: a file of the explorer, a cell of a notebook, or nothing, which means the active editor. */
async function targetOf(argument: unknown): Promise<Target | undefined> {
  const editor = window.activeTextEditor;
  if (argument instanceof Uri && argument.toString() !== editor?.document.uri.toString()) {
    const document = await workspace.openTextDocument(argument);
    await window.showTextDocument(document);
    return { document, wholeFile: true };
  }
  const cell =
    argument && typeof argument === 'object' && 'document' in argument ? (argument as NotebookCell) : undefined;
  if (cell?.document) return { document: cell.document, wholeFile: true };
  if (editor?.document.languageId !== 'python') {
    void window.showInformationMessage(l10n.t('Open a Python file to convert it to C++.'));
    return undefined;
  }
  const { document, selection } = editor;
  return { document, selection: { start: document.offsetAt(selection.start), end: document.offsetAt(selection.end) } };
}

/** Builds the services and registers the features. */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel('Slipstream', { log: true });
  const keys = createKeySource(context);
  const local = createLocalModels(context);
  const store = new EvidenceStore(join(context.globalStorageUri.fsPath, 'conversions'));
  const storedKeys = createStoredKeySource(context);
  const models: ModelSources = { keys: storedKeys, local, history: () => store.list() };
  const conversions = new Conversions(context, { keys, local, log, store, models });
  const comparisons = new Comparisons(context, { conversions, keys, models, log });
  const convert = async (argument: unknown, converterId?: string) => {
    const target = await targetOf(argument);
    return target && conversions.convert(target.document, target, converterId);
  };
  const act = (action: Parameters<Conversions['act']>[0]) => () =>
    conversions.act(action).catch((error: unknown) => conversions.report(error));
  context.subscriptions.push(
    log,
    conversions,
    comparisons,
    commands.registerCommand('slipstream.convert', (argument?: unknown) => convert(argument)),
    commands.registerCommand('slipstream.convertWith', async (argument?: unknown) => {
      const id = await pickConverter(models);
      if (id) await convert(argument, id);
    }),
    commands.registerCommand('slipstream.compareModels', async (argument?: unknown) => {
      const target = await targetOf(argument);
      if (target)
        await comparisons.prepare(target.document, target).catch((error: unknown) => conversions.report(error));
    }),
    commands.registerCommand('slipstream.cancel', () => conversions.cancel()),
    commands.registerCommand('slipstream.keep', act('keep')),
    commands.registerCommand('slipstream.discard', act('discard')),
    commands.registerCommand('slipstream.exportReport', act('export-report')),
    commands.registerCommand('slipstream.showHistory', () =>
      conversions.history().catch((error: unknown) => conversions.report(error)),
    ),
    commands.registerCommand('slipstream.showLog', () => log.show()),
  );
  registerKeyCommands(context);
  registerModelPicker(context, models);
  registerLocalModels(context, local, storedKeys, log);
  registerModelCards(context, storedKeys, log);
  registerBenchmark(context, conversions);
  registerVerdicts(context, conversions);
  registerAudioNotes(context, keys, local, log);
  registerUseFromPython(context, conversions);
  const inputs = { conversions, models, log };
  registerInputs(context, new Inputs(context, inputs), inputs, () => targetOf(undefined));
  registerMeasureGrowth(context, conversions);
  registerFlagFinder(context, conversions);
  registerAttempts(context, conversions);
  registerTokensView(context, storedKeys, (text) => log.warn(text));
}
