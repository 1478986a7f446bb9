import {
  Unsupported,
  type BinaryOperator,
  type CallExpr,
  type CompExpr,
  type CompareOperator,
  type Expr,
  type FormatPart,
  type LambdaExpr,
  type NameExpr,
  type Param,
  type Place,
  type RecordMethod,
} from './ast.ts';
import {
  cppType,
  floatLiteral,
  identifier,
  intLiteral,
  outOfCoroutine,
  quote,
  quoteBytes,
  representation,
} from './cpp.ts';
import { allDerived, derivesFrom, lineOf, shownName } from './classes.ts';
import { exceptionNames } from './exceptions.ts';
import { Flow, typeCall, typeNames } from './flow.ts';
import {
  eitherGrowth,
  GrowthAnalysis,
  growthOf,
  noGrowth,
  productGrowth,
  quotientGrowth,
  sumGrowth,
  type Growth,
} from './growth.ts';
import {
  builtinFunctions,
  elementOf,
  libraryConstants,
  libraryMethods,
  libraryModules,
  numberResult,
  precedence,
  type LibraryFunction,
  type Value,
} from './library.ts';
import type { Functor, Items, LibraryCall, LibraryRow } from './library/call.ts';
import { decoded, methodOwners, typeRows } from './library/ofTypes.ts';
import { groupOf } from './library/regularExpressions.ts';
import { attributeRows } from './library/attributes.ts';
import { writtenOut } from './library/dunders.ts';
import { builtinRows, methodRows, moduleRows } from './library/tables.ts';
import { viewComparison, viewOperation } from './library/views.ts';
import type { RecordInfo } from './records.ts';
import type { ClassInfo, Context, FunctionInfo, Instance, Variable } from './program.ts';
import {
  alternatives,
  bigint,
  bool,
  bytes,
  complex,
  changes,
  describe,
  dictOf,
  float,
  int,
  isContainer,
  isInteger,
  isNumber,
  listOf,
  never,
  none,
  range,
  sameType,
  Slot,
  slotsOf,
  str,
  tupleOf,
  unionOf,
  withoutNone,
  type MappingKind,
  type Type,
} from './types.ts';
import { some, walk } from './walk.ts';
import {
  canBeHeld,
  coerced,
  hasOrder,
  holdsOneOf,
  isInstanceOf,
  narrowed,
  onEachType,
  pythonTypeName,
  operandError,
  raisesTypeError,
  resultOfPairs,
  type Raises,
} from './unions.ts';
import { isLiteral } from './literals.ts';
import { hasPythonMethod } from './pythonMethods.ts';

/** True for what a `for` can go over. */
const isIterable = (type: Type): boolean => type.kind === 'tuple' || elementOf(type) !== undefined;
const primary = (type: Type, code: string): Value => ({ type, code, precedence: precedence.primary });

const comparisons: Partial<Record<CompareOperator, string>> = {
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
  '==': 'eq',
  '!=': 'ne',
};
const plainOperators: Partial<Record<BinaryOperator, number>> = {
  '*': precedence.product,
  '+': precedence.sum,
  '-': precedence.sum,
};
const checkedOperators: Partial<Record<BinaryOperator, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'truediv',
  '//': 'floordiv',
  '%': 'mod',
  '**': 'power',
  '<<': 'lshift',
  '>>': 'rshift',
};

/** The names of operators in the names of their methods. */
const operatorNames: Partial<Record<BinaryOperator, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'truediv',
  '//': 'floordiv',
  '%': 'mod',
};

/** A variable of a comprehension or lambda, with its type and where its magnitude comes from. */
type Binding = readonly [name: string, type: Type, growth?: Growth];

/** The value in parentheses where an operator that binds this tightly would tear it apart. */
export function operand(value: Value, limit: number): string {
  return value.precedence <= limit ? value.code : `(${value.code})`;
}

/** A constant of a module in C++. */
function constantCode(name: string): string {
  return `py::${name.split('.').map(identifier).join('::')}`;
}

/** Translates expressions: infers their types and writes their C++ in one go, again in each round until no type grows. */
export abstract class ExpressionTranslator {
  readonly functions = new Map<string, FunctionInfo>();
  readonly classes = new Map<string, ClassInfo>();
  /** Module imported under a name, and `module.function` imported under a name. */
  readonly imports = new Map<string, string>();
  /** The named tuples of the program. */
  protected abstract readonly records: ReadonlyMap<string, RecordInfo>;
  /** Names that the runtime declares. */
  protected abstract readonly runtimeNames: ReadonlySet<string>;
  protected context!: Context;
  protected module!: Context;

  /** What is known of variables where the translation stands. */
  protected readonly flow = new Flow(
    (node) => this.lookUp(node),
    ({ name, isGlobal }) => {
      const { scope, isModule } = this.context;
      // Functions of the module change its variables only where they declare them global.
      return isModule
        ? scope.assignedInside.has(name) || scope.usedInLambdas.has(name)
        : isGlobal || scope.captured.has(name);
    },
    (type, name, exactly) => this.isInstance(type, name, exactly),
  );

  /** How much of what was translated so far changes something, and how much reads what may be changed. */
  readonly #order = { effects: 0, reads: 0 };

  /** Notes that what is being translated changes something that others can see. */
  protected noteEffect(): void {
    this.#order.effects++;
    if (!this.context.effects) {
      this.context.effects = true;
      changes.count++;
    }
  }

  /** Notes that what is being translated reads something that others can change. */
  protected noteRead(): void {
    this.#order.reads++;
  }

  /** Runs a translation and tells whether what it translated changes or reads something shared. */
  protected observe<T>(translate: () => T): { readonly result: T; readonly effects: boolean; readonly reads: boolean } {
    const { effects, reads } = this.#order;
    const result = translate();
    return { result, effects: this.#order.effects > effects, reads: this.#order.reads > reads };
  }

  /** What the translation of a node changes and reads, by node; kept for one round only. */
  protected readonly observations = new Map<
    Context,
    Map<number, { readonly effects: boolean; readonly reads: boolean }>
  >();

  private observeNode(node: Expr): { readonly effects: boolean; readonly reads: boolean } {
    const known = this.observations.get(this.context) ?? new Map<number, { effects: boolean; reads: boolean }>();
    this.observations.set(this.context, known);
    let seen = known.get(node.id);
    if (!seen) {
      const { effects, reads } = this.observe(() => this.expr(node));
      seen = { effects, reads };
      known.set(node.id, seen);
    }
    return seen;
  }

  /** True for what gives a value at run time: not for literals, lambdas and modules. */
  private isWorkedOut(node: Expr): boolean {
    if (node.kind === 'call' && madeFunctions.has(this.libraryName(node.callee) ?? '')) return false;
    const isModule =
      node.kind === 'name' && (this.imports.has(node.name) || methodOwners.has(node.name)) && !this.lookUp(node);
    const full = this.libraryName(node);
    const isFunction = full !== undefined && !libraryConstants.has(full);
    return (
      !isFunction &&
      !isLiteral(node) &&
      !['lambda', 'slice', 'star'].includes(node.kind) &&
      !isModule &&
      !isSuper(node) &&
      !this.classOfNode(node)
    );
  }

  /** True when it can be seen in which order these are worked out: Python goes from left to right, C++ as it likes. */
  protected orderMatters(nodes: readonly Expr[]): boolean {
    const candidates = nodes.filter((node) => this.isWorkedOut(node));
    if (candidates.length < 2 || !candidates.some(containsCall)) return false;
    const seen = candidates.map((node) => this.observeNode(node));
    return seen.some(
      (one, index) => one.effects && seen.some((other, at) => at !== index && (other.effects || other.reads)),
    );
  }

  /** Gives the operands of an expression names, in Python's order, before they are used. */
  private inOrder(node: Expr, operands: readonly Expr[]): Value {
    const fixed = operands.filter((item) => this.isWorkedOut(item));
    const values = fixed.map((item) => {
      const value = this.expr(item);
      // A copy of an exception would be one of the class that is known here.
      return value.isThrown ? { ...value, isThrown: false, code: `${cppType(value.type)}(${value.code})` } : value;
    });
    const names = fixed.map((item, index): NameExpr => ({
      kind: 'name',
      id: -1,
      place: item.place,
      name: `operand_${index + 1}`,
    }));
    const replacement = new Map(fixed.map((item, index) => [item, names[index] as Expr]));
    const built = this.within(
      names.map((name, index): Binding => [name.name, values[index]?.type ?? never, values[index]?.growth]),
      () => this.expr(withOperands(node, (item) => replacement.get(item) ?? item)),
    );
    const declarations = values.map(({ code }, index) => `auto operand_${index + 1} = ${code};`);
    return {
      ...primary(built.type, `[&] { ${declarations.join(' ')} return ${built.code}; }()`),
      growth: built.growth ?? noGrowth,
    };
  }

  /** The copy of a function for these arguments, translated. */
  protected abstract instantiate(info: FunctionInfo, args: readonly Value[], place: Place): Instance;
  protected abstract methodOf(of: ClassInfo, name: string): FunctionInfo | undefined;
  /** A new instance of a class of the program. */
  protected abstract construct(of: ClassInfo, node: CallExpr): Value;
  protected abstract instanceAttribute(object: Value, name: string, place: Place): Value;
  protected abstract classMember(of: ClassInfo, name: string, place: Place): Value;
  protected abstract instanceCall(object: Value, name: string, node: CallExpr): Value;
  protected abstract classCall(of: ClassInfo, name: string, node: CallExpr): Value;
  protected abstract superCall(name: string, node: CallExpr): Value;
  protected abstract functionValue(node: NameExpr): Value | undefined;
  protected abstract yieldValue(node: Extract<Expr, { kind: 'yield' }>): Value;
  protected abstract libraryFunctionValue(node: Expr, name: string): Value | undefined;
  protected abstract lambdaValue(node: LambdaExpr): Value;
  protected abstract constructorValue(of: ClassInfo, node: NameExpr): Value;
  protected abstract attributeByName(name: 'hasattr' | 'getattr', node: CallExpr): Value;
  protected abstract boundMethod(object: Value, info: FunctionInfo, place: Place): Value;
  protected abstract callFunction(value: Value, node: CallExpr): Value;
  /** True for a variable that inner functions share. */
  protected abstract isCell(context: Context, name: string): boolean;
  protected abstract special(object: Value, name: string, args: readonly Value[], place: Place): Value | undefined;
  protected abstract instanceOperator(op: BinaryOperator, a: Value, b: Value, place: Place): Value;
  protected abstract instanceComparison(op: CompareOperator, a: Value, b: Value, place: Place): Value | undefined;
  protected abstract asIterable(value: Value, place: Place): Value;
  protected abstract truthOf(value: Value, place: Place): Value | undefined;
  protected abstract typeName(value: Value): Value;

  protected unsupported(message: string, place: Place, code?: string): never {
    throw new Unsupported(message, place, code);
  }

  protected expr(node: Expr): Value {
    const operands = operandsOf(node);
    if (operands.length > 1 && this.orderMatters(operands)) return this.inOrder(node, operands);
    switch (node.kind) {
      case 'int':
        return this.integer(node.value, node.place);
      case 'float':
        return primary(float, floatLiteral(node.value));
      case 'bool':
        return primary(bool, String(node.value));
      case 'str':
        return primary(str, `${quote(node.value)}_s`);
      case 'none':
        return primary(none, 'py::None');
      case 'name':
        return this.name(node);
      case 'fstring':
        return this.formatted(node.parts);
      case 'unary':
        return this.unary(node.op, node.operand, node.place);
      case 'binary':
        return this.binary(node.op, this.expr(node.left), this.expr(node.right), node.right, node.place);
      case 'bool-op':
        return this.boolOperation(node);
      case 'compare':
        return this.compare(node.first, node.rest);
      case 'conditional': {
        const test = this.condition(node.test, precedence.or);
        const known = this.flow.tested(node.test);
        if (test === 'true' || test === 'false') return this.expr(test === 'true' ? node.yes : node.no);
        const yes = this.flow.during(known.yes, () => this.expr(node.yes));
        const no = this.flow.during(known.no, () => this.expr(node.no));
        const type = unionOf([yes.type, no.type]);
        this.requireOne(type, node.place, 'Both sides of `if … else …`');
        const side = (value: Value): string => {
          if (sameType(value.type, type) || value.type.kind === 'never') return operand(value, precedence.or);
          const code = coerced(value, type);
          return code === value.code ? `${cppType(type)}(${code})` : code;
        };
        const code = `${test} ? ${side(yes)} : ${side(no)}`;
        return { type, code, precedence: precedence.choice, growth: eitherGrowth(yes.growth, no.growth) };
      }
      case 'list':
        return this.sequence(node, 'list');
      case 'set':
        return this.sequence(node, 'set');
      case 'tuple': {
        if (node.items.some((item) => item.kind === 'star' && this.expr(item.value).type.kind !== 'tuple'))
          return this.restOfArguments(node, node.items);
        const items = node.items.flatMap((item) => this.spread(item));
        return primary(
          tupleOf(...items.map(({ type }) => type)),
          `std::make_tuple(${items.map(({ code }) => code).join(', ')})`,
        );
      }
      case 'dict': {
        const type = this.allocate(node.id, () => dictOf(never, never));
        if (type.kind !== 'dict') throw new Error('a dict literal has another type');
        if (node.entries.some((entry) => !entry.key)) return this.spreadingDict(node, type);
        const entries = node.entries.map((entry) => {
          if (!entry.key) throw new Error('an entry without a key is spread');
          const key = this.expr(entry.key);
          const value = this.expr(entry.value);
          this.add(type.key, key.type, node.place, 'The keys of this dict');
          this.add(type.value, value.type, node.place, 'The values of this dict');
          return { key, value };
        });
        const pairs = entries.map(
          ({ key, value }) => `{${coerced(key, type.key.type)}, ${coerced(value, type.value.type)}}`,
        );
        return primary(type, pairs.length ? `${cppType(type)}{${pairs.join(', ')}}` : `${cppType(type)}()`);
      }
      case 'comp':
        return this.comprehension(node);
      case 'index':
        return this.index(node.object, node.index, node.place);
      case 'attribute':
        return this.attribute(node.object, node.name, node.place);
      case 'call': {
        const value = this.call(node);
        // What gives None is nothing in C++.
        return value.type.kind === 'none' && value.code !== 'py::None'
          ? primary(none, `(${value.code}, py::None)`)
          : value;
      }
      case 'walrus':
        return this.assignmentExpression(node);
      case 'lambda':
        return this.lambdaValue(node);
      case 'yield':
        return this.yieldValue(node);
      case 'bytes':
        return primary(bytes, `py::bytes::of(${quoteBytes(node.value)}, ${node.value.length})`);
      case 'imaginary':
        return primary(complex, `std::complex<double>(0.0, ${floatLiteral(node.value)})`);
      case 'ellipsis':
      case 'slice':
      case 'star':
      case 'doublestar':
      case 'yield-from':
        return this.unsupported(`${constructNames[node.kind]} cannot be converted yet.`, node.place);
    }
  }

  /** A test: Python's truth of a value as a C++ bool. */
  protected condition(node: Expr, limit: number): string {
    return operand(this.test(node), limit);
  }

  private test(node: Expr): Value {
    if (node.kind === 'bool-op') {
      const left = this.test(node.left);
      const both = node.op === 'and';
      // What a test of types decides for this signature is not worked out.
      if (left.code === (both ? 'false' : 'true')) return left;
      const known = this.flow.tested(node.left);
      const right = this.flow.during(both ? known.yes : known.no, () => this.test(node.right));
      if (left.code === (both ? 'true' : 'false')) return right;
      const level = both ? precedence.and : precedence.or;
      // Compilers warn of `and` inside `or` without parentheses.
      const limit = both ? precedence.and : precedence.equality;
      const wrap = (value: Value): string => operand(value, value.precedence === level ? level : limit);
      return { type: bool, code: `${wrap(left)} ${both ? '&&' : '||'} ${wrap(right)}`, precedence: level };
    }
    if (node.kind === 'unary' && node.op === 'not') {
      const inner = this.test(node.operand);
      if (inner.code === 'true' || inner.code === 'false') return primary(bool, String(inner.code === 'false'));
      if (inner.precedence === precedence.equality && inner.code.endsWith(' != 0'))
        return { ...inner, code: inner.code.replace(/ != 0$/, ' == 0') };
      if (/^![\w.>-]+\.empty\(\)$/.test(inner.code)) return primary(bool, inner.code.slice(1));
      return { type: bool, code: `!${operand(inner, precedence.unary)}`, precedence: precedence.unary };
    }
    const value = this.expr(node);
    return value.type.kind === 'bool' ? value : this.truth(value, node.place);
  }

  /** `and` and `or`: a test between tests, else one of the two values. */
  private boolOperation(node: Extract<Expr, { kind: 'bool-op' }>): Value {
    const both = node.op === 'and';
    const left = this.expr(node.left);
    const known = this.flow.tested(node.left);
    const right = this.flow.during(both ? known.yes : known.no, () => this.expr(node.right));
    const isTest = ({ type }: Value): boolean => type.kind === 'bool' || type.kind === 'never';
    if (isTest(left) && isTest(right)) return this.test(node);
    this.truth(left, node.place);
    const type = unionOf([both ? left.type : withoutNone(left.type), right.type]);
    this.requireOne(type, node.place, `\`${node.op}\` between these values`);
    return primary(
      type,
      `py::${both ? 'and_then' : 'or_else'}<${cppType(type)}>(${left.code}, [&] { return ${right.code}; })`,
    );
  }

  private truth(value: Value, place: Place): Value {
    const own = this.truthOf(value, place);
    if (own) return own;
    const { kind } = value.type;
    if (kind === 'none' && /^[\w.:]+$/.test(value.code)) return primary(bool, 'false');
    if (kind === 'int' || kind === 'float')
      return { type: bool, code: `${operand(value, precedence.relation)} != 0`, precedence: precedence.equality };
    if (kind === 'list' || kind === 'dict' || kind === 'str')
      return { type: bool, code: `!${operand(value, precedence.primary)}.empty()`, precedence: precedence.unary };
    return primary(bool, `py::is_true(${value.code})`);
  }

  /** The values that an item of a tuple or an argument stands for: more than one for `*` of a tuple. */
  protected spread(item: Expr): Value[] {
    if (item.kind !== 'star') return [this.keptValue(item)];
    if (item.value.kind === 'list') return item.value.items.flatMap((each) => this.spread(each));
    const value = this.expr(item.value);
    if (value.type.kind !== 'tuple')
      return this.unsupported('`*` of something whose length is not known cannot be converted here.', item.place);
    return value.type.items.map((type, index) => primary(type, `std::get<${index}>(${value.code})`));
  }

  private assignmentExpression({ target, value: node }: Extract<Expr, { kind: 'walrus' }>): Value {
    const value = this.expr(node);
    const variable = this.lookUp(target);
    if (!variable) return this.unsupported(`\`${target.name}\` cannot be assigned here.`, target.place);
    if (variable.isGlobal) this.noteEffect();
    this.add(variable.slot, value.type, target.place, `\`${target.name}\``);
    this.noteSign(variable.slot, value);
    this.flow.assigned(variable, value.type);
    const { type } = variable.slot;
    return { ...primary(type, `(${variable.cpp} = ${coerced(value, type)})`), nonNegative: value.nonNegative === true };
  }

  /** Lets a slot take in a type, and refuses what would make it hold values of different types. */
  protected add(slot: Slot, type: Type, place: Place, what: string): void {
    slot.add(type);
    this.requireOne(slot.type, place, what);
  }

  protected requireOne(type: Type, place: Place, what: string): void {
    if (type.kind === 'tuple') for (const item of type.items) this.requireOne(item, place, what);
    if (type.kind !== 'union' || canBeHeld(type)) return;
    this.unsupported(
      `${what} would be of type ${describe(type)}; values of these different types in one place cannot be converted yet.`,
      place,
      'mixed-types',
    );
  }

  /**
   * A value whose type leaves one alternative that can be used here as that alternative; another raises an error at run time
   * with a message that has the other's type between `before` and `after`.
   */
  protected only(
    value: Value,
    accepts: (type: Type) => boolean,
    before: string,
    after: string,
    error = 'TypeError',
  ): Value {
    if (value.type.kind !== 'union') return value;
    const [type, ...others] = value.type.items.filter(accepts);
    if (!type || others.length || isHandle(value.type)) return value;
    return primary(type, `py::the<${cppType(type)}, py::${error}>(${value.code}, ${quote(before)}, ${quote(after)})`);
  }

  /** The type made at a node, the same in every round. */
  protected allocate(id: number | string, make: () => Type): Type {
    const known = this.context.allocations.get(id);
    if (known) return known;
    const type = make();
    this.context.allocations.set(id, type);
    return type;
  }

  protected variable(context: Context, web: number): Variable {
    const known = context.variables.get(web);
    if (known) return known;
    const description = context.scope.webs.get(web);
    if (!description) throw new Error('a name belongs to no variable');
    const { name, declaration } = description;
    const taken = new Set([...context.variables.values()].map(({ cpp }) => cpp));
    const plain = identifier(name);
    let cpp = plain;
    // A variable of its own loop may bear the name of another; others must not meet in one block.
    for (let count = 2; taken.has(cpp) && !this.loopOwned.has(declaration.inlineAt ?? -1); count++)
      cpp = `${plain}_${count}`;
    const isGlobal = context.isModule && context.scope.captured.has(name);
    const { maybeUnbound, isParam } = description;
    const isCell = this.isCell(context, name);
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

  /** Ids of `for` statements. */
  protected readonly loopOwned = new Set<number>();

  /** The variable a name stands for here; undefined when it is none. */
  protected lookUp(node: NameExpr): Variable | undefined {
    for (const frame of [...this.context.locals].reverse()) {
      const local = frame.get(node.name);
      if (local) return local;
    }
    const web = this.context.scope.webOf.get(node.id);
    if (web !== undefined && !this.isDefinition(node.name, this.context)) return this.variable(this.context, web);
    for (let { outer } = this.context; outer && !this.context.scope.locals.has(node.name); { outer } = outer) {
      const web = outer.scope.locals.has(node.name) ? outer.scope.webByName.get(node.name) : undefined;
      if (web !== undefined) return this.variable(outer, web);
    }
    const global = this.module.scope.webByName.get(node.name);
    if (
      global !== undefined &&
      !this.isDefinition(node.name, this.module) &&
      !this.context.scope.locals.has(node.name)
    ) {
      return this.variable(this.module, global);
    }
    return undefined;
  }

  private isDefinition(name: string, context: Context): boolean {
    return (
      context.isModule &&
      (this.records.has(name) || this.functions.has(name) || this.classes.has(name) || this.imports.has(name))
    );
  }

  private name(node: NameExpr): Value {
    const variable = this.lookUp(node);
    if (variable) {
      if (variable.isGlobal || variable.isCell || this.#shared.has(variable.slot)) this.noteRead();
      const { scope } = this.context;
      if (variable.maybeUnbound !== true && variable.isCell !== true && scope.maybeUnbound.has(node.id))
        return this.unsupported(`\`${node.name}\` may have no value here, which cannot be converted.`, node.place);
      const read = scope.maybeUnbound.has(node.id) || !scope.webOf.has(node.id) ? 'get()' : 'value';
      const code = variable.isCell
        ? `${variable.cpp}.get()`
        : variable.maybeUnbound
          ? `${variable.cpp}.${read}`
          : variable.cpp;
      return {
        ...narrowed(code, variable.slot.type, this.flow.typeOf(variable)),
        reference: code,
        growth: growthOf(variable.slot),
        nonNegative: !this.signed.has(variable.slot),
        ...(variable.isThrown && { isThrown: true }),
      };
    }
    if (this.context.scope.neverBound.has(node.id) && !this.isDefinition(node.name, this.context))
      return primary(never, `py::unbound("${node.name}", ${String(this.context.isModule)})`);
    if (node.name === '__name__') return primary(str, '"__main__"_s');
    const imported = this.imports.get(node.name);
    const constant = imported === undefined ? undefined : libraryConstants.get(imported);
    if (imported !== undefined && constant) return primary(constant, constantCode(imported));
    const value = this.functionValue(node);
    if (value) return value;
    const of = this.classOfNode(node);
    if (of) return this.constructorValue(of, node);
    return this.unsupported(
      `The name \`${node.name}\` cannot be converted: it is not defined in what was selected, or not supported yet.`,
      node.place,
      'unknown-name',
    );
  }

  /** Why integers of any size are used, by line; shown in the program. */
  readonly reasonsForSize = new Map<number, string>();

  /** A value of any size, for a reason that the program will tell. */
  private anySize(code: string, reason: string, place: Place, nonNegative = false): Value {
    this.reasonsForSize.set((place.origin ?? place).line, reason);
    return { ...primary(bigint, code), nonNegative };
  }

  /** An integer known now. */
  private integer(value: bigint, place: Place): Value {
    if (value >= -(2n ** 63n) && value < 2n ** 63n) {
      const level = value < 0n ? precedence.unary : precedence.primary;
      return { type: int, code: intLiteral(value), precedence: level, nonNegative: value >= 0n };
    }
    return this.anySize(`py::Int::parse("${value}"_s)`, 'a constant is larger than 64 bits', place, value >= 0n);
  }

  /** The line of the statement in hand. */
  protected line = 0;
  /** What flows into integers. */
  protected readonly growth = new GrowthAnalysis();
  /** Variables that a loop in hand bounds by its test. */
  protected readonly bounded = new Set<Slot>();

  /** Notes where what is stored comes from. */
  protected noteGrowth(slot: Slot, { growth }: Pick<Value, 'growth'>, isElement = false): void {
    if (isElement) this.growth.noteElement(slot);
    if (!this.bounded.has(slot)) this.growth.note(slot, growth, this.line);
  }

  /** Notes what is stored in a variable: whether it may be negative, and where it comes from. */
  protected noteSign(slot: Slot, value: Pick<Value, 'type' | 'nonNegative' | 'growth'>): void {
    this.noteGrowth(slot, value);
    if (
      value.nonNegative === true ||
      value.type.kind === 'never' ||
      value.type.kind === 'bool' ||
      this.signed.has(slot)
    )
      return;
    this.signed.add(slot);
    changes.count++;
  }

  /** Variables that functions have been passed themselves, and the parameters that stand for them. */
  readonly #shared = new Set<Slot>();

  /** Variables that may hold something negative. */
  private readonly signed = new Set<Slot>();

  private unary(op: '-' | '+' | '~' | 'not', node: Expr, place: Place): Value {
    if (op === 'not') return this.test({ kind: 'unary', op, operand: node, id: -1, place });
    if (op === '-' && node.kind === 'int') return this.integer(-node.value, place);
    const full = this.expr(node);
    const value = op === '~' ? full : this.unmixed(full);
    const { type } = value;
    if (type.kind === 'instance') {
      const name = { '-': '__neg__', '+': '__pos__', '~': '__invert__' }[op];
      const result = this.special(value, name, [], place);
      return result ?? this.unsupported(`\`${type.of.name}\` has no \`${name}\`.`, place);
    }
    if (type.kind === 'union' && type.items.some((item) => isNumber(item))) {
      const results = type.items.filter((item) => isNumber(item) && !(op === '~' && item.kind === 'float'));
      const result = unionOf(results.map((item) => (item.kind === 'bool' ? int : item)));
      const use = op === '+' ? '+x' : `py::${op === '-' ? 'neg' : 'invert'}(x)`;
      if (result.kind !== 'never') {
        return primary(
          result,
          `py::operate_unary<${cppType(result)}>("unary ${op}", [](const auto& x) { return ${use}; }, ${value.code})`,
        );
      }
    }
    if ((type.kind === 'complex' || type.kind === 'counter') && op !== '~')
      return primary(type, `(${op}${operand(value, precedence.primary)})`);
    if (type.kind !== 'never' && !isNumber(type))
      return this.unsupported(`\`${op}\` on ${describe(type)} cannot be converted.`, place);
    if (type.kind === 'float' && op !== '~')
      return { type, code: `${op}${operand(value, precedence.primary)}`, precedence: precedence.unary };
    if (type.kind === 'bigint')
      return op === '+' ? value : primary(bigint, `py::${op === '-' ? 'neg' : 'invert'}(${value.code})`);
    if (op === '+') return primary(type.kind === 'bool' ? int : type, `static_cast<int64_t>(${value.code})`);
    const wide = op === '-' && value.wide !== undefined ? { wide: `-(${value.wide})` } : {};
    return { ...primary(int, `py::${op === '-' ? 'neg' : 'invert'}(${value.code})`), ...wide };
  }

  /** An operator between two values; `right` is the node where its value matters. */
  protected binary(op: BinaryOperator, x: Value, y: Value, right: Expr, place: Place): Value {
    // Members of a flag are put together as such.
    const isFlag = '&|^'.includes(op) && sameType(x.type, y.type);
    const flag = isFlag || !'&|^'.includes(op) ? undefined : this.flagOperation(op, x, y, right, place);
    if (flag) return flag;
    // A format shows a member that is text by its name.
    const isShown = op === '%' && x.type.kind === 'str' && y.type.kind === 'instance' && y.type.of.def.mixes === 'str';
    const [a, b] = isFlag || isShown ? [x, y] : [this.unmixed(x), this.unmixed(y)];
    const call = (type: Type, name = checkedOperators[op]): Value => primary(type, `py::${name}(${a.code}, ${b.code})`);
    if (a.type.kind === 'never' || b.type.kind === 'never')
      return call(a.type.kind === 'never' ? b.type : a.type, 'add');
    if (op === '%' && a.type.kind === 'str' && b.type.kind === 'instance') {
      this.requirePrintable(b.type, place);
      return primary(str, `py::percent_format(${a.code}, ${b.code})`);
    }
    if (a.type.kind === 'instance' || b.type.kind === 'instance') return this.instanceOperator(op, a, b, place);
    const [left, other] = [a, b].map((value) =>
      isHandle(value.type) ? { ...value, type: withoutNone(value.type) } : value,
    );
    if (left && other && (left !== a || other !== b)) return this.binary(op, left, other, right, place);
    if (a.type.kind === 'union' || b.type.kind === 'union' || a.type.kind === 'none' || b.type.kind === 'none')
      return this.unionOperation(op, a, b, right, place);
    const numbers = numberResult(a.type, b.type);
    if (numbers?.kind === 'complex' && [a, b].every(({ type }) => isNumber(type) || type.kind === 'complex'))
      return this.arithmetic(op, a, b, numbers, right, place);
    if (numbers && numbers.kind !== 'complex') {
      const plainly = this.reduced(op, a, b) ?? this.arithmetic(op, a, b, numbers, right, place);
      const wide = wideCode(op, a, b, numbers);
      const result = { ...plainly, growth: operationGrowth(op, a, b, right), ...(wide !== undefined && { wide }) };
      const keepsSign =
        op === '%' ? b.nonNegative === true : op !== '-' && a.nonNegative === true && b.nonNegative === true;
      return keepsSign ? { ...result, nonNegative: true } : result;
    }
    const plain = (type: Type, level: number): Value => ({
      type,
      code: `${operand(a, level)} ${op} ${operand(b, level - 1)}`,
      precedence: level,
    });
    if (op === '+' && a.type.kind === 'str' && b.type.kind === 'str') return plain(str, precedence.sum);
    if (op === '+' && isBytes(a.type) && isBytes(b.type)) return plain(a.type, precedence.sum);
    if (op === '%' && a.type.kind === 'str') {
      this.requirePrintable(b.type, place);
      return primary(str, `py::percent_format(${a.code}, ${b.code})`);
    }
    const own = [a, b].map(({ type }, at) =>
      type.kind === 'tuple' ? type.record?.methods.get(`__${at ? 'r' : ''}${operatorNames[op]}__`) : undefined,
    );
    if (own[0]) return this.recordCall(own[0], [a, b], [], place);
    if (own[1]) return this.recordCall(own[1], [b, a], [], place);
    if (op === '+' && a.type.kind === 'tuple' && b.type.kind === 'tuple')
      return primary(tupleOf(...a.type.items, ...b.type.items), `std::tuple_cat(${plainTuple(a)}, ${plainTuple(b)})`);
    if (op === '*' && a.type.kind === 'tuple' && right.kind === 'int' && right.value < 100n && right.value >= 0n) {
      const copies = Array.from({ length: Number(right.value) }, () => a);
      const items = copies.flatMap(({ type }) => (type.kind === 'tuple' ? type.items : []));
      return primary(tupleOf(...items), `std::tuple_cat(${copies.map(({ code }) => code).join(', ')})`);
    }
    if (op === '+' && a.type.kind === 'list' && b.type.kind === 'list') {
      this.requireOne(a.type.element.type, place, 'The elements of this list');
      a.type.element.unify(b.type.element);
      this.requireOne(a.type.element.type, place, 'The elements of this list');
      return plain(a.type, precedence.sum);
    }
    const joined = viewOperation(op, a, b) ?? this.containerOperator(op, a, b, place);
    if (joined) return joined;
    if (op === '*') {
      const [items, times] = isInteger(a.type) ? [b, a] : [a, b];
      const count = this.narrowInteger(times);
      if (['list', 'str', 'bytes', 'bytearray'].includes(items.type.kind) && count.type.kind === 'int') {
        return primary(
          items.type,
          `${operand(items, precedence.product)} * ${operand(count, precedence.primary)}`.replace(/^(.*)$/s, '($1)'),
        );
      }
    }
    return this.unsupported(
      `\`${op}\` between ${describe(a.type)} and ${describe(b.type)} cannot be converted.`,
      place,
    );
  }

  /** An operator between two containers. */
  private containerOperator(op: BinaryOperator, a: Value, b: Value, place: Place): Value | undefined {
    const { type: left } = a;
    const { type: right } = b;
    const level = containerOperators[left.kind]?.[op];
    if (level === undefined || !isContainer(left)) return undefined;
    const isSet = (type: Type): boolean => type.kind === 'set' || type.kind === 'frozenset';
    if (left.kind !== right.kind && !(isSet(left) && isSet(right))) {
      const element = elementOf(right);
      if (left.kind !== 'vartuple' || right.kind !== 'tuple' || !element) return undefined;
      this.add(left.element, element, place, 'The elements of this tuple');
      const fixed = primary(left, `py::to_vartuple<${cppType(left.element.type)}>(${b.code})`);
      return this.containerOperator(op, a, fixed, place);
    }
    const others = isContainer(right) ? slotsOf(right) : [];
    slotsOf(left).forEach((slot, index) => {
      const other = others[index];
      if (other) slot.unify(other);
      this.requireOne(slot.type, place, `What these two hold`);
    });
    return {
      type: left,
      code: `(${operand(a, level)} ${op} ${operand(b, level - 1)})`,
      precedence: precedence.primary,
    };
  }

  /** `target op= value` of a container that is changed in place, also for its other names. */
  protected changedInPlace(op: BinaryOperator, target: Value, value: Value, place: Place): string | undefined {
    const { type } = target;
    const extends_ = op === '+' && (type.kind === 'list' || type.kind === 'deque');
    if (extends_ && value.type.kind !== type.kind) {
      const items = this.itemsOf(value, place);
      this.add(type.element, items.element, place, `The elements of this ${type.kind}`);
      return `${operand(target, precedence.primary)}.extend(${items.code});`;
    }
    const isPlace = ['set', 'dict', 'defaultdict', 'ordereddict', 'counter', 'deque'].includes(type.kind);
    if (!isPlace || !this.containerOperator(op, target, value, place)) return undefined;
    return `${target.code} ${op}= ${value.code};`;
  }

  /** The place that an item of a mapping is kept in, to change it. */
  protected itemPlace(node: Expr, value: Value): string {
    const counter = node.kind === 'index' ? this.expr(node.object) : undefined;
    return counter?.type.kind === 'counter' && node.kind === 'index'
      ? `${operand(counter, precedence.primary)}.item(${this.expr(node.index).code})`
      : (value.place ?? value.code);
  }

  /** An operator between values of which one is a union: each pair of types has its own result. */
  private unionOperation(op: BinaryOperator, a: Value, b: Value, right: Expr, place: Place): Value {
    const resultOf = (x: Type, y: Type): Type | undefined => {
      try {
        return this.binary(op, primary(x, 'x'), primary(y, 'y'), right, place).type;
      } catch (error) {
        if (error instanceof Unsupported) return undefined;
        throw error;
      }
    };
    const all = [...alternatives(a.type), ...alternatives(b.type)];
    const large = all.some(({ kind }) => kind === 'bigint') && !['+', '-', '*', '/'].includes(op);
    const power = op === '**' && right.kind !== 'int' && all.some(isInteger);
    const result = large || power ? undefined : resultOfPairs(op, a.type, b.type, resultOf);
    const name = checkedOperators[op];
    if (!result || isHandle(a.type) || isHandle(b.type) || (name === undefined && !'&|^'.includes(op))) {
      const each = this.operationOnEach(op, a, b, right, place);
      if (each) return each;
      return this.unsupported(
        `\`${op}\` between ${describe(a.type)} and ${describe(b.type)} cannot be converted: test with \`isinstance\` or \`is None\` first.`,
        place,
      );
    }
    const sign = op === '**' ? '** or pow()' : op;
    const use = name === undefined ? `x ${op} y` : `py::${name}(x, y)`;
    return primary(
      result,
      `py::operate<${cppType(result)}, '${op === '**' ? 'p' : op.charAt(0)}'>("${sign}", [](const auto& x, const auto& y) { return ${use}; }, ${a.code}, ${b.code})`,
    );
  }

  /** An operator worked out for each pair of types; undefined when it is not known what Python does for one of them. */
  private operationOnEach(op: BinaryOperator, a: Value, b: Value, right: Expr, place: Place): Value | undefined {
    if ([a, b].some(({ type }) => isHandle(type) || alternatives(type).some(({ kind }) => kind === 'bigint')))
      return undefined;
    const pair = (x: Value, y: Value): Value | Raises =>
      raisesTypeError(op, x.type, y.type)
        ? {
            error: 'TypeError',
            message: operandError(op, pythonTypeName(x.type), pythonTypeName(y.type)),
          }
        : this.binary(op, x, y, right, place);
    const over = (x: Value): Value | Raises =>
      b.type.kind === 'union' ? onEachType(b, (y) => pair(x, y)) : pair(x, b);
    try {
      if (a.type.kind === 'union') return onEachType(a, over);
      const only = over(a);
      return 'error' in only ? undefined : only;
    } catch (error) {
      if (error instanceof Unsupported) return undefined;
      throw error;
    }
  }

  /** What brings a product of 64-bit integers back to their size: it is worked out with twice the bits. */
  private reduced(op: BinaryOperator, { wide }: Value, b: Value): Value | undefined {
    if (wide === undefined || b.type.kind !== 'int') return undefined;
    switch (op) {
      case '%':
      case '//':
        return primary(int, `py::${op === '%' ? 'mod' : 'floordiv'}(${wide}, ${b.code})`);
      case '&':
        return primary(int, `((${wide}) & ${operand(b, precedence.primary)})`);
      default:
        return undefined;
    }
  }

  private arithmetic(op: BinaryOperator, a: Value, b: Value, type: Type, right: Expr, place: Place): Value {
    if (type.kind === 'complex') {
      const complexOf = ({ type: given, code }: Value): string =>
        given.kind === 'complex' ? code : `std::complex<double>(static_cast<double>(${code}))`;
      const [left, other] = [complexOf(a), complexOf(b)];
      if (op === '+' || op === '-') return { type, code: `(${left}) ${op} (${other})`, precedence: precedence.sum };
      if (op === '*') return primary(type, `py::mul(${left}, ${other})`);
      if (op === '/') return primary(type, `py::truediv(${left}, ${other})`);
      if (op === '**') return primary(type, `py::power(${left}, ${b.type.kind === 'complex' ? other : b.code})`);
      return this.unsupported(`\`${op}\` of complex numbers cannot be converted: Python refuses it as well.`, place);
    }
    const wide = type.kind === 'bigint' && op !== '**';
    // An operator of `py::Int` takes its operands as such.
    const codeOf = (value: Value): string =>
      !wide || value.type.kind === 'bigint' ? value.code : `py::Int(${value.code})`;
    const call = (result: Type): Value => primary(result, `py::${checkedOperators[op]}(${codeOf(a)}, ${codeOf(b)})`);
    // What is left of a division by 64 bits fits in 64 bits.
    if (wide && op === '%' && b.type.kind !== 'bigint') return primary(int, `static_cast<int64_t>(${call(type).code})`);
    const plain = plainOperators[op];
    switch (op) {
      case '+':
      case '-':
      case '*':
        if (type.kind !== 'float' || plain === undefined) return call(type);
        return { type, code: `${operand(a, plain)} ${op} ${operand(b, plain - 1)}`, precedence: plain };
      case '/': {
        const safe = right.kind === 'float' && right.value !== 0 && a.type.kind === 'float';
        if (!safe) return call(float);
        return { type: float, code: `${operand(a, precedence.product)} / ${b.code}`, precedence: precedence.product };
      }
      case '//':
      case '%':
        return call(type);
      case '**': {
        if (type.kind === 'float') return call(float);
        return this.integerPower(a, b, right, place);
      }
      case '<<':
      case '>>':
        if (type.kind === 'float') break;
        if (op === '<<' && right.kind === 'int' && /^\d+$/.test(a.code) && right.value < 5000n)
          return this.integer(BigInt(a.code) << right.value, place);
        if (a.type.kind === 'bigint')
          return primary(
            bigint,
            `${operand(a, precedence.primary)} ${op} py::Int(${b.code})`.replace(/^(.*)$/s, '($1)'),
          );
        return call(int);
      case '&':
      case '|':
      case '^': {
        if (type.kind === 'float') break;
        if (wide) return primary(bigint, `(${codeOf(a)} ${op} ${codeOf(b)})`);
        const both = a.type.kind === 'bool' && b.type.kind === 'bool';
        return primary(
          both ? bool : int,
          `${both ? 'static_cast<bool>' : 'static_cast<int64_t>'}(${operand(a, precedence.primary)} ${op} ${operand(b, precedence.primary)})`,
        );
      }
      case '@':
    }
    return this.unsupported(
      `\`${op}\` between ${describe(a.type)} and ${describe(b.type)} cannot be converted.`,
      place,
    );
  }

  /** `a ** b` of integers: an integer of any size, or a float for a negative power. */
  private integerPower(a: Value, b: Value, right: Expr, place: Place): Value {
    if (b.type.kind === 'bigint')
      return this.unsupported('`**` with a power beyond 64 bits cannot be converted.', place);
    if (right.kind === 'int') {
      const known = /^\d+$/.test(a.code) && right.value < 5000n ? BigInt(a.code) ** right.value : undefined;
      if (known !== undefined) return this.integer(known, place);
      if (a.type.kind !== 'bigint') return primary(int, `py::power(${a.code}, ${b.code})`);
    }
    if (right.kind === 'unary' && right.op === '-' && right.operand.kind === 'int' && right.operand.value > 0n)
      return primary(float, `py::power_float(${a.code}, ${b.code})`);
    const reason = 'a power that is not a literal has no bound';
    const base = a.type.kind === 'bigint' ? a.code : `py::Int(${a.code})`;
    if (b.nonNegative === true) return this.anySize(`py::power(${base}, ${b.code})`, reason, place);
    if (a.type.kind === 'bigint')
      return this.unsupported('`**` of a large integer with a power that may be negative cannot be converted.', place);
    this.anySize('', reason, place);
    const type = unionOf([bigint, float]);
    return primary(type, `py::power_signed<${cppType(type)}>(${a.code}, ${b.code})`);
  }

  /** A member of `IntFlag` put together with a number. */
  private flagOperation(op: BinaryOperator, a: Value, b: Value, right: Expr, place: Place): Value | undefined {
    const of = [a, b].map(({ type }) => (type.kind === 'instance' ? type.of : undefined)).find((each) => each);
    const make = of?.def.mixes === 'int' ? this.methodOf(of, 'of_value') : undefined;
    if (!of || !make || !of.attributes.has('named_members')) return undefined;
    const number = this.binary(op, this.unmixed(a), this.unmixed(b), right, place);
    if (number.type.kind !== 'int') return undefined;
    const instance = this.noteCall(this.instantiate(make, [number], place));
    const code = `${identifier(of.name)}::${identifier(make.cppName)}(${this.passed(instance, [number])})`;
    return primary(instance.result.type, code);
  }

  /** The number or text that an instance is, as members of `IntEnum` are; other values as they are. */
  protected unmixed(value: Value): Value {
    const { type } = value;
    if (type.kind !== 'instance' || type.of.def.mixes === undefined) return value;
    return this.instanceAttribute(value, 'value', type.of.def.place);
  }

  /** An integer where 64 bits are needed, such as an index. */
  protected narrowInteger(given: Value): Value {
    const index =
      given.type.kind === 'instance' && given.type.of.def.mixes === undefined
        ? this.special(given, '__index__', [], given.type.of.def.place)
        : undefined;
    const value = index ?? this.unmixed(given);
    return value.type.kind === 'bigint'
      ? { ...primary(int, `static_cast<int64_t>(${value.code})`), nonNegative: value.nonNegative === true }
      : value;
  }

  private compare(first: Expr, rest: readonly { readonly op: CompareOperator; readonly value: Expr }[]): Value {
    if (rest.length > 1 && rest.slice(0, -1).some(({ value }) => !isSimple(value))) return this.chain(first, rest);
    const [only] = rest;
    if (only && rest.length === 1 && typeCall(first) && ['is', '==', 'is not', '!='].includes(only.op))
      return this.typeTest(typeCall(first) as Expr, only.value, true, only.op === 'is not' || only.op === '!=');
    let left = this.expr(first);
    const parts = rest.map(({ op, value: node }) => {
      const right = this.expr(node);
      const part = this.comparison(op, left, right, node.place);
      left = right;
      return part;
    });
    if (parts.length === 1) return parts[0] as Value;
    return {
      type: bool,
      code: parts.map((part) => operand(part, precedence.equality)).join(' && '),
      precedence: precedence.and,
    };
  }

  /** A chained comparison that works out what stands in its middle once, and only when it comes to it. */
  private chain(
    first: Expr,
    [next, ...rest]: readonly { readonly op: CompareOperator; readonly value: Expr }[],
  ): Value {
    if (!next || rest.length === 0) return this.compare(first, next ? [next] : []);
    const left = this.expr(first);
    const middle = this.expr(next.value);
    const [from, to] = [`left_${next.value.place.column}`, `middle_${next.value.place.column}`];
    const name = (text: string): NameExpr => ({ kind: 'name', id: -1, place: first.place, name: text });
    return this.within(
      [
        [from, left.type],
        [to, middle.type],
      ],
      () => {
        const test = this.compare(name(from), [{ op: next.op, value: name(to) }]);
        const others = this.chain(name(to), rest);
        const names = `const auto ${from} = ${left.code}; const auto ${to} = ${middle.code};`;
        return primary(
          bool,
          `[&] { ${names} return ${operand(test, precedence.equality)} && ${operand(others, precedence.equality)}; }()`,
        );
      },
    );
  }

  /** `isinstance(x, T)` and `type(x) is T`; decided here where the type of `x` leaves no doubt. */
  private typeTest(objectNode: Expr, types: Expr, exactly: boolean, negated: boolean): Value {
    const names = typeNames(types);
    const object = this.expr(objectNode);
    if (object.type.kind === 'instance' && names) {
      const of = object.type.of;
      const tests = names.map((name) => {
        const wanted = this.classes.get(name);
        if (!wanted)
          return isInstanceOf(object.type, name, exactly) === undefined && name !== 'object'
            ? undefined
            : String(name === 'object' || (!exactly && name === of.def.mixes));
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

  /** `isinstance(e, T)` of an exception. */
  private errorTest(object: Value, names: readonly string[], types: Expr, exactly: boolean, negated: boolean): Value {
    const tests = names.map((name) => {
      const of = this.classes.get(name);
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

  /** True when a value of this type is an instance of a built-in type or class of that name; undefined when that cannot be told. */
  protected isInstance(type: Type, name: string, exactly: boolean): boolean | undefined {
    const of = this.classes.get(name);
    const record = this.records.get(name);
    if (record) return type.kind === 'tuple' && type.record === record;
    if (!of) return name === 'object' ? true : isInstanceOf(type, name, exactly);
    if (type.kind !== 'instance') return false;
    if (exactly) return undefined;
    return derivesFrom(type.of, of) ? true : derivesFrom(of, type.of) ? undefined : false;
  }

  private comparison(op: CompareOperator, left: Value, right: Value, place: Place): Value {
    const [a, b] =
      op === 'is' || op === 'is not' || op.endsWith('in') || sameType(left.type, right.type)
        ? [left, right]
        : [this.unmixed(left), this.unmixed(right)];
    if (op === 'is' || op === 'is not') {
      const value = b.type.kind === 'none' ? a : a.type.kind === 'none' ? b : undefined;
      if (!value) {
        const isObject = ({ type }: Value): boolean =>
          alternatives(type).every(({ kind }) => kind === 'instance' || kind === 'none');
        if (isObject(a) && isObject(b)) {
          const same = primary(bool, `py::is_same(${a.code}, ${b.code})`);
          return op === 'is' ? same : { type: bool, code: `!${same.code}`, precedence: precedence.unary };
        }
        if (a.type.kind === 'bool' && b.type.kind === 'bool')
          return {
            type: bool,
            code: `${operand(a, precedence.sum)} ${op === 'is' ? '==' : '!='} ${operand(b, precedence.sum)}`,
            precedence: precedence.equality,
          };
        const truth = [a, b].find(({ code }) => code === 'true' || code === 'false');
        const other = truth === a ? b : a;
        if (truth && other.type.kind === 'union' && !isHandle(other.type)) {
          const test = `if constexpr (std::is_same_v<std::decay_t<decltype(held)>, bool>) return held == ${truth.code}; else return false;`;
          const code = `py::visit([](const auto& held) -> bool { ${test} }, ${other.code})`;
          return { type: bool, code: op === 'is' ? code : `!${code}`, precedence: precedence.unary };
        }
        if (
          a.type.kind === b.type.kind &&
          a.type.kind !== 'iter' &&
          a.type.kind !== 'generator' &&
          isContainer(a.type)
        ) {
          const same = `${operand(a, precedence.primary)}.identity() ${op === 'is' ? '==' : '!='} ${operand(b, precedence.primary)}.identity()`;
          return { type: bool, code: same, precedence: precedence.equality };
        }
        // No value of another type is True or False; of one that is not known yet, a later round decides.
        if (truth && (isNumber(other.type) || isContainer(other.type) || ['str', 'never'].includes(other.type.kind)))
          return primary(bool, `(static_cast<void>(${other.code}), ${String(op === 'is not')})`);
        return this.unsupported('`is` between two values cannot be converted yet, other than with None.', place);
      }
      const matching = alternatives(value.type).filter(({ kind }) => (kind === 'none') === (op === 'is'));
      return holdsOneOf(value, matching);
    }
    if (op === 'in' || op === 'not in') {
      if (b.type.kind === 'instance') {
        const found =
          this.special(b, '__contains__', [a], place) ??
          primary(bool, `py::contains(${this.asIterable(b, place).code}, ${a.code})`);
        return op === 'in' ? found : { type: bool, code: `!${found.code}`, precedence: precedence.unary };
      }
      if (b.type.kind === 'union') {
        const found = this.containedInAny(a, b, place);
        return op === 'in' ? found : { type: bool, code: `!${found.code}`, precedence: precedence.unary };
      }
      const element = elementOf(b.type);
      if (b.type.kind !== 'never' && b.type.kind !== 'tuple' && !element)
        return this.unsupported(`\`in\` on ${describe(b.type)} cannot be converted.`, place);
      if ('element' in b.type)
        this.add(b.type.element, a.type, place, 'The elements looked for and those that are there');
      else if ('key' in b.type) this.add(b.type.key, a.type, place, 'The key looked for and those that are there');
      return {
        type: bool,
        code: `${op === 'in' ? '' : '!'}py::contains(${b.code}, ${a.code})`,
        precedence: precedence.unary,
      };
    }
    if (a.type.kind === 'instance' || b.type.kind === 'instance') {
      const result = this.instanceComparison(op, a, b, place);
      if (result) return result;
    }
    const ofViews = viewComparison(op, a, b);
    if (ofViews) return ofViews;
    if ('key' in a.type && 'key' in b.type && a.type.kind !== b.type.kind && (op === '==' || op === '!=')) {
      a.type.key.unify(b.type.key);
      a.type.value.unify(b.type.value);
      const base = `const ${cppType({ ...a.type, kind: 'dict' })}&`;
      const equal = `py::eq(static_cast<${base}>(${a.code}), static_cast<${base}>(${b.code}))`;
      return primary(bool, op === '==' ? equal : `!${equal}`);
    }
    const isSet = ({ type }: Value): boolean => type.kind === 'set' || type.kind === 'frozenset';
    if (isSet(a) && isSet(b) && a.type.kind !== b.type.kind && 'element' in a.type && 'element' in b.type) {
      a.type.element.unify(b.type.element);
      return primary(bool, `py::${comparisons[op]}(${a.code}, ${b.code})`);
    }
    // Sets and dicts look each other's keys up, which have to be of one type in C++.
    if (a.type.kind === b.type.kind && ['set', 'frozenset', 'dict'].includes(a.type.kind)) unionOf([a.type, b.type]);
    if (a.type.kind === 'tuple' && b.type.kind === 'vartuple') {
      const turned = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==', '!=': '!=' } as const;
      return this.comparison(turned[op], b, a, place);
    }
    if (a.type.kind === 'vartuple' && b.type.kind === 'tuple') {
      if (op === '==' || op === '!=') return primary(bool, `py::${comparisons[op]}(${a.code}, ${b.code})`);
      const { element } = a.type;
      if (b.type.items.every((item) => sameType(item, element.type))) {
        const other = primary(
          a.type,
          `py::vartuple<${cppType(element.type)}>::from(py::items_as<${cppType(element.type)}>(${b.code}))`,
        );
        return this.comparison(op, a, other, place);
      }
    }
    const known = a.type.kind !== 'never' && b.type.kind !== 'never';
    const numbers = isNumber(a.type) && isNumber(b.type);
    const unequalKinds = a.type.kind !== b.type.kind && [a, b].every(({ type }) => unequalToOthers.has(type.kind));
    const mixed = unequalKinds || [a, b].some(({ type }) => type.kind === 'union' || type.kind === 'none');
    const comparable = op === '==' || op === '!=' || hasOrder(a.type, b.type);
    if (known && mixed && comparable && ![a, b].some(({ type }) => alternatives(type).some(hasOwnEquality))) {
      return primary(bool, `py::${comparisons[op]}(${a.code}, ${b.code})`);
    }
    if (known && !numbers && (a.type.kind !== b.type.kind || a.type.kind === 'instance' || a.type.kind === 'union')) {
      return this.unsupported(
        `\`${op}\` between ${describe(a.type)} and ${describe(b.type)} cannot be converted yet.`,
        place,
      );
    }
    const [x, y] = [a, b].map(({ code }) => (/^-?\d+$/.test(code) ? BigInt(code) : undefined));
    if (x !== undefined && y !== undefined) {
      const results = { '<': x < y, '<=': x <= y, '>': x > y, '>=': x >= y, '==': x === y, '!=': x !== y } as const;
      return primary(bool, String(results[op]));
    }
    const samePlain = a.type.kind === b.type.kind && (numbers || a.type.kind === 'str');
    if (samePlain) {
      const level = op === '==' || op === '!=' ? precedence.equality : precedence.relation;
      return {
        type: bool,
        code: `${operand(a, precedence.sum)} ${op} ${operand(b, precedence.sum)}`,
        precedence: level,
      };
    }
    return primary(bool, `py::${comparisons[op]}(${a.code}, ${b.code})`);
  }

  /** `a in b` where `b` may be one of several things. */
  private containedInAny(a: Value, b: Value, place: Place): Value {
    return onEachType(b, (alternative) => {
      const { type } = alternative;
      const name = pythonTypeName(type);
      if (!isIterable(type) && type.kind !== 'instance')
        return { error: 'TypeError', message: `argument of type '${name}' is not iterable` };
      if (type.kind === 'str' && a.type.kind !== 'str')
        return a.type.kind === 'never' || a.type.kind === 'union'
          ? this.unsupported(`\`in\` on ${describe(b.type)} cannot be converted here.`, place)
          : {
              error: 'TypeError',
              message: `'in <string>' requires string as left operand, not ${pythonTypeName(a.type)}`,
            };
      const slot = isContainer(type) ? slotsOf(type)[0] : undefined;
      const isHashed = 'key' in type || type.kind === 'set' || type.kind === 'frozenset';
      if (isHashed && slot && slot.type.kind !== 'never' && !holdsAll(slot.type, a.type))
        return a.type.kind === 'union'
          ? this.unsupported(`\`in\` on ${describe(b.type)} cannot be converted here.`, place)
          : primary(bool, `(static_cast<void>(${a.code}), false)`);
      return isHashed || type.kind === 'str' || type.kind === 'instance'
        ? this.comparison('in', a, alternative, place)
        : primary(bool, `py::contains(${alternative.code}, ${a.code})`);
    });
  }

  private sequence(node: Extract<Expr, { kind: 'list' | 'set' }>, kind: 'list' | 'set'): Value {
    const type = this.allocate(node.id, () => ({ kind, element: new Slot() }));
    if (type.kind !== kind) throw new Error('a literal has another type');
    if (node.items.some((item) => item.kind === 'star')) return this.spreading(node, type);
    const items = node.items
      .map((item) => {
        const value = this.expr(item);
        this.add(type.element, value.type, item.place, `The elements of this ${kind}`);
        this.noteGrowth(type.element, value, true);
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
  private spreadingDict(node: Extract<Expr, { kind: 'dict' }>, type: Extract<Type, { kind: MappingKind }>): Value {
    const parts = node.entries.map(({ key, value }) => {
      const given = this.expr(value);
      if (!key) {
        if (!('key' in given.type))
          return this.unsupported(`\`**\` of ${describe(given.type)} cannot be converted.`, node.place);
        this.add(type.key, given.type.key.type, node.place, 'The keys of this dict');
        this.add(type.value, given.type.value.type, node.place, 'The values of this dict');
        type.key.unify(given.type.key);
        type.value.unify(given.type.value);
        return (): string => `result.update(${given.code});`;
      }
      const name = this.expr(key);
      this.add(type.key, name.type, node.place, 'The keys of this dict');
      this.add(type.value, given.type, node.place, 'The values of this dict');
      return (): string => `result.set(${coerced(name, type.key.type)}, ${coerced(given, type.value.type)});`;
    });
    return primary(type, `[&] { ${cppType(type)} result; ${parts.map((part) => part()).join(' ')} return result; }()`);
  }

  /** A list or set with `*items` among its elements, filled one after the other. */
  private spreading(node: Extract<Expr, { kind: 'list' | 'set' }>, type: Type): Value {
    if (!('element' in type)) throw new Error('a list has no elements');
    const parts = node.items.map((item) => {
      const what = `The elements of this ${type.kind}`;
      if (item.kind !== 'star') {
        const value = this.expr(item);
        this.add(type.element, value.type, item.place, what);
        return (): string => `result.${type.kind === 'set' ? 'add' : 'append'}(${coerced(value, type.element.type)});`;
      }
      const items = this.iterable(item.value);
      this.add(type.element, items.element, item.place, what);
      const code = items.value.type.kind === 'tuple' ? `py::items_of(${items.value.code})` : items.value.code;
      return (): string => `result.${type.kind === 'set' ? 'update' : 'extend'}(${code});`;
    });
    return primary(type, `[&] { ${cppType(type)} result; ${parts.map((part) => part()).join(' ')} return result; }()`);
  }

  /** Binds the variables of a comprehension or lambda while `use` runs. */
  protected within<T>(
    bindings: readonly Binding[],
    use: () => T,
    { nonNegative = false, isThrown = false }: { readonly nonNegative?: boolean; readonly isThrown?: boolean } = {},
  ): T {
    const frame = new Map(
      bindings.map(([name, type]) => [
        name,
        { name, cpp: identifier(name), slot: new Slot(type), isGlobal: false, ...(isThrown && { isThrown }) },
      ]),
    );
    if (!nonNegative) for (const { slot } of frame.values()) this.signed.add(slot);
    for (const [name, , growth] of bindings) this.noteGrowth(frame.get(name)?.slot ?? new Slot(), { growth });
    this.context.locals.push(frame);
    try {
      return use();
    } finally {
      this.context.locals.pop();
    }
  }

  /** The names a target binds when it is given a value of this type, with their types. */
  protected bindings(target: Expr, type: Type): (readonly [string, Type])[] {
    if (target.kind === 'name') return [[target.name, type]];
    if (target.kind !== 'tuple' && target.kind !== 'list')
      return this.unsupported('This target cannot be converted yet.', target.place);
    const parts = this.partsOf(target.items, { type, code: '', precedence: 0 }, target.place);
    return target.items.flatMap((item, index) =>
      this.bindings(item.kind === 'star' ? item.value : item, parts[index]?.type ?? never),
    );
  }

  /** What each of several targets takes of a value; `*` takes a list of what the others leave. */
  protected partsOf(targets: readonly Expr[], value: Value, place: Place): readonly Value[] {
    const { type, code } = value;
    const star = targets.findIndex((target) => target.kind === 'star');
    if (type.kind === 'never') return targets.map(() => primary(never, code));
    if (type.kind === 'tuple') {
      const { items } = type;
      const at = (index: number): Value => primary(items[index] ?? never, `std::get<${index}>(${code})`);
      if (star < 0 ? items.length !== targets.length : items.length < targets.length - 1)
        return this.unsupported(
          `Taking ${describe(type)} apart into ${targets.length} names cannot be converted here.`,
          place,
        );
      const more = items.length - targets.length;
      return targets.map((target, index) => {
        if (index !== star) return at(star >= 0 && index > star ? index + more : index);
        const middle = items.slice(star, star + more + 1);
        const list = this.allocate(target.id, () => listOf(never));
        if (list.kind === 'list')
          for (const item of middle) this.add(list.element, item, place, 'The elements of this list');
        const codes = middle.map((_, offset) => at(star + offset).code);
        return primary(list, `${cppType(list)}{${codes.join(', ')}}`);
      });
    }
    const element = elementOf(type);
    if (!element || !['list', 'str', 'vartuple', 'range'].includes(type.kind))
      return this.unsupported(
        `Taking ${describe(type)} apart into ${targets.length} names cannot be converted here.`,
        place,
      );
    return targets.map((target, index) => {
      if (star < 0 || index < star) return primary(element, `${code}[${index}]`);
      const fromEnd = targets.length - 1 - index;
      if (index > star) return primary(element, `${code}[-${fromEnd + 1}]`);
      const list = this.allocate(target.id, () => listOf(never));
      if (list.kind === 'list') this.add(list.element, element, place, 'The elements of this list');
      const end = fromEnd === 0 ? 'std::nullopt' : `-${fromEnd}`;
      return primary(list, `py::to_list<${cppType(element)}>(py::slice(${code}, ${index}, ${end}))`);
    });
  }

  /** A test that a value has as many items as there are targets; empty where its type says so. */
  protected lengthCheck(targets: readonly Expr[], { type, code }: Value): string[] {
    if (type.kind === 'tuple' || type.kind === 'never') return [];
    const starred = targets.some((target) => target.kind === 'star');
    return [
      `py::check_unpacked(py::len(${code}), ${starred ? targets.length - 1 : targets.length}, ${String(starred)});`,
    ];
  }

  /** Where the magnitude of what is gone over comes from, where that is made of several: those of `zip`, `enumerate`, `items()` and the like. */
  protected growthWithin(node: Expr): Growth {
    switch (node.kind) {
      case 'call': {
        const object = node.callee.kind === 'attribute' ? [node.callee.object] : [];
        return [...object, ...node.args].map((item) => this.growthWithin(item)).reduce(eitherGrowth, noGrowth);
      }
      case 'index':
        return this.growthWithin(node.object);
      case 'name': {
        const { type } = this.lookUp(node)?.slot ?? { type: never };
        return isContainer(type) ? growthOf(...slotsOf(type)) : noGrowth;
      }
      default:
        return noGrowth;
    }
  }

  /** The loops and tests of a comprehension around what is done for each element. */
  private loops(node: CompExpr, each: () => string, index = 0): string {
    const clause = node.clauses[index];
    if (!clause) return each();
    const items = this.iterable(clause.iterable);
    const { type } = items.value;
    const growth =
      'element' in type && clause.target.kind === 'name' ? growthOf(type.element) : this.growthWithin(clause.iterable);
    return this.within(
      this.bindings(clause.target, items.element).map(([name, of]): Binding => [name, of, growth]),
      () =>
        this.flow.during(this.flow.facts, () => {
          const tests = clause.conditions.map((test) => {
            const code = this.condition(test, precedence.and);
            this.flow.learn(this.flow.tested(test).yes);
            return code;
          });
          const inner = this.loops(node, each, index + 1);
          const body = tests.length ? `if (${tests.join(' && ')}) { ${inner} }` : inner;
          return this.loop(clause.target, items, body);
        }),
      { nonNegative: isNonNegativeRange(items.range) },
    );
  }

  /** `any` or `all` of a generator expression: it ends as soon as the answer is known. */
  private quantified(node: CompExpr, name: 'any' | 'all'): Value {
    const loops = this.loops(node, () => {
      const test = this.test(node.element);
      return name === 'any'
        ? `if (${test.code}) return true;`
        : `if (!${operand(test, precedence.unary)}) return false;`;
    });
    return primary(bool, `[&] { ${loops} return ${String(name === 'all')}; }()`);
  }

  /** A generator expression that is kept: a coroutine with copies of the variables it reads. */
  protected lazyGenerator(node: CompExpr): Value {
    const type = this.allocate(`generator ${node.id}`, () => ({ kind: 'generator', element: new Slot() }));
    if (type.kind !== 'generator') throw new Error('a generator expression has another type');
    const loops = this.loops(node, () => {
      const item = this.expr(node.element);
      this.add(type.element, item.type, node.element.place, 'The elements of this generator');
      return `co_yield ${outOfCoroutine(coerced(item, type.element.type))};`;
    });
    const read = new Set<string>();
    walk(node, (inner) => {
      if (inner['kind'] !== 'name') return;
      const variable = this.lookUp(inner as unknown as NameExpr);
      if (variable?.cpp.includes('this') === true)
        this.unsupported('A generator expression that reads `self` cannot be kept yet: make it a list.', node.place);
      if (variable && !variable.isGlobal) read.add(variable.cpp);
    });
    const params = [...read].map((name) => `auto ${name}`).join(', ');
    const code = `[](${params}) -> ${cppType(type)} { ${loops} }(${[...read].join(', ')})`;
    return primary(type, code);
  }

  /** A value as it is kept in a variable or handed to a function: a generator expression is not worked out yet. */
  protected keptValue(node: Expr): Value {
    if (node.kind === 'comp' && node.form === 'generator') return this.lazyGenerator(node);
    return this.expr(node);
  }

  private comprehension(node: CompExpr): Value {
    const { element, value: valueNode } = node;
    const kind = node.form === 'generator' ? 'list' : node.form;
    const type = this.allocate(node.id, () => (kind === 'dict' ? dictOf(never, never) : { kind, element: new Slot() }));
    const loops = this.loops(node, () => {
      const item = this.expr(element);
      if ('key' in type && valueNode) {
        const value = this.expr(valueNode);
        this.add(type.key, item.type, element.place, 'The keys of this dict');
        this.add(type.value, value.type, element.place, 'The values of this dict');
        this.noteGrowth(type.value, value, true);
        return `result.set(${coerced(item, type.key.type)}, ${coerced(value, type.value.type)});`;
      }
      if ('element' in type) {
        this.add(type.element, item.type, element.place, 'The elements of this comprehension');
        this.noteGrowth(type.element, item, true);
      }
      const code = 'element' in type ? coerced(item, type.element.type) : item.code;
      return `result.${kind === 'set' ? 'add' : 'append'}(${code});`;
    });
    return primary(type, `[&] { ${cppType(type)} result; ${loops} return result; }()`);
  }

  /** What a `for` goes over. */
  protected iterable(node: Expr): { readonly element: Type; readonly value: Value; readonly range?: readonly Value[] } {
    if (
      node.kind === 'call' &&
      node.callee.kind === 'name' &&
      !this.lookUp(node.callee) &&
      node.keywords.length === 0
    ) {
      const { name } = node.callee;
      if (name === 'range' && !this.functions.has(name)) {
        const args = node.args.map((arg) => this.narrowInteger(this.expr(arg)));
        if (
          args.length < 1 ||
          args.length > 3 ||
          args.some(({ type }) => !['int', 'bool', 'never'].includes(type.kind))
        ) {
          return this.unsupported('`range` takes one to three integers.', node.place);
        }
        return {
          element: int,
          value: primary(range, `py::range(${args.map(({ code }) => code).join(', ')})`),
          range: args,
        };
      }
    }
    const items = this.asIterable(this.expr(node), node.place);
    const value = this.only(items, isIterable, '', ' object is not iterable');
    if (value.type.kind === 'never') return { element: never, value };
    const any = this.itemsOfAny(value, node.place);
    if (any) {
      const list = this.allocate(`items ${node.id}`, () => listOf(never));
      if (list.kind === 'list') list.element.add(any.element);
      return { element: any.element, value: primary(list, any.code) };
    }
    if (value.type.kind === 'tuple' && value.type.items.length > 0) {
      const item = unionOf(value.type.items);
      this.requireOne(item, node.place, 'The items of this tuple');
      const list = this.allocate(`items ${node.id}`, () => listOf(never));
      if (list.kind === 'list') list.element.add(item);
      return { element: item, value: primary(list, `py::items_as<${cppType(item)}>(${value.code})`) };
    }
    const element = elementOf(value.type);
    if (!element)
      return this.unsupported(`A value of type ${describe(value.type)} cannot be gone through here.`, node.place);
    return { element, value };
  }

  /** A `for` over a value that binds fresh variables, around statements that use them. */
  private loop(
    target: Expr,
    items: { readonly element: Type; readonly value: Value; readonly range?: readonly Value[] },
    body: string,
  ): string {
    if (target.kind === 'name') {
      const name = identifier(target.name);
      return `${items.range ? rangeLoop(name, items.range) : overItems(`auto ${name}`, items.value)} { ${body} }`;
    }
    if (items.element.kind === 'tuple' && isFlat(target))
      return `${overItems(`auto ${structuredBinding(target)}`, items.value)} { ${body} }`;
    const item = `item_${target.place.line + 1}_${target.place.column}`;
    const taken = this.taken(target, primary(items.element, item));
    return `${overItems(`const auto& ${item}`, items.value)} { ${taken.join(' ')} ${body} }`;
  }

  /** Declarations of the variables of a target that takes a value apart. */
  private taken(target: Expr, value: Value): string[] {
    if (target.kind === 'name') return [`auto ${identifier(target.name)} = ${value.code};`];
    if (target.kind === 'star') return this.taken(target.value, value);
    if (target.kind !== 'tuple' && target.kind !== 'list')
      return this.unsupported('This target cannot be converted yet.', target.place);
    const parts = this.partsOf(target.items, value, target.place);
    return [
      ...this.lengthCheck(target.items, value),
      ...target.items.flatMap((item, index) => this.taken(item, parts[index] as Value)),
    ];
  }

  private index(objectNode: Expr, indexNode: Expr, place: Place): Value {
    this.noteRead();
    const full = this.expr(objectNode);
    const object = isHandle(full.type)
      ? { ...full, type: withoutNone(full.type) }
      : this.only(full, isSubscriptable, '', ' object is not subscriptable');
    if (object.type.kind !== 'union') return this.item(object, indexNode, place);
    if (!object.type.items.some(isSubscriptable))
      return this.unsupported(`An index into ${describe(object.type)} cannot be converted.`, place);
    return onEachType(object, (alternative) => {
      if (!isSubscriptable(alternative.type))
        return { error: 'TypeError', message: `'${pythonTypeName(alternative.type)}' object is not subscriptable` };
      return this.wrongIndex(alternative.type, indexNode) ?? this.item(alternative, indexNode, place);
    });
  }

  /** What Python raises where an index is of a type that one of several objects does not take. */
  private wrongIndex(type: Type, indexNode: Expr): Raises | undefined {
    if (type.kind === 'instance') return undefined;
    const isMapping = 'key' in type;
    if (indexNode.kind === 'slice')
      return isMapping ? { error: 'TypeError', message: "unhashable type: 'slice'" } : undefined;
    const index = this.expr(indexNode);
    if (index.type.kind === 'never') return undefined;
    if (isMapping) {
      const matches = alternatives(index.type).some((item) =>
        alternatives(type.key.type).some((key) => key.kind === item.kind),
      );
      if (matches || type.key.type.kind === 'never') return undefined;
      return { error: 'KeyError', message: '', argument: index.code };
    }
    if (alternatives(index.type).some((item) => isInteger(item))) return undefined;
    const given = pythonTypeName(index.type);
    return {
      error: 'TypeError',
      message:
        type.kind === 'str'
          ? `string indices must be integers, not '${given}'`
          : `${pythonTypeName(type)} indices must be integers or slices, not ${given}`,
    };
  }

  /** `object[index]`. */
  private item(object: Value, indexNode: Expr, place: Place): Value {
    const { type } = object;
    if (type.kind === 'instance') {
      const item =
        indexNode.kind === 'slice' ? undefined : this.special(object, '__getitem__', [this.expr(indexNode)], place);
      return item ?? this.unsupported(`An item of ${describe(type)} cannot be converted.`, place);
    }
    if (indexNode.kind === 'slice') {
      if (type.kind === 'tuple') return this.tupleSlice(object, indexNode, place);
      if (!['list', 'str', 'vartuple', 'bytes', 'bytearray', 'range', 'never'].includes(type.kind))
        return this.unsupported(`A slice of ${describe(type)} cannot be converted yet.`, place);
      const bounds = this.bounds(indexNode);
      while (bounds.at(-1) === 'std::nullopt' && bounds.length > 1) bounds.pop();
      return primary(type, `py::slice(${[object.code, ...bounds].join(', ')})`);
    }
    if (type.kind === 'tuple') {
      const at =
        indexNode.kind === 'int'
          ? Number(indexNode.value)
          : indexNode.kind === 'unary' && indexNode.op === '-' && indexNode.operand.kind === 'int'
            ? type.items.length - Number(indexNode.operand.value)
            : undefined;
      const item = at === undefined ? undefined : type.items[at];
      const [first] = type.items;
      if (at === undefined && this.expr(indexNode).type.kind === 'slice')
        return this.unsupported('A slice object on a tuple cannot be converted: write the slice out.', place);
      if (at === undefined && first && type.items.every((each) => sameType(each, first)))
        return primary(first, `py::tuple_item(${object.code}, ${this.narrowInteger(this.expr(indexNode)).code})`);
      if (!item) return this.unsupported('An index into a tuple has to be a literal within its length.', place);
      return primary(item, `std::get<${at}>(${object.code})`);
    }
    const key = this.expr(indexNode);
    if (key.type.kind === 'slice') return this.sliceByValue(object, key, place);
    const group =
      type.kind === 'match'
        ? groupOf({ ...object, code: operand(object, precedence.primary) }, indexNode, key)
        : undefined;
    if (group) return group;
    const index = 'key' in type ? key : this.narrowInteger(key);
    const code = `${operand(object, precedence.primary)}[${index.code}]`;
    if ('key' in type) {
      this.add(type.key, index.type, indexNode.place, 'The keys of this dict');
      // A missing key is added.
      if (type.kind === 'defaultdict') this.noteEffect();
      return { ...primary(type.value.type, code), growth: growthOf(type.value) };
    }
    if (type.kind === 'never') return primary(never, code);
    if (!['list', 'str', 'range', 'deque', 'vartuple', 'bytes', 'bytearray'].includes(type.kind))
      return this.unsupported(`An index into ${describe(type)} cannot be converted.`, place);
    if (!['int', 'bool', 'never'].includes(index.type.kind))
      return this.unsupported(`An index of type ${describe(index.type)} cannot be converted.`, indexNode.place);
    return { ...primary(elementOf(type) ?? never, code), ...('element' in type && { growth: growthOf(type.element) }) };
  }

  /** `x[s]` where `s` is a slice kept in a variable. */
  private sliceByValue(object: Value, key: Value, place: Place): Value {
    const { type } = object;
    if (!['list', 'str', 'vartuple', 'bytes', 'bytearray', 'never'].includes(type.kind))
      return this.unsupported(`A slice of ${describe(type)} by a slice object cannot be converted.`, place);
    return primary(type, `py::slice_by(${object.code}, ${key.code})`);
  }

  /** Start, stop and step of a slice as C++. */
  protected bounds(slice: Extract<Expr, { kind: 'slice' }>): string[] {
    return [slice.start, slice.stop, slice.step].map((bound) =>
      bound && bound.kind !== 'none' ? this.narrowInteger(this.expr(bound)).code : 'std::nullopt',
    );
  }

  private tupleSlice(object: Value, slice: Extract<Expr, { kind: 'slice' }>, place: Place): Value {
    const { type } = object;
    const [start, stop, step] = this.bounds(slice).map((code) =>
      /^-?\d+$/.test(code) ? Number(code) : code === 'std::nullopt' ? undefined : NaN,
    );
    if (type.kind !== 'tuple') return this.unsupported('A slice of this cannot be converted.', place);
    if ([start, stop, step].some(Number.isNaN) || step === 0) {
      const item = unionOf(type.items);
      this.requireOne(item, place, 'The items of this tuple');
      const result = this.allocate(slice.id, () => ({ kind: 'vartuple', element: new Slot() }));
      if (result.kind === 'vartuple') result.element.add(item);
      const items = `py::vartuple<${cppType(item)}>::from(py::items_as<${cppType(item)}>(${object.code}))`;
      return primary(result, `py::slice(${[items, ...this.bounds(slice)].join(', ')})`);
    }
    const size = type.items.length;
    const stride = step ?? 1;
    const fit = (bound: number | undefined, absent: number): number => {
      const [low, high] = stride > 0 ? [0, size] : [-1, size - 1];
      return bound === undefined ? absent : Math.min(high, Math.max(low, bound < 0 ? bound + size : bound));
    };
    const [from, to] = [fit(start, stride > 0 ? 0 : size - 1), fit(stop, stride > 0 ? size : -1)];
    const picked: number[] = [];
    for (let at = from; stride > 0 ? at < to : at > to; at += stride) picked.push(at);
    const items = picked.map((at) => type.items[at] ?? never);
    return primary(
      tupleOf(...items),
      `std::make_tuple(${picked.map((at) => `std::get<${at}>(${object.code})`).join(', ')})`,
    );
  }

  protected attribute(objectNode: Expr, name: string, place: Place): Value {
    if (objectNode.kind === 'name' && !this.lookUp(objectNode)) {
      const module = this.imports.get(objectNode.name);
      const constant = module === undefined ? undefined : libraryConstants.get(`${module}.${name}`);
      if (module !== undefined && constant) return primary(constant, constantCode(`${module}.${name}`));
      if (module !== undefined) {
        const value = this.libraryFunctionValue(
          { kind: 'attribute', id: objectNode.id, place, object: objectNode, name },
          `${module}.${name}`,
        );
        return value ?? this.unsupported(`\`${module}.${name}\` cannot be converted yet.`, place);
      }
    }
    const record =
      objectNode.kind === 'name' && !this.lookUp(objectNode) ? this.records.get(objectNode.name) : undefined;
    if (record && name === '_fields') {
      const names = record.fields.map((field) => `"${field.name}"_s`);
      return primary(tupleOf(...names.map(() => str)), `std::make_tuple(${names.join(', ')})`);
    }
    if (objectNode.kind === 'name' && methodOwners.has(objectNode.name) && !this.lookUp(objectNode)) {
      // `str.upper` as a value: what calls it on its argument.
      const item: NameExpr = { kind: 'name', id: -1, place, name: 'item' };
      const callee: Expr = { kind: 'attribute', id: -1, place, object: item, name };
      const body: CallExpr = { kind: 'call', id: -objectNode.id, place, callee, args: [], keywords: [] };
      const param = { name: 'item', id: -1, place, kind: 'plain', keywordOnly: false } as const;
      return this.lambdaValue({ kind: 'lambda', id: objectNode.id, place, params: [param], body });
    }
    const nested = this.libraryName(objectNode);
    const deep = nested === undefined ? undefined : libraryConstants.get(`${nested}.${name}`);
    if (deep) return primary(deep, constantCode(`${nested}.${name}`));
    this.noteRead();
    const of = this.classOfNode(objectNode);
    if (of) return this.classMember(of, name, place);
    if (name === '__name__') {
      const typed =
        typeCall(objectNode) ??
        (objectNode.kind === 'attribute' && objectNode.name === '__class__' ? objectNode.object : undefined);
      if (typed) return this.typeName(this.expr(typed));
    }
    const full = this.expr(objectNode);
    const object = isHandle(full.type) ? { ...full, type: withoutNone(full.type) } : full;
    if (object.type.kind !== 'union') return this.attributeOn(object, name, place);
    if (!object.type.items.some(({ kind }) => kind === 'instance'))
      return this.unsupported(`The attribute \`${name}\` of ${describe(object.type)} cannot be converted.`, place);
    return onEachType(object, (alternative) => {
      const { type } = alternative;
      if (type.kind === 'instance' ? this.hasAttribute(type.of, name) : type.kind === 'tuple' && type.record)
        return this.attributeOn(alternative, name, place);
      return {
        error: 'AttributeError',
        message: `'${pythonTypeName(alternative.type)}' object has no attribute '${name}'`,
      };
    });
  }

  /** True for what an instance of a class, or of one derived from it, has. */
  protected abstract hasAttribute(of: ClassInfo, name: string): boolean;

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
      if (property?.form === 'property') return this.recordCall(property, [object], [], place);
    }
    if (object.type.kind === 'instance' || object.type.kind === 'exception')
      return this.instanceAttribute(object, name, place);
    const row = attributeRows.get(object.type.kind)?.get(name);
    if (row) return row({ ...object, code: operand(object, precedence.primary), precedence: precedence.primary });
    return this.unsupported(`The attribute \`${name}\` of ${describe(object.type)} cannot be converted.`, place);
  }

  /** The class that a name stands for. */
  protected classOfNode(node: Expr): ClassInfo | undefined {
    if (node.kind !== 'name') return undefined;
    const { cls } = this.context;
    if (cls?.name === node.name && !this.context.locals.some((frame) => frame.has(node.name))) return cls.of;
    return this.lookUp(node) ? undefined : this.classes.get(node.name);
  }

  /** The slot of an attribute; made when a class sets it anywhere. */
  protected field(of: ClassInfo, name: string): Slot | undefined {
    return of.fields.get(name);
  }

  private formatted(parts: readonly (string | FormatPart)[]): Value {
    const codes = parts.map((part) => {
      if (typeof part === 'string') return `${quote(part)}_s`;
      const full = this.expr(part.value);
      const own = part.conversion === '' ? this.ownFormat(full, part, part.value.place) : undefined;
      if (own !== undefined) return own;
      const value = part.spec.length && part.conversion === '' ? this.unmixed(full) : full;
      this.requirePrintable(value.type, part.value.place);
      const shown = part.conversion === 'r' ? `py::repr(${value.code})` : value.code;
      if (part.spec.length && isMixedNumber(value.type) && part.conversion !== 'r')
        return onEach(value, `py::format(x, ${this.formatted(part.spec).code})`);
      if (part.spec.length && value.type.kind === 'union' && part.conversion !== 'r') {
        const spec = this.formatted(part.spec).code;
        return onEachType(value, ({ type, code }) =>
          isNumber(type) || type.kind === 'str' || type.kind === 'complex'
            ? primary(str, `py::${type.kind === 'bigint' ? 'format_any_size' : 'format'}(${code}, ${spec})`)
            : {
                error: 'TypeError',
                message: `unsupported format string passed to ${pythonTypeName(type)}.__format__`,
              },
        ).code;
      }
      if (part.spec.length === 0) return part.conversion === 'r' ? shown : `py::to_str(${shown})`;
      const spec = this.formatted(part.spec).code;
      return `py::${value.type.kind === 'bigint' && part.conversion !== 'r' ? 'format_any_size' : 'format'}(${shown}, ${spec})`;
    });
    if (codes.length === 0) return primary(str, '""_s');
    if (codes.length === 1) return primary(str, codes[0] as string);
    return { type: str, code: codes.join(' + '), precedence: precedence.sum };
  }

  /** What the `__format__` of an instance gives. */
  private ownFormat(value: Value, { spec }: FormatPart, place: Place): string | undefined {
    if (value.type.kind !== 'instance' || value.type.of.def.mixes !== undefined) return undefined;
    const given = this.special(value, '__format__', [this.formatted(spec)], place);
    if (given) return given.code;
    if (spec.length === 0) return undefined;
    const text = `unsupported format string passed to ${shownName(value.type.of)}.__format__`;
    return `(static_cast<void>(${value.code}), throw py::TypeError(${quote(text)}), py::str())`;
  }

  private requirePrintable(type: Type, place: Place, within = false, seen: readonly Slot[] = []): void {
    const methods = within ? ['__repr__'] : ['__str__', '__repr__'];
    const shows = (of: ClassInfo): boolean => methods.some((name) => this.methodOf(of, name) !== undefined);
    // A class of which no instances are made leaves it to those that derive from it.
    const isShown = ({ of }: Extract<Type, { kind: 'instance' }>): boolean =>
      shows(of) ||
      (!this.constructed.has(of) &&
        of.derived.length > 0 &&
        allDerived(of).every((each) => shows(each) || !this.constructed.has(each)));
    if (type.kind === 'instance' && !isShown(type)) {
      this.unsupported(
        `Printing a ${type.of.name} without ${methods.map((name) => `\`${name}\``).join(' or ')} cannot be converted: Python prints an address.`,
        place,
      );
    }
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
      if (!named || [...this.unnamedFactories].some((slot) => slot.root() === type.value.root()))
        this.unsupported(
          'Printing this `defaultdict` cannot be converted, because Python prints the address of its factory: print `dict(…)` of it.',
          place,
        );
    }
    if (['func', 'class', 'iter', 'generator'].includes(type.kind))
      this.unsupported(`Printing a ${describe(type)} cannot be converted: Python prints an address.`, place);
  }

  protected call(node: CallExpr): Value {
    const { callee, place } = node;
    const spread = node.args.findIndex((arg) => arg.kind === 'star' && !isSimple(arg.value));
    const named = spread < 0 ? undefined : this.callWithNamedSpread(node, spread);
    if (named) return named;
    if (callee.kind === 'attribute') return this.methodCall(node, callee.object, callee.name);
    if (callee.kind !== 'name') return this.callValue(this.expr(callee), node);
    const of = this.classOfNode(callee);
    if (of) return this.construct(of, node);
    if (this.lookUp(callee)) return this.callValue(this.expr(callee), node);
    const record = this.records.get(callee.name);
    if (record) return this.makeRecord(record, node);
    const info = this.functions.get(callee.name);
    if (info) {
      const args = this.arguments(info, node, 0);
      const instance = this.instantiate(info, args, place);
      this.noteCall(instance);
      this.passReferences(instance, node);
      const code = `${this.functionName(info)}(${this.passed(instance, args)})`;
      return { ...primary(instance.result.type, code), growth: growthOf(instance.result) };
    }
    const imported = this.imports.get(callee.name);
    if (imported?.includes('.')) {
      const [module = '', name = ''] = imported.split('.');
      return this.libraryCall(module, name, node);
    }
    return this.builtin(callee.name, node);
  }

  /** A call with `*` of something that is worked out: what it stands for gets a name. Nothing where it needs none. */
  private callWithNamedSpread(node: CallExpr, index: number): Value | undefined {
    const arg = node.args[index];
    if (arg?.kind !== 'star') return undefined;
    // Written out, its items are arguments like others.
    if (arg.value.kind === 'list' && !arg.value.items.some(({ kind }) => kind === 'star')) return undefined;
    const isOwn = node.callee.kind !== 'name' || this.functions.has(node.callee.name) || this.classOfNode(node.callee);
    const value = isOwn ? this.expr(arg.value) : undefined;
    if (!value || value.type.kind === 'tuple' || value.type.kind === 'never') return undefined;
    const { element, code } = this.itemsOf(value, arg.place);
    const type = this.allocate(`spread ${node.id}`, () => listOf(never));
    if (type.kind !== 'list') throw new Error('what is spread is a list');
    this.add(type.element, element, arg.place, 'What `*` stands for');
    const name: NameExpr = { kind: 'name', id: -1, place: arg.place, name: `spread_${index + 1}` };
    const args = node.args.map((each) => (each === arg ? { ...arg, value: name } : each));
    const built = this.within([[name.name, type]], () => this.call({ ...node, args }));
    return {
      ...built,
      code: `[&] { const auto ${name.name} = ${cppType(type)}::from(${code}); return ${built.code}; }()`,
      precedence: precedence.primary,
    };
  }

  /** A call of a value: an instance with `__call__`. */
  protected callValue(given: Value, node: CallExpr): Value {
    const isCallable = (type: Type): boolean =>
      type.kind === 'func' || (type.kind === 'instance' && this.methodOf(type.of, '__call__') !== undefined);
    const value = this.only(given, isCallable, '', ' object is not callable');
    if (value.type.kind === 'union' && value.type.items.some(isCallable))
      return onEachType(value, (alternative) =>
        isCallable(alternative.type)
          ? this.callValue(alternative, node)
          : { error: 'TypeError', message: `'${pythonTypeName(alternative.type)}' object is not callable` },
      );
    const info = value.type.kind === 'instance' ? this.methodOf(value.type.of, '__call__') : undefined;
    if (info) return this.instanceCall(value, '__call__', node);
    if (value.type.kind === 'never') return primary(never, value.code);
    if (value.type.kind === 'func') return this.callFunction(value, node);
    return this.unsupported(`A call of ${describe(value.type)} cannot be converted yet.`, node.place);
  }

  private record(record: RecordInfo, items: readonly Value[]): Value {
    const type: Type = { kind: 'tuple', items: items.map((item) => item.type), record };
    return primary(type, `${cppType(type)}(${items.map(({ code }) => code).join(', ')})`);
  }

  /** `Point._make(items)`. */
  private recordOfItems(record: RecordInfo, node: CallExpr): Value {
    const [given] = node.args;
    const isPlain = given && (given.kind === 'list' || given.kind === 'tuple');
    if (isPlain) return this.makeRecord(record, { ...node, args: given.items });
    const items = given && this.itemsOf(this.expr(given), node.place);
    if (!items) return this.unsupported('`_make` takes something to go over.', node.place);
    const count = record.fields.length;
    const values = record.fields.map((_, at) => primary(items.element, `py::argument_of(items, ${at}, ${count})`));
    const made = this.record(record, values);
    return primary(made.type, `[&] { const auto items = py::to_list(${items.code}); return ${made.code}; }()`);
  }

  /** A call of a method of a named tuple. */
  private recordCall(
    method: RecordMethod,
    first: readonly Value[],
    args: readonly Expr[],
    place: Place,
    keywords: CallExpr['keywords'] = [],
  ): Value {
    const callee: NameExpr = { kind: 'name', id: -1, place, name: method.functionName };
    const names = first.map((_, at): NameExpr => ({ kind: 'name', id: -1, place, name: `record_${at + 1}` }));
    const call: CallExpr = { kind: 'call', id: -1, place, callee, args: [...names, ...args], keywords };
    if (first.length === 0) return this.call(call);
    const built = this.within(
      names.map((each, at): Binding => [each.name, first[at]?.type ?? never]),
      () => this.call(call),
    );
    const given = first.map(({ code }, at) => `const auto record_${at + 1} = ${code};`).join(' ');
    return primary(built.type, `[&] { ${given} return ${built.code}; }()`);
  }

  /** A new named tuple. */
  private makeRecord(record: RecordInfo, node: CallExpr): Value {
    const given = node.args.flatMap((arg) => this.spread(arg));
    const unknown = node.keywords.find(({ name }) => !record.fields.some((field) => field.name === name));
    if (unknown || given.length > record.fields.length)
      return this.unsupported(`\`${record.name}\` has no such item.`, node.place);
    const items = record.fields.map((field, at) => {
      const keyword = node.keywords.find(({ name }) => name === field.name);
      const value = given[at] ?? (keyword ? this.expr(keyword.value) : field.default && this.expr(field.default));
      return value ?? this.unsupported(`\`${record.name}\` is made without its item \`${field.name}\`.`, node.place);
    });
    return this.record(record, items);
  }

  /** Makes a parameter that stands for a variable of the caller one with that variable. */
  private passReferences({ info, params }: Instance, node: CallExpr): void {
    for (const [index, param] of info.def.params.entries()) {
      const arg = node.args[index];
      const variable = param.byReference && arg?.kind === 'name' ? this.lookUp(arg) : undefined;
      if (!variable) continue;
      this.noteEffect();
      const slot = params[index];
      slot?.unify(variable.slot);
      for (const each of slot ? [slot, variable.slot] : []) {
        if (this.#shared.has(each)) continue;
        this.#shared.add(each);
        changes.count++;
      }
      if (arg?.kind === 'name') this.flow.forget(new Set([arg.name]));
      this.signed.add(variable.slot);
    }
  }

  /** The name by which a function is called; that of a function of the runtime says which of both is meant. */
  protected functionName({ name }: FunctionInfo): string {
    return this.runtimeNames.has(name) || standardNames.has(name) ? `program::${identifier(name)}` : identifier(name);
  }

  /** Notes what a call changes and reads. */
  protected noteCall(instance: Instance): Instance {
    if (instance.context.effects) this.noteEffect();
    else this.noteRead();
    return instance;
  }

  /** Arguments as the parameters take them; where there are several copies of a function, with the very types of one. */
  protected passed(instance: Instance, args: readonly Value[]): string {
    const codes = args.map((arg, index) => {
      const type = instance.params[index]?.type ?? never;
      if (instance.info.def.params[index]?.byReference) return arg.reference ?? arg.code;
      const code = coerced(arg, type);
      const exact = code !== arg.code || (sameType(arg.type, type) && !/^\(?-?\d/.test(code));
      const several = instance.info.instances.length > 1 || instance.info.name === '__init__';
      return exact || !several ? code : `${cppType(type)}(${code})`;
    });
    return codes.join(', ');
  }

  /** Arguments in the order of the parameters, defaults filled in, those beyond in a tuple or dict. */
  protected arguments(info: FunctionInfo, given: CallExpr, skip: number): Value[] {
    const node = withSpreadNames(given);
    const params = info.def.params.slice(skip);
    const spread = node.args.find(({ kind }) => kind === 'doublestar');
    if (spread?.kind === 'doublestar')
      return this.argumentsWithNames(
        info,
        { ...node, args: node.args.filter((arg) => arg !== spread) },
        spread.value,
        skip,
      );
    const plain = params.filter(({ kind, keywordOnly }) => kind === 'plain' && !keywordOnly);
    const takesAll = params.some(({ kind }) => kind === 'args');
    const takesNames = params.some(({ kind }) => kind === 'kwargs');
    const places = this.argumentsByPlace(info, node, plain.length, takesAll);
    for (const { name, value } of node.keywords) {
      const index = params.findIndex((param) => param.name === name && param.kind === 'plain');
      const isTwice = index >= 0 && index < places.given.length && params[index]?.keywordOnly === false;
      if ((index < 0 && !takesNames) || isTwice)
        return this.unsupported(
          isTwice ? `\`${info.name}\` is given \`${name}\` twice.` : `\`${info.name}\` has no parameter \`${name}\`.`,
          value.place,
        );
    }
    return params.map((param) => {
      if (param.kind === 'args') return this.restFor(info, param, node, places.rest);
      if (param.kind === 'kwargs') {
        const others = node.keywords.filter(
          ({ name }) => !params.some((each) => each.kind === 'plain' && each.name === name),
        );
        return this.namedArguments(node, others);
      }
      const place = param.keywordOnly ? -1 : plain.indexOf(param);
      const given = places.given[place];
      if (given) return given;
      const keyword = node.keywords.find(({ name }) => name === param.name);
      if (keyword) return this.keptValue(keyword.value);
      if (!param.default)
        return this.unsupported(`\`${info.name}\` is called without its argument \`${param.name}\`.`, node.place);
      // A default is made once in Python; only values that cannot change are the same when made at each call.
      return isLiteral(param.default) || param.isFresh ? this.expr(param.default) : this.defaultOf(info, param);
    });
  }

  /** Arguments of which some are looked up in a dict: `f(**names)`. */
  private argumentsWithNames(info: FunctionInfo, node: CallExpr, namesNode: Expr, skip: number): Value[] {
    const params = info.def.params.slice(skip);
    const names = this.expr(namesNode);
    if (names.type.kind !== 'dict' || !isSimple(namesNode) || node.args.some(({ kind }) => kind === 'doublestar'))
      return this.unsupported(
        'This `**` in a call cannot be converted yet: give the dict a name first.',
        namesNode.place,
      );
    const plain = params.filter(({ kind, keywordOnly }) => kind === 'plain' && !keywordOnly);
    const takesAll = params.some(({ kind }) => kind === 'args');
    const places = this.argumentsByPlace(info, node, plain.length, takesAll);
    const { value } = names.type;
    const wanted = params.filter(
      (param) =>
        param.kind === 'plain' &&
        !(plain.indexOf(param) >= 0 && plain.indexOf(param) < places.given.length) &&
        !node.keywords.some(({ name }) => name === param.name),
    );
    const known = wanted.map(({ name }) => `${quote(name)}_s`).join(', ');
    const takesNames = params.some(({ kind }) => kind === 'kwargs');
    // The first to be looked up sees to it that there are no others.
    let source = takesNames ? names.code : `py::only_names(${names.code}, "${info.name}()", {${known}})`;
    return params.map((param) => {
      if (param.kind === 'args') return this.restFor(info, param, node, places.rest);
      if (param.kind === 'kwargs') {
        const others = node.keywords.filter(
          ({ name }) => !params.some((each) => each.kind === 'plain' && each.name === name),
        );
        const more = this.namedArguments(node, others);
        if (more.type.kind === 'dict') more.type.value.unify(value);
        const rest = `py::without_names(${names.code}, {${known}})`;
        return others.length ? primary(names.type, `(${rest} | ${more.code})`) : primary(names.type, rest);
      }
      if (!wanted.includes(param)) {
        const keyword = node.keywords.find(({ name }) => name === param.name);
        return places.given[plain.indexOf(param)] ?? this.keptValue((keyword as CallExpr['keywords'][number]).value);
      }
      const from = source;
      source = names.code;
      const absent =
        param.default &&
        (isLiteral(param.default) || param.isFresh ? this.expr(param.default) : this.defaultOf(info, param));
      return this.namedIn(from, value.type, info.name, param.name, absent);
    });
  }

  /** An argument that is looked up in a dict by its name. */
  protected namedIn(names: string, type: Type, callee: string, name: string, absent: Value | undefined): Value {
    if (type.kind === 'never') return absent ?? primary(never, 'int64_t{0}');
    if (!absent) return primary(type, `py::named_argument(${names}, "${callee}()", ${quote(name)}_s)`);
    const fitting = alternatives(type).filter((each) => each.kind === absent.type.kind);
    const result = unionOf([fitting[0] ?? type, absent.type]);
    const code = `py::named_argument_or<${cppType(result)}>(${names}, ${quote(name)}_s, ${coerced(absent, result)})`;
    return primary(result, code);
  }

  /** The default of a parameter that was made where the function is defined. */
  protected abstract defaultOf(info: FunctionInfo, param: Param): Value;

  /** The arguments without names: those of plain parameters, and what is left. */
  private argumentsByPlace(
    info: FunctionInfo,
    node: CallExpr,
    count: number,
    takesAll: boolean,
  ): { readonly given: readonly Value[]; readonly rest: readonly Expr[] } {
    const given: Value[] = [];
    const rest: Expr[] = [];
    const named = new Set(node.keywords.map(({ name }) => name));
    for (const [index, arg] of node.args.entries()) {
      if (given.length >= count && takesAll) {
        rest.push(arg);
        continue;
      }
      if (arg.kind === 'doublestar') return this.unsupported('`**` in a call cannot be converted yet.', arg.place);
      const value = arg.kind === 'star' ? this.expr(arg.value) : undefined;
      if (arg.kind !== 'star' || !value || value.type.kind === 'tuple' || arg.value.kind === 'list') {
        given.push(...this.spread(arg));
        continue;
      }
      if (takesAll && given.length === count) {
        rest.push(arg);
        continue;
      }
      const open = info.def.params
        .filter(({ kind, keywordOnly }) => kind === 'plain' && !keywordOnly)
        .slice(-(count - given.length));
      // Positions end where a parameter is given by its name.
      const end = open.findIndex(({ name }) => named.has(name));
      const others = end < 0 ? open : open.slice(0, end);
      if (
        index < node.args.length - 1 ||
        given.length === count ||
        !isSimple(arg.value) ||
        !['list', 'vartuple', 'str', 'never'].includes(value.type.kind)
      )
        return this.unsupported(
          'This `*` in a call cannot be converted yet: give what it stands for a name.',
          arg.place,
        );
      const items = this.argumentsOf(info, value, others, takesAll);
      if (takesAll) {
        const base = { id: -node.id, place: arg.place };
        const start: Expr = { ...base, kind: 'int', value: BigInt(others.length) };
        const left: Expr = { ...base, kind: 'index', object: arg.value, index: { ...base, kind: 'slice', start } };
        rest.push({ ...arg, value: left });
      }
      given.push(...items);
    }
    if (given.length > count)
      return this.unsupported(`\`${info.name}\` takes ${count} arguments, ${given.length} were given.`, node.place);
    return { given, rest };
  }

  /** The arguments for these parameters that `*` of a value of unknown length gives; defaults where it is too short. */
  private argumentsOf(info: FunctionInfo, value: Value, params: readonly Param[], takesMore: boolean): Value[] {
    const element = elementOf(value.type) ?? never;
    const least = params.filter((param) => !param.default).length;
    const most = takesMore ? 'py::ANY_NUMBER' : String(params.length);
    return params.map((param, at) => {
      const place = [value.code, String(at), String(least), most];
      if (!param.default) return primary(element, `py::argument_of(${place.join(', ')})`);
      const absent = isLiteral(param.default) || param.isFresh ? this.expr(param.default) : this.defaultOf(info, param);
      const type = unionOf([element, absent.type]);
      this.requireOne(type, param.place, `\`${param.name}\``);
      return primary(type, `py::argument_or<${cppType(type)}>(${place.join(', ')}, ${absent.code})`);
    });
  }

  /** What `*args` stands for: each in its place where the function hands them on to another one. */
  private restFor(info: FunctionInfo, param: Param, node: CallExpr, items: readonly Expr[]): Value {
    const handsOn =
      !info.owner &&
      some(
        info.def.body,
        (each) =>
          each['kind'] === 'call' &&
          (each['args'] as Expr[]).some(
            (arg) => arg.kind === 'star' && arg.value.kind === 'name' && arg.value.name === param.name,
          ),
      );
    const isFixed = items.every((item) => item.kind !== 'star' || this.expr(item.value).type.kind === 'tuple');
    if (!handsOn || !isFixed) return this.restOfArguments(node, items);
    const values = items.flatMap((item) => this.spread(item));
    return primary(
      tupleOf(...values.map(({ type }) => type)),
      `std::make_tuple(${values.map(({ code }) => code).join(', ')})`,
    );
  }

  /** What `*args` stands for, or a tuple whose length is not known. */
  private restOfArguments(node: Expr, items: readonly Expr[]): Value {
    const type = this.allocate(`args ${node.id}`, () => ({ kind: 'vartuple', element: new Slot() }));
    if (type.kind !== 'vartuple') throw new Error('the rest of arguments is a tuple');
    if (items.length === 0) return primary(type, `${cppType(type)}()`);
    const list = this.sequence({ kind: 'list', id: -node.id, place: node.place, items }, 'list');
    if (list.type.kind === 'list')
      this.add(type.element, list.type.element.type, node.place, 'The elements of this tuple');
    return primary(type, `${cppType(type)}::from(${list.code})`);
  }

  /** What `**kwargs` stands for. */
  private namedArguments(node: CallExpr, keywords: CallExpr['keywords']): Value {
    const type = this.allocate(`kwargs ${node.id}`, () => dictOf(str, never));
    if (type.kind !== 'dict') throw new Error('named arguments are a dict');
    const values = keywords.map(({ name, value: given }) => {
      const value = this.expr(given);
      this.add(type.value, value.type, given.place, 'The values of this dict');
      return { name, value };
    });
    const pairs = values.map(({ name, value }) => `{${quote(name)}_s, ${coerced(value, type.value.type)}}`);
    return primary(type, pairs.length ? `${cppType(type)}{${pairs.join(', ')}}` : `${cppType(type)}()`);
  }

  /** A call through the name of a built-in type: `dict.fromkeys(keys)`, or `str.upper(text)`, which is `text.upper()`. */
  private methodOfType(node: CallExpr, type: Expr, name: string): Value | undefined {
    if (type.kind !== 'name' || !methodOwners.has(type.name) || this.lookUp(type) || this.imports.has(type.name))
      return undefined;
    const row = typeRows.get(`${type.name}.${name}`);
    if (row) return this.libraryRow(row, `${type.name}.${name}`, node);
    const [object, ...args] = node.args;
    if (!object || object.kind === 'star') return undefined;
    return this.methodCall(
      { ...node, callee: { ...node.callee, kind: 'attribute', object, name }, args },
      object,
      name,
    );
  }

  private methodCall(node: CallExpr, objectNode: Expr, name: string): Value {
    const [library = '', owner = ''] = this.libraryName(objectNode)?.split('.') ?? [];
    const ofType = moduleRows.get(library)?.get(`${owner}.${name}`);
    if (ofType) return this.libraryRow(ofType, `${library}.${owner}.${name}`, node);
    if (objectNode.kind === 'name' && !this.lookUp(objectNode)) {
      const module = this.imports.get(objectNode.name);
      if (module !== undefined && !libraryConstants.has(module)) return this.libraryCall(module, name, node);
    }
    if (isSuper(objectNode)) return this.superCall(name, node);
    const of = this.classOfNode(objectNode);
    if (of) return this.classCall(of, name, node);
    const record =
      objectNode.kind === 'name' && !this.lookUp(objectNode) ? this.records.get(objectNode.name) : undefined;
    if (record && name === '_make') return this.recordOfItems(record, node);
    const ofRecord = record?.methods.get(name);
    if (ofRecord) return this.recordCall(ofRecord, [], node.args, node.place, node.keywords);
    const throughType = this.methodOfType(node, objectNode, name);
    if (throughType) return throughType;
    const full = this.expr(objectNode);
    const hasMethod = (item: Type): boolean =>
      item.kind === 'instance'
        ? this.methodOf(item.of, name) !== undefined || this.field(item.of, name) !== undefined
        : hasPythonMethod(item, name);
    const object = isHandle(full.type)
      ? { ...full, type: withoutNone(full.type) }
      : this.only(full, hasMethod, '', ` object has no attribute '${name}'`, 'AttributeError');
    if (object.type.kind === 'union') {
      if (!object.type.items.some(hasMethod))
        return this.unsupported(
          `The method \`${name}\` of ${describe(object.type)} cannot be converted yet.`,
          node.place,
        );
      return onEachType(object, (alternative) =>
        hasMethod(alternative.type)
          ? this.methodOn(alternative, name, node)
          : {
              error: 'AttributeError',
              message: `'${pythonTypeName(alternative.type)}' object has no attribute '${name}'`,
            },
      );
    }
    const isOwn = ['never', 'instance', 'exception'].includes(object.type.kind);
    const meant = isOwn || node.keywords.length ? undefined : writtenOut(name, objectNode, node);
    return meant ? this.expr(meant) : this.methodOn(object, name, node);
  }

  /** A method of a value of one type. */
  private methodOn(object: Value, name: string, node: CallExpr): Value {
    const { type } = object;
    if (type.kind === 'none') return noAttribute(object, name);
    if (type.kind === 'instance' && type.of.def.mixes !== undefined && !this.hasAttribute(type.of, name))
      return this.methodOn(this.unmixed(object), name, node);
    if (type.kind === 'instance' || type.kind === 'exception') return this.instanceCall(object, name, node);
    if (mutatingMethods.has(name) || ['file', 'random', 'textfile', 'hash'].includes(type.kind)) this.noteEffect();
    else this.noteRead();
    const row = methodRows.get(type.kind)?.get(name);
    if (row) {
      const code = operand(object, precedence.primary);
      return this.libraryRow(
        { ...row, translate: (call) => row.translate({ ...object, code, precedence: precedence.primary }, call) },
        `${describe(type)}.${name}`,
        node,
        object,
      );
    }
    if (type.kind === 'generator') {
      const talked = this.generatorMethod(object, type, name, node);
      if (talked) return talked;
    }
    if (type.kind === 'list' && name === 'sort') return this.sorted(node, object, true);
    if (type.kind === 'tuple' && type.record && name === '_asdict' && node.args.length === 0) {
      const { record } = type;
      const made = this.allocate(node.id, () => dictOf(str, never));
      if (made.kind !== 'dict') throw new Error('a dict has another type');
      for (const item of type.items) this.add(made.value, item, node.place, 'The values of this dict');
      const entries = record.fields.map(
        ({ name: field }, at) =>
          `{"${field}"_s, ${coerced(primary(type.items[at] ?? never, `std::get<${at}>(whole)`), made.value.type)}}`,
      );
      return primary(
        made,
        `[&] { const auto whole = ${object.code}; return ${cppType(made)}{${entries.join(', ')}}; }()`,
      );
    }
    const own = type.kind === 'tuple' ? type.record?.methods.get(name) : undefined;
    if (own) return this.recordCall(own, own.form === 'static' ? [] : [object], node.args, node.place, node.keywords);
    if (type.kind === 'tuple' && type.record && name === '_replace') {
      const { record } = type;
      const items = record.fields.map(({ name: field }, at) => {
        const given = node.keywords.find((keyword) => keyword.name === field);
        return given ? this.expr(given.value) : primary(type.items[at] ?? never, `std::get<${at}>(${object.code})`);
      });
      return this.record(record, items);
    }
    if (type.kind === 'tuple' && (name === 'index' || name === 'count')) {
      const [first] = type.items;
      if (first && type.items.every((each) => sameType(each, first))) {
        const element = new Slot(first);
        const many = `py::vartuple<${cppType(first)}>::from(py::items_of(${object.code}))`;
        return this.methodOn(primary({ kind: 'vartuple', element }, many), name, node);
      }
    }
    if (type.kind === 'str' && name === 'format') {
      if (/\{\w*[.[]/.test(object.code))
        return this.unsupported(
          'A format field with `.` or `[…]` cannot be converted here: give the value itself.',
          node.place,
        );
      const given = [
        ...node.args.map((arg) => ({ name: undefined, arg })),
        ...node.keywords.map((each) => ({ name: each.name, arg: each.value })),
      ];
      const codes = given.map(({ name: named, arg }) => {
        const value = this.expr(arg);
        this.requirePrintable(value.type, arg.place);
        return named === undefined ? value.code : `py::named("${named}", ${value.code})`;
      });
      return primary(str, `py::format_with(${[object.code, ...codes].join(', ')})`);
    }
    if (node.keywords.length)
      return this.unsupported(`Keyword arguments of \`${name}\` cannot be converted yet.`, node.place);
    const args = node.args.map((arg) => this.expr(arg));
    const codeOf = (codes: readonly string[]): string =>
      `${operand(object, precedence.primary)}.${identifier(name)}(${codes.join(', ')})`;
    if (type.kind === 'never') return primary(never, codeOf(args.map((arg) => arg.code)));
    const method = libraryMethods.get(type.kind)?.get(name);
    const result =
      method && args.length >= method.minimum && args.length <= method.maximum
        ? method.result(
            type,
            args.map((arg) => arg.type),
          )
        : undefined;
    if (!result)
      return this.unsupported(
        `The method \`${name}\` of ${describe(type)} cannot be converted yet with these arguments.`,
        node.place,
      );
    if ('element' in type) this.requireOne(type.element.type, node.place, `The elements of this ${type.kind}`);
    if ('key' in type) {
      this.requireOne(type.key.type, node.place, 'The keys of this dict');
      this.requireOne(type.value.type, node.place, 'The values of this dict');
    }
    const code = codeOf(args.map((arg) => (isContainer(type) ? coercedInto(arg, slotsOf(type)) : arg.code)));
    const held = isContainer(type) ? slotsOf(type).at(-1) : undefined;
    const last = args.at(-1);
    if (held && last && mutatingMethods.has(name) && name !== 'pop') this.noteGrowth(held, last, true);
    return { ...primary(result, code), ...(held && isInteger(result) && { growth: growthOf(held) }) };
  }

  /** `math.floor` and the like of an instance that says itself what it gives. */
  private roundedInstance(name: string, node: CallExpr): Value | undefined {
    const [arg] = node.args;
    if (!arg || !['floor', 'ceil', 'trunc'].includes(name) || arg.kind === 'star') return undefined;
    const object = this.expr(arg);
    return object.type.kind === 'instance' ? this.special(object, `__${name}__`, [], node.place) : undefined;
  }

  /** `send`, `close`, `throw` and `__next__` of a generator. */
  private generatorMethod(
    object: Value,
    type: Extract<Type, { element: Slot }>,
    name: string,
    node: CallExpr,
  ): Value | undefined {
    this.noteEffect();
    const code = operand(object, precedence.primary);
    const [given, more] = node.args.map((arg) => this.expr(arg));
    if (name === '__next__' && !given) return primary(type.element.type, `py::next(${object.code})`);
    if (name === 'close' && !given) return primary(none, `${code}.close()`);
    if (!given || more || !type.talk) return undefined;
    if (name === 'throw' && given.type.kind === 'exception')
      return primary(type.element.type, `py::throw_into(${object.code}, ${given.code})`);
    if (name !== 'send') return undefined;
    if (given.type.kind === 'none') return primary(type.element.type, `py::next(${object.code})`);
    this.add(type.talk.sent, given.type, node.place, 'What this generator is sent');
    const received = unionOf([none, type.talk.sent.type]);
    return primary(type.element.type, `py::send(${object.code}, ${cppType(received)}(${coerced(given, received)}))`);
  }

  private libraryCall(module: string, name: string, node: CallExpr): Value {
    if (module !== 'math') this.noteEffect();
    else this.noteRead();
    const ofInstance = module === 'math' && node.args.length === 1 ? this.roundedInstance(name, node) : undefined;
    if (ofInstance) return ofInstance;
    const known = moduleRows.get(module)?.get(name);
    if (known) return this.libraryRow(known, `${module}.${name}`, node);
    const row = libraryModules.get(module)?.get(name);
    if (!row || node.keywords.length)
      return this.unsupported(`\`${module}.${name}\` cannot be converted yet.`, node.place);
    return this.tableCall(row, `py::${module}::${name}`, `${module}.${name}`, node);
  }

  /** The values of `defaultdict`s whose factory is not simply a type. */
  protected readonly unnamedFactories = new Set<Slot>();

  /** A call that a row of the library's tables translates. */
  private libraryRow(row: LibraryRow, name: string, node: CallExpr, object?: Value): Value {
    const { place } = node;
    const star = node.args.find(({ kind }) => kind === 'star');
    const refuseStar = (): never =>
      this.unsupported(`\`*\` among the arguments of \`${name}\` cannot be converted yet.`, (star ?? node).place);
    if (star && row.stars !== true) return refuseStar();
    if (node.args.length < row.minimum || node.args.length > row.maximum)
      return this.unsupported(`\`${name}\` cannot be converted with ${node.args.length} arguments.`, place);
    const other = node.keywords.find((keyword) => !row.keywords.some((each) => each === '*' || each === keyword.name));
    if (other) return this.unsupported(`\`${name}\` with \`${other.name}\` cannot be converted yet.`, place);
    const keywordNode = (wanted: string): Expr | undefined =>
      node.keywords.find((keyword) => keyword.name === wanted)?.value;
    let args: readonly Value[] | undefined;
    const call: LibraryCall = {
      node,
      name,
      get args() {
        return (args ??= work());
      },
      arg: (index) => {
        const arg = node.args[index];
        return arg && this.expr(arg);
      },
      keywordNode,
      keyword: (wanted) => {
        const given = keywordNode(wanted);
        return given && this.expr(given);
      },
      items: (value) => this.itemsOf(value, place),
      integer: (value) => this.narrowInteger(value).code,
      expr: (given) => this.expr(given),
      libraryName: (given) => this.libraryName(given),
      literalText: (given) => this.literalText(given),
      binary: (op, a, b, right) => this.binary(op, a, b, right, place),
      printable: (type) => this.requirePrintable(type, place),
      key: (given, element) => this.keyFunction(given, element),
      asFunction: (count) => this.lambdaValue(this.asLambda(node, count)),
      functor: (given, types) => this.functor(given, types),
      make: (make) => this.allocate(node.id, make) as ReturnType<typeof make>,
      add: (slot, type, what) => this.add(slot, type, place, what),
      requireOne: (type, what) => this.requireOne(type, place, what),
      refuse: (sentence) => this.unsupported(sentence, place),
      noteFactory: (slot) => this.unnamedFactories.add(slot),
    };
    const work = (): readonly Value[] =>
      node.args.map((arg) => {
        const value = ['int', 'float', 'range', 'chr', 'abs', 'round', 'format'].includes(name)
          ? this.unmixed(this.expr(arg))
          : this.expr(arg);
        if (name === 'dict') return this.only(value, (type) => 'key' in type, '', ' object is not iterable');
        if ((name !== 'int' && name !== 'float') || value.type.kind !== 'union' || isMixedNumber(value.type))
          return value;
        const takes = (type: Type): boolean => type.kind === 'str' || isNumber(type);
        return this.only(value, takes, `${name}() argument must be a string or a real number, not `, '');
      });
    const result = row.translate(call);
    if (result) return this.withGrowth(result, name, args ?? [], object);
    if (star) return refuseStar();
    const types = call.args.map(({ type }) => describe(type)).join(', ');
    return this.unsupported(`\`${name}\` cannot be converted yet with these arguments: ${types}.`, place);
  }

  /** Notes how integers flow through a call of the library, of whose code nothing is known. */
  private withGrowth(result: Value, name: string, args: readonly Value[], object: Value | undefined): Value {
    const held = (type: Type): Slot | undefined => (isContainer(type) ? slotsOf(type).at(-1) : undefined);
    const growthIn = ({ type, growth }: Value): Growth => {
      const slot = held(type);
      return slot ? growthOf(slot) : (growth ?? noGrowth);
    };
    const from = [...(object ? [object] : []), ...args].map(growthIn).reduce(eitherGrowth, noGrowth);
    const growth = name === 'sum' ? sumGrowth(from, from) : from;
    const method = name.slice(name.lastIndexOf('.') + 1);
    const into = object && mutatingMethods.has(method) && method !== 'pop' ? held(object.type) : held(result.type);
    if (into) this.noteGrowth(into, { growth }, true);
    return isInteger(result.type) ? { ...result, growth } : result;
  }

  /** What may be one of several things to go over, as a list of what any of them holds. */
  private itemsOfAny({ type, code }: Value, place: Place): Items | undefined {
    if (type.kind !== 'union' || isHandle(type)) return undefined;
    const others = type.items.filter((item) => !isIterable(item));
    if (others.length === type.items.length || !others.every((item) => isNumber(item) || item.kind === 'none'))
      return undefined;
    const element = unionOf(
      type.items.flatMap((item) => (item.kind === 'tuple' ? item.items : [elementOf(item) ?? never])),
    );
    this.requireOne(element, place, 'What is gone through');
    return { type, element, code: `py::all_as<${cppType(element)}>(${code})` };
  }

  /** A value as something to go over. */
  protected itemsOf(given: Value, place: Place): Items {
    const value = this.only(this.asIterable(given, place), isIterable, '', ' object is not iterable');
    const any = this.itemsOfAny(value, place);
    if (any) return any;
    const { code } = value;
    // Others see that an iterator with a name has moved on.
    const isNamed = /^[\w.>-]+$/.test(code);
    if (isNamed && (value.type.kind === 'iter' || value.type.kind === 'generator')) this.noteEffect();
    if (value.type.kind === 'never') return { type: never, element: never, code };
    if (value.type.kind === 'tuple' && value.type.items.length > 0) {
      const item = unionOf(value.type.items);
      this.requireOne(item, place, 'The items of this tuple');
      return { type: value.type, element: item, code: `py::items_as<${cppType(item)}>(${code})` };
    }
    const element = elementOf(value.type);
    if (!element)
      return this.unsupported(`A value of type ${describe(value.type)} cannot be gone through here.`, place);
    return { type: value.type, element, code };
  }

  /** Variables of lambdas, which keep their values. */
  protected readonly lambdaFrames = new Set<ReadonlyMap<string, Variable>>();

  /** The classes of which instances are made. */
  protected readonly constructed = new Set<ClassInfo>();

  /** Functions that are named where a lambda is meant, as lambdas; the same in every round. */
  readonly #lambdas = new Map<Expr, Map<number, LambdaExpr>>();
  #nextLambdaId = 1_000_000_000;

  private asLambda(node: Expr, count: number): LambdaExpr {
    if (node.kind === 'lambda') return node;
    const known = this.#lambdas.get(node)?.get(count);
    if (known) return known;
    const { place } = node;
    const params = Array.from({ length: count }, (_, index) => ({
      name: `argument_${index + 1}`,
      id: this.#nextLambdaId++,
      place,
      kind: 'plain' as const,
      keywordOnly: false,
    }));
    const names = params.map(({ name }): NameExpr => ({ kind: 'name', id: this.#nextLambdaId++, place, name }));
    const [first, ...rest] = names;
    // `str.upper` of a string is its `upper()`.
    const isMethod =
      node.kind === 'attribute' &&
      node.object.kind === 'name' &&
      methodOwners.has(node.object.name) &&
      !this.lookUp(node.object) &&
      !this.imports.has(node.object.name);
    const body: Expr = this.getter(node, first) ?? {
      kind: 'call',
      id: this.#nextLambdaId++,
      place,
      callee: isMethod && first ? { ...node, object: first } : node,
      args: isMethod ? rest : names,
      keywords: [],
    };
    const lambda: LambdaExpr = { kind: 'lambda', id: this.#nextLambdaId++, place, params, body };
    const lambdas = this.#lambdas.get(node) ?? new Map<number, LambdaExpr>();
    this.#lambdas.set(node, lambdas.set(count, lambda));
    return lambda;
  }

  /** What `operator.itemgetter(…)` and `operator.attrgetter(…)` give of a value, written out. */
  private getter(node: Expr, object: Expr | undefined): Expr | undefined {
    if (node.kind !== 'call' || !object || node.keywords.length > 0 || node.args.length === 0) return undefined;
    const name = this.libraryName(node.callee);
    const { place } = node;
    const [method, ...given] = node.args;
    if (name === 'operator.methodcaller' && method?.kind === 'str') {
      const callee: Expr = { kind: 'attribute', id: this.#nextLambdaId++, place, object, name: method.value };
      return { kind: 'call', id: this.#nextLambdaId++, place, callee, args: given, keywords: [] };
    }
    const parts = node.args.map((arg): Expr | undefined => {
      const id = this.#nextLambdaId++;
      if (name === 'operator.itemgetter') return { kind: 'index', id, place, object, index: arg };
      if (name !== 'operator.attrgetter' || arg.kind !== 'str' || arg.value.includes('.')) return undefined;
      return { kind: 'attribute', id, place, object, name: arg.value };
    });
    const items = parts.filter((part) => part !== undefined);
    if (items.length < parts.length) return undefined;
    return items.length === 1 ? items[0] : { kind: 'tuple', id: this.#nextLambdaId++, place, items };
  }

  /** A function given to the library, for arguments of these types. */
  protected functor(node: Expr, types: readonly Type[]): Functor {
    const lambda = this.asLambda(node, types.length);
    if (lambda.params.length !== types.length || lambda.params.some(({ kind }) => kind !== 'plain'))
      return this.unsupported('This function takes another number of arguments than it is given.', node.place);
    const bindings = lambda.params.map((param, index): readonly [string, Type] => [param.name, types[index] ?? never]);
    const body = this.within(bindings, () => {
      const [frame] = this.context.locals.slice(-1);
      if (frame) this.lambdaFrames.add(frame);
      return this.expr(lambda.body);
    });
    const params = lambda.params.map(({ name }) => `const auto& ${identifier(name)}`).join(', ');
    return {
      type: body.type,
      code: (expected, kept = false) => {
        // What outlives a function's variables takes copies of them along.
        const capture = kept && !this.context.isModule ? '[=]' : '[&]';
        return expected === undefined || expected.kind === 'never'
          ? `${capture}(${params}) { return ${body.code}; }`
          : `${capture}(${params}) -> ${cppType(expected)} { return ${coerced(body, expected)}; }`;
      },
    };
  }

  private tableCall(row: LibraryFunction, cpp: string, name: string, node: CallExpr): Value {
    if (node.args.length < row.minimum || node.args.length > row.maximum)
      return this.unsupported(`\`${name}\` cannot be converted with ${node.args.length} arguments.`, node.place);
    const args = node.args.map((arg, _, { length }) => {
      const of = this.expr(arg);
      // These take 64 bits; a larger one ends the program with an OverflowError.
      const given = ['bin', 'hex', 'oct', 'chr', 'math.gcd', 'math.isqrt'].includes(name) ? this.narrowInteger(of) : of;
      const overItems = length === 1 && ['min', 'max', 'any', 'all'].includes(name);
      const value = overItems ? this.asIterable(given, arg.place) : given;
      if (name === 'abs' && isMixedNumber(value.type)) return value;
      // The only alternative that the function takes; `len` has a message of its own.
      const takes = (type: Type): boolean => length === 1 && type.kind !== 'none' && row.result([type]) !== undefined;
      const [before, after] =
        name === 'len' ? ['object of type ', ' has no len()'] : [`bad operand type for ${name}(): `, ''];
      // What is a float for any number takes any number.
      if (
        isMixedNumber(value.type) &&
        [float, int].every((type) => row.result(node.args.map(() => type))?.kind === 'float')
      )
        return primary(float, onEach(value, 'static_cast<double>(x)'));
      return row.result([value.type]) === undefined ? this.only(value, takes, before, after) : value;
    });
    const [single] = args;
    if (name === 'abs' && single && isMixedNumber(single.type)) {
      const type = unionOf(alternatives(single.type).map((item) => (item.kind === 'bool' ? int : item)));
      return primary(
        type,
        `py::operate_unary<${cppType(type)}>("abs()", [](const auto& x) { return py::abs(x); }, ${single.code})`,
      );
    }
    const [, digits] = args;
    if (name === 'round' && single && digits && isMixedNumber(single.type) && isInteger(digits.type)) {
      const type = unionOf(alternatives(single.type).map((item) => (item.kind === 'bool' ? int : item)));
      return primary(
        type,
        `py::operate_unary<${cppType(type)}>("round()", [&](const auto& x) { return py::round(x, ${digits.code}); }, ${single.code})`,
      );
    }
    const result = row.result(args.map(({ type }) => type));
    if (!result)
      return this.unsupported(
        `\`${name}\` of ${args.map(({ type }) => describe(type)).join(', ')} cannot be converted yet.`,
        node.place,
      );
    const numbers = result.kind === 'float' || result.kind === 'bool';
    const codes = args.map(({ type, code }) =>
      type.kind === 'bigint' && numbers ? `static_cast<double>(${code})` : code,
    );
    if (result.kind === 'int' && args.some(({ type }) => type.kind === 'bigint'))
      return this.unsupported(`\`${name}\` of an integer of any size cannot be converted yet.`, node.place);
    const code = row.code ? row.code(args) : `${cpp}(${codes.join(', ')})`;
    const growth = ['min', 'max', 'abs'].includes(name)
      ? args
          .map(({ type, growth: of }) => ('element' in type ? growthOf(type.element) : of))
          .reduce(eitherGrowth, noGrowth)
      : noGrowth;
    return { ...primary(result, code), nonNegative: name === 'len' || name === 'abs', growth };
  }

  private builtin(name: string, node: CallExpr): Value {
    const asked = askedOfInstances[name];
    const [instanceNode, ...others] = node.args;
    if (asked !== undefined && instanceNode && others.length <= 1 && node.keywords.length === 0) {
      const object = instanceNode.kind === 'star' ? undefined : this.expr(instanceNode);
      if (object?.type.kind === 'instance' && this.methodOf(object.type.of, asked)) {
        const call: CallExpr = { ...node, args: others };
        return this.instanceCall(object, asked, call);
      }
    }
    if (exceptionNames.has(name)) return this.newException(name, node);
    if (name === 'print' || name === 'input') this.noteEffect();
    else this.noteRead();
    switch (name) {
      case 'print':
        return this.print(node);
      case 'sorted':
        return this.sorted(node, undefined, false);
      case 'range':
        return this.iterable(node).value;
      case 'any':
      case 'all': {
        const [items] = node.args;
        if (items?.kind === 'comp' && items.form === 'generator' && node.args.length === 1)
          return this.quantified(items, name);
        break;
      }
      case 'iter': {
        const [items, last] = node.args;
        if (!items || node.args.length > 2) break;
        if (last) {
          const called = this.functor(items, []);
          const until = this.allocate(`iterator ${node.id}`, () => ({ kind: 'iter', element: new Slot() }));
          if ('element' in until) until.element.add(called.type);
          const code = called.code(called.type, true);
          return primary(until, `py::iter_until<${cppType(called.type)}>(${code}, ${this.expr(last).code})`);
        }
        const { element, value } = this.iterable(items);
        const type = this.allocate(`iterator ${node.id}`, () => ({ kind: 'iter', element: new Slot() }));
        if ('element' in type) type.element.add(element);
        return primary(type, `py::iter(${value.code})`);
      }
      case 'next': {
        const [iterator, absent] = node.args;
        if (!iterator || node.args.length > 2) break;
        const value = this.keptValue(iterator);
        if (value.type.kind === 'instance') break;
        if (!['iter', 'generator', 'textfile', 'never'].includes(value.type.kind)) break;
        this.noteEffect();
        const element = elementOf(value.type) ?? never;
        const code = value.type.kind === 'iter' && iterator.kind !== 'name' ? `py::iter(${value.code})` : value.code;
        if (!absent) return primary(element, `py::next(${code})`);
        const other = this.expr(absent);
        const type = unionOf([element, other.type]);
        this.requireOne(type, node.place, 'What `next` gives');
        return primary(type, `py::next_or<${cppType(type)}>(${code}, ${other.code})`);
      }
      case 'hasattr':
      case 'getattr':
        if (node.keywords.length) break;
        return this.attributeByName(name, node);
      case 'callable': {
        const [given, more] = node.args;
        if (!given || more) break;
        const { type } = this.expr(given);
        const isCallable =
          type.kind === 'func' || (type.kind === 'instance' && this.methodOf(type.of, '__call__') !== undefined);
        if (type.kind === 'union') break;
        return primary(bool, String(isCallable));
      }
      case 'isinstance': {
        const [object, types] = node.args;
        if (object && types && node.args.length === 2) return this.typeTest(object, types, false, false);
        break;
      }
      default:
    }
    const specialName = specialFunctions[name];
    const [sole, further] = node.args;
    if (specialName !== undefined && sole && !further) {
      const object = this.expr(sole);
      const type = isHandle(object.type) ? withoutNone(object.type) : object.type;
      const result =
        type.kind === 'instance' ? this.special({ ...object, type }, specialName, [], node.place) : undefined;
      if (result) return result;
    }
    if (name === 'len' && sole && !further) {
      const object = this.expr(sole);
      const sized = (type: Type): boolean =>
        type.kind === 'instance'
          ? this.methodOf(type.of, '__len__') !== undefined
          : !['iter', 'generator', 'file'].includes(type.kind) && isIterable(type);
      if (object.type.kind === 'union' && !isHandle(object.type) && object.type.items.filter(sized).length > 1)
        return onEachType(object, (alternative) => {
          if (!sized(alternative.type))
            return { error: 'TypeError', message: `object of type '${pythonTypeName(alternative.type)}' has no len()` };
          const own = this.special(alternative, '__len__', [], node.place);
          return own ?? primary(int, `py::len(${alternative.code})`);
        });
    }
    const row = builtinRows.get(name);
    if (row) return this.libraryRow(row, name, node);
    if (node.keywords.length)
      return this.unsupported(`Keyword arguments of \`${name}\` cannot be converted yet.`, node.place);
    const args = (): Value[] => node.args.map((arg) => this.expr(arg));
    switch (name) {
      case 'str': {
        const [value, ...more] = args();
        if (!value) return primary(str, '""_s');
        if (more.length && isBytes(value.type)) return decoded(value, more);
        if (more.length) break;
        this.requirePrintable(value.type, node.place);
        return primary(str, value.type.kind === 'str' ? value.code : `py::to_str(${value.code})`);
      }
      case 'bool': {
        const [value] = args();
        return primary(bool, value ? this.truth(value, node.place).code : 'false');
      }
      default: {
        const row = builtinFunctions.get(name);
        if (row) {
          if (name === 'round' && node.args.length === 1) {
            const [value] = args();
            if (value && isMixedNumber(value.type)) return primary(int, onEach(value, 'py::round(x)'));
            if (value && (isNumber(value.type) || value.type.kind === 'never'))
              return primary(int, `py::round(${value.code})`);
          }
          return this.tableCall(row, `py::${name}`, name, node);
        }
        return this.unsupported(
          `\`${name}\` cannot be converted${['eval', 'exec', 'compile', 'globals', 'locals'].includes(name) ? '' : ' yet'}.`,
          node.place,
        );
      }
    }
    return this.unsupported(`\`${name}\` cannot be converted yet with these arguments.`, node.place);
  }

  /** A new exception of a built-in class. */
  protected newException(name: string, node: CallExpr): Value {
    if (node.keywords.length || node.args.some(({ kind }) => kind === 'star' || kind === 'doublestar'))
      return this.unsupported('Keywords of an exception cannot be converted yet.', node.place);
    const args = node.args.map((arg) => {
      const value = this.expr(arg);
      this.requirePrintable(value.type, arg.place);
      return value.code;
    });
    return { ...primary({ kind: 'exception', name }, `py::${name}(${args.join(', ')})`), isThrown: true };
  }

  private print(node: CallExpr): Value {
    const starred = node.args.some((arg) => arg.kind === 'star');
    const args = node.args.map((arg) => {
      const items = arg.kind === 'star' ? this.iterable(arg.value) : undefined;
      const value = items?.value ?? this.expr(arg);
      this.requirePrintable(items?.element ?? value.type, arg.place);
      if (!starred) return value.code;
      const code = value.type.kind === 'tuple' ? `py::items_of(${value.code})` : value.code;
      return items
        ? `for (const auto& item : ${code}) texts.append(py::to_str(item));`
        : `texts.append(py::to_str(${code}));`;
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

  private sorted(node: CallExpr, object: Value | undefined, inPlace: boolean): Value {
    const [first] = node.args;
    const given = object ?? (first && this.asIterable(this.expr(first), first.place));
    const items = given && this.only(given, isIterable, '', ' object is not iterable');
    if (!items) return this.unsupported('`sorted` needs something to sort.', node.place);
    const element = items.type.kind === 'never' ? never : elementOf(items.type);
    if (!element) return this.unsupported(`\`sorted\` of ${describe(items.type)} cannot be converted yet.`, node.place);
    const keyNode = node.keywords.find(({ name }) => name === 'key')?.value;
    const reverseNode = node.keywords.find(({ name }) => name === 'reverse')?.value;
    const reverse = reverseNode ? this.expr(reverseNode).code : undefined;
    // A key that is None here is none.
    const called = keyNode?.kind === 'lambda' && keyNode.body.kind === 'call' ? keyNode.body.callee : keyNode;
    const isNone =
      keyNode?.kind === 'none' || (called?.kind === 'name' && this.lookUp(called)?.slot.type.kind === 'none');
    const key = keyNode && !isNone ? this.keyFunction(keyNode, element) : undefined;
    const options = [...(key ? [key] : []), ...(reverse === undefined ? [] : [reverse])];
    if (inPlace) return primary(none, `${operand(items, precedence.primary)}.sort(${options.join(', ')})`);
    const type = this.allocate(node.id, () => listOf(never));
    if (type.kind === 'list') this.add(type.element, element, node.place, 'The elements of this list');
    const code = items.type.kind === 'tuple' ? `py::items_of(${items.code})` : items.code;
    const result = `py::sorted(${[code, ...options].join(', ')})`;
    // The list may come to hold more than what is sorted.
    const widens = type.kind === 'list' && !sameType(type.element.type, element);
    return primary(type, widens ? `${cppType(type)}::from(${result})` : result);
  }

  /** A `key=` as C++: a function, or one made of a comparison. */
  private keyFunction(node: Expr, element: Type): string {
    if (node.kind === 'call' && node.args.length === 1 && this.libraryName(node.callee) === 'functools.cmp_to_key') {
      const compare = this.functor(node.args[0] as Expr, [element, element]);
      return `py::functools::cmp_to_key<${cppType(element)}>(${compare.code()})`;
    }
    return this.functor(node, [element]).code();
  }

  /** The full name of something of the standard library, such as `operator.itemgetter`. */
  /** Texts of names that are bound once in the whole program, to a literal. */
  protected abstract readonly constantTexts: ReadonlyMap<string, string>;

  private literalText(node: Expr): string | undefined {
    if (node.kind === 'str') return node.value;
    if (node.kind === 'name') return this.constantTexts.get(node.name);
    if (node.kind !== 'binary') return undefined;
    const left = this.literalText(node.left);
    if (node.op === '*' && node.right.kind === 'int' && node.right.value >= 0n && node.right.value < 1000n)
      return left?.repeat(Number(node.right.value));
    const right = node.op === '+' ? this.literalText(node.right) : undefined;
    return left === undefined || right === undefined ? undefined : left + right;
  }

  private libraryName(node: Expr): string | undefined {
    if (node.kind === 'name') return this.lookUp(node) ? undefined : this.imports.get(node.name);
    if (node.kind !== 'attribute' || node.object.kind !== 'name' || this.lookUp(node.object)) return undefined;
    const module = this.imports.get(node.object.name);
    return module === undefined ? undefined : `${module}.${node.name}`;
  }
}

/** An argument as the container's slots hold it, where its own type is a part of theirs. */
function coercedInto(value: Value, slots: readonly Slot[]): string {
  const slot = slots.find(
    ({ type }) => type.kind === 'union' && alternatives(value.type).length > 0 && holdsAll(type, value.type),
  );
  return slot && value.type.kind === 'union' ? coerced(value, slot.type) : value.code;
}

function holdsAll(type: Type, part: Type): boolean {
  return alternatives(part).every((item) => alternatives(type).some((other) => sameType(item, other)));
}

const isBytes = ({ kind }: Type): boolean => kind === 'bytes' || kind === 'bytearray';

/** A named tuple as the tuple that it is. */
function plainTuple({ type, code }: Value): string {
  if (type.kind !== 'tuple' || !type.record) return code;
  return `static_cast<const ${cppType(tupleOf(...type.items))}&>(${code})`;
}

/** True for an instance or None: a handle that may be empty. */
function isHandle(type: Type): boolean {
  return representation(type) === 'nullable';
}

/** True for what has items that are named in brackets. */
function isSubscriptable(type: Type): boolean {
  if (type.kind === 'instance') return [...lineOf(type.of)].some(({ methods }) => methods.has('__getitem__'));
  if (['iter', 'generator', 'set', 'frozenset', 'view', 'file'].includes(type.kind)) return false;
  return type.kind === 'tuple' || type.kind === 'match' || elementOf(type) !== undefined;
}

/** A call with the names of a literal dict in the place of `**` of it. */
function withSpreadNames(node: CallExpr): CallExpr {
  const keywords: CallExpr['keywords'][number][] = [];
  const args = node.args.filter((arg) => {
    if (arg.kind !== 'doublestar' || arg.value.kind !== 'dict') return true;
    if (!arg.value.entries.every(({ key }) => key?.kind === 'str')) return true;
    for (const { key, value } of arg.value.entries) if (key?.kind === 'str') keywords.push({ name: key.value, value });
    return false;
  });
  return keywords.length || args.length < node.args.length
    ? { ...node, args, keywords: [...node.keywords, ...keywords] }
    : node;
}

/** What Python raises for an attribute of None. */
function noAttribute(object: Value, name: string): Value {
  const text = `'NoneType' object has no attribute '${name}'`;
  return primary(never, `(static_cast<void>(${object.code}), throw py::AttributeError("${text}"), int64_t{0})`);
}

/** Kinds of values that equal only those of their own kind, numbers apart. */
const unequalToOthers = new Set([
  'int',
  'bigint',
  'float',
  'bool',
  'str',
  'bytes',
  'none',
  'list',
  'tuple',
  'set',
  'dict',
]);

/** True for plain numbers of different types in one place. */
function isMixedNumber(type: Type): boolean {
  return type.kind === 'union' && type.items.every((item) => isNumber(item) && item.kind !== 'bigint');
}

/** An expression in `x` worked out for whatever a union holds. */
function onEach(value: Value, code: string): string {
  return `py::visit([&](const auto& x) { return ${code}; }, ${value.code})`;
}

/** Classes of the program may say what `==` means. */
function hasOwnEquality(type: Type): boolean {
  return type.kind === 'instance' && [...lineOf(type.of)].some(({ methods }) => methods.has('__eq__'));
}

/** How large the result of an operator on integers can become. */
/** A sum or product of integers worked out with 128 bits, where it may outgrow 64; undefined where it hardly does. */
function wideCode(op: BinaryOperator, a: Value, b: Value, type: Type): string | undefined {
  if (type.kind !== 'int' || (op !== '+' && op !== '-' && op !== '*')) return undefined;
  const [left, right] = [a.wide, b.wide];
  const level = op === '*' ? precedence.product : precedence.sum;
  if (left === undefined && right === undefined) {
    if (op !== '*' || [a, b].some(({ code }) => /^-?\d{1,2}$/.test(code))) return undefined;
    return `py::Wide(${a.code}) * ${operand(b, level - 1)}`;
  }
  const bound = (code: string, limit: number): string => (op === '*' || limit < level ? `(${code})` : code);
  const first = left === undefined ? operand(a, level) : bound(left, level);
  const second = right === undefined ? operand(b, level - 1) : bound(right, level - 1);
  return `${first} ${op} ${second}`;
}

function operationGrowth(op: BinaryOperator, a: Value, b: Value, right: Expr): Growth {
  const constant = ({ code }: Value): boolean => /^\(?-?[01]\)?$/.test(code);
  switch (op) {
    case '+':
      return sumGrowth(a.growth, b.growth);
    case '-':
    case '|':
    case '^':
      return eitherGrowth(a.growth, b.growth);
    case '*':
      return constant(a) || constant(b) ? eitherGrowth(a.growth, b.growth) : productGrowth(a.growth, b.growth);
    case '<<':
      return productGrowth(a.growth, right.kind === 'int' ? noGrowth : b.growth);
    case '//':
    case '>>':
      return quotientGrowth(a.growth);
    default:
      return noGrowth;
  }
}

/** Functions of C++'s library that a call without a namespace could mean as well, because of its arguments. */
const standardNames = new Set(
  `abs accumulate advance all_of any_of apply begin bind binary_search clamp copy count count_if data distance empty end equal
exchange exp fill find find_if for_each forward generate get greater hash includes invoke is_permutation is_sorted iota less log lower_bound
max max_element merge min min_element minmax mismatch move next next_permutation none_of norm partition plus pow prev
prev_permutation ref remove remove_if replace reverse rotate search shuffle size sort sqrt stable_sort swap tie transform unique
upper_bound visit`.split(/\s+/),
);

/** True for `super()`. */
function isSuper(node: Expr): boolean {
  return node.kind === 'call' && node.callee.kind === 'name' && node.callee.name === 'super';
}

/** Built-in functions that ask an instance for its own answer. */
const specialFunctions: Partial<Record<string, string>> = {
  len: '__len__',
  abs: '__abs__',
  round: '__round__',
  int: '__int__',
  float: '__float__',
  hash: '__hash__',
  next: '__next__',
};

/** Built-in functions that ask an instance for its own answer, with further arguments. */
const askedOfInstances: Partial<Record<string, string>> = {
  round: '__round__',
  divmod: '__divmod__',
  pow: '__pow__',
  reversed: '__reversed__',
  repr: '__repr__',
  format: '__format__',
  complex: '__complex__',
};

/** Operators between containers of one kind, with how tightly they bind. */
const setOperators: Partial<Record<BinaryOperator, number>> = {
  '|': precedence.and,
  '&': precedence.equality,
  '^': precedence.equality,
  '-': precedence.sum,
};
const containerOperators: Partial<Record<Type['kind'], Partial<Record<BinaryOperator, number>>>> = {
  set: setOperators,
  frozenset: setOperators,
  counter: { '+': precedence.sum, '-': precedence.sum, '|': precedence.and, '&': precedence.equality },
  dict: { '|': precedence.and },
  deque: { '+': precedence.sum },
  vartuple: { '+': precedence.sum },
};

/** What makes a function, which is no value in C++. */
const madeFunctions = new Set([
  'functools.cmp_to_key',
  'operator.itemgetter',
  'operator.attrgetter',
  'operator.methodcaller',
]);

const mutatingMethods = new Set(
  'append insert extend pop remove sort reverse clear add discard update setdefault popitem appendleft popleft extendleft rotate move_to_end subtract intersection_update difference_update symmetric_difference_update'.split(
    ' ',
  ),
);

/** What an expression is made of, in the order in which Python works it out; empty where C++ has the same order anyway. */
function operandsOf(node: Expr): readonly Expr[] {
  switch (node.kind) {
    case 'binary':
      return [node.left, node.right];
    case 'compare':
      return node.rest.length === 1 && !typeCall(node.first)
        ? [node.first, ...node.rest.map(({ value }) => value)]
        : [];
    case 'tuple':
      return node.items;
    case 'index':
      return node.index.kind === 'slice' ? [] : [node.object, node.index];
    case 'call': {
      if (node.callee.kind === 'name' && node.callee.name === 'isinstance') return [];
      const object = node.callee.kind === 'attribute' ? [node.callee.object] : [];
      return [...object, ...node.args, ...node.keywords.map(({ value }) => value)];
    }
    case 'fstring':
      return node.parts.flatMap((part) => (typeof part === 'string' ? [] : [part.value]));
    default:
      return [];
  }
}

/** The same expression with other operands. */
function withOperands(node: Expr, replace: (operand: Expr) => Expr): Expr {
  switch (node.kind) {
    case 'binary':
      return { ...node, left: replace(node.left), right: replace(node.right) };
    case 'compare':
      return {
        ...node,
        first: replace(node.first),
        rest: node.rest.map(({ op, value }) => ({ op, value: replace(value) })),
      };
    case 'tuple':
      return { ...node, items: node.items.map(replace) };
    case 'index':
      return { ...node, object: replace(node.object), index: replace(node.index) };
    case 'call':
      return {
        ...node,
        callee:
          node.callee.kind === 'attribute' ? { ...node.callee, object: replace(node.callee.object) } : node.callee,
        args: node.args.map(replace),
        keywords: node.keywords.map(({ name, value }) => ({ name, value: replace(value) })),
      };
    case 'fstring':
      return {
        ...node,
        parts: node.parts.map((part) => (typeof part === 'string' ? part : { ...part, value: replace(part.value) })),
      };
    default:
      return node;
  }
}

function containsCall(node: Expr): boolean {
  if (node.kind === 'call') return true;
  return Object.entries(node).some(([key, value]) => {
    if (key === 'place' || typeof value !== 'object' || value === null) return false;
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    return items.some((item) => typeof item === 'object' && item !== null && containsCall(item as Expr));
  });
}

const constructNames = {
  imaginary: 'A complex number',
  ellipsis: '`...`',
  slice: 'A slice here',
  star: '`*` here',
  doublestar: '`**` here',
  'yield-from': '`yield from`',
} as const;

/** Cheap to write twice and without effect. */
function isSimple(node: Expr): boolean {
  return (
    ['name', 'int', 'float', 'str', 'bool'].includes(node.kind) ||
    (node.kind === 'index' && isSimple(node.object) && isSimple(node.index)) ||
    (node.kind === 'attribute' && isSimple(node.object))
  );
}

/** True for a target that takes a tuple apart one level deep. */
function isFlat(target: Expr): boolean {
  return (target.kind === 'tuple' || target.kind === 'list') && target.items.every((item) => item.kind === 'name');
}

/** `[a, b]` for a target that takes a tuple apart one level deep. */
export function structuredBinding(target: Expr): string {
  if (target.kind === 'name') return identifier(target.name);
  if ((target.kind === 'tuple' || target.kind === 'list') && target.items.every((item) => item.kind === 'name')) {
    return `[${target.items.map((item) => identifier(item.name)).join(', ')}]`;
  }
  throw new Unsupported('Nested targets cannot be converted yet.', target.place);
}

/** True for a range of which no member is negative. */
export function isNonNegativeRange(range: readonly Value[] | undefined): boolean {
  const [first, second, step] = range ?? [];
  if (!first) return false;
  if (!step) return !second || first.nonNegative === true;
  // Downwards, the end is not reached.
  if (step.code.startsWith('-')) return /^\(?-1\)?$|^\d+$/.test(second?.code ?? '');
  return first.nonNegative === true && step.nonNegative === true;
}

/** The head of a loop over a value; what is a part of something temporary is kept for as long as the loop runs. */
export function overItems(variable: string, { code }: Value): string {
  return /\)(?:->|\[|\.\w+$)/.test(code)
    ? `for (auto items = ${code}; ${variable} : items)`
    : `for (${variable} : ${code})`;
}

/** A counting loop with its end and step read once, as Python reads them. */
export function rangeLoop(name: string, range: readonly Value[]): string {
  const [first, second, third] = range;
  if (!first) throw new Error('a range without an end');
  const start = second ? first : undefined;
  const stop = second ?? first;
  const literal = (value: Value): boolean => /^-?\d+$/.test(value.code);
  if (third && !literal(third)) return `for (int64_t ${name} : py::range(${range.map(({ code }) => code).join(', ')}))`;
  const step = third ? Number(third.code) : 1;
  if (step === 0) return `for (int64_t ${name} : py::range(${range.map(({ code }) => code).join(', ')}))`;
  const from = start ? start.code : '0';
  const bound = literal(stop) ? stop.code : `${name}_end`;
  const declare = literal(stop) ? '' : `, ${bound} = ${stop.code}`;
  const advance =
    step === 1 ? `++${name}` : step === -1 ? `--${name}` : step > 0 ? `${name} += ${step}` : `${name} -= ${-step}`;
  return `for (int64_t ${name} = ${from}${declare}; ${name} ${step > 0 ? '<' : '>'} ${bound}; ${advance})`;
}
