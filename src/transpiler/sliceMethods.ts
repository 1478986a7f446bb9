import type { ClassDef, Expr, Module, Stmt } from './ast.ts';
import { typeCall, typeNames } from './flow.ts';
import { Pieces, type ParsePython } from './pieces.ts';
import { isName, some, type SyntaxNode } from './walk.ts';

/** True for a method that does for slices what another does: nothing is lost where nobody calls it. */
export const isSliceMethod = (name: string): boolean => /^(?:get|set|del)item_by_slice$/.test(name);

const itemMethods = new Set(['__getitem__', '__setitem__', '__delitem__']);

/** The name of the method that does for slices what one of these does for other indexes. */
export const sliceMethod = (name: string): string => `${name.replaceAll('_', '')}_by_slice`;

/** True for a test whether a parameter is a slice. */
function asksForSlice(node: SyntaxNode, index: string): boolean {
  const isSlice = (types: Expr | undefined): boolean =>
    types !== undefined && typeNames(types)?.includes('slice') === true;
  if (node['kind'] === 'call' && isName(node['callee'] as SyntaxNode, 'isinstance')) {
    const [object, types] = node['args'] as Expr[];
    return object?.kind === 'name' && object.name === index && isSlice(types);
  }
  if (node['kind'] !== 'compare') return false;
  const { first, rest } = node as unknown as Extract<Expr, { kind: 'compare' }>;
  const of = typeCall(first);
  return of?.kind === 'name' && of.name === index && isSlice(rest[0]?.value);
}

/** True where a parameter whose type is not written down is handed on as the index of something else, which takes slices as well. */
function handsOn(member: Extract<Stmt, { kind: 'def' }>, index: string): boolean {
  return (
    member.params[1]?.annotation === undefined &&
    some(member.body, (node) => node['kind'] === 'index' && isName(node['index'] as SyntaxNode, index))
  );
}

/** True for a slice of what may be an instance. */
const isSliceOfAny = (node: SyntaxNode): boolean =>
  node['kind'] === 'index' &&
  (node['index'] as Expr).kind === 'slice' &&
  !['str', 'list', 'tuple', 'bytes', 'fstring'].includes((node['object'] as Expr).kind);

/** Gives classes whose items are named by numbers and by slices a method for each of both. */
export function splitItemMethods(module: Module, parse: ParsePython): Module {
  const pieces = new Pieces(module, parse);
  let slices: boolean | undefined;
  const asksBoth = (member: Stmt): boolean => {
    if (member.kind !== 'def' || !itemMethods.has(member.name)) return false;
    const index = member.params[1]?.name;
    if (index === undefined) return false;
    const asks = some(
      member,
      (node) => asksForSlice(node, index) || (node['kind'] === 'match' && some(node, (each) => isName(each, 'slice'))),
    );
    return asks || (handsOn(member, index) && (slices ??= some(module.body, isSliceOfAny)));
  };
  const split = (def: ClassDef): ClassDef => ({
    ...def,
    body: def.body.flatMap((member): Stmt[] =>
      member.kind === 'def' && asksBoth(member)
        ? [withoutType(member), { ...pieces.fresh(withoutType(member)), name: sliceMethod(member.name) }]
        : [member],
    ),
  });
  return {
    ...module,
    body: module.body.map((each) => (each.kind === 'class' && each.body.some(asksBoth) ? split(each) : each)),
  };
}

/** A method whose index has the type that it is given. */
function withoutType(member: Extract<Stmt, { kind: 'def' }>): Extract<Stmt, { kind: 'def' }> {
  return {
    ...member,
    returns: undefined,
    params: member.params.map((param, at) => (at === 1 ? { ...param, annotation: undefined } : param)),
  };
}
