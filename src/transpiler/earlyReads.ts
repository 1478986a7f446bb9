import type { ClassDef, FunctionDef, Expr, Stmt } from './ast.ts';
import { freeNames } from './scopeNames.ts';
import { walk } from './walk.ts';

/** Which variables of the module a call may read, through all functions that it may come to. */
export class EarlyReads {
  /** The functions and methods behind a name; a method's is preceded by a point. */
  readonly #definitions = new Map<string, FunctionDef[]>();
  readonly #bases = new Map<string, readonly string[]>();
  readonly #mentioned = new Map<FunctionDef, ReadonlySet<string>>();
  readonly #reached = new Map<string, ReadonlySet<string>>();

  constructor(body: readonly Stmt[]) {
    walk(body, (node) => {
      if (node['kind'] === 'def') this.#add(String(node['name']), node as unknown as FunctionDef);
      if (node['kind'] !== 'class' || !('body' in node)) return;
      const { name, bases, body: members } = node as unknown as ClassDef;
      this.#bases.set(name, [...mentionedIn(bases)]);
      for (const member of members) {
        if (member.kind !== 'def') continue;
        this.#add(`.${member.name}`, member);
        // What makes an instance may call these without naming them.
        if (member.name.startsWith('__')) this.#add(name, member);
      }
    });
  }

  /** The names that may be read when this is worked out. */
  of(node: Expr): ReadonlySet<string> {
    const names = new Set<string>();
    for (const name of mentionedIn(node)) {
      names.add(name);
      for (const further of this.#behind(name)) names.add(further);
    }
    return names;
  }

  #add(name: string, definition: FunctionDef): void {
    const known = this.#definitions.get(name);
    if (known) known.push(definition);
    else this.#definitions.set(name, [definition]);
  }

  #behind(name: string): ReadonlySet<string> {
    const known = this.#reached.get(name);
    if (known) return known;
    const reached = new Set<string>();
    const pending = [name];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const definitions = this.#definitions.get(next) ?? [];
      const found = definitions.flatMap((definition) => [...this.#mentionedBy(definition)]);
      for (const further of [...found, ...(this.#bases.get(next) ?? [])]) {
        if (reached.has(further)) continue;
        reached.add(further);
        pending.push(further);
      }
    }
    this.#reached.set(name, reached);
    return reached;
  }

  #mentionedBy(definition: FunctionDef): ReadonlySet<string> {
    const known = this.#mentioned.get(definition);
    if (known) return known;
    const names = new Set<string>();
    freeNames([definition], names, names);
    // What is defined in it is its own, and was looked through with it.
    walk(
      definition.body,
      ({ kind, name }) => void ((kind === 'def' || kind === 'class') && names.delete(String(name))),
    );
    for (const name of mentionedIn(definition.body)) if (name.startsWith('.')) names.add(name);
    this.#mentioned.set(definition, names);
    return names;
  }
}

/** The names in a piece of the program, and its attributes with a point before them. */
function mentionedIn(item: unknown): Set<string> {
  const names = new Set<string>();
  walk(item, ({ kind, name }) => {
    if (kind === 'name') names.add(String(name));
    else if (kind === 'attribute') names.add(`.${String(name)}`);
  });
  return names;
}
