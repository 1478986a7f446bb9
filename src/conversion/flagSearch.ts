import { median } from 'simple-statistics';
import { bootstrapRatioInterval } from '../benchmark/statistics.ts';
import type { Compiler } from '../cpp/compiler.ts';
import type { PythonUnit } from '../python/unit.ts';
import type { Evidence } from '../shared/evidence.ts';
import { throwIfAborted } from '../shared/failure.ts';
import type { ConversionOptions, ConversionServices } from './conversionParts.ts';
import { convert } from './session.ts';

/** One set of flags to be tried. */
export interface FlagChoice {
  readonly compiler: Compiler;
  readonly flags: readonly string[];
}

/** What became of one set of flags. */
export interface FlagTrial extends FlagChoice {
  readonly evidence: Evidence;
  /** Median seconds of the C++, where it was equal and measured. */
  readonly seconds?: number;
  /** How many times faster than the first choice, with its 95 % interval; below 1 is slower. */
  readonly againstFirst?: { readonly ratio: number; readonly interval: readonly [number, number] };
}

/** What there is to be tried with these compilers, the usual flags of the first one first. */
export function flagChoices(compilers: readonly Compiler[], usual?: readonly string[]): readonly FlagChoice[] {
  const [first] = compilers;
  if (!first) return [];
  const other = compilers.find(({ id }) => id !== first.id);
  const sets: readonly (readonly string[])[] =
    first.id === 'msvc' ? [['/O2'], ['/O2', '/GL'], ['/O2', '/fp:fast']] : gnuSets(first);
  // What decides on the results, rather than on the speed, stays in each set.
  const standard = first.defaultFlags.filter((flag) => /std[=:]|^-ffp-contract|^\/(?:EHsc|utf-8)/i.test(flag));
  const choices = [
    { compiler: first, flags: usual ?? first.defaultFlags },
    ...sets.map((flags) => ({ compiler: first, flags: [...standard, ...flags] })),
    ...(other ? [{ compiler: other, flags: other.defaultFlags }] : []),
  ];
  const text = ({ compiler, flags }: FlagChoice): string => [compiler.path, ...flags].join(' ');
  return choices.filter((choice, index) => choices.findIndex((each) => text(each) === text(choice)) === index);
}

function gnuSets({ defaultFlags }: Compiler): readonly (readonly string[])[] {
  const native = defaultFlags.filter((flag) => /^-m(?:arch|cpu)=native$/.test(flag));
  return [['-O2'], ['-O3'], ['-O3', ...native, '-flto'], ['-O3', ...native, '-ffast-math']];
}

/**
 * Compiles the C++ with each choice, compares it with the Python as ever and measures it. What is not equal is not measured.
 * Yields each trial as it is done. After a cancel it ends, and throws Failure only where none was done.
 */
export async function* searchFlags(
  unit: PythonUnit,
  given: { readonly cpp: string; readonly fileName: string },
  choices: readonly FlagChoice[],
  services: ConversionServices,
  options: ConversionOptions,
  signal: AbortSignal,
): AsyncGenerator<FlagTrial, void, undefined> {
  let first: readonly number[] | undefined;
  let isTried = false;
  for (const choice of choices) {
    let evidence: Evidence | undefined;
    // A trial is no conversion of the history.
    const trial = { ...services, findCompiler: async () => choice.compiler, save: async () => undefined };
    const how = {
      ...options,
      given,
      flags: choice.flags,
      compile: true,
      verify: true,
      benchmark: true,
      growth: false,
      witness: false,
      // The sanitizers have flags of their own: once is enough.
      ...(isTried && { sanitize: false }),
    };
    for await (const event of convert(unit, trial, how, signal)) {
      if (event.type === 'finished') evidence = event.evidence;
    }
    // What was tried before a cancel is still worth its table.
    if (signal.aborted && isTried) return;
    throwIfAborted(signal);
    if (!evidence) continue;
    isTried = true;
    const times = (evidence.benchmark?.samples ?? [])
      .filter(({ side, warmUp }) => side === 'cpp' && !warmUp)
      .map(({ seconds }) => seconds);
    const isMeasured = evidence.verification?.outcome === 'equal' && times.length > 0;
    if (isMeasured && choice === choices[0]) first = times;
    const seconds = isMeasured ? evidence.benchmark?.cpp.median : undefined;
    const interval =
      isMeasured && first && first !== times ? bootstrapRatioInterval(first, times, { seed: 1 }) : undefined;
    yield {
      ...choice,
      evidence,
      ...(seconds !== undefined && { seconds }),
      ...(interval && first && { againstFirst: { ratio: median([...first]) / median(times), interval } }),
    };
  }
}

/** The trials that may be used, the fastest first. */
export function equalTrials(trials: readonly FlagTrial[]): readonly FlagTrial[] {
  return trials
    .filter(({ seconds }) => seconds !== undefined)
    .toSorted((a, b) => (a.seconds ?? Infinity) - (b.seconds ?? Infinity));
}
