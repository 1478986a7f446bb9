import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Compiler } from '../../src/cpp/compiler.ts';
import { findCompilers } from '../../src/cpp/findCompilers.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../src/execution/temporaryFolder.ts';
import type { Failure } from '../../src/shared/failure.ts';

const { platform } = process;
const signal = new AbortController().signal;

describe('finding compilers', () => {
  it('finds one, with its version and flags it accepts, each program once', async () => {
    const compilers = await findCompilers({ environment: process.env, platform, signal });
    assert.ok(compilers.length > 0);
    assert.equal(new Set(compilers.map((compiler) => compiler.path)).size, compilers.length);
    for (const compiler of compilers) {
      assert.match(compiler.version, /^\d+\.\d+/);
      assert.ok(compiler.defaultFlags.length >= 2);
    }
  });

  it('finds none on an empty PATH', async function () {
    if (platform !== 'linux') this.skip();
    await using folder = await createTemporaryFolder();
    assert.deepEqual(await findCompilers({ environment: { PATH: folder.path }, platform, signal }), []);
  });

  it('puts the one from the settings first', async function () {
    if (platform === 'win32') this.skip();
    await using folder = await createTemporaryFolder();
    const wrapper = join(folder.path, 'my compiler');
    const [first] = await findCompilers({ environment: process.env, platform, signal });
    await writeFile(wrapper, `#!/bin/sh\nexec ${first?.path} "$@"\n`);
    await chmod(wrapper, 0o755);
    const compilers = await findCompilers({ configuredPath: wrapper, environment: process.env, platform, signal });
    assert.equal(compilers[0]?.path, wrapper);
    assert.equal(compilers[1]?.path, first?.path);
  });

  it('says when the one from the settings is none', async () => {
    await assert.rejects(
      findCompilers({ configuredPath: '/nowhere/g++', environment: process.env, platform, signal }),
      (error: Failure) => error.reason === 'compiler-missing' && error.message.includes('/nowhere/g++'),
    );
  });

  it('passes over programs that only have the name', async function () {
    if (platform === 'win32') this.skip();
    await using folder = await createTemporaryFolder();
    await writeFile(join(folder.path, 'g++'), '#!/bin/sh\nexit 1\n');
    await chmod(join(folder.path, 'g++'), 0o755);
    assert.deepEqual(await findCompilers({ environment: { PATH: folder.path }, platform, signal }), []);
  });
});

describe('compiling', () => {
  let compiler: Compiler;
  let folder: TemporaryFolder;

  before(async () => {
    const [first] = await findCompilers({ environment: process.env, platform, signal });
    assert.ok(first);
    compiler = first;
    folder = await createTemporaryFolder();
  });
  after(() => folder.remove());

  const compile = (source: string, flags: readonly string[] = []): ReturnType<Compiler['compile']> =>
    compiler.compile(
      { source, folder: folder.path, name: 'candidate', flags: [...compiler.defaultFlags, ...flags] },
      { signal },
    );

  it('gives a program that runs, and the exact command', async () => {
    const { record, program, output } = await compile('#include <cstdio>\nint main() { std::puts("hello"); }\n');
    assert.ok(program);
    assert.equal(record.succeeded, true);
    assert.equal(output, '');
    assert.deepEqual(record.diagnostics, []);
    assert.ok(record.command.includes('candidate.cpp'));
    assert.ok(!record.command.includes(folder.path));
    assert.equal(execFileSync(program, { encoding: 'utf8' }).trim(), 'hello');
  });

  it('rounds a product before it is added to, as Python does', async () => {
    const source = `#include <cstdio>
int main() {
  volatile double a = 1.0 + 0x1p-30, c = -(1.0 + 0x1p-29);
  std::printf("%d", a * a + c == 0.0);
}
`;
    const { program } = await compile(source);
    assert.ok(program);
    assert.equal(execFileSync(program, { encoding: 'utf8' }), '1');
  });

  it('puts errors on their lines, without the temporary folder in any message', async () => {
    const { record, program, output } = await compile('#include <vector>\nint main() {\n\tint é = 1; nowhere(é);\n}\n');
    assert.equal(program, undefined);
    assert.equal(record.succeeded, false);
    const [error] = record.diagnostics.filter((found) => found.severity === 'error');
    assert.deepEqual([error?.line, error?.column, error?.endColumn], [2, 12, 19]);
    assert.ok(!output.includes(folder.path));
    assert.match(output, /^candidate\.cpp:3:/m);
  });

  it('puts an error inside a template on the line that led there', async () => {
    const { record } = await compile(
      '#include <algorithm>\n#include <vector>\nstruct Plain {};\nint main() {\n  std::vector<Plain> v;\n  std::sort(v.begin(), v.end());\n}\n',
    );
    assert.ok(record.diagnostics.some((found) => found.severity === 'error' && found.line === 5));
  });

  it('shows warnings of a program that compiled', async function () {
    if (compiler.id === 'msvc') this.skip();
    const { record, program } = await compile('int main() {\n  int unused;\n}\n', ['-Wall']);
    assert.ok(program);
    assert.deepEqual(
      record.diagnostics.map((found) => [found.severity, found.line, found.code]),
      [['warning', 1, '-Wunused-variable']],
    );
  });

  it('explains what the linker misses', async () => {
    const { record } = await compile('int missing();\nint main() { return missing(); }\n');
    assert.equal(record.succeeded, false);
    assert.ok(record.diagnostics.some((found) => found.severity === 'error' && found.message.includes('missing')));
  });

  it('explains a flag that the compiler does not know', async () => {
    const { record } = await compile('int main() {}\n', ['-fno-such-flag']);
    assert.equal(record.succeeded, false);
    assert.ok(
      record.diagnostics.some((found) => found.severity === 'error' && found.message.includes('-fno-such-flag')),
    );
  });

  it('hands on the messages as they come, in English', async () => {
    let told = '';
    const request = {
      source: 'int main() { return x; }\n',
      folder: folder.path,
      name: 'candidate',
      flags: compiler.defaultFlags,
    };
    const { output } = await compiler.compile(request, { signal, onOutput: (text) => (told += text) });
    assert.equal(told, output);
    assert.match(told, /error:/);
  });

  // Instantiates without end in sight, so that the compiler is busy when it is stopped.
  const endless =
    'template <int A, int B> struct T { static constexpr int v = T<A - 1, B>::v + T<A - 1, B + 1>::v; };\ntemplate <int B> struct T<0, B> { static constexpr int v = 1; };\nint main() { return T<850, 0>::v; }\n';

  it('stops at its time limit', async () => {
    await assert.rejects(
      compiler.compile(
        { source: endless, folder: folder.path, name: 'endless', flags: compiler.defaultFlags },
        { signal, timeoutSeconds: 0.2 },
      ),
      (error: Failure) => error.reason === 'timed-out',
    );
  });

  it('stops on cancel', async () => {
    const controller = new AbortController();
    const compiling = compiler.compile(
      { source: endless, folder: folder.path, name: 'endless', flags: compiler.defaultFlags },
      { signal: controller.signal },
    );
    setTimeout(() => controller.abort(), 100);
    await assert.rejects(compiling, (error: Failure) => error.reason === 'cancelled');
  });
});
