import { cppType } from '../cpp.ts';
import type { Value } from '../library.ts';
import { bool, bytes, float, int, isInteger, listOf, none, Slot, str, tupleOf, type Type } from '../types.ts';
import { list, methodRow, row, value, type LibraryCall, type LibraryRow, type MethodRow } from './call.ts';

const textFile: Type = { kind: 'textfile' };
const isText = (given: Value | undefined): boolean => given?.type.kind === 'str' || given?.type.kind === 'never';
const isWhole = ({ type }: Value): boolean => isInteger(type) || type.kind === 'never';

/** `open(path, mode)` for text in UTF-8. */
export const open: LibraryRow = row(
  1,
  3,
  (call) => {
    const [path] = call.args;
    const mode = call.args[1] ?? call.keyword('mode');
    const modeNode = call.node.args[1] ?? call.keywordNode('mode');
    const encoding = call.keywordNode('encoding');
    const known = modeNode && call.literalText(modeNode);
    if (known !== undefined && /[b+]/.test(known))
      return call.refuse(
        `\`open\` with mode \`${known}\` cannot be converted: text is read or written, not both, nor bytes.`,
      );
    if (encoding && !/^utf[-_]?8$|^ascii$/i.test(call.literalText(encoding) ?? '') && encoding.kind !== 'none')
      return call.refuse('`open` with this encoding cannot be converted: only UTF-8 can.');
    if (!isText(path) || (mode && !isText(mode)) || call.args[2]) return undefined;
    return value(textFile, `py::TextFile::open(${list(path?.code, mode?.code)})`);
  },
  ['mode', 'encoding', 'newline'],
);

/** Functions of `io`. */
export const io: ReadonlyMap<string, LibraryRow> = new Map([
  [
    'StringIO',
    row(0, 1, ({ args: [text] }) => {
      if (text && !isText(text)) return undefined;
      return value(textFile, `py::TextFile::memory(${text?.code ?? ''})`);
    }),
  ],
  ['open', open],
]);

const member = (name: string, type: () => Type, minimum = 0, maximum = minimum): [string, MethodRow] => [
  name,
  methodRow(minimum, maximum, (object, call) =>
    call.args.every(isWhole)
      ? value(type(), `${object.code}.${name}(${call.args.map((arg) => call.integer(arg)).join(', ')})`)
      : undefined,
  ),
];

/** Methods of text files and of `io.StringIO`. */
export const fileMethods: readonly (readonly [string, readonly (readonly [string, MethodRow])[]])[] = [
  [
    'textfile',
    [
      member('read', () => str, 0, 1),
      member('readline', () => str),
      member('readlines', () => listOf(str)),
      member('getvalue', () => str),
      member('seek', () => int, 1),
      member('tell', () => int),
      member('truncate', () => int),
      ...['flush', 'close'].map((name) => member(name, () => none)),
      ...['readable', 'writable'].map((name) => member(name, () => bool)),
      [
        'write',
        methodRow(1, 1, (object, { args: [text] }) =>
          isText(text) ? value(int, `${object.code}.write(${text?.code})`) : undefined,
        ),
      ],
      [
        'writelines',
        methodRow(1, 1, (object, call) => {
          const [given] = call.args;
          const items = given && call.items(given);
          return items?.element.kind === 'str' ? value(none, `${object.code}.writelines(${items.code})`) : undefined;
        }),
      ],
    ],
  ],
  [
    'hash',
    [
      [
        'update',
        methodRow(1, 1, (object, { args: [data] }) =>
          data && isData(data) ? value(none, `${object.code}.update(${data.code})`) : undefined,
        ),
      ],
      ['digest', methodRow(0, 0, ({ code }) => value(bytes, `${code}.digest()`))],
      ['hexdigest', methodRow(0, 0, ({ code }) => value(str, `${code}.hexdigest()`))],
      ['copy', methodRow(0, 0, ({ code, type }) => value(type, `${code}.copy()`))],
    ],
  ],
];

function isData({ type }: Value): boolean {
  return type.kind === 'bytes' || type.kind === 'bytearray';
}

const onPath = (name: string, result: () => Type, minimum = 1, maximum = minimum): [string, LibraryRow] => [
  name,
  row(minimum, maximum, (call: LibraryCall) =>
    call.args.every((arg) => isText(arg))
      ? value(result(), `py::os::${name.replace('.', '::')}(${call.args.map(({ code }) => code).join(', ')})`)
      : undefined,
  ),
];

const pathFunctions: readonly [string, LibraryRow][] = [
  ...['path.exists', 'path.isfile', 'path.isdir', 'path.isabs'].map((name) => onPath(name, () => bool)),
  ...['path.basename', 'path.dirname'].map((name) => onPath(name, () => str)),
  ...['path.split', 'path.splitext'].map((name) => onPath(name, () => tupleOf(str, str))),
  onPath('path.getsize', () => int),
  onPath('path.join', () => str, 1, 8),
];

/** Functions of `os`, those of `os.path` under `path.NAME`. */
export const os: ReadonlyMap<string, LibraryRow> = new Map<string, LibraryRow>([
  ...pathFunctions,
  onPath('getcwd', () => str, 0),
  ...['remove', 'mkdir', 'rmdir'].map((name) => onPath(name, () => none)),
  ['unlink', onPath('remove', () => none)[1]],
  onPath('rename', () => none, 2),
  [
    'makedirs',
    row(
      1,
      1,
      (call) => {
        const [path] = call.args;
        if (!isText(path)) return undefined;
        return value(none, `py::os::makedirs(${list(path?.code, call.keyword('exist_ok')?.code)})`);
      },
      ['exist_ok'],
    ),
  ],
]);

/** The module `os.path`. */
export const osPath: ReadonlyMap<string, LibraryRow> = new Map(
  pathFunctions.map(([name, known]) => [name.slice('path.'.length), known]),
);

const hashing = (name: string): [string, LibraryRow] => [
  name,
  row(
    0,
    1,
    (call) => {
      const [data] = call.args;
      if (data?.type.kind === 'str') return call.refuse(`\`hashlib.${name}\` takes bytes: encode the text first.`);
      if (data && !isData(data)) return undefined;
      return value({ kind: 'hash' }, `py::hashlib::make(${list(`"${name}"`, data?.code)})`);
    },
    ['usedforsecurity'],
  ),
];

/** Functions of `hashlib`. */
export const hashlib: ReadonlyMap<string, LibraryRow> = new Map(
  ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'].map(hashing),
);

/** True for what JSON can hold. */
function isPlainData(type: Type, seen: readonly Type[] = []): boolean {
  if (seen.includes(type)) return true;
  const inner = [...seen, type];
  switch (type.kind) {
    case 'tuple':
    case 'union':
      return type.items.every((item) => isPlainData(item, inner));
    case 'list':
    case 'vartuple':
      return isPlainData(type.element.type, inner);
    case 'dict':
    case 'defaultdict':
    case 'ordereddict':
    case 'counter':
      return (
        ['str', 'int', 'float', 'bool', 'none', 'never'].includes(type.key.type.kind) &&
        isPlainData(type.value.type, inner)
      );
    default:
      return ['int', 'bigint', 'float', 'bool', 'str', 'none', 'never'].includes(type.kind);
  }
}

/** How `json.dumps` and `json.dump` are to write. */
function styleOf(call: LibraryCall): string | undefined {
  const indent = call.keyword('indent');
  const separators = call.keyword('separators');
  const flag = (name: string, absent: boolean): string | undefined => {
    const given = call.keyword(name);
    if (!given) return String(absent);
    return given.type.kind === 'bool' ? given.code : undefined;
  };
  const [sorted, ascii] = [flag('sort_keys', false), flag('ensure_ascii', true)];
  if (sorted === undefined || ascii === undefined) return undefined;
  const hasIndent = indent !== undefined && indent.type.kind !== 'none';
  const step = !hasIndent
    ? 'std::nullopt'
    : indent.type.kind === 'str'
      ? `(${indent.code}).utf8()`
      : `std::string(static_cast<size_t>(std::max<int64_t>(0, ${indent.code})), ' ')`;
  if (separators && (separators.type.kind !== 'tuple' || separators.type.items.length !== 2)) return undefined;
  const between = separators
    ? [0, 1].map((at) => `std::get<${at}>(${separators.code}).utf8()`)
    : [hasIndent ? '","' : '", "', '": "'];
  return `py::json::Style{${[step, ...between, sorted, ascii].join(', ')}}`;
}

const styleNames = ['indent', 'separators', 'sort_keys', 'ensure_ascii'];

/** Functions of `json`. */
export const json: ReadonlyMap<string, LibraryRow> = new Map([
  [
    'dumps',
    row(
      1,
      1,
      (call) => {
        const [data] = call.args;
        const style = styleOf(call);
        if (!data || style === undefined) return undefined;
        if (!isPlainData(data.type))
          return call.refuse(
            '`json.dumps` can be converted for plain data: numbers, texts, lists, tuples and dicts of such.',
          );
        return value(str, `py::json::dumps(${data.code}, ${style})`);
      },
      styleNames,
    ),
  ],
  [
    'dump',
    row(
      2,
      2,
      (call) => {
        const [data, file] = call.args;
        const style = styleOf(call);
        if (!data || file?.type.kind !== 'textfile' || style === undefined || !isPlainData(data.type)) return undefined;
        return value(none, `static_cast<void>(${file.code}.write(py::json::dumps(${data.code}, ${style})))`);
      },
      styleNames,
    ),
  ],
]);

/** What any text in JSON can stand for: a type that holds itself. */
function jsonValue(): Type {
  const held = new Slot();
  const items: Type[] = [none, bool, int, float, str];
  held.add({ kind: 'union', items: [...items, { kind: 'list', element: held }, dictWith(held)] });
  return held.type;
}

function dictWith(value: Slot): Type {
  return { kind: 'dict', key: new Slot(str), value };
}

/** What `json.loads`, which is written in Python, asks of the runtime. */
export const jsonRead: ReadonlyMap<string, LibraryRow> = new Map([
  [
    'read',
    row(1, 1, (call) => {
      const [text] = call.args;
      if (text && text.type.kind !== 'str' && text.type.kind !== 'never')
        return call.refuse('`json.loads` can be converted for texts: decode the bytes first.');
      const type = call.make(jsonValue);
      return text && value(type, `py::json_read::read<${cppType(type)}>(${text.code})`);
    }),
  ],
  ['failure', row(0, 0, () => value(str, 'py::json_read::failure()'))],
  ['place', row(0, 0, () => value(int, 'py::json_read::place()'))],
]);

/** Functions of `timeit`. */
export const timeit: ReadonlyMap<string, LibraryRow> = new Map([
  ['default_timer', row(0, 0, () => value({ kind: 'float' }, 'py::time::perf_counter()'))],
]);
