import assert from 'node:assert/strict';
import { mkdtemp, readFile, realpath, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelChunk, StreamOptions } from '../../src/providers/languageModel.ts';
import { defaultLocalSettings, type LocalModels, type LocalSettings } from '../../src/providers/local/localModels.ts';
import { ModelStore } from '../../src/providers/local/modelStore.ts';
import type { Failure } from '../../src/shared/failure.ts';
import { tinyModelFiles, writeFiles, type TinyModelOptions } from '../fixtures/tinyModel.ts';
import { isFailure } from '../fixtures/isFailure.ts';
import { localModelsOf } from '../fixtures/localModels.ts';

const program = '#include <iostream>\nint main() {\n    std::cout << "total " << 45 << std::endl;\n}\n';
const answer = `Here it is:\n\`\`\`cpp\n${program}\`\`\`\nIt prints the total.\n`;
const question = [
  { role: 'system', content: 'You write C++.' },
  { role: 'user', content: 'print("total", sum(range(10)))' },
] as const;
const never = new AbortController().signal;

describe('Local models', function () {
  this.timeout(60_000);
  let folder: string;
  let local: LocalModels;
  let settings: LocalSettings;

  before(async () => {
    folder = await mkdtemp(join(await realpath(tmpdir()), 'slipstream-local-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  beforeEach(() => {
    settings = { ...defaultLocalSettings, threads: 1 };
    local = localModelsOf(new ModelStore(join(folder, 'store')), () => settings);
  });
  afterEach(() => local.free());

  let count = 0;
  /** Writes a model and gives the name under which its folder is asked for. */
  const make = async (options: Partial<TinyModelOptions> = {}): Promise<string> => {
    const name = join(folder, `model-${count++}`);
    await writeFiles(name, tinyModelFiles({ answer, ...options }));
    return name;
  };
  const ask = async (name: string, options: Partial<StreamOptions> = {}): Promise<ModelChunk[]> => {
    const model = await local.languageModel(name);
    const chunks: ModelChunk[] = [];
    for await (const chunk of model.stream(question, { signal: never, ...options })) chunks.push(chunk);
    return chunks;
  };
  const textOf = (chunks: readonly ModelChunk[]): string =>
    chunks.map((chunk) => (chunk.type === 'text' ? chunk.text : '')).join('');

  for (const device of ['cpu', 'wasm'] as const) {
    describe(`on the device ${device}`, () => {
      beforeEach(() => {
        settings = { ...settings, device };
      });

      it('streams the answer and tells the tokens', async () => {
        const name = await make();
        const chunks = await ask(`${name}:fp32`);
        assert.equal(textOf(chunks), answer);
        assert.ok(chunks.length > 10, 'in pieces');
        const end = chunks.at(-1);
        assert.ok(end?.type === 'end');
        assert.equal(end.finishReason, 'stop');
        // Byte tokens of the two messages and one token for each role.
        assert.equal(end.usage?.promptTokens, 14 + 30 + 3);
        assert.ok((end.usage?.completionTokens ?? 0) > 20);
        assert.equal(end.costUsd, 0);
      });

      it('reads weights that lie beside the graph, and weights of 8 and of 4 bits', async () => {
        const name = await make({ externalData: true });
        assert.equal(textOf(await ask(`${name}:fp32`)), answer);
        assert.equal(textOf(await ask(`${name}:q8`)), answer);
        assert.equal(textOf(await ask(`${name}:q4`)), answer);
        assert.equal(local.running().length, 3);
      });

      it('stops before the next token on Cancel, and answers the next question in the same process', async () => {
        const name = await make({ endless: true });
        const model = await local.languageModel(`${name}:fp32`);
        const cancel = new AbortController();
        let pieces = 0;
        await assert.rejects(
          async () => {
            for await (const chunk of model.stream(question, { signal: cancel.signal, maxTokens: 50_000 })) {
              if (chunk.type === 'text' && ++pieces === 5) cancel.abort();
            }
          },
          isFailure('cancelled', /./),
        );
        assert.equal(pieces, 5);
        const [before] = local.running();
        const end = (await ask(`${name}:fp32`, { maxTokens: 7 })).at(-1);
        assert.ok(end?.type === 'end');
        assert.equal(end.finishReason, 'length');
        assert.equal(end.usage?.completionTokens, 7);
        assert.equal(local.running()[0]?.processId, before?.processId);
      });

      it('ends at the end of the code when no more is wanted', async () => {
        const name = await make();
        const chunks = await ask(`${name}:fp32`, { endAtCode: true });
        assert.match(textOf(chunks), /\}\n```\n?$/);
        const end = chunks.at(-1);
        assert.ok(end?.type === 'end' && end.finishReason === 'stop' && (end.usage?.completionTokens ?? 0) > 20);
      });

      it('says which file is damaged or missing', async () => {
        const faults: [string, string | number | undefined, Failure['reason'], RegExp][] = [
          ['onnx/model.onnx', 'not a graph at all', 'bad-answer', /damaged.*download it again/],
          ['onnx/model.onnx', 300, 'bad-answer', /damaged/],
          ['onnx/model.onnx_data', 100, 'bad-answer', /damaged/],
          ['onnx/model.onnx_data', undefined, 'unknown-model', /model\.onnx_data.*Download/],
          ['tokenizer.json', 500, 'bad-answer', /damaged.*JSON/],
          ['tokenizer.json', '{}', 'bad-answer', /damaged.*must contain a "model"/],
        ];
        await Promise.all(
          faults.map(async ([file, fault, reason, message]) => {
            const name = await make({ externalData: true });
            const path = join(name, file);
            if (fault === undefined) await rm(path);
            else if (typeof fault === 'number') await truncate(path, fault);
            else await writeFile(path, fault);
            await assert.rejects(ask(`${name}:fp32`), isFailure(reason, message));
          }),
        );
        assert.deepEqual(local.running(), []);
      });

      it('says that memory ran out, and goes on with another model', async () => {
        const name = await make({ hungryBytes: 2 ** 46 });
        await assert.rejects(ask(`${name}:fp32`), isFailure('memory-limit', /ran out of memory.*smaller/));
        assert.equal(textOf(await ask(`${await make()}:fp32`)), answer);
      });
    });
  }

  it('loads a model once, keeps it, and frees it when told', async () => {
    const name = await make();
    await ask(`${name}:fp32`);
    const [first] = local.running();
    await ask(`${name}:fp32`);
    assert.deepEqual(local.running(), [first]);
    await local.free();
    assert.deepEqual(local.running(), []);
    await ask(`${name}:fp32`);
    assert.notEqual(local.running()[0]?.processId, first?.processId);
  });

  it('frees a model that was not used for the time that was set', async () => {
    settings = { ...settings, idleMinutes: 0.001 };
    await ask(`${await make()}:fp32`);
    while (local.running().length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it('answers two questions to the same model one after the other', async () => {
    const name = await make();
    const both = await Promise.all([ask(`${name}:fp32`), ask(`${name}:fp32`)]);
    assert.deepEqual(both.map(textOf), [answer, answer]);
    assert.equal(local.running().length, 1);
  });

  it('tells a process that was killed or crashed in the middle, and starts another one', async () => {
    for (const [signal, reason, message] of [
      ['SIGKILL', 'memory-limit', /ran out of memory/],
      ['SIGSEGV', 'provider', /ended unexpectedly \(SIGSEGV\)/],
    ] as const) {
      const name = await make({ endless: true });
      const model = await local.languageModel(`${name}:fp32`);
      await assert.rejects(
        async () => {
          for await (const chunk of model.stream(question, { signal: never, maxTokens: 50_000 })) {
            assert.equal(chunk.type, 'text');
            process.kill(local.running()[0]?.processId ?? 0, signal);
          }
        },
        isFailure(reason, message),
      );
      const end = (await ask(`${name}:fp32`, { maxTokens: 3 })).at(-1);
      assert.equal(end?.type, 'end');
      await local.free();
    }
  });

  it('ends a process that does not hear the interrupt, and starts another one', async function () {
    if (process.platform === 'win32') this.skip();
    const name = await make({ endless: true });
    const model = await local.languageModel(`${name}:fp32`);
    const cancel = new AbortController();
    const stopped = async () => {
      for await (const chunk of model.stream(question, { signal: cancel.signal, maxTokens: 50_000 })) {
        assert.equal(chunk.type, 'text');
        process.kill(local.running()[0]?.processId ?? 0, 'SIGSTOP');
        cancel.abort();
      }
    };
    await assert.rejects(stopped, isFailure('cancelled', /./));
    const deaf = local.running()[0]?.processId;
    assert.equal((await ask(`${name}:fp32`, { maxTokens: 3 })).at(-1)?.type, 'end');
    assert.notEqual(local.running()[0]?.processId, deaf);
  });

  it('tells whoever waits for an answer when the model is freed meanwhile', async () => {
    const model = await local.languageModel(`${await make({ endless: true })}:fp32`);
    const freed = async () => {
      for await (const _ of model.stream(question, { signal: never, maxTokens: 50_000 })) void local.free();
    };
    await assert.rejects(freed, isFailure('cancelled', /taken out of memory while it was needed/));
  });

  it('gives the process no keys', async () => {
    process.env['SLIPSTREAM_TEST_API_KEY'] = 'sk-secret-of-the-tests';
    try {
      await ask(`${await make()}:fp32`, { maxTokens: 1 });
      const seen = await readFile(`/proc/${local.running()[0]?.processId}/environ`, 'utf8').catch(() => 'PATH=');
      assert.match(seen, /PATH=/);
      assert.doesNotMatch(seen, /sk-secret/);
    } finally {
      delete process.env['SLIPSTREAM_TEST_API_KEY'];
    }
  });

  it('uses the template of the model, also where it stands in a file of its own or knows no system message', async () => {
    const strict =
      "{% for m in messages %}{% if m['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}[{{ m['role'] }}]{{ m['content'] }}{% endfor %}<|assistant|>";
    const name = await make({ chatTemplate: null });
    await writeFile(join(name, 'chat_template.jinja'), strict);
    const end = (await ask(`${name}:fp32`)).at(-1);
    assert.ok(end?.type === 'end');
    assert.equal(end.usage?.promptTokens, '[user]'.length + 14 + 2 + 30 + 1);
  });

  it('goes on with the text where a model was never taught to chat', async () => {
    const name = await make({ chatTemplate: null });
    const end = (await ask(`${name}:fp32`, { maxTokens: 2 })).at(-1);
    assert.ok(end?.type === 'end');
    assert.equal(end.usage?.promptTokens, 14 + 2 + 30);
  });

  it('refuses a model that is larger than the memory it can have', async () => {
    const name = await make({ contextTokens: 4096, config: { num_hidden_layers: 2 ** 18 } });
    settings = { ...settings, device: 'wasm' };
    await assert.rejects(
      ask(`${name}:fp32`),
      isFailure('memory-limit', /takes about 69\.1 GB of memory, but .* Choose a smaller/),
    );
    assert.deepEqual(local.running(), []);
  });

  it('refuses a prompt that is longer than the model takes', async () => {
    const name = await make({ contextTokens: 20 });
    await assert.rejects(ask(`${name}:fp32`), isFailure('prompt-too-long', /47 tokens.*takes 20/));
  });

  it('samples as it is told, within what the model finds likely', async () => {
    const name = await make();
    settings = { ...settings, sampling: { temperature: 0.7, topK: 1, repetitionPenalty: 1 } };
    assert.equal(textOf(await ask(`${name}:fp32`)), answer);
    settings = { ...settings, sampling: { temperature: 1000 } };
    assert.notEqual(textOf(await ask(`${name}:fp32`, { maxTokens: 20 })), answer);
  });

  it('names what is missing: the folder, the files, the quantization, a known kind of model, the device', async () => {
    const name = await make();
    await assert.rejects(ask(join(folder, 'nowhere')), isFailure('unknown-model', /no folder/));
    await assert.rejects(ask(folder), isFailure('unknown-model', /no model that can be run.*tokenizer\.json/));
    await assert.rejects(
      ask(`${name}:fp16`),
      isFailure('unknown-model', /does not offer fp16\. It offers q4, q8, fp32\./),
    );
    await assert.rejects(
      ask('owner/name:q4'),
      isFailure('unknown-model', /owner\/name in q4 is not on this machine.*Download/),
    );
    await assert.rejects(ask('../name'), isFailure('invalid-input', /not the name/));
    await assert.rejects(
      ask(`${await make({ config: { model_type: 'unheard_of' } })}:fp32`),
      isFailure('unsupported', /unheard_of/),
    );
    settings = { ...settings, device: process.platform === 'darwin' ? 'dml' : 'coreml' };
    await assert.rejects(ask(`${name}:fp32`), isFailure('unsupported', /does not work on this machine.*cpu/));
  });
});
