import { commands, ConfigurationTarget, l10n, QuickPickItemKind, window, workspace, type QuickPickItem } from 'vscode';
import { DEFAULT_TRANSCRIBER } from '../audio/createTranscriber.ts';
import { formatUsd } from '../audio/minutesCost.ts';
import type { LocalModels } from '../providers/local/localModels.ts';
import { findPreset } from '../providers/presets.ts';
import { findPricePerMinute } from '../providers/prices.ts';
import { setting } from './settings.ts';

type Item = QuickPickItem & { readonly id?: string };

/** Offered to whoever knows no name: what the providers have for recordings. */
const suggestions = (): (readonly [id: string, about: string])[] => [
  [DEFAULT_TRANSCRIBER, l10n.t("OpenAI's current model for recordings; times to the minute")],
  ['openai/gpt-4o-transcribe-diarize', l10n.t('tells voices apart; until February 2027')],
  ['openai/whisper-1', l10n.t('times to the second; until February 2027')],
  ['groq/whisper-large-v3', l10n.t('times to the second')],
  ['groq/whisper-large-v3-turbo', l10n.t('times to the second, faster')],
  ['huggingface/openai/whisper-large-v3', l10n.t('an open model, by an inference provider of Hugging Face')],
];

/** Asks who shall write down what is said. Undefined when nothing was chosen. */
export async function pickTranscriber(local: LocalModels): Promise<string | undefined> {
  const chosen = setting<string>('audio.transcriber');
  const installed = (await local.store.list()).filter(({ task }) => task === 'speech');
  const offered = await Promise.all(
    suggestions().map(async ([id, about]): Promise<Item> => {
      const slash = id.indexOf('/');
      const preset = findPreset(id.slice(0, slash));
      const price = await findPricePerMinute(preset?.priceProvider, id.slice(slash + 1));
      return {
        id,
        label: `$(cloud) ${id.slice(slash + 1)}`,
        description: [preset?.label, id === chosen ? l10n.t('chosen') : ''].filter(Boolean).join(' · '),
        detail: [about, price === undefined ? '' : l10n.t('{0} for an hour', formatUsd(price * 60))]
          .filter(Boolean)
          .join(' · '),
      };
    }),
  );
  const another: Item = { label: `$(edit) ${l10n.t('Another model or server…')}` };
  const download: Item = { label: `$(cloud-download) ${l10n.t('Download a Whisper model…')}` };
  const picked = await window.showQuickPick(
    [
      { label: l10n.t('On this machine'), kind: QuickPickItemKind.Separator },
      ...installed.map(({ name }): Item => ({
        id: `local/${name}`,
        label: `$(chip) ${name}`,
        description: `local/${name}` === chosen ? l10n.t('chosen') : '',
        detail: l10n.t('nothing leaves this machine'),
      })),
      download,
      { label: l10n.t('Over the network'), kind: QuickPickItemKind.Separator },
      ...offered,
      another,
    ],
    { title: l10n.t('Who writes down what is said?'), matchOnDetail: true },
  );
  if (picked === download) {
    await commands.executeCommand('slipstream.downloadLocalModel');
    return undefined;
  }
  if (picked !== another) return picked?.id;
  const typed = await window.showInputBox({
    title: l10n.t('Another model or server…'),
    prompt: l10n.t(
      'PROVIDER/MODEL, such as custom/whisper-1. The address of a server of your own is set in slipstream.providers.baseUrls or slipstream.audio.serverUrl.',
    ),
    value: chosen,
    validateInput: (text) => (/^[\w.-]+\/\S+$/.test(text.trim()) ? undefined : l10n.t('Write PROVIDER/MODEL.')),
  });
  return typed?.trim() || undefined;
}

/** Asks, and keeps the choice in the settings. */
export async function chooseTranscriber(local: LocalModels): Promise<void> {
  const id = await pickTranscriber(local);
  if (id) {
    await workspace.getConfiguration('slipstream').update('audio.transcriber', id, ConfigurationTarget.Global);
  }
}
