import type { Param } from '../ast.ts';
import { identifier } from '../cpp.ts';
import type { Value } from '../library.ts';
import { isLiteral } from '../literals.ts';
import type { ClassInfo, FunctionInfo, Variable } from '../program.ts';
import { changes, Slot } from '../types.ts';
import { coerced } from '../unions.ts';
import { Part } from './part.ts';

/** Makes defaults of parameters and attributes of classes where Python makes them: where the definition stands. */
export class Defaults extends Part {
  /** Defaults of parameters that are made where their function stands, by the id of the parameter. */
  readonly defaults = new Map<number, { readonly cpp: string; readonly slot: Slot }>();

  /** The default of a parameter that was made where the function is defined. */
  defaultOf(info: FunctionInfo, param: Param): Value {
    let known = this.defaults.get(param.id);
    if (!known) {
      const owner = info.owner ? `${identifier(info.owner.name)}_` : '';
      known = { cpp: `${owner}${identifier(info.cppName)}_${identifier(param.name)}_default`, slot: new Slot() };
      this.defaults.set(param.id, known);
      changes.count++;
    }
    return { type: known.slot.type, code: known.cpp, precedence: 0 };
  }

  makeDefaults(info: FunctionInfo): string[] {
    return info.def.params.flatMap((param) => {
      if (!param.default || isLiteral(param.default) || param.isFresh) return [];
      const { code } = this.defaultOf(info, param);
      const { slot } = this.defaults.get(param.id) as { slot: Slot };
      const value = this.expr(param.default);
      this.translation.types.add(slot, value.type, param.place, `The default of \`${param.name}\``);
      return [`${code} = ${coerced(value, slot.type)};`];
    });
  }

  /** Gives the attributes of a class their values, where the class stands. */
  classBody(of: ClassInfo): string[] {
    const known = new Map<string, Variable>();
    this.context.locals.push(known);
    try {
      const attributes = [...of.attributes].map(([name, { slot, value }]) => {
        const given = this.expr(value);
        this.translation.types.add(slot, given.type, value.place, `\`${of.name}.${name}\``);
        const cpp = this.translation.objects.staticName(of, name);
        known.set(name, { name, cpp, slot, isGlobal: true });
        return `${cpp} = ${coerced(given, slot.type)};`;
      });
      return [
        ...attributes,
        ...[...of.methods.values()].flatMap((method) => (method.owner === of ? this.makeDefaults(method) : [])),
      ];
    } finally {
      this.context.locals.pop();
    }
  }
}
