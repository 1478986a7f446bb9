import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { l10n, window, type Disposable, type ExtensionContext, type LogOutputChannel, type Uri } from 'vscode';
import type { Converter } from '../conversion/converter.ts';
import type { EvidenceStore } from '../conversion/evidenceStore.ts';
import type { ConversionOptions, ConversionServices } from '../conversion/session.ts';
import type { Sandbox, SandboxSearch } from '../execution/sandbox.ts';
import type { KeySource } from '../providers/keySource.ts';
import type { ModelInfo } from '../providers/languageModel.ts';
import type { LocalModels } from '../providers/local/localModels.ts';
import type { PythonUnit } from '../python/unit.ts';
import type { ConversionEvent } from '../shared/conversionEvent.ts';
import { EDITOR_MODEL_PREFIX, findEditorModel } from './editorLanguageModel.ts';
import { chosenInterpreter, conversionOptions, providersSettings, setting } from './settings.ts';

/** What to convert, and how. Kept, so that it can be tried again. */
export interface Order {
  readonly unit: PythonUnit;
  readonly pythonUri?: Uri;
  readonly converterId: string;
  /** Compile, compare and measure this C++ instead of asking for new one. */
  readonly given?: { readonly cpp: string; readonly uri: Uri };
}

/** Where the files lie that are read at run time. */
export const assetPath = ({ extensionPath }: ExtensionContext): string => join(extensionPath, 'dist', 'assets');
const approvedKey = 'slipstream.runsModelCodeWithoutSandbox';

export interface PipelineParts {
  readonly keys: KeySource;
  readonly local: LocalModels;
  readonly log: LogOutputChannel;
  readonly store: EvidenceStore;
}

/** Starts the pipeline of conversions with what the editor and its settings provide. Its heavy parts are loaded on first use. */
export class Pipeline implements Disposable {
  readonly #context: ExtensionContext;
  readonly #parts: PipelineParts;
  /** Found once: trying a sandbox takes a moment. */
  #sandbox: Promise<SandboxSearch> | undefined;
  #approval: Promise<boolean> | undefined;

  constructor(context: ExtensionContext, parts: PipelineParts) {
    this.#context = context;
    this.#parts = parts;
  }

  dispose(): void {
    const { log } = this.#parts;
    this.#sandbox?.then(({ sandbox }) => sandbox?.dispose()).catch((error: unknown) => log.warn(String(error)));
  }

  /** Who writes the C++ under this id, and for a model what is known of it. Throws Failure. */
  async converter(id: string, scope?: Uri): Promise<{ readonly converter: Converter; readonly info?: ModelInfo }> {
    const { keys, local } = this.#parts;
    const [{ createConverter }, { Providers }] = await Promise.all([
      import('../converters/createConverter.ts'),
      import('../providers/registry.ts'),
    ]);
    const providers = new Providers({ settings: providersSettings(), keys, local });
    let info: ModelInfo | undefined;
    const converter = await createConverter(id, {
      assetFolder: assetPath(this.#context),
      languageModel: async (name) => {
        const model = await (name.startsWith(EDITOR_MODEL_PREFIX)
          ? findEditorModel(name)
          : providers.languageModel(name));
        info = model.info;
        return model;
      },
      reasoningEffort: setting('reasoningEffort', scope),
    });
    return { converter, ...(info && { info }) };
  }

  /** The events of one conversion. `changes` go before the settings. */
  async events(
    order: Order,
    signal: AbortSignal,
    changes: Partial<ConversionOptions> = {},
    takeTurn?: ConversionServices['takeTurn'],
  ): Promise<AsyncIterable<ConversionEvent>> {
    const { log, store } = this.#parts;
    const [
      { convert },
      { findCompilers },
      { compilerMissing },
      { createRunner },
      { createSandbox, seccompHelperPath },
      { findInterpreter },
      { converter },
    ] = await Promise.all([
      import('../conversion/session.ts'),
      import('../cpp/findCompilers.ts'),
      import('../cpp/installHint.ts'),
      import('../execution/createRunner.ts'),
      import('../execution/sandbox.ts'),
      import('../python/interpreter.ts'),
      this.converter(order.converterId, order.pythonUri),
    ]);
    const { platform } = process;
    const scope = order.pythonUri;
    const findSandbox = async (): Promise<Sandbox | undefined> => {
      const seccompHelper = seccompHelperPath(assetPath(this.#context), platform, process.arch);
      this.#sandbox ??= createSandbox({ platform, ...(seccompHelper !== undefined && { seccompHelper }) });
      const { sandbox, reason } = await this.#sandbox;
      if (reason) log.warn(reason);
      return sandbox;
    };
    return convert(
      order.unit,
      {
        converter,
        assetFolder: assetPath(this.#context),
        findCompiler: async (stop) => {
          const configuredPath = setting<string>('compiler.path', scope) || undefined;
          const [compiler] = await findCompilers({ configuredPath, environment: process.env, platform, signal: stop });
          if (compiler) return compiler;
          throw compilerMissing(platform, await readFile('/etc/os-release', 'utf8').catch(() => ''));
        },
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
        approveUntrustedCode: () => this.#approve(),
        ...(takeTurn && { takeTurn }),
        save: (evidence) => store.save(evidence),
      },
      {
        ...conversionOptions(scope),
        ...changes,
        ...(order.given && { given: { cpp: order.given.cpp, fileName: basename(order.given.uri.path) } }),
      },
      signal,
    );
  }

  /** Asks once, also where several conversions want to know at the same time. */
  async #approve(): Promise<boolean> {
    if (this.#context.globalState.get(approvedKey)) return true;
    this.#approval ??= this.#ask().finally(() => {
      this.#approval = undefined;
    });
    return this.#approval;
  }

  async #ask(): Promise<boolean> {
    const run = l10n.t('Run');
    const detail = l10n.t(
      'No sandbox works on this machine, so the program could read your files and use the network. It runs in a temporary folder, without keys, and under limits. This is asked once.',
    );
    const answer = await window.showWarningMessage(
      l10n.t('Run C++ that a model has written?'),
      { modal: true, detail },
      run,
    );
    if (answer !== run) return false;
    await this.#context.globalState.update(approvedKey, true);
    return true;
  }
}
