import { cppType } from '../cpp.ts';
import { bigint, bool, bytes, float, int, tupleOf, type Type } from '../types.ts';
import { list, row, value, type LibraryCall, type LibraryRow } from './call.ts';

/** The types of the values of a format; undefined when it is not understood. */
function typesOf(format: string): Type[] | undefined {
  const native = !/^[=<>!]/.test(format);
  const body = format.replace(/^[@=<>!]/, '').replace(/\s/g, '');
  if (!/^(?:\d*[xcbBhHiIlLqQfds?])*$/.test(body)) return undefined;
  return [...body.matchAll(/(\d*)([a-zA-Z?])/g)].flatMap(([, count, letter = '']) => {
    if (letter === 'x') return [];
    const large = letter === 'Q' || (letter === 'L' && native);
    const type = 'sc'.includes(letter)
      ? bytes
      : letter === '?'
        ? bool
        : 'fd'.includes(letter)
          ? float
          : large
            ? bigint
            : int;
    return letter === 's' ? [type] : Array.from({ length: count === '' ? 1 : Number(count) }, () => type);
  });
}

/** The types of the format that a call is given as a literal. */
function formatOf(call: LibraryCall): Type[] {
  const [node] = call.node.args;
  const text = node && call.literalText(node);
  if (text === undefined) return call.refuse(`\`${call.name}\` can be converted only where its format is a literal.`);
  return typesOf(text) ?? call.refuse(`\`${call.name}\` cannot be converted with the format \`${text}\`.`);
}

/** Functions of `struct`, for formats that are literals. */
export const struct: ReadonlyMap<string, LibraryRow> = new Map([
  [
    'calcsize',
    row(1, 1, (call) => {
      const [format] = call.args;
      return format?.type.kind === 'str' ? value(int, `py::struct_::calcsize(${format.code})`) : undefined;
    }),
  ],
  [
    'pack',
    row(1, 99, (call) => {
      formatOf(call);
      return value(bytes, `py::struct_::pack(${list(...call.args.map(({ code }) => code))})`);
    }),
  ],
  [
    'unpack',
    row(2, 2, (call) => {
      const types = formatOf(call);
      const [format, data] = call.args;
      if (!format || !data || !['bytes', 'bytearray'].includes(data.type.kind)) return undefined;
      return value(
        tupleOf(...types),
        `py::struct_::unpack<${types.map(cppType).join(', ')}>(${format.code}, ${data.code})`,
      );
    }),
  ],
]);
