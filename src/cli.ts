import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchmarkText } from './benchmark/report.ts';
import { renderDiagnostic, renderEvent, renderVerdict } from './conversion/renderText.ts';
import { convert } from './conversion/session.ts';
import { BUILTIN_CONVERTER_ID, createConverter } from './converters/createConverter.ts';
import { compilerMissing } from './cpp/installHint.ts';
import { findCompilers } from './cpp/findCompilers.ts';
import { createRunner } from './execution/createRunner.ts';
import { createSandbox, seccompHelperPath, type Sandbox } from './execution/sandbox.ts';
import { environmentKeySource } from './providers/keySource.ts';
import { Providers } from './providers/registry.ts';
import { findInterpreter } from './python/interpreter.ts';
import { createPythonParser } from './python/parser.ts';
import { selectUnit } from './python/selectUnit.ts';
import type { PythonUnit } from './python/unit.ts';
import type { Evidence } from './shared/evidence.ts';
import { Failure, toFailure } from './shared/failure.ts';
import { DEFAULT_RULE } from './verification/compareOutputs.ts';

const usage = `Slipstream: Python to C++ that is compiled, compared and measured.

slipstream convert FILE [options]
  --function NAME        convert this function or class with all that it needs
  --engine ID            who writes the C++: builtin (default) or PROVIDER/MODEL, such as openai/gpt-5
  -o, --output OUT.cpp   where the C++ goes; "-" is standard output (default without --json)
  --compare              compile, run both programs and compare what they do
  --benchmark            the same, and measure both
  --compiler PATH        the C++ compiler (default: the one found)
  --flags="FLAGS"        compiler flags instead of the default ones
  --python PATH          the Python interpreter (default: the one on PATH)
  --stdin FILE           standard input for both programs
  --arg VALUE            an argument for both programs; may be given several times
  --timeout SECONDS      time limit of one run (default 60)
  --rounds N             how often a finding goes back to a model (default 3)
  --sandbox MODE         where model-written programs run: auto (default: sandboxed where one works), required, off
  --json                 print the Evidence as JSON on standard output

slipstream models [--provider ID] [--json]
  lists who can write C++; with --provider, asks that provider for its models

A key is read from the provider's usual environment variable, such as OPENAI_API_KEY or HF_TOKEN.
The base URL of a provider is read from SLIPSTREAM_BASE_URL_ID, such as SLIPSTREAM_BASE_URL_OLLAMA.
Exit status: 0 if everything asked for succeeded and the outputs were equal, 1 if not, 2 for a wrong call, 130 if cancelled.
`;

/** The files that the parser and the built-in engine load lie beside this program. */
const assetFolder = join(dirname(fileURLToPath(import.meta.url)), 'assets');

async function main(args: string[]): Promise<number> {
  const [command, ...rest] = args;
  switch (command) {
    case 'convert':
      return convertCommand(rest);
    case 'models':
      return modelsCommand(rest);
    case undefined:
      process.stderr.write(usage);
      return 2;
    case '-h':
    case '--help':
    case 'help':
      process.stdout.write(usage);
      return 0;
    default:
      throw new Failure('invalid-input', `There is no command "${command}". "slipstream --help" lists them.`);
  }
}

async function convertCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseCall(args, {
    function: { type: 'string' },
    engine: { type: 'string', default: BUILTIN_CONVERTER_ID },
    output: { type: 'string', short: 'o' },
    compare: { type: 'boolean', default: false },
    benchmark: { type: 'boolean', default: false },
    compiler: { type: 'string' },
    flags: { type: 'string' },
    python: { type: 'string' },
    stdin: { type: 'string' },
    arg: { type: 'string', multiple: true, default: [] },
    timeout: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '3' },
    sandbox: { type: 'string', default: 'auto' },
    json: { type: 'boolean', default: false },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    throw new Failure('invalid-input', 'Name exactly one Python file: slipstream convert FILE.');
  }
  const unit = await readUnit(file, values.function);
  const cancel = new AbortController();
  const onInterrupt = (): void => cancel.abort();
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  const platform = process.platform;
  const providers = makeProviders();
  const converter = await createConverter(values.engine, {
    assetFolder,
    languageModel: (id) => providers.languageModel(id),
  });
  const sandboxMode = values.sandbox;
  if (!['auto', 'required', 'off'].includes(sandboxMode)) {
    throw new Failure('invalid-input', '--sandbox takes auto, required or off.');
  }
  let sandbox: Sandbox | undefined;
  const compile = values.compare || values.benchmark;
  const stdin = values.stdin === undefined ? undefined : await readText(values.stdin);
  let evidence: Evidence | undefined;
  const events = convert(
    unit,
    {
      converter,
      findCompiler: async (signal) => {
        const found = await findCompilers({
          ...(values.compiler !== undefined && { configuredPath: values.compiler }),
          environment: process.env,
          platform,
          signal,
        });
        const [compiler] = found;
        if (!compiler) throw compilerMissing(platform, await osRelease());
        return compiler;
      },
      findInterpreter: (signal) =>
        findInterpreter({
          ...(values.python !== undefined && { configuredPath: values.python }),
          environment: process.env,
          platform,
          signal,
        }),
      createRunner: async ({ untrusted }) => {
        if (untrusted && sandboxMode !== 'off') {
          const seccompHelper = seccompHelperPath(assetFolder, platform, process.arch);
          const found = await createSandbox({ platform, ...(seccompHelper !== undefined && { seccompHelper }) });
          sandbox = found.sandbox;
          if (!sandbox && sandboxMode === 'required') {
            throw new Failure('unsupported', `${found.reason} Nothing was run, because --sandbox is "required".`);
          }
          if (!sandbox) process.stderr.write(`Not sandboxed: ${found.reason}\n`);
        }
        return createRunner({ environment: process.env, platform, ...(sandbox && { sandbox }) });
      },
    },
    {
      ...(values.flags !== undefined && { flags: values.flags.split(/\s+/).filter((flag) => flag !== '') }),
      compile,
      verify: compile,
      benchmark: values.benchmark,
      rule: DEFAULT_RULE,
      limits: {
        timeoutSeconds: positiveNumber(values.timeout, '--timeout'),
        outputBytes: 16 * 1024 * 1024,
        memoryBytes: 4 * 1024 ** 3,
      },
      args: values.arg,
      ...(stdin !== undefined && { stdin }),
      repairRounds: nonNegativeInteger(values.rounds, '--rounds'),
    },
    cancel.signal,
  );
  for await (const event of events) {
    if (event.type === 'finished') evidence = event.evidence;
    else process.stderr.write(renderEvent(event));
  }
  await sandbox?.dispose();
  if (!evidence) throw new Failure('internal', 'The conversion ended without a record.');
  if (evidence.benchmark) process.stderr.write(`${benchmarkText(evidence.benchmark)}\n`);
  process.stderr.write(`${renderVerdict(evidence)}\n`);
  // What a failed or cancelled conversion wrote is handed over as well.
  if (values.output !== undefined && values.output !== '-') {
    if (evidence.cpp !== '') await writeFile(values.output, evidence.cpp);
  } else if (!values.json || values.output === '-') {
    process.stdout.write(evidence.cpp);
  }
  if (values.json) process.stdout.write(`${JSON.stringify(evidence, undefined, 2)}\n`);
  if (evidence.status === 'cancelled') return 130;
  if (evidence.status !== 'succeeded') return 1;
  if (compile && evidence.verification?.outcome !== 'equal') return 1;
  return values.benchmark && !evidence.benchmark ? 1 : 0;
}

async function readUnit(file: string, functionName: string | undefined): Promise<PythonUnit> {
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

async function modelsCommand(args: string[]): Promise<number> {
  const { values } = parseCall(args, {
    provider: { type: 'string' },
    json: { type: 'boolean', default: false },
  });
  const providers = makeProviders();
  if (values.provider !== undefined) {
    const models = await providers.models(values.provider, new AbortController().signal);
    if (values.json) process.stdout.write(`${JSON.stringify(models, undefined, 2)}\n`);
    else for (const model of models) process.stdout.write(`${model.id}\n`);
    return 0;
  }
  const rows = [
    { id: BUILTIN_CONVERTER_ID, label: 'Built-in engine', ready: 'no account, no network' },
    ...(await Promise.all(
      providers.list().map(async (provider) => {
        const key = await environmentKeySource(process.env).get(provider.id, new AbortController().signal);
        let ready = 'no key needed';
        if (provider.baseUrl === undefined) ready = 'set its base URL first';
        else if (key !== undefined) ready = 'key found';
        else if (provider.needsKey) ready = `set ${provider.keyVariables[0] ?? 'its key'}`;
        return { id: `${provider.id}/…`, label: provider.label, ready };
      }),
    )),
  ];
  if (values.json) {
    process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
    return 0;
  }
  const width = Math.max(...rows.map(({ id }) => id.length));
  for (const { id, label, ready } of rows) process.stdout.write(`${id.padEnd(width)}  ${label} (${ready})\n`);
  return 0;
}

function makeProviders(): Providers {
  const prefix = 'SLIPSTREAM_BASE_URL_';
  const entries = Object.entries(process.env).flatMap(([name, baseUrl]) =>
    name.startsWith(prefix) && baseUrl
      ? [[name.slice(prefix.length).toLowerCase().replaceAll('_', '-'), { baseUrl }] as const]
      : [],
  );
  return new Providers({
    settings: { providers: Object.fromEntries(entries) },
    keys: environmentKeySource(process.env),
  });
}

type CallOptions = NonNullable<Parameters<typeof parseArgs>[0]>['options'] & {};

function parseCall<T extends CallOptions>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (cause) {
    const told = cause instanceof Error ? cause.message : String(cause);
    throw new Failure('invalid-input', `${told} "slipstream --help" lists the options.`, { cause });
  }
}

async function readText(file: string): Promise<string> {
  if (!existsSync(file)) throw new Failure('invalid-input', `There is no file ${file}.`);
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new Failure('invalid-input', `${file} cannot be read.`, { cause });
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const kind = extname(file) === '.py' ? 'Save it as UTF-8.' : 'It has to be UTF-8 text.';
    throw new Failure('invalid-input', `${file} is not UTF-8 text. ${kind}`, { cause });
  }
}

async function osRelease(): Promise<string> {
  return readFile('/etc/os-release', 'utf8').catch(() => '');
}

function positiveNumber(text: string, option: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new Failure('invalid-input', `${option} takes a number above 0.`);
  return value;
}

function nonNegativeInteger(text: string, option: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new Failure('invalid-input', `${option} takes a whole number.`);
  return Number(text);
}

// A reader that has seen enough, such as `head`, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  const failure = toFailure(error);
  process.stderr.write(`${failure.message}\n`);
  return failure.reason === 'invalid-input' ? 2 : 1;
});
