import { createHash } from 'node:crypto';
import type { UnitRecord } from '../shared/evidence.ts';
import { Failure } from '../shared/failure.ts';
import type { SourceDiagnostic } from '../shared/sourceDiagnostic.ts';
import type { PythonParser } from './parser.ts';
import { analyseNames, buildScopes, importedNames, type Scope } from './scope.ts';
import { findCallExamples } from './callExamples.ts';
import { isMainGuard, ModuleNames, type Statement } from './moduleNames.ts';
import { commentOutMagics, foreignCellMagic, LineIndex, normaliseText } from './sourceText.ts';
import { findSyntaxErrors, leavesItsPlace } from './syntaxErrors.ts';
import { copySyntax, definitionOf, fieldOf, statementsOf, type SyntaxNode } from './syntaxTree.ts';
import type { PythonUnit, UnitRequest, UnitResult } from './unit.ts';

/** Cuts what the user asked for, with all that it needs, out of a document. Throws Failure when a named function is not there. */
export function selectUnit(parser: PythonParser, request: UnitRequest): UnitResult {
  const normal = normaliseText(request.text);
  const text = request.cell ? commentOutMagics(normal) : normal;
  const tree = parser.parse(text);
  try {
    return new Selector(parser, request, text, copySyntax(tree.rootNode)).select(normal);
  } finally {
    tree.delete();
  }
}

/** The statements a unit is built around, and what they are. */
interface Seed {
  readonly kind: UnitRecord['kind'];
  readonly name: string;
  readonly functionName?: string;
  readonly nodes: readonly SyntaxNode[];
  /** Says why more was taken than was selected. */
  readonly note?: string;
}

class Selector {
  readonly #parser: PythonParser;
  readonly #request: UnitRequest;
  readonly #text: string;
  readonly #root: SyntaxNode;
  readonly #lines: LineIndex;

  constructor(parser: PythonParser, request: UnitRequest, text: string, root: SyntaxNode) {
    this.#parser = parser;
    this.#request = request;
    this.#text = text;
    this.#root = root;
    this.#lines = new LineIndex(text);
  }

  select(normal: string): UnitResult {
    if (normal.includes('\0'))
      throw new Failure('invalid-input', 'This file holds null bytes: it is not Python source.');
    const foreign = this.#request.cell ? foreignCellMagic(normal) : undefined;
    if (foreign !== undefined)
      throw new Failure('invalid-input', `This cell is not Python: it begins with ${foreign}.`);
    const seed = this.#findSeed(normal);
    return seed ? this.#slice(seed) : this.#wholeFile();
  }

  #findSeed(normal: string): Seed | undefined {
    if (this.#request.functionName !== undefined) return this.#namedSeed(this.#request.functionName);
    const selection = this.#request.selection;
    if (this.#request.wholeFile || !selection) return undefined;
    const [first, last] = [selection.start, selection.end].sort((a, b) => a - b) as [number, number];
    const start = this.#toTextOffset(first, normal);
    const end = this.#toTextOffset(last, normal);
    const selected = this.#text.slice(start, end);
    if (selected.trim() !== '') {
      const from = start + (selected.length - selected.trimStart().length);
      const found = this.#selectedSeed(from, end - (selected.length - selected.trimEnd().length));
      if (found !== 'nothing') return found;
    }
    return this.#cursorSeed(start);
  }

  /** Offsets of the document to offsets of the text we parse, in which line ends and magics are written otherwise. */
  #toTextOffset(offset: number, normal: string): number {
    const before = normaliseText(this.#request.text.slice(0, offset));
    if (normal === this.#text) return before.length;
    const line = before.split('\n').length - 1;
    const column = before.length - (before.lastIndexOf('\n') + 1);
    const lineEnd = this.#lines.lineStart(line + 1) - 1;
    return Math.min(this.#lines.lineStart(line) + column, lineEnd > 0 ? lineEnd : this.#text.length);
  }

  #definitionSeed(statement: SyntaxNode, definition: SyntaxNode, note?: string): Seed {
    const name = nameOf(definition, this.#text);
    return definition.type === 'class_definition'
      ? { kind: 'class', name, nodes: [statement], ...(note ? { note } : {}) }
      : { kind: 'function', name, functionName: name, nodes: [statement], ...(note ? { note } : {}) };
  }

  /** Every outermost definition with the statement that is taken for it. */
  *#definitions(block: SyntaxNode, outer?: SyntaxNode): Generator<{ statement: SyntaxNode; definition: SyntaxNode }> {
    for (const node of block.children) {
      const definition = definitionOf(node);
      if (definition) yield { statement: outer ?? node, definition };
      else if (node.type !== 'ERROR' && node.named && /_statement$|_clause$|^block$/.test(node.type)) {
        const isGuard = isMainGuard(node, this.#text);
        yield* this.#definitions(
          isGuard ? (fieldOf(node, 'consequence') ?? node) : node,
          isGuard ? undefined : (outer ?? node),
        );
      }
    }
  }

  #namedSeed(asked: string): Seed {
    const name = (asked.split('.')[0] ?? asked).normalize('NFKC');
    const matches = [...this.#definitions(this.#root)].filter((item) => nameOf(item.definition, this.#text) === name);
    const cursor = this.#request.selection?.start;
    const at =
      cursor === undefined
        ? undefined
        : matches.find((item) => item.statement.start <= cursor && cursor <= item.statement.end);
    const match = at ?? matches.at(-1);
    if (!match) throw new Failure('invalid-input', `There is no function or class named "${asked}" in this file.`);
    return this.#definitionSeed(match.statement, match.definition);
  }

  #cursorSeed(offset: number): Seed | undefined {
    const line = this.#lines.lineAt(offset);
    for (const { statement, definition } of this.#definitions(this.#root)) {
      const decorated = statement.type === 'decorated_definition' ? statement : definition;
      if (this.#lines.lineAt(decorated.start) <= line && line <= this.#lines.lineAt(decorated.end))
        return this.#definitionSeed(statement, definition);
    }
    return undefined;
  }

  #selectedSeed(start: number, end: number): Seed | undefined | 'nothing' {
    const blocks: SyntaxNode[] = [this.#root];
    const descend = (node: SyntaxNode): void => {
      for (const child of node.children) {
        if (!child.named || child.start > start || child.end < end) continue;
        if (child.type === 'block') blocks.push(child);
        descend(child);
      }
    };
    descend(this.#root);
    let note: string | undefined;
    for (const block of blocks.reverse()) {
      const nodes = statementsOf(block).filter((node) => node.start < end && node.end > start);
      const [first] = nodes;
      const last = nodes.at(-1);
      if (!first || !last) {
        if (block === this.#root) return 'nothing';
        continue;
      }
      if (block !== this.#root) {
        const reason = this.#whyNotAlone(nodes);
        if (reason !== undefined) {
          note ??= reason;
          continue;
        }
      }
      if (block === this.#root && nodes.length === statementsOf(this.#root).length && nodes.length > 1)
        return undefined;
      const definition = nodes.length === 1 ? definitionOf(first) : undefined;
      if (definition) return this.#definitionSeed(first, definition, note);
      const from = this.#lines.lineAt(first.start) + 1;
      const to = this.#lines.lineAt(last.end) + 1;
      const name = from === to ? `line ${from}` : `lines ${from}-${to}`;
      return { kind: 'selection', name, nodes, ...(note ? { note } : {}) };
    }
    return undefined;
  }

  /** Why statements of an inner block cannot be cut out of what surrounds them; undefined when they can. */
  #whyNotAlone(nodes: readonly SyntaxNode[]): string | undefined {
    const first = nodes[0];
    if (!first) return undefined;
    const top = this.#topStatementAt(first.start);
    if (!top || nodes.some((node) => node.type === 'case_clause'))
      return 'The selection is part of a larger statement.';
    if (leavesItsPlace(nodes)) return 'The selection returns or jumps to code around it.';
    const outer = new Set<string>();
    let inClassBody = false;
    const visit = (scope: Scope): void => {
      for (const name of scope.bindings.keys()) outer.add(name);
      const inner = scope.children.find((child) => child.start <= first.start && first.end <= child.end);
      if (inner) visit(inner);
      else inClassBody = scope.kind === 'class';
    };
    const guard = isMainGuard(top, this.#text);
    const bodyStatement = guard
      ? statementsOf(fieldOf(top, 'consequence') ?? top).find(
          (node) => node.start <= first.start && first.end <= node.end,
        )
      : top;
    if (guard && bodyStatement === first) return undefined;
    visit(buildScopes([bodyStatement ?? top], this.#text));
    if (inClassBody) return 'The selection is part of a class.';
    const missing = [...this.#unboundUses(nodes)].filter((name) => outer.has(name));
    return missing.length ? `The selection needs ${missing.join(', ')} from the code around it.` : undefined;
  }

  #topStatementAt(offset: number): SyntaxNode | undefined {
    return statementsOf(this.#root).find((node) => node.start <= offset && offset < node.end);
  }

  /** Names that statements read before they have surely bound them. */
  #unboundUses(nodes: readonly SyntaxNode[], bound: ReadonlySet<string> = new Set()): Set<string> {
    const known = new Set(bound);
    const missing = new Set<string>();
    const need = (names: Iterable<string>): void => {
      for (const name of names) if (!known.has(name)) missing.add(name);
    };
    for (const node of nodes) {
      const facts = analyseNames([node], this.#text);
      const target = fieldOf(node, 'left');
      const body = fieldOf(node, 'body');
      if (node.type === 'for_statement' && target && body) {
        const loopBound = new Set([...known, ...analyseNames([target], this.#text).uses]);
        const right = fieldOf(node, 'right');
        if (right) need(analyseNames([right], this.#text).uses);
        need(this.#unboundUses(statementsOf(body), loopBound));
        const alternative = fieldOf(node, 'alternative');
        if (alternative) need(analyseNames([alternative], this.#text).uses);
      } else if (node.type === 'with_statement' && body) {
        need([...facts.uses].filter((name) => !facts.binds.has(name)));
        const clauses = node.children.filter((child) => child.type === 'with_clause');
        for (const name of analyseNames(clauses, this.#text).binds) known.add(name);
        need(this.#unboundUses(statementsOf(body), known));
      } else if (/^(if|while|try|match)_statement$/.test(node.type)) {
        need(facts.uses);
      } else {
        // A definition may use its own name: it is bound by the time it runs.
        const own = definitionOf(node);
        need([...facts.uses].filter((name) => !own || name !== nameOf(own, this.#text)));
        for (const name of facts.binds) known.add(name);
      }
    }
    return missing;
  }

  #wholeFile(): UnitResult {
    const source = this.#text === '' || this.#text.endsWith('\n') ? this.#text : `${this.#text}\n`;
    const errors = findSyntaxErrors(
      this.#root.type === 'ERROR' ? [this.#root] : this.#root.children,
      this.#text,
      this.#lines,
    );
    if (errors.length) return { ok: false, diagnostics: errors };
    const lineCount = source.split('\n').length;
    const last = Math.max(0, this.#lines.lineAt(this.#text.length) - (this.#text.endsWith('\n') ? 1 : 0));
    const runnable = statementsOf(this.#root).some((node) => this.#doesSomething(node));
    const unit: PythonUnit = {
      record: this.#record(this.#request.cell ? 'cell' : 'file', this.#documentName(), [0, last], source),
      source,
      lineMap: Array.from({ length: lineCount }, (_, line) => Math.min(line, Math.max(0, last))),
      runnable,
    };
    return { ok: true, unit, diagnostics: [] };
  }

  #documentName(): string {
    const name = this.#request.file?.split(/[\\/]/).at(-1);
    return name ? name : this.#request.cell ? 'cell' : 'program';
  }

  #record(kind: UnitRecord['kind'], name: string, range: readonly [number, number], source: string): UnitRecord {
    return {
      kind,
      name,
      ...(this.#request.file === undefined ? {} : { file: this.#request.file }),
      range,
      source,
      sha256: createHash('sha256').update(source, 'utf8').digest('hex'),
    };
  }

  /** True for a statement whose run can be told from not running it: it calls something, or may stop the program. */
  #doesSomething(node: SyntaxNode): boolean {
    if (definitionOf(node)) return false;
    return (
      analyseNames([node], this.#text).calls.length > 0 ||
      ['await', 'raise_statement', 'assert_statement'].some((type) => containsType(node, type))
    );
  }

  #slice(seed: Seed): UnitResult {
    const names = new ModuleNames(this.#root, this.#text, seed.nodes);
    const limit = seed.kind === 'selection' ? (seed.nodes.at(-1)?.end ?? Infinity) : Infinity;
    const needed = seed.kind === 'selection' ? this.#unboundUses(seed.nodes) : undefined;
    const slice = names.reach(seed.nodes, limit, needed);
    const taken = [...slice.statements.map((item) => item.statement.node)].sort((a, b) => a.start - b.start);
    const errors = findSyntaxErrors(taken, this.#text, this.#lines, (node) => !this.#root.children.includes(node));
    const torn = this.#tornDefinitions(slice.unresolved);
    if (errors.length || torn.length) return { ok: false, diagnostics: [...errors, ...torn] };
    const { source, lineMap } = this.#write(slice.statements);
    const first = seed.nodes[0];
    const last = seed.nodes.at(-1);
    const range: [number, number] = [this.#lines.lineAt(first?.start ?? 0), this.#lines.lineAt(last?.end ?? 0)];
    const unit: PythonUnit = {
      record: this.#record(seed.kind, seed.name, range, source),
      source,
      lineMap,
      ...(seed.functionName !== undefined && {
        functionName: seed.functionName,
        examples: findCallExamples(this.#parser, this.#root, this.#text, seed.functionName),
      }),
      ...(seed.functionName !== undefined && this.#mayCall(seed) && { program: this.#text }),
      ...(seed.functionName !== undefined && this.#isImportable() && { isImportable: true }),
      runnable: this.#isRunnable(seed, slice.statements),
    };
    const diagnostics: SourceDiagnostic[] = [];
    const remark = (severity: 'note' | 'warning', message: string, code: string): void => {
      diagnostics.push({ severity, message, line: range[0], column: 0, endLine: range[1], endColumn: 0, code });
    };
    if (seed.note !== undefined)
      remark('note', `${seed.note} ${whatIsConverted(seed)} converted.`, 'selection-widened');
    if (slice.usesDynamicNames)
      remark(
        'warning',
        'This code reaches names by text (eval, exec, globals): what it reaches that way may be missing.',
        'dynamic-names',
      );
    return { ok: true, unit, diagnostics };
  }

  /** True when nothing at the top of the file does something, but for what runs only as a script. */
  #isImportable(): boolean {
    return (
      !this.#request.cell &&
      /^[\p{L}_][\p{L}\p{N}_]*\.py$/u.test(this.#request.file?.split(/[\\/]/).at(-1) ?? '') &&
      statementsOf(this.#root).every((node) => isMainGuard(node, this.#text) || !this.#doesSomething(node))
    );
  }

  /** True when running the whole file may call the function: it does something, and names the function outside of its definition. */
  #mayCall({ nodes, name }: Seed): boolean {
    const outside = statementsOf(this.#root).filter((node) => !nodes.includes(node));
    return (
      outside.some((node) => this.#doesSomething(node)) &&
      outside.some((node) => this.#text.slice(node.start, node.end).includes(name))
    );
  }

  /** Errors in parts of the file that seem to define a name we need. */
  #tornDefinitions(unresolved: ReadonlySet<string>): SourceDiagnostic[] {
    const holes = this.#root.children.filter((node) => node.type === 'ERROR');
    const torn = holes.filter((hole) => {
      const piece = this.#text.slice(hole.start, hole.end);
      return [...piece.matchAll(/(?:def|class)\s+([^\s(:]+)|^([^\s=([{.]+)\s*=/gmu)].some((match) =>
        unresolved.has((match[1] ?? match[2] ?? '').normalize('NFKC')),
      );
    });
    return torn.length ? findSyntaxErrors(torn, this.#text, this.#lines) : [];
  }

  #isRunnable(seed: Seed, taken: readonly TakenStatement[]): boolean {
    if (seed.kind === 'selection') return seed.nodes.some((node) => this.#doesSomething(node));
    return taken.some(
      ({ statement }) =>
        !definitionOf(statement.node) &&
        analyseNames([statement.node], this.#text).calls.some((call) => call.root === seed.name),
    );
  }

  #write(taken: readonly TakenStatement[]): { source: string; lineMap: number[] } {
    const out: string[] = [];
    const lineMap: number[] = [];
    let lastEnd = -1;
    let afterDefinition = false;
    for (const { statement, importNames } of taken) {
      const node = statement.node;
      const startLine = this.#lines.lineAt(node.start);
      const indentation = this.#text.slice(this.#lines.lineStart(startLine), node.start);
      const isFirstOnLine = indentation.trim() === '';
      const firstLine = isFirstOnLine ? this.#leadingComments(startLine, indentation, lastEnd) : startLine;
      const isDefinition = definitionOf(node) !== undefined;
      if (out.length && (isDefinition || afterDefinition)) {
        out.push('', '');
        lineMap.push(-1, -1);
      } else if (out.length && firstLine > lastEnd + 1) {
        out.push('');
        lineMap.push(-1);
      }
      const trimmed = importNames && this.#trimmedImport(node, importNames);
      const prefix = isFirstOnLine ? indentation : '';
      const begin = firstLine === startLine ? node.start - prefix.length : this.#lines.lineStart(firstLine);
      const body = trimmed ?? this.#dedent(begin, this.#endOf(node), prefix, node);
      body.split('\n').forEach((line, index) => {
        out.push(line);
        lineMap.push(trimmed === undefined ? firstLine + index : startLine);
      });
      lastEnd = this.#lines.lineAt(node.end);
      afterDefinition = isDefinition;
    }
    return { source: `${out.join('\n')}\n`, lineMap: [...lineMap, lineMap.at(-1) ?? 0] };
  }

  /** The first of the comment lines that stand directly above a statement. */
  #leadingComments(line: number, indentation: string, lastEnd: number): number {
    let first = line;
    while (first - 1 > lastEnd && first > 0) {
      const start = this.#lines.lineStart(first - 1);
      const above = this.#text.slice(start, this.#lines.lineStart(first) - 1);
      if (!above.startsWith(`${indentation}#`) || /^#!|coding[:=]/.test(above)) break;
      first--;
    }
    return first;
  }

  /** The end of a statement with the comment behind it. */
  #endOf(node: SyntaxNode): number {
    const newline = this.#text.indexOf('\n', node.end);
    const end = newline === -1 ? this.#text.length : newline;
    return /^\s*#/.test(this.#text.slice(node.end, end)) ? end : node.end;
  }

  #trimmedImport(node: SyntaxNode, wanted: ReadonlySet<string>): string | undefined {
    const all = importedNames(node, this.#text);
    const kept = all.filter((item) => wanted.has(item.name));
    if (kept.length === 0 || kept.length === all.length) return undefined;
    const items = kept.map((item) => item.item).join(', ');
    return node.type === 'import_statement' ? `import ${items}` : `from ${kept[0]?.module ?? ''} import ${items}`;
  }

  /** Takes the indentation of a statement off its lines; lines that begin inside a string are its text and stay. */
  #dedent(begin: number, end: number, indentation: string, node: SyntaxNode): string {
    const piece = this.#text.slice(begin, end);
    if (indentation === '') return piece;
    const kept = new Set<number>();
    const visit = (current: SyntaxNode): void => {
      if (current.type === 'string') {
        for (let line = this.#lines.lineAt(current.start) + 1; line <= this.#lines.lineAt(current.end); line++)
          kept.add(line);
      } else for (const child of current.children) visit(child);
    };
    visit(node);
    const firstLine = this.#lines.lineAt(begin);
    return piece
      .split('\n')
      .map((line, index) => {
        if (kept.has(firstLine + index)) return line;
        return line.startsWith(indentation) ? line.slice(indentation.length) : line.trimStart();
      })
      .join('\n');
  }
}

/** A statement that goes into the unit; of an import perhaps some names only. */
interface TakenStatement {
  readonly statement: Statement;
  readonly importNames?: ReadonlySet<string>;
}

function nameOf(definition: SyntaxNode, text: string): string {
  const name = fieldOf(definition, 'name');
  return name ? text.slice(name.start, name.end).normalize('NFKC') : '';
}

function containsType(node: SyntaxNode, type: string): boolean {
  return node.type === type || node.children.some((child) => containsType(child, type));
}

function whatIsConverted(seed: Seed): string {
  if (seed.kind === 'class') return `Class ${seed.name} is`;
  if (seed.kind === 'function') return `Function ${seed.name} is`;
  return seed.name.startsWith('lines') ? `L${seed.name.slice(1)} are` : `L${seed.name.slice(1)} is`;
}
