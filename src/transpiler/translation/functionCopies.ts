import type { Place } from '../ast.ts';
import { allDerived, lineOf } from '../classes.ts';
import { cppType, identifier, isPlain, resultType } from '../cpp.ts';
import type { Value } from '../library.ts';
import type { ClassInfo, Context, FunctionInfo, Instance } from '../program.ts';
import { some } from '../walk.ts';
import { bool, changes, compatible, int, joinsAsTuple, never, none, Slot, str } from '../types.ts';
import { instanceType } from './classTypes.ts';
import { callsItself, firstParam, givenName } from './functionFacts.ts';
import { asCoroutine, endOfGenerator } from './generators.ts';
import { Part } from './part.ts';
import { assignedNames } from './statementFacts.ts';

/** True when a function gives its parameter at this place another value, or keeps it beyond the call. */
function isChanged(info: FunctionInfo, index: number): boolean {
  const param = info.def.params[firstParam(info) + index];
  return info.def.isGenerator || param === undefined || assignedNames(info).has(param.name);
}

/** Translates the bodies of functions, once for each signature. */
export class FunctionCopies extends Part {
  /** The copy of a function for these arguments, translated. */
  instantiate(info: FunctionInfo, args: readonly Value[], place: Place): Instance {
    const skip = firstParam(info);
    const written: string[] = [];
    const fits = (instance: Instance): boolean =>
      args.every(({ type }, index) => {
        const known = instance.params[index]?.type ?? never;
        if (this.translation.growsAlways && [known, type].every(({ kind }) => kind === 'int' || kind === 'bigint'))
          return true;
        // An instance and what may be None are the same in C++.
        if (compatible(known, type)) return true;
        return known.kind !== 'never' && cppType(known) === (written[index] ??= cppType(type));
      });
    // Methods are members with one signature each.
    // What a recursion hands on as a tuple that grows is one tuple of any length.
    const grows = (instance: Instance): boolean =>
      args.every(({ type }, index) => {
        const known = instance.params[index]?.type ?? never;
        return compatible(known, type) || joinsAsTuple(known, type);
      });
    let instance =
      info.instances.find(fits) ??
      (info.owner ? info.instances[0] : callsItself(info) ? info.instances.find(grows) : undefined);
    if (!instance) {
      if (info.instances.length >= 32)
        this.unsupported(`\`${info.name}\` is called with too many different types.`, place);
      instance = this.#newInstance(info, skip);
      info.instances.push(instance);
      this.translation.instances.push(instance);
      changes.count++;
    }
    args.forEach(({ type }, index) => {
      const param = info.def.params[index + skip];
      const slot = instance.params[index];
      if (slot) this.translation.integers.noteSign(slot, args[index] as Value);
      if (param && slot)
        this.translation.types.add(slot, type, place, `The argument \`${param.name}\` of \`${info.name}\``);
    });
    this.#takeOwnKind(info, instance, place);
    if (instance.round !== this.translation.round) {
      instance.round = this.translation.round;
      instance.isRefused = true;
      try {
        this.translateBody(instance);
        instance.isRefused = false;
      } finally {
        // Who tries again meets the refusal again, not a body without code.
        if (instance.isRefused && this.translation.refuses) instance.round = 0;
      }
    }
    return instance;
  }

  /** Containers compare instances among themselves: a method that compares takes its own class, whatever the program compares it with. */
  #takeOwnKind(info: FunctionInfo, { params: [other] }: Instance, place: Place): void {
    if (!info.owner || !other || !/^__(?:eq|ne|lt|le|gt|ge)__$/.test(info.name)) return;
    const isEquality = info.name === '__eq__' || info.name === '__ne__';
    const asksForType = (): boolean => some(info.def.body, (node) => node['name'] === 'isinstance');
    if (isEquality || asksForType())
      this.translation.types.add(other, instanceType(info.owner), place, `The argument of \`${info.name}\``);
  }

  #newInstance(info: FunctionInfo, skip: number): Instance {
    const { owner, binding } = info;
    const first = skip ? info.def.params[0] : undefined;
    const result = new Slot();
    const yields = info.def.isGenerator ? new Slot() : undefined;
    const talk = yields && { sent: new Slot(), returned: new Slot() };
    if (yields && talk) result.add({ kind: 'generator', element: yields, talk });
    const onlyRaises = owner && !yields && !some(info.def.body, ({ kind }) => kind === 'return');
    if (onlyRaises && info.def.body.some(({ kind }) => kind === 'raise')) this.#giveItsType(info.name, result);
    const context: Context = {
      scope: info.scope,
      isModule: false,
      body: info.def.body,
      params: info.def.params.map(({ name }) => name),
      variables: new Map(),
      result,
      allocations: new Map(),
      locals: [],
      effects: false,
      touched: new Set(),
      isInit: owner !== undefined && info.name === '__init__',
      ...(owner && /^__(?:str|repr|format)__$/.test(info.name) && { textOf: info.name }),
      ...(yields && talk && { yields, talk }),
      ...(owner && { owner }),
      ...(first && owner && { [binding === 'instance' ? 'self' : 'cls']: { name: first.name, of: owner } }),
    };
    const params = info.def.params.slice(skip).map((param) => {
      const variable = this.translation.names.variable(context, info.scope.webOf.get(param.id) ?? -1);
      return variable.slot;
    });
    const instance: Instance = { info, params, result, context, round: 0, code: [], header: '' };
    if (owner && binding === 'instance' && info.name !== '__init__') this.#linkOverridden(instance, owner);
    return instance;
  }

  /** A special method that only raises an error still has the type that Python asks of it. */
  #giveItsType(name: string, result: Slot): void {
    if (['__str__', '__repr__', '__format__'].includes(name)) result.add(str);
    else if (name === '__bool__') result.add(bool);
    else if (name === '__iter__' || name === '__reversed__') result.add({ kind: 'list', element: new Slot(int) });
  }

  /** A method that takes the place of one of a base class has the types of that one. */
  #linkOverridden(instance: Instance, owner: ClassInfo): void {
    const { info } = instance;
    const above = owner.base && this.#memberOf(owner.base, info);
    if (!above) return;
    let root = above.instances[0];
    if (!root) {
      root = this.#newInstance(above, firstParam(above));
      above.instances.push(root);
      this.translation.instances.push(root);
      changes.count++;
    }
    if (root.params.length !== instance.params.length) {
      return this.unsupported(
        `\`${info.name}\` takes other arguments than that of \`${above.owner?.name}\`, which cannot be converted yet.`,
        info.def.place,
      );
    }
    root.params.forEach((param, index) => param.unify(instance.params[index] as Slot));
    root.result.unify(instance.result);
  }

  /** The method, getter or setter of a class or one above it that this one stands in the place of. */
  #memberOf(of: ClassInfo, info: FunctionInfo): FunctionInfo | undefined {
    for (const each of lineOf(of)) {
      const property = each.properties.get(info.name);
      const known = property
        ? info.cppName === `set_${info.name}`
          ? property.setter
          : property.getter
        : each.methods.get(info.name);
      if (known) return known;
    }
    return undefined;
  }

  /** True when a derived class has a method of this name or a base class has. */
  isVirtual(info: FunctionInfo): { readonly virtual: boolean; readonly override: boolean } {
    const { owner } = info;
    if (!owner || info.binding !== 'instance' || info.name === '__init__') return { virtual: false, override: false };
    if (/^__(?:repr|str)__$/.test(info.name)) return { virtual: true, override: owner.exception === undefined };
    const override = owner.base !== undefined && this.#memberOf(owner.base, info) !== undefined;
    const below = allDerived(owner).some((each) => each.methods.has(info.name) || each.properties.has(info.name));
    return { virtual: override || below, override };
  }

  /** The other methods that a call of this one may mean; undefined where they cannot be told. */
  #family(info: FunctionInfo): readonly FunctionInfo[] | undefined {
    const { virtual } = this.isVirtual(info);
    if (!virtual || !info.owner) return [];
    let root = info.owner;
    for (let above = root.base; above; above = above.base) if (above.methods.has(info.name)) root = above;
    if (root.methods.get(info.name)?.cppName !== info.cppName) return undefined;
    const classes = [root, ...allDerived(root)];
    if (classes.some((each) => each.properties.has(info.name))) return undefined;
    return classes.flatMap((each) => each.methods.get(info.name) ?? []);
  }

  translateBody(instance: Instance): void {
    const { info } = instance;
    const outer = this.context;
    this.context = instance.context;
    try {
      const { body, ended } = this.flow.apart(() => ({
        body: this.translation.statements.run(info.def.body),
        ended: this.flow.dead,
      }));
      if (!ended && !info.isAbstract && !info.def.isGenerator) instance.result.add(none);
      const talk = instance.context.talk;
      if (!ended && talk && talk.returned.type.kind !== 'never') talk.returned.add(none);
      this.translation.types.requireOne(instance.result.type, info.def.place, `What \`${info.name}\` returns`);
      if (info.def.isGenerator && instance.result.type.kind === 'iter')
        this.unsupported(
          `\`${info.name}\` is a generator here and gives another iterator elsewhere, which cannot be converted yet.`,
          info.def.place,
        );
      const changed = assignedNames(info);
      const family = this.#family(info);
      const params = info.def.params.slice(firstParam(info)).map((param, index) => {
        const variable = this.translation.names.variable(instance.context, info.scope.webOf.get(param.id) ?? -1);
        const { type } = variable.slot;
        // A coroutine outlives the call that made it.
        const byValue =
          isPlain(type) ||
          changed.has(param.name) ||
          info.def.isGenerator ||
          !family ||
          family.some((each) => isChanged(each, index));
        if (param.byReference) return `${cppType(type)}& ${variable.cpp}`;
        return `${byValue ? cppType(type) : `const ${cppType(type)}&`} ${givenName(variable)}`;
      });
      const shared = info.def.params
        .slice(firstParam(info))
        .flatMap((param) =>
          this.translation.closures.sharedParameter(
            this.translation.names.variable(instance.context, info.scope.webOf.get(param.id) ?? -1),
          ),
        );
      const isInit = info.owner !== undefined && info.name === '__init__';
      const isVoid = resultType(instance.result.type) === 'void';
      instance.header = `${isInit ? 'void' : resultType(instance.result.type)} ${identifier(info.cppName)}(${params.join(', ')})`;
      const check = !isInit && callsItself(info) ? ['py::check_recursion();'] : [];
      const unreachable =
        isVoid || ended
          ? []
          : talk
            ? [endOfGenerator(talk.returned.type)].filter((line) => line !== 'co_return;')
            : [info.isAbstract ? 'throw py::NotImplementedError();' : 'return py::None;'];
      const code = [...check, ...shared, ...body, ...unreachable];
      instance.code = talk ? asCoroutine(code, talk.returned.type) : code;
    } finally {
      this.context = outer;
    }
  }
}
