import type { SourceDiagnostic } from '../shared/sourceDiagnostic.ts';

/** The source that was compiled and the name it had in the compiler's messages. */
export interface CompiledSource {
  readonly source: string;
  readonly fileName: string;
}

type Severity = SourceDiagnostic['severity'];

const GNU_PLACED =
  /^(?<file>(?:[A-Za-z]:)?[^:\n]+):(?<line>\d+):(?:(?<column>\d+):)? (?<kind>fatal error|error|warning|note|sorry, unimplemented): (?<message>.*)$/;
const GNU_INSTANTIATED =
  /^(?<file>(?:[A-Za-z]:)?[^:\n]+):(?<line>\d+):(?:(?<column>\d+):)?\s+(?:required (?:from|by)|recursively required|in 'constexpr')/;
const INCLUDED_FROM = /^(?:In file included from|\s+from) (?<file>(?:[A-Za-z]:)?[^:\n]+):(?<line>\d+)/;
const LINKER = /(?:undefined reference to .*|multiple definition of .*|duplicate symbol .*|cannot find -l\S+)$/;
const APPLE_LINKER = /^\s+"(?<symbol>.+)", referenced from:/;
const UNPLACED =
  /^(?:cc1plus|c\+\+|g\+\+|clang\+\+|clang|[\w./+-]*(?:g\+\+|clang\+\+)[\w.-]*|ld|lld): (?<kind>fatal error|error|warning): (?<message>.*)$/;
const OPTION = / \[(?<option>-[Wf][^\]]+)\]$/;
const MSVC_PLACED =
  /^(?<file>(?:[A-Za-z]:)?[^(\n]+)\((?<line>\d+)(?:,(?<column>\d+))?\)\s*: (?<kind>fatal error|error|warning|note|message)(?: (?<code>[A-Z]+\d+))?: (?<message>.*)$/;
const MSVC_UNPLACED =
  /^(?:LINK|cl|.*\.obj)\s*: (?:Command line )?(?<kind>fatal error|error|warning) (?<code>[A-Z]+\d+)\s*: (?<message>.*)$/i;

function severityOf(kind: string): Severity {
  if (kind === 'warning') return 'warning';
  return kind === 'note' || kind === 'message' ? 'note' : 'error';
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** Turns a column that counts UTF-8 bytes from 1 into one that counts UTF-16 code units from 0. */
function columnFromByte(line: string, byteColumn: number): number {
  return new TextDecoder().decode(new TextEncoder().encode(line).subarray(0, byteColumn - 1)).length;
}

/** Collects diagnostics with places in one source. */
class Collector {
  readonly #diagnostics: SourceDiagnostic[] = [];
  readonly #lines: readonly string[];
  readonly #bytes: boolean;

  constructor(source: string, columnsAreBytes: boolean) {
    this.#lines = source.split(/\r\n|\r|\n/);
    this.#bytes = columnsAreBytes;
  }

  add(severity: Severity, message: string, line: number, column: number | undefined, code?: string): void {
    const lineIndex = Math.min(Math.max(line - 1, 0), this.#lines.length - 1);
    const text = this.#lines[lineIndex] ?? '';
    const indent = text.length - text.trimStart().length;
    const start =
      column === undefined ? indent : Math.min(this.#bytes ? columnFromByte(text, column) : column - 1, text.length);
    // Compilers name one point; the word there is what a person looks at.
    const word =
      column === undefined
        ? text.trim()
        : (/^[\p{L}\p{N}_]+/u.exec(text.slice(start))?.[0] ?? text.slice(start, start + 1));
    this.#diagnostics.push({
      severity,
      message,
      line: lineIndex,
      column: start,
      endLine: lineIndex,
      endColumn: start + word.length,
      ...(code ? { code } : {}),
    });
  }

  /** Puts the diagnostic added last at another place. */
  moveLast(line: number, column: number): void {
    const last = this.#diagnostics.pop();
    if (last) this.add(last.severity, last.message, line, column, last.code);
  }

  /** What was added, each remark once: compilers repeat themselves for every instantiation. */
  diagnostics(): SourceDiagnostic[] {
    const seen = new Map(this.#diagnostics.map((found) => [JSON.stringify(found), found]));
    return [...seen.values()];
  }
}

/** With this clang tells, after an error in a header, which line of the source led there. */
const LED_THERE = /requested here$/;

/** Reads the messages of g++ or clang++ (columns in bytes). What is in a header is shown at the line of the source that led there. */
export function parseGnuDiagnostics(output: string, compiled: CompiledSource): SourceDiagnostic[] {
  const collector = new Collector(compiled.source, true);
  const own = (file: string | undefined): boolean => file !== undefined && baseName(file) === compiled.fileName;
  let cameFrom: { line: number; column: number | undefined } | undefined;
  let inHeader = false;
  for (const line of output.split(/\r?\n/)) {
    const instantiated = GNU_INSTANTIATED.exec(line)?.groups ?? INCLUDED_FROM.exec(line)?.groups;
    if (instantiated) {
      if (own(instantiated['file'])) {
        const column = instantiated['column'];
        cameFrom = { line: Number(instantiated['line']), column: column ? Number(column) : undefined };
      }
      continue;
    }
    const placed = GNU_PLACED.exec(line)?.groups;
    if (placed) {
      const text = placed['message'] ?? '';
      const option = OPTION.exec(text)?.groups?.['option'];
      const message = text.replace(OPTION, '');
      const severity = severityOf(placed['kind'] ?? '');
      if (severity === 'note' && inHeader && own(placed['file']) && LED_THERE.test(text)) {
        collector.moveLast(Number(placed['line']), Number(placed['column'] ?? 1));
        inHeader = false;
        continue;
      }
      if (severity !== 'note') inHeader = !own(placed['file']);
      if (own(placed['file'])) {
        const column = placed['column'];
        collector.add(severity, message, Number(placed['line']), column ? Number(column) : undefined, option);
      } else if (severity !== 'note') {
        const header = baseName(placed['file'] ?? '');
        collector.add(severity, `${message} (in ${header})`, cameFrom?.line ?? 1, cameFrom?.column, option);
      }
      if (severity !== 'note') cameFrom = undefined;
      continue;
    }
    const unplaced = UNPLACED.exec(line)?.groups;
    const symbol = APPLE_LINKER.exec(line)?.groups?.['symbol'];
    const linker = LINKER.exec(line)?.[0];
    if (linker) collector.add('error', linker, 1, undefined);
    else if (symbol) collector.add('error', `undefined symbol ${symbol}`, 1, undefined);
    else if (unplaced && !/linker command failed/.test(line)) {
      collector.add(severityOf(unplaced['kind'] ?? ''), unplaced['message'] ?? '', 1, undefined);
    }
  }
  return collector.diagnostics();
}

/** Reads the messages of Visual C++ run with `/diagnostics:column` (columns in UTF-16 code units). */
export function parseMsvcDiagnostics(output: string, compiled: CompiledSource): SourceDiagnostic[] {
  const collector = new Collector(compiled.source, false);
  for (const line of output.split(/\r?\n/)) {
    const placed = MSVC_PLACED.exec(line)?.groups;
    if (placed) {
      const severity = severityOf(placed['kind'] ?? '');
      const message = placed['message'] ?? '';
      if (baseName(placed['file'] ?? '') === compiled.fileName) {
        const column = placed['column'];
        collector.add(severity, message, Number(placed['line']), column ? Number(column) : undefined, placed['code']);
      } else if (severity !== 'note') {
        collector.add(severity, `${message} (in ${baseName(placed['file'] ?? '')})`, 1, undefined, placed['code']);
      }
      continue;
    }
    const unplaced = MSVC_UNPLACED.exec(line)?.groups;
    if (unplaced) {
      collector.add(severityOf(unplaced['kind'] ?? ''), unplaced['message'] ?? '', 1, undefined, unplaced['code']);
    }
  }
  return collector.diagnostics();
}
