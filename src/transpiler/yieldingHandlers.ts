import type { Handler, Module, Stmt } from './ast.ts';
import { Pieces, type ParsePython } from './pieces.ts';
import { flattened, isName, rewrite, some, walk, type SyntaxNode } from './walk.ts';

type TryStmt = Extract<Stmt, { kind: 'try' }>;

/** True where a `yield` of this very function stands. */
function yields(item: unknown): boolean {
  let found = false;
  walk(item, (node) => {
    if (['def', 'class', 'lambda'].includes(node['kind'] as string)) return false;
    found ||= node['kind'] === 'yield' || node['kind'] === 'yield-from';
    return !found;
  });
  return found;
}

const raisesAgain = (item: unknown): boolean => some(item, (node) => node['kind'] === 'raise' && !node['value']);

/**
 * Puts what a generator does about an error behind the `try`, where a `yield` stands in it: C++ cannot leave a handler and come back.
 * Handlers that raise their error again are left as they are.
 */
export function writeOutYieldingHandlers(module: Module, parse: ParsePython): Module {
  const isMeant = (node: SyntaxNode): boolean =>
    Array.isArray(node['handlers']) &&
    (node['handlers'] as readonly Handler[]).some(({ body }) => yields(body)) &&
    !(node['handlers'] as readonly Handler[]).some(({ body }) => yields(body) && raisesAgain(body));
  if (!some(module.body, isMeant)) return module;
  const pieces = new Pieces(module, parse);
  const written = (node: SyntaxNode): unknown => {
    if (!isMeant(node)) return node;
    const statement = node as unknown as TryStmt;
    const { place, leading, finalbody } = statement;
    const which = pieces.freeName('caught');
    const after: Stmt[] = [];
    const handlers = statement.handlers.map((handler, at): Handler => {
      if (!yields(handler.body)) return handler;
      const [test] = pieces.statements(`if ${which} == ${at + 1}:\n    pass`, place);
      const kept = handler.name === undefined ? undefined : pieces.freeName(handler.name);
      const { name } = handler;
      const body = rewrite(handler.body, (each) =>
        name !== undefined && kept !== undefined && isName(each, name) ? { ...each, name: kept } : each,
      );
      after.push({ ...test, body } as Stmt);
      const isUsed = name !== undefined && some(handler.body, (each) => isName(each, name));
      const keep = isUsed && kept !== undefined ? `${kept} = ${name}\n` : '';
      return { ...handler, body: pieces.statements(`${keep}${which} = ${at + 1}`, handler.place) };
    });
    const plain = { ...statement, leading: [], handlers, finalbody: [] } as TryStmt;
    const whole = [plain, ...after];
    const start = pieces.statements(`${which} = 0`, place).map((each) => ({ ...each, leading }));
    if (finalbody.length === 0) return [...start, ...whole];
    return [...start, { ...statement, leading: [], body: whole, handlers: [], orelse: [] }];
  };
  return { ...module, body: flattened(rewrite(module.body, written)) };
}
