import type { Node, TreeCursor } from 'web-tree-sitter';

/** A node of the syntax tree, copied out of WebAssembly once because walking there costs a call per step. Offsets in UTF-16 code units. */
export interface SyntaxNode {
  readonly type: string;
  /** Name of the field this node fills in its parent. */
  readonly field: string | null;
  readonly named: boolean;
  readonly missing: boolean;
  readonly start: number;
  readonly end: number;
  readonly children: readonly SyntaxNode[];
}

/** Copies a node with all below it. */
export function copySyntax(node: Node): SyntaxNode {
  const cursor = node.walk();
  const copy = copyAt(cursor);
  cursor.delete();
  return copy;
}

function copyAt(cursor: TreeCursor): SyntaxNode {
  const type = cursor.nodeType;
  const named = cursor.nodeIsNamed;
  const missing = cursor.nodeIsMissing;
  const field = cursor.currentFieldName;
  const start = cursor.startIndex;
  const end = cursor.endIndex;
  const children: SyntaxNode[] = [];
  if (cursor.gotoFirstChild()) {
    do children.push(copyAt(cursor));
    while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return { type, field, named, missing, start, end, children };
}

/** The first child that fills a field. */
export function fieldOf(node: SyntaxNode, field: string): SyntaxNode | undefined {
  return node.children.find((child) => child.field === field);
}

/** The first child of a type. */
export function childOfType(node: SyntaxNode, type: string): SyntaxNode | undefined {
  return node.children.find((child) => child.type === type);
}

/** The statements directly in a module or block. */
export function statementsOf(node: SyntaxNode): SyntaxNode[] {
  return node.children.filter((child) => child.named && child.type !== 'comment' && child.type !== 'line_continuation');
}

/** The `def` or `class` a statement consists of, decorators or not. */
export function definitionOf(node: SyntaxNode): SyntaxNode | undefined {
  if (node.type === 'decorated_definition') return fieldOf(node, 'definition');
  return node.type === 'function_definition' || node.type === 'class_definition' ? node : undefined;
}
