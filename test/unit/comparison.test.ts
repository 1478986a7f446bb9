import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { compareOutputs, DEFAULT_RULE } from '../../src/verification/compareOutputs.ts';
import { pythonExceptionType, reportedExceptionType } from '../../src/verification/exceptionType.ts';
import { compareRuns } from '../../src/verification/verifyProgram.ts';
import type { ComparisonRule, RunRecord } from '../../src/shared/evidence.ts';

const exact: ComparisonRule = { kind: 'exact' };

describe('comparing outputs', () => {
  it('finds equal outputs equal and names the first line that differs', () => {
    assert.equal(compareOutputs('1\n2\n', '1\n2\n', exact).mismatch, undefined);
    const { mismatch } = compareOutputs('a\nb\nc\nd\ne\nf\n', 'a\nb\nc\nX\ne\nf\n', exact);
    assert.equal(mismatch?.line, 4);
    assert.equal(mismatch.summary, 'Line 4 of the output differs: Python wrote "d", the C++ wrote "X".');
    assert.equal(mismatch.expected, 'b\nc\nd\ne\nf');
    assert.equal(mismatch.actual, 'b\nc\nX\ne\nf');
  });

  it('sees missing lines, surplus lines and a missing last line end', () => {
    assert.match(compareOutputs('1\n2\n', '1\n', exact).mismatch?.summary ?? '', /wrote less: line 2/);
    assert.match(compareOutputs('1\n', '1\n2\n', exact).mismatch?.summary ?? '', /wrote more: line 2/);
    assert.match(compareOutputs('1\n', '1', exact).mismatch?.summary ?? '', /does not end its output with a line end/);
    assert.match(
      compareOutputs('1', '1\n', exact).mismatch?.summary ?? '',
      /ends its output with a line end, as Python's does not/,
    );
    assert.match(compareOutputs('', '1', exact).mismatch?.summary ?? '', /wrote more: line 1/);
  });

  it('takes white space, CR and case as differences, and CR LF as LF only where the platform writes it', () => {
    assert.ok(compareOutputs('a', 'a ', exact).mismatch);
    assert.ok(compareOutputs('a\n', 'a\r\n', exact).mismatch);
    assert.equal(compareOutputs('a\n', 'a\r\n', exact, { crlf: true }).mismatch, undefined);
    assert.ok(compareOutputs('True', 'true', exact).mismatch);
  });

  it('escapes control characters in the sentence, so that no output can act on a terminal', () => {
    const { mismatch } = compareOutputs('ok', '\u001b[2J<b>', exact);
    assert.ok(mismatch?.summary.includes('\\u001b[2J'));
    assert.ok(!mismatch?.summary.includes('\u001b'));
  });

  it('agrees with string equality, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        assert.equal(compareOutputs(a, b, exact).mismatch === undefined, a === b);
      }),
    );
  });

  it('accepts numbers within the tolerance, and no others', () => {
    const rule: ComparisonRule = { kind: 'tolerance', relativeTolerance: 1e-6, absoluteTolerance: 1e-9 };
    const agree = (a: string, b: string): boolean => compareOutputs(a, b, rule).mismatch === undefined;
    assert.ok(agree('x = 1.0000000', 'x = 1.0000001'));
    assert.ok(!agree('x = 1.0', 'x = 1.1'));
    assert.ok(!agree('x = 1.0', 'y = 1.0'));
    assert.ok(agree('[1e-10, 2.5]', '[0.0, 2.5000001]'));
    assert.ok(!agree('100000000', '100000001'), 'integers must be the same');
    assert.ok(agree('nan inf -inf', 'nan inf -inf'));
    assert.ok(!agree('inf', '-inf'));
    assert.ok(!agree('nan', '0.0'));
    assert.ok(!agree('1.0 2.0', '1.0'));
  });

  it('ignores the order of lines when told, but not how often they come', () => {
    const rule: ComparisonRule = { kind: 'unordered-lines' };
    assert.equal(compareOutputs('a\nb\nc\n', 'c\na\nb\n', rule).mismatch, undefined);
    assert.match(compareOutputs('a\nb\n', 'a\na\n', rule).mismatch?.summary ?? '', /"b".*"a"/);
    assert.ok(compareOutputs('a\na\nb\n', 'a\nb\nb\n', rule).mismatch);
  });

  it('leaves out lines in which a program times itself, and counts them', () => {
    for (const line of [
      'Elapsed: 1.23 seconds',
      'Execution Time: 0.123456 seconds',
      'took 5 ms',
      'Time taken: 1.5e-05 s',
      'Runtime = 12µs',
      'Total time: 0.52',
    ]) {
      const { mismatch, excludedLines } = compareOutputs(
        `1\n${line}\n`,
        `1\n${line.replace(/\d/g, '7')}\n`,
        DEFAULT_RULE,
      );
      assert.equal(mismatch, undefined, line);
      assert.equal(excludedLines, 2, line);
    }
  });

  it('does not let a result hide behind its timing', () => {
    for (const [a, b] of [
      ['result 42 took 1.0 s', 'result 43 took 1.0 s'],
      ['total time steps: 7', 'total time steps: 8'],
      ['seconds: 5', 'seconds: 6'],
      ['time = 5', 'time = 6'],
      ['overtook 3 cars', 'overtook 4 cars'],
    ] as const) {
      assert.ok(compareOutputs(a, b, DEFAULT_RULE).mismatch, a);
    }
    assert.match(compareOutputs('1\ntook 2 s\n', '1\n', DEFAULT_RULE).mismatch?.summary ?? '', /leaves out/);
  });

  it('refuses a pattern that is none', () => {
    assert.throws(
      () => compareOutputs('', '', { kind: 'exact', excludedPatterns: ['('] }),
      /is not a regular expression/,
    );
  });
});

describe('exception types', () => {
  it('reads the exception that ended a Python program', () => {
    const traceback = (last: string): string =>
      `warn\nTraceback (most recent call last):\n  File "p.py", line 1, in <module>\n    f()\n${last}\n`;
    assert.equal(pythonExceptionType(traceback('ValueError: math domain error')), 'ValueError');
    assert.equal(pythonExceptionType(traceback('json.decoder.JSONDecodeError: x\n  more')), 'JSONDecodeError');
    assert.equal(pythonExceptionType(traceback('StopIteration')), 'StopIteration');
    assert.equal(pythonExceptionType('ValueError: printed by the program'), undefined);
  });

  it('reads the exception a C++ program names', () => {
    assert.equal(reportedExceptionType('ZeroDivisionError: division by zero\n'), 'ZeroDivisionError');
    assert.equal(
      reportedExceptionType("terminate called after throwing an instance of 'std::out_of_range'"),
      undefined,
    );
  });
});

describe('comparing runs', () => {
  const limits = { timeoutSeconds: 10, outputBytes: 1024 ** 2, memoryBytes: 1024 ** 3 };
  const run = (changes: Partial<RunRecord>): RunRecord => ({
    stdout: '',
    stderr: '',
    stdoutTruncated: false,
    exitCode: 0,
    signal: null,
    seconds: 1,
    ...changes,
  });
  const traceback = 'Traceback (most recent call last):\n  File "p.py", line 1\nKeyError: 3\n';

  it('tells apart how the C++ failed', () => {
    const kindOf = (python: RunRecord, cpp: RunRecord): string | undefined =>
      compareRuns(python, cpp, exact, limits).mismatch?.kind;
    assert.equal(kindOf(run({}), run({})), undefined);
    assert.equal(kindOf(run({}), run({ exitCode: 3 })), 'exit-status');
    assert.equal(kindOf(run({}), run({ exitCode: null, signal: 'SIGKILL', endedBy: 'timed-out' })), 'ended');
    assert.equal(kindOf(run({ stdout: 'x' }), run({ exitCode: null, signal: 'SIGSEGV' })), 'exit-status');
    assert.equal(
      kindOf(run({ exitCode: 1, stderr: traceback }), run({ exitCode: 1, stderr: 'IndexError: x\n' })),
      'exception',
    );
    assert.equal(
      kindOf(run({ exitCode: 1, stderr: traceback }), run({ exitCode: 1, stderr: 'KeyError: 3\n' })),
      undefined,
    );
    assert.equal(kindOf(run({ exitCode: 1, stderr: traceback }), run({ exitCode: 0 })), 'exit-status');
  });

  it('says what it could not compare', () => {
    const { mismatch, notChecked } = compareRuns(
      run({ exitCode: 1, stderr: traceback }),
      run({ exitCode: 1 }),
      exact,
      limits,
    );
    assert.equal(mismatch, undefined);
    assert.match(notChecked[0] ?? '', /KeyError/);
  });

  it('describes a crash in a sentence', () => {
    const { mismatch } = compareRuns(run({}), run({ exitCode: null, signal: 'SIGSEGV' }), exact, limits);
    assert.match(
      mismatch?.summary ?? '',
      /The C\+\+ was ended by SIGSEGV: .*segmentation fault.*; the Python ended with exit status 0\.$/,
    );
  });
});
