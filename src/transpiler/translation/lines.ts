/** The code of a statement whose value nobody uses. */
export function withoutValue(code: string): string {
  return /^\((.*), py::None\)$/s.exec(code)?.[1] ?? code;
}

export function indent(line: string): string {
  return line === '' ? '' : `  ${line}`;
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
