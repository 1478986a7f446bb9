import { basename } from 'node:path';
import {
  commands,
  l10n,
  Uri,
  ViewColumn,
  window,
  workspace,
  type Disposable,
  type ExtensionContext,
  type LogOutputChannel,
  type TextDocument,
} from 'vscode';
import { redactSecrets } from '../providers/redact.ts';
import type { KnownParameter } from '../functionInputs/findInputs.ts';
import { readRows, writeRows, type InputRow, type Rejected } from '../functionInputs/inputRow.ts';
import { InputTable } from '../functionInputs/inputTable.ts';
import type { PythonUnit, UnitRequest } from '../python/unit.ts';
import { Failure, toFailure } from '../shared/failure.ts';
import { inputsMessage, type InputsAction, type InputsMessage, type InputsState } from '../shared/inputsProtocol.ts';
import type { VerificationRecord } from '../shared/evidence.ts';
import { DEFAULT_INPUTS, DEFAULT_SEED } from '../verification/verifyFunction.ts';
import type { Conversions, Shown } from './conversions.ts';
import { functionRequest, isForeign } from './functionRequest.ts';
import { chooseTestFolder, saveInputsAsTest } from './inputsTest.ts';
import { inputsState } from './inputsView.ts';
import { BUILTIN, pickConverter, type ModelSources } from './modelQuickPick.ts';
import { conversionOptions, setting } from './settings.ts';
import { StatePanel } from './statePanel.ts';
import { requireTrust } from './workspaceTrust.ts';

/** What the table works with. */
export interface InputsParts {
  readonly conversions: Conversions;
  readonly models: ModelSources;
  readonly log: LogOutputChannel;
}

/** The function whose inputs are shown. */
interface Subject {
  readonly unit: PythonUnit;
  readonly functionName: string;
  readonly pythonUri?: Uri;
  /** Its C++, when there is some. */
  readonly shown?: Shown;
  parameters: readonly KnownParameter[];
  readonly table: InputTable;
  verdict: { readonly tone: 'good' | 'bad' | 'plain'; readonly text: string } | undefined;
  notes: readonly string[];
  rejected: readonly string[];
}

/** Generated inputs beyond this many are not looked at one by one. */
const SHOWN_INPUTS = 60;

/** The table of a function's inputs: to look at, edit, compare on, hand on and keep as a test. */
export class Inputs implements Disposable {
  readonly #parts: InputsParts;
  readonly #panel: StatePanel<InputsState, InputsMessage>;
  #subject: Subject | undefined;
  #busy: { readonly text: string; readonly abort: AbortController; readonly yields: boolean } | undefined;

  constructor(context: ExtensionContext, parts: InputsParts) {
    this.#parts = parts;
    this.#panel = new StatePanel<InputsState, InputsMessage>(context, {
      viewType: 'slipstream.inputs',
      page: 'inputs',
      drawIntervalMilliseconds: 40,
      title: () => l10n.t('Inputs'),
      parse: (raw) => inputsMessage.safeParse(raw).data,
      handle: (message) => this.#handle(message),
      restore: (saved) => this.#restore(saved),
      closed: () => this.#busy?.abort.abort(),
      log: (text) => parts.log.warn(text),
    });
  }

  dispose(): void {
    this.#busy?.abort.abort();
    this.#panel.dispose();
  }

  /** Shows the inputs of the function at a place of a document. */
  async open(document: TextDocument, request: Omit<UnitRequest, 'text' | 'file' | 'cell'>): Promise<void> {
    const unit = await this.#parts.conversions.unitOf(document, request);
    await this.#start(unit, document.uri, await this.#shownOf(unit));
  }

  /** The conversion that is shown, where it is of this Python. */
  async #shownOf({ functionName, record }: PythonUnit): Promise<Shown | undefined> {
    const shown = await this.#parts.conversions.shown();
    return shown?.functionName === functionName && shown?.evidence.unit.sha256 === record.sha256 ? shown : undefined;
  }

  /** Shows the inputs of the function whose conversion is shown. */
  async openShown(): Promise<void> {
    const shown = await this.#parts.conversions.shown();
    if (!shown) throw new Failure('invalid-input', l10n.t('There is no conversion yet.'));
    await this.#start(shown.unit, shown.pythonUri, shown);
  }

  /** Does what a button of the table asks for, where a table is open. */
  async act(action: InputsAction): Promise<void> {
    if (!this.#subject) throw new Failure('invalid-input', l10n.t('Open the inputs of a function first.'));
    await this.#act(action, this.#subject);
  }

  async #start(unit: PythonUnit, pythonUri: Uri | undefined, shown: Shown | undefined): Promise<void> {
    if (unit.functionName === undefined || unit.record.kind !== 'function') {
      throw new Failure('invalid-input', l10n.t('Put the cursor in a function: inputs are those of a function.'));
    }
    const before = this.#subject;
    const isSame = before?.functionName === unit.functionName && before.pythonUri?.toString() === pythonUri?.toString();
    this.#subject = {
      unit,
      functionName: unit.functionName,
      ...(pythonUri && { pythonUri }),
      ...(shown && shown.cpp !== '' && { shown }),
      parameters: [],
      table: new InputTable(),
      verdict: undefined,
      notes: [],
      rejected: [],
    };
    this.#panel.show(ViewColumn.Active, false);
    await this.#find(this.#subject);
    // What was written or paid for stays.
    const own = isSame ? before.table.rows.filter(({ origin }) => origin === 'user' || origin === 'model') : [];
    this.#subject.table.merge(own.map(({ cpp: _cpp, equal: _equal, ...row }) => row));
    this.#draw();
  }

  async #find(subject: Subject): Promise<void> {
    const { unit, pythonUri: scope, shown } = subject;
    await this.#during(l10n.t('Looking for inputs…'), async (signal) => {
      const { findInputs } = await import('../functionInputs/findInputs.ts');
      const options = conversionOptions(scope);
      const found = await findInputs(
        {
          ...(await this.#python(subject, signal)),
          examples: (unit.examples ?? []).map(({ text }) => text),
          ...(unit.program !== undefined && options.profile !== false && { program: unit.program }),
          args: options.args,
          ...(options.stdin !== undefined && { stdin: options.stdin }),
          seed: options.seed ?? DEFAULT_SEED,
          inputs: Math.min(options.inputs ?? DEFAULT_INPUTS, SHOWN_INPUTS),
        },
        { signal },
      );
      subject.parameters = found.parameters;
      subject.notes = found.notes;
      subject.table.merge(found.rows);
      if (shown?.evidence.verification) await this.#takeFailing(subject, shown.evidence.verification, signal);
    });
  }

  /** The calls on which the two were found to differ come first. */
  async #takeFailing(subject: Subject, verification: VerificationRecord, signal: AbortSignal): Promise<void> {
    const { parseCallText } = await import('../verification/pythonLiteral.ts');
    const calls = [verification.mismatch?.input, ...(verification.failingInputs ?? [])];
    const rows = calls.flatMap((text): InputRow[] => {
      try {
        const args = text === undefined ? [] : parseCallText(text, subject.functionName);
        if (text === undefined || args.length !== subject.parameters.length) return [];
        const cpp = text === verification.mismatch?.input ? { cpp: verification.mismatch.actual } : {};
        return [{ origin: 'random', args, keep: true, note: l10n.t('the two differ'), equal: false, ...cpp }];
      } catch {
        // A value that has no literal cannot be shown.
        return [];
      }
    });
    if (rows.length === 0) return;
    subject.table.merge(rows);
    const { askPython } = await import('../functionInputs/findInputs.ts');
    const asked = await askPython(await this.#python(subject, signal), rows, { signal });
    subject.table.update(asked);
  }

  async #handle(message: Exclude<InputsMessage, { type: 'ready' }>): Promise<void> {
    const subject = this.#subject;
    if (!subject) throw new Failure('invalid-input', l10n.t('Open the inputs of a function first.'));
    const { table } = subject;
    switch (message.type) {
      case 'action':
        // Some take longer than a message of the panel may wait.
        void this.#act(message.action, subject).catch((error: unknown) => this.#parts.conversions.report(error));
        return;
      case 'keep':
        table.setKeep(message.keep, message.row);
        break;
      case 'remove':
        table.remove(message.row);
        break;
      case 'edit':
        table.edit(message.row, message.argument, message.text);
        void this.#askPython(subject).catch((error: unknown) => this.#parts.conversions.report(error));
        break;
    }
    this.#draw();
  }

  async #act(action: InputsAction, subject: Subject): Promise<void> {
    const { table, parameters } = subject;
    if (action === 'cancel') {
      this.#busy?.abort.abort();
      return;
    }
    if (!requireTrust()) return;
    switch (action) {
      case 'add':
        table.add(parameters.map(({ shape }) => shape));
        return this.#askPython(subject);
      case 'keep-all':
      case 'keep-none':
        table.setKeep(action === 'keep-all');
        return this.#draw();
      case 'propose':
        return this.#propose(subject);
      case 'import':
        return this.#import(subject);
      case 'export':
        return this.#export(subject);
      case 'convert':
        return this.#convert(subject);
      case 'compare':
        await this.#compare(subject);
        return;
      case 'save-test':
        return this.#saveTest(subject);
    }
  }

  /** Asks Python about rows of which nothing is known yet. */
  async #askPython(subject: Subject): Promise<void> {
    this.#draw();
    const rows = subject.table.rows.filter(({ python }) => python === undefined);
    // What is under way asks afterwards.
    if (rows.length === 0 || (this.#busy && !this.#busy.yields)) return;
    const ask = async (signal: AbortSignal): Promise<void> => {
      const { askPython } = await import('../functionInputs/findInputs.ts');
      subject.table.update(await askPython(await this.#python(subject, signal), rows, { signal }));
    };
    await this.#during(l10n.t('Asking Python…'), ask, true);
  }

  async #propose(subject: Subject): Promise<void> {
    const { conversions, models } = this.#parts;
    const scope = subject.pythonUri;
    const id = await pickConverter(models, setting<string>('model', scope));
    if (id === undefined) return;
    if (id === BUILTIN) {
      throw new Failure('invalid-input', l10n.t('The built-in engine thinks of no inputs. Choose a language model.'));
    }
    const budgetUsd = setting<number>('budget', scope);
    await this.#during(l10n.t('Waiting for {0}…', id), async (signal) => {
      const { proposeInputs } = await import('../functionInputs/proposeInputs.ts');
      const { functionName, unit, parameters, table } = subject;
      const request = { functionName, source: unit.source, parameters, ...(budgetUsd > 0 && { budgetUsd }) };
      const proposal = await proposeInputs(await conversions.languageModel(id), request, { signal });
      const fresh = table.merge(proposal.rows);
      subject.verdict = undefined;
      const cost = proposal.costUsd === undefined ? l10n.t('unknown') : `$${proposal.costUsd.toFixed(4)}`;
      subject.notes = [l10n.t('New inputs from {0}: {1}. Cost: {2}.', id, fresh, cost), ...proposal.notes];
      this.#tellRejected(subject, proposal.rejected);
    });
    await this.#askPython(subject);
  }

  #tellRejected(subject: Subject, rejected: readonly Rejected[]): void {
    subject.rejected = rejected.map(({ place, reason }) => `${place}: ${reason}`);
  }

  async #import(subject: Subject): Promise<void> {
    const [file] =
      (await window.showOpenDialog({
        title: l10n.t('Import inputs'),
        filters: { 'JSON Lines': ['jsonl', 'json'] },
        ...(subject.pythonUri && { defaultUri: Uri.joinPath(subject.pythonUri, '..') }),
      })) ?? [];
    if (!file) return;
    const text = Buffer.from(await workspace.fs.readFile(file)).toString('utf8');
    const { functionName, parameters } = subject;
    const { rows, rejected } = readRows(text, { functionName, parameters: parameters.length });
    const bare = rows.map(({ origin, args, note }) => ({
      origin,
      args,
      keep: true,
      ...(note !== undefined && { note }),
    }));
    const fresh = subject.table.merge(bare);
    subject.verdict = undefined;
    subject.notes = [l10n.t('New inputs from {0}: {1}.', basename(file.path), fresh)];
    this.#tellRejected(subject, rejected);
    await this.#askPython(subject);
  }

  async #export(subject: Subject): Promise<void> {
    const { functionName, pythonUri, table } = subject;
    if (table.kept.length === 0) throw new Failure('invalid-input', l10n.t('No input is kept.'));
    const folder = pythonUri ? Uri.joinPath(pythonUri, '..') : workspace.workspaceFolders?.[0]?.uri;
    const target = await window.showSaveDialog({
      title: l10n.t('Export the kept inputs'),
      filters: { 'JSON Lines': ['jsonl'] },
      ...(folder && { defaultUri: Uri.joinPath(folder, `${functionName}.inputs.jsonl`) }),
    });
    if (!target) return;
    await workspace.fs.writeFile(target, Buffer.from(writeRows(functionName, table.kept)));
    // The table stays in sight, as wide as it was.
    await window.showTextDocument(target, { viewColumn: this.#panel.besideIt, preview: true });
  }

  async #convert({ unit, pythonUri, table }: Subject): Promise<void> {
    await this.#parts.conversions.run({
      unit,
      ...(pythonUri && { pythonUri }),
      converterId: setting<string>('model', pythonUri),
      known: table.kept.map(({ origin, args }) => ({ source: origin, args })),
    });
  }

  /** Compares on the kept rows; gives the C++ as it was compiled to be called. */
  async #compare(subject: Subject): Promise<string> {
    const { shown, table } = subject;
    if (!shown)
      throw new Failure('invalid-input', l10n.t('Convert the function first: there is no C++ to compare with.'));
    if (table.kept.length === 0) throw new Failure('invalid-input', l10n.t('No input is kept.'));
    let calledSource = '';
    await this.#during(l10n.t('Comparing with the Python…'), async (signal) => {
      const { compareRows } = await import('../functionInputs/compareRows.ts');
      const request = await functionRequest(this.#parts.conversions, shown, signal);
      if (isForeign(shown) && !request.runner.sandboxed) {
        const services = await this.#parts.conversions.machine.services(shown.pythonUri);
        if (!(await services.approveUntrustedCode())) throw new Failure('cancelled', 'Cancelled.');
      }
      const compared = await compareRows(request, table.kept, { signal });
      ({ calledSource } = compared);
      const differing = compared.rows.filter(({ equal }) => equal === false);
      table.merge(differing.map((row) => ({ ...row, note: l10n.t('the two differ') })));
      table.update(compared.rows);
      subject.verdict = verdictOf(compared.verification, compared.rows);
      subject.notes = compared.verification.notChecked;
    });
    await this.#askPython(subject);
    return calledSource;
  }

  async #saveTest(subject: Subject): Promise<void> {
    const { shown, functionName, unit, table, parameters } = subject;
    if (!shown)
      throw new Failure('invalid-input', l10n.t('Convert the function first: there is no C++ to compare with.'));
    const folder = await chooseTestFolder(unit.record.file);
    if (folder === undefined) return;
    const calledSource = await this.#compare(subject);
    const keywordOnly = parameters.filter(({ isKeywordOnly }) => isKeywordOnly).map(({ name }) => name);
    const rows = table.kept;
    const order = { shown, unit, functionName, keywordOnly, rows, calledSource, folder, column: this.#panel.besideIt };
    await saveInputsAsTest(this.#parts.conversions, order);
  }

  /** The editor was reloaded: the rows are as they were, and nothing is run. */
  async #restore(saved: unknown): Promise<void> {
    const { uri, functionName, rows } = (saved ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof uri !== 'string' || typeof functionName !== 'string' || typeof rows !== 'string')
      return this.#panel.close();
    try {
      const pythonUri = Uri.parse(uri, true);
      const document = await workspace.openTextDocument(pythonUri);
      const unit = await this.#parts.conversions.unitOf(document, { functionName });
      const table = new InputTable();
      const read = readRows(rows, { functionName }).rows;
      table.merge(read);
      const parameters = (read[0]?.args ?? []).map((_, index) => ({
        name: String(index + 1),
        shape: undefined,
        isKeywordOnly: false,
      }));
      this.#subject = { unit, functionName, pythonUri, parameters, table, verdict: undefined, notes: [], rejected: [] };
      this.#draw();
      if (workspace.isTrusted) await this.#find(this.#subject);
      const shown = await this.#shownOf(unit);
      if (shown && this.#subject.unit === unit) {
        this.#subject = { ...this.#subject, shown };
        this.#draw();
      }
    } catch (error) {
      this.#parts.log.warn(redactSecrets(toFailure(error).message));
      this.#panel.close();
    }
  }

  async #python({ unit, functionName, pythonUri }: Subject, signal: AbortSignal) {
    const services = await this.#parts.conversions.machine.services(pythonUri);
    return {
      runner: await services.createRunner({ untrusted: false }),
      python: await services.findInterpreter(signal),
      functionName,
      source: unit.source,
      limits: conversionOptions(pythonUri).limits,
      assetFolder: services.assetFolder,
    };
  }

  /** Does one thing at a time, says what it is, and can be cancelled. */
  async #during(text: string, work: (signal: AbortSignal) => Promise<void>, yields = false): Promise<void> {
    this.#busy?.abort.abort();
    const busy = { text, abort: new AbortController(), yields };
    this.#busy = busy;
    this.#draw();
    try {
      await work(busy.abort.signal);
    } finally {
      if (this.#busy === busy) this.#busy = undefined;
      this.#draw();
    }
  }

  #draw(): void {
    const subject = this.#subject;
    if (!subject) return;
    const { pythonUri, functionName, parameters, shown, verdict, notes, rejected, table } = subject;
    const uri = pythonUri?.toString() ?? '';
    const cppOf = shown?.evidence.converterLabel;
    this.#panel.update(
      inputsState(table, { uri, functionName, parameters, cppOf, busy: this.#busy?.text, verdict, notes, rejected }),
    );
  }
}

function verdictOf({ outcome, inputs, notChecked }: VerificationRecord, rows: readonly InputRow[]): Subject['verdict'] {
  const differ = rows.filter(({ equal }) => equal === false).length;
  if (outcome === 'not-compared') return { tone: 'plain', text: notChecked[0] ?? l10n.t('Nothing was compared.') };
  return outcome === 'equal'
    ? { tone: 'good', text: l10n.t('Equal on {0} kept inputs', inputs) }
    : { tone: 'bad', text: l10n.t('Different on {0} of {1} kept inputs', differ, inputs) };
}

/** The commands that open the table and act on it. */
export function registerInputs(
  context: ExtensionContext,
  inputs: Inputs,
  { conversions }: InputsParts,
  targetOf: () => Promise<
    | { readonly document: TextDocument; readonly selection?: { readonly start: number; readonly end: number } }
    | undefined
  >,
): void {
  const guarded = (work: () => Promise<void>) => async (): Promise<void> => {
    if (!requireTrust()) return;
    await work().catch((error: unknown) => conversions.report(error));
  };
  const open = async (): Promise<void> => {
    // From the C++ or the panel, those of the function that was converted are meant.
    if (window.activeTextEditor?.document.languageId !== 'python' && conversions.evidence) return inputs.openShown();
    const target = await targetOf();
    if (target) await inputs.open(target.document, target.selection ? { selection: target.selection } : {});
  };
  context.subscriptions.push(
    inputs,
    commands.registerCommand('slipstream.inputs', guarded(open)),
    commands.registerCommand(
      'slipstream.inputsOfShown',
      guarded(() => inputs.openShown()),
    ),
    commands.registerCommand(
      'slipstream.proposeInputs',
      guarded(async () => {
        await open();
        await inputs.act('propose');
      }),
    ),
    commands.registerCommand(
      'slipstream.saveInputsAsTest',
      guarded(async () => {
        await inputs.openShown();
        await inputs.act('save-test');
      }),
    ),
  );
}
