import type { Expr, FunctionDef, Module, Stmt } from './ast.ts';
import { Pieces, type ParsePython } from './pieces.ts';
import { ownName, rewrite, some, targetNames, walk, type SyntaxNode } from './walk.ts';

const lastName = (node: Expr): string | undefined =>
  node.kind === 'call'
    ? lastName(node.callee)
    : node.kind === 'name' || node.kind === 'attribute'
      ? node.name
      : undefined;

class AttributeWriter {
  readonly #module: Module;
  readonly #pieces: Pieces;
  readonly #functions = new Map<string, FunctionDef>();
  /** The variable that stands for an attribute, by function and attribute. */
  readonly #variables = new Map<string, string>();

  constructor(module: Module, parse: ParsePython) {
    this.#module = module;
    this.#pieces = new Pieces(module, parse);
    const bound = new Map<string, number>();
    const note = (name: string): void => void bound.set(name, (bound.get(name) ?? 0) + 1);
    walk(module.body, (node) => {
      const own = ownName(node);
      if (own !== undefined) note(own);
      for (const target of [node['target'], ...((node['targets'] as unknown[] | undefined) ?? [])])
        targetNames(target, note);
    });
    for (const each of module.body)
      if (each.kind === 'def' && bound.get(each.name) === 1) this.#functions.set(each.name, each);
  }

  run(): Module {
    walk(this.#module.body, (node) => {
      if (!['assign', 'augment', 'annotate'].includes(node['kind'] as string)) return;
      const targets = [node['target'], ...((node['targets'] as unknown[] | undefined) ?? [])] as (Expr | undefined)[];
      for (const target of targets) {
        const def = this.#functionOf(target);
        if (target?.kind !== 'attribute' || !def || def.decorators.length > 0) continue;
        const key = `${def.name}.${target.name}`;
        if (!this.#variables.has(key)) this.#variables.set(key, this.#pieces.freeName(`${def.name}_${target.name}`));
      }
    });
    const asked = new Set<string>();
    const body = rewrite(this.#module.body, (node) => this.#replaced(node, asked));
    const known = [...this.#variables.values()];
    const declared = body.map((each) =>
      each.kind === 'def'
        ? this.#withGlobals(each, known)
        : each.kind === 'class'
          ? {
              ...each,
              body: each.body.map((member) => (member.kind === 'def' ? this.#withGlobals(member, known) : member)),
            }
          : each,
    );
    const [first] = this.#module.body;
    const unset = first ? [...asked].flatMap((name) => this.#pieces.statements(`${name} = None`, first.place)) : [];
    return { ...this.#module, body: [...unset, ...declared] };
  }

  /** True for a decorator after which a function has its own name: one with `functools.wraps`, and a cache. */
  #keepsName(decorator: Expr): boolean {
    const name = lastName(decorator) ?? '';
    const def = this.#functions.get(name);
    if (!def) return ['cache', 'lru_cache'].includes(name);
    return some(
      def.body,
      (node) => node['kind'] === 'def' && (node['decorators'] as Expr[]).some((each) => lastName(each) === 'wraps'),
    );
  }

  #functionOf(target: Expr | undefined): FunctionDef | undefined {
    return target?.kind === 'attribute' && target.object.kind === 'name'
      ? this.#functions.get(target.object.name)
      : undefined;
  }

  #replaced(node: SyntaxNode, asked: Set<string>): unknown {
    if (node['kind'] === 'attribute') {
      const attribute = node as unknown as Extract<Expr, { kind: 'attribute' }>;
      const def = this.#functionOf(attribute);
      if (!def) return node;
      const { place } = attribute;
      const variable = this.#variables.get(`${def.name}.${attribute.name}`);
      if (variable !== undefined) return this.#pieces.name(variable, place);
      if (!def.decorators.every((each) => this.#keepsName(each))) return node;
      if (attribute.name === '__name__' || attribute.name === '__qualname__') return this.#pieces.text(def.name, place);
      if (attribute.name !== '__doc__') return node;
      return def.docstring === undefined
        ? this.#pieces.expression('None', place)
        : this.#pieces.text(def.docstring, place);
    }
    const callee = node['callee'] as Expr | undefined;
    if (node['kind'] !== 'call' || callee?.kind !== 'name' || callee.name !== 'hasattr') return node;
    const [object, name] = node['args'] as Expr[];
    const variable =
      object?.kind === 'name' && name?.kind === 'str' ? this.#variables.get(`${object.name}.${name.value}`) : undefined;
    if (variable === undefined || !object) return node;
    asked.add(variable);
    return this.#pieces.expression(`${variable} is not None`, object.place);
  }

  /** A function that gives one of these variables a value says that it is a global one. */
  #withGlobals(def: FunctionDef, variables: readonly string[]): FunctionDef {
    const isSet = (inner: readonly Stmt[], name: string): boolean =>
      some(inner, (node) => {
        let found = false;
        for (const target of [node['target'], ...((node['targets'] as unknown[] | undefined) ?? [])])
          targetNames(target, (each) => (found ||= each === name));
        return found;
      });
    const set = variables.filter((name) => isSet(def.body, name));
    if (set.length === 0) return def;
    const inner = def.body.map((each) => (each.kind === 'def' ? this.#withGlobals(each, variables) : each));
    return { ...def, body: [...this.#pieces.statements(`global ${set.join(', ')}`, def.place), ...inner] };
  }
}

/** Writes attributes of the program's functions as variables of the module, and their names and docstrings as texts. */
export function writeOutFunctionAttributes(module: Module, parse: ParsePython): Module {
  const functions = new Set(module.body.flatMap((each) => (each.kind === 'def' ? [each.name] : [])));
  const needed = some(module.body, (node) => {
    const object = node['object'] as Expr | undefined;
    return (
      node['kind'] === 'attribute' &&
      object?.kind === 'name' &&
      functions.has(object.name) &&
      !String(node['name']).startsWith('cache_')
    );
  });
  return needed ? new AttributeWriter(module, parse).run() : module;
}
