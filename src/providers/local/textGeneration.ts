import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as Transformers from '@huggingface/transformers';
import type { PreTrainedModel, PreTrainedTokenizer, Tensor } from '@huggingface/transformers';
import { Failure } from '../../shared/failure.ts';
import type { ChatMessage } from '../languageModel.ts';
import { record } from '../trouble.ts';
import { prepareOnnxRuntime } from './onnxRuntime.ts';
import type { FromProcess, GenerateRequest, LoadRequest, ModelRequest, Sampling } from './protocol.ts';
import type { ServedModel } from './serveModel.ts';

type Library = typeof Transformers;
type End = Extract<FromProcess, { type: 'end' }>;

/** What a tokenizer makes of a chat. */
interface Prompt {
  readonly input_ids: Tensor;
  readonly attention_mask: Tensor;
}

/** A causal language model in this very process. One answer at a time. */
export class TextGeneration implements ServedModel {
  readonly runtime: 'native' | 'wasm';
  readonly contextTokens: number | undefined;
  readonly #library: Library;
  readonly #tokenizer: PreTrainedTokenizer;
  readonly #model: PreTrainedModel;
  readonly #interrupt: InstanceType<Library['InterruptableStoppingCriteria']>;

  private constructor(
    library: Library,
    tokenizer: PreTrainedTokenizer,
    model: PreTrainedModel,
    runtime: 'native' | 'wasm',
  ) {
    this.#library = library;
    this.#tokenizer = tokenizer;
    this.#model = model;
    this.#interrupt = new library.InterruptableStoppingCriteria();
    this.runtime = runtime;
    this.contextTokens = contextOf(model.config);
    // Between two tokens, so that an interrupt is heard also where the runtime computes on this thread.
    const forward = model.forward.bind(model);
    model.forward = async (inputs) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#interrupt.interrupted) throw new Interrupted();
      return forward(inputs) as Promise<Record<string, unknown>>;
    };
  }

  /** Loads tokenizer and weights from a folder; nothing is fetched. */
  static async load(request: LoadRequest): Promise<TextGeneration> {
    const { kind, options } = await prepareOnnxRuntime(request);
    const library = await import('@huggingface/transformers');
    const { env } = library;
    env.allowRemoteModels = false;
    env.useFSCache = false;
    env.useWasmCache = false;
    env.logLevel = library.LogLevel.NONE;
    const tokenizer = await library.AutoTokenizer.from_pretrained(request.folder);
    // Newer repositories keep the template in a file of its own, which the library does not read.
    tokenizer.chat_template ??= await readFile(join(request.folder, 'chat_template.jinja'), 'utf8').catch(() => null);
    const model = await library.AutoModelForCausalLM.from_pretrained(request.folder, {
      ...options,
      dtype: request.dtype as 'q4',
      ...(Object.keys(request.externalData).length > 0 && { use_external_data_format: { ...request.externalData } }),
    });
    return new TextGeneration(library, tokenizer, model, kind);
  }

  /** Ends the answer that is being written, before its next token. */
  interrupt(): void {
    this.#interrupt.interrupt();
  }

  /** Writes one answer, giving its text as it comes. */
  async answer(request: ModelRequest, send: (message: FromProcess) => void): Promise<End> {
    if (request.type !== 'generate') throw new Failure('unsupported', 'This model writes text and takes no sound.');
    return this.#generate(request, (text) => send({ type: 'text', text }));
  }

  async #generate(request: GenerateRequest, onText: (text: string) => void): Promise<End> {
    this.#interrupt.reset();
    const prompt = this.#prompt(request.messages);
    const promptTokens = prompt.input_ids.dims.at(-1) ?? 0;
    const room = (this.contextTokens ?? Number.POSITIVE_INFINITY) - promptTokens;
    if (room < 1) {
      throw new Failure(
        'prompt-too-long',
        `The prompt has ${promptTokens.toLocaleString('en-US')} tokens, but the model takes ${(this.contextTokens ?? 0).toLocaleString('en-US')} in all. Convert a smaller part, or choose a model with a longer context.`,
      );
    }
    const maxTokens = Math.min(request.maxTokens, room);
    let completionTokens = 0;
    let lastToken: bigint | undefined;
    const streamer = new this.#library.TextStreamer(this.#tokenizer, {
      skip_prompt: true,
      callback_function: (text) => {
        if (text !== '') onText(text);
      },
      token_callback_function: (tokens) => {
        completionTokens += tokens.length;
        lastToken = tokens.at(-1);
      },
      // The type asks for the options of another class here.
      ...({ skip_special_tokens: true } as object),
    });
    const end = (finishReason: End['finishReason']): End => ({
      type: 'end',
      finishReason,
      promptTokens,
      completionTokens,
    });
    try {
      await this.#model.generate({
        ...prompt,
        ...generationOptions(request.sampling),
        max_new_tokens: maxTokens,
        streamer,
        stopping_criteria: this.#interrupt,
      });
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      streamer.end();
    }
    if (this.#interrupt.interrupted) return end('interrupted');
    const stopped = lastToken !== undefined && this.#endTokens().includes(Number(lastToken));
    return end(stopped || completionTokens < maxTokens ? 'stop' : 'length');
  }

  #endTokens(): number[] {
    const told: unknown =
      record(this.#model.generation_config)['eos_token_id'] ?? record(this.#model.config)['eos_token_id'];
    return (Array.isArray(told) ? (told as unknown[]) : [told]).map(Number);
  }

  #prompt(messages: readonly ChatMessage[]): Prompt {
    const options = { add_generation_prompt: true, return_dict: true } as const;
    const chat = messages.map(({ role, content }) => ({ role, content }));
    if (!this.#tokenizer.chat_template) {
      // Never taught to chat: it goes on with what it reads.
      return this.#tokenizer(chat.map(({ content }) => content).join('\n\n'));
    }
    try {
      return this.#tokenizer.apply_chat_template(chat, options);
    } catch (error) {
      // Some templates know no system message.
      const [first, second, ...rest] = chat;
      if (first?.role !== 'system' || !second) throw error;
      const merged = { role: second.role, content: `${first.content}\n\n${second.content}` };
      return this.#tokenizer.apply_chat_template([merged, ...rest], options);
    }
  }
}

class Interrupted extends Error {}

function generationOptions({ temperature, topP, topK, repetitionPenalty }: Sampling): Record<string, unknown> {
  return {
    ...(temperature !== undefined && (temperature > 0 ? { do_sample: true, temperature } : { do_sample: false })),
    ...(topP !== undefined && { top_p: topP }),
    ...(topK !== undefined && { top_k: topK }),
    ...(repetitionPenalty !== undefined && { repetition_penalty: repetitionPenalty }),
  };
}

function contextOf(config: unknown): number | undefined {
  const settings = record(config);
  const text = record(settings['text_config']);
  const lengths = ['max_position_embeddings', 'n_positions', 'max_seq_len', 'seq_length'];
  return lengths.flatMap((name) => [settings[name], text[name]]).find((it) => typeof it === 'number' && it > 0) as
    number | undefined;
}
