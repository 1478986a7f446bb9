import * as z from 'zod/mini';

const text = z.string();

/** What the person can do with the table of inputs. */
export const inputsActions = [
  'add',
  'propose',
  'import',
  'export',
  'compare',
  'convert',
  'save-test',
  'keep-all',
  'keep-none',
  'cancel',
] as const;
const actionName = z.enum(inputsActions);
export type InputsAction = (typeof inputsActions)[number];

const action = z.object({ action: actionName, label: text, primary: z.optional(z.boolean()) });
export type InputsButton = z.infer<typeof action>;

/** A cell with an argument; `name` is what a screen reader says of it. */
const argument = z.object({ text, name: text });
const row = z.object({
  id: z.number(),
  keep: z.boolean(),
  keepName: text,
  removeName: text,
  origin: text,
  /** Why it was proposed. */
  note: text,
  args: z.array(argument),
  python: text,
  cpp: text,
  tone: z.enum(['good', 'bad', 'plain']),
});
export type InputsRow = z.infer<typeof row>;

/** All that the table of inputs shows. Words are chosen by the host: the panel only draws. */
export const inputsState = z.object({
  /** What the table can be shown from again after the editor was reloaded. */
  saved: z.object({ uri: text, functionName: text, rows: text }),
  subtitle: text,
  headline: text,
  tone: z.enum(['good', 'bad', 'plain', 'busy']),
  notes: z.array(text),
  actions: z.array(action),
  actionsLabel: text,
  tableLabel: text,
  head: z.array(text),
  rows: z.array(row),
  removeLabel: text,
  rejectedLabel: text,
  rejected: z.array(text),
});
export type InputsState = z.infer<typeof inputsState>;

/** From the extension to the panel. */
export const inputsHostMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), state: inputsState }),
  z.object({ type: z.literal('answer'), id: z.number(), error: z.optional(text) }),
]);
export type InputsHostMessage = z.infer<typeof inputsHostMessage>;

/** From the panel to the extension. A request carries an id and always ends in an answer. */
export const inputsMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('action'), id: z.number(), action: actionName }),
  z.object({ type: z.literal('edit'), id: z.number(), row: z.number(), argument: z.number(), text }),
  z.object({ type: z.literal('keep'), id: z.number(), row: z.number(), keep: z.boolean() }),
  z.object({ type: z.literal('remove'), id: z.number(), row: z.number() }),
]);
export type InputsMessage = z.infer<typeof inputsMessage>;
