import assert from 'node:assert/strict';
import type { PythonParser } from '../../src/python/parser.ts';
import { createTestParser, errorsOf, selectMarked, unitOf } from '../fixtures/selectMarked.ts';

describe('syntax errors in a unit', () => {
  let parser: PythonParser;
  before(async () => {
    parser = await createTestParser();
  });

  const errors = (text: string) => errorsOf(selectMarked(parser, text));

  /** Text, line of the first error counted from 1, and what its sentence says. */
  const cases: readonly (readonly [string, number, RegExp])[] = [
    ['x = 1\nprint "hello"\n', 2, /print statement of Python 2/],
    ['print x, y\n', 1, /print statement of Python 2/],
    ['exec "x = 1"\n', 1, /exec statement of Python 2/],
    ['try:\n    x = 1\nexcept ValueError, e:\n    pass\n', 3, /except Error as name/],
    ['x = 0777\n', 1, /octal is written 0o/],
    ['x = 5L\n', 1, /Python 2 number/],
    ['x = 1_\n', 1, /do not end with "_"/],
    ['x = `y`\n', 1, /repr\(\.\.\.\)/],
    ['raise ValueError, "text"\n', 1, /raise Error\("text"\)/],
    ['if x <> 1:\n    pass\n', 1, /"<>" is Python 2/],
    ['def f(:\n    pass\n', 1, /"\(" is never closed/],
    ['a = 1\nx = [1, 2\nprint(x)\nfor i in x:\n    pass\n', 2, /"\[" is never closed/],
    ['print(1))\n', 1, /"\)" closes nothing/],
    ['x = (1]\n', 1, /does not close the "\(" of line 1/],
    ["y = 1\nx = 'abc\nprint(x)\n", 2, /string is not closed/],
    ['y = 1\nx = """abc\nprint(x)\n', 2, /string is not closed/],
    ['if x\n    pass\n', 1, /":" is missing at the end of the "if" line/],
    ['while True print(1)\n', 1, /":" is missing/],
    ['for i in range(3)\n    print(i)\n', 1, /":" is missing/],
    ['if x = 3:\n    pass\n', 1, /"==" compares/],
    ['def f():\nreturn 3\n', 1, /an indented block is expected after line 1/],
    ['x = 1\n    y = 2\n', 2, /unexpected indentation/],
    ['def f():\n    x = 1\n  y = 2\n', 3, /indentation/],
    ['if x:\n    pass\n   else:\n    pass\n', 3, /fits no block/],
    ['if 1:\n\tx = 1\n        y = 2\n', 3, /tabs and spaces are mixed/],
    ['return 3\n', 1, /"return" stands outside/],
    ['x = yield\n', 1, /"yield" stands outside/],
    ['if 1:\n    break\n', 2, /"break" stands outside of a loop/],
    ['x = 1\nx = 5 +\nprint(x)\n', 2, /ends in the middle/],
    ['x =\ny = 2\n', 1, /ends in the middle/],
    ['try:\n    x = 1\ny = 2\n', 1, /"try" needs/],
    ['f(a=1, 2)\n', 1, /positional argument follows/],
    ['def f(a=1, b): pass\n', 1, /without a default/],
    ['x += y += 1\n', 1, /cannot be chained/],
    ['x := 3\n', 1, /needs parentheses/],
    ['else:\n    pass\n', 1, /unexpected here/],
    ['x = 1\nlet y = 3\n', 2, /unexpected here/],
  ];
  for (const [text, line, message] of cases) {
    it(`tells of ${JSON.stringify(text)}`, () => {
      const [first] = errors(text);
      assert.ok(first);
      assert.equal(first.line + 1, line);
      assert.match(first.message, /^Python syntax error: /);
      assert.match(first.message, message);
      assert.equal(first.severity, 'error');
      assert.ok(first.column <= first.endColumn && first.line === first.endLine);
    });
  }

  it('lets pass what Python lets pass', () => {
    const fine = [
      'print >= 3\n',
      'x = (5 +\n     3)\n',
      'x = 5 + \\\n    3\n',
      'f(a=1, *b, c=2, **d)\n',
      'def f(a, b=1, *c, d, e=2, **g): pass\n',
      'def f(a=1, *, b): pass\n',
      'async def f():\n    async with a as b, c: await b\n',
      'x = lambda: (yield)\n',
      'if x:\n    pass\n\n  # comment\nelse:\n    pass\n',
      'x = 1;\n',
      'try:\n    pass\nfinally:\n    pass\n',
      'try:\n    pass\nexcept* ValueError:\n    pass\n',
      'x = f"{a!r:>{b}} {c[\'d\']}"\n',
      'def f[T](x: T) -> T: return x\n',
      'type X = int\n',
      '(x := 3)\n',
      'while 1: \n    if 2: break\n',
      'x = [\n# comment\n1,\n]\n',
      '@f\n@g(1)\nclass A: pass\n',
      'x = "a" \\\n    "b"\n',
      'if 1:\n\tif 2:\n\t\tpass\n\telse:\n\t\tpass\n',
    ];
    for (const text of fine) assert.ok(selectMarked(parser, text).ok, text);
  });

  it('marks the place in the document, in UTF-16 code units and at its line with CRLF', () => {
    const [first] = errors('a = "😀"\r\nb = "😀"; print "x"\r\n');
    assert.deepEqual([first?.line, first?.column], [1, 10]);
  });

  it('reports several errors in the order of the text', () => {
    assert.deepEqual(
      errors('print "a"\nx = 1\nprint "b"\n').map((item) => item.line),
      [0, 2],
    );
  });

  it('does not mind errors in what the unit does not need', () => {
    assert.equal(
      unitOf(selectMarked(parser, 'def broken():\n    print "a"\n\n\ndef f():\n    «return 1\n')).source,
      'def f():\n    return 1\n',
    );
  });

  it('reports errors in what the unit needs', () => {
    const result = errors('def helper():\n    print "a"\n\n\ndef f():\n    «helper()\n');
    assert.deepEqual(
      result.map((item) => item.line),
      [1],
    );
  });

  it('reports the torn definition of a name the unit needs', () => {
    const [first] = errors('def helper(:\n    pass\n\n\nx = 1\n«print(helper(x))»\n');
    assert.equal(first?.line, 0);
  });
});
