import type { Expr, Module } from './ast.ts';
import { bindings } from './aliases.ts';
import { firstFreeId, isName, rewrite, walk, type SyntaxNode } from './walk.ts';

/** True for a type or a tuple of types as `isinstance` takes it. */
const isTypes = (node: Expr): boolean =>
  node.kind === 'name' || (node.kind === 'tuple' && node.items.length > 0 && node.items.every(isTypes));

/** Names that the module gives to tuples of types, and that only `isinstance` is given: `Number = (int, float)`, written out there. */
export function writeOutTypeTuples(module: Module): Module {
  const counts = bindings(module.body);
  const tuples = new Map<string, Expr>();
  for (const statement of module.body) {
    if (statement.kind !== 'assign' || statement.targets.length !== 1) continue;
    const [target] = statement.targets;
    const { value } = statement;
    if (target?.kind === 'name' && value.kind === 'tuple' && isTypes(value) && counts.get(target.name) === 1)
      tuples.set(target.name, value);
  }
  const isAsked = (node: SyntaxNode): boolean =>
    node['kind'] === 'call' &&
    isName(node['callee'] as SyntaxNode, 'isinstance') &&
    (node['args'] as readonly Expr[]).length === 2;
  for (const name of tuples.keys()) {
    // Its assignment is the first mention; all others have to be such questions.
    let others = -1;
    walk(module.body, (node) => {
      if (isName(node, name)) others++;
      if (isAsked(node) && isName((node['args'] as readonly SyntaxNode[])[1] ?? {}, name)) others--;
    });
    if (others !== 0) tuples.delete(name);
  }
  if (tuples.size === 0) return module;
  let free = firstFreeId(module.body);
  const written = (node: SyntaxNode): unknown => {
    if (!isAsked(node)) return node;
    const [object, types] = node['args'] as readonly Expr[];
    const tuple = types?.kind === 'name' ? tuples.get(types.name) : undefined;
    if (!tuple) return node;
    return { ...node, args: [object, rewrite(tuple, (each) => ('id' in each ? { ...each, id: free++ } : each))] };
  };
  const body = module.body.filter(
    (each) => each.kind !== 'assign' || each.targets[0]?.kind !== 'name' || !tuples.has(each.targets[0].name),
  );
  return { ...module, body: rewrite(body, written) };
}
