import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root } from '../../scripts/environment.ts';
import { editorMenu, listCommands, openWorkbench, runCommand, screenshot, type Workbench } from './harness.ts';
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

  it('takes a recording that is dropped on the list of recordings while that is empty', async () => {
    const { page } = workbench;
    await page.keyboard.press('Escape');
    await runCommand(workbench, 'Slipstream: Show Tokens');
    await page.getByRole('button', { name: 'Recordings Section' }).click();
    const row = page.locator('.tree-explorer-viewlet-tree-view .monaco-list-row', { hasText: 'or drop it here' });
    await row.waitFor();
    const uri = `vscode-remote://${new URL(page.url()).host}${join(folder, 'standup.mp3')}`;
    const data = await page.evaluateHandle((list) => {
      const transfer = new DataTransfer();
      transfer.setData('text/uri-list', list);
      return transfer;
    }, uri);
    const box = await row.boundingBox();
    const place = { dataTransfer: data, clientX: (box?.x ?? 0) + 20, clientY: (box?.y ?? 0) + 8 };
    for (const type of ['dragenter', 'dragover', 'drop']) await row.dispatchEvent(type, place);
    const dialog = page.locator('.monaco-dialog-box', { hasText: 'Send standup.mp3' });
    await dialog.waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });
});
