import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'mocha';
import { geometricMean, parsePeerRequest, peerTable, ratioToHand } from '../../scripts/bench/peerTable.ts';

describe('the comparison with peers', () => {
  const quick = { name: 'quick', seconds: { hand: [0.25, 0.2], ours: [0.3, 0.22], cpython: [8] }, different: [] };
  const slow = { name: 'slow', seconds: { hand: [0.5], ours: [0.8] }, different: ['ours'] } as const;

  it('compares the fastest runs', () => {
    assert.equal(ratioToHand(quick, 'cpython'), 40);
    assert.equal(ratioToHand(quick, 'ours')?.toFixed(3), '1.100');
    assert.equal(ratioToHand(quick, 'pypy'), undefined);
  });

  it('means are geometric', () => {
    assert.equal(geometricMean([4, 9, 6]).toFixed(9), '6.000000000');
    assert.ok(Number.isNaN(geometricMean([])));
  });

  it('leaves out who was not measured at all, and names what differs', () => {
    assert.deepEqual(peerTable([quick, slow]), {
      head: ['Program', 'Hand-written', 'Ours', 'CPython', 'Outputs'],
      rows: [
        ['quick', '0.200 s', '1.10×', '40.0×', 'equal'],
        ['slow', '0.500 s', '1.60×', '–', 'different: Ours'],
        ['geometric mean', '', '1.33×', '40.0×', ''],
      ],
    });
  });

  it('reads what is asked for', () => {
    assert.deepEqual(parsePeerRequest([]), { names: [], rounds: 5, isNative: false });
    assert.deepEqual(parsePeerRequest(['--native', 'sieve.py', '--rounds', '9', 'nbody']), {
      names: ['sieve', 'nbody'],
      rounds: 9,
      isNative: true,
    });
    for (const rounds of ['0', '1.5', 'many']) assert.throws(() => parsePeerRequest(['--rounds', rounds]), TypeError);
    assert.throws(() => parsePeerRequest(['--nativ']), TypeError);
  });

  it('every program has its counterpart by hand', () => {
    const names = (folder: string, ending: string): string[] =>
      readdirSync(join(import.meta.dirname, '..', folder)).map((name) => basename(name, ending));
    assert.deepEqual(names('benchmark', '.py').sort(), names('handwritten', '.cpp').sort());
  });
});
