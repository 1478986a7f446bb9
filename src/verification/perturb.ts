import type { Compiler } from '../cpp/compiler.ts';
import type { Sandbox } from '../execution/sandbox.ts';
import type { ComparisonRule, Mismatch, PerturbationRecord, VerificationRecord } from '../shared/evidence.ts';
import { throwIfAborted } from '../shared/failure.ts';
import { compareOutputs } from './compareOutputs.ts';
import { verifyProgram, type VerifyProgramRequest } from './verifyProgram.ts';

/** Constants tried before the question is left open. */
const MAXIMUM_TRIES = 3;

/** Longer runs are not repeated. */
const LONGEST_RUN_SECONDS = 20;

/** A number in one of the texts, with its places. */
interface Constant {
  readonly text: string;
  readonly places: readonly (readonly [start: number, end: number])[];
}

/** The numbers of a program that is Python or C++, outside of strings and comments, by their plain text such as `1000000`. */
export function findConstants(source: string, language: 'python' | 'cpp'): ReadonlyMap<string, Constant> {
  const skipped =
    language === 'python'
      ? /'''[^]*?'''|"""[^]*?"""|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|#.*/
      : /"(?:\\.|[^"\\\n])*"|\/\/.*|\/\*[^]*?\*\/|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'|^[ \t]*#.*/m;
  const number = /(?<![\w.])\d[\d_']*(?:\.\d+)?(?:[eE][-+]?\d+)?(?:[uUlLfF]*)(?![\w.])/;
  const found = new Map<string, { text: string; places: [number, number][] }>();
  for (const match of source.matchAll(new RegExp(`${skipped.source}|(?<number>${number.source})`, 'gm'))) {
    const written = match.groups?.['number'];
    if (written === undefined) continue;
    const text = written.replaceAll(/[_']/g, '').replace(/[uUlLfF]+$/, '');
    const known = found.get(text) ?? { text, places: [] };
    known.places.push([match.index, match.index + written.length]);
    found.set(text, known);
  }
  return found;
}

/** The source with one constant replaced everywhere. */
function replaced(source: string, { places }: Constant, text: string): string {
  let out = '';
  let at = 0;
  for (const [start, end] of places) {
    out += source.slice(at, start) + text;
    at = end;
  }
  return out + source.slice(at);
}

/** Values close by, so that the programs take about as long and stay within their arrays: the next one, and one that surely matters. */
function closeBy(text: string): string[] {
  if (!/^\d+$/.test(text)) return [String(Number(text) * 0.98)];
  const value = BigInt(text);
  return [...new Set([value - 1n, (value * 9n) / 10n])].map(String);
}

/** Constants that both programs have, those first that look like the size of the work. */
export function sharedConstants(python: string, cpp: string): readonly (readonly [Constant, Constant])[] {
  const inCpp = findConstants(cpp, 'cpp');
  return [...findConstants(python, 'python').values()]
    .filter(({ text }) => Number(text) >= 5)
    .flatMap((constant): (readonly [Constant, Constant])[] => {
      const other = inCpp.get(constant.text);
      return other ? [[constant, other]] : [];
    })
    .sort(([a], [b]) => a.places.length - b.places.length || Number(b.text) - Number(a.text));
}

/** A long number of the output that stands in the C++ and not in the Python; undefined when there is none. */
export function resultInSource(python: string, cpp: string, output: string): string | undefined {
  const own = cpp.replaceAll(/(?<=\d)'(?=\d)/g, '');
  const original = python.replaceAll(/(?<=\d)_(?=\d)/g, '');
  return (output.match(/\d+(?:\.\d+)?/g) ?? []).find((number) => {
    const digits = number.replace('.', '').replace(/^0+/, '');
    if (digits.length < 5 || /^\d0+$/.test(digits)) return false;
    const alone = new RegExp(`(?<![\\d.])${number.replace('.', '\\.')}(?!\\d|\\.\\d)`);
    return alone.test(own) && !alone.test(original);
  });
}

/** Two programs found equal, with what it takes to build the C++ again. */
export interface PerturbRequest extends VerifyProgramRequest {
  readonly compiler: Compiler;
  readonly flags: readonly string[];
  readonly sandbox?: Sandbox;
  readonly cpp: string;
  readonly folder: string;
  readonly rule: ComparisonRule;
}

/**
 * Tells a program that does the work from one that prints what was worked out beforehand: a constant that both have is changed in
 * both, and the C++ has to follow. Throws Failure for cancel.
 */
export async function perturb(
  request: PerturbRequest,
  verified: VerificationRecord,
  options: { readonly signal: AbortSignal },
): Promise<{ readonly record?: PerturbationRecord; readonly mismatch?: Mismatch; readonly notChecked?: string }> {
  const { source, cpp, rule } = request;
  const output = verified.python?.stdout ?? '';
  const found = resultInSource(source, cpp, output);
  if (found !== undefined) {
    return {
      mismatch: {
        kind: 'constant',
        summary: `The C++ holds the result ${found} as a constant: it prints what was worked out beforehand.`,
        expected: 'C++ that works the result out',
        actual: `${found} in the C++`,
      },
    };
  }
  const seconds = Math.max(verified.python?.seconds ?? 0, verified.cpp?.seconds ?? 0);
  if (seconds > LONGEST_RUN_SECONDS) {
    return { notChecked: 'Whether the C++ does the work: the runs take too long to repeat them with other constants.' };
  }
  let inconclusive: PerturbationRecord | undefined;
  let unmoved: { readonly record: PerturbationRecord; readonly mismatch: Mismatch } | undefined;
  const changes = sharedConstants(source, cpp)
    .slice(0, MAXIMUM_TRIES)
    .flatMap(([inPython, inCpp]) => closeBy(inPython.text).map((to) => ({ inPython, inCpp, to })));
  for (const { inPython, inCpp, to } of changes) {
    const changed = await compileChanged(request, replaced(cpp, inCpp, to), options.signal);
    if (changed === undefined) continue;
    const again = await verifyProgram(
      { ...request, source: replaced(source, inPython, to), cppProgram: changed },
      options,
    );
    const about = { from: inPython.text, to };
    if (again.python?.exitCode !== 0) continue;
    const isOld = (text: string): boolean => compareOutputs(output, text, rule).mismatch === undefined;
    if (isOld(again.python.stdout)) continue;
    if (again.outcome === 'equal') return { record: { ...about, outcome: 'follows' } };
    // A small number may stand in the C++ for something else, such as the size of a buffer.
    if (again.cpp?.exitCode === 0 && isOld(again.cpp.stdout) && Number(inPython.text) >= 100) {
      unmoved ??= {
        record: { ...about, outcome: 'unmoved' },
        mismatch: {
          kind: 'constant',
          summary: `With ${about.from} changed to ${to} in both, the Python prints something else and the C++ still the old result: it does not depend on the work.`,
          expected: again.python.stdout.slice(0, 2000),
          actual: again.cpp.stdout.slice(0, 2000),
        },
      };
    } else inconclusive ??= { ...about, outcome: 'inconclusive' };
  }
  return (
    unmoved ?? {
      ...(inconclusive && { record: inconclusive }),
      notChecked: 'Whether the C++ does the work: no constant that both programs have tells.',
    }
  );
}

async function compileChanged(
  { compiler, flags, folder, sandbox }: PerturbRequest,
  source: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { program } = await compiler.compile(
    { source, folder, name: 'perturbed', flags },
    { signal, ...(sandbox && { sandbox }) },
  );
  throwIfAborted(signal);
  return program;
}
