import type { CallExpr, Expr, Place } from '../ast.ts';
import { cppType, quote } from '../cpp.ts';
import { exceptionNames } from '../exceptions.ts';
import { builtinFunctions, elementOf, precedence, type Value } from '../library.ts';
import { decoded } from '../library/ofTypes.ts';
import { builtinRows } from '../library/tables.ts';
import {
  bool,
  describe,
  int,
  isNumber,
  listOf,
  never,
  none,
  sameType,
  Slot,
  str,
  unionOf,
  withoutNone,
  type Type,
  isInteger,
  float,
} from '../types.ts';
import { coerced, onEachType, pythonTypeName } from '../unions.ts';
import { refusalOf } from '../library/refusedModules.ts';
import { isKnown } from '../certainErrors.ts';
import { TYPE_TEXT } from '../desugar.ts';
import { isConstant } from './expressionFacts.ts';
import { Part } from './part.ts';
import { isBytes, isHandle, isIterable, isMixedNumber } from './typeKinds.ts';
import { onEach, operand, primary } from './values.ts';

/** Built-in functions that ask an instance for its own answer. */
const specialFunctions: Partial<Record<string, string>> = {
  len: '__len__',
  abs: '__abs__',
  round: '__round__',
  int: '__int__',
  float: '__float__',
  hash: '__hash__',
  next: '__next__',
};

/** Built-in functions that ask an instance for its own answer, with further arguments. */
const askedOfInstances: Partial<Record<string, string>> = {
  round: '__round__',
  divmod: '__divmod__',
  pow: '__pow__',
  reversed: '__reversed__',
  repr: '__repr__',
  format: '__format__',
  complex: '__complex__',
};

/** Translates the built-in functions that need more than a row of a table. */
export class Builtins extends Part {
  builtin(name: string, node: CallExpr): Value {
    const asked = askedOfInstances[name];
    const [instanceNode, ...others] = node.args;
    const mayAsk =
      asked !== undefined && [...this.translation.classes.values()].some(({ methods }) => methods.has(asked));
    if (mayAsk && instanceNode && others.length <= 1 && node.keywords.length === 0) {
      const object = instanceNode.kind === 'star' ? undefined : this.expr(instanceNode);
      if (object?.type.kind === 'instance' && this.translation.objects.methodOf(object.type.of, asked)) {
        const call: CallExpr = { ...node, args: others };
        return this.translation.objects.instanceCall(object, asked, call);
      }
    }
    if (exceptionNames.has(name)) return this.newException(name, node);
    const ofNumPy = this.translation.ndarrays.builtin(name, node);
    if (ofNumPy) return ofNumPy;
    if (name === 'print' || name === 'input') this.translation.evaluationOrder.noteEffect([]);
    else this.translation.evaluationOrder.noteRead();
    switch (name) {
      case 'print':
        return this.translation.formatting.print(node);
      case 'sorted':
        return this.sorted(node, undefined, false);
      case 'range':
        if (node.keywords.length)
          this.fails(
            'TypeError',
            'range() takes no keyword arguments',
            'Keywords of `range` cannot be converted.',
            node.place,
          );
        return this.translation.comprehensions.iterable(node).value;
      case 'any':
      case 'all': {
        const [items] = node.args;
        if (items?.kind === 'comp' && items.form === 'generator' && node.args.length === 1)
          return this.translation.comprehensions.quantified(items, name);
        break;
      }
      case 'iter': {
        const [items, last] = node.args;
        if (!items || node.args.length > 2) break;
        if (last) {
          const called = this.translation.libraryCalls.functor(items, []);
          const until = this.translation.types.allocate(`iterator ${node.id}`, () => ({
            kind: 'iter',
            element: new Slot(),
          }));
          if ('element' in until) until.element.add(called.type);
          const code = called.code(called.type, true);
          return primary(until, `py::iter_until<${cppType(called.type)}>(${code}, ${this.expr(last).code})`);
        }
        const { element, value } = this.translation.comprehensions.iterable(items);
        if (value.type.kind === 'generator') return value;
        const type = this.translation.types.allocate(`iterator ${node.id}`, () => ({
          kind: 'iter',
          element: new Slot(),
        }));
        if (!('element' in type)) throw new Error('an iterator has another type');
        type.element.add(element);
        const held = type.element.type;
        // More may come out of what stands in the same place.
        const isOther = element.kind !== 'never' && !sameType(held, element);
        return primary(type, `py::iter(${isOther ? `py::all_as<${cppType(held)}>(${value.code})` : value.code})`);
      }
      case 'next': {
        const [iterator, absent] = node.args;
        if (!iterator || node.args.length > 2) break;
        if (
          iterator.kind === 'comp' &&
          iterator.form === 'generator' &&
          (!absent || absent.kind === 'name' || isConstant(absent))
        )
          return this.translation.comprehensions.firstOf(iterator, absent);
        const value = this.translation.comprehensions.keptValue(iterator);
        if (value.type.kind === 'instance' && absent) {
          const step = this.translation.objects.special(
            { ...value, code: 'held_iterator', precedence: 0 },
            '__next__',
            [],
            node.place,
          );
          if (!step) break;
          const other = this.expr(absent);
          const either = unionOf([step.type, other.type]);
          this.translation.types.requireOne(either, node.place, 'What `next` gives');
          const result = cppType(either);
          const steps = `const auto held_iterator = ${value.code}; try { return ${coerced(step, either)}; }`;
          const ends = `catch (const py::StopIteration&) { return ${coerced(other, either)}; }`;
          return primary(either, `[&]() -> ${result} { ${steps} ${ends} }()`);
        }
        if (value.type.kind === 'instance') break;
        if (!['iter', 'generator', 'textfile', 'never'].includes(value.type.kind)) break;
        this.translation.evaluationOrder.noteEffect();
        const element = elementOf(value.type) ?? never;
        const code = value.type.kind === 'iter' && iterator.kind !== 'name' ? `py::iter(${value.code})` : value.code;
        if (!absent) return primary(element, `py::next(${code})`);
        const other = this.expr(absent);
        if (element.kind === 'never') return primary(other.type, `(static_cast<void>(${code}.next()), ${other.code})`);
        const type = unionOf([element, other.type]);
        this.translation.types.requireOne(type, node.place, 'What `next` gives');
        return primary(type, `py::next_or<${cppType(type)}>(${code}, ${other.code})`);
      }
      case TYPE_TEXT: {
        const [given] = node.args;
        if (given) return this.translation.objects.typeText(this.expr(given), node.place);
        break;
      }
      case 'hasattr':
      case 'getattr':
        if (node.keywords.length) break;
        return this.translation.attributes.attributeByName(name, node);
      case 'callable': {
        const [given, more] = node.args;
        if (!given || more) break;
        const { type } = this.expr(given);
        const isCallable =
          type.kind === 'func' ||
          (type.kind === 'instance' && this.translation.objects.methodOf(type.of, '__call__') !== undefined);
        if (type.kind === 'union') break;
        return primary(bool, String(isCallable));
      }
      case 'isinstance': {
        const [object, types] = node.args;
        if (object && types && node.args.length === 2)
          return this.translation.conditions.typeTest(object, types, false, false);
        break;
      }
      default:
    }
    const [sole, further] = node.args;
    const peeks = specialFunctions[name] !== undefined || ['repr', 'ascii', 'reversed', 'len'].includes(name);
    if (!sole || further || !peeks) return this.#ordinary(name, node);
    const value = this.expr(sole);
    return (
      this.#ofInstance(name, value, sole, node.place) ??
      this.translation.expressions.knowing(sole, value, () => this.#ordinary(name, node))
    );
  }

  /** What a built-in function gives of one argument that answers it itself; undefined where nothing special is known. */
  #ofInstance(name: string, object: Value, node: Expr, place: Place): Value | undefined {
    if (name === 'repr' || name === 'ascii') this.translation.formatting.requirePrintable(object.type, place, true);
    if (name === 'reversed') return this.translation.objects.reversed(object, place);
    const specialName = specialFunctions[name];
    if (specialName !== undefined) {
      const type = isHandle(object.type) ? withoutNone(object.type) : object.type;
      const result =
        type.kind === 'instance'
          ? this.translation.objects.special({ ...object, type }, specialName, [], place)
          : undefined;
      if (result) return this.#wrongAnswer(name, result) ?? result;
    }
    if (name !== 'len') return undefined;
    // What this decides is left out, such as an index that only a longer tuple has.
    if (object.type.kind === 'tuple' && node.kind === 'name')
      return { ...primary(int, String(object.type.items.length)), nonNegative: true };
    const sized = (type: Type): boolean =>
      type.kind === 'instance'
        ? this.translation.objects.methodOf(type.of, '__len__') !== undefined
        : !['iter', 'generator', 'file'].includes(type.kind) && isIterable(type);
    if (object.type.kind !== 'union' || isHandle(object.type) || object.type.items.filter(sized).length < 2)
      return undefined;
    return onEachType(object, (alternative) => {
      if (!sized(alternative.type))
        return { error: 'TypeError', message: `object of type '${pythonTypeName(alternative.type)}' has no len()` };
      const own = this.translation.objects.special(alternative, '__len__', [], place);
      return own ?? primary(int, `py::len(${alternative.code})`);
    });
  }

  /** A built-in function as its row or its own case translates it. */
  #ordinary(name: string, node: CallExpr): Value {
    const row = builtinRows.get(name);
    if (row) return this.translation.libraryCalls.libraryRow(row, name, node);
    if (node.keywords.length)
      return this.unsupported(`Keyword arguments of \`${name}\` cannot be converted yet.`, node.place);
    const args = (): Value[] => node.args.map((arg) => this.expr(arg));
    switch (name) {
      case 'str': {
        const [value, ...more] = args();
        if (!value) return primary(str, '""_s');
        if (more.length && isBytes(value.type)) return decoded(value, more);
        if (more.length) break;
        this.translation.formatting.requirePrintable(value.type, node.place);
        return primary(str, value.type.kind === 'str' ? value.code : `py::to_str(${value.code})`);
      }
      case 'bool': {
        const [value] = args();
        return value ? this.translation.conditions.truth(value, node.place) : primary(bool, 'false');
      }
      default: {
        const row = builtinFunctions.get(name);
        if (row) {
          if (name === 'round' && node.args.length === 1) {
            const [value] = args();
            if (value && isMixedNumber(value.type)) return primary(int, onEach(value, 'py::round(x)'));
            if (value && (isNumber(value.type) || value.type.kind === 'never'))
              return primary(int, `py::round(${value.code})`);
          }
          return this.translation.libraryCalls.tableCall(row, `py::${name}`, name, node);
        }
        if (this.translation.certainty.isUndefined(name))
          this.fails('NameError', `name '${name}' is not defined`, refusalOf(name), node.place);
        return this.unsupported(
          ['eval', 'exec', 'compile', 'globals', 'locals'].includes(name)
            ? `\`${name}\` cannot be converted.`
            : refusalOf(name),
          node.place,
        );
      }
    }
    return this.unsupported(`\`${name}\` cannot be converted yet with these arguments.`, node.place);
  }

  /** What `int`, `float` and `len` raise where the method that they ask gives something else. */
  #wrongAnswer(name: string, { type, code }: Value): Value | undefined {
    const fits = name === 'float' ? type.kind === 'float' : isInteger(type);
    if (!['int', 'float', 'len'].includes(name) || !isKnown(type) || fits) return undefined;
    const given = pythonTypeName(type);
    const text =
      name === 'len'
        ? `'${given}' object cannot be interpreted as an integer`
        : `__${name}__ returned non-${name} (type ${given})`;
    const result = name === 'float' ? float : int;
    return primary(result, `(static_cast<void>(${code}), throw py::TypeError(${quote(text)}), ${cppType(result)}())`);
  }

  /** A new exception of a built-in class. */
  newException(name: string, node: CallExpr): Value {
    if (node.keywords.length || node.args.some(({ kind }) => kind === 'star' || kind === 'doublestar'))
      return this.unsupported('Keywords of an exception cannot be converted yet.', node.place);
    const args = node.args.map((arg) => {
      const value = this.expr(arg);
      this.translation.formatting.requirePrintable(value.type, arg.place);
      return value.code;
    });
    return { ...primary({ kind: 'exception', name }, `py::${name}(${args.join(', ')})`), isThrown: true };
  }

  sorted(node: CallExpr, object: Value | undefined, inPlace: boolean): Value {
    const [first, ...others] = node.args;
    if (inPlace ? first : others.length)
      this.fails(
        'TypeError',
        inPlace ? 'sort() takes no positional arguments' : `sorted expected 1 argument, got ${node.args.length}`,
        'The key and the order have to be given by their names.',
        node.place,
      );
    const given = object ?? (first && this.translation.objects.asIterable(this.expr(first), first.place));
    const only = given && this.translation.types.only(given, isIterable, '', ' object is not iterable');
    const any = only && !inPlace ? this.translation.libraryCalls.itemsOfAny(only, node.place) : undefined;
    const items = any ? primary(listOf(any.element), any.code) : only;
    if (!items) return this.unsupported('`sorted` needs something to sort.', node.place);
    const element = items.type.kind === 'never' ? never : elementOf(items.type);
    if (!element) return this.unsupported(`\`sorted\` of ${describe(items.type)} cannot be converted yet.`, node.place);
    const keyNode = node.keywords.find(({ name }) => name === 'key')?.value;
    const reverseNode = node.keywords.find(({ name }) => name === 'reverse')?.value;
    const reverse = reverseNode ? this.expr(reverseNode).code : undefined;
    // A key that is None here is none.
    const called = keyNode?.kind === 'lambda' && keyNode.body.kind === 'call' ? keyNode.body.callee : keyNode;
    const isNone =
      keyNode?.kind === 'none' ||
      (called?.kind === 'name' && this.translation.names.lookUp(called)?.slot.type.kind === 'none');
    const key = keyNode && !isNone ? this.keyFunction(keyNode, element) : undefined;
    const options = [...(key ? [key] : []), ...(reverse === undefined ? [] : [reverse])];
    if (inPlace) return primary(none, `${operand(items, precedence.primary)}.sort(${options.join(', ')})`);
    const type = this.translation.types.allocate(node.id, () => listOf(never));
    if (type.kind === 'list')
      this.translation.types.add(type.element, element, node.place, 'The elements of this list');
    const code = items.type.kind === 'tuple' ? `py::items_of(${items.code})` : items.code;
    const result = `py::sorted(${[code, ...options].join(', ')})`;
    // The list may come to hold more than what is sorted.
    const widens = type.kind === 'list' && !sameType(type.element.type, element);
    return primary(type, widens ? `${cppType(type)}::from(${result})` : result);
  }

  /** A `key=` as C++: a function, or one made of a comparison. */
  keyFunction(node: Expr, element: Type): string {
    if (
      node.kind === 'call' &&
      node.args.length === 1 &&
      this.translation.names.libraryName(node.callee) === 'functools.cmp_to_key'
    ) {
      const compare = this.translation.libraryCalls.functor(node.args[0] as Expr, [element, element]);
      return `py::functools::cmp_to_key<${cppType(element)}>(${compare.code()})`;
    }
    return this.translation.libraryCalls.functor(node, [element]).code();
  }
}
