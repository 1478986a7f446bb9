import { Unsupported, type CallExpr, type Expr, type Module, type Stmt } from './ast.ts';
import { Pieces, type ParsePython } from './pieces.ts';
import { rewrite, some, type SyntaxNode } from './walk.ts';

const classes = [
  ['int_array', 'bBhHiIlLqQ'],
  ['float_array', 'fd'],
] as const;

/** The name that `array.array` has in a program, and that of its module. */
function namesOf(body: readonly Stmt[]): { readonly modules: Set<string>; readonly names: Set<string> } {
  const modules = new Set<string>();
  const names = new Set<string>();
  for (const each of body) {
    if (each.kind === 'import')
      for (const { module, as } of each.names) if (module === 'array') modules.add(as ?? module);
    if (each.kind === 'import-from' && each.module === 'array')
      for (const { name, as } of each.names)
        if (name === 'array' || name === '*') names.add(name === '*' ? 'array' : (as ?? name));
  }
  return { modules, names };
}

/** Says which class of ours an `array.array` is of, by its type code. Throws Unsupported where that is no literal. */
export function writeOutArrays(module: Module, parse: ParsePython): Module {
  if (!some(module.body, (node) => node['module'] === 'array')) return module;
  const { modules, names } = namesOf(module.body);
  const pieces = new Pieces(module, parse);
  const used = new Set<string>();
  const isArray = (node: Expr): boolean =>
    node.kind === 'name'
      ? names.has(node.name)
      : node.kind === 'attribute' &&
        node.name === 'array' &&
        node.object.kind === 'name' &&
        modules.has(node.object.name);
  const change = (node: SyntaxNode): unknown => {
    if (node['annotation'] !== undefined || node['returns'] !== undefined) {
      // Which of both an annotation means shows where one is made.
      const plain = (given: unknown): unknown =>
        given !== undefined && some(given, (each) => isArray(each as unknown as Expr)) ? undefined : given;
      return { ...node, annotation: plain(node['annotation']), returns: plain(node['returns']) };
    }
    if (node['kind'] !== 'call') return node;
    const call = node as unknown as CallExpr;
    if (call.callee.kind === 'name' && call.callee.name === 'isinstance' && call.args[1] && isArray(call.args[1])) {
      for (const [name] of classes) used.add(name);
      return { ...call, args: [call.args[0], pieces.expression('(int_array, float_array)', call.place)] };
    }
    if (!isArray(call.callee)) return node;
    const [code, items] = call.args;
    const name = classes.find(
      ([, codes]) => code?.kind === 'str' && code.value.length === 1 && codes.includes(code.value),
    )?.[0];
    if (name === undefined || call.keywords.length)
      throw new Unsupported(
        'An `array` can be converted with a literal type code of numbers, such as "i" or "d".',
        call.place,
      );
    used.add(name);
    const callee = pieces.name(name, call.place);
    // What it is made of is gone over once.
    const given =
      items?.kind === 'list' || items === undefined ? items : pieces.expression('list(items)', call.place, { items });
    return { ...call, callee, args: [code, ...(given ? [given] : [])] };
  };
  const body = rewrite(module.body, change).flatMap((each): Stmt[] => {
    if (each.kind === 'import-from' && each.module === 'array') return [];
    if (each.kind !== 'import') return [each];
    const others = each.names.filter((item) => item.module !== 'array');
    return others.length ? [{ ...each, names: others }] : [];
  });
  const [first] = module.body;
  const imports = first && used.size ? pieces.statements(`from array import ${[...used].join(', ')}`, first.place) : [];
  return { ...module, body: [...imports, ...body] };
}
