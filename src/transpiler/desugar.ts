import type { CallExpr, CompExpr, Expr, FormatPart, Keyword, LambdaExpr, Module, NameExpr, Stmt } from './ast.ts';
import { namesBoundIn } from './flow.ts';
import { firstFreeId, rewrite, walk, type SyntaxNode } from './walk.ts';

/** The engine's own function that gives the text of the type of a value. */
export const TYPE_TEXT = 'type_text.';

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
      'conversion' in node && (node['conversion'] !== '' || (node['spec'] as unknown[]).length === 0)
        ? this.#formatted(node as SyntaxNode & FormatPart)
        : node['kind'] === 'call'
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

  #call(given: CallExpr): Expr {
    const node = writtenOut(given);
    const { callee, keywords } = node;
    const isText = callee.kind === 'name' && ['print', 'str', 'repr'].includes(callee.name);
    const args = isText ? node.args.map((arg) => this.#typeText(arg)) : node.args;
    const [only] = args;
    if (args.some((arg, at) => arg !== node.args[at]))
      return callee.kind === 'name' && callee.name === 'repr' && only ? only : this.#call({ ...node, args });
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

  /** A part of an f-string. */
  #formatted(part: FormatPart): FormatPart {
    const value = this.#typeText(part.value);
    // The text of a type is its `repr` as well.
    return value === part.value ? part : { ...part, value, conversion: '' };
  }

  /** `type(x)` where its text is meant. */
  #typeText(node: Expr): Expr {
    if (this.#bound.has('type') || this.#bound.has('print')) return node;
    const given =
      node.kind === 'attribute' && node.name === '__class__'
        ? node.object
        : node.kind === 'call' &&
            node.callee.kind === 'name' &&
            node.callee.name === 'type' &&
            node.keywords.length === 0
          ? node.args[0]
          : undefined;
    const isOne = node.kind !== 'call' || node.args.length === 1;
    if (!given || given.kind === 'star' || !isOne) return node;
    const callee: NameExpr = { kind: 'name', id: this.#nextId++, place: node.place, name: TYPE_TEXT };
    return { kind: 'call', id: this.#nextId++, place: node.place, callee, args: [given], keywords: [] };
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

/** A call with what `*` and `**` of a literal stand for as arguments like others. */
function writtenOut(node: CallExpr): CallExpr {
  const isOpen = (arg: Expr): boolean =>
    arg.kind === 'star'
      ? (arg.value.kind === 'tuple' || arg.value.kind === 'list') &&
        !arg.value.items.some(({ kind }) => kind === 'star')
      : arg.kind === 'doublestar' && namedEntries(arg.value) !== undefined;
  if (!node.args.some(isOpen)) return node;
  const args = node.args.flatMap((arg): readonly Expr[] => {
    if (!isOpen(arg)) return [arg];
    return arg.kind === 'star' && 'items' in arg.value ? arg.value.items : [];
  });
  const named = node.args.flatMap((arg) =>
    arg.kind === 'doublestar' && isOpen(arg) ? (namedEntries(arg.value) ?? []) : [],
  );
  return { ...node, args, keywords: [...node.keywords, ...named] };
}

/** The entries of a dict that is written out, as named arguments; undefined where they are no such. */
function namedEntries(node: Expr): Keyword[] | undefined {
  if (node.kind !== 'dict') return undefined;
  const named = node.entries.map(({ key, value }) =>
    key?.kind === 'str' && /^\w+$/.test(key.value) ? { name: key.value, value } : undefined,
  );
  return named.every((each) => each !== undefined) ? named : undefined;
}

function onlyParameter({ params }: LambdaExpr): string | undefined {
  const [param, more] = params;
  return param && !more && param.kind === 'plain' && !param.default ? param.name : undefined;
}

/** The program with some calls of built-in functions said in other words, the same in meaning. */
export function desugar(module: Module): Module {
  return new Desugarer(module).run();
}
