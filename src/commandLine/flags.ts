import { flagRecord, flagTable } from '../conversion/flagReport.ts';
import { equalTrials, flagChoices, searchFlags, type FlagTrial } from '../conversion/flagSearch.ts';
import { BUILTIN_CONVERTER_ID } from '../converters/createConverter.ts';
import { givenConverter } from '../converters/givenConverter.ts';
import { Failure } from '../shared/failure.ts';
import { interruptSignal, parseCall, type Command } from './call.ts';
import { givenOrConverted } from './cppOf.ts';
import { optionsOf, pipelineOptions, readUnit, splitFlags } from './pipeline.ts';
import { machineServices } from './services.ts';

const usage = `slipstream flags FILE [options]
  Compiles the C++ of FILE with a short list of flags and with the other compiler, compares it with the Python after each, and
  tells which were still equal and how fast. Takes the options of convert, and:
  --cpp FILE.cpp         take this C++ rather than converting`;

async function run(args: readonly string[], assetFolder: string): Promise<number> {
  const { values, positionals } = parseCall(args, {
    ...pipelineOptions,
    engine: { type: 'string', default: BUILTIN_CONVERTER_ID },
    cpp: { type: 'string' },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    throw new Failure('invalid-input', 'Name exactly one Python file: slipstream flags FILE.');
  }
  const unit = await readUnit(file, values.function, assetFolder);
  const made = await givenOrConverted(unit, values, assetFolder, false);
  if (typeof made === 'number') return made;
  const signal = interruptSignal();
  await using services = machineServices(values, assetFolder);
  const isForeign = values.cpp !== undefined || values.engine !== BUILTIN_CONVERTER_ID;
  const converter = givenConverter(made.fileName, isForeign);
  const choices = flagChoices(
    await services.findCompilers(signal),
    values.flags === undefined ? undefined : splitFlags(values.flags),
  );
  const trials: FlagTrial[] = [];
  const options = await optionsOf({ compares: true, repairRounds: 0 }, values);
  const search = searchFlags(unit, made, choices, { ...services, assetFolder, converter }, options, signal);
  for await (const trial of search) {
    trials.push(trial);
    process.stderr.write(`${trials.length} of ${choices.length}: ${trial.flags.join(' ')}\n`);
  }
  if (signal.aborted) process.stderr.write('Cancelled: the table has what was tried until then.\n');
  if (values.json) {
    const told = trials.map(({ compiler, ...rest }) => ({ compiler: compiler.label, ...rest }));
    process.stdout.write(`${JSON.stringify(told, undefined, 2)}\n`);
  } else process.stdout.write(flagTable(trials.map(flagRecord)));
  if (signal.aborted) return 130;
  const [fastest] = equalTrials(trials);
  if (!fastest) return 1;
  process.stderr.write(`Fastest of those that are equal: ${fastest.compiler.label} ${fastest.flags.join(' ')}\n`);
  return 0;
}

/** `slipstream flags`: the fastest flags with which a program is still equal. */
export const flagsCommand: Command = { usage, run };
