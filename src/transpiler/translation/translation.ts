import type { Module, Unsupported } from '../ast.ts';
import { constantTextsOf } from '../constantTexts.ts';
import type { Effort } from '../effort.ts';
import { Flow } from '../flow.ts';
import { GrowthAnalysis } from '../growth.ts';
import type { ClassInfo, Context, FunctionInfo, Instance, Variable } from '../program.ts';
import { recordsOf, type RecordInfo } from '../records.ts';
import type { Slot } from '../types.ts';
import { some } from '../walk.ts';
import { Assignments } from './assignments.ts';
import { Attributes } from './attributes.ts';
import { Builtins } from './builtins.ts';
import { CallArguments } from './callArguments.ts';
import { Calls } from './calls.ts';
import { Certainty } from './certainty.ts';
import { Closures } from './closures.ts';
import { Comparisons } from './comparisons.ts';
import { Comprehensions } from './comprehensions.ts';
import { Conditions } from './conditions.ts';
import { ControlFlow } from './controlFlow.ts';
import { Declarations } from './declarations.ts';
import { Defaults } from './defaults.ts';
import { Displays } from './displays.ts';
import { EvaluationOrder, type Observation } from './evaluationOrder.ts';
import { ExceptionStatements } from './exceptionStatements.ts';
import { Expressions } from './expressions.ts';
import { Formatting } from './formatting.ts';
import { FunctionCopies } from './functionCopies.ts';
import { FunctionValues } from './functionValues.ts';
import { Generators } from './generators.ts';
import { Integers } from './integers.ts';
import { Layout } from './layout.ts';
import { LibraryCalls } from './libraryCalls.ts';
import { Managers } from './managers.ts';
import { MethodCalls } from './methodCalls.ts';
import { NamedTuples } from './namedTuples.ts';
import { Names } from './names.ts';
import { Objects } from './objects.ts';
import { NotImplementedResults } from './notImplemented.ts';
import { NdArrays } from './ndarrays.ts';
import { Operators } from './operators.ts';
import { ProgramRounds } from './programRounds.ts';
import { Ranges } from './ranges.ts';
import { Statements } from './statements.ts';
import { Subscripts } from './subscripts.ts';
import { TypeSlots } from './typeSlots.ts';

/** How a program is translated. */
export interface TranslationOptions {
  /** True when integers that grow by multiplication or by sums of themselves have any size. */
  readonly widens: boolean;
  /** Counts the work that the program is. */
  readonly effort: Effort;
  /** True when every integer that is worked out has any size. */
  readonly growsAlways: boolean;
  /** True when `max` and `min` are handed on as functions of two arguments, not of one that holds all. */
  readonly comparesPairs?: boolean;
  /** True when what methods only go over once is passed to them as a list. */
  readonly gathersArguments?: boolean;
  /** The function that was asked for, if it was one. */
  readonly functionName?: string;
}

/** The translation of one program: what is known of it so far, and the parts that translate it, each with a subject of its own. */
export class Translation {
  readonly functions = new Map<string, FunctionInfo>();
  readonly classes = new Map<string, ClassInfo>();
  /** Module imported under a name, and `module.function` imported under a name. */
  readonly imports = new Map<string, string>();
  /** The function in hand, or the module. */
  context!: Context;
  module!: Context;
  /** What is known of variables where the translation stands. */
  readonly flow = new Flow(
    (node) => this.names.lookUp(node),
    ({ name, isGlobal }) => {
      const { scope, isModule } = this.context;
      // Functions of the module change its variables only where they declare them global.
      return isModule
        ? scope.assignedInside.has(name) || scope.usedInLambdas.has(name)
        : isGlobal || scope.captured.has(name);
    },
    (type, name, exactly) => this.conditions.isInstance(type, name, exactly),
    (node) => this.conditions.typeOfPath(node),
  );
  /** What the translation of a node changes and reads, by node; kept for one round only. */
  readonly observations = new Map<Context, Map<number, Observation>>();
  /** Ids of `for` statements. */
  readonly loopOwned = new Set<number>();
  /** Why integers of any size are used, by line; shown in the program. */
  readonly reasonsForSize = new Map<number, string>();
  /** The line of the statement in hand. */
  line = 0;
  /** What flows into integers. */
  readonly growth = new GrowthAnalysis();
  /** Variables that a loop in hand bounds by its test. */
  readonly bounded = new Set<Slot>();
  /** Variables that functions have been passed themselves, and the parameters that stand for them. */
  readonly aliased = new Set<Slot>();
  /** Variables that count up to an end: one more is no more than that. */
  readonly counters = new Set<Variable>();
  /** Variables that may hold something negative. */
  readonly signed = new Set<Slot>();
  /** The values of `defaultdict`s whose factory is not simply a type. */
  readonly unnamedFactories = new Set<Slot>();
  /** Variables of lambdas, which keep their values. */
  readonly lambdaFrames = new Set<ReadonlyMap<string, Variable>>();
  /** The classes of which instances are made. */
  readonly constructed = new Set<ClassInfo>();
  /** Each round translates the whole program again with the types that the one before found. */
  round = 0;
  /** The copies of functions, one for each signature. */
  readonly instances: Instance[] = [];
  readonly source: Module;
  /** Names that the runtime declares. */
  readonly runtimeNames: ReadonlySet<string>;
  /** The named tuples of the program. */
  readonly records: ReadonlyMap<string, RecordInfo>;
  /** Texts of names that are bound once in the whole program, to a literal. */
  readonly constantTexts: ReadonlyMap<string, string>;
  /** True when the program catches exceptions somewhere. */
  readonly catches: boolean;
  /** True when it throws errors at generators. */
  readonly throwsIntoGenerators: boolean;
  /** Counts the work that the program is. */
  readonly effort: Effort;
  /** True when integers that grow have any size. */
  readonly widens: boolean;
  /** True once an integer was given any size because it grows. */
  hasWidened = false;
  /** True when every integer that is worked out has any size. */
  readonly growsAlways: boolean;
  /** True when `max` and `min` are handed on as functions of two arguments. */
  readonly comparesPairs: boolean;
  /** True when what methods only go over once is passed to them as a list. */
  readonly gathersArguments: boolean;
  /** The function that was asked for, if it was one. */
  readonly requestedFunction: string | undefined;
  /** True in a round that refuses what cannot be converted, because the types have come to rest. */
  refuses = false;
  /** Why statements of this round could not be converted with the types that are known so far. */
  postponed: Unsupported[] = [];

  // Expressions.
  readonly expressions = new Expressions(this);
  readonly evaluationOrder = new EvaluationOrder(this);
  readonly names = new Names(this);
  readonly types = new TypeSlots(this);
  readonly integers = new Integers(this);
  readonly ranges = new Ranges(this);
  readonly operators = new Operators(this);
  readonly ndarrays = new NdArrays(this);
  readonly comparisons = new Comparisons(this);
  readonly conditions = new Conditions(this);
  readonly displays = new Displays(this);
  readonly comprehensions = new Comprehensions(this);
  readonly subscripts = new Subscripts(this);
  readonly attributes = new Attributes(this);
  readonly formatting = new Formatting(this);

  // Calls, and what is called.
  readonly calls = new Calls(this);
  readonly callArguments = new CallArguments(this);
  readonly methodCalls = new MethodCalls(this);
  readonly libraryCalls = new LibraryCalls(this);
  readonly builtins = new Builtins(this);
  readonly objects = new Objects(this);
  readonly namedTuples = new NamedTuples(this);
  readonly functionValues = new FunctionValues(this);

  // Statements.
  readonly statements = new Statements(this);
  readonly assignments = new Assignments(this);
  readonly controlFlow = new ControlFlow(this);
  readonly exceptionStatements = new ExceptionStatements(this);
  readonly certainty = new Certainty(this);
  readonly notImplemented = new NotImplementedResults(this);
  readonly managers = new Managers(this);
  readonly closures = new Closures(this);
  readonly generators = new Generators(this);

  // The program as a whole.
  readonly program = new ProgramRounds(this);
  readonly declarations = new Declarations(this);
  readonly functionCopies = new FunctionCopies(this);
  readonly defaults = new Defaults(this);
  readonly layout = new Layout(this);

  constructor(source: Module, runtimeNames: ReadonlySet<string>, options: TranslationOptions) {
    this.effort = options.effort;
    this.widens = options.widens;
    this.growsAlways = options.growsAlways;
    this.comparesPairs = options.comparesPairs === true;
    this.gathersArguments = options.gathersArguments === true;
    this.requestedFunction = options.functionName;
    this.source = source;
    this.catches = some(source.body, ({ kind }) => kind === 'try');
    this.throwsIntoGenerators = some(source.body, ({ kind, name }) => kind === 'attribute' && name === 'throw');
    this.records = recordsOf(source);
    this.constantTexts = constantTextsOf(source);
    this.runtimeNames = runtimeNames;
  }

  /** True when the program takes something from NumPy. */
  get usesNumPy(): boolean {
    return [...this.imports.values()].some((full) => /^numpy\b/.test(full));
  }
}
