import { Unsupported, type ClassDef, type Expr, type Module, type Place, type RecordMethod, type Stmt } from './ast.ts';
import { isName, ownName, rewrite, some } from './walk.ts';

/** A named tuple: its name, and its items with their defaults. */
export interface RecordInfo {
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly default?: Expr }[];
  /** Its methods, as functions of the module. */
  readonly methods: ReadonlyMap<string, RecordMethod>;
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
    return { name: target.name, fields, methods: new Map() };
  }
  if (statement.kind !== 'class' || !statement.bases.some((base) => lastName(base) === 'NamedTuple')) return undefined;
  const fields = statement.body.flatMap((member) => {
    if (member.kind === 'annotate' && member.target.kind === 'name')
      return [{ name: member.target.name, ...(member.value && { default: member.value }) }];
    if (member.kind === 'pass' || (member.kind === 'expr' && member.value.kind === 'str')) return [];
    throw new Unsupported('This statement in a named tuple cannot be converted yet.', member.place);
  });
  const methods = new Map((statement.recordMethods ?? []).map((method) => [method.name, method]));
  return { name: statement.name, fields, methods };
}

/** Gives named tuples whose variable has another name the name that they are shown by, where nothing else has it. */
export function nameRecords(module: Module): Module {
  return module.body.reduce((current, statement) => {
    if (statement.kind !== 'assign' || statement.value.kind !== 'call') return current;
    const [target] = statement.targets;
    const { callee, args } = statement.value;
    const [shown] = args;
    if (target?.kind !== 'name' || !['namedtuple', 'NamedTuple'].includes(lastName(callee) ?? '')) return current;
    if (shown?.kind !== 'str' || shown.value === target.name || !/^[A-Za-z_]\w*$/.test(shown.value)) return current;
    const isTaken = some(current.body, (node) => isName(node, shown.value) || ownName(node) === shown.value);
    const isHidden = some(current.body, (node) => ownName(node) === target.name);
    const isOnce = current.body.filter(
      (each) => each.kind === 'assign' && some(each.targets, (node) => isName(node, target.name)),
    );
    if (isTaken || isHidden || isOnce.length !== 1) return current;
    return {
      ...current,
      body: rewrite(current.body, (node) => (isName(node, target.name) ? { ...node, name: shown.value } : node)),
    };
  }, module);
}

/** The items of a named tuple, as the statements of a class that derives from `NamedTuple`. */
const itemsOfClass = ({ fields }: RecordInfo, place: Place): Stmt[] =>
  fields.map(({ name, default: value }): Stmt => {
    const named = (text: string): Expr => ({ kind: 'name', id: -1, place, name: text });
    return {
      kind: 'annotate',
      id: -1,
      place,
      target: named(name),
      annotation: named('Any'),
      ...(value && { value }),
      leading: [],
    };
  });

const isSlots = (member: Stmt): boolean =>
  member.kind === 'assign' && member.targets.every((target) => target.kind === 'name' && target.name === '__slots__');

/** The named tuple that a class derives from: one made in its head, or one that nothing else uses. Throws Unsupported. */
function baseRecord(module: Module, statement: ClassDef): { record: RecordInfo; maker?: Stmt } | undefined {
  const [base, ...others] = statement.bases;
  if (!base || others.length > 0 || statement.keywords.length > 0) return undefined;
  if (base.kind === 'call' && ['namedtuple', 'NamedTuple'].includes(lastName(base.callee) ?? '')) {
    const name = base.args[0]?.kind === 'str' ? base.args[0].value : statement.name;
    const { id, place } = base;
    const targets: Expr[] = [{ kind: 'name', id, place, name }];
    const record = recordOf({ kind: 'assign', id, place, targets, value: base, leading: [] });
    return record && { record };
  }
  if (base.kind !== 'name') return undefined;
  const maker = module.body.find(
    (each) => each.kind === 'assign' && each.targets.some((to) => lastName(to) === base.name),
  );
  const record = maker && recordOf(maker);
  const rest = module.body.filter((each) => each !== maker && each !== statement);
  const isUsed = some([...rest, ...statement.body], (node) => isName(node, base.name));
  return record && maker && !isUsed ? { record, maker } : undefined;
}

/** Says classes that derive from a named tuple of their own as classes that derive from `NamedTuple`. Throws Unsupported. */
export function writeOutRecordBases(module: Module): Module {
  return module.body.reduce((current, statement) => {
    const found = statement.kind === 'class' ? baseRecord(current, statement) : undefined;
    if (statement.kind !== 'class' || !found) return current;
    const { place } = statement;
    const written: ClassDef = {
      ...statement,
      bases: [{ kind: 'name', id: -1, place, name: 'NamedTuple' }],
      body: [...itemsOfClass(found.record, place), ...statement.body.filter((member) => !isSlots(member))],
    };
    const body = current.body.flatMap((each) => (each === statement ? [written] : each === found.maker ? [] : [each]));
    return { ...current, body };
  }, module);
}

/** The named tuples of a module, by name. */
export function recordsOf(module: Module): ReadonlyMap<string, RecordInfo> {
  return new Map(module.body.flatMap((statement) => recordOf(statement) ?? []).map((record) => [record.name, record]));
}

const isRecordClass = (statement: Stmt): statement is ClassDef =>
  statement.kind === 'class' && statement.bases.some((base) => lastName(base) === 'NamedTuple');

/** Puts the methods of named tuples behind them as functions, of which calls of the methods are calls. Throws Unsupported. */
export function liftRecordMethods(module: Module): Module {
  const taken = (name: string): boolean => some(module.body, (node) => ownName(node) === name || isName(node, name));
  const body = module.body.flatMap((statement): Stmt[] => {
    if (!isRecordClass(statement) || !statement.body.some(({ kind }) => kind === 'def')) return [statement];
    const methods: RecordMethod[] = [];
    const functions = statement.body.flatMap((member): Stmt[] => {
      if (member.kind !== 'def') return [];
      const decorators = member.decorators.map((node) => lastName(node) ?? '');
      const known = ['property', 'staticmethod', 'classmethod'];
      const other = member.decorators.find((node) => !known.includes(lastName(node) ?? ''));
      if (other || ['__repr__', '__str__', '__format__', '__eq__', '__hash__', '__new__'].includes(member.name))
        throw new Unsupported(
          'This method of a named tuple cannot be converted yet: use a `dataclass`.',
          other?.place ?? member.place,
        );
      let functionName = `${statement.name}_${member.name.replace(/^__|__$/g, '')}`;
      while (taken(functionName)) functionName += '_';
      const form = decorators.includes('property')
        ? 'property'
        : decorators.includes('staticmethod')
          ? 'static'
          : 'method';
      const cls = decorators.includes('classmethod') ? member.params[0]?.name : undefined;
      methods.push({ name: member.name, functionName, form: cls === undefined ? form : 'static' });
      const own =
        cls === undefined
          ? member
          : rewrite(member, (node) => (isName(node, cls) ? { ...node, name: statement.name } : node));
      return [
        {
          ...own,
          name: functionName,
          decorators: [],
          params: cls === undefined ? member.params : member.params.slice(1),
        },
      ];
    });
    const rest = statement.body.filter(({ kind }) => kind !== 'def');
    return [{ ...statement, body: rest, recordMethods: methods }, ...functions];
  });
  return { ...module, body };
}
