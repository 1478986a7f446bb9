/** A remark on a place in a source text. Lines and columns count from 0, columns in UTF-16 code units. */
export interface SourceDiagnostic {
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** Short stable name of the rule or compiler option, such as `unsupported-construct` or `-Wconversion`. */
  readonly code?: string;
}
