import type { ClassDef, FunctionDef, LambdaExpr } from './ast.ts';
import type { Scope } from './scopes.ts';
import type { Slot, Type } from './types.ts';

/** A Python function as written. */
export interface FunctionInfo {
  readonly id: number;
  readonly name: string;
  readonly def: FunctionDef;
  readonly scope: Scope;
  /** The class it is a method of. */
  readonly owner?: ClassInfo;
  /** One copy of the function per signature it is called with. */
  readonly instances: Instance[];
}

/** A class as written. */
export interface ClassInfo {
  readonly id: number;
  readonly name: string;
  readonly def: ClassDef;
  readonly base?: ClassInfo;
  readonly methods: ReadonlyMap<string, FunctionInfo>;
  /** Attributes of instances, in order of appearance. */
  readonly fields: Map<string, Slot>;
  /** Members of an enumeration; the types know them by not being handles. */
  readonly enumMembers?: ReadonlyMap<string, number>;
}

/** A variable of the program as it is written in C++. */
export interface Variable {
  readonly name: string;
  readonly cpp: string;
  readonly slot: Slot;
  readonly isGlobal: boolean;
}

/** One body being interpreted, for one signature. */
export interface Context {
  readonly scope: Scope;
  readonly isModule: boolean;
  readonly variables: Map<number, Variable>;
  readonly result: Slot;
  /** Types of the containers and calls made here, by node, so that their slots live through all rounds. */
  readonly allocations: Map<number, Type>;
  /** Variables of comprehensions and lambdas, innermost last. */
  readonly locals: Map<string, Variable>[];
  /** True when running it changes something that outlives it, or reads or writes the outside world. */
  effects: boolean;
  /** True in a constructor, which fills in what nobody else has seen yet. */
  readonly isInit: boolean;
  /** The instance a method works on. */
  readonly self?: { readonly name: string; readonly of: ClassInfo };
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
}

/** Code behind a function value. */
export interface Callable {
  readonly key: string;
  readonly lambda?: LambdaExpr;
}
