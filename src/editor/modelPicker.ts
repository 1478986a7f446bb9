import {
  commands,
  l10n,
  lm,
  ProgressLocation,
  StatusBarAlignment,
  window,
  workspace,
  ConfigurationTarget,
  type ExtensionContext,
} from 'vscode';
import { Providers } from '../providers/registry.ts';
import type { KeySource } from '../providers/keySource.ts';
import { LOCAL_PROVIDER_ID, type LocalModels } from '../providers/local/localModels.ts';
import { toFailure } from '../shared/failure.ts';
import { signalOf } from './abort.ts';
import { EDITOR_MODEL_PREFIX } from './editorLanguageModel.ts';
import { providersSettings, setting } from './settings.ts';

const BUILTIN = 'builtin';
const builtinItem = () => ({
  id: BUILTIN,
  label: `$(zap) ${l10n.t('Built-in engine')}`,
  description: l10n.t('offline, no account'),
});

/** Asks who shall write the C++. Undefined when nothing was chosen. */
export async function pickConverter(keys: KeySource, local: LocalModels): Promise<string | undefined> {
  const providers = new Providers({ settings: providersSettings(), keys, local });
  const chats = await lm.selectChatModels().then(undefined, () => []);
  const picked = await window.showQuickPick(
    [
      builtinItem(),
      ...chats.map(({ id, name, vendor }) => ({
        id: `${EDITOR_MODEL_PREFIX}${id}`,
        label: `$(vscode) ${name}`,
        description: vendor,
      })),
      ...providers.list().map(({ id, label, baseUrl, inProcess }) => ({
        id: `${id}/`,
        label: `${inProcess ? '$(chip)' : '$(cloud)'} ${label}…`,
        description: inProcess ? l10n.t('offline once downloaded') : (baseUrl ?? l10n.t('base URL is not set')),
      })),
    ],
    {
      title: l10n.t('Who writes the C++?'),
      placeHolder: l10n.t('The built-in engine, a model of the editor, or a provider'),
    },
  );
  if (!picked?.id.endsWith('/')) return picked?.id;
  const provider = picked.id.slice(0, -1);
  try {
    const models = await window.withProgress(
      { location: ProgressLocation.Window, title: l10n.t('Slipstream: asking for models'), cancellable: true },
      (_progress, token) => providers.models(provider, signalOf(token)),
    );
    if (models.length === 0 && provider === LOCAL_PROVIDER_ID) {
      await commands.executeCommand('slipstream.downloadLocalModel');
      return undefined;
    }
    const model = await window.showQuickPick(
      models.map(({ id, label, model: name, contextTokens, inputPrice, outputPrice }) => ({
        id,
        label,
        description: label === name ? undefined : name,
        detail: [
          contextTokens ? l10n.t('{0} tokens of context', contextTokens.toLocaleString()) : '',
          inputPrice !== undefined && outputPrice !== undefined
            ? l10n.t('${0} in, ${1} out per million tokens', inputPrice, outputPrice)
            : '',
        ]
          .filter(Boolean)
          .join(' · '),
      })),
      {
        title: picked.label.replace(/^\$\(\w+\) |…$/g, ''),
        matchOnDescription: true,
        placeHolder: l10n.t('Choose a model'),
      },
    );
    return model?.id;
  } catch (error) {
    const failure = toFailure(error);
    if (failure.reason !== 'cancelled' && failure.reason !== 'missing-key')
      void window.showErrorMessage(failure.message);
    return undefined;
  }
}

/** The status bar item that shows the chosen model, and the command behind it. */
export function registerModelPicker(context: ExtensionContext, keys: KeySource, local: LocalModels): void {
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
      const id = await pickConverter(keys, local);
      if (id) await workspace.getConfiguration('slipstream').update('model', id, ConfigurationTarget.Global);
    }),
  );
}
