import type { Expr, FunctionDef, Module, Stmt } from './ast.ts';
import { namesAssignedIn } from './scopeNames.ts';
import { isName, some } from './walk.ts';

/** The decorator of `f = decorator(f)`. */
function decoratorOf(statement: Stmt | undefined, name: string): Expr | undefined {
  if (statement?.kind !== 'assign' || statement.targets.length !== 1) return undefined;
  const [target] = statement.targets;
  const { value } = statement;
  if (target?.kind !== 'name' || target.name !== name || value.kind !== 'call') return undefined;
  const [argument, more] = value.args;
  const isAlone = argument?.kind === 'name' && argument.name === name && !more && value.keywords.length === 0;
  return isAlone && !some(value.callee, (node) => isName(node, name)) ? value.callee : undefined;
}

/** True for what calls nothing: a definition without decorators, an import, or a value written out. */
function isQuiet(statement: Stmt): boolean {
  if (statement.kind === 'def') return statement.decorators.length === 0 && !some(statement.params, isCall);
  if (statement.kind === 'import' || statement.kind === 'import-from') return true;
  return (statement.kind === 'expr' || statement.kind === 'assign') && !some(statement, isCall);
}

const isCall = (node: Readonly<Record<string, unknown>>): boolean => node['kind'] === 'call';

/** Functions that the module wraps behind their definition, `f = decorator(f)`, as functions with that decorator. */
export function decorateAssigned(module: Module): Module {
  let body = [...module.body];
  for (const definition of module.body) {
    if (definition.kind !== 'def') continue;
    const { name } = definition;
    if (body.filter((each) => each.kind === 'def' && each.name === name).length !== 1) continue;
    const at = body.findIndex((each) => decoratorOf(each, name) !== undefined);
    const from = body.findIndex((each) => each.kind === 'def' && each.name === name);
    const assigned = body.filter((each) => namesAssignedIn([each]).has(name));
    if (at < from || assigned.length !== 1 || isAssignedByFunctions(body, name)) continue;
    if (!body.slice(from + 1, at).every((each) => isQuiet(each) && (each.kind === 'def' || !mentions(each, name))))
      continue;
    const statement = body[at] as Stmt;
    const decorated: FunctionDef = {
      ...(body[from] as FunctionDef),
      decorators: [decoratorOf(statement, name) as Expr, ...definition.decorators],
    };
    // It stands where the decorator, which may be defined in between, is known.
    body = [...body.slice(0, from), ...body.slice(from + 1, at), decorated, ...body.slice(at + 1)];
  }
  return { ...module, body };
}

const mentions = (statement: Stmt, name: string): boolean => some(statement, (node) => isName(node, name));

const isAssignedByFunctions = (body: readonly Stmt[], name: string): boolean =>
  some(body, (node) => node['kind'] === 'global' && (node['names'] as readonly string[]).includes(name));
