import { parentPort, workerData } from 'node:worker_threads';
import { toFailure } from '../shared/failure.ts';
import { decodeFile } from './decode/decodeFile.ts';
import { encodeFlac } from './decode/encodeFlac.ts';
import { excerptUndecoded } from './decode/excerpt.ts';
import { probeAudio } from './decode/probe.ts';
import { CHUNKS_AHEAD, type AudioRequest, type FromAudioWorker } from './decode/protocol.ts';

/** The thread in which recordings are read, decoded and encoded: it does one job and ends. */
const request = workerData as AudioRequest;
let credit = CHUNKS_AHEAD;
let wake: () => void = () => undefined;

parentPort?.on('message', () => {
  credit++;
  wake();
});

const send = (message: FromAudioWorker, ...transfer: ArrayBuffer[]): void => parentPort?.postMessage(message, transfer);

async function decode(path: string, duration: number): Promise<void> {
  for await (const event of decodeFile(path, duration)) {
    if (event.type === 'damage') {
      send(event);
      continue;
    }
    while (credit === 0) await new Promise<void>((resolve) => (wake = resolve));
    credit--;
    // Chunks may be views of a longer array; what is transferred has to be theirs alone.
    const samples = event.samples.slice();
    send({ type: 'samples', samples }, samples.buffer);
  }
}

async function run(): Promise<void> {
  switch (request.type) {
    case 'probe':
      return send({ type: 'probed', audio: await probeAudio(request.path) });
    case 'decode':
      return decode(request.path, request.duration);
    case 'excerpt':
      return send({ type: 'bytes', bytes: await excerptUndecoded(request.path, request.from, request.to) });
    case 'encode':
      return send({ type: 'bytes', bytes: await encodeFlac(request.samples) });
  }
}

async function main(): Promise<void> {
  try {
    await run();
    send({ type: 'end' });
  } catch (error) {
    const { reason, message, cause } = toFailure(error);
    send({ type: 'failure', reason, message, detail: cause instanceof Error ? (cause.stack ?? '') : '' });
  }
  parentPort?.close();
}

void main();
