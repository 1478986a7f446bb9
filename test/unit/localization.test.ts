import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';

const root = join(import.meta.dirname, '../..');

async function readTexts(file: string): Promise<Record<string, string>> {
  return JSON.parse(await readFile(join(root, file), 'utf8')) as Record<string, string>;
}

const placeholders = (text: string): string[] => [...new Set(text.match(/\{\d+\}/g))].sort();

function assertTranslated(texts: Record<string, string>, translated: Record<string, string>): void {
  assert.deepEqual(
    Object.keys(texts).filter((key) => !translated[key]),
    [],
    'these texts have no translation',
  );
  assert.deepEqual(
    Object.keys(translated).filter((key) => texts[key] === undefined),
    [],
    'these translations belong to no text',
  );
  for (const [key, text] of Object.entries(texts)) {
    assert.deepEqual(placeholders(translated[key] ?? ''), placeholders(text), key);
  }
}

describe('Traditional Chinese', () => {
  it('has every text of the source, with its placeholders', async () => {
    const inEditor = (await readdir(join(root, 'src/editor'))).map((name) => `src/editor/${name}`);
    const files = ['src/extension.ts', ...inEditor.filter((name) => name.endsWith('.ts'))];
    const sources = await Promise.all(
      files.map(async (file) => ({ extension: '.ts' as const, contents: await readFile(join(root, file), 'utf8') })),
    );
    const found = Object.fromEntries(
      Object.entries(await getL10nJson(sources)).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : value.message,
      ]),
    );
    assert.notEqual(Object.keys(found).length, 0);
    assertTranslated(found, await readTexts('l10n/bundle.l10n.zh-tw.json'));
    assert.deepEqual(Object.keys(await readTexts('l10n/bundle.l10n.json')).sort(), Object.keys(found).sort());
  });

  it('has every text of the manifest', async () => {
    const texts = await readTexts('package.nls.json');
    assertTranslated(texts, await readTexts('package.nls.zh-tw.json'));
    const manifest = await readFile(join(root, 'package.json'), 'utf8');
    const used = [...manifest.matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key ?? '');
    assert.deepEqual([...new Set(used)].sort(), Object.keys(texts).sort());
  });
});
