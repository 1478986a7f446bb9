import type { ClassDef, Expr, FunctionDef, Place, Stmt } from './ast.ts';
import { Unsupported } from './ast.ts';
import { identifier } from './cpp.ts';
import { exceptionNames } from './exceptions.ts';
import type { ClassAttribute, ClassInfo, FunctionInfo, Property } from './program.ts';
import { Slot } from './types.ts';
import { isLiteral } from './literals.ts';
import { some, walk } from './walk.ts';

/** What building a class needs to know of the program around it. */
export interface ClassSurroundings {
  readonly classes: ReadonlyMap<string, ClassInfo>;
  /** The names of all classes of the program, those further down as well. */
  readonly classNames: ReadonlySet<string>;
  /** What imported names stand for, such as `abc.ABC`. */
  readonly imports: ReadonlyMap<string, string>;
  /** Makes what is known of a method. */
  readonly method: (
    def: FunctionDef,
    owner: ClassInfo,
    how: Pick<FunctionInfo, 'binding' | 'isAbstract' | 'mustBeOverridden' | 'cppName'>,
  ) => FunctionInfo;
}

/** Bases that say nothing about instances. */
const emptyBases = new Set(['object', 'ABC', 'Generic', 'Protocol']);

/** Methods that Python calls by itself where the engine would not; others of this kind that it does not know are methods like any. */
const refusedSpecialMethods = new Set(
  `__getattribute__ __setattr__ __delattr__ __dir__ __get__ __set__ __delete__ __set_name__ __init_subclass__ __class_getitem__
__missing__ __del__ __bytes__ __length_hint__ __instancecheck__ __subclasscheck__ __subclasshook__ __prepare__ __mro_entries__
__await__ __aiter__ __anext__ __aenter__ __aexit__ __copy__ __deepcopy__ __reduce__ __reduce_ex__ __getstate__ __setstate__ __getnewargs__
__sizeof__ __fspath__ __buffer__ __rdivmod__`.split(/\s+/),
);

function refuse(message: string, place: Place): never {
  throw new Unsupported(message, place);
}

/** The last part of a dotted name, without what stands in brackets. */
function lastName(node: Expr): string | undefined {
  if (node.kind === 'name' || node.kind === 'attribute') return node.name;
  return node.kind === 'index' ? lastName(node.object) : undefined;
}

function baseOf(def: ClassDef, around: ClassSurroundings): Pick<ClassInfo, 'base' | 'exception'> {
  const meaningful = def.bases.filter((base) => {
    const name = lastName(base) ?? '';
    return !emptyBases.has(name) || around.classes.has(name);
  });
  const [first, second] = meaningful;
  if (def.keywords.some(({ name }) => name !== 'metaclass'))
    return refuse('Keywords in the head of a class cannot be converted yet.', def.place);
  if (!first) return {};
  if (second) return refuse('A class with several base classes cannot be converted yet.', second.place);
  const name = lastName(first) ?? '';
  const base = around.classes.get(name);
  if (base) return { base, ...(base.exception !== undefined && { exception: base.exception }) };
  if (exceptionNames.has(name)) return { exception: name };
  return refuse(`A class derived from \`${name}\` cannot be converted yet.`, first.place);
}

function selfAssignments(def: FunctionDef, into: Set<string>): void {
  const self = def.params[0]?.name;
  const take = (target: unknown): void => {
    const node = target as Expr;
    if (node.kind === 'attribute' && node.object.kind === 'name' && node.object.name === self) into.add(node.name);
    else if (node.kind === 'tuple' || node.kind === 'list') node.items.forEach(take);
  };
  walk(def.body, (node) => {
    if (node['kind'] === 'assign') (node['targets'] as unknown[]).forEach(take);
    else if (['annotate', 'augment', 'for'].includes(node['kind'] as string)) take(node['target']);
  });
}

/** True when nothing but documentation, `pass`, `...` or `raise NotImplementedError` stands in a body. */
function isEmptyBody(body: readonly Stmt[]): boolean {
  return body.every(
    (node) =>
      node.kind === 'pass' ||
      (node.kind === 'expr' && ['str', 'ellipsis'].includes(node.value.kind)) ||
      (node.kind === 'raise' && some(node.value, (inner) => inner['name'] === 'NotImplementedError')),
  );
}

/** True when Python refuses to make an instance of a class as long as it has abstract methods. */
function isAbstractBase(def: ClassDef, base: ClassInfo | undefined): boolean {
  return (
    base?.isAbstractBase === true ||
    def.bases.some((each) => ['ABC', 'Protocol'].includes(lastName(each) ?? '')) ||
    def.keywords.some(({ name, value }) => name === 'metaclass' && lastName(value) === 'ABCMeta')
  );
}

/** Reads a class: its base, methods, properties and the attributes of the class itself. Throws Unsupported. */
export function buildClass(def: ClassDef, around: ClassSurroundings): ClassInfo {
  const [decorator] = def.decorators;
  if (decorator) refuse('This decorator of a class cannot be converted yet.', decorator.place);
  const methods = new Map<string, FunctionInfo>();
  const properties = new Map<string, Property>();
  const attributes = new Map<string, ClassAttribute>();
  const assigned = new Set<string>();
  const above = baseOf(def, around);
  const of: ClassInfo = {
    id: def.id,
    name: def.name,
    def,
    ...above,
    isAbstractBase: isAbstractBase(def, above.base),
    derived: [],
    methods,
    properties,
    attributes,
    fields: new Map(),
    reassigned: new Set(),
    assigned,
    classNames: around.classNames,
  };
  for (const statement of def.body) {
    switch (statement.kind) {
      case 'pass':
        break;
      case 'def':
        addMethod(statement);
        break;
      case 'assign':
        addAttribute(statement.targets, statement.value, statement.place);
        break;
      case 'annotate':
        if (statement.value) addAttribute([statement.target], statement.value, statement.place);
        break;
      case 'expr':
        if (['str', 'ellipsis'].includes(statement.value.kind)) break;
        return refuse('A statement in the body of a class cannot be converted yet.', statement.place);
      default:
        return refuse('This statement in the body of a class cannot be converted yet.', statement.place);
    }
  }
  of.base?.derived.push(of);
  return of;

  function addAttribute(targets: readonly Expr[], value: Expr, place: Place): void {
    const [target, more] = targets;
    if (target?.kind !== 'name' || more) return refuse('This attribute of a class cannot be converted yet.', place);
    if (['__slots__', '__match_args__'].includes(target.name)) return;
    if (value.kind === 'none' && /^__\w+__$/.test(target.name) && target.name !== '__hash__')
      return refuse(
        `\`${target.name} = None\` cannot be converted: define a \`${target.name}\` that raises \`TypeError\`.`,
        place,
      );
    if (of.base && [...lineOf(of.base)].some((each) => each.properties.has(target.name)))
      return addProperty(target.name, value, place);
    if (value.kind === 'call' && lastName(value.callee) === 'property' && value.keywords.length === 0) {
      const [getter, setter] = value.args.map((arg) => (arg.kind === 'name' ? methods.get(arg.name) : undefined));
      if (!getter || (value.args.length > 1 && !setter) || value.args.length > 2)
        return refuse('This property cannot be converted yet.', place);
      properties.set(target.name, { getter, ...(setter && { setter }) });
      return;
    }
    const other = value.kind === 'name' ? methods.get(value.name) : undefined;
    const isSpecial = (name: string): boolean => name.startsWith('__') && name.endsWith('__');
    // The runtime knows special methods by their names.
    if (other?.binding === 'instance' && isSpecial(target.name) && !isSpecial(other.name))
      addMethod({ ...other.def, name: target.name });
    else if (other) methods.set(target.name, other);
    else attributes.set(target.name, { slot: inherited(target.name) ?? new Slot(), value });
  }

  /** An attribute in the place of a property of a base class is one as well. */
  function addProperty(name: string, value: Expr, place: Place): void {
    if (!isLiteral(value))
      return refuse(`\`${name}\` takes the place of a property, which only a literal can be converted to.`, place);
    const base = { id: -value.id, place };
    addMethod({
      ...base,
      kind: 'def',
      name,
      params: [{ ...base, name: 'self', kind: 'plain', keywordOnly: false }],
      body: [{ ...base, leading: [], kind: 'return', value }],
      decorators: [{ ...base, kind: 'name', name: 'property' }],
      isGenerator: false,
      isAsync: false,
      leading: [],
    });
  }

  /** One slot for an attribute that derived classes give another value. */
  function inherited(name: string): Slot | undefined {
    for (let above = of.base; above; above = above.base) {
      const known = above.attributes.get(name);
      if (known) return known.slot;
    }
    return undefined;
  }

  function addMethod(method: FunctionDef): void {
    const decorators = method.decorators.map((node) => lastName(node) ?? '');
    const plain = { ...method, decorators: [] };
    const has = (name: string): boolean => decorators.includes(name);
    const known = ['staticmethod', 'classmethod', 'property', 'abstractmethod', 'setter', 'cached_property'];
    const unknown = method.decorators.find((node) => !known.includes(lastName(node) ?? '') || node.kind === 'call');
    if (unknown) return refuse('This decorator of a method cannot be converted yet.', unknown.place);
    if (refusedSpecialMethods.has(method.name))
      return refuse(`The method \`${method.name}\` cannot be converted yet.`, method.place);
    const isClass = has('classmethod') || method.name === '__new__';
    const binding = has('staticmethod') ? 'static' : isClass ? 'class' : 'instance';
    if (binding !== 'static' && !method.params[0])
      return refuse('A method without `self` cannot be converted yet.', method.place);
    if (binding === 'instance') selfAssignments(method, assigned);
    const isSetter = has('setter');
    const info = around.method(plain, of, {
      binding,
      mustBeOverridden: has('abstractmethod'),
      isAbstract:
        has('abstractmethod') || (isEmptyBody(method.body) && method.body.some(({ kind }) => kind === 'raise')),
      cppName: isSetter ? `set_${method.name}` : memberName(of, method.name),
    });
    if (has('cached_property')) return refuse('`cached_property` cannot be converted yet.', method.place);
    if (isSetter) {
      const property = properties.get(method.name);
      if (property) properties.set(method.name, { ...property, setter: info });
    } else if (has('property')) properties.set(method.name, { getter: info });
    else methods.set(method.name, info);
  }
}

/** The class and those above it, the nearest first. */
export function* lineOf(of: ClassInfo): Generator<ClassInfo> {
  for (let each: ClassInfo | undefined = of; each; each = each.base) yield each;
}

/** True for a class whose instances are of a built-in type as well. */
export function isAlso(of: ClassInfo, name: string): boolean {
  return [...lineOf(of)].some(({ def }) => def.mixes === name || def.standsFor === name);
}

/** Python's name of a class. */
export function shownName({ name, def }: ClassInfo): string {
  return def.shownName ?? name;
}

/** What the runtime's base classes have under names that Python programs use. */
const runtimeMembers = new Set(['refs', 'message', 'arguments', 'cause', 'clone', 'type_name', 'representation']);

/** The name of a member in C++, apart from those of classes and of the runtime's base classes. */
export function memberName(of: Pick<ClassInfo, 'exception' | 'classNames'>, name: string): string {
  const isTaken = of.classNames.has(name) || (of.exception === undefined ? name === 'refs' : runtimeMembers.has(name));
  return isTaken ? `${name}_` : identifier(name);
}

/** All classes below one. */
export function allDerived(of: ClassInfo): ClassInfo[] {
  return of.derived.flatMap((each) => [each, ...allDerived(each)]);
}

/** True when one class is the other or derives from it. */
export function derivesFrom(of: ClassInfo, ancestor: ClassInfo): boolean {
  return [...lineOf(of)].includes(ancestor);
}
