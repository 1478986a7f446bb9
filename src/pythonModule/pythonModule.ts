import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildRecord } from '../benchmark/benchmarkPrograms.ts';
import { describeEnd } from '../execution/describeEnd.ts';
import type { RunRequest } from '../execution/runner.ts';
import { createTemporaryFolder } from '../execution/temporaryFolder.ts';
import { createPythonParser } from '../python/parser.ts';
import type { BenchmarkRecord, BenchmarkSample, RunRecord } from '../shared/evidence.ts';
import { Failure, throwIfAborted } from '../shared/failure.ts';
import { readResults, type CaseOutcome } from '../verification/caseResults.ts';
import { compareCase } from '../verification/compareCase.ts';
import { callText, encodeCase } from '../verification/values.ts';
import { examineFunction, type Examined, type VerifyFunctionRequest } from '../verification/verifyFunction.ts';
import { adaptedKind, parseKinds, typeDifference, type CallKinds } from './kinds.ts';
import { wrapperSource } from './wrapperSource.ts';

/**
 * A function in both languages, to be made a module that Python imports. The module is a library behind a C ABI that `ctypes` loads,
 * and no pybind11 or nanobind module: it needs no package and no headers of Python where it is made, and one file serves every
 * version of Python that loads it.
 */
export interface PythonModuleRequest extends Omit<VerifyFunctionRequest, 'sanitize'> {
  /** The module's name, as it is imported. */
  readonly moduleName: string;
  /** Lines for the top of the module: what it was made from. */
  readonly heading: readonly string[];
}

/** A module that was compared with the original from Python, and measured there. */
export interface PythonModule {
  /** The files by name: the Python and the library that it loads. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The line to paste. */
  readonly importLine: string;
  /** How many inputs gave the same from Python, types included. */
  readonly inputs: number;
  /** Measured from Python, the conversion of arguments and results included. Absent when nothing could be timed. */
  readonly benchmark?: BenchmarkRecord;
  readonly sandboxed: boolean;
  readonly notChecked: readonly string[];
}

/** Each side is timed in so many processes of so many seconds. */
const TIMING_ROUNDS = 4;
const TIMING_SECONDS = 0.4;
const TIMED_INPUTS = 60;

/** The name of a module for a function. */
export function moduleNameFor(functionName: string): string {
  return `fast_${functionName.replace(/^_+/, '')}`;
}

/** The name of the library beside the module: not one that Python would take for the module itself. */
function libraryNameFor(moduleName: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return `lib${moduleName}.dll`;
  return `lib${moduleName}.${platform === 'darwin' ? 'dylib' : 'so'}`;
}

/**
 * The flags of the library: those of the program, for a file that may be copied to another machine and loaded by a Python that
 * brings a C++ library of its own.
 */
function libraryFlags({ compiler, flags, platform }: PythonModuleRequest, libraryName: string): readonly string[] {
  if (compiler.id === 'msvc') return [...flags, '/LD'];
  const portable = flags.filter((flag) => !/^-m(?:arch|tune|cpu)=native$/.test(flag));
  return [
    ...portable,
    '-fPIC',
    '-shared',
    '-fvisibility=hidden',
    ...(compiler.id === 'gcc' && platform === 'linux'
      ? ['-fno-gnu-unique', '-static-libstdc++', '-static-libgcc']
      : []),
    ...(platform === 'linux' ? [`-Wl,-soname,${libraryName}`] : []),
  ];
}

/**
 * What the Python keeps in a global variable from call to call, the module would keep in a variable of its own, which the rest of
 * the user's Python neither sees nor sets.
 */
async function refuseGlobals({ functionName, source, assetFolder }: PythonModuleRequest): Promise<void> {
  const parser = await createPythonParser({ assetFolder });
  const tree = parser.parse(source);
  const names = parser
    .query('(global_statement (identifier) @name)')
    .captures(tree.rootNode)
    .map(({ node }) => `\`${node.text}\``);
  tree.delete();
  if (names.length === 0) return;
  const told = [...new Set(names)].join(', ');
  throw new Failure(
    'unsupported',
    `No module was made: \`${functionName}\` or what it calls sets the global ${names.length === 1 ? 'variable' : 'variables'} ${told}, which the rest of your Python would no longer see. Hand the value over as an argument and return it.`,
  );
}

/**
 * Makes a module that a user's own Python imports in place of the original function: compiled behind a C ABI, wrapped by `ctypes`,
 * compared with the original through the wrapper on the inputs of the verification, and measured from Python.
 * Throws Failure `unsupported` with a sentence where the module would not do what the original does.
 */
export async function buildPythonModule(
  request: PythonModuleRequest,
  options: { readonly signal: AbortSignal; readonly onSample?: (sample: BenchmarkSample) => void },
): Promise<PythonModule> {
  const { functionName, moduleName, platform } = request;
  await refuseGlobals(request);
  await using examination = await examineFunction({ ...request, sanitize: false }, options);
  const verified = await examination.verify();
  const examined = examination.examined();
  if (verified.outcome !== 'equal' || !examined) {
    const why = verified.mismatch?.summary ?? verified.notChecked[0] ?? '';
    throw new Failure('unsupported', `No module was made: the C++ is not shown to be equal. ${why}`);
  }
  await using folder = await createTemporaryFolder();
  const workshop = new Workshop(request, examined, folder.path, options.signal);
  const libraryName = libraryNameFor(moduleName, platform);
  await workshop.compile(libraryName);
  const signature = await workshop.signature(libraryName);
  const original = await workshop.results('unit.py');
  const kinds = pythonKinds(signature, examined, original);
  const python = wrapperSource({
    functionName,
    moduleName,
    libraryName,
    parameters: examined.parameters,
    signature,
    kinds,
    source: request.source,
    runtime: await readFile(join(request.assetFolder, 'harness', 'wrapper.py'), 'utf8'),
    heading: request.heading,
  });
  await writeFile(join(folder.path, `${moduleName}.py`), python);
  const inputs = workshop.compare(original, await workshop.results(`${moduleName}.py`));
  const samples: BenchmarkSample[] = [];
  for await (const sample of workshop.measure(`${moduleName}.py`)) {
    samples.push(sample);
    options.onSample?.(sample);
  }
  const notes = ['Times are of one pass over inputs of the comparison, called from Python: conversions count.'];
  return {
    files: new Map<string, Uint8Array>([
      [`${moduleName}.py`, Buffer.from(python)],
      [libraryName, await readFile(join(folder.path, libraryName))],
    ]),
    importLine: `from ${moduleName} import ${functionName}`,
    inputs,
    ...(samples.length > 0 && {
      benchmark: buildRecord(samples, { python: undefined, cpp: undefined }, notes, request.seed),
    }),
    sandboxed: request.runner.sandboxed,
    notChecked: verified.notChecked,
  };
}

function pythonKinds(signature: CallKinds, examined: Examined, original: readonly CaseOutcome[]): CallKinds {
  const returned = original.flatMap((outcome) => (outcome.kind === 'returned' ? [outcome.value] : []));
  return {
    result: adaptedKind(signature.result, returned),
    parameters: signature.parameters.map((kind, index) =>
      adaptedKind(
        kind,
        examined.compared.map(({ args }) => args[index]).filter((value) => value !== undefined),
      ),
    ),
  };
}

class Workshop {
  readonly #request: PythonModuleRequest;
  readonly #examined: Examined;
  readonly #folder: string;
  readonly #signal: AbortSignal;
  #isPrepared = false;

  constructor(request: PythonModuleRequest, examined: Examined, folder: string, signal: AbortSignal) {
    this.#request = request;
    this.#examined = examined;
    this.#folder = folder;
    this.#signal = signal;
  }

  #asset(name: string): Promise<string> {
    return readFile(join(this.#request.assetFolder, 'harness', name), 'utf8');
  }

  /** Compiles the library. */
  async compile(libraryName: string): Promise<void> {
    const { compiler, cpp, sandbox } = this.#request;
    const { callee, isEngine, parameters } = this.#examined;
    const numbers = parameters.map((_, index) => index);
    const start = isEngine
      ? 'slipstream::guarded(&answer, [] { program::run_module(); return slipstream::returned; })'
      : 'slipstream::returned';
    const source = `#define main slipstream_original_main
#line 1
${cpp}
#undef main
${isEngine ? '#define SLIPSTREAM_ENGINE 1' : ''}
${await this.#asset('harness.hpp')}
${await this.#asset('library.hpp')}
static auto slipstream_callee = ${callee};
using slipstream_entry = slipstream::Entry<decltype(slipstream_callee)>;
static_assert(slipstream_entry::is_known, "the function takes or gives what is not plain data");
extern "C" SLIPSTREAM_EXPORT const char* slipstream_signature() { return slipstream_entry::signature(); }
extern "C" SLIPSTREAM_EXPORT int slipstream_start() {
  [[maybe_unused]] slipstream::Answer answer{};
  return ${start};
}
extern "C" SLIPSTREAM_EXPORT int slipstream_call(${numbers.map((index) => `slipstream_entry::In<${index}> a${index}, `).join('')}slipstream::Answer* answer) {
  return slipstream_entry::call(slipstream_callee, answer${numbers.map((index) => `, a${index}`).join('')});
}
`;
    const { program, record, output } = await compiler.compile(
      { source, folder: this.#folder, name: 'library', flags: libraryFlags(this.#request, libraryName) },
      { signal: this.#signal, ...(sandbox && { sandbox }) },
    );
    throwIfAborted(this.#signal);
    if (!program) {
      const first = record.diagnostics.find(({ severity }) => severity === 'error')?.message ?? output.split('\n')[0];
      throw new Failure('compile-failed', `The library did not compile: ${first ?? ''}`);
    }
    await rename(program, join(this.#folder, libraryName));
  }

  /** What the library says of itself. */
  async signature(libraryName: string): Promise<CallKinds> {
    const ask = `import ctypes, os, sys
library = ctypes.CDLL(os.path.abspath(sys.argv[1]))
library.slipstream_signature.restype = ctypes.c_char_p
print(library.slipstream_signature().decode())
`;
    const run = await this.#python(['-c', ask, libraryName], 20);
    const kinds = run.exitCode === 0 ? parseKinds(run.stdout.trim()) : undefined;
    if (kinds) return kinds;
    const told = run.stderr.trimEnd().split('\n').at(-1) || describeEnd('it', run, this.#request.limits);
    throw new Failure('program-failed', `The library cannot be loaded from Python: ${told}`);
  }

  async #prepare(): Promise<void> {
    if (this.#isPrepared) return;
    this.#isPrepared = true;
    await writeFile(join(this.#folder, 'unit.py'), this.#request.source);
    await writeFile(join(this.#folder, 'harness.py'), await this.#asset('harness.py'));
    const cases = this.#examined.compared.map(({ args }) => encodeCase(args));
    await writeFile(join(this.#folder, 'inputs'), Buffer.concat(cases));
  }

  /** What a Python file gives for the inputs. */
  async results(file: string): Promise<readonly CaseOutcome[]> {
    await this.#prepare();
    const out = `${file}.results`;
    const run = await this.#python(
      ['harness.py', 'run', file, this.#request.functionName, 'inputs', out, '2', '30'],
      60,
    );
    const bytes = await readFile(join(this.#folder, out)).catch(() => undefined);
    if (bytes && run.exitCode === 0) return readResults(bytes, 'python').outcomes;
    const told = run.stderr.trimEnd().split('\n').at(-1) || describeEnd('The run', run, this.#request.limits);
    throw new Failure('program-failed', `The module ended when it was tried from Python: ${told}`);
  }

  /** Compares what both gave, types included. Gives the number of inputs; throws for the first difference. */
  compare(original: readonly CaseOutcome[], wrapped: readonly CaseOutcome[]): number {
    const { functionName, rule, tolerance, platform } = this.#request;
    let compared = 0;
    for (const [index, { args }] of this.#examined.compared.entries()) {
      const [python, cpp] = [original[index], wrapped[index]];
      if (!python || !cpp || python.kind === 'skipped') continue;
      const call = callText(functionName, args);
      const rules = { rule, tolerance, crlf: platform === 'win32' };
      const difference = compareCase(call, python, cpp, rules).mismatch?.summary ?? whatPythonSees(call, python, cpp);
      if (difference !== undefined) {
        throw new Failure('unsupported', `No module was made: from Python it would differ. ${difference}`);
      }
      if (cpp.kind !== 'skipped') compared++;
    }
    return compared;
  }

  async *measure(file: string): AsyncGenerator<BenchmarkSample> {
    const { timed } = this.#examined;
    const stride = Math.max(1, Math.ceil(timed.length / TIMED_INPUTS));
    const inputs = timed.filter((_, index) => index % stride === 0);
    if (inputs.length === 0) return;
    await writeFile(join(this.#folder, 'timed'), Buffer.concat(inputs.map(({ args }) => encodeCase(args))));
    for (let round = 0; round < TIMING_ROUNDS; round++) {
      for (const side of round % 2 === 0 ? (['python', 'cpp'] as const) : (['cpp', 'python'] as const)) {
        const out = `${side}${round}.times`;
        const module = side === 'python' ? 'unit.py' : file;
        const call = ['harness.py', 'time', module, this.#request.functionName, 'timed', out, String(TIMING_SECONDS)];
        const run = await this.#python(call, 60);
        const text = await readFile(join(this.#folder, out), 'utf8').catch(() => '');
        const times = text
          .split('\n')
          .map(Number)
          .filter((seconds) => seconds > 0);
        if (times.length === 0) {
          const told = describeEnd('The run', run, this.#request.limits);
          throw new Failure('program-failed', `The time could not be taken. ${told}`);
        }
        for (const [index, seconds] of times.entries()) {
          yield { side, seconds, warmUp: index === 0 && times.length > 1 };
        }
      }
    }
  }

  async #python(args: readonly string[], seconds: number): Promise<RunRecord> {
    const { runner, limits, python } = this.#request;
    const what: RunRequest = {
      command: python.path,
      args,
      workingFolder: this.#folder,
      limits: { ...limits, timeoutSeconds: seconds },
      environment: python.environment,
      readableFolders: python.folders,
    };
    const run = await runner.run(what, { signal: this.#signal });
    throwIfAborted(this.#signal);
    if (run.endedBy === 'cancelled') throw new Failure('cancelled', 'Cancelled.');
    return run;
  }
}

function whatPythonSees(call: string, python: CaseOutcome, cpp: CaseOutcome): string | undefined {
  if (python.kind !== 'returned' || cpp.kind !== 'returned') return undefined;
  const found = typeDifference(python.value, cpp.value);
  return found === undefined ? undefined : `${call.slice(0, 400)} gives ${found}.`;
}

/** Writes the files of a module into a folder. `mayOverwrite` is asked for each that is there already and differs; false leaves all as it is. */
export async function writeModule(
  module: PythonModule,
  folder: string,
  mayOverwrite: (names: readonly string[]) => Promise<boolean>,
): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  const there: string[] = [];
  for (const [name, bytes] of module.files) {
    const known = await readFile(join(folder, name)).catch(() => undefined);
    if (known && !known.equals(bytes)) there.push(name);
  }
  if (there.length > 0 && !(await mayOverwrite(there))) return false;
  for (const [name, bytes] of module.files) {
    // A library that is in use is replaced, not written into.
    const temporary = join(folder, `.${name}.${process.pid}.tmp`);
    await writeFile(temporary, bytes);
    await rename(temporary, join(folder, name)).catch(async () => {
      await copyFile(temporary, join(folder, name));
    });
  }
  return true;
}
