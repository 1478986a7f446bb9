/** Converts, compiles and runs each program of a collection with the built-in engine, and reports how it fared. */
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { createTemporaryFolder } from '../src/execution/temporaryFolder.ts';
import { Transpiler, type IntegerSizes } from '../src/transpiler/transpiler.ts';
import { ensureToolchain, root } from './environment.ts';

const TIME_LIMIT_SECONDS = 60;
/** Programs that run shorter than this tell more of start-up than of speed. */
const LONG_ENOUGH_SECONDS = 0.2;

interface Entry {
  readonly id: string;
  readonly python: string;
  readonly expected_stdout: string;
  readonly argv?: readonly string[];
  readonly stdin?: string;
  readonly seconds?: number;
}

type Outcome = 'equal' | 'different' | 'refused' | 'failed to compile' | 'timed out';

interface Result {
  readonly id: string;
  readonly outcome: Outcome;
  readonly detail?: string;
  /** CPython's time, as the collection tells it, over ours. */
  readonly speedUp?: number;
}

interface Finished {
  readonly output: string;
  readonly errors: string;
  readonly status: number | null;
  readonly timedOut: boolean;
  readonly seconds: number;
}

function runProgram(command: string, args: readonly string[], stdin: string, folder: string): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { cwd: folder, stdio: 'pipe' });
    let output = '';
    let errors = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, TIME_LIMIT_SECONDS * 1000);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    // A program that does not read its input may close it early.
    child.stdin.on('error', () => undefined).end(stdin);
    child.on('error', reject);
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({ output, errors, status, timedOut, seconds: (performance.now() - started) / 1000 });
    });
  });
}

/** Judges a program; one that outgrows 64 bits is converted again with integers of any size, as the pipeline does. */
async function judge(entry: Entry, transpiler: Transpiler, flags: readonly string[]): Promise<Result> {
  const result = await judgeWith(entry, transpiler, flags, 'automatic');
  if (result.outcome !== 'different' || !result.detail?.includes('OverflowError')) return result;
  const again = await judgeWith(entry, transpiler, flags, 'any size');
  return again.outcome === 'equal' ? again : result;
}

async function judgeWith(
  entry: Entry,
  transpiler: Transpiler,
  flags: readonly string[],
  integers: IntegerSizes,
): Promise<Result> {
  const { id } = entry;
  const result = transpiler.transpile(entry.python, undefined, integers);
  if (!result.ok) return { id, outcome: 'refused', detail: result.diagnostics[0]?.message ?? '' };
  await using folder = await createTemporaryFolder();
  const source = join(folder.path, 'program.cpp');
  const program = join(folder.path, 'program');
  await writeFile(source, result.cpp);
  const compiled = await runProgram('g++', ['-std=c++20', ...flags, '-o', program, source], '', folder.path);
  if (compiled.timedOut) return { id, outcome: 'timed out', detail: 'the compiler' };
  if (compiled.status !== 0) {
    const error = compiled.errors.split('\n').find((line) => line.includes('error:')) ?? compiled.errors.slice(0, 200);
    return { id, outcome: 'failed to compile', detail: error };
  }
  const run = await runProgram(program, entry.argv ?? [], entry.stdin ?? '', folder.path);
  if (run.timedOut) return { id, outcome: 'timed out' };
  if (run.output !== entry.expected_stdout)
    return { id, outcome: 'different', detail: firstDifference(entry.expected_stdout, run) };
  const { seconds } = entry;
  return {
    id,
    outcome: 'equal',
    ...(seconds !== undefined && seconds >= LONG_ENOUGH_SECONDS && { speedUp: seconds / run.seconds }),
  };
}

function firstDifference(expected: string, run: Finished): string {
  const actual = run.output.split('\n');
  const line = expected.split('\n').findIndex((text, index) => text !== actual[index]);
  const last = run.errors.trim().split('\n').at(-1) ?? '';
  return `line ${line + 1}: expected ${JSON.stringify(expected.split('\n')[line])}, got ${JSON.stringify(actual[line])} ${last}`;
}

const { values, positionals } = parseArgs({
  options: {
    jobs: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
    flags: { type: 'string', default: '-O1' },
  },
  allowPositionals: true,
});
const [file] = positionals;
if (file === undefined) {
  process.stderr.write('usage: npm run suite -- FILE.jsonl [--jobs N] [--flags=-O3] [--json]\n');
  process.exit(2);
}
await ensureToolchain();
const entries = (await readFile(file, 'utf8'))
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => JSON.parse(line) as Entry);
const transpiler = await Transpiler.create({ assetFolder: join(root, 'dist', 'assets') });
const results: Result[] = [];
const queue = [...entries];
async function work(): Promise<void> {
  for (let entry = queue.shift(); entry; entry = queue.shift()) {
    results.push(await judge(entry, transpiler, values.flags.split(/\s+/)));
    process.stderr.write(`\r${results.length} of ${entries.length}`);
  }
}
await Promise.all(Array.from({ length: Math.max(1, Number(values.jobs)) }, work));
process.stderr.write('\n');

const of = (outcome: Outcome): Result[] => results.filter((result) => result.outcome === outcome);
if (values.json) {
  process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
} else {
  for (const outcome of ['equal', 'different', 'refused', 'failed to compile', 'timed out'] as const) {
    process.stdout.write(`${String(of(outcome).length).padStart(5)}  ${outcome}\n`);
  }
  const reasons = Map.groupBy(of('refused'), ({ detail }) => (detail ?? '').replace(/`[^`]*`/g, '`…`'));
  for (const [reason, all] of [...reasons].sort((a, b) => b[1].length - a[1].length)) {
    process.stdout.write(`       ${all.length} refused: ${reason}\n`);
  }
  for (const outcome of ['different', 'failed to compile', 'timed out'] as const) {
    for (const { id, detail } of of(outcome)) process.stdout.write(`  ${id} ${outcome}: ${detail ?? ''}\n`);
  }
  const ratios = results.flatMap(({ speedUp }) => speedUp ?? []);
  if (ratios.length > 0) {
    const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
    process.stdout.write(
      `${mean.toFixed(1)}x CPython in geometric mean over the ${ratios.length} that run long enough\n`,
    );
  }
}
process.exitCode = of('different').length + of('failed to compile').length > 0 ? 1 : 0;
