import type { CallExpr, CompExpr, Expr, LambdaExpr, Module, NameExpr, Stmt } from './ast.ts';
import { namesBoundIn } from './flow.ts';
import { firstFreeId, rewrite, walk, type SyntaxNode } from './walk.ts';

type ReturnStmt = Extract<Stmt, { readonly kind: 'return' }>;

/** Methods of str whose arguments may be named, in the order of their places. */
const namedArguments: Readonly<Record<string, readonly string[]>> = {
  split: ['sep', 'maxsplit'],
  rsplit: ['sep', 'maxsplit'],
};

/**
 * Says some calls of built-in functions in the words of which the rest of the engine knows everything:
 * `filter` and `map` as generator expressions, `dict` of pairs as a dict comprehension, a function given as `key` as a lambda,
 * named arguments of `split` by their places. A program that gives one of these names a meaning of its own keeps its calls.
 */
class Desugarer {
  readonly #module: Module;
  readonly #bound: ReadonlySet<string>;
  readonly #variable: string;
  #nextId: number;

  constructor(module: Module) {
    this.#module = module;
    this.#bound = namesBoundIn(module.body);
    const names = new Set(this.#bound);
    walk(module.body, ({ name }) => {
      if (typeof name === 'string') names.add(name);
    });
    this.#nextId = firstFreeId(module.body);
    let variable = 'item';
    for (let number = 2; names.has(variable); number++) variable = `item${number}`;
    this.#variable = variable;
  }

  run(): Module {
    return { ...this.#module, body: this.#rewrite(this.#module.body) };
  }

  #rewrite<T>(item: T): T {
    return rewrite(item, (node) =>
      node['kind'] === 'call'
        ? this.#call(node as CallExpr & SyntaxNode)
        : node['kind'] === 'return'
          ? this.#return(node as ReturnStmt & SyntaxNode)
          : node,
    );
  }

  /** `return x if test else NotImplemented` as two statements: only one of them gives a value. */
  #return(node: ReturnStmt): Stmt {
    const { value } = node;
    const isNotImplemented = (each: Expr): boolean => each.kind === 'name' && each.name === 'NotImplemented';
    if (value?.kind !== 'conditional' || ![value.yes, value.no].some(isNotImplemented)) return node;
    const branch = (given: Expr): Stmt[] => [{ ...node, id: this.#nextId++, leading: [], value: given }];
    const { value: _value, ...rest } = node;
    return { ...rest, kind: 'if', test: value.test, body: branch(value.yes), orelse: branch(value.no) };
  }

  #call(node: CallExpr): Expr {
    const { callee, args, keywords } = node;
    if (callee.kind === 'attribute') return this.#keyed(this.#placed(node, callee.name));
    if (callee.kind !== 'name' || this.#bound.has(callee.name)) return node;
    const [first, second, third] = args;
    if (keywords.length === 0 && first && second && !third && second.kind !== 'star') {
      if (callee.name === 'filter') return this.#filter(node, first, second) ?? node;
      if (callee.name === 'map') return this.#map(node, first, second) ?? node;
    }
    if (callee.name === 'dict' && keywords.length === 0 && first?.kind === 'comp' && !second) {
      const isPairs = ['list', 'generator'].includes(first.form) && first.element.kind === 'tuple';
      const [key, value, more] = isPairs && first.element.kind === 'tuple' ? first.element.items : [];
      const isPair = key && value && !more && key.kind !== 'star' && value.kind !== 'star';
      if (isPair) return { ...first, form: 'dict', element: key, value };
    }
    return this.#keyed(node);
  }

  #filter(node: CallExpr, condition: Expr, iterable: Expr): Expr | undefined {
    if (condition.kind === 'lambda') {
      const name = onlyParameter(condition);
      return name === undefined
        ? undefined
        : this.#generator(node, this.#name(node, name), name, iterable, [condition.body]);
    }
    const item = this.#name(node, this.#variable);
    const test = condition.kind === 'none' ? item : this.#applied(node, condition);
    return test && this.#generator(node, item, this.#variable, iterable, [test]);
  }

  #map(node: CallExpr, change: Expr, iterable: Expr): Expr | undefined {
    if (change.kind === 'lambda') {
      const name = onlyParameter(change);
      return name === undefined ? undefined : this.#generator(node, change.body, name, iterable, []);
    }
    const element = this.#applied(node, change);
    return element && this.#generator(node, element, this.#variable, iterable, []);
  }

  /** A function called with our variable. */
  #applied(node: CallExpr, fn: Expr): Expr | undefined {
    const item = this.#name(node, this.#variable);
    const call = { kind: 'call', place: node.place, keywords: [] } as const;
    if (fn.kind === 'name') return this.#rewrite({ ...call, id: this.#nextId++, callee: fn, args: [item] });
    // `str.lower` of a string is its `lower()`.
    if (fn.kind !== 'attribute' || fn.object.kind !== 'name' || fn.object.name !== 'str' || this.#bound.has('str'))
      return undefined;
    return { ...call, id: this.#nextId++, callee: { ...fn, object: item }, args: [] };
  }

  #generator(node: CallExpr, element: Expr, name: string, iterable: Expr, conditions: readonly Expr[]): CompExpr {
    const { place } = node;
    const target = this.#name(node, name);
    return {
      kind: 'comp',
      id: this.#nextId++,
      place,
      form: 'generator',
      element,
      clauses: [{ target, iterable, conditions }],
    };
  }

  #name({ place }: CallExpr, name: string): NameExpr {
    return { kind: 'name', id: this.#nextId++, place, name };
  }

  /** `key=len` becomes `key=lambda item: len(item)`. */
  #keyed(node: CallExpr): CallExpr {
    const { place } = node;
    const keywords = node.keywords.map((keyword) => {
      const { name, value } = keyword;
      if (name !== 'key' || !['name', 'attribute'].includes(value.kind)) return keyword;
      const body = this.#applied(node, value);
      if (!body) return keyword;
      const param = {
        name: this.#variable,
        id: this.#nextId++,
        place,
        kind: 'plain',
        keywordOnly: false,
      } as const;
      const lambda: LambdaExpr = { kind: 'lambda', id: this.#nextId++, place, params: [param], body };
      return { name, value: lambda };
    });
    return { ...node, keywords };
  }

  #placed(node: CallExpr, method: string): CallExpr {
    const order = Object.hasOwn(namedArguments, method) ? namedArguments[method] : undefined;
    if (!order || this.#bound.has(method) || node.args.length > 0 || node.keywords.length === 0) return node;
    const args = order.flatMap((name) => node.keywords.find((keyword) => keyword.name === name)?.value ?? []);
    // `maxsplit` alone has no place of its own.
    const isPrefix = order.slice(0, args.length).every((name) => node.keywords.some((each) => each.name === name));
    return isPrefix && args.length === node.keywords.length ? { ...node, args, keywords: [] } : node;
  }
}

function onlyParameter({ params }: LambdaExpr): string | undefined {
  const [param, more] = params;
  return param && !more && param.kind === 'plain' && !param.default ? param.name : undefined;
}

/** The program with some calls of built-in functions said in other words, the same in meaning. */
export function desugar(module: Module): Module {
  return new Desugarer(module).run();
}
