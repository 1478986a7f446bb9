import { l10n } from 'vscode';
import { comparedSpeed, formatSeconds } from '../benchmark/report.ts';
import type { Evidence, PythonModuleRecord, TokenUsage, VerificationRecord } from '../shared/evidence.ts';
import type { PanelState } from '../shared/panelProtocol.ts';
import { floatTolerance } from '../verification/values.ts';

type Facts = PanelState['facts'];

/** What the verdict rests on: the inputs, the rule, and what else was looked at. */
export function checks({ verification, profile, converterId }: Evidence): Facts {
  if (!verification) return [];
  const { sanitizers, mismatch, files, witness, perturbation, sandboxed } = verification;
  const facts: Facts = [{ label: l10n.t('Comparison'), value: ruleText(verification) }];
  if (profile) {
    const { calls, seconds, parameters } = profile;
    const seen =
      calls === 1
        ? l10n.t('1 call seen in {0}', formatSeconds(seconds))
        : l10n.t('{0} calls seen in {1}', calls.toLocaleString(), formatSeconds(seconds));
    facts.push({ label: l10n.t('Profiled run'), value: [seen, ...parameters].join(' · ') });
  }
  if (files) {
    const outcomes = {
      equal: l10n.t('equal'),
      different: l10n.t('different'),
      missing: l10n.t('not written by the C++'),
      extra: l10n.t('written by the C++ alone'),
    };
    const told = files.map(({ name, outcome }) => `${name}: ${outcomes[outcome]}`);
    facts.push({ label: l10n.t('Files written'), value: told.join(' · ') });
  }
  const isOurs = converterId === 'builtin';
  const ofOurs = l10n.t('not used: written by our own engine');
  facts.push({ label: l10n.t('Sandbox'), value: sandboxed ? l10n.t('yes') : isOurs ? ofOurs : l10n.t('none') });
  if (sanitizers) {
    const found = mismatch?.kind === 'sanitizer' ? l10n.t('a finding') : l10n.t('clean');
    facts.push({ label: l10n.t('Sanitizers'), value: sanitizers.checked ? found : (sanitizers.reason ?? '') });
  } else if (verification.outcome === 'equal') {
    facts.push({ label: l10n.t('Sanitizers'), value: isOurs ? ofOurs : l10n.t('not run') });
  }
  if (witness) {
    const { by, outcome, reason = '' } = witness;
    const told = {
      agrees: l10n.t('{0}: gives what the Python gives on the same inputs', by),
      disagrees: l10n.t('{0}: differs from the Python as well. {1}', by, reason),
      absent: l10n.t('{0}: could not be heard. {1}', by, reason),
    }[outcome];
    facts.push({ label: l10n.t('Witness'), value: told });
  }
  if (perturbation) {
    const { from, to, outcome } = perturbation;
    const told = {
      follows: l10n.t('with {0} in place of {1} the C++ follows', to, from),
      inconclusive: l10n.t('with {0} in place of {1} the two differ; it may have another role in the C++', to, from),
      unmoved: l10n.t('with {0} in place of {1} the C++ prints the old result', to, from),
    }[outcome];
    facts.push({ label: l10n.t('Changed constant'), value: told });
  }
  return facts;
}

/** How the C++ came to be: the command, what the model took, the machine. */
export function facts(
  { pythonModule, pythonVersion, machine, startedAt }: Evidence,
  made: {
    readonly command: string;
    readonly usage: { readonly usage: TokenUsage; readonly costUsd?: number } | undefined;
  },
): Facts {
  const facts: Facts = [];
  if (pythonModule) {
    facts.push({ label: l10n.t('Import it with'), value: pythonModule.importLine, code: true });
    facts.push({ label: l10n.t('From Python'), value: speedSentence(pythonModule) });
  }
  if (made.command) facts.push({ label: l10n.t('Compiled with'), value: made.command, code: true });
  if (made.usage) {
    const { promptTokens, completionTokens, estimated } = made.usage.usage;
    const tokens = l10n.t('{0} in, {1} out', promptTokens.toLocaleString(), completionTokens.toLocaleString());
    facts.push({ label: l10n.t('Tokens'), value: estimated ? `${tokens} ${l10n.t('(estimated)')}` : tokens });
    const cost = made.usage.costUsd === undefined ? l10n.t('unknown') : `$${made.usage.costUsd.toFixed(4)}`;
    facts.push({ label: l10n.t('Cost'), value: cost });
  }
  if (pythonVersion) facts.push({ label: l10n.t('Python'), value: pythonVersion });
  const { cpu, cores, platform, architecture } = machine;
  facts.push({
    label: l10n.t('Machine'),
    value: l10n.t('{0} {1}, {2}, {3} cores', platform, architecture, cpu, cores),
  });
  facts.push({ label: l10n.t('Started'), value: new Date(startedAt).toLocaleString() });
  return facts;
}

/** Such as "equal on 240 inputs from Python, 12x faster with all conversions". */
export function speedSentence({ inputs, benchmark }: Pick<PythonModuleRecord, 'inputs' | 'benchmark'>): string {
  const equal = l10n.t('equal on {0} inputs from Python', inputs);
  if (!benchmark) return equal;
  const { direction, ratio, low, high } = comparedSpeed(benchmark);
  if (direction === 'faster') return l10n.t('{0}, {1}x faster ({2}–{3}) with all conversions', equal, ratio, low, high);
  if (direction === 'slower') return l10n.t('{0}, {1}x slower ({2}–{3}) with all conversions', equal, ratio, low, high);
  return l10n.t('{0}, no measurable difference in speed with all conversions', equal);
}

/** How the two were compared. */
function ruleText({ rule, functionName }: VerificationRecord): string {
  const { ulps, relative } = floatTolerance(rule);
  if (functionName !== undefined)
    return l10n.t('values by type; floats within {0} units in the last place or a relative {1}', ulps, relative);
  const kind = {
    exact: l10n.t('equal to the byte'),
    tolerance: l10n.t('numbers within a relative {0}', relative),
    'unordered-lines': l10n.t('lines in any order'),
  }[rule.kind];
  const excluded = rule.excludedPatterns ?? [];
  return excluded.length === 0 ? kind : `${kind} · ${l10n.t('left out: {0}', excluded.join(', '))}`;
}
