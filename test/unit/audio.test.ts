import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { SAMPLE_RATE, type AudioPiece } from '../../src/audio/audioPiece.ts';
import { readPcm } from '../../src/audio/decode/pcm.ts';
import { Resampler } from '../../src/audio/decode/resampler.ts';
import { readWindow } from '../../src/audio/local/whisperSegments.ts';
import { joinTranscripts } from '../../src/audio/joinTranscripts.ts';
import { openAudio, type Recording } from '../../src/audio/openAudio.ts';
import { segmentAudio } from '../../src/audio/segmentAudio.ts';
import type { TranscriptSegment } from '../../src/audio/transcriber.ts';
import { Failure } from '../../src/shared/failure.ts';

const signal = new AbortController().signal;

function tone(hertz: number, rate: number, seconds: number, amplitude = 0.5): Float32Array {
  return Float32Array.from(
    { length: Math.round(rate * seconds) },
    (_, at) => amplitude * Math.sin((2 * Math.PI * hertz * at) / rate),
  );
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function loudness(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

function resample(samples: Float32Array, rate: number, chunk = samples.length): Float32Array {
  const resampler = new Resampler(rate, SAMPLE_RATE);
  const parts: number[] = [];
  for (let at = 0; at < samples.length; at += chunk) parts.push(...resampler.push(samples.subarray(at, at + chunk)));
  return Float32Array.from([...parts, ...resampler.finish()]);
}

describe('audio', () => {
  describe('resampling', () => {
    it('keeps speech as it is, in its place, at every usual rate', () => {
      for (const rate of [8000, 11_025, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000]) {
        const hertz = Math.min(3000, rate * 0.35);
        const output = resample(tone(hertz, rate, 1), rate);
        assert.equal(output.length, SAMPLE_RATE, `${rate} Hz`);
        const expected = tone(hertz, SAMPLE_RATE, 1);
        const inner = output.map((sample, at) => sample - (expected[at] ?? 0)).subarray(200, -200);
        assert.ok(loudness(inner) < 0.002, `${rate} Hz: ${loudness(inner)}`);
      }
    });

    it('does not fold back what 16 kHz cannot hold', () => {
      for (const rate of [44_100, 48_000]) {
        for (const hertz of [9000, 12_000, 15_500, 20_000]) {
          const output = resample(tone(hertz, rate, 1), rate).subarray(200, -200);
          assert.ok(loudness(output) < 0.001, `${hertz} of ${rate} Hz: ${loudness(output)}`);
        }
      }
    });

    it('gives the same whatever the chunks', () => {
      const input = tone(440, 44_100, 0.5).map((sample, at) => sample + ((at * 7919) % 101) / 500);
      const whole = resample(input, 44_100);
      for (const chunk of [1, 37, 441, 5000]) assert.deepEqual(resample(input, 44_100, chunk), whole);
    });
  });

  it('reads every kind of sample', () => {
    const view = (bytes: number, write: (view: DataView) => void): Uint8Array => {
      const data = new DataView(new ArrayBuffer(bytes));
      write(data);
      return new Uint8Array(data.buffer);
    };
    const half = [0.5, -0.5];
    const close = (codec: string, bytes: Uint8Array): void => {
      const samples = readPcm(codec, bytes, 1);
      half.forEach((value, at) => assert.ok(Math.abs((samples[at] ?? 9) - value) < 0.02, `${codec}: ${samples}`));
    };
    close('pcm-u8', Uint8Array.of(192, 64));
    close(
      'pcm-s16',
      view(4, (it) => (it.setInt16(0, 16_384, true), it.setInt16(2, -16_384, true))),
    );
    close(
      'pcm-s16be',
      view(4, (it) => (it.setInt16(0, 16_384), it.setInt16(2, -16_384))),
    );
    close('pcm-s24', Uint8Array.of(0, 0, 0x40, 0, 0, 0xc0));
    close('pcm-s24be', Uint8Array.of(0x40, 0, 0, 0xc0, 0, 0));
    close(
      'pcm-s32',
      view(8, (it) => (it.setInt32(0, 2 ** 30, true), it.setInt32(4, -(2 ** 30), true))),
    );
    close(
      'pcm-f32',
      view(8, (it) => (it.setFloat32(0, 0.5, true), it.setFloat32(4, -0.5, true))),
    );
    close(
      'pcm-f64',
      view(16, (it) => (it.setFloat64(0, 0.5, true), it.setFloat64(8, -0.5, true))),
    );
    // What encoders of G.711 write for a half.
    close('ulaw', Uint8Array.of(0x8f, 0x0f));
    close('alaw', Uint8Array.of(0xba, 0x3a));
    assert.deepEqual(readPcm('pcm-u8', Uint8Array.of(255, 1, 128, 128, 255), 2), Float32Array.of(0, 0));
  });

  describe('pieces', () => {
    const limits = { seconds: 60, bytes: 25e6 };

    const written = { content: new Blob(), fileName: '', remove: async () => undefined };

    /** A recording of synthetic sound, given in chunks of an odd size. */
    function recording(sound: Float32Array): Recording {
      return {
        info: {
          path: 'test',
          duration: sound.length / SAMPLE_RATE,
          durationIsExact: true,
          container: 'wav',
          codec: 'pcm',
          sampleRate: SAMPLE_RATE,
          channels: 1,
          bytes: 2 * sound.length,
        },
        isDecodable: true,
        async *samples() {
          for (let at = 0; at < sound.length; at += 12_345) yield sound.slice(at, at + 12_345);
        },
        excerpt: async () => written,
        keep: async (samples) => {
          const kept = samples.slice();
          return { length: kept.length, read: () => kept, encode: async () => written, remove: written.remove };
        },
        [Symbol.asyncDispose]: async () => undefined,
      };
    }

    async function cut(sound: Float32Array): Promise<AudioPiece[]> {
      return collect(segmentAudio(recording(sound), { signal, limits, takesEncoded: true }));
    }

    /** Stretches of sound (`true`) and of room noise, in seconds. */
    function talk(...stretches: (readonly [seconds: number, loud: boolean])[]): Float32Array {
      let seed = 1;
      const noise = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
      return Float32Array.from(
        stretches.flatMap(([seconds, loud]) =>
          Array.from({ length: seconds * SAMPLE_RATE }, (_, at) => {
            // Syllables, four in a second.
            const syllable = 0.2 + Math.sin((Math.PI * 4 * at) / SAMPLE_RATE) ** 2;
            return 0.002 * noise() + (loud ? 0.3 * syllable * Math.sin(at / 9) : 0);
          }),
        ),
      );
    }

    /** Sound is kept with 16 bits. A difference is not printed: it would be a million numbers. */
    function assertKept(samples: ArrayLike<number> | undefined, sound: Float32Array): void {
      assert.equal(samples?.length, sound.length);
      const different = sound.findIndex((sample, at) => Math.abs(sample - (samples?.[at] ?? 9)) > 1 / 32_000);
      assert.equal(different, -1, 'the place of a sample that is not as it was');
    }

    /** What the pieces hold together, without what two of them have both. */
    function together(pieces: readonly AudioPiece[]): number[] {
      return pieces.flatMap(({ samples, overlap }) => [...(samples ?? []).slice(Math.round(overlap * SAMPLE_RATE))]);
    }

    it('ten seconds are one piece, as they came', async () => {
      const sound = talk([10, true]);
      const pieces = await cut(sound);
      assert.deepEqual(
        pieces.map(({ start, end, overlap, silent }) => ({ start, end, overlap, silent })),
        [{ start: 0, end: 10, overlap: 0, silent: false }],
      );
      assertKept(pieces[0]?.samples, sound);
    });

    it('cuts lie in pauses, nothing is lost, and the same recording gives the same pieces', async () => {
      const sound = talk([42, true], [1, false], [30, true], [1, false], [40, true]);
      const pieces = await cut(sound);
      assert.deepEqual(
        pieces.map(({ overlap, silent }) => ({ overlap, silent })),
        Array.from({ length: 3 }, () => ({ overlap: 0, silent: false })),
      );
      const ends = pieces.map(({ end }) => end);
      assert.ok(ends[0]! > 42 && ends[0]! < 43 && ends[1]! > 73 && ends[1]! < 74, String(ends));
      assertKept(together(pieces), sound);
      assert.deepEqual(
        (await cut(sound)).map(({ hash }) => hash),
        pieces.map(({ hash }) => hash),
      );
      assert.equal(new Set(pieces.map(({ hash }) => hash)).size, 3);
    });

    it('without a pause, as in music, pieces overlap and hold all', async () => {
      const sound = talk([150, true]);
      const pieces = await cut(sound);
      assert.ok(pieces.length >= 3);
      for (const { start, end, overlap, index, silent } of pieces) {
        assert.ok(end - start <= 60);
        assert.equal(overlap, index === 0 ? 0 : 3);
        assert.equal(silent, false);
      }
      assertKept(together(pieces), sound);
    });

    it('silence is told, at the start, between and alone', async () => {
      const alone = await cut(talk([70, false]));
      assert.ok(alone.every(({ silent }) => silent));
      const sound = talk([30, false], [10, true], [45, false], [5, true]);
      const pieces = await cut(sound);
      assert.deepEqual(
        pieces.map(({ silent }) => silent),
        [true, false, true, false],
      );
      assertKept(together(pieces), sound);
      const [, speech, , last] = pieces;
      assert.ok(speech!.start < 30 && speech!.end > 40 && last!.start < 85, 'a margin is kept around speech');
      assert.ok((await cut(new Float32Array(40 * SAMPLE_RATE))).every(({ silent }) => silent));
    });

    it('pieces stay under the limit of bytes, whatever the sound', async () => {
      const options = { signal, limits: { seconds: 1400, bytes: 1e6 }, takesEncoded: true };
      for await (const { samples } of segmentAudio(recording(talk([70, true])), options)) {
        assert.ok((samples?.length ?? 0) * 2 < 1e6);
      }
    });
  });

  describe('joined transcripts', () => {
    const words = (...texts: string[]): TranscriptSegment[] =>
      texts.map((text, at) => ({ text, start: at, end: at + 1 }));
    const said = (segments: readonly TranscriptSegment[]): string => segments.map(({ text }) => text).join(' ');
    const piece = (start: number, end: number, overlap: number) => ({ start, end, overlap });

    it('pieces without overlap are put behind one another', () => {
      const first = words('one', 'two');
      const second = [{ text: 'two', start: 2, end: 3 }];
      const parts = [
        { piece: piece(0, 2, 0), segments: first },
        { piece: piece(2, 3, 0), segments: second },
      ];
      assert.deepEqual(joinTranscripts(parts), [...first, ...second]);
    });

    it('sentences that two pieces share are taken once, although their ends differ', () => {
      const before = [{ text: 'We ship it on Friday, then. Who writes the no', start: 0, end: 10 }];
      const after = [{ text: 'then. Who writes the notes? I do.', start: 6, end: 14 }];
      const joined = joinTranscripts([
        { piece: piece(0, 10, 0), segments: before },
        { piece: piece(6, 14, 4), segments: after },
      ]);
      assert.equal(said(joined), 'We ship it on Friday, then. Who writes the notes? I do.');
      assert.ok(joined.every(({ start, end }, at) => start <= end && start >= (joined[at - 1]?.end ?? 0) - 1));
    });

    it('scripts without spaces', () => {
      const before = [{ text: '我們星期五發布，誰寫會議記錄', start: 0, end: 14 }];
      const after = [{ text: '誰寫會議記錄？我來寫。', start: 8, end: 19 }];
      const joined = joinTranscripts([
        { piece: piece(0, 14, 0), segments: before },
        { piece: piece(8, 19, 6), segments: after },
      ]);
      assert.equal(joined.map(({ text }) => text).join(''), '我們星期五發布，誰寫會議記錄？我來寫。');
    });

    it('an overlap in which both heard something else keeps each for its half', () => {
      const joined = joinTranscripts([
        { piece: piece(0, 10, 0), segments: words('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j') },
        {
          piece: piece(7, 13, 3),
          segments: ['x', 'y', 'z', 'k', 'l'].map((text, at) => ({ text, start: 7 + at, end: 8 + at })),
        },
      ]);
      assert.equal(said(joined), 'a b c d e f g h y z k l');
    });

    it('no word is doubled or lost, wherever pieces and segments are cut', () => {
      const vocabulary = fc.constantFrom('ja', 'no', 'the', 'test', 'Freitag', "don't", '好', 'a');
      fc.assert(
        fc.property(
          fc.array(vocabulary, { minLength: 12, maxLength: 80 }),
          fc.integer({ min: 4, max: 30 }),
          fc.integer({ min: 1, max: 4 }),
          fc.integer({ min: 1, max: 5 }),
          (all, length, overlap, segmentLength) => {
            // A word takes as long as it is, and begins when the one before it is over.
            const times = [0];
            for (const word of all) times.push((times.at(-1) ?? 0) + 0.15 * (word.length + 1));
            const timeOf = (at: number): number => times[Math.min(at, all.length)] ?? 0;
            const parts: { piece: ReturnType<typeof piece>; segments: TranscriptSegment[] }[] = [];
            const step = Math.max(1, length - overlap);
            for (let from = 0; from === 0 || from + length - step < all.length; from += step) {
              const segments: TranscriptSegment[] = [];
              const until = Math.min(all.length, from + length);
              for (let at = from; at < until; at += segmentLength) {
                const next = Math.min(until, at + segmentLength);
                segments.push({ text: all.slice(at, next).join(' '), start: timeOf(at), end: timeOf(next) });
              }
              const shared = from === 0 ? 0 : timeOf(from + length - step) - timeOf(from);
              parts.push({ piece: piece(timeOf(from), timeOf(until), shared), segments });
            }
            assert.equal(said(joinTranscripts(parts)), all.join(' '));
          },
        ),
        { numRuns: 300 },
      );
    });
  });

  it('what Whisper writes is taken apart by its times', () => {
    const first = 1000;
    const at = (seconds: number): number => first + seconds * 50;
    const read = (tokens: number[], seconds = 30): unknown => {
      const { segments, done } = readWindow(tokens, first, seconds);
      return [segments.map(({ start, end, tokens: text }) => [start, end, ...text]), done];
    };
    assert.deepEqual(
      read([at(0), 1, 2, at(4), at(5), 3, at(9)]),
      [
        [
          [0, 4, 1, 2],
          [5, 9, 3],
        ],
        30,
      ],
      'all is said',
    );
    assert.deepEqual(read([at(0), 1, at(4), at(25), 2, 3]), [[[0, 4, 1]], 4], 'cut in a sentence');
    assert.deepEqual(read([at(0), 1, at(20), at(20)]), [[[0, 20, 1]], 20], 'cut where a sentence begins');
    assert.deepEqual(read([at(2), 1, 2]), [[[2, 30, 1, 2]], 30], 'one sentence longer than the window');
    assert.deepEqual(read([at(0), 1, at(29)], 10), [[[0, 10, 1]], 10], 'no time behind the end');
    assert.deepEqual(read([]), [[], 30]);
  });

  it('the built thread reads a recording under a wrong name and encodes it without loss', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipstream-audio-'));
    try {
      const path = join(folder, 'voice.txt');
      const sound = tone(440, SAMPLE_RATE, 3);
      await writeFile(path, wav(sound));
      await using recording = await openAudio(path, {
        signal,
        workerFile: join(import.meta.dirname, '../../dist/audio.worker.cjs'),
        ffmpeg: false,
      });
      assert.equal(recording.info.container, 'wav');
      assert.equal(recording.info.duration, 3);
      const [piece] = await collect(
        segmentAudio(recording, { signal, limits: { seconds: 600, bytes: 25e6 }, takesEncoded: true }),
      );
      assert.equal(piece?.samples?.length, sound.length);
      const [flac, twice] = await Promise.all([piece.encode(), piece.encode()]);
      assert.equal(twice, flac, 'two at once');
      assert.equal(flac.content.type, 'audio/flac');
      assert.ok(flac.content.size < sound.length * 1.5);
      await writeFile(join(folder, 'again.mp3'), flac.content.stream());
      await using again = await openAudio(join(folder, 'again.mp3'), {
        signal,
        workerFile: join(import.meta.dirname, '../../dist/audio.worker.cjs'),
        ffmpeg: false,
      });
      assert.equal(again.info.container, 'flac');
      const decoded: number[] = [];
      for await (const part of again.samples({ signal })) decoded.push(...part);
      assert.equal(decoded.length, sound.length);
      assert.ok(decoded.every((sample, at) => Math.abs(sample - (sound[at] ?? 9)) < 1e-4));
      const controller = new AbortController();
      controller.abort();
      await assert.rejects(
        openAudio(path, { signal: controller.signal, workerFile: 'none', ffmpeg: false }),
        (error) => error instanceof Failure && error.reason === 'cancelled',
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** A WAV file of 16 bits. */
function wav(samples: Float32Array): Uint8Array {
  const file = Buffer.alloc(44 + 2 * samples.length);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(SAMPLE_RATE, 24);
  file.writeUInt32LE(2 * SAMPLE_RATE, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(2 * samples.length, 40);
  samples.forEach((sample, at) => file.writeInt16LE(Math.round(sample * 32_767), 44 + 2 * at));
  return file;
}
