import type { Expr } from '../ast.ts';
import { lineOf } from '../classes.ts';
import { cppType } from '../cpp.ts';
import type { Value } from '../library.ts';
import { alternatives, int, listOf, none, Slot, str, tupleOf, unionOf, type Type } from '../types.ts';
import { coerced } from '../unions.ts';
import { fromKeys } from './ofTypes.ts';
import { list, methodRow, row, value, type LibraryCall, type LibraryRow, type MethodRow } from './call.ts';

type Mapping = Extract<Type, { key: Slot }>;
type Collection = Extract<Type, { element: Slot }>;

const mapping = (object: Value): Mapping => object.type as Mapping;
const collection = (object: Value): Collection => object.type as Collection;

/** The types of the keys and values that a dict is made or updated from. */
function takePairs(call: LibraryCall, target: Mapping, given: Value): string | undefined {
  const { type } = given;
  if ('key' in type) {
    call.add(target.key, type.key.type, 'The keys of this dict');
    call.add(target.value, type.value.type, 'The values of this dict');
    return given.code;
  }
  if (type.kind === 'never') return given.code;
  const items = call.items(given);
  const pair = items.element;
  const [key, held] =
    pair.kind === 'tuple' && pair.items.length === 2
      ? pair.items
      : pair.kind === 'list' || pair.kind === 'vartuple'
        ? [pair.element.type, pair.element.type]
        : [];
  if (pair.kind === 'never') return items.code;
  if (!key || !held) return undefined;
  call.add(target.key, key, 'The keys of this dict');
  call.add(target.value, held, 'The values of this dict');
  return pair.kind === 'tuple' ? items.code : `py::pairs_of(${items.code})`;
}

/** Keyword arguments become entries: `dict(a=1)`. */
function takeKeywords(call: LibraryCall, target: Mapping): string[] {
  return call.node.keywords.flatMap(({ name }) => {
    if (name === undefined) return call.refuse(`\`**\` in a call of \`${call.name}\` cannot be converted yet.`);
    const held = call.keyword(name);
    if (!held) return [];
    call.add(target.key, str, 'The keys of this dict');
    call.add(target.value, held.type, 'The values of this dict');
    return [`{"${name}"_s, ${coerced(held, target.value.type)}}`];
  });
}

/** A dict of some kind, of nothing, of a dict, of pairs or of keyword arguments. */
function makeDict(kind: 'dict' | 'ordereddict') {
  return (call: LibraryCall): Value | undefined => {
    const type = call.make((): Mapping => ({ kind, key: new Slot(), value: new Slot() }));
    const [given] = call.args;
    const entries = takeKeywords(call, type);
    const code = given && takePairs(call, type, given);
    if (given && code === undefined) return undefined;
    const name = cppType(type);
    if (code !== undefined && entries.length)
      return value(
        type,
        `[&] { auto made = ${name}::from(${code}); made.update(${name}{${entries.join(', ')}}); return made; }()`,
      );
    if (entries.length) return value(type, `${name}{${entries.join(', ')}}`);
    return value(type, given ? `${name}::from(${code})` : `${name}()`);
  };
}

function makeDefaultdict(call: LibraryCall): Value | undefined {
  const [factory] = call.node.args;
  const type = call.make((): Mapping => ({ kind: 'defaultdict', key: new Slot(), value: new Slot() }));
  if (!factory || factory.kind === 'none')
    return call.refuse('A `defaultdict` without a factory cannot be converted: use a dict.');
  const made = call.functor(factory, []);
  call.add(type.value, made.type, 'The values of this dict');
  if (factory.kind !== 'name' || factory.name !== type.value.type.kind) call.noteFactory(type.value);
  const given = call.arg(1);
  const code = given && takePairs(call, type, given);
  if (given && code === undefined) return undefined;
  return value(type, `${cppType(type)}(${list(made.code(type.value.type, true), code)})`);
}

/** Counts are 64-bit integers in C++. */
function requireCounts(call: LibraryCall, counts: Slot): void {
  const { type } = counts;
  if (type.kind !== 'int' && type.kind !== 'never')
    call.refuse('A `Counter` whose counts are not plain integers cannot be converted: use a dict.');
}

function makeCounter(call: LibraryCall): Value | undefined {
  const type = call.make((): Mapping => ({ kind: 'counter', key: new Slot(), value: new Slot(int) }));
  requireCounts(call, type.value);
  const entries = takeKeywords(call, type);
  const [given] = call.args;
  if (entries.length) return given ? undefined : value(type, `${cppType(type)}{${entries.join(', ')}}`);
  const code = given && countFrom(call, type, given);
  return value(type, code === undefined ? `${cppType(type)}()` : `${cppType(type)}::from(${code})`);
}

/** What a counter counts: the items, or another mapping's numbers. */
function countFrom(call: LibraryCall, target: Mapping, given: Value): string | undefined {
  if (given.type.kind === 'never') return given.code;
  if ('key' in given.type) {
    call.add(target.key, given.type.key.type, 'The keys of this counter');
    call.add(target.value, given.type.value.type, 'The counts of this counter');
    requireCounts(call, target.value);
    return given.code;
  }
  const items = call.items(given);
  call.add(target.key, items.element, 'The keys of this counter');
  return items.code;
}

function makeDeque(call: LibraryCall): Value | undefined {
  const type = call.make((): Collection => ({ kind: 'deque', element: new Slot() }));
  const [given] = call.args;
  const limit = call.args[1] ?? call.keyword('maxlen');
  const items = given && call.items(given);
  if (items) call.add(type.element, items.element, 'The elements of this deque');
  const name = cppType(type);
  if (!items && !limit) return value(type, `${name}()`);
  const bound = limit && (limit.type.kind === 'none' ? 'std::nullopt' : call.integer(limit));
  return value(type, `${name}::from(${list(items?.code ?? `py::list<${cppType(type.element.type)}>()`, bound)})`);
}

export const collections: ReadonlyMap<string, LibraryRow> = new Map([
  ['deque', row(0, 2, makeDeque, ['maxlen'])],
  ['defaultdict', row(0, 2, makeDefaultdict)],
  ['Counter', row(0, 1, makeCounter, ['*'])],
  ['OrderedDict', row(0, 1, makeDict('ordereddict'), ['*'])],
  ['OrderedDict.fromkeys', row(1, 2, fromKeys('ordereddict'))],
]);

/** `dict(x)` of an instance that has keys: what it holds for each of them. */
function dictOfInstance(call: LibraryCall): Value | undefined {
  const [node] = call.node.args;
  const type = node?.kind === 'name' || node?.kind === 'attribute' ? call.arg(0)?.type : undefined;
  if (!node || type?.kind !== 'instance' || call.node.keywords.length) return undefined;
  const { place } = node;
  const base = { id: -call.node.id, place };
  const line = [...lineOf(type.of)];
  if (line.some(({ def }) => def.standsFor === 'dict')) {
    const held: Expr = { ...base, kind: 'attribute', object: node, name: 'data' };
    return call.expr({ ...call.node, args: [held] });
  }
  if (!['keys', '__getitem__'].every((name) => line.some(({ methods }) => methods.has(name)))) return undefined;
  const key: Expr = { ...base, kind: 'name', name: 'key' };
  const keys: Expr = { ...base, kind: 'attribute', object: node, name: 'keys' };
  const iterable: Expr = { ...base, kind: 'call', callee: keys, args: [], keywords: [] };
  return call.expr({
    ...base,
    kind: 'comp',
    form: 'dict',
    element: key,
    value: { ...base, kind: 'index', object: node, index: key },
    clauses: [{ target: key, iterable, conditions: [] }],
  });
}

const makePlainDict = makeDict('dict');

export const dictFunction: LibraryRow = row(0, 1, (call) => dictOfInstance(call) ?? makePlainDict(call), ['*']);

/** A method that is called as it is, after its arguments were let in. */
const plain =
  (
    name: string,
    result: (object: Value, call: LibraryCall) => Type,
    take: readonly ((object: Value) => Slot)[] = [],
  ): MethodRow['translate'] =>
  (object, call) => {
    const codes = call.args.map((arg, index) => {
      const slot = take[index]?.(object);
      if (!slot) return arg.code;
      call.add(slot, arg.type, 'What is stored here');
      return coerced(arg, slot.type);
    });
    return value(result(object, call), `${object.code}.${name}(${codes.join(', ')})`);
  };
const elementSlot = (object: Value): Slot => collection(object).element;

/** A key as the dict holds it. */
function keyCode(object: Value, call: LibraryCall, index = 0): string {
  const arg = call.args[index] as Value;
  call.add(mapping(object).key, arg.type, 'The keys of this dict');
  return coerced(arg, mapping(object).key.type);
}

/** `d.get(key, absent)` and `d.pop(key, absent)`: what is held, or what is given for want of it. */
const getOr =
  (name: 'get' | 'pop'): MethodRow['translate'] =>
  (object, call) => {
    const held = mapping(object).value;
    const key = keyCode(object, call);
    const [, absent] = call.args;
    if (name === 'pop' && !absent) return value(held.type, `${object.code}.pop(${key})`);
    const type = unionOf([held.type, absent?.type ?? none]);
    call.requireOne(type, `What \`${name}\` gives`);
    const simple = absent && type.kind === held.type.kind && type.kind !== 'union';
    if (simple) return value(type, `${object.code}.${name}(${key}, ${absent.code})`);
    return value(
      type,
      `py::${name}_or<${cppType(type)}>(${object.code}, ${key}, ${absent === undefined ? 'py::None' : absent.code})`,
    );
  };

const view =
  (part: 'keys' | 'values' | 'items'): MethodRow['translate'] =>
  (object) =>
    value({ kind: 'view', part, keys: mapping(object).key, values: mapping(object).value }, `${object.code}.${part}()`);

function update(object: Value, call: LibraryCall): Value | undefined {
  const entries = takeKeywords(call, mapping(object));
  const [given] = call.args;
  const code = given && takePairs(call, mapping(object), given);
  if (given && code === undefined) return undefined;
  const updates = [
    ...(code === undefined ? [] : [`${object.code}.update(${code})`]),
    ...(entries.length ? [`${object.code}.update(${cppType(object.type)}{${entries.join(', ')}})`] : []),
  ];
  return value(
    none,
    updates.length === 1 ? String(updates[0]) : `(${['static_cast<void>(0)', ...updates].join(', ')})`,
  );
}

const sameKind = (object: Value): Type => object.type;
const pairType = (object: Value): Type => tupleOf(mapping(object).key.type, mapping(object).value.type);

const dictMethods: readonly (readonly [string, MethodRow])[] = [
  ['get', methodRow(1, 2, getOr('get'))],
  ['pop', methodRow(1, 2, getOr('pop'))],
  [
    'setdefault',
    methodRow(1, 2, (object, call) => {
      const key = keyCode(object, call);
      const [, absent] = call.args;
      const held = mapping(object).value;
      call.add(held, absent?.type ?? none, 'The values of this dict');
      return value(held.type, `${object.code}.setdefault(${list(key, absent?.code ?? 'py::None')})`);
    }),
  ],
  ['keys', methodRow(0, 0, view('keys'))],
  ['values', methodRow(0, 0, view('values'))],
  ['items', methodRow(0, 0, view('items'))],
  ['update', methodRow(0, 1, update, ['*'])],
  ['popitem', methodRow(0, 0, plain('popitem', pairType))],
  ['copy', methodRow(0, 0, plain('copy', sameKind))],
  [
    'clear',
    methodRow(
      0,
      0,
      plain('clear', () => none),
    ),
  ],
];

const fromCounted =
  (name: string): MethodRow['translate'] =>
  (object, call) => {
    const [given] = call.args;
    if (!given) return undefined;
    const code = countFrom(call, mapping(object), given);
    return code === undefined ? undefined : value(none, `${object.code}.${name}(${code})`);
  };

const counterMethods: readonly (readonly [string, MethodRow])[] = [
  ...dictMethods,
  ['update', methodRow(1, 1, fromCounted('update'))],
  ['subtract', methodRow(1, 1, fromCounted('subtract'))],
  [
    'total',
    methodRow(
      0,
      0,
      plain('total', () => int),
    ),
  ],
  [
    'elements',
    methodRow(
      0,
      0,
      plain('elements', (object) => listOf(mapping(object).key.type)),
    ),
  ],
  [
    'most_common',
    methodRow(0, 1, (object, call) => {
      const [limit] = call.args;
      const type = call.make((): Collection => ({ kind: 'list', element: new Slot() }));
      call.add(type.element, tupleOf(mapping(object).key.type, int), 'What is counted');
      const given = limit && limit.type.kind !== 'none' ? `std::max<int64_t>(0, ${call.integer(limit)})` : undefined;
      return value(type, `${object.code}.most_common(${list(given)})`);
    }),
  ],
];

const isLast = (call: LibraryCall, place: number): string | undefined => {
  const last = call.args[place] ?? call.keyword('last');
  return last && alternatives(last.type).every(({ kind }) => kind === 'bool') ? last.code : last && 'true';
};

const orderedMethods: readonly (readonly [string, MethodRow])[] = [
  ...dictMethods,
  [
    'move_to_end',
    methodRow(
      1,
      2,
      (object, call) => value(none, `${object.code}.move_to_end(${list(keyCode(object, call), isLast(call, 1))})`),
      ['last'],
    ),
  ],
  [
    'popitem',
    methodRow(0, 1, (object, call) => value(pairType(object), `${object.code}.popitem(${list(isLast(call, 0))})`), [
      'last',
    ]),
  ],
];

const taking =
  (name: string): MethodRow['translate'] =>
  (object, call) => {
    const [given] = call.args;
    if (!given) return undefined;
    const items = call.items(given);
    call.add(collection(object).element, items.element, `The elements of this ${object.type.kind}`);
    return value(none, `${object.code}.${name}(${items.code})`);
  };

const dequeMethods: readonly (readonly [string, MethodRow])[] = [
  [
    'append',
    methodRow(
      1,
      1,
      plain('append', () => none, [elementSlot]),
    ),
  ],
  [
    'appendleft',
    methodRow(
      1,
      1,
      plain('appendleft', () => none, [elementSlot]),
    ),
  ],
  [
    'pop',
    methodRow(
      0,
      0,
      plain('pop', (object) => elementSlot(object).type),
    ),
  ],
  [
    'popleft',
    methodRow(
      0,
      0,
      plain('popleft', (object) => elementSlot(object).type),
    ),
  ],
  ['extend', methodRow(1, 1, taking('extend'))],
  ['extendleft', methodRow(1, 1, taking('extendleft'))],
  [
    'rotate',
    methodRow(0, 1, (object, call) => value(none, `${object.code}.rotate(${list(...call.args.map(call.integer))})`)),
  ],
  [
    'clear',
    methodRow(
      0,
      0,
      plain('clear', () => none),
    ),
  ],
  [
    'reverse',
    methodRow(
      0,
      0,
      plain('reverse', () => none),
    ),
  ],
  ['copy', methodRow(0, 0, plain('copy', sameKind))],
  [
    'count',
    methodRow(
      1,
      1,
      plain('count', () => int),
    ),
  ],
  [
    'index',
    methodRow(
      1,
      3,
      plain('index', () => int),
    ),
  ],
  [
    'remove',
    methodRow(
      1,
      1,
      plain('remove', () => none),
    ),
  ],
  [
    'insert',
    methodRow(2, 2, (object, call) => {
      const [at, item] = call.args;
      if (!at || !item) return undefined;
      call.add(elementSlot(object), item.type, 'The elements of this deque');
      const code = coerced(item, elementSlot(object).type);
      return value(none, `${object.code}.insert(${call.integer(at)}, ${code})`);
    }),
  ],
];

export const collectionMethods: readonly (readonly [string, readonly (readonly [string, MethodRow])[]])[] = [
  ['dict', dictMethods],
  ['defaultdict', dictMethods],
  ['ordereddict', orderedMethods],
  ['counter', counterMethods],
  ['deque', dequeMethods],
];
