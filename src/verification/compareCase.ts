import type { ComparisonRule, Mismatch } from '../shared/evidence.ts';
import type { CaseOutcome } from './caseResults.ts';
import { compareOutputs } from './compareOutputs.ts';
import { compareValues, pythonLiteral, shown, type FloatTolerance, type Value } from './values.ts';

/** Integers beyond this are where C++ that stops rather than wraps is within its rights. */
const LARGE = 2n ** 31n - 1n;

/** True when an integer in the value is larger than this, either way. */
export function holdsBeyond(value: Value, limit: bigint): boolean {
  if (value.kind === 'int') return value.value > limit || value.value < -limit;
  if ('items' in value) return value.items.some((item) => holdsBeyond(item, limit));
  return value.kind === 'dict' && value.entries.flat().some((side) => holdsBeyond(side, limit));
}

const skipReasons: Readonly<Record<string, string>> = {
  slow: 'the Python takes too long on it.',
  RecursionError: 'the Python recurses too deep on it.',
  MemoryError: 'the Python runs out of memory on it.',
};

/** Why an input tells nothing, as the end of a sentence; undefined when it does tell. */
export function leftOutReason(
  args: readonly Value[],
  python: CaseOutcome,
  cpp: CaseOutcome | undefined,
): string | undefined {
  if (python.kind === 'skipped') {
    return skipReasons[python.reason] ?? `the Python is not made for such values (${python.reason}).`;
  }
  if (cpp?.kind === 'unfit') return `the C++ types have no place for it (${cpp.reason}).`;
  if (cpp?.kind === 'raised' && python.kind === 'returned' && stopsAtOverflow(cpp)) {
    if ([...args, python.value].some((value) => holdsBeyond(value, LARGE)))
      return 'the C++ stops at an integer overflow, as it should.';
  }
  return undefined;
}

function stopsAtOverflow({ type, message }: { readonly type: string; readonly message: string }): boolean {
  return (
    type === 'OverflowError' ||
    (type === '' && /overflow|too large|out of range of|exceeds? .*(?:64|128)/i.test(message))
  );
}

/** What one side did, in a few words. */
export function describeOutcome(outcome: CaseOutcome): string {
  switch (outcome.kind) {
    case 'returned':
      return shown(outcome.value);
    case 'raised':
      return `${outcome.type || 'an exception'}${outcome.message ? `: ${outcome.message.slice(0, 200)}` : ''}`;
    case 'crashed':
      return outcome.summary;
    default:
      return outcome.reason;
  }
}

/** How one case is compared. */
export interface CaseRules {
  readonly rule: ComparisonRule;
  readonly tolerance: FloatTolerance;
  readonly crlf: boolean;
}

/** Compares what both sides did with one input: what was returned or raised, printed, and what became of the arguments. */
export function compareCase(
  call: string,
  python: CaseOutcome,
  cpp: CaseOutcome,
  { rule, tolerance, crlf }: CaseRules,
): { readonly mismatch?: Mismatch; readonly remark?: string } {
  const input = call.length <= 400 ? call : `${call.slice(0, 400)}…`;
  const mismatch = (kind: Mismatch['kind'], clause: string): { mismatch: Mismatch } => ({
    mismatch: { kind, summary: `${input}: ${clause}.`, input: call, expected: full(python), actual: full(cpp) },
  });
  if (cpp.kind === 'crashed') {
    return mismatch(
      'ended',
      `Python ${python.kind === 'raised' ? 'raises' : 'gives'} ${describeOutcome(python)}; ${lowered(cpp.summary)}`,
    );
  }
  if (python.kind === 'raised' && cpp.kind === 'raised') {
    if (cpp.type !== '' && cpp.type !== python.type) {
      return mismatch('exception', `Python raises ${python.type}, the C++ ${cpp.type}`);
    }
    const remark =
      cpp.type === ''
        ? 'Types of exceptions: the C++ throws where the Python raises, but not under Python’s names.'
        : undefined;
    return remark === undefined ? {} : { remark };
  }
  if (python.kind === 'raised' && cpp.kind === 'returned') {
    return mismatch('exception', `Python raises ${python.type}, the C++ gives ${shown(cpp.value)}`);
  }
  if (python.kind === 'returned' && cpp.kind === 'raised') {
    return mismatch('exception', `Python gives ${shown(python.value)}, the C++ throws ${describeOutcome(cpp)}`);
  }
  if (python.kind !== 'returned' || cpp.kind !== 'returned') return {};
  const difference = compareValues(python.value, cpp.value, tolerance);
  if (difference) {
    return mismatch('result', `${difference.path ? `at ${difference.path}, ` : ''}${difference.reason}`);
  }
  for (const [index, after] of python.after.entries()) {
    const other = cpp.after[index];
    const changed = other && compareValues(after, other, tolerance);
    if (changed) {
      return {
        mismatch: {
          kind: 'argument',
          summary: `${input}: argument ${index + 1} afterwards: ${changed.reason}.`,
          input: call,
          expected: pythonLiteral(after),
          actual: pythonLiteral(other),
        },
      };
    }
  }
  const printed = compareOutputs(python.printed, cpp.printed, rule, { crlf });
  if (printed.mismatch) {
    return {
      mismatch: { ...printed.mismatch, summary: `${input}: ${printed.mismatch.summary}`, input: call },
    };
  }
  return {};
}

function lowered(sentence: string): string {
  return sentence.replace(/\.$/, '').replace(/^The/, 'the');
}

function full(outcome: CaseOutcome): string {
  return outcome.kind === 'returned' ? pythonLiteral(outcome.value) : describeOutcome(outcome);
}
