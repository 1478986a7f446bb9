import {
  analyseNames,
  builtinChangesArguments,
  importedNames,
  isHarmlessBuiltin,
  mayChangeObject,
  type CallFact,
  type NameFacts,
} from './scope.ts';
import { definitionOf, fieldOf, statementsOf, type SyntaxNode } from './syntaxTree.ts';

/** A statement that runs when the module runs. */
export interface Statement {
  readonly node: SyntaxNode;
  /** True when it runs only as the main program. */
  readonly guarded: boolean;
}

/** What a slice holds, in the order of the text. */
export interface Slice {
  readonly statements: readonly { readonly statement: Statement; readonly importNames?: ReadonlySet<string> }[];
  readonly unresolved: ReadonlySet<string>;
  readonly usesDynamicNames: boolean;
}

const importTypes = new Set(['import_statement', 'import_from_statement', 'future_import_statement']);
/** True for `if __name__ == "__main__":` without an `else`. */
export function isMainGuard(node: SyntaxNode, text: string): boolean {
  if (node.type !== 'if_statement' || fieldOf(node, 'alternative')) return false;
  const condition = fieldOf(node, 'condition');
  return (
    condition !== undefined &&
    /^\(?\s*(?:__name__\s*==\s*(["'])__main__\1|(["'])__main__\2\s*==\s*__name__)\s*\)?$/.test(
      text.slice(condition.start, condition.end),
    )
  );
}

/** Who binds and who changes the names of a module. Statements are analysed when first asked about. */
export class ModuleNames {
  readonly #text: string;
  readonly #statements: Statement[] = [];
  readonly #facts = new Map<SyntaxNode, NameFacts>();
  readonly #binders = new Map<string, Statement[]>();
  readonly #origins = new Map<string, Set<string>>();
  readonly #changes = new Map<Statement, ReadonlySet<string>>();
  readonly #seeds: ReadonlySet<SyntaxNode>;
  #sharing: ReadonlyMap<string, ReadonlySet<string>> | undefined;

  constructor(root: SyntaxNode, text: string, seeds: readonly SyntaxNode[]) {
    this.#text = text;
    this.#seeds = new Set(seeds);
    for (const node of statementsOf(root)) {
      const body =
        node.type === 'if_statement' &&
        !this.#seeds.has(node) &&
        isMainGuard(node, text) &&
        fieldOf(node, 'consequence');
      if (body) for (const inner of statementsOf(body)) this.#statements.push({ node: inner, guarded: true });
      else if (node.type !== 'ERROR') this.#statements.push({ node, guarded: false });
    }
    // Statements of an inner block stand for themselves, beside the statement they were cut out of.
    for (const node of seeds)
      if (!this.#statements.some((item) => item.node === node)) this.#statements.push({ node, guarded: false });
    for (const statement of this.#statements) {
      for (const name of this.#bound(statement.node)) {
        const list = this.#binders.get(name);
        if (list) list.push(statement);
        else this.#binders.set(name, [statement]);
      }
      if (!importTypes.has(statement.node.type)) continue;
      for (const imported of importedNames(statement.node, text)) {
        const origins = this.#origins.get(imported.name) ?? new Set();
        this.#origins.set(imported.name, origins.add(imported.module));
      }
    }
  }

  /** All that the seeds need, transitively. Assignments and changes that come after `limit` do not count. */
  reach(seeds: readonly SyntaxNode[], limit: number, needed: ReadonlySet<string> | undefined): Slice {
    const taken = new Map<Statement, Set<string> | undefined>();
    const names = new Set<string>();
    const unresolved = new Set<string>();
    const cutFrom = this.#statements.filter(
      (item) =>
        !this.#seeds.has(item.node) && seeds.some((seed) => item.node.start <= seed.start && seed.end <= item.node.end),
    );
    const allowGuarded = this.#statements.some((item) => item.guarded && this.#seeds.has(item.node));
    let usesDynamicNames = false;
    const queue: string[] = [];
    const want = (list: Iterable<string>): void => {
      for (const name of list) {
        if (names.has(name)) continue;
        names.add(name);
        queue.push(name);
      }
    };
    const take = (statement: Statement, name?: string): void => {
      if (importTypes.has(statement.node.type) && name !== undefined) {
        const kept = taken.get(statement) ?? new Set();
        taken.set(statement, kept.add(name));
        return;
      }
      if (taken.has(statement) || cutFrom.includes(statement)) return;
      taken.set(statement, undefined);
      const facts = this.#factsOf(statement.node);
      usesDynamicNames ||= facts.usesDynamicNames;
      want(this.#seeds.has(statement.node) && needed ? [...facts.uses].filter((use) => needed.has(use)) : facts.uses);
      // What a taken statement binds may be changed by others before it is read.
      if (!definitionOf(statement.node) && !this.#seeds.has(statement.node)) want(facts.binds);
    };
    for (const statement of this.#statements) {
      if (this.#seeds.has(statement.node)) take(statement);
      const node = statement.node;
      const wildcard =
        node.type === 'import_from_statement' && node.children.some((child) => child.type === 'wildcard_import');
      if (wildcard || node.type === 'future_import_statement') taken.set(statement, undefined);
    }
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      this.#resolve(name, limit, allowGuarded, take, unresolved);
    }
    const statements = [...taken]
      .map(([statement, importNames]) => ({ statement, ...(importNames ? { importNames } : {}) }))
      .sort((a, b) => a.statement.node.start - b.statement.node.start);
    return { statements, unresolved, usesDynamicNames };
  }

  #resolve(
    name: string,
    limit: number,
    allowGuarded: boolean,
    take: (statement: Statement, name?: string) => void,
    unresolved: Set<string>,
  ): void {
    const all = this.#binders.get(name) ?? [];
    const early = all.filter(
      (item) => item.node.start < limit || definitionOf(item.node) !== undefined || importTypes.has(item.node.type),
    );
    const inTime = early.length ? early : all;
    const open = inTime.filter((item) => !item.guarded || allowGuarded);
    const binders = open.length ? open : inTime;
    if (binders.length === 0) unresolved.add(name);
    for (const binder of binders) take(binder, name);
    if (all.length === 0) return;
    const origins = this.#origins.get(name);
    for (const statement of this.#statements) {
      if (statement.node.start >= limit || (statement.guarded && !allowGuarded)) continue;
      if (definitionOf(statement.node) || importTypes.has(statement.node.type)) continue;
      const changes = this.#changesOf(statement);
      const changesModule = origins && [...origins].some((origin) => changes.has(`import ${origin}`));
      if (changesModule || (!origins && changes.has(name))) take(statement);
    }
  }

  /** The names whose objects a statement changes when it runs, through what it calls too; `import m` stands for the state of module m. */
  #changesOf(statement: Statement): ReadonlySet<string> {
    const known = this.#changes.get(statement);
    if (known) return known;
    const facts = this.#factsOf(statement.node);
    const changes = new Set([...facts.mutates].filter((name) => !this.#origins.has(name)));
    const seen = new Set<SyntaxNode>();
    for (const call of facts.calls) this.#addEffects(call, changes, seen);
    // A function made in a statement, such as a lambda, may be called there.
    if (!definitionOf(statement.node)) for (const name of facts.deferredMutates) changes.add(name);
    this.#sharing ??= this.#findSharing();
    for (const name of [...changes]) for (const other of this.#sharing.get(name) ?? []) changes.add(other);
    this.#changes.set(statement, changes);
    return changes;
  }

  /** For each name the names that may reach the same object: by assignment, in a container, or kept by a call. */
  #findSharing(): Map<string, Set<string>> {
    const groups = new Map<string, Set<string>>();
    const share = (names: readonly string[]): void => {
      const [first, ...rest] = names.filter((name) => !this.#origins.has(name) && !this.#isPlain(name));
      if (first === undefined) return;
      let group = groups.get(first) ?? new Set([first]);
      groups.set(first, group);
      for (const name of rest) {
        let other: ReadonlySet<string> = groups.get(name) ?? new Set([name]);
        if (other === group) continue;
        if (other.size > group.size) {
          const larger = groups.get(name) ?? group;
          other = group;
          group = larger;
        }
        for (const member of other) {
          group.add(member);
          groups.set(member, group);
        }
      }
    };
    for (const { node } of this.#statements) {
      if (definitionOf(node)) continue;
      const facts = this.#factsOf(node);
      for (const pair of facts.aliases) share(pair);
      for (const call of facts.calls) {
        const keeps = call.method === undefined ? !isHarmlessBuiltin(call) : mayChangeObject(call.method);
        if (!keeps) continue;
        const touched = this.#callees(call).flatMap((definition) => [...this.#factsOf(definition).deferredMutates]);
        const roots = call.method !== undefined && call.root !== undefined ? [call.root] : [];
        share([...roots, ...call.argumentRoots, ...touched]);
      }
    }
    return groups;
  }

  /** True for a name that only ever stands for numbers, strings and the like, which nothing can change. */
  #isPlain(name: string): boolean {
    const binders = this.#binders.get(name) ?? [];
    return (
      binders.length > 0 &&
      binders.every(({ node }) => {
        if (definitionOf(node)) return true;
        const assignment = node.type === 'expression_statement' ? node.children[0] : undefined;
        const right = assignment?.type === 'assignment' ? fieldOf(assignment, 'right') : undefined;
        return right !== undefined && isPlainValue(right);
      })
    );
  }

  #addEffects(call: CallFact, changes: Set<string>, seen: Set<SyntaxNode>): void {
    if (call.root !== undefined && call.isStatement) {
      for (const origin of this.#origins.get(call.root) ?? []) changes.add(`import ${origin}`);
    }
    const definitions = this.#callees(call);
    if (definitions.length === 0) {
      const builtin = call.root !== undefined && !this.#binders.has(call.root) && call.method === undefined;
      const harmless = builtin
        ? !builtinChangesArguments(call.root ?? '')
        : isHarmlessBuiltin(call) || (call.method !== undefined && !mayChangeObject(call.method));
      // A library's function called for its value (math.sqrt) is taken as harmless; one called for its effect (random.shuffle) is not.
      const libraryForValue = call.root !== undefined && this.#origins.has(call.root) && !call.isStatement;
      if (!harmless && !libraryForValue) for (const name of call.argumentRoots) changes.add(name);
      return;
    }
    for (const definition of definitions) {
      const facts = this.#factsOf(definition);
      if (facts.changesArguments) {
        for (const name of call.argumentRoots) changes.add(name);
        if (call.method !== undefined && call.root !== undefined) changes.add(call.root);
      }
      if (seen.has(definition)) continue;
      seen.add(definition);
      for (const name of facts.deferredMutates) changes.add(name);
      for (const inner of facts.deferredCalls) this.#addEffects(inner, changes, seen);
    }
  }

  #callees(call: CallFact): SyntaxNode[] {
    if (call.method === undefined) {
      const binders = call.root === undefined ? [] : (this.#binders.get(call.root) ?? []);
      return binders.map((item) => item.node).filter((node) => definitionOf(node));
    }
    const method = call.method;
    return this.#statements
      .map((item) => item.node)
      .filter((node) => definitionOf(node)?.type === 'class_definition' && this.#factsOf(node).methodNames.has(method));
  }

  #factsOf(node: SyntaxNode): NameFacts {
    let facts = this.#facts.get(node);
    if (!facts) this.#facts.set(node, (facts = analyseNames([node], this.#text)));
    return facts;
  }

  #bound(node: SyntaxNode): Iterable<string> {
    const name = definitionOf(node) && fieldOf(definitionOf(node) ?? node, 'name');
    return name ? [this.#text.slice(name.start, name.end).normalize('NFKC')] : this.#factsOf(node).binds;
  }
}

function isPlainValue(node: SyntaxNode): boolean {
  if (/^(integer|float|string|true|false|none|comparison_operator|not_operator)$/.test(node.type)) return true;
  if (!/^(unary_operator|binary_operator|parenthesized_expression)$/.test(node.type)) return false;
  return node.children.every((child) => !child.named || isPlainValue(child));
}
