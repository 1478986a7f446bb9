import type { CallExpr, Expr, NameExpr, Param, Place } from '../ast.ts';
import { allDerived, lineOf, shownName } from '../classes.ts';
import { cppType, identifier, quote } from '../cpp.ts';
import { typeCall } from '../flow.ts';
import { libraryConstants, precedence, type Value } from '../library.ts';
import { attributeRows } from '../library/attributes.ts';
import { methodOwners } from '../library/ofTypes.ts';
import type { ClassInfo, FunctionInfo } from '../program.ts';
import { hasKnownMethods, hasPythonMethod } from '../pythonMethods.ts';
import { alternatives, describe, never, str, tupleOf, unionOf, withoutNone, type Type } from '../types.ts';
import { coerced, holdsOneOf, onEachType, pythonTypeName } from '../unions.ts';
import { some, walk } from '../walk.ts';
import { hasData, isKnown } from '../certainErrors.ts';
import { constantCode } from './names.ts';
import { Part } from './part.ts';
import { isHandle } from './typeKinds.ts';
import { isNothing, noAttribute, operand, primary } from './values.ts';

/** The methods of built-in types that programs hand on, with the number of arguments they are given then. */
const handedOn: ReadonlyMap<string, number> = new Map([
  ...'append appendleft add remove discard extend index count join get startswith endswith __contains__ __getitem__'
    .split(' ')
    .map((name): [string, number] => [name, 1]),
  ...'pop popleft popitem clear copy keys values items upper lower strip lstrip rstrip title isdigit isalpha readline'
    .split(' ')
    .map((name): [string, number] => [name, 0]),
]);

/** What stands for a value whose methods can be handed on. */
const bindable = new Set<Expr['kind']>(['str', 'name', 'attribute', 'index', 'list', 'call']);

/** What every object has. */
const ofAllObjects = new Set(
  '__class__ __doc__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __hash__ __str__ __repr__ __init__ __new__ __dir__ __format__'.split(
    ' ',
  ),
);

/** Special methods that only some built-in types have, beside numbers and None. */
const ofContainers: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  ['__iter__', '__len__', '__contains__', '__getitem__'].map((name) => {
    const unordered = name === '__getitem__' ? [] : ['set', 'frozenset'];
    const kinds = 'str bytes list tuple vartuple dict defaultdict ordereddict counter deque'.split(' ');
    return [name, new Set([...kinds, ...unordered])];
  }),
);

/** Translates attributes that are read. */
export class Attributes extends Part {
  attribute(objectNode: Expr, name: string, place: Place): Value {
    if (objectNode.kind === 'name' && !this.translation.names.lookUp(objectNode)) {
      const module = this.translation.imports.get(objectNode.name);
      const constant = module === undefined ? undefined : libraryConstants.get(`${module}.${name}`);
      if (module !== undefined && constant) return primary(constant, constantCode(`${module}.${name}`));
      if (module !== undefined) {
        const value = this.translation.functionValues.libraryFunctionValue(
          { kind: 'attribute', id: objectNode.id, place, object: objectNode, name },
          `${module}.${name}`,
        );
        return value ?? this.unsupported(`\`${module}.${name}\` cannot be converted yet.`, place);
      }
    }
    const record =
      objectNode.kind === 'name' && !this.translation.names.lookUp(objectNode)
        ? this.translation.records.get(objectNode.name)
        : undefined;
    if (record && name === '_fields') {
      const names = record.fields.map((field) => `"${field.name}"_s`);
      return primary(tupleOf(...names.map(() => str)), `std::make_tuple(${names.join(', ')})`);
    }
    if (objectNode.kind === 'name' && methodOwners.has(objectNode.name) && !this.translation.names.lookUp(objectNode)) {
      // `str.upper` as a value: what calls it on its argument.
      const item: NameExpr = { kind: 'name', id: -1, place, name: 'item' };
      const callee: Expr = { kind: 'attribute', id: -1, place, object: item, name };
      const body: CallExpr = { kind: 'call', id: -objectNode.id, place, callee, args: [], keywords: [] };
      const param = { name: 'item', id: -1, place, kind: 'plain', keywordOnly: false } as const;
      return this.translation.functionValues.lambdaValue({
        kind: 'lambda',
        id: objectNode.id,
        place,
        params: [param],
        body,
      });
    }
    const bound = this.#boundMethod(objectNode, name, place);
    if (bound) return bound;
    const nested = this.translation.names.libraryName(objectNode);
    const deep = nested === undefined ? undefined : libraryConstants.get(`${nested}.${name}`);
    if (deep) return primary(deep, constantCode(`${nested}.${name}`));
    this.translation.evaluationOrder.noteRead();
    const of = this.translation.names.classOfNode(objectNode);
    if (of) return this.translation.objects.classMember(of, name, place);
    if (name === '__name__') {
      const typed =
        typeCall(objectNode) ??
        (objectNode.kind === 'attribute' && objectNode.name === '__class__' ? objectNode.object : undefined);
      if (typed) return this.translation.objects.typeName(this.expr(typed));
    }
    const full = this.expr(objectNode);
    if (isNothing(full)) return full;
    const object = isHandle(full.type) ? this.present(full, name) : full;
    if (object.type.kind !== 'union') return this.attributeOn(object, name, place);
    const isBuiltIn = ({ kind }: Type): boolean => attributeRows.get(kind)?.has(name) === true;
    if (!object.type.items.some((type) => type.kind === 'instance' || isBuiltIn(type)))
      return this.unsupported(`The attribute \`${name}\` of ${describe(object.type)} cannot be converted.`, place);
    return onEachType(object, (alternative) => {
      const { type } = alternative;
      if (
        type.kind === 'instance'
          ? this.translation.objects.hasAttribute(type.of, name)
          : (type.kind === 'tuple' && type.record) || isBuiltIn(type)
      )
        return this.attributeOn(alternative, name, place);
      return {
        error: 'AttributeError',
        message: `'${pythonTypeName(alternative.type)}' object has no attribute '${name}'`,
      };
    });
  }

  /** A method of a value of a built-in type that is handed on: `visit(self.found.append)`, `map(", ".join, rows)`. */
  #boundMethod(objectNode: Expr, name: string, place: Place): Value | undefined {
    const known = handedOn.get(name);
    if (known === undefined || !bindable.has(objectNode.kind)) return undefined;
    if (objectNode.kind === 'name' && !this.translation.names.lookUp(objectNode)) return undefined;
    if (objectNode.kind === 'attribute' && this.#isNoValue(objectNode)) return undefined;
    const { type } = this.expr(objectNode);
    if (
      !['list', 'dict', 'defaultdict', 'set', 'deque', 'str', 'file'].includes(type.kind) ||
      !(name.startsWith('__') ? type.kind !== 'str' || name === '__contains__' : hasPythonMethod(type, name))
    )
      return undefined;
    const count = name === 'pop' && 'key' in type ? 1 : known;
    const params = Array.from({ length: count }, (_, index): Param => {
      return { name: `argument_${index + 1}`, id: -1, place, kind: 'plain', keywordOnly: false };
    });
    const args = params.map((param, index): NameExpr => {
      return { kind: 'name', id: -(objectNode.id * 100 + index), place, name: param.name };
    });
    // The method is that of the very object: the variable may stand for another one later.
    const isText = objectNode.kind === 'str';
    const object: Expr = isText ? objectNode : { kind: 'name', id: -1, place, name: 'bound_object' };
    const bound: Param = {
      name: 'bound_object',
      id: -1,
      place,
      kind: 'plain',
      keywordOnly: false,
      default: objectNode,
      isFresh: true,
    };
    const callee: Expr = { kind: 'attribute', id: -1, place, object, name };
    const body: CallExpr = { kind: 'call', id: -objectNode.id, place, callee, args, keywords: [] };
    return this.translation.functionValues.lambdaValue(
      { kind: 'lambda', id: objectNode.id, place, params: isText ? params : [...params, bound], body },
      name,
    );
  }

  /** True for a class, a module or what stands in one. */
  #isNoValue(node: Expr): boolean {
    return (
      this.translation.names.classOfNode(node) !== undefined ||
      this.translation.names.libraryName(node) !== undefined ||
      (node.kind === 'attribute' && this.#isNoValue(node.object)) ||
      (node.kind === 'name' && !this.translation.names.lookUp(node))
    );
  }

  /** An instance that may be None, where an attribute of it is meant: None raises what Python raises. */
  present(value: Value, name: string): Value {
    const type = withoutNone(value.type);
    if (!this.translation.catches) return { ...value, type };
    this.translation.evaluationOrder.noteRaise(`attribute ${name}`);
    return primary(type, `py::with_attribute(${value.code}, ${quote(name)})`);
  }

  /** `object.name` of a value of one type. */
  private attributeOn(object: Value, name: string, place: Place): Value {
    if (object.type.kind === 'none') return noAttribute(object, name);
    if (object.type.kind === 'never')
      return primary(never, `${operand(object, precedence.primary)}->${identifier(name)}`);
    if (object.type.kind === 'tuple' && object.type.record) {
      const at = object.type.record.fields.findIndex((field) => field.name === name);
      const item = object.type.items[at];
      if (item) return primary(item, `std::get<${at}>(${object.code})`);
      const property = object.type.record.methods.get(name);
      if (property?.form === 'property') return this.translation.namedTuples.recordCall(property, [object], [], place);
    }
    if (object.type.kind === 'instance' || object.type.kind === 'exception')
      return this.translation.objects.instanceAttribute(object, name, place);
    if (object.type.kind === 'func' && name === '__name__') return this.translation.functionValues.nameOf(object);
    const row = attributeRows.get(object.type.kind)?.get(name);
    if (row) return row({ ...object, code: operand(object, precedence.primary), precedence: precedence.primary });
    if (isKnown(object.type) && !hasPythonMethod(object.type, name) && !hasData(object.type, name))
      this.fails(
        'AttributeError',
        `'${pythonTypeName(object.type)}' object has no attribute '${name}'`,
        `The attribute \`${name}\` of ${describe(object.type)} cannot be converted.`,
        place,
      );
    return this.unsupported(`The attribute \`${name}\` of ${describe(object.type)} cannot be converted.`, place);
  }

  /** `hasattr(object, name)` and `getattr(object, name)`. */
  attributeByName(name: 'hasattr' | 'getattr', node: CallExpr): Value {
    const { place } = node;
    const [objectNode, nameNode, absent] = node.args;
    if (!objectNode || !nameNode) return this.unsupported(`\`${name}\` needs an object and a name.`, place);
    const object = this.expr(objectNode);
    const text = this.translation.names.literalText(nameNode);
    if (text !== undefined) {
      if (name === 'getattr' && !absent) return this.attribute(objectNode, text, place);
      const has = this.#holds(object, text, place);
      if (name === 'hasattr') return has;
      if (has.code === 'true') return this.attribute(objectNode, text, place);
      const otherwise = absent ? this.expr(absent) : primary(never, '');
      if (has.code === 'false' || alternatives(object.type).length === 0) return otherwise;
      const found = this.attribute(objectNode, text, place);
      const type = unionOf([found.type, otherwise.type]);
      this.translation.types.requireOne(type, place, 'What `getattr` gives');
      const either = (value: Value): string => `${cppType(type)}(${coerced(value, type)})`;
      return primary(type, `(${has.code} ? ${either(found)} : ${either(otherwise)})`);
    }
    const of = object.type.kind === 'instance' ? object.type.of : undefined;
    const prefix = this.translation.functionValues.prefixOf(nameNode);
    const field = of && name === 'getattr' && prefix === '' ? this.#fieldByName(of, node) : undefined;
    if (field) return field;
    const isCalled = name === 'getattr' && this.#isCalled(node);
    if (!of || name === 'hasattr' || (prefix === '' && !isCalled))
      return this.unsupported(
        `\`${name}\` of a name that is only known at run time cannot be converted: call what it stands for by its name.`,
        place,
      );
    const named = new Map<string, FunctionInfo>();
    for (const each of [...lineOf(of), ...allDerived(of)])
      for (const [key, info] of each.methods) if (key.startsWith(prefix) && !named.has(key)) named.set(key, info);
    const wanted = this.expr(nameNode);
    const methods = [...named].filter(
      ([key, info]) =>
        info.binding === 'instance' &&
        this.translation.objects.methodOf(of, info.name) === info &&
        (prefix !== '' || (!key.startsWith('__') && this.#takesAsMany(info, node))),
    );
    const [first] = methods;
    if (!first) return this.unsupported(`No method begins with \`${prefix}\`.`, place);
    const values = methods.map(([key, info]) => ({
      key,
      value: this.translation.functionValues.boundMethod(object, info, place),
    }));
    const otherwise = absent && this.expr(absent);
    const type = unionOf([...values.map(({ value }) => value.type), ...(otherwise ? [otherwise.type] : [])]);
    this.translation.types.requireOne(type, place, `What \`getattr\` gives`);
    const cases = values.map(({ key, value }) => `if (method_name == ${quote(key)}_s) return ${coerced(value, type)};`);
    const last = otherwise
      ? `return ${coerced(otherwise, type)};`
      : `throw py::AttributeError("'${shownName(of)}' object has no attribute '" + method_name.utf8() + "'");`;
    return {
      type,
      code: `[&](const py::str& method_name) -> ${cppType(type)} { ${cases.join(' ')} ${last} }(${wanted.code})`,
      precedence: precedence.primary,
    };
  }

  /** True where what `getattr` gives is called, at once or by the name that it is given. */
  #isCalled(node: CallExpr): boolean {
    return this.#callsOf(node).length > 0;
  }

  /** The calls of what `getattr` gives. */
  #callsOf(node: CallExpr): readonly CallExpr[] {
    const names = new Set<string>();
    walk(this.context.body, (each) => {
      if (each['kind'] !== 'assign' || (each['value'] as Expr).id !== node.id) return;
      for (const target of each['targets'] as readonly Expr[]) if (target.kind === 'name') names.add(target.name);
    });
    const calls: CallExpr[] = [];
    walk(this.context.body, (each) => {
      const callee = each['kind'] === 'call' ? (each['callee'] as Expr) : undefined;
      if (callee?.id === node.id || (callee?.kind === 'name' && names.has(callee.name)))
        calls.push(each as unknown as CallExpr);
    });
    return calls;
  }

  /** True for a method that can be called as what `getattr` gives is. */
  #takesAsMany({ def }: FunctionInfo, node: CallExpr): boolean {
    const params = def.params.slice(1);
    const required = params.filter((param) => !param.default && param.kind === 'plain').length;
    return this.#callsOf(node).every(
      ({ args, keywords }) =>
        args.some(({ kind }) => kind === 'star') ||
        (args.length + keywords.length >= required && args.length + keywords.length <= params.length),
    );
  }

  /** `getattr(object, name)` of an attribute whose name is known at run time only; undefined where methods may be meant. */
  #fieldByName(of: ClassInfo, node: CallExpr): Value | undefined {
    const [objectNode, nameNode, absent] = node.args;
    const isSteady = objectNode?.kind === 'name' || objectNode?.kind === 'attribute';
    if (!objectNode || !nameNode || !isSteady || this.#isCalled(node)) return undefined;
    const names = new Set(
      [...lineOf(of)].flatMap((each) => [...each.fields.keys(), ...each.properties.keys(), ...each.attributes.keys()]),
    );
    const more = [...allDerived(of)].some((each) => [...each.fields.keys(), ...each.properties.keys()].length > 0);
    if (names.size === 0 || more) return undefined;
    const wanted = this.expr(nameNode);
    if (wanted.type.kind !== 'str') return undefined;
    const values = [...names].map((key) => ({ key, value: this.attribute(objectNode, key, node.place) }));
    const otherwise = absent && this.expr(absent);
    const type = unionOf([...values.map(({ value }) => value.type), ...(otherwise ? [otherwise.type] : [])]);
    this.translation.types.requireOne(type, node.place, 'What `getattr` gives');
    const cases = values.map(
      ({ key, value }) => `if (attribute_name == ${quote(key)}_s) return ${coerced(value, type)};`,
    );
    const methods = [...lineOf(of)].flatMap((each) => [...each.methods.keys()]);
    // What is handed on as a method would be of another type: that is told rather than mistaken for a missing attribute.
    for (const key of new Set(methods.filter((each) => !each.startsWith('__'))))
      cases.push(
        `if (attribute_name == ${quote(key)}_s) throw py::NotImplementedError("the method '${key}' is no attribute of the converted program");`,
      );
    const last = otherwise
      ? `return ${coerced(otherwise, type)};`
      : `throw py::AttributeError("'${shownName(of)}' object has no attribute '" + attribute_name.utf8() + "'");`;
    return {
      type,
      code: `[&](const py::str& attribute_name) -> ${cppType(type)} { ${cases.join(' ')} ${last} }(${wanted.code})`,
      precedence: precedence.primary,
    };
  }

  /** Whether a value has an attribute: told here where its type leaves no doubt, else asked when the program runs. */
  #holds(object: Value, name: string, place: Place): Value {
    const asked: string[] = [];
    const having = alternatives(object.type).filter((type) => {
      if (this.#has(type, name, place)) return true;
      if (type.kind !== 'instance') return false;
      const derived = [...allDerived(type.of)].filter((of) => this.#has({ kind: 'instance', of }, name, place));
      for (const of of derived)
        if (![...lineOf(of)].some((base) => base !== of && derived.includes(base))) asked.push(identifier(of.name));
      return false;
    });
    if (asked.length === 0) return holdsOneOf(object, having);
    if (object.type.kind !== 'instance' && !isHandle(object.type))
      return this.unsupported(
        `Whether ${describe(object.type)} has the attribute \`${name}\` cannot be converted: test with \`isinstance\`.`,
        place,
      );
    return primary({ kind: 'bool' }, `(${asked.map((of) => `py::isinstance<${of}>(${object.code})`).join(' || ')})`);
  }

  /** True when all values of a type have an attribute; refused where that depends on what ran before. */
  #has(type: Type, name: string, place: Place): boolean {
    if (ofAllObjects.has(name)) return true;
    if (name === '__call__' && (type.kind === 'func' || type.kind === 'class')) return true;
    if (name === '__iter__' && ['iter', 'generator', 'range', 'view', 'file'].includes(type.kind)) return true;
    if (type.kind !== 'instance' && type.kind !== 'none' && !hasKnownMethods(type)) {
      return this.unsupported(`Whether ${describe(type)} has the attribute \`${name}\` cannot be converted.`, place);
    }
    if (type.kind === 'tuple' && type.record && !name.startsWith('__'))
      return (
        type.record.fields.some((field) => field.name === name) ||
        type.record.methods.has(name) ||
        name.startsWith('_') ||
        hasPythonMethod(type, name)
      );
    if (type.kind !== 'instance') {
      if (hasPythonMethod(type, name) || attributeRows.get(type.kind)?.has(name) === true) return true;
      const kinds = ofContainers.get(name);
      if (kinds) return kinds.has(type.kind);
      if (!name.startsWith('__') || name === '__call__' || name === '__next__') return false;
      return this.unsupported(`Whether ${describe(type)} has the attribute \`${name}\` cannot be converted.`, place);
    }
    const of = type.of;
    const line = [...lineOf(of)];
    if (line.some((each) => each.methods.has(name) || each.properties.has(name) || each.attributes.has(name)))
      return true;
    if (this.translation.objects.methodOf(of, '__getattr__'))
      return this.unsupported(
        `Whether \`${shownName(of)}\` has an attribute that its \`__getattr__\` gives cannot be converted.`,
        place,
      );
    if (!this.context.isInit && this.#setsInInit(of, name)) return true;
    if (line.some((each) => each.fields.has(name) || each.assigned.has(name)))
      return this.unsupported(
        `Whether \`${shownName(of)}\` has the attribute \`${name}\` yet cannot be converted: set it to None in \`__init__\`.`,
        place,
      );
    return false;
  }

  /** True when the `__init__` of a class, or one that it calls of a base, sets an attribute in any case. */
  #setsInInit(of: ClassInfo, name: string): boolean {
    for (const each of lineOf(of)) {
      const init = each.methods.get('__init__');
      if (!init) continue;
      const sets = init.def.body.some(
        (statement) =>
          (statement.kind === 'assign' || statement.kind === 'annotate') &&
          some(statement, (inner) => inner['kind'] === 'attribute' && inner['name'] === name),
      );
      if (sets) return true;
      const goesOn = init.def.body.some(
        (statement) =>
          statement.kind === 'expr' &&
          some(statement, (inner) => inner['kind'] === 'attribute' && inner['name'] === '__init__'),
      );
      if (!goesOn) return false;
    }
    return false;
  }
}
