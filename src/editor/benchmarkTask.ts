import {
  CodeLens,
  commands,
  CustomExecution,
  EventEmitter,
  l10n,
  languages,
  Range,
  Task,
  TaskPanelKind,
  TaskRevealKind,
  TaskScope,
  tasks,
  Uri,
  window,
  workspace,
  type CodeLensProvider,
  type ExtensionContext,
  type Pseudoterminal,
  type TaskDefinition,
  type TextDocument,
  FileType,
} from 'vscode';
import { parse, join } from 'node:path';
import { benchmarkText } from '../benchmark/report.ts';
import { flagTable } from '../conversion/flagReport.ts';
import { plain, renderEvent } from '../conversion/renderText.ts';
import { Failure, toFailure } from '../shared/failure.ts';
import { tryFlags } from './flagFinder.ts';
import type { Conversions } from './conversions.ts';
import { requireTrust } from './workspaceTrust.ts';

const TYPE = 'slipstream';

interface BenchmarkTaskDefinition extends TaskDefinition {
  readonly file: string;
  readonly python?: string;
  /** Tries compiler flags in place of measuring once. */
  readonly findFlags?: boolean;
}

interface Pair {
  readonly cpp: Uri;
  readonly python: Uri;
}

const sibling = (uri: Uri, extension: string) => uri.with({ path: uri.path.replace(/\.[^./]+$/, extension) });

/** The C++ and the Python that belong together, from either of them. */
async function pairOf(uri: Uri): Promise<Pair | undefined> {
  const pair = uri.path.endsWith('.py')
    ? { python: uri, cpp: sibling(uri, '.cpp') }
    : { cpp: uri, python: sibling(uri, '.py') };
  return (await isFile(pair.cpp)) && (await isFile(pair.python)) ? pair : undefined;
}

function absolute(path: string, base?: Uri): Uri {
  const folder = base ?? workspace.workspaceFolders?.[0]?.uri;
  return /^([a-z]:)?[\\/]/i.test(path) || !folder ? Uri.file(path) : Uri.joinPath(folder, path);
}

/** Renders one compile-and-benchmark in a terminal, and passes Ctrl+C on. It owns no engine. */
function terminal(conversions: Conversions, pair: () => Promise<Pair>, findsFlags: boolean): Pseudoterminal {
  const written = new EventEmitter<string>();
  const closed = new EventEmitter<number>();
  const abort = new AbortController();
  const write = (text: string) => written.fire(text.replace(/\r?\n/g, '\r\n'));
  const run = async (): Promise<number> => {
    if (!workspace.isTrusted)
      throw new Failure('untrusted-workspace', l10n.t('Compiling and running waits until you trust this workspace.'));
    const { cpp, python } = await pair();
    const [source, code] = await Promise.all([workspace.openTextDocument(python), workspace.openTextDocument(cpp)]);
    const unit = await conversions.unitOf(source, { wholeFile: true });
    if (findsFlags) {
      const records = await tryFlags(
        conversions,
        { unit, pythonUri: python, cpp: code.getText(), fileName: parse(cpp.path).base, isForeign: true },
        abort.signal,
        ({ flags }, done, count) => write(`${l10n.t('{0} of {1}: {2}', done, count, flags.join(' '))}\n`),
      );
      write(`\n${plain(flagTable(records))}`);
      return !abort.signal.aborted && records.some(({ seconds }) => seconds !== undefined) ? 0 : 1;
    }
    const evidence = await conversions.run(
      { unit, pythonUri: python, converterId: 'builtin', given: { cpp: code.getText(), uri: cpp } },
      {
        quiet: true,
        signal: abort.signal,
        onEvent: (event) => {
          write(renderEvent(event));
          if (event.type === 'benchmarked') write(`\n${benchmarkText(event.record)}\n`);
        },
      },
    );
    write(l10n.t('Slipstream: Export Report writes this as Markdown or JSON.') + '\n');
    return evidence.status === 'succeeded' ? 0 : 1;
  };
  return {
    onDidWrite: written.event,
    onDidClose: closed.event,
    open: () => {
      run().then(
        (status) => closed.fire(status),
        (error: unknown) => {
          write(`${plain(toFailure(error).message)}\n`);
          closed.fire(1);
        },
      );
    },
    close: () => abort.abort(),
    handleInput: (data) => {
      if (data.includes('\u0003')) abort.abort();
    },
  };
}

function makeTask(
  conversions: Conversions,
  definition: BenchmarkTaskDefinition,
  known?: Pair,
  scope: Task['scope'] = TaskScope.Workspace,
): Task {
  const pair = async ({ file, python }: BenchmarkTaskDefinition): Promise<Pair> => {
    if (known) return known;
    const cpp = absolute(file);
    const found = python ? { cpp, python: absolute(python) } : await pairOf(cpp);
    if (found) return found;
    throw new Failure('invalid-input', l10n.t('There is no Python beside {0}. Name it in the task as "python".', file));
  };
  const { base } = parse(definition.file);
  const name = definition.findFlags
    ? l10n.t('find the fastest equal flags for {0}', base)
    : l10n.t('compile and benchmark {0}', base);
  const task = new Task(
    definition,
    scope ?? TaskScope.Workspace,
    name,
    'slipstream',
    // Variables such as ${workspaceFolder} have their values only here.
    new CustomExecution(async (resolved) =>
      terminal(conversions, () => pair(resolved as BenchmarkTaskDefinition), definition.findFlags === true),
    ),
    '$slipstream',
  );
  task.presentationOptions = { reveal: TaskRevealKind.Always, panel: TaskPanelKind.Dedicated, clear: true };
  return task;
}

/** Tasks of type `slipstream`, the command that starts one, and the lenses above converted programs. */
export function registerBenchmark(context: ExtensionContext, conversions: Conversions): void {
  const changed = new EventEmitter<void>();
  const lenses: CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    async provideCodeLenses(document: TextDocument) {
      if (!(await pairOf(document.uri))) return [];
      const title = l10n.t('Compile and Benchmark');
      return [
        new CodeLens(new Range(0, 0, 0, 0), {
          title: `$(dashboard) ${title}`,
          command: 'slipstream.benchmark',
          arguments: [document.uri],
        }),
      ];
    },
  };
  const watcher = workspace.createFileSystemWatcher('**/*.{cpp,py}', false, true, false);
  context.subscriptions.push(
    changed,
    watcher,
    watcher.onDidCreate(() => changed.fire()),
    watcher.onDidDelete(() => changed.fire()),
    languages.registerCodeLensProvider(
      [
        { language: 'python', scheme: 'file' },
        { language: 'cpp', scheme: 'file' },
        { language: 'python', scheme: 'vscode-remote' },
        { language: 'cpp', scheme: 'vscode-remote' },
      ],
      lenses,
    ),
    tasks.registerTaskProvider(TYPE, {
      async provideTasks() {
        const files = await workspace.findFiles('**/*.cpp', '**/node_modules/**', 50);
        const pairs = await Promise.all(files.map((file) => pairOf(file)));
        return pairs
          .filter((pair) => pair !== undefined)
          .map((pair) => makeTask(conversions, { type: TYPE, file: workspace.asRelativePath(pair.cpp) }, pair));
      },
      resolveTask: (task) => makeTask(conversions, task.definition as BenchmarkTaskDefinition, undefined, task.scope),
    }),
    commands.registerCommand('slipstream.benchmark', async (argument?: unknown) => {
      if (!requireTrust()) return;
      const active = argument instanceof Uri ? argument : window.activeTextEditor?.document.uri;
      let pair = active && (await pairOf(active));
      const shown = conversions.shownPair;
      if (
        !pair &&
        shown &&
        (!active ||
          [shown.cpp, shown.python].some((each) => each.toString() === active.toString()) ||
          active.scheme === 'untitled')
      )
        pair = shown;
      if (!pair) {
        void window.showInformationMessage(
          l10n.t(
            'Compile and Benchmark needs a .cpp beside a .py of the same name. Convert the Python first, and keep the C++.',
          ),
        );
        return;
      }
      await tasks.executeTask(makeTask(conversions, { type: TYPE, file: join(pair.cpp.path) }, pair));
    }),
  );
}

/** True for a file that can be read as it is. */
async function isFile(uri: Uri): Promise<boolean> {
  return workspace.fs.stat(uri).then(
    ({ type }) => (type & FileType.File) !== 0,
    () => false,
  );
}
