import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, render, svg, type TemplateResult } from 'lit';
import {
  hostMessage,
  type PanelButton,
  type PanelChartRow,
  type PanelMessage,
  type PanelState,
  type PanelTable,
} from '../../src/shared/panelProtocol.ts';
import { curvesChart } from './curves.ts';
import { PanelHost } from '../shared/panelHost.ts';
import '../shared/panel.css';
import './style.css';

const host = new PanelHost<PanelState, PanelMessage>({
  parse: (data) => hostMessage.safeParse(data).data,
  saved: ({ evidenceId }) => ({ evidenceId }),
  isBusy: ({ running }) => running,
  draw: (state) => render(view(state), host.root),
});

const marks = { waiting: '○', started: '', succeeded: '✓', failed: '✕', skipped: '–', cancelled: '–' } as const;

function button({ action, label, kind }: PanelButton): TemplateResult {
  const act = () => void host.send((id) => ({ type: 'action', id, action }));
  if (kind === 'minor') return html`<button class="link" data-action=${action} @click=${act}>${label}</button>`;
  return html`<vscode-button data-action=${action} ?secondary=${kind !== 'primary'} @click=${act}
    >${label}</vscode-button
  >`;
}

/** The width within an element, in pixels. */
function roomFor(element: HTMLElement): number {
  const { paddingLeft, paddingRight } = getComputedStyle(element);
  return element.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
}

/** The buttons one is likely to press, and in a line of their own the others. */
function buttons(all: readonly PanelButton[], label: string): TemplateResult {
  const minor = all.filter(({ kind }) => kind === 'minor');
  return html`<div role="group" aria-label=${label}>
    <div class="actions">${all.filter(({ kind }) => kind !== 'minor').map(button)}</div>
    ${minor.length > 0 ? html`<div class="minor">${minor.map(button)}</div>` : nothing}
  </div>`;
}

/** Times on a logarithmic axis: each run a dot, each median a line. */
function strip(rows: readonly PanelChartRow[], label: string): TemplateResult | typeof nothing {
  const all = rows.flatMap(({ samples }) => samples).filter((seconds) => seconds > 0);
  if (all.length === 0) return nothing;
  const low = Math.floor(Math.log10(Math.min(...all)) * 2) / 2;
  const high = Math.max(low + 0.5, Math.ceil(Math.log10(Math.max(...all)) * 2) / 2);
  const x = (seconds: number) => 2 + (96 * (Math.log10(seconds) - low)) / (high - low);
  const decades = Array.from({ length: 12 }, (_, index) => Math.ceil(low) + index).filter((power) => power <= high);
  const tick = (power: number) =>
    power >= 0 ? `${10 ** power} s` : power >= -3 ? `${10 ** (power + 3)} ms` : `${10 ** (power + 6)} µs`;
  return html`<figure class="chart" role="img" aria-label=${label}>
    ${rows.map(
      (row) =>
        html`<div class="chart-row">
          <span class="chart-label">${row.label}</span>
          <svg class="strip ${row.side}" viewBox="0 0 100 22" preserveAspectRatio="none" aria-hidden="true">
            ${decades.map((power) => svg`<line class="grid" x1=${x(10 ** power)} x2=${x(10 ** power)} y1="0" y2="22" />`)}
            <line class="axis" x1="0" x2="100" y1="11" y2="11" />
            ${row.samples.map((seconds, index) =>
              seconds > 0
                ? svg`<line class=${row.outliers.includes(index) ? 'dot outlier' : 'dot'} x1=${x(seconds)} x2=${x(seconds)} y1=${8 + (index % 3) * 3} y2=${8 + (index % 3) * 3} />`
                : nothing,
            )}
            ${row.median ? svg`<line class="median" x1=${x(row.median)} x2=${x(row.median)} y1="2" y2="20" />` : nothing}
          </svg>
          <span class="chart-value">${row.medianLabel}</span>
        </div>`,
    )}
    <div class="chart-row chart-ticks" aria-hidden="true">
      <span class="chart-label"></span>
      <span class="ticks"
        >${decades.map((power) => html`<span style="left:${x(10 ** power)}%">${tick(power)}</span>`)}</span
      >
      <span class="chart-value"></span>
    </div>
  </figure>`;
}

/** Text that may only be broken where a space is: neither flags nor intervals at their dashes. */
function words(text: string): readonly TemplateResult[] {
  return text.split(' ').map((word, index) => html`${index > 0 ? ' ' : ''}<span class="word">${word}</span>`);
}

/** A table with its roles written out: where it is narrow, its rows are not laid out as those of a table. */
function table({ label, head, rows }: PanelTable): TemplateResult {
  return html`<table role="table" aria-label=${label}>
    <thead role="rowgroup">
      <tr role="row">
        ${head.map((cell) =>
          cell === '' ? html`<td role="cell"></td>` : html`<th role="columnheader" scope="col">${cell}</th>`,
        )}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        ([first, ...rest]) =>
          html`<tr role="row">
            <th role="rowheader" scope="row">${words(first ?? '')}</th>
            ${rest.map((cell) => html`<td role="cell">${words(cell)}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** Names with what is to be said of each. */
function list(facts: PanelState['facts']): TemplateResult {
  return html`<dl class="facts">
    ${facts.map(
      ({ label, value, code }) =>
        html`<dt>${label}</dt>
          <dd>${code ? html`<code>${value}</code>` : value}</dd>`,
    )}
  </dl>`;
}

function view(now: PanelState): TemplateResult {
  return html`
    <header>
      <p class="subtitle">${now.subtitle}</p>
      <div role="status" aria-live="polite">
        <h1 class="verdict ${now.tone} ${now.verdict.length > 70 ? 'long' : ''}">
          ${now.tone === 'busy' ? html`<span class="spinner" aria-hidden="true"></span>` : nothing}${words(now.verdict)}
        </h1>
      </div>
      ${now.verdictDetail ? html`<p class="verdict-detail">${now.verdictDetail}</p>` : nothing}
      ${now.installLine ? html`<pre class="command" tabindex="0">${now.installLine}</pre>` : nothing}
      ${now.note ? html`<p class="note" role="note">${now.note}</p>` : nothing}
      ${host.complaint ? html`<p class="complaint" role="alert">${host.complaint}</p>` : nothing}
      ${buttons(now.actions, now.title)}
      ${
        now.work
          ? html`<div class="work">
              <p role="status"><span class="spinner" aria-hidden="true"></span>${now.work.text}</p>
              ${button(now.work.cancel)}
            </div>`
          : nothing
      }
    </header>
    ${
      now.stages.length === 0
        ? nothing
        : html`<section aria-label=${now.stagesLabel}>
            <ol class="stages">
              ${now.stages.map(
                (each) =>
                  html`<li class=${each.state} data-stage=${each.stage}>
                    <span class="mark" aria-hidden="true"
                      >${each.state === 'started' ? html`<span class="spinner"></span>` : marks[each.state]}</span
                    >
                    <span class="stage-name">${each.label}<span class="hidden">: ${each.stateLabel}</span></span>
                    <span class="stage-detail">${each.detail}</span>
                  </li>`,
              )}
            </ol>
          </section>`
    }
    ${
      now.mismatch
        ? html`<section class="mismatch" aria-label=${now.mismatch.summary}>
            <h2>${now.mismatch.summary}</h2>
            <div class="sides">
              <div>
                <h3>${now.mismatch.expectedLabel}</h3>
                <pre class="expected" tabindex="0">${now.mismatch.expected}</pre>
              </div>
              <div>
                <h3>${now.mismatch.actualLabel}</h3>
                <pre class="actual" tabindex="0">${now.mismatch.actual}</pre>
              </div>
            </div>
          </section>`
        : nothing
    }
    ${
      now.diagnostics.length > 0
        ? html`<section>
            <h2>${now.diagnosticsLabel}</h2>
            <ul class="diagnostics">
              ${now.diagnostics.map(
                ({ on, severity, severityLabel, message, line, column, place }) =>
                  html`<li class=${severity}>
                    <button
                      class="link"
                      @click=${() => void host.send((id) => ({ type: 'reveal', id, on, line, column }))}
                    >
                      ${place}
                    </button>
                    <span class="severity">${severityLabel}</span> <span class="message">${message}</span>
                  </li>`,
              )}
            </ul>
          </section>`
        : nothing
    }
    ${
      now.checks.length > 0
        ? html`<section>
            <h2>${now.checksLabel}</h2>
            ${list(now.checks)}
          </section>`
        : nothing
    }
    ${
      now.notChecked.length > 0
        ? html`<section>
            <h2>${now.notCheckedLabel}</h2>
            <ul class="not-checked">
              ${now.notChecked.map((each) => html`<li>${each}</li>`)}
            </ul>
          </section>`
        : nothing
    }
    ${
      now.chart || now.table
        ? html`<section>
            <h2>${now.chart?.label ?? now.table?.label}</h2>
            ${now.chart ? strip(now.chart.rows, now.chart.description) : nothing}
            ${now.table ? table(now.table) : nothing}
          </section>`
        : nothing
    }
    ${
      now.curves
        ? html`<section class="growth">
            <h2>${now.curves.heading}</h2>
            <p>${now.curves.sentence}</p>
            ${curvesChart(now.curves, roomFor(host.root))} ${table(now.curves.table)}
          </section>`
        : nothing
    }
    ${
      now.flags
        ? html`<section class="flags">
            <h2>${now.flags.heading}</h2>
            ${table(now.flags.table)}
            ${
              now.flags.reasons.length > 0
                ? html`<ul class="not-checked">
                    ${now.flags.reasons.map((each) => html`<li>${each}</li>`)}
                  </ul>`
                : nothing
            }
            ${now.flags.actions.length > 0 ? html`<div class="actions">${now.flags.actions.map(button)}</div>` : nothing}
          </section>`
        : nothing
    }
    ${
      now.attempts
        ? html`<section class="attempts">
            <h2>${now.attempts.heading}</h2>
            <ul class="diagnostics">
              ${now.attempts.rows.map(
                ({ number, label, outcome, tone, detail }) =>
                  html`<li>
                    <button
                      class="link"
                      data-attempt=${number}
                      @click=${() => void host.send((id) => ({ type: 'attempt', id, number }))}
                    >
                      ${label}
                    </button>
                    <span class="severity ${tone}">${outcome}</span> <span class="message">${detail}</span>
                  </li>`,
              )}
            </ul>
            <div class="actions">${now.attempts.actions.map(button)}</div>
          </section>`
        : nothing
    }
    ${
      now.reasoning
        ? html`<details>
            <summary>${now.reasoningLabel}</summary>
            <pre class="reasoning" tabindex="0">${now.reasoning}</pre>
          </details>`
        : nothing
    }
    ${
      now.facts.length > 0
        ? html`<section>
            <h2>${now.factsLabel}</h2>
            ${list(now.facts)}
          </section>`
        : nothing
    }
  `;
}

let drawnWidth = 0;
new ResizeObserver(() => {
  const { clientWidth } = host.root;
  if (clientWidth === drawnWidth) return;
  drawnWidth = clientWidth;
  host.draw();
}).observe(host.root);
