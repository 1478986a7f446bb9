import type { Expr } from '../ast.ts';
import type { SyntaxNode } from '../walk.ts';

/** True for `super()`. */
export function isSuper(node: Expr): boolean {
  return node.kind === 'call' && node.callee.kind === 'name' && node.callee.name === 'super';
}

/** What stands anywhere in an expression. */
interface Contents {
  /** True for a call. */
  readonly calls: boolean;
  /** True for `:=`. */
  readonly assigns: boolean;
  /** True for what raises an error for some values: a call, an index, a division. */
  readonly mayRaise: boolean;
}

/** Kept by node, because every round asks for the contents of every expression, and of all that it stands in. */
const known = new WeakMap<object, Contents>();

const isDivision = (op: unknown): boolean => op === '/' || op === '//' || op === '%';

/** What stands anywhere in an expression, itself included. */
export function contentsOf(item: object): Contents {
  const before = known.get(item);
  if (before) return before;
  const { kind, op } = item as SyntaxNode;
  const found = {
    calls: kind === 'call',
    assigns: kind === 'walrus',
    mayRaise: kind === 'index' || kind === 'call' || (kind === 'binary' && isDivision(op)),
  };
  for (const key in item) {
    const value = (item as SyntaxNode)[key];
    if (key === 'place' || typeof value !== 'object' || value === null) continue;
    const { calls, assigns, mayRaise } = contentsOf(value);
    found.calls ||= calls;
    found.assigns ||= assigns;
    found.mayRaise ||= mayRaise;
  }
  known.set(item, found);
  return found;
}

export function containsCall(node: Expr): boolean {
  return contentsOf(node).calls;
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
