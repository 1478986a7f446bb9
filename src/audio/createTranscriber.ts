import type { Providers } from '../providers/registry.ts';
import { findPricePerMinute } from '../providers/prices.ts';
import { Failure } from '../shared/failure.ts';
import type { Transcriber } from './transcriber.ts';

/** What is taken when nobody has chosen: OpenAI's current model for recordings. */
export const DEFAULT_TRANSCRIBER = 'openai/gpt-transcribe';
/** In front of the names of models that run on this machine. */
export const LOCAL_TRANSCRIBER_PREFIX = 'local/';

/** Where transcribers come from. */
export interface TranscriberSources {
  readonly providers: Providers;
  /** The address of the speech server where it is not the provider's; a dedicated endpoint for Hugging Face. */
  readonly baseUrl?: string;
  /** Makes the transcriber of a model on this machine, by its name without the prefix. */
  readonly local?: (name: string) => Promise<Transcriber>;
}

/** Makes the transcriber with this id: the provider's id, a slash, the model's own id. Nothing is sent before it is used. Throws Failure. */
export async function createTranscriber(id: string, sources: TranscriberSources): Promise<Transcriber> {
  const slash = id.indexOf('/');
  const model = id.slice(slash + 1);
  if (slash < 1 || model === '') {
    throw new Failure(
      'unknown-model',
      `"${id}" names no transcriber. Write PROVIDER/MODEL, such as ${DEFAULT_TRANSCRIBER}.`,
    );
  }
  if (id.startsWith(LOCAL_TRANSCRIBER_PREFIX) && sources.local) return sources.local(model);
  const connection = sources.providers.connect(id.slice(0, slash), sources.baseUrl);
  if (connection.preset.protocol === 'huggingface') {
    const { HuggingFaceTranscriber } = await import('./huggingFaceTranscriber.ts');
    return new HuggingFaceTranscriber(model, connection);
  }
  const { OpenAiTranscriber } = await import('./openAiTranscriber.ts');
  // What another server asks for is not in the table.
  const { priceProvider } = connection.preset;
  const price = connection.isOwnBaseUrl ? undefined : await findPricePerMinute(priceProvider, model);
  return new OpenAiTranscriber(model, connection, price);
}
