import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProviderServer } from '../fixtures/providerServer.ts';
import {
  findWebview,
  openWorkbench,
  quickConversion,
  runCommand,
  screenshot,
  screenshotInThemes,
  type Workbench,
} from './harness.ts';

const program = (result: string): string => `Here it is.

\`\`\`cpp
#include <iostream>

int main() {
    std::cout << "total " << ${result} << std::endl;
}
\`\`\`
`;

describe('Compare Models on Selection in the workbench', function () {
  this.timeout(180_000);
  const right = new ProviderServer();
  const wrong = new ProviderServer();
  let folder: string;
  let workbench: Workbench | undefined;

  before(async () => {
    for (const server of [right, wrong]) await server.start();
    right.models = {
      data: [{ id: 'right-coder', context_length: 32768, pricing: { prompt: '0.000002', completion: '0.00001' } }],
    };
    wrong.models = { data: [{ id: 'wrong-coder' }] };
    folder = await mkdtemp(join(await realpath(tmpdir()), 'slipstream-comparison-'));
    await writeFile(join(folder, 'total.py'), 'print("total", sum(range(10)))\n');
    await mkdir(join(folder, '.vscode'));
    await writeFile(
      join(folder, '.vscode/settings.json'),
      JSON.stringify({
        'slipstream.providers.baseUrls': { openrouter: right.baseUrl, custom: wrong.baseUrl },
        'slipstream.repairRounds': 0,
        'slipstream.verification.sanitizers': 'never',
        ...quickConversion,
      }),
    );
  });

  after(async () => {
    await workbench?.close();
    for (const server of [right, wrong]) await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('shows the cost first, lets two models and the engine write side by side, and keeps one', async () => {
    // Slow enough that both are seen to write at the same time.
    const usage = { prompt_tokens: 1000, completion_tokens: 200, total_tokens: 1200, cost: 0.004 };
    right.expect({ text: program('45'), chunkSize: 8, pauseMilliseconds: 150, usage });
    wrong.expect({ text: program('46'), chunkSize: 8, pauseMilliseconds: 150 });
    workbench = await openWorkbench({ folder, file: 'total.py', environment: { OPENROUTER_API_KEY: 'sk-loopback' } });
    const { page } = workbench;
    await runCommand(workbench, 'Slipstream: Compare Models on Selection');
    const row = (text: string) =>
      page.locator('.quick-input-widget .monaco-list-row').filter({ hasText: text }).first();
    await row('right-coder').waitFor();
    await row('wrong-coder').waitFor();
    await screenshot(workbench, 'comparison-pick');
    const input = page.locator('.quick-input-widget:visible input[type="text"]').first();
    for (const name of ['right-coder', 'wrong-coder']) {
      await input.fill(name);
      await row(name).waitFor();
      await row(name).locator('.monaco-checkbox, input[type="checkbox"]').first().click();
    }
    await input.fill('');
    await input.press('Enter');

    const panel = await findWebview(workbench, '[data-action="start"]', 60_000);
    assert.match(await panel.locator('h1').innerText(), /Nothing has been sent/);
    assert.match(await panel.locator('table').innerText(), /right-coder[\s\S]*\$2 in, \$10 out[\s\S]*\$0\.0/);
    await screenshot(workbench, 'comparison-estimate');
    const chats = (server: ProviderServer) => server.requests.filter(({ method }) => method === 'POST');
    assert.equal(chats(right).length + chats(wrong).length, 0, 'nothing is sent before the start');

    const focused = () => panel.evaluate(() => document.activeElement?.getAttribute('data-action') ?? '');
    for (let step = 0; step < 8 && (await focused()) !== 'start'; step++) await page.keyboard.press('Tab');
    assert.equal(await focused(), 'start', 'Start is reached by keyboard');
    await page.keyboard.press('Enter');
    await panel.locator('[data-entrant$="right-coder"] pre', { hasText: 'iostream' }).waitFor();
    await panel.locator('[data-entrant$="wrong-coder"] pre', { hasText: 'iostream' }).waitFor();
    await screenshot(workbench, 'comparison-streaming');
    assert.ok((await panel.locator('[data-entrant] .verdict.busy').count()) >= 2, 'both write at the same time');

    await panel.locator('[data-action="again"]').waitFor({ timeout: 120_000 });
    // The browser workbench takes some seconds to write down what is open; the themes are looked at meanwhile.
    await screenshotInThemes(workbench, 'comparison-done');
    const cells = async (name: string) =>
      panel.locator('tbody tr').filter({ hasText: name }).locator('td').allInnerTexts();
    assert.equal((await cells('right-coder'))[0], 'equal on 1 run');
    assert.equal((await cells('wrong-coder'))[0], 'different');
    assert.equal((await cells('Built-in engine'))[0], 'equal on 1 run');
    assert.equal((await cells('right-coder'))[4], '$0.0040');
    assert.match((await cells('right-coder'))[5] ?? '', /\d/);
    await page.setViewportSize({ width: 700, height: 700 });
    await page.waitForTimeout(500);
    await screenshot(workbench, 'comparison-narrow');
    await page.setViewportSize({ width: 1440, height: 900 });

    const evidences = join(workbench.userData, 'User/globalStorage/slipstream.slipstream/conversions');
    assert.equal((await readdir(evidences)).filter((name) => name.endsWith('.json')).length, 3);

    await workbench.reload();
    const restored = await findWebview(workbench, '[data-action="again"]', 60_000);
    assert.equal(await restored.locator('tbody tr').count(), 3);
    await restored.locator('[data-entrant$="right-coder"] [data-action="keep"]').click();
    await page.locator('.tab', { hasText: 'total.cpp' }).first().waitFor();
    assert.match(await readFile(join(folder, 'total.cpp'), 'utf8'), /"total " << 45/);
    await screenshot(workbench, 'comparison-kept');
  });
});
