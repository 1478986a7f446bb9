import { l10n, type ExtensionContext } from 'vscode';
import { comparisonMessage, type ComparisonMessage, type ComparisonState } from '../shared/comparisonProtocol.ts';
import { StatePanel } from './statePanel.ts';

/** What the panel asks for. A promise that rejects is shown in the panel. */
export interface ComparisonHandlers {
  act(message: Extract<ComparisonMessage, { type: 'action' }>): Promise<void>;
  /** The editor was reloaded while the panel showed these records. */
  restore(evidenceIds: readonly string[]): Promise<void>;
  closed(): void;
  log(text: string): void;
}

/** The panel that shows models side by side. */
export type ComparisonPanel = StatePanel<ComparisonState, ComparisonMessage>;

export function createComparisonPanel(context: ExtensionContext, handlers: ComparisonHandlers): ComparisonPanel {
  return new StatePanel(context, {
    viewType: 'slipstream.comparison',
    page: 'comparison',
    // Drawing must not take the processor from what is measured.
    drawIntervalMilliseconds: 100,
    title: () => l10n.t('Compare Models'),
    parse: (raw) => comparisonMessage.safeParse(raw).data,
    handle: (message) => handlers.act(message),
    restore: async (saved) => {
      const ids = saved && typeof saved === 'object' && 'evidenceIds' in saved ? saved.evidenceIds : [];
      await handlers.restore(Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : []);
    },
    closed: () => handlers.closed(),
    log: (text) => handlers.log(text),
  });
}
