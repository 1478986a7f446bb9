import { buildPrompt } from '../conversion/prompt.ts';
import type { ModelInfo } from '../providers/languageModel.ts';
import { estimatePromptTokens, estimateTokens } from '../providers/tokenEstimate.ts';
import type { PythonUnit } from '../python/unit.ts';

/** The answer is C++ with its includes and types, which is longer than the Python; reasoning comes on top and cannot be foreseen. */
const ANSWER_PER_SOURCE = 2;

/** What one attempt is likely to take. */
export interface CostEstimate {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** US dollars; absent when a price is not known. */
  readonly costUsd?: number;
}

/** Estimates one attempt of a model at a unit, before anything is sent. Pure. */
export function estimateAttempt(
  unit: PythonUnit,
  { inputPrice, outputPrice }: Pick<ModelInfo, 'inputPrice' | 'outputPrice'>,
): CostEstimate {
  const promptTokens = estimatePromptTokens(buildPrompt({ unit, target: { machine: '', flags: [] }, repairs: [] }));
  const completionTokens = ANSWER_PER_SOURCE * estimateTokens(unit.source);
  const costUsd =
    inputPrice === undefined || outputPrice === undefined
      ? undefined
      : (promptTokens * inputPrice + completionTokens * outputPrice) / 1e6;
  return { promptTokens, completionTokens, ...(costUsd !== undefined && { costUsd }) };
}

/** How many attempts a model may make at most: the first, one for each round of repair, and a fresh start after the last. */
export function attemptsAtMost(repairRounds: number, startsAfresh: boolean): number {
  return 1 + repairRounds + (repairRounds > 0 && startsAfresh ? 1 : 0);
}
