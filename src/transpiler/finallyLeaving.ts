import type { Handler, Module, Stmt } from './ast.ts';
import { Pieces, type ParsePython } from './pieces.ts';
import { flattened, rewrite, some, walk, type SyntaxNode } from './walk.ts';

type TryStmt = Extract<Stmt, { kind: 'try' }>;

/** A `return`, `break` or `continue`. */
type Leaving = Extract<Stmt, { kind: 'return' }> | (Stmt & { readonly kind: 'break' | 'continue' });

const leaving = ['return', 'break', 'continue'];

/** True where a node and what is below it are left by a statement that means something around it. */
function leaves(item: unknown, kinds: readonly string[] = leaving): boolean {
  let found = false;
  walk(item, (node) => {
    const kind = node['kind'] as string;
    if (['def', 'class', 'lambda'].includes(kind)) return false;
    if (kind === 'for' || kind === 'while') {
      found ||= leaves(node['body'], ['return']) || leaves(node['orelse'], kinds);
      return false;
    }
    found ||= kinds.includes(kind);
    return !found;
  });
  return found;
}

/** True where a loop is left by a `return`, which nothing else could do in one step. */
const returnsFromLoop = (item: unknown): boolean =>
  some(item, (node) => (node['kind'] === 'for' || node['kind'] === 'while') && leaves(node['body'], ['return']));

const yields = (item: unknown): boolean => some(item, ({ kind }) => kind === 'yield' || kind === 'yield-from');

/** The statements up to the first behind which nothing is reached. */
function reached(body: readonly Stmt[]): readonly Stmt[] {
  const end = body.findIndex(({ kind }) => leaving.includes(kind) || kind === 'raise');
  return end < 0 ? body : body.slice(0, end + 1);
}

/** The expression that a `return` works out, as a statement. */
function withoutReturn(each: Leaving): Stmt {
  const { id, place, leading } = each;
  const value = 'value' in each ? each.value : undefined;
  return value ? { kind: 'expr', id, place, leading, value } : { kind: 'pass', id, place, leading };
}

/**
 * Writes `try … finally` where what stands in `finally` leaves a function or a loop in words without `finally`: whatever was
 * returned or raised before is given up. Others are left as they are.
 */
export function writeOutFinallyReturns(module: Module, parse: ParsePython): Module {
  const isMeant = (node: SyntaxNode): boolean =>
    Array.isArray(node['finalbody']) && leaves(node['finalbody']) && !yields(node);
  if (!some(module.body, isMeant)) return module;
  const pieces = new Pieces(module, parse);
  /** A body that stands in a loop of one round; `exit` says what is done before it leaves that. */
  const toBreaks = (body: readonly Stmt[], exit: (statement: Leaving) => readonly Stmt[]): Stmt[] =>
    body.flatMap((each): Stmt[] => {
      const inner = (statements: readonly Stmt[]): Stmt[] => toBreaks(statements, exit);
      if (each.kind === 'return' || each.kind === 'break' || each.kind === 'continue') {
        const { id, place } = each;
        return [...exit(each as Leaving), pieces.fresh({ kind: 'break', id, place, leading: [] } satisfies Stmt)];
      }
      if (each.kind === 'if') return [{ ...each, body: inner(each.body), orelse: inner(each.orelse) }];
      if (each.kind === 'with') return [{ ...each, body: inner(each.body) }];
      if (each.kind !== 'try') return [each];
      const handlers = each.handlers.map((handler): Handler => ({ ...handler, body: inner(handler.body) }));
      return [{ ...each, body: inner(each.body), orelse: inner(each.orelse), handlers }];
    });
  /** The statements in a loop of one round, which their exits leave; undefined where they do more. */
  const inLoop = (
    made: TryStmt,
    body: readonly Stmt[],
    exit: (statement: Leaving) => readonly Stmt[],
  ): Stmt | undefined => {
    const broken = toBreaks(body, exit);
    if (returnsFromLoop(body) || leaves(broken, ['return', 'continue'])) return undefined;
    const [loop] = pieces.statements('while True:\n    break', made.place);
    const { body: ends } = loop as Extract<Stmt, { kind: 'while' }>;
    return { ...loop, leading: made.leading, body: [{ ...made, leading: [], body: broken }, ...ends] } as Stmt;
  };
  const written = (node: SyntaxNode): unknown => {
    if (!isMeant(node)) return node;
    // What stands in it may have become several statements.
    const statement = flattened(node) as unknown as TryStmt;
    const { place, leading } = statement;
    const last = reached(statement.finalbody);
    const always = last.length > 0 && leaving.includes((last.at(-1) as Stmt).kind);
    const inner: TryStmt = { ...statement, finalbody: [] };
    const whole: Stmt[] = inner.handlers.length || inner.orelse.length ? [inner] : [...inner.body];
    if (!always) {
      const [made] = pieces.statements('try:\n    pass\nexcept BaseException:\n    raise', place);
      const { handlers } = made as TryStmt;
      const failed = handlers.map((each): Handler => ({ ...each, body: [...pieces.fresh(last), ...each.body] }));
      const handled = { ...made, leading, body: whole, handlers: failed } as TryStmt;
      // What is left by nothing but exceptions comes to the end, or to the handler.
      if (!leaves(whole)) return [handled, ...last];
      const returns: Leaving[] = [];
      walk([whole, last], (each) => {
        if (each['kind'] === 'return') returns.push(each as unknown as Leaving);
        return !['def', 'class', 'lambda'].includes(each['kind'] as string);
      });
      const gives = returns.some((each) => 'value' in each && each.value);
      if (gives && !returns.every((each) => 'value' in each && each.value)) return node;
      const [way, result] = [pieces.freeName('way'), pieces.freeName('returned')];
      const exitFrom =
        (first: number) =>
        (exit: Leaving): readonly Stmt[] => {
          const note = pieces.statements(`${way} = ${leaving.indexOf(exit.kind) + first}`, exit.place);
          if (exit.kind !== 'return' || !exit.value) return note;
          return [...pieces.statements(`${result} = given`, exit.place, { given: exit.value }), ...note];
        };
      // Where what stands in `finally` leaves for good after an error, it is not run again.
      const after = leaving.length + 1;
      const inHandler = handled.handlers.map((each): Handler => ({
        ...each,
        body: toBreaks(each.body, exitFrom(after)),
      }));
      const loop = inLoop({ ...handled, handlers: inHandler }, whole, exitFrom(1));
      if (!loop || leaves(inHandler, ['return', 'continue'])) return node;
      const ends = [gives ? `return ${result}` : 'return', 'break', 'continue'];
      const goesOn = leaving.flatMap((kind, at) =>
        leaves([whole, last], [kind])
          ? pieces.statements(`if ${way} == ${at + 1} or ${way} == ${at + after}:\n    ${ends[at] as string}`, place)
          : [],
      );
      const [ifLeft] = pieces.statements(`if ${way} < ${after}:\n    pass`, place);
      return [...pieces.statements(`${way} = 0`, place), loop, { ...ifLeft, body: last }, ...goesOn];
    }
    const [made] = pieces.statements('try:\n    pass\nexcept BaseException:\n    pass', place);
    if (!leaves(whole)) return [{ ...made, leading, body: whole }, ...last];
    const handled = { ...made, leading, body: whole } as TryStmt;
    const loop = inLoop(handled, whole, (exit) => (exit.kind === 'return' ? [withoutReturn(exit)] : []));
    return loop ? [loop, ...last] : node;
  };
  return { ...module, body: flattened(rewrite(module.body, written)) };
}
