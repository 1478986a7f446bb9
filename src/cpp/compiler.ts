import type { Sandbox } from '../execution/sandbox.ts';
import type { CompilerRecord } from '../shared/evidence.ts';

export interface CompileRequest {
  /** The C++ text, UTF-8, one self-contained file. */
  readonly source: string;
  /** Folder to put source and program into; must exist. */
  readonly folder: string;
  /** Base name without ending, such as `candidate`. */
  readonly name: string;
  readonly flags: readonly string[];
}

export interface CompileOptions {
  readonly signal: AbortSignal;
  readonly timeoutSeconds?: number;
  /** Compiles inside: the source of a stranger may name any file of the user in an `#include`, and the compiler would quote it. */
  readonly sandbox?: Sandbox;
  /** Gets the compiler's own messages as they come. */
  readonly onOutput?: (text: string) => void;
}

export interface CompileResult {
  readonly record: CompilerRecord;
  /** The program, when it compiled. */
  readonly program?: string;
  readonly output: string;
}

/** A C++ compiler found on this machine. */
export interface Compiler {
  readonly id: 'gcc' | 'clang' | 'msvc';
  /** Such as `g++ 12.2.0`. */
  readonly label: string;
  readonly version: string;
  readonly path: string;
  readonly defaultFlags: readonly string[];
  /** A program that does not compile is a result with `succeeded: false`, not an exception. Throws Failure for cancel, time-out and a compiler that cannot be started. */
  compile(request: CompileRequest, options: CompileOptions): Promise<CompileResult>;
}
