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
import { parseClockTime } from '../audio/transcript.ts';
import { hasAudioName, nameOf, recordingOf } from './recordingFiles.ts';
import type { TranscriptPlayer } from './transcriptPlayer.ts';

const TIMES = /\[\d{1,3}:\d{2}(?::\d{2})?[^\]\n]{0,80}\]/g;

/** Makes the times in minutes and transcripts links that play the recording from there. */
class TimeLinks implements DocumentLinkProvider {
  async provideDocumentLinks(document: TextDocument): Promise<DocumentLink[]> {
    const text = document.getText();
    const recording = await recordingOf(document.uri, text);
    if (!recording) return [];
    const links: DocumentLink[] = [];
    for (const match of text.matchAll(TIMES)) {
      if (match[0].includes('⚠')) continue;
      for (const time of match[0].matchAll(/\d{1,3}:\d{2}(?::\d{2})?/g)) {
        const seconds = parseClockTime(time[0]);
        if (seconds === undefined) continue;
        const start = match.index + time.index;
        const range = new Range(document.positionAt(start), document.positionAt(start + time[0].length));
        const args = encodeURIComponent(JSON.stringify([recording.toString(), seconds]));
        const link = new DocumentLink(range, Uri.parse(`command:slipstream.playRecording?${args}`));
        link.tooltip = l10n.t('Play the recording from {0}', time[0]);
        links.push(link);
      }
    }
    return links;
  }
}

/** Registers the links and the command behind them. */
export function registerTimeLinks(context: ExtensionContext, player: TranscriptPlayer): void {
  const selector = [
    { language: 'markdown', pattern: '**/*.minutes*.md' },
    { language: 'markdown', pattern: '**/*.transcript*.md' },
  ];
  context.subscriptions.push(
    languages.registerDocumentLinkProvider(selector, new TimeLinks()),
    commands.registerCommand('slipstream.playRecording', async (recording: unknown, seconds: unknown) => {
      if (typeof recording !== 'string' || typeof seconds !== 'number') return;
      const uri = Uri.parse(recording, true);
      // Whoever made a link to this command, it opens recordings and nothing else.
      if (hasAudioName(nameOf(uri))) await player.open(uri, seconds);
    }),
  );
}
