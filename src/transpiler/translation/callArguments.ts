import type { CallExpr, Expr, Param, Place } from '../ast.ts';
import { shownName } from '../classes.ts';
import { cppType, quote } from '../cpp.ts';
import { elementOf, type Value } from '../library.ts';
import { gatheredParameters } from '../gatheredArguments.ts';
import { isLiteral } from '../literals.ts';
import type { FunctionInfo } from '../program.ts';
import { alternatives, dictOf, never, Slot, str, tupleOf, unionOf, type Type } from '../types.ts';
import { coerced } from '../unions.ts';
import { some } from '../walk.ts';
import { isSimple } from './expressionFacts.ts';
import { Part } from './part.ts';
import { primary } from './values.ts';

/** The arguments without names; `open` are those of parameters that a `*` of unknown length gives, as far as it reaches. */
interface ArgumentsByPlace {
  readonly given: readonly Value[];
  readonly rest: readonly Expr[];
  readonly open?: { readonly value: Value; readonly from: number; readonly count: number; readonly most: string };
}

/** Finds which argument of a call each parameter gets. */
export class CallArguments extends Part {
  /** Arguments with the items of a tuple that has a name in the place of its `*`; undefined where there is none. */
  writtenOut(args: readonly Expr[]): readonly Expr[] | undefined {
    const out = args.flatMap((arg): readonly Expr[] => {
      const type = arg.kind === 'star' && arg.value.kind === 'name' ? this.expr(arg.value).type : never;
      if (arg.kind !== 'star' || type.kind !== 'tuple') return [arg];
      const base = { id: -arg.id, place: arg.place };
      return type.items.map((_, at) => ({
        ...base,
        kind: 'index',
        object: arg.value,
        index: { ...base, kind: 'int', value: BigInt(at) },
      }));
    });
    return out.length === args.length && out.every((arg, at) => arg === args[at]) ? undefined : out;
  }

  /** Arguments in the order of the parameters, defaults filled in, those beyond in a tuple or dict. */
  arguments(info: FunctionInfo, given: CallExpr, skip: number): Value[] {
    const args = this.#argumentsOf(info, given, skip);
    if (!this.translation.gathersArguments || !info.owner) return args;
    const gathered = gatheredParameters(info.def);
    return args.map((value, at) => {
      const name = info.def.params[at + skip]?.name ?? '';
      return gathered.has(name) ? this.#asList(value, `${name} ${given.id}`, given.place) : value;
    });
  }

  /** What an argument holds as a list, for a method that gets lists from some calls and other things to go over from others. */
  #asList(value: Value, key: string, place: Place): Value {
    if (
      !['range', 'tuple', 'vartuple', 'set', 'frozenset', 'iter', 'generator', 'view', 'deque'].includes(
        value.type.kind,
      )
    )
      return value;
    const items = this.translation.libraryCalls.itemsOf(value, place);
    const type = this.translation.types.allocate(`gathered ${key}`, () => ({ kind: 'list', element: new Slot() }));
    if (type.kind !== 'list') return value;
    this.translation.types.add(type.element, items.element, place, 'What this holds');
    return primary(
      type,
      items.element.kind === 'never' ? `${cppType(type)}()` : `${cppType(type)}::from(${items.code})`,
    );
  }

  #argumentsOf(info: FunctionInfo, given: CallExpr, skip: number): Value[] {
    const node = withSpreadNames(given);
    const params = info.def.params.slice(skip);
    const spread = node.args.find(({ kind }) => kind === 'doublestar');
    if (spread?.kind === 'doublestar')
      return this.argumentsWithNames(
        info,
        { ...node, args: node.args.filter((arg) => arg !== spread) },
        spread.value,
        skip,
      );
    const plain = params.filter(({ kind, keywordOnly }) => kind === 'plain' && !keywordOnly);
    const takesAll = params.some(({ kind }) => kind === 'args');
    const takesNames = params.some(({ kind }) => kind === 'kwargs');
    const places = this.argumentsByPlace(info, node, plain.length, takesAll);
    for (const { name } of node.keywords) {
      const index = params.findIndex((param) => param.name === name && param.kind === 'plain');
      const isTwice = index >= 0 && index < places.given.length && params[index]?.keywordOnly === false;
      if ((index < 0 && !takesNames) || isTwice)
        return this.fails(
          'TypeError',
          `${calledName(info)}() got ${isTwice ? 'multiple values for' : 'an unexpected keyword'} argument '${name}'`,
          isTwice ? `\`${info.name}\` is given \`${name}\` twice.` : `\`${info.name}\` has no parameter \`${name}\`.`,
          node.place,
        );
    }
    return params.map((param) => {
      if (param.kind === 'args') return this.restFor(info, param, node, places.rest);
      if (param.kind === 'kwargs') {
        const others = node.keywords.filter(
          ({ name }) => !params.some((each) => each.kind === 'plain' && each.name === name),
        );
        return this.namedArguments(node, others);
      }
      const place = param.keywordOnly ? -1 : plain.indexOf(param);
      const given = places.given[place];
      if (given) return given;
      const keyword = node.keywords.find(({ name }) => name === param.name);
      if (keyword) return this.translation.comprehensions.keptValue(keyword.value);
      if (!param.default)
        return this.fails(
          'TypeError',
          missingArguments(
            info,
            params.filter((each) => isMissing(each, params, places.given.length, node)),
          ),
          `\`${info.name}\` is called without its argument \`${param.name}\`.`,
          node.place,
        );
      // A default is made once in Python; only values that cannot change are the same when made at each call.
      return isLiteral(param.default) || param.isFresh
        ? this.expr(param.default)
        : this.translation.defaults.defaultOf(info, param);
    });
  }

  /** Arguments of which some are looked up in a dict: `f(**names)`. */
  private argumentsWithNames(info: FunctionInfo, node: CallExpr, namesNode: Expr, skip: number): Value[] {
    const params = info.def.params.slice(skip);
    const names = this.expr(namesNode);
    if (names.type.kind !== 'dict' || !isSimple(namesNode) || node.args.some(({ kind }) => kind === 'doublestar'))
      return this.unsupported(
        'This `**` in a call cannot be converted yet: give the dict a name first.',
        namesNode.place,
      );
    const plain = params.filter(({ kind, keywordOnly }) => kind === 'plain' && !keywordOnly);
    const takesAll = params.some(({ kind }) => kind === 'args');
    const places = this.argumentsByPlace(info, node, plain.length, takesAll);
    const { value } = names.type;
    // What `*` of unknown length may give or not may be given by its name then, where anybody gives names.
    const open = value.type.kind === 'never' ? undefined : places.open;
    const isOpen = (param: Param): boolean =>
      open !== undefined && plain.indexOf(param) >= open.from && plain.indexOf(param) < open.from + open.count;
    const wanted = params.filter(
      (param) =>
        param.kind === 'plain' &&
        (isOpen(param) || !(plain.indexOf(param) >= 0 && plain.indexOf(param) < places.given.length)) &&
        !node.keywords.some(({ name }) => name === param.name),
    );
    const known = wanted.map(({ name }) => `${quote(name)}_s`).join(', ');
    const takesNames = params.some(({ kind }) => kind === 'kwargs');
    // The first to be looked up sees to it that there are no others.
    let source = takesNames ? names.code : `py::only_names(${names.code}, "${info.name}()", {${known}})`;
    return params.map((param) => {
      if (param.kind === 'args') return this.restFor(info, param, node, places.rest);
      if (param.kind === 'kwargs') {
        const others = node.keywords.filter(
          ({ name }) => !params.some((each) => each.kind === 'plain' && each.name === name),
        );
        const more = this.namedArguments(node, others);
        if (more.type.kind === 'dict') more.type.value.unify(value);
        const rest = `py::without_names(${names.code}, {${known}})`;
        return others.length ? primary(names.type, `(${rest} | ${more.code})`) : primary(names.type, rest);
      }
      if (!wanted.includes(param)) {
        const keyword = node.keywords.find(({ name }) => name === param.name);
        return (
          places.given[plain.indexOf(param)] ??
          this.translation.comprehensions.keptValue((keyword as CallExpr['keywords'][number]).value)
        );
      }
      const from = source;
      source = names.code;
      const absent =
        param.default &&
        (isLiteral(param.default) || param.isFresh
          ? this.expr(param.default)
          : this.translation.defaults.defaultOf(info, param));
      const named = this.namedIn(isOpen(param) ? names.code : from, value.type, info.name, param.name, absent);
      if (!open || !isOpen(param)) return named;
      const type = unionOf([elementOf(open.value.type) ?? never, named.type]);
      this.translation.types.requireOne(type, param.place, `\`${param.name}\``);
      const at = [open.value.code, String(plain.indexOf(param) - open.from), open.most, from];
      const texts = [`"${info.name}()"`, `${quote(param.name)}_s`];
      const otherwise = `[&] { return ${cppType(type)}(${coerced(named, type)}); }`;
      return primary(type, `py::placed_or_named<${cppType(type)}>(${[...at, ...texts, otherwise].join(', ')})`);
    });
  }

  /** An argument that is looked up in a dict by its name. */
  namedIn(names: string, type: Type, callee: string, name: string, absent: Value | undefined): Value {
    if (type.kind === 'never') return absent ?? primary(never, 'int64_t{0}');
    if (!absent) return primary(type, `py::named_argument(${names}, "${callee}()", ${quote(name)}_s)`);
    const fitting = alternatives(type).filter((each) => each.kind === absent.type.kind);
    const result = unionOf([fitting[0] ?? type, absent.type]);
    const code = `py::named_argument_or<${cppType(result)}>(${names}, ${quote(name)}_s, ${coerced(absent, result)})`;
    return primary(result, code);
  }

  /** The arguments without names: those of plain parameters, and what is left. */
  private argumentsByPlace(info: FunctionInfo, node: CallExpr, count: number, takesAll: boolean): ArgumentsByPlace {
    const given: Value[] = [];
    let open: ArgumentsByPlace['open'];
    const rest: Expr[] = [];
    const named = new Set(node.keywords.map(({ name }) => name));
    for (const [index, arg] of node.args.entries()) {
      if (given.length >= count && takesAll) {
        rest.push(arg);
        continue;
      }
      if (arg.kind === 'doublestar') return this.unsupported('`**` in a call cannot be converted yet.', arg.place);
      const value = arg.kind === 'star' ? this.expr(arg.value) : undefined;
      if (arg.kind !== 'star' || !value || value.type.kind === 'tuple' || arg.value.kind === 'list') {
        given.push(...this.translation.expressions.spread(arg));
        continue;
      }
      if (takesAll && given.length === count) {
        rest.push(arg);
        continue;
      }
      const left = info.def.params
        .filter(({ kind, keywordOnly }) => kind === 'plain' && !keywordOnly)
        .slice(-(count - given.length));
      // Positions end where a parameter is given by its name.
      const end = left.findIndex(({ name }) => named.has(name));
      const others = end < 0 ? left : left.slice(0, end);
      if (
        index < node.args.length - 1 ||
        given.length === count ||
        !isSimple(arg.value) ||
        !['list', 'vartuple', 'str', 'never'].includes(value.type.kind)
      )
        return this.unsupported(
          'This `*` in a call cannot be converted yet: give what it stands for a name.',
          arg.place,
        );
      const items = this.argumentsOf(info, value, others, takesAll);
      open = {
        value,
        from: given.length,
        count: others.length,
        most: takesAll ? 'py::ANY_NUMBER' : `${others.length}`,
      };
      if (takesAll) {
        const base = { id: -node.id, place: arg.place };
        const start: Expr = { ...base, kind: 'int', value: BigInt(others.length) };
        const beyond: Expr = { ...base, kind: 'index', object: arg.value, index: { ...base, kind: 'slice', start } };
        rest.push({ ...arg, value: beyond });
      }
      given.push(...items);
    }
    if (given.length > count)
      return this.fails(
        'TypeError',
        tooManyArguments(info, given.length, count),
        `\`${info.name}\` takes ${count} arguments, ${given.length} were given.`,
        node.place,
      );
    return { given, rest, ...(open && { open }) };
  }

  /** The arguments for these parameters that `*` of a value of unknown length gives; defaults where it is too short. */
  private argumentsOf(info: FunctionInfo, value: Value, params: readonly Param[], takesMore: boolean): Value[] {
    const element = elementOf(value.type) ?? never;
    const least = params.filter((param) => !param.default).length;
    const most = takesMore ? 'py::ANY_NUMBER' : String(params.length);
    return params.map((param, at) => {
      const place = [value.code, String(at), String(least), most];
      if (!param.default) return primary(element, `py::argument_of(${place.join(', ')})`);
      const absent =
        isLiteral(param.default) || param.isFresh
          ? this.expr(param.default)
          : this.translation.defaults.defaultOf(info, param);
      const type = unionOf([element, absent.type]);
      this.translation.types.requireOne(type, param.place, `\`${param.name}\``);
      return primary(type, `py::argument_or<${cppType(type)}>(${place.join(', ')}, ${absent.code})`);
    });
  }

  /** What `*args` stands for: each in its place where the function hands them on to another one. */
  private restFor(info: FunctionInfo, param: Param, node: CallExpr, items: readonly Expr[]): Value {
    const handsOn =
      !info.owner &&
      some(
        info.def.body,
        (each) =>
          each['kind'] === 'call' &&
          (each['args'] as Expr[]).some(
            (arg) => arg.kind === 'star' && arg.value.kind === 'name' && arg.value.name === param.name,
          ),
      );
    const isFixed = items.every((item) => item.kind !== 'star' || this.expr(item.value).type.kind === 'tuple');
    if (!handsOn || !isFixed) return this.restOfArguments(node, items);
    const values = items.flatMap((item) => this.translation.expressions.spread(item));
    return primary(
      tupleOf(...values.map(({ type }) => type)),
      `std::make_tuple(${values.map(({ code }) => code).join(', ')})`,
    );
  }

  /** What `*args` stands for, or a tuple whose length is not known. */
  restOfArguments(node: Expr, items: readonly Expr[]): Value {
    const type = this.translation.types.allocate(`args ${node.id}`, () => ({ kind: 'vartuple', element: new Slot() }));
    if (type.kind !== 'vartuple') throw new Error('the rest of arguments is a tuple');
    if (items.length === 0) return primary(type, `${cppType(type)}()`);
    const list = this.translation.displays.sequence({ kind: 'list', id: -node.id, place: node.place, items }, 'list');
    if (list.type.kind === 'list')
      this.translation.types.add(type.element, list.type.element.type, node.place, 'The elements of this tuple');
    return primary(type, `${cppType(type)}::from(${list.code})`);
  }

  /** What `**kwargs` stands for. */
  private namedArguments(node: CallExpr, keywords: CallExpr['keywords']): Value {
    const type = this.translation.types.allocate(`kwargs ${node.id}`, () => dictOf(str, never));
    if (type.kind !== 'dict') throw new Error('named arguments are a dict');
    const values = keywords.map(({ name, value: given }) => {
      const value = this.expr(given);
      this.translation.types.add(type.value, value.type, given.place, 'The values of this dict');
      return { name, value };
    });
    const pairs = values.map(({ name, value }) => `{${quote(name)}_s, ${coerced(value, type.value.type)}}`);
    return primary(type, pairs.length ? `${cppType(type)}{${pairs.join(', ')}}` : `${cppType(type)}()`);
  }
}

/** A call with the names of a literal dict in the place of `**` of it. */
function withSpreadNames(node: CallExpr): CallExpr {
  const keywords: CallExpr['keywords'][number][] = [];
  const args = node.args.filter((arg) => {
    if (arg.kind !== 'doublestar' || arg.value.kind !== 'dict') return true;
    if (!arg.value.entries.every(({ key }) => key?.kind === 'str')) return true;
    for (const { key, value } of arg.value.entries) if (key?.kind === 'str') keywords.push({ name: key.value, value });
    return false;
  });
  return keywords.length || args.length < node.args.length
    ? { ...node, args, keywords: [...node.keywords, ...keywords] }
    : node;
}

/** The name of a function as Python's messages show it. */
function calledName({ name, def, owner }: FunctionInfo): string {
  const shown = def.shownName ?? name;
  return owner ? `${shownName(owner)}.${shown}` : shown;
}

/** True for a parameter that a call gives nothing for, by place or by name. */
function isMissing(param: Param, params: readonly Param[], count: number, node: CallExpr): boolean {
  if (param.kind !== 'plain' || param.default || node.keywords.some(({ name }) => name === param.name)) return false;
  const place = params.filter(({ kind, keywordOnly }) => kind === 'plain' && !keywordOnly).indexOf(param);
  return param.keywordOnly || place >= count;
}

/** What Python says of a call without these arguments. */
function missingArguments(info: FunctionInfo, missing: readonly Param[]): string {
  const byPlace = missing.filter(({ keywordOnly }) => !keywordOnly);
  const told = byPlace.length > 0 ? byPlace : missing;
  const names = told.map(({ name }) => `'${name}'`);
  const list =
    names.length < 3 ? names.join(' and ') : `${names.slice(0, -1).join(', ')}, and ${names.at(-1) as string}`;
  const kind = byPlace.length > 0 ? 'positional' : 'keyword-only';
  return `${calledName(info)}() missing ${told.length} required ${kind} argument${told.length > 1 ? 's' : ''}: ${list}`;
}

/** What Python says of a call with more arguments than there are places; an instance counts as one. */
function tooManyArguments(info: FunctionInfo, given: number, count: number): string {
  const self = info.owner && info.binding !== 'static' ? 1 : 0;
  const required = info.def.params
    .slice(self)
    .filter((each) => each.kind === 'plain' && !each.keywordOnly && !each.default);
  const most = count + self;
  const takes = required.length < count ? `from ${required.length + self} to ${most}` : String(most);
  return `${calledName(info)}() takes ${takes} positional argument${most === 1 ? '' : 's'} but ${given + self} ${given + self === 1 ? 'was' : 'were'} given`;
}
