import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttemptRecord, Evidence } from '../shared/evidence.ts';

/** How far an attempt got. */
export type AttemptOutcome = 'equal' | 'different' | 'compiled' | 'not-compiled' | 'written' | 'not-written';

/** What became of an attempt. */
export function attemptOutcome({ cpp, compiler, verification, failure }: AttemptRecord): AttemptOutcome {
  if (cpp === '') return 'not-written';
  if (verification?.outcome === 'equal' || verification?.outcome === 'different') return verification.outcome;
  if (compiler?.succeeded) return 'compiled';
  return compiler || failure?.reason === 'compile-failed' ? 'not-compiled' : 'written';
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
    const told = describeAttempt(attempt)
      .replaceAll('<', '&lt;')
      .replaceAll(/\s*\n\s*/g, ' ');
    return `${attempt.number}. [attempt-${attempt.number}.cpp](attempt-${attempt.number}.cpp): ${told}`;
  });
  await writeFile(join(folder, 'attempts.md'), `# Attempts\n\n${lines.join('\n')}\n`);
}
