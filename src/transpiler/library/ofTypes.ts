import { cppType } from '../cpp.ts';
import type { Value } from '../library.ts';
import { bigint, dictOf, float, int, isInteger, none, Slot, str, unionOf, type Type } from '../types.ts';
import { coerced } from '../unions.ts';
import { ofBytes } from './bytes.ts';
import { list, row, value, type LibraryCall, type LibraryRow } from './call.ts';

type Mapping = Extract<Type, { key: Slot }>;

/** `dict.fromkeys(keys, value)` of a dict or a class like it. */
export const fromKeys =
  (kind: 'dict' | 'ordereddict') =>
  (call: LibraryCall): Value | undefined => {
    const [keys, held = value(none, 'py::None')] = call.args;
    if (!keys) return undefined;
    const type = call.make((): Mapping => ({ kind, key: new Slot(), value: new Slot() }));
    const items = call.items(keys);
    call.add(type.key, items.element, 'The keys of this dict');
    call.add(type.value, held.type, 'The values of this dict');
    const held_ = `${cppType(type.value.type)}(${coerced(held, type.value.type)})`;
    return value(type, `py::dict_fromkeys<${cppType(type)}>(${items.code}, ${held_})`);
  };

function makeTranslation(call: LibraryCall): Value | undefined {
  const [from, to, deleted] = call.args;
  if (!from) return undefined;
  if (to) {
    if (![from, to, ...(deleted ? [deleted] : [])].every(({ type }) => type.kind === 'str')) return undefined;
    return value(dictOf(int, unionOf([int, none])), `py::maketrans(${list(from.code, to.code, deleted?.code)})`);
  }
  if (from.type.kind !== 'dict' || !['str', 'int'].includes(from.type.key.type.kind)) return undefined;
  const type = call.make((): Mapping => ({ kind: 'dict', key: new Slot(int), value: new Slot() }));
  call.add(type.value, from.type.value.type, 'The values of this dict');
  return value(type, `py::maketrans_of(${from.code})`);
}

function fromBytes(call: LibraryCall): Value | undefined {
  const [given, second] = call.args;
  const order = second ?? call.keyword('byteorder');
  const signed = call.keyword('signed');
  const items = given && call.items(given);
  if (!items || !isInteger(items.element)) return undefined;
  return value(bigint, `py::int_from_bytes(${list(items.code, order?.code ?? '"big"_s', signed?.code)})`);
}

/** `set.union(*sets)` and the like: the first set with the others. */
const ofSets = (name: string): LibraryRow => ({
  ...row(1, 8, (call) => {
    const [star, more] = call.node.args;
    if (star?.kind !== 'star') {
      const [first, ...others] = call.args;
      if (first?.type.kind !== 'set') return undefined;
      const codes = others.map((other) => {
        const { element, code } = call.items(other);
        if ('element' in first.type) call.add(first.type.element, element, 'The elements of these sets');
        return code;
      });
      return value(first.type, `(${first.code}).${name === 'union' ? 'union_' : name}(${codes.join(', ')})`);
    }
    const sets = call.items(call.expr(star.value));
    if (more || sets.element.kind !== 'set') return undefined;
    return value(sets.element, `py::set_${name}_all(${sets.code})`);
  }),
  stars: true,
});

/** Functions that are named through a built-in type, such as `dict.fromkeys`. Add one by adding a row. */
export const typeRows: ReadonlyMap<string, LibraryRow> = new Map<string, LibraryRow>([
  ['dict.fromkeys', row(1, 2, fromKeys('dict'))],
  ['str.maketrans', row(1, 3, makeTranslation)],
  ['int.from_bytes', row(1, 2, fromBytes, ['byteorder', 'signed'])],
  [
    'float.fromhex',
    row(1, 1, ({ args: [text] }) =>
      text?.type.kind === 'str' ? value(float, `py::float_fromhex(${text.code})`) : undefined,
    ),
  ],
  ...['union', 'intersection', 'difference'].map((name): [string, LibraryRow] => [`set.${name}`, ofSets(name)]),
  ...ofBytes,
]);

/** Built-in types whose methods may be named as functions of their objects, as in `str.upper(text)`. */
export const methodOwners: ReadonlySet<string> = new Set(
  'str list dict set frozenset tuple bytes bytearray int float complex bool'.split(' '),
);

/** The text that `str(data, encoding)` gives. */
export const decoded = (data: Value, rest: readonly Value[]): Value =>
  value(str, `(${data.code}).decode(${rest.map(({ code }) => code).join(', ')})`);
