import type { ClassDef, Expr, FunctionDef, Module, Stmt } from './ast.ts';
import { Pieces, type ParsePython } from './pieces.ts';
import { isName, rewrite, some, walk, type SyntaxNode } from './walk.ts';

const isDecorated = (member: Stmt, names: readonly string[]): member is FunctionDef =>
  member.kind === 'def' && member.decorators.some((each) => each.kind === 'name' && names.includes(each.name));

const isClassMethod = (member: Stmt): member is FunctionDef => isDecorated(member, ['classmethod']);

/** True for `super()` without arguments. */
const isSuper = (node: Expr): boolean =>
  node.kind === 'call' && node.callee.kind === 'name' && node.callee.name === 'super' && node.args.length === 0;

/** The names that the body of a class binds. */
function membersOf(def: ClassDef): Set<string> {
  const names = new Set<string>();
  for (const member of def.body) {
    if (member.kind === 'def' || member.kind === 'class') names.add(member.name);
    const targets =
      member.kind === 'assign' ? member.targets : member.kind === 'annotate' && member.value ? [member.target] : [];
    for (const target of targets) if (target.kind === 'name') names.add(target.name);
  }
  return names;
}

/**
 * Gives a class the class methods that it has from another as its own, where it matters which class they are called on: what makes
 * instances of `cls`, asks for its name, or reads what the derived class has otherwise.
 */
export function ownInheritedClassMethods(module: Module, parse: ParsePython): Module {
  if (!module.body.some((each) => each.kind === 'class' && each.body.some(isClassMethod))) return module;
  const pieces = new Pieces(module, parse);
  const classes = new Map<string, ClassDef>();
  const body = module.body.map((statement) => {
    if (statement.kind !== 'class') return statement;
    const own = withInherited(statement, classes, pieces, module);
    classes.set(own.name, own);
    return own;
  });
  const overridden = new Set<string>();
  for (const def of classes.values())
    for (const above of lineAbove(def, classes))
      for (const member of def.body)
        if (isOfClass(member) && above.body.some((other) => isOfClass(other) && other.name === member.name))
          overridden.add(member.name);
  return {
    ...module,
    body: body.map((each) => (each.kind === 'class' ? withInstanceMethods(each, overridden, pieces) : each)),
  };
}

const isOfClass = (member: Stmt): member is FunctionDef => isDecorated(member, ['classmethod', 'staticmethod']);

/** The method by which an instance calls a method of its class that derived classes have otherwise. */
export const byInstance = (name: string): string => `${name}_by_instance`;

/** Adds what instances call, which C++ finds by the class of the instance at run time. */
function withInstanceMethods(def: ClassDef, names: ReadonlySet<string>, pieces: Pieces): ClassDef {
  const added = def.body.flatMap((member) => {
    if (!isOfClass(member) || !names.has(member.name)) return [];
    const takesClass = member.decorators.some((each) => each.kind === 'name' && each.name === 'classmethod');
    const params = takesClass ? member.params.slice(1) : member.params;
    if (params.some(({ keywordOnly, kind }) => keywordOnly || kind === 'kwargs')) return [];
    const handed = params.map(({ kind, name }) => (kind === 'args' ? `*${name}` : name)).join(', ');
    const [made] = pieces.statements(
      `def ${byInstance(member.name)}(self):\n    return ${def.name}.${member.name}(${handed})`,
      member.place,
    );
    const method = made as FunctionDef;
    return [{ ...method, params: [...method.params, ...pieces.fresh(params)] }];
  });
  return added.length ? { ...def, body: [...def.body, ...added] } : def;
}

/** The classes above one, the nearest first; undefined where there are several ways up. */
function lineAbove(def: ClassDef, classes: ReadonlyMap<string, ClassDef>): ClassDef[] {
  const line: ClassDef[] = [];
  for (let current: ClassDef | undefined = def; current;) {
    const bases: ClassDef[] = current.bases.flatMap((base) => {
      const known = base.kind === 'name' ? classes.get(base.name) : undefined;
      return known ? [known] : [];
    });
    const [base] = bases;
    if (!base || bases.length > 1) break;
    line.push(base);
    current = base;
  }
  return line;
}

function withInherited(
  def: ClassDef,
  classes: ReadonlyMap<string, ClassDef>,
  pieces: Pieces,
  { body }: Module,
): ClassDef {
  const line = lineAbove(def, classes);
  if (line.length === 0) return def;
  const own = membersOf(def);
  const inherited = new Map<string, FunctionDef>();
  for (const above of line) {
    for (const member of above.body)
      if (isClassMethod(member) && !own.has(member.name) && !inherited.has(member.name))
        inherited.set(member.name, member);
  }
  const needed = new Set<string>();
  // What is called on nothing but classes above never means this one.
  const isAsked = (name: string): boolean =>
    some(body, (node) => {
      if (node['kind'] !== 'attribute' || node['name'] !== name) return false;
      const object = node['object'] as Expr;
      return object.kind !== 'name' || !line.some((above) => above.name === object.name);
    });
  const isNeeded = ({ params, body }: FunctionDef): boolean => {
    const cls = params[0]?.name;
    if (cls === undefined || some(body, (node) => isSuper(node as unknown as Expr))) return false;
    let found = false;
    walk(body, (node) => {
      const each = node as unknown as Expr;
      if (each.kind === 'attribute' && isName(each.object as unknown as SyntaxNode, cls)) {
        found ||= own.has(each.name) || needed.has(each.name) || each.name.startsWith('__');
        return false;
      }
      const target = node['target'] as Expr | undefined;
      const targets = (node['targets'] as readonly Expr[] | undefined) ?? (target ? [target] : []);
      found ||= targets.some(
        (item) => item.kind === 'attribute' && item.object.kind === 'name' && item.object.name === cls,
      );
      found ||= isName(node, cls);
      return !found;
    });
    return found;
  };
  for (let size = -1; size !== needed.size;) {
    size = needed.size;
    for (const [name, method] of inherited) if (isNeeded(method) && isAsked(name)) needed.add(name);
  }
  const copies = [...needed].map((name) => pieces.fresh(inherited.get(name) as FunctionDef));
  // What a class method asks of the one above is asked for this class.
  const asked: FunctionDef[] = [];
  const members = def.body.map((member): Stmt => {
    if (!isClassMethod(member)) return member;
    const cls = member.params[0];
    if (!cls) return member;
    return rewrite(member, (node) => {
      const each = node as unknown as Expr;
      if (each.kind !== 'call' || each.callee.kind !== 'attribute' || !isSuper(each.callee.object)) return node;
      const { name } = each.callee;
      const above = line.flatMap((each) => each.body.filter(isClassMethod)).find((other) => other.name === name);
      if (!above || some(above.body, (inner) => isSuper(inner as unknown as Expr))) return node;
      if (!some(above.body, (inner) => isName(inner, above.params[0]?.name ?? ''))) return node;
      const copy = `${name}_above_${def.name}`;
      if (!asked.some((other) => other.name === copy))
        asked.push({ ...pieces.fresh(above), name: copy, shownName: name });
      const callee = { ...each.callee, name: copy, object: pieces.name(cls.name, each.place) };
      return { ...each, callee };
    });
  });
  if (copies.length + asked.length === 0) return def;
  return { ...def, body: [...members, ...asked, ...copies] };
}
