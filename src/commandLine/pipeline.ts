import { writeFile } from 'node:fs/promises';
import { basename, isAbsolute, normalize, resolve } from 'node:path';
import type { ParseArgsConfig } from 'node:util';
import { evidenceMarkdown } from '../conversion/evidenceReport.ts';
import { renderDiagnostic, renderEvent } from '../conversion/renderText.ts';
import type { ConversionOptions } from '../conversion/conversionParts.ts';
import { convert } from '../conversion/session.ts';
import type { Converter } from '../conversion/converter.ts';
import { benchmarkText } from '../benchmark/report.ts';
import { BUILTIN_CONVERTER_ID, createConverter } from '../converters/createConverter.ts';
import type { RunLimits } from '../execution/runner.ts';
import { createPythonParser } from '../python/parser.ts';
import { selectUnit } from '../python/selectUnit.ts';
import type { PythonUnit } from '../python/unit.ts';
import type { ComparisonRule, Evidence } from '../shared/evidence.ts';
import { Failure } from '../shared/failure.ts';
import { DEFAULT_RULE } from '../verification/compareOutputs.ts';
import { interruptSignal, nonNegativeInteger, positiveNumber, readText } from './call.ts';
import { machineServices } from './services.ts';

/** The options of every command that compiles, compares and measures. */
export const pipelineOptions = {
  function: { type: 'string' },
  benchmark: { type: 'boolean', default: false },
  growth: { type: 'boolean', default: false },
  compiler: { type: 'string' },
  flags: { type: 'string' },
  python: { type: 'string' },
  stdin: { type: 'string' },
  file: { type: 'string', multiple: true, default: [] as string[] },
  arg: { type: 'string', multiple: true, default: [] as string[] },
  timeout: { type: 'string', default: '60' },
  seed: { type: 'string', default: '1' },
  inputs: { type: 'string', default: '240' },
  'no-profile': { type: 'boolean', default: false },
  tolerance: { type: 'string' },
  unordered: { type: 'boolean', default: false },
  exclude: { type: 'string', multiple: true, default: [] as string[] },
  sanitizers: { type: 'string', default: 'auto' },
  sandbox: { type: 'string', default: 'auto' },
  witness: { type: 'string', default: 'on' },
  report: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const satisfies ParseArgsConfig['options'];

/** What they do, for the help. */
export const pipelineUsage = `  --function NAME        take this function or class with all that it needs
  --benchmark            compare, and measure both
  --growth               compare, and measure how the time of a function grows with the size of what it is given
  --compiler PATH        the C++ compiler (default: the one found)
  --flags="FLAGS"        compiler flags instead of the default ones
  --python PATH          the Python interpreter (default: the one on PATH)
  --stdin FILE           standard input for both programs
  --file PATH            a file or folder that both programs find in their working folder; may be given several times
  --arg VALUE            an argument for both programs; may be given several times
  --timeout SECONDS      time limit of one run (default 60)
  --seed N               inputs of a function are generated from this number (default 1)
  --inputs N             how many inputs a function is tried on at least (default 240)
  --no-profile           do not run the whole file to see how it calls the function
  --tolerance R          numbers with a fraction are equal within this relative difference, such as 1e-6
  --unordered            lines of the output are compared in any order
  --exclude PATTERN      lines that match this regular expression are left out on both sides; may be given several times
  --sanitizers MODE      run what is equal once more under the sanitizers: auto (default: code of strangers), on, off
  --sandbox MODE         auto (default): programs of strangers run in a sandbox where one works; required: all programs run in one,
                         and nothing runs where none works; off
  --witness MODE         compare C++ of a stranger with that of the built-in engine as well, where it converts the same: on (default), off
  --report FILE.md       write the Evidence as a Markdown report
  --json                 print the Evidence as JSON on standard output`;

/** The options as they were given. */
export interface PipelineValues {
  readonly function?: string | undefined;
  readonly benchmark: boolean;
  readonly growth: boolean;
  readonly compiler?: string | undefined;
  readonly flags?: string | undefined;
  readonly python?: string | undefined;
  readonly stdin?: string | undefined;
  readonly file: readonly string[];
  readonly arg: readonly string[];
  readonly timeout: string;
  readonly seed: string;
  readonly inputs: string;
  readonly 'no-profile': boolean;
  readonly tolerance?: string | undefined;
  readonly unordered: boolean;
  readonly exclude: readonly string[];
  readonly sanitizers: string;
  readonly sandbox: string;
  readonly witness: string;
  readonly report?: string | undefined;
  readonly json: boolean;
}

/** The rule that the options ask for. */
export function comparisonRule({ tolerance, unordered, exclude }: PipelineValues): ComparisonRule {
  if (tolerance !== undefined && unordered) {
    throw new Failure('invalid-input', '--tolerance and --unordered cannot be used together.');
  }
  const excludedPatterns = [...(DEFAULT_RULE.excludedPatterns ?? []), ...exclude];
  if (tolerance !== undefined) {
    return { kind: 'tolerance', relativeTolerance: positiveNumber(tolerance, '--tolerance'), excludedPatterns };
  }
  return { kind: unordered ? 'unordered-lines' : 'exact', excludedPatterns };
}

/** Flags written as on a command line. */
export function splitFlags(text: string): readonly string[] {
  return text.split(/\s+/).filter((flag) => flag !== '');
}

/** The place of an input file in a program's folder: as it was typed where that leads down from here, else its name alone. */
function nameInFolder(path: string): string {
  const place = normalize(path).replaceAll('\\', '/').replace(/\/+$/, '');
  return isAbsolute(path) || place.split('/').includes('..') ? basename(place) : place;
}

/** The limits of one run. */
export function runLimits({ timeout }: Pick<PipelineValues, 'timeout'>): RunLimits {
  return {
    timeoutSeconds: positiveNumber(timeout, '--timeout'),
    outputBytes: 16 * 1024 * 1024,
    memoryBytes: 4 * 1024 ** 3,
  };
}

/** Reads a Python file and cuts out what is asked for. Throws Failure with the places of syntax errors. */
export async function readUnit(
  file: string,
  functionName: string | undefined,
  assetFolder: string,
): Promise<PythonUnit> {
  const text = await readText(file);
  const parser = await createPythonParser({ assetFolder });
  const result = selectUnit(parser, {
    text,
    file: resolve(file),
    ...(functionName === undefined ? { wholeFile: true } : { functionName }),
  });
  if (result.ok) return result.unit;
  const remarks = result.diagnostics.map((diagnostic) => `${basename(file)}: ${renderDiagnostic(diagnostic)}`);
  throw new Failure('syntax-error', remarks.join('\n'));
}

/** What is done with a unit beside what the options say. */
export interface PipelineTask {
  readonly unit: PythonUnit;
  readonly converter: Converter;
  readonly assetFolder: string;
  readonly compares: boolean;
  readonly repairRounds: number;
  readonly budgetUsd?: number;
  readonly budgetTokens?: number;
  readonly given?: ConversionOptions['given'];
  readonly known?: ConversionOptions['known'];
}

/** What the pipeline is asked to do. Throws Failure `invalid-input` for an option of another form. */
export async function optionsOf(
  task: Pick<PipelineTask, 'compares' | 'repairRounds' | 'budgetUsd' | 'budgetTokens' | 'given' | 'known'>,
  values: PipelineValues,
): Promise<ConversionOptions> {
  if (!['auto', 'on', 'off'].includes(values.sanitizers)) {
    throw new Failure('invalid-input', '--sanitizers takes auto, on or off.');
  }
  if (!['on', 'off'].includes(values.witness)) throw new Failure('invalid-input', '--witness takes on or off.');
  const stdin = values.stdin === undefined ? undefined : await readText(values.stdin);
  return {
    ...(values.flags !== undefined && { flags: splitFlags(values.flags) }),
    compile: task.compares,
    verify: task.compares,
    benchmark: values.benchmark,
    growth: values.growth,
    rule: comparisonRule(values),
    limits: runLimits(values),
    args: values.arg,
    ...(stdin !== undefined && { stdin }),
    files: values.file.map((path) => ({ name: nameInFolder(path), path: resolve(path) })),
    seed: nonNegativeInteger(values.seed, '--seed'),
    inputs: nonNegativeInteger(values.inputs, '--inputs'),
    profile: !values['no-profile'],
    ...(values.sanitizers !== 'auto' && { sanitize: values.sanitizers === 'on' }),
    witness: values.witness === 'on',
    repairRounds: task.repairRounds,
    startsAfresh: true,
    ...(task.budgetUsd !== undefined && { budgetUsd: task.budgetUsd }),
    ...(task.budgetTokens !== undefined && { budgetTokens: task.budgetTokens }),
    ...(task.given && { given: task.given }),
    ...(task.known && { known: task.known }),
  };
}

/** Takes a unit through the pipeline, telling on standard error what happens. */
export async function runPipeline(task: PipelineTask, values: PipelineValues): Promise<Evidence> {
  const { assetFolder, converter, unit } = task;
  const signal = interruptSignal();
  const options = await optionsOf(task, values);
  await using services = machineServices(values, assetFolder);
  // Before a model is paid for what may not be run.
  if (values.sandbox === 'required' && task.compares) await services.findSandbox();
  let evidence: Evidence | undefined;
  const findWitness = (): Promise<Converter> =>
    createConverter(BUILTIN_CONVERTER_ID, {
      assetFolder,
      languageModel: () => Promise.reject(new Failure('internal', 'The witness is no language model.')),
    });
  const events = convert(unit, { ...services, converter, findWitness, assetFolder }, options, signal);
  for await (const event of events) {
    if (event.type === 'finished') evidence = event.evidence;
    else process.stderr.write(renderEvent(event));
  }
  if (!evidence) throw new Failure('internal', 'The conversion ended without a record.');
  if (evidence.benchmark) process.stderr.write(`${benchmarkText(evidence.benchmark)}\n`);
  process.stderr.write(renderEvent({ type: 'finished', evidence }));
  if (values.report !== undefined) await writeFile(values.report, evidenceMarkdown(evidence));
  return evidence;
}

/** The exit status that tells what the Evidence says: 0 for what was asked for and found equal. */
export function exitStatus(evidence: Evidence, compares: boolean, benchmarks: boolean): number {
  if (evidence.status === 'cancelled') return 130;
  if (evidence.status !== 'succeeded') return 1;
  if (compares && evidence.verification?.outcome !== 'equal') return 1;
  return benchmarks && !evidence.benchmark ? 1 : 0;
}
