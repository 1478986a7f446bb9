import type { Node } from 'web-tree-sitter';
import { Unsupported, type Module } from '../ast.ts';
import { Definitions } from './definitions.ts';
import { Expressions } from './expressions.ts';
import { Matches } from './matches.ts';
import { Statements } from './statements.ts';
import { Strings } from './strings.ts';
import { firstError, placeOf } from './syntaxNodes.ts';

/** Builds the engine's own tree out of the parser's. */
export class Builder {
  readonly lines: readonly string[];
  /** The id of the next node; one is never given twice. */
  nextId = 1;
  /** True when the function in hand yields. */
  yieldSeen = false;

  readonly statements = new Statements(this);
  readonly definitions = new Definitions(this);
  readonly matches = new Matches(this);
  readonly expressions = new Expressions(this);
  readonly strings = new Strings(this);

  constructor(source: string) {
    this.lines = source.split('\n');
  }

  module(root: Node): Module {
    const { body, docstring, trailing } = this.statements.block(root, true);
    return { body, ...(docstring !== undefined && { docstring }), trailing };
  }
}

/** The engine's own tree of a program. Throws Unsupported at the first syntax error or construct without a node. */
export function buildModule(root: Node, source: string): Module {
  const error = root.hasError ? firstError(root) : undefined;
  if (error) throw new Unsupported('invalid syntax', placeOf(error), 'syntax-error');
  return new Builder(source).module(root);
}
