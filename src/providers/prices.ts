import type * as GenaiPrices from '@pydantic/genai-prices';
import type { TokenUsage } from '../shared/evidence.ts';

/** What the price table says of a model; what it does not say is absent. */
export interface ModelPrice {
  readonly contextTokens?: number;
  /** US dollars per million tokens, at the lowest tier. */
  readonly inputPrice?: number;
  readonly outputPrice?: number;
}

type TieredPrice = number | { readonly base: number } | undefined;

/** The table is bundled with the library and never updated over the network; it is half a megabyte, so it is loaded on first use. */
async function priceTable(): Promise<typeof GenaiPrices> {
  return import('@pydantic/genai-prices');
}

/** Price and context length of a model, or nothing when the table does not know it. */
export async function findPrice(priceProvider: string | undefined, model: string): Promise<ModelPrice> {
  if (priceProvider === undefined) return {};
  const { calcPrice } = await priceTable();
  try {
    const found = calcPrice({ input_tokens: 0, output_tokens: 0 }, model, { providerId: priceProvider });
    if (!found) return {};
    const inputPrice = perMillion(found.model_price['input_mtok']);
    const outputPrice = perMillion(found.model_price['output_mtok']);
    const contextTokens = found.model.context_window;
    return {
      ...(contextTokens !== undefined && { contextTokens }),
      ...(inputPrice !== undefined && { inputPrice }),
      ...(outputPrice !== undefined && { outputPrice }),
    };
  } catch {
    // The library throws on gaps in its own table; for us that is an unknown price.
    return {};
  }
}

/** What a use of a model cost in US dollars; undefined when its price is unknown. */
export async function findCost(
  priceProvider: string | undefined,
  model: string,
  usage: TokenUsage,
): Promise<number | undefined> {
  if (priceProvider === undefined) return undefined;
  const { calcPrice } = await priceTable();
  try {
    const result = calcPrice(
      {
        input_tokens: usage.promptTokens,
        output_tokens: usage.completionTokens,
        ...(usage.cachedTokens && { cache_read_tokens: Math.min(usage.cachedTokens, usage.promptTokens) }),
      },
      model,
      { providerId: priceProvider },
    );
    // Rounded to a ten-billionth, where the binary fractions end.
    return result ? Math.round(result.total_price * 1e10) / 1e10 : undefined;
  } catch {
    return undefined;
  }
}

/** US dollars for a minute of sound sent to a model, or nothing when the table does not know it or counts in tokens. */
export async function findPricePerMinute(
  priceProvider: string | undefined,
  model: string,
): Promise<number | undefined> {
  if (priceProvider === undefined) return undefined;
  const { calcPrice } = await priceTable();
  try {
    const found = calcPrice({ input_tokens: 0, output_tokens: 0 }, model, { providerId: priceProvider });
    const perHour = perMillion(found?.model_price['input_audio_hours'] ?? found?.model_price['audio_hours']);
    return perHour === undefined ? undefined : perHour / 60;
  } catch {
    return undefined;
  }
}

function perMillion(price: TieredPrice): number | undefined {
  return typeof price === 'object' ? price.base : price;
}
