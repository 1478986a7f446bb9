import * as z from 'zod/mini';

const text = z.string();
const count = z.number();
const action = z.enum(['summarize', 'save', 'cancel']);

const state = z.object({
  title: text,
  /** Identifies the recording, to find it again after a reload. */
  recording: text,
  facts: text,
  /** What is going on, or went wrong. */
  status: z.optional(text),
  busy: z.boolean(),
  segments: z.array(z.object({ start: count, end: count, time: text, text, speaker: z.optional(text) })),
  /** Stands in place of a transcript. */
  empty: text,
  actions: z.array(z.object({ id: action, label: text })),
  texts: z.object({
    search: text,
    searchPlaceholder: text,
    found: text,
    transcript: text,
    player: text,
    follow: text,
    playFrom: text,
    cannotPlay: text,
  }),
});

/** What a person can do in the player, beside playing. */
export type PlayerAction = z.infer<typeof action>;

/** What the player shows. */
export type PlayerState = z.infer<typeof state>;

/** From the host to the player. */
export const playerHostMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), state }),
  /** Play from here, in seconds. */
  z.object({ type: z.literal('play'), at: count }),
  z.object({ type: z.literal('answer'), id: count, error: z.optional(text) }),
]);
export type PlayerHostMessage = z.infer<typeof playerHostMessage>;

/** From the player to the host. A request carries an id and always ends in an answer. */
export const playerMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('action'), id: count, action }),
]);
export type PlayerMessage = z.infer<typeof playerMessage>;
