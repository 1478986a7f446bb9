import { closingAt, splitStatements } from '../cppText.ts';

/** The code of a statement whose value nobody uses. */
export function withoutValue(code: string): string {
  return /^\((.*), py::None\)$/s.exec(code)?.[1] ?? code;
}

/** The statements that work a value out which nobody uses; operands that have names get a block of their own. */
export function asStatement(code: string): string[] {
  const inner = /^\[&\] \{ (auto operand_1 = .*) \}\(\)$/s.exec(code)?.[1];
  if (inner === undefined || closingAt(code, code.indexOf('{')) !== code.length - 3) return [`${withoutValue(code)};`];
  const lines = splitStatements(inner);
  const last = /^return (.*);$/s.exec(lines.at(-1) ?? '')?.[1];
  if (last === undefined) return [`${withoutValue(code)};`];
  return ['{', ...lines.slice(0, -1).map(indent), indent(`${withoutValue(last)};`), '}'];
}

export function indent(line: string): string {
  return line === '' ? '' : `  ${line}`;
}

/** The lines without blank ones at the edges of a block, and without two in a row. */
export function withoutGaps(lines: readonly string[]): string[] {
  return lines.filter((line, index) => {
    if (line.trim() !== '') return true;
    const [before, after] = [lines[index - 1] ?? '{', lines[index + 1] ?? '}'];
    return before.trim() !== '' && !before.endsWith('{') && !/^\s*\}/.test(after);
  });
}

export function comments(leading: readonly string[]): string[] {
  return leading.map((line) =>
    line === '' ? '' : `//${line.startsWith(' ') || line === '' ? '' : ' '}${line.replace(/\\+$/, '')}`,
  );
}

export function documentation(docstring: string | undefined): string[] {
  if (docstring === undefined) return [];
  return docstring
    .trim()
    .split('\n')
    .map((line) => `// ${line.trim().replace(/\\+$/, '')}`.trimEnd());
}
