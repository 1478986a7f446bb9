import type { Expr, Place } from '../ast.ts';
import { intLiteral } from '../cpp.ts';
import { eitherGrowth, growthOf, noGrowth, sumGrowth, type Growth } from '../growth.ts';
import { precedence, type Value } from '../library.ts';
import { constant } from '../linear.ts';
import { mutatingMethods } from '../pythonMethods.ts';
import { bigint, changes, int, isContainer, isInteger, never, slotsOf, type Slot, type Type } from '../types.ts';
import { Part } from './part.ts';
import { primary } from './values.ts';

/** Translates integers: of 64 bits, or of any size where they can outgrow them. */
export class Integers extends Part {
  /** A value of any size, for a reason that the program will tell. */
  anySize(code: string, reason: string, place: Place, nonNegative = false): Value {
    this.translation.reasonsForSize.set((place.origin ?? place).line, reason);
    return { ...primary(bigint, code), nonNegative };
  }

  /** An integer known now. */
  integer(value: bigint, place: Place): Value {
    if (value >= -(2n ** 63n) && value < 2n ** 63n) {
      const level = value < 0n ? precedence.unary : precedence.primary;
      return {
        type: int,
        code: intLiteral(value),
        precedence: level,
        nonNegative: value >= 0n,
        linear: constant(value),
      };
    }
    return this.anySize(`py::Int::parse("${value}"_s)`, 'a constant is larger than 64 bits', place, value >= 0n);
  }

  /** Notes where what is stored comes from. */
  noteGrowth(slot: Slot, { growth }: Pick<Value, 'growth'>, isElement = false): void {
    if (isElement) this.translation.growth.noteElement(slot);
    if (!this.translation.bounded.has(slot)) this.translation.growth.note(slot, growth, this.translation.line);
  }

  /** Notes what is stored in a variable: whether it may be negative, and where it comes from. */
  noteSign(slot: Slot, value: Pick<Value, 'type' | 'nonNegative' | 'growth'>): void {
    this.noteGrowth(slot, value);
    if (
      value.nonNegative === true ||
      value.type.kind === 'never' ||
      value.type.kind === 'bool' ||
      this.translation.signed.has(slot)
    )
      return;
    this.translation.signed.add(slot);
    changes.count++;
  }

  /** The number or text that an instance is, as members of `IntEnum` are; other values as they are. */
  unmixed(value: Value): Value {
    const { type } = value;
    if (type.kind !== 'instance' || type.of.def.mixes === undefined) return value;
    return this.translation.objects.instanceAttribute(value, 'value', type.of.def.place);
  }

  /** An integer where 64 bits are needed, such as an index. */
  narrowInteger(given: Value): Value {
    const index =
      given.type.kind === 'instance' && given.type.of.def.mixes === undefined
        ? this.translation.objects.special(given, '__index__', [], given.type.of.def.place)
        : undefined;
    const value = index ?? this.unmixed(given);
    return value.type.kind === 'bigint'
      ? { ...primary(int, `static_cast<int64_t>(${value.code})`), nonNegative: value.nonNegative === true }
      : value;
  }

  /** Where the magnitude of what is gone over comes from, where that is made of several: those of `zip`, `enumerate`, `items()` and the like. */
  growthWithin(node: Expr): Growth {
    switch (node.kind) {
      case 'call': {
        const object = node.callee.kind === 'attribute' ? [node.callee.object] : [];
        return [...object, ...node.args].map((item) => this.growthWithin(item)).reduce(eitherGrowth, noGrowth);
      }
      case 'index':
        return this.growthWithin(node.object);
      case 'name': {
        const { type } = this.translation.names.lookUp(node)?.slot ?? { type: never };
        return isContainer(type) ? growthOf(...slotsOf(type)) : noGrowth;
      }
      default:
        return noGrowth;
    }
  }

  /** Notes how integers flow through a call of the library, of whose code nothing is known. */
  withGrowth(result: Value, name: string, args: readonly Value[], object: Value | undefined): Value {
    const held = (type: Type): Slot | undefined => (isContainer(type) ? slotsOf(type).at(-1) : undefined);
    const growthIn = ({ type, growth }: Value): Growth => {
      const slot = held(type);
      return slot ? growthOf(slot) : (growth ?? noGrowth);
    };
    const from = [...(object ? [object] : []), ...args].map(growthIn).reduce(eitherGrowth, noGrowth);
    const growth = name === 'sum' ? sumGrowth(from, from) : from;
    const method = name.slice(name.lastIndexOf('.') + 1);
    const into = object && mutatingMethods.has(method) && method !== 'pop' ? held(object.type) : held(result.type);
    if (into) this.noteGrowth(into, { growth }, true);
    return isInteger(result.type) ? { ...result, growth } : result;
  }
}
