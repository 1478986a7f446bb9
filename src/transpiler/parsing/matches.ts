import type { Expr, Pattern, Place, Stmt } from '../ast.ts';
import { BuilderPart } from './builderPart.ts';
import { field, named } from './syntaxNodes.ts';
import type { Node } from 'web-tree-sitter';

/** Reads `match` statements and their patterns. */
export class Matches extends BuilderPart {
  matchStatement(node: Node, base: { id: number; place: Place; leading: readonly string[] }): Stmt {
    const subjects = node
      .childrenForFieldName('subject')
      .filter((child): child is Node => child !== null && child.isNamed);
    const given =
      subjects.length === 1 ? this.expr(subjects[0] as Node) : this.builder.expressions.tupleOf(node, subjects);
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
            ? this.#pattern(first)
            : { ...this.base(first), kind: 'sequence', items: patterns.map((item) => this.#pattern(item)) };
        return {
          pattern,
          ...(guard && { guard: this.expr(named(guard)[0] as Node) }),
          body: this.builder.statements.body(field(clause, 'consequence')),
        };
      });
    return { ...base, kind: 'match', subject, cases };
  }

  #pattern(node: Node): Pattern {
    const base = this.base(node);
    switch (node.type) {
      case 'case_pattern': {
        const inner = named(node)[0];
        if (node.text === '_') return { ...base, kind: 'wildcard' };
        if (!inner) return { ...base, kind: 'wildcard' };
        if (node.text.startsWith('-') && (inner.type === 'integer' || inner.type === 'float')) {
          return { ...base, kind: 'value', value: { ...base, kind: 'unary', op: '-', operand: this.expr(inner) } };
        }
        return this.#pattern(inner);
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
          const option = this.#pattern(child);
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
          return this.#pattern(only);
        return { ...base, kind: 'sequence', items: items.map((item) => this.#pattern(item)) };
      }
      case 'splat_pattern': {
        const name = named(node)[0]?.text ?? '_';
        return { ...base, kind: 'rest', ...(name !== '_' && { name }) };
      }
      case 'as_pattern': {
        const [inner, alias] = named(node);
        return { ...base, kind: 'as', pattern: this.#pattern(inner as Node), name: (alias as Node).text };
      }
      case 'class_pattern': {
        const [type, ...args] = named(node);
        const positional: Pattern[] = [];
        const namedPatterns: { name: string; pattern: Pattern }[] = [];
        for (const arg of args) {
          const inner = named(arg)[0];
          if (inner?.type === 'keyword_pattern') {
            const [name, value] = named(inner);
            namedPatterns.push({ name: (name as Node).text, pattern: this.#pattern(value as Node) });
          } else positional.push(this.#pattern(arg));
        }
        const parts = (type as Node).text.split('.');
        let typeExpr: Expr = { ...this.base(type as Node), kind: 'name', name: parts[0] as string };
        for (const part of parts.slice(1))
          typeExpr = { ...this.base(type as Node), kind: 'attribute', object: typeExpr, name: part };
        return { ...base, kind: 'class', type: typeExpr, positional, named: namedPatterns };
      }
      case 'dict_pattern':
        return this.#mappingPattern(node);
      default:
        return { ...base, kind: 'value', value: this.expr(node) };
    }
  }

  #mappingPattern(node: Node): Pattern {
    const items: { key: Expr; pattern: Pattern }[] = [];
    let rest: string | undefined;
    const keys = node.childrenForFieldName('key').filter((child): child is Node => child !== null);
    const values = node.childrenForFieldName('value').filter((child): child is Node => child !== null);
    keys.forEach((key, index) => {
      const value = values[index];
      if (value) items.push({ key: this.expr(key), pattern: this.#pattern(value) });
    });
    for (const child of named(node)) if (child.type === 'splat_pattern') rest = named(child)[0]?.text;
    return { ...this.base(node), kind: 'mapping', items, ...(rest !== undefined && rest !== '_' && { rest }) };
  }
}
