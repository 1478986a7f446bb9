import type { Expr, FunctionDef, Param } from '../ast.ts';
import { cppType, resultType } from '../cpp.ts';
import { isLiteral } from '../literals.ts';
import type { Context, Variable } from '../program.ts';
import { analyzeScope } from '../scopes.ts';
import { none, Slot, type FunctionType } from '../types.ts';
import { coerced } from '../unions.ts';
import { walk } from '../walk.ts';
import { callsItself, givenName } from './functionFacts.ts';
import { asCoroutine } from './generators.ts';
import { indent } from './lines.ts';
import { isCalledByPlace } from './functionValues.ts';
import { Part } from './part.ts';

/** Translates inner functions that are handed on as values. */
export class Closures extends Part {
  /** What an inner function that is handed on is translated in, by where it stands. */
  readonly #closures = new Map<Context, Map<number, Context>>();

  /** An inner function that is a value: a C++ lambda with copies of what does not change and cells of what does. */
  closure(def: FunctionDef): string[] {
    const { context: outer } = this;
    const simple = isCalledByPlace(def.params);
    if (def.isAsync || def.decorators.length > 0 || !simple)
      return this.unsupported(
        'A function inside another that is handed on can have plain parameters and `*args` alone, and no decorator yet.',
        def.place,
      );
    // Defaults that are literals may be left to the call; others are worked out here and kept.
    const kept = def.params.findIndex((param) => param.default && !isLiteral(param.default));
    const free = def.params.slice(0, kept < 0 ? def.params.length : kept);
    const frozen = def.params.slice(free.length).map((param) => ({ param, value: this.expr(param.default as Expr) }));
    const type = this.translation.functionValues.functionType(`closure ${def.id}`, free);
    const variable = this.translation.names.lookUp({ kind: 'name', id: def.id, place: def.place, name: def.name });
    if (!variable) return this.unsupported('This inner function cannot be converted yet.', def.place);
    const yields = def.isGenerator
      ? this.translation.types.allocate(`yields ${def.id}`, () => ({
          kind: 'generator',
          element: new Slot(),
          talk: { sent: new Slot(), returned: new Slot() },
        }))
      : undefined;
    if (yields) type.result.add(yields);
    this.translation.types.add(variable.slot, type, def.place, `\`${def.name}\``);
    const known = this.#closures.get(outer) ?? new Map<number, Context>();
    this.#closures.set(outer, known);
    let context = known.get(def.id);
    if (!context) {
      context = {
        scope: analyzeScope(def.params, def.body),
        isModule: false,
        body: def.body,
        params: def.params.map(({ name }) => name),
        outer,
        variables: new Map(),
        result: type.result,
        allocations: new Map(),
        locals: [],
        effects: true,
        touched: new Set(['*']),
        isInit: false,
        ...(yields?.kind === 'generator' && yields.talk && { yields: yields.element, talk: yields.talk }),
        ...(outer.owner && { owner: outer.owner }),
        ...(outer.self && !def.params.some(({ name }) => name === outer.self?.name) && { self: outer.self }),
      };
      known.set(def.id, context);
    }
    this.context = context;
    try {
      const own = (param: Param): Variable =>
        this.translation.names.variable(this.context, this.context.scope.webOf.get(param.id) ?? -1);
      const params = free.map((param, index) => {
        own(param).slot.unify(type.params[index] as Slot);
        return own(param);
      });
      for (const { param, value } of frozen)
        this.translation.types.add(own(param).slot, value.type, param.place, `\`${param.name}\``);
      const { body, ended } = this.flow.apart(() => ({
        body: this.translation.statements.run(def.body),
        ended: this.flow.dead,
      }));
      if (!ended && !yields) type.result.add(none);
      this.translation.types.requireOne(type.result.type, def.place, `What \`${def.name}\` returns`);
      const result = resultType(type.result.type);
      const head = params.map((each) => `${cppType(each.slot.type)} ${givenName(each)}`).join(', ');
      const check = callsItself({ name: def.name, def }) ? ['py::check_recursion();'] : [];
      const captures = [
        '=',
        ...frozen.map(({ param, value }) => `${own(param).cpp} = ${coerced(value, own(param).slot.type)}`),
      ];
      if (frozen.some(({ param }) => own(param).isCell))
        return this.unsupported('This default cannot be converted yet: give the value a name first.', def.place);
      const shared = params.flatMap((each) => this.sharedParameter(each));
      const rest = result === 'void' || ended || yields ? [] : ['return py::None;'];
      if (yields) return this.#closureOfGenerator(def, variable.cpp, type, params, body);
      return [
        `${variable.cpp} = ${this.translation.functionValues.maker(type, def.shownName ?? def.name)}([${captures.join(', ')}](${head}) mutable -> ${result} {`,
        ...[...check, ...shared, ...body, ...rest].map(indent),
        '});',
      ];
    } finally {
      this.context = outer;
    }
  }

  /** The cell of a parameter that inner functions share, and what it is first given. */
  sharedParameter(variable: Variable): string[] {
    if (variable.isCell !== true) return [];
    return [this.translation.statements.declaration(variable), `${variable.cpp} = ${givenName(variable)};`];
  }

  /** A coroutine outlives the call of the lambda that made it: it is given all that it uses as arguments of its own. */
  #closureOfGenerator(
    def: FunctionDef,
    name: string,
    type: FunctionType,
    params: readonly Variable[],
    body: readonly string[],
  ): string[] {
    const seen = new Set<string>();
    walk(def.body, (node) => {
      if (node['kind'] !== 'name') return;
      const variable = this.translation.names.lookUpVariable(node as unknown as Extract<Expr, { kind: 'name' }>);
      const isOwn = this.context.scope.locals.has(node['name'] as string);
      if (variable?.cpp.includes('this') === true || this.context.self?.name === node['name'])
        this.unsupported('A generator inside a method that reads `self` cannot be handed on yet.', def.place);
      if (variable && !variable.isGlobal && !isOwn) seen.add(variable.cpp);
    });
    const outer = [...seen];
    if (outer.includes(name))
      this.unsupported('A generator that calls itself and is handed on cannot be converted yet.', def.place);
    const inner = params.map((each) => `${cppType(each.slot.type)} ${givenName(each)}`);
    const passed = [...outer, ...params.map(givenName)].join(', ');
    return [
      `${name} = ${this.translation.functionValues.maker(type, def.shownName ?? def.name)}([=](${inner.join(', ')}) -> ${resultType(type.result.type)} {`,
      `  return [](${[...outer.map((each) => `auto ${each}`), ...inner].join(', ')}) -> ${resultType(type.result.type)} {`,
      ...asCoroutine([...params.flatMap((each) => this.sharedParameter(each)), ...body], none).map((line) =>
        indent(indent(line)),
      ),
      `  }(${passed});`,
      '});',
    ];
  }
}
