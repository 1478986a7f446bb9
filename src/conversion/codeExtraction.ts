/** A block of the answer that may be C++. */
interface Block {
  readonly kind: 'cpp' | 'unknown';
  /** A file name that stood at the fence or just above it. */
  readonly name: string;
  text: string;
  hasMain: boolean;
  hasInclude: boolean;
  hasQuotedInclude: boolean;
}

interface Fence {
  readonly marker: '`' | '~';
  readonly length: number;
  readonly indent: string;
  /** Absent for a block in another language: its lines are skipped. */
  readonly block: Block | undefined;
}

const cppLanguages = new Set([
  'cpp',
  'c++',
  'cxx',
  'cc',
  'c',
  'h',
  'hpp',
  'hh',
  'h++',
  'cplusplus',
  'cpp20',
  'c++20',
  'cpp17',
  'c++17',
]);
/** Longer lines are not searched for names and marks, which keeps the cost linear whatever comes. */
const LINE_OF_PROSE = 500;
/** An answer with more blocks has lost its way; the last ones count. */
const MOST_BLOCKS = 100;
const fenceLine = /^([ \t]*)(`{3,}|~{3,})(.*)$/;
const proseThenFence = /(`{3,}|~{3,})\s*(cpp|c\+\+|cxx|cc)\s*$/i;
const mainFunction = /\b(?:int|auto|signed|void)\s+main\s*\(|^main\s*\(/;
const includeLine = /^\s*#\s*include\b/;
const quotedInclude = /^\s*#\s*include\s*"([^"]+)"\s*(?:\/\/.*)?$/;
const fileName = /([\w./-]+\.(?:cpp|cxx|cc|c|hpp|hxx|hh|h))\b/i;
const startOfCode =
  /^\s*(#\s*(include|pragma|define|if|ifdef|ifndef)\b|using\s+(namespace\s+)?\w|template\s*<|namespace\s+\w|(struct|class|enum|constexpr|static|inline)\s+\w.*[{;(]\s*$|(int|auto)\s+main\s*\()/;
const endOfCode = /([;}]|\*\/)\s*(\/\/.*)?$|^\s*(#|\/\/)/;

/**
 * Takes the C++ out of a model's answer while it arrives, however it is wrapped: in fences of either kind, after prose, in
 * several blocks, in none, after thinking aloud. Each line is looked at once, so the cost is linear in the text.
 */
export class CodeExtractor {
  #pending = '';
  #blocks: Block[] = [];
  #fence: Fence | undefined;
  #thinking = false;
  #sawText = false;
  /** The last line of prose; may name the file of the block that follows. */
  #heading = '';
  /** Code without a fence around it: begun at the first line that can only be code. */
  #raw: Block | undefined;
  /** What came after the last line that can be the end of code: prose, unless more code follows. */
  #rawRest = '';

  /** Takes the next piece of the answer. True when `code` may have changed: at least one more line of code is complete. */
  push(text: string): boolean {
    let changed = false;
    let start = 0;
    for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', start)) {
      changed = this.#line(this.#pending + text.slice(start, newline)) || changed;
      this.#pending = '';
      start = newline + 1;
    }
    this.#pending += text.slice(start);
    return changed;
  }

  /** Takes what is left after the last newline; gives the final code, empty when there is none. */
  finish(): string {
    if (this.#pending !== '') {
      const rest = this.#pending;
      this.#pending = '';
      this.#line(rest);
    }
    const blocks = this.#candidates();
    const chosen = chooseProgram(blocks);
    return chosen && chosen.text !== '' ? assemble(chosen, blocks) : this.code;
  }

  /** The C++ as far as it can be told now: the program of one block. Parts in other blocks are joined to it by `finish`. */
  get code(): string {
    const chosen = chooseProgram(this.#candidates());
    return chosen && chosen.text !== '' ? chosen.text : (this.#raw?.text ?? '');
  }

  #candidates(): Block[] {
    return this.#blocks.filter((block) => block.kind === 'cpp' || block.hasMain || block.hasInclude);
  }

  #line(raw: string): boolean {
    let line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (!this.#sawText) {
      line = line.replace(/^\uFEFF/, '');
      if (line.trim() === '') return false;
      this.#sawText = true;
      const opening = /^\s*<(think|thinking|thought|reasoning)>/i.exec(line);
      if (opening) {
        this.#thinking = true;
        line = line.slice(opening[0].length);
      }
    }
    const closing = /<\/(think|thinking|thought|reasoning)>/i.exec(line);
    if (closing && (this.#thinking || line.trimStart().startsWith(closing[0]))) {
      // Some servers swallow the opening tag; whatever came before was thinking all the same.
      this.#forget();
      const rest = line.slice(closing.index + closing[0].length);
      return rest.trim() === '' ? true : this.#line(rest);
    }
    if (this.#thinking) return false;
    return this.#fence ? this.#insideFence(line, this.#fence) : this.#outsideFence(line);
  }

  #forget(): void {
    this.#thinking = false;
    this.#blocks = [];
    this.#fence = undefined;
    this.#raw = undefined;
    this.#rawRest = '';
    this.#heading = '';
  }

  #outsideFence(line: string): boolean {
    const match = fenceLine.exec(line);
    if (match) {
      const [, indent = '', marker = '', info = ''] = match;
      // A backtick later in the line means inline code, not a fence.
      if (marker.startsWith('~') || !info.includes('`')) return this.#openFence(indent, marker, info);
    }
    const inline = line.length < LINE_OF_PROSE ? proseThenFence.exec(line) : null;
    if (inline) return this.#openFence('', inline[1] ?? '```', inline[2] ?? 'cpp');
    if (line.trim() !== '') this.#heading = line.slice(0, LINE_OF_PROSE);
    return this.#outsideCode(line);
  }

  #openFence(indent: string, marker: string, wholeInfo: string): boolean {
    const info = wholeInfo.slice(0, LINE_OF_PROSE);
    const [language = ''] = info.trim().split(/[\s{:,]/, 1);
    const rest = info.trim().slice(language.length);
    const named = fileName.exec(info) ?? fileName.exec(this.#heading);
    this.#heading = '';
    const isCpp = cppLanguages.has(language.toLowerCase()) || fileName.test(language);
    const isUnknown = language === '' || language.startsWith('#');
    let block: Block | undefined;
    if (isCpp || isUnknown) {
      block = {
        kind: isCpp ? 'cpp' : 'unknown',
        name: named?.[1] ?? '',
        text: '',
        hasMain: false,
        hasInclude: false,
        hasQuotedInclude: false,
      };
      this.#blocks.push(block);
      if (this.#blocks.length > MOST_BLOCKS) this.#blocks.shift();
    }
    this.#fence = { marker: marker.startsWith('~') ? '~' : '`', length: marker.length, indent, block };
    const firstLine = isUnknown ? info : rest;
    if (block && includeLine.test(firstLine)) return append(block, firstLine.trim());
    return false;
  }

  #insideFence(line: string, fence: Fence): boolean {
    const trimmed = line.trim();
    if (trimmed.length >= fence.length && isRun(trimmed, fence.marker)) {
      this.#fence = undefined;
      return fence.block !== undefined;
    }
    if (!fence.block) return false;
    const content = fence.indent !== '' && line.startsWith(fence.indent) ? line.slice(fence.indent.length) : line;
    const marker = fence.marker.repeat(fence.length);
    // Some models forget the newline before the end of the block.
    if (/[;}]\s*$/.test(content.slice(0, -marker.length)) && content.endsWith(marker)) {
      this.#fence = undefined;
      return append(fence.block, content.slice(0, -marker.length).trimEnd());
    }
    return append(fence.block, content);
  }

  #outsideCode(line: string): boolean {
    if (!this.#raw) {
      if (!startOfCode.test(line)) return false;
      this.#raw = { kind: 'cpp', name: '', text: '', hasMain: false, hasInclude: false, hasQuotedInclude: false };
    }
    if (!endOfCode.test(line)) {
      this.#rawRest += `${line}\n`;
      return false;
    }
    append(this.#raw, this.#rawRest + line);
    this.#rawRest = '';
    return this.#blocks.length === 0;
  }
}

/** Takes the C++ out of a whole answer; empty when there is none. */
export function extractCode(answer: string): string {
  const extractor = new CodeExtractor();
  extractor.push(answer);
  return extractor.finish();
}

/**
 * The complete program among the blocks: the last one with a main that is at least half as long as the longest of them, because
 * a correction comes after what it corrects, and an example of use is short. Without any main, the longest block.
 */
function chooseProgram(blocks: readonly Block[]): Block | undefined {
  const complete = blocks.filter((block) => block.hasMain);
  if (complete.length === 0) {
    return blocks.reduce<Block | undefined>(
      (best, block) => (best && best.text.length >= block.text.length ? best : block),
      undefined,
    );
  }
  const longest = Math.max(...complete.map((block) => block.text.length));
  return complete.findLast((block) => block.text.length * 2 >= longest);
}

/** Makes one file of a program that the model spread over several blocks. */
function assemble(chosen: Block, blocks: readonly Block[]): string {
  const parts = blocks.filter((block) => block !== chosen && !block.hasMain && block.text !== '');
  if (parts.length === 0 || !chosen.hasMain) return chosen.text;
  if (!chosen.hasInclude) {
    // A main without any include of its own goes on where the blocks before it ended.
    const before = parts.filter((part) => blocks.indexOf(part) < blocks.indexOf(chosen));
    return before.some((part) => part.hasInclude)
      ? [...before, chosen].map((block) => block.text).join('\n')
      : chosen.text;
  }
  if (!chosen.hasQuotedInclude) return chosen.text;
  const used = new Set<Block>();
  const program = inlineIncludes(chosen.text, parts, used);
  // Sources that belong to the headers just put in.
  const stems = new Set([...used].map((part) => stem(part.name)));
  const sources = parts.filter((part) => !used.has(part) && part.name !== '' && stems.has(stem(part.name)));
  return [program, ...sources.map((part) => inlineIncludes(part.text, parts, used))].join('\n');
}

function inlineIncludes(text: string, parts: readonly Block[], used: Set<Block>): string {
  const result: string[] = [];
  for (const line of text.split('\n')) {
    const file = quotedInclude.exec(line)?.[1];
    const part = file === undefined ? undefined : findPart(file, parts);
    if (!part) {
      result.push(line);
    } else if (!used.has(part)) {
      used.add(part);
      result.push(inlineIncludes(part.text.replace(/^\s*#\s*pragma\s+once\s*$/m, ''), parts, used).trimEnd());
    }
  }
  return result.join('\n');
}

function findPart(file: string, parts: readonly Block[]): Block | undefined {
  const named = parts.find((part) => baseName(part.name) === baseName(file));
  const [only] = parts;
  return named ?? (parts.length === 1 && only?.name === '' ? only : undefined);
}

/** A block never begins with blank lines, so that one with any text has some code. */
function append(block: Block, line: string): boolean {
  if (block.text === '' && line.trim() === '') return false;
  block.text += `${line}\n`;
  block.hasMain ||= mainFunction.test(line) && !/^\s*(\/\/|\*)/.test(line);
  block.hasInclude ||= includeLine.test(line);
  block.hasQuotedInclude ||= quotedInclude.test(line);
  return true;
}

function isRun(text: string, marker: string): boolean {
  for (const character of text) if (character !== marker) return false;
  return true;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).toLowerCase();
}

function stem(path: string): string {
  return baseName(path).replace(/\.\w+$/, '');
}
