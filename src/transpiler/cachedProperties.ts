import type { ClassDef, Expr, FunctionDef, Module, Stmt } from './ast.ts';
import { Pieces, type ParsePython } from './pieces.ts';
import { rewrite, some, type SyntaxNode } from './walk.ts';

const isCached = (node: Expr): boolean =>
  (node.kind === 'name' || node.kind === 'attribute') && node.name === 'cached_property';

const cachedIn = (def: ClassDef): FunctionDef[] =>
  def.body.flatMap((member) => (member.kind === 'def' && member.decorators.some(isCached) ? [member] : []));

/** A class with `cached_property` as a property that keeps what a method of its own has worked out. */
function writtenOut(def: ClassDef, pieces: Pieces): ClassDef {
  const body = def.body.flatMap((member): Stmt[] => {
    if (member.kind !== 'def' || !member.decorators.some(isCached)) return [member];
    const { name, place } = member;
    const property = `@property
def ${name}(self):
    if self.${name}_cached is None:
        self.${name}_cached = (self.${name}_worked_out(),)
    return self.${name}_cached[0]`;
    return [
      ...pieces.statements(`${name}_cached = None`, place),
      { ...member, name: `${name}_worked_out`, decorators: [] },
      ...pieces.statements(property, place),
    ];
  });
  return { ...def, body };
}

/** Writes out `functools.cached_property`: what it gives is kept beside it, and `del` of it forgets that. */
export function writeOutCachedProperties(module: Module, parse: ParsePython): Module {
  const names = new Set<string>();
  for (const statement of module.body)
    if (statement.kind === 'class') for (const { name } of cachedIn(statement)) names.add(name);
  if (names.size === 0) return module;
  const pieces = new Pieces(module, parse);
  const body = module.body.map((statement) => (statement.kind === 'class' ? writtenOut(statement, pieces) : statement));
  const isForgotten = (target: Expr): boolean => target.kind === 'attribute' && names.has(target.name);
  if (!some(body, (node) => node['kind'] === 'delete' && (node['targets'] as Expr[]).some(isForgotten)))
    return { ...module, body };
  const change = (node: SyntaxNode): unknown => {
    const [target, more] = node['kind'] === 'delete' ? (node['targets'] as Expr[]) : [];
    if (target?.kind !== 'attribute' || more || !isForgotten(target)) return node;
    const forgets = pieces.statements(`whole.${target.name}_cached = None`, target.place, { whole: target.object });
    return { ...forgets[0], leading: node['leading'] };
  };
  return { ...module, body: rewrite(body, change) };
}
