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
import { PendingRequests } from '../../src/shared/pendingRequests.ts';
import '../shared/panel.css';
import '../shared/tablePanel.css';
import './style.css';

interface EditorApi {
  postMessage(message: ComparisonMessage): void;
  setState(state: { readonly evidenceIds: readonly string[] }): void;
}
declare function acquireVsCodeApi(): EditorApi;

const editor = acquireVsCodeApi();
const requests = new PendingRequests(60_000);
const root = document.getElementById('root') as HTMLElement;
let state: ComparisonState | undefined;
let complaint = '';

function act({ action }: ComparisonButton, entrant?: string): void {
  complaint = '';
  requests
    .send((id) => editor.postMessage({ type: 'action', id, action, ...(entrant !== undefined && { entrant }) }))
    .catch((error: unknown) => {
      complaint = error instanceof Error ? error.message : String(error);
      draw();
    });
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
      <h1 role="status" aria-live="polite">${now.headline}</h1>
      ${now.notes.map((note) => html`<p class="note">${note}</p>`)}
      ${complaint ? html`<p class="complaint" role="alert">${complaint}</p>` : nothing}
      <div class="actions" role="toolbar" aria-label=${now.actionsLabel}>
        ${now.actions.map((each) => button(each))}
      </div>
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

function draw(): void {
  if (!state) return;
  render(view(state), root);
  // What streams in is followed.
  for (const code of root.querySelectorAll('pre.streaming')) code.scrollTop = code.scrollHeight;
}

/** Enter starts what was just asked for, unless the person has gone elsewhere. */
function focusStart(): void {
  const start = root.querySelector<VscodeButton>('vscode-button[data-action="start"]');
  if (document.activeElement !== document.body) return;
  start?.updateComplete.then(
    () => start.focus(),
    () => undefined,
  );
}

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const parsed = comparisonHostMessage.safeParse(data);
  if (!parsed.success) return;
  const message = parsed.data;
  if (message.type === 'answer') {
    requests.answer(message.id, message.error);
    return;
  }
  state = message.state;
  editor.setState({ evidenceIds: state.evidenceIds });
  root.setAttribute('aria-busy', String(state.running));
  draw();
  focusStart();
});
window.addEventListener('focus', focusStart);
window.addEventListener('pagehide', () => requests.close('The panel was closed.'));
editor.postMessage({ type: 'ready' });
