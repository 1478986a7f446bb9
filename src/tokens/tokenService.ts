import { Failure } from '../shared/failure.ts';
import type { TokenBlock } from '../shared/tokensProtocol.ts';
import { openTokenizer, type TextTokenizer } from './loadTokenizer.ts';
import { TokenDocument } from './tokenDocument.ts';

/** One change of a text. */
export interface TextEdit {
  readonly offset: number;
  readonly removed: number;
  readonly inserted: string;
}

/** What the worker is asked for; each is answered with a {@link TokensAnswer}. */
export type TokensRequest =
  | { readonly type: 'open'; readonly tokenizer: string; readonly text: string; readonly special: boolean }
  | { readonly type: 'edit'; readonly edits: readonly TextEdit[] }
  | { readonly type: 'blocks'; readonly from: number; readonly to: number }
  | { readonly type: 'count'; readonly text: string };

export type TokensAnswer =
  | { readonly type: 'summary'; readonly tokens: number; readonly characters: number; readonly blockLengths: number[] }
  | { readonly type: 'blocks'; readonly blocks: TokenBlock[] }
  | { readonly type: 'count'; readonly tokens: number };

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Holds one open text with its tokens, for whoever asks from outside the thread. */
export class TokenService {
  readonly #assetFolder: string;
  readonly #tokenizers = new Map<string, Promise<TextTokenizer>>();
  #tokenizer: TextTokenizer | undefined;
  #document: TokenDocument | undefined;
  #special = false;

  constructor(assetFolder: string) {
    this.#assetFolder = assetFolder;
  }

  async answer(request: TokensRequest): Promise<TokensAnswer> {
    switch (request.type) {
      case 'open':
        this.#document = undefined;
        this.#tokenizer = await this.#load(request.tokenizer);
        this.#special = request.special;
        this.#document = new TokenDocument(this.#tokenizer, request.text, request.special);
        return this.#summary();
      case 'edit':
        for (const { offset, removed, inserted } of request.edits) this.#open().edit(offset, removed, inserted);
        return this.#summary();
      case 'blocks':
        return { type: 'blocks', blocks: this.#blocks(request.from, request.to) };
      case 'count':
        return { type: 'count', tokens: this.#tokenizer?.encode(request.text, this.#special).length ?? 0 };
    }
  }

  #open(): TokenDocument {
    if (!this.#document) throw new Failure('internal', 'No text is open in the tokenizer. Show the tokens again.');
    return this.#document;
  }

  #load(id: string): Promise<TextTokenizer> {
    const tokenizer =
      this.#tokenizers.get(id) ?? openTokenizer(id, id, this.#assetFolder).then(({ tokenizer: opened }) => opened);
    this.#tokenizers.set(id, tokenizer);
    tokenizer.catch(() => this.#tokenizers.delete(id));
    return tokenizer;
  }

  #summary(): TokensAnswer {
    const { tokenCount, length, chunks } = this.#open();
    return {
      type: 'summary',
      tokens: tokenCount,
      characters: length,
      blockLengths: chunks.map(({ text }) => text.length),
    };
  }

  #blocks(from: number, to: number): TokenBlock[] {
    const { chunks } = this.#open();
    const tokenizer = this.#tokenizer as TextTokenizer;
    const blocks: TokenBlock[] = [];
    let start = 0;
    let firstToken = 0;
    for (let index = 0; index < Math.min(to, chunks.length); index++) {
      const chunk = chunks[index];
      if (!chunk) break;
      if (index >= from) {
        const spans = tokenizer.spans(chunk.text, chunk.ids);
        const tokens = spans.map((span) => {
          const bytes = tokenizer.bytesOf(span.id) ?? new Uint8Array();
          let partial = false;
          try {
            strict.decode(bytes);
          } catch {
            partial = true;
          }
          return {
            id: span.id,
            start: start + span.start,
            end: start + span.end,
            text: chunk.text.slice(span.start, span.end),
            bytes: [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' '),
            partial,
          };
        });
        blocks.push({ index, firstToken, tokens });
      }
      start += chunk.text.length;
      firstToken += chunk.ids.length;
    }
    return blocks;
  }
}
