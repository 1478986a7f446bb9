import assert from 'node:assert/strict';
import { formatGrowth, growthMarkdown, growthSentence } from '../../src/benchmark/growthReport.ts';
import type { GrowthRecord } from '../../src/shared/evidence.ts';
import { seededRandom } from '../../src/shared/seededRandom.ts';
import { compareGrowth, fitGrowth, judgeGrowth } from '../../src/verification/growthFit.ts';
import { dimensionsOf, sizedInput } from '../../src/verification/sizedInputs.ts';
import type { Value } from '../../src/verification/values.ts';

const doubled = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => from * 2 ** index);
const curve = (sizes: readonly number[], seconds: (size: number) => number) =>
  sizes.map((size) => ({ size, seconds: seconds(size) }));

describe('how time grows', () => {
  it('is a power by its exponent, whatever a call costs by itself', () => {
    const linear = fitGrowth(curve(doubled(8, 12), (n) => 2e-7 + 3e-8 * n));
    const quadratic = fitGrowth(curve(doubled(8, 9), (n) => 1e-6 + 2e-9 * n * n));
    assert.ok(linear.kind === 'power' && Math.abs(linear.exponent - 1) < 0.1, JSON.stringify(linear));
    assert.ok(quadratic.kind === 'power' && Math.abs(quadratic.exponent - 2) < 0.1, JSON.stringify(quadratic));
    assert.equal(compareGrowth(quadratic, linear), 'slower-growth');
    assert.equal(compareGrowth(linear, quadratic), 'faster-growth');
  });

  it('is a base to the power of n where a power does not fit', () => {
    const fit = fitGrowth(curve([4, 6, 8, 11, 16, 23, 32], (n) => 1e-7 * 1.618 ** n));
    assert.equal(formatGrowth(fit), '1.62^n');
    assert.equal(compareGrowth(fit, { kind: 'power', exponent: 1, error: 0.01 }), 'slower-growth');
    assert.equal(compareGrowth(fit, fit), 'same');
  });

  it('is the same in both in spite of a logarithm and of noise', () => {
    const random = seededRandom(5);
    const points = doubled(8, 12).map((size) => ({
      size,
      python: 1e-7 * size * Math.log2(size) * (1 + random() / 3),
      cpp: 3e-9 * size * (1 + random() / 3),
    }));
    assert.equal(judgeGrowth(points).outcome, 'same');
  });

  it('is not told to differ where the points lie too far from a line', () => {
    assert.equal(
      compareGrowth({ kind: 'power', exponent: 1.7, error: 0.3 }, { kind: 'power', exponent: 1.1, error: 0.2 }),
      'unclear',
    );
  });

  it('is told in a sentence with what grew, and names the size at which the two differ', () => {
    const record: GrowthRecord = {
      names: ['values'],
      measure: 'length',
      points: [{ size: 8, python: 2e-6, cpp: 1e-7 }],
      python: { kind: 'power', exponent: 2.02, error: 0.02 },
      cpp: { kind: 'power', exponent: -0.04, error: 0.02 },
      outcome: 'slower-growth',
      difference: { size: 4096, summary: 'It returns 1.' },
    };
    assert.match(
      growthSentence(record),
      /the length of `values`, the Python grows as n\^2\.0, the C\+\+ as n\^0\.0: another algorithm/,
    );
    assert.match(growthSentence(record), /At a size of 4096 the two are different: It returns 1\./);
    assert.match(growthMarkdown(record), /\| 8 \| 2\.00 µs \| 0\.100 µs \| 20\.0x \|/);
  });
});

describe('inputs of a size', () => {
  const sorted: Value = {
    kind: 'list',
    items: [1, 2, 5].map((value) => ({ kind: 'int', value: BigInt(value) })),
  };
  const one: Value = { kind: 'int', value: 1n };

  it('let lengths grow together and alone, and numbers', () => {
    const dimensions = dimensionsOf([
      { kind: 'str' },
      { kind: 'list', item: { kind: 'int' } },
      { kind: 'int' },
      { kind: 'float' },
    ]);
    assert.deepEqual(dimensions, [
      { measure: 'length', positions: [0, 1] },
      { measure: 'length', positions: [0] },
      { measure: 'length', positions: [1] },
      { measure: 'value', positions: [2] },
    ]);
  });

  it('keep what does not grow, the order of sorted lists and the letters of texts; the same seed makes the same', () => {
    const shapes = [{ kind: 'list', item: { kind: 'int' } }, { kind: 'int' }, { kind: 'str' }] as const;
    const base: Value[] = [sorted, one, { kind: 'str', value: 'ab' }];
    const dimension = { measure: 'length', positions: [0, 2] } as const;
    const [list, number, text] = sizedInput(shapes, base, dimension, 64, 7);
    assert.ok(list?.kind === 'list' && text?.kind === 'str');
    assert.equal(number, one);
    const values = list.items.map((item) => (item.kind === 'int' ? Number(item.value) : NaN));
    assert.equal(values.length, 64);
    assert.deepEqual(
      values,
      values.toSorted((a, b) => a - b),
    );
    assert.match(text.value, /^[ab]{64}$/);
    assert.deepEqual(sizedInput(shapes, base, dimension, 64, 7), [list, number, text]);
    assert.deepEqual(sizedInput(shapes, base, { measure: 'value', positions: [1] }, 64, 7)[1], {
      kind: 'int',
      value: 64n,
    });
  });

  it('have as many keys as they say', () => {
    const shape = { kind: 'dict', key: { kind: 'str' }, value: { kind: 'list', item: { kind: 'float' } } } as const;
    const [value] = sizedInput([shape], [{ kind: 'dict', entries: [] }], { measure: 'length', positions: [0] }, 20, 1);
    assert.ok(value?.kind === 'dict');
    assert.equal(new Set(value.entries.map(([key]) => key.kind === 'str' && key.value)).size, 20);
  });
});
