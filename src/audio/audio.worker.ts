import { parentPort, workerData } from 'node:worker_threads';
import { toFailure } from '../shared/failure.ts';
import { decodeFile } from './decode/decodeFile.ts';
import { explainFullDisk } from './decode/diskFull.ts';
import { encodeFlac } from './decode/encodeFlac.ts';
import { excerptUndecoded } from './decode/excerpt.ts';
import { probeAudio } from './decode/probe.ts';
import {
  CHUNKS_AHEAD,
  type AudioRequest,
  type FromAudioWorker,
  type ToDecoder,
  type ToEncoder,
} from './decode/protocol.ts';

/** Memory for a chunk is so much larger than the first one in it, because they differ a little. */
const CHUNK_ROOM = 1.5;

/** The thread in which recordings are read, decoded and encoded: it does one kind of job and ends. */
const request = workerData as AudioRequest;

const send = (message: FromAudioWorker, ...transfer: ArrayBuffer[]): void => parentPort?.postMessage(message, transfer);

/** Chunks go out in the same few pieces of memory again and again: new ones would heap up until the garbage is collected. */
async function decode(path: string, duration: number): Promise<void> {
  const free: ArrayBuffer[] = [];
  let credit = CHUNKS_AHEAD;
  let wake: () => void = () => undefined;
  parentPort?.on('message', ({ read }: ToDecoder) => {
    credit++;
    free.push(read);
    wake();
  });
  for await (const event of decodeFile(path, duration)) {
    if (event.type === 'damage') {
      send(event);
      continue;
    }
    while (credit === 0) await new Promise<void>((resolve) => (wake = resolve));
    credit--;
    const { length, byteLength } = event.samples;
    const used = free.pop();
    const memory = used && used.byteLength >= byteLength ? used : new ArrayBuffer(CHUNK_ROOM * byteLength);
    const samples = new Float32Array(memory, 0, length);
    samples.set(event.samples);
    send({ type: 'samples', samples }, memory);
  }
}

function encode(): Promise<never> {
  parentPort?.on('message', ({ samples, length, flac }: ToEncoder) => {
    encodeFlac(samples, length, flac).then(
      () => send({ type: 'written' }),
      (error: unknown) => fail(error),
    );
  });
  // Until the thread is ended from outside.
  return new Promise(() => undefined);
}

async function run(): Promise<void> {
  switch (request.type) {
    case 'probe':
      return send({ type: 'probed', audio: await probeAudio(request.path) });
    case 'decode':
      return decode(request.path, request.duration);
    case 'excerpt':
      await excerptUndecoded(request.path, request.from, request.to, request.file);
      return send({ type: 'written' });
    case 'encode':
      return encode();
  }
}

async function main(): Promise<void> {
  try {
    await run();
    send({ type: 'end' });
  } catch (error) {
    fail(error);
  }
  parentPort?.close();
}

function fail(error: unknown): void {
  const { reason, message, cause } = toFailure(explainFullDisk(error));
  send({ type: 'failure', reason, message, detail: cause instanceof Error ? (cause.stack ?? '') : '' });
}

void main();
