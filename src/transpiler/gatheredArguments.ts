import type { CallExpr, CompExpr, Expr, FunctionDef } from './ast.ts';
import { isName, some, walk, type SyntaxNode } from './walk.ts';

/** What goes over all that it is given, at once. */
const gatherers: ReadonlySet<string> = new Set('list tuple set frozenset sorted sum deque max min'.split(' '));

/** Within these a value is read more than once, later, or perhaps never. */
const repeating: ReadonlySet<unknown> = new Set(['for', 'while', 'lambda', 'def', 'class', 'comp']);

const gathered = new WeakMap<FunctionDef, ReadonlySet<string>>();

/**
 * The parameters of which a function only ever asks for all that they hold, once and at its call: `list(rows)`. It does the
 * same with a list of that.
 */
export function gatheredParameters(def: FunctionDef): ReadonlySet<string> {
  let names = gathered.get(def);
  if (!names) {
    names = new Set(
      def.params.filter(({ name, kind }) => kind === 'plain' && isGathered(def, name)).map(({ name }) => name),
    );
    gathered.set(def, names);
  }
  return names;
}

function isGathered(def: FunctionDef, name: string): boolean {
  if (def.isGenerator) return false;
  let reads = 0;
  walk(def.body, (node) => {
    if (isName(node, name)) reads++;
  });
  let gathers = 0;
  const visit = (item: unknown): void =>
    walk(item, (node) => {
      if (isName(gatheredBy(node) ?? {}, name)) gathers++;
      // The first thing that a comprehension or loop goes over is worked out once, in front of it.
      if (node['kind'] === 'comp') visit((node as unknown as CompExpr).clauses[0]?.iterable);
      if (node['kind'] === 'for') visit(node['iterable']);
      return !repeating.has(node['kind']);
    });
  visit(def.body);
  return reads === 1 && gathers === 1;
}

/** What a node goes over wholly. */
function gatheredBy(node: SyntaxNode): SyntaxNode | undefined {
  if (node['kind'] === 'comp') {
    const { form, clauses } = node as unknown as CompExpr;
    return form === 'generator' ? undefined : (clauses[0]?.iterable as unknown as SyntaxNode | undefined);
  }
  if (node['kind'] === 'for') {
    const leaves = some(node['body'], ({ kind }) => ['break', 'return', 'raise', 'yield'].includes(kind as string));
    return leaves ? undefined : (node['iterable'] as SyntaxNode);
  }
  if (node['kind'] !== 'call') return undefined;
  const { callee, args } = node as unknown as CallExpr;
  const [first, more] = args as readonly (Expr | undefined)[];
  const isAlone = first !== undefined && !more && callee.kind === 'name' && gatherers.has(callee.name);
  return isAlone ? (first as unknown as SyntaxNode) : undefined;
}
