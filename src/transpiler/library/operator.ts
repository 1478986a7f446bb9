import type { BinaryOperator, Expr } from '../ast.ts';
import { int } from '../types.ts';
import { row, value, type LibraryCall, type LibraryRow } from './call.ts';
import { writtenOut } from './dunders.ts';

/** What can only be written out where it is handed on. */
export const onlyAsKey = (name: string): LibraryRow =>
  row(1, 99, (call) => call.refuse(`\`${name}\` can be converted only where it is given as \`key=\`: write a lambda.`));

/** What makes a function of one argument. */
const maker: LibraryRow = row(1, 99, (call) => call.asFunction(1));

const operation = (op: BinaryOperator): LibraryRow =>
  row(2, 2, (call) => {
    const [a, b] = call.args;
    const right = call.node.args[1];
    return a && b && right && call.binary(op, a, b, right);
  });

/** What a special method of the first argument means. */
const special = (method: string, count: number): LibraryRow =>
  row(count, count, (call) => {
    const [object, ...args] = call.node.args;
    const meant = object && writtenOut(method, object, { ...call.node, args });
    return meant && call.expr(meant);
  });

/** A test of its arguments, as an expression. */
const tested = (count: number, test: (args: readonly Expr[]) => Expr): LibraryRow =>
  row(count, count, (call) => call.expr(test(call.node.args)));

const comparing =
  (op: 'is' | 'is not') =>
  ([first, second]: readonly Expr[]): Expr => ({
    kind: 'compare',
    id: -1,
    place: (first as Expr).place,
    first: first as Expr,
    rest: [{ op, value: second as Expr }],
  });

const negated = ([operand]: readonly Expr[]): Expr => ({
  kind: 'unary',
  id: -1,
  place: (operand as Expr).place,
  op: 'not',
  operand: operand as Expr,
});

/** How often, or where first, something is among the items. */
const search = (name: 'count' | 'index'): LibraryRow =>
  row(2, 2, (call: LibraryCall) => {
    const [items, wanted] = call.args;
    return items && wanted && value(int, `py::to_list(${call.items(items).code}).${name}(${wanted.code})`);
  });

/** The functions of the module operator, which are the operators. */
export const operator: ReadonlyMap<string, LibraryRow> = new Map([
  ['itemgetter', maker],
  ['attrgetter', maker],
  ['methodcaller', maker],
  ['add', operation('+')],
  ['concat', operation('+')],
  ['sub', operation('-')],
  ['mul', operation('*')],
  ['truediv', operation('/')],
  ['floordiv', operation('//')],
  ['mod', operation('%')],
  ['pow', operation('**')],
  ['and_', operation('&')],
  ['or_', operation('|')],
  ['xor', operation('^')],
  ['lshift', operation('<<')],
  ['rshift', operation('>>')],
  ...['lt', 'le', 'eq', 'ne', 'ge', 'gt', 'contains', 'getitem'].map((name): [string, LibraryRow] => [
    name,
    special(`__${name}__`, 2),
  ]),
  ...['neg', 'pos', 'invert', 'abs'].map((name): [string, LibraryRow] => [name, special(`__${name}__`, 1)]),
  ['inv', special('__invert__', 1)],
  ['index', special('__int__', 1)],
  ['not_', tested(1, negated)],
  ['truth', tested(1, (args) => negated([negated(args)]))],
  ['is_', tested(2, comparing('is'))],
  ['is_not', tested(2, comparing('is not'))],
  ['countOf', search('count')],
  ['indexOf', search('index')],
]);
