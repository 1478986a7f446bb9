import type { CallExpr, Expr } from '../ast.ts';
import { cppType, identifier } from '../cpp.ts';
import { growthOf } from '../growth.ts';
import { libraryConstants, libraryMethods, precedence, type Value } from '../library.ts';
import { writtenOut } from '../library/dunders.ts';
import { methodOwners, typeRows } from '../library/ofTypes.ts';
import { methodRows, moduleRows } from '../library/tables.ts';
import { hasPythonMethod, mutatingMethods } from '../pythonMethods.ts';
import {
  alternatives,
  describe,
  dictOf,
  isContainer,
  isInteger,
  never,
  none,
  sameType,
  Slot,
  slotsOf,
  str,
  unionOf,
  type Type,
} from '../types.ts';
import { coerced, onEachType, pythonTypeName } from '../unions.ts';
import { isSuper } from './expressionFacts.ts';
import { hasData, isKnown } from '../certainErrors.ts';
import { exceptionNames } from '../exceptions.ts';
import { templateFor } from './operators.ts';
import { Part } from './part.ts';
import { heldTypes, holdsAll, isHandle } from './typeKinds.ts';
import { isNothing, noAttribute, operand, primary } from './values.ts';

/** Translates calls of the methods of built-in types. */
export class MethodCalls extends Part {
  /** A call through the name of a built-in type: `dict.fromkeys(keys)`, or `str.upper(text)`, which is `text.upper()`. */
  private methodOfType(node: CallExpr, type: Expr, name: string): Value | undefined {
    if (
      type.kind !== 'name' ||
      !methodOwners.has(type.name) ||
      this.translation.names.lookUp(type) ||
      this.translation.imports.has(type.name)
    )
      return undefined;
    const row = typeRows.get(`${type.name}.${name}`);
    if (row) return this.translation.libraryCalls.libraryRow(row, `${type.name}.${name}`, node);
    const [object, ...args] = node.args;
    if (!object || object.kind === 'star') return undefined;
    return this.methodCall(
      { ...node, callee: { ...node.callee, kind: 'attribute', object, name }, args },
      object,
      name,
    );
  }

  methodCall(node: CallExpr, objectNode: Expr, name: string): Value {
    const [library = '', owner = ''] = this.translation.names.libraryName(objectNode)?.split('.') ?? [];
    const ofType = moduleRows.get(library)?.get(`${owner}.${name}`);
    if (ofType) return this.translation.libraryCalls.libraryRow(ofType, `${library}.${owner}.${name}`, node);
    if (objectNode.kind === 'name' && !this.translation.names.lookUp(objectNode)) {
      const module = this.translation.imports.get(objectNode.name);
      if (module !== undefined && !libraryConstants.has(module))
        return this.translation.calls.onEachArgument(node, `${module}.${name}`, (each) =>
          this.translation.libraryCalls.libraryCall(module, name, each),
        );
    }
    if (isSuper(objectNode)) return this.translation.objects.superCall(name, node);
    const of = this.translation.names.classOfNode(objectNode);
    if (of) return this.translation.objects.classCall(of, name, node);
    const record =
      objectNode.kind === 'name' && !this.translation.names.lookUp(objectNode)
        ? this.translation.records.get(objectNode.name)
        : undefined;
    if (record && name === '_make') return this.translation.namedTuples.recordOfItems(record, node);
    const ofRecord = record?.methods.get(name);
    if (ofRecord) return this.translation.namedTuples.recordCall(ofRecord, [], node.args, node.place, node.keywords);
    const throughType = this.methodOfType(node, objectNode, name);
    if (throughType) return throughType;
    const full = this.expr(objectNode);
    if (isNothing(full)) return full;
    const hasMethod = (item: Type): boolean =>
      item.kind === 'instance'
        ? this.translation.objects.methodOf(item.of, name) !== undefined ||
          this.translation.objects.field(item.of, name) !== undefined
        : hasPythonMethod(item, name);
    const object = isHandle(full.type)
      ? this.translation.attributes.present(full, name)
      : this.translation.types.only(full, hasMethod, '', ` object has no attribute '${name}'`, 'AttributeError');
    if (object.type.kind === 'union') {
      if (!object.type.items.some(hasMethod))
        return this.unsupported(
          `The method \`${name}\` of ${describe(object.type)} cannot be converted yet.`,
          node.place,
        );
      return onEachType(object, (alternative) =>
        hasMethod(alternative.type)
          ? this.methodOn(alternative, name, node)
          : {
              error: 'AttributeError',
              message: `'${pythonTypeName(alternative.type)}' object has no attribute '${name}'`,
            },
      );
    }
    const isOwn = ['never', 'instance', 'exception'].includes(object.type.kind);
    const meant = isOwn || node.keywords.length ? undefined : writtenOut(name, objectNode, node);
    return meant ? this.expr(meant) : this.methodOn(object, name, node);
  }

  /** A method of a value of one type. */
  private methodOn(object: Value, name: string, node: CallExpr): Value {
    const { type } = object;
    if (type.kind === 'none') return noAttribute(object, name);
    if (
      type.kind === 'instance' &&
      type.of.def.mixes !== undefined &&
      !this.translation.objects.hasAttribute(type.of, name) &&
      !this.translation.objects.methodOf(type.of, name)
    )
      return this.methodOn(this.translation.integers.unmixed(object), name, node);
    if (type.kind === 'instance' || type.kind === 'exception')
      return this.translation.objects.instanceCall(object, name, node);
    if (mutatingMethods.has(name) || ['file', 'random', 'textfile', 'hash'].includes(type.kind))
      this.translation.evaluationOrder.noteEffect(heldTypes(type));
    else this.translation.evaluationOrder.noteRead();
    const [only] = node.args;
    const joins = type.kind === 'str' && name === 'join' && node.args.length === 1 && node.keywords.length === 0;
    if (joins && only?.kind === 'comp' && (only.form === 'generator' || only.form === 'list')) {
      const joined = this.translation.comprehensions.joined(only, object);
      if (joined) return joined;
    }
    const row = methodRows.get(type.kind)?.get(name);
    if (row) {
      const code = operand(object, precedence.primary);
      return this.translation.libraryCalls.libraryRow(
        { ...row, translate: (call) => row.translate({ ...object, code, precedence: precedence.primary }, call) },
        `${describe(type)}.${name}`,
        node,
        object,
      );
    }
    if (type.kind === 'generator') {
      const talked = this.generatorMethod(object, type, name, node);
      if (talked) return talked;
    }
    if (type.kind === 'list' && name === 'sort') return this.translation.builtins.sorted(node, object, true);
    if (type.kind === 'tuple' && type.record && name === '_asdict' && node.args.length === 0) {
      const { record } = type;
      const made = this.translation.types.allocate(node.id, () => dictOf(str, never));
      if (made.kind !== 'dict') throw new Error('a dict has another type');
      for (const item of type.items)
        this.translation.types.add(made.value, item, node.place, 'The values of this dict');
      const entries = record.fields.map(
        ({ name: field }, at) =>
          `{"${field}"_s, ${coerced(primary(type.items[at] ?? never, `std::get<${at}>(whole)`), made.value.type)}}`,
      );
      return primary(
        made,
        `[&] { const auto whole = ${object.code}; return ${cppType(made)}{${entries.join(', ')}}; }()`,
      );
    }
    const own = type.kind === 'tuple' ? type.record?.methods.get(name) : undefined;
    if (own)
      return this.translation.namedTuples.recordCall(
        own,
        own.form === 'static' ? [] : [object],
        node.args,
        node.place,
        node.keywords,
      );
    if (type.kind === 'tuple' && type.record && name === '_replace')
      return this.translation.namedTuples.replaced(type.record, object, node);
    if (type.kind === 'tuple' && (name === 'index' || name === 'count')) {
      const [first] = type.items;
      if (first && type.items.every((each) => sameType(each, first))) {
        const element = new Slot(first);
        const many = `py::vartuple<${cppType(first)}>::from(py::items_of(${object.code}))`;
        return this.methodOn(primary({ kind: 'vartuple', element }, many), name, node);
      }
    }
    if (type.kind === 'str' && name === 'format') {
      if (/\{[\w\u0080-\uffff]*[.[]/.test(object.code))
        return this.unsupported(
          'A format field with `.` or `[…]` cannot be converted here: give the value itself.',
          node.place,
        );
      const [sole, further] = node.args;
      if (sole?.kind === 'star' && !further && node.keywords.length === 0) {
        const items = this.expr(sole.value);
        if (items.type.kind === 'list' || items.type.kind === 'vartuple') {
          this.translation.formatting.requirePrintable(items.type.element.type, sole.place);
          return primary(str, `py::format_items(${templateFor(object.code, [items.type])}, ${items.code})`);
        }
        const parts = this.translation.expressions.spread(sole);
        for (const { type: part } of parts) this.translation.formatting.requirePrintable(part, sole.place);
        const template = templateFor(
          object.code,
          parts.map(({ type: part }) => part),
        );
        return primary(str, `py::format_with(${[template, ...parts.map(({ code }) => code)].join(', ')})`);
      }
      const given = [
        ...node.args.map((arg) => ({ name: undefined, arg })),
        ...node.keywords.map((each) => ({ name: each.name, arg: each.value })),
      ];
      const types: Type[] = [];
      const codes = given.map(({ name: named, arg }) => {
        const value = this.expr(arg);
        this.translation.formatting.requirePrintable(value.type, arg.place);
        types.push(value.type);
        return named === undefined ? value.code : `py::named("${named}", ${value.code})`;
      });
      return primary(str, `py::format_with(${[templateFor(object.code, types), ...codes].join(', ')})`);
    }
    if (node.keywords.length)
      return this.unsupported(`Keyword arguments of \`${name}\` cannot be converted yet.`, node.place);
    const args = node.args.map((arg) => this.expr(arg));
    const codeOf = (codes: readonly string[]): string =>
      `${operand(object, precedence.primary)}.${identifier(name)}(${codes.join(', ')})`;
    if (type.kind === 'never') return primary(never, codeOf(args.map((arg) => arg.code)));
    const [first] = args;
    if (type.kind === 'set' && name === 'add' && first)
      this.translation.types.addKey(type.element, first.type, node.place, 'The elements of this set');
    const method = libraryMethods.get(type.kind)?.get(name);
    const result =
      method && args.length >= method.minimum && args.length <= method.maximum
        ? method.result(
            type,
            args.map((arg) => arg.type),
          )
        : undefined;
    const message = `The method \`${name}\` of ${describe(type)} cannot be converted yet with these arguments.`;
    if (!result && isKnown(type) && !hasPythonMethod(type, name) && !hasData(type, name))
      this.fails('AttributeError', `'${pythonTypeName(type)}' object has no attribute '${name}'`, message, node.place);
    if (!result) return this.unsupported(message, node.place);
    if ('element' in type)
      this.translation.types.requireOne(type.element.type, node.place, `The elements of this ${type.kind}`);
    if ('key' in type) {
      this.translation.types.requireOne(type.key.type, node.place, 'The keys of this dict');
      this.translation.types.requireOne(type.value.type, node.place, 'The values of this dict');
    }
    const code = codeOf(args.map((arg) => (isContainer(type) ? coercedInto(arg, slotsOf(type)) : arg.code)));
    const held = isContainer(type) ? slotsOf(type).at(-1) : undefined;
    const last = args.at(-1);
    if (held && last && mutatingMethods.has(name) && name !== 'pop')
      this.translation.integers.noteGrowth(held, last, true);
    return { ...primary(result, code), ...(held && isInteger(result) && { growth: growthOf(held) }) };
  }

  /** True for the name of a class of exceptions, of which Python makes one. */
  #isErrorClass(node: Expr): boolean {
    const of = this.translation.names.classOfNode(node);
    if (of) return of.exception !== undefined;
    return node.kind === 'name' && exceptionNames.has(node.name) && !this.translation.names.lookUp(node);
  }

  /** `send`, `close`, `throw` and `__next__` of a generator. */
  private generatorMethod(
    object: Value,
    type: Extract<Type, { element: Slot }>,
    name: string,
    node: CallExpr,
  ): Value | undefined {
    this.translation.evaluationOrder.noteEffect();
    const code = operand(object, precedence.primary);
    const [given, more] = node.args.map((arg) =>
      this.expr(name === 'throw' && this.#isErrorClass(arg) ? { ...node, id: -1, callee: arg, args: [] } : arg),
    );
    if (name === '__next__' && !given) return primary(type.element.type, `py::next(${object.code})`);
    if (name === 'close' && !given) return primary(none, `${code}.close()`);
    if (!given || more || !type.talk) return undefined;
    if (name === 'throw' && given.type.kind === 'exception')
      return primary(type.element.type, `py::throw_into(${object.code}, ${given.code})`);
    if (name !== 'send') return undefined;
    if (given.type.kind === 'none') return primary(type.element.type, `py::next(${object.code})`);
    this.translation.types.add(type.talk.sent, given.type, node.place, 'What this generator is sent');
    const received = unionOf([none, type.talk.sent.type]);
    return primary(type.element.type, `py::send(${object.code}, ${cppType(received)}(${coerced(given, received)}))`);
  }
}

/** An argument as the container's slots hold it, where its own type is a part of theirs; integers may be wider there. */
function coercedInto(value: Value, slots: readonly Slot[]): string {
  const slot = slots.find(({ type }) => {
    if (type.kind !== 'union' || alternatives(value.type).length === 0) return false;
    if (holdsAll(type, value.type)) return true;
    const wider = alternatives(value.type).map((item): Type => (item.kind === 'int' ? { kind: 'bigint' } : item));
    return holdsAll(type, unionOf(wider));
  });
  return slot && value.type.kind === 'union' ? coerced(value, slot.type) : value.code;
}
