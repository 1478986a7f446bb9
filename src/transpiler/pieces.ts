import type { Expr, Module, NameExpr, Place, Stmt } from './ast.ts';
import { firstFreeId, isName, ownName, rewrite, some } from './walk.ts';

/** Parses a piece of Python. */
export type ParsePython = (source: string) => readonly Stmt[];

/** Makes parts of a program from text in Python: with ids of their own, as if they stood at a place of the program. */
export class Pieces {
  readonly #module: Module;
  readonly #parse: ParsePython;
  readonly #taken = new Set<string>();
  #nextId: number;

  constructor(module: Module, parse: ParsePython) {
    this.#module = module;
    this.#parse = parse;
    this.#nextId = firstFreeId(module.body);
  }

  /** Statements; names in `parts` stand for what is given for them. */
  statements(text: string, place: Place, parts: Readonly<Record<string, Expr>> = {}): Stmt[] {
    return rewrite(this.#parse(text), (node) => {
      const part = node['kind'] === 'name' ? parts[node['name'] as string] : undefined;
      if (part) return this.fresh(part);
      return {
        ...node,
        ...('id' in node && { id: this.#nextId++ }),
        ...('place' in node && { place }),
      };
    }) as Stmt[];
  }

  /** One expression, made like `statements`. */
  expression(text: string, place: Place, parts: Readonly<Record<string, Expr>> = {}): Expr {
    const [statement] = this.statements(text, place, parts);
    if (statement?.kind !== 'expr') throw new Error(`${text} is no expression`);
    return statement.value;
  }

  name(name: string, place: Place): NameExpr {
    return { kind: 'name', id: this.#nextId++, place, name };
  }

  text(value: string, place: Place): Expr {
    return { kind: 'str', id: this.#nextId++, place, value };
  }

  /** A copy with ids of its own. */
  fresh<T>(node: T): T {
    return rewrite(node, (each) => ('id' in each ? { ...each, id: this.#nextId++ } : each));
  }

  /** The name, or one like it that nothing in the program has. */
  freeName(wanted: string): string {
    const isTaken = (name: string): boolean =>
      this.#taken.has(name) || some(this.#module.body, (node) => ownName(node) === name || isName(node, name));
    let name = wanted;
    for (let number = 2; isTaken(name); number++) name = `${wanted}_${number}`;
    this.#taken.add(name);
    return name;
  }
}
