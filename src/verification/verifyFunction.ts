import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Compiler } from '../cpp/compiler.ts';
import { describeEnd } from '../execution/describeEnd.ts';
import type { Sandbox } from '../execution/sandbox.ts';
import { createTemporaryFolder } from '../execution/temporaryFolder.ts';
import type {
  BenchmarkSample,
  ComparisonRule,
  Mismatch,
  SanitizerRecord,
  VerificationRecord,
} from '../shared/evidence.ts';
import { Failure, throwIfAborted } from '../shared/failure.ts';
import { asExample, chooseInputs, countSources, seenValues, shapesOfParameters, wrongLength } from './chooseInputs.ts';
import { compareCase, leftOutReason } from './compareCase.ts';
import { InputGenerator, type Input } from './inputs.ts';
import { readResults, type CaseOutcome } from './caseResults.ts';
import { sanitizerEnvironment, sanitizerFlags, sanitizerMismatch, sanitizerReport } from './sanitizers.ts';
import type { Range } from './profileRun.ts';
import { NotComparable, PYTHON_SECONDS, PythonSide, type Parameter, type PythonFunction } from './pythonSide.ts';
import { parseSignature, withSeen, type Shape } from './shapes.ts';
import { callText, encodeCase, type FloatTolerance } from './values.ts';

/** A function in both languages, and how it is to be compared. */
export interface VerifyFunctionRequest extends PythonFunction {
  readonly compiler: Compiler;
  readonly flags: readonly string[];
  /** Compiles inside, where the C++ is a stranger's. */
  readonly sandbox?: Sandbox;
  /** The C++ that defines it. */
  readonly cpp: string;
  /** Calls of it found in the file, as text. */
  readonly examples: readonly string[];
  /** More inputs that are known already: seen while the program ran, proposed by a model, or written by the user. */
  readonly known?: readonly Input[];
  /** For each parameter the least and the greatest number seen while the program ran. */
  readonly ranges?: readonly (Range | undefined)[];
  readonly seed: number;
  /** How many inputs to try at least; fewer when the Python needs longer than the budget. */
  readonly inputs: number;
  readonly rule: ComparisonRule;
  readonly tolerance: FloatTolerance;
  readonly platform: NodeJS.Platform;
  /** True to call it once more under the sanitizers when it is found equal. */
  readonly sanitize: boolean;
}

/** The C++ has twice the time that the Python needed at most for all inputs. */
const CPP_SECONDS = 2 * PYTHON_SECONDS;
/** A pass of the measurement goes over at most so many inputs; each side is measured in so many processes of so many seconds. */
const TIMED_INPUTS = 60;
const TIMING_ROUNDS = 4;
const TIMING_SECONDS = 0.4;
const SHRINK_ROUNDS = 25;
const SHRINK_SECONDS = 10;
const SHRINK_BATCH = 40;
const SHRINK_BATCH_SECONDS = 1;
/** A program that crashes is started again behind the case at fault, so often. */
const MAXIMUM_RESTARTS = 20;

/** What an examination found out, for whoever calls the function in another way. */
export interface Examined {
  readonly parameters: readonly Parameter[];
  readonly shapes: readonly Shape[];
  /** The inputs that were compared, and those of them that can be timed. */
  readonly compared: readonly Input[];
  readonly timed: readonly Input[];
  /** The C++ expression that is called, and whether the C++ is of the built-in engine. */
  readonly callee: string;
  readonly isEngine: boolean;
}

/** One input with what both sides did. */
export interface ExaminedCase {
  readonly input: Input;
  readonly python: CaseOutcome;
  /** Absent where the C++ was not asked. */
  readonly cpp?: CaseOutcome;
  readonly mismatch?: Mismatch;
  /** Why it tells nothing, when it does not. */
  readonly leftOut?: string;
}

/** One function examined in both languages; holds a folder until it is disposed of. */
export interface FunctionExamination extends AsyncDisposable {
  /** Compares; see `verifyFunction`. */
  verify(): Promise<VerificationRecord>;
  /** Times passes over inputs on which both returned equal values, each side in turn. Empty when there is nothing to time. */
  measure(): AsyncIterable<BenchmarkSample>;
  /** Compares on these inputs. To be called once it was found equal, as is `timeOn`. */
  compareOn(inputs: readonly Input[]): Promise<Compared>;
  /** Seconds of each pass over these inputs, made for so long. Throws Failure `program-failed`. */
  timeOn(side: BenchmarkSample['side'], inputs: readonly Input[], seconds: number): Promise<readonly number[]>;
  /** Known once `verify` has found it equal. */
  examined(): Examined | undefined;
  /** What both sides did with each input, known once `verify` has compared them. */
  cases(): readonly ExaminedCase[];
  /** The C++ as it is compiled to be called on inputs: `PROGRAM INPUTS RESULTS 0`. Empty where it does not compile. */
  calledSource(): string;
}

/** Begins to examine a function. The caller disposes of it. */
export async function examineFunction(
  request: VerifyFunctionRequest,
  options: { readonly signal: AbortSignal },
): Promise<FunctionExamination> {
  const folder = await createTemporaryFolder();
  const examination = new Examination(request, folder.path, options.signal);
  return {
    verify: async () => {
      try {
        return await examination.verify();
      } catch (error) {
        if (error instanceof NotComparable) return examination.notCompared(error.message);
        throw error;
      }
    },
    measure: () => examination.measure(),
    compareOn: (inputs) => examination.compare(inputs),
    timeOn: (side, inputs, seconds) => examination.timeOn(side, inputs, seconds),
    examined: () => examination.examined,
    cases: () => examination.cases,
    calledSource: () => examination.source,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/**
 * Calls a function in Python and in C++ on the same inputs and compares what it returns, raises, prints and does to its arguments:
 * first the calls in the file, then values at the edges, then seeded random ones. A difference is shrunk to a small input.
 * What stands in the way (a signature that cannot be called) is `not-compared` with the reason. Throws Failure only for cancel
 * and for a program that cannot be started.
 */
export async function verifyFunction(
  request: VerifyFunctionRequest,
  options: { readonly signal: AbortSignal },
): Promise<VerificationRecord> {
  await using examination = await examineFunction(request, options);
  return await examination.verify();
}

/** What a comparison on some inputs found. */
export interface Compared {
  readonly cases: readonly ExaminedCase[];
  readonly compared: readonly Input[];
  /** Those on which both returned something and printed nothing. */
  readonly timed: readonly Input[];
  readonly failures: readonly { readonly input: Input; readonly mismatch: Mismatch }[];
  readonly leftOut: ReadonlyMap<string, number>;
  readonly remarks: ReadonlySet<string>;
}

class Examination {
  readonly #request: VerifyFunctionRequest;
  readonly #folder: string;
  readonly #signal: AbortSignal;
  readonly #python: PythonSide;
  #program = '';
  #timed: readonly Input[] = [];
  source = '';
  #called: Pick<Examined, 'callee' | 'isEngine'> = { callee: '', isEngine: false };
  examined: Examined | undefined;
  cases: readonly ExaminedCase[] = [];

  constructor(request: VerifyFunctionRequest, folder: string, signal: AbortSignal) {
    this.#request = request;
    this.#folder = folder;
    this.#signal = signal;
    this.#python = new PythonSide(request, folder, signal);
  }

  notCompared(reason: string): VerificationRecord {
    return {
      outcome: 'not-compared',
      inputs: 0,
      rule: this.#request.rule,
      sandboxed: this.#request.runner.sandboxed,
      notChecked: [`Nothing was compared. ${reason}`],
    };
  }

  async verify(): Promise<VerificationRecord> {
    const { functionName, seed, rule, runner } = this.#request;
    const { parameters, examples } = await this.#python.describe(this.#request.examples);
    const known = (this.#request.known ?? []).filter(({ args }) => args.length === parameters.length);
    const pythonShapes = shapesOfParameters(parameters, [...examples, ...known.map(({ args }) => args)]);
    const cppShapes = await this.#build(pythonShapes);
    if (cppShapes.length !== parameters.length) {
      return this.#different(
        {
          kind: 'result',
          summary: `\`${functionName}\` takes ${parameters.length} arguments in Python and ${cppShapes.length} in C++.`,
          expected: parameters.map(({ name }) => name).join(', '),
          actual: `${cppShapes.length} arguments`,
        },
        0,
      );
    }
    const shapes = parameters.map(({ name }, index) => {
      const cpp = cppShapes[index];
      if (!cpp) {
        throw new NotComparable(
          `The C++ takes \`${name}\` as a type that cannot be made from plain data. Convert a call along with it, or annotate \`${name}\`.`,
        );
      }
      return pythonShapes[index] ?? cpp;
    });
    const seen = known.filter(({ source }) => source === 'profile');
    const generator = await InputGenerator.create(
      shapes.map((shape, index) => withSeen(shape, seenValues(seen, this.#request.ranges, index))),
      [...examples, ...known.map(({ args }) => args)],
    );
    const inputs = chooseInputs(generator, [...examples.map(asExample), ...known], this.#request);
    const result = await this.compare(inputs);
    this.cases = result.cases;
    const [failure] = result.failures;
    const about = {
      rule,
      sandboxed: runner.sandboxed,
      seed,
      inputs: result.compared.length,
      functionName,
      sources: countSources(result.compared),
      notChecked: [
        ...wrongLength((this.#request.known?.length ?? 0) - known.length, functionName),
        ...[...result.leftOut].map(([reason, count]) => `${count === 1 ? '1 input' : `${count} inputs`}: ${reason}`),
        ...result.remarks,
      ],
    };
    if (failure) {
      const { input, mismatch } = await this.#shrink(generator, failure.input, failure.mismatch);
      return {
        ...about,
        outcome: 'different',
        mismatch,
        failingInputs: [input, ...result.failures.map((each) => each.input)]
          .map(({ args }) => callText(functionName, args))
          .filter((text, index, all) => all.indexOf(text) === index)
          .slice(0, 20),
      };
    }
    if (result.compared.length === 0) {
      return {
        ...about,
        outcome: 'not-compared',
        notChecked: [
          `Nothing was compared: no generated input suits \`${functionName}\`. Call it with an example in the file, or annotate its parameters.`,
          ...about.notChecked,
        ],
      };
    }
    this.#timed = result.timed;
    this.examined = { parameters, shapes, compared: result.compared, timed: result.timed, ...this.#called };
    if (!this.#request.sanitize) return { ...about, outcome: 'equal' };
    const { record, mismatch } = await this.#sanitize(result.compared);
    return mismatch
      ? { ...about, sanitizers: record, outcome: 'different', mismatch }
      : { ...about, sanitizers: record, outcome: 'equal' };
  }

  /** Calls it again on the inputs that were compared, with sanitizers watching. */
  async #sanitize(
    inputs: readonly Input[],
  ): Promise<{ readonly record: SanitizerRecord; readonly mismatch?: Mismatch }> {
    const { compiler, functionName, sandbox } = this.#request;
    const flags = sanitizerFlags(compiler, this.#request.flags);
    if (!flags) return { record: { checked: false, reason: 'This compiler has no such sanitizers.' } };
    const { program } = await compiler.compile(
      { source: this.source, folder: this.#folder, name: 'sanitized', flags },
      { signal: this.#signal, ...(sandbox && { sandbox }) },
    );
    throwIfAborted(this.#signal);
    if (!program) return { record: { checked: false, reason: 'The program did not compile with sanitizers.' } };
    const path = await this.#python.writeCases(inputs.map(({ args }) => encodeCase(args)));
    const out = join(this.#folder, 'sanitized.results');
    const run = await this.#python.run(program, [path, out, '0'], 60, {
      environment: sanitizerEnvironment,
      reservesAddressSpace: true,
    });
    const results = readResults(await readFile(out).catch(() => new Uint8Array()), 'cpp');
    const report = sanitizerReport(run.stderr);
    if (report) {
      const input = inputs[results.outcomes.length];
      const mismatch = sanitizerMismatch(report, run.stderr, input && callText(functionName, input.args));
      return { record: { checked: true }, mismatch };
    }
    return results.ended
      ? { record: { checked: true } }
      : { record: { checked: false, reason: 'With sanitizers the program needed more than its limits allow.' } };
  }

  #different(mismatch: Mismatch, inputs: number): VerificationRecord {
    const { rule, runner, functionName } = this.#request;
    return {
      outcome: 'different',
      inputs,
      rule,
      sandboxed: runner.sandboxed,
      functionName,
      mismatch,
      notChecked: [],
    };
  }

  #asset(name: string): Promise<string> {
    return readFile(join(this.#request.assetFolder, 'harness', name), 'utf8');
  }

  /** Compiles the C++ with the harness. Gives the shapes of its parameters. */
  async #build(pythonShapes: readonly (Shape | undefined)[]): Promise<readonly (Shape | undefined)[]> {
    const { functionName, cpp } = this.#request;
    const harness = await this.#asset('harness.hpp');
    const isEngine = /^namespace program \{$/m.test(cpp) && /^namespace py \{$/m.test(cpp);
    const scope = isEngine ? 'program::' : '::';
    const wrapped = pythonShapes.every((shape) => shape !== undefined)
      ? `[](${pythonShapes.map((shape, index) => `${cppType(shape)} a${index}`).join(', ')}) { return ${scope}${functionName}(${pythonShapes.map((_, index) => `a${index}`).join(', ')}); }`
      : undefined;
    let output = '';
    // A template or a set of overloads has no type of its own to ask for; then the types are those of the Python.
    for (const callee of [`${scope}${functionName}`, wrapped]) {
      if (callee === undefined) continue;
      const source = harnessed(cpp, harness, callee, isEngine);
      const result = await this.#request.compiler.compile(
        { source, folder: this.#folder, name: 'harnessed', flags: this.#request.flags },
        { signal: this.#signal, ...(this.#request.sandbox && { sandbox: this.#request.sandbox }) },
      );
      throwIfAborted(this.#signal);
      if (!result.program) {
        output ||= result.record.diagnostics.find(({ severity }) => severity === 'error')?.message ?? result.output;
        continue;
      }
      this.#program = result.program;
      this.source = source;
      this.#called = { callee, isEngine };
      const { signature } = await this.#cpp([]);
      const parsed = signature === undefined ? undefined : parseSignature(signature);
      if (!parsed) throw new NotComparable('The C++ function ended before it could be called.');
      if (parsed.result.includes('other')) {
        throw new NotComparable(`What \`${functionName}\` returns in C++ is not plain data.`);
      }
      return parsed.parameters;
    }
    throw new NotComparable(
      `The C++ has no function \`${functionName}\` that can be called from outside: ${output.split('\n')[0] ?? ''}`,
    );
  }

  /** Runs both sides on the inputs. */
  async compare(inputs: readonly Input[], seconds = PYTHON_SECONDS): Promise<Compared> {
    const encoded = inputs.map(({ args }) => encodeCase(args));
    const expected = await this.#python.results(encoded, seconds);
    // What the Python could not do in time the C++ need not try.
    const asked = [...expected.keys()].filter((index) => expected[index]?.kind !== 'skipped');
    const { outcomes } = await this.#cpp(asked.map((index) => encoded[index] ?? new Uint8Array()));
    const actual = new Map(asked.map((index, position) => [index, outcomes[position]]));
    const failures: { input: Input; mismatch: Mismatch }[] = [];
    const cases: ExaminedCase[] = [];
    const compared: Input[] = [];
    const timed: Input[] = [];
    const leftOut = new Map<string, number>();
    const remarks = new Set<string>();
    for (const [index, python] of expected.entries()) {
      const input = inputs[index];
      const cpp = actual.get(index);
      if (!input) continue;
      const reason = leftOutReason(input.args, python, cpp);
      if (reason !== undefined) {
        leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
        cases.push({ input, python, ...(cpp && { cpp }), leftOut: reason });
        continue;
      }
      if (!cpp) continue;
      compared.push(input);
      if (python.kind === 'returned' && cpp.kind === 'returned' && python.printed === '') timed.push(input);
      const { functionName, rule, tolerance, platform } = this.#request;
      const { mismatch, remark } = compareCase(callText(functionName, input.args), python, cpp, {
        rule,
        tolerance,
        crlf: platform === 'win32',
      });
      cases.push({ input, python, cpp, ...(mismatch && { mismatch }) });
      if (mismatch) failures.push({ input, mismatch });
      if (remark !== undefined) remarks.add(remark);
    }
    return { cases, compared, timed, failures, leftOut, remarks };
  }

  async *measure(): AsyncGenerator<BenchmarkSample> {
    // Few inputs at a time, spread over all: a pass should be short enough to be made often.
    const stride = Math.max(1, Math.ceil(this.#timed.length / TIMED_INPUTS));
    const inputs = this.#timed.filter((_, index) => index % stride === 0);
    if (inputs.length === 0) return;
    for (let round = 0; round < TIMING_ROUNDS; round++) {
      for (const side of round % 2 === 0 ? (['python', 'cpp'] as const) : (['cpp', 'python'] as const)) {
        const times = await this.timeOn(side, inputs, TIMING_SECONDS);
        for (const [index, seconds] of times.entries()) {
          yield { side, seconds, warmUp: index === 0 && times.length > 1 };
        }
      }
    }
  }

  async timeOn(
    side: BenchmarkSample['side'],
    inputs: readonly Input[],
    timingSeconds: number,
  ): Promise<readonly number[]> {
    const path = await this.#python.writeCases(inputs.map(({ args }) => encodeCase(args)));
    const out = `${path}-${side}.times`;
    const { functionName } = this.#request;
    const run =
      side === 'python'
        ? await this.#python.python(['time', 'unit.py', functionName, path, out, String(timingSeconds)], 60)
        : await this.#python.run(this.#program, [path, out, '0', String(timingSeconds)], 60);
    const text = await readFile(out, 'utf8').catch(() => '');
    const times = text
      .split('\n')
      .map(Number)
      .filter((seconds) => seconds > 0);
    if (times.length > 0) return times;
    throw new Failure(
      'program-failed',
      `The time could not be taken. ${describeEnd('The run', run, this.#request.limits)}`,
    );
  }

  /** Looks for a smaller input that is at odds as well. */
  async #shrink(
    generator: InputGenerator,
    input: Input,
    mismatch: Mismatch,
  ): Promise<{ readonly input: Input; readonly mismatch: Mismatch }> {
    const started = performance.now();
    let smallest = { input, mismatch };
    for (let round = 0; round < SHRINK_ROUNDS; round++) {
      if (performance.now() - started > SHRINK_SECONDS * 1000) break;
      const candidates = generator.smaller(smallest.input.args, SHRINK_BATCH);
      if (candidates.length === 0) break;
      const { failures } = await this.compare(
        candidates.map((args) => ({ source: input.source, args })),
        SHRINK_BATCH_SECONDS,
      );
      const next = failures.find((failure) => failure.mismatch.kind === mismatch.kind);
      if (!next) break;
      smallest = next;
    }
    return smallest;
  }

  /** Calls the C++ on the cases; a crash costs one case. */
  async #cpp(cases: readonly Uint8Array[]): Promise<{ signature: string | undefined; outcomes: CaseOutcome[] }> {
    const inputs = await this.#python.writeCases(cases);
    const outcomes: CaseOutcome[] = [];
    let signature: string | undefined;
    for (let restart = 0; ; restart++) {
      const out = `${inputs}-${restart}.cpp.results`;
      const run = await this.#python.run(this.#program, [inputs, out, String(outcomes.length)], CPP_SECONDS);
      const bytes = await readFile(out).catch(() => new Uint8Array());
      const results = readResults(bytes, 'cpp', run.stdout);
      signature ??= results.signature;
      outcomes.push(...results.outcomes);
      if (results.ended || outcomes.length >= cases.length || restart >= MAXIMUM_RESTARTS) break;
      if (!results.begun && results.outcomes.length === 0) break;
      if (results.begun) outcomes.push({ kind: 'crashed', summary: describeEnd('The C++', run, this.#request.limits) });
      // Where one input takes for ever, so may each.
      if (run.endedBy === 'timed-out') break;
    }
    return { signature, outcomes };
  }
}

/** The program with a main of ours below it, which calls one function of it. */
function harnessed(cpp: string, harness: string, callee: string, isEngine: boolean): string {
  const body = isEngine
    ? `static void slipstream_cases() { program::run_module(); slipstream::examine(${callee}); }`
    : `static void slipstream_cases() { slipstream::examine(${callee}); }`;
  return `#define main slipstream_original_main
#line 1
${cpp}
#undef main
${isEngine ? '#define SLIPSTREAM_ENGINE 1' : ''}
${harness}
${body}

int main(int count, char** arguments) {
  if (count < 4) return 2;
  slipstream::inputs_path = arguments[1];
  slipstream::results_path = arguments[2];
  slipstream::first_case = std::atol(arguments[3]);
  if (count > 4) slipstream::time_budget = std::atof(arguments[4]);
  ${isEngine ? 'py::run_main(slipstream_cases);' : 'slipstream_cases();\n  return 0;'}
}
`;
}

/** The plain C++ type for a shape. */
function cppType(shape: Shape): string {
  switch (shape.kind) {
    case 'none':
      return 'std::monostate';
    case 'bool':
      return 'bool';
    case 'int':
      return 'std::int64_t';
    case 'float':
      return 'double';
    case 'str':
    case 'char':
      return 'std::string';
    case 'bytes':
      return 'std::vector<std::uint8_t>';
    case 'list':
      return `std::vector<${cppType(shape.item)}>`;
    case 'set':
      return `std::unordered_set<${cppType(shape.item)}>`;
    case 'tuple':
      return `std::tuple<${shape.items.map(cppType).join(', ')}>`;
    case 'dict':
      return `std::unordered_map<${cppType(shape.key)}, ${cppType(shape.value)}>`;
    case 'union':
      return `std::variant<${shape.options.map(cppType).join(', ')}>`;
  }
}

/** The seed that is used unless another is given: the same inputs each time. */
export const DEFAULT_SEED = 1;

/** How many inputs a function is tried on at least. */
export const DEFAULT_INPUTS = 240;
