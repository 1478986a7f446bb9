import type { Expr } from '../ast.ts';
import { typeCall } from '../flow.ts';

/** What an expression is made of, in the order in which Python works it out; empty where C++ has the same order anyway. */
export function operandsOf(node: Expr): readonly Expr[] {
  switch (node.kind) {
    case 'binary':
      return [node.left, node.right];
    case 'compare':
      return node.rest.length === 1 && !typeCall(node.first)
        ? [node.first, ...node.rest.map(({ value }) => value)]
        : [];
    case 'tuple':
      return node.items;
    case 'index':
      return node.index.kind === 'slice' ? [] : [node.object, node.index];
    case 'call': {
      if (node.callee.kind === 'name' && node.callee.name === 'isinstance') return [];
      const object = node.callee.kind === 'attribute' ? [node.callee.object] : [];
      return [...object, ...node.args, ...node.keywords.map(({ value }) => value)];
    }
    case 'fstring':
      return node.parts.flatMap((part) => (typeof part === 'string' ? [] : [part.value]));
    default:
      return [];
  }
}

/** The same expression with other operands. */
export function withOperands(node: Expr, replace: (operand: Expr) => Expr): Expr {
  switch (node.kind) {
    case 'binary':
      return { ...node, left: replace(node.left), right: replace(node.right) };
    case 'compare':
      return {
        ...node,
        first: replace(node.first),
        rest: node.rest.map(({ op, value }) => ({ op, value: replace(value) })),
      };
    case 'tuple':
      return { ...node, items: node.items.map(replace) };
    case 'index':
      return { ...node, object: replace(node.object), index: replace(node.index) };
    case 'call':
      return {
        ...node,
        callee:
          node.callee.kind === 'attribute' ? { ...node.callee, object: replace(node.callee.object) } : node.callee,
        args: node.args.map(replace),
        keywords: node.keywords.map(({ name, value }) => ({ name, value: replace(value) })),
      };
    case 'fstring':
      return {
        ...node,
        parts: node.parts.map((part) => (typeof part === 'string' ? part : { ...part, value: replace(part.value) })),
      };
    default:
      return node;
  }
}
