import type { BinaryOperator, CallExpr, CompareOperator, Expr } from '../ast.ts';

const binary: Readonly<Record<string, BinaryOperator>> = {
  __add__: '+',
  __sub__: '-',
  __mul__: '*',
  __truediv__: '/',
  __floordiv__: '//',
  __mod__: '%',
  __pow__: '**',
  __and__: '&',
  __or__: '|',
  __xor__: '^',
  __lshift__: '<<',
  __rshift__: '>>',
};
const comparisons: Readonly<Record<string, CompareOperator>> = {
  __eq__: '==',
  __ne__: '!=',
  __lt__: '<',
  __le__: '<=',
  __gt__: '>',
  __ge__: '>=',
};
const functions: Readonly<Record<string, string>> = {
  __len__: 'len',
  __str__: 'str',
  __repr__: 'repr',
  __hash__: 'hash',
  __iter__: 'iter',
  __next__: 'next',
  __bool__: 'bool',
  __abs__: 'abs',
  __int__: 'int',
  __float__: 'float',
  __reversed__: 'reversed',
};
const unary: Readonly<Record<string, '-' | '+' | '~'>> = { __neg__: '-', __pos__: '+', __invert__: '~' };

const at = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** What calling a special method of a built-in value means: the operator or function that Python calls it for. */
export function writtenOut(name: string, object: Expr, { args, place, id }: CallExpr): Expr | undefined {
  const [other, more] = args;
  if (more) return undefined;
  const base = { id, place };
  if (!other) {
    const builtin = at(functions, name);
    if (builtin !== undefined)
      return {
        ...base,
        kind: 'call',
        callee: { ...base, kind: 'name', name: builtin },
        args: [object],
        keywords: [],
      };
    const sign = at(unary, name);
    return sign && { ...base, kind: 'unary', op: sign, operand: object };
  }
  const op = at(binary, name);
  if (op) return { ...base, kind: 'binary', op, left: object, right: other };
  const comparison = at(comparisons, name);
  if (comparison) return { ...base, kind: 'compare', first: object, rest: [{ op: comparison, value: other }] };
  if (name === '__contains__') return { ...base, kind: 'compare', first: other, rest: [{ op: 'in', value: object }] };
  if (name === '__getitem__') return { ...base, kind: 'index', object, index: other };
  return undefined;
}
