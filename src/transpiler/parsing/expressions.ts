import {
  Unsupported,
  type BinaryOperator,
  type CompClause,
  type CompareOperator,
  type Expr,
  type Keyword,
  type NameExpr,
} from '../ast.ts';
import { withSpreadOutside } from '../spreads.ts';
import { BuilderPart } from './builderPart.ts';
import { field, named, placeOf } from './syntaxNodes.ts';
import type { Node } from 'web-tree-sitter';

/** True for the operators that the grammar binds the other way round than Python: `&` is tighter than `^`. */
const bindsAmiss = (operator: string): boolean => operator === '&' || operator === '^';

/** Reads expressions. */
export class Expressions extends BuilderPart {
  tupleOf(node: Node, items: readonly Node[]): Expr {
    return { ...this.base(node), kind: 'tuple', items: this.#items(items) };
  }

  #items(nodes: readonly Node[]): Expr[] {
    return nodes.map((item) => withSpreadOutside(this.expr(item)));
  }

  /** A chain of `&` and `^`, by Python's precedence. */
  #bitwise(node: Node): Expr {
    const operands: Node[] = [];
    const operators: string[] = [];
    const collect = (part: Node): void => {
      const operator = part.type === 'binary_operator' ? field(part, 'operator').text : '';
      if (!bindsAmiss(operator)) {
        operands.push(part);
        return;
      }
      collect(field(part, 'left'));
      operators.push(operator);
      collect(field(part, 'right'));
    };
    collect(node);
    const binary = (op: BinaryOperator, left: Expr, right: Expr): Expr => ({
      ...this.base(node),
      kind: 'binary',
      op,
      left,
      right,
    });
    const terms: Expr[] = [];
    for (const [index, operand] of operands.entries()) {
      const value = this.expr(operand);
      const last = terms.at(-1);
      if (last && operators[index - 1] === '&') terms[terms.length - 1] = binary('&', last, value);
      else terms.push(value);
    }
    return terms.reduce((left, right) => binary('^', left, right));
  }

  override expr(node: Node): Expr {
    const base = this.base(node);
    switch (node.type) {
      case 'identifier':
        return { ...base, kind: 'name', name: node.text };
      case 'keyword_identifier':
        return { ...base, kind: 'name', name: node.text };
      case 'type':
        return this.expr(named(node)[0] as Node);
      case 'integer': {
        const text = node.text.replaceAll('_', '');
        if (/j$/i.test(text)) return { ...base, kind: 'imaginary', value: Number(text.slice(0, -1)) };
        // `10L` and `0777` were numbers in Python 2.
        if (!/^(?:0+|[1-9]\d*|0x[\da-f]+|0o[0-7]+|0b[01]+)$/i.test(text))
          throw new Unsupported('invalid syntax', base.place, 'syntax-error');
        return { ...base, kind: 'int', value: BigInt(text) };
      }
      case 'float': {
        const text = node.text.replaceAll('_', '');
        if (/j$/i.test(text)) return { ...base, kind: 'imaginary', value: Number(text.slice(0, -1)) };
        return { ...base, kind: 'float', value: Number(text) };
      }
      case 'true':
        return { ...base, kind: 'bool', value: true };
      case 'false':
        return { ...base, kind: 'bool', value: false };
      case 'none':
        return { ...base, kind: 'none' };
      case 'ellipsis':
        return { ...base, kind: 'ellipsis' };
      case 'string':
      case 'concatenated_string':
        return this.builder.strings.stringExpr(node);
      case 'parenthesized_expression':
        return this.expr(named(node)[0] as Node);
      case 'attribute':
        return {
          ...base,
          kind: 'attribute',
          object: this.expr(field(node, 'object')),
          name: field(node, 'attribute').text,
        };
      case 'subscript': {
        const value = field(node, 'value');
        const subscripts = node
          .childrenForFieldName('subscript')
          .filter((child): child is Node => child !== null && child.isNamed);
        const hasComma = node.children.some((child) => child?.type === ',');
        const index =
          subscripts.length === 1 && !hasComma ? this.expr(subscripts[0] as Node) : this.tupleOf(node, subscripts);
        return { ...base, kind: 'index', object: this.expr(value), index };
      }
      case 'generic_type': {
        const [name, parameters] = named(node);
        const items = named(parameters as Node).map((item) => this.expr(item));
        const index: Expr = items.length === 1 ? (items[0] as Expr) : { ...this.base(node), kind: 'tuple', items };
        return { ...base, kind: 'index', object: this.expr(name as Node), index };
      }
      case 'union_type': {
        const [left, right] = named(node);
        return { ...base, kind: 'binary', op: '|', left: this.expr(left as Node), right: this.expr(right as Node) };
      }
      case 'slice': {
        const parts: (Expr | undefined)[] = [undefined];
        for (const child of node.children) {
          if (!child || child.type === 'comment') continue;
          if (child.type === ':') parts.push(undefined);
          else parts[parts.length - 1] = this.expr(child);
        }
        const [start, stop, step] = parts;
        return { ...base, kind: 'slice', ...(start && { start }), ...(stop && { stop }), ...(step && { step }) };
      }
      case 'call':
        return this.#call(node);
      case 'list_splat':
      case 'list_splat_pattern':
        return { ...base, kind: 'star', value: this.expr(named(node)[0] as Node) };
      case 'dictionary_splat':
      case 'dictionary_splat_pattern':
        return { ...base, kind: 'doublestar', value: this.expr(named(node)[0] as Node) };
      case 'unary_operator': {
        const op = field(node, 'operator').text as '-' | '+' | '~';
        return { ...base, kind: 'unary', op, operand: this.expr(field(node, 'argument')) };
      }
      case 'not_operator':
        return { ...base, kind: 'unary', op: 'not', operand: this.expr(field(node, 'argument')) };
      case 'binary_operator':
        if (bindsAmiss(field(node, 'operator').text)) return this.#bitwise(node);
        return {
          ...base,
          kind: 'binary',
          op: field(node, 'operator').text as BinaryOperator,
          left: this.expr(field(node, 'left')),
          right: this.expr(field(node, 'right')),
        };
      case 'boolean_operator':
        return {
          ...base,
          kind: 'bool-op',
          op: field(node, 'operator').text as 'and' | 'or',
          left: this.expr(field(node, 'left')),
          right: this.expr(field(node, 'right')),
        };
      case 'comparison_operator':
        return this.#comparison(node);
      case 'conditional_expression': {
        const [yes, test, no] = named(node);
        return {
          ...base,
          kind: 'conditional',
          test: this.expr(test as Node),
          yes: this.expr(yes as Node),
          no: this.expr(no as Node),
        };
      }
      case 'lambda': {
        const params = this.builder.definitions.params(node.childForFieldName('parameters'));
        const outer = this.builder.yieldSeen;
        const body = this.expr(field(node, 'body'));
        this.builder.yieldSeen = outer;
        return { ...base, kind: 'lambda', params, body };
      }
      case 'list':
      case 'list_pattern':
        return { ...base, kind: 'list', items: this.#items(named(node)) };
      case 'tuple':
      case 'tuple_pattern':
      case 'expression_list':
      case 'pattern_list': {
        const items = named(node);
        const only = items[0];
        if (node.type === 'tuple_pattern' && items.length === 1 && only && !node.text.includes(','))
          return this.expr(only);
        return this.tupleOf(node, items);
      }
      case 'set':
        return { ...base, kind: 'set', items: this.#items(named(node)) };
      case 'dictionary': {
        const entries = named(node).map((item) =>
          item.type === 'pair'
            ? { key: this.expr(field(item, 'key')), value: this.expr(field(item, 'value')) }
            : { value: this.expr(named(item)[0] as Node) },
        );
        return { ...base, kind: 'dict', entries };
      }
      case 'list_comprehension':
      case 'set_comprehension':
      case 'generator_expression':
      case 'dictionary_comprehension':
        return this.#comprehension(node);
      case 'named_expression':
        return {
          ...base,
          kind: 'walrus',
          target: this.expr(field(node, 'name')) as NameExpr,
          value: this.expr(field(node, 'value')),
        };
      case 'yield': {
        this.builder.yieldSeen = true;
        const value = named(node)[0];
        if (node.children.some((child) => child?.type === 'from')) {
          return { ...base, kind: 'yield-from', value: this.expr(value as Node) };
        }
        return { ...base, kind: 'yield', ...(value && { value: this.expr(value) }) };
      }
      case 'await':
        throw new Unsupported('`await` cannot be converted', base.place);
      default:
        throw new Unsupported(`\`${node.type.replaceAll('_', ' ')}\` cannot be converted`, base.place);
    }
  }

  #call(node: Node): Expr {
    const base = this.base(node);
    const argumentsNode = field(node, 'arguments');
    const callee = this.expr(field(node, 'function'));
    if (argumentsNode.type === 'generator_expression') {
      return { ...base, kind: 'call', callee, args: [this.expr(argumentsNode)], keywords: [] };
    }
    const args: Expr[] = [];
    const keywords: Keyword[] = [];
    for (const child of named(argumentsNode)) {
      if (child.type === 'keyword_argument') {
        keywords.push({ name: field(child, 'name').text, value: this.expr(field(child, 'value')) });
      } else args.push(withSpreadOutside(this.expr(child)));
    }
    return { ...base, kind: 'call', callee, args, keywords };
  }

  #comparison(node: Node): Expr {
    const operands: Expr[] = [];
    const operators: string[] = [];
    for (const child of node.children) {
      if (!child || child.type === 'comment') continue;
      if (child.isNamed) {
        operands.push(this.expr(child));
      } else if (/^[<>=!]/.test(child.type) || /^(not|in|is|is not|not in)$/.test(child.type)) {
        const previous = operators.length > operands.length - 1 ? operators.pop() : undefined;
        const op = child.type === '<>' ? '!=' : child.type;
        operators.push(previous ? `${previous} ${op}` : op);
      }
    }
    return {
      ...this.base(node),
      kind: 'compare',
      first: operands[0] as Expr,
      rest: operators.map((op, index) => ({ op: op as CompareOperator, value: operands[index + 1] as Expr })),
    };
  }

  #comprehension(node: Node): Expr {
    const bodyNode = field(node, 'body');
    const clauses: CompClause[] = [];
    for (const child of named(node)) {
      if (child.type === 'for_in_clause') {
        if (child.child(0)?.type === 'async') throw new Unsupported('`async for` cannot be converted', placeOf(child));
        const rights = child
          .childrenForFieldName('right')
          .filter((item): item is Node => item !== null && item.isNamed);
        clauses.push({
          target: this.expr(field(child, 'left')),
          iterable: rights.length === 1 ? this.expr(rights[0] as Node) : this.tupleOf(child, rights),
          conditions: [],
        });
      } else if (child.type === 'if_clause') {
        (clauses.at(-1)?.conditions as Expr[]).push(this.expr(named(child)[0] as Node));
      }
    }
    const base = this.base(node);
    if (node.type === 'dictionary_comprehension') {
      return {
        ...base,
        kind: 'comp',
        form: 'dict',
        element: this.expr(field(bodyNode, 'key')),
        value: this.expr(field(bodyNode, 'value')),
        clauses,
      };
    }
    const form = node.type === 'list_comprehension' ? 'list' : node.type === 'set_comprehension' ? 'set' : 'generator';
    return { ...base, kind: 'comp', form, element: this.expr(bodyNode), clauses };
  }
}
