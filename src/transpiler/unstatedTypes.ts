import { unionAnnotation, type CallExample } from '../python/callExamples.ts';
import type { SourceDiagnostic } from '../shared/sourceDiagnostic.ts';
import { TooMuchEffort, type Effort } from './effort.ts';
import {
  Unsupported,
  UntypedParameter,
  type Expr,
  type FunctionDef,
  type Module,
  type Param,
  type Stmt,
} from './ast.ts';

/** Programs are translated at most this often in search of types. */
const MAXIMUM_TRANSLATIONS = 60;

/** What a parameter may be when nothing tells, likeliest first. */
const GUESSES = [
  'int',
  'list[int]',
  'str',
  'list[list[int]]',
  'list[str]',
  'dict[str, int]',
  'float',
  'list[float]',
  'dict[int, list[int]]',
  'dict[str, list[str]]',
  'list[tuple[int, int]]',
  'set[int]',
];

/** What authors mean by names that leave it open to the code: several types would do. */
const GUESSES_BY_NAME: readonly (readonly [pattern: RegExp, guess: string])[] = [
  [
    /^(?:s|st|str\w*|\w*text|word|\w*string|\w*sentence|name|line|char|ch|c|\w+_str|message|pattern|url|path|phrase|paragraph|sequence|dna)$/i,
    'str',
  ],
  [/^(?:words|strings|strs|names|lines|\w+_words|sentences|tokens)$/i, 'list[str]'],
  [/^(?:grid|matrix|mat|board|maze|table|triangle|intervals|points|edges|\w+_matrix)$/i, 'list[list[int]]'],
  [/^(?:x|y|z|price|rate|weight|height|radius|temperature|\w*percent\w*|ratio|tolerance|epsilon|eps|tol)$/i, 'float'],
  [
    /^(?:nums?|numbers|arr|array|xs|ys|values|vals|lst|items|data|seq|heights|prices|weights|scores|coins|costs|list\w*)$/i,
    'list[int]',
  ],
];

type Parse = (text: string) => readonly Stmt[];

function parseAnnotation(annotation: string, parse: Parse): Expr | undefined {
  const [statement] = parse(`${annotation}\n`);
  return statement?.kind === 'expr' ? statement.value : undefined;
}

/**
 * Gives the function's parameters without annotation that which fits its calls in the examples: versions of the module in the
 * order in which to try them, for all examples at once, for the first, and for none.
 */
export function annotateFromExamples(
  module: Module,
  { functionName, examples }: { readonly functionName: string; readonly examples: readonly CallExample[] },
  parse: Parse,
): readonly Module[] {
  const annotate = (def: FunctionDef, used: readonly CallExample[]): FunctionDef => ({
    ...def,
    params: def.params.map((param, index) => {
      if (param.annotation || param.kind !== 'plain') return param;
      const given = used.map(({ positional, keywords }) => positional[index] ?? keywords[param.name]);
      const annotation = unionAnnotation(given);
      const parsed = annotation === undefined ? undefined : parseAnnotation(annotation, parse);
      return parsed ? { ...param, annotation: parsed } : param;
    }),
  });
  const version = (used: readonly CallExample[]): Module => ({
    ...module,
    body: module.body.map((statement) =>
      statement.kind === 'def' && statement.name === functionName ? annotate(statement, used) : statement,
    ),
  });
  return [
    ...(examples.length > 0 ? [version(examples)] : []),
    ...(examples.length > 1 ? [version(examples.slice(0, 1))] : []),
    module,
  ];
}

/** What `work` gives for the first that it does not refuse; throws its refusal of the first when it refuses all. */
export function firstToWork<Item, Result>(items: readonly Item[], work: (item: Item) => Result): Result {
  let refusal: unknown;
  for (const item of items) {
    try {
      return work(item);
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      refusal ??= error;
    }
  }
  throw refusal as Error;
}

/**
 * Translates a module. Where the type of a parameter cannot be told because nobody calls its function, the likeliest types are
 * tried until the function can be translated; what was assumed is told in `notes`. Throws Unsupported when none will do.
 */
export function translateGuessing(
  module: Module,
  parse: Parse,
  effort: Effort,
  translate: (module: Module) => string,
): { readonly cpp: string; readonly notes: readonly SourceDiagnostic[] } {
  let translations = 0;
  const attempt = (
    current: Module,
    notes: readonly SourceDiagnostic[],
  ): { readonly cpp: string; readonly notes: readonly SourceDiagnostic[] } => {
    translations++;
    try {
      return { cpp: translate(current), notes };
    } catch (error) {
      if (!(error instanceof UntypedParameter)) throw error;
      const { param } = error;
      if (param.kind !== 'plain') throw error;
      let first: unknown;
      for (const guess of guessesFor(param)) {
        if (translations >= MAXIMUM_TRANSLATIONS || (effort.isSpent && first !== undefined)) break;
        const annotation = parseAnnotation(guess, parse);
        if (!annotation) continue;
        const note: SourceDiagnostic = {
          severity: 'note',
          message: `Nothing tells the type of \`${param.name}\`: ${guess} is assumed. Annotate it to choose another.`,
          code: 'assumed-type',
          ...param.place,
        };
        try {
          return attempt(withAnnotation(current, param, annotation), [...notes, note]);
        } catch (failure) {
          if (failure instanceof TooMuchEffort && first !== undefined) break;
          if (!(failure instanceof Unsupported)) throw failure;
          first ??= failure;
        }
      }
      throw first instanceof UntypedParameter || first === undefined ? error : (first as Error);
    }
  };
  return attempt(module, []);
}

function guessesFor({ name }: Param): readonly string[] {
  const likely = GUESSES_BY_NAME.filter(([pattern]) => pattern.test(name)).map(([, guess]) => guess);
  return [...new Set([...likely, ...GUESSES])];
}

/** The module with one parameter annotated. */
function withAnnotation(module: Module, wanted: Param, annotation: Expr): Module {
  const change = (statement: Stmt): Stmt => {
    if (statement.kind === 'def') {
      const params = statement.params.map((param) => (param.id === wanted.id ? { ...param, annotation } : param));
      return { ...statement, params };
    }
    return statement.kind === 'class' ? { ...statement, body: statement.body.map(change) } : statement;
  };
  return { ...module, body: module.body.map(change) };
}
