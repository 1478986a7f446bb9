import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One part of the runtime: what it needs, what it declares, and its text without the parts that are hoisted. */
interface Section {
  readonly name: string;
  readonly requires: readonly string[];
  readonly includes: readonly string[];
  /** Classes and inner namespaces defined here. */
  readonly defines: ReadonlySet<string>;
  /** Functions of `namespace py` and members defined out of their class. */
  readonly declares: ReadonlySet<string>;
  readonly text: string;
}

/** The sections every program has: it starts, ends, fails and prints as Python does. */
const ALWAYS = ['core', 'exceptions', 'tuple', 'main'];

/** The runtime header's sections, of which a program takes along what it uses. */
export class Runtime {
  readonly #sections: ReadonlyMap<string, Section>;

  /** Everything that the runtime declares. */
  readonly names: ReadonlySet<string>;

  private constructor(sections: readonly Section[]) {
    this.#sections = new Map(sections.map((section) => [section.name, section]));
    this.names = new Set(sections.flatMap(({ declares }) => [...declares]));
  }

  /** Reads the sections from a folder of headers. */
  static async load(folder: string): Promise<Runtime> {
    const files = (await readdir(folder)).filter((file) => file.endsWith('.hpp')).sort();
    const sections = files.map(async (file) =>
      parseSection(file.slice(0, -'.hpp'.length), await readFile(join(folder, file), 'utf8')),
    );
    return new Runtime(await Promise.all(sections));
  }

  /** The includes and the text of all sections that a program uses, each after what it requires. */
  forProgram(program: string): { readonly includes: readonly string[]; readonly text: string } {
    const used = new Set<string>(
      [...program.matchAll(/\bpy::(\w+)|(?:\.|->)(\w+)\(|"(_s)\b/g)].map(
        (match) => match[1] ?? match[2] ?? match[3] ?? '',
      ),
    );
    const ordered: Section[] = [];
    const visit = (name: string): void => {
      const section = this.#sections.get(name);
      if (!section || ordered.includes(section)) return;
      section.requires.forEach(visit);
      ordered.push(section);
    };
    ALWAYS.forEach(visit);
    if (/\bstd::complex\b/.test(program)) visit('complex');
    for (const section of this.#sections.values()) {
      if (
        [...used].some(
          (name) => section.defines.has(name) || (section.declares.has(name) && !this.#extends(section, name)),
        )
      )
        visit(section.name);
    }
    const includes = new Set(['<cstdint>', ...ordered.flatMap((section) => section.includes)]);
    return { includes: [...includes].sort(), text: ordered.map(({ text }) => text).join('\n\n') };
  }

  /** True when a section only adds overloads to a name that something it requires declares. */
  #extends(section: Section, name: string): boolean {
    return section.requires.some((required) => {
      const other = this.#sections.get(required);
      return other !== undefined && (other.declares.has(name) || this.#extends(other, name));
    });
  }
}

function parseSection(name: string, source: string): Section {
  const requires = /^\/\/ requires:(.*)$/m.exec(source)?.[1] ?? '';
  const includes: string[] = [];
  const lines = source.split('\n').filter((line, index) => {
    const include = /^#include (<[\w/.]+>)$/.exec(line)?.[1];
    // Includes behind a condition stay where they are.
    if (include && !isConditional(source, index)) {
      includes.push(include);
      return false;
    }
    return !/^\/\/ requires:/.test(line) && !/^#include "/.test(line) && !/^#pragma once/.test(line);
  });
  const text = lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  const defines = new Set<string>();
  const opening =
    /^(?:template <[^\n]*?> )?(?:class|struct|(?:inline )?namespace) (?:py::)?(\w+)(?: final)?(?: : [^\n;{]*)? \{/gm;
  for (const match of text.matchAll(opening)) defines.add(match[1] ?? '');
  const declares = new Set<string>();
  // Declarations at the outer level of `namespace py` are not indented; members out of their class have `::` before their name.
  for (const line of text.split('\n')) {
    if (/^\s/.test(line)) continue;
    for (const match of line.matchAll(/\b(?:\w+::)?(\w+)\(/g)) declares.add(match[1] ?? '');
    for (const match of line.matchAll(/operator""\s*(\w+)/g)) declares.add(match[1] ?? '');
    for (const match of line.matchAll(/^(?:inline |constexpr |using |const )+[^(]*?\b(\w+) *(?:=|\{)/g))
      declares.add(match[1] ?? '');
  }
  for (const general of ['py', 'detail', 'literals']) defines.delete(general);
  for (const general of [
    'py',
    'detail',
    'decltype',
    'operator',
    'requires',
    'sizeof',
    'if',
    'for',
    'while',
    'switch',
    '',
  ])
    declares.delete(general);
  return {
    name,
    requires: requires
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
    includes,
    defines,
    declares,
    text,
  };
}

/** True when a line stands between `#if` and `#endif`. */
function isConditional(source: string, line: number): boolean {
  let depth = 0;
  for (const text of source.split('\n').slice(0, line)) {
    if (/^\s*#\s*if/.test(text)) depth++;
    else if (/^\s*#\s*endif/.test(text)) depth--;
  }
  return depth > 0;
}
