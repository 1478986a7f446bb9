import type { FromProcess, LoadRequest, ModelRequest, ToProcess } from './protocol.ts';
import { explainLocalTrouble } from './trouble.ts';

/** A model in the process that calls `serveModel`. */
export interface ServedModel {
  readonly runtime: 'native' | 'wasm';
  readonly contextTokens: number | undefined;
  /** Ends the answer that is being made, before its next token. */
  interrupt(): void;
  /** Answers one request, giving what comes as it comes. */
  answer(request: ModelRequest, send: (message: FromProcess) => void): Promise<FromProcess>;
}

/** Makes this process the one that a local model runs in: loads it once, then answers one request after the other. */
export function serveModel(load: (request: LoadRequest) => Promise<ServedModel>): void {
  let loaded: Promise<ServedModel> | undefined;
  let request: LoadRequest | undefined;

  const send = (message: FromProcess): void => void process.send?.(message);

  const fail = (error: unknown): void => {
    const { reason, message } = explainLocalTrouble(error, request as LoadRequest);
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    send({ type: 'failure', reason, message, detail });
  };

  const attempt = async (run: () => Promise<FromProcess>): Promise<void> => {
    try {
      send(await run());
    } catch (error) {
      fail(error);
    }
  };

  // The library lets the promise of a missing file of weights go unheard.
  process.on('unhandledRejection', fail);
  process.on('message', (message: ToProcess) => {
    switch (message.type) {
      case 'load':
        request = message;
        loaded = load(message);
        void attempt(async () => {
          const { runtime, contextTokens } = (await loaded) as ServedModel;
          return { type: 'loaded', runtime, ...(contextTokens !== undefined && { contextTokens }) };
        });
        break;
      case 'generate':
      case 'transcribe':
        void attempt(async () => ((await loaded) as ServedModel).answer(message, send));
        break;
      case 'interrupt':
        void loaded?.then(
          (model) => model.interrupt(),
          () => undefined,
        );
        break;
    }
  });
  // Nobody is left to answer to.
  process.on('disconnect', () => process.exit());
}
