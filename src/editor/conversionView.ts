import { l10n } from 'vscode';
import { comparedSpeed, formatBytes, formatNumber, formatSeconds } from '../benchmark/report.ts';
import { keptAttempt, totalUsage } from '../conversion/attempts.ts';
import { notChecked } from '../conversion/renderText.ts';
import type { ConversionEvent } from '../shared/conversionEvent.ts';
import type {
  BenchmarkSample,
  Evidence,
  SampleSummary,
  Stage,
  TokenUsage,
  VerificationRecord,
} from '../shared/evidence.ts';
import type { PanelButton, PanelDiagnostic, PanelStage, PanelState } from '../shared/panelProtocol.ts';
import type { SourceDiagnostic } from '../shared/sourceDiagnostic.ts';
import { visibleText } from '../shared/visibleText.ts';
import { floatTolerance } from '../verification/values.ts';
import { checks, facts } from './factsView.ts';
import { findings } from './findingsView.ts';

const stageOrder: readonly Stage[] = ['convert', 'compile', 'verify', 'benchmark'];

/** What is known of one conversion so far: the events, folded. */
export class ConversionView {
  evidence: Evidence;
  readonly #stages = new Map<Stage, { state: PanelStage['state']; detail: string }>();
  #samples: BenchmarkSample[] = [];
  #reasoning = '';
  #attempt = 1;
  #command = '';
  #usage: { usage: TokenUsage; costUsd?: number } | undefined;
  #diagnostics: Record<'python' | 'cpp', readonly SourceDiagnostic[]>;
  edited = false;
  /** What goes on about the finished conversion. */
  work: { readonly text: string; readonly abort: AbortController } | undefined;

  /** Opens a record, finished or not. */
  constructor(evidence: Evidence) {
    this.evidence = evidence;
    const attempt = keptAttempt(evidence);
    this.#diagnostics = { python: evidence.diagnostics, cpp: attempt?.compiler?.diagnostics ?? [] };
    if (evidence.status === 'running') return;
    const reached = (stage: Stage, done: boolean) => {
      const failed = evidence.failure?.stage === stage;
      this.#stages.set(stage, {
        state: failed ? (evidence.status === 'cancelled' ? 'cancelled' : 'failed') : done ? 'succeeded' : 'skipped',
        detail: failed ? (evidence.failure?.message ?? '') : '',
      });
    };
    reached('convert', evidence.cpp !== '');
    reached('compile', attempt?.compiler?.succeeded === true);
    reached('verify', evidence.verification?.outcome === 'equal');
    reached('benchmark', evidence.benchmark !== undefined);
    if (evidence.verification?.outcome === 'different') this.#stages.set('verify', { state: 'failed', detail: '' });
    this.#samples = [...(evidence.benchmark?.samples ?? [])];
    this.#command = attempt?.compiler?.command ?? '';
    this.#attempt = Math.max(1, evidence.attempts.length);
    this.#usage = totalUsage(evidence.attempts);
  }

  apply(event: ConversionEvent): void {
    switch (event.type) {
      case 'started':
        this.evidence = event.evidence;
        break;
      case 'finished':
        this.evidence = event.evidence;
        this.#command = keptAttempt(event.evidence)?.compiler?.command ?? '';
        this.#usage = totalUsage(event.evidence.attempts);
        // What was not begun is not waited for any more.
        for (const stage of stageOrder)
          if (!this.#stages.has(stage)) this.#stages.set(stage, { state: 'skipped', detail: '' });
        break;
      case 'stage':
        this.#attempt = event.attempt;
        this.#stages.set(event.stage, { state: event.state, detail: event.detail ?? '' });
        break;
      case 'reasoning':
        this.#reasoning = (this.#reasoning + event.text).slice(-20_000);
        break;
      case 'code':
        this.evidence = { ...this.evidence, cpp: event.cpp };
        break;
      case 'usage':
        this.#usage = event;
        break;
      case 'diagnostics':
        this.#diagnostics[event.on] = event.diagnostics;
        break;
      case 'compile-command':
        this.#command = event.command;
        break;
      case 'verified':
        this.evidence = { ...this.evidence, verification: event.record };
        break;
      case 'witness':
        if (this.evidence.verification)
          this.evidence = { ...this.evidence, verification: { ...this.evidence.verification, witness: event.record } };
        break;
      case 'sample':
        this.#samples.push(event.sample);
        break;
      case 'benchmarked':
        this.evidence = { ...this.evidence, benchmark: event.record };
        break;
      case 'growth':
        this.evidence = { ...this.evidence, growth: event.record };
        break;
      case 'failure':
        this.evidence = { ...this.evidence, failure: event };
        break;
      case 'text':
      case 'compiled':
      case 'compiler-output':
        break;
    }
  }

  state(): PanelState {
    const { evidence } = this;
    const { failure, verification, benchmark } = evidence;
    const running = evidence.status === 'running';
    const installLine = failure?.reason === 'compiler-missing' ? /run: (.+)$/.exec(failure.message)?.[1] : undefined;
    const mismatch = verification?.mismatch;
    return {
      evidenceId: evidence.id,
      title: l10n.t('Actions'),
      subtitle: l10n.t('{0} · {1}', unitLabel(evidence), originLabel(evidence)),
      tone: running
        ? 'busy'
        : verification?.outcome === 'equal' && !failure
          ? 'good'
          : failure?.reason === 'cancelled' || evidence.status === 'cancelled'
            ? 'plain'
            : failure || mismatch
              ? 'bad'
              : 'plain',
      verdict: this.verdict(),
      verdictDetail: verdictDetail(evidence),
      running,
      ...(this.edited && {
        note: l10n.t('The C++ was edited after this was checked. Compile and Benchmark checks it again.'),
      }),
      ...(installLine && { installLine }),
      actions: actions(evidence, installLine !== undefined, this.edited),
      ...(this.work && {
        work: { text: this.work.text, cancel: { action: 'cancel' as const, label: l10n.t('Cancel') } },
      }),
      stagesLabel: l10n.t('Stages'),
      stages:
        evidence.unit.source === ''
          ? []
          : stageOrder
              .filter((stage) => stage !== 'convert' || evidence.given === undefined)
              .map((stage) => this.#stage(stage)),
      diagnosticsLabel: l10n.t('Diagnostics'),
      diagnostics: (['python', 'cpp'] as const).flatMap((on) =>
        this.#diagnostics[on].slice(0, 100).map((each): PanelDiagnostic => ({
          on,
          severity: each.severity,
          severityLabel: { error: l10n.t('error'), warning: l10n.t('warning'), note: l10n.t('note') }[each.severity],
          message: each.message,
          line: each.line,
          column: each.column,
          place: on === 'python' ? l10n.t('Python line {0}', each.line + 1) : l10n.t('C++ line {0}', each.line + 1),
        })),
      ),
      ...(mismatch && {
        mismatch: {
          summary: visibleText(mismatch.summary),
          expectedLabel: l10n.t('Expected (Python)'),
          expected: visibleText(mismatch.expected),
          actualLabel: l10n.t('Actual (C++)'),
          actual: visibleText(mismatch.actual),
        },
      }),
      ...this.#chart(),
      ...(benchmark && { table: table(benchmark.python, benchmark.cpp) }),
      ...findings(evidence, this.work !== undefined),
      checks: checks(evidence),
      checksLabel: l10n.t('Checked'),
      facts: facts(evidence, { command: this.#command, usage: this.#usage }),
      factsLabel: l10n.t('Evidence'),
      ...(this.#reasoning && { reasoning: this.#reasoning }),
      reasoningLabel: l10n.t('Reasoning of the model'),
      notCheckedLabel: l10n.t('Not checked'),
      notChecked: [...notChecked(evidence)],
    };
  }

  /** The verdict in one line; claims nothing that the Evidence does not show. */
  verdict(): string {
    const { status, failure, verification, benchmark } = this.evidence;
    if (status === 'running') {
      const stage = stageOrder.find((each) => this.#stages.get(each)?.state === 'started');
      return {
        convert: l10n.t('Writing the C++…'),
        compile: l10n.t('Compiling…'),
        verify: l10n.t('Comparing with the Python…'),
        benchmark: l10n.t('Measuring…'),
        none: l10n.t('Starting…'),
      }[stage ?? 'none'];
    }
    if (status === 'cancelled') return l10n.t('Cancelled. What arrived is kept.');
    if (failure) return failure.message;
    if (verification?.outcome === 'different') return l10n.t('Different: the C++ does not behave as the Python does.');
    if (verification?.outcome !== 'equal') {
      return keptAttempt(this.evidence)?.compiler?.succeeded
        ? l10n.t('Compiled, not compared.')
        : l10n.t('Converted, not compared.');
    }
    const on =
      verification.inputs === 1 ? l10n.t('Equal on 1 run.') : l10n.t('Equal on {0} inputs.', verification.inputs);
    const equal = [on, ...ruleOf(verification)].join(' ');
    if (!benchmark) return equal;
    const { direction, ratio, low, high } = comparedSpeed(benchmark);
    const speed = {
      faster: l10n.t('{0}x faster ({1}–{2}).', ratio, low, high),
      slower: l10n.t('{0}x slower ({1}–{2}).', ratio, low, high),
      same: l10n.t('No measurable difference in speed.'),
    }[direction];
    return `${equal} ${speed}`;
  }

  #stage(stage: Stage): PanelStage {
    const { state, detail } = this.#stages.get(stage) ?? { state: 'waiting' as const, detail: '' };
    const labels = {
      convert: l10n.t('Convert'),
      compile: l10n.t('Compile'),
      verify: l10n.t('Compare'),
      benchmark: l10n.t('Benchmark'),
    };
    const stateLabels = {
      waiting: l10n.t('waiting'),
      started: l10n.t('running'),
      succeeded: l10n.t('done'),
      failed: l10n.t('failed'),
      skipped: l10n.t('skipped'),
      cancelled: l10n.t('cancelled'),
    };
    return {
      stage,
      label: labels[stage],
      state,
      stateLabel: stateLabels[state],
      // The verdict above says it already.
      detail: detail !== '' && detail !== this.evidence.failure?.message ? detail : this.#found(stage),
    };
  }

  #found(stage: Stage): string {
    const { evidence } = this;
    const attempt = keptAttempt(evidence);
    switch (stage) {
      case 'convert': {
        const lines = evidence.cpp === '' ? 0 : evidence.cpp.replace(/\n$/, '').split('\n').length;
        const attempts = this.#attempt > 1 ? l10n.t(' · attempt {0}', this.#attempt) : '';
        return lines === 0 ? '' : l10n.t('{0} lines of C++', lines) + attempts;
      }
      case 'compile': {
        const compiler = attempt?.compiler;
        return compiler
          ? `${compiler.id === 'gcc' ? 'g++' : compiler.id} ${compiler.version} · ${formatSeconds(compiler.seconds)}`
          : '';
      }
      case 'verify':
        return evidence.verification?.outcome === 'equal'
          ? this.#equalOn()
          : (evidence.verification?.mismatch?.summary ?? '');
      case 'benchmark': {
        const timed = this.#samples.filter(({ warmUp }) => !warmUp).length;
        return timed > 0 ? l10n.t('{0} timed runs', timed) : '';
      }
    }
  }

  /** What an equal verdict rests on. */
  #equalOn(): string {
    const { sources, seed } = this.evidence.verification ?? {};
    if (!sources) return l10n.t('Output and exit status are equal');
    const { example, boundary, random, profile = 0, user = 0, model = 0 } = sources;
    const calls = (count: number, one: string, several: string): string[] =>
      count === 0 ? [] : [count === 1 ? one : several];
    return [
      ...calls(example, l10n.t('1 call from the file'), l10n.t('{0} calls from the file', example)),
      ...calls(profile, l10n.t('1 call seen in a run'), l10n.t('{0} calls seen in a run', profile)),
      ...(user > 0 ? [l10n.t('{0} of your own', user)] : []),
      ...(model > 0 ? [l10n.t('{0} proposed by a model', model)] : []),
      l10n.t('{0} values at the edges', boundary),
      l10n.t('{0} random inputs (seed {1})', random, seed ?? 0),
    ].join(', ');
  }

  #chart(): Pick<PanelState, 'chart'> {
    const timed = this.#samples.filter(({ warmUp }) => !warmUp);
    if (timed.length === 0) return {};
    const { benchmark } = this.evidence;
    const rows = (['python', 'cpp'] as const).map((side) => {
      const samples = timed.filter((each) => each.side === side).map(({ seconds }) => seconds);
      const median = benchmark?.[side].median;
      return {
        side,
        label: side === 'python' ? 'Python' : 'C++',
        samples,
        outliers: [...(benchmark?.[side].outliers ?? [])],
        ...(median !== undefined && { median }),
        medianLabel:
          median !== undefined ? formatSeconds(median) : samples.length > 0 ? formatSeconds(samples.at(-1) ?? 0) : '',
      };
    });
    const description = rows.map(({ label, medianLabel }) => `${label}: ${medianLabel}`).join(', ');
    return { chart: { label: l10n.t('Times'), description, rows } };
  }
}

/** The rule of a verdict where it is not the usual one, as a sentence. */
function ruleOf({ rule, excludedLines = 0 }: VerificationRecord): string[] {
  const parts = [
    ...(rule.kind === 'tolerance' ? [l10n.t('numbers within a relative {0}', floatTolerance(rule).relative)] : []),
    ...(rule.kind === 'unordered-lines' ? [l10n.t('lines in any order')] : []),
    ...(excludedLines > 0 ? [l10n.t('{0} lines left out', excludedLines)] : []),
  ];
  return parts.length === 0 ? [] : [l10n.t('(By this rule: {0}.)', parts.join(', '))];
}

/** Who wrote the C++; of C++ that was only measured, which file it is. */
export function originLabel({ converterLabel, given }: Evidence): string {
  return given === undefined ? converterLabel : l10n.t('measured {0}', given);
}

/** What was converted, for titles and lists. */
export function unitLabel({ unit }: Evidence): string {
  const file = unit.file?.split(/[\\/]/).at(-1);
  if (file === undefined) return unit.name;
  // A function may have the name of its file.
  const isPart = ['function', 'class'].includes(unit.kind) || !file.startsWith(unit.name);
  return isPart ? `${unit.name} · ${file}` : file;
}

function verdictDetail({ benchmark, status }: Evidence): string {
  if (status === 'running' || !benchmark) return '';
  const interval = l10n.t(
    '95 % interval in parentheses. Python {0}, C++ {1} (medians).',
    formatSeconds(benchmark.python.median),
    formatSeconds(benchmark.cpp.median),
  );
  const without = benchmark.speedUpWithoutStartUp;
  return without === undefined
    ? interval
    : `${interval} ${l10n.t('Without start-up time: {0}x.', formatNumber(without))}`;
}

function table(python: SampleSummary, cpp: SampleSummary): NonNullable<PanelState['table']> {
  const row = (label: string, cell: (side: SampleSummary) => string) => [label, cell(python), cell(cpp)];
  const maybe = (value: number | undefined, format: (value: number) => string) =>
    value === undefined ? '–' : format(value);
  return {
    label: l10n.t('Times'),
    head: ['', 'Python', 'C++'],
    // A function is measured within one process: it has neither start-up nor memory of its own.
    rows: [
      row(l10n.t('Median'), (side) => formatSeconds(side.median)),
      row(l10n.t('Spread (MAD)'), (side) => formatSeconds(side.mad)),
      row(l10n.t('Fastest – slowest'), (side) => `${formatSeconds(side.minimum)} – ${formatSeconds(side.maximum)}`),
      row(l10n.t('Runs (outliers)'), (side) => `${side.count} (${side.outliers.length})`),
      row(l10n.t('Start-up'), (side) => maybe(side.startUpSeconds, formatSeconds)),
      row(l10n.t('Peak memory'), (side) => maybe(side.peakMemoryBytes, formatBytes)),
    ].filter(([, ...cells]) => cells.some((cell) => cell !== '–')),
  };
}

function actions(
  { status, cpp, failure, unit, verification }: Evidence,
  install: boolean,
  edited: boolean,
): PanelButton[] {
  if (status === 'running') return [{ action: 'cancel', label: l10n.t('Cancel') }];
  const list: PanelButton[] = [];
  if (install) list.push({ action: 'copy-install-line', label: l10n.t('Copy install line') });
  if (failure?.reason === 'untrusted-workspace')
    list.push({ action: 'manage-trust', label: l10n.t('Manage Workspace Trust'), kind: 'primary' });
  if (failure?.reason === 'missing-key' || failure?.reason === 'wrong-key')
    list.push({ action: 'set-key', label: l10n.t('Set API Key…'), kind: 'primary' });
  if (cpp)
    list.push(
      { action: 'keep', label: l10n.t('Keep'), kind: 'primary' },
      { action: 'discard', label: l10n.t('Discard') },
    );
  if (unit.kind === 'function' && verification?.outcome === 'equal')
    list.push(
      { action: 'use-from-python', label: l10n.t('Use from Python…') },
      { action: 'measure-growth', label: l10n.t('Measure growth'), kind: 'minor' },
    );
  if (unit.kind === 'function' && verification)
    list.push({ action: 'inputs', label: l10n.t('Inputs…'), kind: 'minor' });
  if (verification?.outcome === 'equal')
    list.push({ action: 'find-flags', label: l10n.t('Find the fastest equal flags'), kind: 'minor' });
  if (edited) list.push({ action: 'benchmark', label: l10n.t('Compile and Benchmark') });
  list.push(
    { action: 'try-again', label: l10n.t('Try again') },
    { action: 'try-another-model', label: l10n.t('Try another model') },
  );
  if (cpp)
    list.push(
      { action: 'show-code', label: l10n.t('Show C++'), kind: 'minor' },
      { action: 'open-as-file', label: l10n.t('Open as file'), kind: 'minor' },
      { action: 'copy', label: l10n.t('Copy'), kind: 'minor' },
    );
  list.push({ action: 'export-report', label: l10n.t('Export report'), kind: 'minor' });
  if (failure && failure.reason !== 'cancelled')
    list.push({ action: 'show-log', label: l10n.t('Show log'), kind: 'minor' });
  return list;
}
