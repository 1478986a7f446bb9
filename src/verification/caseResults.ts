import { ValueReader, type Value } from './values.ts';

/** What one side did with one input. */
export type CaseOutcome =
  | { readonly kind: 'returned'; readonly value: Value; readonly after: readonly Value[]; readonly printed: string }
  | {
      readonly kind: 'raised';
      /** Python's name of the exception; empty where C++ threw one of its own. */
      readonly type: string;
      readonly message: string;
      readonly after: readonly Value[];
      readonly printed: string;
    }
  /** The input has no place in the C++ types. */
  | { readonly kind: 'unfit'; readonly reason: string }
  /** The Python gave nothing to compare with. */
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'crashed'; readonly summary: string };

/** What a harness has written. */
export interface Results {
  readonly signature?: string;
  readonly outcomes: CaseOutcome[];
  /** True when all cases were gone through. */
  readonly ended: boolean;
  /** True when a case was begun whose outcome is missing. */
  readonly begun: boolean;
}

/** Reads the results of a harness up to where it stopped. What the C++ printed comes from its standard output. */
export function readResults(bytes: Uint8Array, side: 'python' | 'cpp', stdout = ''): Results {
  const reader = new ValueReader(bytes);
  const outcomes: CaseOutcome[] = [];
  const printedBy = side === 'cpp' ? printedCases(stdout) : new Map<number, string>();
  let signature: string | undefined;
  let ended = false;
  let begun = false;
  const after = (): readonly Value[] => {
    const value = reader.value();
    return 'items' in value ? value.items : [];
  };
  while (!reader.ended) {
    const start = reader.at;
    try {
      const letter = reader.take();
      if (letter === 'D') {
        signature = reader.textData();
        continue;
      }
      if (letter === 'E') {
        ended = true;
        break;
      }
      const number = Number(reader.until(';'));
      begun = true;
      const outcome = outcomeOf(reader, after);
      const printed = side === 'python' ? reader.text() : (printedBy.get(number) ?? '');
      outcomes.push('printed' in outcome ? { ...outcome, printed } : outcome);
      begun = false;
    } catch {
      // The program ended in the middle of writing.
      reader.at = start;
      break;
    }
  }
  return { ...(signature !== undefined && { signature }), outcomes, ended, begun };
}

function outcomeOf(reader: ValueReader, after: () => readonly Value[]): CaseOutcome {
  const kind = reader.take();
  switch (kind) {
    case 'r':
      return { kind: 'returned', value: reader.value(), after: after(), printed: '' };
    case 'x':
      return { kind: 'raised', type: reader.text(), message: reader.text(), after: after(), printed: '' };
    default: {
      const reason = reader.text();
      after();
      return kind === 'u' ? { kind: 'unfit', reason } : { kind: 'skipped', reason };
    }
  }
}

/** What was printed while each case ran: the harness writes the case's number behind it. */
function printedCases(stdout: string): Map<number, string> {
  const found = new Map<number, string>();
  let from = 0;
  for (const mark of stdout.matchAll(/\u001e(\d+)\r?\n/g)) {
    found.set(Number(mark[1]), stdout.slice(from, mark.index));
    from = mark.index + mark[0].length;
  }
  return found;
}
