import { linearRegression } from 'simple-statistics';
import type { GrowthFit, GrowthPoint, GrowthRecord } from '../shared/evidence.ts';

/** The largest sizes tell how time grows; at small ones the cost of a call counts. This part of them is fitted, and so many at least. */
const FITTED_PART = 2 / 3;
const FITTED = 5;
/** Fewer points than this are no curve. */
export const FEWEST_POINTS = 4;
/** Exponents nearer than this are not told apart: caches and a logarithm make as much. */
const CLEAR = 0.4;
/** Above this exponent a power is doubted. */
const STEEP = 4;

/** How time grows with size, by the largest sizes. Needs at least two points. */
export function fitGrowth(points: readonly { readonly size: number; readonly seconds: number }[]): GrowthFit {
  const used = points
    .toSorted((a, b) => a.size - b.size)
    .slice(-Math.max(FITTED, Math.ceil(points.length * FITTED_PART)));
  const power = line(used.map(({ size, seconds }) => [Math.log(size), Math.log(seconds)]));
  const steps = line(used.map(({ size, seconds }) => [size, Math.log(seconds)]));
  if (power.slope > STEEP && steps.squares < power.squares / 2)
    return { kind: 'exponential', base: Math.exp(steps.slope) };
  return { kind: 'power', exponent: power.slope, error: power.error };
}

/** Whether the two grow in ways that are clearly different. */
export function compareGrowth(python: GrowthFit, cpp: GrowthFit): GrowthRecord['outcome'] {
  const order = (fit: GrowthFit): number => (fit.kind === 'exponential' ? Infinity : fit.exponent);
  if (python.kind === 'exponential' && cpp.kind === 'exponential') {
    if (Math.abs(Math.log(python.base / cpp.base)) < 0.15 * Math.log(Math.max(python.base, cpp.base))) return 'same';
    return python.base > cpp.base ? 'slower-growth' : 'faster-growth';
  }
  if (python.kind === 'power' && cpp.kind === 'power') {
    const doubt = 2 * Math.hypot(python.error, cpp.error);
    const distance = Math.abs(python.exponent - cpp.exponent);
    if (distance <= CLEAR) return 'same';
    if (distance <= CLEAR + doubt) return 'unclear';
  }
  return order(python) > order(cpp) ? 'slower-growth' : 'faster-growth';
}

/** Both curves judged. */
export function judgeGrowth(points: readonly GrowthPoint[]): Pick<GrowthRecord, 'python' | 'cpp' | 'outcome'> {
  const side = (name: 'python' | 'cpp'): GrowthFit =>
    fitGrowth(points.map(({ size, [name]: seconds }) => ({ size, seconds })));
  const python = side('python');
  const cpp = side('cpp');
  return { python, cpp, outcome: compareGrowth(python, cpp) };
}

/** The regression line, the standard error of its slope, and the sum of squares that it leaves. */
function line(points: readonly (readonly [number, number])[]): {
  readonly slope: number;
  readonly error: number;
  readonly squares: number;
} {
  const { m: slope, b } = linearRegression(points.map(([x, y]) => [x, y]));
  const mean = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const spread = points.reduce((sum, [x]) => sum + (x - mean) ** 2, 0);
  const squares = points.reduce((sum, [x, y]) => sum + (y - b - slope * x) ** 2, 0);
  const error = points.length > 2 && spread > 0 ? Math.sqrt(squares / (points.length - 2) / spread) : 0;
  return { slope, error, squares };
}
