import type { Expr } from '../ast.ts';

/** True for `super()`. */
export function isSuper(node: Expr): boolean {
  return node.kind === 'call' && node.callee.kind === 'name' && node.callee.name === 'super';
}

export function containsCall(node: Expr): boolean {
  if (node.kind === 'call') return true;
  return Object.entries(node).some(([key, value]) => {
    if (key === 'place' || typeof value !== 'object' || value === null) return false;
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    return items.some((item) => typeof item === 'object' && item !== null && containsCall(item as Expr));
  });
}

/** Cheap to write twice and without effect. */
export function isSimple(node: Expr): boolean {
  return (
    ['name', 'int', 'float', 'str', 'bool'].includes(node.kind) ||
    (node.kind === 'index' && isSimple(node.object) && isSimple(node.index)) ||
    (node.kind === 'attribute' && isSimple(node.object))
  );
}

/** True for what is the same wherever it is worked out: a literal, or something new that only literals are in. */
export function isConstant(node: Expr): boolean {
  switch (node.kind) {
    case 'int':
    case 'float':
    case 'str':
    case 'bool':
    case 'none':
      return true;
    case 'unary':
      return isConstant(node.operand);
    case 'list':
    case 'set':
    case 'tuple':
      return node.items.every(isConstant);
    case 'dict':
      return node.entries.every(({ key, value }) => key !== undefined && isConstant(key) && isConstant(value));
    default:
      return false;
  }
}

/** True for several indexes of which one is a slice, as only arrays take them. */
export const isSliced = (index: Expr): boolean =>
  index.kind === 'tuple' && index.items.some(({ kind }) => kind === 'slice');
