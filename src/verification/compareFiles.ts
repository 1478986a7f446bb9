import type { WrittenFiles } from '../execution/programFiles.ts';
import type { ComparisonRule, FileRecord, Mismatch } from '../shared/evidence.ts';
import { compareOutputs } from './compareOutputs.ts';

/** Compares what two programs have written into files: text by the rule, as their output is, and all else to the byte. Pure. */
export function compareFiles(
  python: WrittenFiles,
  cpp: WrittenFiles,
  rule: ComparisonRule,
  options: { readonly crlf?: boolean } = {},
): { readonly files: readonly FileRecord[]; readonly mismatch?: Mismatch } {
  const names = [...new Set([...python.files.keys(), ...cpp.files.keys()])].sort();
  const compared = names.map((name) => compareFile(name, python.files.get(name), cpp.files.get(name), rule, options));
  const mismatch = compared.find((each) => each.mismatch)?.mismatch;
  return { files: compared.map(({ record }) => record), ...(mismatch && { mismatch }) };
}

function compareFile(
  name: string,
  expected: Buffer | undefined,
  actual: Buffer | undefined,
  rule: ComparisonRule,
  options: { readonly crlf?: boolean },
): { readonly record: FileRecord; readonly mismatch?: Mismatch } {
  const differs = (
    outcome: FileRecord['outcome'],
    mismatch: Omit<Mismatch, 'kind'>,
  ): { readonly record: FileRecord; readonly mismatch: Mismatch } => ({
    record: { name, bytes: (expected ?? actual)?.length ?? 0, outcome },
    mismatch: { ...mismatch, kind: 'file' },
  });
  if (!expected || !actual) {
    const written = `${(expected ?? actual)?.length ?? 0} bytes`;
    return expected
      ? differs('missing', { summary: `The C++ does not write ${name}.`, expected: written, actual: 'no such file' })
      : differs('extra', {
          summary: `The C++ writes ${name}, the Python does not.`,
          expected: 'no such file',
          actual: written,
        });
  }
  const [first, second] = [textOf(expected), textOf(actual)];
  if (first === undefined || second === undefined) {
    if (expected.equals(actual)) return { record: { name, bytes: expected.length, outcome: 'equal' } };
    const at = [...expected.subarray(0, actual.length)].findIndex((byte, index) => byte !== actual[index]);
    const place = at < 0 ? Math.min(expected.length, actual.length) : at;
    const shown = (bytes: Buffer): string =>
      `${bytes.length} bytes: … ${bytes.subarray(place, place + 16).toString('hex')}`;
    return differs('different', {
      summary: `${name} differs from byte ${place + 1} on.`,
      expected: shown(expected),
      actual: shown(actual),
    });
  }
  const { mismatch } = compareOutputs(first, second, rule, options);
  if (!mismatch) return { record: { name, bytes: expected.length, outcome: 'equal' } };
  return differs('different', { ...mismatch, summary: `In ${name}: ${mismatch.summary}` });
}

/** The text of a file; undefined where it is not UTF-8 or holds a zero byte. */
function textOf(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
