import {
  commands,
  l10n,
  TabInputText,
  TabInputTextDiff,
  Uri,
  ViewColumn,
  window,
  workspace,
  type Disposable,
  type ExtensionContext,
  type QuickPickItem,
  type Tab,
} from 'vscode';
import { attemptOutcome } from '../conversion/attempts.ts';
import type { EvidenceStore } from '../conversion/evidenceStore.ts';
import type { AttemptRecord, Evidence } from '../shared/evidence.ts';
import { Failure } from '../shared/failure.ts';
import type { Conversions } from './conversions.ts';
import { CPP_SCHEME } from './cppDocuments.ts';

const SCHEME = 'slipstream-attempt';

/** How far an attempt got, in a word or two. */
export function attemptLabel(attempt: AttemptRecord): string {
  return {
    equal: l10n.t('equal'),
    different: l10n.t('different'),
    compiled: l10n.t('compiled, not compared'),
    'not-compiled': l10n.t('does not compile'),
    written: l10n.t('not compiled'),
    'not-written': l10n.t('nothing was written'),
  }[attemptOutcome(attempt)];
}

/** What was found wrong with an attempt, in a sentence; empty where nothing was. */
export function attemptDetail({ failure, verification }: AttemptRecord): string {
  return failure?.message ?? verification?.mismatch?.summary ?? '';
}

function uriOf({ id, unit }: Evidence, { number }: AttemptRecord): Uri {
  const name = unit.name.replace(/\.py$/, '').replace(/[^\p{L}\p{N}_.-]+/gu, '_');
  return Uri.from({ scheme: SCHEME, path: `/${id}/${number}/${name}-attempt-${number}.cpp` });
}

/** Serves the C++ of each attempt, and the commands that show one, or two side by side. */
export function registerAttempts(context: ExtensionContext, conversions: Conversions): void {
  const report = (work: () => Promise<void>) => () => work().catch((error: unknown) => conversions.report(error));
  context.subscriptions.push(
    provider(conversions.store),
    commands.registerCommand(
      'slipstream.compareAttempts',
      report(async () => {
        const evidence = withAttempts(conversions, 2);
        const first = await pick(evidence, l10n.t('Attempt on the left'));
        const second = first && (await pick(evidence, l10n.t('Attempt on the right'), first));
        if (first && second) await compareAttempts(evidence, first, second);
      }),
    ),
    commands.registerCommand(
      'slipstream.openAttempt',
      report(async () => {
        const evidence = withAttempts(conversions, 1);
        const chosen = await pick(evidence, l10n.t('Open Attempt'));
        if (chosen) await openAttempt(evidence, chosen);
      }),
    ),
  );
}

function provider(store: EvidenceStore): Disposable {
  return workspace.registerTextDocumentContentProvider(SCHEME, {
    async provideTextDocumentContent({ path }) {
      const [, id = '', number = ''] = path.split('/');
      const { attempts } = await store.load(id);
      return attempts.find((attempt) => attempt.number === Number(number))?.cpp ?? '';
    },
  });
}

function withAttempts({ evidence }: Conversions, fewest: number): Evidence {
  if (evidence && evidence.attempts.length >= fewest) return evidence;
  throw new Failure(
    'invalid-input',
    evidence ? l10n.t('This conversion has one attempt only.') : l10n.t('There is no conversion yet.'),
  );
}

async function pick(
  { attempts }: Evidence,
  title: string,
  without?: AttemptRecord,
): Promise<AttemptRecord | undefined> {
  const items = attempts
    .filter((attempt) => attempt !== without)
    .map((attempt): QuickPickItem & { readonly attempt: AttemptRecord } => ({
      label: l10n.t('Attempt {0}', attempt.number),
      description: attemptLabel(attempt),
      detail: attemptDetail(attempt),
      attempt,
    }));
  return (await window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true }))?.attempt;
}

/** Opens the C++ of one attempt, which cannot be edited, where the C++ of the conversion is: the panel stays in sight. */
export async function openAttempt(evidence: Evidence, attempt: AttemptRecord): Promise<void> {
  const isCpp = ({ input }: Tab): boolean =>
    input instanceof TabInputText && [CPP_SCHEME, SCHEME].includes(input.uri.scheme);
  const group = window.tabGroups.all.find(({ tabs }) => tabs.some(isCpp));
  await window.showTextDocument(uriOf(evidence, attempt), {
    preview: true,
    viewColumn: group?.viewColumn ?? ViewColumn.One,
  });
}

/** Opens the editor's diff of two attempts, with what became of each in its title. */
export async function compareAttempts(evidence: Evidence, first: AttemptRecord, second: AttemptRecord): Promise<void> {
  const title = l10n.t(
    'Attempt {0} ({1}) ↔ attempt {2} ({3})',
    first.number,
    attemptLabel(first),
    second.number,
    attemptLabel(second),
  );
  const place = { viewColumn: ViewColumn.One };
  await commands.executeCommand('vscode.diff', uriOf(evidence, first), uriOf(evidence, second), title, place);
  await giveDiffWidth();
}

interface EditorLayout {
  /** 0 puts the groups beside, 1 below each other. */
  readonly orientation: 0 | 1;
  readonly groups: readonly object[];
}

/** Puts the other editors below the diff until it is closed: the editor draws a diff of half a window in one column. */
async function giveDiffWidth(): Promise<void> {
  const others = window.tabGroups.all.length - 1;
  const before = await commands.executeCommand<EditorLayout>('vscode.getEditorLayout');
  if (others === 0 || before.orientation === 1) return;
  const below = Array.from({ length: others }, () => ({ size: 1 / others }));
  const groups = others === 1 ? [{ size: 0.5 }, { size: 0.5 }] : [{ size: 0.5 }, { size: 0.5, groups: below }];
  await commands.executeCommand('vscode.setEditorLayout', { orientation: 1, groups });
  const isDiff = ({ input }: Tab): boolean => input instanceof TabInputTextDiff && input.original.scheme === SCHEME;
  const listener = window.tabGroups.onDidChangeTabs(() => {
    if (window.tabGroups.all.some(({ tabs }) => tabs.some(isDiff))) return;
    listener.dispose();
    void commands.executeCommand<EditorLayout>('vscode.getEditorLayout').then(({ orientation }) => {
      // Who has arranged the editors otherwise meanwhile keeps that.
      if (orientation === 1 && window.tabGroups.all.length === others + 1)
        return commands.executeCommand('vscode.setEditorLayout', before);
    });
  });
}
