import type { CallExpr, Expr, FunctionDef, Module, Param } from './ast.ts';
import { builtinNames } from './builtinNames.ts';
import { firstFreeId, ownName, rewrite, some, targetNames, walk, type SyntaxNode } from './walk.ts';

/** The names that imports bind at the top of the module, to modules or to what is in them. */
function importedNames(module: Module): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of module.body) {
    if (statement.kind === 'import') for (const { module: of, as } of statement.names) names.add(as ?? of);
    if (statement.kind === 'import-from') for (const { name, as } of statement.names) names.add(as ?? name);
  }
  return names;
}

/** How the program uses the functions of one name: the most arguments by place, the names it gives, and whether it does so openly. */
interface Uses {
  places: number;
  readonly names: Set<string>;
  isOpen: boolean;
}

/** What all calls of functions of a name give them; a function that is handed on may be given anything. */
function usesOf(module: Module, name: string): Uses {
  const uses: Uses = { places: 0, names: new Set(), isOpen: false };
  const callees = new Set<unknown>();
  walk(module.body, (node) => {
    if (node['kind'] === 'call') {
      const { callee, args, keywords } = node as unknown as CallExpr;
      if ((callee.kind !== 'name' && callee.kind !== 'attribute') || callee.name !== name) return;
      callees.add(callee);
      uses.places = Math.max(uses.places, args.length);
      uses.isOpen ||= args.some(({ kind }) => kind === 'star' || kind === 'doublestar');
      for (const keyword of keywords) uses.names.add(keyword.name);
    } else if (
      (node['kind'] === 'name' || node['kind'] === 'attribute') &&
      node['name'] === name &&
      !callees.has(node)
    ) {
      uses.isOpen = true;
    }
  });
  return uses;
}

/**
 * Writes out parameters that only give a function of the library another name, `def f(x, sqrt=math.sqrt)`, where no call gives
 * them anything else: what they stand for is called by itself.
 */
export function writeOutLibraryDefaults(module: Module): Module {
  const imported = importedNames(module);
  let free = firstFreeId(module.body);
  const bound = new Set<string>();
  walk(module.body, (node) => {
    const own = ownName(node);
    if (own !== undefined && (node['kind'] === 'def' || node['kind'] === 'class')) bound.add(own);
    for (const target of [node['target'], ...((node['targets'] as unknown[] | undefined) ?? [])])
      targetNames(target, (name) => void bound.add(name));
  });
  const isLibrary = (node: Expr | undefined): boolean => {
    if (node?.kind === 'attribute') return node.object.kind === 'name' && imported.has(node.object.name);
    return node?.kind === 'name' && !bound.has(node.name) && (imported.has(node.name) || builtinNames.has(node.name));
  };
  const written = (def: FunctionDef, uses: Uses, params: readonly Param[]): FunctionDef => {
    const left = params.filter((param) => {
      const at = params.indexOf(param);
      return !(
        param.kind === 'plain' &&
        isLibrary(param.default) &&
        uses.places <= at &&
        !uses.names.has(param.name) &&
        !some(def.body, (node) => bindsName(node, param.name))
      );
    });
    if (left.length === params.length) return def;
    const meanings = new Map(params.filter((param) => !left.includes(param)).map((each) => [each.name, each.default]));
    const body = rewrite(def.body, (node) => {
      const meaning = node['kind'] === 'name' ? meanings.get(node['name'] as string) : undefined;
      if (!meaning) return node;
      return rewrite(meaning, (each) => ('id' in each ? { ...each, id: free++, place: node['place'] } : each));
    });
    return { ...def, params: left, body };
  };
  const isCandidate = (node: SyntaxNode): boolean => {
    if (node['kind'] !== 'def') return false;
    const { params, decorators, name } = node as unknown as FunctionDef;
    const isGiven = params.some((param) => param.kind === 'plain' && isLibrary(param.default));
    return isGiven && decorators.length === 0 && !name.startsWith('__');
  };
  if (!some(module.body, isCandidate)) return module;
  const change = (node: SyntaxNode): unknown => {
    if (!isCandidate(node)) return node;
    const def = node as unknown as FunctionDef;
    const uses = usesOf(module, def.name);
    return uses.isOpen ? node : written(def, uses, def.params);
  };
  return { ...module, body: rewrite(module.body, change) };
}

/** True for a node that gives the name another meaning within a function. */
function bindsName(node: SyntaxNode, name: string): boolean {
  if (node['kind'] === 'nonlocal' || node['kind'] === 'global') return (node['names'] as string[]).includes(name);
  if (ownName(node) === name) return true;
  const targets = [node['target'], ...((node['targets'] as unknown[] | undefined) ?? [])];
  const clauses = (node['clauses'] as { target: unknown }[] | undefined)?.map(({ target }) => target) ?? [];
  let binds = false;
  for (const target of [...targets, ...clauses]) {
    targetNames(target, (each) => {
      binds ||= each === name;
    });
  }
  return binds;
}
