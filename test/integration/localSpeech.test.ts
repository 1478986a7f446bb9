import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SAMPLE_RATE, type AudioPiece } from '../../src/audio/audioPiece.ts';
import { createLocalTranscriber } from '../../src/audio/local/localTranscriber.ts';
import type { TranscribeOptions, TranscriptSegment } from '../../src/audio/transcriber.ts';
import { defaultLocalSettings, type LocalModels, type LocalSettings } from '../../src/providers/local/localModels.ts';
import { ModelStore } from '../../src/providers/local/modelStore.ts';
import { tinyModelFiles, writeFiles } from '../fixtures/tinyModel.ts';
import { tinyWhisperFiles, type TinyWhisperOptions } from '../fixtures/tinyWhisper.ts';
import { isFailure } from '../fixtures/isFailure.ts';
import { localModelsOf } from '../fixtures/localModels.ts';

const root = join(import.meta.dirname, '../..');
const never = new AbortController().signal;
const speech = [
  { start: 0, end: 4, text: 'Wir beginnen mit den Tests.' },
  { start: 5, end: 9, text: 'Anna schreibt das Protokoll.' },
];

/** A piece of a recording that begins at 100 s; `seconds` of a tone, or of silence. */
function piece(seconds: number, amplitude = 0.5): AudioPiece {
  const samples = Float32Array.from({ length: seconds * SAMPLE_RATE }, (_, at) => amplitude * Math.sin(at / 6));
  return {
    index: 0,
    start: 100,
    end: 100 + seconds,
    overlap: 0,
    silent: false,
    hash: '',
    samples,
    encode: async () => ({ content: new Blob(), fileName: '' }),
    [Symbol.dispose]: () => undefined,
  };
}

describe('Local speech models', function () {
  this.timeout(60_000);
  let folder: string;
  let local: LocalModels;
  let settings: LocalSettings;

  before(async () => {
    folder = await mkdtemp(join(await realpath(tmpdir()), 'slipstream-speech-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  beforeEach(() => {
    settings = { ...defaultLocalSettings, threads: 1 };
    local = localModelsOf(new ModelStore(join(folder, 'store')), () => settings);
  });
  afterEach(() => local.free());

  let count = 0;
  /** Writes a model and gives the name under which its folder is asked for. */
  const make = async (options: Partial<TinyWhisperOptions> = {}): Promise<string> => {
    const name = join(folder, `model-${count++}`);
    await writeFiles(name, tinyWhisperFiles({ speech, ...options }));
    return name;
  };
  const hear = async (
    name: string,
    sound: AudioPiece,
    options: Partial<TranscribeOptions> = {},
  ): Promise<TranscriptSegment[]> => {
    const transcriber = await createLocalTranscriber(local, name);
    const segments: TranscriptSegment[] = [];
    for await (const segment of transcriber.transcribe(sound, { signal: never, ...options })) segments.push(segment);
    return segments;
  };
  /** What is said in each window of 30 s. */
  const inWindow = (from: number): TranscriptSegment[] =>
    speech.map(({ start, end, text }) => ({ start: 100 + from + start, end: 100 + from + end, text }));

  for (const device of ['cpu', 'wasm'] as const) {
    it(`write what is said, window by window, with times in the recording, on the device ${device}`, async () => {
      settings = { ...settings, device };
      const name = await make();
      assert.deepEqual(await hear(`${name}:fp32`, piece(70)), [...inWindow(0), ...inWindow(30), ...inWindow(60)]);
      assert.deepEqual(await hear(`${name}:q8`, piece(10)), inWindow(0), 'weights of 8 bits');
      assert.equal(local.running().length, 2);
    });
  }

  it('hear nothing in silence, nor where they doubt their own words and hold the sound for no speech', async () => {
    const sure = `${await make()}:fp32`;
    assert.deepEqual(await hear(sure, piece(40, 0)), []);
    const music = `${await make({ doubtful: true })}:fp32`;
    assert.deepEqual(await hear(music, piece(40)), []);
  });

  it('take the language that is told, and refuse one that they do not know', async () => {
    const name = `${await make()}:fp32`;
    assert.deepEqual(await hear(name, piece(10), { language: 'zh' }), inWindow(0));
    await assert.rejects(
      hear(name, piece(10), { language: 'xx' }),
      isFailure('unsupported', /does not know the language/),
    );
    const english = `${await make({ englishOnly: true })}:fp32`;
    assert.deepEqual(await hear(english, piece(10), { language: 'en' }), inWindow(0));
  });

  it('stop between two tokens on Cancel, and hear the next piece in the same process', async () => {
    const name = `${await make({ endless: true })}:fp32`;
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), 1500);
    await assert.rejects(hear(name, piece(300), { signal: cancel.signal }), isFailure('cancelled', /./));
    const [before] = local.running();
    assert.ok(before?.processId);
    const segments = await hear(name, piece(5));
    assert.equal(local.running()[0]?.processId, before.processId);
    assert.ok(segments.length <= 5, 'a loop of the model is not written down again and again');
  });

  it('are told from language models, and a process that is killed is told in a sentence', async () => {
    const name = await make();
    await assert.rejects(local.languageModel(`${name}:fp32`), isFailure('unsupported', /Choose another model/));
    const text = join(folder, 'text');
    await writeFiles(text, tinyModelFiles({ answer: 'text' }));
    await assert.rejects(
      createLocalTranscriber(local, `${text}:fp32`),
      isFailure('unsupported', /Choose a Whisper model/),
    );
    await assert.rejects(
      async () => {
        const transcriber = await createLocalTranscriber(local, `${name}:fp32`);
        for await (const _ of transcriber.transcribe(piece(300), { signal: never })) {
          process.kill(local.running()[0]?.processId ?? 0, 'SIGTERM');
        }
      },
      isFailure('provider', /ended unexpectedly/),
    );
  });

  it('hear a recording on the command line', async () => {
    const name = `${await make()}:fp32`;
    const sample = join(root, 'samples/standup.mp3');
    const env = { ...process.env, SLIPSTREAM_TRANSCRIPTS: join(folder, 'transcripts'), SLIPSTREAM_DEVICE: 'cpu' };
    const call = [
      join(root, 'dist/cli.js'),
      'transcribe',
      sample,
      '--transcriber',
      `local/${name}`,
      '--format',
      'json',
    ];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, call, { env });
    const { segments } = JSON.parse(stdout) as { segments: TranscriptSegment[] };
    assert.deepEqual(
      segments.map(({ start, text }) => [start, text]),
      [0, 30].flatMap((from) => speech.map(({ start, text }) => [from + start, text])),
    );
    assert.match(stderr, /Transcribed 48 s of 48 s/);
  });
});
