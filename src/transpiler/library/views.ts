import type { BinaryOperator, CompareOperator } from '../ast.ts';
import { cppType } from '../cpp.ts';
import { elementOf, type Value } from '../library.ts';
import { bool, Slot, type Type } from '../types.ts';
import { value } from './call.ts';

const names: Partial<Record<BinaryOperator, string>> = { '&': 'and', '|': 'or', '-': 'sub', '^': 'xor' };
const isView = (type: Type): boolean => type.kind === 'view' && type.part !== 'values';
const isSetLike = (type: Type): boolean => isView(type) || type.kind === 'set' || type.kind === 'frozenset';

/** `&`, `|`, `-` and `^` where a side is the keys or the items of a dict: they give a set. */
export function viewOperation(op: BinaryOperator, a: Value, b: Value): Value | undefined {
  const name = names[op];
  const [left, right] = [elementOf(a.type), elementOf(b.type)];
  if (name === undefined || !left || !right || (!isView(a.type) && !(isView(b.type) && isSetLike(a.type))))
    return undefined;
  const element = new Slot(left);
  element.add(right);
  if (element.type.kind === 'union') return undefined;
  return value({ kind: 'set', element }, `py::view_${name}<${cppType(element.type)}>(${a.code}, ${b.code})`);
}

/** A comparison where a side is the keys or the items of a dict and the other one as well, or a set. */
export function viewComparison(op: CompareOperator, a: Value, b: Value): Value | undefined {
  if (![a, b].every(({ type }) => isSetLike(type)) || ![a, b].some(({ type }) => isView(type))) return undefined;
  if (!['==', '!=', '<', '<=', '>', '>='].includes(op)) return undefined;
  const element = new Slot(elementOf(a.type));
  element.add(elementOf(b.type) ?? { kind: 'never' });
  if (element.type.kind === 'union') return undefined;
  const [left, right] = [a, b].map(({ code }) => `py::set<${cppType(element.type)}>::from(${code})`);
  return value(bool, op === '!=' ? `!(${left} == ${right})` : `(${left} ${op} ${right})`);
}
