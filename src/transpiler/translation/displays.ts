import type { Expr } from '../ast.ts';
import { cppType } from '../cpp.ts';
import type { Value } from '../library.ts';
import { isLiteral } from '../literals.ts';
import { describe, Slot, type MappingKind, type Type } from '../types.ts';
import { coerced } from '../unions.ts';
import { Part } from './part.ts';
import { primary } from './values.ts';

/** Translates lists, sets and dicts that are written out, also with others spread in them. */
export class Displays extends Part {
  sequence(node: Extract<Expr, { kind: 'list' | 'set' }>, kind: 'list' | 'set'): Value {
    const type = this.translation.types.allocate(node.id, () => ({ kind, element: new Slot() }));
    if (type.kind !== kind) throw new Error('a literal has another type');
    if (node.items.some((item) => item.kind === 'star')) return this.spreading(node, type);
    const items = node.items
      .map((item) => {
        const value = this.expr(item);
        this.translation.types[kind === 'set' ? 'addKey' : 'add'](
          type.element,
          value.type,
          item.place,
          `The elements of this ${kind}`,
        );
        this.translation.integers.noteGrowth(type.element, value, true);
        return value;
      })
      .map((value) => coerced(value, type.element.type));
    // CPython builds a set of three or more constants as a whole, which gives it another order.
    if (kind === 'set' && items.length >= 3 && node.items.every(isLiteral)) {
      return primary(type, `${cppType(type)}::constant({${items.join(', ')}})`);
    }
    return primary(type, items.length ? `${cppType(type)}{${items.join(', ')}}` : `${cppType(type)}()`);
  }

  /** A dict with `**others` among its entries, filled one after the other. */
  spreadingDict(node: Extract<Expr, { kind: 'dict' }>, type: Extract<Type, { kind: MappingKind }>): Value {
    const parts = node.entries.map(({ key, value }) => {
      const given = this.expr(value);
      if (!key) {
        if (!('key' in given.type))
          return this.unsupported(`\`**\` of ${describe(given.type)} cannot be converted.`, node.place);
        this.translation.types.addKey(type.key, given.type.key.type, node.place, 'The keys of this dict');
        this.translation.types.add(type.value, given.type.value.type, node.place, 'The values of this dict');
        type.key.unify(given.type.key);
        type.value.unify(given.type.value);
        return (): string => `gathered.update(${given.code});`;
      }
      const name = this.expr(key);
      this.translation.types.addKey(type.key, name.type, node.place, 'The keys of this dict');
      this.translation.types.add(type.value, given.type, node.place, 'The values of this dict');
      return (): string => `gathered.set(${coerced(name, type.key.type)}, ${coerced(given, type.value.type)});`;
    });
    return primary(
      type,
      `[&] { ${cppType(type)} gathered; ${parts.map((part) => part()).join(' ')} return gathered; }()`,
    );
  }

  /** A list or set with `*items` among its elements, filled one after the other. */
  private spreading(node: Extract<Expr, { kind: 'list' | 'set' }>, type: Type): Value {
    if (!('element' in type)) throw new Error('a list has no elements');
    const parts = node.items.map((item) => {
      const what = `The elements of this ${type.kind}`;
      if (item.kind !== 'star') {
        const value = this.expr(item);
        this.translation.types.add(type.element, value.type, item.place, what);
        return (): string =>
          `gathered.${type.kind === 'set' ? 'add' : 'append'}(${coerced(value, type.element.type)});`;
      }
      const items = this.translation.comprehensions.iterable(item.value);
      this.translation.types.add(type.element, items.element, item.place, what);
      const code = items.value.type.kind === 'tuple' ? `py::items_of(${items.value.code})` : items.value.code;
      return (): string => `gathered.${type.kind === 'set' ? 'update' : 'extend'}(${code});`;
    });
    return primary(
      type,
      `[&] { ${cppType(type)} gathered; ${parts.map((part) => part()).join(' ')} return gathered; }()`,
    );
  }
}
