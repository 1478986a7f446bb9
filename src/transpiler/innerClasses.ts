import type { ClassDef, Expr, Module, NameExpr, Param, Stmt } from './ast.ts';
import { firstFreeId, isName, ownName, rewrite, some, targetNames, walk, type SyntaxNode } from './walk.ts';

/** True for a class, which a pattern of `match` may be called as well. */
const isClass = (node: SyntaxNode): boolean => node['kind'] === 'class' && 'bases' in node;

/** Moves classes that stand in classes and functions to the top of the module, where nobody can see the difference. */
class ClassLifter {
  readonly #module: Module;
  readonly #taken = new Set<string>();
  #nextId: number;

  constructor(module: Module) {
    this.#module = module;
    this.#nextId = firstFreeId(module.body);
  }

  run(): Module {
    const body = this.#module.body.flatMap((statement) => this.#statement(statement));
    return { ...this.#module, body };
  }

  /** The statement, behind the classes that stood in it; `within` is what Python puts before its name. */
  #statement(statement: Stmt, within = ''): Stmt[] {
    if (statement.kind === 'class') return this.#inClass(statement);
    if (statement.kind !== 'def') return [statement];
    let current = statement;
    const lifted: Stmt[] = [];
    const inner: ClassDef[] = [];
    walk(statement.body, (node) => {
      if (!isClass(node)) return undefined;
      inner.push(node as unknown as ClassDef);
      return false;
    });
    for (const def of inner) {
      if (this.#seesVariables(def, statement)) continue;
      const name = this.#name(def, statement.name);
      const out = this.#named(def, name, `${within}${statement.name}.<locals>.`);
      lifted.push(...this.#statement(out));
      current = {
        ...current,
        body: rewrite(current.body, (node) => {
          if (isClass(node) && node['id'] === def.id)
            return { kind: 'pass', id: def.id, place: def.place, leading: [] };
          return isName(node, def.name) ? { ...node, name } : node;
        }),
      };
    }
    return [...lifted, current];
  }

  #inClass(def: ClassDef): Stmt[] {
    const methods = def.body.flatMap((member) =>
      member.kind === 'def' ? this.#statement(member, `${def.name}.`) : [member],
    );
    const fromMethods = methods.filter((each) => each.kind === 'class' && !def.body.includes(each));
    const own = methods.filter((each) => !fromMethods.includes(each));
    const inner = own.filter((each) => each.kind === 'class');
    if (inner.length === 0) return [...fromMethods, { ...def, body: own }];
    const names = new Map(inner.map((each) => [each.name, this.#name(each, def.name)]));
    const lifted = inner.map((each) => this.#named(each, names.get(each.name) as string, `${def.name}.`));
    const rest = own.filter((each) => each.kind !== 'class');
    // Inside the class, its own name, `self` and `cls` lead to them; elsewhere its name does.
    const firsts = new Set(own.flatMap((each) => (each.kind === 'def' && each.params[0] ? [each.params[0].name] : [])));
    const inside = (item: unknown): unknown => rewrite(item, (node) => this.#reference(node, names, def.name, firsts));
    this.#outside.push({ owner: def.name, names });
    return [
      ...fromMethods,
      ...lifted.flatMap((each) => this.#statement(inside(each) as ClassDef)),
      { ...def, body: rewrite(inside(rest), (node) => this.#bare(node, names)) as readonly Stmt[] },
    ];
  }

  readonly #outside: { readonly owner: string; readonly names: ReadonlyMap<string, string> }[] = [];

  /** `Outer.Inner` everywhere, once all are lifted. */
  references(module: Module): Module {
    if (this.#outside.length === 0) return module;
    return {
      ...module,
      body: rewrite(module.body, (node) =>
        this.#outside.reduce<SyntaxNode>(
          (each, { owner, names }) => this.#reference(each, names, owner, new Set()),
          node,
        ),
      ),
    };
  }

  #reference(
    node: SyntaxNode,
    names: ReadonlyMap<string, string>,
    owner: string,
    firsts: ReadonlySet<string>,
  ): SyntaxNode {
    const name = node['kind'] === 'attribute' ? names.get(node['name'] as string) : undefined;
    const object = node['object'] as Expr | undefined;
    if (name === undefined || object?.kind !== 'name') return node;
    if (object.name !== owner && !firsts.has(object.name)) return node;
    return { kind: 'name', id: this.#nextId++, place: node['place'], name };
  }

  /** The name alone, as the body of the class itself uses it. */
  #bare(node: SyntaxNode, names: ReadonlyMap<string, string>): SyntaxNode {
    const name = node['kind'] === 'name' ? names.get(node['name'] as string) : undefined;
    return name === undefined ? node : { ...node, name };
  }

  /** True when a class uses variables of the function that it stands in. */
  #seesVariables(def: ClassDef, owner: { readonly params: readonly Param[]; readonly body: readonly Stmt[] }): boolean {
    const locals = new Set(owner.params.map(({ name }) => name));
    walk(owner.body, (node) => {
      if (isClass(node)) return false;
      if (node['kind'] === 'def') {
        locals.add(node['name'] as string);
        return false;
      }
      targetNames(node['target'], (name) => locals.add(name));
      (node['targets'] as unknown[] | undefined)?.forEach((target) => targetNames(target, (name) => locals.add(name)));
      return undefined;
    });
    const bound = new Set<string>();
    walk(def, (node) => {
      const name = ownName(node);
      if (name !== undefined) bound.add(name);
      targetNames(node['target'], (each) => bound.add(each));
      (node['targets'] as unknown[] | undefined)?.forEach((target) => targetNames(target, (each) => bound.add(each)));
    });
    return some([def.bases, def.body, def.decorators], (node) => {
      const name = node['kind'] === 'name' ? (node as unknown as NameExpr).name : '';
      return locals.has(name) && !bound.has(name);
    });
  }

  /** Its own name where nothing else in the program has it, else one made of both names. */
  #name(def: ClassDef, owner: string): string {
    const isTaken = (name: string): boolean =>
      this.#taken.has(name) ||
      some(
        this.#module.body,
        (node) => node['id'] !== def.id && ['def', 'class'].includes(String(node['kind'])) && ownName(node) === name,
      ) ||
      this.#module.body.some((each) => each.kind === 'assign' && some(each.targets, (node) => isName(node, name)));
    let name = def.name;
    for (let number = 1; isTaken(name); number++) name = `${owner}_${def.name}${number > 1 ? number : ''}`;
    this.#taken.add(name);
    return name;
  }

  #named(def: ClassDef, name: string, prefix = ''): ClassDef {
    return {
      ...def,
      name,
      shownName: def.shownName ?? def.name,
      ...(prefix !== '' && { qualifiedName: `${prefix}${def.qualifiedName ?? def.name}` }),
    };
  }
}

/** The module with the classes of its classes and functions at its top; those that use variables of a function stay. */
export function liftClasses(module: Module): Module {
  const isInner = module.body.some(
    (statement) => (statement.kind === 'class' || statement.kind === 'def') && some(statement.body, isClass),
  );
  if (!isInner) return module;
  const lifter = new ClassLifter(module);
  return lifter.references(lifter.run());
}
