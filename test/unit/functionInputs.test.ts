import assert from 'node:assert/strict';
import { createPythonParser, type PythonParser } from '../../src/python/parser.ts';
import { selectUnit } from '../../src/python/selectUnit.ts';
import { InputGenerator } from '../../src/verification/inputs.ts';
import { parseSignature, shapeOfAnnotation, shapeOfValues, type Shape } from '../../src/verification/shapes.ts';
import {
  compareValues,
  DEFAULT_FLOAT_TOLERANCE,
  encodeCase,
  floatsAgree,
  pythonLiteral,
  ValueReader,
  type Value,
} from '../../src/verification/values.ts';
import { createAssetFolder, type AssetFolder } from '../fixtures/assetFolder.ts';

const int = (value: number | bigint): Value => ({ kind: 'int', value: BigInt(value) });
const float = (value: number): Value => ({ kind: 'float', value });
const str = (value: string): Value => ({ kind: 'str', value });
const list = (...items: Value[]): Value => ({ kind: 'list', items });
const tuple = (...items: Value[]): Value => ({ kind: 'tuple', items });

describe('values of both languages', () => {
  const all: Value[] = [
    { kind: 'none' },
    { kind: 'bool', value: true },
    int(-(2n ** 70n)),
    float(-0),
    float(Infinity),
    float(1e-7),
    str('it\'s "中文" 😀\n'),
    { kind: 'bytes', value: new Uint8Array([0, 39, 255]) },
    list(int(1), list()),
    tuple(str('a')),
    { kind: 'set', items: [int(3)] },
    { kind: 'dict', entries: [[str('k'), float(2)]] },
  ];

  it('are read as they were written', () => {
    const reader = new ValueReader(encodeCase(all));
    assert.equal(reader.take(), 'c');
    assert.equal(reader.until(':'), String(all.length));
    assert.deepEqual(
      all.map(() => reader.value()),
      all,
    );
    assert.ok(reader.ended);
  });

  it('are shown as Python writes them', () => {
    assert.deepEqual(all.map(pythonLiteral), [
      'None',
      'True',
      '-1180591620717411303424',
      '-0.0',
      "float('inf')",
      '1e-07',
      "'it\\'s \"中文\" 😀\\n'",
      "b'\\x00\\x27\\xff'",
      '[1, []]',
      "('a',)",
      '{3}',
      "{'k': 2.0}",
    ]);
  });

  it('are compared by type, with the place of the first difference', () => {
    const differ = (a: Value, b: Value): string | undefined => {
      const found = compareValues(a, b, DEFAULT_FLOAT_TOLERANCE);
      return found && `${found.path}: ${found.reason}`;
    };
    for (const value of all) assert.equal(differ(value, value), undefined);
    assert.equal(differ(tuple(int(1)), list(int(1))), undefined);
    assert.equal(differ({ kind: 'bool', value: true }, int(1)), undefined);
    assert.match(differ(float(2), int(2)) ?? '', /Python gives 2\.0, the C\+\+ 2/);
    assert.match(differ(list(int(1), list(int(2))), list(int(1), list(int(3)))) ?? '', /^\[1\]\[0\]: /);
    assert.match(differ(list(int(1)), list(int(1), int(2))) ?? '', /1 items, the C\+\+ 2/);
    const entry = (key: string, value: number): readonly [Value, Value] => [str(key), int(value)];
    const one: Value = { kind: 'dict', entries: [entry('a', 1), entry('b', 2)] };
    assert.equal(differ(one, { kind: 'dict', entries: [entry('b', 2), entry('a', 1)] }), undefined);
    assert.match(differ(one, { kind: 'dict', entries: [entry('b', 2), entry('a', 3)] }) ?? '', /^\['a'\]/);
    assert.match(differ({ kind: 'set', items: [int(1)] }, { kind: 'set', items: [int(2)] }) ?? '', /does not have 1/);
    assert.ok(differ({ kind: 'object', text: 'x' }, { kind: 'object', text: 'x' }));
  });

  it('floats agree by units in the last place and relative tolerance', () => {
    const tight = { ulps: 4, relative: 0, absolute: 0 };
    assert.ok(floatsAgree(0.1 + 0.2, 0.3, tight));
    assert.ok(floatsAgree(0, -0, tight) && floatsAgree(Number.NaN, Number.NaN, tight));
    assert.ok(floatsAgree(Number.MIN_VALUE, -Number.MIN_VALUE, tight));
    assert.ok(!floatsAgree(1, 1 + 1e-12, tight) && floatsAgree(1, 1 + 1e-12, DEFAULT_FLOAT_TOLERANCE));
    assert.ok(
      !floatsAgree(1, Infinity, DEFAULT_FLOAT_TOLERANCE) && !floatsAgree(1, Number.NaN, DEFAULT_FLOAT_TOLERANCE),
    );
  });
});

describe('shapes of inputs', () => {
  it('come from annotations, C++ signatures and values', () => {
    assert.deepEqual(shapeOfAnnotation('typing.List[Optional[int]]'), {
      kind: 'list',
      item: { kind: 'union', options: [{ kind: 'int' }, { kind: 'none' }] },
    });
    assert.deepEqual(shapeOfAnnotation('dict[str, tuple[int, float]]'), {
      kind: 'dict',
      key: { kind: 'str' },
      value: { kind: 'tuple', items: [{ kind: 'int' }, { kind: 'float' }] },
    });
    assert.deepEqual(shapeOfAnnotation('int | None'), { kind: 'union', options: [{ kind: 'int' }, { kind: 'none' }] });
    assert.equal(shapeOfAnnotation('Tree'), undefined);
    assert.equal(shapeOfAnnotation('Callable[[int], int]'), undefined);
    assert.deepEqual(parseSignature('tuple(int64,str)(uint8,list(float),other)'), {
      result: 'tuple(int64,str)',
      parameters: [{ kind: 'int', minimum: 0n, maximum: 255n }, { kind: 'list', item: { kind: 'float' } }, undefined],
    });
    assert.deepEqual(parseSignature('none()')?.parameters, []);
    assert.deepEqual(shapeOfValues([list(), list(int(1)), list(float(2))]), {
      kind: 'list',
      item: { kind: 'union', options: [{ kind: 'int' }, { kind: 'float' }] },
    });
    assert.equal(shapeOfValues([list()]), undefined);
  });

  it('make the same inputs from the same seed, and smaller ones of each', async () => {
    const shapes: Shape[] = [
      { kind: 'list', item: { kind: 'int' } },
      { kind: 'int' },
      { kind: 'dict', key: { kind: 'str' }, value: { kind: 'float' } },
      { kind: 'union', options: [{ kind: 'bytes' }, { kind: 'none' }, { kind: 'bool' }] },
      { kind: 'set', item: { kind: 'char' } },
    ];
    const generator = await InputGenerator.create(shapes, []);
    const again = await InputGenerator.create(shapes, []);
    const inputs = generator.random(5, 100);
    assert.deepEqual(inputs, again.random(5, 100));
    assert.notDeepEqual(inputs, again.random(6, 100));
    assert.ok(generator.boundary().length > 30);
    const size = (args: readonly Value[]): number => args.map(pythonLiteral).join().length;
    const large = inputs.reduce((one, other) => (size(one.args) > size(other.args) ? one : other));
    const smaller = generator.smaller(large.args, 40);
    assert.ok(smaller.length > 5);
    assert.ok(smaller.some((args) => size(args) < size(large.args) / 1.2));
    // Every input can be written and read.
    for (const { args } of [...inputs, ...generator.boundary()]) {
      const reader = new ValueReader(encodeCase(args));
      reader.take();
      reader.until(':');
      assert.deepEqual(
        args.map(() => reader.value()),
        args,
      );
    }
  });
});

describe('calls found in a file', () => {
  let assets: AssetFolder;
  let parser: PythonParser;
  before(async () => {
    assets = await createAssetFolder();
    parser = await createPythonParser({ assetFolder: assets.path });
  });
  after(() => assets[Symbol.asyncDispose]());

  it('are those with literals only, from code, asserts and docstrings', () => {
    const text = `def pick(values, n=1, *, sep=','):
    """Picks.

    >>> pick([1, 2], n=2)
    [1, 2]
    >>> pick(['a',
    ...       'b'])
    ['a']
    """
    return values[:n]

x = [3]
assert pick([4.5, 10**9]) == [4.5]
print(pick(x), pick([], sep='-'), pick([1, 2], n=2), other.pick([9]), pick(f'{x}'))
`;
    const result = selectUnit(parser, { text, functionName: 'pick' });
    assert.ok(result.ok);
    assert.deepEqual(
      result.unit.examples?.map((example) => [example.text, example.positional, example.keywords]),
      [
        ['pick([4.5, 10**9])', ['list[float | int]'], {}],
        ["pick([], sep='-')", [undefined], { sep: 'str' }],
        ['pick([1, 2], n=2)', ['list[int]'], { n: 'int' }],
        ["pick(['a',\n      'b'])", ['list[str]'], {}],
      ],
    );
  });
});
