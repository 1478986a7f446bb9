import { Unsupported, type ClassDef, type Expr, type FunctionDef, type Module, type Stmt } from './ast.ts';
import { Pieces, type ParsePython } from './pieces.ts';
import { isName, rewrite, some, targetNames, type SyntaxNode } from './walk.ts';

const HOOK = '__init_subclass__';
const baseName = (node: Expr | undefined): string | undefined => (node?.kind === 'name' ? node.name : undefined);
const hookOf = (def: ClassDef): FunctionDef | undefined =>
  def.body.find((member): member is FunctionDef => member.kind === 'def' && member.name === HOOK);

/** Does behind each class what the `__init_subclass__` of a class above it asks for. Throws Unsupported. */
export function writeOutInitSubclass(module: Module, parse: ParsePython): Module {
  const classes = new Map(module.body.flatMap((each) => (each.kind === 'class' ? [[each.name, each] as const] : [])));
  if (![...classes.values()].some(hookOf)) return module;
  const pieces = new Pieces(module, parse);
  const above = (def: ClassDef): FunctionDef | undefined => {
    for (const base of def.bases) {
      const of = classes.get(baseName(base) ?? '');
      const hook = of && (hookOf(of) ?? above(of));
      if (hook) return hook;
    }
    return undefined;
  };
  const body = module.body.flatMap((each): Stmt[] => {
    if (each.kind !== 'class') return [each];
    const hook = above(each);
    const members = each.body.filter((member) => !(member.kind === 'def' && member.name === HOOK));
    const own: ClassDef = { ...each, body: members, ...(hook && { keywords: [] }) };
    return hook ? [own, ...asked(hook, each, pieces)] : [own];
  });
  return { ...module, body };
}

/** What a hook does with one class. */
function asked(hook: FunctionDef, def: ClassDef, pieces: Pieces): Stmt[] {
  const [cls, ...params] = hook.params;
  const refuse = (): never => {
    throw new Unsupported('This `__init_subclass__` cannot be converted yet.', hook.place);
  };
  const isHandedOn = (each: Stmt): boolean =>
    each.kind === 'expr' &&
    each.value.kind === 'call' &&
    each.value.callee.kind === 'attribute' &&
    each.value.callee.name === HOOK;
  const body = hook.body.filter((each) => !isHandedOn(each));
  if (!cls || some(body, (node) => ['return', 'yield', 'def', 'class'].includes(node['kind'] as string)))
    return refuse();
  const names = new Map<string, Expr>([[cls.name, pieces.name(def.name, def.place)]]);
  const given: Stmt[] = [];
  for (const param of params) {
    if (param.kind !== 'plain') {
      if (some(body, (node) => isName(node, param.name))) return refuse();
      continue;
    }
    const value = def.keywords.find(({ name }) => name === param.name)?.value ?? param.default;
    if (!value) return refuse();
    const name = pieces.freeName(`${def.name}_${param.name}`);
    given.push(...pieces.statements(`${name} = value`, def.place, { value }));
    names.set(param.name, pieces.name(name, def.place));
  }
  const locals = new Set<string>();
  some(body, (node) => {
    for (const target of [node['target'], ...((node['targets'] as unknown[] | undefined) ?? [])])
      targetNames(target, (name) => locals.add(name));
    return false;
  });
  for (const name of locals) names.set(name, pieces.name(pieces.freeName(`${def.name}_${name}`), def.place));
  const written = rewrite(body, (node: SyntaxNode) =>
    node['kind'] === 'name' ? (names.get(node['name'] as string) ?? node) : node,
  );
  return [...given, ...pieces.fresh(written)];
}
