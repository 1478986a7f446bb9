import type { LanguageModel } from '../providers/languageModel.ts';
import { Failure } from '../shared/failure.ts';
import type { AudioInfo } from './audioPiece.ts';
import { estimateCost, formatUsd, type CostEstimate } from './minutesCost.ts';
import { openAudio, type OpenAudioOptions } from './openAudio.ts';
import type { PieceStore } from './pieceStore.ts';
import { transcribeRecording, type TranscriptionEvent, type TranscriptionOptions } from './transcribeRecording.ts';
import type { Transcriber } from './transcriber.ts';
import { type Transcript } from './transcript.ts';
import { escapeMarkdown, formatTranscript, recordingLine } from './transcriptFormats.ts';
import { writeMinutes, type MinutesOptions, type MinutesUse, type MinutesWritingEvent } from './writeMinutes.ts';

/** Who does the work. */
export interface SummarizeServices {
  readonly transcriber: Transcriber;
  /** Absent gives the transcript alone. */
  readonly model?: LanguageModel;
  readonly store: PieceStore;
  readonly audio: Pick<OpenAudioOptions, 'workerFile' | 'ffmpeg'>;
  /** Asked before anything is sent. False ends the work. */
  approve(info: AudioInfo, cost: CostEstimate): Promise<boolean>;
}

export type SummarizeOptions = TranscriptionOptions &
  Pick<MinutesOptions, 'template' | 'reasoningEffort'> & {
    /** Of the minutes, where it is not that of the recording. */
    readonly minutesLanguage?: string;
  };

/** What happens from a file to its minutes. */
export type SummarizeEvent =
  | { readonly type: 'opened'; readonly info: AudioInfo; readonly cost: CostEstimate }
  | TranscriptionEvent
  | MinutesWritingEvent
  | { readonly type: 'finished'; readonly transcript: Transcript; readonly use?: MinutesUse };

/** Told where there is no language model. */
const WITHOUT_MODEL =
  'The built-in engine writes no minutes. Choose a language model (setting `slipstream.minutes.model`, or `--model` on the command line) and run it again: what is transcribed is kept and not paid again.';

/**
 * From a recording to its transcript and minutes, as a stream of events. What was stored before is not sent again. Throws
 * Failure; what was told before it stays valid.
 */
export async function* summarize(
  file: string,
  services: SummarizeServices,
  options: SummarizeOptions,
): AsyncGenerator<SummarizeEvent, void, undefined> {
  const { transcriber, model, store } = services;
  const { signal, minutesLanguage } = options;
  await using recording = await openAudio(file, { ...services.audio, signal });
  const { info } = recording;
  const cost = estimateCost(info, transcriber, model);
  yield { type: 'opened', info, cost };
  if (!(await services.approve(info, cost))) throw new Failure('cancelled', 'Cancelled.');
  const transcript = yield* transcribeRecording(recording, transcriber, store, options);
  if (!model || transcript.segments.length === 0) {
    yield { type: 'minutes', text: formatTranscript(transcript, 'md') };
    const message = transcript.segments.length === 0 ? nothingSaid(transcript) : WITHOUT_MODEL;
    yield { type: 'minutes', text: `\n> ${message}\n` };
    yield { type: 'notice', message };
    yield { type: 'finished', transcript };
    return;
  }
  yield { type: 'minutes', text: recordingLine(transcript, model.id) };
  for (const notice of transcript.notices ?? []) yield { type: 'minutes', text: `> ⚠ ${escapeMarkdown(notice)}\n\n` };
  const use = yield* writeMinutes(transcript, model, {
    signal,
    template: options.template,
    ...(minutesLanguage && { language: minutesLanguage }),
    ...(options.reasoningEffort && { reasoningEffort: options.reasoningEffort }),
  });
  yield { type: 'finished', transcript, use };
}

function nothingSaid({ recording }: Transcript): string {
  return `No speech was found in ${escapeMarkdown(recording)}: it is silent, or holds music or noise alone. There is nothing to write minutes of.`;
}

/** What the work costs at most, as a sentence; nothing when no price is known. */
export function costSentence({ transcriptionUsd, minutesUsd }: CostEstimate): string | undefined {
  const parts = [
    ...(transcriptionUsd === undefined ? [] : [`${formatUsd(transcriptionUsd)} for the transcript`]),
    ...(minutesUsd === undefined ? [] : [`about ${formatUsd(minutesUsd)} for the minutes`]),
  ];
  return parts.length === 0 ? undefined : `It costs at most ${parts.join(' and ')}.`;
}
