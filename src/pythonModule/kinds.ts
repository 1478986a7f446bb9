import { matchingOpen, parseTerm, type Term } from '../verification/shapes.ts';
import type { Value } from '../verification/values.ts';

/** How the result and the parameters of a C++ function are passed, as library.hpp names it and wrapper.py reads it. */
export interface CallKinds {
  readonly result: string;
  readonly parameters: readonly string[];
}

/** Takes `int64(list(float),str)` apart; undefined for a text of another form. */
export function parseKinds(signature: string): CallKinds | undefined {
  const open = matchingOpen(signature);
  const parameters = open < 0 ? undefined : parseTerm(`p${signature.slice(open)}`, '(', ')');
  return parameters && { result: signature.slice(0, open), parameters: parameters.items.map(kindText) };
}

function kindText({ name, items }: Term): string {
  return items.length === 0 ? name : `${name}(${items.map(kindText).join(',')})`;
}

/** True for what is passed as it is and not as a column. */
export function isScalarKind(kind: string): boolean {
  return /^(?:bool|float|u?int(?:8|16|32|64)|as_bool\(.*\))$/.test(kind);
}

/**
 * The kind by which Python gets back the very types that it has: C++ knows no difference between a list and a tuple of any
 * length, and may hold a bool as an integer. `values` are what Python had in this place.
 */
export function adaptedKind(kind: string, values: readonly Value[]): string {
  const term = parseTerm(kind, '(', ')');
  return term ? adapted(term, values) : kind;
}

function adapted(term: Term, values: readonly Value[]): string {
  const { name, items } = term;
  const all = (wanted: Value['kind']): boolean => values.length > 0 && values.every(({ kind }) => kind === wanted);
  const itemsOf = (value: Value): readonly Value[] => ('items' in value ? value.items : []);
  const [first, second] = items;
  if (/^u?int\d+$/.test(name)) return all('bool') ? `as_bool(${name})` : name;
  switch (name) {
    case 'str':
      return all('bytes') ? 'bytestr' : name;
    case 'list':
    case 'set':
      if (!first) return name;
      return `${name === 'list' && all('tuple') ? 'tuplelist' : name}(${adapted(first, values.flatMap(itemsOf))})`;
    case 'tuple': {
      const places = items.map((item, index) =>
        adapted(
          item,
          values.map((value) => itemsOf(value)[index]).filter((value) => value !== undefined),
        ),
      );
      return `${all('list') ? 'listtuple' : name}(${places.join(',')})`;
    }
    case 'dict': {
      if (!first || !second) return name;
      const entries = values.flatMap((value) => (value.kind === 'dict' ? value.entries : []));
      const side = (index: 0 | 1) => entries.map((entry) => entry[index]);
      return `dict(${adapted(first, side(0))},${adapted(second, side(1))})`;
    }
    case 'optional':
      if (!first) return name;
      return `optional(${adapted(
        first,
        values.filter(({ kind }) => kind !== 'none'),
      )})`;
    case 'text':
      if (all('bytes')) return `as_bytes(${kindText(term)})`;
      return all('tuple') && first?.name === 'list' ? `as_tuple(${kindText(term)})` : kindText(term);
    default:
      return kindText(term);
  }
}

/** Where two equal values are not of the very same types, or a dict is in another order; undefined when they are. */
export function typeDifference(expected: Value, actual: Value): string | undefined {
  if (expected.kind !== actual.kind) return `a ${expected.kind} in Python, a ${actual.kind} in C++`;
  if (expected.kind === 'dict' && actual.kind === 'dict') {
    for (const [index, [key, value]] of expected.entries.entries()) {
      const other = actual.entries[index];
      if (!other) break;
      const inKey = typeDifference(key, other[0]);
      if (inKey !== undefined) return inKey;
      if ('value' in key && 'value' in other[0] && String(key.value) !== String(other[0].value))
        return 'a dict whose keys come in another order';
      const inValue = typeDifference(value, other[1]);
      if (inValue !== undefined) return inValue;
    }
    return undefined;
  }
  if (expected.kind === 'set' || !('items' in expected) || !('items' in actual)) return undefined;
  for (const [index, item] of expected.items.entries()) {
    const other = actual.items[index];
    const found = other && typeDifference(item, other);
    if (found !== undefined) return found;
  }
  return undefined;
}
