import { basename } from 'node:path';
import type { Disposable, ExtensionContext, LogOutputChannel, Uri } from 'vscode';
import type { Converter } from '../conversion/converter.ts';
import type { EvidenceStore } from '../conversion/evidenceStore.ts';
import type { ConversionOptions, ConversionServices } from '../conversion/conversionParts.ts';
import type { KeySource } from '../providers/keySource.ts';
import type { LanguageModel, ModelInfo } from '../providers/languageModel.ts';
import type { LocalModels } from '../providers/local/localModels.ts';
import type { PythonUnit } from '../python/unit.ts';
import type { ConversionEvent } from '../shared/conversionEvent.ts';
import { EDITOR_MODEL_PREFIX, findEditorModel } from './editorLanguageModel.ts';
import { assetPath, Machine } from './machine.ts';
import { conversionOptions, providersSettings, setting } from './settings.ts';

/** What to convert, and how. Kept, so that it can be tried again. */
export interface Order {
  readonly unit: PythonUnit;
  readonly pythonUri?: Uri;
  readonly converterId: string;
  /** More inputs for a function, proposed by a model or written by the user. */
  readonly known?: ConversionOptions['known'];
  /** Compile, compare and measure this C++ instead of asking for new one. */
  readonly given?: { readonly cpp: string; readonly uri: Uri };
}

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
  readonly machine: Machine;

  constructor(context: ExtensionContext, parts: PipelineParts) {
    this.#context = context;
    this.#parts = parts;
    this.machine = new Machine(context, parts.log);
  }

  dispose(): void {
    this.machine.dispose();
  }

  /** Who writes the C++ under this id, and for a model what is known of it. Throws Failure. */
  async converter(id: string, scope?: Uri): Promise<{ readonly converter: Converter; readonly info?: ModelInfo }> {
    const { createConverter } = await import('../converters/createConverter.ts');
    let info: ModelInfo | undefined;
    const converter = await createConverter(id, {
      assetFolder: assetPath(this.#context),
      languageModel: async (name) => {
        const model = await this.languageModel(name);
        info = model.info;
        return model;
      },
      reasoningEffort: setting('reasoningEffort', scope),
    });
    return { converter, ...(info && { info }) };
  }

  /** The language model of this id. Throws Failure. */
  async languageModel(id: string): Promise<LanguageModel> {
    if (id.startsWith(EDITOR_MODEL_PREFIX)) return findEditorModel(id);
    const { Providers } = await import('../providers/registry.ts');
    const { keys, local } = this.#parts;
    return new Providers({ settings: providersSettings(), keys, local }).languageModel(id);
  }

  /** The events of one conversion. `changes` go before the settings. */
  async events(
    order: Order,
    signal: AbortSignal,
    changes: Partial<ConversionOptions> = {},
    takeTurn?: ConversionServices['takeTurn'],
  ): Promise<AsyncIterable<ConversionEvent>> {
    const scope = order.pythonUri;
    const [{ convert }, { converter }, services] = await Promise.all([
      import('../conversion/session.ts'),
      this.converter(order.converterId, scope),
      this.machine.services(scope),
    ]);
    return convert(
      order.unit,
      {
        ...services,
        converter,
        ...(takeTurn && { takeTurn }),
        findWitness: async () => (await this.converter('builtin')).converter,
        save: (evidence) => this.#parts.store.save(evidence),
      },
      {
        ...conversionOptions(scope),
        ...changes,
        ...(order.known && { known: order.known }),
        ...(order.given && { given: { cpp: order.given.cpp, fileName: basename(order.given.uri.path) } }),
      },
      signal,
    );
  }
}
