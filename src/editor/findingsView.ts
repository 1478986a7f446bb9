import { l10n } from 'vscode';
import { formatGrowth } from '../benchmark/growthReport.ts';
import { formatNumber, formatSeconds } from '../benchmark/report.ts';
import { attemptOutcome } from '../conversion/attempts.ts';
import { betterFlags } from '../conversion/flagReport.ts';
import type { Evidence, FlagRecord, GrowthRecord } from '../shared/evidence.ts';
import type { PanelState } from '../shared/panelProtocol.ts';
import { attemptDetail, attemptLabel } from './attempts.ts';

/** What was found out beside the verdict: how time grows, what flags were tried, and the attempts there were. While it works, nothing is offered. */
export function findings(evidence: Evidence, isWorking: boolean): Pick<PanelState, 'curves' | 'flags' | 'attempts'> {
  const { growth, flags, attempts, status } = evidence;
  return {
    ...(growth && { curves: curvesOf(growth) }),
    ...(flags && flags.length > 0 && { flags: flagsOf(flags, isWorking) }),
    ...(attempts.length > 1 && { attempts: attemptsOf(evidence, status !== 'running') }),
  };
}

/** "With n, the length of values, the Python grows as n^2.0, the C++ as n^1.0: another algorithm." */
function growthSentence({ names, measure, python, cpp, outcome, difference }: GrowthRecord): string {
  const what = names.join(', ');
  const size = measure === 'value' ? l10n.t('the value of {0}', what) : l10n.t('the length of {0}', what);
  const parts: [string, string, string] = [size, formatGrowth(python), formatGrowth(cpp)];
  const told = {
    same: l10n.t(
      'With n, {0}, the Python grows as {1}, the C++ as {2}: the same growth, so the difference is that of compiled code.',
      ...parts,
    ),
    'slower-growth': l10n.t(
      'With n, {0}, the Python grows as {1}, the C++ as {2}: another algorithm, or work that the compiler found to be needless.',
      ...parts,
    ),
    'faster-growth': l10n.t(
      'With n, {0}, the Python grows as {1}, the C++ as {2}: another algorithm, which loses its lead as sizes grow.',
      ...parts,
    ),
    unclear: l10n.t(
      'With n, {0}, the Python grows as {1}, the C++ as {2}: too near to each other to tell whether the algorithm is another one.',
      ...parts,
    ),
  }[outcome];
  return difference
    ? `${told} ${l10n.t('At a size of {0} the two are different: {1}', difference.size, difference.summary)}`
    : told;
}

function curvesOf(growth: GrowthRecord): NonNullable<PanelState['curves']> {
  const { points } = growth;
  const [first, last] = [points[0], points.at(-1)];
  return {
    heading: l10n.t('How time grows with size'),
    sentence: growthSentence(growth),
    description: l10n.t(
      'Seconds over size, both axes logarithmic, for sizes from {0} to {1}. The table below has the numbers.',
      first?.size ?? 0,
      last?.size ?? 0,
    ),
    sides: [
      { side: 'python', label: 'Python' },
      { side: 'cpp', label: 'C++' },
    ],
    points: [...points],
    table: {
      label: l10n.t('Times by size'),
      head: ['n', 'Python', 'C++', l10n.t('Speed-up')],
      rows: points.map(({ size, python, cpp }) => [
        size.toLocaleString(),
        formatSeconds(python),
        formatSeconds(cpp),
        `${formatNumber(python / cpp)}x`,
      ]),
    },
  };
}

function flagsOf(records: readonly FlagRecord[], isWorking: boolean): NonNullable<PanelState['flags']> {
  const outcomes: Readonly<Record<FlagRecord['outcome'], string>> = {
    equal: l10n.t('equal'),
    different: l10n.t('different'),
    'not-compared': l10n.t('not compared'),
    'not-compiled': l10n.t('does not compile'),
    failed: l10n.t('failed'),
  };
  return {
    heading: l10n.t('Compiler flags'),
    table: {
      label: l10n.t('Compiler flags'),
      head: [l10n.t('Compiler and flags'), l10n.t('Compared'), l10n.t('Median'), l10n.t('Against the usual')],
      rows: records.map(({ compiler, flags, outcome, seconds, againstFirst }, index) => [
        [compiler, ...flags].join(' '),
        outcomes[outcome],
        seconds === undefined ? '–' : formatSeconds(seconds),
        seconds === undefined ? '–' : index === 0 ? '1' : speedAgainst(againstFirst),
      ]),
    },
    reasons: records.flatMap(({ flags, reason }) => (reason === undefined ? [] : [`${flags.join(' ')}: ${reason}`])),
    actions:
      !isWorking && betterFlags(records) ? [{ action: 'use-flags', label: l10n.t('Use the fastest flags') }] : [],
  };
}

function speedAgainst(against: FlagRecord['againstFirst']): string {
  if (!against) return '–';
  const [low, high] = against.interval;
  return low <= 1 && high >= 1
    ? l10n.t('no measurable difference')
    : `${formatNumber(against.ratio)}x (${formatNumber(low)}–${formatNumber(high)})`;
}

function attemptsOf({ attempts }: Evidence, isDone: boolean): NonNullable<PanelState['attempts']> {
  const shown = attempts.filter(({ cpp }, index) => isDone || index < attempts.length - 1 || cpp !== '');
  return {
    heading: l10n.t('Attempts'),
    rows: shown.map((attempt) => {
      const outcome = attemptOutcome(attempt);
      return {
        number: attempt.number,
        label: l10n.t('Attempt {0}', attempt.number),
        outcome: attemptLabel(attempt),
        tone: outcome === 'equal' ? 'good' : ['different', 'not-compiled'].includes(outcome) ? 'bad' : 'plain',
        detail: attemptDetail(attempt),
      };
    }),
    actions: [{ action: 'compare-attempts', label: l10n.t('Compare attempts…') }],
  };
}
