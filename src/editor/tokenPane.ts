import type { TokensHostMessage } from '../shared/tokensProtocol.ts';
import type { TextEdit, TokenizerPlace, TokensAnswer } from '../tokens/tokenService.ts';
import { TokenWorker } from './tokenWorker.ts';

/** What is known of a text while and after it is tokenized. */
export type Summary = Omit<Extract<TokensAnswer, { type: 'summary' }>, 'type' | 'layout' | 'blocks'>;

/** One text under one tokenizer, in a thread of its own. */
export class TokenPane {
  readonly worker: TokenWorker;
  /** Counts up with every change of text or tokenizer; what belongs to another version is stale. */
  version = 0;
  summary: Summary | undefined;
  readonly #number: number;
  readonly #post: (message: TokensHostMessage) => void;

  constructor(number: number, folder: string, post: (message: TokensHostMessage) => void) {
    this.#number = number;
    this.worker = new TokenWorker(folder);
    this.#post = post;
  }

  /** What was open is gone. */
  clear(): void {
    this.version++;
    this.summary = undefined;
    this.#post({
      type: 'layout',
      pane: this.#number,
      version: this.version,
      reset: true,
      from: 0,
      removed: 0,
      lengths: [],
      tokens: 0,
      blocks: [],
    });
  }

  /** Tokenizes a text anew, and calls back each time that more of it can be shown. Throws Failure. */
  async open(tokenizer: TokenizerPlace, text: string, special: boolean, changed: () => Promise<void>): Promise<void> {
    const version = ++this.version;
    this.summary = undefined;
    let answer = await this.worker.ask({ type: 'open', tokenizer, text, special }, 'summary');
    if (!this.#take(answer, version, true)) return;
    for (;;) {
      await changed();
      // An edit in the meantime goes on from where it left the text.
      if (version !== this.version || answer.done >= answer.characters) return;
      answer = await this.worker.ask({ type: 'advance' }, 'summary');
      if (!this.#take(answer, version, false)) return;
    }
  }

  /** Follows edits of the text; those of one call are applied one after another. Throws Failure. */
  async edit(edits: readonly TextEdit[], changed: () => Promise<void>): Promise<void> {
    const version = ++this.version;
    let answer = await this.worker.ask({ type: 'edit', edits }, 'summary');
    for (;;) {
      if (!this.#take(answer, version, false)) return;
      await changed();
      if (version !== this.version || answer.done >= answer.characters) return;
      answer = await this.worker.ask({ type: 'advance' }, 'summary');
    }
  }

  /** Sends blocks to the view when they are of the newest version. Throws Failure. */
  async sendBlocks(version: number, from: number, to: number): Promise<void> {
    if (version !== this.version) return;
    const { blocks } = await this.worker.ask({ type: 'blocks', from, to }, 'blocks');
    this.#post({ type: 'blocks', pane: this.#number, version, blocks });
  }

  dispose(): void {
    this.worker.dispose();
  }

  /** Passes on how the blocks changed, which must not be left out even when the version is stale; false when it is. */
  #take(answer: Extract<TokensAnswer, { type: 'summary' }>, version: number, reset: boolean): boolean {
    const { layout, blocks, tokens, characters, done, note } = answer;
    this.#post({ type: 'layout', pane: this.#number, version, reset, ...layout, lengths: [...layout.lengths], blocks });
    if (version !== this.version) return false;
    this.summary = { tokens, characters, done, ...(note !== undefined && { note }) };
    return true;
  }
}
