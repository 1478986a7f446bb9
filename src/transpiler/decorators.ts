import {
  Unsupported,
  type CallExpr,
  type ClassDef,
  type Expr,
  type FunctionDef,
  type Module,
  type NameExpr,
  type Param,
  type Place,
  type Stmt,
} from './ast.ts';
import { firstFreeId, isName, ownName, rewrite, some, targetNames, walk, type SyntaxNode } from './walk.ts';

/** A decorator of the program: what it does once, and the function it puts in the place of another. */
interface Decorator {
  /** Its own parameters, where it is called: `@repeat(3)`. */
  readonly params: readonly Param[];
  /** The parameter that stands for the decorated function. */
  readonly decorated: string;
  readonly before: readonly Stmt[];
  readonly wrapper: FunctionDef;
  /** The local variables that attributes of the wrapper are kept in, by attribute. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** What a function that defines another and returns it is made of. */
interface Made {
  readonly before: readonly Stmt[];
  readonly inner: FunctionDef;
  readonly attributes: ReadonlyMap<string, string>;
}

const isWraps = (node: Expr): boolean =>
  node.kind === 'call' &&
  ((node.callee.kind === 'name' && node.callee.name === 'wraps') ||
    (node.callee.kind === 'attribute' && node.callee.name === 'wraps'));

/** A function that defines another and returns it: that other one and what stands before. */
function makes(def: FunctionDef): Made | undefined {
  const attributes = new Map<string, string>();
  const body = def.body.filter((statement) => !(statement.kind === 'expr' && statement.value.kind === 'str'));
  const last = body.at(-1);
  if (last?.kind === 'return' && last.value?.kind === 'lambda') {
    const { value } = last;
    const before = body.slice(0, -1);
    const inner: FunctionDef = {
      kind: 'def',
      id: value.id,
      place: value.place,
      leading: [],
      name: '<lambda>',
      params: value.params,
      body: [{ kind: 'return', id: last.id, place: last.place, leading: [], value: value.body }],
      decorators: [],
      isGenerator: false,
      isAsync: false,
    };
    return before.every(({ kind }) => kind === 'assign' || kind === 'annotate')
      ? { before, inner, attributes }
      : undefined;
  }
  const at = body.findLastIndex(({ kind }) => kind === 'def');
  const inner = body[at];
  if (inner?.kind !== 'def' || last?.kind !== 'return' || last.value?.kind !== 'name' || last.value.name !== inner.name)
    return undefined;
  const before = body.slice(0, at);
  for (const statement of body.slice(at + 1, -1)) {
    const [target, more] = statement.kind === 'assign' ? statement.targets : [];
    const isOwn = target?.kind === 'attribute' && target.object.kind === 'name' && target.object.name === inner.name;
    if (statement.kind !== 'assign' || !isOwn || more) return undefined;
    const name = `${inner.name}_${target.name}`;
    attributes.set(target.name, name);
    before.push({ ...statement, targets: [{ kind: 'name', id: target.id, place: target.place, name }] });
  }
  return before.every(({ kind }) => kind === 'assign' || kind === 'annotate')
    ? { before, inner: withVariables(inner, attributes), attributes }
    : undefined;
}

/** A wrapper that keeps its attributes in variables around it. */
function withVariables(wrapper: FunctionDef, attributes: ReadonlyMap<string, string>): FunctionDef {
  if (attributes.size === 0) return wrapper;
  const { id, place } = wrapper;
  const names = [...attributes.values()];
  const body = rewrite(wrapper.body, (node) => {
    const name = node['kind'] === 'attribute' ? attributes.get(node['name'] as string) : undefined;
    if (name === undefined || !isName(node['object'] as SyntaxNode, wrapper.name)) return node;
    return { kind: 'name', id: node['id'], place: node['place'], name };
  });
  return { ...wrapper, body: [{ kind: 'nonlocal', id, place, leading: [], names }, ...body] };
}

function decoratorOf(def: FunctionDef): Decorator | undefined {
  const outer = makes(def);
  if (!outer || givesBack(def)) return undefined;
  const [decorated, more] = def.params;
  const deeper = makes(outer.inner);
  if (!deeper) {
    if (!decorated || more) return undefined;
    return { params: [], decorated: decorated.name, ...outer, wrapper: outer.inner };
  }
  const [inner, other] = outer.inner.params;
  if (!inner || other) return undefined;
  return {
    params: def.params,
    decorated: inner.name,
    before: [...outer.before, ...deeper.before],
    wrapper: deeper.inner,
    attributes: deeper.attributes,
  };
}

/** True for a decorator that gives back the function it was given, or makes one that does. */
function givesBack(def: FunctionDef): boolean {
  const last = def.body.at(-1);
  if (last?.kind !== 'return' || last.value?.kind !== 'name') return false;
  const { name } = last.value;
  if (def.params[0]?.name === name) return true;
  return def.body.some((each) => each.kind === 'def' && each.name === name && givesBack(each));
}

class DecoratorWriter {
  readonly #module: Module;
  readonly #decorators = new Map<string, Decorator>();
  #nextId: number;

  constructor(module: Module) {
    this.#module = module;
    this.#nextId = firstFreeId(module.body);
    for (const statement of module.body) {
      const decorator =
        statement.kind === 'def' && statement.decorators.length === 0 ? decoratorOf(statement) : undefined;
      if (statement.kind === 'def' && decorator) this.#decorators.set(statement.name, decorator);
    }
  }

  run(): Module {
    const body = this.#module.body.flatMap((statement) =>
      statement.kind === 'def'
        ? this.#function(statement)
        : statement.kind === 'class'
          ? this.#classWithMethods(statement)
          : [statement],
    );
    // A decorator that is used in no other way has done its work.
    const rest = body.filter((statement) => {
      if (statement.kind !== 'def' || !this.#decorators.has(statement.name)) return true;
      return body.some((other) => other !== statement && some(other, (node) => isName(node, statement.name)));
    });
    return { ...this.#module, body: this.#withAttributes(rest) };
  }

  /** The variables that attributes of decorated functions are kept in, by function and attribute. */
  readonly #attributes = new Map<string, string>();

  #withAttributes(body: readonly Stmt[]): readonly Stmt[] {
    if (this.#attributes.size === 0) return body;
    return rewrite(body, (node) => {
      const object = node['object'] as Expr | undefined;
      const owner = node['kind'] === 'attribute' && object?.kind === 'name' ? object.name : '';
      const name = this.#attributes.get(`${owner}.${node['name'] as string}`);
      return name === undefined ? node : { kind: 'name', id: node['id'], place: node['place'], name };
    });
  }

  /** A class whose methods have decorators of the program; what those keep stands in front of it. */
  #classWithMethods(def: ClassDef): Stmt[] {
    const isOwn = (node: Expr): boolean => {
      const callee = node.kind === 'call' ? node.callee : node;
      return callee.kind === 'name' && this.#decorators.has(callee.name);
    };
    const before: Stmt[] = [];
    const body = def.body.flatMap((member): Stmt[] => {
      if (member.kind !== 'def' || member.decorators.length === 0 || !member.decorators.every(isOwn)) return [member];
      const made = this.#function(member, true);
      before.push(...made.filter(({ kind }) => kind !== 'def'));
      return made.filter(({ kind }) => kind === 'def');
    });
    return [...before, { ...def, body }];
  }

  /** The function under another name, and each wrapper in its place. */
  #function(def: FunctionDef, isMethod = false): Stmt[] {
    const known = (node: Expr): string | undefined => {
      const callee = node.kind === 'call' ? node.callee : node;
      return callee.kind === 'name' && this.#decorators.has(callee.name) ? callee.name : undefined;
    };
    if (def.decorators.length === 0) return [def];
    if (!def.decorators.every((node) => known(node) !== undefined)) return isMethod ? [def] : this.#applied(def);
    const plain = def.params.every(({ kind, keywordOnly }) => kind === 'plain' && !keywordOnly);
    if (!plain || def.isGenerator)
      throw new Unsupported(
        'A decorator of this function cannot be converted yet: its parameters have to be plain.',
        def.place,
      );
    let current: FunctionDef = {
      ...def,
      name: this.#freeName(`${def.name}_undecorated`),
      shownName: def.name,
      decorators: [],
    };
    // What it calls itself is the decorated one.
    const result: Stmt[] = [current];
    const outermost = def.decorators.length - 1;
    // Without `functools.wraps`, Python shows the name of the wrapper.
    let shown = def.name;
    for (const [index, node] of [...def.decorators].reverse().entries()) {
      const decorator = this.#decorators.get(known(node) ?? '') as Decorator;
      const name = index === outermost ? def.name : this.#freeName(`${def.name}_${known(node) ?? ''}`);
      const { before, wrapper } = this.#wrapped(decorator, node, current, def, { name, shown, isMethod });
      result.push(...before, wrapper);
      current = wrapper;
      if (!decorator.wrapper.decorators.some(isWraps)) shown = decorator.wrapper.name;
    }
    return result;
  }

  /** What a decorator calls: a function or class of the program, or the methods that have its name. */
  #made(decorator: Expr): readonly (FunctionDef | ClassDef)[] {
    const callee = decorator.kind === 'call' ? decorator.callee : decorator;
    const { body } = this.#module;
    if (callee.kind === 'name')
      return body.flatMap((each) =>
        (each.kind === 'def' || each.kind === 'class') && each.name === callee.name ? [each] : [],
      );
    if (callee.kind !== 'attribute' || callee.object.kind !== 'name') return [];
    const methods = body.flatMap((each) => (each.kind === 'class' ? each.body : []));
    // Without `self`, which a call of it does not name.
    return methods.flatMap((each) =>
      each.kind === 'def' && each.name === callee.name && each.decorators.length === 0
        ? [{ ...each, params: each.params.slice(1) }]
        : [],
    );
  }

  /** A function with decorators of the program that are no wrappers: what they do is done behind it. */
  #applied(def: FunctionDef): Stmt[] {
    const call = (decorator: Expr, name: string): CallExpr => ({
      kind: 'call',
      id: this.#nextId++,
      place: decorator.place,
      callee: decorator,
      args: [this.#name(name, decorator.place)],
      keywords: [],
    });
    const registers = (decorator: Expr): boolean => {
      const made = this.#made(decorator);
      return made.length > 0 && made.every((each) => each.kind === 'def' && givesBack(each));
    };
    if (def.decorators.every(registers)) {
      const calls = [...def.decorators].reverse().map((decorator): Stmt => {
        const { place } = decorator;
        return { kind: 'expr', id: this.#nextId++, place, leading: [], value: call(decorator, def.name) };
      });
      return [{ ...def, decorators: [] }, ...calls];
    }
    const [decorator, more] = def.decorators;
    if (!decorator || more) return [def];
    const { place } = decorator;
    const base = { place, leading: [] };
    const [made] = this.#made(decorator);
    if (made?.kind !== 'class') return [def];
    const plain: FunctionDef = {
      ...def,
      name: this.#freeName(`${def.name}_undecorated`),
      shownName: def.name,
      decorators: [],
    };
    return [
      plain,
      {
        ...base,
        kind: 'assign',
        id: this.#nextId++,
        targets: [this.#name(def.name, place)],
        value: call(decorator, plain.name),
      },
    ];
  }

  #wrapped(
    decorator: Decorator,
    node: Expr,
    inner: FunctionDef,
    original: FunctionDef,
    { name, shown, isMethod }: { readonly name: string; readonly shown: string; readonly isMethod: boolean },
  ): { before: Stmt[]; wrapper: FunctionDef } {
    const { place } = node;
    const call = node.kind === 'call' ? node : undefined;
    if (decorator.params.length > 0 !== (call !== undefined))
      throw new Unsupported('This decorator cannot be converted yet.', place);
    const local = new Set<string>();
    for (const statement of decorator.before)
      if (statement.kind === 'assign')
        for (const target of statement.targets) targetNames(target, (each) => local.add(each));
    for (const param of decorator.params) local.add(param.name);
    const names = new Map([...local].map((each) => [each, this.#freeName(`${original.name}_${each}`)]));
    for (const [attribute, variable] of decorator.attributes)
      this.#attributes.set(`${name}.${attribute}`, names.get(variable) ?? variable);
    const given = decorator.params.map((param, index): Stmt => {
      const value =
        call?.args[index] ?? call?.keywords.find((keyword) => keyword.name === param.name)?.value ?? param.default;
      if (!value) throw new Unsupported(`The decorator is given no \`${param.name}\`.`, place);
      return {
        id: this.#nextId++,
        place,
        leading: [],
        kind: 'assign',
        targets: [this.#name(names.get(param.name) ?? '', place)],
        value,
      };
    });
    // Each function has these of its own.
    const own = rewrite(decorator.before, (each) => ('id' in each ? { ...each, id: this.#nextId++ } : each));
    const before = [...given, ...own.map((statement) => this.#renamed(statement, names))];
    const spread = decorator.wrapper.params.some(({ kind }) => kind !== 'plain');
    const leading = decorator.wrapper.params.filter(({ kind }) => kind === 'plain');
    const [positional, named] = ['args', 'kwargs'].map(
      (kind) => decorator.wrapper.params.find((param) => param.kind === kind)?.name,
    );
    const written = (handsOn: boolean): readonly Stmt[] =>
      rewrite(decorator.wrapper.body, (each) =>
        this.#inWrapper(
          each,
          decorator.decorated,
          inner,
          original,
          handsOn ? positional : undefined,
          handsOn ? named : undefined,
          { shown, isMethod },
        ),
      );
    // Where the wrapper does more with its arguments than to hand them on, it takes them as they are given.
    const usesThem = [positional, named].some(
      (rest) => rest !== undefined && some(written(true), (each) => isName(each, rest)),
    );
    if (usesThem && isMethod)
      throw new Unsupported(
        'A decorator of a method that uses `*args` other than to hand them on cannot be converted yet.',
        place,
      );
    const body = written(!usesThem);
    if (some(body, (each) => isName(each, decorator.decorated)))
      throw new Unsupported('A decorator that uses the function other than to call it cannot be converted yet.', place);
    const foreign = decorator.wrapper.decorators.find((each) => !isWraps(each));
    if (foreign) throw new Unsupported('This decorator cannot be converted yet.', foreign.place);
    const handed = [...leading, ...original.params.slice(leading.length)];
    const params = (spread && !usesThem ? handed : decorator.wrapper.params).map((param): Param => ({
      ...param,
      id: this.#nextId++,
    }));
    const globals = [...names.values()].filter(
      (each) => some(body, (inside) => inside['kind'] === 'nonlocal') && each !== '',
    );
    const wrapper: FunctionDef = {
      ...decorator.wrapper,
      id: this.#nextId++,
      place: original.place,
      name,
      shownName: decorator.wrapper.decorators.some(isWraps) ? shown : decorator.wrapper.name,
      decorators: [],
      params,
      body: body.map((statement) => this.#renamed(statement, names)),
    };
    return { before, wrapper: globals.length ? { ...wrapper, body: this.#withGlobals(wrapper.body) } : wrapper };
  }

  #inWrapper(
    node: SyntaxNode,
    decorated: string,
    inner: FunctionDef,
    original: FunctionDef,
    positional: string | undefined,
    named: string | undefined,
    { shown, isMethod }: { readonly shown: string; readonly isMethod: boolean },
  ): unknown {
    const fresh = 'id' in node ? { ...node, id: this.#nextId++ } : node;
    if (node['kind'] === 'attribute' && isName(node['object'] as SyntaxNode, decorated)) {
      if (node['name'] === '__name__') return { kind: 'str', id: this.#nextId++, place: node['place'], value: shown };
      throw new Unsupported(
        'This attribute of the decorated function cannot be converted yet.',
        node['place'] as Place,
      );
    }
    if (node['kind'] !== 'call' || !isName(node['callee'] as SyntaxNode, decorated)) return fresh;
    const call = node as unknown as CallExpr;
    const isHandedOn = (arg: Expr): boolean =>
      (arg.kind === 'star' && isName(arg.value as unknown as SyntaxNode, positional ?? '')) ||
      (arg.kind === 'doublestar' && isName(arg.value as unknown as SyntaxNode, named ?? ''));
    const own = call.args.filter((arg) => !isHandedOn(arg));
    const args =
      own.length < call.args.length
        ? [...own, ...original.params.slice(own.length).map((param) => this.#name(param.name, call.place))]
        : call.args;
    if (!isMethod) return { ...call, id: this.#nextId++, callee: this.#name(inner.name, call.place), args };
    const [object, ...rest] = args;
    if (!object) throw new Unsupported('This decorator of a method cannot be converted yet.', call.place);
    const callee: Expr = { kind: 'attribute', id: this.#nextId++, place: call.place, object, name: inner.name };
    return { ...call, id: this.#nextId++, callee, args: rest };
  }

  #renamed<T>(item: T, names: ReadonlyMap<string, string>): T {
    return rewrite(item, (node) => {
      if (node['kind'] === 'name') return { ...node, name: names.get(node['name'] as string) ?? node['name'] };
      if (node['kind'] === 'nonlocal')
        return { ...node, kind: 'global', names: (node['names'] as string[]).map((each) => names.get(each) ?? each) };
      return node;
    });
  }

  /** `global` stands before the names it speaks of. */
  #withGlobals(body: readonly Stmt[]): Stmt[] {
    return [...body.filter(({ kind }) => kind === 'global'), ...body.filter(({ kind }) => kind !== 'global')];
  }

  #name(name: string, place: Place): NameExpr {
    return { kind: 'name', id: this.#nextId++, place, name };
  }

  readonly #taken = new Set<string>();

  #freeName(wanted: string): string {
    const isTaken = (name: string): boolean =>
      this.#taken.has(name) || some(this.#module.body, (node) => ownName(node) === name || isName(node, name));
    let name = wanted;
    for (let number = 2; isTaken(name); number++) name = `${wanted}_${number}`;
    this.#taken.add(name);
    return name;
  }
}

/** Writes out decorators of the program: the decorated function has another name, and the wrapper stands in its place. */
export function writeOutDecorators(module: Module): Module {
  let decorated = false;
  walk(module.body, (node) => {
    decorated ||= node['kind'] === 'def' && (node['decorators'] as Expr[]).length > 0;
    return !decorated;
  });
  return decorated ? new DecoratorWriter(module).run() : module;
}
