import type { EncodedPacket } from 'mediabunny';
import { readPcm } from './pcm.ts';
import type { OpenedFile } from './probe.ts';
import { concatenate } from './samples.ts';

/** Decoded sound: one array for each channel. */
export interface Decoded {
  readonly channels: readonly Float32Array[];
  readonly sampleRate: number;
  /** What could not be decoded, as the library tells it. */
  readonly errors: number;
}

/** Decodes the bytes of a file in the order in which they lie there; finds its way again after what is damaged. */
export interface StreamDecoder {
  decode(bytes: Uint8Array): Promise<Decoded> | Decoded;
  /** What is left at the end. */
  flush(): Promise<Decoded | undefined>;
  free(): void;
}

/** Decodes packets that a container hands out one after the other. */
export interface PacketDecoder {
  decode(packets: readonly EncodedPacket[]): Promise<Decoded> | Decoded;
  /** Samples at the start that only warm the decoder up, at its output rate. */
  readonly skip: number;
  free(): void;
}

interface LibraryAnswer {
  readonly channelData: Float32Array[];
  readonly samplesDecoded: number;
  readonly sampleRate: number;
  readonly errors: readonly unknown[];
}

const decoded = ({ channelData, sampleRate, errors }: LibraryAnswer): Decoded => ({
  channels: channelData,
  sampleRate,
  errors: errors.length,
});

/** The rate at which Opus is decoded: the one that is wanted, which saves resampling. */
const OPUS_RATE = 16_000;

/** The decoder for whole files of mp3, Ogg and FLAC; nothing for other containers. */
export async function openStreamDecoder(container: string, codec: string): Promise<StreamDecoder | undefined> {
  if (container === 'mp3' && codec === 'mp3') {
    const { MPEGDecoder } = await import('mpg123-decoder');
    const decoder = new MPEGDecoder();
    await decoder.ready;
    return {
      decode: (bytes) => decoded(decoder.decode(bytes)),
      flush: async () => undefined,
      free: () => decoder.free(),
    };
  }
  if (container === 'ogg' && codec === 'opus') {
    const { OggOpusDecoder } = await import('ogg-opus-decoder');
    // Its types do not know this option, which it hands on to the decoder of `opus-decoder`.
    const options: object = { sampleRate: OPUS_RATE };
    return ready(new OggOpusDecoder(options));
  }
  if (container === 'ogg' && codec === 'vorbis') {
    const { OggVorbisDecoder } = await import('@wasm-audio-decoders/ogg-vorbis');
    return ready(new OggVorbisDecoder());
  }
  if (container === 'flac' && codec === 'flac') {
    const { FLACDecoder } = await import('@wasm-audio-decoders/flac');
    return ready(new FLACDecoder());
  }
  return undefined;
}

/** The decoder for a track of a container that has to be demultiplexed. */
export async function openPacketDecoder({ track, codec }: OpenedFile): Promise<PacketDecoder | undefined> {
  const { description } = (await track.getDecoderConfig()) ?? {};
  const header = description && bytesOf(description);
  switch (codec) {
    case 'mp3': {
      const { MPEGDecoder } = await import('mpg123-decoder');
      const decoder = new MPEGDecoder();
      await decoder.ready;
      return {
        skip: 0,
        decode: (packets) => decoded(decoder.decodeFrames(packets.map(({ data }) => data))),
        free: () => decoder.free(),
      };
    }
    case 'opus': {
      const { OpusDecoder } = await import('opus-decoder');
      const { skip, ...options } = opusOptions(header, await track.getNumberOfChannels());
      const decoder = new OpusDecoder({ ...options, sampleRate: OPUS_RATE });
      await decoder.ready;
      return {
        skip,
        decode: (packets) => decoded(decoder.decodeFrames(packets.map(({ data }) => data))),
        free: () => decoder.free(),
      };
    }
    case 'vorbis':
      return header && openVorbisPackets(header);
    case 'flac': {
      const { FLACDecoder } = await import('@wasm-audio-decoders/flac');
      const decoder = new FLACDecoder();
      await decoder.ready;
      return {
        skip: 0,
        decode: async (packets) => decoded(await decoder.decodeFrames(packets.map(({ data }) => data))),
        free: () => decoder.free(),
      };
    }
    default: {
      const channels = await track.getNumberOfChannels();
      const sampleRate = await track.getSampleRate();
      return {
        skip: 0,
        decode: (packets) => {
          const parts = packets.map(({ data }) => readPcm(codec, data, channels));
          return { channels: [concatenate(parts)], sampleRate, errors: 0 };
        },
        free: () => undefined,
      };
    }
  }
}

interface FileDecoder {
  readonly ready: Promise<void>;
  decode(bytes: Uint8Array): Promise<LibraryAnswer> | LibraryAnswer;
  flush(): Promise<LibraryAnswer>;
  free(): void;
}

async function ready(decoder: FileDecoder): Promise<StreamDecoder> {
  await decoder.ready;
  return {
    decode: async (bytes) => decoded(await decoder.decode(bytes)),
    flush: async () => decoded(await decoder.flush()),
    free: () => decoder.free(),
  };
}

interface OpusOptions {
  readonly channels: number;
  readonly skip: number;
  readonly streamCount?: number;
  readonly coupledStreamCount?: number;
  readonly channelMappingTable?: number[];
}

/** What the header of Opus (RFC 7845, 5.1) tells its decoder. */
function opusOptions(header: Uint8Array | undefined, channels: number): OpusOptions {
  if (!header || header.length < 19) return { channels, skip: 0 };
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const count = view.getUint8(9);
  const skip = Math.round((view.getUint16(10, true) * OPUS_RATE) / 48_000);
  if (view.getUint8(18) === 0 || header.length < 21 + count) return { channels: count, skip };
  return {
    channels: count,
    skip,
    streamCount: view.getUint8(19),
    coupledStreamCount: view.getUint8(20),
    channelMappingTable: [...header.subarray(21, 21 + count)],
  };
}

/** Vorbis outside of Ogg: the decoder is handed pages as it would have found them in a file. */
async function openVorbisPackets(header: Uint8Array): Promise<PacketDecoder> {
  const { OggVorbisDecoder } = await import('@wasm-audio-decoders/ogg-vorbis');
  type Page = Parameters<InstanceType<typeof OggVorbisDecoder>['decodeOggPages']>[0][number];
  const decoder = new OggVorbisDecoder();
  await decoder.ready;
  const [identification, , setup] = unlace(header);
  const page = (fields: object): Page => fields as Page;
  await decoder.decodeOggPages([page({ data: identification, codecFrames: [] })]);
  return {
    skip: 0,
    decode: async (packets) => {
      const codecFrames = packets.map(({ data }) => ({ data, header: { vorbisSetup: setup } }));
      return decoded(await decoder.decodeOggPages([page({ data: new Uint8Array(1), codecFrames })]));
    },
    free: () => decoder.free(),
  };
}

/** Takes the three headers of Vorbis apart that Xiph lacing has put into one. */
function unlace(bytes: Uint8Array): [Uint8Array, Uint8Array, Uint8Array] {
  let at = 1;
  const length = (): number => {
    let sum = 0;
    for (;;) {
      const byte = bytes[at++] ?? 0;
      sum += byte;
      if (byte < 255) return sum;
    }
  };
  const first = length();
  const second = length();
  return [
    bytes.subarray(at, at + first),
    bytes.subarray(at + first, at + first + second),
    bytes.subarray(at + first + second),
  ];
}

function bytesOf(source: AllowSharedBufferSource): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}
