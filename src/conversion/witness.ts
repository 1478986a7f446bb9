import type { Compiler } from '../cpp/compiler.ts';
import { createProgramFolder } from '../execution/programFiles.ts';
import type { Runner } from '../execution/runner.ts';
import type { PythonUnit } from '../python/unit.ts';
import type { VerificationRecord, WitnessRecord } from '../shared/evidence.ts';
import { throwIfAborted, toFailure } from '../shared/failure.ts';
import { verifyFunction, type VerifyFunctionRequest } from '../verification/verifyFunction.ts';
import { compareRuns, type VerifyProgramRequest } from '../verification/verifyProgram.ts';
import type { Converter } from './converter.ts';

/** How the witness is heard: as the C++ in question was, on the same inputs. */
export interface WitnessRequest {
  readonly converter: Converter;
  readonly unit: PythonUnit;
  readonly compiler: Compiler;
  /** For code of our own. */
  readonly runner: Runner;
  /** Where its program is built. */
  readonly folder: string;
  /** A function, or a program that ran as `program`. */
  readonly function?: Omit<VerifyFunctionRequest, 'cpp' | 'runner' | 'sandbox' | 'flags' | 'sanitize'>;
  readonly program?: Omit<VerifyProgramRequest, 'cppProgram' | 'runner'>;
}

/** Compiling takes most of the time, and how fast the witness is does not matter. */
const FLAGS: Readonly<Record<Compiler['id'], readonly string[]>> = {
  gcc: ['-std=c++20', '-O0', '-ffp-contract=off'],
  clang: ['-std=c++20', '-O0', '-ffp-contract=off'],
  msvc: ['/std:c++20', '/EHsc', '/utf-8', '/Od'],
};

/**
 * Converts the unit once more by another converter and compares that C++ with the Python as well: `verified` is what was found of the
 * C++ in question. Never throws but for cancel: a witness that cannot be heard is recorded as such, with the reason.
 */
export async function hearWitness(
  request: WitnessRequest,
  verified: VerificationRecord,
  options: { readonly signal: AbortSignal },
): Promise<WitnessRecord> {
  const { converter } = request;
  try {
    const cpp = await converted(request, options);
    const { outcome, inputs, mismatch, notChecked } = request.function
      ? await verifyFunction(
          { ...request.function, cpp, runner: request.runner, flags: FLAGS[request.compiler.id], sanitize: false },
          options,
        )
      : await runProgram(request, cpp, verified, options);
    if (outcome === 'not-compared') return { by: converter.label, outcome: 'absent', reason: notChecked.join(' ') };
    return {
      by: converter.label,
      outcome: outcome === 'equal' ? 'agrees' : 'disagrees',
      inputs,
      ...(mismatch && { reason: mismatch.summary }),
    };
  } catch (error) {
    throwIfAborted(options.signal);
    return { by: converter.label, outcome: 'absent', reason: toFailure(error).message };
  }
}

async function converted(
  { converter, unit, compiler }: WitnessRequest,
  { signal }: { readonly signal: AbortSignal },
): Promise<string> {
  let cpp = '';
  const target = { machine: '', flags: FLAGS[compiler.id] };
  for await (const event of converter.convert({ unit, target, repairs: [] }, { signal })) {
    if (event.type === 'finished') cpp = event.cpp;
  }
  return cpp;
}

async function runProgram(
  { compiler, runner, folder, program }: WitnessRequest,
  cpp: string,
  { python }: VerificationRecord,
  options: { readonly signal: AbortSignal },
): Promise<Pick<VerificationRecord, 'outcome' | 'inputs' | 'mismatch' | 'notChecked'>> {
  const absent = (reason: string) => ({ outcome: 'not-compared' as const, inputs: 0, notChecked: [reason] });
  if (!python || !program) return absent('The Python gave nothing to compare with.');
  const built = await compiler.compile({ source: cpp, folder, name: 'witness', flags: FLAGS[compiler.id] }, options);
  throwIfAborted(options.signal);
  if (!built.program) return absent('Its C++ does not compile with this compiler.');
  await using workingFolder = await createProgramFolder(program.files);
  const run = await runner.run(
    {
      command: built.program,
      args: program.args ?? [],
      workingFolder: workingFolder.path,
      ...(program.stdin !== undefined && { stdin: program.stdin }),
      limits: program.limits,
    },
    options,
  );
  throwIfAborted(options.signal);
  const crlf = program.platform === 'win32';
  const { mismatch } = compareRuns(python, run, program.rule, program.limits, { crlf });
  return { outcome: mismatch ? 'different' : 'equal', inputs: 1, ...(mismatch && { mismatch }), notChecked: [] };
}
