import type { Expr, ForStmt, Place, Stmt } from '../ast.ts';
import { namesBoundIn } from '../flow.ts';
import { growthOf } from '../growth.ts';
import { precedence } from '../library.ts';
import { never, sameType, type Slot } from '../types.ts';
import { walk } from '../walk.ts';
import { indent } from './lines.ts';
import { isNonNegativeRange, overItems, rangeLoop } from './loopHeads.ts';
import { Part } from './part.ts';
import { assignedIn, containsBreak, namesOf, repeats } from './statementFacts.ts';

/** Translates `if`, `while` and `for`. */
export class ControlFlow extends Part {
  /** The variables that a test keeps below something. */
  limitedBy(test: Expr): Slot[] {
    if (test.kind === 'bool-op' && test.op === 'and')
      return [...this.limitedBy(test.left), ...this.limitedBy(test.right)];
    if (test.kind !== 'compare' || test.rest.length !== 1) return [];
    const [{ op, value }] = test.rest as [(typeof test.rest)[number]];
    const names: unknown[] = [];
    walk(op === '<' || op === '<=' ? test.first : op === '>' || op === '>=' ? value : [], (node) => {
      // What a call gives may be small where what it is given is not, such as the number of digits.
      if (node['kind'] === 'call') return false;
      if (node['kind'] === 'name') names.push(node);
      return undefined;
    });
    return names.flatMap((node) => this.translation.names.lookUp(node as Extract<Expr, { kind: 'name' }>)?.slot ?? []);
  }

  ifStatement(node: Extract<Stmt, { kind: 'if' }>): string[] {
    const test = this.translation.conditions.condition(node.test, precedence.choice);
    // A test of types that this signature decides leaves one side.
    if (test === 'true' || test === 'false') {
      this.#decided.add(node.id);
      return this.translation.statements.run(test === 'true' ? node.body : node.orelse);
    }
    this.#decided.delete(node.id);
    const { facts } = this.flow;
    const known = this.flow.tested(node.test);
    this.flow.learn(known.yes);
    const lines = [`if (${test}) {`, ...this.translation.statements.run(node.body).map(indent)];
    const after = { facts: this.flow.facts, dead: this.flow.dead };
    this.flow.restore(facts, false);
    this.flow.learn(known.no);
    lines.push(...this.#otherwise(node.orelse), '}');
    this.flow.merge(after.facts, after.dead);
    return lines;
  }

  /** Ids of the `if` statements that are decided for the signature in hand. */
  readonly #decided = new Set<number>();

  #otherwise(orelse: readonly Stmt[]): string[] {
    const [only] = orelse;
    if (!only) return [];
    if (
      orelse.length === 1 &&
      only.kind === 'if' &&
      !this.context.scope.hoisted.has(only.id) &&
      only.leading.length === 0
    ) {
      const [head = '', ...rest] = this.translation.statements.statement(only);
      if (!this.#decided.has(only.id)) return [`} else ${head}`, ...rest.slice(0, -1)];
      return head === '' ? [] : ['} else {', ...[head, ...rest].map(indent)];
    }
    return ['} else {', ...this.translation.statements.run(orelse).map(indent)];
  }

  loopStatement(
    header: string,
    body: readonly Stmt[],
    orelse: readonly Stmt[],
    place: Place,
    first: readonly string[] = [],
  ): string[] {
    if (orelse.length && containsBreak(body)) {
      const flag = `completed_${place.line + 1}`;
      const inner = this.translation.statements.block(body);
      // Only this loop's own `break` skips the `else`.
      const marked = markBreaks(inner, flag);
      return [
        `bool ${flag} = true;`,
        `${header} {`,
        ...first.map(indent),
        ...marked.map(indent),
        '}',
        `if (${flag}) {`,
        ...this.translation.statements.block(orelse).map(indent),
        '}',
      ];
    }
    const lines = [`${header} {`, ...first.map(indent), ...this.translation.statements.block(body).map(indent), '}'];
    return [...lines, ...this.translation.statements.block(orelse)];
  }

  forStatement(node: ForStmt): string[] {
    this.translation.loopOwned.add(node.id);
    this.flow.forget(namesBoundIn(node));
    const items = this.translation.comprehensions.iterable(node.iterable);
    const pairs = this.translation.comprehensions.bindings(node.target, items.element);
    const targets = namesOf(node.target).map((name) => ({ name, web: this.context.scope.webOf.get(name.id) }));
    targets.forEach(({ name, web }, index) => {
      const type = pairs[index]?.[1] ?? never;
      if (web === undefined) return;
      const { slot } = this.translation.names.variable(this.context, web);
      this.translation.types.add(slot, type, name.place, `\`${name.name}\``);
      const held = targets.length === 1 && 'element' in items.value.type ? items.value.type.element : undefined;
      const growth = held ? growthOf(held) : this.translation.integers.growthWithin(node.iterable);
      this.translation.integers.noteSign(slot, {
        type,
        nonNegative: isNonNegativeRange(items.range),
        growth,
      });
    });
    const own = targets.every(({ web }) => {
      const description = web === undefined ? undefined : this.context.scope.webs.get(web);
      return (
        description !== undefined &&
        description.declaration.inlineAt === node.id &&
        !this.translation.names.variable(this.context, web as number).isGlobal &&
        !this.translation.names.variable(this.context, web as number).isCell
      );
    });
    const names = targets.map(({ web }) =>
      web === undefined ? undefined : this.translation.names.variable(this.context, web),
    );
    const assignedInside = new Set(node.body.flatMap((statement) => [...assignedIn(statement)]));
    const untouched = targets.every(({ name }) => !assignedInside.has(name.name));
    const [variable] = names;
    // A variable that also holds other types is given each element as a value of its own type.
    const alike = names.every((item, index) => !item || sameType(item.slot.type, pairs[index]?.[1] ?? never));
    if (own && alike && items.range && variable && targets.length === 1 && untouched) {
      return this.loopStatement(rangeLoop(variable.cpp, items.range), node.body, node.orelse, node.place);
    }
    const flat =
      node.target.kind === 'name' ||
      (items.element.kind === 'tuple' &&
        (node.target.kind === 'tuple' || node.target.kind === 'list') &&
        node.target.items.every((item) => item.kind === 'name'));
    if (own && alike && flat && !repeats(targets.map(({ name }) => name.name))) {
      const binding =
        node.target.kind === 'name' ? (variable?.cpp ?? '') : `[${names.map((item) => item?.cpp ?? '').join(', ')}]`;
      return this.loopStatement(overItems(`auto ${binding}`, items.value), node.body, node.orelse, node.place);
    }
    const item = `item_${node.place.line + 1}`;
    return this.loopStatement(
      overItems(`const auto& ${item}`, items.value),
      node.body,
      node.orelse,
      node.place,
      this.translation.assignments.unpack(
        node.target,
        { type: items.element, code: item, precedence: 0, nonNegative: isNonNegativeRange(items.range) },
        node.id,
      ),
    );
  }
}

/** Sets the flag to false before each `break` of this loop; those of inner loops are indented behind a loop's header. */
function markBreaks(lines: readonly string[], flag: string): string[] {
  const inner: number[] = [];
  return lines.flatMap((line) => {
    const depth = line.length - line.trimStart().length;
    while (inner.length && depth <= (inner.at(-1) as number)) inner.pop();
    if (/^\s*(for|while) \(.*\{(?:\s*\/\/.*)?$/.test(line)) inner.push(depth);
    const own = /^\s*break;/.test(line) && inner.length === 0;
    return own ? [`${' '.repeat(depth)}${flag} = false;`, line] : [line];
  });
}
