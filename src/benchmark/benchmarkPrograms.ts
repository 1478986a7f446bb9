import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Compiler } from '../cpp/compiler.ts';
import { describeEnd } from '../execution/describeEnd.ts';
import { LAUNCHER_SOURCE } from '../execution/launcherSource.ts';
import type { Runner, RunLimits } from '../execution/runner.ts';
import { createProgramFolder, type InputFile } from '../execution/programFiles.ts';
import { createTemporaryFolder } from '../execution/temporaryFolder.ts';
import type { BenchmarkRecord, BenchmarkSample, RunRecord, SampleSummary } from '../shared/evidence.ts';
import { Failure, throwIfAborted } from '../shared/failure.ts';
import { bootstrapRatioInterval, summarise } from './statistics.ts';

type Side = BenchmarkSample['side'];

/** What is measured, and for how long. */
export interface BenchmarkRequest {
  readonly runner: Runner;
  readonly python: {
    readonly path: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly folders: readonly string[];
  };
  readonly source: string;
  readonly cppProgram: string;
  /** Compiles the empty program by which the start-up time of the C++ side is measured. */
  readonly compiler: Compiler;
  readonly flags: readonly string[];
  readonly args?: readonly string[];
  readonly stdin?: string;
  /** What both find in their working folder. */
  readonly files?: readonly InputFile[];
  readonly limits: RunLimits;
  /** Time for all runs together; 30 s unless told. At least one run of each side is always made. */
  readonly budgetSeconds?: number;
  /** 10 unless told. */
  readonly minimumRuns?: number;
  /** Time each side should run in all; 3 s unless told. */
  readonly minimumSeconds?: number;
  /** Seed of the bootstrap; 1 unless told. */
  readonly seed?: number;
}

/** What a benchmark yields: each run as it was made, then the record. */
export type BenchmarkEvent =
  | { readonly type: 'sample'; readonly sample: BenchmarkSample; readonly index: number }
  | { readonly type: 'benchmarked'; readonly record: BenchmarkRecord };

const EMPTY_CPP = '#include <iostream>\nint main() { std::cout.flush(); }\n';
const START_UP_RUNS = 5;
/** More runs than this do not narrow the interval enough to be worth the wait. */
const MOST_RUNS = 200;
/** Start-up is taken off only where a run takes at least this many times as long. */
const WELL_ABOVE_START_UP = 2;

interface Program {
  readonly who: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly readableFolders?: readonly string[];
  readonly stdin?: string;
}

function failureOf(who: string, run: RunRecord, limits: RunLimits): Failure {
  const sentence = describeEnd(who, run, limits);
  if (run.endedBy === 'cancelled') return new Failure('cancelled', 'Cancelled.');
  if (run.endedBy === undefined || run.endedBy === 'process-limit') return new Failure('program-failed', sentence);
  return new Failure(run.endedBy, sentence);
}

/**
 * Measures both programs in alternation, so that a change of the machine's speed meets both. Yields every run as it is
 * made, then the record. Throws Failure for cancel and for a program that is ended by a limit or crashes.
 */
export async function* benchmarkPrograms(
  request: BenchmarkRequest,
  options: { readonly signal: AbortSignal },
): AsyncGenerator<BenchmarkEvent, void, undefined> {
  const { runner, limits } = request;
  const budget = request.budgetSeconds ?? 30;
  const minimumRuns = request.minimumRuns ?? 10;
  const minimumSeconds = request.minimumSeconds ?? 3;
  await using folder = await createTemporaryFolder();
  const script = join(folder.path, 'program.py');
  const emptyScript = join(folder.path, 'empty.py');
  await Promise.all([writeFile(script, request.source, 'utf8'), writeFile(emptyScript, '', 'utf8')]);

  const compile = async (name: string, source: string): Promise<string | undefined> => {
    const what = { source, folder: folder.path, name, flags: request.flags };
    return (await request.compiler.compile(what, { signal: options.signal })).program;
  };
  const empty = await compile('empty', EMPTY_CPP);
  const launcher = request.compiler.id === 'msvc' ? undefined : await compile('launcher', LAUNCHER_SOURCE);
  const launched = launcher === undefined ? {} : { launcher };

  let spent = 0;
  const run = async (program: Program): Promise<RunRecord> => {
    throwIfAborted(options.signal);
    await using workingFolder = await createProgramFolder(request.files);
    const { who, ...what } = program;
    const record = await runner.run({ ...what, ...launched, workingFolder: workingFolder.path, limits }, options);
    spent += record.seconds;
    if (record.endedBy || record.signal) throw failureOf(who, record, limits);
    return record;
  };
  const medianOf = async (program: Program): Promise<number> => {
    const times: number[] = [];
    for (let index = 0; index < START_UP_RUNS; index++) times.push((await run(program)).seconds);
    return summarise(times).median;
  };

  const { environment, folders } = request.python;
  const readableFolders = [...folders, folder.path];
  const emptyPython = {
    who: 'An empty Python program',
    command: request.python.path,
    args: [emptyScript],
    environment,
    readableFolders,
  };
  const startUp: Record<Side, number | undefined> = {
    python: await medianOf(emptyPython),
    cpp: empty !== undefined ? await medianOf({ who: 'An empty C++ program', command: empty, args: [] }) : undefined,
  };
  spent = 0;

  const given = request.stdin === undefined ? {} : { stdin: request.stdin };
  const args = request.args ?? [];
  const programs: Record<Side, Program> = {
    python: {
      who: 'The Python',
      command: request.python.path,
      args: [script, ...args],
      environment,
      readableFolders,
      ...given,
    },
    cpp: { who: 'The C++', command: request.cppProgram, args, ...given },
  };
  const samples: BenchmarkSample[] = [];
  const timed: Record<Side, BenchmarkSample[]> = { python: [], cpp: [] };
  const exitCodes = new Map<Side, number | null>();
  const measure = async (side: Side, warmUp: boolean): Promise<BenchmarkEvent> => {
    const record = await run(programs[side]);
    if (exitCodes.has(side) && exitCodes.get(side) !== record.exitCode) {
      throw new Failure(
        'program-failed',
        `${programs[side].who} did not end alike in two runs: ${describeEnd('it', record, limits)}`,
      );
    }
    exitCodes.set(side, record.exitCode);
    const peak = record.peakMemoryBytes;
    const sample = { side, seconds: record.seconds, warmUp, ...(peak === undefined ? {} : { peakMemoryBytes: peak }) };
    if (!warmUp) timed[side].push(sample);
    samples.push(sample);
    return { type: 'sample', sample, index: samples.length - 1 };
  };
  const total = (side: Side): number => timed[side].reduce((sum, sample) => sum + sample.seconds, 0);
  const isEnough = (side: Side): boolean =>
    timed[side].length >= MOST_RUNS || (timed[side].length >= minimumRuns && total(side) >= minimumSeconds);
  const notes: string[] = [];

  // The C++ warms up first: when the Python alone would use up the budget, its first run must be a timed one.
  yield await measure('cpp', true);
  const firstPython = await run(programs.python);
  exitCodes.set('python', firstPython.exitCode);
  const isLong = firstPython.seconds * 4 > budget;
  const peakOfFirst = firstPython.peakMemoryBytes;
  const firstSample: BenchmarkSample = {
    side: 'python',
    seconds: firstPython.seconds,
    warmUp: !isLong,
    ...(peakOfFirst === undefined ? {} : { peakMemoryBytes: peakOfFirst }),
  };
  samples.push(firstSample);
  if (isLong) {
    timed.python.push(firstSample);
    notes.push('The Python was not warmed up: one run takes more than a quarter of the time budget.');
  }
  yield { type: 'sample', sample: firstSample, index: samples.length - 1 };

  for (let hasTime = true; hasTime && !(isEnough('python') && isEnough('cpp'));) {
    hasTime = false;
    const order: readonly Side[] = timed.cpp.length % 2 === 0 ? ['python', 'cpp'] : ['cpp', 'python'];
    for (const side of order) {
      const last = timed[side].at(-1)?.seconds;
      if (isEnough(side) || (last !== undefined && spent + last > budget)) continue;
      hasTime = true;
      yield await measure(side, false);
    }
  }
  if (timed.python.length < minimumRuns || timed.cpp.length < minimumRuns) {
    notes.push(
      `Ended early by the time budget of ${budget} s: ${timed.python.length} runs of the Python and ${timed.cpp.length} of the C++ instead of ${minimumRuns}.`,
    );
  }
  yield { type: 'benchmarked', record: buildRecord(samples, startUp, notes, request.seed ?? 1) };
}

/** Makes the record from the samples. Pure. */
export function buildRecord(
  samples: readonly BenchmarkSample[],
  startUp: Readonly<Record<Side, number | undefined>>,
  notes: readonly string[],
  seed: number,
): BenchmarkRecord {
  const timesOf = (side: Side): number[] =>
    samples.filter((sample) => sample.side === side && !sample.warmUp).map((sample) => sample.seconds);
  const summaryOf = (side: Side): SampleSummary => {
    const peaks = samples.flatMap((sample) =>
      sample.side === side && sample.peakMemoryBytes !== undefined ? [sample.peakMemoryBytes] : [],
    );
    const startUpSeconds = startUp[side];
    return {
      ...summarise(timesOf(side)),
      ...(peaks.length > 0 ? { peakMemoryBytes: Math.max(...peaks) } : {}),
      ...(startUpSeconds === undefined ? {} : { startUpSeconds }),
    };
  };
  const python = summaryOf('python');
  const cpp = summaryOf('cpp');
  const all = [...notes];
  const pythonStart = python.startUpSeconds ?? Infinity;
  const cppStart = cpp.startUpSeconds ?? 0;
  const isWellAbove =
    cppStart > 0 && python.median > WELL_ABOVE_START_UP * pythonStart && cpp.median > WELL_ABOVE_START_UP * cppStart;
  if (cpp.median <= WELL_ABOVE_START_UP * cppStart) {
    all.push(
      'The C++ runs hardly longer than an empty program: the speed-up is mostly that of starting. Give it more work for a figure that tells more.',
    );
  }
  if (python.count < 3 || cpp.count < 3) all.push('Too few runs for an interval that means much.');
  for (const [who, { outliers, count }] of [
    ['Python', python],
    ['C++', cpp],
  ] as const) {
    if (outliers.length > 0)
      all.push(`${outliers.length} of ${count} runs of the ${who} are outliers; the median is hardly moved by them.`);
  }
  return {
    samples,
    python,
    cpp,
    speedUp: python.median / cpp.median,
    interval: bootstrapRatioInterval(timesOf('python'), timesOf('cpp'), { seed }),
    ...(isWellAbove ? { speedUpWithoutStartUp: (python.median - pythonStart) / (cpp.median - cppStart) } : {}),
    notes: all,
  };
}
