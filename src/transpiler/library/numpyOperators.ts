import type { BinaryOperator, CompareOperator, Expr } from '../ast.ts';
import type { Value } from '../library.ts';
import type { Type } from '../types.ts';
import { value } from './call.ts';
import {
  arrayOf,
  commonElement,
  elementKind,
  isArray,
  scalarOf,
  together,
  type Element,
  type Rank,
} from './numpyTypes.ts';

/** The operators of arrays: the C++ that works them out, and what becomes of booleans. Add one by adding a row. */
const operators: Partial<Record<BinaryOperator, { name: string; ofBooleans?: Element; ofFloats?: false }>> = {
  '+': { name: 'Add', ofBooleans: 'bool' },
  '-': { name: 'Subtract' },
  '*': { name: 'Multiply', ofBooleans: 'bool' },
  '/': { name: 'Divide', ofBooleans: 'float' },
  '//': { name: 'FloorDivide' },
  '%': { name: 'Remainder' },
  '&': { name: 'BitAnd', ofBooleans: 'bool', ofFloats: false },
  '|': { name: 'BitOr', ofBooleans: 'bool', ofFloats: false },
  '^': { name: 'BitXor', ofBooleans: 'bool', ofFloats: false },
};

const comparisons: Partial<Record<CompareOperator, string>> = {
  '<': 'on_arrays<py::np::Less>(a, b)',
  '<=': 'on_arrays<py::np::LessEqual>(a, b)',
  '>': 'on_arrays<py::np::Less>(b, a)',
  '>=': 'on_arrays<py::np::LessEqual>(b, a)',
  '==': 'on_arrays<py::np::Equal>(a, b)',
  '!=': 'on_arrays<py::np::NotEqual>(a, b)',
};

/** The C++ class of an operator and the elements that it gives. */
export function operatorOn(op: BinaryOperator, a: Type, b: Type): { name: string; element: Element } | undefined {
  const known = operators[op];
  const [left, right] = [elementKind(a), elementKind(b)];
  if (!known || !left || !right) return undefined;
  const common = commonElement(left, right);
  if (common === 'bool' && !known.ofBooleans) return undefined;
  if (common === 'float' && known.ofFloats === false) return undefined;
  const element = common === 'bool' ? known.ofBooleans : op === '/' ? 'float' : common;
  return { name: `py::np::${known.name}`, element: element ?? common };
}

/** An operator where a side is an array; undefined where it is not converted. */
export function arrayOperation(op: BinaryOperator, a: Value, b: Value, right: Expr): Value | undefined {
  if (op === '@') return product(a, b);
  if (op === '**') return power(a, b, right);
  const known = operatorOn(op, a.type, b.type);
  const type = known && together([a.type, b.type], known.element);
  return type && value(type, `py::np::on_arrays<${known.name}>(${a.code}, ${b.code})`);
}

/** `a ** b`: of floats the powers that NumPy works out without `pow`, of integers all. */
function power(a: Value, b: Value, right: Expr): Value | undefined {
  const type = together([a.type, b.type]);
  if (!type || !isArray(type)) return undefined;
  if (type.scalar === 'int') return value(type, `py::np::power(${a.code}, ${b.code})`);
  const exponent = right.kind === 'int' || right.kind === 'float' ? Number(right.value) : undefined;
  if (!isArray(a.type) || a.type.scalar !== 'float' || exponent === undefined || ![1, 2, 0.5].includes(exponent))
    return undefined;
  return value(type, `py::np::power(${a.code}, ${b.code})`);
}

/** `a @ b` and `np.dot(a, b)` of integers. */
export function product(a: Value, b: Value): Value | undefined {
  if (!isArray(a.type) || !isArray(b.type) || a.type.scalar !== 'int' || b.type.scalar !== 'int') return undefined;
  const rank = a.type.rank + b.type.rank - 2;
  const type = rank === 0 ? scalarOf('int') : arrayOf('int', rank as Rank);
  return value(type, `py::np::dot(${a.code}, ${b.code})`);
}

/** What a refused operator on arrays is told to do instead. */
export const operatorRefusals: Partial<Record<BinaryOperator, string>> = {
  '@': 'the last digits of a product of arrays of floats depend on the library that NumPy was built with: write the loops',
  '**': 'the last digits of powers of arrays of floats depend on the machine: multiply, or write a loop',
};

/** A comparison where a side is an array; undefined where it is not converted. */
export function arrayComparison(op: CompareOperator, a: Value, b: Value): Value | undefined {
  const code = comparisons[op];
  const type = together([a.type, b.type], 'bool');
  if (code === undefined || !type) return undefined;
  const [left, right] = code.endsWith('(a, b)') ? [a, b] : [b, a];
  return value(type, `py::np::${code.slice(0, -6)}(${left.code}, ${right.code})`);
}
