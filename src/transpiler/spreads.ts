import type { Expr } from './ast.ts';

/** The part of an expression that stands first in the source; undefined where it has no parts or stands in brackets. */
function firstPart(node: Expr): readonly [part: Expr, replaced: (part: Expr) => Expr] | undefined {
  switch (node.kind) {
    case 'call':
      return [node.callee, (callee) => ({ ...node, callee })];
    case 'attribute':
    case 'index':
      return [node.object, (object) => ({ ...node, object })];
    case 'binary':
    case 'bool-op':
      return [node.left, (left) => ({ ...node, left })];
    case 'compare':
      return [node.first, (first) => ({ ...node, first })];
    default:
      return undefined;
  }
}

/**
 * An element of a list, set or tuple or an argument with its `*` outside: the grammar takes `[*f(x)]` for a call of `*f`, where Python
 * spreads what `f(x)` gives.
 */
export function withSpreadOutside(node: Expr): Expr {
  const inner = (expr: Expr): Expr | undefined => {
    if (expr.kind === 'star') return expr.value;
    const first = firstPart(expr);
    const part = first && inner(first[0]);
    return part && first[1](part);
  };
  if (node.kind === 'star') return node;
  const value = inner(node);
  return value ? { kind: 'star', id: -node.id, place: node.place, value } : node;
}
