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

/** "63.1x faster (58.2 to 69.0)", or slower, or no difference that was measured. */
export function formatSpeedUp(record: BenchmarkRecord): string {
  const [low, high] = record.interval;
  const range = (a: number, b: number): string => `95 % interval ${formatNumber(a)} to ${formatNumber(b)}`;
  if (low <= 1 && high >= 1) return `no measurable difference (${formatNumber(record.speedUp)}x, ${range(low, high)})`;
  if (record.speedUp >= 1) return `${formatNumber(record.speedUp)}x faster (${range(low, high)})`;
  return `${formatNumber(1 / record.speedUp)}x slower (${range(1 / high, 1 / low)})`;
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
