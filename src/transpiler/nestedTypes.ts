import { isContainer, isOptional, slotsOf, typeKey, type Slot, type Type } from './types.ts';

/** A type that holds values like itself to any depth, such as that of a list of numbers and of lists of the same kind. */
export interface NestedType {
  readonly name: string;
  readonly type: Type;
}

let known = new Map<string, NestedType>();

/** Forgets the nested types of the program before. */
export function forgetNestedTypes(): void {
  known = new Map();
}

/** The nested types that the program in hand was found to have. */
export function nestedTypes(): readonly NestedType[] {
  return [...known.values()];
}

/** True for what C++ holds with a tag. */
const isTagged = (type: Type): boolean => type.kind === 'union' && (!isOptional(type) || type.items.length > 2);

/** The slots through which a type holds itself: those with a tag where there are any, else all. */
function cyclicSlots(type: Type): Slot[] {
  const found: Slot[] = [];
  const explored = new Set<Slot>();
  const path: Slot[] = [];
  const enter = (slot: Slot): void => {
    const root = slot.root();
    const at = path.indexOf(root);
    if (at >= 0) {
      const cycle = path.slice(at);
      const tagged = cycle.filter((each) => isTagged(each.type));
      found.push(...(tagged.length ? tagged : cycle));
      return;
    }
    if (explored.has(root)) return;
    explored.add(root);
    path.push(root);
    visit(root.type);
    path.pop();
  };
  const visit = (each: Type): void => {
    if (isContainer(each)) slotsOf(each).forEach(enter);
    else if (each.kind === 'union' || each.kind === 'tuple') each.items.forEach(visit);
    else if (each.kind === 'view') [each.keys, each.values].forEach(enter);
    else if (each.kind === 'func') [...each.params, each.result].forEach(enter);
  };
  visit(type);
  return found;
}

/** The name of a type that holds itself; undefined for all others. */
export function nestedName(type: Type): string | undefined {
  if (type.kind !== 'union' && !isContainer(type)) return undefined;
  const cyclic = cyclicSlots(type);
  if (cyclic.length === 0) return undefined;
  const key = typeKey(type);
  if (!cyclic.some((slot) => typeKey(slot.type) === key)) return undefined;
  let nested = known.get(key);
  if (!nested) {
    nested = { name: known.size ? `Nested_${known.size + 1}` : 'Nested', type };
    known.set(key, nested);
  }
  return nested.name;
}
