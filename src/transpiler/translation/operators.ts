import { Unsupported, type BinaryOperator, type Expr, type Place } from '../ast.ts';
import { cppType, identifier } from '../cpp.ts';
import { elementOf, numberResult, precedence, type Value } from '../library.ts';
import { viewOperation } from '../library/views.ts';
import {
  alternatives,
  bigint,
  bool,
  describe,
  float,
  holdsAnySize,
  int,
  isContainer,
  isInteger,
  never,
  isNumber,
  isOfNumPy,
  sameType,
  Slot,
  slotsOf,
  str,
  tupleOf,
  unionOf,
  withoutNone,
  type Type,
} from '../types.ts';
import { onEachType, operandError, pythonTypeName, raisesTypeError, resultOfPairs, type Raises } from '../unions.ts';
import { isBounded, isCallOf, operationGrowth, wideCode } from './arithmetic.ts';
import { operatorError, unaryError } from '../certainErrors.ts';
import { operatorMethods } from './classTypes.ts';
import { Part } from './part.ts';
import { isBytes, isHandle } from './typeKinds.ts';
import { operand, plainTuple, primary } from './values.ts';

const plainOperators: Partial<Record<BinaryOperator, number>> = {
  '*': precedence.product,
  '+': precedence.sum,
  '-': precedence.sum,
};

const checkedOperators: Partial<Record<BinaryOperator, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'truediv',
  '//': 'floordiv',
  '%': 'mod',
  '**': 'power',
  '<<': 'lshift',
  '>>': 'rshift',
};

/** The template of a format in C++; one of integers of any size says so. */
export function templateFor(code: string, types: readonly Type[]): string {
  return types.some((type) => holdsAnySize(type)) ? `py::for_any_size(${code})` : code;
}

/** Operators between containers of one kind, with how tightly they bind. */
const setOperators: Partial<Record<BinaryOperator, number>> = {
  '|': precedence.and,
  '&': precedence.equality,
  '^': precedence.equality,
  '-': precedence.sum,
};

const containerOperators: Partial<Record<Type['kind'], Partial<Record<BinaryOperator, number>>>> = {
  set: setOperators,
  frozenset: setOperators,
  counter: { '+': precedence.sum, '-': precedence.sum, '|': precedence.and, '&': precedence.equality },
  dict: { '|': precedence.and },
  deque: { '+': precedence.sum },
  vartuple: { '+': precedence.sum },
};

/** Translates operators, of one operand and of two. */
export class Operators extends Part {
  unary(op: '-' | '+' | '~' | 'not', node: Expr, place: Place): Value {
    if (op === 'not') return this.translation.conditions.test({ kind: 'unary', op, operand: node, id: -1, place });
    if (op === '-' && node.kind === 'int') return this.translation.integers.integer(-node.value, place);
    const full = this.expr(node);
    const value = op === '~' ? full : this.translation.integers.unmixed(full);
    const { type } = value;
    if (type.kind === 'ndarray') return this.translation.ndarrays.unary(op, { ...value, type }, place);
    if (op === '~' && type.kind === 'bool' && isOfNumPy(type))
      return this.unsupported('`~` of a truth value of NumPy cannot be converted: write `not`.', place);
    if (type.kind === 'instance') {
      const name = { '-': '__neg__', '+': '__pos__', '~': '__invert__' }[op];
      const result = this.translation.objects.special(value, name, [], place);
      return result ?? this.unsupported(`\`${type.of.name}\` has no \`${name}\`.`, place);
    }
    if (type.kind === 'union' && type.items.some((item) => isNumber(item))) {
      const results = type.items.filter((item) => isNumber(item) && !(op === '~' && item.kind === 'float'));
      const result = unionOf(results.map((item) => (item.kind === 'bool' ? int : item)));
      const use = op === '+' ? '+x' : `py::${op === '-' ? 'neg' : 'invert'}(x)`;
      if (result.kind !== 'never') {
        return primary(
          result,
          `py::operate_unary<${cppType(result)}>("unary ${op}", [](const auto& x) { return ${use}; }, ${value.code})`,
        );
      }
    }
    if ((type.kind === 'complex' || type.kind === 'counter') && op !== '~')
      return primary(type, `(${op}${operand(value, precedence.primary)})`);
    const error = unaryError(op, type);
    if (error !== undefined)
      this.fails('TypeError', error, `\`${op}\` on ${describe(type)} cannot be converted.`, place);
    if (type.kind !== 'never' && !isNumber(type))
      return this.unsupported(`\`${op}\` on ${describe(type)} cannot be converted.`, place);
    if (type.kind === 'float' && op !== '~')
      return { type, code: `${op}${operand(value, precedence.primary)}`, precedence: precedence.unary };
    if (type.kind === 'bigint')
      return op === '+' ? value : primary(bigint, `py::${op === '-' ? 'neg' : 'invert'}(${value.code})`);
    if (op === '+') return primary(type.kind === 'bool' ? int : type, `static_cast<int64_t>(${value.code})`);
    const wide = op === '-' && value.wide !== undefined ? { wide: `-(${value.wide})` } : {};
    // What is not known yet may be a float.
    const result = type.kind === 'never' && op === '-' ? never : int;
    return { ...primary(result, `py::${op === '-' ? 'neg' : 'invert'}(${value.code})`), ...wide };
  }

  /** True for a number or text of a class of the program that says itself what an operator means. */
  private isOwnOperator(op: BinaryOperator, { type }: Value, prefix: 'r' | ''): boolean {
    if (type.kind !== 'instance' || type.of.def.mixes === undefined) return false;
    return this.translation.objects.methodOf(type.of, `__${prefix}${operatorMethods[op]}__`) !== undefined;
  }

  /** An operator between two values; `right` is the node where its value matters. */
  binary(op: BinaryOperator, x: Value, y: Value, right: Expr, place: Place): Value {
    const ofNumPy = this.translation.ndarrays.binary(op, x, y, right, place);
    if (ofNumPy) return ofNumPy;
    // Members of a flag are put together as such.
    const isFlag = '&|^'.includes(op) && sameType(x.type, y.type);
    const flag = isFlag || !'&|^'.includes(op) ? undefined : this.flagOperation(op, x, y, right, place);
    if (flag) return flag;
    if (this.isOwnOperator(op, x, '') || this.isOwnOperator(op, y, 'r'))
      return this.translation.objects.instanceOperator(op, x, y, place);
    // A format shows a member that is text by its name.
    const isShown = op === '%' && x.type.kind === 'str' && y.type.kind === 'instance' && y.type.of.def.mixes === 'str';
    const [a, b] =
      isFlag || isShown ? [x, y] : [this.translation.integers.unmixed(x), this.translation.integers.unmixed(y)];
    const call = (type: Type, name = checkedOperators[op]): Value => primary(type, `py::${name}(${a.code}, ${b.code})`);
    if (a.type.kind === 'never' || b.type.kind === 'never') {
      const known = a.type.kind === 'never' ? b.type : a.type;
      if (op === '/' && isInteger(known)) return call(float, 'truediv');
      return call(
        op === '%' && a.type.kind === 'never' && known.kind !== 'never' && !isNumber(known) ? str : known,
        'add',
      );
    }
    if (op === '%' && a.type.kind === 'str' && b.type.kind === 'instance') {
      this.translation.formatting.requirePrintable(b.type, place);
      return primary(str, `py::percent_format(${a.code}, ${b.code})`);
    }
    if (a.type.kind === 'instance' || b.type.kind === 'instance')
      return this.translation.objects.instanceOperator(op, a, b, place);
    const [left, other] = [a, b].map((value) =>
      isHandle(value.type) ? { ...value, type: withoutNone(value.type) } : value,
    );
    if (left && other && (left !== a || other !== b)) return this.binary(op, left, other, right, place);
    if (a.type.kind === 'union' || b.type.kind === 'union' || a.type.kind === 'none' || b.type.kind === 'none')
      return this.unionOperation(op, a, b, right, place);
    const simple = numberResult(a.type, b.type);
    const grows = this.translation.growsAlways && simple?.kind === 'int' && ['+', '-', '*', '<<'].includes(op);
    const numbers = grows ? bigint : simple;
    if (numbers?.kind === 'complex' && [a, b].every(({ type }) => isNumber(type) || type.kind === 'complex'))
      return this.arithmetic(op, a, b, numbers, right, place);
    if (numbers && numbers.kind !== 'complex') {
      const plainly = this.reduced(op, a, b) ?? this.arithmetic(op, a, b, numbers, right, place);
      const linear = numbers.kind === 'int' ? this.translation.ranges.combined(op, a.linear, b.linear) : undefined;
      const wide = this.translation.ranges.fits(linear) ? undefined : wideCode(op, a, b, numbers);
      const growth = operationGrowth(op, a, b, right);
      const result = { ...plainly, growth, linear, ...(wide !== undefined && { wide }) };
      const keepsSign =
        op === '%' ? b.nonNegative === true : op !== '-' && a.nonNegative === true && b.nonNegative === true;
      return keepsSign ? { ...result, nonNegative: true } : result;
    }
    const plain = (type: Type, level: number): Value => ({
      type,
      code: `${operand(a, level)} ${op} ${operand(b, level - 1)}`,
      precedence: level,
    });
    if (op === '+' && a.type.kind === 'str' && b.type.kind === 'str') return plain(str, precedence.sum);
    if (op === '+' && isBytes(a.type) && isBytes(b.type)) return plain(a.type, precedence.sum);
    if (op === '%' && a.type.kind === 'str') {
      // `%s` shows an item as `str` does, `%r` as `repr`.
      const items = b.type.kind === 'tuple' ? b.type.items : [b.type];
      const shown = /^"(?:[^%]|%[^ra])*"_s$/.test(a.code) ? false : b.type.kind === 'tuple';
      for (const item of items) this.translation.formatting.requirePrintable(item, place, shown);
      const isAnyLength = alternatives(b.type).some(({ kind }) => kind === 'vartuple');
      return primary(str, `py::percent_format${isAnyLength ? '_of' : ''}(${templateFor(a.code, [b.type])}, ${b.code})`);
    }
    const own = [a, b].map(({ type }, at) =>
      type.kind === 'tuple' ? type.record?.methods.get(`__${at ? 'r' : ''}${operatorMethods[op]}__`) : undefined,
    );
    if (own[0]) return this.translation.namedTuples.recordCall(own[0], [a, b], [], place);
    if (own[1]) return this.translation.namedTuples.recordCall(own[1], [b, a], [], place);
    if (op === '+' && a.type.kind === 'tuple' && b.type.kind === 'tuple')
      return primary(tupleOf(...a.type.items, ...b.type.items), `std::tuple_cat(${plainTuple(a)}, ${plainTuple(b)})`);
    if (op === '*' && a.type.kind === 'tuple' && right.kind === 'int' && right.value < 100n && right.value >= 0n) {
      const copies = Array.from({ length: Number(right.value) }, () => a);
      const items = copies.flatMap(({ type }) => (type.kind === 'tuple' ? type.items : []));
      return primary(tupleOf(...items), `std::tuple_cat(${copies.map((each) => plainTuple(each)).join(', ')})`);
    }
    if (op === '+' && a.type.kind === 'list' && b.type.kind === 'list') {
      this.translation.types.requireOne(a.type.element.type, place, 'The elements of this list');
      a.type.element.unify(b.type.element);
      this.translation.types.requireOne(a.type.element.type, place, 'The elements of this list');
      return plain(a.type, precedence.sum);
    }
    const joined = viewOperation(op, a, b) ?? this.containerOperator(op, a, b, place);
    if (joined) return joined;
    if (op === '*') {
      const [given, times] = isInteger(a.type) ? [b, a] : [a, b];
      // True is 1.
      const whole = times.type.kind === 'bool' ? primary(int, `static_cast<int64_t>(${times.code})`) : times;
      const count = this.translation.integers.narrowInteger(whole);
      const items = given.type.kind === 'tuple' ? this.anyLength(given, right, place) : given;
      if (['list', 'str', 'bytes', 'bytearray', 'vartuple'].includes(items.type.kind) && count.type.kind === 'int') {
        return {
          type: items.type,
          code: `${operand(items, precedence.product)} * ${operand(count, precedence.primary)}`,
          precedence: precedence.product,
        };
      }
    }
    return this.wrongOperands(op, a.type, b.type, place);
  }

  /** Refuses an operator between these types. */
  private wrongOperands(op: BinaryOperator, a: Type, b: Type, place: Place): never {
    const error = operatorError(op, a, b);
    const message = `\`${op}\` between ${describe(a)} and ${describe(b)} cannot be converted.`;
    return error === undefined ? this.unsupported(message, place) : this.fails('TypeError', error, message, place);
  }

  /** An operator between two containers. */
  private containerOperator(op: BinaryOperator, a: Value, b: Value, place: Place): Value | undefined {
    const { type: left } = a;
    const { type: right } = b;
    if (left.kind === 'tuple' && right.kind === 'vartuple' && op === '+') {
      this.translation.types.add(right.element, unionOf(left.items), place, 'The elements of this tuple');
      const fixed = primary(right, `${cppType(right)}(${a.code})`);
      return this.containerOperator(op, fixed, b, place);
    }
    const level = containerOperators[left.kind]?.[op];
    if (level === undefined || !isContainer(left)) return undefined;
    const isSet = (type: Type): boolean => type.kind === 'set' || type.kind === 'frozenset';
    if (left.kind !== right.kind && !(isSet(left) && isSet(right))) {
      const element = elementOf(right);
      if (left.kind !== 'vartuple' || right.kind !== 'tuple' || !element) return undefined;
      this.translation.types.add(left.element, element, place, 'The elements of this tuple');
      const fixed = primary(left, `py::to_vartuple<${cppType(left.element.type)}>(${b.code})`);
      return this.containerOperator(op, a, fixed, place);
    }
    const others = isContainer(right) ? slotsOf(right) : [];
    slotsOf(left).forEach((slot, index) => {
      const other = others[index];
      if (other) slot.unify(other);
      this.translation.types.requireOne(slot.type, place, `What these two hold`);
    });
    return {
      type: left,
      code: `(${operand(a, level)} ${op} ${operand(b, level - 1)})`,
      precedence: precedence.primary,
    };
  }

  /** A tuple as one of any length. */
  private anyLength(value: Value, node: Expr, place: Place): Value {
    if (value.type.kind !== 'tuple' || value.type.items.length === 0) return value;
    const item = unionOf(value.type.items);
    this.translation.types.requireOne(item, place, 'The items of this tuple');
    const type = this.translation.types.allocate(`repeated ${node.id}`, () => ({
      kind: 'vartuple',
      element: new Slot(),
    }));
    if (type.kind === 'vartuple') type.element.add(item);
    return primary(type, `${cppType(type)}(${plainTuple(value)})`);
  }

  /** `target op= value` of a container that is changed in place, also for its other names. */
  changedInPlace(op: BinaryOperator, target: Value, value: Value, place: Place): string | undefined {
    const { type } = target;
    const extends_ = op === '+' && (type.kind === 'list' || type.kind === 'deque');
    if (extends_ && value.type.kind !== type.kind) {
      const items = this.translation.libraryCalls.itemsOf(value, place);
      this.translation.types.add(type.element, items.element, place, `The elements of this ${type.kind}`);
      return `${operand(target, precedence.primary)}.extend(${items.code});`;
    }
    const isPlace = ['set', 'dict', 'defaultdict', 'ordereddict', 'counter', 'deque'].includes(type.kind);
    if (!isPlace || !this.containerOperator(op, target, value, place)) return undefined;
    return `${target.code} ${op}= ${value.code};`;
  }

  /** The place that an item of a mapping is kept in, to change it. */
  itemPlace(node: Expr, value: Value): string {
    const counter = node.kind === 'index' ? this.expr(node.object) : undefined;
    return counter?.type.kind === 'counter' && node.kind === 'index'
      ? `${operand(counter, precedence.primary)}.item(${this.expr(node.index).code})`
      : (value.place ?? value.code);
  }

  /** An operator between values of which one is a union: each pair of types has its own result. */
  private unionOperation(op: BinaryOperator, a: Value, b: Value, right: Expr, place: Place): Value {
    const resultOf = (x: Type, y: Type): Type | undefined => {
      try {
        return this.binary(op, primary(x, 'x'), primary(y, 'y'), right, place).type;
      } catch (error) {
        if (error instanceof Unsupported) return undefined;
        throw error;
      }
    };
    const all = [...alternatives(a.type), ...alternatives(b.type)];
    const large = all.some(({ kind }) => kind === 'bigint') && !['+', '-', '*', '/'].includes(op);
    const power = op === '**' && right.kind !== 'int' && all.some(isInteger);
    const result = large || power ? undefined : resultOfPairs(op, a.type, b.type, resultOf);
    const name = checkedOperators[op];
    if (!result || isHandle(a.type) || isHandle(b.type) || (name === undefined && !'&|^'.includes(op))) {
      const each = this.operationOnEach(op, a, b, right, place);
      if (each) return each;
      if (operatorError(op, a.type, b.type) !== undefined) this.wrongOperands(op, a.type, b.type, place);
      return this.unsupported(
        `\`${op}\` between ${describe(a.type)} and ${describe(b.type)} cannot be converted: test with \`isinstance\` or \`is None\` first.`,
        place,
      );
    }
    if (name !== undefined) return primary(result, `py::mixed::${name}<${cppType(result)}>(${a.code}, ${b.code})`);
    return primary(
      result,
      `py::operate<${cppType(result)}, '${op}'>("${op}", [](const auto& x, const auto& y) { return x ${op} y; }, ${a.code}, ${b.code})`,
    );
  }

  /** An operator worked out for each pair of types; undefined when it is not known what Python does for one of them. */
  private operationOnEach(op: BinaryOperator, a: Value, b: Value, right: Expr, place: Place): Value | undefined {
    const isLarge = (type: Type): boolean => op !== '**' && alternatives(type).some(({ kind }) => kind === 'bigint');
    if ([a, b].some(({ type }) => isHandle(type) || isLarge(type))) return undefined;
    const pair = (x: Value, y: Value): Value | Raises =>
      raisesTypeError(op, x.type, y.type)
        ? {
            error: 'TypeError',
            message: operandError(op, pythonTypeName(x.type), pythonTypeName(y.type)),
          }
        : this.binary(op, x, y, right, place);
    const over = (x: Value): Value | Raises =>
      b.type.kind === 'union' ? onEachType(b, (y) => pair(x, y)) : pair(x, b);
    try {
      if (a.type.kind === 'union') return onEachType(a, over);
      const only = over(a);
      return 'error' in only ? undefined : only;
    } catch (error) {
      if (error instanceof Unsupported) return undefined;
      throw error;
    }
  }

  /** What brings a product of 64-bit integers back to their size: it is worked out with twice the bits. */
  private reduced(op: BinaryOperator, { wide }: Value, b: Value): Value | undefined {
    if (wide === undefined || b.type.kind !== 'int') return undefined;
    switch (op) {
      case '%':
      case '//':
        return primary(int, `py::${op === '%' ? 'mod' : 'floordiv'}(${wide}, ${b.code})`);
      case '&':
        return primary(int, `((${wide}) & ${operand(b, precedence.primary)})`);
      default:
        return undefined;
    }
  }

  /** True when the result of an operator on integers of 64 bits is one as well, here where it stands. */
  #fits(op: BinaryOperator, a: Value, b: Value): boolean {
    const { ranges } = this.translation;
    const linear = ranges.combined(op, a.linear, b.linear);
    // Two literals would be of a type of their own in C++.
    return a.type.kind === 'int' && b.type.kind === 'int' && linear?.terms.size !== 0 && ranges.fits(linear);
  }

  private arithmetic(op: BinaryOperator, a: Value, b: Value, type: Type, right: Expr, place: Place): Value {
    if (type.kind === 'complex') {
      const complexOf = ({ type: given, code }: Value): string =>
        given.kind === 'complex' ? code : `std::complex<double>(static_cast<double>(${code}))`;
      const [left, other] = [complexOf(a), complexOf(b)];
      if (op === '+' || op === '-') return { type, code: `(${left}) ${op} (${other})`, precedence: precedence.sum };
      if (op === '*') return primary(type, `py::mul(${left}, ${other})`);
      if (op === '/') return primary(type, `py::truediv(${left}, ${other})`);
      if (op === '**') return primary(type, `py::power(${left}, ${b.type.kind === 'complex' ? other : b.code})`);
      return this.unsupported(`\`${op}\` of complex numbers cannot be converted: Python refuses it as well.`, place);
    }
    const wide = type.kind === 'bigint' && op !== '**';
    // An operator of `py::Int` takes its operands as such.
    const codeOf = (value: Value): string =>
      !wide || value.type.kind === 'bigint' ? value.code : `py::Int(${value.code})`;
    const call = (result: Type): Value => primary(result, `py::${checkedOperators[op]}(${codeOf(a)}, ${codeOf(b)})`);
    // What is left of a division by 64 bits fits in 64 bits.
    if (wide && op === '%' && b.type.kind !== 'bigint') return primary(int, `static_cast<int64_t>(${call(type).code})`);
    const plain = plainOperators[op];
    const isDivision = op === '/' || op === '//' || op === '%';
    if (isDivision && !((right.kind === 'int' || right.kind === 'float') && Number(right.value) !== 0))
      this.translation.evaluationOrder.noteRaise(`${op} of ${type.kind}`);
    switch (op) {
      case '+':
      case '-':
      case '*':
        if (plain === undefined || (type.kind !== 'float' && !isBounded(op, a, b) && !this.#fits(op, a, b))) {
          // A sum of several is one call.
          const isSum = op === '+' && a.type.kind === 'int' && b.type.kind === 'int' && isCallOf('py::add', a.code);
          return isSum ? primary(type, `${a.code.slice(0, -1)}, ${b.code})`) : call(type);
        }
        return { type, code: `${operand(a, plain)} ${op} ${operand(b, plain - 1)}`, precedence: plain };
      case '/': {
        const safe = right.kind === 'float' && right.value !== 0 && a.type.kind === 'float';
        if (!safe) return call(float);
        return { type: float, code: `${operand(a, precedence.product)} / ${b.code}`, precedence: precedence.product };
      }
      case '//':
      case '%':
        return call(type);
      case '**': {
        if (type.kind !== 'float') return this.integerPower(a, b, right, place);
        const [base, exponent] = [a, b].map(({ type: given, code }) =>
          given.kind === 'bigint' ? `static_cast<double>(${code})` : code,
        );
        return primary(float, `py::power(${base}, ${exponent})`);
      }
      case '<<':
      case '>>':
        if (type.kind === 'float') break;
        if (op === '<<' && right.kind === 'int' && /^\d+$/.test(a.code) && right.value < 5000n)
          return this.translation.integers.integer(BigInt(a.code) << right.value, place);
        if (a.type.kind === 'bigint' || (wide && op === '<<'))
          return primary(
            bigint,
            `(${a.type.kind === 'bigint' ? operand(a, precedence.primary) : codeOf(a)} ${op} py::Int(${b.code}))`,
          );
        return primary(int, wide ? `static_cast<int64_t>(${call(int).code})` : call(int).code);
      case '&':
      case '|':
      case '^': {
        if (type.kind === 'float') break;
        if (wide) return primary(bigint, `(${codeOf(a)} ${op} ${codeOf(b)})`);
        const both = a.type.kind === 'bool' && b.type.kind === 'bool';
        return primary(
          both ? bool : int,
          `${both ? 'static_cast<bool>' : 'static_cast<int64_t>'}(${operand(a, precedence.primary)} ${op} ${operand(b, precedence.primary)})`,
        );
      }
      case '@':
    }
    return this.wrongOperands(op, a.type, b.type, place);
  }

  /** `a ** b` of integers: an integer of any size, or a float for a negative power. */
  private integerPower(a: Value, given: Value, right: Expr, place: Place): Value {
    const b = this.translation.integers.narrowInteger(given);
    if (right.kind === 'int') {
      const known = /^\d+$/.test(a.code) && right.value < 5000n ? BigInt(a.code) ** right.value : undefined;
      if (known !== undefined) return this.translation.integers.integer(known, place);
      if (a.type.kind !== 'bigint' && !this.translation.growsAlways)
        return primary(int, `py::power(${a.code}, ${b.code})`);
    }
    if (right.kind === 'unary' && right.op === '-' && right.operand.kind === 'int' && right.operand.value > 0n)
      return primary(float, `py::power_float(${a.code}, ${b.code})`);
    const reason = 'a power that is not a literal has no bound';
    const base = a.type.kind === 'bigint' ? a.code : `py::Int(${a.code})`;
    if (b.nonNegative === true)
      return this.translation.integers.anySize(`py::power(${base}, ${b.code})`, reason, place);
    this.translation.integers.anySize('', reason, place);
    const type = unionOf([bigint, float]);
    return primary(type, `py::power_signed<${cppType(type)}>(${a.code}, ${b.code})`);
  }

  /** A member of `IntFlag` put together with a number. */
  private flagOperation(op: BinaryOperator, a: Value, b: Value, right: Expr, place: Place): Value | undefined {
    const of = [a, b].map(({ type }) => (type.kind === 'instance' ? type.of : undefined)).find((each) => each);
    const make = of?.def.mixes === 'int' ? this.translation.objects.methodOf(of, 'of_value') : undefined;
    if (!of || !make || !of.attributes.has('named_members')) return undefined;
    const number = this.binary(
      op,
      this.translation.integers.unmixed(a),
      this.translation.integers.unmixed(b),
      right,
      place,
    );
    if (number.type.kind !== 'int') return undefined;
    const instance = this.translation.calls.noteCall(
      this.translation.functionCopies.instantiate(make, [number], place),
    );
    const code = `${identifier(of.name)}::${identifier(make.cppName)}(${this.translation.calls.passed(instance, [number])})`;
    return primary(instance.result.type, code);
  }
}
