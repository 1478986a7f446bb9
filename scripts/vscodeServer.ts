/** Starts and ends VS Code's own server, which serves the browser workbench on loopback. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Where one VS Code keeps its things. Nothing outside this folder is read or written. */
export interface ServerFolders {
  readonly serverData: string;
  readonly userData: string;
  readonly extensions: string;
}

export interface ServerOptions {
  /** The folder of VS Code's server, as `ensureServer` gives it. */
  readonly server: string;
  readonly folders: ServerFolders;
  /** 0 picks a free one. */
  readonly port: number;
  /** False leaves Workspace Trust on: a folder then opens in Restricted Mode. */
  readonly trusted: boolean;
  /** Honours `extensionTestsPath` and the like in the address; for tests only. */
  readonly testDriver: boolean;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface RunningServer {
  readonly port: number;
  /** `127.0.0.1:PORT`, the authority of its `vscode-remote` addresses. */
  readonly authority: string;
  /** What the server has printed so far, for the message of a failed test. */
  output(): string;
  /** Ends the server and every process it started. */
  stop(): Promise<void>;
}

/** The folders of a VS Code that lives below `home`, made when missing. */
export function serverFolders(home: string): ServerFolders {
  const folders = {
    serverData: join(home, 'server-data'),
    userData: join(home, 'user-data'),
    extensions: join(home, 'extensions'),
  };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  return folders;
}

const folderArguments = ({ serverData, userData, extensions }: ServerFolders): string[] => [
  `--server-data-dir=${serverData}`,
  `--user-data-dir=${userData}`,
  `--extensions-dir=${extensions}`,
];

/** The variables that tell programs that they run inside a VS Code; a VS Code started from such a terminal must not see them. */
const withoutVsCodeVariables = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(VSCODE_|ELECTRON_)/.test(name)));

/** Installs a VSIX as a person would. */
export function installExtension(server: string, folders: ServerFolders, vsix: string): void {
  const args = [
    'out/server-main.js',
    ...folderArguments(folders),
    '--accept-server-license-terms',
    '--install-extension',
    vsix,
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: server,
    encoding: 'utf8',
    env: withoutVsCodeVariables(process.env),
  });
  if (status !== 0 || !/successfully installed/.test(stdout)) {
    throw new Error(`VS Code did not install ${vsix}:\n${stdout}${stderr}`);
  }
}

const START_TIMEOUT_MS = 60_000;

/** Starts the server and waits until it listens. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const args = [
    'out/server-main.js',
    '--host=127.0.0.1',
    `--port=${options.port}`,
    '--without-connection-token',
    '--accept-server-license-terms',
    '--telemetry-level=off',
    ...(options.trusted ? ['--disable-workspace-trust'] : []),
    // Otherwise the login shell's environment would replace the one that is asked for.
    ...(options.environment ? ['--force-disable-user-env'] : []),
    ...(options.testDriver ? ['--enable-smoke-test-driver'] : []),
    ...folderArguments(options.folders),
  ];
  const posix = process.platform !== 'win32';
  const child = spawn(process.execPath, args, {
    cwd: options.server,
    // A group of its own, so that stopping it ends the extension hosts and terminals as well.
    detached: posix,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...withoutVsCodeVariables(process.env), ...options.environment },
  });
  let output = '';
  const endGroup = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      if (posix) process.kill(-child.pid, signal);
      else spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F']);
    } catch {
      return; // Nothing of the group is left.
    }
  };
  const endAtExit = (): void => endGroup('SIGKILL');
  process.once('exit', endAtExit);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    endGroup('SIGTERM');
    await Promise.race([exited, delay(3000, undefined, { ref: false })]);
    endGroup('SIGKILL');
    await exited;
    process.off('exit', endAtExit);
  };
  const port = await new Promise<number>((resolve, reject) => {
    const fail = (what: string): void => reject(new Error(`VS Code’s server ${what}:\n${output}`));
    const timer = setTimeout(() => fail('did not start in time'), START_TIMEOUT_MS);
    const read = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-200_000);
      const listening = /listening on (\d+)/.exec(output);
      if (listening) {
        clearTimeout(timer);
        resolve(Number(listening[1]));
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', (error) => fail(`cannot be started (${error.message})`));
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with status ${code}`);
    });
  }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { port, authority: `127.0.0.1:${port}`, output: () => output, stop };
}

/** The address that opens a folder, and perhaps a file, in the browser workbench. */
export function workbenchAddress(
  server: RunningServer,
  open: { readonly folder: string; readonly file?: string; readonly payload?: readonly (readonly [string, string])[] },
): string {
  const remote = (path: string): string => `vscode-remote://${server.authority}${encodeURI(path)}`;
  const pairs = [
    ['skipWelcome', 'true'],
    ...(open.file ? [['openFile', remote(open.file)]] : []),
    ...(open.payload ?? []).map(([key, value]) => [key, value.startsWith('/') ? remote(value) : value]),
  ];
  const query = new URLSearchParams({ folder: open.folder, payload: JSON.stringify(pairs) });
  return `http://${server.authority}/?${query.toString().replaceAll('+', '%20')}`;
}
