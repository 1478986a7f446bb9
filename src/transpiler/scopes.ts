import type { Expr, Param, Pattern, Stmt } from './ast.ts';
import { targetNames, walk } from './walk.ts';

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

/** Names that inner functions, lambdas and classes use or change. */
function freeNames(body: readonly Stmt[], uses: Set<string>, assigns: Set<string>): void {
  const visit = (node: unknown, inside: boolean): void => {
    if (Array.isArray(node)) {
      for (const item of node) visit(item, inside);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    const record = node as Record<string, unknown>;
    if (record['kind'] === 'name' && inside) uses.add(record['name'] as string);
    if (record['kind'] === 'nonlocal') for (const name of record['names'] as string[]) assigns.add(name);
    if (record['kind'] === 'global' && inside) for (const name of record['names'] as string[]) assigns.add(name);
    const nested = inside || record['kind'] === 'def' || record['kind'] === 'lambda' || record['kind'] === 'class';
    for (const [key, value] of Object.entries(record)) {
      if (key === 'place' || key === 'decorators' || key === 'annotation' || key === 'returns') continue;
      visit(value, nested);
    }
  };
  visit(body, false);
}

let nextWeb = 1;

/** Splits each local variable into webs: definitions that reach a common use are one variable. */
export function analyzeScope(params: readonly Param[], body: readonly Stmt[]): Scope {
  const captured = new Set<string>();
  const assignedInside = new Set<string>();
  freeNames(body, captured, assignedInside);
  // One variable throughout, not one for each of its lives.
  const whole = new Set([...captured, ...params.filter(({ byReference }) => byReference).map(({ name }) => name)]);
  const globals = new Set<string>();
  const nonlocals = new Set<string>();
  const locals = new Set<string>(params.map((param) => param.name));
  const parents = new Map<number, number>();
  const find = (key: number): number => {
    let root = key;
    for (let parent = parents.get(root); parent !== undefined && parent !== root; parent = parents.get(root))
      root = parent;
    return root;
  };
  const names = new Map<number, string>();
  const occurrences: Occurrence[] = [];
  const defOfNode = new Map<number, number>();
  const paramDefs = new Map<string, number>();
  const single = new Map<string, number>();
  const hidden: Set<string>[] = [];
  let nextDef = 1;
  // Stands for no definition at all among those that reach a use.
  const unbound = 0;
  const maybeUnbound = new Set<number>();
  const neverBound = new Set<number>();
  const unboundDefs = new Set<number>();
  let nextBlock = 1;
  const path: Step[] = [];
  type Env = Map<string, Set<number>>;
  let env: Env = new Map();
  let breaks: Env[] = [];
  let continues: Env[] = [];
  let dead = false;

  const copy = (source: Env): Env => new Map([...source].map(([name, defs]) => [name, new Set(defs)]));
  const merge = (into: Env, other: Env): Env => {
    for (const [name, defs] of other) {
      const mine = into.get(name);
      if (mine) for (const def of defs) mine.add(def);
      else into.set(name, new Set(defs));
    }
    return into;
  };
  const union = (a: number, b: number): void => {
    const x = find(a);
    const y = find(b);
    if (x !== y) parents.set(Math.max(x, y), Math.min(x, y));
  };
  const snapshot = (): Step[] => path.map((step) => ({ ...step }));

  const define = (name: string, node: number, inline?: number, keep = false): void => {
    if (globals.has(name) || nonlocals.has(name)) return;
    locals.add(name);
    let def = defOfNode.get(node);
    if (def === undefined) {
      def = whole.has(name) ? (single.get(name) ?? nextDef++) : nextDef++;
      if (whole.has(name)) single.set(name, def);
      parents.set(def, parents.get(def) ?? def);
      names.set(def, name);
      defOfNode.set(node, def);
    }
    if (keep) for (const other of env.get(name) ?? []) if (other !== unbound) union(def, other);
    env.set(name, new Set([def]));
    occurrences.push({ def, path: snapshot(), ...(inline !== undefined && { inline }) });
  };
  const use = (name: string, node: number): void => {
    if (hidden.some((set) => set.has(name))) return;
    const reaching = env.get(name) ?? new Set<number>();
    const defs = new Set([...reaching].filter((def) => def !== unbound));
    const known = !assignedInside.has(name) && reaching.has(unbound);
    if (known && defs.size === 0) neverBound.add(node);
    else neverBound.delete(node);
    if (known && defs.size > 0) {
      maybeUnbound.add(node);
      for (const def of defs) unboundDefs.add(def);
    }
    if (defs.size === 0) {
      const def = single.get(name);
      if (def !== undefined) {
        defOfNode.set(node, def);
        occurrences.push({ def, path: snapshot() });
      }
      return;
    }
    const [first] = defs;
    for (const def of defs) union(first as number, def);
    const earlier = defOfNode.get(node);
    if (earlier !== undefined) union(earlier, first as number);
    else defOfNode.set(node, first as number);
    occurrences.push({ def: first as number, path: snapshot() });
  };

  const bindNames = (target: Expr, into: Set<string>): void => {
    if (target.kind === 'name') into.add(target.name);
    else if (target.kind === 'tuple' || target.kind === 'list') target.items.forEach((item) => bindNames(item, into));
    else if (target.kind === 'star') bindNames(target.value, into);
  };

  const expr = (node: Expr | undefined): void => {
    if (!node) return;
    switch (node.kind) {
      case 'name':
        use(node.name, node.id);
        return;
      case 'lambda': {
        for (const param of node.params) expr(param.default);
        hidden.push(new Set(node.params.map((param) => param.name)));
        expr(node.body);
        hidden.pop();
        return;
      }
      case 'comp': {
        const first = node.clauses[0];
        expr(first?.iterable);
        const bound = new Set<string>();
        for (const clause of node.clauses) bindNames(clause.target, bound);
        hidden.push(bound);
        node.clauses.forEach((clause, index) => {
          if (index > 0) expr(clause.iterable);
          clause.conditions.forEach(expr);
        });
        expr(node.element);
        expr(node.value);
        hidden.pop();
        return;
      }
      case 'walrus':
        expr(node.value);
        define(node.target.name, node.target.id);
        return;
      case 'bool-op': {
        expr(node.left);
        const before = copy(env);
        expr(node.right);
        merge(env, before);
        return;
      }
      case 'conditional': {
        expr(node.test);
        const before = copy(env);
        expr(node.yes);
        const after = env;
        env = before;
        expr(node.no);
        merge(env, after);
        return;
      }
      case 'fstring': {
        const part = (item: unknown): void => {
          if (typeof item === 'string') return;
          const format = item as { value: Expr; spec: readonly unknown[] };
          expr(format.value);
          format.spec.forEach(part);
        };
        node.parts.forEach(part);
        return;
      }
      case 'dict':
        for (const entry of node.entries) {
          expr(entry.key);
          expr(entry.value);
        }
        return;
      case 'compare':
        expr(node.first);
        for (const item of node.rest) expr(item.value);
        return;
      case 'call':
        expr(node.callee);
        node.args.forEach(expr);
        for (const keyword of node.keywords) expr(keyword.value);
        return;
      default:
        for (const [key, value] of Object.entries(node)) {
          if (key === 'place' || key === 'kind' || key === 'id') continue;
          if (Array.isArray(value)) for (const item of value) expr(item as Expr);
          else if (typeof value === 'object' && value !== null && 'kind' in value) expr(value as Expr);
        }
    }
  };

  const assign = (target: Expr, inline?: number): void => {
    if (target.kind === 'name') define(target.name, target.id, inline);
    else if (target.kind === 'tuple' || target.kind === 'list') for (const item of target.items) assign(item, inline);
    else if (target.kind === 'star') assign(target.value, inline);
    else expr(target);
  };

  const block = (statements: readonly Stmt[], loop = false, before?: () => void): void => {
    const step: Step = { block: nextBlock++, loop, index: -1, statement: -1 };
    path.push(step);
    before?.();
    for (const [index, statement] of statements.entries()) {
      step.index = index;
      step.statement = statement.id;
      stmt(statement);
    }
    path.pop();
  };

  const branch = (run: () => void): { env: Env; dead: boolean } => {
    const saved = copy(env);
    const savedDead = dead;
    run();
    const result = { env, dead };
    env = saved;
    dead = savedDead;
    return result;
  };
  const joinBranches = (branches: { env: Env; dead: boolean }[]): void => {
    const live = branches.filter((item) => !item.dead);
    dead = live.length === 0;
    const all = dead ? branches : live;
    env = all.reduce<Env>((into, item) => merge(into, item.env), new Map());
  };

  const pattern = (node: Pattern): void => {
    switch (node.kind) {
      case 'capture':
        define(node.name, node.id);
        return;
      case 'rest':
        if (node.name) define(node.name, node.id);
        return;
      case 'as':
        pattern(node.pattern);
        define(node.name, node.id);
        return;
      case 'sequence':
        node.items.forEach(pattern);
        return;
      case 'mapping':
        for (const item of node.items) pattern(item.pattern);
        if (node.rest !== undefined) define(node.rest, node.id);
        return;
      case 'or':
        node.options.forEach(pattern);
        return;
      case 'class':
        expr(node.type);
        node.positional.forEach(pattern);
        for (const item of node.named) pattern(item.pattern);
        return;
      case 'value':
        expr(node.value);
        return;
      case 'wildcard':
    }
  };

  const loopBody = (run: () => void, orelse: readonly Stmt[], endless = false): void => {
    const outerBreaks = breaks;
    const outerContinues = continues;
    const firstBlock = nextBlock;
    breaks = [];
    continues = [];
    for (let pass = 0; pass < 2; pass++) {
      nextBlock = firstBlock;
      const before = copy(env);
      const result = branch(run);
      env = before;
      if (!result.dead) merge(env, result.env);
      for (const item of continues) merge(env, item);
    }
    const exits = breaks;
    breaks = outerBreaks;
    continues = outerContinues;
    dead = false;
    block(orelse);
    // Only `break` leaves a loop without end.
    if (endless && exits.length) env = new Map();
    for (const item of exits) merge(env, item);
    if (exits.length) dead = false;
    else if (endless) dead = true;
  };

  const stmt = (node: Stmt): void => {
    switch (node.kind) {
      case 'expr':
        expr(node.value);
        return;
      case 'assign': {
        expr(node.value);
        const target = node.targets[0] as Expr;
        const inline = node.targets.length === 1 ? node.id : undefined;
        if (node.targets.length === 1) assign(target, inline);
        else node.targets.forEach((item) => assign(item));
        return;
      }
      case 'annotate':
        if (node.value) {
          expr(node.value);
          assign(node.target, node.id);
        }
        return;
      case 'augment':
        expr(node.value);
        if (node.target.kind === 'name') {
          use(node.target.name, node.target.id);
          define(node.target.name, node.target.id, undefined, true);
        } else expr(node.target);
        return;
      case 'return':
        expr(node.value);
        dead = true;
        return;
      case 'raise':
        expr(node.value);
        dead = true;
        return;
      case 'break':
        breaks.push(copy(env));
        dead = true;
        return;
      case 'continue':
        continues.push(copy(env));
        dead = true;
        return;
      case 'if': {
        expr(node.test);
        joinBranches([branch(() => block(node.body)), branch(() => block(node.orelse))]);
        return;
      }
      case 'while':
        loopBody(
          () => {
            expr(node.test);
            block(node.body, true);
          },
          node.orelse,
          isEndless(node.test),
        );
        return;
      case 'for':
        expr(node.iterable);
        loopBody(() => block(node.body, true, () => assign(node.target, node.id)), node.orelse);
        return;
      case 'try': {
        const start = copy(env);
        const defsBefore = occurrences.length;
        const body = branch(() => block(node.body));
        const raised = copy(start);
        for (const occurrence of occurrences.slice(defsBefore)) {
          const name = names.get(occurrence.def) as string;
          const set = raised.get(name) ?? new Set<number>();
          set.add(occurrence.def);
          raised.set(name, set);
        }
        const ends: { env: Env; dead: boolean }[] = [];
        env = body.env;
        dead = body.dead;
        if (!dead) block(node.orelse);
        else branch(() => block(node.orelse));
        ends.push({ env, dead });
        for (const handler of node.handlers) {
          env = copy(raised);
          dead = false;
          handler.types.forEach(expr);
          block(handler.body, false, () => {
            if (handler.name) define(handler.name, handler.id, handler.id);
          });
          ends.push({ env, dead });
        }
        joinBranches(ends);
        if (node.finalbody.length) {
          const wasDead = dead;
          const normal = copy(env);
          const firstBlock = nextBlock;
          merge(env, raised);
          dead = false;
          block(node.finalbody);
          // Control goes on behind it only when nothing was raised.
          env = normal;
          nextBlock = firstBlock;
          block(node.finalbody);
          dead = dead || wasDead;
        }
        return;
      }
      case 'with':
        for (const item of node.items) {
          expr(item.value);
          if (item.target) assign(item.target);
        }
        block(node.body);
        return;
      case 'assert':
        expr(node.test);
        expr(node.message);
        return;
      case 'global':
        node.names.forEach((name) => globals.add(name));
        return;
      case 'nonlocal':
        node.names.forEach((name) => nonlocals.add(name));
        return;
      case 'import':
        for (const item of node.names) define(item.as ?? (item.module.split('.')[0] as string), node.id);
        return;
      case 'import-from':
        return;
      case 'delete':
        node.targets.forEach(expr);
        for (const target of node.targets) if (target.kind === 'name') env.set(target.name, new Set([unbound]));
        return;
      case 'match': {
        expr(node.subject);
        const ends = [branch(() => undefined)];
        for (const item of node.cases) {
          ends.push(
            branch(() => {
              pattern(item.pattern);
              expr(item.guard);
              block(item.body);
            }),
          );
        }
        joinBranches(ends);
        return;
      }
      case 'def':
      case 'class': {
        if (node.kind === 'def') for (const param of node.params) expr(param.default);
        node.decorators.forEach(expr);
        define(node.name, node.id);
        // What an inner body uses counts as used here, so that declarations stand before it.
        const inner = new Set<string>();
        freeNames([node], inner, inner);
        for (const name of inner) {
          const def = single.get(name);
          if (def !== undefined && locals.has(name)) occurrences.push({ def, path: snapshot() });
        }
        return;
      }
      case 'pass':
    }
  };

  for (const name of namesAssignedIn(body)) env.set(name, new Set([unbound]));
  for (const param of params) {
    const def = nextDef++;
    parents.set(def, def);
    names.set(def, param.name);
    paramDefs.set(param.name, def);
    if (whole.has(param.name)) single.set(param.name, def);
    env.set(param.name, new Set([def]));
    defOfNode.set(param.id, def);
  }
  block(body);

  const byRoot = new Map<number, Occurrence[]>();
  for (const occurrence of occurrences) {
    const root = find(occurrence.def);
    const list = byRoot.get(root);
    if (list) list.push(occurrence);
    else byRoot.set(root, [occurrence]);
  }
  const unboundRoots = new Set([...unboundDefs].map(find));
  const paramRoots = new Set([...paramDefs.values()].map(find));
  const webs = new Map<number, Web>();
  const webIds = new Map<number, number>();
  const hoisted = new Map<number, number[]>();
  for (const root of new Set([...parents.keys()].map(find))) {
    const id = nextWeb++;
    webIds.set(root, id);
    const all = byRoot.get(root) ?? [];
    const isParam = paramRoots.has(root);
    const isUnbound = unboundRoots.has(root);
    const declaration = isParam || all.length === 0 ? {} : placeDeclaration(all, isUnbound);
    if (declaration.before !== undefined)
      hoisted.set(declaration.before, [...(hoisted.get(declaration.before) ?? []), id]);
    const assignments = new Set(
      [...defOfNode].filter(([, def]) => find(def) === root && names.has(def)).map(([node]) => node),
    ).size;
    webs.set(id, { id, name: names.get(root) as string, declaration, isParam, maybeUnbound: isUnbound, assignments });
  }
  const webOf = new Map<number, number>();
  for (const [node, def] of defOfNode) webOf.set(node, webIds.get(find(def)) as number);
  const webByName = new Map<string, number>();
  for (const [root, id] of webIds) {
    const name = names.get(root) as string;
    if (!webByName.has(name)) webByName.set(name, id);
  }
  return {
    webs,
    webOf,
    locals,
    globals,
    nonlocals,
    captured,
    assignedInside,
    usedInLambdas: namesInLambdas(body),
    webByName,
    hoisted,
    maybeUnbound,
    neverBound,
    valueNames: namesUsedAsValues(body),
  };
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

/** The names that statements assign, other than those that functions and classes in them have for themselves. */
function namesAssignedIn(body: readonly Stmt[]): Set<string> {
  const names = new Set<string>();
  const add = (name: string): void => void names.add(name);
  walk(body, (node) => {
    if (['def', 'class', 'lambda', 'comp'].includes(node['kind'] as string)) return false;
    if (['assign', 'annotate', 'augment', 'for', 'walrus', 'delete'].includes(node['kind'] as string)) {
      targetNames(node['target'], add);
      (node['targets'] as unknown[] | undefined)?.forEach((target) => targetNames(target, add));
    }
    if (node['kind'] === 'with') for (const item of node['items'] as { target?: Expr }[]) targetNames(item.target, add);
    return undefined;
  });
  return names;
}

function namesInLambdas(body: readonly Stmt[]): Set<string> {
  const names = new Set<string>();
  const visit = (node: unknown, inside: boolean): void => {
    if (typeof node !== 'object' || node === null) return;
    const { kind, name } = node as { readonly kind?: unknown; readonly name?: unknown };
    if (inside && kind === 'name' && typeof name === 'string') names.add(name);
    for (const [key, value] of Object.entries(node)) if (key !== 'place') visit(value, inside || kind === 'lambda');
  };
  visit(body, false);
  return names;
}

/** Names that stand anywhere but in front of a call's parenthesis. */
function namesUsedAsValues(body: readonly Stmt[]): Set<string> {
  const found = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      node.forEach(visit);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    const record = node as Record<string, unknown>;
    if (record['kind'] === 'name') found.add(record['name'] as string);
    for (const [key, value] of Object.entries(record)) {
      if (key === 'place') continue;
      if (key === 'callee' && (value as Expr).kind === 'name') continue;
      visit(value);
    }
  };
  visit(body);
  return found;
}
