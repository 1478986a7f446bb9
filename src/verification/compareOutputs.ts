import type { ComparisonRule, Mismatch } from '../shared/evidence.ts';
import { Failure } from '../shared/failure.ts';

/** What a comparison of two outputs found. */
export interface OutputComparison {
  readonly mismatch?: Mismatch;
  /** Lines left out on both sides together because a pattern of the rule matched. */
  readonly excludedLines: number;
}

/**
 * Lines in which a program reports its own running time. Narrow on purpose: a word for time, one number, perhaps a unit,
 * and no other digit on the line, so that a result never hides behind its timing.
 */
export const SELF_TIMING_PATTERN =
  '^\\D*\\b(elapsed|execution time|exec time|run ?time|running time|time taken|total time|took|finished in|completed in|done in)\\b\\D*' +
  '(\\d+(\\.\\d+)?(e[-+]?\\d+)?\\s*(s|secs?|seconds?|ms|milliseconds?|[µμu]s|microseconds?|ns|nanoseconds?)\\b|\\d+\\.\\d+(e[-+]?\\d+)?)\\D*$';

/** The rule used unless the user says otherwise: equal to the byte, but for lines in which a program times itself. */
export const DEFAULT_RULE: ComparisonRule = { kind: 'exact', excludedPatterns: [SELF_TIMING_PATTERN] };

const DEFAULT_RELATIVE_TOLERANCE = 1e-9;
const CONTEXT_LINES = 2;

function compilePatterns(patterns: readonly string[]): RegExp[] {
  return patterns.map((pattern) => {
    try {
      return new RegExp(pattern, 'iu');
    } catch (cause) {
      throw new Failure('invalid-input', `The pattern ${pattern} is not a regular expression.`, { cause });
    }
  });
}

interface NumberedLine {
  readonly text: string;
  /** Counted from 1 in the output as it was written. */
  readonly number: number;
}

const NUMBER = /[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|[-+]?\b(?:nan|inf(?:inity)?)\b/gi;

function toNumber(text: string): number {
  if (/nan/i.test(text)) return Number.NaN;
  if (/inf/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return Number(text);
}

function numbersAgree(expected: string, actual: string, rule: ComparisonRule): boolean {
  if (expected === actual) return true;
  // A wrong integer is a wrong result, however close.
  if (/^[-+]?\d+$/.test(expected) && /^[-+]?\d+$/.test(actual)) return BigInt(expected) === BigInt(actual);
  const a = toNumber(expected);
  const b = toNumber(actual);
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  if (!Number.isFinite(a) || !Number.isFinite(b)) return a === b;
  const relative = rule.relativeTolerance ?? DEFAULT_RELATIVE_TOLERANCE;
  return Math.abs(a - b) <= Math.max(rule.absoluteTolerance ?? 0, relative * Math.max(Math.abs(a), Math.abs(b)));
}

function linesAgree(expected: string, actual: string, rule: ComparisonRule): boolean {
  if (expected === actual) return true;
  if (rule.kind !== 'tolerance') return false;
  const expectedNumbers = expected.match(NUMBER) ?? [];
  const actualNumbers = actual.match(NUMBER) ?? [];
  return (
    expected.replace(NUMBER, '\0') === actual.replace(NUMBER, '\0') &&
    expectedNumbers.length === actualNumbers.length &&
    expectedNumbers.every((number, index) => numbersAgree(number, actualNumbers[index] ?? '', rule))
  );
}

function excerpt(lines: readonly NumberedLine[], index: number): string {
  return lines
    .slice(Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1)
    .map((line) => line.text)
    .join('\n');
}

const LONGEST_QUOTE = 80;

/** Quotes a line for a sentence: control characters escaped, long lines cut around the place where they part. */
function quote(text: string, from: number): string {
  const start = from > LONGEST_QUOTE - 20 ? from - 20 : 0;
  const cut = text.slice(start, start + LONGEST_QUOTE);
  const shown = JSON.stringify(cut).slice(1, -1);
  return `"${start > 0 ? '…' : ''}${shown}${start + LONGEST_QUOTE < text.length ? '…' : ''}"`;
}

function firstDifference(expected: string, actual: string): number {
  let index = 0;
  while (index < expected.length && expected[index] === actual[index]) index++;
  return index;
}

function describeMismatch(
  expected: readonly NumberedLine[],
  actual: readonly NumberedLine[],
  index: number,
  actualIndex = index,
): Mismatch {
  const wanted = expected[index];
  const got = actual[actualIndex];
  let summary: string;
  if (wanted && got) {
    const from = firstDifference(wanted.text, got.text);
    summary = `Line ${wanted.number} of the output differs: Python wrote ${quote(wanted.text, from)}, the C++ wrote ${quote(got.text, from)}.`;
  } else if (wanted) {
    summary = `The C++ wrote less: line ${wanted.number} of Python's output, ${quote(wanted.text, 0)}, is missing.`;
  } else {
    summary = `The C++ wrote more: line ${got?.number ?? 1} of its output, ${quote(got?.text ?? '', 0)}, is not in Python's.`;
  }
  return {
    kind: 'stdout',
    summary,
    line: wanted?.number ?? got?.number ?? 1,
    expected: excerpt(expected, index),
    actual: excerpt(actual, actualIndex),
  };
}

function compareUnordered(expected: readonly NumberedLine[], actual: readonly NumberedLine[]): Mismatch | undefined {
  const remaining = new Map<string, number>();
  for (const line of actual) remaining.set(line.text, (remaining.get(line.text) ?? 0) + 1);
  const missing: number[] = [];
  for (const [index, line] of expected.entries()) {
    const count = remaining.get(line.text) ?? 0;
    if (count === 0) missing.push(index);
    else remaining.set(line.text, count - 1);
  }
  const surplus: number[] = [];
  for (let index = actual.length - 1; index >= 0; index--) {
    const text = actual[index]?.text ?? '';
    const count = remaining.get(text) ?? 0;
    if (count > 0) {
      surplus.unshift(index);
      remaining.set(text, count - 1);
    }
  }
  if (missing.length === 0 && surplus.length === 0) return undefined;
  return describeMismatch(expected, actual, missing[0] ?? expected.length, surplus[0] ?? actual.length);
}

/**
 * Compares what two programs wrote to standard output. Pure. `crlf` is set where a platform writes line ends as CR LF,
 * which then count as LF; elsewhere a CR is a difference like any other.
 */
export function compareOutputs(
  expected: string,
  actual: string,
  rule: ComparisonRule,
  options: { readonly crlf?: boolean } = {},
): OutputComparison {
  const patterns = compilePatterns(rule.excludedPatterns ?? []);
  const split = (text: string): { kept: NumberedLine[]; excluded: number; ended: boolean } => {
    const lines = (options.crlf ? text.replaceAll('\r\n', '\n') : text).split('\n');
    // What follows the last line end is not a line, and an empty output has none.
    const ended = lines.at(-1) === '' && lines.length > 1;
    if (lines.at(-1) === '') lines.pop();
    const numbered = lines.map((line, index) => ({ text: line, number: index + 1 }));
    const kept = numbered.filter((line) => !patterns.some((pattern) => pattern.test(line.text)));
    return { kept, excluded: numbered.length - kept.length, ended };
  };
  const wanted = split(expected);
  const got = split(actual);
  const excludedLines = wanted.excluded + got.excluded;
  const found = ((): Mismatch | undefined => {
    if (rule.kind === 'unordered-lines') return compareUnordered(wanted.kept, got.kept);
    const longest = Math.max(wanted.kept.length, got.kept.length);
    for (let index = 0; index < longest; index++) {
      const a = wanted.kept[index];
      const b = got.kept[index];
      if (!a || !b || !linesAgree(a.text, b.text, rule)) return describeMismatch(wanted.kept, got.kept, index);
    }
    if (wanted.ended === got.ended) return undefined;
    const summary = wanted.ended
      ? "The C++ does not end its output with a line end, as Python's does."
      : "The C++ ends its output with a line end, as Python's does not.";
    return { ...describeMismatch(wanted.kept, got.kept, longest - 1), summary };
  })();
  if (found) return { mismatch: found, excludedLines };
  if (wanted.excluded !== got.excluded) {
    const mismatch: Mismatch = {
      kind: 'stdout',
      summary: `Python wrote ${wanted.excluded} lines that the rule leaves out, the C++ wrote ${got.excluded}.`,
      expected: `${wanted.excluded} lines left out`,
      actual: `${got.excluded} lines left out`,
    };
    return { mismatch, excludedLines };
  }
  return { excludedLines };
}
