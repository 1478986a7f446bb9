import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ConversionRequest } from '../../src/conversion/converter.ts';
import { buildPrompt, fence } from '../../src/conversion/prompt.ts';

function request(source: string, change: Partial<ConversionRequest> = {}): ConversionRequest {
  return {
    unit: {
      record: { kind: 'file', name: 'a.py', range: [0, 0], source, sha256: '' },
      source,
      lineMap: [0],
      runnable: true,
    },
    target: {
      pythonVersion: '3.12.3',
      machine: 'linux x64, 2 cores',
      compiler: 'g++ 12.2.0',
      flags: ['-std=c++20', '-O3'],
    },
    repairs: [],
    ...change,
  };
}

describe('prompt', () => {
  it('tells the code, the version of Python, the machine, the compiler and the flags', () => {
    const [system, user, ...rest] = buildPrompt(request('print(7 // -2)\n'));
    assert.equal(rest.length, 0);
    assert.equal(system?.role, 'system');
    assert.equal(
      user?.content,
      'Convert this Python program.\n\n- Python: CPython 3.12.3\n- Machine: linux x64, 2 cores\n- Compiler: g++ 12.2.0\n- Flags: -std=c++20 -O3\n\n```python\nprint(7 // -2)\n```',
    );
  });

  it('does with less', () => {
    const content = buildPrompt(request('x', { target: { machine: 'm', flags: [] } }))[1]?.content ?? '';
    assert.match(content, /version not known/);
    assert.match(content, /portable C\+\+20/);
    assert.match(content, /Flags: none/);
  });

  it('names the function that was asked for, and says when nothing is called', () => {
    const { unit } = request('def f(): pass\n');
    const content =
      buildPrompt(request('', { unit: { ...unit, functionName: 'f', runnable: false } }))[1]?.content ?? '';
    assert.match(content, /cut out of a larger file for `f`/);
    assert.match(content, /calls nothing and prints nothing/);
  });

  it('appends each repair as a pair of turns', () => {
    const messages = buildPrompt(request('x', { repairs: [{ cpp: 'int main() {}', finding: 'a.cpp:1: error' }] }));
    assert.deepEqual(
      messages.map(({ role }) => role),
      ['system', 'user', 'assistant', 'user'],
    );
    assert.equal(messages[2]?.content, '```cpp\nint main() {}\n```');
    assert.match(messages[3]?.content ?? '', /```text\na\.cpp:1: error\n```/);
  });

  it('puts a fence around the Python that the Python cannot end', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('`', '```', '\n', 'a', '~~~', '````')), (pieces) => {
        const source = pieces.join('');
        const fenced = fence(source, 'python');
        const marker = /^`+/.exec(fenced)?.[0] ?? '';
        assert.ok(!source.includes(marker));
        assert.ok(fenced.startsWith(`${marker}python\n${source}`) && fenced.endsWith(`\n${marker}`));
      }),
    );
  });
});
