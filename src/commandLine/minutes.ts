import { dirname, join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { createTranscriber, DEFAULT_TRANSCRIBER } from '../audio/createTranscriber.ts';
import { createLocalTranscriber } from '../audio/local/localTranscriber.ts';
import { formatUsd, totalUsd } from '../audio/minutesCost.ts';
import { builtinTemplates, findTemplate } from '../audio/minutesTemplates.ts';
import { PieceStore } from '../audio/pieceStore.ts';
import { costSentence, summarize, type SummarizeEvent } from '../audio/summarize.ts';
import { clockTime, spokenLength, type Transcript } from '../audio/transcript.ts';
import { formatTranscript, transcriptFormats } from '../audio/transcriptFormats.ts';
import { BUILTIN_CONVERTER_ID } from '../converters/createConverter.ts';
import { Failure } from '../shared/failure.ts';
import { interruptSignal, nonNegativeInteger, parseCall, type Command } from './call.ts';
import { makeLocalModels, makeProviders, transcriptFolder } from './providers.ts';

/** Over this, in US dollars, the work wants to be allowed. */
const MOST_USD = 1;

const common = `  --transcriber ID       PROVIDER/MODEL (default: ${DEFAULT_TRANSCRIBER}), such as groq/whisper-large-v3,
                         huggingface/openai/whisper-large-v3, custom/MODEL or local/REPOSITORY
  --language CODE        what is spoken, such as en or zh; found out when it is left out
  --parallel N           pieces sent at once (default: 3)
  --max-cost DOLLARS     does not begin what may cost more (default: ${MOST_USD})
  -o, --output FILE      writes there instead of to standard output`;

const minutesUsage = `slipstream minutes AUDIO [options]
  minutes of a recording in Markdown; what was transcribed is kept, so that a second run goes on where the first ended
  --model ID             who writes them, such as openai/gpt-5; ${BUILTIN_CONVERTER_ID} (the default) gives the transcript alone
  --template NAME        ${builtinTemplates.map(({ name }) => name).join(', ')} (default: meeting)
  --minutes-language L   of the minutes; that of the recording when it is left out
${common}`;

const transcribeUsage = `slipstream transcribe AUDIO [options]
  what is said in a recording, with times
  --format FORMAT        ${transcriptFormats.join(', ')} (default: md)
${common}`;

const commonOptions = {
  transcriber: { type: 'string', default: DEFAULT_TRANSCRIBER },
  language: { type: 'string' },
  parallel: { type: 'string', default: '3' },
  'max-cost': { type: 'string', default: String(MOST_USD) },
  output: { type: 'string', short: 'o' },
} as const;

interface Work {
  readonly file: string;
  readonly transcriber: string;
  readonly language: string | undefined;
  readonly parallel: string;
  readonly maxCost: string;
  readonly model: string;
  readonly template: string;
  readonly minutesLanguage: string | undefined;
}

async function* events(work: Work, assetFolder: string): AsyncGenerator<SummarizeEvent> {
  const providers = makeProviders(assetFolder);
  const template = findTemplate(work.template);
  const maxCost = Number(work.maxCost);
  if (!(maxCost >= 0)) throw new Failure('invalid-input', '--max-cost takes a number of US dollars.');
  const parallel = nonNegativeInteger(work.parallel, '--parallel');
  if (parallel < 1) throw new Failure('invalid-input', '--parallel takes a number from 1 on.');
  const transcriber = await createTranscriber(work.transcriber, {
    providers,
    ...(process.env['SLIPSTREAM_SPEECH_URL'] && { baseUrl: process.env['SLIPSTREAM_SPEECH_URL'] }),
    local: (name) => createLocalTranscriber(makeLocalModels(assetFolder), name),
  });
  const model = work.model === BUILTIN_CONVERTER_ID ? undefined : await providers.languageModel(work.model);
  yield* summarize(
    work.file,
    {
      transcriber,
      ...(model && { model }),
      store: new PieceStore(transcriptFolder()),
      audio: { workerFile: join(dirname(assetFolder), 'audio.worker.js') },
      approve: async (_info, cost) => {
        if ((totalUsd(cost) ?? 0) <= maxCost) return true;
        const limit = `That is more than the ${formatUsd(maxCost)} that are allowed; nothing was sent.`;
        throw new Failure('invalid-input', `${limit} Give --max-cost a larger number of dollars to begin.`);
      },
    },
    {
      signal: interruptSignal(),
      parallel,
      template,
      ...(work.language && { language: work.language }),
      ...(work.minutesLanguage && { minutesLanguage: work.minutesLanguage }),
    },
  );
}

/** Tells on standard error what happens. */
class Progress {
  #last = '';

  tell(event: SummarizeEvent): void {
    switch (event.type) {
      case 'opened': {
        const { duration, codec } = event.info;
        this.#line(`${clockTime(duration)} of ${codec}. ${costSentence(event.cost) ?? 'What it costs is not known.'}`);
        break;
      }
      case 'progress': {
        const { doneSeconds, totalSeconds, knownSeconds, silentSeconds } = event;
        const parts = [
          ...(knownSeconds > 0 ? [`${spokenLength(knownSeconds)} known from before`] : []),
          ...(silentSeconds > 0 ? [`${spokenLength(silentSeconds)} silent`] : []),
        ];
        const more = parts.length > 0 ? ` (${parts.join(', ')})` : '';
        this.#status(`Transcribed ${spokenLength(doneSeconds)} of ${spokenLength(totalSeconds)}${more}`);
        break;
      }
      case 'condensing':
        this.#status(`Making notes of part ${event.step} of ${event.steps}`);
        break;
      case 'notice':
        this.#line(event.message);
        break;
      case 'finished':
        this.end();
        break;
      default:
        break;
    }
  }

  /** Closes the line that changes. */
  end(): void {
    if (process.stderr.isTTY && this.#last !== '') process.stderr.write('\n');
    this.#last = '';
  }

  #line(text: string): void {
    this.end();
    process.stderr.write(`${text}\n`);
  }

  /** A terminal shows one line that changes; a log keeps them all. */
  #status(text: string): void {
    if (text === this.#last) return;
    process.stderr.write(process.stderr.isTTY ? `\r${text.padEnd(Math.max(60, this.#last.length))}` : `${text}\n`);
    this.#last = text;
  }
}

function oneFile(positionals: readonly string[], command: string): string {
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    throw new Failure('invalid-input', `Name exactly one recording: slipstream ${command} AUDIO.`);
  }
  return file;
}

async function runMinutes(args: readonly string[], assetFolder: string): Promise<number> {
  const { values, positionals } = parseCall(args, {
    ...commonOptions,
    model: { type: 'string', default: BUILTIN_CONVERTER_ID },
    template: { type: 'string', default: 'meeting' },
    'minutes-language': { type: 'string' },
  });
  const file = oneFile(positionals, 'minutes');
  const progress = new Progress();
  let minutes = '';
  try {
    const work = {
      ...values,
      file,
      language: values.language,
      maxCost: values['max-cost'],
      minutesLanguage: values['minutes-language'],
    };
    for await (const event of events(work, assetFolder)) {
      progress.tell(event);
      if (event.type !== 'minutes') continue;
      progress.end();
      minutes += event.text;
      if (values.output === undefined) process.stdout.write(event.text);
    }
  } finally {
    progress.end();
    // What arrived is kept, also when the model failed in the middle.
    if (values.output !== undefined && minutes !== '') await writeFile(values.output, minutes);
  }
  return 0;
}

async function runTranscribe(args: readonly string[], assetFolder: string): Promise<number> {
  const { values, positionals } = parseCall(args, { ...commonOptions, format: { type: 'string', default: 'md' } });
  const file = oneFile(positionals, 'transcribe');
  const format = transcriptFormats.find((it) => it === values.format);
  if (!format) throw new Failure('invalid-input', `--format may be ${transcriptFormats.join(', ')}.`);
  const progress = new Progress();
  let transcript: Transcript | undefined;
  try {
    const work = {
      ...values,
      file,
      language: values.language,
      maxCost: values['max-cost'],
      minutesLanguage: undefined,
      model: BUILTIN_CONVERTER_ID,
      template: 'meeting',
    };
    for await (const event of events(work, assetFolder)) {
      // The sentence about minutes is not for whoever wants the transcript.
      if (event.type === 'notice' && transcript) continue;
      progress.tell(event);
      if (event.type === 'transcript' && event.complete) transcript = event.transcript;
    }
  } finally {
    progress.end();
  }
  if (!transcript) throw new Failure('internal', 'The transcript did not come to its end.');
  if (transcript.segments.length === 0) process.stderr.write('No speech was found in this recording.\n');
  const text = formatTranscript(transcript, format);
  if (values.output === undefined) process.stdout.write(text);
  else await writeFile(values.output, text);
  return 0;
}

/** `slipstream minutes`: from a recording to minutes. */
export const minutesCommand: Command = { usage: minutesUsage, run: runMinutes };

/** `slipstream transcribe`: from a recording to text. */
export const transcribeCommand: Command = { usage: transcribeUsage, run: runTranscribe };
