import { basename, dirname, resolve } from 'node:path';
import { formatSpeedUp } from '../benchmark/report.ts';
import { floatTolerance } from '../verification/values.ts';
import { BUILTIN_CONVERTER_ID } from '../converters/createConverter.ts';
import { buildPythonModule, moduleNameFor, writeModule } from '../pythonModule/pythonModule.ts';
import { Failure } from '../shared/failure.ts';
import { interruptSignal, nonNegativeInteger, parseCall, type Command } from './call.ts';
import { givenOrConverted } from './cppOf.ts';
import { comparisonRule, pipelineOptions, readUnit, runLimits, splitFlags } from './pipeline.ts';
import { machineServices } from './services.ts';

const usage = `slipstream wrap FILE --function NAME [options]
  Makes a Python module of the function's C++, to be imported in place of the original: compared with it from Python, and
  measured there with the conversion of arguments and results. Takes the options of convert, and:
  --cpp FILE.cpp         take this C++ rather than converting
  --module NAME          the module's name (default: fast_ and the function's name)
  --into FOLDER          where its two files go (default: beside FILE)
  --force                overwrite files of these names
  C++ that a model or somebody else wrote runs unsandboxed in the Python that imports it: --trust says that you want that.`;

async function run(args: readonly string[], assetFolder: string): Promise<number> {
  const { values, positionals } = parseCall(args, {
    ...pipelineOptions,
    engine: { type: 'string', default: BUILTIN_CONVERTER_ID },
    cpp: { type: 'string' },
    module: { type: 'string' },
    into: { type: 'string' },
    force: { type: 'boolean', default: false },
    trust: { type: 'boolean', default: false },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0 || values.function === undefined) {
    throw new Failure('invalid-input', 'Name a Python file and a function: slipstream wrap FILE --function NAME.');
  }
  const isForeign = values.cpp !== undefined || values.engine !== BUILTIN_CONVERTER_ID;
  if (isForeign && !values.trust) {
    throw new Failure(
      'invalid-input',
      'The library would run unsandboxed in your own Python, and its C++ is not of the built-in engine. Read it, and add --trust if you want that.',
    );
  }
  const moduleName = values.module ?? moduleNameFor(values.function);
  if (!/^[A-Za-z_]\w*$/.test(moduleName)) throw new Failure('invalid-input', '--module takes a Python name.');
  const unit = await readUnit(file, values.function, assetFolder);
  if (unit.functionName === undefined || unit.record.kind !== 'function') {
    throw new Failure('invalid-input', `\`${values.function}\` is not a function.`);
  }
  const made = await givenOrConverted(unit, values, assetFolder, isForeign);
  if (typeof made === 'number') return made;
  const signal = interruptSignal();
  await using services = machineServices(values, assetFolder);
  const compiler = await services.findCompiler(signal);
  const sandbox = isForeign ? await services.findSandbox() : undefined;
  const rule = comparisonRule(values);
  const module = await buildPythonModule(
    {
      runner: await services.createRunner({ untrusted: isForeign }),
      python: await services.findInterpreter(signal),
      compiler,
      flags: values.flags === undefined ? compiler.defaultFlags : splitFlags(values.flags),
      ...(sandbox && { sandbox }),
      functionName: unit.functionName,
      source: unit.source,
      cpp: made.cpp,
      examples: (unit.examples ?? []).map(({ text }) => text),
      seed: nonNegativeInteger(values.seed, '--seed'),
      inputs: nonNegativeInteger(values.inputs, '--inputs'),
      limits: runLimits(values),
      rule,
      tolerance: floatTolerance(rule),
      platform: process.platform,
      assetFolder,
      moduleName,
      heading: [`${unit.functionName} of ${basename(file)}, computed in C++. Made by Slipstream.`],
    },
    { signal },
  );
  const folder = values.into === undefined ? dirname(resolve(file)) : resolve(values.into);
  let there: readonly string[] = [];
  const isWritten = await writeModule(module, folder, async (names) => {
    there = names;
    return values.force;
  });
  if (!isWritten) {
    throw new Failure('invalid-input', `${there.join(' and ')} is there already. --force overwrites it.`);
  }
  process.stderr.write(`Equal on ${module.inputs} inputs from Python.\n`);
  if (module.benchmark) {
    process.stderr.write(`From Python, conversions included: ${formatSpeedUp(module.benchmark)}.\n`);
  }
  process.stdout.write(`${module.importLine}\n`);
  return 0;
}

/** `slipstream wrap`: a function's C++ as a module that Python imports. */
export const wrapCommand: Command = { usage, run };
