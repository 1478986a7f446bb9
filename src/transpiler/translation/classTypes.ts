import type { BinaryOperator } from '../ast.ts';
import type { ClassInfo } from '../program.ts';
import type { Type } from '../types.ts';

type ObjectType = Extract<Type, { kind: 'instance' | 'exception' }>;

/** The special methods of operators, without their underscores. */
export const operatorMethods: Readonly<Record<BinaryOperator, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'truediv',
  '//': 'floordiv',
  '%': 'mod',
  '**': 'pow',
  '<<': 'lshift',
  '>>': 'rshift',
  '&': 'and',
  '|': 'or',
  '^': 'xor',
  '@': 'matmul',
};

/** The class of an instance or of an exception of the program. */
export function classOf(type: Type): ClassInfo | undefined {
  return type.kind === 'instance' || type.kind === 'exception' ? type.of : undefined;
}

/** What an instance of a class is. */
export function instanceType(of: ClassInfo): ObjectType {
  return of.exception === undefined ? { kind: 'instance', of } : { kind: 'exception', name: of.name, of };
}
