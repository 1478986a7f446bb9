import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Failure } from '../../shared/failure.ts';
import { openFile } from './probe.ts';

/** Writes the sound of a file from one time to another, in seconds, undecoded as a small m4a file. */
export async function excerptUndecoded(path: string, from: number, to: number, excerpt: string): Promise<void> {
  const { BufferTarget, EncodedAudioPacketSource, EncodedPacketSink, Mp4OutputFormat, Output } =
    await import('mediabunny');
  using file = await openFile(path);
  const codec = await file.track.getCodec();
  const decoderConfig = await file.track.getDecoderConfig();
  if (codec === null || decoderConfig === null) {
    throw new Failure('unsupported', `The sound of ${basename(path)} is in a format that Slipstream does not know.`);
  }
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  const source = new EncodedAudioPacketSource(codec);
  output.addAudioTrack(source);
  await output.start();
  const sink = new EncodedPacketSink(file.track);
  const first = (await sink.getPacket(from)) ?? (await sink.getFirstPacket());
  if (first) {
    for await (const packet of sink.packets(first)) {
      if (packet.timestamp >= to) break;
      const timestamp = Math.max(0, packet.timestamp - first.timestamp);
      await source.add(packet.clone({ timestamp }), { decoderConfig });
    }
  }
  await output.finalize();
  if (!target.buffer) throw new Failure('invalid-input', `${basename(path)} could not be cut: it is damaged.`);
  await writeFile(excerpt, new Uint8Array(target.buffer), { mode: 0o600 });
}
