import {
  CancellationTokenSource,
  LanguageModelChatMessage,
  LanguageModelError,
  LanguageModelTextPart,
  l10n,
  lm,
} from 'vscode';
import type { LanguageModelChat } from 'vscode';
import type { ChatMessage, LanguageModel, ModelChunk, ModelInfo, StreamOptions } from '../providers/languageModel.ts';
import { Failure, throwIfAborted } from '../shared/failure.ts';

/** Marks the ids of models that other extensions bring into the editor. */
export const EDITOR_MODEL_PREFIX = 'editor/';

/** A model that another extension offers through the editor. */
export class EditorLanguageModel implements LanguageModel {
  readonly id: string;
  readonly info: ModelInfo;
  readonly #chat: LanguageModelChat;
  readonly #justification: string;

  /** The justification is shown where the editor asks whether the model may be used. */
  constructor(
    chat: LanguageModelChat,
    justification = l10n.t('Slipstream converts Python to C++ with the model you chose.'),
  ) {
    this.#chat = chat;
    this.#justification = justification;
    this.id = `${EDITOR_MODEL_PREFIX}${chat.id}`;
    this.info = {
      id: this.id,
      providerId: 'editor',
      providerLabel: chat.vendor,
      model: chat.id,
      label: chat.name,
      contextTokens: chat.maxInputTokens,
    };
  }

  async *stream(messages: readonly ChatMessage[], { signal }: StreamOptions): AsyncIterable<ModelChunk> {
    throwIfAborted(signal);
    const source = new CancellationTokenSource();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    // Other extensions may go on in spite of the cancel: the conversion ends at once all the same.
    const cancel = () => {
      source.cancel();
      reject(new Failure('cancelled', l10n.t('Cancelled.')));
    };
    aborted.catch(() => undefined);
    signal.addEventListener('abort', cancel, { once: true });
    const prompt = messages.map(({ role, content }) =>
      role === 'assistant' ? LanguageModelChatMessage.Assistant(content) : LanguageModelChatMessage.User(content),
    );
    try {
      const request = this.#chat.sendRequest(prompt, { justification: this.#justification }, source.token);
      const parts = (await Promise.race([request, aborted])).stream[Symbol.asyncIterator]();
      for (;;) {
        const next = await Promise.race([parts.next(), aborted]);
        if (next.done) break;
        if (next.value instanceof LanguageModelTextPart) yield { type: 'text', text: next.value.value };
      }
      yield { type: 'end', finishReason: 'stop' };
    } catch (error) {
      throwIfAborted(signal);
      throw explain(error, this.info.label);
    } finally {
      signal.removeEventListener('abort', cancel);
      source.dispose();
    }
  }
}

function explain(error: unknown, label: string): Failure {
  if (error instanceof Failure) return error;
  const code = error instanceof LanguageModelError ? error.code : '';
  if (code === 'NotFound') {
    return new Failure(
      'unknown-model',
      l10n.t('{0} is no longer offered by the editor. Choose another model.', label),
      { cause: error },
    );
  }
  if (code === 'NoPermissions') {
    return new Failure('refused', l10n.t('Slipstream was not allowed to use {0}.', label), { cause: error });
  }
  if (code === 'Blocked') {
    return new Failure(
      'quota',
      l10n.t('{0} does not take more requests now: its quota is used up or the request was blocked.', label),
      { cause: error },
    );
  }
  return new Failure('provider', l10n.t('{0} could not answer.', label), { cause: error });
}

/** Finds one of the editor's models by our id. Throws Failure `unknown-model`. */
export async function findEditorModel(id: string, justification?: string): Promise<LanguageModel> {
  const [chat] = await lm.selectChatModels({ id: id.slice(EDITOR_MODEL_PREFIX.length) });
  if (!chat) throw new Failure('unknown-model', l10n.t('The editor offers no model {0}. Choose another model.', id));
  return new EditorLanguageModel(chat, justification);
}
