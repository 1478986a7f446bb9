import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { TokensSource, TokensState, TokensViewMessage } from '../../src/shared/tokensProtocol.ts';
import { visible } from './visible.ts';

type Send = (message: TokensViewMessage) => void;
const valueOf = (event: Event): string => (event.target as HTMLInputElement | HTMLSelectElement).value;

/** A list to choose from, with its label. */
export function choice(
  label: string,
  name: string,
  entries: readonly { readonly id: string; readonly label: string }[],
  chosen: string,
  choose: (id: string) => void,
): TemplateResult {
  return html`<label
    ><span>${label}</span
    ><select class=${name} @change=${(event: Event) => choose(valueOf(event))}>
      ${entries.map(({ id, label: text }) => html`<option value=${id} .selected=${live(id === chosen)}>${text}</option>`)}
    </select></label
  >`;
}

export function check(label: string, name: string, on: boolean, change: (on: boolean) => void): TemplateResult {
  return html`<label class="check"
    ><input
      type="checkbox"
      class=${name}
      .checked=${live(on)}
      @change=${(event: Event) => change((event.target as HTMLInputElement).checked)}
    /><span>${label}</span></label
  >`;
}

const opened = (event: Event): boolean => (event.target as HTMLDetailsElement).open;

/** Counts for several tokenizers, and the choice of one to show the text under as well. */
export function compareSection(state: TokensState, send: Send): TemplateResult {
  const { texts } = state;
  const others = state.tokenizers.filter(({ id }) => id !== state.tokenizer);
  return html`<details class="compare" @toggle=${(event: Event) => send({ type: 'compare', on: opened(event) })}>
    <summary>${texts['compare']}</summary>
    <table>
      <tbody>
        ${state.comparison.map(
          ({ label, value, chosen }) =>
            html`<tr class=${chosen ? 'chosen' : ''}>
              <th scope="row">${label}</th>
              <td>${value}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${choice(texts['second'] ?? '', 'second', [{ id: '', label: texts['none'] ?? '' }, ...others], state.second?.tokenizer ?? '', (id) => send({ type: 'second', id }))}
  </details>`;
}

export function specialSection(state: TokensState, read: (on: boolean) => void, send: Send): TemplateResult {
  const { texts, specialTokens } = state;
  return html`<details class="specials" @toggle=${(event: Event) => send({ type: 'specialTokens', on: opened(event) })}>
    <summary>${texts['specialTokens']}</summary>
    ${check(texts['special'] ?? '', 'special', state.special, read)}
    ${
      specialTokens.length === 0
        ? html`<p>${texts['noSpecial']}</p>`
        : html`<div class="list" tabindex="0" role="region" aria-label=${texts['specialTokens'] ?? ''}>
            <table>
              <thead>
                <tr>
                  <th scope="col">${texts['id']}</th>
                  <th scope="col">${texts['token']}</th>
                  <th scope="col">${texts['role']}</th>
                </tr>
              </thead>
              <tbody>
                ${specialTokens.map(
                  ({ id, content, role }) =>
                    html`<tr>
                      <td>${id}</td>
                      <td><code>${visible(content)}</code></td>
                      <td>${role}</td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }
  </details>`;
}

/** What the last conversion gave. */
export interface Converted {
  readonly ids: string;
  readonly text: string;
  readonly message?: string;
}

export function convertSection(state: TokensState, converted: Converted, send: Send): TemplateResult {
  const { texts } = state;
  return html`<details class="convert">
    <summary>${texts['convert']}</summary>
    <label class="box"
      ><span>${texts['plainText']}</span
      ><textarea
        class="text"
        rows="2"
        spellcheck="false"
        .value=${live(converted.text)}
        @input=${(event: Event) => send({ type: 'encode', text: valueOf(event) })}
      ></textarea></label
    ><label class="box"
      ><span>${texts['ids']}</span
      ><textarea
        class="ids"
        rows="2"
        spellcheck="false"
        .value=${live(converted.ids)}
        @input=${(event: Event) => send({ type: 'decode', ids: valueOf(event) })}
      ></textarea>
    </label>
    ${converted.message === undefined ? nothing : html`<p role="alert">${converted.message}</p>`}
  </details>`;
}

export function aboutSection({ texts }: TokensState): TemplateResult {
  return html`<details class="about">
    <summary>${texts['aboutTitle']}</summary>
    <p>${texts['about']}</p>
    <p>${texts['aboutParts']} ${texts['keys']}</p>
  </details>`;
}

/** What is tokenized; `system` is the system message as it is typed. */
export function sourceChoice(
  state: TokensState,
  system: string,
  choose: (source: TokensSource, system: string) => void,
): TemplateResult {
  const { texts, source } = state;
  const entries = (['file', 'chat', 'prompt'] as const).map((id) => ({ id, label: texts[id] ?? id }));
  const chooseById = (id: string) => {
    const chosen = entries.find((entry) => entry.id === id);
    if (chosen) choose(chosen.id, system);
  };
  return html`${choice(texts['source'] ?? '', 'source', entries, source, chooseById)}
  ${
    source === 'chat'
      ? html`<label class="box"
          ><span>${texts['system']}</span
          ><textarea
            class="system"
            rows="2"
            .value=${live(system)}
            @input=${(event: Event) => choose(source, valueOf(event))}
          ></textarea>
        </label>`
      : nothing
  }`;
}
