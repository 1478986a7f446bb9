/**
 * Prints what Slipstream costs and what it gains on this machine:
 * activation of the extension, time to the first event, own time per conversion, and the speed-up of every sample.
 *
 *   npm run bench [-- SAMPLE...]
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire, registerHooks } from 'node:module';
import { arch, cpus, platform, release } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { convert } from '../src/conversion/session.ts';
import { BUILTIN_CONVERTER_ID, createConverter } from '../src/converters/createConverter.ts';
import { findCompilers } from '../src/cpp/findCompilers.ts';
import { createRunner } from '../src/execution/createRunner.ts';
import { findInterpreter } from '../src/python/interpreter.ts';
import { createPythonParser } from '../src/python/parser.ts';
import { selectUnit } from '../src/python/selectUnit.ts';
import type { PythonUnit } from '../src/python/unit.ts';
import type { Evidence } from '../src/shared/evidence.ts';
import { DEFAULT_RULE } from '../src/verification/compareOutputs.ts';
import { root } from './environment.ts';

const RUNS = 10;
const assetFolder = join(root, 'dist', 'assets');
const samples = join(root, 'samples');
const execFileAsync = promisify(execFile);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((first, second) => first - second);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

function printTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ');
  console.log(`\n${title}\n${line(head)}\n${widths.map((width) => '-'.repeat(width)).join('  ')}`);
  for (const row of rows) console.log(line(row));
}

/** Stands in for the editor's API: everything can be read, called and constructed. */
function stub(known: Record<string, unknown> = {}): unknown {
  const target = Object.assign(function () {}, known);
  const answer = (): unknown => stub();
  return new Proxy(target, {
    get(_, key) {
      if (typeof key === 'string' && Object.hasOwn(known, key)) return known[key];
      if (key === 'prototype') return target.prototype as unknown;
      if (key === Symbol.iterator) return () => [][Symbol.iterator]();
      if (key === Symbol.toPrimitive || key === 'toString') return () => '';
      // A thing with `then` would be awaited for ever.
      return key === 'then' ? undefined : stub();
    },
    set: () => true,
    apply: answer,
    construct: () => answer() as object,
  });
}

/** In a fresh process: loads and activates the built extension once, and prints the milliseconds of both. */
async function activateOnce(): Promise<void> {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'vscode'
        ? { url: 'editor:vscode', format: 'commonjs', shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) =>
      url === 'editor:vscode'
        ? { format: 'commonjs', source: 'module.exports = globalThis.editorStub;', shortCircuit: true }
        : next(url, context),
  });
  Object.assign(globalThis, { editorStub: stub() });
  const folder = stub({ fsPath: root, path: root });
  const require = createRequire(import.meta.url);
  const start = performance.now();
  const extension = require(join(root, 'dist', 'extension.cjs')) as { activate(context: unknown): unknown };
  const loaded = performance.now();
  await extension.activate(
    stub({
      subscriptions: [],
      extensionPath: root,
      globalStorageUri: folder,
      storageUri: folder,
      extensionUri: folder,
      asAbsolutePath: (path: string) => join(root, path),
    }),
  );
  console.log(JSON.stringify([loaded - start, performance.now() - start]));
  process.exit(0);
}

interface Measured {
  readonly evidence: Evidence;
  readonly secondsToFirstEvent: number;
  readonly secondsToCode: number;
}

async function readUnit(file: string): Promise<PythonUnit> {
  const parser = await createPythonParser({ assetFolder });
  const result = selectUnit(parser, { text: await readFile(file, 'utf8'), wholeFile: true, file });
  if (!result.ok) throw new Error(`${file}: ${result.diagnostics.map((item) => item.message).join(' ')}`);
  return result.unit;
}

async function convertSample(file: string, measure: boolean): Promise<Measured> {
  const system = { environment: process.env, platform: process.platform };
  const start = performance.now();
  const unit = await readUnit(file);
  const converter = await createConverter(BUILTIN_CONVERTER_ID, {
    assetFolder,
    languageModel: () => Promise.reject(new Error('the benchmark asks no language model')),
  });
  const events = convert(
    unit,
    {
      converter,
      findCompiler: async (signal) => {
        const [compiler] = await findCompilers({ ...system, signal });
        if (!compiler) throw new Error('there is no C++ compiler');
        return compiler;
      },
      findInterpreter: (signal) => findInterpreter({ ...system, signal }),
      createRunner: async () => createRunner(system),
    },
    {
      compile: measure,
      verify: measure,
      benchmark: measure,
      rule: DEFAULT_RULE,
      limits: { timeoutSeconds: 60, outputBytes: 16 * 1024 * 1024, memoryBytes: 4 * 1024 ** 3 },
      args: [],
      repairRounds: 0,
    },
    new AbortController().signal,
  );
  let secondsToFirstEvent = NaN;
  let secondsToCode = NaN;
  for await (const event of events) {
    const seconds = (performance.now() - start) / 1000;
    if (Number.isNaN(secondsToFirstEvent)) secondsToFirstEvent = seconds;
    if (event.type === 'code' && Number.isNaN(secondsToCode)) secondsToCode = seconds;
    if (event.type === 'finished') return { evidence: event.evidence, secondsToFirstEvent, secondsToCode };
  }
  throw new Error('the conversion ended without a record');
}

async function firstEventOnce(): Promise<void> {
  const { secondsToFirstEvent, secondsToCode } = await convertSample(join(samples, 'nbody.py'), false);
  console.log(JSON.stringify([secondsToFirstEvent * 1000, secondsToCode * 1000]));
}

/** Runs this script in fresh processes and gives the medians of the milliseconds that each prints. */
async function mediansOfFresh(mode: string): Promise<readonly [string, string, string]> {
  const first: number[] = [];
  const second: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const { stdout } = await execFileAsync(process.execPath, [import.meta.filename, mode]);
    const [one, two] = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as [number, number];
    first.push(one);
    second.push(two);
  }
  return [median(first).toFixed(1), median(second).toFixed(1), Math.max(...second).toFixed(1)];
}

const times = (value: number): string => `${value.toFixed(1)}×`;

function sampleRow(name: string, { evidence }: Measured): string[] {
  const { benchmark, overheadSeconds } = evidence;
  const own = overheadSeconds === undefined ? '' : `${(overheadSeconds * 1000).toFixed(0)} ms`;
  const outcome = evidence.verification?.outcome ?? evidence.failure?.reason ?? evidence.status;
  if (!benchmark) return [name, outcome, '', '', '', '', own];
  const [low, high] = benchmark.interval;
  return [
    name,
    outcome,
    `${benchmark.python.median.toFixed(3)} s`,
    `${benchmark.cpp.median.toFixed(4)} s`,
    times(benchmark.speedUp),
    `${low.toFixed(1)}–${high.toFixed(1)}`,
    own,
  ];
}

async function main(wanted: readonly string[]): Promise<void> {
  if (!existsSync(join(root, 'dist', 'extension.cjs'))) {
    execFileSync(process.execPath, [join(root, 'esbuild.js'), '--production'], { stdio: 'inherit' });
  }
  console.log(
    `${cpus()[0]?.model.trim() ?? arch()}, ${cpus().length} cores, ${platform()} ${release()}, Node ${process.version}`,
  );
  printTable(
    `In fresh processes, medians of ${RUNS} in milliseconds`,
    ['What', 'First', 'Second', 'Slowest second'],
    [
      ['Activation of the extension (loaded, activated)', ...(await mediansOfFresh('--activate-once'))],
      ['Conversion of nbody.py (first event, first code)', ...(await mediansOfFresh('--first-event-once'))],
    ],
  );
  const names = (await readdir(samples)).filter((name) => name.endsWith('.py'));
  const chosen = wanted.length ? names.filter((name) => wanted.includes(basename(name, '.py'))) : names;
  const rows: string[][] = [];
  const gains: number[] = [];
  for (const name of chosen) {
    const measured = await convertSample(join(samples, name), true);
    rows.push(sampleRow(name, measured));
    if (measured.evidence.benchmark) gains.push(measured.evidence.benchmark.speedUp);
    const failure = measured.evidence.failure;
    console.error(`${name}: ${failure ? failure.message : 'measured'}`);
  }
  printTable(
    'Samples: built-in engine against CPython, both measured in the same run; own time leaves out compiler and programs',
    ['Sample', 'Outputs', 'Python', 'C++', 'Speed-up', '95 %', 'Own time'],
    rows,
  );
  if (gains.length) {
    const mean = Math.exp(gains.reduce((sum, gain) => sum + Math.log(gain), 0) / gains.length);
    console.log(`\nGeometric mean of ${gains.length} speed-ups: ${times(mean)}`);
  }
  process.exitCode = gains.length === chosen.length ? 0 : 1;
}

const [mode] = process.argv.slice(2);
if (mode === '--activate-once') await activateOnce();
else if (mode === '--first-event-once') await firstEventOnce();
else await main(process.argv.slice(2));
