import { l10n, window, type ExtensionContext, type TextDocument } from 'vscode';
import { toFailure } from '../shared/failure.ts';
import type { TokensSource } from '../shared/tokensProtocol.ts';
import type { ChatMessage } from '../tokens/chatPrompt.ts';
import { conversionPrompt } from './conversionPrompt.ts';

/** A text that a model reads. */
export interface ModelText {
  readonly text: string;
  /** Where the document stands in it; nowhere when it is not part of it as it is. */
  readonly contentStart: number | undefined;
  /** What has to be said about it. */
  readonly note?: string;
}

export interface ModelTextOptions {
  readonly source: TokensSource;
  /** The system message of a chat, which may be empty. */
  readonly system: string;
  /** Writes a conversation by the chat template of the model; throws Failure. */
  readonly render: (messages: readonly ChatMessage[]) => Promise<string>;
}

/** What a model reads of a document: the document itself, a conversation with it, or the prompt of its conversion. Throws Failure. */
export async function modelText(
  context: ExtensionContext,
  document: TextDocument,
  { source, system, render }: ModelTextOptions,
): Promise<ModelText> {
  const content = document.getText();
  if (source === 'file') return { text: content, contentStart: 0 };
  if (source === 'chat') {
    const before: ChatMessage[] = system === '' ? [] : [{ role: 'system', content: system }];
    const text = await render([...before, { role: 'user', content }]);
    const start = text.lastIndexOf(content);
    return { text, contentStart: start < 0 ? undefined : start };
  }
  const editor = window.visibleTextEditors.find((each) => each.document === document);
  const selection = editor && {
    start: document.offsetAt(editor.selection.start),
    end: document.offsetAt(editor.selection.end),
  };
  const messages = await conversionPrompt(context, document, selection);
  try {
    return { text: await render(messages), contentStart: undefined };
  } catch (error) {
    const failure = toFailure(error);
    if (failure.reason !== 'unsupported') throw error;
    const note = l10n.t('{0} The contents of the messages are shown without one.', failure.message);
    return { text: messages.map((message) => message.content).join('\n\n'), contentStart: undefined, note };
  }
}
