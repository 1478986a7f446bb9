/** Shared by the parts of the benchmark: tables, and the machine. */
import { arch, cpus, platform, release } from 'node:os';

/** Prints rows below a head, the first column to the left and the others to the right. */
export function printTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ');
  console.log(`\n${title}\n${line(head)}\n${widths.map((width) => '-'.repeat(width)).join('  ')}`);
  for (const row of rows) console.log(line(row));
}

/** The machine that measures, in one line. */
export function machine(): string {
  return `${cpus()[0]?.model.trim() ?? arch()}, ${cpus().length} cores, ${platform()} ${release()}, Node ${process.version}`;
}
