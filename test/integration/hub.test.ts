import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadFiles, type DownloadOptions, type DownloadProgress } from '../../src/hub/download.ts';
import { Hub, type HubRepository } from '../../src/hub/hub.ts';
import type { Failure } from '../../src/shared/failure.ts';
import { HubServer } from '../fixtures/hubServer.ts';
import { isFailure } from '../fixtures/isFailure.ts';

const token = 'hf_of_the_tests';
const weights = randomBytes(300_000);
const files = { 'config.json': '{"model_type":"llama"}', 'onnx/model_q4.onnx': weights };
const never = new AbortController().signal;

describe('The Hub', () => {
  const server = new HubServer();
  let endpoint: string;
  let folder: string;

  before(async () => {
    endpoint = await server.start();
    server.add('tests/open', files);
    server.add('tests/gated', files, true);
    server.tokens.add(token);
  });

  after(() => server.stop());

  beforeEach(async () => {
    server.reset();
    folder = await mkdtemp(join(await realpath(tmpdir()), 'slipstream-hub-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const hubWith = (key?: string): Hub => new Hub({ endpoint, token: async () => key });
  const target = (path: string): string => join(folder, path);
  const download = async (repository: HubRepository, options: Partial<DownloadOptions> = {}, hub = hubWith()) =>
    downloadFiles(hub, repository, repository.files, ({ path }) => target(path), {
      signal: never,
      retryPauses: [],
      ...options,
    });
  const failure = (reason: Failure['reason'], message: RegExp) => (error: unknown) => {
    assert.doesNotMatch(`${String(error)} ${String((error as Error).cause)}`, new RegExp(token));
    return isFailure(reason, message)(error);
  };
  const ranges = () => server.requests.filter(({ path }) => path.endsWith('.onnx')).map(({ range }) => range);

  it('tells the files with their sizes before anything is fetched', async () => {
    const repository = await hubWith().repository('tests/open', never);
    assert.equal(repository.commit, 'c0ffee');
    assert.deepEqual(
      repository.files.map(({ path, size }) => [path, size]),
      [
        ['config.json', 22],
        ['onnx/model_q4.onnx', weights.length],
      ],
    );
    assert.equal(
      server.requests.some(({ path }) => path.includes('/resolve/')),
      false,
    );
  });

  it('fetches the files from that commit and tells how far it is', async () => {
    const seen: DownloadProgress[] = [];
    const repository = await hubWith().repository('tests/open', never);
    await download(repository, { onProgress: (progress) => seen.push(progress) });
    assert.deepEqual(await readFile(target('onnx/model_q4.onnx')), weights);
    assert.deepEqual(seen.at(-1), { file: 'onnx/model_q4.onnx', doneBytes: 300_022, totalBytes: 300_022 });
    assert.ok(server.requests.at(-1)?.path.includes('/resolve/c0ffee/'));
    server.requests.length = 0;
    await download(repository);
    assert.deepEqual(server.requests, []);
  });

  it('goes on after a lost connection where it ended, by itself', async () => {
    server.faults.set('.onnx', { dropAfter: 100_000, times: 1 });
    await download(await hubWith().repository('tests/open', never), { retryPauses: [0] });
    assert.deepEqual(await readFile(target('onnx/model_q4.onnx')), weights);
    assert.deepEqual(ranges(), [undefined, 'bytes=100000-']);
  });

  it('keeps what arrived when it was cancelled, and goes on from there when asked again', async () => {
    const cancel = new AbortController();
    server.faults.set('.onnx', { pieceBytes: 20_000 });
    const repository = await hubWith().repository('tests/open', never);
    const onProgress = ({ doneBytes }: DownloadProgress): void => {
      if (doneBytes > 100_000) cancel.abort();
    };
    await assert.rejects(download(repository, { signal: cancel.signal, onProgress }), failure('cancelled', /./));
    const kept = (await readFile(target('onnx/model_q4.onnx.part'))).length;
    assert.ok(kept > 0 && kept < weights.length, String(kept));
    server.reset();
    await download(repository);
    assert.deepEqual(ranges(), [`bytes=${kept}-`]);
    assert.deepEqual(await readFile(target('onnx/model_q4.onnx')), weights);
    assert.deepEqual(await readdir(target('onnx')), ['model_q4.onnx']);
  });

  it('starts anew where the server cannot go on in the middle', async () => {
    const repository = await hubWith().repository('tests/open', never);
    server.faults.set('.onnx', { dropAfter: 100_000, times: 1 });
    await assert.rejects(download(repository), failure('network', /lost in the middle.*kept/));
    server.faults.set('.onnx', { ignoresRange: true });
    await download(repository);
    assert.deepEqual(await readFile(target('onnx/model_q4.onnx')), weights);
  });

  it('fetches a damaged file once more, and says so when it stays damaged', async () => {
    const repository = await hubWith().repository('tests/open', never);
    server.faults.set('.onnx', { damaged: true, times: 1 });
    await download(repository);
    assert.deepEqual(await readFile(target('onnx/model_q4.onnx')), weights);
    await rm(target('onnx/model_q4.onnx'));
    await rm(target('config.json'));
    server.faults.set('config.json', { damaged: true });
    await assert.rejects(download(repository), failure('bad-answer', /config\.json .* damaged twice/));
    assert.deepEqual(await readdir(folder), ['onnx']);
  });

  it('gives up on a server that falls silent', async () => {
    server.faults.set('.onnx', { stallAfter: 1000 });
    const hub = new Hub({ endpoint, idleSeconds: 0.2 });
    const repository = await hub.repository('tests/open', never);
    await assert.rejects(download(repository, {}, hub), failure('network', /lost in the middle/));
  });

  it('says what a gated repository wants, with and without a token, and reads it with the right one', async () => {
    const repository = await hubWith().repository('tests/gated', never);
    assert.equal(repository.gated, true);
    await assert.rejects(download(repository), failure('missing-key', /gated.*tests\/gated.*Set API Key.*HF_TOKEN/));
    await assert.rejects(download(repository, {}, hubWith('hf_other')), failure('wrong-key', /no access.*gated/));
    await download(repository, {}, hubWith(token));
    assert.equal(server.requests.at(-1)?.authorization, `Bearer ${token}`);
  });

  it('follows the Hub to where large files lie, and takes the token along to nobody else', async () => {
    const store = new HubServer();
    store.add('tests/gated', files);
    server.faults.set('.onnx', { redirectTo: await store.start() });
    try {
      const hub = hubWith(token);
      await download(await hub.repository('tests/gated', never), {}, hub);
      assert.deepEqual(await readFile(target('onnx/model_q4.onnx')), weights);
      assert.equal(store.requests.length, 1);
      assert.equal(store.requests[0]?.authorization, undefined);
    } finally {
      await store.stop();
    }
  });

  it('names what is wrong with a name, a missing repository, a missing file and a busy Hub', async () => {
    const hub = hubWith();
    await assert.rejects(hub.repository('../etc/passwd', never), failure('invalid-input', /not the name/));
    await assert.rejects(hub.repository('tests/none', never), failure('unknown-model', /no repository tests\/none/));
    const repository = await hub.repository('tests/open', never);
    server.faults.set('config.json', { status: 404 });
    await assert.rejects(download(repository), failure('unknown-model', /./));
    server.faults.set('config.json', { status: 429 });
    await assert.rejects(download(repository), failure('quota', /429/));
    server.faults.set('config.json', { status: 503 });
    await assert.rejects(download(repository), failure('provider', /503/));
    const nowhere = new Hub({ endpoint: 'http://127.0.0.1:9' });
    await assert.rejects(
      nowhere.repository('tests/open', never),
      failure('network', /could not be read.*127\.0\.0\.1:9/),
    );
    assert.throws(() => new Hub({ endpoint: 'ftp://x' }), failure('invalid-input', /Hub endpoint/));
  });

  it('checks the disk first, counting what is there already', async () => {
    const repository = await hubWith().repository('tests/open', never);
    server.requests.length = 0;
    const options = { freeBytes: async () => 64 * 1024 ** 2 + 100_000 };
    await assert.rejects(download(repository, options), failure('disk-full', /needs 300 kB, but only 67\.2 MB/));
    assert.deepEqual(server.requests, []);
    await writeFile(target('config.json'), files['config.json']);
    await download(repository);
    await download(repository, { freeBytes: async () => 0 });
  });

  it('says when nothing can be written', async () => {
    const repository = await hubWith().repository('tests/open', never);
    await writeFile(target('onnx'), 'a file where a folder should be');
    await assert.rejects(download(repository), failure('disk-full', /Nothing can be written/));
  });
});
