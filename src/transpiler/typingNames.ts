import type { CallExpr, ClassDef, Expr, Module, Stmt } from './ast.ts';
import { isName, rewrite, some, type SyntaxNode } from './walk.ts';

/** What makes a name that only annotations use. */
const typeMakers = new Set(['TypeVar', 'ParamSpec', 'TypeVarTuple', 'TypeAliasType']);
/** Names of types that stand in brackets behind others. */
const generics = new Set(
  `list dict set frozenset tuple type List Dict Set FrozenSet Tuple Type Optional Union Callable Iterable Iterator Generator Sequence
Mapping MutableMapping MutableSequence Deque DefaultDict Counter Literal Annotated Final ClassVar Any`.split(/\s+/),
);
/** Names of types that a name of the program may stand for. */
const plainTypes = new Set(['int', 'float', 'str', 'bool', 'complex', 'bytes', 'object']);
/** Decorators of the module `typing` that change nothing. */
const markers = new Set(['final', 'override', 'runtime_checkable', 'no_type_check']);

const lastName = (node: Expr): string | undefined =>
  node.kind === 'name' || node.kind === 'attribute' ? node.name : undefined;

/** True for an expression that can only be a type: `list[int]`, `Optional[Node]`, `int | None`. */
function isTypeExpression(node: Expr, classes: ReadonlySet<string>): boolean {
  if (node.kind === 'index')
    return generics.has(lastName(node.object) ?? '') || classes.has(lastName(node.object) ?? '');
  if (node.kind === 'none' || node.kind === 'str') return true;
  if (node.kind === 'binary')
    return (
      node.op === '|' &&
      [node.left, node.right].every((side) => isTypeExpression(side, classes) || isTypeName(side, classes))
    );
  return false;
}

function isTypeName(node: Expr, classes: ReadonlySet<string>): boolean {
  const name = lastName(node) ?? '';
  return plainTypes.has(name) || generics.has(name) || classes.has(name);
}

/** True where a class says only what others have to have: a protocol of methods without bodies. */
function isBareProtocol(def: ClassDef): boolean {
  const named = def.bases.some((base) => lastName(base.kind === 'index' ? base.object : base) === 'Protocol');
  const empty = (inner: readonly Stmt[]): boolean =>
    inner.every(
      (each) => each.kind === 'pass' || (each.kind === 'expr' && ['ellipsis', 'str'].includes(each.value.kind)),
    );
  return (
    named &&
    def.body.every(
      (member) =>
        (member.kind === 'def' && empty(member.body)) ||
        (member.kind === 'annotate' && !member.value) ||
        empty([member]),
    )
  );
}

const withoutAnnotations = (item: unknown): unknown =>
  rewrite(item, (node) => ({ ...node, annotation: undefined, returns: undefined }));

/**
 * A program without what only type checkers read: type variables, names of types, protocols, `cast`, `@overload` and brackets
 * behind the names of classes. Annotations speak of what the names stood for.
 */
export function withoutTypingNames(module: Module): Module {
  const classes = new Set(module.body.flatMap((each) => (each.kind === 'class' ? [each.name] : [])));
  const variables = new Set<string>();
  const newTypes = new Set<string>();
  const aliases = new Map<string, Expr>();
  const protocols = new Set<string>();
  const dropped = new Set<Stmt>();
  const dictClasses = new Set(
    module.body.flatMap((each) =>
      each.kind === 'class' && each.bases.some((base) => lastName(base) === 'TypedDict') ? [each.name] : [],
    ),
  );
  for (let grown = true; grown;) {
    grown = false;
    for (const each of module.body) {
      if (each.kind !== 'class' || dictClasses.has(each.name)) continue;
      if (!each.bases.some((base) => dictClasses.has(lastName(base) ?? ''))) continue;
      dictClasses.add(each.name);
      grown = true;
    }
  }
  for (const each of module.body) {
    if (each.kind !== 'class' || !dictClasses.has(each.name)) continue;
    dropped.add(each);
    aliases.set(each.name, { kind: 'name', id: each.id, place: each.place, name: 'dict' });
  }
  const bare = withoutAnnotations(module.body) as readonly SyntaxNode[];
  // Names that more than one statement binds are no names of types.
  const bindings = new Map<string, number>();
  for (const each of module.body) {
    const names = each.kind === 'assign' ? each.targets.map((target) => lastName(target)) : [];
    for (const name of new Set(names)) if (name !== undefined) bindings.set(name, (bindings.get(name) ?? 0) + 1);
  }
  const isBoundOnce = (name: string): boolean => bindings.get(name) === 1;
  for (const [index, statement] of module.body.entries()) {
    if (statement.kind === 'class' && isBareProtocol(statement)) {
      const used = bare.some(
        (each, at) => at !== index && some(withoutBases(each), (node) => isName(node, statement.name)),
      );
      if (used) continue;
      protocols.add(statement.name);
      dropped.add(statement);
      continue;
    }
    const annotated = statement.kind === 'annotate' && lastName(statement.annotation) === 'TypeAlias';
    const target = statement.kind === 'assign' ? statement.targets[0] : annotated ? statement.target : undefined;
    const value = statement.kind === 'assign' || statement.kind === 'annotate' ? statement.value : undefined;
    if (target?.kind !== 'name' || !value || (statement.kind === 'assign' && statement.targets.length > 1)) continue;
    const maker = value.kind === 'call' ? (lastName(value.callee) ?? '') : '';
    if (typeMakers.has(maker)) {
      variables.add(target.name);
      dropped.add(statement);
    } else if (maker === 'NewType' && value.kind === 'call') {
      newTypes.add(target.name);
      const [, of] = value.args;
      if (of) aliases.set(target.name, of);
      dropped.add(statement);
    } else if (
      annotated ||
      (isBoundOnce(target.name) && isTypeExpression(value, classes) && !['str', 'none'].includes(value.kind))
    ) {
      const used = bare.some((each, at) => at !== index && some(each, (node) => isName(node, target.name)));
      if (used) continue;
      aliases.set(target.name, value);
      dropped.add(statement);
    }
  }
  const change = (node: SyntaxNode): unknown => {
    if (
      Array.isArray(node['body']) &&
      ['def', 'class', 'if', 'for', 'while', 'with'].includes(node['kind'] as string)
    ) {
      const kept = (node['body'] as Stmt[]).filter((each) => !isOverload(each));
      return withoutMarkers({ ...node, body: kept, ...classParts(node) });
    }
    if (node['kind'] !== 'call') return node;
    const call = node as unknown as CallExpr;
    const { callee } = call;
    const [first, second] = call.args;
    if (callee.kind === 'index' && classes.has(lastName(callee.object) ?? ''))
      return { ...call, callee: callee.object };
    if (
      callee.kind === 'name' &&
      callee.name === 'cast' &&
      first &&
      second &&
      call.args.length === 2 &&
      imports('cast')
    )
      return second;
    if (callee.kind === 'name' && dictClasses.has(callee.name)) return { ...call, callee: { ...callee, name: 'dict' } };
    if (callee.kind === 'name' && newTypes.has(callee.name) && first && call.args.length === 1) return first;
    return node;
  };
  const imported = new Set(
    module.body.flatMap((each) =>
      each.kind === 'import-from' && each.module === 'typing' ? each.names.map(({ name, as }) => as ?? name) : [],
    ),
  );
  const imports = (name: string): boolean => imported.has(name);
  const isOverload = (each: Stmt): boolean =>
    each.kind === 'def' &&
    each.decorators.some((decorator) => lastName(decorator) === 'overload' && imports('overload'));
  const withoutMarkers = (node: SyntaxNode): SyntaxNode => {
    const decorators = (node['decorators'] as Expr[] | undefined) ?? [];
    const kept = decorators.filter((each) => {
      const name = lastName(each) ?? '';
      return name !== 'contextmanager' && !(markers.has(name) && imports(name));
    });
    if (kept.length === decorators.length) return node;
    const isManager = decorators.some((each) => lastName(each) === 'contextmanager');
    return { ...node, decorators: kept, ...(isManager && { isManager }) };
  };
  const classParts = (node: SyntaxNode): Record<string, unknown> =>
    node['kind'] === 'class'
      ? { bases: (node['bases'] as Expr[]).filter((base) => !protocols.has(lastName(base) ?? '')) }
      : {};
  const expand = (node: SyntaxNode): unknown => {
    const alias = node['kind'] === 'name' ? aliases.get(node['name'] as string) : undefined;
    return alias ?? node;
  };
  const expanded = (item: unknown): unknown =>
    aliases.size === 0
      ? item
      : rewrite(item, (node) =>
          'annotation' in node || 'returns' in node
            ? {
                ...node,
                ...(node['annotation'] !== undefined && { annotation: rewrite(node['annotation'], expand) }),
                ...(node['returns'] !== undefined && { returns: rewrite(node['returns'], expand) }),
              }
            : node,
        );
  const isTypeChecking = (each: Stmt): boolean =>
    each.kind === 'if' && lastName(each.test) === 'TYPE_CHECKING' && each.orelse.length === 0;
  const kept = module.body.filter((each) => !dropped.has(each) && !isTypeChecking(each) && !isOverload(each));
  return { ...module, body: expanded(rewrite(kept, change)) as readonly Stmt[] };
}

/** A statement without the bases of its class. */
function withoutBases(node: SyntaxNode): SyntaxNode {
  return node['kind'] === 'class' ? { ...node, bases: [] } : node;
}
