import type { Expr } from '../ast.ts';
import type { Value } from '../library.ts';
import { isNumber, never } from '../types.ts';
import type { ArrayType, ScalarType, Type } from '../types.ts';
import { value, type LibraryCall } from './call.ts';

export type Element = ArrayType['scalar'];
export type Rank = ArrayType['rank'];

export const cppElements: Record<Element, string> = { float: 'double', int: 'int64_t', bool: 'bool' };

export const arrayOf = (element: Element, rank: Rank): ArrayType => ({ kind: 'ndarray', scalar: element, rank });
/** A number as it comes out of an array. */
export const scalarOf = (kind: Element): ScalarType => ({ kind, numpy: true });
export const isArray = (type: Type): type is ArrayType => type.kind === 'ndarray';
export const isPlainNumber = (type: Type): boolean => isNumber(type) && type.kind !== 'bigint';

/** What an array of this or a number has for elements; undefined for anything else. */
export function elementKind(type: Type): Element | undefined {
  if (isArray(type)) return type.scalar;
  return isPlainNumber(type) ? (type.kind as Element) : undefined;
}

export const commonElement = (a: Element, b: Element): Element =>
  a === 'float' || b === 'float' ? 'float' : a === 'int' || b === 'int' ? 'int' : 'bool';
export const rankOf = (type: Type): number => (isArray(type) ? type.rank : 0);

/** What an elementwise function of these gives; undefined where one is neither an array nor a number. */
export function together(types: readonly Type[], element?: Element): Type | undefined {
  const kinds = types.map(elementKind);
  if (kinds.includes(undefined)) return undefined;
  const kind = element ?? (kinds as Element[]).reduce(commonElement);
  const rank = Math.max(...types.map(rankOf));
  return rank === 0 ? scalarOf(kind) : arrayOf(kind, rank as Rank);
}
export const isIntegral = (type: Type): boolean => type.kind === 'int' || type.kind === 'bool';

const elementNames: Readonly<Record<string, Element>> = {
  float: 'float',
  int: 'int',
  bool: 'bool',
  'numpy.float64': 'float',
  'numpy.int64': 'int',
  'numpy.bool_': 'bool',
  'numpy.double': 'float',
  float64: 'float',
  int64: 'int',
};

/** The elements that a `dtype` stands for. */
function elementNamed(call: LibraryCall, node: Expr): Element {
  const name =
    node.kind === 'str' ? node.value : (call.libraryName(node) ?? (node.kind === 'name' ? node.name : undefined));
  const element = name === undefined || !Object.hasOwn(elementNames, name) ? undefined : elementNames[name];
  return element ?? call.refuse(`This \`dtype\` of \`${call.name}\` cannot be converted: float, int and bool can.`);
}

/** The `dtype` of a call, by name or as the argument at `position`. */
export function givenElement(call: LibraryCall, position: number): Element | undefined {
  const node = call.keywordNode('dtype') ?? call.node.args[position];
  return node && elementNamed(call, node);
}

/** What is not known yet stays so. */
export const unknown = (given: Value | undefined): Value | undefined =>
  given?.type.kind === 'never' ? value(never, '0') : undefined;
