import { Unsupported, type Expr, type Module, type Stmt } from './ast.ts';

/** A named tuple: its name, and its items with their defaults. */
export interface RecordInfo {
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly default?: Expr }[];
}

const lastName = (node: Expr): string | undefined =>
  node.kind === 'name' || node.kind === 'attribute' ? node.name : undefined;

function fieldNames(node: Expr | undefined): string[] | undefined {
  if (node?.kind === 'str') return node.value.split(/[\s,]+/).filter((name) => name !== '');
  if (node?.kind !== 'list' && node?.kind !== 'tuple') return undefined;
  const names = node.items.map((item) => {
    const [first] = item.kind === 'tuple' ? item.items : [item];
    return first?.kind === 'str' ? first.value : undefined;
  });
  return names.every((name) => name !== undefined) ? names : undefined;
}

/** The named tuple that a statement of the module makes; undefined when it makes none. Throws Unsupported. */
export function recordOf(statement: Stmt): RecordInfo | undefined {
  if (statement.kind === 'assign') {
    const { value } = statement;
    const [target] = statement.targets;
    if (value.kind !== 'call' || !['namedtuple', 'NamedTuple'].includes(lastName(value.callee) ?? '')) return undefined;
    const names = fieldNames(value.args[1]);
    const [typename] = value.args;
    if (
      target?.kind !== 'name' ||
      statement.targets.length > 1 ||
      !names ||
      value.keywords.some(({ name }) => name !== 'defaults') ||
      typename?.kind !== 'str'
    )
      throw new Unsupported(
        'This named tuple cannot be converted yet: give its name and the names of its items as text.',
        statement.place,
      );
    if (typename.value !== target.name)
      throw new Unsupported(
        'A named tuple that has another name than its variable cannot be converted yet.',
        statement.place,
      );
    const defaults = value.keywords[0]?.value;
    if (defaults && defaults.kind !== 'list' && defaults.kind !== 'tuple')
      throw new Unsupported('The defaults of a named tuple have to be a list or a tuple.', statement.place);
    const given = defaults ? defaults.items : [];
    const first = names.length - given.length;
    const fields = names.map((name, index) => {
      const own = index >= first ? given[index - first] : undefined;
      return { name, ...(own && { default: own }) };
    });
    return { name: target.name, fields };
  }
  if (statement.kind !== 'class' || !statement.bases.some((base) => lastName(base) === 'NamedTuple')) return undefined;
  const fields = statement.body.flatMap((member) => {
    if (member.kind === 'annotate' && member.target.kind === 'name')
      return [{ name: member.target.name, ...(member.value && { default: member.value }) }];
    if (member.kind === 'pass' || (member.kind === 'expr' && member.value.kind === 'str')) return [];
    throw new Unsupported('A named tuple with methods cannot be converted yet: use a `dataclass`.', member.place);
  });
  return { name: statement.name, fields };
}

/** The named tuples of a module, by name. */
export function recordsOf(module: Module): ReadonlyMap<string, RecordInfo> {
  return new Map(module.body.flatMap((statement) => recordOf(statement) ?? []).map((record) => [record.name, record]));
}
