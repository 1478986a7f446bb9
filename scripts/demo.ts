/** Does the main job with no editor: converts every program in `samples/` with the built-in engine, compiles, compares and benchmarks it, and prints the table. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Evidence } from '../src/shared/evidence.ts';
import { ensureToolchain, root, runNode, SetupError } from './environment.ts';

interface Row {
  readonly program: string;
  readonly verdict: string;
  readonly equal: boolean;
  readonly python: string;
  readonly cpp: string;
  readonly speedUp: string;
}

const milliseconds = (seconds: number | undefined): string =>
  seconds === undefined ? '' : `${(seconds * 1000).toFixed(1)} ms`;

function convert(program: string): Row {
  const args = [
    'dist/cli.js',
    'convert',
    join('samples', program),
    '--engine',
    'builtin',
    '--compare',
    '--benchmark',
    '--json',
  ];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  let evidence: Evidence | undefined;
  try {
    evidence = JSON.parse(stdout) as Evidence;
  } catch {
    evidence = undefined;
  }
  const { benchmark, verification, failure, diagnostics } = evidence ?? {};
  const reason = failure?.message ?? verification?.mismatch?.summary ?? diagnostics?.[0]?.message ?? stderr.trim();
  const equal = status === 0 && verification?.outcome === 'equal';
  return {
    program,
    equal,
    verdict: equal ? 'equal' : reason || `status ${status}`,
    python: milliseconds(benchmark?.python.median),
    cpp: milliseconds(benchmark?.cpp.median),
    speedUp: benchmark
      ? `${benchmark.speedUp.toFixed(1)}x (${benchmark.interval.map((bound) => bound.toFixed(1)).join('-')})`
      : '',
  };
}

try {
  await ensureToolchain();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exit(1);
}
runNode(['esbuild.js']);
const programs = readdirSync(join(root, 'samples'))
  .filter((name) => name.endsWith('.py'))
  .sort();
const rows: Row[] = [];
for (const program of programs) {
  console.log(`Converting ${program}…`);
  rows.push(convert(program));
}
const header = { program: 'Program', python: 'Python', cpp: 'C++', speedUp: 'Speed-up (95 %)', verdict: 'Output' };
const columns = ['program', 'python', 'cpp', 'speedUp', 'verdict'] as const;
const widths = columns.map((column) => Math.max(header[column].length, ...rows.map((row) => row[column].length)));
console.log();
for (const row of [header, ...rows]) {
  console.log(
    columns
      .map((column, index) => row[column].padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
const unequal = rows.filter(({ equal }) => !equal).length;
console.log(`\n${rows.length - unequal} of ${rows.length} programs equal.`);
process.exit(rows.length > 0 && unequal === 0 ? 0 : 1);
