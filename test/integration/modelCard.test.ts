import assert from 'node:assert/strict';
import { Hub } from '../../src/hub/hub.ts';
import { readModelCard } from '../../src/providers/modelCard.ts';
import { Failure } from '../../src/shared/failure.ts';
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

/** A safetensors file with weights that nobody should fetch. */
function safetensors(shape: readonly [number, number]): Buffer {
  const bytes = shape[0] * shape[1] * 2;
  const header = Buffer.from(JSON.stringify({ w: { dtype: 'BF16', shape, data_offsets: [0, bytes] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(bytes)]);
}

describe('A model card', () => {
  const server = new HubServer();
  const signal = new AbortController().signal;
  let hub: Hub;

  before(async () => {
    hub = new Hub({ endpoint: await server.start() });
    server.add('tests/card', { 'config.json': config, 'model.safetensors': safetensors([1000, 2000]) });
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
