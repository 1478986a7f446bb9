import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import type { TokenBlock, TokensHostMessage, ViewToken } from '../../src/shared/tokensProtocol.ts';
import { KeptBlocks } from './keptBlocks.ts';
import { spoken, visible } from './visible.ts';

export type Mode = 'text' | 'ids' | 'both';

/** What a list of tokens needs from the page around it. */
export interface TokenListOwner {
  readonly texts: Readonly<Record<string, string>>;
  readonly mode: Mode;
  redraw(): void;
  ask(version: number, from: number, to: number): void;
  /** Selects from a place of the text to another. */
  select(version: number, start: number, end: number): void;
  tell(token: ViewToken): void;
}

/** How far beyond the edges of the screen blocks are drawn. */
const MARGIN_PX = 400;
const ROW_PX = 22;
/** So much text tells how high the rest will be. */
const ENOUGH_UNITS = 2000;
/** So many blocks are kept, those nearest to the screen, so that going back and forth asks for nothing. */
const KEPT_BLOCKS = 32;
const KEPT_WORDS = 5000;
/** Chromium rounds places of the screen. */
const ROUNDED_PX = 2;

/** The tokens of one text. Only those on screen are in the page; of the others only the length of their blocks is known. */
export class TokenList {
  version = -1;
  /** The marked token is not on screen yet; whoever goes elsewhere in the meantime stays there. */
  #revealing = false;
  #marked = -1;
  #markedChips: readonly Element[] = [];
  readonly #owner: TokenListOwner;
  readonly #name: string;
  #lengths: number[] = [];
  readonly #blocks = new KeptBlocks();
  /** An answer is on its way for this version; what has come on screen in the meantime is asked for after it. */
  #askedVersion: number | undefined;
  /** The worker knows no such blocks in this version. */
  #barrenVersion: number | undefined;
  #drawnVersion = -1;
  readonly #words = new Map<string, { readonly seen: string; readonly said: string }>();
  /** Pixels of the blocks that were drawn, and what one UTF-16 unit takes on the average, for those that were not. */
  #heights: (number | undefined)[] = [];
  #pixelsPerUnit = 0.5;
  /** From how many UTF-16 units that was learned. */
  #measured = 0;
  /** The number of the token that the Tab key reaches. */
  #reachable: number | undefined;
  /** A key that leads to a token that is not drawn yet, and the number of the token it leads away from. */
  #awaited: { readonly key: string; readonly number: number } | undefined;

  /** The class of the element is told by the name. */
  constructor(name: string, owner: TokenListOwner) {
    this.#name = name;
    this.#owner = owner;
  }

  /** Follows a change of the blocks. */
  layout(change: Extract<TokensHostMessage, { type: 'layout' }>): void {
    const { version, reset, from, removed, lengths, blocks } = change;
    if (reset) {
      // What comes before the next drawing is for the beginning of the new text, wherever the old one was.
      const scroller = this.#scroller();
      if (scroller) scroller.scrollTop = 0;
      this.#lengths = lengths;
      this.forgetHeights();
      this.#reachable = undefined;
      if (lengths.length === 0) this.#blocks.clear();
      else this.#blocks.outdate();
    } else {
      this.#blocks.follow(change, this.#lengths);
      this.#lengths = [...this.#lengths.slice(0, from), ...lengths, ...this.#lengths.slice(from + removed)];
      // A keystroke leaves a block about as high as it was.
      const fresh = lengths.map((_, index) => (lengths.length === removed ? this.#heights[from + index] : undefined));
      this.#heights.length = Math.max(this.#heights.length, from + removed);
      this.#heights = [...this.#heights.slice(0, from), ...fresh, ...this.#heights.slice(from + removed)];
    }
    this.version = version;
    this.#askedVersion = undefined;
    this.#barrenVersion = undefined;
    this.#keep(blocks);
  }

  takeBlocks(version: number, blocks: readonly TokenBlock[]): void {
    if (version === this.#askedVersion) {
      this.#askedVersion = undefined;
      if (blocks.length === 0) this.#barrenVersion = version;
    }
    if (version === this.version) this.#keep(blocks);
  }

  /** Takes blocks of the newest version. */
  #keep(blocks: readonly TokenBlock[]): void {
    this.#blocks.take(blocks);
    const { from, to } = this.#window();
    this.#blocks.limit(Math.max(KEPT_BLOCKS, to - from), from, to);
  }

  /** Heights are not what they were: the width or what is shown has changed. */
  forgetHeights(): void {
    this.#heights = [];
    this.#measured = 0;
  }

  draw(): TemplateResult {
    const { from, to, above, below } = this.#window();
    const places: { readonly index: number; readonly block: TokenBlock | undefined }[] = [];
    for (let index = from; index < to; index++) places.push({ index, block: this.#blocks.get(index) });
    const drawn = places.flatMap(({ block }) => block ?? []);
    this.#ask(places.filter(({ index }) => !this.#blocks.isFresh(index)).map(({ index }) => index));
    const { texts } = this.#owner;
    const first = drawn[0]?.firstToken;
    const last = drawn.at(-1);
    const end = last ? last.firstToken + last.tokens.length : 0;
    const reachable =
      this.#reachable !== undefined && first !== undefined && this.#reachable >= first && this.#reachable < end
        ? this.#reachable
        : first;
    return html`<div
      class="scroller ${this.#name}"
      role="group"
      aria-label=${texts['tokens'] ?? ''}
      aria-description=${texts['keys'] ?? ''}
      @scroll=${() => this.#owner.redraw()}
      @wheel=${{ handleEvent: () => this.#stay(), passive: true }}
      @pointerdown=${() => this.#stay()}
      @keydown=${(event: KeyboardEvent) => this.#key(event)}
    >
      <div style="height:${above}px"></div>
      ${repeat(
        places,
        ({ index }) => index,
        ({ index, block }) =>
          block
            ? html`<div class="block" data-block=${index}>
                ${guard(this.#shownOf(block, reachable), () => this.#chips(block, reachable))}
              </div>`
            : html`<div data-block=${index} style="height:${this.#heightOf(index)}px"></div>`,
      )}
      <div style="height:${below}px"></div>
    </div>`;
  }

  /** Asks for blocks that are on screen and not here, one question at a time. */
  #ask(missing: readonly number[]): void {
    const [first] = missing;
    const last = missing.at(-1);
    if (first === undefined || last === undefined) return;
    if (this.#askedVersion === this.version || this.#barrenVersion === this.version) return;
    this.#askedVersion = this.version;
    this.#owner.ask(this.version, first, last + 1);
  }

  /**
   * To be called before a drawing; gives what is to be called after it. What is on screen keeps its place although blocks
   * above it turn out higher or lower than was thought, the end stays on screen where it was, and heights are learned.
   */
  hold(): () => void {
    const before = this.#scroller();
    const atEnd =
      before !== null &&
      before.scrollTop > 0 &&
      before.scrollTop + before.clientHeight >= before.scrollHeight - ROUNDED_PX;
    const anchor = this.version === this.#drawnVersion ? this.#topmost() : undefined;
    return () => {
      this.#drawnVersion = this.version;
      const scroller = this.#scroller();
      if (!scroller) return;
      if (atEnd && this.#window().to === this.#lengths.length) {
        scroller.scrollTop = scroller.scrollHeight;
      } else if (anchor) {
        const element = scroller.querySelector(`[data-block="${anchor.index}"]`);
        if (element) scroller.scrollTop += topWithin(scroller, element) - anchor.top;
      }
      this.#measure(scroller);
    };
  }

  /** The first block that is on screen, and where its upper edge is in the list, which itself moves when what is above it grows. */
  #topmost(): { readonly index: string | undefined; readonly top: number } | undefined {
    const scroller = this.#scroller();
    if (!scroller) return undefined;
    const { top, bottom } = scroller.getBoundingClientRect();
    for (const element of scroller.querySelectorAll<HTMLElement>('[data-block]')) {
      const place = element.getBoundingClientRect();
      if (place.bottom > top && place.top < bottom) {
        return { index: element.dataset['block'], top: place.top - top };
      }
    }
    return undefined;
  }

  /** Learns the heights of what was just drawn; blocks that are not here yet stand there as high as was thought. */
  #measure(scroller: HTMLElement): void {
    let pixels = 0;
    let units = 0;
    let learned = false;
    for (const element of scroller.querySelectorAll<HTMLElement>('.block')) {
      const index = Number(element.dataset['block']);
      const { height } = element.getBoundingClientRect();
      if (Math.abs(height - this.#heightOf(index)) >= 1) learned = true;
      this.#heights[index] = height;
      pixels += height;
      units += this.#lengths[index] ?? 0;
    }
    // More or less may fit on the screen than was thought.
    if (learned) this.#owner.redraw();
    // Were it changed for ever, all that was never drawn would move with it, and with that what is on screen.
    if (units === 0 || this.#measured >= ENOUGH_UNITS) return;
    this.#measured = units;
    this.#pixelsPerUnit = pixels / units;
  }

  /** Moves the focus on to the token that a key leads to, once it is drawn; until then scrolls towards it. */
  followKey(): void {
    const scroller = this.#scroller();
    if (!this.#awaited || !scroller) return;
    const { key, number } = this.#awaited;
    const last = this.#lengths.length - 1;
    const chipsOf = (block: number): NodeListOf<HTMLElement> =>
      scroller.querySelectorAll<HTMLElement>(`[data-block="${block}"] .chip`);
    if (key === 'Home' || key === 'End') {
      const chip = key === 'Home' ? chipsOf(0)[0] : [...chipsOf(last)].at(-1);
      if (chip) this.#focus(chip);
      // How high the last lines are is known only once they were drawn, so that the end is reached in steps.
      else scroller.scrollTop = key === 'Home' ? 0 : scroller.scrollHeight;
      return;
    }
    const chips = [...scroller.querySelectorAll<HTMLElement>('.chip')];
    const at = chips.findIndex((chip) => chip.dataset['number'] === String(number));
    const next = at < 0 ? undefined : nextChip(key, chips, at);
    const forward = key === 'ArrowRight' || key === 'ArrowDown';
    if (next) this.#focus(next);
    else if (next === undefined || chipsOf(forward ? last : 0).length > 0) this.#awaited = undefined;
    else scroller.scrollTop += forward ? ROW_PX : -ROW_PX;
  }

  #focus(chip: HTMLElement): void {
    this.#awaited = undefined;
    chip.focus();
    chip.scrollIntoView({ block: 'nearest' });
  }

  /** Marks the token at this place of the text, and brings it onto the screen. */
  mark(offset: number): void {
    this.#marked = offset;
    this.#revealing = true;
    this.#revealBlock();
  }

  /** Brings the block that holds the marked place onto the screen. */
  #revealBlock(): void {
    const scroller = this.#scroller();
    if (!scroller) return;
    const { from, to } = this.#window();
    let top = 0;
    let start = 0;
    for (const [index, length] of this.#lengths.entries()) {
      if (this.#marked < start + length) {
        if (index < from || index >= to) scroller.scrollTop = top;
        return;
      }
      start += length;
      top += this.#heightOf(index);
    }
  }

  /** Marks the chips at the marked place, and brings them, once they are drawn, onto the screen. Nothing else is drawn for that. */
  showMarked(): void {
    const chips = this.#chipsAt(this.#marked);
    for (const chip of this.#markedChips) if (!chips.includes(chip)) chip.removeAttribute('aria-current');
    for (const chip of chips) chip.setAttribute('aria-current', 'true');
    this.#markedChips = chips;
    if (!this.#revealing || !chips[0]) return;
    this.#revealing = false;
    chips[0].scrollIntoView({ block: 'nearest' });
  }

  /** The drawn chips at a place of the text: several where they share a character. */
  #chipsAt(offset: number): Element[] {
    for (const element of this.#scroller()?.querySelectorAll<HTMLElement>('.block') ?? []) {
      const block = this.#blocks.get(Number(element.dataset['block']));
      const place = offset - (block?.start ?? 0);
      if (!block || place < 0 || place >= (block.tokens.at(-1)?.end ?? 0)) continue;
      return block.tokens.flatMap(({ start, end }, index) => {
        const here = place >= start && place < end;
        return (here && element.querySelector(`[data-number="${block.firstToken + index}"]`)) || [];
      });
    }
    return [];
  }

  #scroller(): HTMLElement | null {
    return document.querySelector<HTMLElement>(`.scroller.${this.#name}`);
  }

  #heightOf(index: number): number {
    return this.#heights[index] ?? Math.max(ROW_PX, (this.#lengths[index] ?? 0) * this.#pixelsPerUnit);
  }

  /** The blocks on screen and the space that the others take above and below. */
  #window(): { from: number; to: number; above: number; below: number } {
    const scroller = this.#scroller();
    const count = this.#lengths.length;
    const top = (scroller?.scrollTop ?? 0) - MARGIN_PX;
    const bottom = (scroller?.scrollTop ?? 0) + (scroller?.clientHeight ?? 800) + MARGIN_PX;
    let from = 0;
    let above = 0;
    while (from < count - 1 && above + this.#heightOf(from) < top) above += this.#heightOf(from++);
    let to = from;
    for (let at = above; to < count && at < bottom; to++) at += this.#heightOf(to);
    let below = 0;
    for (let index = to; index < count; index++) below += this.#heightOf(index);
    return { from, to, above, below };
  }

  /** On what depends how a block looks, so that it is not drawn anew for what happens elsewhere. */
  #shownOf(block: TokenBlock, reachable: number | undefined): unknown[] {
    const { tokens, firstToken } = block;
    const isReachable = reachable !== undefined && reachable >= firstToken && reachable < firstToken + tokens.length;
    return [tokens, firstToken, this.#owner.mode, isReachable && reachable];
  }

  /** The chips of a block; those that make up one character together stand in a frame, with the character behind them. */
  #chips(block: TokenBlock, reachable: number | undefined): TemplateResult[] {
    const { tokens } = block;
    const drawn: TemplateResult[] = [];
    for (let index = 0; index < tokens.length;) {
      const token = tokens[index] as ViewToken;
      let end = index + 1;
      while (token.partial && end < tokens.length && shares(tokens[end - 1] as ViewToken, tokens[end] as ViewToken))
        end++;
      const chips: TemplateResult[] = [];
      for (let each = index; each < end; each++) chips.push(this.#chip(block, each, reachable));
      drawn.push(
        end - index > 1
          ? html`<span class="whole"
              >${chips}<span class="made" aria-hidden="true"
                >${visible(charactersOf(tokens.slice(index, end)))}</span
              ></span
            >`
          : html`${chips}`,
      );
      if (tokens[end - 1]?.text.endsWith('\n')) drawn.push(html`<br />`);
      index = end;
    }
    return drawn;
  }

  #chip(block: TokenBlock, place: number, reachable: number | undefined): TemplateResult {
    const { mode, texts } = this.#owner;
    const token = block.tokens[place] as ViewToken;
    const number = block.firstToken + place;
    const { seen, said } = this.#wordsOf(token.text);
    const face = token.partial ? token.bytes : seen;
    const shown = token.partial ? (texts['partOf'] ?? '').replace('{0}', () => said) : said;
    const bytes = (texts['bytes'] ?? '').replace('{0}', token.bytes);
    const classes = `chip tone${place % 4}${token.partial ? ' partial' : ''}${token.special ? ' special' : ''}`;
    return html`<button
      class=${classes}
      data-id=${token.id}
      data-number=${number}
      tabindex=${number === reachable ? 0 : -1}
      title=${`${token.id}  ${token.text}  [${token.bytes}]`}
      aria-label=${`${shown}, ${token.id}, ${bytes}`}
      @mouseenter=${() => this.#owner.tell(token)}
      @focus=${() => {
        this.#reachable = number;
        this.#owner.tell(token);
      }}
      @click=${() => this.#select(block.index, token)}
    >
      ${mode === 'ids' ? nothing : html`<span class="face">${face}</span>`}${mode === 'text' ? nothing : html`<span class="id">${token.id}</span>`}
    </button>`;
  }

  /** Where the block stands is looked up, because it may have been moved since it was drawn. */
  #select(index: number, { start, end }: ViewToken): void {
    const block = this.#blocks.get(index);
    if (block && this.#blocks.isFresh(index)) this.#owner.select(this.version, block.start + start, block.start + end);
  }

  /** How a text is shown and said, worked out once for each. */
  #wordsOf(text: string): { readonly seen: string; readonly said: string } {
    let words = this.#words.get(text);
    if (!words) {
      if (this.#words.size >= KEPT_WORDS) this.#words.clear();
      words = { seen: visible(text), said: spoken(text, this.#owner.texts) };
      this.#words.set(text, words);
    }
    return words;
  }

  #stay(): void {
    this.#revealing = false;
  }

  #key(event: KeyboardEvent): void {
    this.#stay();
    const chip = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('.chip') : null;
    const scroller = this.#scroller();
    if (!chip || !scroller || event.ctrlKey || event.metaKey || event.altKey) return;
    const chips = [...scroller.querySelectorAll<HTMLElement>('.chip')];
    const at = chips.indexOf(chip);
    const next = nextChip(event.key, chips, at);
    if (next === undefined) return;
    event.preventDefault();
    if (next) {
      this.#focus(next);
      return;
    }
    this.#awaited = { key: event.key, number: Number(chip.dataset['number']) };
    this.followKey();
  }
}

const topWithin = (scroller: Element, element: Element): number =>
  element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;

const shares = (first: ViewToken, second: ViewToken): boolean => second.partial && first.end > second.start;

/** The characters that tokens make up together. */
function charactersOf(tokens: readonly ViewToken[]): string {
  let text = '';
  let end = -1;
  for (const token of tokens) {
    if (token.start >= end) text += token.text;
    else if (token.end > end) text += token.text.slice(end - token.start);
    end = Math.max(end, token.end);
  }
  return text;
}

/** The chip that a key leads to, null when it is not among these; undefined for a key that leads nowhere. */
function nextChip(key: string, chips: readonly HTMLElement[], at: number): HTMLElement | null | undefined {
  switch (key) {
    case 'ArrowRight':
      return chips[at + 1] ?? null;
    case 'ArrowLeft':
      return chips[at - 1] ?? null;
    case 'Home':
    case 'End':
      return null;
    case 'ArrowDown':
    case 'ArrowUp': {
      const from = (chips[at] as HTMLElement).getBoundingClientRect();
      const middle = from.left + from.width / 2;
      const step = key === 'ArrowDown' ? 1 : -1;
      let best: HTMLElement | null = null;
      let row: number | undefined;
      let distance = Infinity;
      for (let index = at + step; index >= 0 && index < chips.length; index += step) {
        const chip = chips[index] as HTMLElement;
        const box = chip.getBoundingClientRect();
        if (Math.abs(box.top - from.top) < from.height / 2) continue;
        row ??= box.top;
        if (Math.abs(box.top - row) > from.height / 2) break;
        const away = Math.abs(box.left + box.width / 2 - middle);
        if (away < distance) {
          distance = away;
          best = chip;
        }
      }
      return best;
    }
    default:
      return undefined;
  }
}
