import { basename, isAbsolute, join } from 'node:path';
import { extensions, workspace, type Uri } from 'vscode';
import type { ConversionOptions } from '../conversion/conversionParts.ts';
import type { InputFile } from '../execution/programFiles.ts';
import type { ProviderSettings, ProvidersSettings } from '../providers/registry.ts';
import type { ComparisonRule } from '../shared/evidence.ts';

/** One setting of ours; its default stands in the manifest. */
export function setting<T>(name: string, scope?: Uri): T {
  return workspace.getConfiguration('slipstream', scope).get(name) as T;
}

/** What the pipeline is asked to do, by the settings of the moment. */
export function conversionOptions(scope?: Uri): ConversionOptions {
  const flags = setting<string[]>('compiler.flags', scope);
  const stdin = setting<string>('run.standardInput', scope);
  const sanitizers = setting<'models' | 'always' | 'never'>('verification.sanitizers', scope);
  const budgetUsd = setting<number>('budget', scope);
  const budgetTokens = setting<number>('budgetTokens', scope);
  return {
    ...(flags.length > 0 && { flags }),
    compile: true,
    verify: true,
    benchmark: true,
    rule: {
      kind: setting<ComparisonRule['kind']>('comparison.kind', scope),
      relativeTolerance: setting('comparison.relativeTolerance', scope),
      absoluteTolerance: setting('comparison.absoluteTolerance', scope),
      excludedPatterns: setting('comparison.excludedPatterns', scope),
    },
    limits: {
      timeoutSeconds: setting('limits.timeoutSeconds', scope),
      memoryBytes: setting<number>('limits.memoryMB', scope) * 1024 ** 2,
      outputBytes: setting<number>('limits.outputMB', scope) * 1024 ** 2,
    },
    benchmarkTimes: {
      // Fewer have no spread to tell.
      minimumRuns: Math.max(3, setting<number>('benchmark.runs', scope)),
      minimumSeconds: setting('benchmark.minimumSeconds', scope),
      budgetSeconds: setting('benchmark.timeBudgetSeconds', scope),
    },
    args: setting('run.arguments', scope),
    ...(stdin !== '' && { stdin }),
    files: inputFiles(scope),
    witness: setting('verification.witness', scope),
    seed: setting('verification.seed', scope),
    inputs: setting('verification.inputs', scope),
    profile: setting('verification.profiledRun', scope),
    ...(sanitizers !== 'models' && { sanitize: sanitizers === 'always' }),
    repairRounds: setting('repairRounds', scope),
    startsAfresh: true,
    ...(budgetUsd > 0 && { budgetUsd }),
    ...(budgetTokens > 0 && { budgetTokens }),
  };
}

/** What both programs find in their working folder: paths are seen from the folder of the workspace. */
function inputFiles(scope?: Uri): readonly InputFile[] {
  const folder = (scope && workspace.getWorkspaceFolder(scope)) ?? workspace.workspaceFolders?.[0];
  return setting<string[]>('run.files', scope).map((path) => ({
    name:
      isAbsolute(path) || path.split(/[\\/]/).includes('..')
        ? basename(path)
        : path.replaceAll('\\', '/').replace(/\/+$/, ''),
    path: folder && !isAbsolute(path) ? join(folder.uri.fsPath, path) : path,
  }));
}

export function providersSettings(): ProvidersSettings {
  const providers: Record<string, ProviderSettings> = {};
  for (const [id, baseUrl] of Object.entries(setting<Record<string, string>>('providers.baseUrls'))) {
    providers[id] = { baseUrl };
  }
  const endpointUrl = setting<string>('huggingface.endpointUrl');
  const hubUrl = setting<string>('huggingface.hubUrl');
  providers['huggingface'] = {
    ...providers['huggingface'],
    provider: setting('huggingface.provider'),
    ...(endpointUrl && { endpointUrl }),
    ...(hubUrl && { hubUrl }),
  };
  return { providers, responseTimeoutSeconds: setting('requestTimeoutSeconds') };
}

interface PythonExtension {
  readonly environments?: { getActiveEnvironmentPath(resource?: Uri): { readonly path: string } | undefined };
}

/** The interpreter the user chose: our setting, else the Python extension's. */
export async function chosenInterpreter(scope?: Uri): Promise<string | undefined> {
  const own = setting<string>('python.path', scope);
  if (own) return own;
  try {
    const python = extensions.getExtension<PythonExtension>('ms-python.python');
    const path = (await python?.activate())?.environments?.getActiveEnvironmentPath(scope)?.path;
    return path === 'python' || path === '' ? undefined : path;
  } catch {
    return undefined;
  }
}
