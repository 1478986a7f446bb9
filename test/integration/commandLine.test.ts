import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { convertCommand } from '../../src/commandLine/convert.ts';
import { machineServices } from '../../src/commandLine/services.ts';
import { createSandbox, seccompHelperPath } from '../../src/execution/sandbox.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../src/execution/temporaryFolder.ts';
import type { Evidence } from '../../src/shared/evidence.ts';
import { createAssetFolder, type AssetFolder } from '../fixtures/assetFolder.ts';
import { ProviderServer } from '../fixtures/providerServer.ts';

const answer = (result: string): string =>
  `\`\`\`cpp\n#include <cstdint>\nstd::int64_t twice(std::int64_t n) { return ${result}; }\nint main() {}\n\`\`\`\n`;
const right = answer('n > INT64_MAX / 2 || n < INT64_MIN / 2 ? throw "overflow" : 2 * n')
  .replace('#include <cstdint>', '#include <cstdint>\n#include <stdexcept>')
  .replace('throw "overflow"', 'throw std::overflow_error("overflow")');
const wrong = answer('n + 2');

const seccompOf = (assetFolder: string): { readonly seccompHelper?: string } => {
  const seccompHelper = seccompHelperPath(assetFolder, process.platform, process.arch);
  return seccompHelper === undefined ? {} : { seccompHelper };
};

describe('slipstream convert', function () {
  this.timeout(60_000);
  const server = new ProviderServer();
  const environment = { ...process.env };
  let assets: AssetFolder;
  let folder: TemporaryFolder;
  let file: string;

  before(async () => {
    await server.start();
    process.env['SLIPSTREAM_BASE_URL_OPENROUTER'] = server.baseUrl;
    process.env['OPENROUTER_API_KEY'] = 'sk-loopback';
    assets = await createAssetFolder();
    folder = await createTemporaryFolder();
    file = join(folder.path, 'twice.py');
    await writeFile(file, 'def twice(n: int) -> int:\n    return 2 * n\n');
  });
  after(async () => {
    for (const name of ['SLIPSTREAM_BASE_URL_OPENROUTER', 'OPENROUTER_API_KEY']) {
      const before = environment[name];
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    }
    await server.stop();
    await folder.remove();
    await assets[Symbol.asyncDispose]();
  });

  /** Calls the command with a model, and gives its exit status and the Evidence that it prints. */
  async function call(...args: string[]): Promise<{ status: number; evidence: Evidence }> {
    const { stdout, stderr } = process;
    const [write, writeError] = [stdout.write.bind(stdout), stderr.write.bind(stderr)];
    let printed = '';
    stdout.write = (text: string | Uint8Array): boolean => {
      printed += String(text);
      return true;
    };
    stderr.write = () => true;
    try {
      const model = [
        '--engine',
        'openrouter/simulated-coder',
        '--function',
        'twice',
        '--sanitizers',
        'off',
        '--witness',
        'off',
      ];
      const status = await convertCommand.run(
        [
          file,
          ...model,
          '--flags=-std=c++20 -O0',
          '--inputs',
          '40',
          '--json',
          '-o',
          join(folder.path, 'out.cpp'),
          ...args,
        ],
        assets.path,
      );
      return { status, evidence: JSON.parse(printed) as Evidence };
    } finally {
      stdout.write = write;
      stderr.write = writeError;
    }
  }

  it('takes seed, rounds and sandbox, keeps each attempt in a folder, and writes the report', async () => {
    server.expect({ text: wrong }, { text: right });
    const [kept, report] = [join(folder.path, 'kept'), join(folder.path, 'report.md')];
    const { status, evidence } = await call(
      '--verify',
      '--seed',
      '7',
      '--rounds',
      '1',
      '--sandbox',
      'off',
      '--keep-attempts',
      kept,
      '--report',
      report,
    );
    assert.equal(status, 0, JSON.stringify(evidence.verification?.mismatch ?? evidence.failure));
    assert.equal(evidence.verification?.seed, 7);
    assert.equal(evidence.verification.sandboxed, false);
    assert.deepEqual(
      evidence.attempts.map(({ verification }) => verification?.outcome),
      ['different', 'equal'],
    );
    assert.deepEqual(await readdir(kept), ['attempt-1.cpp', 'attempt-2.cpp', 'attempts.md']);
    assert.match(await readFile(join(kept, 'attempt-1.cpp'), 'utf8'), /n \+ 2/);
    const told = await readFile(join(kept, 'attempts.md'), 'utf8');
    assert.match(told, /1\. \[attempt-1\.cpp\]\(attempt-1\.cpp\): different: .*\n2\. .*: equal\n/);
    assert.match(await readFile(report, 'utf8'), /## Attempts\n\n1\. different: /);
  });

  it('begins no further attempt when the budget is spent', async () => {
    server.expect({ text: wrong, usage: { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20, cost: 0.02 } });
    const { status, evidence } = await call('--verify', '--rounds', '3', '--budget', '0.01', '--sandbox', 'off');
    assert.equal(status, 1);
    assert.equal(evidence.attempts.length, 1);
    assert.match(evidence.notChecked.join(' '), /\$0\.0200 of the budget of \$0\.01 are spent/);
  });

  it('runs in the sandbox where one is required, and where none works runs nothing and asks no model', async function () {
    const required = ['--verify', '--sandbox', 'required', '--rounds', '0'];
    const report = join(folder.path, 'sandboxed.md');
    const search = await createSandbox({ platform: process.platform, ...seccompOf(assets.path) });
    await search.sandbox?.dispose();
    if (search.sandbox) {
      server.expect({ text: right });
      const { status, evidence } = await call(...required, '--report', report);
      assert.equal(status, 0, JSON.stringify(evidence.verification?.mismatch ?? evidence.failure));
      assert.equal(evidence.verification?.sandboxed, true);
      assert.match(await readFile(report, 'utf8'), /- Sandboxed: yes\.\n/);
      // What our own engine wrote as well.
      await using services = machineServices({ sandbox: 'required' }, assets.path);
      assert.equal((await services.createRunner({ untrusted: false })).sandboxed, true);
    }
    // As in a container that has the tools and refuses their use.
    const refusing = join(folder.path, 'refusing');
    await mkdir(refusing);
    for (const name of ['bwrap', 'sandbox-exec']) {
      await writeFile(join(refusing, name), '#!/bin/sh\necho "$0: no permission" >&2\nexit 1\n', { mode: 0o755 });
    }
    const asked = server.requests.length;
    process.env['PATH'] = `${refusing}:${environment['PATH'] ?? ''}`;
    try {
      await assert.rejects(call(...required), {
        reason: 'unsupported',
        message:
          /^The sandbox does not work on this system: .*no permission\. Nothing was run, because --sandbox is "required"\.$/,
      });
    } finally {
      process.env['PATH'] = environment['PATH'];
    }
    assert.equal(server.requests.length, asked);
  });

  it('refuses what these options do not take', async () => {
    const asked = server.requests.length;
    for (const [name, value, message] of [
      ['--seed', '-1', /--seed/],
      ['--rounds', 'many', /--rounds/],
      ['--budget', '0', /--budget/],
      ['--sandbox', 'maybe', /auto, required or off/],
      ['--witness', 'some', /on or off/],
    ] as const) {
      await assert.rejects(call('--verify', `${name}=${value}`), { reason: 'invalid-input', message });
    }
    assert.equal(server.requests.length, asked);
  });
});
