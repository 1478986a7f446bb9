import type { Expr, Place } from '../ast.ts';
import { growthOf } from '../growth.ts';
import { elementOf, precedence, type Value } from '../library.ts';
import { groupOf } from '../library/regularExpressions.ts';
import {
  alternatives,
  describe,
  isInteger,
  never,
  sameType,
  Slot,
  tupleOf,
  unionOf,
  withoutNone,
  type Type,
} from '../types.ts';
import { sliceMethod } from '../sliceMethods.ts';
import { indexError, notSubscriptable } from '../certainErrors.ts';
import { onEachType, pythonTypeName, type Raises } from '../unions.ts';
import { TELLING_ERROR } from './evaluationOrder.ts';
import { isSliced } from './expressionFacts.ts';
import { Part } from './part.ts';
import { isHandle, isSubscriptable } from './typeKinds.ts';
import { anyLength, isNothing, operand, primary } from './values.ts';

/** Translates subscripts and slices that are read. */
export class Subscripts extends Part {
  index(objectNode: Expr, indexNode: Expr, place: Place): Value {
    this.translation.evaluationOrder.noteRead();
    const full = this.expr(objectNode);
    const object = isHandle(full.type)
      ? { ...full, type: withoutNone(full.type) }
      : this.translation.types.only(full, isSubscriptable, '', ' object is not subscriptable');
    if (object.type.kind !== 'union') {
      if (indexNode.kind === 'slice' || !['list', 'str'].includes(object.type.kind))
        return this.item(object, indexNode, place);
      const index = this.expr(indexNode);
      const isWithin = this.translation.ranges.isWithin(objectNode, index);
      return this.translation.expressions.knowing(indexNode, index, () =>
        this.item(object, indexNode, place, isWithin),
      );
    }
    if (!object.type.items.some(isSubscriptable))
      return this.unsupported(`An index into ${describe(object.type)} cannot be converted.`, place);
    return onEachType(object, (alternative) => {
      if (!isSubscriptable(alternative.type))
        return { error: 'TypeError', message: `'${pythonTypeName(alternative.type)}' object is not subscriptable` };
      return this.wrongIndex(alternative.type, indexNode) ?? this.item(alternative, indexNode, place);
    });
  }

  /** What Python raises where an index is of a type that one of several objects does not take. */
  private wrongIndex(type: Type, indexNode: Expr): Raises | undefined {
    if (type.kind === 'instance') return undefined;
    const isMapping = 'key' in type;
    if (indexNode.kind === 'slice')
      return isMapping ? { error: 'TypeError', message: "unhashable type: 'slice'" } : undefined;
    const index = this.expr(indexNode);
    if (index.type.kind === 'never') return undefined;
    if (isMapping) {
      const matches = alternatives(index.type).some((item) =>
        alternatives(type.key.type).some((key) => key.kind === item.kind),
      );
      if (matches || type.key.type.kind === 'never') return undefined;
      return { error: 'KeyError', message: '', argument: index.code };
    }
    if (alternatives(index.type).some((item) => isInteger(item))) return undefined;
    const given = pythonTypeName(index.type);
    return {
      error: 'TypeError',
      message:
        type.kind === 'str'
          ? `string indices must be integers, not '${given}'`
          : `${pythonTypeName(type)} indices must be integers or slices, not ${given}`,
    };
  }

  /** Refuses an index into what has no items. */
  private notSubscriptable(type: Type, message: string, place: Place): never {
    const error = notSubscriptable(type);
    return error === undefined ? this.unsupported(message, place) : this.fails('TypeError', error, message, place);
  }

  /** Refuses an index of a type that the object does not take. */
  wrongIndexType(type: Type, index: Type, place: Place): never {
    const error = indexError(type, index);
    const message = `An index of type ${describe(index)} cannot be converted.`;
    return error === undefined ? this.unsupported(message, place) : this.fails('TypeError', error, message, place);
  }

  /** What a method of an instance does with an index or a slice; undefined where its class has none. */
  byMethod(object: Value, name: string, indexNode: Expr, more: readonly Value[], place: Place): Value | undefined {
    const isSlice = indexNode.kind === 'slice';
    const index = isSlice
      ? primary({ kind: 'slice' }, `py::slice_object(${this.bounds(indexNode).join(', ')})`)
      : this.expr(indexNode);
    const args = [index, ...more];
    const { objects } = this.translation;
    const own = index.type.kind === 'slice' ? objects.special(object, sliceMethod(name), args, place) : undefined;
    return own ?? objects.special(object, name, args, place);
  }

  /** `object[index]`; `isWithin` for one that certainly exists. */
  private item(object: Value, indexNode: Expr, place: Place, isWithin = false): Value {
    const { type } = object;
    if (type.kind === 'ndarray') return this.translation.ndarrays.item(object, type, indexNode, place);
    if (isNothing(object)) return object;
    if (type.kind === 'never' && isSliced(indexNode)) return primary(never, object.code);
    if (indexNode.kind !== 'slice' && type.kind !== 'tuple')
      this.translation.evaluationOrder.noteRaise('key' in type ? TELLING_ERROR : `index of ${type.kind}`);
    if (type.kind === 'instance') {
      const item = this.byMethod(object, '__getitem__', indexNode, [], place);
      if (!item && type.of.def.mixes !== undefined)
        return this.item(this.translation.integers.unmixed(object), indexNode, place);
      const message = `An item of ${describe(type)} cannot be converted.`;
      return item ?? this.fails('TypeError', `'${pythonTypeName(type)}' object is not subscriptable`, message, place);
    }
    if (indexNode.kind === 'slice') {
      if (type.kind === 'tuple') return this.tupleSlice(object, indexNode, place);
      if (!['list', 'str', 'vartuple', 'bytes', 'bytearray', 'range', 'never'].includes(type.kind))
        return this.notSubscriptable(type, `A slice of ${describe(type)} cannot be converted yet.`, place);
      const bounds = this.bounds(indexNode);
      while (bounds.at(-1) === 'std::nullopt' && bounds.length > 1) bounds.pop();
      return primary(type, `py::slice(${[object.code, ...bounds].join(', ')})`);
    }
    if (type.kind === 'tuple') {
      const at =
        indexNode.kind === 'int'
          ? Number(indexNode.value)
          : indexNode.kind === 'unary' && indexNode.op === '-' && indexNode.operand.kind === 'int'
            ? type.items.length - Number(indexNode.operand.value)
            : undefined;
      const item = at === undefined ? undefined : type.items[at];
      const [first] = type.items;
      if (at === undefined && this.expr(indexNode).type.kind === 'slice')
        return this.unsupported('A slice object on a tuple cannot be converted: write the slice out.', place);
      if (at === undefined && first && type.items.every((each) => sameType(each, first)))
        return primary(
          first,
          `py::tuple_item(${object.code}, ${this.translation.integers.narrowInteger(this.expr(indexNode)).code})`,
        );
      if (at === undefined && first) {
        const any = unionOf(type.items);
        this.translation.types.requireOne(any, place, 'The items of this tuple');
        const index = this.translation.integers.narrowInteger(this.expr(indexNode));
        if (!['int', 'bool', 'never'].includes(index.type.kind)) this.wrongIndexType(type, index.type, indexNode.place);
        const items = anyLength(any, object.code);
        return primary(any, `${items}[${index.code}]`);
      }
      const message = 'An index into a tuple has to be a literal within its length.';
      if (!item && at === undefined) {
        const error = indexError(type, this.expr(indexNode).type);
        if (error !== undefined) this.fails('TypeError', error, message, place);
      }
      if (!item) this.fails('IndexError', 'tuple index out of range', message, place);
      return primary(item, `std::get<${at}>(${object.code})`);
    }
    const key = this.expr(indexNode);
    if (key.type.kind === 'slice') return this.sliceByValue(object, key, place);
    const group =
      type.kind === 'match'
        ? groupOf({ ...object, code: operand(object, precedence.primary) }, indexNode, key)
        : undefined;
    if (group) return group;
    const index = 'key' in type ? key : this.integerIndex(type, key);
    const items = operand(object, precedence.primary);
    // Two brackets that open together would begin an attribute.
    const at = index.code.startsWith('[') ? `(${index.code})` : index.code;
    const code = `${items}${isWithin && type.kind === 'list' ? '.data()' : ''}[${at}]`;
    if ('key' in type) {
      this.translation.types.addKey(type.key, index.type, indexNode.place, 'The keys of this dict');
      // A missing key is added.
      if (type.kind === 'defaultdict') this.translation.evaluationOrder.noteEffect();
      return { ...primary(type.value.type, code), growth: growthOf(type.value) };
    }
    if (type.kind === 'never') return primary(never, code);
    if (!['list', 'str', 'range', 'deque', 'vartuple', 'bytes', 'bytearray'].includes(type.kind))
      return this.notSubscriptable(type, `An index into ${describe(type)} cannot be converted.`, place);
    if (!['int', 'bool', 'never'].includes(index.type.kind)) this.wrongIndexType(type, index.type, indexNode.place);
    if (type.kind === 'str')
      return {
        ...primary(type, code),
        character: { of: code, code: `${items}.${isWithin ? 'point' : 'at'}(${index.code})` },
      };
    return { ...primary(elementOf(type) ?? never, code), ...('element' in type && { growth: growthOf(type.element) }) };
  }

  /** An index as the integer that it has to be, for an object of this type. */
  integerIndex(type: Type, key: Value): Value {
    const name = type.kind === 'bytes' ? 'byte' : pythonTypeName(type);
    const before =
      type.kind === 'str'
        ? 'string indices must be integers, not '
        : type.kind === 'deque'
          ? 'sequence index must be integer, not '
          : `${name} indices must be integers or slices, not `;
    const [other, ...more] = alternatives(key.type).filter((item) => !isInteger(item));
    if (!other || more.length > 0) return this.translation.integers.narrowInteger(key);
    const given = pythonTypeName(other);
    const message = `${before}${type.kind === 'str' || type.kind === 'deque' ? `'${given}'` : given}`;
    return this.translation.integers.narrowInteger(this.translation.types.only(key, isInteger, message));
  }

  /** `x[s]` where `s` is a slice kept in a variable. */
  private sliceByValue(object: Value, key: Value, place: Place): Value {
    const { type } = object;
    if (!['list', 'str', 'vartuple', 'bytes', 'bytearray', 'never'].includes(type.kind))
      return this.unsupported(`A slice of ${describe(type)} by a slice object cannot be converted.`, place);
    return primary(type, `py::slice_by(${object.code}, ${key.code})`);
  }

  /** Start, stop and step of a slice as C++. */
  bounds(slice: Extract<Expr, { kind: 'slice' }>): string[] {
    return [slice.start, slice.stop, slice.step].map((bound) => {
      if (!bound || bound.kind === 'none') return 'std::nullopt';
      const value = this.translation.integers.narrowInteger(this.expr(bound));
      if (['float', 'str', 'list', 'tuple', 'dict', 'set', 'complex', 'bytes'].includes(value.type.kind))
        this.fails(
          'TypeError',
          'slice indices must be integers or None or have an __index__ method',
          `A slice cannot begin, end or go on by a ${describe(value.type)}.`,
          bound.place,
        );
      return value.code;
    });
  }

  private tupleSlice(object: Value, slice: Extract<Expr, { kind: 'slice' }>, place: Place): Value {
    const { type } = object;
    const [start, stop, step] = this.bounds(slice).map((code) =>
      /^-?\d+$/.test(code) ? Number(code) : code === 'std::nullopt' ? undefined : NaN,
    );
    if (type.kind !== 'tuple') return this.unsupported('A slice of this cannot be converted.', place);
    if ([start, stop, step].some(Number.isNaN) || step === 0) {
      const item = unionOf(type.items);
      this.translation.types.requireOne(item, place, 'The items of this tuple');
      const result = this.translation.types.allocate(slice.id, () => ({ kind: 'vartuple', element: new Slot() }));
      if (result.kind === 'vartuple') result.element.add(item);
      const items = anyLength(item, object.code);
      return primary(result, `py::slice(${[items, ...this.bounds(slice)].join(', ')})`);
    }
    const size = type.items.length;
    const stride = step ?? 1;
    const fit = (bound: number | undefined, absent: number): number => {
      const [low, high] = stride > 0 ? [0, size] : [-1, size - 1];
      return bound === undefined ? absent : Math.min(high, Math.max(low, bound < 0 ? bound + size : bound));
    };
    const [from, to] = [fit(start, stride > 0 ? 0 : size - 1), fit(stop, stride > 0 ? size : -1)];
    const picked: number[] = [];
    for (let at = from; stride > 0 ? at < to : at > to; at += stride) picked.push(at);
    const items = picked.map((at) => type.items[at] ?? never);
    return primary(
      tupleOf(...items),
      `std::make_tuple(${picked.map((at) => `std::get<${at}>(${object.code})`).join(', ')})`,
    );
  }
}
