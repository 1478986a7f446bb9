import type { Handler, CompExpr, Expr, Param, Stmt } from './ast.ts';
import { targetNames, walk } from './walk.ts';

/** Names that inner functions, lambdas and classes use or change, other than those that they have for themselves. */
export function freeNames(body: readonly Stmt[], uses: Set<string>, assigns: Set<string>): void {
  const visit = (node: unknown, inside: boolean, own: ReadonlySet<string>): void => {
    if (Array.isArray(node)) {
      for (const item of node) visit(item, inside, own);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    const record = node as Record<string, unknown>;
    const { kind } = record;
    if (kind === 'name' && inside && !own.has(record['name'] as string)) uses.add(record['name'] as string);
    if (kind === 'nonlocal') for (const name of record['names'] as string[]) assigns.add(name);
    if (kind === 'global' && inside) for (const name of record['names'] as string[]) assigns.add(name);
    if (kind === 'comp') {
      const { clauses, element, value } = record as unknown as CompExpr;
      const bound = new Set(own);
      for (const { target } of clauses) targetNames(target, (name) => void bound.add(name));
      visit(clauses[0]?.iterable, inside, own);
      visit(
        [clauses.slice(1).map(({ iterable }) => iterable), clauses.map(({ conditions }) => conditions)],
        inside,
        bound,
      );
      visit([element, value], inside, bound);
      return;
    }
    const nested = inside || kind === 'def' || kind === 'lambda' || kind === 'class';
    const within = kind === 'def' || kind === 'lambda' ? new Set([...own, ...ownNames(record)]) : own;
    for (const [key, value] of Object.entries(record)) {
      if (key === 'place' || key === 'decorators' || key === 'annotation' || key === 'returns') continue;
      visit(value, nested, key === 'body' ? within : own);
    }
  };
  visit(body, false, new Set());
}

/** The parameters and variables of a function or lambda. */
function ownNames({ kind, params, body }: Record<string, unknown>): Set<string> {
  const names = new Set((params as readonly Param[]).map(({ name }) => name));
  if (kind === 'lambda') return names;
  for (const name of namesAssignedIn(body as readonly Stmt[])) names.add(name);
  walk(body, (node) => {
    if (node['kind'] === 'try')
      for (const { name } of node['handlers'] as readonly Handler[]) if (name !== undefined) names.add(name);
    return node['kind'] !== 'def' && node['kind'] !== 'class';
  });
  walk(body, (node) => {
    if (node['kind'] === 'global' || node['kind'] === 'nonlocal')
      for (const name of node['names'] as string[]) names.delete(name);
    return node['kind'] !== 'def' && node['kind'] !== 'class';
  });
  return names;
}

/** The names that statements assign, other than those that functions and classes in them have for themselves. */
export function namesAssignedIn(body: readonly Stmt[]): Set<string> {
  const names = new Set<string>();
  const add = (name: string): void => void names.add(name);
  walk(body, (node) => {
    if (['def', 'class', 'lambda'].includes(node['kind'] as string)) return false;
    if (['assign', 'annotate', 'augment', 'for', 'walrus', 'delete'].includes(node['kind'] as string)) {
      targetNames(node['target'], add);
      (node['targets'] as unknown[] | undefined)?.forEach((target) => targetNames(target, add));
    }
    if (node['kind'] === 'with') for (const item of node['items'] as { target?: Expr }[]) targetNames(item.target, add);
    return undefined;
  });
  return names;
}

export function namesInLambdas(body: readonly Stmt[]): Set<string> {
  const names = new Set<string>();
  const visit = (node: unknown, inside: boolean): void => {
    if (typeof node !== 'object' || node === null) return;
    const { kind, name } = node as { readonly kind?: unknown; readonly name?: unknown };
    if (inside && kind === 'name' && typeof name === 'string') names.add(name);
    for (const [key, value] of Object.entries(node)) if (key !== 'place') visit(value, inside || kind === 'lambda');
  };
  visit(body, false);
  return names;
}

/** Names that stand anywhere but in front of a call's parenthesis. */
export function namesUsedAsValues(body: readonly Stmt[]): Set<string> {
  const found = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      node.forEach(visit);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    const record = node as Record<string, unknown>;
    if (record['kind'] === 'name') found.add(record['name'] as string);
    for (const [key, value] of Object.entries(record)) {
      if (key === 'place') continue;
      if (key === 'callee' && (value as Expr).kind === 'name') continue;
      visit(value);
    }
  };
  visit(body);
  return found;
}
