import { Failure } from '../shared/failure.ts';
import { parsePythonLiteral } from '../verification/pythonLiteral.ts';
import type { Shape } from '../verification/shapes.ts';
import { pythonLiteral, type Value } from '../verification/values.ts';
import type { InputRow } from './inputRow.ts';

/** A row with the number by which it is known while the table is open. */
export interface NumberedRow extends InputRow {
  readonly id: number;
}

/** The inputs of a function as they are edited: each stands there once. */
export class InputTable {
  #rows: readonly NumberedRow[] = [];
  #nextId = 1;

  get rows(): readonly NumberedRow[] {
    return this.#rows;
  }

  get kept(): readonly NumberedRow[] {
    return this.#rows.filter(({ keep }) => keep);
  }

  /** Puts rows in front; those whose arguments are there already only bring what is new about them. Gives how many are new. */
  merge(rows: readonly InputRow[]): number {
    const known = new Map(this.#rows.map((row) => [keyOf(row), row] as const));
    const fresh = new Map<string, NumberedRow>();
    for (const row of rows) {
      const key = keyOf(row);
      const old = known.get(key) ?? fresh.get(key);
      if (!old) {
        fresh.set(key, { ...row, id: this.#nextId++ });
        continue;
      }
      const merged = { ...old, keep: old.keep || row.keep, ...(row.note !== undefined && { note: row.note }) };
      (fresh.has(key) ? fresh : known).set(key, merged);
    }
    this.#rows = [...fresh.values(), ...known.values()];
    return fresh.size;
  }

  /** Adds a row of the user, with plain values; gives its number. */
  add(shapes: readonly (Shape | undefined)[]): number {
    const id = this.#nextId++;
    this.#rows = [{ id, origin: 'user', args: shapes.map(plainValue), keep: true }, ...this.#rows];
    return id;
  }

  /** Sets one argument. Throws Failure `invalid-input` for what is no Python literal; the row stays as it was then. */
  edit(id: number, argument: number, text: string): void {
    const row = this.#rows.find((each) => each.id === id);
    const before = row?.args[argument];
    if (!row || !before) throw new Failure('invalid-input', 'This input is not there any more.');
    const value = parsePythonLiteral(text);
    if (pythonLiteral(value) === pythonLiteral(before)) return;
    const args = row.args.map((each, index) => (index === argument ? value : each));
    // Whoever changes an input has made it his own, and what was found of it is of another.
    this.#replace({ id, origin: 'user', args, keep: row.keep });
  }

  setKeep(keep: boolean, id?: number): void {
    this.#rows = this.#rows.map((row) => (id === undefined || row.id === id ? { ...row, keep } : row));
  }

  remove(id: number): void {
    this.#rows = this.#rows.filter((row) => row.id !== id);
  }

  /** Takes over what was found of rows, by their arguments. */
  update(found: readonly InputRow[]): void {
    const byKey = new Map(found.map((row) => [keyOf(row), row] as const));
    this.#rows = this.#rows.map((row) => {
      const { python, cpp, equal } = byKey.get(keyOf(row)) ?? row;
      const { python: _python, cpp: _cpp, equal: _equal, ...rest } = row;
      return {
        ...rest,
        ...(python !== undefined && { python }),
        ...(cpp !== undefined && { cpp }),
        ...(equal !== undefined && { equal }),
      };
    });
  }

  #replace(row: NumberedRow): void {
    this.#rows = this.#rows.map((each) => (each.id === row.id ? row : each));
  }
}

function keyOf({ args }: InputRow): string {
  return args.map(pythonLiteral).join();
}

/** The plainest value of a shape, to be edited. */
function plainValue(shape: Shape | undefined): Value {
  switch (shape?.kind) {
    case 'bool':
      return { kind: 'bool', value: false };
    case 'float':
      return { kind: 'float', value: 0 };
    case 'str':
      return { kind: 'str', value: '' };
    case 'char':
      return { kind: 'str', value: 'a' };
    case 'bytes':
      return { kind: 'bytes', value: new Uint8Array() };
    case 'list':
    case 'set':
      return { kind: shape.kind, items: [] };
    case 'tuple':
      return { kind: 'tuple', items: shape.items.map(plainValue) };
    case 'dict':
      return { kind: 'dict', entries: [] };
    case 'none':
      return { kind: 'none' };
    case 'union':
      return plainValue(shape.options[0]);
    default:
      return { kind: 'int', value: 0n };
  }
}
