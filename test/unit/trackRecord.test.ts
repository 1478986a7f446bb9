import assert from 'node:assert/strict';
import { trackRecords } from '../../src/conversion/trackRecord.ts';
import type { Evidence } from '../../src/shared/evidence.ts';

type Facts = readonly [
  id: string,
  status: Evidence['status'],
  outcome?: 'equal' | 'different',
  speedUp?: number,
  cost?: number,
];

const record = ([converterId, status, outcome, speedUp, costUsd]: Facts): Evidence =>
  ({
    converterId,
    status,
    ...(outcome && { verification: { outcome } }),
    ...(speedUp !== undefined && { benchmark: { speedUp } }),
    attempts: [{ converter: { ...(costUsd !== undefined && { costUsd }) } }],
  }) as unknown as Evidence;

describe('what the history tells of a converter', () => {
  it('counts what came to its end, and takes the median of the speed-ups', () => {
    const found = trackRecords(
      [
        ['a/b', 'succeeded', 'equal', 10, 0.01],
        ['a/b', 'succeeded', 'equal', 30, 0.02],
        ['a/b', 'failed', 'different', undefined, 0.03],
        ['a/b', 'cancelled', undefined, undefined, 9],
        ['builtin', 'succeeded', 'equal', 50],
        ['builtin', 'running'],
      ].map((facts) => record(facts as unknown as Facts)),
    );
    assert.deepEqual(
      [...found],
      [
        ['a/b', { converted: 3, equal: 2, medianSpeedUp: 20, costUsd: 0.06 }],
        ['builtin', { converted: 1, equal: 1, medianSpeedUp: 50 }],
      ],
    );
    assert.equal(trackRecords([]).size, 0);
  });
});
