import { commands, l10n, window, workspace } from 'vscode';

/** True in a trusted workspace; else says so, with the way out. */
export function requireTrust(
  sentence = l10n.t('Converting compiles, runs and may send code, so it waits until you trust this workspace.'),
): boolean {
  if (workspace.isTrusted) return true;
  const manage = l10n.t('Manage Workspace Trust');
  window.showWarningMessage(sentence, manage).then(
    (answer) => answer === manage && commands.executeCommand('workbench.trust.manage'),
    () => undefined,
  );
  return false;
}
