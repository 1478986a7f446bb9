import type { Compiler } from '../cpp/compiler.ts';
import type { InputFile } from '../execution/programFiles.ts';
import type { RunLimits, Runner } from '../execution/runner.ts';
import type { Sandbox } from '../execution/sandbox.ts';
import type { Interpreter } from '../python/interpreter.ts';
import type { ComparisonRule, Evidence } from '../shared/evidence.ts';
import type { Input } from '../verification/inputs.ts';
import type { Converter } from './converter.ts';

/** What the pipeline works with. Everything that has to be looked for on the machine is a function, called when its stage is reached. */
export interface ConversionServices {
  readonly converter: Converter;
  /** Where the files read at run time lie. */
  readonly assetFolder: string;
  /** Throws Failure `compiler-missing` with the install line for this system. */
  findCompiler(signal: AbortSignal): Promise<Compiler>;
  /** Throws Failure `interpreter-missing`. */
  findInterpreter(signal: AbortSignal): Promise<Interpreter>;
  /** The runner for code of this trust. */
  createRunner(options: { readonly untrusted: boolean }): Promise<Runner>;
  /** The sandbox in which code of a stranger is compiled, where one works. */
  findSandbox?(): Promise<Sandbox | undefined>;
  /** Asked once before model-written code first runs without a sandbox. False ends the conversion after the compile stage. */
  approveUntrustedCode?(): Promise<boolean>;
  /**
   * Waits until this machine is free for the work, and gives what frees it again; absent where nothing else is under way.
   * `write` is the converter at work, `check` compiling, comparing and measuring.
   */
  takeTurn?(work: 'write' | 'check', signal: AbortSignal): Promise<() => void>;
  /** Who else is asked for C++ when that of a stranger was compared, as one more witness. */
  findWitness?(): Promise<Converter>;
  /** Called with every stage's record, in order; a failure to save does not stop the conversion. */
  save?(evidence: Evidence): Promise<void>;
}

export interface ConversionOptions {
  /** Flags instead of the compiler's defaults. */
  readonly flags?: readonly string[];
  readonly compile: boolean;
  readonly verify: boolean;
  readonly benchmark: boolean;
  /** Measures how the time of a function grows with size, once it is found equal. Takes some seconds. */
  readonly growth?: boolean;
  readonly rule: ComparisonRule;
  readonly limits: RunLimits;
  /** How long the benchmark may take; see `BenchmarkRequest`. */
  readonly benchmarkTimes?: {
    readonly minimumRuns?: number;
    readonly minimumSeconds?: number;
    readonly budgetSeconds?: number;
  };
  /** Arguments and standard input for both programs. */
  readonly args: readonly string[];
  readonly stdin?: string;
  /** What both programs find in their working folder. */
  readonly files?: readonly InputFile[];
  /** Where generated inputs of a function begin; the same seed makes the same inputs. */
  readonly seed?: number;
  /** How many inputs a function is tried on at least. */
  readonly inputs?: number;
  /** More inputs for a function: proposed by a model, or written by the user. */
  readonly known?: readonly Input[];
  /** Whether the whole program of a function may run once, to see how it calls the function; it does unless told. */
  readonly profile?: boolean;
  /** Whether what was found equal runs once more under the sanitizers; only code of strangers does unless told. */
  readonly sanitize?: boolean;
  /** False asks no witness. */
  readonly witness?: boolean;
  /** How often a finding goes back to a converter that can repair. */
  readonly repairRounds: number;
  /** After the last round the converter starts once more from the Python alone: a conversation that went astray seldom finds back. */
  readonly startsAfresh?: boolean;
  /** No further attempt is begun once the attempts have cost this many US dollars. */
  readonly budgetUsd?: number;
  /** The same for tokens, those sent and those received together. */
  readonly budgetTokens?: number;
  /** Take this C++ rather than asking the converter: the unit is compiled, compared and measured again. */
  readonly given?: { readonly cpp: string; readonly fileName: string };
}
