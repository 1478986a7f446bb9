import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { Turns } from '../../src/conversion/turns.ts';

describe('Turns', () => {
  const { signal } = new AbortController();

  it('lets one after the other have the machine, in the order in which they asked', async () => {
    const turns = new Turns();
    const order: string[] = [];
    const work = async (name: string): Promise<void> => {
      const end = await turns.take(signal);
      order.push(`${name} begins`);
      await setImmediate();
      order.push(`${name} ends`);
      end();
    };
    await Promise.all(['a', 'b', 'c'].map(work));
    assert.deepEqual(order, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('passes the turn of one that was cancelled on, and lets nobody in before it is over', async () => {
    const turns = new Turns();
    const endFirst = await turns.take(signal);
    const abort = new AbortController();
    const second = turns.take(abort.signal);
    let hasThird = false;
    const third = turns.take(signal).then((end) => {
      hasThird = true;
      return end;
    });
    abort.abort();
    await assert.rejects(second, { reason: 'cancelled' });
    await setImmediate();
    assert.equal(hasThird, false);
    endFirst();
    (await third)();
    assert.equal(hasThird, true);
    await assert.rejects(turns.take(AbortSignal.abort()), { reason: 'cancelled' });
  });
});
