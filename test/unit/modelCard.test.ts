import assert from 'node:assert/strict';
import { modelCard, statedTrainingTokens } from '../../src/providers/modelCard.ts';

describe('what the card of a model states', () => {
  for (const [text, tokens] of [
    ['The model is pretrained on 5.5 trillion tokens of code and text.', 5.5e12],
    ['We trained it for 15T+ tokens from public sources.', 15e12],
    ['- **Training tokens:** 1.1 T', 1.1e12],
    ['Pretraining used 300 billion high quality tokens.', 300e9],
    ['| Training tokens | 900B |', 900e9],
    ['It has a context length of 128 thousand tokens.', undefined],
    ['Supports 1 million tokens of context after training.', undefined],
    ['', undefined],
  ] as const) {
    it(`finds ${tokens ?? 'nothing'} in "${text}"`, () => assert.equal(statedTrainingTokens(text), tokens));
  }
});

describe('a model card', () => {
  it('puts training tokens beside parameters only where both are known', () => {
    const facts = { name: 'a/b', source: 'hub', gated: false, architecture: {}, trainingTokens: 2e9 } as const;
    assert.deepEqual(modelCard(facts).training, { tokens: 2e9 });
    assert.deepEqual(modelCard({ ...facts, parameters: 1e8 }).training, { tokens: 2e9, tokensPerParameter: 20 });
  });
});
