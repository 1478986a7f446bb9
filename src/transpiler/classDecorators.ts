import { Unsupported, type ClassDef, type Expr, type FunctionDef, type Module, type Param, type Stmt } from './ast.ts';
import { isLiteral } from './literals.ts';
import { Pieces, type ParsePython } from './pieces.ts';
import { isName, rewrite, some, targetNames, type SyntaxNode } from './walk.ts';

const known = new Set(['dataclass', 'total_ordering', 'unique', 'final', 'runtime_checkable']);
const lastName = (node: Expr | undefined): string | undefined =>
  node?.kind === 'name' || node?.kind === 'attribute' ? node.name : undefined;

/** A decorator of classes: what it does with a class, which it gives back or puts another function in the place of. */
interface ClassDecorator {
  /** Its own parameters, where it is called: `@tagged("x")`. */
  readonly params: readonly Param[];
  readonly cls: string;
  readonly body: readonly Stmt[];
  /** The function that stands for the class afterwards. */
  readonly maker?: FunctionDef;
}

function decoratorOf(def: FunctionDef): ClassDecorator | undefined {
  const body = def.body.filter((each) => !(each.kind === 'expr' && each.value.kind === 'str'));
  const last = body.at(-1);
  const [cls, more] = def.params;
  if (last?.kind !== 'return' || last.value?.kind !== 'name') return undefined;
  const { name } = last.value;
  if (cls?.name === name && !more) return { params: [], cls: name, body: body.slice(0, -1) };
  const inner = body.at(-2);
  if (inner?.kind !== 'def' || inner.name !== name) return undefined;
  const before = body.slice(0, -2);
  const calls =
    cls && some(inner.body, (node) => node['kind'] === 'call' && isName(node['callee'] as SyntaxNode, cls.name));
  if (cls && !more && calls) return { params: [], cls: cls.name, body: before, maker: inner };
  const deeper = before.length === 0 ? decoratorOf(inner) : undefined;
  return deeper && deeper.params.length === 0 ? { ...deeper, params: def.params } : undefined;
}

class ClassDecoratorWriter {
  readonly #module: Module;
  readonly #pieces: Pieces;
  readonly #decorators = new Map<string, ClassDecorator>();

  constructor(module: Module, parse: ParsePython) {
    this.#module = module;
    this.#pieces = new Pieces(module, parse);
    for (const each of module.body) {
      const made = each.kind === 'def' && each.decorators.length === 0 ? decoratorOf(each) : undefined;
      if (each.kind === 'def' && made) this.#decorators.set(each.name, made);
    }
  }

  run(): Module {
    const used = new Set<string>();
    const body = this.#module.body.flatMap((statement): Stmt[] => {
      if (statement.kind !== 'class') return [statement];
      let made: Stmt[] = [statement];
      for (const node of [...statement.decorators].reverse()) {
        const name = lastName(node.kind === 'call' ? node.callee : node) ?? '';
        const decorator = this.#decorators.get(name);
        if (known.has(name) || !decorator) continue;
        used.add(name);
        made = made.flatMap((each) =>
          each.kind === 'class' && each.name === statement.name ? this.#applied(each, node, decorator) : [each],
        );
      }
      return made;
    });
    // A decorator that is used in no other way has done its work.
    const rest = body.filter(
      (each) =>
        each.kind !== 'def' ||
        !used.has(each.name) ||
        body.some((other) => other !== each && some(other, (node) => isName(node, each.name))),
    );
    return { ...this.#module, body: rest };
  }

  /** The class, and behind it what its decorator does. */
  #applied(whole: ClassDef, node: Expr, decorator: ClassDecorator): Stmt[] {
    const { place } = node;
    const call = node.kind === 'call' ? node : undefined;
    if (decorator.params.length > 0 !== (call !== undefined))
      throw new Unsupported('This decorator of a class cannot be converted yet.', place);
    const { maker } = decorator;
    const plain = { ...whole, decorators: whole.decorators.filter((each) => each !== node) };
    const own = maker ? this.#pieces.freeName(`${whole.name}_undecorated`) : whole.name;
    let def: ClassDef = { ...plain, name: own, ...(maker && { shownName: whole.shownName ?? whole.name }) };
    const local = new Set<string>(decorator.params.map(({ name }) => name));
    for (const each of decorator.body) {
      if (each.kind === 'assign') for (const target of each.targets) targetNames(target, (name) => local.add(name));
      if (each.kind === 'def') local.add(each.name);
    }
    const names = new Map([...local].map((name) => [name, this.#pieces.freeName(`${whole.name}_${name}`)]));
    const literals = new Map<string, Expr>();
    const inWords = <T>(item: T): T =>
      rewrite(this.#inWords(item, decorator.cls, own, whole.shownName ?? whole.name, names), (each) =>
        each['kind'] === 'name' ? (literals.get(each['name'] as string) ?? each) : each,
      );
    const given = decorator.params.flatMap((param, at): Stmt[] => {
      const value = call?.args[at] ?? call?.keywords.find(({ name }) => name === param.name)?.value ?? param.default;
      if (!value) throw new Unsupported(`The decorator is given no \`${param.name}\`.`, place);
      const name = names.get(param.name) ?? '';
      if (!isLiteral(value)) return this.#pieces.statements(`${name} = value`, place, { value });
      literals.set(name, value);
      return [];
    });
    const after: Stmt[] = [];
    const functions = new Map(
      decorator.body.flatMap((each) => (each.kind === 'def' ? [[each.name, each] as const] : [])),
    );
    const replaced = new Map<string, string>();
    for (const each of decorator.body) {
      if (each.kind === 'def') continue;
      const [target, more] = each.kind === 'assign' ? each.targets : [];
      const value = each.kind === 'assign' ? each.value : undefined;
      const ofClass = (part: Expr | undefined): string | undefined =>
        part?.kind === 'attribute' &&
        part.object.kind === 'name' &&
        part.object.name === decorator.cls &&
        !part.name.endsWith('name__')
          ? part.name
          : undefined;
      const method = ofClass(value);
      if (
        target?.kind === 'name' &&
        !more &&
        method !== undefined &&
        def.body.some((member) => member.kind === 'def' && member.name === method)
      ) {
        // The method that another will take the place of.
        const other = `${method.replace(/^_+|_+$/g, '')}_undecorated`;
        def = {
          ...def,
          body: def.body.map((member) =>
            member.kind === 'def' && member.name === method ? { ...member, name: other } : member,
          ),
        };
        replaced.set(target.name, other);
        continue;
      }
      const set = more ? undefined : ofClass(target);
      const made = value?.kind === 'name' ? functions.get(value.name) : undefined;
      if (set !== undefined && made)
        def = this.#withMethod(def, { ...inWords(this.#handedOn(made, replaced)), name: set });
      else if (set !== undefined && value) {
        const others = def.body.filter((member) => !(member.kind === 'assign' && lastName(member.targets[0]) === set));
        def = {
          ...def,
          body: [...others, ...this.#pieces.statements(`${set} = value`, place, { value: inWords(value) })],
        };
      } else after.push(this.#pieces.fresh(inWords(each)));
    }
    if (!maker) return [...given, def, ...after];
    const wrapped = this.#maker(maker, whole, decorator.cls);
    const globals = [...names.values()].filter(
      (name) => name !== '' && some(wrapped.body, (each) => each['kind'] === 'nonlocal'),
    );
    const text = inWords(wrapped);
    const made: FunctionDef = { ...this.#pieces.fresh(text), name: whole.name, leading: [] };
    const declared = globals.length ? this.#pieces.statements(`global ${globals.join(', ')}`, place) : [];
    return [
      ...given,
      def,
      ...after,
      { ...made, body: [...declared, ...made.body.filter(({ kind }) => kind !== 'nonlocal')] },
    ];
  }

  /** The function that stands for a class, with the parameters of the class where it hands on whatever it is given. */
  #maker(maker: FunctionDef, def: ClassDef, cls: string): FunctionDef {
    if (maker.params.every(({ kind }) => kind === 'plain')) return { ...maker, decorators: [] };
    const init = def.body.find((member): member is FunctionDef => member.kind === 'def' && member.name === '__init__');
    const params = init?.params.slice(1) ?? [];
    const names = maker.params.map(({ name }) => name);
    const isHandedOn = (arg: Expr): boolean =>
      (arg.kind === 'star' || arg.kind === 'doublestar') && names.includes(lastName(arg.value) ?? '');
    const body = rewrite(maker.body, (node) => {
      if (node['kind'] !== 'call' || !isName(node['callee'] as SyntaxNode, cls)) return node;
      const args = node['args'] as Expr[];
      if (!args.some(isHandedOn)) return node;
      const place = def.place;
      return {
        ...node,
        args: [...args.filter((arg) => !isHandedOn(arg)), ...params.map(({ name }) => this.#pieces.name(name, place))],
      };
    });
    if (params.some(({ kind }) => kind !== 'plain') || names.some((name) => some(body, (node) => isName(node, name))))
      throw new Unsupported('This decorator of a class cannot be converted yet.', def.place);
    return { ...maker, params: this.#pieces.fresh(params), body, decorators: [] };
  }

  #withMethod(def: ClassDef, method: FunctionDef): ClassDef {
    const others = def.body.filter((member) => !(member.kind === 'def' && member.name === method.name));
    return { ...def, body: [...others, this.#pieces.fresh({ ...method, decorators: [] })] };
  }

  /** A new method that calls the one whose place it takes. */
  #handedOn(method: FunctionDef, replaced: ReadonlyMap<string, string>): FunctionDef {
    if (replaced.size === 0) return method;
    return rewrite(method, (node) => {
      const callee = node['callee'] as Expr | undefined;
      const other = node['kind'] === 'call' && callee?.kind === 'name' ? replaced.get(callee.name) : undefined;
      const [self, ...args] = other === undefined ? [] : (node['args'] as Expr[]);
      if (other === undefined || !self) return node;
      return { ...node, callee: { ...callee, kind: 'attribute', object: self, name: other }, args };
    });
  }

  /** With the class in the place of the parameter, as a text where it is only told apart from others, and names of its own. */
  #inWords<T>(item: T, cls: string, name: string, shown: string, names: ReadonlyMap<string, string>): T {
    return rewrite(item, (node) => {
      if (
        node['kind'] === 'attribute' &&
        isName(node['object'] as SyntaxNode, name) &&
        ['__name__', '__qualname__'].includes(node['name'] as string)
      )
        return { kind: 'str', id: node['id'], place: node['place'], value: shown };
      if (node['kind'] === 'index' && isName(node['index'] as SyntaxNode, name))
        return { ...node, index: this.#asText(node['index'], shown) };
      if (
        node['kind'] === 'compare' &&
        isName(node['first'] as SyntaxNode, name) &&
        ['in', 'not in'].includes((node['rest'] as { op: string }[])[0]?.op ?? '')
      )
        return { ...node, first: this.#asText(node['first'], shown) };
      if (node['kind'] !== 'name') return node;
      return { ...node, name: node['name'] === cls ? name : (names.get(node['name'] as string) ?? node['name']) };
    });
  }

  #asText(node: unknown, shown: string): Expr {
    const { id, place } = node as Expr;
    return { kind: 'str', id, place, value: shown };
  }
}

/** Writes out decorators of the program that are put on classes: what they do with the class is done behind it. Throws Unsupported. */
export function writeOutClassDecorators(module: Module, parse: ParsePython): Module {
  const needed = module.body.some(
    (each) =>
      each.kind === 'class' &&
      each.decorators.some((node) => !known.has(lastName(node.kind === 'call' ? node.callee : node) ?? '')),
  );
  return needed ? new ClassDecoratorWriter(module, parse).run() : module;
}
