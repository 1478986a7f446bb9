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

/** The cut of GPT-2, with white space as a property: \s of JavaScript leaves out U+0085 and takes in U+FEFF. */
const GPT2_PATTERN = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+`;
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

function rewriteStep(step: TokenizerStep): TokenizerStep[] {
  if (step.type === 'Digits')
    return [split(step['individual_digits'] === true ? String.raw`\p{N}` : String.raw`\p{N}+`)];
  // A space put in front has to be there before the cut, which only the step itself can do.
  if (step.type === 'ByteLevel' && step['use_regex'] !== false && step['add_prefix_space'] !== true) {
    return [split(GPT2_PATTERN), { ...step, use_regex: false }];
  }
  const regex = z.looseObject({ Regex: z.string() }).safeParse(step['pattern']).data?.Regex;
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
