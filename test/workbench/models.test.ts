import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProviderServer } from '../fixtures/providerServer.ts';
import { findWebview, openWorkbench, quickConversion, runCommand, screenshot, type Workbench } from './harness.ts';

const finished = '.verdict:not(.busy)';
const key = 'sk-typed-in-the-editor';

const program = (result: string): string => `\`\`\`cpp
#include <iostream>
int main() {
    std::cout << "total " << ${result} << std::endl;
}
\`\`\`
`;

describe('Models in the workbench', function () {
  this.timeout(180_000);
  const provider = new ProviderServer();
  let folder: string;
  let workbench: Workbench | undefined;

  before(async () => {
    await provider.start();
  });

  after(() => provider.stop());

  beforeEach(async () => {
    folder = await mkdtemp(join(await realpath(tmpdir()), 'slipstream-models-'));
    await writeFile(join(folder, 'total.py'), 'print("total", sum(range(10)))\n');
    // Not in the user's settings: those of machine scope did not reach the extension in every run of this workbench.
    await mkdir(join(folder, '.vscode'));
    await writeFile(
      join(folder, '.vscode/settings.json'),
      JSON.stringify({
        'slipstream.model': 'openai/test-model',
        'slipstream.providers.baseUrls': { openai: provider.baseUrl },
        'slipstream.repairRounds': 0,
        ...quickConversion,
      }),
    );
  });

  afterEach(async () => {
    await workbench?.close();
    workbench = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (environment: Record<string, string | undefined>): Promise<Workbench> => {
    workbench = await openWorkbench({ folder, file: 'total.py', environment });
    return workbench;
  };

  /** Waits for the verdict; says yes to running the program where the machine has no sandbox and the editor asks. */
  const verdictOf = async (opened: Workbench) => {
    const run = opened.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Run', exact: true });
    run.click({ timeout: 120_000 }).catch(() => undefined);
    const panel = await findWebview(opened, finished, 120_000);
    return { panel, verdict: (await panel.locator(finished).innerText()).trim() };
  };

  it('asks for the key, goes on with it and tells that the C++ is equal', async () => {
    provider.expect({ text: program('45') });
    const opened = await open({ OPENAI_API_KEY: undefined });
    await runCommand(opened, 'Slipstream: Convert to C++');
    const box = opened.page.locator('.quick-input-widget:visible input[type="password"]');
    await box.waitFor();
    await screenshot(opened, 'model-key-prompt');
    await box.fill(key);
    await box.press('Enter');
    const { verdict } = await verdictOf(opened);
    await screenshot(opened, 'model-equal');
    assert.match(verdict, /^Equal on 1 run\./);
    assert.deepEqual(
      provider.requests.map(({ headers }) => headers['authorization']),
      [`Bearer ${key}`],
    );
  });

  it('shows what was expected and what came when the C++ of a model is different', async () => {
    provider.expect({ text: program('46') });
    const opened = await open({ OPENAI_API_KEY: key });
    await runCommand(opened, 'Slipstream: Convert to C++');
    const { panel, verdict } = await verdictOf(opened);
    await screenshot(opened, 'model-different');
    assert.match(verdict, /^Different/);
    assert.match(await panel.locator('.mismatch .expected').innerText(), /total 45/);
    assert.match(await panel.locator('.mismatch .actual').innerText(), /total 46/);
  });

  it('stops a slow model on Cancel and keeps what arrived', async () => {
    const lines = Array.from({ length: 2000 }, (_, line) => `int value_${line};\n`).join('');
    provider.expect({ text: `\`\`\`cpp\n${lines}\`\`\`\n`, chunkSize: 16, pauseMilliseconds: 300 });
    const opened = await open({ OPENAI_API_KEY: key });
    await runCommand(opened, 'Slipstream: Convert to C++');
    const code = opened.page.locator('.monaco-editor .view-line', { hasText: /value_\d+;/ });
    await code.first().waitFor();
    const panel = await findWebview(opened, '[data-action="cancel"]');
    await panel.locator('[data-action="cancel"]').click();
    const { verdict } = await verdictOf(opened);
    await screenshot(opened, 'model-cancelled');
    assert.match(verdict, /^Cancelled/);
    await code.first().waitFor();
    await provider.requests[0]?.closedByClient;
    assert.equal(provider.requests.length, 1);
  });
});
