import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastCheck from 'fast-check';
import { findInterpreter } from '../../src/python/interpreter.ts';
import type { PythonParser } from '../../src/python/parser.ts';
import { selectUnit } from '../../src/python/selectUnit.ts';
import { createTestParser, selectMarked, unitOf } from '../fixtures/selectMarked.ts';

/** Runs each program in a module of its own, and answers with what it printed or the exception that ended it. */
const RUN_ALL = `
import contextlib, io, json, sys
answers = []
for source in json.load(sys.stdin):
    out = io.StringIO()
    error = None
    try:
        with contextlib.redirect_stdout(out):
            exec(compile(source, "unit", "exec"), {"__name__": "__main__"})
    except BaseException as caught:
        error = f"{type(caught).__name__}: {caught}"
    answers.append([out.getvalue(), error])
sys.stdout.write(json.dumps(answers))
`;

describe('units under the real Python', () => {
  let parser: PythonParser;
  let python: string;
  before(async () => {
    parser = await createTestParser();
    const { path } = await findInterpreter({
      environment: process.env,
      platform: process.platform,
      signal: new AbortController().signal,
    });
    python = path;
  });

  function runAll(sources: readonly string[]): [output: string, error: string | null][] {
    const answer = execFileSync(python, ['-X', 'utf8', '-W', 'ignore', '-c', RUN_ALL], {
      input: JSON.stringify(sources),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    return JSON.parse(answer) as [string, string | null][];
  }

  /** Marked programs, and what the unit prints when it is run. */
  const cases: readonly (readonly [string, string])[] = [
    ['def f(n):\n    return n * k\n\nk = 3\n\n«print(f(2))»\n', '6\n'],
    ['from math import sqrt, floor as down\nx = 16.5\n«print(down(sqrt(x)))»\nprint(x)\n', '4\n'],
    [
      'table = {}\n\ndef put(key, value):\n    table[key] = value\n\nput("a", 1)\nput("b", 2)\nprint("no")\n«print(table)»\n',
      "{'a': 1, 'b': 2}\n",
    ],
    [
      'class Shape:\n    sides = 0\n    def show(self):\n        print(self.sides, names[self.sides])\n\nclass Square(Shape):\n    sides = 4\n\nnames = {4: "square"}\nother = 1\n«Square().show()»\n',
      '4 square\n',
    ],
    [
      'import functools\n\ndef traced(f):\n    @functools.wraps(f)\n    def inner(*a):\n        print(f.__name__, a)\n        return f(*a)\n    return inner\n\n@traced\ndef add(a, b):\n    return a + b\n\n«print(add(1, 2))»\n',
      'add (1, 2)\n3\n',
    ],
    [
      'total = 0\nfor i in range(4):\n    total += i\nprint("no")\nscale = 2\nif total > 5:\n    scale = 10\n«print(total * scale)»\nscale = 0\n',
      '60\n',
    ],
    ['if True:\n\tif True:\n\t\t«text = """a\n\tb"""\n\t\tprint(text)»\n', 'a\n\tb\n'],
    ['x = 1\r\ny = """a\r\nb"""\r\n«print(y)»\r\n', 'a\nb\n'],
    ['def main():\n    print(数, "😀")\n\n\n数 = 3\nif __name__ == "__main__":\n    «main()»\n', '3 😀\n'],
    [
      'import random\n\ndef throw():\n    return random.randrange(100)\n\nrandom.seed(5)\na = [throw() for _ in range(3)]\n«print(len(a), 0 <= min(a))»\n',
      '3 True\n',
    ],
    [
      'from collections import defaultdict\nd = defaultdict(list)\nfor w in "to be or not to be".split():\n    d[len(w)].append(w)\n«print(sorted(d.items()))»\n',
      "[(2, ['to', 'be', 'or', 'to', 'be']), (3, ['not'])]\n",
    ],
    ['a = [3, 1]\nb = a\nb.append(2)\na.sort()\n«print(b)»\n', '[1, 2, 3]\n'],
    ['p = [1]\nq = [p, p]\nfor item in q:\n    item.append(2)\n«print(p)»\n', '[1, 2, 2]\n'],
    [
      'class Counter:\n    def __init__(self):\n        self.n = 0\n    def step(self):\n        self.n += 1\n\nc = Counter()\nc.step()\nc.step()\nd = Counter()\nd.step()\n«print(c.n)»\n',
      '2\n',
    ],
    ['try:\n    import missing_module as m\nexcept ImportError:\n    m = None\n«print(m)»\n', 'None\n'],
    ['n = 5\nwhile n > 0:\n    n -= 2\nelse:\n    n *= 10\n«print(n)»\n', '-10\n'],
    ['(a, *b), c = [1, 2, 3], 4\ndel c\n«print(a, b)»\n', '1 [2, 3]\n'],
  ];

  it('run alone and print what the same lines print in the whole program', () => {
    const units = cases.map(([marked]) => unitOf(selectMarked(parser, marked)).source);
    for (const [index, [output, error]] of runAll(units).entries())
      assert.deepEqual([output, error], [cases[index]?.[1], null], units[index]);
  });

  it('of a function compute what the function computes', async () => {
    const folder = join(import.meta.dirname, '..', '..', 'samples');
    const asked: readonly (readonly [file: string, name: string, call: string])[] = [
      ['collatz.py', 'longest_below', 'longest_below(100)'],
      ['edit_distance.py', 'edit_distance', 'edit_distance("kitten", "sitting")'],
      ['n_queens.py', 'count_solutions', 'count_solutions(6)'],
      ['maximum_subarray.py', 'total_of_runs', 'total_of_runs(20, 42, -10, 10, 3)'],
      ['spectral_norm.py', 'spectral_norm', 'round(spectral_norm(10, 5), 6)'],
      ['particles.py', 'simulate', 'len(simulate(5, 3))'],
      ['nbody.py', 'solar_system', 'len(solar_system())'],
      ['chinese_demo.py', '是素数', '是素数(97)'],
    ];
    const units = await Promise.all(
      asked.map(async ([file, functionName, call]) => {
        const text = await readFile(join(folder, file), 'utf8');
        const unit = unitOf(selectUnit(parser, { text, functionName }));
        assert.equal(unit.runnable, false, file);
        return `${unit.source}print(${call})\n`;
      }),
    );
    const expected = ['(97, 119)', '3', '4', '', '', '5', '5', 'True'];
    for (const [index, [output, error]] of runAll(units).entries()) {
      assert.equal(error, null, asked[index]?.[0]);
      if (expected[index]) assert.equal(output, `${expected[index]}\n`, asked[index]?.[0]);
    }
  });

  it('of every sample are the whole sample, and can be run', async () => {
    const folder = join(import.meta.dirname, '..', '..', 'samples');
    const names = (await readdir(folder)).filter((name) => name.endsWith('.py'));
    assert.ok(names.length >= 13);
    for (const name of names) {
      const text = await readFile(join(folder, name), 'utf8');
      const unit = unitOf(selectUnit(parser, { text, wholeFile: true, file: name }));
      assert.equal(unit.source, text);
      assert.equal(unit.runnable, true, name);
    }
  });

  it('of any printing line print what that line prints in the whole program', () => {
    const names = ['a', 'b', 'c', 'd'];
    const name = fastCheck.constantFrom(...names);
    const number = fastCheck.nat(9);
    const statement = fastCheck.oneof(
      fastCheck.tuple(name, number).map(([x, n]) => `${x} = [${n}]`),
      fastCheck.tuple(name, name).map(([x, y]) => `${x} = ${y}`),
      fastCheck.tuple(name, name).map(([x, y]) => `${x} = ${y} + [len(${y})]`),
      fastCheck.tuple(name, name).map(([x, y]) => `${x} = list(${y})`),
      fastCheck.tuple(name, number).map(([x, n]) => `${x}.append(${n})`),
      fastCheck.tuple(name, name).map(([x, y]) => `${x}, ${y} = ${y}, ${x}`),
      fastCheck.tuple(name, number).map(([x, n]) => `${x}[0] += ${n}`),
      fastCheck.tuple(name, name).map(([x, y]) => `${x} += ${y}`),
      fastCheck.tuple(name, number).map(([x, n]) => `push(${x}, ${n})`),
      fastCheck.tuple(name, name).map(([x, y]) => `${x} = make(${y})`),
      fastCheck.tuple(name, name).map(([x, y]) => `for v in ${y}[:3]:\n    ${x}.append(v)`),
      fastCheck.tuple(name, name).map(([x, y]) => `for v in [${x}, ${y}]:\n    v.append(0)`),
      fastCheck.tuple(name, name).map(([x, y]) => `if len(${x}) > 2:\n    ${y} = [${names.indexOf(x)}]`),
      name.map((x) => `set_${x}()`),
      name.map((x) => `box.put(${x})`),
      name.map((x) => `box.fill()\n${x} = box.items`),
      name.map((x) => `holder = {"k": ${x}}\nholder["k"].append(7)`),
      name.map((x) => `${x} = [w for w in ${x} if w != 3][:4] or [5]`),
      name.map((x) => `(lambda: ${x}.append(8))()`),
    );
    const prelude = [
      ...names.map((x, index) => `${x} = [${index}]`),
      ...names.map((x) => `def set_${x}():\n    global ${x}\n    ${x} = ${x}[:2] + [9]`),
      'def push(into, n):\n    into.append(n)\n    return into',
      'def make(of):\n    extra = of[:2]\n    extra.append(len(a))\n    return extra',
      'class Box:\n    def __init__(self):\n        self.items = [1]\n    def put(self, what):\n        self.items = what\n    def fill(self):\n        self.items.append(6)',
      'box = Box()',
    ].join('\n');
    const programs = fastCheck.sample(
      fastCheck.tuple(fastCheck.array(statement, { minLength: 1, maxLength: 8 }), name),
      { numRuns: 400, seed: 7 },
    );
    const wholes = programs.map(([parts, shown]) =>
      `${prelude}\n${parts.join('\n')}\n`.concat(`print("${shown}", ${shown})\n`),
    );
    const units = wholes.map((text) => {
      const start = text.lastIndexOf('print(');
      return unitOf(selectUnit(parser, { text, selection: { start, end: text.length } })).source;
    });
    const answers = runAll([...wholes, ...units]);
    units.forEach((source, index) => {
      const [whole, unit] = [answers[index], answers[index + units.length]];
      if (whole?.[1] === null) assert.deepEqual(unit, whole, `${wholes[index]}\n--- unit ---\n${source}`);
    });
    assert.ok(answers.slice(0, units.length).filter(([, error]) => error === null).length > units.length / 2);
    assert.ok(
      units.some((source, index) => source.length < (wholes[index]?.length ?? 0) / 2),
      'units are slices',
    );
  });
});
