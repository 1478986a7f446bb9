import type { FromProcess, LoadRequest, ToProcess } from './protocol.ts';
import { TextGeneration } from './textGeneration.ts';
import { explainLocalTrouble } from './trouble.ts';

/** The process that a local model runs in: loads it once, then answers one request after the other. */
let loaded: Promise<TextGeneration> | undefined;
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
      loaded = TextGeneration.load(message);
      void attempt(async () => {
        const { runtime, contextTokens } = (await loaded) as TextGeneration;
        return { type: 'loaded', runtime, ...(contextTokens !== undefined && { contextTokens }) };
      });
      break;
    case 'generate':
      void attempt(async () => {
        const model = (await loaded) as TextGeneration;
        return model.generate(message, (text) => send({ type: 'text', text }));
      });
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
