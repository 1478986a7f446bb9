import type { Node } from 'web-tree-sitter';
import type { Expr, Place } from '../ast.ts';
import type { Builder } from './builder.ts';
import { placeOf } from './syntaxNodes.ts';

/** What builds one kind of node, and reaches the others through the builder. */
export abstract class BuilderPart {
  protected readonly builder: Builder;

  constructor(builder: Builder) {
    this.builder = builder;
  }

  /** What every node has. */
  protected base(node: Node): { id: number; place: Place } {
    return { id: this.builder.nextId++, place: placeOf(node) };
  }

  protected expr(node: Node): Expr {
    return this.builder.expressions.expr(node);
  }
}
