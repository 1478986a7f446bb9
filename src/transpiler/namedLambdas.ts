import { bindings } from './aliases.ts';
import type { ClassDef, FunctionDef, Module, Stmt } from './ast.ts';
import { firstFreeId, rewrite, some, type SyntaxNode } from './walk.ts';

type Lambda = Extract<Extract<Stmt, { readonly kind: 'assign' }>['value'], { readonly kind: 'lambda' }>;

const takesAnyNumber = ({ params }: Lambda): boolean =>
  params.some(({ kind, keywordOnly }) => kind !== 'plain' || keywordOnly);

const isMethod = ({ params }: Lambda): boolean => params[0]?.name === 'self';

/** `name = lambda *args: …`, where the name is given nothing else and the lambda is `meant`, as the function it is. */
function withFunctions<T extends { readonly body: readonly Stmt[]; readonly params?: FunctionDef['params'] }>(
  owner: T,
  meant: (lambda: Lambda) => boolean,
  nextId: () => number,
): T {
  const counts = bindings([owner.params, owner.body]);
  const body = owner.body.map((statement): Stmt => {
    if (statement.kind !== 'assign' || statement.value.kind !== 'lambda') return statement;
    const { targets, value, place, leading, id } = statement;
    const [target, more] = targets;
    if (target?.kind !== 'name' || more || counts.get(target.name) !== 1 || !meant(value)) return statement;
    return {
      kind: 'def',
      id,
      place,
      leading,
      name: target.name,
      shownName: '<lambda>',
      params: value.params,
      body: [{ kind: 'return', id: nextId(), place: value.body.place, leading: [], value: value.body }],
      decorators: [],
      isGenerator: false,
      isAsync: false,
    };
  });
  return { ...owner, body };
}

/** Lambdas with `*args`, `**kwargs` or arguments that only names give, where they are given a name, and those of classes that are methods: as functions. */
export function nameLambdas(module: Module): Module {
  const isOne = (node: SyntaxNode): boolean => {
    const lambda = node as unknown as Lambda;
    return node['kind'] === 'lambda' && (takesAnyNumber(lambda) || isMethod(lambda));
  };
  if (!some(module.body, isOne)) return module;
  let free = firstFreeId(module.body);
  const nextId = (): number => free++;
  const body = rewrite(module.body, (node) =>
    node['kind'] === 'def'
      ? withFunctions(node as unknown as FunctionDef, takesAnyNumber, nextId)
      : // Patterns of classes are of this kind as well, and have no body.
        node['kind'] === 'class' && 'body' in node
        ? withFunctions(node as unknown as ClassDef, isMethod, nextId)
        : node,
  );
  return withFunctions({ ...module, body }, takesAnyNumber, nextId);
}
