import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { visibleText } from '../shared/visibleText.ts';
import type { AttemptRecord, Evidence, TokenUsage } from '../shared/evidence.ts';

/** How far an attempt got. */
export type AttemptOutcome = 'equal' | 'different' | 'compiled' | 'not-compiled' | 'written' | 'not-written';

/** What became of an attempt. */
export function attemptOutcome({ cpp, compiler, verification, failure }: AttemptRecord): AttemptOutcome {
  if (cpp === '') return 'not-written';
  if (verification?.outcome === 'equal' || verification?.outcome === 'different') return verification.outcome;
  if (compiler?.succeeded) return 'compiled';
  return compiler || failure?.reason === 'compile-failed' ? 'not-compiled' : 'written';
}

const ranks: Readonly<Record<AttemptOutcome, number>> = {
  'not-written': 0,
  written: 1,
  'not-compiled': 2,
  compiled: 3,
  different: 3,
  equal: 4,
};

/** The attempt that got furthest, the latest of those that got as far; undefined where there is none. What was cut off in the middle is behind all that arrived whole. */
export function bestAttempt(attempts: readonly AttemptRecord[]): AttemptRecord | undefined {
  const rank = (attempt: AttemptRecord): number => {
    const outcome = attemptOutcome(attempt);
    // What arrived whole and was not tried may be better than what is known not to compile.
    return ranks[outcome === 'written' && attempt.failure === undefined ? 'not-compiled' : outcome];
  };
  return attempts.reduce<AttemptRecord | undefined>(
    (best, attempt) => (best && rank(best) > rank(attempt) ? best : attempt),
    undefined,
  );
}

/** The attempt whose C++ is the result of the conversion. */
export function keptAttempt({ attempts, cpp }: Evidence): AttemptRecord | undefined {
  return attempts.findLast((attempt) => attempt.cpp === cpp) ?? attempts.at(-1);
}

/** What the attempts took together; the cost is absent where the price of one is not known. Undefined where no model was asked. */
export function totalUsage(
  attempts: readonly AttemptRecord[],
): { readonly usage: TokenUsage; readonly costUsd?: number } | undefined {
  const records = attempts.flatMap(({ converter }) =>
    converter?.usage ? [{ ...converter, usage: converter.usage }] : [],
  );
  if (records.length === 0) return undefined;
  const sum = (part: (record: (typeof records)[number]) => number): number =>
    records.reduce((total, record) => total + part(record), 0);
  return {
    usage: {
      promptTokens: sum(({ usage }) => usage.promptTokens),
      completionTokens: sum(({ usage }) => usage.completionTokens),
      ...(records.some(({ usage }) => usage.estimated) && { estimated: true }),
    },
    ...(records.every(({ costUsd }) => costUsd !== undefined) && { costUsd: sum(({ costUsd = 0 }) => costUsd) }),
  };
}

const outcomes: Readonly<Record<AttemptOutcome, string>> = {
  equal: 'equal',
  different: 'different',
  compiled: 'compiled, not compared',
  'not-compiled': 'not compiled',
  written: 'written, not compiled',
  'not-written': 'nothing was written',
};

/** What became of an attempt, with what was found, such as "different: Line 3 is not the same." */
export function describeAttempt(attempt: AttemptRecord): string {
  const found = attempt.failure?.message ?? attempt.verification?.mismatch?.summary;
  const outcome = outcomes[attemptOutcome(attempt)];
  return found === undefined ? outcome : `${outcome}: ${found}`;
}

/** Writes the C++ of each attempt into a folder as `attempt-1.cpp` and so on, and `attempts.md` with what became of each. */
export async function writeAttempts({ attempts }: Evidence, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { number, cpp } of attempts) await writeFile(join(folder, `attempt-${number}.cpp`), cpp);
  const lines = attempts.map((attempt) => {
    const told = visibleText(describeAttempt(attempt))
      .replaceAll('<', '&lt;')
      .replaceAll(/[[\]]/g, '\\$&')
      .replaceAll(/\s*\n\s*/g, ' ');
    return `${attempt.number}. [attempt-${attempt.number}.cpp](attempt-${attempt.number}.cpp): ${told}`;
  });
  await writeFile(join(folder, 'attempts.md'), `# Attempts\n\n${lines.join('\n')}\n`);
}
