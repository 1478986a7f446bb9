import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative } from 'node:path';
import type { ComparisonRule } from '../shared/evidence.ts';
import { Failure } from '../shared/failure.ts';
import type { FloatTolerance } from '../verification/values.ts';
import { writeRows, type InputRow } from './inputRow.ts';

/** What a test calls beside the Python: the module that Python imports, or C++ that is compiled when the test runs. */
export type TestedCpp =
  | { readonly kind: 'module'; readonly file: string }
  | {
      readonly kind: 'compiled';
      /** The C++ with what calls it on inputs. */
      readonly calledSource: string;
      readonly compilerPath: string;
      readonly compilerId: string;
      readonly flags: readonly string[];
    };

/** A test to be written. */
export interface RegressionTestRequest {
  readonly functionName: string;
  /** The Python that defines the function. */
  readonly source: string;
  /** The file of the Python, where importing it does nothing but define; else the Python stands in the test. */
  readonly originalFile?: string;
  readonly tested: TestedCpp;
  /** Which parameters, at the end, are given by name only. */
  readonly keywordOnly?: readonly string[];
  readonly rows: readonly InputRow[];
  readonly rule: ComparisonRule;
  readonly tolerance: FloatTolerance;
  /** Where `harness/` lies. */
  readonly assetFolder: string;
  /** Where the files are to stand. */
  readonly folder: string;
}

/** The name of the test's file. */
export function testNameFor(functionName: string): string {
  return `test_${functionName.replace(/^_+/, '')}.py`;
}

/**
 * The files of a test that `python3 -m unittest` runs: the test, its inputs as JSON Lines and, where no module was made, the C++. Throws
 * Failure `invalid-input` when there is nothing to test with.
 */
export async function regressionTest(request: RegressionTestRequest): Promise<ReadonlyMap<string, string>> {
  const { functionName, source, originalFile, tested, rows, rule, tolerance, folder } = request;
  if (rows.length === 0) throw new Failure('invalid-input', 'No input is kept, so there is nothing to test with.');
  if (tested.kind === 'compiled' && tested.calledSource === '') {
    throw new Failure('compile-failed', 'The C++ cannot be called from outside, so no test can be made of it.');
  }
  if (tested.kind === 'compiled' && tested.compilerId === 'msvc') {
    throw new Failure(
      'unsupported',
      'A test that compiles with MSVC cannot be written yet. Make a module with Use from Python first: a test of that needs no compiler.',
    );
  }
  const testName = testNameFor(functionName);
  const stem = basename(testName, '.py');
  const runtime = await readFile(join(request.assetFolder, 'harness', 'regression.py'), 'utf8');
  const from = (file: string): string => relative(folder, file).replaceAll('\\', '/');
  const settings: readonly (readonly [string, string])[] = [
    ['FUNCTION', quoted(functionName)],
    ['INPUTS', quoted(`${stem}.jsonl`)],
    ['ORIGINAL_FILE', originalFile === undefined ? 'None' : quoted(from(originalFile))],
    ['ORIGINAL_SOURCE', originalFile === undefined ? quoted(source) : 'None'],
    ['MODULE', tested.kind === 'module' ? quoted(basename(tested.file, extname(tested.file))) : 'None'],
    ['MODULE_FOLDER', tested.kind === 'module' ? quoted(from(dirname(tested.file)) || '.') : 'None'],
    ['CPP', tested.kind === 'compiled' ? quoted(`${stem}.cpp`) : 'None'],
    ['COMPILER', tested.kind === 'compiled' ? quoted(tested.compilerPath) : 'None'],
    ['FLAGS', `[${(tested.kind === 'compiled' ? tested.flags : []).map(quoted).join(', ')}]`],
    ['KEYWORD_ONLY', `[${(request.keywordOnly ?? []).map(quoted).join(', ')}]`],
    ['KIND', quoted(rule.kind)],
    ['EXCLUDED', `[${(rule.excludedPatterns ?? []).map(quoted).join(', ')}]`],
    ['ULPS', String(tolerance.ulps)],
    ['RELATIVE', String(tolerance.relative)],
    ['ABSOLUTE', String(tolerance.absolute)],
  ];
  const heading = `"""Regression test of ${functionName}: the C++ against the Python it was made from. Written by Slipstream.

Run it in this folder: python3 -m unittest ${stem}
Its inputs stand in ${stem}.jsonl; a line such as {"args": ["48", "[1, 2]"]} adds one.
"""

`;
  const files = new Map([
    [testName, `${heading}${settings.map(([name, value]) => `${name} = ${value}\n`).join('')}\n${runtime}`],
    [`${stem}.jsonl`, writeRows(functionName, rows)],
  ]);
  if (tested.kind === 'compiled') files.set(`${stem}.cpp`, tested.calledSource);
  return files;
}

/** Writes the files of a test. `mayOverwrite` is asked for those that are there and differ; false leaves all as it is. */
export async function writeTest(
  files: ReadonlyMap<string, string>,
  folder: string,
  mayOverwrite: (names: readonly string[]) => Promise<boolean>,
): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  const there: string[] = [];
  for (const [name, text] of files) {
    const known = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    if (known !== undefined && known !== text) there.push(name);
  }
  if (there.length > 0 && !(await mayOverwrite(there))) return false;
  for (const [name, text] of files) await writeFile(join(folder, name), text);
  return true;
}

/** A text as a Python literal; JSON's escapes are Python's as well. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f');
}
