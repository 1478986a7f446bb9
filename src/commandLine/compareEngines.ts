import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { comparisonText } from '../conversion/comparisonTable.ts';
import { createConverter } from '../converters/createConverter.ts';
import type { Evidence } from '../shared/evidence.ts';
import { Failure } from '../shared/failure.ts';
import { nonNegativeInteger, parseCall, positiveNumber, type Command } from './call.ts';
import { pipelineOptions, pipelineUsage, readUnit, runPipeline } from './pipeline.ts';
import { makeProviders } from './providers.ts';

const usage = `slipstream compare FILE --engines A,B[,C…] [options]
  The same Python by two to six engines or models, one after the other so that measurements do not disturb each other; then a
  table of verdict, speed, tokens, cost and time.
  --engines A,B,C        who writes the C++: builtin or PROVIDER/MODEL
  --rounds N             how often a finding goes back to a model (default 3)
  --budget USD           for each model, no further attempt is begun once its attempts have cost this much
  --keep FOLDER          write each C++ there
${pipelineUsage}`;

async function run(args: readonly string[], assetFolder: string): Promise<number> {
  const { values, positionals } = parseCall(args, {
    ...pipelineOptions,
    engines: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    budget: { type: 'string' },
    keep: { type: 'string' },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    throw new Failure('invalid-input', 'Name exactly one Python file: slipstream compare FILE --engines A,B.');
  }
  const engines = [...new Set((values.engines ?? '').split(',').map((id) => id.trim()))].filter((id) => id !== '');
  if (engines.length < 2 || engines.length > 6) {
    throw new Failure('invalid-input', '--engines takes two to six ids, such as builtin,openai/gpt-5.');
  }
  const unit = await readUnit(file, values.function, assetFolder);
  const providers = makeProviders(assetFolder);
  const repairRounds = nonNegativeInteger(values.rounds, '--rounds');
  const budgetUsd = values.budget === undefined ? undefined : positiveNumber(values.budget, '--budget');
  const results: Evidence[] = [];
  for (const id of engines) {
    const converter = await createConverter(id, {
      assetFolder,
      languageModel: (model) => providers.languageModel(model),
    });
    process.stderr.write(`\n== ${converter.label}\n`);
    const evidence = await runPipeline(
      {
        unit,
        converter,
        assetFolder,
        compares: true,
        repairRounds,
        ...(budgetUsd !== undefined && { budgetUsd }),
      },
      { ...values, benchmark: true, report: undefined },
    );
    results.push(evidence);
    if (values.keep !== undefined && evidence.cpp !== '') {
      await mkdir(values.keep, { recursive: true });
      await writeFile(join(values.keep, `${id.replaceAll(/[^\w.-]+/g, '_')}.cpp`), evidence.cpp);
    }
    if (evidence.status === 'cancelled') break;
  }
  process.stdout.write(values.json ? `${JSON.stringify(results, undefined, 2)}\n` : comparisonText(results));
  if (results.some(({ status }) => status === 'cancelled')) return 130;
  return results.some(({ verification }) => verification?.outcome === 'equal') ? 0 : 1;
}

/** `slipstream compare`: the same unit by several engines through the same pipeline. */
export const compareCommand: Command = { usage, run };
