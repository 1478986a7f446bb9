import assert from 'node:assert/strict';
import { chooseInputs, countSources, seenValues } from '../../src/verification/chooseInputs.ts';
import { InputGenerator, type Input } from '../../src/verification/inputs.ts';
import { annotationOf } from '../../src/verification/profileRun.ts';
import { withSeen } from '../../src/verification/shapes.ts';
import type { Value } from '../../src/verification/values.ts';

const whole = (value: number): Value => ({ kind: 'int', value: BigInt(value) });
const list = (...items: readonly Value[]): Value => ({ kind: 'list', items });

describe('Choosing the inputs of a function', () => {
  it('takes each once, what is known first, and counts where they came from', async () => {
    const generator = await InputGenerator.create([{ kind: 'int' }], []);
    const known: Input[] = [
      { source: 'example', args: [whole(5)] },
      { source: 'profile', args: [whole(5)] },
      { source: 'profile', args: [whole(8)] },
      { source: 'model', args: [whole(3)] },
      { source: 'user', args: [whole(123_456)] },
    ];
    const inputs = chooseInputs(generator, known, { seed: 1, inputs: 60 });
    assert.deepEqual(
      inputs.slice(0, 4).map(({ source }) => source),
      ['example', 'model', 'user', 'profile'],
    );
    const counts = countSources(inputs);
    assert.deepEqual([counts.example, counts.profile, counts.model, counts.user], [1, 1, 1, 1]);
    assert.ok(counts.random > 10 && counts.boundary > 10);
    assert.deepEqual(countSources(chooseInputs(generator, known, { seed: 1, inputs: 0 })), {
      ...{ example: 1, profile: 1, model: 1, user: 1 },
      ...{ boundary: 0, random: 0 },
    });
  });

  it('makes half of the numbers within the range that was seen, and lists as long as those that were seen', async () => {
    const values = [list(whole(500_000), whole(500_040)), list(...Array.from({ length: 40 }, () => whole(500_020)))];
    const shape = withSeen({ kind: 'list', item: { kind: 'int' } }, values);
    assert.deepEqual(shape, { kind: 'list', item: { kind: 'int', seen: [500_000n, 500_040n] }, seen: 40 });
    const random = (await InputGenerator.create([shape], [])).random(1, 200).map(({ args: [made] }) => {
      assert.ok(made?.kind === 'list');
      return made.items;
    });
    const numbers = random.flat().flatMap((value) => (value.kind === 'int' ? [value.value] : []));
    const inside = numbers.filter((value) => value >= 500_000n && value <= 500_040n).length / numbers.length;
    assert.ok(inside > 0.3 && inside < 0.8, `${inside} of the numbers lie within`);
    assert.ok(random.some(({ length }) => length > 30));
  });

  it('knows the ends of the range of all calls, beyond those that were kept', () => {
    const seen = seenValues([{ source: 'profile', args: [whole(1)] }], [['-4', '2.5']], 0);
    assert.deepEqual(withSeen({ kind: 'float' }, seen), { kind: 'float', seen: [-4, 2.5] });
  });

  it('names the annotation that fits a value', () => {
    const pair: Value = { kind: 'tuple', items: [whole(1), { kind: 'str', value: '' }] };
    assert.equal(annotationOf(list(pair)), 'list[tuple[int, str]]');
    assert.equal(annotationOf(list(whole(1), { kind: 'none' })), 'list[int | None]');
    assert.equal(annotationOf({ kind: 'dict', entries: [[pair, list(whole(2))]] }), 'dict[tuple[int, str], list[int]]');
    assert.equal(annotationOf(list()), undefined);
  });
});
