import type { BinaryOperator, CompareOperator } from './ast.ts';
import { isNumber, type Type } from './types.ts';
import { hasOrder, operandError, pythonTypeName, raisesTypeError } from './unions.ts';

/** Kinds of values of which it is known what Python can do with them. */
const known = new Set<Type['kind']>([
  'int',
  'bigint',
  'bool',
  'float',
  'complex',
  'str',
  'bytes',
  'bytearray',
  'list',
  'tuple',
  'vartuple',
  'set',
  'frozenset',
  'dict',
  'none',
  'range',
  'func',
  'generator',
]);

/** True for a value of a type that is known as a whole. */
export const isKnown = (type: Type): boolean => known.has(type.kind) && !(type.kind === 'tuple' && type.record);

const isSequence = ({ kind }: Type): boolean =>
  ['str', 'bytes', 'bytearray', 'list', 'tuple', 'vartuple'].includes(kind);

/** Attributes of values that are no methods. */
const data: Partial<Record<Type['kind'], readonly string[]>> = {
  int: ['real', 'imag', 'numerator', 'denominator'],
  bigint: ['real', 'imag', 'numerator', 'denominator'],
  bool: ['real', 'imag', 'numerator', 'denominator'],
  float: ['real', 'imag'],
  complex: ['real', 'imag'],
  range: ['start', 'stop', 'step', 'count', 'index'],
  generator: ['send', 'throw', 'close', 'gi_frame', 'gi_running', 'gi_code', 'gi_yieldfrom'],
};

/** True when values of a type that is known have an attribute of this name in Python. */
export const hasData = (type: Type, name: string): boolean =>
  name.startsWith('__') || type.kind === 'func' || (data[type.kind] ?? []).includes(name);

/** What Python says of an operator between values of two types where it certainly raises TypeError. */
export function operatorError(op: BinaryOperator, a: Type, b: Type): string | undefined {
  if (!isKnown(a) || !isKnown(b)) return undefined;
  const [left, right] = [pythonTypeName(a), pythonTypeName(b)];
  if (raisesTypeError(op, a, b)) return operandError(op, left, right);
  const takesAny = op === '%' && ['str', 'bytes', 'bytearray'].includes(a.kind);
  if (takesAny) return undefined;
  const either = [a, b];
  if (either.some(({ kind }) => ['range', 'func', 'generator'].includes(kind))) return operandError(op, left, right);
  if (either.some(isSequence) && op !== '+' && op !== '*') return operandError(op, left, right);
  if (op === '*' && either.every((type) => isSequence(type) || type.kind === 'float'))
    return operandError(op, left, right);
  const isOther = (type: Type, other: Type): boolean => isSequence(type) && isNumber(other);
  return op === '+' && (isOther(a, b) || isOther(b, a)) ? operandError(op, left, right) : undefined;
}

/** The same for an operator of one operand. */
export function unaryError(op: '-' | '+' | '~', type: Type): string | undefined {
  const fits = isNumber(type) ? !(op === '~' && type.kind === 'float') : type.kind === 'complex' && op !== '~';
  return isKnown(type) && !fits ? `bad operand type for unary ${op}: '${pythonTypeName(type)}'` : undefined;
}

/** The same for a comparison of order. */
export function orderError(op: CompareOperator, a: Type, b: Type): string | undefined {
  if (!['<', '<=', '>', '>='].includes(op)) return undefined;
  if (!isKnown(a) || !isKnown(b)) return undefined;
  const alike = new Map<string, string>([
    ['vartuple', 'tuple'],
    ['bytearray', 'bytes'],
    ['frozenset', 'set'],
    ['bigint', 'int'],
  ]);
  const [left, right] = [a.kind, b.kind].map((kind) => alike.get(kind) ?? kind);
  const unordered = ['dict', 'complex', 'range', 'func', 'generator', 'none'];
  if (hasOrder(a, b) && !unordered.includes(a.kind)) return undefined;
  if (left === right && !unordered.includes(a.kind)) return undefined;
  return `'${op}' not supported between instances of '${pythonTypeName(a)}' and '${pythonTypeName(b)}'`;
}

/** What Python says of an index of a type that an object of another does not take. */
export function indexError(object: Type, index: Type): string | undefined {
  if (!isKnown(object) || !isKnown(index)) return undefined;
  const [of, given] = [pythonTypeName(object), pythonTypeName(index)];
  if (!isSequence(object) && object.kind !== 'range') {
    return 'key' in object || object.kind === 'never' ? undefined : notSubscriptable(object);
  }
  if (isNumber(index) && index.kind !== 'float') return undefined;
  if (object.kind === 'str') return `string indices must be integers, not '${given}'`;
  if (object.kind === 'bytes') return `byte indices must be integers or slices, not ${given}`;
  return `${of} indices must be integers or slices, not ${given}`;
}

/** What Python says of an item of what has none. */
export function notSubscriptable(type: Type): string | undefined {
  if (type.kind === 'func' || type.kind === 'generator') return `'${pythonTypeName(type)}' object is not subscriptable`;
  const has = isSequence(type) || 'key' in type || type.kind === 'range';
  return isKnown(type) && !has ? `'${pythonTypeName(type)}' object is not subscriptable` : undefined;
}

/** True for what certainly cannot be gone through. */
export const cannotBeGoneThrough = (type: Type): boolean =>
  isNumber(type) || type.kind === 'complex' || type.kind === 'none' || type.kind === 'func';

/** What Python says where a value that changes is to be a key. */
export function unhashable(type: Type): string | undefined {
  return ['list', 'dict', 'set', 'bytearray'].includes(type.kind)
    ? `unhashable type: '${pythonTypeName(type)}'`
    : undefined;
}

/** What Python says of arguments of types that a function of one or two arguments certainly does not take. */
export function argumentError(name: string, types: readonly Type[]): string | undefined {
  const [type, more] = types;
  if (!type || !isKnown(type)) return undefined;
  const given = pythonTypeName(type);
  if (name.startsWith('bytes.') && types.some(({ kind }) => kind === 'str'))
    return bytesArgumentError(name.slice('bytes.'.length));
  if (name.startsWith('str.')) return textArgumentError(name.slice('str.'.length), types);
  if (name === 'pow' && types.length === 3 && types.every(isKnown)) {
    const isInteger = ({ kind }: Type): boolean => kind === 'int' || kind === 'bigint' || kind === 'bool';
    if (types.every(isInteger)) return undefined;
    return `unsupported operand type(s) for ** or pow(): ${types.map((each) => `'${pythonTypeName(each)}'`).join(', ')}`;
  }
  if (more) return undefined;
  const isSized = isSequence(type) || 'key' in type || ['range', 'set', 'frozenset'].includes(type.kind);
  switch (name) {
    case 'len':
      return isSized ? undefined : `object of type '${given}' has no len()`;
    case 'int':
    case 'float':
      return isNumber(type) || ['str', 'bytes', 'bytearray'].includes(type.kind)
        ? undefined
        : name === 'int'
          ? type.kind === 'complex'
            ? "int() argument must be a string, a bytes-like object or a real number, not 'complex'"
            : `int() argument must be a string, a bytes-like object or a real number, not '${given}'`
          : `float() argument must be a string or a real number, not '${given}'`;
    case 'abs':
      return isNumber(type) || type.kind === 'complex' ? undefined : `bad operand type for abs(): '${given}'`;
    case 'chr':
    case 'hex':
    case 'oct':
    case 'bin':
      return isNumber(type) && type.kind !== 'float'
        ? undefined
        : `'${given}' object cannot be interpreted as an integer`;
    case 'ord':
      return ['str', 'bytes', 'bytearray'].includes(type.kind)
        ? undefined
        : `ord() expected string of length 1, but ${given} found`;
    case 'hash':
      return unhashable(type);
    case 'list':
    case 'tuple':
    case 'set':
    case 'frozenset':
    case 'sorted':
    case 'sum':
    case 'min':
    case 'max':
    case 'all':
    case 'any':
    case 'iter':
    case 'enumerate':
      return cannotBeGoneThrough(type) ? `'${given}' object is not iterable` : undefined;
    case 'reversed':
      return isSequence(type) || 'key' in type || type.kind === 'range'
        ? undefined
        : `'${given}' object is not reversible`;
    case 'next':
      return `'${given}' object is not an iterator`;
    default:
      return undefined;
  }
}

/** The same for methods of bytes that are given text. */
function bytesArgumentError(name: string): string | undefined {
  if (['strip', 'lstrip', 'rstrip', 'split', 'rsplit', 'replace', 'partition', 'rpartition'].includes(name))
    return "a bytes-like object is required, not 'str'";
  if (['find', 'rfind', 'index', 'rindex', 'count'].includes(name))
    return "argument should be integer or bytes-like object, not 'str'";
  if (name === 'startswith' || name === 'endswith')
    return `${name} first arg must be bytes or a tuple of bytes, not str`;
  return undefined;
}

/** The same for methods of texts that take texts. */
function textArgumentError(name: string, types: readonly Type[]): string | undefined {
  const wrong = types.find((type) => type.kind !== 'str' && isKnown(type));
  const [first] = types;
  if (!wrong || !first) return undefined;
  const given = pythonTypeName(wrong);
  switch (name) {
    case 'find':
    case 'rfind':
    case 'index':
    case 'rindex':
    case 'count':
    case 'partition':
    case 'rpartition':
      return first.kind === 'str' ? undefined : `must be str, not ${given}`;
    case 'startswith':
    case 'endswith':
      return first.kind === 'str' || first.kind === 'tuple' || first.kind === 'vartuple'
        ? undefined
        : `${name} first arg must be str or a tuple of str, not ${given}`;
    case 'strip':
    case 'lstrip':
    case 'rstrip':
      return first.kind === 'none' || first.kind === 'str' ? undefined : `${name} arg must be None or str`;
    case 'split':
    case 'rsplit':
      return first.kind === 'none' || first.kind === 'str' ? undefined : `must be str or None, not ${given}`;
    case 'replace': {
      const at = types.findIndex((type) => type.kind !== 'str');
      return at < 2 ? `replace() argument ${at + 1} must be str, not ${pythonTypeName(types[at] as Type)}` : undefined;
    }
    case 'join':
      if (cannotBeGoneThrough(first)) return 'can only join an iterable';
      return (first.kind === 'list' || first.kind === 'vartuple') &&
        isKnown(first.element.type) &&
        first.element.type.kind !== 'str'
        ? `sequence item 0: expected str instance, ${pythonTypeName(first.element.type)} found`
        : undefined;
    default:
      return undefined;
  }
}
