import type { TokensState } from '../../src/shared/tokensProtocol.ts';

/** The part of the state that the user changes in the view. */
type Change = Partial<Pick<TokensState, 'tokenizer' | 'source' | 'special' | 'painted' | 'lineCost'>>;

/**
 * What the user has changed and the host has not answered yet. A state that the host sent before it took the change
 * would put a box or a list back for a moment, and what is clicked then does the opposite of what is meant.
 */
export class PendingChanges {
  #turn = 0;
  #changes: { readonly turn: number; readonly change: Change }[] = [];

  /** The number of the newest change. */
  get turn(): number {
    return this.#turn;
  }

  /** Keeps a change until the host has taken it; gives the number to send with it. */
  add(change: Change): number {
    this.#turn += 1;
    this.#changes.push({ turn: this.#turn, change });
    return this.#turn;
  }

  /** The state of the host as the user has to see it. */
  over(state: TokensState): TokensState {
    this.#changes = this.#changes.filter(({ turn }) => turn > state.turn);
    return Object.assign({}, state, ...this.#changes.map(({ change }) => change)) as TokensState;
  }
}
