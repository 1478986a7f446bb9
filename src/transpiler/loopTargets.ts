import type { Expr, Module, Stmt } from './ast.ts';
import { Pieces, type ParsePython } from './pieces.ts';
import { flattened, rewrite, some, type SyntaxNode } from './walk.ts';

type ForStmt = Extract<Stmt, { kind: 'for' }>;

/** True for a loop that gives what it goes over to an attribute or an item. */
const isMeant = (node: SyntaxNode): boolean =>
  node['kind'] === 'for' && some(node['target'], ({ kind }) => kind === 'attribute' || kind === 'index');

/** Writes `for thing.field in items:` as a loop over a variable whose first statement gives it to the field. */
export function nameLoopTargets(module: Module, parse: ParsePython): Module {
  if (!some(module.body, isMeant)) return module;
  const pieces = new Pieces(module, parse);
  const written = (node: SyntaxNode): unknown => {
    if (!isMeant(node)) return node;
    const loop = node as unknown as ForStmt;
    const given: Stmt[] = [];
    const named = (target: Expr): Expr => {
      if (target.kind === 'tuple' || target.kind === 'list') return { ...target, items: target.items.map(named) };
      if (target.kind === 'star') return { ...target, value: named(target.value) };
      if (target.kind === 'name') return target;
      const name = pieces.freeName('each');
      given.push(...pieces.statements(`place = ${name}`, target.place, { place: target }));
      return pieces.name(name, target.place);
    };
    const target = named(loop.target);
    return { ...loop, target, body: [...given, ...loop.body] };
  };
  return { ...module, body: flattened(rewrite(module.body, written)) };
}
