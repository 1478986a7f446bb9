import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One part of the runtime: what it needs, what it declares, and its text without the parts that are hoisted. */
interface Section {
  readonly name: string;
  readonly requires: readonly string[];
  readonly includes: readonly string[];
  /** Classes and inner namespaces defined here. */
  readonly defines: ReadonlySet<string>;
  /** Functions and constants of `namespace py`, and as `math::sqrt` those of the namespaces in it. */
  readonly declares: ReadonlySet<string>;
  /** Functions of classes that are defined out of their class. */
  readonly members: ReadonlySet<string>;
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
    this.names = new Set(
      sections.flatMap(({ declares, members }) =>
        // No type of ours is in NumPy's namespaces, so that a plain call never means a function there.
        [...declares, ...members]
          .filter((name) => !/^(?:np|numpy)::/.test(name))
          .map((name) => name.replace(/^.*::/, '')),
      ),
    );
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
    const ordered: Section[] = [];
    const visit = (name: string): void => {
      const section = this.#sections.get(name);
      if (!section || ordered.includes(section)) return;
      section.requires.forEach(visit);
      ordered.push(section);
    };
    ALWAYS.forEach(visit);
    if (/\bstd::complex\b/.test(program)) visit('complex');
    const uses = this.#usesIn(program);
    for (const section of this.#sections.values())
      if (uses.some((use) => use(section) && !use.isOverload(section))) visit(section.name);
    // A text with fields writes whatever it is given, integers of any size too.
    if (/\bpy::Int\b/.test(program) && ordered.some(({ name }) => name === 'str_format')) visit('int_format');
    const includes = new Set(['<cstdint>', ...ordered.flatMap((section) => section.includes)]);
    return { includes: [...includes].sort(), text: ordered.map(({ text }) => text).join('\n\n') };
  }

  /** What a program uses of the runtime, each as a test for sections that have it. */
  #usesIn(program: string): Use[] {
    const found = new Map<string, Use>();
    const add = (key: string, has: (section: Section) => boolean): void => {
      const extend = (section: Section): boolean =>
        section.requires.some((required) => {
          const other = this.#sections.get(required);
          return other !== undefined && (has(other) || extend(other));
        });
      if (!found.has(key)) found.set(key, Object.assign(has, { isOverload: extend }));
    };
    const namespaces = (name: string): boolean =>
      [...this.#sections.values()].some(({ declares }) => [...declares].some((each) => each.startsWith(`${name}::`)));
    for (const [, outer, inner, member, suffix] of program.matchAll(
      /\bpy::(\w+)(?:::(\w+))?|(?:\.|->)(\w+)\(|"(_s)\b/g,
    )) {
      const name = outer ?? suffix;
      if (member !== undefined) add(`.${member}`, ({ members }) => members.has(member));
      else if (name !== undefined && inner !== undefined && namespaces(name)) {
        const full = `${name}::${inner}`;
        const isDeclared = [...this.#sections.values()].some(({ declares }) => declares.has(full));
        add(full, ({ declares, defines }) => (isDeclared ? declares.has(full) : defines.has(name)));
      } else if (name !== undefined) add(name, ({ declares, defines }) => declares.has(name) || defines.has(name));
    }
    return [...found.values()];
  }
}

/** Tells of a section whether it has something that a program uses. */
interface Use {
  (section: Section): boolean;
  /** True when a section it requires has it already. */
  isOverload(section: Section): boolean;
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
  const members = new Set<string>();
  // Declarations at the outer level are not indented; members out of their class have `::` before their name.
  const scopes: string[] = [];
  for (const line of text.split('\n')) {
    const opened = /^(?:inline )?namespace ([\w:]+) \{/.exec(line)?.[1];
    if (opened !== undefined) {
      scopes.push(opened);
      continue;
    }
    if (/^\}  \/\/ namespace/.test(line)) scopes.pop();
    if (/^\s/.test(line)) continue;
    const inner = scopes
      .flatMap((scope) => scope.split('::'))
      .filter((scope) => scope !== 'py' && scope !== 'detail' && scope !== 'literals');
    const declare = (name: string): void => void declares.add([...inner, name].join('::'));
    for (const [, owner, name = ''] of line.matchAll(/\b(?:(\w+)(?:<[^<>]*>)?::)?(\w+)\(/g)) {
      if (owner === undefined) declare(name);
      else if (owner !== 'std' && owner !== 'detail') members.add(name);
    }
    for (const match of line.matchAll(/operator""\s*(\w+)/g)) declares.add(match[1] ?? '');
    for (const match of line.matchAll(/^(?:inline |constexpr |using |const )+[^(]*?\b(\w+) *(?:=|\{)/g))
      declare(match[1] ?? '');
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
    members,
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
