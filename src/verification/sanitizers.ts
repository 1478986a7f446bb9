import type { Compiler } from '../cpp/compiler.ts';
import { createProgramFolder, type InputFile } from '../execution/programFiles.ts';
import type { RunLimits, Runner } from '../execution/runner.ts';
import type { Sandbox } from '../execution/sandbox.ts';
import type { Mismatch, SanitizerRecord } from '../shared/evidence.ts';
import { throwIfAborted } from '../shared/failure.ts';

/** The flags with which a program watches itself; undefined for a compiler that has no such flags. */
export function sanitizerFlags(
  compiler: Pick<Compiler, 'id'>,
  flags: readonly string[],
): readonly string[] | undefined {
  if (compiler.id === 'msvc') return undefined;
  // Optimisation would hide faults, and -march=native and link-time optimisation only cost time here.
  const kept = flags.filter((flag) => !/^-(?:O|march=|mtune=|flto|g\d?$|ffast-math)/.test(flag));
  return [...kept, '-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
}

/** What a sanitizer reported on standard error; undefined when it reported nothing. */
export function sanitizerReport(stderr: string): { readonly summary: string; readonly line?: number } | undefined {
  const undefinedBehaviour = /^(?:.*[/\\])?[\w.-]+\.cpp:(\d+):\d+: runtime error: (.+)$/m.exec(stderr);
  if (undefinedBehaviour) {
    return { summary: `undefined behaviour: ${undefinedBehaviour[2]}`, line: Number(undefinedBehaviour[1]) };
  }
  const address = /ERROR: AddressSanitizer:? ([\w-]+)/.exec(stderr);
  if (!address) return undefined;
  // The first frame in the program itself rather than in the library it calls.
  const frame = /^\s+#\d+ .* (?:.*[/\\])?(?:candidate\d*|harnessed|program|\w+)\.cpp:(\d+)/m.exec(stderr);
  return { summary: `a memory fault: ${address[1]}`, ...(frame && { line: Number(frame[1]) }) };
}

/** The environment that makes sanitizers report what matters here: leaks are no fault of a program that ends. */
export const sanitizerEnvironment: Readonly<Record<string, string>> = {
  ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=0:allocator_may_return_null=1',
  UBSAN_OPTIONS: 'print_stacktrace=0',
};

/** The mismatch for a report. */
export function sanitizerMismatch(
  report: { readonly summary: string; readonly line?: number },
  stderr: string,
  input?: string,
): Mismatch {
  const place = report.line === undefined ? '' : ` in line ${report.line} of the C++`;
  return {
    kind: 'sanitizer',
    summary: `The results are equal, but the sanitizers found ${report.summary}${place}${input === undefined ? '' : `, called as ${input}`}.`,
    ...(report.line !== undefined && { line: report.line }),
    ...(input !== undefined && { input }),
    expected: 'no report of AddressSanitizer and UndefinedBehaviorSanitizer',
    actual: stderr.slice(0, 4000),
  };
}

/** A program that was found equal, to be run once more under the sanitizers. */
export interface SanitizeRequest {
  readonly runner: Runner;
  readonly compiler: Compiler;
  readonly flags: readonly string[];
  readonly sandbox?: Sandbox;
  readonly cpp: string;
  readonly folder: string;
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly files?: readonly InputFile[];
  readonly limits: RunLimits;
}

/** Runs a program under AddressSanitizer and UndefinedBehaviorSanitizer. Throws Failure for cancel. */
export async function sanitizeProgram(
  request: SanitizeRequest,
  { signal }: { readonly signal: AbortSignal },
): Promise<{ readonly record: SanitizerRecord; readonly mismatch?: Mismatch }> {
  const { compiler, runner, limits } = request;
  const flags = sanitizerFlags(compiler, request.flags);
  if (!flags) return { record: { checked: false, reason: 'This compiler has no such sanitizers.' } };
  const { program } = await compiler.compile(
    { source: request.cpp, folder: request.folder, name: 'sanitized', flags },
    { signal, ...(request.sandbox && { sandbox: request.sandbox }) },
  );
  throwIfAborted(signal);
  if (!program) return { record: { checked: false, reason: 'The program did not compile with sanitizers.' } };
  await using workingFolder = await createProgramFolder(request.files);
  const run = await runner.run(
    {
      command: program,
      args: request.args,
      workingFolder: workingFolder.path,
      ...(request.stdin !== undefined && { stdin: request.stdin }),
      environment: sanitizerEnvironment,
      limits: { ...limits, reservesAddressSpace: true },
    },
    { signal },
  );
  throwIfAborted(signal);
  const report = sanitizerReport(run.stderr);
  if (report) return { record: { checked: true }, mismatch: sanitizerMismatch(report, run.stderr) };
  if (run.endedBy) {
    return { record: { checked: false, reason: 'With sanitizers the program needed more than its limits allow.' } };
  }
  return { record: { checked: true } };
}
