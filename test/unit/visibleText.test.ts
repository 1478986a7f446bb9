import assert from 'node:assert/strict';
import { spoken, visible } from '../../media/tokens/visible.ts';

describe('The text of a token', () => {
  it('shows what has no shape of its own', () => {
    assert.equal(visible('a b\t\r\n\0\u00a0\ufeff\ud83d.'), 'a·b→␍↵␀⟨00A0⟩⟨FEFF⟩⟨D83D⟩.');
    assert.equal(visible('𓀀 🤷'), '𓀀·🤷');
  });

  it('is said with white space by its name, and with all else as it is', () => {
    const texts = { space: 'space', spaces: '{0} spaces', tab: 'tab', lineEnd: 'line end' };
    assert.equal(spoken(' total', texts), 'space total');
    assert.equal(spoken('    ', texts), '4 spaces');
    assert.equal(spoken('\t\r\n\n x·y\0', texts), 'tab line end line end space x·y␀');
    assert.equal(spoken('\u00a0', texts), '⟨00A0⟩');
  });
});
