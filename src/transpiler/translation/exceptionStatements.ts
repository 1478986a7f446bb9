import type { CallExpr, Expr, Handler, Stmt } from '../ast.ts';
import { identifier, quote } from '../cpp.ts';
import { exceptionNames, lineOfException } from '../exceptions.ts';
import { precedence } from '../library.ts';
import { alternatives, type Type } from '../types.ts';
import { some } from '../walk.ts';
import { instanceType } from './classTypes.ts';
import { indent } from './lines.ts';
import { Part } from './part.ts';
import { containsBreak, containsContinue, endsAlways } from './statementFacts.ts';
import { operand } from './values.ts';

const NO_EXCEPTION = 'exceptions must derive from BaseException';

/** Translates `raise` and `try`. */
export class ExceptionStatements extends Part {
  /** The statement that raises an exception, or the one in hand again. */
  raiseStatement({ value, cause, place }: Extract<Stmt, { kind: 'raise' }>): string {
    const [caught] = this.#caught.slice(-1);
    // Who calls this may see which of two errors came first.
    if (this.translation.catches) this.translation.evaluationOrder.noteEffect();
    if (!value) {
      // In a function, what calls it may be handling one.
      if (!caught && this.context.isModule) return 'throw py::RuntimeError("No active exception to reraise");';
      if (!caught) return this.unsupported('A bare `raise` outside of `except` cannot be converted.', place);
      return 'throw;';
    }
    const call = value.kind === 'call' ? value : undefined;
    if (value.kind === 'name' && value.name === caught?.name && !cause) return 'throw;';
    const callee = call ? call.callee : value;
    const of = this.translation.names.classOfNode(callee);
    const plain: CallExpr = { kind: 'call', id: -1, place, callee, args: [], keywords: [] };
    const isBuiltin =
      callee.kind === 'name' && exceptionNames.has(callee.name) && !of && !this.translation.names.lookUp(callee);
    const given =
      of?.exception !== undefined
        ? this.translation.objects.construct(of, call ?? plain)
        : isBuiltin
          ? this.translation.builtins.newException(callee.name, call ?? plain)
          : this.expr(value);
    const made = this.translation.types.only(given, ({ kind }) => kind === 'exception', NO_EXCEPTION);
    if (made.type.kind === 'never') return `${made.code};`;
    if (made.type.kind !== 'exception') {
      const isOther = alternatives(made.type).every(({ kind }) => !['exception', 'class', 'instance'].includes(kind));
      if (!isOther) return this.unsupported('Only an exception can be raised.', place);
      return `static_cast<void>(${made.code}); throw py::TypeError(${quote(NO_EXCEPTION)});`;
    }
    const from = cause && cause.kind !== 'none' ? this.expr(cause) : undefined;
    if (from && from.type.kind !== 'exception')
      return this.unsupported('Only an exception can be the cause of another.', place);
    if (made.isThrown !== true) {
      if (from) return this.unsupported('`raise … from` of an exception that is kept cannot be converted yet.', place);
      return `${operand(made, precedence.primary)}->raise();`;
    }
    if (made.reference !== undefined) return `${made.code}.raise();`;
    return from ? `throw py::with_cause(${made.code}, ${from.code});` : `throw ${made.code};`;
  }

  /** The handlers that the statement in hand stands in, innermost last, with the names of what they caught. */
  readonly #caught: { readonly name: string | undefined }[] = [];

  /** The classes that the `try` statements around catch, innermost last; nothing for all. */
  readonly #catching: (readonly (string | undefined)[])[] = [];

  /** True where a built-in exception that is raised here is caught by a statement around. */
  catches(error: string): boolean {
    const line = lineOfException(error);
    return this.#catching.some((names) => names.some((name) => name === undefined || line.includes(name)));
  }

  #bodyOf(node: Extract<Stmt, { kind: 'try' }>): string[] {
    const types = node.handlers.flatMap(({ types: named }): readonly (Expr | undefined)[] =>
      named.length ? named : [undefined],
    );
    this.#catching.push(types.map((type) => (type?.kind === 'name' ? type.name : type && '')));
    try {
      return this.translation.statements.block(node.body);
    } finally {
      this.#catching.pop();
    }
  }

  tryStatement(node: Extract<Stmt, { kind: 'try' }>): string[] {
    const line = node.place.line + 1;
    const completed = `completed_${line}`;
    const withElse = node.orelse.length > 0 && !endsAlways(node.body);
    // Where every handler leaves, what follows is reached only when nothing was raised.
    const isMarked = withElse && !node.handlers.every(({ body }) => endsAlways(body));
    const lines = node.handlers.length
      ? ['try {', ...this.#bodyOf(node).map(indent), ...(isMarked ? [`  ${completed} = true;`] : [])]
      : this.translation.statements.block(node.body);
    for (const handler of node.handlers) {
      const types = handler.types.length ? handler.types : [undefined];
      for (const type of types) lines.push(...this.#handler(handler, type));
    }
    if (node.handlers.length) lines.push('}');
    if (this.context.yields && node.handlers.some(catchesEnds) && some(node.body, isYield))
      lines.unshift('co_await py::catches_its_end;');
    if (withElse) {
      if (isMarked) lines.unshift(`bool ${completed} = false;`);
      const head = isMarked ? `if (${completed}) {` : '{';
      lines.push(head, ...this.translation.statements.block(node.orelse).map(indent), '}');
    }
    if (!node.finalbody.length) return lines;
    const leaves = (body: readonly Stmt[]): boolean =>
      some(body, (each) => each.kind === 'return' || isYield(each)) || containsBreak(body) || containsContinue(body);
    if (leaves(node.finalbody))
      return this.unsupported('`return`, `break` and `continue` in `finally` cannot be converted.', node.place);
    return guarded(line, this.translation.statements.block(node.finalbody), lines);
  }

  #handler(handler: Handler, type: Expr | undefined): string[] {
    const of = type && this.translation.names.classOfNode(type);
    const name = type?.kind === 'name' ? type.name : 'BaseException';
    // A name that means nothing is asked for once something was raised.
    if (type?.kind === 'name' && !of && this.translation.certainty.isUndefined(name))
      return [`} catch (py::BaseException&) {`, indent(`throw py::NameError("name '${name}' is not defined");`)];
    if (type && of?.exception === undefined && (type.kind !== 'name' || !exceptionNames.has(name)))
      return this.unsupported('Only classes of exceptions can be caught.', type.place);
    if (this.context.yields && some(handler.body, isYield))
      return this.unsupported('`yield` in `except` cannot be converted yet: put it behind.', handler.place);
    const caught: Type = of ? instanceType(of) : { kind: 'exception', name };
    const bindings: [string, Type][] = handler.name === undefined ? [] : [[handler.name, caught]];
    this.#caught.push({ name: handler.name });
    try {
      const body = this.translation.comprehensions.within(
        bindings,
        () => this.translation.statements.block(handler.body),
        { isThrown: true },
      );
      const variable = handler.name === undefined ? '' : ` ${identifier(handler.name)}`;
      return [`} catch (${of ? identifier(of.name) : `py::${name}`}&${variable}) {`, ...body.map(indent)];
    } finally {
      this.#caught.pop();
    }
  }
}

const isYield = ({ kind }: { readonly kind?: unknown }): boolean => kind === 'yield' || kind === 'yield-from';

/** True for a handler that catches the error that a generator is ended with. */
const catchesEnds = ({ types }: Handler): boolean =>
  types.length === 0 ||
  types.some((type) => type.kind === 'name' && (type.name === 'GeneratorExit' || type.name === 'BaseException'));

/** Statements that are followed by others however they are left. */
function guarded(line: number, last: readonly string[], body: readonly string[]): string[] {
  const guard = `finally_${line}`;
  return [
    '{',
    `  py::Finally ${guard}([&] {`,
    ...last.map((code) => indent(indent(code))),
    '  });',
    '  try {',
    ...body.map((code) => indent(indent(code))),
    '  } catch (...) {',
    `    ${guard}.run();`,
    '    throw;',
    '  }',
    '}',
  ];
}
