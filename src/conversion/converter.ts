import type { PythonUnit } from '../python/unit.ts';
import type { TokenUsage } from '../shared/evidence.ts';
import type { SourceDiagnostic } from '../shared/sourceDiagnostic.ts';

/** What a converter is told about the target. */
export interface TargetInfo {
  readonly pythonVersion?: string;
  /** Such as "linux x64, AMD EPYC 7763, 2 cores". */
  readonly machine: string;
  /** Such as "g++ 12.2.0"; absent when no compiler was found. */
  readonly compiler?: string;
  readonly flags: readonly string[];
}

/** A turn of repair: what was written before and what was wrong with it. */
export interface RepairTurn {
  readonly cpp: string;
  /** What went wrong, as text for the model: compiler errors with the lines they point at, or a mismatch. */
  readonly finding: string;
}

/** A request to write C++ for one unit. */
export interface ConversionRequest {
  readonly unit: PythonUnit;
  readonly target: TargetInfo;
  /** Earlier attempts of this conversation, oldest first. */
  readonly repairs: readonly RepairTurn[];
}

/** What a converter yields. `text` events carry the answer as it arrives; exactly one `finished` ends a success. */
export type ConverterEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  /** The C++ as far as it can be told now, replacing what was told before. */
  | { readonly type: 'code'; readonly cpp: string }
  | { readonly type: 'diagnostics'; readonly diagnostics: readonly SourceDiagnostic[] }
  | { readonly type: 'usage'; readonly usage: TokenUsage; readonly costUsd?: number }
  | { readonly type: 'finished'; readonly cpp: string };

/** Who writes C++. Nothing downstream knows which one it was. */
export interface Converter {
  /** Such as `builtin` or `openai/gpt-5`. */
  readonly id: string;
  readonly label: string;
  /** True when a repair turn can lead to another answer. */
  readonly canRepair: boolean;
  /** True for a finding that this converter has another answer to, one; absent where any finding may be answered, several times. */
  answers?(finding: string): boolean;
  /** True when the code is a stranger's: written by a model, not by our own engine. */
  readonly writesUntrustedCode: boolean;
  /** Throws Failure. A converter that cannot convert yields `diagnostics` first, then throws `unsupported`. */
  convert(request: ConversionRequest, options: { readonly signal: AbortSignal }): AsyncIterable<ConverterEvent>;
}
