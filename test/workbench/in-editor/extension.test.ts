import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the installed extension', () => {
  const extension = vscode.extensions.getExtension('slipstream.slipstream');

  it('activates', async () => {
    assert.ok(extension, 'the VSIX is installed');
    await extension.activate();
    assert.ok(extension.isActive);
  });

  it('registers every command that its manifest contributes', async () => {
    const manifest = extension?.packageJSON as { contributes?: { commands?: { command: string }[] } };
    const contributed = (manifest.contributes?.commands ?? []).map(({ command }) => command);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.notEqual(contributed.length, 0);
    assert.deepEqual(
      contributed.filter((command) => !registered.has(command)),
      [],
    );
  });
});
