import { Failure, throwIfAborted } from '../shared/failure.ts';
import { startProcess } from './startProcess.ts';

/** A tool of the user's own, such as a compiler: trusted, so without limits but time. */
export interface ToolRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly workingFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly platform: NodeJS.Platform;
  readonly timeoutSeconds: number;
  readonly stdin?: string;
  readonly onOutput?: (text: string) => void;
}

export interface ToolResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Both outputs in the order in which they came. */
  readonly output: string;
  readonly seconds: number;
}

/** Output of a tool beyond this is dropped: templates can make compilers write without end. */
const OUTPUT_CHARACTERS = 4 * 1024 * 1024;

/** Runs a tool to its end. Cancel and time-out end its process tree and throw Failure; a tool that cannot be started throws the system's error. */
export async function runTool(request: ToolRequest, options: { readonly signal: AbortSignal }): Promise<ToolResult> {
  throwIfAborted(options.signal);
  const started = await startProcess(request);
  let output = '';
  for (const stream of [started.child.stdout, started.child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      if (output.length >= OUTPUT_CHARACTERS) return;
      output += text;
      request.onOutput?.(text);
    });
  }
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    void started.end();
  }, request.timeoutSeconds * 1000);
  const onAbort = (): void => void started.end();
  options.signal.addEventListener('abort', onAbort, { once: true });
  if (options.signal.aborted) onAbort();
  const end = await started.exited;
  clearTimeout(timer);
  options.signal.removeEventListener('abort', onAbort);
  await Promise.race([started.closed, new Promise((resolve) => setTimeout(resolve, 1000))]);
  if (options.signal.aborted || timedOut) await started.sweep();
  throwIfAborted(options.signal);
  if (timedOut) {
    throw new Failure('timed-out', `${request.command} did not finish within ${request.timeoutSeconds} s.`);
  }
  return { exitCode: end.exitCode, signal: end.signal, output, seconds: end.milliseconds / 1000 };
}
