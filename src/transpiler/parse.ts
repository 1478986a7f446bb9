import type { Node } from 'web-tree-sitter';
import type {
  BinaryOperator,
  CompClause,
  CompareOperator,
  Expr,
  FormatPart,
  Handler,
  Keyword,
  Module,
  NameExpr,
  Param,
  Pattern,
  Place,
  Stmt,
} from './ast.ts';
import { withSpreadOutside } from './spreads.ts';
import { Unsupported } from './ast.ts';

/** Builds the engine's own tree. Throws Unsupported at the first syntax error or construct without a node. */
export function buildModule(root: Node, source: string): Module {
  const error = root.hasError ? firstError(root) : undefined;
  if (error) throw new Unsupported('invalid syntax', placeOf(error), 'syntax-error');
  return new Builder(source).module(root);
}

function firstError(node: Node): Node | undefined {
  if (node.isError || node.isMissing) return node;
  for (const child of node.children) {
    if (child && (child.hasError || child.isError || child.isMissing)) {
      const found = firstError(child);
      if (found) return found;
    }
  }
  return undefined;
}

function placeOf(node: Node): Place {
  const { startPosition, endPosition } = node;
  return {
    line: startPosition.row,
    column: startPosition.column,
    endLine: endPosition.row,
    endColumn: endPosition.column,
  };
}

function named(node: Node): Node[] {
  return node.namedChildren.filter(
    (child): child is Node => child !== null && child.type !== 'comment' && child.type !== 'line_continuation',
  );
}

function field(node: Node, name: string): Node {
  const child = node.childForFieldName(name);
  if (!child) throw new Unsupported('invalid syntax', placeOf(node), 'syntax-error');
  return child;
}

interface StringPiece {
  readonly prefix: string;
  readonly parts: (string | FormatPart)[];
  readonly raw: string;
}

/** True for the operators that the grammar binds the other way round than Python: `&` is tighter than `^`. */
const bindsAmiss = (operator: string): boolean => operator === '&' || operator === '^';

class Builder {
  private nextId = 1;
  private readonly lines: readonly string[];
  private yieldSeen = false;

  constructor(source: string) {
    this.lines = source.split('\n');
  }

  module(root: Node): Module {
    const { body, docstring, trailing } = this.block(root, true);
    return { body, ...(docstring !== undefined && { docstring }), trailing };
  }

  private base(node: Node): { id: number; place: Place } {
    return { id: this.nextId++, place: placeOf(node) };
  }

  /** Statements of a block with the comments that belong to each. */
  private block(node: Node, takeDocstring = false): { body: Stmt[]; docstring?: string; trailing: string[] } {
    const body: Stmt[] = [];
    let docstring: string | undefined;
    let leading: string[] = [];
    let lastLine = -1;
    for (const child of node.namedChildren) {
      if (!child) continue;
      if (child.type === 'comment') {
        const text = child.text.replace(/^#!?/, '');
        const last = body.at(-1);
        if (last && child.startPosition.row === lastLine) {
          (last as { trailing?: string }).trailing = text;
        } else if (!(child.startPosition.row === 0 && child.text.startsWith('#!')) && !/coding[:=]/.test(text)) {
          leading.push(text);
        }
        continue;
      }
      if (
        takeDocstring &&
        body.length === 0 &&
        docstring === undefined &&
        child.type === 'expression_statement' &&
        child.namedChildCount === 1 &&
        (child.namedChild(0)?.type === 'string' || child.namedChild(0)?.type === 'concatenated_string')
      ) {
        const value = this.expr(child.namedChild(0) as Node);
        if (value.kind === 'str') {
          docstring = value.value;
          lastLine = child.endPosition.row;
          continue;
        }
      }
      const gap = body.length > 0 && this.blankBefore(child.startPosition.row - leading.length);
      const statement = this.statement(child, gap ? ['', ...leading] : leading);
      leading = [];
      body.push(statement);
      lastLine = child.endPosition.row;
    }
    return { body, ...(docstring !== undefined && { docstring }), trailing: leading };
  }

  private blankBefore(row: number): boolean {
    return row > 0 && (this.lines[row - 1] ?? 'x').trim() === '';
  }

  private body(node: Node | null): Stmt[] {
    return node ? this.block(node).body : [];
  }

  private statement(node: Node, leading: readonly string[]): Stmt {
    const base = { ...this.base(node), leading };
    switch (node.type) {
      case 'expression_statement': {
        const inner = node.namedChild(0) as Node;
        const items = named(node);
        if (items.length > 1) return { ...base, kind: 'expr', value: this.tupleOf(node, items) };
        if (inner.type === 'assignment') return this.assignment(inner, base);
        if (inner.type === 'augmented_assignment') {
          const op = (field(inner, 'operator').text.slice(0, -1) as BinaryOperator) || '+';
          return {
            ...base,
            kind: 'augment',
            target: this.expr(field(inner, 'left')),
            op,
            value: this.expr(field(inner, 'right')),
          };
        }
        return { ...base, kind: 'expr', value: this.expr(inner) };
      }
      case 'return_statement': {
        const value = named(node)[0];
        return { ...base, kind: 'return', ...(value && { value: this.expr(value) }) };
      }
      case 'if_statement':
        return { ...base, ...this.ifStatement(node) };
      case 'while_statement':
        return {
          ...base,
          kind: 'while',
          test: this.expr(field(node, 'condition')),
          body: this.body(field(node, 'body')),
          orelse: this.elseBody(node),
        };
      case 'for_statement':
        if (node.child(0)?.type === 'async') throw new Unsupported('`async for` cannot be converted', base.place);
        return {
          ...base,
          kind: 'for',
          target: this.expr(field(node, 'left')),
          iterable: this.expr(field(node, 'right')),
          body: this.body(field(node, 'body')),
          orelse: this.elseBody(node),
        };
      case 'try_statement': {
        const handlers: Handler[] = [];
        let finalbody: Stmt[] = [];
        for (const child of named(node)) {
          if (child.type === 'except_clause') handlers.push(this.handler(child));
          if (child.type === 'except_group_clause')
            throw new Unsupported('`except*` cannot be converted', placeOf(child));
          if (child.type === 'finally_clause')
            finalbody = this.body(named(child).find((c) => c.type === 'block') ?? null);
        }
        return {
          ...base,
          kind: 'try',
          body: this.body(field(node, 'body')),
          handlers,
          orelse: this.elseBody(node),
          finalbody,
        };
      }
      case 'with_statement': {
        if (node.child(0)?.type === 'async') throw new Unsupported('`async with` cannot be converted', base.place);
        const clause = named(node).find((child) => child.type === 'with_clause') as Node;
        let withItems = named(clause);
        const only = withItems[0];
        if (withItems.length === 1 && only) {
          const value = field(only, 'value');
          if (value.type === 'tuple') withItems = named(value);
        }
        const items = withItems.map((item) => {
          const value = item.type === 'with_item' ? field(item, 'value') : item;
          if (value.type === 'as_pattern') {
            const [subject, alias] = named(value);
            return { value: this.expr(subject as Node), target: this.expr(alias?.namedChild(0) ?? (alias as Node)) };
          }
          return { value: this.expr(value) };
        });
        return { ...base, kind: 'with', items, body: this.body(field(node, 'body')) };
      }
      case 'raise_statement': {
        const cause = node.childForFieldName('cause');
        const value = named(node).find((child) => child.id !== cause?.id);
        return {
          ...base,
          kind: 'raise',
          ...(value && { value: this.expr(value) }),
          ...(cause && { cause: this.expr(cause) }),
        };
      }
      case 'assert_statement': {
        const [test, message] = named(node);
        return {
          ...base,
          kind: 'assert',
          test: this.expr(test as Node),
          ...(message && { message: this.expr(message) }),
        };
      }
      case 'pass_statement':
        return { ...base, kind: 'pass' };
      case 'break_statement':
        return { ...base, kind: 'break' };
      case 'continue_statement':
        return { ...base, kind: 'continue' };
      case 'global_statement':
        return { ...base, kind: 'global', names: named(node).map((child) => child.text) };
      case 'nonlocal_statement':
        return { ...base, kind: 'nonlocal', names: named(node).map((child) => child.text) };
      case 'import_statement':
        return {
          ...base,
          kind: 'import',
          names: named(node).map((child) =>
            child.type === 'aliased_import'
              ? { module: field(child, 'name').text, as: field(child, 'alias').text }
              : { module: child.text },
          ),
        };
      case 'future_import_statement':
        return { ...base, kind: 'pass' };
      case 'import_from_statement': {
        const module = field(node, 'module_name');
        if (named(node).some((child) => child.type === 'wildcard_import')) {
          return { ...base, kind: 'import-from', module: module.text, names: [{ name: '*' }] };
        }
        const names = named(node)
          .filter((child) => child.id !== module.id)
          .map((child) =>
            child.type === 'aliased_import'
              ? { name: field(child, 'name').text, as: field(child, 'alias').text }
              : { name: child.text },
          );
        return { ...base, kind: 'import-from', module: module.text, names };
      }
      case 'delete_statement':
        return {
          ...base,
          kind: 'delete',
          targets: named(node).flatMap((child) =>
            child.type === 'expression_list' ? named(child).map((item) => this.expr(item)) : [this.expr(child)],
          ),
        };
      case 'function_definition':
        return this.functionDef(node, [], base);
      case 'class_definition':
        return this.classDef(node, [], base);
      case 'decorated_definition': {
        const decorators = named(node)
          .filter((child) => child.type === 'decorator')
          .map((child) => this.expr(named(child)[0] as Node));
        const definition = field(node, 'definition');
        return definition.type === 'class_definition'
          ? this.classDef(definition, decorators, { ...base, place: placeOf(definition) })
          : this.functionDef(definition, decorators, { ...base, place: placeOf(definition) });
      }
      case 'match_statement':
        return this.matchStatement(node, base);
      default:
        throw new Unsupported(`\`${node.type.replaceAll('_', ' ')}\` cannot be converted`, base.place);
    }
  }

  private ifStatement(node: Node): { kind: 'if'; test: Expr; body: Stmt[]; orelse: Stmt[] } {
    const alternatives = named(node).filter((child) => child.type === 'elif_clause' || child.type === 'else_clause');
    const build = (index: number): Stmt[] => {
      const clause = alternatives[index];
      if (!clause) return [];
      if (clause.type === 'else_clause') return this.body(field(clause, 'body'));
      return [
        {
          ...this.base(clause),
          leading: [],
          kind: 'if',
          test: this.expr(field(clause, 'condition')),
          body: this.body(field(clause, 'consequence')),
          orelse: build(index + 1),
        },
      ];
    };
    return {
      kind: 'if',
      test: this.expr(field(node, 'condition')),
      body: this.body(field(node, 'consequence')),
      orelse: build(0),
    };
  }

  private elseBody(node: Node): Stmt[] {
    const clause = named(node).find((child) => child.type === 'else_clause');
    return clause ? this.body(field(clause, 'body')) : [];
  }

  private handler(node: Node): Handler {
    const children = named(node);
    const block = children.find((child) => child.type === 'block') ?? null;
    let value = children.find((child) => child.type !== 'block');
    let name: string | undefined;
    if (value?.type === 'as_pattern') {
      const [type, alias] = named(value);
      name = alias?.text;
      value = type;
    }
    const types = !value
      ? []
      : value.type === 'tuple'
        ? named(value).map((item) => this.expr(item))
        : [this.expr(value)];
    return { ...this.base(node), types, ...(name !== undefined && { name }), body: this.body(block) };
  }

  private assignment(node: Node, base: { id: number; place: Place; leading: readonly string[] }): Stmt {
    const annotation = node.childForFieldName('type');
    const right = node.childForFieldName('right');
    if (annotation) {
      return {
        ...base,
        kind: 'annotate',
        target: this.expr(field(node, 'left')),
        annotation: this.expr(named(annotation)[0] as Node),
        ...(right && { value: this.expr(right) }),
      };
    }
    const targets = [this.expr(field(node, 'left'))];
    let value = field(node, 'right');
    while (value.type === 'assignment') {
      targets.push(this.expr(field(value, 'left')));
      value = field(value, 'right');
    }
    return { ...base, kind: 'assign', targets, value: this.expr(value) };
  }

  private params(node: Node | null): Param[] {
    const params: Param[] = [];
    let keywordOnly = false;
    for (const child of node ? named(node) : []) {
      const base = this.base(child);
      const annotationNode = child.childForFieldName('type');
      const annotation = annotationNode ? this.annotation(annotationNode) : undefined;
      switch (child.type) {
        case 'identifier':
          params.push({ ...base, name: child.text, kind: 'plain', keywordOnly });
          break;
        case 'typed_parameter': {
          const inner = named(child)[0] as Node;
          const kind =
            inner.type === 'list_splat_pattern'
              ? 'args'
              : inner.type === 'dictionary_splat_pattern'
                ? 'kwargs'
                : 'plain';
          params.push({
            ...base,
            name: inner.text.replace(/^\*+/, ''),
            kind,
            keywordOnly,
            ...(annotation && { annotation }),
          });
          if (kind === 'args') keywordOnly = true;
          break;
        }
        case 'default_parameter':
        case 'typed_default_parameter':
          params.push({
            ...base,
            name: field(child, 'name').text,
            kind: 'plain',
            keywordOnly,
            default: this.expr(field(child, 'value')),
            ...(annotation && { annotation }),
          });
          break;
        case 'list_splat_pattern':
          params.push({ ...base, name: child.text.slice(1), kind: 'args', keywordOnly });
          keywordOnly = true;
          break;
        case 'dictionary_splat_pattern':
          params.push({ ...base, name: child.text.slice(2), kind: 'kwargs', keywordOnly });
          break;
        case 'keyword_separator':
          keywordOnly = true;
          break;
        case 'positional_separator':
          break;
        default:
          throw new Unsupported(`a parameter of the form \`${child.text}\` cannot be converted`, base.place);
      }
    }
    return params;
  }

  /** Annotations that cannot be read are as good as none. */
  private annotation(node: Node): Expr | undefined {
    try {
      return this.expr(named(node)[0] as Node);
    } catch (error) {
      if (error instanceof Unsupported) return undefined;
      throw error;
    }
  }

  private functionDef(
    node: Node,
    decorators: readonly Expr[],
    base: { id: number; place: Place; leading: readonly string[] },
  ): Stmt {
    const isAsync = node.child(0)?.type === 'async';
    const params = this.params(node.childForFieldName('parameters'));
    const outer = this.yieldSeen;
    this.yieldSeen = false;
    const { body, docstring } = this.block(field(node, 'body'), true);
    const isGenerator = this.yieldSeen;
    this.yieldSeen = outer;
    const returnsNode = node.childForFieldName('return_type');
    const returns = returnsNode ? this.annotation(returnsNode) : undefined;
    return {
      ...base,
      kind: 'def',
      name: field(node, 'name').text,
      params,
      body,
      decorators,
      isGenerator,
      isAsync,
      ...(docstring !== undefined && { docstring }),
      ...(returns && { returns }),
    };
  }

  private classDef(
    node: Node,
    decorators: readonly Expr[],
    base: { id: number; place: Place; leading: readonly string[] },
  ): Stmt {
    const bases: Expr[] = [];
    const keywords: Keyword[] = [];
    const superclasses = node.childForFieldName('superclasses');
    for (const child of superclasses ? named(superclasses) : []) {
      if (child.type === 'keyword_argument') {
        keywords.push({ name: field(child, 'name').text, value: this.expr(field(child, 'value')) });
      } else bases.push(this.expr(child));
    }
    const { body, docstring } = this.block(field(node, 'body'), true);
    return {
      ...base,
      kind: 'class',
      name: field(node, 'name').text,
      bases,
      keywords,
      body,
      decorators,
      ...(docstring !== undefined && { docstring }),
    };
  }

  private matchStatement(node: Node, base: { id: number; place: Place; leading: readonly string[] }): Stmt {
    const subjects = node
      .childrenForFieldName('subject')
      .filter((child): child is Node => child !== null && child.isNamed);
    const given = subjects.length === 1 ? this.expr(subjects[0] as Node) : this.tupleOf(node, subjects);
    const isMarked = given.kind === 'unary' && given.op === '~' && given.operand.kind === 'list';
    const subject = isMarked ? given.operand : given;
    const cases = named(field(node, 'body'))
      .filter((child) => child.type === 'case_clause')
      .map((clause) => {
        const patterns = named(clause).filter((child) => child.type === 'case_pattern');
        const guard = clause.childForFieldName('guard');
        const first = patterns[0] as Node;
        const pattern: Pattern =
          patterns.length === 1
            ? this.pattern(first)
            : { ...this.base(first), kind: 'sequence', items: patterns.map((item) => this.pattern(item)) };
        return {
          pattern,
          ...(guard && { guard: this.expr(named(guard)[0] as Node) }),
          body: this.body(field(clause, 'consequence')),
        };
      });
    return { ...base, kind: 'match', subject, cases };
  }

  private pattern(node: Node): Pattern {
    const base = this.base(node);
    switch (node.type) {
      case 'case_pattern': {
        const inner = named(node)[0];
        if (node.text === '_') return { ...base, kind: 'wildcard' };
        if (!inner) return { ...base, kind: 'wildcard' };
        if (node.text.startsWith('-') && (inner.type === 'integer' || inner.type === 'float')) {
          return { ...base, kind: 'value', value: { ...base, kind: 'unary', op: '-', operand: this.expr(inner) } };
        }
        return this.pattern(inner);
      }
      case 'dotted_name': {
        const parts = named(node);
        if (parts.length === 1) {
          const name = (parts[0] as Node).text;
          return name === '_' ? { ...base, kind: 'wildcard' } : { ...base, kind: 'capture', name };
        }
        let value: Expr = { ...base, kind: 'name', name: (parts[0] as Node).text };
        for (const part of parts.slice(1))
          value = { ...this.base(node), kind: 'attribute', object: value, name: part.text };
        return { ...base, kind: 'value', value };
      }
      case 'union_pattern': {
        const options: Pattern[] = [];
        let minus = false;
        for (const child of node.children) {
          if (!child) continue;
          if (child.text === '-' && !child.isNamed) {
            minus = true;
            continue;
          }
          if (!child.isNamed) {
            if (child.text === '_') options.push({ ...this.base(child), kind: 'wildcard' });
            continue;
          }
          const option = this.pattern(child);
          options.push(
            minus && option.kind === 'value'
              ? {
                  ...this.base(child),
                  kind: 'value',
                  value: { ...this.base(child), kind: 'unary', op: '-', operand: option.value },
                }
              : option,
          );
          minus = false;
        }
        return { ...base, kind: 'or', options };
      }
      case 'list_pattern':
      case 'tuple_pattern': {
        const items = named(node);
        const only = items[0];
        if (node.type === 'tuple_pattern' && items.length === 1 && only && !node.text.includes(','))
          return this.pattern(only);
        return { ...base, kind: 'sequence', items: items.map((item) => this.pattern(item)) };
      }
      case 'splat_pattern': {
        const name = named(node)[0]?.text ?? '_';
        return { ...base, kind: 'rest', ...(name !== '_' && { name }) };
      }
      case 'as_pattern': {
        const [inner, alias] = named(node);
        return { ...base, kind: 'as', pattern: this.pattern(inner as Node), name: (alias as Node).text };
      }
      case 'class_pattern': {
        const [type, ...args] = named(node);
        const positional: Pattern[] = [];
        const namedPatterns: { name: string; pattern: Pattern }[] = [];
        for (const arg of args) {
          const inner = named(arg)[0];
          if (inner?.type === 'keyword_pattern') {
            const [name, value] = named(inner);
            namedPatterns.push({ name: (name as Node).text, pattern: this.pattern(value as Node) });
          } else positional.push(this.pattern(arg));
        }
        const parts = (type as Node).text.split('.');
        let typeExpr: Expr = { ...this.base(type as Node), kind: 'name', name: parts[0] as string };
        for (const part of parts.slice(1))
          typeExpr = { ...this.base(type as Node), kind: 'attribute', object: typeExpr, name: part };
        return { ...base, kind: 'class', type: typeExpr, positional, named: namedPatterns };
      }
      case 'dict_pattern':
        return this.mappingPattern(node);
      default:
        return { ...base, kind: 'value', value: this.expr(node) };
    }
  }

  private mappingPattern(node: Node): Pattern {
    const items: { key: Expr; pattern: Pattern }[] = [];
    let rest: string | undefined;
    const keys = node.childrenForFieldName('key').filter((child): child is Node => child !== null);
    const values = node.childrenForFieldName('value').filter((child): child is Node => child !== null);
    keys.forEach((key, index) => {
      const value = values[index];
      if (value) items.push({ key: this.expr(key), pattern: this.pattern(value) });
    });
    for (const child of named(node)) if (child.type === 'splat_pattern') rest = named(child)[0]?.text;
    return { ...this.base(node), kind: 'mapping', items, ...(rest !== undefined && rest !== '_' && { rest }) };
  }

  private tupleOf(node: Node, items: readonly Node[]): Expr {
    return { ...this.base(node), kind: 'tuple', items: this.items(items) };
  }

  private items(nodes: readonly Node[]): Expr[] {
    return nodes.map((item) => withSpreadOutside(this.expr(item)));
  }

  /** A chain of `&` and `^`, by Python's precedence. */
  private bitwise(node: Node): Expr {
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

  private expr(node: Node): Expr {
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
        return { ...base, kind: 'int', value: BigInt(/^0\d/.test(text) ? text.replace(/^0+(?=\d)/, '') : text) };
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
        return this.stringExpr(node);
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
        return this.call(node);
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
        if (bindsAmiss(field(node, 'operator').text)) return this.bitwise(node);
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
        return this.comparison(node);
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
        const params = this.params(node.childForFieldName('parameters'));
        const outer = this.yieldSeen;
        const body = this.expr(field(node, 'body'));
        this.yieldSeen = outer;
        return { ...base, kind: 'lambda', params, body };
      }
      case 'list':
      case 'list_pattern':
        return { ...base, kind: 'list', items: this.items(named(node)) };
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
        return { ...base, kind: 'set', items: this.items(named(node)) };
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
        return this.comprehension(node);
      case 'named_expression':
        return {
          ...base,
          kind: 'walrus',
          target: this.expr(field(node, 'name')) as NameExpr,
          value: this.expr(field(node, 'value')),
        };
      case 'yield': {
        this.yieldSeen = true;
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

  private call(node: Node): Expr {
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
      } else args.push(this.expr(child));
    }
    return { ...base, kind: 'call', callee, args, keywords };
  }

  private comparison(node: Node): Expr {
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

  private comprehension(node: Node): Expr {
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

  private stringExpr(node: Node): Expr {
    const pieces = node.type === 'string' ? [node] : named(node).filter((child) => child.type === 'string');
    const read = pieces.map((piece) => this.stringPiece(piece));
    const base = this.base(node);
    if (read.some((piece) => piece.prefix.includes('b'))) {
      const value: number[] = [];
      for (const piece of read) {
        for (const char of piece.parts.filter((part) => typeof part === 'string').join(''))
          value.push((char.codePointAt(0) as number) & 0xff);
      }
      return { ...base, kind: 'bytes', value };
    }
    const parts: (string | FormatPart)[] = [];
    for (const part of read.flatMap((piece) => piece.parts)) {
      const last = parts.at(-1);
      if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
      else parts.push(part);
    }
    if (
      parts.every((part) => typeof part === 'string') &&
      !read.some((piece) => piece.prefix.includes('f') && piece.parts.length > 1)
    ) {
      return { ...base, kind: 'str', value: parts.join('') };
    }
    return { ...base, kind: 'fstring', parts };
  }

  private stringPiece(node: Node): StringPiece {
    const children = node.children.filter((child): child is Node => child !== null);
    const start = children[0] as Node;
    const prefix = start.text.replace(/["']+$/, '').toLowerCase();
    const raw = prefix.includes('r');
    const parts: (string | FormatPart)[] = [];
    for (const child of children) {
      if (child.type === 'string_content') parts.push(...this.contentParts(child.text, raw, prefix, child));
      else if (child.type === 'interpolation') {
        const source = this.selfDocumenting(child);
        if (source !== undefined) parts.push(source);
        parts.push(this.interpolation(child, source !== undefined));
      }
    }
    return { prefix, parts, raw: node.text };
  }

  private contentParts(text: string, raw: boolean, prefix: string, node: Node): string[] {
    let value = raw ? text : unescapePython(text, prefix.includes('b'), node);
    if (prefix.includes('f')) value = value.replaceAll('{{', '{').replaceAll('}}', '}');
    return [value];
  }

  /** The text before `=` in `f"{x=}"`. */
  private selfDocumenting(node: Node): string | undefined {
    const equals = node.children.find((child) => child?.type === '=');
    if (!equals) return undefined;
    let end = equals.endIndex - node.startIndex;
    while (node.text[end] === ' ') end++;
    return node.text.slice(1, end);
  }

  private interpolation(node: Node, documented: boolean): FormatPart {
    const value = this.expr(field(node, 'expression'));
    const conversionNode = named(node).find((child) => child.type === 'type_conversion');
    const specNode = named(node).find((child) => child.type === 'format_specifier');
    const conversion = conversionNode ? conversionNode.text.slice(1) : documented && !specNode ? 'r' : '';
    return { value, conversion, spec: specNode ? this.formatSpec(specNode) : [] };
  }

  private formatSpec(node: Node): (string | FormatPart)[] {
    const parts: (string | FormatPart)[] = [];
    let position = node.startIndex + 1;
    for (const child of node.children) {
      if (!child || child.type === ':') continue;
      if (child.type === 'format_expression' || child.type === 'interpolation') {
        const before = node.text.slice(position - node.startIndex, child.startIndex - node.startIndex);
        if (before) parts.push(before);
        parts.push(this.interpolation(child, false));
        position = child.endIndex;
      }
    }
    const rest = node.text.slice(position - node.startIndex);
    if (rest) parts.push(rest);
    return parts;
  }
}

const simpleEscapes: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function unescapePython(text: string, bytes: boolean, node: Node): string {
  return text.replace(
    /\\(\r\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[\s\S])/g,
    (whole, escape: string) => {
      if (/^[0-7]/.test(escape)) return String.fromCodePoint(parseInt(escape, 8));
      if (escape.startsWith('x') && escape.length === 3) return String.fromCodePoint(parseInt(escape.slice(1), 16));
      if (!bytes && /^[uU][0-9a-fA-F]/.test(escape)) return String.fromCodePoint(parseInt(escape.slice(1), 16));
      if (!bytes && escape.startsWith('N{')) {
        throw new Unsupported(
          'a character given by name (`\\N{…}`) cannot be converted: write it as `\\u…`',
          placeOf(node),
        );
      }
      return simpleEscapes[escape] ?? whole;
    },
  );
}
