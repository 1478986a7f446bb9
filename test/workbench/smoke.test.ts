import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root } from '../../scripts/environment.ts';
import { editorMenu, listCommands, openWorkbench, screenshot, type Workbench } from './harness.ts';
import { readdirSync } from 'node:fs';

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
    const commands = await listCommands(workbench, 'Slipstream');
    // The palette shows a command's keys behind its title.
    assert.ok(
      commands.some((command) => /^Slipstream: Convert to C\+\+(?!.*with)/.test(command)),
      commands.join('\n'),
    );
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
