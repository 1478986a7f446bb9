import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ProviderServer } from '../fixtures/providerServer.ts';
import {
  findNotification,
  findWebview,
  findWebviewFrame,
  goToLine,
  openWorkbench,
  quickConversion,
  runCommand,
  saveAs,
  screenshot,
  screenshotInThemes,
  type Workbench,
} from './harness.ts';

const source = `def clamp(values: list[int], limit: int) -> list[int]:
    return [min(value, limit) // 2 for value in values]


if __name__ == "__main__":
    for limit in range(40, 46):
        print(clamp([limit - 3, 7], limit))
    print(clamp([5, -9], 3))
`;

describe('The inputs of a function in the workbench', function () {
  this.timeout(180_000);
  const server = new ProviderServer();
  let folder: string;
  let workbench: Workbench | undefined;

  before(async () => {
    await server.start();
    folder = await mkdtemp(join(await realpath(tmpdir()), 'slipstream-inputs-'));
    await writeFile(join(folder, 'clamp.py'), source);
    await mkdir(join(folder, '.vscode'));
    const settings = {
      ...quickConversion,
      'slipstream.providers.baseUrls': { custom: server.baseUrl },
      'slipstream.verification.inputs': 40,
    };
    await writeFile(join(folder, '.vscode/settings.json'), JSON.stringify(settings));
  });

  after(async () => {
    await workbench?.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('are shown in a table, edited by keyboard, proposed by a model, compared, and kept as a test', async () => {
    server.models = { data: [{ id: 'thinking-tester' }] };
    server.expect({
      text: '{"inputs": [{"args": [[1e300, -1], "9223372036854775807"], "why": "x"}, {"args": [[-7, -8], -7], "why": "floor of negatives"}, {"args": ["[0] * 9", 1]}]}',
    });
    workbench = await openWorkbench({ folder, file: 'clamp.py' });
    const { page } = workbench;
    await goToLine(workbench, 2);
    await runCommand(workbench, 'Slipstream: Inputs of the Function');
    const table = await findWebview(workbench, '[data-row]', 60_000);
    const origins = async () => new Set((await table.locator('.origin').allInnerTexts()).map((text) => text.trim()));
    assert.deepEqual([...(await origins())].sort(), ['edge', 'file', 'profiled run', 'random']);
    const first = table.locator('tbody tr').first();
    assert.equal(await first.locator('.result').first().innerText(), '[1, -5]');

    // The editor answers its own key for that a moment later.
    const selectAll = async () => {
      for (const key of ['Home', 'Shift+End']) await page.keyboard.press(key);
    };
    // By keyboard: code is refused and told, Escape puts back what was there, a literal is taken.
    const cell = first.locator('input[data-argument="0"]');
    await cell.focus();
    await selectAll();
    await page.keyboard.type('open("x")');
    await page.keyboard.press('Enter');
    await table.locator('.complaint', { hasText: 'open is a name' }).waitFor();
    assert.equal(await cell.getAttribute('aria-invalid'), 'true');
    await screenshot(workbench, 'inputs-refused');
    await cell.focus();
    await page.keyboard.press('Escape');
    assert.equal(await cell.inputValue(), '[5, -9]');
    await selectAll();
    await page.keyboard.type('[-9, 100]');
    await page.keyboard.press('Enter');
    await first.locator('.result', { hasText: '[-5, 1]' }).waitFor();
    assert.equal((await first.locator('.origin').innerText()).trim(), 'yours');
    assert.equal(await table.evaluate(() => document.activeElement?.getAttribute('data-argument')), '0');

    await table.locator('[data-action="propose"]').focus();
    await page.keyboard.press('Enter');
    const input = page.locator('.quick-input-widget:visible input[type="text"]').first();
    await input.waitFor();
    await input.fill('thinking-tester');
    await page.locator('.quick-input-widget .monaco-list-row', { hasText: 'thinking-tester' }).first().click();
    await table.locator('.rejected li', { hasText: 'input 1: values' }).waitFor({ timeout: 30_000 });
    assert.match(
      await table.locator('.rejected').innerText(),
      /input 3: values: the text "\[0\] \* 9" where list\[int\] is wanted/,
    );
    const proposed = table.locator('tbody tr', { hasText: 'model' });
    assert.equal(await proposed.count(), 1);
    await screenshotInThemes(workbench, 'inputs-table');

    const exported = join(folder, 'clamp.inputs.jsonl');
    await table.locator('[data-action="export"]').click();
    await saveAs(workbench, exported);
    await page.locator('.tab.active', { hasText: 'clamp.inputs.jsonl' }).waitFor();
    const lines = (await readFile(exported, 'utf8')).trimEnd().split('\n');
    assert.equal(lines.length, await table.locator('tbody input[type="checkbox"]:checked').count());
    await writeFile(exported, [...lines, '{"args": ["[3, 4]", "2"]}', '{"args": ["[3]", "exit()"]}'].join('\n'));
    await table.locator('[data-action="import"]').click();
    await saveAs(workbench, exported);
    await table.locator('.note', { hasText: 'New inputs from clamp.inputs.jsonl: 1.' }).waitFor();
    assert.match(await table.locator('.rejected').innerText(), /line \d+: .*exit is a name/);
    await table.locator('tbody tr', { hasText: '[1, 1]' }).first().waitFor();

    await table.locator('[data-action="convert"]').click();
    const panel = await findWebview(workbench, '.verdict:not(.busy)', 120_000);
    assert.match(await panel.locator('.verdict').innerText(), /^Equal on \d+ inputs/);
    assert.match(await panel.locator('[data-stage="verify"]').innerText(), /2 of your own, 1 proposed by a model/);
    await panel.locator('[data-action="inputs"]').click();
    const compare = await findWebview(workbench, '[data-action="compare"]', 60_000);
    await compare.locator('[data-action="compare"]').click();
    await compare.locator('h1.good', { hasText: 'Equal on' }).waitFor({ timeout: 60_000 });
    assert.ok((await compare.locator('tr.good').count()) > 8);
    assert.equal(await compare.locator('tr.good', { hasText: 'model' }).count(), 1, 'what was proposed is still there');
    await screenshot(workbench, 'inputs-compared');

    await compare.locator('[data-action="save-test"]').click();
    await input.waitFor();
    await page.keyboard.press('Enter');
    await findNotification(workbench, /test_clamp\.py compares clamp on \d+ inputs/);
    await screenshot(workbench, 'inputs-test');
    assert.match(await readFile(join(folder, 'test_clamp.jsonl'), 'utf8'), /"origin":"profiled run"/);
    const { stderr } = await promisify(execFile)('python3', ['-m', 'unittest', 'test_clamp'], { cwd: folder });
    assert.match(stderr, /\nOK/);

    // After a reload the rows are there, and so is the C++ to compare with.
    const count = await compare.locator('[data-row]').count();
    await workbench.reload();
    await findWebviewFrame(page, async (frame) => {
      const hasCpp = (await frame.locator('[data-action="compare"]').count()) > 0;
      return hasCpp && (await frame.locator('[data-row]').count()) === count;
    });
    await screenshot(workbench, 'inputs-reloaded');
  });
});
