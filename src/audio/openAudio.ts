import { openAsBlob, readFileSync } from 'node:fs';
import { rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { createTemporaryFolder, type TemporaryFolder } from '../execution/temporaryFolder.ts';
import { Failure } from '../shared/failure.ts';
import type { AudioInfo, EncodedAudio } from './audioPiece.ts';
import { askAudioWorker, AudioEncoder, runAudioWorker, STREAM_LIMITS } from './audioWorker.ts';
import { explainFullDisk } from './decode/diskFull.ts';
import { isDecodable } from './decode/probe.ts';
import { decodeWithFfmpeg, findFfmpeg, probeWithFfmpeg } from './ffmpeg.ts';

export interface OpenAudioOptions {
  readonly signal: AbortSignal;
  /** The program of the thread that decodes: `audio.worker.cjs` in the editor, `audio.worker.js` on the command line, both in `dist`. */
  readonly workerFile: string;
  /** The path of ffmpeg; absent looks for one on PATH, `false` does without. */
  readonly ffmpeg?: string | false;
}

export interface SamplesOptions {
  readonly signal: AbortSignal;
  /** Is told what of the recording could not be read, as a sentence for the user. */
  readonly onDamage?: (message: string) => void;
}

/** A recording that can be read, as often as one likes. What it holds are the thread that encodes, and a folder of small files. */
export interface Recording extends AsyncDisposable {
  readonly info: AudioInfo;
  /**
   * False for AAC where there is no ffmpeg: `samples` throws a Failure that says so, and the sound can only be sent as it is, by
   * `excerpt`. Everything else has samples.
   */
  readonly isDecodable: boolean;
  /**
   * The sound as mono 16 kHz in chunks of some seconds at most, decoded in another thread or process a little ahead of the reader.
   * A chunk is valid until the next one is asked for.
   */
  samples(options: SamplesOptions): AsyncIterable<Float32Array>;
  /** The sound between two times, in seconds, undecoded as a small m4a file. For AAC. */
  excerpt(from: number, to: number, signal: AbortSignal): Promise<WrittenAudio>;
  /** Keeps samples of 16 bits out of memory. */
  keep(samples: Int16Array): Promise<KeptSamples>;
}

/** A file of a recording's folder, which whoever needs it no more removes. */
export interface WrittenAudio extends EncodedAudio {
  remove(): Promise<void>;
}

/** Samples of 16 bits in a file of a recording's folder, which whoever needs it no more removes. */
export interface KeptSamples {
  readonly length: number;
  read(): Int16Array;
  /** As a FLAC file, encoded in another thread. */
  encode(signal: AbortSignal): Promise<WrittenAudio>;
  remove(): Promise<void>;
}

/** Codecs that speech servers take as they come out of an m4a or mp4 file. */
const sentUndecoded = ['aac'];

/**
 * Opens a recording by its content, whatever its name says: mp3, wav, ogg (Opus, Vorbis), flac, webm and mkv by bundled
 * decoders, everything else by ffmpeg where it is installed. Throws a Failure with a sentence for what is not sound, empty,
 * a picture without sound, or in a format that cannot be read.
 */
export async function openAudio(file: string, options: OpenAudioOptions): Promise<Recording> {
  const { signal, workerFile } = options;
  const path = resolve(file);
  const ffmpeg = async (): Promise<string | undefined> =>
    options.ffmpeg === undefined ? findFfmpeg(process.env) : options.ffmpeg || undefined;
  const encoder = new AudioEncoder(workerFile);
  const files = new WrittenFiles();
  const common: Pick<Recording, 'keep' | 'excerpt' | typeof Symbol.asyncDispose> = {
    excerpt: (from, to, signal) =>
      files.write('m4a', 'audio/mp4', async (file) => {
        await askAudioWorker(workerFile, { type: 'excerpt', path, from, to, file }, 'written', signal);
      }),
    keep: async (samples) => {
      const { length } = samples;
      const file = await files.next('pcm');
      await writeFile(file, samples, { mode: 0o600 }).catch((error: unknown) => {
        throw explainFullDisk(error);
      });
      return {
        length,
        read: () => new Int16Array(Uint8Array.from(readFileSync(file)).buffer),
        encode: (signal) =>
          files.write('flac', 'audio/flac', (flac) => encoder.encode({ samples: file, length, flac }, signal)),
        remove: () => rm(file, { force: true }),
      };
    },
    [Symbol.asyncDispose]: async () => {
      await encoder[Symbol.asyncDispose]();
      await files[Symbol.asyncDispose]();
    },
  };

  let found: { info: AudioInfo; codec: string };
  try {
    found = (await askAudioWorker(workerFile, { type: 'probe', path }, 'probed', signal)).audio;
  } catch (error) {
    // Others than these are known for sure, whatever ffmpeg would say.
    if (!(error instanceof Failure) || error.reason !== 'unsupported') throw error;
    const program = await ffmpeg();
    if (!program) throw error;
    const info = await probeWithFfmpeg(program, path, (await stat(path)).size, signal);
    if (!info) {
      const sentence = `${basename(path)} is not a recording, or is cut off before its sound: neither Slipstream nor ffmpeg finds sound in it. Choose another file.`;
      throw new Failure('invalid-input', sentence, { cause: error });
    }
    return { info, isDecodable: true, samples: (it) => readWithFfmpeg(program, path, it), ...common };
  }
  const { info, codec } = found;
  if (isDecodable(codec)) {
    return { info, isDecodable: true, samples: (it) => readInWorker(workerFile, info, it), ...common };
  }
  const program = await ffmpeg();
  if (program) {
    return { info, isDecodable: true, samples: (it) => readWithFfmpeg(program, path, it), ...common };
  }
  if (!sentUndecoded.includes(codec)) throw needsFfmpeg(info, '');
  const refuse = async function* (): AsyncGenerator<Float32Array, void, undefined> {
    throw needsFfmpeg(info, ', or choose a transcriber that takes the file as it is, such as one of OpenAI');
  };
  return { info, isDecodable: false, samples: refuse, ...common };
}

/** The small files of one recording. */
class WrittenFiles implements AsyncDisposable {
  #folder: Promise<TemporaryFolder> | undefined;
  #count = 0;

  async write(extension: string, type: string, write: (file: string) => Promise<void>): Promise<WrittenAudio> {
    const file = await this.next(extension);
    await write(file);
    return {
      content: await openAsBlob(file, { type }),
      fileName: `recording.${extension}`,
      remove: () => rm(file, { force: true }),
    };
  }

  /** The path of a file that is not there yet. */
  async next(extension: string): Promise<string> {
    this.#folder ??= createTemporaryFolder('slipstream-sound-');
    return join((await this.#folder).path, `${++this.#count}.${extension}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#folder)?.remove();
  }
}

function needsFfmpeg({ path, codec }: AudioInfo, otherwise: string): Failure {
  const sentence = `The sound of ${basename(path)} is ${codec.toUpperCase()}, which Slipstream cannot decode without ffmpeg. Install ffmpeg (https://ffmpeg.org) and try again${otherwise}.`;
  return new Failure('unsupported', sentence);
}

async function* readInWorker(
  workerFile: string,
  { path, duration, container }: AudioInfo,
  { signal, onDamage }: SamplesOptions,
): AsyncGenerator<Float32Array, void, undefined> {
  // The index of mp4 is in memory whole, and as long as the recording.
  const limits = container === 'mp4' ? {} : STREAM_LIMITS;
  for await (const answer of runAudioWorker(workerFile, { type: 'decode', path, duration }, signal, limits)) {
    if (answer.type === 'samples') yield answer.samples;
    else if (answer.type === 'damage') onDamage?.(answer.message);
  }
}

function readWithFfmpeg(
  ffmpeg: string,
  path: string,
  { signal, onDamage }: SamplesOptions,
): AsyncIterable<Float32Array> {
  return decodeWithFfmpeg(ffmpeg, path, signal, (message) => onDamage?.(message));
}
