import { createTemporaryFolder } from '../execution/temporaryFolder.ts';
import type { CallExample } from '../python/callExamples.ts';
import type { ProfileRecord } from '../shared/evidence.ts';
import { Failure } from '../shared/failure.ts';
import type { CaseOutcome } from '../verification/caseResults.ts';
import { asExample, chooseInputs, seenValues, shapesOfParameters } from '../verification/chooseInputs.ts';
import { describeOutcome } from '../verification/compareCase.ts';
import { InputGenerator, type Input } from '../verification/inputs.ts';
import { profileRun } from '../verification/profileRun.ts';
import { NotComparable, PYTHON_SECONDS, PythonSide, type PythonFunction } from '../verification/pythonSide.ts';
import { withSeen, type Shape } from '../verification/shapes.ts';
import { encodeCase, pythonLiteral } from '../verification/values.ts';
import type { InputRow } from './inputRow.ts';

/** A Python function whose inputs are looked for. */
export interface FindInputsRequest extends PythonFunction {
  /** Calls of it found in the file, as text. */
  readonly examples: readonly string[];
  /** The whole program, to be run once; absent where that shows nothing or is not wanted. */
  readonly program?: string;
  /** Arguments and standard input of that run. */
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly seed: number;
  /** How many inputs there are to be at least, generated ones among them; 0 for those that are known only. */
  readonly inputs: number;
}

/** A parameter with what it takes, where that is known. */
export interface KnownParameter {
  readonly name: string;
  readonly shape: Shape | undefined;
  readonly isKeywordOnly: boolean;
}

/** The inputs of a function, before there is any C++. */
export interface FoundInputs {
  readonly parameters: readonly KnownParameter[];
  readonly rows: readonly InputRow[];
  readonly profile?: ProfileRecord;
  /** The calls seen in the run, for a converter. */
  readonly profiledCalls: readonly CallExample[];
  /** What could not be found, and why. */
  readonly notes: readonly string[];
}

/**
 * Finds inputs of a function from the calls in its file, from a run of its program, from the edges of its types and at random, and
 * what Python gives for each. Throws Failure `unsupported` with the reason where the function cannot be called.
 */
export async function findInputs(
  request: FindInputsRequest,
  options: { readonly signal: AbortSignal },
): Promise<FoundInputs> {
  await using folder = await createTemporaryFolder();
  const side = new PythonSide(request, folder.path, options.signal);
  const { parameters, examples } = await callable(side.describe(request.examples));
  const { program } = request;
  const profile = program === undefined ? undefined : await profileRun({ ...request, program }, options);
  const profiled = (profile?.calls ?? [])
    .filter(({ length }) => length === parameters.length)
    .map((args): Input => ({ source: 'profile', args }));
  const calls = [...examples, ...profiled.map(({ args }) => args)];
  const shapes = shapesOfParameters(parameters, calls);
  const known: Input[] = [...examples.map(asExample), ...profiled];
  const untyped = parameters.filter((_, index) => !shapes[index]).map(({ name }) => `\`${name}\``);
  const seen = shapes.flatMap((shape, index) =>
    shape ? [withSeen(shape, seenValues(profiled, profile?.ranges, index))] : [],
  );
  const inputs =
    untyped.length > 0 ? distinct(known) : chooseInputs(await InputGenerator.create(seen, calls), known, request);
  const rows = inputs.map(({ source, args }): InputRow => ({ origin: source, args, keep: source !== 'random' }));
  return {
    parameters: parameters.map(({ name, kind }, index) => ({
      name,
      shape: shapes[index],
      isKeywordOnly: kind === 'KEYWORD_ONLY',
    })),
    rows: await withResults(side, rows),
    ...(profile && { profile: profile.record }),
    profiledCalls: profile?.examples ?? [],
    notes: [
      ...(profile?.record.notes ?? []),
      ...(untyped.length > 0
        ? [
            `Nothing tells what ${untyped.join(', ')} ${untyped.length === 1 ? 'takes' : 'take'}, so no values were generated. Annotate the parameters, or call the function in its file.`,
          ]
        : []),
    ],
  };
}

/** The rows with what Python gives for each, where it does in time. */
export async function askPython(
  what: PythonFunction,
  rows: readonly InputRow[],
  options: { readonly signal: AbortSignal },
): Promise<readonly InputRow[]> {
  await using folder = await createTemporaryFolder();
  const side = new PythonSide(what, folder.path, options.signal);
  await callable(side.describe([]));
  return await withResults(side, rows);
}

async function withResults(side: PythonSide, rows: readonly InputRow[]): Promise<readonly InputRow[]> {
  if (rows.length === 0) return rows;
  const outcomes = await callable(
    side.results(
      rows.map(({ args }) => encodeCase(args)),
      PYTHON_SECONDS,
    ),
  );
  return rows.map((row, index) => {
    const { python: _before, ...rest } = row;
    const outcome = outcomes[index];
    return outcome ? { ...rest, python: shortOutcome(outcome) } : rest;
  });
}

/** What one side gave, as one would write it. */
export function shortOutcome(outcome: CaseOutcome): string {
  const text =
    outcome.kind === 'returned'
      ? pythonLiteral(outcome.value)
      : outcome.kind === 'skipped' || outcome.kind === 'unfit'
        ? `no result (${outcome.reason})`
        : describeOutcome(outcome);
  const printed = 'printed' in outcome && outcome.printed !== '' ? `, prints ${JSON.stringify(outcome.printed)}` : '';
  return `${text}${printed}`;
}

function distinct(inputs: readonly Input[]): Input[] {
  return [
    ...new Map(inputs.map((input) => [input.args.map(pythonLiteral).join(), input] as const).reverse()).values(),
  ].reverse();
}

async function callable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NotComparable) throw new Failure('unsupported', error.message, { cause: error });
    throw error;
  }
}
