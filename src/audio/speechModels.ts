import type { PieceLimits } from './audioPiece.ts';

/** How a model behind `POST /audio/transcriptions` wants to be asked; they differ. */
export interface SpeechModel {
  /** `undefined` leaves the model's own default, the only one that some take. */
  readonly responseFormat?: 'json' | 'verbose_json' | 'diarized_json';
  /** The name of the parameter for a language. */
  readonly languageParameter: 'language' | 'languages';
  readonly takesPrompt: boolean;
  /** It has to be told to cut longer sound by itself. */
  readonly cutsBySpeech: boolean;
  readonly limits: PieceLimits;
}

/** The providers take 25 MiB with all that is around the sound. */
const BYTES = 25_000_000;
/** A model that tells no times gets pieces so short that the place of a piece says about when something was said. */
const UNTIMED_SECONDS = 60;
/** Shorter than it could be: less is lost with a connection, several can run at once, and a long recording takes less memory. */
const TIMED_SECONDS = 300;
/** Voices are told apart within one piece only, so that pieces are as long as the model takes them: 1,400 s. */
const DIARIZED_SECONDS = 1300;

/** What is known of a speech model by its name; whatever is unknown is taken for a Whisper, as servers elsewhere are. */
export function speechModel(name: string): SpeechModel {
  if (/gpt-4o.*transcribe-diarize/.test(name)) {
    return {
      responseFormat: 'diarized_json',
      languageParameter: 'language',
      takesPrompt: false,
      cutsBySpeech: true,
      limits: { seconds: DIARIZED_SECONDS, bytes: BYTES },
    };
  }
  const untimed = { takesPrompt: true, cutsBySpeech: false, limits: { seconds: UNTIMED_SECONDS, bytes: BYTES } };
  if (/gpt-4o.*transcribe/.test(name)) {
    return { ...untimed, responseFormat: 'json', languageParameter: 'language' };
  }
  if (/gpt-.*transcribe/.test(name)) return { ...untimed, languageParameter: 'languages' };
  return {
    responseFormat: 'verbose_json',
    languageParameter: 'language',
    takesPrompt: true,
    cutsBySpeech: false,
    limits: { seconds: TIMED_SECONDS, bytes: BYTES },
  };
}
