import type { Tokenizer as Engine } from '@huggingface/tokenizers';
import { Failure } from '../shared/failure.ts';
import { alignTokens, type AlignedToken } from './alignTokens.ts';
import { buildBytePairTokenizer, spellsBytes } from './bytePairBuilder.ts';
import type { BytePairTokenizer, PieceVisitor } from './bytePairTokenizer.ts';
import { packTokens } from './bytePairVocabulary.ts';
import { byteOfSign, takeApart } from './tokenizerSource.ts';
import { spansOf, type TokenSpan } from './tokenSpans.ts';
import { rewritePreTokenizer, SPACE_SIGN, stepsOf, tokenizerFile, type TokenizerFile } from './tokenizerRewrites.ts';

type EngineClass = typeof Engine;

/** How a file is put: as bytes of GPT-2, or as SentencePiece with a sign for the space. */
type Spelling = 'bytes' | 'signs';

/**
 * A tokenizer that only the library knows: WordPiece, Unigram, or byte pairs with steps of their own. It has the ids of the Rust
 * original and, where it leaves the text as it is, the place of every token.
 */
export class JsonTokenizer {
  readonly specialTokens: ReadonlyMap<string, number>;
  /** Nothing is known of the borders that a change leaves in place, so that everything is tokenized anew. */
  readonly horizon = Infinity;
  readonly #file: TokenizerFile;
  readonly #config: object;
  readonly #engineClass: EngineClass;
  readonly #literal: ReadonlyMap<number, Uint8Array>;
  readonly #tokens = new Map<number, string>();
  readonly #spelling: Spelling;
  readonly #forms: readonly string[];
  readonly #unknown: number | undefined;
  #withSpecial: Engine | undefined;
  #withoutSpecial: Engine | undefined;

  constructor(file: TokenizerFile, config: object, engineClass: EngineClass) {
    this.#file = { ...file, pre_tokenizer: rewritePreTokenizer(file) };
    this.#config = config;
    this.#engineClass = engineClass;
    const { vocab, unk_token: unknown } = file.model;
    if (Array.isArray(vocab)) vocab.forEach(([token], id) => this.#tokens.set(id, token));
    else for (const [token, id] of Object.entries(vocab)) this.#tokens.set(id, token);
    this.#unknown = unknown && !Array.isArray(vocab) ? vocab[unknown] : undefined;
    this.specialTokens = new Map(file.added_tokens.filter((it) => it.special).map(({ content, id }) => [content, id]));
    this.#literal = new Map(file.added_tokens.map(({ id, content }) => [id, Buffer.from(content)]));
    this.#spelling = spellsBytes(file) ? 'bytes' : 'signs';
    this.#forms = stepsOf(file.normalizer)
      .map(({ type }) => type)
      .filter((type) => /^NFK?[CD]$/.test(type));
    this.#engine(true);
  }

  isSafeBorder(text: string, at: number): boolean {
    return /^[^\p{White_Space}\ufeff]/u.test(text.slice(at, at + 2));
  }

  isAdded(id: number): boolean {
    return this.#literal.has(id);
  }

  /** The ids of a text, without those that a model wants around it. */
  encode(text: string, special = false): Int32Array {
    const { ids } = this.#engine(special).encode(text.toWellFormed(), { add_special_tokens: false });
    return Int32Array.from(ids, (id) => id ?? -1);
  }

  /** Gives the tokens up to each border at which a character ends; `from` has to be 0. */
  scan(text: string, from: number, special: boolean, visit: PieceVisitor): void {
    const ids = this.encode(text.slice(from), special);
    const spans = this.spans(text.slice(from), ids);
    let first = 0;
    for (const [index, { end }] of spans.entries()) {
      const next = spans[index + 1];
      if (next && next.start < end) continue;
      if (!visit(ids.subarray(first, index + 1), from + end)) return;
      first = index + 1;
    }
  }

  /** The place of every token. Throws Failure where the tokenizer changes the text beyond recognition. */
  spans(text: string, ids: ArrayLike<number>): TokenSpan[] {
    const lengths = this.byteLengths(text, ids);
    return spansOf(text, ids, (_, index) => lengths[index] ?? 0);
  }

  /** How many bytes of the text each of its tokens takes. Throws Failure, as {@link spans} does. */
  byteLengths(text: string, ids: ArrayLike<number>): ArrayLike<number> {
    const tokens = Array.from(ids, (id): AlignedToken => ({
      bytes: this.bytesOf(id) ?? new Uint8Array(),
      kind: id === this.#unknown ? 'unknown' : this.#literal.has(id) ? 'special' : 'plain',
    }));
    const lengths = alignTokens(text.toWellFormed(), this.#forms, tokens);
    if (!lengths) {
      const sentence =
        'This tokenizer changes the text before it cuts it, so that its tokens have no place in it. They can only be counted.';
      throw new Failure('unsupported', sentence);
    }
    return lengths;
  }

  /** The bytes of a token; nothing when there is no such token. */
  bytesOf(id: number): Uint8Array | undefined {
    const literal = this.#literal.get(id);
    if (literal) return literal;
    const token = this.#tokens.get(id);
    if (token === undefined) return undefined;
    if (this.#spelling === 'bytes') return Uint8Array.from(token, (sign) => byteOfSign.get(sign) ?? 0x3f);
    const byte = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1];
    if (byte !== undefined) return Uint8Array.of(Number.parseInt(byte, 16));
    return Buffer.from(token.replaceAll(SPACE_SIGN, ' '));
  }

  /** The text of these ids; nothing for an id that is no token. */
  decode(ids: Iterable<number>): string | undefined {
    const list = [...ids];
    if (list.length === 0) return '';
    if (list.some((id) => !this.bytesOf(id))) return undefined;
    return this.#engine(true).decode(list, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  }

  #engine(special: boolean): Engine {
    // Special tokens count as plain text for an engine that does not know them.
    const tokens = this.#file.added_tokens;
    if (special || tokens.every((it) => !it.special)) {
      return (this.#withSpecial ??= new this.#engineClass(this.#file, this.#config));
    }
    return (this.#withoutSpecial ??= new this.#engineClass(
      { ...this.#file, added_tokens: tokens.filter((it) => !it.special) },
      this.#config,
    ));
  }
}

/** Reads the text of a `tokenizer.json`; `name` stands in what is said about a bad one. Throws Failure. */
export async function readTokenizerJson(
  text: string,
  config: object,
  name: string,
): Promise<BytePairTokenizer | JsonTokenizer> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    const sentence = `${name} is damaged or was cut off: it is not JSON. Put a whole one in its place, or choose another tokenizer.`;
    throw new Failure('unsupported', sentence, { cause });
  }
  const parsed = tokenizerFile.safeParse(raw);
  if (!parsed.success) {
    const sentence = `${name} is not the tokenizer.json of the "tokenizers" library. Choose a file that has a vocabulary in "model".`;
    throw new Failure('unsupported', sentence, { cause: parsed.error });
  }
  const parts = takeApart(parsed.data);
  const fast = parts && buildBytePairTokenizer(parts.settings, packTokens(parts.tokens), parts.merges);
  if (fast) return fast;
  const { Tokenizer } = await import('@huggingface/tokenizers');
  try {
    return new JsonTokenizer(parsed.data, config, Tokenizer);
  } catch (cause) {
    throw new Failure('unsupported', `${name} has a part that is not supported. Choose another tokenizer.`, { cause });
  }
}
