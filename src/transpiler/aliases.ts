import type { Expr, FunctionDef, Module, Stmt } from './ast.ts';
import { mutatingMethods } from './pythonMethods.ts';
import { firstFreeId, isName, ownName, rewrite, some, targetNames, walk, type SyntaxNode } from './walk.ts';

type Assignment = Extract<Stmt, { kind: 'assign' }>;

/** Methods of built-in types that programs give a name of their own, to call them faster. */
const ofBuiltInTypes = new Set([
  ...mutatingMethods,
  ...'get join split startswith endswith index count items keys values find replace strip write read readline format'.split(
    ' ',
  ),
]);

/** How often each name is bound in a part of a program. */
export function bindings(part: unknown): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
  walk(part, (node) => {
    const name = ownName(node);
    if (name !== undefined) add(name);
    // A parameter has no kind of node of its own.
    targetNames(node['target'], add);
    for (const target of (node['targets'] as unknown[] | undefined) ?? []) targetNames(target, add);
    for (const item of (node['items'] as { target?: unknown }[] | undefined) ?? []) targetNames(item.target, add);
    for (const each of (node['names'] as unknown[] | undefined) ?? []) {
      if (typeof each === 'string') add(each);
      else if (node['kind'] === 'import' || node['kind'] === 'import-from') {
        const { as, name: imported, module } = each as { as?: string; name?: string; module?: string };
        add(as ?? imported ?? module ?? '');
      }
    }
  });
  return counts;
}

/** The name and the value of a plain assignment. */
const aliasOf = (statement: Stmt): { readonly name: string; readonly value: Expr } | undefined => {
  if (statement.kind !== 'assign') return undefined;
  const { targets, value }: Assignment = statement;
  const [target, more] = targets;
  return target?.kind === 'name' && !more ? { name: target.name, value } : undefined;
};

const blank = ({ id, place, leading }: Stmt): Stmt => ({ kind: 'pass', id, place, leading });

/** The names that the module gives to functions of modules it imports: `islice = itertools.islice`. */
function ofModules(module: Module, nextId: () => number): Module {
  const imported = new Set<string>();
  for (const each of module.body)
    if (each.kind === 'import') for (const { module: name, as } of each.names) imported.add(as ?? name);
  if (imported.size === 0) return module;
  const counts = bindings(module.body);
  const values = new Map<string, Expr>();
  const body = module.body.map((statement): Stmt => {
    const alias = aliasOf(statement);
    if (alias?.value.kind !== 'attribute' || alias.value.object.kind !== 'name') return statement;
    const { object } = alias.value;
    if (!imported.has(object.name) || counts.get(object.name) !== 1 || counts.get(alias.name) !== 1) return statement;
    // `pi = math.pi` is a variable like any; only what is called is written out.
    if (!isOnlyCalled(module.body, alias.name)) return statement;
    values.set(alias.name, alias.value);
    return blank(statement);
  });
  return values.size === 0 ? module : { ...module, body: written(body, values, nextId) };
}

/** True when a name is never used but to be called. */
function isOnlyCalled(part: unknown, name: string): boolean {
  let others = -1;
  walk(part, (node) => {
    if (isName(node, name)) others++;
    if (node['kind'] === 'call' && isName(node['callee'] as SyntaxNode, name)) others--;
  });
  return others === 0;
}

/** Calls of names as calls of what they stand for; `nextId` gives each of its nodes an id of its own. */
function written<T>(part: T, values: ReadonlyMap<string, Expr>, nextId: () => number): T {
  return rewrite(part, (node) => {
    const callee = node['kind'] === 'call' ? (node['callee'] as Expr) : undefined;
    const value = callee?.kind === 'name' ? values.get(callee.name) : undefined;
    return value
      ? { ...node, callee: rewrite(value, (each) => ('id' in each ? { ...each, id: nextId() } : each)) }
      : node;
  });
}

/** The names that a function gives to methods of its variables: `append = found.append`. */
function ofVariables<T extends { readonly body: readonly Stmt[]; readonly params?: FunctionDef['params'] }>(
  def: T,
  module: Module,
  nextId: () => number,
): T {
  if (!def.body.some((statement) => aliasOf(statement)?.value.kind === 'attribute')) return def;
  const counts = bindings([def.params, def.body]);
  const values = new Map<string, Expr>();
  const body = def.body.map((statement): Stmt => {
    const alias = aliasOf(statement);
    if (alias?.value.kind !== 'attribute') return statement;
    const { object, name } = alias.value;
    const isOwnMethod = module.body.some(
      (each) => each.kind === 'class' && each.body.some((member) => member.kind === 'def' && member.name === name),
    );
    if (object.kind !== 'name' || !ofBuiltInTypes.has(name) || isOwnMethod) return statement;
    if (counts.get(object.name) !== 1 || counts.get(alias.name) !== 1) return statement;
    if (!isOnlyCalled(def.body, alias.name)) return statement;
    values.set(alias.name, alias.value);
    return blank(statement);
  });
  return values.size === 0 ? def : { ...def, body: written(body, values, nextId) };
}

/** Calls through names that stand for a method of a variable or a function of a module, as calls of what they stand for. */
export function writeOutAliases(module: Module): Module {
  let free = firstFreeId(module.body);
  const nextId = (): number => free++;
  const plain = ofModules(module, nextId);
  const isAlias = (node: SyntaxNode): boolean => aliasOf(node as unknown as Stmt)?.value.kind === 'attribute';
  if (!some(plain.body, isAlias)) return plain;
  const body = rewrite(plain.body, (node) =>
    node['kind'] === 'def' ? ofVariables(node as unknown as FunctionDef, plain, nextId) : node,
  );
  return ofVariables({ ...plain, body }, plain, nextId);
}
