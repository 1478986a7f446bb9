import assert from 'node:assert/strict';
import { attemptsAtMost, estimateAttempt } from '../../src/converters/costEstimate.ts';
import type { PythonUnit } from '../../src/python/unit.ts';

function unitOf(source: string): PythonUnit {
  return {
    record: { kind: 'file', name: 'a.py', range: [0, 0], source, sha256: '0' },
    source,
    lineMap: [0],
    runnable: true,
  };
}

describe('The cost of an attempt', () => {
  it('is that of the prompt and of an answer that grows with the Python', () => {
    const small = estimateAttempt(unitOf('print(1)\n'), { inputPrice: 2, outputPrice: 10 });
    const large = estimateAttempt(unitOf('print(1)\n'.repeat(100)), { inputPrice: 2, outputPrice: 10 });
    assert.ok(small.promptTokens > 500, 'the rules are part of the prompt');
    assert.equal(large.completionTokens, 100 * small.completionTokens);
    assert.equal(small.costUsd, (small.promptTokens * 2 + small.completionTokens * 10) / 1e6);
    assert.ok((large.costUsd ?? 0) > (small.costUsd ?? 0));
  });

  it('is unknown where a price is unknown', () => {
    assert.equal(estimateAttempt(unitOf('print(1)\n'), { inputPrice: 2 }).costUsd, undefined);
  });

  it('counts the first attempt, the rounds of repair and the fresh start', () => {
    assert.equal(attemptsAtMost(0, true), 1);
    assert.equal(attemptsAtMost(3, true), 5);
    assert.equal(attemptsAtMost(3, false), 4);
  });
});
