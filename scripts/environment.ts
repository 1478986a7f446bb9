/** What the scripts need from the machine beside the packages: compiler, Python, browser, VS Code. Each is looked for first and fetched only when missing. */
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export const root = join(import.meta.dirname, '..');
const cache = join(root, '.vscode-test');
const SERVER_VERSION = '4.139.1';

/** Something is missing that cannot be put there from here; the message says what to type. */
export class SetupError extends Error {}

/** Says what is being done, does it, and says how long it took. */
export async function step<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const start = performance.now();
  console.log(`Set-up: ${what}…`);
  const result = await work();
  console.log(`Set-up: done in ${((performance.now() - start) / 1000).toFixed(1)} s.`);
  return result;
}

/** The full path of the first of these programs that is on PATH. */
export function findOnPath(...names: readonly string[]): string | undefined {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const name of names) {
    for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
      for (const ending of endings) {
        const path = join(folder, name + ending);
        try {
          accessSync(path, constants.X_OK);
          return path;
        } catch {
          continue;
        }
      }
    }
  }
  return undefined;
}

/** Does not hold up the process, so that tests can run meanwhile. */
async function run(command: string, args: readonly string[], folder = root): Promise<void> {
  try {
    await promisify(execFile)(command, args, {
      cwd: folder,
      shell: process.platform === 'win32',
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch (error) {
    const { message, stdout = '', stderr = '' } = error as Error & { stdout?: string; stderr?: string };
    const output = `${stdout}${stderr}`.trim().split('\n').slice(-30).join('\n');
    throw new SetupError(`\`${command} ${args.join(' ')}\` failed${output ? `.\n${output}` : `: ${message}`}`);
  }
}

const aptGet = findOnPath('apt-get');
const isRoot = process.getuid?.() === 0;

async function installSystemPackages(packages: readonly string[], purpose: string): Promise<void> {
  const line = `${isRoot ? '' : 'sudo '}apt-get update && ${isRoot ? '' : 'sudo '}apt-get install -y ${packages.join(' ')}`;
  if (!aptGet)
    throw new SetupError(`${purpose} is missing. Install it with your system’s package manager and try again.`);
  if (!isRoot) throw new SetupError(`${purpose} is missing. Type:\n  ${line}`);
  await step(`installing ${packages.join(' and ')} with apt-get`, async () => {
    await run('apt-get', ['update', '-qq']);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages]);
  });
}

/** Makes sure that there are a C++ compiler and a Python to compare with. */
export async function ensureToolchain(): Promise<void> {
  const missing: string[] = [];
  if (!findOnPath('g++', 'clang++', 'cl')) missing.push('g++');
  if (!findOnPath('python3', 'python')) missing.push('python3');
  if (missing.length > 0) await installSystemPackages(missing, missing.join(' and '));
}

/** Programs without which some tests have nothing to try, and the Debian packages that bring them. */
const testTools: readonly (readonly [program: string, packageName: string])[] = [
  ['bwrap', 'bubblewrap'],
  ['socat', 'socat'],
  ['rg', 'ripgrep'],
  ['espeak-ng', 'espeak-ng'],
  ['ffmpeg', 'ffmpeg'],
];

/** Installs what the tests of the sandbox and of audio need where that is possible; else says which tests will be skipped. */
export async function ensureTestTools(): Promise<void> {
  const missing = testTools.flatMap(([program, name]) => (findOnPath(program) ? [] : [name]));
  if (missing.length === 0) return;
  try {
    await installSystemPackages(missing, missing.join(', '));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.log(`${error.message}\nUntil then the tests that need it are skipped.`);
  }
}

const browserNames = ['chromium', 'google-chrome-stable', 'google-chrome', 'chromium-browser', 'microsoft-edge'];
const macBrowsers = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

async function findBrowser(): Promise<string | undefined> {
  const { chromium } = await import('playwright-core');
  const candidates = [
    process.env['SLIPSTREAM_BROWSER'],
    ...browserNames.map((name) => findOnPath(name)),
    ...macBrowsers,
    chromium.executablePath(),
  ];
  // Ubuntu's `chromium-browser` without snap is a script that only prints how to install it: ask each for its version.
  return candidates.find(
    (path) => path && existsSync(path) && spawnSync(path, ['--version'], { timeout: 30_000 }).status === 0,
  );
}

/** Makes sure that there is a Chromium that can be driven; returns its path. */
export async function ensureBrowser(): Promise<string> {
  const found = await findBrowser();
  if (found) return found;
  const debian = existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  if (debian) {
    await installSystemPackages(['chromium'], 'Chromium');
  } else {
    const withDependencies = isRoot && aptGet ? ['--with-deps'] : [];
    await step('fetching Playwright’s Chromium', () =>
      run(process.execPath, ['node_modules/playwright-core/cli.js', 'install', ...withDependencies, 'chromium']),
    );
  }
  const installed = await findBrowser();
  if (!installed)
    throw new SetupError('Chromium was installed but does not start. Set SLIPSTREAM_BROWSER to a browser.');
  return installed;
}

/** Makes sure that VS Code's server with its browser workbench is there; returns its folder. */
export async function ensureServer(): Promise<string> {
  const home = join(cache, `code-server-${SERVER_VERSION}`);
  const server = join(home, 'node_modules/code-server/lib/vscode');
  const complete = join(home, 'complete');
  if (existsSync(complete)) return server;
  if (process.platform !== 'win32' && !(findOnPath('make') && findOnPath('python3'))) {
    await installSystemPackages(['make', 'g++', 'python3'], 'What it takes to build VS Code’s terminal');
  }
  await step(`fetching VS Code (code-server ${SERVER_VERSION}) and building its terminal, once`, async () => {
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), JSON.stringify({ private: true }));
    const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
    await run('npm', ['install', `code-server@${SERVER_VERSION}`, '--ignore-scripts', ...quiet], home);
    await run('npm', ['install', '--omit=dev', '--ignore-scripts', ...quiet], server);
    const native = ['node-pty', '@vscode/spdlog', '@vscode/native-watchdog'];
    await run('npm', ['rebuild', ...native, '--ignore-scripts=false', ...quiet], server);
    writeFileSync(complete, '');
  });
  return server;
}

/** The desktop VS Code, where there is a display and it is installed or can be downloaded; otherwise the reason why not. */
export async function findDesktop(): Promise<{ readonly path: string } | { readonly reason: string }> {
  const display = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  if (!display) return { reason: 'there is no display' };
  const installed = findOnPath('code');
  if (installed) return { path: installed };
  const { downloadAndUnzipVSCode, resolveCliPathFromVSCodeExecutablePath } = await import('@vscode/test-electron');
  try {
    return await step('downloading VS Code', async () => ({
      path: resolveCliPathFromVSCodeExecutablePath(await downloadAndUnzipVSCode({ cachePath: cache, timeout: 20_000 })),
    }));
  } catch (error) {
    return { reason: `VS Code cannot be downloaded (${error instanceof Error ? error.message : String(error)})` };
  }
}

/** Runs one of the project's own scripts or tools under this Node, output shown; throws when it fails. */
export function runNode(args: readonly string[]): void {
  execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
}
