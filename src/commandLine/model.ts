import { formatBytes } from '../hub/download.ts';
import { readModelCard, type ModelCard } from '../providers/modelCard.ts';
import { Failure } from '../shared/failure.ts';
import { interruptSignal, parseCall, type Command } from './call.ts';
import { makeHub } from './providers.ts';

const usage = `slipstream model REPOSITORY [--context N] [--json]
  how a model of the Hub is built, its parameters, and the memory it takes with a context of N tokens;
  of its weights only the headers are fetched`;

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCall(args, {
    context: { type: 'string' },
    json: { type: 'boolean', default: false },
  });
  const [name, ...more] = positionals;
  const contextTokens = values.context === undefined ? undefined : Number(values.context);
  if (name === undefined || more.length > 0) {
    throw new Failure('invalid-input', 'Name one repository of the Hub: slipstream model REPOSITORY.');
  }
  if (contextTokens !== undefined && !(Number.isSafeInteger(contextTokens) && contextTokens > 0)) {
    throw new Failure('invalid-input', '--context is a number of tokens, such as 4096.');
  }
  const signal = interruptSignal();
  const card = await readModelCard(makeHub(), name, { signal, ...(contextTokens && { contextTokens }) });
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
    ['Parameters', count(card.parameters)],
    ...card.weightMemory.map(({ format, bytes }) => [`Memory, ${format}`, formatBytes(bytes)]),
    ['Key-value cache', `${cache} in 16 bits for ${count(card.cacheTokens)} tokens`],
  ];
  return [
    `${card.name}${card.gated ? ' (gated)' : ''}`,
    ...rows.map(([key, value]) => `  ${key?.padEnd(16)} ${value}`),
    '',
  ].join('\n');
}

/** `slipstream model`: the card of one model. */
export const modelCommand: Command = { usage, run };
