import type { Expr, Place } from '../ast.ts';
import { derivesFrom, isAlso, shownName } from '../classes.ts';
import { cppType, identifier } from '../cpp.ts';
import { exceptionNames } from '../exceptions.ts';
import { typeCall, typeNames } from '../flow.ts';
import { precedence, type Value } from '../library.ts';
import { alternatives, bool, isNumber, unionOf, withoutNone, type Type } from '../types.ts';
import { holdsOneOf, isInstanceOf, onEachType, pythonTypeName } from '../unions.ts';
import { Part } from './part.ts';
import { operand, primary } from './values.ts';

/** The end of a test of which only the first part is worked out. */
const NEVER = ' && false';

/** True for a test that ends in one which this signature decides. */
export const isNeverTrue = (test: string): boolean => test === 'false' || test.endsWith(NEVER);

/** Translates tests: what is true of a value, `and` and `or`, and tests of types. */
export class Conditions extends Part {
  /** A test: Python's truth of a value as a C++ bool. */
  condition(node: Expr, limit: number): string {
    return operand(this.test(node), limit);
  }

  test(node: Expr): Value {
    if (node.kind === 'bool-op') {
      const left = this.test(node.left);
      const both = node.op === 'and';
      // What a test of types decides for this signature is not worked out.
      if (left.code === (both ? 'false' : 'true') || (both && isNeverTrue(left.code))) return left;
      const known = this.flow.tested(node.left);
      const right = this.flow.during(both ? known.yes : known.no, () =>
        this.translation.ranges.during(node.left, both, () => this.test(node.right)),
      );
      return this.#joined(both, left, right);
    }
    if (node.kind === 'unary' && node.op === 'not') {
      const inner = this.test(node.operand);
      if (inner.code === 'true' || inner.code === 'false') return primary(bool, String(inner.code === 'false'));
      if (inner.precedence === precedence.equality && inner.code.endsWith(' != 0'))
        return { ...inner, code: inner.code.replace(/ != 0$/, ' == 0') };
      if (/^![\w\u0080-\uffff.>-]+\.empty\(\)$/.test(inner.code)) return primary(bool, inner.code.slice(1));
      return { type: bool, code: `!${operand(inner, precedence.unary)}`, precedence: precedence.unary };
    }
    const value = this.expr(node);
    return value.type.kind === 'bool' ? value : this.truth(value, node.place);
  }

  /** `and` or `or` of two tests, of which the first does not decide alone. */
  #joined(both: boolean, left: Value, right: Value): Value {
    if (left.code === (both ? 'true' : 'false')) return right;
    if (right.code === (both ? 'true' : 'false')) return left;
    const level = both ? precedence.and : precedence.or;
    // Compilers warn of `and` inside `or` without parentheses.
    const limit = both ? precedence.and : precedence.equality;
    const wrap = (value: Value): string => operand(value, value.precedence === level ? level : limit);
    return { type: bool, code: `${wrap(left)} ${both ? '&&' : '||'} ${wrap(right)}`, precedence: level };
  }

  /** `and` and `or`: a test between tests, else one of the two values. */
  boolOperation(node: Extract<Expr, { kind: 'bool-op' }>): Value {
    const both = node.op === 'and';
    const left = this.expr(node.left);
    // What a test of types decides for this signature is not worked out.
    if (left.type.kind === 'bool' && left.code === String(!both)) return left;
    const known = this.flow.tested(node.left);
    const right = this.flow.during(both ? known.yes : known.no, () =>
      this.translation.ranges.during(node.left, both, () => this.expr(node.right)),
    );
    // Translated once: of a long chain, each test would double the work.
    if (left.type.kind === 'bool' && right.type.kind === 'bool') return this.#joined(both, left, right);
    const isTest = ({ type }: Value): boolean => type.kind === 'bool' || type.kind === 'never';
    if (isTest(left) && isTest(right)) return this.test(node);
    this.truth(left, node.place);
    const type = unionOf([both ? left.type : withoutNone(left.type), right.type]);
    this.translation.types.requireOne(type, node.place, `\`${node.op}\` between these values`);
    return primary(
      type,
      `py::${both ? 'and_then' : 'or_else'}<${cppType(type)}>(${left.code}, [&] { return ${right.code}; })`,
    );
  }

  truth(value: Value, place: Place): Value {
    if (value.type.kind === 'ndarray')
      return this.unsupported(
        'The truth of an array cannot be converted: NumPy raises an error for most. Write `.any()`, `.all()` or `.size`.',
        place,
      );
    const own = this.translation.objects.truthOf(value, place);
    if (own) return own;
    const { kind } = value.type;
    if (kind === 'none' && /^[\w\u0080-\uffff.:]+$/.test(value.code)) return primary(bool, 'false');
    if (kind === 'int' || kind === 'float')
      return { type: bool, code: `${operand(value, precedence.relation)} != 0`, precedence: precedence.equality };
    if (kind === 'list' || kind === 'dict' || kind === 'str')
      return { type: bool, code: `!${operand(value, precedence.primary)}.empty()`, precedence: precedence.unary };
    return primary(bool, `py::is_true(${value.code})`);
  }

  /** `isinstance(x, T)` and `type(x) is T`; decided here where the type of `x` leaves no doubt. */
  typeTest(objectNode: Expr, types: Expr, exactly: boolean, negated: boolean): Value {
    const names = typeNames(types) ?? this.typeNamed(types);
    const object = this.expr(objectNode);
    if (object.type.kind === 'instance' && names) {
      const of = object.type.of;
      const tests = names.map((name) => {
        const wanted = this.translation.classes.get(name);
        if (!wanted)
          return isInstanceOf(object.type, name, exactly) === undefined && name !== 'object'
            ? undefined
            : String(name === 'object' || (!exactly && isAlso(of, name)));
        if (exactly) return `std::string_view(${this.typeCode(object)}) == "${shownName(wanted)}"`;
        if (derivesFrom(of, wanted)) return 'true';
        return derivesFrom(wanted, of) ? `py::isinstance<${identifier(wanted.name)}>(${object.code})` : 'false';
      });
      if (tests.includes(undefined))
        return this.unsupported('A test for this type cannot be converted yet.', types.place);
      if (tests.includes('true')) return primary(bool, String(!negated));
      const left = tests.filter((test) => test !== 'false');
      if (left.length === 0) return primary(bool, String(negated));
      return negated
        ? primary(bool, `!(${left.join(' || ')})`)
        : primary(bool, left.length > 1 ? `(${left.join(' || ')})` : String(left[0]));
    }
    if (object.type.kind === 'exception' && names) return this.errorTest(object, names, types, exactly, negated);
    const matches = (type: Type): boolean => {
      const answers = (names ?? []).map((name) => this.isInstance(type, name, exactly));
      if (!names || answers.includes(undefined))
        return this.unsupported('A test for this type cannot be converted yet.', types.place);
      return answers.includes(true);
    };
    const all = alternatives(object.type);
    if (names && all.length > 1 && all.some(({ kind }) => kind === 'exception'))
      return onEachType(object, (alternative) =>
        alternative.type.kind === 'exception'
          ? this.errorTest(alternative, names, types, exactly, negated)
          : primary(bool, String((isInstanceOf(alternative.type, names[0] ?? '', exactly) === true) !== negated)),
      );
    return holdsOneOf(
      object,
      all.filter((type) => matches(type) !== negated),
    );
  }

  /** The name of the class that `type(x)` gives, where it can be no other. */
  private typeNamed(node: Expr): string[] | undefined {
    const of = typeCall(node);
    const type = of && this.expr(of).type;
    if (type?.kind === 'instance') return type.of.derived.length === 0 ? [type.of.name] : undefined;
    return type && isNumber(type) ? [pythonTypeName(type)] : undefined;
  }

  /** `isinstance(e, T)` of an exception. */
  private errorTest(object: Value, names: readonly string[], types: Expr, exactly: boolean, negated: boolean): Value {
    const tests = names.map((name) => {
      const of = this.translation.classes.get(name);
      if (!of && !exceptionNames.has(name))
        return this.unsupported('A test for this type cannot be converted yet.', types.place);
      return exactly
        ? `${operand(object, precedence.primary)}${object.isThrown ? '.' : '->'}type_name() == std::string_view("${of ? shownName(of) : name}")`
        : `py::is_error<${of ? identifier(of.name) : `py::${name}`}>(${object.code})`;
    });
    const test = tests.join(' || ');
    return primary(bool, negated ? `!(${test})` : `(${test})`);
  }

  /** The name of an instance's class as C++ text. */
  private typeCode(object: Value): string {
    return `${operand(object, precedence.primary)}->__name__()`;
  }

  /** The type of an item or an attribute that is read without a call. */
  typeOfPath(node: Expr): Type | undefined {
    if (node.kind !== 'index' && node.kind !== 'attribute') return undefined;
    const { type, code } = this.translation.expressions.unnarrowed(node);
    return code.includes('(') ? undefined : type;
  }

  /** True when a value of this type is an instance of a built-in type or class of that name; undefined when that cannot be told. */
  isInstance(type: Type, name: string, exactly: boolean): boolean | undefined {
    const of = this.translation.classes.get(name);
    const record = this.translation.records.get(name);
    if (record) return type.kind === 'tuple' && type.record === record;
    if (!of) return name === 'object' ? true : isInstanceOf(type, name, exactly);
    if (type.kind !== 'instance') return false;
    if (exactly) return undefined;
    return derivesFrom(type.of, of) ? true : derivesFrom(of, type.of) ? undefined : false;
  }
}
