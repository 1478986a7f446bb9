import type { ParseArgsConfig } from 'node:util';
import { findInputs, type KnownParameter } from '../functionInputs/findInputs.ts';
import { readRows, type InputRow, type Rejected } from '../functionInputs/inputRow.ts';
import { proposeInputs } from '../functionInputs/proposeInputs.ts';
import type { PythonUnit } from '../python/unit.ts';
import { Failure } from '../shared/failure.ts';
import type { Input } from '../verification/inputs.ts';
import { readText } from './call.ts';
import { runLimits } from './pipeline.ts';
import { makeProviders } from './providers.ts';
import { machineServices, type MachineServices } from './services.ts';

/** The options of commands that take inputs of the user or of a model. */
export const knownInputsOptions = {
  'inputs-file': { type: 'string' },
  'propose-inputs': { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** What they do, for the help. */
export const knownInputsUsage = `  --inputs-file FILE     take the inputs of this file as well: JSON Lines such as {"args": ["48", "[1, 2]"]}
  --propose-inputs MODEL ask this model for inputs of the function; they are data, are checked, and never run`;

/** The options as they were given. */
export interface KnownInputsValues {
  readonly 'inputs-file'?: string | undefined;
  readonly 'propose-inputs'?: string | undefined;
  readonly compiler?: string | undefined;
  readonly python?: string | undefined;
  readonly sandbox: string;
  readonly timeout: string;
}

/** The inputs of the user's file and of a model, for a conversion or comparison. Tells on standard error what was taken. */
export async function knownInputs(
  unit: PythonUnit,
  values: KnownInputsValues,
  assetFolder: string,
  { budgetUsd, signal }: { readonly budgetUsd?: number | undefined; readonly signal: AbortSignal },
): Promise<readonly Input[]> {
  if (values['inputs-file'] === undefined && values['propose-inputs'] === undefined) return [];
  await using services = machineServices(values, assetFolder);
  const { parameters } = await findInputs(
    {
      ...(await pythonFunction(unit, values, services, assetFolder, signal)),
      args: [],
      seed: 1,
      inputs: 0,
    },
    { signal },
  );
  const rows = await rowsOf(unit, parameters, values, assetFolder, { budgetUsd, signal });
  return rows.map(({ origin, args }) => ({ source: origin, args }));
}

/** The Python function with what runs it, and the calls of it that stand in its file. */
export async function pythonFunction(
  unit: PythonUnit,
  values: Pick<KnownInputsValues, 'timeout'>,
  services: MachineServices,
  assetFolder: string,
  signal: AbortSignal,
) {
  return {
    runner: await services.createRunner({ untrusted: false }),
    python: await services.findInterpreter(signal),
    functionName: functionOf(unit),
    source: unit.source,
    limits: runLimits(values),
    assetFolder,
    examples: (unit.examples ?? []).map(({ text }) => text),
  };
}

/** The name of the one function that was asked for; throws a Failure when it was none. */
export function functionOf(unit: PythonUnit): string {
  if (unit.functionName !== undefined && unit.record.kind === 'function') return unit.functionName;
  throw new Failure('invalid-input', 'Inputs are those of a function: name it with --function NAME.');
}

/** Rows of the user's file and of a model. Tells on standard error what was taken and what was not. */
export async function rowsOf(
  unit: PythonUnit,
  parameters: readonly KnownParameter[],
  values: KnownInputsValues,
  assetFolder: string,
  { budgetUsd, signal }: { readonly budgetUsd?: number | undefined; readonly signal: AbortSignal },
): Promise<readonly InputRow[]> {
  const functionName = functionOf(unit);
  const rows: InputRow[] = [];
  const file = values['inputs-file'];
  if (file !== undefined) {
    const read = readRows(await readText(file), { functionName, parameters: parameters.length });
    tell(`Inputs of ${file}: ${read.rows.length}`, read.rejected);
    rows.push(...read.rows);
  }
  const id = values['propose-inputs'];
  if (id !== undefined) {
    const model = await makeProviders(assetFolder).languageModel(id);
    const request = { functionName, source: unit.source, parameters, ...(budgetUsd !== undefined && { budgetUsd }) };
    const proposal = await proposeInputs(model, request, { signal });
    const cost = proposal.costUsd === undefined ? 'price unknown' : `$${proposal.costUsd.toFixed(4)}`;
    tell(`${proposal.rows.length} inputs proposed by ${model.info.label} (${cost})`, proposal.rejected);
    for (const note of proposal.notes) process.stderr.write(`${note}\n`);
    rows.push(...proposal.rows);
  }
  return rows;
}

function tell(what: string, rejected: readonly Rejected[]): void {
  process.stderr.write(`${what}${rejected.length > 0 ? `; ${rejected.length} not taken:` : ''}\n`);
  for (const { place, reason } of rejected) process.stderr.write(`  ${place}: ${reason}\n`);
}
