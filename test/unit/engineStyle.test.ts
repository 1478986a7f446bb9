import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAM_HEADING } from '../../src/transpiler/headings.ts';
import { laidOut } from '../../src/transpiler/layoutText.ts';
import { Transpiler } from '../../src/transpiler/transpiler.ts';
import { createAssetFolder, type AssetFolder } from '../fixtures/assetFolder.ts';

const samples = join(import.meta.dirname, '..', '..', 'samples');

describe('the C++ of the built-in engine', () => {
  let assets: AssetFolder;
  let transpiler: Transpiler;

  before(async () => {
    assets = await createAssetFolder();
    transpiler = await Transpiler.create({ assetFolder: assets.path });
  });
  after(() => assets[Symbol.asyncDispose]());

  /** The program without the runtime. */
  function converted(source: string): string {
    const result = transpiler.transpile(source);
    assert.ok(result.ok, JSON.stringify(result.diagnostics[0]));
    return result.cpp.slice(result.cpp.indexOf(PROGRAM_HEADING));
  }

  it('brings only the sections of the runtime that are used', () => {
    const result = transpiler.transpile(
      'import math\n\nclass A:\n    def move(self) -> float:\n        return math.sqrt(2.0)\n\nprint(A().move())\n',
    );
    assert.ok(result.ok);
    for (const needed of ['namespace py::math', 'struct Object']) assert.ok(result.cpp.includes(needed), needed);
    for (const other of ['namespace py::hashlib', 'namespace py::itertools', 'class Int {', 'class bytes {'])
      assert.ok(!result.cpp.includes(other), other);
  });

  it('reads where each namespace of the runtime ends', () => {
    const folder = join(import.meta.dirname, '..', '..', 'src', 'transpiler', 'runtime');
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.hpp'))) {
      const header = readFileSync(join(folder, file), 'utf8');
      const opened = header.match(/^(?:inline )?namespace [\w:]+ \{$/gm) ?? [];
      const closed = header.match(/^\} {2}\/\/ namespace/gm) ?? [];
      assert.equal(closed.length, opened.length, file);
    }
  });

  it('breaks long lines, and leaves no gaps', () => {
    for (const file of readdirSync(samples).filter((name) => name.endsWith('.py'))) {
      const program = converted(readFileSync(join(samples, file), 'utf8'));
      for (const line of program.split('\n')) assert.ok(line.length <= 100, `${file}: ${line}`);
      assert.doesNotMatch(program, /\n\n\n|\) \{\n\n/, file);
    }
  });

  it('refers to what a loop only reads', () => {
    const cpp = converted(`
class Body:
    def __init__(self, x: float):
        self.x = x

def move(bodies: list[Body]):
    for body in bodies:
        body.x += 1.0
        print(body.x)

def names(words: list[str]) -> list[int]:
    return [len(word) for word in words]

move([Body(1.0)])
print(names(["a", "b"]))
for count, word in [(1, "x")]:
    print(count, word)
for number in [1, 2]:
    print(number)
`);
    assert.match(cpp, /for \(const auto& body : bodies\)/);
    assert.match(cpp, /for \(const auto& word : words\)/);
    assert.match(cpp, /for \(const auto& \[count, word\] :\s/);
    assert.match(cpp, /for \(int64_t number : /);
  });

  const changing: readonly (readonly [string, string])[] = [
    ['changes what is gone through', '    words.append(word)\n    break\n'],
    ['may change what is gone through, by another name', '    others.append("x")\n'],
    ['calls what changes such a list', '    change(others)\n'],
    ['gives the name something else', '    words = ["y"]\n'],
    ['changes the element', '    word = word + "!"\n'],
  ];
  for (const [what, body] of changing) {
    it(`copies elements where the loop ${what}`, () => {
      const cpp = converted(`
def change(items: list[str]):
    items.append("z")

def run(words: list[str], others: list[str]) -> int:
  total = 0
  for word in words:
${body}
    total += len(word)
  return total

change(["c"])
print(run(["a"], ["b"]))
`);
      assert.doesNotMatch(cpp, /for \(const auto& word/);
      assert.match(cpp, /for \((?:auto word|const auto& item_\d+) : words\)/);
    });
  }

  it('keeps names, also those of other scripts', () => {
    const cpp = converted(
      'def 求和(数列: list[int]) -> int:\n    return sum(数列)\n\nfor _ in range(2):\n    print(求和([1, 2]))\n',
    );
    assert.match(cpp, /int64_t 求和\(const py::list<int64_t>& 数列\)/);
    assert.match(cpp, /for \(int64_t _ = 0; _ < 2; \+\+_\)/);
  });

  it('declares a variable of the module where it is used, when functions have one of that name for themselves', () => {
    const cpp = converted(
      'def grow(n: int) -> int:\n    total = n + 1\n    return total\n\ntotal = grow(2)\nprint(total)\n',
    );
    assert.match(cpp, /^ {2}int64_t total = grow\(2\);$/m);
    const shared = converted('total = 1\n\ndef f() -> int:\n    return total\n\nprint(f())\n');
    assert.match(shared, /^int64_t total\{\};$/m);
  });

  it('counts without checks where nothing can outgrow 64 bits', () => {
    const cpp = converted(`
def f(items: list[int], size: int) -> int:
    last = len(items) - 1
    for i in range(size):
        print(items[i + 1], items[last - i], i + size)
    size += 1
    return last

print(f([1, 2, 3], 2))
`);
    assert.match(cpp, /int64_t last = py::len\(items\) - 1;/);
    assert.match(cpp, /for \(int64_t i = 0; i < size; \+\+i\)/);
    assert.match(cpp, /items\[i \+ 1\]/);
    assert.match(cpp, /py::add\(i, size\)/);
    const moving = converted('def f(n: int):\n    for i in range(n):\n        n = 0\n        print(i)\n\nf(3)\n');
    assert.match(moving, /i_end = n; i < i_end/);
  });

  it('says types once, and literals without temporaries', () => {
    const cpp = converted(
      'xs = [0] * 3\nys: list[int] = []\nxs[0] = xs[1] = 5\na, b = [], [1]\na.append(2)\nys.append(1)\nprint(xs, ys, a, b)\n',
    );
    assert.match(cpp, /py::list<int64_t> ys;/);
    assert.match(cpp, /xs\[0\] = 5;\n {2}xs\[1\] = 5;/);
    assert.match(cpp, /py::list<int64_t> b\{1\};/);
    assert.doesNotMatch(cpp, /value_\d/);
  });

  it('keeps comments where they stand, also behind the head of a block', () => {
    const cpp = converted(`
def f(n: int) -> int:  # a head
    # first
    if n > 1:  # one
        # inside
        n += 1  # trailing
    else:  # other
        n -= 1
    # last
    return n

print(f(2))
`);
    const remarks = [...cpp.matchAll(/\/\/ (.*)/g)].map(([, remark]) => remark);
    assert.deepEqual(remarks.slice(1, -1), ['a head', 'first', 'one', 'inside', 'trailing', 'other', 'last']);
  });

  it('swaps items, and assigns at once what is apart', () => {
    const cpp = converted(`
def f(items: list[int], low: int, high: int) -> int:
    items[low], items[high] = items[high], items[low]
    first, last = low, high
    first, last = last, first
    return items[first] - items[last]

print(f([1, 2], 0, 1))
`);
    assert.match(cpp, /std::swap\(items\[low\], items\[high\]\);/);
    assert.match(cpp, /int64_t first = low;\n {2}int64_t last = high;\n/);
    // What both sides read and set is read first.
    assert.match(cpp, /= last;\n.*= first;\n/);
  });

  it('gives operands whose order matters a block where nobody uses the value', () => {
    const cpp = converted(`
log: list[int] = []

def note(n: int) -> int:
    log.append(n)
    return n

print(note(1), note(2), log)
`);
    assert.match(cpp, /\{\n {4}auto operand_1 = note\(1\);\n {4}auto operand_2 = note\(2\);/);
    assert.doesNotMatch(cpp, /\[&\]/);
  });

  it('lays out lambdas and long calls', () => {
    const text = [
      '  auto x = [&] { py::list<int64_t> result; for (int64_t i : a) { if (i > 0) { result.append(i); } } return result; }();',
    ];
    assert.deepEqual(laidOut(text), [
      '  auto x = [&] {',
      '    py::list<int64_t> result;',
      '    for (int64_t i : a) {',
      '      if (i > 0) {',
      '        result.append(i);',
      '      }',
      '    }',
      '    return result;',
      '  }();',
    ]);
    const literal = [`  f("${'; { ( '.repeat(20)}"_s, b);`];
    assert.equal(laidOut(literal).join('').replace(/\s/g, ''), literal.join('').replace(/\s/g, ''));
    for (const comment of ['  // a comment { that ; stays (', `/** ${'list[int | str], '.repeat(9)} */`])
      assert.deepEqual(laidOut([comment]), [comment]);
    const remark = `  f("//", ${'a + '.repeat(20)}b);  // ${'why '.repeat(6)}so`;
    assert.deepEqual(laidOut([remark]), [`  // ${'why '.repeat(6)}so`, `  f("//", ${'a + '.repeat(20)}b);`]);
  });

  it('writes what is only returned or kept as plain statements', () => {
    const inner = '[&] { py::list<int64_t> gathered; f("gathered", gathered); return gathered; }()';
    const gather = `py::list<T> gathered; for (auto x : a) { gathered.append(${inner}); } return gathered;`;
    const append = [
      '  for (auto x : a) {',
      '    rows.append([&] {',
      '      py::list<int64_t> gathered;',
      '      f("gathered", gathered);',
      '      return gathered;',
      '    }());',
      '  }',
    ];
    assert.deepEqual(laidOut([`  py::list<T> rows = [&] { ${gather} }();`]), ['  py::list<T> rows;', ...append]);
    assert.deepEqual(laidOut([`  return [&] { ${gather} }();`]), [
      '  py::list<T> gathered;',
      ...append.map((line) => line.replace('rows', 'gathered')),
      '  return gathered;',
    ]);
    for (const other of ['rows', 'T rows', 'const auto a'])
      assert.equal(laidOut([`${other} = [&] { ${gather} }();`])[0], `${other} = [&] {`, other);
  });
});
