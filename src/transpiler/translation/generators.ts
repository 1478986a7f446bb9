import type { Expr } from '../ast.ts';
import { cppType, outOfCoroutine, receivedType } from '../cpp.ts';
import type { Value } from '../library.ts';
import { none, type Talk, type Type } from '../types.ts';
import { coerced } from '../unions.ts';
import { indent } from './lines.ts';
import { overItems } from './loopHeads.ts';
import { Part } from './part.ts';

/** Translates what only generators have: `yield`, `yield from` and what they return. */
export class Generators extends Part {
  returnFromGenerator(valueNode: Expr | undefined, { returned }: Talk): string[] {
    this.flow.dead = true;
    if (!valueNode || valueNode.kind === 'none') return [endOfGenerator(returned.type)];
    if (valueNode.kind === 'yield-from') {
      const { lines, result } = this.yieldFrom(valueNode);
      returned.add(result.type);
      return [...lines, `co_return ${coerced(result, returned.type)};`];
    }
    const value = this.translation.comprehensions.keptValue(valueNode);
    this.translation.types.add(returned, value.type, valueNode.place, 'What this generator returns');
    return [
      value.type.kind === 'none'
        ? endOfGenerator(returned.type)
        : `co_return ${outOfCoroutine(coerced(value, returned.type))};`,
    ];
  }

  /** `yield from` of something: what it gives, one after the other, and what it returns in the end. */
  yieldFrom(node: Extract<Expr, { kind: 'yield-from' }>): { readonly lines: string[]; readonly result: Value } {
    const { yields, talk } = this.context;
    if (!yields || !talk) return this.unsupported('`yield` outside a function cannot be converted.', node.place);
    this.translation.evaluationOrder.noteEffect();
    const items = this.translation.comprehensions.iterable(node.value);
    this.translation.types.add(yields, items.element, node.place, 'What is yielded');
    const { type } = items.value;
    const inner = type.kind === 'generator' ? type.talk : undefined;
    const item: Value = { type: items.element, code: 'item', precedence: 0 };
    const isThrownAt = inner !== undefined && this.translation.throwsIntoGenerators;
    if (
      !inner ||
      (!isThrownAt &&
        inner.sent.type.kind === 'never' &&
        talk.sent.type.kind === 'never' &&
        inner.returned.type.kind === 'never')
    ) {
      const lines = [`${overItems('auto item', items.value)} co_yield ${outOfCoroutine(coerced(item, yields.type))};`];
      return { lines, result: { type: none, code: 'py::None', precedence: 0 } };
    }
    inner.sent.unify(talk.sent);
    const source = `source_${node.place.line + 1}_${node.place.column}`;
    const receives = talk.sent.type.kind !== 'never';
    const given: Value = { type: items.element, code: '*item', precedence: 1 };
    const yielded = `co_yield ${coerced(given, yields.type)}`;
    const step = receives ? [`item = ${source}.next_with(${yielded});`] : [`${yielded};`, `item = ${source}.next();`];
    // An error that is thrown at this generator is thrown at the one that it stands in.
    const guardedStep = [
      'std::exception_ptr raised;',
      ...(receives ? [`${cppType(receivedType(talk))} sent{};`] : []),
      'try {',
      receives ? `  sent = ${yielded};` : `  ${yielded};`,
      '} catch (...) {',
      '  raised = std::current_exception();',
      '}',
      `item = raised ? ${source}.next_by_error(raised) : ${source}.${receives ? 'next_with(sent)' : 'next()'};`,
    ];
    const lines = [
      `const auto ${source} = ${items.value.code};`,
      `for (auto item = ${source}.next(); item;) {`,
      ...(isThrownAt ? guardedStep : step).map(indent),
      '}',
    ];
    const returned = inner.returned.type;
    const result: Value =
      returned.kind === 'never' || returned.kind === 'none'
        ? { type: none, code: 'py::None', precedence: 0 }
        : { type: returned, code: `${source}.returned()`, precedence: 0 };
    return { lines, result };
  }

  yieldValue(node: Extract<Expr, { kind: 'yield' }>): Value {
    const { yields, talk } = this.context;
    if (!yields) return this.unsupported('`yield` outside a function cannot be converted.', node.place);
    this.translation.evaluationOrder.noteEffect();
    const value: Value = node.value
      ? this.translation.comprehensions.keptValue(node.value)
      : { type: none, code: 'py::None', precedence: 0 };
    this.translation.types.add(yields, value.type, node.place, 'What is yielded');
    return {
      type: receivedType(talk),
      code: `(co_yield ${outOfCoroutine(coerced(value, yields.type))})`,
      precedence: 0,
    };
  }
}

/** The body of a generator, which C++ knows by its words even where no `yield` is ever reached. */
export function asCoroutine(body: readonly string[], returned: Type): string[] {
  const isKnown = body.some((line) => /\bco_(?:yield|return|await)\b/.test(line));
  return isKnown ? [...body] : [...body, endOfGenerator(returned)];
}

/** How a generator ends without a value. */
export function endOfGenerator(returned: Type): string {
  return returned.kind === 'never' || returned.kind === 'none' ? 'co_return;' : 'co_return py::None;';
}
