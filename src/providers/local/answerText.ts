import type { ModelChunk } from '../languageModel.ts';

type TextChunk = Extract<ModelChunk, { type: 'text' | 'reasoning' }>;

const OPEN = '<think>';
const CLOSE = '</think>';

/** True once a fenced block of code has been opened and closed again. */
export function codeBlockEnded(answer: string): boolean {
  let fence: string | undefined;
  for (const line of answer.split('\n')) {
    const [, marks = '', rest = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (marks === '') continue;
    if (fence === undefined) fence = marks;
    else if (marks.startsWith(fence) && rest.trim() === '') return true;
  }
  return false;
}

/** Tells the reasoning that a model writes between `<think>` and `</think>` at the start of its answer from the answer. */
export class ReasoningSplitter {
  #state: 'start' | 'reasoning' | 'answer' = 'start';
  #held = '';

  push(text: string): TextChunk[] {
    this.#held += text;
    const chunks: TextChunk[] = [];
    if (this.#state === 'start') {
      const begun = this.#held.trimStart();
      if (begun.startsWith(OPEN)) {
        this.#state = 'reasoning';
        this.#held = begun.slice(OPEN.length);
      } else if (!OPEN.startsWith(begun)) {
        this.#state = 'answer';
      } else {
        return [];
      }
    }
    if (this.#state === 'reasoning') {
      const end = this.#held.indexOf(CLOSE);
      // The start of the closing mark may have arrived without its rest.
      const sure = end >= 0 ? end : this.#held.length - overlap(this.#held);
      if (sure > 0) chunks.push({ type: 'reasoning', text: this.#held.slice(0, sure) });
      this.#held = this.#held.slice(sure);
      if (end < 0) return chunks;
      this.#state = 'answer';
      this.#held = this.#held.slice(CLOSE.length).trimStart();
    }
    return [...chunks, ...this.#flush('text')];
  }

  /** What was held back when nothing more comes. */
  finish(): TextChunk[] {
    return this.#flush(this.#state === 'reasoning' ? 'reasoning' : 'text');
  }

  #flush(type: TextChunk['type']): TextChunk[] {
    const text = this.#held;
    this.#held = '';
    return text === '' ? [] : [{ type, text }];
  }
}

function overlap(text: string): number {
  for (let length = Math.min(CLOSE.length - 1, text.length); length > 0; length--) {
    if (CLOSE.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
