import type { VerificationRecord } from '../shared/evidence.ts';
import type { SourceDiagnostic } from '../shared/sourceDiagnostic.ts';

/** A model mends the first errors; the rest mostly follow from them. */
const MAXIMUM_ERRORS = 5;
const MAXIMUM_OUTPUT_CHARACTERS = 2000;

/** The compiler's first errors with the lines they point at, as text for the model. */
export function compileFinding(cpp: string, diagnostics: readonly SourceDiagnostic[], compilerOutput: string): string {
  const lines = cpp.split('\n');
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').slice(0, MAXIMUM_ERRORS);
  if (errors.length === 0) return `The program did not compile:\n${clip(compilerOutput)}`;
  const told = errors.map(
    (error) => `line ${error.line + 1}: ${error.message}\n    ${lines[error.line]?.trim() ?? ''}`,
  );
  return `The program did not compile:\n${told.join('\n')}`;
}

/** What differed between the two programs, as text for the model. */
export function mismatchFinding(verification: VerificationRecord): string {
  const { mismatch, cpp } = verification;
  const parts = ['The program compiled, but does not behave as the Python does.'];
  if (mismatch) {
    parts.push(mismatch.summary, `Python:\n${clip(mismatch.expected)}`, `C++:\n${clip(mismatch.actual)}`);
  }
  if (cpp?.stderr) parts.push(`Standard error of the C++ program:\n${clip(cpp.stderr)}`);
  return parts.join('\n');
}

function clip(text: string): string {
  return text.length <= MAXIMUM_OUTPUT_CHARACTERS ? text : `${text.slice(0, MAXIMUM_OUTPUT_CHARACTERS)}\n[cut]`;
}
