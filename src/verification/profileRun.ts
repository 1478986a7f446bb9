import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { describeEnd } from '../execution/describeEnd.ts';
import type { RunLimits, Runner } from '../execution/runner.ts';
import { createProgramFolder, type InputFile } from '../execution/programFiles.ts';
import { unionAnnotation, type CallExample } from '../python/callExamples.ts';
import type { Interpreter } from '../python/interpreter.ts';
import type { ProfileRecord, RunRecord } from '../shared/evidence.ts';
import { Failure, throwIfAborted } from '../shared/failure.ts';
import type { Arguments } from './inputs.ts';
import { callText, pythonLiteral, ValueReader, type Value } from './values.ts';

/** A program that is run once to see how it calls one of its functions. */
export interface ProfileRequest {
  readonly runner: Runner;
  readonly python: Pick<Interpreter, 'path' | 'environment' | 'folders'>;
  /** The whole program. */
  readonly program: string;
  readonly functionName: string;
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly files?: readonly InputFile[];
  readonly limits: RunLimits;
  /** Which of the calls are taken where there are many; the same number takes the same ones. */
  readonly seed: number;
  /** Where `harness/` lies. */
  readonly assetFolder: string;
  /** Seconds after which the run is ended; 10 unless told, and never more than the limits allow. */
  readonly seconds?: number;
}

/** What was seen of a function while its program ran. */
export interface Profile {
  /** The arguments of calls as they were before the call, each once, in the order of the run. */
  readonly calls: readonly Arguments[];
  /** The same calls as text, with the annotation that fits each argument. */
  readonly examples: readonly CallExample[];
  /** For each parameter the least and the greatest number that it was given. */
  readonly ranges: readonly (Range | undefined)[];
  readonly record: ProfileRecord;
}

/** The least and the greatest number, as Python writes them. */
export type Range = readonly [lowest: string, highest: string];

/** The first calls are kept, and of the rest a sample. */
const FIRST = 60;
const SAMPLED = 140;
const SECONDS = 10;

const written = z.object({
  calls: z.number(),
  kept: z.array(z.string()),
  leftOut: z.record(z.string(), z.number()),
  ranges: z.array(z.nullable(z.tuple([z.string(), z.string()]))),
  state: z.enum(['running', 'finished', 'failed', 'cut', 'absent']),
  error: z.nullable(z.object({ text: z.string(), line: z.nullable(z.number()) })),
  seconds: z.number(),
});
type Written = z.infer<typeof written>;

/**
 * Runs the program once, with its arguments and standard input, and gives the calls of one of its functions. A program that fails,
 * or that is ended because it takes too long, gives the calls up to there; its record says so. Throws Failure only for cancel and
 * for a program that cannot be started.
 */
export async function profileRun(
  request: ProfileRequest,
  { signal }: { readonly signal: AbortSignal },
): Promise<Profile> {
  const { functionName, runner, python, limits, assetFolder } = request;
  await using folder = await createProgramFolder(request.files);
  await writeFile(join(folder.path, 'program.py'), request.program);
  await writeFile(join(folder.path, 'profile.py'), await readFile(join(assetFolder, 'harness', 'profile.py'), 'utf8'));
  const seconds = Math.min(request.seconds ?? SECONDS, limits.timeoutSeconds);
  const numbers = [request.seed, FIRST, SAMPLED, seconds].map(String);
  const run = await runner.run(
    {
      command: python.path,
      args: ['profile.py', 'program.py', functionName, 'profile.json', ...numbers, ...request.args],
      workingFolder: folder.path,
      ...(request.stdin !== undefined && { stdin: request.stdin }),
      // It ends itself; a program that does not let it is ended from outside.
      limits: { ...limits, timeoutSeconds: Math.min(limits.timeoutSeconds, seconds + 2) },
      environment: python.environment,
      readableFolders: python.folders,
    },
    { signal },
  );
  throwIfAborted(signal);
  if (run.endedBy === 'cancelled') throw new Failure('cancelled', 'Cancelled.');
  const text = await readFile(join(folder.path, 'profile.json'), 'utf8').catch(() => undefined);
  return profileOf(request, text === undefined ? undefined : written.parse(JSON.parse(text)), run);
}

function profileOf(
  { functionName, runner, limits }: ProfileRequest,
  seen: Written | undefined,
  run: RunRecord,
): Profile {
  const calls = distinct((seen?.kept ?? []).map(readCall));
  const notes: string[] = [];
  const about = 'The run that was to show how the program calls';
  const upTo = calls.length > 0 ? 'The calls up to there are used.' : 'No call was seen up to there.';
  if (!seen || seen.state === 'running') {
    const why = run.endedBy !== undefined || run.exitCode !== 0 ? describeEnd('It', run, limits) : 'It ended itself.';
    notes.push(`${about} \`${functionName}\` did not come to its end. ${why} ${upTo}`);
  } else if (seen.state === 'failed') {
    const { text = 'an error', line = null } = seen.error ?? {};
    const place = line === null ? '' : ` in line ${line}`;
    notes.push(`${about} \`${functionName}\` ended${place} with ${text.replace(/\.$/, '')}. ${upTo}`);
  } else if (seen.state === 'cut') {
    notes.push(`${about} \`${functionName}\` was cut after ${Math.round(seen.seconds)} seconds. ${upTo}`);
  }
  for (const [reason, count] of Object.entries(seen?.leftOut ?? {})) {
    const many = count === 1 ? '1 call' : `${count} calls`;
    notes.push(`${many} seen in the profiled run cannot be made again from plain data: ${reason}.`);
  }
  const ranges = (seen?.ranges ?? []).map((range) => range ?? undefined);
  const states = { running: 'failed', absent: 'finished', finished: 'finished', failed: 'failed', cut: 'cut' } as const;
  return {
    calls,
    examples: calls.map((args) => ({
      text: callText(functionName, args),
      positional: args.map(annotationOf),
      keywords: {},
    })),
    ranges,
    record: {
      calls: seen?.calls ?? 0,
      inputs: calls.length,
      state: states[seen?.state ?? 'running'],
      seconds: seen?.seconds ?? run.seconds,
      sandboxed: runner.sandboxed,
      parameters: parameterTexts(calls, ranges),
      notes,
    },
  };
}

function readCall(text: string): Arguments {
  const value = new ValueReader(new TextEncoder().encode(text)).value();
  return 'items' in value ? value.items : [];
}

/** Each call once, in their order. */
function distinct(calls: readonly Arguments[]): Arguments[] {
  return [...new Map(calls.map((args) => [args.map(pythonLiteral).join(), args] as const)).values()];
}

/** The annotation that fits a value, such as `list[int]`; undefined where it says too little, as `[]` does. */
export function annotationOf(value: Value): string | undefined {
  const inner = (values: readonly Value[]): string | undefined => unionAnnotation(values.map(annotationOf));
  switch (value.kind) {
    case 'none':
      return 'None';
    case 'object':
      return undefined;
    case 'list':
    case 'set': {
      const item = inner(value.items);
      return item === undefined ? undefined : `${value.kind}[${item}]`;
    }
    case 'tuple': {
      const items = value.items.map(annotationOf);
      return items.length > 0 && items.every((item) => item !== undefined) ? `tuple[${items.join(', ')}]` : undefined;
    }
    case 'dict': {
      const key = inner(value.entries.map(([each]) => each));
      const item = inner(value.entries.map(([, each]) => each));
      return key === undefined || item === undefined ? undefined : `dict[${key}, ${item}]`;
    }
    default:
      return value.kind;
  }
}

/** For each parameter what was seen of it, such as `int, 0 to 2999`. */
function parameterTexts(calls: readonly Arguments[], ranges: readonly (Range | undefined)[]): string[] {
  return (calls[0] ?? []).map((_, index) => {
    const kinds = unionAnnotation(calls.map((args) => args[index] && annotationOf(args[index]))) ?? 'unknown';
    const range = ranges[index];
    return range === undefined ? kinds : `${kinds}, ${range[0]} to ${range[1]}`;
  });
}
