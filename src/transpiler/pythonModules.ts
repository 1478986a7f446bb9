import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Unsupported, type Module, type Place, type Stmt } from './ast.ts';
import { namesBoundIn } from './flow.ts';
import { moduleNames } from './library/tables.ts';
import { firstFreeId, rewrite, walk, type SyntaxNode } from './walk.ts';

/** Modules of which the engine translates the rest by itself, where it makes classes. */
const MADE_WITH_CLASSES: ReadonlySet<string> = new Set(['dataclasses']);

type ImportStatement = Extract<Stmt, { kind: 'import' | 'import-from' }>;
type Parse = (source: string) => readonly Stmt[];

const isImport = (node: SyntaxNode): boolean => node['kind'] === 'import' || node['kind'] === 'import-from';

/** The names that a statement at the top of a module defines. */
function namesOf(statement: Stmt): string[] {
  if (statement.kind === 'def' || statement.kind === 'class') return [statement.name];
  if (statement.kind === 'import') return statement.names.map(({ module, as }) => as ?? module);
  return [...namesBoundIn(statement)];
}

/** What a name of the program stands for: a module of ours, or something in one. */
interface Meaning {
  readonly module: string;
  readonly name?: string;
  readonly place: Place;
}

/**
 * Modules of the standard library that are converted from Python, which stands in `runtime/python/`, in a file of the module's name.
 * A program that imports one is given the definitions that it uses, in front of its own, and is then converted as a whole.
 */
export class PythonModules {
  readonly #sources: ReadonlyMap<string, string>;
  readonly #parsed = new Map<string, readonly Stmt[]>();

  private constructor(sources: ReadonlyMap<string, string>) {
    this.#sources = sources;
  }

  static async load(folder: string): Promise<PythonModules> {
    const files = (await readdir(folder)).filter((file) => file.endsWith('.py')).sort();
    const sources = files.map(async (file): Promise<[string, string]> => [
      basename(file, '.py'),
      await readFile(join(folder, file), 'utf8'),
    ]);
    return new PythonModules(new Map(await Promise.all(sources)));
  }

  /** The program with the definitions that it imports in front of its own. Throws Unsupported where a name would stand for two things. */
  include(program: Module, parse: Parse): Module {
    const meanings = this.#meanings(program, parse);
    if (meanings.size === 0) return program;
    const own = namesBoundIn(rewrite(program.body, (node) => (isImport(node) ? { kind: 'pass' } : node)));
    // What is imported and never named would be a class of which no instance is made.
    const named = new Set<string>();
    walk(program.body, (node) => {
      if (node['kind'] === 'name') named.add(String(node['name']));
      if (node['kind'] === 'str') for (const word of String(node['value']).match(/\w+/g) ?? []) named.add(word);
    });
    const wanted = new Map<string, Place>();
    for (const [alias, { module, name, place }] of meanings)
      if (name !== undefined && named.has(alias)) wanted.set(`${module}.${name}`, place);
    const foreign = new Set<string>();
    walk(program.body, (node) => {
      const object = node['object'] as { kind?: string; name?: string } | undefined;
      const meaning = node['kind'] === 'attribute' && object?.kind === 'name' && meanings.get(object.name ?? '');
      if (!meaning || meaning.name !== undefined) return;
      const { module } = meaning;
      if (this.#has(module, String(node['name']), parse))
        wanted.set(`${module}.${String(node['name'])}`, node['place'] as Place);
      else if (moduleNames(module).length > 0 || MADE_WITH_CLASSES.has(module)) foreign.add(module);
      else
        throw new Unsupported(`\`${module}.${String(node['name'])}\` cannot be converted yet.`, node['place'] as Place);
    });
    const finalName = (module: string, name: string): string => (own.has(name) ? `${module}_${name}` : name);
    for (const [alias, { module, name, place }] of meanings) {
      if (own.has(alias) && (name === undefined || finalName(module, name) !== alias))
        throw new Unsupported(
          `\`${alias}\` is imported and also defined here, which cannot be converted: give one of them another name.`,
          place,
        );
    }
    let nextId = firstFreeId(program.body);
    const prelude = [...this.#sources.keys()].flatMap((module) => {
      const names = [...wanted].filter(([full]) => full.startsWith(`${module}.`));
      const [, place] = names[0] ?? [];
      if (!place) return [];
      const needed = this.#needed(
        module,
        names.map(([full]) => full.slice(module.length + 1)),
        parse,
      );
      const defined = new Set(needed.flatMap(namesOf));
      return rewrite(needed, (node) => {
        const placed = {
          ...node,
          ...('id' in node && { id: nextId++ }),
          ...('place' in node && { place: { ...(node['place'] as Place), origin: place } }),
        };
        const name = node['name'];
        const isOwn =
          typeof name === 'string' && defined.has(name) && ['name', 'def', 'class'].includes(String(node['kind']));
        return isOwn ? { ...placed, name: finalName(module, name) } : placed;
      });
    });
    const body = rewrite(this.#withoutImports(program.body, foreign, parse), (node) => {
      const object = node['object'] as { kind?: string; name?: string } | undefined;
      if (node['kind'] === 'attribute' && object?.kind === 'name') {
        const meaning = meanings.get(object.name ?? '');
        if (meaning && meaning.name === undefined && this.#has(meaning.module, String(node['name']), parse)) {
          const { id, place } = node;
          return { kind: 'name', id, place, name: finalName(meaning.module, String(node['name'])) };
        }
      }
      const meaning = node['kind'] === 'name' ? meanings.get(String(node['name'])) : undefined;
      return meaning?.name === undefined ? node : { ...node, name: finalName(meaning.module, meaning.name) };
    });
    return { ...program, body: [...prelude, ...body] };
  }

  /** All that a module of ours defines. */
  definitions(module: string, parse: Parse): readonly Stmt[] {
    return this.#statements(module, parse);
  }

  #statements(module: string, parse: Parse): readonly Stmt[] {
    const known = this.#parsed.get(module) ?? parse(this.#sources.get(module) ?? '');
    this.#parsed.set(module, known);
    return known;
  }

  /** True for a name that a module of ours defines; the rest of it may be in the tables. */
  #has(module: string, name: string, parse: Parse): boolean {
    return this.#statements(module, parse).some((statement) => namesOf(statement).includes(name));
  }

  #meanings(program: Module, parse: Parse): Map<string, Meaning> {
    const meanings = new Map<string, Meaning>();
    walk(program.body, (node) => {
      if (!isImport(node)) return;
      const statement = node as unknown as ImportStatement;
      const { place } = statement;
      if (statement.kind === 'import') {
        for (const { module, as } of statement.names)
          if (this.#sources.has(module)) meanings.set(as ?? module, { module, place });
      } else if (this.#sources.has(statement.module)) {
        for (const { name, as } of statement.names)
          if (this.#has(statement.module, name, parse))
            meanings.set(as ?? name, { module: statement.module, name, place });
      }
    });
    return meanings;
  }

  /** The statements of a module that define these names, with those that they use, in the module's order. */
  #needed(module: string, names: readonly string[], parse: Parse): readonly Stmt[] {
    const all = this.#statements(module, parse);
    const needed = new Set<Stmt>();
    const visit = (name: string): void => {
      for (const statement of all) {
        if (needed.has(statement) || !namesOf(statement).includes(name)) continue;
        needed.add(statement);
        walk(statement, (node) => {
          if (node['kind'] === 'name') visit(String(node['name']));
        });
      }
    };
    names.forEach(visit);
    return all.filter((statement) => needed.has(statement));
  }

  /** The same without the imports of what is ours, at any depth; modules in `foreign` are used for other things as well. */
  #withoutImports(body: readonly Stmt[], foreign: ReadonlySet<string>, parse: Parse): readonly Stmt[] {
    return rewrite(body, (node) => {
      if (!isImport(node)) return node;
      const statement = node as unknown as ImportStatement;
      const { id, place, leading } = statement;
      const nothing = { kind: 'pass', id, place, leading };
      if (statement.kind === 'import-from') {
        if (!this.#sources.has(statement.module)) return node;
        const others = statement.names.filter(({ name }) => !this.#has(statement.module, name, parse));
        return others.length ? { ...node, names: others } : nothing;
      }
      const names = statement.names.filter(({ module }) => !this.#sources.has(module) || foreign.has(module));
      return names.length ? { ...node, names } : nothing;
    });
  }
}
