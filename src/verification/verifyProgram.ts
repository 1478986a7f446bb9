import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeEnd } from '../execution/describeEnd.ts';
import type { Runner, RunLimits } from '../execution/runner.ts';
import { createProgramFolder, readWrittenFiles, type InputFile } from '../execution/programFiles.ts';
import type { Interpreter } from '../python/interpreter.ts';
import type { ComparisonRule, Mismatch, RunRecord, VerificationRecord } from '../shared/evidence.ts';
import { Failure, throwIfAborted } from '../shared/failure.ts';
import { compareFiles } from './compareFiles.ts';
import { compareOutputs } from './compareOutputs.ts';
import { pythonExceptionType, reportedExceptionType } from './exceptionType.ts';

/** The two programs, what they are given, and how their results are compared. */
export interface VerifyProgramRequest {
  readonly runner: Runner;
  readonly python: Pick<Interpreter, 'path' | 'environment' | 'folders'>;
  /** Path of the compiled C++ program. */
  readonly cppProgram: string;
  /** The Python text. */
  readonly source: string;
  readonly args?: readonly string[];
  readonly stdin?: string;
  /** What both find in their working folder. */
  readonly files?: readonly InputFile[];
  readonly limits: RunLimits;
  readonly rule: ComparisonRule;
  readonly platform: NodeJS.Platform;
}

const SCRIPT = 'program.py';

/** Why the Python itself gave nothing to compare with, if so. */
function unusablePython(python: RunRecord, limits: RunLimits): string | undefined {
  if (python.endedBy || python.signal) return describeEnd('The Python', python, limits);
  const type = pythonExceptionType(python.stderr);
  const last = python.stderr.trimEnd().split(/\r?\n/).at(-1) ?? '';
  if (type === 'ModuleNotFoundError' || type === 'ImportError') return `The Python cannot run here: ${last}`;
  if (python.exitCode !== 0 && /^(?:SyntaxError|IndentationError|TabError)\b/.test(last)) {
    return `The Python cannot run: ${last}`;
  }
  return undefined;
}

interface RunComparison {
  readonly mismatch?: Mismatch;
  readonly excludedLines: number;
  readonly notChecked: readonly string[];
}

function describeStatus(run: RunRecord): string {
  return run.signal ?? `exit status ${run.exitCode}`;
}

/** Compares two runs: how they ended, what they wrote, how they failed. Pure. */
export function compareRuns(
  python: RunRecord,
  cpp: RunRecord,
  rule: ComparisonRule,
  limits: RunLimits,
  options: { readonly crlf?: boolean } = {},
): RunComparison {
  const { mismatch, excludedLines } = compareOutputs(python.stdout, cpp.stdout, rule, options);
  if (cpp.endedBy) {
    const summary = describeEnd('The C++', cpp, limits);
    return {
      mismatch: { kind: 'ended', summary, expected: describeStatus(python), actual: summary },
      excludedLines,
      notChecked: [],
    };
  }
  const expectedType = python.exitCode === 0 ? undefined : pythonExceptionType(python.stderr);
  const actualType = cpp.exitCode === 0 ? undefined : reportedExceptionType(cpp.stderr);
  // A crash explains missing output, so it is told first.
  if (cpp.signal) {
    const summary = `${describeEnd('The C++', cpp, limits).slice(0, -1)}; the Python ended with ${expectedType ?? describeStatus(python)}.`;
    return {
      mismatch: { kind: 'exit-status', summary, expected: describeStatus(python), actual: describeStatus(cpp) },
      excludedLines,
      notChecked: [],
    };
  }
  if (expectedType && actualType && expectedType !== actualType) {
    const summary = `The Python ended with ${expectedType}, the C++ with ${actualType}.`;
    return {
      mismatch: { kind: 'exception', summary, expected: expectedType, actual: actualType },
      excludedLines,
      notChecked: [],
    };
  }
  if (mismatch) return { mismatch, excludedLines, notChecked: [] };
  if (python.exitCode !== cpp.exitCode) {
    const cause = expectedType ? ` (${expectedType})` : '';
    const summary = `The Python ended with ${describeStatus(python)}${cause}, the C++ with ${describeStatus(cpp)}.`;
    return {
      mismatch: { kind: 'exit-status', summary, expected: describeStatus(python), actual: describeStatus(cpp) },
      excludedLines,
      notChecked: [],
    };
  }
  const notChecked =
    expectedType && !actualType
      ? [
          `Type of the exception: the Python ended with ${expectedType}; the C++ failed too but does not name its exception.`,
        ]
      : [];
  return { excludedLines, notChecked };
}

/**
 * Runs the Python and the C++ on the same arguments, standard input and files, each in a fresh folder, and compares standard
 * output, exit status, exception type and the files they write. Throws Failure only for cancel and for a program that cannot be started.
 */
export async function verifyProgram(
  request: VerifyProgramRequest,
  options: { readonly signal: AbortSignal },
): Promise<VerificationRecord> {
  const { runner, limits, rule } = request;
  const given = { limits, ...(request.stdin === undefined ? {} : { stdin: request.stdin }) };
  const args = request.args ?? [];
  const inputs = request.files ?? [];
  const base = { rule, sandboxed: runner.sandboxed };

  await using pythonFolder = await createProgramFolder(inputs);
  const script = join(pythonFolder.path, SCRIPT);
  await writeFile(script, request.source, 'utf8');
  const python = await runner.run(
    {
      ...given,
      command: request.python.path,
      args: [script, ...args],
      workingFolder: pythonFolder.path,
      environment: request.python.environment,
      readableFolders: request.python.folders,
    },
    options,
  );
  throwIfAborted(options.signal);
  const unusable = unusablePython(python, limits);
  if (unusable) {
    return { ...base, outcome: 'not-compared', inputs: 0, python, notChecked: [`Nothing was compared. ${unusable}`] };
  }

  await using cppFolder = await createProgramFolder(inputs);
  const cpp = await runner.run({ ...given, command: request.cppProgram, args, workingFolder: cppFolder.path }, options);
  if (cpp.endedBy === 'cancelled') throw new Failure('cancelled', 'Cancelled.');
  const crlf = request.platform === 'win32';
  const comparison = compareRuns(python, cpp, rule, limits, { crlf });
  const written = {
    python: await readWrittenFiles(pythonFolder.path, inputs, [SCRIPT]),
    cpp: await readWrittenFiles(cppFolder.path, inputs, [SCRIPT]),
  };
  const { files, mismatch: fileMismatch } = compareFiles(written.python, written.cpp, rule, { crlf });
  const mismatch = comparison.mismatch ?? fileMismatch;
  const silent =
    !mismatch && python.stdout === '' && python.exitCode === 0 && files.length === 0
      ? ['Standard output: both programs wrote nothing, so only the exit status was compared.']
      : [];
  const tooMany = written.python.reason ?? written.cpp.reason;
  return {
    ...base,
    outcome: mismatch ? 'different' : 'equal',
    inputs: 1,
    ...(mismatch ? { mismatch } : {}),
    python,
    cpp,
    excludedLines: comparison.excludedLines,
    ...(files.length > 0 && { files }),
    notChecked: [...comparison.notChecked, ...silent, ...(tooMany === undefined ? [] : [`Files: ${tooMany}.`])],
  };
}
