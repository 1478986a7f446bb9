/** The name of the exception that ended a Python program, read from the end of its standard error, without its module. */
export function pythonExceptionType(stderr: string): string | undefined {
  const start = stderr.lastIndexOf('Traceback (most recent call last):');
  if (start < 0) return undefined;
  // The lines of the traceback are indented; the exception is the first that is not.
  for (const line of stderr.slice(start).split(/\r?\n/).slice(1)) {
    const name = /^(?:[\w.]+\.)?(?<name>[A-Za-z_]\w*)(?::|$)/.exec(line)?.groups?.['name'];
    if (name) return name;
  }
  return undefined;
}

/** The name of a Python exception that a C++ program reported as Python would: the last line `ValueError: …`. */
export function reportedExceptionType(stderr: string): string | undefined {
  const last = stderr.trimEnd().split(/\r?\n/).at(-1) ?? '';
  return /^(?<name>[A-Z]\w*(?:Error|Exception|Iteration|Interrupt|Exit))(?::|$)/.exec(last)?.groups?.['name'];
}
