import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Failure, throwIfAborted } from '../../shared/failure.ts';
import type { FromProcess, LoadRequest, ModelRequest, ToProcess } from './protocol.ts';
import { isOutOfMemory, outOfMemory } from './trouble.ts';

export interface ModelProcessOptions {
  /** The program that the process runs. */
  readonly processFile: string;
  /** The model as the user knows it. */
  readonly label: string;
  readonly load: LoadRequest;
}

type Loaded = Extract<FromProcess, { type: 'loaded' }>;
/** What a model answers. */
export type ModelAnswer = Extract<FromProcess, { type: 'text' | 'segment' | 'end' }>;

/** After an interrupt, a process that has not come to the end of its token by then is ended. */
const INTERRUPT_MILLISECONDS = 2000;
const STDERR_CHARACTERS = 4000;
/** What the process may see of the user's environment. Keys come under any name, so this names what is allowed. */
const allowedVariables =
  /^(PATH|HOME|USERPROFILE|LANG|LC_ALL|TMPDIR|TMP|TEMP|SYSTEMROOT|WINDIR|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|CUDA_.*|OMP_.*|NUMBER_OF_PROCESSORS)$/i;

/** A process with one model in it. It stays until it is ended, crashes, or this process ends. */
export class ModelProcess {
  readonly #child: ChildProcess;
  readonly #label: string;
  readonly #ended: Promise<Failure>;
  #stderr = '';
  #receive: (message: FromProcess) => void = () => undefined;
  /** Resolves when the request before the next one has ended. */
  #last: Promise<unknown>;
  #waiting = 0;
  #alive = true;
  #freed = false;
  #interrupting: Promise<void> = Promise.resolve();
  /** Which runtime computes and how long a chat may be; known once the model is loaded. */
  readonly loaded: Promise<Loaded>;

  constructor({ processFile, label, load }: ModelProcessOptions) {
    this.#label = label;
    const environment = Object.entries(process.env).filter(([name]) => allowedVariables.test(name));
    this.#child = fork(processFile, [], {
      // In the editor the program of this process is Electron, which is told by this to be Node.
      env: { ...Object.fromEntries(environment), ELECTRON_RUN_AS_NODE: '1' },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Sound is sent as it is, not as JSON.
      serialization: 'advanced',
    });
    const child = this.#child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_CHARACTERS);
    });
    child.on('message', (message: FromProcess) => this.#receive(message));
    this.#ended = new Promise((resolve) => {
      child.on('error', (error) => resolve(this.#explainEnd(null, null, error)));
      child.on('close', (code, signal) => resolve(this.#explainEnd(code, signal)));
    });
    void this.#ended.then(() => (this.#alive = false));
    this.loaded = this.#load(load);
    this.#last = this.loaded.catch(() => this.end());
  }

  /** False when it has crashed or was ended. */
  get alive(): boolean {
    return this.#alive;
  }

  /** True while there is a request. */
  get busy(): boolean {
    return this.#waiting > 0;
  }

  /** Resolves when it is known whether the process has heard the last interrupt or was ended for not hearing it. */
  get settled(): Promise<void> {
    return this.#interrupting;
  }

  get processId(): number | undefined {
    return this.#child.pid;
  }

  /**
   * Has the model answer, after what it was asked before. `enough` is asked after each piece of text whether the answer may end
   * there; no text comes after that.
   */
  async *ask(
    request: ModelRequest,
    signal: AbortSignal,
    enough: () => boolean = () => false,
  ): AsyncGenerator<ModelAnswer, void, undefined> {
    throwIfAborted(signal);
    const before = this.#last;
    let release: () => void = () => undefined;
    this.#last = new Promise<void>((resolve) => (release = resolve));
    this.#hold();
    let begun = false;
    let over = false;
    let stopping = false;
    const letGo = (): void => {
      this.#release();
      release();
    };
    try {
      await unlessAborted(Promise.race([before, this.#ended]), signal);
      await unlessAborted(this.loaded, signal);
      const queue: FromProcess[] = [];
      let wake: () => void = () => undefined;
      this.#receive = (message) => {
        queue.push(message);
        wake();
      };
      void this.#ended.then(() => wake());
      signal.addEventListener('abort', () => wake(), { once: true });
      begun = true;
      this.#send(request);
      for (;;) {
        const message = queue.shift();
        if (message?.type === 'failure') {
          over = true;
          throw failureOf(message);
        }
        if (message?.type === 'end') {
          over = true;
          yield message;
          return;
        }
        if (message?.type === 'text' || message?.type === 'segment') {
          throwIfAborted(signal);
          if (stopping) continue;
          yield message;
          if (!enough()) continue;
          stopping = true;
          this.#send({ type: 'interrupt' });
          continue;
        }
        throwIfAborted(signal);
        if (!this.#alive) {
          over = true;
          throw await this.#ended;
        }
        await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      // Whoever stops reading does not wait for the token that is being computed; the next request does.
      if (begun && !over && this.#alive) {
        this.#interrupting = this.#interrupt();
        void this.#interrupting.then(letGo);
      } else if (begun) letGo();
      else void before.then(letGo, letGo);
    }
  }

  /** Ends the process and with it whatever it was doing. */
  async end(): Promise<void> {
    if (!this.#alive) return;
    this.#freed = true;
    this.#child.ref();
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  async #load(request: LoadRequest): Promise<Loaded> {
    this.#hold();
    try {
      const answer = await new Promise<FromProcess>((resolve, reject) => {
        this.#receive = resolve;
        void this.#ended.then(reject);
        this.#send(request);
      });
      if (answer.type === 'loaded') return answer;
      throw answer.type === 'failure'
        ? failureOf(answer)
        : new Failure('internal', `${this.#label} answered before it was loaded. Try again.`);
    } finally {
      this.#release();
    }
  }

  /** Asks for the end of the answer; ends the process when it does not come. */
  async #interrupt(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const stopped = new Promise<'stopped'>((resolve) => {
      this.#receive = (message) => {
        if (message.type === 'end' || message.type === 'failure') resolve('stopped');
      };
    });
    const late = new Promise<'late'>((resolve) => (timer = setTimeout(resolve, INTERRUPT_MILLISECONDS, 'late')));
    this.#send({ type: 'interrupt' });
    const outcome = await Promise.race([stopped, late, this.#ended]);
    clearTimeout(timer);
    if (outcome === 'late') await this.end();
  }

  #send(message: ToProcess): void {
    // An error to send is the end of the process, which is told on its own.
    this.#child.send(message, () => undefined);
  }

  /** While nothing is asked of it, the process does not keep this one from ending. */
  #hold(): void {
    this.#waiting++;
    this.#child.ref();
    this.#child.channel?.ref();
  }

  #release(): void {
    if (--this.#waiting > 0) return;
    this.#child.unref();
    this.#child.channel?.unref();
    (this.#child.stderr as { unref?: () => void } | null)?.unref?.();
  }

  #explainEnd(code: number | null, signal: NodeJS.Signals | null, error?: Error): Failure {
    const cause = error ?? new Error(`The process ended with ${signal ?? `status ${code}`}. ${this.#stderr}`);
    if (error) {
      return new Failure('provider', `The process for ${this.#label} could not be started. Try again.`, { cause });
    }
    if (this.#freed) {
      return new Failure('cancelled', `${this.#label} was taken out of memory while it was needed. Try again.`, {
        cause,
      });
    }
    // The system ends what takes too much memory by this signal.
    if (signal === 'SIGKILL' || code === 137 || isOutOfMemory(this.#stderr)) return outOfMemory({ cause });
    return new Failure(
      'provider',
      `The process that runs ${this.#label} ended unexpectedly (${signal ?? `status ${code}`}). Try again; if it happens again, choose another device or quantization.`,
      { cause },
    );
  }
}

function failureOf({ reason, message, detail }: Extract<FromProcess, { type: 'failure' }>): Failure {
  return new Failure(reason, message, { cause: new Error(detail) });
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  throwIfAborted(signal);
  const done = new AbortController();
  const aborted = once(signal, 'abort', { signal: done.signal });
  // Ends with an error of its own when nobody aborts.
  aborted.catch(() => undefined);
  try {
    const first = await Promise.race([promise, aborted]);
    throwIfAborted(signal);
    return first as T;
  } finally {
    done.abort();
  }
}
