import type { Expr } from '../ast.ts';
import { cppType, floatLiteral, quoteBytes } from '../cpp.ts';
import { eitherGrowth } from '../growth.ts';
import { precedence, type Value } from '../library.ts';
import type { Context } from '../program.ts';
import { bool, bytes, complex, dictOf, float, never, none, sameType, tupleOf, unionOf } from '../types.ts';
import { coerced, narrowed } from '../unions.ts';
import { operandsOf } from './operands.ts';
import { Part } from './part.ts';
import { operand, primary, textLiteral } from './values.ts';

const constructNames = {
  imaginary: 'A complex number',
  ellipsis: '`...`',
  slice: 'A slice here',
  star: '`*` here',
  doublestar: '`**` here',
  'yield-from': '`yield from`',
} as const;

/** Translates an expression of any kind: finds its type and writes its C++ in one go, again in each round until no type grows. */
export class Expressions extends Part {
  /** What expressions are that have been translated already, while a translation of what holds them runs. */
  readonly #known = new Map<Expr, { readonly value: Value; readonly context: Context }>();

  /**
   * Runs a translation with what is known of an expression in it. Who has to look at an operand first passes on what it
   * found, because a second look at each depth of nested calls would double the work at each of them.
   */
  knowing<T>(node: Expr, value: Value, translate: () => T): T {
    const outside = this.#known.get(node);
    this.#known.set(node, { value, context: this.context });
    try {
      return translate();
    } finally {
      if (outside) this.#known.set(node, outside);
      else this.#known.delete(node);
    }
  }

  override expr(node: Expr): Value {
    const value = this.unnarrowed(node);
    const known = value.type.kind === 'union' ? this.flow.typeOfItem(node) : undefined;
    // A place that is assigned keeps its type.
    return known ? { ...value, ...narrowed(value.code, value.type, known), reference: value.code } : value;
  }

  /** An expression without what tests have told of it. */
  unnarrowed(node: Expr): Value {
    this.translation.effort.step();
    const known = this.#known.get(node);
    // The copies of a function share their expressions, with other types in each.
    if (known?.context === this.context) return known.value;
    const operands = operandsOf(node);
    if (operands.length > 1 && this.translation.evaluationOrder.orderMatters(operands))
      return this.translation.evaluationOrder.inOrder(node, operands);
    switch (node.kind) {
      case 'int':
        return this.translation.integers.integer(node.value, node.place);
      case 'float':
        return primary(float, floatLiteral(node.value));
      case 'bool':
        return primary(bool, String(node.value));
      case 'str':
        return textLiteral(node.value);
      case 'none':
        return primary(none, 'py::None');
      case 'name':
        return this.translation.names.name(node);
      case 'fstring':
        return this.translation.formatting.formatted(node.parts);
      case 'unary':
        return this.#present(this.translation.operators.unary(node.op, node.operand, node.place));
      case 'binary':
        return this.#present(
          this.translation.operators.binary(
            node.op,
            this.expr(node.left),
            this.expr(node.right),
            node.right,
            node.place,
          ),
        );
      case 'bool-op':
        return this.translation.conditions.boolOperation(node);
      case 'compare':
        return this.translation.comparisons.compare(node.first, node.rest);
      case 'conditional': {
        const test = this.translation.conditions.condition(node.test, precedence.or);
        const known = this.flow.tested(node.test);
        if (test === 'true' || test === 'false') return this.expr(test === 'true' ? node.yes : node.no);
        const { ranges } = this.translation;
        const branch = (passed: boolean): Value =>
          this.flow.during(passed ? known.yes : known.no, () =>
            ranges.during(node.test, passed, () => this.expr(passed ? node.yes : node.no)),
          );
        const [yes, no] = [branch(true), branch(false)];
        const type = unionOf([yes.type, no.type]);
        this.translation.types.requireOne(type, node.place, 'Both sides of `if … else …`');
        const side = (value: Value): string => {
          if (sameType(value.type, type) || value.type.kind === 'never') return operand(value, precedence.or);
          const code = coerced(value, type);
          return code === value.code ? `${cppType(type)}(${code})` : code;
        };
        const code = `${test} ? ${side(yes)} : ${side(no)}`;
        return { type, code, precedence: precedence.choice, growth: eitherGrowth(yes.growth, no.growth) };
      }
      case 'list':
        return this.translation.displays.sequence(node, 'list');
      case 'set':
        return this.translation.displays.sequence(node, 'set');
      case 'tuple': {
        if (node.items.some((item) => item.kind === 'star' && this.expr(item.value).type.kind !== 'tuple'))
          return this.translation.callArguments.restOfArguments(node, node.items);
        const items = node.items.flatMap((item) => this.spread(item));
        return primary(
          tupleOf(...items.map(({ type }) => type)),
          `std::make_tuple(${items.map(({ code }) => code).join(', ')})`,
        );
      }
      case 'dict': {
        const type = this.translation.types.allocate(node.id, () => dictOf(never, never));
        if (type.kind !== 'dict') throw new Error('a dict literal has another type');
        if (node.entries.some((entry) => !entry.key)) return this.translation.displays.spreadingDict(node, type);
        const entries = node.entries.map((entry) => {
          if (!entry.key) throw new Error('an entry without a key is spread');
          const key = this.expr(entry.key);
          const value = this.expr(entry.value);
          this.translation.types.addKey(type.key, key.type, node.place, 'The keys of this dict');
          this.translation.types.add(type.value, value.type, node.place, 'The values of this dict');
          return { key, value };
        });
        const pairs = entries.map(
          ({ key, value }) => `{${coerced(key, type.key.type)}, ${coerced(value, type.value.type)}}`,
        );
        return primary(type, pairs.length ? `${cppType(type)}{${pairs.join(', ')}}` : `${cppType(type)}()`);
      }
      case 'comp':
        return this.translation.comprehensions.comprehension(node);
      case 'index':
        return this.#present(this.translation.subscripts.index(node.object, node.index, node.place));
      case 'attribute':
        return this.translation.attributes.attribute(node.object, node.name, node.place);
      case 'call':
        return { ...this.#present(this.translation.calls.call(node)), ...this.translation.ranges.ofCall(node) };
      case 'walrus':
        return this.assignmentExpression(node);
      case 'lambda':
        return this.translation.functionValues.lambdaValue(node);
      case 'yield':
        return this.translation.generators.yieldValue(node);
      case 'bytes':
        return primary(bytes, `py::bytes::of(${quoteBytes(node.value)}, ${node.value.length})`);
      case 'imaginary':
        return primary(complex, `std::complex<double>(0.0, ${floatLiteral(node.value)})`);
      case 'ellipsis':
      case 'slice':
      case 'star':
      case 'doublestar':
      case 'yield-from':
        return this.unsupported(`${constructNames[node.kind]} cannot be converted yet.`, node.place);
    }
  }

  /** What gives None is nothing in C++. */
  #present(value: Value): Value {
    return value.type.kind === 'none' && value.code !== 'py::None' ? primary(none, `(${value.code}, py::None)`) : value;
  }

  /** The values that an item of a tuple or an argument stands for: more than one for `*` of a tuple. */
  spread(item: Expr): Value[] {
    if (item.kind !== 'star') return [this.translation.comprehensions.keptValue(item)];
    if (item.value.kind === 'list') return item.value.items.flatMap((each) => this.spread(each));
    const value = this.expr(item.value);
    if (value.type.kind !== 'tuple')
      return this.unsupported('`*` of something whose length is not known cannot be converted here.', item.place);
    return value.type.items.map((type, index) => primary(type, `std::get<${index}>(${value.code})`));
  }

  private assignmentExpression({ target, value: node }: Extract<Expr, { kind: 'walrus' }>): Value {
    const value = this.expr(node);
    const variable = this.translation.names.lookUp(target);
    if (!variable) return this.unsupported(`\`${target.name}\` cannot be assigned here.`, target.place);
    if (variable.isGlobal) this.translation.evaluationOrder.noteEffect();
    this.translation.types.add(variable.slot, value.type, target.place, `\`${target.name}\``);
    this.translation.integers.noteSign(variable.slot, value);
    this.flow.assigned(variable, value.type);
    const { type } = variable.slot;
    const held = variable.isCell ? '.get()' : variable.maybeUnbound ? '.value' : '';
    return {
      ...primary(type, `(${variable.cpp} = ${coerced(value, type)})${held}`),
      nonNegative: value.nonNegative === true,
    };
  }
}
