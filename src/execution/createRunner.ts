import { readdirSync, statSync } from 'node:fs';
import { Failure, throwIfAborted } from '../shared/failure.ts';
import type { RunRecord } from '../shared/evidence.ts';
import { decodeOutput } from './decodeOutput.ts';
import { scrubEnvironment, type Environment } from './environment.ts';
import { DEFAULT_PROCESSES, limitedCommand, limitSettings } from './limitedCommand.ts';
import { listProcessTree } from './processTree.ts';
import type { Runner, RunRequest } from './runner.ts';
import { readReportedEnd, SANDBOX_HELPERS, wrapOrFail, type ReportedEnd, type Sandbox } from './sandbox.ts';
import { startProcess, type StartedProcess } from './startProcess.ts';

type EndedBy = NonNullable<RunRecord['endedBy']>;

/** What a runner needs to know of the system it is on. */
export interface RunnerOptions {
  /** The environment to choose from; what programs get is scrubbed. */
  readonly environment: Environment;
  readonly platform: NodeJS.Platform;
  /** Where programs are kept from the user's files and the network. */
  readonly sandbox?: Sandbox;
}

/** How long outputs may stay open after the program has ended before what holds them is ended as well. */
const CLOSE_MILLISECONDS = 50;
const LONGEST_WATCH_MILLISECONDS = 50;

/** Collects one output up to a limit; more than that calls `onFull` once. */
function collect(
  stream: NodeJS.ReadableStream | null,
  limit: number,
  onFull: () => void,
): { readonly text: () => string; readonly truncated: () => boolean } {
  const chunks: Buffer[] = [];
  let size = 0;
  let truncated = false;
  stream?.on('data', (chunk: Buffer) => {
    if (truncated) return;
    if (size + chunk.length > limit) {
      truncated = true;
      chunks.push(chunk.subarray(0, limit - size));
      size = limit;
      onFull();
      return;
    }
    chunks.push(chunk);
    size += chunk.length;
  });
  return { text: () => decodeOutput(Buffer.concat(chunks), truncated), truncated: () => truncated };
}

/** Threads that this user has now: the system's limit counts them all. */
function countThreadsOfUser(): number {
  const user = process.getuid?.();
  let count = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (statSync(`/proc/${name}`).uid === user) count += readdirSync(`/proc/${name}/task`).length;
    } catch {
      // It ended while we looked.
    }
  }
  return count;
}

/** Watches the memory and the number of processes of a tree, often at first, so that short programs are seen too. */
function watch(
  started: StartedProcess,
  request: RunRequest,
  { platform, isSandboxed }: { readonly platform: NodeJS.Platform; readonly isSandboxed: boolean },
  onLimit: (limit: EndedBy) => void,
): { readonly peakBytes: () => number; readonly stop: () => void } {
  const { memoryBytes, processes = DEFAULT_PROCESSES } = request.limits;
  let peak = 0;
  let stopped = platform === 'win32';
  let delay = 1;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const entries = await listProcessTree(started.id.pid, platform);
    const resident = entries.reduce((sum, entry) => sum + entry.residentBytes, 0);
    const programs = entries.filter((entry) => !isSandboxed || !SANDBOX_HELPERS.has(entry.name));
    const together = programs.reduce((sum, entry) => sum + entry.residentBytes, 0);
    peak = Math.max(peak, together, ...programs.map((entry) => entry.peakBytes));
    if (stopped) return;
    // Many processes also hold much memory: their number is what went wrong.
    if (entries.length > processes) onLimit('process-limit');
    else if (resident > memoryBytes) onLimit('memory-limit');
    delay = Math.min(delay * 2, platform === 'linux' ? LONGEST_WATCH_MILLISECONDS : 250);
    timer = setTimeout(() => void look(), delay);
  };
  if (!stopped) timer = setTimeout(() => void look(), delay);
  return {
    peakBytes: () => peak,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Messages with which a program says that the system refused it memory. */
const OUT_OF_MEMORY = /std::bad_alloc|\bMemoryError\b|Cannot allocate memory/;

function cannotStart(command: string, cause: unknown): Failure {
  const code = (cause as NodeJS.ErrnoException).code;
  const why =
    code === 'ENOENT' ? 'it was not found' : code === 'EACCES' ? 'it is not executable' : `the system said ${code}`;
  return new Failure('program-failed', `The program ${command} could not be started: ${why}.`, { cause });
}

/** A runner that uses the system's limits and watches the rest. Only with a sandbox are programs kept from the user's files and the network. */
export function createRunner(options: RunnerOptions): Runner {
  const { platform, sandbox } = options;
  return {
    sandboxed: sandbox !== undefined,
    async run(request, { signal }) {
      throwIfAborted(signal);
      // The shell in between would report a missing program as exit status 127, so look before.
      if (platform !== 'win32' && request.command.includes('/')) {
        try {
          if (!statSync(request.command).isFile()) throw Object.assign(new Error('Not a file'), { code: 'EACCES' });
        } catch (cause) {
          throw cannotStart(request.command, cause);
        }
      }
      const context = {
        platform,
        processesOfUser: platform === 'linux' && process.getuid?.() !== 0 ? countThreadsOfUser() : 0,
      };
      const environment = {
        ...scrubEnvironment(options.environment, request.workingFolder),
        ...request.environment,
      };
      const wrapped = sandbox
        ? await wrapOrFail(
            sandbox,
            [request, environment, limitSettings(request.limits, context), signal],
            'The program was not run',
          )
        : limitedCommand(
            request.launcher ?? request.command,
            request.launcher === undefined ? request.args : [request.command, ...request.args],
            request.limits,
            context,
          );
      const isReported = sandbox !== undefined || request.launcher !== undefined;
      const started = await startProcess({
        ...wrapped,
        workingFolder: request.workingFolder,
        environment,
        report: isReported,
        ...(request.stdin === undefined ? {} : { stdin: request.stdin }),
        platform,
      }).catch((cause: unknown) => {
        sandbox?.afterRun();
        throw cannotStart(request.command, cause);
      });

      let endedBy: EndedBy | undefined;
      const endBecause = (reason: EndedBy): void => {
        if (endedBy) return;
        endedBy = reason;
        void started.end();
      };
      const { outputBytes, timeoutSeconds } = request.limits;
      const stdout = collect(started.child.stdout, outputBytes, () => endBecause('output-limit'));
      const stderr = collect(started.child.stderr, outputBytes, () => endBecause('output-limit'));
      const report = collect(
        (started.child.stdio[3] as NodeJS.ReadableStream | undefined) ?? null,
        1024,
        () => undefined,
      );
      const watched = watch(started, request, { platform, isSandboxed: sandbox !== undefined }, endBecause);
      const timer = setTimeout(() => endBecause('timed-out'), timeoutSeconds * 1000);
      const onAbort = (): void => endBecause('cancelled');
      signal.addEventListener('abort', onAbort, { once: true });
      // The signal may have been aborted while the process was being started.
      if (signal.aborted) onAbort();

      const outerEnd = await started.exited;
      clearTimeout(timer);
      watched.stop();
      signal.removeEventListener('abort', onAbort);
      await Promise.race([started.closed, new Promise((resolve) => setTimeout(resolve, CLOSE_MILLISECONDS))]);
      await started.sweep();
      started.child.stdout?.destroy();
      started.child.stderr?.destroy();

      sandbox?.afterRun();
      const end: ReportedEnd = isReported ? readReportedEnd(outerEnd, report.text()) : outerEnd;
      const errors = stderr.text();
      if (!endedBy && (end.exitCode !== 0 || end.signal) && platform === 'linux' && OUT_OF_MEMORY.test(errors)) {
        endedBy = 'memory-limit';
      }
      const peak = end.peakBytes ?? watched.peakBytes();
      return {
        stdout: stdout.text(),
        stderr: errors,
        stdoutTruncated: stdout.truncated(),
        exitCode: end.exitCode,
        signal: end.signal,
        ...(endedBy ? { endedBy } : {}),
        seconds: end.milliseconds / 1000,
        ...(peak > 0 ? { peakMemoryBytes: peak } : {}),
      };
    },
  };
}
