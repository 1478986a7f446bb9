import type { Slot } from './types.ts';

/**
 * Where the magnitude of an integer comes from: the variables, elements and results that it was worked out from, and how.
 * A value that is worked out of its own earlier values by multiplication, or as the sum of two of them, outgrows any number of bits.
 */
export interface Growth {
  readonly sources: readonly Source[];
  /** Pairs of operands that were added up. */
  readonly sums: readonly (readonly [readonly Slot[], readonly Slot[]])[];
}

interface Source {
  readonly slot: Slot;
  readonly how: 'same' | 'multiplied' | 'divided';
}

/** Nothing that could grow. */
export const noGrowth: Growth = { sources: [], sums: [] };

export function growthOf(...slots: readonly Slot[]): Growth {
  return { sources: slots.map((slot) => ({ slot, how: 'same' })), sums: [] };
}

/** What is one or the other. */
export function eitherGrowth(a: Growth = noGrowth, b: Growth = noGrowth): Growth {
  return { sources: [...a.sources, ...b.sources], sums: [...a.sums, ...b.sums] };
}

const undivided = ({ sources }: Growth): Slot[] =>
  sources.flatMap(({ slot, how }) => (how === 'divided' ? [] : [slot]));

export function sumGrowth(a: Growth = noGrowth, b: Growth = noGrowth): Growth {
  const both = eitherGrowth(a, b);
  const [left, right] = [undivided(a), undivided(b)];
  return left.length && right.length ? { ...both, sums: [...both.sums, [left, right]] } : both;
}

export function productGrowth(a: Growth = noGrowth, b: Growth = noGrowth): Growth {
  const { sources, sums } = eitherGrowth(a, b);
  return { sources: sources.map(({ slot }) => ({ slot, how: 'multiplied' })), sums };
}

export function quotientGrowth(a: Growth = noGrowth): Growth {
  return {
    sources: a.sources.map(({ slot, how }) => ({ slot, how: how === 'multiplied' ? how : 'divided' })),
    sums: a.sources.some(({ how }) => how === 'multiplied') ? a.sums : [],
  };
}

/** Collects what flows where, and finds the variables that grow without bound. */
export class GrowthAnalysis {
  readonly #flows = new Map<Slot, Growth[]>();
  readonly #lines = new Map<Slot, number>();

  /** Notes a flow into a slot by a line of the program. */
  note(to: Slot, growth: Growth | undefined, line: number): void {
    if (!growth || (growth.sources.length === 0 && growth.sums.length === 0)) return;
    const root = to.root();
    if (growth.sums.length || growth.sources.some(({ how }) => how === 'multiplied')) this.#lines.set(root, line);
    this.#flows.set(root, [...(this.#flows.get(root) ?? []), growth]);
  }

  /** The line that makes a slot grow; undefined where only others do. */
  lineOf(slot: Slot): number | undefined {
    return this.#lines.get(slot.root());
  }

  /** Notes that a slot is what a function gives. */
  noteResult(slot: Slot): void {
    this.#results.add(slot);
  }

  /** Notes that a slot holds the elements of a container. */
  noteElement(slot: Slot): void {
    this.#elements.add(slot);
  }

  readonly #results = new Set<Slot>();
  readonly #elements = new Set<Slot>();

  clear(): void {
    this.#flows.clear();
  }

  /** The slots that hold values worked out of their own by multiplication or as sums. */
  grown(): Slot[] {
    const flows = new Map<Slot, Growth[]>();
    for (const [to, list] of this.#flows) flows.set(to.root(), [...(flows.get(to.root()) ?? []), ...list]);
    const successors = (slot: Slot): Slot[] =>
      (flows.get(slot) ?? []).flatMap(({ sources }) => sources.map((source) => source.slot.root()));
    const rootsOf = (slots: ReadonlySet<Slot>): Set<Slot> => new Set([...slots].map((slot) => slot.root()));
    const [results, elements] = [rootsOf(this.#results), rootsOf(this.#elements)];
    return stronglyConnected([...flows.keys()], successors).flatMap((component) => {
      const within = new Set(component);
      const inside = (slot: Slot): boolean => within.has(slot.root());
      // What a function adds up of its own results, without keeping them, is no more than the time it takes.
      const counts = component.some((slot) => results.has(slot)) && !component.some((slot) => elements.has(slot));
      let grows = false;
      let shrinks = false;
      for (const slot of component) {
        for (const { sources, sums } of flows.get(slot) ?? []) {
          for (const { slot: from, how } of sources) {
            if (!inside(from)) continue;
            grows ||= how === 'multiplied';
            shrinks ||= how === 'divided';
          }
          grows ||= !counts && sums.some(([a, b]) => a.some(inside) && b.some(inside));
        }
      }
      return grows && !shrinks ? component : [];
    });
  }
}

/** The strongly connected components of a graph (Tarjan 1972), without recursion. */
function stronglyConnected(nodes: readonly Slot[], successors: (node: Slot) => readonly Slot[]): Slot[][] {
  const index = new Map<Slot, number>();
  const low = new Map<Slot, number>();
  const stack: Slot[] = [];
  const onStack = new Set<Slot>();
  const components: Slot[][] = [];
  const enter = (node: Slot): { node: Slot; next: Slot[] } => {
    index.set(node, index.size);
    low.set(node, index.get(node) as number);
    stack.push(node);
    onStack.add(node);
    return { node, next: [...successors(node)] };
  };
  for (const start of nodes) {
    if (index.has(start)) continue;
    const work = [enter(start)];
    for (let frame = work.at(-1); frame; frame = work.at(-1)) {
      const { node, next } = frame;
      const to = next.pop();
      if (to !== undefined) {
        if (!index.has(to)) work.push(enter(to));
        else if (onStack.has(to)) low.set(node, Math.min(low.get(node) as number, index.get(to) as number));
        continue;
      }
      work.pop();
      const above = work.at(-1);
      if (above) low.set(above.node, Math.min(low.get(above.node) as number, low.get(node) as number));
      if (low.get(node) !== index.get(node)) continue;
      const component: Slot[] = [];
      for (let member = stack.pop(); member; member = stack.pop()) {
        onStack.delete(member);
        component.push(member);
        if (member === node) break;
      }
      components.push(component);
    }
  }
  return components;
}
