import type { Expr, FunctionDef, Module, Stmt } from './ast.ts';
import { Pieces, type ParsePython } from './pieces.ts';
import { rewrite, some, type SyntaxNode } from './walk.ts';

/** What Python calls with an instance alone. */
const calledAlone = ['__str__', '__repr__', '__len__', '__bool__', '__hash__', '__iter__'];

/** True for such a method that takes more, if only by its own calls. */
function takesMore(node: SyntaxNode): boolean {
  if (node['kind'] !== 'def' || !calledAlone.includes(String(node['name']))) return false;
  const [, ...more] = (node as unknown as FunctionDef).params;
  return more.length > 0 && more.every((param) => param.kind !== 'plain' || param.default !== undefined);
}

/** Writes `def __str__(self, indent=0)` as a method of another name with that parameter, and a `__str__` that calls it without. */
export function splitTextMethods(module: Module, parse: ParsePython): Module {
  if (!some(module.body, takesMore)) return module;
  const pieces = new Pieces(module, parse);
  const names = new Map<string, string>();
  const nameFor = (method: string): string => {
    const name = names.get(method) ?? pieces.freeName(`${method.replaceAll('_', '')}_with`);
    names.set(method, name);
    return name;
  };
  const split = (member: Stmt): Stmt[] => {
    if (!takesMore(member as unknown as SyntaxNode)) return [member];
    const { name: method, params, place } = member as Extract<Stmt, { kind: 'def' }>;
    const self = params[0]?.name ?? 'self';
    const name = nameFor(method);
    const alone = pieces.statements(`def ${method}(${self}):\n    return ${self}.${name}()`, place);
    return [{ ...member, name } as Stmt, ...alone];
  };
  const body = rewrite(module.body, (node) =>
    node['kind'] === 'class' && 'body' in node ? { ...node, body: (node['body'] as Stmt[]).flatMap(split) } : node,
  );
  const classes = new Set(body.flatMap((each) => (each.kind === 'class' ? [each.name] : [])));
  return {
    ...module,
    body: rewrite(body, (node) => {
      if (node['kind'] !== 'call') return node;
      const { callee, args, keywords } = node as unknown as Extract<Expr, { kind: 'call' }>;
      if (callee.kind !== 'attribute' || !names.has(callee.name)) return node;
      const ofClass = callee.object.kind === 'name' && classes.has(callee.object.name);
      if (keywords.length === 0 && args.length <= (ofClass ? 1 : 0)) return node;
      return { ...node, callee: { ...callee, name: names.get(callee.name) } };
    }),
  };
}
