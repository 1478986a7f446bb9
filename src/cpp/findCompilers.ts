import { readdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { compilerEnvironment, type Environment } from '../execution/environment.ts';
import { runTool, type ToolResult } from '../execution/runTool.ts';
import { Failure } from '../shared/failure.ts';
import type { Compiler } from './compiler.ts';
import { createCompiler } from './createCompiler.ts';
import { findVisualCpp } from './findVisualCpp.ts';

export interface FindCompilersOptions {
  /** The user's setting: a path, or a name to look up. */
  readonly configuredPath?: string;
  readonly environment: Environment;
  readonly platform: NodeJS.Platform;
  readonly signal: AbortSignal;
}

const PROBE_SECONDS = 20;
const NAME = /^(?<name>g\+\+|clang\+\+)(?:-(?<version>\d+(?:\.\d+)*))?(?:\.exe)?$/;
const MAC_FOLDERS = ['/opt/homebrew/bin', '/usr/local/bin', '/opt/homebrew/opt/llvm/bin', '/usr/local/opt/llvm/bin'];

/** The place of each name in the order of preference: the system's own compiler, then the other, then newer before older. */
function rank(name: string, platform: NodeJS.Platform): number {
  const groups = NAME.exec(name)?.groups;
  const preferred = platform === 'darwin' ? 'clang++' : 'g++';
  const version = groups?.['version'];
  return (version ? 1000 - Number.parseInt(version, 10) : 0) * 2 + (groups?.['name'] === preferred ? 0 : 1);
}

function searchFolders(environment: Environment, platform: NodeJS.Platform): string[] {
  const path = environment['PATH'] ?? environment['Path'] ?? '';
  const folders = path.split(platform === 'win32' ? ';' : delimiter).filter((folder) => isAbsolute(folder));
  return [...new Set([...folders, ...(platform === 'darwin' ? MAC_FOLDERS : [])])];
}

/** What the first line of `--version` says. */
export function parseVersion(output: string): Pick<Compiler, 'id' | 'label' | 'version'> | undefined {
  const clang = /^(?<vendor>.*?)\bclang version (?<version>\d+[\d.]*)/m.exec(output)?.groups;
  if (clang) {
    const version = clang['version'] ?? '';
    return { id: 'clang', version, label: `${clang['vendor']?.includes('Apple') ? 'Apple ' : ''}clang++ ${version}` };
  }
  if (!output.includes('Free Software Foundation')) return undefined;
  // The vendor's remark in parentheses has a version of its own.
  const version = /(\d+\.\d+[\d.]*)/.exec((output.split('\n')[0] ?? '').replace(/\([^)]*\)/g, ''))?.[1];
  return version ? { id: 'gcc', version, label: `g++ ${version}` } : undefined;
}

async function probe(
  path: string,
  args: readonly string[],
  options: FindCompilersOptions,
  stdin?: string,
): Promise<ToolResult | undefined> {
  try {
    return await runTool(
      {
        command: path,
        args,
        workingFolder: tmpdir(),
        environment: compilerEnvironment(options.environment, tmpdir()),
        platform: options.platform,
        timeoutSeconds: PROBE_SECONDS,
        ...(stdin === undefined ? {} : { stdin }),
      },
      options,
    );
  } catch (error) {
    if (error instanceof Failure && error.reason === 'cancelled') throw error;
    return undefined;
  }
}

/** The flag that makes this compiler use all of this processor. clang for ARM knew it by another name for long. */
async function nativeFlags(path: string, options: FindCompilersOptions): Promise<string[]> {
  for (const flag of ['-march=native', '-mcpu=native']) {
    const result = await probe(path, [flag, '-x', 'c++', '-fsyntax-only', '-'], options, '');
    if (result?.exitCode === 0) return [flag];
  }
  return [];
}

async function describe(path: string, options: FindCompilersOptions): Promise<Compiler | undefined> {
  const [answer, native] = await Promise.all([probe(path, ['--version'], options), nativeFlags(path, options)]);
  const version = answer?.exitCode === 0 ? parseVersion(answer.output) : undefined;
  if (!version) return undefined;
  return createCompiler({
    ...version,
    path,
    // A multiplication and an addition made one round once; Python rounds twice.
    defaultFlags: ['-std=c++20', '-O3', ...native, '-ffp-contract=off'],
    environment: options.environment,
    platform: options.platform,
  });
}

async function candidates(options: FindCompilersOptions): Promise<string[]> {
  const found: { readonly name: string; readonly path: string; readonly order: number }[] = [];
  for (const [order, folder] of searchFolders(options.environment, options.platform).entries()) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names) if (NAME.test(name)) found.push({ name, path: join(folder, name), order });
  }
  found.sort((a, b) => rank(a.name, options.platform) - rank(b.name, options.platform) || a.order - b.order);
  const paths = new Map<string, string>();
  for (const { path } of found) {
    // g++ and g++-12 are often one program.
    const real = await realpath(path).catch(() => undefined);
    if (real !== undefined && !paths.has(real)) paths.set(real, path);
  }
  return [...paths.values()];
}

/** macOS has a /usr/bin/clang++ that only asks to install the tools; it must not be started before they are there. */
async function withoutPlaceholders(
  paths: readonly string[],
  options: FindCompilersOptions,
): Promise<readonly string[]> {
  if (options.platform !== 'darwin' || !paths.some((path) => path.startsWith('/usr/bin/'))) return paths;
  const tools = await probe('/usr/bin/xcode-select', ['-p'], options);
  return tools?.exitCode === 0 ? paths : paths.filter((path) => !path.startsWith('/usr/bin/'));
}

async function findConfigured(configured: string, options: FindCompilersOptions): Promise<Compiler> {
  const paths = isAbsolute(configured)
    ? [configured]
    : searchFolders(options.environment, options.platform).map((folder) => join(folder, configured));
  for (const path of paths) {
    const compiler = /(^|[\\/])cl(\.exe)?$/i.test(path)
      ? (await findVisualCpp(options, path))[0]
      : await describe(path, options);
    if (compiler) return compiler;
  }
  throw new Failure(
    'compiler-missing',
    `The compiler in the settings, ${configured}, is not a C++ compiler that Slipstream can run. Correct the setting, or empty it to search for one.`,
  );
}

/**
 * Finds the C++ compilers of this machine, the one to use first. The one in the settings comes before all and must work;
 * otherwise none found is an empty list.
 */
export async function findCompilers(options: FindCompilersOptions): Promise<Compiler[]> {
  const configured = options.configuredPath?.trim();
  const first = configured ? await findConfigured(configured, options) : undefined;
  const paths = await withoutPlaceholders(await candidates(options), options);
  const described = await Promise.all(paths.map((path) => describe(path, options)));
  const found = described.filter((compiler) => compiler !== undefined);
  const visual = options.platform === 'win32' ? await findVisualCpp(options) : [];
  const others = [...visual, ...found].filter((compiler) => compiler.path !== first?.path);
  return first ? [first, ...others] : others;
}
