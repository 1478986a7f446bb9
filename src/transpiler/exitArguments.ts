import type { Expr, FunctionDef, Module } from './ast.ts';
import { Pieces, type ParsePython } from './pieces.ts';
import { isName, rewrite, some, type SyntaxNode } from './walk.ts';

const isExit = (node: SyntaxNode): boolean => node['kind'] === 'def' && node['name'] === '__exit__';

/** Says what `__exit__` asks of the class of an exception in words that ask the exception. */
export function writeOutExitArguments(module: Module, parse: ParsePython): Module {
  if (!some(module.body, isExit)) return module;
  const pieces = new Pieces(module, parse);
  return {
    ...module,
    body: rewrite(module.body, (node) => (isExit(node) ? written(node as unknown as FunctionDef, pieces) : node)),
  };
}

function written(def: FunctionDef, pieces: Pieces): FunctionDef {
  const [, type, value, , more] = def.params;
  if (!type || !value || more || def.params.some(({ kind }) => kind !== 'plain')) return def;
  const name = type.name;
  const error = value.name;
  const isType = (node: unknown): node is Expr => isName(node as SyntaxNode, name);
  const asText = (node: Expr): Expr =>
    isType(node) ? pieces.expression(`"None" if ${error} is None else str(type(${error}))`, node.place) : node;
  const change = (node: SyntaxNode): unknown => {
    if ('conversion' in node) return { ...node, value: asText(node['value'] as Expr) };
    const each = node as unknown as Expr;
    if (each.kind === 'attribute' && isType(each.object))
      return { ...each, object: pieces.expression(`type(${error})`, each.place) };
    if (each.kind === 'compare' && each.rest.length === 1 && isType(each.first)) {
      const [test] = each.rest;
      if (!test || test.value.kind === 'none' || !['is', 'is not', '==', '!='].includes(test.op)) return node;
      const same = `${error} is not None and type(${error}) is given`;
      const isNegative = test.op === 'is not' || test.op === '!=';
      return pieces.expression(isNegative ? `not (${same})` : `(${same})`, each.place, { given: test.value });
    }
    if (each.kind !== 'call' || each.keywords.some((keyword) => isType(keyword.value))) return node;
    const { callee, args } = each;
    const [first, second] = args;
    const called = callee.kind === 'name' ? callee.name : '';
    if (called === 'issubclass' && isType(first) && second)
      return pieces.expression(`isinstance(${error}, given)`, each.place, { given: second });
    if ((called === 'repr' || called === 'str') && isType(first) && !second) return asText(first);
    const isText = called === 'print' || (callee.kind === 'attribute' && callee.name === 'format');
    return isText ? { ...each, args: args.map(asText) } : node;
  };
  return { ...def, body: rewrite(def.body, change) };
}
