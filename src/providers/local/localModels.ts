import { totalmem } from 'node:os';
import { formatBytes } from '../../hub/download.ts';
import { Failure, throwIfAborted } from '../../shared/failure.ts';
import type { ChatMessage, LanguageModel, ModelChunk, ModelInfo, StreamOptions } from '../languageModel.ts';
import { codeBlockEnded, ReasoningSplitter } from './answerText.ts';
import { ModelProcess } from './modelProcess.ts';
import { parseLocalName, type InstalledModel, type ModelStore } from './modelStore.ts';
import type { Device, Sampling } from './protocol.ts';

/** The id of the provider whose models run in this product. */
export const LOCAL_PROVIDER_ID = 'local';
/** Its name for the user. */
export const LOCAL_PROVIDER_LABEL = 'This machine';

/** What the user has set for local models. */
export interface LocalSettings {
  readonly device: Device;
  readonly sampling: Sampling;
  /** Minutes without use after which a model's memory is freed; 0 keeps it. */
  readonly idleMinutes: number;
  /** Tokens of an answer, at most, when the caller names no limit. */
  readonly maxTokens: number;
  readonly threads?: number;
}

/** Addresses of 32 bits. */
const WEB_ASSEMBLY_BYTES = 2 ** 32;

export const defaultLocalSettings: LocalSettings = { device: 'cpu', sampling: {}, idleMinutes: 10, maxTokens: 4096 };

export interface LocalModelsOptions {
  readonly store: ModelStore;
  /** The program that runs a model. */
  readonly processFile: string;
  /** Where the WebAssembly runtime lies. */
  readonly runtimeFolder: string;
  /** True where the native runtime was not packaged. */
  readonly withoutNativeRuntime?: boolean;
  /** Looked up at each use. */
  readonly settings?: () => LocalSettings;
}

/** A model that is in memory. */
export interface RunningModel {
  readonly name: string;
  readonly busy: boolean;
  readonly processId: number | undefined;
}

interface Running {
  readonly process: ModelProcess;
  readonly model: InstalledModel;
  timer?: NodeJS.Timeout;
}

/** Models that run on this machine, each in a process of its own: started on first use, kept while used, ended when idle. */
export class LocalModels {
  readonly store: ModelStore;
  readonly #options: LocalModelsOptions;
  readonly #running = new Map<string, Running>();

  constructor(options: LocalModelsOptions) {
    this.store = options.store;
    this.#options = options;
  }

  /** The models that are complete on this machine. */
  async models(): Promise<ModelInfo[]> {
    return (await this.store.list()).map((model) => infoOf(model.name, model));
  }

  /** The model with this name; it is not loaded before it is used. Throws Failure when it is not on this machine. */
  async languageModel(name: string): Promise<LanguageModel> {
    const model = await this.store.find(parseLocalName(name));
    const info = infoOf(name, model);
    return { id: info.id, info, stream: (messages, options) => this.#stream(model, messages, options) };
  }

  /** The models that are in memory now. */
  running(): RunningModel[] {
    return [...this.#running.values()]
      .filter(({ process }) => process.alive)
      .map(({ model, process }) => ({ name: model.name, busy: process.busy, processId: process.processId }));
  }

  /** The memory that one model can have: that of the machine, or what WebAssembly can address. */
  get memoryLimit(): number {
    const addressable = this.#options.withoutNativeRuntime || this.#settings().device === 'wasm';
    return addressable ? Math.min(WEB_ASSEMBLY_BYTES, totalmem()) : totalmem();
  }

  /** Ends all processes and so frees their memory. */
  async free(): Promise<void> {
    const all = [...this.#running.values()];
    this.#running.clear();
    for (const { timer } of all) clearTimeout(timer);
    await Promise.all(all.map(({ process }) => process.end()));
  }

  async *#stream(
    model: InstalledModel,
    messages: readonly ChatMessage[],
    options: StreamOptions,
  ): AsyncGenerator<ModelChunk, void, undefined> {
    const { signal } = options;
    throwIfAborted(signal);
    const settings = this.#settings();
    const running = await this.#start(model, settings);
    clearTimeout(running.timer);
    const sampling: Sampling = {
      ...settings.sampling,
      ...(options.temperature !== undefined && { temperature: options.temperature }),
    };
    const request = { messages, sampling, maxTokens: options.maxTokens ?? settings.maxTokens };
    const splitter = new ReasoningSplitter();
    let answer = '';
    const enough = (): boolean => options.endAtCode === true && codeBlockEnded(answer);
    try {
      for await (const message of running.process.generate(request, signal, enough)) {
        if (message.type === 'text') {
          for (const chunk of splitter.push(message.text)) {
            if (chunk.type === 'text') answer += chunk.text;
            yield chunk;
          }
          continue;
        }
        yield* splitter.finish();
        const { promptTokens, completionTokens, finishReason } = message;
        yield {
          type: 'end',
          finishReason: finishReason === 'length' ? 'length' : 'stop',
          usage: { promptTokens, completionTokens },
          costUsd: 0,
        };
      }
    } finally {
      if (settings.idleMinutes > 0) this.#freeLater(running, settings.idleMinutes * 60_000);
    }
  }

  async #start(model: InstalledModel, settings: LocalSettings): Promise<Running> {
    const { device, threads } = settings;
    const key = `${model.folder}\n${model.dtype}\n${device}`;
    const known = this.#running.get(key);
    await known?.process.settled;
    if (known?.process.alive) return known;
    await this.#makeRoom(model);
    const { processFile, runtimeFolder } = this.#options;
    const process = new ModelProcess({
      processFile,
      label: model.name,
      load: {
        type: 'load',
        folder: model.folder,
        dtype: model.dtype,
        device,
        externalDataParts: model.externalDataParts,
        runtimeFolder,
        ...(threads !== undefined && { threads }),
      },
    });
    const running = { process, model };
    this.#running.set(key, running);
    return running;
  }

  /** Frees models that nobody uses when the memory would not do for another one. */
  async #makeRoom({ name, memoryBytes }: InstalledModel): Promise<void> {
    const limit = this.memoryLimit;
    if (memoryBytes > limit) {
      const has = limit < totalmem() ? 'but WebAssembly can use' : 'but this machine has';
      throw new Failure(
        'memory-limit',
        `${name} takes about ${formatBytes(memoryBytes)} of memory, ${has} ${formatBytes(limit)}. Choose a smaller quantization or model${limit < totalmem() ? ', or install the package of Slipstream for this platform' : ''}.`,
      );
    }
    if (memoryBytes < process.availableMemory()) return;
    for (const [key, running] of this.#running) {
      if (running.process.busy) continue;
      this.#running.delete(key);
      clearTimeout(running.timer);
      await running.process.end();
    }
  }

  #freeLater(running: Running, milliseconds: number): void {
    clearTimeout(running.timer);
    running.timer = setTimeout(() => {
      if (!running.process.busy) void running.process.end();
    }, milliseconds).unref();
  }

  #settings(): LocalSettings {
    return this.#options.settings?.() ?? defaultLocalSettings;
  }
}

function infoOf(name: string, { shape }: InstalledModel): ModelInfo {
  return {
    id: `${LOCAL_PROVIDER_ID}/${name}`,
    providerId: LOCAL_PROVIDER_ID,
    providerLabel: LOCAL_PROVIDER_LABEL,
    model: name,
    label: name.split(/[/\\]/).at(-1) ?? name,
    inputPrice: 0,
    outputPrice: 0,
    supportsReasoningEffort: false,
    ...(shape.contextTokens !== undefined && { contextTokens: shape.contextTokens }),
  };
}
