import { Unsupported, type Expr, type NameExpr, type Stmt } from '../ast.ts';
import { builtinNames } from '../builtinNames.ts';
import { cppType, isPlain, quote, resultType } from '../cpp.ts';
import { namesBoundIn } from '../flow.ts';
import { elementOf, precedence } from '../library.ts';
import { isMainGuard } from '../mainBlock.ts';
import type { ClassInfo, FunctionInfo, Variable } from '../program.ts';
import { typeHasMethod } from '../pythonMethods.ts';
import { recordOf } from '../records.ts';
import { describe, isNumber, none, type Type } from '../types.ts';
import { coerced } from '../unions.ts';
import { operatorMethods } from './classTypes.ts';
import { asStatement, comments, withoutValue } from './lines.ts';
import { Part } from './part.ts';
import { containsBreak, endsAlways, isLeftThroughCode } from './statementFacts.ts';
import { heldTypes } from './typeKinds.ts';
import { operand } from './values.ts';

/** Statements that hold others, of which each may change anything. */
const blocks: ReadonlySet<Stmt['kind']> = new Set<Stmt['kind']>([
  'for',
  'while',
  'with',
  'try',
  'match',
  'def',
  'class',
]);

/** Translates a statement of any kind. */
export class Statements extends Part {
  /** Statements that may be run or not: what they assign is not known afterwards. */
  block(statements: readonly Stmt[]): string[] {
    const { facts } = this.flow;
    const lines = this.run(statements);
    this.flow.restore(facts, false);
    this.flow.forget(namesBoundIn(statements));
    return lines;
  }

  /** Statements in their order, as far as control comes. */
  run(statements: readonly Stmt[]): string[] {
    return this.translation.ranges.block(() =>
      statements.flatMap((statement) => {
        if (this.flow.dead) return [];
        // What tests told of items and attributes holds for the first statement behind them, unless that is a whole block.
        if (blocks.has(statement.kind)) this.flow.forgetItems();
        const outer = this.flow.statement;
        this.flow.statement = statement;
        try {
          return this.statement(statement);
        } finally {
          this.flow.statement = outer;
          this.flow.forgetItems();
        }
      }),
    );
  }

  statement(node: Stmt): string[] {
    this.translation.line = (node.place.origin ?? node.place).line;
    const before: string[] = [];
    if (node.kind !== 'def' && node.kind !== 'class') before.push(...comments(node.leading));
    const declared = (this.context.scope.hoisted.get(node.id) ?? []).flatMap((web) => {
      const name = this.context.scope.webs.get(web)?.name ?? '';
      if (
        this.context.isModule &&
        (this.translation.functions.has(name) ||
          this.translation.classes.has(name) ||
          this.translation.imports.has(name))
      )
        return [];
      const variable = this.translation.names.variable(this.context, web);
      const isLeftOut = variable.slot.type.kind === 'never' && !variable.isUsedUntyped;
      return variable.isGlobal || isLeftOut ? [] : [this.declaration(variable)];
    });
    const code = this.translation.ranges.around(node, () =>
      this.translation.refuses ? this.#translateOrRaise(node) : this.#translateIfKnown(node),
    );
    if (endsAlways([node])) this.flow.dead = true;
    const trailing =
      'trailing' in node && node.trailing !== undefined && code[0] !== undefined
        ? [`${code[0]}  // ${node.trailing.trim()}`, ...code.slice(1)]
        : code;
    return [...before, ...declared, ...trailing];
  }

  /** What goes back to where the translation is now, after a statement was given up; `dead` tells whether nothing comes after it. */
  #mark(): (dead: boolean) => void {
    const { context, flow } = this;
    const { facts } = flow;
    const depth = context.locals.length;
    return (dead) => {
      this.context = context;
      context.locals.length = depth;
      flow.restore(facts, dead);
    };
  }

  /** A statement whose types may still grow: what cannot be converted now is left for a later round. */
  #translateIfKnown(node: Stmt): string[] {
    const { flow } = this;
    const goBack = this.#mark();
    try {
      return this.#translateStatement(node);
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      this.translation.postponed.push(error);
      goBack(false);
      flow.forget(namesBoundIn(node));
      // What stands in it may be what the types grow by.
      if (node.kind === 'if' || node.kind === 'while')
        flow.apart(() => [...this.block(node.body), ...this.block(node.orelse)]);
      return [];
    }
  }

  /** A statement, or the error that Python certainly raises instead, where a `try` around it catches that. */
  #translateOrRaise(node: Stmt): string[] {
    const goBack = this.#mark();
    try {
      return this.#translateStatement(node);
    } catch (error) {
      if (!(error instanceof Unsupported) || !error.raises) throw error;
      const { error: name, message } = error.raises;
      const isFirst = this.translation.certainty.isFirst(node, error.place);
      if (!isFirst || !this.translation.exceptionStatements.catches(name)) throw error;
      goBack(true);
      return [`throw py::${name}(${quote(message)});`];
    }
  }

  /** True for the name of something built in by itself, with which programs ask whether Python has it. */
  #asksForBuiltin(node: Expr): boolean {
    const isBuiltin = (each: Expr): each is NameExpr =>
      each.kind === 'name' && builtinNames.has(each.name) && !this.translation.certainty.isBound(each.name);
    if (node.kind !== 'attribute') return isBuiltin(node);
    return isBuiltin(node.object) && typeHasMethod(node.object.name, node.name);
  }

  /** A variable that stands before what uses it. */
  declaration({ name, cpp, slot, maybeUnbound, isCell }: Variable): string {
    if (isCell) return `py::Cell<${cppType(slot.type)}> ${cpp}{"${name}"};`;
    if (!maybeUnbound) return `${cppType(slot.type)} ${cpp}{};`;
    return `py::Local<${cppType(slot.type)}> ${cpp}{"${name}", ${String(this.context.isModule)}};`;
  }

  #translateStatement(node: Stmt): string[] {
    if (this.context.isModule && recordOf(node)) return [];
    switch (node.kind) {
      case 'expr':
        if (node.value.kind === 'str' || node.value.kind === 'ellipsis' || this.#asksForBuiltin(node.value)) return [];
        {
          const set = attributeSet(node.value);
          if (set) return this.translation.assignments.assign([set.target], set.value, node.id);
        }
        if (node.value.kind === 'yield')
          return [`${this.translation.generators.yieldValue(node.value).code.replace(/^\((.*)\)$/s, '$1')};`];
        if (node.value.kind === 'yield-from') return this.translation.generators.yieldFrom(node.value).lines;
        return asStatement(this.expr(node.value).code);
      case 'assign':
        return this.translation.assignments.assign(node.targets, node.value, node.id);
      case 'annotate':
        if (!node.value) return [];
        return this.translation.assignments.assign([node.target], node.value, node.id);
      case 'augment': {
        if (this.translation.evaluationOrder.orderMatters([node.target, node.value]))
          return this.translation.assignments.augmentInOrder(node);
        const ofArray = this.translation.ndarrays.augment(node);
        if (ofArray !== undefined) return [ofArray];
        const target = this.translation.expressions.unnarrowed(node.target);
        const value = this.expr(node.value);
        if (target.type.kind === 'list' && (value.type.kind === 'list' || node.op === '*')) {
          // A list is changed in place, also for its other names.
          this.translation.evaluationOrder.noteTouched(heldTypes(target.type));
          const element = elementOf(value.type);
          if (node.op === '+' && value.type.kind !== 'list' && element) {
            this.translation.types.add(target.type.element, element, node.place, 'The elements of this list');
            const items = this.translation.comprehensions.iterable(node.value).value.code;
            return [`${operand(target, precedence.primary)}.extend(${items});`];
          }
          const result = this.translation.operators.binary(node.op, target, value, node.value, node.place);
          this.translation.types.requireOne(result.type, node.place, 'This list');
          return [`${target.code} ${node.op}= ${value.code};`];
        }
        if (target.type.kind === 'instance') {
          const own = this.translation.objects.special(target, `__i${operatorMethods[node.op]}__`, [value], node.place);
          if (own) return [this.translation.assignments.assignTo(node.target, own)];
        }
        const inPlace = this.translation.operators.changedInPlace(node.op, target, value, node.place);
        if (inPlace !== undefined) {
          this.translation.evaluationOrder.noteEffect();
          return [inPlace];
        }
        const result = this.translation.operators.binary(node.op, target, value, node.value, node.place);
        const isSet = this.translation.assignments.isSetByCall(node.target);
        if (isSet || (node.target.kind === 'attribute' && this.translation.objects.propertyOfTarget(node.target)))
          return [this.translation.assignments.assignTo(node.target, result)];
        this.translation.assignments.store(node.target, result.type, node.place, result);
        const variable = node.target.kind === 'name' ? this.translation.names.lookUp(node.target) : undefined;
        if (variable) this.translation.integers.noteSign(variable.slot, result);
        if (variable?.slot.type.kind === 'union') {
          this.flow.assigned(variable, result.type);
          return [`${variable.cpp} = ${coerced(result, variable.slot.type)};`];
        }
        const place = this.translation.operators.itemPlace(node.target, target);
        if (target.type.kind === 'union') return [`${place} = ${coerced(result, target.type)};`];
        const plain =
          (result.type.kind === 'float' && isNumber(value.type) && ['+', '-', '*'].includes(node.op)) ||
          (result.type.kind === 'int' && result.code.startsWith(`${place} ${node.op} `)) ||
          (result.type.kind === 'str' && node.op === '+' && value.type.kind === 'str');
        return [plain ? `${place} ${node.op}= ${value.code};` : `${place} = ${result.code};`];
      }
      case 'return': {
        if (this.context.isModule)
          return this.unsupported('`return` outside a function cannot be converted.', node.place);
        if (this.context.talk) return this.translation.generators.returnFromGenerator(node.value, this.context.talk);
        if (this.translation.notImplemented.isNotImplemented(node.value))
          return [this.translation.notImplemented.returned(node.place)];
        const given = node.value ? this.translation.comprehensions.keptValue(node.value) : undefined;
        const isText = (type: Type): boolean => type.kind === 'str';
        const value =
          given && this.context.textOf !== undefined
            ? this.translation.types.only(given, isText, `${this.context.textOf} returned non-string (type `, ')')
            : given;
        this.flow.dead = true;
        if (value) this.translation.types.requireShallow(value.type, node.place, 'What is returned here');
        this.context.result.add(value?.type ?? none);
        this.translation.growth.noteResult(this.context.result);
        if (value) this.translation.integers.noteGrowth(this.context.result, value);
        const { type } = this.context.result;
        if (resultType(type) === 'void') {
          const code = withoutValue(value?.code ?? 'py::None');
          return code === 'py::None' ? ['return;'] : [`${code};`, 'return;'];
        }
        // C++ moves a variable out where it is returned, and what is left through would find it empty.
        const isMoved =
          value !== undefined &&
          node.value?.kind === 'name' &&
          !isPlain(value.type) &&
          /^[\w\u0080-\uffff]+$/.test(value.code) &&
          isLeftThroughCode(this.context.body);
        const kept = isMoved ? { ...value, code: `${cppType(value.type)}(${value.code})` } : value;
        return [`return ${kept ? coerced(kept, type) : 'py::None'};`];
      }
      case 'if': {
        const guard = isMainGuard(node.test);
        if (guard && node.orelse.length === 0) return this.run(node.body);
        return this.translation.controlFlow.ifStatement(node);
      }
      case 'while': {
        this.flow.forget(namesBoundIn(node));
        const limited = this.translation.controlFlow
          .limitedBy(node.test)
          .filter((slot) => !this.translation.bounded.has(slot));
        for (const slot of limited) this.translation.bounded.add(slot);
        const test =
          node.test.kind === 'bool' && node.test.value
            ? 'true'
            : this.translation.conditions.condition(node.test, precedence.choice);
        const { facts } = this.flow;
        const translate = (): string[] =>
          this.translation.controlFlow.loopStatement(
            () => `while (${test})`,
            node,
            () => {
              this.flow.learn(this.flow.tested(node.test).yes);
              return [];
            },
          );
        // Its `else` is where the test has failed.
        const lines = node.orelse.length > 0 ? translate() : this.translation.ranges.during(node.test, true, translate);
        for (const slot of limited) this.translation.bounded.delete(slot);
        this.flow.restore(facts, false);
        if (containsBreak(node.body)) return lines;
        if (test === 'true') this.flow.dead = true;
        else this.flow.learn(this.flow.tested(node.test).no);
        return lines;
      }
      case 'for':
        return this.translation.controlFlow.forStatement(node);
      case 'break':
      case 'continue':
        this.flow.dead = true;
        return [`${node.kind};`];
      case 'pass':
        return [];
      case 'import':
      case 'import-from':
        if (!this.translation.source.body.includes(node)) {
          return this.unsupported(
            'An import that is not at the top of the module cannot be converted yet: move it there.',
            node.place,
          );
        }
        return [];
      case 'global':
        return [];
      case 'def':
      case 'class':
        if (
          !this.context.isModule ||
          !(
            this.translation.functions.get(node.name)?.def === node ||
            this.translation.classes.get(node.name)?.def === node
          )
        ) {
          if (node.kind === 'def' && !(this.context.isModule && this.translation.functions.has(node.name)))
            return this.translation.closures.closure(node);
          return this.unsupported(
            `A ${node.kind === 'def' ? 'function' : 'class'} inside another, or defined twice, cannot be converted yet.`,
            node.place,
          );
        }
        if (node.kind === 'class')
          return this.translation.defaults.classBody(this.translation.classes.get(node.name) as ClassInfo);
        return this.translation.defaults.makeDefaults(this.translation.functions.get(node.name) as FunctionInfo);
      case 'assert': {
        const message = node.message ? `py::to_str(${this.expr(node.message).code})` : '';
        const test = this.translation.conditions.condition(node.test, precedence.unary);
        this.flow.learn(this.flow.tested(node.test).yes);
        return [`if (!${test}) throw py::AssertionError(${message});`];
      }
      case 'raise':
        this.flow.dead = true;
        return [this.translation.exceptionStatements.raiseStatement(node)];
      case 'try':
        return this.translation.exceptionStatements.tryStatement(node);
      case 'delete':
        this.translation.evaluationOrder.noteEffect();
        return node.targets.map((target) => {
          if (target.kind === 'name') {
            const variable = this.translation.names.lookUp(target);
            return variable?.maybeUnbound || variable?.isCell ? `${variable.cpp}.unset();` : '';
          }
          if (target.kind !== 'index') return this.unsupported('This `del` cannot be converted yet.', node.place);
          const whole = this.expr(target.object);
          const isText = target.index.kind !== 'slice' && this.expr(target.index).type.kind === 'str';
          const loses = (type: Type): boolean => 'key' in type || (!isText && type.kind === 'list');
          const object = this.translation.types.only(whole, loses, '', ' object does not support item deletion');
          const own = this.translation.subscripts.byMethod(object, '__delitem__', target.index, [], node.place);
          if (own) return `${own.code};`;
          if (target.index.kind === 'slice') {
            if (object.type.kind !== 'list' && object.type.kind !== 'bytearray')
              return this.unsupported(`A slice of ${describe(object.type)} cannot be deleted.`, node.place);
            return `py::del_slice(${[object.code, ...this.translation.subscripts.bounds(target.index)].join(', ')});`;
          }
          const index = this.expr(target.index);
          const key = 'key' in object.type ? coerced(index, object.type.key.type) : index.code;
          return `py::del_item(${object.code}, ${key});`;
        });
      case 'with':
        return this.translation.managers.withStatement(node);
      case 'nonlocal':
        return [];
      case 'match':
        return this.unsupported('`match` cannot be converted yet.', node.place);
    }
  }
}

/** `setattr(object, "name", value)` as the assignment that it is. */
function attributeSet(node: Expr): { readonly target: Expr; readonly value: Expr } | undefined {
  if (node.kind !== 'call' || node.callee.kind !== 'name' || node.callee.name !== 'setattr') return undefined;
  const [object, name, value] = node.args;
  if (!object || name?.kind !== 'str' || !value) return undefined;
  return { target: { kind: 'attribute', id: node.id, place: node.place, object, name: name.value }, value };
}
