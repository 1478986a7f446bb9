import { basename } from 'node:path';
import { createConverter } from '../converters/createConverter.ts';
import type { PythonUnit } from '../python/unit.ts';
import { readText } from './call.ts';
import { exitStatus, runPipeline, type PipelineValues } from './pipeline.ts';
import { makeProviders } from './providers.ts';

/** The C++ that `--cpp` names, else that of `--engine`. Gives the exit status where there is none. */
export async function givenOrConverted(
  unit: PythonUnit,
  values: PipelineValues & { readonly engine: string; readonly cpp?: string | undefined },
  assetFolder: string,
  compares: boolean,
): Promise<{ readonly cpp: string; readonly fileName: string } | number> {
  if (values.cpp !== undefined) return { cpp: await readText(values.cpp), fileName: basename(values.cpp) };
  const providers = makeProviders(assetFolder);
  const converter = await createConverter(values.engine, {
    assetFolder,
    languageModel: (id) => providers.languageModel(id),
  });
  const task = { unit, converter, assetFolder, compares, repairRounds: 3 };
  const evidence = await runPipeline(task, { ...values, benchmark: false, growth: false, report: undefined });
  const status = exitStatus(evidence, compares, false);
  return status === 0 ? { cpp: evidence.cpp, fileName: `${unit.record.name.replace(/\W+/g, '_')}.cpp` } : status;
}
