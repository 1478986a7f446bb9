import {
  commands,
  EventEmitter,
  env,
  l10n,
  languages,
  ProgressLocation,
  Selection,
  TextEditorRevealType,
  Uri,
  ViewColumn,
  window,
  workspace,
  type Disposable,
  type ExtensionContext,
  type LogOutputChannel,
  type TextDocument,
} from 'vscode';
import type { EvidenceStore } from '../conversion/evidenceStore.ts';
import type { LanguageModel } from '../providers/languageModel.ts';
import { redactedError } from '../providers/redact.ts';
import type { PythonUnit, UnitRequest } from '../python/unit.ts';
import type { ConversionEvent } from '../shared/conversionEvent.ts';
import type { Evidence } from '../shared/evidence.ts';
import { Failure, toFailure } from '../shared/failure.ts';
import type { PanelAction, PanelMessage } from '../shared/panelProtocol.ts';
import { signalOf } from './abort.ts';
import { openAttempt } from './attempts.ts';
import { createConversionPanel, type ConversionPanel } from './conversionPanel.ts';
import { ConversionView, originLabel, unitLabel } from './conversionView.ts';
import { CPP_SCHEME, CppDocuments } from './cppDocuments.ts';
import { closeCpp, followCpp, makeRoom, openCpp, tabUri } from './cppEditors.ts';
import { toDiagnostic } from './editorDiagnostics.ts';
import { exportEvidence, keepCpp } from './keptFiles.ts';
import { assetPath, type Machine } from './machine.ts';
import { pickConverter, type ModelSources } from './modelQuickPick.ts';
import { Pipeline, type Order, type PipelineParts } from './pipeline.ts';
import { cppUriOf, unitOfRecord } from './recordedUnit.ts';
import { setting } from './settings.ts';
import { requireTrust } from './workspaceTrust.ts';

interface Current {
  readonly order?: Order;
  readonly view: ConversionView;
  readonly uri: Uri;
  readonly abort?: AbortController;
}

/** The conversion that is shown, with its C++ as it stands in the editor. */
export interface Shown {
  readonly evidence: Evidence;
  readonly cpp: string;
  readonly unit: PythonUnit;
  readonly pythonUri?: Uri;
  readonly functionName?: string;
  /** Calls of the function with literals. */
  readonly examples: readonly string[];
}

/** Runs conversions and shows them: in the panel, in the C++ beside the Python, and in the Problems panel. */
export class Conversions implements Disposable {
  readonly #context: ExtensionContext;
  readonly #models: ModelSources;
  readonly #log: LogOutputChannel;
  readonly store: EvidenceStore;
  readonly #pipeline: Pipeline;
  readonly #documents: CppDocuments;
  readonly #panel: ConversionPanel;
  readonly #cppDiagnostics = languages.createDiagnosticCollection('slipstream-cpp');
  readonly #pythonDiagnostics = languages.createDiagnosticCollection('slipstream-python');
  readonly #disposables: Disposable[] = [];
  readonly #finished = new EventEmitter<{ readonly order: Order; readonly evidence: Evidence }>();
  /** Told of each run that came to its end, with what was asked for. */
  readonly onDidFinish = this.#finished.event;
  #current: Current | undefined;

  constructor(context: ExtensionContext, parts: PipelineParts & { readonly models: ModelSources }) {
    const { log, models, store } = parts;
    this.#context = context;
    this.#models = models;
    this.#log = log;
    this.store = store;
    this.#pipeline = new Pipeline(context, parts);
    this.#documents = new CppDocuments(this.store);
    this.#panel = createConversionPanel(context, {
      handle: (message) => this.#handle(message),
      restore: async (id) => {
        if (this.#current) return this.#draw();
        const evidence = id === undefined ? undefined : await this.store.load(id).catch(() => undefined);
        // A panel that has nothing to show any more is not left there empty.
        if (evidence) await this.open(evidence);
        else this.#panel.close();
      },
      log: (text) => log.warn(text),
    });
    this.#disposables.push(
      workspace.registerFileSystemProvider(CPP_SCHEME, this.#documents, { isCaseSensitive: true }),
      workspace.onDidChangeTextDocument(({ document }) => this.#changed(document)),
      this.#finished,
      this.#panel,
      this.#pipeline,
      this.#cppDiagnostics,
      this.#pythonDiagnostics,
    );
  }

  dispose(): void {
    this.#current?.abort?.abort();
    for (const each of this.#disposables) each.dispose();
  }

  get evidence(): Evidence | undefined {
    return this.#current?.view.evidence;
  }

  /** The C++ that is shown, and the Python it came from, when that was the whole of a document. */
  get shownPair(): { readonly cpp: Uri; readonly python: Uri } | undefined {
    const current = this.#current;
    const python = current && this.#pythonUri(current);
    return python && current.view.evidence.unit.kind === 'file' ? { cpp: current.uri, python } : undefined;
  }

  /** The language model of this id. Throws Failure. */
  languageModel(id: string): Promise<LanguageModel> {
    return this.#pipeline.languageModel(id);
  }

  get machine(): Machine {
    return this.#pipeline.machine;
  }

  /** What is shown, once it is finished. */
  async shown(): Promise<Shown | undefined> {
    const current = this.#current;
    if (!current || current.view.evidence.status === 'running') return undefined;
    const { evidence } = current.view;
    const pythonUri = this.#pythonUri(current);
    const unit = current.order?.unit ?? unitOfRecord(evidence);
    return {
      evidence,
      unit,
      cpp: (await workspace.openTextDocument(current.uri)).getText(),
      ...(pythonUri && { pythonUri }),
      ...(unit.functionName !== undefined && unit.record.kind === 'function' && { functionName: unit.functionName }),
      examples: (unit.examples ?? []).map(({ text }) => text),
    };
  }

  /** Keeps with a conversion what was found out afterwards. */
  async tell(id: string, found: Pick<Evidence, 'pythonModule' | 'growth' | 'flags'>): Promise<void> {
    const view = this.#current?.view;
    const known = view?.evidence.id === id ? view.evidence : await this.store.load(id);
    const evidence = { ...known, ...found };
    await this.store.save(evidence);
    if (view?.evidence.id !== id) return;
    view.evidence = evidence;
    this.#draw();
  }

  /** Cuts the unit out of a document. Throws Failure `syntax-error` with the first place. */
  async unitOf(document: TextDocument, request: Omit<UnitRequest, 'text' | 'file' | 'cell'>): Promise<PythonUnit> {
    const { createPythonParser } = await import('../python/parser.ts');
    const { selectUnit } = await import('../python/selectUnit.ts');
    const parser = await createPythonParser({ assetFolder: assetPath(this.#context) });
    const result = selectUnit(parser, {
      ...request,
      text: document.getText(),
      ...(document.uri.scheme === 'file' || document.uri.scheme === 'vscode-remote'
        ? { file: document.uri.fsPath }
        : {}),
      cell: document.uri.scheme === 'vscode-notebook-cell',
    });
    this.#pythonDiagnostics.set(document.uri, result.diagnostics.map(toDiagnostic));
    if (result.ok) return result.unit;
    const [first] = result.diagnostics;
    const shown = window.visibleTextEditors.find((editor) => editor.document === document);
    if (first) shown?.revealRange(toDiagnostic(first).range, TextEditorRevealType.InCenterIfOutsideViewport);
    throw new Failure('syntax-error', l10n.t('Line {0}: {1}', (first?.line ?? 0) + 1, first?.message ?? ''));
  }

  /** Converts what the person points at, and shows it. Gives the Evidence, or nothing when there was nothing to convert. */
  async convert(
    document: TextDocument,
    request: Omit<UnitRequest, 'text' | 'file' | 'cell'>,
    converterId?: string,
  ): Promise<Evidence | undefined> {
    if (!requireTrust()) return undefined;
    try {
      const unit = await this.unitOf(document, request);
      return await this.run({
        unit,
        pythonUri: document.uri,
        converterId: converterId ?? setting<string>('model', document.uri),
      });
    } catch (error) {
      this.report(error);
      return undefined;
    }
  }

  /** Shows a failure that has no panel to stand in. */
  report(error: unknown): void {
    const failure = toFailure(error);
    this.#log.error(redactedError(failure));
    if (failure.reason !== 'cancelled') void window.showErrorMessage(failure.message);
  }

  /** Runs the pipeline; gives the Evidence, whatever became of it. */
  async run(
    order: Order,
    options: {
      readonly onEvent?: (event: ConversionEvent) => void;
      readonly signal?: AbortSignal;
      readonly quiet?: boolean;
    } = {},
  ): Promise<Evidence> {
    this.#current?.abort?.abort();
    const abort = new AbortController();
    options.signal?.addEventListener('abort', () => abort.abort(), { once: true });
    await commands.executeCommand('setContext', 'slipstream.converting', true);
    let current: Current | undefined;
    try {
      for await (const event of await this.#pipeline.events(order, abort.signal)) {
        options.onEvent?.(event);
        if (event.type === 'started') {
          const uri = order.given?.uri ?? cppUriOf(event.evidence);
          current = { order, view: new ConversionView(event.evidence), uri, abort };
          this.#current = current;
          if (!options.quiet) await this.#show(current);
        }
        if (!current) continue;
        current.view.apply(event);
        this.#render(current, event);
      }
      if (!current) throw new Failure('internal', l10n.t('The conversion ended without a record.'));
      this.#finished.fire({ order, evidence: current.view.evidence });
      return current.view.evidence;
    } finally {
      if (this.#current === current || this.#current?.view.evidence.status !== 'running')
        await commands.executeCommand('setContext', 'slipstream.converting', false);
    }
  }

  /** Shows the Python, the C++ beside it and the panel. */
  async #show(current: Current): Promise<void> {
    const columns = await makeRoom(this.#panel.column);
    this.#panel.show(columns.panel, true);
    this.#draw();
    if (current.order?.given) return;
    this.#documents.set(current.uri, current.view.evidence.cpp, true);
    await openCpp(current.uri, columns.cpp);
  }

  #render(current: Current, event: ConversionEvent): void {
    const given = current.order?.given !== undefined;
    if (event.type === 'code' && !given) this.#documents.set(current.uri, event.cpp, true);
    if (event.type === 'finished') {
      if (!given) this.#documents.set(current.uri, event.evidence.cpp, false);
      this.#log.info(`${event.evidence.id}: ${event.evidence.status} (${event.evidence.converterLabel})`);
    }
    if (event.type === 'failure') this.#log.error(`${event.stage}: ${event.reason}: ${event.message}`);
    if (event.type === 'diagnostics') {
      const uri = event.on === 'cpp' ? current.uri : current.order?.pythonUri;
      const collection = event.on === 'cpp' ? this.#cppDiagnostics : this.#pythonDiagnostics;
      if (uri) collection.set(uri, event.diagnostics.map(toDiagnostic));
    }
    this.#draw();
  }

  #draw(): void {
    if (this.#current) this.#panel.update(this.#current.view.state());
  }

  /** Follows the stream, and notices edits made after the verdict. */
  #changed(document: TextDocument): void {
    const current = this.#current;
    if (!current || document.uri.toString() !== current.uri.toString()) return;
    const { view } = current;
    if (view.evidence.status === 'running') {
      followCpp(document);
      return;
    }
    const edited = document.getText() !== view.evidence.cpp;
    if (edited === view.edited) return;
    view.edited = edited;
    this.#draw();
  }

  /** Shows a record in the panel, with its C++. */
  async open(evidence: Evidence): Promise<void> {
    if (this.#current?.view.evidence.id === evidence.id) {
      this.#panel.show(ViewColumn.Beside, true);
      this.#draw();
      return;
    }
    this.#current?.abort?.abort();
    // A record that still says "running" belongs to an editor that went away.
    const seen: Evidence = evidence.status === 'running' ? { ...evidence, status: 'cancelled' } : evidence;
    const uri = cppUriOf(seen);
    const view = new ConversionView(seen);
    view.edited = ((await this.store.loadEdit(seen.id)) ?? seen.cpp) !== seen.cpp;
    this.#current = { view, uri };
    this.#panel.show(ViewColumn.Beside, true);
    this.#draw();
  }

  /** Ends the conversion that runs, or what goes on about one that is finished. */
  cancel(): void {
    this.#current?.abort?.abort();
    this.#current?.view.work?.abort.abort();
  }

  /**
   * Does what takes a while about the conversion that is shown: told in the panel and in a notification, and cancelled from
   * either. Throws Failure `invalid-input` while something else goes on: two measurements would disturb each other.
   */
  async during<T>(
    title: string,
    work: (signal: AbortSignal, tell: (done: string, percent: number) => void) => Promise<T>,
  ): Promise<T> {
    const view = this.#current?.view;
    if (view?.work) {
      throw new Failure('invalid-input', l10n.t('{0}: wait until it is done, or cancel it.', view.work.text));
    }
    const abort = new AbortController();
    const show = (text?: string): void => {
      if (!view) return;
      view.work = text === undefined ? undefined : { text, abort };
      this.#draw();
    };
    show(title);
    try {
      return await window.withProgress(
        { location: ProgressLocation.Notification, title, cancellable: true },
        (progress, token) =>
          work(AbortSignal.any([signalOf(token), abort.signal]), (message, increment) => {
            progress.report({ message, increment });
            show(`${title}: ${message}`);
          }),
      );
    } finally {
      show();
    }
  }

  async history(): Promise<void> {
    const list = await this.store.list();
    if (list.length === 0) {
      void window.showInformationMessage(
        l10n.t('No conversions yet. Right-click a Python file and choose Convert to C++.'),
      );
      return;
    }
    const picked = await window.showQuickPick(
      list.map((evidence) => ({
        label: unitLabel(evidence),
        description: `${new Date(evidence.startedAt).toLocaleString()} · ${originLabel(evidence)}`,
        detail: new ConversionView(
          evidence.status === 'running' ? { ...evidence, status: 'cancelled' } : evidence,
        ).verdict(),
        evidence,
      })),
      { title: l10n.t('Conversion History'), matchOnDescription: true, matchOnDetail: true },
    );
    if (picked) await this.open(picked.evidence);
  }

  async #handle(message: Exclude<PanelMessage, { type: 'ready' }>): Promise<void> {
    const current = this.#current;
    if (!current) return;
    if (message.type === 'action') {
      await this.act(message.action);
      return;
    }
    if (message.type === 'attempt') {
      const { evidence } = current.view;
      const chosen = evidence.attempts.find(({ number }) => number === message.number);
      if (chosen) await openAttempt(evidence, chosen);
      return;
    }
    const uri = message.on === 'cpp' ? current.uri : this.#pythonUri(current);
    if (!uri) return;
    const at = new Selection(message.line, message.column, message.line, message.column);
    const known = window.tabGroups.all.find(({ tabs }) =>
      tabs.some((tab) => tabUri(tab)?.toString() === uri.toString()),
    );
    await window.showTextDocument(uri, { selection: at, viewColumn: known?.viewColumn ?? ViewColumn.One });
  }

  #pythonUri({ order, view }: Current): Uri | undefined {
    const { file } = view.evidence.unit;
    return order?.pythonUri ?? (file ? Uri.file(file) : undefined);
  }

  /** Does what a button of the panel, or a command, asks for. */
  async act(action: PanelAction): Promise<void> {
    const current = this.#current;
    if (!current) throw new Failure('invalid-input', l10n.t('There is no conversion yet.'));
    const { view, uri } = current;
    // The document is read even when no editor shows it: it may have been edited.
    const text = async () => (await workspace.openTextDocument(uri)).getText();
    switch (action) {
      case 'cancel':
        return this.cancel();
      case 'keep':
        if (await keepCpp(view.evidence, uri, await text())) this.#cppDiagnostics.delete(uri);
        return;
      case 'discard':
        await closeCpp(uri);
        this.#cppDiagnostics.delete(uri);
        return this.#panel.close();
      case 'try-again':
        return void this.#again(current).catch((error: unknown) => this.report(error));
      case 'try-another-model':
      case 'start':
        return void this.#anotherModel(current).catch((error: unknown) => this.report(error));
      case 'open-as-file': {
        const document = await workspace.openTextDocument({ language: 'cpp', content: await text() });
        await window.showTextDocument(document);
        return;
      }
      case 'copy':
        return env.clipboard.writeText(await text());
      case 'copy-install-line':
        return env.clipboard.writeText(view.state().installLine ?? '');
      case 'export-report':
        return this.exportReport();
      case 'show-code':
        return openCpp(uri, ViewColumn.Two);
      case 'show-python':
        return;
      case 'manage-trust':
        await commands.executeCommand('workbench.trust.manage');
        return;
      case 'set-key':
        await commands.executeCommand('slipstream.setApiKey', view.evidence.converterId.split('/')[0]);
        return;
      case 'show-log':
        return this.#log.show(true);
      case 'history':
        return this.history();
      case 'benchmark':
        await commands.executeCommand('slipstream.benchmark');
        return;
      // These take longer than a message of the panel may wait.
      case 'use-from-python':
        return void commands.executeCommand('slipstream.useFromPython');
      case 'measure-growth':
        return void commands.executeCommand('slipstream.measureGrowth');
      case 'inputs':
        return void commands.executeCommand('slipstream.inputsOfShown');
      case 'find-flags':
        return void commands.executeCommand('slipstream.findFlags');
      case 'use-flags':
        return void commands.executeCommand('slipstream.useFastestFlags');
      case 'compare-attempts':
        return void commands.executeCommand('slipstream.compareAttempts');
    }
  }

  async #again(current: Current, converterId = current.view.evidence.converterId): Promise<void> {
    if (!requireTrust()) return;
    const order: Order = current.order ?? {
      unit: unitOfRecord(current.view.evidence),
      pythonUri: this.#pythonUri(current),
      converterId,
    };
    await this.run({
      unit: order.unit,
      pythonUri: order.pythonUri,
      converterId,
      ...(order.known && { known: order.known }),
    });
  }

  async #anotherModel(current: Current): Promise<void> {
    const id = await pickConverter(this.#models, current.view.evidence.converterId);
    if (id) await this.#again(current, id);
  }

  /** Writes the Evidence as Markdown or JSON, by the ending of the chosen name. */
  async exportReport(): Promise<void> {
    const evidence = this.evidence;
    if (!evidence) throw new Failure('invalid-input', l10n.t('There is no conversion yet.'));
    // The panel stays in sight.
    await exportEvidence(evidence, this.#panel.besideIt);
  }
}
