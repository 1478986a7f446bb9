import type { Value } from '../library.ts';
import { bigint, bool, int, isInteger, isNumber, never, none } from '../types.ts';
import { row, value, type LibraryCall, type LibraryRow } from './call.ts';

/** Functions of `sys`. */
export const sys: ReadonlyMap<string, LibraryRow> = new Map([
  [
    'exit',
    row(0, 1, (call) => {
      const [status] = call.args;
      if (status && !['int', 'bool', 'str', 'none', 'never'].includes(status.type.kind)) return undefined;
      return value(never, `py::sys::exit(${status?.code ?? ''})`);
    }),
  ],
  [
    'setrecursionlimit',
    row(1, 1, (call) => {
      const [limit] = call.args;
      return limit && value(none, `py::sys::setrecursionlimit(${call.integer(limit)})`);
    }),
  ],
  ['getrecursionlimit', row(0, 0, () => value(int, 'py::sys::getrecursionlimit()'))],
]);

const anySize =
  (name: string, count: number) =>
  (call: LibraryCall): Value | undefined => {
    if (call.args.length !== count || !call.args.every(({ type }) => isInteger(type) || type.kind === 'never'))
      return undefined;
    return value(bigint, `py::math::${name}_any(${call.args.map((arg) => call.integer(arg)).join(', ')})`);
  };

function isClose(call: LibraryCall): Value | undefined {
  const [a, b] = call.args;
  if (!a || !b || ![a, b].every(({ type }) => isNumber(type) && type.kind !== 'bigint')) return undefined;
  const [relative, absolute] = [call.keyword('rel_tol'), call.keyword('abs_tol')];
  return value(
    bool,
    `py::math::isclose(${a.code}, ${b.code}, ${relative?.code ?? '1e-9'}, ${absolute?.code ?? '0.0'})`,
  );
}

/** Functions of `math` that are more than a formula. */
export const math: ReadonlyMap<string, LibraryRow> = new Map([
  ['factorial', row(1, 1, anySize('factorial', 1))],
  ['comb', row(2, 2, anySize('comb', 2))],
  ['perm', row(2, 2, anySize('perm', 2))],
  ['isclose', row(2, 2, isClose, ['rel_tol', 'abs_tol'])],
  [
    'prod',
    row(1, 1, (call) => {
      const [given] = call.args;
      const items = given && call.items(given);
      return items?.element.kind === 'int' ? value(int, `py::math::prod(${items.code})`) : undefined;
    }),
  ],
  [
    'lcm',
    row(2, 2, (call) => {
      if (!call.args.every(({ type }) => isInteger(type) && type.kind !== 'bigint')) return undefined;
      return value(int, `py::math::lcm(${call.args.map(({ code }) => code).join(', ')})`);
    }),
  ],
]);
