import { Diagnostic, DiagnosticSeverity, Range } from 'vscode';
import type { SourceDiagnostic } from '../shared/sourceDiagnostic.ts';

/** What the editor shows of a finding, in its Problems panel. */
export function toDiagnostic({
  line,
  column,
  endLine,
  endColumn,
  message,
  severity,
  code,
}: SourceDiagnostic): Diagnostic {
  const severities = {
    error: DiagnosticSeverity.Error,
    warning: DiagnosticSeverity.Warning,
    note: DiagnosticSeverity.Information,
  };
  const diagnostic = new Diagnostic(new Range(line, column, endLine, endColumn), message, severities[severity]);
  diagnostic.source = 'Slipstream';
  diagnostic.code = code;
  return diagnostic;
}
