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

/** Classes whose bodies are no places for further attributes. */
const closedBases = new Set(['Enum', 'IntEnum', 'StrEnum', 'Flag', 'IntFlag', 'NamedTuple', 'Protocol', 'TypedDict']);

/** What may stand between a class and the statements that give it more attributes: nothing that could read them. */
const isQuiet = ({ kind }: Stmt): boolean => ['def', 'class', 'import', 'import-from', 'pass'].includes(kind);

/**
 * Gives classes the attributes that the program assigns right behind them, as `Vector.ZERO = Vector(0, 0)`: what such a value needs is
 * known there only, so that the class has None until then.
 */
export function giveLaterAttributes(module: Module, parse: ParsePython): Module {
  const functions = new Set(module.body.flatMap((each) => (each.kind === 'def' ? [each.name] : [])));
  const pieces = new Pieces(module, parse);
  const open = new Map<string, ClassDef>();
  const added = new Map<string, Stmt[]>();
  const moved = new Set<Stmt>();
  for (const each of module.body) {
    if (each.kind === 'class') {
      const isClosed = each.bases.some((base) =>
        closedBases.has(base.kind === 'name' || base.kind === 'attribute' ? base.name : ''),
      );
      if (!isClosed) open.set(each.name, each);
      continue;
    }
    const target = each.kind === 'assign' && each.targets.length === 1 ? each.targets[0] : undefined;
    const owner = target?.kind === 'attribute' ? open.get(nameOf(target.object) ?? '') : undefined;
    if (each.kind !== 'assign' || target?.kind !== 'attribute' || !owner) {
      if (!isQuiet(each)) open.clear();
      continue;
    }
    const { value } = each;
    const known = added.get(owner.name) ?? [];
    const has = [...owner.body, ...known].some(
      (member) =>
        (member.kind === 'def' && member.name === target.name) ||
        ownValue({ ...owner, body: [member] }, target.name) !== undefined,
    );
    const isFunction = value.kind === 'lambda' || functions.has(nameOf(value) ?? '');
    if (has || isFunction || owner.bases.some((base) => nameOf(base) !== 'object')) continue;
    const text = isLiteral(value) ? 'value' : 'None';
    added.set(owner.name, [...known, ...pieces.statements(`${target.name} = ${text}`, each.place, { value })]);
    if (isLiteral(value)) moved.add(each);
  }
  if (added.size === 0) return module;
  const body = module.body.flatMap((each): Stmt[] => {
    if (moved.has(each)) return [];
    const more = each.kind === 'class' ? added.get(each.name) : undefined;
    return [each.kind === 'class' && more ? { ...each, body: [...each.body, ...more] } : each];
  });
  return { ...module, body };
}
