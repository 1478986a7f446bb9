import type { Value } from './values.ts';

/** What values a parameter takes: enough to make more of them. */
export type Shape =
  | { readonly kind: 'none' | 'bool' | 'str' | 'char' | 'bytes' }
  /** An integer within bounds; without bounds of any size. `seen` is the range that was seen in use. */
  | { readonly kind: 'int'; readonly minimum?: bigint; readonly maximum?: bigint; readonly seen?: Seen<bigint> }
  | { readonly kind: 'float'; readonly seen?: Seen<number> }
  /** `seen` is the greatest length that was seen in use. */
  | { readonly kind: 'list'; readonly item: Shape; readonly seen?: number }
  | { readonly kind: 'set'; readonly item: Shape }
  | { readonly kind: 'tuple'; readonly items: readonly Shape[] }
  | { readonly kind: 'dict'; readonly key: Shape; readonly value: Shape }
  | { readonly kind: 'union'; readonly options: readonly Shape[] };

/** The least and the greatest value. */
export type Seen<T> = readonly [lowest: T, highest: T];

/** A type as text, taken apart. */
export interface Term {
  readonly name: string;
  readonly items: readonly Term[];
}

/** Splits `name(a,b(c))` or `name[a, b[c]]` into its parts; undefined for a text that is not of that form. */
export function parseTerm(text: string, open: string, close: string): Term | undefined {
  let at = 0;
  const space = (): void => {
    while (text[at] === ' ') at++;
  };
  const term = (): Term | undefined => {
    space();
    const name = /^[\w.]*/.exec(text.slice(at))?.[0] ?? '';
    at += name.length;
    const items: Term[] = [];
    space();
    if (text[at] === open) {
      at++;
      space();
      while (text[at] !== close) {
        const item = union();
        if (!item) return undefined;
        items.push(item);
        space();
        if (text[at] === ',') at++;
        else if (text[at] !== close) return undefined;
      }
      at++;
    }
    return name === '' && items.length === 0 ? undefined : { name, items };
  };
  const union = (): Term | undefined => {
    const options: Term[] = [];
    for (;;) {
      const option = term();
      if (!option) return undefined;
      options.push(option);
      space();
      if (text[at] !== '|') break;
      at++;
    }
    return options.length === 1 ? options[0] : { name: 'union', items: options };
  };
  const whole = union();
  return at === text.length ? whole : undefined;
}

/** The parameters and the result of a C++ function as the harness tells them, such as `int64(list(float),str)`. Undefined for a type that cannot be passed. */
export function parseSignature(
  text: string,
): { readonly result: string; readonly parameters: readonly (Shape | undefined)[] } | undefined {
  const open = matchingOpen(text);
  const parameters = open < 0 ? undefined : parseTerm(`p${text.slice(open)}`, '(', ')');
  if (!parameters) return undefined;
  return { result: text.slice(0, open), parameters: parameters.items.map(shapeOfCpp) };
}

/** The place of the parenthesis that the last one closes. */
export function matchingOpen(text: string): number {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    if (text[at] === ')') depth++;
    if (text[at] === '(' && --depth === 0) return at;
  }
  return -1;
}

function shapeOfCpp({ name, items }: Term): Shape | undefined {
  const inner = items.map(shapeOfCpp);
  const [first, second] = inner;
  const bits = /^(u?)int(\d+)$/.exec(name);
  if (bits) {
    const size = BigInt(bits[2] ?? '64');
    return bits[1] === 'u'
      ? { kind: 'int', minimum: 0n, maximum: (1n << size) - 1n }
      : { kind: 'int', minimum: -(1n << (size - 1n)), maximum: (1n << (size - 1n)) - 1n };
  }
  switch (name) {
    case 'int':
      return { kind: 'int' };
    case 'none':
    case 'bool':
    case 'float':
    case 'str':
    case 'char':
    case 'bytes':
      return { kind: name };
    case 'list':
    case 'set':
      return first && { kind: name, item: first };
    case 'dict':
      return first && second && { kind: 'dict', key: first, value: second };
    case 'tuple':
      return inner.every((item) => item !== undefined) ? { kind: 'tuple', items: inner } : undefined;
    case 'optional':
      return first && { kind: 'union', options: [first, { kind: 'none' }] };
    case 'union':
      return inner.every((item) => item !== undefined) ? { kind: 'union', options: inner } : undefined;
    default:
      return undefined;
  }
}

/** The shape that a Python annotation names; undefined when it says too little or names a class. */
export function shapeOfAnnotation(annotation: string): Shape | undefined {
  const term = parseTerm(annotation.replaceAll(/["']/g, ''), '[', ']');
  return term && shapeOfPython(term);
}

function shapeOfPython({ name, items }: Term): Shape | undefined {
  const inner = items.filter((item) => item.name !== '...').map(shapeOfPython);
  const [first, second] = inner;
  const plain = name.split('.').at(-1)?.toLowerCase() ?? '';
  switch (plain) {
    case 'int':
    case 'bool':
    case 'float':
    case 'str':
    case 'bytes':
    case 'none':
      return { kind: plain };
    case 'list':
    case 'sequence':
    case 'iterable':
    case 'collection':
      return first && { kind: 'list', item: first };
    case 'set':
    case 'frozenset':
      return first && { kind: 'set', item: first };
    case 'dict':
    case 'mapping':
      return first && second && { kind: 'dict', key: first, value: second };
    case 'tuple':
      return inner.length > 0 && inner.length === items.length && inner.every((item) => item !== undefined)
        ? { kind: 'tuple', items: inner }
        : undefined;
    case 'optional':
      return first && { kind: 'union', options: [first, { kind: 'none' }] };
    case 'union':
      return inner.every((item) => item !== undefined) ? { kind: 'union', options: inner } : undefined;
    default:
      return undefined;
  }
}

/** The shape with the ranges in which these values of it lie. */
export function withSeen(shape: Shape, values: readonly Value[]): Shape {
  switch (shape.kind) {
    case 'int': {
      const [first, ...rest] = values.flatMap((value) => (value.kind === 'int' ? [value.value] : []));
      if (first === undefined) return shape;
      const least = rest.reduce((least, value) => (value < least ? value : least), first);
      return { ...shape, seen: [least, rest.reduce((most, value) => (value > most ? value : most), first)] };
    }
    case 'float': {
      const numbers = values.flatMap((value) =>
        value.kind === 'float' ? [value.value] : value.kind === 'int' ? [Number(value.value)] : [],
      );
      const finite = numbers.filter(Number.isFinite);
      return finite.length === 0 ? shape : { ...shape, seen: [Math.min(...finite), Math.max(...finite)] };
    }
    case 'list': {
      const lists = values.flatMap((value) => (value.kind === 'list' ? [value.items] : []));
      if (lists.length === 0) return shape;
      const seen = Math.max(...lists.map(({ length }) => length));
      return { ...shape, item: withSeen(shape.item, lists.flat()), seen };
    }
    case 'set':
      return {
        ...shape,
        item: withSeen(
          shape.item,
          values.flatMap((value) => (value.kind === 'set' ? value.items : [])),
        ),
      };
    case 'tuple': {
      const tuples = values.flatMap((value) => (value.kind === 'tuple' ? [value.items] : []));
      const at = (index: number): Value[] => tuples.flatMap((items) => items[index] ?? []);
      return { ...shape, items: shape.items.map((item, index) => withSeen(item, at(index))) };
    }
    case 'dict': {
      const entries = values.flatMap((value) => (value.kind === 'dict' ? value.entries : []));
      const [keys, items] = [entries.map(([key]) => key), entries.map(([, item]) => item)];
      return { ...shape, key: withSeen(shape.key, keys), value: withSeen(shape.value, items) };
    }
    case 'union':
      return { ...shape, options: shape.options.map((option) => withSeen(option, values)) };
    default:
      return shape;
  }
}

/** The shape that all of these values have; undefined when they tell too little, as an empty list does. */
export function shapeOfValues(values: readonly Value[]): Shape | undefined {
  const kinds = new Set(values.map(({ kind }) => kind));
  if (kinds.size > 1) {
    const options = [...kinds].map((kind) => shapeOfValues(values.filter((value) => value.kind === kind)));
    const known = options.filter((option) => option !== undefined);
    return known.length === 0 ? undefined : known.length === 1 ? known[0] : { kind: 'union', options: known };
  }
  const [first] = values;
  if (!first) return undefined;
  const itemsOf = (value: Value): readonly Value[] => ('items' in value ? value.items : []);
  switch (first.kind) {
    case 'object':
      return undefined;
    case 'list':
    case 'set': {
      const item = shapeOfValues(values.flatMap(itemsOf));
      return item && { kind: first.kind, item };
    }
    case 'tuple': {
      const lengths = new Set(values.map((value) => itemsOf(value).length));
      if (lengths.size > 1) {
        const item = shapeOfValues(values.flatMap(itemsOf));
        return item && { kind: 'list', item };
      }
      const items = first.items.map((_, index) =>
        shapeOfValues(values.map((value) => itemsOf(value)[index]).filter((item) => item !== undefined)),
      );
      return items.every((item) => item !== undefined) ? { kind: 'tuple', items } : undefined;
    }
    case 'dict': {
      const entries = values.flatMap((value) => (value.kind === 'dict' ? value.entries : []));
      const key = shapeOfValues(entries.map(([key]) => key));
      const value = shapeOfValues(entries.map(([, value]) => value));
      return key && value && { kind: 'dict', key, value };
    }
    default:
      return { kind: first.kind };
  }
}
