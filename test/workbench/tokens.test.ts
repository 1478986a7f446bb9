import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { HubServer } from '../fixtures/hubServer.ts';
import { byteLevelTokenizer } from '../fixtures/smallTokenizers.ts';
import {
  findNotification,
  findWebview,
  goToLine,
  openWorkbench,
  runCommand,
  screenshotInThemes,
  type Workbench,
} from './harness.ts';

describe('Show Tokens', function () {
  this.timeout(180_000);
  const server = new HubServer();
  let folder: string;
  let workbench: Workbench;
  let view: Frame;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipstream-tokens-'));
    await writeFile(join(folder, 'sample.py'), 'def hello(name):\n    print("你好 𓀀 🤷🏻‍♀️", name)\n');
    const endpoint = await server.start();
    server.add('tests/small', { 'tokenizer.json': JSON.stringify(byteLevelTokenizer()) });
    await mkdir(join(folder, '.vscode'));
    await writeFile(
      join(folder, '.vscode/settings.json'),
      JSON.stringify({ 'slipstream.huggingface.hubUrl': endpoint }),
    );
    workbench = await openWorkbench({ folder, file: 'sample.py' });
    await runCommand(workbench, 'Slipstream: Show Tokens');
    view = await findWebview(workbench, '.chip');
  });
  after(async () => {
    await workbench?.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const ids = () => view.locator('.chip').evaluateAll((chips) => chips.map((each) => Number(each.dataset['id'])));
  const waitForChip = (id: number) => view.locator(`.chip[data-id="${id}"]`).first().waitFor();

  it('shows the file as tokens, white space and parts of characters included', async () => {
    assert.deepEqual((await ids()).slice(0, 4), [1314, 40617, 5587, 1883]);
    assert.ok((await view.locator('.chip.partial').count()) > 0);
    assert.match(await view.locator('dl').innerText(), /tokens/);
    await screenshotInThemes(workbench, 'tokens');
  });

  it('selects in the editor what is clicked', async () => {
    await view.locator('.chip').nth(1).click();
    await workbench.page.locator('.statusbar-item', { hasText: '6 selected' }).waitFor();
  });

  it('follows what is typed and the cursor', async () => {
    await goToLine(workbench, 1);
    await workbench.page.keyboard.type('import os ');
    await waitForChip(561);
    await view.locator('.chip.current').waitFor();
  });

  it('takes another tokenizer', async () => {
    await view.locator('select.tokenizer').selectOption('cl100k_base');
    await waitForChip(475);
    await view.locator('select.mode').selectOption('both');
    await view.locator('.chip .id').first().waitFor();
  });

  it('fetches the tokenizer of a repository, and keeps the last one where that fails', async () => {
    const { page } = workbench;
    const choose = async (name: string): Promise<void> => {
      await view.locator('select.tokenizer').selectOption('ask:repository');
      const input = page.locator('.quick-input-widget:visible input[type="text"]').first();
      await input.waitFor();
      await input.fill(name);
      await input.press('Enter');
    };
    await choose('tests/small');
    await view.locator('select.tokenizer option[value="tests/small"]').waitFor({ state: 'attached', timeout: 8000 });
    // The first line is "import os def hello", of which this vocabulary knows no whole word.
    await waitForChip(105);
    await screenshotInThemes(workbench, 'tokens-repository');
    await choose('tests/nowhere');
    await findNotification(workbench, 'tests/nowhere');
    assert.equal(await view.locator('select.tokenizer').inputValue(), 'tests/small');
  });
});
