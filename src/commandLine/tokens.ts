import { bundledTokenizers, loadBundledTokenizer } from '../tokens/bundledTokenizers.ts';
import { spansOf } from '../tokens/tokenSpans.ts';
import { Failure } from '../shared/failure.ts';
import { parseCall, readText, type Command } from './call.ts';

const usage = `slipstream tokens FILE [options]
  counts the tokens of a text file as a model sees it, without network or account
  --tokenizer ID         ${bundledTokenizers.map(({ id }) => id).join(' or ')} (default: ${bundledTokenizers[0].id})
  --special              read special tokens in the text, such as <|endoftext|>, as such
  --json                 print every token: id, place in UTF-16 units and place in bytes`;

async function run(args: readonly string[], assetFolder: string): Promise<number> {
  const { values, positionals } = parseCall(args, {
    tokenizer: { type: 'string', default: bundledTokenizers[0].id },
    special: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    throw new Failure('invalid-input', 'Name exactly one text file: slipstream tokens FILE.');
  }
  const tokenizer = await loadBundledTokenizer(values.tokenizer, assetFolder);
  const text = await readText(file);
  const ids = tokenizer.encode(text, values.special);
  const characters = text.length;
  if (values.json) {
    const tokens = spansOf(text, ids, (id) => tokenizer.bytesOf(id)?.length ?? 0);
    const told = { file, tokenizer: values.tokenizer, characters, count: ids.length, tokens };
    process.stdout.write(`${JSON.stringify(told)}\n`);
    return 0;
  }
  const ratio = ids.length > 0 ? `, ${(characters / ids.length).toFixed(2)} characters a token` : '';
  process.stdout.write(`${ids.length} tokens (${values.tokenizer}), ${characters} characters${ratio}\n`);
  return 0;
}

/** `slipstream tokens`: a file as a model sees it. */
export const tokensCommand: Command = { usage, run };
