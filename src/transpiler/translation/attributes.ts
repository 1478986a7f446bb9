import type { CallExpr, Expr, NameExpr, Param, Place } from '../ast.ts';
import { allDerived, lineOf, shownName } from '../classes.ts';
import { cppType, identifier, quote } from '../cpp.ts';
import { typeCall } from '../flow.ts';
import { libraryConstants, precedence, type Value } from '../library.ts';
import { attributeRows } from '../library/attributes.ts';
import { methodOwners } from '../library/ofTypes.ts';
import type { FunctionInfo } from '../program.ts';
import { hasPythonMethod } from '../pythonMethods.ts';
import { describe, never, str, tupleOf, unionOf, withoutNone, type Type } from '../types.ts';
import { coerced, onEachType, pythonTypeName } from '../unions.ts';
import { some } from '../walk.ts';
import { hasData, isKnown } from '../certainErrors.ts';
import { constantCode } from './names.ts';
import { Part } from './part.ts';
import { isHandle } from './typeKinds.ts';
import { noAttribute, operand, primary } from './values.ts';

/** The methods of built-in types that programs hand on, with the number of arguments they are given then. */
const handedOn: ReadonlyMap<string, number> = new Map([
  ...'append appendleft add remove discard extend index count join get startswith endswith __contains__ __getitem__'
    .split(' ')
    .map((name): [string, number] => [name, 1]),
]);

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

  /** A method of a variable or text of a built-in type that is handed on: `visit(found.append)`, `map(", ".join, rows)`. */
  #boundMethod(objectNode: Expr, name: string, place: Place): Value | undefined {
    const count = handedOn.get(name);
    if (count === undefined || (objectNode.kind !== 'str' && objectNode.kind !== 'name')) return undefined;
    if (objectNode.kind === 'name' && !this.translation.names.lookUp(objectNode)) return undefined;
    const { type } = this.expr(objectNode);
    if (
      !['list', 'dict', 'defaultdict', 'set', 'deque', 'str'].includes(type.kind) ||
      !(name.startsWith('__') ? type.kind !== 'str' || name === '__contains__' : hasPythonMethod(type, name))
    )
      return undefined;
    const params = Array.from({ length: count }, (_, index): Param => {
      return { name: `argument_${index + 1}`, id: -1, place, kind: 'plain', keywordOnly: false };
    });
    const args = params.map((param, index): NameExpr => {
      return { kind: 'name', id: -(objectNode.id * 100 + index), place, name: param.name };
    });
    const callee: Expr = { kind: 'attribute', id: -1, place, object: objectNode, name };
    const body: CallExpr = { kind: 'call', id: -objectNode.id, place, callee, args, keywords: [] };
    return this.translation.functionValues.lambdaValue(
      { kind: 'lambda', id: objectNode.id, place, params, body },
      name,
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
      const has = this.#has(object.type, text, place);
      if (name === 'hasattr') return { type: { kind: 'bool' }, code: String(has), precedence: precedence.primary };
      if (has || !absent) return this.attribute(objectNode, text, place);
      return this.expr(absent);
    }
    const of = object.type.kind === 'instance' ? object.type.of : undefined;
    const prefix = this.translation.functionValues.prefixOf(nameNode);
    if (!of || name === 'hasattr' || prefix === '')
      return this.unsupported(
        `\`${name}\` of a name that is only known at run time cannot be converted: call what it stands for by its name.`,
        place,
      );
    const named = new Map<string, FunctionInfo>();
    for (const each of [...lineOf(of), ...allDerived(of)])
      for (const [key, info] of each.methods) if (key.startsWith(prefix) && !named.has(key)) named.set(key, info);
    const wanted = this.expr(nameNode);
    const methods = [...named].filter(
      ([, info]) => info.binding === 'instance' && this.translation.objects.methodOf(of, info.name) === info,
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

  /** True when values of a type have an attribute; refused where that depends on what ran before. */
  #has(type: Type, name: string, place: Place): boolean {
    if (type.kind !== 'instance')
      return hasPythonMethod(type, name) || attributeRows.get(type.kind)?.has(name) === true;
    const of = type.of;
    const defined = [...lineOf(of)].some(
      (each) => each.methods.has(name) || each.properties.has(name) || each.attributes.has(name),
    );
    if (defined) return true;
    if (this.translation.objects.methodOf(of, '__getattr__'))
      return this.unsupported(
        `Whether \`${shownName(of)}\` has an attribute that its \`__getattr__\` gives cannot be converted.`,
        place,
      );
    const init = this.translation.objects.methodOf(of, '__init__');
    const inInit =
      init?.def.body.some(
        (each) =>
          (each.kind === 'assign' || each.kind === 'annotate') &&
          some(each, (inner) => inner['kind'] === 'attribute' && inner['name'] === name),
      ) === true;
    if (inInit && !this.context.isInit) return true;
    if (this.translation.objects.hasAttribute(of, name))
      return this.unsupported(
        `Whether \`${shownName(of)}\` has the attribute \`${name}\` yet cannot be converted: set it to None in \`__init__\`.`,
        place,
      );
    return false;
  }
}
