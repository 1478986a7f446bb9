import type { SourceDiagnostic } from '../shared/sourceDiagnostic.ts';
import { findLaxFault, followBrackets } from './laxSyntax.ts';
import { findLexicalFault, type LineIndex } from './sourceText.ts';
import { fieldOf, statementsOf, type SyntaxNode } from './syntaxTree.ts';

const MAXIMUM = 10;

/** What the code around a node allows. */
interface Context {
  readonly inFunction: boolean;
  readonly inLoop: boolean;
  /** Inside of brackets a line's end means nothing. */
  readonly inBrackets: boolean;
}

interface Problem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  /** True for a hole in the tree, whose cause may lie elsewhere. */
  readonly hole: boolean;
}

/**
 * The syntax errors in statements of a module, in the order of the text, each with a sentence.
 * Statements that are cut out of an inner block stand at its column, not at the module's.
 */
export function findSyntaxErrors(
  nodes: readonly SyntaxNode[],
  text: string,
  lines: LineIndex,
  isCut: (node: SyntaxNode) => boolean = () => false,
): SourceDiagnostic[] {
  const problems: Problem[] = [];
  const found = (node: SyntaxNode, message: string, hole = false): void => {
    problems.push({ start: node.start, end: node.end, message, hole });
  };

  /** The white space before a node that is first on its line. */
  const indentationOf = (node: SyntaxNode): string | undefined => {
    const before = text.slice(lines.lineStart(lines.lineAt(node.start)), node.start);
    return before.trim() === '' ? before : undefined;
  };

  const checkIndentation = (statements: readonly SyntaxNode[], atModule: boolean): void => {
    let expected = atModule ? '' : undefined;
    let lastLine = -1;
    for (const statement of statements) {
      if (statement.type === 'ERROR') return;
      const before = indentationOf(statement);
      if (before === undefined || lines.lineAt(statement.start) === lastLine) continue;
      lastLine = lines.lineAt(statement.end);
      expected ??= before;
      const difference = indentationWidth(before, 8) - indentationWidth(expected, 8);
      if (difference !== 0)
        return found(
          statement,
          difference > 0 ? 'unexpected indentation.' : 'this indentation fits no block around it.',
        );
      // Python demands that lines agree whatever a tab is worth.
      if (indentationWidth(before, 1) !== indentationWidth(expected, 1))
        return found(statement, 'tabs and spaces are mixed in this indentation.');
    }
  };

  /** `else`, `except` and the like stand below what they belong to. */
  const checkClauses = (node: SyntaxNode): void => {
    const column = indentationOf(node);
    if (column === undefined || !/^(if|for|while|try)_statement$/.test(node.type)) return;
    for (const clause of node.children.filter((child) => child.type.endsWith('_clause'))) {
      const own = indentationOf(clause);
      if (own !== undefined && indentationWidth(own, 8) !== indentationWidth(column, 8))
        found(clause, 'this indentation fits no block around it.');
    }
  };

  const visit = (node: SyntaxNode, context: Context): void => {
    if (problems.length >= MAXIMUM) return;
    if (node.type === 'ERROR') return found(node, describeError(node, text, lines), true);
    if (node.missing) return found(node, `"${node.type}" is missing here.`, true);
    const lax = findLaxFault(node);
    if (lax) return found(lax.at, lax.message);
    let inner = context;
    switch (node.type) {
      case 'string':
        if (text[node.start] === '`') return found(node, 'backquotes are Python 2. Python 3 writes repr(...).');
        break;
      case 'yield':
        if (!context.inFunction) return found(node, '"yield" stands outside of a function.');
        break;
      case 'print_statement':
        return found(node, 'this is the print statement of Python 2. Python 3 writes print(...) with parentheses.');
      case 'exec_statement':
        return found(node, 'this is the exec statement of Python 2. Python 3 writes exec(...) with parentheses.');
      case 'except_clause':
        if (node.children.filter((child) => child.field === 'value').length > 1)
          return found(node, 'Python 3 writes "except Error as name:", and several errors in parentheses.');
        break;
      case '<>':
        return found(node, '"<>" is Python 2. Python 3 writes "!=".');
      case 'integer': {
        const number = text.slice(node.start, node.end);
        if (number.endsWith('_')) found(node, `"${number}": numbers do not end with "_".`);
        else if (/[lL]$/.test(number)) found(node, `"${number}" is a Python 2 number. Python 3 needs no "L".`);
        else if (/^0[0-9_]*[1-9]/.test(number))
          found(node, `"${number}": numbers do not begin with 0; octal is written 0o.`);
        return;
      }
      case 'return_statement':
        if (!context.inFunction) return found(node, '"return" stands outside of a function.');
        break;
      case 'break_statement':
      case 'continue_statement':
        if (!context.inLoop) found(node, `"${text.slice(node.start, node.end)}" stands outside of a loop.`);
        return;
      case 'function_definition':
      case 'lambda':
        inner = { ...context, inFunction: true, inLoop: false };
        break;
      case 'class_definition':
        inner = { ...context, inFunction: false, inLoop: false };
        break;
      case 'block':
        checkIndentation(statementsOf(node), false);
        break;
    }
    checkClauses(node);
    let broken = false;
    const inBrackets = followBrackets(node, text, context.inBrackets, (before) => {
      broken = true;
      problems.push({
        start: before.end - 1,
        end: before.end,
        message: 'this line ends in the middle of a statement.',
        hole: false,
      });
    });
    if (broken) return;
    for (const [index, child] of node.children.entries()) {
      if (child.type === 'block' && statementsOf(child).length === 0) {
        const line = lines.lineAt(node.start);
        problems.push({
          start: node.start,
          end: node.start + (text.slice(node.start).split('\n')[0]?.length ?? 0),
          message: `an indented block is expected after line ${line + 1}.`,
          hole: false,
        });
        continue;
      }
      const isLoopBody = (node.type === 'for_statement' || node.type === 'while_statement') && child.field === 'body';
      visit(child, {
        ...inner,
        inBrackets: inBrackets[index] ?? false,
        ...(isLoopBody && { inLoop: true }),
      });
    }
  };
  const statements = nodes.filter((node) => node.type !== 'comment');
  checkIndentation(
    statements.filter((node) => !isCut(node)),
    true,
  );
  for (const node of statements) visit(node, { inFunction: false, inLoop: false, inBrackets: false });
  return report(problems, text, lines);
}

function report(problems: readonly Problem[], text: string, lines: LineIndex): SourceDiagnostic[] {
  // An open bracket or quote tears the tree somewhere below: the bracket is what needs to be shown.
  const lastHole = problems.filter((problem) => problem.hole).at(-1);
  const fault = lastHole ? findLexicalFault(text) : undefined;
  if (fault && lastHole && fault.line <= lines.lineAt(lastHole.end)) {
    const before = problems.filter((problem) => !problem.hole && lines.lineAt(problem.start) < fault.line);
    return [
      ...before.map((problem) => toDiagnostic(problem, text, lines)),
      {
        severity: 'error',
        message: `Python syntax error: ${fault.message}`,
        line: fault.line,
        column: fault.column,
        endLine: fault.line,
        endColumn: fault.column + 1,
        code: 'syntax-error',
      },
    ];
  }
  return [...problems]
    .sort((first, second) => first.start - second.start)
    .map((problem) => toDiagnostic(problem, text, lines));
}

function toDiagnostic(problem: Problem, text: string, lines: LineIndex): SourceDiagnostic {
  const line = lines.lineAt(problem.start);
  const column = lines.columnAt(problem.start);
  // One line is marked, however far the parser had to skip.
  const firstLine = text.slice(problem.start, problem.end).split('\n')[0] ?? '';
  return {
    severity: 'error',
    message: `Python syntax error: ${problem.message}`,
    line,
    column,
    endLine: line,
    endColumn: column + Math.max(1, firstLine.length),
    code: 'syntax-error',
  };
}

const blockKeyword = /^\s*(?:async\s+)?(if|elif|else|for|while|def|class|try|except|finally|with)\b/;

function describeError(node: SyntaxNode, text: string, lines: LineIndex): string {
  const start = lines.lineStart(lines.lineAt(node.start));
  const line = (text.slice(start).split('\n')[0] ?? '').replace(/\s+#.*$/, '').trimEnd();
  const keyword = blockKeyword.exec(line)?.[1];
  if (keyword && !line.includes(':')) return `":" is missing at the end of the "${keyword}" line.`;
  if ((keyword === 'if' || keyword === 'elif' || keyword === 'while') && /[^=!<>:]=[^=]/.test(line))
    return `"=" assigns; "==" compares. One of the two is wrong in the "${keyword}" line.`;
  const piece = (text.slice(node.start, node.end).split('\n')[0] ?? '').trim();
  if (piece === '') return 'something is missing here.';
  return `"${piece.length > 40 ? `${piece.slice(0, 40)}…` : piece}" is unexpected here.`;
}

function indentationWidth(indentation: string, tab: number): number {
  let width = 0;
  for (const character of indentation) {
    if (character === '\t') width = (Math.floor(width / tab) + 1) * tab;
    else if (character === '\f') width = 0;
    else if (character !== '\uFEFF') width++;
  }
  return width;
}

/** True when code jumps or returns out of the statements, so that they cannot stand alone. */
export function leavesItsPlace(nodes: readonly SyntaxNode[]): boolean {
  const visit = (node: SyntaxNode, inLoop: boolean): boolean => {
    switch (node.type) {
      case 'return_statement':
      case 'yield':
      case 'await':
      case 'nonlocal_statement':
        return true;
      case 'break_statement':
      case 'continue_statement':
        return !inLoop;
      case 'function_definition':
      case 'class_definition':
      case 'lambda': {
        const parameters = fieldOf(node, 'parameters') ?? fieldOf(node, 'superclasses');
        return parameters ? visit(parameters, false) : false;
      }
    }
    const loops = node.type === 'for_statement' || node.type === 'while_statement';
    return node.children.some((child) => visit(child, inLoop || (loops && child.field === 'body')));
  };
  return nodes.some((node) => visit(node, false));
}
