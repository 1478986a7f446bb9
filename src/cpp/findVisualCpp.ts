import { tmpdir } from 'node:os';
import { win32 } from 'node:path';
import type { Environment } from '../execution/environment.ts';
import { runTool } from '../execution/runTool.ts';
import { Failure } from '../shared/failure.ts';
import type { Compiler } from './compiler.ts';
import { createCompiler } from './createCompiler.ts';

interface Search {
  readonly environment: Environment;
  readonly platform: NodeJS.Platform;
  readonly signal: AbortSignal;
}

const DEFAULT_FLAGS = ['/std:c++20', '/O2', '/EHsc', '/utf-8'];

async function ask(
  command: string,
  args: readonly string[],
  environment: Environment,
  search: Search,
): Promise<string | undefined> {
  const defined = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  try {
    const request = { command, args, workingFolder: tmpdir(), platform: search.platform, timeoutSeconds: 60 };
    return (await runTool({ ...request, environment: { ...Object.fromEntries(defined), VSLANG: '1033' } }, search))
      .output;
  } catch (error) {
    if (error instanceof Failure && error.reason === 'cancelled') throw error;
    return undefined;
  }
}

/** Reads the output of `set`. */
export function parseEnvironment(text: string): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const equals = line.indexOf('=');
    if (equals > 0) environment[line.slice(0, equals)] = line.slice(equals + 1);
  }
  return environment;
}

/** The path of the first program of this name on PATH of the given environment. */
function onPath(environment: Environment, name: string): string[] {
  const path = environment['PATH'] ?? environment['Path'] ?? '';
  return path
    .split(';')
    .filter(Boolean)
    .map((folder) => win32.join(folder, name));
}

async function describe(path: string, environment: Environment, search: Search): Promise<Compiler | undefined> {
  const version = /Version (\d+[\d.]*)/.exec((await ask(path, [], environment, search)) ?? '')?.[1];
  if (!version) return undefined;
  return createCompiler({
    id: 'msvc',
    label: `Visual C++ ${version}`,
    version,
    path,
    defaultFlags: DEFAULT_FLAGS,
    environment,
    platform: search.platform,
  });
}

/**
 * Finds Visual C++: `cl` works only with the variables its own batch file sets, so those are asked for through
 * `vswhere`, unless this environment has them already (a developer prompt).
 */
export async function findVisualCpp(search: Search, configuredPath?: string): Promise<Compiler[]> {
  const { environment } = search;
  if (environment['VCINSTALLDIR']) {
    for (const path of configuredPath ? [configuredPath] : onPath(environment, 'cl.exe')) {
      const compiler = await describe(path, environment, search);
      if (compiler) return [compiler];
    }
  }
  const programs = environment['ProgramFiles(x86)'] ?? 'C:\\Program Files (x86)';
  const vswhere = win32.join(programs, 'Microsoft Visual Studio', 'Installer', 'vswhere.exe');
  const wanted = ['-latest', '-products', '*', '-requires', 'Microsoft.VisualStudio.Component.VC.Tools.x86.x64'];
  const folder = (
    await ask(vswhere, [...wanted, '-property', 'installationPath', '-utf8'], environment, search)
  )?.trim();
  if (!folder) return [];
  const batch = win32.join(folder, 'VC', 'Auxiliary', 'Build', 'vcvarsall.bat');
  const target = process.arch === 'arm64' ? 'arm64' : 'x64';
  const shell = environment['ComSpec'] ?? 'cmd.exe';
  const variables = await ask(shell, ['/d', '/c', 'call', batch, target, '>nul', '&&', 'set'], environment, search);
  if (!variables) return [];
  const prepared = { ...environment, ...parseEnvironment(variables) };
  for (const path of configuredPath ? [configuredPath] : onPath(prepared, 'cl.exe')) {
    const compiler = await describe(path, prepared, search);
    if (compiler) return [compiler];
  }
  return [];
}
