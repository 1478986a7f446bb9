import { parentPort, workerData } from 'node:worker_threads';
import { toFailure } from '../shared/failure.ts';
import { TokenService, type TokensRequest } from './tokenService.ts';

const { assetFolder } = workerData as { readonly assetFolder: string };
const service = new TokenService(assetFolder);
let last: Promise<void> = Promise.resolve();

// One after another, so that an edit never overtakes the text that it belongs to.
parentPort?.on('message', ({ id, request }: { readonly id: number; readonly request: TokensRequest }) => {
  last = last.then(async () => {
    try {
      parentPort?.postMessage({ id, answer: await service.answer(request) });
    } catch (error) {
      const { reason, message } = toFailure(error);
      parentPort?.postMessage({ id, failure: { reason, message } });
    }
  });
});
