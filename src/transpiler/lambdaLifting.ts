import type { CallExpr, ClassDef, Expr, FunctionDef, Module, NameExpr, Param, Stmt } from './ast.ts';
import { analyzeScope } from './scopes.ts';
import { firstFreeId, isName, ownName, rewrite, some, targetNames, walk, type SyntaxNode } from './walk.ts';

const isCallOf = (node: SyntaxNode, name: string): boolean =>
  node['kind'] === 'call' && isName(node['callee'] as SyntaxNode, name);

/** The names that statements bind in the scope they stand in: not those of comprehensions, lambdas and inner functions. */
function localNames(body: unknown): Set<string> {
  const names = new Set<string>();
  const add = (name: string): void => void names.add(name);
  walk(body, (node) => {
    switch (node['kind']) {
      case 'def':
      case 'class':
        add(node['name'] as string);
        return false;
      case 'lambda':
        return false;
      case 'comp':
        // An assignment expression within binds outside of the comprehension; its targets do not.
        walk(node, (inner) => {
          if (inner['kind'] === 'walrus') targetNames(inner['target'], add);
          return undefined;
        });
        return false;
      case 'import':
        for (const item of node['names'] as { module: string; as?: string }[])
          add(item.as ?? item.module.split('.')[0] ?? '');
        return false;
      case 'import-from':
        for (const item of node['names'] as { name: string; as?: string }[]) add(item.as ?? item.name);
        return false;
      default: {
        targetNames(node['target'], add);
        (node['targets'] as unknown[] | undefined)?.forEach((target) => targetNames(target, add));
        const own = ownName(node);
        if (own !== undefined) add(own);
        return undefined;
      }
    }
  });
  return names;
}

/** The names that a comprehension, a lambda or an inner function binds for what is within it. */
function innerNames(node: SyntaxNode): Set<string> {
  const names = new Set<string>();
  if (node['kind'] === 'comp') {
    for (const { target } of node['clauses'] as { target: Expr }[]) targetNames(target, (name) => names.add(name));
  } else {
    for (const { name } of node['params'] as Param[]) names.add(name);
    if (node['kind'] === 'def') for (const name of localNames(node['body'])) names.add(name);
  }
  return names;
}

const isScope = (node: SyntaxNode): boolean => ['comp', 'lambda', 'def'].includes(node['kind'] as string);
const isLiteral = (node: Expr): boolean => ['int', 'float', 'str', 'bool', 'none'].includes(node.kind);

/** A variable of the function around that an inner one uses. */
interface Capture {
  readonly name: string;
  /** True when inner functions assign it: then it is passed itself, not its value. */
  readonly byReference: boolean;
}

/** True when a function declares the name `nonlocal`. */
const assignsOuter = (node: unknown, name: string): boolean =>
  some(node, (each) => each['kind'] === 'nonlocal' && (each['names'] as string[]).includes(name));

/** What a function uses of the one around it, in the order of its first use; undefined when it cannot be moved out. */
function captures(owner: FunctionDef, index: number, inner: FunctionDef): Capture[] | undefined {
  const { name } = inner;
  const isPlain = (param: Param): boolean => param.kind === 'plain' && (!param.default || isLiteral(param.default));
  if (inner.decorators.length > 0 || inner.isAsync || !inner.params.every(isPlain)) return undefined;
  const stays = (node: SyntaxNode): boolean => ['def', 'class', 'global'].includes(node['kind'] as string);
  if (some(inner.body, stays)) return undefined;

  // Its name means this function and nothing else, and is only ever called, never before it is there.
  const others = owner.body.filter((statement) => statement !== inner);
  if (owner.params.some((param) => param.name === name) || localNames(others).has(name)) return undefined;
  if (some(owner.body, (node) => node['id'] !== inner.id && isScope(node) && innerNames(node).has(name)))
    return undefined;
  if (innerNames(inner as unknown as SyntaxNode).has(name)) return undefined;
  // Functions that stand before it may call it, as long as nobody calls them before it is there.
  const before = owner.body.slice(0, index).filter(({ kind }) => kind !== 'def');
  const functions = owner.body.flatMap((statement) => (statement.kind === 'def' ? [statement.name] : []));
  if (some(before, (node) => functions.some((each) => isName(node, each)))) return undefined;
  let reads = 0;
  let calls = 0;
  walk(owner.body, (node) => {
    if (isName(node, name)) reads++;
    const spread = (item: Expr): boolean => item.kind === 'star' || item.kind === 'doublestar';
    if (isCallOf(node, name) && !(node['args'] as Expr[]).some(spread)) calls++;
    return undefined;
  });
  if (reads !== calls) return undefined;

  const ownerNames = new Set([...owner.params.map((param) => param.name), ...localNames(owner.body)]);
  const outer = [...ownerNames].filter((each) => assignsOuter(inner.body, each));
  const own = new Set([...inner.params.map((param) => param.name), ...localNames(inner.body)]);
  for (const each of outer) own.delete(each);
  const found = new Set<string>();
  walk(inner.body, (node) => {
    if (node['kind'] === 'name') {
      const read = node['name'] as string;
      if (read !== name && ownerNames.has(read) && !own.has(read)) found.add(read);
    }
    return undefined;
  });
  for (const capture of found) {
    const deletes = (node: SyntaxNode): boolean =>
      node['kind'] === 'delete' && (node['targets'] as SyntaxNode[]).some((target) => isName(target, capture));
    if (some(owner.body, deletes)) return undefined;
    // Where it is called, and where it is read, the name must mean the variable of the function around it.
    const hides = (node: SyntaxNode): boolean =>
      node['id'] !== inner.id &&
      isScope(node) &&
      innerNames(node).has(capture) &&
      !assignsOuter(node, capture) &&
      (some(node, (each) => isCallOf(each, name)) || some(inner, (each) => each === node));
    if (some(owner.body, hides)) return undefined;
  }
  const result = [...found].map((capture): Capture => ({
    name: capture,
    byReference: assignsOuter(owner.body, capture) || isReference(owner, capture),
  }));
  // A generator goes on later, when its variables may hold something else.
  if (inner.isGenerator && !result.every((capture) => !capture.byReference && keepsValue(owner, index, capture.name)))
    return undefined;
  return result;
}

/** True for a parameter that stands for a variable of the function around. */
function isReference(owner: FunctionDef, name: string): boolean {
  return owner.params.some((param) => param.name === name && param.byReference === true);
}

/** True when a variable has its value before an inner function stands there, and keeps it. */
function keepsValue(owner: FunctionDef, index: number, name: string): boolean {
  const given = localNames(
    owner.body.slice(0, index).filter(({ kind }) => kind === 'assign' || kind === 'annotate' || kind === 'augment'),
  );
  return (
    (owner.params.some((param) => param.name === name) || given.has(name)) &&
    !localNames(owner.body.slice(index + 1)).has(name)
  );
}

/** Functions moved out of the one they stood in. */
interface Lifted {
  readonly moved: readonly FunctionDef[];
  readonly lifted: readonly FunctionDef[];
  readonly owner: FunctionDef;
  /** True when a call passes a variable that may have no value there, which the function itself may read later or never. */
  readonly readsEarly: boolean;
}

class Lifter {
  readonly #module: Module;
  #nextId: number;

  constructor(module: Module) {
    this.#module = module;
    this.#nextId = firstFreeId(module.body);
  }

  lift(): Module {
    return { ...this.#module, body: this.#module.body.flatMap((statement) => this.#statement(statement)) };
  }

  /** A statement of the module, after the functions that were lifted out of it. */
  #statement(statement: Stmt): Stmt[] {
    if (statement.kind === 'def') return this.#function(statement);
    if (statement.kind !== 'class') return [statement];
    const lifted: Stmt[] = [];
    const body = statement.body.map((member) => {
      if (member.kind !== 'def') return member;
      const parts = this.#function(member);
      lifted.push(...parts.slice(0, -1));
      return parts.at(-1) ?? member;
    });
    const rest: ClassDef = { ...statement, body };
    return [...lifted, rest];
  }

  /** The functions that could be lifted, then the function they stood in. */
  #function(def: FunctionDef): FunctionDef[] {
    // Innermost first: what was lifted out of an inner function stands beside it then, and can go on from there.
    let owner: FunctionDef = {
      ...def,
      body: def.body.flatMap((statement): Stmt[] =>
        statement.kind === 'def' ? this.#function(statement) : [statement],
      ),
    };
    const lifted: FunctionDef[] = [];
    const staying = new Set<FunctionDef>();
    for (;;) {
      const next = this.#next(owner, staying);
      if (!next) return [...lifted, owner];
      if (next.readsEarly) {
        for (const each of next.moved) staying.add(each);
        continue;
      }
      lifted.push(...next.lifted);
      owner = next.owner;
    }
  }

  /** Lifts the first function that can be and does not have to stay, or functions that call each other together. */
  #next(owner: FunctionDef, staying: ReadonlySet<FunctionDef>): Lifted | undefined {
    const inner = new Set(owner.body.flatMap((statement) => (statement.kind === 'def' ? [statement.name] : [])));
    const candidates = new Map<string, { readonly def: FunctionDef; readonly found: readonly Capture[] }>();
    for (const [index, def] of owner.body.entries()) {
      const found = def.kind === 'def' && !staying.has(def) ? captures(owner, index, def) : undefined;
      if (def.kind === 'def' && found) candidates.set(def.name, { def, found });
    }
    // One that uses an inner function that stays has to stay as well.
    const stuck = (): string | undefined =>
      [...candidates.keys()].find((each) =>
        candidates.get(each)?.found.some(({ name }) => inner.has(name) && !candidates.has(name)),
      );
    for (let name = stuck(); name !== undefined; name = stuck()) candidates.delete(name);
    const alone = [...candidates.values()].find(({ found }) => !found.some(({ name }) => inner.has(name)));
    const group = alone ? [alone] : [...candidates.values()];
    if (group.length === 0) return undefined;

    const needed = group.map(({ def }) => ({ def, found: this.#needs(def.name, candidates, inner) }));
    const hidden = needed.some(({ def, found }) => {
      const own = innerNames(def as unknown as SyntaxNode);
      return found.some(({ name }) => own.has(name) && !assignsOuter(def.body, name));
    });
    if (hidden) return undefined;
    const moved = needed.map(({ def, found }) => ({
      def,
      name: this.#freeName(owner, def),
      params: found.map(({ name, byReference }): Param => ({
        name,
        ...(byReference && { byReference }),
        id: this.#nextId++,
        place: def.place,
        kind: 'plain',
        keywordOnly: false,
      })),
    }));
    const firstPassed = this.#nextId;
    const pass = (node: Stmt): Stmt =>
      moved.reduce(
        (each, { def, name, params }) =>
          this.#passing(
            each,
            def.name,
            name,
            params.map((param) => param.name),
          ),
        node,
      );
    const withoutNonlocal = (node: SyntaxNode): unknown =>
      node['kind'] === 'nonlocal' ? { ...node, kind: 'pass', names: undefined } : node;
    const body = owner.body.filter((each) => !group.some(({ def }) => def === each)).map(pass);
    const scope = analyzeScope(owner.params, body);
    const isEarly = (id: number): boolean => id >= firstPassed;
    const readsEarly = [...scope.neverBound, ...scope.maybeUnbound].some(isEarly);
    if (readsEarly) for (const { name } of moved) this.#names.delete(name);
    return {
      moved: group.map(({ def }) => def),
      readsEarly,
      lifted: moved.map(({ def, name, params }) => ({
        ...def,
        name,
        shownName: def.shownName ?? def.name,
        params: [...params, ...def.params],
        body: rewrite(def.body.map(pass), withoutNonlocal),
      })),
      owner: { ...owner, body },
    };
  }

  /** The variables that a function needs for itself and for the functions it calls. */
  #needs(
    name: string,
    candidates: ReadonlyMap<string, { readonly found: readonly Capture[] }>,
    inner: ReadonlySet<string>,
    seen = new Set<string>(),
  ): Capture[] {
    if (seen.has(name)) return [];
    seen.add(name);
    const all = (candidates.get(name)?.found ?? []).flatMap((capture) =>
      inner.has(capture.name) ? this.#needs(capture.name, candidates, inner, seen) : [capture],
    );
    return all.filter((capture, at) => all.findIndex((each) => each.name === capture.name) === at);
  }

  /** The function's own name where nothing else in the program has it, else one made of both names. */
  #freeName(owner: FunctionDef, inner: FunctionDef): string {
    const isTaken = (name: string): boolean =>
      some(this.#module.body, (node) => ownName(node) === name && node['id'] !== inner.id) || this.#names.has(name);
    // At the top of the module it would hide what the name means elsewhere, such as a built-in function.
    const isReadElsewhere = (name: string): boolean => {
      let found = false;
      walk(this.#module.body, (node) => {
        if (node['id'] === owner.id && node['kind'] === 'def') return false;
        found ||= isName(node, name);
        return !found;
      });
      return found;
    };
    let name = inner.name;
    for (let number = 1; isTaken(name) || isReadElsewhere(name); number++) {
      name = `${owner.name}_${inner.name}${number > 1 ? number : ''}`;
    }
    this.#names.add(name);
    return name;
  }

  readonly #names = new Set<string>();

  /** The node with the captured variables passed at every call. */
  #passing(statement: Stmt, from: string, to: string, captured: readonly string[]): Stmt {
    return rewrite(statement, (node) => {
      if (!isCallOf(node, from)) return node;
      const call = node as CallExpr & SyntaxNode;
      const callee = call.callee as NameExpr;
      const variables = captured.map((name): NameExpr => ({ ...callee, id: this.#nextId++, name }));
      return { ...call, callee: { ...callee, name: to }, args: [...variables, ...call.args] };
    });
  }
}

/**
 * Moves functions out of the functions they stand in and passes them what they read there (lambda lifting, Johnsson 1985),
 * as long as no one can see the difference: they are only called. What they assign there is passed by reference.
 * Others stay, and are refused at their line.
 */
export function liftFunctions(module: Module): Module {
  return new Lifter(module).lift();
}
