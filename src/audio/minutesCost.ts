import type { LanguageModel } from '../providers/languageModel.ts';
import type { AudioInfo } from './audioPiece.ts';
import type { Transcriber } from './transcriber.ts';

/** What the work on a recording costs at most, before anything is sent. US dollars; absent where a price is not known. */
export interface CostEstimate {
  readonly transcriptionUsd?: number;
  readonly minutesUsd?: number;
}

/** Fast speech is about 200 words a minute, and a word in any language hardly more than two tokens. */
const TOKENS_PER_MINUTE = 400;
const ANSWER_TOKENS = 3000;

/** Estimates the cost of a whole recording, none of which is known yet; pieces that are stored or silent make it less. */
export function estimateCost(
  { duration }: Pick<AudioInfo, 'duration'>,
  transcriber: Pick<Transcriber, 'pricePerMinute'>,
  model: Pick<LanguageModel, 'info'> | undefined,
): CostEstimate {
  const minutes = duration / 60;
  const { inputPrice, outputPrice } = model?.info ?? {};
  return {
    ...(transcriber.pricePerMinute !== undefined && { transcriptionUsd: minutes * transcriber.pricePerMinute }),
    ...(inputPrice !== undefined &&
      outputPrice !== undefined && {
        minutesUsd: (minutes * TOKENS_PER_MINUTE * inputPrice + ANSWER_TOKENS * outputPrice) / 1e6,
      }),
  };
}

/** Both together, as far as they are known; nothing when neither is. */
export function totalUsd({ transcriptionUsd, minutesUsd }: CostEstimate): number | undefined {
  if (transcriptionUsd === undefined && minutesUsd === undefined) return undefined;
  return (transcriptionUsd ?? 0) + (minutesUsd ?? 0);
}

/** `$0.27`, or with more places what is less than a cent. */
export function formatUsd(usd: number): string {
  return usd >= 0.01 || usd === 0 ? `$${usd.toFixed(2)}` : `$${usd.toPrecision(1)}`;
}
