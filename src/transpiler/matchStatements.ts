import { Unsupported, type Expr, type Module, type Pattern, type Place, type Stmt } from './ast.ts';
import { firstFreeId, isName, rewrite, some, walk, type SyntaxNode } from './walk.ts';

type MatchStmt = Extract<Stmt, { kind: 'match' }>;

/** What a pattern asks of its subject, and the names it gives parts of it. */
interface Question {
  readonly tests: readonly Expr[];
  readonly bindings: readonly { readonly name: string; readonly value: Expr; readonly place: Place }[];
}

const builtinClasses = new Set(['int', 'float', 'str', 'bool', 'list', 'dict', 'tuple', 'set', 'bytes']);

/** A `case` with names in so many alternatives is written out for each of them. */
const MOST_OPTIONS = 16;

/** True for a pattern that gives a part of its subject a name. */
const binds = (pattern: Pattern): boolean =>
  some(
    pattern,
    (node) =>
      ['capture', 'as'].includes(node['kind'] as string) ||
      (node['kind'] === 'rest' && node['name'] !== undefined) ||
      (node['kind'] === 'mapping' && node['rest'] !== undefined),
  );

/** The patterns that one with names in its alternatives stands for, in their order. */
function optionsOf(pattern: Pattern): Pattern[] {
  const each = <T extends Pattern>(items: readonly Pattern[], make: (items: readonly Pattern[]) => T): T[] =>
    items
      .reduce<Pattern[][]>(
        (all, item) => all.flatMap((before) => optionsOf(item).map((option) => [...before, option])),
        [[]],
      )
      .map(make);
  switch (pattern.kind) {
    case 'or':
      return binds(pattern) ? pattern.options.flatMap(optionsOf) : [pattern];
    case 'as':
      return optionsOf(pattern.pattern).map((option) => ({ ...pattern, pattern: option }));
    case 'sequence':
      return each(pattern.items, (items) => ({ ...pattern, items }));
    case 'mapping':
      return each(
        pattern.items.map((item) => item.pattern),
        (items) => ({
          ...pattern,
          items: pattern.items.map((item, at) => ({ ...item, pattern: items[at] as Pattern })),
        }),
      );
    case 'class': {
      const { positional, named } = pattern;
      return each([...positional, ...named.map((item) => item.pattern)], (items) => ({
        ...pattern,
        positional: items.slice(0, positional.length),
        named: named.map((item, at) => ({ ...item, pattern: items[positional.length + at] as Pattern })),
      }));
    }
    default:
      return [pattern];
  }
}

/** True for a part of a pattern that gives something this name. */
const bindsInPattern = (node: SyntaxNode, name: string): boolean =>
  ['capture', 'as', 'rest'].includes(node['kind'] as string) ? node['name'] === name : node['rest'] === name;

class MatchWriter {
  readonly #module: Module;
  /** The types whose values patterns of sequences match. */
  readonly #sequences: readonly string[];
  #nextId: number;

  constructor(module: Module) {
    this.#module = module;
    const others = ['range', 'deque'].filter((name) => some(module.body, (node) => isName(node, name)));
    this.#sequences = ['list', 'tuple', ...others];
    this.#nextId = firstFreeId(module.body);
  }

  run(): Module {
    const change = (node: SyntaxNode): unknown =>
      node['kind'] === 'match' ? this.#match(node as unknown as MatchStmt) : { ...node, ...this.#flattened(node) };
    const body = this.#flat(rewrite(this.#module.body, change));
    return { ...this.#module, body };
  }

  /** A `match` becomes several statements, which take its place in the block it stands in. */
  #flat(body: readonly (Stmt | Stmt[])[]): Stmt[] {
    return body.flat();
  }

  #flattened(node: SyntaxNode): Record<string, unknown> {
    const blocks = ['body', 'orelse', 'finalbody'].filter((key) => Array.isArray(node[key]));
    return Object.fromEntries(blocks.map((key) => [key, this.#flat(node[key] as Stmt[])]));
  }

  #base(place: Place): { readonly id: number; readonly place: Place } {
    return { id: this.#nextId++, place };
  }

  #match({ id, subject, cases, place, leading }: MatchStmt): Stmt[] {
    const name = `subject_${place.line + 1}`;
    const isPlainName =
      subject.kind === 'name' &&
      !some(
        cases,
        (node) =>
          (['assign', 'augment', 'walrus'].includes(node['kind'] as string) &&
            some([node['target'], node['targets']], (each) => isName(each, subject.name))) ||
          bindsInPattern(node, subject.name),
      );
    const of = (): Expr =>
      isPlainName ? { ...subject, ...this.#base(place) } : { ...this.#base(place), kind: 'name', name };
    const first: Stmt[] = isPlainName
      ? []
      : [{ ...this.#base(place), leading, kind: 'assign', targets: [of()], value: subject }];
    const apart = cases.flatMap((each) => {
      const options = optionsOf(each.pattern);
      if (options.length > MOST_OPTIONS)
        throw new Unsupported('A pattern with so many alternatives cannot be converted.', each.pattern.place);
      return options.map((pattern, at) => (at === 0 ? { ...each, pattern } : this.#again({ ...each, pattern })));
    });
    // From the last to the first, each the `else` of the one before.
    const chain = [...apart].reverse().reduce<readonly Stmt[]>((otherwise, { pattern, guard, body }) => {
      const question = this.#question(pattern, of);
      const bindings = question.bindings.map((binding): Stmt => ({
        ...this.#base(binding.place),
        leading: [],
        kind: 'assign',
        targets: [{ ...this.#base(binding.place), kind: 'name', name: binding.name }],
        value: binding.value,
      }));
      const when = (tests: readonly Expr[], block: readonly Stmt[], orelse: readonly Stmt[]): readonly Stmt[] => {
        const [test, ...more] = tests;
        if (!test) return block;
        const all = more.reduce<Expr>(
          (left, right) => ({ ...this.#base(left.place), kind: 'bool-op', op: 'and', left, right }),
          test,
        );
        return [{ ...this.#base(pattern.place), leading: [], kind: 'if', test: all, body: block, orelse }];
      };
      if (guard && question.bindings.some((binding) => this.#outlives(id, binding.name))) {
        // The names keep what the pattern gave them where the guard then fails.
        if (question.tests.length === 0) return [...bindings, ...when([guard], body, otherwise)];
        if (otherwise.length === 0) return when(question.tests, [...bindings, ...when([guard], body, [])], []);
        const flag = (): Expr => ({ ...this.#base(place), kind: 'name', name: `unmatched_${pattern.place.line + 1}` });
        const set = (value: boolean): Stmt => ({
          ...this.#base(place),
          leading: [],
          kind: 'assign',
          targets: [flag()],
          value: { ...this.#base(place), kind: 'bool', value },
        });
        const found = [...bindings, ...when([guard], [set(false), ...body], [])];
        return [set(true), ...when(question.tests, found, []), ...when([flag()], otherwise, [])];
      }
      const tests = [...question.tests, ...(guard ? [this.#inWordsOfSubject(guard, question)] : [])];
      return when(tests, [...bindings, ...body], otherwise);
    }, []);
    return [...first, ...chain];
  }

  /** True when what a `case` of this `match` names is read where no `case` names it anew. */
  #outlives(match: number, name: string): boolean {
    let scope: unknown = this.#module.body;
    walk(this.#module.body, (node) => {
      const isInner = node['kind'] === 'def' && some(node['body'], (each) => each['id'] === match);
      if (isInner) scope = node['body'];
      return undefined;
    });
    let isRead = false;
    walk(scope, (node) => {
      isRead ||= isName(node, name);
      const isNamedAnew =
        'pattern' in node && 'body' in node && some(node['pattern'], (part) => bindsInPattern(part, name));
      return isNamedAnew ? false : undefined;
    });
    return isRead;
  }

  /** A guard with the parts of the subject in place of the names that the pattern gives them. */
  #inWordsOfSubject(guard: Expr, { bindings }: Question): Expr {
    return rewrite(guard, (node) => {
      const binding = bindings.find(({ name }) => isName(node, name));
      return binding ? this.#fresh(binding.value) : node;
    });
  }

  #again<T>(node: T): T {
    return rewrite(node, (each) => ('id' in each ? { ...each, id: this.#nextId++ } : each));
  }

  #fresh(node: Expr): Expr {
    return this.#again(node);
  }

  #question(pattern: Pattern, of: () => Expr): Question {
    const { place } = pattern;
    switch (pattern.kind) {
      case 'wildcard':
      case 'rest':
        return { tests: [], bindings: [] };
      case 'capture':
        return { tests: [], bindings: [{ name: pattern.name, value: of(), place }] };
      case 'as': {
        const inner = this.#question(pattern.pattern, of);
        return { ...inner, bindings: [...inner.bindings, { name: pattern.name, value: of(), place }] };
      }
      case 'value': {
        const op = ['none', 'bool'].includes(pattern.value.kind) ? 'is' : '==';
        return {
          tests: [{ ...this.#base(place), kind: 'compare', first: of(), rest: [{ op, value: pattern.value }] }],
          bindings: [],
        };
      }
      case 'or': {
        const options = pattern.options.map((option) => this.#question(option, of));
        if (options.some(({ tests }) => tests.length === 0)) return { tests: [], bindings: [] };
        const all = options.map(({ tests }) =>
          tests.reduce((left, right): Expr => ({ ...this.#base(place), kind: 'bool-op', op: 'and', left, right })),
        );
        return {
          tests: [
            all.reduce((left, right): Expr => ({ ...this.#base(place), kind: 'bool-op', op: 'or', left, right })),
          ],
          bindings: [],
        };
      }
      case 'sequence':
        return this.#sequence(pattern, of);
      case 'mapping':
        return this.#mapping(pattern, of);
      case 'class':
        return this.#instance(pattern, of);
    }
  }

  #sequence(pattern: Extract<Pattern, { kind: 'sequence' }>, of: () => Expr): Question {
    const { items, place } = pattern;
    const rest = items.findIndex(({ kind }) => kind === 'rest');
    const int = (value: number): Expr => ({ ...this.#base(place), kind: 'int', value: BigInt(value) });
    const index = (at: number): Expr => ({
      ...this.#base(place),
      kind: 'index',
      object: of(),
      index: at >= 0 ? int(at) : { ...this.#base(place), kind: 'unary', op: '-', operand: int(-at) },
    });
    const length: Expr = {
      ...this.#base(place),
      kind: 'call',
      callee: { ...this.#base(place), kind: 'name', name: 'len' },
      args: [of()],
      keywords: [],
    };
    const wanted = int(rest < 0 ? items.length : items.length - 1);
    const name = (text: string): Expr => ({ ...this.#base(place), kind: 'name', name: text });
    const isSequence: Expr = {
      ...this.#base(place),
      kind: 'call',
      callee: name('isinstance'),
      args: [of(), { ...this.#base(place), kind: 'tuple', items: this.#sequences.map(name) }],
      keywords: [],
    };
    const tests: Expr[] = [
      isSequence,
      { ...this.#base(place), kind: 'compare', first: length, rest: [{ op: rest < 0 ? '==' : '>=', value: wanted }] },
    ];
    const bindings: Question['bindings'][number][] = [];
    for (const [at, item] of items.entries()) {
      if (item.kind === 'rest') {
        if (item.name === undefined) continue;
        const after = items.length - at - 1;
        const stop: Expr | undefined = after
          ? { ...this.#base(place), kind: 'unary', op: '-', operand: int(after) }
          : undefined;
        const slice: Expr = { ...this.#base(place), kind: 'slice', start: int(at), ...(stop && { stop }) };
        const part = (object: Expr): Expr => ({ ...this.#base(place), kind: 'index', object, index: slice });
        const listOf = (item: Expr): Expr => ({
          ...this.#base(place),
          kind: 'call',
          callee: name('list'),
          args: [item],
          keywords: [],
        });
        // Of a tuple, too, it is a list. A deque has no slices.
        const value = this.#sequences.includes('deque') ? part(listOf(of())) : listOf(part(of()));
        bindings.push({ name: item.name, place: item.place, value });
        continue;
      }
      const inner = this.#question(item, () => index(rest >= 0 && at > rest ? at - items.length : at));
      tests.push(...inner.tests);
      bindings.push(...inner.bindings);
    }
    return { tests, bindings };
  }

  #mapping(pattern: Extract<Pattern, { kind: 'mapping' }>, of: () => Expr): Question {
    const { items, rest, place } = pattern;
    const test: Expr = {
      ...this.#base(place),
      kind: 'call',
      callee: { ...this.#base(place), kind: 'name', name: 'isinstance' },
      args: [of(), { ...this.#base(place), kind: 'name', name: 'dict' }],
      keywords: [],
    };
    const inner = items.map(({ key, pattern: value }) => {
      const found: Expr = {
        ...this.#base(place),
        kind: 'compare',
        first: this.#fresh(key),
        rest: [{ op: 'in', value: of() }],
      };
      const question = this.#question(value, () => ({
        ...this.#base(place),
        kind: 'index',
        object: of(),
        index: this.#fresh(key),
      }));
      return { tests: [found, ...question.tests], bindings: question.bindings };
    });
    const bindings = inner.flatMap((each) => [...each.bindings]);
    if (rest !== undefined) bindings.push({ name: rest, value: this.#withoutKeys(items, of, place), place });
    return { tests: [test, ...inner.flatMap(({ tests }) => tests)], bindings };
  }

  /** `{k: v for k, v in subject.items() if k not in (…)}`. */
  #withoutKeys(items: readonly { readonly key: Expr }[], of: () => Expr, place: Place): Expr {
    const name = (text: string): Expr => ({ ...this.#base(place), kind: 'name', name: text });
    const pairs: Expr = {
      ...this.#base(place),
      kind: 'call',
      callee: { ...this.#base(place), kind: 'attribute', object: of(), name: 'items' },
      args: [],
      keywords: [],
    };
    const conditions = items.map(({ key }): Expr => ({
      ...this.#base(place),
      kind: 'compare',
      first: name('rest_key'),
      rest: [{ op: '!=', value: this.#fresh(key) }],
    }));
    const target: Expr = { ...this.#base(place), kind: 'tuple', items: [name('rest_key'), name('rest_value')] };
    return {
      ...this.#base(place),
      kind: 'comp',
      form: 'dict',
      element: name('rest_key'),
      value: name('rest_value'),
      clauses: [{ target, iterable: pairs, conditions }],
    };
  }

  #instance(pattern: Extract<Pattern, { kind: 'class' }>, of: () => Expr): Question {
    const { type, positional, named, place } = pattern;
    const isBuiltin = type.kind === 'name' && builtinClasses.has(type.name);
    const test: Expr = {
      ...this.#base(place),
      kind: 'call',
      callee: { ...this.#base(place), kind: 'name', name: 'isinstance' },
      args: [of(), type],
      keywords: [],
    };
    const fields = type.kind === 'name' ? this.#matchFields(type.name) : [];
    const inner = [
      ...positional.map((item, at) => {
        if (isBuiltin && positional.length === 1) return this.#question(item, of);
        const name = fields[at];
        if (name === undefined) throw new Unsupported('This pattern cannot be converted: name the attributes.', place);
        return this.#question(item, () => ({ ...this.#base(place), kind: 'attribute', object: of(), name }));
      }),
      ...named.map(({ name, pattern: item }) =>
        this.#question(item, () => ({ ...this.#base(place), kind: 'attribute', object: of(), name })),
      ),
    ];
    return {
      tests: [test, ...inner.flatMap(({ tests }) => tests)],
      bindings: inner.flatMap(({ bindings }) => bindings),
    };
  }

  /** The attributes that patterns without names stand for: those of a data class, or `__match_args__`. */
  #matchFields(name: string): string[] {
    const fields: string[] = [];
    walk(this.#module.body, (node) => {
      if (node['kind'] !== 'class' || node['name'] !== name) return undefined;
      for (const member of node['body'] as Stmt[]) {
        const [target] = member.kind === 'assign' ? member.targets : [];
        if (
          member.kind === 'assign' &&
          target?.kind === 'name' &&
          target.name === '__match_args__' &&
          member.value.kind === 'tuple'
        )
          fields.push(...member.value.items.flatMap((item) => (item.kind === 'str' ? [item.value] : [])));
        // What `dataclass` makes.
        if (
          fields.length === 0 &&
          member.kind === 'def' &&
          member.name === '__init__' &&
          member.place.line === (node['place'] as Place).line
        )
          fields.push(...member.params.slice(1).map((param) => param.name));
      }
      return undefined;
    });
    return fields;
  }
}

/** Writes `match` out as `if` and `elif`. Throws Unsupported for patterns that cannot be. */
export function writeOutMatches(module: Module): Module {
  return some(module.body, ({ kind }) => kind === 'match') ? new MatchWriter(module).run() : module;
}
