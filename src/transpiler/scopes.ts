import type { Expr, Param, Pattern, Stmt } from './ast.ts';
import { freeNames, namesAssignedIn, namesInLambdas, namesUsedAsValues } from './scopeNames.ts';
import { EarlyReads } from './earlyReads.ts';
import { some } from './walk.ts';

/** Where one web of a variable is declared in C++. */
export interface Declaration {
  /** Declared by this very assignment, loop or handler. */
  readonly inlineAt?: number;
  /** Declared before this statement. */
  readonly before?: number;
}

/** A variable, or one of several independent lives of one name. */
export interface Web {
  readonly id: number;
  readonly name: string;
  readonly declaration: Declaration;
  readonly isParam: boolean;
  /** True when it is used somewhere where it may have no value yet. */
  readonly maybeUnbound: boolean;
  /** Number of places that assign it. */
  readonly assignments: number;
}

/** What names mean inside one function body (or the module). */
export interface Scope {
  readonly webs: ReadonlyMap<number, Web>;
  /** Which web a name node or binding belongs to. */
  readonly webOf: ReadonlyMap<number, number>;
  readonly locals: ReadonlySet<string>;
  readonly globals: ReadonlySet<string>;
  readonly nonlocals: ReadonlySet<string>;
  /** Names of this scope that inner functions use. */
  readonly captured: ReadonlySet<string>;
  /** Names of this scope that inner functions assign. */
  readonly assignedInside: ReadonlySet<string>;
  /** Names that lambdas of this body use. */
  readonly usedInLambdas: ReadonlySet<string>;
  readonly webByName: ReadonlyMap<string, number>;
  /** Webs to declare before a statement. */
  readonly hoisted: ReadonlyMap<number, readonly number[]>;
  /** Uses of a variable that may not have been given a value there. */
  readonly maybeUnbound: ReadonlySet<number>;
  /** Uses of a variable that certainly has none there. */
  readonly neverBound: ReadonlySet<number>;
  /** Names that an inner function is used by other than by calling it. */
  readonly valueNames: ReadonlySet<string>;
}

interface Step {
  readonly block: number;
  readonly loop: boolean;
  index: number;
  statement: number;
}

interface Occurrence {
  readonly def: number;
  readonly path: readonly Step[];
  /** Statement that assigns the name by itself, unconditionally. */
  readonly inline?: number;
}

let nextWeb = 1;

/** Stands for no definition at all among those that reach a use. */
const unbound = 0;

/** The definitions that reach a place, by name. */
type Env = Map<string, Set<number>>;

/** What was found of a body, with the parameters that it had. */
const analyzed = new WeakMap<readonly Stmt[], { readonly params: readonly Param[]; readonly scope: Scope }>();

/** Splits each local variable into webs: definitions that reach a common use are one variable. */
export function analyzeScope(params: readonly Param[], body: readonly Stmt[], isModule = false): Scope {
  const known = analyzed.get(body);
  // A program is translated several times in search of types, which change nothing here.
  if (known?.params.length === params.length && known.params.every((param, index) => isAlike(param, params[index])))
    return known.scope;
  const scope = new ScopeAnalysis(params, body, isModule).scope();
  analyzed.set(body, { params, scope });
  return scope;
}

function isAlike(param: Param, other: Param | undefined): boolean {
  return param.id === other?.id && param.name === other.name && param.byReference === other.byReference;
}

/** Follows control through a body, and which definitions of a variable reach each of its uses. */
class ScopeAnalysis {
  readonly #earlyReads: EarlyReads | undefined;
  readonly #params: readonly Param[];
  readonly #body: readonly Stmt[];
  readonly #captured = new Set<string>();
  readonly #assignedInside = new Set<string>();
  /** Names that are one variable throughout, not one for each of its lives. */
  readonly #whole: ReadonlySet<string>;
  readonly #globals = new Set<string>();
  readonly #nonlocals = new Set<string>();
  readonly #locals: Set<string>;
  readonly #assigned: ReadonlySet<string>;
  /** The inner functions of a function. */
  readonly #defined: ReadonlySet<string>;
  /** How many lambdas the use in hand stands in. */
  #lambdas = 0;
  readonly #parents = new Map<number, number>();
  readonly #names = new Map<number, string>();
  readonly #occurrences: Occurrence[] = [];
  readonly #defOfNode = new Map<number, number>();
  readonly #paramDefs = new Map<string, number>();
  readonly #single = new Map<string, number>();
  readonly #hidden: Set<string>[] = [];
  #nextDef = 1;
  readonly #maybeUnbound = new Set<number>();
  readonly #neverBound = new Set<number>();
  readonly #unboundDefs = new Set<number>();
  /** Names that only functions give a value. */
  readonly #declared = new Set<string>();
  #nextBlock = 1;
  readonly #path: Step[] = [];
  #env: Env = new Map();
  #breaks: Env[] = [];
  #continues: Env[] = [];
  #dead = false;

  constructor(params: readonly Param[], body: readonly Stmt[], isModule: boolean) {
    this.#earlyReads = isModule ? new EarlyReads(body) : undefined;
    this.#params = params;
    this.#body = body;
    freeNames(body, this.#captured, this.#assignedInside);
    this.#whole = new Set([
      ...this.#captured,
      ...params.filter(({ byReference }) => byReference).map(({ name }) => name),
    ]);
    this.#locals = new Set(params.map((param) => param.name));
    this.#assigned = namesAssignedIn(body);
    this.#defined = new Set(isModule ? [] : body.flatMap((each) => (each.kind === 'def' ? [each.name] : [])));
  }

  /** Reads the whole body, and tells what was found. */
  scope(): Scope {
    for (const name of this.#assigned) this.#env.set(name, new Set([unbound]));
    for (const param of this.#params) {
      const def = this.#nextDef++;
      this.#parents.set(def, def);
      this.#names.set(def, param.name);
      this.#paramDefs.set(param.name, def);
      if (this.#whole.has(param.name)) this.#single.set(param.name, def);
      this.#env.set(param.name, new Set([def]));
      this.#defOfNode.set(param.id, def);
    }
    this.#block(this.#body);
    const byRoot = new Map<number, Occurrence[]>();
    for (const occurrence of this.#occurrences) {
      const root = this.#find(occurrence.def);
      const list = byRoot.get(root);
      if (list) list.push(occurrence);
      else byRoot.set(root, [occurrence]);
    }
    const unboundRoots = new Set([...this.#unboundDefs].map((each) => this.#find(each)));
    const paramRoots = new Set([...this.#paramDefs.values()].map((each) => this.#find(each)));
    const assignments = new Map<number, number>();
    for (const def of this.#defOfNode.values()) {
      const root = this.#find(def);
      if (this.#names.has(def)) assignments.set(root, (assignments.get(root) ?? 0) + 1);
    }
    const webs = new Map<number, Web>();
    const webIds = new Map<number, number>();
    const hoisted = new Map<number, number[]>();
    for (const root of new Set([...this.#parents.keys()].map((each) => this.#find(each)))) {
      const id = nextWeb++;
      webIds.set(root, id);
      const all = byRoot.get(root) ?? [];
      const isParam = paramRoots.has(root);
      const isUnbound = unboundRoots.has(root);
      const declaration = isParam || all.length === 0 ? {} : placeDeclaration(all, isUnbound);
      if (declaration.before !== undefined)
        hoisted.set(declaration.before, [...(hoisted.get(declaration.before) ?? []), id]);
      webs.set(id, {
        id,
        name: this.#names.get(root) as string,
        declaration,
        isParam,
        maybeUnbound: isUnbound,
        assignments: assignments.get(root) ?? 0,
      });
    }
    const webOf = new Map<number, number>();
    for (const [node, def] of this.#defOfNode) webOf.set(node, webIds.get(this.#find(def)) as number);
    const webByName = new Map<string, number>();
    for (const [root, id] of webIds) {
      const name = this.#names.get(root) as string;
      if (!webByName.has(name)) webByName.set(name, id);
    }
    return {
      webs,
      webOf,
      locals: this.#locals,
      globals: this.#globals,
      nonlocals: this.#nonlocals,
      captured: this.#captured,
      assignedInside: this.#assignedInside,
      usedInLambdas: namesInLambdas(this.#body),
      webByName,
      hoisted,
      maybeUnbound: this.#maybeUnbound,
      neverBound: this.#neverBound,
      valueNames: namesUsedAsValues(this.#body),
    };
  }

  #find(key: number): number {
    let root = key;
    for (
      let parent = this.#parents.get(root);
      parent !== undefined && parent !== root;
      parent = this.#parents.get(root)
    )
      root = parent;
    return root;
  }

  #union(a: number, b: number): void {
    const x = this.#find(a);
    const y = this.#find(b);
    if (x !== y) this.#parents.set(Math.max(x, y), Math.min(x, y));
  }

  #snapshot(): Step[] {
    return this.#path.map((step) => ({ ...step }));
  }

  #define(name: string, node: number, inline?: number, keep = false): void {
    if (this.#globals.has(name) || this.#nonlocals.has(name)) return;
    this.#locals.add(name);
    let def = this.#defOfNode.get(node);
    if (def === undefined) {
      def = this.#whole.has(name) ? (this.#single.get(name) ?? this.#nextDef++) : this.#nextDef++;
      if (this.#whole.has(name)) this.#single.set(name, def);
      this.#parents.set(def, this.#parents.get(def) ?? def);
      this.#names.set(def, name);
      this.#defOfNode.set(node, def);
    }
    if (keep) for (const other of this.#env.get(name) ?? []) if (other !== unbound) this.#union(def, other);
    this.#env.set(name, new Set([def]));
    this.#occurrences.push({ def, path: this.#snapshot(), ...(inline !== undefined && { inline }) });
  }

  /** After `del`: a variable that functions share is the same one still, and they may read it. */
  #forget(name: string): void {
    this.#env.set(name, new Set([unbound]));
    const def = this.#single.get(name);
    if (def !== undefined) this.#unboundDefs.add(def);
  }

  #use(name: string, node: number): void {
    if (this.#hidden.some((set) => set.has(name))) return;
    if (this.#lambdas > 0 && this.#useLater(name, node)) return;
    const reaching = this.#env.get(name) ?? new Set<number>();
    const defs = new Set([...reaching].filter((def) => def !== unbound));
    const known = !this.#assignedInside.has(name) && reaching.has(unbound);
    if (known && defs.size === 0) this.#neverBound.add(node);
    else this.#neverBound.delete(node);
    if (this.#declared.has(name)) this.#maybeUnbound.add(node);
    if (known && defs.size > 0) {
      this.#maybeUnbound.add(node);
      for (const def of defs) this.#unboundDefs.add(def);
    }
    if (defs.size === 0) {
      const def = this.#single.get(name);
      if (def !== undefined) {
        if (known) this.#maybeUnbound.add(node);
        this.#defOfNode.set(node, def);
        this.#occurrences.push({ def, path: this.#snapshot() });
      }
      return;
    }
    const [first] = defs;
    for (const def of defs) this.#union(first as number, def);
    const earlier = this.#defOfNode.get(node);
    if (earlier !== undefined) this.#union(earlier, first as number);
    else this.#defOfNode.set(node, first as number);
    this.#occurrences.push({ def: first as number, path: this.#snapshot() });
  }

  /** A use in a lambda, which may be called when its variable has got a value; false where every call finds one. */
  #useLater(name: string, node: number): boolean {
    if (this.#env.get(name)?.has(unbound) !== true) return false;
    const def = this.#sharedDefinition(name);
    if (def === undefined) return false;
    this.#neverBound.delete(node);
    this.#maybeUnbound.add(node);
    this.#unboundDefs.add(def);
    this.#defOfNode.set(node, def);
    this.#occurrences.push({ def, path: this.#snapshot() });
    return true;
  }

  /** What a class works out where it stands: its attributes, and the defaults of its methods. */
  #classBody(body: readonly Stmt[]): void {
    this.#hidden.push(namesAssignedIn(body));
    for (const each of body) {
      if (each.kind === 'assign' || each.kind === 'annotate') this.#expr(each.value);
      else if (each.kind === 'def') for (const param of each.params) this.#expr(param.default);
    }
    this.#hidden.pop();
  }

  #expr(node: Expr | undefined): void {
    if (!node) return;
    switch (node.kind) {
      case 'name':
        this.#use(node.name, node.id);
        return;
      case 'lambda': {
        for (const param of node.params) this.#expr(param.default);
        this.#hidden.push(new Set(node.params.map((param) => param.name)));
        this.#lambdas++;
        this.#expr(node.body);
        this.#lambdas--;
        this.#hidden.pop();
        return;
      }
      case 'comp': {
        const first = node.clauses[0];
        this.#expr(first?.iterable);
        const bound = new Set<string>();
        for (const clause of node.clauses) bindNames(clause.target, bound);
        this.#hidden.push(bound);
        // What is assigned in it is seen by its next round, and may be assigned in none.
        const rounds = some(node, ({ kind }) => kind === 'walrus') ? 2 : 1;
        for (let round = 0; round < rounds; round++) {
          const before = rounds > 1 ? copy(this.#env) : undefined;
          node.clauses.forEach((clause, index) => {
            if (index > 0) this.#expr(clause.iterable);
            clause.conditions.forEach((each) => this.#expr(each));
          });
          this.#expr(node.element);
          this.#expr(node.value);
          if (before) merge(this.#env, before);
        }
        this.#hidden.pop();
        return;
      }
      case 'walrus':
        this.#expr(node.value);
        this.#define(node.target.name, node.target.id);
        return;
      case 'bool-op': {
        this.#expr(node.left);
        const before = copy(this.#env);
        this.#expr(node.right);
        merge(this.#env, before);
        return;
      }
      case 'conditional': {
        this.#expr(node.test);
        const before = copy(this.#env);
        this.#expr(node.yes);
        const after = this.#env;
        this.#env = before;
        this.#expr(node.no);
        merge(this.#env, after);
        return;
      }
      case 'fstring': {
        const part = (item: unknown): void => {
          if (typeof item === 'string') return;
          const format = item as { value: Expr; spec: readonly unknown[] };
          this.#expr(format.value);
          format.spec.forEach(part);
        };
        node.parts.forEach(part);
        return;
      }
      case 'dict':
        for (const entry of node.entries) {
          this.#expr(entry.key);
          this.#expr(entry.value);
        }
        return;
      case 'compare':
        this.#expr(node.first);
        for (const item of node.rest) this.#expr(item.value);
        return;
      case 'call':
        this.#expr(node.callee);
        node.args.forEach((each) => this.#expr(each));
        for (const keyword of node.keywords) this.#expr(keyword.value);
        this.#called(node);
        return;
      default:
        for (const [key, value] of Object.entries(node)) {
          if (key === 'place' || key === 'kind' || key === 'id') continue;
          if (Array.isArray(value)) for (const item of value) this.#expr(item as Expr);
          else if (typeof value === 'object' && value !== null && 'kind' in value) this.#expr(value as Expr);
        }
    }
  }

  /** A call in the module: what it comes to may read variables that have no value yet. */
  #called(node: Expr): void {
    if (!this.#earlyReads) return;
    const pending = [...this.#captured].filter((name) => this.#env.get(name)?.has(unbound));
    if (pending.length === 0) return;
    const read = this.#earlyReads.of(node);
    for (const name of pending) {
      const def = read.has(name) ? this.#single.get(name) : undefined;
      if (def !== undefined) this.#unboundDefs.add(def);
    }
  }

  /** The one definition of a variable that inner functions share, which may come to be only behind them. */
  #sharedDefinition(name: string): number | undefined {
    const known = this.#single.get(name);
    if (known !== undefined) return known;
    if (!(this.#assigned.has(name) || this.#defined.has(name)) || this.#globals.has(name) || this.#nonlocals.has(name))
      return undefined;
    const def = this.#nextDef++;
    this.#single.set(name, def);
    this.#parents.set(def, def);
    this.#names.set(def, name);
    return def;
  }

  #assign(target: Expr, inline?: number): void {
    if (target.kind === 'name') this.#define(target.name, target.id, inline);
    else if (target.kind === 'tuple' || target.kind === 'list')
      for (const item of target.items) this.#assign(item, inline);
    else if (target.kind === 'star') this.#assign(target.value, inline);
    else this.#expr(target);
  }

  #block(statements: readonly Stmt[], loop = false, before?: () => void): void {
    const step: Step = { block: this.#nextBlock++, loop, index: -1, statement: -1 };
    this.#path.push(step);
    before?.();
    for (const [index, statement] of statements.entries()) {
      step.index = index;
      step.statement = statement.id;
      this.#stmt(statement);
    }
    this.#path.pop();
  }

  #branch(run: () => void): { env: Env; dead: boolean } {
    const saved = copy(this.#env);
    const savedDead = this.#dead;
    run();
    const result = { env: this.#env, dead: this.#dead };
    this.#env = saved;
    this.#dead = savedDead;
    return result;
  }

  #joinBranches(branches: { env: Env; dead: boolean }[]): void {
    const live = branches.filter((item) => !item.dead);
    this.#dead = live.length === 0;
    const all = this.#dead ? branches : live;
    this.#env = all.reduce<Env>((into, item) => merge(into, item.env), new Map());
  }

  #pattern(node: Pattern): void {
    switch (node.kind) {
      case 'capture':
        this.#define(node.name, node.id);
        return;
      case 'rest':
        if (node.name) this.#define(node.name, node.id);
        return;
      case 'as':
        this.#pattern(node.pattern);
        this.#define(node.name, node.id);
        return;
      case 'sequence':
        node.items.forEach((each) => this.#pattern(each));
        return;
      case 'mapping':
        for (const item of node.items) this.#pattern(item.pattern);
        if (node.rest !== undefined) this.#define(node.rest, node.id);
        return;
      case 'or':
        node.options.forEach((each) => this.#pattern(each));
        return;
      case 'class':
        this.#expr(node.type);
        node.positional.forEach((each) => this.#pattern(each));
        for (const item of node.named) this.#pattern(item.pattern);
        return;
      case 'value':
        this.#expr(node.value);
        return;
      case 'wildcard':
    }
  }

  #loopBody(run: () => void, orelse: readonly Stmt[], endless = false): void {
    const outerBreaks = this.#breaks;
    const outerContinues = this.#continues;
    const firstBlock = this.#nextBlock;
    this.#breaks = [];
    this.#continues = [];
    for (let pass = 0; pass < 2; pass++) {
      this.#nextBlock = firstBlock;
      const before = copy(this.#env);
      const size = sizeOf(before);
      const result = this.#branch(run);
      this.#env = before;
      if (!result.dead) merge(this.#env, result.env);
      for (const item of this.#continues) merge(this.#env, item);
      // A second time would find the same; and of loops in loops, each would double the work.
      if (sizeOf(this.#env) === size) break;
    }
    const exits = this.#breaks;
    this.#breaks = outerBreaks;
    this.#continues = outerContinues;
    this.#dead = false;
    this.#block(orelse);
    // Only `break` leaves a loop without end.
    if (endless && exits.length) this.#env = new Map();
    for (const item of exits) merge(this.#env, item);
    if (exits.length) this.#dead = false;
    else if (endless) this.#dead = true;
  }

  #stmt(node: Stmt): void {
    switch (node.kind) {
      case 'expr':
        this.#expr(node.value);
        return;
      case 'assign': {
        this.#expr(node.value);
        const target = node.targets[0] as Expr;
        const inline = node.targets.length === 1 ? node.id : undefined;
        if (node.targets.length === 1) this.#assign(target, inline);
        else node.targets.forEach((item) => this.#assign(item));
        return;
      }
      case 'annotate':
        if (node.value) {
          this.#expr(node.value);
          this.#assign(node.target, node.id);
        }
        // Only functions give it a value.
        else if (node.annotation.kind === 'ellipsis') {
          this.#assign(node.target);
          this.#unboundDefs.add(this.#defOfNode.get(node.target.id) as number);
          if (node.target.kind === 'name') this.#declared.add(node.target.name);
        }
        return;
      case 'augment':
        this.#expr(node.value);
        if (node.target.kind === 'name') {
          this.#use(node.target.name, node.target.id);
          this.#define(node.target.name, node.target.id, undefined, true);
        } else this.#expr(node.target);
        return;
      case 'return':
        this.#expr(node.value);
        this.#dead = true;
        return;
      case 'raise':
        this.#expr(node.value);
        this.#dead = true;
        return;
      case 'break':
        this.#breaks.push(copy(this.#env));
        this.#dead = true;
        return;
      case 'continue':
        this.#continues.push(copy(this.#env));
        this.#dead = true;
        return;
      case 'if': {
        this.#expr(node.test);
        this.#joinBranches([this.#branch(() => this.#block(node.body)), this.#branch(() => this.#block(node.orelse))]);
        return;
      }
      case 'while':
        this.#loopBody(
          () => {
            this.#expr(node.test);
            this.#block(node.body, true);
          },
          node.orelse,
          isEndless(node.test),
        );
        return;
      case 'for':
        this.#expr(node.iterable);
        this.#loopBody(() => this.#block(node.body, true, () => this.#assign(node.target, node.id)), node.orelse);
        return;
      case 'try': {
        const start = copy(this.#env);
        const defsBefore = this.#occurrences.length;
        const body = this.#branch(() => this.#block(node.body));
        const raised = copy(start);
        for (const occurrence of this.#occurrences.slice(defsBefore)) {
          const name = this.#names.get(occurrence.def) as string;
          const set = raised.get(name) ?? new Set<number>();
          set.add(occurrence.def);
          raised.set(name, set);
        }
        const ends: { env: Env; dead: boolean }[] = [];
        this.#env = body.env;
        this.#dead = body.dead;
        if (!this.#dead) this.#block(node.orelse);
        else this.#branch(() => this.#block(node.orelse));
        ends.push({ env: this.#env, dead: this.#dead });
        for (const handler of node.handlers) {
          this.#env = copy(raised);
          this.#dead = false;
          handler.types.forEach((each) => this.#expr(each));
          this.#block(handler.body, false, () => {
            if (handler.name) this.#define(handler.name, handler.id, handler.id);
          });
          // Python forgets the exception behind its handler.
          if (handler.name) this.#env.set(handler.name, new Set([unbound]));
          ends.push({ env: this.#env, dead: this.#dead });
        }
        this.#joinBranches(ends);
        if (node.finalbody.length) {
          const wasDead = this.#dead;
          const normal = copy(this.#env);
          const firstBlock = this.#nextBlock;
          merge(this.#env, raised);
          this.#dead = false;
          this.#block(node.finalbody);
          // Control goes on behind it only when nothing was raised.
          this.#env = normal;
          this.#nextBlock = firstBlock;
          this.#block(node.finalbody);
          this.#dead = this.#dead || wasDead;
        }
        return;
      }
      case 'with':
        for (const item of node.items) {
          this.#expr(item.value);
          if (item.target) this.#assign(item.target);
        }
        this.#block(node.body);
        return;
      case 'assert':
        this.#expr(node.test);
        this.#expr(node.message);
        return;
      case 'global':
        node.names.forEach((name) => this.#globals.add(name));
        return;
      case 'nonlocal':
        node.names.forEach((name) => this.#nonlocals.add(name));
        return;
      case 'import':
        for (const item of node.names) this.#define(item.as ?? (item.module.split('.')[0] as string), node.id);
        return;
      case 'import-from':
        return;
      case 'delete':
        node.targets.forEach((each) => this.#expr(each));
        for (const target of node.targets) if (target.kind === 'name') this.#forget(target.name);
        return;
      case 'match': {
        this.#expr(node.subject);
        const ends = [this.#branch(() => undefined)];
        for (const item of node.cases) {
          ends.push(
            this.#branch(() => {
              this.#pattern(item.pattern);
              this.#expr(item.guard);
              this.#block(item.body);
            }),
          );
        }
        this.#joinBranches(ends);
        return;
      }
      case 'def':
      case 'class': {
        if (node.kind === 'def') for (const param of node.params) this.#expr(param.default);
        else this.#classBody(node.body);
        node.decorators.forEach((each) => this.#expr(each));
        this.#define(node.name, node.id);
        // What an inner body uses counts as used here, so that declarations stand before it.
        const inner = new Set<string>();
        freeNames([node], inner, inner);
        for (const name of inner) {
          const def = this.#sharedDefinition(name);
          if (def !== undefined) this.#occurrences.push({ def, path: this.#snapshot() });
        }
        return;
      }
      case 'pass':
    }
  }
}

function copy(source: Env): Env {
  return new Map([...source].map(([name, defs]) => [name, new Set(defs)]));
}

/** How many definitions reach a place. */
function sizeOf(env: Env): number {
  let size = 0;
  for (const defs of env.values()) size += defs.size;
  return size;
}

function merge(into: Env, other: Env): Env {
  for (const [name, defs] of other) {
    const mine = into.get(name);
    if (mine) for (const def of defs) mine.add(def);
    else into.set(name, new Set(defs));
  }
  return into;
}

function bindNames(target: Expr, into: Set<string>): void {
  if (target.kind === 'name') into.add(target.name);
  else if (target.kind === 'tuple' || target.kind === 'list') target.items.forEach((item) => bindNames(item, into));
  else if (target.kind === 'star') bindNames(target.value, into);
}

function placeDeclaration(all: readonly Occurrence[], apart: boolean): Declaration {
  const first = all[0] as Occurrence;
  let depth = first.path.length - 1;
  for (const occurrence of all) {
    let shared = 0;
    while (shared <= depth && occurrence.path[shared]?.block === first.path[shared]?.block) shared++;
    depth = shared - 1;
  }
  const earliest = all.reduce((best, item) =>
    (item.path[depth] as Step).index < (best.path[depth] as Step).index ? item : best,
  );
  const firsts = all.filter((item) => item.path[depth]?.index === earliest.path[depth]?.index);
  const leader = firsts[0] as Occurrence;
  if (
    !apart &&
    leader.inline !== undefined &&
    leader.path.length - 1 === depth &&
    firsts.every((item) => item.inline === leader.inline)
  ) {
    return { inlineAt: leader.inline };
  }
  while (depth > 0 && first.path.slice(0, depth + 1).some((step) => step.loop)) depth--;
  const step = all.reduce((best, item) =>
    (item.path[depth] as Step).index < (best.path[depth] as Step).index ? item : best,
  ).path[depth];
  return { before: (step as Step).statement };
}

function isEndless(test: Expr): boolean {
  return (test.kind === 'bool' && test.value) || (test.kind === 'int' && test.value !== 0n);
}
