import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root } from '../../scripts/environment.ts';
import { editorMenu, listCommands, openWorkbench, screenshot, type Workbench } from './harness.ts';
import { readdirSync } from 'node:fs';

/** The palette shows a command's keys behind its title. */
function isConvert(command: string): boolean {
  return /^Slipstream: Convert to C\+\+(?!.*with)/.test(command);
}

describe('the packaged extension', function () {
  this.timeout(120_000);
  const folder = join(root, 'samples');
  const file = readdirSync(folder).find((name) => name.endsWith('.py'));
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({ folder, file });
  });
  after(() => workbench?.close());

  it('lists its commands in the palette', async () => {
    // The palette can be opened before VS Code has read what the extension contributes.
    let commands: string[] = [];
    for (let attempt = 0; attempt < 20 && !commands.some(isConvert); attempt++) {
      commands = await listCommands(workbench, 'Slipstream');
      if (!commands.some(isConvert)) await workbench.page.waitForTimeout(1000);
    }
    assert.ok(commands.some(isConvert), commands.join('\n'));
  });

  it('offers the conversion in the menu of a Python editor', async () => {
    const labels = await editorMenu(workbench);
    await screenshot(workbench, 'workbench');
    assert.ok(
      labels.some((label) => label.startsWith('Convert to C++')),
      labels.join('\n'),
    );
  });
});
