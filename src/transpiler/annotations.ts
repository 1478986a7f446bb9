import type { Expr } from './ast.ts';
import type { ClassInfo } from './program.ts';
import {
  bool,
  bytes,
  complex,
  dictOf,
  float,
  int,
  listOf,
  none,
  Slot,
  str,
  tupleOf,
  unionOf,
  type Type,
} from './types.ts';

const plainTypes: Readonly<Record<string, Type>> = { int, float, bool, str, complex, bytes, None: none };

/** The type that an annotation names; undefined when it says too little. */
export function annotatedType(node: Expr, classes: ReadonlyMap<string, ClassInfo>): Type | undefined {
  const of = (item: Expr): Type | undefined => annotatedType(item, classes);
  switch (node.kind) {
    case 'none':
      return none;
    case 'name': {
      const known = classes.get(node.name);
      return known ? { kind: 'instance', of: known } : plainTypes[node.name];
    }
    case 'str':
      return either(node.value.split('|').map((name) => of({ ...node, kind: 'name', name: name.trim() })));
    case 'binary':
      return node.op === '|' ? either([of(node.left), of(node.right)]) : undefined;
    case 'index': {
      const name =
        node.object.kind === 'name' ? node.object.name : node.object.kind === 'attribute' ? node.object.name : '';
      const items = node.index.kind === 'tuple' ? node.index.items : [node.index];
      return generic(name, items.map(of));
    }
    default:
      return undefined;
  }
}

function generic(name: string, items: readonly (Type | undefined)[]): Type | undefined {
  const [first, second] = items;
  switch (name.toLowerCase()) {
    case 'optional':
      return either([first, none]);
    case 'union':
      return either(items);
    case 'list':
      return first && listOf(first);
    case 'set':
      return first && { kind: 'set', element: new Slot(first) };
    case 'dict':
      return first && second && dictOf(first, second);
    case 'tuple':
      return items.every((item) => item !== undefined) ? tupleOf(...items) : undefined;
    default:
      return undefined;
  }
}

function either(items: readonly (Type | undefined)[]): Type | undefined {
  return items.every((item) => item !== undefined) ? unionOf(items) : undefined;
}
