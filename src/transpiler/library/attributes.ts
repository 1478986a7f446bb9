import type { Value } from '../library.ts';
import { bigint, bool, float, int, none, str, unionOf, type Type } from '../types.ts';
import { value } from './call.ts';
import { numpyAttributes } from './numpy.ts';

/** How an attribute of a built-in value is read; `object` is a C++ primary expression. */
export type AttributeRow = (object: Value) => Value;

/** An attribute that the runtime has as a function of the same name. */
const member =
  (name: string, type: () => Type): AttributeRow =>
  ({ code }) =>
    value(type(), `${code}.${name}()`);

/** What every real number has. */
const ofNumber = (own: Type, zero: string): [string, AttributeRow][] => [
  ['real', ({ code }) => value(own, own.kind === 'int' ? `int64_t{${code}}` : code)],
  ['imag', () => value(own, zero)],
];
const ofInteger = (own: Type): [string, AttributeRow][] => [
  ...ofNumber(own, 'int64_t{0}'),
  ['numerator', ({ code }) => value(own, own.kind === 'int' ? `int64_t{${code}}` : code)],
  ['denominator', () => value(int, 'int64_t{1}')],
];
const optionalInt = (): Type => unionOf([int, none]);

/** Attributes by the kind of their object. Add one by adding a row. */
export const attributeRows: ReadonlyMap<string, ReadonlyMap<string, AttributeRow>> = new Map(
  (
    [
      ['int', ofInteger(int)],
      ['bool', ofInteger(int)],
      ['bigint', ofInteger(bigint).filter(([name]) => name !== 'imag')],
      ['float', ofNumber(float, '0.0')],
      [
        'complex',
        [
          ['real', member('real', () => float)],
          ['imag', member('imag', () => float)],
        ],
      ],
      ['range', ['start', 'stop', 'step'].map((name): [string, AttributeRow] => [name, member(name, () => int)])],
      ['slice', ['start', 'stop', 'step'].map((name): [string, AttributeRow] => [name, member(name, optionalInt)])],
      [
        'textfile',
        [
          ['closed', member('closed', () => bool)],
          ['name', member('name', () => str)],
          ['mode', member('mode', () => str)],
        ],
      ],
      [
        'hash',
        [
          ['name', member('name', () => str)],
          ['digest_size', member('digest_size', () => int)],
        ],
      ],
      ['deque', [['maxlen', member('maxlen', optionalInt)]]],
      [
        'pattern',
        [
          ['pattern', member('pattern', () => str)],
          ['groups', member('groups', () => int)],
        ],
      ],
      [
        'match',
        [
          ['string', member('string', () => str)],
          ['lastindex', member('lastindex', optionalInt)],
          ['lastgroup', member('lastgroup', () => unionOf([str, none]))],
        ],
      ],
      ['ndarray', numpyAttributes],
    ] satisfies [string, [string, AttributeRow][]][]
  ).map(([kind, rows]) => [kind, new Map(rows)]),
);
