import { closingAt } from '../cppText.ts';
import { cppType, quote } from '../cpp.ts';
import { precedence, type Value } from '../library.ts';
import { never, str, tupleOf, type Type } from '../types.ts';

export const primary = (type: Type, code: string): Value => ({ type, code, precedence: precedence.primary });

/** A declaration with its first value; the type is said once. */
export function declared(type: string, name: string, code: string): string {
  if (type.startsWith('py::') && code.startsWith(type)) {
    const rest = code.slice(type.length);
    if (rest === '()') return `${type} ${name};`;
    if (rest.startsWith('{') && closingAt(rest, 0) === rest.length - 1) return `${type} ${name}${rest};`;
  }
  return `${type} ${name} = ${code};`;
}

/** The value in parentheses where an operator that binds this tightly would tear it apart. */
export function operand(value: Value, limit: number): string {
  return value.precedence <= limit ? value.code : `(${value.code})`;
}

/** A text that stands in the program. */
export function textLiteral(text: string): Value {
  const code = `${quote(text)}_s`;
  const isCharacter = /^[ -~]$/.test(text) && !["'", '\\'].includes(text);
  return { ...primary(str, code), ...(isCharacter && { character: { of: code, code: `U'${text}'` } }) };
}

/** The code point in place of a text of one character, for a comparison. */
export function characterOf({ code, character }: Value): string | undefined {
  return character?.of === code ? character.code : undefined;
}

/** A named tuple as the tuple that it is. */
export function plainTuple({ type, code }: Value): string {
  if (type.kind !== 'tuple' || !type.record) return code;
  return `static_cast<const ${cppType(tupleOf(...type.items))}&>(${code})`;
}

/** What Python raises for an attribute of None. */
export function noAttribute(object: Value, name: string): Value {
  const text = `'NoneType' object has no attribute '${name}'`;
  return primary(never, `(static_cast<void>(${object.code}), throw py::AttributeError("${text}"), int64_t{0})`);
}

/** An expression in `x` worked out for whatever a union holds. */
export function onEach(value: Value, code: string): string {
  return `py::visit([&](const auto& x) { return ${code}; }, ${value.code})`;
}

/** A tuple of known length as one of any length, with items of this type. */
export function anyLength(item: Type, code: string): string {
  return `py::vartuple<${cppType(item)}>::from(py::items_as<${cppType(item)}>(${code}))`;
}

/** True for what a variable without a value gives: the error is raised before anything is done with it. */
export const isNothing = ({ type, code }: Value): boolean => type.kind === 'never' && code.startsWith('py::unbound(');
