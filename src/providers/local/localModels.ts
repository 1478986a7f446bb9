import { totalmem } from 'node:os';
import { formatBytes } from '../../hub/download.ts';
import { Failure, throwIfAborted } from '../../shared/failure.ts';
import type { ChatMessage, LanguageModel, ModelChunk, ModelInfo, StreamOptions } from '../languageModel.ts';
import { codeBlockEnded, ReasoningSplitter } from './answerText.ts';
import { ModelProcess, type ModelAnswer } from './modelProcess.ts';
import { parseLocalName, type InstalledModel, type ModelStore } from './modelStore.ts';
import type { Device, ModelRequest, Sampling, TranscribeRequest } from './protocol.ts';
import type { LocalTask } from './quantization.ts';

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
  /** The program that runs a language model. */
  readonly processFile: string;
  /** The program that runs a speech model. */
  readonly speechProcessFile: string;
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
    return (await this.store.list()).filter(({ task }) => task === 'text').map((model) => infoOf(model.name, model));
  }

  /** The names of the speech models that are complete on this machine. */
  async speechModels(): Promise<string[]> {
    return (await this.store.list()).filter(({ task }) => task === 'speech').map(({ name }) => name);
  }

  /** The model with this name; it is not loaded before it is used. Throws Failure when it is not on this machine. */
  async languageModel(name: string): Promise<LanguageModel> {
    const model = await this.#find(name, 'text');
    const info = infoOf(name, model);
    return { id: info.id, info, stream: (messages, options) => this.#stream(model, messages, options) };
  }

  /**
   * Has a speech model write what is said; segments in seconds from the first sample, as they come. Throws Failure, also when the
   * model is not on this machine.
   */
  async *transcribe(
    name: string,
    request: Omit<TranscribeRequest, 'type'>,
    signal: AbortSignal,
  ): AsyncGenerator<Extract<ModelAnswer, { type: 'segment' }>, void, undefined> {
    const model = await this.#find(name, 'speech');
    for await (const answer of this.#ask(model, { type: 'transcribe', ...request }, signal)) {
      if (answer.type === 'segment') yield answer;
    }
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

  async #find(name: string, task: LocalTask): Promise<InstalledModel> {
    const model = await this.store.find(parseLocalName(name));
    if (model.task === task) return model;
    const what = task === 'text' ? 'writes what is said in sound, and no text' : 'writes text and hears no sound';
    throw new Failure('unsupported', `${name} ${what}. Choose another model.`);
  }

  async *#stream(
    model: InstalledModel,
    messages: readonly ChatMessage[],
    options: StreamOptions,
  ): AsyncGenerator<ModelChunk, void, undefined> {
    const settings = this.#settings();
    const sampling: Sampling = {
      ...settings.sampling,
      ...(options.temperature !== undefined && { temperature: options.temperature }),
    };
    const maxTokens = options.maxTokens ?? settings.maxTokens;
    const splitter = new ReasoningSplitter();
    let answer = '';
    const enough = (): boolean => options.endAtCode === true && codeBlockEnded(answer);
    const request = { type: 'generate', messages, sampling, maxTokens } as const;
    for await (const message of this.#ask(model, request, options.signal, enough)) {
      if (message.type === 'text') {
        for (const chunk of splitter.push(message.text)) {
          if (chunk.type === 'text') answer += chunk.text;
          yield chunk;
        }
      } else if (message.type === 'end') {
        yield* splitter.finish();
        const { promptTokens, completionTokens, finishReason } = message;
        yield {
          type: 'end',
          finishReason: finishReason === 'length' ? 'length' : 'stop',
          usage: { promptTokens, completionTokens },
          costUsd: 0,
        };
      }
    }
  }

  async *#ask(
    model: InstalledModel,
    request: ModelRequest,
    signal: AbortSignal,
    enough?: () => boolean,
  ): AsyncGenerator<ModelAnswer, void, undefined> {
    throwIfAborted(signal);
    const settings = this.#settings();
    const running = await this.#start(model, settings);
    clearTimeout(running.timer);
    try {
      yield* running.process.ask(request, signal, enough);
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
    const { processFile, speechProcessFile, runtimeFolder } = this.#options;
    const process = new ModelProcess({
      processFile: model.task === 'speech' ? speechProcessFile : processFile,
      label: model.name,
      load: {
        type: 'load',
        folder: model.folder,
        dtype: model.dtype,
        device,
        externalData: model.externalData,
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
