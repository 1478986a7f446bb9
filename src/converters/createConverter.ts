import type { Converter } from '../conversion/converter.ts';
import type { LanguageModel, ReasoningEffort } from '../providers/languageModel.ts';

/** The id of the built-in engine. */
export const BUILTIN_CONVERTER_ID = 'builtin';

/** Where converters come from. */
export interface ConverterSources {
  /** Folder with the parser's and the runtime's files. */
  readonly assetFolder: string;
  /** Finds the model with this id. Throws Failure `unknown-model`. */
  languageModel(id: string): Promise<LanguageModel>;
  readonly reasoningEffort?: ReasoningEffort;
}

/** Makes the converter with this id: `builtin`, or a language model's id. Each kind is loaded only when it is asked for. */
export async function createConverter(id: string, sources: ConverterSources): Promise<Converter> {
  if (id === BUILTIN_CONVERTER_ID) {
    const { BuiltinConverter } = await import('./builtinConverter.ts');
    return BuiltinConverter.create({ assetFolder: sources.assetFolder });
  }
  const { LanguageModelConverter } = await import('./languageModelConverter.ts');
  const model = await sources.languageModel(id);
  return new LanguageModelConverter(model, {
    ...(sources.reasoningEffort && { reasoningEffort: sources.reasoningEffort }),
  });
}
