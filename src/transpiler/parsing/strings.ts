import { Unsupported, type Expr, type FormatPart } from '../ast.ts';
import { BuilderPart } from './builderPart.ts';
import { field, named, placeOf } from './syntaxNodes.ts';
import type { Node } from 'web-tree-sitter';

interface StringPiece {
  readonly prefix: string;
  readonly parts: (string | FormatPart)[];
  readonly raw: string;
}

const simpleEscapes: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Reads strings, bytes and f-strings. */
export class Strings extends BuilderPart {
  stringExpr(node: Node): Expr {
    const pieces = node.type === 'string' ? [node] : named(node).filter((child) => child.type === 'string');
    const read = pieces.map((piece) => this.#stringPiece(piece));
    const base = this.base(node);
    if (read.some((piece) => piece.prefix.includes('b'))) {
      const value: number[] = [];
      for (const piece of read) {
        for (const char of piece.parts.filter((part) => typeof part === 'string').join(''))
          value.push((char.codePointAt(0) as number) & 0xff);
      }
      return { ...base, kind: 'bytes', value };
    }
    const parts: (string | FormatPart)[] = [];
    for (const part of read.flatMap((piece) => piece.parts)) {
      const last = parts.at(-1);
      if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
      else parts.push(part);
    }
    if (
      parts.every((part) => typeof part === 'string') &&
      !read.some((piece) => piece.prefix.includes('f') && piece.parts.length > 1)
    ) {
      return { ...base, kind: 'str', value: parts.join('') };
    }
    return { ...base, kind: 'fstring', parts };
  }

  #stringPiece(node: Node): StringPiece {
    const children = node.children.filter((child): child is Node => child !== null);
    const start = children[0] as Node;
    const prefix = start.text.replace(/["']+$/, '').toLowerCase();
    const raw = prefix.includes('r');
    const parts: (string | FormatPart)[] = [];
    for (const child of children) {
      if (child.type === 'string_content') parts.push(...this.#contentParts(child.text, raw, prefix, child));
      else if (child.type === 'interpolation') {
        const source = this.#selfDocumenting(child);
        if (source !== undefined) parts.push(source);
        parts.push(this.#interpolation(child, source !== undefined));
      }
    }
    return { prefix, parts, raw: node.text };
  }

  #contentParts(text: string, raw: boolean, prefix: string, node: Node): string[] {
    let value = raw ? text : unescapePython(text, prefix.includes('b'), node);
    if (prefix.includes('f')) value = value.replaceAll('{{', '{').replaceAll('}}', '}');
    return [value];
  }

  /** The text before `=` in `f"{x=}"`. */
  #selfDocumenting(node: Node): string | undefined {
    const equals = node.children.find((child) => child?.type === '=');
    if (!equals) return undefined;
    let end = equals.endIndex - node.startIndex;
    while (node.text[end] === ' ') end++;
    return node.text.slice(1, end);
  }

  #interpolation(node: Node, documented: boolean): FormatPart {
    const expression = field(node, 'expression');
    // Python reads `{x:=10}` as the value of `x` and the format `=10`.
    if (expression.type === 'named_expression') {
      const name = field(expression, 'name');
      const spec = node.text.slice(name.endIndex + 1 - node.startIndex, -1);
      if (spec.includes('{')) throw new Unsupported('This format cannot be converted.', placeOf(node));
      return { value: this.expr(name), conversion: '', spec: [spec] };
    }
    const value = this.expr(expression);
    const conversionNode = named(node).find((child) => child.type === 'type_conversion');
    const specNode = named(node).find((child) => child.type === 'format_specifier');
    const conversion = conversionNode ? conversionNode.text.slice(1) : documented && !specNode ? 'r' : '';
    return { value, conversion, spec: specNode ? this.#formatSpec(specNode) : [] };
  }

  #formatSpec(node: Node): (string | FormatPart)[] {
    const parts: (string | FormatPart)[] = [];
    let position = node.startIndex + 1;
    for (const child of node.children) {
      if (!child || child.type === ':') continue;
      if (child.type === 'format_expression' || child.type === 'interpolation') {
        const before = node.text.slice(position - node.startIndex, child.startIndex - node.startIndex);
        if (before) parts.push(before);
        parts.push(this.#interpolation(child, false));
        position = child.endIndex;
      }
    }
    const rest = node.text.slice(position - node.startIndex);
    if (rest) parts.push(rest);
    return parts;
  }
}

function unescapePython(text: string, bytes: boolean, node: Node): string {
  return text.replace(
    /\\(\r\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[\s\S])/g,
    (whole, escape: string) => {
      if (/^[0-7]/.test(escape)) return String.fromCodePoint(parseInt(escape, 8));
      if (escape.startsWith('x') && escape.length === 3) return String.fromCodePoint(parseInt(escape.slice(1), 16));
      if (!bytes && /^[uU][0-9a-fA-F]/.test(escape)) return String.fromCodePoint(parseInt(escape.slice(1), 16));
      if (!bytes && escape.startsWith('N{')) {
        throw new Unsupported(
          'a character given by name (`\\N{…}`) cannot be converted: write it as `\\u…`',
          placeOf(node),
        );
      }
      return simpleEscapes[escape] ?? whole;
    },
  );
}
