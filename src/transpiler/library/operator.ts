import type { BinaryOperator } from '../ast.ts';
import { row, type LibraryRow } from './call.ts';

/** What makes a function: handed on it is written out, elsewhere it is no value. */
export const onlyAsKey = (name: string): LibraryRow =>
  row(1, 99, (call) => call.refuse(`\`${name}\` can be converted only where it is given as \`key=\`: write a lambda.`));

const operation = (op: BinaryOperator): LibraryRow =>
  row(2, 2, (call) => {
    const [a, b] = call.args;
    const right = call.node.args[1];
    return a && b && right && call.binary(op, a, b, right);
  });

/** The functions of the module operator, which are the operators. */
export const operator: ReadonlyMap<string, LibraryRow> = new Map([
  ['itemgetter', onlyAsKey('itemgetter')],
  ['attrgetter', onlyAsKey('attrgetter')],
  ['add', operation('+')],
  ['sub', operation('-')],
  ['mul', operation('*')],
  ['truediv', operation('/')],
  ['floordiv', operation('//')],
  ['mod', operation('%')],
  ['and_', operation('&')],
  ['or_', operation('|')],
  ['xor', operation('^')],
]);
