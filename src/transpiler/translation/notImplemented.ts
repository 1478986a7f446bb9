import type { Expr, Place } from '../ast.ts';
import { quote } from '../cpp.ts';
import { alternatives, bool, type Type } from '../types.ts';
import { operandError, pythonTypeName } from '../unions.ts';
import { operatorMethods } from './classTypes.ts';
import { Part } from './part.ts';

const orders: Readonly<Record<string, readonly [sign: string, reflected: string]>> = {
  __lt__: ['<', '__gt__'],
  __le__: ['<=', '__ge__'],
  __gt__: ['>', '__lt__'],
  __ge__: ['>=', '__le__'],
};

/** Translates `return NotImplemented`: what Python does when a method does not know the other operand. */
export class NotImplementedResults extends Part {
  isNotImplemented(node: Expr | undefined): boolean {
    return node?.kind === 'name' && node.name === 'NotImplemented' && !this.translation.names.lookUp(node);
  }

  /** The statement in its place: the answer of a test of equality, else the TypeError. The other operand is never asked: where it has an answer, this is refused. */
  returned(place: Place): string {
    const method = this.translation.instances.find(({ context }) => context === this.context);
    const name = method?.info.name ?? '';
    const { owner } = this.context;
    const [other] = method?.info.def.params.slice(1) ?? [];
    if (!method || !owner || !other || !/^__\w+__$/.test(name))
      return this.unsupported('`NotImplemented` outside the method of an operator cannot be converted.', place);
    const variable = this.translation.names.variable(method.context, method.context.scope.webOf.get(other.id) ?? -1);
    const { type } = variable.slot;
    const equality = name === '__eq__' || name === '__ne__';
    const operator = Object.entries(operatorMethods).find(
      ([, each]) => name === `__${each}__` || name === `__r${each}__`,
    );
    const isReflected = operator !== undefined && name === `__r${operator[1]}__`;
    const asked = equality
      ? name
      : (orders[name]?.[1] ?? (operator && !isReflected ? `__r${operator[1]}__` : undefined));
    for (const item of alternatives(type)) {
      const answers = item.kind === 'instance' && asked !== undefined && item.of !== owner;
      if (answers && this.translation.objects.methodOf(item.of, asked))
        return this.unsupported(
          `\`NotImplemented\` where \`${asked}\` of \`${item.of.name}\` is asked next cannot be converted.`,
          place,
        );
    }
    this.flow.dead = true;
    if (equality) {
      this.context.result.add(bool);
      return `return ${String(name === '__ne__')};`;
    }
    const sign = operator?.[0] ?? orders[name]?.[0];
    if (sign === undefined) return this.unsupported(`\`NotImplemented\` in \`${name}\` cannot be converted.`, place);
    const isSequence = ({ kind }: Type): boolean =>
      ['str', 'list', 'tuple', 'vartuple', 'bytes', 'bytearray'].includes(kind);
    if (sign === '*' && alternatives(type).some(isSequence))
      return this.unsupported('`NotImplemented` where a sequence is asked next cannot be converted.', place);
    const [mine, theirs] = [pythonTypeName({ kind: 'instance', of: owner }), '\u0000'];
    const [left, right] = isReflected ? [theirs, mine] : [mine, theirs];
    const message = operator
      ? operandError(sign, left, right)
      : `'${sign}' not supported between instances of '${left}' and '${right}'`;
    const [before = '', after = ''] = message.split(theirs);
    const given =
      type.kind === 'union' || type.kind === 'instance'
        ? `py::visit([](const auto& held) { return py::name_of_type(held); }, ${variable.cpp})`
        : quote(pythonTypeName(type));
    return `throw py::TypeError(std::string(${quote(before)}) + ${given} + ${quote(after)});`;
  }
}
