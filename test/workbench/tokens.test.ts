import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { findWebview, goToLine, openWorkbench, runCommand, screenshotInThemes, type Workbench } from './harness.ts';

describe('Show Tokens', function () {
  this.timeout(180_000);
  let folder: string;
  let workbench: Workbench;
  let view: Frame;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipstream-tokens-'));
    await writeFile(join(folder, 'sample.py'), 'def hello(name):\n    print("你好 𓀀 🤷🏻‍♀️", name)\n');
    workbench = await openWorkbench({ folder, file: 'sample.py' });
    await runCommand(workbench, 'Slipstream: Show Tokens');
    view = await findWebview(workbench, '.chip');
  });
  after(async () => {
    await workbench?.close();
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
});
