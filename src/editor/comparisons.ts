import {
  l10n,
  Uri,
  ViewColumn,
  window,
  type Disposable,
  type ExtensionContext,
  type LogOutputChannel,
  type TextDocument,
} from 'vscode';
import { Turns } from '../conversion/turns.ts';
import type { KeySource } from '../providers/keySource.ts';
import type { PythonUnit, UnitRequest } from '../python/unit.ts';
import type { ComparisonMessage } from '../shared/comparisonProtocol.ts';
import { Failure, toFailure } from '../shared/failure.ts';
import { pickComparedModels } from './comparedModels.ts';
import { createComparisonPanel, type ComparisonPanel } from './comparisonPanel.ts';
import { comparisonState, Entrant, type ComparisonSetting } from './comparisonView.ts';
import type { Conversions } from './conversions.ts';
import { ConversionView } from './conversionView.ts';
import { BUILTIN, type ModelSources } from './modelQuickPick.ts';
import { Pipeline, type Order } from './pipeline.ts';
import { conversionOptions, providersSettings, setting } from './settings.ts';
import { unitOfRecord } from './recordedUnit.ts';
import { requireTrust } from './workspaceTrust.ts';

const REMEMBERED = 'slipstream.comparedModels';

interface Running {
  readonly all: AbortController;
  readonly each: ReadonlyMap<string, AbortController>;
}

interface Comparison {
  readonly unit: PythonUnit;
  readonly pythonUri?: Order['pythonUri'];
  readonly entrants: readonly Entrant[];
  readonly attempts: number;
  phase: ComparisonSetting['phase'];
  budgetUsd: number | undefined;
  running?: Running;
}

export interface ComparisonParts {
  readonly conversions: Conversions;
  /** Keys that are asked for when they are missing. */
  readonly keys: KeySource;
  readonly models: ModelSources;
  readonly log: LogOutputChannel;
}

/** The same Python by several models at once: they write side by side; compiling, comparing and measuring go one after the other. */
export class Comparisons implements Disposable {
  readonly #context: ExtensionContext;
  readonly #parts: ComparisonParts;
  readonly #pipeline: Pipeline;
  readonly #panel: ComparisonPanel;
  #current: Comparison | undefined;

  constructor(context: ExtensionContext, parts: ComparisonParts) {
    const { conversions, models, log } = parts;
    this.#context = context;
    this.#parts = parts;
    // Keys are asked for one after the other before the start: many boxes at once could not be answered.
    this.#pipeline = new Pipeline(context, { ...models, log, store: conversions.store });
    this.#panel = createComparisonPanel(context, {
      act: (message) => this.#act(message),
      restore: (ids) => this.#restore(ids),
      closed: () => {
        this.#current?.running?.all.abort();
        this.#current = undefined;
      },
      log: (text) => log.warn(text),
    });
  }

  dispose(): void {
    this.#current?.running?.all.abort();
    this.#panel.dispose();
    this.#pipeline.dispose();
  }

  /** Asks who shall take part, and shows what it is likely to cost. Nothing is sent before a person starts it. */
  async prepare(document: TextDocument, request: Omit<UnitRequest, 'text' | 'file' | 'cell'>): Promise<void> {
    if (!requireTrust()) return;
    const unit = await this.#parts.conversions.unitOf(document, request);
    await this.#prepare(unit, document.uri);
  }

  async #prepare(unit: PythonUnit, pythonUri: Order['pythonUri']): Promise<void> {
    const remembered = this.#context.globalState.get<readonly string[]>(REMEMBERED) ?? [
      BUILTIN,
      setting<string>('model', pythonUri),
    ];
    const picked = await pickComparedModels([...new Set(remembered)], this.#parts.models);
    if (!picked) return;
    await this.#context.globalState.update(
      REMEMBERED,
      picked.map(({ id }) => id),
    );
    const { estimateAttempt, attemptsAtMost } = await import('../converters/costEstimate.ts');
    const isHere = await this.#writesHere();
    const entrants = await Promise.all(
      picked.map(async ({ id, info: listed }) => {
        const { converter, info: described } = await this.#pipeline.converter(id, pythonUri);
        const known = listed ?? described;
        const info = known && isHere(id) ? { ...known, inputPrice: 0, outputPrice: 0 } : known;
        return new Entrant(id, converter.label, info && { info, estimate: estimateAttempt(unit, info) });
      }),
    );
    const { repairRounds, startsAfresh, budgetUsd } = conversionOptions(pythonUri);
    this.#current?.running?.all.abort();
    this.#current = {
      unit,
      ...(pythonUri && { pythonUri }),
      entrants,
      attempts: attemptsAtMost(repairRounds, startsAfresh === true),
      phase: 'ready',
      budgetUsd,
    };
    this.#panel.show(ViewColumn.Active, false);
    this.#draw();
  }

  async #start(comparison: Comparison): Promise<void> {
    if (!requireTrust() || comparison.phase !== 'ready') return;
    const all = new AbortController();
    const each = new Map(comparison.entrants.map(({ id }) => [id, new AbortController()]));
    for (const abort of each.values()) all.signal.addEventListener('abort', () => abort.abort(), { once: true });
    comparison.phase = 'running';
    comparison.running = { all, each };
    this.#draw();
    const keyless = await this.#askForKeys(comparison, all.signal);
    const turns = new Turns();
    const isHere = await this.#writesHere();
    await Promise.all(
      comparison.entrants.map(async (entrant) => {
        const signal = each.get(entrant.id)?.signal ?? all.signal;
        const writesHere = isHere(entrant.id);
        try {
          if (keyless.has(entrant.id)) throw new Failure('missing-key', l10n.t('No key was given.'));
          await this.#run(comparison, entrant, signal, async (work, stop) => {
            if (work === 'write' && !writesHere) return () => undefined;
            entrant.waits = true;
            this.#draw();
            try {
              return await turns.take(stop);
            } finally {
              entrant.waits = false;
            }
          });
        } catch (error) {
          entrant.failure = toFailure(error).message;
        }
        this.#draw();
      }),
    );
    comparison.phase = 'done';
    this.#draw();
  }

  /** Tells of an id whether its model takes the processor of this machine, so that nothing can be measured meanwhile. */
  async #writesHere(): Promise<(id: string) => boolean> {
    const { Providers } = await import('../providers/registry.ts');
    const { computesHere } = await import('../providers/modelCatalogue.ts');
    const providers = new Providers({ settings: providersSettings(), ...this.#parts.models }).list();
    const here = new Set(providers.filter(computesHere).map(({ id }) => id));
    return (id) => here.has(id.split('/', 1)[0] ?? '');
  }

  async #run(
    { unit, pythonUri, budgetUsd }: Comparison,
    entrant: Entrant,
    signal: AbortSignal,
    takeTurn: Parameters<Pipeline['events']>[3],
  ): Promise<void> {
    const order: Order = { unit, ...(pythonUri && { pythonUri }), converterId: entrant.id };
    // The engine is often among those that are compared.
    const changes = { witness: false, ...(budgetUsd !== undefined && { budgetUsd }) };
    for await (const event of await this.#pipeline.events(order, signal, changes, takeTurn)) {
      entrant.apply(event);
      this.#draw();
    }
  }

  /** Asks for the keys that are missing, one after the other. Gives those that have none. */
  async #askForKeys({ entrants }: Comparison, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const { providerPresets } = await import('../providers/presets.ts');
    const answers = new Map<string, boolean>();
    const keyless = new Set<string>();
    for (const { id } of entrants) {
      const preset = providerPresets.find((it) => id.startsWith(`${it.id}/`));
      if (!preset?.needsKey) continue;
      const known = answers.get(preset.id) ?? (await this.#parts.keys.get(preset.id, signal)) !== undefined;
      answers.set(preset.id, known);
      if (!known) keyless.add(id);
    }
    return keyless;
  }

  async #act({ action, entrant: id }: Extract<ComparisonMessage, { type: 'action' }>): Promise<void> {
    const comparison = this.#current;
    if (!comparison) throw new Failure('invalid-input', l10n.t('There is no comparison any more.'));
    const entrant = comparison.entrants.find((each) => each.id === id);
    switch (action) {
      case 'start':
        // The answer to the button does not wait for the end of it all.
        this.#start(comparison).catch((error: unknown) => this.#parts.conversions.report(error));
        return;
      case 'budget':
        return this.#askForBudget(comparison);
      case 'again':
        // Nor for a person to choose.
        this.#prepare(comparison.unit, comparison.pythonUri).catch((error: unknown) =>
          this.#parts.conversions.report(error),
        );
        return;
      case 'cancel-all':
        return comparison.running?.all.abort();
      case 'cancel':
        return comparison.running?.each.get(entrant?.id ?? '')?.abort();
      case 'keep':
      case 'open':
        if (!entrant?.evidence) return;
        await this.#parts.conversions.open(entrant.evidence);
        return this.#parts.conversions.act(action === 'keep' ? 'keep' : 'show-code');
    }
  }

  async #askForBudget(comparison: Comparison): Promise<void> {
    const answer = await window.showInputBox({
      title: l10n.t('Budget of each model in US dollars'),
      prompt: l10n.t('No further attempt is begun once the attempts of a model have cost this much; 0 sets no limit.'),
      value: String(comparison.budgetUsd ?? 0),
      validateInput: (text) =>
        text.trim() !== '' && Number(text) >= 0 ? undefined : l10n.t('Type an amount, such as 0.25.'),
    });
    if (answer === undefined) return;
    comparison.budgetUsd = Number(answer) > 0 ? Number(answer) : undefined;
    this.#draw();
  }

  /** Shows the records of an earlier comparison again. */
  async #restore(ids: readonly string[]): Promise<void> {
    if (this.#current) return this.#draw();
    const loaded = await Promise.all(ids.map((id) => this.#parts.conversions.store.load(id).catch(() => undefined)));
    const records = loaded.filter((evidence) => evidence !== undefined);
    const [first] = records;
    // A panel that has nothing to show any more is not left there empty.
    if (!first) return this.#panel.close();
    const entrants = records.map((evidence) => {
      const entrant = new Entrant(evidence.converterId, evidence.converterLabel);
      entrant.view = new ConversionView(evidence);
      return entrant;
    });
    const { file } = first.unit;
    this.#current = {
      unit: unitOfRecord(first),
      ...(file !== undefined && { pythonUri: Uri.file(file) }),
      entrants,
      attempts: 1,
      phase: 'done',
      budgetUsd: undefined,
    };
    this.#draw();
  }

  #draw(): void {
    const comparison = this.#current;
    if (!comparison) return;
    const { entrants, unit, phase, attempts, budgetUsd } = comparison;
    this.#panel.update(comparisonState(entrants, { unitName: unit.record.name, phase, attempts, budgetUsd }));
  }
}
