import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { EncodedPacket, EncodedPacketSink } from 'mediabunny';
import { Failure } from '../../shared/failure.ts';
import { SAMPLE_RATE } from '../audioPiece.ts';
import { openPacketDecoder, openStreamDecoder, type Decoded } from './codecs.ts';
import { concatenate } from './samples.ts';
import { openFile, type OpenedFile } from './probe.ts';
import { Resampler } from './resampler.ts';

/** Samples of one chunk: 2 s. */
const CHUNK_SAMPLES = 2 * SAMPLE_RATE;
const READ_BYTES = 64 * 1024;
/** Packets that are decoded in one go, in seconds. */
const BATCH_SECONDS = 1;
/** A hole between packets that is longer is filled with silence, so that the times after it stay right. */
const HOLE_SECONDS = 0.1;
/** Sound beyond the length that a container tells is what fills the last packet. */
const FILLING_SECONDS = 0.5;
/** The length that a RIFF header can tell, and the header. */
const MOST_RIFF_BYTES = 2 ** 32 + 1024;
/** Sound that is missing at the end is told from here on. */
const MISSING_SECONDS = 2;

/** What is told while a file is decoded. */
export type DecodeEvent =
  { readonly type: 'samples'; readonly samples: Float32Array } | { readonly type: 'damage'; readonly message: string };

/**
 * Decodes a file to 16 kHz mono in chunks of about 2 s. What is damaged is left out, with a sentence that says so.
 * `duration` is what the file claims to hold. Throws a Failure when nothing of it can be decoded.
 */
export async function* decodeFile(path: string, duration: number): AsyncGenerator<DecodeEvent, void, undefined> {
  using file = await openFile(path);
  const name = basename(path);
  const out = new Mono();
  let damaged = 0;
  const stream = await byStream(path, file);
  try {
    for await (const part of stream ?? byPackets(file, duration)) {
      damaged += part.errors;
      out.push(part);
      yield* out.take(CHUNK_SAMPLES);
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    damaged++;
  }
  out.finish();
  if (!stream && out.seconds - duration < FILLING_SECONDS) out.trim(duration);
  yield* out.take(1);
  const seconds = out.seconds;
  if (seconds === 0) {
    throw new Failure(
      'invalid-input',
      `No sound could be decoded from ${name}: it is damaged. Choose another recording.`,
    );
  }
  const missing = duration - seconds;
  if (missing > MISSING_SECONDS) {
    const read = `${time(seconds)} of ${time(duration)} could be read.`;
    const message =
      damaged > 0
        ? `${name} is damaged: ${read} Times after a damaged part may be too early.`
        : `${name} ends early: ${read}`;
    yield { type: 'damage', message };
  } else if (damaged > 0) {
    yield { type: 'damage', message: `${name} is damaged in places, which were left out.` };
  } else if (file.container === 'wav' && (await isTooLongForHeader(path))) {
    const message = `${name} is larger than the 4 GB that its header can tell: ${time(seconds)} could be read, what is behind was left out. Convert it to FLAC first to have all of it.`;
    yield { type: 'damage', message };
  }
}

/** True for a WAV file of more than 4 GB that is not of the kind made for such (RF64): its sound behind that cannot be found. */
async function isTooLongForHeader(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
  return buffer.toString('latin1') === 'RIFF' && (await file.stat()).size > MOST_RIFF_BYTES;
}

/** Collects channels of any rate as one channel of 16 kHz. */
class Mono {
  #resampler: Resampler | undefined;
  #rate = 0;
  #waiting: Float32Array[] = [];
  #waitingSamples = 0;
  #samples = 0;

  get seconds(): number {
    return this.#samples / SAMPLE_RATE;
  }

  push({ channels, sampleRate }: Decoded): void {
    const mono = mix(channels);
    if (mono.length === 0) return;
    if (sampleRate !== this.#rate) {
      // A file may change its rate in the middle.
      this.finish();
      this.#rate = sampleRate;
      this.#resampler = sampleRate === SAMPLE_RATE ? undefined : new Resampler(sampleRate, SAMPLE_RATE);
    }
    this.#add(this.#resampler?.push(mono) ?? mono);
  }

  finish(): void {
    if (this.#resampler) this.#add(this.#resampler.finish());
    this.#resampler = undefined;
    this.#rate = 0;
  }

  /** Drops what has been collected behind a time in seconds. */
  trim(seconds: number): void {
    const surplus = Math.min(this.#samples - Math.round(seconds * SAMPLE_RATE), this.#waitingSamples);
    if (surplus <= 0) return;
    const waiting = concatenate(this.#waiting);
    this.#waiting = [waiting.subarray(0, waiting.length - surplus)];
    this.#waitingSamples -= surplus;
    this.#samples -= surplus;
  }

  /** What has been collected, when it is at least so much. */
  *take(least: number): Generator<DecodeEvent, void, undefined> {
    if (this.#waitingSamples < least) return;
    yield { type: 'samples', samples: concatenate(this.#waiting) };
    this.#waiting = [];
    this.#waitingSamples = 0;
  }

  #add(samples: Float32Array): void {
    if (samples.length === 0) return;
    this.#waiting.push(samples);
    this.#waitingSamples += samples.length;
    this.#samples += samples.length;
  }
}

/** The average of the channels, in an array of its own. */
function mix(channels: readonly Float32Array[]): Float32Array {
  const [first, second] = channels;
  if (!first || !second) return first ?? new Float32Array();
  const mono = new Float32Array(first.length);
  if (channels.length === 2) {
    for (let at = 0; at < mono.length; at++) mono[at] = ((first[at] as number) + (second[at] as number)) / 2;
    return mono;
  }
  for (const channel of channels) {
    for (let at = 0; at < mono.length; at++)
      mono[at] = (mono[at] as number) + (channel[at] as number) / channels.length;
  }
  return mono;
}

/** mp3, Ogg and FLAC: from the bytes, because these decoders find their way again after damage. */
async function byStream(path: string, file: OpenedFile): Promise<AsyncIterable<Decoded> | undefined> {
  const decoder = await openStreamDecoder(file.container, file.codec);
  if (!decoder) return undefined;
  return (async function* (): AsyncGenerator<Decoded, void, undefined> {
    try {
      const bytes: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: READ_BYTES });
      for await (const chunk of bytes) yield await decoder.decode(chunk);
      const rest = await decoder.flush();
      if (rest) yield rest;
    } finally {
      decoder.free();
    }
  })();
}

/** Other containers: packet by packet, on the time line that they tell. */
async function* byPackets(file: OpenedFile, duration: number): AsyncGenerator<Decoded, void, undefined> {
  const decoder = await openPacketDecoder(file);
  if (!decoder) throw new Failure('unsupported', `The ${file.codec} sound of this file cannot be decoded.`);
  const { EncodedPacketSink: Sink } = await import('mediabunny');
  const sink = new Sink(file.track);
  let skip = decoder.skip;
  let batch: EncodedPacket[] = [];
  /** Where the sound that was handed on ends. */
  let end = 0;
  const decode = async (): Promise<Decoded> => {
    const packets = batch;
    batch = [];
    const part = await decoder.decode(packets);
    if (skip === 0) return part;
    const skipped = skip;
    skip = Math.max(0, skip - (part.channels[0]?.length ?? 0));
    return { ...part, channels: part.channels.map((channel) => channel.subarray(skipped)) };
  };
  try {
    for await (const packet of packetsOf(sink, duration)) {
      if (packet === 'damage') {
        yield { channels: [], sampleRate: SAMPLE_RATE, errors: 1 };
        continue;
      }
      if (packet.timestamp - end > HOLE_SECONDS) {
        if (batch.length > 0) yield await decode();
        const rate = await file.track.getSampleRate();
        const sampleRate = file.codec === 'opus' ? SAMPLE_RATE : rate;
        const hole = new Float32Array(Math.round((packet.timestamp - end) * sampleRate));
        yield { channels: [hole], sampleRate, errors: 0 };
      }
      batch.push(packet);
      end = Math.max(end, packet.timestamp + packet.duration);
      if (end - (batch[0]?.timestamp ?? 0) >= BATCH_SECONDS) yield await decode();
    }
    if (batch.length > 0) yield await decode();
  } finally {
    decoder.free();
  }
}

/** The packets of a track. Where they end too early, goes on at the first place from which the library can read again. */
async function* packetsOf(
  sink: EncodedPacketSink,
  duration: number,
): AsyncGenerator<EncodedPacket | 'damage', void, undefined> {
  let start: EncodedPacket | undefined;
  let end = 0;
  for (;;) {
    try {
      for await (const packet of sink.packets(start)) {
        end = packet.timestamp + packet.duration;
        yield packet;
      }
    } catch {
      // The search below goes on behind what cannot be read.
    }
    if (duration - end < MISSING_SECONDS) return;
    start = await packetAfter(sink, end, duration);
    yield 'damage';
    if (!start) return;
  }
}

async function packetAfter(sink: EncodedPacketSink, end: number, duration: number): Promise<EncodedPacket | undefined> {
  for (let step = 0.5; end + step < duration; step *= 1.2) {
    const packet = await sink.getPacket(end + step).catch(() => null);
    if (packet && packet.timestamp > end) return packet;
  }
  return undefined;
}

function time(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (number: number): string => String(number).padStart(2, '0');
  const clock = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${clock}` : clock;
}
