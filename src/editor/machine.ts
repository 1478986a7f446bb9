import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { l10n, window, type Disposable, type ExtensionContext, type LogOutputChannel, type Uri } from 'vscode';
import type { ConversionServices } from '../conversion/conversionParts.ts';
import type { Compiler } from '../cpp/compiler.ts';
import type { Sandbox, SandboxSearch } from '../execution/sandbox.ts';
import { chosenInterpreter, setting } from './settings.ts';

/** What conversions and modules need of this machine. */
export type MachineServices = Required<
  Pick<
    ConversionServices,
    'assetFolder' | 'findCompiler' | 'findInterpreter' | 'createRunner' | 'findSandbox' | 'approveUntrustedCode'
  >
> & {
  /** All that there are, the one to use first; at least one. */
  findCompilers(signal: AbortSignal): Promise<readonly Compiler[]>;
};

/** Where the files read at run time lie. */
export const assetPath = ({ extensionPath }: ExtensionContext): string => join(extensionPath, 'dist', 'assets');

/** Finds compilers, interpreters and the sandbox, as the settings choose them, and asks what is asked once. */
export class Machine implements Disposable {
  readonly #context: ExtensionContext;
  readonly #log: LogOutputChannel;
  /** Found once: trying a sandbox takes a moment. */
  #sandbox: Promise<SandboxSearch> | undefined;

  readonly #asked = new Map<string, Promise<boolean>>();

  constructor(context: ExtensionContext, log: LogOutputChannel) {
    this.#context = context;
    this.#log = log;
  }

  dispose(): void {
    this.#sandbox?.then(({ sandbox }) => sandbox?.dispose()).catch((error: unknown) => this.#log.warn(String(error)));
  }

  /** The services with the settings of a document. */
  async services(scope: Uri | undefined): Promise<MachineServices> {
    const [
      { findCompilers },
      { compilerMissing },
      { createRunner },
      { createSandbox, seccompHelperPath },
      { findInterpreter },
    ] = await Promise.all([
      import('../cpp/findCompilers.ts'),
      import('../cpp/installHint.ts'),
      import('../execution/createRunner.ts'),
      import('../execution/sandbox.ts'),
      import('../python/interpreter.ts'),
    ]);
    const { platform } = process;
    const assetFolder = assetPath(this.#context);
    const findSandbox = async (): Promise<Sandbox | undefined> => {
      const seccompHelper = seccompHelperPath(assetFolder, platform, process.arch);
      this.#sandbox ??= createSandbox({ platform, ...(seccompHelper !== undefined && { seccompHelper }) });
      const { sandbox, reason } = await this.#sandbox;
      if (reason) this.#log.warn(reason);
      return sandbox;
    };
    const allCompilers = async (stop: AbortSignal): Promise<readonly Compiler[]> => {
      const configuredPath = setting<string>('compiler.path', scope) || undefined;
      const found = await findCompilers({ configuredPath, environment: process.env, platform, signal: stop });
      if (found.length > 0) return found;
      throw compilerMissing(platform, await readFile('/etc/os-release', 'utf8').catch(() => ''));
    };
    return {
      assetFolder,
      findCompilers: allCompilers,
      findCompiler: async (stop) => (await allCompilers(stop))[0] as Compiler,
      findInterpreter: async (stop) =>
        findInterpreter({
          configuredPath: await chosenInterpreter(scope),
          environment: process.env,
          platform,
          signal: stop,
        }),
      createRunner: async ({ untrusted }) => {
        const sandbox = untrusted ? await findSandbox() : undefined;
        return createRunner({ environment: process.env, platform, ...(sandbox && { sandbox }) });
      },
      findSandbox,
      approveUntrustedCode: () => this.approveUntrustedCode(),
    };
  }

  /** Asked once before code of a stranger first runs without a sandbox. */
  async approveUntrustedCode(): Promise<boolean> {
    return this.askOnce(
      'slipstream.runsModelCodeWithoutSandbox',
      l10n.t('Run C++ that a model has written?'),
      l10n.t(
        'No sandbox works on this machine, so the program could read your files and use the network. It runs in a temporary folder, without keys, and under limits. This is asked once.',
      ),
      l10n.t('Run'),
    );
  }

  /** Asks until the answer is yes, which is remembered; once, also where several want to know at the same time. */
  async askOnce(key: string, question: string, detail: string, yes: string): Promise<boolean> {
    if (this.#context.globalState.get(key)) return true;
    const asked = this.#asked.get(key) ?? this.#ask(key, question, detail, yes).finally(() => this.#asked.delete(key));
    this.#asked.set(key, asked);
    return asked;
  }

  async #ask(key: string, question: string, detail: string, yes: string): Promise<boolean> {
    if ((await window.showWarningMessage(question, { modal: true, detail }, yes)) !== yes) return false;
    await this.#context.globalState.update(key, true);
    return true;
  }
}
