import * as z from 'zod/mini';
import { Failure } from '../shared/failure.ts';
import type { LoadedTokenizer } from './loadTokenizer.ts';

/** One message of a conversation. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

const named = z.array(z.object({ name: z.string(), template: z.string() }));
const tokenText = z.union([z.string(), z.object({ content: z.string() })]);

/** The chat template of a tokenizer; nothing where its repository has none. */
export function chatTemplate({ config, templateFile }: LoadedTokenizer): string | undefined {
  if (templateFile !== undefined) return templateFile;
  const template = config['chat_template'];
  if (typeof template === 'string') return template;
  const list = named.safeParse(template).data ?? [];
  return (list.find(({ name }) => name === 'default') ?? list[0])?.template;
}

/** What a model is sent for a conversation, by its own chat template. Throws Failure, also when there is none. */
export async function renderChat(loaded: LoadedTokenizer, messages: readonly ChatMessage[]): Promise<string> {
  const source = chatTemplate(loaded);
  if (source === undefined) {
    const sentence = `${loaded.name} has no chat template. Choose the tokenizer of a model that was trained to chat.`;
    throw new Failure('unsupported', sentence);
  }
  const { Template } = await import('@huggingface/jinja');
  const special = (name: string): string => {
    const value = tokenText.safeParse(loaded.config[name]).data ?? '';
    return typeof value === 'string' ? value : value.content;
  };
  try {
    return new Template(source).render({
      messages: messages.map((message) => ({ ...message })),
      add_generation_prompt: true,
      bos_token: special('bos_token'),
      eos_token: special('eos_token'),
      unk_token: special('unk_token'),
      pad_token: special('pad_token'),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Failure('unsupported', `The chat template of ${loaded.name} cannot be rendered: ${reason}`, { cause });
  }
}
