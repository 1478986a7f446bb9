import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Failure, toFailure } from '../shared/failure.ts';
import type { TokensAnswer, TokensRequest } from '../tokens/tokenService.ts';

interface Waiting {
  readonly resolve: (answer: TokensAnswer) => void;
  readonly reject: (error: unknown) => void;
}

type AnswerOf<T extends TokensAnswer['type']> = Extract<TokensAnswer, { type: T }>;

/** The thread that tokenizes; it is started when it is first asked something, and answers in the order it was asked. */
export class TokenWorker {
  readonly #folder: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #nextId = 0;

  /** `folder` is where the bundles are. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Asks for something and gives the answer, which has to be of this type. Throws Failure. */
  async ask<T extends TokensAnswer['type']>(request: TokensRequest, type: T): Promise<AnswerOf<T>> {
    this.#worker ??= this.#start();
    const id = this.#nextId++;
    const answered = new Promise<TokensAnswer>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#worker.postMessage({ id, request });
    const answer = await answered;
    if (answer.type !== type) throw new Failure('internal', `The tokenizer answered "${answer.type}" to "${type}".`);
    return answer as AnswerOf<T>;
  }

  /** Ends the thread, and with it what it is at. */
  dispose(): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
    this.#rejectAll(new Failure('cancelled', 'Cancelled.'));
  }

  #start(): Worker {
    const assetFolder = join(this.#folder, 'assets');
    const worker = new Worker(join(this.#folder, 'tokenize.worker.cjs'), { workerData: { assetFolder } });
    worker.on(
      'message',
      (message: { id: number; answer?: TokensAnswer; failure?: Pick<Failure, 'reason' | 'message'> }) => {
        const waiting = this.#waiting.get(message.id);
        this.#waiting.delete(message.id);
        if (message.answer) waiting?.resolve(message.answer);
        else waiting?.reject(new Failure(message.failure?.reason ?? 'internal', message.failure?.message ?? ''));
      },
    );
    worker.on('error', (error) => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#rejectAll(toFailure(error));
    });
    return worker;
  }

  #rejectAll(error: Failure): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
