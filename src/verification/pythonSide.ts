import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { describeEnd } from '../execution/describeEnd.ts';
import type { RunLimits, Runner, RunRequest } from '../execution/runner.ts';
import type { Interpreter } from '../python/interpreter.ts';
import type { RunRecord } from '../shared/evidence.ts';
import { Failure, throwIfAborted } from '../shared/failure.ts';
import { readResults, type CaseOutcome } from './caseResults.ts';
import type { Arguments } from './inputs.ts';
import { ValueReader } from './values.ts';

/** A Python function that can be called. */
export interface PythonFunction {
  readonly runner: Runner;
  readonly python: Pick<Interpreter, 'path' | 'environment' | 'folders'>;
  readonly functionName: string;
  /** The Python that defines it. */
  readonly source: string;
  readonly limits: RunLimits;
  /** Where `harness/` lies. */
  readonly assetFolder: string;
}

/** The Python side's time for one input, and for all. An input that takes longer tells little about values. */
const SECONDS_PER_CASE = 0.5;
export const PYTHON_SECONDS = 5;

const describedFunction = z.object({
  parameters: z.array(
    z.object({
      name: z.string(),
      annotation: z.nullable(z.string()),
      kind: z.enum(['POSITIONAL_ONLY', 'POSITIONAL_OR_KEYWORD', 'VAR_POSITIONAL', 'KEYWORD_ONLY', 'VAR_KEYWORD']),
      hasDefault: z.boolean(),
    }),
  ),
  examples: z.array(z.string()),
  problem: z.nullable(z.string()),
});

/** A parameter of the Python function. */
export type Parameter = z.infer<typeof describedFunction>['parameters'][number];

/** Says why a function cannot be examined. */
export class NotComparable extends Error {}

/** Calls a Python function in processes of their own, with files in one folder. */
export class PythonSide {
  readonly #function: PythonFunction;
  readonly #folder: string;
  readonly #signal: AbortSignal;
  #batch = 0;

  constructor(what: PythonFunction, folder: string, signal: AbortSignal) {
    this.#function = what;
    this.#folder = folder;
    this.#signal = signal;
  }

  /** The function's parameters, and the arguments of calls given as text. Throws NotComparable when it cannot be called. */
  async describe(calls: readonly string[]): Promise<{
    readonly parameters: readonly Parameter[];
    readonly examples: readonly Arguments[];
  }> {
    const { functionName, source, limits, assetFolder } = this.#function;
    await writeFile(join(this.#folder, 'unit.py'), source);
    const harness = await readFile(join(assetFolder, 'harness', 'harness.py'), 'utf8');
    await writeFile(join(this.#folder, 'harness.py'), harness);
    const list = join(this.#folder, 'examples.jsonl');
    const out = join(this.#folder, 'described.json');
    await writeFile(list, calls.map((text) => JSON.stringify(text)).join('\n'));
    const run = await this.python(['describe', 'unit.py', functionName, list, out], 20);
    if (run.exitCode !== 0) {
      const last = run.stderr.trimEnd().split('\n').at(-1) ?? '';
      throw new NotComparable(`The Python cannot be loaded: ${last || describeEnd('it', run, limits)}`);
    }
    const described = describedFunction.parse(JSON.parse(await readFile(out, 'utf8')));
    if (described.problem !== null) {
      throw new NotComparable(
        `\`${functionName}\` cannot be called on generated inputs: ${described.problem}. Convert the whole file, or select a call along with it.`,
      );
    }
    return {
      parameters: described.parameters,
      examples: described.examples.map((text) => {
        const value = new ValueReader(new TextEncoder().encode(text)).value();
        return 'items' in value ? value.items : [];
      }),
    };
  }

  /** What it does on each case, up to the time given. `describe` comes first. */
  async results(cases: readonly Uint8Array[], seconds: number): Promise<CaseOutcome[]> {
    const inputs = await this.writeCases(cases);
    const out = join(this.#folder, `python${this.#batch}.results`);
    const { functionName, limits } = this.#function;
    const args = ['run', 'unit.py', functionName, inputs, out, String(SECONDS_PER_CASE), String(seconds)];
    const run = await this.python(args, PYTHON_SECONDS * 4);
    const bytes = await readFile(out).catch(() => undefined);
    if (!bytes) {
      throw new NotComparable(
        `The Python gave no results: ${run.stderr.trimEnd().split('\n').at(-1) ?? describeEnd('it', run, limits)}`,
      );
    }
    return readResults(bytes, 'python').outcomes;
  }

  /** Writes cases to a file of their own, and gives its path. */
  async writeCases(cases: readonly Uint8Array[]): Promise<string> {
    const path = join(this.#folder, `inputs${++this.#batch}`);
    await writeFile(path, Buffer.concat(cases));
    return path;
  }

  /** Runs the harness. */
  python(args: readonly string[], seconds: number): Promise<RunRecord> {
    const { path, environment, folders } = this.#function.python;
    return this.run(path, ['harness.py', ...args], seconds, { environment, readableFolders: folders });
  }

  /** Runs any program in the folder. */
  async run(
    command: string,
    args: readonly string[],
    seconds: number,
    more: Pick<RunRequest, 'environment' | 'readableFolders'> & { readonly reservesAddressSpace?: boolean } = {},
  ): Promise<RunRecord> {
    const { runner, limits } = this.#function;
    const { reservesAddressSpace = false, ...rest } = more;
    const run = await runner.run(
      {
        command,
        args,
        workingFolder: this.#folder,
        limits: { ...limits, timeoutSeconds: Math.min(limits.timeoutSeconds, seconds), reservesAddressSpace },
        ...rest,
      },
      { signal: this.#signal },
    );
    throwIfAborted(this.#signal);
    if (run.endedBy === 'cancelled') throw new Failure('cancelled', 'Cancelled.');
    return run;
  }
}
