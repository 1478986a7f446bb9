import type { CallExpr, Place, Stmt } from '../ast.ts';
import { builtinNames, pure } from '../builtinNames.ts';
import { namesBoundIn } from '../flow.ts';
import { mutatingMethods } from '../pythonMethods.ts';
import { some, walk } from '../walk.ts';
import { Part } from './part.ts';

const isPlace = (place: unknown, wanted: Place): boolean => {
  const { line, column } = place as Place;
  return line === wanted.line && column === wanted.column;
};

/** The names that a program gives a meaning, by imports as well. */
function boundIn(body: readonly Stmt[]): Set<string> {
  const names = new Set(namesBoundIn(body));
  walk(body, (node) => {
    if (node['kind'] !== 'import') return;
    for (const { module, as } of (node as unknown as Extract<Stmt, { kind: 'import' }>).names)
      names.add(as ?? (module.split('.')[0] as string));
  });
  return names;
}

/** Finds out whether an error that a statement certainly raises is the first thing that anybody sees of it. */
export class Certainty extends Part {
  /** True when nothing that the statement does before the error, which is raised at `place`, can be seen. */
  isFirst(statement: Stmt, place: Place): boolean {
    const head = this.#headOf(statement);
    let isSeen = head === undefined;
    walk(head, (node) => {
      const kind = node['kind'] as string;
      if (kind === 'lambda' || kind === 'def') return false;
      if (['walrus', 'yield', 'yield-from'].includes(kind)) isSeen = true;
      if (kind === 'call' && !isPlace(node['place'], place) && !this.#isPure(node as unknown as CallExpr, head))
        isSeen = true;
      return !isSeen;
    });
    return !isSeen;
  }

  #bound: ReadonlySet<string> | undefined;

  /** True for a name that means nothing anywhere in a program. */
  isUndefined(name: string): boolean {
    if (name.startsWith('__') || builtinNames.has(name) || this.translation.requestedFunction !== undefined)
      return false;
    return !this.isBound(name);
  }

  /** True for a name that the program itself gives a meaning somewhere. */
  isBound(name: string): boolean {
    this.#bound ??= boundIn(this.translation.source.body);
    return this.#bound.has(name) || this.#bound.has('*');
  }

  /** What of a statement is worked out before its body. */
  #headOf(statement: Stmt): unknown {
    switch (statement.kind) {
      case 'if':
      case 'while':
        return statement.test;
      case 'for':
        return statement.iterable;
      case 'expr':
      case 'assign':
      case 'annotate':
      case 'augment':
      case 'return':
      case 'delete':
      case 'assert':
        return { ...statement, kind: 'head' };
      default:
        return undefined;
    }
  }

  #isPure(call: CallExpr, head: unknown): boolean {
    const { callee } = call;
    if (callee.kind === 'attribute') {
      const isOwn = [...this.translation.classes.values()].some(({ methods }) => methods.has(callee.name));
      return !isOwn && !mutatingMethods.has(callee.name);
    }
    if (callee.kind !== 'name' || this.translation.names.lookUp(callee)) return false;
    const of = this.translation.names.classOfNode(callee);
    if (of) return !some(of.methods.get('__init__')?.def.body ?? [], ({ kind }) => kind === 'call');
    if (this.translation.functions.has(callee.name)) return false;
    // What is printed is printed last.
    const isOutermost = (head as { readonly value?: unknown }).value === call;
    return pure.has(callee.name) || (callee.name === 'print' && isOutermost);
  }
}
