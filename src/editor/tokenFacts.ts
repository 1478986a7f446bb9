import { l10n } from 'vscode';
import { findPrice } from '../providers/prices.ts';
import type { TokensState } from '../shared/tokensProtocol.ts';
import { bundledTokenizers, type BundledTokenizer } from '../tokens/bundledTokenizers.ts';
import { tokenizerPresets } from '../tokens/tokenizerPresets.ts';
import type { Summary } from './tokenPane.ts';
import { tokenCount } from './tokensTexts.ts';

/** What is told of a text besides its tokens. */
export class TokenFacts {
  readonly #prices = new Map<string, number | undefined>();

  /** Counts, share of the context and price; nothing before something is counted. `selection` is how many tokens are selected. */
  async of(
    summary: Summary | undefined,
    { name, tokenizer, selection }: { readonly name: string; readonly tokenizer: string; readonly selection?: number },
  ): Promise<TokensState['facts']> {
    if (!summary) return [];
    const { tokens, characters, done } = summary;
    const chosen = tokenizerPresets.find(({ id }) => id === tokenizer);
    const priced = bundledTokenizers.find(({ id }) => id === chosen?.id)?.priced;
    const facts = [{ label: name, value: tokenCount(tokens) }];
    if (done < characters) {
      facts.push({ label: l10n.t('Counted so far'), value: `${Math.floor((100 * done) / characters)} %` });
    }
    if (selection !== undefined) {
      facts.push({ label: l10n.t('Selection'), value: tokenCount(selection) });
    }
    if (tokens > 0) facts.push({ label: l10n.t('Characters per token'), value: (done / tokens).toFixed(2) });
    if (chosen) {
      const share = ((100 * tokens) / chosen.contextTokens).toFixed(tokens * 100 < chosen.contextTokens ? 3 : 1);
      facts.push({ label: l10n.t('Context of {0}', priced?.model ?? chosen.label), value: `${share} %` });
    }
    const inputPrice = priced && (await this.#price(priced));
    if (priced && inputPrice !== undefined) {
      const price = ((tokens * inputPrice) / 1e6).toPrecision(2);
      facts.push({ label: l10n.t('Price to send to {0}', priced.model), value: `$${Number(price)}` });
    }
    return facts;
  }

  async #price({ provider, model }: NonNullable<BundledTokenizer['priced']>): Promise<number | undefined> {
    const key = `${provider}/${model}`;
    if (!this.#prices.has(key)) this.#prices.set(key, (await findPrice(provider, model)).inputPrice);
    return this.#prices.get(key);
  }
}
