import {
  Unsupported,
  UntypedParameter,
  type CallExpr,
  type Expr,
  type ForStmt,
  type FunctionDef,
  type Handler,
  type Module,
  type Param,
  type Place,
  type Stmt,
} from './ast.ts';
import { annotatedType } from './annotations.ts';
import { cppType, identifier, isPlain, receivedType, resultType, structure, outOfCoroutine } from './cpp.ts';
import { forgetNestedTypes, nestedTypes } from './nestedTypes.ts';
import { allDerived, buildClass, lineOf, memberName, shownName } from './classes.ts';
import { exceptionNames } from './exceptions.ts';
import { isLiteral } from './literals.ts';
import { isNonNegativeRange, operand, overItems, rangeLoop } from './expressions.ts';
import { namesBoundIn } from './flow.ts';
import { growthOf } from './growth.ts';
import { elementOf, libraryConstants, libraryModules, precedence, type Value } from './library.ts';
import { FunctionValueTranslator } from './functionValues.ts';
import { classOf, instanceType, operatorMethods } from './objects.ts';
import { refusedModules } from './library/refusedModules.ts';
import { moduleNames, moduleRows } from './library/tables.ts';
import { isMainGuard } from './mainBlock.ts';
import type { ClassInfo, Context, FunctionInfo, Instance, Variable } from './program.ts';
import { constantTextsOf } from './constantTexts.ts';
import { recordOf, recordsOf, type RecordInfo } from './records.ts';
import { analyzeScope } from './scopes.ts';
import {
  alternatives,
  bigint,
  changes,
  compatible,
  describe,
  dictOf,
  isContainer,
  isNumber,
  isInteger,
  listOf,
  slotsOf,
  never,
  none,
  sameType,
  Slot,
  str,
  unionOf,
  withoutNone,
  type FunctionType,
  type Talk,
  type Type,
} from './types.ts';
import { coerced } from './unions.ts';
import { some, walk } from './walk.ts';

/** Types keep growing until nothing changes; a program that takes more rounds than this is refused. */
const MAXIMUM_ROUNDS = 60;
/** What is said in other words before it comes here. */
const writtenOut = new Set([
  'collections.namedtuple',
  'dataclasses.dataclass',
  'dataclasses.field',
  'enum.Enum',
  'enum.IntEnum',
  'enum.StrEnum',
  'enum.Flag',
  'enum.IntFlag',
  'enum.unique',
  'enum.verify',
  'enum.UNIQUE',
  'enum.auto',
  'functools.total_ordering',
  'functools.lru_cache',
  'functools.cache',
  'functools.partial',
  'functools.wraps',
  'contextlib.contextmanager',
]);

/** What `from module import *` brings that is converted. */
function membersOf(module: string): string[] {
  const rows = [libraryModules.get(module), moduleRows.get(module)];
  const constants = [...libraryConstants.keys()].filter((name) => name.startsWith(`${module}.`));
  return [
    ...rows.flatMap((row) => [...(row?.keys() ?? [])]).filter((name) => !name.includes('.')),
    ...constants.map((name) => name.slice(module.length + 1)),
  ];
}

/** Modules of which constants are converted. */
const constantModules = new Set([...libraryConstants.keys()].map((name) => name.split('.')[0]));

/** How a program is translated. */
export interface TranslationOptions {
  /** True when integers that grow by multiplication or by sums of themselves have any size. */
  readonly widens: boolean;
  /** The function that was asked for, if it was one. */
  readonly functionName?: string;
}

/** Translates statements, functions, classes and the module as a whole. */
export class ProgramTranslator extends FunctionValueTranslator {
  #round = 0;
  readonly #instances: Instance[] = [];
  readonly #source: Module;

  protected override readonly runtimeNames: ReadonlySet<string>;
  protected override readonly records: ReadonlyMap<string, RecordInfo>;
  protected override readonly constantTexts: ReadonlyMap<string, string>;

  /** True when the program catches exceptions somewhere. */
  readonly #catches: boolean;
  readonly #widens: boolean;
  readonly #functionName: string | undefined;

  constructor(source: Module, runtimeNames: ReadonlySet<string>, options: TranslationOptions) {
    super();
    this.#widens = options.widens;
    this.#functionName = options.functionName;
    this.#source = source;
    this.#catches = some(source.body, ({ kind }) => kind === 'try');
    this.records = recordsOf(source);
    this.constantTexts = constantTextsOf(source);
    this.runtimeNames = runtimeNames;
  }

  /** The program in C++, without the runtime. Throws Unsupported. */
  translate(): string {
    try {
      return this.#translate();
    } catch (error) {
      if (error instanceof Unsupported) error.further = [...error.further, ...this.#postponed];
      throw error;
    }
  }

  #translate(): string {
    const scope = analyzeScope([], this.#source.body);
    this.#declare(this.#source.body);
    this.module = {
      scope,
      isModule: true,
      body: this.#source.body,
      params: [],
      variables: new Map(),
      result: new Slot(),
      allocations: new Map(),
      locals: [],
      effects: false,
      isInit: false,
    };
    let body: string[] = [];
    for (;;) {
      this.#round++;
      changes.count = 0;
      // A round that refuses ends with the first refusal; the round before it found the others.
      if (!this.#refuses) this.#postponed = [];
      this.observations.clear();
      this.growth.clear();
      forgetNestedTypes();
      this.context = this.module;
      this.flow.restore(new Map(), false);
      body = this.#run(this.#source.body);
      const isWhole = this.#refuses || this.#postponed.length === 0;
      // What seems unreachable at first may be called once types have grown.
      if (changes.count === 0 && isWhole) this.#translateUncalled();
      if (changes.count === 0 && isWhole && this.#widens) this.#widen();
      if (changes.count === 0 && isWhole && (this.#refuses || this.#postponed.length === 0)) break;
      // What is refused although nothing grows any more is refused for good.
      this.#refuses = changes.count === 0;
      if (this.#round >= MAXIMUM_ROUNDS) {
        this.unsupported(
          'The types of this program cannot be told: annotate it.',
          { line: 0, column: 0, endLine: 0, endColumn: 0 },
          'unknown-type',
        );
      }
    }
    return this.#assemble(body);
  }

  /** Gives integers that grow without bound any size. */
  #widen(): void {
    for (const slot of this.growth.grown()) {
      const { type } = slot;
      const isInt = alternatives(type).some(({ kind }) => kind === 'int' || kind === 'bool');
      if (!isInt || alternatives(type).some(({ kind }) => kind === 'bigint')) continue;
      slot.add(bigint);
      const line = this.growth.lineOf(slot);
      if (line !== undefined) this.reasonsForSize.set(line, 'a value grows out of its own earlier ones');
    }
  }

  /** Finds functions, classes and imports of the module before anything is translated. */
  #declare(body: readonly Stmt[]): void {
    const refused: Unsupported[] = [];
    for (const statement of body) {
      try {
        this.#declareStatement(statement);
      } catch (error) {
        if (!(error instanceof Unsupported)) throw error;
        refused.push(error);
      }
    }
    const [first, ...further] = refused;
    if (!first) return;
    first.further = further;
    throw first;
  }

  /** Refuses an import, with the way round where there is one. */
  #refuseModule(module: string, place: Place, name?: string): never {
    const way = Object.hasOwn(refusedModules, module) ? refusedModules[module] : undefined;
    if (way !== undefined)
      this.unsupported(`The module \`${module}\` cannot be converted: ${way}.`, place, 'unknown-module');
    const what = name === undefined ? `The module \`${module}\`` : `\`${module}.${name}\``;
    return this.unsupported(`${what} cannot be converted yet.`, place, 'unknown-module');
  }

  #declareStatement(statement: Stmt): void {
    if (recordOf(statement)) return;
    switch (statement.kind) {
      case 'def':
        this.functions.set(statement.name, this.#functionInfo(statement));
        break;
      case 'class': {
        const { classes, imports } = this;
        const classNames = new Set(this.#source.body.flatMap((each) => (each.kind === 'class' ? [each.name] : [])));
        const method: Parameters<typeof buildClass>[1]['method'] = (def, owner, how) => ({
          ...this.#functionInfo(def),
          owner,
          ...how,
        });
        this.classes.set(statement.name, buildClass(statement, { classes, classNames, imports, method }));
        break;
      }
      case 'import':
        for (const { module, as } of statement.names) {
          if (['typing', 'abc', 'dataclasses', 'enum', 'contextlib'].includes(module)) continue;
          if (!libraryModules.has(module) && !moduleRows.has(module) && !constantModules.has(module))
            this.#refuseModule(module, statement.place);
          this.imports.set(as ?? module, module);
        }
        break;
      case 'import-from':
        if (['typing', '__future__', 'abc', 'collections.abc'].includes(statement.module)) return;
        const everything = statement.names.some(({ name }) => name === '*') ? membersOf(statement.module) : [];
        for (const name of everything)
          if (!this.imports.has(name)) this.imports.set(name, `${statement.module}.${name}`);
        for (const { name, as } of statement.names) {
          if (name === '*' && (everything.length > 0 || statement.module === 'enum')) continue;
          const full = `${statement.module}.${name}`;
          if (writtenOut.has(full)) continue;
          const known =
            libraryModules.get(statement.module)?.has(name) === true ||
            moduleRows.get(statement.module)?.has(name) === true ||
            libraryConstants.has(full);
          if (name === '*' && moduleNames(statement.module).length > 0) {
            for (const each of moduleNames(statement.module)) this.imports.set(each, `${statement.module}.${each}`);
            continue;
          }
          // A name that a module of ours has not is refused where it is used.
          if (!known && moduleNames(statement.module).length === 0)
            this.#refuseModule(statement.module, statement.place, name);
          this.imports.set(as ?? name, full);
        }
        break;
      default:
        return;
    }
  }

  #functionInfo(def: FunctionDef): FunctionInfo {
    if (def.isAsync) this.unsupported('An async function cannot be converted.', def.place);
    if (def.decorators.length) this.unsupported('A decorator cannot be converted yet.', def.place);
    return {
      id: def.id,
      name: def.name,
      cppName: def.name,
      def,
      binding: 'function',
      isAbstract: false,
      scope: analyzeScope(def.params, def.body),
      instances: [],
    };
  }

  /** Functions that nobody calls still have to be right: their types come from annotations and defaults. */
  #translateUncalled(): void {
    // That first which was asked for, and those whose types are written down: they may call the others.
    const isTyped = ({ name, def }: FunctionInfo): boolean =>
      name === this.#functionName ||
      def.params.every((param) => param.annotation !== undefined || param.default !== undefined);
    const functions = [...this.functions.values()];
    for (const info of functions.filter(isTyped)) this.#translateUncalledFunction(info);
    for (const info of functions.filter((each) => !isTyped(each))) this.#translateUncalledFunction(info);
    for (const of of this.classes.values()) {
      const properties = [...of.properties.values()].flatMap(({ getter, setter }) =>
        setter ? [getter, setter] : [getter],
      );
      for (const info of [...of.methods.values(), ...properties])
        if (info.owner === of) this.#translateUncalledFunction(info);
    }
  }

  #translateUncalledFunction(info: FunctionInfo): void {
    if (this.#uncalled.has(info)) return;
    if (info.instances.length > 0) {
      // Made because another class has a method of the same name, or by a function that nobody calls either.
      for (const instance of info.instances.filter(({ round }) => round !== this.#round)) {
        instance.round = this.#round;
        this.#translateBody(instance);
      }
      return;
    }
    const params = info.def.params.slice(firstParam(info));
    const { owner } = info;
    try {
      if (owner && /^__(?:eq|ne|lt|le|gt|ge)__$/.test(info.name)) {
        this.instantiate(info, [{ type: instanceType(owner), code: '', precedence: 0 }], info.def.place);
      } else this.#callByAnnotations(info, params);
    } catch (error) {
      // A program does not need what nothing in it calls.
      if (!(error instanceof Unsupported) || !this.#isProgram || error.code !== 'unknown-type') throw error;
      this.#uncalled.set(info, error.message);
      changes.count++;
    }
  }

  /** Functions and methods that are left out, with the reason. */
  readonly #uncalled = new Map<FunctionInfo, string>();

  /** True when something is done when the module runs, other than defining. */
  get #isProgram(): boolean {
    return this.#source.body.some(
      (node) => !['def', 'class', 'import', 'import-from', 'pass', 'assign'].includes(node.kind),
    );
  }

  #callByAnnotations(info: FunctionInfo, params: readonly Param[]): void {
    const args = params.map((param): Value => {
      const annotated = param.annotation ? annotatedType(param.annotation, this.classes) : undefined;
      const type: Type | undefined =
        annotated && param.kind === 'args'
          ? { kind: 'vartuple', element: new Slot(annotated) }
          : annotated && param.kind === 'kwargs'
            ? dictOf(str, annotated)
            : annotated;
      if (type) return { type, code: '', precedence: 0 };
      if (param.default) return this.expr(param.default);
      throw new UntypedParameter(
        `The type of \`${param.name}\` cannot be told, because nothing calls \`${info.name}\`: annotate it, or convert a call along with it.`,
        param,
      );
    });
    this.instantiate(info, args, info.def.place);
  }

  protected instantiate(info: FunctionInfo, args: readonly Value[], place: Place): Instance {
    const skip = firstParam(info);
    const fits = (instance: Instance): boolean =>
      args.every(({ type }, index) => {
        const known = instance.params[index]?.type ?? never;
        // An instance and what may be None are the same in C++.
        return compatible(known, type) || (cppType(known) === cppType(type) && known.kind !== 'never');
      });
    // Methods are members with one signature each.
    let instance = info.instances.find(fits) ?? (info.owner ? info.instances[0] : undefined);
    if (!instance) {
      if (info.instances.length >= 32)
        this.unsupported(`\`${info.name}\` is called with too many different types.`, place);
      instance = this.#newInstance(info, skip);
      info.instances.push(instance);
      this.#instances.push(instance);
      changes.count++;
    }
    args.forEach(({ type }, index) => {
      const param = info.def.params[index + skip];
      const slot = instance.params[index];
      if (slot) this.noteSign(slot, args[index] as Value);
      if (param && slot) this.add(slot, type, place, `The argument \`${param.name}\` of \`${info.name}\``);
    });
    if (instance.round !== this.#round) {
      instance.round = this.#round;
      this.#translateBody(instance);
    }
    return instance;
  }

  #newInstance(info: FunctionInfo, skip: number): Instance {
    const { owner, binding } = info;
    const first = skip ? info.def.params[0] : undefined;
    const result = new Slot();
    const yields = info.def.isGenerator ? new Slot() : undefined;
    const talk = yields && { sent: new Slot(), returned: new Slot() };
    if (yields && talk) result.add({ kind: 'generator', element: yields, talk });
    const context: Context = {
      scope: info.scope,
      isModule: false,
      body: info.def.body,
      params: info.def.params.map(({ name }) => name),
      variables: new Map(),
      result,
      allocations: new Map(),
      locals: [],
      effects: false,
      isInit: owner !== undefined && info.name === '__init__',
      ...(owner && /^__(?:str|repr|format)__$/.test(info.name) && { textOf: info.name }),
      ...(yields && talk && { yields, talk }),
      ...(owner && { owner }),
      ...(first && owner && { [binding === 'instance' ? 'self' : 'cls']: { name: first.name, of: owner } }),
    };
    const params = info.def.params.slice(skip).map((param) => {
      const variable = this.variable(context, info.scope.webOf.get(param.id) ?? -1);
      return variable.slot;
    });
    const instance: Instance = { info, params, result, context, round: 0, code: [], header: '' };
    if (owner && binding === 'instance' && info.name !== '__init__') this.#linkOverridden(instance, owner);
    return instance;
  }

  /** A method that takes the place of one of a base class has the types of that one. */
  #linkOverridden(instance: Instance, owner: ClassInfo): void {
    const { info } = instance;
    const above = owner.base && this.#memberOf(owner.base, info);
    if (!above) return;
    let root = above.instances[0];
    if (!root) {
      root = this.#newInstance(above, firstParam(above));
      above.instances.push(root);
      this.#instances.push(root);
      changes.count++;
    }
    if (root.params.length !== instance.params.length) {
      return this.unsupported(
        `\`${info.name}\` takes other arguments than that of \`${above.owner?.name}\`, which cannot be converted yet.`,
        info.def.place,
      );
    }
    root.params.forEach((param, index) => param.unify(instance.params[index] as Slot));
    root.result.unify(instance.result);
  }

  /** The method, getter or setter of a class or one above it that this one stands in the place of. */
  #memberOf(of: ClassInfo, info: FunctionInfo): FunctionInfo | undefined {
    for (const each of lineOf(of)) {
      const property = each.properties.get(info.name);
      const known = property
        ? info.cppName === `set_${info.name}`
          ? property.setter
          : property.getter
        : each.methods.get(info.name);
      if (known) return known;
    }
    return undefined;
  }

  /** True when a derived class has a method of this name or a base class has. */
  #isVirtual(info: FunctionInfo): { readonly virtual: boolean; readonly override: boolean } {
    const { owner } = info;
    if (!owner || info.binding !== 'instance' || info.name === '__init__') return { virtual: false, override: false };
    if (/^__(?:repr|str)__$/.test(info.name)) return { virtual: true, override: owner.exception === undefined };
    const override = owner.base !== undefined && this.#memberOf(owner.base, info) !== undefined;
    const below = allDerived(owner).some((each) => each.methods.has(info.name) || each.properties.has(info.name));
    return { virtual: override || below, override };
  }

  #translateBody(instance: Instance): void {
    const { info } = instance;
    const outer = this.context;
    this.context = instance.context;
    try {
      const { body, ended } = this.flow.apart(() => ({ body: this.#run(info.def.body), ended: this.flow.dead }));
      if (!ended && !info.isAbstract && !info.def.isGenerator) instance.result.add(none);
      const talk = instance.context.talk;
      if (!ended && talk && talk.returned.type.kind !== 'never') talk.returned.add(none);
      this.requireOne(instance.result.type, info.def.place, `What \`${info.name}\` returns`);
      const changed = assignedNames(info);
      const { virtual } = this.#isVirtual(info);
      const params = info.def.params.slice(firstParam(info)).map((param) => {
        const variable = this.variable(instance.context, info.scope.webOf.get(param.id) ?? -1);
        const { type } = variable.slot;
        // A coroutine outlives the call that made it.
        const byValue = isPlain(type) || changed.has(param.name) || virtual || info.def.isGenerator;
        if (param.byReference) return `${cppType(type)}& ${variable.cpp}`;
        return `${byValue ? cppType(type) : `const ${cppType(type)}&`} ${givenName(variable)}`;
      });
      const shared = info.def.params
        .slice(firstParam(info))
        .flatMap((param) =>
          this.#sharedParameter(this.variable(instance.context, info.scope.webOf.get(param.id) ?? -1)),
        );
      const isInit = info.owner !== undefined && info.name === '__init__';
      const isVoid = resultType(instance.result.type) === 'void';
      instance.header = `${isInit ? 'void' : resultType(instance.result.type)} ${identifier(info.cppName)}(${params.join(', ')})`;
      const check = !isInit && callsItself(info) ? ['py::check_recursion();'] : [];
      const unreachable =
        isVoid || ended
          ? []
          : talk
            ? [endOfGenerator(talk.returned.type)].filter((line) => line !== 'co_return;')
            : [info.isAbstract ? 'throw py::NotImplementedError();' : 'return py::None;'];
      instance.code = [...check, ...shared, ...body, ...unreachable];
    } finally {
      this.context = outer;
    }
  }

  #assemble(body: readonly string[]): string {
    const lines: string[] = [];
    for (const comment of documentation(this.#source.docstring)) lines.push(comment);
    const classes = [...this.classes.values()];
    this.#copies = [body, ...this.#instances.map(({ code }) => code)].some((code) =>
      code.some((line) => /\bpy::copy::/.test(line)),
    );
    for (const { name, fields } of this.records.values()) {
      lines.push(
        `/** ${name}, a named tuple. */`,
        `struct ${identifier(`${name}_names`)} {`,
        `  static constexpr const char* name = "${name}";`,
        `  static constexpr const char* fields[] = {${fields.map((field) => `"${field.name}"`).join(', ')}};`,
        '};',
      );
    }
    const attributes: string[] = [];
    for (const of of classes) lines.push(`struct ${identifier(of.name)};`);
    const functions = this.#instances.filter(({ info, round }) => !info.owner && round === this.#round);
    for (const of of classes) {
      for (const [name, { slot }] of of.attributes) {
        attributes.push(`${cppType(slot.type)} ${this.staticName(of, name)}{};`);
      }
    }
    const globals = [...this.module.variables.values()].filter(({ isGlobal }) => isGlobal);
    const head = lines.length;
    for (const variable of globals) lines.push(this.#declaration(variable));
    for (const { cpp, slot } of this.#defaults.values()) lines.push(`${cppType(slot.type)} ${cpp}{};`);
    for (const { header } of functions) lines.push(`${header};`);
    const structures = classes.flatMap((of) => [...this.#structure(of), '']);
    lines.splice(head, 0, ...nestedStructures());
    if (lines.length) lines.push('');
    lines.push(...structures);
    if (attributes.length) lines.push(...attributes, '');
    for (const of of classes) {
      for (const instance of this.#instances.filter(({ info, round }) => info.owner === of && round === this.#round)) {
        lines.push(...comments(instance.info.def.leading), ...documentation(instance.info.def.docstring));
        lines.push(`${memberHeader(instance)} {`, ...instance.code.map(indent), '}', '');
      }
    }
    for (const { info, header, code } of functions) {
      lines.push(
        ...comments(info.def.leading),
        ...documentation(info.def.docstring),
        `${header} {`,
        ...code.map(indent),
        '}',
        '',
      );
    }
    lines.push('void run() {', ...body.map(indent), '}');
    return lines.join('\n');
  }

  /** True in a program that copies instances. */
  #copies = false;

  #structure(of: ClassInfo): string[] {
    const name = identifier(of.name);
    const base = of.base ? identifier(of.base.name) : of.exception === undefined ? 'py::Object' : `py::${of.exception}`;
    const lines = [...comments(of.def.leading), ...documentation(of.def.docstring), `struct ${name} : ${base} {`];
    for (const [field, slot] of of.fields) {
      const attribute = this.attributeOf(of, field);
      if (attribute && this.isShadow(of, field)) {
        const member = memberName(of, field);
        const ofClass = attribute.redefined ? `class_${identifier(field)}()` : this.staticName(attribute.owner, field);
        lines.push(
          `  std::optional<${cppType(slot.type)}> ${member};`,
          `  ${cppType(slot.type)} own_${member}() { return ${member} ? *${member} : ${ofClass}; }`,
        );
        continue;
      }
      const first = attribute ? ` = ${this.staticName(attribute.owner, field)}` : '{}';
      lines.push(`  ${cppType(slot.type)} ${memberName(of, field)}${first};`);
    }
    for (const [attribute, { slot }] of of.attributes)
      lines.push(`  static ${cppType(slot.type)} ${this.staticName(of, attribute).replace(/^.*::/, '')};`);
    lines.push('');
    for (const { info, header, round } of this.#instances) {
      if (info.owner !== of || round !== this.#round) continue;
      const { virtual, override } = this.#isVirtual(info);
      lines.push(
        `  ${info.binding === 'instance' ? (virtual && !override ? 'virtual ' : '') : 'static '}${header}${override ? ' override' : ''};`,
      );
    }
    for (const [attribute, { slot }] of of.attributes) {
      const above = of.base && this.attributeOf(of.base, attribute);
      if (above || this.attributeOf(of, attribute)?.redefined)
        lines.push(
          `  virtual ${cppType(slot.type)} class_${identifier(attribute)}() { return ${this.staticName(of, attribute)}; }`,
        );
    }
    for (const [info, reason] of this.#uncalled)
      if (info.owner === of) lines.push(`  // \`${info.name}\` is left out: ${reason}`);
    if (of.exception === undefined && this.#copies) {
      const deepened = [...of.fields.keys()].map((field) => memberName(of, field));
      lines.push(
        `  py::Object* __clone__() const override { return new ${name}(*this); }`,
        '  void __deepen__(py::copy::Memo& memo) override {',
        `    ${base}::__deepen__(memo);`,
        ...deepened.map((field) => `    ${field} = py::copy::copied(${field}, memo);`),
        '  }',
      );
    }
    if (of.exception === undefined) {
      lines.push(`  const char* __name__() const override { return "${shownName(of)}"; }`);
    } else {
      lines.push(
        `  using ${base}::${base.replace('py::', '')};`,
        `  const char* type_name() const override { return "${shownName(of)}"; }`,
        `  PY_THROWABLE(${name})`,
      );
      if (of.methods.has('__str__'))
        lines.push(`  std::string message() const override { return const_cast<${name}*>(this)->__str__().utf8(); }`);
    }
    return [...lines, '};'];
  }

  protected override lookUp(node: Extract<Expr, { kind: 'name' }>): Variable | undefined {
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
    return super.lookUp(node);
  }

  /** Defaults of parameters that are made where their function stands, by the id of the parameter. */
  readonly #defaults = new Map<number, { readonly cpp: string; readonly slot: Slot }>();

  protected override defaultOf(info: FunctionInfo, param: Param): Value {
    let known = this.#defaults.get(param.id);
    if (!known) {
      const owner = info.owner ? `${identifier(info.owner.name)}_` : '';
      known = { cpp: `${owner}${identifier(info.cppName)}_${identifier(param.name)}_default`, slot: new Slot() };
      this.#defaults.set(param.id, known);
      changes.count++;
    }
    return { type: known.slot.type, code: known.cpp, precedence: 0 };
  }

  #makeDefaults(info: FunctionInfo): string[] {
    return info.def.params.flatMap((param) => {
      if (!param.default || isLiteral(param.default) || param.isFresh) return [];
      const { code } = this.defaultOf(info, param);
      const { slot } = this.#defaults.get(param.id) as { slot: Slot };
      const value = this.expr(param.default);
      this.add(slot, value.type, param.place, `The default of \`${param.name}\``);
      return [`${code} = ${coerced(value, slot.type)};`];
    });
  }

  /** Gives the attributes of a class their values, where the class stands. */
  #classBody(of: ClassInfo): string[] {
    const known = new Map<string, Variable>();
    this.context.locals.push(known);
    try {
      const attributes = [...of.attributes].map(([name, { slot, value }]) => {
        const given = this.expr(value);
        this.add(slot, given.type, value.place, `\`${of.name}.${name}\``);
        const cpp = this.staticName(of, name);
        known.set(name, { name, cpp, slot, isGlobal: true });
        return `${cpp} = ${coerced(given, slot.type)};`;
      });
      return [
        ...attributes,
        ...[...of.methods.values()].flatMap((method) => (method.owner === of ? this.#makeDefaults(method) : [])),
      ];
    } finally {
      this.context.locals.pop();
    }
  }

  /** Statements that may be run or not: what they assign is not known afterwards. */
  #block(statements: readonly Stmt[]): string[] {
    const { facts } = this.flow;
    const lines = this.#run(statements);
    this.flow.restore(facts, false);
    this.flow.forget(namesBoundIn(statements));
    return lines;
  }

  /** Statements in their order, as far as control comes. */
  #run(statements: readonly Stmt[]): string[] {
    return statements.flatMap((statement) => (this.flow.dead ? [] : this.#statement(statement)));
  }

  #statement(node: Stmt): string[] {
    this.line = (node.place.origin ?? node.place).line;
    const before: string[] = [];
    if (node.kind !== 'def' && node.kind !== 'class') before.push(...comments(node.leading));
    const declared = (this.context.scope.hoisted.get(node.id) ?? []).flatMap((web) => {
      const name = this.context.scope.webs.get(web)?.name ?? '';
      if (this.context.isModule && (this.functions.has(name) || this.classes.has(name) || this.imports.has(name)))
        return [];
      const variable = this.variable(this.context, web);
      return variable.isGlobal || variable.slot.type.kind === 'never' ? [] : [this.#declaration(variable)];
    });
    const code = this.#refuses ? this.#translateStatement(node) : this.#translateIfKnown(node);
    if (endsAlways([node])) this.flow.dead = true;
    const trailing =
      'trailing' in node && node.trailing !== undefined && code[0] !== undefined
        ? [`${code[0]}  // ${node.trailing.trim()}`, ...code.slice(1)]
        : code;
    return [...before, ...declared, ...trailing];
  }

  /** True in a round that refuses what cannot be converted, because the types have come to rest. */
  #refuses = false;
  /** Why statements of this round could not be converted with the types that are known so far. */
  #postponed: Unsupported[] = [];

  /** A statement whose types may still grow: what cannot be converted now is left for a later round. */
  #translateIfKnown(node: Stmt): string[] {
    const { context, flow } = this;
    const { facts } = flow;
    const depth = context.locals.length;
    try {
      return this.#translateStatement(node);
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      this.#postponed.push(error);
      this.context = context;
      context.locals.length = depth;
      flow.restore(facts, false);
      flow.forget(namesBoundIn(node));
      return [];
    }
  }

  /** What an inner function that is handed on is translated in, by where it stands. */
  readonly #closures = new Map<Context, Map<number, Context>>();

  /** An inner function that is a value: a C++ lambda with copies of what does not change and cells of what does. */
  #closure(def: FunctionDef): string[] {
    const { context: outer } = this;
    const simple = def.params.every((param) => param.kind === 'plain' && !param.keywordOnly);
    if (def.isAsync || def.decorators.length > 0 || !simple)
      return this.unsupported(
        'A function inside another that is handed on can only have plain parameters, and no decorator yet.',
        def.place,
      );
    // Defaults that are literals may be left to the call; others are worked out here and kept.
    const kept = def.params.findIndex((param) => param.default && !isLiteral(param.default));
    const free = def.params.slice(0, kept < 0 ? def.params.length : kept);
    const frozen = def.params.slice(free.length).map((param) => ({ param, value: this.expr(param.default as Expr) }));
    const type = this.functionType(`closure ${def.id}`, free);
    const variable = this.lookUp({ kind: 'name', id: def.id, place: def.place, name: def.name });
    if (!variable) return this.unsupported('This inner function cannot be converted yet.', def.place);
    const yields = def.isGenerator
      ? this.allocate(`yields ${def.id}`, () => ({
          kind: 'generator',
          element: new Slot(),
          talk: { sent: new Slot(), returned: new Slot() },
        }))
      : undefined;
    if (yields) type.result.add(yields);
    this.add(variable.slot, type, def.place, `\`${def.name}\``);
    const known = this.#closures.get(outer) ?? new Map<number, Context>();
    this.#closures.set(outer, known);
    let context = known.get(def.id);
    if (!context) {
      context = {
        scope: analyzeScope(def.params, def.body),
        isModule: false,
        body: def.body,
        params: def.params.map(({ name }) => name),
        outer,
        variables: new Map(),
        result: type.result,
        allocations: new Map(),
        locals: [],
        effects: true,
        isInit: false,
        ...(yields?.kind === 'generator' && yields.talk && { yields: yields.element, talk: yields.talk }),
        ...(outer.owner && { owner: outer.owner }),
        ...(outer.self && !def.params.some(({ name }) => name === outer.self?.name) && { self: outer.self }),
      };
      known.set(def.id, context);
    }
    this.context = context;
    try {
      const own = (param: Param): Variable => this.variable(this.context, this.context.scope.webOf.get(param.id) ?? -1);
      const params = free.map((param, index) => {
        own(param).slot.unify(type.params[index] as Slot);
        return own(param);
      });
      for (const { param, value } of frozen) this.add(own(param).slot, value.type, param.place, `\`${param.name}\``);
      const { body, ended } = this.flow.apart(() => ({ body: this.#run(def.body), ended: this.flow.dead }));
      if (!ended && !yields) type.result.add(none);
      this.requireOne(type.result.type, def.place, `What \`${def.name}\` returns`);
      const result = resultType(type.result.type);
      const head = params.map((each) => `${cppType(each.slot.type)} ${givenName(each)}`).join(', ');
      const check = callsItself({ name: def.name, def }) ? ['py::check_recursion();'] : [];
      const captures = [
        '=',
        ...frozen.map(({ param, value }) => `${own(param).cpp} = ${coerced(value, own(param).slot.type)}`),
      ];
      if (frozen.some(({ param }) => own(param).isCell))
        return this.unsupported('This default cannot be converted yet: give the value a name first.', def.place);
      const shared = params.flatMap((each) => this.#sharedParameter(each));
      const rest = result === 'void' || ended || yields ? [] : ['return py::None;'];
      if (yields) return this.#closureOfGenerator(def, variable.cpp, type, params, body);
      return [
        `${variable.cpp} = ${cppType(type)}([${captures.join(', ')}](${head}) mutable -> ${result} {`,
        ...[...check, ...shared, ...body, ...rest].map(indent),
        '});',
      ];
    } finally {
      this.context = outer;
    }
  }

  /** The cell of a parameter that inner functions share, and what it is first given. */
  #sharedParameter(variable: Variable): string[] {
    if (variable.isCell !== true) return [];
    return [this.#declaration(variable), `${variable.cpp} = ${givenName(variable)};`];
  }

  /** A coroutine outlives the call of the lambda that made it: it is given all that it uses as arguments of its own. */
  #closureOfGenerator(
    def: FunctionDef,
    name: string,
    type: FunctionType,
    params: readonly Variable[],
    body: readonly string[],
  ): string[] {
    const seen = new Set<string>();
    walk(def.body, (node) => {
      if (node['kind'] !== 'name') return;
      const variable = super.lookUp(node as unknown as Extract<Expr, { kind: 'name' }>);
      const isOwn = this.context.scope.locals.has(node['name'] as string);
      if (variable?.cpp.includes('this') === true || this.context.self?.name === node['name'])
        this.unsupported('A generator inside a method that reads `self` cannot be handed on yet.', def.place);
      if (variable && !variable.isGlobal && !isOwn) seen.add(variable.cpp);
    });
    const outer = [...seen];
    if (outer.includes(name))
      this.unsupported('A generator that calls itself and is handed on cannot be converted yet.', def.place);
    const inner = params.map((each) => `${cppType(each.slot.type)} ${givenName(each)}`);
    const passed = [...outer, ...params.map(givenName)].join(', ');
    return [
      `${name} = ${cppType(type)}([=](${inner.join(', ')}) -> ${resultType(type.result.type)} {`,
      `  return [](${[...outer.map((each) => `auto ${each}`), ...inner].join(', ')}) -> ${resultType(type.result.type)} {`,
      ...[...params.flatMap((each) => this.#sharedParameter(each)), ...body].map((line) => indent(indent(line))),
      `  }(${passed});`,
      '});',
    ];
  }

  /** A variable that stands before what uses it. */
  #declaration({ name, cpp, slot, maybeUnbound, isCell }: Variable): string {
    if (isCell) return `py::Cell<${cppType(slot.type)}> ${cpp}{"${name}"};`;
    if (!maybeUnbound) return `${cppType(slot.type)} ${cpp}{};`;
    return `py::Local<${cppType(slot.type)}> ${cpp}{"${name}", ${String(this.context.isModule)}};`;
  }

  #translateStatement(node: Stmt): string[] {
    if (this.context.isModule && recordOf(node)) return [];
    switch (node.kind) {
      case 'expr':
        if (node.value.kind === 'str' || node.value.kind === 'ellipsis') return [];
        {
          const set = attributeSet(node.value);
          if (set) return this.#assign([set.target], set.value, node.id);
        }
        if (node.value.kind === 'yield') return [`${this.yieldValue(node.value).code.replace(/^\((.*)\)$/s, '$1')};`];
        if (node.value.kind === 'yield-from') return this.#yieldFrom(node.value).lines;
        return [`${withoutValue(this.expr(node.value).code)};`];
      case 'assign':
        return this.#assign(node.targets, node.value, node.id);
      case 'annotate':
        if (!node.value) return [];
        return this.#assign([node.target], node.value, node.id, annotatedType(node.annotation, this.classes));
      case 'augment': {
        if (this.orderMatters([node.target, node.value])) return this.#augmentInOrder(node);
        const target = this.expr(node.target);
        const value = this.expr(node.value);
        if (target.type.kind === 'list' && (value.type.kind === 'list' || node.op === '*')) {
          // A list is changed in place, also for its other names.
          const element = elementOf(value.type);
          if (node.op === '+' && value.type.kind !== 'list' && element) {
            this.add(target.type.element, element, node.place, 'The elements of this list');
            const items = this.iterable(node.value).value.code;
            return [`${operand(target, precedence.primary)}.extend(${items});`];
          }
          const result = this.binary(node.op, target, value, node.value, node.place);
          this.requireOne(result.type, node.place, 'This list');
          return [`${target.code} ${node.op}= ${value.code};`];
        }
        if (target.type.kind === 'instance') {
          const own = this.special(target, `__i${operatorMethods[node.op]}__`, [value], node.place);
          if (own) return [this.#assignTo(node.target, own)];
        }
        const inPlace = this.changedInPlace(node.op, target, value, node.place);
        if (inPlace !== undefined) {
          this.noteEffect();
          return [inPlace];
        }
        const result = this.binary(node.op, target, value, node.value, node.place);
        const isSet = this.#isSetByCall(node.target);
        if (isSet || (node.target.kind === 'attribute' && this.propertyOfTarget(node.target)))
          return [this.#assignTo(node.target, result)];
        this.#store(node.target, result.type, node.place, result);
        const variable = node.target.kind === 'name' ? this.lookUp(node.target) : undefined;
        if (variable) this.noteSign(variable.slot, result);
        if (variable?.slot.type.kind === 'union') {
          this.flow.assigned(variable, result.type);
          return [`${variable.cpp} = ${coerced(result, variable.slot.type)};`];
        }
        const place = this.itemPlace(node.target, target);
        if (target.type.kind === 'union') return [`${place} = ${coerced(result, target.type)};`];
        const plain =
          (result.type.kind === 'float' && isNumber(value.type) && ['+', '-', '*'].includes(node.op)) ||
          (result.type.kind === 'str' && node.op === '+');
        return [plain ? `${place} ${node.op}= ${value.code};` : `${place} = ${result.code};`];
      }
      case 'return': {
        if (this.context.isModule)
          return this.unsupported('`return` outside a function cannot be converted.', node.place);
        if (this.context.talk) return this.#returnFromGenerator(node.value, this.context.talk);
        const given = node.value ? this.keptValue(node.value) : undefined;
        const isText = (type: Type): boolean => type.kind === 'str';
        const value =
          given && this.context.textOf !== undefined
            ? this.only(given, isText, `${this.context.textOf} returned non-string (type `, ')')
            : given;
        this.flow.dead = true;
        this.context.result.add(value?.type ?? none);
        this.growth.noteResult(this.context.result);
        if (value) this.noteGrowth(this.context.result, value);
        const { type } = this.context.result;
        if (resultType(type) === 'void') {
          const code = withoutValue(value?.code ?? 'py::None');
          return code === 'py::None' ? ['return;'] : [`${code};`, 'return;'];
        }
        return [`return ${value ? coerced(value, type) : 'py::None'};`];
      }
      case 'if': {
        const guard = isMainGuard(node.test);
        if (guard && node.orelse.length === 0) return this.#run(node.body);
        return this.#if(node);
      }
      case 'while': {
        this.flow.forget(namesBoundIn(node));
        const limited = this.#limitedBy(node.test).filter((slot) => !this.bounded.has(slot));
        for (const slot of limited) this.bounded.add(slot);
        const test =
          node.test.kind === 'bool' && node.test.value ? 'true' : this.condition(node.test, precedence.choice);
        const { facts } = this.flow;
        this.flow.learn(this.flow.tested(node.test).yes);
        const lines = this.#loop(`while (${test})`, node.body, node.orelse, node.place);
        for (const slot of limited) this.bounded.delete(slot);
        this.flow.restore(facts, false);
        if (containsBreak(node.body)) return lines;
        if (test === 'true') this.flow.dead = true;
        else this.flow.learn(this.flow.tested(node.test).no);
        return lines;
      }
      case 'for':
        return this.#for(node);
      case 'break':
      case 'continue':
        this.flow.dead = true;
        return [`${node.kind};`];
      case 'pass':
        return [];
      case 'import':
      case 'import-from':
        if (!this.#source.body.includes(node)) {
          return this.unsupported(
            'An import that is not at the top of the module cannot be converted yet: move it there.',
            node.place,
          );
        }
        return [];
      case 'global':
        return [];
      case 'def':
      case 'class':
        if (
          !this.context.isModule ||
          !(this.functions.get(node.name)?.def === node || this.classes.get(node.name)?.def === node)
        ) {
          if (node.kind === 'def' && !(this.context.isModule && this.functions.has(node.name)))
            return this.#closure(node);
          return this.unsupported(
            `A ${node.kind === 'def' ? 'function' : 'class'} inside another, or defined twice, cannot be converted yet.`,
            node.place,
          );
        }
        if (node.kind === 'class') return this.#classBody(this.classes.get(node.name) as ClassInfo);
        return this.#makeDefaults(this.functions.get(node.name) as FunctionInfo);
      case 'assert': {
        const message = node.message ? `py::to_str(${this.expr(node.message).code})` : '';
        const test = this.condition(node.test, precedence.unary);
        this.flow.learn(this.flow.tested(node.test).yes);
        return [`if (!${test}) throw py::AssertionError(${message});`];
      }
      case 'raise':
        this.flow.dead = true;
        return [this.#raise(node)];
      case 'try':
        return this.#try(node);
      case 'delete':
        this.noteEffect();
        return node.targets.map((target) => {
          if (target.kind === 'name') {
            const variable = this.lookUp(target);
            return variable?.maybeUnbound ? `${variable.cpp}.unset();` : '';
          }
          if (target.kind !== 'index') return this.unsupported('This `del` cannot be converted yet.', node.place);
          const object = this.expr(target.object);
          if (target.index.kind === 'slice') {
            if (object.type.kind !== 'list' && object.type.kind !== 'bytearray')
              return this.unsupported(`A slice of ${describe(object.type)} cannot be deleted.`, node.place);
            return `py::del_slice(${[object.code, ...this.bounds(target.index)].join(', ')});`;
          }
          const own = this.special(object, '__delitem__', [this.expr(target.index)], node.place);
          if (own) return `${own.code};`;
          const index = this.expr(target.index);
          const key = 'key' in object.type ? coerced(index, object.type.key.type) : index.code;
          return `py::del_item(${object.code}, ${key});`;
        });
      case 'with':
        return this.#with(node);
      case 'nonlocal':
        return [];
      case 'match':
        return this.unsupported('`match` cannot be converted yet.', node.place);
    }
  }

  /** The variables that a test keeps below something. */
  #limitedBy(test: Expr): Slot[] {
    if (test.kind === 'bool-op' && test.op === 'and')
      return [...this.#limitedBy(test.left), ...this.#limitedBy(test.right)];
    if (test.kind !== 'compare' || test.rest.length !== 1) return [];
    const [{ op, value }] = test.rest as [(typeof test.rest)[number]];
    const names: unknown[] = [];
    walk(op === '<' || op === '<=' ? test.first : op === '>' || op === '>=' ? value : [], (node) => {
      // What a call gives may be small where what it is given is not, such as the number of digits.
      if (node['kind'] === 'call') return false;
      if (node['kind'] === 'name') names.push(node);
      return undefined;
    });
    return names.flatMap((node) => this.lookUp(node as Extract<Expr, { kind: 'name' }>)?.slot ?? []);
  }

  #returnFromGenerator(valueNode: Expr | undefined, { returned }: Talk): string[] {
    this.flow.dead = true;
    if (!valueNode || valueNode.kind === 'none') return [endOfGenerator(returned.type)];
    if (valueNode.kind === 'yield-from') {
      const { lines, result } = this.#yieldFrom(valueNode);
      returned.add(result.type);
      return [...lines, `co_return ${coerced(result, returned.type)};`];
    }
    const value = this.keptValue(valueNode);
    this.add(returned, value.type, valueNode.place, 'What this generator returns');
    return [
      value.type.kind === 'none'
        ? endOfGenerator(returned.type)
        : `co_return ${outOfCoroutine(coerced(value, returned.type))};`,
    ];
  }

  /** `yield from` of something: what it gives, one after the other, and what it returns in the end. */
  #yieldFrom(node: Extract<Expr, { kind: 'yield-from' }>): { readonly lines: string[]; readonly result: Value } {
    const { yields, talk } = this.context;
    if (!yields || !talk) return this.unsupported('`yield` outside a function cannot be converted.', node.place);
    this.noteEffect();
    const items = this.iterable(node.value);
    this.add(yields, items.element, node.place, 'What is yielded');
    const { type } = items.value;
    const inner = type.kind === 'generator' ? type.talk : undefined;
    const item: Value = { type: items.element, code: 'item', precedence: 0 };
    if (
      !inner ||
      (inner.sent.type.kind === 'never' && talk.sent.type.kind === 'never' && inner.returned.type.kind === 'never')
    ) {
      const lines = [`${overItems('auto item', items.value)} co_yield ${outOfCoroutine(coerced(item, yields.type))};`];
      return { lines, result: { type: none, code: 'py::None', precedence: 0 } };
    }
    inner.sent.unify(talk.sent);
    const source = `source_${node.place.line + 1}_${node.place.column}`;
    const receives = talk.sent.type.kind !== 'never';
    const given: Value = { type: items.element, code: '*item', precedence: 1 };
    const lines = [
      `const auto ${source} = ${items.value.code};`,
      `for (auto item = ${source}.next(); item;) {`,
      receives
        ? `  item = ${source}.next_with(co_yield ${coerced(given, yields.type)});`
        : `  co_yield ${coerced(given, yields.type)};`,
      ...(receives ? [] : [`  item = ${source}.next();`]),
      '}',
    ];
    const returned = inner.returned.type;
    const result: Value =
      returned.kind === 'never' || returned.kind === 'none'
        ? { type: none, code: 'py::None', precedence: 0 }
        : { type: returned, code: `${source}.returned()`, precedence: 0 };
    return { lines, result };
  }

  protected override yieldValue(node: Extract<Expr, { kind: 'yield' }>): Value {
    const { yields, talk } = this.context;
    if (!yields) return this.unsupported('`yield` outside a function cannot be converted.', node.place);
    this.noteEffect();
    const value: Value = node.value ? this.keptValue(node.value) : { type: none, code: 'py::None', precedence: 0 };
    this.add(yields, value.type, node.place, 'What is yielded');
    return {
      type: receivedType(talk),
      code: `(co_yield ${outOfCoroutine(coerced(value, yields.type))})`,
      precedence: 0,
    };
  }

  /** `target op= value` where the value's calls may change the target: Python has read it before. */
  #augmentInOrder(node: Extract<Stmt, { kind: 'augment' }>): string[] {
    const target = this.expr(node.target);
    const variable = node.target.kind === 'name' ? this.lookUp(node.target) : undefined;
    if (target.type.kind === 'list' || (variable?.slot ?? target).type.kind === 'union')
      return this.unsupported(
        'This augmented assignment cannot be converted yet: give the value a name first.',
        node.place,
      );
    const before: Value = { type: target.type, code: 'before', precedence: 0 };
    const result = this.binary(node.op, before, this.expr(node.value), node.value, node.place);
    const first = `  const auto before = ${target.code};`;
    if (this.#isSetByCall(node.target)) return ['{', first, `  ${this.#assignTo(node.target, result)}`, '}'];
    this.#store(node.target, result.type, node.place);
    if (variable) this.noteSign(variable.slot, result);
    return ['{', first, `  ${target.place ?? target.code} = ${result.code};`, '}'];
  }

  /** True for an item that is not simply a place in memory. */
  #isSetByCall(target: Expr): boolean {
    return target.kind === 'index' && ['instance', 'bytearray', 'union'].includes(this.expr(target.object).type.kind);
  }

  #if(node: Extract<Stmt, { kind: 'if' }>): string[] {
    const test = this.condition(node.test, precedence.choice);
    // A test of types that this signature decides leaves one side.
    if (test === 'true' || test === 'false') {
      this.#decided.add(node.id);
      return this.#run(test === 'true' ? node.body : node.orelse);
    }
    this.#decided.delete(node.id);
    const { facts } = this.flow;
    const known = this.flow.tested(node.test);
    this.flow.learn(known.yes);
    const lines = [`if (${test}) {`, ...this.#run(node.body).map(indent)];
    const after = { facts: this.flow.facts, dead: this.flow.dead };
    this.flow.restore(facts, false);
    this.flow.learn(known.no);
    lines.push(...this.#otherwise(node.orelse), '}');
    this.flow.merge(after.facts, after.dead);
    return lines;
  }

  /** Ids of the `if` statements that are decided for the signature in hand. */
  readonly #decided = new Set<number>();

  #otherwise(orelse: readonly Stmt[]): string[] {
    const [only] = orelse;
    if (!only) return [];
    if (
      orelse.length === 1 &&
      only.kind === 'if' &&
      !this.context.scope.hoisted.has(only.id) &&
      only.leading.length === 0
    ) {
      const [head = '', ...rest] = this.#statement(only);
      if (!this.#decided.has(only.id)) return [`} else ${head}`, ...rest.slice(0, -1)];
      return head === '' ? [] : ['} else {', ...[head, ...rest].map(indent)];
    }
    return ['} else {', ...this.#run(orelse).map(indent)];
  }

  #loop(
    header: string,
    body: readonly Stmt[],
    orelse: readonly Stmt[],
    place: Place,
    first: readonly string[] = [],
  ): string[] {
    if (orelse.length && containsBreak(body)) {
      const flag = `completed_${place.line + 1}`;
      const inner = this.#block(body);
      // Only this loop's own `break` skips the `else`.
      const marked = markBreaks(inner, flag);
      return [
        `bool ${flag} = true;`,
        `${header} {`,
        ...first.map(indent),
        ...marked.map(indent),
        '}',
        `if (${flag}) {`,
        ...this.#block(orelse).map(indent),
        '}',
      ];
    }
    const lines = [`${header} {`, ...first.map(indent), ...this.#block(body).map(indent), '}'];
    return [...lines, ...this.#block(orelse)];
  }

  #for(node: ForStmt): string[] {
    this.loopOwned.add(node.id);
    this.flow.forget(namesBoundIn(node));
    const items = this.iterable(node.iterable);
    const pairs = this.bindings(node.target, items.element);
    const targets = namesOf(node.target).map((name) => ({ name, web: this.context.scope.webOf.get(name.id) }));
    targets.forEach(({ name, web }, index) => {
      const type = pairs[index]?.[1] ?? never;
      if (web === undefined) return;
      const { slot } = this.variable(this.context, web);
      this.add(slot, type, name.place, `\`${name.name}\``);
      const held = targets.length === 1 && 'element' in items.value.type ? items.value.type.element : undefined;
      const growth = held ? growthOf(held) : this.growthWithin(node.iterable);
      this.noteSign(slot, {
        type,
        nonNegative: isNonNegativeRange(items.range),
        growth,
      });
    });
    const own = targets.every(({ web }) => {
      const description = web === undefined ? undefined : this.context.scope.webs.get(web);
      return (
        description !== undefined &&
        description.declaration.inlineAt === node.id &&
        !this.variable(this.context, web as number).isGlobal &&
        !this.variable(this.context, web as number).isCell
      );
    });
    const names = targets.map(({ web }) => (web === undefined ? undefined : this.variable(this.context, web)));
    const assignedInside = new Set(node.body.flatMap((statement) => [...assignedIn(statement)]));
    const untouched = targets.every(({ name }) => !assignedInside.has(name.name));
    const [variable] = names;
    // A variable that also holds other types is given each element as a value of its own type.
    const alike = names.every((item, index) => !item || sameType(item.slot.type, pairs[index]?.[1] ?? never));
    if (own && alike && items.range && variable && targets.length === 1 && untouched) {
      return this.#loop(rangeLoop(variable.cpp, items.range), node.body, node.orelse, node.place);
    }
    const flat =
      node.target.kind === 'name' ||
      (items.element.kind === 'tuple' &&
        (node.target.kind === 'tuple' || node.target.kind === 'list') &&
        node.target.items.every((item) => item.kind === 'name'));
    if (own && alike && flat && !repeats(targets.map(({ name }) => name.name))) {
      const binding =
        node.target.kind === 'name' ? (variable?.cpp ?? '') : `[${names.map((item) => item?.cpp ?? '').join(', ')}]`;
      return this.#loop(overItems(`auto ${binding}`, items.value), node.body, node.orelse, node.place);
    }
    const item = `item_${node.place.line + 1}`;
    return this.#loop(
      overItems(`const auto& ${item}`, items.value),
      node.body,
      node.orelse,
      node.place,
      this.#unpack(
        node.target,
        { type: items.element, code: item, precedence: 0, nonNegative: isNonNegativeRange(items.range) },
        node.id,
      ),
    );
  }

  /** Assignments that take a value apart; `code` may be written several times. */
  #unpack(target: Expr, value: Value, inline?: number): string[] {
    if (target.kind === 'star') return this.#unpack(target.value, value, inline);
    if (target.kind !== 'tuple' && target.kind !== 'list') return [this.#assignTo(target, value, inline)];
    const parts = this.partsOf(target.items, value, target.place);
    return [
      ...this.lengthCheck(target.items, value),
      ...target.items.flatMap((item, index) => this.#unpack(item, parts[index] as Value, inline)),
    ];
  }

  #assign(targets: readonly Expr[], valueNode: Expr, id: number, annotated?: Type): string[] {
    const [target] = targets;
    if (!target) return [];
    if (valueNode.kind === 'yield-from' && targets.length === 1) {
      const { lines, result } = this.#yieldFrom(valueNode);
      return [...lines, ...this.#unpack(target, result, id)];
    }
    if (targets.length > 1) {
      const value = this.expr(valueNode);
      if (isLiteral(valueNode) && targets.every((item) => item.kind === 'name'))
        return targets.map((item) => this.#assignTo(item, value));
      const name = `value_${target.place.line + 1}_${target.place.column}`;
      const named = { ...value, code: name, precedence: 0 };
      return [`const auto ${name} = ${value.code};`, ...targets.flatMap((item) => this.#unpack(item, named))];
    }
    if (target.kind === 'tuple' || target.kind === 'list') return this.#assignTuple(target, valueNode, id);
    const value = this.keptValue(valueNode);
    if (annotated?.kind === 'float' && value.type.kind === 'int') {
      return this.unsupported(
        'An integer in a variable annotated as float stays an integer in Python: write it with a decimal point.',
        valueNode.place,
        'mixed-types',
      );
    }
    if (target.kind === 'index' && this.orderMatters([valueNode, target.object, target.index])) {
      const name = `value_${target.place.line + 1}_${target.place.column}`;
      return [
        `const auto ${name} = ${value.code};`,
        this.#assignTo(target, { ...value, code: name, precedence: 0 }, id),
      ];
    }
    return [this.#assignTo(target, value, id)];
  }

  #assignTuple(target: Extract<Expr, { kind: 'tuple' | 'list' }>, valueNode: Expr, id: number): string[] {
    const isPlainList = (node: Expr): boolean =>
      (node.kind === 'tuple' || node.kind === 'list') && node.items.every((item) => item.kind !== 'star');
    if ((valueNode.kind === 'tuple' || valueNode.kind === 'list') && isPlainList(valueNode) && isPlainList(target)) {
      if (valueNode.items.length !== target.items.length) {
        const [given, wanted] = [valueNode.items.length, target.items.length];
        this.flow.dead = true;
        return [
          ...valueNode.items.map((item) => `static_cast<void>(${this.expr(item).code});`),
          given > wanted
            ? `throw py::ValueError("too many values to unpack (expected ${wanted})");`
            : `throw py::ValueError("not enough values to unpack (expected ${wanted}, got ${given})");`,
        ];
      }
      // All values are worked out before the first target is given one.
      const values = valueNode.items.map((item) => this.expr(item));
      const temporaries = values.map((value, index) => ({
        value,
        name: `value_${target.place.line + 1}_${target.place.column}_${index}`,
      }));
      const constant = valueNode.items.every(
        (item) =>
          ['int', 'float', 'str', 'bool'].includes(item.kind) ||
          (item.kind === 'unary' && item.operand.kind !== 'name'),
      );
      if (constant) return target.items.map((item, index) => this.#assignTo(item, values[index] as Value, id));
      return [
        ...temporaries.map(
          ({ value, name }) =>
            `${value.type.kind === 'none' ? 'const auto' : `const ${cppType(value.type)}`} ${name} = ${value.code};`,
        ),
        ...target.items.flatMap((item, index) => {
          const { value, name } = temporaries[index] as (typeof temporaries)[number];
          return this.#unpack(item, { ...value, code: name, precedence: 0 }, id);
        }),
      ];
    }
    const given = this.asIterable(this.expr(valueNode), valueNode.place);
    const indexed = ['tuple', 'list', 'str', 'vartuple', 'range', 'never'].includes(given.type.kind);
    const element = elementOf(given.type);
    const value = indexed || !element ? given : { ...given, type: listOf(element), code: `py::to_list(${given.code})` };
    const name = `value_${target.place.line + 1}_${target.place.column}`;
    return [
      `const auto ${name} = ${value.code};`,
      ...this.#unpack(target, { ...value, code: name, precedence: 0 }, id),
    ];
  }

  #assignTo(target: Expr, value: Value, inline?: number): string {
    this.#store(target, value.type, target.place, value);
    if (target.kind === 'name') {
      const web = this.context.scope.webOf.get(target.id);
      const description = web === undefined ? undefined : this.context.scope.webs.get(web);
      const variable = this.lookUp(target);
      if (!variable) return this.unsupported(`\`${target.name}\` cannot be assigned here.`, target.place);
      const declares = inline !== undefined && description?.declaration.inlineAt === inline && !variable.isGlobal;
      if (declares && variable.isCell) {
        this.noteSign(variable.slot, value);
        return `${this.#declaration(variable)} ${variable.cpp} = ${coerced(value, variable.slot.type)};`;
      }
      this.flow.assigned(variable, value.type);
      this.noteSign(variable.slot, value);
      return `${declares ? `${cppType(variable.slot.type)} ` : ''}${variable.cpp} = ${coerced(value, variable.slot.type)};`;
    }
    if (target.kind === 'index' && target.index.kind !== 'slice') {
      const object = this.#assignable(target.object, target.index);
      const index = this.expr(target.index);
      if (object.type.kind === 'bytearray')
        return `${operand(object, precedence.primary)}.set(${this.narrowInteger(index).code}, ${this.narrowInteger(value).code});`;
      if ('key' in object.type) {
        const { key, value: held } = object.type;
        return `${operand(object, precedence.primary)}.set(${coerced(index, key.type)}, ${coerced(value, held.type)});`;
      }
      // Where the program may print what went wrong, it has to be what Python says of an assignment.
      if (object.type.kind === 'list' && this.#catches)
        return `${operand(object, precedence.primary)}.set(${this.narrowInteger(index).code}, ${coerced(value, object.type.element.type)});`;
      const isOneOfSeveral = this.expr(target.object).type.kind === 'union';
      if (isOneOfSeveral && 'element' in object.type) {
        const at = `${operand(object, precedence.primary)}[${this.narrowInteger(index).code}]`;
        return `${at} = ${coerced(value, object.type.element.type)};`;
      }
    }
    if (target.kind === 'index' && target.index.kind === 'slice') {
      const items = value.type.kind === 'tuple' ? `py::items_of(${value.code})` : value.code;
      return `py::set_slice(${[this.expr(target.object).code, ...this.bounds(target.index), items].join(', ')});`;
    }
    if (target.kind === 'index') {
      const object = this.#assignable(target.object, target.index);
      const set = this.special(object, '__setitem__', [this.expr(target.index), value], target.place);
      if (set) return `${set.code};`;
    }
    if (target.kind === 'attribute') {
      const set = this.setProperty(target, value);
      if (set) return `${set.code};`;
    }
    const place = this.expr(target);
    return `${place.place ?? place.code} = ${coerced(value, place.type)};`;
  }

  /** Something whose items are assigned: the only one of several types that takes them. */
  #assignable(node: Expr, indexNode: Expr): Value {
    const value = this.expr(node);
    if (value.type.kind !== 'union') return value;
    const index = indexNode.kind === 'slice' ? undefined : this.expr(indexNode).type.kind;
    const takes = (type: Type): boolean =>
      type.kind === 'instance'
        ? this.methodOf(type.of, '__setitem__') !== undefined
        : (index !== 'str' && ['list', 'deque', 'bytearray'].includes(type.kind)) || 'key' in type;
    return this.only(value, takes, '', ' object does not support item assignment');
  }

  /** Lets what a target stands for take in a type. */
  #store(target: Expr, type: Type, place: Place, value?: Value): void {
    switch (target.kind) {
      case 'name': {
        const variable = this.lookUp(target);
        if (variable?.isGlobal) this.noteEffect();
        if (variable) this.add(variable.slot, type, place, `\`${target.name}\``);
        else if (this.functions.has(target.name) || this.classes.has(target.name))
          this.unsupported(`Assigning to \`${target.name}\`, which is also defined, cannot be converted.`, place);
        return;
      }
      case 'index': {
        this.noteEffect();
        const object = this.#assignable(target.object, target.index).type;
        if (object.kind === 'instance') return;
        if (target.index.kind === 'slice') {
          const element = elementOf(type);
          if (object.kind === 'bytearray' && element?.kind === 'int') return;
          if (object.kind !== 'list' || (!element && type.kind !== 'never'))
            return this.unsupported(`A slice of ${describe(object)} cannot be assigned.`, place);
          if (element) this.add(object.element, element, place, 'The elements of this list');
          return;
        }
        const index = this.expr(target.index);
        if (isContainer(object) && value) this.noteGrowth(slotsOf(object).at(-1) as Slot, value, true);
        if (object.kind === 'bytearray' && (isInteger(type) || type.kind === 'never')) return;
        if (object.kind === 'list' || object.kind === 'deque')
          this.add(object.element, type, place, `The elements of this ${object.kind}`);
        else if ('key' in object) {
          this.add(object.key, index.type, place, 'The keys of this dict');
          this.add(object.value, type, place, 'The values of this dict');
        } else if (object.kind !== 'never')
          this.unsupported(`An item of ${describe(object)} cannot be assigned.`, place);
        return;
      }
      case 'attribute': {
        // Filling in a new instance is seen by nobody else.
        const own =
          target.object.kind === 'name' && target.object.name === this.context.self?.name && this.context.isInit;
        if (!own) this.noteEffect();
        if (this.propertyOfTarget(target)) return;
        const named = this.classOfNode(target.object);
        if (named) {
          const attribute = this.attributeOf(named, target.name);
          if (!attribute)
            return this.unsupported(
              'A new attribute of a class cannot be converted yet: give it a value in the class.',
              place,
            );
          if (!attribute.owner.reassigned.has(target.name)) {
            attribute.owner.reassigned.add(target.name);
            changes.count++;
          }
          this.add(attribute.slot, type, place, `\`${named.name}.${target.name}\``);
          return;
        }
        const object = withoutNone(this.expr(target.object).type);
        const of = classOf(object);
        if (!of) {
          if (object.kind !== 'never')
            this.unsupported(`An attribute of ${describe(object)} cannot be assigned.`, place);
          return;
        }
        // The topmost class whose methods set it has it.
        const owner = [...lineOf(of)].findLast((each) => each.assigned.has(target.name)) ?? of;
        let slot = this.#fieldOf(owner, target.name);
        if (!slot) {
          slot = new Slot();
          owner.fields.set(target.name, slot);
          changes.count++;
        }
        this.add(slot, type, place, `\`${of.name}.${target.name}\``);
        // An instance without a value of its own has that of its class.
        const shared = this.attributeOf(owner, target.name);
        if (shared) slot.unify(shared.slot);
        if (value) this.noteGrowth(slot, value);
        return;
      }
      default:
        this.unsupported('This target cannot be assigned to.', place);
    }
  }

  #fieldOf(of: ClassInfo, name: string): Slot | undefined {
    for (const each of lineOf(of)) {
      const known = each.fields.get(name);
      if (known) return known;
    }
    return undefined;
  }

  protected override field(of: ClassInfo, name: string): Slot | undefined {
    const known = this.#fieldOf(of, name);
    if (known) return known;
    // The method that sets it may not have been translated yet.
    if (this.#round > 2 || ![...lineOf(of)].some((each) => each.assigned.has(name))) return undefined;
    return new Slot();
  }

  /** The statement that raises an exception, or the one in hand again. */
  #raise({ value, cause, place }: Extract<Stmt, { kind: 'raise' }>): string {
    const [caught] = this.#caught.slice(-1);
    if (!value) {
      if (!caught) return this.unsupported('A bare `raise` outside of `except` cannot be converted.', place);
      return 'throw;';
    }
    const call = value.kind === 'call' ? value : undefined;
    if (value.kind === 'name' && value.name === caught?.name && !cause) return 'throw;';
    const callee = call ? call.callee : value;
    const of = this.classOfNode(callee);
    const plain: CallExpr = { kind: 'call', id: -1, place, callee, args: [], keywords: [] };
    const isBuiltin = callee.kind === 'name' && exceptionNames.has(callee.name) && !of && !this.lookUp(callee);
    const given =
      of?.exception !== undefined
        ? this.construct(of, call ?? plain)
        : isBuiltin
          ? this.newException(callee.name, call ?? plain)
          : this.expr(value);
    const made = this.only(
      given,
      ({ kind }) => kind === 'exception',
      'exceptions must derive from BaseException: ',
      '',
    );
    if (made.type.kind !== 'exception')
      return made.type.kind === 'never' ? `${made.code};` : this.unsupported('Only an exception can be raised.', place);
    const from = cause && cause.kind !== 'none' ? this.expr(cause) : undefined;
    if (from && from.type.kind !== 'exception')
      return this.unsupported('Only an exception can be the cause of another.', place);
    if (made.isThrown !== true) {
      if (from) return this.unsupported('`raise … from` of an exception that is kept cannot be converted yet.', place);
      return `${operand(made, precedence.primary)}->raise();`;
    }
    if (made.reference !== undefined) return `${made.code}.raise();`;
    return from ? `throw py::with_cause(${made.code}, ${from.code});` : `throw ${made.code};`;
  }

  /** The handlers that the statement in hand stands in, innermost last, with the names of what they caught. */
  readonly #caught: { readonly name: string | undefined }[] = [];

  #try(node: Extract<Stmt, { kind: 'try' }>): string[] {
    const line = node.place.line + 1;
    const completed = `completed_${line}`;
    const withElse = node.orelse.length > 0 && !endsAlways(node.body);
    const lines = node.handlers.length
      ? ['try {', ...this.#block(node.body).map(indent), ...(withElse ? [`  ${completed} = true;`] : [])]
      : this.#block(node.body);
    for (const handler of node.handlers) {
      const types = handler.types.length ? handler.types : [undefined];
      for (const type of types) lines.push(...this.#handler(handler, type));
    }
    if (node.handlers.length) lines.push('}');
    if (withElse) {
      lines.unshift(`bool ${completed} = false;`);
      lines.push(`if (${completed}) {`, ...this.#block(node.orelse).map(indent), '}');
    }
    if (!node.finalbody.length) return lines;
    const leaves = (body: readonly Stmt[]): boolean =>
      some(body, ({ kind }) => kind === 'return' || kind === 'yield' || kind === 'yield-from') ||
      containsBreak(body) ||
      containsContinue(body);
    if (leaves(node.finalbody))
      return this.unsupported('`return`, `break` and `continue` in `finally` cannot be converted.', node.place);
    return guarded(line, this.#block(node.finalbody), lines);
  }

  #handler(handler: Handler, type: Expr | undefined): string[] {
    const of = type && this.classOfNode(type);
    const name = type?.kind === 'name' ? type.name : 'BaseException';
    if (type && of?.exception === undefined && (type.kind !== 'name' || !exceptionNames.has(name)))
      return this.unsupported('Only classes of exceptions can be caught.', type.place);
    if (this.context.yields) {
      if (name === 'GeneratorExit')
        return this.unsupported('`except GeneratorExit` cannot be converted: use `finally`.', handler.place);
      if (some(handler.body, ({ kind }) => kind === 'yield' || kind === 'yield-from'))
        return this.unsupported('`yield` in `except` cannot be converted yet: put it behind.', handler.place);
    }
    const caught: Type = of ? instanceType(of) : { kind: 'exception', name };
    const bindings: [string, Type][] = handler.name === undefined ? [] : [[handler.name, caught]];
    this.#caught.push({ name: handler.name });
    try {
      const body = this.within(bindings, () => this.#block(handler.body), { isThrown: true });
      const variable = handler.name === undefined ? '' : ` ${identifier(handler.name)}`;
      return [`} catch (${of ? identifier(of.name) : `py::${name}`}&${variable}) {`, ...body.map(indent)];
    } finally {
      this.#caught.pop();
    }
  }

  /** True for a call of a function with `@contextmanager`. */
  #isManager(node: Expr): boolean {
    if (node.kind !== 'call') return false;
    const { callee } = node;
    if (callee.kind === 'name') return this.functions.get(callee.name)?.def.isManager === true;
    if (callee.kind !== 'attribute') return false;
    const of = classOf(withoutNone(this.expr(callee.object).type));
    return of !== undefined && this.methodOf(of, callee.name)?.def.isManager === true;
  }

  /** A block between what a generator does before its `yield` and what it does behind it. */
  #withGenerator(node: Extract<Stmt, { kind: 'with' }>, at: number, manager: Value, line: string): string[] {
    const name = `manager_${line}`;
    const item = node.items[at] as (typeof node.items)[number];
    const entered: Value = { type: elementOf(manager.type) ?? never, code: `py::enter(${name})`, precedence: 0 };
    const start = item.target ? this.#assignTo(item.target, entered, undefined) : `${entered.code};`;
    const guard = `finally_${line}`;
    return [
      '{',
      `  const auto ${name} = ${manager.code};`,
      `  ${start}`,
      `  py::Finally ${guard}([&] { py::leave(${name}); });`,
      '  try {',
      ...this.#with(node, at + 1).map((code) => indent(indent(code))),
      '  } catch (const py::BaseException&) {',
      `    ${guard}.dismiss();`,
      `    if (!py::leave_by_error(${name})) throw;`,
      '  }',
      '}',
    ];
  }

  /** `with open(…) as f`: the file is closed on the way out. */
  #withFile(node: Extract<Stmt, { kind: 'with' }>, at: number, manager: Value): string[] {
    const line = `${node.place.line + 1}${at ? `_${at + 1}` : ''}`;
    const target = node.items[at]?.target;
    const file: Value = { ...manager, code: `file_${line}`, precedence: 0 };
    this.noteEffect();
    return [
      '{',
      `  const auto file_${line} = ${manager.code};`,
      ...(target ? [`  ${this.#assignTo(target, file, undefined)}`] : []),
      `  py::Finally close_${line}([&] { file_${line}.close(); });`,
      ...this.#with(node, at + 1).map(indent),
      '}',
    ];
  }

  #with(node: Extract<Stmt, { kind: 'with' }>, at = 0): string[] {
    const item = node.items[at];
    if (!item) return this.#block(node.body);
    const line = `${node.place.line + 1}${at ? `_${at + 1}` : ''}`;
    const manager = this.expr(item.value);
    const { place } = item.value;
    if (manager.type.kind === 'generator' && this.#isManager(item.value))
      return this.#withGenerator(node, at, manager, line);
    if (manager.type.kind === 'textfile') return this.#withFile(node, at, manager);
    const of = classOf(manager.type);
    const exit = of && this.methodOf(of, '__exit__');
    const name = `manager_${line}`;
    const object: Value = { ...manager, code: name, precedence: 0 };
    const entered = this.special(object, '__enter__', [], place);
    if (!exit || !entered)
      return this.unsupported('`with` can be converted for instances with `__enter__` and `__exit__`.', place);
    if (usesExceptionItself(exit.def))
      return this.unsupported(
        'What `__exit__` does with the exception cannot be converted yet: only tests for None can.',
        exit.def.place,
      );
    const error: Type = unionOf([none, { kind: 'exception', name: 'BaseException' }]);
    const leave = (code: string): Value => {
      const given: Value = { type: error, code: `${cppType(error)}(${code})`, precedence: 0 };
      const params = exit.def.params.slice(1);
      const args = params.map((param, index): Value => {
        if (param.kind === 'plain') return index < 2 ? given : { type: none, code: 'py::None', precedence: 0 };
        const rest = this.allocate(`exit ${node.id} ${at}`, () => ({ kind: 'vartuple', element: new Slot() }));
        return { type: rest, code: `${cppType(rest)}()`, precedence: 0 };
      });
      return this.callMethod(object, exit, args, place);
    };
    const normal = leave('py::None');
    const raised = leave('error');
    const suppresses = raised.type.kind === 'bool' || raised.type.kind === 'union';
    const start = item.target ? this.#assignTo(item.target, entered, undefined) : `${withoutValue(entered.code)};`;
    const guard = `finally_${line}`;
    return [
      '{',
      `  const auto ${name} = ${manager.code};`,
      `  ${start}`,
      `  py::Finally ${guard}([&] { ${normal.code}; });`,
      '  try {',
      ...this.#with(node, at + 1).map((code) => indent(indent(code))),
      '  } catch (py::BaseException& error) {',
      `    ${guard}.dismiss();`,
      suppresses ? `    if (!py::is_true(${raised.code})) throw;` : `    ${raised.code};`,
      ...(suppresses ? [] : ['    throw;']),
      '  }',
      '}',
    ];
  }
}

/** `setattr(object, "name", value)` as the assignment that it is. */
function attributeSet(node: Expr): { readonly target: Expr; readonly value: Expr } | undefined {
  if (node.kind !== 'call' || node.callee.kind !== 'name' || node.callee.name !== 'setattr') return undefined;
  const [object, name, value] = node.args;
  if (!object || name?.kind !== 'str' || !value) return undefined;
  return { target: { kind: 'attribute', id: node.id, place: node.place, object, name: name.value }, value };
}

/** How a generator ends without a value. */
function endOfGenerator(returned: Type): string {
  return returned.kind === 'never' || returned.kind === 'none' ? 'co_return;' : 'co_return py::None;';
}

/** The name that a parameter has in the head of its function. */
function givenName({ cpp, isCell }: Variable): string {
  return isCell ? `${cpp}_given` : cpp;
}

/** The types that hold themselves, each with a name by which it does. */
function nestedStructures(): string[] {
  const described = new Set<string>();
  const definitions: string[] = [];
  // Writing one out may show another.
  for (let all = nestedTypes(); described.size < all.length; all = nestedTypes()) {
    for (const { name, type } of all) {
      if (described.has(name)) continue;
      described.add(name);
      const base = structure(type);
      const parts = /^py::Union<(.*)>$/s.exec(base)?.[1];
      definitions.push(
        `/** ${describe(type)} */`,
        parts === undefined
          ? `struct ${name} : py::NestedIn<${name}, ${base}> { using NestedIn::NestedIn; };`
          : `struct ${name} : py::NestedUnion<${name}, ${parts}> { using NestedUnion::NestedUnion; };`,
      );
    }
  }
  return [...[...described].map((name) => `struct ${name};`), ...definitions];
}

/** Statements that are followed by others however they are left. */
function guarded(line: number, last: readonly string[], body: readonly string[]): string[] {
  const guard = `finally_${line}`;
  return [
    '{',
    `  py::Finally ${guard}([&] {`,
    ...last.map((code) => indent(indent(code))),
    '  });',
    '  try {',
    ...body.map((code) => indent(indent(code))),
    '  } catch (...) {',
    `    ${guard}.run();`,
    '    throw;',
    '  }',
    '}',
  ];
}

/** True when `__exit__` uses the class of the exception, or where it was raised, other than to ask whether there is one. */
function usesExceptionItself(exit: FunctionDef): boolean {
  const names = new Set(exit.params.slice(1).flatMap(({ name }, index) => (index === 1 ? [] : [name])));
  let found = false;
  walk(exit.body, (node) => {
    if (node['kind'] === 'compare') {
      const { first, rest } = node as unknown as { first: Expr; rest: { op: string; value: Expr }[] };
      if (first.kind === 'name' && rest.length === 1 && rest[0]?.value.kind === 'none') return false;
    }
    // `if exc_type:` and `x if exc_type else y`.
    const test = node['test'] as Expr | undefined;
    if (test?.kind === 'name' && names.has(test.name)) {
      const { test: _, ...others } = node;
      found ||= some(others, (inner) => inner['kind'] === 'name' && names.has(inner['name'] as string));
      return false;
    }
    found ||= node['kind'] === 'name' && names.has(node['name'] as string);
    return undefined;
  });
  return found;
}

/** The code of a statement whose value nobody uses. */
function withoutValue(code: string): string {
  return /^\((.*), py::None\)$/s.exec(code)?.[1] ?? code;
}

function indent(line: string): string {
  return line === '' ? '' : `  ${line}`;
}

function comments(leading: readonly string[]): string[] {
  return leading.map((line) =>
    line === '' ? '' : `//${line.startsWith(' ') || line === '' ? '' : ' '}${line.replace(/\\+$/, '')}`,
  );
}

function documentation(docstring: string | undefined): string[] {
  if (docstring === undefined) return [];
  return docstring
    .trim()
    .split('\n')
    .map((line) => `// ${line.trim().replace(/\\+$/, '')}`.trimEnd());
}

function memberHeader({ info, header }: Instance): string {
  const owner = identifier(info.owner?.name ?? '');
  const at = header.indexOf(`${identifier(info.cppName)}(`);
  return `${header.slice(0, at)}${owner}::${header.slice(at)}`;
}

/** The index of the first parameter that a call gives an argument for. */
function firstParam(info: FunctionInfo): number {
  return info.binding === 'instance' || info.binding === 'class' ? 1 : 0;
}

function namesOf(target: Expr): Extract<Expr, { kind: 'name' }>[] {
  if (target.kind === 'name') return [target];
  return target.kind === 'tuple' || target.kind === 'list' ? target.items.flatMap(namesOf) : [];
}

function repeats(names: readonly string[]): boolean {
  return new Set(names).size !== names.length;
}

function children(node: Stmt): readonly (readonly Stmt[])[] {
  switch (node.kind) {
    case 'if':
    case 'while':
    case 'for':
      return [node.body, node.orelse];
    case 'with':
      return [node.body];
    case 'try':
      return [node.body, ...node.handlers.map(({ body }) => body), node.orelse, node.finalbody];
    case 'match':
      return node.cases.map(({ body }) => body);
    default:
      return [];
  }
}

/** Names a statement assigns, inner statements included. */
function assignedIn(node: Stmt): Set<string> {
  const names = new Set<string>();
  const take = (target: Expr): void => namesOf(target).forEach(({ name }) => names.add(name));
  if (node.kind === 'assign') node.targets.forEach(take);
  else if (node.kind === 'augment' || node.kind === 'for') take(node.target);
  else if (node.kind === 'annotate') take(node.target);
  for (const inner of children(node).flat()) for (const name of assignedIn(inner)) names.add(name);
  return names;
}

function assignedNames(info: FunctionInfo): Set<string> {
  return new Set(info.def.body.flatMap((statement) => [...assignedIn(statement)]));
}

/** True when control never runs past the end of these statements. */
function endsAlways(body: readonly Stmt[]): boolean {
  return body.some((node) => {
    switch (node.kind) {
      case 'return':
      case 'raise':
        return true;
      case 'if':
        return node.orelse.length > 0 && endsAlways(node.body) && endsAlways(node.orelse);
      case 'while':
        return node.test.kind === 'bool' && node.test.value && !containsBreak(node.body);
      case 'try':
        return (
          endsAlways(node.finalbody) ||
          ((endsAlways(node.body) || endsAlways(node.orelse)) && node.handlers.every(({ body }) => endsAlways(body)))
        );
      case 'with':
        return false;
      default:
        return false;
    }
  });
}

/** True when a `break` in here ends the loop around it. */
function containsBreak(body: readonly Stmt[]): boolean {
  return body.some((node) => {
    if (node.kind === 'break') return true;
    if (node.kind === 'for' || node.kind === 'while') return containsBreak(node.orelse);
    return children(node).some(containsBreak);
  });
}

/** True when a `continue` in here goes on with the loop around it. */
function containsContinue(body: readonly Stmt[]): boolean {
  return body.some((node) => {
    if (node.kind === 'continue') return true;
    if (node.kind === 'for' || node.kind === 'while') return containsContinue(node.orelse);
    return children(node).some(containsContinue);
  });
}

/** Sets the flag to false before each `break` of this loop; those of inner loops are indented behind a loop's header. */
function markBreaks(lines: readonly string[], flag: string): string[] {
  const inner: number[] = [];
  return lines.flatMap((line) => {
    const depth = line.length - line.trimStart().length;
    while (inner.length && depth <= (inner.at(-1) as number)) inner.pop();
    if (/^\s*(for|while) \(.*\{(?:\s*\/\/.*)?$/.test(line)) inner.push(depth);
    const own = /^\s*break;/.test(line) && inner.length === 0;
    return own ? [`${' '.repeat(depth)}${flag} = false;`, line] : [line];
  });
}

function callsItself(info: Pick<FunctionInfo, 'name' | 'def'>): boolean {
  return JSON.stringify(info.def.body, (key, value: unknown) =>
    key === 'place' ? undefined : typeof value === 'bigint' ? String(value) : value,
  ).includes(`"name":"${info.name}"`);
}
