import type { Stmt } from '../ast.ts';
import type { FunctionInfo, Variable } from '../program.ts';
import { walk } from '../walk.ts';

/** The name that a parameter has in the head of its function. */
export function givenName({ cpp, isCell }: Variable): string {
  return isCell ? `${cpp}_given` : cpp;
}

/** The index of the first parameter that a call gives an argument for. */
export function firstParam(info: FunctionInfo): number {
  return info.binding === 'instance' || info.binding === 'class' ? 1 : 0;
}

/** The names that bodies of functions mention, because each body is asked for them in every round. */
const mentioned = new WeakMap<readonly Stmt[], ReadonlySet<unknown>>();

/** True when the body of a function mentions its name, as a call of itself does. */
export function callsItself({ name, def }: Pick<FunctionInfo, 'name' | 'def'>): boolean {
  let names = mentioned.get(def.body);
  if (!names) {
    const found = new Set<unknown>();
    walk(def.body, (node) => void found.add(node['name']));
    mentioned.set(def.body, found);
    names = found;
  }
  return names.has(name);
}
