import type { GrowthPoint, GrowthRecord } from '../shared/evidence.ts';
import { FEWEST_POINTS, judgeGrowth } from './growthFit.ts';
import type { Input } from './inputs.ts';
import { dimensionsOf, sizedInput, type Dimension } from './sizedInputs.ts';
import { examineFunction, type FunctionExamination, type VerifyFunctionRequest } from './verifyFunction.ts';

/** Sizes go up by two. Lists are made anew for each call that is timed, so they stay smaller than numbers. */
const SMALLEST: Readonly<Record<Dimension['measure'], number>> = { length: 8, value: 4 };
const LARGEST: Readonly<Record<Dimension['measure'], number>> = { length: 2 ** 15, value: 2 ** 20 };
/** Sizes that tell whether time grows at all. */
const PROBED: Readonly<Record<Dimension['measure'], readonly number[]>> = {
  length: [8, 16, 32, 128, 1024],
  value: [8, 16, 24, 128, 4096],
};
/** So many sizes are tried at once before it is seen whether larger ones are still worth it. */
const AT_ONCE = 4;
/** An argument is worth a look when time grows at least so steeply with it. */
const FLAT = 0.25;
/** No larger size is timed once one call of the Python takes so long, nor once all took so long. */
const SLOW_CALL_SECONDS = 0.25;
const BUDGET_SECONDS = 20;
/** Each side is timed so long at each size. */
const TIMING_SECONDS = 0.06;
/** With fewer sizes than this, others between them are timed as well. */
const ENOUGH_POINTS = 6;

/** What came of a measurement of growth: a record, or the sentence that says why there is none. */
export type GrowthResult = { readonly record: GrowthRecord } | { readonly reason: string };

/** Examines a function and measures how its time grows; see `measureGrowth`. Throws Failure only for cancel. */
export async function examineGrowth(
  request: VerifyFunctionRequest,
  options: { readonly signal: AbortSignal },
): Promise<GrowthResult> {
  await using examination = await examineFunction({ ...request, sanitize: false }, options);
  const { outcome, mismatch, notChecked } = await examination.verify();
  if (outcome !== 'equal') return { reason: mismatch?.summary ?? notChecked.join(' ') };
  return await measureGrowth(examination, { seed: request.seed });
}

/**
 * Times both languages on inputs of growing size and tells how time grows with it: with the argument of which it grows most. The
 * two are compared on each of these inputs; what is not equal is not timed, and ends the series. `examination` was found equal.
 */
export async function measureGrowth(
  examination: FunctionExamination,
  { seed, budgetSeconds = BUDGET_SECONDS }: { readonly seed: number; readonly budgetSeconds?: number },
): Promise<GrowthResult> {
  const examined = examination.examined();
  const base = examined?.timed[0];
  if (!examined || !base) return { reason: 'No input was found that can be timed.' };
  const { shapes, parameters } = examined;
  const started = performance.now();
  const isSpent = (): boolean => performance.now() - started > budgetSeconds * 1000;
  const input = (dimension: Dimension, size: number): SizedInput => ({
    source: 'random',
    args: sizedInput(shapes, base.args, dimension, size, seed),
    size,
  });
  let best: { readonly dimension: Dimension; readonly steepness: number } | undefined;
  for (const dimension of dimensionsOf(shapes)) {
    if (isSpent()) break;
    const probed = PROBED[dimension.measure].map((size) => input(dimension, size));
    const { timed: equal } = await examination.compareOn(probed);
    const usable = probed.filter((each) => equal.includes(each));
    const [small, large] = [usable[0], usable.at(-1)];
    if (!small || !large || small === large) continue;
    const [before, after] = [await timed(examination, 'python', small), await timed(examination, 'python', large)];
    const steepness = Math.log(after / before) / Math.log(large.size / small.size);
    if (steepness >= FLAT && steepness > (best?.steepness ?? 0) + 0.1) best = { dimension, steepness };
  }
  if (!best) return { reason: 'No argument was found with which the time of the Python grows.' };
  const { dimension } = best;
  const series = await comparedSizes(examination, (size) => input(dimension, size), dimension.measure);
  const found = new Map<number, GrowthPoint>();
  const time = async (size: number): Promise<GrowthPoint> => {
    const known = found.get(size);
    const shortest = async (side: 'python' | 'cpp'): Promise<number> =>
      Math.min(known?.[side] ?? Infinity, await timed(examination, side, input(dimension, size)));
    const point = { size, python: await shortest('python'), cpp: await shortest('cpp') };
    found.set(size, point);
    return point;
  };
  for (const size of series.sizes) {
    const { python } = await time(size);
    if (isSpent() || python > SLOW_CALL_SECONDS) break;
  }
  const doubled = [...found.keys()];
  if (doubled.length < ENOUGH_POINTS && !isSpent()) {
    const between = doubled.slice(1).map((size, index) => Math.round(Math.sqrt(size * (doubled[index] ?? size))));
    const { timed: equal } = await examination.compareOn(between.map((size) => input(dimension, size)));
    for (const size of between.slice(0, equal.length)) if (!isSpent()) await time(size);
  }
  // Once more: what disturbed one timing has seldom disturbed both. The large sizes first, which tell most.
  for (const size of [...found.keys()].sort((a, b) => b - a)) if (!isSpent()) await time(size);
  const points = [...found.values()].sort((a, b) => a.size - b.size);
  if (points.length < FEWEST_POINTS) {
    return { reason: `Only ${points.length} sizes could be timed, which is too few for a curve.` };
  }
  return {
    record: {
      names: dimension.positions.map((index) => parameters[index]?.name ?? ''),
      measure: dimension.measure,
      points,
      ...judgeGrowth(points),
      ...(series.difference && { difference: series.difference }),
    },
  };
}

interface SizedInput extends Input {
  readonly size: number;
}

interface Series {
  /** Those on which both returned the same, in order. */
  readonly sizes: readonly number[];
  /** The smallest on which they did not. */
  readonly difference?: GrowthRecord['difference'];
}

/** Goes up in size for as long as both languages return the same in a short time. */
async function comparedSizes(
  examination: FunctionExamination,
  input: (size: number) => Input,
  measure: Dimension['measure'],
): Promise<Series> {
  const all: number[] = [];
  for (let size = SMALLEST[measure]; size <= LARGEST[measure]; size *= 2) all.push(size);
  const sizes: number[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const tried = all.slice(from, from + AT_ONCE).map((size) => ({ size, input: input(size) }));
    const { timed: equal, failures } = await examination.compareOn(tried.map((each) => each.input));
    for (const { size, input: asked } of tried) {
      const failure = failures.find((each) => each.input === asked);
      if (failure) return { sizes, difference: { size, summary: failure.mismatch.summary } };
      // A small one may be outside of what the function takes.
      if (!equal.includes(asked) && sizes.length > 0) return { sizes };
      if (equal.includes(asked)) sizes.push(size);
    }
  }
  return { sizes };
}

/** Seconds of one call: the shortest, because whatever else the machine does only adds to it. */
async function timed(examination: FunctionExamination, side: 'python' | 'cpp', input: Input): Promise<number> {
  return Math.min(...(await examination.timeOn(side, [input], TIMING_SECONDS)));
}
