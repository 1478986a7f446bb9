import * as z from 'zod/mini';

const severity = z.enum(['error', 'warning', 'note']);
const tone = z.enum(['good', 'bad', 'plain', 'busy']);
const text = z.string();
const optionalText = z.optional(z.string());

/** What the person can do next from the panel. */
export const panelActions = [
  'keep',
  'discard',
  'try-again',
  'try-another-model',
  'open-as-file',
  'copy',
  'export-report',
  'cancel',
  'show-code',
  'show-python',
  'copy-install-line',
  'manage-trust',
  'set-key',
  'show-log',
  'start',
  'history',
  'benchmark',
  'use-from-python',
  'inputs',
  'measure-growth',
  'find-flags',
  'use-flags',
  'compare-attempts',
] as const;
const actionName = z.enum(panelActions);
export type PanelAction = (typeof panelActions)[number];

/** The one that is meant most often is `primary`; one that is seldom meant is `minor`. */
const action = z.object({ action: actionName, label: text, kind: z.optional(z.enum(['primary', 'minor'])) });
const stage = z.object({
  stage: z.enum(['convert', 'compile', 'verify', 'benchmark']),
  label: text,
  state: z.enum(['waiting', 'started', 'succeeded', 'failed', 'skipped', 'cancelled']),
  stateLabel: text,
  detail: text,
});
const diagnostic = z.object({
  on: z.enum(['python', 'cpp']),
  severity,
  severityLabel: text,
  message: text,
  line: z.number(),
  column: z.number(),
  place: text,
});
const chartRow = z.object({
  side: z.enum(['python', 'cpp']),
  label: text,
  /** Seconds of every timed run. */
  samples: z.array(z.number()),
  outliers: z.array(z.number()),
  median: z.optional(z.number()),
  medianLabel: text,
});
const fact = z.object({ label: text, value: text, code: z.optional(z.boolean()) });
const mismatch = z.object({ summary: text, expectedLabel: text, expected: text, actualLabel: text, actual: text });

const table = z.object({ label: text, head: z.array(text), rows: z.array(z.array(text)) });
/** Two curves of seconds over size, on logarithmic axes. */
const curves = z.object({
  heading: text,
  sentence: text,
  /** For who cannot see the curves. */
  description: text,
  sides: z.array(z.object({ side: z.enum(['python', 'cpp']), label: text })),
  points: z.array(z.object({ size: z.number(), python: z.number(), cpp: z.number() })),
  table,
});
const attempt = z.object({ number: z.number(), label: text, outcome: text, tone, detail: text });

/** All that the conversion panel shows. Words are chosen, and numbers written, by the host: the panel only draws. */
export const panelState = z.object({
  evidenceId: optionalText,
  title: text,
  subtitle: text,
  tone,
  verdict: text,
  verdictDetail: text,
  running: z.boolean(),
  note: optionalText,
  /** A line to be typed in a shell, such as the one that installs a compiler. */
  installLine: optionalText,
  actions: z.array(action),
  /** What goes on about a finished conversion, such as a search for flags. */
  work: z.optional(z.object({ text, cancel: action })),
  stagesLabel: text,
  stages: z.array(stage),
  diagnosticsLabel: text,
  diagnostics: z.array(diagnostic),
  mismatch: z.optional(mismatch),
  chart: z.optional(z.object({ label: text, description: text, rows: z.array(chartRow) })),
  table: z.optional(table),
  curves: z.optional(curves),
  flags: z.optional(z.object({ heading: text, table, reasons: z.array(text), actions: z.array(action) })),
  attempts: z.optional(z.object({ heading: text, rows: z.array(attempt), actions: z.array(action) })),
  /** What the verdict rests on. */
  checks: z.array(fact),
  checksLabel: text,
  facts: z.array(fact),
  factsLabel: text,
  reasoning: optionalText,
  reasoningLabel: text,
  notCheckedLabel: text,
  notChecked: z.array(text),
});
export type PanelState = z.infer<typeof panelState>;
export type PanelStage = z.infer<typeof stage>;
export type PanelDiagnostic = z.infer<typeof diagnostic>;
export type PanelChartRow = z.infer<typeof chartRow>;
export type PanelTable = z.infer<typeof table>;
export type PanelCurves = z.infer<typeof curves>;
export type PanelButton = z.infer<typeof action>;

/** From the extension to the panel. */
export const hostMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), state: panelState }),
  z.object({ type: z.literal('answer'), id: z.number(), error: optionalText }),
]);
export type HostMessage = z.infer<typeof hostMessage>;

/** From the panel to the extension. A request carries an id and always ends in an answer. */
export const panelMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('action'), id: z.number(), action: actionName }),
  z.object({ type: z.literal('attempt'), id: z.number(), number: z.number() }),
  z.object({
    type: z.literal('reveal'),
    id: z.number(),
    on: z.enum(['python', 'cpp']),
    line: z.number(),
    column: z.number(),
  }),
]);
export type PanelMessage = z.infer<typeof panelMessage>;
