import { resolve } from 'node:path';
import { formatBytes } from '../hub/download.ts';
import { CHINCHILLA_RATIO, type ModelCard } from '../providers/modelCard.ts';
import { readLocalModelCard, readModelCard } from '../providers/readModelCard.ts';
import { Failure } from '../shared/failure.ts';
import { interruptSignal, parseCall, type Command } from './call.ts';
import { makeHub } from './providers.ts';

const usage = `slipstream model REPOSITORY|FOLDER|FILE.gguf [--context N] [--json]
  how a model of the Hub or on this machine is built, its parameters, the memory it takes with a context of N tokens,
  and what it was trained on where that is stated; of its weights only the headers are read`;

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCall(args, {
    context: { type: 'string' },
    json: { type: 'boolean', default: false },
  });
  const [name, ...more] = positionals;
  const contextTokens = values.context === undefined ? undefined : Number(values.context);
  if (name === undefined || more.length > 0) {
    throw new Failure('invalid-input', 'Name one repository of the Hub, or a folder: slipstream model REPOSITORY.');
  }
  if (contextTokens !== undefined && !(Number.isSafeInteger(contextTokens) && contextTokens > 0)) {
    throw new Failure('invalid-input', '--context is a number of tokens, such as 4096.');
  }
  const signal = interruptSignal();
  const options = { signal, ...(contextTokens && { contextTokens }) };
  const isLocal = /^(?:\.{0,2}[\\/]|[A-Za-z]:)/.test(name) || name.endsWith('.gguf');
  const card = isLocal
    ? await readLocalModelCard(resolve(name), options)
    : await readModelCard(makeHub(), name, options);
  process.stdout.write(values.json ? `${JSON.stringify(card, undefined, 2)}\n` : text(card));
  return 0;
}

function text(card: ModelCard): string {
  const count = (value: number | undefined): string => value?.toLocaleString('en-US') ?? 'unknown';
  const { type, layers, hiddenSize, heads, keyValueHeads, vocabulary, contextTokens } = card.architecture;
  const cache = card.cacheBytes === undefined ? 'unknown' : formatBytes(card.cacheBytes);
  const rows = [
    ['Architecture', type ?? 'unknown'],
    ['Layers', count(layers)],
    ['Hidden size', count(hiddenSize)],
    ['Heads', `${count(heads)}, for keys and values ${count(keyValueHeads)}`],
    ['Vocabulary', count(vocabulary)],
    ['Context', count(contextTokens)],
    ['Parameters', `${count(card.parameters)}${card.countedFrom ? ` (counted from ${card.countedFrom})` : ''}`],
    ...card.weightMemory.map(({ format, bytes }) => [`Memory, ${format}`, formatBytes(bytes)]),
    ...(card.weightBytes === undefined ? [] : [['Weights there', formatBytes(card.weightBytes)]]),
    ['Key-value cache', `${cache} in 16 bits for ${count(card.cacheTokens)} tokens`],
    ['Licence', card.licence ?? 'unknown'],
    ['Repository of', card.released ?? 'unknown'],
    ['Trained on', trainingText(card)],
  ];
  return [
    `${card.name}${card.gated ? ' (gated)' : ''}`,
    ...rows.map(([key, value]) => `  ${key?.padEnd(16)} ${value}`),
    '',
  ].join('\n');
}

function trainingText({ training }: ModelCard): string {
  if (!training) return 'unknown: the card does not state the tokens';
  const tokens = `${(training.tokens / 1e9).toLocaleString('en-US')} billion tokens`;
  const { tokensPerParameter: ratio } = training;
  if (ratio === undefined) return tokens;
  return `${tokens}, ${ratio.toFixed(ratio < 10 ? 1 : 0)} per parameter (about ${CHINCHILLA_RATIO} is best for a given amount of computing; more makes a small model better)`;
}

/** `slipstream model`: the card of one model. */
export const modelCommand: Command = { usage, run };
