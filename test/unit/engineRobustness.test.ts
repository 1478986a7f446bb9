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
    ['a tuple that doubles', 'x = 1\nfor i in range(3):\n    x = (x, x)\nprint(x)\n'],
    ['a function that is handed ever more', 'def f(x):\n    return f((x, x))\nf(1)\n'],
    ['Python 2', 'for i in xrange(3):\n    print i,\nraise ValueError, "x"\n'],
    ['form feeds, carriage returns and tabs', 'x = 1\r\n\fif x:\r\n\tprint(x)\r\n\f'],
    ['soft keywords as names', 'match = 5\ncase = 3\ntype = match\nmatch[0] if False else _\n'],
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
    ['items', '0', 'v[', ']'],
    ['mapped lists', '[1]', 'list(map(str, filter(None, ', ')))'],
  ];
  for (const [what, core, before, after] of nested) {
    it(`converts ${what} that are deeply nested`, () => {
      const expression = before.repeat(16) + core + after.repeat(16);
      const result = transpiler.transpile(`import math\nv = [0, 1]\nprint(${expression})\n`);
      assert.deepEqual(result.ok ? [] : result.diagnostics, []);
    });
  }

  it('refuses what is nested too deeply at its line', () => {
    const branches = Array.from({ length: 4000 }, (_, index) => `    elif x == ${index}:\n        return ${index}\n`);
    const deep: readonly (readonly [string, RegExp])[] = [
      [`y = 1\nx = ${'['.repeat(5000)}1${']'.repeat(5000)}\n`, /nested too deeply.*an expression \d+ levels deep/],
      [`y = 1\nx = ${Array(9000).fill('y').join(' + ')}\n`, /nested too deeply.*an expression \d+ levels deep/],
      [`def f(x):\n    if x:\n        return 1\n${branches.join('')}\nprint(f(2))\n`, /a statement of 4000 branches/],
    ];
    for (const [source, message] of deep) {
      const [refusal] = transpiler.transpile(source).diagnostics;
      assert.match(refusal?.message ?? '', message);
      assert.equal(refusal?.line, 1);
    }
  });

  const large: readonly (readonly [string, string])[] = [
    [
      'loops in loops',
      `${Array.from({ length: 19 }, (_, depth) => `${' '.repeat(depth)}for i${depth} in range(1):\n`).join('')}${' '.repeat(19)}print(i0)\n`,
    ],
    [
      'a dict of dicts',
      `d = {${Array.from({ length: 1000 }, (_, key) => `"k${key}": {"a": ${key}, "b": [${key}]}`).join(', ')}}\nprint(len(d))\n`,
    ],
    ['a chain of `and`', `a = True\nx = ${Array(300).fill('a').join(' and ')}\nprint(x)\n`],
    ['a variable that is assigned over and over', `x = 0\n${'x = x + 1\n'.repeat(1000)}print(x)\n`],
  ];
  for (const [what, source] of large) {
    it(`converts ${what} without doing its work over and over`, () => {
      const { user: before } = process.cpuUsage();
      assert.ok(transpiler.transpile(source).ok);
      // Each took ten seconds or more, or never ended.
      assert.ok(process.cpuUsage().user - before < 6_000_000);
    });
  }

  it('refuses tuples that hold tuples like themselves to any depth', () => {
    const result = transpiler.transpile(
      'def tree(d):\n    return (tree(d - 1), tree(d - 1)) if d else (None, None)\ndef size(node):\n    left, right = node\n    return 1 if left is None else size(left) + size(right)\nprint(size(tree(3)))\n',
    );
    assert.match(result.diagnostics[0]?.message ?? '', /tuples like itself/);
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
