import type { CallExpr, FormatPart, Place } from '../ast.ts';
import { allDerived, shownName } from '../classes.ts';
import { quote } from '../cpp.ts';
import { elementOf, precedence, type Value } from '../library.ts';
import type { ClassInfo } from '../program.ts';
import { describe, isContainer, isNumber, isOfNumPy, never, none, Slot, slotsOf, str, type Type } from '../types.ts';
import { onEachType, pythonTypeName } from '../unions.ts';
import { Part } from './part.ts';
import { isMixedNumber } from './typeKinds.ts';
import type { Observation } from './evaluationOrder.ts';
import { onEach, primary } from './values.ts';

/** What `!r`, `!s` and `!a` are in the runtime. */
const conversions = new Map([
  ['r', 'repr'],
  ['s', 'to_str'],
  ['a', 'ascii'],
]);

/** Translates f-strings and `print`. */
export class Formatting extends Part {
  formatted(parts: readonly (string | FormatPart)[]): Value {
    const seen: Observation[] = [];
    const codes = parts.map((part) => {
      let code = '';
      seen.push(this.translation.evaluationOrder.observe(() => (code = this.formattedPart(part))));
      return code;
    });
    if (codes.length === 0) return primary(str, '""_s');
    if (codes.length === 1) return primary(str, codes[0] as string);
    const areSeen = seen.some(
      (one) => one.effects && seen.some((other) => other !== one && (other.effects || other.reads)),
    );
    // A `__format__` that changes something: C++ would add up the parts in any order.
    if (areSeen) {
      const [first, ...others] = codes;
      return primary(
        str,
        `[&] { py::str text = ${first}; ${others.map((code) => `text += ${code};`).join(' ')} return text; }()`,
      );
    }
    return { type: str, code: codes.join(' + '), precedence: precedence.sum };
  }

  private formattedPart(part: string | FormatPart): string {
    if (typeof part === 'string') return `${quote(part)}_s`;
    const full = this.expr(part.value);
    const own = part.conversion === '' ? this.ownFormat(full, part, part.value.place) : undefined;
    if (own !== undefined) return own;
    const convert = conversions.get(part.conversion);
    if (convert !== undefined) {
      this.requirePrintable(full.type, part.value.place, convert !== 'to_str' && isOfNumPy(full.type));
      const text = `py::${convert}(${full.code})`;
      return part.spec.length ? `py::format(${text}, ${this.formatted(part.spec).code})` : text;
    }
    const value = part.spec.length ? this.translation.integers.unmixed(full) : full;
    this.requirePrintable(value.type, part.value.place);
    if (value.type.kind === 'ndarray' && part.spec.length)
      return this.unsupported('A format of an array cannot be converted: NumPy raises an error.', part.value.place);
    if (part.spec.length === 0) return `py::to_str(${value.code})`;
    const spec = this.formatted(part.spec).code;
    if (isMixedNumber(value.type)) return onEach(value, `py::format(x, ${spec})`);
    if (value.type.kind === 'union')
      return onEachType(value, ({ type, code }) =>
        isNumber(type) || type.kind === 'str' || type.kind === 'complex'
          ? primary(str, `py::${type.kind === 'bigint' ? 'format_any_size' : 'format'}(${code}, ${spec})`)
          : {
              error: 'TypeError',
              message: `unsupported format string passed to ${pythonTypeName(type)}.__format__`,
            },
      ).code;
    return `py::${value.type.kind === 'bigint' ? 'format_any_size' : 'format'}(${value.code}, ${spec})`;
  }

  /** What the `__format__` of an instance gives. */
  private ownFormat(value: Value, { spec }: FormatPart, place: Place): string | undefined {
    if (value.type.kind !== 'instance' || value.type.of.def.mixes !== undefined) return undefined;
    const given = this.translation.objects.special(value, '__format__', [this.formatted(spec)], place);
    if (given) return given.code;
    if (spec.length === 0) return undefined;
    const text = `unsupported format string passed to ${shownName(value.type.of)}.__format__`;
    return `(static_cast<void>(${value.code}), throw py::TypeError(${quote(text)}), py::str())`;
  }

  requirePrintable(type: Type, place: Place, within = false, seen: readonly Slot[] = []): void {
    const methods = within ? ['__repr__'] : ['__str__', '__repr__'];
    const shows = (of: ClassInfo): boolean =>
      methods.some((name) => this.translation.objects.methodOf(of, name) !== undefined);
    // A class of which no instances are made leaves it to those that derive from it.
    const isShown = ({ of }: Extract<Type, { kind: 'instance' }>): boolean =>
      shows(of) ||
      (!this.translation.constructed.has(of) &&
        of.derived.length > 0 &&
        allDerived(of).every((each) => shows(each) || !this.translation.constructed.has(each)));
    if (type.kind === 'instance' && !isShown(type)) {
      this.unsupported(
        `Printing a ${type.of.name} without ${methods.map((name) => `\`${name}\``).join(' or ')} cannot be converted: Python prints an address.`,
        place,
      );
    }
    if (within && isOfNumPy(type))
      this.unsupported(
        'Printing what holds numbers of NumPy cannot be converted, because versions of NumPy print them differently: take `float(…)` or `int(…)` of them.',
        place,
      );
    if (isContainer(type)) {
      for (const slot of slotsOf(type)) {
        if (!seen.includes(slot.root())) this.requirePrintable(slot.type, place, true, [...seen, slot.root()]);
      }
    } else if (type.kind === 'tuple' || type.kind === 'union') {
      for (const item of type.items) this.requirePrintable(item, place, within || type.kind === 'tuple', seen);
    }
    if (type.kind === 'view') {
      const item: Type = { kind: 'list', element: new Slot(elementOf(type) ?? never) };
      this.requirePrintable(item, place, within, seen);
    }
    if (type.kind === 'defaultdict') {
      const named = ['bool', 'int', 'float', 'str', 'list', 'set', 'dict', 'never'].includes(type.value.type.kind);
      if (!named || [...this.translation.unnamedFactories].some((slot) => slot.root() === type.value.root()))
        this.unsupported(
          'Printing this `defaultdict` cannot be converted, because Python prints the address of its factory: print `dict(…)` of it.',
          place,
        );
    }
    if (['func', 'class', 'iter', 'generator'].includes(type.kind))
      this.unsupported(`Printing a ${describe(type)} cannot be converted: Python prints an address.`, place);
  }

  print(node: CallExpr): Value {
    const starred = node.args.some((arg) => arg.kind === 'star');
    const args = node.args.map((arg) => {
      const items = arg.kind === 'star' ? this.translation.comprehensions.iterable(arg.value) : undefined;
      const value = items?.value ?? this.expr(arg);
      this.requirePrintable(items?.element ?? value.type, arg.place);
      if (!starred) return value.code;
      if (!items) return `texts.append(py::to_str(${value.code}));`;
      const code = value.type.kind === 'tuple' ? `py::items_of(${value.code})` : value.code;
      return `for (const auto& item : ${code}) texts.append(py::to_str(item));`;
    });
    const option = (name: string): string | undefined => {
      const value = node.keywords.find((keyword) => keyword.name === name)?.value;
      return value && this.expr(value).code;
    };
    const other = node.keywords.find(({ name }) => !['sep', 'end', 'flush', 'file'].includes(name));
    if (other) return this.unsupported(`\`print\` with \`${other.name}\` cannot be converted yet.`, node.place);
    const fileNode = node.keywords.find(({ name }) => name === 'file')?.value;
    const file = fileNode && this.expr(fileNode);
    if (file?.type.kind === 'textfile' && !starred)
      return primary(
        none,
        `py::print_to(${[file.code, option('sep') ?? '" "_s', option('end') ?? '"\\n"_s', ...args].join(', ')})`,
      );
    if (file && (file.type.kind !== 'file' || starred))
      return this.unsupported('`print` with `file` cannot be converted yet for this.', node.place);
    const sep = option('sep');
    const end = option('end');
    if (starred) {
      const texts = `[&] { py::list<py::str> texts; ${args.join(' ')} return texts; }()`;
      const options = [
        ...(sep === undefined && end === undefined ? [] : [sep ?? '" "_s']),
        ...(end === undefined ? [] : [end]),
      ];
      return primary(none, `py::print_all(${[texts, ...options].join(', ')})`);
    }
    if (sep === undefined && end === undefined && !file) return primary(none, `py::print(${args.join(', ')})`);
    if (file)
      return primary(
        none,
        `py::print_with(${[sep ?? '" "_s', end ?? '"\\n"_s', `static_cast<py::detail::Output&>(${file.code})`, ...args].join(', ')})`,
      );
    return primary(none, `py::print_with(${[sep ?? '" "_s', end ?? '"\\n"_s', ...args].join(', ')})`);
  }
}
