import {
  commands,
  l10n,
  StatusBarAlignment,
  window,
  workspace,
  ConfigurationTarget,
  type ExtensionContext,
} from 'vscode';
import { BUILTIN, pickConverter, type ModelSources } from './modelQuickPick.ts';
import { setting } from './settings.ts';

/** The status bar item that shows the chosen model, and the command behind it. */
export function registerModelPicker(context: ExtensionContext, sources: ModelSources): void {
  const item = window.createStatusBarItem('slipstream.model', StatusBarAlignment.Right, 90);
  item.name = l10n.t('Slipstream model');
  item.command = 'slipstream.chooseModel';
  const show = () => {
    const id = setting<string>('model');
    item.text = `$(zap) ${id === BUILTIN ? l10n.t('Built-in engine') : id.slice(id.indexOf('/') + 1)}`;
    item.tooltip = l10n.t(
      'Slipstream: {0} writes the C++. Click to choose another.',
      id === BUILTIN ? l10n.t('the built-in engine') : id,
    );
    const languages = window.activeTextEditor?.document.languageId;
    if (languages === 'python' || languages === 'cpp') item.show();
    else item.hide();
  };
  show();
  context.subscriptions.push(
    item,
    window.onDidChangeActiveTextEditor(show),
    workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('slipstream.model') && show()),
    commands.registerCommand('slipstream.chooseModel', async () => {
      const id = await pickConverter(sources, setting<string>('model'));
      if (id) await workspace.getConfiguration('slipstream').update('model', id, ConfigurationTarget.Global);
    }),
  );
}
