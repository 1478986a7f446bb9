import * as z from 'zod/mini';

const count = z.number();
const text = z.string();

const token = z.object({
  id: count,
  /** In UTF-16 units of the whole text. Tokens that share a character have the same place. */
  start: count,
  end: count,
  text,
  /** The bytes as hexadecimal numbers. */
  bytes: text,
  /** It holds a part of a character only. */
  partial: z.boolean(),
});
const block = z.object({ index: count, firstToken: count, tokens: z.array(token) });

/** One token as the view draws it. */
export type ViewToken = z.infer<typeof token>;
/** A stretch of the text with its tokens; only those on screen are sent. */
export type TokenBlock = z.infer<typeof block>;

const state = z.object({
  /** Counts up with every change of text or tokenizer; blocks of another version are stale. */
  version: count,
  title: text,
  /** Stands in place of the tokens when there is something to say instead. */
  message: z.optional(text),
  busy: z.boolean(),
  facts: z.array(z.object({ label: text, value: text })),
  /** How many UTF-16 units each block holds. */
  blockLengths: z.array(count),
  tokenizers: z.array(z.object({ id: text, label: text })),
  tokenizer: text,
  special: z.boolean(),
  texts: z.object({
    tokenizer: text,
    show: text,
    asText: text,
    asIds: text,
    asBoth: text,
    special: text,
    about: text,
    aboutTitle: text,
    tokens: text,
  }),
});

/** What the view shows besides the tokens themselves. */
export type TokensState = z.infer<typeof state>;

/** From the host to the view. */
export const tokensHostMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), state }),
  z.object({ type: z.literal('blocks'), version: count, blocks: z.array(block) }),
  z.object({ type: z.literal('mark'), offset: count }),
]);
export type TokensHostMessage = z.infer<typeof tokensHostMessage>;

/** From the view to the host. */
export const tokensViewMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('blocks'), version: count, from: count, to: count }),
  z.object({ type: z.literal('select'), version: count, start: count, end: count }),
  z.object({ type: z.literal('tokenizer'), id: text }),
  z.object({ type: z.literal('special'), on: z.boolean() }),
]);
export type TokensViewMessage = z.infer<typeof tokensViewMessage>;
