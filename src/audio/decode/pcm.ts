/** Reads one sample at a byte offset, as a number from -1 to 1. */
type Reader = (view: DataView, offset: number) => number;

interface PcmFormat {
  readonly bytes: number;
  readonly read: Reader;
}

const formats: Readonly<Record<string, PcmFormat>> = {
  'pcm-u8': { bytes: 1, read: (view, at) => (view.getUint8(at) - 128) / 2 ** 7 },
  'pcm-s8': { bytes: 1, read: (view, at) => view.getInt8(at) / 2 ** 7 },
  'pcm-s16': { bytes: 2, read: (view, at) => view.getInt16(at, true) / 2 ** 15 },
  'pcm-s16be': { bytes: 2, read: (view, at) => view.getInt16(at) / 2 ** 15 },
  'pcm-s24': { bytes: 3, read: (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23 },
  'pcm-s24be': { bytes: 3, read: (view, at) => (view.getInt16(at) * 2 ** 8 + view.getUint8(at + 2)) / 2 ** 23 },
  'pcm-s32': { bytes: 4, read: (view, at) => view.getInt32(at, true) / 2 ** 31 },
  'pcm-s32be': { bytes: 4, read: (view, at) => view.getInt32(at) / 2 ** 31 },
  'pcm-f32': { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  'pcm-f32be': { bytes: 4, read: (view, at) => view.getFloat32(at) },
  'pcm-f64': { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  'pcm-f64be': { bytes: 8, read: (view, at) => view.getFloat64(at) },
  ulaw: { bytes: 1, read: (view, at) => fromULaw(view.getUint8(at)) },
  alaw: { bytes: 1, read: (view, at) => fromALaw(view.getUint8(at)) },
};

/** True for the names of uncompressed and G.711 sound. */
export function isPcm(codec: string): boolean {
  return Object.hasOwn(formats, codec);
}

/** Makes interleaved samples of a codec that `isPcm` knows into the average of their channels. Half a frame at the end is dropped. */
export function readPcm(codec: string, bytes: Uint8Array, channels: number): Float32Array {
  const format = formats[codec];
  if (!format) throw new RangeError(`${codec} is not PCM`);
  const { bytes: sampleBytes, read } = format;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frameBytes = sampleBytes * channels;
  const mono = new Float32Array(Math.floor(bytes.length / frameBytes));
  for (let frame = 0; frame < mono.length; frame++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      sum += read(view, frame * frameBytes + channel * sampleBytes);
    }
    mono[frame] = sum / channels;
  }
  return mono;
}

function fromULaw(byte: number): number {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0x0f) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84;
  return (code & 0x80 ? -magnitude : magnitude) / 2 ** 15;
}

function fromALaw(byte: number): number {
  const code = byte ^ 0x55;
  const exponent = (code & 0x70) >> 4;
  const mantissa = ((code & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return (code & 0x80 ? magnitude : -magnitude) / 2 ** 15;
}
