import { comparedSpeed, formatSeconds } from '../benchmark/report.ts';
import type { Evidence, TokenUsage } from '../shared/evidence.ts';
import { keptAttempt } from './attempts.ts';

/** One converter's result for the same unit. Absent figures are not known, or were not reached. */
export interface ComparisonRow {
  readonly converter: string;
  readonly verdict: string;
  /** Such as `63x faster`. */
  readonly speed?: string;
  readonly attempts: number;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  /** US dollars over all attempts; absent when a price is not known. */
  readonly costUsd?: number;
  readonly secondsToFirstToken?: number;
  /** Time of writing the C++, over all attempts. */
  readonly seconds: number;
}

/** The row of one conversion. Pure. */
export function comparisonRow(evidence: Evidence): ComparisonRow {
  const { attempts, benchmark, converterLabel } = evidence;
  const records = attempts.flatMap(({ converter }) => converter ?? []);
  const usages = records.flatMap(({ usage }) => usage ?? []);
  const sum = (count: (usage: TokenUsage) => number): number =>
    usages.reduce((total, usage) => total + count(usage), 0);
  const costs = records.map(({ costUsd }) => costUsd);
  const [first] = records;
  return {
    converter: converterLabel,
    verdict: shortVerdict(evidence),
    ...(benchmark && { speed: speedText(benchmark) }),
    attempts: attempts.length,
    ...(usages.length > 0 && {
      promptTokens: sum(({ promptTokens }) => promptTokens),
      completionTokens: sum(({ completionTokens }) => completionTokens),
    }),
    ...(usages.length > 0 &&
      !costs.includes(undefined) && { costUsd: costs.reduce<number>((total, cost) => total + (cost ?? 0), 0) }),
    ...(first?.secondsToFirstToken !== undefined && { secondsToFirstToken: first.secondsToFirstToken }),
    seconds: records.reduce((total, { seconds }) => total + seconds, 0),
  };
}

function speedText(benchmark: NonNullable<Evidence['benchmark']>): string {
  const { direction, ratio } = comparedSpeed(benchmark);
  return direction === 'same' ? 'no difference' : `${ratio}x ${direction}`;
}

function shortVerdict(evidence: Evidence): string {
  const { status, failure, verification } = evidence;
  if (status === 'cancelled') return 'cancelled';
  if (verification?.outcome === 'different') return 'different';
  if (failure) return failure.reason === 'compile-failed' ? 'does not compile' : failure.reason.replaceAll('-', ' ');
  if (verification?.outcome === 'equal') {
    return `equal on ${verification.inputs} ${verification.functionName === undefined ? 'run' : 'input'}${verification.inputs === 1 ? '' : 's'}`;
  }
  return keptAttempt(evidence)?.compiler?.succeeded === true ? 'not compared' : 'not compiled';
}

/** The table for a terminal, those that are equal first, the fastest of them on top. */
export function comparisonText(all: readonly Evidence[]): string {
  const header = ['Engine', 'Verdict', 'Speed', 'Attempts', 'Tokens in/out', 'Cost', 'First token', 'Total'];
  const unknown = 'unknown';
  const lines = ranked(all).map((evidence) => {
    const row = comparisonRow(evidence);
    const isModel = row.promptTokens !== undefined;
    return [
      row.converter,
      row.verdict,
      row.speed ?? '',
      String(row.attempts),
      isModel ? `${row.promptTokens}/${row.completionTokens ?? 0}` : '',
      isModel ? (row.costUsd === undefined ? unknown : `$${row.costUsd.toFixed(4)}`) : '',
      row.secondsToFirstToken === undefined ? '' : formatSeconds(row.secondsToFirstToken),
      formatSeconds(row.seconds),
    ];
  });
  const table = [header, ...lines];
  const widths = header.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  return `${table
    .map((line) =>
      line
        .map((each, column) => each.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`;
}

/** Best first: equal before all else, then by speed-up. Pure. */
export function ranked(all: readonly Evidence[]): readonly Evidence[] {
  const rank = ({ verification, benchmark }: Evidence): number =>
    verification?.outcome === 'equal' ? 1 + (benchmark?.speedUp ?? 0) : verification ? 0 : -1;
  return [...all].sort((a, b) => rank(b) - rank(a));
}
