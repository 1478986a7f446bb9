import type { Expr } from '../ast.ts';
import { elementOf, type Value } from '../library.ts';
import { alternatives, never, unionOf, type Type } from '../types.ts';
import { list, row, value, type LibraryRow } from './call.ts';
import {
  arrayOf,
  commonElement,
  cppElements,
  elementKind,
  givenElement,
  isArray,
  isIntegral,
  isPlainNumber,
  unknown,
  type Element,
} from './numpyTypes.ts';

/** A new array of a shape, filled with a value. */
function filled(element: Element, shape: Value, content: string): Value | undefined {
  const head = `<${cppElements[element]}>(${content}, ${shape.code})`;
  if (isIntegral(shape.type)) return value(arrayOf(element, 1), `py::np::full${head}`);
  if (shape.type.kind === 'never') return value(never, '0');
  if (shape.type.kind !== 'tuple' || !shape.type.items.every(isIntegral)) return undefined;
  const rank = shape.type.items.length;
  return rank === 1 || rank === 2 ? value(arrayOf(element, rank), `py::np::full_of${head}`) : undefined;
}

/** `np.zeros(shape)` and the like; the shape is worked out, the type is not. */
const making = (content: string): LibraryRow =>
  row(
    1,
    2,
    (call) => {
      const shape = call.arg(0);
      return shape && filled(givenElement(call, 1) ?? 'float', shape, content);
    },
    ['dtype'],
  );
/** `np.zeros_like(a)` and the like. */
const makingAlike = (content: string): LibraryRow =>
  row(
    1,
    1,
    (call) => {
      const array = call.arg(0);
      if (!array || !isArray(array.type)) return unknown(array);
      const type = { ...array.type, scalar: givenElement(call, 1) ?? array.type.scalar };
      return value(type, `py::np::full_like<${cppElements[type.scalar]}>(${array.code}, ${content})`);
    },
    ['dtype'],
  );

const full = row(
  2,
  3,
  (call) => {
    const [shape, content] = [call.arg(0), call.arg(1)];
    const element = content && (givenElement(call, 2) ?? elementKind(content.type));
    if (content?.type.kind === 'never') return value(never, '0');
    return shape && content && !isArray(content.type) && element ? filled(element, shape, content.code) : undefined;
  },
  ['dtype'],
);

const fullLike = row(2, 2, (call) => {
  const [array, content] = call.args;
  if (!array || !content || !isArray(array.type) || !isPlainNumber(content.type)) return unknown(array);
  return value(array.type, `py::np::full_like<${cppElements[array.type.scalar]}>(${array.code}, ${content.code})`);
});

/** The numbers that a display holds, however deep. */
const leaves = (node: Expr): readonly Expr[] =>
  node.kind === 'list' || node.kind === 'tuple' ? node.items.flatMap(leaves) : [node];

/** What is in something nested, and how deep it lies. */
function nested(type: Type): { readonly leaf: Type; readonly rank: number } {
  if (isArray(type)) return { leaf: { kind: type.scalar }, rank: type.rank };
  if (!['list', 'tuple', 'vartuple', 'range', 'iter', 'generator', 'set'].includes(type.kind))
    return { leaf: type, rank: 0 };
  const inner = nested(type.kind === 'tuple' ? unionOf(type.items) : (elementOf(type) ?? never));
  return { leaf: inner.leaf, rank: inner.rank + 1 };
}

/** `np.array(items)`; the elements are floats where one of them is one. */
const array = (copies: boolean): LibraryRow =>
  row(
    1,
    2,
    (call) => {
      const [node] = call.node.args;
      const items = call.arg(0);
      if (!items || !node) return undefined;
      const wanted = givenElement(call, 1);
      const { leaf, rank } = nested(items.type);
      if (leaf.kind === 'never') return value(never, '0');
      if (['iter', 'generator', 'set'].includes(items.type.kind) || (rank !== 1 && rank !== 2)) return undefined;
      // Of several types the array has the widest, which has to be seen here.
      const kinds = alternatives(leaf).map(elementKind);
      const isSeen = leaf.kind !== 'union' || leaves(node).every((each) => call.expr(each).type.kind !== 'union');
      const isDisplay = leaf.kind !== 'union' || node.kind === 'list' || node.kind === 'tuple';
      if (kinds.includes(undefined)) return undefined;
      if (
        wanted === undefined &&
        !(
          isSeen &&
          isDisplay &&
          leaves(node).every((each) => elementKind(call.expr(each).type) !== undefined || leaf.kind !== 'union')
        )
      )
        return call.refuse(`\`${call.name}\` of numbers of several types needs a \`dtype\`, such as \`dtype=float\`.`);
      const element = wanted ?? (kinds as Element[]).reduce(commonElement);
      const type = arrayOf(element, rank);
      if (!copies && isArray(items.type) && items.type.scalar === element) return items;
      return value(type, `py::np::array_of<${cppElements[element]}, ${rank}>(${items.code})`);
    },
    ['dtype'],
  );

const arange = row(
  1,
  3,
  (call) => {
    const given = call.args;
    if (given.some(({ type }) => type.kind === 'never')) return value(never, '0');
    const kinds = given.map(({ type }) => (isArray(type) ? undefined : elementKind(type)));
    if (kinds.includes(undefined)) return undefined;
    const own = (kinds as Element[]).reduce(commonElement);
    const element = givenElement(call, 3) ?? (own === 'bool' ? 'int' : own);
    if (element === 'bool' || (element === 'int' && own === 'float')) return undefined;
    const [first, second, third] = given.map(({ code }) => code);
    const [start, stop] = second === undefined ? ['0', first] : [first, second];
    return value(arrayOf(element, 1), `py::np::arange<${cppElements[element]}>(${list(start, stop, third ?? '1')})`);
  },
  ['dtype'],
);

const linspace = row(
  2,
  3,
  (call) => {
    const [start, stop, third] = call.args;
    const count = third ?? call.keyword('num');
    const end = call.keyword('endpoint');
    if ([start, stop, count].some((each) => each?.type.kind === 'never')) return value(never, '0');
    if (!start || !stop || ![start, stop].every(({ type }) => isPlainNumber(type))) return undefined;
    if ((count && !isIntegral(count.type)) || (end && end.type.kind !== 'bool')) return undefined;
    const codes = list(start.code, stop.code, count?.code ?? '50', end?.code);
    return value(arrayOf('float', 1), `py::np::linspace<double>(${codes})`);
  },
  ['num', 'endpoint'],
);

const eye = (most: number): LibraryRow =>
  row(
    1,
    most,
    (call) => {
      const [rows, columns = rows] = call.args;
      const element = givenElement(call, 2) ?? 'float';
      if (rows?.type.kind === 'never') return value(never, '0');
      if (!rows || !columns || ![rows, columns].every(({ type }) => isIntegral(type))) return undefined;
      return value(arrayOf(element, 2), `py::np::eye<${cppElements[element]}>(${rows.code}, ${columns.code})`);
    },
    ['dtype'],
  );

/** A list or the like of numbers of one type as an array; undefined for anything else. */
export function asArray(given: Value): Value | undefined {
  if (isArray(given.type)) return given;
  if (!['list', 'tuple', 'vartuple', 'range'].includes(given.type.kind)) return undefined;
  const { leaf, rank } = nested(given.type);
  const element = elementKind(leaf);
  if (element === undefined || (rank !== 1 && rank !== 2)) return undefined;
  return value(arrayOf(element, rank), `py::np::array_of<${cppElements[element]}, ${rank}>(${given.code})`);
}

/** The functions of NumPy that make arrays of something else, or of nothing. Add one by adding a row. */
export const numpyMaking: readonly (readonly [string, LibraryRow])[] = [
  ['array', array(true)],
  ['asarray', array(false)],
  ['zeros', making('0')],
  ['ones', making('1')],
  // What is in it is nothing that a program can build on.
  ['empty', making('0')],
  ['full', full],
  ['zeros_like', makingAlike('0')],
  ['ones_like', makingAlike('1')],
  ['empty_like', makingAlike('0')],
  ['full_like', fullLike],
  ['arange', arange],
  ['linspace', linspace],
  ['eye', eye(2)],
  ['identity', eye(1)],
];
