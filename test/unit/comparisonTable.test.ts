import assert from 'node:assert/strict';
import { comparisonRow, comparisonText, ranked } from '../../src/conversion/comparisonTable.ts';
import { buildRecord } from '../../src/benchmark/benchmarkPrograms.ts';
import type { AttemptRecord, Evidence, VerificationRecord } from '../../src/shared/evidence.ts';

const machine = { platform: 'linux', architecture: 'x64', cpu: 'cpu', cores: 2, memoryBytes: 1 };
const unit = { kind: 'file', name: 'a', range: [0, 1], source: 'print(1)\n', sha256: '0' } as const;

function evidence(label: string, change: Partial<Evidence>): Evidence {
  return {
    version: 1,
    id: label,
    startedAt: '2026-01-01T00:00:00.000Z',
    status: 'succeeded',
    unit,
    converterId: label,
    converterLabel: label,
    attempts: [],
    cpp: '',
    machine,
    diagnostics: [],
    notChecked: [],
    ...change,
  };
}

const equal: VerificationRecord = {
  outcome: 'equal',
  inputs: 1,
  rule: { kind: 'exact' },
  sandboxed: false,
  notChecked: [],
};

/** A benchmark in which the C++ takes a second and the Python so many. */
const benchmark = (ratio: number): NonNullable<Evidence['benchmark']> =>
  buildRecord(
    [1, 1.01, 0.99].flatMap((factor) => [
      { side: 'python' as const, seconds: ratio * factor, warmUp: false },
      { side: 'cpp' as const, seconds: factor, warmUp: false },
    ]),
    { python: undefined, cpp: undefined },
    [],
    1,
  );

const attempt = (number: number, costUsd?: number): AttemptRecord => ({
  number,
  cpp: '',
  converter: {
    id: 'm',
    label: 'm',
    usage: { promptTokens: 100, completionTokens: 50 },
    seconds: 2,
    secondsToFirstToken: 0.5 * number,
    ...(costUsd !== undefined && { costUsd }),
  },
});

describe('the table of several engines', () => {
  const slow = evidence('slow', { verification: equal, benchmark: benchmark(2) });
  const fast = evidence('fast', {
    verification: equal,
    benchmark: benchmark(40),
    attempts: [attempt(1, 0.25), attempt(2, 0.5)],
  });
  const wrong = evidence('wrong', {
    status: 'failed',
    verification: { ...equal, outcome: 'different' },
    benchmark: benchmark(900),
    attempts: [attempt(1)],
  });
  const keyless = evidence('keyless', {
    status: 'failed',
    failure: { stage: 'convert', reason: 'missing-key', message: 'x' },
  });

  it('has the fastest of those that are equal on top; a wrong one never stands above them', () => {
    assert.deepEqual(
      ranked([keyless, wrong, slow, fast]).map(({ id }) => id),
      ['fast', 'slow', 'wrong', 'keyless'],
    );
  });

  it('adds up attempts, and leaves out what is not known', () => {
    assert.deepEqual(comparisonRow(fast), {
      converter: 'fast',
      verdict: 'equal on 1 run',
      speed: '40.0x faster',
      attempts: 2,
      promptTokens: 200,
      completionTokens: 100,
      costUsd: 0.75,
      secondsToFirstToken: 0.5,
      seconds: 4,
    });
    assert.equal(comparisonRow(wrong).costUsd, undefined);
    assert.equal(comparisonRow(keyless).verdict, 'missing key');
    const inputs = { ...equal, functionName: 'f', inputs: 9 };
    assert.equal(comparisonRow(evidence('f', { verification: inputs })).verdict, 'equal on 9 inputs');
    const text = comparisonText([wrong, fast]);
    assert.match(text, /^Engine +Verdict/);
    assert.match(
      text.split('\n')[1] ?? '',
      /^fast +equal on 1 run +40\.0x faster +2 +200\/100 +\$0\.7500 +500 ms +4\.00 s$/,
    );
    assert.match(text.split('\n')[2] ?? '', /^wrong +different .*unknown/);
  });
});
