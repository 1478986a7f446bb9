import { Unsupported, type Expr, type FunctionDef, type Module, type Stmt } from './ast.ts';
import { Pieces, type ParsePython } from './pieces.ts';
import { some } from './walk.ts';

const lastName = (node: Expr | undefined): string | undefined =>
  node?.kind === 'name' || node?.kind === 'attribute' ? node.name : undefined;
const isDispatch = (node: Expr): boolean => ['singledispatch', 'singledispatchmethod'].includes(lastName(node) ?? '');

/** A function for arguments of these types. */
interface Registered {
  readonly types: readonly string[];
  readonly def: FunctionDef;
}

/** The names of types in `int`, `int | str` and `type(None)`. */
function typeNames(node: Expr | undefined): string[] | undefined {
  if (node?.kind === 'name') return [node.name];
  if (node?.kind === 'none') return ['NoneType'];
  if (node?.kind === 'index') return typeNames(node.object);
  if (node?.kind === 'call' && lastName(node.callee) === 'type' && node.args[0]?.kind === 'none') return ['NoneType'];
  if (node?.kind !== 'binary' || node.op !== '|') return undefined;
  const [left, right] = [typeNames(node.left), typeNames(node.right)];
  return left && right && [...left, ...right];
}

class DispatchWriter {
  readonly #module: Module;
  readonly #pieces: Pieces;
  readonly #bases = new Map<string, string | undefined>();

  constructor(module: Module, parse: ParsePython) {
    this.#module = module;
    this.#pieces = new Pieces(module, parse);
    for (const each of module.body) if (each.kind === 'class') this.#bases.set(each.name, lastName(each.bases[0]));
  }

  run(): Module {
    const body = this.#block(this.#module.body, false).map((each) =>
      each.kind === 'class' ? { ...each, body: this.#block(each.body, true) } : each,
    );
    return { ...this.#module, body };
  }

  #block(body: readonly Stmt[], inClass: boolean): readonly Stmt[] {
    const generic = body.flatMap((each) => (each.kind === 'def' && each.decorators.some(isDispatch) ? [each] : []));
    return generic.reduce<readonly Stmt[]>((current, def) => this.#writtenOut(current, def, inClass), body);
  }

  /** The statements with one function in the place of a generic one and those that are registered with it. */
  #writtenOut(body: readonly Stmt[], def: FunctionDef, inClass: boolean): readonly Stmt[] {
    const registered: Registered[] = [];
    const rest = body.flatMap((each): Stmt[] => {
      if (each.kind !== 'def' || each === def) return [each];
      const own = each.decorators.filter((decorator) => this.#isRegister(decorator, def.name));
      if (own.length === 0) return [each];
      if (own.length < each.decorators.length)
        throw new Unsupported('This decorator of a registered function cannot be converted yet.', each.place);
      const types = own.flatMap((decorator) => {
        const given = decorator.kind === 'call' ? decorator.args[0] : each.params[inClass ? 1 : 0]?.annotation;
        const names = typeNames(given);
        if (!names) throw new Unsupported('This type of a registered function cannot be converted yet.', each.place);
        return names;
      });
      const isAnonymous = each.name === '_' || each.name === def.name;
      const name = isAnonymous ? this.#pieces.freeName(`${def.name}_${types.join('_')}`) : each.name;
      const params = each.params.map((param) => ({ ...param, annotation: undefined }));
      const made = { ...each, name, params, decorators: [] } as FunctionDef;
      registered.push({ types, def: made });
      return [made];
    });
    const [first] = def.params.slice(inClass ? 1 : 0);
    if (!first || def.params.some(({ kind }) => kind !== 'plain'))
      throw new Unsupported('This use of `singledispatch` cannot be converted yet.', def.place);
    const general = this.#pieces.freeName(`${def.name}_object`);
    const params = def.params.map(({ name }) => name);
    const handedOn = params.slice(inClass ? 1 : 0).join(', ');
    const self = inClass ? `${params[0] ?? 'self'}.` : '';
    const tests = registered
      .flatMap(({ types, def: own }) => types.map((type) => ({ type, own })))
      .sort((a, b) => this.#depth(b.type) - this.#depth(a.type))
      .map(({ type, own }) => {
        const test = type === 'NoneType' ? `${first.name} is None` : `isinstance(${first.name}, ${type})`;
        return `    if ${test}:\n        return ${self}${own.name}(${handedOn})`;
      });
    const text = [`def ${def.name}(${params.join(', ')}):`, ...tests, `    return ${self}${general}(${handedOn})`];
    const [chosen] = this.#pieces.statements(text.join('\n'), def.place);
    if (chosen?.kind !== 'def') throw new Error('a function was written');
    const withDefaults = {
      ...chosen,
      params: def.params.map((param, at) => ({
        ...chosen.params[at],
        ...param,
        id: chosen.params[at]?.id ?? param.id,
        annotation: undefined,
      })),
    } as FunctionDef;
    const plain: FunctionDef = { ...def, name: general, decorators: [] };
    return rest.flatMap((each) => (each === def ? [plain, withDefaults] : [each]));
  }

  #isRegister(node: Expr, name: string): boolean {
    const callee = node.kind === 'call' ? node.callee : node;
    return callee.kind === 'attribute' && callee.name === 'register' && lastName(callee.object) === name;
  }

  /** How special a type is: a class counts more than those above it, and bool more than int. */
  #depth(type: string, seen = 0): number {
    if (type === 'bool') return 2;
    const base = this.#bases.get(type);
    return seen > 99 ? seen : base === undefined ? 1 : 1 + this.#depth(base, seen + 1);
  }
}

/** Writes out `functools.singledispatch`: a function that asks for the type of its first argument. Throws Unsupported. */
export function writeOutSingleDispatch(module: Module, parse: ParsePython): Module {
  const needed = some(module.body, (node) => node['kind'] === 'def' && (node['decorators'] as Expr[]).some(isDispatch));
  return needed ? new DispatchWriter(module, parse).run() : module;
}
