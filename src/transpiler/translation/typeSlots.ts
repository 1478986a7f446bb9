import type { Place } from '../ast.ts';
import { cppType, quote } from '../cpp.ts';
import type { Value } from '../library.ts';
import { describe, EndlessType, type Slot, type Type } from '../types.ts';
import { unhashable } from '../certainErrors.ts';
import { canBeHeld } from '../unions.ts';
import { Part } from './part.ts';
import { isHandle } from './typeKinds.ts';
import { primary } from './values.ts';

/** The code of the refusal of values of several types in one place. */
export const MIXED_TYPES = 'mixed-types';

/** Tuples nested deeper than this hold others like themselves: their type grows by a level each time it is told anew. */
const DEEPEST_TUPLE = 8;

const tupleDepths = new WeakMap<Type, number>();

/** How many tuples stand in each other in a type; what slots hold does not count. */
function tupleDepth(type: Type): number {
  if (type.kind !== 'tuple' && type.kind !== 'union') return 0;
  const known = tupleDepths.get(type);
  if (known !== undefined) return known;
  const depth = Math.max(0, ...type.items.map(tupleDepth)) + (type.kind === 'tuple' ? 1 : 0);
  tupleDepths.set(type, depth);
  return depth;
}

/** Lets types grow, and refuses what several types make ambiguous. */
export class TypeSlots extends Part {
  /** Lets a slot take in a type, and refuses what would make it hold values of different types. */
  add(slot: Slot, type: Type, place: Place, what: string): void {
    try {
      slot.add(type);
    } catch (error) {
      if (!(error instanceof EndlessType)) throw error;
      this.unsupported(
        `${what} would hold itself ever deeper, which has no type in C++: use a class or a list for it.`,
        place,
        'endless-type',
      );
    }
    this.requireOne(slot.type, place, what);
  }

  /** The same for what is looked up: what changes cannot be. */
  addKey(slot: Slot, type: Type, place: Place, what: string): void {
    const error = unhashable(type);
    if (error !== undefined)
      this.fails('TypeError', error, `${what} would be of type ${describe(type)}, which changes.`, place);
    if (type.kind === 'func')
      this.unsupported(
        `${what} would be functions, which C++ cannot tell apart: use their names, or other texts or numbers, instead.`,
        place,
      );
    this.add(slot, type, place, what);
  }

  /** Refuses tuples whose type would grow without end. */
  requireShallow(type: Type, place: Place, what: string): void {
    if (tupleDepth(type) > DEEPEST_TUPLE)
      this.unsupported(
        `${what} would be a tuple that holds tuples like itself to any depth, which cannot be converted yet: make a class of it, or a list.`,
        place,
      );
  }

  requireOne(type: Type, place: Place, what: string): void {
    this.requireShallow(type, place, what);
    if (type.kind === 'tuple') for (const item of type.items) this.requireOne(item, place, what);
    if (type.kind !== 'union' || canBeHeld(type)) return;
    this.unsupported(
      `${what} would be of type ${describe(type)}; values of these different types in one place cannot be converted yet.`,
      place,
      MIXED_TYPES,
    );
  }

  /**
   * A value whose type leaves one alternative that can be used here as that alternative; another raises an error at run time
   * with a message that has the other's type between `before` and `after`, or is `before` alone.
   */
  only(value: Value, accepts: (type: Type) => boolean, before: string, after?: string, error = 'TypeError'): Value {
    if (value.type.kind !== 'union') return value;
    const [type, ...others] = value.type.items.filter(accepts);
    if (!type || others.length || isHandle(value.type)) return value;
    return primary(
      type,
      `py::the<${cppType(type)}, py::${error}>(${value.code}, ${quote(before)}, ${after === undefined ? 'nullptr' : quote(after)})`,
    );
  }

  /** The type made at a node, the same in every round. */
  allocate(id: number | string, make: () => Type): Type {
    const known = this.context.allocations.get(id);
    if (known) return known;
    const type = make();
    this.context.allocations.set(id, type);
    return type;
  }
}
