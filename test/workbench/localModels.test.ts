import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HubServer } from '../fixtures/hubServer.ts';
import { ProviderServer } from '../fixtures/providerServer.ts';
import { tinyModelFiles } from '../fixtures/tinyModel.ts';
import {
  findNotification,
  findWebview,
  openWorkbench,
  quickConversion,
  runCommand,
  screenshot,
  setTheme,
  type Workbench,
} from './harness.ts';

const answer =
  'Here it is:\n```cpp\n#include <iostream>\nint main() {\n    std::cout << "total " << 45 << std::endl;\n}\n```\n';
const finished = '.verdict:not(.busy)';

describe('Local models in the workbench', function () {
  this.timeout(240_000);
  const hub = new HubServer();
  const ollama = new ProviderServer();
  let folder: string;
  let workbench: Workbench | undefined;

  before(async () => {
    await ollama.start();
    const endpoint = await hub.start();
    hub.add('tests/tiny-coder', tinyModelFiles({ answer, contextTokens: 32_768 }));
    hub.add('tests/gated-coder', tinyModelFiles({ answer }), true);
    folder = await mkdtemp(join(await realpath(tmpdir()), 'slipstream-local-'));
    await writeFile(join(folder, 'total.py'), 'print("total", sum(range(10)))\n');
    await mkdir(join(folder, '.vscode'));
    await writeFile(
      join(folder, '.vscode/settings.json'),
      JSON.stringify({
        'slipstream.huggingface.hubUrl': endpoint,
        'slipstream.providers.baseUrls': {
          ollama: ollama.baseUrl,
          lmstudio: 'http://127.0.0.1:9/v1',
          llamacpp: 'http://127.0.0.1:9/v2',
          vllm: 'http://127.0.0.1:9/v3',
          tgi: 'http://127.0.0.1:9/v2',
        },
        'slipstream.repairRounds': 0,
        ...quickConversion,
      }),
    );
    workbench = await openWorkbench({ folder, file: 'total.py', environment: { HF_TOKEN: undefined } });
  });

  after(async () => {
    await workbench?.close();
    await Promise.all([hub.stop(), ollama.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  const opened = (): Workbench => {
    assert.ok(workbench);
    return workbench;
  };
  const rows = () => opened().page.locator('.quick-input-widget:visible .monaco-list-row');
  const nameModel = async (name: string) => {
    await runCommand(opened(), 'Slipstream: Download Local Model…');
    const input = opened().page.locator('.quick-input-widget:visible input[type="text"]').first();
    await rows().filter({ hasText: 'Qwen2.5-Coder-0.5B-Instruct' }).waitFor();
    await input.fill(name);
    await rows().filter({ hasText: name }).first().waitFor();
    await input.press('Enter');
  };

  it('shows sizes before it fetches anything, fetches, and converts with what it fetched', async () => {
    const { page } = opened();
    await nameModel('tests/tiny-coder');
    await rows().filter({ hasText: 'fp32' }).waitFor();
    const offered = (await rows().allInnerTexts()).join('\n');
    assert.match(offered, /q4[\s\S]*kB to download[\s\S]*about 351 MB of memory · proposed[\s\S]*q8[\s\S]*fp32/);
    assert.equal(
      hub.requests.some(({ path }) => path.includes('.onnx')),
      false,
    );
    await screenshot(opened(), 'local-quantizations');
    await rows().filter({ hasText: 'fp32' }).click();
    const ready = await findNotification(opened(), /tests\/tiny-coder:fp32 is on this machine/);
    await screenshot(opened(), 'local-ready');
    await ready.getByRole('button', { name: 'Use It for Conversions' }).click();
    await page.locator('.statusbar-item', { hasText: 'tiny-coder:fp32' }).first().waitFor();

    hub.requests.length = 0;
    await runCommand(opened(), 'Slipstream: Convert to C++');
    page
      .locator('.monaco-dialog-box')
      .getByRole('button', { name: 'Run', exact: true })
      .click({ timeout: 120_000 })
      .catch(() => undefined);
    const panel = await findWebview(opened(), finished, 120_000);
    await screenshot(opened(), 'local-equal');
    assert.match((await panel.locator(finished).innerText()).trim(), /^Equal on 1 run\./);
    assert.deepEqual(hub.requests, [], 'offline afterwards');
  });

  it('lists what is on this machine and in memory, frees and removes it', async () => {
    const { page } = opened();
    const model = rows().filter({ hasText: 'tests/tiny-coder:fp32' });
    for (const theme of ['dark', 'highContrast', 'light'] as const) {
      await setTheme(opened(), theme);
      await runCommand(opened(), 'Slipstream: Manage Local Models…');
      await model.filter({ hasText: 'in memory now' }).waitFor();
      await screenshot(opened(), 'local-manage', theme);
      await page.keyboard.press('Escape');
    }
    await runCommand(opened(), 'Slipstream: Free Memory of Local Models');
    await page.locator('.statusbar-item', { hasText: 'The memory of local models is free' }).waitFor();
    await runCommand(opened(), 'Slipstream: Manage Local Models…');
    await model.waitFor();
    assert.doesNotMatch(await model.innerText(), /in memory/);
    await model.hover();
    await model.locator('.action-label.codicon-trash').click();
    await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Remove', exact: true }).click();
    await rows().filter({ hasText: 'Download a model…' }).waitFor();
    assert.equal(await model.count(), 0);
    await page.keyboard.press('Escape');
  });

  it('keeps what arrived when a download is cancelled, and goes on with it', async () => {
    const { page } = opened();
    hub.faults.set('model_q4.onnx', { stallAfter: 100_000 });
    await nameModel('tests/tiny-coder');
    await rows().filter({ hasText: 'q4' }).click();
    const progress = await findNotification(
      opened(),
      /Downloading tests\/tiny-coder:q4.*100 kB|Downloading.*:q4: \d+ kB of/,
    );
    await screenshot(opened(), 'local-download');
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await progress.waitFor({ state: 'detached' });
    hub.reset();
    await runCommand(opened(), 'Slipstream: Manage Local Models…');
    const unfinished = rows().filter({ hasText: 'tests/tiny-coder:q4' });
    await unfinished.filter({ hasText: 'choose it to go on' }).waitFor();
    await screenshot(opened(), 'local-unfinished');
    await unfinished.click();
    await findNotification(opened(), /tests\/tiny-coder:q4 is on this machine/);
    const ranges = hub.requests.filter(({ path }) => path.endsWith('model_q4.onnx')).map(({ range }) => range);
    assert.deepEqual(ranges, ['bytes=100000-']);
    await page.keyboard.press('Escape');
  });

  it('says what a gated repository wants', async () => {
    await nameModel('tests/gated-coder');
    const refused = await findNotification(opened(), /tests\/gated-coder is gated\. Accept its conditions/);
    await screenshot(opened(), 'local-gated');
    await refused.getByRole('button', { name: 'Set Hugging Face Token' }).click();
    const box = opened().page.locator('.quick-input-widget:visible input[type="password"]');
    await box.waitFor();
    await opened().page.keyboard.press('Escape');
  });

  it('finds servers on this machine and names those that are not there', async () => {
    await runCommand(opened(), 'Slipstream: Find Local Model Servers…');
    const model = rows().filter({ hasText: 'simulated-coder' });
    await model.waitFor();
    await screenshot(opened(), 'local-servers');
    const text = (await rows().allInnerTexts()).join('\n');
    assert.match(text, /LM Studio[\s\S]*Start it with: lms server start/);
    assert.match(text, /llama\.cpp \/ Text Generation Inference/);
    await model.click();
    await opened().page.locator('.statusbar-item', { hasText: 'simulated-coder' }).first().waitFor();
  });
});
