import { html, nothing, render, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import {
  modelCardHostMessage,
  type ModelCardPageMessage,
  type ModelCardState,
} from '../../src/shared/modelCardProtocol.ts';
import './style.css';

interface EditorApi {
  postMessage(message: ModelCardPageMessage): void;
  setState(state: { readonly name: string }): void;
}
declare function acquireVsCodeApi(): EditorApi;

const editor = acquireVsCodeApi();
const root = document.getElementById('root') as HTMLElement;

/** Beyond this many, layers are drawn as so many lines and their number is written. */
const MAXIMUM_DRAWN_LAYERS = 48;
const WIDTH = 300;

/** A text of the picture, cut to what fits: a card of a stranger's folder may hold anything. */
const fitting = (text: string): string => (text.length > 46 ? `${text.slice(0, 45)}…` : text);

/** The stack of layers: embedding below, output above, one layer drawn large with its two parts. */
function picture(layers: NonNullable<ModelCardState['layers']>): TemplateResult {
  const drawn = Math.min(layers.count, MAXIMUM_DRAWN_LAYERS);
  const thin = 5;
  const stack = Math.max(0, drawn - 1) * thin;
  const boxes: SVGTemplateResult[] = [];
  let y = 4;
  const box = (label: string, className: string, height = 30): void => {
    boxes.push(
      svg`<rect class=${className} x="4" y=${y} width=${WIDTH - 8} height=${height} rx="3"></rect>
      <text x=${WIDTH / 2} y=${y + height / 2} dominant-baseline="central" text-anchor="middle">${fitting(label)}</text>`,
    );
    y += height + 4;
  };
  box(layers.output, 'edge');
  for (let index = 0; index < drawn - 1; index++) {
    boxes.push(svg`<rect class="layer" x="4" y=${y + index * thin} width=${WIDTH - 8} height=${thin - 1}></rect>`);
  }
  y += stack + (stack > 0 ? 4 : 0);
  const frame = y;
  y += 4;
  box(layers.feedForward, 'feed-forward');
  box(layers.attention, 'attention');
  boxes.push(svg`<rect class="frame" x="1" y=${frame} width=${WIDTH - 2} height=${y - frame} rx="4"></rect>`);
  y += 4;
  box(layers.embedding, 'edge');
  return html`<svg viewBox="0 0 ${WIDTH} ${y}" role="img" aria-label=${layers.description}>${boxes}</svg>`;
}

function memory(now: ModelCardState): TemplateResult {
  const { texts } = now;
  if (now.memory.length === 0) return html`<p class="quiet">${texts.unknownMemory}</p>`;
  return html`<table>
    <thead>
      <tr>
        <th scope="col">${texts.format}</th>
        <th scope="col">${texts.weights}</th>
        <th scope="col">${texts.cache}</th>
        <th scope="col">${texts.total}</th>
        <th aria-hidden="true"></th>
      </tr>
    </thead>
    <tbody>
      ${now.memory.map(
        ({ format, weights, cache, total, weightShare, cacheShare }) =>
          html`<tr>
            <th scope="row">${format}</th>
            <td>${weights}</td>
            <td>${cache}</td>
            <td>${total}</td>
            <td class="bar" aria-hidden="true">
              <span class="weights" style="width:${100 * weightShare}%"></span
              ><span class="cache" style="width:${100 * cacheShare}%"></span>
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function training({ sentence, ratio, best, label }: NonNullable<ModelCardState['training']>): TemplateResult {
  // On a logarithmic scale from one to ten thousand tokens per parameter.
  const at = (value: number): number => 100 * Math.min(1, Math.max(0, Math.log10(value) / 4));
  return html`<p>${sentence}</p>
    ${
      ratio === undefined
        ? nothing
        : html`<div class="scale" role="img" aria-label=${label}>
              <span class="best" style="left:${at(best)}%"></span><span class="own" style="left:${at(ratio)}%"></span>
            </div>
            <p class="quiet">${label}</p>`
    }`;
}

function draw(now: ModelCardState): void {
  const { texts } = now;
  const setContext = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const tokens = Number(input.value);
    if (input.checkValidity() && Number.isSafeInteger(tokens)) editor.postMessage({ type: 'context', tokens });
  };
  render(
    html`<header>
        <h1>${now.title}</h1>
        <p class="quiet">${now.subtitle}</p>
        <div class="actions">
          ${now.actions.map(
            ({ id, label }) =>
              html`<button @click=${() => editor.postMessage({ type: 'action', id })}>${label}</button>`,
          )}
        </div>
      </header>
      ${now.busy ? html`<p role="status">${texts.loading}</p>` : nothing}
      ${now.message ? html`<p class="message" role="alert">${now.message}</p>` : nothing}
      ${
        now.facts.length === 0
          ? nothing
          : html`<div class="columns">
              <section aria-label=${texts.facts}>
                <h2>${texts.facts}</h2>
                <dl>
                  ${now.facts.map(
                    ({ label, value }) =>
                      html`<div>
                        <dt>${label}</dt>
                        <dd>${value}</dd>
                      </div>`,
                  )}
                </dl>
              </section>
              ${
                now.layers
                  ? html`<section aria-label=${texts.layers}>
                      <h2>${texts.layers}</h2>
                      ${picture(now.layers)}
                    </section>`
                  : nothing
              }
              <section class="wide" aria-label=${texts.memory}>
                <h2>${texts.memory}</h2>
                ${
                  now.contextTokens === undefined
                    ? nothing
                    : html`<label
                        >${texts.context}
                        <input
                          type="number"
                          min="1"
                          max="100000000"
                          step="1"
                          .value=${live(String(now.contextTokens))}
                          @change=${setContext}
                        />
                        <input
                          type="range"
                          aria-label=${texts.context}
                          min="1"
                          max=${Math.max(now.maximumContextTokens ?? 131_072, now.contextTokens)}
                          .value=${live(String(now.contextTokens))}
                          @input=${setContext}
                        />
                      </label>`
                }
                ${memory(now)}
              </section>
              ${
                now.training
                  ? html`<section class="wide" aria-label=${texts.training}>
                      <h2>${texts.training}</h2>
                      ${training(now.training)}
                    </section>`
                  : nothing
              }
            </div>`
      }`,
    root,
  );
}

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const parsed = modelCardHostMessage.safeParse(data);
  if (!parsed.success) return;
  editor.setState({ name: parsed.data.state.name });
  draw(parsed.data.state);
});
editor.postMessage({ type: 'ready' });
