import type { BinaryExpr, CallExpr, Expr, Keyword, Module } from './ast.ts';
import { firstFreeId, rewrite, type SyntaxNode } from './walk.ts';

/** Cheap to work out several times, and without effect. */
const isRepeatable = (node: Expr): boolean =>
  ['name', 'int', 'float', 'str', 'bool', 'none', 'list', 'tuple', 'dict', 'binary'].includes(node.kind) ||
  (node.kind === 'attribute' && isRepeatable(node.object)) ||
  (node.kind === 'index' && isRepeatable(node.object) && isRepeatable(node.index));

/**
 * Says the templates of `format` and `%` in words that need no look-up at run time: `'{0.x}'.format(p)` as
 * `'{}'.format(p.x)`, `'%(name)s' % d` as `'%s' % (d['name'],)`. Templates that are not literals stay as they are.
 */
class TemplateWriter {
  #nextId: number;

  constructor(firstId: number) {
    this.#nextId = firstId;
  }

  rewrite(node: SyntaxNode): unknown {
    if (node['kind'] === 'call') return this.#format(node as unknown as CallExpr);
    if (node['kind'] === 'binary') return this.#percent(node as unknown as BinaryExpr);
    return node;
  }

  /** The value that a dict holds for a name, where that can be said without working the dict out anew. */
  #entry(dict: Expr, name: string): Expr | undefined {
    const { place } = dict;
    if (dict.kind === 'dict') {
      const entries = dict.entries.filter(({ key }) => key?.kind === 'str' && key.value === name);
      return dict.entries.every(({ key }) => key?.kind === 'str') ? entries.at(-1)?.value : undefined;
    }
    if (!isRepeatable(dict) || ['str', 'list', 'tuple', 'int', 'float', 'binary'].includes(dict.kind)) return undefined;
    const index: Expr = { kind: 'str', id: this.#nextId++, place, value: name };
    return { kind: 'index', id: this.#nextId++, place, object: dict, index };
  }

  #percent(node: BinaryExpr): Expr {
    const { left, right, place } = node;
    if (node.op !== '%' || left.kind !== 'str' || !left.value.includes('%(')) return node;
    const items: Expr[] = [];
    let isPlain = true;
    const text = left.value.replace(/%(?:%|\(([^)]*)\)|)/g, (all, name?: string) => {
      if (name === undefined) {
        isPlain &&= all === '%%';
        return all;
      }
      const entry = this.#entry(right, name);
      if (entry) items.push(entry);
      else isPlain = false;
      return '%';
    });
    if (!isPlain) return node;
    return {
      ...node,
      left: { ...left, value: text },
      right: { kind: 'tuple', id: this.#nextId++, place, items },
    };
  }

  #format(node: CallExpr): Expr {
    const { callee } = node;
    if (callee.kind !== 'attribute' || callee.name !== 'format' || callee.object.kind !== 'str') return node;
    const text = callee.object.value;
    const spread = node.args.filter((arg) => arg.kind === 'doublestar');
    const placed = node.args.filter((arg) => arg.kind !== 'doublestar');
    if (!/\{\w*[.[]/.test(text) && spread.length === 0) return node;
    const added: Keyword[] = [];
    let automatic = 0;
    let fits = spread.length <= 1;
    const fresh = text.replace(/\{\{|\}\}|\{(\w*)((?:\.\w+|\[[^\]]*\])*)/g, (all, name?: string, path?: string) => {
      if (name === undefined || path === undefined) return all;
      const isPlaced = /^\d*$/.test(name);
      const at = name === '' ? automatic++ : Number(name);
      const given = isPlaced ? placed[at] : node.keywords.find((keyword) => keyword.name === name)?.value;
      const others = spread[0]?.value;
      const object = given ?? (others && !isPlaced ? this.#entry(others, name) : undefined);
      if (!object) {
        fits &&= !others || isPlaced;
        return all;
      }
      if (path === '' && given) return isPlaced ? `{${at}` : all;
      fits &&= path === '' || isRepeatable(object);
      const field = `field_${added.length + 1}`;
      added.push({ name: field, value: this.#follow(object, path) });
      return `{${field}`;
    });
    if (!fits || placed.some(({ kind }) => kind === 'star')) return node;
    const keywords = [...node.keywords, ...added];
    return { ...node, callee: { ...callee, object: { ...callee.object, value: fresh } }, args: placed, keywords };
  }

  /** What `.name` and `[key]` after the name of a field stand for. */
  #follow(object: Expr, path: string): Expr {
    const { place } = object;
    let result = object;
    for (const [, name, key] of path.matchAll(/\.(\w+)|\[([^\]]*)\]/g)) {
      const id = this.#nextId++;
      if (name !== undefined) {
        result = { kind: 'attribute', id, place, object: result, name };
        continue;
      }
      const index: Expr = /^\d+$/.test(key ?? '')
        ? { kind: 'int', id: this.#nextId++, place, value: BigInt(key ?? '') }
        : { kind: 'str', id: this.#nextId++, place, value: key ?? '' };
      result = { kind: 'index', id, place, object: result, index };
    }
    return result;
  }
}

/** The program with its text templates said in simpler words. */
export function writeOutTemplates(module: Module): Module {
  const writer = new TemplateWriter(firstFreeId(module.body));
  return { ...module, body: rewrite(module.body, (node) => writer.rewrite(node)) };
}
