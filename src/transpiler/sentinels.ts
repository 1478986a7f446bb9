import type { Expr, Module, Stmt } from './ast.ts';
import { Pieces, type ParsePython } from './pieces.ts';
import { isName, ownName, rewrite, some, targetNames, walk, type SyntaxNode } from './walk.ts';

const isObject = (node: Expr | undefined): boolean =>
  node?.kind === 'call' && node.callee.kind === 'name' && node.callee.name === 'object' && node.args.length === 0;

/** Writes `NAME = object()` as a class of which there is one instance: `x is NAME` then asks for that class. */
export function writeOutSentinels(module: Module, parse: ParsePython): Module {
  if (!some(module.body, (node) => isObject(node as unknown as Expr))) return module;
  const bound = new Map<string, number>();
  const note = (name: string): void => void bound.set(name, (bound.get(name) ?? 0) + 1);
  walk(module.body, (node) => {
    const own = ownName(node);
    if (own !== undefined) note(own);
    for (const target of [node['target'], ...((node['targets'] as unknown[] | undefined) ?? [])])
      targetNames(target, note);
  });
  const pieces = new Pieces(module, parse);
  const classes = new Map<string, string>();
  const made: Stmt[] = [];
  const find = (body: readonly Stmt[]): readonly Stmt[] =>
    body.map((each): Stmt => {
      if (each.kind === 'class') return { ...each, body: find(each.body) };
      const target = each.kind === 'assign' && each.targets.length === 1 ? each.targets[0] : undefined;
      if (each.kind !== 'assign' || target?.kind !== 'name' || !isObject(each.value) || bound.get(target.name) !== 1)
        return each;
      const name = pieces.freeName(`${target.name}_object`);
      classes.set(target.name, name);
      made.push(...pieces.statements(`class ${name}:\n    pass`, each.place));
      return { ...each, value: pieces.expression(`${name}()`, each.place) };
    });
  const body = find(module.body);
  const classOf = (node: Expr): string | undefined =>
    node.kind === 'name' || node.kind === 'attribute' ? classes.get(node.name) : undefined;
  const change = (node: SyntaxNode): unknown => {
    if (node['kind'] !== 'compare') return node;
    const { first, rest, place } = node as unknown as Extract<Expr, { kind: 'compare' }>;
    const [only, more] = rest;
    if (!only || more || (only.op !== 'is' && only.op !== 'is not')) return node;
    const [other, name] =
      classOf(only.value) === undefined ? [only.value, classOf(first)] : [first, classOf(only.value)];
    if (name === undefined || isName(other as unknown as SyntaxNode, name)) return node;
    const test = `isinstance(other, ${name})`;
    return pieces.expression(only.op === 'is' ? test : `not ${test}`, place, { other });
  };
  return { ...module, body: [...made, ...rewrite(body, change)] };
}
