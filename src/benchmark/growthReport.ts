import type { GrowthFit, GrowthRecord } from '../shared/evidence.ts';
import { formatNumber, formatSeconds } from './report.ts';

/** Such as `n^2.0`, or `1.62^n`. */
export function formatGrowth(fit: GrowthFit): string {
  // Slightly negative exponents are noise around no growth at all.
  return fit.kind === 'exponential' ? `${fit.base.toFixed(2)}^n` : `n^${Math.max(0, fit.exponent).toFixed(1)}`;
}

/** What grows, such as "the length of `values`". */
function describeSize({ names, measure }: Pick<GrowthRecord, 'names' | 'measure'>): string {
  const told = names.map((name) => `\`${name}\``).join(' and ');
  return measure === 'value' ? told : `the length of ${told}`;
}

/** "With n, the length of `values`, Python grows as n^2.0, the C++ as n^1.0: another algorithm, …". */
export function growthSentence(record: GrowthRecord): string {
  const { python, cpp, outcome, difference } = record;
  const told = {
    same: 'the same growth, so the difference is that of compiled code',
    'slower-growth': 'another algorithm, or work that the compiler found to be needless',
    'faster-growth': 'another algorithm, which loses its lead as sizes grow',
    unclear: 'too near to each other to tell whether the algorithm is another one',
  }[outcome];
  const sentence = `With n, ${describeSize(record)}, the Python grows as ${formatGrowth(python)}, the C++ as ${formatGrowth(cpp)}: ${told}.`;
  return difference
    ? `${sentence} At a size of ${difference.size} the two are different: ${difference.summary}`
    : sentence;
}

function rows({ points }: GrowthRecord): string[][] {
  return points.map(({ size, python, cpp }) => [
    String(size),
    formatSeconds(python),
    formatSeconds(cpp),
    `${formatNumber(python / cpp)}x`,
  ]);
}

const head = ['n', 'Python', 'C++', 'Speed-up'];

/** The table for a terminal, and the sentence. */
export function growthText(record: GrowthRecord): string {
  const table = [head, ...rows(record)];
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
  return [...lines, '', growthSentence(record), ''].join('\n');
}

/** The table in Markdown, and the sentence. */
export function growthMarkdown(record: GrowthRecord): string {
  return [
    growthSentence(record),
    '',
    `| ${head.join(' | ')} |`,
    '| --: | --: | --: | --: |',
    ...rows(record).map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}
