import { Unsupported, type ClassDef, type Expr, type Module, type Stmt } from './ast.ts';
import { isLiteral } from './literals.ts';
import { Pieces, type ParsePython } from './pieces.ts';
import { walk } from './walk.ts';

const nameOf = (node: Expr | undefined): string | undefined => (node?.kind === 'name' ? node.name : undefined);

/** The value that the body of a class gives an attribute. */
function ownValue(def: ClassDef, name: string): Expr | undefined {
  for (const member of def.body) {
    const target =
      member.kind === 'assign' ? member.targets[0] : member.kind === 'annotate' ? member.target : undefined;
    if (nameOf(target) === name && (member.kind === 'assign' || member.kind === 'annotate')) return member.value;
  }
  return undefined;
}

/** Gives a class an attribute of its own where the program assigns one that it has from another. Throws Unsupported. */
export function giveOwnAttributes(module: Module, parse: ParsePython): Module {
  const classes = new Map(module.body.flatMap((each) => (each.kind === 'class' ? [[each.name, each] as const] : [])));
  const assigned = new Map<string, Extract<Expr, { kind: 'attribute' }>>();
  walk(module.body, (node) => {
    if (!['assign', 'augment', 'annotate'].includes(node['kind'] as string)) return;
    for (const target of [node['target'], ...((node['targets'] as unknown[] | undefined) ?? [])] as (
      Expr | undefined
    )[])
      if (target?.kind === 'attribute' && classes.has(nameOf(target.object) ?? ''))
        assigned.set(`${nameOf(target.object) ?? ''}.${target.name}`, target);
  });
  // In a class method, `cls` is its class.
  for (const def of classes.values())
    for (const method of def.body) {
      const cls = method.kind === 'def' ? method.params[0]?.name : undefined;
      if (method.kind !== 'def' || !method.decorators.some((each) => nameOf(each) === 'classmethod')) continue;
      walk(method.body, (node) => {
        if (!['assign', 'augment', 'annotate'].includes(node['kind'] as string)) return;
        for (const target of [node['target'], ...((node['targets'] as unknown[] | undefined) ?? [])] as (
          Expr | undefined
        )[])
          if (target?.kind === 'attribute' && nameOf(target.object) === cls)
            assigned.set(`${def.name}.${target.name}`, target);
      });
    }
  const above = (def: ClassDef, name: string): { readonly of: ClassDef; readonly value: Expr } | undefined => {
    for (const base of def.bases) {
      const of = classes.get(nameOf(base) ?? '');
      const value = of && ownValue(of, name);
      const found = of && (value ? { of, value } : above(of, name));
      if (found) return found;
    }
    return undefined;
  };
  const changesAbove = (def: ClassDef, name: string): boolean =>
    def.bases.some((base) => {
      const of = classes.get(nameOf(base) ?? '');
      return of !== undefined && (assigned.has(`${of.name}.${name}`) || changesAbove(of, name));
    });
  const added = new Map<string, { readonly name: string; readonly value: Expr }[]>();
  for (const [key, target] of assigned) {
    const [owner = ''] = key.split('.');
    const def = classes.get(owner);
    const found = def && !ownValue(def, target.name) ? above(def, target.name) : undefined;
    if (!found) continue;
    if (!isLiteral(found.value) || changesAbove(def as ClassDef, target.name))
      throw new Unsupported(
        `\`${key}\`, which \`${owner}\` has from \`${found.of.name}\`, cannot be assigned: give \`${owner}\` one of its own.`,
        target.place,
      );
    added.set(owner, [...(added.get(owner) ?? []), { name: target.name, value: found.value }]);
  }
  if (added.size === 0) return module;
  const pieces = new Pieces(module, parse);
  const body = module.body.map((each): Stmt => {
    const own = each.kind === 'class' ? added.get(each.name) : undefined;
    if (each.kind !== 'class' || !own) return each;
    const more = own.flatMap(({ name, value }) => pieces.statements(`${name} = value`, each.place, { value }));
    return { ...each, body: [...each.body, ...more] };
  });
  return { ...module, body };
}
