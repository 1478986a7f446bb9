import type { Handler, Module, Stmt } from './ast.ts';
import { Pieces, type ParsePython } from './pieces.ts';
import { rewrite, some, walk, type SyntaxNode } from './walk.ts';

type TryStmt = Extract<Stmt, { kind: 'try' }>;

const leavesAtEnd = (body: readonly Stmt[]): boolean => body.at(-1)?.kind === 'return';

/** True for statements that are left by nothing but exceptions and a `return` at their ends. */
function endsPlainly(body: readonly Stmt[]): boolean {
  let plain = true;
  body.forEach((each, at) => {
    if (each.kind === 'return' && at === body.length - 1) return;
    walk(each, (node) => {
      if (['def', 'class', 'lambda'].includes(node['kind'] as string)) return false;
      if (['return', 'break', 'continue', 'yield', 'yield-from'].includes(node['kind'] as string)) plain = false;
      return undefined;
    });
  });
  return plain;
}

/** A `return` at the end as the expression that it works out. */
function withoutReturn(body: readonly Stmt[]): Stmt[] {
  return body.map((each): Stmt => {
    if (each.kind !== 'return') return each;
    const { id, place, leading, value } = each;
    return value ? { kind: 'expr', id, place, leading, value } : { kind: 'pass', id, place, leading };
  });
}

/**
 * Writes `try … finally: return x` in words without a `return` in `finally`: whatever was returned or raised before is given up.
 * Others are left as they are.
 */
export function writeOutFinallyReturns(module: Module, parse: ParsePython): Module {
  const isMeant = (node: SyntaxNode): boolean => {
    if (!Array.isArray(node['finalbody'])) return false;
    const { body, handlers, orelse, finalbody } = node as unknown as TryStmt;
    const parts = [body, orelse, ...handlers.map((handler) => handler.body)];
    const inner = finalbody.slice(0, -1);
    return leavesAtEnd(finalbody) && parts.every(endsPlainly) && endsPlainly(inner) && !leavesAtEnd(inner);
  };
  if (!some(module.body, isMeant)) return module;
  const pieces = new Pieces(module, parse);
  const written = (node: SyntaxNode): unknown => {
    if (!isMeant(node)) return node;
    const statement = node as unknown as TryStmt;
    const { place, leading, finalbody } = statement;
    const handlers = statement.handlers.map((handler): Handler => ({ ...handler, body: withoutReturn(handler.body) }));
    const inner: TryStmt = {
      ...statement,
      body: withoutReturn(statement.body),
      orelse: withoutReturn(statement.orelse),
      handlers,
      finalbody: [],
    };
    const whole = handlers.length || inner.orelse.length ? [inner] : inner.body;
    const [made] = pieces.statements('try:\n    pass\nexcept BaseException:\n    pass', place);
    return [{ ...made, leading, body: whole }, ...finalbody];
  };
  const flat = <T>(item: T): T => {
    if (Array.isArray(item)) return (item as unknown[]).flat().map((each) => flat(each)) as T;
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(
      Object.entries(item).map(([key, value]) => [key, key === 'place' ? (value as unknown) : flat(value)]),
    ) as T;
  };
  return { ...module, body: flat(rewrite(module.body, written)) };
}
