import * as z from 'zod/mini';

const text = z.string();

/** What the person can do from the comparison of models. */
export const comparisonActions = ['start', 'budget', 'cancel-all', 'again', 'cancel', 'keep', 'open'] as const;
const actionName = z.enum(comparisonActions);
export type ComparisonAction = (typeof comparisonActions)[number];

const action = z.object({
  action: actionName,
  label: text,
  /** What it says to a screen reader, where several buttons look the same. */
  name: z.optional(text),
  primary: z.optional(z.boolean()),
});
export type ComparisonButton = z.infer<typeof action>;

const entrant = z.object({
  id: text,
  label: text,
  verdict: text,
  tone: z.enum(['good', 'bad', 'plain', 'busy']),
  /** The C++ as far as it came; while it streams in, its end. */
  code: text,
  codeLabel: text,
  actions: z.array(action),
});
export type ComparisonEntrant = z.infer<typeof entrant>;

const row = z.object({ cells: z.array(text), best: z.boolean() });

/** All that the comparison shows. Words are chosen, and numbers written, by the host: the panel only draws. */
export const comparisonState = z.object({
  /** The records it can be shown from again after the editor was reloaded. */
  evidenceIds: z.array(text),
  title: text,
  subtitle: text,
  headline: text,
  running: z.boolean(),
  notes: z.array(text),
  actions: z.array(action),
  actionsLabel: text,
  entrants: z.array(entrant),
  table: z.object({ label: text, head: z.array(text), rows: z.array(row) }),
});
export type ComparisonState = z.infer<typeof comparisonState>;

/** From the extension to the panel. */
export const comparisonHostMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), state: comparisonState }),
  z.object({ type: z.literal('answer'), id: z.number(), error: z.optional(text) }),
]);
export type ComparisonHostMessage = z.infer<typeof comparisonHostMessage>;

/** From the panel to the extension. A request carries an id and always ends in an answer. */
export const comparisonMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('action'), id: z.number(), action: actionName, entrant: z.optional(text) }),
]);
export type ComparisonMessage = z.infer<typeof comparisonMessage>;
