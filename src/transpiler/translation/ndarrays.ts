import type { BinaryOperator, CallExpr, CompareOperator, Expr, Place, Stmt } from '../ast.ts';
import { precedence, type Value } from '../library.ts';
import { asArray } from '../library/numpyMaking.ts';
import { arrayComparison, arrayOperation, operatorOn, operatorRefusals } from '../library/numpyOperators.ts';
import { arrayOf, cppElements, elementKind, isArray, scalarOf } from '../library/numpyTypes.ts';
import {
  bool,
  describe,
  float,
  int,
  isInteger,
  isNumber,
  isOfNumPy,
  never,
  type ArrayType,
  type Type,
} from '../types.ts';
import { Part } from './part.ts';
import { operand, primary } from './values.ts';

/** One index of an array: a position, or a slice. */
interface Index {
  readonly isPosition: boolean;
  readonly code: string;
}

const checked: Partial<Record<BinaryOperator, string>> = {
  '/': 'Divide',
  '//': 'FloorDivide',
  '%': 'Remainder',
};
const bounded: Partial<Record<BinaryOperator, string>> = { '+': 'Add', '-': 'Subtract', '*': 'Multiply' };

/** Built-in functions that arrays, or numbers out of them, answer in their own way. */
const touchy: ReadonlySet<string> = new Set(
  'abs sum min max any all sorted len repr round isinstance type float int bool hash divmod pow reversed'.split(' '),
);

/** The same number as Python's own. */
const plainNumber = (type: Type): Type =>
  type.kind === 'float' ? float : type.kind === 'int' ? int : type.kind === 'bool' ? bool : type;

/** Translates what is done with NumPy's arrays, and with the numbers that come out of them. */
export class NdArrays extends Part {
  /** An operator where a side is an array or a number out of one; undefined where none is. */
  binary(op: BinaryOperator, a: Value, b: Value, right: Expr, place: Place): Value | undefined {
    if (isArray(a.type) || isArray(b.type)) {
      if (a.type.kind === 'never' || b.type.kind === 'never') return primary(never, '0');
      const result = arrayOperation(op, asArray(a) ?? a, asArray(b) ?? b, right);
      if (result) return result;
      const why = operatorRefusals[op];
      return this.unsupported(
        `\`${op}\` between ${describe(a.type)} and ${describe(b.type)} cannot be converted${why === undefined ? '' : `: ${why}`}.`,
        place,
      );
    }
    if (!isOfNumPy(a.type) && !isOfNumPy(b.type)) return undefined;
    if (!isNumber(a.type) || !isNumber(b.type)) return undefined;
    return this.#scalars(op, a, b, right, place);
  }

  /** An operator on numbers of which one may be NumPy's: as with Python's, as long as both agree. */
  #scalars(op: BinaryOperator, a: Value, b: Value, right: Expr, place: Place): Value {
    if (a.type.kind === 'bool' && b.type.kind === 'bool' && !'&|^'.includes(op))
      return this.unsupported(
        `\`${op}\` between two truth values of NumPy cannot be converted: take \`int(…)\` of them.`,
        place,
      );
    if (op === '**' && isInteger(a.type) && isInteger(b.type) && right.kind !== 'int')
      return this.unsupported(
        'A power of an integer out of an array can be converted with a literal exponent, or of `int(…)` of it.',
        place,
      );
    const [x, y] = [a, b].map((each): Value => ({ ...each, type: plainNumber(each.type) }));
    if (!x || !y) throw new Error('an operator has two operands');
    const isInt = isInteger(a.type) && isInteger(b.type);
    const known = checked[op] ?? (isInt ? bounded[op] : undefined);
    const anySize = [a, b].some(({ type }) => type.kind === 'bigint');
    const kind = op === '/' || !isInt ? 'float' : 'int';
    if (known !== undefined && !anySize)
      return primary(
        scalarOf(kind),
        `py::np::scalars${checked[op] === undefined ? '_within' : ''}<py::np::${known}>(${a.code}, ${b.code})`,
      );
    const result = this.translation.operators.binary(op, x, y, right, place);
    const element = elementKind(result.type);
    return element ? { ...result, type: scalarOf(element) } : result;
  }

  /** A comparison where a side is an array; undefined where none is. */
  comparison(op: CompareOperator, a: Value, b: Value, place: Place): Value | undefined {
    if (!isArray(a.type) && !isArray(b.type)) return undefined;
    if (a.type.kind === 'never' || b.type.kind === 'never') return primary(never, '0');
    if ((op === 'is' || op === 'is not') && [a, b].some(({ type }) => type.kind === 'none'))
      return primary(bool, String(op === 'is not'));
    if ((op === 'in' || op === 'not in') && isArray(b.type) && elementKind(a.type) !== undefined && !isArray(a.type)) {
      const found = `py::np::any(py::np::on_arrays<py::np::Equal>(${b.code}, ${a.code}))`;
      return primary(bool, op === 'in' ? found : `!${found}`);
    }
    return (
      arrayComparison(op, asArray(a) ?? a, asArray(b) ?? b) ??
      this.unsupported(`\`${op}\` between ${describe(a.type)} and ${describe(b.type)} cannot be converted.`, place)
    );
  }

  /**
   * A built-in function of an array, or one that numbers of NumPy answer in another way than Python's; undefined where
   * it is converted as for anything else.
   */
  builtin(name: string, node: CallExpr): Value | undefined {
    const [first, second] = node.args;
    // Without NumPy the argument is not looked at: it would be translated once more, at each depth of nested calls.
    if (!this.translation.usesNumPy || !touchy.has(name)) return undefined;
    if (!first || first.kind === 'star' || first.kind === 'comp') return undefined;
    const { type, code } = this.expr(first);
    if (isArray(type)) {
      if (name === 'abs') return primary(type, `py::np::absolute(${code})`);
      if (name === 'sum' && !second && type.rank === 1 && node.keywords.length === 0)
        return primary(scalarOf(type.scalar === 'bool' ? 'int' : type.scalar), `py::np::python_sum(${code})`);
      if (
        ['len', 'repr'].includes(name) ||
        (type.rank === 1 &&
          ['min', 'max', 'any', 'all', 'sorted', 'isinstance'].includes(name) &&
          !isArray(second ? this.expr(second).type : never))
      )
        return name === 'isinstance' ? this.#refused(name, type, first.place) : undefined;
      return this.#refused(name, type, first.place);
    }
    if (!isOfNumPy(type)) return undefined;
    if (name === type.kind && !second) return primary(plainNumber(type), code);
    const differs =
      name === 'repr' ||
      (name === 'round' && second !== undefined) ||
      (name === 'isinstance' && type.kind !== 'float') ||
      name === 'type';
    return differs ? this.#refused(name, type, first.place) : undefined;
  }

  #refused(name: string, type: Type, place: Place): never {
    return this.unsupported(
      isArray(type)
        ? `\`${name}\` of ${describe(type)} cannot be converted: take the function of NumPy, or a loop.`
        : `\`${name}\` of a number of NumPy cannot be converted, because it differs from Python's: take \`${type.kind}(…)\` of it before.`,
      place,
    );
  }

  /** `-a`, `+a` and `~a` of an array. */
  unary(op: '-' | '+' | '~', array: Value & { readonly type: ArrayType }, place: Place): Value {
    const { scalar: element } = array.type;
    if ((element === 'float' && op === '~') || (element === 'bool' && op !== '~'))
      return this.unsupported(`\`${op}\` on ${describe(array.type)} cannot be converted.`, place);
    const name = { '-': 'negative', '+': 'positive', '~': 'invert' }[op];
    return primary(array.type, `py::np::${name}(${array.code})`);
  }

  /** `a[…]` of an array, to be read. */
  item(array: Value, type: ArrayType, node: Expr, place: Place): Value {
    this.translation.evaluationOrder.noteRaise('index of ndarray');
    const object = operand(array, precedence.primary);
    const chosen = this.#chosen(type, node);
    if (chosen?.type.kind === 'never') return primary(never, '0');
    if (chosen && isArray(chosen.type))
      return primary(
        chosen.type.scalar === 'bool' ? arrayOf(type.scalar, 1) : type,
        `py::np::${chosen.type.scalar === 'bool' ? 'select' : 'take'}(${array.code}, ${chosen.code})`,
      );
    const indexes = this.#indexes(type, node, place);
    const codes = indexes.map(({ code }) => code).join(', ');
    const rank = type.rank - indexes.filter(({ isPosition }) => isPosition).length;
    if (rank === 0) return primary(scalarOf(type.scalar), `${object}.ref(${codes})`);
    return primary(arrayOf(type.scalar, rank as ArrayType['rank']), `${object}.view(${codes})`);
  }

  /** `a[…] = value` of an array. */
  assign(array: Value, type: ArrayType, node: Expr, value: Value, place: Place): string {
    if (value.type.kind === 'never') return `static_cast<void>(${value.code});`;
    if (
      value.type.kind === 'union' &&
      value.type.items.every((item) => elementKind(item) !== undefined && !isArray(item))
    ) {
      const code = `py::visit([](auto held) { return py::np::element_of<${cppElements[type.scalar]}>(held); }, ${value.code})`;
      return this.assign(array, type, node, primary({ kind: type.scalar }, code), place);
    }
    const whole = isArray(value.type) ? undefined : asArray(value);
    if (whole) return this.assign(array, type, node, whole, place);
    const given = elementKind(value.type);
    const chosen = this.#chosen(type, node);
    if (given === undefined || (chosen && isArray(value.type)))
      return this.unsupported(`${describe(value.type)} cannot be assigned to items of an array here.`, place);
    if (chosen && isArray(chosen.type)) {
      if (chosen.type.scalar !== 'bool')
        return this.unsupported('Items at an array of places cannot be assigned yet: write a loop.', place);
      return `py::np::assign_where(${array.code}, ${chosen.code}, ${value.code});`;
    }
    const item = this.item(array, type, node, place);
    if (isArray(item.type)) {
      if (isArray(value.type) && value.type.rank > item.type.rank)
        return this.unsupported('An array of more dimensions cannot be assigned here.', place);
      return `py::np::assign(${item.code}, ${value.code});`;
    }
    if (isArray(value.type)) return this.unsupported('An array cannot be assigned to one item of an array.', place);
    return value.type.kind === type.scalar
      ? `${item.code} = ${value.code};`
      : `${item.code} = py::np::element_of<${cppElements[type.scalar]}>(${value.code});`;
  }

  /** `a op= value` and `a[…] op= value`, which change the array itself; undefined for anything else. */
  augment(node: Extract<Stmt, { kind: 'augment' }>): string | undefined {
    const object = node.target.kind === 'index' ? this.expr(node.target.object) : undefined;
    const isItem = object !== undefined && isArray(object.type);
    const target = this.expr(node.target);
    if (!isItem && !isArray(target.type)) return undefined;
    this.translation.evaluationOrder.noteEffect();
    if (isItem && node.target.kind === 'index' && isArray(object.type) && this.#chosen(object.type, node.target.index))
      return this.unsupported('An operator on chosen items cannot be converted yet: write a loop.', node.place);
    const value = this.expr(node.value);
    if (value.type.kind === 'never') return `static_cast<void>(${value.code});`;
    const known = operatorOn(node.op, target.type, value.type);
    const held = elementKind(target.type);
    const fits = known && (isArray(target.type) ? known.element === held : !isArray(value.type));
    if (!known || !fits || (isArray(value.type) && isArray(target.type) && value.type.rank > target.type.rank))
      return this.unsupported(
        `\`${node.op}=\` of ${describe(target.type)} and ${describe(value.type)} cannot be converted.`,
        node.place,
      );
    const name = isArray(target.type) ? 'change' : 'change_element';
    return `py::np::${name}<${known.name}>(${target.code}, ${value.code});`;
  }

  /** A mask or an array of places as the index; undefined for positions and slices. */
  #chosen(type: ArrayType, node: Expr): Value | undefined {
    if (node.kind === 'tuple' || node.kind === 'slice') return undefined;
    const own = this.expr(node);
    const index = own.type.kind === 'list' ? (asArray(own) ?? own) : own;
    if (index.type.kind === 'never') return index;
    if (!isArray(index.type)) return undefined;
    const fits =
      (index.type.scalar === 'bool' && index.type.rank === type.rank) ||
      (index.type.scalar === 'int' && index.type.rank === 1);
    return fits ? index : this.unsupported(`An index of type ${describe(index.type)} cannot be converted.`, node.place);
  }

  /** The positions and slices between the brackets. */
  #indexes(type: ArrayType, node: Expr, place: Place): readonly Index[] {
    const nodes = node.kind === 'tuple' ? node.items : [node];
    if (nodes.length > type.rank)
      return this.unsupported(
        `An array with ${type.rank} dimension${type.rank > 1 ? 's' : ''} cannot have ${nodes.length} indexes.`,
        place,
      );
    return nodes.map((each) => {
      if (each.kind === 'slice') {
        const bounds = this.translation.subscripts.bounds(each);
        const isAll = bounds.every((bound) => bound === 'std::nullopt');
        return { isPosition: false, code: isAll ? 'py::np::all_of' : `py::np::cut{${bounds.join(', ')}}` };
      }
      const index = this.translation.integers.narrowInteger(this.expr(each));
      if (index.type.kind !== 'int' && index.type.kind !== 'never')
        return this.unsupported(
          `An index of type ${describe(index.type)} into an array cannot be converted.`,
          each.place,
        );
      return { isPosition: true, code: index.code };
    });
  }
}
