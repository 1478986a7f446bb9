import { Worker } from 'node:worker_threads';
import { Failure, throwIfAborted } from '../shared/failure.ts';
import type { AudioRequest, FromAudioWorker } from './decode/protocol.ts';

export type AudioAnswer = Exclude<FromAudioWorker, { type: 'end' | 'failure' }>;

/** A worker that says nothing for so long has met content on which a decoder never ends. */
const SILENT_SECONDS = 60;

/**
 * Runs one job in a thread of its own and gives what it answers. Whoever stops reading, or aborts, ends the thread at once.
 * Throws the worker's Failure, or one of its own when the thread ends or does not answer.
 */
export async function* runAudioWorker(
  workerFile: string,
  request: AudioRequest,
  signal: AbortSignal,
): AsyncGenerator<AudioAnswer, void, undefined> {
  throwIfAborted(signal);
  const worker = new Worker(workerFile, {
    workerData: request,
    transferList: request.type === 'encode' ? [request.samples.buffer as ArrayBuffer] : [],
    // The libraries complain there about what is damaged.
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  const queue: FromAudioWorker[] = [];
  let broken: unknown;
  let wake: () => void = () => undefined;
  const stop = (error: unknown): void => {
    broken ??= error;
    wake();
  };
  worker.on('message', (message: FromAudioWorker) => {
    queue.push(message);
    wake();
  });
  worker.on('error', stop);
  worker.on('exit', () => stop(new Error('The thread ended.')));
  const onAbort = (): void => stop(new Failure('cancelled', 'Cancelled.'));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for (;;) {
      throwIfAborted(signal);
      const message = queue.shift();
      if (message?.type === 'end') return;
      if (message?.type === 'failure') {
        throw new Failure(message.reason, message.message, { cause: new Error(message.detail) });
      }
      if (message) {
        if (message.type === 'samples') worker.postMessage('more');
        yield message;
        continue;
      }
      if (broken instanceof Failure) throw broken;
      if (broken)
        throw new Failure('internal', 'The thread that reads recordings ended unexpectedly. Try again.', {
          cause: broken,
        });
      await answerWithin(SILENT_SECONDS, (resolve) => (wake = resolve));
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    await worker.terminate();
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
