import { l10n } from 'vscode';
import { comparedSpeed, formatSeconds } from '../benchmark/report.ts';
import { keptAttempt } from '../conversion/attempts.ts';
import { comparisonRow, ranked } from '../conversion/comparisonTable.ts';
import type { CostEstimate } from '../converters/costEstimate.ts';
import type { ModelInfo } from '../providers/languageModel.ts';
import type { ComparisonButton, ComparisonEntrant, ComparisonState } from '../shared/comparisonProtocol.ts';
import type { ConversionEvent } from '../shared/conversionEvent.ts';
import type { Evidence } from '../shared/evidence.ts';
import { PROGRAM_HEADING } from '../transpiler/headings.ts';
import { ConversionView } from './conversionView.ts';
import { BUILTIN } from './modelQuickPick.ts';

/** More of a program than this is not shown side by side; "Open" shows all of it. */
const SHOWN_CHARACTERS = 60_000;

/** One of those that are compared: what is known before it starts, and what its conversion told so far. */
export class Entrant {
  readonly id: string;
  readonly label: string;
  readonly info: ModelInfo | undefined;
  readonly estimate: CostEstimate | undefined;
  view: ConversionView | undefined;
  /** Why nothing came of it, where there is no record of that. */
  failure: string | undefined;
  /** What it waits for before it may work on this machine. */
  waits = false;

  constructor(id: string, label: string, known: { readonly info?: ModelInfo; readonly estimate?: CostEstimate } = {}) {
    this.id = id;
    this.label = label;
    this.info = known.info;
    this.estimate = known.estimate;
  }

  apply(event: ConversionEvent): void {
    if (event.type === 'started') this.view = new ConversionView(event.evidence);
    else this.view?.apply(event);
  }

  get evidence(): Evidence | undefined {
    return this.view?.evidence;
  }

  get running(): boolean {
    return this.failure === undefined && this.evidence?.status === 'running';
  }
}

/** What the comparison is about, apart from those who take part. */
export interface ComparisonSetting {
  readonly unitName: string;
  readonly phase: 'ready' | 'running' | 'done';
  readonly attempts: number;
  readonly budgetUsd: number | undefined;
}

/** The state of the panel. Claims nothing that the records do not show. */
export function comparisonState(entrants: readonly Entrant[], about: ComparisonSetting): ComparisonState {
  const { phase, unitName } = about;
  return {
    evidenceIds: phase === 'done' ? entrants.flatMap(({ evidence }) => evidence?.id ?? []) : [],
    title: l10n.t('Compare Models'),
    subtitle: l10n.t('{0} by {1} models or engines', unitName, entrants.length),
    headline: headline(entrants, phase),
    running: phase === 'running',
    notes: phase === 'ready' ? budgetNotes(entrants, about) : [],
    actions: actions(phase),
    actionsLabel: l10n.t('Actions'),
    entrants: phase === 'ready' ? [] : entrants.map((each) => entrantState(each)),
    table: phase === 'ready' ? estimateTable(entrants) : resultTable(entrants, phase),
  };
}

function actions(phase: ComparisonSetting['phase']): ComparisonButton[] {
  switch (phase) {
    case 'ready':
      return [
        { action: 'start', label: l10n.t('Start'), primary: true },
        { action: 'budget', label: l10n.t('Set Budget…') },
        { action: 'again', label: l10n.t('Choose Others…') },
      ];
    case 'running':
      return [{ action: 'cancel-all', label: l10n.t('Cancel All') }];
    case 'done':
      return [{ action: 'again', label: l10n.t('Compare Again…') }];
  }
}

function headline(entrants: readonly Entrant[], phase: ComparisonSetting['phase']): string {
  if (phase === 'ready') return l10n.t('Nothing has been sent yet.');
  if (phase === 'running') {
    const done = entrants.filter((each) => each.failure !== undefined || (each.evidence && !each.running)).length;
    return l10n.t('{0} of {1} are done', done, entrants.length);
  }
  const best = bestOf(entrants);
  if (!best) return l10n.t('None was found equal to the Python.');
  const { benchmark } = best;
  const speed = benchmark && comparedSpeed(benchmark);
  return speed?.direction === 'faster'
    ? l10n.t('Fastest of those that are equal: {0}, {1}x faster than the Python.', best.converterLabel, speed.ratio)
    : l10n.t('Equal to the Python: {0}.', best.converterLabel);
}

function bestOf(entrants: readonly Entrant[]): Evidence | undefined {
  const [first] = ranked(entrants.flatMap(({ evidence }) => evidence ?? []));
  return first?.verification?.outcome === 'equal' ? first : undefined;
}

function budgetNotes(entrants: readonly Entrant[], { attempts, budgetUsd }: ComparisonSetting): string[] {
  const models = entrants.filter(({ estimate }) => estimate !== undefined);
  if (models.length === 0) return [l10n.t('Nothing leaves this machine, and nothing costs anything.')];
  const known = models.flatMap(({ estimate }) => estimate?.costUsd ?? []);
  const total = dollars(known.reduce((sum, each) => sum + each, 0));
  const sum =
    known.length === models.length
      ? l10n.t('One attempt of each is about {0} in all; what a model reasons comes on top.', total)
      : known.length > 0
        ? l10n.t('One attempt of those whose price is known is about {0} in all.', total)
        : l10n.t('The price of none of them is known.');
  if (attempts === 1) return [sum, l10n.t('Each makes one attempt.')];
  const limit =
    budgetUsd === undefined
      ? l10n.t('Each may make {0} attempts at most. No budget is set.', attempts)
      : l10n.t(
          'Each may make {0} attempts at most, and begins no further one once its attempts have cost {1}.',
          attempts,
          dollars(budgetUsd),
        );
  return [sum, limit];
}

function estimateTable(entrants: readonly Entrant[]): ComparisonState['table'] {
  const unknown = l10n.t('unknown');
  return {
    label: l10n.t('Estimate before the start'),
    head: [
      l10n.t('Who writes'),
      l10n.t('Context'),
      l10n.t('Price per million tokens'),
      l10n.t('Tokens, estimated'),
      l10n.t('Cost of one attempt, estimated'),
    ],
    rows: entrants.map(({ label, info, estimate }) => {
      if (!info || !estimate) return { cells: [label, '–', l10n.t('free'), '–', l10n.t('free')], best: false };
      const { inputPrice, outputPrice, contextTokens } = info;
      const price =
        inputPrice === undefined || outputPrice === undefined
          ? unknown
          : l10n.t('${0} in, ${1} out', inputPrice, outputPrice);
      return {
        cells: [
          label,
          contextTokens?.toLocaleString() ?? unknown,
          isFree(info) ? l10n.t('free') : price,
          l10n.t('{0} in, {1} out', estimate.promptTokens.toLocaleString(), estimate.completionTokens.toLocaleString()),
          isFree(info) ? l10n.t('free') : estimate.costUsd === undefined ? unknown : dollars(estimate.costUsd),
        ],
        best: false,
      };
    }),
  };
}

function resultTable(entrants: readonly Entrant[], phase: ComparisonSetting['phase']): ComparisonState['table'] {
  const best = phase === 'done' ? bestOf(entrants) : undefined;
  const order = ranked(entrants.flatMap(({ evidence }) => evidence ?? []));
  const place = ({ evidence }: Entrant): number => (evidence ? order.indexOf(evidence) : order.length);
  // While they run, nobody changes places.
  const shown = phase === 'done' ? [...entrants].sort((a, b) => place(a) - place(b)) : entrants;
  return {
    label: l10n.t('Comparison'),
    head: [
      l10n.t('Who writes'),
      l10n.t('Verdict'),
      l10n.t('Speed'),
      l10n.t('Attempts'),
      l10n.t('Tokens in / out'),
      l10n.t('Cost'),
      l10n.t('First token'),
      l10n.t('Writing in all'),
    ],
    rows: shown.map((each) => ({
      cells: [each.label, ...resultCells(each)],
      best: each.evidence !== undefined && each.evidence === best,
    })),
  };
}

function resultCells(entrant: Entrant): string[] {
  const { evidence, info } = entrant;
  if (!evidence) return [shortVerdict(entrant), '', '', '', '', '', ''];
  const row = comparisonRow(evidence);
  const unknown = l10n.t('unknown');
  const costs = evidence.converterId !== BUILTIN && !(info && isFree(info));
  const hasWritten = evidence.attempts.some(({ converter }) => converter !== undefined);
  return [
    shortVerdict(entrant),
    speedText(evidence),
    hasWritten ? String(row.attempts) : '',
    row.promptTokens === undefined
      ? ''
      : `${row.promptTokens.toLocaleString()} / ${(row.completionTokens ?? 0).toLocaleString()}`,
    !costs ? l10n.t('free') : !hasWritten ? '' : row.costUsd === undefined ? unknown : dollars(row.costUsd),
    row.secondsToFirstToken === undefined ? '' : formatSeconds(row.secondsToFirstToken),
    hasWritten ? formatSeconds(row.seconds) : '',
  ];
}

function speedText({ benchmark }: Evidence): string {
  if (!benchmark) return '';
  const { direction, ratio, low, high } = comparedSpeed(benchmark);
  return {
    faster: l10n.t('{0}x faster ({1}–{2})', ratio, low, high),
    slower: l10n.t('{0}x slower ({1}–{2})', ratio, low, high),
    same: l10n.t('no difference'),
  }[direction];
}

/** The verdict in a few words, for the table. */
function shortVerdict({ failure, evidence, running, waits }: Entrant): string {
  if (failure !== undefined) return l10n.t('failed');
  if (!evidence) return l10n.t('waiting');
  if (running) return waits ? l10n.t('waiting') : l10n.t('running');
  const { status, verification } = evidence;
  if (status === 'cancelled') return l10n.t('cancelled');
  if (verification?.outcome === 'different') return l10n.t('different');
  if (evidence.failure)
    return evidence.failure.reason === 'compile-failed' ? l10n.t('does not compile') : l10n.t('failed');
  if (verification?.outcome === 'equal')
    return verification.inputs === 1 ? l10n.t('equal on 1 run') : l10n.t('equal on {0} inputs', verification.inputs);
  return keptAttempt(evidence)?.compiler?.succeeded ? l10n.t('not compared') : l10n.t('not compiled');
}

function entrantState(entrant: Entrant): ComparisonEntrant {
  const { id, label, evidence, failure, running, view, waits } = entrant;
  const isOver = failure !== undefined || (evidence !== undefined && !running);
  const equal = evidence?.verification?.outcome === 'equal' && evidence.failure === undefined;
  const plain = evidence?.status === 'cancelled' || (evidence?.status === 'succeeded' && !evidence.verification);
  const code = shownCode(evidence?.cpp ?? '', running);
  const hasCode = evidence !== undefined && evidence.cpp !== '';
  const named = (action: ComparisonButton['action'], text: string): ComparisonButton => ({
    action,
    label: text,
    name: `${text}: ${label}`,
  });
  return {
    id,
    label,
    verdict:
      failure ??
      (waits && running
        ? l10n.t('Waiting until this machine is free to measure…')
        : (view?.verdict() ?? l10n.t('Starting…'))),
    tone: !isOver ? 'busy' : equal ? 'good' : plain ? 'plain' : 'bad',
    code,
    codeLabel: l10n.t('C++ by {0}', label),
    actions: !isOver
      ? [named('cancel', l10n.t('Cancel'))]
      : hasCode
        ? [{ ...named('keep', l10n.t('Keep')), primary: equal }, named('open', l10n.t('Open'))]
        : evidence
          ? [named('open', l10n.t('Open'))]
          : [],
  };
}

/** The program without the runtime of the built-in engine; while it streams in, its end. */
function shownCode(cpp: string, running: boolean): string {
  const at = cpp.indexOf(PROGRAM_HEADING);
  const program = at < 0 ? cpp : cpp.slice(at);
  return running ? program.slice(-SHOWN_CHARACTERS / 4) : program.slice(0, SHOWN_CHARACTERS);
}

/** True for a model that nobody is paid for, because it runs on this machine. */
function isFree({ inputPrice, outputPrice }: ModelInfo): boolean {
  return inputPrice === 0 && outputPrice === 0;
}

function dollars(value: number): string {
  return `$${value.toFixed(value !== 0 && value < 0.01 ? 4 : 2)}`;
}
