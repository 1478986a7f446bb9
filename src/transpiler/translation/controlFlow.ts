import type { CallExpr, Expr, ForStmt, Stmt } from '../ast.ts';
import { namesBoundIn } from '../flow.ts';
import { growthOf } from '../growth.ts';
import { precedence } from '../library.ts';
import { never, sameType, type Slot } from '../types.ts';
import { some, walk } from '../walk.ts';
import { indent } from './lines.ts';
import { isNonNegativeRange, namedParts, overItems, rangeLoop } from './loopHeads.ts';
import { Part } from './part.ts';
import { isNeverTrue } from './conditions.ts';
import { isHeldGenerator, loopVariable } from './typeKinds.ts';
import { assignedIn, containsBreak, namesOf, repeats } from './statementFacts.ts';

/** What a body touches that may change any container. */
const ANY: ReadonlySet<string> = new Set('*');

/** True for a test that calls something other than a question for a type. */
const mayDoSomething = (test: Expr): boolean =>
  some(test, (node) => {
    const callee = node['kind'] === 'call' ? (node['callee'] as Expr) : undefined;
    return (
      node['kind'] === 'walrus' || (callee !== undefined && !(callee.kind === 'name' && callee.name === 'isinstance'))
    );
  });

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
    const { ranges } = this.translation;
    const test = ranges.head(() => this.translation.conditions.condition(node.test, precedence.choice));
    // A test of types that this signature decides leaves one side.
    if (test === 'true' || test === 'false') {
      this.#decided.add(node.id);
      return this.translation.statements.run(test === 'true' ? node.body : node.orelse);
    }
    if (isNeverTrue(test) && !mayDoSomething(node.test)) {
      this.#decided.add(node.id);
      return this.translation.statements.run(node.orelse);
    }
    this.#decided.delete(node.id);
    const { facts } = this.flow;
    const known = this.flow.tested(node.test);
    this.flow.learn(known.yes);
    const body = ranges.during(node.test, true, () => this.translation.statements.run(node.body));
    const lines = [`if (${test}) {`, ...body.map(indent)];
    const after = { facts: this.flow.facts, dead: this.flow.dead };
    this.flow.restore(facts, false);
    this.flow.learn(known.no);
    lines.push(...ranges.during(node.test, false, () => this.#otherwise(node.orelse)), '}');
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

  /**
   * A loop with its `else`; the head is told which containers the body may change, by what they hold. `begin` translates what
   * each turn begins with: what it gives to variables, they need not have behind the loop.
   */
  loopStatement(
    header: (touched: ReadonlySet<string>) => string,
    { body, orelse, place }: Pick<ForStmt, 'body' | 'orelse' | 'place'>,
    begin: () => readonly string[] = () => [],
  ): string[] {
    const { facts } = this.flow;
    const first = begin();
    const { result: inner, touched } = this.translation.evaluationOrder.touching(() =>
      this.translation.statements.block(body),
    );
    this.flow.restore(facts, false);
    const loop = (lines: readonly string[]): string[] => {
      const parts = namedParts(header(touched), lines.join('\n'), `item_${place.line + 1}`);
      return [`${parts.head} {`, ...[...parts.first, ...first, ...lines].map(indent), '}'];
    };
    if (!orelse.length || !containsBreak(body)) return [...loop(inner), ...this.translation.statements.block(orelse)];
    const flag = `completed_${place.line + 1}`;
    // Only this loop's own `break` skips the `else`.
    return [
      `bool ${flag} = true;`,
      ...loop(markBreaks(inner, flag)),
      `if (${flag}) {`,
      ...this.translation.statements.block(orelse).map(indent),
      '}',
    ];
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
      const [first, second] = (node.iterable as CallExpr).args;
      const end = second ?? first;
      const isFixed =
        this.translation.names.isSteady(end) && !(end?.kind === 'name' && namesBoundIn(node).has(end.name));
      if (items.range.length < 3) this.translation.counters.add(variable);
      this.translation.ranges.count(variable, items.range);
      return this.loopStatement(() => rangeLoop(variable.cpp, items.range ?? [], isFixed), node);
    }
    const flat =
      node.target.kind === 'name' ||
      (items.element.kind === 'tuple' &&
        (node.target.kind === 'tuple' || node.target.kind === 'list') &&
        node.target.items.every((item) => item.kind === 'name'));
    if (own && alike && flat && !repeats(targets.map(({ name }) => name.name))) {
      const binding =
        node.target.kind === 'name' ? (variable?.cpp ?? '') : `[${names.map((item) => item?.cpp ?? '').join(', ')}]`;
      const isShared = names.some((each) => each && this.translation.aliased.has(each.slot));
      const mayChange =
        isShared ||
        !untouched ||
        this.context.yields !== undefined ||
        this.#replaces(node) ||
        isHeldGenerator(node.iterable, items.value.type);
      return this.loopStatement(
        (touched) => overItems(loopVariable(items.element, binding, mayChange ? ANY : touched), items.value),
        node,
      );
    }
    const item = `item_${node.place.line + 1}`;
    return this.loopStatement(
      () => overItems(`const auto& ${item}`, items.value),
      node,
      // Nothing is ever gone through, and the variables of types that nothing tells are not declared.
      () =>
        names.some((each) => each?.slot.type.kind === 'never' && !each.isGlobal)
          ? []
          : this.translation.assignments.unpack(
              node.target,
              { type: items.element, code: item, precedence: 0, nonNegative: isNonNegativeRange(items.range) },
              node.id,
            ),
    );
  }

  /** True when the body of a loop gives something else to a name out of which it takes what it goes over. */
  #replaces(loop: ForStmt): boolean {
    const bound = namesBoundIn(loop.body);
    return some(loop.iterable, ({ kind, name }) => kind === 'name' && bound.has(String(name)));
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
