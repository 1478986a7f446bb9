import type { Expr, Stmt } from '../ast.ts';
import type { FunctionInfo } from '../program.ts';
import { some } from '../walk.ts';

export function namesOf(target: Expr): Extract<Expr, { kind: 'name' }>[] {
  if (target.kind === 'name') return [target];
  return target.kind === 'tuple' || target.kind === 'list' ? target.items.flatMap(namesOf) : [];
}

export function repeats(names: readonly string[]): boolean {
  return new Set(names).size !== names.length;
}

function children(node: Stmt): readonly (readonly Stmt[])[] {
  switch (node.kind) {
    case 'if':
    case 'while':
    case 'for':
      return [node.body, node.orelse];
    case 'with':
      return [node.body];
    case 'try':
      return [node.body, ...node.handlers.map(({ body }) => body), node.orelse, node.finalbody];
    case 'match':
      return node.cases.map(({ body }) => body);
    default:
      return [];
  }
}

/** Bodies with a `finally` or a `with`, because each `return` asks for that. */
const leftThroughCode = new WeakMap<readonly Stmt[], boolean>();

/** True where a `return` may run further statements of the same body, which still see its variables. */
export function isLeftThroughCode(body: readonly Stmt[]): boolean {
  let found = leftThroughCode.get(body);
  if (found === undefined) {
    found = some(body, ({ kind, finalbody }) => kind === 'with' || (kind === 'try' && (finalbody as []).length > 0));
    leftThroughCode.set(body, found);
  }
  return found;
}

/** Names a statement assigns, inner statements included. */
export function assignedIn(node: Stmt): Set<string> {
  const names = new Set<string>();
  const take = (target: Expr): void => namesOf(target).forEach(({ name }) => names.add(name));
  if (node.kind === 'assign') node.targets.forEach(take);
  else if (node.kind === 'augment' || node.kind === 'for') take(node.target);
  else if (node.kind === 'annotate') take(node.target);
  for (const inner of children(node).flat()) for (const name of assignedIn(inner)) names.add(name);
  return names;
}

export function assignedNames(info: FunctionInfo): Set<string> {
  return new Set(info.def.body.flatMap((statement) => [...assignedIn(statement)]));
}

/** True when control never runs past the end of these statements. */
export function endsAlways(body: readonly Stmt[]): boolean {
  return body.some((node) => {
    switch (node.kind) {
      case 'return':
      case 'raise':
        return true;
      case 'if':
        return node.orelse.length > 0 && endsAlways(node.body) && endsAlways(node.orelse);
      case 'while':
        return node.test.kind === 'bool' && node.test.value && !containsBreak(node.body);
      case 'try':
        return (
          endsAlways(node.finalbody) ||
          ((endsAlways(node.body) || endsAlways(node.orelse)) && node.handlers.every(({ body }) => endsAlways(body)))
        );
      case 'with':
        return false;
      default:
        return false;
    }
  });
}

/** True when a `break` in here ends the loop around it. */
export function containsBreak(body: readonly Stmt[]): boolean {
  return body.some((node) => {
    if (node.kind === 'break') return true;
    if (node.kind === 'for' || node.kind === 'while') return containsBreak(node.orelse);
    return children(node).some(containsBreak);
  });
}

/** True when a `continue` in here goes on with the loop around it. */
export function containsContinue(body: readonly Stmt[]): boolean {
  return body.some((node) => {
    if (node.kind === 'continue') return true;
    if (node.kind === 'for' || node.kind === 'while') return containsContinue(node.orelse);
    return children(node).some(containsContinue);
  });
}
