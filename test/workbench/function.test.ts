import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root } from '../../scripts/environment.ts';
import { findWebview, openWorkbench, rightClickEditor, runCommand, screenshot, screenshotInThemes } from './harness.ts';

describe('A function that nothing selected calls, in the workbench', function () {
  this.timeout(180_000);

  it('is called on inputs; the verdict stands in the panel, above the function and in the Test Explorer', async () => {
    const workbench = await openWorkbench({ folder: join(root, 'samples'), file: 'collatz.py' });
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
    } finally {
      await workbench.close();
    }
  });
});
