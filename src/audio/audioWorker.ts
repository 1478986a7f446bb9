import { Worker, type ResourceLimits, type TransferListItem } from 'node:worker_threads';
import { Failure, throwIfAborted } from '../shared/failure.ts';
import type { AudioRequest, FromAudioWorker, ToDecoder, ToEncoder } from './decode/protocol.ts';

export type AudioAnswer = Exclude<FromAudioWorker, { type: 'end' | 'failure' }>;

/** A worker that says nothing for so long has met content on which a decoder never ends. */
const SILENT_SECONDS = 60;

/** Decoders leave arrays behind all the time: with little room for new ones, they are collected early. */
const YOUNG_MEGABYTES = 2;
/** For what needs few objects, however long a recording is: the less room it has, the earlier its arrays are collected. */
export const STREAM_LIMITS: ResourceLimits = { maxOldGenerationSizeMb: 32 };

/** A thread that reads, decodes or encodes, with what it has answered. */
class AudioThread {
  readonly #worker: Worker;
  readonly #queue: FromAudioWorker[] = [];
  #broken: unknown;
  #wake: () => void = () => undefined;

  constructor(workerFile: string, request: AudioRequest, limits: ResourceLimits = {}) {
    this.#worker = new Worker(workerFile, {
      workerData: request,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES, ...limits },
      // The libraries complain there about what is damaged.
      stdout: true,
      stderr: true,
    });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    this.#worker.on('message', (message: FromAudioWorker) => {
      this.#queue.push(message);
      this.#wake();
    });
    this.#worker.on('error', (error) => this.#stop(error));
    this.#worker.on('exit', () => this.#stop(new Error('The thread ended.')));
  }

  post(message: ToDecoder | ToEncoder, ...transfer: TransferListItem[]): void {
    this.#worker.postMessage(message, transfer);
  }

  /** The next answer; nothing at the end. Throws the thread's Failure, or one of its own when it ends or does not answer. */
  async next(signal: AbortSignal): Promise<AudioAnswer | undefined> {
    const onAbort = (): void => this.#wake();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      for (;;) {
        throwIfAborted(signal);
        const message = this.#queue.shift();
        if (message?.type === 'end') return undefined;
        if (message?.type === 'failure') {
          throw new Failure(message.reason, message.message, { cause: new Error(message.detail) });
        }
        if (message) return message;
        if (this.#broken !== undefined) {
          const sentence = 'The thread that reads recordings ended unexpectedly. Try again.';
          throw new Failure('internal', sentence, { cause: this.#broken });
        }
        await answerWithin(SILENT_SECONDS, (resolve) => (this.#wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  unref(): void {
    this.#worker.unref();
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #stop(error: unknown): void {
    this.#broken ??= error;
    this.#wake();
  }
}

/**
 * Runs one job in a thread of its own and gives what it answers. Whoever stops reading, or aborts, ends the thread at once.
 * Samples are valid until the next answer is asked for. Throws the thread's Failure, or one of its own when it ends or does not
 * answer.
 */
export async function* runAudioWorker(
  workerFile: string,
  request: AudioRequest,
  signal: AbortSignal,
  limits: ResourceLimits = {},
): AsyncGenerator<AudioAnswer, void, undefined> {
  throwIfAborted(signal);
  const thread = new AudioThread(workerFile, request, limits);
  try {
    for (let answer = await thread.next(signal); answer; answer = await thread.next(signal)) {
      yield answer;
      if (answer.type !== 'samples') continue;
      const read = answer.samples.buffer;
      thread.post({ read }, read);
    }
  } finally {
    await thread.close();
  }
}

/** The one answer of a job that has one. */
export async function askAudioWorker<Type extends AudioAnswer['type']>(
  workerFile: string,
  request: AudioRequest,
  type: Type,
  signal: AbortSignal,
): Promise<Extract<AudioAnswer, { type: Type }>> {
  for await (const answer of runAudioWorker(workerFile, request, signal)) {
    if (answer.type === type) return answer as Extract<AudioAnswer, { type: Type }>;
  }
  throw new Failure('internal', 'The thread that reads recordings gave no answer. Try again.');
}

/**
 * Encodes pieces as FLAC, one after the other in one thread, which is started by the first: a thread for each would leave the
 * memory of a process in pieces too small to be used again.
 */
export class AudioEncoder implements AsyncDisposable {
  readonly #workerFile: string;
  #thread: AudioThread | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(workerFile: string) {
    this.#workerFile = workerFile;
  }

  /** Writes a file of samples as a FLAC file. Throws as `runAudioWorker` does. */
  encode(files: ToEncoder, signal: AbortSignal): Promise<void> {
    const answer = this.#last.then(() => this.#encode(files, signal));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.close();
  }

  async #encode(files: ToEncoder, signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    if (!this.#thread) {
      this.#thread = new AudioThread(this.#workerFile, { type: 'encode' }, STREAM_LIMITS);
      // Idle, it keeps no process alive.
      this.#thread.unref();
    }
    this.#thread.post(files);
    try {
      const answer = await this.#thread.next(signal);
      if (answer?.type !== 'written') {
        throw new Failure('internal', 'The thread that encodes gave no sound. Try again.');
      }
    } catch (error) {
      // What it is still at must not be taken for the answer to the next piece.
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }
}

async function answerWithin(seconds: number, wait: (resolve: () => void) => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      wait(resolve);
      const late = (): void =>
        reject(
          new Failure(
            'invalid-input',
            'The recording is damaged so that decoding it does not come to an end. Choose another one, or convert it first.',
          ),
        );
      timer = setTimeout(late, seconds * 1000);
    });
  } finally {
    clearTimeout(timer);
  }
}
