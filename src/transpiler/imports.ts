import type { Module, Stmt } from './ast.ts';
import { namesBoundIn } from './flow.ts';
import { isName, some, walk } from './walk.ts';

type ImportStatement = Extract<Stmt, { kind: 'import' | 'import-from' }>;
type FunctionStatement = Extract<Stmt, { kind: 'def' }>;

const isImport = (statement: Stmt): statement is ImportStatement =>
  statement.kind === 'import' || statement.kind === 'import-from';

/** What each name that an import binds stands for, such as `sqrt` for `math.sqrt`. */
function meanings(statement: ImportStatement): [name: string, meaning: string][] {
  return statement.kind === 'import'
    ? statement.names.map(({ module, as }) => [as ?? module, module])
    : statement.names.map(({ name, as }) => [as ?? name, `${statement.module}.${name}`]);
}

/** The same without its imports, at any depth, and without places. */
function withoutImports(node: unknown): unknown {
  if (Array.isArray(node)) return node.filter((item) => !isImport(item as Stmt)).map(withoutImports);
  if (typeof node !== 'object' || node === null) return node;
  const copy: Record<string, unknown> = {};
  for (const key in node) if (key !== 'place') copy[key] = withoutImports((node as Record<string, unknown>)[key]);
  return copy;
}

/** True when the name is read anywhere below. */
const isRead = (name: string, item: unknown): boolean => some(item, (node) => isName(node, name));

/** Moves the imports that stand in `if`, `try` and the like of the module to its top, on the same conditions. */
function withoutInnerImports(module: Module, bound: ReadonlySet<string>, known: ReadonlyMap<string, string>): Module {
  const isInner = (statement: Stmt): boolean => !['def', 'class', 'import', 'import-from'].includes(statement.kind);
  const meaning = new Map(known);
  const moved = new Set<Stmt>();
  module.body.forEach((statement, at) => {
    if (!isInner(statement)) return;
    walk(statement, (node) => {
      if (node['kind'] === 'def' || node['kind'] === 'class') return false;
      if (!isImport(node as unknown as Stmt)) return undefined;
      const inner = node as unknown as ImportStatement;
      const fits = meanings(inner).every(
        ([name, of]) =>
          name !== '*' &&
          !bound.has(name) &&
          (meaning.get(name) ?? of) === of &&
          (known.has(name) || !isRead(name, module.body.slice(0, at))),
      );
      if (!fits) return false;
      for (const [name, of] of meanings(inner)) meaning.set(name, of);
      moved.add(inner);
      return false;
    });
  });
  if (moved.size === 0) return module;
  const without = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(without);
    if (typeof item !== 'object' || item === null) return item;
    if (moved.has(item as Stmt)) return { ...(item as Stmt), kind: 'pass' };
    return Object.fromEntries(
      Object.entries(item).map(([key, value]) => [key, key === 'place' ? (value as unknown) : without(value)]),
    );
  };
  const body = module.body.map((each) => (isInner(each) ? (without(each) as Stmt) : each));
  return { ...module, body: [...moved, ...body] };
}

/**
 * Moves the imports that stand in the body of a function to the top of the module, where the engine knows them, as long as
 * nobody can see the difference: the name means nothing else anywhere, and is read only where it was imported before.
 * Other imports stay, and are refused at their line.
 */
export function hoistImports(module: Module): Module {
  const functions: FunctionStatement[] = module.body.flatMap((statement) => {
    if (statement.kind === 'def') return [statement];
    return statement.kind === 'class' ? statement.body.filter((member) => member.kind === 'def') : [];
  });
  const bound = namesBoundIn(withoutImports(module.body) as object);
  const known = new Map(module.body.filter(isImport).flatMap(meanings));
  const nested = functions.flatMap((owner) =>
    owner.body.flatMap((statement, index) => (isImport(statement) ? [{ owner, statement, index }] : [])),
  );
  const opened = withoutInnerImports(module, bound, known);
  if (opened !== module) return hoistImports(opened);
  if (nested.length === 0) return module;
  const canMove = (name: string, meaning: string): boolean => {
    if (name === '*' || bound.has(name) || (known.has(name) && known.get(name) !== meaning)) return false;
    const importers = nested.filter(({ statement }) => meanings(statement).some(([other]) => other === name));
    if (importers.some(({ statement }) => meanings(statement).some(([n, m]) => n === name && m !== meaning)))
      return false;
    if (importers.some(({ owner, index }) => isRead(name, owner.body.slice(0, index)))) return false;
    if (known.has(name)) return true;
    const owners = new Set(importers.map(({ owner }) => owner));
    const withoutOwners = module.body.flatMap((statement): unknown[] => {
      if (statement.kind === 'class') {
        return statement.body.filter((member) => member.kind !== 'def' || !owners.has(member));
      }
      return statement.kind === 'def' && owners.has(statement) ? [] : [statement];
    });
    return !isRead(name, withoutOwners);
  };
  const moved = new Set(
    nested
      .map(({ statement }) => statement)
      .filter((statement) => meanings(statement).every(([name, meaning]) => canMove(name, meaning))),
  );
  const without = (owner: FunctionStatement): FunctionStatement => ({
    ...owner,
    body: owner.body.map((statement) =>
      isImport(statement) && moved.has(statement)
        ? {
            kind: 'pass',
            id: statement.id,
            place: statement.place,
            leading: statement.leading,
            trailing: statement.trailing,
          }
        : statement,
    ),
  });
  return {
    ...module,
    body: [
      ...moved,
      ...module.body.map((statement): Stmt => {
        if (statement.kind === 'def') return without(statement);
        if (statement.kind !== 'class') return statement;
        return {
          ...statement,
          body: statement.body.map((member) => (member.kind === 'def' ? without(member) : member)),
        };
      }),
    ],
  };
}
