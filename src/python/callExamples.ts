import type { PythonParser } from './parser.ts';
import { copySyntax, definitionOf, fieldOf, statementsOf, type SyntaxNode } from './syntaxTree.ts';

/** A call of a function with literals only, found in its file: what its author thinks of as an input. */
export interface CallExample {
  /** The call as written, such as `gcd(48, 18)`. */
  readonly text: string;
  /** For each positional argument the annotation that fits it, such as `list[int]`; absent where a literal says too little, as `[]` does. */
  readonly positional: readonly (string | undefined)[];
  readonly keywords: Readonly<Record<string, string | undefined>>;
}

/** Examples beyond this many add little. */
const MAXIMUM_EXAMPLES = 200;

/** Calls of a function with nothing but literals, in the file's code and in its docstrings' `>>>` lines; each text once, in order. */
export function findCallExamples(
  parser: PythonParser,
  root: SyntaxNode,
  text: string,
  functionName: string,
): CallExample[] {
  const found = new Map<string, CallExample>();
  const collect = (node: SyntaxNode, source: string): void => {
    if (found.size >= MAXIMUM_EXAMPLES) return;
    if (node.type === 'call') {
      const example = exampleOf(node, source, functionName);
      if (example && !found.has(example.text)) found.set(example.text, example);
    }
    for (const child of node.children) collect(child, source);
  };
  collect(root, text);
  for (const line of docstringExamples(root, text)) {
    if (!line.includes(functionName)) continue;
    const tree = parser.parse(line);
    try {
      collect(copySyntax(tree.rootNode), line);
    } finally {
      tree.delete();
    }
  }
  return [...found.values()];
}

function exampleOf(call: SyntaxNode, text: string, functionName: string): CallExample | undefined {
  const callee = fieldOf(call, 'function');
  const list = fieldOf(call, 'arguments');
  if (!callee || list?.type !== 'argument_list' || text.slice(callee.start, callee.end) !== functionName)
    return undefined;
  const positional: (string | undefined)[] = [];
  const keywords: Record<string, string | undefined> = {};
  for (const argument of statementsOf(list)) {
    const name = argument.type === 'keyword_argument' ? fieldOf(argument, 'name') : undefined;
    const value = name ? fieldOf(argument, 'value') : argument;
    const literal = value && literalAnnotation(value, text);
    if (!literal) return undefined;
    if (name) keywords[text.slice(name.start, name.end)] = literal.annotation;
    else positional.push(literal.annotation);
  }
  return { text: text.slice(call.start, call.end), positional, keywords };
}

/** Whether an expression is a literal, and the annotation that fits it. */
function literalAnnotation(node: SyntaxNode, text: string): { readonly annotation?: string } | undefined {
  const items = (): (string | undefined)[] | undefined => {
    const found = statementsOf(node).map((child) => literalAnnotation(child, text));
    return found.every((item) => item !== undefined) ? found.map(({ annotation }) => annotation) : undefined;
  };
  const container = (name: string, kinds: readonly (string | undefined)[]): { annotation?: string } => {
    const kind = unionAnnotation(kinds);
    return kind === undefined ? {} : { annotation: `${name}[${kind}]` };
  };
  switch (node.type) {
    case 'integer':
      return { annotation: 'int' };
    case 'float':
      return /[jJ]$/.test(text.slice(node.start, node.end)) ? undefined : { annotation: 'float' };
    case 'true':
    case 'false':
      return { annotation: 'bool' };
    case 'none':
      return { annotation: 'None' };
    case 'string': {
      const start = /^[a-zA-Z]*/.exec(text.slice(node.start, node.end))?.[0].toLowerCase() ?? '';
      return start.includes('f') || start.includes('t') || start.includes('b') ? undefined : { annotation: 'str' };
    }
    case 'unary_operator': {
      const operand = fieldOf(node, 'argument');
      return operand && /^(?:integer|float)$/.test(operand.type) ? literalAnnotation(operand, text) : undefined;
    }
    case 'binary_operator': {
      const kinds = ['left', 'right'].map((field) => {
        const operand = fieldOf(node, field);
        return operand && literalAnnotation(operand, text)?.annotation;
      });
      // Numbers such as 10**9; what / and a negative exponent give is a float.
      if (!kinds.every((kind) => kind === 'int' || kind === 'float')) return undefined;
      const operator = fieldOf(node, 'operator');
      const sign = operator ? text.slice(operator.start, operator.end) : '';
      if (!['+', '-', '*', '**', '/'].includes(sign)) return undefined;
      return { annotation: sign === '/' || kinds.includes('float') ? 'float' : 'int' };
    }
    case 'parenthesized_expression': {
      const [inner] = statementsOf(node);
      return inner && literalAnnotation(inner, text);
    }
    case 'list':
    case 'set': {
      const kinds = items();
      return kinds && container(node.type, kinds);
    }
    case 'tuple': {
      const kinds = items();
      if (!kinds) return undefined;
      return kinds.length > 0 && kinds.every((kind) => kind !== undefined)
        ? { annotation: `tuple[${kinds.join(', ')}]` }
        : {};
    }
    case 'dictionary': {
      const pairs = statementsOf(node);
      const sides = ['key', 'value'].map((field) =>
        pairs.map((pair) => {
          const side = fieldOf(pair, field);
          return side && literalAnnotation(side, text);
        }),
      );
      const [keys, values] = sides;
      if (!keys || !values || ![...keys, ...values].every((side) => side !== undefined)) return undefined;
      const key = unionAnnotation(keys.map((side) => side?.annotation));
      const value = unionAnnotation(values.map((side) => side?.annotation));
      return key !== undefined && value !== undefined ? { annotation: `dict[${key}, ${value}]` } : {};
    }
    default:
      return undefined;
  }
}

/** One annotation for values of several; undefined when none of them says anything. */
export function unionAnnotation(kinds: readonly (string | undefined)[]): string | undefined {
  const known = [...new Set(kinds.filter((kind) => kind !== undefined))];
  return known.length > 0 ? known.join(' | ') : undefined;
}

/** The statements behind `>>>` and `...` in all docstrings. */
function docstringExamples(root: SyntaxNode, text: string): string[] {
  const found: string[] = [];
  const visit = (node: SyntaxNode): void => {
    const body = definitionOf(node) ? fieldOf(definitionOf(node) ?? node, 'body') : node === root ? root : undefined;
    const [first] = body ? statementsOf(body) : [];
    const string = first?.type === 'expression_statement' ? statementsOf(first)[0] : undefined;
    if (string?.type === 'string') {
      let lines: string[] = [];
      const finish = (): void => {
        if (lines.length > 0) found.push(lines.join('\n'));
        lines = [];
      };
      for (const line of text.slice(string.start, string.end).split('\n')) {
        const part = /^\s*(>>>|\.\.\.) ?(.*)$/.exec(line);
        if (part?.[1] !== '...') finish();
        if (part?.[2] !== undefined) lines.push(part[2]);
      }
      finish();
    }
    for (const child of node.children) if (child.named) visit(child);
  };
  visit(root);
  return found;
}
