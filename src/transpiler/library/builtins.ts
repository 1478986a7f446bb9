import type { Expr } from '../ast.ts';
import { cppType } from '../cpp.ts';
import type { Value } from '../library.ts';
import {
  bool,
  complex,
  alternatives,
  bigint,
  float,
  int,
  isInteger,
  isNumber,
  sameType,
  Slot,
  str,
  tupleOf,
  unionOf,
  type Type,
} from '../types.ts';
import { coerced, onEachType, pythonTypeName } from '../unions.ts';
import { iterator, list, row, value, type LibraryCall, type LibraryRow } from './call.ts';

/** True for plain numbers of different types in one place. */
const isMixed = (type: Type): boolean =>
  type.kind === 'union' && type.items.every((item) => isNumber(item) && item.kind !== 'bigint');
const onEach = ({ code }: Value, use: string): string => `py::visit([&](const auto& x) { return ${use}; }, ${code})`;
const counted = (type: Type): Type => (type.kind === 'bool' ? int : type);

/** A number made of a value of several types, of which some are none and no text. */
function numberOfAny(given: Value, expected: string, use: (each: Value) => Value | undefined): Value {
  return onEachType(given, (each) => {
    const made = isNumber(each.type) || each.type.kind === 'str' ? use(each) : undefined;
    return made ?? { error: 'TypeError', message: `${expected}'${pythonTypeName(each.type)}'` };
  });
}

/** A text, or bytes as one. */
const textOf = ({ type, code }: Value): string => (type.kind === 'str' ? code : `py::str(${code}.decode())`);

function toInt(call: LibraryCall): Value | undefined {
  const [given, base] = call.args;
  if (!given) return value(int, 'int64_t{0}');
  const { type } = given;
  const isText = type.kind === 'str' || type.kind === 'bytes' || type.kind === 'bytearray';
  const code = isText ? textOf(given) : given.code;
  const radix = base ?? call.keyword('base');
  if (isText && call.growsAlways) return value(bigint, `py::Int::parse(${list(code, radix && call.integer(radix))})`);
  if (radix)
    return isText || type.kind === 'never' ? value(int, `py::int_(${code}, ${call.integer(radix)})`) : undefined;
  if (isMixed(type)) return value(int, onEach(given, 'py::int_(x)'));
  const expected = 'int() argument must be a string, a bytes-like object or a real number, not ';
  if (type.kind === 'union') return numberOfAny(given, expected, (each) => toInt({ ...call, args: [each] }));
  if (type.kind === 'bigint' || type.kind === 'int') return given;
  return isNumber(type) || isText || type.kind === 'never' ? value(int, `py::int_(${code})`) : undefined;
}

function toFloat(call: LibraryCall): Value | undefined {
  const [given] = call.args;
  if (!given) return value(float, '0.0');
  const { type, code } = given;
  if (isMixed(type)) return value(float, onEach(given, 'static_cast<double>(x)'));
  const expected = 'float() argument must be a string or a real number, not ';
  if (type.kind === 'union') return numberOfAny(given, expected, (each) => toFloat({ ...call, args: [each] }));
  if (type.kind === 'float') return given;
  if (isNumber(type)) return value(float, `static_cast<double>(${code})`);
  if (type.kind === 'bytes' || type.kind === 'bytearray') return value(float, `py::float_(${textOf(given)})`);
  return type.kind === 'str' || type.kind === 'never' ? value(float, `py::float_(${code})`) : undefined;
}

/** `list(…)`, `set(…)`, `frozenset(…)` and `tuple(…)`. */
const container =
  (kind: 'list' | 'set' | 'frozenset' | 'vartuple') =>
  (call: LibraryCall): Value | undefined => {
    const [given] = call.args;
    if (kind === 'vartuple' && given?.type.kind === 'tuple') return given;
    const type = call.make((): Extract<Type, { element: Slot }> => ({ kind, element: new Slot() }));
    if (!given) return value(type, `${cppType(type)}()`);
    const items = call.items(given);
    call.add(type.element, items.element, `The elements of this ${kind === 'vartuple' ? 'tuple' : kind}`);
    // A part of a list is a new one already.
    if (given.code.startsWith('py::slice(') && sameType(given.type, type)) return value(type, given.code);
    return value(type, `${cppType(type)}::from(${items.code})`);
  };

function toComplex(call: LibraryCall): Value | undefined {
  const [real, imaginary] = [call.args[0] ?? call.keyword('real'), call.args[1] ?? call.keyword('imag')];
  if (real?.type.kind === 'complex' && !imaginary) return real;
  if (real?.type.kind === 'str' && !imaginary) return value(complex, `py::complex_(${real.code})`);
  const part = (given: Value | undefined): string | undefined =>
    given === undefined
      ? '0.0'
      : isNumber(given.type) || given.type.kind === 'never'
        ? `static_cast<double>(${given.code})`
        : undefined;
  const [first, second] = [part(real), part(imaginary)];
  return first === undefined || second === undefined
    ? undefined
    : value(complex, `std::complex<double>(${first}, ${second})`);
}

/** `sum(tuples, ())`: a tuple of any length. */
function sumOfTuples(call: LibraryCall, element: Type, code: string, start: Value): Value | undefined {
  const itemsOf = ({ type }: { readonly type: Type }): Type | undefined => {
    if (type.kind === 'vartuple') return type.element.type;
    return type.kind === 'tuple' && !type.record ? unionOf(type.items) : undefined;
  };
  const [items, first] = [itemsOf({ type: element }), itemsOf(start)];
  if (!items || !first) return undefined;
  const type = call.make(() => ({ kind: 'vartuple', element: new Slot() }));
  if (type.kind !== 'vartuple') return undefined;
  type.element.add(unionOf([items, first]));
  const held = cppType(type.element.type);
  const loop = `for (const auto& item : ${code}) total = total + py::to_vartuple<${held}>(item);`;
  const isEmpty = start.type.kind === 'tuple' && start.type.items.length === 0;
  const begin = isEmpty ? `py::vartuple<${held}> total;` : `auto total = py::to_vartuple<${held}>(${start.code});`;
  return value(type, `[&] { ${begin} ${loop} return total; }()`);
}

function sum(call: LibraryCall): Value | undefined {
  const [given] = call.args;
  const start = call.args[1] ?? call.keyword('start');
  if (!given) return undefined;
  const { element, code } = call.items(given);
  const parts = alternatives(element);
  if (!parts.every((part) => isNumber(part))) {
    if (element.kind === 'list' && start?.type.kind === 'list') {
      const type = unionOf([element, start.type]);
      call.requireOne(type, 'What is added up');
      return value(type, `py::sum(${code}, ${start.code})`);
    }
    const tuples = start && sumOfTuples(call, element, code, start);
    if (tuples) return tuples;
    if (element.kind === 'instance' && start?.type.kind === 'instance') {
      const added = call.binary('+', value(start.type, 'total'), value(element, 'item'), call.node);
      if (!sameType(added.type, start.type)) return undefined;
      const loop = `for (const auto& item : ${code}) total = ${added.code};`;
      return value(start.type, `[&] { ${cppType(start.type)} total = ${start.code}; ${loop} return total; }()`);
    }
    const numbers = parts.filter((part) => isNumber(part));
    if (numbers.length > 0 && (!start || isNumber(start.type)) && !numbers.some(({ kind }) => kind === 'bigint')) {
      // Anything else among them is a TypeError when it comes to that.
      const result = unionOf([counted(start?.type ?? int), ...numbers.map(counted)]);
      return value(result, `py::sum_of<${cppType(result)}>(${code}, ${start?.code ?? 'int64_t{0}'})`);
    }
    if (element.kind === 'instance' && (!start || isNumber(start.type))) {
      const first = call.binary('+', start ?? value(int, 'int64_t{0}'), value(element, 'item'), call.node);
      const next = call.binary('+', value(first.type, '*total'), value(element, 'item'), call.node);
      if (!sameType(first.type, next.type)) return undefined;
      const type = cppType(first.type);
      const loop = `for (const auto& item : ${code}) total = total ? ${type}(${next.code.replaceAll('*total->', '(*total)->')}) : ${type}(${first.code});`;
      return value(first.type, `[&] { std::optional<${type}> total; ${loop} return py::sum_of_some(total); }()`);
    }
    return element.kind === 'complex' ? value(element, `py::sum(${list(code, start?.code ?? '0.0')})`) : undefined;
  }
  if (start && !isNumber(start.type) && start.type.kind !== 'never') return undefined;
  const zero = !start || /^(?:int64_t\{)?0\}?$/.test(start.code);
  // The sum of no floats is the integer 0 in Python.
  if (element.kind === 'float' && zero) {
    const type = unionOf([int, float]);
    return value(type, `py::sum_of_floats<${cppType(type)}>(${code})`);
  }
  const startType = counted(start?.type ?? int);
  const result = unionOf([startType, ...parts.map(counted)]);
  if (result.kind === 'union' && startType.kind !== 'float')
    return value(result, `py::sum_of<${cppType(result)}>(${code}, ${start?.code ?? 'int64_t{0}'})`);
  if (result.kind === 'union' && parts.length > 1)
    return value(result, `py::sum_of<${cppType(result)}>(${code}, ${start?.code ?? '0.0'})`);
  const type = result.kind === 'union' ? float : result;
  if (type.kind === 'bigint' || (type.kind === 'int' && call.growsAlways))
    return value(bigint, `py::sum(${code}, py::Int(${start?.code ?? 'int64_t{0}'}))`);
  return value(type, `py::sum(${list(code, start?.code)})`);
}

const isOrdered = (type: Type): boolean =>
  alternatives(type).every(({ kind }) => !['func', 'class', 'complex', 'iter', 'generator', 'view'].includes(kind));

/** `min(*items)` and `max(a, *items)`: of all of them; of a single number, which Python would go over, it is an error. */
function extremeOfSpread(name: 'min' | 'max', call: LibraryCall, key: Expr | undefined): Value | undefined {
  const { args, id, place } = call.node;
  const all = call.expr({ kind: 'list', id: -id, place, items: args });
  if (all.type.kind !== 'list') return undefined;
  const element = all.type.element.type;
  const given = args.filter(({ kind }) => kind !== 'star').length;
  if (!isOrdered(element) || (given < 2 && element.kind !== 'never' && !isNumber(element))) return undefined;
  const items = given < 2 ? `py::several(${all.code}, "${name}")` : all.code;
  const ordering = key && call.key(key, element);
  return value(element, `py::${name}${ordering === undefined ? '' : '_key'}(${list(items, ordering)})`);
}

/** `min(…)` and `max(…)`. */
const extreme =
  (name: 'min' | 'max') =>
  (call: LibraryCall): Value | undefined => {
    const keyNode = call.keywordNode('key');
    const withKey = keyNode && keyNode.kind !== 'none' ? keyNode : undefined;
    const absent = call.keyword('default');
    if (call.node.args.some(({ kind }) => kind === 'star')) return extremeOfSpread(name, call, withKey);
    const [first, ...more] = call.args;
    if (!first) return undefined;
    if (more.length === 0) {
      const { element, code } = call.items(first);
      if (!isOrdered(element)) return undefined;
      const key = withKey && call.key(withKey, element);
      const suffix = key === undefined ? '' : '_key';
      if (!absent) return value(element, `py::${name}${suffix}(${list(code, key)})`);
      const type = unionOf([element, absent.type]);
      call.requireOne(type, `What \`${name}\` gives`);
      if (type.kind === element.kind && type.kind !== 'union')
        return value(type, `py::${name}${suffix}_default(${list(code, key, absent.code)})`);
      return value(type, `py::${name}_or<${cppType(type)}>(${list(code, absent.code, key)})`);
    }
    if (absent) return undefined;
    const type = unionOf(call.args.map((arg) => arg.type));
    call.requireOne(type, `What \`${name}\` compares`);
    if (!isOrdered(type)) return undefined;
    const sign = name === 'max' ? call.args.some((arg) => arg.nonNegative) : call.args.every((arg) => arg.nonNegative);
    const plain = type.kind !== 'union' && !withKey;
    const codes = call.args.map((arg) =>
      plain && type.kind === arg.type.kind ? arg.code : `${cppType(type)}(${coerced(arg, type)})`,
    );
    if (plain) return { ...value(type, `py::${name}(${codes.join(', ')})`), nonNegative: sign };
    const key = withKey && call.key(withKey, type);
    const items = `py::list<${cppType(type)}>{${codes.join(', ')}}`;
    return value(type, `py::${name}${key === undefined ? '' : '_key'}(${list(items, key)})`);
  };

function enumerate(call: LibraryCall): Value | undefined {
  const [given] = call.args;
  if (!given) return undefined;
  const items = call.items(given);
  const start = call.args[1] ?? call.keyword('start');
  const from = start && call.integer(start);
  return iterator(call, tupleOf(int, items.element), `py::enumerate(${list(items.code, from)})`);
}

const isIterator = ({ type }: Value): boolean => type.kind === 'generator' || type.kind === 'iter';

/** Things to go over side by side; iterators are asked in turn, as Python asks them, since others may go on with them. */
function inTurn(given: readonly Value[], call: LibraryCall): { readonly elements: Type[]; readonly codes: string[] } {
  const items = given.map((item) => call.items(item));
  const turns = given.some((item) => isIterator(item) && /^[\w\u0080-\uffff.>-]+$/.test(item.code));
  return {
    elements: items.map(({ element }) => element),
    codes: items.map(({ code }) => (turns ? `py::iter(${code})` : code)),
  };
}

function zip(call: LibraryCall): Value | undefined {
  const [star] = call.node.args;
  if (star?.kind === 'star') {
    if (call.node.args.length > 1) return undefined;
    const rows = call.items(call.expr(star.value));
    const element = rows.element.kind === 'never' ? rows.element : call.items(value(rows.element, 'row')).element;
    const isMixed = rows.element.kind === 'union' || (rows.element.kind === 'tuple' && element.kind === 'union');
    const all = isMixed ? `py::rows_of<${cppType(element)}>(${rows.code})` : rows.code;
    call.requireOne(element, 'The elements of these rows');
    return iterator(call, { kind: 'vartuple', element: new Slot(element) }, `py::zip_all(${all})`);
  }
  if (!star) return iterator(call, tupleOf(), 'py::list<std::tuple<>>()');
  const { elements, codes } = inTurn(call.args, call);
  const strict = call.keywordNode('strict');
  if (strict && strict.kind !== 'bool') return undefined;
  const turns = codes.some((code) => code.startsWith('py::iter('));
  if (turns && strict) return undefined;
  const name = turns ? 'zip_in_turn' : strict?.value === true ? 'zip_strict' : 'zip';
  return iterator(call, tupleOf(...elements), `py::${name}(${codes.join(', ')})`);
}

/** `map` of functions and several sequences; `filter`. */
function map(call: LibraryCall): Value | undefined {
  const [fn, ...given] = call.node.args;
  if (!fn) return undefined;
  const { elements, codes } = inTurn(
    given.map((_, index) => call.arg(index + 1) as Value),
    call,
  );
  if (codes.length > 1 && codes.some((code) => code.startsWith('py::iter(')))
    return call.refuse('`map` over several iterators cannot be converted: make them lists.');
  const change = call.functor(fn, elements);
  return iterator(call, change.type, `py::map(${list(change.code(undefined, true), ...codes)})`);
}

function filter(call: LibraryCall): Value | undefined {
  const [fn] = call.node.args;
  const given = call.arg(1);
  if (!fn || !given) return undefined;
  const items = call.items(given);
  const test = fn.kind === 'none' ? 'py::None' : call.functor(fn, [items.element]).code(undefined, true);
  return iterator(call, items.element, `py::filter(${test}, ${items.code})`);
}

function reversed(call: LibraryCall): Value | undefined {
  const [given] = call.args;
  if (!given || ['set', 'frozenset', 'iter', 'generator'].includes(given.type.kind)) return undefined;
  const items = call.items(given);
  return iterator(call, items.element, `py::reversed(${items.code})`);
}

function divmod(call: LibraryCall): Value | undefined {
  const [a, b] = call.args;
  if (!a || !b) return undefined;
  const type = unionOf([counted(a.type), counted(b.type)]);
  if (type.kind === 'bigint')
    return value(tupleOf(bigint, bigint), `py::divmod(py::Int(${a.code}), py::Int(${b.code}))`);
  if (!isNumber(a.type) || !isNumber(b.type)) return undefined;
  const result = isInteger(a.type) && isInteger(b.type) ? int : float;
  return value(tupleOf(result, result), `py::divmod(${a.code}, ${b.code})`);
}

function pow(call: LibraryCall): Value | undefined {
  const [a, b] = call.args;
  const modulus = call.args[2] ?? call.keyword('mod');
  const right = call.node.args[1];
  if (!a || !b || !right) return undefined;
  if (!modulus) return call.binary('**', a, b, right);
  const all = [a, b, modulus];
  if (!all.every(({ type }) => isInteger(type) || type.kind === 'never')) return undefined;
  if (all.every(({ type }) => type.kind !== 'bigint'))
    return {
      ...value(int, `py::pow(${all.map(({ code }) => code).join(', ')})`),
      nonNegative: modulus.nonNegative === true,
    };
  const code = `py::pow(${all.map((item) => `py::Int(${item.code})`).join(', ')})`;
  return modulus.type.kind === 'bigint' ? value(bigint, code) : value(int, `static_cast<int64_t>(${code})`);
}

function format(call: LibraryCall): Value | undefined {
  const [given, spec] = call.args;
  if (!given || (spec && spec.type.kind !== 'str')) return undefined;
  if (isMixed(given.type)) return value(str, onEach(given, `py::format(x, ${spec?.code ?? 'py::str()'})`));
  if (given.type.kind === 'union') return undefined;
  call.printable(given.type);
  return value(str, `py::format(${given.code}, ${spec?.code ?? 'py::str()'})`);
}

function slice(call: LibraryCall): Value | undefined {
  const given = call.args.length === 1 ? [undefined, call.args[0]] : call.args;
  const bounds = [0, 1, 2].map((at) => {
    const bound = given[at];
    return !bound || bound.type.kind === 'none' ? 'std::nullopt' : call.integer(bound);
  });
  if (call.args.some(({ type }) => !isInteger(type) && !['none', 'never'].includes(type.kind))) return undefined;
  return value({ kind: 'slice' }, `py::slice_object(${bounds.join(', ')})`);
}

/** What can be called is known from its type. */
function callable(call: LibraryCall): Value | undefined {
  const [node] = call.node.args;
  if (!node) return undefined;
  const { kind } = call.expr(node).type;
  if (['union', 'instance', 'never', 'class'].includes(kind)) return undefined;
  return value(bool, String(kind === 'func'));
}

function roundTo(call: LibraryCall): Value | undefined {
  const [given] = call.args;
  const digits = call.args[1] ?? call.keyword('ndigits');
  if (!given) return undefined;
  const { type, code } = given;
  const whole = !digits || digits.type.kind === 'none';
  if (isMixed(type) && whole) return value(int, onEach(given, 'py::round(x)'));
  if (isMixed(type) && digits) {
    const result = unionOf(alternatives(type).map(counted));
    return value(
      result,
      `py::operate_unary<${cppType(result)}>("round()", [&](const auto& x) { return py::round(x, ${call.integer(digits)}); }, ${code})`,
    );
  }
  if (type.kind === 'bigint') return whole ? given : undefined;
  if (!isNumber(type) && type.kind !== 'never') return undefined;
  if (whole) return { ...value(int, `py::round(${code})`), nonNegative: given.nonNegative === true };
  return digits && value(counted(type), `py::round(${code}, ${call.integer(digits)})`);
}

const refused = (sentence: string): LibraryRow => row(0, 99, (call) => call.refuse(sentence));

/** Built-in functions. */
export const builtins: readonly (readonly [string, LibraryRow])[] = [
  ['int', row(0, 2, toInt, ['base'])],
  ['complex', row(0, 2, toComplex, ['real', 'imag'])],
  ['float', row(0, 1, toFloat)],
  ['list', row(0, 1, container('list'))],
  ['set', row(0, 1, container('set'))],
  ['frozenset', row(0, 1, container('frozenset'))],
  ['tuple', row(0, 1, container('vartuple'))],
  ['sum', row(1, 2, sum, ['start'])],
  ['min', { ...row(1, 99, extreme('min'), ['key', 'default']), stars: true }],
  ['max', { ...row(1, 99, extreme('max'), ['key', 'default']), stars: true }],
  ['enumerate', row(1, 2, enumerate, ['start'])],
  ['zip', { ...row(0, 99, zip, ['strict']), stars: true }],
  ['map', row(2, 99, map)],
  ['filter', row(2, 2, filter)],
  ['reversed', row(1, 1, reversed)],
  ['divmod', row(2, 2, divmod)],
  ['pow', row(2, 3, pow, ['mod'])],
  ...['bin', 'oct', 'hex'].map((name): [string, LibraryRow] => [
    name,
    row(1, 1, ({ args: [given] }) => {
      if (!given || (!isInteger(given.type) && given.type.kind !== 'never')) return undefined;
      const large = given.type.kind === 'bigint';
      return value(
        str,
        large
          ? `py::format_any_size(${given.code}, "#${name === 'hex' ? 'x' : name.charAt(0)}"_s)`
          : `py::${name}(${given.code})`,
      );
    }),
  ]),
  ['slice', row(1, 3, slice)],
  ['callable', row(1, 1, callable)],
  ['round', row(1, 2, roundTo, ['ndigits'])],
  ['hash', row(1, 1, ({ args: [given] }) => given && value(int, `py::hash(${given.code})`))],
  [
    'ascii',
    row(1, 1, (call) => {
      const [given] = call.args;
      if (!given) return undefined;
      call.printable(given.type);
      return value(str, `py::ascii(${given.code})`);
    }),
  ],
  [
    'id',
    refused('`id` cannot be converted: it is an address, which differs from run to run; number the objects yourself.'),
  ],
  ['memoryview', refused('`memoryview` cannot be converted: use `bytes` or `bytearray`.')],
  ['vars', refused('`vars` cannot be converted: C++ has no attributes by name; name the attributes.')],
  ['dir', refused('`dir` cannot be converted: C++ has no attributes by name.')],
  ['format', row(1, 2, format)],
];
