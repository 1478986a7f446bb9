import type { Module, Stmt } from './ast.ts';
import { Pieces, type ParsePython } from './pieces.ts';
import { flattened, rewrite, some, walk, type SyntaxNode } from './walk.ts';

const isYieldFrom = (node: SyntaxNode): boolean => node['kind'] === 'yield-from';

/** What can be worked out before or after a `yield from` with the same result. */
const steady = new Set(['name', 'str', 'int', 'float', 'bool', 'none', 'bytes']);

/** The `yield from` that stands within a statement, where all that Python works out before it is steady. */
function nestedIn(node: SyntaxNode): SyntaxNode | undefined {
  if (!['expr', 'assign', 'augment', 'return', 'annotate'].includes(node['kind'] as string)) return undefined;
  const value = node['value'] as SyntaxNode | undefined;
  if (!value || isYieldFrom(value) || !some(value, isYieldFrom)) return undefined;
  let found: SyntaxNode | undefined;
  let isFirst = true;
  walk(value, (each) => {
    if (found || !isFirst) return false;
    if (['lambda', 'comp', 'bool-op', 'conditional'].includes(each['kind'] as string)) isFirst = false;
    if (isYieldFrom(each)) {
      found = each;
      return false;
    }
    if (!some(each, isYieldFrom) && 'kind' in each && !steady.has(each['kind'] as string)) isFirst = false;
    return isFirst;
  });
  return found;
}

/** Gives what a `yield from` within an expression returns a name first: it is several statements in C++. */
export function nameNestedYieldFrom(module: Module, parse: ParsePython): Module {
  if (!some(module.body, (node) => nestedIn(node) !== undefined)) return module;
  const pieces = new Pieces(module, parse);
  const written = (node: SyntaxNode): unknown => {
    const inner = nestedIn(node);
    if (!inner) return node;
    const statement = node as unknown as Stmt;
    const name = pieces.freeName('returned');
    const start = pieces.statements(`${name} = given`, statement.place, { given: inner as never });
    const rest = rewrite(statement, (each) =>
      isYieldFrom(each) && each['id'] === inner['id'] ? pieces.name(name, statement.place) : each,
    );
    return [...start.map((each) => ({ ...each, leading: statement.leading })), { ...rest, leading: [] }];
  };
  return { ...module, body: flattened(rewrite(module.body, written)) };
}
