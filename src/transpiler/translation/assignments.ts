import type { Expr, Place, Stmt } from '../ast.ts';
import { lineOf } from '../classes.ts';
import { cppType, isPlain } from '../cpp.ts';
import { elementOf, precedence, type Value } from '../library.ts';
import { isLiteral } from '../literals.ts';
import {
  changes,
  describe,
  isContainer,
  isInteger,
  listOf,
  Slot,
  sameType,
  slotsOf,
  withoutNone,
  type Type,
} from '../types.ts';
import { hasData, isKnown } from '../certainErrors.ts';
import { hasPythonMethod } from '../pythonMethods.ts';
import { coerced, pythonTypeName } from '../unions.ts';
import { some, targetNames } from '../walk.ts';
import { classOf } from './classTypes.ts';
import { isConstant, isSliced } from './expressionFacts.ts';
import { Part } from './part.ts';
import { heldTypes } from './typeKinds.ts';
import { declared, operand } from './values.ts';

/** True for the same variable, or the same literal, twice. */
function isSame(a: Expr, b: Expr): boolean {
  if (a.kind === 'name') return b.kind === 'name' && a.name === b.name;
  return (a.kind === 'int' || a.kind === 'str') && a.kind === b.kind && a.value === b.value;
}

/** What an index is made of that can be worked out twice. */
const INDEX_KINDS: ReadonlySet<unknown> = new Set(['name', 'int', 'binary', 'unary', undefined]);

/** Translates assignments to names, items, slices, attributes and tuples. */
export class Assignments extends Part {
  /** `target op= value` where the value's calls may change the target: Python has read it before. */
  augmentInOrder(node: Extract<Stmt, { kind: 'augment' }>): string[] {
    const target = this.expr(node.target);
    // What an array holds is read when all else is worked out.
    const ofArray = target.type.kind === 'ndarray' ? this.translation.ndarrays.augment(node) : undefined;
    if (ofArray !== undefined) return [ofArray];
    const variable = node.target.kind === 'name' ? this.translation.names.lookUp(node.target) : undefined;
    if (target.type.kind === 'list' || (variable?.slot ?? target).type.kind === 'union')
      return this.unsupported(
        'This augmented assignment cannot be converted yet: give the value a name first.',
        node.place,
      );
    const before: Value = { type: target.type, code: 'before', precedence: 0 };
    const result = this.translation.operators.binary(node.op, before, this.expr(node.value), node.value, node.place);
    const first = `  const auto before = ${target.code};`;
    if (this.isSetByCall(node.target)) return ['{', first, `  ${this.assignTo(node.target, result)}`, '}'];
    this.store(node.target, result.type, node.place);
    if (variable) this.translation.integers.noteSign(variable.slot, result);
    return ['{', first, `  ${target.place ?? target.code} = ${result.code};`, '}'];
  }

  /** True for an item that is not simply a place in memory. */
  isSetByCall(target: Expr): boolean {
    return (
      target.kind === 'index' &&
      ['instance', 'bytearray', 'ndarray', 'union'].includes(this.expr(target.object).type.kind)
    );
  }

  /** Assignments that take a value apart; `code` may be written several times. */
  unpack(target: Expr, value: Value, inline?: number): string[] {
    if (target.kind === 'star') return this.unpack(target.value, value, inline);
    if (target.kind !== 'tuple' && target.kind !== 'list') return [this.assignTo(target, value, inline)];
    const parts = this.translation.comprehensions.partsOf(target.items, value, target.place);
    return [
      ...this.translation.comprehensions.lengthCheck(target.items, value),
      ...target.items.flatMap((item, index) =>
        isTakenAgain(item, target.items.slice(index + 1)) ? [] : this.unpack(item, parts[index] as Value, inline),
      ),
    ];
  }

  assign(targets: readonly Expr[], valueNode: Expr, id: number): string[] {
    const [target] = targets;
    if (!target) return [];
    if (valueNode.kind === 'yield-from' && targets.length === 1) {
      const { lines, result } = this.translation.generators.yieldFrom(valueNode);
      return [...lines, ...this.unpack(target, result, id)];
    }
    if (targets.length > 1) {
      const value = this.expr(valueNode);
      if (isLiteral(valueNode) && targets.every((item) => item.kind !== 'tuple' && item.kind !== 'list'))
        return targets.map((item) => this.assignTo(item, value));
      const name = `value_${target.place.line + 1}_${target.place.column}`;
      const named = { ...value, code: name, precedence: 0 };
      return [`const auto ${name} = ${value.code};`, ...targets.flatMap((item) => this.unpack(item, named))];
    }
    if (target.kind === 'tuple' || target.kind === 'list') return this.#assignTuple(target, valueNode, id);
    const value = this.translation.comprehensions.keptValue(valueNode);
    if (
      target.kind === 'index' &&
      this.translation.evaluationOrder.orderMatters([valueNode, target.object, target.index])
    ) {
      const name = `value_${target.place.line + 1}_${target.place.column}`;
      return [
        `const auto ${name} = ${value.code};`,
        this.assignTo(target, { ...value, code: name, precedence: 0 }, id),
      ];
    }
    return [this.assignTo(target, value, id, valueNode)];
  }

  /** `a[i], a[j] = a[j], a[i]` of a list; undefined for anything else. */
  #swapped(targets: readonly Expr[], values: readonly Expr[]): string | undefined {
    const [first, second] = targets;
    if (targets.length !== 2 || first?.kind !== 'index' || second?.kind !== 'index' || this.translation.catches)
      return undefined;
    const both = [first, second];
    const isCrossed = isSameExpression(first, values[1]) && isSameExpression(second, values[0]);
    const isPlain = both.every(
      ({ object, index }) => object.kind === 'name' && !some(index, ({ kind }) => !INDEX_KINDS.has(kind)),
    );
    if (!isCrossed || !isPlain || both.some(({ object }) => this.expr(object).type.kind !== 'list')) return undefined;
    const [one, other] = both.map((target) => this.expr(target));
    if (!one || !other || !sameType(one.type, other.type) || ['bool', 'never'].includes(one.type.kind))
      return undefined;
    this.store(first, other.type, first.place, other);
    this.store(second, one.type, second.place, one);
    return `std::swap(${one.place ?? one.code}, ${other.place ?? other.code});`;
  }

  #assignTuple(target: Extract<Expr, { kind: 'tuple' | 'list' }>, valueNode: Expr, id: number): string[] {
    const isPlainList = (node: Expr): boolean =>
      (node.kind === 'tuple' || node.kind === 'list') && node.items.every((item) => item.kind !== 'star');
    if ((valueNode.kind === 'tuple' || valueNode.kind === 'list') && isPlainList(valueNode) && isPlainList(target)) {
      if (valueNode.items.length !== target.items.length) {
        const [given, wanted] = [valueNode.items.length, target.items.length];
        this.flow.dead = true;
        return [
          ...valueNode.items.map((item) => `static_cast<void>(${this.expr(item).code});`),
          given > wanted
            ? `throw py::ValueError("too many values to unpack (expected ${wanted})");`
            : `throw py::ValueError("not enough values to unpack (expected ${wanted}, got ${given})");`,
        ];
      }
      const swapped = this.#swapped(target.items, valueNode.items);
      if (swapped) return [swapped];
      // All values are worked out before the first target is given one.
      const values = valueNode.items.map((item) => this.expr(item));
      const temporaries = values.map((value, index) => ({
        value,
        name: `value_${target.place.line + 1}_${target.place.column}_${index}`,
      }));
      const isFlat = target.items.every(({ kind }) => kind !== 'tuple' && kind !== 'list');
      if ((isFlat && valueNode.items.every(isConstant)) || areApart(target.items, valueNode.items))
        return target.items.map((item, index) => this.assignTo(item, values[index] as Value, id));
      return [
        ...temporaries.map(
          ({ value, name }) =>
            `${value.type.kind === 'none' ? 'const auto' : `const ${cppType(value.type)}`} ${name} = ${value.code};`,
        ),
        ...target.items.flatMap((item, index) => {
          const { value, name } = temporaries[index] as (typeof temporaries)[number];
          return this.unpack(item, { ...value, code: name, precedence: 0 }, id);
        }),
      ];
    }
    const given = this.translation.objects.asIterable(this.expr(valueNode), valueNode.place);
    const indexed = ['tuple', 'list', 'str', 'vartuple', 'range', 'ndarray', 'never'].includes(given.type.kind);
    const element = elementOf(given.type);
    const value = indexed || !element ? given : { ...given, type: listOf(element), code: `py::to_list(${given.code})` };
    const name = `value_${target.place.line + 1}_${target.place.column}`;
    return [`const auto ${name} = ${value.code};`, ...this.unpack(target, { ...value, code: name, precedence: 0 }, id)];
  }

  /** `d[key] = d.get(key, 0) + step` finds the key only once. */
  #counted(target: Extract<Expr, { kind: 'index' }>, object: Value, valueNode: Expr | undefined): string | undefined {
    if (object.type.kind !== 'dict' || object.type.value.type.kind !== 'int') return undefined;
    if (valueNode?.kind !== 'binary' || valueNode.op !== '+' || valueNode.left.kind !== 'call') return undefined;
    const { callee, args, keywords } = valueNode.left;
    const [key, absent] = args;
    if (callee.kind !== 'attribute' || callee.name !== 'get' || args.length !== 2 || keywords.length) return undefined;
    if (!isSame(callee.object, target.object) || !key || !isSame(key, target.index)) return undefined;
    const step = this.expr(valueNode.right);
    if (absent?.kind !== 'int' || valueNode.right.kind !== 'int' || step.type.kind !== 'int') return undefined;
    const index = coerced(this.expr(target.index), object.type.key.type);
    return `${operand(object, precedence.primary)}.change(${index}, ${this.expr(absent).code}, [](int64_t before) { return py::add(before, ${step.code}); });`;
  }

  assignTo(target: Expr, value: Value, inline?: number, valueNode?: Expr): string {
    const array = target.kind === 'index' ? this.expr(target.object) : undefined;
    if (target.kind === 'index' && array?.type.kind === 'ndarray') {
      this.translation.evaluationOrder.noteEffect();
      return this.translation.ndarrays.assign(array, array.type, target.index, value, target.place);
    }
    if (target.kind === 'index' && array?.type.kind === 'never' && isSliced(target.index))
      return `static_cast<void>(${value.code});`;
    this.store(target, value.type, target.place, value);
    if (target.kind === 'name') {
      const web = this.context.scope.webOf.get(target.id);
      const description = web === undefined ? undefined : this.context.scope.webs.get(web);
      const variable = this.translation.names.lookUp(target);
      if (!variable) return this.unsupported(`\`${target.name}\` cannot be assigned here.`, target.place);
      this.translation.names.noteUntyped(variable);
      const declares = inline !== undefined && description?.declaration.inlineAt === inline && !variable.isGlobal;
      if (declares && variable.isCell) {
        this.translation.integers.noteSign(variable.slot, value);
        return `${this.translation.statements.declaration(variable)} ${variable.cpp} = ${coerced(value, variable.slot.type)};`;
      }
      this.flow.assigned(variable, value.type);
      this.translation.integers.noteSign(variable.slot, value);
      const code = coerced(value, variable.slot.type);
      return declares ? declared(cppType(variable.slot.type), variable.cpp, code) : `${variable.cpp} = ${code};`;
    }
    if (target.kind === 'index' && target.index.kind !== 'slice') {
      const object = this.#assignable(target.object, target.index);
      const index = this.expr(target.index);
      if (object.type.kind === 'list' && isKnown(index.type) && !isInteger(index.type))
        this.translation.subscripts.wrongIndexType(object.type, index.type, target.index.place);
      if (object.type.kind === 'bytearray')
        return `${operand(object, precedence.primary)}.set(${this.translation.subscripts.integerIndex(object.type, index).code}, ${this.translation.integers.narrowInteger(value).code});`;
      if ('key' in object.type) {
        const { key, value: held } = object.type;
        const counted = this.#counted(target, object, valueNode);
        if (counted !== undefined) return counted;
        return `${operand(object, precedence.primary)}.set(${coerced(index, key.type)}, ${coerced(value, held.type)});`;
      }
      // Where the program may print what went wrong, it has to be what Python says of an assignment.
      if (
        object.type.kind === 'list' &&
        this.translation.catches &&
        !this.translation.ranges.isWithin(target.object, index)
      )
        return `${operand(object, precedence.primary)}.set(${this.translation.subscripts.integerIndex(object.type, index).code}, ${coerced(value, object.type.element.type)});`;
      const isOneOfSeveral = this.expr(target.object).type.kind === 'union';
      if (isOneOfSeveral && 'element' in object.type) {
        const at = `${operand(object, precedence.primary)}[${this.translation.subscripts.integerIndex(object.type, index).code}]`;
        return `${at} = ${coerced(value, object.type.element.type)};`;
      }
    }
    if (target.kind === 'index' && target.index.kind === 'slice' && this.expr(target.object).type.kind !== 'instance') {
      const items = value.type.kind === 'tuple' ? `py::items_of(${value.code})` : value.code;
      return `py::set_slice(${[this.expr(target.object).code, ...this.translation.subscripts.bounds(target.index), items].join(', ')});`;
    }
    if (target.kind === 'index') {
      const object = this.#assignable(target.object, target.index);
      const set = this.translation.subscripts.byMethod(object, '__setitem__', target.index, [value], target.place);
      if (set) return `${set.code};`;
    }
    if (target.kind === 'attribute') {
      const set = this.translation.objects.setProperty(target, value);
      if (set) return `${set.code};`;
    }
    // What a test told of it holds no more.
    const place = this.translation.expressions.unnarrowed(target);
    // An attribute of None: its value is worked out before the error is raised.
    if (place.type.kind === 'never' && target.kind === 'attribute')
      return `static_cast<void>(${value.code}); static_cast<void>(${place.code});`;
    return `${place.place ?? place.code} = ${coerced(value, place.type)};`;
  }

  /** Something whose items are assigned: the only one of several types that takes them. */
  #assignable(node: Expr, indexNode: Expr): Value {
    const value = this.expr(node);
    if (value.type.kind !== 'union') return value;
    const index = indexNode.kind === 'slice' ? undefined : this.expr(indexNode).type.kind;
    const takes = (type: Type): boolean =>
      type.kind === 'instance'
        ? this.translation.objects.methodOf(type.of, '__setitem__') !== undefined
        : (index !== 'str' && ['list', 'deque', 'bytearray'].includes(type.kind)) || 'key' in type;
    return this.translation.types.only(value, takes, '', ' object does not support item assignment');
  }

  /** Refuses to assign an item of what does not change. */
  #notAssignable(object: Type, message: string, place: Place): never {
    const record = object.kind === 'tuple' ? object.record : undefined;
    const never = record !== undefined || (isKnown(object) && !['list', 'dict', 'bytearray'].includes(object.kind));
    if (!never) this.unsupported(message, place);
    const text = `'${record?.name ?? pythonTypeName(object)}' object does not support item assignment`;
    return this.fails('TypeError', text, message, place);
  }

  /** Lets what a target stands for take in a type. */
  store(target: Expr, type: Type, place: Place, value?: Value): void {
    switch (target.kind) {
      case 'name': {
        const variable = this.translation.names.lookUp(target);
        if (variable?.isGlobal) this.translation.evaluationOrder.noteEffect(isPlain(variable.slot.type) ? [] : ['*']);
        if (variable) this.translation.types.add(variable.slot, type, place, `\`${target.name}\``);
        else if (this.translation.functions.has(target.name) || this.translation.classes.has(target.name))
          this.unsupported(`Assigning to \`${target.name}\`, which is also defined, cannot be converted.`, place);
        return;
      }
      case 'index': {
        const object = this.#assignable(target.object, target.index).type;
        const isInPlace = (object.kind === 'list' || object.kind === 'deque') && target.index.kind !== 'slice';
        this.translation.evaluationOrder.noteEffect(isInPlace && isPlain(object.element.type) ? [] : heldTypes(object));
        if (object.kind === 'instance') return;
        if (target.index.kind === 'slice') {
          const element = elementOf(type);
          if (object.kind === 'bytearray' && element?.kind === 'int') return;
          if (object.kind !== 'list' || (!element && type.kind !== 'never'))
            return this.#notAssignable(object, `A slice of ${describe(object)} cannot be assigned.`, place);
          if (element) this.translation.types.add(object.element, element, place, 'The elements of this list');
          return;
        }
        const index = this.expr(target.index);
        if (isContainer(object) && value)
          this.translation.integers.noteGrowth(slotsOf(object).at(-1) as Slot, value, true);
        if (object.kind === 'bytearray' && (isInteger(type) || type.kind === 'never')) return;
        if (object.kind === 'list' || object.kind === 'deque')
          this.translation.types.add(object.element, type, place, `The elements of this ${object.kind}`);
        else if ('key' in object) {
          this.translation.types.addKey(object.key, index.type, place, 'The keys of this dict');
          this.translation.types.add(object.value, type, place, 'The values of this dict');
        } else if (object.kind !== 'never')
          this.#notAssignable(object, `An item of ${describe(object)} cannot be assigned.`, place);
        return;
      }
      case 'attribute': {
        // Filling in a new instance is seen by nobody else.
        const own =
          target.object.kind === 'name' && target.object.name === this.context.self?.name && this.context.isInit;
        if (!own) this.translation.evaluationOrder.noteEffect([]);
        if (this.translation.objects.propertyOfTarget(target)) return;
        const named = this.translation.names.classOfNode(target.object);
        if (named) {
          const attribute = this.translation.objects.attributeOf(named, target.name);
          if (!attribute)
            return this.unsupported(
              'A new attribute of a class cannot be converted yet: give it a value in the class.',
              place,
            );
          if (!attribute.owner.reassigned.has(target.name)) {
            attribute.owner.reassigned.add(target.name);
            changes.count++;
          }
          this.translation.types.add(attribute.slot, type, place, `\`${named.name}.${target.name}\``);
          this.translation.evaluationOrder.noteTouched(isPlain(attribute.slot.type) ? [] : ['*']);
          return;
        }
        const object = withoutNone(this.expr(target.object).type);
        const of = classOf(object);
        if (!of) {
          const message = `An attribute of ${describe(object)} cannot be assigned.`;
          const known = isKnown(object) && object.kind !== 'func';
          if (known && !hasData(object, target.name) && !hasPythonMethod(object, target.name))
            this.fails(
              'AttributeError',
              `'${pythonTypeName(object)}' object has no attribute '${target.name}'`,
              message,
              place,
            );
          if (object.kind === 'range' || object.kind === 'slice')
            this.fails('AttributeError', 'readonly attribute', message, place);
          if (object.kind === 'tuple' && object.record?.fields.some(({ name }) => name === target.name))
            this.fails('AttributeError', "can't set attribute", message, place);
          if (object.kind !== 'never') this.unsupported(message, place);
          return;
        }
        // The topmost class whose methods set it has it.
        const owner = [...lineOf(of)].findLast((each) => each.assigned.has(target.name)) ?? of;
        const isAbove = [...lineOf(of)].some((each) => each.assigned.has(target.name));
        const below = isAbove ? undefined : this.translation.objects.fieldsBelow(of, target.name);
        // A class attribute or a method of a derived class is no place of this one.
        if (!isAbove && !below && this.translation.objects.isBelow(of, target.name))
          this.unsupported(`\`${target.name}\` is something else in a class derived from \`${of.name}\`.`, place);
        let slot = below ? [...below.values()][0] : this.translation.objects.fieldOf(owner, target.name);
        if (!slot) {
          slot = new Slot();
          owner.fields.set(target.name, slot);
          changes.count++;
        }
        this.translation.types.add(slot, type, place, `\`${of.name}.${target.name}\``);
        this.translation.evaluationOrder.noteTouched(isPlain(slot.type) ? [] : ['*']);
        // An instance without a value of its own has that of its class.
        const shared = this.translation.objects.attributeOf(owner, target.name);
        if (shared) slot.unify(shared.slot);
        if (value) this.translation.integers.noteGrowth(slot, value);
        return;
      }
      default:
        this.unsupported('This target cannot be assigned to.', place);
    }
  }
}

/** True for expressions that are written alike. */
function isSameExpression(a: Expr, b: Expr | undefined): boolean {
  const text = (node: Expr | undefined): string | undefined =>
    JSON.stringify(node, (key, value: unknown) =>
      key === 'id' || key === 'place' ? undefined : typeof value === 'bigint' ? String(value) : value,
    );
  return text(a) === text(b);
}

/** True for variables and attributes that are given literals and other variables: none of them reads what another one sets. */
function areApart(targets: readonly Expr[], values: readonly Expr[]): boolean {
  const set = new Set(targets.flatMap((target) => (target.kind === 'name' ? [target.name] : [])));
  const isOther = (node: Expr): boolean => node.kind === 'name' && !set.has(node.name);
  return (
    targets.every((target) => target.kind === 'name' || (target.kind === 'attribute' && isOther(target.object))) &&
    values.every((value) => isOther(value) || isConstant(value))
  );
}

/** True for a name that is given another part of the same value before it can be read, as `_` often is. */
function isTakenAgain(item: Expr, later: readonly Expr[]): boolean {
  if (item.kind !== 'name' || some(later, ({ kind }) => kind === 'index' || kind === 'attribute')) return false;
  const names = new Set<string>();
  for (const target of later) targetNames(target, (name) => void names.add(name));
  return names.has(item.name);
}
