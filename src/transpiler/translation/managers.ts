import type { Expr, FunctionDef, Stmt } from '../ast.ts';
import { cppType } from '../cpp.ts';
import { elementOf, type Value } from '../library.ts';
import { never, none, Slot, unionOf, withoutNone, type Type } from '../types.ts';
import { some, walk } from '../walk.ts';
import { classOf } from './classTypes.ts';
import { indent, withoutValue } from './lines.ts';
import { Part } from './part.ts';

/** Translates `with`. */
export class Managers extends Part {
  /** True for a call of a function with `@contextmanager`. */
  #isManager(node: Expr): boolean {
    if (node.kind !== 'call') return false;
    const { callee } = node;
    if (callee.kind === 'name') return this.translation.functions.get(callee.name)?.def.isManager === true;
    if (callee.kind !== 'attribute') return false;
    const of = classOf(withoutNone(this.expr(callee.object).type));
    return of !== undefined && this.translation.objects.methodOf(of, callee.name)?.def.isManager === true;
  }

  /** A block between what a generator does before its `yield` and what it does behind it. */
  #withGenerator(node: Extract<Stmt, { kind: 'with' }>, at: number, manager: Value, line: string): string[] {
    const name = `manager_${line}`;
    const item = node.items[at] as (typeof node.items)[number];
    const entered: Value = { type: elementOf(manager.type) ?? never, code: `py::enter(${name})`, precedence: 0 };
    const start = item.target
      ? this.translation.assignments.assignTo(item.target, entered, undefined)
      : `${entered.code};`;
    const guard = `finally_${line}`;
    return [
      '{',
      `  const auto ${name} = ${manager.code};`,
      `  ${start}`,
      `  py::Finally ${guard}([&] { py::leave(${name}); });`,
      '  try {',
      ...this.withStatement(node, at + 1).map((code) => indent(indent(code))),
      '  } catch (const py::BaseException&) {',
      `    ${guard}.dismiss();`,
      `    if (!py::leave_by_error(${name})) throw;`,
      '  }',
      '}',
    ];
  }

  /** `with open(…) as f`: the file is closed on the way out. */
  #withFile(node: Extract<Stmt, { kind: 'with' }>, at: number, manager: Value): string[] {
    const line = `${node.place.line + 1}${at ? `_${at + 1}` : ''}`;
    const target = node.items[at]?.target;
    const file: Value = { ...manager, code: `file_${line}`, precedence: 0 };
    this.translation.evaluationOrder.noteEffect();
    return [
      '{',
      `  const auto file_${line} = ${manager.code};`,
      ...(target ? [`  ${this.translation.assignments.assignTo(target, file, undefined)}`] : []),
      `  py::Finally close_${line}([&] { file_${line}.close(); });`,
      ...this.withStatement(node, at + 1).map(indent),
      '}',
    ];
  }

  withStatement(node: Extract<Stmt, { kind: 'with' }>, at = 0): string[] {
    const item = node.items[at];
    if (!item) return this.translation.statements.block(node.body);
    const line = `${node.place.line + 1}${at ? `_${at + 1}` : ''}`;
    const manager = this.expr(item.value);
    const { place } = item.value;
    if (manager.type.kind === 'generator' && this.#isManager(item.value))
      return this.#withGenerator(node, at, manager, line);
    if (manager.type.kind === 'textfile') return this.#withFile(node, at, manager);
    const of = classOf(manager.type);
    const exit = of && this.translation.objects.methodOf(of, '__exit__');
    const name = `manager_${line}`;
    const object: Value = { ...manager, code: name, precedence: 0 };
    const entered = this.translation.objects.special(object, '__enter__', [], place);
    if (!exit || !entered)
      return this.unsupported('`with` can be converted for instances with `__enter__` and `__exit__`.', place);
    if (usesExceptionItself(exit.def))
      return this.unsupported(
        'What `__exit__` does with the exception cannot be converted yet: only tests for None can.',
        exit.def.place,
      );
    const error: Type = unionOf([none, { kind: 'exception', name: 'BaseException' }]);
    const leave = (code: string): Value => {
      const given: Value = { type: error, code: `${cppType(error)}(${code})`, precedence: 0 };
      const params = exit.def.params.slice(1);
      const args = params.map((param, index): Value => {
        if (param.kind === 'plain') return index < 2 ? given : { type: none, code: 'py::None', precedence: 0 };
        const rest = this.translation.types.allocate(`exit ${node.id} ${at}`, () => ({
          kind: 'vartuple',
          element: new Slot(),
        }));
        return { type: rest, code: `${cppType(rest)}()`, precedence: 0 };
      });
      return this.translation.objects.callMethod(object, exit, args, place);
    };
    const normal = leave('py::None');
    const raised = leave('error');
    const suppresses = raised.type.kind === 'bool' || raised.type.kind === 'union';
    const start = item.target
      ? this.translation.assignments.assignTo(item.target, entered, undefined)
      : `${withoutValue(entered.code)};`;
    const guard = `finally_${line}`;
    return [
      '{',
      `  const auto ${name} = ${manager.code};`,
      `  ${start}`,
      `  py::Finally ${guard}([&] { ${normal.code}; });`,
      '  try {',
      ...this.withStatement(node, at + 1).map((code) => indent(indent(code))),
      '  } catch (py::BaseException& error) {',
      `    ${guard}.dismiss();`,
      suppresses ? `    if (!py::is_true(${raised.code})) throw;` : `    ${raised.code};`,
      ...(suppresses ? [] : ['    throw;']),
      '  }',
      '}',
    ];
  }
}

/** True when `__exit__` uses the class of the exception, or where it was raised, other than to ask whether there is one. */
function usesExceptionItself(exit: FunctionDef): boolean {
  const names = new Set(exit.params.slice(1).flatMap(({ name }, index) => (index === 1 ? [] : [name])));
  let found = false;
  walk(exit.body, (node) => {
    if (node['kind'] === 'compare') {
      const { first, rest } = node as unknown as { first: Expr; rest: { op: string; value: Expr }[] };
      if (first.kind === 'name' && rest.length === 1 && rest[0]?.value.kind === 'none') return false;
    }
    // `if exc_type:` and `x if exc_type else y`.
    const test = node['test'] as Expr | undefined;
    if (test?.kind === 'name' && names.has(test.name)) {
      const { test: _, ...others } = node;
      found ||= some(others, (inner) => inner['kind'] === 'name' && names.has(inner['name'] as string));
      return false;
    }
    found ||= node['kind'] === 'name' && names.has(node['name'] as string);
    return undefined;
  });
  return found;
}
