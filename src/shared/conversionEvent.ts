import type {
  BenchmarkRecord,
  BenchmarkSample,
  CompilerRecord,
  Evidence,
  GrowthRecord,
  Stage,
  TokenUsage,
  VerificationRecord,
  WitnessRecord,
} from './evidence.ts';
import type { FailureReason } from './failure.ts';
import type { SourceDiagnostic } from './sourceDiagnostic.ts';

/** The stream of one conversion. The panel, the task terminal, the Test Explorer and the command line all render it. */
export type ConversionEvent =
  | { readonly type: 'started'; readonly evidence: Evidence }
  | {
      readonly type: 'stage';
      readonly stage: Stage;
      readonly state: 'started' | 'succeeded' | 'failed' | 'skipped' | 'cancelled';
      readonly detail?: string;
      readonly attempt: number;
    }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  /** The whole C++ known so far; replaces what was told before. */
  | { readonly type: 'code'; readonly cpp: string; readonly attempt: number; readonly final: boolean }
  | { readonly type: 'usage'; readonly usage: TokenUsage; readonly costUsd?: number }
  | { readonly type: 'diagnostics'; readonly on: 'python' | 'cpp'; readonly diagnostics: readonly SourceDiagnostic[] }
  | { readonly type: 'compile-command'; readonly command: string }
  | { readonly type: 'compiler-output'; readonly text: string }
  | { readonly type: 'compiled'; readonly record: CompilerRecord }
  | { readonly type: 'verified'; readonly record: VerificationRecord }
  | { readonly type: 'witness'; readonly record: WitnessRecord }
  | { readonly type: 'sample'; readonly sample: BenchmarkSample; readonly index: number }
  | { readonly type: 'benchmarked'; readonly record: BenchmarkRecord }
  | { readonly type: 'growth'; readonly record: GrowthRecord }
  | { readonly type: 'failure'; readonly stage: Stage; readonly reason: FailureReason; readonly message: string }
  /** Always the last event, also after a failure or a cancel. */
  | { readonly type: 'finished'; readonly evidence: Evidence };
