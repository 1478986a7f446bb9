import { writeFile } from 'node:fs/promises';
import { writeAttempts } from '../conversion/attempts.ts';
import { BUILTIN_CONVERTER_ID, createConverter } from '../converters/createConverter.ts';
import { Failure } from '../shared/failure.ts';
import { interruptSignal, nonNegativeInteger, parseCall, positiveNumber, type Command } from './call.ts';
import { knownInputs, knownInputsOptions, knownInputsUsage } from './knownInputs.ts';
import { exitStatus, pipelineOptions, pipelineUsage, readUnit, runPipeline } from './pipeline.ts';
import { makeProviders } from './providers.ts';

const usage = `slipstream convert FILE [options]
  --engine ID            who writes the C++: builtin (default) or PROVIDER/MODEL, such as openai/gpt-5
                         or local/onnx-community/Qwen2.5-Coder-0.5B-Instruct:q4
  -o, --output OUT.cpp   where the C++ goes; "-" is standard output (default without --json)
  --verify               compile, run both programs and compare what they do; a function that nothing calls is called
                         on the calls found in the file, values at the edges, and random ones. --compare is the same
  --rounds N             how often a finding goes back to a model (default 3); after that it starts once more from the Python alone
  --budget USD           no further attempt is begun once the attempts have cost this much
  --budget-tokens N      the same for tokens, those sent and those received together
  --keep-attempts FOLDER writes the C++ of each attempt there, and what became of it
${knownInputsUsage}
${pipelineUsage}`;

async function run(args: readonly string[], assetFolder: string): Promise<number> {
  const { values, positionals } = parseCall(args, {
    ...pipelineOptions,
    ...knownInputsOptions,
    engine: { type: 'string', default: BUILTIN_CONVERTER_ID },
    output: { type: 'string', short: 'o' },
    verify: { type: 'boolean', default: false },
    compare: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    budget: { type: 'string' },
    'budget-tokens': { type: 'string' },
    'keep-attempts': { type: 'string' },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    throw new Failure('invalid-input', 'Name exactly one Python file: slipstream convert FILE.');
  }
  const unit = await readUnit(file, values.function, assetFolder);
  const providers = makeProviders(assetFolder);
  const converter = await createConverter(values.engine, {
    assetFolder,
    languageModel: (id) => providers.languageModel(id),
  });
  const compares = values.verify || values.compare || values.benchmark || values.growth;
  const repairRounds = nonNegativeInteger(values.rounds, '--rounds');
  const budgetUsd = values.budget === undefined ? undefined : positiveNumber(values.budget, '--budget');
  const tokens = values['budget-tokens'];
  const budgetTokens = tokens === undefined ? undefined : positiveNumber(tokens, '--budget-tokens');
  const known = compares ? await knownInputs(unit, values, assetFolder, { budgetUsd, signal: interruptSignal() }) : [];
  const evidence = await runPipeline(
    {
      unit,
      converter,
      assetFolder,
      compares,
      repairRounds,
      known,
      ...(budgetUsd !== undefined && { budgetUsd }),
      ...(budgetTokens !== undefined && { budgetTokens }),
    },
    values,
  );
  if (values['keep-attempts'] !== undefined) await writeAttempts(evidence, values['keep-attempts']);
  // What a failed or cancelled conversion wrote is handed over as well.
  if (values.output !== undefined && values.output !== '-') {
    if (evidence.cpp !== '') await writeFile(values.output, evidence.cpp);
  } else if (!values.json || values.output === '-') {
    process.stdout.write(evidence.cpp);
  }
  if (values.json) process.stdout.write(`${JSON.stringify(evidence, undefined, 2)}\n`);
  return exitStatus(evidence, compares, values.benchmark);
}

/** `slipstream convert`: the pipeline of the editor without the editor. */
export const convertCommand: Command = { usage, run };
