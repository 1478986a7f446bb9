import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Transpiler } from '../../src/transpiler/transpiler.ts';
import { createAssetFolder, type AssetFolder } from '../fixtures/assetFolder.ts';

const programs = join(import.meta.dirname, '..', 'fixtures', 'python');

/** Numbers from 0 up to 1, the same for a seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A program as someone leaves it in the middle of an edit: lines lost, doubled, moved or cut, brackets lost. */
function broken(source: string, seed: number): string {
  const next = random(seed);
  const lines = source.split('\n');
  for (let change = 0; change < 2; change++) {
    const at = Math.floor(next() * lines.length);
    const line = lines[at] ?? '';
    const changes = [
      () => lines.splice(at, 1),
      () => lines.splice(at, 0, line),
      () => (lines[at] = line.replace(/[()[\]{}:,]/, '')),
      () => (lines[at] = line.slice(0, Math.floor(next() * line.length))),
      () => (lines[at] = ` ${line}`),
      () => lines.splice(at),
    ];
    changes[Math.floor(next() * changes.length)]?.();
  }
  return lines.join('\n');
}

describe('the built-in engine on any input', () => {
  let assets: AssetFolder;
  let transpiler: Transpiler;

  before(async () => {
    assets = await createAssetFolder();
    transpiler = await Transpiler.create({ assetFolder: assets.path });
  });
  after(() => assets[Symbol.asyncDispose]());

  /** Fails unless the engine gives C++, or says what it cannot convert without having failed itself. */
  function assertAnswered(source: string, what: string): void {
    const result = transpiler.transpile(source);
    if (result.ok) return;
    assert.ok(result.diagnostics.length > 0, `${what}: refused without a reason`);
    const fault = result.diagnostics.find(({ code }) => code === 'engine-fault' || code === 'too-much');
    assert.equal(fault, undefined, `${what}: ${fault?.message}`);
  }

  it('answers programs that are being edited', () => {
    const files = readdirSync(programs).filter((file) => file.endsWith('.py'));
    for (const [index, file] of files.entries()) {
      const source = readFileSync(join(programs, file), 'utf8');
      assertAnswered(broken(source, index), file);
    }
  });

  const strange: readonly (readonly [string, string])[] = [
    ['numbers of Python 2', 'print(10L + 0777)\n'],
    ['a class that derives from one of its own name', 'import m\nclass A(m.A):\n    pass\nprint(type(A()))\n'],
    ['classes that derive from each other', 'class A(B):\n    pass\nclass B(A):\n    pass\nprint(A())\n'],
    ['nothing', ''],
    ['only a comment', '# nothing'],
    ['characters that no program has', '\u0000\ufeff\ud800 = \u2028(\n'],
    ['a chain of calls', `x = "a"${'.strip().upper()'.repeat(60)}\nprint(x)\n`],
    ['lists in lists', `x = ${'['.repeat(60)}1${']'.repeat(60)}\nprint(x)\n`],
  ];
  for (const [what, source] of strange) {
    it(`answers ${what}`, () => assertAnswered(source, what));
  }

  // Work that doubled at each depth would be given up.
  const nested: readonly (readonly [string, string, string, string])[] = [
    ['built-in functions', '3', 'abs(min(round(', ', 1), 7))'],
    ['conversions', '3', 'int(str(', '))'],
    ['lengths', '"a"', 'str(len(', '))'],
    ['joined texts', '"a"', '"".join([', '])'],
    ['rounded numbers', '2.5', '(math.floor(', ') + 0.5)'],
    ['generator expressions', '[1]', '[sum(a for a in ', ')]'],
    ['reversed lists', '[1]', 'list(reversed(', '))'],
    ['mapped lists', '[1]', 'list(map(str, filter(None, ', ')))'],
  ];
  for (const [what, core, before, after] of nested) {
    it(`converts ${what} that are deeply nested`, () => {
      const expression = before.repeat(16) + core + after.repeat(16);
      const result = transpiler.transpile(`import math\nprint(${expression})\n`);
      assert.deepEqual(result.ok ? [] : result.diagnostics, []);
    });
  }

  it('refuses what is nested too deeply', () => {
    const result = transpiler.transpile(`x = ${'['.repeat(5000)}1${']'.repeat(5000)}\nprint(x)\n`);
    assert.match(result.diagnostics[0]?.message ?? '', /nested too deeply/);
  });

  it('gives up a search for types that would take too long, with what it could not convert', () => {
    const functions = Array.from({ length: 12 }, (_, index) => `def f${index}(a, b, c):\n    return a.b + c.d(b)\n`);
    const start = performance.now();
    const result = transpiler.transpile(functions.join('\n'));
    assert.equal(result.ok, false);
    assert.notEqual(result.diagnostics[0]?.code, 'engine-fault');
    assert.ok(performance.now() - start < 15_000);
  });
});
