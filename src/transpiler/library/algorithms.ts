import { cppType } from '../cpp.ts';
import type { Value } from '../library.ts';
import { float, int, isInteger, none, Slot, tupleOf, unionOf, type Type } from '../types.ts';
import { coerced } from '../unions.ts';
import {
  generator,
  iterator,
  list,
  newList,
  row,
  value,
  type Items,
  type LibraryCall,
  type LibraryRow,
} from './call.ts';

const starsToo = (...given: Parameters<typeof row>): LibraryRow => ({ ...row(...given), stars: true });

/** All arguments as things to go over. */
const allItems = (call: LibraryCall): Items[] => call.args.map((arg) => call.items(arg));

/** The slot of the list that a function changes or searches. */
function listSlot(call: LibraryCall): { readonly slot: Slot; readonly code: string } | undefined {
  const [heap] = call.args;
  return heap?.type.kind === 'list' ? { slot: heap.type.element, code: heap.code } : undefined;
}

/** A function of `heapq` that lets an item into a list. */
const pushing =
  (name: string, gives: boolean) =>
  (call: LibraryCall): Value | undefined => {
    const heap = listSlot(call);
    const [, item] = call.args;
    if (!heap || !item) return undefined;
    call.add(heap.slot, item.type, 'The elements of this list');
    const code = `py::heapq::${name}(${heap.code}, ${cppType(heap.slot.type)}(${coerced(item, heap.slot.type)}))`;
    return value(gives ? heap.slot.type : none, code);
  };

const extremes =
  (name: string) =>
  (call: LibraryCall): Value | undefined => {
    const [count, given] = call.args;
    if (!count || !given) return undefined;
    const { element, code } = call.items(given);
    const key = call.keywordNode('key');
    const all = list(call.integer(count), `py::to_list(${code})`, key && call.key(key, element));
    return newList(call, element, `py::heapq::${name}(${all})`);
  };

/** Functions of `heapq`. */
export const heapq: ReadonlyMap<string, LibraryRow> = new Map([
  ['heappush', row(2, 2, pushing('heappush', false))],
  ['heappushpop', row(2, 2, pushing('heappushpop', true))],
  ['heapreplace', row(2, 2, pushing('heapreplace', true))],
  [
    'heappop',
    row(1, 1, (call) => {
      const heap = listSlot(call);
      return heap && value(heap.slot.type, `py::heapq::heappop(${heap.code})`);
    }),
  ],
  [
    'heapify',
    row(1, 1, (call) => {
      const heap = listSlot(call);
      return heap && value(none, `py::heapq::heapify(${heap.code})`);
    }),
  ],
  ['nsmallest', row(2, 2, extremes('nsmallest'), ['key'])],
  ['nlargest', row(2, 2, extremes('nlargest'), ['key'])],
  [
    'merge',
    row(
      1,
      8,
      (call) => {
        const items = allItems(call);
        const element = unionOf(items.map((each) => each.element));
        if (element.kind === 'union' || element.kind === 'never') return undefined;
        const lists = items.map(({ code }) => `py::to_list<${cppType(element)}>(${code})`);
        const keyNode = call.keywordNode('key');
        const reverse = call.keyword('reverse');
        const all = `std::vector<py::list<${cppType(element)}>>{${lists.join(', ')}}`;
        if (!keyNode && !reverse) return generator(call, element, `py::merge_sorted<${cppType(element)}>(${all})`);
        const key =
          keyNode && keyNode.kind !== 'none'
            ? call.functor(keyNode, [element]).code(undefined, true)
            : '[](const auto& item) { return item; }';
        return generator(
          call,
          element,
          `py::merge_sorted_by<${cppType(element)}>(${all}, ${key}, ${reverse?.code ?? 'false'})`,
        );
      },
      ['key', 'reverse'],
    ),
  ],
]);

const bisecting =
  (name: string) =>
  (call: LibraryCall): Value | undefined => {
    const sorted = listSlot(call);
    const [, item] = call.args;
    const low = call.args[2] ?? call.keyword('lo');
    const high = call.args[3] ?? call.keyword('hi');
    if (!sorted || !item) return undefined;
    const from = low || high ? (low ? call.integer(low) : '0') : undefined;
    const to = high && (high.type.kind === 'none' ? 'std::nullopt' : call.integer(high));
    const keyNode = call.keywordNode('key');
    if (keyNode && keyNode.kind !== 'none') {
      const side = name === 'bisect_left' ? 'left' : 'right';
      const key = call.key(keyNode, sorted.slot.type);
      return value(int, `py::bisect::bisect_${side}_key(${list(sorted.code, item.code, key, from, to)})`);
    }
    return value(int, `py::bisect::${name}(${list(sorted.code, item.code, from, to)})`);
  };
const inserting =
  (name: string) =>
  (call: LibraryCall): Value | undefined => {
    const sorted = listSlot(call);
    const [, item] = call.args;
    if (!sorted || !item) return undefined;
    call.add(sorted.slot, item.type, 'The elements of this list');
    const keyNode = call.keywordNode('key');
    if (keyNode && keyNode.kind !== 'none') {
      const side = name === 'insort_left' ? 'left' : 'right';
      const key = call.key(keyNode, sorted.slot.type);
      return value(none, `py::bisect::insort_${side}_key(${sorted.code}, ${coerced(item, sorted.slot.type)}, ${key})`);
    }
    return value(none, `py::bisect::${name}(${sorted.code}, ${coerced(item, sorted.slot.type)})`);
  };

/** Functions of `bisect`. */
export const bisect: ReadonlyMap<string, LibraryRow> = new Map([
  ...['bisect', 'bisect_left', 'bisect_right'].map((name): [string, LibraryRow] => [
    name,
    row(2, 4, bisecting(name), ['lo', 'hi', 'key']),
  ]),
  ...['insort', 'insort_left', 'insort_right'].map((name): [string, LibraryRow] => [
    name,
    row(2, 2, inserting(name), ['key']),
  ]),
]);

/** What chooses some of the items of one thing at a time: tuples whose length is known at run time. */
const choosing =
  (name: string) =>
  (call: LibraryCall): Value | undefined => {
    const [given, size] = call.args;
    const length = size ?? call.keyword('r');
    if (!given || (!length && name !== 'permutations')) return undefined;
    const { element, code } = call.items(given);
    if (element.kind === 'union') return undefined;
    const chosen: Type = { kind: 'vartuple', element: new Slot(element) };
    return generator(
      call,
      chosen,
      `py::itertools::${name}(${list(`py::to_list(${code})`, length && call.integer(length))})`,
    );
  };

/** The one `*items` that a call is given, as things to go over. */
function starred(call: LibraryCall): Items | undefined {
  const [star, more] = call.node.args;
  return star?.kind === 'star' && !more ? call.items(call.expr(star.value)) : undefined;
}

function product(call: LibraryCall): Value | undefined {
  const groups = starred(call);
  if (groups) {
    if (call.keyword('repeat') || ['union', 'never'].includes(groups.element.kind)) return undefined;
    const { element, code } = call.items(value(groups.element, 'group'));
    const chosen: Type = { kind: 'vartuple', element: new Slot(element) };
    const lists = `[&] { py::list<py::list<${cppType(element)}>> groups; for (const auto& group : ${groups.code}) groups.append(py::to_list<${cppType(element)}>(${code})); return groups; }()`;
    return generator(call, chosen, `py::itertools::product_all(${lists})`);
  }
  const items = allItems(call);
  const repeat = call.keyword('repeat');
  const codes = items.map(({ code }) => `py::to_list(${code})`);
  if (repeat) {
    const [first, more] = items;
    if (!first || more) return undefined;
    return generator(
      call,
      { kind: 'vartuple', element: new Slot(first.element) },
      `py::itertools::product_repeat(${list(codes[0], call.integer(repeat))})`,
    );
  }
  if (items.length === 0) return undefined;
  return generator(
    call,
    tupleOf(...items.map(({ element }) => element)),
    `py::itertools::product(${codes.join(', ')})`,
  );
}

function accumulate(call: LibraryCall): Value | undefined {
  const [given] = call.args;
  const fn = call.node.args[1] ?? call.keywordNode('func');
  const start = call.keyword('initial');
  if (!given) return undefined;
  const { element, code } = call.items(given);
  const type = start ? unionOf([element, start.type]) : element;
  if (type.kind === 'union') return undefined;
  if (!fn || fn.kind === 'none') {
    const added = start ? `, [](const auto& a, const auto& b) { return py::add(a, b); }, ${start.code}` : '';
    return generator(call, type, `py::itertools::accumulate(py::to_list(${code})${added})`);
  }
  const functor = call.functor(fn, [type, element]);
  return generator(
    call,
    type,
    `py::itertools::accumulate(${list(`py::to_list(${code})`, functor.code(type, true), start?.code)})`,
  );
}

const testing =
  (name: string) =>
  (call: LibraryCall): Value | undefined => {
    const [fn, given] = call.node.args;
    if (!fn || !given) return undefined;
    const { element, code } = call.items(call.expr(given));
    if (fn.kind === 'none')
      return name === 'filterfalse'
        ? generator(
            call,
            element,
            `py::itertools::filterfalse([](const auto& item) { return py::is_true(item); }, ${code})`,
          )
        : undefined;
    return generator(
      call,
      element,
      `py::itertools::${name}(${call.functor(fn, [element]).code(undefined, true)}, ${code})`,
    );
  };

/** Rows of several things side by side, as long as the longest. */
function zipLongest(call: LibraryCall): Value | undefined {
  const fill = call.keyword('fillvalue') ?? value(none, 'py::None');
  const [star, more] = call.node.args;
  if (star?.kind === 'star') {
    if (more) return undefined;
    const rows = call.items(call.expr(star.value));
    if (['tuple', 'union'].includes(rows.element.kind)) return undefined;
    const item = rows.element.kind === 'never' ? rows.element : call.items(value(rows.element, 'row')).element;
    const element = unionOf([item, fill.type]);
    call.requireOne(element, 'What `zip_longest` gives');
    const code = `py::zip_longest_all<${cppType(element)}>(${rows.code}, ${fill.code})`;
    return generator(call, { kind: 'vartuple', element: new Slot(element) }, code);
  }
  const items = allItems(call);
  if (items.length === 0) return iterator(call, tupleOf(), 'py::list<std::tuple<>>()');
  const types = items.map(({ element }) => unionOf([element, fill.type]));
  for (const type of types) call.requireOne(type, 'What `zip_longest` gives');
  const row = tupleOf(...types);
  const lists = items.map(({ code }) => `py::to_list(${code})`).join(', ');
  return generator(call, row, `py::zip_longest_of<${cppType(row)}>(${fill.code}, std::make_tuple(${lists}))`);
}

function starmap(call: LibraryCall): Value | undefined {
  const [fn] = call.node.args;
  const given = call.arg(1);
  if (!fn || !given) return undefined;
  const { element, code } = call.items(given);
  if (element.kind !== 'tuple') return undefined;
  const functor = call.functor(fn, element.items);
  return generator(call, functor.type, `py::itertools::starmap(${functor.code(functor.type, true)}, ${code})`);
}

const chainFromIterable = (call: LibraryCall): Value | undefined => call.args[0] && chainOver(call, call.args[0]);

/** The items of all groups, one after the other. */
function chainOver(call: LibraryCall, given: Value): Value | undefined {
  const groups = call.items(given);
  if (['tuple', 'union', 'never'].includes(groups.element.kind)) return undefined;
  const { element } = call.items(value(groups.element, 'group'));
  return generator(call, element, `py::itertools::chain_from_iterable(${groups.code})`);
}

/** Iterators that each go over the same things. */
function tee(call: LibraryCall): Value | undefined {
  const [given] = call.args;
  const count = call.node.args[1] ?? call.keywordNode('n');
  if (!given || (count && (count.kind !== 'int' || count.value > 16n || count.value < 1n))) return undefined;
  const copies = count?.kind === 'int' ? Number(count.value) : 2;
  const { element, code } = call.items(given);
  const types = Array.from({ length: copies }, (): Type => ({ kind: 'iter', element: new Slot(element) }));
  return value(tupleOf(...types), `py::itertools::tee<${copies}>(py::iter(${code}))`);
}

/** Functions of `itertools`. */
export const itertools: ReadonlyMap<string, LibraryRow> = new Map([
  ['permutations', row(1, 2, choosing('permutations'), ['r'])],
  ['combinations', row(1, 2, choosing('combinations'), ['r'])],
  ['combinations_with_replacement', row(1, 2, choosing('combinations_with_replacement'), ['r'])],
  ['product', { ...row(1, 8, product, ['repeat']), stars: true }],
  ['tee', row(1, 2, tee, ['n'])],
  ['accumulate', row(1, 2, accumulate, ['func', 'initial'])],
  ['zip_longest', { ...row(0, 6, zipLongest, ['fillvalue']), stars: true }],
  ['starmap', row(2, 2, starmap)],
  ['chain.from_iterable', row(1, 1, chainFromIterable)],
  [
    'compress',
    row(2, 2, (call) => {
      const [items, selectors] = allItems(call);
      if (!items || !selectors) return undefined;
      const codes = [items, selectors].map(({ code }) => `py::to_list(${code})`);
      return generator(call, items.element, `py::itertools::compress(${codes.join(', ')})`);
    }),
  ],
  ['filterfalse', row(2, 2, testing('filterfalse'))],
  ['takewhile', row(2, 2, testing('takewhile'))],
  ['dropwhile', row(2, 2, testing('dropwhile'))],
  [
    'chain',
    starsToo(0, 8, (call) => {
      const [star, more] = call.node.args;
      if (!star) return undefined;
      if (star.kind === 'star' && !more) return chainOver(call, call.expr(star.value));
      if (call.node.args.some(({ kind }) => kind === 'star')) return undefined;
      const items = allItems(call);
      const element = unionOf(items.map((each) => each.element));
      if (element.kind === 'union') return undefined;
      return generator(call, element, `py::itertools::chain(${items.map(({ code }) => code).join(', ')})`);
    }),
  ],
  [
    'count',
    row(0, 2, (call) => {
      if (
        call.args.some(({ type }) => type.kind === 'float') &&
        call.args.every(({ type }) => ['int', 'float'].includes(type.kind))
      )
        return generator(call, float, `py::itertools::count<double>(${call.args.map(({ code }) => code).join(', ')})`);
      if (!call.args.every(({ type }) => isInteger(type) && type.kind !== 'bigint')) return undefined;
      return generator(call, int, `py::itertools::count<int64_t>(${call.args.map(({ code }) => code).join(', ')})`);
    }),
  ],
  [
    'cycle',
    row(1, 1, (call) => {
      const [items] = allItems(call);
      return items && generator(call, items.element, `py::itertools::cycle(py::to_list(${items.code}))`);
    }),
  ],
  [
    'repeat',
    row(1, 2, (call) => {
      const [item, times] = call.args;
      if (!item) return undefined;
      return generator(
        call,
        item.type,
        `py::itertools::repeat<${cppType(item.type)}>(${list(item.code, times && call.integer(times))})`,
      );
    }),
  ],
  [
    'islice',
    row(2, 4, (call) => {
      const [given, ...bounds] = call.args;
      if (!given || bounds.some(({ type }) => type.kind !== 'int' && type.kind !== 'none')) return undefined;
      const { element, code } = call.items(given);
      const codes = bounds.map((bound) => (bound.type.kind === 'none' ? 'std::nullopt' : bound.code));
      return generator(call, element, `py::itertools::islice(${list(code, ...codes)})`);
    }),
  ],
  [
    'pairwise',
    row(1, 1, (call) => {
      const [items] = allItems(call);
      return items && generator(call, tupleOf(items.element, items.element), `py::itertools::pairwise(${items.code})`);
    }),
  ],
  [
    'groupby',
    row(
      1,
      2,
      (call) => {
        const [given] = call.args;
        const key = call.node.args[1] ?? call.keywordNode('key');
        if (!given) return undefined;
        const { element, code } = call.items(given);
        const functor = key && call.functor(key, [element]);
        const group: Type = { kind: 'iter', element: new Slot(element) };
        return generator(
          call,
          tupleOf(functor?.type ?? element, group),
          `py::itertools::groupby(${list(code, functor?.code(undefined, true))})`,
        );
      },
      ['key'],
    ),
  ],
]);

/** Functions of `functools`. */
export const functools: ReadonlyMap<string, LibraryRow> = new Map([
  [
    'reduce',
    row(2, 3, (call) => {
      const [fn, given, first] = call.node.args;
      if (!fn || !given) return undefined;
      const { element, code } = call.items(call.expr(given));
      const start = first && call.expr(first);
      const before = start ? start.type : element;
      const type = unionOf([before, call.functor(fn, [before, element]).type]);
      call.requireOne(type, 'What `reduce` gives');
      const functor = call.functor(fn, [type, element]).code(type);
      const items = start ? code : `py::to_list<${cppType(type)}>(${code})`;
      const initial = start && `${cppType(type)}(${coerced(start, type)})`;
      return value(type, `py::functools::reduce(${list(functor, items, initial)})`);
    }),
  ],
]);
