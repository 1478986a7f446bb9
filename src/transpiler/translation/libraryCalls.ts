import type { CallExpr, Expr, LambdaExpr, NameExpr, Place } from '../ast.ts';
import { cppType, identifier } from '../cpp.ts';
import { eitherGrowth, growthOf, noGrowth } from '../growth.ts';
import { elementOf, libraryModules, type LibraryFunction, type Value } from '../library.ts';
import type { Functor, Items, LibraryCall, LibraryRow } from '../library/call.ts';
import { methodOwners } from '../library/ofTypes.ts';
import { moduleRows } from '../library/tables.ts';
import {
  alternatives,
  describe,
  float,
  int,
  isInteger,
  isNumber,
  listOf,
  never,
  sameType,
  Slot,
  unionOf,
  type Type,
  none,
} from '../types.ts';
import { coerced, onEachType, pythonTypeName } from '../unions.ts';
import { refusalOf } from '../library/refusedModules.ts';
import { argumentError, cannotBeGoneThrough } from '../certainErrors.ts';
import { Part } from './part.ts';
import { isHandle, isIterable, isMixedNumber } from './typeKinds.ts';
import { onEach, primary } from './values.ts';

/** Functions of `math` that ask an instance. */
const roundings: ReadonlySet<string> = new Set(['floor', 'ceil', 'trunc']);

/** Translates calls of the standard library by its tables. */
export class LibraryCalls extends Part {
  libraryCall(module: string, name: string, node: CallExpr): Value {
    if (module !== 'math')
      this.translation.evaluationOrder.noteEffect(
        module === 'time' || (module === 'random' && name !== 'shuffle') ? [] : ['*'],
      );
    else this.translation.evaluationOrder.noteRead();
    const [sole, further] = node.args;
    if (module !== 'math' || !roundings.has(name) || !sole || further || sole.kind === 'star')
      return this.#rowCall(module, name, node);
    const value = this.expr(sole);
    // An instance may say itself what it gives.
    const own =
      value.type.kind === 'instance'
        ? this.translation.objects.special(value, `__${name}__`, [], node.place)
        : undefined;
    return own ?? this.translation.expressions.knowing(sole, value, () => this.#rowCall(module, name, node));
  }

  #rowCall(module: string, name: string, node: CallExpr): Value {
    const known = moduleRows.get(module)?.get(name);
    if (known) return this.libraryRow(known, `${module}.${name}`, node);
    const row = libraryModules.get(module)?.get(name);
    if (!row || node.keywords.length) return this.unsupported(refusalOf(`${module}.${name}`), node.place);
    return this.tableCall(row, `py::${module}::${name}`, `${module}.${name}`, node);
  }

  /** A call that a row of the library's tables translates. */
  libraryRow(row: LibraryRow, name: string, node: CallExpr, object?: Value): Value {
    const { place } = node;
    const star = node.args.find(({ kind }) => kind === 'star');
    const refuseStar = (): never =>
      this.unsupported(`\`*\` among the arguments of \`${name}\` cannot be converted yet.`, (star ?? node).place);
    if (star && row.stars !== true) {
      const args = this.translation.callArguments.writtenOut(node.args);
      return args ? this.libraryRow(row, name, { ...node, args }, object) : refuseStar();
    }
    if (node.args.length < row.minimum || node.args.length > row.maximum)
      return this.unsupported(`\`${name}\` cannot be converted with ${node.args.length} arguments.`, place);
    const other = node.keywords.find((keyword) => !row.keywords.some((each) => each === '*' || each === keyword.name));
    if (other) return this.unsupported(`\`${name}\` with \`${other.name}\` cannot be converted yet.`, place);
    const keywordNode = (wanted: string): Expr | undefined =>
      node.keywords.find((keyword) => keyword.name === wanted)?.value;
    let args: readonly Value[] | undefined;
    const call: LibraryCall = {
      node,
      name,
      get args() {
        return (args ??= work());
      },
      arg: (index) => {
        const arg = node.args[index];
        return arg && this.expr(arg);
      },
      keywordNode,
      keyword: (wanted) => {
        const given = keywordNode(wanted);
        return given && this.expr(given);
      },
      growsAlways: this.translation.growsAlways,
      items: (value) => this.itemsOf(value, place),
      integer: (value) => this.translation.integers.narrowInteger(value).code,
      expr: (given) => this.expr(given),
      libraryName: (given) => this.translation.names.libraryName(given),
      literalText: (given) => this.translation.names.literalText(given),
      binary: (op, a, b, right) => this.translation.operators.binary(op, a, b, right, place),
      printable: (type) => this.translation.formatting.requirePrintable(type, place),
      key: (given, element) => this.translation.builtins.keyFunction(given, element),
      asFunction: (count) => this.translation.functionValues.lambdaValue(this.asLambda(node, count)),
      functor: (given, types) => this.functor(given, types),
      make: (make) => this.translation.types.allocate(node.id, make) as ReturnType<typeof make>,
      add: (slot, type, what) => this.translation.types.add(slot, type, place, what),
      requireOne: (type, what) => this.translation.types.requireOne(type, place, what),
      refuse: (sentence) => this.unsupported(sentence, place),
      noteFactory: (slot) => this.translation.unnamedFactories.add(slot),
    };
    const work = (): readonly Value[] =>
      node.args.map((arg) => {
        const value = ['int', 'float', 'range', 'chr', 'abs', 'round', 'format'].includes(name)
          ? this.translation.integers.unmixed(this.expr(arg))
          : this.expr(arg);
        if (name === 'dict')
          return this.translation.types.only(value, (type) => 'key' in type, '', ' object is not iterable');
        return value;
      });
    const { number: newest } = new Slot();
    const made = row.translate(call) ?? this.#onEachType(row, call);
    const isNew = made?.type.kind === 'list' && made.type.element.number > newest;
    const result = made && isNew ? this.#asKept(made, node) : made;
    if (result) return this.translation.integers.withGrowth(result, name, args ?? [], object);
    if (star) return refuseStar();
    const types = call.args.map(({ type }) => describe(type)).join(', ');
    const error = argumentError(
      name,
      call.args.map(({ type }) => type),
    );
    if (error !== undefined)
      this.fails('TypeError', error, `\`${name}\` cannot be converted yet with these arguments: ${types}.`, place);
    return this.unsupported(`\`${name}\` cannot be converted yet with these arguments: ${types}.`, place);
  }

  /** A call with one argument of several types, worked out for each of them. */
  #onEachType(row: LibraryRow, call: LibraryCall): Value | undefined {
    const [arg, more] = call.node.args.length === 1 ? call.args : [];
    if (!arg || more || call.node.keywords.length > 0 || arg.type.kind !== 'union' || isHandle(arg.type))
      return undefined;
    const results = arg.type.items.map((type) => row.translate({ ...call, args: [primary(type, 'held')] }));
    if (results.some((result) => !result)) return undefined;
    return onEachType(arg, (alternative) => row.translate({ ...call, args: [alternative] }) ?? alternative);
  }

  /** A new list with what the program keeps in it, which may be more than the call put there. */
  #asKept(made: Value, node: CallExpr): Value {
    const { type } = made;
    if (type.kind !== 'list' || node.id === -1 || this.context.allocations.get(node.id) === type) return made;
    const kept = this.translation.types.allocate(`list of ${node.id}`, () => listOf(never));
    if (kept.kind !== 'list') throw new Error('a list has another type');
    const element = type.element.type;
    this.translation.types.add(kept.element, element, node.place, 'The elements of this list');
    if (element.kind === 'never' || sameType(element, kept.element.type)) return { ...made, type: kept };
    return { ...made, type: kept, code: `py::list_as<${cppType(kept.element.type)}>(${made.code})` };
  }

  /** What may be one of several things to go over, as a list of what any of them holds. */
  itemsOfAny({ type, code }: Value, place: Place): Items | undefined {
    if (type.kind !== 'union' || isHandle(type)) return undefined;
    const others = type.items.filter((item) => !isIterable(item));
    if (others.length === type.items.length || !others.every((item) => isNumber(item) || item.kind === 'none'))
      return undefined;
    const element = unionOf(
      type.items.flatMap((item) => (item.kind === 'tuple' ? item.items : [elementOf(item) ?? never])),
    );
    this.translation.types.requireOne(element, place, 'What is gone through');
    return { type, element, code: `py::all_as<${cppType(element)}>(${code})` };
  }

  /** A value as something to go over. */
  itemsOf(given: Value, place: Place): Items {
    const value = this.translation.types.only(
      this.translation.objects.asIterable(given, place),
      isIterable,
      '',
      ' object is not iterable',
    );
    const any = this.itemsOfAny(value, place);
    if (any) return any;
    const { code } = value;
    // Others see that an iterator with a name has moved on.
    const isNamed = /^[\w\u0080-\uffff.>-]+$/.test(code);
    if (isNamed && (value.type.kind === 'iter' || value.type.kind === 'generator'))
      this.translation.evaluationOrder.noteEffect();
    if (value.type.kind === 'never') return { type: never, element: never, code };
    if (value.type.kind === 'tuple' && value.type.items.length > 0) {
      const item = unionOf(value.type.items);
      this.translation.types.requireOne(item, place, 'The items of this tuple');
      return { type: value.type, element: item, code: `py::items_as<${cppType(item)}>(${code})` };
    }
    // What nothing is in has no type of items; any does.
    if (value.type.kind === 'tuple')
      return { type: value.type, element: none, code: `(static_cast<void>(${code}), py::list<py::NoneType>())` };
    const element = elementOf(value.type);
    const message = `A value of type ${describe(value.type)} cannot be gone through here.`;
    if (cannotBeGoneThrough(value.type))
      this.fails('TypeError', `'${pythonTypeName(value.type)}' object is not iterable`, message, place);
    if (!element) return this.unsupported(message, place);
    return { type: value.type, element, code };
  }

  /** Functions that are named where a lambda is meant, as lambdas; the same in every round. */
  readonly #lambdas = new Map<Expr, Map<number, LambdaExpr>>();
  #nextLambdaId = 1_000_000_000;

  private asLambda(node: Expr, count: number): LambdaExpr {
    if (node.kind === 'lambda') return node;
    const known = this.#lambdas.get(node)?.get(count);
    if (known) return known;
    const { place } = node;
    const params = Array.from({ length: count }, (_, index) => ({
      name: `argument_${index + 1}`,
      id: this.#nextLambdaId++,
      place,
      kind: 'plain' as const,
      keywordOnly: false,
    }));
    const names = params.map(({ name }): NameExpr => ({ kind: 'name', id: this.#nextLambdaId++, place, name }));
    const [first, ...rest] = names;
    // `str.upper` of a string is its `upper()`.
    const isMethod =
      node.kind === 'attribute' &&
      node.object.kind === 'name' &&
      methodOwners.has(node.object.name) &&
      !this.translation.names.lookUp(node.object) &&
      !this.translation.imports.has(node.object.name);
    const body: Expr = this.getter(node, first) ?? {
      kind: 'call',
      id: this.#nextLambdaId++,
      place,
      callee: isMethod && first ? { ...node, object: first } : node,
      args: isMethod ? rest : names,
      keywords: [],
    };
    const lambda: LambdaExpr = { kind: 'lambda', id: this.#nextLambdaId++, place, params, body };
    const lambdas = this.#lambdas.get(node) ?? new Map<number, LambdaExpr>();
    this.#lambdas.set(node, lambdas.set(count, lambda));
    return lambda;
  }

  /** What `operator.itemgetter(…)` and `operator.attrgetter(…)` give of a value, written out. */
  private getter(node: Expr, object: Expr | undefined): Expr | undefined {
    if (node.kind !== 'call' || !object || node.keywords.length > 0 || node.args.length === 0) return undefined;
    const name = this.translation.names.libraryName(node.callee);
    const { place } = node;
    const [method, ...given] = node.args;
    if (name === 'operator.methodcaller' && method?.kind === 'str') {
      const callee: Expr = { kind: 'attribute', id: this.#nextLambdaId++, place, object, name: method.value };
      return { kind: 'call', id: this.#nextLambdaId++, place, callee, args: given, keywords: [] };
    }
    const parts = node.args.map((arg): Expr | undefined => {
      const id = this.#nextLambdaId++;
      if (name === 'operator.itemgetter') return { kind: 'index', id, place, object, index: arg };
      if (name !== 'operator.attrgetter' || arg.kind !== 'str') return undefined;
      const [own = '', ...inner] = arg.value.split('.');
      return inner.reduce<Expr>(
        (whole, part) => ({ kind: 'attribute', id: this.#nextLambdaId++, place, object: whole, name: part }),
        { kind: 'attribute', id, place, object, name: own },
      );
    });
    const items = parts.filter((part) => part !== undefined);
    if (items.length < parts.length) return undefined;
    return items.length === 1 ? items[0] : { kind: 'tuple', id: this.#nextLambdaId++, place, items };
  }

  /** A function given to the library, for arguments of these types. */
  functor(node: Expr, types: readonly Type[]): Functor {
    const lambda = this.asLambda(node, types.length);
    if (lambda.params.length !== types.length || lambda.params.some(({ kind }) => kind !== 'plain'))
      return this.unsupported('This function takes another number of arguments than it is given.', node.place);
    const bindings = lambda.params.map((param, index): readonly [string, Type] => [param.name, types[index] ?? never]);
    const body = this.translation.comprehensions.within(bindings, () => {
      const [frame] = this.context.locals.slice(-1);
      if (frame) this.translation.lambdaFrames.add(frame);
      return this.expr(lambda.body);
    });
    const params = lambda.params.map(({ name }) => `const auto& ${identifier(name)}`).join(', ');
    return {
      type: body.type,
      code: (expected, kept = false) => {
        // What outlives a function's variables takes copies of them along.
        const capture = kept && !this.context.isModule ? '[=]' : '[&]';
        return expected === undefined || expected.kind === 'never'
          ? `${capture}(${params}) { return ${body.code}; }`
          : `${capture}(${params}) -> ${cppType(expected)} { return ${coerced(body, expected)}; }`;
      },
    };
  }

  tableCall(row: LibraryFunction, cpp: string, name: string, node: CallExpr): Value {
    if (node.args.length < row.minimum || node.args.length > row.maximum)
      return this.unsupported(`\`${name}\` cannot be converted with ${node.args.length} arguments.`, node.place);
    const args = node.args.map((arg, _, { length }) => {
      const own = this.expr(arg);
      const of = ['len', 'ord'].includes(name) ? this.translation.integers.unmixed(own) : own;
      // These take 64 bits; a larger one ends the program with an OverflowError.
      const given = ['bin', 'hex', 'oct', 'chr', 'math.gcd', 'math.isqrt'].includes(name)
        ? this.translation.integers.narrowInteger(of)
        : of;
      const overItems = length === 1 && ['min', 'max', 'any', 'all'].includes(name);
      const value = overItems ? this.translation.objects.asIterable(given, arg.place) : given;
      if (name === 'abs' && isMixedNumber(value.type)) return value;
      // The only alternative that the function takes; `len` has a message of its own.
      const takes = (type: Type): boolean => length === 1 && type.kind !== 'none' && row.result([type]) !== undefined;
      const [before, after] =
        name === 'len' ? ['object of type ', ' has no len()'] : [`bad operand type for ${name}(): `, ''];
      // What is a float for any number takes any number.
      if (
        isMixedNumber(value.type) &&
        [float, int].every((type) => row.result(node.args.map(() => type))?.kind === 'float')
      )
        return primary(float, onEach(value, 'static_cast<double>(x)'));
      return row.result([value.type]) === undefined ? this.translation.types.only(value, takes, before, after) : value;
    });
    const [single] = args;
    if (name === 'abs' && single && isMixedNumber(single.type)) {
      const type = unionOf(alternatives(single.type).map((item) => (item.kind === 'bool' ? int : item)));
      return primary(
        type,
        `py::operate_unary<${cppType(type)}>("abs()", [](const auto& x) { return py::abs(x); }, ${single.code})`,
      );
    }
    const [, digits] = args;
    if (name === 'round' && single && digits && isMixedNumber(single.type) && isInteger(digits.type)) {
      const type = unionOf(alternatives(single.type).map((item) => (item.kind === 'bool' ? int : item)));
      return primary(
        type,
        `py::operate_unary<${cppType(type)}>("round()", [&](const auto& x) { return py::round(x, ${digits.code}); }, ${single.code})`,
      );
    }
    const result = row.result(args.map(({ type }) => type));
    const isTaken = (type: Type): boolean => type.kind !== 'bigint' && row.result([type]) !== undefined;
    if (!result && single && args.length === 1 && !isHandle(single.type) && alternatives(single.type).every(isTaken))
      return onEachType(single, (held) =>
        primary(row.result([held.type]) ?? never, row.code ? row.code([held]) : `${cpp}(${held.code})`),
      );
    if (!result) {
      const types = args.map(({ type }) => type);
      const message = `\`${name}\` of ${types.map((type) => describe(type)).join(', ')} cannot be converted yet.`;
      const error = argumentError(name, types);
      return error === undefined
        ? this.unsupported(message, node.place)
        : this.fails('TypeError', error, message, node.place);
    }
    const numbers = result.kind === 'float' || result.kind === 'bool';
    const codes = args.map(({ type, code }) =>
      type.kind === 'bigint' && numbers ? `static_cast<double>(${code})` : code,
    );
    if (result.kind === 'int' && args.some(({ type }) => type.kind === 'bigint'))
      return this.unsupported(`\`${name}\` of an integer of any size cannot be converted yet.`, node.place);
    const code = row.code ? row.code(args) : `${cpp}(${codes.join(', ')})`;
    const growth = ['min', 'max', 'abs'].includes(name)
      ? args
          .map(({ type, growth: of }) => ('element' in type ? growthOf(type.element) : of))
          .reduce(eitherGrowth, noGrowth)
      : noGrowth;
    return { ...primary(result, code), nonNegative: name === 'len' || name === 'abs', growth };
  }
}
