import { Unsupported, type Expr } from '../ast.ts';
import { identifier } from '../cpp.ts';
import type { Value } from '../library.ts';

/** True for a target that takes a tuple apart one level deep. */
export function isFlat(target: Expr): boolean {
  return (target.kind === 'tuple' || target.kind === 'list') && target.items.every((item) => item.kind === 'name');
}

/** `[a, b]` for a target that takes a tuple apart one level deep. */
export function structuredBinding(target: Expr): string {
  if (target.kind === 'name') return identifier(target.name);
  if ((target.kind === 'tuple' || target.kind === 'list') && target.items.every((item) => item.kind === 'name')) {
    const names = target.items.map((item) => identifier(item.name));
    // A name that stands twice, as `_` often does, is what it is given last.
    return `[${names.map((name, index) => (names.includes(name, index + 1) ? `skipped_${index}` : name)).join(', ')}]`;
  }
  throw new Unsupported('Nested targets cannot be converted yet.', target.place);
}

/** True for a range of which no member is negative. */
export function isNonNegativeRange(range: readonly Value[] | undefined): boolean {
  const [first, second, step] = range ?? [];
  if (!first) return false;
  if (!step) return !second || first.nonNegative === true;
  // Downwards, the end is not reached.
  if (step.code.startsWith('-')) return /^\(?-1\)?$|^\d+$/.test(second?.code ?? '');
  return first.nonNegative === true && step.nonNegative === true;
}

/** The head of a loop over a value; what is a part of something temporary is kept for as long as the loop runs. */
export function overItems(variable: string, { code }: Value): string {
  return /\)(?:->|\[|\.[\w\u0080-\uffff]+$)/.test(code)
    ? `for (auto items = ${code}; ${variable} : items)`
    : `for (${variable} : ${code})`;
}

/**
 * The head of a loop, and what its block begins with. Where a lambda in the block may use the parts that the head takes
 * an item into, they are references instead: clang before version 16 lets no lambda use a structured binding.
 */
export function namedParts(
  head: string,
  block: string,
  item: string,
): { readonly head: string; readonly first: readonly string[] } {
  const [taken, kind = '', list = ''] = /^for \((const auto&|auto) \[([^\]]*)\](?= : )/.exec(head) ?? [];
  if (taken === undefined || !/\[[&=]/.test(block)) return { head, first: [] };
  const isUsed = (name: string): boolean =>
    new RegExp(`(?<![\\w\\u0080-\\uffff])${name}(?![\\w\\u0080-\\uffff])`).test(block);
  const reference = kind.endsWith('&') ? kind : `${kind}&`;
  return {
    head: `for (${kind} ${item}${head.slice(taken.length)}`,
    first: list
      .split(', ')
      .flatMap((name, index) => (isUsed(name) ? [`${reference} ${name} = std::get<${index}>(${item});`] : [])),
  };
}

/** A counting loop with its end and step read once, as Python reads them; `isFixed` for an end that the loop leaves alone. */
export function rangeLoop(name: string, range: readonly Value[], isFixed: boolean): string {
  const [first, second, third] = range;
  if (!first) throw new Error('a range without an end');
  const start = second ? first : undefined;
  const stop = second ?? first;
  const literal = (value: Value): boolean => /^-?\d+$/.test(value.code);
  if (third && !literal(third)) return `for (int64_t ${name} : py::range(${range.map(({ code }) => code).join(', ')}))`;
  const step = third ? Number(third.code) : 1;
  if (step === 0) return `for (int64_t ${name} : py::range(${range.map(({ code }) => code).join(', ')}))`;
  const from = start ? start.code : '0';
  const isDirect = literal(stop) || isFixed;
  const bound = isDirect ? stop.code : `${name === '_' ? '' : name}_end`;
  const declare = isDirect ? '' : `, ${bound} = ${stop.code}`;
  const advance =
    step === 1 ? `++${name}` : step === -1 ? `--${name}` : step > 0 ? `${name} += ${step}` : `${name} -= ${-step}`;
  return `for (int64_t ${name} = ${from}${declare}; ${name} ${step > 0 ? '<' : '>'} ${bound}; ${advance})`;
}
