import assert from 'node:assert/strict';
import { realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { findOnPath, root } from '../../scripts/environment.ts';
import { findInterpreter } from '../../src/python/interpreter.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../src/execution/temporaryFolder.ts';
import {
  findNotification,
  findWebview,
  openWorkbench,
  quickConversion,
  rightClickEditor,
  runCommand,
  screenshot,
  screenshotInThemes,
} from './harness.ts';

const folder = join(root, 'samples');
const finished = '.verdict:not(.busy)';

/** A folder with Python and no compiler, to stand for PATH. */
async function pathWithoutCompiler(): Promise<TemporaryFolder> {
  const tools = await createTemporaryFolder();
  const { platform, env: environment } = process;
  const python = await findInterpreter({ environment, platform, signal: new AbortController().signal });
  await symlink(await realpath(python.path), join(tools.path, 'python3'));
  const shell = findOnPath('sh');
  if (shell) await symlink(await realpath(shell), join(tools.path, 'sh'));
  return tools;
}

describe('Convert to C++ in the workbench', function () {
  this.timeout(180_000);

  it('converts a right-clicked sample and tells the verdict in the panel', async () => {
    const workbench = await openWorkbench({ folder, file: 'collatz.py' });
    const { page } = workbench;
    try {
      await rightClickEditor(workbench, 'Convert to C++');
      const panel = await findWebview(workbench, finished, 120_000);
      const verdict = (await panel.locator(finished).innerText()).trim();
      await screenshot(workbench, 'convert-equal');
      assert.match(verdict, /^Equal on 1 run\./);
      await screenshotInThemes(workbench, 'convert-equal');
      await page.setViewportSize({ width: 900, height: 700 });
      await page.waitForTimeout(500);
      await screenshot(workbench, 'convert-equal-narrow');
      await page.setViewportSize({ width: 1440, height: 900 });

      await workbench.reload();
      const restored = await findWebview(workbench, finished, 60_000);
      assert.equal((await restored.locator(finished).innerText()).trim(), verdict);
      await screenshot(workbench, 'convert-restored');
    } finally {
      await workbench.close();
    }
  });

  it('is done by keyboard alone', async () => {
    const workbench = await openWorkbench({ folder, file: 'collatz.py', settings: quickConversion });
    const { page } = workbench;
    try {
      // The extension may still be starting when the keys are pressed for the first time; pressed too soon again, they convert again.
      for (let attempt = 0; attempt < 3; attempt++) {
        await page.keyboard.press('Control+Alt+KeyC');
        if (
          await findWebview(workbench, '.verdict', 20_000).then(
            () => true,
            () => false,
          )
        )
          break;
      }
      const panel = await findWebview(workbench, finished, 120_000);
      await runCommand(workbench, 'View: Focus Next Editor Group');
      await runCommand(workbench, 'View: Focus Next Editor Group');
      const focused = () => panel.evaluate(() => document.activeElement?.getAttribute('data-action') ?? '');
      const reached: string[] = [];
      for (let step = 0; step < 8; step++) {
        await page.keyboard.press('Tab');
        reached.push(await focused());
        if (reached.at(-1) === 'keep') break;
      }
      await screenshot(workbench, 'convert-keyboard');
      assert.ok(reached.includes('keep'), `Tab reaches Keep, not only ${reached.join(', ')}`);
      // In the samples nothing is left behind: Copy is the action to try.
      for (let step = 0; step < 8 && (await focused()) !== 'copy'; step++) await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.waitForTimeout(500);
      assert.match(await page.evaluate(() => navigator.clipboard.readText()), /int main\(/);
    } finally {
      await workbench.close();
    }
  });

  it('keeps the C++ and says how to install a compiler when there is none', async () => {
    await using tools = await pathWithoutCompiler();
    const workbench = await openWorkbench({ folder, file: 'collatz.py', environment: { PATH: tools.path } });
    try {
      await runCommand(workbench, 'Slipstream: Convert to C++');
      const panel = await findWebview(workbench, finished, 120_000);
      await screenshot(workbench, 'convert-no-compiler');
      assert.equal(await panel.locator('[data-stage="compile"].failed').count(), 1);
      assert.match(
        (await panel.locator('body').textContent()) ?? '',
        /No C\+\+ compiler was found\. To install one, run: /,
      );
      assert.equal(await panel.locator('[data-action="keep"]').count(), 1);
    } finally {
      await workbench.close();
    }
  });

  it('waits for trust in Restricted Mode', async () => {
    const workbench = await openWorkbench({ folder, file: 'collatz.py', trusted: false });
    try {
      await runCommand(workbench, 'Slipstream: Convert to C++');
      await findNotification(workbench, /waits until you trust this workspace/);
      await screenshot(workbench, 'restricted-mode');
    } finally {
      await workbench.close();
    }
  });
});
