import type * as Transformers from '@huggingface/transformers';
import type { PreTrainedModel, PreTrainedTokenizer, Processor, Tensor } from '@huggingface/transformers';
import { prepareOnnxRuntime } from '../../providers/local/onnxRuntime.ts';
import type { FromProcess, LoadRequest, ModelRequest, TranscribeRequest } from '../../providers/local/protocol.ts';
import type { ServedModel } from '../../providers/local/serveModel.ts';
import { record } from '../../providers/trouble.ts';
import { Failure } from '../../shared/failure.ts';
import { SAMPLE_RATE } from '../audioPiece.ts';
import { hasSound } from '../voiceActivity.ts';
import { ChanceOfToken, WordConfidence } from './whisperDoubt.ts';
import { readWindow } from './whisperSegments.ts';

type Library = typeof Transformers;
type LogitsProcessor = InstanceType<Library['LogitsProcessor']>;
type End = Extract<FromProcess, { type: 'end' }>;

/** Sound that the model hears at once. */
const WINDOW_SECONDS = 30;
/** The least by which the window goes on, so that it always does. */
const LEAST_SECONDS = 1;
/** Text that fits a window; more is a model that repeats itself. */
const MOST_TOKENS = 440;
/** Words that the model itself doubts, in sound that it holds for no speech, are imagined: the limits are those of Whisper's own decoder. */
const DOUBTED_WORDS = -1;
const LIKELY_NO_SPEECH = 0.6;
/** A sentence said so often in a row is a loop of the model's, not of the speaker's. */
const REPETITIONS = 3;

/** What `generation_config.json` of a Whisper model says. */
interface WhisperSettings {
  readonly start: number;
  readonly end: number;
  readonly noTimestamps: number;
  readonly transcribe: number | undefined;
  /** Absent for models that know English only. */
  readonly languages: ReadonlyMap<string, number> | undefined;
}

/** A Whisper model in this very process. One request at a time. */
export class Whisper implements ServedModel {
  readonly runtime: 'native' | 'wasm';
  readonly contextTokens = undefined;
  readonly #library: Library;
  readonly #processor: Processor;
  readonly #tokenizer: PreTrainedTokenizer;
  readonly #model: PreTrainedModel;
  readonly #settings: WhisperSettings;
  #interrupted = false;

  private constructor(
    library: Library,
    processor: Processor,
    tokenizer: PreTrainedTokenizer,
    model: PreTrainedModel,
    runtime: 'native' | 'wasm',
  ) {
    this.#library = library;
    this.#processor = processor;
    this.#tokenizer = tokenizer;
    this.#model = model;
    this.#settings = readSettings(model.generation_config);
    this.runtime = runtime;
    // Between two tokens, so that an interrupt is heard also where the runtime computes on this thread.
    const forward = model.forward.bind(model);
    model.forward = async (inputs) => {
      await new Promise((resolve) => setImmediate(resolve));
      this.#stopIfInterrupted();
      return forward(inputs) as Promise<Record<string, unknown>>;
    };
  }

  /** Loads processor, tokenizer and weights from a folder; nothing is fetched. */
  static async load(request: LoadRequest): Promise<Whisper> {
    const { kind, options } = await prepareOnnxRuntime(request);
    const library = await import('@huggingface/transformers');
    const { env } = library;
    env.allowRemoteModels = false;
    env.useFSCache = false;
    env.useWasmCache = false;
    env.logLevel = library.LogLevel.NONE;
    const { externalData, folder } = request;
    const processor = await library.AutoProcessor.from_pretrained(folder);
    const tokenizer = await library.AutoTokenizer.from_pretrained(folder);
    const model = await library.WhisperForConditionalGeneration.from_pretrained(folder, {
      ...options,
      dtype: request.dtype as 'q4',
      ...(Object.keys(externalData).length > 0 && { use_external_data_format: { ...externalData } }),
    });
    return new Whisper(library, processor, tokenizer, model, kind);
  }

  /** Ends what is being heard, before its next token. */
  interrupt(): void {
    this.#interrupted = true;
  }

  /** Hears the sound window by window and gives what is said as it becomes clear. */
  async answer(request: ModelRequest, send: (message: FromProcess) => void): Promise<End> {
    if (request.type !== 'transcribe') {
      throw new Failure(
        'unsupported',
        'This model writes what is said in sound and answers no chat. Choose another model.',
      );
    }
    this.#interrupted = false;
    try {
      return await this.#transcribe(request, send);
    } catch (error) {
      if (error instanceof Interrupted) return end('interrupted', 0);
      throw error;
    }
  }

  async #transcribe({ samples, language }: TranscribeRequest, send: (message: FromProcess) => void): Promise<End> {
    const total = samples.length / SAMPLE_RATE;
    let tokens = 0;
    let code = language;
    const said: string[] = [];
    for (let from = 0; from < total;) {
      this.#stopIfInterrupted();
      const first = Math.round(from * SAMPLE_RATE);
      const window = samples.subarray(first, first + WINDOW_SECONDS * SAMPLE_RATE);
      const seconds = window.length / SAMPLE_RATE;
      if (!hasSound(window)) {
        from += seconds;
        continue;
      }
      const features = await this.#features(window);
      code ??= await this.#detectLanguage(features);
      const { written, confidence } = await this.#write(features, this.#prefix(code));
      tokens += written.length;
      if (confidence < DOUBTED_WORDS && (await this.#chanceOfNoSpeech(features)) > LIKELY_NO_SPEECH) {
        from += seconds;
        continue;
      }
      const { segments, done } = readWindow(written, this.#settings.noTimestamps + 1, seconds);
      for (const segment of segments) {
        const text = this.#tokenizer.decode([...segment.tokens], { skip_special_tokens: true }).trim();
        said.push(text);
        const repeated = said.length > REPETITIONS && said.slice(-1 - REPETITIONS).every((it) => it === text);
        if (text === '' || repeated) continue;
        send({ type: 'segment', start: from + segment.start, end: from + segment.end, text });
      }
      from += Math.max(LEAST_SECONDS, done);
    }
    return end('stop', tokens);
  }

  async #features(window: Float32Array): Promise<Tensor> {
    const { input_features: features } = (await this.#processor(window)) as { input_features: Tensor };
    return features;
  }

  /** The language that the model holds for the most likely; nothing for one that knows English only. */
  async #detectLanguage(features: Tensor): Promise<string | undefined> {
    const { languages, start } = this.#settings;
    if (!languages) return undefined;
    const only = this.#listOf(onlyTokens(new Set(languages.values()), this.#library.LogitsProcessor));
    const [token] = await this.#generate(features, [start], { max_new_tokens: 1, logits_processor: only });
    return [...languages].find(([, id]) => id === token)?.[0];
  }

  #prefix(language: string | undefined): number[] {
    const { languages, start, transcribe } = this.#settings;
    if (!languages) return [start];
    const id = languages.get(language ?? 'en');
    if (id === undefined) {
      throw new Failure(
        'unsupported',
        `The speech model does not know the language "${language}". Choose another language, or let the model find out.`,
      );
    }
    return [start, id, ...(transcribe === undefined ? [] : [transcribe])];
  }

  async #write(features: Tensor, prefix: number[]): Promise<{ written: number[]; confidence: number }> {
    const { end: last } = this.#settings;
    const confidence = new WordConfidence(this.#library.LogitsProcessor, last);
    const written = await this.#generate(features, prefix, {
      max_new_tokens: MOST_TOKENS,
      return_timestamps: true,
      logits_processor: this.#listOf(confidence.processor),
    });
    return { written: written.filter((token) => token !== last), confidence: confidence.mean };
  }

  /** What the model writes first is the language, or that there is no speech. */
  async #chanceOfNoSpeech(features: Tensor): Promise<number> {
    const { start, noTimestamps } = this.#settings;
    // The token for no speech has no name in the settings; in every Whisper vocabulary it stands before this one.
    const chance = new ChanceOfToken(this.#library.LogitsProcessor, noTimestamps - 1);
    const options = { max_new_tokens: 1, logits_processor: this.#listOf(chance.processor) };
    await this.#generate(features, [start], options);
    return chance.value;
  }

  #listOf(processor: LogitsProcessor): InstanceType<Library['LogitsProcessorList']> {
    const list = new this.#library.LogitsProcessorList();
    list.push(processor);
    return list;
  }

  /** What the model writes behind a prefix. */
  async #generate(features: Tensor, prefix: number[], options: object): Promise<number[]> {
    // With a limit of tokens, the library leaves going on through the sound to its caller.
    const sequences = (await this.#model.generate({
      inputs: features,
      decoder_input_ids: prefix,
      do_sample: false,
      ...options,
    })) as Tensor;
    const [all = []] = sequences.tolist() as (number | bigint)[][];
    return all.slice(prefix.length).map(Number);
  }

  #stopIfInterrupted(): void {
    if (this.#interrupted) throw new Interrupted();
  }
}

class Interrupted extends Error {}

/** Keeps a model from writing anything but certain tokens. */
function onlyTokens(ids: ReadonlySet<number>, Base: Library['LogitsProcessor']): LogitsProcessor {
  return new (class extends Base {
    override _call(_inputs: bigint[][], logits: Tensor): Tensor {
      const data = logits.data as Float32Array;
      const size = logits.dims.at(-1) ?? data.length;
      for (let at = 0; at < data.length; at++) if (!ids.has(at % size)) data[at] = Number.NEGATIVE_INFINITY;
      return logits;
    }
  })();
}

function end(finishReason: End['finishReason'], completionTokens: number): End {
  return { type: 'end', finishReason, promptTokens: 0, completionTokens };
}

function readSettings(config: unknown): WhisperSettings {
  const settings = record(config);
  const number = (name: string): number | undefined => {
    const value: unknown = Array.isArray(settings[name]) ? (settings[name] as unknown[])[0] : settings[name];
    return typeof value === 'number' ? value : undefined;
  };
  const start = number('decoder_start_token_id');
  const eos = number('eos_token_id');
  const noTimestamps = number('no_timestamps_token_id');
  if (start === undefined || eos === undefined || noTimestamps === undefined) {
    throw new Failure(
      'bad-answer',
      'generation_config.json of the speech model names no tokens for start, end and times. Choose another Whisper model.',
    );
  }
  const codes = Object.entries(record(settings['lang_to_id'])).flatMap(([token, id]) =>
    typeof id === 'number' ? [[token.replace(/^<\||\|>$/g, ''), id] as const] : [],
  );
  const transcribe = record(settings['task_to_id'])['transcribe'];
  return {
    start,
    end: eos,
    noTimestamps,
    transcribe: typeof transcribe === 'number' ? transcribe : undefined,
    languages: settings['is_multilingual'] === false || codes.length === 0 ? undefined : new Map(codes),
  };
}
