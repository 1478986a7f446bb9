import { Failure } from '../shared/failure.ts';
import type { InputSource } from '../verification/inputs.ts';
import { parsePythonLiteral } from '../verification/pythonLiteral.ts';
import { pythonLiteral, type Value } from '../verification/values.ts';

/** One input of a function with what is known of it. */
export interface InputRow {
  readonly origin: InputSource;
  readonly args: readonly Value[];
  /** Whether it is exported, compared and saved as a test. */
  readonly keep: boolean;
  /** Why it was proposed, in the words of who did. */
  readonly note?: string;
  /** What Python gave, as one would write it; absent where it was not asked. */
  readonly python?: string;
  /** What the C++ gave. */
  readonly cpp?: string;
  /** Whether both gave the same by the rules of the comparison. */
  readonly equal?: boolean;
}

/** A row that could not be taken, and why. */
export interface Rejected {
  /** Where it stands, such as `line 3` or `input 2`. */
  readonly place: string;
  readonly reason: string;
}

/** Words that a file uses for where an input comes from. */
const originNames: Readonly<Record<InputSource, string>> = {
  example: 'file',
  profile: 'profiled run',
  boundary: 'edge',
  random: 'random',
  model: 'model',
  user: 'user',
};

/** The word for where an input comes from, as it stands in files. */
export function originName(origin: InputSource): string {
  return originNames[origin];
}

/**
 * Rows as JSON Lines, one input a line: the function, its arguments as Python literals, where they come from, what both languages
 * gave.
 */
export function writeRows(functionName: string, rows: readonly InputRow[]): string {
  const lines = rows.map(({ args, origin, keep, note, python, cpp, equal }) =>
    JSON.stringify({
      function: functionName,
      args: args.map(pythonLiteral),
      origin: originNames[origin],
      ...(note !== undefined && { note }),
      ...(python !== undefined && { python }),
      ...(cpp !== undefined && { cpp }),
      ...(equal !== undefined && { equal }),
      ...(!keep && { keep }),
    }),
  );
  return lines.map((line) => `${line}\n`).join('');
}

/** Reads rows from JSON Lines. What does not fit is told with its line and its reason, and is never evaluated. */
export function readRows(
  text: string,
  { functionName, parameters }: { readonly functionName: string; readonly parameters?: number },
): { readonly rows: readonly InputRow[]; readonly rejected: readonly Rejected[] } {
  const rows: InputRow[] = [];
  const rejected: Rejected[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue;
    try {
      rows.push(readRow(line, functionName, parameters));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      rejected.push({ place: `line ${index + 1}`, reason });
    }
  }
  return { rows, rejected };
}

function readRow(line: string, functionName: string, parameters: number | undefined): InputRow {
  const refused = (sentence: string): Failure => new Failure('invalid-input', sentence);
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw refused('This line is not JSON.');
  }
  if (!json || typeof json !== 'object' || !('args' in json) || !Array.isArray(json.args)) {
    throw refused('A line needs "args", a list of Python literals as text, such as {"args": ["48", "[1, 2]"]}.');
  }
  const of = 'function' in json ? json.function : functionName;
  if (of !== functionName) throw refused(`This is an input of ${String(of)}, not of ${functionName}.`);
  if (parameters !== undefined && json.args.length !== parameters) {
    throw refused(`It has ${json.args.length} arguments; ${functionName} takes ${parameters}.`);
  }
  const args = json.args.map((each: unknown): Value => {
    if (typeof each === 'string') return parsePythonLiteral(each);
    // Whoever writes a file by hand forgets the quotes.
    if (typeof each === 'boolean') return { kind: 'bool', value: each };
    if (each === null) return { kind: 'none' };
    if (typeof each === 'number' && Number.isSafeInteger(each)) return { kind: 'int', value: BigInt(each) };
    if (typeof each === 'number') return { kind: 'float', value: each };
    throw refused('An argument is to be a Python literal as text, such as "[1, 2]".');
  });
  const origin = 'origin' in json ? originOf(json.origin) : 'user';
  const about = json as Readonly<Record<string, unknown>>;
  const texts = ['note', 'python', 'cpp'].filter((name) => typeof about[name] === 'string');
  return {
    origin,
    args,
    keep: about['keep'] !== false,
    ...Object.fromEntries(texts.map((name) => [name, about[name]])),
    ...(typeof about['equal'] === 'boolean' && { equal: about['equal'] }),
  };
}

function originOf(name: unknown): InputSource {
  const known = Object.entries(originNames).find(([, each]) => each === name)?.[0];
  return (known as InputSource | undefined) ?? 'user';
}
