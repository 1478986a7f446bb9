import { basename } from 'node:path';
import { givenConverter } from '../converters/givenConverter.ts';
import { Failure } from '../shared/failure.ts';
import { interruptSignal, parseCall, readText, type Command } from './call.ts';
import { knownInputs, knownInputsOptions, knownInputsUsage } from './knownInputs.ts';
import { exitStatus, pipelineOptions, pipelineUsage, readUnit, runPipeline } from './pipeline.ts';

const usage = `slipstream verify ORIGINAL.py CANDIDATE.cpp [options]
  Compiles C++ that somebody else wrote and shows whether it behaves as the Python does. With --function NAME the function
  of that name is called in both languages on the calls found in the file, values at the edges, and random ones.
${knownInputsUsage}
${pipelineUsage}`;

async function run(args: readonly string[], assetFolder: string): Promise<number> {
  const { values, positionals } = parseCall(args, { ...pipelineOptions, ...knownInputsOptions });
  const [original, candidate, ...more] = positionals;
  if (original === undefined || candidate === undefined || more.length > 0) {
    throw new Failure(
      'invalid-input',
      'Name a Python file and a C++ file: slipstream verify ORIGINAL.py CANDIDATE.cpp.',
    );
  }
  const unit = await readUnit(original, values.function, assetFolder);
  const fileName = basename(candidate);
  const given = { cpp: await readText(candidate), fileName };
  const converter = givenConverter(fileName, true);
  const known = await knownInputs(unit, values, assetFolder, { signal: interruptSignal() });
  const task = { unit, converter, assetFolder, compares: true, repairRounds: 0, given, known };
  const evidence = await runPipeline(task, values);
  if (values.json) process.stdout.write(`${JSON.stringify(evidence, undefined, 2)}\n`);
  return exitStatus(evidence, true, values.benchmark);
}

/** `slipstream verify`: compares any C++ with the Python it was made from. */
export const verifyCommand: Command = { usage, run };
