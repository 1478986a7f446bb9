import assert from 'node:assert/strict';
import { createRunner } from '../../src/execution/createRunner.ts';
import type { Runner } from '../../src/execution/runner.ts';
import { findInterpreter, type Interpreter } from '../../src/python/interpreter.ts';
import { profileRun, type Profile, type ProfileRequest } from '../../src/verification/profileRun.ts';
import { createAssetFolder, type AssetFolder } from '../fixtures/assetFolder.ts';

describe('Seeing how a program calls its function', function () {
  this.timeout(60_000);
  let assets: AssetFolder;
  let python: Interpreter;
  let runner: Runner;

  before(async () => {
    const system = { environment: process.env, platform: process.platform };
    python = await findInterpreter({ ...system, signal: new AbortController().signal });
    runner = createRunner(system);
    assets = await createAssetFolder();
  });
  after(() => assets[Symbol.asyncDispose]());

  const profile = (program: string, change: Partial<ProfileRequest> = {}, signal = new AbortController().signal) =>
    profileRun(
      {
        runner,
        python,
        program,
        functionName: 'f',
        args: [],
        limits: { timeoutSeconds: 20, outputBytes: 1 << 20, memoryBytes: 2 ** 30 },
        seed: 1,
        assetFolder: assets.path,
        ...change,
      },
      { signal },
    );
  const texts = ({ examples }: Profile): string[] => examples.map(({ text }) => text);

  it('finds calls in loops, recursion, methods and generators, as the arguments were before the call', async () => {
    const found = await profile(
      `import functools, sys
@functools.lru_cache(maxsize=None)
def f(n, *, by=1):
    """Recursive, behind a cache."""
    return n if n < 2 else f(n - 1, by=by) + f(n - 2, by=by)
class Machine:
    def run(self):
        return f(3, by=2)
def each():
    for n in range(6):
        yield f(n)
if __name__ == "__main__":
    print(list(each()), Machine().run(), f(int(sys.argv[1])), f(int(input())))
    sys.exit(3)
`,
      { args: ['7'], stdin: '9\n' },
    );
    assert.deepEqual(texts(found).slice(0, 4), ['f(0, 1)', 'f(1, 1)', 'f(2, 1)', 'f(3, 1)']);
    assert.ok(texts(found).includes('f(3, 2)') && texts(found).includes('f(7, 1)') && texts(found).includes('f(9, 1)'));
    assert.deepEqual(found.record.parameters, ['int, 0 to 9', 'int, 1 to 2']);
    assert.deepEqual([found.record.state, found.record.notes], ['finished', []]);
  });

  it('copies arguments before they are changed, and leaves out what is no plain data or too large', async () => {
    const found = await profile(`class Point:
    pass
def f(items, more=None):
    items.append(99)
    return len(items)
f([1, 2], {"a": (1.5, None, True)})
f([], {b"x": {1}})
f([Point()])
f([0] * 100_000)
itself = []
itself.append(itself)
f(itself)
print("done")
`);
    assert.deepEqual(texts(found), ["f([1, 2], {'a': (1.5, None, True)})", "f([], {b'x': {1}})"]);
    assert.deepEqual(found.examples[0]?.positional, ['list[int]', 'dict[str, tuple[float, None, bool]]']);
    assert.deepEqual(found.record.notes.map((note) => note.replace(/^.*: /, '')).sort(), [
      'a value of type Point.',
      'nested too deep.',
      'too large.',
    ]);
    assert.equal(found.record.calls, 5);
  });

  it('takes the first calls and a sample of the rest, the same for the same seed', async () => {
    const program =
      'import random\nrandom.seed(4)\ndef f(n):\n    return n\nfor n in range(20_000):\n    f(n)\nf(random.random())\n';
    const [first, again, other] = [await profile(program), await profile(program), await profile(program, { seed: 2 })];
    assert.deepEqual(texts(first), texts(again));
    assert.notDeepEqual(texts(first), texts(other));
    assert.equal(first.calls.length, 200);
    assert.equal(first.record.calls, 20_001);
    assert.deepEqual(first.ranges, [['0', '19999']]);
    assert.equal(texts(first)[59], 'f(59)');
    assert.ok(
      texts(first)
        .slice(60)
        .some((text) => Number(/\d+/.exec(text)?.[0]) > 15_000),
    );
  });

  it('keeps what it saw of a program that fails, never ends, ends itself or has no such function, and says so', async () => {
    const start = 'import os, sys\ndef f(n):\n    return 10 // n\nf(5)\n';
    const failed = await profile(`${start}f(0)\nf(3)\n`);
    assert.deepEqual([texts(failed), failed.record.state], [['f(5)', 'f(0)'], 'failed']);
    assert.match(
      failed.record.notes.join(),
      /ended in line 3 with ZeroDivisionError: .*The calls up to there are used/,
    );
    const endless = await profile(`${start}while True:\n    print(f(7))\n`, { seconds: 1 });
    assert.deepEqual([texts(endless), endless.record.state], [['f(5)', 'f(7)'], 'cut']);
    assert.match(endless.record.notes.join(), /was cut after 1 seconds/);
    const stuck = await profile(`${start}import time\ntime.sleep(0.5)\nsum(range(10**12))\n`, { seconds: 1 });
    assert.deepEqual([texts(stuck), stuck.record.state], [['f(5)'], 'failed']);
    assert.match(stuck.record.notes.join(), /was ended after|did not come to its end/);
    const left = await profile(`${start}os._exit(0)\n`);
    assert.match(left.record.notes.join(), /did not come to its end. It ended itself/);
    const absent = await profile('print("nothing here")\n');
    assert.deepEqual([absent.calls, absent.record.notes], [[], []]);
    const wrong = await profile('def f(:\n    pass\n');
    assert.match(wrong.record.notes.join(), /in line 1 with SyntaxError/);
  });

  it('ends at once when it is cancelled', async () => {
    const cancel = new AbortController();
    const running = profile('def f():\n    pass\nwhile True:\n    f()\n', {}, cancel.signal);
    setTimeout(() => cancel.abort(), 300);
    await assert.rejects(running, { reason: 'cancelled' });
  });
});
