import { readFile } from 'node:fs/promises';
import type { Compiler } from '../cpp/compiler.ts';
import { compilerMissing } from '../cpp/installHint.ts';
import { findCompilers } from '../cpp/findCompilers.ts';
import { createRunner } from '../execution/createRunner.ts';
import type { Runner } from '../execution/runner.ts';
import { createSandbox, seccompHelperPath, type Sandbox, type SandboxSearch } from '../execution/sandbox.ts';
import { findInterpreter, type Interpreter } from '../python/interpreter.ts';
import { Failure } from '../shared/failure.ts';

/** What the machine has, looked for when it is asked for. Dispose of it at the end. */
export interface MachineServices extends AsyncDisposable {
  findCompiler(signal: AbortSignal): Promise<Compiler>;
  /** All that there are, the one to use first; at least one. */
  findCompilers(signal: AbortSignal): Promise<readonly Compiler[]>;
  findInterpreter(signal: AbortSignal): Promise<Interpreter>;
  /** Throws Failure `unsupported` where one is required and none works. */
  findSandbox(): Promise<Sandbox | undefined>;
  createRunner(options: { readonly untrusted: boolean }): Promise<Runner>;
}

/** The services as the options choose them. Throws Failure `invalid-input` for an option of another form. */
export function machineServices(
  values: { readonly compiler?: string | undefined; readonly python?: string | undefined; readonly sandbox: string },
  assetFolder: string,
): MachineServices {
  const { platform, env: environment } = process;
  const mode = values.sandbox;
  if (!['auto', 'required', 'off'].includes(mode)) {
    throw new Failure('invalid-input', '--sandbox takes auto, required or off.');
  }
  let search: Promise<SandboxSearch> | undefined;
  const findSandbox = async (): Promise<Sandbox | undefined> => {
    if (mode === 'off') return undefined;
    const seccompHelper = seccompHelperPath(assetFolder, platform, process.arch);
    const isFirst = search === undefined;
    search ??= createSandbox({ platform, ...(seccompHelper !== undefined && { seccompHelper }) });
    const { sandbox, reason } = await search;
    if (!sandbox && mode === 'required') {
      throw new Failure('unsupported', `${reason} Nothing was run, because --sandbox is "required".`);
    }
    if (!sandbox && isFirst) process.stderr.write(`Not sandboxed: ${reason}\n`);
    return sandbox;
  };
  const allCompilers = async (signal: AbortSignal): Promise<readonly Compiler[]> => {
    const configuredPath = values.compiler;
    const found = await findCompilers({
      ...(configuredPath !== undefined && { configuredPath }),
      environment,
      platform,
      signal,
    });
    if (found.length > 0) return found;
    throw compilerMissing(platform, await readFile('/etc/os-release', 'utf8').catch(() => ''));
  };
  return {
    findCompilers: allCompilers,
    findCompiler: async (signal) => (await allCompilers(signal))[0] as Compiler,
    findInterpreter: (signal) => {
      const configuredPath = values.python;
      return findInterpreter({
        ...(configuredPath !== undefined && { configuredPath }),
        environment,
        platform,
        signal,
      });
    },
    findSandbox,
    createRunner: async ({ untrusted }) => {
      const inside = untrusted || mode === 'required' ? await findSandbox() : undefined;
      return createRunner({ environment, platform, ...(inside && { sandbox: inside }) });
    },
    [Symbol.asyncDispose]: async () => {
      await (await search)?.sandbox?.dispose();
    },
  };
}
