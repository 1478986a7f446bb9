import type { Expr } from '../ast.ts';
import { cppType } from '../cpp.ts';
import type { Value } from '../library.ts';
import {
  dictOf,
  int,
  isInteger,
  none,
  sameType,
  Slot,
  str,
  tupleOf,
  unionOf,
  type RegexGroup,
  type RegexType,
  type Type,
} from '../types.ts';
import { coerced } from '../unions.ts';
import { iterator, list, methodRow, row, value, type LibraryCall, type LibraryRow, type MethodRow } from './call.ts';
import { regexGroups } from './regexGroups.ts';

/** The flags by their names, with their numbers in Python. */
const flags: ReadonlyMap<string, number> = new Map([
  ['I', 2],
  ['IGNORECASE', 2],
  ['M', 8],
  ['MULTILINE', 8],
  ['S', 16],
  ['DOTALL', 16],
  ['U', 0],
  ['UNICODE', 0],
  ['X', 64],
  ['VERBOSE', 64],
  ['A', 256],
  ['ASCII', 256],
]);
const verboseFlag = 64;

/** `re.I | re.M` as a number; undefined for what is not written as such. */
function flagsOf(call: LibraryCall, node: Expr): number | undefined {
  if (node.kind === 'int') return node.value === 0n ? 0 : undefined;
  if (node.kind === 'binary' && node.op === '|') {
    const [left, right] = [flagsOf(call, node.left), flagsOf(call, node.right)];
    return left === undefined || right === undefined ? undefined : left | right;
  }
  const name = call.libraryName(node);
  return name?.startsWith('re.') === true ? flags.get(name.slice('re.'.length)) : undefined;
}

type Groups = readonly RegexGroup[] | undefined;
const optionalText = unionOf([str, none]);
const typeOf = (kind: RegexType['kind'], groups: Groups): RegexType => ({ kind, ...(groups && { groups }) });
const textOf = (group: RegexGroup | undefined): Type => (group?.always === true ? str : optionalText);
const isText = ({ type }: Value): boolean => type.kind === 'str' || type.kind === 'never';

/** A pattern, given as text or compiled. */
interface PatternValue {
  readonly code: string;
  readonly groups: Groups;
}

/** The pattern that a function of `re` is given first, with the flags given at `place`. */
function patternOf(call: LibraryCall, place: number): PatternValue | undefined {
  const [node] = call.node.args;
  const given = call.arg(0);
  if (!node || !given) return undefined;
  const flagsNode = call.node.args[place] ?? call.keywordNode('flags');
  const number = flagsNode ? flagsOf(call, flagsNode) : 0;
  if (number === undefined)
    return call.refuse('Flags of a regular expression have to be written out, such as `re.IGNORECASE | re.MULTILINE`.');
  if (given.type.kind === 'pattern') return flagsNode ? undefined : { code: given.code, groups: given.type.groups };
  if (!isText(given)) return undefined;
  const text = call.literalText(node);
  const groups = text === undefined ? undefined : regexGroups(text, (number & verboseFlag) !== 0);
  return { code: `py::re::compile(${list(given.code, number ? String(number) : undefined)})`, groups };
}

const optionalMatch = (groups: Groups): Type => unionOf([typeOf('match', groups), none]);

/** What `findall` gives of a match: the whole, the only group, or all of them. */
function found(groups: readonly RegexGroup[]): { readonly type: Type; readonly code: string } {
  const [first, ...others] = groups;
  const code = (place: number): string => `match.group(${place})`;
  if (!first) return { type: str, code: code(0) };
  if (others.length === 0) return { type: str, code: code(1) };
  return {
    type: tupleOf(...groups.map(() => str)),
    code: `std::make_tuple(${groups.map((_, index) => code(index + 1)).join(', ')})`,
  };
}

const unknownGroups = (name: string): string =>
  `What \`${name}\` gives depends on the groups of the regular expression: give it as a literal, or a name that is assigned one.`;

type ListType = Extract<Type, { element: Slot }>;
const newList = (): ListType => ({ kind: 'list', element: new Slot() });

/** What can be done with a pattern and a text; `args` are what follows the pattern. */
type Use = (
  call: LibraryCall,
  pattern: PatternValue,
  args: readonly Value[],
  nodes: readonly Expr[],
) => Value | undefined;

const one =
  (name: 'match' | 'search' | 'fullmatch'): Use =>
  (call, { code, groups }, [text, ...bounds]) =>
    text && isText(text)
      ? value(optionalMatch(groups), `${code}.${name}(${list(text.code, ...bounds.map(call.integer))})`)
      : undefined;

const findAll: Use = (call, { code, groups }, [text]) => {
  if (!text || !isText(text)) return undefined;
  if (!groups) return call.refuse(unknownGroups('findall'));
  const each = found(groups);
  const type = call.make(newList);
  type.element.add(each.type);
  return value(
    type,
    `${code}.findall<${cppType(each.type)}>(${text.code}, [](const auto& match) { return ${each.code}; })`,
  );
};

const findIter: Use = (call, { code, groups }, [text]) =>
  text && isText(text)
    ? iterator(call, typeOf('match', groups), `py::iter(${code}.finditer(${text.code}))`)
    : undefined;

const substitute =
  (counted: boolean): Use =>
  (call, { code, groups }, [replacement, text, limit], [node]) => {
    const count = limit ?? call.keyword('count');
    if (!node || !text || !isText(text)) return undefined;
    let how: string;
    if (replacement && isText(replacement)) {
      how = `py::re::by_template(${replacement.code})`;
    } else {
      const functor = call.functor(node, [typeOf('match', groups)]);
      if (functor.type.kind !== 'str' && functor.type.kind !== 'never')
        return call.refuse('What replaces a match has to be text.');
      how = `py::re::by_function(${functor.code(str)})`;
    }
    const result = `${code}.replaced(${how}, ${text.code}, ${count ? call.integer(count) : '0'})`;
    return counted ? value(tupleOf(str, int), result) : value(str, `std::get<0>(${result})`);
  };

const split: Use = (call, { code, groups }, [text, limit]) => {
  if (!text || !isText(text)) return undefined;
  if (!groups) return call.refuse(unknownGroups('split'));
  const count = limit ?? call.keyword('maxsplit');
  const element = groups.every(({ always }) => always) ? str : optionalText;
  const type = call.make(newList);
  type.element.add(element);
  const use = element.kind === 'str' ? 'group' : 'group_or_none';
  return value(
    type,
    `${code}.split<${cppType(element)}>(${text.code}, ${count ? call.integer(count) : '0'}, [](const auto& match, int64_t group) { return match.${use}(group); })`,
  );
};

/** Name, use, arguments after the pattern (least and most), and keywords. */
const uses: readonly (readonly [string, Use, number, number, readonly string[]])[] = [
  ['match', one('match'), 1, 1, []],
  ['search', one('search'), 1, 1, []],
  ['fullmatch', one('fullmatch'), 1, 1, []],
  ['findall', findAll, 1, 1, []],
  ['finditer', findIter, 1, 1, []],
  ['sub', substitute(false), 2, 3, ['count']],
  ['subn', substitute(true), 2, 3, ['count']],
  ['split', split, 1, 2, ['maxsplit']],
];
const replacing = new Set(['sub', 'subn']);

/** The values of arguments from `from` on; a function among them, which replaces a match, has none. */
function valuesFrom(call: LibraryCall, name: string, from: number, to: number): readonly Value[] {
  return call.node.args.slice(from, to).map((node, index) => {
    const isFunction = replacing.has(name) && index === 0 && isFunctionNode(call, node);
    if (isFunction) return value(none, '');
    const given = call.expr(node);
    return index === (replacing.has(name) ? 1 : 0) ? certainText(given) : given;
  });
}

/** What may be a text as that text, or the error that Python raises where it is none. */
function certainText(given: Value): Value {
  if (given.type.kind !== 'union' || !given.type.items.some(({ kind }) => kind === 'str')) return given;
  return value(str, `py::the<py::str, py::TypeError>(${given.code}, "expected string or bytes-like object, got ", "")`);
}

/** True for a lambda and for a name whose value is no text. */
function isFunctionNode(call: LibraryCall, node: Expr): boolean {
  if (node.kind === 'lambda') return true;
  if (node.kind !== 'name') return false;
  try {
    return !isText(call.expr(node));
  } catch {
    // The name of a function is no value by itself.
    return true;
  }
}

/** Functions of `re`. */
export const regularExpressions: ReadonlyMap<string, LibraryRow> = new Map<string, LibraryRow>([
  ...uses.map(([name, use, least, most, keywords]): [string, LibraryRow] => [
    name,
    row(
      least + 1,
      most + 2,
      (call) => {
        const pattern = patternOf(call, most + 1);
        return pattern && use(call, pattern, valuesFrom(call, name, 1, most + 1), call.node.args.slice(1));
      },
      [...keywords, 'flags'],
    ),
  ]),
  [
    'compile',
    row(
      1,
      2,
      (call) => {
        const pattern = patternOf(call, 1);
        return pattern && value(typeOf('pattern', pattern.groups), pattern.code);
      },
      ['flags'],
    ),
  ],
  [
    'escape',
    row(1, 1, (call) => {
      const text = call.arg(0);
      return text && isText(text) ? value(str, `py::re::escape(${text.code})`) : undefined;
    }),
  ],
]);

const groupsOf = ({ type }: Value): Groups => ('groups' in type ? type.groups : undefined);

/** The group that a literal names; undefined where it is only known at run time. */
function namedGroup(groups: Groups, node: Expr): RegexGroup | undefined {
  if (!groups) return undefined;
  if (node.kind === 'int') return node.value === 0n ? { always: true } : groups[Number(node.value) - 1];
  return node.kind === 'str' ? groups.find(({ name }) => name === node.value) : undefined;
}

/** One group of a match, as text or None: `match[1]`, `match.group(1)`. */
export function groupOf(match: Value, node: Expr, key: Value): Value | undefined {
  const isName = key.type.kind === 'str' || sameType(key.type, optionalText);
  if (!isName && !isInteger(key.type)) return undefined;
  const isWhole = node.kind === 'int' && node.value === 0n;
  const type = isWhole ? str : textOf(namedGroup(groupsOf(match), node));
  return value(type, `${match.code}.${type.kind === 'str' ? 'group' : 'group_or_none'}(${key.code})`);
}

const place =
  (name: 'start' | 'end' | 'span', type: () => Type): MethodRow['translate'] =>
  (match, call) => {
    const [group] = call.args;
    return value(type(), `${match.code}.${name}(${group?.code ?? ''})`);
  };

/** All groups with what stands for those that took no part. */
function allGroups(match: Value, call: LibraryCall, groups: readonly RegexGroup[]): Value[] {
  const absent = call.args[0] ?? call.keyword('default');
  return groups.map((group, index) => {
    const type = textOf(group);
    if (type.kind === 'str') return value(type, `${match.code}.group(${index + 1})`);
    const held = value(type, `${match.code}.group_or_none(${index + 1})`);
    if (!absent || absent.type.kind === 'none') return held;
    return isText(absent)
      ? value(str, `${held.code}.value_or(${absent.code})`)
      : call.refuse('What stands for groups that took no part has to be text.');
  });
}

const matchMethods: readonly (readonly [string, MethodRow])[] = [
  [
    'group',
    methodRow(0, 9, (match, call) => {
      const { args } = call.node;
      if (args.length === 0) return value(str, `${match.code}.group()`);
      const items = args.map((node, index) => groupOf(match, node, call.args[index] as Value));
      const given = items.filter((item) => item !== undefined);
      if (given.length < items.length) return undefined;
      return given.length === 1
        ? given[0]
        : value(
            tupleOf(...given.map(({ type }) => type)),
            `std::make_tuple(${given.map(({ code }) => code).join(', ')})`,
          );
    }),
  ],
  [
    'groups',
    methodRow(
      0,
      1,
      (match, call) => {
        const groups = groupsOf(match);
        if (!groups) return call.refuse(unknownGroups('groups'));
        const items = allGroups(match, call, groups);
        return value(
          tupleOf(...items.map(({ type }) => type)),
          `std::make_tuple(${items.map(({ code }) => code).join(', ')})`,
        );
      },
      ['default'],
    ),
  ],
  [
    'groupdict',
    methodRow(
      0,
      1,
      (match, call) => {
        const groups = groupsOf(match);
        if (!groups) return call.refuse(unknownGroups('groupdict'));
        const type = call.make(() => dictOf(str, str) as Extract<Type, { key: Slot }>);
        const items = allGroups(match, call, groups);
        const entries = groups.flatMap(({ name }, index) => {
          const item = items[index];
          if (name === undefined || !item) return [];
          call.add(type.value, item.type, 'The groups of this match');
          return [{ name, item }];
        });
        const pairs = entries.map(({ name, item }) => `{"${name}"_s, ${coerced(item, type.value.type)}}`);
        return value(type, pairs.length ? `${cppType(type)}{${pairs.join(', ')}}` : `${cppType(type)}()`);
      },
      ['default'],
    ),
  ],
  [
    'start',
    methodRow(
      0,
      1,
      place('start', () => int),
    ),
  ],
  [
    'end',
    methodRow(
      0,
      1,
      place('end', () => int),
    ),
  ],
  [
    'span',
    methodRow(
      0,
      1,
      place('span', () => tupleOf(int, int)),
    ),
  ],
];

/** Methods of compiled patterns, whose search may be bounded, and of matches. */
export const regexMethods: readonly (readonly [string, readonly (readonly [string, MethodRow])[]])[] = [
  [
    'pattern',
    uses.map(([name, use, least, most, keywords]): [string, MethodRow] => {
      const bounds = ['match', 'search', 'fullmatch'].includes(name) ? 2 : 0;
      return [
        name,
        methodRow(
          least,
          most + bounds,
          (pattern, call) =>
            use(
              call,
              { code: pattern.code, groups: groupsOf(pattern) },
              valuesFrom(call, name, 0, most + bounds),
              call.node.args,
            ),
          keywords,
        ),
      ];
    }),
  ],
  ['match', matchMethods],
];
