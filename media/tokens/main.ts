import { html, nothing, render, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import {
  tokensHostMessage,
  type TokenBlock,
  type TokensState,
  type TokensViewMessage,
  type ViewToken,
} from '../../src/shared/tokensProtocol.ts';
import './style.css';

type Mode = 'text' | 'ids' | 'both';
interface EditorApi {
  postMessage(message: TokensViewMessage): void;
  getState(): { readonly mode?: Mode } | undefined;
  setState(state: { readonly mode: Mode }): void;
}
declare function acquireVsCodeApi(): EditorApi;

const editor = acquireVsCodeApi();
const root = document.getElementById('root') as HTMLElement;
/** How far beyond the edges of the screen blocks are drawn. */
const MARGIN_PX = 400;

let state: TokensState | undefined;
let mode: Mode = editor.getState()?.mode ?? 'text';
let blocks = new Map<number, TokenBlock>();
let blocksVersion = -1;
let asked = '';
let marked = -1;
let shown: ViewToken | undefined;
/** Pixels of the blocks that were drawn, and what one UTF-16 unit takes on the average, for those that were not. */
const heights = new Map<number, number>();
let pixelsPerUnit = 0.5;

/** What has no shape of its own gets one. */
function visible(text: string): string {
  return text
    .replaceAll(' ', '·')
    .replaceAll('\t', '→')
    .replaceAll('\r', '␍')
    .replaceAll('\n', '↵')
    .replaceAll(/[\u0000-\u001f]/g, (control) => String.fromCharCode(0x2400 + control.charCodeAt(0)))
    .replaceAll(/[\u0085\u00a0\u200b-\u200f\u2028-\u202e\u2060\ufe00-\ufe0f\ufeff]/g, (hidden) => {
      return `⟨${hidden.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
    });
}

function chip(token: ViewToken, number: number, previous?: ViewToken): TemplateResult {
  const face = token.partial ? token.bytes : visible(token.text);
  const joined = previous?.partial && token.partial && previous.end > token.start;
  const current = marked >= token.start && marked < token.end;
  return html`<button
      class="chip tone${number % 4} ${token.partial ? 'partial' : ''} ${joined ? 'joined' : ''} ${current ? 'current' : ''}"
      data-id=${token.id}
      title=${`${token.id}  ${token.text}  [${token.bytes}]`}
      aria-current=${current ? 'true' : nothing}
      @mouseenter=${() => tell(token)}
      @focus=${() => tell(token)}
      @click=${() => state && editor.postMessage({ type: 'select', version: state.version, start: token.start, end: token.end })}
    >
      ${mode === 'ids' ? nothing : html`<span class="face">${face}</span>`}${mode === 'text' ? nothing : html`<span class="id">${token.id}</span>`}</button
    >${token.text.endsWith('\n') ? html`<br />` : nothing}`;
}

function tell(token: ViewToken): void {
  shown = token;
  draw();
}

const heightOf = (index: number): number =>
  heights.get(index) ?? Math.max(22, (state?.blockLengths[index] ?? 0) * pixelsPerUnit);

/** The blocks on screen and the space that the others take above and below. */
function windowOfBlocks(scroller: HTMLElement | null): { from: number; to: number; above: number; below: number } {
  const count = state?.blockLengths.length ?? 0;
  const top = (scroller?.scrollTop ?? 0) - MARGIN_PX;
  const bottom = (scroller?.scrollTop ?? 0) + (scroller?.clientHeight ?? 800) + MARGIN_PX;
  let from = 0;
  let above = 0;
  while (from < count - 1 && above + heightOf(from) < top) above += heightOf(from++);
  let to = from;
  for (let at = above; to < count && at < bottom; to++) at += heightOf(to);
  let below = 0;
  for (let index = to; index < count; index++) below += heightOf(index);
  return { from, to, above, below };
}

function draw(): void {
  if (!state) return;
  const now = state;
  const { from, to, above, below } = windowOfBlocks(root.querySelector<HTMLElement>('.scroller'));
  const wanted = `${now.version}:${from}-${to}`;
  const drawn = [];
  for (let index = from; index < to; index++) {
    const block = blocks.get(index);
    if (block) drawn.push(block);
  }
  if (to > from && wanted !== asked && (blocksVersion !== now.version || drawn.length < to - from)) {
    asked = wanted;
    editor.postMessage({ type: 'blocks', version: now.version, from, to });
  }
  const { texts } = now;
  render(
    html`<header>
        <h1 title=${now.title}>${now.title}</h1>
        <label
          >${texts.tokenizer}
          <select
            class="tokenizer"
            @change=${(event: Event) =>
              editor.postMessage({ type: 'tokenizer', id: (event.target as HTMLSelectElement).value })}
          >
            ${now.tokenizers.map(({ id, label }) => html`<option value=${id} .selected=${live(id === now.tokenizer)}>${label}</option>`)}
          </select></label
        >
        <label
          >${texts.show}
          <select class="mode" @change=${(event: Event) => setMode((event.target as HTMLSelectElement).value as Mode)}>
            <option value="text" ?selected=${mode === 'text'}>${texts.asText}</option>
            <option value="ids" ?selected=${mode === 'ids'}>${texts.asIds}</option>
            <option value="both" ?selected=${mode === 'both'}>${texts.asBoth}</option>
          </select></label
        >
        <label class="check"
          ><input
            type="checkbox"
            .checked=${now.special}
            @change=${(event: Event) =>
              editor.postMessage({ type: 'special', on: (event.target as HTMLInputElement).checked })}
          />${texts.special}</label
        >
        <details>
          <summary>${texts.aboutTitle}</summary>
          <p>${texts.about}</p>
        </details>
        <dl role="status">
          ${now.facts.map(
            ({ label, value }) =>
              html`<div>
                <dt>${label}</dt>
                <dd>${value}</dd>
              </div>`,
          )}
        </dl>
      </header>
      ${now.message ? html`<p class="message" role="alert">${now.message}</p>` : nothing}
      <div class="scroller" role="group" aria-label=${texts.tokens} aria-busy=${String(now.busy)} @scroll=${later}>
        <div style="height:${above}px"></div>
        ${drawn.map(
          (block) =>
            html`<div class="block" data-block=${block.index}>
              ${block.tokens.map((token, index) => chip(token, block.firstToken + index, block.tokens[index - 1]))}
            </div>`,
        )}
        <div style="height:${below}px"></div>
      </div>
      <footer aria-live="polite">
        ${shown ? html`<b>${shown.id}</b> <code>${visible(shown.text)}</code> <span>${shown.bytes}</span>` : nothing}
      </footer>`,
    root,
  );
  measure();
}

function measure(): void {
  let pixels = 0;
  let units = 0;
  for (const element of root.querySelectorAll<HTMLElement>('.block')) {
    const index = Number(element.dataset['block']);
    heights.set(index, element.offsetHeight);
    pixels += element.offsetHeight;
    units += state?.blockLengths[index] ?? 0;
  }
  if (units > 0 && heights.size < 20) pixelsPerUnit = pixels / units;
}

let frame = 0;
function later(): void {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(draw);
}

function setMode(next: Mode): void {
  mode = next;
  editor.setState({ mode });
  heights.clear();
  draw();
}

/** Brings the block that holds the marked place onto the screen, and then its chip. */
function reveal(): void {
  const scroller = root.querySelector<HTMLElement>('.scroller');
  if (!scroller || !state) return;
  let top = 0;
  let start = 0;
  for (const [index, length] of state.blockLengths.entries()) {
    if (marked < start + length) {
      if (!blocks.has(index)) scroller.scrollTop = top;
      break;
    }
    start += length;
    top += heightOf(index);
  }
  draw();
  root.querySelector('.chip.current')?.scrollIntoView({ block: 'nearest' });
}

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const parsed = tokensHostMessage.safeParse(data);
  if (!parsed.success) return;
  const message = parsed.data;
  switch (message.type) {
    case 'state':
      if (state?.title !== message.state.title || state?.tokenizer !== message.state.tokenizer) {
        blocks = new Map();
        heights.clear();
        shown = undefined;
      }
      // While a text is read anew, what was drawn last stays.
      if (message.state.blockLengths.length === 0 && !message.state.busy) blocks = new Map();
      state = message.state;
      draw();
      break;
    case 'blocks':
      if (message.version !== state?.version) return;
      blocks = new Map(message.blocks.map((block) => [block.index, block]));
      blocksVersion = message.version;
      draw();
      later();
      break;
    case 'mark':
      marked = message.offset;
      reveal();
      break;
  }
});
window.addEventListener('resize', () => {
  heights.clear();
  later();
});
editor.postMessage({ type: 'ready' });
