import assert from 'node:assert/strict';
import fastCheck from 'fast-check';
import type { PythonParser } from '../../src/python/parser.ts';
import { selectUnit } from '../../src/python/selectUnit.ts';
import type { UnitRequest } from '../../src/python/unit.ts';
import { createTestParser, selectMarked, unitOf } from '../fixtures/selectMarked.ts';

describe('selectUnit', () => {
  let parser: PythonParser;
  before(async () => {
    parser = await createTestParser();
  });

  const unit = (marked: string, more?: Partial<UnitRequest>) => unitOf(selectMarked(parser, marked, more));
  const source = (marked: string, more?: Partial<UnitRequest>) => unit(marked, more).source;
  const codes = (marked: string) => selectMarked(parser, marked).diagnostics.map((item) => item.code);

  describe('what is chosen', () => {
    it('takes the whole file when nothing is selected', () => {
      const chosen = unit('# first\nprint(1)\n', { file: '/home/me/one.py' });
      assert.equal(chosen.source, '# first\nprint(1)\n');
      assert.deepEqual(
        { kind: chosen.record.kind, name: chosen.record.name, range: chosen.record.range },
        { kind: 'file', name: 'one.py', range: [0, 1] },
      );
      assert.equal(chosen.record.source, chosen.source);
      assert.match(chosen.record.sha256, /^[0-9a-f]{64}$/);
    });

    it('takes the whole file when all of it is selected, and when the cursor is outside of definitions', () => {
      assert.equal(unit('«a = 1\nprint(a)\n»').record.kind, 'file');
      assert.equal(unit('a = 1\n«\nprint(a)\n').record.kind, 'file');
      assert.equal(unit('def f():\n    pass\n\n\npri«nt(f())\n').record.kind, 'file');
    });

    it('takes the whole file over a selection when asked to', () => {
      assert.equal(source('a = 1\n«b = 2»\n', { wholeFile: true }), 'a = 1\nb = 2\n');
    });

    it('takes the outermost function around the cursor, wherever the cursor is in it', () => {
      for (const text of [
        '«def outer():\n    def inner():\n        return 1\n    return inner()\n',
        'def outer():\n    def in«ner():\n        return 1\n    return inner()\n',
        'def outer():\n    def inner():\n        return 1\n    return inner()«\n',
      ]) {
        const chosen = unit(`${text}\nprint(outer())\n`);
        assert.equal(chosen.record.kind, 'function');
        assert.equal(chosen.functionName, 'outer');
        assert.doesNotMatch(chosen.source, /print/);
      }
    });

    it('brings the whole program along where running it may call the function', () => {
      const program = (text: string) => unit(text).program;
      assert.match(
        program('def f«»(n):\n    return n\n\ndef g():\n    f(1)\n\ng()\n') ?? '',
        /^def f\(n\)[^]*g\(\)\n$/,
      );
      assert.ok(program('def f«»(n):\n    return n\n\nif __name__ == "__main__":\n    print(f(1))\n'));
      assert.equal(program('def f«»(n):\n    return f(n - 1) if n else 0\n\nprint("not called")\n'), undefined);
      assert.equal(program('def f«»(n):\n    return n\n\ndef g():\n    return f(1)\n'), undefined);
    });

    it('takes the class around a cursor in a method', () => {
      const chosen = unit('class A:\n    def f(self):\n        re«turn 1\n\nprint(A().f())\n');
      assert.equal(chosen.record.kind, 'class');
      assert.equal(chosen.record.name, 'A');
      assert.equal(chosen.functionName, undefined);
      assert.equal(chosen.source, 'class A:\n    def f(self):\n        return 1\n');
    });

    it('takes a decorated function when the cursor is on the decorator', () => {
      assert.equal(
        source('import functools\n\n@functools.ca«che\ndef f(n):\n    return n\n\nprint(f(1))\n'),
        'import functools\n\n\n@functools.cache\ndef f(n):\n    return n\n',
      );
    });

    it('takes a function by name, and the one at the cursor among several of one name', () => {
      assert.equal(source('def f(): return 1\ndef g(): return 2\n', { functionName: 'g' }), 'def g(): return 2\n');
      const twice = 'def f(): return 1\nx = 0\ndef f(): return 2\n';
      assert.match(source(twice, { functionName: 'f' }), /return 2/);
      assert.match(source(twice, { functionName: 'f', selection: { start: 3, end: 3 } }), /return 1/);
    });

    it('refuses a name that is not there', () => {
      assert.throws(() => unit('x = 1\n', { functionName: 'missing' }), {
        reason: 'invalid-input',
        message: /no function or class named "missing"/,
      });
    });

    it('takes selected lines whole, also from half a word and backwards', () => {
      const text = 'a = 1\nb = 2\nprint(a)\nprint(b)\n';
      const start = text.indexOf('rint(a)');
      const expected = 'a = 1\n\nprint(a)\n';
      assert.equal(selectMarkedAt(start, start + 3), expected);
      assert.equal(selectMarkedAt(start + 3, start), expected);
      function selectMarkedAt(from: number, to: number): string {
        return unitOf(selectUnit(parser, { text, selection: { start: from, end: to } })).source;
      }
    });

    it('takes statements of one line apart', () => {
      assert.equal(source('a = 1; b = 2; «print(b)»; print(a)\n'), 'b = 2\nprint(b)\n');
    });

    it('takes inner statements out of a block when they can stand alone', () => {
      assert.equal(
        source('n = 3\nfor i in range(n):\n    «print(n)\n    print("""a\n    b""")»\n'),
        'n = 3\n\nprint(n)\nprint("""a\n    b""")\n',
      );
      assert.equal(source('if __name__ == "__main__":\n    «print(1)»\n    print(2)\n'), 'print(1)\n');
    });

    it('widens a selection that needs what is around it, and says so', () => {
      const inLoop = 'n = 3\nfor i in range(n):\n    «print(i)»\n';
      assert.equal(source(inLoop), 'n = 3\nfor i in range(n):\n    print(i)\n');
      assert.deepEqual(codes(inLoop), ['selection-widened']);
      const inFunction = 'def f(n):\n    s = 0\n    for i in range(n):\n        «s += i»\n    return s\n';
      assert.equal(unit(inFunction).functionName, 'f');
      assert.deepEqual(codes(inFunction), ['selection-widened']);
      assert.equal(unit('def f():\n    «return 3»\n').functionName, 'f');
      assert.equal(unit('class A:\n    x = 1\n    «y = 2»\n').record.name, 'A');
      assert.equal(source('for i in [1]:\n    «break»\n'), 'for i in [1]:\n    break\n');
      assert.match(source('match 3:\n    «case 3:\n        print(3)»\n'), /^match 3/);
    });

    it('does not widen a selection of whole statements', () => {
      assert.deepEqual(codes('a = 1\n«print(a)»\n'), []);
    });

    it('falls back to the cursor when only white space or a comment is selected', () => {
      assert.equal(unit('def f():\n«    »return 1\nprint(f())\n').functionName, 'f');
      assert.equal(unit('a = 1\n«# only this»\nb = 2\n').record.kind, 'file');
    });
  });

  describe('what is taken along', () => {
    it('takes imports, of one statement only the names that are needed', () => {
      assert.equal(
        source(
          'import os, math as m\nfrom random import (\n    seed,\n    random as r,\n)\nimport sys\n\n«print(m.pi, r())»\n',
        ),
        'import math as m\nfrom random import random as r\n\nprint(m.pi, r())\n',
      );
      assert.equal(source('from math import *\n«print(sqrt(4))»\n'), 'from math import *\nprint(sqrt(4))\n');
      assert.equal(
        source('from __future__ import annotations\nx = 1\n«print(2)»\n'),
        'from __future__ import annotations\n\nprint(2)\n',
      );
      assert.equal(source('import os.path\n«print(os.sep)»\n'), 'import os.path\nprint(os.sep)\n');
    });

    it('takes helpers through any number of calls, also those that stand below', () => {
      const text = source(
        'def f():\n    return «g()\n\nprint(f())\n\ndef unused():\n    pass\n\ndef g():\n    return h()\n\ndef h():\n    return 1\n',
      );
      assert.match(text, /def g/);
      assert.match(text, /def h/);
      assert.doesNotMatch(text, /unused|print/);
    });

    it('takes base classes, classes that are made, annotations and defaults', () => {
      const text = source(
        'A = 1\nclass Base: pass\nclass Made: pass\nclass Type: pass\nclass Other: pass\n\nclass C(Base):\n    «def f(self, t: "Type", a=A):\n        return Made()\n',
      );
      for (const name of ['A = 1', 'class Base', 'class Made', 'class Type']) assert.ok(text.includes(name), name);
      assert.doesNotMatch(text, /Other/);
    });

    it('takes decorators that are defined in the file', () => {
      assert.match(source('def twice(f):\n    return f\n\n@twice\ndef g():\n    ret«urn 1\n'), /^def twice/);
    });

    it('takes constants and what changes them before they are used', () => {
      assert.equal(
        source('t = []\nfor i in range(3):\n    t.append(i)\nt[0] = 9\nprint(len(t))\nu = 1\n«print(t)»\nt.clear()\n'),
        't = []\nfor i in range(3):\n    t.append(i)\nt[0] = 9\n\nprint(t)\n',
      );
      assert.equal(source('n = 1\nn += 1\n«print(n)»\nn = 5\n'), 'n = 1\nn += 1\nprint(n)\n');
      assert.equal(source('a, b = 1, 2\n«print(b)»\n'), 'a, b = 1, 2\nprint(b)\n');
    });

    it('takes what changes a constant through a function', () => {
      const text = source(
        't = []\n\ndef fill(into):\n    into.append(1)\n\ndef more():\n    t.append(2)\n\nfill(t)\nmore()\n«print(t)»\n',
      );
      assert.match(text, /^fill\(t\)$/m);
      assert.match(text, /^more\(\)$/m);
    });

    it('takes the seed of the random numbers', () => {
      assert.equal(
        source('import random\nrandom.seed(1)\nx = 1\n«print(random.random())»\n'),
        'import random\nrandom.seed(1)\n\nprint(random.random())\n',
      );
    });

    it('takes changes of a global variable inside functions', () => {
      const text = source('n = 0\n\ndef step():\n    global n\n    n += 1\n\nstep()\n«print(n)»\n');
      assert.match(text, /^step\(\)$/m);
    });

    it('leaves local names alone that happen to be called like something else', () => {
      assert.equal(
        source('x = 1\ny = 2\nz = 3\n\ndef f(x):\n    y = 1\n    return «[z for z in (x, y)]\n'),
        'def f(x):\n    y = 1\n    return [z for z in (x, y)]\n',
      );
    });

    it('takes the comment above a statement but not the first line of a script', () => {
      assert.equal(
        source('#!/usr/bin/env python3\n# about a\na = 1  # one\n# about b\nb = 2\n«print(a)»\n'),
        '# about a\na = 1  # one\n\nprint(a)\n',
      );
    });

    it('warns when names are reached by text', () => {
      assert.deepEqual(codes('a = 1\n«print(eval("a"))»\n'), ['dynamic-names']);
    });
  });

  describe('runnable', () => {
    const runnable = (text: string, more?: Partial<UnitRequest>) => unit(text, more).runnable;

    it('holds for what calls something or can fail when it is run', () => {
      for (const text of [
        'print(1)\n',
        'x = int("3")\n',
        'for i in [1]:\n    print(i)\n',
        'raise SystemExit\n',
        'assert 0\n',
      ])
        assert.equal(runnable(text), true, text);
      assert.equal(runnable('def main():\n    print(1)\nif __name__ == "__main__":\n    main()\n'), true);
    });

    it('does not hold for definitions, imports and plain values', () => {
      for (const text of [
        '',
        'x = 3\n',
        'import math\n',
        'def f():\n    print(1)\n',
        '"""text"""\nx = y = [1, 2]\n',
        'if 1:\n    x = 2\n',
      ])
        assert.equal(runnable(text), false, text);
    });

    it('does not hold for a function that nobody calls in the unit', () => {
      assert.equal(runnable('def f():\n    «return 1\nprint(f())\n'), false);
      assert.equal(runnable('a = 1\n«b = 2»\n'), false);
      assert.equal(runnable('a = 1\n«print(a)»\n'), true);
    });
  });

  describe('texts of all kinds', () => {
    it('reads CRLF and CR line ends, and counts offsets in the document as it is', () => {
      const text = 'a = 1\nb = 2\nprint(a)\nprint(b)\n';
      for (const lineEnd of ['\r\n', '\r']) {
        const document = text.replaceAll('\n', lineEnd);
        const start = document.indexOf('print(b)');
        const chosen = unitOf(selectUnit(parser, { text: document, selection: { start, end: start + 8 } }));
        assert.equal(chosen.source, 'b = 2\n\nprint(b)\n');
        assert.deepEqual(chosen.record.range, [3, 3]);
      }
    });

    it('reads tabs', () => {
      assert.equal(
        source('if 1:\n\tx = 1\n\t«if x:\n\t\tprint(2)»\n', { functionName: undefined }).includes('\t'),
        true,
      );
      assert.equal(source('def f():\n\tif 1:\n\t\tre«turn 3\n'), 'def f():\n\tif 1:\n\t\treturn 3\n');
    });

    it('drops a byte order mark, and counts offsets with it', () => {
      assert.equal(source('\uFEFFa = 1\nb = 2\n«print(b)»\n'), 'b = 2\nprint(b)\n');
      assert.equal(source('\uFEFFprint(1)\n'), 'print(1)\n');
    });

    it('counts in UTF-16 code units, and compares names as Python does', () => {
      assert.equal(source('𝒳 = "😀"\nb = 2\nprint("😀😀")\n«print(𝒳)»\n'), '𝒳 = "😀"\n\nprint(𝒳)\n');
      assert.equal(source('数 = 1\n別 = 2\n«print(数)»\n'), '数 = 1\n\nprint(数)\n');
      assert.equal(source('ﬁne = 1\n«print(fine)»\n'), 'ﬁne = 1\nprint(fine)\n');
      assert.equal(unit('def 是素数(n):\n    re«turn n\n').functionName, '是素数');
    });

    it('ends the last line, and maps every line to where it came from', () => {
      const chosen = unit('import os, math\n\n\na = 1\nb = 2\n\n«print(math.pi + b)»');
      assert.equal(chosen.source, 'import math\n\nb = 2\n\nprint(math.pi + b)\n');
      assert.deepEqual(chosen.lineMap, [0, -1, 4, -1, 6, 6]);
      assert.equal(chosen.lineMap.length, chosen.source.split('\n').length);
    });

    it('refuses null bytes', () => {
      assert.throws(() => unit('a = 1\0\n'), { reason: 'invalid-input' });
    });

    it('takes an empty file', () => {
      assert.equal(source(''), '');
    });
  });

  describe('notebook cells', () => {
    it('turns magics into comments and keeps the number of every line', () => {
      const chosen = unit(
        '%matplotlib inline\n!ls\nx = 3\nif x:\n    !ls\n%time y = x\nfiles = !ls\nlen?\nprint(x %2)\n',
        {
          cell: true,
          wholeFile: true,
        },
      );
      assert.equal(
        chosen.source,
        '# %matplotlib inline\n# !ls\nx = 3\nif x:\n    pass  # !ls\ny = x  # %time\n# files = !ls\n# len?\nprint(x %2)\n',
      );
      assert.equal(chosen.record.kind, 'cell');
    });

    it('finds a selection below magics that changed their length', () => {
      assert.equal(source('%time y = 2\n!ls\n\nx = 3\n«print(x)»\n', { cell: true }), 'x = 3\nprint(x)\n');
    });

    it('leaves lines alone that only look like magics', () => {
      const text = 'x = """\n%not magic\n"""\ny = (7\n%3)\nprint(x, y)\n';
      assert.equal(source(text, { cell: true, wholeFile: true }), text);
    });

    it('takes a timed cell, and refuses one in another language', () => {
      assert.equal(source('%%time\nprint(1)\n', { cell: true }), '# %%time\nprint(1)\n');
      assert.throws(() => unit('%%bash\nls -l\n', { cell: true }), { reason: 'invalid-input', message: /%%bash/ });
    });
  });

  it('takes a little out of 10,000 lines, and its lines are right', () => {
    const lines = Array.from(
      { length: 5000 },
      (_, index) => `def f${index}(x):\n    return f${Math.max(0, index - 1)}(x) + ${index}`,
    );
    const chosen = unit(`${lines.join('\n')}\n«print(f3(1))»\n`);
    assert.equal(chosen.source.match(/^def /gm)?.length, 4);
    assert.equal(chosen.record.range[0], 10_000);
    assert.equal(chosen.lineMap[0], 0);
  });

  it('makes of any selection in any program a unit that parses, each line of which is mapped', () => {
    const statements = [
      'a = 1',
      'b = a + 1',
      'def f(x):\n    y = x + a\n    for i in range(y):\n        if i > b:\n            return i\n    return y',
      'class C:\n    """text\n    more"""\n\n    def m(self, q=b):\n        # in m\n        return f(q)',
      'for k in range(3):\n\tprint(k)\n\tc = k',
      'if a:\n    print(f(a))\nelif b: print(2)\nelse:\n    d = [v for v in\n         (1, 2)]',
      'with open("x") as h, \\\n     open("y"):\n    text = h.read()',
      'try:\n    e = C().m()\nexcept (ValueError, KeyError) as error:\n    print(error)\nfinally:\n    pass',
      '@staticmethod\ndef g(): return lambda z: z * b  # tail',
      'x = 1; y = 2; print(x, y)',
      'import math, os as o',
      'from random import (\n    seed,  # first\n    random,\n)',
      '# a comment\n',
      'if __name__ == "__main__":\n    print(f(3))\n    r = random() + math.pi',
      '数 = "😀"  # 😀\nprint(f"{数} {a + b:>{a}}")',
      's = """\n  deep\n"""',
      'match a:\n    case 1 | 2 as n if n > 1:\n        print(n)\n    case [p, *rest]:\n        print(p)\n    case _:\n        pass',
      'while a < 3:\n    a += 1\n    if a == 2: continue\n    b = a',
      'async def w():\n    await w()',
      'global_list = []\nglobal_list.append(a)',
    ];
    const program = fastCheck
      .tuple(
        fastCheck.array(fastCheck.constantFrom(...statements), { minLength: 1, maxLength: 12 }),
        fastCheck.constantFrom('\n', '\r\n'),
      )
      .map(([parts, lineEnd]) => `${parts.join('\n')}\n`.replaceAll('\n', lineEnd));
    fastCheck.assert(
      fastCheck.property(program, fastCheck.nat(), fastCheck.nat(), (text, from, to) => {
        const selection = { start: from % (text.length + 1), end: to % (text.length + 1) };
        const chosen = unitOf(selectUnit(parser, { text, selection }));
        const tree = parser.parse(chosen.source);
        const broken = tree.rootNode.hasError;
        tree.delete();
        assert.equal(broken, false, chosen.source);
        assert.ok(selectUnit(parser, { text: chosen.source, wholeFile: true }).ok, chosen.source);
        const lineCount = text.split('\n').length;
        assert.equal(chosen.lineMap.length, chosen.source.split('\n').length);
        assert.ok(chosen.lineMap.every((line) => line >= -1 && line < lineCount));
      }),
      { numRuns: 400, seed: 20 },
    );
  });
});
