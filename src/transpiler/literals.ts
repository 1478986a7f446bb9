import type { Expr } from './ast.ts';

/** True for values that cannot change and are known from the text. */
export function isLiteral(node: Expr): boolean {
  return (
    ['int', 'float', 'str', 'bool', 'none'].includes(node.kind) ||
    (node.kind === 'unary' && isLiteral(node.operand)) ||
    (node.kind === 'tuple' && node.items.every(isLiteral))
  );
}
