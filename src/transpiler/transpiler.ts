import { nameAugmentedTargets } from './augmentedTargets.ts';
import { deepestNesting } from './deepNesting.ts';
import { desugar } from './desugar.ts';
import { Effort, TooMuchEffort } from './effort.ts';
import { PROGRAM_HEADING } from './headings.ts';
import { declareGlobals } from './globals.ts';
import { hoistImports } from './imports.ts';
import { writeOutAliases } from './aliases.ts';
import { decorateAssigned } from './assignedDecorators.ts';
import { writeOutTypeTuples } from './typeTuples.ts';
import { nameLambdas } from './namedLambdas.ts';
import { openDefinitionsOfMain, openMainBlock } from './mainBlock.ts';
import { writeOutLibraryDefaults } from './libraryDefaults.ts';
import { liftFunctions } from './lambdaLifting.ts';
import { join } from 'node:path';
import type { Tree } from 'web-tree-sitter';
import { createPythonParser, type PythonParser } from '../python/parser.ts';
import { Unsupported, UntypedParameter, type Module, type Stmt } from './ast.ts';
import { annotateFromExamples, firstToWork, translateGuessing } from './unstatedTypes.ts';
import type { SourceDiagnostic } from '../shared/sourceDiagnostic.ts';
import type { CallExample } from '../python/callExamples.ts';
import { generateMethods } from './generatedMethods.ts';
import { writeOutHandedOnArguments } from './handedOnArguments.ts';
import { writeOutArrays } from './arrays.ts';
import { BASES_MODULE, writeOutBuiltinBases } from './builtinBases.ts';
import { writeOutCachedProperties } from './cachedProperties.ts';
import { writeOutClassDecorators } from './classDecorators.ts';
import { nameHandedClasses, nameKeptClasses } from './classValues.ts';
import { nameClasses } from './classReferences.ts';
import { writeOutExitArguments } from './exitArguments.ts';
import { writeOutFinallyReturns } from './finallyLeaving.ts';
import { writeOutInitSubclass } from './initSubclass.ts';
import { ownInheritedClassMethods } from './inheritedClassMethods.ts';
import { giveLaterAttributes, giveOwnAttributes } from './ownClassAttributes.ts';
import { writeOutFunctionAttributes } from './functionAttributes.ts';
import { writeOutSentinels } from './sentinels.ts';
import { writeOutSingleDispatch } from './singleDispatch.ts';
import { splitItemMethods } from './sliceMethods.ts';
import { splitTextMethods } from './textMethods.ts';
import { nameLoopTargets } from './loopTargets.ts';
import { writeOutEnumerations } from './enumerations.ts';
import { liftClasses } from './innerClasses.ts';
import { nameShadowedClasses } from './shadowedClasses.ts';
import { nameNestedYieldFrom } from './nestedYieldFrom.ts';
import { liftRecordMethods, nameRecords, writeOutRecordBases } from './records.ts';
import { writeOutSeveralBases } from './classChains.ts';
import { ClassCopies } from './classCopies.ts';
import { writeOutYieldingHandlers } from './yieldingHandlers.ts';
import { settleTriedImports } from './triedImports.ts';
import { settleVersionTests } from './versionTests.ts';
import { withoutTypingNames } from './typingNames.ts';
import { writeOutDecorators } from './decorators.ts';
import { writeOutCaches } from './memoization.ts';
import { writeOutMatches } from './matchStatements.ts';
import { writeOutPartials } from './partials.ts';
import { writeOutTemplates } from './textTemplates.ts';
import { nameRedefinitions } from './redefinitions.ts';
import { buildModule } from './parsing/builder.ts';
import { PythonModules } from './pythonModules.ts';
import { Runtime } from './runtimeSections.ts';
import { CALLED_WITH_TWO } from './translation/functionValues.ts';
import { Translation, type TranslationOptions } from './translation/translation.ts';
import { MIXED_TYPES } from './translation/typeSlots.ts';
import type { TranspileResult } from './transpile.ts';
import { EndlessType, meetings } from './types.ts';

/** Where the engine's files lie: the parser's WebAssembly, and the runtime's headers in `runtime/`. */
export interface TranspilerOptions {
  readonly assetFolder: string;
}

/** What is known of a program beside its text. */
export interface TranspileContext {
  /** The function that was asked for: its types come from its calls in `examples` where nothing else tells them. */
  readonly functionName: string;
  readonly examples: readonly CallExample[];
}

/**
 * How integers are held: in 64 bits, checked, and in any size where they are seen to grow; or in any size wherever they are worked
 * out, for a program that was seen to outgrow 64 bits elsewhere. That cannot be told from its text in general, and any size
 * everywhere would cost every other program its speed.
 */
export type IntegerSizes = 'automatic' | 'any size';

/** What else a program may mean that was refused, by the code of its refusal. */
const otherMeanings: ReadonlyMap<string, Partial<TranslationOptions>> = new Map([
  [CALLED_WITH_TWO, { comparesPairs: true }],
  [MIXED_TYPES, { gathersArguments: true }],
]);

/** What ends in an endless type, such as that of a list that holds lists like itself, or in a very long chain of calls. */
const TOO_DEEP =
  'This program is nested too deeply for the engine: a value that holds values like itself to any depth, or functions that call each other over very many levels, cannot be converted yet.';

type Pass = (module: Module, parse: (text: string) => readonly Stmt[]) => Module;

/** What is written out before the modules of ours are put in front of the program, in this order. */
const firstPasses: readonly Pass[] = [
  writeOutLibraryDefaults,
  nameLoopTargets,
  nameRecords,
  writeOutRecordBases,
  writeOutAliases,
  writeOutTypeTuples,
  nameLambdas,
  writeOutSentinels,
  writeOutSingleDispatch,
  writeOutInitSubclass,
  ownInheritedClassMethods,
  giveLaterAttributes,
  giveOwnAttributes,
  writeOutFinallyReturns,
  writeOutYieldingHandlers,
  nameNestedYieldFrom,
  writeOutExitArguments,
  writeOutClassDecorators,
  writeOutArrays,
  nameHandedClasses,
  splitItemMethods,
  splitTextMethods,
  nameClasses,
  writeOutCachedProperties,
  writeOutFunctionAttributes,
];

/** What says the program in words of which the translation knows everything, in this order. */
const passes: readonly Pass[] = [
  writeOutTemplates,
  writeOutPartials,
  nameAugmentedTargets,
  writeOutMatches,
  writeOutCaches,
  writeOutDecorators,
  nameKeptClasses,
  openMainBlock,
  hoistImports,
  declareGlobals,
  desugar,
  liftFunctions,
];

/** A program is translated at most this often with other copies of its classes. */
const MOST_COPYINGS = 8;

/** What `translate` gives for a module, or where it refuses it for the module with its classes copied; throws its refusal of the first. */
function withClassesCopied<Result>(module: Module, effort: Effort, translate: (module: Module) => Result): Result {
  try {
    return translate(module);
  } catch (error) {
    const copies = error instanceof Unsupported ? new ClassCopies(module) : undefined;
    if (!copies?.isWorthwhile) throw error;
    for (let round = 0; round < MOST_COPYINGS && !effort.isSpent; round++) {
      const copied = copies.module();
      if (!copied) break;
      meetings.length = 0;
      let result: Result | undefined;
      try {
        result = translate(copied);
      } catch (failure) {
        if (failure instanceof TooMuchEffort) break;
        if (!(failure instanceof Unsupported)) throw failure;
      }
      // Instances of two copies in one variable: the two are one class, and what it holds is told anew.
      if (!copies.merge(meetings)) {
        if (result === undefined) break;
        return result;
      }
    }
    throw error;
  }
}

/** A refusal tells at most this many places of the program. */
const MOST_REFUSALS = 50;

/** Why the engine itself failed. */
function faultOf(error: unknown, tree: Tree): Unsupported {
  const nesting = error instanceof RangeError && !(error instanceof EndlessType) ? deepestNesting(tree) : undefined;
  const tooDeep = nesting
    ? `This program is nested too deeply for the engine: ${nesting.what} cannot be converted. Give parts of it names, or functions of their own.`
    : TOO_DEEP;
  const known = error instanceof RangeError ? tooDeep : error instanceof TooMuchEffort ? error.message : undefined;
  const message = known ?? `The engine failed on this program: ${String(error)}`;
  const code = known === undefined ? 'engine-fault' : 'too-much';
  const line = nesting?.line ?? 0;
  return new Unsupported(message, { line, column: 0, endLine: line, endColumn: 0 }, code);
}

/** The built-in engine: deterministic, without network, refusing what it cannot convert. */
export class Transpiler {
  readonly #parser: PythonParser;
  readonly #runtime: Runtime;
  readonly #modules: PythonModules;

  private constructor(parser: PythonParser, runtime: Runtime, modules: PythonModules) {
    this.#parser = parser;
    this.#runtime = runtime;
    this.#modules = modules;
  }

  static async create(options: TranspilerOptions): Promise<Transpiler> {
    const [parser, runtime, modules] = await Promise.all([
      createPythonParser(options),
      Runtime.load(join(options.assetFolder, 'runtime')),
      PythonModules.load(join(options.assetFolder, 'runtime', 'python')),
    ]);
    return new Transpiler(parser, runtime, modules);
  }

  /** Converts a program. Never throws: what cannot be converted is a diagnostic, a fault of the engine as well. */
  transpile(source: string, context?: TranspileContext, integers: IntegerSizes = 'automatic'): TranspileResult {
    const tree = this.#parser.parse(source);
    try {
      const parse = (text: string): readonly Stmt[] => this.#statements(text);
      const built = settleVersionTests(buildModule(tree.rootNode, source));
      const opened = withoutTypingNames(settleTriedImports(openDefinitionsOfMain(built)));
      const read = nameShadowedClasses(liftClasses(nameRedefinitions(decorateAssigned(opened))));
      const passed = firstPasses.reduce((current, pass) => pass(current, parse), read);
      const bases = (): readonly Stmt[] => this.#modules.definitions(BASES_MODULE, parse);
      const parsed = liftRecordMethods(writeOutBuiltinBases(passed, parse, bases));
      const effort = new Effort(parsed);
      const { cpp, notes } = firstToWork(context ? annotateFromExamples(parsed, context, parse) : [parsed], (typed) => {
        const included = writeOutEnumerations(this.#modules.include(typed, parse), parse);
        const whole = writeOutHandedOnArguments(writeOutSeveralBases(generateMethods(included, parse)));
        return withClassesCopied(whole, effort, (program) => {
          const module = passes.reduce((current, pass) => pass(current, parse), program);
          return translateGuessing(module, parse, effort, (given) =>
            this.#translate(given, effort, integers, context?.functionName),
          );
        });
      });
      return { ok: true, cpp, diagnostics: notes };
    } catch (error) {
      const refusals = error instanceof Unsupported ? [error, ...error.further] : [faultOf(error, tree)];
      const diagnostics = refusals.map(({ message, place, code }): SourceDiagnostic => {
        const { line, column, endLine, endColumn } = place.origin ?? place;
        return { severity: 'error', message, code, line, column, endLine, endColumn };
      });
      const isFirst = ({ line, message }: SourceDiagnostic, index: number): boolean =>
        diagnostics.findIndex((other) => other.line === line && other.message === message) === index;
      return { ok: false, diagnostics: diagnostics.filter(isFirst).slice(0, MOST_REFUSALS) };
    } finally {
      tree.delete();
    }
  }

  #translate(module: Module, effort: Effort, integers: IntegerSizes, functionName: string | undefined): string {
    const translationThat = (widens: boolean, more: Partial<TranslationOptions> = {}): Translation =>
      new Translation(module, this.#runtime.names, {
        widens,
        growsAlways: integers === 'any size',
        effort,
        ...(functionName !== undefined && { functionName }),
        ...more,
      });
    const textOfThis = (translation: Translation): string =>
      this.#assemble(translation.program.translate(), translation.reasonsForSize);
    const textOf = (translation: Translation): string => {
      try {
        return textOfThis(translation);
      } catch (error) {
        const other = error instanceof Unsupported ? otherMeanings.get(error.code) : undefined;
        if (!other) throw error;
        try {
          return textOfThis(translationThat(translation.widens, other));
        } catch (failure) {
          throw failure instanceof Unsupported ? error : failure;
        }
      }
    };
    const first = translationThat(true);
    try {
      return textOf(first);
    } catch (error) {
      if (!(error instanceof Unsupported) || error instanceof UntypedParameter || integers === 'any size') throw error;
      // The same would be refused again where no integer was given any size.
      if (!first.hasWidened) throw error;
      // Where integers of any size cannot be used, those of 64 bits can: they are checked, and never wrap.
      return textOf(translationThat(false));
    }
  }

  #statements(source: string): readonly Stmt[] {
    const tree = this.#parser.parse(source);
    try {
      return buildModule(tree.rootNode, source).body;
    } finally {
      tree.delete();
    }
  }

  #assemble(program: string, reasonsForSize: ReadonlyMap<number, string>): string {
    const reasons = [...reasonsForSize]
      .sort(([a], [b]) => a - b)
      .map(
        ([line, reason]) =>
          `\n// Those of type py::Int have any size, because in line ${line + 1} of the Python ${reason}.`,
      );
    const { includes, text } = this.#runtime.forProgram(program);
    return `// Converted from Python by Slipstream's built-in engine. The program itself stands at the end, below its runtime.
// Integers are 64-bit: one that outgrows them ends the program with an OverflowError, it never wraps.${reasons.join('')}
${includes.map((include) => `#include ${include}`).join('\n')}

// ----- The parts of Slipstream's runtime that this program uses -----

${text}

${PROGRAM_HEADING}

namespace program {

using py::operator""_s;

${program}

}  // namespace program

${
  program.includes('py::sys::argv')
    ? 'int main(int count, char** arguments) {\n  py::sys::set_argv(count, arguments);\n  py::run_main(program::run_module);\n}'
    : 'int main() { py::run_main(program::run_module); }'
}
`;
  }
}
