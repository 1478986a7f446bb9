import { commands, l10n, type ExtensionContext } from 'vscode';
import { Failure } from '../shared/failure.ts';
import type { Conversions } from './conversions.ts';
import { functionRequest, isForeign } from './functionRequest.ts';
import { requireTrust } from './workspaceTrust.ts';

/** The command that measures how the time of the function that is shown grows with size, in both languages. */
export function registerMeasureGrowth(context: ExtensionContext, conversions: Conversions): void {
  context.subscriptions.push(
    commands.registerCommand('slipstream.measureGrowth', async () => {
      if (!requireTrust()) return;
      await measure(conversions).catch((error: unknown) => conversions.report(error));
    }),
  );
}

async function measure(conversions: Conversions): Promise<void> {
  const shown = await conversions.shown();
  if (shown?.functionName === undefined || shown.evidence.verification?.outcome !== 'equal') {
    throw new Failure(
      'invalid-input',
      l10n.t(
        'Measure Growth needs a function whose C++ was found equal. Put the cursor in a function and convert it first.',
      ),
    );
  }
  const { examineGrowth } = await import('../verification/growth.ts');
  const title = l10n.t('Measuring how the time of {0} grows', shown.functionName);
  const result = await conversions.during(title, async (signal) => {
    const request = await functionRequest(conversions, shown, signal);
    if (isForeign(shown) && !request.runner.sandboxed && !(await conversions.machine.approveUntrustedCode())) {
      throw new Failure('cancelled', l10n.t('Cancelled.'));
    }
    return examineGrowth(request, { signal });
  });
  if ('reason' in result) {
    throw new Failure('unsupported', l10n.t('How time grows was not measured. {0}', result.reason));
  }
  await conversions.tell(shown.evidence.id, { growth: result.record });
}
