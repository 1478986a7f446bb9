import type { CallExpr, ClassDef, Expr, FunctionDef, Module, NameExpr, Param, Stmt } from './ast.ts';
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

/** What a function reads of the one around it, in the order of its first reading; undefined when it cannot be moved out. */
function captures(owner: FunctionDef, index: number, inner: FunctionDef): string[] | undefined {
  const { name } = inner;
  const isPlain = (param: Param): boolean => param.kind === 'plain' && (!param.default || isLiteral(param.default));
  if (inner.decorators.length > 0 || inner.isGenerator || inner.isAsync || !inner.params.every(isPlain))
    return undefined;
  const stays = (node: SyntaxNode): boolean => ['def', 'class', 'global', 'nonlocal'].includes(node['kind'] as string);
  if (some(inner.body, stays)) return undefined;

  // Its name means this function and nothing else, and is only ever called, never before it is there.
  const others = owner.body.filter((statement) => statement !== inner);
  if (owner.params.some((param) => param.name === name) || localNames(others).has(name)) return undefined;
  if (some(owner.body, (node) => node['id'] !== inner.id && isScope(node) && innerNames(node).has(name)))
    return undefined;
  if (innerNames(inner as unknown as SyntaxNode).has(name)) return undefined;
  if (some(owner.body.slice(0, index), (node) => isName(node, name))) return undefined;
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
  const own = new Set([...inner.params.map((param) => param.name), ...localNames(inner.body)]);
  const found = new Set<string>();
  walk(inner.body, (node) => {
    if (node['kind'] === 'name') {
      const read = node['name'] as string;
      if (read !== name && ownerNames.has(read) && !own.has(read)) found.add(read);
    }
    return undefined;
  });

  const before = owner.body.slice(0, index);
  const after = localNames(owner.body.slice(index + 1));
  const givenBefore = localNames(
    before.filter(({ kind }) => kind === 'assign' || kind === 'annotate' || kind === 'augment'),
  );
  for (const capture of found) {
    // It must have its value by then, and keep it: what is passed at a call is then what a closure would see.
    if (!owner.params.some((param) => param.name === capture) && !givenBefore.has(capture)) return undefined;
    if (after.has(capture)) return undefined;
    const changesIt = (node: SyntaxNode): boolean =>
      (['nonlocal', 'global'].includes(node['kind'] as string) && (node['names'] as string[]).includes(capture)) ||
      (node['kind'] === 'delete' && (node['targets'] as SyntaxNode[]).some((target) => isName(target, capture)));
    if (some(owner.body, changesIt)) return undefined;
    // Where it is called, and where it is read, the name must mean the variable of the function around it.
    const hides = (node: SyntaxNode): boolean =>
      node['id'] !== inner.id &&
      isScope(node) &&
      innerNames(node).has(capture) &&
      (some(node, (each) => isCallOf(each, name)) || some(inner, (each) => each === node));
    if (some(owner.body, hides)) return undefined;
  }
  return [...found];
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
    for (;;) {
      const next = this.#next(owner);
      if (!next) return [...lifted, owner];
      lifted.push(next.lifted);
      owner = next.owner;
    }
  }

  #next(owner: FunctionDef): { lifted: FunctionDef; owner: FunctionDef } | undefined {
    const inner = owner.body.map((statement) => (statement.kind === 'def' ? statement.name : undefined));
    for (const [index, statement] of owner.body.entries()) {
      if (statement.kind !== 'def') continue;
      const found = captures(owner, index, statement);
      // One that reads another inner function waits until that one is lifted.
      if (!found || found.some((name) => inner.includes(name))) continue;
      const name = this.#freeName(owner, statement);
      const pass = (node: Stmt): Stmt => this.#passing(node, statement.name, name, found);
      const params = found.map((capture): Param => ({
        name: capture,
        id: this.#nextId++,
        place: statement.place,
        kind: 'plain',
        keywordOnly: false,
      }));
      const { body } = statement;
      return {
        lifted: { ...statement, name, params: [...params, ...statement.params], body: body.map(pass) },
        owner: { ...owner, body: owner.body.filter((each) => each !== statement).map(pass) },
      };
    }
    return undefined;
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
 * as long as no one can see the difference: they are only called, and what they read has its value and keeps it.
 * Others stay, and are refused at their line.
 */
export function liftFunctions(module: Module): Module {
  return new Lifter(module).lift();
}
