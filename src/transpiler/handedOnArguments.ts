import type { CallExpr, ClassDef, Expr, FunctionDef, Module, NameExpr, Param, Stmt } from './ast.ts';
import { isLiteral } from './literals.ts';
import { firstFreeId, rewrite, walk } from './walk.ts';

const isPlain = ({ kind, keywordOnly }: Param): boolean => kind === 'plain' && !keywordOnly;

/** How often a name is read in a body. */
function readings(body: readonly Stmt[], name: string): number {
  let count = 0;
  walk(body, (node) => {
    if (node['kind'] === 'name' && node['name'] === name) count++;
  });
  return count;
}

/** All names that a body uses, also those of arguments. */
function namesIn(body: readonly Stmt[]): ReadonlySet<string> {
  const names = new Set<string>();
  walk(body, (node) => {
    if (node['kind'] === 'name') names.add(node['name'] as string);
  });
  return names;
}

/** The call of `super()`'s method of this name in a body that hands `*args` and `**kwargs` on, if it is the only reading of both. */
function handingCall(def: FunctionDef, args: Param | undefined, named: Param | undefined): CallExpr | undefined {
  let found: CallExpr | undefined;
  let count = 0;
  walk(def.body, (node) => {
    if (node['kind'] !== 'call') return;
    const call = node as unknown as CallExpr;
    const { callee } = call;
    if (callee.kind !== 'attribute' || callee.name !== def.name || callee.object.kind !== 'call') return;
    const { callee: owner, args: given } = callee.object;
    if (owner.kind !== 'name' || owner.name !== 'super' || given.length > 0) return;
    found = call;
    count++;
  });
  if (!found || count !== 1) return undefined;
  const stands = (kind: 'star' | 'doublestar', param: Param | undefined): boolean => {
    const given = found?.args.filter((arg) => arg.kind === kind) ?? [];
    const [only, more] = given;
    if (!param) return only === undefined;
    const { value } = (only ?? {}) as { readonly value?: Expr };
    return value?.kind === 'name' && value.name === param.name && !more && readings(def.body, param.name) === 1;
  };
  const placed = found.args.filter(({ kind }) => kind !== 'doublestar');
  const star = placed.findIndex(({ kind }) => kind === 'star');
  const isLast = star < 0 || star === placed.length - 1;
  return isLast && stands('star', args) && stands('doublestar', named) ? found : undefined;
}

/**
 * A method that only hands `*args` and `**kwargs` on to the method of its base, with the parameters of that one in their place: each
 * keeps a type of its own. Methods where a name would get a second meaning keep what they have.
 */
class HandedOnArguments {
  readonly #module: Module;
  readonly #classes = new Map<string, ClassDef>();
  #nextId: number;

  constructor(module: Module) {
    this.#module = module;
    this.#nextId = firstFreeId(module.body);
  }

  run(): Module {
    const body = this.#module.body.map((statement) => {
      if (statement.kind !== 'class') return statement;
      const made = this.#class(statement);
      this.#classes.set(made.name, made);
      return made;
    });
    return { ...this.#module, body };
  }

  #class(def: ClassDef): ClassDef {
    const [base, more] = def.bases;
    if (base?.kind !== 'name' || more || !this.#classes.has(base.name)) return def;
    const body = def.body.map((member) => {
      if (member.kind !== 'def' || member.decorators.length > 0) return member;
      const over = this.#inherited(base.name, member.name);
      return over ? this.#written(member, over) : member;
    });
    return { ...def, body };
  }

  /** The method of this name that a class has, its own or that of a base. */
  #inherited(name: string, method: string): FunctionDef | undefined {
    const def = this.#classes.get(name);
    const own = def?.body.find((member): member is FunctionDef => member.kind === 'def' && member.name === method);
    const [base, more] = def?.bases ?? [];
    return own ?? (base?.kind === 'name' && !more ? this.#inherited(base.name, method) : undefined);
  }

  #written(def: FunctionDef, over: FunctionDef): FunctionDef {
    const args = def.params.find(({ kind }) => kind === 'args');
    const named = def.params.find(({ kind }) => kind === 'kwargs');
    if (!args && !named) return def;
    const call = handingCall(def, args, named);
    if (!call || over.decorators.length > 0 || over.params.some(({ kind }) => kind !== 'plain')) return def;
    const fixed = call.args.filter(({ kind }) => kind !== 'star' && kind !== 'doublestar').length;
    const given = new Set(call.keywords.map(({ name }) => name));
    const open = over.params.slice(1 + fixed).filter(({ name }) => !given.has(name));
    // Without `*args` the others can only be given by name; without `**kwargs` those are left to their defaults.
    const placed = args ? open.filter(isPlain) : [];
    const byName = named ? open.filter((param) => !placed.includes(param)) : [];
    const own = def.params.filter(({ kind }) => kind === 'plain');
    const added = [...placed, ...byName];
    const used = namesIn(def.body);
    const isFree = ({ name }: Param): boolean => !used.has(name) && own.every((each) => each.name !== name);
    const isLiteralDefault = ({ default: value, isFresh }: Param): boolean =>
      value === undefined || isFresh === true || isLiteral(value);
    const plain = own.filter(isPlain);
    const ordered = placed.every(({ default: value }) => value !== undefined) || plain.every((each) => !each.default);
    // An argument by place that a name stands for in the call would move those behind it.
    const isBetween = args !== undefined && over.params.slice(1 + fixed).some(({ name }) => given.has(name));
    if (isBetween || !ordered || !added.every((param) => isFree(param) && isLiteralDefault(param))) return def;
    const copy = (param: Param, keywordOnly: boolean): Param => ({ ...param, id: this.#nextId++, keywordOnly });
    const params = [
      ...plain,
      ...placed.map((param) => copy(param, false)),
      ...own.filter((param) => !isPlain(param)),
      ...byName.map((param) => copy(param, true)),
    ];
    const name = (param: Param): NameExpr => ({
      kind: 'name',
      id: this.#nextId++,
      place: call.place,
      name: param.name,
    });
    const handed: CallExpr = {
      ...call,
      args: [
        ...call.args.filter(({ kind }) => kind !== 'star' && kind !== 'doublestar'),
        ...placed.map((param) => name(param)),
      ],
      keywords: [...call.keywords, ...byName.map((param) => ({ name: param.name, value: name(param) }))],
    };
    const body = rewrite(def.body, (node) => (node['kind'] === 'call' && node['id'] === call.id ? handed : node));
    return { ...def, params, body };
  }
}

/** Methods that hand `*args` and `**kwargs` on to their base, with the parameters that these stand for. */
export function writeOutHandedOnArguments(module: Module): Module {
  return new HandedOnArguments(module).run();
}
