import { afterLiteral, closingAt, splitStatements } from './cppText.ts';

/** What the translation calls the value that a comprehension gathers. */
const GATHERED = 'gathered';
const OPENING = '[&] {';

/** The statements of the lambda that this code consists of, called at once; undefined where it is something else. */
function calledAtOnce(code: string): string[] | undefined {
  if (!code.startsWith(OPENING)) return undefined;
  const close = closingAt(code, OPENING.length - 1);
  return code.slice(close) === '}();' ? splitStatements(code.slice(OPENING.length, close)) : undefined;
}

/** The code with another name for what is gathered; lambdas in it that gather something themselves stay as they are. */
function renamed(code: string, name: string): string {
  let result = '';
  for (let at = 0; at < code.length;) {
    const behind = afterLiteral(code, at);
    const rest = code.slice(at);
    if (behind > at) {
      result += code.slice(at, behind);
      at = behind;
    } else if (rest.startsWith(OPENING)) {
      const close = closingAt(code, at + OPENING.length - 1);
      const lambda = code.slice(at, close);
      const declares = splitStatements(lambda.slice(OPENING.length)).some((each) => declaration.test(each));
      result += declares ? lambda : `${OPENING}${renamed(lambda.slice(OPENING.length), name)}`;
      at = close;
    } else {
      const word = /^\w+/.exec(rest)?.[0];
      result += word === GATHERED ? name : (word ?? code[at]);
      at += word?.length ?? 1;
    }
  }
  return result;
}

const declaration = new RegExp(`^[\\w:<>*& ,]+ ${GATHERED}\\b(?:;|\\(| =)`);

/**
 * A statement that only returns or keeps what a lambda gives which is called at once, as the statements of that lambda:
 * `list<int> xs = [&] { list<int> gathered; …; return gathered; }();` is `list<int> xs; …;`. Undefined for other statements.
 */
export function withoutLambda(statement: string): string[] | undefined {
  if (statement.startsWith('return ')) return calledAtOnce(statement.slice('return '.length));
  const head = /^([\w:<>*, ]+) (\w+) = (?=\[&\] \{)/.exec(statement);
  if (!head) return undefined;
  const [all, type = '', name = ''] = head;
  const inner = calledAtOnce(statement.slice(all.length));
  const mentionsName = inner?.some((each) => new RegExp(`\\b${name}\\b`).test(each));
  if (!inner || mentionsName || inner[0] !== `${type} ${GATHERED};` || inner.at(-1) !== `return ${GATHERED};`)
    return undefined;
  return [`${type} ${name};`, ...inner.slice(1, -1).map((each) => renamed(each, name))];
}
