import { Failure, toFailure } from '../shared/failure.ts';
import type { TokenBlock, ViewToken } from '../shared/tokensProtocol.ts';
import { renderChat, type ChatMessage } from './chatPrompt.ts';
import { openTokenizer, type LoadedTokenizer, type TextTokenizer } from './loadTokenizer.ts';
import { listSpecialTokens, type SpecialToken } from './specialTokens.ts';
import { TokenDocument } from './tokenDocument.ts';

/** One change of a text. */
export interface TextEdit {
  readonly offset: number;
  readonly removed: number;
  readonly inserted: string;
}

/** The path or id of a tokenizer, and what the user calls it. */
export interface TokenizerPlace {
  readonly place: string;
  readonly name: string;
}

/** What the worker is asked for; each is answered with a {@link TokensAnswer}. */
export type TokensRequest =
  | { readonly type: 'open'; readonly tokenizer: TokenizerPlace; readonly text: string; readonly special: boolean }
  /** Tokenizes more of a long text. */
  | { readonly type: 'advance' }
  | { readonly type: 'edit'; readonly edits: readonly TextEdit[] }
  | { readonly type: 'blocks'; readonly from: number; readonly to: number }
  /** The places of the tokens between two places of the text. */
  | { readonly type: 'places'; readonly start: number; readonly end: number }
  | { readonly type: 'count'; readonly text: string; readonly tokenizer?: TokenizerPlace; readonly special: boolean }
  | { readonly type: 'special'; readonly tokenizer: TokenizerPlace }
  | { readonly type: 'encode'; readonly tokenizer: TokenizerPlace; readonly text: string; readonly special: boolean }
  | { readonly type: 'decode'; readonly tokenizer: TokenizerPlace; readonly ids: readonly number[] }
  | { readonly type: 'chat'; readonly tokenizer: TokenizerPlace; readonly messages: readonly ChatMessage[] };

/** How the blocks of the text have changed since the last summary: some were removed from a place on, these are there now. */
export interface LayoutChange {
  readonly from: number;
  readonly removed: number;
  readonly lengths: readonly number[];
  /** How many tokens more there are than before. */
  readonly tokens: number;
}

export type TokensAnswer =
  | {
      readonly type: 'summary';
      readonly tokens: number;
      readonly characters: number;
      /** How many characters are tokenized. */
      readonly done: number;
      readonly layout: LayoutChange;
      /** The first of the new blocks, so that nobody has to ask for what is most likely on screen. */
      readonly blocks: TokenBlock[];
      /** Why tokens can only be counted. */
      readonly note?: string;
    }
  | { readonly type: 'blocks'; readonly blocks: TokenBlock[] }
  /** Start and end of each token, in UTF-16 units, one after another. */
  | { readonly type: 'places'; readonly places: number[] }
  | { readonly type: 'count'; readonly tokens: number }
  | { readonly type: 'special'; readonly tokens: SpecialToken[] }
  | { readonly type: 'ids'; readonly ids: number[] }
  | { readonly type: 'text'; readonly text: string };

/** How much of a text is tokenized before something is shown, and between two questions that others may ask. */
const FIRST_UNITS = 2 ** 14;
const MORE_UNITS = 2 ** 18;
/** So many blocks are told with a change of them. */
const FIRST_BLOCKS = 3;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Holds one open text with its tokens, for whoever asks from outside the thread. */
export class TokenService {
  readonly #assetFolder: string;
  readonly #tokenizers = new Map<string, Promise<LoadedTokenizer>>();
  #tokenizer: TextTokenizer | undefined;
  #document: TokenDocument | undefined;
  /** A text whose tokens have no places. */
  #counted: { text: string; note: string } | undefined;
  #special = false;
  /** How many tokens the last summary told of. */
  #toldTokens = 0;

  constructor(assetFolder: string) {
    this.#assetFolder = assetFolder;
  }

  async answer(request: TokensRequest): Promise<TokensAnswer> {
    switch (request.type) {
      case 'open':
        this.#document = undefined;
        this.#counted = undefined;
        this.#tokenizer = (await this.#load(request.tokenizer)).tokenizer;
        this.#special = request.special;
        this.#document = TokenDocument.begin(this.#tokenizer, request.text, request.special);
        this.#toldTokens = 0;
        return this.#advance(FIRST_UNITS, FIRST_BLOCKS);
      case 'advance':
        return this.#advance(MORE_UNITS, 0);
      case 'edit':
        return this.#edit(request.edits);
      case 'blocks':
        return { type: 'blocks', blocks: this.#blocks(request.from, request.to) };
      case 'places':
        return { type: 'places', places: this.#places(request.start, request.end) };
      case 'count': {
        const tokenizer = request.tokenizer ? (await this.#load(request.tokenizer)).tokenizer : this.#tokenizer;
        return { type: 'count', tokens: tokenizer?.encode(request.text, request.special).length ?? 0 };
      }
      case 'special':
        return { type: 'special', tokens: listSpecialTokens(await this.#load(request.tokenizer)) };
      case 'encode': {
        const { tokenizer } = await this.#load(request.tokenizer);
        return { type: 'ids', ids: [...tokenizer.encode(request.text, request.special)] };
      }
      case 'decode': {
        const { tokenizer, name } = await this.#load(request.tokenizer);
        const missing = request.ids.find((id) => !tokenizer.bytesOf(id));
        if (missing !== undefined) throw new Failure('invalid-input', `${name} has no token with the id ${missing}.`);
        return { type: 'text', text: tokenizer.decode(request.ids) ?? '' };
      }
      case 'chat':
        return { type: 'text', text: await renderChat(await this.#load(request.tokenizer), request.messages) };
    }
  }

  #open(): TokenDocument {
    if (!this.#document) throw new Failure('internal', 'No text is open in the tokenizer. Show the tokens again.');
    return this.#document;
  }

  #load({ place, name }: TokenizerPlace): Promise<LoadedTokenizer> {
    const tokenizer = this.#tokenizers.get(place) ?? openTokenizer(place, name, this.#assetFolder);
    this.#tokenizers.set(place, tokenizer);
    tokenizer.catch(() => this.#tokenizers.delete(place));
    return tokenizer;
  }

  #advance(units: number, blocks: number): TokensAnswer {
    const document = this.#counted ? undefined : this.#open();
    try {
      document?.advance(units);
    } catch (error) {
      const { reason, message } = toFailure(error);
      if (reason !== 'unsupported' || !document) throw error;
      this.#counted = { text: document.text(), note: message };
    }
    return this.#summary(blocks);
  }

  #edit(edits: readonly TextEdit[]): TokensAnswer {
    const counted = this.#counted;
    for (const { offset, removed, inserted } of edits) {
      if (counted) counted.text = counted.text.slice(0, offset) + inserted + counted.text.slice(offset + removed);
      else this.#open().edit(offset, removed, inserted);
    }
    return this.#summary(FIRST_BLOCKS);
  }

  /** Tells of so many of the new blocks. */
  #summary(most: number): TokensAnswer {
    if (this.#counted) {
      const { text, note } = this.#counted;
      const tokens = this.#tokenizer?.encode(text, this.#special).length ?? 0;
      const layout = { from: 0, removed: 0, lengths: [], tokens: 0 };
      return { type: 'summary', tokens, characters: text.length, done: text.length, layout, blocks: [], note };
    }
    const document = this.#open();
    const { from, removed, added } = document.takeChange();
    const lengths = document.chunks.slice(from, from + added).map(({ text }) => text.length);
    const { tokenCount, length, done } = document;
    const layout = { from, removed, lengths, tokens: tokenCount - this.#toldTokens };
    this.#toldTokens = tokenCount;
    const blocks = this.#blocks(from, from + Math.min(added, most));
    return { type: 'summary', tokens: tokenCount, characters: length, done, layout, blocks };
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
        const tokens = spans.map((span): ViewToken => {
          const bytes = tokenizer.bytesOf(span.id) ?? new Uint8Array();
          return {
            id: span.id,
            start: span.start,
            end: span.end,
            text: chunk.text.slice(span.start, span.end),
            bytes: [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' '),
            partial: isPartial(bytes),
            special: tokenizer.isAdded(span.id),
          };
        });
        blocks.push({ index, start, firstToken, tokens });
      }
      start += chunk.text.length;
      firstToken += chunk.ids.length;
    }
    return blocks;
  }

  #places(from: number, to: number): number[] {
    const document = this.#open();
    const tokenizer = this.#tokenizer as TextTokenizer;
    const places: number[] = [];
    let { index, start } = document.locate(from);
    for (; index < document.chunks.length && start < to; index++) {
      const chunk = document.chunks[index];
      if (!chunk) break;
      for (const span of tokenizer.spans(chunk.text, chunk.ids)) places.push(start + span.start, start + span.end);
      start += chunk.text.length;
    }
    return places;
  }
}

function isPartial(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return false;
  } catch {
    return true;
  }
}
