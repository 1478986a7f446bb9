/** The engine's own syntax tree of Python: small, typed, free of the parser's memory. */

/** Where a node stands in the source: lines and columns from 0, columns in UTF-16 code units. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** Where the program imports the module of ours that this stands in. */
  readonly origin?: Place;
}

interface Base {
  /** Unique within one program; analyses hang their findings on it. */
  readonly id: number;
  readonly place: Place;
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '<<' | '>>' | '&' | '|' | '^' | '@';
export type CompareOperator = '<' | '<=' | '>' | '>=' | '==' | '!=' | 'in' | 'not in' | 'is' | 'is not';

export interface Keyword {
  readonly name: string;
  readonly value: Expr;
}

export interface CompClause {
  readonly target: Expr;
  readonly iterable: Expr;
  readonly conditions: readonly Expr[];
}

export interface FormatPart {
  readonly value: Expr;
  readonly conversion: string;
  readonly spec: readonly (string | FormatPart)[];
}

export type NameExpr = Base & { readonly kind: 'name'; readonly name: string };
export type CallExpr = Base & {
  readonly kind: 'call';
  readonly callee: Expr;
  readonly args: readonly Expr[];
  readonly keywords: readonly Keyword[];
};
export type AttributeExpr = Base & { readonly kind: 'attribute'; readonly object: Expr; readonly name: string };
export type LambdaExpr = Base & { readonly kind: 'lambda'; readonly params: readonly Param[]; readonly body: Expr };
export type CompExpr = Base & {
  readonly kind: 'comp';
  readonly form: 'list' | 'set' | 'dict' | 'generator';
  readonly element: Expr;
  readonly value?: Expr;
  readonly clauses: readonly CompClause[];
};
export type BinaryExpr = Base & {
  readonly kind: 'binary';
  readonly op: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
};

export type Expr =
  | (Base & { readonly kind: 'int'; readonly value: bigint })
  | (Base & { readonly kind: 'float'; readonly value: number })
  | (Base & { readonly kind: 'imaginary'; readonly value: number })
  | (Base & { readonly kind: 'str'; readonly value: string })
  | (Base & { readonly kind: 'bytes'; readonly value: readonly number[] })
  | (Base & { readonly kind: 'fstring'; readonly parts: readonly (string | FormatPart)[] })
  | (Base & { readonly kind: 'bool'; readonly value: boolean })
  | (Base & { readonly kind: 'none' })
  | (Base & { readonly kind: 'ellipsis' })
  | NameExpr
  | AttributeExpr
  | (Base & { readonly kind: 'index'; readonly object: Expr; readonly index: Expr })
  | (Base & { readonly kind: 'slice'; readonly start?: Expr; readonly stop?: Expr; readonly step?: Expr })
  | CallExpr
  | (Base & { readonly kind: 'star'; readonly value: Expr })
  | (Base & { readonly kind: 'doublestar'; readonly value: Expr })
  | (Base & { readonly kind: 'unary'; readonly op: '-' | '+' | '~' | 'not'; readonly operand: Expr })
  | BinaryExpr
  | (Base & { readonly kind: 'bool-op'; readonly op: 'and' | 'or'; readonly left: Expr; readonly right: Expr })
  | (Base & {
      readonly kind: 'compare';
      readonly first: Expr;
      readonly rest: readonly { readonly op: CompareOperator; readonly value: Expr }[];
    })
  | (Base & { readonly kind: 'conditional'; readonly test: Expr; readonly yes: Expr; readonly no: Expr })
  | LambdaExpr
  | (Base & { readonly kind: 'list'; readonly items: readonly Expr[] })
  | (Base & { readonly kind: 'tuple'; readonly items: readonly Expr[] })
  | (Base & { readonly kind: 'set'; readonly items: readonly Expr[] })
  | (Base & {
      readonly kind: 'dict';
      readonly entries: readonly { readonly key?: Expr; readonly value: Expr }[];
    })
  | CompExpr
  | (Base & { readonly kind: 'walrus'; readonly target: NameExpr; readonly value: Expr })
  | (Base & { readonly kind: 'yield'; readonly value?: Expr })
  | (Base & { readonly kind: 'yield-from'; readonly value: Expr });

export interface Param {
  readonly name: string;
  readonly id: number;
  readonly place: Place;
  readonly kind: 'plain' | 'args' | 'kwargs';
  readonly keywordOnly: boolean;
  readonly annotation?: Expr;
  readonly default?: Expr;
  /** True when the default is made anew at each call. */
  readonly isFresh?: boolean;
  /** True when the parameter stands for a variable of the caller, which it may change. */
  readonly byReference?: boolean;
}

export type FunctionDef = Base & {
  readonly kind: 'def';
  readonly name: string;
  readonly params: readonly Param[];
  readonly returns?: Expr;
  readonly body: readonly Stmt[];
  readonly decorators: readonly Expr[];
  readonly docstring?: string;
  readonly isGenerator: boolean;
  /** True for `@contextmanager`: what it does before and after its `yield` stands around a block. */
  readonly isManager?: boolean;
  readonly isAsync: boolean;
  /** The name that Python knows it by, where that is another. */
  readonly shownName?: string;
} & Comments;

/** A method of a named tuple: the function of the module that does it. */
export interface RecordMethod {
  readonly name: string;
  readonly functionName: string;
  readonly form: 'method' | 'property' | 'static';
}

export type ClassDef = Base & {
  readonly kind: 'class';
  readonly name: string;
  readonly bases: readonly Expr[];
  readonly keywords: readonly Keyword[];
  readonly body: readonly Stmt[];
  readonly decorators: readonly Expr[];
  readonly docstring?: string;
  /** The name that Python knows it by, where that is another. */
  readonly shownName?: string;
  /** The methods of a named tuple, which stand behind it as functions. */
  readonly recordMethods?: readonly RecordMethod[];
  /** What its instances are beside instances, as those of `IntEnum` are numbers. */
  readonly mixes?: 'int' | 'float' | 'str';
  /** The built-in container that its instances are as well: one that they hold. */
  readonly standsFor?: 'list' | 'dict' | 'set';
  /** Its name with that of the class it stands in, as `dataclass` shows it. */
  readonly qualifiedName?: string;
  /** The class that it is a copy of, for instances that hold other types. */
  readonly copyOf?: string;
} & Comments;

interface Comments {
  /** Comment lines that stand above the statement, without the `#`. An empty string is a blank line. */
  readonly leading: readonly string[];
  readonly trailing?: string;
}

export type Pattern =
  | (Base & { readonly kind: 'value'; readonly value: Expr })
  | (Base & { readonly kind: 'capture'; readonly name: string })
  | (Base & { readonly kind: 'wildcard' })
  | (Base & { readonly kind: 'sequence'; readonly items: readonly Pattern[] })
  | (Base & { readonly kind: 'rest'; readonly name?: string })
  | (Base & {
      readonly kind: 'mapping';
      readonly items: readonly { readonly key: Expr; readonly pattern: Pattern }[];
      readonly rest?: string;
    })
  | (Base & { readonly kind: 'or'; readonly options: readonly Pattern[] })
  | (Base & { readonly kind: 'as'; readonly pattern: Pattern; readonly name: string })
  | (Base & {
      readonly kind: 'class';
      readonly type: Expr;
      readonly positional: readonly Pattern[];
      readonly named: readonly { readonly name: string; readonly pattern: Pattern }[];
    });

export interface Handler {
  readonly id: number;
  readonly place: Place;
  readonly types: readonly Expr[];
  readonly name?: string;
  readonly body: readonly Stmt[];
}

export type ForStmt = Base &
  Comments & {
    readonly kind: 'for';
    readonly target: Expr;
    readonly iterable: Expr;
    readonly body: readonly Stmt[];
    readonly orelse: readonly Stmt[];
  };

export type Stmt =
  | FunctionDef
  | ClassDef
  | (Base & Comments & { readonly kind: 'expr'; readonly value: Expr })
  | (Base & Comments & { readonly kind: 'assign'; readonly targets: readonly Expr[]; readonly value: Expr })
  | (Base &
      Comments & { readonly kind: 'annotate'; readonly target: Expr; readonly annotation: Expr; readonly value?: Expr })
  | (Base &
      Comments & { readonly kind: 'augment'; readonly target: Expr; readonly op: BinaryOperator; readonly value: Expr })
  | (Base & Comments & { readonly kind: 'return'; readonly value?: Expr })
  | (Base &
      Comments & {
        readonly kind: 'if';
        readonly test: Expr;
        readonly body: readonly Stmt[];
        readonly orelse: readonly Stmt[];
      })
  | (Base &
      Comments & {
        readonly kind: 'while';
        readonly test: Expr;
        readonly body: readonly Stmt[];
        readonly orelse: readonly Stmt[];
      })
  | ForStmt
  | (Base &
      Comments & {
        readonly kind: 'try';
        readonly body: readonly Stmt[];
        readonly handlers: readonly Handler[];
        readonly orelse: readonly Stmt[];
        readonly finalbody: readonly Stmt[];
      })
  | (Base &
      Comments & {
        readonly kind: 'with';
        readonly items: readonly { readonly value: Expr; readonly target?: Expr }[];
        readonly body: readonly Stmt[];
      })
  | (Base & Comments & { readonly kind: 'raise'; readonly value?: Expr; readonly cause?: Expr })
  | (Base & Comments & { readonly kind: 'assert'; readonly test: Expr; readonly message?: Expr })
  | (Base & Comments & { readonly kind: 'pass' | 'break' | 'continue' })
  | (Base & Comments & { readonly kind: 'global' | 'nonlocal'; readonly names: readonly string[] })
  | (Base &
      Comments & {
        readonly kind: 'import';
        readonly names: readonly { readonly module: string; readonly as?: string }[];
      })
  | (Base &
      Comments & {
        readonly kind: 'import-from';
        readonly module: string;
        readonly names: readonly { readonly name: string; readonly as?: string }[];
      })
  | (Base & Comments & { readonly kind: 'delete'; readonly targets: readonly Expr[] })
  | (Base &
      Comments & {
        readonly kind: 'match';
        readonly subject: Expr;
        readonly cases: readonly { readonly pattern: Pattern; readonly guard?: Expr; readonly body: readonly Stmt[] }[];
      });

export interface Module {
  readonly body: readonly Stmt[];
  readonly docstring?: string;
  /** Comments after the last statement. */
  readonly trailing: readonly string[];
}

/** Something the engine cannot convert, at its place. */
export class Unsupported extends Error {
  readonly place: Place;
  readonly code: string;
  /** The error that Python certainly raises instead, where that is known. */
  raises: { readonly error: string; readonly message: string } | undefined;
  /** What else of the program cannot be converted, as far as that can be told. */
  further: readonly Unsupported[] = [];

  constructor(message: string, place: Place, code = 'unsupported-construct') {
    super(message);
    this.name = 'Unsupported';
    this.place = place;
    this.code = code;
  }
}

/** Thrown for a parameter whose type nothing tells. */
export class UntypedParameter extends Unsupported {
  readonly param: Param;

  constructor(message: string, param: Param) {
    super(message, param.place, 'unknown-type');
    this.param = param;
  }
}
