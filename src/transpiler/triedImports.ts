import type { Module, Stmt } from './ast.ts';

/** Modules that every Python 3 has. */
const standard = new Set(
  'array bisect calendar cmath collections contextlib copy dataclasses datetime decimal enum fractions functools hashlib heapq io itertools json math operator os queue random re statistics string struct sys textwrap time typing unittest'.split(
    ' ',
  ),
);

const imports = (statement: Stmt): readonly string[] | undefined => {
  if (statement.kind === 'import') return statement.names.map(({ module }) => module.split('.')[0] as string);
  return statement.kind === 'import-from' ? [statement.module.split('.')[0] as string] : undefined;
};

/** True when an import certainly works, false when it certainly fails: MicroPython's `ustruct` and the like. */
function works(statement: Stmt): boolean | undefined {
  const modules = imports(statement);
  if (!modules) return undefined;
  if (modules.every((name) => standard.has(name))) return true;
  return modules.length === 1 && modules.some((name) => name.startsWith('u') && standard.has(name.slice(1)))
    ? false
    : undefined;
}

/** Puts in the place of `try: import … except ImportError: …` at the top of a module what it comes to. */
export function settleTriedImports(module: Module): Module {
  const settled = (statement: Stmt): readonly Stmt[] => {
    if (statement.kind !== 'try' || statement.finalbody.length > 0) return [statement];
    const [handler, ...others] = statement.handlers;
    const types = handler?.types.map((type) => (type.kind === 'name' ? type.name : ''));
    const catches = types?.every((name) => ['ImportError', 'ModuleNotFoundError', 'Exception'].includes(name));
    if (!handler || others.length > 0 || catches !== true || handler.name !== undefined) return [statement];
    const body = statement.body.flatMap(settled);
    const answers = body.map(works);
    if (answers.every((each) => each === true)) return [...body, ...statement.orelse];
    return answers[0] === false ? handler.body.flatMap(settled) : [statement];
  };
  const body = module.body.flatMap(settled);
  return body.length === module.body.length && body.every((each, at) => each === module.body[at])
    ? module
    : { ...module, body };
}
