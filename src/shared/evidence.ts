import type { FailureReason } from './failure.ts';
import type { SourceDiagnostic } from './sourceDiagnostic.ts';

/** The version of the Evidence format written by this build. */
export const EVIDENCE_VERSION = 1;

/** The stages of one conversion, in their order. */
export type Stage = 'convert' | 'compile' | 'verify' | 'benchmark';

/** Tokens as the provider counted them, or as estimated when it did not say. */
export interface TokenUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly reasoningTokens?: number;
  readonly cachedTokens?: number;
  /** True when the provider sent no usage and the figures were estimated. */
  readonly estimated?: boolean;
}

/** Who wrote the C++, what it used and what it cost. */
export interface ConverterRecord {
  readonly id: string;
  readonly label: string;
  readonly usage?: TokenUsage;
  /** US dollars; absent when the price is unknown. */
  readonly costUsd?: number;
  readonly seconds: number;
  readonly secondsToFirstToken?: number;
}

/** A compiler and the exact command it was run with. */
export interface CompilerRecord {
  readonly id: string;
  readonly version: string;
  readonly path: string;
  readonly flags: readonly string[];
  /** The command as one would type it, paths shown as they were. */
  readonly command: string;
  readonly seconds: number;
  readonly succeeded: boolean;
  readonly diagnostics: readonly SourceDiagnostic[];
}

/** How two outputs are compared. */
export interface ComparisonRule {
  readonly kind: 'exact' | 'tolerance' | 'unordered-lines';
  /** For `tolerance`: numbers with a fraction or an exponent are equal when |a-b| <= max(absolute, relative * max(|a|,|b|)); integers only when they are the same. */
  readonly relativeTolerance?: number;
  readonly absoluteTolerance?: number;
  /** Regular expressions; lines that match one are left out on both sides, such as timing lines a program prints about itself. */
  readonly excludedPatterns?: readonly string[];
}

/** What one program did in one run. */
export interface RunRecord {
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutTruncated: boolean;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Why the run was ended from outside, when it was. */
  readonly endedBy?: 'timed-out' | 'output-limit' | 'memory-limit' | 'process-limit' | 'cancelled';
  readonly seconds: number;
  readonly peakMemoryBytes?: number;
}

/** The first place where two outputs differ. */
export interface Mismatch {
  readonly kind:
    'stdout' | 'file' | 'exit-status' | 'exception' | 'ended' | 'result' | 'argument' | 'sanitizer' | 'constant';
  /** One sentence: what differs and where. */
  readonly summary: string;
  /** Line in the compared output, counted from 1. */
  readonly line?: number;
  /** The call at fault, of a function that was called on many inputs. */
  readonly input?: string;
  readonly expected: string;
  readonly actual: string;
}

/** A file that one or both of the programs wrote. */
export interface FileRecord {
  readonly name: string;
  readonly bytes: number;
  /** `missing`: the C++ does not write it; `extra`: only the C++ does. */
  readonly outcome: 'equal' | 'different' | 'missing' | 'extra';
}

/** Whether the same inputs were run under AddressSanitizer and UndefinedBehaviorSanitizer as well. */
export interface SanitizerRecord {
  readonly checked: boolean;
  /** Why not, when not. */
  readonly reason?: string;
}

/** What the C++ of another converter did on the same inputs. */
export interface WitnessRecord {
  /** Who wrote it. */
  readonly by: string;
  /** `agrees` with the Python, or not; `absent` where there is no such C++ that can be compared. */
  readonly outcome: 'agrees' | 'disagrees' | 'absent';
  readonly inputs?: number;
  /** Where it disagrees, or why it is absent. */
  readonly reason?: string;
}

/** One constant changed in both programs, to tell a program that works from one that prints what was worked out before. */
export interface PerturbationRecord {
  readonly from: string;
  readonly to: string;
  /** `follows`: the C++ changed as the Python did. */
  readonly outcome: 'follows' | 'inconclusive' | 'unmoved';
}

/** How many inputs came from calls in the file, from the edges of the types and from the seed, and where there were such, from other places. */
export interface InputCounts {
  readonly example: number;
  readonly boundary: number;
  readonly random: number;
  /** Calls seen while the program ran. */
  readonly profile?: number;
  /** Proposed by a language model. */
  readonly model?: number;
  /** Written by the user. */
  readonly user?: number;
}

/** A run of the whole program that showed how it calls the function. */
export interface ProfileRecord {
  readonly calls: number;
  /** How many different ones were taken as inputs. */
  readonly inputs: number;
  readonly state: 'finished' | 'failed' | 'cut';
  readonly seconds: number;
  readonly sandboxed: boolean;
  /** For each parameter what was seen of it, such as `int, 0 to 2999`. */
  readonly parameters: readonly string[];
  /** What is to be said of it: why it came to no end, what could not be taken. */
  readonly notes: readonly string[];
}

/** The verdict on behaviour. `inputs` counts the runs or inputs compared. */
export interface VerificationRecord {
  readonly outcome: 'equal' | 'different' | 'not-compared';
  readonly inputs: number;
  readonly rule: ComparisonRule;
  readonly seed?: number;
  /** The function that was called on many inputs, when it was not the program that ran. */
  readonly functionName?: string;
  /** How many of the inputs came from where. */
  readonly sources?: InputCounts;
  /** Calls on which the two differ, the smallest first. */
  readonly failingInputs?: readonly string[];
  readonly sanitizers?: SanitizerRecord;
  readonly perturbation?: PerturbationRecord;
  readonly witness?: WitnessRecord;
  readonly mismatch?: Mismatch;
  readonly python?: RunRecord;
  readonly cpp?: RunRecord;
  readonly excludedLines?: number;
  /** What the programs wrote into files. */
  readonly files?: readonly FileRecord[];
  readonly sandboxed: boolean;
  /** What was not checked, each with its reason. */
  readonly notChecked: readonly string[];
}

/** One timed run. */
export interface BenchmarkSample {
  readonly side: 'python' | 'cpp';
  readonly seconds: number;
  readonly peakMemoryBytes?: number;
  readonly warmUp: boolean;
}

/** Summary of one side's samples; times in seconds. */
export interface SampleSummary {
  readonly count: number;
  readonly median: number;
  /** Median absolute deviation. */
  readonly mad: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Indexes (within this side's timed samples) flagged as outliers. */
  readonly outliers: readonly number[];
  readonly peakMemoryBytes?: number;
  /** Median time of starting a program that does nothing on this side. */
  readonly startUpSeconds?: number;
}

/** The measurement: every sample, and the ratio of medians with its bootstrap interval. */
export interface BenchmarkRecord {
  readonly samples: readonly BenchmarkSample[];
  readonly python: SampleSummary;
  readonly cpp: SampleSummary;
  readonly speedUp: number;
  /** Bootstrap 95 % interval of the speed-up. */
  readonly interval: readonly [number, number];
  /** Speed-up with start-up time taken off both sides, when both are well above it. */
  readonly speedUpWithoutStartUp?: number;
  /** What limits the figure, such as "ended early by the time budget". */
  readonly notes: readonly string[];
}

/** One attempt at C++: kept, whatever became of it. */
export interface AttemptRecord {
  readonly number: number;
  readonly cpp: string;
  readonly converter?: ConverterRecord;
  readonly compiler?: CompilerRecord;
  readonly verification?: VerificationRecord;
  readonly failure?: { readonly reason: FailureReason; readonly message: string };
}

/** The machine that everything ran on. */
export interface MachineRecord {
  readonly platform: string;
  readonly architecture: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
}

/** What was converted. */
export interface UnitRecord {
  readonly kind: 'file' | 'selection' | 'function' | 'class' | 'cell';
  readonly name: string;
  /** Path or URI of the source, absent for text without one. */
  readonly file?: string;
  /** First and last line, counted from 0. */
  readonly range: readonly [number, number];
  readonly source: string;
  /** SHA-256 of `source` in UTF-8, hexadecimal. */
  readonly sha256: string;
}

/** One set of compiler flags that was tried. */
export interface FlagRecord {
  readonly compiler: string;
  readonly compilerPath: string;
  readonly flags: readonly string[];
  readonly outcome: 'equal' | 'different' | 'not-compared' | 'not-compiled' | 'failed';
  /** Why it cannot be used, where it cannot. */
  readonly reason?: string;
  /** Median seconds of the C++, where it was equal and measured. */
  readonly seconds?: number;
  /** How many times faster than the first set, with its 95 % interval; below 1 is slower. */
  readonly againstFirst?: { readonly ratio: number; readonly interval: readonly [number, number] };
}

/** Seconds of one call on an input of a size. */
export interface GrowthPoint {
  readonly size: number;
  readonly python: number;
  readonly cpp: number;
}

/** How time grows with size n: as n to a power, with the standard error of the exponent, or as a base to the power of n. */
export type GrowthFit =
  | { readonly kind: 'power'; readonly exponent: number; readonly error: number }
  | { readonly kind: 'exponential'; readonly base: number };

/** Both curves of time over size, which tell another algorithm from the speed of compiled code. */
export interface GrowthRecord {
  /** The parameters that grow together. */
  readonly names: readonly string[];
  /** Whether size is what a number says or how much lists, texts and the like hold. */
  readonly measure: 'value' | 'length';
  readonly points: readonly GrowthPoint[];
  readonly python: GrowthFit;
  readonly cpp: GrowthFit;
  /** How the time of the C++ grows beside that of the Python. */
  readonly outcome: 'same' | 'slower-growth' | 'faster-growth' | 'unclear';
  /** The smallest size at which the two did not return the same. */
  readonly difference?: { readonly size: number; readonly summary: string };
}

/** A module that was made of a function for a Python that imports it. */
export interface PythonModuleRecord {
  readonly file: string;
  /** The line to paste. */
  readonly importLine: string;
  /** How many inputs gave the same through the module. */
  readonly inputs: number;
  /** Whether it was tried in a sandbox. Who imports it runs it without one. */
  readonly sandboxed: boolean;
  /** Measured from Python, conversions included. */
  readonly benchmark?: BenchmarkRecord;
}

/** The record of one conversion. Written stage by stage, so that a crash loses nothing. */
export interface Evidence {
  readonly version: typeof EVIDENCE_VERSION;
  readonly id: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly status: 'running' | 'succeeded' | 'failed' | 'cancelled';
  readonly unit: UnitRecord;
  readonly converterId: string;
  readonly converterLabel: string;
  readonly attempts: readonly AttemptRecord[];
  /** The C++ the user has: of the best attempt so far. */
  readonly cpp: string;
  readonly verification?: VerificationRecord;
  readonly benchmark?: BenchmarkRecord;
  readonly machine: MachineRecord;
  readonly pythonVersion?: string;
  readonly diagnostics: readonly SourceDiagnostic[];
  readonly failure?: { readonly stage: Stage; readonly reason: FailureReason; readonly message: string };
  /** What was not checked and why. */
  readonly notChecked: readonly string[];
  /** The C++ was not converted but given, to be measured again: the name of its file. */
  readonly given?: string;
  readonly pythonModule?: PythonModuleRecord;
  readonly profile?: ProfileRecord;
  readonly growth?: GrowthRecord;
  /** Sets of flags that were tried, the usual one first. */
  readonly flags?: readonly FlagRecord[];
  /** Our own overhead in seconds: neither model, compiler nor the programs. */
  readonly overheadSeconds?: number;
}
