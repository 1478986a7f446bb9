import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { Hub } from '../../src/hub/hub.ts';
import { listAllModels, type ProviderListing } from '../../src/providers/modelCatalogue.ts';
import { providerPresets } from '../../src/providers/presets.ts';
import { Providers } from '../../src/providers/registry.ts';
import { HubServer } from '../fixtures/hubServer.ts';
import { ProviderServer } from '../fixtures/providerServer.ts';

const KEY = 'sk-secret-0123456789abcdef';

describe('the list of all models', () => {
  const server = new ProviderServer();
  let closedUrl: string;

  before(async () => {
    await server.start();
    const closed = new ProviderServer();
    closedUrl = await closed.start();
    await closed.stop();
  });
  after(() => server.stop());

  /** No test may reach a real server: every provider stands on loopback, most of them where nobody listens. */
  const baseUrls = (places: Record<string, string>): Record<string, { baseUrl: string }> =>
    Object.fromEntries(providerPresets.map(({ id }) => [id, { baseUrl: places[id] ?? `${closedUrl}/${id}` }] as const));

  const list = async (
    places: Record<string, string>,
    withKey: readonly string[] = [],
    localSeconds = 30,
  ): Promise<Map<string, ProviderListing>> => {
    const keys = { get: async (id: string) => (withKey.includes(id) ? KEY : undefined) };
    const providers = new Providers({ settings: { providers: baseUrls(places) }, keys });
    const signal = new AbortController().signal;
    const listings = await listAllModels(providers, { signal, keys, localSeconds });
    return new Map(listings.map((listing) => [listing.provider.id, listing]));
  };

  it('has the models of whoever answers and says why the others have none', async () => {
    server.models = { data: [{ id: 'coder', max_model_len: 4096 }] };
    server.pages.set('/broken/models', { status: 200, body: 'not JSON' });
    const found = await list({ vllm: server.baseUrl, groq: `${server.origin}/broken` }, ['groq']);
    const vllm = found.get('vllm');
    assert.equal(vllm?.state, 'listed');
    assert.equal(vllm.local, true);
    assert.deepEqual(
      vllm.models.map(({ id, contextTokens, inputPrice }) => ({ id, contextTokens, inputPrice })),
      [{ id: 'vllm/coder', contextTokens: 4096, inputPrice: undefined }],
    );
    assert.equal(found.get('openai')?.state, 'no-key');
    assert.equal(found.get('ollama')?.state, 'not-running');
    assert.equal(found.get('groq')?.state, 'failed');
    assert.equal(found.get('groq')?.keySet, true);
    assert.ok(found.get('groq')?.message);
    assert.ok(!JSON.stringify([...found]).includes(KEY));
  });

  it('tells of each provider as it answers, with what the Hub knows of its repositories', async () => {
    const hubServer = new HubServer();
    const hub = new Hub({ endpoint: await hubServer.start() });
    hubServer.add('Maker/Coder-0.5B', {});
    const told: string[] = [];
    const keys = { get: async () => KEY };
    server.models = { data: [{ id: 'maker/coder-0.5b' }, { id: 'maker/other-7B', created: 1_700_000_000 }] };
    try {
      const providers = new Providers({ settings: { providers: baseUrls({ huggingface: server.baseUrl }) }, keys });
      const { signal } = new AbortController();
      const onListing = ({ provider }: ProviderListing): void => void told.push(provider.id);
      const listings = await listAllModels(providers, { signal, keys, hub, onListing });
      const models = listings.find(({ provider }) => provider.id === 'huggingface')?.models ?? [];
      assert.deepEqual(
        models.map(({ model, parameters, licence, released }) => ({ model, parameters, licence, released })),
        [
          { model: 'maker/coder-0.5b', parameters: 494_000_000, licence: 'apache-2.0', released: '2025-09-12' },
          { model: 'maker/other-7B', parameters: 7e9, licence: undefined, released: '2023-11-14' },
        ],
      );
      assert.deepEqual(told.sort(), listings.map(({ provider }) => provider.id).sort());
    } finally {
      await hubServer.stop();
    }
  });

  it('lists a server once where two kinds share its port', async () => {
    server.models = { data: [{ id: 'coder' }] };
    server.expect();
    const found = await list({ llamacpp: server.baseUrl, tgi: server.baseUrl });
    assert.equal(found.get('llamacpp')?.models.length, 1);
    assert.equal(found.get('tgi')?.state, 'same-address');
    assert.equal(server.requests.length, 1);
  });

  it('waits no longer than it may for a silent server', async () => {
    server.pages.set('/silent/models', { silent: true });
    const found = await list({ ollama: `${server.origin}/silent` }, [], 0.1);
    assert.equal(found.get('ollama')?.state, 'failed');
    assert.match(found.get('ollama')?.message ?? '', /did not answer within/);
  });

  it('ends at once when cancelled', async () => {
    server.pages.set('/silent/models', { silent: true });
    const cancel = new AbortController();
    const keys = { get: async () => undefined };
    const settings = { providers: baseUrls({ ollama: `${server.origin}/silent` }) };
    const listing = listAllModels(new Providers({ settings, keys }), { signal: cancel.signal, keys });
    cancel.abort();
    await assert.rejects(listing, { reason: 'cancelled' });
  });

  it('is printed by the command line, with what is unknown told as unknown', async () => {
    server.models = { data: [{ id: 'coder', context_length: 32768 }, { id: 'other' }] };
    const environment: NodeJS.ProcessEnv = { PATH: process.env['PATH'] };
    for (const [id, { baseUrl }] of Object.entries(baseUrls({ lmstudio: server.baseUrl }))) {
      environment[`SLIPSTREAM_BASE_URL_${id.toUpperCase()}`] = baseUrl;
    }
    const child = spawn(process.execPath, ['src/cli.ts', 'models', '--all'], { env: environment });
    let printed = '';
    child.stdout.on('data', (piece: Buffer) => (printed += piece.toString('utf8')));
    const status = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(status, 0);
    assert.match(printed, /LM Studio: 2 models, on this machine/);
    assert.match(printed, /lmstudio\/coder +32,768 tokens, price unknown/);
    assert.match(printed, /lmstudio\/other +context unknown, price unknown/);
    assert.match(printed, /OpenAI: not asked, set OPENAI_API_KEY/);
    assert.match(printed, /Ollama: no server answers at http:/);
  });
});
