import assert from 'node:assert/strict';
import fastCheck from 'fast-check';
import { readRows, writeRows, type InputRow } from '../../src/functionInputs/inputRow.ts';
import { proposalPrompt, readProposal } from '../../src/functionInputs/proposeInputs.ts';
import { InputGenerator } from '../../src/verification/inputs.ts';
import { parseCallText, parsePythonLiteral } from '../../src/verification/pythonLiteral.ts';
import type { Shape } from '../../src/verification/shapes.ts';
import { callText, pythonLiteral } from '../../src/verification/values.ts';

const shapes: readonly Shape[] = [
  { kind: 'int' },
  { kind: 'float' },
  { kind: 'bytes' },
  { kind: 'list', item: { kind: 'union', options: [{ kind: 'str' }, { kind: 'none' }, { kind: 'bool' }] } },
  {
    kind: 'dict',
    key: { kind: 'tuple', items: [{ kind: 'str' }, { kind: 'int' }] },
    value: { kind: 'set', item: { kind: 'int' } },
  },
];

describe('Python literals', () => {
  it('are read as they were written, whatever the value', async () => {
    const generator = await InputGenerator.create(shapes, []);
    for (const { args } of [...generator.boundary(), ...generator.random(3, 300)]) {
      assert.deepEqual(parseCallText(callText('f', args), 'f').map(pythonLiteral), args.map(pythonLiteral));
    }
  });

  it('are read in all the ways in which Python writes them', () => {
    const same: readonly (readonly [string, string])[] = [
      ['0x_ff', '255'],
      ['1_000', '1000'],
      ['-0b101', '-5'],
      ['+7', '7'],
      ['1.', '1.0'],
      ['.5e3', '500.0'],
      ['-0.0', '-0.0'],
      ["float('-inf')", "float('-inf')"],
      ['float("nan")', "float('nan')"],
      ['set( )', 'set()'],
      ['{1, 2, 1}', '{1, 2}'],
      ["{'a': 1, 'a': 2,}", "{'a': 2}"],
      ['(1)', '1'],
      ['(1,)', '(1,)'],
      ['()', '()'],
      ['\'a\' "b"', "'ab'"],
      ["r'\\n' '\\x41\\u4e2d\\101'", "'\\\\nA中A'"],
      ["'''two\nlines'''", "'two\\nlines'"],
      ["b'\\x00\\xff' rb'\\n'", "b'\\x00\\xff\\x5cn'"],
      ["'\\q'", "'\\\\q'"],
    ];
    for (const [written, expected] of same) assert.equal(pythonLiteral(parsePythonLiteral(written)), expected, written);
  });

  it('are refused with a reason when they are code, torn or too deep', () => {
    for (const text of [
      ...["__import__('os')", 'x', '1 + 1', '[x for x in y]', "f'{1}'", '"a" * 9', 'lambda: 1', '2j', '1 2', "'a'[0]"],
      ...[
        '',
        '[1, 2',
        "'abc",
        '{[]: 1}',
        '{[1]}',
        '007',
        '1__0',
        "'\\ud800'",
        "b'é'",
        "'\\N{DASH}'",
        '-[1]',
        'float(1)',
      ],
      '['.repeat(500),
    ]) {
      assert.throws(() => parsePythonLiteral(text), { reason: 'invalid-input' }, text.slice(0, 30));
    }
  });

  it('never fail otherwise', () => {
    fastCheck.assert(
      fastCheck.property(
        fastCheck.string({ unit: fastCheck.constantFrom(...'01_.eE+-\'"\\[]{}(),: xbrNTset') }),
        (text) => {
          try {
            assert.equal(typeof pythonLiteral(parsePythonLiteral(text)), 'string');
          } catch (error) {
            assert.equal((error as { reason?: string }).reason, 'invalid-input');
          }
        },
      ),
    );
  });
});

describe('Inputs as JSON Lines', () => {
  it('come back as they were', async () => {
    const generator = await InputGenerator.create(shapes, []);
    const rows = generator
      .random(5, 60)
      .map(({ args }): InputRow => ({ origin: 'model', args, keep: true, note: 'why' }));
    const read = readRows(writeRows('f', rows), { functionName: 'f', parameters: shapes.length });
    assert.deepEqual(read.rejected, []);
    assert.deepEqual(
      read.rows.map(({ args }) => args.map(pythonLiteral)),
      rows.map(({ args }) => args.map(pythonLiteral)),
    );
    assert.ok(read.rows.every(({ origin, note }) => origin === 'model' && note === 'why'));
  });

  it('are taken as a person writes them, and refused line by line', () => {
    const text = `\uFEFF{"args": [48, "18"]}\r\n\n{"args": ["os.system('x')", "1"]}\n{"args": ["1"]}\n{"function": "g", "args": ["1", "2"]}\n[1]\nno\n{"args": [true, null], "origin": "profiled run"}\n`;
    const { rows, rejected } = readRows(text, { functionName: 'f', parameters: 2 });
    assert.deepEqual(
      rows.map(({ origin, args }) => [origin, ...args.map(pythonLiteral)]),
      [
        ['user', '48', '18'],
        ['profile', 'True', 'None'],
      ],
    );
    assert.deepEqual(
      rejected.map(({ place }) => place),
      ['line 3', 'line 4', 'line 5', 'line 6', 'line 7'],
    );
    assert.match(rejected[0]?.reason ?? '', /os.system is a name/);
    assert.match(rejected[2]?.reason ?? '', /an input of g, not of f/);
  });
});

describe('What a model proposes', () => {
  const parameters = [
    { name: 'values', shape: { kind: 'list', item: { kind: 'int' } } },
    { name: 'limit', shape: { kind: 'float' } },
  ] as const;
  const read = (answer: string) => readProposal(answer, { parameters }, 'Model');
  const literals = (answer: string) => read(answer).rows.map(({ args }) => args.map(pythonLiteral).join(' '));

  it('is taken from JSON, bare or in a fence, by place or by name, and by the types of the function', () => {
    const inputs =
      '[{"args": [[1, 18446744073709551617, "-9223372036854775809"], 2], "why": "beyond 64 bits"}, [[], "inf"], {"limit": 0.5, "values": [-1]}]';
    const expected = ['[1, 18446744073709551617, -9223372036854775809] 2.0', "[] float('inf')", '[-1] 0.5'];
    assert.deepEqual(literals(`{"inputs": ${inputs}}`), expected);
    assert.deepEqual(literals(`Here they are:\n\`\`\`json\n{"inputs": ${inputs}}\n\`\`\`\nEnjoy.`), expected);
    assert.deepEqual(literals(`Sure! ${inputs} That is all.`), expected);
    assert.equal(read(inputs).rows[0]?.note, 'beyond 64 bits');
  });

  it('keeps what is whole of an answer that was cut off', () => {
    assert.deepEqual(
      literals('{"inputs": [{"args": [[1], 2]}, {"args": [[3, 4], 1.5], "why": "a \\"}\\" in it"}, {"args": [[5'),
      ['[1] 2.0', '[3, 4] 1.5'],
    );
  });

  it('is refused one by one with the reason, and never evaluated', () => {
    const { rows, rejected } = read(
      '{"inputs": [{"args": ["[1] * 10**9", 1]}, {"args": [[1.5], 1]}, {"args": [[1]]}, {"args": [[1], "__import__(\'os\')"]}, 7, {"args": {"values": [1]}}, {"args": [[1], 1e400]}, {"args": [[1e300], 1]}, {"args": [[1], 1]}, {"args": [[1], 1.0]}]}',
    );
    assert.deepEqual(
      rows.map(({ args }) => args.map(pythonLiteral)),
      [
        ['[1]', "float('inf')"],
        ['[1]', '1.0'],
      ],
    );
    assert.deepEqual(
      rejected.map(({ place }) => Number(place.slice(6))),
      [1, 2, 3, 4, 5, 6, 8],
    );
    assert.match(rejected[0]?.reason ?? '', /^values: the text "\[1\] \* 10\*\*9" where list\[int\] is wanted/);
    assert.match(rejected[2]?.reason ?? '', /It has 1 arguments; the function takes 2/);
    assert.match(rejected[6]?.reason ?? '', /beyond what JSON holds exactly/);
  });

  it('is no answer at all when it is code, prose or nothing', () => {
    for (const answer of [
      '',
      'I cannot help with that.',
      '```python\nfor i in range(10):\n    print([i], i)\n```',
      '{"inputs": "none"}',
    ]) {
      assert.throws(() => read(answer), { reason: 'bad-answer', message: /nothing of it was run/ });
    }
  });

  it('is asked for with the function, its types, and a fence that the source cannot leave', () => {
    const [, user] = proposalPrompt({
      functionName: 'f',
      source: 'def f(values, limit):\n    """```"""\n',
      parameters,
    });
    assert.match(user?.content ?? '', /- values: list\[int\]\n- limit: float\n\n````python/);
  });
});
