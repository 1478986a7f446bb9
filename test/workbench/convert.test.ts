import assert from 'node:assert/strict';
import { realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { findOnPath, root } from '../../scripts/environment.ts';
import { findInterpreter } from '../../src/python/interpreter.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../src/execution/temporaryFolder.ts';
import { findNotification, findWebview, openWorkbench, rightClickEditor, runCommand, screenshot } from './harness.ts';

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
