import { CodeExtractor } from '../conversion/codeExtraction.ts';
import type { ConversionRequest, Converter, ConverterEvent } from '../conversion/converter.ts';
import { buildPrompt } from '../conversion/prompt.ts';
import type { LanguageModel, ModelChunk, ReasoningEffort } from '../providers/languageModel.ts';
import { redactSecrets } from '../providers/redact.ts';
import { estimatePromptTokens, estimateTokens } from '../providers/tokenEstimate.ts';
import { Failure, throwIfAborted } from '../shared/failure.ts';

export interface LanguageModelConverterOptions {
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly reasoningEffort?: ReasoningEffort;
}

/** Has a language model write the C++, whichever model it is. */
export class LanguageModelConverter implements Converter {
  readonly id: string;
  readonly label: string;
  readonly canRepair = true;
  readonly writesUntrustedCode = true;
  readonly #model: LanguageModel;
  readonly #options: LanguageModelConverterOptions;

  constructor(model: LanguageModel, options: LanguageModelConverterOptions = {}) {
    this.id = model.id;
    this.label = `${model.info.label} (${model.info.providerLabel})`;
    this.#model = model;
    this.#options = options;
  }

  async *convert(
    request: ConversionRequest,
    { signal }: { readonly signal: AbortSignal },
  ): AsyncGenerator<ConverterEvent, void, undefined> {
    throwIfAborted(signal);
    const messages = buildPrompt(request);
    this.#checkLength(estimatePromptTokens(messages), estimateTokens(request.unit.source));

    const extractor = new CodeExtractor();
    let told = '';
    let end: Extract<ModelChunk, { type: 'end' }> | undefined;
    try {
      for await (const chunk of this.#model.stream(messages, { signal, endAtCode: true, ...this.#options })) {
        throwIfAborted(signal);
        if (chunk.type === 'end') {
          end = chunk;
          continue;
        }
        yield chunk;
        if (chunk.type === 'text' && extractor.push(chunk.text)) {
          const cpp = extractor.code;
          if (cpp !== told) {
            told = cpp;
            yield { type: 'code', cpp };
          }
        }
      }
    } catch (error) {
      // What arrived before the connection was lost, or before the limit, is kept.
      const cpp = extractor.finish();
      if (cpp !== told) yield { type: 'code', cpp };
      throw error;
    }
    const cpp = extractor.finish();
    if (cpp !== told) yield { type: 'code', cpp };
    if (end?.usage) {
      yield { type: 'usage', usage: end.usage, ...(end.costUsd !== undefined && { costUsd: end.costUsd }) };
    }
    this.#checkEnd(end, cpp);
    yield { type: 'finished', cpp };
  }

  /** Refuses a prompt that cannot fit before anything is sent or paid. The answer needs about the room that the Python takes. */
  #checkLength(promptTokens: number, sourceTokens: number): void {
    const { contextTokens, label } = this.#model.info;
    if (contextTokens === undefined || promptTokens + sourceTokens <= contextTokens) return;
    throw new Failure(
      'prompt-too-long',
      `The prompt is about ${count(promptTokens)} tokens (an estimate) and the answer needs about ${count(sourceTokens)} more, but ${label} takes ${count(contextTokens)} in all. Nothing was sent. Convert a smaller part, or choose a model with a longer context.`,
    );
  }

  #checkEnd(end: Extract<ModelChunk, { type: 'end' }> | undefined, cpp: string): void {
    const { label } = this.#model.info;
    if (end?.finishReason === 'refused') {
      const said = end.refusal?.replace(/\s+/g, ' ').trim();
      const words = said ? ` It says: ${redactSecrets(said.length > 300 ? `${said.slice(0, 299)}…` : said)}` : '';
      throw new Failure(
        'refused',
        `${label} refused to convert this.${words} Choose another model, or convert another part.`,
      );
    }
    if (end?.finishReason === 'length') {
      const tokens = end.usage && !end.usage.estimated ? ` after ${count(end.usage.completionTokens)} tokens` : '';
      throw new Failure(
        'cut-off',
        `The answer of ${label} was cut off at its length limit${tokens}${cpp === '' ? ', before any code' : '; the C++ is not complete'}. Convert a smaller part, lower the reasoning effort, or choose a model that may write more.`,
      );
    }
    if (cpp === '') {
      throw new Failure('no-code', `${label} answered without any C++. Try again, or choose another model.`);
    }
  }
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
