import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Input, InputAudioTrack } from 'mediabunny';
import { Failure } from '../../shared/failure.ts';
import type { AudioInfo } from '../audioPiece.ts';
import { isPcm } from './pcm.ts';

/** Names of containers, by what the library calls them. */
const containers: Readonly<Record<string, string>> = {
  MP3: 'mp3',
  WAVE: 'wav',
  Ogg: 'ogg',
  FLAC: 'flac',
  WebM: 'webm',
  Matroska: 'mkv',
  MP4: 'mp4',
  'QuickTime File Format': 'mov',
  ADTS: 'aac',
  'MPEG Transport Stream': 'ts',
};

/** What a file holds, by its content. */
export interface ProbedAudio {
  readonly info: AudioInfo;
  /** The library's name of the codec, such as `pcm-s16`. */
  readonly codec: string;
}

/** A file that can be demultiplexed, with its sound. */
export interface OpenedFile extends Disposable {
  readonly input: Input;
  readonly track: InputAudioTrack;
  readonly container: string;
  readonly codec: string;
}

/**
 * Opens a file by its content, whatever its name says. Throws a Failure with the reason `invalid-input` for what holds no
 * sound, and `unsupported` for a container or codec that the library does not know.
 */
export async function openFile(path: string): Promise<OpenedFile> {
  const { Input: MediaInput, FilePathSource, ALL_FORMATS, HLS } = await import('mediabunny');
  // A playlist would name other files, and addresses.
  const formats = ALL_FORMATS.filter((format) => format !== HLS);
  const name = basename(path);
  const input = new MediaInput({
    formats,
    source: new FilePathSource(path, { handleUnhandledError: () => undefined }),
  });
  try {
    const container = await input.getFormat().then(
      (format) => containers[format.name] ?? format.name.toLowerCase(),
      (cause: unknown) => {
        throw new Failure('unsupported', notAudio(name), { cause });
      },
    );
    const track = await input.getPrimaryAudioTrack();
    if (!track) {
      const [picture] = await input.getVideoTracks();
      if (picture) {
        throw new Failure('invalid-input', `${name} shows a picture but has no sound. Choose another recording.`);
      }
      throw new Failure('unsupported', `${name} holds no sound, or ends before it. Choose another recording.`);
    }
    const codec = await track.getCodec();
    if (codec === null) {
      const id = await track.getInternalCodecId();
      const called = typeof id === 'string' && id !== '' ? ` (${id})` : '';
      throw new Failure('unsupported', `The sound of ${name} is in a format${called} that Slipstream does not know.`);
    }
    return { input, track, container, codec, [Symbol.dispose]: () => input.dispose() };
  } catch (error) {
    input.dispose();
    if (error instanceof Failure) throw error;
    throw new Failure('unsupported', notAudio(name), { cause: error });
  }
}

/** Reads headers and the end of a file, and no more. Throws a Failure as `openFile` does, and for a file that is empty or cannot be read. */
export async function probeAudio(path: string): Promise<ProbedAudio> {
  const bytes = await fileSize(path);
  using file = await openFile(path);
  const { track, container, codec } = file;
  const sampleRate = await track.getSampleRate();
  const channels = await track.getNumberOfChannels();
  const { duration, isExact } = await durationOf(path, bytes, file, sampleRate);
  if (!(duration > 0)) {
    throw new Failure(
      'invalid-input',
      `${basename(path)} holds no sound: it is 0 seconds long. Choose another recording.`,
    );
  }
  const shown = codec.startsWith('pcm-') ? 'pcm' : codec;
  return {
    codec,
    info: { path, duration, durationIsExact: isExact, container, codec: shown, sampleRate, channels, bytes },
  };
}

/** True when this product decodes it itself. */
export function isDecodable(codec: string): boolean {
  return ['mp3', 'opus', 'vorbis', 'flac'].includes(codec) || isPcm(codec);
}

/** The sentence for a file whose content nothing here can read. */
export function notAudio(name: string): string {
  return `${name} is not a recording that Slipstream can read: by its content it is none of mp3, wav, ogg, opus, flac, webm, m4a or mp4. Choose another file; if it plays elsewhere, install ffmpeg, with which more formats can be read.`;
}

async function fileSize(path: string): Promise<number> {
  const name = basename(path);
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const sentence = code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read (${code}).`;
    throw new Failure('invalid-input', sentence, { cause });
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Failure('invalid-input', `${path} is not a file.`);
    if (stats.size === 0) throw new Failure('invalid-input', `${name} is empty. Choose another recording.`);
    return stats.size;
  } finally {
    await file.close();
  }
}

interface Duration {
  readonly duration: number;
  readonly isExact: boolean;
}

async function durationOf(path: string, bytes: number, opened: OpenedFile, sampleRate: number): Promise<Duration> {
  const { input, track, container, codec } = opened;
  if (container === 'ogg') {
    const last = await lastOggPosition(path, bytes);
    // Opus counts in 48 kHz, whatever was recorded.
    if (last !== undefined) return { duration: last / (codec === 'opus' ? 48_000 : sampleRate), isExact: true };
  }
  if (container === 'mp3' && !(await hasLengthHeader(path))) {
    const rate = await bytesPerSecond(track);
    return { duration: rate > 0 ? bytes / rate : 0, isExact: false };
  }
  const told = await input.getDurationFromMetadata([track]).catch(() => null);
  if (told !== null && told > 0) return { duration: told, isExact: true };
  const counted = await track.computeDuration({ metadataOnly: true }).catch(() => 0);
  return { duration: counted, isExact: false };
}

/** True when an MP3 tells its number of frames at its start. */
async function hasLengthHeader(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const header = Buffer.alloc(10);
    await file.read(header, 0, 10, 0);
    // The size of an ID3 tag is written in four groups of seven bits.
    const size = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + ((header[at] ?? 0) & 0x7f), 0);
    const start = header.toString('latin1', 0, 3) === 'ID3' ? 10 + size : 0;
    const frames = Buffer.alloc(4096);
    const { bytesRead } = await file.read(frames, 0, frames.length, start);
    const text = frames.toString('latin1', 0, bytesRead);
    return ['Xing', 'Info', 'VBRI'].some((mark) => text.includes(mark));
  } finally {
    await file.close();
  }
}

/** The rate at the start of a track. */
async function bytesPerSecond(track: InputAudioTrack): Promise<number> {
  const { averageBitrate } = await track.computePacketStats(2000);
  return averageBitrate / 8;
}

/** The position in samples that the last whole page of an Ogg file tells, without what is to be skipped at the start. */
async function lastOggPosition(path: string, bytes: number): Promise<number | undefined> {
  const file = await open(path);
  try {
    const first = Buffer.alloc(64);
    await file.read(first, 0, first.length, 0);
    const serial = first.readUInt32LE(14);
    const opus = first.toString('latin1', 28, 36) === 'OpusHead';
    const skipped = opus ? first.readUInt16LE(38) : 0;
    const tail = Buffer.alloc(Math.min(bytes, 256 * 1024));
    await file.read(tail, 0, tail.length, bytes - tail.length);
    for (let at = tail.lastIndexOf('OggS'); at >= 0; at = at === 0 ? -1 : tail.lastIndexOf('OggS', at - 1)) {
      if (at + 27 > tail.length || tail.readUInt32LE(at + 14) !== serial) continue;
      const position = tail.readBigInt64LE(at + 6);
      // A page in which no packet ends has no position.
      if (position > 0n) return Math.max(0, Number(position) - skipped);
    }
    return undefined;
  } finally {
    await file.close();
  }
}
