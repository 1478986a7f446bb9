import type { AttributeExpr, BinaryOperator, CallExpr, CompareOperator, Place } from '../ast.ts';
import { allDerived, derivesFrom, lineOf, memberName, shownName } from '../classes.ts';
import { cppType, identifier, quote, resultType } from '../cpp.ts';
import { growthOf } from '../growth.ts';
import { precedence, type Value } from '../library.ts';
import { byInstance } from '../inheritedClassMethods.ts';
import { isLiteral } from '../literals.ts';
import type { ClassInfo, FunctionInfo, Property } from '../program.ts';
import { bool, changes, describe, int, none, Slot, str, unionOf, withoutNone, type Type } from '../types.ts';
import { isKnown } from '../certainErrors.ts';
import { coerced, onEachType, operandError, pythonTypeName } from '../unions.ts';
import { classOf, instanceType, operatorMethods } from './classTypes.ts';
import { Part } from './part.ts';
import { isHandle } from './typeKinds.ts';
import { operand, primary } from './values.ts';

const orderMethods: Partial<Record<CompareOperator, readonly [string, string]>> = {
  '<': ['__lt__', '__gt__'],
  '<=': ['__le__', '__ge__'],
  '>': ['__gt__', '__lt__'],
  '>=': ['__ge__', '__le__'],
};

/** Translates what has to do with the classes of the program: making instances, their attributes, methods and operators. */
export class Objects extends Part {
  methodOf(of: ClassInfo, name: string): FunctionInfo | undefined {
    for (const each of lineOf(of)) {
      const method = each.methods.get(name);
      if (method) return method;
    }
    return undefined;
  }

  private propertyOf(of: ClassInfo, name: string): Property | undefined {
    for (const each of lineOf(of)) {
      const property = each.properties.get(name);
      if (property) return property;
    }
    return undefined;
  }

  /** Methods of derived classes that may run where this one is called. */
  private overriding(of: ClassInfo, info: FunctionInfo): FunctionInfo[] {
    return allDerived(of).flatMap((each) => {
      const own = each.methods.get(info.name) ?? each.properties.get(info.name)?.getter;
      return own && own !== info ? [own] : [];
    });
  }

  /** `x->` or `x.` in front of a member. */
  private access(object: Value): string {
    if (/^(?:py::ref<[^<>]+>\(this\)|\*this)$/.test(object.code)) return 'this->';
    return `${operand(object, precedence.primary)}${object.isThrown === true ? '.' : '->'}`;
  }

  /** A call of a method on an instance; of exactly that method when `exactly` names its class, as `super()` does. */
  callMethod(object: Value, info: FunctionInfo, args: readonly Value[], place: Place, exactly?: ClassInfo): Value {
    const of = classOf(object.type) ?? info.owner;
    const instance = this.translation.functionCopies.instantiate(info, args, place);
    this.translation.calls.noteCall(instance);
    if (!exactly && of && info.binding === 'instance') {
      for (const other of this.overriding(of, info))
        this.translation.calls.noteCall(this.translation.functionCopies.instantiate(other, args, place));
    }
    const scope = exactly ? `${identifier(exactly.name)}::` : '';
    const call = `${identifier(info.cppName)}(${this.translation.calls.passed(instance, args)})`;
    const code =
      info.binding === 'instance'
        ? `${this.access(object)}${scope}${call}`
        : `${identifier(info.owner?.name ?? '')}::${call}`;
    return { ...primary(instance.result.type, code), growth: growthOf(instance.result) };
  }

  /** A call of one of the methods that Python itself calls; undefined when the class has none of that name. */
  special(object: Value, name: string, args: readonly Value[], place: Place): Value | undefined {
    const of = classOf(object.type);
    const info = of && this.methodOf(of, name);
    return info && this.callMethod(object, info, args, place);
  }

  /** A new instance of a class of the program. */
  construct(of: ClassInfo, node: CallExpr): Value {
    const init = this.methodOf(of, '__init__');
    const name = identifier(of.name);
    const type = instanceType(of);
    if (of.exception !== undefined) {
      const args = init
        ? this.translation.callArguments.arguments(init, node, 1)
        : node.args.map((arg) => this.expr(arg));
      const codes = init
        ? this.translation.calls.passed(
            this.translation.calls.noteCall(this.translation.functionCopies.instantiate(init, args, node.place)),
            args,
          )
        : undefined;
      return {
        ...primary(type, `py::make_error<${name}>(${codes ?? args.map(({ code }) => code).join(', ')})`),
        isThrown: true,
      };
    }
    const missing = of.isAbstractBase ? this.abstractMethods(of) : [];
    if (missing.length) {
      const text = `Can't instantiate abstract class ${shownName(of)} with abstract method${missing.length > 1 ? 's' : ''} ${missing.join(', ')}`;
      return primary(type, `(throw py::TypeError(${quote(text)}), ${cppType(type)}())`);
    }
    const maker = this.methodOf(of, '__new__');
    if (maker) return this.constructByNew(of, maker, init, node);
    this.translation.constructed.add(of);
    if (!init) {
      if (node.args.length || node.keywords.length)
        return this.unsupported(`\`${of.name}\` takes no arguments.`, node.place);
      return primary(type, `py::make<${name}>()`);
    }
    const args = this.translation.callArguments.arguments(init, node, 1);
    const instance = this.translation.calls.noteCall(
      this.translation.functionCopies.instantiate(init, args, node.place),
    );
    return primary(type, `py::make<${name}>(${this.translation.calls.passed(instance, args)})`);
  }

  /** An instance that a class makes by a `__new__` of its own. */
  private constructByNew(of: ClassInfo, maker: FunctionInfo, init: FunctionInfo | undefined, node: CallExpr): Value {
    this.translation.constructed.add(of);
    const name = identifier(of.name);
    const isPlain = node.args.every((arg) => isLiteral(arg) || arg.kind === 'name');
    if (maker.owner !== of || of.derived.length > 0 || (!isPlain && init))
      return this.unsupported('This use of `__new__` cannot be converted yet.', node.place);
    const given = this.translation.callArguments.arguments(maker, node, 1);
    const made = this.translation.calls.noteCall(this.translation.functionCopies.instantiate(maker, given, node.place));
    const type = made.result.type;
    const making = `${name}::${identifier(maker.cppName)}(${this.translation.calls.passed(made, given)})`;
    if (!init) return primary(type, making);
    const args = this.translation.callArguments.arguments(init, node, 1);
    const started = this.translation.calls.passed(
      this.translation.calls.noteCall(this.translation.functionCopies.instantiate(init, args, node.place)),
      args,
    );
    const result = type.kind === 'never' ? instanceType(of) : type;
    return primary(result, `[&] { auto made = ${making}; made->__init__(${started}); return made; }()`);
  }

  /** The names of the methods and properties that a class still has to define. */
  private abstractMethods(of: ClassInfo): string[] {
    const names = new Set<string>();
    const line = [...lineOf(of)];
    const find = (name: string): FunctionInfo | boolean | undefined => {
      for (const each of line) {
        const found = each.methods.get(name) ?? each.properties.get(name)?.getter ?? each.attributes.has(name);
        if (found) return found;
      }
      return undefined;
    };
    for (const each of line) {
      for (const name of [...each.methods.keys(), ...each.properties.keys()]) {
        const found = find(name);
        if (typeof found === 'object' && found.mustBeOverridden === true) names.add(name);
      }
    }
    return [...names].sort();
  }

  /** An attribute of an instance: a property, what a method has set, or what its class has. */
  instanceAttribute(object: Value, name: string, place: Place): Value {
    const of = classOf(object.type);
    const builtin = object.type.kind === 'exception' ? this.errorAttribute(object, of, name) : undefined;
    if (builtin) return builtin;
    if (!of)
      return this.unsupported(`The attribute \`${name}\` of ${describe(object.type)} cannot be converted yet.`, place);
    const property = this.propertyOf(of, name);
    if (property) return this.callMethod(object, property.getter, [], place);
    const attribute = this.attributeOf(of, name);
    if (attribute && ![...lineOf(of)].some((each) => each.assigned.has(name) || each.fields.has(name))) {
      const dynamic = attribute.redefined ? `${this.access(object)}class_${identifier(name)}()` : undefined;
      return primary(attribute.slot.type, dynamic ?? this.staticName(attribute.owner, name));
    }
    const field = this.field(of, name);
    if (field && this.isShadow(of, name)) {
      this.translation.evaluationOrder.noteRead();
      const member = memberName(of, name);
      return {
        ...primary(field.type, `${this.access(object)}own_${member}()`),
        place: `${this.access(object)}${member}`,
        growth: growthOf(field),
      };
    }
    if (field)
      return { ...primary(field.type, `${this.access(object)}${memberName(of, name)}`), growth: growthOf(field) };
    const method = this.methodOf(of, name);
    if (method) return this.translation.functionValues.boundMethod(object, method, place);
    // An attribute that only one kind of derived class has: anything else raises an error at run time.
    const [below, ...others] = allDerived(of).filter((each) => this.hasOwn(each, name));
    if (below && others.every((other) => derivesFrom(other, below)) && object.type.kind === 'instance') {
      const known = primary(instanceType(below), `py::ref_cast<${identifier(below.name)}>(${object.code})`);
      return this.instanceAttribute(known, name, place);
    }
    const fields = this.fieldsBelow(of, name);
    if (fields) {
      const [slot] = fields.values();
      if (slot) {
        this.translation.evaluationOrder.noteRaise(`attribute ${name}`);
        const access = `auto below = py::ref_cast<`;
        const tests = [...fields.keys()].map(
          (each) => `if (${access}${identifier(each.name)}>(object)) return below->${memberName(each, name)};`,
        );
        const member = (result: string): string =>
          `[&](const ${cppType(object.type)}& object) -> ${result} { ${tests.join(' ')} py::raise_no_attribute(object, ${quote(name)}); }(${object.code})`;
        const type = cppType(slot.type);
        return { ...primary(slot.type, member(type)), place: member(`${type}&`), growth: growthOf(slot) };
      }
    }
    if (below && others.every((other) => derivesFrom(other, below)) && object.isThrown === true)
      return this.instanceAttribute(this.#asError(object, below, name), name, place);
    const asked = this.special(object, '__getattr__', [primary(str, `${quote(name)}_s`)], place);
    if (asked) return asked;
    return this.hasNone(of, name, `\`${of.name}\` has no attribute \`${name}\` that its methods set.`, place);
  }

  /**
   * The attribute of this name of derived classes whose methods set it, the topmost ones, with the slot that is then one for all;
   * undefined where there are none or something else bears the name.
   */
  fieldsBelow(of: ClassInfo, name: string): ReadonlyMap<ClassInfo, Slot> | undefined {
    if (of.exception !== undefined) return undefined;
    const having = allDerived(of).filter((each) => each.assigned.has(name));
    const topmost = having.filter((each) => !having.some((other) => other !== each && derivesFrom(each, other)));
    const isOther = (each: ClassInfo): boolean =>
      each.properties.has(name) || each.attributes.has(name) || each.methods.has(name);
    if (topmost.length === 0 || [...lineOf(of), ...allDerived(of)].some(isOther)) return undefined;
    const fields = new Map<ClassInfo, Slot>();
    for (const each of topmost) {
      let slot = each.fields.get(name);
      if (!slot) {
        slot = new Slot();
        each.fields.set(name, slot);
        changes.count++;
      }
      fields.set(each, slot);
    }
    const [first, ...rest] = fields.values();
    for (const slot of rest) first?.unify(slot);
    return fields;
  }

  /** True where a derived class, but none above it, has an attribute, a property or a method of this name. */
  isBelow(of: ClassInfo, name: string): boolean {
    const has = (each: ClassInfo): boolean => this.hasOwn(each, name) || each.methods.has(name);
    return of.exception === undefined && ![...lineOf(of)].some(has) && allDerived(of).some(has);
  }

  /** A call of a method that only derived classes have, each one of its own. */
  private callBelow(object: Value, having: readonly ClassInfo[], name: string, node: CallExpr): Value {
    this.translation.evaluationOrder.noteRaise(`attribute ${name}`);
    const topmost = having.filter((each) => !having.some((other) => other !== each && derivesFrom(each, other)));
    const results = topmost.map((each) => {
      const known = primary(instanceType(each), 'below');
      return { each, result: this.instanceCall(known, name, node) };
    });
    const type = unionOf(results.map(({ result }) => result.type));
    this.translation.types.requireOne(type, node.place, `What \`${name}\` gives`);
    const written = resultType(type);
    const cases = results.map(({ each, result }) => {
      const use = written === 'void' ? `${result.code}; return;` : `return ${coerced(result, type)};`;
      return `if (auto below = py::ref_cast<${identifier(each.name)}>(object)) { ${use} }`;
    });
    return primary(
      type,
      `[&](const ${cppType(object.type)}& object) -> ${written} { ${cases.join(' ')} py::raise_no_attribute(object, ${quote(name)}); }(${object.code})`,
    );
  }

  /** An exception as one of a class that derives from what is known of it. */
  #asError(object: Value, of: ClassInfo, name: string): Value {
    this.translation.evaluationOrder.noteRaise(`attribute ${name}`);
    const code = `py::error_cast<${identifier(of.name)}>(${object.code}, "${name}")`;
    return { ...primary(instanceType(of), code), isThrown: true };
  }

  /** What every exception has, and `code` of SystemExit. */
  private errorAttribute(object: Value, of: ClassInfo | undefined, name: string): Value | undefined {
    if (of && this.hasAttribute(of, name)) return undefined;
    const { type } = object;
    if (name === 'args') {
      const args = this.translation.types.allocate('arguments of exceptions', () => ({
        kind: 'vartuple',
        element: new Slot({ kind: 'argument' }),
      }));
      return primary(args, `py::arguments_of(${object.code})`);
    }
    if (type.kind === 'exception' && type.name === 'StopIteration' && name === 'value')
      return primary(unionOf([none, { kind: 'argument' }]), `py::value_of(${object.code})`);
    if (name === '__cause__')
      return primary(unionOf([none, { kind: 'exception', name: 'BaseException' }]), `py::cause_of(${object.code})`);
    if (type.kind === 'exception' && type.name === 'SystemExit' && name === 'code')
      return primary(int, `int64_t{${this.access(object)}code}`);
    return undefined;
  }

  /** The property that a target stands for, with the derived class that has it where only that one does. */
  propertyOfTarget(target: AttributeExpr): { readonly property: Property; readonly below?: ClassInfo } | undefined {
    if (this.translation.names.classOfNode(target.object)) return undefined;
    const of = classOf(withoutNone(this.expr(target.object).type));
    if (!of) return undefined;
    const property = this.propertyOf(of, target.name);
    if (property) return { property };
    const having = allDerived(of).filter((each) => each.properties.has(target.name));
    const [below, more] = having.filter((each) => !having.some((other) => other !== each && derivesFrom(each, other)));
    if (more)
      return this.unsupported(
        `\`${target.name}\` is a property of several classes, but not of \`${of.name}\`.`,
        target.place,
      );
    const own = below?.properties.get(target.name);
    return below && own && { property: own, below };
  }

  /** An assignment to a property; undefined when the target is none. */
  setProperty(target: AttributeExpr, value: Value): Value | undefined {
    const found = this.propertyOfTarget(target);
    if (!found) return undefined;
    const { property, below } = found;
    if (!property.setter) return this.unsupported(`\`${target.name}\` is a property without a setter.`, target.place);
    const given = this.expr(target.object);
    const object = below
      ? primary(instanceType(below), `py::ref_cast<${identifier(below.name)}>(${given.code})`)
      : given;
    return this.callMethod(object, property.setter, [value], target.place);
  }

  /** True for what an instance of a class, or of one derived from it, has. */
  hasAttribute(of: ClassInfo, name: string): boolean {
    return [...lineOf(of), ...allDerived(of)].some((each) => this.hasOwn(each, name));
  }

  private hasOwn(of: ClassInfo, name: string): boolean {
    return of.fields.has(name) || of.assigned.has(name) || of.properties.has(name) || of.attributes.has(name);
  }

  /** An attribute of a class, with the class that has it and whether a derived class has another value for it. */
  attributeOf(
    of: ClassInfo,
    name: string,
  ): { readonly slot: Slot; readonly owner: ClassInfo; readonly redefined: boolean } | undefined {
    for (const owner of lineOf(of)) {
      const known = owner.attributes.get(name);
      if (known)
        return { slot: known.slot, owner, redefined: allDerived(of).some((each) => each.attributes.has(name)) };
    }
    return undefined;
  }

  /**
   * True for an attribute of instances that may have no value of its own: then it is that of the class, which may change or be
   * another in a derived class.
   */
  isShadow(of: ClassInfo, name: string): boolean {
    const attribute = this.attributeOf(of, name);
    if (!attribute) return false;
    const line = [...lineOf(attribute.owner), ...allDerived(attribute.owner)];
    if (!attribute.redefined && !line.some((each) => each.reassigned.has(name))) return false;
    const init = this.methodOf(of, '__init__');
    const self = init?.def.params[0]?.name;
    const isSet = init?.def.body.some(
      (each) =>
        each.kind === 'assign' &&
        each.targets.some(
          (target) =>
            target.kind === 'attribute' &&
            target.name === name &&
            target.object.kind === 'name' &&
            target.object.name === self,
        ),
    );
    return isSet !== true;
  }

  /** The static member that an attribute of a class is; apart from the field by which instances have a value of their own. */
  staticName(owner: ClassInfo, name: string): string {
    const isField = [...lineOf(owner), ...allDerived(owner)].some(
      (each) => each.assigned.has(name) || each.fields.has(name),
    );
    return `${identifier(owner.name)}::${identifier(isField ? `${name}_of_class` : name)}`;
  }

  classMember(of: ClassInfo, name: string, place: Place): Value {
    if (name === '__name__') return primary(str, `"${shownName(of)}"_s`);
    const attribute = this.attributeOf(of, name);
    if (attribute) {
      this.translation.evaluationOrder.noteRead();
      return primary(attribute.slot.type, this.staticName(attribute.owner, name));
    }
    return this.unsupported(`\`${of.name}\` has no attribute \`${name}\` that can be converted.`, place);
  }

  classCall(of: ClassInfo, name: string, node: CallExpr): Value {
    const info = this.methodOf(of, name);
    if (!info) {
      const [self] = node.args;
      if (name === '__init__' && self && of.exception !== undefined)
        return this.initializeException({ ...node, args: node.args.slice(1) });
      return this.unsupported(`\`${of.name}\` has no method \`${name}\`.`, node.place);
    }
    if (info.binding !== 'instance') {
      const args = this.translation.callArguments.arguments(info, node, info.binding === 'class' ? 1 : 0);
      return this.callMethod({ ...primary(instanceType(of), '') }, info, args, node.place);
    }
    const [self, ...rest] = node.args;
    if (!self) return this.unsupported(`\`${of.name}.${name}\` needs an instance.`, node.place);
    const object = this.expr(self);
    return this.callMethod(
      object,
      info,
      this.translation.callArguments.arguments(info, { ...node, args: rest }, 1),
      node.place,
      info.owner,
    );
  }

  /** `super().name(…)`. */
  superCall(name: string, node: CallExpr): Value {
    const { owner } = this.context;
    if (!owner) return this.unsupported('`super()` outside a method cannot be converted.', node.place);
    const info = owner.base && this.methodOf(owner.base, name);
    if (!info && name === '__new__')
      return primary(instanceType(owner), `py::ref<${identifier(owner.name)}>(new ${identifier(owner.name)})`);
    if (!info) {
      if (name === '__init__' && owner.exception !== undefined) return this.initializeException(node);
      if (name === '__init__' && node.args.length === 0) return primary(none, 'py::None');
      const rest = name === '__init__' ? this.#nothingLeft(node) : undefined;
      if (rest) return rest;
      return this.unsupported(`\`super().${name}\` cannot be converted: no base class has it.`, node.place);
    }
    const args = this.translation.callArguments.arguments(info, node, info.binding === 'static' ? 0 : 1);
    return this.callMethod(primary(instanceType(owner), '*this'), info, args, node.place, info.owner);
  }

  /** `super().__init__(**others)` where no class is left that takes any. */
  #nothingLeft(node: CallExpr): Value | undefined {
    const [only, more] = node.args;
    if (only?.kind !== 'doublestar' || more || node.keywords.length) return undefined;
    const names = this.expr(only.value);
    return names.type.kind === 'dict' ? primary(none, `py::no_more_names(${names.code})`) : undefined;
  }

  private initializeException(node: CallExpr): Value {
    const args = node.args.map((arg) => this.expr(arg).code);
    return primary(none, `static_cast<py::BaseException&>(*this) = py::BaseException(${args.join(', ')})`);
  }

  instanceCall(object: Value, name: string, node: CallExpr): Value {
    const of = classOf(object.type);
    if (!of)
      return this.unsupported(
        `The method \`${name}\` of ${describe(object.type)} cannot be converted yet.`,
        node.place,
      );
    const info = this.methodOf(of, name);
    if (!info && this.field(of, name)) {
      const field = this.instanceAttribute(object, name, node.place);
      return this.translation.calls.callValue(field, node);
    }
    if (!info) {
      const [below, ...others] = allDerived(of).filter((each) => each.methods.has(name));
      if (below && others.every((other) => derivesFrom(other, below)) && object.type.kind === 'instance') {
        return this.instanceCall(
          primary(instanceType(below), `py::ref_cast<${identifier(below.name)}>(${object.code})`),
          name,
          node,
        );
      }
      const having = allDerived(of).filter((each) => each.methods.get(name)?.binding === 'instance');
      if (having.length > 1 && object.type.kind === 'instance') return this.callBelow(object, having, name, node);
      if (below && others.every((other) => derivesFrom(other, below)) && object.isThrown === true)
        return this.instanceCall(this.#asError(object, below, name), name, node);
      if (this.methodOf(of, '__getattr__'))
        return this.translation.calls.callValue(this.instanceAttribute(object, name, node.place), node);
      return this.hasNone(of, name, `\`${of.name}\` has no method \`${name}\`.`, node.place);
    }
    const own = info.binding === 'instance' ? undefined : byInstance(name);
    if (own !== undefined && allDerived(of).length > 0 && this.methodOf(of, own))
      return this.instanceCall(object, own, node);
    const args = this.translation.callArguments.arguments(info, node, info.binding === 'static' ? 0 : 1);
    return this.callMethod(object, info, args, node.place);
  }

  /** Refuses an attribute that no instance of a class has. */
  private hasNone(of: ClassInfo, name: string, message: string, place: Place): never {
    const isPlain = of.exception === undefined && of.def.standsFor === undefined && of.def.mixes === undefined;
    if (!isPlain || name.startsWith('__') || allDerived(of).length > 0) this.unsupported(message, place);
    return this.fails('AttributeError', `'${shownName(of)}' object has no attribute '${name}'`, message, place);
  }

  instanceOperator(op: BinaryOperator, a: Value, b: Value, place: Place): Value {
    const name = operatorMethods[op];
    const result =
      this.special(a, `__${name}__`, [b], place) ??
      (classOf(b.type) ? this.special(b, `__r${name}__`, [a], place) : undefined);
    if (result) return result;
    const message = `\`${op}\` between ${describe(a.type)} and ${describe(b.type)} cannot be converted: no method of theirs says what it means.`;
    const isPlain = ({ type }: Value): boolean =>
      isKnown(type) ||
      (type.kind === 'instance' && type.of.def.mixes === undefined && type.of.def.standsFor === undefined);
    if (!isPlain(a) || !isPlain(b)) this.unsupported(message, place);
    const error = operandError(op, pythonTypeName(a.type), pythonTypeName(b.type));
    return this.fails('TypeError', error, message, place);
  }

  instanceComparison(op: CompareOperator, a: Value, b: Value, place: Place): Value | undefined {
    const methods = orderMethods[op];
    if (methods) {
      const [name, reflected] = methods;
      return this.special(a, name, [b], place) ?? this.special(b, reflected, [a], place);
    }
    if (op === '==' || op === '!=') {
      // What the left side has no method for, Python asks of the right side.
      const asked = (name: string): Value | undefined =>
        this.special(a, name, [b], place) ?? (classOf(b.type) ? this.special(b, name, [a], place) : undefined);
      const own = op === '!=' ? asked('__ne__') : undefined;
      const equal = own ?? asked('__eq__');
      if (!equal) return primary(bool, `py::${op === '==' ? 'eq' : 'ne'}(${a.code}, ${b.code})`);
      if (own || op === '==') return equal;
      return { type: bool, code: `!${equal.code}`, precedence: precedence.unary };
    }
    return undefined;
  }

  /** `reversed` of an instance: what its `__reversed__` gives, or its items from the last to the first. */
  reversed(value: Value, place: Place): Value | undefined {
    const { type } = value;
    if (type.kind !== 'instance' || type.of.def.mixes !== undefined) return undefined;
    const own = this.special(value, '__reversed__', [], place);
    if (own) return own;
    const length = this.special(value, '__len__', [], place);
    const item = length && this.special(value, '__getitem__', [{ ...primary(int, 'at'), nonNegative: true }], place);
    if (!item) return undefined;
    return primary(
      this.#iterator('reversed', item.type, place),
      `py::reversed_indexed<${cppType(item.type)}>(${value.code})`,
    );
  }

  /** The type of what goes over items of this type; `purpose` tells it from others that are made at the same place. */
  #iterator(purpose: string, item: Type, place: Place): Type {
    const type = this.translation.types.allocate(`${purpose} ${place.line} ${place.column}`, () => ({
      kind: 'iter',
      element: new Slot(),
    }));
    if ('element' in type) type.element.add(item);
    return type;
  }

  /** What going over an instance goes over; other values as they are. */
  asIterable(given: Value, place: Place): Value {
    const type = withoutNone(given.type);
    const of = classOf(type);
    if (type.kind === 'union' && !isHandle(type) && type.items.some((each) => this.#hasItems(each)))
      return onEachType(given, (each) => this.asIterable(each, place));
    if (!of) return given;
    const value = { ...given, type };
    if (of.def.mixes !== undefined && !this.methodOf(of, '__iter__')) return this.translation.integers.unmixed(value);
    const iterator = this.special(value, '__iter__', [], place);
    if (!iterator) {
      // Without `__iter__`, Python asks for the items 0, 1, 2 … until there is none.
      const item = this.special(value, '__getitem__', [{ ...primary(int, 'at'), nonNegative: true }], place);
      const isPlain = of.exception === undefined && of.def.standsFor === undefined && of.derived.length === 0;
      if (!item && isPlain && given.type.kind === 'instance')
        this.fails(
          'TypeError',
          `'${shownName(of)}' object is not iterable`,
          `A value of type ${describe(given.type)} cannot be gone through here.`,
          place,
        );
      if (!item) return value;
      return primary(
        this.#iterator('items', item.type, place),
        `py::iterate_items<${cppType(item.type)}>(${value.code})`,
      );
    }
    if (!classOf(iterator.type)) return iterator;
    const next = this.special(primary(iterator.type, 'it'), '__next__', [], place);
    const message = 'What `__iter__` gives has no `__next__`.';
    if (!next)
      return this.fails(
        'TypeError',
        `iter() returned non-iterator of type '${pythonTypeName(iterator.type)}'`,
        message,
        place,
      );
    const element = this.translation.types.allocate(`iterator ${place.line} ${place.column}`, () => ({
      kind: 'iter',
      element: new Slot(),
    }));
    if ('element' in element) element.element.add(next.type);
    return primary(element, `py::iterate<${cppType(next.type)}>(${iterator.code})`);
  }

  /** True for an instance that says itself what going over it gives. */
  #hasItems(type: Type): boolean {
    const of = classOf(type);
    return of !== undefined && ['__iter__', '__getitem__'].some((name) => this.methodOf(of, name) !== undefined);
  }

  truthOf(value: Value, place: Place): Value | undefined {
    const type = withoutNone(value.type);
    const of = classOf(type);
    if (!of) return undefined;
    const name = ['__bool__', '__len__'].find((each) => this.methodOf(of, each));
    if (!name) return primary(bool, `py::is_true(${value.code})`);
    const result = this.special({ ...value, type }, name, [], place);
    if (result && type === value.type)
      return name === '__bool__'
        ? result
        : { type: bool, code: `${result.code} != 0`, precedence: precedence.equality };
    return primary(bool, `py::truth(${value.code})`);
  }

  /** What `str(type(x))` gives. */
  typeText(value: Value, place: Place): Value {
    const { type } = value;
    const isOther = (each: ClassInfo): boolean =>
      each.def.qualifiedName !== undefined || each.def.place.origin !== undefined;
    const of = classOf(type);
    const shown = (name: string): Value => primary(str, `"<class '${name}'>"_s`);
    if (of && ![of, ...allDerived(of)].some(isOther))
      return primary(str, `"<class '__main__."_s + ${this.typeName(value).code} + "'>"_s`);
    if (type.kind === 'exception' && !of) {
      const own = [...this.translation.classes.values()].filter((each) => each.exception !== undefined);
      if (!own.some(isOther)) {
        const names = own.map((each) => `"${shownName(each)}"_s`);
        const name = this.typeName(value).code;
        const isOwn = names.length ? `py::list<py::str>{${names.join(', ')}}` : 'py::list<py::str>()';
        return primary(
          str,
          `[&] { const auto name = ${name}; return "<class '"_s + (py::contains(${isOwn}, name) ? "__main__."_s : ""_s) + name + "'>"_s; }()`,
        );
      }
    }
    if (type.kind === 'tuple' && type.record) return shown(`__main__.${type.record.name}`);
    const ofCollections = {
      counter: 'Counter',
      ordereddict: 'OrderedDict',
      defaultdict: 'defaultdict',
      deque: 'deque',
    };
    if (type.kind in ofCollections)
      return shown(`collections.${ofCollections[type.kind as keyof typeof ofCollections]}`);
    if (isKnown(type) && type.kind !== 'func') return shown(pythonTypeName(type));
    return this.unsupported(`The type of ${describe(type)} as text cannot be converted.`, place);
  }

  /** `type(x).__name__` and `x.__class__.__name__`. */
  typeName(value: Value): Value {
    const { type } = value;
    if (type.kind === 'instance') return primary(str, `py::str::from_utf8(${this.access(value)}__name__())`);
    if (type.kind === 'exception') return primary(str, `py::str::from_utf8(${this.access(value)}type_name())`);
    if (type.kind === 'union')
      return primary(
        str,
        `py::str::from_utf8(py::visit([](const auto& x) { return py::name_of_type(x); }, ${value.code}))`,
      );
    return primary(str, `"${pythonTypeName(type)}"_s`);
  }

  fieldOf(of: ClassInfo, name: string): Slot | undefined {
    for (const each of lineOf(of)) {
      const known = each.fields.get(name);
      if (known) return known;
    }
    return undefined;
  }

  /** The slot of an attribute; made when a class sets it anywhere. */
  field(of: ClassInfo, name: string): Slot | undefined {
    const known = this.fieldOf(of, name);
    if (known) return known;
    // The method that sets it may not have been translated yet.
    if (this.translation.round > 2 || ![...lineOf(of)].some((each) => each.assigned.has(name))) return undefined;
    return new Slot();
  }
}
