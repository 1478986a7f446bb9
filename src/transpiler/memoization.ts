import type { Expr, FunctionDef, Module, NameExpr, Place, Stmt } from './ast.ts';
import { Unsupported } from './ast.ts';
import { firstFreeId, some, walk, type SyntaxNode } from './walk.ts';

const isCache = (node: Expr): boolean => {
  if (node.kind === 'call') return isCache(node.callee);
  return (node.kind === 'name' || node.kind === 'attribute') && ['lru_cache', 'cache'].includes(node.name);
};

class Memoizer {
  readonly #module: Module;
  #nextId: number;

  constructor(module: Module) {
    this.#module = module;
    this.#nextId = firstFreeId(module.body);
  }

  run(): Module {
    return { ...this.#module, body: this.#block(this.#module.body) };
  }

  #block(body: readonly Stmt[]): Stmt[] {
    return body.flatMap((statement): Stmt[] => {
      if (statement.kind === 'class') {
        const parts = statement.body.map((member) => (member.kind === 'def' ? this.#function(member) : [member]));
        return [
          ...parts.flatMap((part) => part.slice(0, -1)),
          { ...statement, body: parts.flatMap((part) => part.slice(-1)) },
        ];
      }
      return statement.kind === 'def' ? this.#function(statement) : [statement];
    });
  }

  /** The table of what a function has given, and the function that looks there first. */
  #function(def: FunctionDef): Stmt[] {
    const inner: FunctionDef = { ...def, body: this.#block(def.body) };
    const cache = inner.decorators.find(isCache);
    if (!cache) return [inner];
    const { place } = def;
    if (inner.isGenerator || inner.params.some(({ kind }) => kind !== 'plain'))
      throw new Unsupported('A cache for this function cannot be converted yet.', place);
    walk(this.#module.body, (node) => {
      const object = node['object'] as Partial<NameExpr> | undefined;
      if (node['kind'] === 'attribute' && object?.name === def.name && String(node['name']).startsWith('cache_'))
        throw new Unsupported(
          `\`${String(node['name'])}\` of a cached function cannot be converted yet.`,
          node['place'] as Place,
        );
    });
    const [table, key, result] = [`${def.name}_results`, `${def.name}_arguments`, `${def.name}_result`];
    const name = (text: string): NameExpr => ({ kind: 'name', id: this.#nextId++, place, name: text });
    const base = (): { id: number; place: Place; leading: readonly string[] } => ({
      id: this.#nextId++,
      place,
      leading: [],
    });
    const assign = (target: Expr, value: Expr): Stmt => ({ ...base(), kind: 'assign', targets: [target], value });
    const entry = (): Expr => ({ kind: 'index', id: this.#nextId++, place, object: name(table), index: name(key) });
    const items = inner.params.map((param) => name(param.name));
    const [only] = items;
    const keyValue: Expr = only && items.length === 1 ? only : { kind: 'tuple', id: this.#nextId++, place, items };
    const remembered = (value: Expr): Stmt[] => [
      assign(name(result), value),
      assign(entry(), name(result)),
      { ...base(), kind: 'return', value: name(result) },
    ];
    const known: Stmt = {
      ...base(),
      kind: 'if',
      test: { kind: 'compare', id: this.#nextId++, place, first: name(key), rest: [{ op: 'in', value: name(table) }] },
      body: [{ ...base(), kind: 'return', value: entry() }],
      orelse: [],
    };
    const none = (): Expr => ({ kind: 'none', id: this.#nextId++, place });
    const body = this.#returns(inner.body, remembered, none);
    const last = inner.body.at(-1);
    const falls = last?.kind !== 'return' && last?.kind !== 'raise';
    return [
      assign(name(table), { kind: 'dict', id: this.#nextId++, place, entries: [] }),
      {
        ...inner,
        decorators: inner.decorators.filter((decorator) => decorator !== cache),
        body: [assign(name(key), keyValue), known, ...body, ...(falls ? remembered(none()) : [])],
      },
    ];
  }

  /** Statements with `return` replaced by what notes the result and returns it; those of inner functions stay. */
  #returns(body: readonly Stmt[], remembered: (value: Expr) => Stmt[], none: () => Expr): Stmt[] {
    const blocks = (node: SyntaxNode): Record<string, unknown> =>
      Object.fromEntries(
        ['body', 'orelse', 'finalbody'].flatMap((key) =>
          Array.isArray(node[key]) ? [[key, this.#returns(node[key] as Stmt[], remembered, none)]] : [],
        ),
      );
    return body.flatMap((statement): Stmt[] => {
      if (statement.kind === 'return') return remembered(statement.value ?? none());
      if (statement.kind === 'def' || statement.kind === 'class') return [statement];
      const node = { ...statement, ...blocks(statement as unknown as SyntaxNode) } as Stmt;
      if (node.kind !== 'try') return [node];
      const handlers = node.handlers.map((handler) => ({
        ...handler,
        body: this.#returns(handler.body, remembered, none),
      }));
      return [{ ...node, handlers }];
    });
  }
}

/** Writes out what `functools.cache` and `lru_cache` do: a table of results that a function looks into first. */
export function writeOutCaches(module: Module): Module {
  const isCached = (node: SyntaxNode): boolean =>
    node['kind'] === 'def' && (node['decorators'] as Expr[]).some(isCache);
  return some(module.body, isCached) ? new Memoizer(module).run() : module;
}
