import { readFile, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { benchmarkText } from '../benchmark/report.ts';
import { renderDiagnostic, renderEvent, renderVerdict } from '../conversion/renderText.ts';
import { convert } from '../conversion/session.ts';
import { BUILTIN_CONVERTER_ID, createConverter } from '../converters/createConverter.ts';
import { compilerMissing } from '../cpp/installHint.ts';
import { findCompilers } from '../cpp/findCompilers.ts';
import { createRunner } from '../execution/createRunner.ts';
import { createSandbox, seccompHelperPath, type Sandbox, type SandboxSearch } from '../execution/sandbox.ts';
import { findInterpreter } from '../python/interpreter.ts';
import { createPythonParser } from '../python/parser.ts';
import { selectUnit } from '../python/selectUnit.ts';
import type { PythonUnit } from '../python/unit.ts';
import type { Evidence } from '../shared/evidence.ts';
import { Failure } from '../shared/failure.ts';
import { DEFAULT_RULE } from '../verification/compareOutputs.ts';
import { interruptSignal, nonNegativeInteger, parseCall, positiveNumber, readText, type Command } from './call.ts';
import { makeProviders } from './providers.ts';

const usage = `slipstream convert FILE [options]
  --function NAME        convert this function or class with all that it needs
  --engine ID            who writes the C++: builtin (default) or PROVIDER/MODEL, such as openai/gpt-5
                         or local/onnx-community/Qwen2.5-Coder-0.5B-Instruct:q4
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
  --json                 print the Evidence as JSON on standard output`;

async function run(args: readonly string[], assetFolder: string): Promise<number> {
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
  const unit = await readUnit(file, values.function, assetFolder);
  const signal = interruptSignal();
  const platform = process.platform;
  const providers = makeProviders(assetFolder);
  const converter = await createConverter(values.engine, {
    assetFolder,
    languageModel: (id) => providers.languageModel(id),
  });
  const sandboxMode = values.sandbox;
  if (!['auto', 'required', 'off'].includes(sandboxMode)) {
    throw new Failure('invalid-input', '--sandbox takes auto, required or off.');
  }
  let sandbox: Sandbox | undefined;
  let search: Promise<SandboxSearch> | undefined;
  const findSandbox = async (): Promise<Sandbox | undefined> => {
    if (sandboxMode === 'off') return undefined;
    const seccompHelper = seccompHelperPath(assetFolder, platform, process.arch);
    const isFirst = search === undefined;
    search ??= createSandbox({ platform, ...(seccompHelper !== undefined && { seccompHelper }) });
    const found = await search;
    sandbox = found.sandbox;
    if (!sandbox && sandboxMode === 'required') {
      throw new Failure('unsupported', `${found.reason} Nothing was run, because --sandbox is "required".`);
    }
    if (!sandbox && isFirst) process.stderr.write(`Not sandboxed: ${found.reason}\n`);
    return sandbox;
  };
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
      findSandbox,
      createRunner: async ({ untrusted }) => {
        const inside = untrusted ? await findSandbox() : undefined;
        return createRunner({ environment: process.env, platform, ...(inside && { sandbox: inside }) });
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
    signal,
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

async function readUnit(file: string, functionName: string | undefined, assetFolder: string): Promise<PythonUnit> {
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

async function osRelease(): Promise<string> {
  return readFile('/etc/os-release', 'utf8').catch(() => '');
}

/** `slipstream convert`: the pipeline of the editor without the editor. */
export const convertCommand: Command = { usage, run };
