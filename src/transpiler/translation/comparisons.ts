import type { CompareOperator, Expr, NameExpr, Place } from '../ast.ts';
import { cppType } from '../cpp.ts';
import { typeCall } from '../flow.ts';
import { elementOf, precedence, type Value } from '../library.ts';
import { viewComparison } from '../library/views.ts';
import {
  alternatives,
  bool,
  describe,
  isContainer,
  isNumber,
  sameType,
  slotsOf,
  unionOf,
  type Type,
} from '../types.ts';
import { cannotBeGoneThrough, isKnown, orderError } from '../certainErrors.ts';
import { hasOrder, holdsOneOf, onEachType, pythonTypeName } from '../unions.ts';
import { isSimple } from './expressionFacts.ts';
import { Part } from './part.ts';
import { hasOwnEquality, holdsAll, isHandle, isIterable } from './typeKinds.ts';
import { anyLength, characterOf, operand, primary } from './values.ts';

const comparisons: Partial<Record<CompareOperator, string>> = {
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
  '==': 'eq',
  '!=': 'ne',
};

/** How two counters are compared: whether the answer is turned round, by what, and whether the sides change places. */
const countComparisons: Partial<Record<CompareOperator, readonly ['' | '!', 'within' | 'below' | 'equal', boolean]>> = {
  '<': ['', 'below', false],
  '<=': ['', 'within', false],
  '>': ['', 'below', true],
  '>=': ['', 'within', true],
  '==': ['', 'equal', false],
  '!=': ['!', 'equal', false],
};

/** Kinds of values that equal only those of their own kind, numbers apart. */
const unequalToOthers = new Set([
  'int',
  'bigint',
  'float',
  'bool',
  'str',
  'bytes',
  'none',
  'list',
  'tuple',
  'set',
  'dict',
  'deque',
]);

/** Kinds of values of which one is never an object of another. */
const distinctKinds: ReadonlySet<Type['kind']> = new Set<Type['kind']>([
  'int',
  'float',
  'complex',
  'bool',
  'str',
  'bytes',
  'list',
  'dict',
  'set',
  'instance',
]);

/** Translates comparisons and tests of membership, also several in a row. */
export class Comparisons extends Part {
  compare(first: Expr, rest: readonly { readonly op: CompareOperator; readonly value: Expr }[]): Value {
    if (rest.length > 1 && rest.slice(0, -1).some(({ value }) => !isSimple(value))) return this.chain(first, rest);
    const [only] = rest;
    if (only && rest.length === 1 && typeCall(first) && ['is', '==', 'is not', '!='].includes(only.op))
      return this.translation.conditions.typeTest(
        typeCall(first) as Expr,
        only.value,
        true,
        only.op === 'is not' || only.op === '!=',
      );
    let left = this.expr(first);
    const parts = rest.map(({ op, value: node }) => {
      const right = this.expr(node);
      const part = this.comparison(op, left, right, node.place);
      left = right;
      return part;
    });
    if (parts.length === 1) return parts[0] as Value;
    return {
      type: bool,
      code: parts.map((part) => operand(part, precedence.equality)).join(' && '),
      precedence: precedence.and,
    };
  }

  /** A chained comparison that works out what stands in its middle once, and only when it comes to it. */
  private chain(
    first: Expr,
    [next, ...rest]: readonly { readonly op: CompareOperator; readonly value: Expr }[],
  ): Value {
    if (!next || rest.length === 0) return this.compare(first, next ? [next] : []);
    const left = this.expr(first);
    const middle = this.expr(next.value);
    const [from, to] = [`left_${next.value.place.column}`, `middle_${next.value.place.column}`];
    const name = (text: string): NameExpr => ({ kind: 'name', id: -1, place: first.place, name: text });
    return this.translation.comprehensions.within(
      [
        [from, left.type],
        [to, middle.type],
      ],
      () => {
        const test = this.compare(name(from), [{ op: next.op, value: name(to) }]);
        const others = this.chain(name(to), rest);
        const names = `const auto ${from} = ${left.code}; const auto ${to} = ${middle.code};`;
        return primary(
          bool,
          `[&] { ${names} return ${operand(test, precedence.equality)} && ${operand(others, precedence.equality)}; }()`,
        );
      },
    );
  }

  /** `is` between values of which CPython keeps one of each, small integers, or that can never be one object. */
  #identityOfPlain(positive: boolean, a: Value, b: Value): Value | undefined {
    const small = [a, b].find(({ code }) => /^(?:-[1-5]|\d{1,2}|1\d\d|2[0-4]\d|25[0-6])$/.test(code));
    const other = small === a ? b : a;
    if (small && other.type.kind === 'int') {
      const code = `${operand(other, precedence.sum)} ${positive ? '==' : '!='} ${small.code}`;
      return { type: bool, code, precedence: precedence.equality };
    }
    const [first, second] = [a, b].map(({ type }) => new Set(alternatives(type).map(({ kind }) => kind)));
    const isTold = (kinds: ReadonlySet<Type['kind']> | undefined): boolean =>
      kinds !== undefined && kinds.size > 0 && [...kinds].every((kind) => distinctKinds.has(kind));
    if (!isTold(first) || !isTold(second) || [...(first ?? [])].some((kind) => second?.has(kind) === true))
      return undefined;
    return primary(bool, `(static_cast<void>(${a.code}), static_cast<void>(${b.code}), ${String(!positive)})`);
  }

  private comparison(op: CompareOperator, left: Value, right: Value, place: Place): Value {
    const ofArrays = this.translation.ndarrays.comparison(op, left, right, place);
    if (ofArrays) return ofArrays;
    const [a, b] =
      op === 'is' || op === 'is not' || op.endsWith('in') || sameType(left.type, right.type)
        ? [left, right]
        : [this.translation.integers.unmixed(left), this.translation.integers.unmixed(right)];
    if (op === 'is' || op === 'is not') {
      const value = b.type.kind === 'none' ? a : a.type.kind === 'none' ? b : undefined;
      if (!value) {
        const isObject = ({ type }: Value): boolean =>
          alternatives(type).every(({ kind }) => kind === 'instance' || kind === 'none');
        if (isObject(a) && isObject(b)) {
          const same = primary(bool, `py::is_same(${a.code}, ${b.code})`);
          return op === 'is' ? same : { type: bool, code: `!${same.code}`, precedence: precedence.unary };
        }
        if (a.type.kind === 'bool' && b.type.kind === 'bool')
          return {
            type: bool,
            code: `${operand(a, precedence.sum)} ${op === 'is' ? '==' : '!='} ${operand(b, precedence.sum)}`,
            precedence: precedence.equality,
          };
        const truth = [a, b].find(({ code }) => code === 'true' || code === 'false');
        const other = truth === a ? b : a;
        if (truth && other.type.kind === 'union' && !isHandle(other.type)) {
          const test = `if constexpr (std::is_same_v<std::decay_t<decltype(held)>, bool>) return held == ${truth.code}; else return false;`;
          const code = `py::visit([](const auto& held) -> bool { ${test} }, ${other.code})`;
          return { type: bool, code: op === 'is' ? code : `!${code}`, precedence: precedence.unary };
        }
        if (
          a.type.kind === b.type.kind &&
          a.type.kind !== 'iter' &&
          a.type.kind !== 'generator' &&
          isContainer(a.type)
        ) {
          const same = `${operand(a, precedence.primary)}.identity() ${op === 'is' ? '==' : '!='} ${operand(b, precedence.primary)}.identity()`;
          return { type: bool, code: same, precedence: precedence.equality };
        }
        // No value of another type is True or False; of one that is not known yet, a later round decides.
        if (truth && (isNumber(other.type) || isContainer(other.type) || ['str', 'never'].includes(other.type.kind)))
          return primary(bool, `(static_cast<void>(${other.code}), ${String(op === 'is not')})`);
        const known = this.#identityOfPlain(op === 'is', a, b);
        if (known) return known;
        const isPlainValue = ({ type }: Value): boolean => isNumber(type) || type.kind === 'str';
        return this.unsupported(
          isPlainValue(a) && isPlainValue(b)
            ? '`is` between numbers or texts cannot be converted: whether equal ones are one object depends on how CPython keeps them. Write `==`.'
            : '`is` between two values cannot be converted yet, other than with None.',
          place,
        );
      }
      const matching = alternatives(value.type).filter(({ kind }) => (kind === 'none') === (op === 'is'));
      return holdsOneOf(value, matching);
    }
    if (op === 'in' || op === 'not in') {
      if (b.type.kind === 'instance') {
        const found =
          this.translation.objects.special(b, '__contains__', [a], place) ??
          primary(bool, `py::contains(${this.translation.objects.asIterable(b, place).code}, ${a.code})`);
        return op === 'in' ? found : { type: bool, code: `!${found.code}`, precedence: precedence.unary };
      }
      if (b.type.kind === 'union') {
        const found = this.containedInAny(a, b, place);
        return op === 'in' ? found : { type: bool, code: `!${found.code}`, precedence: precedence.unary };
      }
      const element = elementOf(b.type);
      if (cannotBeGoneThrough(b.type))
        this.fails(
          'TypeError',
          `argument of type '${pythonTypeName(b.type)}' is not iterable`,
          `\`in\` on ${describe(b.type)} cannot be converted.`,
          place,
        );
      if (b.type.kind === 'str' && isKnown(a.type) && a.type.kind !== 'str')
        this.fails(
          'TypeError',
          `'in <string>' requires string as left operand, not ${pythonTypeName(a.type)}`,
          `\`in\` of ${describe(a.type)} on str cannot be converted.`,
          place,
        );
      if (b.type.kind !== 'never' && b.type.kind !== 'tuple' && !element)
        return this.unsupported(`\`in\` on ${describe(b.type)} cannot be converted.`, place);
      if ('element' in b.type)
        this.translation.types.add(b.type.element, a.type, place, 'The elements looked for and those that are there');
      else if ('key' in b.type)
        this.translation.types.addKey(b.type.key, a.type, place, 'The key looked for and those that are there');
      return {
        type: bool,
        code: `${op === 'in' ? '' : '!'}py::contains(${b.code}, ${a.code})`,
        precedence: precedence.unary,
      };
    }
    if (a.type.kind === 'instance' || b.type.kind === 'instance') {
      const result = this.translation.objects.instanceComparison(op, a, b, place);
      if (result) return result;
    }
    const ofCounts = a.type.kind === 'counter' && b.type.kind === 'counter' ? countComparisons[op] : undefined;
    if (ofCounts && 'key' in a.type && 'key' in b.type) {
      a.type.key.unify(b.type.key);
      const [negated, name, turned] = ofCounts;
      return primary(bool, `${negated}py::counts_${name}(${turned ? `${b.code}, ${a.code}` : `${a.code}, ${b.code}`})`);
    }
    const ofViews = viewComparison(op, a, b);
    if (ofViews) return ofViews;
    if ('key' in a.type && 'key' in b.type && a.type.kind !== b.type.kind && (op === '==' || op === '!=')) {
      a.type.key.unify(b.type.key);
      a.type.value.unify(b.type.value);
      const base = `const ${cppType({ ...a.type, kind: 'dict' })}&`;
      const equal = `py::eq(static_cast<${base}>(${a.code}), static_cast<${base}>(${b.code}))`;
      return primary(bool, op === '==' ? equal : `!${equal}`);
    }
    const isSet = ({ type }: Value): boolean => type.kind === 'set' || type.kind === 'frozenset';
    if (isSet(a) && isSet(b) && a.type.kind !== b.type.kind && 'element' in a.type && 'element' in b.type) {
      a.type.element.unify(b.type.element);
      return primary(bool, `py::${comparisons[op]}(${a.code}, ${b.code})`);
    }
    // Sets and dicts look each other's keys up, which have to be of one type in C++.
    if (a.type.kind === b.type.kind && ['set', 'frozenset', 'dict'].includes(a.type.kind)) unionOf([a.type, b.type]);
    if (op === '==' || op === '!=') sharesType(a.type, b.type);
    if (a.type.kind === 'tuple' && b.type.kind === 'vartuple') {
      const turned = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==', '!=': '!=' } as const;
      return this.comparison(turned[op], b, a, place);
    }
    if (a.type.kind === 'vartuple' && b.type.kind === 'tuple') {
      if (op === '==' || op === '!=') return primary(bool, `py::${comparisons[op]}(${a.code}, ${b.code})`);
      const { element } = a.type;
      if (b.type.items.every((item) => sameType(item, element.type))) {
        const other = primary(a.type, anyLength(element.type, b.code));
        return this.comparison(op, a, other, place);
      }
    }
    const known = a.type.kind !== 'never' && b.type.kind !== 'never';
    const numbers = isNumber(a.type) && isNumber(b.type);
    const unequalKinds = a.type.kind !== b.type.kind && [a, b].every(({ type }) => unequalToOthers.has(type.kind));
    const mixed = unequalKinds || [a, b].some(({ type }) => type.kind === 'union' || type.kind === 'none');
    const comparable = op === '==' || op === '!=' || hasOrder(a.type, b.type);
    if (known && mixed && comparable && ![a, b].some(({ type }) => alternatives(type).some(hasOwnEquality))) {
      return primary(bool, `py::${comparisons[op]}(${a.code}, ${b.code})`);
    }
    if (known && !numbers && (a.type.kind !== b.type.kind || a.type.kind === 'instance' || a.type.kind === 'union')) {
      const error = orderError(op, a.type, b.type) ?? this.#orderOfInstances(op, a.type, b.type);
      const message = `\`${op}\` between ${describe(a.type)} and ${describe(b.type)} cannot be converted yet.`;
      return error === undefined ? this.unsupported(message, place) : this.fails('TypeError', error, message, place);
    }
    const [x, y] = [a, b].map(({ code }) => (/^-?\d+$/.test(code) ? BigInt(code) : undefined));
    if (x !== undefined && y !== undefined) {
      const results = { '<': x < y, '<=': x <= y, '>': x > y, '>=': x >= y, '==': x === y, '!=': x !== y } as const;
      return primary(bool, String(results[op]));
    }
    const samePlain = a.type.kind === b.type.kind && (numbers || a.type.kind === 'str');
    if (samePlain) {
      const [x, y] = [characterOf(a), characterOf(b)];
      if (x !== undefined && y !== undefined && (op === '==' || op === '!='))
        return { type: bool, code: `${x} ${op} ${y}`, precedence: precedence.equality };
      const level = op === '==' || op === '!=' ? precedence.equality : precedence.relation;
      return {
        type: bool,
        code: `${operand(a, precedence.sum)} ${op} ${operand(b, precedence.sum)}`,
        precedence: level,
      };
    }
    return primary(bool, `py::${comparisons[op]}(${a.code}, ${b.code})`);
  }

  /** What Python says where instances of the program, neither of which knows an order, are compared. */
  #orderOfInstances(op: CompareOperator, a: Type, b: Type): string | undefined {
    if (op !== '<' && op !== '<=' && op !== '>' && op !== '>=') return undefined;
    const isPlainInstance = (type: Type): boolean =>
      type.kind === 'instance' && type.of.def.mixes === undefined && type.of.def.standsFor === undefined;
    if (![a, b].every((type) => isPlainInstance(type) || isKnown(type))) return undefined;
    return `'${op}' not supported between instances of '${pythonTypeName(a)}' and '${pythonTypeName(b)}'`;
  }

  /** `a in b` where `b` may be one of several things. */
  private containedInAny(a: Value, b: Value, place: Place): Value {
    return onEachType(b, (alternative) => {
      const { type } = alternative;
      const name = pythonTypeName(type);
      if (!isIterable(type) && type.kind !== 'instance')
        return { error: 'TypeError', message: `argument of type '${name}' is not iterable` };
      if (type.kind === 'str' && a.type.kind !== 'str')
        return a.type.kind === 'never' || a.type.kind === 'union'
          ? this.unsupported(`\`in\` on ${describe(b.type)} cannot be converted here.`, place)
          : {
              error: 'TypeError',
              message: `'in <string>' requires string as left operand, not ${pythonTypeName(a.type)}`,
            };
      const slot = isContainer(type) ? slotsOf(type)[0] : undefined;
      const isHashed = 'key' in type || type.kind === 'set' || type.kind === 'frozenset';
      if (isHashed && slot && slot.type.kind !== 'never' && !holdsAll(slot.type, a.type))
        return a.type.kind === 'union'
          ? this.unsupported(`\`in\` on ${describe(b.type)} cannot be converted here.`, place)
          : primary(bool, `(static_cast<void>(${a.code}), false)`);
      return isHashed || type.kind === 'str' || type.kind === 'instance'
        ? this.comparison('in', a, alternative, place)
        : primary(bool, `py::contains(${alternative.code}, ${a.code})`);
    });
  }
}

/** Gives a container the very type that it has as an alternative of the other, where C++ finds two types unequal. */
function sharesType(a: Type, b: Type): void {
  if (b.kind === 'union' && a.kind !== 'union') return sharesType(b, a);
  if (a.kind !== 'union' || !isKeyed(b)) return;
  const same = a.items.find(({ kind }) => kind === b.kind);
  if (same) unionOf([same, b]);
}

/** True for what looks things up by key, or holds such. */
function isKeyed(type: Type, within: readonly Type[] = []): boolean {
  if (['set', 'frozenset', 'dict'].includes(type.kind)) return true;
  return type.kind === 'list' && !within.includes(type) && isKeyed(type.element.type, [...within, type]);
}
