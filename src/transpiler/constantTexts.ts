import type { Module } from './ast.ts';
import { ownName, targetNames, walk } from './walk.ts';

/** The texts of names that are bound once in the whole program, to a string literal. */
export function constantTextsOf(module: Module): ReadonlyMap<string, string> {
  const bindings = new Map<string, number>();
  const texts = new Map<string, string>();
  const bind = (name: string): void => void bindings.set(name, (bindings.get(name) ?? 0) + 1);
  walk(module.body, (node) => {
    const own = ownName(node);
    if (own !== undefined) bind(own);
    if (typeof node['as'] === 'string') bind(node['as']);
    if (node['target']) targetNames(node['target'], bind);
    const { targets, value } = node as { targets?: unknown; value?: { kind?: string; value?: unknown } };
    if (!Array.isArray(targets)) return;
    for (const target of targets) targetNames(target, bind);
    const [target] = targets as { kind?: string; name?: string }[];
    if (targets.length === 1 && target?.kind === 'name' && target.name !== undefined && value?.kind === 'str')
      texts.set(target.name, String(value.value));
  });
  return new Map([...texts].filter(([name]) => bindings.get(name) === 1));
}
