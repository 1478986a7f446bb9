import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, render, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import {
  inputsHostMessage,
  type InputsButton,
  type InputsMessage,
  type InputsRow,
  type InputsState,
} from '../../src/shared/inputsProtocol.ts';
import { PendingRequests } from '../../src/shared/pendingRequests.ts';
import '../shared/panel.css';
import '../shared/tablePanel.css';
import './style.css';

interface EditorApi {
  postMessage(message: InputsMessage): void;
  setState(state: InputsState['saved']): void;
}
declare function acquireVsCodeApi(): EditorApi;

const editor = acquireVsCodeApi();
const requests = new PendingRequests(60_000);
const root = document.getElementById('root') as HTMLElement;
let state: InputsState | undefined;
let complaint = '';
/** The cell that is being typed in: what is drawn meanwhile must not take the text away. */
let typed: { readonly key: string; readonly text: string } | undefined;
/** Cells whose text is not a literal, with what is wrong and the text as it was typed. */
const wrongCells = new Map<string, { readonly text: string; readonly reason: string }>();

function send(post: (id: number) => void): Promise<boolean> {
  complaint = '';
  return requests.send(post).then(
    () => true,
    (error: unknown) => {
      complaint = error instanceof Error ? error.message : String(error);
      draw();
      return false;
    },
  );
}

function button({ action, label, primary }: InputsButton): TemplateResult {
  return html`<vscode-button
    data-action=${action}
    ?secondary=${!primary}
    @click=${() => void send((id) => editor.postMessage({ type: 'action', id, action }))}
    >${label}</vscode-button
  >`;
}

const cellKey = (row: number, argument: number): string => `${row}-${argument}`;

async function edit(row: number, argument: number, text: string): Promise<void> {
  const key = cellKey(row, argument);
  if (typed?.key === key) typed = undefined;
  const isTaken = await send((id) => editor.postMessage({ type: 'edit', id, row, argument, text }));
  if (isTaken) wrongCells.delete(key);
  else wrongCells.set(key, { text, reason: complaint });
  draw();
}

/** Enter takes a cell and goes to the one below it, Escape puts back what was there; arrows go up and down. */
function onKey(event: KeyboardEvent, row: number, argument: number, original: string): void {
  const cell = event.target as HTMLInputElement;
  if (event.key === 'Escape') {
    cell.value = original;
    typed = undefined;
    wrongCells.delete(cellKey(row, argument));
    complaint = '';
    draw();
    return;
  }
  const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' || event.key === 'Enter' ? 1 : 0;
  if (step === 0) return;
  const column = [...root.querySelectorAll<HTMLInputElement>(`input[data-argument="${argument}"]`)];
  event.preventDefault();
  const next = column[column.indexOf(cell) + step];
  if (next) next.focus();
  else cell.blur();
}

function cell(row: InputsRow, argument: number): TemplateResult {
  const { text = '', name = '' } = row.args[argument] ?? {};
  const key = cellKey(row.id, argument);
  const wrong = wrongCells.get(key);
  const shown = typed?.key === key ? typed.text : (wrong?.text ?? text);
  return html`<td class="argument">
    <input
      type="text"
      spellcheck="false"
      data-argument=${argument}
      aria-label=${name}
      aria-invalid=${wrong ? 'true' : 'false'}
      title=${wrong?.reason ?? shown}
      .value=${live(shown)}
      @input=${(event: Event) => (typed = { key, text: (event.target as HTMLInputElement).value })}
      @change=${(event: Event) => void edit(row.id, argument, (event.target as HTMLInputElement).value)}
      @keydown=${(event: KeyboardEvent) => onKey(event, row.id, argument, text)}
    />
  </td>`;
}

function line(row: InputsRow, now: InputsState): TemplateResult {
  return html`<tr class=${row.tone} data-row=${row.id}>
    <td>
      <input
        type="checkbox"
        aria-label=${row.keepName}
        .checked=${live(row.keep)}
        @change=${(event: Event) => {
          const keep = (event.target as HTMLInputElement).checked;
          void send((id) => editor.postMessage({ type: 'keep', id, row: row.id, keep }));
        }}
      />
    </td>
    <td class="origin" title=${row.note}>
      <span class="mark" aria-hidden="true">${{ good: '✓', bad: '✕', plain: '' }[row.tone]}</span>${row.origin}
    </td>
    ${row.args.map((_, argument) => cell(row, argument))}
    <td class="result" title=${row.python}>${row.python}</td>
    <td class="result cpp" title=${row.cpp}>${row.cpp}</td>
    <td>
      <button
        class="remove"
        aria-label=${row.removeName}
        title=${now.removeLabel}
        @click=${() => void send((id) => editor.postMessage({ type: 'remove', id, row: row.id }))}
      >
        ✕
      </button>
    </td>
  </tr>`;
}

function view(now: InputsState): TemplateResult {
  return html`
    <header>
      <p class="subtitle">${now.subtitle}</p>
      <h1 class=${now.tone} role="status" aria-live="polite">
        ${now.tone === 'busy' ? html`<span class="spinner" aria-hidden="true"></span>` : nothing}${now.headline}
      </h1>
      ${now.notes.map((note) => html`<p class="note">${note}</p>`)}
      ${complaint ? html`<p class="complaint" role="alert">${complaint}</p>` : nothing}
      <div class="actions" role="toolbar" aria-label=${now.actionsLabel}>${now.actions.map(button)}</div>
    </header>
    ${
      now.rejected.length > 0
        ? html`<details open>
            <summary>${now.rejectedLabel}</summary>
            <ul class="rejected">
              ${now.rejected.map((each) => html`<li>${each}</li>`)}
            </ul>
          </details>`
        : nothing
    }
    ${
      now.rows.length > 0
        ? html`<div class="table-holder">
            <table aria-label=${now.tableLabel}>
              <thead>
                <tr>
                  ${now.head.map((each) => html`<th scope="col">${each}</th>`)}
                </tr>
              </thead>
              <tbody>
                ${repeat(
                  now.rows,
                  ({ id }) => id,
                  (row) => line(row, now),
                )}
              </tbody>
            </table>
          </div>`
        : nothing
    }
  `;
}

function draw(): void {
  if (state) render(view(state), root);
}

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const parsed = inputsHostMessage.safeParse(data);
  if (!parsed.success) return;
  const message = parsed.data;
  if (message.type === 'answer') {
    requests.answer(message.id, message.error);
    return;
  }
  state = message.state;
  editor.setState(state.saved);
  root.setAttribute('aria-busy', String(state.tone === 'busy'));
  draw();
});
window.addEventListener('pagehide', () => requests.close('The panel was closed.'));
editor.postMessage({ type: 'ready' });
