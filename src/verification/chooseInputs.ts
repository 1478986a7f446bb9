import type { InputCounts } from '../shared/evidence.ts';
import { holdsBeyond } from './compareCase.ts';
import type { Arguments, Input, InputGenerator } from './inputs.ts';
import type { Range } from './profileRun.ts';
import type { Parameter } from './pythonSide.ts';
import { shapeOfAnnotation, shapeOfValues, type Shape } from './shapes.ts';
import { pythonLiteral, type Value } from './values.ts';

/** Loops over more than this take a while in Python. */
const MILD = 100_000n;
/** So many calls seen in a run go before all that is generated; the others take turns with it, as each may take long. */
const PROFILED_FIRST = 40;

/** What each parameter takes, by its annotation or else by the arguments that are known; undefined where neither tells. */
export function shapesOfParameters(
  parameters: readonly Pick<Parameter, 'annotation'>[],
  known: readonly Arguments[],
): (Shape | undefined)[] {
  return parameters.map(
    ({ annotation }, index) =>
      (annotation === null ? undefined : shapeOfAnnotation(annotation)) ??
      shapeOfValues(known.map((args) => args[index]).filter((value) => value !== undefined)),
  );
}

/** What one parameter was given while the program ran, the least and the greatest number of all its calls among it. */
export function seenValues(
  profiled: readonly Input[],
  ranges: readonly (Range | undefined)[] | undefined,
  index: number,
): Value[] {
  const ends = (ranges?.[index] ?? []).map((text): Value =>
    /^-?\d+$/.test(text) ? { kind: 'int', value: BigInt(text) } : { kind: 'float', value: Number(text) },
  );
  return [...profiled.map(({ args }) => args[index]).filter((value) => value !== undefined), ...ends];
}

/** A call of the file as an input. */
export function asExample(args: Arguments): Input {
  return { source: 'example', args };
}

/** The inputs a function is called on, each once: those that are known, then generated ones, those that may take long last. */
export function chooseInputs(
  generator: InputGenerator,
  known: readonly Input[],
  { seed, inputs: wanted }: { readonly seed: number; readonly inputs: number },
): Input[] {
  const all = new Map<string, Input>();
  const add = (input: Input): void => {
    const text = input.args.map(pythonLiteral).join();
    if (!all.has(text)) all.set(text, input);
  };
  known.forEach(add);
  for (const input of generator.boundary().slice(0, wanted)) add(input);
  const fixed = all.size;
  // Random inputs repeat themselves where there are few different ones.
  for (const input of wanted > 0 ? generator.random(seed, 2 * wanted) : [])
    if (all.size < Math.max(wanted, fixed + wanted / 2)) add(input);
  // The Python's time is limited: what is known first, then random and edges in turn, those with large numbers last.
  const of = (...sources: Input['source'][]): Input[] =>
    [...all.values()].filter(({ source }) => sources.includes(source));
  const generated = inTurn(of('random'), of('boundary'));
  const isMild = ({ args }: Input): boolean => !args.some((value) => holdsBeyond(value, MILD));
  const profiled = of('profile');
  return [
    ...of('example', 'user', 'model'),
    ...profiled.slice(0, PROFILED_FIRST),
    ...inTurn(profiled.slice(PROFILED_FIRST), generated.filter(isMild)),
    ...generated.filter((input) => !isMild(input)),
  ];
}

function inTurn(first: readonly Input[], second: readonly Input[]): Input[] {
  return Array.from({ length: Math.max(first.length, second.length) }, (_, index) => [first[index], second[index]])
    .flat()
    .filter((input) => input !== undefined);
}

/** How many came from where. */
export function countSources(inputs: readonly Input[]): InputCounts {
  const counts = { example: 0, boundary: 0, random: 0, profile: 0, model: 0, user: 0 };
  for (const { source } of inputs) counts[source]++;
  const { profile, model, user, ...always } = counts;
  return { ...always, ...(profile > 0 && { profile }), ...(model > 0 && { model }), ...(user > 0 && { user }) };
}

/** Says that inputs do not fit the function, where some do not. */
export function wrongLength(count: number, functionName: string): string[] {
  if (count === 0) return [];
  return [`${count === 1 ? '1 input' : `${count} inputs`}: \`${functionName}\` takes another number of arguments.`];
}
