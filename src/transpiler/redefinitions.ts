import type { Module, Stmt } from './ast.ts';
import { namesAssignedIn, namesUsedAsValues } from './scopeNames.ts';
import { isName, ownName, rewrite, some, targetNames, walk, type SyntaxNode } from './walk.ts';

type Definition = Extract<Stmt, { kind: 'def' | 'class' }>;

const isDefinition = (statement: Stmt): statement is Definition =>
  statement.kind === 'def' || statement.kind === 'class';

/** Places of a statement at which a name is read or bound: now, or whenever a function in it is called. */
interface Mentions {
  readonly now: ReadonlySet<string>;
  readonly later: ReadonlySet<string>;
}

/** The names of a statement; bodies of functions and lambdas run later. */
function mentionsOf(statement: Stmt): Mentions {
  const now = new Set<string>();
  const later = new Set<string>();
  const visit = (item: unknown, isLater: boolean): void => {
    walk(item, (node) => {
      if (node['kind'] === 'name') (isLater ? later : now).add(node['name'] as string);
      if (node['kind'] !== 'def' && node['kind'] !== 'lambda') return undefined;
      const { body, ...head } = node;
      visit(Object.values(head), isLater);
      visit(body, true);
      return false;
    });
  };
  visit(statement, false);
  return { now, later };
}

/**
 * Gives functions and classes that are defined several times at the top of a module names of their own, where it is plain which of
 * them each use means. Others are left as they are, and refused where they stand.
 */
export function nameRedefinitions(module: Module): Module {
  const { body } = module;
  const defined = body.filter(isDefinition).map(({ name }) => name);
  const candidates = [...new Set(defined)].filter(
    (name) =>
      defined.indexOf(name) < defined.lastIndexOf(name) ||
      body.some((each) => !isDefinition(each) && namesAssignedIn([each]).has(name)),
  );
  if (candidates.length === 0) return module;
  const mentions = body.map(mentionsOf);
  return candidates.reduce((current, name) => new Renamer(current, mentions, name).run(), module);
}

/** Finds out which definition of one name each use means. */
class Renamer {
  readonly #module: Module;
  readonly #mentions: readonly Mentions[];
  readonly #name: string;
  /** The statements that begin a new meaning of the name. */
  readonly #starts: readonly number[];

  constructor(module: Module, mentions: readonly Mentions[], name: string) {
    this.#module = module;
    this.#mentions = mentions;
    this.#name = name;
    const { body } = module;
    const binds = (at: number): boolean => {
      const statement = body[at] as Stmt;
      return isDefinition(statement) ? statement.name === name : namesAssignedIn([statement]).has(name);
    };
    const all = body.flatMap((_, at) => (binds(at) ? [at] : []));
    // One variable that is given several values stays one.
    this.#starts = all.filter(
      (at, index) =>
        isDefinition(body[at] as Stmt) || index === 0 || isDefinition(body[all[index - 1] as number] as Stmt),
    );
  }

  run(): Module {
    const { body } = this.#module;
    if (this.#starts.length < 2 || this.#isBoundElsewhere()) return this.#module;
    const bodies = body.map((statement, at) => this.#meaningInBodies(statement, at));
    const first = this.#mentions.findIndex(({ now, later }) => now.has(this.#name) || later.has(this.#name));
    if (bodies.includes('several') || (first >= 0 && first < (this.#starts[0] as number))) return this.#module;
    return {
      ...this.#module,
      body: body.map((statement, at) => {
        // A definition's own decorators and defaults, and the right side of an assignment, see what was there before.
        const before = this.#meaningAt(at);
        const own = this.#starts.includes(at) ? this.#starts.indexOf(at) : before;
        return this.#renamed(statement, before, own, bodies[at] as number);
      }),
    };
  }

  /** Which meaning the name has when a statement begins. */
  #meaningAt(at: number): number {
    return this.#starts.findLastIndex((start) => start < at);
  }

  #nameOf(meaning: number): string {
    return meaning <= 0 ? this.#name : `${this.#name}_v${meaning + 1}`;
  }

  /** True where something other than the statements that are known gives the name a value, or one of the new names is taken. */
  #isBoundElsewhere(): boolean {
    const { body } = this.#module;
    const taken = new Set(this.#starts.map((_, meaning) => this.#nameOf(meaning)).slice(1));
    return body.some((statement) => {
      // What else gives a variable its first value reads and writes it in one go.
      const isStart = this.#starts.includes(body.indexOf(statement));
      if (isStart && !isDefinition(statement) && statement.kind !== 'assign' && statement.kind !== 'annotate')
        return true;
      if (statement.kind === 'import' || statement.kind === 'import-from')
        return statement.names.some((each) => (each.as ?? ('name' in each ? each.name : each.module)) === this.#name);
      let found = false;
      const members = new Set<unknown>();
      walk(statement, (node) => {
        if (node['kind'] === 'class' && Array.isArray(node['body']))
          for (const member of node['body']) members.add(member);
      });
      const isMember = [...members].some((member) => ownName(member as SyntaxNode) === this.#name);
      if (isMember && this.#mentions[body.indexOf(statement)]?.now.has(this.#name)) return true;
      const visit = (node: SyntaxNode): boolean => {
        if (typeof node['name'] === 'string' && taken.has(node['name'])) found = true;
        if (node['kind'] === 'global' && (node['names'] as string[]).includes(this.#name)) found = true;
        // Names of parameters, handlers and inner definitions are others; telling them apart is not worth it.
        const own = (node as unknown) === statement || members.has(node) ? undefined : ownName(node);
        if (own === this.#name && !isKeywordArgument(node)) found = true;
        if (node['kind'] === 'delete') targetsOf(node, (name) => (found ||= name === this.#name));
        const isOther = isDefinition(statement) && (node as unknown) !== statement;
        if (isOther && ['for', 'assign', 'augment', 'walrus', 'annotate'].includes(String(node['kind'])))
          targetsOf(node, (name) => (found ||= name === this.#name));
        if (Array.isArray(node['clauses']))
          for (const clause of node['clauses'] as SyntaxNode[])
            targetsOf(clause, (name) => (found ||= name === this.#name));
        return !found;
      };
      walk(statement, visit);
      return found;
    });
  }

  /** The meaning that the name has in the bodies of the functions of a statement: that of the moments at which they may run. */
  #meaningInBodies(statement: Stmt, at: number): number | 'several' {
    const here = this.#mentions[at] as Mentions;
    if (!here.later.has(this.#name)) return 0;
    const { body } = this.#module;
    const isStart = this.#starts.includes(at);
    const tainted = new Set<string>();
    const moments = new Set<number>();
    if (isDefinition(statement)) {
      if (!isStart) tainted.add(statement.name);
    } else {
      moments.add(this.#meaningAt(at));
      for (const name of namesAssignedIn([statement])) tainted.add(name);
    }
    const own = isStart ? this.#starts.indexOf(at) : undefined;
    const variables = namesAssignedIn(body);
    // The first round may find that a variable of an earlier statement leads here as well.
    for (let size = -1; size !== tainted.size;) {
      size = tainted.size;
      body.forEach((other, index) => {
        if (index <= at) return;
        const { now, later } = this.#mentions[index] as Mentions;
        const means = (names: ReadonlySet<string>, meaning: number | undefined): boolean =>
          (own !== undefined && names.has(this.#name) && (meaning === undefined || meaning === own)) ||
          [...tainted].some((name) => names.has(name));
        if (isDefinition(other)) {
          if (other.name === this.#name) {
            if (other.kind === 'class' && means(now, this.#meaningAt(index))) moments.add(this.#meaningAt(index));
            return;
          }
          if (means(now, this.#meaningAt(index)) || means(later, undefined)) tainted.add(other.name);
          return;
        }
        if (!means(now, this.#meaningAt(index)) && !means(later, undefined)) return;
        moments.add(this.#meaningAt(index));
        // What the name stands for from now on may be what it stood for before, or something that calls it.
        if (this.#starts.includes(index) && (handsOn(other, this.#name) || hasFunctions(statement)))
          moments.add(this.#starts.indexOf(index));
        // What the statement gives values, or hands what it uses to, may lead here from now on.
        for (const name of namesAssignedIn([other])) if (name !== this.#name) tainted.add(name);
        for (const name of now) if (variables.has(name) && name !== this.#name && keeps(other, name)) tainted.add(name);
      });
    }
    if (moments.size > 1) return 'several';
    const [only] = moments;
    return only ?? own ?? this.#meaningAt(at);
  }

  /** A statement with the name in its three meanings: before it, as it binds it, and in the bodies of its functions. */
  #renamed(statement: Stmt, before: number, own: number, inBodies: number): Stmt {
    const to =
      (meaning: number) =>
      (node: SyntaxNode): unknown =>
        isName(node, this.#name) ? { ...node, name: this.#nameOf(meaning) } : node;
    const visit = (item: unknown, isLater: boolean): unknown => {
      if (Array.isArray(item)) return item.map((each: unknown) => visit(each, isLater));
      if (typeof item !== 'object' || item === null) return item;
      const node = item as SyntaxNode;
      const isFunction = node['kind'] === 'def' || node['kind'] === 'lambda';
      const copy = Object.fromEntries(
        Object.entries(node).map(([key, value]) => [
          key,
          key === 'place' ? value : visit(value, isLater || (isFunction && key === 'body')),
        ]),
      );
      return to(isLater ? inBodies : before)(copy);
    };
    const changed = visit(statement, false) as Stmt;
    if (own === before && !this.#bindsHere(statement)) return changed;
    if (isDefinition(changed)) {
      if (changed.name !== this.#name || own <= 0) return changed;
      return { ...changed, name: this.#nameOf(own), shownName: changed.shownName ?? changed.name };
    }
    if (changed.kind === 'annotate')
      return { ...changed, target: rewrite((statement as typeof changed).target, to(own)) };
    if (changed.kind !== 'assign') return changed;
    return { ...changed, targets: rewrite((statement as typeof changed).targets, to(own)) };
  }

  #bindsHere(statement: Stmt): boolean {
    return isDefinition(statement) ? statement.name === this.#name : namesAssignedIn([statement]).has(this.#name);
  }
}

/** True where a name stands for a value, and not only for what is called. */
function handsOn(statement: Stmt, name: string): boolean {
  return namesUsedAsValues(statement.kind === 'assign' ? [{ ...statement, targets: [] }] : [statement]).has(name);
}

/** True for a definition with functions in its body. */
const hasFunctions = (statement: Stmt): boolean =>
  isDefinition(statement) && some(statement.body, ({ kind }) => kind === 'def' || kind === 'lambda');

/** True for a keyword of a call, whose name is one of the function's parameters. */
const isKeywordArgument = (node: SyntaxNode): boolean => !('kind' in node) && !('types' in node);

function targetsOf(node: SyntaxNode, add: (name: string) => void): void {
  targetNames(node['target'], add);
  (node['targets'] as unknown[] | undefined)?.forEach((target) => targetNames(target, add));
}

/** True where a statement may put something into what a variable holds: it calls a method of it, or hands it on. */
function keeps(statement: Stmt, name: string): boolean {
  return some(statement, (node) => {
    if (node['kind'] !== 'call') return false;
    const { callee, args } = node as { readonly callee?: SyntaxNode; readonly args?: readonly SyntaxNode[] };
    const isPrint = callee !== undefined && isName(callee, 'print');
    const object = callee?.['kind'] === 'attribute' ? (callee['object'] as SyntaxNode) : undefined;
    return (
      (object !== undefined && isName(object, name)) || (!isPrint && (args ?? []).some((each) => isName(each, name)))
    );
  });
}
