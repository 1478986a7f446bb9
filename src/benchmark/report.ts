import type { BenchmarkRecord, SampleSummary } from '../shared/evidence.ts';

/** Writes seconds with three significant digits and a fitting unit. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  const [value, unit] = seconds >= 1 ? [seconds, 's'] : seconds >= 1e-3 ? [seconds * 1e3, 'ms'] : [seconds * 1e6, 'µs'];
  return `${formatNumber(value)} ${unit}`;
}

/** Writes a number with three significant digits, never with an exponent. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 20));
}

/** Writes bytes in MiB. */
export function formatBytes(bytes: number): string {
  return `${formatNumber(bytes / 1024 ** 2)} MiB`;
}

/** What a measurement says of the speed, as every view tells it: the ratio and its interval, always above 1 when there is a difference. */
export interface ComparedSpeed {
  /** `same` when the interval holds 1: then no difference was measured. */
  readonly direction: 'faster' | 'slower' | 'same';
  /** Numbers written with three significant digits. */
  readonly ratio: string;
  readonly low: string;
  readonly high: string;
}

/** Compares the C++ with the Python. */
export function comparedSpeed({ speedUp, interval: [low, high] }: BenchmarkRecord): ComparedSpeed {
  const slower = speedUp < 1 && high < 1;
  const [ratio, from, to] = slower ? [1 / speedUp, 1 / high, 1 / low] : [speedUp, low, high];
  return {
    direction: slower ? 'slower' : low > 1 ? 'faster' : 'same',
    ratio: formatNumber(ratio),
    low: formatNumber(from),
    high: formatNumber(to),
  };
}

/** "63.1x faster (95 % interval 58.2 to 69.0)", or slower, or no difference that was measured. */
export function formatSpeedUp(record: BenchmarkRecord): string {
  const { direction, ratio, low, high } = comparedSpeed(record);
  const interval = `95 % interval ${low} to ${high}`;
  if (direction === 'same') return `no measurable difference (${ratio}x, ${interval})`;
  return `${ratio}x ${direction} (${interval})`;
}

type Row = readonly [label: string, python: string, cpp: string];

function rows({ python, cpp }: BenchmarkRecord): Row[] {
  const row = (label: string, cell: (side: SampleSummary) => string): Row => [label, cell(python), cell(cpp)];
  const optional = (value: number | undefined, format: (value: number) => string): string =>
    value === undefined ? 'unknown' : format(value);
  return [
    row('Median', (side) => formatSeconds(side.median)),
    row('MAD', (side) => formatSeconds(side.mad)),
    row('Fastest', (side) => formatSeconds(side.minimum)),
    row('Slowest', (side) => formatSeconds(side.maximum)),
    row('Runs', (side) => String(side.count)),
    row('Outliers', (side) => String(side.outliers.length)),
    row('Start-up', (side) => optional(side.startUpSeconds, formatSeconds)),
    row('Peak memory', (side) => optional(side.peakMemoryBytes, formatBytes)),
  ];
}

function sentences(record: BenchmarkRecord): string[] {
  const without = record.speedUpWithoutStartUp;
  return [
    `The C++ is ${formatSpeedUp(record).replace(/^no measurable difference/, 'not measurably faster or slower')}.`,
    ...(without === undefined ? [] : [`Without start-up time: ${formatNumber(without)}x.`]),
    ...record.notes,
  ];
}

/** The table for a terminal. */
export function benchmarkText(record: BenchmarkRecord): string {
  const table: Row[] = [['', 'Python', 'C++'], ...rows(record)];
  const width = (column: 0 | 1 | 2): number => Math.max(...table.map((row) => row[column].length));
  const [first, second, third] = [width(0), width(1), width(2)];
  const lines = table.map(
    ([label, python, cpp]) => `${label.padEnd(first)}  ${python.padStart(second)}  ${cpp.padStart(third)}`,
  );
  return [...lines, '', ...sentences(record), ''].join('\n');
}

/** The report in Markdown. */
export function benchmarkMarkdown(record: BenchmarkRecord): string {
  const lines = rows(record).map(([label, python, cpp]) => `| ${label} | ${python} | ${cpp} |`);
  const [verdict = '', ...rest] = sentences(record);
  return [
    `**${verdict}**`,
    '',
    '| | Python | C++ |',
    '| :-- | --: | --: |',
    ...lines,
    '',
    ...rest.map((note) => `- ${note}`),
    '',
  ].join('\n');
}

/** The record as JSON, every sample included. */
export function benchmarkJson(record: BenchmarkRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}
