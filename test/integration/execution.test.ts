import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { createRunner } from '../../src/execution/createRunner.ts';
import { describeEnd } from '../../src/execution/describeEnd.ts';
import { DEFAULT_RUN_LIMITS } from '../../src/execution/limitedCommand.ts';
import type { RunLimits } from '../../src/execution/runner.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../src/execution/temporaryFolder.ts';
import { findInterpreter } from '../../src/python/interpreter.ts';
import type { RunRecord } from '../../src/shared/evidence.ts';
import { Failure } from '../../src/shared/failure.ts';

const { platform } = process;

describe('running programs under limits', () => {
  const environment = { ...process.env, OPENAI_API_KEY: 'sk-never-seen' };
  const runner = createRunner({ environment, platform });
  let python = '';
  let folder: TemporaryFolder;

  before(async () => {
    python = (await findInterpreter({ environment, platform, signal: new AbortController().signal })).path;
    folder = await createTemporaryFolder();
  });
  after(() => folder.remove());

  const run = (
    code: string,
    limits: Partial<RunLimits> = {},
    more: { stdin?: string; signal?: AbortSignal; args?: readonly string[] } = {},
  ): Promise<RunRecord> =>
    runner.run(
      {
        command: python,
        args: ['-c', code, ...(more.args ?? [])],
        workingFolder: folder.path,
        limits: { ...DEFAULT_RUN_LIMITS, timeoutSeconds: 20, ...limits },
        ...(more.stdin === undefined ? {} : { stdin: more.stdin }),
      },
      { signal: more.signal ?? new AbortController().signal },
    );

  /** Waits until no process has the given word in its command line. */
  async function isGone(word: string): Promise<boolean> {
    for (let attempt = 0; attempt < 100; attempt++) {
      const alive = readdirSync('/proc').some((pid) => {
        try {
          return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word);
        } catch {
          return false;
        }
      });
      if (!alive) return true;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return false;
  }

  it('gives arguments, standard input and the exit status', async () => {
    const record = await run(
      'import sys; print(sys.argv[1:], sys.stdin.read()); sys.exit(3)',
      {},
      { args: ['a b', '$(x)'], stdin: 'é\n' },
    );
    assert.equal(record.stdout, "['a b', '$(x)'] é\n\n");
    assert.equal(record.exitCode, 3);
    assert.equal(record.endedBy, undefined);
  });

  it('has an empty standard input when none is given', async () => {
    assert.equal((await run('import sys; print(repr(sys.stdin.read()))')).stdout, "''\n");
  });

  it('survives a program that does not read its input', async () => {
    assert.equal((await run('print(1)', {}, { stdin: 'x'.repeat(1_000_000) })).stdout, '1\n');
  });

  it('shows programs no keys and a home of their own', async () => {
    const { stdout } = await run('import os; print(os.environ)');
    assert.ok(!stdout.includes('sk-never-seen'));
    assert.ok(stdout.includes(`'HOME': '${folder.path}'`));
  });

  it('decodes output across chunks and shows bytes that are not UTF-8', async () => {
    assert.equal((await run('print("é😀" * 100000, end="")')).stdout, 'é😀'.repeat(100_000));
    assert.equal((await run(String.raw`import sys; sys.stdout.buffer.write(b"a\xffb")`)).stdout, String.raw`a\xffb`);
  });

  it('hands on terminal escapes and markup as the data they are', async () => {
    assert.equal(
      (await run(String.raw`print("\x1b[2J<script>alert(1)</script>")`)).stdout,
      '\u001b[2J<script>alert(1)</script>\n',
    );
  });

  it('tells the signal that ended a program', async function () {
    if (platform === 'win32') this.skip();
    const record = await run('import os; os.kill(os.getpid(), 11)');
    assert.deepEqual([record.exitCode, record.signal, record.endedBy], [null, 'SIGSEGV', undefined]);
  });

  it('ends a program at its time limit, also one that ignores SIGTERM', async () => {
    const record = await run(
      'import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint("begun", flush=True)\nwhile True: pass',
      { timeoutSeconds: 1 },
    );
    assert.equal(record.endedBy, 'timed-out');
    assert.equal(record.stdout, 'begun\n');
  });

  it('ends endless output and keeps what fits', async () => {
    const record = await run('while True: print("x" * 99)', { outputBytes: 10_000 });
    assert.equal(record.endedBy, 'output-limit');
    assert.equal(record.stdoutTruncated, true);
    assert.equal(record.stdout.length, 10_000);
  });

  it('ends endless output on standard error too', async () => {
    const record = await run('import sys\nwhile True: sys.stderr.write("x" * 99)', { outputBytes: 10_000 });
    assert.equal(record.endedBy, 'output-limit');
    assert.equal(record.stderr.length, 10_000);
  });

  it('ends a program that takes more and more memory', async () => {
    const record = await run('kept = []\nwhile True: kept.append(bytearray(10**7))', { memoryBytes: 200e6 });
    assert.equal(record.endedBy, 'memory-limit');
  });

  it('ends a program that asks for all memory at once', async function () {
    if (platform !== 'linux') this.skip();
    assert.equal((await run('x = bytearray(10**11)', { memoryBytes: 200e6 })).endedBy, 'memory-limit');
  });

  it('measures peak memory', async function () {
    if (platform === 'win32') this.skip();
    const { peakMemoryBytes = 0 } = await run('import time; x = bytearray(10**8); time.sleep(0.3)');
    assert.ok(peakMemoryBytes > 100e6 && peakMemoryBytes < 200e6, String(peakMemoryBytes));
  });

  it('stops a file that grows too large', async function () {
    if (platform === 'win32') this.skip();
    const record = await run('open("big", "wb").write(bytes(10**7))', { fileBytes: 1_000_000 });
    assert.notEqual(record.exitCode, 0);
    assert.match(record.stderr, /File too large/);
    assert.equal(describeEnd('The C++', record, DEFAULT_RUN_LIMITS), 'The C++ ended with exit status 1.');
  });

  it('ends a fork bomb and all its processes', async function () {
    if (platform !== 'linux') this.skip();
    const record = await run(
      'import os  # fork-bomb-under-test\nwhile True:\n  try: os.fork()\n  except OSError: pass',
      { processes: 30 },
    );
    assert.equal(record.endedBy, 'process-limit');
    assert.ok(await isGone('fork-bomb-under-test'));
  });

  it('ends what a program leaves behind, also in another session', async function () {
    if (platform !== 'linux') this.skip();
    const record = await run(
      'import os, time  # daemon-under-test\nif os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0: time.sleep(60)\n  os._exit(0)\nos.wait()\nprint("done")',
    );
    assert.equal(record.stdout, 'done\n');
    assert.equal(record.exitCode, 0);
    assert.ok(await isGone('daemon-under-test'));
  });

  it('ends the whole tree on cancel and says so', async function () {
    const controller = new AbortController();
    const marker = join(folder.path, 'started');
    const running = run(
      `import subprocess, sys, time  # cancel-under-test\nsubprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)  # cancel-under-test"])\nopen(${JSON.stringify(marker)}, "w").close()\ntime.sleep(60)`,
      {},
      { signal: controller.signal },
    );
    while (!existsSync(marker)) await new Promise((resolve) => setTimeout(resolve, 10));
    controller.abort();
    assert.equal((await running).endedBy, 'cancelled');
    if (platform === 'linux') assert.ok(await isGone('cancel-under-test'));
  });

  it('does not start when it is cancelled already', async () => {
    await assert.rejects(
      run('print(1)', {}, { signal: AbortSignal.abort() }),
      (error: Failure) => error.reason === 'cancelled',
    );
  });

  it('says in a sentence when the program cannot be started', async () => {
    const missing = join(folder.path, 'missing');
    await assert.rejects(
      runner.run(
        { command: missing, args: [], workingFolder: folder.path, limits: DEFAULT_RUN_LIMITS },
        { signal: new AbortController().signal },
      ),
      (error: Failure) =>
        error instanceof Failure &&
        error.reason === 'program-failed' &&
        error.message === `The program ${missing} could not be started: it was not found.`,
    );
  });
});
