import type { Expr, FunctionDef, Module, NameExpr, Place, Stmt } from './ast.ts';
import { Unsupported } from './ast.ts';
import { firstFreeId, rewrite, some, walk, type SyntaxNode } from './walk.ts';

const isCache = (node: Expr): boolean => {
  if (node.kind === 'call') return isCache(node.callee);
  return (node.kind === 'name' || node.kind === 'attribute') && ['lru_cache', 'cache'].includes(node.name);
};

/** How many results a cache keeps: null without a limit, nothing where that is not known. */
function limitOf(cache: Expr): bigint | null | undefined {
  if (cache.kind !== 'call') return lastName(cache) === 'cache' ? null : 128n;
  const limit = cache.args[0] ?? cache.keywords.find(({ name }) => name === 'maxsize')?.value;
  if (!limit) return 128n;
  return limit.kind === 'none' ? null : limit.kind === 'int' ? limit.value : undefined;
}

const lastName = (node: Expr): string | undefined =>
  node.kind === 'name' || node.kind === 'attribute' ? node.name : undefined;

/** True when it may show how often the function is worked out. */
function hasEffect(def: FunctionDef): boolean {
  return some(def.body, (node) => {
    if (node['kind'] === 'global' || node['kind'] === 'nonlocal') return true;
    if (node['kind'] === 'assign' || node['kind'] === 'augment') {
      const targets = (node['targets'] ?? [node['target']]) as Expr[];
      return targets.some(({ kind }) => kind === 'index' || kind === 'attribute');
    }
    const callee = node['callee'] as Expr | undefined;
    return (
      node['kind'] === 'call' && ['print', 'append', 'add', 'write'].includes(callee ? (lastName(callee) ?? '') : '')
    );
  });
}

class Memoizer {
  readonly #module: Module;
  readonly #parse: (text: string) => readonly Stmt[];
  #nextId: number;

  constructor(module: Module, parse: (text: string) => readonly Stmt[]) {
    this.#module = module;
    this.#parse = parse;
    this.#nextId = firstFreeId(module.body);
  }

  run(): Module {
    const cached = new Set<string>();
    for (const statement of this.#module.body)
      if (statement.kind === 'def' && statement.decorators.some(isCache)) cached.add(statement.name);
    const asksInfo = [...cached].some((name) => this.#asked(name).has('cache_info'));
    const record = "CacheInfo = namedtuple('CacheInfo', 'hits misses maxsize currsize')";
    const [first] = this.#module.body;
    const head = asksInfo && first ? this.#made(record, first.place) : [];
    return { ...this.#module, body: [...head, ...this.#withCalls(this.#block(this.#module.body), cached)] };
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
    const asked = this.#asked(def.name);
    if (asked.has('cache_parameters'))
      throw new Unsupported('`cache_parameters` of a cached function cannot be converted.', place);
    const limit = limitOf(cache);
    if (limit === undefined)
      throw new Unsupported('A cache whose `maxsize` is not a literal cannot be converted.', place);
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
    // Whether an old result is forgotten shows only where working it out anew does, or where the cache is asked.
    const forgets = limit !== null && (asked.size > 0 || hasEffect(def));
    const [hits, misses] = [`${def.name}_hits`, `${def.name}_misses`];
    const counted = (counter: string): Stmt[] => (asked.has('cache_info') ? this.#made(`${counter} += 1`, place) : []);
    const remembered = (value: Expr): Stmt[] => [
      assign(name(result), value),
      ...counted(misses),
      ...(forgets ? this.#made(`if len(${table}) >= ${limit}:\n    del ${table}[next(iter(${table}))]`, place) : []),
      assign(entry(), name(result)),
      { ...base(), kind: 'return', value: name(result) },
    ];
    const known: Stmt = {
      ...base(),
      kind: 'if',
      test: { kind: 'compare', id: this.#nextId++, place, first: name(key), rest: [{ op: 'in', value: name(table) }] },
      body: [
        ...counted(hits),
        ...(forgets ? this.#made(`${result} = ${table}.pop(${key})`, place) : []),
        ...(forgets ? [assign(entry(), name(result))] : []),
        { ...base(), kind: 'return', value: forgets ? name(result) : entry() },
      ],
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
        body: [
          ...(asked.has('cache_info') ? this.#made(`global ${hits}, ${misses}`, place) : []),
          assign(name(key), keyValue),
          known,
          ...body,
          ...(falls ? remembered(none()) : []),
        ],
      },
      ...(asked.has('cache_info')
        ? this.#made(
            `${hits} = 0\n${misses} = 0\ndef ${def.name}_cache_info():\n    return CacheInfo(${hits}, ${misses}, ${limit ?? 'None'}, len(${table}))`,
            place,
          )
        : []),
      ...(asked.has('cache_clear')
        ? this.#made(
            `def ${def.name}_cache_clear():\n${asked.has('cache_info') ? `    global ${hits}, ${misses}\n    ${hits} = 0\n    ${misses} = 0\n` : ''}    ${table}.clear()`,
            place,
          )
        : []),
    ];
  }

  /** Which of `cache_info`, `cache_clear` and `cache_parameters` of a function the program uses. */
  #asked(name: string): Set<string> {
    const asked = new Set<string>();
    walk(this.#module.body, (node) => {
      const object = node['object'] as Partial<NameExpr> | undefined;
      const attribute = String(node['name']);
      if (node['kind'] === 'attribute' && object?.name === name && attribute.startsWith('cache_')) asked.add(attribute);
    });
    return asked;
  }

  /** Statements that are written in Python here. */
  #made(text: string, place: Place): Stmt[] {
    return rewrite(this.#parse(text), (node) => ({
      ...node,
      ...('id' in node && { id: this.#nextId++ }),
      ...('place' in node && { place }),
    })) as Stmt[];
  }

  /** `f.cache_info()` as a call of the function that was made for it. */
  #withCalls(body: readonly Stmt[], cached: ReadonlySet<string>): readonly Stmt[] {
    return rewrite(body, (node) => {
      const object = node['object'] as Partial<NameExpr> | undefined;
      const attribute = String(node['name']);
      if (node['kind'] !== 'attribute' || !['cache_info', 'cache_clear'].includes(attribute)) return node;
      if (object?.kind !== 'name' || object.name === undefined || !cached.has(object.name)) return node;
      return { kind: 'name', id: node['id'], place: node['place'], name: `${object.name}_${attribute}` };
    });
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
export function writeOutCaches(module: Module, parse: (text: string) => readonly Stmt[]): Module {
  const isCached = (node: SyntaxNode): boolean =>
    node['kind'] === 'def' && (node['decorators'] as Expr[]).some(isCache);
  return some(module.body, isCached) ? new Memoizer(module, parse).run() : module;
}
