import { commands, ConfigurationTarget, l10n, window, workspace, type ExtensionContext, type Uri } from 'vscode';
import { betterFlags, flagRecord } from '../conversion/flagReport.ts';
import type { PythonUnit } from '../python/unit.ts';
import type { FlagRecord } from '../shared/evidence.ts';
import { Failure } from '../shared/failure.ts';
import type { Conversions } from './conversions.ts';
import { isForeign } from './functionRequest.ts';
import { conversionOptions } from './settings.ts';
import { requireTrust } from './workspaceTrust.ts';

/** C++ to be compiled in several ways. */
export interface FlagSearchOrder {
  readonly unit: PythonUnit;
  readonly pythonUri?: Uri;
  readonly cpp: string;
  readonly fileName: string;
  readonly isForeign: boolean;
}

/**
 * Tries the flags one after the other; each is told when it is done, with how many there are. After a cancel it gives those
 * that were done, and throws Failure where there are none.
 */
export async function tryFlags(
  conversions: Conversions,
  { unit, pythonUri, cpp, fileName, isForeign: untrusted }: FlagSearchOrder,
  signal: AbortSignal,
  onRecord: (record: FlagRecord, done: number, count: number) => void | Promise<void>,
): Promise<readonly FlagRecord[]> {
  const [{ flagChoices, searchFlags }, { givenConverter }, services] = await Promise.all([
    import('../conversion/flagSearch.ts'),
    import('../converters/givenConverter.ts'),
    conversions.machine.services(pythonUri),
  ]);
  const options = conversionOptions(pythonUri);
  const choices = flagChoices(await services.findCompilers(signal), options.flags);
  const records: FlagRecord[] = [];
  const search = searchFlags(
    unit,
    { cpp, fileName },
    choices,
    { ...services, converter: givenConverter(fileName, untrusted) },
    options,
    signal,
  );
  for await (const trial of search) {
    const record = flagRecord(trial);
    records.push(record);
    await onRecord(record, records.length, choices.length);
  }
  return records;
}

/** The command that tries flags on what is shown, and the one that keeps the fastest of them in the settings. */
export function registerFlagFinder(context: ExtensionContext, conversions: Conversions): void {
  context.subscriptions.push(
    commands.registerCommand('slipstream.findFlags', async () => {
      if (!requireTrust()) return;
      await findFlags(conversions).catch((error: unknown) => conversions.report(error));
    }),
    commands.registerCommand('slipstream.useFastestFlags', async () => {
      const records = conversions.evidence?.flags ?? [];
      const better = betterFlags(records);
      if (better) await useFlags(better, records);
      else
        void window.showInformationMessage(
          l10n.t('No flags were found that are measurably faster than the usual ones.'),
        );
    }),
  );
}

async function findFlags(conversions: Conversions): Promise<void> {
  const shown = await conversions.shown();
  if (shown?.evidence.verification?.outcome !== 'equal') {
    throw new Failure(
      'invalid-input',
      l10n.t('Find the Fastest Equal Flags needs C++ that was found equal. Convert some Python first.'),
    );
  }
  let choices = 0;
  const order = {
    unit: shown.unit,
    ...(shown.pythonUri && { pythonUri: shown.pythonUri }),
    cpp: shown.cpp,
    fileName: 'candidate.cpp',
    isForeign: isForeign(shown),
  };
  const tried: FlagRecord[] = [];
  const records = await conversions.during(l10n.t('Trying compiler flags'), (signal, tell) =>
    tryFlags(conversions, order, signal, async (record, done, count) => {
      choices = count;
      tell(l10n.t('{0} of {1}: {2}', done, count, record.flags.join(' ')), 100 / count);
      tried.push(record);
      await conversions.tell(shown.evidence.id, { flags: [...tried] });
    }),
  );
  if (records.length < choices) {
    void window.showInformationMessage(
      l10n.t('Cancelled: {0} of {1} sets of flags were tried. They stand in the panel.', records.length, choices),
    );
    return;
  }
  const better = betterFlags(records);
  if (!better) {
    void window.showInformationMessage(l10n.t('No flags were found that are measurably faster than the usual ones.'));
    return;
  }
  const use = l10n.t('Use these flags');
  const told = l10n.t(
    '{0} times as fast as with the usual flags: {1}',
    (better.againstFirst?.ratio ?? 1).toFixed(2),
    better.flags.join(' '),
  );
  if ((await window.showInformationMessage(told, use)) === use) await useFlags(better, records);
}

/** Keeps flags, and their compiler where it is another one, in the settings of the workspace, or of the user where there is none. */
async function useFlags({ flags, compilerPath }: FlagRecord, [usual]: readonly FlagRecord[]): Promise<void> {
  const target = workspace.workspaceFolders ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
  const settings = workspace.getConfiguration('slipstream');
  await settings.update('compiler.flags', flags, target);
  if (compilerPath !== usual?.compilerPath) await settings.update('compiler.path', compilerPath, target);
  void window.showInformationMessage(l10n.t('Kept in the settings: {0}', flags.join(' ')));
}
