import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { readChatChunk } from '../../src/providers/chatChunk.ts';
import { environmentKeySource, firstKeySource } from '../../src/providers/keySource.ts';
import { providerPresets } from '../../src/providers/presets.ts';
import { findCost, findPrice } from '../../src/providers/prices.ts';
import { redactedError, redactSecrets } from '../../src/providers/redact.ts';
import { Providers } from '../../src/providers/registry.ts';
import { backoffSeconds, defaultRetryPolicy, retryAfterSeconds, sleep } from '../../src/providers/retry.ts';
import { estimatePromptTokens, estimateTokens } from '../../src/providers/tokenEstimate.ts';
import { httpTrouble, type Party } from '../../src/providers/trouble.ts';

const { signal } = new AbortController();

describe('providers', () => {
  it('are told apart, and say how a key is come by', () => {
    const ids = providerPresets.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const name of [
      'openai',
      'anthropic',
      'google',
      'groq',
      'openrouter',
      'deepseek',
      'huggingface',
      'ollama',
      'lmstudio',
      'llamacpp',
      'vllm',
      'tgi',
      'custom',
    ]) {
      assert.ok(ids.includes(name), name);
    }
    for (const preset of providerPresets) {
      assert.ok(preset.keyVariables.length > 0, preset.id);
      assert.doesNotMatch(preset.baseUrl ?? '', /\/$/);
      if (preset.needsKey) assert.match(preset.keyPage ?? '', /^https:\/\//, preset.id);
    }
  });

  it('make models by id, and reject ids and settings that name none', async () => {
    const keys = { get: async () => undefined };
    const providers = new Providers({ settings: { providers: { vllm: { baseUrl: 'ftp://x' } } }, keys });
    const model = await providers.languageModel('openrouter/openai/gpt-5');
    assert.equal(model.info.model, 'openai/gpt-5');
    assert.equal(model.info.contextTokens, 400_000);
    assert.equal((await providers.languageModel('openai/gpt-5')).info.supportsReasoningEffort, true);
    assert.equal((await providers.languageModel('openai/gpt-4o')).info.supportsReasoningEffort, undefined);
    for (const id of ['gpt-5', '/x', 'openai/', 'nobody/x']) {
      await assert.rejects(providers.languageModel(id), { reason: 'unknown-model' }, id);
    }
    await assert.rejects(providers.languageModel('vllm/x'), { reason: 'invalid-input' });
    await assert.rejects(providers.languageModel('custom/x'), { reason: 'invalid-input' });
    assert.equal(providers.list().find(({ id }) => id === 'custom')?.baseUrl, undefined);
  });

  it('take keys from the usual variables, after other sources', async () => {
    const environment = environmentKeySource({ GOOGLE_API_KEY: ' g \n', GEMINI_API_KEY: '', HF_TOKEN: 'h' });
    assert.equal(await environment.get('google', signal), 'g');
    assert.equal(await environment.get('openai', signal), undefined);
    const both = firstKeySource({ get: async (id) => (id === 'google' ? 'stored' : ' ') }, environment);
    assert.equal(await both.get('google', signal), 'stored');
    assert.equal(await both.get('huggingface', signal), 'h');
  });

  describe('redaction', () => {
    it('takes known secrets and shapes of secrets out', () => {
      const text =
        'Bearer abc.def sk-proj-12345678 hf_abcdefghij AIzaSyABCDEFGH https://u:pw@host/?key=zzzz&a=1 x-api-key: qwert hunter22';
      const result = redactSecrets(text, ['hunter22', undefined, '']);
      assert.doesNotMatch(result, /abc\.def|12345678|hf_abc|SyABC|:pw@|zzzz|qwert|hunter22/);
      assert.match(result, /https:\/\/\[redacted\]@host\/\?key=\[redacted\]&a=1/);
    });

    it('leaves no known secret in any text', () => {
      fc.assert(
        fc.property(fc.stringMatching(/^[!-~]{4,40}$/), fc.string(), fc.string(), (secret, before, after) => {
          fc.pre(!'[redacted]'.includes(secret));
          assert.ok(!redactSecrets(before + secret + after, [secret]).includes(secret));
        }),
      );
    });

    it('leaves prose alone', () => {
      const prose = 'The task-list of desk-bound people: api-key is needed. 429 Too Many Requests.';
      assert.equal(redactSecrets(prose), prose);
    });

    it('copies errors without what hangs on them', () => {
      const cause = Object.assign(new Error('inner topsecret'), { headers: { authorization: 'topsecret' } });
      const copy = redactedError(new TypeError('outer topsecret', { cause }), ['topsecret']);
      assert.doesNotMatch(inspect(copy, { depth: 9, showHidden: true }), /topsecret/);
      assert.equal(copy.name, 'TypeError');
      assert.equal((copy.cause as Error).message, 'inner [redacted]');
    });
  });

  describe('repeating', () => {
    it('reads Retry-After in each of its forms', () => {
      const now = Date.parse('2026-01-01T00:00:00Z');
      const read = (headers: Record<string, string>) => retryAfterSeconds(new Headers(headers), now);
      assert.equal(read({ 'retry-after': '3' }), 3);
      assert.equal(read({ 'retry-after': '1.5' }), 1.5);
      assert.equal(read({ 'retry-after-ms': '250', 'retry-after': '9' }), 0.25);
      assert.equal(read({ 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' }), 60);
      assert.equal(read({ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }), 0);
      assert.equal(read({ 'retry-after': 'soon' }), undefined);
      assert.equal(read({}), undefined);
    });

    it('doubles the delay up to a bound, with jitter', () => {
      const at = (retry: number, random: number) =>
        backoffSeconds(retry, { ...defaultRetryPolicy, random: () => random });
      assert.deepEqual([at(0, 1), at(1, 1), at(2, 1), at(9, 1)], [0.5, 1, 2, 8]);
      assert.equal(at(2, 0), 1);
    });

    it('stops sleeping when cancelled', async () => {
      const controller = new AbortController();
      const sleeping = sleep(1000, controller.signal);
      controller.abort();
      await assert.rejects(sleeping, { reason: 'cancelled' });
    });
  });

  it('estimate tokens with caution', () => {
    assert.equal(estimateTokens('abcdef'), 2);
    assert.equal(estimateTokens('a'), 1);
    assert.equal(estimateTokens('你好'), 6);
    assert.equal(estimateTokens('é😀'), 6);
    assert.equal(estimatePromptTokens([{ role: 'user', content: 'abc' }]), 9);
  });

  it('know prices and context lengths, or nothing', async () => {
    assert.deepEqual(await findPrice('openai', 'gpt-5'), { contextTokens: 400_000, inputPrice: 1.25, outputPrice: 10 });
    assert.deepEqual(await findPrice('openai', 'no-such-model'), {});
    assert.deepEqual(await findPrice('huggingface_nobody', 'x'), {});
    assert.deepEqual(await findPrice(undefined, 'gpt-5'), {});
    const usage = { promptTokens: 1_000_000, completionTokens: 0 };
    assert.equal(await findCost('openai', 'gpt-5', usage), 1.25);
    assert.equal(await findCost('openai', 'gpt-5', { ...usage, cachedTokens: 1_000_000 }), 0.125);
    assert.equal(await findCost('openai', 'no-such-model', usage), undefined);
    assert.equal(await findCost(undefined, 'gpt-5', usage), undefined);
  });

  describe('chunks', () => {
    it('are read whichever server wrote them', () => {
      const chunk = (delta: unknown, rest = {}) => readChatChunk({ choices: [{ delta, ...rest }] });
      assert.equal(chunk({ content: 'a' }).text, 'a');
      assert.equal(chunk({ content: [{ type: 'text', text: 'a' }, { text: 'b' }, 3] }).text, 'ab');
      assert.equal(chunk({ reasoning: 'r' }).reasoning, 'r');
      assert.equal(chunk({ reasoning_content: 'r', content: null }).reasoning, 'r');
      assert.equal(chunk({}, { finish_reason: 'eos_token' }).finishReason, 'stop');
      assert.equal(chunk({}, { finish_reason: 'SAFETY' }).finishReason, 'refused');
      assert.equal(chunk({}, { finish_reason: 'model_length' }).finishReason, 'length');
      assert.deepEqual(readChatChunk({ x_groq: { usage: { prompt_tokens: 1, completion_tokens: 2 } } }).usage, {
        promptTokens: 1,
        completionTokens: 2,
      });
      assert.equal(
        readChatChunk({ choices: [], usage: { prompt_tokens: -1, completion_tokens: 'x' } }).usage,
        undefined,
      );
    });

    it('never throw, whatever comes', () => {
      fc.assert(
        fc.property(fc.anything(), fc.anything(), (a, b) => {
          readChatChunk(a);
          readChatChunk({ choices: [{ delta: a, message: b }], usage: b });
          readChatChunk({ choices: a, error: b });
        }),
      );
    });
  });

  it('find the reason in the error bodies of the different servers', () => {
    const party: Party = {
      label: 'P',
      baseUrl: 'http://p/v1',
      model: 'm',
      needsKey: true,
      keyVariables: ['K'],
      secrets: [],
    };
    const reason = (status: number, body: unknown) =>
      httpTrouble(status, new Headers(), typeof body === 'string' ? body : JSON.stringify(body), party, 0).failure
        .reason;
    assert.equal(reason(401, ''), 'wrong-key');
    assert.equal(reason(400, [{ error: { message: 'API key not valid', status: 'INVALID_ARGUMENT' } }]), 'wrong-key');
    assert.equal(reason(402, { error: 'Payment required' }), 'quota');
    assert.equal(reason(403, 'Country not supported'), 'wrong-key');
    assert.equal(reason(400, { error: { message: 'x is not a valid model ID' } }), 'unknown-model');
    assert.equal(reason(404, { error: "model 'x' not found, try pulling it first" }), 'unknown-model');
    assert.equal(reason(404, 'page not found'), 'bad-answer');
    assert.equal(
      reason(400, { error: { message: 'request (9000 tokens) exceeds the available context size' } }),
      'prompt-too-long',
    );
    assert.equal(reason(413, ''), 'prompt-too-long');
    assert.equal(reason(400, { error: { code: 'content_filter' } }), 'refused');
    assert.equal(reason(422, { detail: [{ msg: 'bad' }] }), 'provider');
    assert.equal(reason(418, ''), 'provider');
  });

  it('show what a server says as one bounded line', () => {
    const party: Party = { label: 'P', baseUrl: 'http://p', needsKey: false, keyVariables: [], secrets: [] };
    const { message } = httpTrouble(500, new Headers(), `a\n\u001b[31mb${'x'.repeat(9999)}`, party, 0).failure;
    assert.doesNotMatch(message, /[\u0000-\u001f]/);
    assert.ok(message.length < 500);
  });
});
