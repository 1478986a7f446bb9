import { LOCAL_PROVIDER_ID, type LocalModels } from '../../providers/local/localModels.ts';
import { parseLocalName } from '../../providers/local/modelStore.ts';
import { Failure } from '../../shared/failure.ts';
import type { Transcriber } from '../transcriber.ts';

/** Seconds of one piece: short, so that little is done again after an interruption. */
const PIECE_SECONDS = 300;

/** A Whisper model on this machine, named as in `local/NAME`. It is loaded when it is first used. Throws Failure when it is not there. */
export async function createLocalTranscriber(models: LocalModels, name: string): Promise<Transcriber> {
  const { task } = await models.store.find(parseLocalName(name));
  if (task !== 'speech') {
    throw new Failure('unsupported', `${name} writes text and hears no sound. Choose a Whisper model.`);
  }
  return {
    id: `${LOCAL_PROVIDER_ID}/${name}`,
    limits: { seconds: PIECE_SECONDS, bytes: Number.MAX_SAFE_INTEGER },
    takesEncoded: false,
    pricePerMinute: 0,
    async *transcribe(piece, { signal, language }) {
      const { samples, start, end } = piece;
      if (!samples)
        throw new Failure('unsupported', 'A local speech model needs sound that can be decoded. Install ffmpeg.');
      const request = { samples, ...(language !== undefined && { language }) };
      for await (const { text, ...heard } of models.transcribe(name, request, signal)) {
        const at = (seconds: number): number => Math.min(end, start + seconds);
        yield { start: at(heard.start), end: at(heard.end), text };
      }
    },
  };
}
