/** Measures decoding of recordings to 16 kHz mono against ffmpeg in the same run, and the memory that sending long ones takes. */
import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { findFfmpeg } from '../../src/audio/ffmpeg.ts';
import { LoopbackServer } from '../../test/fixtures/loopbackServer.ts';
import { canSpeak, convert, speak } from '../../test/fixtures/speech.ts';
import { root } from '../environment.ts';
import { printTable } from './table.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** What the speech of the source is, at 44.1 kHz in stereo. */
const SOURCE_SECONDS = 10 * MINUTE;
const formats: Readonly<Record<string, readonly string[]>> = {
  wav: ['-c:a', 'pcm_s16le'],
  mp3: ['-b:a', '128k'],
  flac: [],
  ogg: ['-c:a', 'libvorbis'],
  opus: ['-c:a', 'libopus', '-b:a', '64k'],
  webm: ['-c:a', 'libopus', '-b:a', '64k'],
  m4a: ['-c:a', 'aac'],
};
/** The part that sends ten hours, named as a format is; of these formats where none is named beside it. */
const LONGEST = 'ten-hours';
const longFormats = ['mp3', 'wav', 'opus'];
/** Pieces of 60 s, of 5 minutes, and of 22 minutes. */
const speechModels = ['gpt-transcribe', 'whisper-1', 'gpt-4o-transcribe-diarize'];
/** The least of so many runs of the short recordings counts, in alternation: what else the machine does disturbs them most. */
const SHORT_RUNS = 3;
/** How often the memory of a process is looked at; its peak is what the system remembers, so the last look counts. */
const LOOK_MILLISECONDS = 20;
const STDERR_CHARACTERS = 2000;

interface Run {
  readonly seconds: number;
  /** Absent where the system does not tell. */
  readonly peakMegabytes: number | undefined;
}

/** Hears every piece to its end, keeps nothing of it and answers a sentence. */
class Listener extends LoopbackServer {
  protected override async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for await (const _ of request);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ text: 'Yes.', segments: [{ start: 0, end: 1, text: 'Yes.', speaker: 'A' }] }));
  }
}

/** Runs a process to its end. */
async function run(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> {
  const start = performance.now();
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-STDERR_CHARACTERS)));
  let peak: number | undefined;
  const look = async (): Promise<void> => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]);
    if (kilobytes > 0) peak = kilobytes / 1024;
  };
  const timer = setInterval(() => void look(), LOOK_MILLISECONDS);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', reject);
  });
  clearInterval(timer);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${said}`);
  return { seconds: (performance.now() - start) / 1000, peakMegabytes: peak };
}

/** Runs two processes in alternation and gives the fastest run of each, with the most memory that any took. */
async function fastest(times: number, ...commands: readonly (readonly string[])[]): Promise<Run[]> {
  const runs = commands.map((): Run[] => []);
  for (let time = 0; time < times; time++) {
    for (const [index, [program = '', ...args]] of commands.entries()) runs[index]?.push(await run(program, args));
  }
  return runs.map((all) => ({
    seconds: Math.min(...all.map(({ seconds }) => seconds)),
    peakMegabytes: all.some(({ peakMegabytes }) => peakMegabytes === undefined)
      ? undefined
      : Math.max(...all.map(({ peakMegabytes = 0 }) => peakMegabytes)),
  }));
}

/** Prints the tables for the formats named, and for `ten-hours`; without names, all. */
export async function measure(args: readonly string[]): Promise<boolean> {
  const ffmpeg = await findFfmpeg(process.env);
  if (!ffmpeg || !(await canSpeak())) {
    console.log('\nRecordings: not measured, because ffmpeg or espeak-ng is not installed.');
    return true;
  }
  const chosen = Object.keys(formats).filter((format) => args.length === 0 || args.includes(format));
  const folder = await mkdtemp(join(tmpdir(), 'slipstream-bench-'));
  const workerFile = join(root, 'dist', 'audio.worker.js');
  try {
    const reader = await bundleReader(folder);
    const source = await makeSource(folder);
    const rows: string[][] = [];
    for (const format of chosen) {
      const ten = await convert(source, join(folder, `ten.${format}`), ...(formats[format] ?? []));
      for (const [name, seconds] of [
        ['10 minutes', SOURCE_SECONDS],
        ['3 hours', 3 * HOUR],
      ] as const) {
        const path = seconds === SOURCE_SECONDS ? ten : await repeat(ten, join(folder, `long.${format}`), seconds);
        const toNothing = ['-ac', '1', '-ar', '16000', '-f', 'f32le', '-y', '/dev/null'];
        const [ours, theirs] = (await fastest(
          path === ten ? SHORT_RUNS : 1,
          [process.execPath, reader, workerFile, path],
          [ffmpeg, '-v', 'error', '-i', path, ...toNothing],
        )) as [Run, Run];
        rows.push([
          `${format}, ${name}`,
          `${ours.seconds.toFixed(1)} s`,
          `${(seconds / ours.seconds).toFixed(0)}x`,
          megabytes(ours),
          `${theirs.seconds.toFixed(1)} s`,
          megabytes(theirs),
          (ours.seconds / theirs.seconds).toFixed(2),
        ]);
        if (path !== ten) await rm(path);
      }
    }
    const head = ['Recording', 'decoded in', 'of real time', 'peak', 'ffmpeg', 'peak', 'ratio'];
    if (rows.length > 0) printTable('Decoding to 16 kHz mono, with the start of the process', head, rows);
    if (args.length === 0 || args.includes(LONGEST)) {
      await sendTenHours(source, folder, chosen.length > 0 && args.length > 0 ? chosen : longFormats);
    }
    return true;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the command line takes to transcribe ten hours, by a server that hears everything and answers at once. */
async function sendTenHours(source: string, folder: string, names: readonly string[]): Promise<void> {
  const rows: string[][] = [];
  const server = new Listener();
  const url = await server.start();
  try {
    for (const format of names) {
      const ten = await convert(source, join(folder, `source.${format}`), ...(formats[format] ?? []));
      const long = await repeat(ten, join(folder, `ten-hours.${format}`), 10 * HOUR);
      for (const model of speechModels) {
        const sent = await run(
          process.execPath,
          [join(root, 'dist', 'cli.js'), 'transcribe', long, '--transcriber', `custom/${model}`],
          {
            SLIPSTREAM_SPEECH_URL: url,
            CUSTOM_API_KEY: 'none',
            SLIPSTREAM_TRANSCRIPTS: await mkdtemp(join(folder, 'transcripts-')),
          },
        );
        rows.push([`${format}, ${model}`, `${sent.seconds.toFixed(0)} s`, megabytes(sent)]);
      }
      await rm(long);
    }
  } finally {
    await server.stop();
  }
  printTable('Ten hours: decoded, cut, encoded and sent', ['Recording, model', 'time', 'peak'], rows);
}

function megabytes({ peakMegabytes }: Run): string {
  return peakMegabytes === undefined ? 'unknown' : `${peakMegabytes.toFixed(0)} MB`;
}

/** Bundled as the product is: reading TypeScript would take memory that the product does not. */
async function bundleReader(folder: string): Promise<string> {
  const outfile = join(folder, 'readAudio.mjs');
  const entry = join(import.meta.dirname, 'readAudio.ts');
  await build({ entryPoints: [entry], bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'error' });
  return outfile;
}

async function makeSource(folder: string): Promise<string> {
  const spoken = join(folder, 'spoken.wav');
  await speak(
    'Good morning. The tests are green again. Who writes the notes? I will do it by Friday. That is all, thank you.',
    spoken,
  );
  const source = join(folder, 'source.wav');
  const stereo = ['-ar', '44100', '-ac', '2', '-af', `aloop=loop=-1:size=2e6,atrim=duration=${SOURCE_SECONDS}`];
  return convert(spoken, source, ...stereo);
}

/** Puts a recording behind itself until it is so long, without encoding it again. */
async function repeat(from: string, to: string, seconds: number): Promise<string> {
  const list = `${to}.txt`;
  await writeFile(list, `file '${from}'\n`.repeat(Math.ceil(seconds / SOURCE_SECONDS)));
  // WAV beyond 4 GB is another kind of WAV.
  const large = to.endsWith('.wav') ? ['-rf64', 'auto'] : [];
  const parts = ['-f', 'concat', '-safe', '0', '-i', list];
  await run('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...parts, '-c', 'copy', ...large, to]);
  return to;
}
