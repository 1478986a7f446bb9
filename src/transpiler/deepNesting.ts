import type { Tree } from 'web-tree-sitter';

/** What is nested deeper than this may be more than the engine's recursion can follow. */
const DEEP = 200;

/** What of a program is nested most deeply, and the line where it starts. */
export interface Nesting {
  readonly line: number;
  readonly what: string;
}

/** A node on the way to the one in hand. */
interface Step {
  readonly depth: number;
  /** The line of the statement that it is part of, and of the branch that it is in. */
  readonly line: number;
  readonly branch?: { readonly line: number; readonly number: number };
  /** How many branches below it have been seen. */
  branches: number;
}

/** The most deeply nested part of a program; undefined where none is nested deeply. Without recursion, as it is asked where that failed. */
export function deepestNesting(tree: Tree): Nesting | undefined {
  const cursor = tree.walk();
  const path: Step[] = [{ depth: 0, line: 0, branches: 0 }];
  let deepest: Step | undefined;
  const enter = (): void => {
    const around = path.at(-1) as Step;
    const type = cursor.nodeType;
    // Each `elif` is an `if` in the `else` of the one before, and each `case` a test behind the others.
    const isBranch = type === 'elif_clause' || type === 'case_clause';
    if (isBranch) around.branches++;
    const branch = isBranch ? { line: around.line, number: around.branches } : around.branch;
    const step: Step = {
      depth: around.depth + 1 + (isBranch ? around.branches : 0),
      line: /_statement$|_definition$/.test(type) ? cursor.startPosition.row : around.line,
      ...(branch && { branch }),
      branches: 0,
    };
    if (step.depth > (deepest?.depth ?? DEEP)) deepest = step;
    path.push(step);
  };
  const goOn = (): boolean => {
    if (cursor.gotoFirstChild()) return true;
    for (;;) {
      path.pop();
      if (cursor.gotoNextSibling()) return true;
      if (!cursor.gotoParent()) return false;
    }
  };
  while (goOn()) enter();
  cursor.delete();
  if (!deepest) return undefined;
  const { depth, line, branch } = deepest;
  return branch && branch.number > DEEP
    ? { line: branch.line, what: `a statement of ${branch.number} branches` }
    : { line, what: `an expression ${depth} levels deep` };
}
