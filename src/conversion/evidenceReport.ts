import { growthMarkdown } from '../benchmark/growthReport.ts';
import { benchmarkMarkdown, formatSpeedUp } from '../benchmark/report.ts';
import type { AttemptRecord, Evidence, PythonModuleRecord, VerificationRecord } from '../shared/evidence.ts';
import { describeAttempt, keptAttempt, totalUsage } from './attempts.ts';
import { flagMarkdown } from './flagReport.ts';
import { visibleText } from '../shared/visibleText.ts';
import { floatTolerance } from '../verification/values.ts';
import { fence } from './prompt.ts';
import { notChecked, renderVerdict, witnessSentence, sourcesText } from './renderText.ts';

/** The Evidence as a Markdown report that can be attached to a pull request: the verdict, what it rests on, what was not checked, and the code. */
export function evidenceMarkdown(evidence: Evidence): string {
  const { unit, machine, verification, benchmark, growth } = evidence;
  const attempt = keptAttempt(evidence);
  const file = unit.file?.split(/[\\/]/).at(-1);
  const facts: [string, string][] = [
    ['Source', `${file ?? unit.name}, lines ${unit.range[0] + 1} to ${unit.range[1] + 1}, SHA-256 \`${unit.sha256}\``],
    ['Written by', evidence.given === undefined ? evidence.converterLabel : `given: ${evidence.given}`],
    ...usageFacts(evidence.attempts),
    ...(attempt?.compiler ? [['Compiled with', `\`${attempt.compiler.command}\``] as [string, string]] : []),
    ...(evidence.profile
      ? [
          [
            'Profiled run',
            `${evidence.profile.calls} ${evidence.profile.calls === 1 ? 'call' : 'calls'} seen in ${evidence.profile.seconds.toFixed(2)} s; ${evidence.profile.parameters.join('; ')}`,
          ] as [string, string],
        ]
      : []),
    ...(evidence.pythonVersion === undefined ? [] : [['Python', evidence.pythonVersion] as [string, string]]),
    ['Machine', `${machine.platform} ${machine.architecture}, ${machine.cpu}, ${machine.cores} cores`],
    ['Started', evidence.startedAt],
  ];
  const unchecked = notChecked(evidence);
  return [
    `# ${unit.name}: Python to C++`,
    `**${cell(renderVerdict(evidence))}**`,
    // No table: what has no spaces, such as a hash, would be cut off in a narrow preview.
    facts.map(([label, value]) => `- **${label}**: ${cell(value)}`).join('\n'),
    ...(verification ? ['## Comparison', ...comparison(verification, evidence.converterId === 'builtin')] : []),
    ...(unchecked.length > 0 ? ['## Not checked', unchecked.map((each) => `- ${cell(each)}`).join('\n')] : []),
    ...(benchmark ? ['## Speed', benchmarkMarkdown(benchmark).trimEnd()] : []),
    ...(growth ? ['## How time grows with size', growthMarkdown(growth)] : []),
    ...(evidence.flags ? ['## Compiler flags', flagMarkdown(evidence.flags)] : []),
    ...(evidence.pythonModule ? ['## Used from Python', pythonModule(evidence.pythonModule)] : []),
    ...(evidence.attempts.length > 1 ? ['## Attempts', attempts(evidence.attempts)] : []),
    '## Python',
    fence(unit.source, 'python'),
    '## C++',
    fence(evidence.cpp, 'cpp'),
    '',
  ].join('\n\n');
}

/** Text of a stranger on one line of a table or list: no HTML, no link, no picture. */
function cell(text: string): string {
  return visibleText(text)
    .replaceAll(/[|[\]]/g, '\\$&')
    .replaceAll('<', '&lt;')
    .replaceAll(/\s*\n\s*/g, ' ');
}

function usageFacts(attempts: readonly AttemptRecord[]): [string, string][] {
  const total = totalUsage(attempts);
  if (!total) return [];
  const { usage, costUsd } = total;
  return [
    ['Tokens', `${usage.promptTokens} in, ${usage.completionTokens} out${usage.estimated ? ' (estimated)' : ''}`],
    ['Cost', costUsd === undefined ? 'unknown' : `$${costUsd.toFixed(4)}`],
  ];
}

function comparison(verification: VerificationRecord, isOurs: boolean): string[] {
  const ofOurs = isOurs ? ', it is C++ of the built-in engine' : '';
  const { sources, mismatch, sanitizers, perturbation, files, witness } = verification;
  const points = [
    verification.functionName === undefined
      ? `Program runs compared: ${verification.inputs}.`
      : `\`${verification.functionName}\` was called in both languages on ${verification.inputs} inputs.`,
    ...(sources ? [`Of these ${sourcesText(sources)} (seed ${verification.seed ?? 0}).`] : []),
    ...(files
      ? [
          `Files written: ${files.map(({ name, bytes, outcome }) => `${name} (${bytes} bytes, ${outcome})`).join(', ')}.`,
        ]
      : []),
    `Rule: ${describeRule(verification)}.`,
    `Sandboxed: ${verification.sandboxed ? 'yes' : `no${ofOurs}`}.`,
    ...(sanitizers
      ? [
          `Sanitizers (address, undefined behaviour): ${sanitizers.checked ? (mismatch?.kind === 'sanitizer' ? 'a finding' : 'clean') : `not run. ${sanitizers.reason ?? ''}`}.`,
        ]
      : verification.outcome === 'equal'
        ? [`Sanitizers (address, undefined behaviour): not run${ofOurs}.`]
        : []),
    ...(witness ? [witnessSentence(witness)] : []),
    ...(perturbation
      ? [`With ${perturbation.from} changed to ${perturbation.to} in both: ${perturbationText[perturbation.outcome]}.`]
      : []),
  ];
  const list = points.map((point) => `- ${cell(point)}`).join('\n');
  if (!mismatch) return [list];
  return [
    list,
    `**${cell(mismatch.summary)}**`,
    `Python:\n\n${fence(visibleText(mismatch.expected), 'text')}`,
    `C++:\n\n${fence(visibleText(mismatch.actual), 'text')}`,
    ...(verification.failingInputs && verification.failingInputs.length > 1
      ? [`Calls on which they differ:\n\n${fence(visibleText(verification.failingInputs.join('\n')), 'python')}`]
      : []),
  ];
}

function pythonModule({ importLine, inputs, sandboxed, benchmark }: PythonModuleRecord): string {
  return [
    fence(importLine, 'python'),
    '',
    `- Through the module ${inputs} inputs gave what the original gives, ${sandboxed ? 'tried in a sandbox' : 'tried without a sandbox'}. Who imports it runs it without one.`,
    ...(benchmark ? [`- Measured from Python, conversions included: ${formatSpeedUp(benchmark)}.`] : []),
  ].join('\n');
}

const perturbationText = {
  follows: 'the C++ follows',
  inconclusive: 'the C++ prints something else than the Python; a constant may have another role in it',
  unmoved: 'the C++ still prints the old result',
} as const;

/** How outputs were compared, in words. */
export function describeRule({ rule, functionName }: Pick<VerificationRecord, 'rule' | 'functionName'>): string {
  if (functionName !== undefined) {
    const { ulps, relative, absolute } = floatTolerance(rule);
    const least = absolute > 0 ? ` or an absolute ${absolute}` : '';
    return `what is returned, raised, printed and changed, by type; floats within ${ulps} units in the last place or a relative ${relative}${least}`;
  }
  const kinds = {
    exact: 'equal to the byte',
    tolerance: `numbers with a fraction within a relative ${rule.relativeTolerance ?? 1e-9}${rule.absoluteTolerance === undefined ? '' : ` or an absolute ${rule.absoluteTolerance}`}`,
    'unordered-lines': 'the same lines in any order',
  };
  const excluded = rule.excludedPatterns ?? [];
  return excluded.length === 0
    ? kinds[rule.kind]
    : `${kinds[rule.kind]}, without lines that match ${excluded.length} patterns`;
}

function attempts(records: readonly AttemptRecord[]): string {
  const lines = records.map((attempt) => `${attempt.number}. ${cell(describeAttempt(attempt))}`);
  return lines.join('\n');
}
