import { l10n } from 'vscode';
import type { KnownParameter } from '../functionInputs/findInputs.ts';
import { writeRows } from '../functionInputs/inputRow.ts';
import type { InputTable, NumberedRow } from '../functionInputs/inputTable.ts';
import type { InputsButton, InputsRow, InputsState } from '../shared/inputsProtocol.ts';
import type { InputSource } from '../verification/inputs.ts';
import { pythonLiteral } from '../verification/values.ts';

/** What the table of inputs is about, beside its rows. */
export interface InputsAbout {
  readonly uri: string;
  readonly functionName: string;
  readonly parameters: readonly KnownParameter[];
  /** Whether there is C++ to compare with, and of whom. */
  readonly cppOf: string | undefined;
  /** What is under way. */
  readonly busy: string | undefined;
  /** What came of the last comparison on these rows. */
  readonly verdict: { readonly tone: 'good' | 'bad' | 'plain'; readonly text: string } | undefined;
  readonly notes: readonly string[];
  readonly rejected: readonly string[];
}

/** The state of the panel. */
export function inputsState(table: InputTable, about: InputsAbout): InputsState {
  const { functionName, parameters, busy, verdict, cppOf } = about;
  const { rows, kept } = table;
  return {
    saved: { uri: about.uri, functionName, rows: writeRows(functionName, rows) },
    subtitle:
      cppOf === undefined ? l10n.t('Inputs of {0}', functionName) : l10n.t('Inputs of {0} · {1}', functionName, cppOf),
    headline: busy ?? verdict?.text ?? l10n.t('{0} of {1} inputs are kept', kept.length, rows.length),
    tone: busy === undefined ? (verdict?.tone ?? 'plain') : 'busy',
    notes: [...about.notes],
    actions: actions(about),
    actionsLabel: l10n.t('Actions'),
    tableLabel: l10n.t('Inputs of {0}', functionName),
    head: [
      l10n.t('Keep'),
      l10n.t('From'),
      ...parameters.map(({ name }) => name),
      l10n.t('Python gives'),
      l10n.t('C++ gives'),
      '',
    ],
    rows: rows.map((row, index) => rowState(row, index + 1, parameters)),
    removeLabel: l10n.t('Remove'),
    rejectedLabel: l10n.t('Not taken ({0})', about.rejected.length),
    rejected: [...about.rejected],
  };
}

function actions({ busy, cppOf }: InputsAbout): InputsButton[] {
  if (busy !== undefined) return [{ action: 'cancel', label: l10n.t('Cancel') }];
  return [
    cppOf === undefined
      ? { action: 'convert', label: l10n.t('Convert and compare on these too'), primary: true }
      : { action: 'compare', label: l10n.t('Compare on the kept ones'), primary: true },
    { action: 'add', label: l10n.t('Add') },
    { action: 'propose', label: l10n.t('Let a model propose…') },
    { action: 'import', label: l10n.t('Import…') },
    { action: 'export', label: l10n.t('Export…') },
    ...(cppOf === undefined ? [] : [{ action: 'save-test' as const, label: l10n.t('Save as test…') }]),
    { action: 'keep-all', label: l10n.t('Keep all') },
    { action: 'keep-none', label: l10n.t('Keep none') },
  ];
}

/** Where an input comes from, in a word. */
function originLabel(origin: InputSource): string {
  return {
    example: l10n.t('file'),
    profile: l10n.t('profiled run'),
    boundary: l10n.t('edge'),
    random: l10n.t('random'),
    model: l10n.t('model'),
    user: l10n.t('yours'),
  }[origin];
}

function rowState(row: NumberedRow, number: number, parameters: readonly KnownParameter[]): InputsRow {
  const { id, origin, args, keep, note = '', python, cpp, equal } = row;
  return {
    id,
    keep,
    keepName: l10n.t('Keep input {0}', number),
    removeName: l10n.t('Remove input {0}', number),
    origin: originLabel(origin),
    note,
    args: args.map((value, index) => ({
      text: pythonLiteral(value),
      name: l10n.t('{0} of input {1}', parameters[index]?.name ?? String(index + 1), number),
    })),
    python: python ?? '',
    cpp: equal === true && cpp === python ? l10n.t('the same') : (cpp ?? ''),
    tone: equal === undefined ? 'plain' : equal ? 'good' : 'bad',
  };
}
