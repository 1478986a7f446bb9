/** Turns offsets into lines and columns, both counted from 0. */
export class LineIndex {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  lineAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  lineStart(line: number): number {
    return this.#starts[line] ?? 0;
  }

  columnAt(offset: number): number {
    return offset - this.lineStart(this.lineAt(offset));
  }
}

/** The text as Python reads it: no byte order mark, LF line ends. */
export function normaliseText(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}

/** A fault that shows in brackets and quotes alone. */
export interface LexicalFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

const closers: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Follows brackets, strings and continued lines from line to line, to tell where a statement can begin. */
export class LineScanner {
  readonly #brackets: { readonly character: string; readonly line: number; readonly column: number }[] = [];
  #quote: { readonly mark: string; readonly line: number; readonly column: number } | undefined;
  #continued = false;
  #fault: LexicalFault | undefined;

  /** True when the next line begins a statement. */
  get atStatement(): boolean {
    return this.#brackets.length === 0 && this.#quote === undefined && !this.#continued;
  }

  readLine(text: string, line: number): void {
    this.#continued = false;
    let at = 0;
    while (at < text.length) {
      if (this.#quote) {
        at = this.#readString(text, at);
        continue;
      }
      const character = text[at] ?? '';
      if (character === '#') return;
      if (character === '"' || character === "'") {
        const triple = character.repeat(3);
        const mark = text.startsWith(triple, at) ? triple : character;
        this.#quote = { mark, line, column: at };
        at += mark.length;
        continue;
      }
      if ('([{'.includes(character)) this.#brackets.push({ character, line, column: at });
      else if (character in closers) this.#close(character, line, at);
      at++;
    }
    if (this.#quote?.mark.length === 1 && !text.endsWith('\\')) {
      this.#fault ??= { ...place(this.#quote), message: 'this string is not closed.' };
      this.#quote = undefined;
    }
    this.#continued = this.#quote === undefined && text.endsWith('\\');
  }

  /** The first fault, after all lines have been read. */
  finish(): LexicalFault | undefined {
    if (this.#fault) return this.#fault;
    if (this.#quote) return { ...place(this.#quote), message: 'this string is not closed.' };
    const open = this.#brackets.at(-1);
    return open && { ...place(open), message: `"${open.character}" is never closed.` };
  }

  #readString(text: string, from: number): number {
    const mark = this.#quote?.mark ?? '';
    for (let at = from; at < text.length; at++) {
      if (text[at] === '\\') at++;
      else if (text.startsWith(mark, at)) {
        this.#quote = undefined;
        return at + mark.length;
      }
    }
    return text.length;
  }

  #close(character: string, line: number, column: number): void {
    const open = this.#brackets.pop();
    if (open?.character === closers[character]) return;
    const message = open
      ? `"${character}" does not close the "${open.character}" of line ${open.line + 1}.`
      : `"${character}" closes nothing.`;
    this.#fault ??= { line, column, message };
  }
}

function place(of: { readonly line: number; readonly column: number }): { line: number; column: number } {
  return { line: of.line, column: of.column };
}

/** The first fault in brackets and quotes of a text. */
export function findLexicalFault(text: string): LexicalFault | undefined {
  const scanner = new LineScanner();
  text.split('\n').forEach((line, number) => scanner.readLine(line, number));
  return scanner.finish();
}

/** Magics that run the Python that follows them on their line. */
const runningMagic = /^(\s*)(%(?:time|timeit|prun|memit)\b(?:\s+-\w+(?:\s*\d+)?)*)\s+([^\s].*)$/;
const magic = /^\s*(?:%|!|\?)|^\s*[\w.]+\?{1,2}\s*$|^\s*[\w.,\s]+=\s*(?:!|%[A-Za-z])/;

const pythonCellMagics = new Set([
  '%%time',
  '%%timeit',
  '%%prun',
  '%%memit',
  '%%capture',
  '%%python',
  '%%python3',
  '%%pypy',
]);

/** The magic that gives a notebook cell to another language or program, such as `%%bash`. */
export function foreignCellMagic(text: string): string | undefined {
  const first = /^\s*(%%[\w!.-]+)/.exec(text)?.[1];
  return first === undefined || pythonCellMagics.has(first) ? undefined : first;
}

/** A notebook cell as plain Python: lines that only IPython knows become comments, and every line keeps its number. */
export function commentOutMagics(text: string): string {
  const scanner = new LineScanner();
  return text
    .split('\n')
    .map((line, number) => {
      if (!scanner.atStatement || !magic.test(line)) {
        scanner.readLine(line, number);
        return line;
      }
      const running = runningMagic.exec(line);
      if (running) return `${running[1] ?? ''}${running[3] ?? ''}  # ${running[2] ?? ''}`;
      const indentation = /^\s*/.exec(line)?.[0] ?? '';
      // An indented magic may be all that its block holds.
      return `${indentation}${indentation ? 'pass  ' : ''}# ${line.slice(indentation.length)}`;
    })
    .join('\n');
}
