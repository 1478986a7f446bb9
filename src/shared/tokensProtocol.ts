import * as z from 'zod/mini';

const count = z.number();
const text = z.string();
/** 0 for the chosen tokenizer, 1 for the one that it is compared with. */
const pane = z.number();
/** What is tokenized: the file itself, the file as a message to a model, or the prompt of a conversion to C++. */
const source = z.enum(['file', 'chat', 'prompt']);
export type TokensSource = z.infer<typeof source>;

const token = z.object({
  id: count,
  /** In UTF-16 units, counted from the start of the block. Tokens that share a character have the same place. */
  start: count,
  end: count,
  text,
  /** The bytes as hexadecimal numbers. */
  bytes: text,
  /** It holds a part of a character only. */
  partial: z.boolean(),
  /** It is not made of text. */
  special: z.boolean(),
});
/** `start` is where the block stands in the text. */
const block = z.object({ index: count, start: count, firstToken: count, tokens: z.array(token) });

/** One token as the view draws it. */
export type ViewToken = z.infer<typeof token>;
/** A stretch of the text with its tokens; only those on screen are sent. */
export type TokenBlock = z.infer<typeof block>;

const choice = z.object({ id: text, label: text });
const row = z.object({ label: text, value: text });

const state = z.object({
  /** The newest change of the view that the host has dealt with. */
  turn: count,
  title: text,
  /** Stands in place of the tokens when there is something to say instead. */
  message: z.optional(text),
  /** Stands above the tokens. */
  note: z.optional(text),
  busy: z.boolean(),
  facts: z.array(row),
  tokenizers: z.array(choice),
  tokenizer: text,
  source,
  /** The system message of the chat. */
  system: text,
  special: z.boolean(),
  painted: z.boolean(),
  lineCost: z.boolean(),
  /** The tokenizer that the text is shown under as well. */
  second: z.optional(z.object({ tokenizer: text, heading: text, message: z.optional(text) })),
  heading: text,
  comparison: z.array(z.object({ id: text, label: text, value: text, chosen: z.boolean() })),
  specialTokens: z.array(z.object({ id: count, content: text, role: text })),
  texts: z.record(z.string(), text),
});

/** What the view shows besides the tokens themselves. */
export type TokensState = z.infer<typeof state>;

/** From the host to the view. */
export const tokensHostMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), state }),
  /**
   * Some blocks were removed from a place on, and these are there now, with so many tokens more than before; with `reset`, all
   * were. Of the new ones, the first come along.
   */
  z.object({
    type: z.literal('layout'),
    pane,
    version: count,
    reset: z.boolean(),
    from: count,
    removed: count,
    lengths: z.array(count),
    tokens: count,
    blocks: z.array(block),
  }),
  z.object({ type: z.literal('blocks'), pane, version: count, blocks: z.array(block) }),
  z.object({ type: z.literal('mark'), offset: count }),
  /** What a conversion of ids or text gave. */
  z.object({ type: z.literal('converted'), ids: z.optional(text), text: z.optional(text), message: z.optional(text) }),
]);
export type TokensHostMessage = z.infer<typeof tokensHostMessage>;

/** From the view to the host. */
export const tokensViewMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('blocks'), pane, version: count, from: count, to: count }),
  z.object({ type: z.literal('select'), pane, version: count, start: count, end: count }),
  /** What the user changes carries a number, which the state names once it is dealt with. */
  z.object({ type: z.literal('tokenizer'), turn: count, id: text }),
  /** Shows the text under another tokenizer as well; under none with an empty id. */
  z.object({ type: z.literal('second'), id: text }),
  z.object({ type: z.literal('source'), turn: count, source, system: text }),
  z.object({ type: z.literal('special'), turn: count, on: z.boolean() }),
  z.object({ type: z.literal('paint'), turn: count, on: z.boolean() }),
  z.object({ type: z.literal('lineCost'), turn: count, on: z.boolean() }),
  /** The list of counts is open or closed; so is that of special tokens. */
  z.object({ type: z.literal('compare'), on: z.boolean() }),
  z.object({ type: z.literal('specialTokens'), on: z.boolean() }),
  z.object({ type: z.literal('encode'), text }),
  z.object({ type: z.literal('decode'), ids: text }),
]);
export type TokensViewMessage = z.infer<typeof tokensViewMessage>;
