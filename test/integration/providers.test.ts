import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { ConversionRequest, ConverterEvent } from '../../src/conversion/converter.ts';
import { LanguageModelConverter } from '../../src/converters/languageModelConverter.ts';
import type { ModelChunk, StreamOptions } from '../../src/providers/languageModel.ts';
import { Providers, type ProvidersSettings } from '../../src/providers/registry.ts';
import { Failure, type FailureReason } from '../../src/shared/failure.ts';
import { errorScript, ProviderServer, type Script } from '../fixtures/providerServer.ts';

const KEY = 'sk-secret-0123456789abcdef';
const HF_KEY = 'hf_secret0123456789abcdef';
const messages = [
  { role: 'system', content: 'Rules.' },
  { role: 'user', content: 'Write C++ for “你好”.' },
] as const;
const PROGRAM = '#include <iostream>\nint main() {\n    std::cout << "Hello" << std::endl;\n}\n';

describe('providers on loopback', () => {
  const server = new ProviderServer();
  const written: string[] = [];
  const originals = { log: console.log, warn: console.warn, error: console.error, info: console.info };
  let delays: number[] = [];

  before(async () => {
    await server.start();
  });
  after(async () => server.stop());
  beforeEach(() => {
    delays = [];
    written.length = 0;
    for (const name of ['log', 'warn', 'error', 'info'] as const) {
      console[name] = (...values: unknown[]) => void written.push(inspect(values, { depth: 10 }));
    }
  });
  afterEach(() => {
    Object.assign(console, originals);
    assert.deepEqual(written, [], 'an SDK wrote to the console');
  });

  function providers(settings: ProvidersSettings = {}, key: string | undefined = KEY): Providers {
    return new Providers({ ...optionsOf(settings), keys: { get: async () => key } });
  }

  async function collect(
    id: string,
    options: { settings?: ProvidersSettings; key?: string | undefined; stream?: Partial<StreamOptions> } = {},
  ): Promise<{ chunks: ModelChunk[]; text: string; failure?: Failure }> {
    const key = 'key' in options ? options.key : id.startsWith('huggingface') ? HF_KEY : KEY;
    const registry = new Providers({
      ...optionsOf(options.settings ?? {}),
      keys: { get: async () => key },
    });
    const model = await registry.languageModel(id);
    const chunks: ModelChunk[] = [];
    let failure: Failure | undefined;
    try {
      const signal = new AbortController().signal;
      for await (const chunk of model.stream(messages, { signal, ...options.stream })) chunks.push(chunk);
    } catch (error) {
      assert.ok(error instanceof Failure, `not a Failure: ${inspect(error)}`);
      failure = error;
      const everything = inspect(error, { depth: 20, showHidden: true });
      assert.ok(!everything.includes(KEY) && !everything.includes(HF_KEY), `a key is in the error: ${everything}`);
    }
    const text = chunks.map((chunk) => (chunk.type === 'text' ? chunk.text : '')).join('');
    return { chunks, text, ...(failure && { failure }) };
  }

  function optionsOf(settings: ProvidersSettings) {
    const common = { baseUrl: server.baseUrl };
    return {
      settings: {
        ...settings,
        providers: {
          openai: common,
          anthropic: common,
          openrouter: common,
          ollama: common,
          google: common,
          huggingface: { ...common, hubUrl: server.origin },
          ...settings.providers,
        },
      },
      retry: {
        random: () => 0,
        now: () => Date.parse('2026-01-01T00:00:00Z'),
        sleep: async (seconds: number) => void delays.push(seconds),
      },
    };
  }

  async function fails(reason: FailureReason, pattern: RegExp, id = 'openai/gpt-5', settings?: ProvidersSettings) {
    const result = await collect(id, settings ? { settings } : {});
    assert.equal(result.failure?.reason, reason, result.failure?.message ?? 'no failure');
    assert.match(result.failure.message, pattern);
    return result;
  }

  describe('what is sent', () => {
    it('sends exactly these bytes to an OpenAI server', async () => {
      server.expect({});
      const { chunks } = await collect('openai/gpt-5', {
        stream: { maxTokens: 500, reasoningEffort: 'low' },
        settings: {
          providers: { openai: { baseUrl: `${server.baseUrl}/`, organization: 'org-1', project: 'proj-1' } },
        },
      });
      const [request] = server.requests;
      assert.equal(request?.method, 'POST');
      assert.equal(request.path, '/v1/chat/completions');
      assert.equal(
        request.body,
        '{"model":"gpt-5","messages":[{"role":"system","content":"Rules."},{"role":"user","content":"Write C++ for “你好”."}],' +
          '"stream_options":{"include_usage":true},"max_completion_tokens":500,"reasoning_effort":"low","stream":true}',
      );
      const { host: _host, 'content-length': _length, ...headers } = request.headers;
      assert.deepEqual(headers, {
        accept: 'application/json',
        'accept-encoding': 'gzip, deflate',
        'accept-language': '*',
        authorization: `Bearer ${KEY}`,
        connection: 'keep-alive',
        'content-type': 'application/json',
        'openai-organization': 'org-1',
        'openai-project': 'proj-1',
        'sec-fetch-mode': 'cors',
        'user-agent': 'slipstream',
      });
      assert.deepEqual(chunks.at(-1), {
        type: 'end',
        finishReason: 'stop',
        usage: { promptTokens: 1000, completionTokens: 200 },
        costUsd: 0.00325,
      });
    });

    it('names the output limit as each provider knows it', async () => {
      server.expect({}, {});
      await collect('anthropic/claude-sonnet-4-5');
      await collect('ollama/qwen', { stream: { maxTokens: 7, temperature: 0 } });
      const bodies = server.requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
      assert.equal(bodies[0]?.['max_tokens'], 32_000);
      assert.equal(bodies[1]?.['max_tokens'], 7);
      assert.equal(bodies[1]['temperature'], 0);
    });

    it('sends no key to a server that needs none', async () => {
      server.expect({});
      await collect('ollama/qwen', { key: undefined });
      assert.equal(server.requests[0]?.headers['authorization'], undefined);
    });

    it('lets no environment variable of the SDK change the request', async () => {
      const misleading = {
        OPENAI_API_KEY: 'sk-from-environment',
        OPENAI_BASE_URL: 'http://127.0.0.1:1/v1',
        OPENAI_ORG_ID: 'org-from-environment',
        OPENAI_CUSTOM_HEADERS: 'Authorization: Bearer other\nx-custom: leak',
        OPENAI_LOG: 'debug',
      };
      const before = Object.keys(misleading).map((name) => [name, process.env[name]] as const);
      Object.assign(process.env, misleading);
      try {
        server.expect({});
        await collect('ollama/qwen', { key: undefined });
      } finally {
        for (const [name, value] of before) {
          if (value === undefined) delete process.env[name];
          else process.env[name] = value;
        }
      }
      const sent = inspect(server.requests[0]);
      assert.doesNotMatch(sent, /environment|x-custom|Bearer/);
    });

    it('sends exactly these bytes to the router of Hugging Face', async () => {
      server.expect({});
      const { text } = await collect('huggingface/Qwen/Qwen3-Coder', {
        settings: { providers: { huggingface: { baseUrl: server.baseUrl, billTo: 'my-org' } } },
      });
      const [request] = server.requests;
      assert.equal(request?.path, '/v1/chat/completions');
      assert.equal(
        request.body,
        '{"model":"Qwen/Qwen3-Coder","messages":[{"role":"system","content":"Rules."},{"role":"user","content":"Write C++ for “你好”."}],' +
          '"stream_options":{"include_usage":true},"stream":true}',
      );
      assert.equal(request.headers['authorization'], `Bearer ${HF_KEY}`);
      assert.equal(request.headers['x-hf-bill-to'], 'my-org');
      assert.match(text, /int main/);
    });

    it('asks the Hub for the chosen provider and prices the answer by it', async () => {
      const model = 'Qwen/Qwen3-Coder-480B-A35B-Instruct';
      server.pages.set(`/api/models/${model}`, {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          inferenceProviderMapping: { together: { providerId: 'mapped/name', status: 'live', task: 'conversational' } },
        }),
      });
      server.expect({});
      const { chunks } = await collect(`huggingface/${model}`, {
        settings: {
          providers: { huggingface: { baseUrl: server.baseUrl, hubUrl: server.origin, provider: 'together' } },
        },
      });
      assert.deepEqual(
        server.requests.map(({ path }) => path.split('?')[0]),
        [`/api/models/${model}`, '/together/v1/chat/completions'],
      );
      assert.equal((JSON.parse(server.requests[1]?.body ?? '') as { model: string }).model, 'mapped/name');
      const end = chunks.at(-1);
      assert.ok(end?.type === 'end');
      assert.equal(end.costUsd, 0.0024);
    });

    it('says what is wrong with a provider or a token of Hugging Face', async () => {
      server.pages.set('/api/models/some/model', {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          inferenceProviderMapping: { groq: { providerId: 'x', status: 'live', task: 'conversational' } },
        }),
      });
      const common = { baseUrl: server.baseUrl, hubUrl: server.origin };
      const attempt = async (provider: string, key = HF_KEY) =>
        (
          await collect('huggingface/some/model', {
            key,
            settings: { providers: { huggingface: { ...common, provider } } },
          })
        ).failure;
      server.expect();
      assert.equal((await attempt('together'))?.reason, 'unknown-model');
      assert.equal((await attempt('nobody'))?.reason, 'invalid-input');
      assert.equal((await attempt('auto', KEY))?.reason, 'wrong-key');
      assert.ok(server.requests.every(({ method }) => method === 'GET'));
    });

    it('uses a dedicated endpoint of Hugging Face by its URL', async () => {
      server.expect({});
      await collect('huggingface/tgi', {
        settings: { providers: { huggingface: { endpointUrl: `${server.origin}/endpoint/` } } },
      });
      assert.equal(server.requests[0]?.path, '/endpoint/v1/chat/completions');
    });
  });

  describe('lists of models', () => {
    const signal = new AbortController().signal;

    it('reads names, context lengths and prices, and leaves out what cannot chat', async () => {
      server.models = {
        data: [
          { id: 'models/gemini-2.5-pro' },
          { id: 'text-embedding-3-small' },
          { id: 'whisper-1' },
          { id: 42 },
          {
            id: 'a/b',
            name: 'A B',
            context_length: 1000,
            pricing: { prompt: '0.000001', completion: '0.0000025' },
            supported_parameters: ['reasoning'],
            top_provider: { max_completion_tokens: 500 },
          },
        ],
      };
      server.expect();
      const models = await providers().models('google', signal);
      assert.equal(server.requests[0]?.headers['authorization'], `Bearer ${KEY}`);
      assert.deepEqual(
        models.map(({ id }) => id),
        ['google/a/b', 'google/gemini-2.5-pro'],
      );
      assert.deepEqual(models[0], {
        id: 'google/a/b',
        providerId: 'google',
        providerLabel: 'Google Gemini',
        model: 'a/b',
        label: 'A B',
        contextTokens: 1000,
        maxOutputTokens: 500,
        inputPrice: 1,
        outputPrice: 2.5,
        supportsReasoningEffort: true,
      });
      assert.equal(models[1]?.inputPrice, 1.25);
      assert.equal(models[1].supportsReasoningEffort, true);
    });

    it('asks Anthropic with its own headers and Hugging Face without a key', async () => {
      server.models = { data: [{ id: 'm', providers: [{ context_length: 9 }, { context_length: 5 }] }] };
      server.expect();
      await providers().models('anthropic', signal);
      const [router] = await providers({}, undefined).models('huggingface', signal);
      const [first, second] = server.requests;
      assert.equal(first?.path, '/v1/models?limit=1000');
      assert.equal(first.headers['x-api-key'], KEY);
      assert.equal(first.headers['anthropic-version'], '2023-06-01');
      assert.equal(first.headers['authorization'], undefined);
      assert.equal(second?.headers['authorization'], undefined);
      assert.equal(router?.contextTokens, 5);
    });

    it('says what is wrong with a list', async () => {
      await assert.rejects(providers({}, '').models('openai', signal), { reason: 'missing-key' });
      server.models = { nothing: true };
      await assert.rejects(providers().models('openai', signal), { reason: 'bad-answer' });
      await assert.rejects(providers().models('nobody', signal), { reason: 'unknown-model' });
      await assert.rejects(providers().models('custom', signal), { reason: 'invalid-input', message: /base URL/ });
      const closed = new ProviderServer();
      const baseUrl = await closed.start();
      await closed.stop();
      await assert.rejects(providers({ providers: { ollama: { baseUrl: baseUrl } } }).models('ollama', signal), {
        reason: 'network',
        message: /Nothing answers.*ollama serve/,
      });
    });
  });

  for (const id of ['openai/gpt-5', 'huggingface/Qwen/Qwen3-Coder']) {
    describe(`misbehaviour towards ${id}`, () => {
      it('401: says where a key is made, and does not repeat', async () => {
        server.expect(errorScript(401, { message: `Incorrect API key provided: ${KEY} ${HF_KEY} sk-oth**********.` }));
        const { failure } = await fails('wrong-key', /did not accept the API key \(401\).*A key is made at https:/, id);
        assert.match(failure?.message ?? '', /\[redacted\]/);
        assert.doesNotMatch(failure?.message ?? '', /sk-oth/);
        assert.equal(server.requests.length, 1);
      });

      it('404: names the model', async () => {
        server.expect(errorScript(404, { message: 'No such thing', code: 'model_not_found' }));
        await fails('unknown-model', id.startsWith('openai') ? /no model "gpt-5"/ : /no model "Qwen\/Qwen3-Coder"/, id);
      });

      it('404 with a page: doubts the base URL', async () => {
        server.expect({ status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>nginx</h1>' });
        await fails('bad-answer', /Check the base URL/, id);
      });

      it('429 with Retry-After: waits as long as asked', async () => {
        server.expect(
          errorScript(429, { message: 'Slow down' }, { 'retry-after': '7' }),
          errorScript(429, { message: 'Slow down' }, { 'retry-after': 'Thu, 01 Jan 2026 00:00:20 GMT' }),
          {},
        );
        const { text, failure } = await collect(id);
        assert.equal(failure, undefined);
        assert.match(text, /int main/);
        assert.deepEqual(delays, [7, 20]);
      });

      it('429 that asks for hours: says so at once', async () => {
        server.expect(errorScript(429, { message: 'Daily limit' }, { 'retry-after': '7200' }));
        await fails('quota', /Try again in 2 hours/, id);
        assert.equal(server.requests.length, 1);
      });

      it('429 without Retry-After: backs off, then gives up', async () => {
        server.expect(...Array.from({ length: 9 }, () => errorScript(429, { message: 'Slow down' })));
        await fails('quota', /limits how often.*Slow down/, id);
        assert.deepEqual(delays, [0.25, 0.5, 1]);
        assert.equal(server.requests.length, 4);
      });

      it('429 for want of credit: does not repeat', async () => {
        server.expect(errorScript(429, { message: 'You exceeded your current quota', code: 'insufficient_quota' }));
        await fails('quota', /no credit or quota left/, id);
        assert.equal(server.requests.length, 1);
      });

      it('500 and 503: repeats, and succeeds', async () => {
        server.expect(
          errorScript(500, { message: 'Oops' }),
          { status: 503, headers: { 'content-type': 'text/plain' }, body: 'Loading model' },
          {},
        );
        const { text } = await collect(id);
        assert.match(text, /int main/);
        assert.equal(delays.length, 2);
      });

      it('500 for ever: gives up', async () => {
        server.expect(...Array.from({ length: 9 }, () => errorScript(500, { message: 'Oops' })));
        await fails('provider', /problem of its own \(500\).*Oops/, id);
        assert.equal(server.requests.length, 4);
      });

      it('slow trickle: gives each piece as it comes', async () => {
        server.expect({ text: 'abcdefgh', chunkSize: 1, pauseMilliseconds: 5 });
        const { chunks } = await collect(id);
        assert.deepEqual(
          chunks.flatMap((chunk) => (chunk.type === 'text' ? [chunk.text] : [])),
          [...'abcdefgh'],
        );
      });

      it('drop in mid-stream: keeps what arrived, and does not repeat', async () => {
        server.expect({ text: PROGRAM, drop: true });
        const { text } = await fails('network', /lost in the middle.*kept/, id);
        assert.equal(text, PROGRAM);
        assert.equal(server.requests.length, 1);
      });

      it('an end without any sign of one: is a lost connection too', async () => {
        server.expect({ text: PROGRAM, finishReason: null, noDone: true, noUsage: true });
        await fails('network', /lost in the middle/, id);
      });

      it('drop before the first token: repeats', async () => {
        server.expect({ text: '', drop: true }, {});
        const { text, failure } = await collect(id);
        assert.equal(failure, undefined);
        assert.match(text, /int main/);
      });

      it('malformed chunk', async () => {
        server.expect({ text: 'abc', rawAfterText: 'data: {"choices": [{"delta"\n\n' });
        const { text } = await fails('bad-answer', /not JSON/, id);
        assert.equal(text, 'abc');
      });

      it('chunks of another protocol', async () => {
        const stream = 'data: 42\n\ndata: null\n\ndata: {"hello":1}\n\ndata: [DONE]\n\n';
        server.expect({ headers: { 'content-type': 'text/event-stream' }, body: stream });
        await fails('bad-answer', /answered with nothing/, id);
      });

      it('empty answer', async () => {
        server.expect({ headers: { 'content-type': 'text/event-stream' }, body: '' });
        await fails('bad-answer', /did not answer as the protocol has it/, id);
      });

      it('a web page, honest or in disguise', async () => {
        const page = '<!doctype html><title>Log in</title>';
        server.expect(
          { headers: { 'content-type': 'text/html' }, body: page },
          { headers: { 'content-type': 'text/event-stream' }, body: page },
        );
        await fails('bad-answer', /a web page/, id);
        await fails('bad-answer', /a web page/, id);
      });

      it('a redirect is not followed, for it would carry the key away', async () => {
        server.expect({ status: 307, headers: { location: `${server.origin}/elsewhere` }, body: '' });
        await fails('bad-answer', /points to .*elsewhere/, id);
        assert.equal(server.requests.length, 1);
      });

      it('a server that does not stream is understood', async () => {
        const message = { role: 'assistant', content: PROGRAM };
        const body = {
          choices: [{ message, finish_reason: 'stop' }],
          usage: { prompt_tokens: 1, completion_tokens: 2 },
        };
        server.expect({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
        const { text, chunks } = await collect(id);
        assert.equal(text, PROGRAM);
        assert.equal(chunks.at(-1)?.type, 'end');
      });

      it('an error in mid-stream', async () => {
        server.expect({ text: 'abc', rawAfterText: `data: {"error":{"message":"Overloaded ${KEY}","code":529}}\n\n` });
        await fails('provider', /problem of its own \(529\).*Overloaded \[redacted\]/, id);
      });

      it('length, refusal and filter', async () => {
        server.expect(
          { finishReason: 'length' },
          { text: '', refusal: 'I would rather not.' },
          { finishReason: 'content_filter' },
        );
        const ends: (ModelChunk | undefined)[] = [];
        for (let round = 0; round < 3; round++) ends.push((await collect(id)).chunks.at(-1));
        assert.deepEqual(
          ends.map((end) => end?.type === 'end' && [end.finishReason, end.refusal]),
          [
            ['length', undefined],
            ['refused', 'I would rather not.'],
            ['refused', undefined],
          ],
        );
      });

      it('a prompt that the server finds too long', async () => {
        server.expect(
          errorScript(400, { message: 'This maximum context length is 8 tokens', code: 'context_length_exceeded' }),
        );
        await fails('prompt-too-long', /longer than .* takes/, id);
      });

      it('endless output: is stopped, and so is the server', async () => {
        server.expect({ text: 'again and ', endless: true });
        const settings = { maximumAnswerCharacters: 1000 };
        const { text } = await fails('output-limit', /more than 1,000 characters/, id, settings);
        assert.ok(text.length > 1000 && text.length < 100_000);
        await server.requests[0]?.closedByClient;
      });

      it('silence before and within the answer', async () => {
        server.expect({ silent: true }, { text: 'abc', stall: true });
        await fails('timed-out', /did not begin to answer for 0.1 s/, id, { responseTimeoutSeconds: 0.1 });
        const { text } = await fails('timed-out', /stopped sending/, id, { idleTimeoutSeconds: 0.1 });
        assert.equal(text, 'abc');
      });

      for (const [name, script] of [
        ['before the first byte', { silent: true }],
        ['in the stream', { text: 'abcdef', stall: true }],
      ] as [string, Script][]) {
        it(`cancel ${name} closes the connection`, async () => {
          server.expect(script);
          const controller = new AbortController();
          const registry = new Providers({ ...optionsOf({}), keys: { get: async () => HF_KEY } });
          const model = await registry.languageModel(id);
          const run = (async () => {
            for await (const chunk of model.stream(messages, { signal: controller.signal })) {
              if (chunk.type === 'text') controller.abort();
            }
          })();
          const outcome = assert.rejects(run, { name: 'Failure', reason: 'cancelled' });
          while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
          if (script.silent) controller.abort();
          await server.requests[0]?.closedByClient;
          await outcome;
        });
      }

      it('a reader that goes away closes the connection', async () => {
        server.expect({ text: 'abcdef', stall: true });
        const registry = new Providers({ ...optionsOf({}), keys: { get: async () => HF_KEY } });
        const model = await registry.languageModel(id);
        for await (const _chunk of model.stream(messages, { signal: new AbortController().signal })) break;
        await server.requests[0]?.closedByClient;
      });
    });
  }

  it('leaves out a parameter that the server names, once', async () => {
    server.expect(
      errorScript(400, { message: "Unsupported parameter: 'reasoning_effort'", param: 'reasoning_effort' }),
      errorScript(400, {
        message: "Use 'max_tokens' instead of 'max_completion_tokens'.",
        param: 'max_completion_tokens',
      }),
      {},
    );
    const { text } = await collect('openai/gpt-5', { stream: { reasoningEffort: 'high', maxTokens: 9 } });
    assert.match(text, /int main/);
    const last = JSON.parse(server.requests[2]?.body ?? '') as Record<string, unknown>;
    assert.deepEqual(Object.keys(last), ['model', 'messages', 'stream_options', 'max_tokens', 'stream']);
    assert.deepEqual(delays, []);

    const again = errorScript(400, { message: "Unsupported parameter: 'temperature'", param: 'temperature' });
    server.expect(again, again, again);
    const { failure } = await collect('openai/gpt-5', { stream: { temperature: 1 } });
    assert.equal(failure?.reason, 'provider');
    assert.equal(server.requests.length, 2);
  });

  it('stops waiting for the next try when cancelled', async () => {
    server.expect(errorScript(429, { message: 'Slow down' }, { 'retry-after': '60' }));
    const controller = new AbortController();
    const registry = new Providers({ settings: optionsOf({}).settings, keys: { get: async () => KEY } });
    const model = await registry.languageModel('openai/gpt-5');
    const next = model.stream(messages, { signal: controller.signal })[Symbol.asyncIterator]().next();
    const outcome = assert.rejects(next, { reason: 'cancelled' });
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    controller.abort();
    await outcome;
    assert.equal(server.requests.length, 1);
  });

  it('says that a key is missing, before anything is sent', async () => {
    server.expect({});
    const { failure } = await collect('openai/gpt-5', { key: undefined });
    assert.equal(failure?.reason, 'missing-key');
    assert.match(failure.message, /OPENAI_API_KEY.*https:\/\/platform\.openai\.com/);
    assert.equal(server.requests.length, 0);
  });

  it('does not show a key that no header can carry', async () => {
    const { failure } = await collect('openai/gpt-5', { key: 'two words\nsecret' });
    assert.equal(failure?.reason, 'wrong-key');
    assert.doesNotMatch(inspect(failure), /two words/);
  });

  it('reads reasoning, hidden counts and cached tokens', async () => {
    server.expect({
      reasoning: 'Hm.',
      reasoningField: 'reasoning',
      usage: {
        prompt_tokens: 10,
        completion_tokens: 5,
        total_tokens: 40,
        completion_tokens_details: { reasoning_tokens: 25 },
        prompt_tokens_details: { cached_tokens: 4 },
      },
    });
    const { chunks } = await collect('ollama/qwen');
    assert.deepEqual(chunks[0], { type: 'reasoning', text: 'Hm.' });
    assert.deepEqual(chunks.at(-1), {
      type: 'end',
      finishReason: 'stop',
      usage: { promptTokens: 10, completionTokens: 30, reasoningTokens: 25, cachedTokens: 4 },
    });
  });

  it('estimates the use when the server counts nothing', async () => {
    server.expect({ text: 'abcdef', noUsage: true });
    const { chunks } = await collect('ollama/qwen');
    const end = chunks.at(-1);
    assert.ok(end?.type === 'end');
    assert.equal(end.usage?.estimated, true);
    assert.equal(end.usage.completionTokens, 2);
  });

  describe('as a converter', () => {
    const source = 'print("Hello")\n';
    const request: ConversionRequest = {
      unit: {
        record: { kind: 'file', name: 'hello.py', range: [0, 0], source, sha256: '' },
        source,
        lineMap: [0],
        runnable: true,
      },
      target: { machine: 'linux x64', flags: ['-O3'] },
      repairs: [],
    };

    async function convert(script: Script, settings?: ProvidersSettings) {
      server.expect(script);
      const converter = new LanguageModelConverter(await providers(settings).languageModel('openai/gpt-5'));
      const events: ConverterEvent[] = [];
      let failure: unknown;
      try {
        for await (const event of converter.convert(request, { signal: new AbortController().signal }))
          events.push(event);
      } catch (error) {
        failure = error;
      }
      const codes = events.flatMap((event) => (event.type === 'code' ? [event.cpp] : []));
      return { events, codes, failure: failure as Failure | undefined };
    }

    it('streams the code line by line, tells use and cost, and finishes', async () => {
      const { events, codes } = await convert({ chunkSize: 1 });
      assert.equal(codes.length, 4);
      assert.deepEqual(events.slice(-2), [
        { type: 'usage', usage: { promptTokens: 1000, completionTokens: 200 }, costUsd: 0.00325 },
        { type: 'finished', cpp: PROGRAM },
      ]);
      assert.ok(!server.requests[0]?.body.includes(KEY), 'the key is in the prompt');
    });

    it('keeps what arrived before the connection was lost', async () => {
      const { codes, failure } = await convert({ text: `\`\`\`cpp\n${PROGRAM}// an unfinish`, drop: true });
      assert.equal(failure?.reason, 'network');
      assert.equal(codes.at(-1), `${PROGRAM}// an unfinish\n`);
    });

    it('says that the answer was cut off, refused, or holds no code', async () => {
      const cut = await convert({ text: `\`\`\`cpp\n${PROGRAM}`, finishReason: 'length' });
      assert.equal(cut.failure?.reason, 'cut-off');
      assert.match(cut.failure.message, /after 200 tokens; the C\+\+ is not complete/);
      assert.equal(cut.codes.at(-1), PROGRAM);
      const refused = await convert({ text: '', refusal: 'No.' });
      assert.equal(refused.failure?.reason, 'refused');
      assert.match(refused.failure.message, /It says: No\./);
      assert.equal((await convert({ text: 'Sorry, I have no idea.' })).failure?.reason, 'no-code');
    });

    it('refuses a prompt that is too long before it is sent, with the numbers', async () => {
      const { failure } = await convert({}, { providers: { openai: { baseUrl: server.baseUrl, contextTokens: 900 } } });
      assert.equal(failure?.reason, 'prompt-too-long');
      assert.match(failure.message, /about [\d,]+ tokens \(an estimate\).*takes 900 in all\. Nothing was sent/);
      assert.equal(server.requests.length, 0);
    });
  });
});
