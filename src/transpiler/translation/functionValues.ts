import type { CallExpr, Expr, LambdaExpr, NameExpr, Param, Place, Stmt } from '../ast.ts';
import { cppType, identifier, quote, resultType } from '../cpp.ts';
import { elementOf, libraryModules, precedence, type Value } from '../library.ts';
import { moduleRows } from '../library/tables.ts';
import { isLiteral } from '../literals.ts';
import type { ClassInfo, Context, FunctionInfo } from '../program.ts';
import { changes, describe, Slot, str, type FunctionType, type Type } from '../types.ts';
import { shownName } from '../classes.ts';
import { coerced } from '../unions.ts';
import { isName, some, targetNames, walk, type SyntaxNode } from '../walk.ts';
import { Part } from './part.ts';
import { operand, primary } from './values.ts';

/** Methods that keep what they are given. */
const keepingMethods = new Set([
  'append',
  'appendleft',
  'insert',
  'add',
  'setdefault',
  'push',
  'register',
  'on',
  'subscribe',
]);

/** Built-in functions of one argument that may be handed on as values. */
const plainBuiltins = new Set(
  'abs len str int float bool ord chr sum min max sorted repr round list set bin hex oct any all print'.split(' '),
);

/** The code of the refusal of a program that hands `max` or `min` on and calls it with two arguments. */
export const CALLED_WITH_TWO = 'called-with-two';

/** The line of a node; what has none stands in front of all others. */
const lineOf = (node: SyntaxNode): number => (node['place'] as Place | undefined)?.line ?? -1;

/** How often statements give a variable a value, and whether a loop does; inner functions are not looked into. */
function assignments(
  body: readonly Stmt[],
  name: string,
): { readonly count: number; readonly inLoop: boolean; readonly lastLine: number } {
  let count = 0;
  let inLoop = false;
  let lastLine = -1;
  const visit = (item: unknown, loop: boolean): void =>
    walk(item, (node) => {
      const kind = node['kind'] as string;
      if (['def', 'class', 'lambda', 'comp'].includes(kind)) return false;
      const note = (each: string): void => {
        if (each !== name) return;
        count++;
        inLoop ||= loop || kind === 'for';
        lastLine = Math.max(lastLine, lineOf(node));
      };
      if (['assign', 'annotate', 'augment', 'for', 'walrus', 'delete'].includes(kind)) {
        targetNames(node['target'], note);
        (node['targets'] as unknown[] | undefined)?.forEach((target) => targetNames(target, note));
      }
      if (loop || (kind !== 'for' && kind !== 'while')) return undefined;
      visit([node['body'], node['orelse']], true);
      return false;
    });
  visit(body, false);
  return { count, inLoop, lastLine };
}

/** The parameters that are left to the calls of a function that is handed on: from the first default that is no literal on, they are worked out where it is handed on. */
function leftToCalls(params: readonly Param[]): readonly Param[] {
  const frozen = params.findIndex((param) => param.default && (!isLiteral(param.default) || param.isFresh === true));
  return params.slice(0, frozen < 0 ? params.length : frozen);
}

/** True where calls give all parameters by their places, and any number more for `*args`. */
export function isCalledByPlace(params: readonly Param[]): boolean {
  const rest = params.findIndex(({ kind }) => kind === 'args');
  const plain = rest < 0 ? params : params.slice(0, -1);
  // A default in front of `*args` is not told apart from what stands in its place.
  return (
    (rest < 0 || (rest === params.length - 1 && plain.every((param) => !param.default))) &&
    plain.every(({ kind, keywordOnly }) => kind === 'plain' && !keywordOnly)
  );
}

/** These parameters as the values that calls of a function of this type will give. */
function givenByCalls(params: readonly Param[], type: FunctionType): Value[] {
  return params.map(({ name }, index) => ({
    type: type.params[index]?.type ?? { kind: 'never' },
    code: identifier(name),
    precedence: 0,
  }));
}

/** Translates functions as values: names of functions, lambdas and inner functions that are handed on. */
export class FunctionValues extends Part {
  /** True when a variable of a function keeps its first value, from a line on where one is given, so that a copy of it will do. */
  private keepsItsValue(context: Context, name: string, line = Infinity): boolean {
    const { count, inLoop, lastLine } = assignments(context.body, name);
    return context.params.includes(name) ? count === 0 : count === 1 && !inLoop && lastLine <= line;
  }

  readonly #cells = new Map<Context, Map<string, boolean>>();

  /** True for a variable that an inner function sees and that may change: both share a cell. */
  isCell(context: Context, name: string): boolean {
    const known = this.#cells.get(context) ?? new Map<string, boolean>();
    this.#cells.set(context, known);
    let answer = known.get(name);
    if (answer === undefined) {
      answer =
        !context.isModule && (this.#isSharedWithFunctions(context, name) || this.#isSharedWithLambdas(context, name));
      known.set(name, answer);
    }
    return answer;
  }

  /** True for a variable that gets other values and is read by a lambda which may be called later. */
  #isSharedWithLambdas(context: Context, name: string): boolean {
    if (context.yields || !context.scope.usedInLambdas.has(name)) return false;
    const isUnbound = [...context.scope.webs.values()].some((web) => web.name === name && web.maybeUnbound);
    // Called later, the lambda finds the value that the variable has got meanwhile.
    if (isUnbound) return true;
    if (this.keepsItsValue(context, name)) return false;
    let shared = false;
    const visit = (item: unknown): void =>
      walk(item, (node) => {
        const kind = node['kind'] as string;
        if (kind === 'def' || kind === 'class') return false;
        if (kind === 'lambda') {
          const own = (node['params'] as { name: string }[]).some((param) => param.name === name);
          shared ||= !own && some(node['body'], (inner) => isName(inner, name));
          return false;
        }
        if (kind !== 'call') return undefined;
        // What a call is given is called by it at once, unless it is put into a container.
        const { callee, args, keywords } = node as unknown as CallExpr;
        const keeps = callee.kind === 'attribute' && keepingMethods.has(callee.name);
        visit(callee);
        for (const arg of args) if (keeps || arg.kind !== 'lambda') visit(arg);
        for (const { value } of keywords) if (value.kind !== 'lambda') visit(value);
        return false;
      });
    visit(context.body);
    return shared;
  }

  #isSharedWithFunctions(context: Context, name: string): boolean {
    if (!context.scope.captured.has(name)) return false;
    let captured = false;
    let isInner = false;
    let assigned = false;
    let line = Infinity;
    for (const statement of context.body) {
      walk(statement, (node) => {
        if (node['kind'] !== 'def') return undefined;
        isInner ||= node['name'] === name;
        walk(node['body'], (inner) => {
          if (inner['kind'] === 'name' && inner['name'] === name) {
            captured = true;
            line = Math.min(line, lineOf(node));
          }
          assigned ||= inner['kind'] === 'nonlocal' && (inner['names'] as string[]).includes(name);
        });
        return false;
      });
    }
    return captured && (isInner || assigned || !this.keepsItsValue(context, name, line));
  }

  functionType(key: string, params: readonly Param[]): FunctionType {
    const firstDefault = params.findIndex((param) => param.default !== undefined);
    const takesRest = params.at(-1)?.kind === 'args';
    const type = this.translation.types.allocate(key, () => ({
      kind: 'func',
      params: params.map(({ kind }) =>
        kind === 'args' ? new Slot({ kind: 'vartuple', element: new Slot() }) : new Slot(),
      ),
      result: new Slot(),
      ...(takesRest && { takesRest }),
      signature: {
        names: params.map(({ name }) => name),
        defaults: firstDefault < 0 ? [] : params.slice(firstDefault).map((param) => param.default as Expr),
      },
    }));
    if (type.kind !== 'func') throw new Error('a function has another type');
    return type;
  }

  /** True when the program asks a function that is a value for its name. */
  #asksNames = false;

  /** True when `max` or `min` is handed on, which is called with one argument or with several. */
  #handsOnExtrema = false;

  /** What a function that is a value is called in Python. */
  nameOf(value: Value): Value {
    if (!this.#asksNames) changes.count++;
    this.#asksNames = true;
    return primary(str, `py::str::from_utf8(py::name_of_function(${value.code}))`);
  }

  /** What makes a function of this type out of a lambda. */
  maker(type: Type, name: string): string {
    const whole = cppType(type);
    return this.#asksNames ? `py::WithName<${whole.slice('py::Function<'.length, -1)}>("${name}")` : whole;
  }

  /** A function that nothing calls: only its name may be asked for. */
  private uncalled(type: FunctionType, name: string): Value {
    const empty = `${cppType(type)}()`;
    return primary(type, this.#asksNames ? `${this.maker(type, name)}(${empty})` : empty);
  }

  private made(type: FunctionType, params: readonly string[], body: string, name = '<lambda>'): Value {
    const declared = params.map((name, index) => `${cppType(type.params[index]?.type ?? { kind: 'never' })} ${name}`);
    const result = resultType(type.result.type);
    return {
      type,
      code: `${this.maker(type, name)}([=](${declared.join(', ')})${result === 'void' ? '' : ` -> ${result}`} { ${body} })`,
      precedence: precedence.primary,
    };
  }

  /** A function of the program, or a built-in one, that is not called but handed on. */
  functionValue(node: NameExpr): Value | undefined {
    const info = this.translation.functions.get(node.name);
    const imported = this.translation.imports.get(node.name);
    if (!info && imported?.includes('.') === true) return this.libraryFunctionValue(node, imported);
    if (!info) {
      if (!plainBuiltins.has(node.name)) return undefined;
      const { id, place } = node;
      const isExtremum = node.name === 'max' || node.name === 'min';
      this.#handsOnExtrema ||= isExtremum;
      const names = isExtremum && this.translation.comparesPairs ? ['first', 'second'] : ['item'];
      const params = names.map((name): Param => ({ name, id: -1, place, kind: 'plain', keywordOnly: false }));
      const args = names.map((name): NameExpr => ({ kind: 'name', id: -1, place, name }));
      const body: CallExpr = { kind: 'call', id: -id, place, callee: node, args, keywords: [] };
      return this.lambdaValue({ kind: 'lambda', id, place, params, body }, node.name);
    }
    const { params } = info.def;
    const shown = info.def.shownName ?? info.name;
    if (!isCalledByPlace(params))
      return this.unsupported(
        `\`${node.name}\` as a value cannot be converted yet: it takes \`*args\` or named arguments.`,
        node.place,
      );
    const required = leftToCalls(params);
    const type = this.functionType(`function ${node.id}`, required);
    const names = required.map(({ name }) => identifier(name));
    // Its types show where it is called.
    if (type.params.some((param) => param.type.kind === 'never')) return this.uncalled(type, shown);
    const given = givenByCalls(required, type);
    const call: CallExpr = { kind: 'call', id: -node.id, place: node.place, callee: node, args: [], keywords: [] };
    const defaults = this.defaults(info, params.slice(required.length), call);
    const instance = this.translation.calls.noteCall(
      this.translation.functionCopies.instantiate(info, [...given, ...defaults], node.place),
    );
    this.translation.types.add(type.result, instance.result.type, node.place, `What \`${node.name}\` returns`);
    const code = `${this.translation.calls.functionName(info)}(${this.translation.calls.passed(instance, [...given, ...defaults])})`;
    const { type: own } = instance.result;
    // A function without a result, or one that never ends, where others have one.
    if ((own.kind === 'none' || own.kind === 'never') && resultType(type.result.type) !== 'void')
      return this.made(type, names, `${code}; return ${own.kind === 'none' ? 'py::None' : '{}'};`, shown);
    return this.made(
      type,
      names,
      resultType(type.result.type) === 'void'
        ? `${code};`
        : `return ${coerced({ type: instance.result.type, code, precedence: 0 }, type.result.type)};`,
      shown,
    );
  }

  /** A function of the standard library that is not called but handed on; undefined where calls may differ in their arguments. */
  libraryFunctionValue(node: Expr, name: string): Value | undefined {
    const [module = '', own = ''] = name.split('.');
    const row = moduleRows.get(module)?.get(own) ?? libraryModules.get(module)?.get(own);
    if (!row) return undefined;
    const { place } = node;
    const params = Array.from({ length: row.minimum }, (_, index): Param => ({
      name: `argument_${index + 1}`,
      id: -1,
      place,
      kind: 'plain',
      keywordOnly: false,
    }));
    const args = params.map((param, index): NameExpr => ({
      kind: 'name',
      id: -(node.id * 100 + index),
      place,
      name: param.name,
    }));
    const body: CallExpr = { kind: 'call', id: -node.id, place, callee: node, args, keywords: [] };
    return this.lambdaValue({ kind: 'lambda', id: node.id, place, params, body }, own);
  }

  lambdaValue(node: LambdaExpr, shown = '<lambda>'): Value {
    const kept = node.params.findIndex((param) => param.default && !isLiteral(param.default));
    const free = node.params.slice(0, kept < 0 ? node.params.length : kept);
    if (node.params.some(({ kind }) => kind !== 'plain') && !isCalledByPlace(node.params))
      return this.unsupported('A lambda with `**` or named arguments cannot be converted yet.', node.place);
    this.requireFixed(node);
    const type = this.functionType(`lambda ${node.id}`, free);
    const frozen = node.params.flatMap((param) =>
      param.default && !free.includes(param) ? [{ name: param.name, value: this.expr(param.default) }] : [],
    );
    const bindings = [
      ...free.map((param, index): [string, Type] => [param.name, type.params[index]?.type ?? { kind: 'never' }]),
      ...frozen.map(({ name, value }): [string, Type] => [name, value.type]),
    ];
    const body = this.translation.comprehensions.within(bindings, () => {
      const [frame] = this.context.locals.slice(-1);
      if (frame) this.translation.lambdaFrames.add(frame);
      return this.flow.apart(() => this.translation.comprehensions.keptValue(node.body));
    });
    this.translation.types.add(type.result, body.type, node.place, 'What this lambda gives');
    const names = free.map(({ name }) => identifier(name));
    const isVoid = resultType(type.result.type) === 'void';
    const made = this.made(type, names, isVoid ? `${body.code};` : `return ${coerced(body, type.result.type)};`, shown);
    if (frozen.length === 0) return made;
    const captures = frozen.map(({ name, value }) => `${identifier(name)} = ${value.code}`).join(', ');
    return { ...made, code: made.code.replace('([=](', `([=, ${captures}](`) };
  }

  /** A lambda that is kept has copies of the variables it reads: they must not get other values later. */
  private requireFixed(node: LambdaExpr): void {
    const own = new Set(node.params.map(({ name }) => name));
    walk(node.body, (inner) => {
      const name = inner['name'] as string;
      if (inner['kind'] !== 'name' || own.has(name)) return;
      const frame = [...this.context.locals].reverse().find((each) => each.has(name));
      const variable = this.translation.names.lookUp(inner as unknown as NameExpr);
      const isLocal = frame
        ? !this.translation.lambdaFrames.has(frame)
        : variable !== undefined && !variable.isGlobal && !variable.isCell && !/\bthis\b/.test(variable.cpp);
      if (!isLocal) return;
      if (!frame && this.context.scope.locals.has(name) && this.keepsItsValue(this.context, name)) return;
      if (!frame && !this.context.scope.locals.has(name)) return;
      this.unsupported(
        `A lambda that is kept and reads \`${name}\`, which gets other values, cannot be converted yet: give it as a default, \`${name}=${name}\`.`,
        node.place,
      );
    });
  }

  /** A call of a function that is a value. */
  callFunction(value: Value, node: CallExpr): Value {
    const { type } = value;
    if (type.kind !== 'func')
      return this.unsupported(`A call of ${describe(type)} cannot be converted yet.`, node.place);
    const args = this.argumentsOfValue(type, node);
    args.forEach((arg, index) => {
      const slot = type.params[index] as Slot;
      this.translation.types.add(slot, arg.type, node.place, 'The argument of this function');
      this.translation.integers.noteSign(slot, arg);
    });
    this.translation.evaluationOrder.noteEffect();
    const codes = args.map((arg, index) => coerced(arg, (type.params[index] as Slot).type));
    return {
      type: type.result.type,
      code: `${operand(value, precedence.primary)}(${codes.join(', ')})`,
      precedence: precedence.primary,
    };
  }

  /** The arguments that a function that is a value is called with. */
  private argumentsOfValue(type: FunctionType, node: CallExpr): Value[] {
    if (type.takesRest) return this.#argumentsWithRest(type, node);
    const { names, defaults } = type.signature;
    const count = type.params.length;
    const isPair = this.#handsOnExtrema && count === 1 && node.args.length === 2;
    const refuse = (): never =>
      this.unsupported(
        'This call of a function that is a value cannot be converted yet.',
        node.place,
        isPair ? CALLED_WITH_TWO : undefined,
      );
    const given: Value[] = [];
    let fromNames: { readonly code: string; readonly type: Type } | undefined;
    for (const [at, arg] of node.args.entries()) {
      const items = arg.kind === 'star' && arg.value.kind !== 'list' ? this.expr(arg.value) : undefined;
      if (!items || items.type.kind === 'tuple') {
        if (arg.kind === 'doublestar') {
          const named = this.expr(arg.value);
          if (named.type.kind !== 'dict' || !/^[\w\u0080-\uffff.>-]+$/.test(named.code)) return refuse();
          // Nobody gives it any.
          if (named.type.value.type.kind !== 'never') fromNames = { code: named.code, type: named.type.value.type };
          continue;
        }
        given.push(...this.translation.expressions.spread(arg));
        continue;
      }
      const element = elementOf(items.type);
      const isLast = node.args.slice(at + 1).every(({ kind }) => kind === 'doublestar');
      if (
        !element ||
        !isLast ||
        !['list', 'vartuple', 'never'].includes(items.type.kind) ||
        !/^[\w\u0080-\uffff.>()-]+$/.test(items.code)
      )
        return refuse();
      const missing = count - given.length - node.keywords.length;
      for (let index = 0; index < missing; index++)
        given.push({
          type: element,
          code: `py::argument_of(${items.code}, ${index}, ${missing}, ${missing})`,
          precedence: precedence.primary,
        });
    }
    const missing = (names ?? [])
      .slice(given.length)
      .filter((name) => !node.keywords.some((each) => each.name === name));
    let source =
      fromNames &&
      `py::only_names(${fromNames.code}, "function()", {${missing.map((name) => `${quote(name)}_s`).join(', ')}})`;
    const rest = Array.from({ length: Math.max(0, count - given.length) }, (_, offset): Value => {
      const at = given.length + offset;
      const keyword = node.keywords.find(({ name }) => name === names?.[at]);
      if (keyword) return this.translation.comprehensions.keptValue(keyword.value);
      const literal = defaults[at - (count - defaults.length)];
      const absent = literal && this.expr(literal);
      const name = names?.[at];
      if (fromNames && source !== undefined && name !== undefined) {
        const from = source;
        source = fromNames.code;
        return this.translation.callArguments.namedIn(from, fromNames.type, 'function', name, absent);
      }
      return absent ?? refuse();
    });
    if (fromNames && rest.length === 0) return refuse();
    const used = node.keywords.filter(({ name }) => (names ?? []).indexOf(name) >= given.length);
    if (given.length > count || used.length < node.keywords.length) return refuse();
    return [...given, ...rest];
  }

  /** The arguments of a function that is a value and takes any number of them: those of its own places, and a tuple of the others. */
  #argumentsWithRest(type: FunctionType, node: CallExpr): Value[] {
    const count = type.params.length - 1;
    const own = node.args.slice(0, count);
    if (own.length < count || own.some(({ kind }) => kind === 'star') || node.keywords.length > 0)
      return this.unsupported('This call of a function that is a value cannot be converted yet.', node.place);
    if (node.args.some(({ kind }) => kind === 'doublestar'))
      return this.unsupported('`**` in a call of a function that is a value cannot be converted yet.', node.place);
    const given = own.map((arg) => this.translation.comprehensions.keptValue(arg));
    return [...given, this.translation.callArguments.restOfArguments(node, node.args.slice(count))];
  }

  /** What these parameters of a function are where a call gives them nothing. */
  private defaults(info: FunctionInfo, params: readonly Param[], call: CallExpr): Value[] {
    return params.map(
      (param) =>
        this.translation.callArguments.arguments(
          { ...info, def: { ...info.def, params: [param] } },
          call,
          0,
        )[0] as Value,
    );
  }

  /** A method of an instance that is not called but handed on. */
  boundMethod(object: Value, info: FunctionInfo, place: Place): Value {
    const params = info.def.params.slice(info.binding === 'static' ? 0 : 1);
    const free = leftToCalls(params);
    if (!isCalledByPlace(params) || object.isThrown === true)
      return this.unsupported(
        `The method \`${info.name}\` as a value cannot be converted yet: it takes \`*args\` or named arguments.`,
        place,
      );
    const type = this.functionType(`method ${info.id} ${place.line} ${place.column}`, free);
    const given = givenByCalls(free, type);
    if (type.params.some((param) => param.type.kind === 'never')) return this.uncalled(type, info.name);
    const call: CallExpr = {
      kind: 'call',
      id: -1,
      place,
      callee: { kind: 'none', id: -1, place },
      args: [],
      keywords: [],
    };
    const defaults = this.defaults(info, params.slice(free.length), call);
    const bound: Value = { ...object, code: 'bound', precedence: 0 };
    const result = this.translation.objects.callMethod(bound, info, [...given, ...defaults], place);
    this.translation.types.add(type.result, result.type, place, `What \`${info.name}\` returns`);
    const isVoid = resultType(type.result.type) === 'void';
    const own = resultType(result.type) === 'void';
    const body = isVoid
      ? `${result.code};`
      : own
        ? `${result.code}; return ${result.type.kind === 'none' ? 'py::None' : '{}'};`
        : `return ${coerced(result, type.result.type)};`;
    const made = this.made(
      type,
      given.map(({ code }) => code),
      body,
      info.name,
    );
    return { ...made, code: made.code.replace('([=](', `([=, bound = ${object.code}](`) };
  }

  /** A class as a value: what makes an instance of it. */
  constructorValue(of: ClassInfo, node: NameExpr): Value {
    const init = this.translation.objects.methodOf(of, '__init__');
    const params = init?.def.params.slice(1) ?? [];
    const named = params.every(({ kind, keywordOnly }) => kind === 'plain' && !keywordOnly);
    if (!named) return this.unsupported(`\`${of.name}\` used as a value cannot be converted yet: call it.`, node.place);
    const free = leftToCalls(params);
    const { place } = node;
    const type = this.functionType(`class ${node.id}`, free);
    const args = free.map(({ name }, index): NameExpr => ({ kind: 'name', id: -(node.id * 100 + index), place, name }));
    const bindings = free.map(({ name }, index): [string, Type] => [
      name,
      type.params[index]?.type ?? { kind: 'never' },
    ]);
    if (type.params.some((param) => param.type.kind === 'never')) return this.uncalled(type, shownName(of));
    const made = this.translation.comprehensions.within(bindings, () =>
      this.translation.objects.construct(of, { kind: 'call', id: -node.id, place, callee: node, args, keywords: [] }),
    );
    this.translation.types.add(type.result, made.type, place, `What \`${of.name}\` makes`);
    return this.made(
      type,
      free.map(({ name }) => identifier(name)),
      `return ${coerced(made, type.result.type)};`,
      shownName(of),
    );
  }

  /** The text that a name begins with. */
  prefixOf(node: Expr): string {
    if (node.kind === 'str') return node.value;
    if (node.kind === 'binary' && node.op === '+') return this.prefixOf(node.left);
    if (node.kind === 'fstring') return typeof node.parts[0] === 'string' ? node.parts[0] : '';
    const known = node.kind === 'name' ? assignedOnce(this.context.body, node.name) : undefined;
    return known ? this.prefixOf(known) : '';
  }
}

/** The value of a variable that one statement of a body gives one. */
function assignedOnce(body: readonly Stmt[], name: string): Expr | undefined {
  if (assignments(body, name).count !== 1) return undefined;
  let value: Expr | undefined;
  walk(body, (node) => {
    if (node['kind'] === 'assign' && some(node['targets'], (target) => isName(target, name)))
      value = node['value'] as Expr;
  });
  return value;
}
