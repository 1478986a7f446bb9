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
import { PanelHost } from '../shared/panelHost.ts';
import '../shared/panel.css';
import '../shared/tablePanel.css';
import './style.css';

const host = new PanelHost<InputsState, InputsMessage>({
  parse: (data) => inputsHostMessage.safeParse(data).data,
  saved: ({ saved }) => saved,
  isBusy: ({ tone }) => tone === 'busy',
  draw: (state) => render(view(state), host.root),
});
/** The cell that is being typed in: what is drawn meanwhile must not take the text away. */
let typed: { readonly key: string; readonly text: string } | undefined;
/** Cells whose text is not a literal, with what is wrong and the text as it was typed. */
const wrongCells = new Map<string, { readonly text: string; readonly reason: string }>();

function button({ action, label, primary }: InputsButton): TemplateResult {
  return html`<vscode-button
    data-action=${action}
    ?secondary=${!primary}
    @click=${() => void host.send((id) => ({ type: 'action', id, action }))}
    >${label}</vscode-button
  >`;
}

const cellKey = (row: number, argument: number): string => `${row}-${argument}`;

async function edit(row: number, argument: number, text: string): Promise<void> {
  const key = cellKey(row, argument);
  if (typed?.key === key) typed = undefined;
  const isTaken = await host.send((id) => ({ type: 'edit', id, row, argument, text }));
  if (isTaken) wrongCells.delete(key);
  else wrongCells.set(key, { text, reason: host.complaint });
  host.draw();
}

/** Enter takes a cell and goes to the one below it, Escape puts back what was there; arrows go up and down. */
function onKey(event: KeyboardEvent, row: number, argument: number, original: string): void {
  const cell = event.target as HTMLInputElement;
  if (event.key === 'Escape') {
    cell.value = original;
    typed = undefined;
    wrongCells.delete(cellKey(row, argument));
    host.complaint = '';
    host.draw();
    return;
  }
  const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' || event.key === 'Enter' ? 1 : 0;
  if (step === 0) return;
  const column = [...host.root.querySelectorAll<HTMLInputElement>(`input[data-argument="${argument}"]`)];
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
          void host.send((id) => ({ type: 'keep', id, row: row.id, keep }));
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
        @click=${() => void host.send((id) => ({ type: 'remove', id, row: row.id }))}
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
      <div role="status" aria-live="polite">
        <h1 class=${now.tone}>
          ${now.tone === 'busy' ? html`<span class="spinner" aria-hidden="true"></span>` : nothing}${now.headline}
        </h1>
      </div>
      ${now.notes.map((note) => html`<p class="note">${note}</p>`)}
      ${host.complaint ? html`<p class="complaint" role="alert">${host.complaint}</p>` : nothing}
      <div class="actions" role="group" aria-label=${now.actionsLabel}>${now.actions.map(button)}</div>
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
                  ${now.head.map((each) => (each === '' ? html`<td></td>` : html`<th scope="col">${each}</th>`))}
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
