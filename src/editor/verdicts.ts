import {
  CodeLens,
  commands,
  EventEmitter,
  l10n,
  languages,
  Location,
  Range,
  TestMessage,
  TestRunProfileKind,
  TestRunRequest,
  tests,
  window,
  workspace,
  type Disposable,
  type ExtensionContext,
  type TestController,
  type TestItem,
  type TextDocument,
  type Uri,
} from 'vscode';
import { comparedSpeed } from '../benchmark/report.ts';
import type { Evidence } from '../shared/evidence.ts';
import { visibleText } from '../shared/visibleText.ts';
import { signalOf } from './abort.ts';
import type { Conversions } from './conversions.ts';
import { unitLabel } from './conversionView.ts';
import type { Order } from './pipeline.ts';
import { cppUriOf } from './recordedUnit.ts';
import { requireTrust } from './workspaceTrust.ts';

/** The last verdict on a piece of a document, and the text it was about. */
interface Verdict {
  readonly order: Order;
  readonly evidence: Evidence;
  /** The lines that were converted, as they were. */
  readonly text: string;
}

/** Compiles, compares and measures the C++ of a verdict as it stands in the editor now. */
async function runAgain(conversions: Conversions, order: Order, uri: Uri, signal: AbortSignal): Promise<void> {
  const cpp = (await workspace.openTextDocument(uri)).getText();
  await conversions.run({ ...order, given: { cpp, uri } }, { quiet: true, signal });
}

/** The verdicts of this session: as tests in the Test Explorer, where they can be run again, and as lenses above the Python. */
export function registerVerdicts(context: ExtensionContext, conversions: Conversions): void {
  const verdicts = new Map<string, Verdict>();
  const changed = new EventEmitter<void>();
  let controller: TestController | undefined;

  /** Made on the first verdict: an empty Test Explorer is no use to anybody. */
  const testController = (): TestController => {
    if (controller) return controller;
    const made = tests.createTestController('slipstream', l10n.t('Slipstream'));
    context.subscriptions.push(made);
    made.createRunProfile(
      l10n.t('Compare'),
      TestRunProfileKind.Run,
      async (request, token) => {
        if (!requireTrust()) return;
        const wanted = request.include ?? [...made.items].map(([, item]) => item);
        for (const item of wanted) {
          const verdict = verdicts.get(item.id);
          if (!verdict || request.exclude?.includes(item) === true || token.isCancellationRequested) continue;
          const { order, evidence } = verdict;
          const uri = order.given?.uri ?? cppUriOf(evidence);
          await runAgain(conversions, order, uri, signalOf(token)).catch((error: unknown) => conversions.report(error));
        }
      },
      true,
    );
    controller = made;
    return made;
  };

  const finished = ({ order, evidence }: { readonly order: Order; readonly evidence: Evidence }): void => {
    const { verification, unit } = evidence;
    if (!order.pythonUri || !verification || verification.outcome === 'not-compared') return;
    const uri = order.pythonUri;
    const document = workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
    const [first, last] = unit.range;
    const range = new Range(first, 0, last, Number.MAX_SAFE_INTEGER);
    const id = `${uri.toString()}#${unit.kind === 'file' ? '' : unit.name}`;
    const known = verdicts.get(id);
    // What is measured again keeps the order that made it, so that it can be run once more.
    const text = document?.getText(range) ?? known?.text ?? '';
    verdicts.set(id, { order: known && order.given ? { ...known.order, given: order.given } : order, evidence, text });
    changed.fire();
    const tests = testController();
    const item: TestItem = tests.items.get(id) ?? tests.createTestItem(id, unitLabel(evidence), uri);
    item.range = range;
    item.description = evidence.converterLabel;
    tests.items.add(item);
    const run = tests.createTestRun(new TestRunRequest([item]), unitLabel(evidence), true);
    run.started(item);
    const { mismatch } = verification;
    if (mismatch) {
      const summary = visibleText(mismatch.summary);
      const message = TestMessage.diff(summary, visibleText(mismatch.expected), visibleText(mismatch.actual));
      message.location = new Location(uri, range);
      run.failed(item, message);
      // It is written to a terminal.
      const told = [summary, ...(verification.failingInputs ?? []).map((input) => `  ${visibleText(input)}`)];
      run.appendOutput(`${told.join('\n').replaceAll('\n', '\r\n')}\r\n`, undefined, item);
    } else run.passed(item);
    run.end();
  };

  const lens = (document: TextDocument, { evidence, text }: Verdict): CodeLens[] => {
    // A verdict is about the text as it was: once that is gone, so is the verdict.
    const at = text === '' ? -1 : document.getText().indexOf(text);
    if (at < 0) return [];
    const start = document.positionAt(at);
    return [
      new CodeLens(new Range(start, start), {
        title: lensTitle(evidence),
        command: 'slipstream.openConversion',
        arguments: [evidence.id],
      }),
    ];
  };

  const disposables: Disposable[] = [
    changed,
    conversions.onDidFinish(finished),
    // The editor forgets about new lenses when it loses the focus a moment after it was told of them.
    window.onDidChangeActiveTextEditor(() => {
      if (verdicts.size > 0) changed.fire();
    }),
    commands.registerCommand('slipstream.openConversion', async (id: unknown) => {
      const verdict = [...verdicts.values()].find(({ evidence }) => evidence.id === id);
      if (verdict) await conversions.open(verdict.evidence).catch((error: unknown) => conversions.report(error));
    }),
    languages.registerCodeLensProvider(
      { language: 'python' },
      {
        onDidChangeCodeLenses: changed.event,
        provideCodeLenses: (document) =>
          [...verdicts.values()]
            .filter(({ order }) => order.pythonUri?.toString() === document.uri.toString())
            .flatMap((verdict) => lens(document, verdict)),
      },
    ),
  ];
  context.subscriptions.push(...disposables);
}

/** Such as "C++: equal on 214 inputs, 63x faster". */
function lensTitle({ verification, benchmark }: Evidence): string {
  if (verification?.outcome !== 'equal') return l10n.t('C++: different');
  const equal =
    verification.functionName === undefined
      ? l10n.t('C++: equal')
      : l10n.t('C++: equal on {0} inputs', verification.inputs);
  if (!benchmark) return equal;
  const { direction, ratio } = comparedSpeed(benchmark);
  if (direction === 'same') return equal;
  return direction === 'faster' ? l10n.t('{0}, {1}x faster', equal, ratio) : l10n.t('{0}, {1}x slower', equal, ratio);
}
