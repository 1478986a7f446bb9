import { Unsupported, type CallExpr, type Expr, type FunctionDef, type Module, type Param } from './ast.ts';
import { firstFreeId, rewrite, walk, type SyntaxNode } from './walk.ts';

/** Functions of the library of two arguments. */
const binaryFunctions = new Set(
  'add and_ concat contains divmod eq floordiv ge getitem gt hypot le lt mod mul ne or_ pow sub truediv xor'.split(' '),
);

/** Functions of the library that are given one thing and named options. */
const functionsOfOne = new Set(['enumerate', 'int', 'max', 'min', 'sorted', 'sum']);

/**
 * Writes `functools.partial(f, a, k=v)` of a function of the module, or of a lambda, as the lambda that it is: the parameters that
 * are left, with what is given kept as defaults, which are evaluated where the partial is made.
 */
export function writeOutPartials(module: Module): Module {
  const names = new Set<string>();
  const modules = new Set<string>();
  const functions = new Map<string, FunctionDef>();
  for (const statement of module.body) {
    if (statement.kind === 'import-from' && statement.module === 'functools')
      for (const { name, as } of statement.names) if (name === 'partial') names.add(as ?? name);
    if (statement.kind === 'import')
      for (const { module: name, as } of statement.names) if (name === 'functools') modules.add(as ?? name);
    if (statement.kind === 'def') functions.set(statement.name, statement);
  }
  if (names.size === 0 && modules.size === 0) return module;
  let nextId = firstFreeId(module.body);
  const isPartial = (callee: Expr): boolean =>
    callee.kind === 'name'
      ? names.has(callee.name)
      : callee.kind === 'attribute' &&
        callee.name === 'partial' &&
        callee.object.kind === 'name' &&
        modules.has(callee.object.name);

  /** What is left of a function of the library: its other operand, or its one argument where only named ones are given. */
  const writtenLibrary = (call: CallExpr, callee: Expr, given: readonly Expr[]): Expr | undefined => {
    const name = callee.kind === 'name' || callee.kind === 'attribute' ? callee.name : '';
    const isBinary = binaryFunctions.has(name) && given.length === 1 && call.keywords.length === 0;
    const isNamed = given.length === 0 && call.keywords.length > 0 && functionsOfOne.has(name);
    const [bound] = given;
    if (!isNamed && (!isBinary || bound?.kind === 'star')) return undefined;
    const { place } = call;
    const left: Param = { kind: 'plain', id: nextId++, place, name: 'x', keywordOnly: false };
    const argument: Expr = { kind: 'name', id: nextId++, place, name: 'x' };
    const kept = bound ?? call.keywords[0]?.value;
    if (!kept || (isNamed && call.keywords.length > 1)) return undefined;
    const fixed: Param = { kind: 'plain', id: nextId++, place, name: 'fixed', keywordOnly: true, default: kept };
    const value: Expr = { kind: 'name', id: nextId++, place, name: 'fixed' };
    const args = bound ? [value, argument] : [argument];
    const keywords = call.keywords.map((keyword) => ({ ...keyword, value }));
    const isLiteral = ['int', 'float', 'str', 'bool', 'none', 'lambda'].includes(kept.kind);
    const inPlace = (each: Expr): Expr => (each === value && isLiteral ? kept : each);
    return {
      kind: 'lambda',
      id: nextId++,
      place,
      params: isLiteral ? [left] : [left, fixed],
      body: {
        kind: 'call',
        id: nextId++,
        place,
        callee,
        args: args.map(inPlace),
        keywords: keywords.map((keyword) => ({ ...keyword, value: inPlace(keyword.value) })),
      },
    };
  };

  const written = (call: CallExpr): Expr => {
    const [callee, ...given] = call.args;
    const refuse = (why: string): never => {
      throw new Unsupported(`This \`partial\` cannot be converted yet: ${why}. Write a lambda.`, call.place);
    };
    const params =
      callee?.kind === 'lambda'
        ? callee.params
        : callee?.kind === 'name'
          ? functions.get(callee.name)?.params
          : undefined;
    const ofLibrary = callee && !params ? writtenLibrary(call, callee, given) : undefined;
    if (ofLibrary) return ofLibrary;
    if (!callee || !params) return refuse('it is not of a function of this program');
    if (params.some(({ kind }) => kind !== 'plain')) return refuse('its function takes `*args` or `**kwargs`');
    if (given.some(({ kind }) => kind === 'star')) return refuse('it is given `*` arguments');
    const bound = new Map<string, Expr>();
    const positional = params.filter(({ keywordOnly }) => !keywordOnly);
    if (given.length > positional.length) return refuse('it is given too many arguments');
    given.forEach((value, index) => bound.set(positional[index]?.name ?? '', value));
    for (const { name, value } of call.keywords) {
      if (!params.some((param) => param.name === name)) return refuse(`its function has no \`${name}\``);
      bound.set(name, value);
    }
    const fresh = (param: Param, value?: Expr): Param => {
      const { default: own, annotation: _annotation, ...rest } = param;
      const kept = value ?? own;
      return { ...rest, id: nextId++, ...(kept && { default: kept }) };
    };
    const left = positional.filter(({ name }) => !bound.has(name));
    // A literal is the same wherever it is evaluated.
    const literal = (param: Param): Expr | undefined => {
      const value = bound.get(param.name);
      return value && ['int', 'float', 'str', 'bool', 'none'].includes(value.kind)
        ? { ...value, id: nextId++ }
        : undefined;
    };
    const others = params.filter((param) => (bound.has(param.name) || param.keywordOnly) && !literal(param));
    // What follows one given by name can itself only be given by name.
    const firstNamed = positional.findIndex(({ name }, index) => index >= given.length && bound.has(name));
    if (firstNamed >= 0 && positional.slice(firstNamed).some(({ name, default: own }) => !bound.has(name) && !own))
      return refuse('an argument follows one that is given by its name');
    const name = (text: string): Expr => ({ kind: 'name', id: nextId++, place: call.place, name: text });
    return {
      kind: 'lambda',
      id: nextId++,
      place: call.place,
      params: [
        ...left.map((param) => fresh(param)),
        ...others.map((param) => ({ ...fresh(param, bound.get(param.name)), keywordOnly: true })),
      ],
      body: {
        kind: 'call',
        id: nextId++,
        place: call.place,
        callee,
        args: positional.map((param) => literal(param) ?? name(param.name)),
        keywords: params
          .filter(({ keywordOnly }) => keywordOnly)
          .map((param) => ({ name: param.name, value: literal(param) ?? name(param.name) })),
      },
    };
  };

  const body = rewrite(module.body, (node: SyntaxNode) =>
    node['kind'] === 'call' && isPartial((node as unknown as CallExpr).callee)
      ? written(node as unknown as CallExpr)
      : node,
  );
  let isLeft = false;
  walk(body, (node) => {
    if (node['kind'] === 'name' && names.has(String(node['name']))) isLeft = true;
  });
  return isLeft ? module : { ...module, body };
}
