import assert from 'node:assert/strict';
import {
  constant,
  difference,
  multiple,
  proof,
  replaced,
  sum,
  unknown,
  type Linear,
  type Unknown,
} from '../../src/transpiler/linear.ts';

const number: () => Unknown = () => ({ lowest: -(2n ** 63n), highest: 2n ** 63n - 1n });
const length: Unknown = { lowest: 0n, highest: 2n ** 60n };
const known = (...forms: Linear[]): { form: Linear }[] => forms.map((form) => ({ form }));

describe('linear', () => {
  const [i, n] = [number(), number()];
  const atLeast = (a: Linear, b: Linear): Linear => difference(a, b);
  // i >= 0, i < n, len >= n
  const counting = known(
    unknown(i),
    sum(difference(unknown(n), unknown(i)), constant(-1n)),
    atLeast(unknown(length), unknown(n)),
  );

  it('proves what follows from what is known', () => {
    const below = (index: Linear): Linear => sum(difference(unknown(length), index), constant(-1n));
    assert.ok(proof(below(unknown(i)), counting));
    assert.ok(proof(below(sum(unknown(i), constant(-2n))), counting));
    assert.ok(proof(difference(constant(2n ** 63n - 1n), multiple(unknown(i), 7n)), counting));
  });

  it('proves nothing else', () => {
    const below = (index: Linear): Linear => sum(difference(unknown(length), index), constant(-1n));
    assert.equal(proof(below(sum(unknown(i), constant(1n))), counting), undefined);
    assert.equal(proof(sum(unknown(i), constant(-1n)), counting), undefined);
    assert.equal(proof(below(unknown(i)), counting.slice(0, 2)), undefined);
    assert.equal(proof(difference(constant(2n ** 63n - 1n), sum(unknown(n), constant(1n))), []), undefined);
  });

  it('puts a sum in the place of an unknown', () => {
    const form = replaced(sum(multiple(unknown(i), 2n), unknown(n)), i, sum(unknown(n), constant(3n)));
    assert.equal(form.constant, 6n);
    assert.deepEqual([...form.terms], [[n, 3n]]);
  });
});
