import { Unsupported, type Place } from '../ast.ts';
import type { Node } from 'web-tree-sitter';

/** The first place the parser could not read. */
export function firstError(node: Node): Node | undefined {
  if (node.isError || node.isMissing) return node;
  for (const child of node.children) {
    if (child && (child.hasError || child.isError || child.isMissing)) {
      const found = firstError(child);
      if (found) return found;
    }
  }
  return undefined;
}

/** Where a node stands, in lines and columns from 0. */
export function placeOf(node: Node): Place {
  const { startPosition, endPosition } = node;
  return {
    line: startPosition.row,
    column: startPosition.column,
    endLine: endPosition.row,
    endColumn: endPosition.column,
  };
}

/** The named children, without comments. */
export function named(node: Node): Node[] {
  return node.namedChildren.filter(
    (child): child is Node => child !== null && child.type !== 'comment' && child.type !== 'line_continuation',
  );
}

/** The child of that name. Throws Unsupported where there is none. */
export function field(node: Node, name: string): Node {
  const child = node.childForFieldName(name);
  if (!child) throw new Unsupported('invalid syntax', placeOf(node), 'syntax-error');
  return child;
}
