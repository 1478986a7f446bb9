import { createHash, randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { benchmarkPrograms, buildRecord } from '../benchmark/benchmarkPrograms.ts';
import type { Compiler } from '../cpp/compiler.ts';
import type { Runner } from '../execution/runner.ts';
import { createTemporaryFolder } from '../execution/temporaryFolder.ts';
import type { Interpreter } from '../python/interpreter.ts';
import type { PythonUnit } from '../python/unit.ts';
import type { ConversionEvent } from '../shared/conversionEvent.ts';
import {
  EVIDENCE_VERSION,
  type AttemptRecord,
  type BenchmarkSample,
  type ConverterRecord,
  type Evidence,
  type Stage,
  type TokenUsage,
  type VerificationRecord,
  type WitnessRecord,
} from '../shared/evidence.ts';
import { Failure, throwIfAborted, toFailure } from '../shared/failure.ts';
import type { SourceDiagnostic } from '../shared/sourceDiagnostic.ts';
import { measureGrowth } from '../verification/growth.ts';
import { profileRun, type Profile } from '../verification/profileRun.ts';
import { DEFAULT_SEED, type FunctionExamination } from '../verification/verifyFunction.ts';
import { bestAttempt, totalUsage } from './attempts.ts';
import {
  compareProgram,
  comparesFunction,
  examineUnit,
  functionParts,
  programParts,
  type Comparison,
} from './comparison.ts';
import type { ConversionOptions, ConversionServices } from './conversionParts.ts';
import type { RepairTurn } from './converter.ts';
import { EventQueue } from './eventQueue.ts';
import { describeMachine } from './machineRecord.ts';
import { compileFinding, mismatchFinding } from './repairFinding.ts';
import { storedVerification } from './storedVerification.ts';
import { hearWitness } from './witness.ts';

/** While code streams in, the record on disk is at most this old. */
const SAVE_INTERVAL_MILLISECONDS = 1000;

/** A new id for a conversion; ids sort by time. */
export function newEvidenceId(now: Date): string {
  return `${now.toISOString().replace(/[:.]/g, '-')}-${randomBytes(4).toString('hex')}`;
}

/**
 * Carries one unit from Python to Evidence, and tells what happens as a stream of events.
 * Never throws: a failure or a cancel is an event, and `finished` with the Evidence is always the last one.
 */
export function convert(
  unit: PythonUnit,
  services: ConversionServices,
  options: ConversionOptions,
  signal: AbortSignal,
): AsyncIterable<ConversionEvent> {
  const queue = new EventQueue<ConversionEvent>();
  const session = new ConversionSession(unit, services, options, signal, (event) => queue.push(event));
  session.run().then(
    () => queue.end(),
    (error: unknown) => queue.fail(error),
  );
  return queue;
}

class ConversionSession {
  #unit: PythonUnit;
  #profile: Profile | undefined;
  readonly #services: ConversionServices;
  readonly #options: ConversionOptions;
  readonly #signal: AbortSignal;
  readonly #emit: (event: ConversionEvent) => void;
  #evidence: Evidence;
  /** Milliseconds spent waiting for the model, the compiler and the programs. */
  #waited = 0;
  #lastSave = 0;
  #saving: Promise<void> = Promise.resolve();
  #stage: Stage = 'convert';

  constructor(
    unit: PythonUnit,
    services: ConversionServices,
    options: ConversionOptions,
    signal: AbortSignal,
    emit: (event: ConversionEvent) => void,
  ) {
    this.#unit = unit;
    this.#services = services;
    this.#options = options;
    this.#signal = signal;
    this.#emit = emit;
    const now = new Date();
    this.#evidence = {
      version: EVIDENCE_VERSION,
      id: newEvidenceId(now),
      startedAt: now.toISOString(),
      status: 'running',
      unit: unit.record,
      converterId: services.converter.id,
      converterLabel: services.converter.label,
      attempts: [],
      cpp: '',
      machine: describeMachine(),
      diagnostics: [],
      notChecked: [],
      ...(options.given && { given: options.given.fileName }),
    };
  }

  async run(): Promise<void> {
    const started = performance.now();
    this.#emit({ type: 'started', evidence: this.#evidence });
    this.#save();
    let status: 'succeeded' | 'failed' | 'cancelled' = 'succeeded';
    try {
      await using folder = await createTemporaryFolder();
      await this.#stages(folder.path);
      if (this.#evidence.verification?.outcome === 'different') status = 'failed';
    } catch (error) {
      const failure = toFailure(error);
      status = failure.reason === 'cancelled' ? 'cancelled' : 'failed';
      this.#takeBestAttempt();
      const told = { stage: this.#stage, reason: failure.reason, message: failure.message };
      this.#update({ failure: told });
      this.#emit({
        type: 'stage',
        stage: this.#stage,
        state: status,
        ...(status === 'failed' && { detail: failure.message }),
        attempt: this.#attempt,
      });
      this.#emit({ type: 'failure', ...told });
    }
    this.#update({
      status,
      finishedAt: new Date().toISOString(),
      overheadSeconds: Math.max(0, performance.now() - started - this.#waited) / 1000,
    });
    this.#save();
    await this.#saving;
    this.#emit({ type: 'finished', evidence: this.#evidence });
  }

  /** C++ that is given may be what a model wrote earlier. */
  get #isUntrusted(): boolean {
    return this.#services.converter.writesUntrustedCode || this.#options.given !== undefined;
  }

  get #attempt(): number {
    return Math.max(1, this.#evidence.attempts.length);
  }

  async #stages(folder: string): Promise<void> {
    const { converter } = this.#services;
    const compiler = await this.#findCompiler();
    const python = await this.#findInterpreter();
    const flags = this.#options.flags ?? compiler?.defaultFlags ?? [];
    if (python) await this.#inTurn('check', () => this.#profileRun(python));
    let repairs: readonly RepairTurn[] = [];
    const canRepair = converter.canRepair && this.#options.given === undefined;
    const rounds = !canRepair ? 0 : converter.answers ? 1 : this.#options.repairRounds;
    let freshStarts = rounds > 0 && !converter.answers && this.#options.startsAfresh === true ? 1 : 0;
    for (let round = 0; ; round++) {
      const cpp = await this.#inTurn('write', () => this.#convert(repairs, compiler, flags, python));
      const finding = await this.#inTurn('check', () => this.#check(folder, cpp, compiler, flags, python));
      if (finding === undefined) return;
      const isSpent = this.#budgetIsSpent() || converter.answers?.(finding.text) === false;
      if (round >= rounds && freshStarts > 0 && !isSpent) {
        freshStarts--;
        repairs = [];
        continue;
      }
      if (round >= rounds || isSpent) {
        const isToldByAnother = this.#takeBestAttempt();
        if (finding.failure && !isToldByAnother) throw finding.failure;
        return;
      }
      repairs = [...repairs, { cpp, finding: finding.text }];
    }
  }

  /** Does the work when this machine is free for it. */
  async #inTurn<T>(work: 'write' | 'check', run: () => Promise<T>): Promise<T> {
    if (!this.#services.takeTurn) return run();
    const free = await this.#wait(this.#services.takeTurn(work, this.#signal));
    try {
      return await run();
    } finally {
      free();
    }
  }

  /** True when the attempts so far have taken as much as the user allows; unknown prices cannot be held to it, which is noted. */
  #budgetIsSpent(): boolean {
    const { budgetUsd, budgetTokens } = this.#options;
    const { usage, costUsd } = totalUsage(this.#evidence.attempts) ?? {};
    const tokens = (usage?.promptTokens ?? 0) + (usage?.completionTokens ?? 0);
    if (budgetTokens !== undefined && tokens >= budgetTokens) {
      this.#note(`No further attempt was made: ${tokens} of the budget of ${budgetTokens} tokens are spent.`);
      return true;
    }
    if (budgetUsd === undefined) return false;
    if (costUsd === undefined) {
      this.#note('The budget could not be kept watch over: the price of this model is not known.');
      return false;
    }
    if (costUsd < budgetUsd) return false;
    this.#note(`No further attempt was made: $${costUsd.toFixed(4)} of the budget of $${budgetUsd} are spent.`);
    return true;
  }

  /** A missing compiler must not cost the user the C++: it is reported when the compile stage is reached. */
  async #findCompiler(): Promise<Compiler | undefined> {
    if (!this.#options.compile) return undefined;
    try {
      return await this.#wait(this.#services.findCompiler(this.#signal));
    } catch (error) {
      throwIfAborted(this.#signal);
      this.#compilerFailure = toFailure(error);
      return undefined;
    }
  }

  #compilerFailure: Failure | undefined;

  async #findInterpreter(): Promise<Interpreter | undefined> {
    if (!this.#options.verify && !this.#options.benchmark) return undefined;
    try {
      const python = await this.#wait(this.#services.findInterpreter(this.#signal));
      this.#update({ pythonVersion: python.version });
      return python;
    } catch (error) {
      throwIfAborted(this.#signal);
      const failure = toFailure(error);
      if (failure.reason !== 'interpreter-missing') throw failure;
      this.#note(failure.message);
      return undefined;
    }
  }

  /** Runs the whole program of a function once, to see how it calls the function. */
  async #profileRun(python: Interpreter): Promise<void> {
    const { program, functionName } = this.#unit;
    const { args, stdin, files, limits, seed = DEFAULT_SEED } = this.#options;
    if (!this.#comparesFunction || functionName === undefined || program === undefined) return;
    if (this.#options.profile === false) return;
    const runner = await this.#services.createRunner({ untrusted: this.#isUntrusted });
    const { assetFolder } = this.#services;
    const request = { runner, python, program, functionName, args, limits, seed, assetFolder };
    const profile = await this.#wait(
      profileRun(
        { ...request, ...(stdin !== undefined && { stdin }), ...(files && { files }) },
        { signal: this.#signal },
      ),
    );
    this.#profile = profile;
    this.#unit = { ...this.#unit, profile: { calls: profile.examples, parameters: profile.record.parameters } };
    this.#update({ profile: profile.record });
    for (const note of profile.record.notes) this.#note(note);
  }

  async #convert(
    repairs: readonly RepairTurn[],
    compiler: Compiler | undefined,
    flags: readonly string[],
    python: Interpreter | undefined,
  ): Promise<string> {
    this.#stage = 'convert';
    const { converter } = this.#services;
    const number = this.#evidence.attempts.length + 1;
    // What was found of the attempt before is not said of this one.
    const { verification: _ofAnother, ...rest } = this.#evidence;
    this.#evidence = { ...rest, attempts: [...this.#evidence.attempts, { number, cpp: '' }] };
    const { given } = this.#options;
    if (given) {
      this.#takeCode(given.cpp, true);
      return given.cpp;
    }
    this.#emit({ type: 'stage', stage: 'convert', state: 'started', attempt: number });
    const started = performance.now();
    let firstToken: number | undefined;
    let usage: TokenUsage | undefined;
    let costUsd: number | undefined;
    let cpp = '';
    const record = (): ConverterRecord => ({
      id: converter.id,
      label: converter.label,
      ...(usage && { usage }),
      ...(costUsd !== undefined && { costUsd }),
      seconds: (performance.now() - started) / 1000,
      ...(firstToken !== undefined && { secondsToFirstToken: firstToken / 1000 }),
    });
    try {
      const machine = this.#evidence.machine;
      const events = converter.convert(
        {
          unit: this.#unit,
          target: {
            ...(python && { pythonVersion: python.version }),
            machine: `${machine.platform} ${machine.architecture}, ${machine.cpu}, ${machine.cores} cores`,
            ...(compiler && { compiler: compiler.label }),
            flags,
          },
          repairs,
        },
        { signal: this.#signal },
      );
      for await (const event of events) {
        switch (event.type) {
          case 'text':
          case 'reasoning':
            firstToken ??= performance.now() - started;
            this.#emit(event);
            break;
          case 'code':
            cpp = event.cpp;
            this.#takeCode(cpp, false);
            break;
          case 'diagnostics':
            this.#pythonDiagnostics(event.diagnostics);
            break;
          case 'usage':
            usage = event.usage;
            costUsd = event.costUsd;
            this.#emit(event);
            break;
          case 'finished':
            cpp = event.cpp;
            this.#takeCode(cpp, true);
            break;
        }
      }
      throwIfAborted(this.#signal);
    } catch (error) {
      const failure = this.#signal.aborted ? new Failure('cancelled', 'Cancelled.') : toFailure(error);
      this.#updateAttempt({ failure: { reason: failure.reason, message: failure.message } });
      throw failure;
    } finally {
      // The built-in engine is our own code, so its time counts as ours.
      if (converter.writesUntrustedCode) this.#waited += performance.now() - started;
      this.#updateAttempt({ converter: record() });
      this.#save();
    }
    this.#emit({ type: 'stage', stage: 'convert', state: 'succeeded', attempt: number });
    return cpp;
  }

  /** Compiles, compares and measures one attempt. Gives what is to be repaired, or undefined when nothing is. */
  async #check(
    folder: string,
    cpp: string,
    compiler: Compiler | undefined,
    flags: readonly string[],
    python: Interpreter | undefined,
  ): Promise<{ readonly text: string; readonly failure?: Failure } | undefined> {
    const options = this.#options;
    if (!options.compile) return undefined;
    const attempt = this.#attempt;

    this.#stage = 'compile';
    this.#emit({ type: 'stage', stage: 'compile', state: 'started', attempt });
    if (!compiler) throw this.#compilerFailure ?? new Failure('compiler-missing', 'No C++ compiler was found.');
    const sandbox = this.#isUntrusted
      ? await this.#wait(this.#services.findSandbox?.() ?? Promise.resolve(undefined))
      : undefined;
    const result = await this.#wait(
      compiler.compile(
        { source: cpp, folder, name: programName(this.#options.given?.fileName) ?? `candidate${attempt}`, flags },
        {
          signal: this.#signal,
          onOutput: (text) => this.#emit({ type: 'compiler-output', text }),
          ...(sandbox && { sandbox }),
        },
      ),
    );
    throwIfAborted(this.#signal);
    this.#updateAttempt({ compiler: result.record });
    this.#emit({ type: 'compile-command', command: result.record.command });
    this.#emit({ type: 'diagnostics', on: 'cpp', diagnostics: result.record.diagnostics });
    this.#emit({ type: 'compiled', record: result.record });
    this.#save();
    if (!result.program) {
      const failure = new Failure('compile-failed', compileFailedSentence(result.record.diagnostics));
      this.#updateAttempt({ failure: { reason: failure.reason, message: failure.message } });
      this.#emit({ type: 'stage', stage: 'compile', state: 'failed', detail: failure.message, attempt });
      return { text: compileFinding(cpp, result.record.diagnostics, result.output), failure };
    }
    this.#emit({ type: 'stage', stage: 'compile', state: 'succeeded', attempt });

    if (!options.verify && !options.benchmark) return undefined;
    const reason = this.#whyNotRun(python);
    if (reason !== undefined || python === undefined) {
      if (reason !== undefined) this.#note(reason);
      const detail = reason ?? 'No Python interpreter was found.';
      this.#emit({ type: 'stage', stage: 'verify', state: 'skipped', detail, attempt });
      this.#emit({ type: 'stage', stage: 'benchmark', state: 'skipped', detail, attempt });
      return undefined;
    }
    const untrusted = this.#isUntrusted;
    const runner = await this.#services.createRunner({ untrusted });
    if (untrusted && !runner.sandboxed && this.#services.approveUntrustedCode) {
      // The user thinking is not our overhead.
      const approved = await this.#wait(this.#services.approveUntrustedCode());
      throwIfAborted(this.#signal);
      if (!approved) {
        const detail = 'The program was not run, because running model-written code was declined.';
        this.#note(detail);
        this.#emit({ type: 'stage', stage: 'verify', state: 'skipped', detail, attempt });
        this.#emit({ type: 'stage', stage: 'benchmark', state: 'skipped', detail, attempt });
        return undefined;
      }
    }

    this.#stage = 'verify';
    this.#emit({ type: 'stage', stage: 'verify', state: 'started', attempt });
    const build = { runner, compiler, flags, ...(sandbox && { sandbox }) };
    await using examination = this.#comparesFunction
      ? await examineUnit(this.#comparison, { ...build, cpp }, python, this.#signal)
      : undefined;
    const verification = await this.#wait(
      examination
        ? examination.verify()
        : compareProgram(this.#comparison, { ...build, cpp, folder, program: result.program }, python, this.#signal),
    );
    throwIfAborted(this.#signal);
    const stored = storedVerification(verification);
    this.#updateAttempt({ verification: stored });
    this.#update({ verification: stored });
    this.#emit({ type: 'verified', record: stored });
    this.#save();
    if (verification.outcome !== 'not-compared')
      await this.#wait(this.#hearWitness(folder, compiler, python, verification));
    if (verification.outcome === 'different') {
      const detail = verification.mismatch?.summary ?? 'The outputs differ.';
      this.#emit({ type: 'stage', stage: 'verify', state: 'failed', detail, attempt });
      return { text: mismatchFinding(verification) };
    }
    if (verification.outcome === 'not-compared') {
      const detail = verification.notChecked.join(' ');
      this.#emit({ type: 'stage', stage: 'verify', state: 'skipped', detail, attempt });
      this.#emit({ type: 'stage', stage: 'benchmark', state: 'skipped', detail, attempt });
      return undefined;
    }
    this.#emit({ type: 'stage', stage: 'verify', state: 'succeeded', attempt });
    if (options.growth) await this.#wait(this.#measureGrowth(examination));
    if (!options.benchmark) return undefined;
    this.#stage = 'benchmark';
    this.#emit({ type: 'stage', stage: 'benchmark', state: 'started', attempt });
    if (examination) await this.#wait(this.#benchmarkFunction(examination));
    else await this.#wait(this.#benchmark(runner, compiler, flags, python, result.program));
    if (!this.#evidence.benchmark) {
      const detail = 'The speed was not measured: on no input both returned something without printing.';
      this.#note(detail);
      this.#emit({ type: 'stage', stage: 'benchmark', state: 'skipped', detail, attempt });
      return undefined;
    }
    this.#emit({ type: 'stage', stage: 'benchmark', state: 'succeeded', attempt });
    return undefined;
  }

  /** What the built-in engine's C++ does is the same for each attempt, so it is asked once. */
  async #hearWitness(
    folder: string,
    compiler: Compiler,
    python: Interpreter,
    verification: VerificationRecord,
  ): Promise<void> {
    if (this.#options.witness === false || !this.#services.converter.writesUntrustedCode) return;
    const witness = this.#services.findWitness?.();
    if (!witness) return;
    this.#witness ??= await hearWitness(
      {
        converter: await witness,
        unit: this.#unit,
        compiler,
        runner: await this.#services.createRunner({ untrusted: false }),
        folder,
        ...(this.#comparesFunction
          ? { function: { ...functionParts(this.#comparison, python), compiler } }
          : { program: programParts(this.#comparison, python) }),
      },
      verification,
      { signal: this.#signal },
    );
    const heard = { ...storedVerification(verification), witness: this.#witness };
    this.#updateAttempt({ verification: heard });
    this.#update({ verification: heard });
    this.#emit({ type: 'witness', record: this.#witness });
    this.#save();
  }

  #witness: WitnessRecord | undefined;

  get #comparison(): Comparison {
    return {
      unit: this.#unit,
      options: this.#options,
      profile: this.#profile,
      isUntrusted: this.#isUntrusted,
      assetFolder: this.#services.assetFolder,
    };
  }

  get #comparesFunction(): boolean {
    return comparesFunction(this.#unit);
  }

  /** Times passes over the inputs of a function within one process, so that starting does not count. */
  async #benchmarkFunction(examination: FunctionExamination): Promise<void> {
    const samples: BenchmarkSample[] = [];
    for await (const sample of examination.measure()) {
      samples.push(sample);
      this.#emit({ type: 'sample', sample, index: samples.length - 1 });
    }
    if (samples.length === 0) return;
    const notes = ['Times are of one pass over inputs of the comparison, within one process: starting does not count.'];
    const record = buildRecord(
      samples,
      { python: undefined, cpp: undefined },
      notes,
      this.#options.seed ?? DEFAULT_SEED,
    );
    this.#update({ benchmark: record });
    this.#emit({ type: 'benchmarked', record });
    this.#save();
  }

  async #measureGrowth(examination: FunctionExamination | undefined): Promise<void> {
    const result = examination
      ? await measureGrowth(examination, { seed: this.#options.seed ?? DEFAULT_SEED })
      : { reason: 'Only a function is called on inputs of growing size.' };
    if ('reason' in result) return this.#note(`How time grows was not measured. ${result.reason}`);
    this.#update({ growth: result.record });
    this.#emit({ type: 'growth', record: result.record });
    this.#save();
  }

  async #benchmark(
    runner: Runner,
    compiler: Compiler,
    flags: readonly string[],
    python: Interpreter,
    cppProgram: string,
  ): Promise<void> {
    const options = this.#options;
    const events = benchmarkPrograms(
      {
        runner,
        compiler,
        flags,
        python,
        cppProgram,
        source: this.#unit.source,
        args: options.args,
        ...(options.stdin !== undefined && { stdin: options.stdin }),
        ...(options.files && { files: options.files }),
        limits: options.limits,
        ...options.benchmarkTimes,
      },
      { signal: this.#signal },
    );
    for await (const event of events) {
      if (event.type === 'benchmarked') this.#update({ benchmark: event.record });
      this.#emit(event);
    }
    this.#save();
  }

  /** The sentence for why the programs are not run at all; undefined when they are. */
  #whyNotRun(python: Interpreter | undefined): string | undefined {
    if (!python) return 'The C++ was not compared with the Python, because no Python interpreter was found.';
    if (!this.#unit.runnable && !this.#comparesFunction) {
      return `${this.#unit.functionName ? `\`${this.#unit.functionName}\`` : 'The code'} is not called in what was converted, so there is nothing to run and compare. Convert the whole file, or select a call along with it.`;
    }
    return undefined;
  }

  /** However it ends, the user has the attempt that got furthest, not the latest one. True when what was found of an earlier attempt is the verdict then. */
  #takeBestAttempt(): boolean {
    const { attempts, cpp, verification: told } = this.#evidence;
    const best = bestAttempt(attempts);
    if (!best || best === attempts.at(-1)) return false;
    const { verification } = best;
    if (cpp !== best.cpp || told !== verification) {
      this.#update({ cpp: best.cpp, ...(verification && { verification }) });
      this.#emit({ type: 'code', cpp: best.cpp, attempt: best.number, final: true });
      this.#emit({ type: 'diagnostics', on: 'cpp', diagnostics: best.compiler?.diagnostics ?? [] });
      if (verification) this.#emit({ type: 'verified', record: verification });
    }
    return verification !== undefined;
  }

  #takeCode(cpp: string, final: boolean): void {
    this.#updateAttempt({ cpp });
    this.#update({ cpp });
    this.#emit({ type: 'code', cpp, attempt: this.#attempt, final });
    if (final || performance.now() - this.#lastSave > SAVE_INTERVAL_MILLISECONDS) this.#save();
  }

  #pythonDiagnostics(diagnostics: readonly SourceDiagnostic[]): void {
    // A line we added has no place in the user's document; its remark goes to the unit's first line.
    const first = this.#unit.record.range[0];
    const place = (line: number): number => {
      const mapped = this.#unit.lineMap[line];
      return mapped === undefined || mapped < 0 ? first : mapped;
    };
    const mapped = diagnostics.map((diagnostic) => ({
      ...diagnostic,
      line: place(diagnostic.line),
      endLine: place(diagnostic.endLine),
    }));
    this.#update({ diagnostics: [...this.#evidence.diagnostics, ...mapped] });
    this.#emit({ type: 'diagnostics', on: 'python', diagnostics: mapped });
  }

  #note(sentence: string): void {
    if (!this.#evidence.notChecked.includes(sentence))
      this.#update({ notChecked: [...this.#evidence.notChecked, sentence] });
  }

  #update(change: Partial<Evidence>): void {
    this.#evidence = { ...this.#evidence, ...change };
  }

  #updateAttempt(change: Partial<AttemptRecord>): void {
    const attempts = [...this.#evidence.attempts];
    const last = attempts.pop();
    if (last) this.#update({ attempts: [...attempts, { ...last, ...change }] });
  }

  async #wait<T>(promise: Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await promise;
    } finally {
      this.#waited += performance.now() - started;
    }
  }

  #save(): void {
    if (!this.#services.save) return;
    this.#lastSave = performance.now();
    const evidence = this.#evidence;
    // One after the other, so that an older record never replaces a newer one.
    this.#saving = this.#saving.then(() => this.#services.save?.(evidence)).catch(() => undefined);
  }
}

/** The base name under which a given file is compiled, so that the compiler's messages name what the user knows. */
function programName(fileName: string | undefined): string | undefined {
  return fileName && /^([\w-]+)\.[\w+]+$/.exec(fileName)?.[1];
}

function compileFailedSentence(diagnostics: readonly SourceDiagnostic[]): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  const first = errors[0];
  if (!first) return 'The C++ did not compile. The compiler’s messages are in the output.';
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `The C++ did not compile: line ${first.line + 1}: ${first.message}${more}`;
}

/** SHA-256 of a text in UTF-8, hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
