import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tokenizer as RustTokenizer } from 'tokenizers';
import { KeptBlocks } from '../../media/tokens/keptBlocks.ts';
import { Failure } from '../../src/shared/failure.ts';
import { readIds } from '../../src/tokens/readIds.ts';
import { readTokenizerJson } from '../../src/tokens/tokenizerJson.ts';
import { BytePairTokenizer } from '../../src/tokens/bytePairTokenizer.ts';
import { TokenService, type TokensAnswer, type TokensRequest } from '../../src/tokens/tokenService.ts';
import {
  byteLevelTokenizer,
  crossingTokenizer,
  signTokenizer,
  wordPieceTokenizer,
} from '../fixtures/smallTokenizers.ts';

describe('The tokenizing thread', () => {
  let folder: string;
  let service: TokenService;
  const place = (name: string) => ({ place: join(folder, name), name });
  const ask = async <T extends TokensAnswer['type']>(request: TokensRequest, type: T) => {
    const answer = await service.answer(request);
    assert.equal(answer.type, type);
    return answer as Extract<TokensAnswer, { type: T }>;
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipstream-tokens-'));
    await writeFile(join(folder, 'bytes.json'), JSON.stringify(byteLevelTokenizer()));
    await writeFile(join(folder, 'words.json'), JSON.stringify(wordPieceTokenizer()));
    await writeFile(join(folder, 'damaged.json'), '{"model": {"vocab"');
    service = new TokenService(folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const open = (text: string, name = 'bytes.json') =>
    ask({ type: 'open', tokenizer: place(name), text, special: false }, 'summary');

  it('shows the first tokens of a long text before the rest is read, and follows edits in between', async () => {
    let text = 'def total(values):\n    return sum(values)\n'.repeat(30_000);
    let answer = await open(text);
    assert.ok(answer.done < answer.characters);
    const lengths = [...answer.layout.lengths];
    const follow = ({ layout: { from, removed, lengths: now } }: typeof answer) =>
      lengths.splice(from, removed, ...now);
    for (let at = 10; answer.done < answer.characters; at += 400_000) {
      const edits = [{ offset: Math.min(at, text.length), removed: 0, inserted: 'the 你' }];
      text = text.slice(0, at) + 'the 你' + text.slice(at);
      follow(await ask({ type: 'edit', edits }, 'summary'));
      answer = await ask({ type: 'advance' }, 'summary');
      follow(answer);
    }
    assert.equal(
      lengths.reduce((sum, length) => sum + length, 0),
      text.length,
    );
    const { ids } = await ask({ type: 'encode', tokenizer: place('bytes.json'), text, special: false }, 'ids');
    assert.equal(answer.tokens, ids.length);
    const { blocks } = await ask({ type: 'blocks', from: 0, to: 3 }, 'blocks');
    assert.deepEqual(
      blocks.flatMap((block) => block.tokens.map(({ id }) => id)),
      ids.slice(0, blocks.flatMap((block) => block.tokens).length),
    );
    const { places } = await ask({ type: 'places', start: 5000, end: 5100 }, 'places');
    assert.ok((places[0] ?? Infinity) <= 5000 && (places.at(-1) ?? 0) >= 5100);
  }).timeout(20_000);

  it('tells of changes so that a page keeps all blocks that no edit touched', async () => {
    let text = 'def total(values):\n    return sum(values) # 你好\n'.repeat(150);
    const opened = await open(text);
    const lengths = [...opened.layout.lengths];
    const kept = new KeptBlocks();
    const all = async () => (await ask({ type: 'blocks', from: 0, to: Infinity }, 'blocks')).blocks;
    kept.take(await all());
    let random = 7;
    const below = (limit: number): number => (random = (random * 48_271) % 2_147_483_647) % limit;
    for (let round = 0; round < 20; round++) {
      const edits = [];
      for (let more = below(3); more >= 0; more--) {
        const offset = below(text.length);
        const removed = Math.min(below(4) === 0 ? below(3000) : below(3), text.length - offset);
        const inserted = 'x the 你\n'.repeat(below(5) === 0 ? below(600) : 1).slice(below(3));
        text = text.slice(0, offset) + inserted + text.slice(offset + removed);
        edits.push({ offset, removed, inserted });
      }
      const { layout, blocks } = await ask({ type: 'edit', edits }, 'summary');
      kept.follow({ ...layout, lengths: [...layout.lengths] }, lengths);
      lengths.splice(layout.from, layout.removed, ...layout.lengths);
      kept.take(blocks);
      const now = await all();
      const fresh = now.filter(({ index }) => kept.isFresh(index));
      for (const block of fresh) assert.deepEqual(kept.get(block.index), block);
      assert.ok(now.length - fresh.length <= Math.max(0, layout.lengths.length - blocks.length));
      assert.equal(
        now.map(({ tokens }) => tokens.at(-1)?.end ?? 0).reduce((sum, length) => sum + length, 0),
        text.length,
      );
      kept.take(now);
    }
  }).timeout(20_000);

  it('takes text of every kind: none, NUL, halves of characters, all line ends, one very long line', async () => {
    for (const text of [
      '',
      '\0\0a\0',
      '\ud83d a \udc00',
      'a\r\nb\rc\n\r\n',
      'ab '.repeat(60_000),
      '中'.repeat(60_000),
    ]) {
      const answer = await open(text);
      assert.equal(answer.characters, text.length);
      const { blocks } = await ask({ type: 'blocks', from: 0, to: 2 }, 'blocks');
      assert.ok(blocks.every(({ tokens }) => tokens.length <= 2100));
      assert.equal(blocks[0]?.tokens[0]?.start, text === '' ? undefined : 0);
    }
  }).timeout(20_000);

  it('counts where tokens have no place, and says why they are not shown', async () => {
    const answer = await open('The total', 'words.json');
    assert.deepEqual([answer.tokens, answer.layout.lengths.length], [2, 0]);
    assert.match(answer.note ?? '', /can only be counted/);
    const edits = [{ offset: 9, removed: 0, inserted: ' sum' }];
    assert.equal((await ask({ type: 'edit', edits }, 'summary')).tokens, 3);
  });

  it('says what is wrong, and goes on with the next', async () => {
    await assert.rejects(
      open('a', 'damaged.json'),
      (error) => error instanceof Failure && /not JSON/.test(error.message),
    );
    await assert.rejects(open('a', 'missing.json'), Failure);
    assert.equal((await open('the')).characters, 3);
    const decode = ask({ type: 'decode', tokenizer: place('bytes.json'), ids: [1, 99_999] }, 'text');
    await assert.rejects(decode, /no token with the id 99999/);
  });

  it('lists special tokens with their roles, and turns ids into text', async () => {
    const { tokens } = await ask({ type: 'special', tokenizer: place('bytes.json') }, 'special');
    assert.deepEqual(
      tokens.map(({ content, role }) => [content, role]),
      [
        ['<|endoftext|>', 'end'],
        ['<|user|>', 'conversation'],
        ['<|assistant|>', 'conversation'],
      ],
    );
    const { ids } = await ask(
      { type: 'encode', tokenizer: place('bytes.json'), text: 'the 你', special: false },
      'ids',
    );
    const { text } = await ask(
      { type: 'decode', tokenizer: place('bytes.json'), ids: readIds(`[${ids.join(', ')}]`) },
      'text',
    );
    assert.equal(text, 'the 你');
    assert.throws(() => readIds('1, two'), /"two" is not an id/);
    assert.deepEqual(readIds(' \n'), []);
  });
});

describe('A SentencePiece vocabulary whose tokens cross spaces', () => {
  for (const [kind, file] of [
    ['as Gemma has it', crossingTokenizer()],
    ['with a sign in front', { ...signTokenizer(), model: (crossingTokenizer() as { model: object }).model }],
  ] as const) {
    it(`is cut without changing a token, ${kind}`, async () => {
      const tokenizer = await readTokenizerJson(JSON.stringify(file), {}, 'tokenizer.json');
      assert.ok(tokenizer instanceof BytePairTokenizer);
      const original = RustTokenizer.fromString(JSON.stringify(file));
      const text = 'def total(values):\n    return sum(values) # 你好 世界 the then\n class Total: '.repeat(20);
      for (let cut = 0; cut < 60; cut++) {
        const each = text.slice(cut * 7, text.length - cut * 11);
        const encoding = await original.encode(each, null, { addSpecialTokens: false });
        assert.deepEqual([...tokenizer.encode(each, true)], encoding.getIds());
      }
    });
  }
});
