import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { SAMPLE_RATE } from '../audioPiece.ts';

/** Samples that are handed to the encoder in one go. */
const BLOCK_SAMPLES = 65_536;
const COMPRESSION_LEVEL = 5;

/**
 * Encodes a file of mono 16 kHz samples of 16 bits as a FLAC file, which loses nothing, is a third to a half of the size of
 * WAV for speech, and is read by every speech server, also by small ones that know neither Opus nor AAC; the MP3 encoder is
 * under the LGPL.
 */
export async function encodeFlac(path: string, length: number, target: string): Promise<void> {
  const library = await import('libflacjs/dist/libflac.js');
  // CommonJS: what a bundler gives and what Node gives differ by this.
  const flac = 'default' in library ? (library.default as typeof library) : library;
  if (!flac.isReady()) await new Promise<void>((resolve) => flac.on('ready', () => resolve()));
  const encoder = flac.create_libflac_encoder(SAMPLE_RATE, 1, 16, COMPRESSION_LEVEL, length, false);
  if (encoder === 0) throw new Error('The FLAC encoder could not be started.');
  const from = openSync(path, 'r');
  const to = openSync(target, 'w', 0o600);
  try {
    // Read and written as it comes: kept together, a long piece would be in memory several times over.
    const status = flac.init_encoder_stream(encoder, (bytes) => void writeSync(to, bytes));
    if (status !== 0) throw new Error(`The FLAC encoder refused its settings (${status}).`);
    const block = new Int16Array(BLOCK_SAMPLES);
    const memory = new Int32Array(BLOCK_SAMPLES);
    let at = 0;
    while (at < length) {
      const samples = readSync(from, block, 0, block.byteLength, 2 * at) / 2;
      if (samples === 0) throw new Error(`The samples end at ${at} of ${length}.`);
      memory.set(block.subarray(0, samples));
      if (!flac.FLAC__stream_encoder_process_interleaved(encoder, memory.subarray(0, samples), samples)) {
        throw new Error(`The FLAC encoder failed (${flac.FLAC__stream_encoder_get_state(encoder)}).`);
      }
      at += samples;
    }
    flac.FLAC__stream_encoder_finish(encoder);
  } finally {
    flac.FLAC__stream_encoder_delete(encoder);
    closeSync(from);
    closeSync(to);
  }
}
