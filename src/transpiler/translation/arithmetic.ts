import { closingAt } from '../cppText.ts';
import type { BinaryOperator, Expr } from '../ast.ts';
import { eitherGrowth, noGrowth, productGrowth, quotientGrowth, sumGrowth, type Growth } from '../growth.ts';
import { precedence, type Value } from '../library.ts';
import type { Type } from '../types.ts';
import { operand } from './values.ts';

/** A sum or product of integers worked out with 128 bits, where it may outgrow 64; undefined where it hardly does. */
export function wideCode(op: BinaryOperator, a: Value, b: Value, type: Type): string | undefined {
  if (type.kind !== 'int' || (op !== '+' && op !== '-' && op !== '*')) return undefined;
  const [left, right] = [a.wide, b.wide];
  const level = op === '*' ? precedence.product : precedence.sum;
  if (left === undefined && right === undefined) {
    if (op !== '*' || [a, b].some(({ code }) => /^-?\d{1,2}$/.test(code))) return undefined;
    return `py::Wide(${a.code}) * ${operand(b, level - 1)}`;
  }
  const bound = (code: string, limit: number): string => (op === '*' || limit < level ? `(${code})` : code);
  const first = left === undefined ? operand(a, level) : bound(left, level);
  const second = right === undefined ? operand(b, level - 1) : bound(right, level - 1);
  return `${first} ${op} ${second}`;
}

/** How large the result of an operator on integers can become. */
export function operationGrowth(op: BinaryOperator, a: Value, b: Value, right: Expr): Growth {
  const constant = ({ code }: Value): boolean => /^\(?-?[01]\)?$/.test(code);
  switch (op) {
    case '+':
      return sumGrowth(a.growth, b.growth);
    case '-':
    case '|':
    case '^':
      return eitherGrowth(a.growth, b.growth);
    case '*':
      return constant(a) || constant(b) ? eitherGrowth(a.growth, b.growth) : productGrowth(a.growth, b.growth);
    case '<<':
      return productGrowth(a.growth, right.kind === 'int' ? noGrowth : b.growth);
    case '//':
    case '>>':
      return quotientGrowth(a.growth);
    default:
      return noGrowth;
  }
}

/** True when the result of an operator on integers of 64 bits cannot outgrow them. */
export function isBounded(op: BinaryOperator, a: Value, b: Value): boolean {
  if (a.type.kind !== 'int' || b.type.kind !== 'int') return false;
  // Two literals would be of a type of their own in C++.
  if (/^\d+$/.test(a.code) && /^\d+$/.test(b.code)) return false;
  if (op === '-') return a.nonNegative === true && b.nonNegative === true;
  const isOne = (value: Value): boolean => value.code === '1';
  return op === '+' && ((a.isCounter === true && isOne(b)) || (b.isCounter === true && isOne(a)));
}

/** True for C++ that is one call of a function. */
export function isCallOf(name: string, code: string): boolean {
  return code.startsWith(`${name}(`) && closingAt(code, name.length) === code.length - 1;
}
