import type { VerificationRecord } from '../shared/evidence.ts';
import { examineFunction, type VerifyFunctionRequest } from '../verification/verifyFunction.ts';
import { parseCallText } from '../verification/pythonLiteral.ts';
import { callText, pythonLiteral } from '../verification/values.ts';
import { shortOutcome } from './findInputs.ts';
import type { InputRow } from './inputRow.ts';

/** What came of a comparison on rows alone. */
export interface ComparedRows {
  readonly rows: readonly InputRow[];
  readonly verification: VerificationRecord;
  /** The C++ with what calls it on inputs; empty where it does not compile. */
  readonly calledSource: string;
}

/** Compares both languages on exactly these rows, and gives them with what both gave. Throws as `verifyFunction` does. */
export async function compareRows(
  request: Omit<VerifyFunctionRequest, 'known' | 'ranges' | 'examples' | 'inputs' | 'sanitize'>,
  rows: readonly InputRow[],
  options: { readonly signal: AbortSignal },
): Promise<ComparedRows> {
  const known = rows.map(({ origin, args }) => ({ source: origin, args }));
  await using examination = await examineFunction(
    { ...request, examples: [], known, inputs: 0, sanitize: false },
    options,
  );
  const verification = await examination.verify();
  const keyOf = (args: InputRow['args']): string => args.map(pythonLiteral).join();
  const cases = new Map(examination.cases().map((each) => [keyOf(each.input.args), each]));
  return {
    verification,
    calledSource: examination.calledSource(),
    rows: [
      ...smallestFailing(verification, request.functionName, rows),
      ...rows.map((row) => {
        const { python: _python, cpp: _cpp, equal: _equal, ...rest } = row;
        const found = cases.get(keyOf(row.args));
        if (!found) return rest;
        return {
          ...rest,
          python: shortOutcome(found.python),
          ...(found.cpp && { cpp: shortOutcome(found.cpp) }),
          ...(found.cpp && found.leftOut === undefined && { equal: found.mismatch === undefined }),
        };
      }),
    ],
  };
}

/** The smallest input found on which the two differ, when it is none of the rows. */
function smallestFailing(
  { mismatch }: VerificationRecord,
  functionName: string,
  rows: readonly InputRow[],
): readonly InputRow[] {
  if (mismatch?.input === undefined) return [];
  try {
    const args = parseCallText(mismatch.input, functionName);
    const text = callText(functionName, args);
    const known = rows.find((row) => callText(functionName, row.args) === text);
    const { expected: python, actual: cpp } = mismatch;
    return known ? [] : [{ origin: 'random', args, keep: true, python, cpp, equal: false }];
  } catch {
    // A value that has no literal is no row.
    return [];
  }
}
