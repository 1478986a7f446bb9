import { l10n, type ExtensionContext } from 'vscode';
import { panelMessage, type PanelMessage, type PanelState } from '../shared/panelProtocol.ts';
import { StatePanel } from './statePanel.ts';

/** What the panel asks for. A promise that rejects is shown in the panel. */
export interface PanelHandlers {
  handle(message: Exclude<PanelMessage, { type: 'ready' }>): Promise<void>;
  /** The editor was reloaded while the panel showed this record. */
  restore(evidenceId: string | undefined): Promise<void>;
  log(text: string): void;
}

/** The panel that shows one conversion. */
export type ConversionPanel = StatePanel<PanelState, PanelMessage>;

export function createConversionPanel(context: ExtensionContext, handlers: PanelHandlers): ConversionPanel {
  return new StatePanel(context, {
    viewType: 'slipstream.conversion',
    page: 'conversion',
    drawIntervalMilliseconds: 40,
    title: () => l10n.t('Conversion'),
    parse: (raw) => panelMessage.safeParse(raw).data,
    handle: (message) => handlers.handle(message),
    restore: async (saved) => {
      const id = saved && typeof saved === 'object' && 'evidenceId' in saved ? saved.evidenceId : undefined;
      await handlers.restore(typeof id === 'string' ? id : undefined);
    },
    log: (text) => handlers.log(text),
  });
}
