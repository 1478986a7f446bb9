import { alternatives, isContainer, isOptional, none, typeKey, unionOf, withoutNone, type Talk } from './types.ts';
import { nestedName } from './nestedTypes.ts';
import type { Type } from './types.ts';

const reserved = new Set(
  `alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class compl concept const
consteval constexpr constinit const_cast continue co_await co_return co_yield decltype default delete do double dynamic_cast else enum
explicit export extern false float for friend goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or
or_eq private protected public register reinterpret_cast requires return short signed sizeof static static_assert static_cast struct
switch template this thread_local throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t while xor
xor_eq main std py program int64_t errno assert stdin stdout stderr NULL EOF INFINITY NAN HUGE_VAL linux unix near far
gathered isnan isinf signbit isfinite putchar getchar offsetof va_arg INT_MAX INT_MIN RAND_MAX M_PI M_E signal SIGINT major minor run_module`.split(
    /\s+/,
  ),
);

/** What the engine calls a value that it works with type by type, and no name of a program. */
const heldNames = /^held(?:_\d+)?$/;

/** The identifiers of names, because the same few are asked for all the time. */
const identifiers = new Map<string, string>();
const MOST_IDENTIFIERS = 10_000;

/** A Python name as a C++ identifier; one with a dot at its end is a name of the engine's own. */
export function identifier(name: string): string {
  let known = identifiers.get(name);
  if (known === undefined) {
    if (identifiers.size >= MOST_IDENTIFIERS) identifiers.clear();
    known = madeIdentifier(name);
    identifiers.set(name, known);
  }
  return known;
}

function madeIdentifier(name: string): string {
  if (name.endsWith('.')) return name.slice(0, -1);
  // Python reads names as NFKC says; C++ takes letters of any script as well.
  let text = name.normalize('NFKC');
  // Identifiers with two underscores in a row belong to the compiler; dunder methods of ours keep theirs.
  if (/__/.test(text) && !/^__[a-z]+__$/.test(text)) text = text.replace(/_{2,}/g, '_');
  if (/^_[A-Z]/.test(text)) text = `m${text}`;
  return reserved.has(text) || heldNames.test(text) || /^_\d+$/.test(text) ? `${text}_` : text;
}

/** How C++ holds values of a type: as such, as a handle that may be empty, or with a tag. */
export function representation(type: Type): 'plain' | 'nullable' | 'optional' | 'variant' {
  if (type.kind !== 'union') return 'plain';
  if (!isOptional(type)) return 'variant';
  const rest = withoutNone(type);
  if (rest.kind === 'instance') return 'nullable';
  // None or a container of the same again has a name, which only a tagged type can have.
  if (isContainer(rest) && nestedName(type) !== undefined) return 'variant';
  return rest.kind === 'union' ? 'variant' : 'optional';
}

/** The C++ type that holds values of a type. */
export function cppType(type: Type): string {
  return nestedName(type) ?? structure(type);
}

/** The C++ type as it is made up, also of one that has a name because it holds itself. */
export function structure(type: Type): string {
  switch (type.kind) {
    case 'int':
      return 'int64_t';
    case 'never':
      return 'int64_t';
    case 'bigint':
      return 'py::Int';
    case 'float':
      return 'double';
    case 'bool':
      return 'bool';
    case 'complex':
      return 'std::complex<double>';
    case 'none':
      return 'py::NoneType';
    case 'list':
    case 'set':
    case 'frozenset':
    case 'deque':
    case 'vartuple':
      return `py::${type.kind}<${cppType(type.element.type)}>`;
    case 'iter':
      return `py::iterator<${cppType(type.element.type)}>`;
    case 'generator':
      return `py::generator<${[cppType(type.element.type), ...saidTypes(type.talk)].join(', ')}>`;
    case 'dict':
      return `py::dict<${cppType(type.key.type)}, ${cppType(type.value.type)}>`;
    case 'defaultdict':
      return `py::defaultdict<${cppType(type.key.type)}, ${cppType(type.value.type)}>`;
    case 'counter':
      return `py::Counter<${cppType(type.key.type)}>`;
    case 'ordereddict':
      return `py::OrderedDict<${cppType(type.key.type)}, ${cppType(type.value.type)}>`;
    case 'view':
      return `py::dict_view<${cppType(type.keys.type)}, ${cppType(type.values.type)}, py::View::${type.part}>`;
    case 'tuple':
      return type.record
        ? `py::Record<${[identifier(`${type.record.name}_names`), ...type.items.map(cppType)].join(', ')}>`
        : `std::tuple<${type.items.map(cppType).join(', ')}>`;
    case 'ndarray':
      return `py::ndarray<${{ float: 'double', int: 'int64_t', bool: 'bool' }[type.scalar]}, ${type.rank}>`;
    case 'instance':
      return `py::ref<${identifier(type.of.name)}>`;
    case 'exception':
      return `py::Kept<${errorClass(type)}>`;
    case 'argument':
      return 'py::Argument';
    case 'match':
      return 'py::re::Match';
    case 'random':
      return 'std::shared_ptr<py::random::Random>';
    case 'textfile':
      return 'py::TextFile';
    case 'hash':
      return 'py::hashlib::Hash';
    case 'slice':
      return 'py::slice_object';
    case 'pattern':
      return 'py::re::Pattern';
    case 'func':
      return `py::Function<${resultType(type.result.type)}(${type.params.map((param) => cppType(param.type)).join(', ')})>`;
    case 'union': {
      const form = representation(type);
      if (form === 'nullable') return cppType(withoutNone(type));
      if (form === 'optional') return `py::Optional<${cppType(withoutNone(type))}>`;
      const names = [...type.items].sort((a, b) => (typeKey(a) < typeKey(b) ? -1 : 1)).map(cppType);
      return `py::Union<${[...new Set(names)].join(', ')}>`;
    }
    default:
      return `py::${type.kind}`;
  }
}

/** What the value of `yield` is in a generator: None unless something was sent. */
export function receivedType(talk: Talk | undefined): Type {
  return talk ? unionOf([none, talk.sent.type]) : none;
}

/** The types of what a generator is sent and returns, where it does. */
function saidTypes(talk: Talk | undefined): string[] {
  if (!talk) return [];
  const returns = talk.returned.type.kind !== 'never' && talk.returned.type.kind !== 'none';
  const receives = talk.sent.type.kind !== 'never';
  if (!returns && !receives) return [];
  return [cppType(receivedType(talk)), ...(returns ? [cppType(talk.returned.type)] : [])];
}

/** The C++ class of an exception. */
export function errorClass({ name, of }: Extract<Type, { kind: 'exception' }>): string {
  return of ? identifier(of.name) : `py::${name}`;
}

/** The C++ return type: nothing for functions that only give None. What always raises can stand where a value is expected. */
export function resultType(type: Type): string {
  return type.kind === 'none' ? 'void' : cppType(type);
}

/** True when a value may be passed in a register. */
export function isPlain(type: Type): boolean {
  return alternatives(type).every((item) => ['int', 'float', 'bool', 'none', 'never', 'complex'].includes(item.kind));
}

/** A string literal in C++. */
export function quote(text: string): string {
  let out = '';
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    if (char === '"' || char === '\\') out += `\\${char}`;
    else if (char === '\n') out += '\\n';
    else if (char === '\t') out += '\\t';
    else if (char === '\r') out += '\\r';
    else if (char === '?') out += '?';
    else if (code < 32 || code === 127) out += `\\${code.toString(8).padStart(3, '0')}`;
    else out += char;
  }
  return `"${out}"`;
}

/** Bytes as a string literal in C++. */
export function quoteBytes(data: readonly number[]): string {
  return `"${data.map((byte) => (byte >= 32 && byte < 127 && !`"\\?`.includes(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`)).join('')}"`;
}

/** An integer literal; the smallest one cannot be written as one. */
export function intLiteral(value: bigint): string {
  return value === -(2n ** 63n) ? '(-9223372036854775807 - 1)' : value.toString();
}

/** A double literal that reads back as the same number. */
export function floatLiteral(value: number): string {
  if (value === Infinity) return 'std::numeric_limits<double>::infinity()';
  const text = Object.is(value, -0) ? '-0.0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/**
 * Initializer lists, and values that are only sometimes made, are more than some compilers can do inside of `co_yield`
 * (GCC 12 destroys the latter twice): they go into a function of their own.
 */
export function outOfCoroutine(code: string): string {
  const isCall = code.startsWith('[') && code.indexOf('}()') === code.length - '}()'.length;
  return / [?] | && | \|\| |>\{/.test(code) && !isCall ? `[&] { return ${code}; }()` : code;
}
