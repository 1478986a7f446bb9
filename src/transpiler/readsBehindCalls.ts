import { pure } from './builtinNames.ts';
import { some, type SyntaxNode } from './walk.ts';

/** What holds statements of its own, which are looked through by themselves. */
const inner: ReadonlySet<string> = new Set(['place', 'body', 'orelse', 'finalbody', 'handlers', 'cases']);

/** True for what may run code of the program: a call other than of a built-in function that gives a value alone. */
function mayRunProgram({ kind, callee }: SyntaxNode): boolean {
  if (kind === 'yield' || kind === 'yield-from') return true;
  if (kind !== 'call') return false;
  const { kind: of, name } = callee as SyntaxNode;
  return of !== 'name' || !pure.has(String(name));
}

/** True when code of the program may run while this is worked out. */
export const callsProgram = (node: unknown): boolean => some(node, mayRunProgram);

const known = new WeakMap<object, ReadonlySet<unknown>>();

/**
 * The items and attributes in a statement that are read when something has been called in it before, in Python's order: a test in front of
 * the statement tells nothing of these any more.
 */
export function readsBehindCalls(statement: object): ReadonlySet<unknown> {
  let found = known.get(statement);
  if (!found) {
    found = collect(statement);
    known.set(statement, found);
  }
  return found;
}

function collect(statement: object): ReadonlySet<unknown> {
  const stale = new Set<unknown>();
  let isDirty = false;
  const visit = (item: unknown): void => {
    if (Array.isArray(item)) {
      item.forEach(visit);
      return;
    }
    if (typeof item !== 'object' || item === null) return;
    const node = item as SyntaxNode;
    const { kind } = node;
    const outside = isDirty;
    // What is gone through again and again, or later, has all that it calls in front of it.
    if (kind === 'lambda' || (kind === 'comp' && callsProgram(node))) isDirty = true;
    const entries = Object.entries(node).filter(([key]) => !inner.has(key) || kind === 'lambda');
    // The value of an assignment is worked out before its targets.
    const isLater = ([key]: readonly [string, unknown]): boolean => key === 'target' || key === 'targets';
    const order =
      kind === 'assign' ? [...entries.filter((each) => !isLater(each)), ...entries.filter(isLater)] : entries;
    for (const [, value] of order) visit(value);
    if (kind === 'lambda') isDirty = outside;
    if (isDirty && (kind === 'index' || kind === 'attribute')) stale.add(node);
    isDirty ||= mayRunProgram(node);
  };
  visit(statement);
  return stale;
}
