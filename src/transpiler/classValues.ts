import type { CallExpr, Expr, FunctionDef, Handler, Module, Param, Stmt } from './ast.ts';
import { exceptionNames } from './exceptions.ts';
import { Pieces, type ParsePython } from './pieces.ts';
import { flattened, isName, ownName, rewrite, some, targetNames, walk, type SyntaxNode } from './walk.ts';

const builtinTypes = new Set('int float str bool list dict tuple set frozenset bytes complex'.split(' '));
/** A loop over so many classes or functions is written out, and a function is copied for so many. */
const MOST_COPIES = 12;

/** How often each name of a program is given something to stand for. */
function countBindings(body: unknown): Map<string, number> {
  const bound = new Map<string, number>();
  const note = (name: string): void => void bound.set(name, (bound.get(name) ?? 0) + 1);
  walk(body, (node) => {
    const own = ownName(node);
    if (own !== undefined) note(own);
    for (const target of [node['target'], ...((node['targets'] as unknown[] | undefined) ?? [])])
      targetNames(target, note);
  });
  return bound;
}

/** A name with a value in the place of it, wherever it is read. */
const replaced = <T>(item: T, name: string, value: Expr, pieces: Pieces): T =>
  rewrite(item, (node) => (isName(node, name) ? pieces.fresh(value) : node));

/** Handlers that name a tuple of classes name the classes. */
function withTypesApart<T>(item: T): T {
  return rewrite(item, (node) => {
    if (!Array.isArray(node['handlers'])) return node;
    const handlers = (node['handlers'] as Handler[]).map((handler) => ({
      ...handler,
      types: handler.types.flatMap((type) => (type.kind === 'tuple' ? type.items : [type])),
    }));
    return { ...node, handlers };
  });
}

class ClassValueWriter {
  readonly #module: Module;
  readonly #pieces: Pieces;
  readonly #bound: Map<string, number>;
  readonly #classes: ReadonlySet<string>;
  readonly #functions = new Map<string, FunctionDef>();
  readonly #copies = new Map<string, { readonly name: string; readonly of: string; def?: FunctionDef }>();

  constructor(module: Module, parse: ParsePython) {
    this.#module = module;
    this.#pieces = new Pieces(module, parse);
    this.#bound = countBindings(module.body);
    this.#classes = new Set(module.body.flatMap((each) => (each.kind === 'class' ? [each.name] : [])));
    for (const each of module.body)
      if (each.kind === 'def' && this.#bound.get(each.name) === 1 && each.decorators.length === 0)
        this.#functions.set(each.name, each);
  }

  run(): Module {
    const unrolled = rewrite(this.#module.body, (node) => this.#withLoops(node));
    const body = flattened(unrolled);
    for (const def of body) if (def.kind === 'def' && this.#functions.has(def.name)) this.#functions.set(def.name, def);
    const called = rewrite(body, (node) => this.#call(node));
    const placed = called.flatMap((each): Stmt[] => {
      const own = [...this.#copies.values()].filter(({ of, def }) => each.kind === 'def' && of === each.name && def);
      if (own.length === 0) return [each];
      const name = (each as FunctionDef).name;
      const isUsed = called.some((other) => other !== each && some(other, (node) => isName(node, name)));
      const copies = own.map(({ def }) => def as FunctionDef);
      return isUsed ? [each, ...copies] : copies;
    });
    return { ...this.#module, body: withTypesApart(placed) };
  }

  #isClass(node: Expr | undefined): boolean {
    if (node?.kind === 'attribute') return node.name.endsWith('Error') && node.object.kind === 'name';
    if (node?.kind !== 'name') return false;
    if (this.#classes.has(node.name)) return true;
    return (builtinTypes.has(node.name) || exceptionNames.has(node.name)) && !this.#bound.has(node.name);
  }

  #isClasses(node: Expr | undefined): boolean {
    if (node?.kind === 'tuple') return node.items.length > 0 && node.items.every((item) => this.#isClass(item));
    return this.#isClass(node);
  }

  #isFunction(node: Expr): boolean {
    return node.kind === 'name' && this.#functions.has(node.name);
  }

  /** True where a class has to be known by its name: in `except`, `raise`, `isinstance` and the like. */
  #asksOf(body: unknown, name: string, ofExceptions: boolean): boolean {
    const is = (node: unknown): boolean => isName((node ?? {}) as SyntaxNode, name);
    return some(body, (node) => {
      if (node['kind'] === 'attribute' && is(node['object'])) return String(node['name']).startsWith('__');
      if (Array.isArray(node['types']) && Array.isArray(node['body'])) return (node['types'] as unknown[]).some(is);
      if (node['kind'] === 'raise')
        return is(node['value']) || is((node['value'] as SyntaxNode | undefined)?.['callee']);
      if (node['kind'] === 'call') {
        const [first, second] = node['args'] as unknown[];
        const callee = node['callee'] as SyntaxNode;
        if (isName(callee, 'isinstance')) return is(second);
        if (isName(callee, 'issubclass')) return is(first) || is(second);
        return ofExceptions && is(callee);
      }
      if (node['kind'] !== 'compare') return false;
      return (
        (node['rest'] as { value: unknown }[]).some(({ value }) => is(value)) &&
        some(node['first'], (each) => isName(each, 'type'))
      );
    });
  }

  /** `for error in (ValueError, KeyError)`, with its body once for each of them. */
  #withLoops(node: SyntaxNode): unknown {
    if (node['kind'] !== 'for') return node;
    const loop = node as unknown as Extract<Stmt, { kind: 'for' }>;
    const { iterable, target, body, orelse } = loop;
    if ((iterable.kind !== 'tuple' && iterable.kind !== 'list') || orelse.length || iterable.items.length > MOST_COPIES)
      return node;
    const names =
      target.kind === 'name'
        ? [target.name]
        : target.kind === 'tuple'
          ? target.items.map((item) => (item.kind === 'name' ? item.name : ''))
          : [''];
    const rows = iterable.items.map((item) =>
      target.kind === 'name' ? [item] : item.kind === 'tuple' || item.kind === 'list' ? item.items : [],
    );
    if (names.includes('') || rows.some((row) => row.length !== names.length) || leaves(body)) return node;
    const at = names.findIndex((name, index) => {
      const items = rows.map((row) => row[index] as Expr);
      const classes = items.every((item) => this.#isClasses(item));
      const functions = items.every((item) => this.#isFunction(item));
      const isException = items.some((item) => item.kind === 'name' && exceptionNames.has(item.name));
      return (classes || functions) && (isException || this.#asksOf(body, name, isException));
    });
    const name = names[at];
    if (name === undefined || some(body, (each) => ['def', 'class'].includes(each['kind'] as string))) return node;
    const isSet = some(body, (each) =>
      [each['target'], ...((each['targets'] as unknown[] | undefined) ?? [])].some((given) =>
        some(given, (inner) => isName(inner, name)),
      ),
    );
    if (isSet) return node;
    return rows
      .map((row, index): Stmt[] => {
        const { place } = iterable.items[index] as Expr;
        const others = names.flatMap((other, column) =>
          column === at ? [] : this.#pieces.statements(`${other} = given`, place, { given: row[column] as Expr }),
        );
        return [...others, ...this.#pieces.fresh(replaced(body, name, row[at] as Expr, this.#pieces))];
      })
      .flat();
  }

  /** A call that hands on a class, as one of the copy of the function for that class. */
  #call(node: SyntaxNode): unknown {
    const callee = node['callee'] as Expr | undefined;
    const def = node['kind'] === 'call' && callee?.kind === 'name' ? this.#functions.get(callee.name) : undefined;
    if (!def || callee?.kind !== 'name') return node;
    const call = node as unknown as CallExpr;
    if (call.args.some(({ kind }) => kind === 'star' || kind === 'doublestar')) return node;
    const given: { readonly param: Param; readonly value: Expr }[] = [];
    for (const [index, param] of def.params.entries()) {
      if (param.kind !== 'plain') continue;
      const keyword = call.keywords.find(({ name }) => name === param.name)?.value;
      const value = (param.keywordOnly ? undefined : call.args[index]) ?? keyword ?? param.default;
      if (!this.#isClasses(value) || !value) continue;
      const isException = some(
        value,
        (each) => exceptionNames.has(String(each['name'])) || String(each['name']).endsWith('Error'),
      );
      if (this.#asksOf(def.body, param.name, isException)) given.push({ param, value });
    }
    if (given.length === 0) return node;
    const key = `${def.name}(${given.map(({ param, value }) => `${param.name}=${textOf(value)}`).join(',')})`;
    const copy = this.#copies.get(key) ?? this.#copy(key, def, given);
    if (!copy) return node;
    const dropped = new Set(given.map(({ param }) => param.name));
    return {
      ...call,
      callee: { ...callee, name: copy.name },
      args: call.args.filter((_, index) => !dropped.has(def.params[index]?.name ?? '')),
      keywords: call.keywords.filter(({ name }) => !dropped.has(name)),
    };
  }

  #copy(
    key: string,
    def: FunctionDef,
    given: readonly { readonly param: Param; readonly value: Expr }[],
  ): { readonly name: string } | undefined {
    if (this.#copies.size >= MOST_COPIES * 4) return undefined;
    const name = this.#pieces.freeName(
      `${def.name}_${given.map(({ value }) => textOf(value).replace(/\W+/g, '_')).join('_')}`,
    );
    const entry: { readonly name: string; readonly of: string; def?: FunctionDef } = { name, of: def.name };
    this.#copies.set(key, entry);
    const dropped = new Set(given.map(({ param }) => param.name));
    const own = given.reduce((body, { param, value }) => replaced(body, param.name, value, this.#pieces), def.body);
    const body = rewrite(this.#pieces.fresh(own), (node) => this.#call(node));
    entry.def = {
      ...this.#pieces.fresh({ ...def, params: def.params.filter((param) => !dropped.has(param.name)), body }),
      name,
    };
    return entry;
  }
}

/** True for statements that leave the loop they stand in, or go on to its next round. */
function leaves(body: readonly Stmt[]): boolean {
  let found = false;
  walk(body, (node) => {
    if (['for', 'while', 'def', 'class'].includes(node['kind'] as string)) return false;
    found ||= node['kind'] === 'break' || node['kind'] === 'continue';
    return undefined;
  });
  return found;
}

const textOf = (node: Expr): string =>
  node.kind === 'tuple'
    ? node.items.map(textOf).join('_')
    : node.kind === 'attribute'
      ? node.name
      : node.kind === 'name'
        ? node.name
        : '';

/** Names classes where a program hands them on: to functions, which are copied for them, and in loops over some of them. */
export function nameHandedClasses(module: Module, parse: ParsePython): Module {
  return new ClassValueWriter(module, parse).run();
}

/** `errors = (ValueError, KeyError)` in the place of the name in `except errors` and tests of types. */
export function nameKeptClasses(module: Module, parse: ParsePython): Module {
  const bound = countBindings(module.body);
  const classes = new Set(module.body.flatMap((each) => (each.kind === 'class' ? [each.name] : [])));
  const isClass = (node: Expr): boolean =>
    node.kind === 'name' &&
    (classes.has(node.name) || exceptionNames.has(node.name)) &&
    !(bound.get(node.name) !== undefined && !classes.has(node.name));
  const isClasses = (node: Expr): boolean =>
    node.kind === 'tuple' ? node.items.length > 0 && node.items.every(isClasses) : isClass(node);
  const kept = new Map<string, Expr>();
  walk(module.body, (node) => {
    const [target, more] = node['kind'] === 'assign' ? (node['targets'] as Expr[]) : [];
    if (target?.kind !== 'name' || more || bound.get(target.name) !== 1) return;
    const value = node['value'] as Expr;
    const isException = some(value, (each) => exceptionNames.has(String(each['name'])));
    if (isClasses(value) && (value.kind === 'tuple' || isException)) kept.set(target.name, value);
  });
  if (kept.size === 0) return module;
  const pieces = new Pieces(module, parse);
  const change = (node: SyntaxNode): unknown => {
    const value = node['kind'] === 'name' ? kept.get(node['name'] as string) : undefined;
    return value ? pieces.fresh(value) : node;
  };
  // What stands on the left is a name as well, until its statement is left out.
  const left = rewrite(module.body, (node) => {
    const [target] = node['kind'] === 'assign' ? (node['targets'] as Expr[]) : [];
    return target?.kind === 'name' && kept.has(target.name)
      ? { kind: 'pass', id: node['id'], place: node['place'], leading: node['leading'] }
      : node;
  });
  return { ...module, body: withTypesApart(rewrite(left, change)) };
}
