import type { ClassDef, CompExpr, Module, Param, Stmt } from './ast.ts';
import { namesAssignedIn } from './scopeNames.ts';
import { isName, ownName, some, targetNames, walk, type SyntaxNode } from './walk.ts';

/**
 * Gives classes another name where variables of functions bear theirs: in C++, a variable hides the class from the types of what
 * stands beside it.
 */
export function nameShadowedClasses(module: Module): Module {
  const classes = module.body.filter((statement) => statement.kind === 'class');
  if (classes.length === 0) return module;
  const inside = new Set<string>();
  walk(module.body, (node) => {
    for (const name of boundInside(node)) inside.add(name);
  });
  return classes
    .filter(({ name }) => inside.has(name))
    .reduce((current, { name }) => (isShadowed(current, name) ? renamed(current, name) : current), module);
}

/** True where a function, lambda or comprehension has a variable of this name, and the module has none. */
function isShadowed(module: Module, name: string): boolean {
  const definitions = module.body.filter(
    (each) => (each.kind === 'class' || each.kind === 'def') && each.name === name,
  );
  if (definitions.length !== 1 || namesAssignedIn(module.body).has(name)) return false;
  if (some(module.body, (node) => node['kind'] === 'global' && (node['names'] as string[]).includes(name)))
    return false;
  return some(module.body, (node) => bindsInside(node, name));
}

/** The variables of a function, lambda or comprehension, by node: each is asked for them for every class. */
const variables = new WeakMap<SyntaxNode, ReadonlySet<string>>();
const none: ReadonlySet<string> = new Set();

/** True for a function, lambda or comprehension with a variable of this name. */
function bindsInside(node: SyntaxNode, name: string): boolean {
  return boundInside(node).has(name);
}

function boundInside(node: SyntaxNode): ReadonlySet<string> {
  const { kind } = node;
  if (kind !== 'comp' && kind !== 'def' && kind !== 'lambda') return none;
  let names = variables.get(node);
  if (!names) {
    names = collectBoundInside(node);
    variables.set(node, names);
  }
  return names;
}

function collectBoundInside(node: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>();
  if (node['kind'] === 'comp') {
    for (const { target } of (node as unknown as CompExpr).clauses) targetNames(target, (each) => names.add(each));
    return names;
  }
  for (const { name } of node['params'] as readonly Param[]) names.add(name);
  if (node['kind'] === 'lambda') return names;
  for (const name of namesAssignedIn(node['body'] as readonly Stmt[])) names.add(name);
  walk(node['body'], (inner) => {
    // Names of handlers, of patterns and of inner functions.
    const own = 'types' in inner || 'pattern' in inner || inner['kind'] === 'def' ? ownName(inner) : undefined;
    if (own !== undefined) names.add(own);
    return !['def', 'class', 'lambda'].includes(inner['kind'] as string);
  });
  return names;
}

function renamed(module: Module, name: string): Module {
  const isTaken = (wanted: string): boolean =>
    some(module.body, (node) => ownName(node) === wanted || isName(node, wanted) || node['name'] === wanted);
  const capital = name.charAt(0).toUpperCase() + name.slice(1);
  let chosen = capital;
  for (let number = 1; isTaken(chosen); number++) chosen = `${capital}_class${number > 1 ? number : ''}`;
  const visit = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(visit);
    if (typeof item !== 'object' || item === null) return item;
    const node = item as SyntaxNode;
    if (isName(node, name)) return { ...node, name: chosen };
    // What stands in front of the body of a function sees the class all the same.
    const hidden = bindsInside(node, name) ? (node['kind'] === 'comp' ? undefined : 'body') : '';
    if (hidden === undefined) return node;
    const copy = Object.fromEntries(
      Object.entries(node).map(([key, value]) => [key, key === 'place' || key === hidden ? value : visit(value)]),
    );
    return isOwn(node, name)
      ? { ...copy, name: chosen, shownName: (node as unknown as ClassDef).shownName ?? name }
      : copy;
  };
  return { ...module, body: module.body.map((each) => visit(each) as Stmt) };
}

const isOwn = (node: SyntaxNode, name: string): boolean =>
  node['kind'] === 'class' && 'bases' in node && node['name'] === name;
