import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { MARKER_VARIABLE, signalProcessTree, type ProcessTreeId } from './processTree.ts';

/** How a process ended. `milliseconds` is wall time from its start. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly milliseconds: number;
}

/** A process at the head of its own group. */
export interface StartedProcess {
  readonly child: ChildProcess;
  readonly id: ProcessTreeId;
  /** Resolves when the first process has ended; its descendants may live on. */
  readonly exited: Promise<ProcessEnd>;
  /** Resolves when the outputs are closed too, which descendants can delay. */
  readonly closed: Promise<void>;
  /** Ends the tree: asks first, then insists after a moment. Resolves when it was told to. */
  end(): Promise<void>;
  /** Ends whatever the process left behind, without asking. */
  sweep(): Promise<void>;
}

/** What to start; there is no shell in between. */
export interface ProcessRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly workingFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Opens a third output, file descriptor 3, as `child.stdio[3]`. */
  readonly report?: boolean;
  readonly platform: NodeJS.Platform;
}

/** How long a process tree may take to end by itself once asked. Cancel is promised within 200 ms. */
const GRACE_MILLISECONDS = 100;

/** Starts a process in a group of its own. Rejects with the system's error when it cannot be started. */
export async function startProcess(request: ProcessRequest): Promise<StartedProcess> {
  const { platform } = request;
  const marker = randomUUID();
  const child = spawn(request.command, request.args, {
    cwd: request.workingFolder,
    env: { ...request.environment, [MARKER_VARIABLE]: marker },
    stdio: [
      request.stdin === undefined ? 'ignore' : 'pipe',
      'pipe',
      'pipe',
      ...(request.report ? (['pipe'] as const) : []),
    ],
    detached: platform !== 'win32',
    windowsHide: true,
    shell: false,
  });
  // `spawn` returns when the program has been loaded, so that forking this process is not counted.
  const startedAt = performance.now();
  const exited = new Promise<ProcessEnd>((resolve) => {
    child.once('exit', (exitCode, signal) =>
      resolve({ exitCode, signal, milliseconds: performance.now() - startedAt }),
    );
  });
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  if (child.pid === undefined) {
    throw await new Promise((resolve) => {
      child.once('error', resolve);
    });
  }
  // Later errors are failures to send a signal, which the end of the process shows anyway.
  child.on('error', () => undefined);
  if (request.stdin !== undefined && child.stdin) {
    // A program that ends without reading its input closes the pipe early.
    child.stdin.on('error', () => undefined);
    child.stdin.end(request.stdin);
  }
  const id: ProcessTreeId = { pid: child.pid, marker };
  return {
    child,
    id,
    exited,
    closed,
    async end() {
      await signalProcessTree(id, 'SIGTERM', platform);
      const ended = await Promise.race([
        exited.then(() => true),
        new Promise<false>((resolve) => setTimeout(resolve, GRACE_MILLISECONDS, false)),
      ]);
      if (!ended) await signalProcessTree(id, 'SIGKILL', platform);
    },
    sweep: () => signalProcessTree(id, 'SIGKILL', platform),
  };
}
