import { html, nothing, render, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import {
  tokensHostMessage,
  type TokensSource,
  type TokensState,
  type TokensViewMessage,
  type ViewToken,
} from '../../src/shared/tokensProtocol.ts';
import {
  aboutSection,
  check,
  choice,
  compareSection,
  convertSection,
  sourceChoice,
  specialSection,
  type Converted,
} from './sections.ts';
import { PendingChanges } from './pendingChanges.ts';
import { TokenList, type Mode } from './tokenList.ts';
import { visible } from './visible.ts';
import './style.css';

interface EditorApi {
  postMessage(message: TokensViewMessage): void;
  getState(): { readonly mode?: Mode } | undefined;
  setState(state: { readonly mode: Mode }): void;
}
declare function acquireVsCodeApi(): EditorApi;

/** So long nothing has to change before it is said aloud. */
const QUIET_MS = 1000;

const editor = acquireVsCodeApi();
const root = document.getElementById('root') as HTMLElement;
const send = (message: TokensViewMessage): void => editor.postMessage(message);

/** What is typed into the boxes stays there while the answer is on its way. */
function sendTyped(message: TokensViewMessage): void {
  if (message.type === 'encode') converted = { ids: converted.ids, text: message.text };
  if (message.type === 'decode') converted = { ids: message.ids, text: converted.text };
  send(message);
}

/** The system message as it is typed, which is sent after a pause. */
let system: string | undefined;
let pause: ReturnType<typeof setTimeout> | undefined;
function sendSource(source: TokensSource, message: string): void {
  const typed = message !== (system ?? state?.system);
  system = message;
  clearTimeout(pause);
  const turn = pending.add({ source });
  pause = setTimeout(() => send({ type: 'source', turn, source, system: message }), typed ? 400 : 0);
  later();
}

let state: TokensState | undefined;
const pending = new PendingChanges();
let mode: Mode = editor.getState()?.mode ?? 'text';
let shown: ViewToken | undefined;
let converted: Converted = { ids: '', text: '' };

const lists = [0, 1].map(
  (pane) =>
    new TokenList(`pane${pane}`, {
      get texts() {
        return state?.texts ?? {};
      },
      get mode() {
        return mode;
      },
      redraw: later,
      ask: (version, from, to) => send({ type: 'blocks', pane, version, from, to }),
      select: (version, start, end) => send({ type: 'select', pane, version, start, end }),
      tell: (token) => {
        shown = token;
        drawFooter();
      },
    }),
);
const [main, beside] = lists as [TokenList, TokenList];

/** All above the tokens, which is drawn anew only when it changes: scrolling and the cursor leave it alone. */
function header(now: TokensState): TemplateResult {
  const { texts } = now;
  const modes = [
    { id: 'text', label: texts['asText'] ?? '' },
    { id: 'ids', label: texts['asIds'] ?? '' },
    { id: 'both', label: texts['asBoth'] ?? '' },
  ];
  return html`<header>
    <h1 title=${now.title}>${now.title}</h1>
    ${choice(texts['tokenizer'] ?? '', 'tokenizer', now.tokenizers, now.tokenizer, (tokenizer) => send({ type: 'tokenizer', turn: pending.add({ tokenizer }), id: tokenizer }))}
    ${sourceChoice(now, system ?? now.system, sendSource)}
    ${choice(texts['show'] ?? '', 'mode', modes, mode, (id) => setMode(id as Mode))}
    <dl>
      ${now.facts.map(
        ({ label, value }) =>
          html`<div>
            <dt>${label}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    ${compareSection(now, send)}
    ${specialSection(now, (on) => send({ type: 'special', turn: pending.add({ special: on }), on }), send)}
    ${convertSection(now, converted, sendTyped)}
    <details class="editor">
      <summary>${texts['inEditor']}</summary>
      ${check(texts['paint'] ?? '', 'paint', now.painted, (on) => send({ type: 'paint', turn: pending.add({ painted: on }), on }))}
      ${check(texts['lineCost'] ?? '', 'lineCost', now.lineCost, (on) => send({ type: 'lineCost', turn: pending.add({ lineCost: on }), on }))}
    </details>
    ${aboutSection(now)}
  </header>`;
}

function draw(): void {
  if (!state) return;
  const now = pending.over(state);
  const settles = lists.map((list) => list.hold());
  render(
    html`${guard([state, pending.turn, mode, system, converted], () => header(now))}
      ${now.message === undefined ? nothing : html`<p class="message" role="alert">${now.message}</p>`}
      ${now.note === undefined ? nothing : html`<p class="message">${now.note}</p>`}
      ${now.second ? html`<h2>${now.heading}</h2>` : nothing} ${now.message === undefined ? main.draw() : nothing}
      ${
        now.second
          ? html`<h2>${now.second.heading}</h2>
              ${now.second.message === undefined ? beside.draw() : html`<p class="message" role="alert">${now.second.message}</p>`}`
          : nothing
      }
      <footer aria-hidden="true"></footer>
      <p class="spoken" role="status"></p>`,
    root,
  );
  speakLater(now);
  root.setAttribute('aria-busy', String(now.busy));
  for (const settle of settles) settle();
  for (const list of lists) {
    list.followKey();
    list.showMarked();
  }
  drawFooter();
}

/** The token under the mouse or the focus, apart from all else, because it changes with every move. A screen reader has it with the chip. */
function drawFooter(): void {
  const footer = root.querySelector('footer');
  if (!footer) return;
  footer.textContent = shown ? `${shown.id}   ${visible(shown.text)}   ${shown.bytes}` : '';
}

/** Says the count to a screen reader once it stands still, not with every key. */
let silence: ReturnType<typeof setTimeout> | undefined;
let toSay = '';
function speakLater({ busy, facts }: TokensState): void {
  const [count] = facts;
  if (busy || !count || `${count.label}: ${count.value}` === toSay) return;
  toSay = `${count.label}: ${count.value}`;
  clearTimeout(silence);
  silence = setTimeout(() => {
    const place = root.querySelector('.spoken');
    if (place) place.textContent = toSay;
  }, QUIET_MS);
}

let frame = 0;
function later(): void {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(draw);
}

function setMode(next: Mode): void {
  mode = next;
  editor.setState({ mode });
  for (const list of lists) list.forgetHeights();
  draw();
}

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const parsed = tokensHostMessage.safeParse(data);
  if (!parsed.success) return;
  const message = parsed.data;
  switch (message.type) {
    case 'state':
      state = message.state;
      later();
      break;
    case 'layout':
      // What was pointed at is of another text or tokenizer.
      if (message.reset) shown = undefined;
      (message.pane === 0 ? main : beside).layout(message);
      later();
      break;
    case 'blocks':
      (message.pane === 0 ? main : beside).takeBlocks(message.version, message.blocks);
      later();
      break;
    case 'converted':
      converted = {
        ids: message.ids ?? converted.ids,
        text: message.text ?? converted.text,
        ...(message.message !== undefined && { message: message.message }),
      };
      later();
      // What is wrong stands below the boxes, where the part that scrolls may end.
      requestAnimationFrame(() => root.querySelector('.convert [role=alert]')?.scrollIntoView({ block: 'nearest' }));
      break;
    case 'mark':
      for (const list of lists) list.mark(message.offset);
      later();
      break;
  }
});
window.addEventListener('resize', () => {
  for (const list of lists) list.forgetHeights();
  later();
});
send({ type: 'ready' });
