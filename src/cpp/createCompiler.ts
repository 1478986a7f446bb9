import { realpath, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { runTool, type ToolResult } from '../execution/runTool.ts';
import { compilerEnvironment, type Environment } from '../execution/environment.ts';
import { wrapOrFail, type Sandbox } from '../execution/sandbox.ts';
import { Failure } from '../shared/failure.ts';
import type { Compiler, CompileRequest } from './compiler.ts';
import { parseGnuDiagnostics, parseMsvcDiagnostics } from './parseDiagnostics.ts';

/** What is known of a compiler once it has been asked for its version. */
export interface CompilerDescription {
  readonly id: Compiler['id'];
  readonly label: string;
  readonly version: string;
  readonly path: string;
  readonly defaultFlags: readonly string[];
  readonly environment: Environment;
  readonly platform: NodeJS.Platform;
}

const DEFAULT_TIMEOUT_SECONDS = 120;

/** Where a compiler that is not the system's keeps its headers and libraries: the folder above its `bin`, unless homes lie in it. */
async function installationFolders(compilerPath: string): Promise<string[]> {
  const program = await realpath(compilerPath).catch(() => compilerPath);
  const prefix = dirname(dirname(program));
  const folders = [dirname(program), ...((homedir() + sep).startsWith(prefix + sep) ? [] : [prefix])];
  return folders.filter((folder) => folder !== '/' && folder !== '.');
}

/** Writes a command as one would type it. */
export function formatCommand(parts: readonly string[], platform: NodeJS.Platform): string {
  const quote = platform === 'win32' ? '"' : "'";
  return parts
    .map((part) => {
      if (/^[\w@%+=:,./\\-]+$/.test(part)) return part;
      return quote + (platform === 'win32' ? part : part.replaceAll("'", "'\\''")) + quote;
    })
    .join(' ');
}

async function wrapInSandbox(
  sandbox: Sandbox,
  command: string,
  args: readonly string[],
  workingFolder: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): ReturnType<Sandbox['wrap']> {
  const readableFolders = await installationFolders(command);
  return wrapOrFail(
    sandbox,
    [{ command, args, workingFolder, readableFolders, reportsTimes: false }, environment, ':', signal],
    'The C++ was not compiled',
  );
}

function compileArguments(
  description: CompilerDescription,
  flags: readonly string[],
  sourceName: string,
  programName: string,
): string[] {
  if (description.id === 'msvc') {
    return ['/nologo', '/diagnostics:column', ...flags, sourceName, `/Fe:${programName}`];
  }
  const major = Number.parseInt(description.version, 10);
  // From version 11 on g++ counts columns as displayed unless told to count bytes as before.
  const columns = description.id === 'gcc' && major >= 11 ? ['-fdiagnostics-column-unit=byte'] : [];
  return [...flags, ...columns, sourceName, '-o', programName];
}

/** Makes the Compiler that a description speaks of. */
export function createCompiler(description: CompilerDescription): Compiler {
  const { id, label, version, path, defaultFlags, platform } = description;
  return {
    id,
    label,
    version,
    path,
    defaultFlags,
    async compile(request: CompileRequest, options) {
      const sourceName = `${request.name}.cpp`;
      const programName = platform === 'win32' ? `${request.name}.exe` : request.name;
      const args = compileArguments(description, request.flags, sourceName, programName);
      await writeFile(join(request.folder, sourceName), request.source, 'utf8');
      // Linkers name what they link by its full path all the same.
      const withoutFolder = (text: string): string =>
        text.replaceAll(request.folder + (platform === 'win32' ? '\\' : '/'), '');
      let pending = '';
      const tell = (text: string): void => {
        if (text) options.onOutput?.(withoutFolder(text));
      };
      const { sandbox, signal } = options;
      // A cache would lie in a folder that cannot be written from inside.
      const environment = {
        ...compilerEnvironment(description.environment, request.folder),
        ...(sandbox && { CCACHE_DISABLE: '1' }),
      };
      const wrapped = sandbox
        ? await wrapInSandbox(sandbox, path, args, request.folder, environment, signal)
        : { command: path, args };
      let result: ToolResult;
      try {
        // The compiler runs in the folder, so that its messages name the file and not a temporary path.
        result = await runTool(
          {
            ...wrapped,
            workingFolder: request.folder,
            environment,
            platform,
            timeoutSeconds: options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
            onOutput: (text) => {
              const lines = pending + text;
              const end = lines.lastIndexOf('\n') + 1;
              pending = lines.slice(end);
              tell(lines.slice(0, end));
            },
          },
          options,
        );
      } catch (error) {
        if (error instanceof Failure) throw error;
        throw new Failure('compiler-missing', `The compiler ${path} could not be started.`, { cause: error });
      } finally {
        sandbox?.afterRun();
      }
      tell(pending);
      const output = withoutFolder(result.output);
      const compiled = { source: request.source, fileName: sourceName };
      const parse = id === 'msvc' ? parseMsvcDiagnostics : parseGnuDiagnostics;
      const parsed = parse(output, compiled);
      const succeeded = result.exitCode === 0;
      const explained = succeeded || parsed.some((diagnostic) => diagnostic.severity === 'error');
      const firstLine = output.split('\n').find((line) => line.trim() !== '');
      const diagnostics = explained
        ? parsed
        : [
            ...parsed,
            {
              severity: 'error' as const,
              message:
                firstLine?.trim() ?? `The compiler ended with ${result.signal ?? `exit status ${result.exitCode}`}.`,
              line: 0,
              column: 0,
              endLine: 0,
              endColumn: 0,
            },
          ];
      return {
        record: {
          id,
          version,
          path,
          flags: request.flags,
          command: formatCommand([path, ...args], platform),
          seconds: result.seconds,
          succeeded,
          diagnostics,
        },
        output,
        ...(succeeded ? { program: join(request.folder, programName) } : {}),
      };
    },
  };
}
