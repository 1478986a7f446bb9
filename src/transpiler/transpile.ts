import type { SourceDiagnostic } from '../shared/sourceDiagnostic.ts';

/** What the engine gives: one self-contained C++20 program, or the reasons why not. `diagnostics` places are in the given source. */
export type TranspileResult =
  | { readonly ok: true; readonly cpp: string; readonly diagnostics: readonly SourceDiagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly SourceDiagnostic[] };
