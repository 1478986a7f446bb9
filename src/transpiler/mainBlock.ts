import type { Expr, Module, Stmt } from './ast.ts';
import { isName, some, type SyntaxNode } from './walk.ts';

type IfStatement = Extract<Stmt, { kind: 'if' }>;

const isNamed = (node: Expr, name: string): boolean => node.kind === 'name' && node.name === name;

/** True for `__name__ == "__main__"`, which holds in a program. */
export function isMainGuard(test: Expr): boolean {
  if (test.kind !== 'compare' || !isNamed(test.first, '__name__')) return false;
  const [only, more] = test.rest;
  return !more && only?.op === '==' && only.value.kind === 'str' && only.value.value === '__main__';
}

/** True for `if __name__ == "__main__":` without `else`, whose body always runs. */
const isMainBlock = (statement: Stmt): statement is IfStatement =>
  statement.kind === 'if' && statement.orelse.length === 0 && isMainGuard(statement.test);

/**
 * Puts the body of `if __name__ == "__main__":` in the place of the statement where functions or classes are defined in it, which
 * are then functions and classes of the module as any others.
 */
export function openDefinitionsOfMain(module: Module): Module {
  const defines = (statement: Stmt): statement is IfStatement =>
    isMainBlock(statement) && statement.body.some(({ kind }) => kind === 'def' || kind === 'class');
  if (!module.body.some(defines)) return module;
  const body = module.body.flatMap((statement): readonly Stmt[] => (defines(statement) ? statement.body : [statement]));
  return { ...module, body };
}

/** True for a call of `doctest.testmod()` whose result nobody uses. */
function runsDoctests(statement: Stmt): boolean {
  if (statement.kind !== 'expr' || statement.value.kind !== 'call') return false;
  const { callee, args, keywords } = statement.value;
  const isTestmod = (node: Expr): boolean =>
    node.kind === 'attribute' ? node.name === 'testmod' && isNamed(node.object, 'doctest') : isNamed(node, 'testmod');
  return isTestmod(callee) && args.length === 0 && keywords.length === 0;
}

const isDoctestImport = (statement: Stmt): boolean =>
  (statement.kind === 'import' &&
    statement.names.every(({ module, as }) => module === 'doctest' && as === undefined)) ||
  (statement.kind === 'import-from' &&
    statement.module === 'doctest' &&
    statement.names.every(({ name, as }) => name === 'testmod' && as === undefined));

const isDoctestName = (node: SyntaxNode): boolean => isName(node, 'doctest') || isName(node, 'testmod');

const blank = ({ id, place, leading }: Stmt): Stmt => ({ kind: 'pass', id, place, leading });

/**
 * Leaves out `doctest.testmod()`, which prints nothing as long as the examples in the docstrings hold, and its import where
 * nothing else is done with it.
 */
function withoutDoctests(module: Module): Module {
  const inBlock = (statement: Stmt): Stmt => {
    if (runsDoctests(statement)) return blank(statement);
    return isMainBlock(statement) ? { ...statement, body: statement.body.map(inBlock) } : statement;
  };
  const without = { ...module, body: module.body.map(inBlock) };
  if (some(without.body, isDoctestName)) return module;
  const inImports = (statement: Stmt): Stmt => {
    if (isDoctestImport(statement)) return blank(statement);
    return isMainBlock(statement) ? { ...statement, body: statement.body.map(inImports) } : statement;
  };
  return { ...without, body: without.body.map(inImports) };
}

/** Puts the imports that begin the main block in front of it, where the engine knows them. */
export function openMainBlock(module: Module): Module {
  const { body } = withoutDoctests(module);
  return {
    ...module,
    body: body.flatMap((statement): Stmt[] => {
      if (!isMainBlock(statement)) return [statement];
      const first = statement.body.findIndex(
        ({ kind }) => kind !== 'import' && kind !== 'import-from' && kind !== 'pass',
      );
      const count = first < 0 ? statement.body.length : first;
      const moved = statement.body.slice(0, count).filter(({ kind }) => kind !== 'pass');
      const { id, place } = statement;
      const rest = statement.body.slice(count);
      return [...moved, { ...statement, body: rest.length > 0 ? rest : [{ kind: 'pass', id, place, leading: [] }] }];
    }),
  };
}
