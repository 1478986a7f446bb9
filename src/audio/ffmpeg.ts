import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';
import { compilerEnvironment, type Environment } from '../execution/environment.ts';
import { runTool } from '../execution/runTool.ts';
import { Failure, throwIfAborted } from '../shared/failure.ts';
import { SAMPLE_RATE, type AudioInfo } from './audioPiece.ts';

const STDERR_CHARACTERS = 4000;
const PROBE_SECONDS = 30;

/** The path of an installed ffmpeg, looked for in the folders of PATH alone. */
export async function findFfmpeg(environment: Environment): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  for (const folder of (environment['PATH'] ?? environment['Path'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, name);
    const isFile = await stat(path).then(
      (it) => it.isFile(),
      () => false,
    );
    if (isFile) return path;
  }
  return undefined;
}

/** What ffmpeg finds in a file; nothing when it finds no sound. */
export async function probeWithFfmpeg(
  ffmpeg: string,
  path: string,
  bytes: number,
  signal: AbortSignal,
): Promise<AudioInfo | undefined> {
  const { output } = await runTool(
    {
      command: ffmpeg,
      args: ['-nostdin', '-hide_banner', '-protocol_whitelist', 'file,pipe', '-i', `file:${path}`],
      workingFolder: tmpdir(),
      environment: environmentOfFfmpeg(),
      platform: process.platform,
      timeoutSeconds: PROBE_SECONDS,
    },
    { signal },
  );
  const container = /^Input #0, ([\w]+)/m.exec(output)?.[1];
  const [, codec, rate, layout] = /^ *Stream #0:\d.*?: Audio: (\w+).*?, (\d+) Hz, ([^,\r\n]+)/m.exec(output) ?? [];
  if (!container || !codec) return undefined;
  const [, hours, minutes, seconds] = /Duration: (\d+):(\d+):(\d+\.\d+)/.exec(output) ?? [];
  const channels = { mono: 1, stereo: 2 }[layout ?? ''] ?? (Number.parseInt(layout ?? '', 10) || 2);
  return {
    path,
    duration: Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0),
    durationIsExact: !output.includes('Estimating duration from bitrate'),
    container,
    codec,
    sampleRate: Number(rate),
    channels,
    bytes,
  };
}

/**
 * Has ffmpeg decode the first sound of a file to 16 kHz mono. Whoever stops reading ends it. What it complains about goes to
 * `onDamage` as a sentence. Throws a Failure when it gives no sound at all.
 */
export async function* decodeWithFfmpeg(
  ffmpeg: string,
  path: string,
  signal: AbortSignal,
  onDamage: (message: string) => void,
): AsyncGenerator<Float32Array, void, undefined> {
  throwIfAborted(signal);
  const input = ['-nostdin', '-hide_banner', '-v', 'error', '-protocol_whitelist', 'file,pipe', '-i', `file:${path}`];
  const output = [
    '-map',
    '0:a:0',
    '-vn',
    '-sn',
    '-dn',
    // Without this, loud stereo would come out above full scale.
    '-rematrix_maxval',
    '1',
    '-ac',
    '1',
    '-ar',
    String(SAMPLE_RATE),
    '-f',
    'f32le',
    'pipe:1',
  ];
  const child = spawn(ffmpeg, [...input, ...output], {
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    env: environmentOfFfmpeg(),
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(0, STDERR_CHARACTERS);
  });
  const ended = once(child, 'close');
  // Told by the outputs that end without a sample.
  ended.catch(() => undefined);
  const onAbort = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', onAbort, { once: true });
  let given = 0;
  try {
    let rest = Buffer.alloc(0);
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      throwIfAborted(signal);
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      const whole = bytes.length - (bytes.length % 4);
      // Copied, because a chunk need not begin at a multiple of four bytes.
      const samples = new Float32Array(Uint8Array.from(bytes.subarray(0, whole)).buffer);
      rest = Buffer.from(bytes.subarray(whole));
      given += samples.length;
      if (samples.length > 0) yield samples;
    }
    throwIfAborted(signal);
    const [status] = (await ended.catch(() => [null])) as [number | null];
    const name = basename(path);
    const said = complaints.split('\n')[0]?.trim() ?? '';
    if (given === 0) {
      throw new Failure('invalid-input', `No sound could be decoded from ${name}. Choose another recording.`, {
        cause: new Error(complaints),
      });
    }
    if (status !== 0 || said !== '') {
      onDamage(
        `${name} is damaged in places, which were left out${said === '' ? '' : ` (ffmpeg: ${said.slice(0, 200)})`}.`,
      );
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    child.kill('SIGKILL');
  }
}

/** No keys of the user's. */
function environmentOfFfmpeg(): Record<string, string> {
  return compilerEnvironment(process.env, tmpdir());
}
