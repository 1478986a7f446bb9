import assert from 'node:assert/strict';
import fc from 'fast-check';
import { join } from 'node:path';
import { Tokenizer as RustTokenizer } from 'tokenizers';
import { tokenizerSources } from '../../scripts/tokenizerSources.ts';
import { bundledTokenizers, loadBundledTokenizer } from '../../src/tokens/bundledTokenizers.ts';
import type { BytePairTokenizer } from '../../src/tokens/bytePairTokenizer.ts';
import { renderChat } from '../../src/tokens/chatPrompt.ts';
import { packTokenizer, unpackTokenizer, type TokenizerSource } from '../../src/tokens/compactTokenizer.ts';
import { byteOfSign } from '../../src/tokens/tokenizerSource.ts';
import { spellsBytes } from '../../src/tokens/bytePairBuilder.ts';
import { TokenDocument } from '../../src/tokens/tokenDocument.ts';
import { fragment, nasty, text } from '../fixtures/nastyText.ts';

/** What the makers of the models, and libraries that were tested against these, publish. */
const published: Readonly<Record<string, readonly (readonly [text: string, ids: readonly number[]])[]>> = {
  phi3: [['Hello world', [15043, 3186]]],
  mistral: [
    ['Hello world', [22557, 1526]],
    ['🦙Ꙋ', [28705, 243, 162, 169, 156, 237, 156, 141]],
  ],
  'qwen2.5': [['Hello world', [9707, 1879]]],
  'deepseek-v3': [['Hello!', [19923, 3]]],
};

/** Characters that came with Unicode 17, which JavaScript knows and the Rust original does not yet. */
const NEWER =
  /[\u1acf-\u1aeb\u20c1\u2b96\u{16ea0}-\u{16ed8}\u{18d00}-\u{18dff}\u{1cec0}-\u{1ceff}\u{1e6c0}-\u{1e6ff}\u{2ceaa}-\u{2ceaf}\u{323b0}-\u{3347f}]/u;

/** The `tokenizer.json` that the parts come from, so that the original can read it. */
function tokenizerJson({ settings, tokens, merges }: TokenizerSource): string {
  const signOf = new Map([...byteOfSign].map(([sign, byte]) => [byte, sign]));
  const asBytes = spellsBytes(settings);
  const names = tokens.map((bytes) =>
    asBytes ? [...bytes].map((byte) => signOf.get(byte)).join('') : Buffer.from(bytes).toString(),
  );
  const list = [...merges.left].map((left, rank) => [names[left], names[merges.right[rank] as number]]);
  const vocab = Object.fromEntries(names.map((name, id) => [name, id]).filter(([name]) => name !== ''));
  for (const { content, id } of settings.added_tokens) if (names[id] === '') vocab[content] = id;
  return JSON.stringify({ version: '1.0', ...settings, model: { ...settings.model, vocab, merges: list } });
}

for (const [name, load] of Object.entries(tokenizerSources)) {
  describe(`The tokenizer ${name} that is included`, function () {
    this.timeout(60_000);
    let tokenizer: BytePairTokenizer;
    let original: RustTokenizer;

    before(async () => {
      const source = await load();
      ({ tokenizer } = unpackTokenizer(packTokenizer(source)));
      original = RustTokenizer.fromString(tokenizerJson(source));
    });

    async function assertSame(each: string): Promise<void> {
      const encoding = await original.encode(each.toWellFormed(), null, { addSpecialTokens: false });
      assert.deepEqual([...tokenizer.encode(each, true)], encoding.getIds(), JSON.stringify(each));
    }

    it('gives the ids that are published', () => {
      for (const [each, ids] of published[name] ?? []) assert.deepEqual([...tokenizer.encode(each)], ids);
    });

    it('gives the ids of the Rust original on text that is hard to cut, and on random text', async () => {
      const special = [...tokenizer.specialTokens.keys()].slice(0, 3);
      for (const each of [...nasty, `a ${special.join(' b\n ')}  c`, `${special.join('')} `]) await assertSame(each);
      await fc.assert(fc.asyncProperty(text, assertSame), { numRuns: 300, seed: 11 });
    });

    it('gives the ids of the Rust original for a word of twenty thousand letters', async () => {
      let seed = 5;
      const letter = (): string => 'etaoin'.charAt((seed = (seed * 48_271) % 2_147_483_647) % 6);
      await assertSame(Array.from({ length: 20_000 }, letter).join(''));
    });

    it('gives the ids of the Rust original for a sample of every plane', async () => {
      const characters: string[] = [];
      for (let code = 0; code < 0x110000; code += code < 0x3000 ? 1 : 97) {
        const character = String.fromCodePoint(code);
        if (!NEWER.test(character)) characters.push(character);
      }
      await assertSame(characters.map((each) => `a${each}b ${each}1${each}\n`).join(''));
    });

    it('covers the text with spans without gap or overlap', () => {
      for (const each of [
        ...nasty,
        ...[...tokenizer.specialTokens.keys()].slice(0, 12).map((it) => `x ${it} \n y${it}`),
      ]) {
        let byte = 0;
        let covered = 0;
        for (const { start, end, byteStart, byteEnd } of tokenizer.spans(each, tokenizer.encode(each, true))) {
          assert.equal(byteStart, byte);
          byte = byteEnd;
          assert.ok(start <= covered && end >= covered, JSON.stringify(each));
          covered = end;
        }
        assert.deepEqual([byte, covered], [Buffer.byteLength(each), each.length], JSON.stringify(each));
      }
    });

    it('gets the text back', () => {
      const form = name === 'qwen2.5' ? 'NFC' : undefined;
      for (const each of nasty) {
        const expected = form ? each.toWellFormed().normalize(form) : each.toWellFormed();
        assert.equal(tokenizer.decode(tokenizer.encode(each)), expected);
      }
    });

    it('has the tokens of an edited text as if it were tokenized afresh', () => {
      const marks = fc.constantFrom(...[...tokenizer.specialTokens.keys()].slice(0, 8), '\u0301', 'e', '\u1161');
      const part = fc.oneof({ weight: 4, arbitrary: fragment }, { weight: 1, arbitrary: marks });
      const parts = fc.array(part, { minLength: 1, maxLength: 12 });
      const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), removed: fc.nat(60), inserted: parts });
      fc.assert(
        fc.property(parts, fc.nat(400), fc.array(edit, { minLength: 1, maxLength: 6 }), (first, repeats, edits) => {
          let now = first.join('').repeat(repeats).slice(0, 9000);
          const document = new TokenDocument(tokenizer, now, true);
          for (const { at, removed, inserted } of edits) {
            const offset = Math.floor(at * now.length);
            const taken = Math.min(removed, now.length - offset);
            document.edit(offset, taken, inserted.join(''));
            now = now.slice(0, offset) + inserted.join('') + now.slice(offset + taken);
            assert.equal(document.text(), now);
            const ids = document.chunks.flatMap((chunk) => [...chunk.ids]);
            assert.deepEqual(ids, [...tokenizer.encode(now, true)]);
            assert.equal(document.tokenCount, ids.length);
          }
        }),
        { numRuns: 60, seed: 7 },
      );
    });

    it('has the tokens of a text that is edited while it is tokenized by and by, and tells what changed', () => {
      fc.assert(
        fc.property(
          fc.array(text, { minLength: 2, maxLength: 8 }),
          fc.nat(60),
          fc.array(fc.nat()),
          (parts, repeats, places) => {
            let now = parts.join(' ').repeat(repeats).slice(0, 20_000);
            const document = TokenDocument.begin(tokenizer, now, true);
            let lengths: number[] = [];
            const follow = (): void => {
              const { from, removed, added } = document.takeChange();
              const fresh = document.chunks.slice(from, from + added).map((chunk) => chunk.text.length);
              lengths = [...lengths.slice(0, from), ...fresh, ...lengths.slice(from + removed)];
            };
            for (const [index, place] of places.entries()) {
              document.advance(1500);
              if (index % 3 === 0) follow();
              const offset = place % (now.length + 1);
              document.edit(offset, Math.min(index, now.length - offset), parts[index % parts.length] ?? '');
              now =
                now.slice(0, offset) +
                (parts[index % parts.length] ?? '') +
                now.slice(offset + Math.min(index, now.length - offset));
              assert.equal(document.text(), now);
            }
            document.advance(Infinity);
            follow();
            assert.equal(document.text(), now);
            assert.deepEqual(
              lengths,
              document.chunks.map((chunk) => chunk.text.length),
            );
            assert.deepEqual(
              document.chunks.flatMap((chunk) => [...chunk.ids]),
              [...tokenizer.encode(now, true)],
            );
          },
        ),
        { numRuns: 40, seed: 5 },
      );
    });

    it('divides a line of one word, so that it can be shown bit by bit', () => {
      const line = `${'中'.repeat(9000)}${'a'.repeat(60_000)}\n`;
      const document = new TokenDocument(tokenizer, line);
      assert.ok(document.chunks.every(({ ids }) => ids.length <= 2100));
      document.edit(20_000, 0, 'b ');
      const edited = `${line.slice(0, 20_000)}b ${line.slice(20_000)}`;
      assert.deepEqual(
        document.chunks.flatMap((chunk) => [...chunk.ids]),
        [...tokenizer.encode(edited)],
      );
    });

    it('takes no quadratic time for a line of Chinese, and little for a keystroke in a long text', () => {
      const start = performance.now();
      tokenizer.encode('中文没有标点的长文本'.repeat(10_000));
      assert.ok(performance.now() - start < 2000);
      const document = new TokenDocument(tokenizer, 'def f(x):\n    return x + 1\n\n'.repeat(20_000));
      assert.ok(document.edit(300_000, 0, 'y') < 40_000);
    });
  });
}

describe('Qwen2', () => {
  it('has fewer added tokens than its successor, whose vocabulary it shares', async () => {
    const packed = packTokenizer(await (tokenizerSources['qwen2.5'] as () => Promise<TokenizerSource>)());
    const variant = bundledTokenizers.find(({ id }) => id === 'qwen2')?.variant;
    assert.ok(variant);
    const [older, newer] = [unpackTokenizer(packed, variant), unpackTokenizer(packed)];
    assert.equal(older.tokenizer.specialTokens.size, 3);
    assert.deepEqual(newer.tokenizer.encode('<tool_call>'), Int32Array.of(151_657));
    assert.ok(older.tokenizer.encode('<tool_call>').length > 1);
  }).timeout(30_000);
});

describe('The chat templates that are included', () => {
  const assets = join(import.meta.dirname, '../../dist/assets');
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hello' },
  ] as const;
  // The template asks for the day here, not in Greenwich.
  const today = new Date().toLocaleDateString('sv-SE');
  /** What the templates of the repositories give for this conversation. */
  const expected: Readonly<Record<string, string>> = {
    phi3: '<|system|>\nBe brief.<|end|>\n<|user|>\nHello<|end|>\n<|assistant|>\n',
    qwen2: '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n',
    'qwen2.5': '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n',
    'deepseek-v3': '<｜begin▁of▁sentence｜>Be brief.<｜User｜>Hello<｜Assistant｜>',
    'gpt-oss':
      '<|start|>system<|message|>You are ChatGPT, a large language model trained by OpenAI.\nKnowledge cutoff: 2024-06\n' +
      `Current date: ${today}\n\nReasoning: medium\n\n# Valid channels: analysis, commentary, final. ` +
      'Channel must be included for every message.<|end|><|start|>developer<|message|># Instructions\n\nBe brief.\n\n<|end|>' +
      '<|start|>user<|message|>Hello<|end|><|start|>assistant',
  };
  for (const [id, prompt] of Object.entries(expected)) {
    it(`write what ${id} was trained on, in its own special tokens`, async () => {
      const { tokenizer, config } = await loadBundledTokenizer(id, assets);
      const rendered = await renderChat({ name: id, tokenizer, config }, messages);
      assert.equal(rendered, prompt);
      const marks = rendered.match(/<[|｜][\w▁]+[|｜]>/g) ?? [];
      const ids = [...tokenizer.encode(rendered, true)];
      assert.ok(marks.length > 0);
      for (const mark of marks) {
        const [own, ...more] = tokenizer.encode(mark, true);
        assert.ok(own !== undefined && more.length === 0 && tokenizer.isAdded(own) && ids.includes(own), mark);
      }
    });
  }

  it('of Mistral refuses a system message, as its own does', async () => {
    const { tokenizer, config } = await loadBundledTokenizer('mistral', assets);
    const loaded = { name: 'mistral', tokenizer, config };
    assert.equal(await renderChat(loaded, messages.slice(1)), '<s>[INST] Hello [/INST]');
    await assert.rejects(renderChat(loaded, messages), /Conversation roles must alternate/);
  });
});
