import { type VscodeButton } from '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, render, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import {
  comparisonHostMessage,
  type ComparisonButton,
  type ComparisonEntrant,
  type ComparisonMessage,
  type ComparisonState,
} from '../../src/shared/comparisonProtocol.ts';
import { PanelHost } from '../shared/panelHost.ts';
import '../shared/panel.css';
import '../shared/tablePanel.css';
import './style.css';

const host = new PanelHost<ComparisonState, ComparisonMessage>({
  parse: (data) => comparisonHostMessage.safeParse(data).data,
  saved: ({ evidenceIds }) => ({ evidenceIds }),
  isBusy: ({ running }) => running,
  draw,
});

function act({ action }: ComparisonButton, entrant?: string): void {
  void host.send((id) => ({ type: 'action', id, action, ...(entrant !== undefined && { entrant }) }));
}

function button(each: ComparisonButton, entrant?: string): TemplateResult {
  return html`<vscode-button
    data-action=${each.action}
    aria-label=${each.name ?? each.label}
    ?secondary=${!each.primary}
    @click=${() => act(each, entrant)}
    >${each.label}</vscode-button
  >`;
}

function column(entrant: ComparisonEntrant): TemplateResult {
  const { id, label, verdict, tone, code, codeLabel, actions } = entrant;
  return html`<section class="entrant" data-entrant=${id} aria-label=${label}>
    <h2>${label}</h2>
    <p class="verdict ${tone}" role="status" aria-live="polite">
      ${tone === 'busy' ? html`<span class="spinner" aria-hidden="true"></span>` : nothing}${verdict}
    </p>
    <pre tabindex="0" aria-label=${codeLabel} class=${tone === 'busy' ? 'streaming' : ''}>${code}</pre>
    <div class="actions">${actions.map((each) => button(each, id))}</div>
  </section>`;
}

function view(now: ComparisonState): TemplateResult {
  const { table } = now;
  return html`
    <header>
      <p class="subtitle">${now.subtitle}</p>
      <div role="status" aria-live="polite"><h1>${now.headline}</h1></div>
      ${now.notes.map((note) => html`<p class="note">${note}</p>`)}
      ${host.complaint ? html`<p class="complaint" role="alert">${host.complaint}</p>` : nothing}
      <div class="actions" role="group" aria-label=${now.actionsLabel}>${now.actions.map((each) => button(each))}</div>
    </header>
    <div class="table-holder" tabindex="0" role="region" aria-label=${table.label}>
      <table aria-label=${table.label}>
        <thead>
          <tr>
            ${table.head.map((cell) => html`<th scope="col">${cell}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${table.rows.map(
            ({ cells: [first, ...rest], best }) =>
              html`<tr class=${best ? 'best' : ''}>
                <th scope="row">${first}</th>
                ${rest.map((cell) => html`<td>${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${
      now.entrants.some(({ code, verdict }) => code !== '' || verdict !== '')
        ? html`<div class="entrants">${repeat(now.entrants, ({ id }) => id, column)}</div>`
        : nothing
    }
  `;
}

function draw(state: ComparisonState): void {
  render(view(state), host.root);
  // What streams in is followed.
  for (const code of host.root.querySelectorAll('pre.streaming')) code.scrollTop = code.scrollHeight;
  focusStart();
}

/** Enter starts what was just asked for, unless the person has gone elsewhere. */
function focusStart(): void {
  const start = host.root.querySelector<VscodeButton>('vscode-button[data-action="start"]');
  if (document.activeElement !== document.body) return;
  start?.updateComplete.then(
    () => start.focus(),
    () => undefined,
  );
}

window.addEventListener('focus', focusStart);
