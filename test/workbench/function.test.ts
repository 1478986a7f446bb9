import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../scripts/environment.ts';
import { createTemporaryFolder } from '../../src/execution/temporaryFolder.ts';
import {
  findNotification,
  findWebview,
  openWorkbench,
  quickConversion,
  rightClickEditor,
  runCommand,
  saveAs,
  screenshot,
  screenshotInThemes,
} from './harness.ts';

describe('A function that nothing selected calls, in the workbench', function () {
  // It compiles some six times, which takes long where other work runs beside it.
  this.timeout(300_000);

  it('is called on inputs; the verdict stands in the panel, above the function and in the Test Explorer; a module is made of it', async () => {
    await using folder = await createTemporaryFolder();
    // Each conversion runs the file once to see how it calls the function: with less work, that is as telling.
    const sample = await readFile(join(root, 'samples', 'collatz.py'), 'utf8');
    const smaller = sample.replace('[100, 10_000, 120_000]', '[100, 1_000]');
    assert.notEqual(smaller, sample);
    await writeFile(join(folder.path, 'collatz.py'), smaller);
    const workbench = await openWorkbench({
      folder: folder.path,
      file: 'collatz.py',
      settings: { ...quickConversion, 'slipstream.verification.inputs': 40 },
    });
    const { page } = workbench;
    try {
      await rightClickEditor(workbench, 'Convert to C++', 'length = 1');
      const panel = await findWebview(workbench, '.verdict:not(.busy)', 120_000);
      assert.match((await panel.locator('.verdict').innerText()).trim(), /^Equal on \d{2,} inputs\. \d/);
      const lens = page.locator('.codelens-decoration', { hasText: 'C++: equal on' });
      await lens.waitFor({ timeout: 30_000 });
      await screenshotInThemes(workbench, 'function-equal');
      await runCommand(workbench, 'Testing: Focus on Test Explorer View');
      await page.locator('.test-explorer', { hasText: 'collatz' }).first().waitFor({ timeout: 30_000 });
      await screenshot(workbench, 'function-test-explorer');

      await panel.locator('[data-action="use-from-python"]').focus();
      await page.keyboard.press('Enter');
      await page.locator('.quick-input-widget:visible input[type="text"]').first().waitFor();
      await page.waitForTimeout(500);
      await screenshot(workbench, 'python-module-name');
      await page.keyboard.press('Enter');
      const line = panel.locator('.facts code', { hasText: 'from fast_' });
      await line.waitFor({ timeout: 90_000 });
      await findNotification(workbench, /from fast_\w+ import \w+ · equal on \d+ inputs from Python, /);
      await line.scrollIntoViewIfNeeded();
      await screenshot(workbench, 'python-module');
      const files = await readdir(folder.path);
      assert.ok(files.some((name) => /^fast_\w+\.py$/.test(name)) && files.some((name) => name.startsWith('libfast_')));

      // Run again from the Test Explorer, the C++ is still what the panel is about.
      await runCommand(workbench, 'Test: Run All Tests');
      await panel.locator('.subtitle', { hasText: 'measured collatz_length.cpp' }).waitFor();
      await panel.locator('.verdict.good').waitFor({ timeout: 90_000 });
      await runCommand(workbench, 'Slipstream: Export Report');
      await saveAs(workbench, join(folder.path, 'report.md'));
      await page.locator('.tab.active', { hasText: 'report.md' }).waitFor();
      assert.match(await readFile(join(folder.path, 'report.md'), 'utf8'), /\*\*Equal on \d+ inputs\. /);
      assert.ok(await panel.locator('.verdict').isVisible());
    } finally {
      await workbench.close();
    }
  });
});
