import * as z from 'zod/mini';

const part = z.looseObject({ type: z.string() });
const stepList = z.array(part);

/** A step of a `tokenizer.json`, such as a normalizer or a pre-tokenizer. */
export type TokenizerStep = z.infer<typeof part>;

/** What has to be there before anything of a `tokenizer.json` is used. */
export const tokenizerFile = z.looseObject({
  normalizer: z.nullish(part),
  pre_tokenizer: z.nullish(part),
  decoder: z.nullish(part),
  added_tokens: z._default(
    z.array(z.looseObject({ id: z.number(), content: z.string(), special: z._default(z.boolean(), false) })),
    [],
  ),
  model: z.looseObject({
    type: z.optional(z.string()),
    vocab: z.union([z.record(z.string(), z.number()), z.array(z.tuple([z.string(), z.number()]))]),
    unk_token: z.nullish(z.string()),
  }),
});
export type TokenizerFile = z.infer<typeof tokenizerFile>;

/** A `tokenizer.json` without its vocabulary. */
export interface TokenizerSettings {
  readonly normalizer?: TokenizerStep | null | undefined;
  readonly pre_tokenizer?: TokenizerStep | null | undefined;
  readonly decoder?: TokenizerStep | null | undefined;
  readonly added_tokens: TokenizerFile['added_tokens'];
  readonly model: { readonly type?: string | undefined; readonly [option: string]: unknown };
}

/**
 * Cuts whose matches depend on nothing far behind them: those of GPT-2, GPT-4, GPT-4o and gpt-oss, Llama 3, Qwen and DeepSeek.
 * Of another one nothing is known, so that an edit has the whole text tokenized anew.
 */
const LOCAL_PATTERNS: ReadonlySet<string> = new Set([
  String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
  String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  String.raw`\p{N}{1,3}`,
  String.raw`\p{N}`,
  '[一-龥\u3040-ゟ゠-ヿ]+',
  String.raw`[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_${'`'}{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
]);

/** Whether a step cuts only by what is near. */
export function isLocalPattern(step: TokenizerStep): boolean {
  if (step.type === 'Digits' || step.type === 'ByteLevel') return true;
  const regex = regexOf(step)
    ?.replaceAll('\r', String.raw`\r`)
    .replaceAll('\n', String.raw`\n`);
  return step.type === 'Split' && regex !== undefined && LOCAL_PATTERNS.has(regex);
}

/** The pattern of a step that makes a piece of each match and of what lies between; nothing where the step does something else. */
export function splitPattern(step: TokenizerStep): string | undefined {
  const cuts = step.type === 'Split' && step['behavior'] === 'Isolated' && step['invert'] !== true;
  return cuts ? regexOf(step) : undefined;
}

function regexOf(step: TokenizerStep): string | undefined {
  return z.looseObject({ Regex: z.string() }).safeParse(step['pattern']).data?.Regex;
}

/** The cut of GPT-2, with white space as a property: \s of JavaScript leaves out U+0085 and takes in U+FEFF. */
const GPT2_PATTERN = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+`;
/** English endings in either case, with the long s that Unicode folds onto s. */
export const ENDINGS = String.raw`'(?:[sS\u017f]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])`;
/** SentencePiece's sign for a space. */
export const SPACE_SIGN = '▁';

/** A step and, when it is a sequence, the steps in it. */
export function stepsOf(step: TokenizerStep | null | undefined): TokenizerStep[] {
  if (!step) return [];
  if (step.type !== 'Sequence') return [step];
  const list = step['pretokenizers'] ?? step['normalizers'] ?? step['decoders'];
  return (stepList.safeParse(list).data ?? []).flatMap(stepsOf);
}

/**
 * The pre-tokenizer rewritten so that the library gives the ids of the Rust original: its own cuts by digits and by
 * `use_regex` know other classes of characters. Where there is none, words are cut when no token crosses their border,
 * because the library takes quadratic time otherwise.
 */
export function rewritePreTokenizer(file: TokenizerFile): TokenizerStep | null {
  const steps = stepsOf(file.pre_tokenizer).flatMap(rewriteStep);
  if (steps.length === 0) {
    if (!canCutWords(file)) return null;
    steps.push(split(`${SPACE_SIGN}+[^${SPACE_SIGN}]*|[^${SPACE_SIGN}]+`));
  }
  return { type: 'Sequence', pretokenizers: steps };
}

function split(regex: string): TokenizerStep {
  return { type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated', invert: false };
}

/** The steps that mean the same to JavaScript. */
export function rewriteStep(step: TokenizerStep): TokenizerStep[] {
  if (step.type === 'Digits')
    return [split(step['individual_digits'] === true ? String.raw`\p{N}` : String.raw`\p{N}+`)];
  // A space put in front has to be there before the cut, which only the step itself can do.
  if (step.type === 'ByteLevel' && step['use_regex'] !== false && step['add_prefix_space'] !== true) {
    return [split(GPT2_PATTERN), { ...step, use_regex: false }];
  }
  const regex = regexOf(step)?.replaceAll("(?i:'s|'t|'re|'ve|'m|'ll|'d)", `(?:${ENDINGS})`);
  if (step.type !== 'Split' || regex === undefined) return [step];
  const exact = regex.replaceAll(/\\(.)/gs, (whole, letter: string) =>
    letter === 's' ? String.raw`\p{White_Space}` : letter === 'S' ? String.raw`\P{White_Space}` : whole,
  );
  return [{ ...step, pattern: { Regex: exact } }];
}

function canCutWords(file: TokenizerFile): boolean {
  const { type, vocab } = file.model;
  if ((type !== undefined && type !== 'BPE') || Array.isArray(vocab)) return false;
  const replaces = stepsOf(file.normalizer).some((step) => step.type === 'Replace' && step['content'] === SPACE_SIGN);
  return replaces && !Object.keys(vocab).some((token) => /[^▁]▁/u.test(token));
}
