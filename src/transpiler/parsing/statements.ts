import { Unsupported, type BinaryOperator, type Expr, type Handler, type Place, type Stmt } from '../ast.ts';
import { BuilderPart } from './builderPart.ts';
import { field, named, placeOf } from './syntaxNodes.ts';
import type { Node } from 'web-tree-sitter';

/** Reads statements and the comments that belong to each. */
export class Statements extends BuilderPart {
  /** Statements of a block with the comments that belong to each. */
  block(node: Node, takeDocstring = false): { body: Stmt[]; docstring?: string; trailing: string[] } {
    const body: Stmt[] = [];
    let docstring: string | undefined;
    let leading = commentsBefore(node);
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
      const gap = body.length > 0 && this.#blankBefore(child.startPosition.row - leading.length);
      const statement = this.#statement(child, gap ? ['', ...leading] : leading);
      leading = [];
      body.push(statement);
      lastLine = child.endPosition.row;
    }
    return { body, ...(docstring !== undefined && { docstring }), trailing: leading };
  }

  #blankBefore(row: number): boolean {
    return row > 0 && (this.builder.lines[row - 1] ?? 'x').trim() === '';
  }

  body(node: Node | null): Stmt[] {
    return node ? this.block(node).body : [];
  }

  #statement(node: Node, leading: readonly string[]): Stmt {
    const base = { ...this.base(node), leading };
    switch (node.type) {
      case 'expression_statement': {
        const inner = node.namedChild(0) as Node;
        const items = named(node);
        if (items.length > 1) return { ...base, kind: 'expr', value: this.builder.expressions.tupleOf(node, items) };
        if (inner.type === 'assignment') return this.#assignment(inner, base);
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
        return { ...base, ...this.#ifStatement(node) };
      case 'while_statement':
        return {
          ...base,
          kind: 'while',
          test: this.expr(field(node, 'condition')),
          body: this.body(field(node, 'body')),
          orelse: this.#elseBody(node),
        };
      case 'for_statement':
        if (node.child(0)?.type === 'async') throw new Unsupported('`async for` cannot be converted', base.place);
        return {
          ...base,
          kind: 'for',
          target: this.expr(field(node, 'left')),
          iterable: this.expr(field(node, 'right')),
          body: this.body(field(node, 'body')),
          orelse: this.#elseBody(node),
        };
      case 'try_statement': {
        const handlers: Handler[] = [];
        let finalbody: Stmt[] = [];
        for (const child of named(node)) {
          if (child.type === 'except_clause') handlers.push(this.#handler(child));
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
          orelse: this.#elseBody(node),
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
        return this.builder.definitions.functionDef(node, [], base);
      case 'class_definition':
        return this.builder.definitions.classDef(node, [], base);
      case 'decorated_definition': {
        const decorators = named(node)
          .filter((child) => child.type === 'decorator')
          .map((child) => this.expr(named(child)[0] as Node));
        const definition = field(node, 'definition');
        return definition.type === 'class_definition'
          ? this.builder.definitions.classDef(definition, decorators, { ...base, place: placeOf(definition) })
          : this.builder.definitions.functionDef(definition, decorators, { ...base, place: placeOf(definition) });
      }
      case 'match_statement':
        return this.builder.matches.matchStatement(node, base);
      default:
        throw new Unsupported(`\`${node.type.replaceAll('_', ' ')}\` cannot be converted`, base.place);
    }
  }

  #ifStatement(node: Node): { kind: 'if'; test: Expr; body: Stmt[]; orelse: Stmt[] } {
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

  #elseBody(node: Node): Stmt[] {
    const clause = named(node).find((child) => child.type === 'else_clause');
    return clause ? this.body(field(clause, 'body')) : [];
  }

  #handler(node: Node): Handler {
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

  #assignment(node: Node, base: { id: number; place: Place; leading: readonly string[] }): Stmt {
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
}

/** The comments behind the head of a compound statement and above the first statement in it. */
function commentsBefore(block: Node): string[] {
  const found: string[] = [];
  for (let node = block.previousSibling; node?.type === 'comment'; node = node.previousSibling)
    found.unshift(node.text.replace(/^#!?/, ''));
  return found;
}
