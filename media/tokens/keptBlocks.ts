import type { TokenBlock, TokensHostMessage } from '../../src/shared/tokensProtocol.ts';

/** How the blocks of a text change. */
export type BlockChange = Pick<
  Extract<TokensHostMessage, { type: 'layout' }>,
  'from' | 'removed' | 'lengths' | 'tokens'
>;

/**
 * The blocks that the page has, by their numbers. Those that a change leaves alone stay, wherever it moves them, so that of a
 * long text on screen only what was typed into is sent and drawn anew; those that it replaces stay until the new ones come.
 */
export class KeptBlocks {
  #blocks = new Map<number, TokenBlock>();
  /** The numbers of those of an older version. */
  #stale = new Set<number>();

  get(index: number): TokenBlock | undefined {
    return this.#blocks.get(index);
  }

  /** Whether a block is here, and of the newest version. */
  isFresh(index: number): boolean {
    return this.#blocks.has(index) && !this.#stale.has(index);
  }

  /** There is another text, the blocks of which are still to come. */
  outdate(): void {
    this.#stale = new Set(this.#blocks.keys());
  }

  clear(): void {
    this.#blocks.clear();
    this.#stale.clear();
  }

  /** Follows a change; `lengths` are those of all blocks before it. */
  follow(change: BlockChange, lengths: readonly number[]): void {
    const { from, removed, tokens } = change;
    const end = from + removed;
    const step = change.lengths.length - removed;
    const units = sum(change.lengths) - sum(lengths.slice(from, end));
    const blocks = new Map<number, TokenBlock>();
    const stale = new Set<number>();
    for (const [index, block] of this.#blocks) {
      if (index >= end) {
        const moved = { ...block, start: block.start + units, firstToken: block.firstToken + tokens };
        blocks.set(index + step, { ...moved, index: index + step });
        if (this.#stale.has(index)) stale.add(index + step);
      } else if (index < end + step) {
        blocks.set(index, block);
        if (index >= from || this.#stale.has(index)) stale.add(index);
      }
    }
    this.#blocks = blocks;
    this.#stale = stale;
  }

  /** Takes blocks of the newest version. */
  take(blocks: readonly TokenBlock[]): void {
    for (const block of blocks) {
      const old = this.#blocks.get(block.index);
      // What has not changed stays the same object, and is not drawn anew.
      this.#blocks.set(block.index, old && hasSameTokens(old, block) ? { ...block, tokens: old.tokens } : block);
      this.#stale.delete(block.index);
    }
  }

  /** Keeps so many, those nearest to the ones from `from` to `to`. */
  limit(most: number, from: number, to: number): void {
    if (this.#blocks.size <= most) return;
    const away = ([index]: readonly [number, TokenBlock]): number => Math.max(from - index, index - to + 1, 0);
    const near = [...this.#blocks].sort((first, second) => away(first) - away(second));
    this.#blocks = new Map(near.slice(0, most));
  }
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

const hasSameTokens = (first: TokenBlock, second: TokenBlock): boolean =>
  first.tokens.length === second.tokens.length &&
  first.tokens.every((token, index) => {
    const other = second.tokens[index];
    return token.id === other?.id && token.start === other.start && token.text === other.text;
  });
