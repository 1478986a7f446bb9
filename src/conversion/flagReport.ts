import { formatNumber, formatSeconds } from '../benchmark/report.ts';
import type { FlagRecord } from '../shared/evidence.ts';
import { visibleText } from '../shared/visibleText.ts';
import type { FlagTrial } from './flagSearch.ts';

/** A trial without all that was found on the way. */
export function flagRecord({ compiler, flags, evidence, seconds, againstFirst }: FlagTrial): FlagRecord {
  const { failure, verification, notChecked } = evidence;
  const outcome = failure
    ? failure.reason === 'compile-failed'
      ? 'not-compiled'
      : 'failed'
    : (verification?.outcome ?? 'not-compared');
  const reason =
    seconds === undefined ? (failure?.message ?? verification?.mismatch?.summary ?? notChecked[0]) : undefined;
  return {
    compiler: compiler.label,
    compilerPath: compiler.path,
    flags,
    outcome,
    ...(reason !== undefined && { reason }),
    ...(seconds !== undefined && { seconds }),
    ...(againstFirst && { againstFirst }),
  };
}

/** The fastest set that is equal, where it is measurably faster than the first one. */
export function betterFlags(records: readonly FlagRecord[]): FlagRecord | undefined {
  return records
    .filter(({ againstFirst }) => againstFirst !== undefined && againstFirst.interval[0] > 1)
    .toSorted((a, b) => (a.seconds ?? Infinity) - (b.seconds ?? Infinity))[0];
}

const outcomes: Readonly<Record<FlagRecord['outcome'], string>> = {
  equal: 'equal',
  different: 'different',
  'not-compared': 'not compared',
  'not-compiled': 'does not compile',
  failed: 'failed',
};

const head = ['Compiler', 'Flags', 'Compared', 'Median', 'Against the first'];

/** The table for a terminal, and below it what was wrong with those that may not be used. */
export function flagTable(records: readonly FlagRecord[]): string {
  const rows = [head, ...records.map(flagRow)];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const reasons = flagReasons(records);
  return `${[...table, ...(reasons.length > 0 ? ['', ...reasons] : [])].join('\n')}\n`;
}

/** The table in Markdown, and below it what was wrong with those that may not be used. */
export function flagMarkdown(records: readonly FlagRecord[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const reasons = flagReasons(records).map(
    (reason) => `- ${visibleText(reason).replaceAll('<', '&lt;').replaceAll(/[[\]]/g, '\\$&')}`,
  );
  return [
    row(head),
    '| :-- | :-- | :-- | --: | --: |',
    ...records.map((record, index) => row(flagRow(record, index))),
    ...(reasons.length > 0 ? ['', ...reasons] : []),
  ].join('\n');
}

function flagReasons(records: readonly FlagRecord[]): string[] {
  return records.flatMap(({ compiler, flags, reason }) =>
    reason === undefined ? [] : [`${compiler} ${flags.join(' ')}: ${reason}`],
  );
}

function flagRow({ compiler, flags, outcome, seconds, againstFirst }: FlagRecord, index: number): string[] {
  return [
    compiler,
    flags.join(' '),
    outcomes[outcome],
    seconds === undefined ? '' : formatSeconds(seconds),
    seconds === undefined ? '' : index === 0 ? '1' : speedAgainst(againstFirst),
  ];
}

/** "1.24x (1.18 to 1.31)". */
function speedAgainst(against: FlagRecord['againstFirst']): string {
  if (!against) return '';
  const { ratio, interval } = against;
  const [low, high] = interval;
  return low <= 1 && high >= 1
    ? 'no measurable difference'
    : `${formatNumber(ratio)}x (${formatNumber(low)} to ${formatNumber(high)})`;
}
