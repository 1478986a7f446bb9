import * as z from 'zod/mini';

const text = z.string();
const count = z.number();

const row = z.object({ label: text, value: text });

const state = z.object({
  /** What the card is of: kept by the page, so that it comes back after a reload. */
  name: text,
  title: text,
  subtitle: text,
  busy: z.boolean(),
  /** Stands in place of the card when it cannot be read. */
  message: z.optional(text),
  facts: z.array(row),
  /** A block of memory for each format; `share` is that of the largest, from 0 to 1. */
  memory: z.array(
    z.object({ format: text, weights: text, cache: text, total: text, weightShare: count, cacheShare: count }),
  ),
  /** Tokens of the context that the cache is worked out for. */
  contextTokens: z.optional(count),
  maximumContextTokens: z.optional(count),
  /** What is drawn as a stack, the input below; layers that repeat are one block with their number. */
  layers: z.optional(
    z.object({ count, embedding: text, attention: text, feedForward: text, output: text, description: text }),
  ),
  training: z.optional(z.object({ sentence: text, ratio: z.optional(count), best: count, label: text })),
  actions: z.array(z.object({ id: z.enum(['open-page', 'download', 'reload']), label: text })),
  texts: z.object({
    facts: text,
    memory: text,
    context: text,
    weights: text,
    cache: text,
    total: text,
    format: text,
    layers: text,
    training: text,
    unknownMemory: text,
    loading: text,
  }),
});

/** What the page of a model card draws. */
export type ModelCardState = z.infer<typeof state>;

/** From the host to the page. */
export const modelCardHostMessage = z.discriminatedUnion('type', [z.object({ type: z.literal('state'), state })]);
export type ModelCardHostMessage = z.infer<typeof modelCardHostMessage>;

/** From the page to the host. */
export const modelCardPageMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('context'), tokens: z.number().check(z.int(), z.positive(), z.maximum(100_000_000)) }),
  z.object({ type: z.literal('action'), id: z.enum(['open-page', 'download', 'reload']) }),
]);
export type ModelCardPageMessage = z.infer<typeof modelCardPageMessage>;
