import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Compiler } from '../../src/cpp/compiler.ts';
import { findCompilers } from '../../src/cpp/findCompilers.ts';
import { createRunner } from '../../src/execution/createRunner.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../src/execution/temporaryFolder.ts';
import { findInterpreter, type Interpreter } from '../../src/python/interpreter.ts';
import { Transpiler, type IntegerSizes } from '../../src/transpiler/transpiler.ts';
import { verifyProgram } from '../../src/verification/verifyProgram.ts';
import { createAssetFolder, type AssetFolder } from '../fixtures/assetFolder.ts';

const root = join(import.meta.dirname, '..', '..');
const system = { environment: process.env, platform: process.platform };
const limits = { timeoutSeconds: 60, outputBytes: 1 << 20, memoryBytes: 2 ** 31 };

describe('the built-in engine', () => {
  let assets: AssetFolder;
  let transpiler: Transpiler;
  let compiler: Compiler;
  let python: Interpreter;
  let headers: TemporaryFolder;
  /** Flags for programs that are not run for long. */
  let plain: readonly string[];

  before(async () => {
    const { signal } = new AbortController();
    assets = await createAssetFolder();
    transpiler = await Transpiler.create({ assetFolder: assets.path });
    const [found] = await findCompilers({ ...system, signal });
    assert.ok(found, 'the tests need a C++ compiler');
    compiler = found;
    python = await findInterpreter({ ...system, signal });
    headers = await createTemporaryFolder();
    plain = ['-std=c++20', '-O0'];
    if (compiler.id === 'gcc') plain = [...plain, '-include', await headersReadOnce()];
  });
  after(async () => {
    await headers[Symbol.asyncDispose]();
    await assets[Symbol.asyncDispose]();
  });

  /** The headers that every program has, prepared so that they are not read again for each. */
  async function headersReadOnce(): Promise<string> {
    const least = transpiler.transpile('pass\n');
    assert.ok(least.ok);
    const header = join(headers.path, 'headers.hpp');
    await writeFile(header, `${least.cpp.match(/^#include <[a-z_]+>$/gm)?.join('\n')}\n`);
    await promisify(execFile)(compiler.path, [...plain, '-x', 'c++-header', header, '-o', `${header}.gch`]);
    return header;
  }

  /** Runs a program in both languages; fails unless both do the same. Gives the C++ run's standard error. */
  async function assertEqual(
    source: string,
    stdin = '',
    flags: readonly string[] = ['-std=c++20', '-O1'],
    integers: IntegerSizes = 'automatic',
  ): Promise<string> {
    const result = transpiler.transpile(source, undefined, integers);
    assert.ok(result.ok, `refused: ${JSON.stringify(result.diagnostics[0])}`);
    const { signal } = new AbortController();
    await using folder = await createTemporaryFolder();
    const compiled = await compiler.compile(
      { source: result.cpp, folder: folder.path, name: 'candidate', flags },
      { signal },
    );
    assert.ok(compiled.program, compiled.output);
    const verified = await verifyProgram(
      {
        runner: createRunner(system),
        python,
        cppProgram: compiled.program,
        source,
        stdin,
        limits,
        rule: { kind: 'exact', excludedPatterns: ['^Execution Time: '] },
        platform: process.platform,
      },
      { signal },
    );
    assert.equal(verified.outcome, 'equal', JSON.stringify(verified.mismatch ?? verified.notChecked));
    return verified.cpp?.stderr ?? '';
  }

  const fixtures = join(root, 'test', 'fixtures', 'python');
  for (const file of readdirSync(fixtures).filter((name) => name.endsWith('.py'))) {
    it(`does as Python does: ${file}`, async () => {
      await assertEqual(readFileSync(join(fixtures, file), 'utf8'), '3\nhello world\n', plain);
    });
  }

  it('finds what Python finds with 400 regular expressions made at random', async () => {
    const generator = join(root, 'test', 'fixtures', 'generators', 'regular_expressions.py');
    const { stdout } = await promisify(execFile)('python3', [generator, '11', '400']);
    await assertEqual(stdout, '', plain);
  });

  it('does as Python does in programs made at random', async () => {
    const generator = join(root, 'test', 'fixtures', 'generators', 'programs.py');
    const { stdout } = await promisify(execFile)('python3', [generator, '7', '12']);
    await assertEqual((JSON.parse(stdout) as string[]).join('\n'), '', plain);
  }).timeout(120_000);

  it('gives every integer that is worked out any size where it is told to', async () => {
    const source = readFileSync(join(root, 'test', 'fixtures', 'any_size.py'), 'utf8');
    await assertEqual(source, '', plain, 'any size');
  }).timeout(60_000);

  it('works with arrays as NumPy does', async () => {
    // What Python printed with NumPy 2.4 stands beside the program: not every machine has NumPy.
    const fixture = join(root, 'test', 'fixtures', 'numpy', 'arrays');
    const run = await runConverted(readFileSync(`${fixture}.py`, 'utf8'));
    assert.equal(run.stdout, readFileSync(`${fixture}.txt`, 'utf8'));
  }).timeout(60_000);

  it('refuses what depends on a regular expression that is only known at run time', () => {
    const result = transpiler.transpile('import re\nprint(re.findall(input(), "text"))\n');
    assert.ok(!result.ok);
    assert.match(result.diagnostics[0]?.message ?? '', /depends on the groups of the regular expression/);
  });

  for (const file of readdirSync(join(root, 'samples')).filter((name) => name.endsWith('.py'))) {
    it(`converts the sample ${file}`, async () => {
      await assertEqual(readFileSync(join(root, 'samples', file), 'utf8'));
    });
  }

  /** Runs the C++ of a program alone. */
  async function runConverted(source: string): ReturnType<ReturnType<typeof createRunner>['run']> {
    const result = transpiler.transpile(source);
    assert.ok(result.ok, `refused: ${JSON.stringify(result.diagnostics[0])}`);
    await using folder = await createTemporaryFolder();
    const { signal } = new AbortController();
    const compiled = await compiler.compile(
      { source: result.cpp, folder: folder.path, name: 'candidate', flags: plain },
      { signal },
    );
    assert.ok(compiled.program, compiled.output);
    return await createRunner(system).run(
      { command: compiled.program, args: [], workingFolder: folder.path, limits },
      { signal },
    );
  }

  it('reports an integer that outgrows 64 bits instead of wrapping it', async () => {
    const run = await runConverted('x = int("9223372036854775807")\nprint(x + 1)\n');
    assert.notEqual(run.exitCode, 0);
    assert.equal(run.stdout, '');
    assert.match(run.stderr, /OverflowError: .*64 bits/);
  });

  it('says in the program which integers have any size, and why', () => {
    const result = transpiler.transpile('for i in range(70):\n    print(2 ** i)\n');
    assert.ok(result.ok);
    assert.match(result.cpp, /\/\/ Those of type py::Int have any size, because in line 2 of the Python a power/);
    const small = transpiler.transpile('print(2 + 3)\n');
    assert.ok(small.ok);
    assert.doesNotMatch(small.cpp, /any size/);
  });

  const refused: readonly (readonly [string, string, number, RegExp])[] = [
    ['eval', 'x = 1\nprint(eval("x + 1"))\n', 1, /`eval` cannot be converted/],
    ['an unknown module', 'import pandas\nprint(1)\n', 0, /`pandas`/],
    [
      'an inexact function of NumPy',
      'import numpy as np\nprint(1)\nprint(np.exp(np.zeros(2)))\n',
      2,
      /`numpy.exp`.*`math`/,
    ],
    ['a product of float arrays', 'import numpy as np\nprint(np.eye(2) @ np.eye(2))\n', 1, /last digits/],
    ['numbers of NumPy in a list', 'import numpy as np\nprint([np.ones(2)[0]])\n', 1, /`float\(…\)`/],
    ['values that no union holds', 'x = 1\nx = [range(3), 1]\nprint(len(x))\n', 1, /int.*range|range.*int/],
    ['a test for an unknown type', 'import math\nx = [1, "a"][0]\nprint(isinstance(x, Number))\n', 2, /`Number`/],
    ['a syntax error', 'print(1)\nx = = 2\n', 1, /syntax/],
    ['an import behind its use', 'def f():\n    x = math.pi\n    import math\n    return x\nprint(f())\n', 1, /`math`/],
    [
      'an import in a function that others do not see',
      'def f():\n    import math\n    return math.pi\ndef g():\n    return math.e\nprint(f(), g())\n',
      1,
      /import/,
    ],
    [
      'a function that gives a generator or a list',
      'def f(flag):\n    if flag:\n        return (x for x in range(3))\n    return [1]\nprint(list(f(True)))\n',
      0,
      /`f`.*generator.*list/,
    ],
    ['the identity of equal texts', 'a = "x"\nb = input()\nprint(a is b)\n', 2, /Write `==`/],
    ['a test for a Python at hand', 'import sys\nprint(sys.version_info >= (3, 12))\n', 1, /`sys.version_info`/],
    ['a kept lambda of a comprehension', 'fs = [lambda: i for i in range(3)]\nprint(fs[0]())\n', 0, /i=i/],
    ['an unknown name', 'print(1)\nprint(y)\n', 1, /`y`/],
  ];
  for (const [what, source, line, message] of refused) {
    it(`refuses ${what} at its line`, () => {
      const result = transpiler.transpile(source);
      assert.equal(result.ok, false);
      assert.match(result.diagnostics[0]?.message ?? '', message);
      assert.equal(result.diagnostics[0]?.line, line);
      assert.notEqual(result.diagnostics[0]?.code, 'engine-fault');
    });
  }

  it('names every place that it refuses', () => {
    const source = 'print(eval("1"))\ndef f(x):\n    return exec(x)\nprint(2)\nprint(f("y"), globals())\n';
    const result = transpiler.transpile(source);
    assert.equal(result.ok, false);
    const lines = result.diagnostics.map(({ line }) => line).sort();
    assert.deepEqual(lines, [0, 2, 4]);
    const imports = transpiler.transpile('import pandas\nfrom asyncio import run\n');
    assert.deepEqual(
      imports.diagnostics.map(({ line, message }) => [line, /`[\w.]+`/.exec(message)?.[0]]),
      [
        [0, '`pandas`'],
        [1, '`asyncio`'],
      ],
    );
  });

  it('takes the types of a function that nobody calls from examples, and says what it assumes without', () => {
    const source = 'def both(a, b):\n    return a + b\n';
    const example = { text: 'both("a", "b")', positional: ['str', 'str'], keywords: {} };
    const told = transpiler.transpile(source, { functionName: 'both', examples: [example] });
    assert.ok(told.ok);
    assert.match(told.cpp, /py::str both\(const py::str& a, const py::str& b\)/);
    assert.deepEqual(told.diagnostics, []);
    const assumed = transpiler.transpile(source, { functionName: 'both', examples: [] });
    assert.ok(assumed.ok);
    assert.match(assumed.cpp, /int64_t both\(int64_t a, int64_t b\)/);
    assert.deepEqual(
      assumed.diagnostics.map(({ severity, line, message }) => [
        severity,
        line,
        /^Nothing tells the type of `(\w)`: int/.exec(message)?.[1],
      ]),
      [
        ['note', 0, 'a'],
        ['note', 0, 'b'],
      ],
    );
    const other = transpiler.transpile('def shout(t):\n    return t.upper()\n');
    assert.ok(other.ok && other.cpp.includes('py::str shout'));
  });

  it('gives the same C++ every time', () => {
    const source = readFileSync(join(root, 'samples', 'nbody.py'), 'utf8');
    assert.deepEqual(transpiler.transpile(source), transpiler.transpile(source));
  });

  it('ends in C++ or diagnostics on any text', () => {
    for (const text of [
      '',
      '\n',
      '(((',
      'def',
      '\u0000',
      'class A:\n',
      'x = [',
      '"""',
      'for',
      'é = 1\nprint(é)\n',
      '\t\tif',
      '@',
      '@a\n',
    ]) {
      const result = transpiler.transpile(text);
      assert.ok(result.ok || result.diagnostics.length > 0);
    }
  });
});
