import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Hub } from '../../src/hub/hub.ts';
import { Failure } from '../../src/shared/failure.ts';
import { renderChat } from '../../src/tokens/chatPrompt.ts';
import { loadTokenizer, type LoadedTokenizer } from '../../src/tokens/loadTokenizer.ts';
import { TokenService } from '../../src/tokens/tokenService.ts';
import { HubServer } from '../fixtures/hubServer.ts';
import { byteLevelTokenizer, signTokenizer } from '../fixtures/smallTokenizers.ts';

const template =
  "{{ bos_token }}{% for message in messages %}{{ '<|' + message.role + '|>' + message.content }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";
const config = JSON.stringify({ bos_token: { content: '<|endoftext|>' }, chat_template: template });

describe('A tokenizer of the Hub', () => {
  const server = new HubServer();
  let endpoint: string;
  let folder: string;

  before(async () => {
    endpoint = await server.start();
    const bytes = JSON.stringify(byteLevelTokenizer());
    server.add('tests/chat', { 'tokenizer.json': bytes, 'tokenizer_config.json': config, 'model.bin': 'weights' });
    server.add('tests/newer', { 'tokenizer.json': bytes, 'chat_template.jinja': template });
    server.add('tests/plain', { 'tokenizer.json': JSON.stringify(signTokenizer()) });
    server.add('tests/gated', { 'tokenizer.json': bytes }, true);
    server.add('tests/bare', { 'config.json': '{}' });
    server.add('tests/torn', { 'tokenizer.json': '{"model": {' });
    server.add('tests/foreign', { 'tokenizer.json': '{"vocabulary": []}' });
  });
  after(() => server.stop());
  beforeEach(async () => {
    server.reset();
    folder = await mkdtemp(join(tmpdir(), 'slipstream-tokenizers-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const load = (name: string, signal = new AbortController().signal): Promise<LoadedTokenizer> =>
    loadTokenizer(name, { hub: new Hub({ endpoint }), assetFolder: folder, storageFolder: folder, signal });
  const rejects = (work: Promise<unknown>, reason: string, sentence: RegExp): Promise<void> =>
    assert.rejects(
      work,
      (error) => error instanceof Failure && error.reason === reason && sentence.test(error.message),
    );

  it('is fetched once, without the weights, and works without network afterwards', async () => {
    const first = await load('tests/chat');
    const asked = server.requests.length;
    assert.ok(!server.requests.some(({ path }) => path.endsWith('model.bin')));
    const second = await load('tests/chat');
    assert.equal(server.requests.length, asked);
    assert.deepEqual(second.tokenizer.encode('the total'), first.tokenizer.encode('the total'));
  });

  it('is read from a file and from a folder', async () => {
    const file = join(folder, 'tokenizer.json');
    await writeFile(file, JSON.stringify(signTokenizer()));
    const [fromFile, fromFolder] = [await load(file), await load(folder)];
    assert.ok(fromFile.tokenizer.encode('the total').length > 0);
    assert.deepEqual(fromFolder.tokenizer.encode('the total'), fromFile.tokenizer.encode('the total'));
    await rejects(load(join(folder, 'missing')), 'invalid-input', /no file or folder/);
  });

  it('renders a chat by the template of either place, and says when there is none', async () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'the total' },
    ] as const;
    const chat = await load('tests/chat');
    const rendered = await renderChat(chat, messages);
    assert.equal(rendered, '<|endoftext|><|system|>Be brief.<|user|>the total<|assistant|>');
    const ids = chat.tokenizer.encode(rendered, true);
    assert.equal(ids[0], chat.tokenizer.specialTokens.get('<|endoftext|>'));
    assert.equal(ids.at(-1), chat.tokenizer.specialTokens.get('<|assistant|>'));
    assert.match(await renderChat(await load('tests/newer'), messages), /^<\|system\|>/);
    await rejects(renderChat(await load('tests/plain'), messages), 'unsupported', /has no chat template/);
  });

  it('says what is wrong with a repository', async () => {
    await rejects(load('tests/gated'), 'missing-key', new RegExp(`gated.*${endpoint}/tests/gated`));
    await rejects(load('tests/nowhere'), 'unknown-model', /no repository tests\/nowhere/);
    await rejects(load('tests/bare'), 'unsupported', /has no tokenizer\.json/);
    await rejects(load('tests/foreign'), 'unsupported', /is not the tokenizer\.json/);
    for (const again of [1, 2]) {
      await rejects(load('tests/torn'), 'unsupported', /that http.* has of tests\/torn is damaged/);
      const fetched = server.requests.filter(({ path }) => path.endsWith('torn/resolve/c0ffee/tokenizer.json'));
      assert.equal(fetched.length, again);
    }
    await rejects(load('nonsense'), 'invalid-input', /There is no tokenizer "nonsense"/);
    server.faults.set('tokenizer.json', { status: 403 });
    await rejects(load('tests/plain'), 'wrong-key', /403/);
  });

  it('goes on with half a file where it was cut off', async () => {
    server.faults.set('tokenizer.json', { dropAfter: 1000, times: 1 });
    assert.ok((await load('tests/plain')).tokenizer.encode('the total').length > 0);
  });

  it('is cancelled', async () => {
    server.faults.set('tokenizer.json', { stallAfter: 1000 });
    const cancel = new AbortController();
    const work = load('tests/plain', cancel.signal);
    const timer = setInterval(() => {
      if (server.requests.some(({ path }) => path.endsWith('tokenizer.json'))) cancel.abort();
    }, 5);
    await rejects(work, 'cancelled', /Cancelled/);
    clearInterval(timer);
  });

  it('is shown block by block and follows every edit', async () => {
    const file = join(folder, 'tokenizer.json');
    await writeFile(file, JSON.stringify(signTokenizer()));
    const { tokenizer } = await load(file);
    const service = new TokenService(folder);
    let text = 'def total(values):\n    return sum(values)  # 你好\n'.repeat(300);
    await service.answer({ type: 'open', tokenizer: { place: file, name: file }, text, special: false });
    await service.answer({ type: 'edit', edits: [{ offset: 5000, removed: 7, inserted: 'the other' }] });
    text = `${text.slice(0, 5000)}the other${text.slice(5007)}`;
    const answer = await service.answer({ type: 'blocks', from: 0, to: 1000 });
    assert.ok(answer.type === 'blocks' && answer.blocks.length > 1);
    const tokens = answer.blocks.flatMap((block) =>
      block.tokens.map(({ id, start, end }) => ({ id, start: block.start + start, end: block.start + end })),
    );
    assert.deepEqual(
      tokens.map(({ id }) => id),
      [...tokenizer.encode(text)],
    );
    let covered = 0;
    for (const { start, end } of tokens) {
      assert.ok(start <= covered && end >= covered);
      covered = end;
    }
    assert.equal(covered, text.length);
  });

  it('counts, and prints ids and places, on the command line', async () => {
    const file = join(folder, 'text.py');
    await writeFile(file, 'the 你好\n');
    const cli = join(import.meta.dirname, '../../src/cli.ts');
    const env = { ...process.env, HF_ENDPOINT: endpoint, SLIPSTREAM_TOKENIZERS: folder };
    const run = async (...args: string[]): Promise<string> =>
      (
        await promisify(execFile)(process.execPath, [cli, 'tokens', file, '--tokenizer', 'tests/chat', ...args], {
          env,
        })
      ).stdout;
    const ids = (await run('--ids')).trim().split(' ').map(Number);
    assert.match(await run(), new RegExp(`^${ids.length} tokens \\(tests/chat\\), 7 characters`));
    const told = JSON.parse(await run('--json')) as { tokens: { id: number; end: number; byteEnd: number }[] };
    assert.deepEqual(
      told.tokens.map(({ id }) => id),
      ids,
    );
    assert.deepEqual([told.tokens.at(-1)?.end, told.tokens.at(-1)?.byteEnd], [7, 11]);
    assert.match(await run('--chat'), /<\|user\|>the 你好\n<\|assistant\|>/);
  }).timeout(60_000);
});
