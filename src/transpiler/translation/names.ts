import { Unsupported, type Expr, type NameExpr } from '../ast.ts';
import { identifier } from '../cpp.ts';
import { growthOf } from '../growth.ts';
import { libraryConstants, type Value } from '../library.ts';
import type { ClassInfo, Context, Variable } from '../program.ts';
import { changes, never, Slot, str } from '../types.ts';
import { narrowed } from '../unions.ts';
import { instanceType } from './classTypes.ts';
import { Part } from './part.ts';
import { primary } from './values.ts';

/** A constant of a module in C++. */
export function constantCode(name: string): string {
  return `py::${name.split('.').map(identifier).join('::')}`;
}

/** Finds what a name stands for: a variable, a function, a class or something of the standard library. */
export class Names extends Part {
  variable(context: Context, web: number): Variable {
    const known = context.variables.get(web);
    if (known) return known;
    const description = context.scope.webs.get(web);
    if (!description) throw new Error('a name belongs to no variable');
    const { name, declaration } = description;
    const taken = this.#takenIn(context.variables);
    const plain = identifier(name);
    let cpp = plain;
    // A variable of its own loop may bear the name of another; others must not meet in one block.
    if (taken.has(cpp) && !this.translation.loopOwned.has(declaration.inlineAt ?? -1)) {
      let count = taken.get(plain) ?? 2;
      while (taken.has(`${plain}_${count}`)) count++;
      cpp = `${plain}_${count}`;
      taken.set(plain, count + 1);
    }
    if (!taken.has(cpp)) taken.set(cpp, 2);
    const isGlobal = context.isModule && context.scope.captured.has(name);
    const { maybeUnbound, isParam } = description;
    const isCell = this.translation.functionValues.isCell(context, name);
    const variable: Variable = {
      name,
      cpp,
      slot: new Slot(),
      isGlobal,
      ...(isCell ? { isCell } : maybeUnbound && !isParam && { maybeUnbound }),
    };
    context.variables.set(web, variable);
    return variable;
  }

  /** The names of the variables of a context, each with the first number that may make another of it. */
  readonly #taken = new WeakMap<Context['variables'], Map<string, number>>();

  #takenIn(variables: Context['variables']): Map<string, number> {
    let taken = this.#taken.get(variables);
    if (!taken) {
      taken = new Map();
      this.#taken.set(variables, taken);
    }
    return taken;
  }

  /** The variable a name stands for here, `self` apart; undefined when it is none. */
  lookUpVariable(node: NameExpr): Variable | undefined {
    const { locals } = this.context;
    for (let depth = locals.length - 1; depth >= 0; depth--) {
      const local = locals[depth]?.get(node.name);
      if (local) return local;
    }
    const web = this.context.scope.webOf.get(node.id);
    if (web !== undefined && !this.isDefinition(node.name, this.context)) return this.variable(this.context, web);
    for (let { outer } = this.context; outer && !this.context.scope.locals.has(node.name); { outer } = outer) {
      const isSeen = outer.scope.locals.has(node.name) && outer.scope.captured.has(node.name);
      const web = isSeen ? outer.scope.webByName.get(node.name) : undefined;
      if (web !== undefined && !this.isDefinition(node.name, outer)) return this.variable(outer, web);
    }
    const global = this.translation.module.scope.webByName.get(node.name);
    if (
      global !== undefined &&
      (this.context.isModule || this.translation.module.scope.captured.has(node.name)) &&
      !this.isDefinition(node.name, this.translation.module) &&
      !this.context.scope.locals.has(node.name)
    ) {
      return this.variable(this.translation.module, global);
    }
    return undefined;
  }

  /** True for an integer variable of this function that nobody else changes. */
  isSteady(node: Expr | undefined): boolean {
    const variable = node?.kind === 'name' ? this.lookUp(node) : undefined;
    if (!variable || variable.isGlobal || variable.isCell || variable.maybeUnbound) return false;
    return variable.slot.type.kind === 'int' && !this.translation.aliased.has(variable.slot);
  }

  private isDefinition(name: string, context: Context): boolean {
    return (
      context.isModule &&
      (this.translation.records.has(name) ||
        this.translation.functions.has(name) ||
        this.translation.classes.has(name) ||
        this.translation.imports.has(name))
    );
  }

  /** Notes that a variable of no known type stands somewhere: if it never gets one, it has to be declared all the same. */
  noteUntyped(variable: Variable): void {
    if (variable.slot.type.kind !== 'never' || variable.isUsedUntyped) return;
    variable.isUsedUntyped = true;
    changes.count++;
  }

  name(node: NameExpr): Value {
    const variable = this.lookUp(node);
    if (variable) {
      if (variable.isGlobal || variable.isCell || this.translation.aliased.has(variable.slot))
        this.translation.evaluationOrder.noteRead();
      const { scope } = this.context;
      if (variable.maybeUnbound !== true && variable.isCell !== true && scope.maybeUnbound.has(node.id))
        return this.unsupported(`\`${node.name}\` may have no value here, which cannot be converted.`, node.place);
      // What never runs gave it no value.
      if (variable.maybeUnbound && variable.slot.type.kind === 'never')
        return primary(never, `py::unbound("${node.name}", ${String(this.context.isModule)})`);
      this.noteUntyped(variable);
      const isFree = !variable.isGlobal && !this.context.isModule && this.#isFree(node);
      const get = isFree ? 'get_free()' : 'get()';
      const read = scope.maybeUnbound.has(node.id) || !scope.webOf.has(node.id) ? get : 'value';
      const code = variable.isCell
        ? `${variable.cpp}.${get}`
        : variable.maybeUnbound
          ? `${variable.cpp}.${read}`
          : variable.cpp;
      return {
        ...narrowed(code, variable.slot.type, this.flow.typeOf(variable)),
        reference: code,
        growth: growthOf(variable.slot),
        nonNegative: !this.translation.signed.has(variable.slot),
        isCounter: this.translation.counters.has(variable),
        linear: this.translation.ranges.valueIn(variable),
        ...(variable.isThrown && { isThrown: true }),
      };
    }
    if (this.context.scope.neverBound.has(node.id) && !this.isDefinition(node.name, this.context))
      return primary(never, `py::unbound("${node.name}", ${String(this.context.isModule)})`);
    if (node.name === '__name__') return primary(str, '"__main__"_s');
    const imported = this.translation.imports.get(node.name);
    const constant = imported === undefined ? undefined : libraryConstants.get(imported);
    if (imported !== undefined && constant) return primary(constant, constantCode(imported));
    const value = this.translation.functionValues.functionValue(node);
    if (value) return value;
    const of = this.classOfNode(node);
    if (of) return this.translation.functionValues.constructorValue(of, node);
    const message = `The name \`${node.name}\` cannot be converted: it is not defined in what was selected, or not supported yet.`;
    const refusal = new Unsupported(message, node.place, 'unknown-name');
    if (this.translation.certainty.isUndefined(node.name))
      refusal.raises = { error: 'NameError', message: `name '${node.name}' is not defined` };
    throw refusal;
  }

  /** True where an inner function or a lambda reads a variable of the function around it. */
  #isFree(node: NameExpr): boolean {
    const isOwn = this.context.scope.webOf.has(node.id);
    return !isOwn || this.context.locals.some((frame) => this.translation.lambdaFrames.has(frame));
  }

  /** The class that a name stands for. */
  classOfNode(node: Expr): ClassInfo | undefined {
    if (node.kind !== 'name') return undefined;
    const { cls } = this.context;
    if (cls?.name === node.name && !this.context.locals.some((frame) => frame.has(node.name))) return cls.of;
    return this.lookUp(node) ? undefined : this.translation.classes.get(node.name);
  }

  literalText(node: Expr): string | undefined {
    if (node.kind === 'str') return node.value;
    if (node.kind === 'name') return this.translation.constantTexts.get(node.name);
    if (node.kind !== 'binary') return undefined;
    const left = this.literalText(node.left);
    if (node.op === '*' && node.right.kind === 'int' && node.right.value >= 0n && node.right.value < 1000n)
      return left?.repeat(Number(node.right.value));
    const right = node.op === '+' ? this.literalText(node.right) : undefined;
    return left === undefined || right === undefined ? undefined : left + right;
  }

  /** The full name of something of the standard library, such as `operator.itemgetter`. */
  libraryName(node: Expr): string | undefined {
    if (node.kind === 'name') return this.lookUp(node) ? undefined : this.translation.imports.get(node.name);
    if (node.kind !== 'attribute' || node.object.kind !== 'name' || this.lookUp(node.object)) return undefined;
    const module = this.translation.imports.get(node.object.name);
    return module === undefined ? undefined : `${module}.${node.name}`;
  }

  /** The variable a name stands for here; undefined when it is none. */
  lookUp(node: Extract<Expr, { kind: 'name' }>): Variable | undefined {
    const { self } = this.context;
    if (self?.name === node.name && !this.context.locals.some((frame) => frame.has(node.name))) {
      const cpp = self.of.exception === undefined ? `py::ref<${identifier(self.of.name)}>(this)` : '*this';
      const isThrown = self.of.exception !== undefined;
      return {
        name: node.name,
        cpp,
        slot: new Slot(instanceType(self.of)),
        isGlobal: false,
        ...(isThrown && { isThrown }),
      };
    }
    return this.lookUpVariable(node);
  }
}
