import {
  commands,
  DocumentLink,
  l10n,
  languages,
  Range,
  Uri,
  type DocumentLinkProvider,
  type ExtensionContext,
  type TextDocument,
} from 'vscode';
import { findTimes, hasAudioName } from '../shared/recordingTimes.ts';
import { nameOf, recordingOf } from './recordingFiles.ts';
import type { TranscriptPlayer } from './transcriptPlayer.ts';

/** Makes the times in minutes and transcripts links that play the recording from there. */
class TimeLinks implements DocumentLinkProvider {
  async provideDocumentLinks(document: TextDocument): Promise<DocumentLink[]> {
    const text = document.getText();
    const recording = await recordingOf(document.uri, text);
    if (!recording) return [];
    return findTimes(text).map(({ start, text: time, seconds }) => {
      const range = new Range(document.positionAt(start), document.positionAt(start + time.length));
      const args = encodeURIComponent(JSON.stringify([recording.toString(), seconds]));
      const link = new DocumentLink(range, Uri.parse(`command:slipstream.playRecording?${args}`));
      link.tooltip = l10n.t('Play the recording from {0}', time);
      return link;
    });
  }
}

/** Registers the links and the command behind them. */
export function registerTimeLinks(context: ExtensionContext, player: TranscriptPlayer): void {
  context.subscriptions.push(
    languages.registerDocumentLinkProvider({ language: 'markdown' }, new TimeLinks()),
    commands.registerCommand('slipstream.playRecording', async (recording: unknown, seconds: unknown) => {
      if (typeof recording !== 'string' || typeof seconds !== 'number') return;
      const uri = Uri.parse(recording, true);
      // Whoever made a link to this command, it opens recordings and nothing else.
      if (hasAudioName(nameOf(uri))) await player.open(uri, seconds);
    }),
  );
}
