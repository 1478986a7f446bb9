import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { findCompilers } from '../../src/cpp/findCompilers.ts';
import { createRunner } from '../../src/execution/createRunner.ts';
import { describeEnd } from '../../src/execution/describeEnd.ts';
import { DEFAULT_RUN_LIMITS } from '../../src/execution/limitedCommand.ts';
import type { Runner, RunLimits } from '../../src/execution/runner.ts';
import { createSandbox, readReportedEnd, type Sandbox } from '../../src/execution/sandbox.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../src/execution/temporaryFolder.ts';
import { findInterpreter, type Interpreter } from '../../src/python/interpreter.ts';
import type { RunRecord } from '../../src/shared/evidence.ts';

const { platform } = process;
const signal = new AbortController().signal;

describe('reading how a sandboxed program ended', () => {
  it('takes the times from the report and signals from the shell’s status', () => {
    const outer = { exitCode: 139, signal: null, milliseconds: 50 };
    assert.deepEqual(readReportedEnd(outer, '1000000\n6000000\n'), {
      exitCode: null,
      signal: 'SIGSEGV',
      milliseconds: 5,
    });
    assert.deepEqual(readReportedEnd({ ...outer, exitCode: 3 }, ''), { exitCode: 3, signal: null, milliseconds: 50 });
    assert.equal(readReportedEnd(outer, '1000000 6000000 4096\n').peakBytes, 4096);
    assert.equal(readReportedEnd(outer, 'nonsense').milliseconds, 50);
  });
});

describe('hostile programs in the sandbox', () => {
  let sandbox: Sandbox | undefined;
  let runner: Runner;
  let python: Interpreter;
  let folder: TemporaryFolder;
  /** In the user's home, where no program may look. */
  let secretFolder = '';

  before(async function () {
    const vendor = join(process.cwd(), 'node_modules', '@anthropic-ai', 'sandbox-runtime', 'vendor', 'seccomp');
    const search = await createSandbox({ platform, seccompHelper: join(vendor, process.arch, 'apply-seccomp') });
    // Where namespaces are refused there is nothing to test, and the result says "not sandboxed".
    if (!search.sandbox) {
      assert.match(search.reason, /sandbox/);
      this.skip();
    }
    sandbox = search.sandbox;
    runner = createRunner({ environment: { ...process.env, OPENAI_API_KEY: 'sk-never-seen' }, platform, sandbox });
    python = await findInterpreter({ environment: process.env, platform, signal });
    folder = await createTemporaryFolder();
    secretFolder = await mkdtemp(join(homedir(), '.slipstream-test-'));
    await writeFile(join(secretFolder, 'id_rsa'), 'the secret');
  });
  after(async () => {
    await sandbox?.dispose();
    if (!sandbox) return;
    await folder.remove();
    await rm(secretFolder, { recursive: true });
  });

  const run = (
    code: string,
    limits: Partial<RunLimits> = {},
    stop: AbortSignal = signal,
    stdin?: string,
  ): Promise<RunRecord> =>
    runner.run(
      {
        command: python.path,
        args: ['-c', code],
        workingFolder: folder.path,
        environment: python.environment,
        readableFolders: python.folders,
        limits: { ...DEFAULT_RUN_LIMITS, timeoutSeconds: 20, ...limits },
        ...(stdin === undefined ? {} : { stdin }),
      },
      { signal: stop },
    );

  const told = (record: RunRecord, limits: Partial<RunLimits> = {}): string =>
    describeEnd('The C++', record, { ...DEFAULT_RUN_LIMITS, ...limits });

  it('compile without the compiler reading what is the user’s', async () => {
    const [compiler] = await findCompilers({ environment: process.env, platform, signal });
    assert.ok(compiler && sandbox);
    const secret = JSON.stringify(join(secretFolder, 'id_rsa'));
    const compile = (source: string) =>
      compiler.compile(
        { source, folder: folder.path, name: 'candidate', flags: ['-std=c++20'] },
        { signal, ...(sandbox && { sandbox }) },
      );
    const spying = await compile(`#include ${secret}\nint main() {}\n`);
    assert.equal(spying.program, undefined);
    assert.doesNotMatch(spying.output, /the secret/);
    const honest = await compile('#include <cstdio>\nint main() { std::puts("fine"); }\n');
    assert.ok(honest.program, honest.output);
    const run = await runner.run(
      { command: honest.program, args: [], workingFolder: folder.path, limits: DEFAULT_RUN_LIMITS },
      { signal },
    );
    assert.equal(run.stdout, 'fine\n');
    // Outside, the same source would have been quoted.
    const outside = await compiler.compile(
      { source: `#include ${secret}\nint main() {}\n`, folder: folder.path, name: 'outside', flags: [] },
      { signal },
    );
    assert.match(outside.output, /the/);
  });

  it('run as outside when they are harmless', async () => {
    assert.equal(runner.sandboxed, true);
    const record = await run(
      'import sys, math; print(sys.stdin.read(), "é"); open("here.txt", "w").write("x"); sys.exit(7)',
      {},
      signal,
      'in',
    );
    assert.deepEqual(
      [record.stdout, record.stderr, record.exitCode, record.signal, record.endedBy],
      ['in é\n', '', 7, null, undefined],
    );
    assert.ok(existsSync(join(folder.path, 'here.txt')));
  });

  it('tell the signal they ended by', async () => {
    assert.equal((await run('import os; os.kill(os.getpid(), 11)')).signal, 'SIGSEGV');
  });

  it('cannot read the home folder', async () => {
    const path = JSON.stringify(join(secretFolder, 'id_rsa'));
    const record = await run(`print(open(${path}).read())`);
    assert.ok(!record.stdout.includes('the secret'));
    assert.match(record.stderr, /(?:FileNotFound|Permission)Error/);
    assert.equal(told(record), 'The C++ ended with exit status 1.');
  });

  it('see no keys and no environment but their own', async () => {
    const { stdout } = await run('import os; print(dict(os.environ)); print(open("/proc/self/environ").read())');
    assert.ok(!stdout.includes('sk-never-seen'));
    assert.ok(!/proxy/i.test(stdout), stdout);
  });

  it('cannot write outside their folder', async () => {
    const outside = join(tmpdir(), `slipstream-outside-${process.pid}`);
    const record = await run(`open(${JSON.stringify(outside)}, "w").write("x")`);
    assert.match(record.stderr, /Read-only file system|PermissionError/);
    assert.equal(told(record), 'The C++ ended with exit status 1.');
    assert.ok(!existsSync(outside));
  });

  it('cannot reach the network, nor a server on this machine', async () => {
    let connections = 0;
    const server = createServer(() => connections++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const record = await run(`import socket; socket.create_connection(("127.0.0.1", ${port}), 2)`);
    server.close();
    assert.match(record.stderr, /(?:OS|Connection\w*|Permission)Error/);
    assert.equal(told(record), 'The C++ ended with exit status 1.');
    assert.equal(connections, 0);
  });

  it('cannot see or end other processes', async () => {
    const record = await run(
      `import os\ntry:\n  os.kill(${process.pid}, 0)\n  print("seen")\nexcept OSError: print("not seen")`,
    );
    assert.equal(record.stdout, 'not seen\n');
  });

  it('are ended with their daemons', async () => {
    const beat = join(folder.path, 'beat');
    const record = await run(
      `import os, time\nif os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0:\n    for beat in range(200):\n      open(${JSON.stringify(beat)}, "w").write(str(beat)); time.sleep(0.02)\n  os._exit(0)\nos.wait()`,
    );
    assert.equal(told(record), 'The C++ ended with exit status 0.');
    await rm(beat, { force: true });
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.ok(!existsSync(beat));
  });

  it('are ended at every limit, which a sentence tells', async () => {
    const limited: readonly (readonly [code: string, limits: Partial<RunLimits>, sentence: string])[] = [
      [
        'import signal\nsignal.signal(15, signal.SIG_IGN)\nwhile True: pass',
        { timeoutSeconds: 1 },
        'The C++ was ended after 1 s, the time limit.',
      ],
      [
        'while True: print("x" * 99)',
        { outputBytes: 2 ** 20 },
        'The C++ wrote more than 1 MiB, the output limit, and was ended.',
      ],
      [
        'kept = []\nwhile True: kept.append(bytearray(10**7))',
        { memoryBytes: 200 * 2 ** 20 },
        'The C++ needed more than 200 MiB, the memory limit, and was ended.',
      ],
      [
        'import os\nwhile True:\n  try: os.fork()\n  except OSError: pass',
        { processes: 40 },
        'The C++ started more processes than allowed and was ended.',
      ],
    ];
    for (const [code, limits, sentence] of limited) assert.equal(told(await run(code, limits), limits), sentence);
  });

  it('are ended on cancel', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    const record = await run('while True: pass', {}, controller.signal);
    assert.equal(told(record), 'The C++ was cancelled.');
  });
});
