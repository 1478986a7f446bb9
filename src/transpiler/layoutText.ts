import { afterLiteral, closingAt, splitStatements } from './cppText.ts';
import { withoutLambda } from './immediateLambdas.ts';

/** No line is longer than this where it can be broken. */
const WIDTH = 100;
/** A lambda of one statement stays on its line when it is shorter than this. */
const SMALL = 60;
/** How much further the lines after a break stand. */
const CONTINUATION = 4;

/**
 * C++ as one would write it: what stands between the braces of a lambda has lines of its own, and long lines are broken after
 * commas and before operators.
 */
export function laidOut(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const code = line.trimStart();
    const margin = line.length - code.length;
    if (code === '' || /^\/[/*]/.test(code)) return [line];
    const remark = line.length > WIDTH ? remarkIn(code) : code.length;
    if (remark === code.length) return statement(code, margin);
    return [`${' '.repeat(margin)}${code.slice(remark)}`, ...statement(code.slice(0, remark).trimEnd(), margin)];
  });
}

/** Where the comment at the end of a line starts; the end of the line where there is none. */
function remarkIn(code: string): number {
  for (let at = 0; at < code.length; at++) {
    if (code.startsWith('//', at)) return at;
    at = Math.max(at, afterLiteral(code, at) - 1);
  }
  return code.length;
}

/** The lines of one statement, or of the head of a block. */
function statement(code: string, margin: number): string[] {
  const plain = withoutLambda(code);
  if (plain) return plain.flatMap((each) => statement(each, margin));
  const indentation = ' '.repeat(margin);
  const isShort = margin + code.length <= WIDTH;
  const open = blockIn(code);
  if (open < 0) return isShort ? [`${indentation}${code}`] : broken(code, margin);
  const close = closingAt(code, open);
  const inner = splitStatements(code.slice(open + 1, close)).flatMap((each) => statement(each, margin + 2));
  const [behind, ...more] = statement(`}${code.slice(close + 1)}`, margin);
  return [...statement(code.slice(0, open + 1), margin), ...inner, behind as string, ...more];
}

/** The index of the first brace whose content has lines of its own; -1 where there is none. */
function blockIn(code: string): number {
  for (let at = 0; at < code.length; at++) {
    const behind = afterLiteral(code, at);
    if (behind > at) {
      at = behind - 1;
      continue;
    }
    // The brace of a block follows a parenthesis, a bracket or a word, and those of values stand right behind their type.
    if (code[at] !== '{' || !/[\w)\]>&*] $/.test(code.slice(Math.max(0, at - 2), at))) continue;
    const close = closingAt(code, at);
    if (close < 0) continue;
    const inner = splitStatements(code.slice(at + 1, close));
    const isHead = /^(?:for|if|while|else|try)\b/.test(code);
    const isSmall = inner.length <= 1 && !/^(?:for|if|while)\b/.test(inner[0] ?? '') && close - at < SMALL;
    if (isSmall && !isHead) at = close;
    else return at;
  }
  return -1;
}

interface Break {
  readonly at: number;
  readonly level: number;
  readonly depth: number;
}

/** Where a line may be broken before `end`, and how deep in brackets that is. */
function breaksIn(code: string, end: number): Break[] {
  const found: Break[] = [];
  let depth = 0;
  for (let at = 0; at < Math.min(code.length, end); at++) {
    const behind = afterLiteral(code, at);
    if (behind > at) {
      at = behind - 1;
      continue;
    }
    const rest = code.slice(at);
    // The arguments of a template stay together.
    if (rest.startsWith('<') && /[\w]$/.test(code.slice(0, at))) depth++;
    else if (rest.startsWith('>') && !/[-\s]$/.test(code.slice(0, at)) && !rest.startsWith('>=')) depth--;
    else if ('([{'.includes(code[at] as string)) {
      depth++;
      if (!/^[([{]\s*[)\]}]/.test(rest)) found.push({ at: at + 1, level: depth + 0.7, depth });
    } else if (')]}'.includes(code[at] as string)) depth--;
    else if (/^(?:, |; (?!\}))/.test(rest)) found.push({ at: at + 2, level: depth, depth });
    else if (code.startsWith('for (') && rest.startsWith(' : ')) found.push({ at: at + 3, level: depth + 0.4, depth });
    else if (/^ (?:\+|-|\*|\/|&&|\|\||\?|:|<<|==|!=|<=?|>=?) /.test(rest))
      found.push({ at: at + 1, level: depth + 0.4, depth });
    else if (/^ = /.test(rest)) found.push({ at: at + 3, level: depth + 0.6, depth });
  }
  return found;
}

/** A line that is too long, broken where the fewest brackets are open. */
function broken(code: string, margin: number): string[] {
  const lines: string[] = [];
  let rest = code;
  let indentation = margin;
  let open = 0;
  while (indentation + rest.length > WIDTH) {
    const room = WIDTH - indentation;
    const possible = breaksIn(rest, room + 1).filter(({ at }) => at <= room + 1 && at > room / 4 && at < rest.length);
    const fewest = Math.min(...possible.map(({ level }) => level));
    const best = possible.filter(({ level }) => level === fewest).at(-1);
    if (!best) break;
    lines.push(`${' '.repeat(indentation)}${rest.slice(0, best.at).trimEnd()}`);
    rest = rest.slice(best.at).trimStart();
    open += best.depth;
    indentation = margin + CONTINUATION * Math.max(1, Math.min(open, 3));
  }
  return [...lines, `${' '.repeat(indentation)}${rest}`];
}
