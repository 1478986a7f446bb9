const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The index behind the literal or comment that starts at an index of C++ code; the index itself where none does. */
export function afterLiteral(code: string, at: number): number {
  const quote = code[at];
  if (quote === '/' && code[at + 1] === '/') return code.length;
  // `1'000` has a quote inside a number; none are written here.
  if (quote !== '"' && quote !== "'") return at;
  let end = at + 1;
  while (end < code.length && code[end] !== quote) end += code[end] === '\\' ? 2 : 1;
  return end + 1;
}

/** The index of the bracket that closes the one at an index; -1 where none does. */
export function closingAt(code: string, open: number): number {
  const waiting: string[] = [];
  for (let at = open; at < code.length; at++) {
    const behind = afterLiteral(code, at);
    if (behind > at) {
      at = behind - 1;
      continue;
    }
    const character = code[at] as string;
    const closer = closers[character];
    if (closer) waiting.push(closer);
    else if (character === waiting.at(-1)) {
      waiting.pop();
      if (waiting.length === 0) return at;
    }
  }
  return -1;
}

/** The statements in code that stands between two braces. */
export function splitStatements(code: string): string[] {
  const found: string[] = [];
  let start = 0;
  let depth = 0;
  const end = (at: number): void => {
    const text = code.slice(start, at).trim();
    if (text !== '') found.push(text);
    start = at;
  };
  for (let at = 0; at < code.length; at++) {
    const behind = afterLiteral(code, at);
    if (behind > at) {
      at = behind - 1;
      continue;
    }
    const character = code[at] as string;
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    if (depth > 0) continue;
    if (character === ';') end(at + 1);
    // The block of a loop or a test ends its statement, unless an `else` goes on with it.
    else if (
      character === '}' &&
      /^\s*(?:for|if|while|else|try)\b/.test(code.slice(start, at)) &&
      !/^\s*else\b/.test(code.slice(at + 1))
    )
      end(at + 1);
  }
  end(code.length);
  return found;
}
