import { Unsupported, type CallExpr, type Expr, type NameExpr } from '../ast.ts';
import { cppType, identifier, isPlain } from '../cpp.ts';
import { typeCall } from '../flow.ts';
import { growthOf } from '../growth.ts';
import { precedence, type Value } from '../library.ts';
import { isLiteral } from '../literals.ts';
import type { FunctionInfo, Instance } from '../program.ts';
import { changes, describe, listOf, never, sameType, type Type } from '../types.ts';
import { isKnown } from '../certainErrors.ts';
import { coerced, errorForNone, onEachType, pythonTypeName } from '../unions.ts';
import { isSimple } from './expressionFacts.ts';
import { TELLING_ERROR } from './evaluationOrder.ts';
import { Part } from './part.ts';
import { isHandle } from './typeKinds.ts';
import { primary } from './values.ts';

/** Functions of C++'s library that a call without a namespace could mean as well, because of its arguments. */
const standardNames = new Set(
  `abs accumulate advance all_of any_of apply begin bind binary_search clamp copy count count_if data distance empty end equal
exchange exp fill find find_if for_each forward generate get greater hash includes invoke is_permutation is_sorted iota less log lower_bound
max max_element merge min min_element minmax mismatch move next next_permutation none_of norm partition plus pow prev
prev_permutation ref remove remove_if replace reverse rotate search shuffle size sort sqrt stable_sort swap tie transform unique
upper_bound visit`.split(/\s+/),
);

/** Translates calls: finds what is called, and calls it. */
export class Calls extends Part {
  call(node: CallExpr): Value {
    const { callee, place } = node;
    const joined = this.withJoinedSpreads(node);
    const spread = joined.args.findIndex((arg) => arg.kind === 'star' && !isSimple(arg.value));
    const named = spread < 0 ? undefined : this.callWithNamedSpread(joined, spread);
    if (named) return named;
    if (callee.kind === 'attribute') return this.translation.methodCalls.methodCall(node, callee.object, callee.name);
    const like = typeCall(callee);
    const { type } = like ? this.expr(like) : { type: never };
    if (type.kind === 'instance' && type.of.derived.length === 0)
      return this.translation.objects.construct(type.of, node);
    if (callee.kind !== 'name') return this.callValue(this.expr(callee), node);
    const of = this.translation.names.classOfNode(callee);
    if (of) return this.translation.objects.construct(of, node);
    if (this.translation.names.lookUp(callee)) return this.callValue(this.expr(callee), node);
    const record = this.translation.records.get(callee.name);
    if (record) return this.translation.namedTuples.makeRecord(record, node);
    const info = this.translation.functions.get(callee.name);
    if (info) {
      const args = this.translation.callArguments.arguments(info, node, 0);
      const instance = this.translation.functionCopies.instantiate(info, args, place);
      this.noteCall(instance);
      this.passReferences(instance, node);
      const code = `${this.functionName(info)}(${this.passed(instance, args)})`;
      return { ...primary(instance.result.type, code), growth: growthOf(instance.result) };
    }
    const imported = this.translation.imports.get(callee.name);
    if (imported?.includes('.')) {
      const [module = '', name = ''] = imported.split('.');
      return this.onEachArgument(node, imported, (each) =>
        this.translation.libraryCalls.libraryCall(module, name, each),
      );
    }
    const telling = ['int', 'float', 'complex', 'ord', 'chr'].includes(callee.name);
    if (telling || callee.name === 'min' || callee.name === 'max')
      this.translation.evaluationOrder.noteRaise(telling ? TELLING_ERROR : `${callee.name} of nothing`);
    return this.onEachArgument(node, callee.name, (each) => this.translation.builtins.builtin(callee.name, each));
  }

  /**
   * A call of the library; where it cannot be translated with a value of several types, worked out for each of these types.
   * `name` is that of the function, with its module.
   */
  onEachArgument(node: CallExpr, name: string, translate: (node: CallExpr) => Value): Value {
    try {
      return translate(node);
    } catch (error) {
      if (!(error instanceof Unsupported) || this.translation.evaluationOrder.orderMatters(node.args)) throw error;
      const args = this.translation.callArguments.writtenOut(node.args);
      if (args) return this.onEachArgument({ ...node, args }, name, translate);
      for (const [index, arg] of node.args.entries()) {
        const value = arg.kind === 'star' || isLiteral(arg) || arg.kind === 'lambda' ? undefined : this.expr(arg);
        if (value?.type.kind !== 'union' || isHandle(value.type)) continue;
        return onEachType(value, (alternative) => {
          const raised = alternative.type.kind === 'none' ? errorForNone(name) : undefined;
          if (raised) return raised;
          const held: NameExpr = { kind: 'name', id: -1, place: arg.place, name: `${alternative.code}.` };
          const args = node.args.map((each, at) => (at === index ? held : each));
          return this.translation.comprehensions.within([[held.name, alternative.type]], () =>
            this.onEachArgument({ ...node, args }, name, translate),
          );
        });
      }
      throw error;
    }
  }

  /** The program's own: a function, class, method or value that is called. */
  private isOwn(callee: Expr): boolean {
    return (
      callee.kind !== 'name' ||
      this.translation.functions.has(callee.name) ||
      this.translation.names.classOfNode(callee) !== undefined
    );
  }

  /** A call where a `*` of unknown length has arguments behind it, `f(a, *b, c)`, as one with a single `*`: `f(a, *[*b, c])`. */
  private withJoinedSpreads(node: CallExpr): CallExpr {
    const isOpen = (arg: Expr): boolean => arg.kind === 'star' && this.expr(arg.value).type.kind !== 'tuple';
    // What names give stands behind all that has a place.
    const named = node.args.filter(({ kind }) => kind === 'doublestar');
    const placed = node.args.filter(({ kind }) => kind !== 'doublestar');
    const last = placed.length - 1;
    if (!placed.slice(0, last).some(({ kind }) => kind === 'star') || !this.isOwn(node.callee)) return node;
    const first = placed.findIndex(isOpen);
    if (first < 0 || first === last) return node;
    const items = placed.slice(first);
    const { place } = items[0] ?? node;
    const value: Expr = { kind: 'list', id: -node.id, place, items };
    return { ...node, args: [...placed.slice(0, first), { kind: 'star', id: -node.id, place, value }, ...named] };
  }

  /** A call with `*` of something that is worked out: what it stands for gets a name. Nothing where it needs none. */
  private callWithNamedSpread(node: CallExpr, index: number): Value | undefined {
    const arg = node.args[index];
    if (arg?.kind !== 'star') return undefined;
    // Written out, its items are arguments like others.
    if (arg.value.kind === 'list' && !arg.value.items.some(({ kind }) => kind === 'star')) return undefined;
    const value = this.isOwn(node.callee) ? this.expr(arg.value) : undefined;
    if (!value || value.type.kind === 'tuple' || value.type.kind === 'never') return undefined;
    const { element, code } = this.translation.libraryCalls.itemsOf(value, arg.place);
    const type = this.translation.types.allocate(`spread ${node.id}`, () => listOf(never));
    if (type.kind !== 'list') throw new Error('what is spread is a list');
    this.translation.types.add(type.element, element, arg.place, 'What `*` stands for');
    const name: NameExpr = { kind: 'name', id: -1, place: arg.place, name: `spread_${index + 1}` };
    const args = node.args.map((each) => (each === arg ? { ...arg, value: name } : each));
    const built = this.translation.comprehensions.within([[name.name, type]], () => this.call({ ...node, args }));
    return {
      ...built,
      code: `[&] { const auto ${name.name} = ${cppType(type)}::from(${code}); return ${built.code}; }()`,
      precedence: precedence.primary,
    };
  }

  /** A call of a value: an instance with `__call__`. */
  callValue(given: Value, node: CallExpr): Value {
    const isCallable = (type: Type): boolean =>
      type.kind === 'func' ||
      (type.kind === 'instance' && this.translation.objects.methodOf(type.of, '__call__') !== undefined);
    const value = this.translation.types.only(given, isCallable, '', ' object is not callable');
    if (value.type.kind === 'union' && value.type.items.some(isCallable))
      return onEachType(value, (alternative) =>
        isCallable(alternative.type)
          ? this.callValue(alternative, node)
          : { error: 'TypeError', message: `'${pythonTypeName(alternative.type)}' object is not callable` },
      );
    const info =
      value.type.kind === 'instance' ? this.translation.objects.methodOf(value.type.of, '__call__') : undefined;
    if (info) return this.translation.objects.instanceCall(value, '__call__', node);
    if (value.type.kind === 'never') return primary(never, value.code);
    if (value.type.kind === 'func') return this.translation.functionValues.callFunction(value, node);
    const message = `A call of ${describe(value.type)} cannot be converted yet.`;
    if (value.type.kind !== 'instance' && !isKnown(value.type)) this.unsupported(message, node.place);
    return this.fails('TypeError', `'${pythonTypeName(value.type)}' object is not callable`, message, node.place);
  }

  /** Makes a parameter that stands for a variable of the caller one with that variable. */
  private passReferences({ info, params }: Instance, node: CallExpr): void {
    for (const [index, param] of info.def.params.entries()) {
      const arg = node.args[index];
      const variable = param.byReference && arg?.kind === 'name' ? this.translation.names.lookUp(arg) : undefined;
      if (!variable) continue;
      this.translation.evaluationOrder.noteEffect();
      const slot = params[index];
      slot?.unify(variable.slot);
      for (const each of slot ? [slot, variable.slot] : []) {
        if (this.translation.aliased.has(each)) continue;
        this.translation.aliased.add(each);
        changes.count++;
      }
      if (arg?.kind === 'name') this.flow.forget(new Set([arg.name]));
      this.translation.signed.add(variable.slot);
    }
  }

  /** The name by which a function is called; that of a function of the runtime says which of both is meant. */
  functionName({ name }: FunctionInfo): string {
    return this.translation.runtimeNames.has(name) || standardNames.has(name)
      ? `program::${identifier(name)}`
      : identifier(name);
  }

  /** Notes what a call changes and reads. */
  noteCall(instance: Instance): Instance {
    if (instance.context.effects) this.translation.evaluationOrder.noteEffect([]);
    else this.translation.evaluationOrder.noteRead();
    this.translation.evaluationOrder.noteTouched([...instance.context.touched]);
    return instance;
  }

  /** True for an item, an attribute or a global variable, which a function may give another value while it is passed by reference. */
  #mayBeChanged(code: string): boolean {
    if (/^[\w.>-]*(?:->|\.)\w+$|^[^\s(]*\]$|^std::get<\d+>\(.*\)$/.test(code)) return true;
    const { scope, variables } = this.translation.module;
    return [...variables.values()].some(
      ({ cpp, name, isGlobal }) => isGlobal && cpp === code && scope.assignedInside.has(name),
    );
  }

  /** Arguments as the parameters take them; where there are several copies of a function, with the very types of one. */
  passed(instance: Instance, args: readonly Value[]): string {
    const mayChange = instance.context.effects || this.translation.functionCopies.isVirtual(instance.info).virtual;
    const codes = args.map((arg, index) => {
      const type = instance.params[index]?.type ?? never;
      if (instance.info.def.params[index]?.byReference) return arg.reference ?? arg.code;
      const code = coerced(arg, type);
      const exact =
        code !== arg.code ||
        (sameType(arg.type, type) && (type.kind === 'float' || !/^(?:\(?-?\d|std::make_tuple\(.)/.test(code)));
      const several = instance.info.instances.length > 1 || instance.info.name === '__init__';
      const isKept = mayChange && !isPlain(type) && this.#mayBeChanged(code);
      return (exact || !several) && !isKept ? code : `${cppType(type)}(${code})`;
    });
    return codes.join(', ');
  }
}
