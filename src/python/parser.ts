import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as WebTreeSitter from 'web-tree-sitter';
import type { Language, Parser, Query, Tree } from 'web-tree-sitter';
import { Failure } from '../shared/failure.ts';

/** Where the parser's WebAssembly lies: a folder with `web-tree-sitter.wasm` and `tree-sitter-python.wasm`. */
export interface PythonParserOptions {
  readonly assetFolder: string;
}

/** Parses Python. All places in the trees it makes count in UTF-16 code units. */
export interface PythonParser {
  readonly language: Language;
  /** The caller owns the tree and deletes it. The subject of `match [a, b]:` is a list behind `~` in it. */
  parse(text: string): Tree;
  /** Compiles a tree-sitter query; the same text gives the same query. */
  query(text: string): Query;
}

/** `match [a, b]:`, which the grammar takes for a variable with an annotation. */
const matchOfList = /^([ \t]*match)[ \t]([ \t]*\[.*\][ \t]*:[ \t]*(?:#.*)?)$/gm;

/** Texts and comments, brackets, and the ends of lines with the blanks after them: what tells where a line goes on. */
const continuationParts =
  /(?<text>(?:"""|''')[\s\S]*?(?:"""|''')|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|#.*)|(?<open>[([{])|(?<close>[)\]}])|(?<end>\r?\n)(?<blanks>[ \t]+)/g;

/**
 * The program with each line that goes on within brackets indented by tabs, which the grammar counts as eight blanks: after an
 * operator it takes a line that stands further left than the statement for the end of the block. Every place stays where it is.
 */
function withContinuationsIndented(text: string): string {
  let depth = 0;
  return text.replace(continuationParts, (whole, ...rest) => {
    const { open, close, end, blanks } = rest.at(-1) as Record<string, string | undefined>;
    if (open !== undefined) depth++;
    if (close !== undefined) depth = Math.max(0, depth - 1);
    return end !== undefined && blanks !== undefined && depth > 0 ? end + '\t'.repeat(blanks.length) : whole;
  });
}

const parsers = new Map<string, Promise<PythonParser>>();

/** The parser for an asset folder; WebAssembly is loaded on the first call only. */
export function createPythonParser(options: PythonParserOptions): Promise<PythonParser> {
  let parser = parsers.get(options.assetFolder);
  if (!parser) {
    parser = load(options.assetFolder);
    parsers.set(options.assetFolder, parser);
    // A failed load must not be remembered: the next call tries again.
    parser.catch(() => parsers.delete(options.assetFolder));
  }
  return parser;
}

async function load(assetFolder: string): Promise<PythonParser> {
  let library: typeof WebTreeSitter;
  let language: Language;
  let parser: Parser;
  try {
    const [module, runtime, grammar] = await Promise.all([
      import('web-tree-sitter'),
      readFile(join(assetFolder, 'web-tree-sitter.wasm')),
      readFile(join(assetFolder, 'tree-sitter-python.wasm')),
    ]);
    library = module;
    // Handing over the bytes keeps the library from looking for its file beside its own script, which a bundle does not have.
    await library.Parser.init({ wasmBinary: runtime });
    language = await library.Language.load(grammar);
    parser = new library.Parser();
    parser.setLanguage(language);
  } catch (error) {
    throw new Failure(
      'internal',
      'The Python parser could not be loaded. Reinstalling Slipstream puts its files back.',
      {
        cause: error,
      },
    );
  }
  const queries = new Map<string, Query>();
  return {
    language,
    parse(text) {
      parser.reset();
      // `~`, which no list takes, leaves every place where it is; whoever reads the statement knows that it is not there.
      const prepared = text.replace(matchOfList, '$1~$2');
      const tree = parser.parse(prepared);
      if (!tree) throw new Failure('internal', 'The Python parser gave no answer.');
      if (!tree.rootNode.hasError) return tree;
      const indented = withContinuationsIndented(prepared);
      const other = indented === prepared ? null : parser.parse(indented);
      if (!other || other.rootNode.hasError) {
        other?.delete();
        return tree;
      }
      tree.delete();
      return other;
    },
    query(text) {
      let query = queries.get(text);
      if (!query) {
        query = new library.Query(language, text);
        queries.set(text, query);
      }
      return query;
    },
  };
}
