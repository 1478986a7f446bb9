import { annotatedType } from '../annotations.ts';
import { Unsupported, UntypedParameter, type Param } from '../ast.ts';
import type { Value } from '../library.ts';
import { forgetNestedTypes } from '../nestedTypes.ts';
import type { FunctionInfo } from '../program.ts';
import { analyzeScope } from '../scopes.ts';
import { alternatives, bigint, changes, dictOf, Slot, str, type Type } from '../types.ts';
import { instanceType } from './classTypes.ts';
import { firstParam } from './functionFacts.ts';
import { Part } from './part.ts';

/** Types keep growing until nothing changes; a program that takes more rounds than this is refused. */
const MAXIMUM_ROUNDS = 60;

/** Translates a program as a whole, round by round until no type grows any more. */
export class ProgramRounds extends Part {
  /** The program in C++, without the runtime. Throws Unsupported. */
  translate(): string {
    try {
      return this.#rounds();
    } catch (error) {
      if (error instanceof Unsupported) error.further = [...error.further, ...this.translation.postponed];
      throw error;
    }
  }

  #rounds(): string {
    const scope = analyzeScope([], this.translation.source.body, true);
    this.translation.declarations.declare(this.translation.source.body);
    this.translation.module = {
      scope,
      isModule: true,
      body: this.translation.source.body,
      params: [],
      variables: new Map(),
      result: new Slot(),
      allocations: new Map(),
      locals: [],
      effects: false,
      touched: new Set(),
      isInit: false,
    };
    let body: string[] = [];
    for (;;) {
      this.translation.round++;
      changes.count = 0;
      // A round that refuses ends with the first refusal; the round before it found the others.
      if (!this.translation.refuses) this.translation.postponed = [];
      this.translation.observations.clear();
      this.translation.growth.clear();
      forgetNestedTypes();
      this.context = this.translation.module;
      this.flow.restore(new Map(), false);
      body = this.translation.statements.run(this.translation.source.body);
      const isWhole = this.translation.refuses || (this.translation.postponed.length === 0 && !this.#isRefused());
      // What seems unreachable at first may be called once types have grown.
      if (changes.count === 0 && isWhole) this.#translateUncalled();
      if (changes.count === 0 && isWhole && this.translation.widens) this.#widen();
      if (
        changes.count === 0 &&
        isWhole &&
        (this.translation.refuses || (this.translation.postponed.length === 0 && !this.#isRefused()))
      )
        break;
      // What is refused although nothing grows any more is refused for good.
      this.translation.refuses = changes.count === 0;
      if (this.translation.round >= MAXIMUM_ROUNDS) {
        this.unsupported(
          'The types of this program cannot be told: annotate it.',
          { line: 0, column: 0, endLine: 0, endColumn: 0 },
          'unknown-type',
        );
      }
    }
    return this.translation.layout.assemble(body);
  }

  /** True when the body of a function that is called could not be converted with the types that are known so far. */
  #isRefused(): boolean {
    const { instances, round } = this.translation;
    return instances.some((instance) => instance.round === round && instance.isRefused === true);
  }

  /** Gives integers that grow without bound any size. */
  #widen(): void {
    for (const slot of this.translation.growth.grown()) {
      const { type } = slot;
      const isInt = alternatives(type).some(({ kind }) => kind === 'int' || kind === 'bool');
      if (!isInt || alternatives(type).some(({ kind }) => kind === 'bigint')) continue;
      slot.add(bigint);
      this.translation.hasWidened = true;
      const line = this.translation.growth.lineOf(slot);
      if (line !== undefined) this.translation.reasonsForSize.set(line, 'a value grows out of its own earlier ones');
    }
  }

  /** Functions that nobody calls still have to be right: their types come from annotations and defaults. */
  #translateUncalled(): void {
    // That first which was asked for, and those whose types are written down: they may call the others.
    const isTyped = ({ name, def }: FunctionInfo): boolean =>
      name === this.translation.requestedFunction ||
      def.params.every((param) => param.annotation !== undefined || param.default !== undefined);
    const functions = [...this.translation.functions.values()];
    for (const info of functions.filter(isTyped)) this.#translateUncalledFunction(info);
    for (const info of functions.filter((each) => !isTyped(each))) this.#translateUncalledFunction(info);
    for (const of of this.translation.classes.values()) {
      const properties = [...of.properties.values()].flatMap(({ getter, setter }) =>
        setter ? [getter, setter] : [getter],
      );
      for (const info of [...of.methods.values(), ...properties])
        if (info.owner === of) this.#translateUncalledFunction(info);
    }
  }

  #translateUncalledFunction(info: FunctionInfo): void {
    if (this.uncalled.has(info)) return;
    if (info.instances.length > 0) {
      // Made because another class has a method of the same name, or by a function that nobody calls either.
      for (const instance of info.instances.filter(({ round }) => round !== this.translation.round)) {
        instance.round = this.translation.round;
        this.translation.functionCopies.translateBody(instance);
      }
      return;
    }
    // Nobody misses what a module of ours offers beside; special methods may be asked for by the runtime.
    if (this.#isProgram && info.def.place.origin && !info.name.startsWith('__')) {
      this.uncalled.set(info, undefined);
      changes.count++;
      return;
    }
    const params = info.def.params.slice(firstParam(info));
    const { owner } = info;
    try {
      if (owner && /^__(?:eq|ne|lt|le|gt|ge)__$/.test(info.name)) {
        this.translation.functionCopies.instantiate(
          info,
          [{ type: instanceType(owner), code: '', precedence: 0 }],
          info.def.place,
        );
      } else this.#callByAnnotations(info, params);
    } catch (error) {
      // A program does not need what nothing in it calls.
      if (!(error instanceof Unsupported) || !this.#isProgram || error.code !== 'unknown-type') throw error;
      this.uncalled.set(info, error.message);
      changes.count++;
    }
  }

  /** Functions and methods that are left out, with the reason where it is told. */
  readonly uncalled = new Map<FunctionInfo, string | undefined>();

  /** True when something is done when the module runs, other than defining. */
  get #isProgram(): boolean {
    return this.translation.source.body.some(
      (node) => !['def', 'class', 'import', 'import-from', 'pass', 'assign'].includes(node.kind),
    );
  }

  #callByAnnotations(info: FunctionInfo, params: readonly Param[]): void {
    const args = params.map((param): Value => {
      const annotated = param.annotation ? annotatedType(param.annotation, this.translation.classes) : undefined;
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
    this.translation.functionCopies.instantiate(info, args, info.def.place);
  }
}
