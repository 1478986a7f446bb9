import { childOfType, fieldOf, type SyntaxNode } from './syntaxTree.ts';

/** A fault in a node that the grammar lets pass although Python does not. */
export interface LaxFault {
  readonly at: SyntaxNode;
  readonly message: string;
}

/** The fault of a node itself, not of what is in it. */
export function findLaxFault(node: SyntaxNode): LaxFault | undefined {
  switch (node.type) {
    case 'augmented_assignment':
    case 'assignment': {
      const right = fieldOf(node, 'right');
      const left = fieldOf(node, 'left');
      const isAugmented = node.type === 'augmented_assignment';
      if (right?.type === 'augmented_assignment' || (isAugmented && right?.type === 'assignment'))
        return { at: right, message: 'assignments such as "+=" cannot be chained.' };
      if (isAugmented && left && /^(pattern_list|tuple_pattern|list_pattern)$/.test(left.type))
        return { at: left, message: 'an assignment such as "+=" has one target.' };
      return undefined;
    }
    case 'expression_statement': {
      const named = childOfType(node, 'named_expression');
      return named && { at: named, message: '":=" needs parentheses here; a plain assignment is written "=".' };
    }
    case 'raise_statement': {
      const list = childOfType(node, 'expression_list');
      return list && { at: list, message: 'Python 3 writes raise Error("text").' };
    }
    case 'try_statement':
      return node.children.some((child) => /^(except|except_group|finally)_clause$/.test(child.type))
        ? undefined
        : { at: node, message: '"try" needs an "except" or a "finally".' };
    case 'argument_list':
      return misplaced(node, 'keyword_argument', isPositional, 'a positional argument follows a keyword argument.');
    case 'parameters':
    case 'lambda_parameters':
      return misplaced(
        node,
        /^(typed_)?default_parameter$/,
        isRequired,
        'a parameter without a default follows one with a default.',
      );
    default:
      return undefined;
  }
}

function isPositional(child: SyntaxNode): boolean {
  return child.named && !/^(keyword_argument|list_splat|dictionary_splat|comment|line_continuation)$/.test(child.type);
}

function isRequired(child: SyntaxNode): boolean {
  const isSplat = child.children.some((part) => /_splat_pattern$/.test(part.type));
  return child.type === 'identifier' || (child.type === 'typed_parameter' && !isSplat);
}

/** The first child that may not come after one of a type. What follows a `*` is in any order. */
function misplaced(
  node: SyntaxNode,
  type: string | RegExp,
  mayNotFollow: (child: SyntaxNode) => boolean,
  message: string,
): LaxFault | undefined {
  let seen = false;
  for (const child of node.children) {
    if (child.type === 'keyword_separator' || child.type === 'list_splat_pattern') return undefined;
    if (child.type === 'typed_parameter' && childOfType(child, 'list_splat_pattern')) return undefined;
    if (seen && mayNotFollow(child)) return { at: child, message };
    seen ||= typeof type === 'string' ? child.type === type : type.test(child.type);
  }
  return undefined;
}

const opening = new Set(['(', '[', '{', 'string_start']);
const closing = new Set([')', ']', '}', 'string_end']);
const holdsLines =
  /^(module|block|decorated_definition|decorator|(function|class)_definition|(if|for|while|try|with|match)_statement|\w+_clause)$/;

/**
 * Tells for each child of a node whether it stands in brackets or a string, and calls `onBreak` with the child before a
 * line's end that ends the statement for Python, though not for the grammar.
 */
export function followBrackets(
  node: SyntaxNode,
  text: string,
  inBrackets: boolean,
  onBreak: (before: SyntaxNode) => void,
): boolean[] {
  let depth = inBrackets ? 1 : 0;
  let before: SyntaxNode | undefined;
  const mayBreak = holdsLines.test(node.type);
  return node.children.map((child) => {
    if (closing.has(child.type)) depth--;
    if (before && depth === 0 && !mayBreak && !closing.has(child.type)) {
      const gap = text.slice(before.end, child.start);
      if (gap.includes('\n') && !/\\[^\S\n]*\n/.test(gap) && before.type !== 'line_continuation') onBreak(before);
    }
    if (opening.has(child.type)) depth++;
    if (child.type !== 'comment') before = child;
    return depth > 0;
  });
}
