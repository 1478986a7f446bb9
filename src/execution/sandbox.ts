import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Failure, throwIfAborted } from '../shared/failure.ts';
import type { RunRequest } from './runner.ts';
import type { ProcessEnd } from './startProcess.ts';
import { createTemporaryFolder } from './temporaryFolder.ts';

const execFileAsync = promisify(execFile);

/** What is run inside: a program of a conversion, or a compiler, whose time is taken outside. */
export interface SandboxedCommand extends Pick<
  RunRequest,
  'command' | 'args' | 'workingFolder' | 'readableFolders' | 'launcher'
> {
  /** False when nobody listens on descriptor 3. Default: true. */
  readonly reportsTimes?: boolean;
}

/** Keeps programs from the user's files, from other processes and from the network. */
export interface Sandbox {
  /** The command that runs a request inside. `settings` is shell text that sets the limits. */
  wrap(
    request: SandboxedCommand,
    environment: Readonly<Record<string, string>>,
    settings: string,
    signal: AbortSignal,
  ): Promise<{ readonly command: string; readonly args: readonly string[] }>;
  afterRun(): void;
  dispose(): Promise<void>;
}

/** The command that runs a request inside. Throws a Failure that begins with what was not done, such as `The program was not run`. */
export async function wrapOrFail(
  sandbox: Sandbox,
  args: Parameters<Sandbox['wrap']>,
  notDone: string,
): ReturnType<Sandbox['wrap']> {
  try {
    return await sandbox.wrap(...args);
  } catch (cause) {
    throwIfAborted(args[3]);
    throw new Failure('program-failed', `${notDone}: the sandbox could not be prepared for it.`, { cause });
  }
}

/** A sandbox that was tried and works, or a sentence on why there is none. */
export type SandboxSearch =
  | { readonly sandbox: Sandbox; readonly reason?: undefined }
  | { readonly sandbox?: undefined; readonly reason: string };

export interface CreateSandboxOptions {
  readonly platform: NodeJS.Platform;
  /** Path of the library's `apply-seccomp` for Linux. Needed where the library is in a home folder: the sandbox hides those. */
  readonly seccompHelper?: string;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Folders whose content is nobody's business: the homes of all users, and what holds the system's own secrets. */
function privateFolders(platform: NodeJS.Platform): string[] {
  const folders =
    platform === 'darwin' ? ['/Users', '/Volumes'] : ['/home', '/root', '/mnt', '/media', '/srv', '/run/user'];
  return [...new Set([...folders, homedir()])].filter((folder) => folder !== '/' && existsSync(folder));
}

/**
 * The line run inside: limits, then the program with nothing but its own environment. On Linux the times around the
 * program go to descriptor 3, which the program does not get, so that starting the sandbox is not counted.
 */
function innerCommand(
  request: SandboxedCommand,
  environment: Readonly<Record<string, string>>,
  settings: string,
  isTimed: boolean,
): string {
  const variables = Object.entries(environment).map(([name, value]) => quote(`${name}=${value}`));
  const launched = request.launcher === undefined ? [] : [request.launcher];
  const program = [...launched, request.command, ...request.args].map(quote).join(' ');
  const script =
    isTimed && request.reportsTimes !== false && request.launcher === undefined
      ? `${settings}; date +%s%N >&3; "$@" 3>&-; status=$?; date +%s%N >&3; exit $status`
      : `${settings}; exec "$@"`;
  return `exec env -i ${variables.join(' ')} /bin/sh -c ${quote(script)} sh ${program}`;
}

/** The processes with which a sandbox is made, which are not the program's. */
export const SANDBOX_HELPERS: ReadonlySet<string> = new Set([
  'bwrap',
  'sh',
  'dash',
  'bash',
  'socat',
  'apply-seccomp',
  'env',
  'date',
]);

/** How a program ended behind a shell or a launcher that reports on it. */
export interface ReportedEnd extends ProcessEnd {
  readonly peakBytes?: number;
}

/** Reads how a program ended behind a shell or launcher: a signal has become 128 + its number, and the report has the times and perhaps the peak memory. */
export function readReportedEnd(outer: ProcessEnd, report: string): ReportedEnd {
  const [from, to, peakBytes] = report.trim().split(/\s+/).map(Number);
  const measured = from && to && to > from ? (to - from) / 1e6 : outer.milliseconds;
  const milliseconds = Math.min(measured, outer.milliseconds);
  const number = (outer.exitCode ?? 0) - 128;
  const signal = Object.entries(constants.signals).find(([, value]) => value === number)?.[0] as
    NodeJS.Signals | undefined;
  const told = { milliseconds, ...(peakBytes ? { peakBytes } : {}) };
  return number > 0 && signal ? { exitCode: null, signal, ...told } : { ...outer, ...told };
}

/** Where a build puts the sandbox library's helper for this machine; undefined where none is needed. */
export function seccompHelperPath(
  assetFolder: string,
  platform: NodeJS.Platform,
  architecture: string,
): string | undefined {
  if (platform !== 'linux' || (architecture !== 'x64' && architecture !== 'arm64')) return undefined;
  return join(assetFolder, 'seccomp', architecture, 'apply-seccomp');
}

/** Makes a sandbox of what this system has, and tries it: many a container has the tools but refuses their use. */
export async function createSandbox(options: CreateSandboxOptions): Promise<SandboxSearch> {
  try {
    return await tryToCreateSandbox(options);
  } catch (error) {
    // The last line of what the tools said is why; before it stands the command.
    const said = (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? '';
    return { reason: `The sandbox does not work on this system: ${said.replace(/\.$/, '')}.` };
  }
}

async function tryToCreateSandbox(options: CreateSandboxOptions): Promise<SandboxSearch> {
  const { platform } = options;
  if (platform !== 'linux' && platform !== 'darwin') return { reason: 'There is no sandbox for this system yet.' };
  const { SandboxManager } = await import('@anthropic-ai/sandbox-runtime');
  const { errors } = await SandboxManager.checkDependenciesAsync();
  if (errors.length > 0) {
    const hint = platform === 'linux' ? ' On Debian and Ubuntu: sudo apt install bubblewrap socat ripgrep' : '';
    return { reason: `The sandbox is not available: ${errors.join('; ')}.${hint}` };
  }
  const helper = options.seccompHelper;
  const network = { allowedDomains: [], deniedDomains: [] };
  const seccomp = helper === undefined ? {} : { seccomp: { applyPath: helper } };
  const library = helper === undefined ? [] : [dirname(helper)];
  const denyRead = privateFolders(platform);
  const sandbox: Sandbox = {
    async wrap(request, environment, settings, signal) {
      const readable = [
        dirname(request.command),
        ...(request.launcher === undefined ? [] : [dirname(request.launcher)]),
        request.workingFolder,
        ...(request.readableFolders ?? []),
        ...library,
      ];
      const { argv } = await SandboxManager.wrapWithSandboxArgv(
        innerCommand(request, environment, settings, platform === 'linux'),
        '/bin/sh',
        {
          network,
          filesystem: { denyRead, allowRead: readable, allowWrite: [request.workingFolder], denyWrite: [] },
          ...seccomp,
        },
        signal,
        request.workingFolder,
      );
      const [command, ...args] = argv;
      if (command === undefined) throw new Error('The sandbox gave no command.');
      return { command, args };
    },
    afterRun: () => SandboxManager.cleanupAfterCommand(),
    dispose: () => SandboxManager.reset(),
  };
  try {
    await SandboxManager.initialize({
      network,
      filesystem: { denyRead, allowWrite: [], denyWrite: [] },
      ...seccomp,
    });
    await using folder = await createTemporaryFolder();
    const limits = { timeoutSeconds: 10, outputBytes: 1024, memoryBytes: 1024 ** 3 };
    const request = { command: '/bin/echo', args: ['works'], workingFolder: folder.path, limits };
    const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };
    const { command, args } = await sandbox.wrap(request, environment, ':', new AbortController().signal);
    // Descriptor 3 is not open here, so the shell inside cannot report times; only that the program ran counts.
    const { stdout } = await execFileAsync('/bin/sh', ['-c', 'exec "$@" 3>/dev/null', 'sh', command, ...args], {
      cwd: folder.path,
      env: environment,
      timeout: 10_000,
    });
    sandbox.afterRun();
    if (stdout.trim() !== 'works') throw new Error('The program inside did not run.');
    return { sandbox };
  } catch (error) {
    await SandboxManager.reset().catch(() => undefined);
    throw error;
  }
}
