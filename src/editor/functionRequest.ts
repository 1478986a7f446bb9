import { floatTolerance } from '../verification/values.ts';
import { DEFAULT_INPUTS, DEFAULT_SEED, type VerifyFunctionRequest } from '../verification/verifyFunction.ts';
import type { Conversions, Shown } from './conversions.ts';
import { conversionOptions } from './settings.ts';

/** True where the C++ that is shown may be what a model or a person wrote. */
export function isForeign({ evidence, cpp }: Shown): boolean {
  return evidence.converterId !== 'builtin' || evidence.given !== undefined || cpp !== evidence.cpp;
}

/** What is needed to call the function that is shown in both languages, as the settings say. Throws Failure. */
export async function functionRequest(
  conversions: Conversions,
  shown: Shown,
  signal: AbortSignal,
): Promise<VerifyFunctionRequest> {
  const { evidence, pythonUri: scope, functionName = '' } = shown;
  const services = await conversions.machine.services(scope);
  const options = conversionOptions(scope);
  const compiler = await services.findCompiler(signal);
  const untrusted = isForeign(shown);
  const sandbox = untrusted ? await services.findSandbox() : undefined;
  return {
    runner: await services.createRunner({ untrusted }),
    python: await services.findInterpreter(signal),
    compiler,
    flags: options.flags ?? compiler.defaultFlags,
    ...(sandbox && { sandbox }),
    functionName,
    source: evidence.unit.source,
    cpp: shown.cpp,
    examples: shown.examples,
    seed: options.seed ?? DEFAULT_SEED,
    inputs: options.inputs ?? DEFAULT_INPUTS,
    limits: options.limits,
    rule: options.rule,
    tolerance: floatTolerance(options.rule),
    platform: process.platform,
    sanitize: false,
    assetFolder: services.assetFolder,
  };
}
