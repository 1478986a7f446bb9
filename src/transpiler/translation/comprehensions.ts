import {
  Unsupported,
  type CallExpr,
  type CompClause,
  type CompExpr,
  type Expr,
  type NameExpr,
  type Place,
} from '../ast.ts';
import { cppType, identifier, outOfCoroutine } from '../cpp.ts';
import { growthOf, type Growth } from '../growth.ts';
import { elementOf, precedence, type Value } from '../library.ts';
import {
  bool,
  describe,
  dictOf,
  int,
  isInteger,
  listOf,
  never,
  range,
  Slot,
  str,
  unionOf,
  type Type,
} from '../types.ts';
import { cannotBeGoneThrough, isKnown } from '../certainErrors.ts';
import { coerced, onEachType, pythonTypeName, type Raises } from '../unions.ts';
import type { Variable } from '../program.ts';
import { some, targetNames, walk } from '../walk.ts';
import { isFlat, isNonNegativeRange, namedParts, overItems, rangeLoop, structuredBinding } from './loopHeads.ts';
import { Part } from './part.ts';
import { isHandle, isHeldGenerator, isIterable, loopVariable } from './typeKinds.ts';
import { operand, primary } from './values.ts';

/** A variable of a comprehension or lambda, with its type and where its magnitude comes from. */
export type Binding = readonly [name: string, type: Type, growth?: Growth];

/** What gives items without end. */
const endless = new Set(['itertools.count', 'itertools.cycle', 'itertools.repeat']);

/** What is taken apart by its indexes. */
const UNPACKED = new Set(['list', 'str', 'vartuple', 'range', 'ndarray']);

/** Translates comprehensions and generator expressions, and what a loop goes over. */
export class Comprehensions extends Part {
  /** Binds the variables of a comprehension or lambda while `use` runs. */
  within<T>(
    bindings: readonly Binding[],
    use: () => T,
    { nonNegative = false, isThrown = false }: { readonly nonNegative?: boolean; readonly isThrown?: boolean } = {},
  ): T {
    const frame = new Map(
      bindings.map(([name, type]) => [
        name,
        {
          name,
          cpp: identifier(name),
          slot: new Slot(type),
          isGlobal: false,
          isUsedUntyped: true,
          ...(isThrown && { isThrown }),
        },
      ]),
    );
    if (!nonNegative) for (const { slot } of frame.values()) this.translation.signed.add(slot);
    for (const [name, , growth] of bindings)
      this.translation.integers.noteGrowth(frame.get(name)?.slot ?? new Slot(), { growth });
    this.context.locals.push(frame);
    try {
      return use();
    } finally {
      this.context.locals.pop();
    }
  }

  /** The names a target binds when it is given a value of this type, with their types. */
  bindings(target: Expr, type: Type): (readonly [string, Type])[] {
    if (target.kind === 'name') return [[target.name, type]];
    if (target.kind !== 'tuple' && target.kind !== 'list')
      return this.unsupported('This target cannot be converted yet.', target.place);
    const parts = this.partsOf(target.items, { type, code: '', precedence: 0 }, target.place);
    return target.items.flatMap((item, index) =>
      this.bindings(item.kind === 'star' ? item.value : item, parts[index]?.type ?? never),
    );
  }

  /** What each of several targets takes of a value; `*` takes a list of what the others leave. */
  partsOf(targets: readonly Expr[], value: Value, place: Place): readonly Value[] {
    const { type, code } = value;
    const star = targets.findIndex((target) => target.kind === 'star');
    if (type.kind === 'never') return targets.map(() => primary(never, code));
    if (type.kind === 'tuple') {
      const { items } = type;
      const at = (index: number): Value => primary(items[index] ?? never, `std::get<${index}>(${code})`);
      const least = star < 0 ? targets.length : targets.length - 1;
      if (star < 0 ? items.length !== targets.length : items.length < least)
        return this.fails(
          'ValueError',
          items.length > least
            ? `too many values to unpack (expected ${least})`
            : `not enough values to unpack (expected ${star < 0 ? '' : 'at least '}${least}, got ${items.length})`,
          `Taking ${describe(type)} apart into ${targets.length} names cannot be converted here.`,
          place,
        );
      const more = items.length - targets.length;
      return targets.map((target, index) => {
        if (index !== star) return at(star >= 0 && index > star ? index + more : index);
        const middle = items.slice(star, star + more + 1);
        const list = this.translation.types.allocate(target.id, () => listOf(never));
        if (list.kind === 'list')
          for (const item of middle) this.translation.types.add(list.element, item, place, 'The elements of this list');
        const codes = middle.map((_, offset) => at(star + offset).code);
        return primary(list, `${cppType(list)}{${codes.join(', ')}}`);
      });
    }
    if (type.kind === 'union' && star < 0 && !isHandle(type))
      return targets.map((_, index) => onEachType(value, (each) => this.#partOfAny(targets, each, index, place)));
    if (cannotBeGoneThrough(type))
      this.fails(
        'TypeError',
        `cannot unpack non-iterable ${pythonTypeName(type)} object`,
        `Taking ${describe(type)} apart into ${targets.length} names cannot be converted here.`,
        place,
      );
    const element = elementOf(type);
    if (!element || !UNPACKED.has(type.kind) || (type.kind === 'ndarray' && star >= 0))
      return this.unsupported(
        `Taking ${describe(type)} apart into ${targets.length} names cannot be converted here.`,
        place,
      );
    return targets.map((target, index) => {
      if (star < 0 || index < star) return primary(element, `${code}[${index}]`);
      const fromEnd = targets.length - 1 - index;
      if (index > star) return primary(element, `${code}[-${fromEnd + 1}]`);
      const list = this.translation.types.allocate(target.id, () => listOf(never));
      if (list.kind === 'list') this.translation.types.add(list.element, element, place, 'The elements of this list');
      const end = fromEnd === 0 ? 'std::nullopt' : `-${fromEnd}`;
      return primary(list, `py::to_list<${cppType(element)}>(py::slice(${code}, ${index}, ${end}))`);
    });
  }

  /** What one of several targets takes of one of the things that a value may be. */
  #partOfAny(targets: readonly Expr[], value: Value, index: number, place: Place): Value | Raises {
    const { type, code } = value;
    const { length } = targets;
    if (type.kind === 'tuple' && type.items.length !== length)
      return {
        error: 'ValueError',
        message:
          type.items.length > length
            ? `too many values to unpack (expected ${length})`
            : `not enough values to unpack (expected ${length}, got ${type.items.length})`,
      };
    const part = (): Value => this.partsOf(targets, value, place)[index] ?? primary(never, code);
    if (type.kind === 'tuple') return part();
    if (!isIterable(type))
      return { error: 'TypeError', message: `cannot unpack non-iterable ${pythonTypeName(type)} object` };
    const made = part();
    return { ...made, code: `(py::check_unpacked(py::len(${code}), ${length}, false), ${made.code})` };
  }

  /** A test that a value has as many items as there are targets; empty where its type says so. */
  lengthCheck(targets: readonly Expr[], { type, code }: Value): string[] {
    if (type.kind === 'tuple' || type.kind === 'never' || type.kind === 'union') return [];
    const starred = targets.some((target) => target.kind === 'star');
    return [
      `py::check_unpacked(py::len(${code}), ${starred ? targets.length - 1 : targets.length}, ${String(starred)});`,
    ];
  }

  /** The loops and tests of a comprehension around what is done for each element. */
  private loops(node: CompExpr, each: () => string, isKept = false, index = 0): string {
    const clause = node.clauses[index];
    if (!clause) return each();
    const items = this.iterable(clause.iterable);
    const { type } = items.value;
    const growth =
      'element' in type && clause.target.kind === 'name'
        ? growthOf(type.element)
        : this.translation.integers.growthWithin(clause.iterable);
    return this.within(
      this.bindings(clause.target, items.element).map(([name, of]): Binding => [name, of, growth]),
      () =>
        this.flow.during(this.flow.facts, () => {
          const { result: body, touched } = this.translation.evaluationOrder.touching(() => {
            const tests = clause.conditions.map((test) => {
              const code = this.translation.conditions.condition(test, precedence.and);
              this.flow.learn(this.flow.tested(test).yes);
              return code;
            });
            const inner = this.loops(node, each, isKept, index + 1);
            return tests.length ? `if (${tests.join(' && ')}) { ${inner} }` : inner;
          });
          // What is kept goes on later, and `:=` may replace what is gone through.
          const mayChange = isKept || some(node, ({ kind }) => kind === 'walrus');
          return this.loop(clause, items, body, mayChange ? new Set('*') : touched);
        }),
      { nonNegative: isNonNegativeRange(items.range) },
    );
  }

  /** `any` or `all` of a generator expression: it ends as soon as the answer is known. */
  quantified(node: CompExpr, name: 'any' | 'all'): Value {
    const loops = this.loops(node, () => {
      const test = this.translation.conditions.test(node.element);
      return name === 'any'
        ? `if (${test.code}) return true;`
        : `if (!${operand(test, precedence.unary)}) return false;`;
    });
    return primary(bool, `[&] { ${loops} return ${String(name === 'all')}; }()`);
  }

  /** A generator expression that is kept: a coroutine with copies of the variables it reads. */
  private lazyGenerator(node: CompExpr): Value {
    const type = this.translation.types.allocate(`generator ${node.id}`, () => ({
      kind: 'generator',
      element: new Slot(),
    }));
    if (type.kind !== 'generator') throw new Error('a generator expression has another type');
    const self = this.heldSelf(node);
    if (self) this.context.locals.push(new Map([[self.name, { ...self, cpp: identifier(self.name) }]]));
    const loops = this.loops(
      node,
      () => {
        const item = this.expr(node.element);
        this.translation.types.add(type.element, item.type, node.element.place, 'The elements of this generator');
        return `co_yield ${outOfCoroutine(coerced(item, type.element.type))};`;
      },
      true,
    );
    if (self) this.context.locals.pop();
    const read = new Set<string>();
    const own = new Set<string>();
    for (const { target } of node.clauses) targetNames(target, (name) => void own.add(name));
    const first = node.clauses[0]?.iterable;
    walk(node, (inner) => {
      if (inner['kind'] !== 'name' || (own.has(String(inner['name'])) && !some(first, (each) => each === inner)))
        return;
      if (inner['name'] === self?.name) return;
      const variable = this.translation.names.lookUp(inner as unknown as NameExpr);
      if (variable && !variable.isGlobal) read.add(variable.cpp);
    });
    const given = new Map([...read].map((name) => [name, name]));
    if (self) given.set(identifier(self.name), self.cpp);
    const params = [...given.keys()].map((name) => `auto ${name}`).join(', ');
    const code = `[](${params}) -> ${cppType(type)} { ${loops} }(${[...given.values()].join(', ')})`;
    return primary(type, code);
  }

  /** The object whose method this is, where a generator expression reads it: it must live as long as that. */
  private heldSelf(node: CompExpr): Variable | undefined {
    const { self } = this.context;
    if (!self || this.context.locals.some((frame) => frame.has(self.name))) return undefined;
    if (!some(node, (inner) => inner['kind'] === 'name' && inner['name'] === self.name)) return undefined;
    if (self.of.exception !== undefined)
      this.unsupported(
        'A generator expression that reads an exception by `self` cannot be kept yet: make it a list.',
        node.place,
      );
    return this.translation.names.lookUp({ kind: 'name', name: self.name, place: node.place } as NameExpr);
  }

  /** `next` of a generator expression that nothing else holds: the first item, without a generator. */
  firstOf(node: CompExpr, absent: Expr | undefined): Value {
    const other = absent && this.expr(absent);
    let type = other?.type ?? never;
    const loops = this.loops(node, () => {
      const item = this.expr(node.element);
      type = other ? unionOf([item.type, other.type]) : item.type;
      this.translation.types.requireOne(type, node.place, 'What `next` gives');
      return `return ${coerced(item, type)};`;
    });
    this.translation.evaluationOrder.noteEffect();
    const end = other ? `return ${coerced(other, type)};` : 'throw py::StopIteration();';
    return primary(type, `[&]() -> ${cppType(type)} { ${loops} ${end} }()`);
  }

  /** A value as it is kept in a variable or handed to a function: a generator expression is not worked out yet. */
  keptValue(node: Expr): Value {
    if (node.kind === 'comp' && node.form === 'generator') return this.lazyGenerator(node);
    return this.expr(node);
  }

  /** What a comprehension gives, joined to one text as it comes; undefined where it gives other things than texts. */
  joined(node: CompExpr, separator: Value): Value | undefined {
    let isText = true;
    const isEmpty = separator.code === '""_s';
    const loops = this.loops(node, () => {
      const item = this.expr(node.element);
      isText = item.type.kind === 'str';
      return isEmpty ? `gathered += ${item.code};` : `gathered.add(${item.code});`;
    });
    if (!isText) return undefined;
    const [declaration, text] = isEmpty
      ? ['py::str gathered;', 'gathered']
      : [`py::Joiner gathered(${separator.code});`, 'gathered.text()'];
    return primary(str, `[&] { ${declaration} ${loops} return ${text}; }()`);
  }

  comprehension(node: CompExpr): Value {
    const first = node.clauses[0]?.iterable;
    if (node.form !== 'generator' || !first) return this.#gathered(node);
    const isEndless = some(
      first,
      (inner) =>
        inner['kind'] === 'call' &&
        endless.has(this.translation.names.libraryName((inner as unknown as CallExpr).callee) ?? ''),
    );
    // Of what may have no end, never all may be asked for.
    if (isEndless) return this.lazyGenerator(node);
    const items = this.expr(first);
    if (items.type.kind === 'generator')
      try {
        return this.lazyGenerator(node);
      } catch (error) {
        if (!(error instanceof Unsupported)) throw error;
      }
    return this.translation.expressions.knowing(first, items, () => this.#gathered(node));
  }

  /** A comprehension that gathers all at once. */
  #gathered(node: CompExpr): Value {
    const { element, value: valueNode } = node;
    const kind = node.form === 'generator' ? 'list' : node.form;
    const type = this.translation.types.allocate(node.id, () =>
      kind === 'dict' ? dictOf(never, never) : { kind, element: new Slot() },
    );
    const loops = this.loops(node, () => {
      const item = this.expr(element);
      if ('key' in type && valueNode) {
        const value = this.expr(valueNode);
        this.translation.types.addKey(type.key, item.type, element.place, 'The keys of this dict');
        this.translation.types.add(type.value, value.type, element.place, 'The values of this dict');
        this.translation.integers.noteGrowth(type.value, value, true);
        const [key, held] = [coerced(item, type.key.type), coerced(value, type.value.type)];
        return this.translation.evaluationOrder.orderMatters([element, valueNode])
          ? `const auto key = ${key}; gathered.set(key, ${held});`
          : `gathered.set(${key}, ${held});`;
      }
      if ('element' in type) {
        this.translation.types.add(type.element, item.type, element.place, 'The elements of this comprehension');
        this.translation.integers.noteGrowth(type.element, item, true);
      }
      const code = 'element' in type ? coerced(item, type.element.type) : item.code;
      return `gathered.${kind === 'set' ? 'add' : 'append'}(${code});`;
    });
    return primary(type, `[&] { ${cppType(type)} gathered; ${loops} return gathered; }()`);
  }

  /** What a `for` goes over. */
  iterable(node: Expr): { readonly element: Type; readonly value: Value; readonly range?: readonly Value[] } {
    if (
      node.kind === 'call' &&
      node.callee.kind === 'name' &&
      !this.translation.names.lookUp(node.callee) &&
      node.keywords.length === 0
    ) {
      const { name } = node.callee;
      if (name === 'range' && !this.translation.functions.has(name)) {
        const given = this.translation.callArguments.writtenOut(node.args) ?? node.args;
        const args = given.map((arg) => this.translation.integers.narrowInteger(this.expr(arg)));
        if (
          args.length < 1 ||
          args.length > 3 ||
          args.some(({ type }) => !['int', 'bool', 'never'].includes(type.kind))
        ) {
          const wrong = args.length < 4 && args.find(({ type }) => isKnown(type) && !isInteger(type));
          const message = '`range` takes one to three integers.';
          if (!wrong) return this.unsupported(message, node.place);
          const text = `'${pythonTypeName(wrong.type)}' object cannot be interpreted as an integer`;
          return this.fails('TypeError', text, message, node.place);
        }
        return {
          element: int,
          value: primary(range, `py::range(${args.map(({ code }) => code).join(', ')})`),
          range: args,
        };
      }
    }
    const items = this.translation.objects.asIterable(this.expr(node), node.place);
    const value = this.translation.types.only(items, isIterable, '', ' object is not iterable');
    if (value.type.kind === 'never') return { element: never, value };
    const any = this.translation.libraryCalls.itemsOfAny(value, node.place);
    if (any) {
      const list = this.translation.types.allocate(`items ${node.id}`, () => listOf(never));
      if (list.kind === 'list') list.element.add(any.element);
      return { element: any.element, value: primary(list, any.code) };
    }
    if (value.type.kind === 'tuple' && value.type.items.length > 0) {
      const item = unionOf(value.type.items);
      this.translation.types.requireOne(item, node.place, 'The items of this tuple');
      const list = this.translation.types.allocate(`items ${node.id}`, () => listOf(never));
      if (list.kind === 'list') list.element.add(item);
      return { element: item, value: primary(list, `py::items_as<${cppType(item)}>(${value.code})`) };
    }
    const element = elementOf(value.type);
    if (!element) {
      const message = `A value of type ${describe(value.type)} cannot be gone through here.`;
      if (!cannotBeGoneThrough(value.type)) this.unsupported(message, node.place);
      this.fails('TypeError', `'${pythonTypeName(value.type)}' object is not iterable`, message, node.place);
    }
    return { element, value };
  }

  /** A `for` over a value that binds fresh variables, around statements that use them. */
  private loop(
    { target, iterable }: CompClause,
    items: { readonly element: Type; readonly value: Value; readonly range?: readonly Value[] },
    body: string,
    touched: ReadonlySet<string>,
  ): string {
    if (target.kind === 'name' && items.range) {
      const [first, second] = (iterable as CallExpr).args;
      return `${rangeLoop(identifier(target.name), items.range, this.translation.names.isSteady(second ?? first))} { ${body} }`;
    }
    const item = `item_${target.place.line + 1}_${target.place.column}`;
    if (target.kind === 'name' || (items.element.kind === 'tuple' && isFlat(target))) {
      const changed = isHeldGenerator(iterable, items.value.type) ? new Set(['*']) : touched;
      const binding = overItems(loopVariable(items.element, structuredBinding(target), changed), items.value);
      const { head, first } = namedParts(binding, body, item);
      return `${head} { ${[...first, body].join(' ')} }`;
    }
    const taken = this.taken(target, primary(items.element, item));
    return `${overItems(`const auto& ${item}`, items.value)} { ${taken.join(' ')} ${body} }`;
  }

  /** Declarations of the variables of a target that takes a value apart. */
  private taken(target: Expr, value: Value): string[] {
    if (target.kind === 'name') return [`auto ${identifier(target.name)} = ${value.code};`];
    if (target.kind === 'star') return this.taken(target.value, value);
    if (target.kind !== 'tuple' && target.kind !== 'list')
      return this.unsupported('This target cannot be converted yet.', target.place);
    const parts = this.partsOf(target.items, value, target.place);
    const all = target.items.flatMap((item, index) => this.taken(item, parts[index] as Value));
    // A name that is taken twice, as `_` often is, is what it was given last.
    const nameIn = (line: string): string | undefined => /^auto (\S+) = /.exec(line)?.[1];
    const last = new Map(all.map((line, index) => [nameIn(line), index]));
    const kept = all.filter((line, index) => nameIn(line) === undefined || last.get(nameIn(line)) === index);
    return [...this.lengthCheck(target.items, value), ...kept];
  }
}
