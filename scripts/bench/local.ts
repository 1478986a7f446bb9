/** Measures what the process of a local model costs: its start, each token, and the memory of the process that asks. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { LocalModels, defaultLocalSettings } from '../../src/providers/local/localModels.ts';
import { ModelStore } from '../../src/providers/local/modelStore.ts';
import { tinyModelFiles, writeFiles } from '../../test/fixtures/tinyModel.ts';
import { root } from '../environment.ts';
import { printTable } from './table.ts';

const RUNS = 5;
const TOKENS = 3000;
const messages = [{ role: 'user', content: 'Go on.' }] as const;
const never = new AbortController().signal;

/** One answer: seconds to its first text, and to its last token. */
async function ask(local: LocalModels, folder: string): Promise<readonly [number, number]> {
  const start = performance.now();
  let first = 0;
  const model = await local.languageModel(`${folder}:fp32`);
  for await (const chunk of model.stream(messages, { signal: never, maxTokens: TOKENS })) {
    if (chunk.type === 'text') first ||= performance.now() - start;
  }
  return [first / 1000, (performance.now() - start) / 1000];
}

/** The same answer by the library alone, in this process. */
async function askDirectly(folder: string): Promise<() => Promise<number>> {
  const { AutoModelForCausalLM, AutoTokenizer, env, TextStreamer } = await import('@huggingface/transformers');
  env.allowRemoteModels = false;
  const tokenizer = await AutoTokenizer.from_pretrained(folder);
  const options = { dtype: 'fp32', session_options: { intraOpNumThreads: 1 } } as const;
  const model = await AutoModelForCausalLM.from_pretrained(folder, options);
  return async () => {
    const prompt = tokenizer.apply_chat_template([...messages], { add_generation_prompt: true, return_dict: true });
    const streamer = new TextStreamer(tokenizer, { skip_prompt: true, callback_function: () => undefined });
    const start = performance.now();
    await model.generate({ ...(prompt as object), max_new_tokens: TOKENS, streamer });
    return (performance.now() - start) / 1000;
  };
}

/** Prints the table; the figures are of a model of a few kilobytes, so that only what surrounds it counts. */
export async function measure(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'slipstream-bench-'));
  const worker = join(root, 'dist', 'textGeneration.worker.js');
  try {
    const answer = Array.from({ length: 200 }, (_, line) => `int value_${line} = ${line * line};\n`).join('');
    await writeFiles(folder, tinyModelFiles({ answer, endless: true }));
    const rows: string[][] = [];
    for (const device of ['cpu', 'wasm'] as const) {
      const settings = { ...defaultLocalSettings, device, threads: 1 };
      const local = new LocalModels({
        store: new ModelStore(folder),
        processFile: worker,
        speechProcessFile: worker,
        runtimeFolder: join(root, 'dist', 'assets', 'onnx'),
        settings: () => settings,
      });
      const starts: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        starts.push((await ask(local, folder))[0]);
        await local.free();
      }
      await ask(local, folder);
      const rates: number[] = [];
      const before = process.memoryUsage().rss;
      let most = before;
      const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
      for (let run = 0; run < RUNS; run++) rates.push(TOKENS / (await ask(local, folder))[1]);
      clearInterval(watch);
      await local.free();
      rows.push([
        `process, ${device === 'cpu' ? 'native runtime' : 'WebAssembly'}`,
        (median(starts) * 1000).toFixed(0),
        median(rates).toFixed(0),
        `+${((most - before) / 1e6).toFixed(1)}`,
      ]);
    }
    const direct = await askDirectly(folder);
    await direct();
    const rates: number[] = [];
    for (let run = 0; run < RUNS; run++) rates.push(TOKENS / (await direct()));
    rows.push(['library alone, native runtime', '', median(rates).toFixed(0), '']);
    printTable(
      `A model of ${answer.length} characters, ${TOKENS} tokens an answer, medians of ${RUNS}`,
      ['Where', 'Start to first text (ms)', 'Tokens per second', 'Memory of the asking process (MB)'],
      rows,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return true;
}
