import { commands, env, l10n, QuickInputButtons, ThemeIcon, Uri, window, type ExtensionContext } from 'vscode';
import { environmentKeySource, firstKeySource, type KeySource } from '../providers/keySource.ts';
import { providerPresets } from '../providers/presets.ts';

const nameOf = (providerId: string) => `slipstream.key.${providerId}`;

/** Keys that are there already: from the editor's secret storage, else the environment. Nobody is asked. */
export function createStoredKeySource({ secrets }: ExtensionContext): KeySource {
  return firstKeySource({ get: async (id) => secrets.get(nameOf(id)) }, environmentKeySource(process.env));
}

/** Keys from the editor's secret storage, else the environment, else asked for. */
export function createKeySource(context: ExtensionContext): KeySource {
  const { secrets } = context;
  return firstKeySource(createStoredKeySource(context), {
    async get(id, signal) {
      if (!providerPresets.find((preset) => preset.id === id)?.needsKey) return undefined;
      const key = await askForKey(id, signal);
      if (key) await secrets.store(nameOf(id), key);
      return key;
    },
  });
}

function askForKey(providerId: string, signal?: AbortSignal): Promise<string | undefined> {
  const preset = providerPresets.find(({ id }) => id === providerId);
  const box = window.createInputBox();
  box.title = l10n.t('API key for {0}', preset?.label ?? providerId);
  box.prompt = l10n.t('Stored in the secret storage of the editor and sent to {0} only.', preset?.label ?? providerId);
  box.password = true;
  box.ignoreFocusOut = true;
  const link = { iconPath: new ThemeIcon('link-external'), tooltip: l10n.t('Open the page where a key is made') };
  box.buttons = preset?.keyPage ? [link] : [QuickInputButtons.Back];
  return new Promise((resolve) => {
    box.onDidTriggerButton((button) => {
      if (button === link && preset?.keyPage) void env.openExternal(Uri.parse(preset.keyPage));
      else box.hide();
    });
    box.onDidAccept(() => {
      resolve(box.value.trim() || undefined);
      box.hide();
    });
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    signal?.addEventListener('abort', () => box.hide(), { once: true });
    box.show();
  });
}

/** The commands that set and clear a key. */
export function registerKeyCommands(context: ExtensionContext): void {
  const pick = async (title: string) =>
    window.showQuickPick(
      providerPresets.map(({ id, label, keyVariables }) => ({ id, label, description: keyVariables.join(', ') })),
      { title },
    );
  context.subscriptions.push(
    commands.registerCommand('slipstream.setApiKey', async (providerId?: unknown) => {
      const id = typeof providerId === 'string' ? providerId : (await pick(l10n.t('Set the API key of…')))?.id;
      const key = id && (await askForKey(id));
      if (id && key) await context.secrets.store(nameOf(id), key);
    }),
    commands.registerCommand('slipstream.clearApiKey', async () => {
      const picked = await pick(l10n.t('Clear the API key of…'));
      if (picked) await context.secrets.delete(nameOf(picked.id));
    }),
  );
}
