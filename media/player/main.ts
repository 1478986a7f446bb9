import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, render, type TemplateResult } from 'lit';
import { PendingRequests } from '../../src/shared/pendingRequests.ts';
import {
  playerHostMessage,
  type PlayerAction,
  type PlayerMessage,
  type PlayerState,
} from '../../src/shared/playerProtocol.ts';
import './style.css';

interface SavedState {
  readonly recording?: string;
  readonly at?: number;
  readonly query?: string;
}
interface EditorApi {
  postMessage(message: PlayerMessage): void;
  getState(): SavedState | undefined;
  setState(state: SavedState): void;
}
declare function acquireVsCodeApi(): EditorApi;

const editor = acquireVsCodeApi();
const requests = new PendingRequests(600_000);
const root = document.getElementById('root') as HTMLElement;
/** The recording, by an address that the host has put on the page. */
const source = root.dataset['media'] ?? '';
/** How far the arrow keys jump, in seconds. */
const STEP_SECONDS = 5;

const saved = editor.getState();
let state: PlayerState | undefined;
let query = saved?.query ?? '';
let current = -1;
let complaint = '';
let cannotPlay = false;
let follow = true;

const audio = new Audio();
audio.controls = true;
audio.preload = 'metadata';
audio.src = source;
audio.addEventListener('loadedmetadata', () => {
  if (saved?.at !== undefined && audio.currentTime === 0) audio.currentTime = saved.at;
});
audio.addEventListener('timeupdate', () => {
  keep();
  mark();
});
audio.addEventListener('error', () => {
  cannotPlay = true;
  draw();
});

function keep(): void {
  editor.setState({
    ...(state && { recording: state.recording }),
    at: audio.currentTime,
    ...(query !== '' && { query }),
  });
}

function play(at: number): void {
  audio.currentTime = at;
  mark();
  audio.play().catch(() => {
    // Without a click on this page a browser may refuse to begin; the place is set all the same.
  });
}

/** Marks the sentence that is heard. */
function mark(): void {
  const segments = state?.segments ?? [];
  const now = audio.currentTime + 0.05;
  const index = segments.findLastIndex(({ start }) => start <= now);
  if (index === current) return;
  current = index;
  draw();
  if (follow && !audio.paused) root.querySelector('.current')?.scrollIntoView({ block: 'nearest' });
}

function send(action: PlayerAction): void {
  complaint = '';
  requests
    .send((id) => editor.postMessage({ type: 'action', id, action }))
    .catch((error: unknown) => {
      complaint = error instanceof Error ? error.message : String(error);
      draw();
    });
}

/** The text with what is searched for marked. */
function marked(text: string): (TemplateResult | string)[] {
  const needle = query.trim().toLowerCase();
  if (needle === '') return [text];
  const parts: (TemplateResult | string)[] = [];
  const lower = text.toLowerCase();
  // A few letters change their length with their case; then nothing is marked, but found all the same.
  if (lower.length !== text.length) return [text];
  let from = 0;
  for (let at = lower.indexOf(needle); at >= 0; at = lower.indexOf(needle, from)) {
    parts.push(text.slice(from, at), html`<mark>${text.slice(at, at + needle.length)}</mark>`);
    from = at + needle.length;
  }
  return [...parts, text.slice(from)];
}

function draw(): void {
  if (!state) return;
  const { texts, segments } = state;
  audio.ariaLabel = state.title;
  const needle = query.trim().toLowerCase();
  const shown = segments
    .map((segment, index) => ({ ...segment, index }))
    .filter(({ text, speaker }) => needle === '' || `${speaker ?? ''} ${text}`.toLowerCase().includes(needle));
  render(
    html`<header>
        <div class="title">
          <h1 title=${state.title}>${state.title}</h1>
          <span class="facts">${state.facts}</span>
        </div>
        <div class="player" role="group" aria-label=${texts.player}>${audio}</div>
        ${cannotPlay ? html`<p class="complaint" role="alert">${texts.cannotPlay}</p>` : nothing}
        <div class="bar">
          <input
            type="search"
            class="search"
            aria-label=${texts.search}
            placeholder=${texts.searchPlaceholder}
            .value=${query}
            @input=${(event: Event) => {
              query = (event.target as HTMLInputElement).value;
              keep();
              draw();
            }}
          />
          <label class="check"
            ><input
              type="checkbox"
              .checked=${follow}
              @change=${(event: Event) => {
                follow = (event.target as HTMLInputElement).checked;
              }}
            />${texts.follow}</label
          >
          ${state.actions.map(
            ({ id, label }) =>
              html`<vscode-button data-action=${id} secondary @click=${() => send(id)}>${label}</vscode-button>`,
          )}
        </div>
        <div role="status">
          ${
            state.busy || state.status
              ? html`<p class="status">
                  ${state.busy ? html`<span class="spinner" aria-hidden="true"></span>` : nothing}${state.status ?? ''}
                </p>`
              : nothing
          }
          ${
            needle === ''
              ? nothing
              : html`<p class="status found">${texts.found.replace('{0}', String(shown.length))}</p>`
          }
        </div>
        ${complaint ? html`<p class="complaint" role="alert">${complaint}</p>` : nothing}
      </header>
      <ol class="segments" aria-label=${texts.transcript} @keydown=${onKey}>
        ${segments.length === 0 && !state.busy ? html`<li class="empty">${state.empty}</li>` : nothing}
        ${shown.map(
          ({ index, start, time, text, speaker }) =>
            html`<li>
              <button
                class="segment ${index === current ? 'current' : ''}"
                aria-current=${index === current ? 'true' : nothing}
                title=${texts.playFrom.replace('{0}', time)}
                @click=${() => play(start)}
              >
                <time>${time}</time>
                <span class="said">${speaker ? html`<b>${speaker}:</b> ` : nothing}${marked(text)}</span>
              </button>
            </li>`,
        )}
      </ol>`,
    root,
  );
}

/** Up and down go from sentence to sentence, left and right through the sound. */
function onKey(event: KeyboardEvent): void {
  const buttons = [...root.querySelectorAll<HTMLButtonElement>('.segment')];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step !== undefined && at >= 0) {
    buttons[at + step]?.focus();
    event.preventDefault();
  } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
    audio.currentTime += event.key === 'ArrowLeft' ? -STEP_SECONDS : STEP_SECONDS;
    event.preventDefault();
  }
}

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const parsed = playerHostMessage.safeParse(data);
  if (!parsed.success) return;
  const message = parsed.data;
  switch (message.type) {
    case 'state':
      state = message.state;
      keep();
      draw();
      mark();
      break;
    case 'play':
      play(message.at);
      root.querySelector('.current')?.scrollIntoView({ block: 'nearest' });
      break;
    case 'answer':
      requests.answer(message.id, message.error);
      break;
  }
});
editor.postMessage({ type: 'ready' });
