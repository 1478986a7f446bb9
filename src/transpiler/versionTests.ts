import type { CompareOperator, Expr, Module, Stmt } from './ast.ts';
import { flattened, rewrite, some, type SyntaxNode } from './walk.ts';

/** From this version of Python 3 on, what a test tells depends on the Python at hand. */
const OLDEST_IN_DOUBT = 9;

/** `sys.version_info`, its first number or its first numbers: how many; undefined for anything else. */
function numbersAsked(node: Expr, isInfo: (node: Expr) => boolean): number | 'major' | undefined {
  if (isInfo(node)) return Infinity;
  if (node.kind === 'attribute' && node.name === 'major' && isInfo(node.object)) return 'major';
  if (node.kind !== 'index' || !isInfo(node.object)) return undefined;
  const { index } = node;
  if (index.kind === 'int') return index.value === 0n ? 'major' : undefined;
  const isPrefix = index.kind === 'slice' && !index.step && (!index.start || isZero(index.start));
  return isPrefix && index.stop?.kind === 'int' && index.stop.value > 0n ? Number(index.stop.value) : undefined;
}

const isZero = (node: Expr): boolean => node.kind === 'int' && node.value === 0n;

/** The numbers of a literal. */
function literalNumbers(node: Expr): readonly number[] | undefined {
  if (node.kind === 'int') return [Number(node.value)];
  if (node.kind !== 'tuple') return undefined;
  const numbers = node.items.map((item) => (item.kind === 'int' ? Number(item.value) : NaN));
  return numbers.some(Number.isNaN) ? undefined : numbers;
}

/** What a comparison with the version tells in every Python 3 that this program may mean; undefined where that differs. */
function answer(asked: number | 'major', op: CompareOperator, bound: readonly number[]): boolean | undefined {
  const [major = 0, minor] = bound;
  if (asked === 'major' || asked === 1) {
    const order = Math.sign(3 - major) || Math.sign(asked === 1 ? 1 - bound.length : 0);
    return told(order, op);
  }
  if (major !== 3) return told(Math.sign(3 - major), op);
  if (minor === undefined) return told(1, op);
  return minor < OLDEST_IN_DOUBT ? told(1, op) : undefined;
}

/** What an operator says where the version is older, equal or newer. */
function told(order: number, op: CompareOperator): boolean | undefined {
  switch (op) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    default:
      return undefined;
  }
}

/** A test without the parts that are decided. */
function simplified(node: Expr): Expr {
  if (node.kind === 'unary' && node.op === 'not' && node.operand.kind === 'bool')
    return { ...node.operand, value: !node.operand.value };
  if (node.kind !== 'bool-op' || node.left.kind !== 'bool') return node;
  return node.left.value === (node.op === 'and') ? node.right : node.left;
}

/** Decides the tests of `sys.version_info` that tell Python 2 from 3, and leaves out what is for Python 2 alone. */
export function settleVersionTests(module: Module): Module {
  if (!some(module.body, (node) => node['name'] === 'version_info')) return module;
  const names = new Set<string>();
  const infos = new Set<string>();
  for (const statement of module.body) {
    if (statement.kind === 'import')
      for (const { module: imported, as } of statement.names) if (imported === 'sys') names.add(as ?? 'sys');
    if (statement.kind === 'import-from' && statement.module === 'sys')
      for (const { name, as } of statement.names) if (name === 'version_info') infos.add(as ?? name);
  }
  const isInfo = (node: Expr): boolean =>
    node.kind === 'name'
      ? infos.has(node.name)
      : node.kind === 'attribute' &&
        node.name === 'version_info' &&
        node.object.kind === 'name' &&
        names.has(node.object.name);
  const decided = new Set<unknown>();
  const change = (item: SyntaxNode): unknown => {
    const node = item as unknown as Expr | Stmt;
    if (node.kind === 'compare' && node.rest.length === 1) {
      const [{ op, value }] = node.rest as [(typeof node.rest)[number]];
      const asked = numbersAsked(node.first, isInfo);
      const bound = literalNumbers(value);
      const known = asked === undefined || !bound ? undefined : answer(asked, op, bound);
      if (known === undefined) return node;
      const test: Expr = { kind: 'bool', id: node.id, place: node.place, value: known };
      decided.add(test);
      return test;
    }
    if (node.kind === 'unary' || node.kind === 'bool-op') {
      const left = node.kind === 'unary' ? node.operand : node.left;
      if (!decided.has(left)) return node;
      const test = simplified(node);
      if (test.kind === 'bool') decided.add(test);
      return test;
    }
    if ((node.kind !== 'if' && node.kind !== 'conditional') || node.test.kind !== 'bool' || !decided.has(node.test))
      return node;
    if (node.kind === 'conditional') return node.test.value ? node.yes : node.no;
    const taken = node.test.value ? node.body : node.orelse;
    return taken.length > 0 ? taken : { kind: 'pass', id: node.id, place: node.place, leading: node.leading };
  };
  return flattened(rewrite(module, change));
}
