import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { get_encoding, type Tiktoken } from 'tiktoken';
import { bundledTokenizers, rankedTokenizer } from '../../src/tokens/bundledTokenizers.ts';
import type { BytePairTokenizer } from '../../src/tokens/bytePairTokenizer.ts';
import { packVocabulary, readRanks, unpackVocabulary } from '../../src/tokens/compactVocabulary.ts';
import { TokenDocument } from '../../src/tokens/tokenDocument.ts';
import { PairHeap, RankedPairs } from '../../src/tokens/pairHeap.ts';
import { spansOf } from '../../src/tokens/tokenSpans.ts';
import { Failure } from '../../src/shared/failure.ts';
import { fragment, nasty, text } from '../fixtures/nastyText.ts';

const data = join(import.meta.dirname, '../../node_modules/gpt-tokenizer/data');

for (const preset of bundledTokenizers) {
  const { ranks } = preset;
  if (!ranks || preset.file !== preset.id) continue;
  describe(`The tokenizer ${preset.id}`, () => {
    let tokenizer: BytePairTokenizer;
    let reference: Tiktoken;
    const lengthOf = (id: number): number => tokenizer.bytesOf(id)?.length ?? 0;

    before(function () {
      this.timeout(30_000);
      const tokens = readRanks(readFileSync(join(data, `${preset.id}.tiktoken`), 'utf8'));
      tokenizer = rankedTokenizer(unpackVocabulary(packVocabulary(tokens)), ranks);
      reference = get_encoding(preset.id as 'o200k_base');
    });
    after(() => reference.free());

    it('gives the ids of tiktoken on text that is hard to cut', () => {
      for (const each of nasty) {
        assert.deepEqual([...tokenizer.encode(each)], [...reference.encode(each, [], [])], JSON.stringify(each));
      }
    });

    it('gives the ids of tiktoken on random text', () => {
      fc.assert(
        fc.property(text, (each) => {
          assert.deepEqual([...tokenizer.encode(each)], [...reference.encode(each, [], [])]);
        }),
        { numRuns: 400, seed: 1 },
      );
    }).timeout(30_000);

    it('gives the ids of tiktoken for a sample of every plane', () => {
      const characters: string[] = [];
      for (let code = 0; code < 0x110000; code += code < 0x3000 ? 1 : 97) characters.push(String.fromCodePoint(code));
      const all = characters.map((each) => `a${each}b ${each}1${each}\n`).join('');
      assert.deepEqual([...tokenizer.encode(all)], [...reference.encode(all, [], [])]);
    }).timeout(30_000);

    it('reads special tokens as such only when asked to', () => {
      for (const each of [...nasty, 'a  <|endoftext|>  b']) {
        assert.deepEqual([...tokenizer.encode(each, true)], [...reference.encode(each, 'all')], JSON.stringify(each));
      }
    });

    it('gets the text back, and says so when an id is no token', () => {
      for (const each of nasty) assert.equal(tokenizer.decode(tokenizer.encode(each)), each.toWellFormed());
      assert.equal(tokenizer.decode([1, 5_000_000]), undefined);
    });

    it('covers the text with spans without gap or overlap', () => {
      for (const each of nasty) {
        const spans = spansOf(each, tokenizer.encode(each), lengthOf);
        const bytes = Buffer.from(each);
        let at = 0;
        let covered = 0;
        for (const { id, start, end, byteStart, byteEnd } of spans) {
          assert.equal(byteStart, at);
          at = byteEnd;
          assert.ok(start <= covered && end >= covered && end > start, JSON.stringify(each));
          covered = end;
          assert.deepEqual(Buffer.from(tokenizer.bytesOf(id) ?? []), bytes.subarray(byteStart, byteEnd));
          const shared = bytes.subarray(byteStart, byteEnd).toString();
          if (!shared.includes('\ufffd')) assert.equal(each.slice(start, end), shared);
        }
        assert.equal(at, bytes.length);
        assert.equal(covered, each.length);
      }
    });

    it('has the tokens of an edited text as if it were tokenized afresh', () => {
      const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), removed: fc.nat(40), inserted: text });
      fc.assert(
        fc.property(
          fc.array(fragment, { minLength: 1, maxLength: 12 }),
          fc.nat(400),
          fc.array(edit, { minLength: 1, maxLength: 6 }),
          fc.boolean(),
          (parts, repeats, edits, special) => {
            let now = parts.join('').repeat(repeats).slice(0, 12_000);
            const document = new TokenDocument(tokenizer, now, special);
            for (const { at, removed, inserted } of edits) {
              const offset = Math.floor(at * now.length);
              const taken = Math.min(removed, now.length - offset);
              document.edit(offset, taken, inserted);
              now = now.slice(0, offset) + inserted + now.slice(offset + taken);
              assert.equal(document.text(), now);
              assert.equal(document.length, now.length);
              const ids = document.chunks.flatMap((chunk) => [...chunk.ids]);
              assert.deepEqual(ids, [...tokenizer.encode(now, special)]);
              assert.equal(document.tokenCount, ids.length);
            }
          },
        ),
        { numRuns: 150, seed: 7 },
      );
    }).timeout(60_000);

    it('tokenizes a long line without a border in it, and says when one is too long', () => {
      assert.equal(tokenizer.decode(tokenizer.encode('中文字'.repeat(50_000))), '中文字'.repeat(50_000));
      assert.throws(() => tokenizer.encode('中'.repeat(20_000_000)), Failure);
    }).timeout(30_000);

    it('tokenizes again only a little for a keystroke in a long text', () => {
      const document = new TokenDocument(tokenizer, 'def f(x):\n    return x + 1\n\n'.repeat(20_000));
      assert.ok(document.edit(300_000, 0, 'y') < 40_000);
    });
  });
}

describe('A vocabulary in the compact form', () => {
  it('holds tokens of any length', () => {
    const tokens = [Uint8Array.of(65), new Uint8Array(254).fill(66), new Uint8Array(700).fill(67), Uint8Array.of(0)];
    const vocabulary = unpackVocabulary(packVocabulary(tokens));
    tokens.forEach((token, id) => assert.deepEqual(Uint8Array.from(vocabulary.bytesOf(id) ?? []), token));
    assert.equal(vocabulary.bytesOf(4), undefined);
  });

  it('says when it is damaged', () => {
    assert.throws(() => unpackVocabulary(Uint8Array.of(1, 2, 3)), Failure);
    const packed = packVocabulary([Uint8Array.of(65)]);
    assert.throws(() => unpackVocabulary(packed.subarray(0, packed.length - 2)), Failure);
  });
});

describe('Pairs that wait to be merged', () => {
  it('come in the same order from a heap and from lists by rank, however they are added', () => {
    const step = fc.oneof(fc.record({ rank: fc.nat(6), place: fc.nat(40) }), fc.constant('take' as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const heap = new PairHeap();
        const lists = new RankedPairs();
        const take = (): void => assert.equal(lists.pop(), heap.pop());
        for (const each of steps) {
          if (each !== 'take') {
            heap.add(each.rank, each.place);
            lists.add(each.rank, each.place);
          } else if (heap.size > 0) take();
          assert.equal(lists.size, heap.size);
        }
        while (heap.size > 0) take();
      }),
    );
  });
});
