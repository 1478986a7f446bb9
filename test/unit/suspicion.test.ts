import assert from 'node:assert/strict';
import { findConstants, resultInSource, sharedConstants } from '../../src/verification/perturb.ts';
import { sanitizerFlags, sanitizerReport } from '../../src/verification/sanitizers.ts';

describe('the constants of two programs', () => {
  it('are found outside of strings and comments, whatever their spelling', () => {
    const python = 'N = 1_000_000  # not 77\nx = \'a 88\' + "99"\nprint(N, 2.5, x1, 1e6, 0x10)\n';
    assert.deepEqual([...findConstants(python, 'python').keys()], ['1000000', '2.5', '1e6']);
    const cpp = "#define K 55\n// 66\nconst long n = 1'000'000LL; char c = '7'; puts(\"88\"); double d = 2.5f;\n";
    assert.deepEqual([...findConstants(cpp, 'cpp').keys()], ['1000000', '2.5']);
    assert.deepEqual(
      sharedConstants(python, cpp).map(([constant]) => constant.text),
      ['1000000'],
    );
  });

  it('give away a result that was worked out beforehand', () => {
    const output = 'primes: 78498\n1000000\n';
    assert.equal(resultInSource('print(count(1000000))', 'puts("78498");', output), '78498');
    assert.equal(resultInSource('print(count(1000000))', "count(1'000'000);", output), undefined);
    assert.equal(resultInSource('print(count(78498))', 'count(78498);', output), undefined);
    assert.equal(resultInSource('print(x)', 'f(178498, 78498.5);', output), undefined);
  });
});

describe('sanitizers', () => {
  it('are asked for without what would hide faults', () => {
    assert.deepEqual(sanitizerFlags({ id: 'gcc' }, ['-std=c++20', '-O3', '-march=native', '-Wall']), [
      '-std=c++20',
      '-Wall',
      '-O1',
      '-g',
      '-fsanitize=address,undefined',
      '-fno-sanitize-recover=all',
    ]);
    assert.equal(sanitizerFlags({ id: 'msvc' }, []), undefined);
  });

  it('are read for what they found and where', () => {
    assert.deepEqual(
      sanitizerReport(
        '/tmp/x/sanitized.cpp:7:12: runtime error: signed integer overflow: 1 + 2 cannot be represented\n',
      ),
      { summary: 'undefined behaviour: signed integer overflow: 1 + 2 cannot be represented', line: 7 },
    );
    const address = `==12==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x1
READ of size 8 at 0x1 thread T0
    #0 0x1 in std::vector<long>::operator[] /usr/include/c++/12/bits/stl_vector.h:1121
    #1 0x2 in last(std::vector<long> const&) /tmp/x/sanitized.cpp:6
`;
    assert.deepEqual(sanitizerReport(address), { summary: 'a memory fault: heap-buffer-overflow', line: 6 });
    assert.equal(sanitizerReport('Traceback (most recent call last):\nValueError: 3\n'), undefined);
  });
});
