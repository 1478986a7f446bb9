import { platform } from 'node:os';
import type { Compiler } from '../cpp/compiler.ts';
import type { Runner } from '../execution/runner.ts';
import type { Sandbox } from '../execution/sandbox.ts';
import type { Interpreter } from '../python/interpreter.ts';
import type { PythonUnit } from '../python/unit.ts';
import type { VerificationRecord } from '../shared/evidence.ts';
import type { Input } from '../verification/inputs.ts';
import { perturb } from '../verification/perturb.ts';
import type { Profile } from '../verification/profileRun.ts';
import { sanitizeProgram } from '../verification/sanitizers.ts';
import { floatTolerance } from '../verification/values.ts';
import {
  DEFAULT_INPUTS,
  DEFAULT_SEED,
  examineFunction,
  type FunctionExamination,
} from '../verification/verifyFunction.ts';
import { verifyProgram } from '../verification/verifyProgram.ts';
import type { ConversionOptions } from './conversionParts.ts';

/** What is compared, and how. */
export interface Comparison {
  readonly unit: PythonUnit;
  readonly options: ConversionOptions;
  /** What was seen of the function while its program ran once. */
  readonly profile: Profile | undefined;
  /** The C++ may be that of a stranger. */
  readonly isUntrusted: boolean;
  readonly assetFolder: string;
}

/** C++, and what compiles and runs it. */
interface Build {
  readonly cpp: string;
  readonly runner: Runner;
  readonly compiler: Compiler;
  readonly flags: readonly string[];
  readonly sandbox?: Sandbox;
}

/** True when a function is called on many inputs, because running the unit would not call it. */
export function comparesFunction({ runnable, functionName, record }: PythonUnit): boolean {
  return !runnable && functionName !== undefined && record.kind === 'function';
}

/** What both programs are given and how they are compared. */
export function programParts({ unit, options }: Comparison, python: Interpreter) {
  const { args, stdin, files, limits, rule } = options;
  return {
    python,
    source: unit.source,
    args,
    ...(stdin !== undefined && { stdin }),
    ...(files && { files }),
    limits,
    rule,
    platform: platform(),
  };
}

/** The Python function, the inputs it is called on and how results are compared. */
export function functionParts({ unit, options, profile, assetFolder }: Comparison, python: Interpreter) {
  const { known = [], seed = DEFAULT_SEED, inputs = DEFAULT_INPUTS, limits, rule } = options;
  return {
    python,
    functionName: unit.functionName ?? '',
    source: unit.source,
    examples: (unit.examples ?? []).map(({ text }) => text),
    known: [...known, ...(profile?.calls ?? []).map((args): Input => ({ source: 'profile', args }))],
    ranges: profile?.ranges ?? [],
    seed,
    inputs,
    limits,
    rule,
    tolerance: floatTolerance(rule),
    platform: platform(),
    assetFolder,
  };
}

/** Our own engine's code is tested under the sanitizers; that of others is watched each time unless told otherwise. */
function sanitizes({ options, isUntrusted }: Comparison): boolean {
  return options.sanitize ?? isUntrusted;
}

/** Runs both programs; what is equal runs under the sanitizers and with a changed constant as well. */
export async function compareProgram(
  comparison: Comparison,
  { program, ...build }: Build & { readonly folder: string; readonly program: string },
  python: Interpreter,
  signal: AbortSignal,
): Promise<VerificationRecord> {
  const request = { ...programParts(comparison, python), runner: build.runner, cppProgram: program };
  let verified = await verifyProgram(request, { signal });
  if (verified.outcome !== 'equal') return verified;
  if (sanitizes(comparison)) {
    const { record, mismatch } = await sanitizeProgram({ ...request, ...build }, { signal });
    verified = { ...verified, sanitizers: record };
    if (mismatch) return { ...verified, outcome: 'different', mismatch };
  }
  if (!comparison.isUntrusted) return verified;
  const { record, mismatch, notChecked } = await perturb({ ...request, ...build }, verified, { signal });
  return {
    ...verified,
    ...(record && { perturbation: record }),
    ...(mismatch && { outcome: 'different' as const, mismatch }),
    notChecked: [...verified.notChecked, ...(notChecked === undefined ? [] : [notChecked])],
  };
}

/** Gets the function ready to be called in both languages. */
export function examineUnit(
  comparison: Comparison,
  build: Build,
  python: Interpreter,
  signal: AbortSignal,
): Promise<FunctionExamination> {
  return examineFunction(
    { ...functionParts(comparison, python), ...build, sanitize: sanitizes(comparison) },
    { signal },
  );
}
