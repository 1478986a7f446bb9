import { growthText } from '../benchmark/growthReport.ts';
import { comparedSpeed, formatSeconds } from '../benchmark/report.ts';
import type { ConversionEvent } from '../shared/conversionEvent.ts';
import type { Evidence, InputCounts, Stage, VerificationRecord, WitnessRecord } from '../shared/evidence.ts';
import type { SourceDiagnostic } from '../shared/sourceDiagnostic.ts';
import { floatTolerance } from '../verification/values.ts';
import { keptAttempt } from './attempts.ts';

const stageNames: Readonly<Record<Stage, string>> = {
  convert: 'Convert',
  compile: 'Compile',
  verify: 'Compare',
  benchmark: 'Benchmark',
};

/** One event as lines for a terminal; empty when the event has nothing to say there. Text of programs and models loses its control characters. */
export function renderEvent(event: ConversionEvent): string {
  switch (event.type) {
    case 'started':
      if (event.evidence.given !== undefined)
        return `Measuring ${plain(event.evidence.given)} against ${plain(event.evidence.unit.name)}\n`;
      return `Converting ${event.evidence.unit.kind} ${event.evidence.unit.name} with ${event.evidence.converterLabel}\n`;
    case 'stage': {
      if (event.state === 'succeeded') return '';
      const name = stageNames[event.stage];
      const attempt = event.attempt > 1 ? ` (attempt ${event.attempt})` : '';
      if (event.state === 'started') return `${name}${attempt} …\n`;
      return `${name}${attempt}: ${event.state}${event.detail ? `: ${plain(event.detail)}` : ''}\n`;
    }
    case 'diagnostics':
      return event.on === 'python'
        ? event.diagnostics.map((diagnostic) => `${renderDiagnostic(diagnostic)}\n`).join('')
        : '';
    case 'compile-command':
      return `$ ${event.command}\n`;
    case 'compiler-output':
      return plain(event.text);
    case 'usage': {
      const cost = event.costUsd === undefined ? 'price unknown' : `${event.costUsd.toFixed(4)} USD`;
      return `${event.usage.promptTokens} prompt + ${event.usage.completionTokens} completion tokens, ${cost}\n`;
    }
    case 'verified':
      return event.record.mismatch
        ? `${plain(event.record.mismatch.summary)}\n  Python: ${plain(event.record.mismatch.expected)}\n  C++:    ${plain(event.record.mismatch.actual)}\n`
        : event.record.sources && event.record.inputs > 0
          ? `Inputs: ${sourcesText(event.record.sources)}.\n`
          : '';
    case 'witness':
      return `${plain(witnessSentence(event.record))}\n`;
    case 'sample':
      return `  ${event.sample.warmUp ? 'warm-up' : 'run    '}  ${event.sample.side === 'python' ? 'Python' : 'C++   '}  ${formatSeconds(event.sample.seconds)}\n`;
    case 'growth':
      return `${plain(growthText(event.record))}\n`;
    case 'finished':
      return `${notChecked(event.evidence)
        .map((each) => `Not checked: ${plain(each)}\n`)
        .join('')}${renderVerdict(event.evidence)}\n`;
    case 'text':
    case 'reasoning':
    case 'code':
    case 'compiled':
    case 'benchmarked':
    case 'failure':
      return '';
  }
}

/** What was not checked and why, each once. */
export function notChecked({ notChecked, verification }: Evidence): readonly string[] {
  return [...new Set([...notChecked, ...(verification?.notChecked ?? [])])];
}

/** A remark with its place counted from 1, as compilers print it. */
export function renderDiagnostic(diagnostic: SourceDiagnostic): string {
  return `line ${diagnostic.line + 1}:${diagnostic.column + 1}: ${diagnostic.severity}: ${plain(diagnostic.message)}`;
}

/** The verdict in one line, first thing a person reads: "Equal on 1 run. 63x faster (58-69)." Claims nothing that the Evidence does not show. */
export function renderVerdict(evidence: Evidence): string {
  const { verification, benchmark, failure, status } = evidence;
  if (status === 'running') return 'Running.';
  if (status === 'cancelled') return 'Cancelled. What arrived is kept.';
  if (failure) return plain(failure.message);
  if (verification?.outcome === 'different') {
    return `Different: ${plain(verification.mismatch?.summary ?? 'the outputs are not the same.')}`;
  }
  if (verification?.outcome !== 'equal') {
    const compiled = keptAttempt(evidence)?.compiler?.succeeded === true;
    const reasons = [...evidence.notChecked, ...(verification?.notChecked ?? [])];
    return [`${compiled ? 'Compiled' : 'Converted'}, not compared.`, ...reasons].join(' ');
  }
  const what = verification.functionName === undefined ? 'run' : 'input';
  const equal = `Equal on ${verification.inputs} ${verification.inputs === 1 ? what : `${what}s`}${ruleOf(verification)}.`;
  if (!benchmark) return equal;
  const { direction, ratio, low, high } = comparedSpeed(benchmark);
  return direction === 'same'
    ? `${equal} No measurable difference in speed.`
    : `${equal} ${ratio}x ${direction} (${low}-${high}).`;
}

/** The rule of a verdict where it is not the usual one, such as " (numbers within a relative 1e-6)". */
function ruleOf({ rule, excludedLines = 0 }: VerificationRecord): string {
  const parts = [
    ...(rule.kind === 'tolerance' ? [`numbers within a relative ${floatTolerance(rule).relative}`] : []),
    ...(rule.kind === 'unordered-lines' ? ['lines in any order'] : []),
    ...(excludedLines > 0 ? [`${excludedLines} lines left out`] : []),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** How many inputs came from where, as the middle of a sentence. */
export function sourcesText({ example, profile, user, model, boundary, random }: InputCounts): string {
  const calls = (count: number | undefined, where: string): string[] =>
    count === undefined || count === 0 ? [] : [`${count} ${count === 1 ? 'call' : 'calls'} ${where}`];
  const parts = [
    ...calls(example, 'from the file'),
    ...calls(profile, 'seen in a run'),
    ...(user === undefined ? [] : [`${user} of your own`]),
    ...(model === undefined ? [] : [`${model} proposed by a model`]),
    `${boundary} values at the edges`,
  ];
  return `${parts.join(', ')} and ${random} random ones`;
}

/** Text of a stranger made harmless for a terminal: escape sequences and control characters are dropped, line ends and tabs stay. */
export function plain(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}

/** What the witness says, in a sentence. */
export function witnessSentence({ by, outcome, inputs, reason }: WitnessRecord): string {
  const on = inputs === undefined || inputs <= 1 ? 'in the same run' : `on ${inputs} inputs`;
  switch (outcome) {
    case 'agrees':
      return `Witness: the C++ of the ${by.toLowerCase()} gives what the Python gives ${on}.`;
    case 'disagrees':
      return `Witness: the C++ of the ${by.toLowerCase()} differs from the Python as well: ${reason ?? ''} The Python may not give the same each time.`;
    case 'absent':
      return `No witness: the ${by.toLowerCase()} could not be heard. ${reason ?? ''}`;
  }
}
