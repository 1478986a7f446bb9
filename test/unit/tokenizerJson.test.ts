import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Tokenizer as RustTokenizer } from 'tokenizers';
import { BytePairTokenizer } from '../../src/tokens/bytePairTokenizer.ts';
import { TokenDocument } from '../../src/tokens/tokenDocument.ts';
import type { TextTokenizer } from '../../src/tokens/loadTokenizer.ts';
import { readTokenizerJson } from '../../src/tokens/tokenizerJson.ts';
import { Failure } from '../../src/shared/failure.ts';
import {
  byteLevelTokenizer,
  signTokenizer,
  unigramTokenizer,
  wordPieceTokenizer,
} from '../fixtures/smallTokenizers.ts';

const nasty: readonly string[] = [
  '',
  ' ',
  'def total(values):\n    return sum(values)\r\n\t\n\n  x',
  ' leading and trailing ',
  "don't WE'RE it's 1234½ ٣٤٥ Ⅷ",
  '你好世界，没有空格 日本語 한국어',
  '👩‍👩‍👧‍👦 🏳️‍🌈 é ñ ﬁ שלום',
  'a\u0085b\ufeffc\u00a0d\u2003e\u2028f\u3000g \u0085 x',
  '\ud800 a\udc00',
  '𝔘𝔫𝔦 𓀀 \u{10ffff}',
  'the<|user|>then <|endoftext|> there</s>the <s> <unk>',
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'binary', maxLength: 10 })), { maxLength: 6 })
  .map((parts) => parts.join(''));

const kinds = [
  { name: 'with bytes as signs', file: byteLevelTokenizer(), special: '<|user|>' },
  { name: 'with a sign for the space', file: signTokenizer(), special: '</s>' },
];

for (const { name, file, special } of kinds) {
  describe(`A tokenizer.json ${name}`, () => {
    let tokenizer: TextTokenizer;
    let original: RustTokenizer;

    before(async () => {
      tokenizer = await readTokenizerJson(JSON.stringify(file), {}, 'tokenizer.json');
      original = RustTokenizer.fromString(JSON.stringify(file));
    });

    async function assertSame(each: string): Promise<void> {
      const encoding = await original.encode(each.toWellFormed(), null, { addSpecialTokens: false });
      assert.deepEqual([...tokenizer.encode(each, true)], encoding.getIds(), JSON.stringify(each));
    }

    it('gives the ids of the Rust original', async () => {
      for (const each of nasty) await assertSame(each);
      await fc.assert(fc.asyncProperty(text, assertSame), { numRuns: 300, seed: 3 });
    }).timeout(30_000);

    it('covers the text with spans without gap or overlap', () => {
      const check = (each: string): void => {
        let byte = 0;
        let covered = 0;
        for (const { start, end, byteStart, byteEnd } of tokenizer.spans(each, tokenizer.encode(each, true))) {
          assert.equal(byteStart, byte);
          byte = byteEnd;
          assert.ok(start <= covered && end >= covered, JSON.stringify(each));
          covered = end;
        }
        assert.deepEqual([byte, covered], [Buffer.byteLength(each), each.length], JSON.stringify(each));
      };
      nasty.forEach(check);
      fc.assert(fc.property(text, check), { numRuns: 300, seed: 4 });
    }).timeout(30_000);

    it('gets the text back, and says so when an id is no token', () => {
      for (const each of nasty) assert.equal(tokenizer.decode(tokenizer.encode(each)), each.toWellFormed());
      assert.equal(tokenizer.decode([1, 5_000_000]), undefined);
    });

    it('reads special tokens as such only when asked to', () => {
      const id = tokenizer.specialTokens.get(special) ?? -1;
      assert.ok(tokenizer.encode(`the${special}the`, true).includes(id));
      assert.ok(!tokenizer.encode(`the${special}the`, false).includes(id));
    });
  });
}

describe('A tokenizer.json of another kind', () => {
  for (const [kind, file] of [
    ['WordPiece', wordPieceTokenizer()],
    ['Unigram', unigramTokenizer()],
  ] as const) {
    it(`of the kind ${kind} gives the ids of the Rust original, and places where it leaves the text alone`, async () => {
      const tokenizer = await readTokenizerJson(JSON.stringify(file), {}, 'tokenizer.json');
      const original = RustTokenizer.fromString(JSON.stringify(file));
      for (const each of ['the total', 'There (sum): thens 12', 'def  the\n\treturn 你好 xyz ?']) {
        const encoding = await original.encode(each, null, { addSpecialTokens: false });
        assert.deepEqual([...tokenizer.encode(each, true)], encoding.getIds(), JSON.stringify(each));
      }
    });
  }
  it('has places where it leaves the text alone, and can be edited', async () => {
    const tokenizer = await readTokenizerJson(JSON.stringify(unigramTokenizer()), {}, 'tokenizer.json');
    const spans = tokenizer.spans('the total', tokenizer.encode('the total'));
    assert.deepEqual(spans.at(-1)?.end, 9);
    const document = new TokenDocument(tokenizer, 'the total');
    document.edit(4, 0, 'sum ');
    assert.deepEqual([...(document.chunks[0]?.ids ?? [])], [...tokenizer.encode('the sum total')]);
    const words = await readTokenizerJson(JSON.stringify(wordPieceTokenizer()), {}, 'tokenizer.json');
    assert.throws(() => words.spans('The total', words.encode('The total')), Failure);
  });
});

describe('A tokenizer.json of the newer form of SentencePiece', () => {
  const texts = ['the total', ' the  total', 'the</s>the </s> the', '</s>the', '\n the', '', '你好 x'];
  for (const scheme of ['first', 'always', 'never']) {
    for (const split of [true, false]) {
      it(`gives the ids of the Rust original, spaces ${scheme}, ${split ? 'cut' : 'not cut'} there`, async () => {
        const metaspace = { type: 'Metaspace', replacement: '▁', prepend_scheme: scheme, split };
        const file = { ...signTokenizer(), normalizer: null, pre_tokenizer: metaspace, decoder: metaspace };
        const tokenizer = await readTokenizerJson(JSON.stringify(file), {}, 'tokenizer.json');
        assert.ok(tokenizer instanceof BytePairTokenizer);
        const original = RustTokenizer.fromString(JSON.stringify(file));
        for (const each of texts) {
          const encoding = await original.encode(each, null, { addSpecialTokens: false });
          assert.deepEqual([...tokenizer.encode(each, true)], encoding.getIds(), JSON.stringify(each));
        }
      });
    }
  }
});

describe('A tokenizer.json that normalizes', () => {
  it('has places in the text as it was written', async () => {
    const file = { ...byteLevelTokenizer(), normalizer: { type: 'NFC' } };
    const tokenizer = await readTokenizerJson(JSON.stringify(file), {}, 'tokenizer.json');
    const written = 'the e\u0301 there';
    const spans = tokenizer.spans(written, tokenizer.encode(written));
    assert.equal(spans.at(-1)?.end, written.length);
    assert.equal(
      spans
        .map(({ start, end }) => written.slice(start, end))
        .join('')
        .includes('e\u0301'),
      true,
    );
  });
});

describe('A bad tokenizer.json', () => {
  const rejects = (content: string, sentence: RegExp): Promise<void> =>
    assert.rejects(
      readTokenizerJson(content, {}, 'tokenizer.json'),
      (error) => error instanceof Failure && sentence.test(error.message),
    );

  it('is told from a cut-off one, a foreign one and one with a part that nobody knows', async () => {
    const whole = JSON.stringify(byteLevelTokenizer());
    await rejects(whole.slice(0, whole.length / 2), /cut off/);
    await rejects('{"name": "package"}', /is not the tokenizer\.json/);
    await rejects(JSON.stringify({ ...byteLevelTokenizer(), pre_tokenizer: { type: 'Strange' } }), /not supported/);
  });
});
