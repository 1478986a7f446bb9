import type { Module, Stmt } from './ast.ts';
import { namesBoundIn } from './flow.ts';
import { firstFreeId, walk } from './walk.ts';

/** Declares at the top of the module the variables that only functions give a value, with `global`. */
export function declareGlobals(module: Module): Module {
  const places = new Map<string, Stmt>();
  walk(module.body, (node) => {
    if (node['kind'] !== 'global') return;
    for (const name of node['names'] as readonly string[])
      if (!places.has(name)) places.set(name, node as unknown as Stmt);
  });
  if (places.size === 0) return module;
  const inFunctions = new Set(['def', 'class', 'lambda']);
  const own = namesBoundIn(module.body.map((each) => withoutBodies(each, inFunctions)));
  const missing = [...places].filter(([name]) => !own.has(name));
  if (missing.length === 0) return module;
  let id = firstFreeId(module.body);
  const declarations = missing.map(([name, { place }]): Stmt => ({
    kind: 'annotate',
    id: id++,
    place,
    leading: [],
    target: { kind: 'name', id: id++, place, name },
    annotation: { kind: 'ellipsis', id: id++, place },
  }));
  return { ...module, body: [...declarations, ...module.body] };
}

/** A statement whose functions and classes have no bodies. */
function withoutBodies(item: unknown, kinds: ReadonlySet<string>): unknown {
  if (Array.isArray(item)) return item.map((each) => withoutBodies(each, kinds));
  if (typeof item !== 'object' || item === null) return item;
  const isInner = kinds.has(String((item as { kind?: unknown }).kind));
  return Object.fromEntries(
    Object.entries(item).map(([key, value]) => [
      key,
      key === 'place'
        ? (value as unknown)
        : isInner && (key === 'body' || key === 'params')
          ? []
          : withoutBodies(value, kinds),
    ]),
  );
}
