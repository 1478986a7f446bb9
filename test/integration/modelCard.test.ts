import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTemporaryFolder } from '../../src/execution/temporaryFolder.ts';
import { Hub } from '../../src/hub/hub.ts';
import { readLocalModelCard, readModelCard } from '../../src/providers/readModelCard.ts';
import { Failure } from '../../src/shared/failure.ts';
import { ggufFile, safetensorsFile } from '../fixtures/weightHeaders.ts';
import { HubServer } from '../fixtures/hubServer.ts';

const config = JSON.stringify({
  model_type: 'qwen2',
  num_hidden_layers: 2,
  hidden_size: 64,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 1000,
  max_position_embeddings: 2048,
});

const numbers = {
  block_count: 2,
  embedding_length: 64,
  feed_forward_length: 256,
  'attention.head_count': 4,
  'attention.head_count_kv': 2,
  context_length: 512,
  vocab_size: 1000,
};

describe('A model card', () => {
  const server = new HubServer();
  const signal = new AbortController().signal;
  let hub: Hub;

  before(async () => {
    hub = new Hub({ endpoint: await server.start() });
    server.add('tests/card', { 'config.json': config, 'model.safetensors': safetensorsFile([1000, 2000]) });
    server.add('tests/gguf', {
      'README.md': '# Model\n\nIt was pretrained on 20 billion tokens of code. Its context is 32 billion tokens.\n',
      'model-Q8_0.gguf': ggufFile([1000, 1000], numbers),
    });
    server.add('tests/empty', { 'README.md': 'nothing' });
    server.add('tests/brokenGguf', { 'model.gguf': Buffer.alloc(4000, 7) });
    server.add('tests/bare', { 'config.json': '{}' });
    server.add('tests/damaged', { 'config.json': config, 'model.safetensors': Buffer.alloc(2000, 0xff) });
  });
  after(() => server.stop());
  beforeEach(() => server.reset());

  it('tells architecture, parameters and memory, and fetches no weights', async () => {
    const card = await readModelCard(hub, 'tests/card', { signal, contextTokens: 100 });
    assert.equal(card.parameters, 2_000_000);
    assert.deepEqual(
      card.weightMemory.map(({ format, bytes }) => [format, bytes]),
      [
        ['FP32', 8_000_000],
        ['BF16', 4_000_000],
        ['INT8', 2_000_000],
        ['INT4', 1_000_000],
      ],
    );
    assert.equal(card.cacheBytes, 2 * 2 * 2 * 16 * 2 * 100);
    assert.equal(card.architecture.headSize, 16);
    const asked = server.requests.filter(({ path }) => path.endsWith('.safetensors'));
    assert.ok(asked.length > 0);
    for (const { range } of asked) assert.match(range ?? '', /^bytes=\d+-\d+$/);
  });

  it('reads a GGUF file by its header, and the training tokens that the card states', async () => {
    const card = await readModelCard(hub, 'tests/gguf', { signal });
    assert.deepEqual(
      [card.parameters, card.countedFrom, card.licence, card.released],
      [1_000_000, 'model-Q8_0.gguf', 'apache-2.0', '2025-09-12'],
    );
    assert.deepEqual(card.architecture, {
      type: 'qwen2',
      layers: 2,
      hiddenSize: 64,
      feedForwardSize: 256,
      heads: 4,
      keyValueHeads: 2,
      headSize: 16,
      vocabulary: 1000,
      contextTokens: 512,
    });
    assert.equal(card.cacheBytes, 2 * 2 * 2 * 16 * 2 * 512);
    assert.deepEqual(card.training, { tokens: 20e9, tokensPerParameter: 20_000 });
  });

  it('says of a repository without configuration and weights, and of a file that is no GGUF, what is wrong', async () => {
    const sentence = (pattern: RegExp) => (error: unknown) =>
      error instanceof Failure && error.reason === 'unsupported' && pattern.test(error.message);
    await assert.rejects(readModelCard(hub, 'tests/empty', { signal }), sentence(/neither config.json nor weights/));
    await assert.rejects(readModelCard(hub, 'tests/brokenGguf', { signal }), sentence(/damaged/));
  });

  it('reads a folder and a file of this machine', async () => {
    await using folder = await createTemporaryFolder();
    const path = (name: string): string => join(folder.path, name);
    await writeFile(path('config.json'), config);
    await writeFile(path('model-00001-of-00002.safetensors'), safetensorsFile([10, 20]));
    await writeFile(path('model-00002-of-00002.safetensors'), safetensorsFile([30, 10]));
    const card = await readLocalModelCard(folder.path, { signal, contextTokens: 10 });
    assert.deepEqual([card.parameters, card.architecture.layers, card.source], [500, 2, 'folder']);
    await writeFile(path('alone.gguf'), ggufFile([100, 100], numbers));
    const file = await readLocalModelCard(path('alone.gguf'), { signal });
    assert.deepEqual([file.parameters, file.architecture.layers, file.training], [10_000, 2, undefined]);
    await writeFile(path('model-00002-of-00002.safetensors'), 'no header');
    await assert.rejects(readLocalModelCard(folder.path, { signal }), /model-00002-of-00002.safetensors .*damaged/);
    await assert.rejects(readLocalModelCard(path('absent'), { signal }), /There is no folder or file/);
    await assert.rejects(readLocalModelCard(path('config.json'), { signal }), /neither a folder nor a GGUF file/);
  });

  it('leaves out what nobody states', async () => {
    const card = await readModelCard(hub, 'tests/bare', { signal });
    assert.deepEqual(
      [card.parameters, card.cacheBytes, card.architecture, card.weightMemory],
      [undefined, undefined, {}, []],
    );
  });

  it('says that a header is damaged', async () => {
    await assert.rejects(
      readModelCard(hub, 'tests/damaged', { signal }),
      (error) => error instanceof Failure && error.reason === 'unsupported' && /damaged/.test(error.message),
    );
  });

  it('passes on a fault of the Hub', async () => {
    server.faults.set('.safetensors', { status: 503 });
    await assert.rejects(
      readModelCard(hub, 'tests/card', { signal }),
      (error) => error instanceof Failure && error.reason === 'provider',
    );
  });
});
