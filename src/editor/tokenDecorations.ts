import {
  DecorationRangeBehavior,
  l10n,
  OverviewRulerLane,
  Range,
  Uri,
  window,
  type DecorationOptions,
  type Disposable,
  type TextDocument,
  type TextEditor,
  type TextEditorDecorationType,
} from 'vscode';
import { tokenCount } from './tokensTexts.ts';

/** Gives start and end of each token between two places of the text, one after another; nothing when they are not known. */
export type TokenPlaces = (start: number, end: number) => Promise<readonly number[] | undefined>;

/** Lines beyond the edges of the screen that are decorated too, so that scrolling shows no bare ones. */
const MARGIN_LINES = 40;
/** A longer stretch, which only a very long line has, is not decorated. */
const MOST_UNITS = 200_000;
/** The most tokens that a line of each level has, but for the last. */
const LEVELS = [8, 16, 28, 48] as const;
const tones = ['55,148,255', '56,161,105', '214,158,46', '128,90,213'];
const heat = ['#4caf50', '#a3b83a', '#e0a800', '#e8710a', '#d93025'];

/** Paints the tokens of a document into its editors, and the cost of each line into their margin. */
export class TokenDecorations implements Disposable {
  painted = false;
  lineCost = false;
  /** Made when first needed. */
  #types:
    | { readonly tones: readonly TextEditorDecorationType[]; readonly levels: readonly TextEditorDecorationType[] }
    | undefined;
  readonly #places: TokenPlaces;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(places: TokenPlaces) {
    this.#places = places;
  }

  /** Draws anew, soon, in all editors that show this document. */
  update(document: TextDocument | undefined): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const editor of window.visibleTextEditors) {
        if (editor.document === document && (this.painted || this.lineCost)) void this.#draw(editor, document);
        else this.#clear(editor);
      }
    }, 30);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const type of this.#all()) type.dispose();
  }

  #all(): readonly TextEditorDecorationType[] {
    return [...(this.#types?.tones ?? []), ...(this.#types?.levels ?? [])];
  }

  async #draw(editor: TextEditor, document: TextDocument): Promise<void> {
    const { version } = document;
    const first = Math.max(0, Math.min(...editor.visibleRanges.map(({ start }) => start.line)) - MARGIN_LINES);
    const last = Math.max(...editor.visibleRanges.map(({ end }) => end.line)) + MARGIN_LINES;
    const range = document.validateRange(new Range(first, 0, last, Number.MAX_SAFE_INTEGER));
    const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
    if (end - start > MOST_UNITS) return this.#clear(editor);
    const places = await this.#places(start, end).catch(() => undefined);
    if (!places || document.isClosed || document.version !== version) return;
    this.#types ??= createTypes();
    const painted: Range[][] = tones.map(() => []);
    const tokensOfLine = new Map<number, number>();
    for (let at = 0; at < places.length; at += 2) {
      const from = document.positionAt(places[at] as number);
      tokensOfLine.set(from.line, (tokensOfLine.get(from.line) ?? 0) + 1);
      if (this.painted)
        painted[(at / 2) % tones.length]?.push(new Range(from, document.positionAt(places[at + 1] as number)));
    }
    for (const [tone, type] of this.#types.tones.entries()) editor.setDecorations(type, painted[tone] ?? []);
    const levels: DecorationOptions[][] = heat.map(() => []);
    if (this.lineCost) {
      for (const [line, tokens] of tokensOfLine) {
        if (line < range.start.line || line > range.end.line) continue;
        const level = LEVELS.findIndex((most) => tokens <= most);
        const hoverMessage = l10n.t('{0} in this line', tokenCount(tokens));
        levels[level < 0 ? heat.length - 1 : level]?.push({ range: new Range(line, 0, line, 0), hoverMessage });
      }
    }
    for (const [level, type] of this.#types.levels.entries()) editor.setDecorations(type, levels[level] ?? []);
  }

  #clear(editor: TextEditor): void {
    for (const type of this.#all()) editor.setDecorations(type, []);
  }
}

function createTypes() {
  return {
    tones: tones.map((color) =>
      window.createTextEditorDecorationType({
        backgroundColor: `rgba(${color},0.28)`,
        borderRadius: '2px',
        // What is typed between two tokens belongs to neither until they are known anew.
        rangeBehavior: DecorationRangeBehavior.ClosedClosed,
      }),
    ),
    levels: heat.map((color, level) =>
      window.createTextEditorDecorationType({
        gutterIconPath: bar(color, level),
        gutterIconSize: 'contain',
        overviewRulerColor: color,
        overviewRulerLane: OverviewRulerLane.Left,
      }),
    ),
  };
}

/** A bar for the margin, the wider the more tokens the line has. */
function bar(color: string, level: number): Uri {
  const width = 3 + level * 3;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><rect x="0" y="3" width="${width}" height="10" rx="1" fill="${color}"/></svg>`;
  return Uri.parse(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`);
}
