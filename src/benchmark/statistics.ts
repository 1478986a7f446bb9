import { median, medianAbsoluteDeviation, quantileSorted } from 'simple-statistics';
import type { SampleSummary } from '../shared/evidence.ts';
import { seededRandom } from '../shared/seededRandom.ts';

/** Modified z-scores beyond this are outliers (Iglewicz and Hoaglin, 1993). */
const OUTLIER_SCORE = 3.5;
/** Turns a median absolute deviation into the standard deviation of a normal distribution with the same spread. */
const NORMAL_QUARTILE = 0.6745;
/** The same for a mean absolute deviation, used when more than half of the values are equal. */
const MEAN_DEVIATION_FACTOR = 1.253314;

/** Summarises values; there must be at least one. Outliers are indexes by the modified z-score. */
export function summarise(values: readonly number[]): SampleSummary {
  const middle = median([...values]);
  const mad = medianAbsoluteDeviation([...values]);
  const meanDeviation = values.reduce((sum, value) => sum + Math.abs(value - middle), 0) / values.length;
  const scale = mad > 0 ? mad / NORMAL_QUARTILE : meanDeviation * MEAN_DEVIATION_FACTOR;
  const outliers =
    values.length < 3 || scale === 0
      ? []
      : values.flatMap((value, index) => (Math.abs(value - middle) / scale > OUTLIER_SCORE ? [index] : []));
  return {
    count: values.length,
    median: middle,
    mad,
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    outliers,
  };
}

function resampledMedian(values: readonly number[], random: () => number): number {
  return median(values.map(() => values[Math.floor(random() * values.length)] ?? 0));
}

/** The 95 % percentile bootstrap interval of median(numerators) / median(denominators). */
export function bootstrapRatioInterval(
  numerators: readonly number[],
  denominators: readonly number[],
  options: { readonly seed: number; readonly resamples?: number },
): readonly [number, number] {
  const random = seededRandom(options.seed);
  const ratios = Array.from(
    { length: options.resamples ?? 2000 },
    () => resampledMedian(numerators, random) / resampledMedian(denominators, random),
  ).sort((a, b) => a - b);
  return [quantileSorted(ratios, 0.025), quantileSorted(ratios, 0.975)];
}
