import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SAMPLE_RATE } from '../../src/audio/audioPiece.ts';
import { openAudio, type Recording } from '../../src/audio/openAudio.ts';
import { segmentAudio } from '../../src/audio/segmentAudio.ts';
import { Failure } from '../../src/shared/failure.ts';
import { audioWorkerFile, canSpeak, convert, convertToAll, speak } from '../fixtures/speech.ts';

const signal = new AbortController().signal;

interface Heard {
  readonly samples: Float32Array;
  readonly damage: readonly string[];
}

describe('recordings', function () {
  let folder: string;
  let source: string;
  /** The spoken text at 16 kHz, by ffmpeg. */
  let expected: Float32Array;

  before(async function () {
    if (!(await canSpeak())) {
      console.log('      skipped: espeak-ng and ffmpeg are not installed');
      this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'slipstream-audio-'));
    source = join(folder, 'speech.wav');
    await speak('Good morning. The tests are green again. Who writes the notes? I will, by Friday.', source);
    expected = await floats(await convert(source, join(folder, 'expected.raw'), '-ar', '16000', '-f', 'f32le'));
  });

  after(async () => {
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const open = (path: string, program: 'with ffmpeg' | 'alone' = 'alone'): Promise<Recording> =>
    openAudio(path, { signal, workerFile: audioWorkerFile, ...(program === 'alone' && { ffmpeg: false }) });

  async function hear(recording: Recording): Promise<Heard> {
    const damage: string[] = [];
    const parts: number[] = [];
    for await (const part of recording.samples({ signal, onDamage: (message) => damage.push(message) })) {
      for (const sample of part) parts.push(sample);
    }
    return { samples: Float32Array.from(parts), damage };
  }

  const formats: readonly (readonly [file: string, container: string, codec: string, ...options: string[]])[] = [
    ['a.mp3', 'mp3', 'mp3', '-b:a', '64k'],
    ['stereo.mp3', 'mp3', 'mp3', '-af', 'pan=stereo|c0=c0|c1=c0', '-ar', '44100', '-q:a', '4'],
    ['a.ogg', 'ogg', 'vorbis', '-c:a', 'libvorbis'],
    ['a.opus', 'ogg', 'opus', '-c:a', 'libopus'],
    ['a.webm', 'webm', 'opus', '-c:a', 'libopus'],
    ['vorbis.webm', 'webm', 'vorbis', '-c:a', 'libvorbis'],
    ['a.flac', 'flac', 'flac', '-ar', '44100', '-af', 'pan=stereo|c0=c0|c1=c0'],
    ['six.wav', 'wav', 'pcm', '-af', 'pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0'],
    ['a24.wav', 'wav', 'pcm', '-c:a', 'pcm_s24le', '-ar', '48000'],
    ['float.wav', 'wav', 'pcm', '-c:a', 'pcm_f32le', '-ar', '8000'],
    ['phone.wav', 'wav', 'ulaw', '-c:a', 'pcm_mulaw', '-ar', '8000'],
    ['a8.wav', 'wav', 'pcm', '-c:a', 'pcm_u8'],
  ];
  it('every format decodes to what was spoken, in its place', async () => {
    await convertToAll(
      source,
      formats.map(([file, _container, _codec, ...options]) => [...options, join(folder, file)]),
    );
    for (const [file, container, codec] of formats) {
      const recording = await open(join(folder, file));
      assert.deepEqual([recording.info.container, recording.info.codec], [container, codec], file);
      const { samples, damage } = await hear(recording);
      assert.deepEqual(damage, [], file);
      const seconds = Math.abs(samples.length - expected.length) / SAMPLE_RATE;
      assert.ok(seconds < 0.012, `${file}: ${seconds} s longer or shorter`);
      assert.ok(Math.abs(recording.info.duration - expected.length / SAMPLE_RATE) < 0.1, file);
      const alike = correlation(samples, expected);
      assert.ok(alike > 0.93, `${file}: correlation ${alike}`);
      const louder = loudness(samples) / loudness(expected);
      assert.ok(louder > 0.85 && louder < 1.15, `${file}: ${louder} times as loud`);
    }
  });

  it('AAC is decoded by ffmpeg, and without it cut and sent as it is', async () => {
    const path = await convert(source, join(folder, 'a.m4a'), '-c:a', 'aac');
    const withIt = await open(path, 'with ffmpeg');
    const { samples } = await hear(withIt);
    assert.ok(Math.abs(samples.length - expected.length) < 0.1 * SAMPLE_RATE);
    assert.ok(correlation(samples, expected) > 0.9);

    await using without = await open(path);
    assert.equal(without.isDecodable, false);
    await assert.rejects(hear(without), (error) => error instanceof Failure && /Install ffmpeg/.test(error.message));
    const limits = { seconds: 8, bytes: 25e6 };
    const ends: number[] = [];
    for await (const piece of segmentAudio(without, { signal, limits, takesEncoded: true })) {
      assert.equal(piece.samples, undefined);
      const { content, fileName } = await piece.encode();
      const excerpt = join(folder, `${piece.index}-${fileName}`);
      await writeFile(excerpt, content.stream());
      const { info } = await open(excerpt);
      assert.equal(info.codec, 'aac');
      assert.ok(Math.abs(info.duration - (piece.end - piece.start)) < 0.1, `${info.duration} s`);
      assert.equal(piece.overlap, piece.index === 0 ? 0 : 3);
      ends.push(piece.end);
    }
    assert.ok(Math.abs((ends.at(-1) ?? 0) - without.info.duration) < 0.01);
  });

  it('other formats are left to ffmpeg, and told without it', async () => {
    const path = await convert(source, join(folder, 'a.aiff'));
    const { samples } = await hear(await open(path, 'with ffmpeg'));
    assert.ok(correlation(samples, expected) > 0.99);
    await assert.rejects(open(path), (error) => error instanceof Failure && /install ffmpeg/.test(error.message));
  });

  it('the content counts, not the name, and what is no recording is told', async () => {
    const wrong = join(folder, 'wrong.wav');
    await writeFile(wrong, await readFile(join(folder, 'a.mp3')));
    assert.equal((await open(wrong)).info.container, 'mp3');
    const refusals: readonly (readonly [name: string, content: string, sentence: RegExp])[] = [
      ['empty.mp3', '', /is empty/],
      ['text.mp3', 'This is text, whatever its name says. '.repeat(50), /is not a recording/],
    ];
    for (const [name, content, sentence] of refusals) {
      await writeFile(join(folder, name), content);
      for (const program of ['alone', 'with ffmpeg'] as const) {
        await assert.rejects(
          open(join(folder, name), program),
          (error) => error instanceof Failure && sentence.test(error.message),
        );
      }
    }
    const mute = join(folder, 'mute.mp4');
    await convert('testsrc=duration=1', mute, '-c:v', 'mpeg4');
    await assert.rejects(
      open(mute),
      (error) => error instanceof Failure && /picture but has no sound/.test(error.message),
    );
    await assert.rejects(
      open(join(folder, 'none.mp3')),
      (error) => error instanceof Failure && /There is no file/.test(error.message),
    );
    await assert.rejects(open(folder), (error) => error instanceof Failure && /is not a file/.test(error.message));
  });

  it('what is damaged in the middle or cut off keeps the rest and says so', async () => {
    for (const file of ['a.mp3', 'a.ogg', 'a.opus', 'a.flac', 'a.webm', 'a24.wav']) {
      const whole = await readFile(join(folder, file));
      const middle = Math.floor(whole.length * 0.5);
      const damaged = Buffer.from(whole);
      let seed = 7;
      for (let at = middle; at < middle + whole.length * 0.1; at++) {
        seed = (seed * 48_271) % 2_147_483_647;
        damaged[at] = seed & 0xff;
      }
      const path = join(folder, `damaged-${file}`);
      await writeFile(path, damaged);
      const { samples, damage } = await hear(await open(path));
      // After damage, the parser of FLAC takes half a megabyte to find the next frame: the rest of this short one.
      const least = file === 'a.flac' ? 0.3 : 0.6;
      assert.ok(samples.length > least * expected.length, `${file}: ${samples.length / SAMPLE_RATE} s left`);
      assert.ok(samples.every(Number.isFinite), file);
      // Pages of Ogg hold more than a second.
      const start = Math.floor(expected.length * 0.25);
      const alike = correlation(samples.subarray(0, start), expected.subarray(0, start));
      // The cluster of WebM that is damaged, the first five seconds here, becomes silence.
      if (file !== 'a.webm') assert.ok(alike > 0.9, `${file}: correlation ${alike}`);
      // Uncompressed sound does not tell that it is damaged.
      if (!file.endsWith('.wav')) assert.match(damage.join(), /is damaged|ends early/, file);

      // Half of this file is less than one cluster.
      if (file === 'a.webm') continue;
      await writeFile(path, whole.subarray(0, middle));
      const half = await hear(await open(path));
      const share = half.samples.length / expected.length;
      assert.ok(share > 0.3 && share < 0.95, `${file}: ${share} of it`);
    }
  });

  it('a cancelled reading ends at once, by a signal and by leaving', async () => {
    const recording = await open(join(folder, 'a.mp3'));
    const controller = new AbortController();
    await assert.rejects(
      async () => {
        for await (const _ of recording.samples({ signal: controller.signal })) controller.abort();
      },
      (error) => error instanceof Failure && error.reason === 'cancelled',
    );
    for await (const _ of recording.samples({ signal })) break;
    const aac = await open(join(folder, 'a.m4a'), 'with ffmpeg');
    for await (const _ of aac.samples({ signal })) break;
  });
});

async function floats(path: string): Promise<Float32Array> {
  const bytes = await readFile(path);
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

function loudness(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

/** 1 for the same sound at the same time, whatever its loudness. */
function correlation(a: Float32Array, b: Float32Array): number {
  let product = 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) product += (a[at] ?? 0) * (b[at] ?? 0);
  return product / (length * loudness(a.subarray(0, length)) * loudness(b.subarray(0, length)));
}
