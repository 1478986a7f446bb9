import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Failure } from '../shared/failure.ts';

/** One command of the command line. */
export interface Command {
  /** How it is called and what it does, as `--help` prints it. */
  readonly usage: string;
  /** Runs it with the arguments behind its name; gives the exit status. Throws a {@link Failure} with a sentence for the user. */
  run(args: readonly string[], assetFolder: string): Promise<number>;
}

type CallOptions = NonNullable<Parameters<typeof parseArgs>[0]>['options'] & {};

/** The options and the other arguments of a call; throws a Failure that tells what was wrong with it. */
export function parseCall<T extends CallOptions>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (cause) {
    // Of what Node says, the first sentence is about the call.
    const told = (cause instanceof Error ? cause.message : String(cause)).split(/\.\s|\n/)[0]?.replace(/\.$/, '');
    throw new Failure('invalid-input', `${told}. "slipstream --help" lists the options.`, { cause });
  }
}

/** The text of a UTF-8 file; throws a Failure when it cannot be had. */
export async function readText(file: string): Promise<string> {
  if (!existsSync(file)) throw new Failure('invalid-input', `There is no file ${file}.`);
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new Failure('invalid-input', `${file} cannot be read.`, { cause });
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Failure('invalid-input', `${file} is not UTF-8 text. Save it as UTF-8, or name another file.`, { cause });
  }
}

/** The number above zero that an option was given. */
export function positiveNumber(text: string, option: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new Failure('invalid-input', `${option} takes a number above 0.`);
  return value;
}

/** The whole number from zero on that an option was given. */
export function nonNegativeInteger(text: string, option: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Failure('invalid-input', `${option} takes a whole number.`);
  return Number(text);
}

/** A signal that Ctrl+C aborts. */
export function interruptSignal(): AbortSignal {
  const cancel = new AbortController();
  const onInterrupt = (): void => cancel.abort();
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  return cancel.signal;
}
