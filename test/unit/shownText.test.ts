import assert from 'node:assert/strict';
import { evidenceMarkdown } from '../../src/conversion/evidenceReport.ts';
import { renderVerdict } from '../../src/conversion/renderText.ts';
import { EVIDENCE_VERSION, type Evidence, type VerificationRecord } from '../../src/shared/evidence.ts';
import { visibleText } from '../../src/shared/visibleText.ts';

const hostile = '\u001b[2J<img src=x onerror=alert(1)> ![see](https://example.com/x.png) [here](command:x)\u202e';

function evidenceWith(verification: VerificationRecord): Evidence {
  return {
    version: EVIDENCE_VERSION,
    id: 'one',
    startedAt: '2026-01-01T00:00:00.000Z',
    status: verification.outcome === 'equal' ? 'succeeded' : 'failed',
    unit: { kind: 'file', name: 'sum.py', range: [0, 1], source: 'print(1)\n', sha256: '00' },
    converterId: 'test/model',
    converterLabel: hostile,
    attempts: [{ number: 1, cpp: 'int main() {}\n', verification }],
    cpp: 'int main() {}\n',
    machine: { platform: 'linux', architecture: 'x64', cpu: 'some', cores: 2, memoryBytes: 1 },
    diagnostics: [],
    notChecked: [hostile],
    verification,
  };
}

describe('What programs and models wrote, when it is shown', () => {
  it('writes control characters out, and keeps lines and tabs', () => {
    assert.equal(visibleText('a\tb\n\u001b[31mc\u007f\u009b\u202e\r\n'), 'a\tb\n\\x1b[31mc\\x7f\\x9b\\u202e\\x0d\n');
  });

  it('is in a report neither HTML nor link nor picture nor escape sequence', () => {
    const fences = '```\n</code>\n```';
    const report = evidenceMarkdown(
      evidenceWith({
        outcome: 'different',
        inputs: 1,
        rule: { kind: 'exact' },
        mismatch: { kind: 'stdout', summary: hostile, expected: `${hostile}\n${fences}`, actual: '' },
        sandboxed: true,
        notChecked: [],
      }),
    );
    assert.doesNotMatch(report, /[\u001b\u202e]/);
    const [told = '', shown = ''] = report.split('Python:\n\n');
    assert.doesNotMatch(told, /<img|(?<!\\)\[/);
    // What was printed stands as it is within a fence that it cannot close.
    assert.match(shown, /^````text\n\\x1b\[2J<img src=x .*\n```\n<\/code>\n```\n````\n/);
  });

  it('tells the rule of a verdict where it is not the usual one', () => {
    const verification: VerificationRecord = {
      outcome: 'equal',
      inputs: 1,
      rule: { kind: 'tolerance', relativeTolerance: 1e-6 },
      excludedLines: 2,
      sandboxed: true,
      notChecked: [],
    };
    assert.equal(
      renderVerdict(evidenceWith(verification)),
      'Equal on 1 run (numbers within a relative 0.000001, 2 lines left out).',
    );
    assert.equal(
      renderVerdict(evidenceWith({ ...verification, rule: { kind: 'exact' }, excludedLines: 0 })),
      'Equal on 1 run.',
    );
    const called = evidenceWith({ ...verification, functionName: 'f', rule: { kind: 'exact' } });
    assert.match(evidenceMarkdown(called), /by type; floats within 4 units in the last place or a relative 1e-9/);
  });
});
