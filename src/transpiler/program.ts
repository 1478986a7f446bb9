import type { ClassDef, Expr, FunctionDef, Stmt } from './ast.ts';
import type { Scope } from './scopes.ts';
import type { Slot, Talk, Type } from './types.ts';

/** A Python function as written. */
export interface FunctionInfo {
  readonly id: number;
  readonly name: string;
  readonly def: FunctionDef;
  readonly scope: Scope;
  /** Its name in C++: Python's, but for setters of properties. */
  readonly cppName: string;
  /** The class it is a method of. */
  readonly owner?: ClassInfo;
  /** What its first parameter is: an instance, its class, or nothing of the kind. */
  readonly binding: 'function' | 'instance' | 'class' | 'static';
  /** True for a method without a body of its own, which only those of derived classes stand for. */
  readonly isAbstract: boolean;
  /** True for `@abstractmethod`: no instance is made of a class that has one. */
  readonly mustBeOverridden?: boolean;
  /** One copy of the function per signature it is called with. */
  readonly instances: Instance[];
}

/** An attribute that is computed. */
export interface Property {
  readonly getter: FunctionInfo;
  readonly setter?: FunctionInfo;
}

/** An attribute of a class itself. */
export interface ClassAttribute {
  readonly slot: Slot;
  readonly value: Expr;
}

/** A class as written. */
export interface ClassInfo {
  readonly id: number;
  readonly name: string;
  readonly def: ClassDef;
  readonly base?: ClassInfo;
  /** The built-in exception that it or a class above it derives from. */
  readonly exception?: string;
  /** True for `abc.ABC` and what derives from it. */
  readonly isAbstractBase: boolean;
  /** Classes that name this one as their base. */
  readonly derived: ClassInfo[];
  readonly methods: ReadonlyMap<string, FunctionInfo>;
  readonly properties: ReadonlyMap<string, Property>;
  readonly attributes: ReadonlyMap<string, ClassAttribute>;
  /** Attributes of instances, in order of appearance. */
  readonly fields: Map<string, Slot>;
  /** Names of its own attributes that the program gives other values later. */
  readonly reassigned: Set<string>;
  /** Names of the attributes that its methods set on `self`. */
  readonly assigned: ReadonlySet<string>;
  /** The names of all classes of the program, which no member can have in C++. */
  readonly classNames: ReadonlySet<string>;
}

/** A variable of the program as it is written in C++. */
export interface Variable {
  readonly name: string;
  readonly cpp: string;
  readonly slot: Slot;
  readonly isGlobal: boolean;
  /** True when it may be read before it has a value: then it is a `py::Local`. */
  readonly maybeUnbound?: boolean;
  /** True for an exception that was caught, which is no handle to one that is kept. */
  readonly isThrown?: boolean;
  /** True when inner functions share it: then it is a `py::Cell`. */
  readonly isCell?: boolean;
  /** True when it stands somewhere while no type of it is known; it may be where nothing ever comes. */
  isUsedUntyped?: boolean;
}

/** One body being interpreted, for one signature. */
export interface Context {
  readonly scope: Scope;
  readonly isModule: boolean;
  readonly body: readonly Stmt[];
  /** Names of the parameters. */
  readonly params: readonly string[];
  /** The function that this one stands in. */
  readonly outer?: Context;
  readonly variables: Map<number, Variable>;
  readonly result: Slot;
  /** What a generator yields. */
  readonly yields?: Slot;
  /** What it is sent, and what it returns. */
  readonly talk?: Talk;
  /** Types of the containers and calls made here, by node, so that their slots live through all rounds. */
  readonly allocations: Map<number | string, Type>;
  /** Variables of comprehensions and lambdas, innermost last. */
  readonly locals: Map<string, Variable>[];
  /** True when running it changes something that outlives it, or reads or writes the outside world. */
  effects: boolean;
  /** The C++ types of what containers hold that its body may change; `*` for any. */
  readonly touched: Set<string>;
  /** True in a constructor, which fills in what nobody else has seen yet. */
  readonly isInit: boolean;
  /** The name of a method that has to give a text. */
  readonly textOf?: string;
  /** The instance a method works on. */
  readonly self?: { readonly name: string; readonly of: ClassInfo };
  /** The class a class method works on. */
  readonly cls?: { readonly name: string; readonly of: ClassInfo };
  /** The class in whose body or methods this stands. */
  readonly owner?: ClassInfo;
}

/** A function for one signature. */
export interface Instance {
  readonly info: FunctionInfo;
  readonly params: readonly Slot[];
  readonly result: Slot;
  readonly context: Context;
  /** The round of interpretation in which it was last translated. */
  round: number;
  code: readonly string[];
  header: string;
  /** True while its body is being translated, and from then on where that was refused. */
  isRefused?: boolean;
}
