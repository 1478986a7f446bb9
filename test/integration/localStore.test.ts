import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, realpath, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hub } from '../../src/hub/hub.ts';
import { listAllModels } from '../../src/providers/modelCatalogue.ts';
import { ModelStore, parseLocalName } from '../../src/providers/local/modelStore.ts';
import type { Dtype } from '../../src/providers/local/quantization.ts';
import { Providers } from '../../src/providers/registry.ts';
import { HubServer } from '../fixtures/hubServer.ts';
import { tinyModelFiles } from '../fixtures/tinyModel.ts';
import { isFailure } from '../fixtures/isFailure.ts';
import { localModelsOf } from '../fixtures/localModels.ts';

const never = new AbortController().signal;
const files = tinyModelFiles({ answer: 'All is well here.\n', externalData: true, contextTokens: 2048 });

describe('The store of local models', function () {
  this.timeout(60_000);
  const server = new HubServer();
  let folder: string;
  let hub: Hub;
  let store: ModelStore;

  before(async () => {
    hub = new Hub({ endpoint: await server.start() });
    server.add('tests/no-onnx', { 'config.json': '{}', 'model.safetensors': 'weights' });
  });
  after(() => server.stop());

  beforeEach(async () => {
    server.reset();
    server.add('tests/tiny', { ...files, 'onnx/model_q4f16.onnx': 'of no interest', 'README.md': '# Tiny' });
    folder = await mkdtemp(join(await realpath(tmpdir()), 'slipstream-store-'));
    store = new ModelStore(join(folder, 'models'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const download = async (dtype: Dtype): Promise<void> =>
    store.download(hub, await store.plan(hub, 'tests/tiny', never), dtype, { signal: never, retryPauses: [] });
  const size = (...paths: (keyof typeof files)[]): number =>
    paths.reduce((sum, path) => sum + Buffer.from(files[path] ?? '').length, 0);
  const common = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'];

  it('tells the sizes and the memory of each quantization and fetches no weights for that', async () => {
    const plan = await store.plan(hub, 'tests/tiny', never);
    assert.deepEqual(
      plan.options.map(({ dtype, downloadBytes, installed }) => [dtype, downloadBytes, installed]),
      [
        ['q4', size(...common, 'onnx/model_q4.onnx'), false],
        ['q8', size(...common, 'onnx/model_quantized.onnx'), false],
        ['q4f16', size(...common) + 14, false],
        ['fp32', size(...common, 'onnx/model.onnx', 'onnx/model.onnx_data'), false],
      ],
    );
    assert.equal(plan.shape.contextTokens, 2048);
    // Weights, 350 MB, and keys and values of 2,048 tokens: one layer, one head of 8 numbers, 4 bytes each.
    const memory = size('onnx/model.onnx', 'onnx/model.onnx_data') + 350e6 + 2 * 8 * 4 * 2048;
    assert.equal(plan.options.at(-1)?.memoryBytes, memory);
    assert.equal(
      server.requests.some(({ path }) => path.includes('/onnx/')),
      false,
    );
  });

  it('fetches what one quantization needs, lists it, runs it without a network, and removes it', async () => {
    await download('fp32');
    const [owner] = await readdir(store.folder);
    assert.equal(owner, 'tests');
    assert.deepEqual((await readdir(join(store.folder, 'tests/tiny/onnx'))).sort(), ['model.onnx', 'model.onnx_data']);
    const models = await store.list();
    assert.deepEqual(
      models.map(({ name }) => name),
      ['tests/tiny:fp32'],
    );
    server.requests.length = 0;
    const local = localModelsOf(store);
    const keys = { get: async () => undefined };
    const providers = new Providers({ settings: {}, keys, local });
    const model = await providers.languageModel('local/tests/tiny');
    assert.equal(model.info.contextTokens, 2048);
    let text = '';
    for await (const chunk of model.stream([{ role: 'user', content: 'Well?' }], { signal: never })) {
      if (chunk.type === 'text') text += chunk.text;
    }
    await local.free();
    assert.equal(text, 'All is well here.\n');
    assert.deepEqual(server.requests, []);
    const listing = (await listAllModels(providers, { signal: never, keys })).find((it) => it.provider.id === 'local');
    assert.deepEqual([listing?.state, listing?.models.map(({ id }) => id)], ['listed', ['local/tests/tiny:fp32']]);
    assert.equal(await store.remove(parseLocalName('tests/tiny:fp32')), true);
    assert.deepEqual(await readdir(store.folder), []);
    assert.equal(await store.remove(parseLocalName('tests/tiny:fp32')), false);
  });

  it('keeps the other quantization when one is removed', async () => {
    await download('fp32');
    server.requests.length = 0;
    await download('q8');
    // The small files were there already.
    assert.equal(server.requests.filter(({ path }) => path.includes('/resolve/c0ffee/onnx')).length, 1);
    assert.equal((await store.plan(hub, 'tests/tiny', never)).options.filter(({ installed }) => installed).length, 2);
    await store.remove(parseLocalName('tests/tiny:fp32'));
    assert.deepEqual(
      (await store.list()).map(({ name }) => name),
      ['tests/tiny:q8'],
    );
  });

  it('does not take an unfinished download for a model, and goes on with it', async () => {
    server.faults.set('.onnx_data', { dropAfter: 1000, times: 1 });
    await assert.rejects(download('fp32'), isFailure('network', /kept/));
    assert.deepEqual(await store.list(), []);
    assert.deepEqual(await store.unfinished(), [
      {
        name: 'tests/tiny:fp32',
        doneBytes: size('onnx/model.onnx') + 1000,
        totalBytes: size('onnx/model.onnx', 'onnx/model.onnx_data'),
      },
    ]);
    const fp32 = (await store.plan(hub, 'tests/tiny', never)).options.at(-1);
    assert.equal(fp32?.downloadBytes, size('onnx/model.onnx_data') - 1000);
    await download('fp32');
    assert.equal((await store.list()).length, 1);
    assert.deepEqual(await store.unfinished(), []);
    await truncate(join(store.folder, 'tests/tiny/onnx/model.onnx_data'), 10);
    assert.deepEqual(await store.list(), []);
  });

  it('fetches small files anew when the repository has changed', async () => {
    await download('q8');
    const changed = JSON.stringify({ ...JSON.parse(String(files['config.json'])), max_position_embeddings: 4096 });
    assert.equal(changed.length, String(files['config.json']).length);
    server.add('tests/tiny', { ...files, 'config.json': changed }, false, 'decade');
    await download('q8');
    assert.equal(await readFile(join(store.folder, 'tests/tiny/config.json'), 'utf8'), changed);
    assert.equal((await store.list())[0]?.shape.contextTokens, 4096);
  });

  it('does not let two downloads write to the same files, and minds no lock that was left behind', async () => {
    const plan = await store.plan(hub, 'tests/tiny', never);
    const both = await Promise.allSettled(
      [1, 2].map(() => store.download(hub, plan, 'q8', { signal: never, retryPauses: [] })),
    );
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    const refused = both.find((it) => it.status === 'rejected');
    assert.match(String(refused?.reason), /tests\/tiny is being downloaded or removed already/);
    // No system gives out a process id as large as this.
    await writeFile(join(store.folder, 'tests/tiny/slipstream-model.lock'), '99999999');
    await download('fp32');
    assert.equal((await store.list()).length, 2);
    assert.equal((await readdir(join(store.folder, 'tests/tiny'))).includes('slipstream-model.lock'), false);
  });

  it('says what cannot be had', async () => {
    await assert.rejects(store.plan(hub, 'tests/no-onnx', never), isFailure('unsupported', /no ONNX weights.*Ollama/));
    await assert.rejects(
      download('q1'),
      isFailure('unknown-model', /does not offer q1\. It offers q4, q8, q4f16, fp32/),
    );
    await assert.rejects(store.find(parseLocalName('tests/tiny')), isFailure('unknown-model', /not on this machine/));
    await download('q8');
    const wanted = store.find(parseLocalName('tests/tiny:fp32'));
    await assert.rejects(wanted, isFailure('unknown-model', /in fp32 is not on this machine\. There is q8\./));
    await writeFile(join(store.folder, 'tests/tiny/config.json'), '{"cut');
    server.requests.length = 0;
    assert.deepEqual(await store.list(), []);
    await assert.rejects(store.remove(parseLocalName(folder)), isFailure('invalid-input', /not removed/));
  });
});
