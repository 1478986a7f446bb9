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
  openFile,
  openWorkbench,
  runCommand,
  screenshotInThemes,
  waitForChipOnScreen,
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
    const line = 'def total(values):\n    return sum(value * 2 for value in values)\n\n';
    await writeFile(join(folder, 'large.py'), `first = 1\n${line.repeat(150_000)}last = 1\n`);
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
    await view.locator('.chip[aria-current][data-number="1"]').waitFor();
  });

  it('follows what is typed and the cursor', async () => {
    await goToLine(workbench, 1);
    await workbench.page.keyboard.type('import os ');
    await waitForChip(561);
    await view.locator('.chip[aria-current]').waitFor();
    // Whoever cannot see the view hears the count once it stands still, and white space by its name.
    await view.locator('[role=status]', { hasText: /^File: \d+ tokens$/ }).waitFor({ state: 'attached' });
    assert.ok((await view.getByRole('button', { name: /^space os, \d+, bytes/ }).count()) > 0);
  });

  it('moves between tokens by the arrow keys', async () => {
    await view.locator('.chip').nth(0).focus();
    const focused = () => view.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset['number']);
    assert.equal(await focused(), '0');
    await workbench.page.keyboard.press('ArrowRight');
    assert.equal(await focused(), '1');
    await workbench.page.keyboard.press('ArrowDown');
    assert.ok(Number(await focused()) > 2);
    assert.match((await view.locator('footer').innerText()).trim(), /^\d+ /);
    await view.locator('.whole .made', { hasText: '𓀀' }).waitFor();
  });

  it('encodes and decodes what is typed, and says what is no id', async () => {
    await view.locator('details.convert summary').click();
    await view.locator('textarea.text').fill('hello');
    await view.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('textarea.ids')?.value === '24912');
    await view.locator('textarea.ids').fill('24912, 2375');
    await view.waitForFunction(
      () => document.querySelector<HTMLTextAreaElement>('textarea.text')?.value === 'hello world',
    );
    await view.locator('textarea.ids').fill('24912 x');
    await view.locator('details.convert [role=alert]', { hasText: '"x" is not an id' }).waitFor();
    await view.locator('details.convert summary').click();
  });

  it('lists special tokens with their roles', async () => {
    await view.locator('details.specials summary').click();
    await view.locator('details.specials tr', { hasText: '<|endoftext|>' }).getByText('end of text').waitFor();
    await view.locator('details.specials summary').click();
  });

  it('counts with several tokenizers, and shows the text under two', async () => {
    await view.locator('details.compare summary').click();
    const rows = view.locator('details.compare tr');
    await rows.filter({ hasText: 'DeepSeek V3' }).filter({ hasText: /\d/ }).waitFor();
    await view.waitForFunction(() =>
      [...document.querySelectorAll('details.compare td')].every((cell) => cell.textContent !== '…'),
    );
    assert.ok((await rows.count()) >= 8);
    await view.locator('select.second').selectOption('phi3');
    await view.locator('.pane1 .chip').first().waitFor();
    await screenshotInThemes(workbench, 'tokens-compare');
    await view.locator('select.second').selectOption('');
    await view.locator('details.compare summary').click();
  });

  it('paints tokens and the cost of lines into the editor', async () => {
    await view.locator('details.editor summary').click();
    await view.locator('input.paint').check();
    await workbench.page.locator('.monaco-editor .cdr[class*="ced-"]').first().waitFor();
    await view.locator('input.lineCost').check();
    await workbench.page.locator('.monaco-editor .margin .cgmr').first().waitFor();
    await screenshotInThemes(workbench, 'tokens-painted');
    await view.locator('input.lineCost').uncheck();
    await view.locator('input.paint').uncheck();
    await view.locator('details.editor summary').click();
  });

  it('shows the file as a message by the chat template of the model, and says where there is none', async () => {
    await view.locator('select.source').selectOption('chat');
    await view.locator('.message', { hasText: 'has no chat template' }).waitFor();
    await view.locator('select.tokenizer').selectOption('phi3');
    await view.locator('.chip.special[data-id="32010"]').waitFor();
    await view.locator('textarea.system').fill('Be brief.');
    await view.locator('.chip.special[data-id="32006"]').waitFor();
    await screenshotInThemes(workbench, 'tokens-chat');
    await view.locator('select.source').selectOption('prompt');
    await view.locator('.chip', { hasText: 'Convert' }).first().waitFor();
    await view.locator('select.source').selectOption('file');
  });

  it('takes another tokenizer', async () => {
    await view.locator('select.tokenizer').selectOption('cl100k_base');
    await waitForChip(475);
    await view.locator('select.mode').selectOption('both');
    await view.locator('.chip .id').first().waitFor();
  });

  it('keeps the page small for a file of 10 MB, and follows what is typed into it', async () => {
    const { page } = workbench;
    await view.locator('select.mode').selectOption('text');
    await openFile(workbench, 'large.py');
    await view.locator('h1', { hasText: 'large.py' }).waitFor();
    await view.locator('.chip', { hasText: 'first' }).first().waitFor();
    await view.locator('#root[aria-busy="false"]').waitFor();
    assert.ok((await view.locator('.chip').count()) < 5000);
    // What opens above the tokens does not move them.
    await view.locator('details.specials summary').click();
    await view.locator('details.specials tr', { hasText: '<|endoftext|>' }).waitFor();
    assert.equal(await view.locator('.pane0').evaluate((scroller) => scroller.scrollTop), 0);
    await view.locator('details.specials summary').click();
    const drawn = [];
    for (const share of [0.25, 0.5, 0.75, 1]) {
      await view
        .locator('.pane0')
        .evaluate((scroller, part) => (scroller.scrollTop = scroller.scrollHeight * part), share);
      await waitForChipOnScreen(view);
      drawn.push(await view.locator('.chip').count());
    }
    assert.ok(Math.max(...drawn) < 5000, drawn.join());
    // Whoever goes to the end once is there, also when the last lines turn out higher than was thought.
    await view.locator('.pane0').evaluate((scroller) => (scroller.scrollTop = scroller.scrollHeight));
    await view.locator('.pane0 .chip', { hasText: 'last' }).first().waitFor();
    await view.waitForFunction(() => {
      const screen = document.querySelector('.pane0')?.getBoundingClientRect();
      const last = [...document.querySelectorAll('.pane0 .chip')].at(-1)?.getBoundingClientRect();
      return screen && last && last.height > 0 && last.bottom <= screen.bottom;
    });
    // The arrow keys go on where the drawn tokens end.
    const focused = () =>
      view.evaluate(() => Number((document.activeElement as HTMLElement | null)?.dataset['number']));
    await view.locator('.pane0 .chip', { hasText: 'last' }).first().focus();
    await page.keyboard.press('Home');
    await view.waitForFunction(() => (document.activeElement as HTMLElement | null)?.dataset['number'] === '0');
    const last = await view.locator('.pane0 .chip').last().getAttribute('data-number');
    for (let press = 0; press < 250 && (await focused()) <= Number(last); press++) {
      await page.keyboard.press('ArrowDown');
    }
    assert.ok((await focused()) > Number(last), `stopped at ${await focused()}, drawn were those to ${last}`);
    await page.keyboard.press('End');
    await view.waitForFunction(() => document.activeElement?.closest('.block')?.textContent.includes('last'));

    await goToLine(workbench, 1);
    await page.keyboard.type('import os ');
    await view.locator('.chip', { hasText: 'import' }).first().waitFor();
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
    // The first line is "import os first = 1", of which this vocabulary knows no whole word.
    await waitForChip(105);
    await screenshotInThemes(workbench, 'tokens-repository');
    await choose('tests/nowhere');
    await findNotification(workbench, 'tests/nowhere');
    assert.equal(await view.locator('select.tokenizer').inputValue(), 'tests/small');
  });
});
