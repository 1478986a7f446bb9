import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root } from '../../scripts/environment.ts';
import { findNotification, findWebview, openWorkbench, rightClickEditor, runCommand, screenshot } from './harness.ts';

const folder = join(root, 'samples');
const finished = '.verdict:not(.busy)';

describe('Convert to C++ in the workbench', function () {
  this.timeout(180_000);

  it('converts a right-clicked sample and tells the verdict in the panel', async () => {
    const workbench = await openWorkbench({ folder, file: 'collatz.py' });
    try {
      await rightClickEditor(workbench, 'Convert to C++');
      const panel = await findWebview(workbench, finished, 120_000);
      const verdict = (await panel.locator(finished).innerText()).trim();
      await screenshot(workbench, 'convert-equal');
      assert.match(verdict, /^Equal on 1 run\./);
    } finally {
      await workbench.close();
    }
  });

  it('keeps the C++ and says how to install a compiler when there is none', async () => {
    const settings = { 'slipstream.compiler.path': '/nonexistent/g++' };
    const workbench = await openWorkbench({ folder, file: 'collatz.py', settings });
    try {
      await runCommand(workbench, 'Slipstream: Convert to C++');
      const panel = await findWebview(workbench, finished, 120_000);
      await screenshot(workbench, 'convert-no-compiler');
      assert.equal(await panel.locator('[data-stage="compile"].failed').count(), 1);
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
