import type { UnitRecord } from '../shared/evidence.ts';
import type { SourceDiagnostic } from '../shared/sourceDiagnostic.ts';
import type { CallExample } from './callExamples.ts';

/** The calls of a function in a run of its program, and for each parameter what was seen of it, such as `int, 0 to 2999`. */
export interface UnitProfile {
  readonly calls: readonly CallExample[];
  readonly parameters: readonly string[];
}

/** What is converted: a whole script, or a part with all that it needs, as one Python text that stands alone. */
export interface PythonUnit {
  readonly record: UnitRecord;
  /** The stand-alone Python text: LF line ends, no byte order mark. Equal to `record.source`. */
  readonly source: string;
  /**
   * For each line of `source` (counted from 0) the line of the user's document it came from, or -1 for a line we added.
   * Places in diagnostics are mapped back through this.
   */
  readonly lineMap: readonly number[];
  /** Name of the one function that was asked for, when it was one. */
  readonly functionName?: string;
  /** Calls of that function with literals, from anywhere in its document. */
  readonly examples?: readonly CallExample[];
  /** The whole program it was cut from, where running that may call the function. */
  readonly program?: string;
  /** True when importing its file does nothing but define, as far as can be told. */
  readonly isImportable?: boolean;
  /** What was seen of that function while its program ran. */
  readonly profile?: UnitProfile;
  /** False when running `source` would do nothing that can be compared (a bare function that nobody calls). */
  readonly runnable: boolean;
}

/** Where in a document the user asked: offsets in UTF-16 code units; start = end for a bare cursor. */
export interface UnitRequest {
  readonly text: string;
  readonly selection?: { readonly start: number; readonly end: number };
  /** Take this function or class rather than what the selection says. */
  readonly functionName?: string;
  readonly wholeFile?: boolean;
  readonly file?: string;
  /** True when the text is a notebook cell. */
  readonly cell?: boolean;
}

/** A unit, or the syntax errors that stand in its way. */
export type UnitResult =
  | { readonly ok: true; readonly unit: PythonUnit; readonly diagnostics: readonly SourceDiagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly SourceDiagnostic[] };
