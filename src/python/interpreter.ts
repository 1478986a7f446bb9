import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Failure, throwIfAborted } from '../shared/failure.ts';

/** A Python interpreter that was started once and answered. */
export interface Interpreter {
  /** The interpreter itself, not a launcher or shim before it. */
  readonly path: string;
  /** Such as `3.12.4`. */
  readonly version: string;
  /** What a run needs on top of a scrubbed environment to find the modules the user's own runs find. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folders that a run must be able to read: the installation, the virtual environment, the user's own packages. */
  readonly folders: readonly string[];
}

export interface FindInterpreterOptions {
  /** The user's choice: the Python extension's or the setting. */
  readonly configuredPath?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly signal: AbortSignal;
}

const execFileAsync = promisify(execFile);

/** Runs on every Python, also on 2, so that an old one is recognised. */
const QUESTION =
  'import sys, json, site; print(json.dumps([sys.executable, list(sys.version_info[:3]), site.getuserbase(), sys.prefix, getattr(sys, "base_prefix", sys.prefix)]))';

async function ask(
  command: string,
  args: readonly string[],
  options: FindInterpreterOptions,
): Promise<Interpreter | 'too-old' | undefined> {
  try {
    const { stdout } = await execFileAsync(command, [...args, '-c', QUESTION], {
      env: { ...options.environment, PYTHONIOENCODING: 'utf-8' },
      signal: options.signal,
      timeout: 20_000,
      windowsHide: true,
    });
    const answer = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as [string, number[], string, string, string];
    const [path, version, userBase, prefix, basePrefix] = answer;
    if ((version[0] ?? 0) < 3) return 'too-old';
    return {
      path: path || command,
      version: version.join('.'),
      environment: { PYTHONUSERBASE: userBase },
      folders: [...new Set([prefix, basePrefix, userBase])],
    };
  } catch {
    throwIfAborted(options.signal);
    return undefined;
  }
}

function installLine(platform: NodeJS.Platform): string {
  if (platform === 'win32') return 'winget install Python.Python.3.13';
  return platform === 'darwin' ? 'brew install python' : 'sudo apt install python3';
}

/** Finds the Python to run programs with: the user's choice, which must work, else the one on PATH. Throws Failure `interpreter-missing`. */
export async function findInterpreter(options: FindInterpreterOptions): Promise<Interpreter> {
  throwIfAborted(options.signal);
  const configured = options.configuredPath?.trim();
  if (configured) {
    const found = await ask(configured, [], options);
    if (found && found !== 'too-old') return found;
    const why = found === 'too-old' ? 'is Python 2; Python 3 is needed' : 'could not be run as Python';
    throw new Failure(
      'interpreter-missing',
      `The chosen Python interpreter, ${configured}, ${why}. Choose another one, or empty the setting to use the one on PATH.`,
    );
  }
  const commands: readonly (readonly [string, readonly string[]])[] =
    options.platform === 'win32'
      ? [
          ['py', ['-3']],
          ['python', []],
          ['python3', []],
        ]
      : [
          ['python3', []],
          ['python', []],
        ];
  for (const [command, args] of commands) {
    const found = await ask(command, args, options);
    if (found && found !== 'too-old') return found;
  }
  throw new Failure(
    'interpreter-missing',
    `No Python 3 was found on PATH. Choose an interpreter in the settings, or install one: ${installLine(options.platform)}`,
  );
}
