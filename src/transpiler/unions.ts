import { cppType, quote, representation } from './cpp.ts';
import { precedence, type Value } from './library.ts';
import { alternatives, isNumber, never, sameType, unionOf, type Type } from './types.ts';

/** The types that Python's names of types stand for in `isinstance`. */
const instancesOf: Readonly<Record<string, readonly string[]>> = {
  int: ['int', 'bigint', 'bool'],
  float: ['float'],
  complex: ['complex'],
  bool: ['bool'],
  str: ['str'],
  bytes: ['bytes'],
  bytearray: ['bytearray'],
  list: ['list'],
  tuple: ['tuple', 'vartuple'],
  dict: ['dict', 'defaultdict', 'counter', 'ordereddict'],
  set: ['set'],
  frozenset: ['frozenset'],
  slice: ['slice'],
  range: ['range'],
  deque: ['deque'],
  defaultdict: ['defaultdict'],
  OrderedDict: ['ordereddict'],
  Counter: ['counter'],
  NoneType: ['none'],
};

/** Types that a union cannot hold. */
const notHeld = new Set(['range', 'iter', 'generator', 'class', 'module', 'object']);

/** True when values of this type can be kept where values of different types are. */
export function canBeHeld(type: Type): boolean {
  return alternatives(type).every((item) => !notHeld.has(item.kind));
}

/** True when a value of this type is an instance of the built-in type of that name; undefined for other names. */
export function isInstanceOf(type: Type, name: string, exactly: boolean): boolean | undefined {
  const kinds = instancesOf[name];
  if (!kinds) return undefined;
  return kinds.includes(type.kind) && !(exactly && name === 'int' && type.kind === 'bool');
}

/** A test whether a value is one of some of the alternatives of its type. */
export function holdsOneOf(value: Value, matching: readonly Type[]): Value {
  const all = alternatives(value.type);
  const test = (code: string, level: number = precedence.primary): Value => ({
    type: { kind: 'bool' },
    code,
    precedence: level,
  });
  if (all.length === 0) return test('true == false', precedence.equality);
  if (matching.length === 0) return test('false');
  if (matching.length === all.length) return test('true');
  const object = value.precedence <= precedence.primary ? value.code : `(${value.code})`;
  const none = matching.some(({ kind }) => kind === 'none');
  switch (representation(value.type)) {
    case 'nullable':
      return none ? test(`!${object}`, precedence.unary) : test(`static_cast<bool>(${value.code})`);
    case 'optional':
      return none ? test(`!${object}.has_value()`, precedence.unary) : test(`${object}.has_value()`);
    default:
      return test(`py::holds<${matching.map(cppType).join(', ')}>(${value.code})`);
  }
}

/** What a variable is read as where it is known to hold only some of the alternatives of its type. */
export function narrowed(code: string, from: Type, to: Type): Value {
  const value = (text: string, level: number = precedence.primary): Value => ({
    type: to,
    code: text,
    precedence: level,
  });
  if (to.kind === 'never' || sameType(from, to)) return { ...value(code), type: from };
  if (to.kind === 'none') return value('py::None');
  switch (representation(from)) {
    case 'nullable':
    case 'plain':
      return value(code);
    case 'optional':
      return value(`*${code}`, precedence.unary);
    case 'variant':
      return value(to.kind === 'union' ? `py::convert<${cppType(to)}>(${code})` : `std::get<${cppType(to)}>(${code})`);
  }
}

/** A value as it is written where another type is expected. */
export function coerced(value: Value, to: Type): string {
  const { type, code } = value;
  if (type.kind === 'generator' && to.kind === 'iter') return `${cppType(to)}(${code})`;
  if (type.kind === 'iter' && (to.kind === 'iter' || to.kind === 'union'))
    return /^[\w\u0080-\uffff]+$/.test(code) ? code : `py::iter(${code})`;
  // What always raises gives no value, but C++ wants to see one.
  if (type.kind === 'never' && to.kind !== 'never') return `(static_cast<void>(${code}), ${cppType(to)}())`;
  if (to.kind === 'never' || sameType(type, to)) return code;
  if (type.kind === 'instance' && to.kind === 'instance') return `${cppType(to)}(${code})`;
  if (type.kind === 'union' || (type.kind === 'tuple' && holdsUnion(to))) {
    if (representation(type) === 'nullable' && representation(to) === 'nullable') return code;
    return `py::convert<${cppType(to)}>(${code})`;
  }
  return code;
}

function holdsUnion(type: Type): boolean {
  return type.kind === 'union' || (type.kind === 'tuple' && type.items.some(holdsUnion));
}

/** `text % values`, which takes anything. */
const isFormat = (op: string, a: Type): boolean => op === '%' && a.kind === 'str';

/** True when Python raises TypeError for an operator between these types; false also where that is not known. */
export function raisesTypeError(op: string, a: Type, b: Type): boolean {
  const isPlainDict = ({ kind }: Type): boolean => kind === 'dict' || kind === 'defaultdict' || kind === 'ordereddict';
  const isSet = ({ kind }: Type): boolean => kind === 'set' || kind === 'frozenset';
  const simple = (type: Type): boolean =>
    isNumber(type) || isPlainDict(type) || isSet(type) || ['none', 'str', 'list', 'tuple'].includes(type.kind);
  if (!simple(a) || !simple(b)) return false;
  if (isPlainDict(a) || isPlainDict(b)) return !((op === '|' && isPlainDict(a) && isPlainDict(b)) || isFormat(op, a));
  if (isSet(a) || isSet(b)) return !((['-', '&', '|', '^'].includes(op) && isSet(a) && isSet(b)) || isFormat(op, a));
  if (a.kind === 'none' || b.kind === 'none') return !isFormat(op, a);
  if (isNumber(a) && isNumber(b))
    return ['<<', '>>', '&', '|', '^'].includes(op) && (a.kind === 'float' || b.kind === 'float');
  switch (op) {
    case '+':
      return isNumber(a) || isNumber(b) || a.kind !== b.kind;
    case '*':
      return [a, b].every(({ kind }) => kind !== 'int' && kind !== 'bool');
    case '%':
      return a.kind !== 'str';
    default:
      return true;
  }
}

/** What Python says where an operator does not fit the types of its operands, by their names in Python. */
export function operandError(op: string, a: string, b: string): string {
  const isSequence = (name: string): boolean => ['str', 'list', 'tuple'].includes(name);
  if (op === '+' && isSequence(a)) return `can only concatenate ${a} (not "${b}") to ${a}`;
  if (op === '*' && (isSequence(a) || isSequence(b)))
    return `can't multiply sequence by non-int of type '${isSequence(a) ? b : a}'`;
  return `unsupported operand type(s) for ${op === '**' ? '** or pow()' : op}: '${a}' and '${b}'`;
}

/** The types of what an operator gives for all alternatives of its operands; undefined when some cannot be converted. */
export function resultOfPairs(
  op: string,
  a: Type,
  b: Type,
  resultOf: (a: Type, b: Type) => Type | undefined,
): Type | undefined {
  const results: Type[] = [];
  for (const left of alternatives(a)) {
    for (const right of alternatives(b)) {
      if (raisesTypeError(op, left, right)) continue;
      const operates =
        (isNumber(left) && isNumber(right)) ||
        (op === '+' && left.kind === right.kind && (left.kind === 'str' || left.kind === 'list')) ||
        (op === '*' && [left, right].some(({ kind }) => kind === 'str' || kind === 'list'));
      const result = operates ? resultOf(left, right) : undefined;
      if (!result) return undefined;
      results.push(result);
    }
  }
  return results.length ? unionOf(results) : undefined;
}

/** True when some pair of the alternatives of two types has an order in Python. */
export function hasOrder(a: Type, b: Type): boolean {
  return alternatives(a).some((left) =>
    alternatives(b).some(
      (right) => (isNumber(left) && isNumber(right)) || (left.kind === right.kind && left.kind !== 'none'),
    ),
  );
}

/** Python's name of the type of a value, where that is known from its type. */
export function pythonTypeName(type: Type): string {
  const names: Partial<Record<Type['kind'], string>> = {
    bigint: 'int',
    none: 'NoneType',
    vartuple: 'tuple',
    func: 'function',
    counter: 'Counter',
    ordereddict: 'OrderedDict',
    class: 'type',
  };
  if (type.kind === 'instance') return type.of.def.shownName ?? type.of.name;
  return names[type.kind] ?? type.kind;
}

/** An error that Python raises for some types of a value: its class and message. */
export interface Raises {
  readonly error: string;
  readonly message: string;
  /** The argument in C++ where it is no text. */
  readonly argument?: string;
}

/** Functions that go over what they are given. */
const overItems = new Set(
  'all any enumerate frozenset iter list max min reversed set sorted sum tuple collections.Counter collections.deque math.fsum math.prod'.split(
    ' ',
  ),
);

/** What Python says of None where a function of the library takes one argument; undefined where it takes None, or that is not known. */
export function errorForNone(name: string): Raises | undefined {
  const say = (message: string): Raises => ({ error: 'TypeError', message });
  if (['math.comb', 'math.factorial', 'math.gcd', 'math.isqrt', 'math.lcm', 'math.perm'].includes(name))
    return say("'NoneType' object cannot be interpreted as an integer");
  if (name.startsWith('math.') && !overItems.has(name)) return say('must be real number, not NoneType');
  if (overItems.has(name)) return say("'NoneType' object is not iterable");
  switch (name) {
    // Without a base, `int` takes values of several types itself.
    case 'int':
      return say("int() can't convert non-string with explicit base");
    case 'abs':
      return say("bad operand type for abs(): 'NoneType'");
    case 'len':
      return say("object of type 'NoneType' has no len()");
    case 'ord':
      return say('ord() expected string of length 1, but NoneType found');
    case 'round':
      return say("type NoneType doesn't define __round__ method");
    case 'chr':
    case 'range':
    case 'bin':
    case 'hex':
    case 'oct':
      return say("'NoneType' object cannot be interpreted as an integer");
    default:
      return undefined;
  }
}

let depth = 0;

/** What is done with a value of several types, worked out for each of them. */
export function onEachType(value: Value, use: (alternative: Value) => Value | Raises): Value {
  const name = depth ? `held_${depth + 1}` : 'held';
  depth++;
  try {
    const results = alternatives(value.type).map((type) => {
      const result = use({ type, code: name, precedence: precedence.primary });
      return { type, result };
    });
    const type = unionOf(results.map(({ result }) => ('error' in result ? never : result.type)));
    const written = cppType(type);
    const cases = results.map(({ type: from, result }) => {
      const body =
        'error' in result
          ? `throw py::${result.error}(${result.argument ?? quote(result.message)});`
          : result.type.kind === 'none'
            ? `${result.code}; return py::None;`
            : `return ${coerced(result, type)};`;
      return `[&](const ${cppType(from)}& ${name}) -> ${written} { static_cast<void>(${name}); ${body} }`;
    });
    return {
      type,
      code: `py::visit(py::Overloaded{${cases.join(', ')}}, ${value.code})`,
      precedence: precedence.primary,
    };
  } finally {
    depth--;
  }
}
