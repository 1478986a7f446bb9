import { strict as assert } from 'node:assert';
import { PendingChanges } from '../../media/tokens/pendingChanges.ts';
import type { TokensState } from '../../src/shared/tokensProtocol.ts';

const state = (turn: number, painted: boolean, lineCost = false): TokensState => ({
  turn,
  painted,
  lineCost,
  title: '',
  busy: false,
  facts: [],
  tokenizers: [],
  tokenizer: '',
  source: 'file',
  system: '',
  special: false,
  heading: '',
  comparison: [],
  specialTokens: [],
  texts: {},
});

describe('changes that the host has not answered', () => {
  it('stand over an older state, and give way to the one that answers them', () => {
    const pending = new PendingChanges();
    const turn = pending.add({ painted: false });
    assert.equal(pending.over(state(turn - 1, true)).painted, false);
    assert.equal(pending.over(state(turn, true)).painted, true);
    assert.equal(pending.over(state(turn - 1, true)).painted, true);
  });

  it('are kept apart, the last of a kind first', () => {
    const pending = new PendingChanges();
    const first = pending.add({ lineCost: true });
    pending.add({ painted: true });
    pending.add({ painted: false });
    const shown = pending.over(state(first, true));
    assert.deepEqual([shown.painted, shown.lineCost], [false, false]);
  });
});
