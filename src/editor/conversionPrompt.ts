import { join } from 'node:path';
import { workspace, type ExtensionContext, type TextDocument } from 'vscode';
import type { PromptMessage } from '../conversion/prompt.ts';
import { Failure } from '../shared/failure.ts';
import { chosenInterpreter, conversionOptions, setting } from './settings.ts';

/**
 * What a language model would be sent for the part of a document that Convert to C++ takes. In a workspace that is not trusted
 * nothing is looked for on the machine, so that interpreter and compiler stay unnamed. Throws Failure.
 */
export async function conversionPrompt(
  context: ExtensionContext,
  document: TextDocument,
  selection: { readonly start: number; readonly end: number } | undefined,
): Promise<PromptMessage[]> {
  if (document.languageId !== 'python') {
    throw new Failure('invalid-input', 'Only Python is converted to C++. Open a Python file to see its prompt.');
  }
  const [
    { buildPrompt },
    { describeMachine },
    { findCompilers },
    { createPythonParser },
    { findInterpreter },
    { selectUnit },
  ] = await Promise.all([
    import('../conversion/prompt.ts'),
    import('../conversion/machineRecord.ts'),
    import('../cpp/findCompilers.ts'),
    import('../python/parser.ts'),
    import('../python/interpreter.ts'),
    import('../python/selectUnit.ts'),
  ]);
  const parser = await createPythonParser({ assetFolder: join(context.extensionPath, 'dist', 'assets') });
  const result = selectUnit(parser, { text: document.getText(), ...(selection ? { selection } : { wholeFile: true }) });
  if (!result.ok) {
    const [first] = result.diagnostics;
    throw new Failure(
      'syntax-error',
      `This is not Python that can be converted: ${first?.message ?? 'a syntax error'}`,
    );
  }
  const { signal } = new AbortController();
  const common = { environment: process.env, platform: process.platform, signal };
  const scope = document.uri;
  const [python, compilers] = workspace.isTrusted
    ? await Promise.all([
        chosenInterpreter(scope).then((configuredPath) =>
          findInterpreter({ ...common, configuredPath }).catch(() => undefined),
        ),
        findCompilers({ ...common, configuredPath: setting<string>('compiler.path', scope) || undefined }).catch(
          () => [],
        ),
      ])
    : [undefined, []];
  const [compiler] = compilers;
  const { platform, architecture, cpu, cores } = describeMachine();
  return buildPrompt({
    unit: result.unit,
    target: {
      ...(python && { pythonVersion: python.version }),
      machine: `${platform} ${architecture}, ${cpu}, ${cores} cores`,
      ...(compiler && { compiler: compiler.label }),
      flags: conversionOptions(scope).flags ?? compiler?.defaultFlags ?? [],
    },
    repairs: [],
  });
}
