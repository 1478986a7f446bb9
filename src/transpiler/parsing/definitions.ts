import { Unsupported, type Expr, type Keyword, type Param, type Place, type Stmt } from '../ast.ts';
import { BuilderPart } from './builderPart.ts';
import { field, named } from './syntaxNodes.ts';
import type { Node } from 'web-tree-sitter';

/** Reads functions and classes. */
export class Definitions extends BuilderPart {
  params(node: Node | null): Param[] {
    const params: Param[] = [];
    let keywordOnly = false;
    for (const child of node ? named(node) : []) {
      const base = this.base(child);
      const annotationNode = child.childForFieldName('type');
      const annotation = annotationNode ? this.#annotation(annotationNode) : undefined;
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
  #annotation(node: Node): Expr | undefined {
    try {
      return this.expr(named(node)[0] as Node);
    } catch (error) {
      if (error instanceof Unsupported) return undefined;
      throw error;
    }
  }

  functionDef(
    node: Node,
    decorators: readonly Expr[],
    base: { id: number; place: Place; leading: readonly string[] },
  ): Stmt {
    const isAsync = node.child(0)?.type === 'async';
    const params = this.params(node.childForFieldName('parameters'));
    const outer = this.builder.yieldSeen;
    this.builder.yieldSeen = false;
    const { body, docstring } = this.builder.statements.block(field(node, 'body'), true);
    const isGenerator = this.builder.yieldSeen;
    this.builder.yieldSeen = outer;
    const returnsNode = node.childForFieldName('return_type');
    const returns = returnsNode ? this.#annotation(returnsNode) : undefined;
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

  classDef(
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
    const { body, docstring } = this.builder.statements.block(field(node, 'body'), true);
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
}
