import type { CallExpr, Expr, LambdaExpr, NameExpr, Stmt } from './ast.ts';
import { cppType, identifier, resultType } from './cpp.ts';
import { operand } from './expressions.ts';
import { precedence, type Value } from './library.ts';
import { ObjectTranslator } from './objects.ts';
import type { Context, Variable } from './program.ts';
import { describe, Slot, type FunctionType, type Type } from './types.ts';
import { coerced } from './unions.ts';
import { targetNames, walk } from './walk.ts';

/** Built-in functions of one argument that may be handed on as values. */
const plainBuiltins = new Set(
  'abs len str int float bool ord chr sum min max sorted repr round list set bin hex oct any all print'.split(' '),
);

/** How often statements give a variable a value, and whether a loop does; inner functions are not looked into. */
function assignments(body: readonly Stmt[], name: string): { readonly count: number; readonly inLoop: boolean } {
  let count = 0;
  let inLoop = false;
  const visit = (item: unknown, loop: boolean): void =>
    walk(item, (node) => {
      const kind = node['kind'] as string;
      if (['def', 'class', 'lambda', 'comp'].includes(kind)) return false;
      const note = (each: string): void => {
        if (each !== name) return;
        count++;
        inLoop ||= loop || kind === 'for';
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
  return { count, inLoop };
}

/** Translates functions as values: names of functions, lambdas and inner functions that are handed on. */
export abstract class FunctionValueTranslator extends ObjectTranslator {
  /** True when a variable of a function keeps its first value, so that a copy of it will do. */
  private keepsItsValue(context: Context, name: string): boolean {
    const { count, inLoop } = assignments(context.body, name);
    return context.params.includes(name) ? count === 0 : count === 1 && !inLoop;
  }

  /** True for a variable that an inner function sees and that may change: both share a cell. */
  protected override isCell(context: Context, name: string): boolean {
    if (context.isModule) return false;
    let captured = false;
    let isInner = false;
    let assigned = false;
    for (const statement of context.body) {
      walk(statement, (node) => {
        if (node['kind'] !== 'def') return undefined;
        isInner ||= node['name'] === name;
        walk(node['body'], (inner) => {
          captured ||= inner['kind'] === 'name' && inner['name'] === name;
          assigned ||= inner['kind'] === 'nonlocal' && (inner['names'] as string[]).includes(name);
        });
        return false;
      });
    }
    return captured && (isInner || assigned || !this.keepsItsValue(context, name));
  }

  private functionType(key: string, arity: number): FunctionType {
    const type = this.allocate(key, () => ({
      kind: 'func',
      params: Array.from({ length: arity }, () => new Slot()),
      result: new Slot(),
    }));
    if (type.kind !== 'func') throw new Error('a function has another type');
    return type;
  }

  private made(type: FunctionType, params: readonly string[], body: string): Value {
    const declared = params.map((name, index) => `${cppType(type.params[index]?.type ?? { kind: 'never' })} ${name}`);
    const result = resultType(type.result.type);
    return {
      type,
      code: `${cppType(type)}([=](${declared.join(', ')})${result === 'void' ? '' : ` -> ${result}`} { ${body} })`,
      precedence: precedence.primary,
    };
  }

  /** A function of the program, or a built-in one, that is not called but handed on. */
  protected override functionValue(node: NameExpr): Value | undefined {
    const info = this.functions.get(node.name);
    if (!info) {
      if (!plainBuiltins.has(node.name)) return undefined;
      const param = { name: 'item', id: -1, place: node.place, kind: 'plain', keywordOnly: false } as const;
      const item: NameExpr = { kind: 'name', id: -1, place: node.place, name: 'item' };
      const body: CallExpr = {
        kind: 'call',
        id: -node.id,
        place: node.place,
        callee: node,
        args: [item],
        keywords: [],
      };
      return this.lambdaValue({ kind: 'lambda', id: node.id, place: node.place, params: [param], body });
    }
    const { params } = info.def;
    if (params.some(({ kind, keywordOnly }) => kind !== 'plain' || keywordOnly))
      return this.unsupported(
        `\`${node.name}\` as a value cannot be converted yet: it takes \`*args\` or named arguments.`,
        node.place,
      );
    const required = params.filter((param) => !param.default);
    const type = this.functionType(`function ${node.id}`, required.length);
    const names = required.map(({ name }) => identifier(name));
    // Its types show where it is called.
    if (type.params.some((param) => param.type.kind === 'never'))
      return { type, code: `${cppType(type)}()`, precedence: precedence.primary };
    const given = required.map(({ name }, index): Value => ({
      type: type.params[index]?.type ?? { kind: 'never' },
      code: identifier(name),
      precedence: 0,
    }));
    const call: CallExpr = { kind: 'call', id: -node.id, place: node.place, callee: node, args: [], keywords: [] };
    const defaults = params
      .slice(required.length)
      .map((param) => this.arguments({ ...info, def: { ...info.def, params: [param] } }, call, 0)[0] as Value);
    const instance = this.noteCall(this.instantiate(info, [...given, ...defaults], node.place));
    this.add(type.result, instance.result.type, node.place, `What \`${node.name}\` returns`);
    const code = `${this.functionName(info)}(${this.passed(instance, [...given, ...defaults])})`;
    const { type: own } = instance.result;
    // A function without a result, or one that never ends, where others have one.
    if (resultType(own) === 'void' && resultType(type.result.type) !== 'void')
      return this.made(type, names, `${code}; return ${own.kind === 'none' ? 'py::None' : '{}'};`);
    return this.made(
      type,
      names,
      resultType(type.result.type) === 'void'
        ? `${code};`
        : `return ${coerced({ type: instance.result.type, code, precedence: 0 }, type.result.type)};`,
    );
  }

  protected override lambdaValue(node: LambdaExpr): Value {
    const free = node.params.filter((param) => !param.default);
    if (node.params.some(({ kind }) => kind !== 'plain'))
      return this.unsupported('A lambda with `*args` cannot be converted yet.', node.place);
    this.requireFixed(node);
    const type = this.functionType(`lambda ${node.id}`, free.length);
    const frozen = node.params.flatMap((param) =>
      param.default ? [{ name: param.name, value: this.expr(param.default) }] : [],
    );
    const bindings = [
      ...free.map((param, index): [string, Type] => [param.name, type.params[index]?.type ?? { kind: 'never' }]),
      ...frozen.map(({ name, value }): [string, Type] => [name, value.type]),
    ];
    const body = this.within(bindings, () => {
      const [frame] = this.context.locals.slice(-1);
      if (frame) this.lambdaFrames.add(frame);
      return this.flow.apart(() => this.keptValue(node.body));
    });
    this.add(type.result, body.type, node.place, 'What this lambda gives');
    const names = free.map(({ name }) => identifier(name));
    const isVoid = resultType(type.result.type) === 'void';
    const made = this.made(type, names, isVoid ? `${body.code};` : `return ${coerced(body, type.result.type)};`);
    if (frozen.length === 0) return made;
    const captures = frozen.map(({ name, value }) => `${identifier(name)} = ${value.code}`).join(', ');
    return { ...made, code: made.code.replace('([=](', `([=, ${captures}](`) };
  }

  /** Variables of lambdas, which keep their values. */
  private readonly lambdaFrames = new Set<ReadonlyMap<string, Variable>>();

  /** A lambda that is kept has copies of the variables it reads: they must not get other values later. */
  private requireFixed(node: LambdaExpr): void {
    const own = new Set(node.params.map(({ name }) => name));
    walk(node.body, (inner) => {
      const name = inner['name'] as string;
      if (inner['kind'] !== 'name' || own.has(name)) return;
      const frame = [...this.context.locals].reverse().find((each) => each.has(name));
      const variable = this.lookUp(inner as unknown as NameExpr);
      const isLocal = frame
        ? !this.lambdaFrames.has(frame)
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
  protected override callFunction(value: Value, node: CallExpr): Value {
    const { type } = value;
    if (type.kind !== 'func')
      return this.unsupported(`A call of ${describe(type)} cannot be converted yet.`, node.place);
    if (
      node.keywords.length ||
      node.args.some(({ kind }) => kind === 'star' || kind === 'doublestar') ||
      node.args.length !== type.params.length
    )
      return this.unsupported('This call of a function that is a value cannot be converted yet.', node.place);
    const args = node.args.map((arg: Expr) => this.keptValue(arg));
    args.forEach((arg, index) => {
      const slot = type.params[index] as Slot;
      this.add(slot, arg.type, node.place, 'The argument of this function');
      this.noteSign(slot, arg);
    });
    this.noteEffect();
    const codes = args.map((arg, index) => coerced(arg, (type.params[index] as Slot).type));
    return {
      type: type.result.type,
      code: `${operand(value, precedence.primary)}(${codes.join(', ')})`,
      precedence: precedence.primary,
    };
  }
}
