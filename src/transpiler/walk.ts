/** A node of the syntax tree as one sees it who does not care of which kind it is. */
export type SyntaxNode = Readonly<Record<string, unknown>>;

/** Calls `visit` for a node and all below it, in the order of the source; `false` leaves out what is below. */
export function walk(item: unknown, visit: (node: SyntaxNode) => boolean | undefined | void): void {
  if (Array.isArray(item)) {
    for (const each of item) walk(each, visit);
    return;
  }
  if (typeof item !== 'object' || item === null) return;
  const node = item as SyntaxNode;
  if (visit(node) === false) return;
  for (const key in node) {
    const value = node[key];
    if (key !== 'place' && typeof value === 'object') walk(value, visit);
  }
}

/** True when it holds for a node or for one below it. */
export function some(item: unknown, holds: (node: SyntaxNode) => boolean): boolean {
  let found = false;
  walk(item, (node) => {
    found ||= holds(node);
    return !found;
  });
  return found;
}

/** A copy in which `change` took the place of each node, those below first. */
export function rewrite<T>(item: T, change: (node: SyntaxNode) => unknown): T {
  if (Array.isArray(item)) return item.map((each: unknown) => rewrite(each, change)) as T;
  if (typeof item !== 'object' || item === null) return item;
  // Filled key by key: a list of entries for each node is twice the work.
  const node = item as SyntaxNode;
  const copy: Record<string, unknown> = {};
  for (const key in node) copy[key] = key === 'place' ? node[key] : rewrite(node[key], change);
  return change(copy) as T;
}

/** A copy in which the lists that stand in lists, as a `rewrite` to several statements leaves them, are part of those. */
export function flattened<T>(item: T): T {
  if (Array.isArray(item)) return (item as unknown[]).flat().map((each) => flattened(each)) as T;
  if (typeof item !== 'object' || item === null) return item;
  const node = item as SyntaxNode;
  const copy: Record<string, unknown> = {};
  for (const key in node) copy[key] = key === 'place' ? node[key] : flattened(node[key]);
  return copy as T;
}

/** True for a read or a write of this variable. */
export const isName = (node: SyntaxNode, name: string): boolean => node['kind'] === 'name' && node['name'] === name;

/** The names that the target of an assignment, a loop or a comprehension binds. */
export function targetNames(target: unknown, add: (name: string) => void): void {
  const node = target as { kind?: string; name?: string; items?: unknown[]; value?: unknown } | undefined;
  if (node?.kind === 'name' && node.name !== undefined) add(node.name);
  else if (node?.kind === 'star') targetNames(node.value, add);
  else node?.items?.forEach((item) => targetNames(item, add));
}

/** The name of a function, class, parameter, handler or pattern: nodes that bear the name they bind. */
export function ownName(node: SyntaxNode): string | undefined {
  const { kind, name } = node;
  return typeof name === 'string' && kind !== 'name' && kind !== 'attribute' ? name : undefined;
}

/** An id that no node of the tree has, nor any after it. */
export function firstFreeId(body: unknown): number {
  let free = 1;
  walk(body, ({ id }) => {
    if (typeof id === 'number') free = Math.max(free, id + 1);
  });
  return free;
}
