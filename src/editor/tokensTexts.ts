import { l10n } from 'vscode';
import type { SpecialRole } from '../tokens/specialTokens.ts';

/** The texts of the page of the token view, by the names that it knows them by. */
export function tokensTexts(): Record<string, string> {
  return {
    tokenizer: l10n.t('Tokenizer'),
    source: l10n.t('Text'),
    file: l10n.t('The file'),
    chat: l10n.t('The file as a message'),
    prompt: l10n.t('The prompt of Convert to C++'),
    system: l10n.t('System message'),
    show: l10n.t('Show'),
    asText: l10n.t('Text'),
    asIds: l10n.t('Ids'),
    asBoth: l10n.t('Text and ids'),
    special: l10n.t('Read special tokens as such'),
    inEditor: l10n.t('In the editor'),
    paint: l10n.t('Paint tokens in the editor'),
    lineCost: l10n.t('Tokens of each line in the margin'),
    compare: l10n.t('Compare tokenizers'),
    second: l10n.t('Beside'),
    none: l10n.t('None'),
    convert: l10n.t('Encode and decode'),
    plainText: l10n.t('Text'),
    ids: l10n.t('Ids'),
    specialTokens: l10n.t('Special tokens'),
    id: l10n.t('Id'),
    token: l10n.t('Token'),
    role: l10n.t('Role'),
    noSpecial: l10n.t('This tokenizer has none.'),
    aboutTitle: l10n.t('What is a token?'),
    about: l10n.t(
      'A model does not read letters. A tokenizer cuts text into pieces that were frequent in much text, and gives each a number, its id: always the same for the same text. An embedding comes after it: the model looks up, for every id, a row of learned numbers that carries meaning.',
    ),
    aboutParts: l10n.t(
      'A dashed chip holds only a part of a character; chips that are joined make up the character that follows them.',
    ),
    tokens: l10n.t('Tokens'),
    keys: l10n.t('Arrow keys move between tokens, Enter selects one in the editor.'),
    partOf: l10n.t('part of {0}', '{0}'),
    bytes: l10n.t('bytes {0}', '{0}'),
    space: l10n.t('space'),
    spaces: l10n.t('{0} spaces', '{0}'),
    tab: l10n.t('tab'),
    lineEnd: l10n.t('line end'),
  };
}

/** A number of tokens in words. */
export function tokenCount(count: number): string {
  return count === 1 ? l10n.t('1 token') : l10n.t('{0} tokens', count.toLocaleString());
}

/** What a special token is for, in a word. */
export function roleText(role: SpecialRole): string {
  switch (role) {
    case 'begin':
      return l10n.t('begin of text');
    case 'end':
      return l10n.t('end of text');
    case 'unknown':
      return l10n.t('unknown');
    case 'padding':
      return l10n.t('padding');
    case 'conversation':
      return l10n.t('conversation');
    case 'infill':
      return l10n.t('fill in the middle');
    case 'reserved':
      return l10n.t('reserved');
    case 'other':
      return l10n.t('other');
  }
}
