import { formatBytes } from '../hub/download.ts';
import { bundledTokenizers } from '../tokens/bundledTokenizers.ts';
import { renderChat } from '../tokens/chatPrompt.ts';
import { loadTokenizer } from '../tokens/loadTokenizer.ts';
import { tokenizerPresets } from '../tokens/tokenizerPresets.ts';
import { Failure } from '../shared/failure.ts';
import { interruptSignal, parseCall, readText, type Command } from './call.ts';
import { makeHub, tokenizerFolder } from './providers.ts';

const withoutDownload = bundledTokenizers.map(({ id }) => id).join(', ');
const downloaded = tokenizerPresets.flatMap(({ id, repository }) => (repository ? [id] : [])).join(', ');

const usage = `slipstream tokens FILE [options]
  counts the tokens of a text file as a model sees it
  --tokenizer NAME       without network or account: ${withoutDownload} (default: ${bundledTokenizers[0].id});
                         fetched once: ${downloaded},
                         or any repository of the Hub; or a tokenizer.json, or a folder with one
  --chat                 the file as a user's message, by the chat template of the model
  --system TEXT          with --chat: a system message before it
  --special              read special tokens in the text, such as <|endoftext|>, as such
  --ids                  print the ids
  --json                 print every token: id, place in UTF-16 units and place in bytes`;

async function run(args: readonly string[], assetFolder: string): Promise<number> {
  const { values, positionals } = parseCall(args, {
    tokenizer: { type: 'string', default: bundledTokenizers[0].id },
    chat: { type: 'boolean', default: false },
    system: { type: 'string' },
    special: { type: 'boolean', default: false },
    ids: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    throw new Failure('invalid-input', 'Name exactly one text file: slipstream tokens FILE.');
  }
  if (values.system !== undefined && !values.chat) {
    throw new Failure('invalid-input', '--system goes with --chat.');
  }
  const content = await readText(file);
  const loaded = await loadTokenizer(values.tokenizer, {
    hub: makeHub(),
    assetFolder,
    storageFolder: tokenizerFolder(),
    signal: interruptSignal(),
    ...(process.stderr.isTTY && { onProgress: showProgress }),
  });
  const system = values.system === undefined ? [] : [{ role: 'system' as const, content: values.system }];
  const text = values.chat ? await renderChat(loaded, [...system, { role: 'user', content }]) : content;
  const ids = loaded.tokenizer.encode(text, values.special || values.chat);
  const characters = text.length;
  if (values.json) {
    const tokens = loaded.tokenizer.spans(text, ids);
    const told = {
      file,
      tokenizer: values.tokenizer,
      characters,
      count: ids.length,
      ...(values.chat && { text }),
      tokens,
    };
    process.stdout.write(`${JSON.stringify(told)}\n`);
    return 0;
  }
  if (values.ids) {
    process.stdout.write(`${ids.join(' ')}\n`);
    return 0;
  }
  if (values.chat) process.stdout.write(`${text}\n\n`);
  const ratio = ids.length > 0 ? `, ${(characters / ids.length).toFixed(2)} characters a token` : '';
  process.stdout.write(
    `${ids.length} ${ids.length === 1 ? 'token' : 'tokens'} (${values.tokenizer}), ${characters} characters${ratio}\n`,
  );
  return 0;
}

function showProgress({ doneBytes, totalBytes }: { readonly doneBytes: number; readonly totalBytes: number }): void {
  const end = doneBytes === totalBytes ? '\n' : '';
  process.stderr.write(`\rFetching the tokenizer: ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}${end}`);
}

/** `slipstream tokens`: a file as a model sees it. */
export const tokensCommand: Command = { usage, run };
