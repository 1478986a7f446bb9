import type { CallExpr, Expr, NameExpr, Place, RecordMethod } from '../ast.ts';
import { cppType, quote } from '../cpp.ts';
import type { Value } from '../library.ts';
import type { RecordInfo } from '../records.ts';
import { never, type Type } from '../types.ts';
import type { Binding } from './comprehensions.ts';
import { Part } from './part.ts';
import { primary } from './values.ts';

/** Translates named tuples: making them, and what they have of their own. */
export class NamedTuples extends Part {
  record(record: RecordInfo, items: readonly Value[]): Value {
    const type: Type = { kind: 'tuple', items: items.map((item) => item.type), record };
    return primary(type, `${cppType(type)}(${items.map(({ code }) => code).join(', ')})`);
  }

  /** `Point._make(items)`. */
  recordOfItems(record: RecordInfo, node: CallExpr): Value {
    const [given] = node.args;
    const isPlain = given && (given.kind === 'list' || given.kind === 'tuple');
    if (isPlain) return this.makeRecord(record, { ...node, args: given.items });
    const items = given && this.translation.libraryCalls.itemsOf(this.expr(given), node.place);
    if (!items) return this.unsupported('`_make` takes something to go over.', node.place);
    const count = record.fields.length;
    const values = record.fields.map((_, at) => primary(items.element, `py::argument_of(items, ${at}, ${count})`));
    const made = this.record(record, values);
    return primary(made.type, `[&] { const auto items = py::to_list(${items.code}); return ${made.code}; }()`);
  }

  /** A call of a method of a named tuple. */
  recordCall(
    method: RecordMethod,
    first: readonly Value[],
    args: readonly Expr[],
    place: Place,
    keywords: CallExpr['keywords'] = [],
  ): Value {
    const callee: NameExpr = { kind: 'name', id: -1, place, name: method.functionName };
    const names = first.map((_, at): NameExpr => ({ kind: 'name', id: -1, place, name: `record_${at + 1}` }));
    const call: CallExpr = { kind: 'call', id: -1, place, callee, args: [...names, ...args], keywords };
    if (first.length === 0) return this.translation.calls.call(call);
    const built = this.translation.comprehensions.within(
      names.map((each, at): Binding => [each.name, first[at]?.type ?? never]),
      () => this.translation.calls.call(call),
    );
    const given = first.map(({ code }, at) => `const auto record_${at + 1} = ${code};`).join(' ');
    return primary(built.type, `[&] { ${given} return ${built.code}; }()`);
  }

  /** `point._replace(x=1, **changes)`. */
  replaced(record: RecordInfo, object: Value, node: CallExpr): Value {
    const { type } = object;
    const spread = this.#namesGiven(node);
    const names = record.fields.map(({ name }) => `${quote(name)}_s`).join(', ');
    const from = spread && { ...spread, code: `py::only_fields(${spread.code}, {${names}})` };
    const items = record.fields.map(({ name }, at) => {
      const given = node.keywords.find((keyword) => keyword.name === name);
      const own = primary(type.kind === 'tuple' ? (type.items[at] ?? never) : never, `std::get<${at}>(${object.code})`);
      if (given) return this.expr(given.value);
      return from ? this.translation.callArguments.namedIn(from.code, from.held, '_replace', name, own) : own;
    });
    return this.record(record, items);
  }

  /** The dict of the `**` in a call, and what it holds; undefined where there is none. */
  #namesGiven({ args }: CallExpr): { readonly code: string; readonly held: Type } | undefined {
    const spread = args.find((arg) => arg.kind === 'doublestar');
    const names = spread?.kind === 'doublestar' ? this.expr(spread.value) : undefined;
    if (!spread || !names) return undefined;
    if (names.type.kind !== 'dict' || !/^[\w\u0080-\uffff.>-]+$/.test(names.code))
      return this.unsupported('`**` here takes a dict that has a name: give it one first.', spread.place);
    return { code: names.code, held: names.type.value.type };
  }

  /** A new named tuple, of which the items without a place or a name of their own are looked up in a dict. */
  #recordOfNames(record: RecordInfo, node: CallExpr, names: { readonly code: string; readonly held: Type }): Value {
    const given = node.args
      .filter(({ kind }) => kind !== 'doublestar')
      .flatMap((arg) => this.translation.expressions.spread(arg));
    const left = record.fields.slice(given.length).map(({ name }) => `${quote(name)}_s`);
    let source = `py::only_names(${names.code}, "${record.name}.__new__()", {${left.join(', ')}})`;
    const items = record.fields.map((field, at) => {
      const keyword = node.keywords.find(({ name }) => name === field.name);
      if (given[at]) return given[at];
      if (keyword) return this.expr(keyword.value);
      const absent = field.default && this.expr(field.default);
      const from = source;
      source = names.code;
      return this.translation.callArguments.namedIn(from, names.held, `${record.name}.__new__`, field.name, absent);
    });
    return this.record(record, items);
  }

  /** A new named tuple. */
  makeRecord(record: RecordInfo, node: CallExpr): Value {
    const names = this.#namesGiven(node);
    if (names) return this.#recordOfNames(record, node, names);
    const given = node.args.flatMap((arg) => this.translation.expressions.spread(arg));
    const unknown = node.keywords.find(({ name }) => !record.fields.some((field) => field.name === name));
    const most = record.fields.length + 1;
    if (!unknown && given.length >= most)
      this.fails(
        'TypeError',
        `${record.name}.__new__() takes ${most} positional arguments but ${given.length + 1} were given`,
        `\`${record.name}\` has no such item.`,
        node.place,
      );
    if (unknown || given.length > record.fields.length)
      return this.unsupported(`\`${record.name}\` has no such item.`, node.place);
    const items = record.fields.map((field, at) => {
      const keyword = node.keywords.find(({ name }) => name === field.name);
      const value = given[at] ?? (keyword ? this.expr(keyword.value) : field.default && this.expr(field.default));
      const missing = record.fields.filter(
        (each, index) =>
          index >= given.length && !each.default && !node.keywords.some(({ name }) => name === each.name),
      );
      const names = missing.map((each) => `'${each.name}'`);
      const list =
        names.length < 3 ? names.join(' and ') : `${names.slice(0, -1).join(', ')}, and ${names.at(-1) as string}`;
      const text = `${record.name}.__new__() missing ${names.length} required positional argument${names.length > 1 ? 's' : ''}: ${list}`;
      return (
        value ??
        this.fails('TypeError', text, `\`${record.name}\` is made without its item \`${field.name}\`.`, node.place)
      );
    });
    return this.record(record, items);
  }
}
